"""Measure how far a sheet reaches before a library lays it out: one far cell makes a small file fill the memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

import numpy as np

from landuse.errors import Fault, InputError

MOST_CELLS: Final = 60_000_000
"""Cells between the first and the last one of a sheet (inclusive): all rows there can be, of 57 columns."""
MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
DOCUMENT: Final = "content.xml"
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_LOOSE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)""")
_OVERLAP: Final = 64
"""Bytes of a piece that are looked at again with the next one."""
_WINDOW: Final = 11
"""Signs of a reference that tell its place: three letters and eight digits."""


def measured(pieces: Iterator[bytes], member: str, name: str) -> Iterator[bytes]:
    """Pass the pieces of a member on, and refuse a sheet that reaches too far once all of it has gone by.

    Parameters
    ----------
    member
        Its name in the archive; one that is no sheet is passed on as it is.

    Raises
    ------
    InputError
        Its last row and its last column span more than `MOST_CELLS`, or lie beyond those of a spreadsheet.
    """
    if _SHEET.fullmatch(member):
        yield from _of_sheet(pieces, f"{name} [{member}]")
    elif member == DOCUMENT:
        yield from _of_document(pieces, f"{name} [{member}]")
    else:
        yield from pieces


def guard_width(columns: int, name: str) -> None:
    """Refuse a table with more columns than a spreadsheet has: nobody made it, and no header of it is found.

    Raises
    ------
    InputError
        More than `MOST_COLUMNS`.
    """
    if columns > MOST_COLUMNS:
        found = f"列数过多 / too many columns: {columns}"
        do = "检查分隔符,或分成几个文件 / check the delimiter, or split the file"
        raise InputError([Fault(name, found, f"<= {MOST_COLUMNS}", do)])


def _of_sheet(pieces: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Look at the references of the cells, which may stand in any order."""
    rows = columns = 0
    rest = b""
    for piece in pieces:
        text = rest + piece
        found = _reach(text)
        rows, columns = max(rows, found[0]), max(columns, found[1])
        _check(rows, columns, where)
        rest = text[-_OVERLAP:]
        yield piece


def _reach(text: bytes) -> tuple[int, int]:
    """Return the last row and the last column that a piece of a sheet names, from 1."""
    signs = np.frombuffer(text + bytes(_WINDOW + 3), dtype=np.uint8)
    at = np.flatnonzero(signs[1 : len(text)] == ord("r")) + 1
    at = at[np.isin(signs[at - 1], (9, 10, 13, 32))]
    is_equal = signs[at + 1] == ord("=")
    if np.isin(signs[at + 1 + is_equal], (9, 10, 13, 32)).any():
        places = [(int(digits or 0), _column(letters)) for letters, digits in _LOOSE.findall(text)]
        return max((row for row, _ in places), default=0), max((column for _, column in places), default=0)
    at = at[is_equal]
    if not len(at):
        return 0, 0
    window = signs[at[:, None] + 3 + np.arange(_WINDOW)]
    upper = window & 0xDF
    letters = np.logical_and.accumulate((upper >= 65) & (upper <= 90), axis=1)
    digits = (window >= 48) & (window <= 57)
    counted = digits & np.logical_and.accumulate(letters | digits, axis=1)
    rows = columns = np.zeros(len(at), dtype=np.int64)
    for place in range(_WINDOW):
        columns = np.where(letters[:, place], columns * 26 + upper[:, place] - 64, columns)
        rows = np.where(counted[:, place], rows * 10 + window[:, place] - 48, rows)
    return int(rows.max()), int(columns.max())


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


class _Document:
    """Counts rows and columns of the sheets of an open document, with those that are repeated."""

    def __init__(self) -> None:
        self.row = self.column = self.repeat = self.last = 0
        self.rows = self.columns = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if tag == "table:table":
            self.row = self.rows = self.columns = 0
        elif tag == "table:table-row":
            self.column = self.last = 0
            self.repeat = int(attributes.get("table:number-rows-repeated", "1"))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.column += int(attributes.get("table:number-columns-repeated", "1"))
            if "office:value-type" in attributes or "table:formula" in attributes:
                self.last = self.column
        elif tag == "text:p":
            self.last = self.column

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if tag == "table:table-row":
            self.row += self.repeat
            if self.last:
                self.rows, self.columns = self.row, max(self.columns, self.last)


def _of_document(pieces: Iterator[bytes], where: str) -> Iterator[bytes]:
    """Count through an open document; what is no XML is left to whoever reads it."""
    document, parser = _Document(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = document.start, document.end
    is_read = True
    for piece in pieces:
        try:
            if is_read:
                parser.Parse(piece, False)  # noqa: FBT003
        except (expat.ExpatError, ValueError):
            is_read = False
        _check(document.rows, document.columns, where)
        yield piece


def _check(rows: int, columns: int, where: str) -> None:
    if rows <= MOST_ROWS and columns <= MOST_COLUMNS and rows * columns <= MOST_CELLS:
        return
    found = f"工作表范围过大,到第 {rows} 行、第 {columns} 列 / the sheet reaches too far: {rows} x {columns}"
    do = "删除远处多余的单元格后另存,大表请存为 .csv / delete the far cells and save it again, a large table as .csv"
    raise InputError([Fault(where, found, f"<= {MOST_CELLS}", do)])
