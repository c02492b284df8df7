"""Draw 位置示意: where the sheet lies, as a small map with the rectangle of the neat line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from landuse.cartography.pane.paths import area_paths, line_paths
from landuse.cartography.pane.scene import Scene, moved
from landuse.cartography.pane.view import Bounds, View
from landuse.cartography.sheet.facts import Inset
from landuse.cartography.sheet.lettering import POINT
from landuse.cartography.sheet.pen import MM, Pen
from landuse.cartography.sheet.place import Rect
from landuse.catalogue import load, term
from landuse.printing.layout import LocatorBox
from landuse.tables import Analysis, Geometries

PARCELS: Final = "#b9c2cb"
PARKS: Final = "#7b8794"
MOST_PARCELS: Final = 4000
"""Parcels of an inset: of more, the largest."""
MARGIN: Final = 0.04
STYLES: Final = "cartography/context.toml"
LEFT_OUT: Final = frozenset({"power", "other_land", "town_land"})
"""Context that an inset has no room for."""


def inset_of(analysis: Analysis, scene: Scene) -> Inset:
    """Return the inset of a run, the same for all its sheets: context, parks and parcels in the plane of the map."""
    shapes = scene.shapes[~_nowhere(scene.shapes)]
    if len(shapes) > MOST_PARCELS:
        import shapely

        shapes = shapes[np.sort(np.argsort(-shapely.area(shapes), kind="stable")[:MOST_PARCELS])]
    areas, lines = [], []
    for style, found in _context(analysis, scene.crs):
        if style["fill"]:
            areas.append((found, style["fill"], ""))
        if style["line"]:
            lines.append((found, style["line"], 0.25 if style["key"] == "county" else 0.12))
    parks = [moved(part.geometry, part.crs, scene.crs) for part in analysis.raw.of("parks")
             if part.geometry is not None and part.crs is not None]  # fmt: skip
    if parks:
        lines.append((np.concatenate(parks), PARKS, 0.2))
    return Inset(_whole([shapes, *(found for found, *_ in (*areas, *lines))]), shapes, tuple(areas), tuple(lines))


def _context(analysis: Analysis, crs: Any) -> Iterator[tuple[dict[str, Any], Geometries]]:
    """Yield what lies around by its style, in the order of drawing."""
    styles = load(STYLES)["styles"]
    parts = [part for part in analysis.raw.of("context") if part.geometry is not None and part.crs is not None]
    for style in styles:
        if style["key"] in LEFT_OUT:
            continue
        found = []
        for part in parts:
            kinds = part.frame["kind"].fillna("").astype(str) if "kind" in part.frame else None
            if kinds is None:
                rows = np.full(len(part.frame), style["key"] == "road")
            else:
                rows = kinds.isin(style["kinds"]).to_numpy(dtype=bool)
            if rows.any() and part.geometry is not None:
                found.append(moved(part.geometry[rows], str(part.crs), crs))
        if found:
            yield style, np.concatenate(found)


def _nowhere(shapes: Geometries) -> Any:
    import shapely

    return shapely.is_missing(shapes) | shapely.is_empty(shapes)


def _whole(layers: list[Geometries]) -> Bounds:
    """Return the bounds of all layers with a margin; a field of 1 km where there is nothing."""
    import shapely

    shapes = np.concatenate(layers) if layers else np.empty(0, dtype=object)
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    if not np.isfinite([x0, y0, x1, y1]).all():
        return (0.0, 0.0, 1000.0, 1000.0)
    more = MARGIN * max(x1 - x0, y1 - y0, 1.0)
    return float(x0 - more), float(y0 - more), float(x1 + more), float(y1 + more)


def draw_locator(pen: Pen, box: Rect, spec: LocatorBox, inset: Inset, view: View) -> None:
    """Draw the inset with the rectangle of the sheet in it."""
    head = pen.mm(spec.head_size)
    title = head * POINT * 1.5
    pen.fitted(
        Rect(box.x, box.top - title * 0.87, box.width, title * 0.87),
        term("sheet_word", "locator", pen.lang),
        head,
        bold=True,
    )
    place = Rect(box.x, box.y, box.width, box.height - title)
    width, height = pen.layout.size
    axes = pen.axes.figure.add_axes(
        (place.x / width, place.y / height, place.width / width, place.height / height), zorder=2
    )
    axes.axis("off")
    x0, y0, x1, y1 = _shaped(inset.bounds, view.bounds, place)
    axes.set_xlim(x0, x1)
    axes.set_ylim(y0, y1)
    _fill(axes, pen, inset)
    left, low, right, high = view.bounds
    shown = [
        (max(left, x0), max(low, y0)),
        (min(right, x1), max(low, y0)),
        (min(right, x1), min(high, y1)),
        (max(left, x0), min(high, y1)),
    ]
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(shown, closed=True, fill=False, edgecolor=pen.ink.accent, linewidth=pen.mm(0.35) * MM))
    pen.box(place, colour=pen.ink.dark, zorder=3)


def _shaped(bounds: Bounds, sheet: Bounds, place: Rect) -> Bounds:
    """Return the least bounds of the shape of a rectangle that hold the inset and the sheet."""
    x0, y0 = min(bounds[0], sheet[0]), min(bounds[1], sheet[1])
    x1, y1 = max(bounds[2], sheet[2]), max(bounds[3], sheet[3])
    more = 0.02 * max(x1 - x0, y1 - y0)
    x0, y0, x1, y1 = x0 - more, y0 - more, x1 + more, y1 + more
    unit = max((x1 - x0) / place.width, (y1 - y0) / place.height)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (
        x - unit * place.width / 2,
        y - unit * place.height / 2,
        x + unit * place.width / 2,
        y + unit * place.height / 2,
    )


def _fill(axes: Any, pen: Pen, inset: Inset) -> None:
    from matplotlib.collections import PathCollection

    layers: list[tuple[Any, str, str, float]] = [
        *((area_paths(found), fill, "none", 0.0) for found, fill, _ in inset.areas),
        *((line_paths(found), "none", colour, width) for found, colour, width in inset.lines),
        (area_paths(inset.parcels), PARCELS, "none", 0.0),
    ]
    for paths, fill, edge, width in layers:
        axes.add_collection(
            PathCollection(
                paths, facecolor=fill, edgecolor=edge, linewidth=pen.mm(width) * MM, transform=axes.transData
            ),
            autolim=False,
        )
