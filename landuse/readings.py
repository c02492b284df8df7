"""Read the data of a run in other plausible ways, and say how firm its list stands under them. No rule of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pandas as pd

from landuse.evaluate import Evaluation
from landuse.indicators import enterprise_measures, year_books
from landuse.measures import quantities
from landuse.project import Project
from landuse.rule import Rule
from landuse.scenarios.stability import stability
from landuse.tables import Base
from landuse.units import M2_PER_MU


def stability_columns(base: Base, found: Evaluation, project: Project, rule: Rule) -> dict[str, pd.Series]:
    """Return how firm each enterprise stands, column by column; nothing where the project asks for no draws."""
    if not project.stability.draws:
        return {}
    made = stability(list(readings(base, found, project, rule)), rule=rule, ranges=project.stability)
    return {str(name): made[name] for name in made.columns}


def readings(base: Base, found: Evaluation, project: Project, rule: Rule) -> Iterator[pd.DataFrame]:
    """Give the table of the run, then the same enterprises by other accounts, areas and coefficients.

    What another reading does not know stays as in the run; where occupants are pooled the accounts stay.
    """
    ranges, table = project.stability, found.verdict.enterprises
    pooled = len(found.ground.held.land.pooled) > 0
    years = (rule.years,) if pooled else tuple(dict.fromkeys((rule.years, *ranges.years)))
    areas = tuple(dict.fromkeys((project.areas.use, *ranges.areas)))
    prices = ("none",) if rule.price_apply == "none" else tuple(dict.fromkeys(("as_run", *ranges.price)))
    for year, area, price in product(years, areas, prices):
        changed: dict[str, pd.Series] = {}
        if year != rule.years:
            changed |= _amounts(base, table, replace(rule, years=year), project.project.year)
        if area != project.areas.use:
            changed["area_mu"] = table["area_mu"] * _area_ratio(base, found, table["uscc"], area)
        if price == "none" and rule.price_apply != "none":
            changed["price_coefficient"] = pd.Series(1.0, index=table.index)
        yield enterprise_measures(table.assign(**changed), rule=rule) if changed else table


def _amounts(base: Base, table: pd.DataFrame, rule: Rule, year: int) -> dict[str, pd.Series]:
    """Return the amounts of other years."""
    books = year_books(base.accounts, rule=rule, year=year).table.set_index("uscc")
    names = [name for name in quantities(rule.indicators) if name in books.columns and name in table.columns]
    return {name: table["uscc"].map(books[name]).astype("float64").fillna(table[name]) for name in names}


def _area_ratio(base: Base, found: Evaluation, keys: pd.Series, area: str) -> pd.Series:
    """Return by how much the land of each enterprise is larger by another area of its parcels; 1 where unknown."""
    parcels, land = base.parcels.table, found.ground.held.land.occupancy
    by = "evaluated_as" if "evaluated_as" in land.columns else "uscc"
    other = parcels["registered_area_mu"] if area == "registered" else parcels[f"{area}_area_m2"] / M2_PER_MU
    ratio = (other / parcels["area_mu"]).set_axis(parcels["parcel_id"])
    factor = land["parcel_id"].map(ratio.where(ratio > 0)).fillna(1.0)
    rows = pd.DataFrame({"unit": land[by], "land": land["land_cm2"], "other": land["land_cm2"] * factor})
    sums = rows.groupby("unit", sort=True)[["other", "land"]].sum()
    return keys.map(sums["other"] / sums["land"]).fillna(1.0)
