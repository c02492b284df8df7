"""Figures of idle land: the day work had to start, the time since, the fee; each with the article behind it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.law.statutes import idle_law, statute
from landuse.reports.explain.parcel import CONTRACT
from landuse.reports.explain.words import idle_word
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.land import literal
from landuse.reports.receipt.model import Figure, Formula, Operand
from landuse.tables import column

Row = dict[str, Any]
NOT_STARTED: Final = ("OVERDUE_START", "IDLE_T1")
SUSPENDED: Final = "IDLE_T2"
CODED: Final = ("idle_cause", "consequence")
SHARES: Final = {
    "area_share": ("area_started_m2", "area_due_m2"),
    "invest_share": ("invest_actual_wan", "invest_due_wan"),
}
"""Share of the law -> part and whole."""


def idle_figures(desk: Desk, row: Row) -> list[Figure]:
    """Return the contract cells of a parcel and what the law makes of them."""
    key = str(row["parcel_id"])
    cells = desk.cells(f"parcel.{key}", "parcels", CONTRACT, parcel_id=key)
    known = {cell.id.removeprefix(f"parcel.{key}."): cell for cell in cells}
    figures = [*cells, _class(desk, row)]
    since = _since(desk, row, known)
    figures += [since, *_time(desk, row, since)] if since else []
    figures += _fee(desk, row, known)
    figures += [_coded(desk, row, name) for name in CODED if not pd.isna(row.get(name)) and row[name] != "none"]
    return figures


def _class(desk: Desk, row: Row) -> Figure:
    said = row.get("article")
    articles = (str(said),) if isinstance(said, str) and said else ()
    title = desk.column_title("parcels", "idle_class")
    return Figure("idle_class", title, str(row["idle_class"]), articles=articles, shown=idle_word(row, desk.lang))


def _coded(desk: Desk, row: Row, name: str) -> Figure:
    return Figure(name, desk.column_title("parcels", name), str(row[name]), shown=term(name, str(row[name]), desk.lang))


# ---------------------------------------------------------------------------------------------------- time


def _since(desk: Desk, row: Row, known: dict[str, Figure]) -> Figure | None:
    """Return the day idle time runs from: the day work had to start, moved by days of government delay, or the stop."""
    value = value_of(row.get("idle_since"))
    if not isinstance(value, date):
        return None
    title, idle = desk.column_title("parcels", "idle_since"), str(row["idle_class"])
    formula: Formula | None = None
    articles: tuple[str, ...] = (_cite(desk, "2_2"),)
    if idle == SUSPENDED and (stop := known.get("suspended_from")) is not None and stop.value == value:
        formula = desk.formula("same", [operand("a", stop)])
    elif idle in NOT_STARTED:
        formula, articles = _from_due(desk, value, known)
    return Figure("idle_since", title, value, formula=formula, articles=articles)


def _from_due(desk: Desk, value: date, known: dict[str, Figure]) -> tuple[Formula | None, tuple[str, ...]]:
    due, delay = known.get("start_due"), known.get("gov_delay_days")
    articles = (_cite(desk, "2_1"),)
    if due is None or not isinstance(due.value, date):
        return None, (*articles, _cite(desk, "22"))
    days = int(delay.value) if delay is not None and isinstance(delay.value, int) else 0
    if due.value + timedelta(days=days) != value:
        return None, articles
    if delay is None or not days:
        return desk.formula("same", [operand("a", due)]), articles
    return desk.formula("plus_days", [operand("a", due), operand("b", delay)]), (*articles, _cite(desk, "8"))


def _time(desk: Desk, row: Row, since: Figure) -> list[Figure]:
    """Return days and full years since then, and the day on which two years are full."""
    project = desk.analysis.project
    today = literal("b", project.as_of, desk.title("as_of"))
    ending = "" if project.idle.anniversary == "day_after" else "_same_day"
    civil = statute("civil_code").cite(("201", "202", "203"), desk.lang)
    found = []
    for name, kind, unit in (("idle_days", "days_between", "day"), ("idle_years", f"full_years{ending}", "year")):
        if pd.isna(row.get(name)):
            continue
        formula = desk.formula(kind, [operand("a", since), today])
        articles = (civil,) if name == "idle_years" else ()
        title = desk.column_title("parcels", name)
        found.append(Figure(name, title, int(row[name]), unit, formula=formula, articles=articles))
    reclaim = value_of(row.get("reclaim_from"))
    if isinstance(reclaim, date):
        years = Operand("b", "", idle_law().reclaim_years)
        formula = desk.formula(f"years_full_on{ending}", [operand("a", since), years])
        title = desk.column_title("parcels", "reclaim_from")
        found.append(Figure("reclaim_from", title, reclaim, formula=formula, articles=(_cite(desk, "14_2"),)))
    return found


# ---------------------------------------------------------------------------------------------- shares and fee


def _fee(desk: Desk, row: Row, known: dict[str, Figure]) -> list[Figure]:
    """Return the shares the law asks of suspended land, and the estimate of the fee."""
    figures = []
    suspended = not pd.isna(row.get("suspended_from"))
    for name, (part, whole) in SHARES.items() if suspended else ():
        if part in known and whole in known and float(str(known[whole].value)) > 0:
            value = float(str(known[part].value)) / float(str(known[whole].value))
            formula = desk.formula("quotient", [operand("a", known[part]), operand("b", known[whole])])
            title = desk.title(name)
            figures.append(Figure(name, title, value, "share", formula=formula, articles=(_cite(desk, "2_2"),)))
    fee = value_of(row.get("idle_fee_wan"))
    if not isinstance(fee, float):
        return figures
    law, price = idle_law().fee_share, known.get("land_price_wan")
    title, articles = desk.column_title("parcels", "idle_fee_wan"), (_cite(desk, "14_1"),)
    made: Formula | None = None
    if price is not None and math.isclose(float(str(price.value)) * float(law), fee, rel_tol=1e-12):
        made = desk.formula("product", [operand("a", price), literal("b", float(law), desk.title("law_number"))])
    known_column = column("parcels", "idle_fee_wan")
    unit = known_column.unit if known_column else ""
    return [*figures, Figure("idle_fee_wan", title, fee, unit, formula=made, articles=articles)]


def _cite(desk: Desk, article: str) -> str:
    return idle_law().statute.cite((article,), desk.lang)
