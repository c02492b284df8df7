"""Read and write repeating columns: texts as small dictionaries, flags with unknowns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Coded:
    """A column whose values repeat: `words[code]` row by row; code -1 = missing."""

    codes: Codes
    words: Sequence[Any]

    def text(self, index: pd.Index, name: str) -> pd.Series:
        """Return the column as text."""
        return as_text(self.array(), index, name)

    def array(self) -> pa.Array:
        """Return the column as an Arrow text array."""
        words = pa.array([*self.words, None], type=pa.large_string())
        return words.take(pa.array(np.where(self.codes < 0, len(self.words), self.codes)))

    def objects(self, index: pd.Index, name: str) -> pd.Series:
        """Return the column as shared Python objects (tuples of text); missing = None."""
        words = np.full(len(self.words) + 1, None, dtype=object)
        for code, word in enumerate(self.words):
            words[code] = word
        return pd.Series(words[self.codes], index=index, name=name)


def as_text(array: pa.Array, index: pd.Index, name: str) -> pd.Series:
    """Return an Arrow text array as a text column."""
    return pd.Series(array, index=index, name=name, dtype="str")


def holds(flags: pd.Series) -> npt.NDArray[np.bool_]:
    """Return where a three-valued flag is true; unknown does not hold."""
    return flags.astype("boolean").fillna(value=False).to_numpy(dtype=bool)


def those_that_hold(flags: Mapping[str, npt.NDArray[np.bool_]], index: pd.Index, name: str) -> pd.Series:
    """Return, row by row, the names of the flags that are true: one shared tuple for each combination."""
    bits = np.zeros(len(index), dtype=np.intp)
    for bit, true in enumerate(flags.values()):
        bits |= true.astype(np.intp) << bit
    words = [tuple(one for bit, one in enumerate(flags) if code >> bit & 1) for code in range(2 ** len(flags))]
    return Coded(bits, words).objects(index, name)


def text_of(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a text column, stripped; a table without it knows nothing of it; empty text is missing."""
    if name not in table.columns:
        return pd.Series(pd.NA, table.index, name=name, dtype="str")
    stripped = table[name].astype("str").str.strip()
    return stripped.where(stripped.ne(""))
