"""Draw what lies inside a neat line: parcels with their classes, and what lies around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landuse.cartography.pane.paths import area_paths, line_paths
from landuse.cartography.pane.scene import Scene, scene_of
from landuse.cartography.pane.view import View

__all__ = ["PaneReport", "PaneStyle", "Scene", "View", "draw_pane", "scene_of"]


@dataclass(frozen=True)
class PaneStyle:
    """How a pane is drawn."""


@dataclass(frozen=True)
class PaneReport:
    """What a pane shows."""


def draw_pane(axes: Any, scene: Scene, view: View, style: PaneStyle = PaneStyle()) -> PaneReport:  # noqa: ARG001
    """Draw the parcels of a view in the colours of their classes."""
    from matplotlib.collections import PathCollection

    rows = scene.rows_within(view.bounds)
    for place, entry in enumerate(scene.classes.legend):
        found = scene.shapes[rows[scene.codes[rows] == place]]
        for paths, face, edge in ((area_paths(found), entry.colour, "none"), (line_paths(found), "none", "#444444")):
            axes.add_collection(
                PathCollection(paths, facecolor=face, edgecolor=edge, linewidth=0.25, transform=axes.transData),
                autolim=False,
            )
    return PaneReport()
