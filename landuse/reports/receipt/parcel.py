"""Figures of one parcel, step by step: area, users, money, price, idle time, evidence, verdict."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.shares import split, text_rank
from landuse.catalogue import term
from landuse.reports.explain.enterprise import MEASURES
from landuse.reports.explain.parcel import AMOUNTS, EVIDENCE
from landuse.reports.receipt.desk import Desk, operand, value_of
from landuse.reports.receipt.enterprise import Steps, account_figures, used_amounts
from landuse.reports.receipt.idle import idle_figures
from landuse.reports.receipt.land import MEASURED, land_id, land_of, measured_area, parcel_area, parcel_row
from landuse.reports.receipt.model import Figure, Formula, Members, Operand
from landuse.reports.receipt.price import parcel_k, reference_figure
from landuse.reports.rows import find_records, find_rows
from landuse.tables import column
from landuse.units import COUNTS, M2_PER_MU

Row = dict[str, Any]
HOLDER: Final = ("holder", "holder_uscc", "price_level")
CLOSE: Final = 1e-9
USERS: Final = "users"
"""Name of the table of members the share of listed land runs over."""
USER_COLUMNS: Final = ("uscc", "land_mu", "low_efficiency")


def parcel_figures(desk: Desk, parcel_id: str) -> tuple[Steps, list[Members]]:
    """Return the figures of one parcel by step, and the members they run over."""
    row = parcel_row(desk, parcel_id)
    reference, members = reference_figure(desk)
    users = _users(desk, parcel_id)
    money = _money(desk, row, users)
    steps = {
        "source": [],
        "area": _area(desk, row),
        "users": _land(desk, row, users),
        "money": [*money, *_measures(desk, row)],
        "price": [*reference, *parcel_k(desk, parcel_id)],
        "idle": idle_figures(desk, row),
        "evidence": _evidence(desk, row),
        "verdict": _verdict(desk, row),
    }
    return steps, [_user_members(users), *members]


def _user_members(users: list[Row]) -> Members:
    """Return the users with their land and verdict, whom the share of listed land runs over."""
    rows = [tuple(value_of(user.get(name)) for name in USER_COLUMNS) for user in users]
    return Members(USERS, USER_COLUMNS, rows)


def _users(desk: Desk, parcel_id: str) -> list[Row]:
    """Return the occupants with what the enterprise table knows of them."""
    use, firms = desk.analysis.occupancy, desk.analysis.enterprises
    unknown = dict.fromkeys((name for name in firms.columns if name not in use.columns), None)
    return [
        {**unknown, **next(iter(find_records(firms, uscc=user["uscc"])), {}), **user}
        for user in find_records(use, parcel_id=parcel_id)
    ]


def _area(desk: Desk, row: Row) -> list[Figure]:
    key = str(row["parcel_id"])
    cells = desk.cells(f"parcel.{key}", "parcels", HOLDER, parcel_id=key)
    areas = [measured_area(desk, row, name) for name in MEASURED.values() if not pd.isna(row[name])]
    return list({figure.id: figure for figure in (*cells, *areas, *parcel_area(desk, key))}.values())


def _land(desk: Desk, row: Row, users: list[Row]) -> list[Figure]:
    """Return the land of each user, and what nobody uses."""
    key = str(row["parcel_id"])
    figures = {f.id: f for user in users for f in land_of(desk, key, str(user["uscc"]))}
    rest = int(row["area_cm2"]) - sum(int(user["land_cm2"]) for user in users)
    if not rest:
        return list(figures.values())
    taken = [operand("part", figures[land_id(key, str(user["uscc"]))]) for user in users]
    area = parcel_area(desk, key)[-1]
    formula = desk.formula("rest" if taken else "whole", [operand("a", area), *taken])
    value = rest / COUNTS["area_m2"] / M2_PER_MU
    free = Figure(f"parcel.{key}.unallocated_mu", desk.title("unallocated"), value, "mu", formula=formula)
    return [*figures.values(), free]


# ------------------------------------------------------------------------------------------------- money


def _money(desk: Desk, row: Row, users: list[Row]) -> list[Figure]:
    """Return what each user brings to the parcel by its land here, and the sums."""
    apportioned = desk.analysis.facts["rule"].shared_parcel == "apportion" and desk.analysis.facts["rule"].years == 1
    figures: list[Figure] = []
    parts: dict[str, list[Figure]] = {name: [] for name in AMOUNTS.values()}
    for user in users if apportioned else ():
        found = _brought(desk, row, user)
        figures += found
        for name, listed in parts.items():
            listed += [f for f in found if f.id == f"part.{user['uscc']}.{name}"]
    for name in AMOUNTS.values():
        if pd.isna(row[name]):
            continue
        figures.append(_sum(desk, name, name, float(row[name]), parts[name]))
    energetic = [part for part in parts["output_wan"] if any(_of(part) == _of(e) for e in parts["energy_tce"])]
    value = row.get("output_with_energy_wan")
    if value is not None and not pd.isna(value):
        figures.append(_sum(desk, "output_with_energy_wan", "output_wan", float(value), energetic))
    return list({figure.id: figure for figure in figures}.values())


def _of(part: Figure) -> str:
    return part.id.split(".")[1]


def _sum(desk: Desk, ident: str, name: str, value: float, parts: list[Figure]) -> Figure:
    known = column("parcels", name)
    total = math.fsum(float(str(part.value)) for part in parts)
    same = bool(parts) and math.isclose(total, value, rel_tol=CLOSE, abs_tol=CLOSE)
    formula = desk.formula("sum", [operand("part", part) for part in parts]) if same else None
    title = desk.title("with_energy") if ident != name else desk.column_title("parcels", name)
    return Figure(ident, title, value, known.unit if known else "", formula=formula)


def _brought(desk: Desk, row: Row, user: Row) -> list[Figure]:
    """Return the amounts of a user and their parts on this parcel, preceded by its land on its other parcels."""
    uscc, key = str(user["uscc"]), str(row["parcel_id"])
    if pd.isna(user.get("name")):
        return []
    use = desk.analysis.occupancy
    everywhere = find_rows(use, uscc=uscc)
    elsewhere = [f for other in everywhere["parcel_id"] if other != key for f in _land_there(desk, str(other), uscc)]
    lands = {str(other): _land_operand(desk, str(other), everywhere) for other in everywhere["parcel_id"]}
    accounts = account_figures(desk, uscc)
    amounts = used_amounts(desk, user, accounts, prefix=f"user.{uscc}.")
    name = str(user["name"])
    figures = [*elsewhere, *(_renamed(desk, f, name) for f in (*accounts, *amounts))]
    for amount in amounts:
        column_name = amount.id.rpartition(".")[2]
        if column_name not in COUNTS:
            continue
        value = _part(amount, column_name, key, everywhere)
        title = desk.title("user_part", name=name, title=desk.column_title("enterprises", column_name))
        renamed = _renamed(desk, amount, name)
        weights = [Operand("part", o.figure, o.value, o.title) for o in lands.values()]
        here = lands[key]
        parts = [operand("a", renamed), Operand("b", here.figure, here.value, here.title), *weights]
        formula = desk.formula("allotted", parts)
        figures.append(Figure(f"part.{uscc}.{column_name}", title, value, amount.unit, formula=formula))
    return figures


def _land_there(desk: Desk, parcel_id: str, uscc: str) -> list[Figure]:
    return [*parcel_area(desk, parcel_id), *land_of(desk, parcel_id, uscc)]


def _land_operand(desk: Desk, parcel_id: str, use: pd.DataFrame) -> Operand:
    land, uscc = float(use.loc[use["parcel_id"].eq(parcel_id), "land_mu"].iloc[0]), str(use["uscc"].iloc[0])
    return Operand("part", land_id(parcel_id, uscc), land, desk.title("short_land", code=desk.short(parcel_id)))


def _renamed(desk: Desk, figure: Figure, name: str) -> Figure:
    title = desk.title("user_amount", name=name, title=figure.title)
    return Figure(figure.id, title, figure.value, figure.unit, figure.sources, figure.formula, figure.rules)


def _part(amount: Figure, name: str, parcel_id: str, use: pd.DataFrame) -> float:
    """Return the part of an amount that lies on a parcel: integers by largest remainder, as the balance has it."""
    whole = np.array([round(float(str(amount.value)) * COUNTS[name])], dtype=np.int64)
    ids = use["parcel_id"].reset_index(drop=True)
    rank = text_rank(ids)
    weights = use["land_cm2"].to_numpy(dtype=np.int64)
    parts = split(whole, np.zeros(len(ids), dtype=np.int64), weights=weights, order=rank.__getitem__)
    return int(parts[ids.tolist().index(parcel_id)]) / COUNTS[name]


def _measures(desk: Desk, row: Row) -> list[Figure]:
    """Return the measures of the parcel that are known."""
    figures: list[Figure] = []
    for name, (top, bottom) in MEASURES.items():
        if name not in row or pd.isna(row[name]):
            continue
        same = "output_with_energy_wan" if bottom == "energy_tce" and "output_with_energy_wan" in row else top
        under = f"parcel.{row['parcel_id']}.area_mu" if bottom == "area_mu" else bottom
        parts = [
            Operand("a", same, value_of(row[same]), desk.column_title("parcels", top)),
            Operand("b", under, value_of(row[bottom]), desk.column_title("parcels", bottom)),
        ]
        figures.append(_measure(desk, row, name, desk.formula("quotient", parts)))
    return figures


def _measure(desk: Desk, row: Row, name: str, formula: Formula | None) -> Figure:
    known = column("parcels", name)
    title = desk.column_title("parcels", name)
    return Figure(name, title, value_of(row[name]), known.unit if known else "", formula=formula)


# --------------------------------------------------------------------------------------- evidence and verdict


def _evidence(desk: Desk, row: Row) -> list[Figure]:
    """Return what buildings and imagery say, investment per mu and the gap to the agreed tax."""
    figures: list[Figure] = []
    key, area = str(row["parcel_id"]), parcel_area(desk, str(row["parcel_id"]))[-1]
    ident = f"parcel.{key}"
    for name in EVIDENCE:
        if name not in row or pd.isna(row[name]):
            continue
        wanted = {"invest_per_mu_wan": "invest_actual_wan", "tax_due_gap_wan": "tax_due_wan_per_mu"}.get(name)
        if wanted is None:
            figures.append(_measure(desk, row, name, desk.formula("measured")))
            continue
        cells = [f for f in desk.cells(ident, "parcels", (wanted,), parcel_id=key) if f.value == value_of(row[wanted])]
        formula = None
        if cells and name == "invest_per_mu_wan":
            formula = desk.formula("quotient", [operand("a", cells[0]), operand("b", area)])
        elif cells:
            tax = Operand("c", "tax_wan", value_of(row["tax_wan"]), desk.column_title("parcels", "tax_wan"))
            formula = desk.formula("product_less", [operand("a", cells[0]), operand("b", area), tax])
        figures += [*cells[:1], _measure(desk, row, name, formula)]
    return figures


def _verdict(desk: Desk, row: Row) -> list[Figure]:
    """Return the share of land of listed enterprises, and the class that follows from it."""
    efficient = str(row["efficiency_class"])
    rules = {"not_rated": ("rated_from",), "low": ("low_from",), "partly_low": ("low_from",)}.get(efficient, ())
    title = desk.column_title("parcels", "efficiency_class")
    word = term("efficiency_class", efficient, desk.lang)
    figures = [Figure("efficiency_class", title, efficient, rules=rules, shown=word)]
    share = row.get("low_efficiency_share")
    if share is None or pd.isna(share):
        return figures
    formula = desk.formula("share_of_land", members=USERS, columns=USER_COLUMNS[1:])
    title = desk.column_title("parcels", "low_efficiency_share")
    return [Figure("low_efficiency_share", title, float(share), "share", formula=formula, rules=rules), *figures]
