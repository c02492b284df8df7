"""Corners, sides and paper: what a plot page says of the ground, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landuse.reports.dossier.corners import boundary_text, rings_of, rows_of
from landuse.reports.dossier.ground import Ground, grid_of, plane_crs
from landuse.reports.dossier.paper import Frame, bar_of, fitting, path_of, round_scale
from landuse.reports.dossier.sides import neighbours

HOLED = shapely.Polygon([(0, 0), (30, 0), (30, 20), (0, 20)], [[(10, 5), (10, 10), (20, 10), (20, 5)]])


def test_corners_run_clockwise_from_the_north_west_and_holes_the_other_way_with_numbers_running_on():
    outer, hole = rings_of(HOLED)

    assert outer.points.tolist() == [[0, 20], [30, 20], [30, 0], [0, 0]]
    assert (hole.first, hole.is_hole) == (5, True)
    assert hole.points.tolist() == [[10, 10], [10, 5], [20, 5], [20, 10]]


def test_the_table_puts_north_before_east_and_repeats_the_first_corner_of_each_ring():
    rows = rows_of(rings_of(HOLED))

    assert rows[:2] == [("J1", 1, 20.0, 0.0, 30.0), ("J2", 1, 20.0, 30.0, 20.0)]
    assert rows[4] == ("J1", 1, 20.0, 0.0, None)
    assert rows[5:] == [
        ("J5", 2, 10.0, 10.0, 5.0),
        ("J6", 2, 5.0, 10.0, 10.0),
        ("J7", 2, 5.0, 20.0, 5.0),
        ("J8", 2, 10.0, 20.0, 10.0),
        ("J5", 2, 10.0, 10.0, None),
    ]
    assert boundary_text(rows[:1]) == "J1,1,20.000,0.000\n"


def test_a_parcel_of_two_parts_has_a_ring_for_each_and_no_geometry_has_none():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1)])

    assert [(ring.number, ring.first) for ring in rings_of(parts)] == [(1, 1), (2, 5)]
    assert rings_of(None) == []
    assert rings_of(shapely.Polygon()) == []


def test_a_corner_that_stands_twice_is_one_corner():
    doubled = shapely.Polygon([(0, 0), (0, 2), (0, 2), (2, 2), (2, 0)])

    assert len(rings_of(doubled)[0].points) == 4


@given(st.integers(3, 40), st.floats(1, 500), st.booleans())
def test_the_corners_enclose_the_area_of_the_parcel_whichever_way_it_was_drawn(corners, radius, turned):
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    shape = shapely.Polygon(points[::-1] if turned else points)

    ring = rings_of(shape)[0]
    x, y = ring.points.T
    area = -0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))  # clockwise is negative

    assert area == pytest.approx(shape.area, rel=1e-9)
    assert ring.sides.sum() == pytest.approx(shape.length, rel=1e-9)


# -------------------------------------------------------------------------------------------------- sides


def land(*boxes, lines=(), names=()) -> Ground:
    shapes = np.array([shapely.box(*box) for box in boxes], dtype=object)
    table = pd.DataFrame({"parcel_id": [f"P{n}" for n in range(len(boxes))]})
    empty = np.empty(0, dtype=object)
    facts = pd.DataFrame({"name": list(names), "style": [7] * len(names)})
    return Ground(pyproj.CRS("EPSG:4528"), table, shapes, empty, np.array(lines, dtype=object), facts, empty)


def sides_of(ground: Ground) -> dict[str, list[tuple[str, int]]]:
    found = neighbours(ground, np.array([0]))
    return {
        str(side): list(zip(rows["what"], rows["other"].astype(int), strict=True))
        for side, rows in found.groupby("side")
    }


def test_each_side_names_the_parcel_that_lies_there_and_none_where_none_does():
    middle, east, west = (0, 0, 100, 100), (110, 0, 200, 100), (-90, 0, 0, 100)

    assert sides_of(land(middle, east, west)) == {"east": [("parcel", 1)], "west": [("parcel", 2)]}


def test_the_neighbour_that_takes_up_more_of_a_side_is_named_first_and_a_third_is_not_named():
    ground = land((0, 0, 100, 100), (0, 100, 55, 150), (55, 100, 90, 150), (90, 100, 100, 150))

    assert sides_of(ground) == {"north": [("parcel", 1), ("parcel", 2)]}


def test_a_parcel_beyond_the_reach_is_no_neighbour():
    assert sides_of(land((0, 0, 100, 100), (141, 0, 200, 100))) == {}


def test_a_named_road_is_a_neighbour_and_one_without_a_name_is_none():
    along = shapely.LineString([(-50, -10), (150, -10)])

    assert sides_of(land((0, 0, 100, 100), lines=[along], names=["示范大道"])) == {"south": [("line", 0)]}
    assert sides_of(land((0, 0, 100, 100), lines=[along], names=[""])) == {}


# -------------------------------------------------------------------------------------------------- paper


def test_a_hundred_metres_at_1_to_2000_are_50_millimetres_on_paper():
    frame = Frame(100.0, 80.0, 1000.0, 2000.0, 2000)

    assert frame.bounds == (900.0, 1920.0, 1100.0, 2080.0)
    assert frame.on_paper(np.array([[900.0, 2080.0], [1000.0, 2080.0]])).tolist() == [[0.0, 0.0], [50.0, 0.0]]
    assert path_of([shapely.LineString([(900, 2080), (1000, 1980)])], frame) == "M0.00 0.00L50.00 50.00"


@given(st.floats(0.1, 1e7))
def test_a_scale_is_round_and_never_larger_than_what_fits(needed):
    scale = round_scale(needed)

    assert scale >= needed * (1 - 1e-9)
    assert scale == 50 or scale / needed <= 2.0
    assert len(str(scale).rstrip("0")) <= 2


def test_the_smallest_scale_that_fits_is_taken_and_not_the_next():
    assert fitting((0, 0, 200, 100), 100.0, 100.0, 1.0).scale == 2000
    assert fitting((0, 0, 200.01, 100), 100.0, 100.0, 1.0).scale == 2500
    assert bar_of(50) == (1.0, 20.0)


@pytest.mark.parametrize(
    ("code", "told"), [(4528, (3, 40, 120)), (4549, (3, 0, 120)), (4498, (6, 20, 117)), (4509, (6, 0, 117))]
)
def test_the_zone_of_a_system_is_known_by_its_code(code, told):
    assert grid_of(pyproj.CRS.from_epsg(code)) == told
    assert grid_of(pyproj.CRS.from_epsg(32650)) is None


def test_parcels_in_degrees_are_laid_on_the_zone_they_lie_in_and_metres_are_kept():
    here = np.array([shapely.box(118.6, 38.6, 118.61, 38.61)], dtype=object)

    assert plane_crs("EPSG:4490", here).to_epsg() == 4528
    assert plane_crs("EPSG:4549", here).to_epsg() == 4549
