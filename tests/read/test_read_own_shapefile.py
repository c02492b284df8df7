"""A Shapefile that this program wrote is read again without a word of mapping: its short names are known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from read_builders import boxes, layer, read

from landuse.read.units import has_choice
from landuse.tables import columns, unit_title
from landuse.write.exchange.layer import Field, LayerTable
from landuse.write.exchange.naming import short_titles
from landuse.write.exchange.shapefile import write_shapefile

SAMPLES = {"date": "2024-02-29", "number": 12.5, "integer": 3, "key": "K1", "text": "甲"}


def test_every_input_column_of_the_parcels_comes_back_under_its_own_name(tmp_path):
    known = columns("input", "parcels")
    geometry = np.array(boxes(1), dtype=object)
    fields = tuple(
        Field(name, "text", pa.array([str(SAMPLES[one.kind])]), short=short_titles()[name])
        for name, one in known.items()
        if not one.choices and one.kind in SAMPLES
    )
    write_shapefile(tmp_path / "a.shp", LayerTable("a", fields, geometry, "EPSG:4528"))
    # 10 bytes leave no room for a unit: it has to be declared
    units = {name: unit_title(one.unit) for name, one in known.items() if has_choice(one.unit)}
    frame = read(tmp_path, parcels={"path": "a.shp", "units": units}).of("parcels")[0].frame
    assert {one.name for one in fields} <= set(frame.columns)
    assert frame["start_due"].dt.strftime("%Y-%m-%d").tolist() == ["2024-02-29"]
    assert frame["registered_area_m2"].tolist() == [12.5]
    assert (frame["holder_uscc"][0], frame["mortgage_no"][0]) == ("K1", "甲")


@pytest.mark.parametrize("name", ["parcels.gpkg"])
def test_in_another_format_a_short_name_says_nothing(name, tmp_path):
    layer(tmp_path, name, parcel_id=["a", "b"], 信用代码=["x", "y"])
    assert "holder_uscc" not in read(tmp_path, parcels=name).of("parcels")[0].frame.columns
