"""Positions on a coarse grid: valid, common edges still common, nothing lost."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.disclosure import coarse

PLANE = "EPSG:4528"
X, Y = 40_378_000.0, 4_275_000.0


def shapes(*some) -> np.ndarray:
    made = np.empty(len(some), dtype=object)
    made[:] = some
    return made


def on_grid(geometry, grid) -> bool:
    points = shapely.get_coordinates(geometry)
    return bool(np.allclose(points / grid, np.round(points / grid)))


def test_every_corner_moves_to_the_nearest_point_of_the_grid():
    (made,) = coarse(shapes(shapely.box(X + 12, Y + 13, X + 88, Y + 112)), PLANE, 50)
    assert made.equals(shapely.box(X, Y, X + 100, Y + 100))


def test_neighbours_keep_the_edge_they_share():
    left, right = shapely.box(X, Y, X + 61, Y + 97), shapely.box(X + 61, Y, X + 130, Y + 97)
    one, other = coarse(shapes(left, right), PLANE, 20)
    assert shapely.intersection(one, other).length == pytest.approx(100)
    assert shapely.intersection(one, other).area == 0


def test_a_parcel_smaller_than_the_grid_becomes_one_field_of_it():
    (made,) = coarse(shapes(shapely.box(X + 51, Y + 52, X + 54, Y + 58)), PLANE, 50)
    assert made.equals(shapely.box(X + 50, Y + 50, X + 100, Y + 100))


def test_a_hole_smaller_than_the_grid_closes_and_a_part_smaller_than_it_goes():
    whole = shapely.difference(shapely.box(X, Y, X + 200, Y + 200), shapely.box(X + 90, Y + 90, X + 95, Y + 95))
    two = shapely.union(shapely.box(X + 400, Y, X + 500, Y + 100), shapely.box(X + 601, Y, X + 604, Y + 3))
    made = coarse(shapes(whole, two), PLANE, 50)
    assert made[0].equals(shapely.box(X, Y, X + 200, Y + 200))
    assert made[1].equals(shapely.box(X + 400, Y, X + 500, Y + 100))


def test_what_would_cross_itself_is_mended():
    slit = [(104, 100), (102, 2), (98, 2), (96, 100)]
    narrow = shapely.Polygon([(X + x, Y + y) for x, y in [(0, 0), (200, 0), (200, 100), *slit, (0, 100)]])
    (made,) = coarse(shapes(narrow), PLANE, 50)
    assert made.is_valid
    assert made.area > 0
    assert on_grid(made, 50)


def test_nothing_stays_nothing_and_lines_move_too():
    made = coarse(shapes(None, shapely.LineString([(X + 3, Y), (X + 97, Y + 1)]), shapely.Polygon()), PLANE, 10)
    assert made[0] is None
    assert made[1].equals(shapely.LineString([(X, Y), (X + 100, Y)]))
    assert made[2].is_empty


def test_without_a_grid_only_heights_are_left_out():
    high = shapely.Polygon([(X, Y, 5), (X + 1.25, Y, 5), (X, Y + 1, 5)])
    (made,) = coarse(shapes(high), PLANE, 0)
    assert not shapely.has_z(made)
    assert made.equals(shapely.force_2d(high))


def test_degrees_and_feet_take_the_same_grid_in_metres():
    (made,) = coarse(shapes(shapely.box(118.600013, 38.6, 118.61, 38.61)), "EPSG:4490", 111_320 / 1000)
    # 1/1000 degree from south to north; at 39 N 1/1000 / cos 39 = 0.0012868 from west to east: 92 170 and 92 177 times
    assert made.bounds == pytest.approx((92_170 * 0.0012867596, 38.6, 92_177 * 0.0012867596, 38.61), abs=1e-5)
    (feet,) = coarse(shapes(shapely.box(0, 0, 350, 350)), "EPSG:2263", 100)  # US survey feet: 100 m are 328.08 of them
    assert feet.bounds == pytest.approx((0, 0, 328.0833, 328.0833), abs=1e-3)


def test_a_grid_in_degrees_is_as_wide_from_west_to_east_as_from_south_to_north():
    geod = pyproj.Geod(ellps="GRS80")
    (made,) = coarse(shapes(shapely.box(118.0, 40.0, 118.0003, 40.0002)), "EPSG:4490", 100)  # one field is left of it
    west, south, east, north = made.bounds
    assert geod.line_length([west, east], [south, south]) == pytest.approx(100, rel=0.005)
    assert geod.line_length([west, west], [south, north]) == pytest.approx(100, rel=0.005)


def test_layers_of_one_county_keep_their_common_edge_in_degrees_and_what_crosses_itself_is_mended():
    parcel, park = shapely.box(118.0012, 39.9, 118.0071, 39.91), shapely.box(118.0071, 39.8, 118.02, 40.1)
    (one,), (other,) = (coarse(shapes(each), "EPSG:4490", 200) for each in (parcel, park))
    assert one.bounds[2] == pytest.approx(other.bounds[0], abs=1e-12)
    slit = [(0.00104, 0.001), (0.00102, 0.00002), (0.00098, 0.00002), (0.00096, 0.001)]
    narrow = shapely.Polygon([(118 + x, 40 + y) for x, y in [(0, 0), (0.002, 0), (0.002, 0.001), *slit, (0, 0.001)]])
    (made,) = coarse(shapes(narrow), "EPSG:4490", 60)
    assert made.is_valid
    assert made.area > 0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=3, max_size=9),
    st.sampled_from([1.0, 10.0, 50.0, 200.0]),
)
def test_any_polygon_stays_a_valid_one_with_area_near_where_it_was(points, grid):
    whole = shapely.make_valid(shapely.Polygon([(X + x, Y + y) for x, y in points]).buffer(0))
    if whole.area <= 1e-6:
        return
    (made,) = coarse(shapes(whole), PLANE, grid)
    assert made.is_valid
    assert made.area > 0
    assert on_grid(made, grid)
    is_one_field = made.area == pytest.approx(grid * grid)
    assert is_one_field or made.within(whole.buffer(1.5 * grid))
