"""Draw where a parcel lies in the district: one drawing for the whole run, one mark for each parcel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely

from landuse.reports.dossier.ground import Ground, context_styles
from landuse.reports.dossier.paper import Frame, bar_of, clipped, drawing, fitting, outline, path_of, surroundings

WIDTH_MM: Final = 54.0
HEIGHT_MM: Final = 52.0
FILLED: Final = 0.94
MOST_PARCELS: Final = 3000
"""Parcels up to which each is drawn; of more, parks and roads tell enough."""
SIMPLER: Final = 4
"""Lines of the whole district are drawn so many times more simply than those of a parcel."""


class Location:
    """The district on paper."""

    def __init__(self, ground: Ground) -> None:
        self.frame = _frame(ground)
        self.drawn = _district(ground, self.frame) if self.frame else ""

    def shared(self) -> Mapping[str, Any] | None:
        """Return what all pages share: the drawing and its scale; None where no parcel has a geometry."""
        if self.frame is None:
            return None
        metres, millimetres = bar_of(self.frame.scale)
        bar = {"km": f"{metres / 1000:g}", "mm": millimetres}
        size = {"width": self.frame.width, "height": self.frame.height}
        return {**size, "drawn": self.drawn, "scale": self.frame.scale, "bar": bar}

    def mark(self, shape: Any) -> Mapping[str, float] | None:
        """Return where a parcel lies on the drawing, in millimetres; None without geometry."""
        if self.frame is None or shape is None or shape.is_empty:
            return None
        point = shapely.point_on_surface(shape)
        x, y = self.frame.on_paper(np.array([[point.x, point.y]]))[0].tolist()
        return {"x": x, "y": y}


def _frame(ground: Ground) -> Frame | None:
    """Return the frame of the district: all parcels and parks, not what only surrounds them."""
    bounds = shapely.total_bounds(np.concatenate([ground.shapes, ground.parks]))
    if not np.isfinite(bounds).all():
        return None
    west, south, east, north = (float(value) for value in bounds)
    return fitting((west, south, east, north), WIDTH_MM, HEIGHT_MM, FILLED)


def _district(ground: Ground, frame: Frame) -> str:
    parcels = ground.shapes if len(ground.shapes) <= MOST_PARCELS else np.empty(0, dtype=object)
    around = shapely.simplify(clipped(ground.lines, frame), frame.tolerance * SIMPLER)
    return drawing(
        frame,
        [
            *surroundings(around, ground.line_facts["style"].to_numpy(dtype=np.intp), context_styles(), frame),
            _outline(ground.parks, frame, fill="#f0e4bd", fill_opacity=0.7, stroke="#a8894a", stroke_width=0.2),
            _outline(parcels, frame, fill="#9d9d9d", stroke="none"),
        ],
    )


def _outline(shapes: Any, frame: Frame, **look: str | float) -> str:
    known = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))] if len(shapes) else shapes
    if not len(known):
        return ""
    inside = shapely.simplify(clipped(known, frame), frame.tolerance * SIMPLER)
    return outline(path_of(inside[~shapely.is_empty(inside)], frame), **look)
