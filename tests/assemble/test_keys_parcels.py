"""Polygons and registers come together by parcel code."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import CRS, bow_tie, codes, of, part, square

from landuse.assemble.crs import to_crs
from landuse.assemble.parcels import merge_parcels
from landuse.errors import InputError
from landuse.settings import Areas


def parcels(*parts, **areas):
    return merge_parcels(parts, areas=Areas(**areas))


def drawn(ids, shapes, file="parcels.shp", **columns):
    return part("parcels", file, geometry=shapes, parcel_id=ids, **columns)


def test_registers_give_further_columns_and_the_polygon_file_wins():
    found = parcels(
        part("parcels", "registry.xlsx", "表", parcel_id=["P2", "P1"], holder=["乙", "甲"], town=["南", "北"]),
        drawn(["P1", "P2"], [square(0, 0), square(200, 0)], town=["北", None]),
        part("parcels", "contracts.xls", parcel_id=["P1"], start_due=["2024-03-01"]),
    )
    table = found.parcels.table.set_index("parcel_id")
    assert table.loc["P1", ["holder", "town", "source_file", "source_row"]].tolist() == ["甲", "北", "parcels.shp", 2]
    assert table.loc["P2", ["holder", "town", "source_file", "source_row"]].tolist() == ["乙", "南", "parcels.shp", 3]
    assert table["start_due"].tolist()[0] == pd.Timestamp(2024, 3, 1)
    assert pd.isna(table["start_due"].tolist()[1])
    assert found.issues.empty


def test_two_values_for_one_parcel_are_a_warning_at_the_losing_cell():
    found = parcels(
        drawn(["P1"], [square(0, 0)], holder=["甲"]),
        part("parcels", "registry.xlsx", "表", parcel_id=["P1"], holder=["乙"]),
    )
    assert codes(found.issues) == {"ATTRIBUTE_CONFLICT": 1}
    issue = found.issues.iloc[0]
    assert issue[["key", "column", "value"]].tolist() == ["P1", "holder", "乙"]
    assert issue[["source_file", "source_sheet", "source_row"]].tolist() == ["registry.xlsx", "表", 2]
    assert issue["facts"] == {"used": "甲", "place": "parcels.shp|2"}
    assert found.parcels.table["holder"].tolist() == ["甲"]


def test_two_dates_for_one_parcel_are_printed_as_days():
    found = parcels(
        drawn(["P1"], [square(0, 0)], start_due=[pd.Timestamp(2024, 3, 1)]),
        part("parcels", "contracts.xls", parcel_id=["P1"], start_due=[pd.Timestamp(2025, 3, 1)]),
    )
    assert found.issues.iloc[0]["value"] == "2025-03-01"
    assert found.issues.iloc[0]["facts"]["used"] == "2024-03-01"


def test_registered_areas_rounded_apart_by_exactly_the_tolerance_are_no_conflict():
    def conflicts(other):
        found = parcels(
            drawn(["P1"], [square(0, 0)], registered_area_m2=[10_000.0]),
            part("parcels", "registry.xlsx", parcel_id=["P1"], registered_area_m2=[other]),
        )
        assert found.parcels.table["registered_area_m2"].tolist() == [10_000.0]
        return len(found.issues)

    assert [conflicts(10_005.0), conflicts(10_005.5)] == [0, 1]


def test_a_register_row_without_polygon_is_listed_with_its_registered_area():
    found = parcels(
        drawn(["P1"], [square(0, 0)]),
        part("parcels", "registry.xlsx", parcel_id=["P9", "P8", "P1"], registered_area_m2=[1234.5, None, None]),
    )
    assert found.parcels.table["parcel_id"].tolist() == ["P1"]
    missing = of(found.issues, "PARCEL_WITHOUT_POLYGON")
    assert missing["key"].tolist() == ["P9", "P8"]
    assert [fact["area_m2"] for fact in missing["facts"]] == ["1234.50", "—"]
    assert missing["source_row"].tolist() == [2, 3]
    assert sum(found.set_aside.values()) == 0


def test_polygons_of_one_code_become_one_multipart_parcel_with_one_warning():
    found = parcels(
        drawn(
            ["P1", "P2", "P1", "P1"],
            [square(0, 0), square(500, 0), square(200, 0), square(300, 0)],
            holder=[None, "乙", "甲", None],
        )
    )
    table, shapes = found.parcels.table, found.parcels.geometry
    assert table["parcel_id"].tolist() == ["P1", "P2"]
    assert table["holder"].tolist() == ["甲", "乙"]
    assert codes(found.issues) == {"PARCELS_UNITED": 1}
    assert found.issues.iloc[0][["key", "facts"]].tolist() == ["P1", {"count": 3}]
    assert shapes[0].geom_type == "MultiPolygon"
    assert shapes[0].equals(shapely.union(square(0, 0), square(200, 0, 200, 100)))
    assert shapes[1].equals(square(500, 0))


def test_a_registered_area_repeated_on_every_piece_counts_once_and_different_ones_add_up():
    found = parcels(
        drawn(
            ["A", "A", "B", "B", "C", "C", "D", "D"],
            [square(200 * i, 0) for i in range(8)],
            registered_area_m2=[20_000.0, 20_000.0, 9_000.0, 11_000.0, None, 20_000.0, None, None],
        )
    )
    areas = found.parcels.table["registered_area_m2"].tolist()
    assert areas[:3] == [20_000.0, 20_000.0, 20_000.0]
    assert np.isnan(areas[3])
    assert found.parcels.table["area_source"].tolist() == ["registered"] * 3 + ["ellipsoid"]
    assert codes(found.issues) == {"PARCELS_UNITED": 4}


def test_a_polygon_without_code_is_set_aside_and_its_land_stays_in_the_balance():
    found = parcels(
        drawn(
            ["P1", None, " "], [square(0, 0), square(200, 0), square(400, 0)], registered_area_m2=[None, 9_000.0, None]
        )
    )
    assert found.parcels.table["parcel_id"].tolist() == ["P1"]
    assert of(found.issues, "BLANK_KEY")["source_row"].tolist() == [3, 4]
    one = found.parcels.table["area_cm2"].iloc[0]
    assert abs(found.set_aside["BLANK_KEY"] - (90_000_000 + one)) < 1_000


def test_a_parcel_without_geometry_leaves_with_its_registered_area_wherever_that_is_stated():
    found = parcels(
        drawn(["P1", "P2", "P3"], [square(0, 0), None, shapely.Polygon()], registered_area_m2=[None, 5_000.0, None]),
        part("parcels", "registry.xlsx", parcel_id=["P3"], registered_area_m2=[7_000.0]),
    )
    assert found.parcels.table["parcel_id"].tolist() == ["P1"]
    assert of(found.issues, "GEOMETRY_MISSING")["key"].tolist() == ["P2", "P3"]
    assert found.set_aside == {"BLANK_KEY": 0, "GEOMETRY_MISSING": 120_000_000}


def test_a_parcel_of_which_one_row_has_no_geometry_keeps_the_other():
    found = parcels(drawn(["P1", "P1"], [None, square(0, 0)], holder=["甲", None]))
    assert found.parcels.table[["parcel_id", "holder"]].to_numpy().tolist() == [["P1", "甲"]]
    assert codes(found.issues) == {"GEOMETRY_MISSING": 1}
    assert found.set_aside["BLANK_KEY"] == 0


def test_a_geometry_beyond_repair_leaves_with_its_own_reason():
    line = shapely.Polygon([(0, 0), (10, 0), (20, 0), (0, 0)])
    found = parcels(drawn(["P1", "P2"], [square(0, 0), line], registered_area_m2=[None, 100.0]))
    assert codes(found.issues) == {"GEOMETRY_BEYOND_REPAIR": 1}
    assert found.set_aside["GEOMETRY_BEYOND_REPAIR"] == 1_000_000


def test_valid_geometry_keeps_its_bytes_and_repaired_or_united_geometry_gets_new_ones():
    shapes = [square(0, 0), bow_tie(200, 0), square(400, 0), square(600, 0)]
    source = drawn(["P1", "P2", "P3", "P3"], shapes)
    marked = source.wkb.copy()
    marked[0] = b"as read"
    found = parcels(part_with(source, wkb=marked)).parcels
    assert found.wkb[0] == b"as read"
    assert found.geometry[0] is source.geometry[0]
    assert [shapely.from_wkb(b).equals(g) for b, g in zip(found.wkb[1:], found.geometry[1:], strict=True)] == [True] * 2
    assert parcels(part_with(source, wkb=None)).parcels.wkb is None


def part_with(source, **changes):
    from dataclasses import replace

    return replace(source, **changes)


def test_a_file_in_another_zone_is_brought_into_the_crs_of_the_first():
    west = to_crs(np.array([square(300, 0)], dtype=object), CRS, "EPSG:4527")
    found = parcels(
        drawn(["P1"], [square(0, 0)]),
        part("parcels", "柳河.shp", geometry=list(west), crs="EPSG:4527", parcel_id=["P2"]),
    )
    assert found.parcels.crs == CRS
    assert codes(found.issues) == {"GEOMETRY_TRANSFORMED": 1}
    assert found.issues.iloc[0][["source_file", "severity"]].tolist() == ["柳河.shp", "note"]
    assert shapely.hausdorff_distance(found.parcels.geometry[1], square(300, 0)) < 1e-6
    assert shapely.from_wkb(found.parcels.wkb[1]).equals(found.parcels.geometry[1])


def test_without_polygons_or_without_crs_nothing_can_be_done():
    with pytest.raises(InputError, match="no geometry"):
        parcels(part("parcels", parcel_id=["P1"]))
    with pytest.raises(InputError, match="no CRS"):
        parcels(part("parcels", "a.shp", geometry=[square(0, 0)], crs=None, parcel_id=["P1"]))


def test_when_every_polygon_is_set_aside_the_table_is_empty_and_complete():
    found = parcels(drawn(["P1"], [None], registered_area_m2=[10.0]))
    assert len(found.parcels) == 0
    assert {"area_mu", "area_cm2", "ellipsoid_area_m2"} <= set(found.parcels.table.columns)


def test_the_holders_code_is_checked():
    found = parcels(drawn(["P1"], [square(0, 0)], holder_uscc=["91990781ma0000001t"]))
    assert codes(found.issues) == {"USCC_CHECK_DIGIT": 1}
    assert found.parcels.table["holder_uscc"].tolist() == ["91990781MA0000001T"]


def test_arguments_stay_as_they_were():
    source = drawn(["P1", "P1"], [square(0, 0), bow_tie(200, 0)], registered_area_m2=[1.0, 2.0])
    frame, shapes, wkb = source.frame.copy(), source.geometry.copy(), source.wkb.copy()
    parcels(source)
    pd.testing.assert_frame_equal(source.frame, frame)
    assert list(source.geometry) == list(shapes)
    assert list(source.wkb) == list(wkb)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_uniting_is_free_of_order_and_loses_no_land(keys, random):
    shapes = [square(150 * i, 0) for i in range(len(keys))]
    order = random.sample(range(len(keys)), len(keys))
    one = parcels(drawn([f"P{k}" for k in keys], shapes)).parcels
    other = parcels(drawn([f"P{keys[i]}" for i in order], [shapes[i] for i in order])).parcels
    first = dict(zip(one.table["parcel_id"], one.geometry, strict=True))
    second = dict(zip(other.table["parcel_id"], other.geometry, strict=True))
    assert first.keys() == second.keys()
    assert all(shapely.equals(first[key], second[key]) for key in first)
    assert sum(shapely.area(g) for g in first.values()) == pytest.approx(10_000 * len(keys), rel=1e-9)
