"""Collect what is wrong with single cells, column by column, until the rows they belong to are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from landuse.read.source import Rows


@dataclass(frozen=True)
class Finding:
    """Cells of one column with the same thing wrong."""

    code: str
    """Key of vocabulary/issues/read.toml."""
    rows: Rows
    """Positions in the column."""
    values: Sequence[str]
    """The cells as found, one a row."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Placeholders of the message, the same for all rows."""


@dataclass(frozen=True)
class Parsed:
    """A column of the right type, and what was wrong with its cells."""

    values: pd.Series
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Judged:
    """Cells that were looked at one by one: value and code (blank = nothing wrong) of each."""

    rows: Rows
    values: npt.NDArray[np.object_]
    codes: npt.NDArray[np.object_]
    found: pa.Array

    def findings(self, facts: Mapping[str, Any] | None = None) -> list[Finding]:
        """Return one finding per code, in the order of the code."""
        hits = []
        for code in sorted(set(self.codes.tolist()) - {""}):
            at = np.flatnonzero(self.codes == code)
            hits.append(Finding(code, self.rows[at], self.found.take(pa.array(at)).to_pylist(), facts or {}))
        return hits


def judge(texts: pa.Array, rows: Rows, judgement: Callable[[str], tuple[Any, str]]) -> Judged:
    """Return the judgement of the texts at `rows`, each different text judged once.

    Parameters
    ----------
    judgement
        Text -> (value, code); a blank code means nothing is wrong.
    """
    found = texts.take(pa.array(rows))
    encoded = found.dictionary_encode()
    answers = [judgement(text) for text in encoded.dictionary.to_pylist()]
    index = encoded.indices.to_numpy(zero_copy_only=False)
    values = np.empty(len(answers), dtype=object)
    codes = np.empty(len(answers), dtype=object)
    for number, (value, code) in enumerate(answers):
        values[number], codes[number] = value, code
    return Judged(rows, values[index], codes[index], found)


def rows_where(mask: pa.Array) -> Rows:
    """Return the positions at which an Arrow mask is true; null is false."""
    flags = mask.fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return np.flatnonzero(flags).astype(np.int64)
