"""Move outlines to a coarse grid: valid polygons, common edges still common, nothing vanishes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.tables import Geometries

Numbers = npt.NDArray[np.float64]

METRES_OF_DEGREE: Final = 111_320.0
"""Metres of one degree of a meridian, as near as a grid needs."""
POLYGONS: Final = (3, 6)
"""Type numbers of shapely: Polygon, MultiPolygon."""


def coarse(geometry: Geometries, crs: str, grid_m: float) -> Geometries:
    """Return the geometries with every vertex on a grid of so many metres, without heights; None stays None.

    Every vertex moves by itself, so that neighbours keep the edges they share. A polygon that would cross itself then
    is mended on the grid; one that would vanish becomes one field of the grid.

    Parameters
    ----------
    grid_m
        Width of the grid; 0 = the geometries as they are, but without heights. In degrees it is that wide both ways at
        the middle latitude, in whole degrees so that the layers of a county share one grid.
    """
    import shapely

    flat = np.asarray(shapely.force_2d(np.asarray(geometry, dtype=object)), dtype=object)
    if grid_m <= 0 or not len(flat):
        return flat
    grid = grid_m / _metres(crs, flat)
    moved = shapely.set_coordinates(flat.copy(), np.round(shapely.get_coordinates(flat) / grid) * grid)
    return _mended(np.asarray(moved, dtype=object), flat, grid)


def _mended(moved: Geometries, before: Geometries, grid: Numbers) -> Geometries:
    """Return the moved geometries with invalid polygons mended, and lost ones as a field of the grid."""
    import shapely

    is_polygon = np.isin(shapely.get_type_id(before), POLYGONS) & ~shapely.is_empty(before)
    broken = np.flatnonzero(is_polygon & ~shapely.is_valid(moved))
    if len(broken):
        moved[broken] = [_on_grid(shape, grid) for shape in before[broken]]
    same = np.flatnonzero(is_polygon)
    moved[same] = shapely.remove_repeated_points(moved[same])
    lost = np.flatnonzero(is_polygon & ~(shapely.area(moved) > 0))
    if len(lost):
        middle = shapely.get_coordinates(shapely.centroid(before[lost]))
        corner = np.floor(middle / grid) * grid
        moved[lost] = shapely.box(*corner.T, *(corner + grid).T)
    return moved


def _on_grid(shape: Any, grid: Numbers) -> Any:
    """Return the polygons that are left of one when it is laid on the grid; empty where none is."""
    import shapely

    whole = shape if shape.is_valid else shapely.make_valid(shape)
    fields = shapely.transform(whole, lambda points: points / grid)
    parts = shapely.get_parts(shapely.set_precision(fields, 1.0))
    left = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), POLYGONS)], grid_size=1.0)
    return shapely.transform(left, lambda points: np.round(points) * grid)


def _metres(crs: str, geometry: Geometries) -> Numbers:
    """Return the metres of one unit of a coordinate system, from west to east and from south to north."""
    import pyproj
    import shapely

    known = pyproj.CRS.from_user_input(crs)
    if known.is_geographic:
        _, low, _, high = shapely.total_bounds(geometry)
        middle = np.round((low + high) / 2) if np.isfinite(low + high) else 0.0
        return METRES_OF_DEGREE * np.array([np.cos(np.radians(middle)), 1.0])
    return np.full(2, float(known.axis_info[0].unit_conversion_factor) if known.axis_info else 1.0)
