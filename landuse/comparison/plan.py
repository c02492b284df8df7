"""Say which parcels entered or left the plan that two runs show, and which are dealt with otherwise."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landuse.comparison.model import ENTERED, LEFT, STAYED
from landuse.tables.runs import RunRecord

PLANNED: Final = ("measure", "plan_year")
"""Columns of the parcels that a run with a shown plan publishes."""
FIGURES: Final = tuple(f"{name}_{end}" for name in PLANNED for end in ("old", "new"))
PLAN_COLUMNS: Final = ("key", "name", "change", "altered", *FIGURES)


def plan_changes(old: RunRecord, new: RunRecord) -> pd.DataFrame:
    """Return the parcels of either plan by code, with measure and year in both.

    Returns
    -------
    `PLAN_COLUMNS`; altered: it stayed, with another measure or year. No row where either run shows no plan.
    """
    tables = [run.tables["parcels"] for run in (old, new)]
    if not all(name in table.columns for table in tables for name in PLANNED):
        return pd.DataFrame(columns=list(PLAN_COLUMNS))
    before, after = (_planned(table) for table in tables)
    keys = before.index.union(after.index, sort=True)
    is_old, is_new = keys.isin(before.index), keys.isin(after.index)
    rows = pd.DataFrame({"key": keys.astype("str"), "name": _names(tables, keys)}).assign(
        change=np.select([~is_old, ~is_new], [ENTERED, LEFT], STAYED)
    )
    for name in PLANNED:
        for end, table in (("old", before), ("new", after)):
            rows[f"{name}_{end}"] = table[name].reindex(keys).array
    differs = [rows[f"{name}_old"].ne(rows[f"{name}_new"]).fillna(value=True) for name in PLANNED]
    altered = (differs[0] | differs[1]).astype(bool) & rows["change"].eq(STAYED)
    return rows.assign(altered=altered)[list(PLAN_COLUMNS)]


def _planned(table: pd.DataFrame) -> pd.DataFrame:
    return table.loc[table["measure"].notna(), ["parcel_id", *PLANNED]].set_index("parcel_id")


def _names(tables: list[pd.DataFrame], keys: pd.Index) -> pd.Series:
    """Return what each parcel is called: its name, else who holds it, as the new run says, else the old one."""
    found = pd.Series([None] * len(keys), dtype="str")
    for table in reversed(tables):
        for name in (name for name in ("parcel_name", "holder") if name in table.columns):
            said = table.set_index("parcel_id")[name].reindex(keys).reset_index(drop=True)
            found = found.where(found.notna(), said.astype("str"))
    return found
