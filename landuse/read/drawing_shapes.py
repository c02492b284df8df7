"""Make areas of the lines of a drawing: what is closed, what is drawn twice, what is a hole in what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from landuse.read.findings import Finding
from landuse.read.nests import Nests, nests_of
from landuse.read.source import Remark
from landuse.tables import Geometries

CLOSES_M: Final = 0.01
"""A line whose ends are nearer than this (inclusive) is closed."""
LINE, POLYGON, MULTIPOLYGON = 1, 3, 6
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Outlines:
    """The areas of one layer, one a row."""

    shapes: Geometries
    entities: Places
    """Entity that each is drawn by."""
    text_rows: Places
    """Row in which each text stands; -1 = in none."""
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


def is_area(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """Return which entities enclose an area: hatches, and lines that come back to where they began."""
    kinds = shapely.get_type_id(shapes)
    return np.asarray(np.isin(kinds, (POLYGON, MULTIPOLYGON)) | ((kinds == LINE) & (_gaps(shapes) <= CLOSES_M)))


def outlines_of(shapes: Geometries, texts: Geometries) -> Outlines:
    """Return the areas that the entities of one layer enclose.

    A closed line inside another of its layer is a hole in it; where a text stands in the inner one, that is an area of
    its own as well. What lies in a hole again belongs to the outer one. A hatch that fills a line is that line.

    Parameters
    ----------
    texts
        Points of all texts of the drawing.
    """
    solid = is_area(shapes)
    kinds = shapely.get_type_id(shapes)
    lines, hatches = np.flatnonzero(solid & (kinds == LINE)), np.flatnonzero(solid & (kinds != LINE))
    rings, lines, twins = _once(_polygons(shapes[lines]), lines)
    nests = nests_of(rings)
    owner = _innermost(np.concatenate([rings, shapes[hatches]]), texts)
    own = (nests.depth == 0) | np.isin(np.arange(len(rings)), owner)
    made, holes = _with_holes(rings, nests, own)
    kept = _unlike(shapes[hatches], made)
    result = np.concatenate([made[own], shapes[hatches][kept]])
    row_of = np.full(len(rings) + len(hatches) + 1, -1, dtype=np.int64)
    row_of[np.concatenate([np.flatnonzero(own), len(rings) + np.flatnonzero(kept)])] = np.arange(len(result))
    entities = np.concatenate([lines[own], hatches[kept]]).astype(np.int64)
    gaps = _gaps(shapes[entities])
    findings = [*_nested(holes[own]), *_snapped(gaps)]
    remarks = [*_open(shapes[~solid & (kinds == LINE)]), *_twice(twins + int((~kept).sum()))]
    lost = np.isin(owner, len(rings) + np.flatnonzero(~kept))
    owner = np.where(lost, _innermost(rings, texts), owner)
    return Outlines(result, entities, row_of[owner], tuple(findings), tuple(remarks))


def _gaps(shapes: Geometries) -> npt.NDArray[np.float64]:
    """Return how far the ends of each line lie apart; infinite for what cannot be a ring, 0 for other kinds."""
    kinds = shapely.get_type_id(shapes)
    first, last = shapely.get_point(shapes, 0), shapely.get_point(shapes, -1)
    gaps = np.where(kinds == LINE, shapely.distance(first, last), 0.0)
    return np.asarray(np.where((kinds == LINE) & (shapely.get_num_points(shapes) < 4), np.inf, gaps))


def _polygons(lines: Geometries) -> Geometries:
    """Return closed lines as polygons, the last point set on the first."""
    made = np.empty(len(lines), dtype=object)
    for at, line in enumerate(lines):
        xy = shapely.get_coordinates(line)
        xy[-1] = xy[0]
        made[at] = shapely.Polygon(xy)
    return made


def _once(rings: Geometries, lines: Places) -> tuple[Geometries, Places, int]:
    """Return the rings without those that another draws already, and how many those were."""
    if not len(rings):
        return rings, lines, 0
    again = sorted({second for _, second in nests_of(rings).twins})
    kept = np.setdiff1d(np.arange(len(rings)), again)
    return rings[kept], lines[kept], len(again)


def _innermost(shapes: Geometries, texts: Geometries) -> Places:
    """Return the smallest area in which each text stands; -1 = none."""
    found = np.full(len(texts), -1, dtype=np.int64)
    if not len(shapes) or not len(texts):
        return found
    text, shape = shapely.STRtree(shapes).query(texts, predicate="intersects")
    order = np.lexsort((shape, -shapely.area(shapes[shape])))
    found[text[order]] = shape[order]
    return found


def _with_holes(rings: Geometries, nests: Nests, own: npt.NDArray[np.bool_]) -> tuple[Geometries, Places]:
    """Return the rings with what lies in them cut out, and how many lines were cut out of each."""
    made, holes = rings.copy(), np.zeros(len(rings), dtype=np.int64)
    for at in np.unique(nests.outer):
        if own[at]:
            parts = list(_parts(int(at), rings, nests, own))
            holes[at] = sum(len(part.interiors) for part in parts)
            made[at] = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return made, holes


def _parts(at: int, rings: Geometries, nests: Nests, own: npt.NDArray[np.bool_]) -> Iterator[Any]:
    """Give a ring without its holes, and what lies in holes that nobody owns."""
    inside = nests.children(at)
    yield shapely.Polygon(rings[at].exterior, [rings[hole].exterior for hole in inside])
    islands = [island for hole in inside if not own[hole] for island in nests.children(hole) if not own[island]]
    for island in islands:
        yield from _parts(island, rings, nests, own)


def _unlike(hatches: Geometries, made: Geometries) -> npt.NDArray[np.bool_]:
    """Return which hatches fill no area that a line encloses already, and no earlier hatch."""
    kept = np.ones(len(hatches), dtype=bool)
    if len(hatches):
        twins = nests_of(np.concatenate([made, hatches])).twins
        kept[[second - len(made) for _, second in twins if second >= len(made)]] = False
    return kept


# ------------------------------------------------------------------------------------------------ doubts


def _nested(holes: Places) -> list[Finding]:
    rows = np.flatnonzero(holes)
    return [Finding("DRAWING_NESTED", rows, [str(count) for count in holes[rows]])] if len(rows) else []


def _snapped(gaps: npt.NDArray[np.float64]) -> list[Finding]:
    rows = np.flatnonzero(gaps > 0)
    return [Finding("DRAWING_NOT_CLOSED", rows, [f"{gap:.4f}" for gap in gaps[rows]])] if len(rows) else []


def _open(lines: Geometries) -> list[Remark]:
    if not len(lines):
        return []
    x, y = shapely.get_coordinates(lines[0])[0]
    return [Remark("DRAWING_OPEN_LINES", str(len(lines)), facts={"place": f"{x:.3f}, {y:.3f}"})]


def _twice(count: int) -> list[Remark]:
    return [Remark("DRAWING_TWICE", str(count))] if count else []
