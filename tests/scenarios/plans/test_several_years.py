"""A plan of several years keeps the money and the cases of each, every line weighed anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios.plans.counties import county, drawn, option, scenario

from landuse.scenarios.plans.outcome import outcome


@given(st.integers(0, 1000), st.lists(st.integers(0, 200), min_size=2, max_size=3), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_no_year_spends_more_than_there_is_or_begins_more_than_it_can(seed, money, cases):
    ground = drawn(seed, parcels=10)
    stated = scenario(years=len(money), budget_by_year_wan=money, cases_by_year=cases)
    found = outcome("三年", stated, ground)
    assert found.is_feasible
    for year in range(1, len(money) + 1):
        begun = found.lines.loc[found.lines["year"].le(year)]
        assert begun["cost_wan"].sum() <= sum(money[:year]) + 1e-6
        assert found.lines["year"].eq(year).sum() <= cases
    assert found.bound >= found.value - 1e-9


def test_money_not_spent_stays_for_the_next_year():
    """60 a year: nothing in the first year, one parcel at 100 in the second."""
    found = outcome(
        "两年", scenario(years=2, budget_by_year_wan=[60, 60]), county([option("A", cost=100), option("B", cost=100)])
    )
    assert list(found.lines["year"]) == [2]
    used = found.limits.loc[found.limits["kind"].eq("budget"), ["of", "most", "used"]].to_numpy().tolist()
    assert used == [["1", 60, 0], ["2", 120, 100]]


def test_what_begins_too_late_to_be_finished_does_not_count():
    """One case a year, 12 months each, two years until the deadline: both count; a year less, and one does."""
    ground = county([option("A"), option("B")])
    stated = {"years": 2, "cases_by_year": 1}
    assert outcome("甲", scenario(**stated, deadline="2028-06-30"), ground).totals["reached_mu"] == pytest.approx(20)
    found = outcome("甲", scenario(**stated, deadline="2027-06-30"), ground)
    assert found.totals["reached_mu"] == pytest.approx(10)
    assert "late" in found.warnings
