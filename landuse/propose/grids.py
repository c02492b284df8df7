"""Give the first rows of sheets and delimited texts as they stand, merged cells repeated over their range."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.read.delimited import records_of
from landuse.read.header_finder import LOOKED_AT
from landuse.read.sheets import SheetInfo, tables_of

_HEAD: Final = 1 << 20
"""Bytes in which the header of a text stands."""


@dataclass(frozen=True)
class Grid:
    """A sheet of a workbook, or a text."""

    name: str
    rows: Sequence[Sequence[Any]]
    """Its first rows."""
    height: int
    is_hidden: bool = False
    default: str = ""
    """The sheet that is read where none is named."""
    header: str | None = "1"
    """Header rows that a run would look for where none are named."""

    def raw(self) -> list[list[Any]]:
        """Return the rows as lists."""
        return [list(row) for row in self.rows]


def sheet_grids(file: Path) -> list[Grid]:
    """Return the sheets of a workbook in order.

    Raises
    ------
    InputError
        Protected by a password or damaged.
    """
    sheets = tables_of(file)
    shown = [sheet.name for sheet in sheets if not sheet.hidden]
    return [_grid(sheet, shown[0] if shown else "") for sheet in sheets]


def csv_grid(data: bytes, name: str) -> Grid:
    """Return the first records of a delimited text.

    Raises
    ------
    InputError
        The encoding cannot be decided.
    """
    try:
        records, _ = records_of(_first_lines(data), name=name)
    except csv.Error as error:
        found = f"不是表格文本 / no delimited text: {error}"
        raise InputError([Fault(name, found, ".csv", "检查文件 / check the file")]) from None
    return Grid("", records[:LOOKED_AT], len(records))


def _first_lines(data: bytes) -> bytes:
    """Return the beginning of a text, as far as a line ends."""
    return data if len(data) < _HEAD else data[:_HEAD].rpartition(b"\n")[0]


def _grid(sheet: SheetInfo, first: str) -> Grid:
    rows = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return Grid(sheet.name, rows, sheet.height, sheet.hidden, first, sheet.header.value)
