"""Draw the parcels: fills, hatches and outlines of their classes, in few collections; sizes in mm of paper."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.pane.cut import clipped, thinned
from landuse.cartography.pane.hatch import DOTS, hatch_dots, hatch_lines
from landuse.cartography.pane.paths import area_paths, polygons_of, segment_path
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.style import (
    INK,
    ORDER,
    PALE_INK,
    PAPER,
    PaneStyle,
    faded,
    fine_part,
    hatch_colour,
    hatch_distance,
    outline_mm,
)
from landuse.cartography.pane.view import POINTS_PER_MM, Bounds, View
from landuse.cartography.style import LegendClass
from landuse.tables import Geometries

LINE_MM: Final = 0.22
DOT_MM: Final = 0.45
"""Width of the lines and of the dots of a hatch."""
SWATCH_MM: Final = 0.18
"""Width of the outline of a legend box."""
SYMBOL_MM: Final = 1.2
PLAIN_SYMBOL_MM: Final = 0.9
"""Side of the symbol of a parcel too small to be seen: on the list of the theme, and of any other."""
MOST_SMALL: Final = 0.5
"""Part of the parcels of a view that may be small: beyond it only those on the list get a symbol."""
FOCUS_MM: Final = 0.7
GLOW_MM: Final = 0.45
"""Width of the outline of a parcel in focus, and of the light edge on both sides of it."""
UNDERLAY_ALPHA: Final = 0.6
"""Opacity of fills above an orthophoto."""
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


def draw_parcels(axes: Any, scene: Scene, view: View, style: PaneStyle) -> Rows:
    """Draw the parcels that the view shows; return their rows."""
    rows = scene.rows_within(view.bounds)
    shapes = thinned(clipped(scene.shapes[rows], view), view)
    codes = scene.codes[rows]
    focused = np.isin(rows, style.focus)
    for apart in (False, True):
        fade = style.faded if style.focus and not apart else 0.0
        for place in np.unique(codes[focused == apart]):
            some = shapes[(codes == place) & (focused == apart)]
            _fill(axes, scene.classes.legend[place], some, view=view, style=style, fade=fade)
    _outlines(axes, shapes, outline_mm(view.scale), faded(style.outline, 0.5 * style.faded * bool(style.focus)))
    _symbols(axes, scene, rows, view=view, style=style)
    _focus(axes, shapes[focused])
    return rows


def swatch(axes: Any, entry: LegendClass, box: Bounds, style: PaneStyle | None = None) -> None:
    """Draw one class into a box of a legend, as `draw_parcels` draws a parcel of it.

    Parameters
    ----------
    axes
        Axes whose units are millimetres of paper.
    box
        x0, y0, x1, y1 in these units.
    """
    import shapely

    style = style or PaneStyle()
    view, shapes = View(box, 1000), np.array([shapely.box(*box), None], dtype=object)[:1]
    _fill(axes, entry, shapes, view=view, style=style)
    _outlines(axes, shapes, SWATCH_MM, style.outline)


def small_rows(scene: Scene, rows: Rows, view: View, style: PaneStyle) -> Rows:
    """Return which of some rows are so small on paper that they get a symbol, the least important first.

    Where most parcels of a view are small (a county on one sheet) only those on the list of the theme get one.
    """
    import shapely

    bounds = shapely.bounds(scene.shapes[rows])
    sides = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    small = rows[view.mm(1.0) * sides < style.small_mm]
    if len(small) > MOST_SMALL * len(rows) and len(scene.listed):
        small = small[np.isin(small, scene.listed)]
    order = np.lexsort((-scene.codes[small], np.isin(small, scene.listed)))
    least_first: Rows = small[order]
    return least_first


def _symbols(axes: Any, scene: Scene, rows: Rows, *, view: View, style: PaneStyle) -> None:
    """Draw a square where a parcel is too small to be seen."""
    import shapely
    from matplotlib.collections import PathCollection

    small = small_rows(scene, rows, view, style)
    if not len(small):
        return
    points = shapely.get_coordinates(shapely.point_on_surface(scene.shapes[small]))
    is_listed, codes = np.isin(small, [*scene.listed, *style.focus]), scene.codes[small]
    half = np.where(is_listed, SYMBOL_MM, PLAIN_SYMBOL_MM)[:, None] * view.metres(0.5)
    squares = np.asarray(shapely.box(*(points - half).T, *(points + half).T), dtype=object)
    for listed, place in dict.fromkeys(zip(is_listed.tolist(), codes.tolist(), strict=True)):
        entry = scene.classes.legend[place]
        drawn = PathCollection(
            area_paths(squares[(codes == place) & (is_listed == listed)]),
            facecolors=entry.colour,
            edgecolors=INK if listed else PALE_INK,
            linewidths=0.12 * POINTS_PER_MM,
            zorder=ORDER["small"],
        )
        axes.add_collection(drawn, autolim=False)


def _focus(axes: Any, shapes: Geometries) -> None:
    """Outline the parcels in focus: black with a light edge, so that it shows on any ground."""
    if len(shapes):
        _outlines(axes, shapes, FOCUS_MM + 2 * GLOW_MM, PAPER, ORDER["focus"] - 0.001)
        _outlines(axes, shapes, FOCUS_MM, INK, ORDER["focus"])


def _fill(
    axes: Any, entry: LegendClass, shapes: Geometries, *, view: View, style: PaneStyle, fade: float = 0.0
) -> None:
    """Draw fill and hatch of one class."""
    from matplotlib.collections import PathCollection

    alpha = UNDERLAY_ALPHA if style.underlay is not None else None
    fill = PathCollection(
        area_paths(shapes),
        facecolors=faded(entry.colour, fade),
        edgecolors="none",
        linewidths=0,
        alpha=alpha,
        zorder=ORDER["fill"],
    )
    axes.add_collection(fill, autolim=False)
    if style.hatches and entry.hatch != "none":
        distance = view.metres(hatch_distance(entry, style))
        ink = faded(hatch_colour(entry, entry.colour), fade)
        _hatch(axes, entry, polygons_of(shapes), distance=distance, colour=ink, view=view)


def _hatch(axes: Any, entry: LegendClass, polygons: Geometries, *, distance: float, colour: str, view: View) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D

    part, origin = fine_part(entry, colour), view.middle
    if entry.hatch == DOTS:
        dots = hatch_dots(polygons, distance=distance, origin=origin)
        marks = Line2D(*dots.T, linestyle="none", marker="o", color=colour, zorder=ORDER["hatch"])
        marks.set(markersize=DOT_MM * part * POINTS_PER_MM, markeredgewidth=0)
        axes.add_artist(marks)
        return
    lines = hatch_lines(polygons, entry.hatch, distance=distance, origin=origin)
    axes.add_collection(
        PathCollection(
            [segment_path(lines)],
            facecolors="none",
            edgecolors=colour,
            linewidths=LINE_MM * part * POINTS_PER_MM,
            capstyle="butt",
            zorder=ORDER["hatch"],
        ),
        autolim=False,
    )


def _outlines(axes: Any, shapes: Geometries, mm: float, colour: str, order: float = ORDER["outline"]) -> None:
    from matplotlib.collections import PathCollection

    outlines = PathCollection(
        area_paths(shapes), facecolors="none", edgecolors=colour, linewidths=mm * POINTS_PER_MM, zorder=order
    )
    outlines.set_joinstyle("round")
    axes.add_collection(outlines, autolim=False)
