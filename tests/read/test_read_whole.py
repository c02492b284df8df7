"""A whole layer is read with every column as it stands; what is damaged or undecided is refused."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from read_builders import boxes, layer, shapefile

from landuse.errors import InputError
from landuse.read.source import Cells
from landuse.read.whole import _plain, read_whole
from landuse.settings import InputEntry


def test_kinds_of_columns_are_kept(tmp_path):
    columns = {
        "代码": ["0012", None],
        "n": pd.array([1, None], dtype="Int64"),
        "x": [0.5, np.nan],
        "日": pd.to_datetime(["2024-02-29", None]),
        "时": pd.to_datetime(["2024-02-29 08:30", None]),
        "空": [None, None],
        "真": pd.array([True, None], dtype="boolean"),
        "未知": pd.array([None, None], dtype="boolean"),
        "字": ["TRUE", "FALSE"],
    }
    name = layer(tmp_path, "a.parquet", **columns)
    read = read_whole(InputEntry(path=name), tmp_path)
    assert (read.name, read.crs, read.encoding, len(read.geometry)) == ("a", "EPSG:4528", "", 2)
    assert {header: cells.to_pylist() for header, cells in read.columns.items()} == {
        "代码": ["0012", None],
        "n": [1, None],
        "x": [0.5, None],
        "日": [dt.date(2024, 2, 29), None],
        "时": ["2024-02-29 08:30:00", None],
        "空": [None, None],
        "真": [True, None],
        "未知": [None, None],
        "字": ["TRUE", "FALSE"],
    }
    kinds = {header: str(cells.type) for header, cells in read.columns.items()}
    assert (kinds["真"], kinds["未知"], kinds["字"]) == ("bool", "bool", "string")


def test_a_column_of_several_kinds_becomes_text_as_it_reads():
    cells = Cells(3, text=pa.array(["甲", None, None], pa.large_string()), number=pa.array([None, 12.0, 0.5]))
    assert _plain(cells).to_pylist() == ["甲", "12", "0.5"]


def test_a_layer_among_several_is_named_by_the_user(tmp_path):
    for name in ("甲", "乙"):
        frame = gpd.GeoDataFrame({"a": [name]}, geometry=boxes(1), crs=4528)
        frame.to_file(tmp_path / "a.gpkg", layer=name, engine="pyogrio")
    with pytest.raises(InputError, match=r"甲 \| 乙"):
        read_whole(InputEntry(path="a.gpkg"), tmp_path)
    assert read_whole(InputEntry(path="a.gpkg", layer="乙"), tmp_path).columns["a"].to_pylist() == ["乙"]


def test_the_encoding_that_was_found_is_told(tmp_path):
    name = shapefile(tmp_path, "a.shp", "GBK", 名称=["安澜县", "甲厂"])
    read = read_whole(InputEntry(path=name), tmp_path)
    assert (read.encoding, read.columns["名称"].to_pylist()) == ("gb18030", ["安澜县", "甲厂"])


def test_damaged_geometry_is_an_error_of_its_row(tmp_path):
    good = shapely.to_wkb(boxes(1)[0])
    table = pa.table({"a": ["1", "2", "3"], "geometry": pa.array([good, good[:20], None], pa.binary())})
    pq.write_table(table, tmp_path / "a.parquet")
    read = read_whole(InputEntry(path="a.parquet", crs="EPSG:4528"), tmp_path)
    assert [shape is None for shape in read.geometry] == [False, True, True]
    issues = read.issues[["severity", "code", "source_file", "source_row"]]
    assert issues.to_numpy().tolist() == [["error", "GEOMETRY_UNREADABLE", "a.parquet", 2]]


def test_a_layer_without_crs_asks_for_it_and_degrees_that_are_none_are_refused(tmp_path):
    name = layer(tmp_path, "a.parquet", crs=None)
    with pytest.raises(InputError, match="--crs"):
        read_whole(InputEntry(path=name), tmp_path)
    assert read_whole(InputEntry(path=name, crs="EPSG:4528"), tmp_path).crs == "EPSG:4528"
    with pytest.raises(InputError, match="--crs"):
        read_whole(InputEntry(path=name, crs="EPSG:4490"), tmp_path)


def test_northings_first_are_turned_when_it_is_declared_and_refused_otherwise(tmp_path):
    turned = [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in boxes(2)]
    name = layer(tmp_path, "a.parquet", geometry=turned)
    with pytest.raises(InputError, match="--axes"):
        read_whole(InputEntry(path=name), tmp_path)
    read = read_whole(InputEntry(path=name, axes="north_east"), tmp_path)
    assert [one.equals(other) for one, other in zip(read.geometry, boxes(2), strict=True)] == [True, True]
    assert read.issues["code"].tolist() == ["AXES_TURNED"]


def test_a_table_is_no_layer(tmp_path):
    pd.DataFrame({"a": [1]}).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match="没有图形"):
        read_whole(InputEntry(path="a.csv"), tmp_path)
