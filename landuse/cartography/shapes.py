"""Turn geometries into longitude and latitude, and into one GeoJSON text, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from landuse.cartography.offline import embedded_json
from landuse.tables import Geometries

FARTHEST: Final = 85.0
"""Degrees of latitude beyond which no web map is drawn."""
DECIMALS: Final = 7
"""Decimals of longitude and latitude: 1 cm."""


def degrees(geometry: Geometries, crs: str) -> Geometries:
    """Return the geometries in longitude and latitude (WGS84), not rounded; None where none is, or it lies nowhere.

    A vertex that the CRS cannot place, or beyond `FARTHEST` degrees north or south, puts its geometry nowhere.
    """
    import pyproj
    import shapely

    transformer = pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(crs), "EPSG:4326", always_xy=True)
    flat = shapely.force_2d(np.asarray(geometry, dtype=object))
    points, row = shapely.get_coordinates(flat, return_index=True)
    lon, lat = transformer.transform(points[:, 0], points[:, 1])
    moved: Geometries = shapely.set_coordinates(flat.copy(), np.column_stack([lon, lat]))
    moved[row[~(np.isfinite(lon) & (np.abs(lat) <= FARTHEST))]] = None
    return moved


def lonlat(geometry: Geometries, crs: str) -> Geometries:
    """Return the geometries in longitude and latitude (WGS84), rounded to 7 decimals; None stays None."""
    import shapely

    moved = degrees(geometry, crs)
    rounded: Geometries = shapely.set_coordinates(moved, np.round(shapely.get_coordinates(moved), DECIMALS))
    return rounded


def feature_collection(geometry: Geometries, properties: Sequence[Mapping[str, Any]]) -> str:
    """Return the geometries as a FeatureCollection that may stand inside a script element; the id is the row."""
    import shapely

    texts = shapely.to_geojson(np.asarray(geometry, dtype=object)) if len(geometry) else []
    features = (
        f'{{"type":"Feature","id":{row},"properties":{embedded_json(dict(facts))},"geometry":{text or "null"}}}'
        for row, (text, facts) in enumerate(zip(texts, properties, strict=True))
    )
    return '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"


def middle(geometry: Geometries) -> tuple[float, float]:
    """Return latitude and longitude of the middle of the geometries; 0, 0 where there are none."""
    import shapely

    bounds = shapely.total_bounds(np.asarray(geometry, dtype=object))
    if not np.isfinite(bounds).all():
        return 0.0, 0.0
    west, south, east, north = (float(value) for value in bounds)
    return (south + north) / 2, (west + east) / 2
