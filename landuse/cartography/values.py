"""Give the value each theme shows for each parcel; pure, one pass over the tables.

Most themes show a column of the parcels as it is. Those that speak of enterprises (score, grade, industry) are laid
on the parcels here, by the land each enterprise uses there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pandas as pd

from landuse.assemble.shares import position_in, text_rank
from landuse.cartography.style import divisions, theme_keys, theme_of
from landuse.tables import Analysis

LOW: Final = ("low", "partly_low", "stopped", "vacant")
"""Efficiency classes that are listed."""
IDLE: Final = ("IDLE_T1", "IDLE_T2")
"""Classes that are suspected idle land."""
IN_HAND: Final = ("done", "negotiating")
"""States of cases that no plan takes up again."""
OF_OCCUPANTS: Final = frozenset({"score", "grade", "industry"})
"""Columns that are laid on the parcels from the enterprises that use them."""


def theme_values(analysis: Analysis, keys: Collection[str] | None = None) -> dict[str, pd.Series]:
    """Return theme -> values, one per parcel (index of the parcel table), themes without any known value left out.

    Parameters
    ----------
    keys
        Themes asked for; None = all.
    """
    parcels = analysis.parcels.table
    wanted = {key: theme_of(key, lang="zh").column for key in theme_keys() if keys is None or key in keys}
    rule = analysis.facts.get("rule")
    stated = analysis.project.land_price.apply or "divide"
    made = _from_parcels(parcels, rule.price_apply if rule else stated)
    if OF_OCCUPANTS & set(wanted.values()):
        made |= laid_on_parcels(parcels, users_of_parcels(parcels, analysis.occupancy), analysis.enterprises)
    found = {
        key: made[name] if name in made else parcels[name]
        for key, name in wanted.items()
        if name in made or name in parcels.columns
    }
    return {key: values for key, values in found.items() if bool(values.notna().any())}


def idle_classes(parcels: pd.DataFrame) -> pd.Series:
    """Return idle_class with IDLE_T1 split: IDLE_T1_2 from two full years on (two map classes, TERMS 3)."""
    classes = parcels["idle_class"].astype("object")
    if "idle_years" not in parcels.columns:
        return classes
    two_years = parcels["idle_years"].astype("Float64").ge(2).fillna(value=False).astype(bool)
    return classes.mask(classes.eq("IDLE_T1").fillna(value=False).astype(bool) & two_years, "IDLE_T1_2")


def _from_parcels(parcels: pd.DataFrame, price_apply: str) -> dict[str, pd.Series]:
    made: dict[str, pd.Series] = {}
    if "idle_class" in parcels.columns:
        made["idle_class"] = idle_classes(parcels)
    if {"idle_class", "idle_cause"} <= set(parcels.columns):
        made["idle_cause"] = _causes(parcels)
    return made | planned_classes(parcels) | corrected(parcels, price_apply)


def planned_classes(parcels: pd.DataFrame) -> dict[str, pd.Series]:
    """Return measure group, year of the plan and state of the case; land without one is told by what it is instead.

    in_hand: done or in negotiation, no part of the plan; left: listed land that nobody takes up; calm: all else.
    """
    listed = parcels.get("efficiency_class", pd.Series(pd.NA, parcels.index)).isin(LOW)
    listed |= parcels.get("idle_class", pd.Series(pd.NA, parcels.index)).isin(IDLE)
    rest = pd.Series(np.where(listed, "left", "calm"), index=parcels.index, dtype=object)
    made: dict[str, pd.Series] = {}
    if "case_state" in parcels.columns:
        made["case_state"] = parcels["case_state"].astype(object).fillna(rest)
        rest = rest.mask(parcels["case_state"].isin(IN_HAND), "in_hand")
    for name in (name for name in ("measure_group", "plan_year") if name in parcels.columns):
        made[name] = parcels[name].astype("str").astype(object).fillna(rest)
    return made


def corrected(parcels: pd.DataFrame, price_apply: str) -> dict[str, pd.Series]:
    """Return tax and output per mu corrected by the land price of the parcel; nothing where none is in force."""
    if price_apply == "none" or "price_coefficient" not in parcels.columns:
        return {}
    made, coefficient = {}, parcels["price_coefficient"]
    for name in (name for name in ("tax_per_mu", "output_per_mu") if name in parcels.columns):
        plain = parcels[name]
        made[f"{name}_corrected"] = plain / coefficient if price_apply == "divide" else plain * coefficient
    return made


def _causes(parcels: pd.DataFrame) -> pd.Series:
    """Return idle_cause; land that is neither idle nor late to start has none: not_idle instead of a blank."""
    cause = parcels["idle_cause"].astype("object")
    calm = parcels["idle_class"].astype("object").isin(["NORMAL", "NOT_DUE", "NOT_APPLICABLE"])
    late_to_finish = parcels["idle_class"].astype("object").eq("OVERDUE_FINISH").fillna(value=False).astype(bool)
    return cause.mask(calm | (late_to_finish & cause.isna()), "not_idle")


def laid_on_parcels(parcels: pd.DataFrame, users: pd.DataFrame, enterprises: pd.DataFrame) -> dict[str, pd.Series]:
    """Return score (mean weighted by land), grade (the ranked user with most land), industry (the user with most).

    Parameters
    ----------
    users
        Of `users_of_parcels`.
    """
    if users.empty or enterprises.empty:
        return {}
    at = position_in(users["uscc"], enterprises["uscc"])
    wanted = [name for name in ("score", "grade", "industry_code") if name in enterprises.columns]
    told = {name: pd.Series(enterprises[name].array.take(at, allow_fill=True), users.index) for name in wanted}
    use = users.assign(**told)
    made: dict[str, pd.Series] = {}
    if "score" in use:
        made["score"] = _mean_by_land(use, parcels.index)
    if "grade" in use:
        grade = _of_largest(use[use["grade"].notna()], "grade", parcels.index)
        used = np.zeros(len(parcels), dtype=bool)
        used[use["row"].to_numpy()] = True
        made["grade"] = grade.mask(grade.isna() & used, "not_rated")
    if "industry_code" in use:
        known = use.assign(industry=families(use["industry_code"]))
        made["industry"] = _of_largest(known[known["industry"].notna()], "industry", parcels.index)
    return made


def families(industry_code: pd.Series) -> pd.Series:
    """Return the class of theme industry that each industry code falls in; missing where there is none."""
    codes, uniques = pd.factorize(industry_code.astype("str"))
    division = pd.Series(uniques, dtype="str").str.extract(r"^\s*[A-Za-z]?(\d{2})", expand=False)
    known = [*division.map(divisions()).astype(object), None]
    return pd.Series(np.array(known, dtype=object)[codes], index=industry_code.index, dtype=object)


def users_of_parcels(parcels: pd.DataFrame, occupancy: pd.DataFrame) -> pd.DataFrame:
    """Return one line per occupant: row of the parcel, land and uscc.

    `code` is the place of the credit code among all: an order that no shuffling of rows changes.
    """
    if occupancy.empty:
        return pd.DataFrame()
    lines = occupancy[["parcel_id", "uscc", "land_mu"]].assign(
        row=position_in(occupancy["parcel_id"], parcels["parcel_id"]),
        land_mu=occupancy["land_mu"].astype("float64").fillna(0.0),
    )
    lines = lines[lines["row"] >= 0].reset_index(drop=True)
    return lines.assign(code=text_rank(lines["uscc"].astype("str")))


def _mean_by_land(use: pd.DataFrame, index: pd.Index) -> pd.Series:
    scored = use[use["score"].notna() & use["land_mu"].gt(0)]
    scored = scored.iloc[np.lexsort((scored["code"], scored["row"]))]
    rows = scored["row"].to_numpy()
    land = scored["land_mu"].to_numpy(dtype=float)
    score = scored["score"].to_numpy(dtype=float)
    total = np.bincount(rows, weights=land * score, minlength=len(index))
    weight = np.bincount(rows, weights=land, minlength=len(index))
    mean = np.divide(total, weight, out=np.full(len(index), np.nan), where=weight > 0)
    return pd.Series(mean, index=index, name="score")


def _of_largest(use: pd.DataFrame, name: str, index: pd.Index) -> pd.Series:
    """Return the value of the occupant with most land, parcel by parcel; equal land: the lower credit code."""
    first = use.iloc[np.lexsort((use["code"], -use["land_mu"], use["row"]))].drop_duplicates("row")
    found = np.full(len(index), None, dtype=object)
    found[first["row"].to_numpy()] = first[name].to_numpy(dtype=object)
    return pd.Series(found, index=index, name=name, dtype=object)


def also_idle(parcels: pd.DataFrame) -> tuple[tuple[str, int, float], ...]:
    """Return (efficiency class, parcels, mu) of land that is suspected idle as well.

    Low efficiency and idleness are counted apart, and land in both once, in 闲置 (TERMS): the legend says how much.
    """
    if not {"efficiency_class", "idle_class"} <= set(parcels.columns):
        return ()
    idle = parcels["idle_class"].isin(["IDLE_T1", "IDLE_T2"]).to_numpy(dtype=bool)
    classes = {
        name: idle & parcels["efficiency_class"].eq(name).fillna(value=False).to_numpy(dtype=bool) for name in LOW
    }
    areas = parcels["area_mu"].to_numpy(dtype=float)
    return tuple((name, int(both.sum()), float(np.nansum(areas[both]))) for name, both in classes.items() if both.any())
