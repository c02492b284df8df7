"""Draw one pane, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landuse.cartography.pane.ground import draw_around
from landuse.cartography.pane.names import draw_names
from landuse.cartography.pane.parcels import draw_parcels
from landuse.cartography.pane.photo import draw_underlay
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.style import PaneStyle
from landuse.cartography.pane.view import View


@dataclass(frozen=True)
class PaneReport:
    """What a pane shows and what it could not write."""

    parcels: int = 0
    """Parcels drawn, wholly or in part."""
    unlabelled: tuple[int, ...] = ()
    """Rows of the parcels that found no room for their label: for a numbered key beside the map."""
    context: tuple[str, ...] = ()
    """Keys of ``pane.toml`` that were drawn: for the legend."""
    unnamed: tuple[str, ...] = ()
    """Names of places that found no room."""


def draw_pane(axes: Any, scene: Scene, view: View, style: PaneStyle | None = None) -> PaneReport:
    """Draw what a view shows of a scene; limits, aspect and ticks of the axes stay as they are.

    Parameters
    ----------
    axes
        Matplotlib axes whose place and limits are set: 1 m of the map = 1000 / scale mm of paper.
    """
    style = style or PaneStyle()
    if style.underlay is not None:
        draw_underlay(axes, style.underlay)
    around = draw_around(axes, scene, view, style)
    rows = draw_parcels(axes, scene, view, style)
    unlabelled, unnamed = draw_names(axes, scene, view, style, rows)
    return PaneReport(len(rows), unlabelled, around, unnamed)
