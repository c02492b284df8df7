"""Find which parcels lie side by side, a road between them or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from landuse.tables import Geometries

Ints = npt.NDArray[np.int64]


def neighbours(
    shapes: Geometries, *, gap_m: float, street_block: npt.NDArray[np.object_] | None = None
) -> tuple[Ints, Ints]:
    """Return the pairs of parcels that count as side by side, each once, the lower row first.

    Blocks of a town are parted by roads: parcels that touch are too few.

    Parameters
    ----------
    shapes
        Polygons in metres; a missing one has no neighbours.
    gap_m
        Greatest distance in metres, e.g. the width of the roads that a block may span.
    street_block
        Name of the street block of each parcel, None where unknown; parcels of one street block are side by side
        within four times the distance.
    """
    import shapely

    known = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    tree = shapely.STRtree(shapes[known])
    first, second = _within(tree, shapes[known], gap_m)
    if street_block is not None:
        named = np.array([bool(name) for name in street_block], dtype=bool)[known]
        block = np.asarray(street_block, dtype=object)[known]
        far = _within(tree, shapes[known], 4 * gap_m)
        same = named[far[0]] & (block[far[0]] == block[far[1]])
        pairs = np.unique(np.c_[np.r_[first, far[0][same]], np.r_[second, far[1][same]]], axis=0)
        first, second = pairs[:, 0], pairs[:, 1]
    order = np.lexsort((second, first))
    return known[first[order]], known[second[order]]


def _within(tree: object, shapes: Geometries, distance: float) -> tuple[Ints, Ints]:
    left, right = tree.query(shapes, predicate="dwithin", distance=distance)  # type: ignore[attr-defined]
    once = left < right
    return left[once].astype(np.int64), right[once].astype(np.int64)
