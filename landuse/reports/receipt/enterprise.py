"""Figures of one enterprise, step by step: source, land, price, accounts, measures, score, verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.measures import LAND, measures, quantities
from landuse.reports.explain.enterprise import FACTS, FIGURES, SIGNS, STATUS_RULES
from landuse.reports.explain.words import row_of, verdict_word
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.land import land_id, land_of, parcel_area
from landuse.reports.receipt.model import Figure, Formula, Members, Operand
from landuse.reports.receipt.price import firm_k, parcel_k, reference_figure
from landuse.reports.receipt.standing import standing
from landuse.reports.rows import find_rows
from landuse.tables import column

Row = dict[str, Any]
Steps = dict[str, list[Figure]]
"""Step of the text -> its figures."""
CLOSE: Final = 1e-12


def enterprise_figures(desk: Desk, uscc: str) -> tuple[Steps, list[Members]]:
    """Return the figures of one enterprise of the enterprise table by step, and the members they run over."""
    firm = row_of(desk.analysis.enterprises, "uscc", uscc)
    use = find_rows(desk.analysis.occupancy, uscc=uscc)
    reference, priced = reference_figure(desk) if len(use) else ([], [])
    score, members = standing(desk, firm)
    accounts = account_figures(desk, uscc)
    steps = {
        "source": desk.cells("enterprise", "enterprises", FACTS, uscc=uscc),
        "land": _land(desk, firm, use),
        "price": [*reference, *_prices(desk, firm, use)],
        "accounts": [*accounts, *used_amounts(desk, firm, accounts, prefix=""), *_unknown_amounts(desk, firm)],
        "measures": [*_measures(desk, firm), *_unknown_measures(desk, firm)],
        "score": score,
        "verdict": _verdict(desk, firm),
    }
    return steps, [*members, *priced]


def stranger_figures(desk: Desk, uscc: str) -> tuple[Steps, list[Members]]:
    """Return the figures of a credit code that the enterprise table does not have."""
    use = find_rows(desk.analysis.occupancy, uscc=uscc)
    land = [f for key in use["parcel_id"] for f in (*parcel_area(desk, key), *land_of(desk, key, uscc))]
    return {"land": _once(land), "accounts": account_figures(desk, uscc)}, []


# ------------------------------------------------------------------------------------------- land and price


def _land(desk: Desk, firm: Row, use: pd.DataFrame) -> list[Figure]:
    """Return the land on each parcel and its sum A; a pooled land has no sum of its own parcels."""
    uscc = str(firm["uscc"])
    figures = [f for key in use["parcel_id"] for f in (*parcel_area(desk, key), *land_of(desk, key, uscc))]
    if pd.isna(firm["area_mu"]):
        return _once(figures)
    known = {figure.id: figure for figure in figures}
    parts = [known[land_id(key, uscc)] for key in use["parcel_id"]]
    same = math.isclose(float(use["land_mu"].sum()), float(firm["area_mu"]), rel_tol=CLOSE)
    formula = desk.formula("sum", [operand("part", part) for part in parts]) if same else None
    rules = () if same else ("shared_parcel",)
    title = desk.column_title("enterprises", "area_mu")
    total = Figure("area_mu", title, value_of(firm["area_mu"]), "mu", formula=formula, rules=rules)
    return [*_once(figures), total]


def _prices(desk: Desk, firm: Row, use: pd.DataFrame) -> list[Figure]:
    if use.empty:
        return []
    return [*_once([f for key in use["parcel_id"] for f in parcel_k(desk, key)]), firm_k(desk, firm, use)]


def _once(figures: list[Figure]) -> list[Figure]:
    return list({figure.id: figure for figure in figures}.values())


# ------------------------------------------------------------------------------------------------ accounts


def account_figures(desk: Desk, uscc: str) -> list[Figure]:
    """Return the cells of the accounts of every year that counts; the year stands in the id where there are several."""
    last, years = desk.analysis.project.project.year, desk.analysis.facts["rule"].years
    names = tuple(dict.fromkeys((*FIGURES, *quantities(desk.analysis.facts["rule"].indicators))))
    figures: list[Figure] = []
    for year in range(last - years + 1, last + 1):
        cells = desk.cells(f"accounts.{uscc}.{year}", "accounts", names, uscc=uscc, year=year)
        for cell in cells:
            title = cell.title if years == 1 else desk.title("of_year", year=year, title=cell.title)
            figures.append(Figure(cell.id, title, cell.value, cell.unit, cell.sources))
    return figures


def used_amounts(desk: Desk, firm: Row, accounts: list[Figure], *, prefix: str) -> list[Figure]:
    """Return tax, output, energy and what else is measured as it counts, each from the cells it is taken from."""
    names = quantities(desk.analysis.facts["rule"].indicators)
    known = [name for name in names if not _is_blank(firm, name)]
    return [_used(desk, firm, name, accounts, ident=f"{prefix}{name}") for name in known]


def _unknown_amounts(desk: Desk, firm: Row) -> list[Figure]:
    """Return the quantities that are measured and not known: never 0."""
    names = quantities(desk.analysis.facts["rule"].indicators)
    return [_unknown(desk, name, "used", "no_figure") for name in names if _is_blank(firm, name)]


def _unknown_measures(desk: Desk, firm: Row) -> list[Figure]:
    names = desk.analysis.facts["rule"].indicators
    return [_unknown(desk, name, "", "not_computed") for name in names if _is_blank(firm, name)]


def _unknown(desk: Desk, name: str, wrap: str, word: str) -> Figure:
    known, title = column("enterprises", name), desk.column_title("enterprises", name)
    title = desk.title(wrap, title=title) if wrap else title
    return Figure(name, title, None, known.unit if known else "", shown=desk.title(word))


def _is_blank(firm: Row, name: str) -> bool:
    return firm.get(name) is None or bool(pd.isna(firm[name]))


def _used(desk: Desk, firm: Row, name: str, accounts: list[Figure], *, ident: str) -> Figure:
    value, rule = float(firm[name]), desk.analysis.facts["rule"]
    known = column("enterprises", name)
    title = desk.title("used", title=desk.column_title("enterprises", name))
    unit = known.unit if known else ""
    by_year = _of_years(accounts, name)
    rules: tuple[str, ...] = ("years",) if rule.years > 1 else ()
    formula: Formula | None = None
    if rule.years > 1 and _is_mean(by_year, value):
        formula = desk.formula("mean", [operand("part", cell) for cell in by_year.values()])
    elif rule.years == 1:
        found = [cell for cell in by_year.values() if cell.value == value]
        formula = desk.formula("same", [operand("a", found[0])]) if found else None
    if formula is None and name == "output_wan" and firm.get("output_source") == "revenue":
        found = [cell for cell in _of_years(accounts, "revenue_wan").values() if cell.value == value]
        formula = desk.formula("revenue", [operand("a", found[0])]) if found else None
        rules = (*rules, "revenue_for_output")
    return Figure(ident, title, value, unit, formula=formula, rules=rules if formula else (*rules, "shared_parcel"))


def _of_years(accounts: list[Figure], name: str) -> Mapping[str, Figure]:
    return {figure.id: figure for figure in accounts if figure.id.split(".")[3] == name}


def _is_mean(cells: Mapping[str, Figure], value: float) -> bool:
    known = [float(str(cell.value)) for cell in cells.values()]
    return bool(known) and math.isclose(math.fsum(known) / len(known), value, rel_tol=CLOSE)


# --------------------------------------------------------------------------------------- measures and verdict


def _measures(desk: Desk, firm: Row) -> list[Figure]:
    """Return each known measure, raw and price-corrected."""
    rule = desk.analysis.facts["rule"]
    figures: list[Figure] = []
    for name in rule.indicators:
        if _is_blank(firm, name):
            continue
        figures.append(measure_figure(desk, firm, name, ident=name))
        corrected = f"{name}_corrected"
        if corrected in firm and not pd.isna(firm[corrected]):
            figures.append(_corrected(desk, firm, name, figures[-1]))
    return figures


def measure_figure(desk: Desk, row: Row, name: str, *, ident: str) -> Figure:
    """Return a measure as numerator over denominator."""
    known, measure = column("enterprises", name), measures()[name]
    sides = (measure.top, "area_mu" if measure.under == LAND else measure.under)
    parts = [
        Operand(role, ident.removesuffix(name) + part, value_of(row[part]), desk.column_title("enterprises", part))
        for role, part in zip("ab", sides, strict=True)
    ]
    if measure.factor != 1:
        parts.append(Operand("c", "", measure.factor))
    formula = desk.formula("quotient" if measure.factor == 1 else "scaled_quotient", parts)
    title = desk.column_title("enterprises", name)
    return Figure(ident, title, value_of(row[name]), known.unit if known else "", formula=formula)


def _corrected(desk: Desk, firm: Row, name: str, raw: Figure) -> Figure:
    apply = desk.analysis.facts["rule"].price_apply
    k = Operand("b", "price_coefficient", value_of(firm["price_coefficient"]), "K")
    kind = {"÷": "quotient", "×": "product"}.get(SIGNS.get(apply, ""), "same")
    formula = desk.formula(kind, [operand("a", raw), *([k] if kind != "same" else [])])
    ident = f"{name}_corrected"
    title = desk.column_title("enterprises", ident)
    return Figure(ident, title, value_of(firm[ident]), raw.unit, formula=formula, rules=("price_apply",))


def _verdict(desk: Desk, firm: Row) -> list[Figure]:
    status = str(firm["status"])
    rules = STATUS_RULES.get(status, ())
    title = desk.column_title("enterprises", "status")
    found = [Figure("status", title, status, rules=rules, shown=term("status", status, desk.lang))]
    title, flag = desk.column_title("enterprises", "low_efficiency"), value_of(firm["low_efficiency"])
    word = verdict_word(desk.analysis, firm)
    return [*found, Figure("low_efficiency", title, flag, rules=("enabled",), shown=word)]
