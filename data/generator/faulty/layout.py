"""The table of output as a statistics office lays it out: title, two header rows, 小计 per town, 合计 (fault 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import xlsxwriter

from generator.faulty.draft import Draft, Entry, Row
from generator.spec import TOWNS
from generator.write import header_format, open_workbook, write_cell

CODE, NAME = "统一社会信用代码", "企业名称"
SHEET, TITLE = "2025年", "安澜县(示例)2025年工业企业产值情况表"
GROUPS = (("企业信息", 2), ("产出", 2), ("用工与研发", 2))
"""Upper header row: text and the number of columns it is merged over."""
FIRST = 4
"""Row of the first record, 1-based."""


def fault_10(draft: Draft) -> None:
    """Plant: title row, two header rows, merged cells, 小计 per town, 合计 (output xlsx)."""
    file = "accounts_output.xlsx"
    draft.plant(10, "", "accounts", "", "title in row 1, headers in rows 2 and 3", file=file)
    towns = _towns(draft)
    rows = [{title: value for title, value in row.items() if title != "年度"} for row in draft.output]
    by_identity = dict(zip(map(id, draft.output), rows, strict=True))
    draft.entries = [_moved(entry, by_identity) for entry in draft.entries]
    laid_out: list[Row] = []
    for town in (*TOWNS, "其他"):
        mine = [row for row in rows if towns.get(str(row[CODE]), "其他") == town]
        if mine:
            laid_out += [*mine, _sum(f"{town}小计", mine)]
    laid_out.append(_sum("合计", rows))
    draft.output = laid_out
    for row in laid_out:
        if row[NAME] is None:
            draft.plant(10, "TOTAL_ROW", "accounts", str(row[CODE]), "a sum, no enterprise", row=row)


def _moved(entry: Entry, rows: dict[int, Row]) -> Entry:
    """Give an entry about the row that took the place of its own."""
    return replace(entry, row=rows[id(entry.row)]) if id(entry.row) in rows else entry


def _towns(draft: Draft) -> dict[str, str]:
    """Give the town of each enterprise that has land or rents some."""
    by_key = {plot.key: plot.town for plot in draft.district.plots}
    towns = {plot.firm.uscc: plot.town for plot in draft.district.plots if plot.firm is not None}
    return towns | {f.uscc: by_key[f.tenant_of] for f in draft.district.firms if f.tenant_of}


def _sum(title: str, rows: Sequence[Row]) -> Row:
    """Give a row of sums; what is no number counts as nothing."""
    out: Row = {CODE: title, NAME: None}
    for column in list(rows[0])[2:]:
        out[column] = round(sum(v for row in rows if isinstance(v := row[column], int | float)), 2)
    return out


def write_output(path: Path, rows: Sequence[Row]) -> None:
    """Write the laid-out table."""
    with open_workbook(path) as book:
        page = book.add_worksheet(SHEET)
        head = header_format(book)
        page.merge_range(0, 0, 0, len(rows[0]) - 1, TITLE, head)
        at = 0
        for text, width in GROUPS:
            page.merge_range(1, at, 1, at + width - 1, text, head)
            at += width
        for column, title in enumerate(rows[0]):
            page.write_string(2, column, title, head)
            page.set_column(column, column, 22 if column < 2 else 16)
        for number, row in enumerate(rows, start=FIRST - 1):
            _write_row(page, number, row, head)
        page.freeze_panes(FIRST - 1, 2)


def _write_row(page: xlsxwriter.worksheet.Worksheet, number: int, row: Row, bold: object) -> None:
    """Write a record, or a sum whose title is merged over code and name."""
    cells = list(row.values())
    if row[NAME] is None:
        page.merge_range(number, 0, number, 1, cells[0], bold)
        cells[0] = None
    for column, value in enumerate(cells):
        if value == "#DIV/0!":
            page.write_formula(number, column, "=0/0", None, value)
        else:
            write_cell(page, number, column, value, None)
