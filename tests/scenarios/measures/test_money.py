"""The formulas of DOMAIN 9.2, worked out by hand, and what has to hold of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.scenarios.measures import money
from landuse.scenarios.measures.money import Terms


def of(*values):
    return np.array(values, dtype=float)


def day(*texts):
    return np.array(texts, dtype="datetime64[D]")


def terms(**changes):
    usual = {"discount": 0.0, "local_share": 0.5, "ramp": (0.2, 0.5, 0.8, 1.0), "wait_years": 1, "income_year": 2.0}
    return Terms(**{**usual, "horizon": 4, **changes})


amounts = st.floats(-1000, 1000)
rates = st.floats(0, 0.2)


def test_the_term_left_is_days_to_its_end_over_all_its_days():
    """30 years with 8 leap days of 50 years with 13: 10958 / 18263."""
    left = money.term_left(day("2006-06-30"), day("2056-06-30"), np.datetime64("2026-06-30"), 50)
    assert left == pytest.approx([10958 / 18263])


def test_the_longest_term_stands_in_where_one_end_is_unknown_and_nothing_where_both_are():
    begin, end = day("NaT", "2016-06-30", "NaT"), day("2056-06-30", "NaT", "NaT")
    left = money.term_left(begin, end, np.datetime64("2026-06-30"), 50)
    whole = 50 * 365.2425
    assert left[:2] == pytest.approx([10958 / whole, (whole - 3652) / whole])
    assert np.isnan(left[2])


def test_a_term_that_is_over_leaves_nothing_and_one_to_come_everything():
    begin, end = day("1970-01-01", "2030-01-01"), day("2020-01-01", "2080-01-01")
    assert money.term_left(begin, end, np.datetime64("2026-06-30"), 50).tolist() == [0.0, 1.0]


def test_the_cost_of_buying_back_by_hand():
    """10 mu, 120 of land, 4000 m2 of buildings, 100 of equipment, 2 of profit a month."""
    land = money.contract_value(of(200), of(0.6))
    building = money.building_value(of(4000), 1200, 0.6)
    moving = money.moving_cost(of(100), 0.15, 6, of(2))
    reward = money.incentive(land, building, 0.1)
    site = money.preparing_cost(of(10), 5, 10, 1)
    paid = land + building + moving + reward + site
    assert (land, building, moving) == (120, 288, 27)
    assert reward == pytest.approx([40.8])
    assert site == 70
    assert money.finance_cost(paid, 0.045, 2) == pytest.approx([49.122])  # 545.8 x 0.09


def test_the_lower_of_two_land_values_needs_both():
    appraised = money.appraised_value(of(10, 10, 10), of(20, 10, 20), of(0.6, 0.6, np.nan))
    assert money.lower_value(of(110, 120, 1), appraised)[:2].tolist() == [110.0, 60.0]
    assert np.isnan(money.lower_value(of(np.nan), of(1.0)))[0]


def test_resale_is_net_land_at_the_new_price_but_not_below_the_least():
    net = money.net_area(of(10, 10), 0.1)
    assert net.tolist() == [9.0, 9.0]
    assert money.resale_income(net, of(20, 5), of(9.6, 9.6)) == pytest.approx([180, 86.4])


def test_the_uplift_is_net_land_times_target_less_present():
    assert money.yearly_uplift(of(9, 9), of(15, 15), of(3, 20)).tolist() == [108.0, -45.0]


def test_a_loss_is_no_cost_of_interruption():
    assert money.moving_cost(of(100), 0.15, 6, of(-2)).tolist() == [15.0]


def test_the_subsidy_of_a_buyer_is_capped():
    assert money.subsidy(of(10, 100), 270, 0.03, 200).tolist() == [pytest.approx(81), 200.0]


def test_the_ramp_begins_after_the_wait_and_holds_on():
    assert [terms().ramp_in(year) for year in range(1, 8)] == [0.0, 0.2, 0.5, 0.8, 1.0, 1.0, 1.0]


def test_net_present_value_and_payback_by_hand():
    """Cost 594.922, resale 180 after 2 years, 108 a year, half stays: 0, 10.8, 27, 43.2 in four years."""
    value = money.net_present_value(of(594.922, 200), of(180, 180), of(108, 108), terms())
    assert value == pytest.approx([-594.922 + 180 + 81, 61])
    year = money.payback_year(of(594.922, 200, 0), of(180, 180, 0), of(108, 108, 0), terms())
    assert np.isnan(year[0])
    assert year[1:].tolist() == [3.0, 0.0]  # -200, then -200, -9.2, +17.8


def test_discounted_values_by_hand():
    """10 %: income 121 after 2 years is 100; uplift 22 in year 2 (ramp 1, none before), half stays: 11 / 1.21."""
    one = terms(discount=0.1, ramp=(1.0,), horizon=2)
    assert money.net_present_value(of(50), of(121), of(22), one) == pytest.approx([-50 + 100 + 11 / 1.21])


@given(amounts, amounts, amounts, rates)
def test_without_discount_the_value_is_the_plain_sum(cost, income, uplift, share):
    one = terms(local_share=share, horizon=6)
    plain = -cost + income + share * uplift * (0.2 + 0.5 + 0.8 + 1 + 1)
    assert money.net_present_value(of(cost), of(income), of(uplift), one) == pytest.approx([plain], abs=1e-6)


@given(amounts, st.floats(0, 1000), amounts, amounts, rates)
def test_a_dearer_measure_is_never_worth_more(cost, more, income, uplift, rate):
    one = terms(discount=rate)
    cheap, dear = money.net_present_value(of(cost, cost + more), of(income, income), of(uplift, uplift), one)
    assert dear <= cheap


@given(st.floats(0, 1000), st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0, 1), rates)
def test_a_faster_ramp_is_never_worth_less(uplift, ramp, faster, rate):
    quick = tuple(min(1.0, one + faster) for one in ramp)
    slow = money.net_present_value(of(5), of(0), of(uplift), terms(ramp=tuple(ramp), discount=rate))
    fast = money.net_present_value(of(5), of(0), of(uplift), terms(ramp=quick, discount=rate))
    assert fast[0] >= slow[0] - 1e-9


@given(st.floats(0, 1000), st.floats(0, 500), st.floats(0, 500), rates)
def test_a_measure_has_paid_back_exactly_where_it_is_worth_something(cost, income, uplift, rate):
    one = terms(discount=rate)
    value = money.net_present_value(of(cost), of(income), of(uplift), one)[0]
    year = money.payback_year(of(cost), of(income), of(uplift), one)[0]
    assert np.isnan(year) == (value < 0)


def test_a_plot_without_land_costs_and_brings_nothing():
    none = of(0)
    assert money.preparing_cost(none, 5, 10, 1) == 0
    assert money.lump(none, 7) == 0
    assert money.yearly_uplift(none, of(15), of(np.nan)) == 0
    assert np.isnan(money.lump(of(np.nan), 7))[0]
