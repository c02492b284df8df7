"""Lay rows on paper: the scale that fits a sheet to its width, and where a new page must begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

POINTS_PER_CHARACTER: Final = 5.25
COLUMN_PADDING: Final = 3.75
"""Width of a column in points: characters x 5.25 + 3.75 (7 and 5 pixels at 96 dpi)."""
PAPER_WIDTH: Final = 1190.6
PAPER_HEIGHT: Final = 841.9
"""A3 landscape, in points."""
DEFAULT_HEIGHT: Final = 15.0
"""Height in points of a row whose height is not stated."""
SAFETY: Final = 0.96
"""Share of the page that is filled: printers and programs differ a little."""
LEAST_SCALE: Final = 0.55
"""Scale below which a sheet is not pressed onto one page: letters of 10 points become 5.5, the smallest named size
of print (七号)."""
FIRST_ROWS: Final = 3
"""Rows below its header that a table must show before a page may end."""


@dataclass(frozen=True)
class Span:
    """Rows of one table, 0-based: where it begins (its heading), where its data begin, and one row past its end."""

    start: int
    data: int
    end: int


@dataclass(frozen=True)
class Margins:
    """Margins in inches."""

    sides: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Layout:
    """How a sheet lies on paper."""

    is_portrait: bool
    is_one_page: bool
    height: float
    """Height of the printable page in points of the sheet."""


def print_scale(widths: Sequence[float], margins: Margins, *, paper: float = PAPER_WIDTH) -> float:
    """Return the scale at which columns of given widths (in characters) fill the width of the paper; at most 1."""
    needed = sum(width * POINTS_PER_CHARACTER + COLUMN_PADDING for width in widths)
    return min(1.0, (paper - 2 * 72 * margins.sides) / needed)


def layout(widths: Sequence[float], margins: Margins, *, rows: float, one_page: bool) -> Layout:
    """Return how a sheet lies on paper: A3 landscape, one page wide; a form of one page upright where that is larger.

    Parameters
    ----------
    rows
        Height of all rows, in points.
    one_page
        Whether the sheet is to stand on a single page, if its letters stay legible (`LEAST_SCALE`).
    """
    found = []
    for is_portrait, (width, tall) in enumerate(((PAPER_WIDTH, PAPER_HEIGHT), (PAPER_HEIGHT, PAPER_WIDTH))):
        scale, room = print_scale(widths, margins, paper=width), tall - 72 * (margins.top + margins.bottom)
        found.append((min(scale, room * SAFETY / rows), bool(is_portrait), room / scale))
    if not one_page:
        return Layout(is_portrait=False, is_one_page=False, height=found[0][2])
    scale, is_portrait, height = max(found, key=lambda each: each[0])
    return Layout(is_portrait, scale >= LEAST_SCALE, height)


def page_starts(
    tables: Sequence[Span], heights: Mapping[int, float], *, page: float, repeated: float, last: int
) -> list[int]:
    """Return the rows at which a new page should begin, so that no table is parted from its header.

    A table that fits on one page is kept whole, the last one with the notes below it; of a longer one the header and
    its first rows stay together.

    Parameters
    ----------
    heights
        Row -> height in points; rows not named have the default height.
    page
        Height of the printable page in points of the sheet (paper divided by the scale).
    repeated
        Height of the rows that are repeated at the top of every later page.
    last
        Row past the last one.
    """
    whole = page * SAFETY
    starts: list[int] = []
    used = _height(heights, 0, tables[0].start) if tables else 0.0
    for place, table in enumerate(tables):
        end = tables[place + 1].start if place + 1 < len(tables) else last
        needed = _height(heights, table.start, last if place + 1 == len(tables) else table.end)
        if needed > whole - repeated:
            needed = _height(heights, table.start, min(table.data + FIRST_ROWS, table.end))
        if used > repeated and used + needed > whole:
            starts.append(table.start)
            used = repeated
        for row in range(table.start, end):
            height = heights.get(row, DEFAULT_HEIGHT)
            used = used + height if used + height <= whole else repeated + height
    return starts


def _height(heights: Mapping[int, float], start: int, end: int) -> float:
    return sum(heights.get(row, DEFAULT_HEIGHT) for row in range(start, end))
