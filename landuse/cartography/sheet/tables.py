"""Draw the tables around a map: 面积统计表, 图签, 附注."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from landuse.cartography.sheet.facts import AreaTable
from landuse.cartography.sheet.lettering import POINT, width_mm, wrapped
from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Rect
from landuse.catalogue import term
from landuse.printing.layout import BlockBox, TableBox

FIRST: Final = "organisation"
"""The field of the 图签 that stands above all and is there without a value too."""
SHORT: Final = frozenset({"number", "scale", "drawn_on", "stage"})
"""Fields of the 图签 of which two stand beside each other."""
SIGNED: Final = frozenset({"drawn_by", "checked_by", "approved_by"})
"""Fields left for a pen: printed without a value too."""
MOST_LINES: Final = 3
"""Lines of a field of the 图签; what is longer is set in smaller letters."""
LEAST_ROWS: Final = 3
INDENT: Final = "1. "
PAD: Final = 1.2
"""Millimetres between a line of a table and the text beside it."""


def table_height(pen: Pen, most: float, spec: TableBox, table: AreaTable) -> float:
    """Return the height of a table within so many mm; 0 where there is no room for it."""
    rows = _shown(pen, most, spec, table)
    return pen.mm(spec.head_size) * POINT * 1.5 + (len(rows) + 1) * pen.mm(spec.row) if rows else 0.0


def _shown(pen: Pen, most: float, spec: TableBox, table: AreaTable) -> list[tuple[str, ...]]:
    """Return the rows for which there is room, the total last."""
    total = [table.total] if table.total else []
    room = int((most - pen.mm(spec.head_size) * POINT * 1.5) / pen.mm(spec.row) + 1e-6) - 1 - len(total)
    is_readable = table.rows and room >= min(LEAST_ROWS, len(table.rows))
    return [*table.within(room), *total] if is_readable else []


def draw_area_table(pen: Pen, box: Rect, spec: TableBox, table: AreaTable) -> None:
    """Draw a table into a rectangle of the height that `table_height` gives."""
    size, row, head = pen.mm(spec.size), pen.mm(spec.row), pen.mm(spec.head_size)
    rows = [table.heads, *_shown(pen, box.height, spec, table)]
    pen.head(box, table.title, head)
    widths = _widths(rows, size, box.width, pen.mm(2 * PAD))
    top = box.top - head * POINT * 1.5
    for place, cells in enumerate(rows):
        is_bold = place == 0 or (bool(table.total) and place == len(rows) - 1)
        _cells(pen, Rect(box.x, top - (place + 1) * row, box.width, row), widths, cells=cells, size=size, bold=is_bold)
    lines = {0: pen.ink.thin, 1: pen.ink.hair, len(rows) - bool(table.total): pen.ink.hair, len(rows): pen.ink.thin}
    for place, width in lines.items():
        pen.line([(box.x, top - place * row), (box.right, top - place * row)], width)


def _widths(rows: Sequence[Sequence[str]], size: float, width: float, pad: float) -> list[float]:
    """Return the widths of the columns: figures as wide as they need, the first takes the rest."""
    others = [max(width_mm(row[at], size, bold=True) for row in rows) + pad for at in range(1, len(rows[0]))]
    return [max(width - sum(others), width * 0.25), *others]


def _cells(pen: Pen, box: Rect, widths: Sequence[float], *, cells: Sequence[str], size: float, bold: bool) -> None:
    pad = pen.mm(PAD)
    pen.fitted(Rect(box.x, box.y, widths[0] - pad, box.height), cells[0], size, bold=bold)
    x = box.x + widths[0]
    for width, text in zip(widths[1:], cells[1:], strict=True):
        pen.fitted(Rect(x + pad, box.y, width - pad, box.height), text, size, bold=bold, align="right")
        x += width


def notes_height(pen: Pen, width: float, spec: TableBox, notes: Sequence[str]) -> float:
    """Return the height that numbered notes need."""
    size = pen.mm(spec.size)
    lines = sum(len(wrapped(note, size, width - width_mm(INDENT, size))) for note in notes)
    return pen.mm(spec.head_size) * POINT * 1.5 + lines * pen.mm(spec.row) if notes else 0.0


def draw_notes(pen: Pen, box: Rect, spec: TableBox, notes: Sequence[str]) -> None:
    """Draw numbered notes from the top of a rectangle down."""
    size, row, head = pen.mm(spec.size), pen.mm(spec.row), pen.mm(spec.head_size)
    used, indent = head * POINT * 1.5, width_mm(INDENT, size)
    if not notes or box.height < used + row * 0.99:
        return
    pen.head(box, term("sheet_word", "notes", pen.lang), head)
    for number, note in enumerate(notes, start=1):
        room = Rect(box.x + indent, box.y, box.width - indent, box.height - used)
        if room.height < row * 0.99:
            break
        pen.text((box.x, room.top - row / 2), f"{number}.", size, colour=pen.ink.quiet)
        used += pen.lines(room, note, size, row=row, colour=pen.ink.quiet)


# ------------------------------------------------------------------------------------------------ 图签


def block_height(pen: Pen, width: float, spec: BlockBox, fields: Mapping[str, str]) -> float:
    """Return the height that the 图签 takes."""
    return sum(_height(pen, width, spec, names, fields) for names in _block_rows(spec, fields))


def draw_block(pen: Pen, box: Rect, spec: BlockBox, fields: Mapping[str, str]) -> None:
    """Draw the 图签 into a rectangle of the height that `block_height` gives."""
    rows = _block_rows(spec, fields)
    heights = [_height(pen, box.width, spec, names, fields) for names in rows]
    top = box.top
    for names, height in zip(rows, heights, strict=True):
        width = box.width / len(names)
        for place, name in enumerate(names):
            _field(pen, Rect(box.x + place * width, top - height, width, height), spec, name, fields.get(name, ""))
        top -= height
    pen.box(box, colour=pen.ink.dark, width=pen.ink.thin * 1.6)


def _block_rows(spec: BlockBox, fields: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the fields row by row: three for a pen beside each other, two short ones, one long one."""
    rows: list[tuple[str, ...]] = []
    for name in (name for name in spec.rows if fields.get(name) or name in SIGNED or name == FIRST):
        kind, most = (SHORT, 2) if name in SHORT else (SIGNED, 3) if name in SIGNED else (None, 1)
        if kind and rows and len(rows[-1]) < most and set(rows[-1]) <= kind:
            rows[-1] = (*rows[-1], name)
        else:
            rows.append((name,))
    return rows


def _height(pen: Pen, width: float, spec: BlockBox, names: Sequence[str], fields: Mapping[str, str]) -> float:
    row = pen.mm(spec.row)
    if set(names) <= SIGNED:
        return row * 1.7
    size = pen.mm(spec.size)
    most = max(len(_value_lines(pen, width / len(names), size, fields.get(name, ""))) for name in names)
    return row * (1 + (most - 1) * 0.72)


def _value_lines(pen: Pen, width: float, size: float, value: str) -> list[str]:
    lines = wrapped(value, size, width - _label_width(pen, width, size) - 2 * pen.mm(PAD))
    return [*lines[:2], "".join(lines[2:])] if len(lines) > MOST_LINES else lines


def _label_width(pen: Pen, width: float, size: float) -> float:
    return min(width_mm("编制单位", size) + 2 * pen.mm(PAD), width * 0.5)


def _field(pen: Pen, box: Rect, spec: BlockBox, name: str, value: str) -> None:
    """Draw one field: its name to the left, its value, in up to three lines, to the right."""
    size, pad = pen.mm(spec.size), pen.mm(PAD)
    title = _label_width(pen, box.width, size)
    pen.box(box, colour=pen.ink.line, width=pen.ink.hair)
    if name in SIGNED:
        words = term("sheet_field", name, pen.lang)
        pen.fitted(Rect(box.x + pad, box.y, box.width - 2 * pad, box.height), words, size, colour=pen.ink.quiet)
        return
    pen.line([(box.x + title, box.y), (box.x + title, box.top)], pen.ink.hair, pen.ink.line)
    place_of_name = Rect(box.x + pad, box.y, title - 2 * pad, box.height)
    pen.fitted(place_of_name, term("sheet_field", name, pen.lang), size, colour=pen.ink.quiet)
    lines = _value_lines(pen, box.width, size, value)
    step = pen.mm(spec.row) * 0.72
    inner = Rect(box.x + title + pad, box.y, box.width - title - 2 * pad, box.height)
    for place, line in enumerate(lines):
        y = box.middle[1] + ((len(lines) - 1) / 2 - place) * step
        pen.fitted(Rect(inner.x, y - step / 2, inner.width, step), line, size)
