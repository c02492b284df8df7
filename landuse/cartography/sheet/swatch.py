"""Draw the field of colour of a class as its parcels are drawn."""

from __future__ import annotations

from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Rect
from landuse.cartography.style import LegendClass


def draw_swatch(pen: Pen, box: Rect, entry: LegendClass) -> None:
    """Draw a rectangle filled as the parcels of a class."""
    pen.box(box, fill=entry.colour, colour=pen.ink.dark, width=pen.ink.hair)
