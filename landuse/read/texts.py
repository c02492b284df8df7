"""Read text cells: identifiers that lose no digit, names as they are written, words of a closed list."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.read.findings import Finding, Parsed, judge, rows_where
from landuse.read.numbers import ERROR_CELL
from landuse.read.source import Cells
from landuse.read.words import SUM_ENDS, choice_words, is_sum, key_blanks, normal, tidy

_CLEAN_KEY: Final = r"^[!-~]+$"
_DOUBTFUL_KEY: Final = r"\.0+$|[eE]\+?\d+$|^['=#/-]|^(?i:n/a|null)$"
_UNTIDY: Final = (
    r"^[\s\x{00a0}\x{3000}\x{feff}]|[\s\x{00a0}\x{3000}]$|[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}\x{200b}\x{feff}]"
)
_CONTROL: Final = r"\r\n|[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}]"
_BROKEN: Final = r"\S\s*[\r\n\x{2028}\x{2029}]\s*\S"
"""A line break with something before and behind it."""
_INVISIBLE: Final = r"[\x{200b}\x{feff}]"
_MANTISSA: Final = re.compile(r"(\d)(?:\.(\d+))?[eE](\+?)(\d{1,3})", re.ASCII)
_CODE_LENGTH: Final = 15
"""Codes of 15 characters and more (credit code, parcel code) are often typed in groups: inner spaces go."""


def keys(cells: Cells, *, upper: bool = False) -> Parsed:
    """Return a column of identifiers, str, NaN = blank.

    Full-width characters become half-width, spaces go, leading zeros stay; 17.0 is 17; an identifier that a
    spreadsheet turned into a rounded number or a day is lost, and so blank.

    Parameters
    ----------
    upper
        Letters to capitals, as in a credit code.
    """
    texts, findings = _text_keys(cells)
    for part, more in (_number_keys(cells), _day_keys(cells)):
        texts = part if texts is None else texts if part is None else pc.coalesce(texts, part)
        findings += more
    if texts is not None and upper:
        texts = pc.utf8_upper(texts)
    return Parsed(_series(texts, cells.size), tuple(findings))


def texts(cells: Cells) -> Parsed:
    """Return a column of free text, str, NaN = blank; control characters and line breaks become a space."""
    words, findings = _tidy_texts(cells)
    return Parsed(_series(words, cells.size), tuple(findings))


def names(cells: Cells) -> Parsed:
    """Return a column of names as `texts` does, with a note for each name that is broken over several lines."""
    parsed = texts(cells)
    if cells.text is None:
        return parsed
    rows = rows_where(pc.match_substring_regex(cells.text, _BROKEN))
    if not len(rows):
        return parsed
    found = Finding("NAME_LINE_BREAK", rows, parsed.values.iloc[rows].fillna("").tolist())
    return Parsed(parsed.values, (*parsed.findings, found))


def choices(cells: Cells, *, column: str, allowed: tuple[str, ...]) -> Parsed:
    """Return a column of a closed list in its canonical words, str; an unknown word is NaN with a warning."""
    words, findings = _tidy_texts(cells)
    if words is None:
        return Parsed(_series(None, cells.size), tuple(findings))
    known = choice_words(column, allowed)

    def canonical(text: str) -> tuple[str | None, str]:
        plain = normal(text)
        if plain in key_blanks():
            return None, ""
        return known.get(plain), "" if plain in known else "CHOICE_UNKNOWN"

    encoded = words.dictionary_encode()
    answers = [canonical(word) for word in encoded.dictionary.to_pylist()]
    chosen = pa.array([value for value, _ in answers], pa.large_string()).take(encoded.indices)
    odd = [number for number, (_, code) in enumerate(answers) if code]
    if odd:
        rows = rows_where(pc.is_in(encoded.indices, pa.array(odd, encoded.indices.type)))
        told = {"allowed": " / ".join(allowed)}
        findings.append(Finding("CHOICE_UNKNOWN", rows, words.take(pa.array(rows)).to_pylist(), told))
    return Parsed(_series(chosen, cells.size), tuple(findings))


# ------------------------------------------------------------------------------------------ identifiers


def _text_keys(cells: Cells) -> tuple[pa.Array | None, list[Finding]]:
    if cells.text is None:
        return None, []
    doubtful = pc.or_(
        pc.invert(pc.match_substring_regex(cells.text, _CLEAN_KEY)),
        pc.match_substring_regex(cells.text, _DOUBTFUL_KEY),
    )
    rows = rows_where(doubtful)
    if not len(rows):
        return cells.text, []
    judged = judge(cells.text, rows, key_of)
    return _replaced(cells.text, judged.rows, judged.values), judged.findings()


def key_of(text: str) -> tuple[str | None, str]:
    """Return the identifier a text cell means, and the code of what is wrong with it (blank = nothing)."""
    plain = tidy(text)
    if match := re.fullmatch(r'="(.*)"', plain):
        plain = match[1].strip()
    plain = plain.removeprefix("'")
    if normal(plain) in key_blanks():
        return None, ""
    if ERROR_CELL.fullmatch(plain):
        return None, "CELL_ERROR"
    if match := _MANTISSA.fullmatch(plain):
        return _from_mantissa(plain, match)
    together = plain.replace(" ", "")
    if len(together) >= _CODE_LENGTH and together.isascii() and any(sign.isdigit() for sign in together):
        plain = together
    return re.sub(r"^(\d+)\.0+$", r"\1", plain), ""


def _from_mantissa(plain: str, match: re.Match[str]) -> tuple[str | None, str]:
    """Tell 9.90781E+18 (digits lost) from 3.5E+1 (none lost) and from the code 1E10 (no number at all)."""
    first, fraction, sign, exponent = match[1], match[2] or "", match[3], int(match[4])
    if not sign and not fraction:
        return plain, ""
    if len(fraction) > exponent:
        return plain, ""
    if len(fraction) == exponent:
        return first + fraction, ""
    return None, "ID_LOST_DIGITS"


def _number_keys(cells: Cells) -> tuple[pa.Array | None, list[Finding]]:
    if cells.number is None:
        return None, []
    if pa.types.is_integer(cells.number.type):
        return cells.number.cast(pa.large_string()), []
    values = cells.number.to_numpy(zero_copy_only=False)
    lost = np.flatnonzero(np.abs(values) >= cells.exact_below)
    findings = [Finding("ID_LOST_DIGITS", lost, [f"{value:.6G}" for value in values[lost]])] if len(lost) else []
    whole = (np.abs(values) < cells.exact_below) & (values == np.rint(values))
    words = pa.array(np.where(whole, values, 0).astype(np.int64), mask=~whole).cast(pa.large_string())
    odd = np.flatnonzero(np.isfinite(values) & (values != np.rint(values)))
    return _replaced(words, odd, np.array([repr(float(value)) for value in values[odd]], dtype=object)), findings


def _day_keys(cells: Cells) -> tuple[pa.Array | None, list[Finding]]:
    """Refuse days: a spreadsheet made them of identifiers such as 1-1."""
    if cells.day is None:
        return None, []
    rows = rows_where(pc.is_valid(cells.day))
    if not len(rows):
        return None, []
    found = [str(day)[:10] for day in cells.day.take(pa.array(rows)).to_pylist()]
    return None, [Finding("ID_BECAME_DATE", rows, found)]


# ------------------------------------------------------------------------------------------------ words


def _tidy_texts(cells: Cells) -> tuple[pa.Array | None, list[Finding]]:
    findings: list[Finding] = []
    words = cells.text
    if words is not None:
        words, findings = _without_errors(words)
        if pc.any(pc.match_substring_regex(words, _UNTIDY)).as_py():
            words = pc.replace_substring_regex(words, _CONTROL, " ")
            words = pc.utf8_trim_whitespace(pc.replace_substring_regex(words, _INVISIBLE, ""))
            words = pc.if_else(pc.equal(pc.binary_length(words), 0), pa.scalar(None, pa.large_string()), words)
    if cells.number is not None:
        numbers = _number_words(cells.number)
        words = numbers if words is None else pc.coalesce(words, numbers)
    if cells.day is not None:
        days = pc.strftime(cells.day, format="%Y-%m-%d").cast(pa.large_string())
        words = days if words is None else pc.coalesce(words, days)
    return words, findings


def _without_errors(words: pa.Array) -> tuple[pa.Array, list[Finding]]:
    rows = rows_where(pc.match_substring_regex(words, f"(?i)^{ERROR_CELL.pattern}$"))
    if not len(rows):
        return words, []
    finding = Finding("CELL_ERROR", rows, words.take(pa.array(rows)).to_pylist())
    return _replaced(words, rows, np.full(len(rows), None, dtype=object)), [finding]


def _number_words(number: pa.Array) -> pa.Array:
    """Return numbers as they read: 1 for 1.0, 0.1 for 0.1."""
    if pa.types.is_integer(number.type):
        return number.cast(pa.large_string())
    values = number.to_numpy(zero_copy_only=False)
    whole = (np.abs(values) < 1e15) & (values == np.rint(values))
    words = pa.array(np.where(whole, values, 0).astype(np.int64), mask=~whole).cast(pa.large_string())
    odd = np.flatnonzero(np.isfinite(values) & ~whole)
    return _replaced(words, odd, np.array([repr(float(value)) for value in values[odd]], dtype=object))


def sums(parsed: pd.Series) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which identifiers name a sum (合计, 小计, 总计, Total) instead of a record."""
    candidates = parsed.str.contains(rf"[{SUM_ENDS}]$", regex=True, na=False).to_numpy(dtype=bool)
    rows = np.flatnonzero(candidates)
    flags = np.zeros(len(parsed), dtype=bool)
    flags[rows] = [is_sum(text) for text in parsed.iloc[rows]]
    return flags


def _replaced(words: pa.Array, rows: Any, values: Any) -> pa.Array:
    if not len(rows):
        return words
    mask = np.zeros(len(words), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(words, pa.array(mask), pa.array(values, pa.large_string()))


def _series(words: pa.Array | None, size: int) -> pd.Series:
    filled = pa.nulls(size, pa.large_string()) if words is None else words
    return pd.Series(filled.to_pandas(), dtype=pd.StringDtype(na_value=np.nan))
