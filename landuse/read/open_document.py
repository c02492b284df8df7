"""Read what an OpenDocument sheet (.ods) says beside its values, in one pass and without resolving any entity."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from landuse.read.marks import Area, Marks, Place

_MOST: Final = 16_384
"""Repeats beyond this are the empty rest of a sheet."""


class _Reader:
    """Counts rows and columns of one sheet and keeps what it says."""

    def __init__(self, position: int) -> None:
        self.position, self.sheet, self.depth = position, -1, 0
        self.row = self.column = self.row_repeat = 0
        self.columns = 0
        self.error_at: Place | None = None
        self.text: list[str] = []
        self.errors: dict[Place, str] = {}
        self.unsolved: list[Place] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.merged: list[Area] = []
        self.is_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name == "table:null-date":
            self.is_1904 = attributes.get("table:date-value", "").startswith("1904")
        if name == "table:table":
            self.depth += 1
            self.sheet += self.depth == 1
            self.row = self.column = self.columns = 0
        if self.sheet != self.position or self.depth != 1:
            return
        if name == "table:table-column":
            self._column(attributes)
        elif name == "table:table-row":
            self.column = 0
            self.row_repeat = int(attributes.get("table:number-rows-repeated", "1"))
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self.hidden_rows |= set(range(self.row, self.row + min(self.row_repeat, _MOST)))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "table:table":
            self.depth -= 1
        if self.sheet != self.position or self.depth != 1:
            return
        if name == "table:table-row":
            self.row += self.row_repeat
        elif name in ("table:table-cell", "table:covered-table-cell") and self.error_at is not None:
            self.errors[self.error_at] = "".join(self.text).strip()
            self.error_at = None

    def words(self, text: str) -> None:
        """Take text between elements."""
        if self.error_at is not None:
            self.text.append(text)

    def _column(self, attributes: dict[str, str]) -> None:
        repeat = int(attributes.get("table:number-columns-repeated", "1"))
        if attributes.get("table:visibility") in ("collapse", "filter"):
            self.hidden_columns |= set(range(self.columns, self.columns + min(repeat, _MOST)))
        self.columns += repeat

    def _cell(self, attributes: dict[str, str]) -> None:
        place = (self.row, self.column)
        if attributes.get("calcext:value-type") == "error":
            self.error_at, self.text = place, []
        elif "table:formula" in attributes and "office:value-type" not in attributes:
            self.unsolved.append(place)
        down = int(attributes.get("table:number-rows-spanned", "1"))
        right = int(attributes.get("table:number-columns-spanned", "1"))
        if down > 1 or right > 1:
            self.merged.append((place, (self.row + down - 1, self.column + right - 1)))
        self.column += int(attributes.get("table:number-columns-repeated", "1"))


def document_marks(xml: bytes, position: int) -> Marks:
    """Return the marks of one sheet of content.xml; what is no XML, or declares entities, says nothing."""
    reader = _Reader(position)
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.words
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except (expat.ExpatError, ValueError):
        return Marks()
    return Marks(
        reader.errors,
        tuple(reader.unsolved),
        frozenset(reader.hidden_rows),
        frozenset(reader.hidden_columns),
        tuple(reader.merged),
        reader.is_1904,
    )


def _refuse(*_: object) -> None:
    raise ValueError("entities")
