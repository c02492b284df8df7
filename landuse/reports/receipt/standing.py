"""Figures of score and rank: bases of the group, ratios, score, cut, place; and the members of the group."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.indicators import adjusted_land
from landuse.measures import LAND, measures
from landuse.ranking import Held, Yard, between, half_up
from landuse.ranking.yard import known_points
from landuse.reports.explain.score import stratum_of
from landuse.reports.explain.words import row_of
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.land import literal
from landuse.reports.receipt.model import Figure, Members, Operand
from landuse.rule import Rule, Stratum
from landuse.tables import column

Row = dict[str, Any]
GROUP: Final = "group"
"""Name of the table of members."""


def standing(desk: Desk, firm: Row) -> tuple[list[Figure], list[Members]]:
    """Return the figures from the bases of the group to the place in it; none for an enterprise without score."""
    if pd.isna(firm.get("score")):
        return [], []
    analysis, rule = desk.analysis, desk.analysis.facts["rule"]
    group = row_of(analysis.groups, "industry_group", firm["industry_group"])
    stratum = stratum_of(firm, rule)
    members = _members(desk, group)
    against = {name: _against(desk, group, name, stratum, members) for name in stratum.weights}
    points = {
        name: found
        for name in stratum.weights
        if (found := _point(desk, firm, name, against[name]) or _mean_point(desk, group, name))
    }
    score = _score(desk, firm, points, stratum)
    figures = [figure for found in against.values() for figure in found]
    figures += [*points.values(), score, *_group_figures(desk, group)]
    return [*figures, *_places(desk, firm, {figure.id: figure for figure in figures}, members)], [members]


# ------------------------------------------------------------------------------------------------ members


def _members(desk: Desk, group: Row) -> Members:
    """Return who is compared in a group; asked for again and again where many receipts are made."""
    key = str(group["industry_group"])
    if key not in desk.groups:
        desk.groups[key] = _compared(desk, group)
    return desk.groups[key]


def _compared(desk: Desk, group: Row) -> Members:
    """Return who is compared in a group: score, and each measure with its numerator and denominator; units once."""
    firms, rule = desk.analysis.enterprises, desk.analysis.facts["rule"]
    inside = firms["industry_group"].eq(group["industry_group"]) & firms["score"].notna()
    if "rank_unit" in firms.columns:
        inside &= firms["rank_unit"].isna() | firms["rank_unit"].eq(firms["uscc"])
    rows = firms.loc[inside.fillna(value=False).astype(bool)].sort_values("uscc", kind="stable")
    columns: dict[str, list[Any]] = {"uscc": rows["uscc"].tolist(), "score": rows["score"].tolist()}
    land = adjusted_land(rows["area_mu"], rows["price_coefficient"], apply=rule.price_apply)
    for name in rule.indicators:
        if measures()[name].compared not in rows.columns:
            continue
        compared = rows[measures()[name].compared].astype("float64")
        top, bottom = _sides(rows, name, land)
        known = compared.notna().to_numpy(dtype=bool)
        columns[f"numerator.{name}"] = np.where(known, top, np.nan).tolist()
        columns[f"denominator.{name}"] = np.where(known, bottom, np.nan).tolist()
        columns[f"measure.{name}"] = compared.tolist()
    columns |= _points(desk, rows, group, rule)
    cells = zip(*columns.values(), strict=True)
    return Members(GROUP, tuple(columns), [tuple(value_of(cell) for cell in row) for row in cells])


def _sides(rows: pd.DataFrame, name: str, land: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return numerator and denominator of a measure as they count in its base."""
    known = measures()[name]
    numerator = rows[known.top].astype("float64") * known.factor
    numerator = numerator.clip(lower=0.0) if known.floored else numerator
    return numerator, land if known.under == LAND else rows[known.under].astype("float64")


def _points(desk: Desk, rows: pd.DataFrame, group: Row, rule: Rule) -> dict[str, list[float]]:
    """Return what each known measure of each member gives, where the mean of them stands in for unknown ones."""
    if rule.unknown != "mean":
        return {}
    points = known_points(rows, np.zeros(len(rows), dtype=np.intp), _yard(desk, group), rule=rule)
    return {f"point.{name}": points[:, place].tolist() for place, name in enumerate(rule.indicators)}


def _yard(desk: Desk, group: Row) -> Yard:
    """Return what the measures of a group were compared with."""
    yard: Yard = desk.analysis.facts["yard"].of(str(group["industry_group"]))
    return yard


def _held(desk: Desk, group: Row) -> Held:
    """Return what is locked of it."""
    return Held.of([str(group["industry_group"])], rule=desk.analysis.facts["rule"])


# ----------------------------------------------------------------------------------------- bases, points, score


def _against(desk: Desk, group: Row, name: str, stratum: Stratum, members: Members) -> list[Figure]:
    """Return what a measure is compared with: the base, or the lowest and the highest of the group."""
    if desk.analysis.facts["rule"].method != "minmax":
        return [_base(desk, group, name, stratum, members)]
    yard, place = _yard(desk, group), desk.analysis.facts["rule"].indicators.index(name)
    ends = {"lowest": yard.low[0, place], "highest": yard.high[0, place]}
    columns, unit = (f"measure.{name}",), _unit(name)
    measure = desk.column_title("enterprises", measures()[name].compared)
    if _held(desk, group).compared[0, place]:
        return [
            Figure(f"{kind}.{name}", desk.title(f"locked_{kind}", title=measure), value_of(float(end)), unit)
            for kind, end in ends.items()
        ]
    formula = {kind: desk.formula(kind, members=GROUP, columns=columns) for kind in ends}
    return [
        Figure(f"{kind}.{name}", desk.title(kind, title=measure), value_of(float(end)), unit, formula=formula[kind])
        for kind, end in ends.items()
        if columns[0] in members.columns
    ]


def _base(desk: Desk, group: Row, name: str, stratum: Stratum, members: Members) -> Figure:
    """Return the base a measure is compared with: declared by the pack, locked, or that of the group."""
    rule, ident, unit = desk.analysis.facts["rule"], f"base.{name}", _unit(name)
    title = desk.title("base", title=desk.column_title("enterprises", name))
    if name in stratum.bases:
        return Figure(ident, title, float(stratum.bases[name]), unit, rules=("bases",))
    value, columns = value_of(group.get(f"base_{name}")), (f"numerator.{name}", f"denominator.{name}")
    locked = name in rule.frozen_bases.get(str(group["industry_group"]), {})
    if locked or value is None or columns[0] not in members.columns:
        return Figure(ident, title, value, unit)
    return Figure(ident, title, value, unit, formula=desk.formula("group_base", members=GROUP, columns=columns))


def _point(desk: Desk, firm: Row, name: str, against: list[Figure]) -> Figure | None:
    """Return what a measure gives before its weight; None where it does not count."""
    rule, compared = desk.analysis.facts["rule"], measures()[name].compared
    title = desk.title("ratio", title=desk.column_title("enterprises", name))
    value, known = firm.get(compared), [each.value for each in against if isinstance(each.value, float)]
    if value is None or pd.isna(value) or len(known) < len(against) or not known:
        return _stand_in(desk, name, title)
    own = Operand("a", compared, float(value), desk.column_title("enterprises", compared))
    if rule.method == "minmax":
        parts = [own, operand("b", against[0]), operand("c", against[1])]
        parts.append(literal("d", float(rule.floor), desk.title("floor"), "floor"))
        made = float(between(np.float64(value), np.float64(known[0]), np.float64(known[1]), floor=float(rule.floor)))
        formula = desk.formula(_kind(float(value), known, against), parts)
        return Figure(f"ratio.{name}", title, made, formula=formula, rules=("floor",))
    counted = min(max(float(value) / known[0], 0.0), float(rule.cap))
    capped = bool(np.isfinite(rule.cap))
    limit = [literal("c", float(rule.cap), desk.title("cap"), "cap")] if capped else []
    formula = desk.formula("clipped_ratio" if capped else "floored_ratio", [own, operand("b", against[0]), *limit])
    return Figure(f"ratio.{name}", title, counted, formula=formula, rules=("cap",))


def _kind(value: float, ends: list[float], against: list[Figure]) -> str:
    """Return the formula of a point between lowest and highest; a value beyond locked ones counts as they do."""
    if against[0].formula:
        return "between"
    return "below_locked" if value < ends[0] else "above_locked" if value > ends[1] else "between_locked"


def _stand_in(desk: Desk, name: str, title: str) -> Figure | None:
    """Return what stands in for an unknown measure by the rule; None where its weight is left out."""
    rule, ident = desk.analysis.facts["rule"], f"ratio.{name}"
    if rule.unknown == "zero":
        return Figure(ident, title, 0.0, rules=("unknown",))
    return None


def _mean_point(desk: Desk, group: Row, name: str) -> Figure | None:
    """Return the mean of the known points of the group, or the locked one, which stands in for an unknown one."""
    place = desk.analysis.facts["rule"].indicators.index(name)
    mean, title = float(_yard(desk, group).mean[0, place]), desk.column_title("enterprises", name)
    if math.isnan(mean):
        return None
    if _held(desk, group).averaged[0, place]:
        return Figure(f"ratio.{name}", desk.title("locked_mean", title=title), mean, rules=("unknown",))
    formula = desk.formula("member_mean", members=GROUP, columns=(f"point.{name}",))
    return Figure(f"ratio.{name}", desk.title("ratio", title=title), mean, formula=formula, rules=("unknown",))


def _score(desk: Desk, firm: Row, ratios: dict[str, Figure], stratum: Stratum) -> Figure:
    parts: list[Operand] = []
    for name, ratio in ratios.items():
        title = desk.title("weight", title=desk.column_title("enterprises", name))
        parts += [literal("weight", float(stratum.weights[name]), title, "weights"), operand("value", ratio)]
    title = desk.column_title("enterprises", "score")
    formula = desk.formula("score", parts) if parts else None
    return Figure("score", title, value_of(firm["score"]), "point", formula=formula, rules=("weights",))


def _unit(name: str) -> str:
    known = column("enterprises", name)
    return known.unit if known else ""


# --------------------------------------------------------------------------------------------- group and place


def _group_figures(desk: Desk, group: Row) -> list[Figure]:
    """Return how many are compared, how many should be listed, the cut and how many are listed."""
    rule = desk.analysis.facts["rule"]
    name = Figure("group.industry_group", desk.title("group"), f"{group['industry_group']} {group['name']}")
    counted = desk.formula("count", members=GROUP, columns=("score",))
    n = Figure("group.n", desk.column_title("groups", "n"), int(group["n"]), "enterprise", formula=counted)
    share = literal("a", str(Decimal(rule.share)), desk.title("share"), "share")
    formula = desk.formula("half_up", [share, operand("b", n)])
    title = desk.column_title("groups", "k")
    k = Figure("group.k", title, half_up(rule.share, int(group["n"])), "enterprise", formula=formula, rules=("share",))
    return [name, n, k]


def _places(desk: Desk, firm: Row, known: dict[str, Figure], members: Members) -> list[Figure]:
    """Return the cut, who is below it, rank, place from the top and grade."""
    score, n, k = known["score"], known["group.n"], known["group.k"]
    row = row_of(desk.analysis.groups, "industry_group", firm["industry_group"])
    formula = desk.formula("rank", [operand("a", score)], members=GROUP, columns=("score",))
    rank = Figure("rank", desk.column_title("enterprises", "rank"), int(firm["rank"]), formula=formula)
    top = desk.formula("from_top", [operand("a", rank), operand("b", n)])
    place = Figure("place", desk.title("place"), int(firm["n_in_group"]) + 1 - int(firm["rank"]), formula=top)
    title = desk.column_title("enterprises", "grade")
    last = [rank, place, Figure("grade", title, value_of(firm.get("grade")), rules=("grades",))]
    title = desk.column_title("enterprises", "in_bottom_share")
    flag = value_of(firm["in_bottom_share"])
    if not k.value:
        return [*last, Figure("in_bottom_share", title, flag, rules=("share",))]
    formula = desk.formula("kth_lowest", [operand("a", k)], members=GROUP, columns=("score",))
    cut = Figure("group.cut", desk.title("cut"), _cut(members, k), "point", formula=formula)
    formula = desk.formula("number_not_above", [operand("a", cut)], members=GROUP, columns=("score",))
    flagged = Figure(
        "group.flagged", desk.column_title("groups", "flagged"), int(row["flagged"]), "enterprise", formula=formula
    )
    formula = desk.formula("not_above", [operand("a", score), operand("b", cut)])
    return [cut, flagged, *last, Figure("in_bottom_share", title, flag, formula=formula, rules=("share",))]


def _cut(members: Members, k: Figure) -> float:
    """Return the k-th lowest score of the group."""
    place = members.columns.index("score")
    return sorted(float(str(row[place])) for row in members.rows)[int(str(k.value)) - 1]
