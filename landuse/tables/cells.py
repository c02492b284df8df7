"""Take columns out of a table as arrays: blank is unknown, and a column that is not there is unknown throughout."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Days = npt.NDArray[np.datetime64]
"""datetime64[D], NaT = unknown."""


def text(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a text column; blank text is missing, a column that is not there is missing throughout."""
    if name not in table.columns:
        return pd.Series(pd.NA, index=table.index, name=name, dtype="str")
    words = table[name].astype("str")
    blank = words.eq("")
    return words.mask(blank) if blank.any() else words


def numbers(table: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return a number column as float64, NaN = unknown; a column that is not there is unknown throughout."""
    if name not in table.columns:
        return np.full(len(table), np.nan)
    return table[name].to_numpy(dtype=np.float64, na_value=np.nan)


def days(table: pd.DataFrame, name: str) -> Days:
    """Return a date column as days, NaT = blank; a column that is not there is blank throughout."""
    if name not in table.columns:
        return np.full(len(table), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(table[name]).to_numpy().astype("datetime64[D]")
