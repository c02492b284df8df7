"""Find plots side by side that together reach a size: from every plot, the fewest neighbours that suffice."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
MOST_SITES: Final = 60
"""Sites offered for one demand, those with the least land over what is asked first: a list is read by people."""


class Sites:
    """Plots and which of them lie side by side."""

    def __init__(self, area_mu: Numbers, pairs: tuple[Ints, Ints]) -> None:
        self.area: list[float] = area_mu.tolist()
        self.around: list[list[int]] = [[] for _ in self.area]
        for one, other in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True):
            if self.area[one] > 0 and self.area[other] > 0:
                self.around[one].append(other)
                self.around[other].append(one)
        self.parts = self._parts()

    def reaching(self, least_mu: float) -> list[tuple[int, ...]]:
        """Return sites of at least so much land, none of whose plots could be spared, smallest first.

        From each plot too small alone the site takes the largest neighbour until it suffices, then gives back what it
        can do without.
        """
        made: set[tuple[int, ...]] = set()
        for part in self.parts:
            if sum(self.area[row] for row in part) < least_mu:
                continue
            made |= {self._grown(seed, least_mu) for seed in part if self.area[seed] < least_mu}
        several = [rows for rows in made if len(rows) > 1]
        return sorted(several, key=lambda rows: (round(self.area_of(rows), 6), rows))[:MOST_SITES]

    def largest(self) -> tuple[int, ...]:
        """Return the plots side by side that have the most land together."""
        return max(self.parts, key=lambda rows: (self.area_of(rows), -rows[0]), default=())

    def area_of(self, rows: tuple[int, ...]) -> float:
        """Return the land of plots together."""
        return float(sum(self.area[row] for row in rows))

    def _grown(self, seed: int, least_mu: float) -> tuple[int, ...]:
        rows, reached, order = {seed}, self.area[seed], [seed]
        heap: list[tuple[float, int]] = [(-self.area[other], other) for other in self.around[seed]]
        heap.sort()
        while reached < least_mu:
            _, row = heappop(heap)
            if row in rows:
                continue
            rows.add(row)
            order.append(row)
            reached += self.area[row]
            for other in self.around[row]:
                if other not in rows:
                    heappush(heap, (-self.area[other], other))
        for row in sorted(order, key=lambda each: (self.area[each], each)):
            if reached - self.area[row] >= least_mu and self._is_one(rows - {row}):
                rows.discard(row)
                reached -= self.area[row]
        return tuple(sorted(rows))

    def _is_one(self, rows: set[int]) -> bool:
        """Return whether plots hang together."""
        start = min(rows)
        seen, stack = {start}, [start]
        while stack:
            fresh = [other for other in self.around[stack.pop()] if other in rows and other not in seen]
            seen.update(fresh)
            stack += fresh
        return len(seen) == len(rows)

    def _parts(self) -> list[tuple[int, ...]]:
        """Return the plots that hang together, each part once, by their lowest rows."""
        seen: set[int] = set()
        parts = []
        for start, area in enumerate(self.area):
            if start in seen or not area > 0:
                continue
            part, stack = {start}, [start]
            while stack:
                fresh = [other for other in self.around[stack.pop()] if other not in part]
                part.update(fresh)
                stack += fresh
            seen |= part
            parts.append(tuple(sorted(part)))
        return parts
