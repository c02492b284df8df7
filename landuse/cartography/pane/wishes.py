"""Find the places where the name of a parcel, an area or a road may stand, in millimetres of the frame.

Pure: numpy and shapely. A parcel's label stands in its middle where it fits; a small plot's beside it where no other
parcel is, else at the end of a leader line. The name of an area stands on it, that of a road along it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.pane.labels import Numbers, Wish
from landuse.tables import Geometries

GAP: Final = 0.6
"""Millimetres between a plot and the label beside it."""
BESIDE_LEAST: Final = 12.0
"""Millimetres a side up to which a plot is labelled beside it without a leader line."""
BESIDE_MOST: Final = 1.0
"""Millimetres that such a label may be away from the plot itself: farther off it would be taken for another's."""
RINGS: Final = (2.5, 4.5, 7.0, 10.0, 14.0, 19.0, 26.0)
"""Length of leader lines that are tried."""
TURNS: Final = np.radians(
    np.concatenate(
        [np.arange(45, 360, 90), np.arange(0, 360, 90), np.arange(22.5, 360, 45), np.arange(11.25, 360, 22.5)]
    )
)
"""Directions in which they are tried, the better first."""
MANY_PLOTS: Final = 10_000
"""Parcels of a frame beyond which their bounds stand for them."""
MANY: Final = 300
FEW_TURNS: Final = 16
"""Labels of a frame beyond which only so many directions are tried."""
ON_PARCEL: Final = 6.0
ON_LISTED: Final = 30.0
"""What it costs to cover a parcel, and one that is labelled itself; in millimetres of leader line."""
POINT: Final = 0.5
"""Half a side of what no other label may cover, about the point a leader line leads to."""
ROAD_STEP: Final = 6.0
"""Millimetres between two places that are tried along a road."""
STRETCH: Final = 180.0
"""Millimetres of a road that bear its name once."""
CORE: Final = 0.3
"""Part of the height of a sign on each side of a road that may lie over parcels: its core may not."""
SAG: Final = 0.25
"""Part of the height of a letter by which a road may bend below its name."""


class Plots:
    """The parcels of a frame in millimetres, and which of them are labelled."""

    def __init__(self, shapes: Geometries, labelled: npt.NDArray[np.intp]) -> None:
        import shapely

        self.shapes = shapes
        self.labelled = labelled
        self.tree = shapely.STRtree(shapes)
        self.is_labelled = np.isin(np.arange(len(shapes)), labelled)

    def burden(self, boxes: Numbers) -> Numbers:
        """Return what it costs to write over the parcels below some boxes (..., 4)."""
        import shapely

        flat = boxes.reshape(-1, 4)
        # Of very many parcels each is so small on paper that its bounds say enough.
        exactly = "intersects" if len(self.shapes) <= MANY_PLOTS else None
        at, row = self.tree.query(shapely.box(*flat.T), predicate=exactly)
        cost = np.where(self.is_labelled[row], ON_LISTED, ON_PARCEL)
        total: Numbers = np.bincount(at, weights=cost.astype(float), minlength=len(flat)).astype(float)
        return total.reshape(boxes.shape[:-1])


def parcel_wishes(plots: Plots, sizes: Numbers, *, priority: int) -> tuple[list[Wish], Numbers]:
    """Return where the label of each labelled parcel may stand, and the box about the point it names.

    Parameters
    ----------
    sizes
        Width and height of each label, in the order of ``plots.labelled``.
    """
    import shapely

    shapes = plots.shapes[plots.labelled]
    shapely.prepare(shapes)
    poles, centres = poles_of(shapes), shapely.get_coordinates(shapely.centroid(shapes))
    inside = _boxes(np.stack([centres, poles], axis=1), sizes)
    fits = shapely.covers(shapes[:, None], shapely.box(*np.moveaxis(inside, -1, 0)))
    beside = _boxes(_around(shapely.bounds(shapes), sizes), sizes)
    is_small = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).max(axis=1) <= BESIDE_LEAST
    near = shapely.distance(shapes[:, None], shapely.box(*np.moveaxis(beside, -1, 0))) <= BESIDE_MOST
    free = (plots.burden(beside) == 0) & is_small[:, None] & near
    away, leaders, length = _away(poles, sizes, TURNS if len(shapes) <= MANY else TURNS[:FEW_TURNS])
    costs = np.concatenate(
        [
            np.where(fits, (0.0, 1.0), np.inf),
            np.where(free, 10.0 + np.arange(4), np.inf),
            100.0 + length + plots.burden(away),
        ],
        axis=1,
    )
    boxes = np.concatenate([inside, beside, away], axis=1)[:, :, None, :]
    none = np.full((len(shapes), 6, 4), np.nan)
    lines = np.concatenate([none, leaders], axis=1)
    anchors = np.concatenate([poles - POINT, poles + POINT], axis=1)
    return [Wish(boxes[at], costs[at], lines[at], priority) for at in range(len(shapes))], anchors


def area_wish(shape: Any, size: tuple[float, float], plots: Plots, *, priority: int, outside: bool) -> Wish:
    """Return where the name of an area may stand: on it, as near its widest place as can be.

    Parameters
    ----------
    shape
        What the frame shows of the area.
    outside
        The name may stand along the outside of the area too, and had better: a park is full of parcels.
    """
    import shapely

    pole = poles_of(np.array([shape, None], dtype=object)[:1])[0]
    x0, y0, x1, y1 = shapely.bounds(shape)
    x, y = (part.ravel() for part in np.meshgrid(np.linspace(x0, x1, 11)[1:-1], np.linspace(y0, y1, 11)[1:-1]))
    on = shapely.contains_xy(shape, x, y)
    points = np.concatenate([[pole], np.column_stack([x[on], y[on]])])
    boxes = _boxes(points[None], np.array([size]))[0]
    cost = 20 * np.hypot(*(points - pole).T) / max(x1 - x0, y1 - y0, 1e-9) + plots.burden(boxes)
    if outside:
        beside = _boxes(_around(np.array([[x0, y0, x1, y1]]), np.array([size]), gap=1.0), np.array([size]))[0, 2:4]
        boxes = np.concatenate([beside, boxes])
        cost = np.concatenate([plots.burden(beside), cost + 10])
    return Wish(boxes[:, None, :], cost, None, priority)


def line_wishes(
    line: Any, widths: Numbers, height: float, plots: Plots, *, priority: int
) -> list[tuple[Wish, Numbers]]:
    """Return where the name of a road may stand along it: each sign upright on the line, the line nearly straight.

    Parameters
    ----------
    line
        One line.
    widths
        Width of each sign of the name.

    Returns
    -------
    For each stretch of the road the places, and of each place the middles of the signs and the direction in degrees:
    (places, signs, 3).
    """
    import shapely

    length = shapely.length(line)
    made = []
    for start in np.arange(0.0, max(length - 1e-9, 1e-9), STRETCH):
        end = min(start + STRETCH, length)
        along = np.arange(start + ROAD_STEP / 2, end, ROAD_STEP)
        signs = _along(line, along, widths, height)
        good = np.isfinite(signs[..., 0]).all(axis=1)
        if not good.any():
            continue
        signs, along = signs[good], along[good]
        half = np.array([0.5, 0.5]) * height
        boxes = np.concatenate([signs[..., :2] - half, signs[..., :2] + half], axis=2)
        core = np.concatenate([boxes[..., :2] + CORE * height, boxes[..., 2:] - CORE * height], axis=2)
        cost = np.abs(along - (start + end) / 2)
        cost[(plots.burden(core) > 0).any(axis=1)] = np.inf
        made.append((Wish(boxes, cost, None, priority), signs))
    return made


def poles_of(shapes: Geometries) -> Numbers:
    """Return the point of each polygon that lies farthest from its outline (pole of inaccessibility)."""
    import shapely

    size = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).max(axis=1)
    poles = np.array(
        [
            shapely.get_coordinates(shapely.maximum_inscribed_circle(shape, tolerance=max(0.02 * side, 1e-9)))[0]
            if shapely.area(shape) > 0
            else shapely.get_coordinates(shapely.point_on_surface(shape))[0]
            for shape, side in zip(shapes, size, strict=True)  # each with a tolerance of its own size
        ]
    )
    return poles.reshape(-1, 2)


def _boxes(centres: Numbers, sizes: Numbers) -> Numbers:
    """Return the boxes of labels (n, places, 4) about some middles (n, places, 2)."""
    half = sizes[:, None, :] / 2
    return np.concatenate([centres - half, centres + half], axis=2)


def _around(bounds: Numbers, sizes: Numbers, gap: float = GAP) -> Numbers:
    """Return the middles of labels right, left, above and below of bounds: (n, 4, 2)."""
    x0, y0, x1, y1 = bounds.T
    w, h = sizes.T / 2 + gap
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    places = ((x1 + w, y), (x0 - w, y), (x, y1 + h), (x, y0 - h))
    return np.stack([np.column_stack(place) for place in places], axis=1)


def _away(poles: Numbers, sizes: Numbers, turns: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return boxes at the ends of leader lines, the lines from the point to the box, and what their length costs."""
    ring, turn = (part.ravel() for part in np.meshgrid(RINGS, np.arange(len(turns)), indexing="ij"))
    way = np.column_stack([np.cos(turns[turn]), np.sin(turns[turn])])
    way[np.abs(way) < 1e-12] = 0.0
    ends = poles[:, None, :] + (way * ring[:, None])[None]
    boxes = _boxes(ends + np.sign(way)[None] * sizes[:, None, :] / 2, sizes)
    nearest = np.clip(poles[:, None, :], boxes[..., :2], boxes[..., 2:])
    leaders = np.concatenate([np.broadcast_to(poles[:, None, :], nearest.shape), nearest], axis=2)
    length = np.hypot(*np.moveaxis(nearest - poles[:, None, :], -1, 0)) + 0.05 * turn
    return boxes, leaders, length


def _along(line: Any, middles: Numbers, widths: Numbers, height: float) -> Numbers:
    """Return middle and direction of every sign at every place along a line; NaN where it bends too much."""
    import shapely

    gaps = np.concatenate([[0.0], np.cumsum(widths)])
    total = gaps[-1]
    offsets = (gaps[:-1] + gaps[1:]) / 2 - total / 2
    first, last = (
        shapely.get_coordinates(shapely.line_interpolate_point(line, np.clip(middles + side * total / 2, 0, None)))
        for side in (-1, 1)
    )
    middle = shapely.get_coordinates(shapely.line_interpolate_point(line, middles))
    chord = last - first
    span = np.hypot(*chord.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        way = chord / span[:, None]
    backwards = (way[:, 0] < -1e-9) & (np.abs(way[:, 0]) >= np.abs(way[:, 1])) | (
        (np.abs(way[:, 0]) < np.abs(way[:, 1])) & (way[:, 1] > 0)
    )
    way = np.where(backwards[:, None], -way, way)
    centre = (first + last) / 2
    places = centre[:, None, :] + offsets[None, :, None] * way[:, None, :]
    turn = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    bends = (np.abs(span - total) > 0.03 * total) | (np.hypot(*(middle - centre).T) > SAG * height)
    signs = np.concatenate([places, np.broadcast_to(turn[:, None, None], (*places.shape[:2], 1))], axis=2)
    signs[bends | ~np.isfinite(span)] = np.nan
    return signs
