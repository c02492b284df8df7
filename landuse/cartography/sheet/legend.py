"""Draw 图例: a field of colour, the words, 宗 and 亩 of every class; as many columns as many classes need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Final

from landuse.cartography.pane import swatch
from landuse.cartography.pane.ground import around_swatch
from landuse.cartography.sheet.lettering import POINT, fitted, width_mm
from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Rect
from landuse.cartography.style import Classes, LegendClass
from landuse.catalogue import term
from landuse.printing.layout import LegendBox

COLUMNS: Final = 3
"""Most columns beside each other."""
BESIDE: Final = 3
"""Surroundings explained beside each other …"""
LOW: Final = 0.86
"""… in rows lower than those of the classes by so much."""
WIDE: Final = 46.0
"""Millimetres that a column takes where letters are not shrunk."""
GAP: Final = 3.0
"""Millimetres between two columns."""


@dataclass(frozen=True)
class _Row:
    """A line of a legend."""

    words: str
    parcels: int
    mu: float
    """As printed: the rows of a legend add up to the last."""
    entry: LegendClass | None = None
    """Class whose field of colour it shows; None = a line without one."""

    @property
    def count(self) -> str:
        """Return 宗 as printed."""
        return f"{self.parcels:,}"

    @property
    def area(self) -> str:
        """Return 亩 as printed."""
        return f"{self.mu:,.2f}"


@dataclass(frozen=True)
class _Form:
    """How a legend is set so that it fits."""

    columns: int
    row: float
    size: float
    rows: int
    """Rows of each column."""


@dataclass(frozen=True)
class Around:
    """What lies around the parcels of a map."""

    keys: tuple[str, ...] = ()
    """Keys of ``pane.toml`` in the order of drawing."""
    scale: int = 10_000


def draw_legend(pen: Pen, box: Rect, spec: LegendBox, *, classes: Classes, around: Around) -> float:
    """Draw the legend from the top of a rectangle down; return the height it takes.

    Rows become lower and letters smaller where there are many classes, then they stand in columns; what still has no
    place is summed in the last row.
    """
    head, top = pen.mm(spec.head_size), box.top
    title = term("sheet_word", "legend", pen.lang)
    if classes.theme.unit:
        title += f"  ({classes.theme.unit})"
    pen.head(box, title, head)
    top -= head * POINT * 1.5
    rows = _rows(classes, pen.lang)
    below = _around_height(pen, spec, around)
    form = _form(pen, spec, len(rows), box.width, top - box.y - below)
    rows = _cut(rows, form.rows * form.columns, pen.lang)
    width = (box.width - (form.columns - 1) * pen.mm(GAP)) / form.columns
    for column in range(form.columns):
        part = rows[column * form.rows : (column + 1) * form.rows]
        if part:
            _column(pen, Rect(box.x + column * (width + pen.mm(GAP)), box.y, width, top - box.y), form, spec, part)
    used = box.top - top + (min(form.rows, len(rows)) + 1) * form.row
    if not around.keys or used + below > box.height + pen.mm(spec.row) / 2:
        return used
    _around(pen, Rect(box.x, box.top - used - below, box.width, below), spec, around)
    return used + below


def _around_height(pen: Pen, spec: LegendBox, around: Around) -> float:
    """Return the height of the lines that explain the surroundings, two beside each other."""
    return -(-len(around.keys) // BESIDE) * pen.mm(spec.row) * LOW + pen.mm(spec.row) * 0.4 if around.keys else 0.0


def _around(pen: Pen, box: Rect, spec: LegendBox, around: Around) -> None:
    """Explain the surroundings: each with its field or line, the highest rank first."""
    row, size, width = pen.mm(spec.row) * LOW, pen.mm(spec.size) * LOW, box.width / BESIDE
    sample, space = pen.mm(spec.swatch) * LOW, pen.mm(2) * LOW
    for place, key in enumerate(reversed(around.keys)):
        x, y = box.x + place % BESIDE * width, box.top - pen.mm(spec.row) * 0.4 - (place // BESIDE + 0.5) * row
        around_swatch(pen.axes, key, (x, y - row * 0.34, x + sample, y + row * 0.34), around.scale)
        words = Rect(x + sample + space, y - row / 2, width - sample - 2 * space, row)
        pen.fitted(words, term("surrounding", key, pen.lang), size, colour=pen.ink.quiet)


def _rows(classes: Classes, lang: str) -> list[_Row]:
    """Return the lines of a legend: every class, and their sum."""
    rows = [
        _Row(entry.label, entry.count, area, entry) for entry, area in zip(classes.legend, classes.areas, strict=True)
    ]
    return [*rows, _Row(term("sheet_word", "total", lang), classes.count, fsum(classes.areas))]


def _cut(rows: list[_Row], room: int, lang: str) -> list[_Row]:
    """Return as many rows as there is room for: the classes that have none are summed before the total."""
    if len(rows) <= room:
        return rows
    kept, rest = rows[: room - 2], rows[room - 2 : -1]
    words = term("sheet_word", "more", lang).format(classes=len(rest))
    return [*kept, _Row(words, sum(row.parcels for row in rest), fsum(row.mu for row in rest)), rows[-1]]


def _form(pen: Pen, spec: LegendBox, n: int, width: float, height: float) -> _Form:
    """Return the form of a legend of so many rows: the fewest columns, the largest letters that fit."""
    row, size = pen.mm(spec.row), pen.mm(spec.size)
    for columns in range(1, COLUMNS + 1):
        each = -(-n // columns)
        part = min(1.0, height / (row * (each + 1)), 1.0 if columns == 1 else width / columns / pen.mm(WIDE))
        if part >= spec.least:
            return _Form(columns, row * part, size * part, each)
    columns = max(1, min(COLUMNS, int(width / pen.mm(WIDE * spec.least))))
    return _Form(columns, row * spec.least, size * spec.least, max(int(height / (row * spec.least)) - 1, 2))


def _column(pen: Pen, box: Rect, form: _Form, spec: LegendBox, rows: Sequence[_Row]) -> None:
    """Draw one column: its head, then row by row."""
    size, row = form.size, form.row
    scale = size / pen.mm(spec.size)
    sample = Rect(0, 0, pen.mm(spec.swatch) * scale, row * 0.72)
    space = pen.mm(2) * scale
    areas = max(width_mm(text, size) for text in (term("sheet_word", "area", pen.lang), *(r.area for r in rows)))
    counts = max(width_mm(text, size) for text in (term("sheet_word", "count", pen.lang), *(r.count for r in rows)))
    right, middle = box.right, box.right - areas - space * 1.5
    words = Rect(box.x + sample.width + space, 0, middle - counts - space - box.x - sample.width - space, row)
    y = box.top - row / 2
    for x, name in ((middle, "count"), (right, "area")):
        pen.text((x, y), term("sheet_word", name, pen.lang), size * 0.9, ha="right", colour=pen.ink.quiet)
    pen.line([(box.x, y - row / 2), (box.right, y - row / 2)], pen.ink.hair, pen.ink.line)
    for entry in rows:
        y -= row
        is_class = entry.entry is not None
        if entry.entry is not None:
            swatch(pen.axes, entry.entry, replace(sample, x=box.x, y=y - sample.height / 2).bounds)
        else:
            pen.line([(box.x, y + row / 2), (box.right, y + row / 2)], pen.ink.hair, pen.ink.line)
        place = words if is_class else replace(words, x=box.x, width=words.width + sample.width + space)
        text, smaller = fitted(entry.words, size, place.width, least=0.6)
        pen.text((place.x, y), text, smaller, bold=not is_class)
        pen.text((middle, y), entry.count, size, ha="right")
        pen.text((right, y), entry.area, size, ha="right")
