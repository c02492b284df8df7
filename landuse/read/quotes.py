"""Find a quote that opens a cell of a delimited text and is not closed: it swallows the rows that follow."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from landuse.errors import Fault, InputError


def check_quotes(lines: Iterator[str], delimiter: str, *, width: int, first: int, name: str) -> None:
    """Refuse a text in which a quoted cell runs to the end, or holds as many separators as a whole row.

    Parameters
    ----------
    width
        Cells of a row.
    first
        Number of the first record, as a user counts.

    Raises
    ------
    InputError
        Such a cell: the row in which it opens is named.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = first - 1
    try:
        for number, record in enumerate(reader, start=first):
            if any("\n" in cell and cell.count(delimiter) >= max(width - 1, 1) for cell in record):
                raise InputError([unclosed(name, number)])
    except csv.Error as error:
        fault = _malformed if "expected after" in str(error) else unclosed
        raise InputError([fault(name, number + 1)]) from None


def unclosed(name: str, number: int) -> Fault:
    """Return the fault of a quote that is not closed."""
    found = f"第 {number} 行有引号未闭合,会吞掉后面的行 / a quote is not closed and swallows rows, in row: {number}"
    do = "补上或删去该引号,格内不要换行 / close or delete the quote, and keep line breaks out of cells"
    return Fault(name, found, "", do)


def _malformed(name: str, number: int) -> Fault:
    found = f"第 {number} 行引号后有多余的字 / characters behind a closing quote, in row: {number}"
    do = '格内的引号写成两个 "" / write a quote inside a cell twice'
    return Fault(name, found, "", do)
