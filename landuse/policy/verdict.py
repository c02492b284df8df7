"""Judge enterprises: one finding a rule, the verdict, its reasons, and the sentence that defends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.policy.packs import COMPUTED
from landuse.policy.standing import standing_sentences
from landuse.ranking import Ranked
from landuse.ranking.status import coded_missing
from landuse.ranking.text import Coded, as_text, holds
from landuse.rule import Rule

BOTTOM_SHARE: Final = "R01"


@dataclass(frozen=True)
class Verdict:
    """What the rules say about enterprises."""

    findings: pd.DataFrame
    """unit, key, rule_id, outcome (boolean, <NA> = undetermined), missing (tuples of column names), because."""
    enterprises: pd.DataFrame
    """The ranked table with low_efficiency (boolean with <NA>), reasons, reasons_noted (tuples of rules), because."""


def judge(ranked: Ranked, *, rule: Rule, lang: str) -> Verdict:
    """Return the findings on enterprises and the verdict.

    low_efficiency = OR of the enabled rules: true if any is true, else missing if any is undetermined. Rules that
    are computed but not enabled are only listed in `reasons_noted`.

    Parameters
    ----------
    ranked
        What `ranking.rank` gives.
    lang
        Language of the sentences.
    """
    table = ranked.table
    findings = {BOTTOM_SHARE: _bottom_share(ranked, rule, lang)}
    outcomes = {name: finding["outcome"] for name, finding in findings.items()}
    noted = tuple(name for name in COMPUTED if name not in rule.enabled)
    judged = table.assign(
        low_efficiency=three_valued_or([outcomes[name] for name in rule.enabled], table.index),
        reasons=_true_rules({name: outcomes[name] for name in rule.enabled}, table.index, "reasons"),
        reasons_noted=_true_rules({name: outcomes[name] for name in noted}, table.index, "reasons_noted"),
        because=findings[BOTTOM_SHARE]["because"].set_axis(table.index),
    )
    return Verdict(pd.concat(list(findings.values()), ignore_index=True), judged)


def three_valued_or(outcomes: list[pd.Series], index: pd.Index) -> pd.Series:
    """Return true where any outcome is true, else missing where any is undetermined, else false."""
    true = np.zeros(len(index), dtype=bool)
    unknown = np.zeros(len(index), dtype=bool)
    for outcome in outcomes:
        true |= holds(outcome)
        unknown |= outcome.isna().to_numpy(dtype=bool)
    return pd.Series(pd.arrays.BooleanArray(true, unknown & ~true), index=index, name="low_efficiency")


# ------------------------------------------------------------------------------------------ bottom share


def _bottom_share(ranked: Ranked, rule: Rule, lang: str) -> pd.DataFrame:
    """Return finding R01 of every enterprise: in the bottom share of its group, or why that cannot be said."""
    table = ranked.table
    index = pd.RangeIndex(len(table))
    same = {"unit": "enterprise", "rule_id": BOTTOM_SHARE}
    zeros = np.zeros(len(table), dtype=np.intp)
    return pd.DataFrame(
        {
            "unit": Coded(zeros, [same["unit"]]).text(index, "unit"),
            "key": table["uscc"].set_axis(index),
            "rule_id": Coded(zeros, [same["rule_id"]]).text(index, "rule_id"),
            "outcome": table["in_bottom_share"].astype("boolean").set_axis(index),
            "missing": coded_missing(table, rule=rule).objects(index, "missing"),
            "because": as_text(standing_sentences(ranked, rule=rule, lang=lang), index, "because"),
        }
    )


def _true_rules(outcomes: dict[str, pd.Series], index: pd.Index, name: str) -> pd.Series:
    """Return, row by row, the rules that are true: one shared tuple for each combination."""
    bits: npt.NDArray[np.intp] = np.zeros(len(index), dtype=np.intp)
    for bit, outcome in enumerate(outcomes.values()):
        bits |= holds(outcome).astype(np.intp) << bit
    rules = list(outcomes)
    words = [tuple(r for bit, r in enumerate(rules) if code >> bit & 1) for code in range(2 ** len(rules))]
    return Coded(bits, words).objects(index, name)
