"""Explain score, group, cut and rank of one enterprise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from landuse.indicators import stratum_rows
from landuse.measures import measures
from landuse.reports.explain.words import MEASURE, RATIO, SCORE, Row, percent_of, row_of, rule_lines, title_of
from landuse.reports.sources import plain
from landuse.reports.summary import phrase
from landuse.rule import Rule, Stratum
from landuse.tables import Analysis


def score_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return ratio by ratio how the score came about, and where it stands in the group."""
    lang, rule = analysis.project.language, analysis.facts["rule"]
    if pd.isna(row.get("score")):
        return [phrase("line", "no_score", lang)]
    group = row_of(analysis.groups, "industry_group", row["industry_group"])
    lines: list[str] = []
    counted: list[tuple[float, float]] = []
    for name, weight in stratum_of(row, rule).weights.items():
        line, ratio = _ratio(analysis, row, group, name)
        lines.append(line)
        counted += [] if ratio is None else [(float(weight), ratio)]
    terms = " + ".join(f"{weight:g} × {plain(ratio, RATIO)}" for weight, ratio in counted)
    weights = " + ".join(f"{weight:g}" for weight, _ in counted)
    return [
        *lines,
        phrase("line", "score", lang, terms=terms, weights=weights, score=plain(row["score"], SCORE)),
        _group_line(analysis, row, group),
        _cut_line(analysis, row, group),
        _rank_line(row, lang),
        *rule_lines(analysis, ("share", "cap"), with_value=True),
        *rule_lines(analysis, ("weights",), with_value=False),
    ]


def _ratio(analysis: Analysis, row: Row, group: Row, name: str) -> tuple[str, float | None]:
    """Return the line of one measure and its ratio as it counts; None where it does not."""
    lang, rule = analysis.project.language, analysis.facts["rule"]
    stratum = stratum_of(row, rule)
    value, base = row.get(measures()[name].compared, row[name]), stratum.bases.get(name, group[f"base_{name}"])
    title = title_of("enterprises", name, lang)
    if pd.isna(value):
        return phrase("line", "not_counted", lang, title=title), None
    if pd.isna(base):
        return phrase("line", "zero_base", lang, title=title, value=plain(value, MEASURE)), None
    ratio = float(value) / float(base)
    counted = min(max(ratio, 0.0), rule.cap)
    kind = "cut_above" if ratio > rule.cap else "cut_below" if ratio < 0 else ""
    facts = {
        "value": plain(value, MEASURE),
        "base": plain(base, MEASURE),
        "ratio": plain(ratio, RATIO),
        "cut": phrase("line", kind, lang, cap=f"{rule.cap:g}") if kind else "",
        "weight": f"{stratum.weights[name]:g}",
    }
    return phrase("line", "ratio", lang, title=title, **facts), counted


def stratum_of(row: Row, rule: Rule) -> Stratum:
    """Return the weights and declared bases that hold for an enterprise."""
    return rule.all_strata[int(stratum_rows(pd.DataFrame([row]), rule=rule)[0])]


def _group_line(analysis: Analysis, row: Row, group: Row) -> str:
    rule = analysis.facts["rule"]
    facts: dict[str, Any] = {
        "group": row["industry_group"],
        "name": group["name"],
        "path": plain(row.get("group_path")),
        "share": percent_of(rule.share),
        "exact": f"{(Decimal(rule.share) * int(group['n'])).normalize():f}",
    }
    facts |= {key: int(group[key]) for key in ("n", "k")}
    return phrase("line", "group", analysis.project.language, **facts)


def _cut_line(analysis: Analysis, row: Row, group: Row) -> str:
    """Return the score of the last one in the bottom share, and on which side of it the enterprise stands."""
    lang, firms, k = analysis.project.language, analysis.enterprises, int(group["k"])
    if k == 0:
        return phrase("line", "no_cut", lang)
    scores = firms.loc[firms["industry_group"].eq(row["industry_group"]), "score"].dropna().sort_values()
    tied = int(group["tied_at_cut"])
    return phrase(
        "line",
        "cut",
        lang,
        k=k,
        cut=plain(float(scores.iloc[k - 1]), SCORE),
        score=plain(row["score"], SCORE),
        relation=phrase("line", "not_above" if row["in_bottom_share"] else "above", lang),
        flagged=int(group["flagged"]),
        tied=phrase("line", "tied", lang, tied=tied) if tied else "",
    )


def _rank_line(row: Row, lang: str) -> str:
    rank, n = int(row["rank"]), int(row["n_in_group"])
    return phrase("line", "rank", lang, rank=rank, n=n, from_top=n + 1 - rank, grade=plain(row.get("grade")))
