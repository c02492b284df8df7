"""Read workbooks (.xlsx, .xls, .ods): visible sheets, header rows, error cells, sums."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.read.body_rows import Grid, Page, body_of, hidden_remarks
from landuse.read.header_finder import check_header, find_header, wished_words
from landuse.read.header_rows import header_numbers, join_rows
from landuse.read.hostile import guard_book
from landuse.read.judgement import Evidence, Judgement
from landuse.read.marks import Area, marks_of
from landuse.read.source import Content, Source, object_cells
from landuse.read.words import SUM_ENDS, is_sum, normal
from landuse.settings import InputEntry

BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""First bytes of a workbook."""
TEXT_LOOK: Final = 4_000_000
"""Bytes of a delimited text that a first look reads."""
FIRST_ROWS: Final = 60
"""Rows that a first look shows."""
_FORM_HEAD: Final = 20
"""Rows in which the mark of a form is looked for."""


def open_workbook(data: bytes, entry: InputEntry, *, name: str) -> Source:
    """Return one sheet of a workbook with its headers known.

    Parameters
    ----------
    data
        The file; its kind is told by its bytes, never by its name.
    name
        Path as the project file writes it.

    Raises
    ------
    InputError
        Protected or damaged, no such sheet (the sheets are listed), no header.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        title = _choose(book, entry.sheet, name)
        page = _page(book, data, title)
    except PasswordError:
        fault = Fault(
            name, "文件有密码 / the file is protected by a password", "", "去除密码后另存 / save it without one"
        )
        raise InputError([fault]) from None
    except (CalamineError, OSError, ValueError) as error:
        fault = Fault(name, f"无法读取 / cannot be read: {error}", ".xlsx .xls .ods", "检查文件 / check the file")
        raise InputError([fault]) from None
    where = f"{name} [{title}]"
    form = form_header(page.grid)
    if entry.header_rows is None and form is None:
        check_header(page.grid, page.merged, where=where, known=wished_words(entry))
    rows = header_numbers(entry.header_rows or form, len(page.grid), where)
    headers, tails = join_rows([page.filled(row - 1) for row in rows])
    page.refuse_unsolved(where, rows=range(rows[-1]), columns=range(len(headers)))
    source = _source(page, rows, (headers, tails), name=name, sheet=title)
    unread = () if entry.sheet is not None else _others(book, title)
    lines = page.grid[: rows[0] - 1]
    above = tuple(value for row in lines for value in row if isinstance(value, str) and value.strip())
    return dataclasses.replace(source, above=above, unread=unread)


@dataclass(frozen=True)
class SheetInfo:
    """One sheet of a workbook (or a delimited text) as it looks at first sight."""

    name: str
    """Blank for a delimited text."""
    hidden: bool
    rows: tuple[tuple[Any, ...], ...]
    """First rows as they stand, error cells as #DIV/0! and its kind."""
    merged: tuple[Area, ...]
    """Merged ranges, first and last place from 0."""
    height: int
    """Rows; of a long delimited text those that were looked at."""
    width: int
    header: Judgement
    """Header rows as the project file writes them."""


def tables_of(path: Path, known: frozenset[str] = frozenset()) -> tuple[SheetInfo, ...]:
    """Return every sheet of a workbook, or the one table of a delimited text, in the order of the file.

    Parameters
    ----------
    path
        The file; its kind is told by its bytes.
    known
        Further words that are headers, in normal form.

    Raises
    ------
    InputError
        The file cannot be read, or the encoding of a text is undecidable.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with path.open("rb") as stream:
        data = stream.read(TEXT_LOOK)
        if not data.startswith(BOOKS):
            return (_text_info(_whole_lines(data), path.name, known),)
        data += stream.read()
    guard_book(data, path.name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        metas = [meta for meta in book.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
        return tuple(_info(_page(book, data, str(meta.name)), meta, known) for meta in metas)
    except PasswordError:
        found, do = "文件有密码 / the file is protected by a password", "去除密码后另存 / save it without one"
        raise InputError([Fault(path.name, found, "", do)]) from None
    except (CalamineError, OSError, ValueError) as error:
        found = f"无法读取 / cannot be read: {error}"
        raise InputError([Fault(path.name, found, ".xlsx .xls .ods", "检查文件 / check the file")]) from None


def _info(page: Page, meta: Any, known: frozenset[str]) -> SheetInfo:
    return SheetInfo(
        name=str(meta.name),
        hidden=not str(meta.visible).endswith("Visible"),
        rows=tuple(tuple(row) for row in page.grid[:FIRST_ROWS]),
        merged=page.merged,
        height=len(page.grid),
        width=max((len(row) for row in page.grid), default=0),
        header=_found(page.grid, page.merged, known),
    )


def _text_info(data: bytes, name: str, known: frozenset[str]) -> SheetInfo:
    from landuse.read.delimited import records_of

    records, _ = records_of(data, name=name)
    width = max((len(record) for record in records), default=0)
    rows = tuple(tuple(record) for record in records[:FIRST_ROWS])
    return SheetInfo("", False, rows, (), len(records), width, _found(rows, (), known))  # noqa: FBT003


def _whole_lines(data: bytes) -> bytes:
    """Return the first part of a text up to the end of a line; one that is read whole stays as it is."""
    if len(data) < TEXT_LOOK or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    return data[: data.rfind(b"\n") + 1] or data


def _found(grid: Sequence[Sequence[Any]], merged: Sequence[Area], known: frozenset[str]) -> Judgement:
    """Return the header rows: those of a form of ours, else those that look like a header."""
    form = form_header(grid)
    if form is not None:
        return Judgement(str(form), Evidence("本程序表单的标记行之下", "below the mark of a form of ours"))
    return find_header(grid, merged, known)


def _page(book: Any, data: bytes, title: str) -> Page:
    """Return a sheet with everything that stands in it."""
    sheet = book.get_sheet_by_name(title)
    marks = marks_of(data, title, [str(other) for other in book.sheet_names].index(title))
    grid = sheet.to_python(skip_empty_area=False)
    for (row, column), error in marks.errors.items():
        if row < len(grid) and column < len(grid[row]) and grid[row][column] == "":
            grid[row][column] = error
    return Page(grid, tuple(sheet.merged_cell_ranges or marks.merged), marks)


def form_header(grid: Sequence[Sequence[Any]]) -> int | None:
    """Return the header row (1-based) of a form of ours, wherever rows were put in above; None for another sheet."""
    marks = {normal(mark) for mark in load("read/words.toml")["form"]["above"]}
    for number, row in enumerate(grid[:_FORM_HEAD], start=1):
        if row and isinstance(row[0], str) and normal(row[0]) in marks and number < len(grid):
            return number + 1
    return None


def _others(book: Any, title: str) -> tuple[str, ...]:
    """Return the other sheets that are not empty: which of them is meant, nobody has said."""
    return tuple(str(other) for other in book.sheet_names if other != title and _holds_rows(book, str(other)))


def _holds_rows(book: Any, title: str) -> bool:
    """Say whether a sheet has a header and a row."""
    from python_calamine import CalamineError

    try:
        return bool(book.get_sheet_by_name(title).height > 1)
    except CalamineError:  # a sheet of charts
        return False


def _source(
    page: Page, rows: Sequence[int], header: tuple[tuple[str, ...], tuple[str, ...]], *, name: str, sheet: str
) -> Source:
    """Return the rows below the header as a source; empty rows and lines that are no record are none."""
    body = body_of(page, rows, header[0])

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: ARG001, FBT001
        page.refuse_unsolved(f"{name} [{sheet}]", rows=body.numbers, columns=wanted)
        cells = {
            position: object_cells([_value(page.grid[row][position]) for row in body.numbers], is_1904=page.is_1904)
            for position in wanted
        }
        numbers = np.array(body.numbers, dtype=np.int64) + 1
        return Content(
            cells,
            numbers,
            sums=_sums([page.grid[row] for row in body.numbers]),
            shown=body.shown(page, wanted),
            across=body.across(page, header[0], wanted),
            remarks=(*body.remarks, *hidden_remarks(page, body, [header[0][place] for place in wanted], wanted)),
        )

    return Source(name, sheet, header[0], read, tails=header[1], has_cells=True)


def _choose(book: Any, wanted: str | None, name: str) -> str:
    """Return the sheet named, else the first visible one."""
    titles = [str(title) for title in book.sheet_names]
    if wanted is not None:
        for title in titles:
            if title == wanted or normal(title) == normal(wanted):
                return title
        fault = Fault(name, f"没有工作表 / no such sheet: {wanted}", " | ".join(titles), "改正 sheet / correct sheet")
        raise InputError([fault])
    for meta in book.sheets_metadata:
        if str(meta.visible).endswith("Visible") and str(meta.typ).endswith("WorkSheet"):
            return str(meta.name)
    raise InputError(
        [Fault(name, "没有可见的工作表 / no visible sheet", " | ".join(titles), "写明 sheet / name the sheet")]
    )


def _value(value: Any) -> Any:
    """Return a cell, with a text of nothing but spaces as blank."""
    return "" if isinstance(value, str) and not value.strip("\u200b\ufeff \t\r\n\u00a0\u3000") else value


def _sums(rows: Grid) -> npt.NDArray[np.bool_]:
    return np.array(
        [any(type(v) is str and v.rstrip()[-1:] in SUM_ENDS and v.strip() and is_sum(v) for v in row) for row in rows],
        dtype=bool,
    )
