"""Give the values of the map themes in the other years of the accounts, on the land as it is used now.

What an enterprise paid and made in a year is laid on its parcels of the run's land date, as the run lays its own year;
its score, grade and place are those that table history holds. Prices, areas and users stay: what changes is the year.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.accounts import usable_energy, used_output
from landuse.assemble.allocation import amounts_on_parcels
from landuse.assemble.shares import position_in
from landuse.cartography.values import corrected, laid_on_parcels, users_of_parcels
from landuse.indicators import parcel_measures
from landuse.policy import CLASSES, class_finder
from landuse.rule import Rule
from landuse.tables import Analysis
from landuse.tables.cells import numbers
from landuse.units import COUNTS

AMOUNTS: Final = {"tax": "tax_wan", "output": "output_wan", "energy": "energy_tce"}
"""Column of an allocation -> column of the parcels."""
STATES: Final = ("registry_state", "production_state", "no_tax_no_power")
"""What is known of an enterprise today alone."""
LAND: Final = ("parcel_id", "area_mu", "price_coefficient")
"""What is kept of the parcels: the other facts are of today."""


def other_years(analysis: Analysis) -> tuple[int, ...]:
    """Return the years of table history beside the one evaluated, in their order."""
    if "year" not in analysis.history.columns:
        return ()
    years = np.unique(numbers(analysis.history, "year")[analysis.history["year"].notna().to_numpy(dtype=bool)])
    return tuple(int(year) for year in years if int(year) != analysis.project.project.year)


def year_values(analysis: Analysis, year: int, use: pd.DataFrame | None = None) -> Mapping[str, pd.Series]:
    """Return column of the themes -> values in a year, row by row with the parcels.

    Parameters
    ----------
    use
        Of `values.users_of_parcels`, for those who ask for many years; None = found here.

    Notes
    -----
    Efficiency is the bottom share alone: whether an enterprise had stopped or a hall stood empty then is not known.
    Where occupants are pooled, money has no place of its own on a parcel, and only what history says is given.
    """
    parcels = analysis.parcels.table
    rows = analysis.history.loc[numbers(analysis.history, "year") == year]
    use = users_of_parcels(parcels, analysis.occupancy) if use is None else use
    made = dict(laid_on_parcels(parcels, use, _standings(analysis.enterprises, rows)))
    rule = analysis.facts.get("rule")
    if not isinstance(rule, Rule):
        return made
    if "land_cm2" in analysis.occupancy.columns:
        made["efficiency_class"] = _classes(analysis, rows, rule)
    if rule.shared_parcel == "apportion" and len(analysis.accounts):
        table = _measured(analysis, year, rule)
        names = ("tax_per_mu", "output_per_mu", "output_per_energy")
        made |= {name: table[name] for name in names} | corrected(table, rule.price_apply)
    return made


def _standings(enterprises: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the enterprises of the run with score and grade of a year."""
    names = [name for name in ("score", "grade") if name in rows.columns]
    return enterprises[["uscc"]].merge(rows[["uscc", *names]], on="uscc", how="left", validate="1:1")


def _classes(analysis: Analysis, rows: pd.DataFrame, rule: Rule) -> pd.Series:
    """Return the efficiency classes that the bottom share of a year gives."""
    firms = analysis.enterprises.drop(columns=[name for name in STATES if name in analysis.enterprises.columns])
    at = position_in(firms["uscc"], rows["uscc"])
    flags = rows["in_bottom_share"].astype("boolean").array.take(np.asarray(at), allow_fill=True)
    then = firms.assign(low_efficiency=flags)
    find = class_finder(
        analysis.parcels.table[["parcel_id"]], occupancy=analysis.occupancy, enterprises=then, rule=rule
    )
    names = np.array(CLASSES, dtype=object)[find(then["low_efficiency"])]
    return pd.Series(names, index=analysis.parcels.table.index, dtype="str")


def _measured(analysis: Analysis, year: int, rule: Rule) -> pd.DataFrame:
    """Return the parcels with the measures that the accounts of a year give."""
    land = analysis.parcels.table
    land = land[[name for name in LAND if name in land.columns]]
    rows, parcels = amounts_on_parcels(_amounts(analysis, year, rule), analysis.occupancy)
    at = position_in(land["parcel_id"], parcels["parcel_id"])
    sums = {AMOUNTS[name]: _on(land, parcels, name, at) / COUNTS[AMOUNTS[name]] for name in AMOUNTS}
    energetic = _with_energy(rows)
    at = position_in(land["parcel_id"], energetic["parcel_id"])
    with_energy = _on(land, energetic, "output", at) / COUNTS["output_wan"]
    return parcel_measures(land.assign(**sums, output_with_energy_wan=with_energy))


def _amounts(analysis: Analysis, year: int, rule: Rule) -> pd.DataFrame:
    """Return the accounts of a year as whole parts, one row a uscc; of the enterprises of the run alone."""
    rows = analysis.accounts.loc[numbers(analysis.accounts, "year") == year]
    rows = rows.loc[position_in(rows["uscc"], analysis.enterprises["uscc"]) >= 0].reset_index(drop=True)
    output, _ = used_output(rows, revenue_for_output=rule.revenue_for_output)
    known = {"tax": pd.Series(numbers(rows, "tax_wan")), "output": output, "energy": usable_energy(rows)}
    parts = {name: (values * COUNTS[AMOUNTS[name]]).round().astype("Int64") for name, values in known.items()}
    return pd.DataFrame({"uscc": rows["uscc"], **parts})


def _with_energy(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.loc[rows["energy"].notna()].groupby("parcel_id", sort=False)["output"].sum(min_count=1).reset_index()


def _on(parcels: pd.DataFrame, sums: pd.DataFrame, name: str, at: npt.NDArray[np.int64]) -> pd.Series:
    """Return the amounts of the parcels, row by row; NaN where there are none (-1 in `at`)."""
    return pd.Series(np.append(numbers(sums, name), np.nan)[at], index=parcels.index)
