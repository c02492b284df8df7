"""Draw what lies around the parcels, below and above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.cartography.pane.around import Look, looks
from landuse.cartography.pane.cut import clipped, thinned
from landuse.cartography.pane.paths import area_paths, line_paths
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.style import ORDER, PAPER, PaneStyle
from landuse.cartography.pane.view import POINTS_PER_MM, Bounds, View
from landuse.tables import Geometries

STEP: Final = 0.0001
"""Between two kinds of one layer: they lie on each other in the order of ``pane.toml``."""
ROAD_ALPHA: Final = 0.45
"""Opacity of roads above an orthophoto, which shows them itself."""
GLOW_MM: Final = 0.25
"""Width of the light edge on both sides of a line that crosses parcels."""


def draw_around(axes: Any, scene: Scene, view: View, style: PaneStyle) -> tuple[str, ...]:
    """Draw the surroundings that a view shows; return the keys of what was drawn."""
    import shapely

    drawn, frame = [], shapely.box(*view.bounds)
    for kind in scene.around:
        if view.scale > kind.look.to_scale or kind.look.key in style.hidden:
            continue
        shapes = kind.shapes[kind.within(kind.shapes, view.bounds)]
        if shapely.intersects(shapes, frame).any():
            shapes = thinned(clipped(shapes, view), view)
            _draw(axes, kind.look, shapes, scale=view.scale, filled=style.underlay is None)
            drawn.append(kind.look.key)
    return tuple(drawn)


def around_swatch(axes: Any, key: str, box: Bounds, scale: int = 10_000) -> None:
    """Draw one kind of surroundings into a box of a legend whose units are mm: an area, or a line across its middle.

    Parameters
    ----------
    key
        Key of ``pane.toml``, as a `PaneReport` gives it; its words are those of the enumeration ``surrounding``.
    scale
        Scale of the map, on which the width of roads depends.
    """
    import shapely

    look = next(one for one in looks() if one.key == key)
    x0, y0, x1, y1 = box
    middle = (y0 + y1) / 2
    shape = shapely.box(*box) if look.fill else shapely.LineString([(x0, middle), (x1, middle)])
    _draw(axes, look, np.array([shape, None], dtype=object)[:1], scale=scale, most_mm=0.4 * (y1 - y0))


def _draw(
    axes: Any, look: Look, shapes: Geometries, *, scale: int, filled: bool = True, most_mm: float = np.inf
) -> None:
    order = ORDER["land" if look.fill else look.layer] + STEP * looks().index(look)
    width, alpha = min(look.width_mm(scale), most_mm), None if filled else ROAD_ALPHA
    if look.fill and filled:
        _add(axes, area_paths(shapes), _Pen(fill=look.fill), order)
    if not look.line:
        return
    paths = line_paths(shapes)
    if look.casing:
        # Casings of all roads lie below all roads: where two meet the way is open.
        _add(axes, paths, _Pen(look.casing, width + 2 * look.casing_mm, alpha=alpha), ORDER["casing"])
    elif look.layer == "above":
        _add(axes, paths, _Pen(PAPER, width + 2 * GLOW_MM, alpha=0.6), order - STEP / 2)
    _add(axes, paths, _Pen(look.line, width, look.dash, alpha=alpha if look.casing else None), order)
    if look.inlay:
        _add(axes, paths, _Pen(look.inlay, look.inlay_mm, look.inlay_dash), order + STEP / 2)


@dataclass(frozen=True)
class _Pen:
    """How paths are drawn; sizes in mm."""

    line: str = "none"
    mm: float = 0.0
    dash: tuple[float, ...] = ()
    fill: str = "none"
    alpha: float | None = None


def _add(axes: Any, paths: list[Any], pen: _Pen, order: float) -> None:
    """Add one collection; dashes are counted in widths of the line, as matplotlib does."""
    from matplotlib.collections import PathCollection

    drawn = PathCollection(
        paths,
        facecolors=pen.fill,
        edgecolors=pen.line,
        linewidths=pen.mm * POINTS_PER_MM,
        linestyles=[(0, tuple(part / pen.mm for part in pen.dash))] if pen.dash else "solid",
        zorder=order,
        alpha=pen.alpha,
    )
    drawn.set_capstyle("butt")
    drawn.set_joinstyle("round")
    axes.add_collection(drawn, autolim=False)
