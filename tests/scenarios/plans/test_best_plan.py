"""The plan chosen is the best of all plans a small county allows, under every kind of limit at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios.plans.counties import AS_OF, case, county, drawn, option, parcel, scenario

from landuse.scenarios.plans.outcome import outcome


def months_between(start, months):
    return pd.Timestamp(start) + pd.DateOffset(months=int(months))


def keeps(lines, stated, ground):
    """Return whether lines (rows of options) keep a scenario of one year: every limit read off the project file."""
    share = [row["success"] if stated.count == "expected" else 1.0 for row in lines]
    land = [row["handled_mu"] * part for row, part in zip(lines, share, strict=True)]
    codes = [row["parcel_id"] for row in lines]
    places = ground.parcels.set_index("parcel_id")
    timely = [
        stated.deadline is None
        or months_between("2026-07-01", row["months"]) <= pd.Timestamp(stated.deadline) + pd.Timedelta(days=1)
        for row in lines
    ]
    counted = sum(mu for mu, in_time in zip(land, timely, strict=True) if in_time)
    town = dict.fromkeys(places["town"], 0.0)
    park = dict.fromkeys(places["park"], 0.0)
    for code, mu in zip(codes, land, strict=True):
        town[places["town"][code]] += mu
        park[places["park"][code]] += mu
    money = sum(row["cost_wan"] * part for row, part in zip(lines, share, strict=True))
    return (
        (stated.target_mu is None or counted >= stated.target_mu - 1e-9)
        and (stated.budget_wan is None or money <= stated.budget_wan + 1e-9)
        and (stated.cases_by_year is None or len(lines) <= stated.cases_by_year)
        and (stated.most_mu_by_town is None or all(mu <= stated.most_mu_by_town + 1e-9 for mu in town.values()))
        and (stated.most_jobs_lost is None or sum(row["jobs_lost"] for row in lines) <= stated.most_jobs_lost)
        and all(len(set(members) & set(codes)) <= 1 for members in stated.either_or)
        and all(len(set(members) & set(codes)) in {0, len(members)} for members in stated.all_or_none)
        and not any(0 < mu < (stated.least_mu_in_park or 0.0) - 1e-9 for mu in park.values())
        and set(stated.lock_in) <= set(codes)
        and not set(stated.lock_out) & set(codes)
    )  # fmt: skip


def best_of_all(stated, ground):
    """Return the tax of the best plan, every plan tried; -inf where none keeps the limits."""
    rows = ground.options.to_dict("records")
    own = {
        code: [row for row in rows if row["parcel_id"] == code] for code in dict.fromkeys(ground.options["parcel_id"])
    }
    best = -np.inf
    for way in product(*([*ways, None] for ways in own.values())):
        lines = [row for row in way if row is not None]
        if keeps(lines, stated, ground):
            share = [row["success"] if stated.count == "expected" else 1.0 for row in lines]
            best = max(best, sum(row["tax_uplift_wan"] * part for row, part in zip(lines, share, strict=True)))
    return best


@st.composite
def questions(draw):
    maybe = lambda values: draw(st.one_of(st.none(), values))  # noqa: E731
    parcels = draw(st.integers(3, 6))
    codes = [f"P{number:02d}" for number in range(parcels)]
    several = st.lists(st.sampled_from(codes), min_size=2, max_size=3, unique=True)
    stated = {
        "count": draw(st.sampled_from(["planned", "expected"])),
        "target_mu": maybe(st.integers(0, 60)),
        "budget_wan": maybe(st.integers(0, 300)),
        "cases_by_year": maybe(st.integers(0, 6)),
        "most_mu_by_town": maybe(st.integers(5, 40)),
        "most_jobs_lost": maybe(st.integers(0, 30)),
        "least_mu_in_park": maybe(st.integers(1, 40)),
        "deadline": maybe(st.sampled_from([date(2027, 6, 30), date(2027, 12, 31)])),
        "either_or": draw(st.lists(several, max_size=2)),
        "all_or_none": draw(st.lists(several, max_size=2)),
        "lock_in": draw(st.lists(st.sampled_from(codes[:2]), max_size=1)),
        "lock_out": draw(st.lists(st.sampled_from(codes[2:]), max_size=1)),
        "gap": 1e-9,
    }
    return drawn(draw(st.integers(0, 10_000)), parcels), scenario(**{k: v for k, v in stated.items() if v is not None})


@given(questions())
@settings(max_examples=60, deadline=None)
def test_on_small_counties_the_plan_is_the_best_of_all_plans(question):
    ground, stated = question
    best, found = best_of_all(stated, ground), outcome("甲", stated, ground)
    assert found.is_feasible == np.isfinite(best)
    if found.is_feasible:
        assert found.value == pytest.approx(best, abs=1e-6)
        assert found.bound >= best - 1e-6
        assert found.gap <= 1e-6
        assert found.moves.empty
    else:
        assert not found.moves.empty
        assert found.lines.empty


@given(st.integers(0, 10_000), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_a_plan_is_never_worth_less_than_the_greedy_one_and_never_spends_more_than_there_is(seed, budget):
    ground = drawn(seed, parcels=30)
    found = outcome("甲", scenario(budget_wan=budget), ground)
    left, seen, greedy = float(budget), set(), 0.0
    rows = ground.options.assign(rate=ground.options["tax_uplift_wan"] / ground.options["cost_wan"].clip(lower=1e-9))
    for row in rows.sort_values("rate", ascending=False).to_dict("records"):
        if row["parcel_id"] not in seen and row["cost_wan"] <= left and row["tax_uplift_wan"] > 0:
            seen.add(row["parcel_id"])
            left -= row["cost_wan"]
            greedy += row["tax_uplift_wan"]
    assert found.value >= greedy - 1e-6
    assert found.bound >= found.value - 1e-9
    assert found.totals["cost_wan"] <= budget + 1e-6
    assert found.limits.loc[found.limits["kind"].eq("budget"), "used"].item() == pytest.approx(found.totals["cost_wan"])


def test_the_same_question_gives_the_same_bytes():
    ground, stated = drawn(7, parcels=40), scenario(budget_wan=900, target_mu=100, maximise={"tax": 0.5, "npv": 0.5})
    one, other = (outcome("甲", stated, ground) for _ in range(2))
    for name in ("lines", "limits", "scopes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert (one.value, one.bound, one.totals["cost_wan"]) == (other.value, other.bound, other.totals["cost_wan"])


def test_what_is_done_or_in_negotiation_counts_once_and_is_no_candidate():
    options = [option("A", tax=50), option("B", tax=40), option("C", tax=1), option("D", tax=2, mu=12)]
    cases = [case("A", "done", 10.0), case("A", "done", 0.0, counts=False), case("B", "negotiating", 8.0)]
    found = outcome("甲", scenario(target_mu=30, cases_by_year=1), county(options, cases=cases))
    assert list(found.lines["parcel_id"]) == ["D"]
    assert found.totals["done_mu"] == 10
    assert found.totals["negotiating_mu"] == 8
    assert found.totals["reached_mu"] == 30
    assert found.totals["gap_mu"] == 0
    target = found.limits.set_index("kind").loc["target"]
    assert (target["least"], target["used"]) == (30, 30)


def test_a_failed_case_leaves_its_parcel_a_candidate():
    ground = county([option("A")], cases=[case("A", "failed", 0.0)])
    assert list(outcome("甲", scenario(), ground).lines["parcel_id"]) == ["A"]


def test_more_done_than_asked_for_leaves_no_gap_below_zero():
    ground = county([option("A"), option("B", tax=-1.0)], cases=[case("A", "done", 10.0)])
    found = outcome("甲", scenario(target_mu=5), ground)
    assert found.is_feasible
    assert found.lines.empty
    assert found.totals["gap_mu"] == 0
    assert found.totals["reached_share"] == 2


@pytest.mark.parametrize("unknown", ["cost_wan", "npv_wan", "tax_uplift_wan", "handled_mu"])
def test_an_option_with_an_unknown_figure_is_never_chosen(unknown):
    ground = county([option("A", tax=100, **{unknown: np.nan}), option("B")])
    assert list(outcome("甲", scenario(), ground).lines["parcel_id"]) == ["B"]


def test_only_measures_allowed_are_taken_and_a_lock_may_name_its_measure():
    options = [option("A", "M1", tax=9), option("A", "M2", tax=5), option("B", "M3", tax=9), option("B", "M2", tax=1)]
    found = outcome("甲", scenario(measures=["M2"]), county(options))
    assert found.lines[["parcel_id", "measure"]].to_numpy().tolist() == [["A", "M2"], ["B", "M2"]]
    found = outcome("甲", scenario(lock_in=["A:M2"]), county(options))
    assert found.lines[["parcel_id", "measure"]].to_numpy().tolist() == [["A", "M2"], ["B", "M3"]]
    assert found.limits.set_index("kind").loc["lock_in", "used"] == 1


@pytest.mark.parametrize(("deadline", "reached"), [("2027-06-30", 10), ("2027-06-29", 0)])
def test_land_counts_only_when_its_measure_ends_by_the_deadline_the_day_itself_included(deadline, reached):
    """As of 30 June a measure of 12 months begins on 1 July and ends on 30 June of the next year."""
    found = outcome("甲", scenario(deadline=deadline), county([option("A", months=12.0)]))
    assert list(found.lines["parcel_id"]) == ["A"]
    assert found.totals["reached_mu"] == reached
    assert ("late" in found.warnings) == (reached == 0)


@pytest.mark.parametrize(
    ("as_of", "months", "deadline", "is_in_time"),
    [
        (date(2025, 11, 19), 3.5, "2026-03-06", False),
        (date(2025, 11, 19), 3.5, "2026-03-07", True),
        (date(2026, 1, 30), 1.0, "2026-02-26", False),
        (date(2026, 1, 30), 1.0, "2026-02-27", True),
    ],
)
def test_parts_of_months_and_short_months_are_in_time_by_the_calendar(as_of, months, deadline, is_in_time):
    """3.5 months from 20 November: to 20 February, and 15.5 days; a month from 31 January is over on 28 February."""
    ground = replace(county([option("A", months=months)]), as_of=as_of)
    stated = {"target_mu": 10, "deadline": deadline, "expect": "feasible" if is_in_time else "infeasible"}
    assert outcome("甲", scenario(**stated), ground).is_expected


def test_a_task_of_the_year_in_which_the_cases_are_looked_at_is_that_of_the_plan():
    """As of 30 June 2026 nobody set a task; the one in force when the cases are looked at is of 2027."""
    rows = [{"year": 2027, "target_mu": 8.0}, {"year": 2028, "target_mu": 5.0}, {"year": 2025, "target_mu": 70.0}]
    ground = county([option("A"), option("B")], targets=rows)
    assert outcome("甲", scenario(target_mu="targets"), ground).totals["target_mu"] == 8
    assert outcome("甲", scenario(target_mu="targets", years=2), ground).totals["target_mu"] == 13


def test_what_cannot_be_finished_in_time_does_not_make_the_task():
    options = [option("A", tax=50, months=24.0), option("B", tax=1, months=6.0)]
    stated = {"target_mu": 10, "deadline": "2027-06-30", "cases_by_year": 1}
    found = outcome("甲", scenario(**stated), county(options))
    assert list(found.lines["parcel_id"]) == ["B"]
    assert not outcome("甲", scenario(**stated, lock_out=["B"]), county(options)).is_feasible


def test_expected_counts_land_money_and_tax_by_the_chance_of_success():
    options = [option("A", mu=10, tax=10, cost=100, success=0.5), option("B", mu=10, tax=6, cost=100, success=1.0)]
    found = outcome("甲", scenario(count="expected", cases_by_year=1), county(options))
    assert list(found.lines["parcel_id"]) == ["B"]
    both = outcome("甲", scenario(count="expected", budget_wan=150), county(options))
    assert len(both.lines) == 2
    assert both.limits.set_index("kind").loc["budget", "used"] == 150
    assert both.totals["expected_mu"] == 15
    assert both.totals["reached_mu"] == 15
    assert both.totals["handled_mu"] == 20


def test_each_part_of_a_mix_counts_against_the_most_to_be_had_of_it():
    """One case: A has all the tax (20) and 1/3 of the land freed, B half the tax and all the land (27)."""
    options = [option("A", tax=20, mu=10), option("B", tax=10, mu=30)]
    ground = county(options)
    land = scenario(cases_by_year=1, maximise={"tax": 0.4, "mu": 0.6})
    tax = scenario(cases_by_year=1, maximise={"tax": 0.6, "mu": 0.4})
    found = outcome("甲", land, ground)
    assert list(found.lines["parcel_id"]) == ["B"]
    assert found.value == pytest.approx(0.4 / 2 + 0.6)
    found = outcome("甲", tax, ground)
    assert list(found.lines["parcel_id"]) == ["A"]
    assert found.value == pytest.approx(0.6 + 0.4 / 3)


@pytest.mark.parametrize(("aim", "code"), [("tax", "A"), ("mu", "B"), ("npv", "C")])
def test_each_aim_takes_its_own_best(aim, code):
    options = [
        option("A", tax=20, mu=1, npv_wan=-9.0),
        option("B", tax=1, mu=50, npv_wan=-9.0),
        option("C", tax=1, npv_wan=7.0),
    ]
    found = outcome("甲", scenario(cases_by_year=1, maximise=aim), county(options))
    assert list(found.lines["parcel_id"]) == [code]


def test_caps_of_single_towns_and_industries_hold_for_them_alone():
    options = [option(code, tax=tax) for code, tax in (("A", 9), ("B", 8), ("C", 7), ("D", 6))]
    parcels = [parcel("A"), parcel("B"), parcel("C", town="西镇"), parcel("D", town="西镇")]
    users = [("A", "U1", "C19", 10), ("B", "U2", "19", 10), ("C", "U3", "2511", 6), ("C", "U1", "19", 4)]
    users += [("D", "U3", "2511", 10)]
    ground = county(options, parcels=parcels, users=users)
    taken = lambda **stated: "".join(outcome("甲", scenario(**stated), ground).lines["parcel_id"])  # noqa: E731
    assert taken(most_mu_by_town={"东镇": 10}) == "ACD"
    assert taken(most_cases_by_town={"西镇": 1}) == "ABC"
    assert taken(most_mu_by_industry={"19": 10}) == "ACD"
    assert taken(most_mu_by_industry=10) == "AC"


def test_unknown_jobs_are_told_apart_and_never_counted_as_none():
    options = [
        option("A", tax=9, jobs_lost=np.nan),
        option("B", tax=8, jobs_lost=30.0),
        option("C", tax=1, jobs_lost=5.0),
    ]
    found = outcome("甲", scenario(most_jobs_lost=10), county(options))
    assert list(found.lines["parcel_id"]) == ["A", "C"]
    assert (found.totals["jobs_lost"], found.totals["jobs_unknown"]) == (5, 1)
    assert "unknown_jobs" in found.warnings


def test_a_park_is_left_alone_or_gets_its_minimum_lot():
    options = [option("A", tax=9, mu=10), option("B", tax=8, mu=10), option("C", tax=9, mu=10)]
    parcels = [parcel("A"), parcel("B"), parcel("C", park="乙园")]
    ground = county(options, parcels=parcels)
    assert "".join(outcome("甲", scenario(least_mu_in_park=20), ground).lines["parcel_id"]) == "AB"
    assert not outcome("甲", scenario(least_mu_in_park=20, lock_in=["C"]), ground).is_feasible


def test_a_case_already_takes_its_place_in_a_set():
    """A is done: of A, B none is left to be taken; C goes with A, so it has to follow."""
    options = [option("A"), option("B", tax=50), option("C", tax=-1.0)]
    ground = county(options, cases=[case("A", "done", 10.0)])
    found = outcome("甲", scenario(either_or=[["A", "B"]], all_or_none=[["A", "C"]]), ground)
    assert list(found.lines["parcel_id"]) == ["C"]
    used = found.limits.set_index("kind")["used"]
    assert (used["either_or"], used["all_or_none"]) == (1, 2)


def test_a_lock_that_a_case_has_settled_is_kept_and_told():
    ground = county([option("A"), option("B")], cases=[case("A", "done", 10.0)])
    found = outcome("甲", scenario(lock_in=["A"]), ground)
    assert found.limits.set_index("kind").loc["lock_in", "used"] == 1
    assert "locked_in_by_case" in found.warnings


@pytest.mark.parametrize(
    ("targets", "least"),
    [
        ([(None, None, 2026, None, 300.0), ("甲园", None, 2026, None, 100.0), (None, None, 2025, None, 70.0)], 300),
        ([("甲园", None, 2026, None, 100.0), ("乙园", None, None, None, 50.0)], 150),
        ([(None, "东镇", 2026, date(2026, 7, 1), 20.0), (None, "西镇", 2026, date(2026, 8, 1), 30.0)], 50),
        ([(None, None, 2026, None, 60.0), (None, None, 2026, date(2026, 7, 1), 60.0)], 60),
    ],
)
def test_the_task_is_that_of_the_county_else_the_sum_of_parks_and_towns(targets, least):
    rows = [dict(zip(("park", "town", "year", "month", "target_mu"), row, strict=True)) for row in targets]
    found = outcome("甲", scenario(target_mu="targets", expect="infeasible"), county([option("A")], targets=rows))
    assert found.totals["target_mu"] == least
    assert found.is_expected
    assert AS_OF.year == 2026


def test_land_that_is_neither_low_nor_idle_is_no_candidate_unless_it_is_asked_for_or_locked_in():
    parcels = [
        parcel("P1"),
        parcel("P2", efficiency_class="not_low"),
        parcel("P3", efficiency_class="not_rated", idle_class="IDLE_T2"),
    ]
    ground = county([option("P1"), option("P2"), option("P3")], parcels=parcels)
    assert outcome("a", scenario(), ground).lines["parcel_id"].tolist() == ["P1", "P3"]
    assert outcome("a", scenario(candidates="all"), ground).lines["parcel_id"].tolist() == ["P1", "P2", "P3"]
    assert outcome("a", scenario(lock_in=("P2",)), ground).lines["parcel_id"].tolist() == ["P1", "P2", "P3"]
