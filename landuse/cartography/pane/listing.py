"""Say which parcels a theme puts on the list, in which order the ledger numbers them, and what each may be called.

Pure: tables in, series out.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.shares import text_rank
from landuse.cartography.values import LOW, idle_classes
from landuse.tables import Analysis

IDLE: Final = ("IDLE_T1_2", "IDLE_T1", "IDLE_T2")
"""Classes of suspected idle land, the longest idle first."""
IDLE_THEMES: Final = ("idle", "cause")
PLAN_THEMES: Final = ("measure", "roadmap", "before_after")
"""Themes that are about the plan that is shown: their list is 处置计划表, in the order of the parcels."""
PLACE_ORDER: Final = ("park", "town", "parcel_id")
"""Order of the lists of the ledger within a class."""
WHOLE_ID: Final = 19
"""Digits of a full parcel code (宗地代码): 6 of the county, 6 of the cadastral district, 7 of the parcel."""
Mask = npt.NDArray[np.bool_]


def list_ranks(analysis: Analysis, theme: str) -> pd.Series:
    """Return the number of every parcel in the list of a theme, 1 for the first; missing where it is not on it.

    The order is that of the ledger: by class, then park, town and code. What is suspected idle as well stands in the
    ledger under 闲置 alone; on a map of low efficiency it is coloured, so it is numbered too, after all others.
    Themes of amounts and grades list both: low efficiency, then idle land.
    """
    table = analysis.parcels.table
    if theme in PLAN_THEMES and "measure" in table.columns:
        taken = table["measure"].notna()
        return taken.cumsum().where(taken).astype("Int64").rename("number")
    low, idle = _places(table, "efficiency_class", LOW), _places(_with_two_years(table), "idle_class", IDLE)
    order = np.full(len(table), np.nan)
    if theme not in IDLE_THEMES:
        order = np.where(np.isfinite(low) & np.isfinite(idle), low + 100, low)
    if theme != "low":
        order = np.where(np.isfinite(order) & (order < 100), order, idle + 50)
    listed = pd.DataFrame({"order": order}, index=table.index).join(table[_known(table)])
    listed = listed[listed["order"].notna()].sort_values(["order", *_known(table)], kind="stable", na_position="last")
    numbers = pd.Series(np.arange(1, len(listed) + 1), index=listed.index, dtype="Int64")
    return numbers.reindex(table.index).rename("number")


def short_ids(parcel_id: pd.Series, among: Mask) -> pd.Series:
    """Return codes as short as they can be written.

    Full ones lose the county, and all of them the cadastral district too where no two parcels share the rest.

    Parameters
    ----------
    among
        Rows that have to be told apart: those that are labelled.
    """
    codes = parcel_id.astype("str")
    whole = codes.str.len() == WHOLE_ID
    tails = codes.mask(whole, codes.str[12:])
    if tails[among].duplicated().any():
        tails = codes.mask(whole, codes.str[6:])
    return tails.rename("id")


def user_names(analysis: Analysis) -> pd.Series:
    """Return the enterprise with most land on each parcel, else its holder; missing where neither is known.

    Names are taken as the tables state them: an audience that may not see one is handed tables without it.
    """
    table = analysis.parcels.table
    holder = table["holder"] if "holder" in table.columns else pd.Series(None, index=table.index, dtype=object)
    users, known = analysis.occupancy, analysis.enterprises
    if users.empty or "name" not in known.columns or "uscc" not in known.columns or "uscc" not in users.columns:
        return holder.astype(object).rename("name")
    named = users.merge(known[["uscc", "name"]], on="uscc", how="inner", validate="m:1")
    named = named.assign(code=text_rank(named["uscc"].astype("str")))
    first = named.sort_values(["land_mu", "code"], ascending=[False, True], kind="stable").drop_duplicates("parcel_id")
    found = table["parcel_id"].map(first.set_index("parcel_id")["name"])
    return found.astype(object).where(found.notna(), holder.astype(object)).rename("name")


def _known(table: pd.DataFrame) -> list[str]:
    return [name for name in PLACE_ORDER if name in table.columns]


def _places(table: pd.DataFrame, name: str, classes: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return the place of each row among the classes; NaN for another."""
    if name not in table.columns:
        return np.full(len(table), np.nan)
    order = {key: float(place) for place, key in enumerate(classes)}
    return np.asarray(table[name].astype(object).map(order).to_numpy(), dtype=np.float64)


def _with_two_years(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(idle_class=idle_classes(table)) if "idle_class" in table.columns else table
