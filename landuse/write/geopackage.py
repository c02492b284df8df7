"""Write results.gpkg: three polygon layers, four tables and the styles that QGIS opens them with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from landuse.tables import Parcels
from landuse.write.parquet import arrow_table, wkb_of
from landuse.write.published import is_idle, is_low

if TYPE_CHECKING:
    import pyarrow as pa

STAMP: Final = "2000-01-01T00:00:00.000Z"
"""Fixed date inside the file: same inputs, same bytes."""
PLAIN_TABLES: Final = ("enterprises", "occupancy", "issues", "balance")


@dataclass(frozen=True)
class LayerStyle:
    """One row of layer_styles."""

    layer: str
    name: str
    qml: str


def write_geopackage(
    path: Path, tables: Mapping[str, pd.DataFrame], parcels: Parcels, *, styles: tuple[LayerStyle, ...]
) -> None:
    """Write the layers `parcels`, `low_efficiency`, `idle`, the plain tables and the layer styles.

    Parameters
    ----------
    tables
        Published tables; `parcels` goes row by row with the geometry of `parcels`.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    frame = tables["parcels"]
    wkb = wkb_of(parcels)
    everything = np.ones(len(frame), dtype=bool)
    layers = {"parcels": everything, "low_efficiency": is_low(frame).to_numpy(), "idle": is_idle(frame).to_numpy()}
    arrow = _flat(arrow_table(frame, "parcels"))
    try:
        for name, rows in layers.items():
            _write_layer(path, name, _with_geometry(arrow, wkb, rows), parcels)
        for name in PLAIN_TABLES:
            _write_plain(path, name, _flat(arrow_table(tables[name], name)))
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    _write_styles(path, styles)


def _with_geometry(arrow: pa.Table, wkb: Any, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> pa.Table:
    import pyarrow as pa

    chosen = arrow if rows.all() else arrow.filter(pa.array(rows))
    return chosen.append_column("geom", pa.array(wkb[rows], pa.binary()))


def _write_layer(path: Path, name: str, table: pa.Table, parcels: Parcels) -> None:
    import pyogrio
    import pyproj

    crs = pyproj.CRS.from_user_input(parcels.crs)
    code = crs.to_epsg()
    pyogrio.write_arrow(
        table,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_name="geom",
        geometry_type="Unknown",
        crs=f"EPSG:{code}" if code else crs.to_wkt(),
    )


def _write_plain(path: Path, name: str, table: pa.Table) -> None:
    import pyogrio

    frame = table.to_pandas(types_mapper=_nullable().get)
    pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", append=True)


def _nullable() -> dict[Any, Any]:
    import pyarrow as pa

    return {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def _flat(table: pa.Table) -> pa.Table:
    """Join list columns with a semicolon: GeoPackage has no lists."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for index, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            joined = pc.binary_join(table.column(index), ";")
            table = table.set_column(index, field.name, joined)
    return table


def _write_styles(path: Path, styles: tuple[LayerStyle, ...]) -> None:
    columns = (
        "id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), "
        "f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
        "useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME"
    )
    first = {style.layer: style.name for style in reversed(styles)}
    rows = [
        ("", "", s.layer, "geom", s.name, s.qml, "", first[s.layer] == s.name, s.name, "", None, STAMP) for s in styles
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE layer_styles ({columns})")
        connection.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (STAMP,),
        )
