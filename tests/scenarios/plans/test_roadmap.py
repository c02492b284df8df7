"""Years of a roadmap contain the years before, more money drops no parcel, and what that costs is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios.plans.plan_asks import of, seeded, with_money, with_task

from landuse.scenarios.choose import choose
from landuse.scenarios.plans.ask import Lot, PlanAsk, Roadmap
from landuse.scenarios.plans.roadmap import over_years, roadmap
from landuse.scenarios.plans.years import Begun, keeps
from landuse.tables.plans import YEAR_COLUMNS


def begun_by(ask: PlanAsk, made: Roadmap, year: int) -> set[int]:
    return set(ask.parcel[made.taken[made.year <= year]].tolist())


@st.composite
def questions(draw: st.DrawFn) -> PlanAsk:
    ask = seeded(draw(st.integers(4, 10)), draw(st.integers(0, 10_000)), towns=draw(st.integers(1, 3)))
    if draw(st.booleans()):
        ask = replace(ask, must=np.array([draw(st.integers(0, 1))]))
    if draw(st.booleans()):
        ask = replace(ask, all_or_none=(np.array([2, 3]),))
    if draw(st.booleans()):
        ask = replace(ask, either_or=((np.array([0, 2]), 1),))
    if draw(st.booleans()):
        ask = replace(ask, lots=(Lot("园区", np.array([1, 2]), 5.0),))
    if draw(st.booleans()):
        ask = with_task(ask, float(ask.handled_mu.sum()) / 30)
    return ask


MONEY = st.lists(st.floats(0, 1500), min_size=3, max_size=3)
CASES = st.sampled_from([(), (1.0, 1.0, 1.0), (2.0, 0.0, 3.0)])


@given(questions(), MONEY, MONEY, CASES)
@settings(max_examples=25, deadline=None)
def test_more_money_drops_no_parcel_in_any_year(ask, money, more, cases):
    less = with_money(ask, money, cases)
    richer = with_money(ask, [one + other for one, other in zip(money, more, strict=True)], cases)
    poor, rich = roadmap(less), roadmap(richer)
    for year in (1, 2, 3):
        assert begun_by(ask, poor, year) <= begun_by(ask, rich, year)
    assert rich.is_feasible or not poor.is_feasible


@given(questions(), MONEY, CASES)
@settings(max_examples=20, deadline=None)
def test_a_roadmap_keeps_money_cases_and_caps_of_every_year(ask, money, cases):
    asked = with_money(ask, money, cases)
    made = roadmap(asked)
    begun = Begun(made.taken, made.year)
    assert len(np.unique(ask.parcel[made.taken])) == len(made.taken)
    for limit in asked.limits:
        assert begun.used(limit) <= limit.most * (1 + 1e-9) + 1e-9
    assert made.is_feasible == keeps(asked, begun)
    assert made.bound >= made.value
    if made.is_feasible:
        assert made.value <= choose(asked.together(), gap=1e-9).bound + 1e-6


def test_the_task_is_reached_by_every_budget_that_allows_for_it_at_all():
    # 10 mu each: the cheap one costs 1, the dear one 50 and is worth far more; 15 mu are due: both are needed.
    ask = with_task(of([0, 1, 2], [1, 90, 95], [10, 10, 10], [1, 50, 60], years=2), 15.0)
    least = roadmap(with_money(ask, [25, 26]))
    assert least.is_feasible
    assert least.taken.tolist() == [0, 1]
    assert not roadmap(with_money(ask, [25, 25])).is_feasible
    assert roadmap(with_money(ask, [100, 100])).taken.tolist() == [0, 1, 2]


def test_parcels_locked_in_begin_before_all_others():
    ask = replace(of([0, 1], [1, 90], [10, 10], [10, 10], years=2), must=np.array([0]))
    made = roadmap(with_money(ask, [10, 10]))
    assert made.taken.tolist() == [0, 1]
    assert made.year.tolist() == [1, 2]


def test_the_price_of_building_on_the_year_before_is_told():
    # Money for one a year; the locked parcel comes first, the best for year 1 alone would have to take it too.
    ask = with_money(of([0, 1, 2], [10, 18, 12], [1, 2, 3], [10, 20, 10], years=2), [10, 10])
    table = roadmap(ask).table
    assert list(table.columns) == list(YEAR_COLUMNS)
    assert table["value"].tolist() == [12, 22]
    assert table["free_value"].tolist() == [12, 22]
    assert table["price_value"].tolist() == [0, 0]
    assert table["handled_mu"].tolist() == [3, 4]
    assert table["n_new"].tolist() == [1, 1]


def test_cases_of_a_year_begin_in_it_and_money_is_carried_over():
    # 20 of money come in year 1; one case a year; the dear parcel waits for nothing, the cheap one for its year.
    ask = with_money(of([0, 1], [50, 10], [5, 5], [15, 5], years=2), [20, 0], (1.0, 1.0))
    made = over_years(ask)
    assert made.is_feasible
    assert made.taken.tolist() == [0, 1]
    assert sorted(made.year.tolist()) == [1, 2]
    assert made.table["cost_wan"].tolist()[-1] == 20


def test_a_plan_of_years_is_worth_no_more_than_its_bound_and_as_much_as_trying_all():
    ask = with_money(seeded(6, 4, years=2), [200, 200], (1.0, 1.0))
    made = over_years(ask)
    flat, _, _ = ask.by_year()
    assert made.value == pytest.approx(choose(flat.together(), gap=1e-9).value, rel=1e-4)
    assert made.bound >= made.value


def test_no_plan_of_years_is_told_where_the_task_is_out_of_reach():
    ask = with_task(with_money(of([0], [5], [10], [10], years=2), [5, 6]), 11.0)
    for made in (over_years(ask), roadmap(ask)):
        assert not made.is_feasible
        assert np.isnan(made.table["free_value"].iloc[-1])


def test_what_a_roadmap_loses_on_seeded_questions_stays_small(capsys):
    lost = []
    for seed in range(6):
        ask = seeded(25, seed, share=1.0)
        money = float(ask.cost_wan.sum()) / 12
        made = roadmap(with_money(ask, [money / 2, money / 4, money / 4]))
        lost.append(float(made.table["price_value"].iloc[-1] / made.table["free_value"].iloc[-1]))
    with capsys.disabled():
        print(f"\nroadmap: lost in the last year, mean {np.mean(lost):.1%}, most {max(lost):.1%}")  # noqa: T201
    assert min(lost) >= -1e-3
    assert np.mean(lost) <= 0.3
