"""Raise the doubts of the idle-land rule: what is assumed, missing, contradictory, or to be told to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.law.articles import Basis, is_suspended
from landuse.law.calendar import Clock, Days
from landuse.law.cause import Cause, seized
from landuse.law.facts import Flags, believed_delay, day, ownership_conflict, text
from landuse.law.missing import missing_masks, papers_of
from landuse.law.statutes import Practice, idle_law
from landuse.law.verdict import SHOWS_START, Consequence, IdleClass, Verdict
from landuse.tables import PROVENANCE, columns, issue_rows, join_issues, no_issues, one_issue

Rows = npt.NDArray[np.intp]


def idle_issues(parcels: pd.DataFrame, rows: Rows, verdict: Verdict, clock: Clock, reading: Practice) -> pd.DataFrame:
    """Return the issues of all parcels.

    Parameters
    ----------
    rows
        Positions in `parcels` of the rows of `verdict`.
    """
    kept = [name for name in ("parcel_id", "delay_cause", "gov_delay_days", *PROVENANCE) if name in parcels.columns]
    keys = parcels[kept]
    parts = [
        _statute_in_force(clock),
        *_of_input(parcels, keys, clock, reading),
        *_of_start(keys.iloc[rows], verdict, clock),
        *_of_consequence(keys.iloc[rows], verdict, clock),
    ]
    return join_issues([part for part in parts if len(part)])


def _statute_in_force(clock: Clock) -> pd.DataFrame:
    """Warn when the day lies before the law: its numbers do not hold for it."""
    law = idle_law().statute
    if clock.as_of >= law.in_force:
        return no_issues()
    facts = {"in_force": law.in_force.isoformat()}
    return one_issue("STATUTE_NOT_IN_FORCE", value=clock.as_of.isoformat(), facts=facts)


def _of_input(parcels: pd.DataFrame, keys: pd.DataFrame, clock: Clock, reading: Practice) -> Iterable[pd.DataFrame]:
    """Yield the doubts about what the tables say: owners, days of delay, order of dates, dates ahead."""
    yield _issues("OWNERSHIP_CONFLICT", keys, ownership_conflict(parcels, reading), "ownership", parcels)
    yield _issues("GOV_DELAY_NOT_BELIEVED", keys, ~believed_delay(parcels, reading), "gov_delay_days", parcels)
    for first, second in reading.date_order:
        earlier, later = day(parcels, first), day(parcels, second)
        yield _date_order(keys, np.flatnonzero(earlier > later), (first, earlier), (second, later))
    for name in reading.past:
        days = day(parcels, name)
        rows = np.flatnonzero(days > clock.today)
        facts = [{**_titles("what", name), "as_of": clock.as_of.isoformat()}] * len(rows)
        yield _rows_issue("DATE_AHEAD", keys.iloc[rows], column=name, value=_days(days[rows]), facts=facts)


def _date_order(keys: pd.DataFrame, rows: Rows, first: tuple[str, Days], second: tuple[str, Days]) -> pd.DataFrame:
    """Return a warning for each row whose first day lies after the second."""
    titles = {**_titles("first", first[0]), **_titles("second", second[0])}
    later = _days(second[1][rows])
    facts = [{**titles, "second_day": text} for text in later]
    return _rows_issue("DATE_ORDER", keys.iloc[rows], column=first[0], value=_days(first[1][rows]), facts=facts)


def _of_start(keys: pd.DataFrame, verdict: Verdict, clock: Clock) -> Iterable[pd.DataFrame]:
    """Yield the doubts about whether and when work had to start and did."""
    facts, waiting = verdict.facts, verdict.is_class(*SHOWS_START)
    started = verdict.started.to_numpy(dtype=bool, na_value=False)
    for code, basis, column, days in (
        ("START_DUE_ASSUMED", Basis.APPROVAL, "approval_date", facts.approval_date),
        ("START_DUE_FROM_HANDOVER", Basis.HANDOVER, "handover_date", facts.handover_date),
    ):
        rows = np.flatnonzero(waiting & (verdict.basis == basis))
        taken = [{"due": text} for text in _days(verdict.due_before_delay[rows])]
        yield _rows_issue(code, keys.iloc[rows], column=column, value=_days(days[rows]), facts=taken)
    yield _evidence_missing(keys, verdict)
    conflict = np.flatnonzero(facts.said_not_started & started)
    yield _rows_issue("START_CONFLICT", keys.iloc[conflict], column="start_state")
    ended = ~is_suspended(facts, clock) & (facts.suspended_from <= facts.resumed_on) & (facts.resumed_on <= clock.today)
    rows = np.flatnonzero(started & ended)
    from_days = [{"suspended_from": text} for text in _days(facts.suspended_from[rows])]
    value = _days(facts.resumed_on[rows])
    yield _rows_issue("SUSPENSION_ENDED", keys.iloc[rows], column="resumed_on", value=value, facts=from_days)


def _evidence_missing(keys: pd.DataFrame, verdict: Verdict) -> pd.DataFrame:
    """Return a warning for each undetermined parcel that names the missing papers."""
    rows = np.flatnonzero(verdict.is_class(IdleClass.UNDETERMINED))
    codes, masks = pd.factorize(missing_masks(verdict)[rows])
    named = [_joined(papers_of(int(mask))) for mask in masks]
    facts = [named[code] for code in codes]
    return _rows_issue("IDLE_EVIDENCE_MISSING", keys.iloc[rows], column="", facts=facts)


def _of_consequence(keys: pd.DataFrame, verdict: Verdict, clock: Clock) -> Iterable[pd.DataFrame]:
    """Yield what must be known before a consequence is drawn."""
    idle = verdict.is_class(IdleClass.IDLE_T1, IdleClass.IDLE_T2)
    no_price = (verdict.consequence == Consequence.FEE) & np.isnan(verdict.fee_wan)
    yield _rows_issue("IDLE_FEE_NO_PRICE", keys.iloc[np.flatnonzero(no_price)], column="land_price_wan")
    mortgaged = np.flatnonzero(idle & verdict.facts.mortgaged)
    yield _rows_issue("MORTGAGEE_COPY", keys.iloc[mortgaged], column="mortgage_no")
    held = np.flatnonzero(idle & seized(verdict.facts, clock))
    value = _days(verdict.facts.seizure_from[held])
    yield _rows_issue("SEIZED_VERIFY", keys.iloc[held], column="seizure_from", value=value)
    unclear = np.flatnonzero((idle | verdict.is_class(IdleClass.OVERDUE_START)) & (verdict.cause == Cause.UNKNOWN))
    yield _issues("DELAY_CAUSE_UNCLEAR", keys.iloc[unclear], None, "delay_cause", keys.iloc[unclear])


def _issues(code: str, keys: pd.DataFrame, flags: Flags | None, column: str, values: pd.DataFrame) -> pd.DataFrame:
    """Return an issue for the flagged rows (None: all), with the value as it stands in the table."""
    rows = np.arange(len(keys)) if flags is None else np.flatnonzero(flags)
    found = text(values.iloc[rows], column).tolist()
    return _rows_issue(code, keys.iloc[rows], column=column, value=found)


def _rows_issue(code: str, rows: pd.DataFrame, **more: Any) -> pd.DataFrame:
    return issue_rows(code, rows, table="parcels", key="parcel_id", **more) if len(rows) else no_issues()


def _titles(role: str, name: str) -> dict[str, str]:
    """Return the titles of a column in both languages, as placeholders."""
    column = columns("input", "parcels")[name]
    return {f"{role}_zh": column.title("zh"), f"{role}_en": column.title("en")}


def _joined(names: Sequence[str]) -> dict[str, str]:
    """Return the titles of several columns in both languages, as placeholders."""
    known = columns("input", "parcels")
    return {
        "missing_zh": "、".join(known[name].title("zh") for name in names),
        "missing_en": ", ".join(known[name].title("en") for name in names),
    }


def _days(days: Days) -> list[str]:
    """Return days as text; blank where unknown."""
    texts = np.datetime_as_string(days, unit="D")
    return [str(text) for text in np.where(np.isnat(days), "", texts)]
