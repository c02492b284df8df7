"""Know the Gauss-Krueger zones of the Chinese systems: which zone a CRS is, coordinates with the zone in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from landuse.read.crs import parse_crs, total_bounds, transform
from landuse.tables import Geometries

if TYPE_CHECKING:
    import pyproj

FALSE_EASTING: Final = 500_000.0
ZONE_STEP: Final = 1_000_000.0
"""Metres that each zone adds to its eastings, where they carry the zone."""
THREE: Final = range(25, 46)
"""Zones of 3 degrees in China; their central meridian is 3 times the number."""
SIX: Final = range(13, 24)
"""Zones of 6 degrees; their central meridian is 6 times the number less 3."""
SYSTEMS: Final = {
    "2000": ("China_2000", "China 2000", "CGCS2000", "China Geodetic"),
    "1980": ("Xian",),
    "1954": ("Beijing",),
}
"""Key of ``[exchange_system]`` in the vocabulary -> parts of the name of its datum."""
FIRST_CODES: Final = {
    ("2000", 3): 4513, ("2000", 6): 4491, ("1980", 3): 2349, ("1980", 6): 2327, ("1954", 3): 2401, ("1954", 6): 21413,
}  # fmt: skip
"""System and width -> EPSG code of its first zone with the zone in the eastings."""
SIX_DEGREE_CODES: Final = (range(4502, 4513), range(2338, 2349), range(21453, 21464))
"""EPSG codes of 6-degree zones without the zone in the eastings; those of 3 degrees have the same meridians."""


@dataclass(frozen=True)
class Gauss:
    """One zone of one system."""

    system: str
    width: int
    """3 or 6 degrees."""
    zone: int

    @property
    def crs(self) -> str:
        """Return its EPSG code, eastings with the zone before them."""
        first = (THREE if self.width == 3 else SIX).start
        return f"EPSG:{FIRST_CODES[self.system, self.width] + self.zone - first}"

    def placed(self, geometry: Geometries, crs: str) -> Geometries:
        """Return geometries of a CRS of the same system in this zone, the zone before their eastings."""
        own = gauss_of(crs)
        if own != self:
            return transform(geometry, crs, self.crs)
        lacks_zone = _parameters(parse_crs(crs, "")).get("False easting") == FALSE_EASTING
        shift = self.zone * ZONE_STEP if lacks_zone else 0.0
        moved: Geometries = shapely.transform(geometry, lambda xy: xy + np.array([shift, 0.0])) if shift else geometry
        return moved


def system_of(crs: str) -> str:
    """Return the Chinese system of a CRS, geographic or projected: 2000, 1980, 1954; blank for another."""
    geographic = parse_crs(crs, "").geodetic_crs
    names = (geographic.name, geographic.datum.name) if geographic is not None and geographic.datum else ()
    for system, parts in SYSTEMS.items():
        if any(part.casefold() in name.casefold() for part in parts for name in names):
            return system
    return ""


def gauss_of(crs: str) -> Gauss | None:
    """Return the zone that a CRS is; None where it is none of the Chinese Gauss-Krueger zones."""
    known, system = parse_crs(crs, ""), system_of(crs)
    found = _parameters(known)
    meridian, easting = (found.get(name) for name in ("Longitude of natural origin", "False easting"))
    if not system or meridian is None or easting is None or not _is_plain(found):
        return None
    zone, rest = divmod(easting - FALSE_EASTING, ZONE_STEP)
    if rest:
        return None
    for width, zones, first in ((3, THREE, 0.0), (6, SIX, -3.0)):
        number = (meridian - first) / width
        if number not in zones or (zone and zone != number):
            continue
        if zone or width == 6 or not _is_six(known):
            return Gauss(system, width, int(number))
    return None


def gauss_for(geometry: Geometries, crs: str) -> Gauss | None:
    """Return the zone of 3 degrees in whose middle geographic data lie best; None outside China's systems."""
    system, bounds = system_of(crs), total_bounds(geometry)
    if not system or bounds is None or not parse_crs(crs, "").is_geographic:
        return None
    zone = round((bounds[0] + bounds[2]) / 2 / 3)
    return Gauss(system, 3, zone) if zone in THREE else None


def same_datum(first: str, second: str) -> bool:
    """Say whether two CRS have one datum; CGCS2000 and WGS 84 count as one (less than 1 m apart)."""
    a, b = (parse_crs(text, "").geodetic_crs for text in (first, second))
    if a is None or b is None:
        return False
    if a.equals(b, ignore_axis_order=True) or (a.datum and b.datum and a.datum.name == b.datum.name):
        return True
    near = {system_of(first) or _is_wgs(a), system_of(second) or _is_wgs(b)}
    return near <= {"2000", "wgs"}


def _is_wgs(crs: pyproj.CRS) -> str:
    name = crs.datum.name if crs.datum else ""
    return "wgs" if "World Geodetic System 1984" in name or "WGS_1984" in name or "WGS 84" in name else f"other {name}"


def _is_plain(found: dict[str, float]) -> bool:
    """Say whether scale, origin and northing are those of a Gauss-Krueger zone."""
    plain = {"Latitude of natural origin": 0.0, "Scale factor at natural origin": 1.0, "False northing": 0.0}
    return all(found.get(name, value) == value for name, value in plain.items())


def _is_six(crs: pyproj.CRS) -> bool:
    code = crs.to_epsg()
    return any(code in codes for codes in SIX_DEGREE_CODES) if code else False


def _parameters(crs: pyproj.CRS) -> dict[str, float]:
    """Return the parameters of a transverse Mercator projection; none of another."""
    way = crs.coordinate_operation
    if way is None or way.method_name not in ("Transverse Mercator", "Gauss Kruger", "Transverse_Mercator"):
        return {}
    return {one.name: round(float(one.value), 9) for one in way.params}
