"""Where no plan is possible, the fewest limits that have to give are named, sets and locks among them."""

from __future__ import annotations

import pytest
from scenarios.plans.counties import case, county, option, parcel, scenario

from landuse.scenarios.plans.outcome import outcome

FOUR = [option(code, mu=10.0, cost=100.0) for code in "ABCD"]


def moves(stated, ground):
    found = outcome("过紧", scenario(**stated), ground)
    assert not found.is_feasible
    assert found.lines.empty
    assert found.scopes.empty
    return found.moves


def told(rows):
    return {(row["kind"], row["of"]): (row["stated"], row["needed"], row["by"]) for row in rows.to_dict("records")}


def test_task_or_budget_gives_and_the_task_is_told_as_stated():
    """10 mu done; 40 mu asked for, 3 x 10 mu needed at 100 each, money for two: 100 more, or 10 mu less."""
    ground = county([*FOUR, option("E")], cases=[case("E", "done", 10.0)])
    found = moves({"target_mu": 40, "budget_wan": 200}, ground)
    assert len(found.loc[found["together"]]) == 1
    assert told(found.loc[~found["together"]]) == {
        ("budget", ""): pytest.approx((200, 300, 100)),
        ("target", ""): pytest.approx((40, 30, 10)),
    }


def test_two_limits_that_each_stand_in_the_way_are_named_together():
    found = moves({"target_mu": 40, "budget_wan": 300, "cases_by_year": 3, "lock_in": list("ABCD")}, county(FOUR))
    together = told(found.loc[found["together"]])
    assert len(together) == 2
    assert set(together) <= {("budget", ""), ("cases", "1"), ("target", ""), ("lock_in", "A"), ("lock_in", "B"),
                             ("lock_in", "C"), ("lock_in", "D")}  # fmt: skip
    assert found.loc[~found["together"]].empty


def test_a_lock_that_stands_in_the_way_is_named():
    found = moves({"lock_in": ["A"], "budget_wan": 60}, county(FOUR))
    assert told(found.loc[~found["together"]]) == {
        ("budget", ""): pytest.approx((60, 100, 40)),
        ("lock_in", "A"): (1, 0, 1),
    }


def test_sets_that_stand_in_the_way_are_named():
    found = moves({"lock_in": ["A", "B"], "either_or": [["A", "B"]]}, county(FOUR))
    assert ("either_or", "A、B") in told(found.loc[~found["together"]])
    assert told(found)["either_or", "A、B"] == pytest.approx((1, 2, 1))
    found = moves({"lock_in": ["A"], "lock_out": ["B"], "all_or_none": [["A", "B"]]}, county(FOUR))
    assert {kind for kind, _ in told(found)} <= {"either_or", "all_or_none", "lock_in"}


def test_a_minimum_lot_that_stands_in_the_way_is_named_with_what_would_do():
    parcels = [parcel("A"), parcel("B", park="乙园"), parcel("C", park="乙园"), parcel("D", park="乙园")]
    found = moves({"lock_in": ["A"], "least_mu_in_park": 25}, county(FOUR, parcels=parcels))
    assert told(found.loc[~found["together"]])["park_lot", "甲园"] == pytest.approx((25, 10, 15))


def test_a_plan_of_several_years_names_the_year_whose_money_is_short():
    found = outcome(
        "过紧",
        scenario(years=2, budget_by_year_wan=[100, 50], target_mu=20, expect="infeasible"),
        county(FOUR),
    )
    assert not found.is_feasible
    assert found.is_expected
    assert told(found.moves)["budget", "2"] == pytest.approx((150, 200, 50))
