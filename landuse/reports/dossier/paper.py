"""Bring ground onto paper: round scales, millimetres, outlines as the paths of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from landuse.cartography.pane.scales import STEPS
from landuse.tables import Geometries

LARGEST: Final = 50
"""No map is drawn larger than 1:50."""
BAR_MM: Final = (18.0, 42.0)
"""Shortest and longest scale bar."""
BAR_STEPS: Final = (1, 2, 5)
MARGIN_MM: Final = 2.0
"""What is drawn beyond the frame, so that no outline ends at it."""
MM_PER_M: Final = 1000.0
PIXEL_MM: Final = 0.18
"""What a pixel of the map on the screen is on paper."""
TOLERANCE_MM: Final = 0.03
"""What an eye cannot tell on paper."""

Points = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A rectangle on paper that shows ground at a scale."""

    width: float
    """Millimetres."""
    height: float
    x: float
    """Middle, in metres of the plane."""
    y: float
    scale: int
    """1 : scale."""

    @property
    def bounds(self) -> Bounds:
        """Return what the frame shows, in metres."""
        wide, high = self.width * self.scale / MM_PER_M / 2, self.height * self.scale / MM_PER_M / 2
        return self.x - wide, self.y - high, self.x + wide, self.y + high

    @property
    def wider(self) -> Bounds:
        """Return what is drawn: a little more than the frame shows."""
        more = MARGIN_MM * self.scale / MM_PER_M
        west, south, east, north = self.bounds
        return west - more, south - more, east + more, north + more

    @property
    def tolerance(self) -> float:
        """Return the metres that are nothing on this paper."""
        return TOLERANCE_MM * self.scale / MM_PER_M

    def on_paper(self, points: Points) -> Points:
        """Return points in millimetres from the upper left corner of the frame, y downwards."""
        west, _, _, north = self.bounds
        paper = np.column_stack([points[:, 0] - west, north - points[:, 1]])
        return np.asarray(paper * MM_PER_M / self.scale)


def fitting(bounds: Bounds, width: float, height: float, filled: float) -> Frame:
    """Return the frame of the largest round scale at which some bounds fill no more than a part of it."""
    west, south, east, north = bounds
    needed = max((east - west) / (width * filled), (north - south) / (height * filled)) * MM_PER_M
    return Frame(width, height, (west + east) / 2, (south + north) / 2, round_scale(needed))


def round_scale(needed: float) -> int:
    """Return the smallest round denominator that is not below the one needed.

    Examples
    --------
    >>> round_scale(1500), round_scale(1501), round_scale(3)
    (1500, 2000, 50)
    """
    if needed <= LARGEST:
        return LARGEST
    power = int(10 ** floor(log10(needed)))
    return next(round(step * power) for step in (*STEPS, 10.0) if step * power >= needed * (1 - 1e-12))


def bar_of(scale: int) -> tuple[float, float]:
    """Return metres and millimetres of a scale bar in round numbers.

    Examples
    --------
    >>> bar_of(2000)
    (50.0, 25.0)
    """
    least, most = BAR_MM
    for power in range(-1, 7):
        for step in BAR_STEPS:
            metres = step * 10.0**power
            millimetres = metres * MM_PER_M / scale
            if least <= millimetres <= most:
                return metres, millimetres
    return scale * least / MM_PER_M, least


def clipped(shapes: Geometries, frame: Frame) -> Geometries:
    """Return the shapes inside a frame and its margin, without the corners that paper cannot show."""
    inside = shapely.clip_by_rect(shapes, *frame.wider)
    return np.asarray(shapely.simplify(inside, frame.tolerance), dtype=object)


def path_of(shapes: Geometries | Sequence[Any], frame: Frame) -> str:
    """Return the lines of some shapes as one path of a drawing, in millimetres; blank for none."""
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_dimensions(parts) == 2]
    lines = parts[shapely.get_dimensions(parts) == 1]
    rings = shapely.get_rings(polygons) if len(polygons) else np.empty(0, dtype=object)
    told = [_drawn(np.asarray(rings, dtype=object), frame, "Z"), _drawn(lines, frame, "")]
    return "".join(told)


def _drawn(lines: Geometries, frame: Frame, end: str) -> str:
    if not len(lines):
        return ""
    points, index = shapely.get_coordinates(lines, return_index=True)
    texts = [f"{x:.2f} {y:.2f}" for x, y in frame.on_paper(points).tolist()]
    starts = np.flatnonzero(np.r_[True, index[1:] != index[:-1]]).tolist()
    pieces = zip(starts, [*starts[1:], len(texts)], strict=True)
    return "".join(f"M{'L'.join(texts[a:b])}{end}" for a, b in pieces)


def surroundings(shapes: Geometries, styles: npt.NDArray[np.intp], looks: Sequence[Any], frame: Frame) -> list[str]:
    """Return the outlines of roads, water and boundaries by their styles, in the order of drawing.

    Parameters
    ----------
    styles
        Place of the style of each shape among `looks`.
    looks
        ``fill``, ``line``, ``weight`` (pixels of the map on the screen), ``dash`` of each style.
    """
    parts = []
    for place, look in enumerate(looks):
        path = path_of(shapes[styles == place], frame)
        dash = {"stroke_dasharray": " ".join(f"{float(n) * PIXEL_MM:.2f}" for n in look["dash"].split())}
        line = {"stroke": look["line"] or "none", "stroke_width": round(max(look["weight"], 0.5) * PIXEL_MM, 2)}
        parts.append(outline(path, fill=look["fill"] or "none", **line, **(dash if look["dash"] else {})))
    return parts


def drawing(frame: Frame, parts: Sequence[str]) -> str:
    """Return a drawing of the size of a frame."""
    size = f'width="{frame.width:g}mm" height="{frame.height:g}mm" viewBox="0 0 {frame.width:g} {frame.height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def outline(path: str, **look: str | float) -> str:
    """Return a path with its look (``fill``, ``stroke``, ``stroke_width`` …); blank for no path."""
    told = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in look.items())
    return f'<path d="{path}" fill-rule="evenodd" stroke-linejoin="round" {told}/>' if path else ""
