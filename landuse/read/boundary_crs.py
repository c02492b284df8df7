"""Find axes and zone of a boundary-point file: what its header says, what its numbers can be, and where both differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.errors import Fault, InputError
from landuse.read.source import Remark

Xy = npt.NDArray[np.float64]

_DATUMS: Final = (
    ("2000国家大地坐标系", re.compile("2000|cgcs", re.IGNORECASE), (4513, 4534, 4491, 4502)),
    ("1980西安坐标系", re.compile("80|西安"), (2349, 2370, 2327, 2338)),
    ("1954北京坐标系", re.compile("54|北京"), (2401, 2422, 21413, 21453)),
)
"""Name, spelling, and the first EPSG code of: 3 degrees with zone prefix, without, 6 degrees with, without."""
THREE, SIX = range(25, 46), range(13, 24)
_NORTH: Final = (1_600_000.0, 6_200_000.0)
"""Northings of China's mainland in metres; an easting is never that large without, never that small with its zone."""
_EAST: Final = (100_000.0, 920_000.0)
"""Eastings without their zone."""
_METRES: Final = frozenset({"", "米", "m", "meter", "metre", "meters", "metres"})


@dataclass(frozen=True)
class Axes:
    """The points of a file as east and north."""

    east: Xy
    north: Xy
    swapped: npt.NDArray[np.bool_]
    """Points written east first."""
    unknown: npt.NDArray[np.bool_]
    """Points whose two numbers cannot be told apart."""


def axes_of(first: Xy, second: Xy) -> Axes:
    """Return which number is the northing, point by point, by what each can be; the format says: the first."""
    right = _is_north(first) & _is_east(second)
    swapped = _is_east(first) & _is_north(second)
    return Axes(np.where(swapped, first, second), np.where(swapped, second, first), swapped, ~right & ~swapped)


def zone_prefix(east: Xy) -> tuple[int, ...]:
    """Return the zones that stand before the eastings; none where they have none."""
    with_zone = east[east >= 1e6]
    return tuple(sorted({int(zone) for zone in with_zone // 1e6}))


def crs_of(headers: Sequence[Mapping[str, str]], east: Xy, where: str) -> tuple[str | None, list[Remark]]:
    """Return the CRS that a file states, by its code; a name where the zone is open, None where it states no datum.

    Raises
    ------
    InputError
        The header contradicts itself or the coordinates: the candidates are named.
    """
    stated = {_stated(header) for header in headers} or {("", "", "")}
    if len(stated) > 1:
        found = f"文件里有 {len(stated)} 个不同的文件头 / {len(stated)} different headers in one file"
        told = " | ".join(" ".join(part for part in each if part) for each in sorted(stated))
        raise InputError([Fault(where, found, told, "拆成几个文件 / split the file")])
    name, degrees, zone = next(iter(stated))
    prefixes = zone_prefix(east)
    datum = _datum(name, where)
    width, number = _zone(degrees, zone, prefixes, where)
    remarks = _parameters(headers)
    if datum is None:
        return None, remarks
    if number is None:
        return f"{datum[0]} {width}度带" if width else datum[0], remarks
    start = {(3, True): 0, (3, False): 1, (6, True): 2, (6, False): 3}[width or 3, bool(prefixes)]
    return f"EPSG:{datum[2][start] + number - (THREE if width == 3 else SIX)[0]}", remarks


def candidates(name: str, east: Xy) -> str:
    """Return the CRS among which a person has to choose, as an error message lists them."""
    datum = next((each for each in _DATUMS if each[1].search(name)), None)
    prefixes = zone_prefix(east)
    known = [datum] if datum is not None else list(_DATUMS)
    if len(prefixes) == 1 and (prefixes[0] in THREE or prefixes[0] in SIX):
        three = prefixes[0] in THREE
        codes = [(each[0], each[2][0 if three else 2] + prefixes[0] - (25 if three else 13)) for each in known]
        return " | ".join(f"EPSG:{code} {title}" for title, code in codes)
    return " | ".join(f"EPSG:{each[2][1]}–{each[2][1] + 20} {each[0]} 3度带" for each in known)


def check_units(headers: Sequence[Mapping[str, str]], where: str) -> None:
    """Refuse coordinates in anything but metres, and projections other than Gauss-Krüger.

    Raises
    ------
    InputError
        The header states another unit or projection.
    """
    for header in headers:
        unit = header.get("计量单位", "").lower()
        if unit not in _METRES:
            raise InputError(
                [Fault(where, f"计量单位不是米 / the unit is not the metre: {unit}", "计量单位=米", _AGAIN)]
            )
        projection = header.get("投影类型", "")
        if projection and "高斯" not in projection and "gauss" not in projection.lower():
            found = f"投影类型不是高斯克吕格 / not the Gauss-Krüger projection: {projection}"
            raise InputError([Fault(where, found, "投影类型=高斯克吕格", _AGAIN)])


_AGAIN: Final = "从原软件按国家格式重新导出 / export it again in the national format"


def _is_north(values: Xy) -> npt.NDArray[np.bool_]:
    return (values >= _NORTH[0]) & (values < _NORTH[1])


def _is_east(values: Xy) -> npt.NDArray[np.bool_]:
    zone = values // 1e6
    rest = values - 1e6 * zone
    within = (rest >= _EAST[0]) & (rest < _EAST[1])
    fitting: npt.NDArray[np.bool_] = within & np.isin(zone, [0, *SIX, *THREE])
    return fitting


def _stated(header: Mapping[str, str]) -> tuple[str, str, str]:
    """Return coordinate system, width of the zones in degrees and zone number as a header says them."""
    digits = re.search(r"\d+", header.get("几度分带", ""))
    chinese = {"三": "3", "六": "6"}.get(header.get("几度分带", "")[:1], "")
    zone = header.get("带号", "").removesuffix("带").strip().removesuffix(".0")
    return header.get("坐标系", "").strip(), digits[0] if digits else chinese, zone


def _datum(name: str, where: str) -> tuple[str, re.Pattern[str], tuple[int, int, int, int]] | None:
    if not name:
        return None
    fitting = [each for each in _DATUMS if each[1].search(name)]
    if len(fitting) == 1:
        return fitting[0]
    found = f"坐标系不认识 / an unknown coordinate system: {name}"
    allowed = " | ".join(each[0] for each in _DATUMS)
    raise InputError([Fault(where, found, allowed, "在项目文件中写明 crs / declare crs")])


def _zone(degrees: str, zone: str, prefixes: Sequence[int], where: str) -> tuple[int | None, int | None]:
    """Return the width of the zones in degrees and the number of the zone; None where nothing says it."""
    if len(prefixes) > 1:
        found = f"坐标分属几个带 / the coordinates stand in several zones: {', '.join(map(str, prefixes))}"
        raise InputError([Fault(where, found, "一个带 / one", "拆成几个文件 / split the file")])
    number = int(zone) if re.fullmatch(r"\d{1,3}", zone) else None
    if zone and (number is None or (number not in THREE and number not in SIX)):
        meridian = number is not None and number in range(75, 136, 3)
        hint = f"中央经线 {zone} 是 {int(zone) // 3} 带 / zone {int(zone) // 3}" if meridian else ""
        found = f"带号不可能 / no such zone: {zone}"
        raise InputError([Fault(where, found, hint or "25–45 (3°), 13–23 (6°)", "改正带号 / correct the zone")])
    if prefixes and number is not None and prefixes[0] != number:
        found = f"带号是 {number},坐标却以 {prefixes[0]} 开头 / zone {number} stated, points begin with {prefixes[0]}"
        do = "核对后在项目文件中写明 crs / check, and declare crs"
        raise InputError([Fault(where, found, f"{number} | {prefixes[0]}", do)])
    number = prefixes[0] if prefixes else number
    width = None if number is None else 3 if number in THREE else 6
    if width is not None and degrees and int(degrees) != width:
        found = (
            f"几度分带={degrees},带号 {number} 却是 {width} 度带 / {degrees} degrees stated, zone {number} has {width}"
        )
        raise InputError(
            [Fault(where, found, f"{width}", "改正文件头,或写明 crs / correct the header, or declare crs")]
        )
    return width or (int(degrees) if degrees in ("3", "6") else None), number


def _parameters(headers: Sequence[Mapping[str, str]]) -> list[Remark]:
    """Return the remark that a file carries parameters of a transformation, which nobody applies."""
    for header in headers:
        values = re.split("[,，]", header.get("转换参数", ""))
        if any(value.strip(" 0.") for value in values):
            return [Remark("BOUNDARY_PARAMETERS", header["转换参数"])]
    return []
