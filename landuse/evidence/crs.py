"""Bring geometries into another CRS."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from landuse.tables import Geometries


def transformed(geometry: Geometries, source: str, target: str) -> Geometries:
    """Return the geometries in another CRS; the same array where both are the same.

    Axes are in the order x, y (easting or longitude first), as files carry them.
    """
    import pyproj

    if source == target or pyproj.CRS.from_user_input(source) == pyproj.CRS.from_user_input(target):
        return geometry
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved: Geometries = shapely.transform(geometry, move)
    return moved
