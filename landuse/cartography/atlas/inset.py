"""Make the inset of a sheet small enough to stand on every page: no finer than it can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from landuse.cartography.sheet import Inset
from landuse.tables import Geometries

SEEN_MM: Final = 0.1
"""Millimetres on paper that nobody sees; parcels nearer to each other than twice as much run together."""


def slim(inset: Inset, width_mm: float) -> Inset:
    """Return an inset with its shapes as coarse as they may be on so many millimetres of paper."""
    import shapely

    seen = (inset.bounds[2] - inset.bounds[0]) / width_mm * SEEN_MM
    flat = {"cap_style": "square", "join_style": "mitre"}
    grown = shapely.buffer(inset.parcels, seen, **flat)
    block = shapely.union_all(grown) if len(grown) else None
    parts = np.atleast_1d(shapely.get_parts(block)) if block is not None else inset.parcels
    areas = tuple((coarse(shapes, seen), fill) for shapes, fill in inset.areas)
    lines = tuple((coarse(shapes, seen), colour, width) for shapes, colour, width in inset.lines)
    return replace(inset, parcels=coarse(parts, seen), areas=areas, lines=lines)


def coarse(shapes: Geometries, metres: float) -> Geometries:
    """Return shapes with the vertices left out that change them by less than so many metres."""
    import shapely

    made: Geometries = shapely.simplify(np.asarray(shapes, dtype=object), metres, preserve_topology=True)
    return made
