"""Decide which sums of a set of tables may be published, so that nobody can tell the figure of one or two enterprises.

A *cell* is the finest group that any table distinguishes; a *sum* is a set of cells: a total, a margin, an inner field.
A sum is safe when enough enterprises stand behind it, none of them makes up nearly all of it, and the second largest
cannot tell the largest nearly by taking its own figure off (the p% rule). What is not safe is withheld, and further
sums with it, until nothing unsafe follows from those that are left, across all tables:

1. the rest of a line (a total less its published parts) and of a sum that lies inside another must be safe;
2. no unsafe sum or cell, and no combination of cells with too few enterprises, may be a linear combination of published
   sums;
3. nor may one be known almost, by bounds, to somebody who takes it that no figure is below 0: neither the sum, nor the
   most that its largest enterprise can have, for the second largest who takes its own figure off (the p% rule).

Bounds are drawn by taking sums from each other, not by the best that a solver finds; and what an enterprise outside a
sum knows of its own figure is followed exactly (2) but not in the bounds (3).

Grounds: the least number of enterprises and the (1, k) rule of dominance, and the p% rule, are the usual rules for sums
of enterprises: Hundepool et al., Statistical Disclosure Control (2012), chapter 4; Statistical Policy Working Paper 22
of the U.S. Federal Committee on Statistical Methodology (2005), which prefers the p% rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from landuse.disclosure.algebra import ALMOST, Algebra, Told, nested
from landuse.disclosure.bounds import drawn_together, known_sums
from landuse.disclosure.sets import (
    Cells,
    Flags,
    Limits,
    Members,
    Numbers,
    Places,
    Sums,
    bad_cells,
    cells_of,
    empty,
    joined,
    nearly_known,
    safe,
    safe_members,
)  # fmt: skip

__all__ = ["Cells", "Flags", "Limits", "Numbers", "Sums", "cells_of", "empty", "published", "safe"]

FIELDS: Final = 4_000_000
"""Fields (pair of sums by cell) looked at together."""
ALONE: Final = 1
"""Enterprises of a cell of which two together are still too few."""


def published(sums: Sums, cells: Cells, limits: Limits) -> Flags:
    """Return which sums may be published; a sum of no enterprise at all may."""
    none = empty(sums.parts, cells)
    return none if none.all() else _Search(sums, cells, limits).run()


@dataclass
class _Search:
    sums: Sums
    cells: Cells
    limits: Limits

    def run(self) -> Flags:
        """Return which sums are published: withhold until nothing is told, then give back what tells nothing more."""
        self._merge_cells()
        self.members = Members.of(self.sums.parts)
        self.algebra = Algebra(self.members)
        self.bad_cells = np.flatnonzero(bad_cells(self.cells, self.limits))
        self.empty = self.members.add(self.cells.known) == 0
        self.safe = safe_members(self.members, self.cells, self.limits)
        self.unsafe = np.flatnonzero(~self.safe & ~self.empty)
        self.mass = self.members.add(self.cells.size)
        self._top_two = np.array(self.members.top_two(self.cells))
        self.open: Flags = self.safe | self.empty
        while True:
            self._close_rests()
            if (told := self._told()) is not None:
                self._give_up(self._behind(told))
            elif (near := self._tight()) is not None:
                self._give_up(near)
            elif (told := self._give_back()) is not None:
                self._give_up(self._behind(told))
            else:
                made: Flags = self.open
                return made

    def _merge_cells(self) -> None:
        """Leave out cells of which nothing is known, as everybody knows; take together those that no sum parts."""
        told_of = np.flatnonzero(self.cells.known > 0)
        inside = self.sums.parts[:, told_of]
        packed = np.ascontiguousarray(np.packbits(inside, axis=0).T)
        same = pd.factorize(pd.Series([column.tobytes() for column in packed]))[0]
        first = np.unique(same, return_index=True)[1]
        self.sums = replace(self.sums, parts=inside[:, first])
        at = np.full(len(self.cells.known), len(first), dtype=np.intp)
        at[told_of] = same
        whole = joined(self.cells, at, len(first) + 1)  # the last holds what nobody knows
        self.cells = Cells(*(getattr(whole, name)[:-1] for name in ("known", "count", "size", "largest", "second")))

    def _bad(self, rest: Flags) -> Flags:
        members = Members.of(rest)
        bad: Flags = (members.add(self.cells.known) > 0) & ~safe_members(members, self.cells, self.limits)
        return bad

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

    def _is_bad_line(self, parent: int, children: Places) -> bool:
        if not self.open[parent] or self.empty[parent]:
            return False
        shown = children[self.open[children]]
        rest = self.sums.parts[parent] & ~self.sums.parts[shown].any(axis=0)
        return bool(self._bad(rest[None, :])[0])

    def _close_pairs(self) -> bool:
        """Withhold one of two sums, one inside the other, whose difference is not safe."""
        found = self._open_bad_pairs()
        for pair in found:
            if self.open[pair].all():
                self._give_up(pair)
        return bool(len(found))

    def _open_bad_pairs(self) -> Places:
        """Return the pairs (rows) of published sums, the first inside the second, whose difference is not safe."""
        made: Places = self._bad_pairs[self.open[self._bad_pairs].all(axis=1)]
        return made

    @cached_property
    def _bad_pairs(self) -> Places:
        """Return the pairs of sums with any enterprise, the first inside the second, whose difference is not safe."""
        there = np.flatnonzero(~self.empty)
        common = self.algebra.common[np.ix_(there, there)]
        inner, outer = (there[side] for side in nested(common, np.diag(common)))
        pairs = max(1, FIELDS // len(self.cells.known))
        bad = [
            np.flatnonzero(
                self._bad(self.sums.parts[outer[at : at + pairs]] & ~self.sums.parts[inner[at : at + pairs]])
            )
            + at
            for at in range(0, len(inner), pairs)
        ]
        chosen = np.concatenate(bad) if bad else np.empty(0, dtype=np.intp)
        return np.column_stack([inner[chosen], outer[chosen]])

    # ---------------------------------------------------------------------------------------- algebra

    def _told(self) -> Numbers | None:
        """Return a combination of cells that is not safe and follows from the published sums; None where none does."""
        told = self._follows()
        if len(hit := np.flatnonzero(told.left_of_sums(self.unsafe) < ALMOST)):
            return self._set(int(self.unsafe[hit[0]]))
        if len(hit := np.flatnonzero(told.left_of_cells(self.bad_cells) < ALMOST)):
            return self._alone(int(self.bad_cells[hit[0]]))
        return self._told_pair(told)

    def _set(self, row: int) -> Numbers:
        """Return the set of the cells of a sum."""
        return np.asarray(self.sums.parts[row], dtype=np.float64)

    def _alone(self, cell: int) -> Numbers:
        """Return the set of one cell."""
        made = np.zeros(len(self.cells.known))
        made[cell] = 1.0
        return made

    def _told_pair(self, told: Told) -> Numbers | None:
        """Return a weighted sum of two cells of one enterprise each that follows from the published sums.

        What the published sums leave open of two cells is the projection on everything orthogonal to them; where those
        of two cells are parallel, one weighted sum of the two is known.
        """
        alone = np.flatnonzero((self.cells.known > 0) & (self.cells.known <= ALONE))
        if self.limits.least <= 2 * ALONE or len(alone) < 2:
            return None
        found = told.parallel(alone)
        if found is None:
            return None
        first, second, weight = found
        made = self._alone(first)
        made[second] = weight
        return made

    def _follows(self) -> Told:
        """Return what follows from the sums that are published now."""
        shown = self.open & ~self.empty
        key = shown.tobytes()
        if key != self._known_key:
            self._known_key, self._known_told = key, Told(self.algebra, np.flatnonzero(shown))
        return self._known_told

    _known_key: bytes | None = None

    def _behind(self, told: Numbers) -> Places:
        """Return the published sums from which a combination of cells is told."""
        follows = self._follows()
        return follows.behind(self.members.add(told)[follows.shown])

    # ----------------------------------------------------------------------------------------- ranges

    def _tight(self) -> Places | None:
        """Return published sums of which one must go, because something unsafe is known almost to the yuan.

        Bounds of the cells are drawn together, sum by sum, by whoever knows that no figure is below 0.
        """
        shown = self.open & ~self.empty
        if not shown.any() or not self.limits.spread:
            return None
        known = known_sums(self.sums, self.algebra, self.open, shown=shown, size=self.cells.size)
        bounds = drawn_together(known)
        sums, cells = self.unsafe, self.bad_cells
        size, two = self.mass[sums], self._top_two[:, sums]
        tight = sums[nearly_known(bounds.range_of_sums(sums, self.members, self.algebra), size, two, self.limits)]
        if len(tight):
            return self._near(self.sums.parts[tight[0]])
        size, two = self.cells.size[cells], np.array([self.cells.largest[cells], self.cells.second[cells]])
        tight = cells[nearly_known(bounds.range_of_cells(cells), size, two, self.limits)]
        return self._near(self._alone(int(tight[0])) > 0) if len(tight) else None

    def _near(self, one: Flags) -> Places:
        """Return the published sums with a cell of a set in them, or with one of the cells added to it."""
        shown = np.flatnonzero(self.open & ~self.empty)
        parts = self.sums.parts[shown]
        touching = parts[:, one].any(axis=1)
        beside = parts[touching].any(axis=0)
        return shown[touching | parts[:, beside].any(axis=1)]

    # ---------------------------------------------------------------------------------------- choices

    def _give_up(self, among: Places) -> None:
        """Withhold one of some sums: by order of kind, the smallest first, any where no cell leads to one."""
        among = among if len(among) else np.flatnonzero(self.open & ~self.empty)
        chosen = min(among.tolist(), key=lambda row: (int(self.sums.order[row]), float(self.mass[row]), row))
        self.open[chosen] = False

    def _give_back(self) -> Numbers | None:
        """Publish what was withheld although it follows from what is published.

        Where a rest would become unsafe by it, that rest is known already: nothing is given back, and what tells it is
        returned.
        """
        before = self.open.copy()
        held = np.flatnonzero(~self.open & self.safe)
        left = self._follows().left_of_sums(held) if len(held) else np.empty(0)
        for row in held[left < ALMOST].tolist():
            self.open[row] = True
            if self._is_worse():
                self.open = before
                return self._set(row)
        return None

    def _is_worse(self) -> bool:
        bad = any(self._is_bad_line(*line) for line in self.sums.lines) or len(self._open_bad_pairs()) > 0
        return bad or self._tight() is not None
