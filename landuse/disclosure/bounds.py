"""Draw bounds around every cell from published sums, as whoever knows that no figure is below 0 would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.disclosure.algebra import Algebra, nested
from landuse.disclosure.sets import Flags, Members, Numbers, Places, Sums

FAR: Final = 1e3
"""Times the largest published sum: what a cell of no published sum may be."""
ROUNDS: Final = 25
"""Times bounds are drawn together, at most."""
MOST_FIELDS: Final = 500_000
"""Fields (sum by cell) of differences that bounds are drawn from: all of them but in very large tables."""


@dataclass(frozen=True)
class KnownSums:
    """What can be read off the published sums by taking one from another."""

    members: Members
    totals: Numbers
    made_of: Numbers
    """Row = known sum, column = sum: how it is added up of the sums."""


def known_sums(sums: Sums, algebra: Algebra, open_: Flags, *, shown: Flags, size: Numbers) -> KnownSums:
    """Return the published sums, what is left of each line without its published parts, and their differences.

    Parameters
    ----------
    open_
        Sums that are published.
    shown
        Those of them that hold any enterprise.
    size
        Figure of each cell.
    """
    unit = np.eye(algebra.n_sums)
    parts, made_of = [sums.parts[shown]], [unit[shown]]
    for parent, children in sums.lines:
        if open_[parent]:
            taken = children[open_[children]]
            rest = sums.parts[parent] & ~sums.parts[taken].any(axis=0)
            parts += [rest[None, :]] if rest.any() else []
            made_of += [(unit[parent] - unit[taken].sum(axis=0))[None, :]] if rest.any() else []
    told, how = _different(np.vstack(parts), np.vstack(made_of))
    common = how @ algebra.common @ how.T
    inner, outer = (side[: MOST_FIELDS // algebra.n_cells] for side in nested(common, np.diag(common)))
    parts, made_of = [told, told[outer] & ~told[inner]], [how, how[outer] - how[inner]]
    told, how = _different(np.vstack(parts), np.vstack(made_of))
    members = Members.of(told)
    return KnownSums(members, members.add(size), how)


def drawn_together(known: KnownSums) -> Bounds:
    """Return the least and the most each cell can be, given sums of cells that are not below 0."""
    bounds = Bounds(known)
    for _ in range(ROUNDS):
        if not bounds.narrow():
            break
    return bounds


class Bounds:
    """The least and the most each cell can be."""

    def __init__(self, known: KnownSums) -> None:
        self.known = known
        members = known.members
        order = np.argsort(members.cell, kind="stable")
        self._row = members.row[order]
        self._cells, self._starts = np.unique(members.cell[order], return_index=True)
        self.low: Numbers = np.zeros(members.n_cells)
        self.high: Numbers = np.full(members.n_cells, FAR * max(float(known.totals.max()), 1.0))

    def narrow(self) -> bool:
        """Draw the bounds together once; return whether they moved."""
        narrower = np.minimum(self.high, self.least_left(self.low) + self.low)
        higher = np.maximum(self.low, self.most_left(narrower) + narrower)
        if np.allclose(narrower, self.high) and np.allclose(higher, self.low):
            return False
        self.low, self.high = higher, narrower
        return True

    def left(self, values: Numbers) -> Numbers:
        """Return what each known sum leaves over the values of its cells."""
        made: Numbers = self.known.totals - self.known.members.add(values)
        return made

    def least_left(self, values: Numbers) -> Numbers:
        """Return the least that the known sums around a cell leave over the values of their cells; inf without any."""
        made = np.full(len(self.low), np.inf)
        if len(self._cells):
            made[self._cells] = np.minimum.reduceat(self.left(values)[self._row], self._starts)
        return made

    def most_left(self, values: Numbers) -> Numbers:
        """Return the most that the known sums around a cell leave over the values of their cells; -inf without any."""
        made = np.full(len(self.low), -np.inf)
        if len(self._cells):
            made[self._cells] = np.maximum.reduceat(self.left(values)[self._row], self._starts)
        return made

    def range_of_cells(self, cells: Places) -> tuple[Numbers, Numbers]:
        """Return the least and the most each of some cells can be."""
        most = self.least_left(self.low)[cells] + self.low[cells]
        least = self.most_left(self.high)[cells] + self.high[cells]
        return np.maximum(least, self.low[cells]), np.minimum(most, self.high[cells])

    def range_of_sums(self, sums: Places, members: Members, algebra: Algebra) -> tuple[Numbers, Numbers]:
        """Return the least and the most each of some sums can be."""
        around = (algebra.common[sums] @ self.known.made_of.T) == algebra.size[sums][:, None]
        low, high = (members.add(side)[sums] for side in (self.low, self.high))
        most = np.where(around, self.left(self.low), np.inf).min(axis=1, initial=np.inf) + low
        least = np.where(around, self.left(self.high), -np.inf).max(axis=1, initial=-np.inf) + high
        return np.maximum(least, low), np.minimum(most, high)


def _different(parts: Flags, made_of: Numbers) -> tuple[Flags, Numbers]:
    """Return the different sets in the order of their cells, each with one way it is added up."""
    first: dict[bytes, int] = {}
    for place, key in enumerate(_keys(parts)):
        first.setdefault(key, place)
    chosen = [first[key] for key in sorted(first)]
    return parts[chosen], made_of[chosen]


def _keys(parts: Flags) -> Iterator[bytes]:
    return (row.tobytes() for row in np.packbits(parts, axis=1))
