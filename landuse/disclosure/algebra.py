"""Say what follows linearly from published sums: by how many cells two sums have in common, never cell by cell.

The sums are sets of 0 and 1, so the products of any two are whole numbers; what follows from some of them is spanned by
the eigenvectors of the table of these products.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from landuse.disclosure.sets import Members, Numbers, Places

ALMOST: Final = 1e-7
"""What counts as 0 in the algebra of sets of 0 and 1: far above rounding, far below the least share that can occur."""
SLIGHT: Final = 1e-3
"""Weight, relative to the largest, under which a sum has no part in a combination."""
BLOCK: Final = 512
"""Cells compared with all others at a time."""
CELLS: Final = 4096
"""Cells laid on a basis at a time."""


class Algebra:
    """The sums as sets of cells: which have how much in common, and which a cell is part of."""

    def __init__(self, members: Members) -> None:
        self.n_sums, self.n_cells = members.n_rows, members.n_cells
        self.sums_of = _sums_of(members)
        """Row = cell: the sums it is part of; the number of sums where there are no more."""
        self.common = _common(self.sums_of, self.n_sums)
        """How many cells two sums have in common."""
        self.size: Numbers = np.diag(self.common).copy()


class Told:
    """Everything that follows linearly from some published sums."""

    def __init__(self, algebra: Algebra, shown: Places) -> None:
        self.algebra, self.shown = algebra, shown
        values, vectors = np.linalg.eigh(algebra.common[np.ix_(shown, shown)]) if len(shown) else _NOTHING
        kept = values > ALMOST * max(float(values[-1]), 1.0) if len(shown) else np.zeros(0, dtype=bool)
        self._values, self._vectors = values[kept], vectors[:, kept]
        self._weights = self._vectors / np.sqrt(self._values)
        """Row = published sum, column = direction of an orthonormal basis."""

    def left_of_sums(self, sums: Places) -> Numbers:
        """Return what each sum leaves open, as the square of a length: 0 where it follows."""
        on = self.algebra.common[np.ix_(sums, self.shown)] @ self._weights
        made: Numbers = self.algebra.size[sums] - np.square(on).sum(axis=1)
        return made

    def left_of_cells(self, cells: Places) -> Numbers:
        """Return what each cell leaves open by itself; 0 where it follows."""
        parts = [1.0 - np.square(on).sum(axis=0) for on in self._pieces(cells)]
        return np.concatenate(parts) if parts else np.empty(0)

    def parallel(self, cells: Places) -> tuple[int, int, float] | None:
        """Return the first two cells of which a weighted sum is known, and the weight of the second; None = of no two.

        What the published sums leave open of two cells of lengths a and b is parallel where their product is known to
        be a b; by the lengths alone that can only be where a and b are at most 1 in all.
        """
        own = self.left_of_cells(cells)
        near = np.flatnonzero(own + own.min() <= 1.0 + 2 * ALMOST)
        on, own = self._on(cells[near]), own[near]
        for start in range(0, len(near), BLOCK):
            rows = np.arange(start, min(start + BLOCK, len(near)))
            left = -on[:, rows].T @ on
            parallel = own[rows][:, None] * own[None, :] - np.square(left) < ALMOST
            parallel &= rows[:, None] < np.arange(len(near))[None, :]
            if parallel.any():
                row, other = (int(side[0]) for side in np.nonzero(parallel))
                one = int(rows[row])
                return int(cells[near[one]]), int(cells[near[other]]), float(-left[row, other] / own[other])
        return None

    def behind(self, products: Numbers) -> Places:
        """Return the published sums from which a combination of cells is told, by its products with each of them."""
        weights = np.abs(self._vectors @ ((self._vectors.T @ products) / self._values))
        made: Places = self.shown[weights > SLIGHT * weights.max()]
        return made

    def _pieces(self, cells: Places) -> Iterator[Numbers]:
        for start in range(0, len(cells), CELLS):
            yield self._on(cells[start : start + CELLS])

    def _on(self, cells: Places) -> Numbers:
        """Return cells (columns) laid on the basis: the weights of the published sums that each is part of."""
        place = np.full(self.algebra.n_sums + 1, len(self.shown), dtype=np.intp)
        place[self.shown] = np.arange(len(self.shown))
        weights = np.vstack([self._weights, np.zeros((1, self._weights.shape[1]))])
        made = np.zeros((self._weights.shape[1], len(cells)))
        for sums in self.algebra.sums_of[cells].T:
            made += weights[place[sums]].T
        return made


_NOTHING: Final = (np.empty(0), np.empty((0, 0)))


def nested(common: Numbers, size: Numbers) -> tuple[Places, Places]:
    """Return the pairs of sets of which the first lies inside the second and is smaller."""
    inner, outer = np.nonzero((common == size[:, None]) & (size[:, None] < size[None, :]))
    return inner, outer


def _sums_of(members: Members) -> Places:
    """Return the sums that each cell (row) is part of, ascending."""
    order = np.argsort(members.cell, kind="stable")
    cell, row = members.cell[order], members.row[order]
    count = np.bincount(cell, minlength=members.n_cells)
    made = np.full((members.n_cells, int(count.max(initial=0))), members.n_rows, dtype=np.intp)
    made[cell, np.arange(len(cell)) - np.repeat(np.cumsum(count) - count, count)] = row
    return made


def _common(sums_of: Places, n_sums: int) -> Numbers:
    """Return how many cells any two sums have in common: whole numbers, exact."""
    wide = n_sums + 1
    made = np.zeros(wide * wide)
    for one in sums_of.T:
        for other in sums_of.T:
            made += np.bincount(one * wide + other, minlength=wide * wide)
    return np.ascontiguousarray(made.reshape(wide, wide)[:-1, :-1])
