"""Find the plane system in metres a map is drawn in, and move shapes into it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from landuse.cartography.pane.view import Bounds
from landuse.tables import Geometries

MOST_DISTORTION: Final = 0.002
"""A plane system whose scale is off by more at the middle of the data (web mercator) cannot carry an exact scale."""


def plane_crs(crs: str, bounds: Bounds | None) -> Any:
    """Return the CRS in metres in which the data are drawn: their own, else the 3-degree zone of their middle."""
    import pyproj

    own = pyproj.CRS.from_user_input(crs)
    if bounds is None or (_in_metres(own) and _distortion(own, bounds) <= MOST_DISTORTION):
        return own if _in_metres(own) else _zone(105.0)
    return _zone(_middle(own, bounds)[0])


def moved(shapes: Geometries, source: str, target: Any) -> Geometries:
    """Return the shapes in the plane system; None where a vertex cannot be placed there."""
    import pyproj
    import shapely

    own = pyproj.CRS.from_user_input(source)
    flat: Geometries = shapely.force_2d(np.asarray(shapes, dtype=object))
    if own.equals(target, ignore_axis_order=True):
        return flat
    shift = pyproj.Transformer.from_crs(own, target, always_xy=True)
    points, row = shapely.get_coordinates(flat, return_index=True)
    x, y = shift.transform(points[:, 0], points[:, 1])
    lost = row[~(np.isfinite(x) & np.isfinite(y))]
    made: Geometries = shapely.set_coordinates(flat.copy(), np.nan_to_num(np.column_stack([x, y]), posinf=0, neginf=0))
    made[lost] = None
    return made


def _in_metres(crs: Any) -> bool:
    return bool(crs.is_projected) and all(axis.unit_conversion_factor == 1 for axis in crs.axis_info[:2])


def _middle(crs: Any, bounds: Bounds) -> tuple[float, float]:
    """Return longitude and latitude of the middle of some bounds."""
    import pyproj

    x0, y0, x1, y1 = bounds
    shift = pyproj.Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
    longitude, latitude = shift.transform((x0 + x1) / 2, (y0 + y1) / 2)
    return float(longitude), float(latitude)


def _distortion(crs: Any, bounds: Bounds) -> float:
    import pyproj

    factors = pyproj.Proj(crs).get_factors(*_middle(crs, bounds))
    scale = max(abs(factors.meridional_scale - 1), abs(factors.parallel_scale - 1))
    return float(scale) if np.isfinite(scale) else 1.0


def _zone(longitude: float) -> Any:
    """Return the 3-degree CGCS2000 zone of a longitude, numbered in China (zone 40 = EPSG:4528)."""
    import pyproj

    zone = round(longitude / 3)
    if 25 <= zone <= 45:
        return pyproj.CRS.from_epsg(4488 + zone)
    return pyproj.CRS.from_user_input(f"+proj=tmerc +lon_0={zone * 3} +k=1 +x_0=500000 +ellps=GRS80 +units=m +type=crs")
