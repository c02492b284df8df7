"""Make polygons of the rings of a boundary-point file: which is a hole, which a part, decided by what lies in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from landuse.read.boundary_lines import Parcel, Point, number_of
from landuse.read.boundary_spikes import Spike, spikes_of
from landuse.read.nests import Nests, nests_of

SAME_POINT_M: Final = 0.01
"""A last point nearer than this (inclusive) to the first closes the ring: files are written to the millimetre."""
FAR_OFF: Final = frozenset({"BOUNDARY_POINT_FAR", "BOUNDARY_SIDE_LONG"})
"""Doubts that an area which agrees takes away."""
Xy = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """One thing that is wrong with a parcel."""

    code: str
    value: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shaped:
    """The polygon of a parcel, None where its points do not give one, and what was wrong with them."""

    shape: Any
    doubts: tuple[Doubt, ...]
    is_closed: bool = True
    """Whether each ring came back to its first point."""
    rings: int = 0


def shape_of(parcel: Parcel, east: Xy, north: Xy) -> Shaped:
    """Return the polygon that the points of a parcel give.

    Parameters
    ----------
    east, north
        Coordinates of its points, in their order.
    """
    if parcel.broken:
        line, text = parcel.broken[0]
        facts = {"line": line, "count": len(parcel.broken)}
        return Shaped(None, (Doubt("BOUNDARY_POINT_UNREADABLE", text[:80], facts),))
    runs, doubts = _runs(parcel.points, np.column_stack([east, north]))
    rings = [_closed(points, xy, doubts) for points, xy in runs]
    for (points, _), ring in zip(runs, rings, strict=True):
        doubts += [_far_off(spike) for spike in spikes_of(points, ring)]
    is_closed = not any(doubt.code == "BOUNDARY_NOT_CLOSED" for doubt in doubts)
    short = [points[0].ring for (points, _), ring in zip(runs, rings, strict=True) if len(np.unique(ring, axis=0)) < 3]
    if short or not rings:
        doubts.append(Doubt("BOUNDARY_RING_SHORT", "、".join(short)))
        return Shaped(None, tuple(doubts), is_closed, len(runs))
    shells = np.asarray([shapely.polygons(ring) for ring in rings], dtype=object)
    nests = nests_of(shells)
    if nests.crossing:
        names = [f"{runs[at][0][0].ring}({runs[at][0][0].line})" for at in nests.crossing[0]]
        doubts.append(Doubt("BOUNDARY_RINGS_CROSS", "、".join(names)))
        return Shaped(None, tuple(doubts), is_closed, len(runs))
    return Shaped(_polygon(shells, nests), tuple(doubts), is_closed, len(runs))


def _far_off(spike: Spike) -> Doubt:
    facts = {"line": spike.point.line, "distance": f"{spike.distance:.0f}"}
    label = spike.point.label or spike.point.ring
    if spike.extent is None:
        return Doubt("BOUNDARY_SIDE_LONG", label, facts)
    return Doubt("BOUNDARY_POINT_FAR", label, {**facts, "extent": f"{spike.extent:.0f}"})


def _polygon(shells: npt.NDArray[np.object_], nests: Nests) -> Any:
    """Return rings as one polygon or multipolygon: what lies in an odd number of others is a hole."""
    parts = []
    for at in np.flatnonzero(nests.depth % 2 == 0):
        holes = [shells[hole].exterior for hole in nests.children(int(at))]
        parts.append(shapely.Polygon(shells[at].exterior, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def count_doubts(parcel: Parcel, shaped: Shaped, area_fits: bool | None) -> tuple[Doubt, ...]:  # noqa: FBT001
    """Return what the stated number of points shows.

    Files count a closing point or not. Fewer points than stated, and a ring left open or an area that differs: points
    are missing. More, and an area that differs: those of another parcel may be among them. No polygon is given then.

    Parameters
    ----------
    area_fits
        Whether the polygon has the area stated; None where none is stated.
    """
    stated = number_of(parcel.value("点数"))
    found = len(parcel.points)
    if stated is None or shaped.shape is None or found - shaped.rings <= stated <= found:
        return ()
    facts = {"stated": f"{stated:g}", "found": found}
    doubtful = area_fits is False or (area_fits is None and not shaped.is_closed)
    if stated > found and doubtful:
        return (Doubt("BOUNDARY_POINTS_MISSING", f"{stated:g}", facts),)
    if stated < found and area_fits is False:
        return (Doubt("BOUNDARY_POINTS_EXTRA", f"{stated:g}", facts),)
    return (Doubt("BOUNDARY_POINT_COUNT", f"{stated:g}", facts),)


# ------------------------------------------------------------------------------------------------- rings


def _runs(points: Sequence[Point], xy: Xy) -> tuple[list[tuple[list[Point], Xy]], list[Doubt]]:
    """Return the points ring by ring: a new number, or a point after the ring has closed, begins a new one."""
    runs: list[list[int]] = []
    doubts = []
    for at, point in enumerate(points):
        run = runs[-1] if runs else []
        begins = not run or points[run[0]].ring != point.ring
        if not begins and len(run) >= 4 and _is_back(points, xy, run[0], run[-1]):
            doubts.append(Doubt("BOUNDARY_RING_NUMBER", point.ring, {"line": point.line}))
            begins = True
        if begins:
            runs.append([at])
        else:
            run.append(at)
    return [([points[at] for at in run], xy[run]) for run in runs], doubts


def _is_back(points: Sequence[Point], xy: Xy, first: int, last: int) -> bool:
    same = bool(points[first].label) and points[first].label == points[last].label
    return float(np.hypot(*(xy[last] - xy[first]))) <= (SAME_POINT_M if same else 0.0)


def _closed(points: Sequence[Point], xy: Xy, doubts: list[Doubt]) -> Xy:
    """Return a ring whose last point is its first; one that was left open is closed, and said to be so."""
    gap = float(np.hypot(*(xy[-1] - xy[0])))
    if len(xy) > 3 and gap <= SAME_POINT_M:
        return np.vstack([xy[:-1], xy[:1]])
    doubts.append(Doubt("BOUNDARY_NOT_CLOSED", f"{gap:.3f}", {"ring": points[0].ring, "line": points[-1].line}))
    return np.vstack([xy, xy[:1], xy[:1]])[: max(len(xy) + 1, 4)]
