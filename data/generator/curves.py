"""Curves that look drawn by hand: splines through points, rough edges, rounded rings."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from shapely import LineString, Polygon

XY = tuple[float, float]


def spline(points: Sequence[XY], per_span: int = 12) -> LineString:
    """Draw a Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    out: list[XY] = []
    for index in range(1, len(padded) - 2):
        p0, p1, p2, p3 = (np.array(padded[index + shift]) for shift in (-1, 0, 1, 2))
        for step in range(per_span):
            t = step / per_span
            value = 0.5 * (
                2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
            )
            out.append((float(value[0]), float(value[1])))
    out.append(points[-1])
    return LineString(out)


def rough(start: XY, end: XY, *, share: float = 0.10, depth: int = 5) -> list[XY]:
    """Displace the middle of an edge again and again; the same edge gives the same points from either side."""
    if (end, start) < (start, end):
        return rough(end, start, share=share, depth=depth)[::-1]
    seed = [int(abs(value) * 10) for value in (*start, *end)]
    rng = np.random.default_rng(seed)

    def divide(a: XY, b: XY, level: int) -> list[XY]:
        if level == 0:
            return [a]
        shift = float(rng.normal(0, share * 0.55)) * math.dist(a, b)
        length = math.dist(a, b) or 1.0
        middle = (
            (a[0] + b[0]) / 2 - shift * (b[1] - a[1]) / length,
            (a[1] + b[1]) / 2 + shift * (b[0] - a[0]) / length,
        )
        return divide(a, middle, level - 1) + divide(middle, b, level - 1)

    return [*divide(start, end, depth), end]


def rough_ring(corners: Sequence[XY], *, share: float = 0.10, depth: int = 5) -> Polygon:
    """Give a polygon whose edges look like a boundary surveyed along ridges and ditches."""
    points: list[XY] = []
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        points.extend(rough(start, end, share=share, depth=depth)[:-1])
    return Polygon(points)


def rounded_ring(bounds: tuple[float, float, float, float], radius: float) -> LineString:
    """Give a closed ring road with rounded corners."""
    west, south, east, north = bounds
    ring = Polygon(
        [
            (west + radius, south + radius),
            (east - radius, south + radius),
            (east - radius, north - radius),
            (west + radius, north - radius),
        ]
    ).buffer(radius, quad_segs=16)
    return LineString(ring.exterior.coords)


def blob(x: float, y: float, radius: float, rng: np.random.Generator, wobble: float = 0.22) -> Polygon:
    """Give a rounded, irregular area, such as a village or a lake."""
    angles = np.linspace(0, 2 * math.pi, 48, endpoint=False)
    factor = np.ones_like(angles)
    for order in (2, 3, 5):
        factor += wobble / order * rng.normal() * np.cos(order * angles + rng.uniform(0, 2 * math.pi))
    return Polygon(
        [(x + radius * f * math.cos(a), y + radius * f * math.sin(a)) for a, f in zip(angles, factor, strict=True)]
    )
