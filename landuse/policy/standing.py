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

from landuse.assemble.shares import position_in
from landuse.catalogue import load_folder
from landuse.errors import DefectError
from landuse.indicators import stratum_rows
from landuse.measures import BASIC, measures
from landuse.policy.sentences import TEXT, fill, integers, percent, two_decimals
from landuse.ranking import Ranked
from landuse.ranking.status import coded_reasons
from landuse.rule import Rule, Stratum
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
    group = position_in(table["industry_group"], groups["industry_group"])
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
    bases: tuple[pa.Array, ...]
    """For each stratum, the bases of each group as text."""
    lang: str

    @classmethod
    def of(cls, groups: pd.DataFrame, rule: Rule, lang: str) -> _GroupPieces:
        words = {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")["verdict"].items()}
        share = percent(rule.share)
        texts: dict[str, list[str]] = {"head": [], "list": []}
        bases: list[list[str]] = [[] for _ in rule.all_strata]
        for entry in groups.to_dict("records"):
            ties = words["ties"].format(tied=entry["tied_at_cut"]) if entry["tied_at_cut"] else ""
            head = words["head"].format(name=entry["name"], group=entry["industry_group"], n=entry["n"])
            texts["head"].append(head)
            texts["list"].append(words["list"].format(share=share, k=entry["k"]) + ties)
            own = {name: float(entry[f"base_{name}"]) for name in rule.indicators}
            for place, stratum in enumerate(rule.all_strata):
                bases[place].append(_bases(own, stratum, rule, words))
        arrays = {name: pa.array(column, type=TEXT) for name, column in texts.items()}
        of_strata = tuple(pa.array(column, type=TEXT) for column in bases)
        return cls(words, rule, share, groups["n"].to_numpy(dtype=np.int64), arrays, of_strata, lang)


def _standing_sentences(table: pd.DataFrame, group: npt.NDArray[np.intp], of_group: _GroupPieces) -> pa.Array:
    """Return the sentence of each row: each stratum tells its own measures."""
    place = stratum_rows(table, rule=of_group.rule)
    parts, order = [pa.array([], type=TEXT)], [np.empty(0, dtype=np.intp)]
    for number in range(len(of_group.rule.all_strata)):
        rows = np.flatnonzero(place == number)
        if len(rows) == len(table) > 0:
            return _sentences_of(table, group, number, of_group)
        if len(rows):
            parts.append(_sentences_of(table.iloc[rows], group[rows], number, of_group))
            order.append(rows)
    return pa.concat_arrays(parts).take(pa.array(np.argsort(np.concatenate(order))))


def _sentences_of(table: pd.DataFrame, group: npt.NDArray[np.intp], number: int, of_group: _GroupPieces) -> pa.Array:
    """Return the sentence of each row of one stratum."""
    words, rule = of_group.words, of_group.rule
    stratum = rule.all_strata[number]
    sentence = words["sentence"] if _is_default(rule) else words["other_sentence"]
    rank = table["rank"].to_numpy(dtype=np.int64)
    listed = table["in_bottom_share"].to_numpy(dtype=bool)
    plain = "true" if rule.by_industry else "true_group"
    near = ("in_share", "not_in_share") if rule.by_industry else ("in_group_share", "not_in_group_share")
    inside, beyond = (plain, "false") if rule.enabled == ("R01",) else near
    ends = pa.array([words[end].format(share=of_group.share) for end in (beyond, inside)], type=TEXT)
    pieces: dict[str, pa.Array | str] = {
        "cap": f"{100 * rule.cap:g}",
        "rank": integers(rank),
        "top": integers(of_group.n[group] + 1 - rank),
        "result": ends.take(pa.array(listed.astype(np.int8))),
        "score": two_decimals(table["score"].to_numpy(dtype=float), words["none"]),
        "scale": _scale_of(rule, stratum, words),
        "bases": of_group.bases[number].take(pa.array(group)),
        **_measure_pieces(table, stratum, of_group),
        **{name: texts.take(pa.array(group)) for name, texts in of_group.texts.items()},
    }
    if rule.years == 1:
        return fill(sentence, pieces)
    known = table["n_years"].to_numpy(dtype=float, na_value=np.nan)
    told = pa.array([words["none"], *(str(count) for count in range(1, rule.years + 1))], type=TEXT)
    pieces |= {"known": told.take(pa.array(np.nan_to_num(known).astype(np.int64))), "years": str(rule.years)}
    return fill(sentence + words["mean"], pieces)


# ---------------------------------------------------------------------------------------------- measures


def scale_words(rule: Rule, lang: str) -> str:
    """Return what 100 points mean under a rule, whatever the enterprise."""
    words = {name: str(entry[lang]) for name, entry in load_folder("vocabulary/enumerations")["verdict"].items()}
    telling = next((each for each in rule.all_strata if each.bases), rule.all_strata[-1])
    return _scale_of(rule, telling, words)


def is_plain(rule: Rule) -> bool:
    """Return whether points are ratios to the mean of the industry up to a cap, as the default pack counts them."""
    declared = any(each.bases for each in rule.all_strata)
    return rule.method == "ratio" and rule.by_industry and math.isfinite(rule.cap) and not declared


def _is_default(rule: Rule) -> bool:
    """Return whether the three base indicators are compared with the bases of the industry, as in the default pack."""
    return set(rule.indicators) == set(BASIC) and is_plain(rule) and rule.unknown == "renormalise"


def _measure_pieces(table: pd.DataFrame, stratum: Stratum, of_group: _GroupPieces) -> dict[str, pa.Array | str]:
    """Return the measures of each row as texts: the three of the default sentence, else all with a weight in one."""
    words, rule = of_group.words, of_group.rule
    if _is_default(rule):
        names = {"tax": "tax_per_mu", "output": "output_per_mu", "energy": "output_per_energy"}
        return {piece: _told(table, name, rule, words) for piece, name in names.items()}
    weighted = _weighted(rule, stratum)
    template = words["separator"].join("{" + name + "}" for name in weighted)
    told = fill(template, {name: _titled(table, name, of_group) for name in weighted})
    return {"measures": told, "unknown": _unknown_told(table, weighted, of_group)}


def _unknown_told(table: pd.DataFrame, weighted: list[str], of_group: _GroupPieces) -> pa.Array | str:
    """Return what was done about unknown measures, on the rows that have any; said only where they stand for points."""
    rule = of_group.rule
    if rule.unknown == "renormalise":
        return ""
    lacking = table[weighted].isna().any(axis=1).to_numpy(dtype=bool)
    said = pa.array(["", of_group.words[f"unknown_{rule.unknown}"]], type=TEXT)
    return said.take(pa.array(lacking.astype(np.int8)))


def _titled(table: pd.DataFrame, name: str, of_group: _GroupPieces) -> pa.Array:
    entry = column("enterprises", name)
    title = entry.title(of_group.lang) if entry else name
    unit = unit_title(entry.unit, of_group.lang) if entry else ""
    told = _told(table, name, of_group.rule, of_group.words)
    return fill(of_group.words["measure"], {"title": title, "value": told, "unit": unit})


def _told(table: pd.DataFrame, name: str, rule: Rule, words: Mapping[str, str]) -> pa.Array:
    """Return the values of a measure as they are compared, with two decimals; a share in percent."""
    shown = name if rule.price_apply == "none" else measures()[name].compared
    in_percent = 100.0 if _is_share(name) else 1.0
    return two_decimals(table[shown].to_numpy(dtype=float) * in_percent, words["none"])


def _is_share(name: str) -> bool:
    entry = column("enterprises", name)
    return entry is not None and entry.unit == "share"


def _weighted(rule: Rule, stratum: Stratum) -> list[str]:
    return [name for name in rule.indicators if stratum.weights.get(name, 0) > 0]


def _bases(own: Mapping[str, float], stratum: Stratum, rule: Rule, words: Mapping[str, str]) -> str:
    """Return what the measures of a stratum are compared with: the bases of the group, or those a pack declares."""
    if rule.method == "minmax":
        return words["between"]
    if _is_default(rule):
        told = {name: words["none"] if np.isnan(value) else f"{value:.2f}" for name, value in own.items()}
        tax, output, energy = (told[name] for name in BASIC)
        corrected = "" if rule.price_apply == "none" else words["corrected"]
        return words["bases"].format(tax=tax, output=output, energy=energy, corrected=corrected)
    told_bases = [_base(name, stratum.bases.get(name, own[name]), words) for name in _weighted(rule, stratum)]
    kind = "declared" if stratum.bases else "other_bases"
    return words[kind].format(bases=words["separator"].join(told_bases))


def _base(name: str, value: float, words: Mapping[str, str]) -> str:
    if np.isnan(value):
        return words["none"]
    return f"{100 * value:.2f}%" if _is_share(name) else f"{value:.4f}" if value < 1 else f"{value:.2f}"


def _scale_of(rule: Rule, stratum: Stratum, words: Mapping[str, str]) -> str:
    """Return what 100 points mean under the rule."""
    if rule.method == "minmax":
        return words["scale_between"]
    mean = "scale_mean" if rule.by_industry else "scale_group"
    cap = words["scale_cap"].format(cap=f"{100 * rule.cap:g}") if math.isfinite(rule.cap) else ""
    return words["scale_declared" if stratum.bases else mean] + cap
