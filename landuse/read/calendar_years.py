"""Read the cells of a column of years: 2025, 2025.0, 2025年, 2025年度; never 25 or 202512."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from landuse.read.dates import FIRST_YEAR, YEARS_AHEAD
from landuse.read.findings import Finding, Parsed
from landuse.read.numbers import integers
from landuse.read.source import Cells
from landuse.read.words import normal

_UNITS: Final = frozenset({normal("年"), normal("年度")})


def calendar_years(cells: Cells, *, as_of: dt.date) -> Parsed:
    """Return a column of years, Int64, NA = unknown.

    A year before `FIRST_YEAR` or more than `YEARS_AHEAD` years after that of `as_of` (both are years still) is unknown.
    """
    parsed = integers(cells, units=_UNITS)
    years = parsed.values
    known = years.notna().to_numpy()
    plain = years.fillna(FIRST_YEAR).to_numpy(dtype=np.int64)
    at = np.flatnonzero(known & ((plain < FIRST_YEAR) | (plain > as_of.year + YEARS_AHEAD)))
    if not len(at):
        return parsed
    finding = Finding("YEAR_IMPLAUSIBLE", at, [str(year) for year in plain[at]])
    return Parsed(years.mask(np.isin(np.arange(len(years)), at)), (*parsed.findings, finding))
