"""Find the header rows of a sheet: by the titles we know, else by the shape of what stands there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.inputs import INPUT_TABLES
from landuse.read.dates import day_of
from landuse.read.judgement import Candidate, Evidence, Judgement
from landuse.read.numbers import number_of
from landuse.read.units import spellings, split_unit
from landuse.read.words import normal
from landuse.settings import FixedValue, InputEntry
from landuse.tables import columns
from landuse.units import UNITS

Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last place of a merged range, from 0."""

LOOKED_AT: Final = 30
"""Rows in which the header is looked for."""
DEEPEST: Final = 5
"""Header rows that one header may have."""
FILLED: Final = 0.5
"""A header fills at least this share of the columns in use (inclusive)."""
KNOWN: Final = 2
"""This many titles that we know make a header."""
_LABEL: Final = re.compile(r"^[^:]{1,12}:.+|^\(?单位:?.*|.*单位:[^:]*\)?$")
"""A remark above a table: 单位:万元, 填报单位:税务局."""
_CODE: Final = re.compile(r"[0-9a-z]{6,}")
CODE_DIGITS: Final = 0.6
"""More than this share of a code are digits: 91350582MA00000015 is one, SJSF2021 is a title."""
_YEAR: Final = re.compile(r"(19|20)\d\d年?")
_BRACKETED: Final = re.compile(r"[(\[【].*[)\]】]")


@dataclass(frozen=True)
class _Row:
    """One row as text, merged cells repeated over their range."""

    texts: tuple[str, ...]
    """In normal form; blank = nothing."""
    values: int
    """Cells that hold a number, a day or a code: no header has them."""
    named: tuple[bool, ...]
    """Which of the texts are titles that we know."""
    known: int
    """Different titles that we know."""

    @property
    def groups(self) -> int:
        """Return the number of different texts that are no remark above a table."""
        return len({text for text in self.texts if text and not _LABEL.match(text)})

    def filled(self) -> int:
        """Return the number of cells in which something stands."""
        return sum(1 for text in self.texts if text and not _LABEL.match(text))


def find_header(
    grid: Sequence[Sequence[Any]], merged: Sequence[Area] = (), known: frozenset[str] = frozenset()
) -> Judgement:
    """Return which rows are the header, as the project file writes header_rows: 2, or [2, 3].

    Parameters
    ----------
    grid
        First rows of the sheet.
    merged
        Merged ranges of the sheet.
    known
        Further words that are headers, in normal form, beside the titles of all tables.
    """
    words = titles() | known
    return _found([_row(grid, number, merged, lambda text: _bare(text) in words) for number in _first(grid)])


def find_header_by(grid: Sequence[Sequence[Any]], is_known: Callable[[str], bool]) -> Judgement:
    """Return which rows are the header, as `find_header`, of a grid whose merged cells stand over their range.

    Parameters
    ----------
    is_known
        Whether a text is a header that we know.
    """
    return _found([_row(grid, number, (), is_known) for number in _first(grid)])


def _first(grid: Sequence[Sequence[Any]]) -> range:
    return range(min(len(grid), LOOKED_AT))


def _found(rows: Sequence[_Row]) -> Judgement:
    width = max((row.filled() for row in rows), default=0)
    first = _by_titles(rows, width)
    by_title = first is not None
    if first is None:
        first = _by_shape(rows, width)
    if first is None:
        told = [number for number, row in enumerate(rows) if row.groups >= 2 and not row.values][:3]
        candidates = tuple(Candidate(str(number + 1), _looks(rows[number])) for number in told)
        return Judgement(None, Evidence("没有一行像表头", "no row looks like a header"), candidates)
    top, bottom = _whole(rows, first)
    numbers = [number + 1 for number in range(top, bottom + 1)]
    value = str(numbers[0]) if len(numbers) == 1 else f"[{', '.join(str(number) for number in numbers)}]"
    if not by_title and not any(row.values for row in rows[bottom + 1 :]):
        evidence = Evidence("各行都是文字,分不出表头和数据", "all rows are text: header and data look alike")
        return Judgement(None, evidence, (Candidate(value, _looks(rows[first])),))
    return Judgement(value, _looks(rows[first]))


def _looks(row: _Row) -> Evidence:
    if row.known:
        return Evidence(f"有{row.known}个认得的列名", f"{row.known} known titles")
    return Evidence(f"有{row.groups}个列名,下面是数据", f"{row.groups} titles and data below")


def check_header(
    grid: Sequence[Sequence[Any]], merged: Sequence[Area], *, where: str, known: frozenset[str] = frozenset()
) -> None:
    """Refuse a sheet whose first row, taken as its header because the project file names none, clearly is none.

    Raises
    ------
    InputError
        Another row, or several, is the header; it is named.
    """
    found = find_header(grid, merged, known)
    if found.value in (None, "1"):
        return
    above = next((str(value).strip() for value in grid[0] if str(value).strip()), "") if grid else ""
    what = f"第1行“{above[:40]}”不是完整的表头 / the first row is not the whole header"
    do = f"写明 header_rows = {found.value} / state header_rows = {found.value}"
    raise InputError(
        [Fault(where, what, f"第{found.value}行:{found.evidence.zh} / row {found.value} has {found.evidence.en}", do)]
    )


def wished_words(entry: InputEntry) -> frozenset[str]:
    """Return the headers that the project file names for this very file."""
    named = [source for source in entry.columns.values() if not isinstance(source, FixedValue)]
    return frozenset(normal(word) for each in named for word in ((each,) if isinstance(each, str) else each))


@cache
def titles() -> frozenset[str]:
    """Return every title and name of a column of any table, in normal form, with and without its unit."""
    known = [column for table in INPUT_TABLES for column in columns("input", table).values()]
    return frozenset(normal(word) for column in known for word in (column.name, column.zh, column.en))


# ------------------------------------------------------------------------------------------------- rows


def _row(grid: Sequence[Sequence[Any]], number: int, merged: Sequence[Area], is_known: Callable[[str], bool]) -> _Row:
    cells = list(grid[number])
    for (top, left), (bottom, right) in merged:
        if top <= number <= bottom and left < len(grid[top]):
            cells[left : right + 1] = [grid[top][left]] * len(cells[left : right + 1])
    texts = tuple(_text(value) for value in cells)
    values = sum(1 for value, text in zip(cells, texts, strict=True) if text and _is_value(value, text))
    named = tuple(bool(text) and is_known(text) for text in texts)
    return _Row(
        texts, values, named, len({_bare(text) for text, is_title in zip(texts, named, strict=True) if is_title})
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return normal(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))


def _bare(text: str) -> str:
    """Return a header without its unit, whatever quantity it measures."""
    found = split_unit(text, "")[0]
    if found != text:
        return found
    return next((bare for unit in UNITS if (bare := split_unit(text, unit)[0]) != text), text)


def _is_value(value: Any, text: str) -> bool:
    if _YEAR.fullmatch(text):
        return False
    if isinstance(value, int | float | dt.date | dt.time):
        return True
    if _CODE.fullmatch(text) and sum(sign.isdigit() for sign in text) > CODE_DIGITS * len(text):
        return True
    day, code = day_of(text)
    return number_of(text)[1] == "" or (day is not None and code != "DATE_MONTH_ONLY")


def _by_titles(rows: Sequence[_Row], width: int) -> int | None:
    """Return the first row with most titles that we know; none where there are not enough."""
    wanted = min(KNOWN, max(width, 1))
    best = max((row.known for row in rows if not row.values), default=0)
    if best < wanted:
        return None
    return next(number for number, row in enumerate(rows) if not row.values and row.known == best)


def _by_shape(rows: Sequence[_Row], width: int) -> int | None:
    """Return the first row of nothing but text that fills its share of the columns."""
    for number, row in enumerate(rows):
        if not row.values and row.groups >= min(2, width) and row.filled() >= FILLED * width and row.filled():
            return number
    return None


def _whole(rows: Sequence[_Row], first: int) -> tuple[int, int]:
    """Return the first and last row of the header of which one row is known."""
    top = bottom = first
    while top > 0 and bottom - top < DEEPEST and rows[top - 1].groups >= 2 and _is_below(rows[top - 1], rows[top]):
        top -= 1
    while bottom + 1 < len(rows) and bottom - top < DEEPEST and _is_below(rows[bottom], rows[bottom + 1]):
        bottom += 1
    return top, bottom


def _is_below(upper: _Row, lower: _Row) -> bool:
    """Say whether a row goes on with the header of the row above: it divides its groups, or states its units.

    A cell merged over both rows is a sure sign: the rest of the lower row then stands below its own titles.
    """
    if lower.values or not lower.filled():
        return False
    pairs = _pairs(lower, upper)
    if all(not text or text == above or _is_unit(text) for text, above in pairs):
        return any(text and text != above and _is_unit(text) for text, above in pairs)
    if any(text and text == above for text, above in pairs) or _names_more(upper, lower):
        return True
    divided = False
    names_groups = upper.known < KNOWN <= lower.known
    for left, right in _groups(upper):
        below = lower.texts[left:right]
        own = upper.texts[left]
        if right - left > 1 and len({text for text in below if text and text != own}) > 1:
            divided = True
        elif not names_groups and any(text and text != own and not _is_unit(text) for text in below):
            return False
    return divided


def _names_more(upper: _Row, lower: _Row) -> bool:
    """Say whether a row holds nothing but titles that we know, where the row above has none: it goes on with it."""
    titled = (*upper.named, *(False for _ in lower.texts[len(upper.named) :]))
    told = [place for place, text in enumerate(lower.texts) if text]
    return upper.known > 0 and all(lower.named[place] and not titled[place] for place in told)


def _pairs(lower: _Row, upper: _Row) -> list[tuple[str, str]]:
    above = upper.texts + ("",) * (len(lower.texts) - len(upper.texts))
    return list(zip(lower.texts, above[: len(lower.texts)], strict=True))


def _groups(row: _Row) -> list[tuple[int, int]]:
    """Return where each text of a row begins and ends: over equal cells, and over blank ones behind it."""
    found: list[tuple[int, int]] = []
    for place, text in enumerate(row.texts):
        if found and (not text or text == row.texts[found[-1][0]]):
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def _is_unit(text: str) -> bool:
    return bool(_BRACKETED.fullmatch(text)) or any(text in spellings(unit) for unit in UNITS)
