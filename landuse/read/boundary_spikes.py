"""Find boundary points that lie far off the others of their ring, as one mistyped digit puts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.read.boundary_lines import Point

Xy = npt.NDArray[np.float64]

OUT_OF_PROPORTION: Final = 2.0
"""A point is doubted that is farther from all others than so many times the extent of those (exclusive).

The corner of a wedge so long has less than 28 degrees; a digit of thousands is found in rings of up to 500 m.
"""
LONGEST_SIDE_M: Final = 5_000.0
"""No side of a parcel is longer (inclusive)."""
FEWEST: Final = 4
"""Corners of a ring in which one may be out of proportion: any long triangle has one that is far from both others."""


@dataclass(frozen=True)
class Spike:
    """A point that lies far off."""

    point: Point
    distance: float
    """Metres to the nearest other point; of a side that is too long, its length."""
    extent: float | None
    """Metres over which the others extend; None where only the side before the point is too long."""


def spikes_of(points: Sequence[Point], xy: Xy) -> list[Spike]:
    """Return the points of a ring that lie out of all proportion to the others.

    Parameters
    ----------
    points
        Points of the ring.
    xy
        Its coordinates, the first again at the end.
    """
    corners, firsts = np.unique(xy, axis=0, return_index=True)
    if len(corners) < FEWEST:
        return []
    found = []
    for at in _far(corners):
        others = np.delete(corners, at, axis=0)
        distance = float(np.hypot(*(others - corners[at]).T).min())
        extent = float(np.hypot(*np.ptp(others, axis=0)))
        if distance > OUT_OF_PROPORTION * extent:
            found.append(Spike(points[int(firsts[at])], distance, extent))
    return found or _jumps(points, xy)


def _far(corners: Xy) -> list[int]:
    """Return the corners that alone set a bound of their ring: only such a one can lie outside all others."""
    ends = {int(order[place]) for order in np.argsort(corners, axis=0, kind="stable").T for place in (0, -1)}
    return sorted(ends)


def _jumps(points: Sequence[Point], xy: Xy) -> list[Spike]:
    """Return the first point behind a side that no parcel has."""
    sides = np.hypot(*np.diff(xy, axis=0).T)
    far = np.flatnonzero(sides > LONGEST_SIDE_M)[:1]
    return [Spike(points[(int(at) + 1) % len(points)], float(sides[at]), None) for at in far]
