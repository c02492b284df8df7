"""Read boundary-point files (勘测定界报盘坐标文件, .txt): every parcel a row, its points a polygon."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from landuse.errors import Fault, InputError
from landuse.read.boundary_crs import Axes, Xy, axes_of, candidates, check_units, crs_of
from landuse.read.boundary_lines import FIELDS, Parcel, Survey, number_of, survey_of
from landuse.read.boundary_rings import FAR_OFF, Doubt, Shaped, count_doubts, shape_of
from landuse.read.encoding import text_encoding
from landuse.read.findings import Finding
from landuse.read.source import Cells, Content, Remark, Source
from landuse.read.vector import LayerInfo
from landuse.settings import InputEntry

AREA_UNITS: Final = (("公顷", 10_000.0), ("平方米", 1.0), ("亩", 2000 / 3))
"""Units in which files state the area; the format says hectares."""
AREA_FITS: Final = 0.02
"""Share by which an area may differ (inclusive) and still tell its unit: units differ by a factor of 15 at least."""
AREA_AGREES: Final = 0.001
"""Share by which an area may differ (inclusive) without a warning: plane and ellipsoid differ by up to 0.0006."""
LOST: Final = frozenset({"BOUNDARY_POINTS_MISSING", "BOUNDARY_POINTS_EXTRA"})
"""Doubts that take the polygon away."""
_AREA_AT: Final = FIELDS.index("面积")


@dataclass(frozen=True)
class Boundary:
    """A file, read: one row a parcel."""

    rows: tuple[Parcel, ...]
    shapes: npt.NDArray[np.object_]
    crs: str | None
    unit: str
    """Unit of the stated areas; blank = undecided."""
    findings: tuple[tuple[int | None, Finding], ...]
    remarks: tuple[Remark, ...]
    codec: str

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the titles of the attributes, the area with its unit, and further attributes by number."""
        more = max((len(row.values) for row in self.rows), default=0) - len(FIELDS)
        area = f"面积({self.unit})" if self.unit else "面积"
        return (*FIELDS[:_AREA_AT], area, *FIELDS[_AREA_AT + 1 :], *(f"附加{n}" for n in range(1, more + 1)))


def open_boundary(data: bytes, entry: InputEntry, *, name: str) -> Source:
    """Return a boundary-point file with its headers known.

    Parameters
    ----------
    name
        Path as the project file writes it.

    Raises
    ------
    InputError
        No parcel, an encoding or axes that cannot be decided, a header that contradicts itself or the coordinates.
    """
    boundary = read_boundary(data, entry, name=name)

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: FBT001
        values = [[row.values[at] if at < len(row.values) else "" for row in boundary.rows] for at in wanted]
        cells = {at: _cells(texts) for at, texts in zip(wanted, values, strict=True)}
        lines = np.array([row.line for row in boundary.rows], dtype=np.int64)
        wkb = np.asarray(shapely.to_wkb(boundary.shapes), dtype=object) if with_geometry else None
        return Content(cells, lines, wkb, findings=boundary.findings, remarks=boundary.remarks)

    return Source(
        file=name, sheet="", headers=boundary.headers, read=read, has_geometry=True, crs=boundary.crs,
        encoding=boundary.codec,
    )  # fmt: skip


def boundary_layers(data: bytes, name: str) -> tuple[LayerInfo, ...]:
    """Return a boundary-point file as the one layer it is.

    Raises
    ------
    InputError
        As `open_boundary`.
    """
    boundary = read_boundary(data, InputEntry(path=name), name=name)
    title = PurePosixPath(name).stem
    return (LayerInfo(title, "Polygon", boundary.headers, len(boundary.rows), boundary.crs),)


def read_boundary(data: bytes, entry: InputEntry, *, name: str) -> Boundary:
    """Return the parcels of a boundary-point file.

    Raises
    ------
    InputError
        As `open_boundary`.
    """
    decided = text_encoding(data, declared=entry.encoding, where=name)
    with io.TextIOWrapper(io.BytesIO(data), encoding=decided.codec, newline=None) as lines:
        survey = survey_of(lines)
    if not survey.parcels:
        found = "没有地块 / no parcel in the file"
        raise InputError([Fault(name, found, "[地块坐标]", "从原软件重新导出 / export it again from its program")])
    check_units(survey.headers, name)
    is_unended = not data.rstrip(b"\0 \x1a").endswith((b"\n", b"\r"))
    if is_unended and _breaks_off(survey.parcels[-1]):
        raise InputError([_cut_off(survey.parcels[-1], name)])
    axes = _axes(survey, entry, name)
    crs, remarks = _crs(survey, axes, entry, name)
    ends = np.cumsum([len(row.points) for row in survey.parcels])[:-1]
    split = zip(np.split(axes.east, ends), np.split(axes.north, ends), np.split(axes.unknown, ends), strict=True)
    shaped = [_shaped(row, *part) for row, part in zip(survey.parcels, split, strict=True)]
    unit = _unit(survey.parcels, shaped)
    doubts = [_doubts(row, one, unit) for row, one in zip(survey.parcels, shaped, strict=True)]
    lost = [any(doubt.code in LOST for doubt in mine) for mine in doubts]
    shapes = np.array([None if gone else one.shape for one, gone in zip(shaped, lost, strict=True)], dtype=object)
    remarks += [*_axis_remarks(survey, axes), *_unit_remarks(unit), *_stray_remarks(survey)]
    remarks += [Remark("TEXT_UNENDED", survey.parcels[-1].said[:80], survey.parcels[-1].line)] if is_unended else []
    return Boundary(survey.parcels, shapes, crs, unit, tuple(_findings(doubts)), tuple(remarks), decided.codec)


def _breaks_off(last: Parcel) -> bool:
    """Say whether the last parcel of a file stops in a point, or before all of those it states."""
    stated = number_of(last.value("点数"))
    return bool(last.broken) or not last.points or (stated is not None and len(last.points) < stated)


def _cut_off(last: Parcel, name: str) -> Fault:
    found = f"文件可能被截断,最后一个地块(第 {last.line} 行)的界址点不全 / it seems cut off, after line {last.line}"
    return Fault(name, found, "", "请提供方重新发送 / have the sender send it again")


def _cells(texts: Sequence[str]) -> Cells:
    return Cells(len(texts), text=pa.array([text or None for text in texts], pa.large_string()))


# ---------------------------------------------------------------------------------------------- place


def _axes(survey: Survey, entry: InputEntry, name: str) -> Axes:
    """Return the points as east and north, as their sizes say; in a declared CRS of another kind, as the format says.

    Raises
    ------
    InputError
        No point has coordinates that can be metres of a Gauss-Krüger zone, and no CRS is declared.
    """
    points = [point for row in survey.parcels for point in row.points]
    first, second = (np.array([getattr(point, at) for point in points], dtype=float) for at in ("first", "second"))
    axes = axes_of(first, second)
    if not points or not axes.unknown.all():
        return axes
    if entry.crs is not None:
        return Axes(second, first, axes.swapped, np.zeros(len(points), dtype=bool))
    found = f"坐标不是高斯平面坐标 / no plane coordinates of a zone: {first[0]:.3f}, {second[0]:.3f}"
    allowed = "X=北 1600000–6200000, Y=东 100000–920000 或带号前缀 / X = north, Y = east in metres"
    do = "是独立坐标系或经纬度时,先转换,或写明 crs / transform local or geographic coordinates, or declare crs"
    raise InputError([Fault(f"{name}:{points[0].line}", found, allowed, do)])


def _crs(survey: Survey, axes: Axes, entry: InputEntry, name: str) -> tuple[str | None, list[Remark]]:
    """Return the CRS of the file; a header that contradicts itself says nothing where the project declares one."""
    east = axes.east[~axes.unknown]
    try:
        return crs_of(survey.headers, east, name)
    except InputError as error:
        if entry.crs is not None:
            return None, []
        options = candidates(survey.headers[0].get("坐标系", "") if survey.headers else "", east)
        faults = [
            Fault(f.where, f.found, f"{f.allowed}; {options}" if options else f.allowed, f.do) for f in error.faults
        ]
        raise InputError(faults) from None


def _axis_remarks(survey: Survey, axes: Axes) -> list[Remark]:
    count = int(axes.swapped.sum())
    points = [point for row in survey.parcels for point in row.points]
    if not count:
        return []
    facts = {"count": count, "total": len(points), "line": points[int(np.argmax(axes.swapped))].line}
    return [Remark("BOUNDARY_AXES", facts=facts)]


def _stray_remarks(survey: Survey) -> list[Remark]:
    return [
        Remark("BOUNDARY_LINE", text.strip()[:80], facts={"line": line, "count": len(survey.stray)})
        for line, text in survey.stray[:1]
    ]


# ---------------------------------------------------------------------------------------------- parcels


def _shaped(row: Parcel, east: Xy, north: Xy, unknown: npt.NDArray[np.bool_]) -> Shaped:
    """Return the polygon of one parcel."""
    kind = row.value("图形属性")
    if kind and kind != "面":
        return Shaped(None, (Doubt("BOUNDARY_NOT_AREA", kind),))
    if unknown.any():
        point = row.points[int(np.argmax(unknown))]
        facts = {"line": point.line, "count": int(unknown.sum())}
        return Shaped(None, (Doubt("BOUNDARY_POINT_UNREADABLE", f"{point.first:g}, {point.second:g}", facts),))
    return shape_of(row, east, north)


def _unit(rows: Sequence[Parcel], shaped: Sequence[Shaped]) -> str:
    """Return the unit in which most of the stated areas agree with the polygons; blank where none does."""
    pairs = [(number_of(row.value("面积")), one.shape) for row, one in zip(rows, shaped, strict=True)]
    known = [(stated, float(shape.area)) for stated, shape in pairs if stated and shape is not None]
    fits = {unit: sum(_near(stated * size, area, AREA_FITS) for stated, area in known) for unit, size in AREA_UNITS}
    best = max(fits, key=lambda unit: fits[unit])
    return best if known and 2 * fits[best] > len(known) else ""


def _doubts(row: Parcel, shaped: Shaped, unit: str) -> list[Doubt]:
    """Return everything that is wrong with one parcel."""
    stated = number_of(row.value("面积"))
    size = dict(AREA_UNITS).get(unit)
    fits = None
    doubts = list(shaped.doubts)
    if not row.values:
        doubts.append(Doubt("BOUNDARY_ATTRIBUTES", row.said[:80]))
    if stated is not None and size is not None and shaped.shape is not None:
        area = float(shaped.shape.area)
        fits = abs(stated * size - area) <= max(AREA_AGREES * area, _rounding(row.value("面积")) * size)
        facts = {"stated": f"{stated * size:.2f}", "found": f"{area:.2f}"}
        doubts = [doubt for doubt in doubts if doubt.code not in FAR_OFF or not fits]
        doubts += [] if fits else [Doubt("BOUNDARY_AREA", row.value("面积"), facts)]
    return [*doubts, *count_doubts(row, shaped, fits)]


def _rounding(text: str) -> float:
    """Return half a unit of the last digit of a number as it is written."""
    return float(0.5 * 10.0 ** -len(text.partition(".")[2]))


def _near(a: float, b: float, share: float) -> bool:
    return abs(a - b) <= share * b


def _unit_remarks(unit: str) -> list[Remark]:
    if unit == AREA_UNITS[0][0]:
        return []
    return [Remark("BOUNDARY_AREA_UNIT" if unit else "BOUNDARY_AREA_UNDECIDED", unit)]


def _findings(doubts: Sequence[Sequence[Doubt]]) -> list[tuple[int | None, Finding]]:
    """Return the doubts of all parcels as findings, each with its row."""
    return [
        (None, Finding(doubt.code, np.array([at]), [doubt.value], doubt.facts))
        for at, mine in enumerate(doubts)
        for doubt in mine
    ]
