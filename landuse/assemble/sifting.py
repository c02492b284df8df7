"""Sift the rows of a table that is no register (papers, meters): each once, those that can be used, the others told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from landuse.assemble.keys import stack
from landuse.assemble.shares import Mask
from landuse.tables import PROVENANCE, RawPart, issue_rows
from landuse.tables.cells import text

Tests = Mapping[str, tuple[Mask, str]]
"""Code of the issue -> where a row fails, and the column it is told at."""


@dataclass(frozen=True)
class Sieve:
    """How the rows of one table are told."""

    table: str
    keys: tuple[str, ...]
    """Columns that name the object of a row: the first that is known does."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What fills the placeholders of the messages."""
    day: str = "%Y-%m-%d"
    """How a day is written."""

    def each_once(self, parts: Sequence[RawPart]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the rows of all files, of identical ones the first, and an issue for each of the others."""
        frame = stack(parts, self.table)
        repeated = frame.duplicated([name for name in frame.columns if name not in PROVENANCE]).to_numpy()
        return frame[~repeated].reset_index(drop=True), self.told("DUPLICATE_ROW", frame[repeated], "")

    def passing(self, rows: pd.DataFrame, tests: Tests) -> tuple[Mask, list[pd.DataFrame]]:
        """Return which rows pass all tests; each of the others is told of the first that it fails."""
        usable, doubts = np.ones(len(rows), dtype=bool), []
        for code, (fails, column) in tests.items():
            doubts.append(self.told(code, rows[usable & fails], column))
            usable = usable & ~fails
        return usable, doubts

    def told(self, code: str, rows: pd.DataFrame, column: str) -> pd.DataFrame:
        """Return one issue a row, its key the object, its value what the column holds."""
        owner = text(rows, self.keys[0])
        for name in self.keys[1:]:
            owner = owner.fillna(text(rows, name))
        keyed, value = rows.assign(owner=owner.fillna("")), shown(_column(rows, column), self.day)
        more = {"value": value, "facts": [dict(self.facts)] * len(rows)}
        return issue_rows(code, keyed, table=self.table, key="owner", column=column, **more)


def shown(values: pd.Series, day: str = "%Y-%m-%d") -> list[str]:
    """Return cells as text: a day without its hour, a number without noise, blank for unknown."""
    known = values.dt.strftime(day) if pd.api.types.is_datetime64_any_dtype(values.dtype) else values
    return [_said(value) for value in known]


def _column(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as it stands; unknown throughout where there is none."""
    return rows[column] if column in rows.columns else text(rows, column)


def _said(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
