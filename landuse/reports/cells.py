"""Turn described columns into what stands in a cell: a number, a text, a mark; and measure text as it prints."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.reports.content.context import numbers
from landuse.reports.content.model import NOT_APPLICABLE, TICK, UNKNOWN, Block, SheetColumn

LONGEST_TEXT: Final = 32_767
"""Characters a cell of an .xlsx file may hold."""
NUMBER_FORMATS: Final = {
    "A": "#,##0.00",
    "M": "#,##0.00##",
    "B": "0.00",
    "C": "0.0000",
    "N": "#,##0",
    "P": "0.0%",
    "D": "yyyy-mm-dd",
    "Y": "0",
    "T": "@",
    "W": "@",
    "O": "@",
    "F": "General",
}
"""Format letter of TERMS.md -> number format of the workbook."""
NUMERIC: Final = frozenset("AMBCNPY")
FIRST_SERIAL: Final = 61
"""1 March 1900: before it day numbers of a workbook are ambiguous, so an earlier date is written as text."""
LATIN_ROOM: Final = 0.85
"""Share of a line that Latin words fill on average before the next one moves down."""
_EPOCH: Final = np.datetime64("1899-12-30", "D")

Cell = str | float | int | None
"""A number, a text, or None for a cell left empty."""


def column_cells(block: Block, column: SheetColumn, cut_text: str) -> list[Cell]:
    """Return one column of a block as cells, row by row.

    Unknown prints as a dash, not applicable as a slash; a column left open stays empty.

    Parameters
    ----------
    cut_text
        What is written at the end of a text that is longer than a cell.
    """
    values = block.rows[column.name]
    if column.fmt in NUMERIC:
        cells = _number_cells(values, column.name)
    elif column.fmt == "D":
        cells = _date_cells(values)
    elif column.fmt == "F":
        cells = [UNKNOWN if pd.isna(value) else TICK if value else None for value in values]
    else:
        cells = _text_cells(values, cut_text, blank=None if column.fmt == "O" else UNKNOWN)
    mask = block.not_applicable.get(column.name)
    if mask is not None and mask.any():
        for row in np.flatnonzero(mask).tolist():
            cells[row] = NOT_APPLICABLE
    return [None if cell == UNKNOWN else cell for cell in cells] if column.is_open else cells


def date_number(day: date) -> int:
    """Return the day number of a workbook."""
    return int((np.datetime64(day, "D") - _EPOCH) / np.timedelta64(1, "D"))


def printed_width(text: str) -> int:
    """Return the width of a text in half-width characters, its longest line where it has several."""
    if "\n" in text:
        return max(printed_width(line) for line in text.split("\n"))
    return len(text) if text.isascii() else len(text.encode("gb18030", errors="replace"))


def printed_lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell of a given width; Latin words do not break, so they take more."""
    if "\n" in text:
        return sum(printed_lines(line, width) for line in text.split("\n"))
    room, needed = max(width - 1, 1.0), printed_width(text)
    if needed <= room:
        return 1
    return math.ceil(needed / (room * LATIN_ROOM if " " in text and text.isascii() else room))


def _number_cells(values: pd.Series, name: str) -> list[Cell]:
    found = numbers(values.to_frame(name), name)
    cells: list[Cell] = found.tolist()
    for row in np.flatnonzero(~np.isfinite(found)).tolist():
        cells[row] = UNKNOWN
    return cells


def _date_cells(values: pd.Series) -> list[Cell]:
    days = pd.to_datetime(values).to_numpy(dtype="datetime64[D]")
    serial = (days - _EPOCH) / np.timedelta64(1, "D")
    cells: list[Cell] = [None if math.isnan(day) else int(day) for day in serial.tolist()]
    early = np.flatnonzero(~(serial >= FIRST_SERIAL)).tolist()
    for row in early:
        cells[row] = UNKNOWN if cells[row] is None else str(days[row])
    return cells


def _text_cells(values: pd.Series, cut_text: str, *, blank: str | None) -> list[Cell]:
    texts: list[Any] = values.astype(object).where(values.notna(), None).tolist()
    return [blank if text is None else _fitting(str(text), cut_text) if text != "" else None for text in texts]


def _fitting(text: str, cut_text: str) -> str:
    """Return a text as a cell can hold it; signs count as UTF-16 units, as the file format counts them.

    A text that looks like the markup of rich text would be taken for it by the writer: a space at its end prevents it.
    """
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_TEXT:
        return text
    room = (LONGEST_TEXT - len(cut_text)) * 2
    return units[:room].decode("utf-16-le", errors="ignore") + cut_text
