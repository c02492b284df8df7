"""Write results.gpkg: three polygon layers, four tables and the styles that QGIS opens them with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from landuse.tables.stages import PIECE
from landuse.write.parquet import GEOMETRY, ArrowTables
from landuse.write.published import IDLE_CLASSES, LOW_CLASSES

if TYPE_CHECKING:
    import pyarrow as pa

STAMP: Final = "2000-01-01T00:00:00.000Z"
"""Fixed date inside the file: same inputs, same bytes."""
LARGE_FROM: Final = 50_000
"""Rows from which the file is made of large pages, which cost a fifth less time; small files would be padded."""
LARGE_PAGES: Final = "page_size=32768"
SELECTED: Final = {"low_efficiency": ("efficiency_class", LOW_CLASSES), "idle": ("idle_class", IDLE_CLASSES)}
"""Layer -> column and the values of its parcels."""
PLAIN_TABLES: Final = ("enterprises", "occupancy", "issues", "balance")


@dataclass(frozen=True)
class LayerStyle:
    """One row of layer_styles."""

    layer: str
    name: str
    qml: str


def write_geopackage(
    path: Path,
    tables: ArrowTables,
    *,
    crs: str,
    styles: tuple[LayerStyle, ...],
    then: Callable[[str, pa.Table], None] = lambda *_: None,
) -> None:
    """Write the layers `parcels`, `low_efficiency`, `idle`, the plain tables that are there and the layer styles.

    Parameters
    ----------
    tables
        Published tables as Arrow; the pieces of the parcels carry their WKB as column `geometry`.
    crs
        Of the parcels.
    then
        Called with each table, that of the parcels piece by piece: what else is to be made of it while it is at hand.
    """
    import pyogrio

    pages = LARGE_PAGES if len(tables.parcels) >= LARGE_FROM else None
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP, "OGR_SQLITE_PRAGMA": pages})
    try:
        _write_layers(path, tables.parcel_pieces(), crs=crs, then=then)
        for name in (name for name in PLAIN_TABLES if name in tables):
            table = tables[name]
            pyogrio.write_arrow(_flat(_pieces(table)), path, layer=name, driver="GPKG", append=True)
            then(name, table)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_PRAGMA": None})
    _write_styles(path, styles)


def _write_layers(path: Path, pieces: Iterable[pa.Table], *, crs: str, then: Callable[[str, pa.Table], None]) -> None:
    """Write all parcels and, of the rows kept while they passed, the layers of those that are low or idle."""
    import pyarrow as pa

    kept: dict[str, list[pa.Table]] = {name: [] for name in SELECTED}

    def passing() -> Iterator[pa.Table]:
        for piece in pieces:
            then("parcels", piece)
            for name, (column, values) in SELECTED.items():
                kept[name].append(piece.filter(_among(piece, column, values)))
            yield piece

    _write_layer(path, "parcels", passing(), crs=crs)
    for name, parts in kept.items():
        _write_layer(path, name, _pieces(pa.concat_tables(parts)), crs=crs)


def _among(table: pa.Table, name: str, values: tuple[str, ...]) -> pa.ChunkedArray:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(table.column(name), value_set=pa.array(values, pa.string()))


def _write_layer(path: Path, name: str, pieces: Iterator[pa.Table], *, crs: str) -> None:
    import pyogrio
    import pyproj

    known = pyproj.CRS.from_user_input(crs)
    code = known.to_epsg()
    pyogrio.write_arrow(
        _flat(pieces),
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_name=GEOMETRY,
        geometry_type="Unknown",
        crs=f"EPSG:{code}" if code else known.to_wkt(),
        layer_options={"GEOMETRY_NAME": "geom"},
    )


def _pieces(table: pa.Table) -> Iterator[pa.Table]:
    return (table.slice(at, PIECE) for at in range(0, max(len(table), 1), PIECE))


def _flat(pieces: Iterator[pa.Table]) -> pa.RecordBatchReader:
    """Hand on a table piece by piece, list columns joined with a semicolon: GeoPackage has no lists."""
    import pyarrow as pa

    first = _without_lists(next(pieces))
    flat = chain([first], map(_without_lists, pieces))
    batches = (batch for piece in flat for batch in piece.combine_chunks().to_batches())
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
