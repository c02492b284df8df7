"""Cut shapes to what a view shows, so that a page holds no more of a county than its frame."""

from __future__ import annotations

from typing import Final

import numpy as np

from landuse.cartography.pane.view import View
from landuse.tables import Geometries

BEYOND_MM: Final = 5.0
"""Millimetres beyond the frame up to which a shape is kept when it is cut: its cut edge is never seen."""
MOST_VERTICES: Final = 200_000
UNSEEN_MM: Final = 0.03
"""Vertices that are drawn as they are; beyond so many, what lies nearer to the line than this is left out."""


def clipped(shapes: Geometries, view: View) -> Geometries:
    """Return the shapes, one for one; of one that reaches far beyond the frame only what lies near it."""
    import shapely

    box = view.grown(BEYOND_MM)
    bounds = shapely.bounds(shapes)
    far = (bounds[:, :2] < box[:2]).any(axis=1) | (bounds[:, 2:] > box[2:]).any(axis=1)
    made: Geometries = shapes.copy()
    made[far] = shapely.clip_by_rect(shapes[far], *box)
    return made


def thinned(shapes: Geometries, view: View) -> Geometries:
    """Return the shapes; where they have very many vertices, without those that no eye could tell on paper."""
    import shapely

    if shapely.get_num_coordinates(shapes).sum() <= MOST_VERTICES:
        return shapes
    made: Geometries = shapely.simplify(shapes, view.metres(UNSEEN_MM), preserve_topology=False)
    return np.where(shapely.is_empty(made), shapes, made)
