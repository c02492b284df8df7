"""Find, compare and apply coordinate reference systems; none is ever assumed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from landuse.errors import Fault, InputError
from landuse.tables import Geometries

if TYPE_CHECKING:
    import pyproj

Bounds = tuple[float, float, float, float]

SAME_PLACE_M: Final = 1e-4
"""Two systems that put the corners of the data nearer than this to each other are one (0.1 mm)."""


@cache
def parse_crs(text: str, where: str) -> pyproj.CRS:
    """Return the CRS of an authority code, WKT or PROJJSON.

    Raises
    ------
    InputError
        It names no CRS.
    """
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError:
        fault = Fault(where, f"坐标系无法识别 / not a CRS: {text[:80]}", "EPSG:4528 …", "改正 crs / correct crs")
        raise InputError([fault]) from None


def total_bounds(geometry: Geometries) -> Bounds | None:
    """Return west, south, east, north of all geometries; None where there are none."""
    if not len(geometry):
        return None
    bounds = shapely.total_bounds(geometry)
    return None if np.isnan(bounds).any() else tuple(float(value) for value in bounds)  # type: ignore[return-value]


def same_place(first: str, second: str, bounds: Bounds | None) -> bool:
    """Say whether two systems give the data the same coordinates."""
    if first == second:
        return True
    a, b = parse_crs(first, ""), parse_crs(second, "")
    if a.equals(b, ignore_axis_order=True) or bounds is None:
        return True
    if a.is_geographic != b.is_geographic:
        return False
    x, y = np.meshgrid(np.linspace(bounds[0], bounds[2], 3), np.linspace(bounds[1], bounds[3], 3))
    moved = transformer(second, first).transform(x.ravel(), y.ravel())
    shift = max(float(np.abs(moved[0] - x.ravel()).max()), float(np.abs(moved[1] - y.ravel()).max()))
    return shift * (111_320 if a.is_geographic else 1) < SAME_PLACE_M


@cache
def transformer(source: str, target: str) -> pyproj.Transformer:
    """Return the transformation between two systems, always in the order east, north."""
    import pyproj

    return pyproj.Transformer.from_crs(parse_crs(source, ""), parse_crs(target, ""), always_xy=True)


def transform(geometry: Geometries, source: str, target: str) -> Geometries:
    """Return the geometries in another CRS."""
    shift = transformer(source, target)

    def moved(x: Any, y: Any) -> tuple[Any, Any]:
        east, north = shift.transform(x, y)
        return east, north

    result: Geometries = shapely.transform(geometry, moved, interleaved=False)
    return result
