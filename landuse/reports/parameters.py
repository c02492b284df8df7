"""Lay the project file out as a workbook: a sheet a section, drop-downs, what every key means and takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from landuse.catalogue import load_folder
from landuse.parameters.beside import allowed_words, default_words
from landuse.parameters.cells import QUESTION, Cell, cell_of, key_text, letter_of
from landuse.parameters.keys import Key
from landuse.parameters.shape import REMARK, Page
from landuse.parameters.words import FOLDER, key_note, key_title, section_note, section_title, word
from landuse.reports.cells import printed_lines

CREATED: Final = datetime(2025, 1, 1)  # noqa: DTZ001 - no clock: the same project gives the same bytes
FONT: Final = "宋体"
HEAD_FONT: Final = "黑体"
LINE: Final = 14.0
SPARE_ROWS: Final = 30
"""Empty rows of a sheet of entries."""
SPARE_KEYS: Final = 12
SPARE_NAMES: Final = 4
WIDTHS: Final = {
    "title": 24.0,
    "key": 25.0,
    "value": 34.0,
    "allowed": 30.0,
    "default": 16.0,
    "explain": 54.0,
    "remark": 40.0,
}
LONG_KEYS: Final = {"path": 34.0, "header": 30.0, "value": 24.0, "units": 34.0, "columns": 38.0, "remark": 44.0}


def write_parameters(pages: Sequence[Page], target: Path | BinaryIO, lang: str) -> None:
    """Write the filled-in sheets of a project file as a workbook.

    Parameters
    ----------
    lang
        Language of titles and explanations; either is read back.
    """
    import xlsxwriter

    name = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(name, {"in_memory": True, "default_format_properties": {"font_name": FONT}}) as book:
        book.set_properties({"created": CREATED})
        desk = _Desk(book, lang, _styles(book))
        _guide(desk, pages)
        makers = {"keys": _settings, "sides": _sides, "rows": _entries}
        for page in pages:
            sheet = book.add_worksheet(section_title(page.form.section, lang)[:31])
            _head(desk, sheet, page)
            makers[page.form.kind](desk, sheet, page)
            sheet.hide_gridlines(2)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
        desk.write_choices()


@dataclass
class _Desk:
    """What the sheets of one workbook share."""

    book: Any
    lang: str
    styles: Mapping[str, Any]
    lists: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Drop-down -> column of the hidden sheet that holds it."""

    def word(self, name: str, **fill: Any) -> str:
        """Return a word of the workbook."""
        return word(name, self.lang, **fill)

    def value(self, sheet: Any, place: tuple[int, int], cell: Cell, key: Key) -> None:
        """Write a cell to be filled in, with its drop-down."""
        style = self.styles[_style(cell, key)]
        if cell is None:
            sheet.write_blank(*place, None, style)
        elif isinstance(cell, date):
            sheet.write_datetime(*place, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001
        elif isinstance(cell, str):
            sheet.write_string(*place, cell, style)
        else:
            sheet.write_number(*place, cell, style)

    def drop_down(self, sheet: Any, first: tuple[int, int], last: tuple[int, int], key: Key) -> None:
        """Give cells a drop-down, where the key has a closed list; several values of one cell are written by hand."""
        choices = tuple(key.shown(str(one)) for one in key.choices if one != "")
        if key.takes("flag"):
            choices = ("是", "否")
        if not choices or key.takes("list"):
            return
        column = self.lists.setdefault(choices, len(self.lists))
        letter = letter_of(column)
        source = f"='{self.word('choices_sheet')}'!${letter}$1:${letter}${len(choices)}"
        is_closed = key.kinds <= {"choice", "flag"}
        options = {"validate": "list", "source": source, "error_type": "stop" if is_closed else "information"}
        sheet.data_validation(*first, *last, options)

    def write_choices(self) -> None:
        """Write the lists behind the drop-downs on a hidden sheet."""
        sheet = self.book.add_worksheet(self.word("choices_sheet"))
        for choices, column in self.lists.items():
            sheet.write_column(0, column, choices)
        sheet.hide()


def _styles(book: Any) -> Mapping[str, Any]:
    boxed: dict[str, Any] = {
        "border": 1,
        "border_color": "#BFBFBF",
        "valign": "vcenter",
        "text_wrap": True,
        "font_size": 10,
    }
    filled = {**boxed, "bg_color": "#FFFBE6"}
    made = {
        "title": {"font_name": HEAD_FONT, "font_size": 16, "valign": "vcenter"},
        "note": {"font_size": 10, "font_color": "#595959", "valign": "vcenter", "text_wrap": True},
        "head": {**boxed, "font_name": HEAD_FONT, "bg_color": "#E7E6E6", "align": "center"},
        "name": {**filled, "font_name": HEAD_FONT, "align": "center", "num_format": "@"},
        "plain": boxed,
        "quiet": {**boxed, "font_color": "#7F7F7F", "font_size": 9},
        "key": {**boxed, "font_color": "#7F7F7F", "font_size": 9, "num_format": "@"},
        "text": {**filled, "num_format": "@"},
        "open": filled,
        "number": {**filled, "align": "left"},
        "day": {**filled, "num_format": "yyyy-mm-dd", "align": "left"},
        "question": {**filled, "bg_color": "#FFD9D2", "bold": True, "num_format": "@"},
        "remark": {**boxed, "font_size": 9, "num_format": "@"},
        "guide": {"font_size": 11, "valign": "vcenter", "text_wrap": True},
    }
    return {name: book.add_format({"font_name": FONT, **style}) for name, style in made.items()}


_OPEN: Final = re.compile(rf"(?:^|[=;、]\s*)[\"']?{re.escape(QUESTION)}[\"']?\s*(?:$|[;、}}])")
"""A cell that asks: "?" alone, or as the value of one of its pairs."""


def _style(cell: Cell, key: Key) -> str:
    if isinstance(cell, str) and _OPEN.search(cell):
        return "question"
    if isinstance(cell, date) or (cell is None and key.kinds == {"day"}):
        return "day"
    if key.takes("text", "list", "map", "choice"):
        return "text" if isinstance(cell, str) or cell is None else "number"
    return "number" if key.takes("whole", "number") else "open"


# ------------------------------------------------------------------------------------------------ sheets


def _guide(desk: _Desk, pages: Sequence[Page]) -> None:
    sheet = desk.book.add_worksheet(desk.word("guide_sheet"))
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, desk.word("convert_to_book"), desk.styles["title"])
    sheet.set_row(0, 28)
    row = 2
    for entry in load_folder(FOLDER)["guide"].values():
        text = str(entry[desk.lang])
        sheet.merge_range(row, 0, row, 1, text, desk.styles["guide"])
        sheet.set_row(row, 18.0 * printed_lines(text, 112))
        row += 1
    row += 1
    for page in pages:
        title = section_title(page.form.section, desk.lang)[:31]
        sheet.write_url(row, 0, f"internal:'{title}'!A1", string=title)
        note = section_note(page.form.section, desk.lang)
        sheet.write_string(row, 1, note, desk.styles["guide"])
        sheet.set_row(row, 17.0 * max(printed_lines(note, 98), 1))
        row += 1
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _head(desk: _Desk, sheet: Any, page: Page) -> None:
    """Write the title that names the section, and how the sheet is filled in."""
    section = page.form.section
    title = desk.word("sheet_title", title=section_title(section, desk.lang), section=section)
    sheet.write_string(0, 0, title, desk.styles["title"])
    sheet.set_row(0, 26)
    note = section_note(section, desk.lang)
    text = desk.word("section_remark") + page.remark if page.remark else note
    sheet.merge_range(1, 0, 1, 6, text, desk.styles["note"])
    sheet.set_row(1, LINE * max(printed_lines(text, 150), 1) + 4)


def _settings(desk: _Desk, sheet: Any, page: Page) -> None:
    """Write a row each key: what it is called, its value, what it may be, what holds without it, what it means."""
    names = ("title", "key", "value", "allowed", "default", "explain", REMARK)
    _columns(desk, sheet, names)
    row = 3
    for one in page.rows:
        key, text = one.key or page.form.key(one.lead), key_text(one.lead)
        is_known = one.lead in page.form.keys
        title = key_title(page.form.section, text, desk.lang) if is_known else _below(desk, page, one.lead)
        said = key_note(page.form.section, text, key.explain, desk.lang) if is_known else ""
        told = {
            "title": f"{title} *" if key.is_required and len(one.lead) == 1 and is_known else title,
            "key": text,
            "allowed": allowed_words(key, desk.lang) if is_known else "",
            "default": default_words(key, page.form.section, desk.lang) if is_known else "",
            "explain": said,
            REMARK: one.remark,
        }
        _line(desk, sheet, row, names, told)
        desk.value(sheet, (row, 2), one.cells.get("value"), key)
        desk.drop_down(sheet, (row, 2), (row, 2), key)
        told["value"] = _shown(one.cells.get("value"))
        sheet.set_row(row, _height(names, told))
        row += 1
    if any(key.takes("map") for key in page.form.keys.values()) or not page.form.keys:
        for spare in range(row, row + SPARE_KEYS):
            _line(desk, sheet, spare, names, {})
            sheet.write_blank(spare, 1, None, desk.styles["text"])
            sheet.write_blank(spare, 2, None, desk.styles["open"])
    sheet.freeze_panes(3, 3)


def _below(desk: _Desk, page: Page, path: tuple[str, ...]) -> str:
    """Return the title of a key inside a mapping."""
    above = key_title(page.form.section, path[0], desk.lang) if path[:1] in page.form.keys else ""
    return desk.word("inner_key", key=above) if above else ""


def _sides(desk: _Desk, sheet: Any, page: Page) -> None:
    """Write a row each key and a column each name."""
    names = ("title", "key", "allowed", "explain")
    _columns(desk, sheet, names)
    shown = [*page.names, *[""] * SPARE_NAMES]
    for at, name in enumerate(shown, start=len(names)):
        sheet.set_column(at, at, 22)
        sheet.write_string(2, at, _name(name), desk.styles["name"])
    for row, one in enumerate(page.rows, start=3):
        key, text = one.key or page.form.key(one.lead), key_text(one.lead)
        told = {
            "title": key_title(page.form.section, text, desk.lang),
            "key": text,
            "allowed": "" if one.lead == (REMARK,) else allowed_words(key, desk.lang),
            "explain": key_note(page.form.section, text, key.explain, desk.lang),
        }
        _line(desk, sheet, row, names, told)
        for at, name in enumerate(shown, start=len(names)):
            desk.value(sheet, (row, at), one.cells.get(name) if name else None, key)
        if one.lead != (REMARK,):
            desk.drop_down(sheet, (row, len(names)), (row, len(names) + len(shown) - 1), key)
        texts = [printed_lines(_shown(cell), 22) for cell in one.cells.values()]
        sheet.set_row(row, max([_height(names, told), *(LINE * lines + 3 for lines in texts)]))
    sheet.freeze_panes(3, len(names))


def _entries(desk: _Desk, sheet: Any, page: Page) -> None:
    """Write a row each entry and a column each key: titles, keys, what to write, then the entries."""
    form = page.form
    known = {
        **{name: form.lead(name) for name in form.leads},
        **{key_text(path): key for path, key in form.keys.items()},
    }
    odd = dict.fromkeys(name for row in page.rows for name in row.cells if name not in known)
    keys = {**known, **{name: form.key((name,)) for name in odd}, REMARK: Key(REMARK, frozenset({"text"}))}
    heads = [desk.word("seq"), desk.word("key"), desk.word("guide")]
    for line, text in enumerate(heads, start=2):
        sheet.write_string(line, 0, text, desk.styles["head" if line == 2 else "quiet"])
    tallest = 1
    for at, (name, key) in enumerate(keys.items(), start=1):
        is_remark = name == REMARK
        title = desk.word(REMARK) if is_remark else key_title(form.section, name, desk.lang)
        parts = [
            key_note(form.section, name, key.explain, desk.lang),
            "" if is_remark else allowed_words(key, desk.lang),
        ]
        note = ";".join(part for part in parts if part)
        width = LONG_KEYS.get(name, 20.0)
        sheet.set_column(at, at, width)
        sheet.write_string(2, at, f"{title} *" if key.is_required or name in form.leads else title, desk.styles["head"])
        sheet.write_string(3, at, name, desk.styles["key"])
        sheet.write_string(4, at, note, desk.styles["quiet"])
        tallest = max(tallest, printed_lines(note, width))
    sheet.set_row(4, (LINE - 1) * tallest + 3)
    _entry_rows(desk, sheet, page, keys)
    sheet.freeze_panes(5, 1 + len(form.leads))


def _entry_rows(desk: _Desk, sheet: Any, page: Page, keys: Mapping[str, Key]) -> None:
    last = 5 + len(page.rows) + SPARE_ROWS - 1
    for row in range(5, last + 1):
        one = page.rows[row - 5] if row - 5 < len(page.rows) else None
        leads = dict(zip(page.form.leads, one.lead, strict=True)) if one else {}
        sheet.write_number(row, 0, row - 4, desk.styles["quiet"])
        lines = 1
        for at, (name, key) in enumerate(keys.items(), start=1):
            cell = (leads.get(name) or None) if name in page.form.leads else one.cells.get(name) if one else None
            if name == REMARK:
                sheet.write_string(row, at, one.remark if one else "", desk.styles["remark"])
                lines = max(lines, printed_lines(one.remark, LONG_KEYS[REMARK]) if one else 1)
            else:
                desk.value(sheet, (row, at), cell, key)
                lines = max(lines, printed_lines(_shown(cell), LONG_KEYS.get(name, 20.0)))
        sheet.set_row(row, min(LINE * lines + 3, 400.0))
    for at, (name, key) in enumerate(keys.items(), start=1):
        if name != REMARK:
            desk.drop_down(sheet, (5, at), (last, at), key)


# ------------------------------------------------------------------------------------------------- cells


def _columns(desk: _Desk, sheet: Any, names: Sequence[str]) -> None:
    for at, name in enumerate(names):
        sheet.set_column(at, at, WIDTHS[name])
        sheet.write_string(2, at, desk.word(name), desk.styles["head"])


def _line(desk: _Desk, sheet: Any, row: int, names: Sequence[str], told: Mapping[str, str]) -> None:
    styles = {"title": "plain", "key": "key", REMARK: "remark", "explain": "plain"}
    for at, name in enumerate(names):
        sheet.write_string(row, at, told.get(name, ""), desk.styles[styles.get(name, "quiet")])


def _height(names: Sequence[str], told: Mapping[str, str]) -> float:
    lines = max(printed_lines(told.get(name, ""), WIDTHS[name]) for name in names)
    return min(LINE * max(lines, 1) + 3, 400.0)


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)


def _name(name: str) -> str:
    return str(cell_of(name, Key("name", frozenset({"text"})))) if name else ""
