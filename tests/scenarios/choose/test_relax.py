"""Where there is no plan, the fewest limits that have to give are named, with what each needs."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scenarios.choose.test_choose import best_by_trying_all, choices

from landuse.scenarios.choose import Choice, choose
from landuse.scenarios.choose.relax import Move, Obstacle, obstacle


def task_and_budget(budget: float) -> Choice:
    """Return three parcels of 30, 40 and 50 mu costing 6, 4 and 10 million; the task is 100 mu."""
    return Choice.of(
        np.arange(3), np.ones(3), np.array([[30.0, 40.0, 50.0], [600.0, 400.0, 1000.0]]),
        [(100.0, np.inf), (-np.inf, budget)],
    )  # fmt: skip


def test_a_choice_with_a_plan_has_no_obstacle():
    assert obstacle(task_and_budget(2000.0)) is None


def test_a_task_beyond_the_budget_is_told_both_ways():
    # 100 mu need all three parcels: 2,000. With 1,500 the best is 40 + 50 = 90 mu for 1,400.
    assert obstacle(task_and_budget(1500.0)) == Obstacle(
        together=(Move(0, is_upper=False, stated=100.0, needed=90.0),),
        alone=(
            Move(1, is_upper=True, stated=1500.0, needed=2000.0),
            Move(0, is_upper=False, stated=100.0, needed=90.0),
        ),
        is_exact=True,
    )


def test_two_limits_that_both_stand_in_the_way_are_both_named():
    made = Choice.of(
        np.arange(2), np.ones(2), np.array([[10.0, 10.0], [5.0, 5.0], [3.0, 3.0]]),
        [(20.0, np.inf), (-np.inf, 9.0), (-np.inf, 5.0)],
    )  # fmt: skip
    found = obstacle(replace(made, must=np.array([0, 1])))
    assert found is not None
    assert [(move.limit, move.is_upper, move.needed) for move in found.together] == [(1, True, 10.0), (2, True, 6.0)]
    assert found.alone == ()


def test_a_parcel_short_of_land_altogether_can_only_lower_its_task():
    made = Choice.of(np.arange(2), np.ones(2), np.array([[10.0, 20.0]]), [(100.0, np.inf)])
    found = obstacle(made)
    assert found is not None
    assert [(move.needed, move.by) for move in found.together] == [(30.0, 70.0)]


def _moved(choice: Choice, moves: tuple[Move, ...]) -> Choice:
    lower, upper = choice.lower.copy(), choice.upper.copy()
    for move in moves:
        (upper if move.is_upper else lower)[move.limit] = move.needed
    return replace(choice, lower=lower, upper=upper)


def _fewest_by_trying_all(choice: Choice) -> int:
    """Return the least number of ends that have to be given up wholly for some plan to be there."""
    ends = [(at, True) for at in np.flatnonzero(np.isfinite(choice.upper))]
    ends += [(at, False) for at in np.flatnonzero(np.isfinite(choice.lower))]
    least = len(ends)
    for given_up in product([False, True], repeat=len(ends)):
        lower, upper = choice.lower.copy(), choice.upper.copy()
        for (limit, is_upper), gives in zip(ends, given_up, strict=True):
            if gives:
                (upper if is_upper else lower)[limit] = np.inf if is_upper else -np.inf
        if np.isfinite(best_by_trying_all(replace(choice, lower=lower, upper=upper))):
            least = min(least, sum(given_up))
    return least


@given(choices())
@settings(max_examples=60)
def test_the_moves_named_are_the_fewest_and_they_do(choice):
    found = obstacle(choice)
    if found is None:
        assert choose(choice).is_feasible
        return
    assert not choose(choice).is_feasible
    assert len(found.together) == _fewest_by_trying_all(choice)
    assert choose(_moved(choice, found.together)).is_feasible
    for move in found.alone:
        assert choose(_moved(choice, (move,))).is_feasible
        assert move.by > 0


def test_moves_are_told_to_the_float_that_does():
    found = obstacle(task_and_budget(1500.0))
    assert found is not None
    assert found.alone[0].by == pytest.approx(500.0)
