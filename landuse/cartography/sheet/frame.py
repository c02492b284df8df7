"""Draw 图廓 and 公里格网: two neat lines, the grid between them and in the map, its coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from landuse.cartography.pane.style import ORDER
from landuse.cartography.pane.view import View
from landuse.cartography.sheet.lettering import POINT, width_mm
from landuse.cartography.sheet.pen import MM, Pen
from landuse.cartography.sheet.place import Rect
from landuse.cartography.sheet.scales import grid_lines, grid_step
from landuse.catalogue import term

TICK: Final = 1.6
"""Millimetres of a tick of the grid outside the inner neat line."""
LEAST_SIZE: Final = 0.85
"""Part of their size that labels at the sides may lose to fit the border before they are turned."""
CROSS: Final = 1.6
"""Half the arm of a cross in the map, in mm."""


@dataclass(frozen=True)
class _Line:
    """A line of the grid: where it meets the neat line, and what is written there."""

    at: float
    """Millimetres from the left or lower end of the neat line."""
    label: str


def draw_frame(pen: Pen, inside: Any, view: View, *, has_coordinates: bool) -> None:
    """Draw the neat lines, and the grid with its coordinates in km where they are wanted.

    Labels stand upright to be read, at the sides along the line where the border is too narrow; one that would touch
    another or the corner is left out. The grid lies below all that is written in the map.

    Parameters
    ----------
    inside
        Axes of the map.
    """
    spec, outer, neat = pen.layout.spec.map, pen.layout.frame, pen.layout.neat
    if spec.grid != "none" and has_coordinates:
        step = grid_step(view, pen.mm(spec.grid_mm))
        x0, y0, x1, y1 = view.bounds
        across = [_Line(view.mm(x - x0), label(x, step)) for x in grid_lines(x0, x1, step)]
        upright = [_Line(view.mm(y - y0), label(y, step)) for y in grid_lines(y0, y1, step)]
        _grid(pen, inside, across, upright)
        _labels(pen, outer, across, upright)
    pen.box(neat, colour=pen.ink.dark, width=spec.inner_line, zorder=6)
    pen.box(outer, colour=pen.ink.dark, width=spec.outer_line, zorder=6)


def label(value: float, step: float) -> str:
    """Return a coordinate in km with as many decimals as the step needs: 40378.2 for a grid of 200 m."""
    decimals = next(
        number for number in (0, 1, 2, 3) if number == 3 or abs(round(step / 1000, number) * 1000 - step) < 1e-6
    )
    return f"{value / 1000:.{decimals}f}"


def _grid(pen: Pen, inside: Any, across: list[_Line], upright: list[_Line]) -> None:
    """Draw ticks outside the inner neat line, and crosses or lines in the map."""
    style, tick, neat = pen.layout.spec.map.grid, pen.mm(TICK), pen.layout.neat
    ticks = [((neat.x + line.at, end), (neat.x + line.at, end + way * tick)) for line in across
             for end, way in ((neat.y, -1), (neat.top, 1))]  # fmt: skip
    ticks += [((end, neat.y + line.at), (end + way * tick, neat.y + line.at)) for line in upright
              for end, way in ((neat.x, -1), (neat.right, 1))]  # fmt: skip
    pen.axes.add_collection(_segments(pen, ticks, width=pen.ink.thin, color=pen.ink.dark, zorder=5), autolim=False)
    look: dict[str, Any] = {"width": pen.ink.hair, "transform": pen.axes.transData, "zorder": ORDER["grid"]}
    if style == "lines":
        lines = [((neat.x + line.at, neat.y), (neat.x + line.at, neat.top)) for line in across]
        lines += [((neat.x, neat.y + line.at), (neat.right, neat.y + line.at)) for line in upright]
        inside.add_collection(_segments(pen, lines, color=pen.ink.line, alpha=0.7, **look), autolim=False)
    elif style == "crosses":
        lines = list(_crosses(neat, across, upright, pen.mm(CROSS)))
        inside.add_collection(_segments(pen, lines, color=pen.ink.dark, **look), autolim=False)


def _crosses(neat: Rect, across: list[_Line], upright: list[_Line], arm: float) -> Iterator[Any]:
    for column in across:
        for row in upright:
            x, y = neat.x + column.at, neat.y + row.at
            left, right = max(x - arm, neat.x), min(x + arm, neat.right)
            yield (left, y), (right, y)
            yield (x, max(y - arm, neat.y)), (x, min(y + arm, neat.top))


def _segments(pen: Pen, segments: list[Any], *, width: float, **look: Any) -> Any:
    from matplotlib.collections import LineCollection

    return LineCollection(segments, linewidths=pen.mm(width) * MM, **look)


def _labels(pen: Pen, outer: Rect, across: list[_Line], upright: list[_Line]) -> None:
    """Write the coordinates between the neat lines, and in two corners which way they count."""
    spec, neat = pen.layout.spec.map, pen.layout.neat
    size, border, quiet = pen.mm(spec.grid_size), neat.x - outer.x, pen.ink.quiet
    north, east = (term("sheet_word", name, pen.lang) for name in ("grid_x", "grid_y"))
    room, shift = border - pen.mm(TICK), pen.mm(0.3)
    for y in (outer.y + room / 2, outer.top - room / 2):
        for line in _apart(across, neat.width, lambda text: width_mm(text, size) + size * POINT):
            pen.text((neat.x + line.at, y), line.label, size, ha="center", colour=quiet)
    fits = fitting_size(upright, size, room - pen.mm(1.6))
    for x in (outer.x + room / 2 + shift, outer.right - room / 2 - shift):
        if fits >= LEAST_SIZE * size:
            for line in _apart(upright, neat.height, lambda _: 2 * size * POINT):
                pen.text((x, neat.y + line.at), line.label, fits, ha="center", colour=quiet)
        else:
            for line in _apart(upright, neat.height, lambda text: width_mm(text, size) + size * POINT):
                pen.turned((x, neat.y + line.at), line.label, size, colour=quiet)
    corner = min(size, size * (border - pen.mm(1)) / max(width_mm(north, size), width_mm(east, size)))
    pen.text((outer.x + border / 2, outer.top - border / 2), north, corner, ha="center", colour=quiet)
    pen.text((outer.right - border / 2, outer.y + border / 2), east, corner, ha="center", colour=quiet)


def fitting_size(lines: list[_Line], size: float, room: float) -> float:
    """Return the size at which the longest label is no wider than the border."""
    longest = max((width_mm(line.label, size) for line in lines), default=0.0)
    return size if longest <= room else size * room / longest


def _apart(lines: list[_Line], length: float, needed: Any) -> Iterator[_Line]:
    """Yield the lines whose labels touch neither the one before nor the corners."""
    end = 0.0
    for line in lines:
        half = needed(line.label) / 2
        if line.at - half >= end and line.at + half <= length:
            yield line
            end = line.at + half
