"""Parcels against contract and control table: floor area ratio, investment, tax, term to production."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy.named_builders import NAN, answer, controls, ground, on_land
from ranking.ranking_builders import rule

from landuse.catalogue import load_folder
from landuse.policy.rules.controls import control_rows, demands, industry_of_land
from landuse.policy.rules.plots import land_columns, land_findings

LANGS = pytest.mark.parametrize("lang", ["zh", "en"])
FAR = controls(("19", {"far_min": 1.2, "source": "县控制指标"}))
INVEST = controls(("", {"invest_min_wan_per_ha": 1500.0, "source": "县控制指标"}))


# ------------------------------------------------------------------------------------------------- R04


@pytest.mark.parametrize(("far", "expected"), [(0.99, True), (1.0, False), (0.9999999999, False), (1.2, False)])
def test_a_floor_area_ratio_of_exactly_the_agreed_one_reaches_it(far, expected):
    assert on_land("R04", far=far, far_due=1.0)[0] is expected


@LANGS
def test_the_higher_of_contract_and_control_table_decides_and_is_named(lang):
    outcome, _, told = on_land("R04", far=1.1, far_due=1.0, table=FAR, lang=lang)
    assert outcome is True
    for part in ("1.10", "1.20", "县控制指标"):
        assert part in told
    outcome, _, told = on_land("R04", far=1.1, far_due=1.3, table=FAR, lang=lang)
    assert outcome is True
    assert {"zh": "合同约定的1.30", "en": "1.30 (contract)"}[lang] in told


def test_either_standard_alone_is_enough_and_none_says_nothing():
    assert on_land("R04", far=1.1, table=FAR)[0] is True
    assert on_land("R04", far=1.1, far_due=1.0, table=controls(("20", {"far_min": 3.0})))[0] is False
    assert on_land("R04", far=1.1)[:2] == (None, ("far_due", "far_min"))
    assert on_land("R04", far_due=1.0)[:2] == (None, ("far",))
    assert on_land("R04")[:2] == (None, ("far", "far_due", "far_min"))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"finish_due": "2026-06-30"}, False),  # the agreed day is within the term
        ({"finish_due": "2026-06-29"}, True),
        ({"finish_due": "2026-12-31", "finish_date": "2026-06-30"}, True),
        ({"finish_due": "2026-12-31", "finish_date": "2026-07-01"}, False),
        ({"finish_due": "2026-12-31", "start_state": "已竣工"}, True),
    ],
)
def test_a_parcel_within_its_term_of_construction_is_not_compared(facts, expected):
    for rule_id, more in (
        ("R04", {"far": 0.0, "far_due": 1.0}),
        ("R05", {"invest_actual_wan": 0.0, "invest_due_wan": 1.0}),
    ):
        outcome, missing, told = on_land(rule_id, **facts, **more)
        assert (outcome, missing) == (expected, ())
        assert ("在建" in told) is not expected


# ------------------------------------------------------------------------------------------------- R05


@pytest.mark.parametrize(("invested", "expected"), [(1199.99, True), (1200.0, False), (1300.0, False)])
def test_an_investment_of_exactly_the_agreed_one_reaches_it(invested, expected):
    # the land price is on neither side of the contract
    assert on_land("R05", invest_actual_wan=invested, invest_due_wan=1200.0)[0] is expected


@pytest.mark.parametrize(
    ("invested", "price", "expected", "missing"),
    [
        (1200.0, 300.0, False, ()),  # 1 ha: 1500 with the land price, the standard itself
        (1199.9, 300.0, True, ()),
        (1500.0, NAN, False, ()),  # reaches it without the land price
        (1499.9, NAN, None, ("land_price_wan",)),
        (NAN, 300.0, None, ("invest_actual_wan",)),
    ],
)
def test_the_intensity_of_the_control_table_includes_the_land_price(invested, price, expected, missing):
    outcome, found, _ = on_land("R05", invest_actual_wan=invested, land_price_wan=price, table=INVEST)
    assert (outcome, found) == (expected, missing)


def test_a_contract_that_is_broken_needs_no_land_price_and_one_that_is_kept_does():
    more = {"invest_actual_wan": 900.0, "table": INVEST}
    assert on_land("R05", invest_due_wan=1000.0, **more)[0] is True
    assert on_land("R05", invest_due_wan=800.0, **more)[:2] == (None, ("land_price_wan",))
    assert on_land("R05", invest_actual_wan=900.0)[:2] == (None, ("invest_due_wan", "invest_min_wan_per_ha"))


@LANGS
def test_the_sentence_gives_the_intensity_by_hectare_and_by_mu_and_each_standard(lang):
    told = on_land(
        "R05", invest_actual_wan=900.0, land_price_wan=300.0, invest_due_wan=1000.0, table=INVEST, lang=lang
    )[2]
    for part in ("1200.00", "80.00", "900.00", "1000.00", "1500.00", "县控制指标"):
        assert part in told
    bare = on_land("R05", invest_actual_wan=1600.0, table=INVEST, lang=lang)[2]
    assert "1600.00" in bare
    assert {"zh": "地价未知", "en": "without the land price"}[lang] in bare


def test_the_published_figures_include_the_land_price_on_both_sides():
    made = land_columns(
        ground(
            far_due=[1.0, NAN], invest_actual_wan=[900.0, 900.0], land_price_wan=[300.0, NAN],
            invest_due_wan=[1000.0, 1000.0], table=controls(("19", {"far_min": 1.2, "invest_min_wan_per_ha": 1250.0})),
        )
    )  # fmt: skip
    assert made["far_required"].tolist() == [1.2, 1.2]
    assert made["invest_intensity_wan_per_ha"].tolist()[0] == 1200.0
    assert np.isnan(made["invest_intensity_wan_per_ha"].iloc[1])
    assert made["invest_required_wan_per_ha"].tolist() == [1300.0, 1250.0]
    assert land_columns(ground()).columns.tolist() == []


# --------------------------------------------------------------------------------- agreed tax, R10, coverage


@pytest.mark.parametrize(("tax", "expected"), [(149.99, True), (150.0, False)])
def test_tax_of_exactly_what_was_agreed_reaches_it(tax, expected):
    assert on_land("TAX_DUE", tax_wan=tax, tax_due_wan_per_mu=10.0)[0] is expected


@LANGS
def test_the_gap_to_the_agreed_tax_is_told_for_the_whole_parcel(lang):
    told = on_land("TAX_DUE", tax_wan=60.0, tax_due_wan_per_mu=10.0, lang=lang)[2]
    for part in ("4.00", "10.00", "90.00"):  # 15 mu x 10 - 60
        assert part in told
    by_table = on_land("TAX_DUE", tax_wan=60.0, table=controls(("19", {"tax_min_wan_per_mu": 6.0})), lang=lang)
    assert by_table[0] is True
    assert on_land("TAX_DUE", tax_due_wan_per_mu=10.0, lang=lang)[:2] == (None, ("tax_wan",))


def test_findings_that_no_rule_rests_on_are_made_where_something_is_asked():
    assert list(land_findings(ground())) == ["R04", "R05", "R10"]
    asked = ground(tax_due_wan_per_mu=1.0, table=controls(("19", {"site_coverage_min": 0.4})))
    assert list(land_findings(asked)) == ["R04", "R05", "R10", "TAX_DUE", "SITE_COVERAGE"]


SHORT = {"tax_wan": 60.0, "tax_due_wan_per_mu": 10.0}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"finish_due": "2022-12-31"}, True),  # two years later 2024 ends, 2025 lies wholly behind
        ({"finish_due": "2023-01-01"}, False),
        ({"finish_due": "2022-12-31", "finish_date": "2025-05-01"}, True),  # late is no excuse
        ({"finish_date": "2022-12-31"}, True),
        ({"finish_date": "2023-01-01"}, False),
        ({}, None),
    ],
)
def test_the_whole_evaluation_year_must_lie_after_the_term_to_production(facts, expected):
    outcome, missing, _ = on_land("R10", **SHORT, **facts)
    assert outcome is expected
    assert missing == (("finish_due",) if expected is None else ())


@pytest.mark.parametrize(
    ("facts", "expected", "missing"),
    [
        ({"tax_wan": 150.0, "tax_due_wan_per_mu": 10.0}, False, ()),
        ({"tax_wan": 149.9, "tax_due_wan_per_mu": 10.0}, True, ()),
        ({"tax_wan": 150.0}, None, ("tax_due_wan_per_mu",)),
        ({"tax_due_wan_per_mu": 10.0}, None, ("tax_wan",)),
    ],
)
def test_production_is_reached_with_exactly_the_agreed_tax(facts, expected, missing):
    assert on_land("R10", finish_due="2020-01-01", **facts)[:2] == (expected, missing)


def test_enough_tax_or_a_term_still_running_decides_alone():
    assert on_land("R10", tax_wan=150.0, tax_due_wan_per_mu=10.0)[0] is False
    assert on_land("R10", finish_due="2025-01-01")[0] is False


def test_the_years_to_production_are_those_in_force():
    facts = {**SHORT, "finish_due": "2022-12-31"}
    assert on_land("R10", force=rule(ramp_years=3), **facts)[0] is False
    assert on_land("R10", force=rule(ramp_years=0), **{**facts, "finish_due": "2024-12-31"})[0] is True


@LANGS
def test_the_term_is_told_with_day_years_and_both_taxes(lang):
    told = on_land("R10", **SHORT, finish_due="2022-12-31", lang=lang)[2]
    for part in ("2022-12-31", "2", "4.00", "10.00"):
        assert part in told


@pytest.mark.parametrize(
    ("share", "expected", "missing"), [(0.4, False, ()), (0.39, None, ("yards",)), (NAN, None, ("site_coverage",))]
)
def test_buildings_alone_can_only_show_that_the_site_coverage_is_reached(share, expected, missing):
    table = controls(("19", {"site_coverage_min": 0.4}))
    outcome, found, _ = on_land("SITE_COVERAGE", site_coverage=share, table=table)
    assert (outcome, found) == (expected, missing)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 40))
def test_more_tax_never_leaves_an_agreement_unkept(tax, added, due):
    facts = {"tax_due_wan_per_mu": due, "finish_due": "2020-01-01"}
    for rule_id in ("TAX_DUE", "R10"):
        before, after = (on_land(rule_id, tax_wan=some, **facts)[0] for some in (tax, tax + added))
        assert not (before is False and after is True)


# ------------------------------------------------------------------------------------------ control tables


def asked(table, code, grade=None, name="far_min", *, plain=False):
    found = demands(table, pd.Series([code], dtype="str"), pd.Series([grade], dtype="str"), plain=plain)
    return found.number[name][0]


def test_the_longest_code_that_begins_the_industry_code_decides():
    table = controls(
        ("", {"far_min": 0.5}), ("19", {"far_min": 0.8}), ("1951", {"far_min": 1.5}), ("195", {"far_min": 1.2})
    )
    assert [asked(table, code) for code in ("1951", "1952", "1900", "C20", None)] == [1.5, 1.2, 0.8, 0.5, 0.5]


def test_a_row_without_a_number_asks_nothing_and_a_shorter_code_may():
    table = controls(("19", {"far_min": 0.8}), ("195", {"tax_min_wan_per_mu": 5.0}))
    assert asked(table, "1951") == 0.8
    assert asked(table, "1951", name="tax_min_wan_per_mu") == 5.0
    assert np.isnan(asked(table, "1951", name="invest_min_wan_per_ha"))
    assert np.isnan(asked(table, "2011"))


def test_a_row_for_the_land_grade_beats_one_for_all_grades_but_no_longer_code():
    table = controls(
        ("19", {"far_min": 0.8}), ("19", {"far_min": 1.1, "land_grade": "一级"}), ("195", {"far_min": 0.9}),
    )  # fmt: skip
    assert asked(table, "1900", "一级") == 1.1
    assert asked(table, "1900", "二级") == 0.8
    assert asked(table, "1900") == 0.8
    assert asked(table, "1951", "一级") == 0.9


def test_plain_industries_match_as_they_stand():
    table = controls(("鞋", {"far_min": 1.0}))
    assert asked(table, "鞋", plain=True) == 1.0
    assert np.isnan(asked(table, "鞋业", plain=True))


def test_the_example_table_is_in_force_only_when_it_is_switched_on_and_says_what_it_is():
    own = controls(("17", {"far_min": 2.0}))
    assert len(control_rows(own, rule(), "zh")) == 1
    assert len(control_rows(controls(), rule(), "zh")) == 0
    rows = control_rows(own, rule(controls="far_2008_example"), "zh")
    # 29 of 2002 (rubber) is 291 of 2017, 31 (stone, 0.7) is 30; the table of the project comes first
    assert [asked(rows, code) for code in ("1711", "1951", "2911", "2921", "3011", "3991")] == [
        2.0,
        1.0,
        0.8,
        1.0,
        0.7,
        1.0,
    ]
    assert rows["source"].iloc[1].startswith("示例")
    assert not [name for name, book in load_folder("policy/controls").items() if "example" not in name and book["rows"]]


def test_no_table_that_is_shipped_asks_for_an_investment():
    for book in load_folder("policy/controls").values():
        assert {name for row in book["rows"] for name in row} <= {"code_2002", "industry_code", "far_min"}


def test_the_industry_of_a_parcel_is_that_of_its_holder_else_of_its_largest_user():
    firms = pd.DataFrame({"uscc": ["A", "B"], "industry_code": ["1951", "2011"]})
    parcels = pd.DataFrame({"parcel_id": ["P", "Q", "R"], "holder_uscc": ["A", None, "X"]})
    use = pd.DataFrame({"parcel_id": ["P", "Q", "Q"], "uscc": ["B", "A", "B"], "land_cm2": [9, 4, 5]})
    assert industry_of_land(parcels, use, firms).fillna("?").tolist() == ["1951", "2011", "?"]


def test_findings_of_many_parcels_stand_row_by_row():
    many = ground(far=[0.5, 1.5, NAN], far_due=[1.0, 1.0, 1.0])
    found = land_findings(many)["R04"]
    assert [answer(found, row)[0] for row in range(3)] == [True, False, None]
    moved = found.taken(np.array([2, 0], dtype=np.intp))
    assert [answer(moved, row)[0] for row in range(2)] == [None, True]
    assert answer(moved, 1)[2] == answer(found, 0)[2]
    assert replace(many, as_of=date(2020, 1, 1)).building.tolist() == [False] * 3


def test_without_its_area_a_parcel_misses_the_area_and_not_the_price_it_has():
    asked = {"table": controls(("19", {"invest_min_wan_per_ha": 1250.0})), "invest_actual_wan": 900.0}
    assert on_land("R05", area_mu=NAN, land_price_wan=200.0, **asked)[:2] == (None, ("area_mu",))
    assert on_land("R05", area_mu=NAN, land_price_wan=NAN, **asked)[:2] == (None, ("area_mu", "land_price_wan"))
    assert on_land("R05", area_mu=15.0, land_price_wan=NAN, **asked)[:2] == (None, ("land_price_wan",))
    # 900 + 200 on one hectare are under 1250
    assert on_land("R05", area_mu=15.0, land_price_wan=200.0, **asked)[:2] == (True, ())
