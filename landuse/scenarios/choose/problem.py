"""State the choice of measures: one measure or none a parcel, under limits that all parcels share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.errors import DefectError

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NONE: Final = -1
"""The parcel is left as it is."""
TOLERANCE: Final = 1e-9
"""Relative amount by which a sum of floats may pass a limit."""


@dataclass(frozen=True)
class Uses:
    """What each option takes of each limit, as triples; an option and a limit that are not named together: nothing."""

    option: Ints
    limit: Ints
    amount: Numbers


@dataclass(frozen=True)
class Choice:
    """A choice of at most one option a parcel; options are sorted by parcel.

    maximise the sum of `value` over the options taken, with ``lower <= sum of uses <= upper`` for every limit.
    """

    parcel: Ints
    """Parcel of each option, 0 … n - 1, ascending."""
    value: Numbers
    """What taking the option is worth."""
    uses: Uses
    lower: Numbers
    """Least sum of each limit; -inf = none."""
    upper: Numbers
    """Greatest sum of each limit; inf = none."""
    names: tuple[str, ...] = ()
    """Name of each limit, as the planner calls it."""
    must: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Parcels that take one of their options in any case (locked in)."""
    open: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Parcels that prices alone never decide, for they hang together with others: always left to the exact solver."""

    def __post_init__(self) -> None:
        """Refuse what is not a choice: options out of order, uses of options or limits that are not there."""
        if len(self.value) != len(self.parcel) or np.any(np.diff(self.parcel) < 0):
            raise DefectError("a choice: options are not in the order of their parcels")
        ends = (self.uses.option, len(self.parcel)), (self.uses.limit, len(self.lower))
        if any(len(part) and (part.min() < 0 or part.max() >= end) for part, end in ends):
            raise DefectError("a choice: a use of an option or a limit that is not there")
        if not np.all(np.isfinite(self.value)) or not np.all(np.isfinite(self.uses.amount)):
            raise DefectError("a choice: values and uses have to be known numbers")
        if len(np.setdiff1d(self.must, self.parcel)):
            raise DefectError("a choice: a parcel locked in has no option")

    @property
    def options(self) -> int:
        """Return the number of options."""
        return len(self.parcel)

    @property
    def limits(self) -> int:
        """Return the number of limits."""
        return len(self.lower)

    @cached_property
    def starts(self) -> Ints:
        """Return the first option of each parcel that has one."""
        return np.flatnonzero(np.r_[True, np.diff(self.parcel) > 0]) if self.options else np.empty(0, dtype=np.int64)

    @cached_property
    def group(self) -> Ints:
        """Return the place of each option's parcel among the parcels that have one."""
        return np.repeat(np.arange(len(self.starts)), np.diff(np.r_[self.starts, self.options]))

    @cached_property
    def is_bound(self) -> Mask:
        """Return which of the parcels that have options are locked in."""
        return np.isin(self.parcel[self.starts], self.must)

    def sums(self, taken: Ints) -> Numbers:
        """Return what the options taken use of each limit."""
        is_taken = np.zeros(self.options, dtype=bool)
        is_taken[taken] = True
        counted = is_taken[self.uses.option]
        return np.bincount(self.uses.limit[counted], self.uses.amount[counted], minlength=self.limits).astype(float)

    def keeps(self, taken: Ints) -> bool:
        """Return whether the options taken keep every limit, take one option a parcel, and all that are locked in."""
        groups = self.group[taken]
        if len(np.unique(groups)) < len(groups) or not np.isin(np.flatnonzero(self.is_bound), groups).all():
            return False
        sums = self.sums(taken)
        slack = TOLERANCE * np.maximum(1.0, np.abs(sums))
        return bool(np.all(sums <= self.upper + slack) and np.all(sums >= self.lower - slack))

    def within(self, kept: Mask, fixed: Ints) -> Choice:
        """Return the choice among some options, the others decided.

        Parameters
        ----------
        kept
            Options still open.
        fixed
            Options already taken, none of them open: what they use is taken off the limits.
        """
        place = np.cumsum(kept) - 1
        counted = kept[self.uses.option]
        used = self.sums(fixed)
        uses = Uses(place[self.uses.option[counted]], self.uses.limit[counted], self.uses.amount[counted])
        return replace(
            self,
            parcel=self.parcel[kept],
            value=self.value[kept],
            uses=uses,
            lower=self.lower - used,
            upper=self.upper - used,
            must=np.intersect1d(self.must, self.parcel[kept]),
            open=np.intersect1d(self.open, self.parcel[kept]),
        )

    @classmethod
    def of(cls, parcel: Ints, value: Numbers, table: Numbers, bounds: Sequence[tuple[float, float]]) -> Choice:
        """Return a choice from a full table of uses.

        Parameters
        ----------
        table
            One row a limit, one column an option.
        bounds
            Least and greatest sum of each limit.
        """
        limit, option = np.nonzero(table)
        lower, upper = (np.array([pair[at] for pair in bounds], dtype=float) for at in (0, 1))
        return cls(parcel, value, Uses(option, limit, table[limit, option].astype(float)), lower, upper)
