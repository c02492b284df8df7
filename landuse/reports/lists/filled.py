"""Turn rows into the cells of a form: words of the form, rounded numbers, days; what is unknown stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from landuse.reports.cells import FIRST_SERIAL, Cell, date_number
from landuse.reports.lists.form import ListColumn, ListForm

LONGEST: int = 32_767
"""Characters of a cell."""


@dataclass(frozen=True)
class Filled:
    """A form with its cells, column by column."""

    form: ListForm
    cells: tuple[tuple[Cell, ...], ...]
    """None = unknown or filled in by others."""
    rows: int
    broken: tuple[tuple[str, int], ...] = ()
    """Title of a column that exceeds the one it may not -> number of the row (1 = first)."""

    def is_empty(self, place: int) -> bool:
        """Return whether a column holds nothing at all and is no formula: the run has no data for it."""
        return not self.form.column[place].formula and all(cell is None for cell in self.cells[place])


def fill_in(form: ListForm, rows: pd.DataFrame) -> Filled:
    """Return a form filled in with rows."""
    cells = tuple(tuple(column_cells(column, rows)) for column in form.column)
    return Filled(form, cells, len(rows), tuple(_broken(form, cells)))


def column_cells(column: ListColumn, rows: pd.DataFrame) -> list[Cell]:
    """Return the cells of one column."""
    if not column.source or column.source not in rows.columns:
        return [None] * len(rows)
    values = rows[column.source]
    shown = np.ones(len(rows), dtype=bool)
    for field, wanted in ((column.only_with, True), (column.only_without, False)):
        if field:
            known = (
                rows[field].notna().to_numpy(dtype=bool) if field in rows.columns else np.zeros(len(rows), dtype=bool)
            )
            shown &= known == wanted
    return [_cell(value, column) if show else None for value, show in zip(values, shown, strict=True)]


def _cell(value: Any, column: ListColumn) -> Cell:
    if isinstance(value, list | tuple):
        value = "、".join(map(str, value)) or None
    if value is None or pd.isna(value):
        return None
    if column.translate:
        return column.translate.get(str(value))
    if column.decimals is not None:
        return rounded(float(value), column)
    if column.fmt == "D" or isinstance(value, pd.Timestamp):
        return day_cell(pd.Timestamp(value))
    if column.fmt == "Y":
        return int(value)
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text[:LONGEST] or None


def rounded(value: float, column: ListColumn) -> float | None:
    """Return a number in the unit of its column, rounded half up as people round."""
    if not np.isfinite(value):
        return None
    exact = Decimal(repr(value)) * Decimal(repr(column.times))
    return float(exact.quantize(Decimal(1).scaleb(-(column.decimals or 0)), rounding=ROUND_HALF_UP))


def day_cell(day: pd.Timestamp) -> Cell:
    """Return a day as the number of a workbook; one before 1 March 1900 as text."""
    number = date_number(day.date())
    return number if number >= FIRST_SERIAL else day.date().isoformat()


def _broken(form: ListForm, cells: tuple[tuple[Cell, ...], ...]) -> list[tuple[str, int]]:
    """Return where a value exceeds the one it may not: 处置面积 <= 占地面积."""
    place = {column.key: index for index, column in enumerate(form.column) if column.key}
    return [
        (column.title.zh, row)
        for index, column in enumerate(form.column)
        if column.at_most
        for row, (own, most) in enumerate(zip(cells[index], cells[place[column.at_most]], strict=True), start=1)
        if isinstance(own, int | float) and isinstance(most, int | float) and own > most
    ]
