"""Point an issue to the file that carries its column: tables of several files complement each other."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landuse.tables.columns import PROVENANCE
from landuse.tables.source_cells import with_cells
from landuse.tables.stages import RawPart, RawTables

KEY: Final = {"parcels": "parcel_id", "enterprises": "uscc", "accounts": "uscc"}
"""Table -> the column an issue names its object by."""


def located(issues: pd.DataFrame, raw: RawTables, *, year: int) -> pd.DataFrame:
    """Return the issues with file, sheet and row of the cell they speak of.

    Assembled rows know the first file they came from. Where the column of an issue stands in another file of the same
    table, that file's row is meant; issues whose own file carries the column, or that name no column, stay as they are.

    Parameters
    ----------
    year
        Year of the accounts that issues about accounts speak of.
    """
    places = {name: issues[name].to_numpy(dtype=object, copy=True) for name in PROVENANCE}
    for table, key in KEY.items():
        parts = raw.of(table)
        of_table = issues["table"].eq(table)
        for column in issues.loc[of_table, "column"].unique() if len(parts) > 1 else ():
            carriers = [part for part in parts if {key, column} <= set(part.frame.columns)]
            rows = np.flatnonzero(of_table & issues["column"].eq(column) & ~_points_to(issues, carriers))
            for part in carriers:
                place = pd.Index(_keys(part, key, column, year)).get_indexer(pd.Index(issues["key"].iloc[rows]))
                hit, line = rows[place >= 0], place[place >= 0]
                places["source_file"][hit], places["source_sheet"][hit] = part.file, part.sheet
                places["source_row"][hit] = part.frame["source_row"].to_numpy()[line]
    return with_cells(issues.assign(**places).astype({"source_row": "Int64"}), raw)


def _points_to(issues: pd.DataFrame, parts: list[RawPart]) -> pd.Series:
    """Return which issues point to one of these files already."""
    found = pd.Series(data=False, index=issues.index)
    for part in parts:
        found |= issues["source_file"].eq(part.file) & issues["source_sheet"].eq(part.sheet)
    return found


def _keys(part: RawPart, key: str, column: str, year: int) -> pd.Series:
    """Return the keys of the rows that say something in the column (accounts: in the year), others blank, each once."""
    speaks = part.frame[column].notna()
    if "year" in part.frame.columns:
        speaks &= part.frame["year"].eq(year).fillna(value=False).astype(bool)
    keys = part.frame[key].where(speaks).astype("object")
    # a blank or repeated key gets a name that no issue has, so that positions stay those of the rows
    spare = pd.Series(range(len(keys)), index=keys.index, dtype="object")
    return keys.where(keys.notna() & ~keys.duplicated(), spare)
