"""Clear pairs of polygons that surely do not overlap, by cutting them into slabs.

The x (or y) range that both polygons share is cut at every vertex of either. Inside such a slab every edge is a
straight line from side to side, so each polygon is a stack of trapezoids. Where each trapezoid of one polygon lies
above or below each of the other, on both sides of the slab and up to a slack, whatever they have in common is nowhere
thicker than the slack. Such a pair is cleared; any other is left to an exact test.

The loops are written for numba and run as plain Python too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from types import FunctionType
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import shapely

from landuse.tables import Geometries

Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

BLOCK: Final = 200_000
"""Pairs whose vertices are unpacked at a time."""
LARGEST: Final = 400
"""Vertices of a pair up to which slabs are tried: their cost grows with the square."""


def has_numba() -> bool:
    """Return whether the compiled loops can be had."""
    return find_spec("numba") is not None


def surely_apart(geometry: Geometries, one: Positions, other: Positions, slack: float) -> Flags:
    """Return which pairs of polygons have nothing in common that is thicker than the slack; compiled by numba.

    Parameters
    ----------
    geometry
        Valid polygons and multipolygons.
    one, other
        Positions of the two polygons of each pair.
    slack
        In units of the coordinates.
    """
    return _mark(_compiled(), geometry, one, other, slack)


def surely_apart_slowly(geometry: Geometries, one: Positions, other: Positions, slack: float) -> Flags:
    """Return the same as `surely_apart` without compiling: the loops as plain Python."""
    return _mark(mark, geometry, one, other, slack)


def _mark(marking: Callable[..., None], geometry: Geometries, one: Positions, other: Positions, slack: float) -> Flags:
    """Mark the pairs block by block: the vertices of a block are unpacked, not those of all polygons."""
    apart = np.zeros(len(one), dtype=bool)
    size = shapely.get_num_coordinates(geometry)
    small = np.flatnonzero(size[one] + size[other] <= LARGEST)
    small = small[np.argsort(one[small], kind="stable")]
    for start in range(0, len(small), BLOCK):
        pairs = small[start : start + BLOCK]
        used, place = np.unique(np.concatenate([one[pairs], other[pairs]]), return_inverse=True)
        shapes = _unpacked(geometry[used])
        chosen = np.zeros(len(pairs), dtype=bool)
        limits = (slack, shapely.bounds(geometry[used]))
        marking(shapes, place[: len(pairs)], place[len(pairs) :], limits, chosen)
        apart[pairs] = chosen
    return apart


def _unpacked(geometry: Geometries) -> tuple[npt.NDArray[np.float64], Flags, Positions]:
    """Return the coordinates (2, n), which of them end a ring, and where each polygon begins (n + 1)."""
    xy = shapely.get_coordinates(geometry)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(geometry))])
    rings = shapely.get_rings(shapely.get_parts(geometry))
    last = np.zeros(len(xy), dtype=bool)
    last[np.cumsum(shapely.get_num_coordinates(rings)) - 1] = True
    return np.ascontiguousarray(xy.T), last, start


@cache
def _compiled() -> Callable[..., None]:
    """Return `mark` compiled with the loops it calls, from the disk where an earlier run left it."""
    cuts_of_, edges_across_ = _njit(cuts_of), _njit(edges_across)
    apart = _njit(_calling(slabs_apart, cuts_of=cuts_of_, edges_across=edges_across_))
    return _njit(_calling(mark, slabs_apart=apart))


def _njit(function: Callable[..., Any]) -> Callable[..., Any]:
    from numba import njit

    compiled: Callable[..., Any]
    try:
        compiled = njit(cache=True)(function)
    except RuntimeError:  # no folder to keep it in: compiled anew in each run
        compiled = njit(function)
    return compiled


def _calling(function: Callable[..., Any], **named: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with other functions behind the names it calls."""
    plain = cast("FunctionType", function)
    return FunctionType(plain.__code__, {**plain.__globals__, **named}, plain.__name__)


def mark(shapes: Any, one: Any, other: Any, limits: Any, apart: Any) -> None:
    """Mark the pairs that are apart, along x or y, whichever the two bounding boxes share less of."""
    xy, last, start = shapes
    slack, bounds = limits
    cuts = np.empty(LARGEST + 2)
    room = np.empty((2, LARGEST + 1, 2))
    for pair in range(len(one)):
        a, b = one[pair], other[pair]
        x_low, x_high = max(bounds[a, 0], bounds[b, 0]), min(bounds[a, 2], bounds[b, 2])
        y_low, y_high = max(bounds[a, 1], bounds[b, 1]), min(bounds[a, 3], bounds[b, 3])
        rows = (start[a], start[a + 1], start[b], start[b + 1])
        if x_high - x_low <= y_high - y_low:
            apart[pair] = slabs_apart((xy[0], xy[1], last), rows, (x_low, x_high, slack), cuts, room)
        else:
            apart[pair] = slabs_apart((xy[1], xy[0], last), rows, (y_low, y_high, slack), cuts, room)


def slabs_apart(shape: Any, rows: Any, limits: Any, cuts: Any, room: Any) -> bool:
    """Say whether two polygons lie apart in every slab."""
    a, a_end, b, b_end = rows
    slack = limits[2]
    cuts[0], cuts[1] = limits[0], limits[1]
    count = cuts_of(shape[0], b, b_end, cuts, cuts_of(shape[0], a, a_end, cuts, 2))
    for s in range(count - 1):
        slab = (cuts[s], cuts[s + 1])
        if slab[0] >= slab[1]:
            continue
        mine = edges_across(shape, a, a_end, slab, room[0])
        yours = edges_across(shape, b, b_end, slab, room[1])
        for i in range(0, mine - 1, 2):
            for j in range(0, yours - 1, 2):
                below = max(room[0, i + 1, 0] - room[1, j, 0], room[0, i + 1, 1] - room[1, j, 1])
                above = max(room[1, j + 1, 0] - room[0, i, 0], room[1, j + 1, 1] - room[0, i, 1])
                if min(below, above) > slack:
                    return False
    return True


def cuts_of(u: Any, start: int, end: int, cuts: Any, count: int) -> int:
    """Put the vertices of a polygon between the first and the last cut in their place; return the number of cuts."""
    low, high = cuts[0], cuts[count - 1]
    for k in range(start, end):
        if low < u[k] < high:
            place = count
            while cuts[place - 1] > u[k]:
                cuts[place] = cuts[place - 1]
                place -= 1
            cuts[place] = u[k]
            count += 1
    return count


def edges_across(shape: Any, start: int, end: int, slab: Any, found: Any) -> int:
    """Write where the edges of a polygon enter and leave a slab, from below upwards; return how many there are."""
    u, v, last = shape
    left, right = slab
    count = 0
    for k in range(start, end - 1):
        if last[k] or min(u[k], u[k + 1]) > left or max(u[k], u[k + 1]) < right:
            continue
        slope = (v[k + 1] - v[k]) / (u[k + 1] - u[k])
        enters, leaves = v[k] + slope * (left - u[k]), v[k] + slope * (right - u[k])
        place = count
        while place > 0 and found[place - 1, 0] + found[place - 1, 1] > enters + leaves:
            found[place, 0], found[place, 1] = found[place - 1, 0], found[place - 1, 1]
            place -= 1
        found[place, 0], found[place, 1] = enters, leaves
        count += 1
    return count
