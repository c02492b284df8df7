"""Invalid geometry is repaired or set aside; valid geometry is never touched."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import CRS, bow_tie, codes, square

from landuse.assemble.repair import repair, repair_issues
from landuse.tables import worded_issues


def shapes(*items):
    found = np.empty(len(items), dtype=object)
    found[:] = items
    return found


def issues(geometry, crs=CRS):
    frame = pd.DataFrame({"parcel_id": [f"P{i}" for i in range(len(geometry))]})
    return repair_issues(repair(geometry), frame, table="parcels", key="parcel_id", crs=crs)


def test_valid_polygons_are_the_same_objects_as_before():
    given_shapes = shapes(square(0, 0), shapely.MultiPolygon([square(0, 0), square(300, 0)]))
    found = repair(given_shapes)
    assert [a is b for a, b in zip(found.geometry, given_shapes, strict=True)] == [True, True]
    assert found.state.tolist() == ["", ""]
    assert found.usable.all()


def test_null_and_empty_geometry_is_missing():
    found = repair(shapes(None, shapely.Polygon(), square(0, 0)))
    assert found.state.tolist() == ["GEOMETRY_MISSING", "GEOMETRY_MISSING", ""]
    assert found.usable.tolist() == [False, False, True]
    assert list(found.geometry[:2]) == [None, None]


def test_a_bow_tie_becomes_its_two_triangles_and_says_where_it_crossed():
    found = issues(shapes(square(0, 0), bow_tie(0, 0)))
    assert codes(found) == {"GEOMETRY_REPAIRED": 1}
    issue = found.iloc[0]
    assert issue[["key", "severity", "column"]].tolist() == ["P1", "warning", "geometry"]
    assert issue["facts"]["reason_en"] == "self-intersection (40378050.000 4275050.000)"
    assert issue["facts"]["reason_zh"] == "自相交 (40378050.000 4275050.000)"
    assert repair(shapes(bow_tie(0, 0))).geometry[0].area == pytest.approx(5_000)


def test_the_change_of_area_is_given_in_m2_whatever_the_unit():
    outer, hole = square(0, 0), square(50, 50)
    hanging = shapely.Polygon(outer.exterior.coords, [hole.exterior.coords])
    metres = issues(shapes(hanging)).iloc[0]["facts"]["change_m2"]
    assert float(metres) == pytest.approx(7_500, rel=1e-3)
    feet = shapely.transform(hanging, lambda xy: (xy - (40_378_000, 4_275_000)) * 3937 / 1200 + (2_700_000, 250_000))
    assert float(issues(shapes(feet), "EPSG:2272").iloc[0]["facts"]["change_m2"]) == pytest.approx(7_500, rel=1e-3)


def test_two_overlapping_parts_of_a_multipolygon_are_merged_not_cancelled():
    found = repair(shapes(shapely.MultiPolygon([square(0, 0), square(50, 0)])))
    assert found.state.tolist() == ["GEOMETRY_REPAIRED"]
    assert found.geometry[0].equals(square(0, 0, 150, 100))


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(1, 1),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (10, 0), (20, 0), (0, 0)]),
        shapely.Polygon([(0, 0), (10, 0), (10, float("inf")), (0, 0)]),
        shapely.set_coordinates(
            shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 0)]), [(0, 0), (9, np.nan), (9, 9), (0, 0)]
        ),
        shapely.GeometryCollection([shapely.Point(0, 0)]),
    ],
    ids=["point", "line", "flat", "infinite", "nan", "collection without area"],
)
def test_what_has_no_area_is_beyond_repair_and_an_error(shape):
    found = issues(shapes(shape, square(0, 0)))
    assert codes(found) == {"GEOMETRY_BEYOND_REPAIR": 1}
    assert found.iloc[0]["severity"] == "error"
    assert repair(shapes(shape)).geometry[0] is None
    assert worded_issues(found, "zh")["message"].str.contains("无法修复").all()


def test_a_ring_that_runs_along_itself_has_no_seam_after_repair():
    found = repair(shapes(shapely.Polygon([(0, 1), (1, 0), (0, 0), (0, 1), (1, 0), (0, 2)])))
    assert found.geometry[0].is_valid
    assert found.geometry[0].equals(shapely.Polygon([(0, 0), (1, 0), (0, 2)]))


def test_of_a_collection_the_polygons_are_kept():
    nested = shapely.GeometryCollection([shapely.MultiPolygon([square(300, 0)]), shapely.Point(0, 0)])
    mixed = shapely.GeometryCollection([square(0, 0), shapely.LineString([(0, 0), (1, 1)]), nested])
    found = repair(shapes(mixed))
    assert found.state.tolist() == ["GEOMETRY_REPAIRED"]
    assert found.reason.tolist() == ["GeometryCollection"]
    assert found.geometry[0].equals(shapely.MultiPolygon([square(0, 0), square(300, 0)]))


def test_heights_do_not_make_a_polygon_invalid():
    high = shapely.force_3d(square(0, 0), 12.0)
    assert repair(shapes(high)).geometry[0] is high


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=8))
def test_whatever_ring_comes_in_a_usable_geometry_is_valid_polygonal_and_has_area(corners):
    given_shapes = shapes(shapely.Polygon(corners))
    before = shapely.to_wkb(given_shapes).tolist()
    found = repair(given_shapes)
    assert shapely.to_wkb(given_shapes).tolist() == before
    if found.usable[0]:
        assert found.geometry[0].is_valid
        assert found.geometry[0].geom_type in {"Polygon", "MultiPolygon"}
        assert found.geometry[0].area > 0
    else:
        assert found.geometry[0] is None
    again = repair(found.geometry)
    assert again.state.tolist() == ["" if found.usable[0] else "GEOMETRY_MISSING"]
