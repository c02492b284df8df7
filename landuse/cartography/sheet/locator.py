"""Draw 位置示意: where the sheet lies, as a small map with the rectangle of the neat line."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from landuse.cartography.pane.paths import area_paths, line_paths
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.view import Bounds, View
from landuse.cartography.sheet.facts import Inset
from landuse.cartography.sheet.lettering import POINT
from landuse.cartography.sheet.pen import MM, Pen
from landuse.cartography.sheet.place import Rect
from landuse.catalogue import term
from landuse.printing.layout import LocatorBox
from landuse.tables import Geometries

PARCELS: Final = "#aab4bf"
MOST_PARCELS: Final = 4000
"""Parcels of an inset: of more, the largest."""
SHOWN: Final = {"water": 0.1, "town": 0.12, "county": 0.28, "main_road": 0.25, "motorway": 0.3, "park_limit": 0.2}
"""Surroundings (``pane.toml``) that an inset has room for, and how wide their lines are, in mm."""


def inset_of(scene: Scene) -> Inset:
    """Return the inset of a run, the same for all its sheets: surroundings, parks and parcels."""
    import shapely

    shapes = scene.shapes[~(shapely.is_missing(scene.shapes) | shapely.is_empty(scene.shapes))]
    whole = [shapes]
    if len(shapes) > MOST_PARCELS:
        shapes = shapes[np.sort(np.argsort(-shapely.area(shapes), kind="stable")[:MOST_PARCELS])]
    areas, lines = [], []
    for kind in scene.around:
        if kind.look.key not in SHOWN:
            continue
        whole.append(kind.shapes)
        if kind.look.fill:
            areas.append((kind.shapes, kind.look.fill))
        elif kind.look.line:
            lines.append((kind.shapes, kind.look.casing or kind.look.line, SHOWN[kind.look.key]))
    return Inset(_whole(whole), shapes, tuple(areas), tuple(lines))


def _whole(layers: list[Geometries]) -> Bounds:
    """Return the bounds of all layers; a field of 1 km where there is nothing."""
    import shapely

    found = shapely.total_bounds(np.concatenate(layers))
    if not np.isfinite(found).all():
        return (0.0, 0.0, 1000.0, 1000.0)
    x0, y0, x1, y1 = (float(value) for value in found)
    return x0, y0, x1, y1


def draw_locator(pen: Pen, box: Rect, spec: LocatorBox, *, inset: Inset, view: View) -> None:
    """Draw the inset with the rectangle of the sheet in it."""
    head = pen.mm(spec.head_size)
    title = head * POINT * 1.5
    pen.head(Rect(box.x, box.top - title, box.width, title), term("sheet_word", "locator", pen.lang), head)
    place = Rect(box.x, box.y, box.width, box.height - title)
    width, height = pen.layout.size
    where = (place.x / width, place.y / height, place.width / width, place.height / height)
    axes = pen.axes.figure.add_axes(where, zorder=2)
    axes.axis("off")
    bounds = _shaped(inset.bounds, view.bounds, place)
    axes.set_xlim(bounds[0], bounds[2])
    axes.set_ylim(bounds[1], bounds[3])
    _fill(axes, pen, inset)
    left, low, right, high = view.bounds
    corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    across, upright = zip(*corners, strict=True)
    axes.plot(across, upright, color=pen.ink.accent, linewidth=pen.mm(0.35) * MM, solid_joinstyle="miter")
    pen.box(place, colour=pen.ink.dark, zorder=3)


def _shaped(bounds: Bounds, sheet: Bounds, place: Rect) -> Bounds:
    """Return the least bounds of the shape of a rectangle that hold the inset and the sheet."""
    x0, y0 = min(bounds[0], sheet[0]), min(bounds[1], sheet[1])
    x1, y1 = max(bounds[2], sheet[2]), max(bounds[3], sheet[3])
    unit = 1.05 * max((x1 - x0) / place.width, (y1 - y0) / place.height)
    x, y, half_x, half_y = (x0 + x1) / 2, (y0 + y1) / 2, unit * place.width / 2, unit * place.height / 2
    return x - half_x, y - half_y, x + half_x, y + half_y


def _fill(axes: Any, pen: Pen, inset: Inset) -> None:
    from matplotlib.collections import PathCollection

    layers: list[tuple[Any, str, str, float]] = [
        *((area_paths(found), fill, "none", 0.0) for found, fill in inset.areas),
        (area_paths(inset.parcels), PARCELS, "none", 0.0),
        *((line_paths(found), "none", colour, width) for found, colour, width in inset.lines),
    ]
    for paths, fill, edge, width in layers:
        drawn = PathCollection(paths, facecolors=fill, edgecolors=edge, linewidths=pen.mm(width) * MM)
        drawn.set_transform(axes.transData)
        axes.add_collection(drawn, autolim=False)
