"""Choose: the best plan under shared limits, with a proven bound on what any other plan could be worth.

1. Prices of the limits bound every plan from above (`dual`).
2. Parcels whose decision those prices leave no doubt about are decided; the few that remain are a small mixed-integer
   program that is solved exactly (`solver`), with more parcels each time until the gap is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.scenarios.choose.dual import Bound, Reply, bound, reply, value_at
from landuse.scenarios.choose.problem import Choice, Ints, Mask
from landuse.scenarios.choose.solver import Program, solve

SMALL: Final = 400
"""Options up to which a choice is solved exactly at once."""
CORE: Final = 100
"""Parcels left open at first; four times as many each time the gap is not closed."""
GROWTH: Final = 4
ENLARGED: Final = 3
"""Times the core grows before the whole choice is handed to the solver, or the gap is told as it is."""
NODES: Final = 60
"""Nodes after which a mixed-integer search tells what it has: its gap is printed, not hidden."""
WHOLE: Final = 8_000
"""Options up to which the whole choice may be handed to the solver."""


@dataclass(frozen=True)
class Plan:
    """A plan, and how good it is at least."""

    taken: Ints
    """Options taken, ascending; empty where there is no plan."""
    value: float
    bound: float
    """No plan is worth more; -inf where there is none."""
    is_feasible: bool
    """Whether there is a plan that keeps every limit."""
    rounds: int = 0
    """Times prices were asked."""

    @property
    def gap(self) -> float:
        """Return by what share of its value the plan could be beaten at most."""
        if not self.is_feasible:
            return np.inf
        return max(0.0, self.bound - self.value) / max(abs(self.value), abs(self.bound), 1e-9)


def choose(choice: Choice, *, gap: float = 1e-4, seed: int = 0) -> Plan:
    """Return the plan worth most, within a share `gap` of the best there is.

    Parameters
    ----------
    gap
        The search ends when the plan is proven to be within this share of the best; a plan whose gap stayed greater
        says so (`Plan.gap`).
    seed
        Of the search for prices.
    """
    if choice.options <= SMALL:
        return _exactly(choice, gap)
    found = bound(choice, goal=gap / 20, seed=seed)
    said = reply(choice, found.prices)
    best = Plan(np.empty(0, dtype=np.int64), -np.inf, found.value, is_feasible=False, rounds=found.rounds)
    size = CORE
    for _ in range(ENLARGED):
        plan = _with_core(choice, found, said, size, gap)
        if plan.is_feasible and (not best.is_feasible or plan.value > best.value):
            best = plan
        if best.gap <= gap or size * GROWTH >= len(choice.starts):
            break
        size *= GROWTH
    if best.gap > gap and choice.options <= WHOLE:
        whole = _exactly(choice, gap)
        return whole if not whole.is_feasible or whole.gap < best.gap else best
    return best


def _exactly(choice: Choice, gap: float) -> Plan:
    solved = solve(Program.of(choice, is_whole=True), gap=gap / 2, nodes=NODES)
    taken = _taken(solved.values)
    if not len(solved.values) or not choice.keeps(taken):
        return Plan(np.empty(0, dtype=np.int64), -np.inf, -np.inf, is_feasible=False)
    value = _worth(choice, taken)
    return Plan(taken, value, max(value, -solved.lower_bound), is_feasible=True)


def _taken(values: np.ndarray) -> Ints:
    return np.flatnonzero(values > 0.5)


def _worth(choice: Choice, taken: Ints) -> float:
    return float(choice.value[taken].sum())


def _with_core(choice: Choice, found: Bound, said: Reply, size: int, gap: float) -> Plan:
    """Return the best plan that decides all parcels but the most doubtful ones as the prices say."""
    doubtful = np.zeros(len(choice.starts), dtype=bool)
    doubtful[np.argsort(said.regret, kind="stable")[:size]] = True
    doubtful |= np.isin(choice.parcel[choice.starts], choice.open)
    is_open: Mask = doubtful[choice.group]
    decided = said.best[~doubtful]
    fixed = decided[decided >= 0]
    core = choice.within(is_open, fixed)
    enough = -(found.value * (1 - gap / 2) - _worth(choice, fixed)) if found.value > 0 else -np.inf
    solved = solve(Program.of(core, is_whole=True), gap=gap / 4, nodes=NODES, target=enough)
    if not len(solved.values):
        return Plan(np.empty(0, dtype=np.int64), -np.inf, found.value, is_feasible=False, rounds=found.rounds)
    taken = np.sort(np.r_[fixed, np.flatnonzero(is_open)[_taken(solved.values)]])
    kept = choice.keeps(taken)
    worth = _worth(choice, taken) if kept else -np.inf
    return Plan(taken, worth, max(found.value, worth), is_feasible=kept, rounds=found.rounds)


def bound_of(choice: Choice, prices: np.ndarray) -> float:
    """Return the bound that given prices prove, asked anew."""
    return value_at(choice, prices, reply(choice, prices).worth)
