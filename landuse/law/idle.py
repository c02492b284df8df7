"""Judge idle land: class, cause and consequence of every parcel, with the sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import IntegerArray

from landuse.catalogue import load
from landuse.law.calendar import Clock
from landuse.law.cause import Cause
from landuse.law.checks import input_issues, verdict_issues
from landuse.law.facts import Flags, Words, has_contract_facts, ownership, read_facts
from landuse.law.findings import idle_findings
from landuse.law.missing import missing_masks
from landuse.law.statutes import idle_law, practice
from landuse.law.verdict import Consequence, IdleClass, Verdict, decide
from landuse.law.words import WORDS, articles_cited, idle_because
from landuse.project import Project
from landuse.tables import join_issues

COLUMNS: Final = (
    "idle_class", "idle_years", "idle_since", "idle_days", "idle_cause", "consequence", "idle_fee_wan", "reclaim_from",
    "next_deadline", "article", "idle_because",
)  # fmt: skip


@dataclass(frozen=True)
class Idle:
    """What the law says of each parcel."""

    table: pd.DataFrame
    """Index of the parcels; `COLUMNS`."""
    findings: pd.DataFrame
    """unit, key, rule_id, outcome, missing, because."""
    issues: pd.DataFrame


def judge(parcels: pd.DataFrame, project: Project) -> Idle:
    """Judge every parcel by Order 53 of 2012.

    Parameters
    ----------
    parcels
        Canonical columns as far as they were read; only ``parcel_id`` is certain. Not changed.
    project
        Gives ``as_of``, ``idle.anniversary`` and the language of the sentences.

    Returns
    -------
    Idle
        Columns row by row with `parcels`, the findings per rule, and the issues. Everything is a suspicion (疑似) until
        a case carries the number of a decision.
    """
    law, reading, lang = idle_law(), practice(), project.language
    clock = Clock(project.as_of, project.idle.anniversary)
    facts = read_facts(parcels, reading)
    collective, owners_differ = ownership(parcels, reading)
    stated_zero = (facts.area_started_m2 == 0) | (facts.invest_actual_wan == 0)
    applies = (has_contract_facts(parcels, reading) | facts.said_not_started | stated_zero) & ~collective
    rows = np.flatnonzero(applies)
    judged = parcels if applies.all() else parcels.iloc[rows]
    cause = Words.of(judged, "delay_cause").emptied(reading.nothing)
    verdict = decide(facts.take(rows), cause, clock, law, reading)
    masks = missing_masks(verdict)
    because = idle_because(verdict, masks, clock, law, lang)
    place = np.full(len(parcels), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    table = _table(parcels.index, place, verdict)
    table["article"] = _texts(articles_cited(verdict, law, lang), place, "")
    table["idle_because"] = _texts(because, place, load(WORDS)["idle_clause"][IdleClass.NOT_APPLICABLE.name][lang])
    issues = (*input_issues(parcels, owners_differ, clock, reading), *verdict_issues(judged, verdict, masks, clock))
    findings = idle_findings(judged["parcel_id"], verdict, masks, because, lang)
    return Idle(table[list(COLUMNS)], findings, join_issues(issues))


def _table(index: pd.Index, place: npt.NDArray[np.int64], verdict: Verdict) -> pd.DataFrame:
    """Return the published columns but the words; `place` is the row in the verdict, -1 = NOT_APPLICABLE."""
    classes = _names([item.name for item in IdleClass], verdict.idle_class)
    causes = _names([None, *(item.name.lower() for item in Cause if item)], verdict.cause)
    consequences = _names([item.name.lower() for item in Consequence], verdict.consequence)
    columns = {
        "idle_class": classes.take(place, allow_fill=True, fill_value=IdleClass.NOT_APPLICABLE.name),
        "idle_years": _counts(verdict.years, verdict.years >= 0).take(place, allow_fill=True),
        "idle_since": _spread(verdict.since, place).astype("datetime64[us]"),
        "idle_days": _counts(verdict.days, ~np.isnan(verdict.days)).take(place, allow_fill=True),
        "idle_cause": causes.take(place, allow_fill=True),
        "consequence": consequences.take(place, allow_fill=True, fill_value=Consequence.NONE.name.lower()),
        "idle_fee_wan": _spread(verdict.fee_wan, place),
        "reclaim_from": _spread(verdict.reclaim_from, place).astype("datetime64[us]"),
        "next_deadline": _spread(verdict.next_deadline, place).astype("datetime64[us]"),
    }
    return pd.DataFrame(columns, index=index)


def _names(names: Sequence[str | None], codes: npt.NDArray[np.int8]) -> pd.api.extensions.ExtensionArray:
    """Return the published words of some codes."""
    return pd.array(list(names), dtype="str").take(codes.astype(np.intp))


def _counts(values: npt.NDArray[Any], known: Flags) -> IntegerArray:
    """Return whole numbers, <NA> where not known."""
    return IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)


def _spread(values: npt.NDArray[Any], place: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """Return one value a parcel from one a judged parcel; NaN or NaT elsewhere."""
    unknown = np.array(["NaT"] if values.dtype.kind == "M" else [np.nan], dtype=values.dtype)
    spread: npt.NDArray[Any] = np.concatenate([values, unknown])[place]
    return spread


def _texts(texts: pd.Series, place: npt.NDArray[np.int64], otherwise: str) -> pd.api.extensions.ExtensionArray:
    """Return one text a parcel from one a judged parcel; another text elsewhere."""
    spread: pd.api.extensions.ExtensionArray = texts.array.take(place, allow_fill=True, fill_value=otherwise)
    return spread
