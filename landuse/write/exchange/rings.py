"""Take polygons apart into closed rings of rounded points: what drawings and boundary files are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from landuse.tables import Geometries
from landuse.write.exchange.layer import COLLECTION, MULTIPOLYGON, POLYGON, Mask

if TYPE_CHECKING:
    import pyarrow as pa

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Rings:
    """Rings in the order of their rows, each outer one before its holes; the last point of a ring is not its first."""

    row: Ints
    """Row of each ring in the source."""
    is_hole: Mask
    start: Ints
    """First point of each ring, and behind the last ring the number of points."""
    points: Ints
    """East and north in parts of a metre."""
    collapsed: Mask
    """Rows of the source that lost their whole outline, or one of its parts, to rounding."""
    lost_holes: Mask
    """Rows of the source that lost a hole to rounding."""

    def sizes(self) -> Ints:
        """Return the number of points of each ring."""
        return np.diff(self.start)


def metres(parts: Ints, decimals: int) -> pa.Array:
    """Return whole parts of a metre as texts with a point before the last `decimals` digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole, rest = np.divmod(np.abs(parts), 10**decimals)
    sign = pc.if_else(pa.array(parts < 0), "-", "")
    digits = pc.utf8_lpad(pa.array(rest).cast(pa.string()), decimals, "0")
    return pc.binary_join_element_wise(sign, pa.array(whole).cast(pa.string()), ".", digits, "")


def rings_of(geometry: Geometries, per_metre: int) -> Rings:
    """Return the rings of polygons: outer ones clockwise from the north-west, holes the other way round.

    Points that rounding makes equal to the one before them are left out, and rings of fewer than three points.

    Parameters
    ----------
    geometry
        Other geometries than polygons have no rings here.
    per_metre
        Parts of a metre that points are rounded to: 1000 = millimetres.
    """
    polygons, row = _polygons(geometry)
    rings, of_polygon = shapely.get_rings(polygons, return_index=True)
    is_hole = np.r_[False, of_polygon[1:] == of_polygon[:-1]] if len(of_polygon) else np.zeros(0, dtype=bool)
    coordinates, of_ring = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(coordinates * per_metre).astype(np.int64)
    points, of_ring = _without_repeats(points, of_ring.astype(np.int64))
    sizes = np.bincount(of_ring, minlength=len(rings))
    is_kept = (sizes >= 3) & ~_is_flat(points, of_ring, len(rings))
    ring_row = row[of_polygon].astype(np.int64)
    is_kept &= _outer_kept(is_kept, is_hole)
    lost = np.zeros((2, len(geometry)), dtype=bool)
    lost[0, ring_row[~is_kept & ~is_hole]] = True
    lost[1, ring_row[~is_kept & is_hole]] = True
    points = points[is_kept[of_ring]]
    start = np.r_[0, np.cumsum(sizes[is_kept])].astype(np.int64)
    order = _ordered(points, start, is_hole[is_kept])
    return Rings(ring_row[is_kept], is_hole[is_kept], start, points[order], lost[0], lost[1])


def _polygons(geometry: Geometries) -> tuple[Geometries, Ints]:
    """Return single polygons and the row of each; those of collections too."""
    kinds = shapely.get_type_id(geometry)
    rows = np.flatnonzero(np.isin(kinds, (POLYGON, MULTIPOLYGON, COLLECTION)))
    parts, at = shapely.get_parts(geometry[rows], return_index=True)
    single, inner = shapely.get_parts(parts, return_index=True)
    is_polygon = (shapely.get_type_id(single) == POLYGON) & ~shapely.is_empty(single)
    return single[is_polygon], rows[at[inner]][is_polygon].astype(np.int64)


def _without_repeats(points: Ints, of_ring: Ints) -> tuple[Ints, Ints]:
    """Return the points without those that repeat the one before them, nor the last ones that repeat the first."""
    if not len(points):
        return points, of_ring
    same_ring = of_ring[1:] == of_ring[:-1]
    is_new = np.r_[True, ~(same_ring & (points[1:] == points[:-1]).all(axis=1))]
    points, of_ring = points[is_new], of_ring[is_new]
    starts = np.r_[True, of_ring[1:] != of_ring[:-1]]
    first = points[starts][np.cumsum(starts) - 1]
    ends = np.r_[of_ring[1:] != of_ring[:-1], True]
    is_closing = ends & (points == first).all(axis=1) & ~starts
    return points[~is_closing], of_ring[~is_closing]


def _is_flat(points: Ints, of_ring: Ints, count: int) -> Mask:
    """Return which rings enclose nothing."""
    doubled = np.zeros(count)
    sizes = np.bincount(of_ring, minlength=count)
    start = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    doubled[sizes > 0] = _areas(points, start[np.r_[sizes > 0, True]])
    found: Mask = doubled == 0
    return found


def _outer_kept(is_kept: Mask, is_hole: Mask) -> Mask:
    """Return, ring by ring, whether the outer ring it belongs to is kept."""
    outer = np.cumsum(~is_hole) - 1
    found: Mask = is_kept[~is_hole][outer] if len(outer) else is_kept
    return found


def _areas(points: Ints, start: Ints) -> npt.NDArray[np.float64]:
    """Return twice the area of each ring, counter-clockwise ones positive."""
    if len(start) < 2:
        return np.zeros(0)
    sizes = np.diff(start)
    origin = np.repeat(points[start[:-1]], sizes, axis=0)
    near = (points - origin).astype(np.float64)
    following = np.arange(len(points)) + 1
    following[start[1:] - 1] = start[:-1]
    cross = near[:, 0] * near[following, 1] - near[following, 0] * near[:, 1]
    return np.add.reduceat(cross, start[:-1])


def _ordered(points: Ints, start: Ints, is_hole: Mask) -> Ints:
    """Return the order of points: outer rings clockwise, holes the other way round, each from its north-west."""
    if len(start) < 2:
        return np.zeros(0, dtype=np.int64)
    sizes = np.diff(start)
    ring = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(points)) - start[:-1][ring]
    turned = (_areas(points, start) > 0) != is_hole
    place = np.where(turned[ring], sizes[ring] - 1 - place, place)  # place in the ring once it is turned
    score = points[:, 1] - points[:, 0]
    best = np.lexsort((points[:, 0], -score, ring))[start[:-1]]
    lead = place[best]
    place = (place - lead[ring]) % sizes[ring]
    order = np.empty(len(points), dtype=np.int64)
    order[start[:-1][ring] + place] = np.arange(len(points))
    return order
