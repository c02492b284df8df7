"""Who may be handled how: the matrix of DOMAIN 9.1."""

import pandas as pd
import pytest
from measure_builders import firms, offered, option, plain_book, plots, uses

from landuse.scenarios.measures import facts
from landuse.scenarios.measures.eligible import eligibility

IDLE = {"efficiency_class": "not_rated", "idle_class": "IDLE_T1", "idle_cause": "enterprise"}


def holding(parcels=None, enterprises=None, occupancy=None):
    tables = [
        made() if table is None else table
        for table, made in ((parcels, plots), (enterprises, firms), (occupancy, uses))
    ]
    return facts(*tables, book=plain_book()).iloc[0]


@pytest.mark.parametrize(
    ("years", "cause", "expected"),
    [
        (1, "enterprise", ["M7"]),
        (2, "enterprise", ["M6"]),
        (5, "enterprise", ["M6"]),
        (2, "government", ["M8"]),
        (2, "seizure", []),
        (2, "mixed", []),
    ],
)
def test_idle_land_is_handled_by_years_and_cause(years, cause, expected):
    parcels = plots({**IDLE, "idle_years": years, "idle_cause": cause, "idle_fee_wan": 40.0})
    assert offered(parcels=parcels) == expected


def test_suspended_land_is_neither_taken_back_nor_charged():
    parcels = plots({**IDLE, "idle_class": "IDLE_T2", "idle_years": 3})
    assert offered(parcels=parcels) == []
    assert offered(parcels=plots({**IDLE, "idle_class": "IDLE_T2", "idle_cause": "government"})) == ["M8"]


@pytest.mark.parametrize("efficiency", ["low", "partly_low", "stopped", "vacant"])
def test_any_low_efficiency_land_may_be_bought_back_or_transferred(efficiency):
    assert {"M1", "M2"} <= set(offered(parcels=plots({"efficiency_class": efficiency})))


@pytest.mark.parametrize("efficiency", ["not_low", "not_rated"])
def test_other_land_may_not(efficiency):
    assert not {"M1", "M2", "M5", "M13"} & set(offered(parcels=plots({"efficiency_class": efficiency})))


def test_a_low_plot_at_work_may_be_raised_supported_moved_or_converted():
    """10 mu: under 15, so a factory; far 0.6 of 0.9; wholly built over."""
    assert offered() == ["M1", "M2", "M4", "M5", "M11", "M12", "M13"]


def test_the_court_needs_a_seizure_or_a_bankruptcy():
    assert "M3" not in offered()
    assert "M3" in offered(parcels=plots({"seizure_no": "(2025)1号"}))
    assert "M3" in offered(enterprises=firms({"production_state": "破产"}))


def test_raising_the_floor_area_ratio_needs_one_below_the_limit_and_somebody_at_work():
    assert "M4" not in offered(parcels=plots({"far": 0.9}))
    assert "M4" not in offered(enterprises=firms({"production_state": "停产"}))
    assert "M4" in offered(parcels=plots({"efficiency_class": "not_low"}))


def test_a_mortgage_or_a_seizure_forbids_nothing():
    pledged = plots({"mortgage_no": "押1", "seizure_no": "封1"})
    assert set(offered(parcels=pledged)) == {*offered(), "M3"}
    assert holding(pledged)[["mortgaged", "seized"]].tolist() == [True, True]


def test_small_is_less_than_fifteen_mu():
    assert "M11" not in offered(parcels=plots({"area_mu": 15.0}))
    assert "M11" in offered(parcels=plots({"area_mu": 14.99}))


def test_small_scattered_or_prohibited_users_may_be_closed():
    assert "M10" not in offered()
    assert "M10" in offered(parcels=plots({"area_mu": 4.9}))
    assert "M10" in offered(enterprises=firms({"reasons_noted": ["R09"]}))


def test_surplus_land_needs_the_least_size():
    """Built share 0.4 of 0.8 in full use: half is surplus, 10 of 20 mu."""
    assert "M9" in offered(parcels=plots({"area_mu": 20.0, "built_share": 0.4}))
    assert "M9" not in offered(parcels=plots({"area_mu": 19.9, "built_share": 0.4}))
    assert option("M9", parcels=plots({"area_mu": 30.0, "built_share": 0.4}))["handled_mu"] == pytest.approx(15)


def test_site_coverage_speaks_where_no_imagery_does():
    parcels = plots({"area_mu": 40.0, "built_share": float("nan"), "site_coverage": 0.1})
    assert option("M9", parcels=parcels)["handled_mu"] == pytest.approx(30)


def test_grade_d_meets_differential_policy_though_it_is_not_listed():
    parcels = plots({"efficiency_class": "not_low"})
    assert "M12" in offered(parcels=parcels, enterprises=firms({"grade": "D"}))
    assert "M12" not in offered(parcels=parcels)


@pytest.mark.parametrize(
    ("change", "measures", "column"),
    [
        ({"far": float("nan")}, ["M4"], "far"),
        ({"far_required": float("nan")}, ["M4"], "far_required"),
        ({**IDLE, "idle_years": 1, "idle_cause": "unknown"}, ["M7", "M8"], "idle_cause"),
        ({**IDLE, "idle_years": 2, "idle_cause": None}, ["M6", "M8"], "idle_cause"),
    ],
)
def test_an_option_whose_decisive_fact_is_unknown_is_told_without_figures(change, measures, column):
    for measure in measures:
        found = option(measure, parcels=plots(change))
        assert column in found["missing"].split("、")
        assert found[["cost_wan", "npv_wan", "tax_uplift_wan", "payback_year"]].isna().all()


def test_of_land_that_is_neither_low_nor_idle_no_unknown_option_is_told():
    assert offered(parcels=plots({"efficiency_class": "not_low", "far": float("nan")})) == []


def test_an_unknown_fact_is_missing_and_a_column_that_is_not_there_too():
    found = holding(plots().drop(columns="seizure_no"), firms({"production_state": None}))
    assert found[["court", "seized", "operating"]].isna().all()


def test_who_is_closed_or_nobody_at_all_is_not_at_work():
    assert not holding(enterprises=firms({"registry_state": "注销", "production_state": None}))["operating"]
    assert not holding(occupancy=uses().iloc[:0])["operating"]
    assert holding(occupancy=uses({}, {"uscc": "unknown"}))["operating"]


def test_facts_of_any_and_none_are_joined():
    entry = plain_book().measures["M12"].entry.model_copy(update={"none": ("small",)})
    tables = plots({}, {"parcel_id": "B", "area_mu": 20.0}), firms(), uses({}, {"parcel_id": "B"})
    known = {name: one.astype(float).to_numpy() for name, one in facts(*tables, book=plain_book()).items()}
    assert eligibility(known, entry).tolist() == [0.0, 1.0]


def test_the_tables_stay_as_they_were():
    parcels, enterprises, occupancy = plots(), firms(), uses()
    before = [table.copy() for table in (parcels, enterprises, occupancy)]
    offered(parcels=parcels, enterprises=enterprises, occupancy=occupancy)
    for one, other in zip(before, (parcels, enterprises, occupancy), strict=True):
        pd.testing.assert_frame_equal(one, other)
