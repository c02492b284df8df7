"""Read what a coordinate reference system says: unit, ellipsoid, projection; change from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    import pyproj

from landuse.tables import Geometries

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE: Final = 111_700.0
"""Upper bound of the length of one degree on any meridian or parallel of the Earth, in m."""


@dataclass(frozen=True)
class TransverseMercator:
    """The parameters of a transverse Mercator (Gauss-Krüger, UTM, state plane) projection."""

    latitude_of_origin: float
    """Radians."""
    scale: float
    """Scale factor on the central meridian."""
    false_easting: float
    """Metres."""
    false_northing: float
    """Metres."""


@dataclass(frozen=True)
class Plane:
    """What area and distance need to know of a CRS."""

    semi_major: float
    """Semi-major axis of the ellipsoid, in m."""
    eccentricity2: float
    """Square of the first eccentricity."""
    unit: float
    """Metres of one unit of a projected CRS, radians of one unit of a geographic one."""
    geographic: bool
    pseudo_mercator: bool
    """Web Mercator: its planar area means nothing and is never given."""
    mercator: TransverseMercator | None
    """Set where the projection is a transverse Mercator."""

    @property
    def metres(self) -> float:
        """Return the metres of one unit; for degrees an upper bound."""
        return float(np.degrees(self.unit)) * METRES_PER_DEGREE if self.geographic else self.unit


def horizontal(crs: str) -> pyproj.CRS:
    """Return the horizontal part of a CRS given as WKT or authority code."""
    import pyproj

    found = pyproj.CRS.from_user_input(crs)
    if found.is_bound and found.source_crs is not None:
        found = found.source_crs
    if found.is_compound:
        found = found.sub_crs_list[0]
    return found.to_2d()


@cache
def plane(crs: str) -> Plane:
    """Return unit, ellipsoid and projection of a CRS."""
    found = horizontal(crs)
    ellipsoid = found.ellipsoid
    if ellipsoid is None or not (found.is_projected or found.is_geographic):
        raise ValueError(f"no projected or geographic CRS: {found.name}")
    flattening = 1 / ellipsoid.inverse_flattening if ellipsoid.inverse_flattening else 0.0
    operation = found.coordinate_operation
    method = operation.method_name if operation else ""
    return Plane(
        semi_major=ellipsoid.semi_major_metre,
        eccentricity2=flattening * (2 - flattening),
        unit=found.axis_info[0].unit_conversion_factor,
        geographic=found.is_geographic,
        pseudo_mercator="Pseudo" in method,
        mercator=_transverse_mercator(operation) if method == "Transverse Mercator" else None,
    )


def same_crs(one: str, other: str) -> bool:
    """Return whether two CRS describe the same coordinates; the order of the axes is no difference (x is east)."""
    return one == other or bool(horizontal(one).equals(horizontal(other), ignore_axis_order=True))


def to_crs(geometry: Geometries, source: str, target: str) -> Geometries:
    """Return the geometries in another CRS; None stays None, the argument stays as it is."""
    import pyproj

    change = pyproj.Transformer.from_crs(horizontal(source), horizontal(target), always_xy=True)

    def moved(xy: Floats) -> Floats:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapely.force_2d(geometry), moved), dtype=object)


def in_metres(geometry: Geometries, crs: str) -> Geometries:
    """Return the geometries in metres, near enough to true for distances between neighbours; None stays None.

    Coordinates of a projected CRS only change their unit; degrees are laid on a plane that touches their middle.
    """
    found = plane(crs)
    if not found.geographic:
        return geometry if found.unit == 1.0 else np.asarray(shapely.transform(geometry, lambda xy: xy * found.unit))
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    if not np.isfinite([west, south, east, north]).all():
        return geometry
    middle = f"+proj=laea +lat_0={(south + north) / 2:.6f} +lon_0={(west + east) / 2:.6f} +datum=WGS84 +units=m"
    return to_crs(geometry, crs, middle)


def lon_lat(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Return longitude and latitude in radians on the ellipsoid of the CRS itself (no change of datum)."""
    import pyproj

    found = horizontal(crs)
    if found.is_geographic:
        unit = plane(crs).unit
        return x * unit, y * unit
    base = found.geodetic_crs
    if base is None:
        raise ValueError(f"no geographic base: {found.name}")
    geographic = base.to_2d()
    unit = geographic.axis_info[0].unit_conversion_factor
    lon, lat = pyproj.Transformer.from_crs(found, geographic, always_xy=True).transform(x, y)
    return np.asarray(lon) * unit, np.asarray(lat) * unit


def _transverse_mercator(operation: Any) -> TransverseMercator:
    value = {p.name: p.value * p.unit_conversion_factor for p in operation.params}
    return TransverseMercator(
        latitude_of_origin=value.get("Latitude of natural origin", 0.0),
        scale=value.get("Scale factor at natural origin", 1.0),
        false_easting=value.get("False easting", 0.0),
        false_northing=value.get("False northing", 0.0),
    )
