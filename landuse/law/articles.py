"""State the articles of idle land one by one: pure functions on whole columns, three-valued where evidence may fail.

Arrays in, arrays out, row by row; outcomes are pandas boolean arrays, where <NA> means *cannot be determined*.
Source: Order 53 of 2012 (``statutes/order_53_2012.toml``) and the Civil Code (``statutes/civil_code.toml``).
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
from pandas.arrays import BooleanArray

from landuse.law.calendar import NEVER, Clock, Counts, Days, add_years, full_years
from landuse.law.cause import Cause, Causes
from landuse.law.facts import Facts, Flags, Numbers
from landuse.law.statutes import IdleLaw

SHARE_NOISE: Final = 1e-12
"""Relative noise of a unit conversion (mu to m2): without it 20 of 60 mu would fall below one third."""


class Basis(IntEnum):
    """Where the start due comes from."""

    NONE = 0
    AGREED = 1
    HANDOVER = 2
    APPROVAL = 3


Bases = npt.NDArray[np.int8]
"""Codes of `Basis`, one a parcel."""


def article_22_start_due(facts: Facts, law: IdleLaw, approval_years: int) -> tuple[Days, Bases]:
    """Return the day by which work had to start, before any delay, and where it comes from.

    The agreed day; else one year after the land was handed over (art. 22); else, assumed, so many years after the
    approval of supply; else unknown.
    """
    due, basis = facts.start_due, np.where(np.isnat(facts.start_due), Basis.NONE, Basis.AGREED)
    fallbacks = (
        (Basis.HANDOVER, facts.handover_date, law.handover_years),
        (Basis.APPROVAL, facts.approval_date, approval_years),
    )
    for source, since, years in fallbacks:
        open_rows = np.isnat(due) & ~np.isnat(since)
        due = np.where(open_rows, add_years(np.where(open_rows, since, NEVER), years), due)
        basis = np.where(open_rows, source, basis)
    return due, basis.astype(np.int8)


def article_8_shifted(due: Days, gov_delay_days: Numbers) -> Days:
    """Return T: the start due, moved by the days of government delay (whole days; NaT stays)."""
    shifted: Days = due + np.floor(gov_delay_days).astype("timedelta64[D]")
    return shifted


def article_30_started(facts: Facts, clock: Clock) -> BooleanArray:
    """Say whether work has started, as the evidence has it; <NA> where nothing says either.

    Started: a start or a completion on or before the day, area under development above 0, or the stated state.
    Not started: stated so; or no start date, with area or investment stated as 0.
    """
    begun = (facts.start_date <= clock.today) | (facts.finish_date <= clock.today)
    started = begun | (facts.area_started_m2 > 0) | facts.said_started
    nothing = (facts.area_started_m2 == 0) | (facts.invest_actual_wan == 0)
    not_started = facts.said_not_started | (np.isnat(facts.start_date) & nothing)
    return BooleanArray(started, ~(started | not_started))


def article_2_not_started(started: BooleanArray, due: Days, clock: Clock, law: IdleLaw) -> tuple[BooleanArray, Counts]:
    """Say whether land is idle because no start was made (art. 2(1)), and the full years since T.

    Returns
    -------
    Outcome, and full years (0 from the day after T, -1 before it or unknown). Idle from the first full year on:
    ``as_of > T + 1 year``, or ``>=`` with the anniversary on the same day.
    """
    not_started = ~started
    years = full_years(np.where(not_started.to_numpy(dtype=bool, na_value=True), due, NEVER), clock)
    outcome = BooleanArray(years >= law.not_started_years, np.isnat(due))
    return not_started & outcome, years


def article_2_suspended(started: BooleanArray, facts: Facts, clock: Clock, law: IdleLaw) -> tuple[BooleanArray, Counts]:
    """Say whether started land may be found idle because work stopped (art. 2(2)), and the full years of suspension.

    A suspension running for a full year, and started area below one third of the area due or investment below 25 % of
    the total: exactly one third and exactly 25 % are not below. A share that is not known, with the other not below,
    leaves the outcome open.
    """
    years = full_years(np.where(is_suspended(facts, clock), facts.suspended_from, NEVER), clock)
    long_enough = BooleanArray(years >= law.suspended_years, np.zeros(len(years), dtype=bool))
    return started & long_enough & falls_short(facts, law), years


def is_suspended(facts: Facts, clock: Clock) -> Flags:
    """Say where a suspension runs on the day: begun, not resumed since, work not finished."""
    resumed = (facts.resumed_on <= clock.today) & (facts.resumed_on >= facts.suspended_from)
    return (facts.suspended_from <= clock.today) & ~resumed & ~is_finished(facts, clock)


def is_finished(facts: Facts, clock: Clock) -> Flags:
    """Say where work is finished on the day."""
    return (facts.finish_date <= clock.today) | facts.said_finished


def falls_short(facts: Facts, law: IdleLaw) -> BooleanArray:
    """Say where the started area or the investment is below its share; a known shortfall beats an unknown share."""
    area = share_below(facts.area_started_m2, facts.area_due_m2, law.area_share)
    invest = share_below(facts.invest_actual_wan, facts.invest_due_wan, law.invest_share)
    return either(area, invest)


def either(first: BooleanArray, second: BooleanArray) -> BooleanArray:
    """Return the three-valued OR: true where one is true, open where none is and one is open."""
    joined: BooleanArray = first.__or__(second)  # type: ignore[operator]
    return joined


def share_below(part: Numbers, whole: Numbers, share: Fraction) -> BooleanArray:
    """Say whether part / whole is below a share, which itself is not below; <NA> unless both are known, whole > 0."""
    left, right = part * share.denominator, whole * share.numerator
    return BooleanArray(left < right * (1 - SHARE_NOISE), ~(np.isfinite(left) & (whole > 0)))


def article_14_fee(cause: Causes, idle: Flags, years: Counts, law: IdleLaw) -> Flags:
    """Say where the fee of art. 14(1) applies: not started for one full year, under two, cause enterprise."""
    ours: Flags = idle & (cause == Cause.ENTERPRISE)
    return ours & (years >= law.fee_years) & (years < law.reclaim_years)


def article_14_fee_wan(land_price_wan: Numbers, law: IdleLaw) -> Numbers:
    """Return the estimate of the fee: 20 % of the price of grant or allocation; NaN where the price is unknown."""
    return land_price_wan * law.fee_share.numerator / law.fee_share.denominator


def article_14_reclaim(cause: Causes, idle: Flags, years: Counts, law: IdleLaw) -> Flags:
    """Say where reclaiming may begin under art. 14(2): not started for two full years, cause enterprise."""
    ours: Flags = idle & (cause == Cause.ENTERPRISE)
    return ours & (years >= law.reclaim_years)


def article_12_agreement(cause: Causes, idle: Flags) -> Flags:
    """Say where idle land is disposed of by agreement (art. 12): the cause is the government's (art. 8)."""
    governments: Flags = idle & (cause == Cause.GOVERNMENT)
    return governments
