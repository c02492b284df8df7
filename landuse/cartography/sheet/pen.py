"""Draw on the paper in millimetres: texts, lines, rectangles of the parts around the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from landuse.cartography.sheet.lettering import MIDDLE, POINT, fitted, wrapped
from landuse.cartography.sheet.place import Layout, Rect
from landuse.printing.layout import Ink

MM: Final = 72 / 25.4
"""Points of a millimetre: widths of lines are points."""


@dataclass(frozen=True)
class Pen:
    """A pen on the whole page; lengths in mm, letters in points, both of this paper."""

    axes: Any
    """Axes of the page: one unit is one millimetre."""
    layout: Layout
    families: tuple[str, ...]
    lang: str

    @property
    def ink(self) -> Ink:
        """Return the colours and lines of the layout."""
        return self.layout.spec.ink

    def mm(self, length: float) -> float:
        """Return a length, or a size of letters, of the layout file on this paper."""
        return self.layout.mm(length)

    def text(self, at: tuple[float, float], text: str, size: float, **options: Any) -> None:
        """Write a line whose middle is at a height.

        Parameters
        ----------
        at
            Left end of the line, its right end or its middle, as ``ha`` says.
        options
            ``bold``, ``colour``, ``ha``, ``rotation`` …
        """
        bold, colour = options.pop("bold", False), options.pop("colour", self.ink.dark)
        if not text:
            return
        self.axes.text(
            at[0],
            at[1] - MIDDLE * size * POINT,
            text,
            fontsize=size,
            fontweight="bold" if bold else "normal",
            family=list(self.families),
            color=colour,
            va="baseline",
            parse_math=False,
            **options,
        )

    def turned(self, at: tuple[float, float], text: str, size: float, **options: Any) -> None:
        """Write a line upwards, its middle at a point."""
        middle = (at[0] + MIDDLE * size * POINT, at[1] + MIDDLE * size * POINT)
        self.text(middle, text, size, ha="center", rotation=90, rotation_mode="anchor", **options)

    def fitted(self, box: Rect, text: str, size: float, **options: Any) -> None:
        """Write a line into a rectangle: smaller, then shortened where it is too long."""
        align = options.pop("align", "left")
        text, size = fitted(text, size, box.width, bold=options.get("bold", False))
        x = {"left": box.x, "center": box.middle[0], "right": box.right}[align]
        self.text((x, box.middle[1]), text, size, ha=align, **options)

    def head(self, box: Rect, text: str, size: float) -> None:
        """Write the title of an element, bold, at the top of a rectangle."""
        height = size * POINT * 1.3
        self.fitted(Rect(box.x, box.top - height, box.width, height), text, size, bold=True)

    def lines(self, box: Rect, text: str, size: float, *, row: float, **options: Any) -> float:
        """Write a text in several lines from the top of a rectangle down; return the height it takes.

        Lines beyond the rectangle are left out, the last one told by ….
        """
        lines = wrapped(text, size, box.width)
        most = max(int((box.height + 1e-6) / row), 1)
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
        for place, line in enumerate(lines):
            self.text((box.x, box.top - (place + 0.5) * row), line, size, **options)
        return len(lines) * row

    def line(self, points: Sequence[tuple[float, float]], width: float | None = None, colour: str = "") -> None:
        """Draw a line of so many mm."""
        from matplotlib.lines import Line2D

        x, y = zip(*points, strict=True)
        width = self.ink.thin if width is None else width
        self.axes.add_line(
            Line2D(x, y, linewidth=self.mm(width) * MM, color=colour or self.ink.dark, solid_capstyle="butt")
        )

    def box(self, box: Rect, **options: Any) -> None:
        """Draw a rectangle; ``fill`` and ``colour`` blank = none, ``width`` of its line in mm."""
        from matplotlib.patches import Rectangle

        fill, colour, width = options.get("fill", ""), options.get("colour", ""), options.get("width", self.ink.thin)
        self.axes.add_patch(
            Rectangle(
                (box.x, box.y),
                box.width,
                box.height,
                facecolor=fill or "none",
                edgecolor=colour or "none",
                linewidth=self.mm(width) * MM if colour else 0,
                zorder=options.get("zorder", 1),
                joinstyle="miter",
            )
        )

    def area(self, points: Sequence[tuple[float, float]], fill: str, width: float | None = None) -> None:
        """Draw a polygon with a dark outline."""
        from matplotlib.patches import Polygon

        width = self.ink.thin if width is None else width
        self.axes.add_patch(
            Polygon(points, closed=True, facecolor=fill, edgecolor=self.ink.dark, linewidth=self.mm(width) * MM)
        )
