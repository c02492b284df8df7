"""Write results.gpkg: three polygon layers, four tables and the styles that QGIS opens them with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from landuse.tables.stages import PIECE
from landuse.write.parquet import GEOMETRY
from landuse.write.published import IDLE_CLASSES, LOW_CLASSES

if TYPE_CHECKING:
    import pyarrow as pa

STAMP: Final = "2000-01-01T00:00:00.000Z"
"""Fixed date inside the file: same inputs, same bytes."""
LARGE_FROM: Final = 50_000
"""Rows from which the file is made of large pages, which cost a fifth less time; small files would be padded."""
LARGE_PAGES: Final = "page_size=32768"
PLAIN_TABLES: Final = ("enterprises", "occupancy", "issues", "balance")


@dataclass(frozen=True)
class LayerStyle:
    """One row of layer_styles."""

    layer: str
    name: str
    qml: str


def write_geopackage(
    path: Path,
    tables: Mapping[str, pa.Table],
    *,
    crs: str,
    styles: tuple[LayerStyle, ...],
    then: Callable[[str, pa.Table], None] = lambda *_: None,
) -> None:
    """Write the layers `parcels`, `low_efficiency`, `idle`, the plain tables and the layer styles.

    Parameters
    ----------
    tables
        Published tables as Arrow; that of the parcels carries their WKB as column `geometry`.
    crs
        Of the parcels.
    then
        Called with each table when it stands in the file: what else is to be made of it while it is at hand.
    """
    import pyogrio

    parcels = tables["parcels"]
    pages = LARGE_PAGES if len(parcels) >= LARGE_FROM else None
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP, "OGR_SQLITE_PRAGMA": pages})
    try:
        _write_layers(path, parcels, crs=crs)
        then("parcels", parcels)
        del parcels
        for name in PLAIN_TABLES:
            table = tables[name]
            pyogrio.write_arrow(_flat(table), path, layer=name, driver="GPKG", append=True)
            then(name, table)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_PRAGMA": None})
    _write_styles(path, styles)


def _write_layers(path: Path, table: pa.Table, *, crs: str) -> None:
    _write_layer(path, "parcels", table, crs=crs)
    for name, column, values in (
        ("low_efficiency", "efficiency_class", LOW_CLASSES),
        ("idle", "idle_class", IDLE_CLASSES),
    ):
        _write_layer(path, name, table.filter(_among(table, column, values)), crs=crs)


def _among(table: pa.Table, name: str, values: tuple[str, ...]) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(table.column(name), value_set=pa.array(values, pa.string()))


def _write_layer(path: Path, name: str, table: pa.Table, *, crs: str) -> None:
    import pyogrio
    import pyproj

    known = pyproj.CRS.from_user_input(crs)
    code = known.to_epsg()
    pyogrio.write_arrow(
        _flat(table),
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_name=GEOMETRY,
        geometry_type="Unknown",
        crs=f"EPSG:{code}" if code else known.to_wkt(),
        layer_options={"GEOMETRY_NAME": "geom"},
    )


def _flat(table: pa.Table) -> pa.RecordBatchReader:
    """Hand out a table piece by piece, list columns joined with a semicolon: GeoPackage has no lists."""
    import pyarrow as pa

    pieces = (_without_lists(table.slice(at, PIECE)) for at in range(0, max(len(table), 1), PIECE))
    first = next(pieces)
    batches = (batch for piece in chain([first], pieces) for batch in piece.combine_chunks().to_batches())
    return pa.RecordBatchReader.from_batches(first.schema, batches)


def _without_lists(table: pa.Table) -> pa.Table:
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
