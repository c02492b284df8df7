"""Bring geometries to what the rooms measure: plane, straight edges, collections of polygons as multipolygons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.read.source import Remark, Rows
from landuse.tables import Geometries, from_wkb

Wkb = npt.NDArray[np.object_]
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_PLANE: Final = 2
"""Dimensions of a point of a plan."""
_FLAGS: Final = 0xE000_0000
"""Bits in which EWKB says Z, M or SRID."""


@dataclass(frozen=True)
class Flat:
    """Geometries of a layer as the rooms take them."""

    shapes: Geometries | None = None
    """None where the layer has no geometry; an element is None where there is none or it is damaged."""
    wkb: Wkb | None = None
    """WKB as read; made anew for what was flattened."""
    broken: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Rows whose WKB is damaged."""
    mixed: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Rows that held lines or points beside their polygons: only the polygons are left."""
    remarks: Sequence[Remark] = ()


def flatten(wkb: Wkb | None, straight: Callable[[], Wkb] | None = None) -> Flat:
    """Return the geometries of WKB in the plane: arcs as chords, Z and M dropped, polygons of collections together.

    What is plane and straight already stays the same object, its WKB as it was read.

    Parameters
    ----------
    straight
        Reads the same geometries anew with arcs as chords; asked only where there are any. Without it they count as
        damaged.
    """
    if wkb is None:
        return Flat()
    remarks = []
    try:
        shapes = from_wkb(wkb)
    except NotImplementedError:
        remarks = [Remark("GEOMETRY_CURVES")] if straight is not None else []
        wkb = wkb if straight is None else straight()
        shapes = _known(wkb)
    broken = np.flatnonzero(pd.notna(wkb) & ~shapely.is_geometry(shapes))
    high = np.flatnonzero(shapely.get_coordinate_dimension(shapes) > _PLANE)
    bundles = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    if not len(high) and not len(bundles):
        return Flat(shapes, wkb, broken, remarks=remarks)
    shapes, wkb = shapes.copy(), np.array(wkb, dtype=object, copy=True)
    shapes[high] = shapely.force_2d(shapes[high])
    mixed = []
    for at in bundles:
        shapes[at], others = _multipolygon(shapes[at])
        mixed += [at] if others else []
    changed = np.union1d(high, bundles)
    wkb[changed] = shapely.to_wkb(shapes[changed])
    remarks += [Remark("GEOMETRY_HEIGHTS", facts={"count": len(high)})] if len(high) else []
    return Flat(shapes, wkb, broken, np.asarray(mixed, dtype=np.int64), remarks)


def _known(wkb: Wkb) -> Geometries:
    """Return the geometries of the types that shapely knows; None for the others."""
    types = [0 if blob is None else _type(bytes(blob[:5])) for blob in wkb]
    known = np.array(wkb, dtype=object, copy=True)
    known[np.asarray(types) > _COLLECTION] = None
    try:
        return from_wkb(known)
    except NotImplementedError:  # a collection that holds an arc
        known[np.asarray(types) == _COLLECTION] = None
        return from_wkb(known)


def _type(head: bytes) -> int:
    """Return the geometry type that the head of a WKB states, without its dimensions."""
    stated = int.from_bytes(head[1:5], "little" if head[:1] == b"\x01" else "big")
    return (stated & ~_FLAGS) % 1000


def _multipolygon(shape: Any) -> tuple[Any, int]:
    """Return the polygons of a collection as one shape, and how many other things it held; without polygons itself."""
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) >= _MULTIPOLYGON).any():
        parts = shapely.get_parts(parts)
    solid = parts[shapely.get_type_id(parts) == _POLYGON]
    if not len(solid):
        return shape, 0
    return solid[0] if len(solid) == 1 else shapely.multipolygons(solid), len(parts) - len(solid)
