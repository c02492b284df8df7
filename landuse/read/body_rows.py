"""Tell the records of a sheet from its other lines: repeated headers, column numbers, lines below the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.read.findings import rows_where
from landuse.read.header_rows import is_numbering
from landuse.read.marks import Area, Marks, cell_name
from landuse.read.source import Across, Cells, Content, Remark, Rows
from landuse.read.words import is_sum, normal

Grid = list[list[Any]]

SHOWN: Final = 10
"""Rows and cells that a message names at most."""
_EMPTY: Final = "\u200b\ufeff \t\r\n\u00a0\u3000"


@dataclass(frozen=True)
class Page:
    """One sheet: its cells, and what it says beside them."""

    grid: Grid
    merged: tuple[Area, ...]
    marks: Marks

    @property
    def is_1904(self) -> bool:
        """Say whether serials count from 1904."""
        return self.marks.is_1904

    def filled(self, row: int) -> list[str]:
        """Return one row (from 0) as text, with every merged cell repeated over its range."""
        cells = [header_text(value) for value in self.grid[row]]
        for (top, left), (bottom, right) in self.merged:
            if top <= row <= bottom:
                cells[left : right + 1] = [header_text(self.grid[top][left])] * len(cells[left : right + 1])
        return cells

    def refuse_unsolved(self, where: str, *, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Refuse formulas whose result was never stored: a reader would take them for blank.

        Raises
        ------
        InputError
            There are some among the given rows and columns.
        """
        asked_rows, asked_columns = set(rows), set(columns)
        found = [place for place in self.marks.unsolved if place[0] in asked_rows and place[1] in asked_columns]
        if not found:
            return
        cells = " ".join(cell_name(place) for place in sorted(found)[:SHOWN])
        what = f"{len(found)}个公式没有保存计算结果 / formulas without a stored result: {cells}"
        do = "用表格软件打开并保存后再用,或粘贴为数值 / open and save it in a spreadsheet program, or paste the values"
        raise InputError([Fault(where, what, "", do)])


@dataclass(frozen=True)
class Body:
    """The records of a sheet."""

    numbers: tuple[int, ...]
    """Rows of the grid, from 0."""
    remarks: tuple[Remark, ...]

    def shown(self, page: Page, wanted: Sequence[int]) -> Mapping[int, Rows]:
        """Return, for each wanted column with cells merged downwards, the record whose cell each record shows."""
        place = {row: number for number, row in enumerate(self.numbers)}
        found: dict[int, Rows] = {}
        for (top, left), (bottom, right) in page.merged:
            if bottom == top or top not in place:
                continue
            covered = [place[row] for row in range(top, bottom + 1) if row in place]
            for column in range(left, right + 1):
                if column in wanted:
                    found.setdefault(column, np.arange(len(self.numbers), dtype=np.int64))[covered] = place[top]
        return found

    def across(self, page: Page, headers: Sequence[str], wanted: Sequence[int]) -> tuple[Across, ...]:
        """Return the cells that are merged over several columns, of which some are wanted."""
        place = {row: number for number, row in enumerate(self.numbers)}
        found = []
        for (top, left), (bottom, right) in page.merged:
            rows = [place[row] for row in range(top, bottom + 1) if row in place]
            named = list(dict.fromkeys(header for header in headers[left : right + 1] if header))
            asked = tuple(column for column in wanted if left <= column <= right)
            value = header_text(page.grid[top][left]) if rows and left < len(page.grid[top]) else ""
            if asked and len(named) > 1 and value.strip(_EMPTY):
                found.append(Across(np.array(rows, dtype=np.int64), asked, value, "、".join(named)))
        return tuple(found)


def body_of(page: Page, rows: Sequence[int], headers: Sequence[str]) -> Body:
    """Return the records below the header, without empty rows, repeated headers, column numbers and lines below."""
    numbers = [row for row in range(rows[-1], len(page.grid)) if not is_empty(page.grid[row])]
    remarks: list[Remark] = []
    header_lines = {tuple(normal(text) for text in page.filled(row - 1)) for row in rows} | {
        tuple(normal(text) for text in headers)
    }
    kept: list[int] = []
    titled = [place for place, header in enumerate(headers) if header]
    headings = _headings(page, titled[0], titled[-1]) if len(titled) > 1 else frozenset()
    for number in numbers:
        texts = tuple(normal(header_text(value)) for value in page.grid[number]) if _may_be(page.grid[number]) else ()
        if texts in header_lines or (not kept and is_numbering(texts)):
            remarks.append(Remark("HEADER_AGAIN", _line(page.grid[number]), number + 1))
        elif number in headings and not any(is_sum(str(cell)) for cell in page.grid[number]):
            remarks.append(Remark("ROW_HEADING", _line(page.grid[number]), number + 1))
        else:
            kept.append(number)
    while kept and _is_foot(page.grid[kept[-1]]):
        number = kept.pop()
        remarks.append(Remark("ROW_NO_RECORD", _line(page.grid[number]), number + 1))
    return Body(tuple(kept), tuple(sorted(remarks, key=lambda remark: remark.row or 0)))


def _headings(page: Page, first: int, last: int) -> frozenset[int]:
    """Return the rows in which one cell is merged over every column with a title: they are no records."""
    return frozenset(
        row
        for (top, left), (bottom, right) in page.merged
        if left <= first and right >= last
        for row in range(top, bottom + 1)
    )


def hidden_remarks(page: Page, body: Body, headers: Sequence[str], wanted: Sequence[int]) -> list[Remark]:
    """Return what is to be said of hidden rows and columns that were read."""
    rows = [row + 1 for row in body.numbers if row in page.marks.hidden_rows]
    columns = [header for header, place in zip(headers, wanted, strict=True) if place in page.marks.hidden_columns]
    found = []
    if rows:
        found.append(Remark("HIDDEN_ROWS", _runs(rows), facts={"count": len(rows)}))
    if columns:
        found.append(Remark("HIDDEN_COLUMNS", "、".join(columns), facts={"count": len(columns)}))
    return found


def header_text(value: Any) -> str:
    """Return a cell as a header shows it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()


def is_empty(row: Sequence[Any]) -> bool:
    """Say whether nothing stands in a row."""
    return all(isinstance(value, str) and not value.strip(_EMPTY) for value in row)


def _may_be(row: Sequence[Any]) -> bool:
    """Say whether a row may be a header again: most rows are ruled out by their first cells."""
    known = [value for value in row if not (isinstance(value, str) and not value.strip(_EMPTY))]
    return all(isinstance(value, str) or (isinstance(value, float) and value.is_integer()) for value in known)


def _is_foot(row: Sequence[Any]) -> bool:
    """Say whether a line below the table is no record: 注:…, 填表人:… in every cell that holds something."""
    known = [value for value in row if not (isinstance(value, str) and not value.strip(_EMPTY))]
    if not known or not all(isinstance(value, str) for value in known):
        return False
    words = load("read/words.toml")["foot"]
    return all(
        normal(value).startswith(tuple(words["starts"])) or normal(value).rstrip(":") in words["equals"]
        for value in known
    )


def _line(row: Sequence[Any]) -> str:
    return " ".join(text for value in row if (text := header_text(value)))[:120]


def _runs(rows: Sequence[int]) -> str:
    """Return row numbers as runs: 4–6、9."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
    return "、".join(told[:SHOWN]) + ("…" if len(told) > SHOWN else "")


# --------------------------------------------------------------------------------------- delimited text


def only_records(content: Content, headers: Sequence[str]) -> Content:
    """Return the rows of a text without repeated headers and lines below the table; column 0 has to be among them."""
    first = content.cells.get(0)
    if first is None or first.text is None or not headers or content.findings:
        return content
    again = _rows_like(content, headers)
    foot: list[int] = []
    at = len(content.source_row) - 1
    while at >= 0 and _is_foot_row(content, at):
        foot.append(at)
        at -= 1
    if not again and not foot:
        return content
    remarks = [Remark("HEADER_AGAIN", str(headers[0]), int(content.source_row[row])) for row in again]
    remarks += [
        Remark("ROW_NO_RECORD", str(first.text[row].as_py())[:120], int(content.source_row[row])) for row in foot
    ]
    kept = np.setdiff1d(np.arange(len(content.source_row)), [*again, *foot])
    return replace(
        content,
        cells={position: cells.take(kept) for position, cells in content.cells.items()},
        source_row=content.source_row[kept],
        sums=None if content.sums is None else content.sums[kept],
        remarks=(*content.remarks, *sorted(remarks, key=lambda remark: remark.row or 0)),
    )


def _rows_like(content: Content, headers: Sequence[str]) -> list[int]:
    """Return the rows in which every cell is the header of its column."""
    texts = content.cells[0].text
    if texts is None or not headers[0]:
        return []
    return [
        int(row)
        for row in rows_where(pc.equal(texts, headers[0]))
        if all(_cell_at(cells, int(row)) == (headers[position] or None) for position, cells in content.cells.items())
    ]


def _is_foot_row(content: Content, row: int) -> bool:
    known = [value for cells in content.cells.values() if (value := _cell_at(cells, row)) is not None]
    return _cell_at(content.cells[0], row) is not None and _is_foot(known)


def _cell_at(cells: Cells, row: int) -> Any:
    parts = (cells.text, cells.number, cells.day)
    return next((part[row].as_py() for part in parts if part is not None and part[row].is_valid), None)
