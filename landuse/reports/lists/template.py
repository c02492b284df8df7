"""Fill in an official workbook with its styles kept: rows are put in like the row of the template, totals grow."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import pandas as pd

from landuse.errors import Fault, InputError
from landuse.printing.lists import Template
from landuse.reports.lists.fields import OF_ALL, known_fields
from landuse.reports.lists.filled import column_cells
from landuse.reports.lists.form import ListColumn, ListForm
from landuse.reports.lists.hostile import book_faults
from landuse.reports.lists.shift import make_room

PLACE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)
STAMP: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
DO: Final = "改正模板中的该单元格 / correct that cell of the template"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""Starts of a text that a spreadsheet may take for a formula."""


@dataclass(frozen=True)
class Opened:
    """A template that was looked through."""

    name: str
    book: Any
    page: Any
    row: int
    """Row whose style every row takes; 0 = the template has no rows."""
    fields: Mapping[int, str]
    """Number of a column (1 = A) -> field that stands alone in its cells."""
    texts: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Cell of another row -> text with {{field}} in it."""
    mixed: Mapping[int, str] = field(default_factory=dict)
    """Number of a column -> text of the row with {{field}} in it."""


def opened_template(template: Template, folder: Path) -> Opened:
    """Return a template, ready to be filled in.

    Raises
    ------
    InputError
        Not a plain .xlsx workbook, no such sheet, fields that do not exist, a row that cannot be repeated: every cell
        is named.
    """
    import openpyxl

    name = template.path.replace("\\", "/")
    path = folder / name
    if faults := book_faults(path, name):
        raise InputError(faults)
    try:
        book = openpyxl.load_workbook(path, rich_text=True)
    except (ValueError, KeyError, TypeError, OSError, AttributeError, IndexError, SyntaxError):
        found = "无法读取 / cannot be read"
        raise InputError([Fault(f"lists.templates {name}", found, ".xlsx", "重新另存 / save it again")]) from None
    if template.sheet is not None and template.sheet not in book.sheetnames:
        found = f"没有工作表 / no such sheet: {template.sheet}"
        raise InputError(
            [Fault(f"lists.templates {name}", found, ", ".join(book.sheetnames), "改正 sheet / correct it")]
        )
    page = book[template.sheet] if template.sheet is not None else book.worksheets[0]
    return _looked_through(template, name, book, page)


def _looked_through(template: Template, name: str, book: Any, page: Any) -> Opened:
    placed = {
        (cell.row, cell.column): str(cell.value)
        for cells in page.iter_rows()
        for cell in cells
        if cell.data_type == "s" and PLACE.search(str(cell.value))
    }
    faults = [fault for place, text in placed.items() for fault in _unknown(text, name, page, place)]
    faults += [
        Fault(f"{name} lists.templates.columns.{letter}", f"没有这个字段 / no such field: {field_}", _near(field_), DO)
        for letter, field_ in template.columns.items()
        if field_ not in known_fields()
    ]
    of_rows = {place: text for place, text in placed.items() if not set(PLACE.findall(text)) <= set(OF_ALL)}
    rows = sorted({row for row, _ in of_rows})
    start = template.start_row or (rows[0] if rows else 0)
    stray = [place for place in of_rows if place[0] != start]
    faults += [
        Fault(_where(name, page, place), f"行字段不在数据行 / a field of the rows outside row {start}", str(start), DO)
        for place in stray
    ]
    if not start and not placed:
        faults.append(
            Fault(f"lists.templates {name}", "没有 {{字段}},也没有 columns / neither {{field}} nor columns", "", DO)
        )
    faults += _merged(name, page, start) if start else []
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return _opened(template, name, (book, page), start, placed)


def _opened(
    template: Template, name: str, held: tuple[Any, Any], start: int, placed: Mapping[tuple[int, int], str]
) -> Opened:
    from openpyxl.utils import column_index_from_string

    whole: dict[int, str] = {}
    mixed: dict[int, str] = {}
    for (row, column), text in placed.items():
        alone = PLACE.fullmatch(text.strip())
        if row == start and alone:
            whole[column] = alone[1]
        elif row == start:
            mixed[column] = text
    whole |= {column_index_from_string(letter): field_ for letter, field_ in template.columns.items()}
    texts = {place: text for place, text in placed.items() if place[0] != start}
    return Opened(name, *held, start, whole, texts, mixed)


def _unknown(text: str, name: str, page: Any, place: tuple[int, int]) -> list[Fault]:
    return [
        Fault(_where(name, page, place), f"没有这个字段 / no such field: {{{{{field_}}}}}", _near(field_), DO)
        for field_ in PLACE.findall(text)
        if field_ not in known_fields()
    ]


def _near(name: str) -> str:
    return ", ".join(get_close_matches(name, known_fields(), n=3, cutoff=0.4)) or "docs/how-to/lists.md"


def _where(name: str, page: Any, place: tuple[int, int]) -> str:
    from openpyxl.utils import get_column_letter

    return f"{name} [{page.title}!{get_column_letter(place[1])}{place[0]}]"


def _merged(name: str, page: Any, start: int) -> list[Fault]:
    """Return the faults of a row that cannot be repeated: merged with others, or with a formula over a block."""
    tall = [
        one for one in page.merged_cells.ranges if one.min_row <= start <= one.max_row and one.min_row < one.max_row
    ]
    found = "数据行与其他行合并 / the row is merged with others"
    faults = [Fault(f"{name} [{page.title}!{one.coord}]", found, "取消合并 / unmerge", DO) for one in tall]
    blocks = [
        cell
        for cells in page.iter_rows()
        for cell in cells
        if cell.data_type == "f" and not isinstance(cell.value, str)
    ]
    told = "数组公式 / an array formula"
    return faults + [
        Fault(_where(name, page, (cell.row, cell.column)), told, "普通公式 / plain formulas", DO) for cell in blocks
    ]


# ------------------------------------------------------------------------------------------------ filling


def fill_template(opened: Opened, form: ListForm, rows: pd.DataFrame, facts: Mapping[str, Any], day: date) -> bytes:
    """Return a template filled in with rows.

    Parameters
    ----------
    form
        Says how a field is written: its decimals and words.
    facts
        Fields that are the same in every row.
    day
        The day the file bears; never the clock.
    """
    page, size = opened.page, len(rows)
    for place, text in opened.texts.items():
        _put(page.cell(*place), _said(text, facts))
    if opened.row:
        make_room(opened.book, page, row=opened.row, by=size - 1)
        _repeat(page, opened.row, size)
        cells = {column: _values(form, field_, rows) for column, field_ in opened.fields.items()}
        known: list[Any] = rows.to_dict("records") if opened.mixed else []
        for number in range(max(size, 1)):
            for column, values in cells.items():
                _put(page.cell(opened.row + number, column), values[number] if size else None)
            for column, text in opened.mixed.items():
                _put(page.cell(opened.row + number, column), _said(text, known[number]) if size else None)
    opened.book.calculation.fullCalcOnLoad = True
    buffer = io.BytesIO()
    opened.book.save(buffer)
    return _same_bytes(buffer.getvalue(), day)


def _repeat(page: Any, row: int, size: int) -> None:
    """Give the new rows the styles, constants and formulas of the row of the template."""
    from openpyxl.cell.cell import MergedCell
    from openpyxl.formula.translate import Translator

    models = [page._cells[row, column] for line, column in sorted(page._cells) if line == row]  # noqa: SLF001
    for number in range(row + 1, row + size):
        for model in models:
            twin = page.cell(number, model.column)
            twin._style = model._style  # noqa: SLF001
            if isinstance(twin, MergedCell) or model.value is None:
                continue
            if model.data_type == "f":
                twin.value = Translator(model.value, origin=model.coordinate).translate_formula(twin.coordinate)
            else:
                twin.value = model.value
                twin.data_type = model.data_type


def _values(form: ListForm, name: str, rows: pd.DataFrame) -> list[Any]:
    """Return a field as the form writes it; a number that no form speaks of stays a number."""
    if name not in rows.columns:
        return [None] * len(rows)
    known = next(
        (column for column in form.column if column.source == name and not (column.only_with or column.only_without)),
        None,
    )
    if known is None or not (known.translate or known.decimals is not None):
        values = rows[name]
        if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
            return [None if pd.isna(one) else one.item() if hasattr(one, "item") else one for one in values]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            return [None if pd.isna(one) else one.to_pydatetime() for one in values]
    column = known or ListColumn.model_validate({"title": {"zh": name}, "from": name})
    return list(column_cells(column, rows))


def _said(text: str, facts: Mapping[str, Any]) -> Any:
    """Return a text with its fields in words; a field that stands alone keeps its kind."""
    alone = PLACE.fullmatch(text.strip())
    if alone:
        return _plain(facts.get(alone[1]))
    return PLACE.sub(lambda found: _word(_plain(facts.get(found[1]))), text)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or None
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return f"{value:,.10g}" if isinstance(value, float) else str(value)


def _put(cell: Any, value: Any) -> None:
    """Write a value; a text stays a text whatever it begins with, and a code of digits keeps its digits."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell

    if isinstance(cell, MergedCell):
        return
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, datetime) and not cell.is_date:
            cell.number_format = "yyyy-mm-dd"
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]
    cell.value = text or None
    if text:
        cell.data_type = "s"
        if text.startswith(FORMULA):
            cell.quotePrefix = True
        if cell.number_format == "General":
            cell.number_format = "@"


def _same_bytes(content: bytes, day: date) -> bytes:
    """Return a workbook without the clock: fixed days in the archive and in its properties."""
    stamp = f"{day.isoformat()}T00:00:00Z".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                part = STAMP.sub(rb"\g<1>" + stamp + rb"\g<3>", part)
            fixed = zipfile.ZipInfo(entry.filename, ZIP_DAY)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            new.writestr(fixed, part)
    return buffer.getvalue()
