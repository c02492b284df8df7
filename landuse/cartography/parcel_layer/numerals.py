"""Find the numbers in many texts and put a mark in the place of each, in one walk over all letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.cartography.parcel_layer.planes import Whole

FIRST: Final = 0xE000
"""Mark of the first form; letters of no language."""
PADDED: Final = 16
"""Forms from here on: whole numbers with zeros in front, and how many digits they have; below: decimals."""
DAY: Final = 32
"""A day: year, month and day with dashes."""
FORMS: Final = 33
LONGEST: Final = 15
"""Digits of a number that a browser holds exactly."""
END: Final = chr(FIRST + FORMS)
"""Mark of the end of a text."""
MARKS: Final = frozenset(chr(FIRST + form) for form in range(FORMS))
ZERO, NINE, DOT, DASH = (ord(one) for one in "09.-")

Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Numerals:
    """Texts with marks, and the numbers that stood there, text after text."""

    patterns: list[str]
    row: Whole
    value: Whole
    """Digits without the point; a day as days since 1 January 1970."""
    form: Whole
    """Decimals; `PADDED` + digits; `DAY`."""


@dataclass(frozen=True)
class _Runs:
    """Runs of digits, points and dashes."""

    start: Whole
    length: Whole
    value: Whole
    digits: Whole
    dots: Whole
    dot: Whole
    """Place of the last point in the run; -1 = none."""
    dashes: Whole
    first_zero: Bools


def numerals_of(texts: Sequence[str]) -> Numerals | None:
    """Return the texts with marks; None where a text holds a letter that is used as one."""
    joined = END.join(texts)
    if joined.count(END) != max(0, len(texts) - 1):
        return None
    units = np.frombuffer(joined.encode("utf-16-le"), dtype="<u2").astype(np.int64)
    if ((units >= FIRST) & (units < FIRST + FORMS)).any():
        return None
    runs = _runs(units)
    form, value = _forms(units, runs)
    taken = form >= 0
    start, length, form = runs.start[taken], runs.length[taken], form[taken]
    row = np.cumsum(units == ord(END))[start] if len(units) else start
    kept = np.ones(len(units), dtype=bool)
    kept[_every(start, length)] = False
    kept[start] = True
    marked = units.copy()
    marked[start] = FIRST + form
    patterns = marked[kept].astype("<u2").tobytes().decode("utf-16-le").split(END)
    return Numerals(patterns, row, value[taken], form)


def _runs(units: Whole) -> _Runs:
    """Return the runs of digits; a point or a dash belongs to one where a digit stands on both sides."""
    digit = (units >= ZERO) & (units <= NINE)
    inner = np.zeros(len(units), dtype=bool)
    inner[1:-1] = digit[:-2] & digit[2:] & ((units[1:-1] == DOT) | (units[1:-1] == DASH))
    edge = np.diff(np.concatenate([[0], (digit | inner).astype(np.int8), [0]]))
    start, end = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    length = end - start
    value, digits, dots, dashes = (np.zeros(len(start), dtype=np.int64) for _ in range(4))
    dot = np.full(len(start), -1, dtype=np.int64)
    for at in range(min(int(length.max(initial=0)), LONGEST + 1)):
        inside = length > at
        unit = units[np.minimum(start + at, len(units) - 1)]
        is_digit = inside & (unit >= ZERO)
        value = np.where(is_digit, value * 10 + unit - ZERO, value)
        digits += is_digit
        dots += inside & (unit == DOT)
        dot = np.where(inside & (unit == DOT), at, dot)
        dashes += inside & (unit == DASH)
    return _Runs(start, length, value, digits, dots, dot, dashes, units[start] == ZERO)


def _forms(units: Whole, runs: _Runs) -> tuple[Whole, Whole]:
    """Return the form of each run, -1 where it stays as it is, and its value."""
    short, length = runs.length <= LONGEST, runs.length
    whole = short & (runs.dots == 0) & (runs.dashes == 0)
    padded = whole & runs.first_zero & (length > 1)
    decimals = length - 1 - runs.dot
    pointed = short & (runs.dots == 1) & (runs.dashes == 0) & ~(runs.first_zero & (runs.dot > 1))
    form = np.select([padded, whole, pointed], [PADDED + length, 0, decimals], default=-1)
    at = np.flatnonzero((length == 10) & (runs.dots == 0) & (runs.dashes == 2) & ~runs.first_zero)
    at = at[(units[runs.start[at] + 4] == DASH) & (units[runs.start[at] + 7] == DASH)]
    days, right = _days(runs.value[at])
    value = runs.value.copy()
    value[at[right]] = days[right]
    form[at[right]] = DAY
    return form, value


def _days(written: Whole) -> tuple[Whole, Bools]:
    """Return days since 1 January 1970 of days written as 20251231, and whether there is such a day."""
    year, month, day = written // 10_000, written // 100 % 100, written % 100
    months = (year - 1970) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("datetime64[M]")
    most = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    right = (month >= 1) & (month <= 12) & (day >= 1) & (day <= most)
    return first.astype("datetime64[D]").astype(np.int64) + day - 1, right


def _every(start: Whole, length: Whole) -> Whole:
    """Return the places of all letters of some runs."""
    total = int(length.sum())
    before = np.repeat(np.cumsum(length) - length, length)
    every: Whole = np.repeat(start, length) + np.arange(total) - before
    return every


def printed(value: int, form: int) -> str:
    """Return a number as it stood in the text."""
    if form == DAY:
        return str(np.datetime64(value, "D"))
    if form >= PADDED:
        return str(value).zfill(form - PADDED)
    digits = str(value).zfill(form + 1)
    return f"{digits[:-form]}.{digits[-form:]}" if form else digits
