"""Options of a plot with every number worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_builders import books, firms, ground, numbers, option, plain_book, plots, uses

from landuse.scenarios.measures import options
from landuse.tables.plans import OPTION_COLUMNS

LAND = 200 * 10958 / 18263
"""Contract price by the days of the term that are left."""
PARTLY = plots({"efficiency_class": "partly_low"})
TWO = firms({"uscc": "U", "tax_wan": 8.0, "output_wan": 300.0}, {"uscc": "V", "low_efficiency": False})
SHARED = uses({"land_mu": 4.0, "weight_of_enterprise": 0.5}, {"uscc": "V", "land_mu": 6.0})


def test_buying_back_by_hand():
    """0.6 x 10 mu = 4000 m2: 288; equipment 100: 15, profit 24 a year: 12; reward a tenth; site 70; 9 % on all."""
    found = option("M1")
    paid = LAND + 288 + 27 + 0.1 * (LAND + 288) + 70
    cost = paid * 1.09
    assert found["cost_wan"] == pytest.approx(cost)
    assert found["handled_mu"] == 10
    assert found["freed_mu"] == pytest.approx(9)
    assert found["income_wan"] == pytest.approx(180)
    assert found["tax_uplift_wan"] == pytest.approx(9 * (15 - 3))
    assert found["tax_year1_wan"] == pytest.approx(0.2 * 108)
    assert found["output_uplift_wan"] == pytest.approx(9 * (200 - 100))
    assert found["energy_saved_tce"] == pytest.approx(50 - 9 * 200 * 0.06)
    assert found["npv_wan"] == pytest.approx(-cost + 180 + 0.5 * 108 * (0 + 0.2 + 0.5 + 0.8))
    assert found["jobs_lost"] == 40
    assert found[["months", "success", "payer", "measure_group", "missing"]].tolist() == [18, 0.8, "county", "buy", ""]
    assert pd.isna(found["payback_year"])


def test_least_cost_takes_every_number_at_the_end_that_favours_the_county():
    """Buildings 900 x 0.4: 144; moving 0.1 of a fifth, 3 months; reward 5 %; 3 a mu and 5; 3.5 % for a year."""
    found = option("M1")
    least = (LAND + 144 + 0.1 * 200 / 3 + 6 + 0.05 * (LAND + 144) + 35) * 1.035
    most = (LAND + 4000 * 1600 * 0.8e-4 + 0.2 * 400 / 3 + 18 + 0.2 * (LAND + 512) + 150) * 1.18
    assert found["cost_low_wan"] == pytest.approx(least)
    assert found["cost_high_wan"] == pytest.approx(most)
    best = -least + 9 * 28.67 + 0.6 * 9 * (20 - 3) * 1.5  # 12 months: one year's wait, ramps 0.2 + 0.5 + 0.8
    worst = -most + 9 * 14.13 + 0.4 * 9 * (10 - 3) * (0.2 + 0.5)  # 30 months: two years' wait
    assert found["npv_high_wan"] == pytest.approx(best)
    assert found["npv_low_wan"] == pytest.approx(worst)


def test_land_is_valued_by_contract_by_appraisal_or_by_the_lower():
    left = 10958 / 18263
    assert option("M1", plain_book(land_value="lower"), parcels=plots({"land_price_wan": 300.0}))[
        "cost_wan"
    ] == pytest.approx(option("M1", plain_book(land_value="appraised"))["cost_wan"])
    dearer = option("M1", parcels=plots({"land_price_wan": 300.0}))["cost_wan"] - option("M1")["cost_wan"]
    assert dearer == pytest.approx(100 * left * 1.1 * 1.09)


def test_a_price_holds_for_its_level_and_else_follows_k():
    own = plain_book(shared={"price_new_wan_per_mu@一级": 40})
    assert option("M1", own, parcels=plots({"price_level": "一级"}))["income_wan"] == pytest.approx(360)
    assert option("M1", own, parcels=plots({"price_level": "二级", "price_coefficient": 1.5}))[
        "income_wan"
    ] == pytest.approx(9 * 30)
    assert option("M1", own, parcels=plots({"price_coefficient": 0.1}))["income_wan"] == pytest.approx(9 * 9.6)


def test_a_transfer_costs_mediation_and_a_capped_subsidy():
    """10 mu x 270 x 3 % = 81 and 5; a new user reaches 0.8 of 15."""
    found = option("M2")
    assert found["cost_wan"] == pytest.approx(86)
    assert found["tax_uplift_wan"] == pytest.approx(10 * (12 - 3))
    assert found["freed_mu"] == 10


def test_upgrading_raises_tax_by_half_of_the_added_floor():
    """0.9 / 0.6: half more floor, half of it follows; the growth ends at the stated most."""
    assert option("M4")["tax_uplift_wan"] == pytest.approx(30 * 0.5 * 0.5)
    assert option("M4")["cost_wan"] == pytest.approx(2 + 10 * 0.5)
    assert option("M4", parcels=plots({"far": 0.1}))["tax_uplift_wan"] == pytest.approx(15)
    assert option("M4", parcels=plots({"far": 0.0}))["tax_uplift_wan"] == pytest.approx(15)
    assert option("M4")["freed_mu"] == 0


def test_support_policy_and_conversion_raise_what_is_there():
    assert option("M5")["tax_uplift_wan"] == pytest.approx(3)
    assert option("M12")["tax_uplift_wan"] == pytest.approx(1.5)
    assert option("M13")["tax_uplift_wan"] == pytest.approx(10 * (15 - 3) * 0.3)
    assert option("M13", parcels=plots({"tax_wan": 400.0}))["tax_uplift_wan"] == 0
    assert option("M13")["jobs_lost"] == 0


def test_a_factory_costs_land_buildings_rent_and_keeps_the_user():
    found = option("M11")
    rent = 4000 * 60 * 3 / 10_000
    assert found["cost_wan"] == pytest.approx((LAND + 288 + 27 + 70 + rent) * 1.09)
    assert found["tax_uplift_wan"] == pytest.approx(9 * 15)
    assert found["jobs_lost"] == 0


def test_closing_compensates_half_of_the_buildings():
    found = option("M10", enterprises=firms({"reasons": ["R09"]}))
    assert found["cost_wan"] == pytest.approx(144 + 27 + 5)
    assert found["income_wan"] == 0


def test_land_on_which_nothing_was_started_has_no_buildings_tax_or_jobs():
    idle = {"efficiency_class": "not_rated", "idle_class": "IDLE_T1", "idle_cause": "enterprise", "far": float("nan")}
    found = option("M6", parcels=plots({**idle, "idle_years": 2, "tax_wan": float("nan")}))
    assert found["cost_wan"] == pytest.approx(10 + 70)
    assert found["tax_uplift_wan"] == pytest.approx(9 * 15)
    assert found["jobs_lost"] == 0
    assert found["missing"] == ""
    fined = option("M7", parcels=plots({**idle, "idle_years": 1, "idle_fee_wan": 40.0}))
    assert fined[["cost_wan", "income_wan", "payback_year"]].tolist() == [0, 40, 0]
    assert fined["tax_uplift_wan"] == pytest.approx(10 * 15 * 0.7)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"land_price_wan": float("nan")}, "land_price_wan"),
        ({"term_end": None, "contract_date": None}, "term_end"),
        ({"far": float("nan")}, "far"),
        ({"invest_actual_wan": float("nan")}, "invest_actual_wan"),
        ({"tax_wan": float("nan")}, "tax_wan"),
    ],
)
def test_an_unknown_amount_leaves_the_value_unknown_and_is_named(change, missing):
    found = option("M1", parcels=plots(change))
    assert found["missing"] == missing
    assert np.isnan(found["npv_wan"])
    assert np.isnan(found["npv_low_wan"])


def test_profit_that_is_not_stated_is_a_share_of_output():
    """5 % of 1000 a year for 6 months: 25 instead of 12."""
    more = option("M1", accounts=books({"profit_wan": float("nan")}))["cost_wan"] - option("M1")["cost_wan"]
    assert more == pytest.approx(13 * 1.09)
    assert option("M1", accounts=books().iloc[:0])["missing"] == "employees"


def test_who_has_stopped_loses_no_profit_and_who_is_closed_no_jobs():
    stopped = option("M1", enterprises=firms({"production_state": "停产"}))
    assert option("M1")["cost_wan"] - stopped["cost_wan"] == pytest.approx(12 * 1.09)
    assert stopped["jobs_lost"] == 40
    assert option("M1", enterprises=firms({"registry_state": "注销"}))["jobs_lost"] == 0


def test_of_a_partly_low_plot_the_part_of_the_listed_users_is_handled():
    """4 of 10 mu; half of U lies here: tax 4, that is 1 a mu; a lone user's jobs 20."""
    found = option("M1", parcels=PARTLY, enterprises=TWO, occupancy=SHARED)
    assert found["handled_mu"] == 4
    assert found["freed_mu"] == pytest.approx(3.6)
    assert found["tax_uplift_wan"] == pytest.approx(3.6 * (15 - 1))
    assert found["jobs_lost"] == 20
    paid = 0.4 * LAND + 0.4 * 288 + 0.4 * 15 + 6 * 12 / 12 + 0.1 * 0.4 * (LAND + 288) + 4 * 6 + 10
    assert found["cost_wan"] == pytest.approx(paid * 1.09)


def test_a_plot_without_land_costs_and_brings_nothing():
    found = option("M1", parcels=plots({"area_mu": 0.0, "tax_wan": 0.0, "output_wan": 0.0, "invest_actual_wan": 0.0}),
                   accounts=books({"profit_wan": 0.0}))  # fmt: skip
    assert found[["cost_wan", "income_wan", "tax_uplift_wan", "npv_wan", "freed_mu"]].tolist() == [0] * 5


def test_options_stand_by_parcel_and_measure_with_the_stated_columns():
    parcels = plots({"parcel_id": "B"}, {"parcel_id": "A"})
    found = options(ground(parcels, occupancy=uses({}, {"parcel_id": "B"})), plain_book())
    assert tuple(found.columns) == OPTION_COLUMNS
    assert found["parcel_id"].tolist() == ["B"] * 7 + ["A"] * 7
    assert found["measure"].tolist() == ["M1", "M2", "M4", "M5", "M11", "M12", "M13"] * 2
    assert found["payback_year"].dtype == "Int64"


def test_without_a_candidate_there_is_an_empty_table():
    found = options(ground(plots({"efficiency_class": "not_low", "far": 2.0})), plain_book())
    assert tuple(found.columns) == OPTION_COLUMNS
    assert found.empty


def test_a_measure_that_is_switched_off_is_not_offered():
    own = plain_book(numbers={"M1": numbers(enabled=False)})
    assert "M1" not in options(ground(), own)["measure"].tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.1, 500), st.floats(0, 500), st.floats(0, 1), st.floats(0, 3), st.floats(-50, 5000),
    st.sampled_from(["low", "partly_low", "stopped", "not_low"]),
)  # fmt: skip
def test_no_part_exceeds_its_parcel_and_likely_lies_between_the_ends(area, land, built, far, tax, efficiency):
    parcels = plots({"area_mu": area, "built_share": built, "far": far, "tax_wan": tax, "efficiency_class": efficiency})
    found = options(ground(parcels, occupancy=uses({"land_mu": land})), plain_book())
    assert (found["handled_mu"] <= area * (1 + 1e-12)).all()
    assert (found["freed_mu"] <= found["handled_mu"] + 1e-9).all()
    known = found.dropna(subset=["npv_wan"])
    for name in ("cost", "npv"):
        assert (known[f"{name}_low_wan"] <= known[f"{name}_wan"] + 1e-9).all()
        assert (known[f"{name}_wan"] <= known[f"{name}_high_wan"] + 1e-9).all()
