"""Read what a workbook says beside its values: errors, formulas without results, hidden rows, the day of serial 0."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

Place = tuple[int, int]
"""Row and column, from 0."""
Area = tuple[Place, Place]
"""First and last place of a range."""

OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b(?P<head>[^>]*)>\s*(?P<f><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>.*?</(?:\w+:)?f>))?\s*"
    rb"(?:<(?:\w+:)?v\b[^>]*?(?:/>|>(?P<v>[^<]*)</(?:\w+:)?v>))?(?P<inline><(?:\w+:)?is\b)?",
    re.DOTALL,
)
_REFERENCE: Final = re.compile(rb'\br="([A-Z]+)(\d+)"')
_HIDDEN_ROW: Final = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\shidden="(?:1|true)")[^>]*?\sr="(\d+)"')
_HIDDEN_COLUMN: Final = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\shidden="(?:1|true)")([^>]*)>')
_MANY_COLUMNS: Final = 16_384


@dataclass(frozen=True)
class Marks:
    """What one sheet says beside its values."""

    errors: dict[Place, str] = field(default_factory=dict)
    """Cells that show an error: #DIV/0! and its kind."""
    unsolved: tuple[Place, ...] = ()
    """Formulas whose result was never stored: what they give, nobody knows before a spreadsheet has opened the file."""
    hidden_rows: frozenset[int] = frozenset()
    """From 0; by hand or by a filter."""
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    """Merged ranges, where the reader library does not tell them (.ods)."""
    is_1904: bool = False
    """Serial 0 is 1904-01-01 instead of 1899-12-30."""


def marks_of(data: bytes, title: str, position: int) -> Marks:
    """Return the marks of one sheet of a workbook.

    Parameters
    ----------
    data
        The file: .xlsx, .ods or .xls, told by its bytes.
    title
        Name of the sheet.
    position
        Its place among the sheets, from 0.
    """
    if data.startswith(OLD_WORKBOOK):
        from landuse.read.old_workbook import old_marks

        return old_marks(data, position)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return Marks()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            from landuse.read.open_document import document_marks

            return document_marks(archive.read("content.xml"), position)
        part = _sheet_part(archive, title, names)
        book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in names else b""
        xml = archive.read(part) if part else b""
    return _sheet_marks(xml, book)


def _sheet_marks(xml: bytes, book: bytes) -> Marks:
    errors: dict[Place, str] = {}
    unsolved: list[Place] = []
    never_solved = re.search(rb'fullCalcOnLoad="(?:1|true)"', book) is not None
    if b't="e"' in xml or b"<f" in xml or b":f>" in xml or b":f " in xml:
        for cell in _CELL.finditer(xml):
            is_error = b't="e"' in cell["head"]
            if not is_error and cell["f"] is None:
                continue
            if (place := _place(cell["head"])) is None:
                continue
            if is_error:
                errors[place] = (cell["v"] or b"").decode("utf-8", errors="replace")
            elif _is_unsolved(cell, never_solved=never_solved):
                unsolved.append(place)
    hidden = frozenset(int(number) - 1 for number in _HIDDEN_ROW.findall(xml))
    columns: set[int] = set()
    for found in _HIDDEN_COLUMN.findall(xml):
        first, last = (re.search(rb'\b%s="(\d+)"' % name, found) for name in (b"min", b"max"))
        if first and last:
            columns |= set(range(int(first[1]) - 1, min(int(last[1]), _MANY_COLUMNS)))
    is_1904 = re.search(rb'\bdate1904="(?:1|true)"', book) is not None
    return Marks(errors, tuple(unsolved), hidden, frozenset(columns), is_1904=is_1904)


def _is_unsolved(cell: re.Match[bytes], *, never_solved: bool) -> bool:
    """Say whether a formula has no result; an empty text (t="str") is one.

    A 0 in a workbook that asks to be computed when it is opened may be the 0 a program writes before anybody has.
    """
    if cell["inline"]:
        return False
    if not cell["v"]:
        return b't="str"' not in cell["head"]
    return never_solved and cell["v"].strip() == b"0" and b't="str"' not in cell["head"]


def _place(head: bytes) -> Place | None:
    reference = _REFERENCE.search(head)
    return (int(reference[2]) - 1, column_number(reference[1].decode("ascii"))) if reference else None


def _sheet_part(archive: zipfile.ZipFile, title: str, names: set[str]) -> str | None:
    """Return the part of an .xlsx that holds a sheet."""
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


def column_number(letters: str) -> int:
    """Return the place of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(place: Place) -> str:
    """Return how a spreadsheet names a cell: (0, 0) is A1."""
    letters, number = "", place[1] + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{place[0] + 1}"
