"""Judge enterprises: one finding a rule, the verdict, its reasons, and the sentence that defends it."""

from __future__ import annotations

from collections.abc import Mapping
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
from landuse.policy.sentences import TEXT, fill, integers, percent, two_decimals
from landuse.ranking import Ranked
from landuse.ranking.status import coded_missing, coded_reasons
from landuse.ranking.text import Coded, as_text, holds
from landuse.rule import Rule

BOTTOM_SHARE: Final = "R01"
BLOCK: Final = 1 << 16
"""Rows of which the sentences are written at once."""


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


def _because(ranked: Ranked, rule: Rule, lang: str) -> pa.ChunkedArray:
    """Return the sentence of each row: its standing where it is ranked, else the reason why it is not.

    Written block by block, so that the pieces of a million sentences never stand in memory at once.
    """
    table = ranked.table
    is_ranked = table["status"].eq("RANKED").to_numpy(dtype=bool)
    groups = ranked.groups
    group = pd.Index(groups["industry_group"]).get_indexer(pd.Index(table["industry_group"]))
    if (group[is_ranked] < 0).any():
        raise DefectError("verdict: a ranked enterprise belongs to no group")
    reasons = coded_reasons(table, rule=rule, lang=lang)
    others = pa.array(reasons.words, type=TEXT)
    pieces = _GroupPieces.of(groups, rule, lang)
    blocks = []
    for start in range(0, len(table), BLOCK):
        block = slice(start, start + BLOCK)
        here = is_ranked[block]
        told = _standing_sentences(table[block][here], group[block][here], pieces)
        place = reasons.codes[block] + len(told)
        place[here] = np.arange(len(told))
        blocks.append(pa.concat_arrays([told, others]).take(pa.array(place)))
    return pa.chunked_array(blocks, type=TEXT)


@dataclass(frozen=True)
class _GroupPieces:
    """The words of the sentence and the pieces that are the same for a whole group, written once each."""

    words: Mapping[str, str]
    rule: Rule
    share: str
    n: npt.NDArray[np.int64]
    texts: Mapping[str, pa.Array]

    @classmethod
    def of(cls, groups: pd.DataFrame, rule: Rule, lang: str) -> _GroupPieces:
        words = {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")["verdict"].items()}
        share = percent(rule.share)
        corrected = "" if rule.price_apply == "none" else words["corrected"]
        texts: dict[str, list[str]] = {"head": [], "list": [], "bases": []}
        for entry in groups.to_dict("records"):
            ties = words["ties"].format(tied=entry["tied_at_cut"]) if entry["tied_at_cut"] else ""
            values = [float(entry[f"base_{name}"]) for name in INDICATORS]
            tax, output, energy = (words["none"] if np.isnan(value) else f"{value:.2f}" for value in values)
            head = words["head"].format(name=entry["name"], group=entry["industry_group"], n=entry["n"])
            texts["head"].append(head)
            texts["list"].append(words["list"].format(share=share, k=entry["k"]) + ties)
            texts["bases"].append(words["bases"].format(tax=tax, output=output, energy=energy, corrected=corrected))
        arrays = {name: pa.array(column, type=TEXT) for name, column in texts.items()}
        return cls(words, rule, share, groups["n"].to_numpy(dtype=np.int64), arrays)


def _standing_sentences(table: pd.DataFrame, group: npt.NDArray[np.intp], of_group: _GroupPieces) -> pa.Array:
    words, rule = of_group.words, of_group.rule
    rank = table["rank"].to_numpy(dtype=np.int64)
    listed = table["in_bottom_share"].to_numpy(dtype=bool)
    ends = pa.array([words["false"], words["true"].format(share=of_group.share)], type=TEXT)
    shown = {
        "score": "score",
        "tax": _shown("tax_per_mu", rule),
        "output": _shown("output_per_mu", rule),
        "energy": "output_per_energy",
    }
    pieces: dict[str, pa.Array | str] = {
        "cap": f"{100 * rule.cap:g}",
        "rank": integers(rank),
        "top": integers(of_group.n[group] + 1 - rank),
        "result": ends.take(pa.array(listed.astype(np.int8))),
        **{name: two_decimals(table[column].to_numpy(dtype=float), words["none"]) for name, column in shown.items()},
        **{name: texts.take(pa.array(group)) for name, texts in of_group.texts.items()},
    }
    if rule.years == 1:
        return fill(words["sentence"], pieces)
    known = table["n_years"].to_numpy(dtype=float, na_value=np.nan)
    told = pa.array([words["none"], *(str(count) for count in range(1, rule.years + 1))], type=TEXT)
    pieces |= {"known": told.take(pa.array(np.nan_to_num(known).astype(np.int64))), "years": str(rule.years)}
    return fill(words["sentence"] + words["mean"], pieces)


def _shown(measure: str, rule: Rule) -> str:
    return measure if rule.price_apply == "none" else f"{measure}_corrected"


def _true_rules(outcomes: dict[str, pd.Series], index: pd.Index, name: str) -> pd.Series:
    """Return, row by row, the rules that are true: one shared tuple for each combination."""
    bits: npt.NDArray[np.intp] = np.zeros(len(index), dtype=np.intp)
    for bit, outcome in enumerate(outcomes.values()):
        bits |= holds(outcome).astype(np.intp) << bit
    rules = list(outcomes)
    words = [tuple(r for bit, r in enumerate(rules) if code >> bit & 1) for code in range(2 ** len(rules))]
    return Coded(bits, words).objects(index, name)
