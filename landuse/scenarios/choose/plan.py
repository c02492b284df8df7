"""Choose: the best plan under shared limits, with a proven bound on what any other plan could be worth.

1. Prices of the limits bound every plan from above (`dual`).
2. Parcels whose decision those prices leave no doubt about are decided; the few that remain are a small mixed-integer
   program that is solved exactly (`solver`): a plan.
3. What bound and plan together rule out (pegging: an option that costs more than the room between them) is in no better
   plan; what is left is solved as a whole, from the plan on, and lowers the bound itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
"""Times the core grows before the gap is told as it is."""
NODES: Final = 60
"""Nodes after which the search in a core tells what it has."""
WHOLE: Final = 8_000
"""Options not ruled out up to which they are solved as a whole."""
EFFORT: Final = 8_000_000
"""Nodes x entries of the program that a search of the whole may take; the gap it leaves is printed, not hidden."""
LEAST_NODES: Final = 30
MOST_NODES: Final = 5_000


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


def choose(choice: Choice, *, gap: float = 1e-4, seed: int = 0, effort: int = EFFORT) -> Plan:
    """Return the plan worth most, within a share `gap` of the best there is.

    Parameters
    ----------
    gap
        The search ends when the plan is proven to be within this share of the best; a plan whose gap stayed greater
        says so (`Plan.gap`).
    seed
        Of the search for prices.
    effort
        Nodes x entries of the program that the last, exact search may take: counted, not timed, so that every machine
        finds the same.
    """
    if choice.options <= SMALL:
        return _exactly(choice, gap, effort)
    found = bound(choice, goal=gap / 20, seed=seed)
    said = reply(choice, found.prices)
    best = Plan(np.empty(0, dtype=np.int64), -np.inf, found.value, is_feasible=False, rounds=found.rounds)
    size = CORE
    for _ in range(ENLARGED):
        plan = _with_core(choice, found, said, size, gap)
        if plan.is_feasible and (not best.is_feasible or plan.value > best.value):
            best = plan
        if best.is_feasible and best.gap > gap:
            left = _not_ruled_out(said, choice, found.value - best.value)
            if np.count_nonzero(left.is_open) <= WHOLE:
                return _improved(choice, left, best, gap, effort)
        if best.gap <= gap or size * GROWTH >= len(choice.starts):
            break
        size *= GROWTH
    return _exactly(choice, gap, effort) if not best.is_feasible and choice.options <= WHOLE else best


def _exactly(choice: Choice, gap: float, effort: int) -> Plan:
    solved = solve(Program.of(choice, is_whole=True), gap=gap / 2, nodes=_nodes(choice, effort))
    taken = _taken(solved.values)
    if not len(solved.values) or not choice.keeps(taken):
        return Plan(np.empty(0, dtype=np.int64), -np.inf, -np.inf, is_feasible=False)
    value = _worth(choice, taken)
    return Plan(taken, value, max(value, -solved.lower_bound), is_feasible=True)


def _nodes(choice: Choice, effort: int) -> int:
    """Return how many nodes the search of a choice may take."""
    entries = choice.options + len(choice.uses.option)
    return int(np.clip(effort // max(entries, 1), LEAST_NODES, MOST_NODES))


@dataclass(frozen=True)
class _Left:
    """What a bound and a plan leave open."""

    is_open: Mask
    """Options that a better plan may take or leave."""
    fixed: Ints
    """Options that every better plan takes."""
    must: Ints
    """Parcels of which every better plan takes one of the open options."""


def _not_ruled_out(said: Reply, choice: Choice, room: float) -> _Left:
    """Return what may be in a plan that loses no more than `room` against the bound."""
    room += 1e-9 * max(1.0, abs(room), float(np.abs(said.reduced).max(initial=0.0)))
    may = said.worth[choice.group] - said.reduced <= room
    ways = np.add.reduceat(may.astype(np.int64), choice.starts)
    takes = (said.worth > room) | choice.is_bound
    decided = takes & (ways == 1)
    is_open: Mask = may & ~decided[choice.group]
    must = choice.parcel[choice.starts[takes & (ways > 1)]]
    return _Left(is_open, np.flatnonzero(may & decided[choice.group]), must)


def _improved(choice: Choice, left: _Left, plan: Plan, gap: float, effort: int) -> Plan:
    """Return the best plan among what is not ruled out, and the lower bound that it proves."""
    core = replace(choice.within(left.is_open, left.fixed), must=left.must)
    base = _worth(choice, left.fixed)
    start = np.isin(np.flatnonzero(left.is_open), plan.taken).astype(float)
    solved = solve(Program.of(core, is_whole=True), gap=0.9 * gap, nodes=_nodes(core, effort), start=start)
    best, value = plan.taken, plan.value
    if len(solved.values):
        taken = np.sort(np.r_[left.fixed, np.flatnonzero(left.is_open)[_taken(solved.values)]])
        worth = _worth(choice, taken)
        if worth > value and choice.keeps(taken):
            best, value = taken, worth
    proven = base - solved.lower_bound if np.isfinite(solved.lower_bound) else plan.bound
    return replace(plan, taken=best, value=value, bound=max(value, min(plan.bound, proven)))


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
