"""Land price and coefficient K: squares cut by zones, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from landbuild import a_base, a_rule, parcels_of

from landuse.assemble.land_price import coefficient, enterprise_coefficient, parcel_prices, reference_price
from landuse.tables import Layer, worded_issues

PRICE = {"一级": 420.0, "二级": 336.0, "三级": 252.0}


def zones_of(*boxes: tuple[str, float, float], prices=PRICE) -> Layer:
    """Make zones from (grade, from x, to x) across the parcel of 0 to 100 m; without numbers, no geometry."""
    table = pd.DataFrame({"price_level": [b[0] for b in boxes], "price_yuan_per_m2": [prices.get(b[0]) for b in boxes]})
    shapes = [None if len(b) == 1 else shapely.box(b[1], -50, b[2], 150) for b in boxes]
    return Layer(
        table.astype({"price_level": "str", "price_yuan_per_m2": "float64"}),
        np.array(shapes, dtype=object),
        "EPSG:4528",
    )


def price(layer: Layer | None, level: str | None = None, **rule):
    parcels = parcels_of({"p": (10_000, "H")}, price_level=pd.Series([level], dtype="str"))
    base = a_base(parcels, layers={"land_prices": layer} if layer else {})
    return parcel_prices(base, a_rule(**rule))


def one(result) -> tuple[float, str, float, list[str]]:
    found = (result.price_yuan_per_m2["p"], result.source["p"], result.covered["p"])
    return (round(found[0], 9), *found[1:], result.issues["code"].tolist())


def test_a_parcel_wholly_inside_a_zone_has_its_price():
    assert one(price(zones_of(("二级", -10, 110)))) == (336.0, "overlay", 1.0, [])


def test_a_parcel_cut_by_two_zones_has_the_mean_weighted_by_area():
    found = one(price(zones_of(("一级", -10, 25), ("二级", 25, 110))))  # 0.25 × 420 + 0.75 × 336
    assert found == (357.0, "overlay", 1.0, [])


@pytest.mark.parametrize(
    ("edge", "expected"), [(50, (420.0, "overlay", 0.5, [])), (49.99, (336.0, "attribute", 0.4999, []))]
)
def test_the_map_counts_from_half_the_parcel_inclusive_else_the_grade(edge, expected):
    level = None if expected[1] == "overlay" else "二级"
    assert one(price(zones_of(("一级", -10, edge), ("二级",)), level)) == expected


def test_the_least_covered_share_is_the_rules():
    assert one(price(zones_of(("一级", -10, 50)), overlay_min_share=0.6))[1] == "unknown"
    assert one(price(zones_of(("一级", -10, 1)), overlay_min_share=0.0))[:2] == (420.0, "overlay")


def test_a_covered_share_of_nothing_is_no_map_even_where_no_share_is_asked():
    assert one(price(zones_of(("一级", 500, 600)), overlay_min_share=0.0))[1] == "unknown"


def test_a_table_without_geometry_prices_by_grade_only():
    assert one(price(zones_of(("一级",), ("二级",)), " 二级 ")) == (336.0, "attribute", 0.0, [])


def test_neither_map_nor_grade_leaves_the_price_unknown_with_a_note():
    result = price(zones_of(("一级", -10, 30)))
    assert np.isnan(result.price_yuan_per_m2["p"])
    assert result.issues["code"].tolist() == ["PRICE_UNKNOWN"]
    assert result.issues["severity"].tolist() == ["note"]


def test_a_grade_the_table_does_not_know_is_a_warning():
    assert one(price(zones_of(("一级",)), "九级"))[3] == ["PRICE_LEVEL_UNKNOWN", "PRICE_UNKNOWN"]


def test_map_and_grade_in_conflict_is_a_warning_and_the_map_wins():
    result = price(zones_of(("一级", -10, 70), ("二级", 70, 110)), "二级")
    assert one(result) == (394.8, "overlay", 1.0, ["PRICE_CONFLICT"])  # 0.7 × 420 + 0.3 × 336
    assert "二级,级别图上主要为一级" in worded_issues(result.issues, "zh")["message"][0]


@pytest.mark.parametrize("level", ["一级", "二级"])
def test_two_grades_of_equal_area_conflict_with_neither(level):
    assert one(price(zones_of(("一级", -10, 50), ("二级", 50, 110)), level))[3] == []


def test_several_zones_of_one_grade_together_may_be_the_dominant_one():
    layer = zones_of(("一级", -10, 30), ("二级", 30, 65), ("一级", 65, 110))
    assert one(price(layer, "一级"))[3] == []
    assert one(price(layer, "二级"))[3] == ["PRICE_CONFLICT"]


def test_no_conflict_where_the_map_covers_too_little_to_count():
    assert one(price(zones_of(("一级", -10, 30), ("二级",)), "二级")) == (336.0, "attribute", 0.3, [])


def test_a_zone_without_price_covers_nothing():
    assert one(price(zones_of(("一级", -10, 40), ("无价", 40, 110))))[2] == 0.4


@pytest.mark.parametrize("found", [0.0, -336.0])
def test_a_price_that_is_not_positive_is_unknown_with_a_warning(found):
    result = price(zones_of(("一级", -10, 110), prices={"一级": found}), "一级")
    assert one(result)[1:] == ("unknown", 0.0, ["PRICE_NOT_POSITIVE", "PRICE_UNKNOWN"])
    for lang in ("zh", "en"):
        assert f"{found:g}" in worded_issues(result.issues, lang)["message"].iloc[0]


def test_overlapping_zones_cover_a_parcel_no_more_than_once():
    assert one(price(zones_of(("一级", -10, 110), ("三级", -10, 110)))) == (336.0, "overlay", 1.0, [])


def test_a_grade_with_two_prices_gives_none_by_itself():
    layer = zones_of(("一级",), ("一级",))
    twice = Layer(layer.table.assign(price_yuan_per_m2=[420.0, 400.0]), layer.geometry, layer.crs)
    assert one(price(twice, "一级"))[1:] == ("unknown", 0.0, ["PRICE_LEVEL_REPEATED", "PRICE_UNKNOWN"])


def test_without_a_table_one_note_stands_for_all_and_none_where_no_correction_is_made():
    assert one(price(None))[1:] == ("unknown", 0.0, ["PRICE_TABLE_MISSING"])
    assert one(price(None, price_apply="none"))[3] == []


# -------------------------------------------------------------------------------------------------- K

LAND = pd.DataFrame(
    {
        "parcel_id": pd.Series(["p", "q", "q", "r"], dtype="str"),
        "uscc": pd.Series(["A", "A", "B", "B"], dtype="str"),
        "land_cm2": [100, 300, 200, 50],
    }
)
PRICES = pd.Series([420.0, 210.0, np.nan], index=["p", "q", "r"])


def test_the_reference_is_the_mean_over_land_with_a_known_price():
    assert reference_price(PRICES, LAND) == pytest.approx((100 * 420 + 500 * 210) / 600)
    assert reference_price(PRICES, LAND[LAND["uscc"].eq("B")]) == 210.0


def test_a_declared_reference_beats_the_computed_and_no_known_price_gives_none():
    assert reference_price(PRICES, LAND, declared=300.0) == 300.0
    assert reference_price(PRICES * np.nan, LAND) is None
    assert reference_price(PRICES, LAND.iloc[:0]) is None


def test_the_coefficient_is_price_over_reference_and_one_where_unknown():
    assert coefficient(PRICES, 280.0).tolist() == [1.5, 0.75, 1.0]
    assert coefficient(PRICES, None).tolist() == [1.0, 1.0, 1.0]
    assert coefficient(PRICES, 280.0).name == "price_coefficient"


def test_the_coefficient_of_an_enterprise_is_weighted_by_its_land():
    k = enterprise_coefficient(LAND, pd.Series([1.5, 0.75], index=["p", "q"]))
    assert k.to_dict() == {"A": (100 * 1.5 + 300 * 0.75) / 400, "B": (200 * 0.75 + 50 * 1.0) / 250}


def test_the_coefficient_of_a_pool_is_that_of_all_its_land():
    pooled = LAND.assign(evaluated_as=pd.Series(["A"] * 4, dtype="str"))
    k = enterprise_coefficient(pooled, pd.Series([1.5, 0.75], index=["p", "q"]), by="evaluated_as")
    assert k.to_dict() == {"A": (150 + 500 * 0.75 + 50) / 650}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 10**11), st.floats(0.1, 5)), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_reference_and_coefficients_do_not_change_in_a_single_bit_with_the_order_of_rows(rows, random):
    def frame(entries):
        columns = {
            "uscc": [r[0] for r in entries],
            "parcel_id": [r[3] for r in entries],
            "land_cm2": [r[1] for r in entries],
        }
        return pd.DataFrame(columns).astype({"uscc": "str", "parcel_id": "str"})

    named = [(*row, f"p{place}") for place, row in enumerate(rows)]
    prices = pd.Series([row[2] for row in rows], index=[row[3] for row in named])
    mixed = random.sample(named, len(named))
    assert reference_price(prices, frame(named)) == reference_price(prices, frame(mixed))
    one, other = enterprise_coefficient(frame(named), prices), enterprise_coefficient(frame(mixed), prices)
    assert one.to_dict() == other.to_dict()
