"""Read workbooks (.xlsx, .xls, .ods): visible sheets, header rows, error cells, sums."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.read.header_rows import header_numbers, join_rows
from landuse.read.source import Content, Source, object_cells
from landuse.read.words import is_sum, normal
from landuse.settings import InputEntry

Grid = list[list[Any]]

_ERROR_CELL: Final = re.compile(
    rb'<c\b(?P<head>[^>]*\bt="e"[^>]*)>(?:<f\b[^>]*/>|<f\b[^>]*>.*?</f>)?\s*<v>(?P<error>[^<]*)</v>', re.DOTALL
)
_REFERENCE: Final = re.compile(rb'\br="([A-Z]+)(\d+)"')
_FORM_HEAD: Final = 20
"""Rows in which the mark of a form is looked for."""
_SUM_ENDS: Final = frozenset("计lLmM:：")


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
        sheet = book.get_sheet_by_name(title)
        grid = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except PasswordError:
        fault = Fault(
            name, "文件有密码 / the file is protected by a password", "", "去除密码后另存 / save it without one"
        )
        raise InputError([fault]) from None
    except (CalamineError, OSError, ValueError) as error:
        fault = Fault(name, f"无法读取 / cannot be read: {error}", ".xlsx .xls .ods", "检查文件 / check the file")
        raise InputError([fault]) from None
    _restore_errors(grid, data, title)
    rows = header_numbers(entry.header_rows or form_header(grid), len(grid), f"{name} [{title}]")
    headers, tails = join_rows([_filled(grid, row - 1, merged) for row in rows])
    source = _source(grid, rows[-1], (headers, tails), name=name, sheet=title)
    unread = () if entry.sheet is not None else _others(book, title)
    above = tuple(value for row in grid[: rows[0] - 1] for value in row if isinstance(value, str) and value.strip())
    return dataclasses.replace(source, above=above, unread=unread)


def form_header(grid: Grid) -> int | None:
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
    grid: Grid, first: int, header: tuple[tuple[str, ...], tuple[str, ...]], *, name: str, sheet: str
) -> Source:
    """Return the rows below the header as a source; entirely empty rows are none."""
    body = [(number, row) for number, row in enumerate(grid[first:], start=first + 1) if not _is_empty(row)]

    def read(wanted: Sequence[int], with_geometry: bool) -> Content:  # noqa: ARG001, FBT001
        cells = {position: object_cells([_value(row[position]) for _, row in body]) for position in wanted}
        numbers = np.array([number for number, _ in body], dtype=np.int64)
        return Content(cells, numbers, sums=_sums([row for _, row in body]))

    return Source(name, sheet, header[0], read, tails=header[1])


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


def _filled(grid: Grid, row: int, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> list[str]:
    """Return one header row as text, with every merged cell repeated over its range."""
    cells = [_header(value) for value in grid[row]]
    for (top, left), (bottom, right) in merged:
        if top <= row <= bottom:
            text = _header(grid[top][left])
            cells[left : right + 1] = [text] * len(cells[left : right + 1])
    return cells


def _header(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()


def _value(value: Any) -> Any:
    """Return a cell, with a text of nothing but spaces as blank."""
    return "" if isinstance(value, str) and not value.strip("\u200b\ufeff \t\r\n\u00a0\u3000") else value


def _is_empty(row: Sequence[Any]) -> bool:
    return all(isinstance(value, str) and not value.strip("\u200b\ufeff \t\r\n\u00a0\u3000") for value in row)


def _sums(rows: Grid) -> npt.NDArray[np.bool_]:
    return np.array(
        [any(type(v) is str and v.rstrip()[-1:] in _SUM_ENDS and v.strip() and is_sum(v) for v in row) for row in rows],
        dtype=bool,
    )


# ------------------------------------------------------------------------------------------ error cells


def _restore_errors(grid: Grid, data: bytes, title: str) -> None:
    """Put #DIV/0! and its kind back where the reader library leaves an .xlsx cell blank.

    The rows are this module's own, just made; nothing handed in is changed.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _sheet_part(archive, title)
        xml = archive.read(part) if part else b""
    if b't="e"' not in xml:
        return
    for cell in _ERROR_CELL.finditer(xml):
        reference = _REFERENCE.search(cell["head"])
        if reference:
            row, column = int(reference[2]) - 1, _column_number(reference[1].decode("ascii"))
            if row < len(grid) and column < len(grid[row]) and grid[row][column] == "":
                grid[row][column] = cell["error"].decode("utf-8", errors="replace")


def _sheet_part(archive: zipfile.ZipFile, title: str) -> str | None:
    """Return the part of an .xlsx that holds a sheet; None for an .ods."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        if _unescape(_attribute(tag, "name")) != title:
            continue
        wanted = _attribute(tag, r"\w+:id")
        for relation in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
            if _attribute(relation, "Id") == wanted:
                target = _attribute(relation, "Target")
                part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return part if part in names else None
    return None


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return match[1] if match else ""


def _unescape(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
