"""Put together what a scenario asks for: candidates, worth to the aim, limits, sets that hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from landuse.planning import Scenario
from landuse.scenarios.choose import choose
from landuse.scenarios.plans.ask import Ints, Numbers, PlanAsk
from landuse.scenarios.plans.candidates import Candidates, candidates, split_lock
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.limits import limits_of, lots_of

AIMED_AT: Final = {"tax": "tax_uplift_wan", "mu": "freed_mu", "npv": "npv_wan"}
"""Aim -> figure of an option."""


def plan_ask(scenario: Scenario, ground: PlanGround) -> PlanAsk:
    """Return what a scenario asks for."""
    found = candidates(scenario, ground)
    rows, parcel = np.unique(found.row, return_inverse=True)
    codes = tuple(str(code) for code in ground.codes[rows])
    ask = PlanAsk(
        options=found.options,
        parcel=parcel.astype(np.int64),
        codes=codes,
        rows=rows,
        value=np.zeros(len(found.row)),
        handled_mu=found.counted("handled_mu"),
        cost_wan=found.counted("cost_wan"),
        limits=limits_of(scenario, ground, found),
        years=scenario.years,
        sites=scenario.sites,
        gap=scenario.gap,
    )
    ask = _with_sets(ask, scenario, ground)
    return replace(ask, value=worth(found, rates_of(ask, found, scenario)))


def rates_of(ask: PlanAsk, found: Candidates, scenario: Scenario) -> dict[str, float]:
    """Return what a unit of each figure aimed at is worth: 1 of a single one, in a mix its weight over the most of it.

    A part of a mix of which nothing can be had is worth nothing.
    """
    weights = {AIMED_AT[aim]: weight for aim, weight in scenario.maximise.items() if weight > 0}
    if len(weights) == 1:
        return dict.fromkeys(weights, 1.0)
    most = {name: _most(replace(ask, value=found.counted(name))) for name in weights}
    return {name: weight / most[name] if most[name] > 0 else 0.0 for name, weight in weights.items()}


def worth(found: Candidates, rates: Mapping[str, float]) -> Numbers:
    """Return what each option is worth to the aim."""
    total = np.zeros(len(found.row))
    for name, rate in rates.items():
        total = total + rate * found.counted(name)
    return total


def _with_sets(ask: PlanAsk, scenario: Scenario, ground: PlanGround) -> PlanAsk:
    """Return the question with its sets; what a case already took counts as taken."""
    number = {code: at for at, code in enumerate(ask.codes)}
    settled = ground.settled
    must = {code for code, _ in map(split_lock, scenario.lock_in)}
    either_or, together = [], []
    for members in scenario.either_or:
        most = max(0, 1 - len(set(members) & settled))
        either_or.append((_numbers(set(members) - settled, number), most))
    for members in scenario.all_or_none:
        rest = set(members) - settled
        if rest != set(members):
            must |= rest
        elif rest <= number.keys():
            together.append(_numbers(rest, number))
        else:
            either_or.append((_numbers(rest, number), 0))
    return replace(
        ask,
        must=_numbers(must - settled, number),
        either_or=tuple((members, most) for members, most in either_or if len(members)),
        all_or_none=tuple(together),
        lots=lots_of(scenario, ground, ask.rows),
    )


def _numbers(codes: set[str], number: Mapping[str, int]) -> Ints:
    return np.array(sorted(number[code] for code in codes if code in number), dtype=np.int64)


def _most(ask: PlanAsk) -> float:
    """Return the most that can be had of an aim alone; where no plan is possible, of every parcel by itself."""
    plan = choose(ask.together(), gap=ask.gap, seed=ask.seed)
    if plan.is_feasible:
        return plan.value
    best = np.zeros(ask.parcels)
    np.maximum.at(best, ask.parcel, ask.value)
    return float(best.sum())
