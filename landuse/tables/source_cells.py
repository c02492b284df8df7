"""Name the cell an issue speaks of, as a spreadsheet shows it: E12."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from landuse.tables.stages import RawPart, RawTables

SOURCE_CELL: Final = "source_cell"
"""Column of issues: cells of the file, parted by commas; blank where the format has none, or no column is meant."""


def with_cells(issues: pd.DataFrame, raw: RawTables) -> pd.DataFrame:
    """Return the issues with the cell of each in the file it points to, as column `source_cell`."""
    cells = np.full(len(issues), "", dtype=object)
    known = issues["source_row"].notna().to_numpy(dtype=bool) & issues["column"].ne("").to_numpy(dtype=bool)
    for part in (part for parts in raw.parts.values() for part in parts if part.letters):
        rows = np.flatnonzero(known & _of_part(issues, part))
        for column in pd.unique(issues["column"].iloc[rows]):
            letters = [part.letters[name] for name in str(column).split(",") if name in part.letters]
            at = rows[issues["column"].iloc[rows].eq(column).to_numpy(dtype=bool)]
            numbers = issues["source_row"].iloc[at].astype("int64").astype("str")
            said = [[letter + number for letter in letters] for number in numbers]
            cells[at] = [",".join(one) for one in said]
    return issues.assign(**{SOURCE_CELL: pd.Series(cells, index=issues.index, dtype="str")})


def _of_part(issues: pd.DataFrame, part: RawPart) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    same = issues["table"].eq(part.table) & issues["source_file"].eq(part.file) & issues["source_sheet"].eq(part.sheet)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = same.to_numpy(dtype=bool)
    return found
