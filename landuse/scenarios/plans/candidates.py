"""Tell which options a plan may take, and what each counts for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.planning import Scenario
from landuse.scenarios.plans.ground import PlanGround
from landuse.tables.plans import is_cleaned

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
NEEDED: Final = ("handled_mu", "freed_mu", "cost_wan", "npv_wan", "tax_uplift_wan")
"""Figures without which the program never chooses an option."""
LOCKED: Final = re.compile(r"(?P<code>.+?)(?::(?P<measure>M\d+))?")
"""A parcel that is part of the plan in any case: "code", or "code:M1"."""
MONTHS: Final = 12
DAYS_OF_MONTH: Final = 31


@dataclass(frozen=True)
class Candidates:
    """Options a plan may take, sorted by parcel and measure."""

    options: pd.DataFrame
    row: Ints
    """Row of the parcel of each option in the parcel table."""
    counts: Numbers
    """Share by which land, money and tax of each option count: 1, or the chance that it succeeds."""
    until: Ints | None
    """Last year in which the case of each option may begin so that its land counts towards the task; None = any."""

    def counted(self, name: str) -> Numbers:
        """Return a figure of each option as far as it counts."""
        return figure(self.options, name) * self.counts


def figure(options: pd.DataFrame, name: str) -> Numbers:
    """Return a column of numbers, NaN where unknown."""
    return options[name].to_numpy(dtype="float64", na_value=np.nan)


def split_lock(text: str) -> tuple[str, str]:
    """Return code and measure of a parcel locked in; a blank measure = any.

    >>> split_lock("3301A:M1"), split_lock("3301A")
    (('3301A', 'M1'), ('3301A', ''))
    """
    found = LOCKED.fullmatch(text.strip())
    return (found["code"], found["measure"] or "") if found else (text, "")


def usable(options: pd.DataFrame, scenario: Scenario) -> Mask:
    """Return which options have every figure the program needs, by a measure that the scenario allows."""
    needed = (*NEEDED, "success") if scenario.count == "expected" else NEEDED
    known = np.all([np.isfinite(figure(options, name)) for name in needed], axis=0)
    if scenario.measures is None:
        return np.asarray(known, dtype=bool)
    return np.asarray(known & options["measure"].isin(scenario.measures).to_numpy(dtype=bool), dtype=bool)


def candidates(scenario: Scenario, ground: PlanGround) -> Candidates:
    """Return the options a plan may take.

    Left out: land that clean-up is not about (unless all is asked for), an unknown figure, a measure not allowed,
    parcels that cases have handled or are negotiating, parcels locked out, and measures other than the one a parcel is
    locked in with. An option that cannot be finished by the deadline stays: it may be worth taking, its land counts
    nothing towards the task.
    """
    options = ground.options
    code = options["parcel_id"].astype("str")
    kept = usable(options, scenario) & ~code.isin(ground.settled | set(scenario.lock_out)).to_numpy(dtype=bool)
    for parcel, measure in map(split_lock, scenario.lock_in):
        if measure:
            kept &= (code.ne(parcel) | options["measure"].eq(measure)).to_numpy(dtype=bool)
    if scenario.candidates == "listed":
        asked = set(ground.codes[is_cleaned(ground.parcels)]) | {
            parcel for parcel, _ in map(split_lock, scenario.lock_in)
        }
        kept &= code.isin(asked).to_numpy(dtype=bool)
    taken = options.loc[kept].reset_index(drop=True)
    row = ground.codes.get_indexer(pd.Index(taken["parcel_id"].astype("str")))
    order = np.argsort(row, kind="stable")
    taken, row = taken.iloc[order].reset_index(drop=True), row[order].astype(np.int64)
    counts = figure(taken, "success") if scenario.count == "expected" else np.ones(len(taken))
    return Candidates(taken, row, counts, last_years(figure(taken, "months"), scenario, ground.as_of))


def last_years(months: Numbers, scenario: Scenario, as_of: date) -> Ints | None:
    """Return the last year (1 …; 0 = none) in which a case may begin and end by the deadline; None without one.

    The first year begins on the day after `as_of`, cases begin with their year, a measure of 12 months begun on 1 July
    ends on 30 June; a deadline on that very day is kept. An unknown duration is never in time.
    """
    if scenario.deadline is None:
        return None
    limit = pd.Timestamp(scenario.deadline) + pd.Timedelta(days=1)
    starts = [
        pd.Timestamp(as_of) + pd.Timedelta(days=1) + pd.DateOffset(months=MONTHS * year)
        for year in range(scenario.years)
    ]
    distinct, place = np.unique(months, return_inverse=True)
    known = np.isfinite(distinct).tolist()
    last = [
        sum(_ended(start, one) <= limit for start in starts) if is_known else 0
        for one, is_known in zip(distinct.tolist(), known, strict=True)
    ]
    return np.array(last, dtype=np.int64)[place]


def _ended(start: pd.Timestamp, months: float) -> pd.Timestamp:
    """Return the first day after a measure of so many months: whole ones by the calendar, a part as days of 31."""
    whole, part = divmod(months, 1.0)
    return start + pd.DateOffset(months=int(whole)) + pd.Timedelta(days=part * DAYS_OF_MONTH)
