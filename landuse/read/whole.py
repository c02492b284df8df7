"""Read a whole layer with every column as it stands, to be written in another format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from landuse.errors import Fault, InputError
from landuse.read.coordinates import judge_crs
from landuse.read.crs import coordinate_fault, name_crs
from landuse.read.opening import open_source
from landuse.read.source import Cells
from landuse.settings import InputEntry
from landuse.tables import Geometries
from landuse.tables.stages import from_wkb

DAY_US = 86_400_000_000
"""Microseconds of a day."""


@dataclass(frozen=True)
class WholeLayer:
    """One layer as it stands in a file."""

    name: str
    """Layer or sheet, else the name of the file without its end."""
    where: str
    columns: Mapping[str, pa.Array]
    """Header -> cells: string, int64, float64, date32 or bool."""
    geometry: Geometries
    crs: str
    encoding: str
    """Codec the text was read with; blank where the format states it itself."""


def read_whole(entry: InputEntry, folder: Path) -> WholeLayer:
    """Return every column and the geometry of one layer.

    Raises
    ------
    InputError
        What `open_source` refuses; a file without geometry; damaged geometry; a CRS that is missing or undecided.
    """
    source = open_source(entry, folder, geometry=True)
    if not source.has_geometry:
        found = "没有图形,是一张表 / no geometry, a plain table"
        do = "指定带图形的文件或图层 / name a file or layer with geometry"
        raise InputError([Fault(source.where, found, "面、线、点图层 / a layer of polygons, lines or points", do)])
    content = source.read(range(len(source.headers)), True)  # noqa: FBT003
    if content.wkb is None:
        raise InputError(
            [Fault(source.where, "读不到图形 / the geometry cannot be read", "", "检查文件 / check the file")]
        )
    geometry = from_wkb(content.wkb)
    damaged = [
        row for row, (raw, shape) in enumerate(zip(content.wkb, geometry, strict=True), 1) if shape is None and raw
    ]
    if damaged:
        rows = ", ".join(map(str, damaged[:5]))
        found = f"{len(damaged)} 行图形已损坏,第 {rows} 行 / damaged geometry, rows: {rows}"
        raise InputError([Fault(source.where, found, "", "用原软件修复后再转换 / repair it in its program first")])
    crs = _crs(entry.crs, source.crs, geometry, where=source.where)
    columns = {header: _plain(content.cells[place]) for place, header in enumerate(_apart(source.headers))}
    name = source.sheet or Path(source.file).name.partition(".")[0]
    return WholeLayer(name, source.where, columns, geometry, crs, source.encoding)


def _crs(declared: str | None, stated: str | None, geometry: Geometries, *, where: str) -> str:
    """Return the CRS: as declared, else as the file states it and its coordinates allow."""
    if declared:
        crs = name_crs(declared, where)
    else:
        judged = judge_crs(stated, geometry, region=None, where=where)
        if judged.value is None:
            choice = "; ".join(f"{one.value}: {one.evidence}" for one in judged.candidates)
            do = "用 --crs 写明,例如 --crs EPSG:4527 / declare it with --crs"
            raise InputError([Fault(where, f"坐标系未定 / CRS undecided: {judged.evidence.en}", choice, do)])
        crs = judged.value
    if fault := coordinate_fault(geometry, crs, where):
        raise InputError([fault])
    return crs


def _apart(headers: tuple[str, ...]) -> list[str]:
    """Return the headers, a repeated one with its place behind it, so that no column takes the place of another."""
    found: list[str] = []
    for place, header in enumerate(headers, start=1):
        found.append(header if header not in found else f"{header}#{place}")
    return found


def _plain(cells: Cells) -> pa.Array:
    """Return cells as one array; a column of several kinds becomes text, as it reads."""
    known = [part for part in (cells.text, cells.number, cells.day) if part is not None and part.null_count < len(part)]
    if not known:
        return pa.nulls(cells.size, pa.string())
    if len(known) > 1:
        texts = [_said(part) for part in known]
        return pc.coalesce(*texts)
    part = known[0]
    if pa.types.is_timestamp(part.type):
        return part.cast(pa.date32(), safe=False) if _whole_days(part) else _said(part)
    return part.cast(pa.string()) if pa.types.is_large_string(part.type) else part


def _whole_days(days: pa.Array) -> bool:
    ticks = days.cast(pa.int64())
    rest = pc.subtract(ticks, pc.multiply(pc.divide(ticks, DAY_US), DAY_US))
    return bool(pc.all(pc.equal(rest, 0)).as_py())


def _said(part: pa.Array) -> pa.Array:
    """Return cells as text: days in ISO form, whole numbers without a point."""
    return pa.array([None if value is None else _text(value) for value in part.to_pylist()], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
