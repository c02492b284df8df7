"""Put parcels in one order that no budget changes: every budget takes the front of it, a greater one takes more.

A ladder of budgets is fixed by what there is to choose from. One rung of it has the best plan for its budget; the
rungs below have the best plans among the parcels of the rung above them, the rungs above the best plans that take
every parcel of the rung below. Which rung to begin with loses least is tried out on the ladder itself. What a rung
adds is ordered by what it is worth for the money. Each parcel has a threshold, the budget from which it is taken, and
a base, an option by which the parcels up to it keep every limit for no more than their thresholds: so that whatever a
budget takes is possible, by better options than the base or by the base. First of all come parcels locked in and the
task, at their least cost: a budget that allows for them at all reaches them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from landuse.scenarios.choose import Choice, Plan, choose
from landuse.scenarios.plans.ask import Compiled, Ints, Numbers, PlanAsk

RUNGS: Final = 10
"""Rungs of the ladder, each a fixed share above the one below …"""
FEW_RUNGS: Final = 5
"""… and where there are many options."""
MANY: Final = 20_000
"""Options from which a ladder has few rungs and one beginning."""
LOWEST: Final = 1 / 40
"""Lowest rung, as a share of what the best plan without any budget costs."""
BEGINNINGS: Final = (0.7, 1.0)
"""Places on the ladder at which the way up and down is begun, 0 = lowest rung, 1 = any budget."""
RUNG_GAP: Final = 1e-2
"""Gap of the plans of the rungs: they only make an order …"""
RUNG_EFFORT: Final = 200_000
"""… and effort of the search."""
WELL: Final = 0.3
"""Share of the cost of the best options that a year before the last has for every parcel it takes."""
EXACT: Final = 1e-7
"""Gap of the least cost of the task: no budget that allows for it is told that it does not."""
SLACK: Final = 1e-9
"""Share of a limit by which sums of floats may pass it."""
NONE: Final = np.empty(0, dtype=np.int64)
SETS: Final = frozenset({"either_or", "all_or_none", "park_lot"})


@dataclass(frozen=True)
class Order:
    """Parcels in the order in which they are taken."""

    base: Ints
    """An option of each."""
    threshold: Numbers
    """Budget from which each is taken, never falling."""
    early: Numbers
    """Money by which a year before the last takes each, not below the threshold: a case begun keeps its measure, so
    that years before the last begin no more cases than they can begin well. Locked in and task: the threshold."""
    ends: Ints
    """How many parcels may be taken: what hangs together stays together. Starts with 0."""


def order_of(ask: PlanAsk) -> Order:
    """Return the order of a question, whatever its budgets."""
    free = replace(ask, limits=tuple(limit for limit in ask.limits if limit.kind != "budget"))
    ladder = _Ladder.over(free)
    if ladder is None:
        return Order(NONE, np.empty(0), np.empty(0), np.zeros(1, dtype=np.int64))
    if len(ask.value) >= MANY:
        return ladder.from_rung(len(ladder.budgets) - 1)
    places = sorted({round(part * (len(ladder.budgets) - 1)) for part in BEGINNINGS})
    return min((ladder.from_rung(place) for place in places), key=ladder.loss)


@dataclass(frozen=True)
class _Ladder:
    """Budgets to be climbed, and what there is to choose from."""

    ask: PlanAsk
    compiled: Compiled
    choice: Choice
    """… with what the options cost as the last limit."""
    cost: Numbers
    """Of each option of the choice; those that stand for a park touched cost nothing."""
    first: Ints
    """Options by which parcels locked in and the task are reached at least cost."""
    budgets: tuple[float, ...]

    @classmethod
    def over(cls, ask: PlanAsk) -> _Ladder | None:
        """Return the ladder of a question without budgets; None where no budget at all gives a plan."""
        compiled = ask.compiled()
        choice = compiled.choice
        cost = np.zeros(choice.options)
        cost[: len(ask.cost_wan)] = ask.cost_wan
        best = _rough(choice, ask)
        if not best.is_feasible:
            return None
        first = NONE
        if len(choice.must) or np.any(choice.lower > 0):
            cheapest = choose(replace(choice, value=-cost), gap=EXACT, seed=ask.seed)
            first = cheapest.taken if cheapest.is_feasible else best.taken
        top = float(cost[best.taken].sum())
        count = RUNGS if choice.options < MANY else FEW_RUNGS
        rungs = top * np.geomspace(LOWEST, 1.0, count) if top > 0 else np.empty(0)
        above = rungs[rungs > cost[first].sum()]
        return cls(ask, compiled, _with_budget(choice, cost), cost, first, (*above.tolist(), np.inf))

    @cached_property
    def cheapest(self) -> Ints:
        """Return the option of least cost of each parcel, by its number."""
        order = np.lexsort((self.ask.cost_wan, self.ask.parcel))
        return order[np.searchsorted(self.ask.parcel[order], np.arange(self.ask.parcels))]

    def from_rung(self, place: int) -> Order:
        """Return the order that begins with the best plan of one rung."""
        every, last = np.arange(self.choice.parcel[-1] + 1), len(self.budgets) - 1
        own = self.ask.parcel[self.first_real]
        plans = {place: self._rung(place, own, every)}
        for above in range(place, 0, -1):
            plans[above - 1] = self._rung(above - 1, own, self.choice.parcel[plans[above]])
        for below in range(place, last):
            plans[below + 1] = self._rung(below + 1, self.ask.parcel[self._real(plans[below])], every)
        chain = _Chain(self)
        chain.add(self.first, 0.0, np.inf)
        spent = chain.cost
        for at, budget in enumerate(self.budgets):
            chain.add(plans[at], spent, budget)
            spent = max(spent, float(self.cost[plans[at]].sum()))
        return chain.order(self._real(plans[last]))

    @property
    def first_real(self) -> Ints:
        """Return the first options without those that stand for a park touched."""
        return self._real(self.first)

    def _real(self, options: Ints) -> Ints:
        return options[options < len(self.ask.value)]

    def _rung(self, at: int, must: Ints, allowed: Ints) -> Ints:
        """Return the best plan of a rung that takes all of some parcels, and of others only those allowed."""
        choice = self.choice
        kept = np.isin(choice.parcel, np.union1d(must, allowed))
        upper = np.r_[choice.upper[:-1], self.budgets[at]]
        own = replace(replace(choice, upper=upper).within(kept, NONE), must=np.union1d(choice.must, must))
        return np.flatnonzero(kept)[_rough(own, self.ask).taken]

    def loss(self, order: Order) -> float:
        """Return what an order loses on the rungs against the best plan of each: mean of the shares."""
        lost = []
        for budget, best in zip(self.budgets, self.best, strict=True):
            if best <= 0:
                continue
            count = int(order.ends[order.ends <= np.searchsorted(order.threshold, budget, side="right")].max())
            own = self.ask.parcel[order.base[:count]]
            kept = np.isin(self.choice.parcel, own) | (self.choice.parcel >= self.ask.parcels)
            upper = np.r_[self.choice.upper[:-1], budget]
            plan = _rough(replace(replace(self.choice, upper=upper).within(kept, NONE), must=own), self.ask)
            lost.append(1.0 - (plan.value if plan.is_feasible else 0.0) / best)
        return round(float(np.mean(lost)), 9) if lost else 0.0

    @cached_property
    def best(self) -> tuple[float, ...]:
        """Return what the best plan of each budget is worth by itself; 0 where there is none."""
        rungs = (replace(self.choice, upper=np.r_[self.choice.upper[:-1], budget]) for budget in self.budgets)
        return tuple(plan.value if plan.is_feasible else 0.0 for plan in (_rough(rung, self.ask) for rung in rungs))


@dataclass
class _Chain:
    """Parcels taken so far on one way up."""

    ladder: _Ladder
    base: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=lambda: [0])
    cost: float = 0.0
    """Of the base."""

    def add(self, plan: Ints, spent: float, latest: float) -> None:
        """Add what a plan takes that is not taken yet, unit by unit.

        Parameters
        ----------
        spent
            What the plan of the rung below costs: thresholds start there.
        latest
            Budget of the rung: what it takes is taken from there on in any case.
        """
        ask = self.ladder.ask
        own = plan[plan < len(ask.value)]
        fresh = own[~np.isin(ask.parcel[own], ask.parcel[np.array(self.base, dtype=np.int64)])]
        for unit in _units(ask, fresh):
            base = self._base(unit, is_first=len(self.ends) == 1 or latest == np.inf)
            if base is None:
                continue
            spent += float(ask.cost_wan[unit].sum())
            self.base += base
            self.cost += float(ask.cost_wan[base].sum())
            enters = max(min(spent, latest), self.cost, self.threshold[-1] if self.threshold else 0.0)
            self.threshold += [enters] * len(base)
            self.ends.append(len(self.base))

    def _base(self, unit: list[int], *, is_first: bool) -> list[int] | None:
        """Return options of a unit's parcels that keep every limit beside the base so far; None = there are none."""
        ladder = self.ladder
        cheapest = ladder.cheapest[ladder.ask.parcel[unit]].tolist()
        for options in [unit] if is_first else [cheapest, unit]:
            taken = np.array(self.base + options, dtype=np.int64)
            if self._keeps(taken):
                return options
        return None

    def _keeps(self, taken: Ints) -> bool:
        ask, choice = self.ladder.ask, self.ladder.choice
        sums = choice.sums(taken)
        tied = {"all_or_none", "park_lot"}
        caps = np.array([limit.kind not in tied for limit in self.ladder.compiled.limits], dtype=bool)
        passed = sums[:-1] > choice.upper[:-1] + SLACK * np.maximum(1.0, np.abs(sums[:-1]))
        if np.any(passed & caps):
            return False
        lands = [(ask.handled_mu[taken][np.isin(ask.parcel[taken], lot.parcels)], lot.least_mu) for lot in ask.lots]
        return all(not len(land) or land.sum() >= least * (1 - SLACK) for land, least in lands)

    def order(self, best: Ints) -> Order:
        """Return the order; `best`: the options of the plan without any budget."""
        ask, base = self.ladder.ask, np.array(self.base, dtype=np.int64)
        well = np.zeros(ask.parcels)
        well[ask.parcel[base]] = ask.cost_wan[base]
        well[ask.parcel[best]] = np.maximum(well[ask.parcel[best]], ask.cost_wan[best])
        threshold = np.array(self.threshold, dtype=float)
        early = np.maximum(np.cumsum(well[ask.parcel[base]]) * WELL, threshold)
        early = np.where(np.isin(ask.parcel[base], ask.parcel[self.ladder.first_real]), threshold, early)
        return Order(base, threshold, np.maximum.accumulate(early), np.array(self.ends, dtype=np.int64))


def _units(ask: PlanAsk, options: Ints) -> list[list[int]]:
    """Return options by what they are worth for the money, locked in first, those that hang together as one."""
    name = {int(ask.parcel[one]): int(ask.parcel[one]) for one in options}
    for members in _together(ask):
        inside = {name[int(one)] for one in members if int(one) in name}
        name = {parcel: min(inside) if own in inside else own for parcel, own in name.items()}
    made: dict[int, list[int]] = {}
    for one in options.tolist():
        made.setdefault(name[int(ask.parcel[one])], []).append(one)
    keyed = []
    for unit in made.values():
        worth, cost = float(ask.value[unit].sum()), float(ask.cost_wan[unit].sum())
        is_locked = bool(np.isin(ask.parcel[unit], ask.must).any())
        keyed.append((not is_locked, -worth / max(cost, 1e-9), unit))
    return [unit for _, _, unit in sorted(keyed)]


def _together(ask: PlanAsk) -> Iterator[Ints]:
    yield from ask.all_or_none
    yield from (lot.parcels for lot in ask.lots)


def _rough(choice: Choice, ask: PlanAsk) -> Plan:
    return choose(choice, gap=RUNG_GAP, seed=ask.seed, effort=RUNG_EFFORT)


def _with_budget(choice: Choice, cost: Numbers) -> Choice:
    """Return a choice with one more limit, the last: what the options cost."""
    paid = np.flatnonzero(cost)
    uses = replace(
        choice.uses,
        option=np.r_[choice.uses.option, paid],
        limit=np.r_[choice.uses.limit, np.full(len(paid), choice.limits)],
        amount=np.r_[choice.uses.amount, cost[paid]],
    )
    return replace(choice, uses=uses, lower=np.r_[choice.lower, -np.inf], upper=np.r_[choice.upper, np.inf])
