"""Distances between neighbours are in metres, whatever the coordinates are in."""

import numpy as np
import pytest
import shapely
from rawbuild import CRS, square

from landuse.assemble.crs import in_metres, to_crs


def two():
    """Return two squares of 100 m that lie 25 m apart."""
    return np.array([square(0, 0), square(125, 0)], dtype=object)


def test_projected_metres_stay_as_they_are():
    shapes = two()
    assert in_metres(shapes, CRS) is shapes


def test_degrees_become_metres():
    """The scale on the plane of the CRS is within 0.5 per mille of true there."""
    moved = in_metres(to_crs(two(), CRS, "EPSG:4490"), "EPSG:4490")
    assert shapely.distance(moved[0], moved[1]) == pytest.approx(25.0, rel=1e-3)


def test_feet_become_metres():
    """EPSG:2264 counts US survey feet of 1200/3937 m."""
    feet = np.array([shapely.Point(0, 0), shapely.Point(3937, 0)], dtype=object)
    moved = in_metres(feet, "EPSG:2264")
    assert shapely.distance(moved[0], moved[1]) == pytest.approx(1200.0)


def test_no_geometry_is_no_fault():
    assert in_metres(np.array([None, None], dtype=object), "EPSG:4490").tolist() == [None, None]
