"""Grow blocks of neighbouring parcels of at least so much land, within a budget: greedy, then swaps.

Exact methods do not close on contiguity at a few hundred parcels; what is chosen here is never worth less than what
the greedy alone chooses, and stands beside a bound that leaves contiguity away, so that the reader sees how far off it
can be at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
SEEDS: Final = 60
"""Parcels from which a block is tried each time, the best first."""
ROUNDS: Final = 40
"""Passes of swaps over all blocks."""
COMPACT: Final = 0.5
"""How much less a parcel counts that lies a block's own width away from its middle."""


@dataclass(frozen=True)
class Land:
    """Parcels that may be assembled; rows are their places."""

    area_mu: Numbers
    value: Numbers
    """What each is worth to the plan, above 0."""
    cost: Numbers
    """What each costs, 0 or more."""
    x: Numbers
    """Middle of each in metres."""
    y: Numbers
    pairs: tuple[Ints, Ints]
    """Parcels side by side (`neighbours`)."""


@dataclass(frozen=True)
class Block:
    """Neighbouring parcels that form one site."""

    rows: tuple[int, ...]
    area_mu: float
    value: float
    cost: float


@dataclass(frozen=True)
class Site:
    """What was assembled."""

    blocks: tuple[Block, ...]
    """The most valuable first."""
    greedy_value: float
    """Of the blocks before any swap."""
    bound: float
    """No blocks are worth more: the best value for the budget with contiguity left away."""

    @property
    def value(self) -> float:
        """Return what all blocks are worth."""
        return float(sum(block.value for block in self.blocks))


def assemble(land: Land, *, least_mu: float, budget: float) -> Site:
    """Return blocks of at least `least_mu` each, together within the budget.

    Parameters
    ----------
    least_mu
        Land of the smallest block worth having, in mu (亩).
    budget
        What all blocks may cost together, in the unit of `Land.cost`.
    """
    work = _Work(land, least_mu, budget)
    work.grow()
    before = work.value
    work.swap()
    return Site(work.blocks(), before, bound_without_contiguity(land, budget))


def bound_without_contiguity(land: Land, budget: float) -> float:
    """Return the value that the budget buys at most, parcels in part allowed and wherever they lie."""
    order = np.argsort(-land.value / np.maximum(land.cost, 1e-12), kind="stable")
    spent = np.cumsum(land.cost[order])
    whole = spent <= budget
    value = float(land.value[order][whole].sum())
    cut = np.flatnonzero(~whole)
    if len(cut):
        first = order[cut[0]]
        left = budget - (float(spent[cut[0]]) - float(land.cost[first]))
        value += float(land.value[first]) * max(0.0, left) / max(float(land.cost[first]), 1e-12)
    return value


class _Work:
    """Blocks under construction."""

    def __init__(self, land: Land, least_mu: float, budget: float) -> None:
        self.land, self.least, self.budget = land, least_mu, budget
        count = len(land.area_mu)
        self.around: list[list[int]] = [[] for _ in range(count)]
        for one, other in zip(land.pairs[0].tolist(), land.pairs[1].tolist(), strict=True):
            self.around[one].append(other)
            self.around[other].append(one)
        self.area, self.worth, self.price = land.area_mu.tolist(), land.value.tolist(), land.cost.tolist()
        self.x, self.y = land.x.tolist(), land.y.tolist()
        self.rate = (land.value / np.maximum(land.cost, 1e-12)).tolist()
        self.owner = [-1] * count
        self.members: dict[int, set[int]] = {}
        self.spent = 0.0

    @property
    def value(self) -> float:
        return float(sum(self.worth[row] for rows in self.members.values() for row in rows))

    def blocks(self) -> tuple[Block, ...]:
        made = [
            Block(
                tuple(sorted(rows)),
                sum(self.area[row] for row in sorted(rows)),
                sum(self.worth[row] for row in sorted(rows)),
                sum(self.price[row] for row in sorted(rows)),
            )
            for rows in self.members.values()
        ]
        return tuple(sorted(made, key=lambda block: (-block.value, block.rows)))

    # ------------------------------------------------------------------------------------------ greedy

    def grow(self) -> None:
        """Add the block with the best value for its cost, again and again; then what the blocks still reach."""
        reachable = self._large_enough()
        while True:
            seeds = [row for row in reachable if self.owner[row] < 0]
            seeds.sort(key=lambda row: (-self.rate[row], row))
            tried = (self._block_from(seed) for seed in seeds[:SEEDS])
            found = [block for block in tried if block]
            if not found:
                break
            self._add(max(found, key=lambda rows: (self._rate_of(rows), -min(rows))))
        self._fill()

    def _large_enough(self) -> list[int]:
        """Return the parcels whose neighbourhood as a whole has enough land for a block."""
        seen, kept = [False] * len(self.area), []
        for start in range(len(self.area)):
            if seen[start]:
                continue
            part, stack = [], [start]
            seen[start] = True
            while stack:
                row = stack.pop()
                part.append(row)
                fresh = [other for other in self.around[row] if not seen[other]]
                for other in fresh:
                    seen[other] = True
                stack += fresh
            if sum(self.area[row] for row in part) >= self.least:
                kept += part
        return sorted(kept)

    def _block_from(self, seed: int) -> set[int] | None:
        """Return a block grown from one parcel to enough land; None where land or budget ends before."""
        left = self.budget - self.spent
        rows, area, cost = {seed}, self.area[seed], self.price[seed]
        heap: list[tuple[float, int]] = []
        queued = {seed}

        def reach(row: int) -> None:
            for other in self.around[row]:
                if other not in queued and self.owner[other] < 0:
                    queued.add(other)
                    heappush(heap, (-self._appeal(other, seed, area), other))

        reach(seed)
        while area < self.least and heap:
            _, row = heappop(heap)
            if cost + self.price[row] > left:
                continue
            rows.add(row)
            area += self.area[row]
            cost += self.price[row]
            reach(row)
        return rows if area >= self.least and cost <= left else None

    def _appeal(self, row: int, seed: int, area_mu: float) -> float:
        """Return the value for its cost of a parcel, less the farther it lies from where the block began."""
        width = (max(area_mu, self.least) * 666.67) ** 0.5
        apart = ((self.x[row] - self.x[seed]) ** 2 + (self.y[row] - self.y[seed]) ** 2) ** 0.5
        return float(self.rate[row] / (1.0 + COMPACT * apart / width))

    def _rate_of(self, rows: set[int]) -> float:
        return float(sum(self.worth[row] for row in rows) / max(sum(self.price[row] for row in rows), 1e-12))

    def _add(self, rows: set[int]) -> None:
        name = len(self.members)
        self.members[name] = set(rows)
        for row in rows:
            self.owner[row] = name
        self.spent += sum(self.price[row] for row in sorted(rows))

    def _fill(self) -> bool:
        """Add to the blocks what they touch and the budget still pays, the best value for its cost first."""
        grew = False
        heap = [(-self.rate[row], row, name) for name, rows in self.members.items() for row in self._edge(rows)]
        heap.sort()
        while heap:
            _, row, name = heappop(heap)
            if self.owner[row] >= 0 or self.spent + self.price[row] > self.budget:
                continue
            self._take(row, name)
            grew = True
            for other in self.around[row]:
                if self.owner[other] < 0:
                    heappush(heap, (-self.rate[other], other, name))
        return grew

    def _edge(self, rows: Iterable[int]) -> Iterator[int]:
        return iter(sorted({other for row in rows for other in self.around[row] if self.owner[other] < 0}))

    def _take(self, row: int, name: int) -> None:
        self.owner[row] = name
        self.members[name].add(row)
        self.spent += self.price[row]

    def _leave(self, row: int) -> None:
        self.members[self.owner[row]].discard(row)
        self.owner[row] = -1
        self.spent -= self.price[row]

    # ------------------------------------------------------------------------------------------ swaps

    def swap(self) -> None:
        """Exchange a parcel of a block for better ones that its blocks touch, as long as anything is gained."""
        for _ in range(ROUNDS):
            gained = False
            for name in sorted(self.members):
                gained |= self._swap_in(name)
            gained |= self._fill()
            if not gained:
                return

    def _swap_in(self, name: int) -> bool:
        gained = False
        for row in sorted(self.members[name], key=lambda each: (self.rate[each], each)):
            rows = self.members[name]
            room = self.budget - self.spent + self.price[row]
            better = [
                other
                for other in self._edge(rows - {row})
                if self.price[other] <= room and self.worth[other] > self.worth[row] * (1 + 1e-9)
            ]
            if not better:
                continue
            chosen = max(better, key=lambda other: (self.worth[other], -other))
            after = (rows - {row}) | {chosen}
            if sum(self.area[each] for each in after) >= self.least and self._is_one(after):
                self._leave(row)
                self._take(chosen, name)
                gained = True
        return gained

    def _is_one(self, rows: set[int]) -> bool:
        """Return whether parcels hang together."""
        start = min(rows)
        seen, stack = {start}, [start]
        while stack:
            for other in self.around[stack.pop()]:
                if other in rows and other not in seen:
                    seen.add(other)
                    stack.append(other)
        return len(seen) == len(rows)
