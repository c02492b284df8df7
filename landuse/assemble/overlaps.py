"""Find parcels drawn twice, overlapping, or too thin to be parcels.

Candidates are pairs of bounding boxes that meet (STRtree). Where there are many and numba is installed, most are
cleared by a compiled test (`slabs`); the rest is decided by GEOS (prepared DE-9IM, interiors meet), then the common
area is measured. A common part narrower than the noise of coordinates (mean width 1 mm) is no overlap. The shortcuts
overlook at most a seam of half that width, and a part of the mean width w holds a circle of the diameter w, so with
and without them the result is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from landuse import tables
from landuse.assemble.crs import Floats, plane
from landuse.assemble.keys import Flags, Positions
from landuse.assemble.slabs import has_numba, surely_apart
from landuse.settings import Areas
from landuse.tables import Geometries, Parcels

NOISE_M: Final = 0.001
"""A common part of this mean width or less comes from rounding the coordinates to 1 mm."""
SLACK_M: Final = NOISE_M / 4
"""What may be shaved off every bounding box; a compiled test may overlook twice that."""
SLIVER_M2: Final = 1.0
"""A parcel smaller than this is a sliver …"""
SLIVER_WIDTH_M: Final = 0.1
"""… and so is one of a smaller mean width (2 x area / perimeter)."""
COMPILE_FROM: Final = 250_000
"""Pairs from which compiling is worth its time: two seconds once, a third of a second when it is on the disk."""
CHUNK: Final = 200_000
"""Pairs prepared and decided at a time, to keep the memory of prepared polygons small."""


@dataclass(frozen=True)
class Overlaps:
    """What was found; rows are positions of parcels, `first` < `second`."""

    duplicates: pd.DataFrame
    """first, second: the same shape; first is the first parcel of that shape."""
    pairs: pd.DataFrame
    """first, second, area_m2, share (of the smaller parcel). Of parcels of one shape only the first is compared."""


def find_overlaps(geometry: Geometries, area_m2: Floats, crs: str) -> Overlaps:
    """Return the pairs of polygons with a common area wider than the noise of coordinates.

    Parameters
    ----------
    geometry
        Valid polygons.
    area_m2
        Area of each; common areas are scaled like the smaller polygon of the pair.
    """
    flat = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry
    first_like = _first_of_shape(flat)
    later = np.flatnonzero(first_like != np.arange(len(flat)))
    duplicates = pd.DataFrame({"first": first_like[later], "second": later})
    alone = np.flatnonzero(first_like == np.arange(len(flat)))
    one, other = _box_pairs(flat[alone], SLACK_M / plane(crs).metres)
    if len(one) >= COMPILE_FROM and has_numba():
        maybe = ~surely_apart(flat[alone], one, other, 2 * SLACK_M / plane(crs).metres)
        one, other = one[maybe], other[maybe]
    one, other = alone[one], alone[other]
    meet = _interiors_meet(flat, one, other)
    one, other = one[meet], other[meet]
    planar = shapely.area(flat)
    smaller = np.where(planar[one] <= planar[other], one, other)
    ground = area_m2[smaller] / planar[smaller]
    common = _common_area(flat, one, other, ground, plane(crs).metres)
    pairs = pd.DataFrame({"first": one, "second": other, "area_m2": common, "share": common / area_m2[smaller]})
    return Overlaps(duplicates, pairs[common > 0].sort_values(["first", "second"], ignore_index=True))


def overlap_issues(parcels: Parcels, *, areas: Areas) -> pd.DataFrame:
    """Return the issues of parcels drawn twice, overlapping, or slivers themselves.

    An overlap counts from overlap_min_m2 and overlap_min_share of the smaller parcel on, both inclusive; below it is
    a sliver overlap (note).
    """
    table, area = parcels.table, parcels.table["ellipsoid_area_m2"].to_numpy(dtype=float)
    found = find_overlaps(parcels.geometry, area, parcels.crs)
    names = table["parcel_id"].to_numpy(dtype=object)
    options = {"table": "parcels", "key": "parcel_id", "column": "geometry"}
    twins = found.duplicates
    same = [{"other": names[i]} for i in twins["first"]]
    parts = [tables.issue_rows("GEOMETRY_DUPLICATE", table.iloc[twins["second"].to_numpy()], facts=same, **options)]
    counts = (found.pairs["area_m2"] >= areas.overlap_min_m2) & (found.pairs["share"] >= areas.overlap_min_share)
    for code, pairs in (("PARCELS_OVERLAP", found.pairs[counts]), ("SLIVER_OVERLAP", found.pairs[~counts])):
        facts = [
            {"other": names[j], "area_m2": f"{a:.2f}", "share_percent": f"{100 * s:.2f}"}
            for j, a, s in zip(pairs["second"], pairs["area_m2"], pairs["share"], strict=True)
        ]
        parts.append(tables.issue_rows(code, table.iloc[pairs["first"].to_numpy()], facts=facts, **options))
    thin = np.flatnonzero(_is_sliver(parcels.geometry, area))
    facts = [{"area_m2": f"{a:.4f}"} for a in area[thin]]
    return tables.join_issues([*parts, tables.issue_rows("PARCEL_SLIVER", table.iloc[thin], facts=facts, **options)])


def _is_sliver(geometry: Geometries, area_m2: Floats) -> Flags:
    planar = shapely.area(geometry)
    perimeter_m = shapely.length(geometry) * np.sqrt(area_m2 / planar)
    return np.asarray((area_m2 < SLIVER_M2) | (2 * area_m2 < SLIVER_WIDTH_M * perimeter_m))


def _first_of_shape(geometry: Geometries) -> Positions:
    """Return, for each polygon, the position of the first of the same normalized shape (often its own)."""
    first = np.arange(len(geometry))
    alike = pd.DataFrame(shapely.bounds(geometry)).duplicated(keep=False).to_numpy()
    rows = np.flatnonzero(alike)
    if len(rows):
        shapes, _ = pd.factorize(shapely.to_wkb(shapely.normalize(geometry[rows])))
        first[rows] = rows[pd.Series(np.arange(len(rows))).groupby(shapes).transform("min").to_numpy()]
    return first


def _box_pairs(geometry: Geometries, slack: float) -> tuple[Positions, Positions]:
    """Return the pairs, each once, whose bounding boxes share more than a seam of twice the slack."""
    bounds = shapely.bounds(geometry)
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2
    low, high = np.minimum(bounds[:, :2] + slack, centre), np.maximum(bounds[:, 2:] - slack, centre)
    tree = shapely.STRtree(geometry)
    found = []
    for start in range(0, len(geometry), CHUNK):
        one, other = tree.query(geometry[start : start + CHUNK])
        one = one + start
        once = one < other
        one, other = one[once], other[once]
        share = ((low[one] <= high[other]) & (low[other] <= high[one])).all(axis=1)
        found.append((one[share], other[share]))
    pairs = zip(*found, strict=True) if found else ((np.empty(0, np.intp),), (np.empty(0, np.intp),))
    first, second = (np.concatenate(positions) for positions in pairs)
    return first, second


def _interiors_meet(geometry: Geometries, one: Positions, other: Positions) -> Flags:
    """Return the pairs whose interiors have a point in common."""
    meet = np.zeros(len(one), dtype=bool)
    order = np.argsort(one, kind="stable")
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        ready = geometry[np.unique(one[rows])]
        shapely.prepare(ready)
        meet[rows] = shapely.relate_pattern(geometry[one[rows]], geometry[other[rows]], "T********")
        shapely.destroy_prepared(ready)
    return meet


def _common_area(geometry: Geometries, one: Positions, other: Positions, ground: Floats, metres: float) -> Floats:
    """Return the common area of each pair in m2, without the parts of the width of noise."""
    common = shapely.intersection(geometry[one], geometry[other])
    parts, owner = shapely.get_parts(common, return_index=True)
    solid = shapely.get_type_id(parts) == 3
    parts, owner = parts[solid], owner[solid]
    area = shapely.area(parts) * ground[owner]
    wide = 2 * area > NOISE_M * shapely.length(parts) * metres
    return np.bincount(owner[wide], weights=area[wide], minlength=len(one)).astype("float64")
