"""Read number cells: exact where the file holds a number, careful where it holds text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.read.findings import Finding, Parsed, judge, rows_where
from landuse.read.source import Cells
from landuse.read.words import blanks, has_mark, normal

Floats = npt.NDArray[np.float64]

ERROR_CELL: Final = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE)
_PLAIN: Final = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_NEGATIVE: Final = re.compile(r"\((?P<amount>[^()+-]*\d[.,]\d[^()+-]*)\)")
"""A loss as accountants write it, (1,234.5); a bare number in brackets, (3), may be that of a note."""
_CURRENCY: Final = ("¥", "￥")
YUAN: Final = "元"
PERCENT: Final = "%"
_SPACED: Final = re.compile(r"[+-]?\d{1,3}([ \u00a0\u2009\u202f]\d{3})+(\.\d*)?")


def numbers(cells: Cells, *, units: Collection[str] = (), factor: Fraction = Fraction(1)) -> Parsed:
    """Return a column of numbers in the canonical unit, float64, NaN = unknown.

    Parameters
    ----------
    cells
        Cells as found.
    units
        Spellings of the column's own unit, in normal form: "1,234.5万元" is a number in a column of 万元.
    factor
        Turns the unit found into the canonical one; 1 leaves the values untouched.
    """
    values, findings = _as_found(cells, units)
    if factor != 1:
        values = values * float(factor.numerator) / float(factor.denominator)
    return Parsed(pd.Series(values), tuple(findings))


def integers(cells: Cells, *, units: Collection[str] = (), factor: Fraction = Fraction(1)) -> Parsed:
    """Return a column of whole numbers, Int64, NA = unknown; a fraction is text in a number cell."""
    parsed = numbers(cells, units=units, factor=factor)
    values = parsed.values.to_numpy()
    known = np.isfinite(values)
    broken = known & (values != np.rint(values))
    whole = pd.array(np.where(known & ~broken, values, 0).astype(np.int64), dtype="Int64")
    whole[~known | broken] = pd.NA
    at = np.flatnonzero(broken)
    more = (Finding("NUMBER_TEXT", at, [f"{value:.15g}" for value in values[at]]),) if len(at) else ()
    return Parsed(pd.Series(whole), (*parsed.findings, *more))


def _as_found(cells: Cells, units: Collection[str]) -> tuple[Floats, list[Finding]]:
    values = np.full(cells.size, np.nan)
    findings: list[Finding] = []
    if cells.number is not None:
        values = cells.number.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy(zero_copy_only=False).copy()
        endless = np.flatnonzero(np.isinf(values))
        if len(endless):
            findings.append(Finding("NUMBER_TEXT", endless, [str(value) for value in values[endless]]))
            values[endless] = np.nan
    if cells.day is not None:
        rows = rows_where(pc.is_valid(cells.day))
        if len(rows):
            found = [str(day)[:10] for day in cells.day.take(pa.array(rows)).to_pylist()]
            findings.append(Finding("NUMBER_TEXT", rows, found))
    if cells.text is not None:
        findings += _fill_from_text(values, cells.text, units)
    return values, findings


def _fill_from_text(values: Floats, texts: pa.Array, units: Collection[str]) -> list[Finding]:
    """Set the values that stand as text; Arrow's parser first, cell by cell only what it refuses."""
    known = pc.is_valid(texts)
    plain = pc.match_substring_regex(texts, _PLAIN).fill_null(fill_value=False)
    parsed = pc.cast(pc.if_else(plain, texts, None), pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    is_number = np.isfinite(parsed)
    np.copyto(values, parsed, where=is_number)
    rest = np.flatnonzero(known.to_numpy(zero_copy_only=False) & ~is_number)
    if not len(rest):
        return []
    judged = judge(texts, rest, lambda text: number_of(text, units))
    values[rest] = judged.values.astype(np.float64)
    return judged.findings()


def number_of(text: str, units: Collection[str] = ()) -> tuple[float, str]:
    """Return the number a text cell means, and the code of what is wrong with it (blank = nothing).

    Thousands separators, full-width digits, brackets for a loss, the column's own unit behind the number, ¥ before yuan
    and % in a column without unit are understood; "—", "无" and the like are unknown; everything else is refused, the
    mark of a note behind the number too.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-").removeprefix("'").strip()
    if normal(plain) in blanks():
        return np.nan, ""
    if ERROR_CELL.fullmatch(plain):
        return np.nan, "CELL_ERROR"
    if has_mark(text):
        return np.nan, "NUMBER_TEXT"
    folded = normal(plain)
    for unit in sorted(units, key=len, reverse=True):
        if folded.endswith(unit) and len(folded) > len(unit):
            plain = folded.removesuffix(unit)
            break
    if YUAN in units and plain.startswith(_CURRENCY):
        plain = plain[1:].strip()
    if not units and len(plain) > 1 and plain.endswith(PERCENT):
        value, code = _amount(plain.removesuffix(PERCENT).strip())
        return value / 100, code
    return _amount(plain)


def _amount(plain: str) -> tuple[float, str]:
    """Return the number of a text without unit."""
    if match := _NEGATIVE.fullmatch(plain):
        value, code = _amount(match["amount"].strip())
        return -value, code
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _SPACED.fullmatch(plain):
        plain = re.sub(r"\s", "", plain)
    if not re.fullmatch(_PLAIN, plain, re.ASCII):
        return np.nan, "NUMBER_TEXT"
    value = float(plain)
    return (value, "") if np.isfinite(value) else (np.nan, "NUMBER_TEXT")
