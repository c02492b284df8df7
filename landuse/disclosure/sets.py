"""Describe sums as sets of cells, and say which sets are safe: enough enterprises, none of them easily told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
ROUNDING: Final = 1e-12
"""Relative error of a sum of floats that is no excess of a share."""
NOISE: Final = 1e-9
"""Relative error of a bound, which many sums were taken from."""


@dataclass(frozen=True)
class Sums:
    """Sums that might be published, and the cells they are made of."""

    parts: Flags
    """Row = sum, column = cell: whether the cell is part of the sum."""
    lines: tuple[tuple[int, Places], ...]
    """A sum and the sums that make it up without overlap."""
    order: npt.NDArray[np.int64]
    """Which kind of sum is given up first: the lowest number, e.g. inner fields before margins before the total."""


@dataclass(frozen=True)
class Cells:
    """One figure of the enterprises, cell by cell."""

    known: Numbers
    """Enterprises whose figure is known."""
    count: Numbers
    """Those of them whose figure is not 0: a known 0 hides nobody."""
    size: Numbers
    """Sum of the absolute figures."""
    largest: Numbers
    """The largest absolute figure …"""
    second: Numbers
    """… and the next one, 0 where there is none."""


@dataclass(frozen=True)
class Limits:
    """When a sum is safe."""

    least: int
    """Enterprises with a figure other than 0, at least."""
    dominance: float
    """Share of one enterprise, at most (inclusive); 1 = any."""
    spread: float = 0.0
    """What is withheld stays open in a range of at least this share of it; 0 = only it itself may not be told."""
    percent: float = 0.0
    """The p% rule: what the two largest leave is at least this much of the largest (inclusive), in per cent, else the
    second knows the largest nearer than that by taking its own figure off; 0 = no such rule."""


@dataclass(frozen=True)
class Members:
    """The cells of some sets, as pairs of set and cell, the sets ascending: few beside all pairs there could be."""

    row: Places
    cell: Places
    n_rows: int
    n_cells: int

    @classmethod
    def of(cls, parts: Flags) -> Members:
        """Return the pairs of a table of flags: row = set, column = cell."""
        row, cell = np.nonzero(parts)
        return cls(row, cell, *parts.shape)

    def add(self, values: Numbers) -> Numbers:
        """Return the sum of the values of the cells of each set."""
        return np.asarray(np.bincount(self.row, weights=values[self.cell], minlength=self.n_rows), dtype=np.float64)

    def highest(self, of_pairs: Numbers) -> Numbers:
        """Return the highest of the values given to the pairs of each set, not below 0."""
        made = np.zeros(self.n_rows)
        starts, rows = self._starts
        if len(rows):
            made[rows] = np.maximum(np.maximum.reduceat(of_pairs, starts), 0.0)
        return made

    def top_two(self, cells: Cells) -> tuple[Numbers, Numbers]:
        """Return the largest and the next figure of an enterprise in each set; 0 where there is none."""
        largest = cells.largest[self.cell]
        first = self.highest(largest)
        is_top = largest == first[self.row]
        shared = np.bincount(self.row[is_top], minlength=self.n_rows) > 1
        second = self.highest(np.where(is_top, cells.second[self.cell], largest))
        return first, np.where(shared, first, second)

    @cached_property
    def _starts(self) -> tuple[Places, Places]:
        """Return where the pairs of each set begin, and the sets that have any."""
        rows, starts = np.unique(self.row, return_index=True)
        return starts, rows


def cells_of(values: Numbers, cell: Places, size: int) -> Cells:
    """Return a figure of the enterprises by cell; NaN is unknown and part of no sum."""
    told = np.isfinite(values)
    at, amount = cell[told], np.abs(values[told])
    order = np.lexsort((amount, at))
    at, amount = at[order], amount[order]
    largest, second = np.zeros(size), np.zeros(size)
    largest[at] = amount  # the last of a cell stays
    before = np.flatnonzero(at[:-1] == at[1:])
    second[at[before]] = amount[before]
    return Cells(
        known=np.bincount(at, minlength=size).astype(float),
        count=np.bincount(at[amount > 0], minlength=size).astype(float),
        size=np.bincount(at, weights=amount, minlength=size).astype(float),
        largest=largest,
        second=second,
    )


def joined(cells: Cells, at: Places, size: int) -> Cells:
    """Return the cells of some larger ones: `at` says in which each lies."""
    order = np.argsort(at, kind="stable")
    groups = Members(at[order], order, size, len(at))
    return Cells(groups.add(cells.known), groups.add(cells.count), groups.add(cells.size), *groups.top_two(cells))


def safe_members(members: Members, cells: Cells, limits: Limits) -> Flags:
    """Return which sets are safe: enough enterprises, none of them nearly all of it, nor told by the second."""
    largest, second = members.top_two(cells)
    return _passes(Cells(largest, members.add(cells.count), members.add(cells.size), largest, second), limits)


def safe(parts: Flags, cells: Cells, limits: Limits) -> Flags:
    """Return which sets of cells (rows) are safe."""
    return safe_members(Members.of(parts), cells, limits)


def empty(parts: Flags, cells: Cells) -> Flags:
    """Return which sets of cells hold no enterprise with a known figure."""
    made: Flags = Members.of(parts).add(cells.known) == 0
    return made


def bad_cells(cells: Cells, limits: Limits) -> Flags:
    """Return which cells are unsafe by themselves: as `safe`, without a set for each of them."""
    return (cells.known > 0) & ~_passes(cells, limits)


def nearly_known(between: tuple[Numbers, Numbers], size: Numbers, top_two: Numbers, limits: Limits) -> Flags:
    """Return which unsafe sets are known almost by the least and the most that they can be.

    Parameters
    ----------
    top_two
        The largest figure in each (row 0) and the next one (row 1).
    """
    least, most = between
    largest, second = top_two
    narrow = most - least < limits.spread * size
    told = most - second - largest < limits.percent / 100 * largest - NOISE * size
    made: Flags = narrow | told
    return made


def _passes(sets: Cells, limits: Limits) -> Flags:
    few = sets.count < limits.least
    dominated = sets.largest > limits.dominance * sets.size * (1 + ROUNDING)
    left = sets.size - sets.largest - sets.second + sets.size * ROUNDING
    told = left < limits.percent / 100 * sets.largest
    made: Flags = ~(few | dominated | told)
    return made
