"""Bring layers of an old datum to CGCS2000 by the bureau's own parameters; refuse to mix datums without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from landuse.datums import Datums, Parameters
from landuse.errors import Fault, InputError
from landuse.read.crs import parse_crs, transformer
from landuse.read.national import DATUMS, OLD, System, datum_of, system_of
from landuse.read.part import ReadPart
from landuse.read.places import Floats, geod
from landuse.read.statements import stated
from landuse.tables import RawPart, join_issues, one_issue

if TYPE_CHECKING:
    import pyproj

FARTHEST_M: Final = 500.0
"""Xian 1980 and Beijing 1954 lie 50 to 200 m from CGCS2000: parameters that move data farther are wrong (inclusive)."""


@dataclass(frozen=True)
class Stand:
    """A file with coordinates, and the CRS it stands in."""

    where: str
    crs: str


def renewed(part: ReadPart, datums: Datums) -> ReadPart:
    """Return a layer in CGCS2000 where it stands in a datum of the past and its parameters are given; else as it is.

    Raises
    ------
    InputError
        The parameters miss their own control points, move the data farther than any datum lies from another, or do not
        belong to the CRS of the layer.
    """
    raw = part.raw
    if raw.geometry is None or raw.crs is None:
        return part
    datum = old_datum(raw.crs)
    given = datums.of(datum)
    if given is None:
        return part
    change = _Change(datum, given, *_planes(raw, datum, given))
    worst = change.proved()
    moved = shapely.transform(raw.geometry, change.moved)
    metres = change.farthest(raw.geometry, moved)
    if metres > FARTHEST_M:
        raise InputError([change.too_far(metres)])
    made = replace(raw, shapes=moved, wkb=np.asarray(shapely.to_wkb(moved), dtype=object), crs=change.new)
    return replace(part, raw=made, issues=join_issues([part.issues, *_notes(raw, change, metres, worst)]))


def old_datum(crs: str) -> str:
    """Return the datum of the past that a CRS stands on; blank for every other."""
    datum = datum_of(parse_crs(crs, ""))
    return datum if datum in OLD else ""


def mixed(stands: Sequence[Stand]) -> list[Fault]:
    """Return the faults of files that stand in other datums than the project: nothing brings them together exactly."""
    datums = [old_datum(stand.crs) for stand in stands]
    if len(set(datums)) < 2:
        return []
    own = "" if "" in datums else datums[0]
    other = stands[datums.index(own)]
    return [_mixed(stand, datum, other, own) for stand, datum in zip(stands, datums, strict=True) if datum != own]


def old_only(parts: Sequence[RawPart]) -> pd.DataFrame:
    """Return the warning that the whole project stands in one datum of the past; nothing where it does not."""
    found = next(((part, old_datum(part.crs)) for part in parts if part.crs and old_datum(part.crs)), None)
    if found is None:
        return join_issues([])
    part, datum = found
    return _note("DATUM_OLD", part, _named(datum, "zh"), datum_en=_named(datum, "en"), section=datum)


# ---------------------------------------------------------------------------------------------- the change


@dataclass(frozen=True)
class _Change:
    """Parameters laid on the planes of one layer."""

    datum: str
    given: Parameters
    old: str
    """CRS of the layer."""
    new: str
    """CRS it is brought to."""

    def moved(self, xy: Floats) -> Floats:
        """Return coordinates (east, north) of the layer in the new CRS."""
        if self.given.method == "four":
            plane = _through(xy, self.old, str(self.given.old_crs))
            return _four(plane, self.given)
        degrees = _through(xy, self.old, f"EPSG:{DATUMS[self.datum].geographic}")
        lon, lat, _ = _seven(self.datum, self.given).transform(degrees[:, 0], degrees[:, 1], np.zeros(len(degrees)))
        return _through(np.column_stack([lon, lat]), "EPSG:4490", self.new)

    def proved(self) -> float | None:
        """Return by how many m the worst control point is missed; None without points."""
        if not self.given.points:
            return None
        old, new = str(self.given.old_crs), str(self.given.new_crs)
        before = np.array([point.old for point in self.given.points], dtype=float)[:, ::-1]
        after = np.array([point.new for point in self.given.points], dtype=float)[:, ::-1]
        missed = np.hypot(*(replace(self, old=old, new=new).moved(before) - after).T)
        worst = int(np.argmax(np.nan_to_num(missed, nan=np.inf)))
        if not missed[worst] <= self.given.points_within_m:
            raise InputError([self._unproved(worst, float(missed[worst]))])
        return float(missed[worst])

    def farthest(self, before: np.ndarray, after: np.ndarray) -> float:
        """Return by how many m the corners of the data would be off, were the datum ignored."""
        system = system_of(parse_crs(self.old, ""))
        twin = System("cgcs2000", system.width, system.zone, system.prefixed).code if system else self.old
        one, other = (
            _through(_corners(geometry), crs, "EPSG:4490") for geometry, crs in ((before, twin), (after, self.new))
        )
        metres = geod().inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]
        return 0.0 if np.isnan(metres).all() else float(np.nanmax(metres))

    def too_far(self, metres: float) -> Fault:
        """Return the fault of parameters that move data farther than any datum lies from another."""
        found = (
            f"参数把数据移动了 {metres:.0f} 米,大地基准之间最多相差 {FARTHEST_M:.0f} 米 / the parameters move the data "
            f"by {metres:.0f} m, datums are at most {FARTHEST_M:.0f} m apart"
        )
        do = "检查参数的单位、正负号、旋转方向(convention)与起止平面 / check units, signs, convention and planes"
        return Fault(f"[datums.{self.datum}]", found, "", do)

    def _unproved(self, worst: int, missed: float) -> Fault:
        limit = self.given.points_within_m
        found = f"第 {worst + 1} 个控制点相差 {missed:.3f} 米 / control point {worst + 1} is missed by {missed:.3f} m"
        do = "检查参数、旋转方向(convention)与控制点坐标 / check the parameters, convention and the point"
        return Fault(f"[datums.{self.datum}]", found, f"≤ {limit:g} m (points_within_m)", do)


def _planes(raw: RawPart, datum: str, given: Parameters) -> tuple[str, str]:
    """Return the CRS of a layer and the one that the parameters bring it to."""
    crs = str(raw.crs)
    for name, wanted in (("old_crs", datum), ("new_crs", "cgcs2000")):
        if (text := getattr(given, name)) is not None:
            _of_datum(text, wanted, f"[datums.{datum}] {name}")
    if given.method == "four":
        return crs, stated(str(given.new_crs), "").crs
    system = system_of(parse_crs(crs, ""))
    if system is None:
        found = f"坐标系不是国家标准分带,七参数不知转到何处 / no national zone, the target is unknown: {crs[:60]}"
        raise InputError([Fault(raw.file, found, "", "用四参数并写明 new_crs / use four parameters with new_crs")])
    return crs, System("cgcs2000", system.width, system.zone, system.prefixed).code


def _of_datum(text: str, datum: str, where: str) -> None:
    """Refuse a plane of the parameters that is not whole, not projected, or of another datum."""
    said = stated(text, where)
    if not said.is_whole or said.datum != datum or said.is_geographic:
        allowed = f"{_named(datum, 'zh')}的投影坐标系,如 {System(datum, 3, 40, prefixed=True).code} / a projected CRS"
        found = f"不是所需的坐标系 / not the CRS that is wanted: {text}"
        raise InputError([Fault(where, found, allowed, "写 EPSG 代码 / write an EPSG code")])


def _through(xy: Floats, source: str, target: str) -> Floats:
    """Return coordinates in another CRS of the same datum."""
    if source == target:
        return xy
    return np.column_stack(transformer(source, target).transform(xy[:, 0], xy[:, 1]))


def _corners(geometry: np.ndarray) -> Floats:
    west, south, east, north = shapely.total_bounds(geometry)
    return np.array([[west, south], [east, south], [west, north], [east, north]])


def _four(plane: Floats, given: Parameters) -> Floats:
    """Return east, north after shift, rotation and scale of the plane, X north and Y east as surveyors have them."""
    angle = np.radians((given.rotation_seconds or 0.0) / 3600)
    angle = angle if given.convention == "clockwise" else -angle
    scale = 1 + given.scale_ppm * 1e-6
    east, north = plane[:, 0], plane[:, 1]
    x = given.dx_m + scale * (np.cos(angle) * north - np.sin(angle) * east)
    y = given.dy_m + scale * (np.sin(angle) * north + np.cos(angle) * east)
    return np.column_stack([y, x])


@cache
def _seven(datum: str, given: Parameters) -> pyproj.Transformer:
    """Return the change from degrees of the old datum to degrees of CGCS2000, at height 0."""
    import pyproj

    axis, flattening = DATUMS[datum].ellipsoid
    new_axis, new_flattening = DATUMS["cgcs2000"].ellipsoid
    helmert = (
        f"+proj=helmert +x={given.dx_m!r} +y={given.dy_m!r} +z={given.dz_m!r} +rx={given.rx_seconds!r} "
        f"+ry={given.ry_seconds!r} +rz={given.rz_seconds!r} +s={given.scale_ppm!r} +convention={given.convention}"
    )
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f"+step +proj=cart +a={axis!r} +rf={flattening!r} "
        f"+step {helmert} +step +inv +proj=cart +a={new_axis!r} +rf={new_flattening!r} "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


# ---------------------------------------------------------------------------------------------- the words


def _notes(raw: RawPart, change: _Change, metres: float, worst: float | None) -> list[pd.DataFrame]:
    count = len(change.given.points)
    facts = {
        "section": change.datum,
        "target": change.new,
        "metres": f"{metres:.1f}",
        "points": str(count),
        "worst": "–" if worst is None else f"{worst:.3f}",
    }
    notes = [_note("DATUM_CHANGED", raw, change.old, **facts)]
    return notes if count else [*notes, _note("DATUM_UNPROVED", raw, change.old, section=change.datum)]


def _note(code: str, raw: RawPart, value: str, **facts: str) -> pd.DataFrame:
    found = one_issue(code, table=raw.table, value=value, facts={"file": raw.file, **facts})
    return found.assign(source_file=raw.file, source_sheet=raw.sheet)


def _named(datum: str, lang: str) -> str:
    """Return a datum in words; blank = every datum less than a metre from CGCS2000."""
    odd: Mapping[str, tuple[str, str]] = {
        "new_beijing": ("新1954北京坐标系", "New Beijing"),
        "": ("2000国家大地坐标系", "CGCS2000"),
    }
    zh, en = odd[datum] if datum in odd else (DATUMS[datum].zh, DATUMS[datum].en)
    return zh if lang == "zh" else en


def _mixed(stand: Stand, datum: str, other: Stand, own: str) -> Fault:
    here, there = (f"{_named(one, 'zh')}({_shown(at.crs)})" for one, at in ((datum, stand), (own, other)))
    here_en, there_en = (f"{_named(one, 'en')} ({_shown(at.crs)})" for one, at in ((datum, stand), (own, other)))
    found = (
        f"大地基准与其他文件不同:本文件为{here},{other.where} 为{there},两者相差几十至一百多米 / "
        f"not the datum of other files, {here_en} here and {there_en} in {other.where}, 50 to 200 m apart"
    )
    ask = "请提供单位转换到2000国家大地坐标系 / have its owner transform it to CGCS2000"
    if datum not in ("xian80", "beijing54"):
        return Fault(stand.where, found, "", ask)
    way = (
        f"在项目文件中写入本地区的转换参数 [datums.{datum}](四参数或七参数) / "
        f"state the parameters of your region as [datums.{datum}], four or seven"
    )
    return Fault(stand.where, found, way, "或" + ask.replace("/ have", "/ or have"))


def _shown(crs: str) -> str:
    """Return a CRS as its code, else its name."""
    known = parse_crs(crs, "")
    authority = known.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(known.name)
