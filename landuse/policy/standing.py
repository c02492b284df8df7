"""Write the sentence of each enterprise: where it stands in its group, or why it does not stand in any."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landuse.catalogue import load_folder
from landuse.errors import DefectError
from landuse.measures import BASIC, measures
from landuse.policy.sentences import TEXT, fill, integers, percent, two_decimals
from landuse.ranking import Ranked
from landuse.ranking.status import coded_reasons
from landuse.rule import Rule
from landuse.tables import column, unit_title

BLOCK: Final = 1 << 16
"""Rows of which the sentences are written at once."""


def standing_sentences(ranked: Ranked, *, rule: Rule, lang: str) -> pa.ChunkedArray:
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
    lang: str

    @classmethod
    def of(cls, groups: pd.DataFrame, rule: Rule, lang: str) -> _GroupPieces:
        words = {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")["verdict"].items()}
        share = percent(rule.share)
        corrected = "" if rule.price_apply == "none" else words["corrected"]
        plain = _is_default(rule)
        texts: dict[str, list[str]] = {"head": [], "list": [], "bases": []}
        for entry in groups.to_dict("records"):
            ties = words["ties"].format(tied=entry["tied_at_cut"]) if entry["tied_at_cut"] else ""
            head = words["head"].format(name=entry["name"], group=entry["industry_group"], n=entry["n"])
            texts["head"].append(head)
            texts["list"].append(words["list"].format(share=share, k=entry["k"]) + ties)
            bases = {name: float(entry[f"base_{name}"]) for name in rule.indicators}
            told = {name: words["none"] if np.isnan(value) else f"{value:.2f}" for name, value in bases.items()}
            texts["bases"].append(
                words["bases"].format(
                    tax=told["tax_per_mu"],
                    output=told["output_per_mu"],
                    energy=told["output_per_energy"],
                    corrected=corrected,
                )
                if plain
                else _other_bases(bases, rule, words)
            )
        arrays = {name: pa.array(column, type=TEXT) for name, column in texts.items()}
        return cls(words, rule, share, groups["n"].to_numpy(dtype=np.int64), arrays, lang)


def _standing_sentences(table: pd.DataFrame, group: npt.NDArray[np.intp], of_group: _GroupPieces) -> pa.Array:
    words, rule = of_group.words, of_group.rule
    sentence = words["sentence"] if _is_default(rule) else words["other_sentence"]
    rank = table["rank"].to_numpy(dtype=np.int64)
    listed = table["in_bottom_share"].to_numpy(dtype=bool)
    inside, beyond = ("true", "false") if rule.enabled == ("R01",) else ("in_share", "not_in_share")
    ends = pa.array([words[end].format(share=of_group.share) for end in (beyond, inside)], type=TEXT)
    pieces: dict[str, pa.Array | str] = {
        "cap": f"{100 * rule.cap:g}",
        "rank": integers(rank),
        "top": integers(of_group.n[group] + 1 - rank),
        "result": ends.take(pa.array(listed.astype(np.int8))),
        "score": two_decimals(table["score"].to_numpy(dtype=float), words["none"]),
        "scale": _scale_of(rule, words),
        **_measure_pieces(table, of_group),
        **{name: texts.take(pa.array(group)) for name, texts in of_group.texts.items()},
    }
    if rule.years == 1:
        return fill(sentence, pieces)
    known = table["n_years"].to_numpy(dtype=float, na_value=np.nan)
    told = pa.array([words["none"], *(str(count) for count in range(1, rule.years + 1))], type=TEXT)
    pieces |= {"known": told.take(pa.array(np.nan_to_num(known).astype(np.int64))), "years": str(rule.years)}
    return fill(sentence + words["mean"], pieces)


# ---------------------------------------------------------------------------------------------- measures


def _is_default(rule: Rule) -> bool:
    """Return whether the three base indicators are compared with the bases of the group, as in the default pack."""
    declared = any(each.bases for each in rule.all_strata)
    return set(rule.indicators) == set(BASIC) and rule.method == "ratio" and not declared


def _measure_pieces(table: pd.DataFrame, of_group: _GroupPieces) -> dict[str, pa.Array]:
    """Return the measures of each row as texts: the three of the default sentence, else all with a weight in one."""
    words, rule = of_group.words, of_group.rule
    if _is_default(rule):
        names = {"tax": "tax_per_mu", "output": "output_per_mu", "energy": "output_per_energy"}
        return {piece: _told(table, name, rule, words) for piece, name in names.items()}
    titles = ("{" + name + "}" for name in _weighted(rule))
    template = words["separator"].join(titles)
    return {"measures": fill(template, {name: _titled(table, name, of_group) for name in _weighted(rule)})}


def _titled(table: pd.DataFrame, name: str, of_group: _GroupPieces) -> pa.Array:
    entry = column("enterprises", name)
    title = entry.title(of_group.lang) if entry else name
    unit = unit_title(entry.unit, of_group.lang) if entry else ""
    told = _told(table, name, of_group.rule, of_group.words)
    return fill(of_group.words["measure"], {"title": title, "value": told, "unit": unit})


def _told(table: pd.DataFrame, name: str, rule: Rule, words: Mapping[str, str]) -> pa.Array:
    """Return the values of a measure as they are compared, with two decimals; a share in percent."""
    shown = name if rule.price_apply == "none" else measures()[name].compared
    entry = column("enterprises", name)
    in_percent = 100.0 if entry is not None and entry.unit == "share" else 1.0
    return two_decimals(table[shown].to_numpy(dtype=float) * in_percent, words["none"])


def _weighted(rule: Rule) -> list[str]:
    return [name for name in rule.indicators if any(each.weights.get(name, 0) > 0 for each in rule.all_strata)]


def _other_bases(bases: Mapping[str, float], rule: Rule, words: Mapping[str, str]) -> str:
    """Return the bases of a group in the order of the measures; those that the pack declares stand in the method."""
    if rule.method == "minmax" or any(each.bases for each in rule.all_strata):
        return words["declared" if rule.method == "ratio" else "between"]
    told = [words["none"] if np.isnan(bases[name]) else f"{bases[name]:.2f}" for name in _weighted(rule)]
    return words["other_bases"].format(bases=words["separator"].join(told))


def _scale_of(rule: Rule, words: Mapping[str, str]) -> str:
    """Return what 100 points mean under the rule."""
    if rule.method == "minmax":
        return words["scale_between"]
    known = "scale_declared" if any(each.bases for each in rule.all_strata) else "scale_mean"
    return words[known] + (words["scale_cap"].format(cap=f"{100 * rule.cap:g}") if math.isfinite(rule.cap) else "")
