"""List the national coordinate systems of China: datum, Gauss-Krüger zones of 3 and 6 degrees, EPSG codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from landuse.read.judgement import Evidence

if TYPE_CHECKING:
    import pyproj

FIRST: Final = {3: 25, 6: 13}
"""Width of a zone in degrees -> its first zone in China; its meridian is 75° E …"""
LAST: Final = {3: 45, 6: 23}
"""… and its last, 135° E. The two ranges do not meet: the prefix of an easting says how wide its zone is."""
MIDDLE: Final = 500_000.0
"""False easting of a central meridian, in m; a zone-prefixed easting adds zone x 1,000,000."""


@dataclass(frozen=True)
class Datum:
    """A datum of China with the codes of its systems, and the words a bureau has for it."""

    zh: str
    en: str
    geographic: int
    """EPSG code of longitude and latitude."""
    zones: dict[int, int]
    """Width -> EPSG code of its first zone whose eastings carry the number of the zone."""
    meridians: dict[int, int]
    """Width -> EPSG code of its first zone whose eastings do not."""
    ellipsoid: tuple[float, float]
    """Semi-major axis in m and inverse flattening."""


DATUMS: Final = {
    "cgcs2000": Datum(
        "2000国家大地坐标系", "CGCS2000", 4490, {6: 4491, 3: 4513}, {6: 4502, 3: 4534}, (6_378_137.0, 298.257222101)
    ),
    "xian80": Datum(
        "1980西安坐标系", "Xian 1980", 4610, {6: 2327, 3: 2349}, {6: 2338, 3: 2370}, (6_378_140.0, 298.257)
    ),
    "beijing54": Datum(
        "1954北京坐标系", "Beijing 1954", 4214, {6: 21413, 3: 2401}, {6: 21453, 3: 2422}, (6_378_245.0, 298.3)
    ),
}  # fmt: skip
"""Datums in the order in which candidates are named (DOMAIN 10.1)."""
OLD: Final = frozenset({"xian80", "beijing54", "new_beijing"})
"""Datums that no exact formula brings to CGCS2000: a bureau has parameters of its own."""
_NAMES: Final = {
    "china 2000": "cgcs2000",
    "china geodetic coordinate system 2000": "cgcs2000",
    "china_2000": "cgcs2000",
    "cgcs2000": "cgcs2000",
    "xian 1980": "xian80",
    "xian_1980": "xian80",
    "new beijing": "new_beijing",
    "new_beijing": "new_beijing",
    "beijing 1954": "beijing54",
    "beijing_1954": "beijing54",
    "world geodetic system 1984": "wgs84",
    "wgs 84": "wgs84",
    "wgs_1984": "wgs84",
}
"""Part of a name of a datum, small letters -> datum; the first that is found counts."""


@dataclass(frozen=True)
class System:
    """One national system: degrees, or a zone with or without its number before the easting."""

    datum: str
    width: int = 0
    """3 or 6 degrees; 0 = longitude and latitude."""
    zone: int = 0
    prefixed: bool = False

    @property
    def code(self) -> str:
        """Return the authority code."""
        datum = DATUMS[self.datum]
        if not self.width:
            return f"EPSG:{datum.geographic}"
        first = (datum.zones if self.prefixed else datum.meridians)[self.width]
        return f"EPSG:{first + self.zone - FIRST[self.width]}"

    @property
    def meridian(self) -> int:
        """Return the central meridian in degrees east; 0 for longitude and latitude."""
        return meridian_of(self.width, self.zone) if self.width else 0

    @property
    def name(self) -> Evidence:
        """Return the name in both languages."""
        datum = DATUMS[self.datum]
        if not self.width:
            return Evidence(f"{datum.zh}经纬度", f"{datum.en}, longitude and latitude")
        if self.prefixed:
            zone = f"{self.width}-degree zone {self.zone}"
            return Evidence(f"{datum.zh}{self.width}度带{self.zone}带", f"{datum.en}, {zone}")
        return Evidence(
            f"{datum.zh}{self.width}度带中央经线{self.meridian}°,不带带号",
            f"{datum.en}, {self.width}-degree zone of meridian {self.meridian}° without its number",
        )


def meridian_of(width: int, zone: int) -> int:
    """Return the central meridian of a zone: 3 n, or 6 n - 3."""
    return 3 * zone if width == 3 else 6 * zone - 3


def systems(datum: str) -> Iterator[System]:
    """Return every system of a datum."""
    yield System(datum)
    for width in (3, 6):
        for zone in range(FIRST[width], LAST[width] + 1):
            yield System(datum, width, zone, prefixed=True)
            yield System(datum, width, zone)


@cache
def _by_code() -> dict[str, System]:
    return {system.code: system for datum in DATUMS for system in systems(datum)}


def system_of(crs: pyproj.CRS) -> System | None:
    """Return the national system that a CRS is; None for any other, a system of a bureau's own among them."""
    flat = flattened(crs)
    authority = flat.to_authority(min_confidence=100)
    if authority and (known := _by_code().get(":".join(authority))):
        return known
    datum, own = datum_of(flat), _numbers(flat)
    if datum not in DATUMS or own is None or own[2:] != (1.0, 0.0, 0.0):
        return None
    for system in systems(datum):
        easting = MIDDLE + (system.zone * 1_000_000 if system.prefixed else 0)
        if system.width and own[:2] == (float(system.meridian), easting):
            return system
    return None


def datum_of(crs: pyproj.CRS) -> str:
    """Return the datum of a CRS: a key of `DATUMS`, wgs84, new_beijing; else its own name in small letters.

    Blank where the CRS names none.
    """
    flat = flattened(crs)
    base = flat if flat.is_geographic else flat.geodetic_crs
    if base is None or base.datum is None:
        return ""
    told = f"{base.datum.name} {base.name}".casefold()
    for name, datum in _NAMES.items():
        if name in told:
            return datum
    return "" if "unknown" in base.datum.name.casefold() else base.datum.name.casefold()


def datum_of_ellipsoid(crs: pyproj.CRS) -> str:
    """Return the datum of China that has the ellipsoid of a CRS; blank where none has."""
    own = crs.ellipsoid
    for name, datum in DATUMS.items():
        axis, flattening = datum.ellipsoid
        same = own is not None and abs(own.semi_major_metre - axis) < 0.01
        if same and own is not None and abs(own.inverse_flattening - flattening) < 1e-6:
            return name
    return ""


def flattened(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the horizontal part of a CRS, without heights and without a transformation bound to it."""
    if crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    return crs.to_2d()


def _numbers(crs: pyproj.CRS) -> tuple[float, float, float, float, float] | None:
    """Return meridian, false easting, scale, latitude of origin and false northing; None = no transverse Mercator."""
    step = crs.coordinate_operation
    if step is None or step.method_name != "Transverse Mercator":
        return None
    value = {p.name: float(p.value) for p in step.params}
    return (
        value.get("Longitude of natural origin", 0.0),
        value.get("False easting", 0.0),
        value.get("Scale factor at natural origin", 1.0),
        value.get("Latitude of natural origin", 0.0),
        value.get("False northing", 0.0),
    )
