"""Bound a choice from above: prices of the limits at which no plan can be worth more (Lagrangian dual).

At prices p every parcel decides alone, for the option with the greatest value less the priced uses; the sum of what
they decide, with the limits at their prices, bounds every plan. The prices are sought by cutting planes inside a box
around the best found so far (boxstep method: Marsten, Hogan, Blankenship 1975), one plane a block of parcels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.scenarios.choose.problem import Choice, Ints, Mask, Numbers
from landuse.scenarios.choose.solver import Program, solve

BLOCKS: Final = 16
"""Blocks of parcels with planes of their own: more planes a round, fewer rounds."""
ROUNDS: Final = 120
SAMPLE: Final = 4_000
"""Parcels of the small choice whose exact prices the search starts from."""


@dataclass(frozen=True)
class Bound:
    """What the search for prices found."""

    value: float
    """No plan is worth more."""
    prices: Numbers
    """Price of each limit per unit; above 0 where the upper limit binds, below 0 where the lower one does."""
    rounds: int


@dataclass(frozen=True)
class Reply:
    """What the parcels decide at given prices."""

    worth: Numbers
    """Value less priced uses of the best decision of each parcel."""
    best: Ints
    """Option each parcel takes; -1 = none."""
    regret: Numbers
    """By how much the best decision of each parcel beats the next."""
    reduced: Numbers
    """Value less priced uses of each option."""


def reply(choice: Choice, prices: Numbers) -> Reply:
    """Return what every parcel decides at given prices."""
    priced = np.bincount(choice.uses.option, choice.uses.amount * prices[choice.uses.limit], minlength=choice.options)
    reduced = choice.value - priced
    starts, group = choice.starts, choice.group
    top = np.maximum.reduceat(reduced, starts) if len(starts) else np.empty(0)
    is_top = reduced == top[group]
    places = np.where(is_top, np.arange(choice.options), choice.options)
    first = np.minimum.reduceat(places, starts) if len(starts) else np.empty(0, dtype=np.int64)
    others = reduced.copy()
    others[first] = -np.inf
    second = np.maximum.reduceat(others, starts) if len(starts) else np.empty(0)
    free = ~choice.is_bound
    takes = (top > 0) | choice.is_bound
    rest = np.where(free, np.maximum(second, 0.0), second)
    worth = np.where(takes, top, 0.0)
    regret = np.where(takes, top - rest, -top)
    return Reply(worth, np.where(takes, first, -1), regret, reduced)


def value_at(choice: Choice, prices: Numbers, worth: Numbers) -> float:
    """Return the bound that prices give."""
    return float(worth.sum()) + _of_limits(choice, prices)


def _of_limits(choice: Choice, prices: Numbers) -> float:
    with np.errstate(invalid="ignore"):
        ends = np.where(prices > 0, choice.upper, choice.lower)
        return float(np.where(prices == 0, 0.0, prices * ends).sum())


def bound(choice: Choice, *, goal: float = 1e-6, seed: int = 0) -> Bound:
    """Return an upper bound of a choice and the prices that prove it.

    Parameters
    ----------
    goal
        The search ends when the planes leave room for less than this share of the bound.
    seed
        Of the blocks and of the sample that gives the first prices.
    """
    if not choice.limits or not choice.options:
        found = reply(choice, np.zeros(choice.limits))
        return Bound(float(found.worth.sum()), np.zeros(choice.limits), 0)
    rng = np.random.default_rng(seed)
    block = rng.permutation(np.arange(len(choice.starts)) % BLOCKS)
    search = _Search.over(choice, block)
    search.try_at(np.zeros(choice.limits))
    search.try_at(_first_prices(choice, rng))
    if len(choice.starts) <= SAMPLE:
        return Bound(search.best, search.prices, search.rounds)
    return search.narrowed(goal)


def _first_prices(choice: Choice, rng: np.random.Generator) -> Numbers:
    """Return the exact prices of a small choice drawn from the large one, its limits in proportion."""
    groups = len(choice.starts)
    if groups <= SAMPLE:
        return _prices_of(choice)
    chosen = np.zeros(groups, dtype=bool)
    chosen[rng.choice(groups, SAMPLE, replace=False)] = True
    kept: Mask = chosen[choice.group]
    small = choice.within(kept, np.empty(0, dtype=np.int64))
    part = SAMPLE / groups
    return _prices_of(Choice(small.parcel, small.value, small.uses, choice.lower * part, choice.upper * part))


def _prices_of(choice: Choice) -> Numbers:
    """Return the dual values of the limits in the linear relaxation; zero where it cannot be kept."""
    solved = solve(Program.of(choice))
    return solved.duals[len(choice.starts) :] if solved.is_optimal else np.zeros(choice.limits)


class _Search:
    """Prices sought so far: planes, the best prices, the box around them."""

    def __init__(self, choice: Choice, block: Ints, scale: Numbers, unit: float) -> None:
        self.choice, self.block, self.scale, self.unit = choice, block, scale, unit
        self.best = np.inf
        self.prices = np.zeros(choice.limits)
        self.slopes: list[Numbers] = []
        self.heights: list[Numbers] = []
        self.rounds = 0

    @classmethod
    def over(cls, choice: Choice, block: Ints) -> _Search:
        """Return an empty search; limits are scaled by their size, so that one box fits all."""
        uses = np.bincount(choice.uses.limit, np.abs(choice.uses.amount), minlength=choice.limits)
        ends = np.maximum(
            np.where(np.isfinite(choice.upper), np.abs(choice.upper), 0.0),
            np.where(np.isfinite(choice.lower), np.abs(choice.lower), 0.0),
        )
        scale = np.maximum(np.minimum(np.where(ends > 0, ends, uses), np.maximum(uses, 1e-12)), 1e-12)
        return cls(choice, block, scale, max(float(np.abs(choice.value).sum()), 1e-12))

    def try_at(self, prices: Numbers) -> bool:
        """Ask every parcel at some prices, add their planes, and return whether the bound fell."""
        choice = self.choice
        found = reply(choice, prices)
        taken = found.best[found.best >= 0]
        of_group = np.zeros(len(choice.starts))
        of_group[found.best >= 0] = choice.value[taken]
        is_taken = np.zeros(choice.options, dtype=bool)
        is_taken[taken] = True
        counted = is_taken[choice.uses.option]
        cell = self.block[choice.group[choice.uses.option[counted]]] * choice.limits + choice.uses.limit[counted]
        used = np.bincount(cell, choice.uses.amount[counted], minlength=BLOCKS * choice.limits)
        self.slopes.append(used.reshape(BLOCKS, choice.limits) / self.scale)
        self.heights.append(np.bincount(self.block, of_group, minlength=BLOCKS).astype(float))
        self.rounds += 1
        value = value_at(choice, prices, found.worth)
        if value < self.best:
            self.best, self.prices = value, prices
            return True
        return False

    def narrowed(self, goal: float) -> Bound:
        """Return the bound after as many rounds as the goal needs."""
        reach = 0.25
        while self.rounds < ROUNDS:
            prices, least, at_edge = self._lowest(reach)
            room = self.best - least
            if room <= goal * max(abs(self.best), 1e-9 * self.unit) and not at_edge:
                break
            before = self.best
            fell = self.try_at(prices)
            if fell and before - self.best > 0.3 * room:
                reach *= 1.0 if not at_edge else 3.0
            elif not fell:
                reach = max(reach / 2.0, 1e-7)
        return Bound(self.best, self.prices, self.rounds)

    def _lowest(self, reach: float) -> tuple[Numbers, float, bool]:
        """Return where in the box the planes are lowest, how low, and whether that is at the edge of the box.

        Prices are measured in shares of the sum of all values per scaled limit.
        """
        choice, unit = self.choice, self.unit
        centre = self.prices * self.scale / unit
        size = reach * np.maximum(np.abs(centre), np.abs(centre).max(initial=0.0) * 0.1 + 1e-3)
        has_upper, has_lower = np.isfinite(choice.upper), np.isfinite(choice.lower)
        least = np.where(has_lower, centre - size, np.maximum(0.0, centre - size))
        most = np.where(has_upper, centre + size, np.minimum(0.0, centre + size))
        solved = solve(self._planes(least, most))
        if not solved.is_optimal:
            return self.prices, self.best, False
        count = choice.limits
        point = solved.values[:count] - solved.values[count : 2 * count]
        narrow = 1e-9 * size
        is_inside = (point > least + narrow) & (point < most - narrow) | (point == 0.0)
        return point * unit / self.scale, solved.objective * unit, not bool(is_inside.all())

    def _planes(self, least: Numbers, most: Numbers) -> Program:
        """Return the program of the lowest point of the planes.

        A column a limit for what its upper end costs, one for what its lower end costs, one a block of parcels; a row
        a plane: worth of the block >= values taken less prices x uses.
        """
        choice = self.choice
        slopes, heights = np.vstack(self.slopes), np.concatenate(self.heights) / self.unit
        planes = len(heights)
        upper, lower = (np.where(np.isfinite(end), end, 0.0) / self.scale for end in (choice.upper, choice.lower))
        blocks = np.tile(np.arange(BLOCKS), len(self.slopes))
        worth = np.zeros((planes, BLOCKS))
        worth[np.arange(planes), blocks] = 1.0
        table = np.hstack([slopes, -slopes, worth])
        column, row = np.nonzero(table.T)
        return Program(
            cost=np.r_[upper, -lower, np.ones(BLOCKS)],
            least=np.r_[np.maximum(0.0, least), np.maximum(0.0, -most), np.full(BLOCKS, -np.inf)],
            most=np.r_[np.maximum(0.0, most), np.maximum(0.0, -least), np.full(BLOCKS, np.inf)],
            low=heights,
            high=np.full(planes, np.inf),
            row=row,
            column=column,
            entry=table[row, column],
        )
