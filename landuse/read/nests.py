"""Find which closed lines lie in which others, which are drawn twice and which cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

CROSSING_M2: Final = 0.05
"""Closed lines that share more than this, and do not lie in one another, cross."""
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Nests:
    """How closed lines lie to each other, by their places in the list."""

    outer: Places
    inner: Places
    """Pairs: the line at `outer` holds that at `inner`, directly or not."""
    depth: Places
    """In how many others each lies."""
    twins: tuple[tuple[int, int], ...]
    """Pairs that enclose the same land."""
    crossing: tuple[tuple[int, int], ...]
    """Pairs that share land without one holding the other; twins are among them."""

    def children(self, at: int) -> list[int]:
        """Return the lines that lie in one, and in nothing between."""
        held = self.inner[self.outer == at]
        return [int(each) for each in held[self.depth[held] == self.depth[at] + 1]]


def nests_of(shells: npt.NDArray[np.object_]) -> Nests:
    """Return how polygons without holes lie to each other; touching lines share nothing."""
    valid = np.where(shapely.is_valid(shells), shells, shapely.make_valid(shells))
    area = shapely.area(valid)
    a, b = shapely.STRtree(valid).query(valid, predicate="intersects")
    a, b = a[a < b], b[a < b]
    shared = shapely.area(shapely.intersection(valid[a], valid[b]))
    a, b, shared = a[shared > CROSSING_M2], b[shared > CROSSING_M2], shared[shared > CROSSING_M2]
    small, large = np.where(area[a] < area[b], a, b), np.where(area[a] < area[b], b, a)
    held = shared >= area[small] - CROSSING_M2
    twins = held & (area[large] - shared <= CROSSING_M2)
    holds = held & ~twins
    return Nests(
        outer=large[holds],
        inner=small[holds],
        depth=np.bincount(small[holds], minlength=len(shells)).astype(np.int64),
        twins=_pairs(a[twins], b[twins]),
        crossing=_pairs(a[~held | twins], b[~held | twins]),
    )


def _pairs(a: Places, b: Places) -> tuple[tuple[int, int], ...]:
    return tuple((int(first), int(second)) for first, second in sorted(zip(a.tolist(), b.tolist(), strict=True)))
