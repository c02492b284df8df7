"""Lay described sheets out as an .xlsx file: the same bytes for the same sheets."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from landuse.parameters.cells import letter_of
from landuse.reports.cells import NUMBER_FORMATS, NUMERIC, Cell, column_cells, printed_lines, printed_width
from landuse.reports.content.model import NOT_APPLICABLE, UNKNOWN, Block, Page, Sheet, SheetColumn, Total
from landuse.reports.filling import drop_downs, guide_row
from landuse.reports.paper import DEFAULT_HEIGHT, Margins, Span, layout, page_starts

A3: Final = 8
"""Paper number of A3 in the file format."""
LARGE: Final = 1_000_000
"""Cells from which a workbook is written row by row to the disk instead of in memory."""
TITLE_POINTS: Final = 22
"""二号."""
LINE_POINTS: Final = 14.0
"""Height of one line of the body, in points."""
SHORT: Final = 8.0
"""Width up to which a text column is centred."""
TALLEST: Final = 400.0
"""Height of a row, in points (the format says 409)."""
MARKS: Final = frozenset({UNKNOWN, NOT_APPLICABLE})
LEAST_WIDTH: Final = 120.0
"""Width of a sheet, in characters, below which its title would not fit: all columns are stretched."""
LONGEST_HEADER: Final = 250
"""Characters a page header or footer may hold (the format says 255)."""


def write_book(sheets: Sequence[Sheet], target: Path | BinaryIO, *, created: date | None = None) -> None:
    """Write a workbook.

    Parameters
    ----------
    target
        Path of the .xlsx file, or a binary buffer.
    created
        Date of creation written into the file; default the day the sheets bear. Never the clock.

    Raises
    ------
    OSError
        The file cannot be written, e.g. because another program holds it open.
    """
    import xlsxwriter

    day = created or sheets[0].dated
    cells = sum(len(block.rows) * len(block.columns) for sheet in sheets for block in sheet.blocks)
    fonts = sheets[0].fonts
    options: dict[str, Any] = {
        "in_memory": cells < LARGE,
        "constant_memory": cells >= LARGE,
        "default_format_properties": {"font_name": fonts.body, "font_size": 10},
    }
    name = str(target) if isinstance(target, Path) else target
    with _no_collection(), xlsxwriter.Workbook(name, options) as book:
        book.set_properties({"title": sheets[0].title, "created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001
        book.set_calc_mode("auto")
        styles = _styles(book, sheets[0])
        for sheet in sheets:
            _Writer(book.add_worksheet(sheet.name), sheet, styles).write()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Spare the collector the cells: a million small tuples without cycles, else a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _styles(book: Any, sheet: Sheet) -> Mapping[str, Any]:
    """Return the formats of a workbook by name: ``body:A`` … ``total:A`` … and those of headings and notes."""
    fonts = sheet.fonts
    middle: dict[str, Any] = {"valign": "vcenter"}
    boxed: dict[str, Any] = {**middle, "border": 1, "text_wrap": True, "font_size": 10}
    made = {
        "title": {**middle, "font_name": fonts.title, "font_size": TITLE_POINTS, "align": "center", "shrink": True},
        "left": {**middle, "align": "left"},
        "right": {**middle, "align": "right"},
        "heading": {**middle, "font_name": fonts.heading, "font_size": 12, "align": "left"},
        "header": {**boxed, "font_name": fonts.heading, "align": "center", "bg_color": "#E7E6E6"},
        "aside": {**boxed, "font_name": fonts.heading, "align": "center", "font_color": "#595959"},
        "guide": {**boxed, "align": "left", "valign": "top", "font_size": 9, "font_color": "#595959"},
        "note": {**middle, "align": "left", "text_wrap": True},
        "none": {**boxed, "align": "center"},
        "mark": {**boxed, "align": "center"},
        "rest": {**boxed, "italic": True},
    }
    for letter, number_format in NUMBER_FORMATS.items():
        align = "right" if letter in NUMERIC and letter != "Y" else "center" if letter in "DFY" else "left"
        # A number never wraps: a cut number would read as a smaller one.
        body = {**boxed, "num_format": number_format, "align": align, "text_wrap": letter not in NUMERIC | {"D"}}
        made[f"body:{letter}"] = body
        made[f"total:{letter}"] = {**body, "font_name": fonts.heading, "bg_color": "#F2F2F2"}
    made["body:seq"] = {**made["body:N"], "align": "center"}
    made["body:short"] = {**made["body:T"], "align": "center"}
    return {name: book.add_format({"font_name": fonts.body, **style}) for name, style in made.items()}


@dataclass
class _Writer:
    """Write one sheet from top to bottom; `row` is the next free row (0-based)."""

    page: Any
    sheet: Sheet
    styles: Mapping[str, Any]
    row: int = 0
    heights: dict[int, float] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Return the last column that is printed."""
        return _printed(self.sheet) - 1

    def _set_height(self, row: int, height: float) -> None:
        self.heights[row] = height
        self.page.set_row(row, height)

    def write(self) -> None:
        """Write the whole sheet."""
        widths = _widths(self.sheet)
        for index, width in enumerate(widths):
            self.page.set_column(index, index, width)
        self._head(widths)
        header_rows = [self._block(block, widths) for block in self.sheet.blocks]
        self._foot(widths)
        self._print(header_rows, widths)

    def _head(self, widths: Sequence[float]) -> None:
        last = self.last
        for row, height in enumerate((38, 18, 18)):
            self._set_height(row, height)
        self.page.merge_range(0, 0, 0, last, self.sheet.title, self.styles["title"])
        _across(self.page, (1, 0, last), self.sheet.unit_line, self.styles["right"])
        _across(self.page, (2, 0, last), self.sheet.left_line, self.styles["left"])
        if last < len(widths) - 1:
            _across(self.page, (2, last + 1, len(widths) - 1), self.sheet.words["aside"], self.styles["left"])
        self.row = 3

    def _block(self, block: Block, widths: Sequence[float]) -> int:
        """Write one table; return the row of its header."""
        start = self.row
        if block.heading:
            self._set_height(self.row, 20)
            self.page.write_string(self.row, 0, block.heading, self.styles["heading"])
            self.row += 1
        last = len(widths) - 1
        if block.guide:
            self._set_height(self.row, guide_row(self.page, self.row, block, self.styles["guide"], widths))
            self.row += 1
        header = self.row
        self._set_height(header, _header_height(block, widths))
        for index, column in enumerate(block.columns):
            style = self.styles["header" if index <= self.last else "aside"]
            _across(self.page, (header, index, _end(block, index, last)), column.title, style)
        self.row += 1
        first = self.row
        if block.rows.empty:
            end = min(max(len(block.columns) - 1, _end(block, len(block.columns) - 1, last)), self.last)
            _across(self.page, (first, 0, end), self.sheet.words["none"], self.styles["none"])
            self.row += 1
        else:
            self._rows(block, widths)
        drop_downs(self.page, first, block)
        data_end = self.row - 1
        self._rest(block)
        self._total(block, (first, data_end, self.row - 1))
        self.spans.append(Span(start, first, self.row))
        self.row += 1
        return header

    def _rows(self, block: Block, widths: Sequence[float]) -> None:
        cut_text = self.sheet.words["cut_text"]
        cells = [column_cells(block, column, cut_text) for column in block.columns]
        styles = [self.styles[_style(column)] for column in block.columns]
        mark, page, last = self.styles["mark"], self.page, len(widths) - 1
        heights = _row_heights(block, cells, widths)
        formulas = [block.formulas.get(column.name) for column in block.columns]
        for row, (values, height) in enumerate(zip(zip(*cells, strict=True), heights, strict=True), start=self.row):
            self._set_height(row, height)
            for index, value in enumerate(values):
                if (formula := formulas[index]) is not None:
                    page.write_formula(
                        row, index, formula.format(row=row + 1), styles[index], "" if value is None else value
                    )
                elif value is None:
                    page.write_blank(row, index, None, styles[index])
                elif isinstance(value, str):
                    page.write_string(row, index, value, mark if value in MARKS else styles[index])
                else:
                    page.write_number(row, index, value, styles[index])
            if index < last and block.columns[index].fmt == "W":
                _across(page, (row, index, last), str(value or ""), styles[index])
        self.row += len(heights)

    def _rest(self, block: Block) -> None:
        if not block.left_out:
            return
        texts = {1: block.rest_label}
        for index, column in enumerate(block.columns):
            value = block.rest.get(column.name, texts.get(index))
            _cell(self.page, (self.row, index), value, self.styles["rest" if index == 1 else f"body:{column.fmt}"])
        self.row += 1

    def _total(self, block: Block, rows: tuple[int, int, int]) -> None:
        """Write the total row: formulas with the value they must have."""
        if not block.totals:
            return
        totals = {total.column: total for total in block.totals}
        self._set_height(self.row, LINE_POINTS + 4)
        for index, column in enumerate(block.columns):
            style = self.styles[f"total:{column.fmt}"]
            if index == 0:
                self.page.write_string(self.row, 0, self.sheet.words["total"], self.styles["total:F"])
            elif column.name in totals:
                total = totals[column.name]
                value = UNKNOWN if total.value is None else total.value
                self.page.write_formula(self.row, index, _formula(total, block, rows), style, value)
            else:
                self.page.write_blank(self.row, index, None, style)
        self.row += 1

    def _foot(self, widths: Sequence[float]) -> None:
        if not (self.sheet.notes or self.sheet.sign_off):
            return  # a form to which rows are added has nothing below them
        last = self.last
        whole = math.fsum(widths[: last + 1])
        lead = self.sheet.words["notes_lead"]
        for number, note in enumerate(self.sheet.notes, start=1):
            text = f"{lead if number == 1 else ''}{number}. {note}"
            self._set_height(self.row, LINE_POINTS * printed_lines(text, whole) + 2)
            _across(self.page, (self.row, 0, last), text, self.styles["note"])
            self.row += 1
        self.row += 1
        self._set_height(self.row, 22)
        _across(self.page, (self.row, 0, last), self.sheet.sign_off, self.styles["left"])
        self.row += 1

    def _print(self, header_rows: Sequence[int], widths: Sequence[float]) -> None:
        """Set the window and the paper: header frozen and repeated, A3, one page wide."""
        page, sheet = self.page, self.sheet
        alike = len({tuple(c.name for c in block.columns) for block in sheet.blocks}) == 1
        repeated = header_rows[0] if alike else 2
        page.freeze_panes(repeated + 1, sheet.frozen_columns if alike else 0)
        page.repeat_rows(repeated if alike else 0, repeated)
        only = sheet.blocks[0]
        if len(sheet.blocks) == 1 and len(only.rows):
            page.autofilter(header_rows[0], 0, header_rows[0] + len(only.rows), len(only.columns) - 1)
        page.hide_gridlines(2)
        page.set_paper(A3)
        page.center_horizontally()
        margins = Margins(sides=0.4, top=0.9 if sheet.page.watermark else 0.6, bottom=0.6)
        page.set_margins(left=margins.sides, right=margins.sides, top=margins.top, bottom=margins.bottom)
        if self.last < len(widths) - 1:
            page.print_area(0, 0, self.row - 1, self.last)
        rows = math.fsum(self.heights.get(row, DEFAULT_HEIGHT) for row in range(self.row))
        laid = layout(widths[: self.last + 1], margins, rows=rows, one_page=sheet.page.is_single)
        _ = page.set_portrait() if laid.is_portrait else page.set_landscape()
        page.fit_to_pages(1, 1 if laid.is_one_page else 0)
        again = math.fsum(self.heights[row] for row in range(repeated if alike else 0, repeated + 1))
        if not laid.is_one_page:
            page.set_h_pagebreaks(
                page_starts(self.spans, self.heights, page=laid.height, repeated=again, last=self.row)
            )
        page.set_header(_header(sheet.page, sheet.fonts.heading), {"margin": 0.2})
        page.set_footer(_footer(sheet.page), {"margin": 0.25})


def _formula(total: Total, block: Block, rows: tuple[int, int, int]) -> str:
    """Return the formula of a total over the printed rows (first row, last row, last row with the rest), 0-based."""
    first, data_end, end = rows
    place = {column.name: index for index, column in enumerate(block.columns)}

    def span(name: str, bottom: int = end) -> str:
        letter = letter_of(place[name])
        return f"{letter}{first + 1}:{letter}{bottom + 1}"

    if total.kind == "count":
        more = f"+{block.left_out}" if block.left_out else ""
        rows_filled = "0" if block.rows.empty else f"ROWS({span(total.column, data_end)}){more}"
        return f'={rows_filled}&" {total.word}"'
    if total.kind == "ratio":
        top, under = (span(name) for name in total.of)
        both = f"SUMPRODUCT(--ISNUMBER({under}),{top})/SUMPRODUCT(--ISNUMBER({top}),{under})"
        return f'=IFERROR({both},"{UNKNOWN}")'
    if total.kind == "difference":
        return f"=ROUND({'-'.join(f'SUM({span(name)})' for name in total.of)},2)"
    if block.rows.empty:
        return f"=SUM({span(total.column)})"
    return f'=IF(COUNT({span(total.column)})=0,"{UNKNOWN}",SUM({span(total.column)}))'


def _printed(sheet: Sheet) -> int:
    """Return how many columns are printed: all, where the first table is not the widest."""
    size = max(len(block.columns) for block in sheet.blocks)
    return sheet.paper_columns if sheet.paper_columns > 0 and len(sheet.columns) == size else size


def _widths(sheet: Sheet) -> list[float]:
    """Return the width of each column of a sheet: the widest of its blocks, enough in all for the title."""
    size = max(len(block.columns) for block in sheet.blocks)
    widths = [0.0] * size
    for block in sheet.blocks:
        for index, column in enumerate(block.columns):
            if _end(block, index, size - 1) == index:
                widths[index] = max(widths[index], column.width)
    least = max(LEAST_WIDTH, printed_width(sheet.unit_line) + 4, printed_width(sheet.left_line) + 4)
    paper = _printed(sheet)
    stretch = max(least / math.fsum(widths[:paper]), 1.0)
    return [width * stretch if index < paper else width for index, width in enumerate(widths)]


def _end(block: Block, index: int, last: int) -> int:
    """Return the last sheet column that a column of a block takes."""
    return last if index == len(block.columns) - 1 and block.columns[index].fmt == "W" else index


def _header_height(block: Block, widths: Sequence[float]) -> float:
    """Return a height in which the longest title fits its column."""
    lines = max(_title_lines(column, widths[index]) for index, column in enumerate(block.columns))
    return LINE_POINTS * max(lines, 2) + 4


def _style(column: SheetColumn) -> str:
    """Return the format of a column: counters and short words stand in the middle."""
    if column.name == "seq":
        return "body:seq"
    return "body:short" if column.fmt == "T" and column.width <= SHORT else f"body:{column.fmt}"


def _title_lines(column: SheetColumn, width: float) -> int:
    return printed_lines(column.title, width)


def _row_heights(block: Block, cells: Sequence[Sequence[Cell]], widths: Sequence[float]) -> list[float]:
    """Return the height of each row in points: no program grows wrapped rows alike, so it is stated."""
    lines = np.ones(len(block.rows), dtype=np.int64)
    last = len(widths) - 1
    for index, column in enumerate(block.columns):
        if column.fmt not in {"T", "W"}:
            continue
        width = math.fsum(widths[index : _end(block, index, last) + 1])
        known = {text: printed_lines(text, width) for text in set(cells[index]) if isinstance(text, str)}
        lines = np.maximum(lines, [known.get(text, 1) if isinstance(text, str) else 1 for text in cells[index]])
    return [min(float(count) * LINE_POINTS + 3, TALLEST) for count in lines]


def _across(page: Any, place: tuple[int, int, int], text: str, style: Any) -> None:
    """Write a text over some columns of one row: (row, first column, last column)."""
    row, first, last = place
    if first == last:
        page.write_string(row, first, text, style)
    else:
        page.merge_range(row, first, row, last, "", style)
        page.write_string(row, first, text, style)


def _cell(page: Any, place: tuple[int, int], value: Cell, style: Any) -> None:
    if value is None:
        page.write_blank(*place, None, style)
    elif isinstance(value, str):
        page.write_string(*place, value, style)
    else:
        page.write_number(*place, value, style)


def _header(page: Page, font: str) -> str:
    """Return the page header; the draft word stands large and grey in the middle, like a watermark."""
    mark = f'&C&"{font},Regular"&40&KC8C8C8{_escaped(page.watermark)}' if page.watermark else ""
    room = LONGEST_HEADER - len(mark) - len(page.header_left) - 4
    return f"&L{_escaped(page.header_left)}{mark}&R{_escaped(page.header_right)[:room]}"


def _footer(page: Page) -> str:
    return f"&L{_escaped(page.footer_left)}&C{page.footer_center}"


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
