"""The same decision as `landuse.disclosure.withhold`, written the plain way: every sum a row of flags, cell by cell.

An oracle: dense matrices, differences and bases worked out anew each time; slow beyond a few hundred cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
ALMOST: Final = 1e-7
"""What counts as 0 in the algebra of sets of 0 and 1: far above rounding, far below the least share that can occur."""
ROUNDING: Final = 1e-12
"""Relative error of a sum of floats that is no excess of a share."""
SLIGHT: Final = 1e-3
"""Weight, relative to the largest, under which a sum has no part in a combination."""
FAR: Final = 1e3
"""Times the largest published sum: what a cell of no published sum may be."""
ROUNDS: Final = 25
"""Times bounds are drawn together, at most."""
MOST_FIELDS: Final = 500_000
"""Fields (sum by cell) of differences that bounds are drawn from: all of them but in very large tables."""
PAIRS: Final = 4096
"""Pairs of sums looked at together."""
BLOCK: Final = 512
"""Cells compared with all others at a time."""
ALONE: Final = 1
"""Enterprises of a cell of which two together are still too few."""


@dataclass(frozen=True)
class Sums:
    """Sums that might be published, and the cells they are made of."""

    parts: Flags
    """Row = sum, column = cell: whether the cell is part of the sum."""
    lines: tuple[tuple[int, npt.NDArray[np.intp]], ...]
    """A sum and the sums that make it up without overlap."""
    order: npt.NDArray[np.int64]
    """Which kind of sum is given up first: the lowest number, e.g. inner fields before margins before the total."""


@dataclass(frozen=True)
class Cells:
    """One figure of the enterprises, cell by cell."""

    figures: Numbers
    """Row = enterprise, column = cell: its absolute figure where it is in the cell, else 0."""

    known: Numbers
    """Enterprises whose figure is known."""
    count: Numbers
    """Those of them whose figure is not 0: a known 0 hides nobody."""
    size: Numbers
    """Sum of the absolute figures."""
    largest: Numbers
    """The largest absolute figure."""


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


def cells_of(values: Numbers, cell: npt.NDArray[np.intp], size: int) -> Cells:
    """Return a figure of the enterprises by cell; NaN is unknown and part of no sum."""
    told = np.isfinite(values)
    at, amount = cell[told], np.abs(values[told])
    largest = np.zeros(size)
    np.maximum.at(largest, at, amount)
    figures = np.zeros((len(at), size))
    figures[np.arange(len(at)), at] = amount
    return Cells(
        figures=figures,
        known=np.bincount(at, minlength=size).astype(float),
        count=np.bincount(at[amount > 0], minlength=size).astype(float),
        size=np.bincount(at, weights=amount, minlength=size).astype(float),
        largest=largest,
    )


def published(sums: Sums, cells: Cells, limits: Limits) -> Flags:
    """Return which sums may be published; a sum of no enterprise at all may."""
    none = empty(sums.parts, cells)
    return none if none.all() else _Search(sums, cells, limits).run()


def safe(parts: Flags, cells: Cells, limits: Limits) -> Flags:
    """Return which sets of cells (rows) are safe, enterprise by enterprise."""
    made = [_safe(np.sort(cells.figures @ row.astype(float)), limits) for row in parts]
    return np.array(made, dtype=bool)


def _safe(figures: Numbers, limits: Limits) -> bool:
    """Return whether a set is safe, by the figures of all enterprises in ascending order; 0 = not in it."""
    if (figures > 0).sum() < limits.least:
        return False
    whole = figures.sum() * (1 + ROUNDING)
    others = whole - figures[-1] - (figures[-2] if len(figures) > 1 else 0.0)
    return bool(figures[-1] <= limits.dominance * whole and others >= limits.percent / 100 * figures[-1])


def empty(parts: Flags, cells: Cells) -> Flags:
    """Return which sets of cells hold no enterprise with a known figure."""
    made: Flags = parts.astype(float) @ cells.known == 0
    return made


def _nested(parts: Flags) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of sets (rows) of which the first lies inside the second and is smaller."""
    inside = parts.astype(float)
    size = inside.sum(axis=1)
    inner, outer = np.nonzero((inside @ inside.T == size[:, None]) & (size[:, None] < size[None, :]))
    return inner, outer


def _bounds(known: Flags, totals: Numbers) -> tuple[Numbers, Numbers]:
    """Return the least and the most each cell can be, given sums of cells that are not below 0."""
    size = known.shape[1]
    low, high = np.zeros(size), np.full(size, FAR * max(float(totals.max()), 1.0))
    inside = known.astype(float)
    for _ in range(ROUNDS):
        most = np.where(known, (totals - inside @ low)[:, None] + low, np.inf).min(axis=0)
        narrower = np.minimum(high, most)
        least = np.where(known, (totals - inside @ narrower)[:, None] + narrower, -np.inf).max(axis=0)
        higher = np.maximum(low, least)
        if np.allclose(narrower, high) and np.allclose(higher, low):
            break
        low, high = higher, narrower
    return low, high


def _joined(cells: Cells, told_of: Flags, at: npt.NDArray[np.intp], size: int) -> Cells:
    """Return the cells of which something is known, those with the same number as one."""
    into = np.zeros((int(told_of.sum()), size))
    into[np.arange(len(at)), at] = 1.0
    known, count, total = (of[told_of] @ into for of in (cells.known, cells.count, cells.size))
    figures = cells.figures[:, told_of] @ into
    return Cells(figures, known, count, total, figures.max(axis=0))


def _bad_cells(cells: Cells, limits: Limits) -> Flags:
    """Return which cells are unsafe by themselves."""
    return (cells.known > 0) & ~safe(np.eye(len(cells.known), dtype=bool), cells, limits)


def _parallel(known: Numbers) -> tuple[int, int, float] | None:
    """Return the first two cells of which one weighted sum is known, and the weight of the second; None = of no two.

    What the published sums (their basis, a column a cell) leave open of two cells of lengths a and b is parallel where
    their product is known to be a b; by the lengths alone that can only be where a and b are at most 1 in all.
    """
    own = 1.0 - np.square(known).sum(axis=0)
    near = np.flatnonzero(own + own.min() <= 1.0 + 2 * ALMOST)
    for start in range(0, len(near), BLOCK):
        rows = near[start : start + BLOCK]
        left = -known[:, rows].T @ known[:, near]
        parallel = own[rows][:, None] * own[near][None, :] - np.square(left) < ALMOST
        parallel &= rows[:, None] < near[None, :]
        if parallel.any():
            one, other = (int(side[0]) for side in np.nonzero(parallel))
            return int(rows[one]), int(near[other]), float(-left[one, other] / own[near[other]])
    return None


@dataclass
class _Search:
    sums: Sums
    cells: Cells
    limits: Limits

    def run(self) -> Flags:
        """Return which sums are published: withhold until nothing is told, then give back what tells nothing more."""
        self._merge_cells()
        self.empty = empty(self.sums.parts, self.cells)
        self.safe = safe(self.sums.parts, self.cells, self.limits)
        self.mass = self.sums.parts.astype(float) @ self.cells.size
        self.open = (self.safe | self.empty).copy()
        while True:
            self._close_rests()
            if (told := self._told()) is not None:
                self._give_up(self._behind(told))
            elif (near := self._tight()) is not None:
                self._give_up(near)
            elif (told := self._give_back()) is not None:
                self._give_up(self._behind(told))
            else:
                return self.open

    def _merge_cells(self) -> None:
        """Leave out cells of which nothing is known, as everybody knows; take together those that no sum parts."""
        told_of = self.cells.known > 0
        inside = self.sums.parts[:, told_of]
        same = pd.factorize(pd.Series([column.tobytes() for column in np.packbits(inside, axis=0).T]))[0]
        first = np.unique(same, return_index=True)[1]
        self.sums = replace(self.sums, parts=inside[:, first])
        self.cells = _joined(self.cells, told_of, same, len(first))
        self.bad_cells = np.flatnonzero(_bad_cells(self.cells, self.limits))

    def _bad(self, rest: Flags) -> Flags:
        return ~(empty(rest, self.cells) | safe(rest, self.cells, self.limits))

    # ------------------------------------------------------------------------------------------ rests

    def _close_rests(self) -> None:
        """Withhold further sums until the rest of every line, and of a sum inside another, is safe."""
        while self._close_lines() or self._close_pairs():
            pass

    def _close_lines(self) -> bool:
        """Withhold parts of lines, or their total, until every rest is safe; return whether anything was withheld."""
        before = int(self.open.sum())
        for parent, children in self.sums.lines:
            while self._is_bad_line(parent, children):
                shown = children[self.open[children] & ~self.empty[children]]
                self._give_up(shown if len(shown) else np.array([parent]))
        return int(self.open.sum()) < before

    def _is_bad_line(self, parent: int, children: npt.NDArray[np.intp]) -> bool:
        if not self.open[parent] or self.empty[parent]:
            return False
        shown = children[self.open[children]]
        rest = self.sums.parts[parent] & ~self.sums.parts[shown].any(axis=0)
        return bool(self._bad(rest[None, :])[0])

    def _close_pairs(self) -> bool:
        """Withhold one of two sums, one inside the other, whose difference is not safe."""
        found = self._bad_pairs()
        for pair in found:
            if self.open[pair].all():
                self._give_up(pair)
        return bool(len(found))

    def _bad_pairs(self) -> npt.NDArray[np.intp]:
        """Return the pairs (rows) of published sums, the first inside the second, whose difference is not safe."""
        shown = np.flatnonzero(self.open & ~self.empty)
        parts = self.sums.parts[shown]
        inner, outer = _nested(parts)
        bad = [
            np.flatnonzero(self._bad(parts[outer[start : start + PAIRS]] & ~parts[inner[start : start + PAIRS]]))
            + start
            for start in range(0, len(inner), PAIRS)
        ]
        at = np.concatenate(bad) if bad else np.empty(0, dtype=np.intp)
        return np.column_stack([shown[inner[at]], shown[outer[at]]])

    # ---------------------------------------------------------------------------------------- algebra

    def _told(self) -> Numbers | None:
        """Return a combination of cells that is not safe and follows from the published sums; None where none does."""
        basis = self._basis(self.open & ~self.empty)
        sets = self.sums.parts[~self.safe & ~self.empty].astype(float)
        left = np.square(sets).sum(axis=1) - np.square(sets @ basis.T).sum(axis=1)
        if len(hit := np.flatnonzero(left < ALMOST)):
            return np.asarray(sets[hit[0]], dtype=np.float64)
        left = 1.0 - np.square(basis[:, self.bad_cells]).sum(axis=0)
        if len(hit := np.flatnonzero(left < ALMOST)):
            return self._alone(int(self.bad_cells[hit[0]]))
        return self._told_pair(basis)

    def _alone(self, cell: int) -> Numbers:
        """Return the set of one cell."""
        made = np.zeros(len(self.cells.known))
        made[cell] = 1.0
        return made

    def _told_pair(self, basis: Numbers) -> Numbers | None:
        """Return a weighted sum of two cells of one enterprise each that follows from the published sums.

        What the published sums leave open of two cells is the projection on everything orthogonal to them; where those
        of two cells are parallel, one weighted sum of the two is known.
        """
        alone = np.flatnonzero((self.cells.known > 0) & (self.cells.known <= ALONE))
        if self.limits.least <= 2 * ALONE or len(alone) < 2:
            return None
        found = _parallel(basis[:, alone])
        if found is None:
            return None
        first, second, weight = found
        told = self._alone(int(alone[first]))
        told[alone[second]] = weight
        return told

    def _basis(self, shown: Flags) -> Numbers:
        """Return an orthonormal basis (rows) of everything that follows linearly from some sums."""
        rows = np.unique(self.sums.parts[shown], axis=0).astype(float)
        if not rows.size:
            return np.zeros((0, len(self.cells.known)))
        values, vectors = np.linalg.eigh(rows @ rows.T)
        kept = values > ALMOST * max(float(values[-1]), 1.0)
        made: Numbers = (vectors[:, kept] / np.sqrt(values[kept])).T @ rows
        return made

    def _behind(self, told: Numbers) -> npt.NDArray[np.intp]:
        """Return the published sums from which a combination of cells is told."""
        shown = np.flatnonzero(self.open & ~self.empty)
        weights = np.abs(np.linalg.lstsq(self.sums.parts[shown].astype(float).T, told, rcond=None)[0])
        made: npt.NDArray[np.intp] = shown[weights > SLIGHT * weights.max()]
        return made

    # ----------------------------------------------------------------------------------------- ranges

    def _tight(self) -> npt.NDArray[np.intp] | None:
        """Return published sums of which one must go, because something unsafe is known almost to the yuan.

        Bounds of the cells are drawn together, sum by sum, by whoever knows that no figure is below 0.
        """
        known, totals = self._known_sums()
        if not len(known) or not self.limits.spread:
            return None
        low, high = _bounds(known, totals)
        unsafe = self.sums.parts[~self.safe & ~self.empty].astype(float)
        inside = known.astype(float)
        around = unsafe @ (1.0 - inside).T == 0
        most = np.where(around, totals - inside @ low, np.inf).min(axis=1, initial=np.inf) + unsafe @ low
        least = np.where(around, totals - inside @ high, -np.inf).max(axis=1, initial=-np.inf) + unsafe @ high
        most, least = np.minimum(most, unsafe @ high), np.maximum(least, unsafe @ low)
        tight = np.flatnonzero([self._known_almost(*one) for one in zip(least, most, unsafe, strict=True)])
        if len(tight):
            return self._near(unsafe[tight[0]] > 0)
        cells, around = self.bad_cells, known[:, self.bad_cells]
        most = np.where(around, (totals - inside @ low)[:, None], np.inf).min(axis=0) + low[cells]
        least = np.where(around, (totals - inside @ high)[:, None], -np.inf).max(axis=0) + high[cells]
        most, least = np.minimum(most, high[cells]), np.maximum(least, low[cells])
        alone = [self._alone(int(cell)) for cell in cells]
        tight = np.flatnonzero([self._known_almost(*one) for one in zip(least, most, alone, strict=True)])
        return self._near(self._alone(int(cells[tight[0]])) > 0) if len(tight) else None

    def _known_almost(self, least: float, most: float, part: Numbers) -> bool:
        """Return whether a set lies in a narrow range, or its largest is told by the second, by the most it can be."""
        figures = np.sort(self.cells.figures @ part)
        size = figures.sum()
        second = figures[-2] if len(figures) > 1 else 0.0
        told = most - second - figures[-1] < self.limits.percent / 100 * figures[-1] - 1e-9 * size
        return bool(most - least < self.limits.spread * size or told)

    def _known_sums(self) -> tuple[Flags, Numbers]:
        """Return the published sums, what is left of each line without its published parts, and their differences."""
        parts = [self.sums.parts[self.open & ~self.empty]]
        for parent, children in self.sums.lines:
            if self.open[parent]:
                rest = self.sums.parts[parent] & ~self.sums.parts[children[self.open[children]]].any(axis=0)
                parts += [rest[None, :]] if rest.any() else []
        told = np.unique(np.vstack(parts), axis=0)
        inner, outer = (side[: MOST_FIELDS // told.shape[1]] for side in _nested(told))
        known = np.unique(np.vstack([told, told[outer] & ~told[inner]]), axis=0)
        return known, known.astype(float) @ self.cells.size

    def _near(self, one: Flags) -> npt.NDArray[np.intp]:
        """Return the published sums with a cell of a set in them, or with one of the cells added to it."""
        shown = np.flatnonzero(self.open & ~self.empty)
        parts = self.sums.parts[shown]
        touching = parts[:, one].any(axis=1)
        beside = parts[touching].any(axis=0)
        return shown[touching | parts[:, beside].any(axis=1)]

    # ---------------------------------------------------------------------------------------- choices

    def _give_up(self, among: npt.NDArray[np.intp]) -> None:
        """Withhold one of some sums: by the order of their kinds, the smallest first."""
        chosen = min(among.tolist(), key=lambda row: (int(self.sums.order[row]), float(self.mass[row]), row))
        self.open[chosen] = False

    def _give_back(self) -> Numbers | None:
        """Publish what was withheld although it follows from what is published.

        Where a rest would become unsafe by it, that rest is known already: nothing is given back, and what tells it is
        returned.
        """
        before = self.open.copy()
        held = np.flatnonzero(~self.open & self.safe).tolist()
        basis = self._basis(self.open & ~self.empty) if held else np.empty(0)
        for row in held:
            one = self.sums.parts[row].astype(np.float64)
            if one.sum() - np.square(basis @ one).sum() < ALMOST:
                self.open[row] = True
                if self._is_worse():
                    self.open = before
                    return np.asarray(one, dtype=np.float64)
        return None

    def _is_worse(self) -> bool:
        bad = any(self._is_bad_line(*line) for line in self.sums.lines) or len(self._bad_pairs()) > 0
        return bad or self._tight() is not None
