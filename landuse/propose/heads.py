"""Find the header rows of a sheet: below titles and lines with a unit, above the first row of data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

from landuse.read.header_rows import join_rows
from landuse.read.words import normal

Grid = Sequence[Sequence[Any]]

DEEP: Final = 20
"""Rows in which a header is looked for."""
MOST_ROWS: Final = 4
"""Rows that one header may have."""
_NUMBER: Final = re.compile(r"[-+(]?[\d,]+(\.\d+)?\)?%?")
_CODE: Final = re.compile(r"(?=.*\d)[0-9A-Za-z\-/.]{9,}")
_DAY: Final = re.compile(r"\d{4}[年./-]\d{1,2}([月./-]\d{1,2}日?)?")
_ASIDE: Final = re.compile(
    r"^(单位|金额单位|面积单位|填报单位|填表|制表|报送|编制|统计|截止|截至|数据来源|附件|表号|制定机关)"
)
"""How a line between title and header begins."""
_ORDER: Final = "甲乙丙丁戊己庚辛壬癸"
_COLUMN_NUMBER: Final = re.compile(r"\(?\d{1,3}\)?(=.*)?")


def header_of(grid: Grid, is_known: Callable[[str], bool]) -> tuple[int, ...]:
    """Return the header rows (1-based) of a sheet.

    Parameters
    ----------
    grid
        Rows of the sheet from its first, merged cells repeated over their range.
    is_known
        Whether a header means a column that the toolkit knows.
    """
    rows = [[_text(value) for value in row] for row in grid[:DEEP]]
    may = [_may_head(row, raw) for row, raw in zip(rows, grid[:DEEP], strict=True)]
    heads = [len({cell for cell in row if cell}) > 1 or len(row) == 1 for row in rows]
    options = [
        tuple(range(top, bottom + 1))
        for bottom in range(len(rows))
        for top in range(max(0, bottom - MOST_ROWS + 1), bottom + 1)
        if all(may[top : bottom + 1]) and any(heads[top : bottom + 1])
    ]
    if not options:
        return (1,)
    best = max(options, key=lambda option: (_known(rows, option, is_known), *_plainness(grid, rows, option)))
    if best[-1] + 1 < len(rows) and is_numbering(rows[best[-1] + 1]):
        best = (*best, best[-1] + 1)
    return tuple(number + 1 for number in best)


def is_numbering(row: Sequence[str]) -> bool:
    """Say whether a row does nothing but number the columns: 甲, 乙, 1, 2, 3 = 1 / 2."""
    cells = [cell for cell in row if cell]
    if len(cells) < 3 or not all(cell in _ORDER or _COLUMN_NUMBER.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(re.sub(r"\D", "", cell.partition("=")[0])) for cell in cells if cell not in _ORDER]
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))


def without_numbers(headers: Sequence[str]) -> tuple[str, ...]:
    """Return joined headers without the number of the column that stands in the lowest row."""
    return tuple(re.sub(rf"(?:^|\s)(?:[{_ORDER}]|\(?\d{{1,3}}\)?(?:=.*)?)$", "", header) for header in headers)


def _known(rows: Sequence[Sequence[str]], option: Sequence[int], is_known: Callable[[str], bool]) -> int:
    """Return how many different headers are known, as a whole or by their lowest row."""
    headers, tails = join_rows([rows[number] for number in option])
    known = {
        header
        for place, header in enumerate(headers)
        if header and (is_known(header) or bool(tails and tails[place] and is_known(tails[place])))
    }
    return len(known)


def _plainness(grid: Grid, rows: Sequence[Sequence[str]], option: Sequence[int]) -> tuple[int, int, int]:
    """Return what speaks for a header when as many of its columns are known: data below, few rows, high up."""
    below = option[-1] + 1
    followed = below < len(rows) and (_is_data(rows[below], grid[below]) or is_numbering(rows[below]))
    return int(followed), -len(option), -option[0]


def _may_head(row: Sequence[str], raw: Sequence[Any]) -> bool:
    """Say whether a row can be part of a header: no data, not blank, no line that states a unit or who reports."""
    cells = [cell for cell in row if cell]
    if not cells or _is_data(row, raw):
        return False
    return not (_ASIDE.match(normal(cells[0])) and len(set(cells)) < max(2, len(row) / 2))


def _is_data(row: Sequence[str], raw: Sequence[Any]) -> bool:
    """Say whether a row holds numbers, days or codes and so is a record; years alone do not make one."""
    if is_numbering(row):
        return False
    plain = [cell for cell in row if cell]
    days = sum(isinstance(value, dt.date) for value in raw)
    told = [cell for cell in plain if _NUMBER.fullmatch(cell) or _CODE.fullmatch(cell) or _DAY.fullmatch(cell)]
    years = [cell for cell in told if re.fullmatch(r"(19|20)\d\d", cell)]
    return bool(days or len(told) > len(years) or (plain and len(years) == 1 and len(plain) > 1))


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()
