"""Draw what lies inside the frame of a printed map: parcels, what surrounds them, names.

`scene_of` gathers once per run and theme what can be drawn; `draw_pane` draws the part of it that a `View` shows into
axes whose place and limits the sheet has set. `swatch` and `around_swatch` draw the same into the boxes of a legend.
"""

from landuse.cartography.pane.draw import PaneReport, draw_pane
from landuse.cartography.pane.ground import around_swatch
from landuse.cartography.pane.parcels import swatch
from landuse.cartography.pane.scene import Scene, scene_of
from landuse.cartography.pane.style import LABELLED, LABELS, PaneStyle
from landuse.cartography.pane.view import View, extent, united

__all__ = [
    "LABELLED",
    "LABELS",
    "PaneReport",
    "PaneStyle",
    "Scene",
    "View",
    "around_swatch",
    "draw_pane",
    "extent",
    "scene_of",
    "swatch",
    "united",
]
