"""Turn the cells of one column into values of its kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from landuse.errors import DefectError
from landuse.read.calendar_years import calendar_years
from landuse.read.dates import dates, months
from landuse.read.findings import Parsed
from landuse.read.numbers import PERCENT, integers, numbers
from landuse.read.source import Cells
from landuse.read.texts import choices, keys, names, texts
from landuse.read.units import own_spellings
from landuse.tables import Column

NAMES: Final = ("name", "holder")
"""Columns by which tables are matched: a line break in them is no matter of looks."""


OPEN: Final = "\0"
"""Stands for a unit that no cell can carry: that of a column not yet known."""


@dataclass(frozen=True)
class Measure:
    """The unit a column stands in."""

    unit: str = ""
    """As found or declared; blank where the column has none."""
    factor: Fraction = Fraction(1)
    """Turns it into the canonical unit."""
    is_open: bool = False
    """Nobody has stated the unit: the numbers stand as found until the evidence is heard."""

    def own(self, column: Column) -> frozenset[str]:
        """Return the spellings of the unit that may stand behind a number of the column."""
        if self.is_open:
            return frozenset({OPEN})
        if self.unit == PERCENT:
            return frozenset({PERCENT})
        return own_spellings(column.unit, self.factor) or frozenset({OPEN} if column.unit else ())


def parse(cells: Cells, column: Column, *, measure: Measure, as_of: dt.date) -> Parsed:
    """Return the cells as values of the column's kind, in its canonical unit.

    Parameters
    ----------
    cells
        Cells as found.
    column
        What the table may carry there.
    measure
        Unit found and its factor.
    as_of
        Day for idle time, from which far dates are judged.
    """
    match column.kind:
        case "key":
            return keys(cells, upper=column.name.endswith("uscc"))
        case "text":
            return _texts(cells, column)
        case "date":
            return (months if column.fmt == "YM" else dates)(cells, as_of=as_of)
        case "number":
            return numbers(cells, units=measure.own(column), factor=measure.factor)
        case "integer" if column.fmt == "Y":
            return calendar_years(cells, as_of=as_of)
        case "integer":
            return integers(cells, units=measure.own(column), factor=measure.factor)
    raise DefectError(f"{column.name}: no input column can be of kind {column.kind}")


def _texts(cells: Cells, column: Column) -> Parsed:
    if column.choices:
        return choices(cells, column=column.name, allowed=column.choices)
    return names(cells) if column.name in NAMES else texts(cells)
