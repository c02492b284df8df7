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
from landuse.law.cause import Cause, delay_text
from landuse.law.checks import idle_issues
from landuse.law.facts import Flags, has_contract_facts, is_collective, read_facts
from landuse.law.findings import idle_findings
from landuse.law.statutes import idle_law, practice
from landuse.law.verdict import Consequence, IdleClass, Verdict, decide
from landuse.law.words import WORDS, articles_cited, idle_because
from landuse.project import Project

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
    stated_zero = (facts.area_started_m2 == 0) | (facts.invest_actual_wan == 0)
    applies = has_contract_facts(parcels, reading) | facts.said_not_started | stated_zero
    applies &= ~is_collective(parcels, reading)
    rows = np.flatnonzero(applies)
    verdict = decide(facts.take(applies), delay_text(parcels, reading).iloc[rows], clock, law, reading)
    does_not_apply = load(WORDS)["idle_clause"][IdleClass.NOT_APPLICABLE.name][lang]
    because = idle_because(verdict, clock, law, lang)
    cited = articles_cited(verdict, law, lang)
    place = np.full(len(parcels), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    article = cited.array.take(place, allow_fill=True, fill_value="")
    sentence = because.array.take(place, allow_fill=True, fill_value=does_not_apply)
    return Idle(
        _table(parcels.index, place, verdict).assign(article=article, idle_because=sentence)[list(COLUMNS)],
        idle_findings(parcels["parcel_id"].iloc[rows], verdict, because, lang),
        idle_issues(parcels, rows, verdict, clock, reading),
    )


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
