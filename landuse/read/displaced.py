"""Say by how much the systems of web maps, GCJ-02 and BD-09, are off at a place; nothing is ever moved by it."""

from __future__ import annotations

from math import atan2, cos, pi, radians, sin, sqrt
from typing import Final

_AXIS: Final = 6_378_245.0
"""Semi-major axis of GCJ-02, in m (DOMAIN 10.7) …"""
_E2: Final = 0.00669342162296594323
"""… and the square of its eccentricity."""


def gcj02_m(lon: float, lat: float) -> tuple[float, float]:
    """Return by how many m east and north GCJ-02 puts a place off."""
    x, y = lon - 105.0, lat - 35.0
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    return east, north


def bd09_m(lon: float, lat: float) -> tuple[float, float]:
    """Return by how many m east and north BD-09 puts a place off."""
    per_lon, per_lat = metres_per_degree(lat)
    east, north = gcj02_m(lon, lat)
    x, y = lon + east / per_lon, lat + north / per_lat
    turn = pi * 3000 / 180
    far = sqrt(x * x + y * y) + 0.00002 * sin(y * turn)
    angle = atan2(y, x) + 0.000003 * cos(x * turn)
    return (far * cos(angle) + 0.0065 - lon) * per_lon, (far * sin(angle) + 0.006 - lat) * per_lat


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return the metres of a degree of longitude and of one of latitude."""
    flat = 1 - _E2 * sin(radians(lat)) ** 2
    return _AXIS / sqrt(flat) * cos(radians(lat)) * pi / 180, _AXIS * (1 - _E2) / flat**1.5 * pi / 180
