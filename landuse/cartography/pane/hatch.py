"""Fill polygons with parallel lines or dots: exact pieces of line, no pattern that a renderer would have to know.

Pure: numpy and shapely only. The pieces end on the outline, so that PDF, PNG and SVG show the same, a plotter draws
them, and a polygon narrower than the distance of the lines still gets one through its middle.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.tables import Geometries

ANGLES: Final = {
    "diagonal": (45.0,),
    "back": (135.0,),
    "cross": (45.0, 135.0),
    "horizontal": (0.0,),
    "vertical": (90.0,),
    "grid": (0.0, 90.0),
}
"""Hatch of `style.PRINTED_HATCHES` -> directions of its lines, in degrees from the east, left about."""
DOTS: Final = "dots"
Numbers = npt.NDArray[np.float64]
Point = tuple[float, float]


def hatch_lines(polygons: Geometries, hatch: str, *, distance: float, origin: Point) -> Numbers:
    """Return the pieces of line that hatch some polygons: (n, 4) of x0, y0, x1, y1.

    Parameters
    ----------
    polygons
        Polygons only, without parts.
    hatch
        One of `ANGLES`; any other name gives no line.
    distance
        Metres between two lines.
    origin
        A point on one of the lines: neighbours hatched about the same one run on.
    """
    pieces = [_pieces(polygons, angle, distance, origin) for angle in ANGLES.get(hatch, ())]
    return np.concatenate(pieces) if pieces else np.empty((0, 4))


def hatch_dots(polygons: Geometries, *, distance: float, origin: Point) -> Numbers:
    """Return the places of dots in some polygons, every other row shifted by half a distance: (n, 2)."""
    _, level, start, end = _spans(polygons, 0.0, distance, origin)
    shift = np.where(level % 2 == 0, 0.0, 0.5)
    first = np.ceil(start / distance - shift)
    count = np.maximum(np.floor(end / distance - shift) - first + 1, 0).astype(int)
    at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    x = (np.repeat(first + shift, count) + at) * distance
    y = np.repeat(level * distance, count)
    return np.column_stack([x, y]) + origin


def _pieces(polygons: Geometries, angle: float, distance: float, origin: Point) -> Numbers:
    """Return the pieces in one direction."""
    _, level, start, end = _spans(polygons, angle, distance, origin)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    across = level * distance
    x, y = origin
    return np.column_stack(
        [
            start * cos - across * sin + x,
            start * sin + across * cos + y,
            end * cos - across * sin + x,
            end * sin + across * cos + y,
        ]
    )


def _spans(
    polygons: Geometries, angle: float, distance: float, origin: Point
) -> tuple[npt.NDArray[np.intp], Numbers, Numbers, Numbers]:
    """Return polygon, level, start and end of what each line of a direction covers of each polygon.

    In a frame turned by the angle about the origin the lines are horizontal, at whole levels of the distance. Every
    edge meets the levels from its lower end (inclusive) to its upper one (exclusive), so that the crossings of a line
    with closed rings are even in number; sorted along the line, the 1st to the 2nd is inside, the 3rd to the 4th, …
    """
    import shapely

    rings, owner = shapely.get_rings(polygons, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    turned = _turned(points - origin, angle)
    edge = np.flatnonzero(ring[1:] == ring[:-1])
    owners = owner[ring[edge]]
    levels = turned[:, 1] / distance
    levels -= _shifts(levels, owner[ring], len(polygons))[owner[ring]]
    low, high = np.minimum(levels[edge], levels[edge + 1]), np.maximum(levels[edge], levels[edge + 1])
    first = np.ceil(low)
    count = (np.ceil(high) - first).astype(int)
    at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    level = np.repeat(first, count) + at
    which = np.repeat(edge, count)
    rise = levels[which + 1] - levels[which]
    x = turned[which, 0] + (level - levels[which]) / rise * (turned[which + 1, 0] - turned[which, 0])
    holder = np.repeat(owners, count)
    order = np.lexsort((x, level, holder))
    x, level, holder = x[order], level[order], holder[order]
    level = level + _shifts(turned[:, 1] / distance, owner[ring], len(polygons))[holder]
    return holder[::2], level[::2], x[::2], x[1::2]


def _turned(points: Numbers, angle: float) -> Numbers:
    """Return the points in a frame whose first axis runs in the direction of the angle."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.column_stack([points[:, 0] * cos + points[:, 1] * sin, points[:, 1] * cos - points[:, 0] * sin])


def _shifts(levels: Numbers, owner: npt.NDArray[np.intp], size: int) -> Numbers:
    """Return by how much the lines are moved for each polygon: 0, or to its middle where none would meet it."""
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, owner, levels)
    np.maximum.at(high, owner, levels)
    missed = (np.ceil(low) >= high) & np.isfinite(low)
    middle = np.where(missed, (low + high) / 2, 0.0)
    return np.where(missed, middle - np.floor(middle), 0.0)
