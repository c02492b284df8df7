"""Lay the outcomes down rule by rule: true, false, or cannot be determined, with the papers that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import BooleanArray

from landuse.catalogue import load
from landuse.law.cause import Cause
from landuse.law.facts import Flags
from landuse.law.missing import Masks, mask_of, papers_of
from landuse.law.verdict import Consequence, IdleClass, Verdict, among
from landuse.law.words import WORDS, fill, printers
from landuse.tables.findings import repeating

COLUMNS: Final = ("unit", "key", "rule_id", "outcome", "missing", "because")
START: Final = ("start_due", "handover_date", "start_date", "start_state")
SHARES: Final = ("start_date", "start_state", "area_due_m2", "area_started_m2", "invest_due_wan", "invest_actual_wan")
CAUSE: Final = ("delay_cause",)


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of one rule, row by row with the parcels judged."""

    rule_id: str
    outcome: BooleanArray
    rows: Flags
    """Parcels the rule speaks of."""
    papers: tuple[str, ...]
    """Papers this rule may miss."""


def idle_findings(keys: pd.Series, verdict: Verdict, masks: Masks, because: pd.Series, lang: str) -> pd.DataFrame:
    """Return the findings of the parcels judged.

    ART2_T1 and ART2_T2 for every parcel; ART8, ART14_FEE, ART14_RECLAIM for idle land; START_LATE where work began
    after T. A rule that holds or is open carries the parcel's sentence, another one the reason it does not hold.

    Parameters
    ----------
    keys
        parcel_id, row by row with `verdict`.
    masks
        Missing papers (`missing.missing_masks`).
    because
        Sentence of each parcel.
    """
    parts = [_rows(outcomes, keys, masks, because, lang) for outcomes in _outcomes(verdict)]
    return pd.concat([*parts, _late_starts(keys, verdict, lang)], ignore_index=True)


def _outcomes(verdict: Verdict) -> tuple[Outcomes, ...]:
    """Return the outcomes of every rule."""
    everywhere = np.ones(len(verdict), dtype=bool)
    not_started = verdict.is_class(IdleClass.IDLE_T1)
    idle = verdict.is_class(IdleClass.IDLE_T1, IdleClass.IDLE_T2)
    open_cause = among(verdict.cause, (Cause.SEIZURE, Cause.MIXED, Cause.UNKNOWN))
    government = BooleanArray(verdict.cause == Cause.GOVERNMENT, open_cause)
    fee = BooleanArray(verdict.consequence == Consequence.FEE, open_cause)
    reclaim = BooleanArray(verdict.consequence == Consequence.RECLAIM, open_cause)
    return (
        Outcomes("ART2_T1", verdict.idle_t1, everywhere, START),
        Outcomes("ART2_T2", verdict.idle_t2, everywhere, SHARES),
        Outcomes("ART8", government, idle, CAUSE),
        Outcomes("ART14_FEE", fee, not_started, (*CAUSE, "land_price_wan")),
        Outcomes("ART14_RECLAIM", reclaim, not_started, CAUSE),
    )


def _rows(outcomes: Outcomes, keys: pd.Series, masks: Masks, because: pd.Series, lang: str) -> pd.DataFrame:
    """Return one finding for each parcel a rule speaks of."""
    rows = np.flatnonzero(outcomes.rows)
    if len(rows) < len(keys):
        keys, because = keys.iloc[rows], because.iloc[rows]
    outcome = outcomes.outcome[rows]
    holds_or_open = outcome.to_numpy(dtype=bool, na_value=True)
    denied = load(WORDS)["law_because"][outcomes.rule_id][lang]
    concerned = np.where(holds_or_open, masks[rows] & mask_of(outcomes.papers), 0)
    return _frame(keys, outcomes.rule_id, outcome, _lists(concerned), because.where(holds_or_open, denied))


def _late_starts(keys: pd.Series, verdict: Verdict, lang: str) -> pd.DataFrame:
    """Return START_LATE for parcels where work began after T: a breach of the contract, no idle land."""
    rows = np.flatnonzero(verdict.late_days > 0)
    template = load(WORDS)["law_because"]["START_LATE"][lang]
    because = pd.Series(fill(template, {}, printers(verdict, np.zeros(0, dtype=np.int64), lang), rows))
    outcome = BooleanArray(np.ones(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool))
    return _frame(keys.iloc[rows], "START_LATE", outcome, _lists(np.zeros(len(rows), dtype=np.int64)), because)


def _frame(
    keys: pd.Series, rule_id: str, outcome: BooleanArray, missing: npt.NDArray[np.object_], because: pd.Series
) -> pd.DataFrame:
    columns = {
        "unit": repeating("unit", "parcel", len(keys)),
        "key": keys.array,
        "rule_id": repeating("rule_id", rule_id, len(keys)),
        "outcome": outcome,
        "missing": missing,
        "because": because.array,
    }
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(keys)), columns=list(COLUMNS))
    return frame.astype({"key": "str", "because": "str"})


def _lists(masks: Masks) -> npt.NDArray[np.object_]:
    """Return the papers of each mask as a list; rows with the same mask share it."""
    codes, distinct = pd.factorize(masks)
    lists = np.empty(len(distinct), dtype=object)
    lists[:] = [list(papers_of(int(mask))) for mask in distinct]
    shared: npt.NDArray[np.object_] = lists[codes]
    return shared
