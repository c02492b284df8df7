"""Make the inset of a sheet small enough to stand on every page: no finer than it can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from landuse.cartography.sheet import Inset
from landuse.tables import Geometries

SEEN_MM: Final = 0.1
"""Millimetres on paper that nobody sees; parcels nearer to each other than twice as much run together."""

MOST_VERTICES: Final = 2_500
"""Vertices of an inset: beyond it shapes are made coarser; it stands on every page."""
MOST_STEPS: Final = 3
"""Times they are made twice as coarse."""


def slim(inset: Inset, width_mm: float) -> Inset:
    """Return an inset with its shapes as coarse as they may be on so many millimetres of paper.

    Where that is still many vertices, it is made coarser yet: blocks of parcels run together to parks, parks to towns.
    """
    seen = (inset.bounds[2] - inset.bounds[0]) / width_mm * SEEN_MM
    made = _coarser(inset, seen)
    for _ in range(MOST_STEPS):
        if _vertices(made) <= MOST_VERTICES:
            break
        seen *= 2
        made = _coarser(inset, seen)
    return made


def _coarser(inset: Inset, seen: float) -> Inset:
    import shapely

    grown = shapely.buffer(inset.parcels, seen, cap_style="square", join_style="mitre")
    parts = np.atleast_1d(shapely.get_parts(shapely.union_all(grown))) if len(grown) else inset.parcels
    areas = tuple((coarse(shapes, seen), fill) for shapes, fill in inset.areas)
    lines = tuple((coarse(shapes, seen), colour, width) for shapes, colour, width in inset.lines)
    return replace(inset, parcels=coarse(parts, seen), areas=areas, lines=lines)


def _vertices(inset: Inset) -> int:
    import shapely

    layers = [inset.parcels, *(shapes for shapes, *_ in (*inset.areas, *inset.lines))]
    return sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in layers)


def coarse(shapes: Geometries, metres: float) -> Geometries:
    """Return shapes with the vertices left out that change them by less than so many metres."""
    import shapely

    made: Geometries = shapely.simplify(np.asarray(shapes, dtype=object), metres, preserve_topology=True)
    return made
