"""Judge enterprises: one finding a rule, the verdict, its reasons, and the sentence that defends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landuse.catalogue import load_folder
from landuse.errors import DefectError
from landuse.indicators import INDICATORS
from landuse.policy.packs import COMPUTED
from landuse.policy.sentences import fill, integers, percent, two_decimals
from landuse.ranking import Ranked
from landuse.ranking.status import coded_missing, coded_reasons
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
            "missing": coded_missing(table).objects(index, "missing"),
            "because": as_text(_because(ranked, rule, lang), index, "because"),
        }
    )


def _because(ranked: Ranked, rule: Rule, lang: str) -> pa.Array:
    """Return the sentence of each row: its standing where it is ranked, else the reason why it is not."""
    table = ranked.table
    is_ranked = table["status"].eq("RANKED").to_numpy(dtype=bool)
    told = _standing_sentences(table[is_ranked], ranked.groups, rule, lang)
    if is_ranked.all():
        return told
    reasons = coded_reasons(table, rule=rule, lang=lang)
    place = reasons.codes + len(told)
    place[is_ranked] = np.arange(len(told))
    return pa.concat_arrays([told, pa.array(reasons.words, type=pa.large_string())]).take(pa.array(place))


def _standing_sentences(table: pd.DataFrame, groups: pd.DataFrame, rule: Rule, lang: str) -> pa.Array:
    words = {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")["verdict"].items()}
    share = percent(rule.share)
    row = pd.Index(groups["industry_group"]).get_indexer(pd.Index(table["industry_group"]))
    if (row < 0).any():
        raise DefectError("verdict: a ranked enterprise belongs to no group")
    rank = table["rank"].to_numpy(dtype=np.int64)
    listed = table["in_bottom_share"].to_numpy(dtype=bool)
    ends = pa.array([words["false"], words["true"].format(share=share)], type=pa.large_string())
    none = words["none"]
    pieces: dict[str, pa.Array | str] = {
        "cap": f"{100 * rule.cap:g}",
        "score": two_decimals(table["score"].to_numpy(dtype=float), none),
        "rank": integers(rank),
        "top": integers(groups["n"].to_numpy(dtype=np.int64)[row] + 1 - rank),
        "result": ends.take(pa.array(listed.astype(np.int8))),
        "tax": two_decimals(table[_shown("tax_per_mu", rule)].to_numpy(dtype=float), none),
        "output": two_decimals(table[_shown("output_per_mu", rule)].to_numpy(dtype=float), none),
        "energy": two_decimals(table["output_per_energy"].to_numpy(dtype=float), none),
    }
    for name, texts in _group_pieces(groups, rule, words, share).items():
        pieces[name] = pa.array(texts, type=pa.large_string()).take(pa.array(row))
    return fill(words["sentence"], pieces)


def _shown(measure: str, rule: Rule) -> str:
    return measure if rule.price_apply == "none" else f"{measure}_corrected"


def _group_pieces(groups: pd.DataFrame, rule: Rule, words: dict[str, str], share: str) -> dict[str, list[str]]:
    """Return the pieces that are the same for a whole group, written once each."""
    pieces: dict[str, list[str]] = {"head": [], "list": [], "bases": []}
    corrected = "" if rule.price_apply == "none" else words["corrected"]
    for entry in groups.to_dict("records"):
        head = words["head"].format(name=entry["name"], group=entry["industry_group"], n=entry["n"])
        ties = words["ties"].format(tied=entry["tied_at_cut"]) if entry["tied_at_cut"] else ""
        values = [float(entry[f"base_{name}"]) for name in INDICATORS]
        tax, output, energy = (words["none"] if np.isnan(value) else f"{value:.2f}" for value in values)
        pieces["head"].append(head)
        pieces["list"].append(words["list"].format(share=share, k=entry["k"]) + ties)
        pieces["bases"].append(words["bases"].format(tax=tax, output=output, energy=energy, corrected=corrected))
    return pieces


def _true_rules(outcomes: dict[str, pd.Series], index: pd.Index, name: str) -> pd.Series:
    """Return, row by row, the rules that are true: one shared tuple for each combination."""
    bits: npt.NDArray[np.intp] = np.zeros(len(index), dtype=np.intp)
    for bit, outcome in enumerate(outcomes.values()):
        bits |= holds(outcome).astype(np.intp) << bit
    rules = list(outcomes)
    words = [tuple(r for bit, r in enumerate(rules) if code >> bit & 1) for code in range(2 ** len(rules))]
    return Coded(bits, words).objects(index, name)
