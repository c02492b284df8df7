"""Write polygons compactly: one grid of whole numbers, steps from vertex to vertex, in Hilbert order.

The grid lies in Web Mercator, where the map is drawn. A metre on the ground is 1 / cos(latitude) metres there, so the
step of the grid follows the latitude nearest the equator: no vertex moves by more than `MOST_ERROR` on the ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.cartography.parcel_layer.borders import LITERAL, shared_borders
from landuse.cartography.parcel_layer.planes import Whole, bytes_of, planes, steps
from landuse.cartography.shapes import FARTHEST
from landuse.tables import Geometries

Points = np.ndarray[Any, np.dtype[np.float64]]
RADIUS: Final = 6_378_137.0
"""Radius of the sphere of Web Mercator, in metres."""
MOST_ERROR: Final = 0.0495
"""Metres on the ground that a vertex may move; 0.05 is promised, the ellipsoid takes up to 0.4 % of it."""
POLYGON: Final = 3
MULTIPOLYGON: Final = 6
COLLECTION: Final = 7
MISSING: Final = -1
LEVEL: Final = 16
"""Bits of each axis of the Hilbert curve."""


@dataclass(frozen=True)
class PackedShapes:
    """The geometry as streams, and the order in which all columns follow."""

    order: Whole
    """Place of drawing -> row of the table."""
    head: dict[str, Any]
    streams: list[bytes]


def pack_shapes(geometry: Geometries) -> PackedShapes:
    """Return polygons in longitude and latitude as streams of bytes, neighbours beside each other.

    Exteriors run counter-clockwise, holes clockwise (RFC 7946). Missing and empty geometries keep their row.

    Raises
    ------
    ValueError
        A geometry is no polygon, or lies where no web map is drawn.
    """
    import shapely

    shapes = _polygons(geometry)
    order = _hilbert(shapes)
    sorted_shapes = shapes[order]
    parts, of_shape = shapely.get_parts(sorted_shapes, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.r_[of_ring[1:] != of_ring[:-1], True] if len(of_ring) else np.zeros(0, dtype=bool)
    points, of_ring = mercator(points[~closing]), of_ring[~closing]
    west, south, step = _grid(points)
    grid = np.rint((points - [west, south]) / step).astype(np.int64)
    borders = shared_borders(grid, of_ring)
    literal = borders.kinds == LITERAL  # written as a step from the vertex before, whatever that one is
    counts = {
        "kinds": _kinds(sorted_shapes),
        "parts": np.bincount(of_shape, minlength=len(shapes)),
        "rings": np.bincount(of_part, minlength=len(parts)),
        "points": np.bincount(of_ring, minlength=len(rings)),
        "order": steps(order),
        "given": borders.kinds,
        "jumps": borders.jumps,
        "x": steps(grid[:, 0])[literal],
        "y": steps(grid[:, 1])[literal],
    }
    head = {
        "west": west,
        "south": south,
        "step": step,
        "parts": len(parts),
        "rings": len(rings),
        "points": len(points),
        "widths": {name: bytes_of(numbers) for name, numbers in counts.items()},
    }
    return PackedShapes(order, head, [planes(numbers) for numbers in counts.values()])


def mercator(points: Points) -> Points:
    """Return longitude and latitude in degrees as metres of Web Mercator."""
    if len(points) and not (np.isfinite(points).all() and np.abs(points[:, 1]).max() <= FARTHEST):
        raise ValueError("geometry must be longitude and latitude in degrees, between 85 degrees south and north")
    north = np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2))
    return RADIUS * np.column_stack([np.radians(points[:, 0]), north])


def _grid(points: Points) -> tuple[float, float, float]:
    """Return the lower left corner (whole metres) and the step of the grid, in metres of Web Mercator."""
    if not len(points):
        return 0.0, 0.0, 0.07
    west, south = np.floor(points.min(axis=0)).tolist()
    low, high = float(points[:, 1].min()), float(points[:, 1].max())
    nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
    stretch = np.cosh(nearest / RADIUS)
    return west, south, float(np.floor(MOST_ERROR * np.sqrt(2) * stretch * 1e6) / 1e6)


def _polygons(geometry: Geometries) -> Geometries:
    import shapely

    shapes: Geometries = shapely.force_2d(np.asarray(geometry, dtype=object))
    types = shapely.get_type_id(shapes)
    for row in np.flatnonzero(types == COLLECTION):
        shapes[row] = shapely.multipolygons([part for part in shapely.get_parts(shapes[row]) if part.area > 0])
    if not np.isin(shapely.get_type_id(shapes), (MISSING, POLYGON, MULTIPOLYGON)).all():
        raise ValueError("only polygons can be drawn as parcels; points and lines belong into a layer of their own")
    oriented: Geometries = shapely.orient_polygons(shapes)
    return oriented


def _kinds(shapes: Geometries) -> Whole:
    """Return 0 for a missing geometry, 1 for a polygon, 2 for a multipolygon."""
    import shapely

    types = shapely.get_type_id(shapes)
    return np.where(types == MISSING, 0, np.where(types == POLYGON, 1, 2)).astype(np.int64)


def _hilbert(shapes: Geometries) -> Whole:
    """Return the rows along a Hilbert curve through the middles of their bounds; what has no place comes last."""
    import geopandas as gpd
    import shapely

    bounds = shapely.bounds(shapes) if len(shapes) else np.empty((0, 4))
    placed = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    left_out = np.setdiff1d(np.arange(len(shapes)), placed)
    if not len(placed):
        return left_out
    middles = (bounds[placed, :2] + bounds[placed, 2:]) / 2
    around = np.concatenate([middles.min(axis=0), middles.max(axis=0)])
    distance = gpd.GeoSeries(shapely.points(middles)).hilbert_distance(total_bounds=around, level=LEVEL).to_numpy()
    return np.concatenate([placed[np.argsort(distance, kind="stable")], left_out])
