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
from landuse.law.facts import Flags, believed_delay
from landuse.law.missing import Masks, papers_of
from landuse.law.statutes import Practice, idle_law
from landuse.law.verdict import SHOWS_START, Consequence, IdleClass, Verdict
from landuse.tables import PROVENANCE, columns, issue_rows, no_issues, one_issue
from landuse.tables.cells import days

Rows = npt.NDArray[np.intp]


def input_issues(
    parcels: pd.DataFrame, owners_differ: Flags, clock: Clock, reading: Practice
) -> Iterable[pd.DataFrame]:
    """Yield the doubts about what the table says: owners, days of delay, order of dates, dates ahead.

    Parameters
    ----------
    owners_differ
        Where the column and the parcel code name different owners.
    """
    yield _statute_in_force(clock)
    kept = [name for name in ("parcel_id", *PROVENANCE) if name in parcels.columns]
    keys = parcels[kept]
    for code, name, rows in (
        ("OWNERSHIP_CONFLICT", "ownership", np.flatnonzero(owners_differ)),
        ("GOV_DELAY_NOT_BELIEVED", "gov_delay_days", np.flatnonzero(~believed_delay(parcels, reading))),
    ):
        yield _rows_issue(code, keys.iloc[rows], column=name, value=_found(parcels, name, rows))
    known = {name: days(parcels, name) for pair in (*reading.date_order, reading.past) for name in pair}
    for first, second in reading.date_order:
        rows = np.flatnonzero(known[first] > known[second])
        yield _date_order(keys.iloc[rows], (first, known[first][rows]), (second, known[second][rows]))
    for name in reading.past:
        rows = np.flatnonzero(known[name] > clock.today)
        facts = [{**_titles("what", name), "as_of": clock.as_of.isoformat()}] * len(rows)
        yield _rows_issue("DATE_AHEAD", keys.iloc[rows], column=name, value=_days(known[name][rows]), facts=facts)


def verdict_issues(parcels: pd.DataFrame, verdict: Verdict, masks: Masks, clock: Clock) -> Iterable[pd.DataFrame]:
    """Yield the doubts about the judgement: what was assumed, what is missing, who is to be told.

    Parameters
    ----------
    parcels
        The rows of the verdict.
    masks
        Missing papers (`missing.missing_masks`).
    """
    yield from _of_start(parcels, verdict, clock)
    yield _evidence_missing(parcels, verdict, masks)
    yield from _of_consequence(parcels, verdict, clock)


def _statute_in_force(clock: Clock) -> pd.DataFrame:
    """Warn when the day lies before the law: its numbers do not hold for it."""
    law = idle_law().statute
    if clock.as_of >= law.in_force:
        return no_issues()
    facts = {"in_force": law.in_force.isoformat()}
    return one_issue("STATUTE_NOT_IN_FORCE", value=clock.as_of.isoformat(), facts=facts)


def _date_order(keys: pd.DataFrame, first: tuple[str, Days], second: tuple[str, Days]) -> pd.DataFrame:
    """Return a warning for each row: its first day lies after the second."""
    titles = {**_titles("first", first[0]), **_titles("second", second[0])}
    facts = [{**titles, "second_day": later} for later in _days(second[1])]
    return _rows_issue("DATE_ORDER", keys, column=first[0], value=_days(first[1]), facts=facts)


def _of_start(keys: pd.DataFrame, verdict: Verdict, clock: Clock) -> Iterable[pd.DataFrame]:
    """Yield the doubts about whether and when work had to start and did."""
    facts, waiting = verdict.facts, verdict.is_class(*SHOWS_START)
    started = verdict.started.to_numpy(dtype=bool, na_value=False)
    for code, basis, column, since in (
        ("START_DUE_ASSUMED", Basis.APPROVAL, "approval_date", facts.approval_date),
        ("START_DUE_FROM_HANDOVER", Basis.HANDOVER, "handover_date", facts.handover_date),
    ):
        rows = np.flatnonzero(waiting & (verdict.basis == basis))
        taken = [{"due": text} for text in _days(verdict.due_before_delay[rows])]
        yield _rows_issue(code, keys.iloc[rows], column=column, value=_days(since[rows]), facts=taken)
    conflict = np.flatnonzero(facts.said_not_started & started)
    yield _rows_issue("START_CONFLICT", keys.iloc[conflict], column="start_state")
    ended = ~is_suspended(facts, clock) & (facts.suspended_from <= facts.resumed_on) & (facts.resumed_on <= clock.today)
    rows = np.flatnonzero(started & ended)
    from_days = [{"suspended_from": text} for text in _days(facts.suspended_from[rows])]
    value = _days(facts.resumed_on[rows])
    yield _rows_issue("SUSPENSION_ENDED", keys.iloc[rows], column="resumed_on", value=value, facts=from_days)


def _evidence_missing(keys: pd.DataFrame, verdict: Verdict, masks: Masks) -> pd.DataFrame:
    """Return a warning for each undetermined parcel that names the missing papers."""
    rows = np.flatnonzero(verdict.is_class(IdleClass.UNDETERMINED))
    codes, distinct = pd.factorize(masks[rows])
    named = [_joined(papers_of(int(mask))) for mask in distinct]
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
    found = _found(keys, "delay_cause", unclear)
    yield _rows_issue("DELAY_CAUSE_UNCLEAR", keys.iloc[unclear], column="delay_cause", value=found)


def _found(parcels: pd.DataFrame, name: str, rows: Rows) -> list[str]:
    """Return what a column holds in some rows, as text; blank where the table has none."""
    if name not in parcels.columns:
        return [""] * len(rows)
    return [str(value) for value in parcels[name].iloc[rows].astype("str").fillna("")]


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
