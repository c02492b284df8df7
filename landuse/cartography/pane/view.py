"""State what part of the ground a frame shows, and at which scale: metres of the map against millimetres of paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.tables import Geometries

Bounds = tuple[float, float, float, float]
"""Least x and y, greatest x and y, in metres of the map."""
MM_PER_INCH: Final = 25.4
POINTS_PER_MM: Final = 72 / MM_PER_INCH
LEAST_EXTENT: Final = 50.0
"""Metres a side that an extent has at least: one plot of 3 m2 is shown with what lies around it."""


@dataclass(frozen=True)
class View:
    """What a frame shows."""

    bounds: Bounds
    """x0, y0, x1, y1 in metres of the map, exactly what the frame shows."""
    scale: int
    """1 : scale on paper."""

    @property
    def middle(self) -> tuple[float, float]:
        """Return the middle of the ground it shows."""
        x0, y0, x1, y1 = self.bounds
        return (x0 + x1) / 2, (y0 + y1) / 2

    def metres(self, mm: float) -> float:
        """Return the metres on the ground that some millimetres of paper show."""
        return mm * self.scale / 1000

    def mm(self, metres: float) -> float:
        """Return the millimetres of paper that show some metres on the ground."""
        return metres * 1000 / self.scale

    def grown(self, mm: float) -> Bounds:
        """Return the bounds with so many millimetres of paper more on each side."""
        more = self.metres(mm)
        x0, y0, x1, y1 = self.bounds
        return x0 - more, y0 - more, x1 + more, y1 + more

    @property
    def size_mm(self) -> tuple[float, float]:
        """Return width and height of the frame in millimetres of paper."""
        x0, y0, x1, y1 = self.bounds
        return self.mm(x1 - x0), self.mm(y1 - y0)

    def pixels(self, dpi: int) -> tuple[int, int]:
        """Return width and height of the frame in pixels: what an underlay needs."""
        width, height = self.size_mm
        return max(1, round(width / MM_PER_INCH * dpi)), max(1, round(height / MM_PER_INCH * dpi))


def extent(shapes: Geometries, *, margin: float = 0.05, least: float = LEAST_EXTENT) -> Bounds | None:
    """Return the bounds of some shapes with a margin around them; None where there is no shape.

    Parameters
    ----------
    margin
        Part of the longer side that is added on each side.
    least
        Metres a side that the extent has at least, about its middle.
    """
    import shapely

    found = shapely.total_bounds(np.asarray(shapes, dtype=object)) if len(shapes) else np.full(4, np.nan)
    if not np.isfinite(found).all():
        return None
    x0, y0, x1, y1 = (float(value) for value in found)
    more = margin * max(x1 - x0, y1 - y0)
    half_x, half_y = (max((high - low) / 2 + more, least / 2) for low, high in ((x0, x1), (y0, y1)))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return x - half_x, y - half_y, x + half_x, y + half_y


def united(bounds: Iterable[Bounds | None]) -> Bounds | None:
    """Return the least bounds that hold all given ones; None where there is none."""
    known = [one for one in bounds if one is not None]
    if not known:
        return None
    x0, y0, x1, y1 = zip(*known, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
