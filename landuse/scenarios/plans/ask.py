"""State what a plan is asked for: candidate options, what each is worth, limits, and sets that hang together.

Everything is arrays over the candidate options, so that a plan of one year, a roadmap of years and contiguous sites ask
the same question. Sets that hang together (one of several, all or none, a minimum lot in a park) become limits like any
other: a minimum lot with a decision of its own, whether the park is touched at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.planning import Sites
from landuse.scenarios.choose import Choice, Uses

Numbers = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NO_LEAST: Final = -np.inf
NO_MOST: Final = np.inf


@dataclass(frozen=True, eq=False)
class Limit:
    """One limit of a plan: ``least <= sum of uses of the options whose cases begin in its years <= most``."""

    kind: str
    """target | budget | cases | town_mu | town_cases | industry_mu | jobs | either_or | all_or_none | park_lot |
    lock_in (`LIMIT_COLUMNS`)."""
    of: str
    """Year, town, industry, park or parcels concerned; blank = the whole."""
    unit: str
    """mu | wan_yuan | case | person | blank."""
    least: float
    most: float
    uses: Numbers
    """What each option takes of it."""
    first: int = 1
    """First …"""
    last: int = 1
    """… and last year (1 …, both included) whose cases count: money handed out by the year is cumulated (1 … year),
    cases are of one year (year … year), all else is of the whole plan."""
    until: Ints | None = None
    """Last year in which the case of each option may begin to count at all (0 = never: it cannot be finished by the
    deadline); None = any year."""

    def uses_in(self, year: int) -> Numbers:
        """Return what each option takes when its case begins in a year; nothing outside the years of the limit."""
        if not self.first <= year <= self.last:
            return np.zeros(len(self.uses))
        return self.uses if self.until is None else np.where(self.until >= year, self.uses, 0.0)


@dataclass(frozen=True)
class Lot:
    """A park that is left alone, or of which at least so much land is handled."""

    of: str
    parcels: Ints
    """Numbers of its parcels among the candidates."""
    least_mu: float


@dataclass(frozen=True)
class PlanAsk:
    """What a plan is asked for. Options are sorted by parcel (as in the run) and measure."""

    options: pd.DataFrame
    """Candidate options, `OPTION_COLUMNS`, index 0 … n - 1; all figures the aim needs are known."""
    parcel: Ints
    """Number (0 … p - 1, ascending) of the parcel of each option."""
    codes: tuple[str, ...]
    """Code of each parcel by its number."""
    rows: Ints
    """Row of each parcel by its number in the parcel table of the run (and among its shapes)."""
    value: Numbers
    """What taking each option is worth to the aim."""
    handled_mu: Numbers
    """Land each option counts for (by the chance of success, where the scenario says so)."""
    cost_wan: Numbers
    """Money each option counts for."""
    limits: tuple[Limit, ...]
    years: int = 1
    must: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Numbers of the parcels locked in. Options of other measures than the one locked in are no candidates, nor are
    parcels locked out."""
    either_or: tuple[tuple[Ints, int], ...] = ()
    """Numbers of parcels, and how many of them may be taken at most (1; 0 where a case already took one)."""
    all_or_none: tuple[Ints, ...] = ()
    """Numbers of parcels that are taken together or not at all."""
    lots: tuple[Lot, ...] = ()
    sites: Sites | None = None
    """Only contiguous sites are taken; None = parcels anywhere."""
    gap: float = 1e-4
    seed: int = 0
    is_flat: bool = False
    """Whether the years stand among the options (`by_year`): every limit is asked for as it is."""

    @cached_property
    def parcels(self) -> int:
        """Return the number of candidate parcels."""
        return len(self.codes)

    def together(self, through: int | None = None) -> Choice:
        """Return the choice of what begins in the years 1 … `through`, as if all began at once; None = all years.

        The best plan of one year; of several a plan that no order of years can beat: cases of the years are added up,
        of the money handed out by the year what is there by the last counts, and a task (a least sum) is that of the
        whole plan, asked for in its last year only.
        """
        return self.compiled(through).choice

    def compiled(self, through: int | None = None, *, is_elastic: bool = False) -> Compiled:
        """Return the choice with what each of its limits speaks of.

        Parameters
        ----------
        is_elastic
            Parcels locked in are limits that may give, for the question of what stands in the way.
        """
        rows = _Rows(self)
        for limit in self._limits(through or self.years):
            rows.add(limit)
        for limit in self.sets():
            rows.add(limit)
        for lot in self.lots:
            rows.add_lot(lot)
        if is_elastic:
            for limit in self.locks():
                rows.add(limit)
        return rows.compiled(self.must if not is_elastic else np.empty(0, dtype=np.int64))

    def _limits(self, through: int) -> Iterator[Limit]:
        """Return the limits of the years up to one, put together."""
        if self.is_flat:
            yield from self.limits
            return
        cases = [limit for limit in self.limits if limit.kind == "cases" and limit.last <= through]
        if cases:
            most = sum(limit.most for limit in cases)
            yield Limit("cases", cases[0].of if len(cases) == 1 else "", "case", NO_LEAST, most, cases[0].uses)
        for limit in self.limits:
            by_year = limit.kind == "budget" and limit.of != ""
            of_later = np.isfinite(limit.least) and through < self.years
            if limit.kind == "cases" or of_later or (by_year and limit.last != min(through, self.years)):
                continue
            yield Limit(limit.kind, limit.of, limit.unit, limit.least, limit.most, limit.uses_in(limit.first))

    def by_year(self) -> tuple[PlanAsk, Ints, Ints]:
        """Return the same question with an option a year in which its case may begin, as a question of one year.

        Returns
        -------
        the question; the option (of this question) and the year (1 …) of each of its options.
        """
        option = np.repeat(np.arange(len(self.parcel)), self.years)
        year = np.tile(np.arange(1, self.years + 1), len(self.parcel))
        limits = []
        for limit in self.limits:
            uses = np.stack([limit.uses_in(one) for one in range(1, self.years + 1)], axis=1).ravel()
            limits.append(replace(limit, uses=uses, first=1, last=1, until=None))
        flat = replace(
            self,
            options=self.options.iloc[option].reset_index(drop=True),
            parcel=self.parcel[option],
            value=self.value[option],
            handled_mu=self.handled_mu[option],
            cost_wan=self.cost_wan[option],
            limits=tuple(limits),
            years=1,
            is_flat=True,
        )
        return flat, option, year

    def sets(self) -> Iterator[Limit]:
        """Return the sets of parcels that hang together, as limits."""
        for members, most in self.either_or:
            yield Limit("either_or", self.named(members), "", NO_LEAST, float(most), self._is_of(members))
        for members in self.all_or_none:
            for one, other in pairwise(members):
                uses = self._is_of(np.array([one])) - self._is_of(np.array([other]))
                yield Limit("all_or_none", self.named(members), "", 0.0, 0.0, uses)

    def locks(self) -> Iterator[Limit]:
        """Return the parcels locked in, as limits."""
        for one in self.must:
            yield Limit("lock_in", self.codes[one], "", 1.0, NO_MOST, self._is_of(np.array([one])))

    def named(self, members: Ints) -> str:
        """Return the codes of parcels as they are printed."""
        return "、".join(self.codes[one] for one in members)

    def _is_of(self, members: Ints) -> Numbers:
        return np.isin(self.parcel, members).astype(float)


@dataclass(frozen=True)
class Compiled:
    """A choice, and what each of its limits speaks of."""

    choice: Choice
    limits: tuple[Limit, ...]
    """One a row of the choice."""
    is_rigid: npt.NDArray[np.bool_]
    """Rows that only tie a decision on a park to its parcels: they cannot give."""


class _Rows:
    """Limits of a choice while they are put together."""

    def __init__(self, ask: PlanAsk) -> None:
        self.ask = ask
        self.limits: list[Limit] = []
        self.uses: list[tuple[Ints, Numbers]] = []
        self.rigid: list[bool] = []
        self.parks = 0

    def add(self, limit: Limit) -> None:
        option = np.flatnonzero(limit.uses)
        self._row(limit, option, limit.uses[option])

    def add_lot(self, lot: Lot) -> None:
        """Add a park: land handled >= least x touched, parcels taken <= parcels there x touched."""
        ask = self.ask
        touched = len(ask.parcel) + self.parks
        self.parks += 1
        own = np.flatnonzero(np.isin(ask.parcel, lot.parcels))
        lands = np.where(np.isin(ask.parcel, lot.parcels), ask.handled_mu, 0.0)
        said = Limit("park_lot", lot.of, "mu", 0.0, NO_MOST, lands)
        self._row(said, np.r_[own, touched], np.r_[ask.handled_mu[own], -lot.least_mu])
        tie = Limit("park_lot", lot.of, "mu", NO_LEAST, 0.0, lands)
        self._row(tie, np.r_[own, touched], np.r_[np.ones(len(own)), -float(len(lot.parcels))], is_rigid=True)

    def _row(self, limit: Limit, option: Ints, amount: Numbers, *, is_rigid: bool = False) -> None:
        self.limits.append(limit)
        self.uses.append((option.astype(np.int64), amount.astype(float)))
        self.rigid.append(is_rigid)

    def compiled(self, must: Ints) -> Compiled:
        ask = self.ask
        parks = np.arange(self.parks, dtype=np.int64)
        none = np.empty(0)
        uses = Uses(
            np.concatenate([none, *(option for option, _ in self.uses)]).astype(np.int64),
            np.repeat(np.arange(len(self.uses)), [len(option) for option, _ in self.uses]).astype(np.int64),
            np.concatenate([none, *(amount for _, amount in self.uses)]),
        )
        together = [members for members, _ in ask.either_or] + list(ask.all_or_none) + [lot.parcels for lot in ask.lots]
        choice = Choice(
            np.r_[ask.parcel, ask.parcels + parks],
            np.r_[ask.value, np.zeros(self.parks)],
            uses,
            np.array([limit.least for limit in self.limits], dtype=float),
            np.array([limit.most for limit in self.limits], dtype=float),
            must=must,
            open=np.unique(np.concatenate([none, *together, ask.parcels + parks])).astype(np.int64),
        )
        return Compiled(choice, tuple(self.limits), np.array(self.rigid, dtype=bool))


@dataclass(frozen=True)
class Roadmap:
    """A plan of several years."""

    taken: Ints
    """Options taken, ascending …"""
    year: Ints
    """… and the year (1 …) in which the case of each begins."""
    table: pd.DataFrame
    """`YEAR_COLUMNS`."""
    value: float
    bound: float
    """No plan of these years is worth more."""
    is_feasible: bool = True


@dataclass(frozen=True)
class Assembled:
    """A plan of contiguous sites."""

    taken: Ints
    """Options taken, ascending …"""
    site: Ints
    """… and the site (1 …) of each."""
    table: pd.DataFrame
    """`SITE_COLUMNS`."""
    value: float
    bound: float
    """No plan is worth more, contiguity left away."""
    is_feasible: bool = True
