"""Take apart what somebody wrote about a coordinate system: a code, WKT, or words such as 西安80 3度带 40带."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.read.national import (
    DATUMS,
    FIRST,
    LAST,
    System,
    datum_of,
    datum_of_ellipsoid,
    flattened,
    meridian_of,
    system_of,
)
from landuse.read.words import normal

if TYPE_CHECKING:
    import pyproj

_CODE: Final = re.compile(r"\s*epsg\s*[::]\s*([0-9]{4,6})(?![0-9+])\s*(.*)", re.IGNORECASE | re.DOTALL)
_NUMBER: Final = re.compile(r"\s*[0-9]{4,6}\s*")
_WIDTHS: Final = {"3": 3, "三": 3, "6": 6, "六": 6}


@dataclass(frozen=True)
class Statement:
    """What is said of a coordinate system; what is not said is 0, blank or None."""

    text: str
    """As it was written."""
    crs: str = ""
    """Authority code or WKT where the statement is whole; blank where it leaves something open."""
    datum: str = ""
    """Key of `national.DATUMS`, wgs84, new_beijing, or another name."""
    system: System | None = None
    """The national system that a whole statement names."""
    width: int = 0
    zone: int = 0
    meridian: float | None = None
    is_geographic: bool = False
    """Longitude and latitude, and nothing else."""
    hint: str = ""
    """Datum that has the ellipsoid of a CRS that names none."""

    @property
    def is_whole(self) -> bool:
        """Return whether the statement leaves nothing open."""
        return bool(self.crs)

    @property
    def is_narrow(self) -> bool:
        """Return whether words say something of the zone."""
        return bool(self.width or self.zone or self.meridian is not None)

    def admits(self, system: System) -> bool:
        """Return whether a national system agrees with everything that is said."""
        if self.system is not None:
            return system == self.system
        if self.datum and system.datum != self.datum:
            return False
        if not system.width:
            return not self.is_narrow
        return (
            not self.is_geographic
            and self.width in (0, system.width)
            and self.zone in (0, system.zone)
            and self.meridian in (None, float(system.meridian))
        )


NOTHING: Final = Statement("")
"""Nothing is said."""


@cache
def stated(text: str, where: str) -> Statement:
    """Return what a text says of a coordinate system.

    Raises
    ------
    InputError
        It names none, contradicts itself, or names the displaced coordinates of a web map.
    """
    plain = normal(text)
    _refuse_displaced(plain, text, where)
    if _NUMBER.fullmatch(text):
        return _whole(f"EPSG:{text.strip()}", text, where)
    if coded := _CODE.fullmatch(text):
        return _narrowed(_whole(f"EPSG:{coded[1]}", text, where), normal(coded[2]), where)
    words = NOTHING if _is_formal(text) else _worded(plain, text)
    if words.datum in DATUMS:
        return _agreeing(words, where)
    if "+" in words.datum:
        raise InputError([_contradiction(text, where)])
    if _crs(text) is not None:
        return _whole(text, text, where)
    if (words.datum == "wgs84") != words.is_narrow:
        return _agreeing(words, where)
    raise InputError([_unknown(text, where)])


def _is_formal(text: str) -> bool:
    """Return whether a text is WKT, PROJJSON or PROJ: what it says is exact."""
    return any(sign in text for sign in "[{") or "+proj" in text


def _whole(code: str, text: str, where: str) -> Statement:
    crs = _crs(code)
    if crs is None:
        raise InputError([_unknown(text, where)])
    flat = flattened(crs)
    if not (flat.is_geographic or flat.is_projected):
        return Statement(text)
    authority = crs.to_authority(min_confidence=100)
    name, datum = ":".join(authority) if authority else code, datum_of(crs)
    if not datum:
        return Statement(text, crs=name, hint=datum_of_ellipsoid(flat), is_geographic=flat.is_geographic)
    return Statement(text, crs=name, datum=datum, system=system_of(crs), is_geographic=flat.is_geographic)


def _narrowed(base: Statement, plain: str, where: str) -> Statement:
    """Return what a code with words after it says: ``EPSG:4490 3度带`` is a datum and a width."""
    words = _agreeing(_worded(plain, base.text), where)
    if words.datum and words.datum != base.datum:
        raise InputError([_contradiction(base.text, where)])
    if not words.is_narrow:
        return base
    if base.system is not None and base.system.width:
        if words.admits(base.system):
            return base
        raise InputError([_contradiction(base.text, where)])
    if not base.is_geographic or base.datum not in DATUMS:
        raise InputError([_contradiction(base.text, where)])
    return replace(words, text=base.text, datum=base.datum, is_geographic=False)


def _worded(plain: str, text: str) -> Statement:
    """Return what words say: datum, width, zone, meridian, degrees."""
    book = load("read/crs_words.toml")
    names = {normal(word): datum for datum, words in book["datum"].items() for word in words}
    rest, datums = plain, set()
    for word in sorted(names, key=len, reverse=True):
        if word in rest:
            rest = rest.replace(word, " ")
            datums.add(names[word])
    shape: Mapping[str, Any] = book["shape"]
    width = _WIDTHS.get(_first(shape["width"], rest), 0)
    zone, meridian = int(_first(shape["zone"], rest) or 0), _first(shape["meridian"], rest)
    said = Statement(
        text,
        datum="+".join(sorted(datums)),
        width=width,
        zone=zone,
        meridian=float(meridian) if meridian else None,
        is_geographic=any(word in rest for word in shape["geographic"]),
    )
    if zone and not width:
        said = replace(said, width=next((w for w in (3, 6) if FIRST[w] <= zone <= LAST[w]), 0))
    return said


def _agreeing(said: Statement, where: str) -> Statement:
    if not _agrees(said):
        raise InputError([_contradiction(said.text, where)])
    return said


def _agrees(said: Statement) -> bool:
    """Return whether width, zone and meridian of a statement can hold together."""
    if said.is_geographic and said.is_narrow:
        return False
    if said.zone:
        if not (said.width and FIRST[said.width] <= said.zone <= LAST[said.width]):
            return False
        return said.meridian in (None, float(meridian_of(said.width, said.zone)))
    return True


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return next((group for group in match.groups() if group), "") if match else ""


def _refuse_displaced(plain: str, text: str, where: str) -> None:
    for name, words in load("read/crs_words.toml")["encrypted"].items():
        if any(normal(word) in plain for word in words):
            shown = {"gcj02": "GCJ-02", "bd09": "BD-09"}[name]
            found = (
                f"{shown} 是互联网地图的加密坐标,与真实位置相差一百至七百米,不能用于宗地 / "
                f"{shown} is the displaced system of web maps, 100 to 700 m off and of no use for parcels: {text}"
            )
            do = "向数据提供单位索取原始数据(2000国家大地坐标系) / get the original data (CGCS2000) from its owner"
            raise InputError([Fault(where, found, "", do)])


def _crs(text: str) -> pyproj.CRS | None:
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError:
        return None


def _unknown(text: str, where: str) -> Fault:
    allowed = '写 EPSG 代码,如 crs = "EPSG:4528",或 crs = "CGCS2000 3度带 40带" / an EPSG code, or words'
    return Fault(where, f"坐标系无法识别 / not a CRS: {text[:80]}", allowed, "改正 crs / correct crs")


def _contradiction(text: str, where: str) -> Fault:
    found = f"坐标系的写法自相矛盾 / the statement of the CRS contradicts itself: {text[:80]}"
    return Fault(where, found, 'crs = "EPSG:4528" …', "改正 crs / correct crs")
