"""The plan chosen keeps every limit, is the best there is on small cases, and never beats its own bound."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.errors import DefectError
from landuse.scenarios.choose import Choice, Uses, choose
from landuse.scenarios.choose.dual import bound
from landuse.scenarios.choose.solver import Program, solve

OPEN = (-np.inf, np.inf)


def knapsack(profits: list[int], weights: list[int], capacity: int) -> Choice:
    values = np.array(profits, dtype=float)
    return Choice.of(np.arange(len(values)), values, np.array([weights], dtype=float), [(-np.inf, capacity)])


def best_by_trying_all(choice: Choice) -> float:
    """Return the value of the best plan, every plan tried; -inf where none keeps the limits."""
    table = np.zeros((choice.limits, choice.options))
    np.add.at(table, (choice.uses.limit, choice.uses.option), choice.uses.amount)
    ways = []
    for parcel in np.unique(choice.parcel):
        own = np.flatnonzero(choice.parcel == parcel).tolist()
        ways.append(own if parcel in choice.must else [*own, None])
    best = -np.inf
    for way in product(*ways):
        taken = [option for option in way if option is not None]
        sums = table[:, taken].sum(axis=1)
        if np.all(sums <= choice.upper + 1e-9) and np.all(sums >= choice.lower - 1e-9):
            best = max(best, float(choice.value[taken].sum()))
    return best


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    parcels = draw(st.integers(1, 5))
    parcel = np.repeat(np.arange(parcels), [draw(st.integers(1, 3)) for _ in range(parcels)])
    whole = st.integers(-5, 20)
    value = np.array([draw(whole) for _ in parcel], dtype=float)
    limits = draw(st.integers(1, 3))
    table = np.array([[draw(st.integers(0, 9)) for _ in parcel] for _ in range(limits)], dtype=float)
    ends = [
        draw(st.sampled_from([(-np.inf, draw(st.integers(0, 20))), (draw(st.integers(0, 6)), np.inf)]))
        for _ in range(limits)
    ]
    must = np.array(sorted(draw(st.sets(st.integers(0, parcels - 1), max_size=2))), dtype=np.int64)
    made = Choice.of(parcel, value, table, ends)
    return Choice(made.parcel, made.value, made.uses, made.lower, made.upper, must=must)


@given(choices())
@settings(max_examples=150)
def test_on_small_cases_the_plan_is_the_best_of_all_plans(choice):
    best, plan = best_by_trying_all(choice), choose(choice, gap=1e-9)
    assert plan.is_feasible == np.isfinite(best)
    if plan.is_feasible:
        assert plan.value == pytest.approx(best)
        assert choice.keeps(plan.taken)
        assert plan.bound >= best - 1e-9 * max(1.0, abs(best))


@given(choices())
@settings(max_examples=150)
def test_prices_bound_every_plan_and_every_relaxed_plan(choice):
    found = bound(choice)
    assert found.value >= best_by_trying_all(choice) - 1e-7
    relaxed = solve(Program.of(choice))
    if relaxed.is_optimal:
        assert found.value >= -relaxed.objective - 1e-6


def test_published_knapsacks_are_solved_to_their_known_optima():
    fifteen = knapsack(
        [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240],
        [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120],
        750,
    )
    assert choose(fifteen, gap=0.0).value == 1458
    twenty_four = knapsack(
        [825594, 1677009, 1676628, 1523970, 943972, 97426, 69666, 1296457, 1679693, 1902996, 1844992, 1049289, 1252836,
         1319836, 953277, 2067538, 675367, 853655, 1826027, 65731, 901489, 577243, 466257, 369261],
        [382745, 799601, 909247, 729069, 467902, 44328, 34610, 698150, 823460, 903959, 853665, 551830, 610856, 670702,
         488960, 951111, 323046, 446298, 931161, 31385, 496951, 264724, 224916, 169684],
        6404180,
    )  # fmt: skip
    assert choose(twenty_four, gap=0.0).value == 13549094


def many(parcels: int, seed: int) -> Choice:
    """Return a seeded choice of two measures a parcel under a budget, a target and caps of five towns."""
    rng = np.random.default_rng(seed)
    area = np.exp(rng.normal(2.5, 0.8, parcels))
    town = rng.integers(0, 5, parcels)
    parcel = np.repeat(np.arange(parcels), 2)
    land = np.repeat(area, 2) * np.tile([1.0, 0.4], parcels)
    cost = land * rng.uniform(5, 40, 2 * parcels)
    value = land * rng.gamma(2.0, 3.0, 2 * parcels)
    option = np.arange(2 * parcels)
    uses = Uses(
        np.r_[option, option, option],
        np.r_[np.zeros(2 * parcels, int), np.ones(2 * parcels, int), 2 + np.repeat(town, 2)],
        np.r_[cost, land, land],
    )
    caps = np.bincount(town, area, minlength=5) * 0.5
    return Choice(
        parcel, value, uses, np.r_[-np.inf, area.sum() * 0.1, np.full(5, -np.inf)], np.r_[cost.sum() / 6, np.inf, caps]
    )


def test_a_large_choice_is_solved_within_the_gap_it_states():
    choice = many(5_000, 3)
    plan = choose(choice, gap=1e-4)
    assert plan.is_feasible
    assert choice.keeps(plan.taken)
    assert plan.gap <= 1e-4
    relaxed = solve(Program.of(choice))
    assert plan.value <= -relaxed.objective * (1 + 1e-9)
    assert plan.bound >= -relaxed.objective * (1 - 1e-9)


def test_the_same_choice_gives_the_same_plan():
    first, second = (choose(many(3_000, 5)) for _ in range(2))
    assert first.taken.tolist() == second.taken.tolist()
    assert first.bound == second.bound


def test_no_plan_keeps_limits_that_contradict_each_other():
    made = Choice.of(np.array([0, 1]), np.ones(2), np.array([[5.0, 5.0], [1.0, 1.0]]), [(-np.inf, 4.0), (1.0, np.inf)])
    plan = choose(made)
    assert not plan.is_feasible
    assert plan.gap == np.inf


def test_a_parcel_locked_in_takes_an_option_even_at_a_loss():
    made = Choice.of(np.array([0, 0, 1]), np.array([-5.0, -3.0, 2.0]), np.zeros((1, 3)), [OPEN])
    locked = Choice(made.parcel, made.value, made.uses, made.lower, made.upper, must=np.array([0]))
    assert choose(locked).taken.tolist() == [1, 2]
    assert choose(made).taken.tolist() == [2]


@pytest.mark.parametrize(
    ("parcel", "value", "option", "must"),
    [
        ([1, 0], [1.0, 1.0], 0, []),
        ([0, 1], [1.0, np.nan], 0, []),
        ([0, 1], [1.0, 1.0], 2, []),
        ([0, 1], [1.0, 1.0], 0, [7]),
    ],
)
def test_what_is_no_choice_is_refused(parcel, value, option, must):
    uses = Uses(np.array([option]), np.array([0]), np.array([1.0]))
    with pytest.raises(DefectError):
        Choice(
            np.array(parcel), np.array(value), uses, np.array([0.0]), np.array([1.0]), must=np.array(must, dtype=int)
        )


def tight(parcels: int, seed: int) -> Choice:
    """Return a seeded choice of four measures a parcel under a budget and land and cases of 12 towns."""
    rng = np.random.default_rng(seed)
    options = 4 * parcels
    town = np.repeat(rng.integers(0, 12, parcels), 4)
    land = np.repeat(np.exp(rng.normal(2.8, 0.8, parcels)), 4) * np.tile([1.0, 0.8, 0.5, 0.3], parcels)
    cost = land * rng.gamma(3, 8, options)
    value = land * rng.gamma(2.0, 3.0, options)
    option = np.arange(options)
    uses = Uses(
        np.tile(option, 3), np.r_[np.zeros(options, int), 1 + town, 13 + town], np.r_[cost, land, np.ones(options)]
    )
    caps = np.bincount(town, land, minlength=12) / 12
    cases = np.floor(np.bincount(town, minlength=12) / 12)
    return Choice(
        np.repeat(np.arange(parcels), 4), value, uses, np.full(25, -np.inf), np.r_[cost.sum() / 20, caps, cases]
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_many_tight_limits_leave_no_gap_and_the_same_plan_comes_twice(seed):
    choice = tight(300, seed)
    first, second = choose(choice), choose(choice)
    assert first.gap <= 1e-4
    assert choice.keeps(first.taken)
    assert first.taken.tolist() == second.taken.tolist()
    assert (first.value, first.bound) == (second.value, second.bound)


def test_a_small_effort_tells_a_bound_that_the_best_plan_keeps():
    choice = tight(150, 3)
    rough, fine = choose(choice, effort=1), choose(choice)
    assert rough.value <= fine.bound * (1 + 1e-9)
    assert rough.bound >= fine.value * (1 - 1e-9)
