"""What a scenario cannot mean is told with where, what, what is allowed and what to do: all of it at once."""

from __future__ import annotations

import numpy as np
import pytest
from scenarios.plans.counties import case, county, option, parcel, scenario

from landuse.errors import InputError
from landuse.scenarios.plans.faults import plan_faults
from landuse.scenarios.plans.outcome import outcome

OPTIONS = [option("330101", "M1"), option("330101", "M2"), option("330102", "M3", cost_wan=np.nan, missing="地价")]
PARCELS = [parcel("330101"), parcel("330102"), parcel("330103")]
USERS = [("330101", "U1", "C19", 10.0)]


def faults(ground=None, **stated):
    stated_county = ground or county(OPTIONS, parcels=PARCELS, users=USERS)
    return [
        (fault.where, fault.found, fault.allowed, fault.do)
        for fault in plan_faults("甲", scenario(**stated), stated_county)
    ]


@pytest.mark.parametrize("key", ["lock_in", "lock_out"])
def test_a_parcel_that_is_not_there_names_the_nearest_one(key):
    ((where, found, _, do),) = faults(**{key: ["330109"]})
    assert where == f"[scenarios.甲] {key}"
    assert found.endswith("330109")
    assert "33010" in do


@pytest.mark.parametrize("key", ["either_or", "all_or_none"])
def test_a_parcel_of_a_set_has_to_be_there_and_to_have_a_measure(key):
    assert [found for _, found, _, _ in faults(**{key: [["330101", "X"]]})] == ["没有这宗地 / no such parcel: X"]
    ((_, found, _, do),) = faults(**{key: [["330101", "330103"]]})
    assert "no measure can be taken" in found
    assert do.endswith(("330102", "330101"))


def test_a_lock_on_a_parcel_without_figures_says_which_facts_are_missing():
    ((_, found, allowed, _),) = faults(lock_in=["330102"])
    assert "unknown" in found
    assert allowed == "地价"


def test_a_lock_names_the_measures_that_may_be_taken():
    ((_, found, allowed, _),) = faults(lock_in=["330101:M9"])
    assert found.endswith("330101:M9")
    assert allowed == "M1、M2"
    ((_, _, allowed, do),) = faults(lock_in=["330101"], measures=["M3"])
    assert allowed == "M1、M2"
    assert "measures" in do


def test_locks_that_contradict_each_other_are_faults():
    assert len(faults(lock_in=["330101"], lock_out=["330101"])) == 1
    assert len(faults(lock_in=["330101:M1", "330101:M2"])) == 1
    assert faults(lock_in=["330101:M1"]) == []


def test_leaving_a_parcel_alone_that_has_no_measure_is_no_fault():
    assert faults(lock_out=["330103"]) == []


def test_figures_by_the_year_have_to_be_one_a_year():
    found = faults(years=3, budget_by_year_wan=[1, 2], cases_by_year=[1])
    assert [where for where, *_ in found] == ["[scenarios.甲] budget_by_year_wan", "[scenarios.甲] cases_by_year"]


def test_towns_and_industries_that_no_parcel_has_are_faults():
    ((_, found, allowed, do),) = faults(most_mu_by_town={"东真": 1.0})
    assert (found.endswith("东真"), allowed) == (True, "东镇")
    assert "东镇" in do
    ((_, _, allowed, _),) = faults(most_mu_by_industry={"C19": 1.0})
    assert allowed == "19"


def test_a_task_from_a_table_that_has_none_and_a_day_that_is_past_are_faults():
    found = faults(target_mu="targets", deadline="2026-06-30")
    assert [where for where, *_ in found] == ["[scenarios.甲] target_mu", "[scenarios.甲] deadline"]


def test_a_settled_parcel_pulls_its_set_along_or_is_told():
    options, parcels = [option("A"), option("B"), option("C")], [parcel("A"), parcel("B"), parcel("C")]
    ground = county(options, parcels=parcels, cases=[case("A", "done", 10.0)])
    assert len(faults(ground, all_or_none=[["A", "B"]], lock_out=["B"])) == 1
    assert faults(ground, lock_in=["A"], either_or=[["A", "B"]]) == []


def test_all_faults_of_a_scenario_are_raised_at_once():
    with pytest.raises(InputError) as raised:
        outcome("甲", scenario(lock_in=["X"], lock_out=["Y"]), county(OPTIONS, parcels=PARCELS))
    assert len(raised.value.faults) == 2
    assert raised.value.exit_status == 2
