"""Say where each national coordinate system would put a layer, by the ranges of its coordinates (DOMAIN 10.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import shapely

from landuse.read.judgement import Evidence
from landuse.read.national import DATUMS, FIRST, LAST, MIDDLE, System, meridian_of
from landuse.settings import Region
from landuse.tables import Geometries

if TYPE_CHECKING:
    import pyproj

Floats = npt.NDArray[np.float64]

CHINA: Final = (73.0, 3.0, 136.0, 54.0)
"""West, south, east and north of the country, in degrees, bounds included."""
EASTINGS: Final = (200_000.0, 800_000.0)
"""Easting within its zone, without the number of the zone, in m, bounds included."""
NORTHINGS: Final = (300_000.0, 6_100_000.0)
"""Northing of a Gauss-Krüger system in the country, in m, bounds included."""
BESIDE_M: Final = 600_000.0
"""A stated zone may be left by so much (a province in one zone); another zone number is farther away."""
CADASTRE_LAT: Final = 72.0
"""No cadastre lies beyond this latitude: degrees there are longitudes."""
SAMPLE: Final = 10_000
"""Fewest rows of a larger layer that say where it lies."""


@dataclass(frozen=True)
class Spread:
    """Where the coordinates of a layer lie, in the order in which the file has them."""

    x: float
    """Median of the middles of the geometries: a stray row does not move it."""
    y: float

    @property
    def is_degrees(self) -> bool:
        """Return whether the coordinates can be degrees, in one order or the other."""
        return max(abs(self.x), abs(self.y)) <= 180 and min(abs(self.x), abs(self.y)) <= 90

    @property
    def turned(self) -> Spread:
        """Return the same with the axes in the other order."""
        return Spread(self.y, self.x)

    def __str__(self) -> str:
        """Return the numbers as an error message prints them."""
        digits = 4 if self.is_degrees else 0
        return f"x={self.x:.{digits}f}, y={self.y:.{digits}f}"


@dataclass(frozen=True)
class Place:
    """A point on the Earth, and how far it lies from the middle of the region."""

    lon: float
    lat: float
    km: float | None = None
    """Blank where the project names no region."""

    @property
    def in_china(self) -> bool:
        """Return whether it lies within the bounds of the country."""
        return CHINA[0] <= self.lon <= CHINA[2] and CHINA[1] <= self.lat <= CHINA[3]

    def lies_in(self, region: Region | None) -> bool:
        """Return whether it lies in the region, the radius included; anywhere where there is none."""
        return region is None or (self.km is not None and self.km <= region.radius_km)


@dataclass(frozen=True)
class Fit:
    """A coordinate system that the numbers admit, and where it puts the data."""

    crs: str
    name: Evidence
    datum: str
    place: Place
    is_turned: bool = False
    """The axes are in the other order: northing or latitude first."""
    system: System | None = None


def spread_of(geometry: Geometries) -> Spread | None:
    """Return where the coordinates of a layer lie, by rows evenly spread over it; None where there are none."""
    middles = middles_of(geometry[:: max(len(geometry) // SAMPLE, 1)])
    known = middles[np.isfinite(middles).all(axis=1)]
    return Spread(*np.median(known, axis=0).tolist()) if len(known) else None


def middles_of(geometry: Geometries) -> Floats:
    """Return the middle of the box around each geometry; NaN where there is none."""
    boxes = shapely.bounds(geometry)
    return np.column_stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2])


def fits(spread: Spread, region: Region | None) -> tuple[Fit, ...]:
    """Return every system whose ranges the coordinates keep, likeliest first.

    Likelier is the order of the axes as read, then what lies nearer to the region, then the datum in force, then the
    narrower zone. The ranges cannot tell datums apart: they are a hundred metres from each other.
    """
    found = [fit for turned in (False, True) for fit in _fits(spread.turned if turned else spread, turned)]
    placed = [replace(fit, place=located(fit.place, region)) for fit in found if fit.place.in_china]
    return tuple(sorted(placed, key=lambda fit: (fit.is_turned, round(fit.place.km or 0.0))))


def located(place: Place, region: Region | None) -> Place:
    """Return the place with its distance from the region."""
    if region is None or not (isfinite(place.lon) and abs(place.lat) <= 90):
        return replace(place, km=None)
    metres = geod().inv(place.lon, place.lat, region.lon, region.lat)[2]
    return replace(place, km=float(metres) / 1000)


def place_in(crs: str, spread: Spread, region: Region | None) -> Place | None:
    """Return where any CRS puts the coordinates, on its own datum; None where it puts them nowhere."""
    from landuse.read.crs import transformer

    change, is_geographic = transformer(crs, "EPSG:4326"), _is_geographic(crs)
    if is_geographic and (abs(spread.x) > 360 or abs(spread.y) > 90):
        return None
    lon, lat = change.transform(spread.x, spread.y)
    if not (isfinite(lon) and isfinite(lat) and abs(lat) <= 90):
        return None
    return located(Place(float(lon), float(lat)), region)


def beside(system: System, spread: Spread) -> bool:
    """Return whether the coordinates can be those of a stated national system, a wide zone allowed for."""
    if not system.width:
        return spread.is_degrees and abs(spread.y) <= 90
    middle = MIDDLE + (system.zone * 1_000_000 if system.prefixed else 0)
    return abs(spread.x - middle) <= BESIDE_M and NORTHINGS[0] <= spread.y <= NORTHINGS[1]


def _fits(spread: Spread, turned: bool) -> Iterator[Fit]:  # noqa: FBT001
    x, y = spread.x, spread.y
    if spread.is_degrees and abs(y) <= 90:
        for datum in DATUMS:
            yield _fit(System(datum), Place(x, y), turned)
        yield Fit("EPSG:4326", Evidence("WGS84经纬度", "WGS84, longitude and latitude"), "wgs84", Place(x, y), turned)
    elif NORTHINGS[0] <= y <= NORTHINGS[1]:
        yield from _zones(x, y, turned)
    if (place := _web_mercator(x, y)) is not None:
        yield Fit("EPSG:3857", Evidence("Web墨卡托(WGS84)", "Web Mercator (WGS84)"), "wgs84", place, turned)


def _zones(x: float, y: float, turned: bool) -> Iterator[Fit]:  # noqa: FBT001
    """Return the Gauss-Krüger systems that an easting admits: of its prefix, or of every meridian where it has none."""
    number, easting = divmod(x, 1_000_000)
    if not EASTINGS[0] <= easting <= EASTINGS[1]:
        return
    east, lat = _from_meridian(easting, y)
    for datum in DATUMS:
        for width in (3, 6):
            for zone in range(FIRST[width], LAST[width] + 1):
                if number in (0, zone):
                    system = System(datum, width, zone, prefixed=number > 0)
                    yield _fit(system, Place(meridian_of(width, zone) + east, lat), turned)


def _fit(system: System, place: Place, turned: bool) -> Fit:  # noqa: FBT001
    return Fit(system.code, system.name, system.datum, place, turned, system)


def _web_mercator(x: float, y: float) -> Place | None:
    """Return where Web Mercator puts metres; None where they are no metres of the country."""
    half = 20_037_508.342789244
    lon, lat = x / half * 180, float(np.degrees(np.arctan(np.sinh(y / half * np.pi))))
    return Place(lon, lat) if abs(x) > 1_000_000 else None


def _from_meridian(easting: float, northing: float) -> tuple[float, float]:
    """Return degrees east of the central meridian, and latitude, of a point of a zone without number."""
    east, lat = _zone_of_greenwich()(easting, northing, inverse=True)
    return float(east), float(lat)


@cache
def _zone_of_greenwich() -> pyproj.Proj:
    import pyproj

    return pyproj.Proj(f"+proj=tmerc +lon_0=0 +x_0={MIDDLE} +ellps=GRS80")


@cache
def geod() -> pyproj.Geod:
    """Return what measures distances between degrees."""
    import pyproj

    return pyproj.Geod(ellps="WGS84")


def _is_geographic(crs: str) -> bool:
    from landuse.read.crs import parse_crs

    return bool(parse_crs(crs, "").is_geographic)
