"""Say what a printed sheet is: frozen values that `reports.excel` (and Word later) lays out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]

UNKNOWN: Final = "—"
NOT_APPLICABLE: Final = "/"
TICK: Final = "√"

LIST_LIMIT: Final = 50_000
"""Rows of one list on paper: beyond it nobody prints, and the rest is summed in one row that names the full table."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a printed table."""

    name: str
    """Canonical name."""
    title: str
    """Title in the language of the sheet, with its unit on a second line."""
    fmt: str
    """A B C N P D T F Y of TERMS.md; M = area with up to four decimals; O = open, to be filled in by hand;
    W = text that takes the rest of the row."""
    width: float
    """In characters."""
    choices: tuple[str, ...] = ()
    """Words of the drop-down of a column that is filled in; none = anything."""
    is_open: bool = False
    """Whether the column is filled in by others: an unknown cell stays empty instead of bearing a dash."""


@dataclass(frozen=True)
class Total:
    """One cell of the total row: a formula, and the value it must have."""

    column: str
    kind: str
    """count (text: rows and a word) | sum | ratio | difference."""
    value: float | int | str | None
    """Computed here from the same rows; None = unknown."""
    of: tuple[str, ...] = ()
    """ratio: numerator, denominator; difference: the first less all others."""
    word: str = ""
    """count: what is counted."""


@dataclass(frozen=True)
class Block:
    """One table of a sheet."""

    columns: tuple[SheetColumn, ...]
    rows: pd.DataFrame
    """Exactly the columns, in words; a missing value is unknown."""
    heading: str = ""
    totals: tuple[Total, ...] = ()
    not_applicable: Mapping[str, Mask] = field(default_factory=dict)
    """Column -> rows where it does not apply."""
    left_out: int = 0
    """Rows that are not printed; their sums stand in `rest`."""
    rest: Mapping[str, float | int] = field(default_factory=dict)
    rest_label: str = ""
    guide: Mapping[str, str] = field(default_factory=dict)
    """Column -> what to write there: a row above the header of a form; none = no such row."""
    guide_mark: str = ""
    """First cell of that row: the header stands right below it, wherever rows are put in."""
    room: int = 0
    """Rows below the header for which the drop-downs hold: a form may grow."""
    formulas: Mapping[str, str] = field(default_factory=dict)
    """Column -> formula of its cells with ``{row}`` for the row; the cell of `rows` is the value it must have."""


@dataclass(frozen=True)
class Page:
    """How a sheet is printed: A3, one page wide, landscape unless it is to be a single page."""

    header_left: str
    header_right: str
    footer_left: str
    footer_center: str
    """With &P and &N for the page and the number of pages."""
    watermark: str
    """Blank, or the word that stands large and grey behind a run with errors."""
    is_single: bool = False
    """Whether the sheet stands on one page, upright where that makes it larger, as long as it stays legible."""


@dataclass(frozen=True)
class Fonts:
    """Font names of the workbook; an office PC has them, others fall back."""

    title: str
    heading: str
    body: str


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, described; nothing is left to the writer but layout."""

    key: str
    """Name in the catalogue."""
    name: str
    """Name on the tab: at most 31 characters, none of them forbidden."""
    title: str
    left_line: str
    """Way of counting and notice, row 2 left."""
    unit_line: str
    """Units and dates, row 2 right."""
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    sign_off: str
    page: Page
    fonts: Fonts
    dated: date
    """The day the workbook bears: the project's as_of, never the clock."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Words the writer needs: total, none, cut_text."""
    frozen_columns: int = 0
    """Columns that stay in view when scrolling sideways."""
    paper_columns: int = 0
    """Columns that are printed, from the left; those right of them are for the screen. 0 = all."""

    @property
    def columns(self) -> tuple[SheetColumn, ...]:
        """Return the columns of the first table."""
        return self.blocks[0].columns

    @property
    def rows(self) -> pd.DataFrame:
        """Return the rows of the first table."""
        return self.blocks[0].rows

    @property
    def totals(self) -> tuple[Total, ...]:
        """Return the totals of the first table."""
        return self.blocks[0].totals
