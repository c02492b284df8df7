"""Turn polygons and lines into few drawn paths, all vertices at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.tables import Geometries

CHUNK: Final = 20_000
"""Vertices of one path: every renderer fills so many at once, and few paths make a small file."""
Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


def area_paths(shapes: Geometries) -> list[Any]:
    """Return the polygons as compound paths of closed rings, outer rings one way round and holes the other.

    Whichever way a renderer fills (even-odd or by winding), a hole stays empty and neighbours do not cancel.
    """
    import shapely

    polygons = polygons_of(shapes)
    rings, polygon = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    return list(_compound(points, ring, polygon, closed=True))


def line_paths(shapes: Geometries) -> list[Any]:
    """Return lines, and the outlines of polygons, as compound paths that are not filled."""
    import shapely

    parts = shapely.get_parts(shapely.force_2d(np.asarray(shapes, dtype=object)))
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2)) & ~shapely.is_empty(parts)]
    points, line = shapely.get_coordinates(lines, return_index=True)
    return [*_compound(points, line, np.arange(len(lines)), closed=False), *area_paths(parts)]


def polygons_of(shapes: Geometries) -> Geometries:
    """Return the polygons, parts of multipolygons one by one; anything else is passed over."""
    import shapely

    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    polygons: Geometries = parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)]
    return shapely.force_2d(polygons)  # type: ignore[no-any-return]


def segment_path(segments: Numbers) -> Any:
    """Return straight pieces (n, 4: x0, y0, x1, y1) as one path."""
    from matplotlib.path import Path

    codes = np.tile(np.array([Path.MOVETO, Path.LINETO], dtype=Path.code_type), len(segments))
    return Path(segments.reshape(-1, 2), codes)


def _compound(points: Numbers, ring: Places, owner: Places, *, closed: bool) -> Iterator[Any]:
    """Yield paths of whole polygons (or lines), about `CHUNK` vertices each.

    Parameters
    ----------
    ring
        Ring (or line) of every point.
    owner
        Polygon of every ring: outer ring and holes stay in one path.
    """
    from matplotlib.path import Path

    if not len(points):
        return
    starts = np.flatnonzero(_changes(ring))
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    codes[starts] = Path.MOVETO
    if closed:
        codes[np.append(starts[1:], len(points)) - 1] = Path.CLOSEPOLY
    heads = starts[_changes(owner)]
    firsts = heads[_changes(heads // CHUNK)]
    for first, last in zip(firsts, np.append(firsts[1:], len(points)), strict=True):
        yield Path(points[first:last], codes[first:last])


def _changes(values: Places) -> npt.NDArray[np.bool_]:
    """Say where a value differs from the one before it; the first does."""
    return np.concatenate([[True], values[1:] != values[:-1]])
