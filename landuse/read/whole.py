"""Read a whole layer with every column as it stands, to be written in another format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.errors import Fault, InputError
from landuse.read.findings import Finding
from landuse.read.flat import Flat, flatten
from landuse.read.opening import open_source
from landuse.read.part import ReadPart
from landuse.read.placing import placed
from landuse.read.source import Cells, Content, Source
from landuse.settings import InputEntry, Region
from landuse.tables import Geometries, RawPart, issue_rows, join_issues, one_issue

DAY_US: Final = 86_400_000_000
"""Microseconds of a day."""
TABLE: Final = "parcels"
UNDATED: Final = date(2000, 1, 1)
"""No cell is parsed, so no day is asked for."""


@dataclass(frozen=True)
class WholeLayer:
    """One layer as it stands in a file."""

    name: str
    """Layer or sheet, else the name of the file without its end."""
    where: str
    columns: Mapping[str, pa.Array]
    """Header -> cells: string, int64, float64, date32 or bool."""
    geometry: Geometries
    """In the plane, edges straight, east before north; None where there is none or it cannot be used."""
    crs: str
    encoding: str
    """Codec the text was read with; blank where the format states it itself."""
    issues: pd.DataFrame
    """What the format, the geometry and the CRS show to be wrong."""


def read_whole(entry: InputEntry, folder: Path, *, region: Region | None = None) -> WholeLayer:
    """Return every column and the geometry of one layer.

    Raises
    ------
    InputError
        What `open_source` refuses; a file without geometry; a CRS that is missing or undecided.
    """
    source = open_source(entry, folder, geometry=True)
    if not source.has_geometry:
        found = "没有图形,是一张表 / no geometry, a plain table"
        do = "指定带图形的文件或图层 / name a file or layer with geometry"
        raise InputError([Fault(source.where, found, "面、线、点图层 / a layer of polygons, lines or points", do)])
    content = source.read(range(len(source.headers)), True)  # noqa: FBT003
    flat = flatten(content.wkb, content.straight)
    if flat.shapes is None:
        found = "读不到图形 / the geometry cannot be read"
        raise InputError([Fault(source.where, found, "", "检查文件 / check the file")])
    part = _placed(_part(source, content, flat), entry, source, region)
    columns = {header: _plain(content.cells[place]) for place, header in enumerate(_apart(source.headers))}
    name = source.sheet or PurePosixPath(source.file).name.partition(".")[0]
    raw = part.raw
    shapes = flat.shapes if raw.geometry is None else raw.geometry
    return WholeLayer(name, source.where, columns, shapes, str(raw.crs), source.encoding, part.issues)


def _placed(part: ReadPart, entry: InputEntry, source: Source, region: Region | None) -> ReadPart:
    """Return the layer with its CRS decided; a refusal names the options of the command line."""
    try:
        return placed(part, entry, source, region=region)
    except InputError as error:
        option = "转换时用 --crs 或 --axes 写明 / on the command line give --crs or --axes"
        raise InputError(
            [replace(one, do=f"{one.do}; {option}" if one.do else option) for one in error.faults]
        ) from None


def _part(source: Source, content: Content, flat: Flat) -> ReadPart:
    """Return the geometry as a part of the parcels, with what the format shows to be wrong."""
    rows = pd.DataFrame({"source_row": content.source_row})
    raw = RawPart(
        table=TABLE, file=source.file, sheet=source.sheet, frame=rows, headers={}, factors={}, shapes=flat.shapes,
        wkb=flat.wkb, encoding=source.encoding,
    )  # fmt: skip
    told = rows.assign(source_file=source.file, source_sheet=source.sheet)
    findings: list[tuple[int | None, Finding]] = [
        (None, Finding("GEOMETRY_UNREADABLE", flat.broken, [""] * len(flat.broken))),
        (None, Finding("GEOMETRY_MIXED", flat.mixed, [""] * len(flat.mixed))),
        *content.findings,
    ]
    issues = [
        one_issue(remark.code, table=TABLE, value=remark.value, facts=dict(remark.facts)).assign(
            source_file=source.file, source_sheet=source.sheet, source_row=pd.array([remark.row], dtype="Int64")
        )
        for remark in (*flat.remarks, *content.remarks)
    ]
    for at, finding in findings:
        size = len(finding.rows)
        header = "geometry" if at is None else source.headers[at]
        facts = [dict(finding.facts)] * size
        some = told.iloc[np.asarray(finding.rows, dtype=np.int64)]
        issues.append(
            issue_rows(finding.code, some, table=TABLE, column=header, value=list(finding.values), facts=facts)
        )
    return ReadPart(raw, join_issues(issues), {}, UNDATED)


def _apart(headers: tuple[str, ...]) -> list[str]:
    """Return the headers, a repeated one with its place behind it, so that no column takes the place of another."""
    found: list[str] = []
    for place, header in enumerate(headers, start=1):
        found.append(header if header not in found else f"{header}#{place}")
    return found


def _plain(cells: Cells) -> pa.Array:
    """Return cells as one array; a column of several kinds becomes text, as it reads; truth values stay such."""
    known = [part for part in (cells.text, cells.number, cells.day) if part is not None and part.null_count < len(part)]
    if not known:
        return pa.nulls(cells.size, pa.bool_() if cells.is_truth else pa.string())
    if len(known) > 1:
        return pc.coalesce(*(_said(part) for part in known))
    part = known[0]
    if cells.is_truth:
        return pc.equal(part, "TRUE")
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
