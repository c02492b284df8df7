"""Read Parquet and GeoParquet directly with Arrow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from landuse.errors import Fault, InputError
from landuse.read.hostile import shallow
from landuse.read.source import Content, Source, arrow_cells

_DEFAULT_CRS: Final = "OGC:CRS84"
"""What GeoParquet 1.x lays down for a column that states no crs; an explicit null is unknown."""
_PLAIN_NAMES: Final = ("geometry", "wkb_geometry", "geom")
_PANDAS_INDEX: Final = "__index_level_0__"


def open_parquet(path: Path, *, name: str) -> Source:
    """Return a Parquet file with its headers known; a GeoParquet file has geometry and states its CRS.

    Raises
    ------
    InputError
        Damaged, or geometry in another encoding than WKB.
    """
    try:
        file = pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(name, error) from None
    schema = file.schema_arrow
    geometry, crs = _geometry(schema, name)
    headers = tuple(
        field.name
        for field in schema
        if field.name not in (geometry, _PANDAS_INDEX) and not pa.types.is_nested(field.type)
    )
    rows = file.metadata.num_rows

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: FBT001
        columns = [headers[position] for position in wanted]
        try:
            table = file.read(columns=[*columns, *([geometry] if with_geometry else [])])
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(name, error) from None
        cells = {position: arrow_cells(table.column(headers[position])) for position in wanted}
        wkb = shallow(_storage(table.column(geometry)).to_numpy()) if with_geometry else None
        return Content(cells, np.arange(1, rows + 1, dtype=np.int64), wkb)

    return Source(name, "", headers, read, has_geometry=bool(geometry), crs=crs)


def _geometry(schema: pa.Schema, name: str) -> tuple[str, str | None]:
    """Return the name of the geometry column and its CRS; blank where there is none."""
    stated = (schema.metadata or {}).get(b"geo")
    if stated is None:
        plain = [n for n in _PLAIN_NAMES if n in schema.names and _is_binary(schema.field(n).type)]
        return (plain[0], None) if plain else ("", None)
    primary, column = _stated(stated, name)
    if primary not in schema.names or not _is_binary(_plain(schema.field(primary).type)):
        found = f"说明中的几何列不存在或不是二进制 / the geometry column it names is not there, or no binary: {primary}"
        raise InputError([Fault(name, found, "WKB", "重新导出为 GeoParquet / export it again as GeoParquet")])
    if column.get("encoding") != "WKB":
        found = f"几何编码 / geometry encoding: {column.get('encoding')}"
        raise InputError([Fault(name, found, "WKB", "另存为 WKB 编码 / save it as WKB")])
    if "crs" not in column:
        return primary, _DEFAULT_CRS
    return primary, None if column["crs"] is None else json.dumps(column["crs"])


def _stated(stated: bytes, name: str) -> tuple[str, Mapping[str, Any]]:
    """Return the name of the geometry column and what the file says of it."""
    try:
        geo = json.loads(stated)
        primary = geo["primary_column"]
        column = geo["columns"][primary]
        if isinstance(column, dict):
            return str(primary), column
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        pass
    found = "文件中关于几何的说明不完整或写法有误 / what it says of its geometry is damaged"
    raise InputError([Fault(name, found, "GeoParquet", "重新导出为 GeoParquet / export it again as GeoParquet")])


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type in which an extension type is stored."""
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _storage(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not isinstance(column.type, pa.BaseExtensionType):
        return column
    return pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)


def _unreadable(name: str, error: Exception) -> InputError:
    return InputError([Fault(name, f"无法读取 / cannot be read: {error}", "Parquet", "检查文件 / check the file")])
