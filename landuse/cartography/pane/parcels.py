"""Draw the parcels: fills, hatches and outlines of their classes, in few collections; sizes in mm of paper."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.pane.cut import clipped, thinned
from landuse.cartography.pane.hatch import DOTS, hatch_dots, hatch_lines
from landuse.cartography.pane.paths import area_paths, polygons_of, segment_path
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.style import ORDER, PaneStyle, hatch_colour, hatch_distance, outline_mm
from landuse.cartography.pane.view import POINTS_PER_MM, Bounds, View
from landuse.cartography.style import LegendClass
from landuse.tables import Geometries

LINE_MM: Final = 0.22
DOT_MM: Final = 0.45
"""Width of the lines and of the dots of a hatch."""
SWATCH_MM: Final = 0.18
"""Width of the outline of a legend box."""
Rows = npt.NDArray[np.intp]


def draw_parcels(axes: Any, scene: Scene, view: View, style: PaneStyle) -> Rows:
    """Draw the parcels that the view shows; return their rows."""
    rows = scene.rows_within(view.bounds)
    shapes = thinned(clipped(scene.shapes[rows], view), view)
    codes = scene.codes[rows]
    for place in np.unique(codes):
        _fill(axes, scene.classes.legend[place], shapes[codes == place], view=view, style=style)
    _outlines(axes, shapes, outline_mm(view.scale) * POINTS_PER_MM, style.outline)
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
    _outlines(axes, shapes, SWATCH_MM * POINTS_PER_MM, style.outline)


def _fill(axes: Any, entry: LegendClass, shapes: Geometries, *, view: View, style: PaneStyle) -> None:
    """Draw fill and hatch of one class."""
    from matplotlib.collections import PathCollection

    colour = entry.safe_colour if style.safe else entry.colour
    fill = PathCollection(area_paths(shapes), facecolors=colour, edgecolors="none", linewidths=0, zorder=ORDER["fill"])
    axes.add_collection(fill, autolim=False)
    if style.hatches and entry.hatch != "none":
        distance = view.metres(hatch_distance(entry, style))
        _hatch(axes, entry, polygons_of(shapes), distance=distance, colour=hatch_colour(entry, colour), view=view)


def _hatch(axes: Any, entry: LegendClass, polygons: Geometries, *, distance: float, colour: str, view: View) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.lines import Line2D

    if entry.hatch == DOTS:
        dots = hatch_dots(polygons, distance=distance, origin=view.bounds[:2])
        marks = Line2D(*dots.T, linestyle="none", marker="o", color=colour, zorder=ORDER["hatch"])
        marks.set(markersize=DOT_MM * POINTS_PER_MM, markeredgewidth=0)
        axes.add_artist(marks)
        return
    lines = hatch_lines(polygons, entry.hatch, distance=distance, origin=view.bounds[:2])
    axes.add_collection(
        PathCollection(
            [segment_path(lines)],
            facecolors="none",
            edgecolors=colour,
            linewidths=LINE_MM * POINTS_PER_MM,
            capstyle="butt",
            zorder=ORDER["hatch"],
        ),
        autolim=False,
    )


def _outlines(axes: Any, shapes: Geometries, points: float, colour: str) -> None:
    from matplotlib.collections import PathCollection

    outlines = PathCollection(
        area_paths(shapes), facecolors="none", edgecolors=colour, linewidths=points, zorder=ORDER["outline"]
    )
    outlines.set_joinstyle("round")
    axes.add_collection(outlines, autolim=False)
