"""A plan of several years keeps the money and the cases of each, every line weighed anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios.plans.counties import county, drawn, option, scenario

from landuse.errors import DefectError
from landuse.scenarios.plans.outcome import outcome


@given(st.integers(0, 1000), st.lists(st.integers(0, 200), min_size=2, max_size=3), st.integers(1, 4), st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_year_spends_more_than_there_is_or_begins_more_than_it_can(seed, money, cases, is_roadmap):
    ground = drawn(seed, parcels=10)
    stated = scenario(years=len(money), budget_by_year_wan=money, cases_by_year=cases, roadmap=is_roadmap)
    found = outcome("三年", stated, ground)
    assert found.is_feasible
    for year in range(1, len(money) + 1):
        begun = found.lines.loc[found.lines["year"].le(year)]
        assert begun["cost_wan"].sum() <= sum(money[:year]) + 1e-6
        assert found.lines["year"].eq(year).sum() <= cases
    assert found.bound >= found.value - 1e-9
    assert list(found.years["year"]) == list(range(1, len(money) + 1))


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


def test_a_roadmap_below_its_bound_says_that_the_bound_leaves_building_on_away():
    told = [
        outcome("路线图", scenario(roadmap=True, years=2, budget_by_year_wan=[60, 60]), drawn(seed))
        for seed in range(12)
    ]
    below = [found for found in told if found.gap > 1e-3]
    assert below
    assert all("roadmap_bound" in found.warnings and "gap_open" not in found.warnings for found in below)


def test_a_plan_of_sites_takes_neighbours_only_and_says_which_site_each_parcel_is_of():
    """Four plots of 10 mu side by side, a fifth far away: a site of 30 mu leaves the best one out."""
    boxes = np.array([shapely.box(80 * x, 0, 80 * x + 80, 83) for x in (0, 1, 2, 3, 40)], dtype=object)
    options = [option(code, tax=tax) for code, tax in zip("ABCDE", (5, 6, 7, 8, 50), strict=True)]
    stated = scenario(sites={"least_mu": 30}, budget_wan=300)
    found = outcome("连片", stated, replace(county(options), shapes=boxes))
    assert "".join(found.lines["parcel_id"]) == "BCD"
    assert found.lines["site"].eq(1).all()
    assert list(found.sites["n_parcels"]) == [3]
    assert found.bound >= 21
    assert "sites_bound" in found.warnings
    assert "gap_open" not in found.warnings
    with pytest.raises(DefectError, match="shapes"):
        outcome("连片", stated, county(options))
