"""Put the articles together: class, cause, consequence and clocks of the parcels the law applies to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
from pandas.arrays import BooleanArray

from landuse.law import articles as art
from landuse.law.calendar import NEVER, Clock, Counts, Days, add_years, complete_on, days_since
from landuse.law.cause import Cause, Causes, article_8_cause
from landuse.law.facts import Facts, Flags, Numbers, Words
from landuse.law.statutes import IdleLaw, Practice

Codes = npt.NDArray[np.int8]


CODES: Final = 16
"""More than any enumeration of this room has members."""


class IdleClass(IntEnum):
    """Class of a parcel, as published in ``idle_class``."""

    NOT_APPLICABLE = 0
    UNDETERMINED = 1
    NOT_DUE = 2
    OVERDUE_START = 3
    IDLE_T1 = 4
    IDLE_T2 = 5
    OVERDUE_FINISH = 6
    NORMAL = 7


SHOWS_START: Final = (IdleClass.NOT_DUE, IdleClass.OVERDUE_START, IdleClass.IDLE_T1)
"""Classes that hang on the day by which work had to start."""


class Consequence(IntEnum):
    """What may follow, as published in ``consequence``: a lead to a case, never a decision."""

    NONE = 0
    WARN = 1
    FEE = 2
    RECLAIM = 3
    ARTICLE_12 = 4
    URGE = 5
    VERIFY = 6


@dataclass(frozen=True)
class Verdict:
    """The steps of the judgement, row by row."""

    facts: Facts
    due_before_delay: Days
    basis: art.Bases
    due: Days
    """T: the start due with the days of government delay; NaT unknown."""
    started: BooleanArray
    idle_t1: BooleanArray
    """Outcome of article 2(1)."""
    idle_t2: BooleanArray
    """Outcome of article 2(2)."""
    idle_class: Codes
    cause: Causes
    consequence: Codes
    years: Counts
    """Full years since T (OVERDUE_START, IDLE_T1) or of suspension (IDLE_T2); -1 for the other classes."""
    since: Days
    """T, or the day the work stopped (IDLE_T2)."""
    days: Numbers
    """Days from `since` to the day for idle time."""
    fee_wan: Numbers
    reclaim_from: Days
    next_deadline: Days

    @property
    def late_days(self) -> Numbers:
        """Return the days from T to the start where work began after T; NaN elsewhere. T itself is in time.

        Only where T was agreed or follows from the hand-over: nobody breaks an assumed day.
        """
        late = _true(self.started) & (self.facts.start_date > self.due) & (self.basis != art.Basis.APPROVAL)
        days = (self.facts.start_date - self.due).astype("timedelta64[D]").astype(np.float64)
        return np.where(late, days, np.nan)

    def __len__(self) -> int:
        """Return the number of parcels judged."""
        return len(self.idle_class)

    def is_class(self, *classes: IdleClass) -> Flags:
        """Say where the class is one of these."""
        return among(self.idle_class, classes)


def decide(facts: Facts, delay_cause: Words, clock: Clock, law: IdleLaw, reading: Practice) -> Verdict:
    """Return the verdict on parcels of state-owned land with contract facts, row by row.

    Parameters
    ----------
    delay_cause
        Text of the cause, empty where it says nothing.
    """
    base, basis = art.article_22_start_due(facts, law, reading.approval_years)
    due = art.article_8_shifted(base, facts.gov_delay_days)
    started = art.article_30_started(facts, clock)
    idle_t1, late_years = art.article_2_not_started(started, due, clock, law)
    idle_t2, stopped_years = art.article_2_suspended(started, facts, clock, law)
    is_t2 = _true(idle_t2)
    classes = _classes(started, late_years, np.isnat(due), idle_t1, idle_t2, _overdue_finish(facts, clock))
    t1_clock = among(classes, (IdleClass.OVERDUE_START, IdleClass.IDLE_T1))
    cause = _cause(classes, article_8_cause(delay_cause, facts, clock, reading), delay_cause)
    years = np.select([t1_clock, is_t2], [late_years, stopped_years], -1)
    consequence = _consequence(classes, cause, years, law)
    since = np.select([t1_clock, is_t2], [due, facts.suspended_from], NEVER)
    reclaimable = t1_clock & (cause == Cause.ENTERPRISE)
    return Verdict(
        facts, base, basis, due, started, idle_t1, idle_t2, classes, cause, consequence, years, since,
        days_since(since, clock),
        np.where(consequence == Consequence.FEE, art.article_14_fee_wan(facts.land_price_wan, law), np.nan),
        complete_on(np.where(reclaimable, due, NEVER), law.reclaim_years, clock),
        _next_deadline(classes, late_years, due, facts, clock, law),
    )  # fmt: skip


def _classes(
    started: BooleanArray, late_years: Counts, no_due: Flags, idle_t1: BooleanArray, idle_t2: BooleanArray, late: Flags
) -> Codes:
    """Return the class: where no start was made by the years since T, else by suspension and completion."""
    begun, not_begun = _true(started), _true(~started) & ~no_due
    conditions = [
        not_begun & _true(idle_t1),
        not_begun & (late_years >= 0),
        not_begun,
        begun & _true(idle_t2),
        begun & idle_t2.isna(),
        begun & late,
        begun,
    ]
    names = ("IDLE_T1", "OVERDUE_START", "NOT_DUE", "IDLE_T2", "UNDETERMINED", "OVERDUE_FINISH", "NORMAL")
    return np.select(conditions, [IdleClass[name] for name in names], IdleClass.UNDETERMINED).astype(np.int8)


def _overdue_finish(facts: Facts, clock: Clock) -> Flags:
    """Say where work is not finished although the day has passed the agreed completion (that day itself is in time)."""
    return ~art.is_finished(facts, clock) & (clock.today > facts.finish_due)


def _cause(classes: Codes, cause: Causes, delay_cause: Words) -> Causes:
    """Return the cause where the class asks for one; an undetermined parcel without any word stays unknown."""
    asked = among(classes, (IdleClass.OVERDUE_START, IdleClass.IDLE_T1, IdleClass.IDLE_T2, IdleClass.UNDETERMINED))
    silent = delay_cause.blank & (cause != Cause.SEIZURE)
    unknown = (classes == IdleClass.UNDETERMINED) & silent
    return np.select([~asked, unknown], [Cause.BLANK, Cause.UNKNOWN], cause).astype(np.int8)


def _consequence(classes: Codes, cause: Causes, years: Counts, law: IdleLaw) -> Codes:
    """Return what may follow: the fee and the reclaiming only for land not started by cause of the enterprise."""
    t1, t2 = classes == IdleClass.IDLE_T1, classes == IdleClass.IDLE_T2
    conditions = [
        art.article_14_reclaim(cause, t1, years, law),
        art.article_14_fee(cause, t1, years, law),
        art.article_12_agreement(cause, t1 | t2),
        t2 & (cause == Cause.ENTERPRISE),
        t1 | t2 | (classes == IdleClass.UNDETERMINED),
        (classes == IdleClass.OVERDUE_START) | (classes == IdleClass.OVERDUE_FINISH),
    ]
    names = ("RECLAIM", "FEE", "ARTICLE_12", "URGE", "VERIFY", "WARN")
    return np.select(conditions, [Consequence[name] for name in names], Consequence.NONE).astype(np.int8)


def _next_deadline(classes: Codes, years: Counts, due: Days, facts: Facts, clock: Clock, law: IdleLaw) -> Days:
    """Return the next last day after which class or consequence changes; NaT where none is ahead.

    Not started: T, then its anniversaries up to the last year that counts. Started: the agreed completion, and the
    first anniversary of a suspension that could make the land idle.
    """
    ahead = np.where(years < law.not_started_years, law.not_started_years, law.reclaim_years)
    waiting = among(classes, SHOWS_START) & (years < law.reclaim_years)
    not_started = np.where(years < 0, due, add_years(np.where(waiting, due, NEVER), ahead))
    going_on = among(classes, (IdleClass.NORMAL, IdleClass.OVERDUE_FINISH))
    endless = np.datetime64("9999-12-31", "D")
    finish_ahead = (classes == IdleClass.NORMAL) & ~art.is_finished(facts, clock) & ~np.isnat(facts.finish_due)
    finish = np.where(finish_ahead, facts.finish_due, endless)
    may_be_idle = art.falls_short(facts, law)
    at_risk = art.is_suspended(facts, clock) & (may_be_idle.isna() | _true(may_be_idle))
    since = np.where(at_risk, facts.suspended_from, NEVER)
    stop = np.where(at_risk, add_years(since, law.suspended_years), endless)
    earliest = np.minimum(finish, stop)
    started = np.where(going_on & (earliest < endless), earliest, NEVER)
    return np.where(waiting, not_started, started)


def among(codes: Codes, chosen: Sequence[int]) -> Flags:
    """Say where a small code is one of the chosen."""
    table = np.zeros(CODES, dtype=bool)
    table[list(chosen)] = True
    found: Flags = table[codes]
    return found


def _true(outcome: BooleanArray) -> Flags:
    """Say where an outcome is known to be true."""
    return outcome.to_numpy(dtype=bool, na_value=False)
