"""Draw what a map is measured by: scale with its bar, check ruler, north arrow."""

from __future__ import annotations

from typing import Final

from landuse.cartography.pane.view import View
from landuse.cartography.sheet.lettering import POINT, width_mm
from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Rect
from landuse.cartography.sheet.scales import round_length
from landuse.catalogue import term
from landuse.printing.layout import NorthBox, RulerBox, ScaleBox

RULER: Final = 100.0
"""Millimetres of the check ruler: the same on every paper."""
KILOMETRE: Final = 1000.0
"""Metres of a field from which on a scale bar counts in km."""
PARTS: Final = 4
"""Fields of a scale bar."""


def draw_scale(pen: Pen, box: Rect, spec: ScaleBox, view: View) -> None:
    """Draw the numeric scale and below it a bar whose fields are round numbers of metres."""
    size, numeric = pen.mm(spec.size), pen.mm(spec.numeric_size)
    field = round_length(view.metres(box.width * 0.86) / PARTS)
    length, bar = view.mm(field * PARTS), pen.mm(spec.bar)
    left = {"left": box.x, "center": box.middle[0] - length / 2, "right": box.right - length}[spec.align]
    y = box.y + size * POINT * 1.25
    unit, metres = ("kilometres", 1000) if field >= KILOMETRE else ("metres", 1)
    words = [f"{field * place / metres:g}" for place in range(PARTS + 1)]
    for place in range(PARTS):
        part = Rect(left + place * length / PARTS, y, length / PARTS, bar)
        pen.box(part, fill=pen.ink.dark if place % 2 == 0 else pen.ink.paper, colour=pen.ink.dark)
    for place, word in enumerate(words):
        ha = "left" if place == 0 and spec.align == "left" else "center"  # no figure stands outside its rectangle
        pen.text((left + place * length / PARTS, box.y + size * POINT * 0.6), word, size, ha=ha)
    after = left + length + width_mm(words[-1], size) / 2 + 0.4 * size * POINT
    pen.text((after, box.y + size * POINT * 0.6), term("sheet_word", unit, pen.lang), size)
    above = y + bar + numeric * POINT * 0.75
    pen.text((left + length / 2, above), f"1:{view.scale}", numeric, ha="center", bold=True)


def draw_ruler(pen: Pen, box: Rect, spec: RulerBox) -> None:
    """Draw 100 mm as they are on the paper, with a tick every centimetre: what shows whether a print is true."""
    size = pen.mm(spec.size)
    left = box.right - RULER if spec.left is None else box.x
    y, tall, short = box.y + size * POINT * 1.25, pen.mm(2.2), pen.mm(1.3)
    pen.line([(left, y), (left + RULER, y)])
    for place in range(11):
        x = left + place * RULER / 10
        pen.line([(x, y), (x, y + (tall if place % 5 == 0 else short))])
    for place, ha in ((0, "left"), (5, "center"), (10, "right")):
        pen.text((left + place * RULER / 10, box.y + size * POINT * 0.6), f"{place * 10}", size, ha=ha)
    above = y + tall + size * POINT * 0.75
    words = Rect(left, above - size * POINT / 2, RULER, size * POINT)
    pen.fitted(words, term("sheet_word", "ruler", pen.lang), size, colour=pen.ink.quiet)


def draw_north(pen: Pen, box: Rect, spec: NorthBox) -> None:
    """Draw an arrow to grid north: a needle, its left half dark."""
    size = pen.mm(spec.size)
    x, letter = box.middle[0], size * POINT * 1.15
    height = box.height - letter
    half = min(height * 0.24, box.width / 2)
    tip, notch = box.y + height, box.y + height * 0.22
    pen.area([(x, tip), (x - half, box.y), (x, notch)], pen.ink.dark)
    pen.area([(x, tip), (x + half, box.y), (x, notch)], pen.ink.paper)
    pen.text((x, box.top - letter / 2), term("sheet_word", "north", pen.lang), size, ha="center", bold=True)
