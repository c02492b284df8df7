"""Figures of score and rank: bases of the group, ratios, score, cut, place; and the members of the group."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.indicators import adjusted_land
from landuse.ranking.score import half_up
from landuse.reports.explain.enterprise import MEASURES
from landuse.reports.explain.words import row_of
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.land import literal
from landuse.reports.receipt.model import Figure, Members, Operand
from landuse.tables import column

Row = dict[str, Any]
GROUP: Final = "group"
"""Name of the table of members."""


def standing(desk: Desk, firm: Row) -> tuple[list[Figure], list[Members]]:
    """Return the figures from the bases of the group to the place in it; none for an enterprise without score."""
    if pd.isna(firm.get("score")):
        return [], []
    analysis = desk.analysis
    group = row_of(analysis.groups, "industry_group", firm["industry_group"])
    members = _members(desk, str(firm["industry_group"]))
    names = [str(name) for name in analysis.facts["rule"].weights]
    bases = {name: _base(desk, group, name, members) for name in names if f"base_{name}" in group}
    ratios = {name: found for name, base in bases.items() if (found := _ratio(desk, firm, base, name))}
    score = _score(desk, firm, ratios)
    figures = [*bases.values(), *ratios.values(), score, *_group_figures(desk, group)]
    return [*figures, *_places(desk, firm, {figure.id: figure for figure in figures}, members)], [members]


# ------------------------------------------------------------------------------------------------ members


def _members(desk: Desk, group: str) -> Members:
    """Return who is compared in a group: score, and numerator and denominator of each indicator; pooled units once."""
    firms, rule = desk.analysis.enterprises, desk.analysis.facts["rule"]
    inside = firms["industry_group"].eq(group) & firms["score"].notna()
    if "rank_unit" in firms.columns:
        inside &= firms["rank_unit"].isna() | firms["rank_unit"].eq(firms["uscc"])
    rows = firms.loc[inside.fillna(value=False).astype(bool)].sort_values("uscc", kind="stable")
    columns: dict[str, list[Any]] = {"uscc": rows["uscc"].tolist(), "score": rows["score"].tolist()}
    land = adjusted_land(rows["area_mu"], rows["price_coefficient"], apply=rule.price_apply)
    for name in rule.weights:
        if name in MEASURES:
            top, bottom = _sides(rows, name, land)
            known = rows[_compared(rows, name)].notna().to_numpy(dtype=bool)
            columns[f"numerator.{name}"] = np.where(known, top, np.nan).tolist()
            columns[f"denominator.{name}"] = np.where(known, bottom, np.nan).tolist()
    cells = zip(*columns.values(), strict=True)
    return Members(GROUP, tuple(columns), [tuple(value_of(cell) for cell in row) for row in cells])


def _sides(rows: pd.DataFrame, name: str, land: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return numerator and denominator of an indicator as they count in its base."""
    top, bottom = MEASURES[name]
    numerator = rows[top].astype("float64")
    numerator = numerator.clip(lower=0.0) if top == "tax_wan" else numerator
    return numerator, land if bottom == "area_mu" else rows[bottom].astype("float64")


def _compared(rows: pd.DataFrame, name: str) -> str:
    """Return the column that is compared: the price-corrected measure where there is one."""
    corrected = f"{name}_corrected"
    return corrected if corrected in rows.columns else name


# ----------------------------------------------------------------------------------------- bases, ratios, score


def _base(desk: Desk, group: Row, name: str, members: Members) -> Figure:
    rule = desk.analysis.facts["rule"]
    ident, value = f"base.{name}", value_of(group[f"base_{name}"])
    title = desk.title("base", title=desk.column_title("enterprises", name))
    unit = _unit(name)
    if name in rule.frozen_bases.get(str(group["industry_group"]), {}):
        return Figure(ident, title, value, unit)
    columns = (f"numerator.{name}", f"denominator.{name}")
    if value is None or columns[0] not in members.columns:
        return Figure(ident, title, value, unit)
    return Figure(ident, title, value, unit, formula=desk.formula("group_base", members=GROUP, columns=columns))


def _ratio(desk: Desk, firm: Row, base: Figure, name: str) -> Figure | None:
    """Return the ratio of a measure to its base as it counts; None where either is unknown."""
    rule = desk.analysis.facts["rule"]
    compared = f"{name}_corrected" if f"{name}_corrected" in firm else name
    measure, against = firm[compared], base.value
    if pd.isna(measure) or not isinstance(against, float):
        return None
    counted = min(max(float(measure) / against, 0.0), float(rule.cap))
    title = desk.column_title("enterprises", name)
    parts = [
        Operand("a", compared, float(measure), desk.column_title("enterprises", compared)),
        operand("b", base),
        literal("c", float(rule.cap), desk.title("cap"), "cap"),
    ]
    formula = desk.formula("clipped_ratio", parts)
    return Figure(f"ratio.{name}", desk.title("ratio", title=title), counted, formula=formula, rules=("cap",))


def _score(desk: Desk, firm: Row, ratios: dict[str, Figure]) -> Figure:
    rule = desk.analysis.facts["rule"]
    parts: list[Operand] = []
    for name, ratio in ratios.items():
        title = desk.title("weight", title=desk.column_title("enterprises", name))
        parts += [literal("weight", float(rule.weights[name]), title, "weights"), operand("value", ratio)]
    title = desk.column_title("enterprises", "score")
    value = value_of(firm["score"])
    formula = desk.formula("score", parts) if parts else None
    return Figure("score", title, value, "point", formula=formula, rules=("weights",))


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
