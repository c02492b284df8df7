"""Say what stands in the way of a plan: the fewest limits that have to give, by how much, and which alone would do.

A limit that gives is one whose least or greatest sum is moved as far as some plan needs. Fewest limits first (a task
cannot be met within a budget: either gives), then the smallest moves, each measured against the size of its limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from landuse.scenarios.choose.problem import Choice, Ints, Mask, Numbers
from landuse.scenarios.choose.solver import Program, Solved, solve

WHOLE: Final = 4_000
"""Options up to which plans are whole; beyond it parcels count in part, and the moves are the least that could do."""
NODES: Final = 200
SURE: Final = 5_000
"""Nodes of the search for the smallest moves: counted, so that it ends on every machine alike."""
FREE: Final = 1e-7
"""A move below this share of its limit is none."""
SLIGHT: Final = 1e-3
"""Weight of the moves beside the number of limits moved: they only decide between sets of equal size."""


@dataclass(frozen=True)
class Move:
    """One limit that has to give."""

    limit: int
    is_upper: bool
    """Whether its greatest sum is raised; else its least sum is lowered."""
    stated: float
    needed: float
    """The limit that would do."""

    @property
    def by(self) -> float:
        """Return by how much the limit gives, above 0."""
        return abs(self.needed - self.stated)


@dataclass(frozen=True)
class Obstacle:
    """Why there is no plan."""

    together: tuple[Move, ...]
    """The fewest limits that have to give, and by how much when they give together."""
    alone: tuple[Move, ...]
    """Each limit that would do by itself, greatest sums first; empty where none does."""
    is_exact: bool
    """Whether whole plans were asked; else the moves are the least that could do."""


def obstacle(choice: Choice, *, is_rigid: Mask | None = None) -> Obstacle | None:
    """Return what stands in the way of a plan; None where there is one, or where no move of a limit gives one.

    Parameters
    ----------
    is_rigid
        Limits that cannot give: they tie decisions to each other; None = none of them.
    """
    ask = _Elastic.over(choice, np.zeros(choice.limits, dtype=bool) if is_rigid is None else is_rigid)
    free = solve(ask.least_moves(np.zeros(ask.ends)), nodes=NODES)
    if free.status == "optimal":
        return None
    fewest = solve(ask.fewest(), nodes=NODES)
    if not len(fewest.values):
        return None
    gives = ask.moves_of(fewest) > FREE * ask.scale
    smallest = solve(ask.least_moves(np.where(gives, np.inf, 0.0)), nodes=SURE if ask.is_whole else NODES)
    together = ask.as_moves(smallest if len(smallest.values) else fewest)
    alone = [move for end in range(ask.ends) if (move := ask.alone(end)) is not None]
    return Obstacle(together, tuple(alone), ask.is_whole)


@dataclass(frozen=True)
class _Elastic:
    """A choice whose limits may give: one column for each end of a limit that is stated."""

    choice: Choice
    limit: Ints
    """Limit of each end."""
    is_upper: np.ndarray
    scale: Numbers
    """Size of the limit of each end: a move of so much counts 1."""
    is_whole: bool

    @classmethod
    def over(cls, choice: Choice, is_rigid: Mask) -> _Elastic:
        above = np.flatnonzero(np.isfinite(choice.upper) & ~is_rigid)
        below = np.flatnonzero(np.isfinite(choice.lower) & ~is_rigid)
        limit = np.r_[above, below]
        is_upper = np.r_[np.ones(len(above), dtype=bool), np.zeros(len(below), dtype=bool)]
        stated = np.abs(np.where(is_upper, choice.upper[limit], choice.lower[limit]))
        uses = np.bincount(choice.uses.limit, np.abs(choice.uses.amount), minlength=choice.limits)[limit]
        scale = np.where(stated > 0, stated, np.maximum(uses, 1.0))
        return cls(choice, limit, is_upper, scale, choice.options <= WHOLE)

    @property
    def ends(self) -> int:
        return len(self.limit)

    def least_moves(self, most: Numbers) -> Program:
        """Return the program of the smallest moves, each end at most so much."""
        plan = Program.of(replace(self.choice, value=np.zeros(self.choice.options)), is_whole=self.is_whole)
        parcels = len(self.choice.starts)
        whole = np.r_[np.full(self.choice.options, self.is_whole), np.zeros(self.ends, dtype=bool)]
        return Program(
            cost=np.r_[plan.cost, 1.0 / self.scale],
            least=np.r_[plan.least, np.zeros(self.ends)],
            most=np.r_[plan.most, most],
            low=plan.low,
            high=plan.high,
            row=np.r_[plan.row, parcels + self.limit],
            column=np.r_[plan.column, self.choice.options + np.arange(self.ends)],
            entry=np.r_[plan.entry, np.where(self.is_upper, -1.0, 1.0)],
            is_whole=whole if self.is_whole else np.zeros(0, dtype=bool),
        )

    def fewest(self) -> Program:
        """Return the program of the fewest ends that give; a further column an end says whether it does."""
        reach = self._reach()
        base = self.least_moves(reach)
        columns, rows = base.size
        ends = np.arange(self.ends)
        gives, link = columns + ends, rows + ends
        entries = (
            np.r_[base.row, link, link],
            np.r_[base.column, self.choice.options + ends, gives],
            np.r_[base.entry, np.ones(self.ends), -np.maximum(reach, 1e-12)],
        )
        order = np.lexsort((entries[0], entries[1]))
        row, column, entry = (part[order] for part in entries)
        already = base.is_whole if len(base.is_whole) else np.zeros(columns, dtype=bool)
        return Program(
            cost=np.r_[base.cost * SLIGHT, np.ones(self.ends)],
            least=np.r_[base.least, np.zeros(self.ends)],
            most=np.r_[base.most, np.ones(self.ends)],
            low=np.r_[base.low, np.full(self.ends, -np.inf)],
            high=np.r_[base.high, np.zeros(self.ends)],
            row=row,
            column=column,
            entry=entry,
            is_whole=np.r_[already, np.ones(self.ends, dtype=bool)],
        )

    def _reach(self) -> Numbers:
        """Return how far each end could have to move at most: from what is stated to what all options use."""
        choice = self.choice
        uses = np.bincount(choice.uses.limit, np.abs(choice.uses.amount), minlength=choice.limits)[self.limit]
        return uses.astype(float) + np.abs(np.where(self.is_upper, choice.upper[self.limit], choice.lower[self.limit]))

    def moves_of(self, solved: Solved) -> Numbers:
        return solved.values[self.choice.options : self.choice.options + self.ends]

    def as_moves(self, solved: Solved) -> tuple[Move, ...]:
        """Return the ends that gave, in the order of the limits."""
        by = self.moves_of(solved)
        moved = np.flatnonzero(by > FREE * self.scale)
        made = [self._move(int(end), float(by[end])) for end in moved]
        return tuple(sorted(made, key=lambda move: (move.limit, move.is_upper)))

    def alone(self, end: int) -> Move | None:
        """Return how far one end has to move where only it gives; None where that does not do."""
        most = np.zeros(self.ends)
        most[end] = np.inf
        solved = solve(self.least_moves(most), nodes=NODES)
        return self._move(end, float(self.moves_of(solved)[end])) if len(solved.values) else None

    def _move(self, end: int, by: float) -> Move:
        limit, is_upper = int(self.limit[end]), bool(self.is_upper[end])
        stated = float((self.choice.upper if is_upper else self.choice.lower)[limit])
        return Move(limit, is_upper, stated, stated + by if is_upper else stated - by)
