"""Give the first rows of sheets and delimited texts as they stand, merged cells repeated over their range."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.propose.heads import DEEP
from landuse.read.delimited import records_of

_HEAD: Final = 1 << 20
"""Bytes in which the header of a text stands."""


@dataclass(frozen=True)
class Grid:
    """A sheet of a workbook, or a text."""

    name: str
    rows: Sequence[Sequence[Any]]
    """At least its first `DEEP` rows."""
    is_hidden: bool = False
    default: str = ""
    """The sheet that is read where none is named."""

    def raw(self) -> list[list[Any]]:
        """Return the rows as lists."""
        return [list(row) for row in self.rows]


def sheet_grids(file: Path, name: str) -> list[Grid]:
    """Return the sheets of a workbook in order.

    Raises
    ------
    InputError
        Protected by a password or damaged.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read_bytes()))
        metas = [meta for meta in book.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
        shown = [str(meta.name) for meta in metas if str(meta.visible).endswith("Visible")]
        first = shown[0] if shown else ""
        return [_grid(book, str(meta.name), first, is_hidden=str(meta.name) not in shown) for meta in metas]
    except PasswordError:
        do = "去除密码后另存 / save it without one"
        raise InputError([Fault(name, "文件有密码 / the file is protected by a password", "", do)]) from None
    except (CalamineError, OSError, ValueError) as error:
        fault = Fault(name, f"无法读取 / cannot be read: {error}", ".xlsx .xls .ods", "检查文件 / check the file")
        raise InputError([fault]) from None


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
    return Grid("", records[:DEEP])


def _first_lines(data: bytes) -> bytes:
    """Return the beginning of a text, as far as a line ends."""
    return data if len(data) < _HEAD else data[:_HEAD].rpartition(b"\n")[0]


def _grid(book: Any, name: str, first: str, *, is_hidden: bool) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top >= DEEP:
            continue
        for row in rows[top : min(bottom, DEEP) + 1]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return Grid(name, rows, is_hidden, first)
