"""What a plan does is a function of its lines: nothing done changes nothing, disjoint plans add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios.plans.counties import county, drawn, option, parcel, scenario

from landuse.errors import DefectError
from landuse.planning import Measures
from landuse.scenarios.plans.hand import lines_of
from landuse.scenarios.plans.outcome import outcome
from landuse.scenarios.plans.simulate import SUMS, simulated

ADD_UP = ("n_handled", "handled_mu", "freed_mu")
MOVED = (("tax_before_wan", "tax_after_wan"), ("output_before_wan", "output_after_wan"))


def taken(ground, *places):
    return lines_of(ground.options.iloc[list(places)], 1, pd.NA)


def test_the_plan_that_touches_nothing_is_the_baseline_bit_for_bit():
    ground = drawn(3, parcels=40)
    found = outcome("现状", scenario(choose="nothing"), ground)
    scopes = found.scopes
    for name in scopes.columns[scopes.columns.str.contains("before")]:
        after = scopes[name.replace("before", "after")]
        assert scopes[name].to_numpy().tobytes() == after.to_numpy().tobytes()
    assert found.is_feasible
    assert found.lines.empty
    assert all(found.totals[name] == 0 for name in (*SUMS, "n_parcels", "n_enterprises", "jobs_lost"))
    assert list(scopes["by"].unique()) == ["all", "park", "town", "industry"]


@given(st.integers(0, 1000), st.data())
@settings(max_examples=40, deadline=None)
def test_disjoint_plans_add_up(seed, data):
    ground = drawn(seed, parcels=12)
    first = ground.options.drop_duplicates("parcel_id").index.to_numpy()
    in_one = data.draw(st.lists(st.booleans(), min_size=len(first), max_size=len(first)).map(np.array))
    one, other, both = (simulated(taken(ground, *part), ground) for part in (first[in_one], first[~in_one], first))
    for name in (*SUMS, "n_parcels", "jobs_lost", "jobs_unknown", "expected_mu"):
        assert one.totals[name] + other.totals[name] == pytest.approx(both.totals[name])
    for name in ADD_UP:
        np.testing.assert_allclose(one.scopes[name] + other.scopes[name], both.scopes[name])
    for before, after in MOVED:
        gain = [part.scopes[after] - part.scopes[before] for part in (one, other, both)]
        np.testing.assert_allclose(gain[0] + gain[1], gain[2], atol=1e-9)


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_parks_towns_and_industries_each_add_up_to_the_whole(seed):
    ground = drawn(seed, parcels=12)
    lines = taken(ground, *ground.options.drop_duplicates("parcel_id").index[::2])
    scopes = simulated(lines, ground).scopes
    for name in ("n_parcels", "land_mu", "n_handled", "handled_mu", "tax_before_wan", "tax_after_wan", "idle_mu_after"):
        sums = scopes.groupby("by")[name].sum()
        np.testing.assert_allclose(sums.to_numpy(), sums["all"])


def test_before_and_after_of_a_town_worked_out_by_hand():
    """东镇: A 10 mu with tax 3, idle B 20 mu without tax; B is taken back and yields 40 a year, 12 of it C's park."""
    parcels = [
        parcel("A", far=1.0),
        parcel("B", area=20, tax=np.nan, far=0.0, far_due=1.5, idle_class="IDLE_T1", park="乙园"),
        parcel("C", area=10, town="西镇", far=np.nan),
    ]
    options = [option("B", "M6", mu=20, tax=40, cost=0, output_uplift_wan=np.nan)]
    ground = county(options, parcels=parcels, users=[("A", "U1", "19", 10.0), ("B", "U2", "25", 20.0)])
    scopes = simulated(taken(ground, 0), ground).scopes.set_index(["by", "place"])
    town = scopes.loc["town", "东镇"]
    assert (town["n_parcels"], town["land_mu"], town["n_handled"]) == (2, 30, 1)
    assert (town["tax_before_wan"], town["tax_after_wan"]) == (3, 43)
    assert town["tax_per_mu_before"] == pytest.approx(3 / 30)
    assert town["tax_per_mu_after"] == pytest.approx(43 / 30)
    assert (town["idle_mu_before"], town["idle_mu_after"]) == (20, 0)
    assert (town["idle_rate_before"], town["idle_rate_after"]) == (pytest.approx(2 / 3), 0)
    assert town["far_before"] == pytest.approx(10 * 1.0 / 30)
    assert town["far_after"] == pytest.approx((10 * 1.0 + 20 * 1.5) / 30)
    assert np.isnan(town["output_after_wan"])
    west = scopes.loc["town", "西镇"]
    assert np.isnan(west["far_before"])
    assert west["output_before_wan"] == west["output_after_wan"] == 30
    assert scopes.loc["industry", "25"]["handled_mu"] == 20
    assert scopes.loc["industry", ""]["n_parcels"] == 1


def test_tax_per_mu_is_over_the_same_land_before_and_after():
    """A 10 mu with tax 3, idle B 20 mu that an option raises to 40; C, of which nothing is known, is left out."""
    parcels = [parcel("A"), parcel("B", area=20, tax=np.nan, idle_class="IDLE_T1"), parcel("C", tax=np.nan)]
    ground = county([option("B", mu=20, tax=40)], parcels=parcels)
    idle, done = (simulated(taken(ground, *places), ground).scopes.iloc[0] for places in ((), (0,)))
    assert idle["tax_per_mu_before"] == idle["tax_per_mu_after"] == done["tax_per_mu_before"] == pytest.approx(3 / 30)
    assert done["tax_per_mu_after"] == pytest.approx(43 / 30)


def test_a_measure_that_builds_nothing_leaves_the_floor_area_ratio():
    ground = county([option("A", "M5"), option("B", "M4", mu=5.0)], parcels=[parcel("A"), parcel("B")])
    scopes = simulated(taken(ground, 0), ground).scopes
    assert scopes["far_after"].iloc[0] == scopes["far_before"].iloc[0]
    half = simulated(taken(ground, 1), ground).scopes
    assert half["far_after"].iloc[0] == pytest.approx((0.8 + 0.8 + 0.5 * 0.4) / 2)


def test_users_count_once_and_the_plan_has_paid_back_when_every_line_has():
    ground = county(
        [option("A", payback_year=3.0), option("B", payback_year=7.0), option("C", payback_year=np.nan)],
        users=[("A", "U1", "19", 4.0), ("A", "U2", "19", 6.0), ("B", "U1", "19", 10.0)],
    )
    totals = simulated(taken(ground, 0, 1), ground).totals
    assert (totals["n_enterprises"], totals["payback_year"]) == (2, 7)
    assert np.isnan(simulated(taken(ground, 0, 2), ground).totals["payback_year"])


def test_a_sum_with_an_unknown_part_is_unknown():
    ground = county([option("A", energy_saved_tce=np.nan), option("B")])
    totals = simulated(taken(ground, 0, 1), ground).totals
    assert np.isnan(totals["energy_saved_tce"])
    assert totals["handled_mu"] == 20


def test_two_lines_of_a_parcel_or_one_of_none_are_a_defect():
    ground = county([option("A", "M1"), option("A", "M2")])
    with pytest.raises(DefectError):
        simulated(taken(ground, 0, 1), ground)
    with pytest.raises(DefectError):
        simulated(taken(ground, 0).assign(parcel_id="Z"), ground)


@pytest.mark.parametrize(("tax", "warned"), [(100.0, ()), (100.001, ("too_good_tax",))])
def test_a_plan_ten_times_as_good_as_the_real_outcome_is_not_warned_of_above_it_is(tax, warned):
    """10 mu, real outcome 1.0 a mu: exactly 10 x 10 x 1.0 = 100 in the first year is allowed."""
    ground = county([option("A", mu=10, tax_year1_wan=tax)], measures=Measures(real_tax_wan_per_mu=1.0))
    assert outcome("甲", scenario(), ground).warnings == warned


def test_output_beyond_the_real_outcome_is_warned_of_too():
    ground = county([option("A", mu=10, output_year1_wan=3531.0)])
    assert outcome("甲", scenario(), ground).warnings == ("too_good_output",)


def test_unknown_tax_of_a_parcel_at_work_stays_out_of_tax_per_mu_and_that_of_idle_land_is_none():
    parcels = [
        parcel("P1", tax=30.0),
        parcel("P2", tax=np.nan),
        parcel("P3", tax=np.nan, efficiency_class="not_rated", idle_class="IDLE_T1"),
    ]
    ground = county([option("P1", tax=5.0), option("P2", tax=5.0), option("P3", tax=5.0)], parcels=parcels)
    lines = lines_of(ground.options, 1, pd.NA)
    whole = simulated(lines, ground).scopes.iloc[0]
    assert (whole["tax_per_mu_before"], whole["tax_per_mu_after"]) == (30.0 / 20, 40.0 / 20)
    assert (whole["tax_before_wan"], whole["tax_after_wan"]) == (30.0, 45.0)
