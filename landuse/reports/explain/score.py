"""Explain score, group, cut and rank of one enterprise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.indicators import stratum_rows
from landuse.measures import BASIC, measures, quantities
from landuse.ranking import Held
from landuse.ranking.score import measure_points
from landuse.reports.explain.words import (
    LAND,
    MEASURE,
    MONEY,
    RATIO,
    SCORE,
    Row,
    percent_of,
    row_of,
    rule_lines,
    title_of,
)
from landuse.reports.sources import cells_of, plain, unit_after
from landuse.reports.summary import phrase
from landuse.rule import Rule, Stratum
from landuse.tables import Analysis, column

_TOLD: Final = {"ratio": ("share", "cap"), "minmax": ("share", "method", "floor")}
"""Method -> parameters of the pack that a score rests on."""

_ACCOUNTED: Final = ("tax_wan", "output_wan", "revenue_wan", "energy_tce", "electricity_kwh")
"""Quantities whose cells the step on accounts shows."""
_SIGNS: Final = {"divide": "÷", "multiply": "×"}


def score_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return ratio by ratio how the score came about, and where it stands in the group."""
    lang, rule = analysis.project.language, analysis.facts["rule"]
    if pd.isna(row.get("score")):
        return [phrase("line", "no_score", lang)]
    group = row_of(analysis.groups, "industry_group", row["industry_group"])
    judged = _judged(analysis, row)
    points = _points_of(analysis, judged, group)
    stratum = stratum_of(judged, rule)
    lines = _cells(analysis, judged, stratum)
    counted: list[tuple[float, float]] = []
    for name, weight in stratum.weights.items():
        point = points[name]
        tell = _point if pd.isna(judged[name]) or rule.method == "minmax" else _ratio
        lines += [*_measure(analysis, judged, name), tell(analysis, judged, group, name)]
        counted += [] if pd.isna(point) else [(float(weight), float(point))]
    terms = " + ".join(f"{weight:g} × {plain(ratio, RATIO)}" for weight, ratio in counted)
    weights = " + ".join(f"{weight:g}" for weight, _ in counted)
    return [
        *lines,
        phrase("line", "score", lang, terms=terms, weights=weights, score=plain(row["score"], SCORE)),
        _group_line(analysis, row, group),
        _cut_line(analysis, row, group),
        _rank_line(row, lang),
        *rule_lines(analysis, _TOLD[rule.method], with_value=True),
        *rule_lines(analysis, ("strata" if stratum in rule.strata else "weights",), with_value=False),
    ]


def _cells(analysis: Analysis, row: Row, stratum: Stratum) -> list[str]:
    """Return the source cells of the quantities that a pack needs beside those of the step on accounts."""
    lang, last = analysis.project.language, analysis.project.project.year
    names = [name for name in quantities(stratum.weights) if name not in _ACCOUNTED]
    years = range(last - analysis.facts["rule"].years + 1, last + 1) if names else ()
    return [
        phrase("line", "year", lang, year=year, line=cell.line(lang))
        for year in years
        for cell in cells_of(analysis.raw, "accounts", tuple(names), uscc=row["uscc"], year=year)
    ]


def _judged(analysis: Analysis, row: Row) -> Row:
    """Return the row whose land and money were scored: that of the holder where the enterprise goes with one."""
    unit = row.get("rank_unit")
    return row if pd.isna(unit) or unit == row["uscc"] else row_of(analysis.enterprises, "uscc", unit)


def _points_of(analysis: Analysis, row: Row, group: Row) -> dict[str, float]:
    """Return what each measure gives the enterprise before its weight, as the ranking counted it; NaN = nothing."""
    rule = analysis.facts["rule"]
    own = analysis.enterprises.loc[analysis.enterprises["uscc"].eq(row["uscc"])]
    yard = analysis.facts["yard"].of(str(group["industry_group"]))
    points = measure_points(own, np.zeros(len(own), dtype=np.intp), yard, rule=rule)
    return dict(zip(rule.indicators, points[0], strict=True))


def _measure(analysis: Analysis, row: Row, name: str) -> list[str]:
    """Return the quotient of a measure beside the three base indicators, which have a step of their own."""
    lang, measure = analysis.project.language, measures()[name]
    if name in BASIC or pd.isna(row[name]):
        return []
    top, under = measure.top, "area_mu" if measure.per_land else measure.under
    told = {
        "title": title_of("enterprises", name, lang),
        "top": f"{title_of('enterprises', top, lang)} {plain(row[top], MONEY)}",
        "sign": "÷",
        "bottom": f"{title_of('enterprises', under, lang)} {plain(row[under], LAND if measure.per_land else MONEY)}",
        "value": plain(row[name], MEASURE),
        "unit": _unit(name, lang),
    }
    if measure.factor != 1:
        told["top"] += f" × {measure.factor:g}"
    lines = [phrase("line", "measure", lang, **told)]
    sign = _SIGNS.get(analysis.facts["rule"].price_apply)
    if measure.per_land and sign:
        told |= {"title": title_of("enterprises", measure.compared, lang), "top": told["value"], "sign": sign}
        told |= {"bottom": plain(row["price_coefficient"], RATIO), "value": plain(row[measure.compared], MEASURE)}
        lines.append(phrase("line", "measure", lang, **told))
    return lines


def _unit(name: str, lang: str) -> str:
    entry = column("enterprises", name)
    return unit_after(entry.unit, lang) if entry and entry.unit != "share" else ""


def _point(analysis: Analysis, row: Row, group: Row, name: str) -> str:
    """Return the line of a measure that is unknown, or lies between the lowest and the highest of the group."""
    lang, rule = analysis.project.language, analysis.facts["rule"]
    title, point = title_of("enterprises", name, lang), _points_of(analysis, row, group)[name]
    facts = {"title": title, "weight": f"{stratum_of(row, rule).weights[name]:g}", "point": plain(point, RATIO)}
    code = str(group["industry_group"])
    held, yard, place = Held.of([code], rule=rule), analysis.facts["yard"].of(code), rule.indicators.index(name)
    if pd.isna(row[name]):
        stands_in = f"unknown_{rule.unknown}{'_locked' if held.averaged[0, place] else ''}"
        return phrase("line", "not_counted" if pd.isna(point) else stands_in, lang, **facts)
    value, low, high = float(row[measures()[name].compared]), float(yard.low[0, place]), float(yard.high[0, place])
    facts |= {"value": plain(value, MEASURE), "rest": f"{100 - rule.floor:g}", "floor": f"{rule.floor:g}"}
    facts |= {"low": plain(low, MEASURE), "high": plain(high, MEASURE)}
    return phrase("line", _kind(value, low, high, held=bool(held.compared[0, place])), lang, **facts)


def _kind(value: float, low: float, high: float, *, held: bool) -> str:
    """Return how a value is told between the lowest and the highest: locked ones may lie on this side of it."""
    if not held:
        return "between" if high > low else "all_equal"
    if np.isnan(low):
        return "locked_out"
    if low <= value <= high:
        return "between_locked" if high > low else "equal_locked"
    return "below_locked" if value < low else "above_locked"


def _ratio(analysis: Analysis, row: Row, group: Row, name: str) -> str:
    """Return the line of one measure against its base: the declared one, else that of the group."""
    lang, rule = analysis.project.language, analysis.facts["rule"]
    stratum = stratum_of(row, rule)
    value, base = row[measures()[name].compared], stratum.bases.get(name, group[f"base_{name}"])
    title = title_of("enterprises", name, lang)
    if pd.isna(base):
        return phrase("line", "zero_base", lang, title=title, value=plain(value, MEASURE))
    ratio = float(value) / float(base)
    kind = "cut_above" if ratio > rule.cap else "cut_below" if ratio < 0 else ""
    facts = {
        "value": plain(value, MEASURE),
        "base": plain(base, MEASURE),
        "ratio": plain(ratio, RATIO),
        "cut": phrase("line", kind, lang, cap=f"{rule.cap:g}") if kind else "",
        "weight": f"{stratum.weights[name]:g}",
    }
    return phrase("line", "ratio_declared" if name in stratum.bases else "ratio", lang, title=title, **facts)


def stratum_of(row: Row, rule: Rule) -> Stratum:
    """Return the weights and declared bases that hold for an enterprise."""
    if not rule.strata:
        return rule.all_strata[-1]
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
