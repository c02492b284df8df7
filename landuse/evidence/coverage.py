"""Add up the cells that polygons cover, exactly, by signed areas: a compiled kernel, for the extra ``fast``.

For each edge the area between it and the right border of its rows is laid down, signed by its direction, as a change
from cell to cell; the running sum along a row is then the covered fraction of each cell. Rings that run one way add,
holes that run the other way take away. Heights are counted in rows from the top, as the raster is stored.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
import shapely

from landuse.tables import Geometries

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


def covered_cells(geometry: Geometries, codes: Codes) -> tuple[Numbers, Numbers]:
    """Return the cells with data that each polygon covers, and the built ones among them, as sums of fractions.

    Parameters
    ----------
    geometry
        Polygons and multipolygons in cells: x to the right, y upwards from the lower edge; outside parts do not count.
    codes
        0 bare, 1 built, 255 without data.
    """
    _, points, offsets = shapely.to_ragged_array(shapely.orient_polygons(geometry))
    rings, first = (np.asarray(level, dtype=np.int64) for level in (offsets[0], _first_rings(offsets)))
    x, y = np.ascontiguousarray(points[:, 0]), codes.shape[0] - points[:, 1]
    known, built = np.zeros(len(geometry)), np.zeros(len(geometry))
    _sum_polygons(x, y, rings, first, codes, known, built)
    return known, built


def _first_rings(offsets: tuple[npt.NDArray[np.int32], ...]) -> npt.NDArray[np.int32]:
    """Return where the rings of each geometry begin: multipolygons carry one level more than polygons."""
    return offsets[1] if len(offsets) == 2 else offsets[1][offsets[2]]


@numba.njit(nogil=True)
def _sum_polygons(
    x: Numbers, y: Numbers, rings: Offsets, first: Offsets, codes: Codes, known: Numbers, built: Numbers
) -> None:
    """Add up the covered cells of each polygon into `known` and `built`; x and y in cells, y downwards."""
    height, width = codes.shape
    work = np.zeros(1)
    for polygon in range(len(first) - 1):
        start, stop = rings[first[polygon]], rings[first[polygon + 1]]
        if stop == start:
            continue
        left = max(int(np.floor(x[start:stop].min())), 0)
        right = min(int(np.ceil(x[start:stop].max())), width)
        top = max(int(np.floor(y[start:stop].min())), 0)
        bottom = min(int(np.ceil(y[start:stop].max())), height)
        if right <= left or bottom <= top:
            continue
        stride = right - left + 1
        size = stride * (bottom - top)
        if work.size < size:
            work = np.zeros(size)
        work[:size] = 0.0
        for ring in range(first[polygon], first[polygon + 1]):
            for point in range(rings[ring], rings[ring + 1] - 1):
                _lay_edge(
                    x[point] - left, y[point] - top, x[point + 1] - left, y[point + 1] - top, stride - 1, work[:size]
                )
        for row in range(bottom - top):
            covered = 0.0
            for column in range(stride - 1):
                covered += work[row * stride + column]
                code = codes[top + row, left + column]
                if code != 255:
                    known[polygon] += covered
                    built[polygon] += covered * code


@numba.njit(nogil=True)
def _lay_edge(x0: float, y0: float, x1: float, y1: float, width: int, work: Numbers) -> None:
    """Lay the signed area to the right of one edge down as changes from cell to cell; rows of `width` + 1 cells."""
    if y0 == y1:
        return
    sign = 1.0
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
    slope = (x1 - x0) / (y1 - y0)
    stride = width + 1
    for row in range(max(int(np.floor(y0)), 0), min(int(np.ceil(y1)), work.size // stride)):
        above, below = max(y0, float(row)), min(y1, float(row + 1))
        enter = x0 + (above - y0) * slope
        leave = x1 if below == y1 else x0 + (below - y0) * slope
        lay_row(min(enter, leave), max(enter, leave), (below - above) * sign, work[row * stride : (row + 1) * stride])


@numba.njit(nogil=True)
def lay_row(low: float, high: float, depth: float, changes: Numbers) -> None:
    """Lay down an edge that runs from `low` to `high` through `depth` of one row.

    What lies left of the first cell counts wholly from it on, what lies right of the last counts nowhere.
    """
    width = changes.size - 1
    if high <= 0.0:
        changes[0] += depth
        return
    if low >= width:
        return
    span = high - low
    if span == 0.0:
        column = int(low)
        changes[column] += depth * (1.0 - (low - column))
        changes[column + 1] += depth * (low - column)
        return
    if low < 0.0:
        changes[0] += depth * (-low / span)
    for column in range(max(int(np.floor(low)), 0), min(int(np.ceil(high)), width)):
        part_low, part_high = max(low, float(column)), min(high, float(column + 1))
        part = depth * ((part_high - part_low) / span)
        middle = 0.5 * (part_low + part_high) - column
        changes[column] += part * (1.0 - middle)
        changes[column + 1] += part * middle
