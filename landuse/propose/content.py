"""Recognise what a column holds by its cells: credit codes, parcel codes, days, years, words of a closed list."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from landuse.assemble.codes import PARCEL_CODE, USCC_LENGTH, has_check_digit
from landuse.industry import division
from landuse.read.judgement import Evidence
from landuse.read.numbers import number_of
from landuse.read.words import choice_words, key_blanks, normal
from landuse.tables import Column

CLEAR: Final = 0.8
"""Part of the known cells that must be of a kind (inclusive) for a column to be told by its content."""
DENIED: Final = 0.5
"""A column whose header promises a kind of cells of which there are fewer than this is doubted."""
_FIRST: Final = 500
"""Cells that are looked at one by one."""
_DAY: Final = re.compile(
    r"(?:(?:18|19|20|99)\d{2})\s*[年./\-]\s*\d{1,2}(?:\s*[月./\-]\s*\d{0,2}\s*日?)?.*|(?:19|20)\d{6}|(?:19|20)\d{4}|[34]\d{4}(?:\.0)?"
)
"""2024-03-15, 2024.3.5, 2024年3月, 20240315, 202403 and serial days of 1982 and later."""
_YEAR: Final = re.compile(r"(?:19|20)\d{2}\s*(?:年|年度)?(?:\.0)?")
_CODE_LENGTHS: Final = (9, 10, 15, USCC_LENGTH)
"""Organisation code without and with its hyphen, registration number, credit code."""
_INDUSTRY: Final = re.compile(r"[A-Ta-t]?\d{2,4}(?:\.0)?(?:\D.*)?")


def uscc_share(cells: Sequence[str]) -> float:
    """Return the part of the cells that are credit codes with the right check digit."""
    texts = pd.Series([normal(cell).upper() for cell in cells[:_FIRST]], dtype=object)
    if texts.empty:
        return 0.0
    shaped = texts[texts.str.fullmatch(rf"[0-9A-HJ-NPQRTUWXY]{{{USCC_LENGTH}}}").astype(bool)]
    return float(has_check_digit(shaped).sum()) / len(texts) if len(shaped) else 0.0


def parcel_share(cells: Sequence[str]) -> float:
    """Return the part of the cells that are parcel codes of 19 characters."""
    return _share(cells, re.compile(PARCEL_CODE))


def unit_code_share(cells: Sequence[str]) -> float:
    """Return the part of the cells that are real-estate unit codes of 28 characters."""
    return _share(cells, re.compile(rf"{PARCEL_CODE}[FLQW]\d{{8}}"))


def fit(column: Column, cells: Sequence[str]) -> float:
    """Return the part of the cells that a column may hold; 1 where any text may stand in it, or nothing is known."""
    told = [cell for cell in cells[:_FIRST] if normal(cell) not in key_blanks()]
    if not told:
        return 1.0
    return sum(_may_hold(column)(cell) for cell in told) / len(told) if column.name != "industry_code" else _coded(told)


def _may_hold(column: Column) -> Callable[[str], bool]:
    """Return what says of one cell whether a column may hold it."""
    if column.choices:
        known = choice_words(column.name, column.choices)
        return lambda cell: normal(cell) in known
    if column.name.endswith("uscc"):
        return lambda cell: len(normal(cell)) in _CODE_LENGTHS
    if column.fmt == "Y":
        return lambda cell: bool(_YEAR.fullmatch(normal(cell)))
    match column.kind:
        case "date":
            return lambda cell: bool(_DAY.fullmatch(normal(cell)))
        case "number" | "integer":
            return _is_number
    return bool


def _coded(cells: Sequence[str]) -> float:
    """Return the part of the cells that are industry codes of a division the standard knows."""
    told = pd.Series(list(cells), dtype=object)
    shaped = told[[bool(_INDUSTRY.fullmatch(normal(cell))) for cell in told]]
    return float(division(shaped).notna().sum()) / len(told) if len(shaped) else 0.0


def misfit(column: Column, cells: Sequence[str]) -> Evidence | None:
    """Return why the cells speak against a column; None where they do not."""
    share = fit(column, cells)
    if share >= DENIED:
        return None
    shown = "、".join(dict.fromkeys(cell[:20] for cell in cells))[:60]
    return Evidence(
        f"取值与字段不符(只有 {share:.0%} 相符),例如:{shown}",
        f"its cells do not fit the column ({share:.0%} do), e.g. {shown}",
    )


def _is_number(cell: str) -> bool:
    value, code = number_of(re.sub(r"[\u4e00-\u9fff%]+$", "", cell) or cell)
    return not code and not math.isnan(value)


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    told = cells[:_FIRST]
    return sum(bool(pattern.fullmatch(normal(cell).upper())) for cell in told) / len(told) if told else 0.0
