"""Read date cells: date values, spreadsheet serials, eight digits, and the ways a bureau writes a day."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.catalogue import load
from landuse.read.findings import Finding, Parsed, judge, rows_where
from landuse.read.numbers import ERROR_CELL
from landuse.read.source import Cells
from landuse.read.words import blanks, has_mark, normal

Days = npt.NDArray[np.datetime64]
Judgement = Callable[[str], tuple[dt.date | None, str]]
"""Text -> day, and the code of what is wrong with it."""

FIRST_YEAR: Final = 1949
"""A day before this year is no day of the land administration: typed wrongly."""
YEARS_AHEAD: Final = 50
"""The longest term of industrial land: a day further ahead of `as_of` was typed wrongly."""
_EPOCH: Final = dt.date(1899, 12, 30)
"""Serial 0 of a spreadsheet; serials of five digits begin in 1927."""
_LATER: Final = dt.timedelta(days=1462)
"""Serials that count from 1904-01-01 stand for days that much later."""
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})[日号]?(?:[ T]*\d{1,2}[:时]\d{1,2}\S*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})月?", re.ASCII)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?", re.ASCII)
_SHORT_YEAR = re.compile(
    r"['’]?\d{2}(?:[-/.]|年)\d{1,2}(?:[-/.]|月)\d{1,2}[日号]?|['’]?\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_GAP: Final = "[\\s\u00a0\u3000]*"
_MONTH_TAIL: Final = rf"^{_GAP}[0-9０-９]{{4}}{_GAP}[.．]{_GAP}%s{_GAP}$"
_SHORT_MONTH: Final = _MONTH_TAIL % "[1１]"
"""January, or October whose last zero a spreadsheet left out …"""
_MONTH_TEN: Final = _MONTH_TAIL % "[1１][0０]"
"""… which it does not do in a column where October keeps it …"""
_PADDED: Final = _MONTH_TAIL % "[0０][1-9１-９]"
"""… and where January is written with a zero of its own, nothing but October is left: that no column may tell."""
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(\.\d{1,6})?(Z|[+-]\d{2}(:?\d{2})?)", re.ASCII)
CHINA: Final = dt.timezone(dt.timedelta(hours=8))
"""The time a day is counted in: 2024-03-04T16:00Z is the start of 5 March."""


def dates(cells: Cells, *, as_of: dt.date) -> Parsed:
    """Return a column of days, datetime64[us], NaT = unknown.

    Parameters
    ----------
    cells
        Cells as found.
    as_of
        Day for idle time; a day more than `YEARS_AHEAD` years after it is implausible (that very day is not).
    """
    days = np.full(cells.size, np.datetime64("NaT"), dtype="datetime64[D]")
    findings: list[Finding] = []
    if cells.day is not None:
        days = cells.day.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    if cells.number is not None:
        findings += _fill(days, _number_texts(cells.number), _day_of_1904 if cells.is_1904 else _day_of_number)
    if cells.text is not None:
        read = _text_of_1904 if cells.is_1904 else day_of
        findings += _fill(days, cells.text, read if _keeps_zeros(cells.text) else _without_short_months(read))
    days, doubts = _plausible(days, as_of)
    return Parsed(pd.Series(days.astype("datetime64[us]")), (*findings, *doubts))


def months(cells: Cells, *, as_of: dt.date) -> Parsed:
    """Return a column of months as first days, datetime64[us], NaT = unknown: 2025-07, 2025年7月, any day of it."""
    parsed = dates(cells, as_of=as_of)
    first = parsed.values.to_numpy().astype("datetime64[M]").astype("datetime64[us]")
    return Parsed(pd.Series(first), tuple(found for found in parsed.findings if found.code != "DATE_MONTH_ONLY"))


def _keeps_zeros(texts: pa.Array) -> bool:
    """Say whether 2024.1 is January in a column of texts: its Octobers are 2024.10, and no January is 2024.01."""
    if not pc.any(pc.match_substring_regex(texts, _SHORT_MONTH)).as_py():
        return True
    tens, padded = (pc.any(pc.match_substring_regex(texts, pattern)).as_py() for pattern in (_MONTH_TEN, _PADDED))
    return bool(tens and not padded)


def _without_short_months(read: Judgement) -> Judgement:
    """Return a reader that knows no month where 2024.1 may be January or October."""

    def judged(text: str) -> tuple[dt.date | None, str]:
        return (None, "DATE_MONTH_UNSURE") if re.match(_SHORT_MONTH, text) else read(text)

    return judged


def _number_texts(number: pa.Array) -> pa.Array:
    """Return number cells as text, so that a day typed as a number is read by the same rules."""
    values = number.cast(pa.float64(), safe=False)
    unique = values.dictionary_encode()
    words = [f"{value:.15g}" for value in unique.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(unique.indices, pa.array(words, pa.large_string())).cast(pa.large_string())


def _fill(days: Days, texts: pa.Array, judgement: Judgement) -> list[Finding]:
    """Set the days that stand as text or number; return what is wrong with the others."""
    rows = rows_where(pc.is_valid(texts))
    if not len(rows):
        return []
    judged = judge(texts, rows, judgement)
    days[rows] = judged.values.astype("datetime64[D]")
    return judged.findings()


def day_of(text: str) -> tuple[dt.date | None, str]:
    """Return the day a cell means, and the code of what is wrong with it (blank = nothing)."""
    plain = unicodedata.normalize("NFKC", text).strip()
    folded = normal(plain)
    if folded in blanks():
        return None, ""
    if ERROR_CELL.fullmatch(plain):
        return None, "CELL_ERROR"
    if folded == "0" or folded in _sentinels():
        return None, "DATE_SENTINEL"
    if has_mark(text):
        return None, "DATE_TEXT"
    if (instant := _instant(plain)) is not None:
        return instant.astimezone(CHINA).date(), ""
    return _written_day(plain, folded)


def _written_day(plain: str, folded: str) -> tuple[dt.date | None, str]:
    """Return the day of a text that means one, by the ways days, months and serials are written."""
    if match := _DAY.fullmatch(plain) or _DAY.fullmatch(folded) or _DIGITS.fullmatch(folded):
        return _calendar(*(int(part) for part in match.groups()), code="")
    if match := _MONTH.fullmatch(folded):
        return _calendar(int(match[1]), int(match[2]), 1, code="DATE_MONTH_ONLY")
    if re.fullmatch(r"(19|20|21)\d{2}(0[1-9]|1[0-2])", folded, re.ASCII):
        return _calendar(int(folded[:4]), int(folded[4:]), 1, code="DATE_MONTH_ONLY")
    if _SHORT_YEAR.fullmatch(folded):
        return None, "DATE_YEAR_SHORT"
    if _SERIAL.fullmatch(folded):
        return _EPOCH + dt.timedelta(days=int(float(folded))), ""
    return None, "DATE_TEXT"


def _instant(plain: str) -> dt.datetime | None:
    """Return the moment of a text that states its zone; None where it states none, or no such moment is there."""
    try:
        return dt.datetime.fromisoformat(plain) if _INSTANT.fullmatch(plain) else None
    except ValueError:
        return None


def _day_of_number(text: str) -> tuple[dt.date | None, str]:
    """Return the day a number cell means: 2024.1 may be January or October, and so is none."""
    if re.match(_SHORT_MONTH, text):
        return None, "DATE_MONTH_UNSURE"
    if "." in text and not _SERIAL.fullmatch(text):
        return None, "DATE_TEXT"
    return day_of(text)


def _day_of_1904(text: str) -> tuple[dt.date | None, str]:
    """Return the day a number cell means in a workbook whose serials count from 1904."""
    day, code = _day_of_number(text)
    return (day + _LATER, code) if day is not None and _SERIAL.fullmatch(text) else (day, code)


def _text_of_1904(text: str) -> tuple[dt.date | None, str]:
    """Return the day of a text in such a workbook: five digits that are text may count from either year."""
    return (None, "DATE_TEXT") if _SERIAL.fullmatch(normal(text)) else day_of(text)


def _calendar(year: int, month: int, day: int, *, code: str) -> tuple[dt.date | None, str]:
    try:
        return dt.date(year, month, day), code
    except ValueError:
        return None, "DATE_IMPLAUSIBLE"


@cache
def _sentinels() -> frozenset[str]:
    return frozenset(normal(word) for word in load("read/words.toml")["date"]["sentinels"])


def _plausible(days: Days, as_of: dt.date) -> tuple[Days, list[Finding]]:
    """Return the days without those that mean nothing or cannot be meant."""
    meant_nothing = np.isin(days, np.array(load("read/words.toml")["date"]["days"], dtype="datetime64[D]"))
    first = np.datetime64(f"{FIRST_YEAR}-01-01")
    last = np.datetime64(_years_later(as_of, YEARS_AHEAD))
    with np.errstate(invalid="ignore"):
        wrong = ~meant_nothing & ((days < first) | (days > last))
    findings = []
    for code, mask in (("DATE_SENTINEL", meant_nothing), ("DATE_IMPLAUSIBLE", wrong)):
        at = np.flatnonzero(mask)
        if len(at):
            findings.append(Finding(code, at, [str(day) for day in days[at]]))
    return np.where(meant_nothing | wrong, np.datetime64("NaT"), days), findings


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
