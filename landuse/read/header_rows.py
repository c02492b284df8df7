"""Join several header rows into one header per column, and know the row that numbers them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.words import normal

_ORDINALS: Final = "甲乙丙丁戊己庚辛壬癸"
_COLUMN_NUMBER: Final = r"\(?(\d{1,3})\)?(?:=.*)?"
"""The number of a column: 3, (3), or 3=1/2."""


def header_numbers(declared: int | tuple[int, ...] | None, height: int, where: str) -> tuple[int, ...]:
    """Return the 1-based header rows, in order; the first row by default.

    Raises
    ------
    InputError
        Such a row is not in the file.
    """
    rows = (1,) if declared is None else (declared,) if isinstance(declared, int) else tuple(sorted(set(declared)))
    if not rows or rows[0] < 1 or rows[-1] > height:
        found = f"没有表头行 / no header row {', '.join(str(row) for row in rows)}"
        raise InputError([Fault(where, found, f"1–{height}", "改正 header_rows / correct header_rows")])
    return rows


def join_rows(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the header of each column, joined from top to bottom, and its lowest part.

    A text repeated straight below itself (a cell merged over rows) counts once. The lowest parts are empty when there
    is one row only.
    """
    width = max(len(row) for row in rows)
    headers, tails = [], []
    for column in range(width):
        parts: list[str] = []
        for row in rows:
            text = row[column].strip() if column < len(row) else ""
            if text and parts[-1:] != [text]:
                parts.append(text)
        headers.append(" ".join(parts))
        tails.append(parts[-1] if parts else "")
    return tuple(headers), tuple(tails) if len(rows) > 1 else ()


def is_numbering(texts: Sequence[str]) -> bool:
    """Say whether a row does nothing but number the columns: 1 2 3, or 甲 乙 1 2 3=1/2."""
    known = [plain for text in texts if (plain := normal(text))]
    ordinals = 0
    while ordinals < min(len(known), len(_ORDINALS)) and known[ordinals] == _ORDINALS[ordinals]:
        ordinals += 1
    counted = [re.fullmatch(_COLUMN_NUMBER, text) for text in known[ordinals:]]
    numbers = [int(match[1]) for match in counted if match]
    return len(known) >= 3 and len(numbers) == len(counted) and numbers == list(range(1, len(numbers) + 1))


def without_numbers(headers: Sequence[str]) -> tuple[str, ...]:
    """Return joined headers without the number of the column that stands in the lowest row."""
    return tuple(re.sub(rf"(?:^|\s)(?:[{_ORDINALS}]|{_COLUMN_NUMBER})$", "", header) for header in headers)
