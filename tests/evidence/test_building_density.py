"""Floor area ratio and site coverage, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.errors import DefectError
from landuse.evidence.buildings import density
from landuse.tables import Layer, Parcels, worded_issues

CRS = "EPSG:4528"
X, Y = 40_378_000.0, 4_275_000.0


def box(left, low, right, high):
    return shapely.box(X + left, Y + low, X + right, Y + high)


def parcels(*shapes, area_m2=None, **columns):
    land = [shape.area for shape in shapes] if area_m2 is None else area_m2
    table = pd.DataFrame(
        {"parcel_id": [f"P{n}" for n in range(len(shapes))], "area_cm2": np.rint(np.array(land) * 1e4).astype("int64")}
    )
    return Parcels(table.assign(**columns), np.array(shapes, dtype=object), CRS)


def buildings(*rows, crs=CRS):
    shapes = np.array([row["shape"] for row in rows], dtype=object)
    table = (
        pd.DataFrame(rows, index=range(len(rows)))
        .drop(columns="shape")
        .assign(source_file="b.gpkg", source_sheet="", source_row=1)
    )
    return Layer(table, shapes, crs)


def house(shape, **columns):
    return {"shape": shape, "floors": np.nan, "height_m": np.nan, "floor_area_m2": np.nan, **columns}


def one(*rows, limit=8.0, land=None):
    land = land or [box(0, 0, 100, 100)]
    found = density(parcels(*land), buildings(*rows), double_storey_m=limit)
    return found.table.iloc[0], sorted(found.issues["code"])


def test_floor_area_is_footprint_times_floors():
    row, issues = one(house(box(10, 10, 60, 50), floors=3, height_m=12.0))
    assert row["footprint_m2"] == pytest.approx(2000)
    assert row["floor_area_m2"] == pytest.approx(6000)
    assert row["far"] == pytest.approx(0.6)
    assert row["site_coverage"] == pytest.approx(0.2)
    assert not row["estimated"]
    assert issues == []


def test_stated_floor_area_comes_first():
    assert one(house(box(10, 10, 60, 50), floors=3, floor_area_m2=5000))[0]["far"] == pytest.approx(0.5)


@pytest.mark.parametrize(("height", "far"), [(8.0, 0.2), (8.01, 0.4), (12.0, 0.4), (4.0, 0.2)])
def test_a_storey_above_the_limit_counts_twice_and_one_on_the_limit_does_not(height, far):
    row, issues = one(house(box(10, 10, 60, 50), floors=1, height_m=height))
    assert row["far"] == pytest.approx(far)
    assert not row["estimated"]
    assert issues == []


def test_the_stated_floor_area_of_a_tall_hall_counts_twice_too():
    assert one(house(box(10, 10, 60, 50), floors=1, height_m=9, floor_area_m2=2100))[0]["far"] == pytest.approx(0.42)


@pytest.mark.parametrize(("height", "far", "estimated"), [(24.0, 0.6, False), (24.3, 1.2, True)])
def test_the_storey_of_several_floors_is_an_estimate_and_marked_where_it_counts(height, far, estimated):
    row, issues = one(house(box(10, 10, 60, 50), floors=3, height_m=height))
    assert row["far"] == pytest.approx(far)
    assert bool(row["estimated"]) is estimated
    assert issues == (["STOREY_ESTIMATED"] if estimated else [])


def test_a_building_across_two_parcels_is_split_by_footprint():
    land = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    found = density(
        parcels(*land), buildings(house(box(70, 0, 110, 100), floor_area_m2=8000)), double_storey_m=8.0
    ).table
    assert found["floor_area_m2"].tolist() == pytest.approx([6000, 2000])
    assert found["footprint_m2"].tolist() == pytest.approx([3000, 1000])


def test_what_stands_outside_all_parcels_is_not_counted_and_said():
    row, issues = one(house(box(-50, 0, 50, 10), floors=1, height_m=4), house(box(500, 500, 510, 510), floors=1))
    assert row["footprint_m2"] == pytest.approx(500)
    assert issues == ["BUILDING_OUTSIDE"]


def test_a_wall_on_the_border_is_no_building():
    assert one(house(box(100, 0, 150, 100), floors=1, height_m=4))[0]["far"] == 0.0


def test_a_parcel_without_a_building_has_a_ratio_of_zero():
    land = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    found = density(parcels(*land), buildings(house(box(1, 1, 2, 2), floors=1, height_m=3)), double_storey_m=8.0).table
    assert found["far"].iloc[1] == 0.0


def test_an_empty_layer_says_nothing():
    layer = Layer(pd.DataFrame({"floors": pd.Series(dtype="float64")}), np.array([], dtype=object), CRS)
    found = density(parcels(box(0, 0, 100, 100)), layer, double_storey_m=8.0)
    assert found.table[["far", "site_coverage"]].isna().all(axis=None)
    assert len(found.issues) == 0


def test_one_building_of_unknown_floor_area_leaves_the_ratio_of_its_parcel_unknown():
    land = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    rows = [
        house(box(1, 1, 11, 11), floors=0),
        house(box(20, 20, 30, 30), floors=2),
        house(box(120, 0, 130, 10), floors=2),
    ]
    found = density(parcels(*land), buildings(*rows), double_storey_m=8.0)
    assert np.isnan(found.table["far"].iloc[0])
    assert found.table["site_coverage"].tolist() == pytest.approx([0.02, 0.01])
    assert found.table["far"].iloc[1] == pytest.approx(0.02)
    assert list(found.issues["code"]) == ["BUILDING_NO_FLOORS"]


def test_a_hall_of_unknown_height_counts_once_and_is_said():
    row, issues = one(house(box(10, 10, 60, 50), floors=1))
    assert row["far"] == pytest.approx(0.2)
    assert issues == ["STOREY_HEIGHT_UNKNOWN"]


def test_the_denominator_is_the_land_of_record():
    land = parcels(box(0, 0, 100, 100), area_m2=[8000.0])
    found = density(land, buildings(house(box(10, 10, 60, 50), floors=2)), double_storey_m=8.0).table
    assert found["far"].iloc[0] == pytest.approx(0.5)


def test_without_land_of_record_there_is_no_ratio():
    land = parcels(box(0, 0, 100, 100), area_m2=[0.0])
    assert np.isnan(
        density(land, buildings(house(box(10, 10, 60, 50), floors=2)), double_storey_m=8.0).table["far"].iloc[0]
    )


def test_a_parcel_table_without_land_is_a_defect():
    land = parcels(box(0, 0, 1, 1))
    with pytest.raises(DefectError):
        density(
            land.with_table(land.table.drop(columns="area_cm2")), buildings(house(box(0, 0, 1, 1))), double_storey_m=8.0
        )


def test_footprints_are_brought_from_the_plane_to_the_ellipsoid():
    land = parcels(box(0, 0, 100, 100), ellipsoid_area_m2=[9_996.0])
    found = density(land, buildings(house(box(0, 0, 50, 100), floors=1, height_m=3)), double_storey_m=8.0).table
    assert found["footprint_m2"].iloc[0] == pytest.approx(4_998.0)


def test_buildings_in_another_crs_are_brought_to_that_of_the_parcels():
    import pyproj

    back = pyproj.Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    corners = np.column_stack(back.transform(*np.array(box(10, 10, 60, 50).exterior.coords).T))
    layer = buildings(house(shapely.Polygon(corners), floors=2), crs="EPSG:4490")
    found = density(parcels(box(0, 0, 100, 100)), layer, double_storey_m=8.0).table
    assert found["footprint_m2"].iloc[0] == pytest.approx(2000, rel=1e-6)


def test_an_invalid_outline_is_mended_and_said():
    bow = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    row, issues = one(house(bow, floors=1, height_m=3))
    assert row["footprint_m2"] == pytest.approx(50)
    assert issues == ["BUILDING_MENDED"]


def test_footprints_beyond_the_land_are_a_warning_and_the_full_land_is_none():
    full = house(box(0, 0, 100, 100), floors=1, height_m=3)
    assert one(full)[1] == []
    assert one(full, house(box(0, 0, 10, 10), floors=1, height_m=3))[1] == ["COVERAGE_OVER_ONE"]


def test_a_missing_outline_and_missing_columns_are_no_obstacle():
    layer = Layer(pd.DataFrame({"x": [1, 2]}), np.array([None, box(0, 0, 10, 10)], dtype=object), CRS)
    found = density(parcels(box(0, 0, 100, 100)), layer, double_storey_m=8.0)
    assert found.table["site_coverage"].iloc[0] == pytest.approx(0.01)
    assert np.isnan(found.table["far"].iloc[0])


def test_the_index_is_that_of_the_parcels_and_the_input_stays():
    land = parcels(box(0, 0, 100, 100), box(100, 0, 200, 100))
    land = land.with_table(land.table.set_index(pd.Index([9, 4])))
    layer = buildings(house(box(10, 10, 60, 50), floors=2))
    before = land.table.copy(), layer.table.copy()
    found = density(land, layer, double_storey_m=8.0)
    assert list(found.table.index) == [9, 4]
    pd.testing.assert_frame_equal(land.table, before[0])
    pd.testing.assert_frame_equal(layer.table, before[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_issue_can_be_worded(lang):
    bow = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    rows = [
        house(box(0, 0, 100, 100), floors=2, height_m=30.0),
        house(bow, floors=1),
        house(box(5, 5, 9, 9)),
        house(box(500, 5, 600, 9)),
    ]
    issues = density(parcels(box(0, 0, 100, 100)), buildings(*rows), double_storey_m=8.0).issues
    assert set(issues["code"]) == {
        "BUILDING_NO_FLOORS", "STOREY_ESTIMATED", "STOREY_HEIGHT_UNKNOWN", "BUILDING_OUTSIDE", "BUILDING_MENDED",
        "COVERAGE_OVER_ONE",
    }  # fmt: skip
    assert not worded_issues(issues, lang)["message"].str.contains("[{}]").any()


SHAPES = st.tuples(
    st.floats(0, 170),
    st.floats(0, 70),
    st.floats(1, 30),
    st.floats(1, 30),
    st.sampled_from([1, 2, 5]),
    st.floats(2, 30),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=6), st.floats(10, 190))
def test_cutting_the_land_in_two_keeps_floor_area_and_footprint(shapes, cut):
    rows = [house(box(x, y, x + w, y + h), floors=floors, height_m=height) for x, y, w, h, floors, height in shapes]
    whole = density(parcels(box(0, 0, 200, 100)), buildings(*rows), double_storey_m=8.0).table
    halves = density(parcels(box(0, 0, cut, 100), box(cut, 0, 200, 100)), buildings(*rows), double_storey_m=8.0).table
    for name in ("floor_area_m2", "footprint_m2"):
        assert halves[name].sum() == pytest.approx(whole[name].sum(), rel=1e-9)
