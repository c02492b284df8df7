"""Take columns out of a table as arrays: blank is unknown, and a column that is not there is unknown throughout."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.datetime64]
"""datetime64[D], NaT = unknown."""


def text(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a text column; blank text is missing, a column that is not there is missing throughout."""
    if name not in table.columns:
        return pd.Series(pd.NA, index=table.index, name=name, dtype="str")
    words = table[name].astype("str")
    blank = words.eq("")
    return words.mask(blank) if blank.any() else words


def among(texts: pd.Series, words: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Return which texts are among some words; a missing text is not, a missing word is none.

    What `Series.isin` says of texts, without a Python object for each word.
    """
    known = words if isinstance(words, (pd.Series, pd.Index)) else pd.Series([*words], dtype="str")
    sought = pa.array(known.astype("str"), pa.large_string(), from_pandas=True)
    found = pc.is_in(pa.array(texts.astype("str"), pa.large_string(), from_pandas=True), sought, skip_nulls=True)
    flags: npt.NDArray[np.bool_] = found.to_numpy(zero_copy_only=False)
    return flags


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
