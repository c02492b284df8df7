"""Move outlines to a coarse grid: valid polygons, common edges still common, nothing vanishes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from landuse.tables import Geometries

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
        Width of the grid; 0 = the geometries as they are, but without heights.
    """
    import shapely

    flat = np.asarray(shapely.force_2d(np.asarray(geometry, dtype=object)), dtype=object)
    if grid_m <= 0 or not len(flat):
        return flat
    grid = grid_m / _metres(crs)
    moved = shapely.set_coordinates(flat.copy(), np.round(shapely.get_coordinates(flat) / grid) * grid)
    return _mended(np.asarray(moved, dtype=object), flat, grid)


def _mended(moved: Geometries, before: Geometries, grid: float) -> Geometries:
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


def _on_grid(shape: Any, grid: float) -> Any:
    """Return the polygons that are left of one when it is laid on the grid; empty where none is."""
    import shapely

    whole = shape if shape.is_valid else shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.set_precision(whole, grid))
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), POLYGONS)], grid_size=grid)


def _metres(crs: str) -> float:
    """Return the metres of one unit of a coordinate system."""
    import pyproj

    known = pyproj.CRS.from_user_input(crs)
    if known.is_geographic:
        return METRES_OF_DEGREE
    return float(known.axis_info[0].unit_conversion_factor) if known.axis_info else 1.0
