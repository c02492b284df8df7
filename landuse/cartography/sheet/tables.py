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

SHORT: Final = frozenset({"number", "scale", "drawn_on", "stage"})
"""Fields of the 图签 of which two stand beside each other."""
SIGNED: Final = frozenset({"drawn_by", "checked_by", "approved_by"})
"""Fields left for a pen: printed without a value too."""
LEAST_ROWS: Final = 3
PAD: Final = 1.2
"""Millimetres between a line of a table and the text beside it."""


def draw_area_table(pen: Pen, box: Rect, spec: TableBox, table: AreaTable) -> float:
    """Draw the table from the top of a rectangle down; return its height, 0 where there is no room for it."""
    size, row, head = pen.mm(spec.size), pen.mm(spec.row), pen.mm(spec.head_size)
    title = head * POINT * 1.5
    room = int((box.height - title) / row) - 1 - bool(table.total)
    if room < min(LEAST_ROWS, len(table.rows)) or not table.rows:
        return 0.0
    rows = [*table.rows[:room], *([table.total] if table.total else [])]
    pen.fitted(Rect(box.x, box.top - title * 0.87, box.width, title * 0.87), table.title, head, bold=True)
    widths = _widths([table.heads, *rows], size, box.width, pen.mm(2 * PAD))
    top = box.top - title
    for place, cells in enumerate([table.heads, *rows]):
        last = bool(table.total) and place == len(rows)
        _cells(pen, Rect(box.x, top - (place + 1) * row, box.width, row), widths, cells, size, bold=last or place == 0)
    lines = [0, 1, len(rows) + 1, *([len(rows)] if table.total else [])]
    for place in lines:
        thick = pen.ink.thin if place in (0, len(rows) + 1) else pen.ink.hair
        pen.line(
            [(box.x, top - place * row), (box.right, top - place * row)],
            thick,
            pen.ink.dark if place != 1 else pen.ink.line,
        )
    return title + (len(rows) + 1) * row


def _widths(rows: Sequence[Sequence[str]], size: float, width: float, pad: float) -> list[float]:
    """Return the widths of the columns: figures as wide as they need, the first takes the rest."""
    others = [max(width_mm(row[at], size, bold=True) for row in rows) + pad for at in range(1, len(rows[0]))]
    return [max(width - sum(others), width * 0.25), *others]


def _cells(pen: Pen, box: Rect, widths: Sequence[float], cells: Sequence[str], size: float, *, bold: bool) -> None:
    pad = pen.mm(PAD)
    pen.fitted(Rect(box.x, box.y, widths[0] - pad, box.height), cells[0], size, bold=bold)
    x = box.x + widths[0]
    for width, text in zip(widths[1:], cells[1:], strict=True):
        pen.fitted(Rect(x + pad, box.y, width - pad, box.height), text, size, bold=bold, align="right")
        x += width


def draw_notes(pen: Pen, box: Rect, spec: TableBox, notes: Sequence[str]) -> float:
    """Draw numbered notes from the top of a rectangle down; return the height they take."""
    if not notes:
        return 0.0
    size, row, head = pen.mm(spec.size), pen.mm(spec.row), pen.mm(spec.head_size)
    used = head * POINT * 1.5
    if used + row > box.height:
        return 0.0
    pen.fitted(Rect(box.x, box.top - used, box.width, used), term("sheet_word", "notes", pen.lang), head, bold=True)
    indent = width_mm("1. ", size)
    for number, note in enumerate(notes, start=1):
        room = Rect(box.x + indent, box.y, box.width - indent, box.height - used)
        if room.height < row:
            break
        pen.text((box.x, room.top - row / 2), f"{number}.", size, colour=pen.ink.quiet)
        used += pen.lines(room, note, size, row, colour=pen.ink.quiet)
    return used


# ------------------------------------------------------------------------------------------------ 图签


def block_height(pen: Pen, width: float, spec: BlockBox, fields: Mapping[str, str]) -> float:
    """Return the height that the 图签 takes."""
    return sum(_height(pen, width, spec, names, fields) for names in _block_rows(spec, fields))


def draw_block(pen: Pen, box: Rect, spec: BlockBox, fields: Mapping[str, str]) -> float:
    """Draw the 图签 from the bottom of a rectangle up; return its height."""
    rows = _block_rows(spec, fields)
    heights = [_height(pen, box.width, spec, names, fields) for names in rows]
    top = box.y + sum(heights)
    for names, height in zip(rows, heights, strict=True):
        width = box.width / len(names)
        for place, name in enumerate(names):
            _field(pen, Rect(box.x + place * width, top - height, width, height), spec, name, fields.get(name, ""))
        top -= height
    pen.box(Rect(box.x, box.y, box.width, sum(heights)), colour=pen.ink.dark, width=pen.ink.thin * 1.6)
    return sum(heights)


def _block_rows(spec: BlockBox, fields: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the fields row by row: three for a pen beside each other, two short ones, one long one."""
    rows: list[tuple[str, ...]] = []
    for name in (name for name in spec.rows if fields.get(name) or name in SIGNED):
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
    return wrapped(value, size, width - _label_width(pen, width, size) - 2 * pen.mm(PAD))[:3]


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
