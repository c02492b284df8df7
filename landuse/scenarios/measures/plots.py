"""Gather what money is computed from: of each plot its land, term, buildings, users' tax, output, profit and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from landuse.scenarios.measures.book import Book
from landuse.scenarios.measures.eligible import ENDED, required_far, surplus_mu
from landuse.scenarios.measures.money import MONTHS, term_left
from landuse.scenarios.measures.users import Floats, Ints, Mask, Users
from landuse.tables.cells import Days, days, numbers, text
from landuse.units import M2_PER_MU

NOT_STARTED: Final = ("IDLE_T1", "OVERDUE_START")
"""Land on which nothing stands and nobody works: floor, equipment, tax and jobs there are none, not unknown."""


@dataclass(frozen=True)
class Plots:
    """Amounts plot by plot; what is handled of a partly low plot is the part of the listed users."""

    row: Ints
    """Row in the table of parcels."""
    area_mu: Floats
    part_mu: Floats
    """Land of the part that is handled …"""
    surplus_mu: Floats
    """… and the part that is not used."""
    level: Ints
    """Place of the price level among `LEVELS` of the ground; -1 = none."""
    coefficient: Floats
    """K; 1 where unknown."""
    price_wan: Floats
    term_left: Floats
    floor_m2: Floats
    invested_wan: Floats
    tax_wan: Floats
    """Of the part, like the next ones."""
    output_wan: Floats
    energy_tce: Floats
    profit_wan: Floats
    """A year's, of users at work; NaN where it is not stated of all."""
    at_work: Floats
    """1 where somebody works, else 0."""
    jobs: Floats
    far: Floats
    far_required: Floats
    fee_wan: Floats

    def take(self, rows: Mask) -> Plots:
        """Return some of the plots."""
        return Plots(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def per_mu(self, name: str) -> Floats:
        """Return an amount of the part per mu of it; 0 where the part has no land."""
        amount: Floats = getattr(self, name)
        return np.divide(amount, self.part_mu, out=np.zeros(len(amount)), where=~(self.part_mu == 0))


def plots_of(
    parcels: pd.DataFrame, users: Users, accounts: pd.DataFrame, *, book: Book, as_of: date
) -> tuple[Plots, Mapping[str, int]]:
    """Return the plots, and the places of price levels."""
    idle, efficiency = text(parcels, "idle_class"), text(parcels, "efficiency_class")
    nothing = idle.isin(NOT_STARTED).to_numpy(dtype=bool)
    ended = efficiency.isin(ENDED).to_numpy(dtype=bool)
    partly = efficiency.eq("partly_low").to_numpy(dtype=bool, na_value=False)
    rows = ~partly[users.parcel] | users.holds("low_efficiency")
    area = numbers(parcels, "area_mu")
    listed = np.minimum(users.sums(users.land_mu, rows), area)
    far = numbers(parcels, "far")
    places, levels = pd.factorize(text(parcels, "price_level"), sort=True)
    coefficient = numbers(parcels, "price_coefficient")
    money = _money(parcels, users, rows, partly=partly)
    plots = Plots(
        row=np.arange(len(parcels)),
        area_mu=area,
        part_mu=np.where(partly, listed, area),
        surplus_mu=surplus_mu(parcels, book),
        level=places,
        coefficient=np.where(np.isnan(coefficient), 1.0, coefficient),
        price_wan=numbers(parcels, "land_price_wan"),
        term_left=_term_left(parcels, book, as_of),
        floor_m2=_none_where(nothing & np.isnan(far), far * area * M2_PER_MU),
        invested_wan=_none_where(nothing & np.isnan(numbers(parcels, "invest_actual_wan")),
                                 numbers(parcels, "invest_actual_wan")),
        **{name: _none_where(nothing | (ended & np.isnan(of)), of) for name, of in money.items()},
        **_people(users, rows, accounts, nobody=nothing | efficiency.eq("vacant").to_numpy(dtype=bool, na_value=False)),
        far=far,
        far_required=required_far(parcels),
        fee_wan=numbers(parcels, "idle_fee_wan"),
    )  # fmt: skip
    return plots, {str(level): place for place, level in enumerate(levels)}


def _term_left(parcels: pd.DataFrame, book: Book, as_of: date) -> Floats:
    signed, handed = days(parcels, "contract_date"), days(parcels, "handover_date")
    begin: Days = np.where(np.isnat(signed), handed, signed).astype("datetime64[D]")
    return term_left(begin, days(parcels, "term_end"), np.datetime64(as_of, "D"), book.number("term_years").likely)


def _money(parcels: pd.DataFrame, users: Users, rows: Mask, *, partly: Mask) -> dict[str, Floats]:
    """Return tax, output and energy: as published of a parcel, of the listed users where it is partly low."""
    found = {}
    for name in ("tax_wan", "output_wan", "energy_tce"):
        of_users = users.sums(users.amounts(numbers(users.firms, name)), rows)
        found[name] = np.where(partly, of_users, numbers(parcels, name))
    return found


def _people(users: Users, rows: Mask, accounts: pd.DataFrame, *, nobody: Mask) -> dict[str, Floats]:
    """Return profit a year and jobs of users: a closed enterprise has neither, a stopped one no profit."""
    profit, jobs = _of_year(accounts, users, "profit_wan"), _of_year(accounts, users, "employees")
    at_work = rows & users.working & ~nobody[users.parcel]
    kept = users.sums(users.amounts(jobs), rows & ~users.closed)
    return {
        "profit_wan": users.sums(users.amounts(profit), at_work),
        "at_work": users.any_of(at_work).astype(np.float64),
        "jobs": _none_where(nobody, kept),
    }


def _of_year(accounts: pd.DataFrame, users: Users, name: str) -> Floats:
    """Return an amount of the accounts row by row with the enterprises."""
    if not len(accounts) or name not in accounts.columns or "uscc" not in users.firms.columns:
        return np.full(len(users.firms), np.nan)
    known = accounts.drop_duplicates("uscc", keep="last")
    place = pd.Index(known["uscc"]).get_indexer(pd.Index(users.firms["uscc"]))
    found: Floats = np.append(numbers(known, name), np.nan)[place]
    return found


def monthly_profit(plots: Plots, margin: float) -> Floats:
    """Return the profit of a month: as stated, else a share of output; none where nobody works."""
    assumed = np.where(np.isnan(plots.profit_wan), plots.output_wan * margin, plots.profit_wan)
    profit: Floats = np.where(plots.at_work == 0, 0.0, assumed / MONTHS)
    return profit


def _none_where(nothing: Mask, amounts: Floats) -> Floats:
    return np.where(nothing, 0.0, amounts)
