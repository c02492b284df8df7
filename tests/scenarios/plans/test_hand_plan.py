"""Plans written by hand: read as written, told where they cannot be, and shown with the limits they break."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios.plans.counties import case, county, option, parcel, scenario

from landuse.errors import InputError
from landuse.scenarios.plans.hand import hand_plan
from landuse.scenarios.plans.outcome import outcome

OPTIONS = [
    option("A", "M1", mu=10, cost=100, tax=5, npv_wan=-80.0), option("A", "M2", mu=10, cost=0, tax=2, npv_wan=8.0),
    option("B", "M1", mu=20, cost=300, tax=9, npv_wan=-260.0), option("C", "M3", mu=5, cost=10, tax=1, npv_wan=np.nan),
]  # fmt: skip
PARCELS = [parcel("A"), parcel("B", area=20), parcel("C", area=5), parcel("D", area=7)]


def row(code, plan="甲", measure=None, year=None):
    return {"parcel_id": code, "plan": plan, "measure": measure, "year": year}


def written(*rows, **stated):
    return scenario(choose="hand", hand="甲", **stated), county(OPTIONS, parcels=PARCELS, hand=rows)


def test_three_plans_in_one_column_give_their_sums_at_once():
    rows = [row("A", "甲", "M1"), row("B", "甲", "M1"), row("B", "乙", "M1"), row("A", "丙", "M2"), row("D", "不动")]
    ground = county(OPTIONS, parcels=PARCELS, hand=rows)
    sums = {}
    for plan in "甲乙丙":
        totals = outcome(plan, scenario(choose="hand", hand=plan), ground).totals
        sums[plan] = tuple(totals[name] for name in ("handled_mu", "cost_wan", "tax_uplift_wan", "jobs_lost"))
    assert sums == {"甲": (30, 400, 14, 8), "乙": (20, 300, 9, 4), "丙": (10, 0, 2, 4)}


def test_a_parcel_without_a_measure_takes_the_option_with_the_greatest_net_present_value():
    stated, ground = written(row("A"))
    found = outcome("手工", stated, ground)
    assert list(found.lines["measure"]) == ["M2"]
    assert list(found.issues["code"]) == ["HAND_MEASURE_CHOSEN"]
    assert "hand_measure_chosen" in found.warnings


def test_a_measure_the_catalogue_does_not_offer_is_taken_and_warned_of():
    stated, ground = written(row("D", measure="M6"), row("A", measure="m1 政府收储(回购)"))
    found = outcome("手工", stated, ground)
    assert found.lines[["parcel_id", "measure"]].to_numpy().tolist() == [["A", "M1"], ["D", "M6"]]
    assert found.totals["handled_mu"] == 17
    assert np.isnan(found.totals["cost_wan"])
    assert list(found.issues["code"]) == ["HAND_NOT_ELIGIBLE"]
    assert "hand_not_eligible" in found.warnings
    of_all = found.scopes.iloc[0]
    assert np.isnan(of_all["tax_after_wan"])
    assert np.isfinite(of_all["tax_before_wan"])


def test_rows_that_cannot_be_used_are_told_and_nothing_else_is_lost():
    rows = [row("AA", measure="M1"), row("B", measure="拆了"), row("A", measure="M1"), row("A", measure="M2"), row("C")]
    stated, ground = written(*rows, row("E", measure="M1"))
    ground = county(
        [*OPTIONS, option("E")],
        parcels=[*PARCELS, parcel("E")],
        hand=ground.hand.to_dict("records"),
        cases=[case("E", "negotiating", 10.0)],
    )
    found = hand_plan(stated, ground)
    assert found.lines[["parcel_id", "measure"]].to_numpy().tolist() == [["A", "M1"]]
    assert dict(zip(found.issues["code"], found.issues["key"], strict=True)) == {
        "HAND_PARCEL_UNKNOWN": "AA", "HAND_MEASURE_UNKNOWN": "B", "HAND_TWICE": "A", "HAND_NO_OPTION": "C",
        "HAND_SETTLED": "E",
    }  # fmt: skip


def test_a_parcel_of_an_unusable_row_may_stand_in_a_later_one():
    stated, ground = written(row("B", measure="拆了"), row("B", measure="M1"))
    assert list(hand_plan(stated, ground).lines["parcel_id"]) == ["B"]


def test_a_plan_that_breaks_a_limit_is_shown_with_what_it_breaks():
    stated, ground = written(row("A", measure="M1"), row("B", measure="M1"), budget_wan=350, expect="infeasible")
    found = outcome("手工", stated, ground)
    assert not found.is_feasible
    assert found.is_expected
    assert len(found.lines) == 2
    assert found.moves[["kind", "stated", "needed", "by"]].to_numpy().tolist() == [["budget", 350, 400, 50]]
    assert not found.scopes.empty


def test_a_plan_that_keeps_its_limits_says_how_much_better_the_best_is():
    """By hand B for 9 of tax; the best has A and B for 14."""
    stated, ground = written(row("B", measure="M1"))
    found = outcome("手工", stated, ground)
    assert (found.value, found.bound) == (9, pytest.approx(14))
    assert found.gap == pytest.approx(5 / 14)


def test_of_a_plan_that_takes_what_the_program_may_not_nobody_says_that_it_is_the_best():
    """B alone is worth more than anything by the measures allowed: that proves nothing."""
    stated, ground = written(row("B", measure="M1"), measures=["M2"])
    found = outcome("手工", stated, ground)
    assert found.value == 9
    assert np.isnan(found.bound)
    assert np.isnan(found.gap)


def test_a_parcel_locked_out_breaks_a_plan_by_hand():
    stated, ground = written(row("A", measure="M1"), row("B", measure="M1"), lock_out=["B"], expect="infeasible")
    found = outcome("手工", stated, ground)
    assert not found.is_feasible
    assert found.moves[["kind", "of", "needed"]].to_numpy().tolist() == [["lock_out", "B", 1.0]]


def test_years_are_kept_and_a_year_beyond_the_plan_is_told():
    stated, ground = written(row("A", measure="M1", year=2), row("B", measure="M1", year=9), years=3)
    found = hand_plan(stated, ground)
    assert list(found.lines["year"]) == [2, 3]
    assert list(found.issues["code"]) == ["HAND_YEAR_UNKNOWN"]


def test_a_plan_that_nobody_wrote_is_a_fault():
    ground = county(OPTIONS, parcels=PARCELS, hand=[row("A", "甲一")])
    with pytest.raises(InputError) as raised:
        outcome("手工", scenario(choose="hand", hand="甲"), ground)
    assert raised.value.faults[0].where == "[scenarios.手工] hand"
    assert "甲一" in raised.value.faults[0].allowed
