"""Search the least change of one amount that takes a member out of the bottom share of its group.

A member is out when at least k others score lower. When its own figure improves, its own score does not fall and
nobody else's rises (the base, or the highest of the group, only grows), so the answer changes once, from listed to
out, and nested intervals find the place. Where an unknown measure counts as the mean of the group this is not so:
there the first of the points tried on each level is taken, a least change on that grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.scenarios.pool import Floats, Ints, Mask, Pool, Trials, changed, points, total

SAFE: Final = 2e-9
"""A score must exceed that of the k-th other by more than this to be out: two steps of the rounding of scores."""
MARGIN: Final = 1e-6
"""Scores nearer than this to a bound are compared in full."""
AT_ONCE: Final = 2_000_000
"""Scores computed at a time."""


@dataclass(frozen=True)
class Field:
    """Who decides the cut: members surely below it, and those that may stand on either side."""

    k: int
    below: Mask
    free: Ints

    @classmethod
    def of(cls, pool: Pool, k: int, ends: tuple[Trials, Trials]) -> Field:
        """Return the field for all trials whose bases lie between those of two ends."""
        everybody = np.arange(len(pool))
        if pool.rule.unknown == "mean":
            return cls(k, np.zeros(len(pool), dtype=bool), everybody)
        yards = np.concatenate([end.yard for end in ends])
        with np.errstate(invalid="ignore"):
            least, most = yards.min(axis=0), np.fmax.reduce(yards, axis=0)
        highest, lowest = (_all_scores(pool, yard[None], everybody)[0] for yard in (least, most))
        upper = np.partition(highest, k)[k] + MARGIN
        lower = np.partition(lowest, k - 1)[k - 1] - MARGIN
        below = highest < lower
        return cls(k, below, np.flatnonzero(~below & (lowest <= upper)))


def least_change(pool: Pool, k: int, quantity: str, *, reach: Reach) -> Floats:
    """Return the least number of steps that takes each member out; NaN where even all steps leave it listed."""
    steps = np.full(len(reach.member), np.nan)
    tried = np.flatnonzero(reach.most > 0)
    if not len(tried):
        return steps
    reach = reach.of(tried)
    ends = tuple(changed(pool, quantity, reach.member, reach.amount(end)) for end in (reach.most * 0, reach.most))
    field = Field.of(pool, k, (ends[0], ends[1]))
    low, high = np.zeros(len(tried)), reach.most.copy()
    low_gap, high_gap = (_gap(pool, field, end) for end in ends)
    out = high_gap > SAFE
    active = np.flatnonzero(out & (high - low > 1))
    while len(active):
        here = reach.of(active)
        grid = _grid(low[active], high[active], low_gap[active], high_gap[active])
        each = here.of(np.repeat(np.arange(len(active)), grid.shape[1]))
        trials = changed(pool, quantity, each.member, each.amount(grid.ravel()))
        gaps = _gap(pool, field, trials).reshape(grid.shape)
        low[active], high[active], low_gap[active], high_gap[active] = _narrowed(
            (low[active], high[active], low_gap[active], high_gap[active]), grid, gaps
        )
        active = active[high[active] - low[active] > 1]
    steps[tried[out]] = high[out]
    return steps


@dataclass(frozen=True)
class Reach:
    """How far the amount of each member may go, in whole parts of a unit."""

    member: Ints
    start: Floats
    """Where it begins, in parts."""
    most: Floats
    """Most steps of one part."""
    sign: int
    """+1 more, -1 less."""
    parts: int
    """Parts of one unit."""

    def amount(self, steps: Floats) -> Floats:
        """Return the amounts after some steps."""
        return (self.start + self.sign * steps) / self.parts

    def of(self, places: Ints) -> Reach:
        """Return the same for some of the members."""
        return Reach(self.member[places], self.start[places], self.most[places], self.sign, self.parts)


# ------------------------------------------------------------------------------------------------ parts


def _grid(low: Floats, high: Floats, low_gap: Floats, high_gap: Floats) -> Floats:
    """Return three points inside each interval: its middle, and both sides of where a straight line crosses."""
    width = high - low
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (SAFE - low_gap) / (high_gap - low_gap)
    line = low + np.rint(width * np.where(np.isfinite(share), np.clip(share, 0.0, 1.0), 0.5))
    step = np.maximum(1.0, np.floor(width / 512))
    grid = np.stack([line - step, low + np.floor(width / 2), line + step], axis=1)
    return np.sort(np.clip(grid, (low + 1)[:, None], (high - 1)[:, None]), axis=1)


def _narrowed(ends: tuple[Floats, Floats, Floats, Floats], grid: Floats, gaps: Floats) -> tuple[Floats, ...]:
    low, high, low_gap, high_gap = ends
    places = np.concatenate([low[:, None], grid, high[:, None]], axis=1)
    values = np.concatenate([low_gap[:, None], gaps, high_gap[:, None]], axis=1)
    out = values > SAFE
    out[:, 0], out[:, -1] = False, True
    first, row = out.argmax(axis=1), np.arange(len(low))
    return places[row, first - 1], places[row, first], values[row, first - 1], values[row, first]


def _gap(pool: Pool, field: Field, trials: Trials) -> Floats:
    """Return by how much the member scores more than the k-th lowest of the others."""
    cells = len(pool) if pool.rule.unknown == "mean" else len(field.free)
    size = max(1, AT_ONCE // max(cells, 1))
    parts = [_gap_of(pool, field, trials, slice(s, s + size)) for s in range(0, len(trials.member), size)]
    return np.concatenate(parts)


def _gap_of(pool: Pool, field: Field, trials: Trials, some: slice) -> Floats:
    member, yard = trials.member[some], trials.yard[some]
    mine = points(pool, trials.values[some], yard, pool.declared[member])
    mean = _means(pool, mine, yard, member) if pool.rule.unknown == "mean" else None
    own = total(pool, mine, pool.weights[member], mean)
    others = _all_scores(pool, yard, field.free, mean)
    others[field.free[None, :] == member[:, None]] = np.inf
    wanted = field.k - int(field.below.sum()) + field.below[member] - 1
    ordered = np.partition(others, np.unique(wanted), axis=1)
    gap: Floats = own - ordered[np.arange(len(member)), wanted]
    return gap


def _all_scores(pool: Pool, yard: Floats, rows: Ints, mean: Floats | None = None) -> Floats:
    """Return the scores of some members (columns) under each yardstick (rows)."""
    found = points(pool, pool.values[rows][None], yard[:, None], pool.declared[rows][None])
    scores = total(pool, found, pool.weights[rows][None], None if mean is None else mean[:, None])
    return np.where(np.isnan(scores), np.inf, scores)


def _means(pool: Pool, mine: Floats, yard: Floats, member: Ints) -> Floats:
    """Return the mean point of each measure over those who know it, trial by trial; a locked one stays."""
    found = points(pool, pool.values[None], yard[:, None], pool.declared[None])
    found[np.arange(len(member)), member] = mine
    known = ~np.isnan(found)
    count = known.sum(axis=1)
    sums = np.where(known, found, 0.0).sum(axis=1)
    means = np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)
    found_or_held: Floats = np.where(pool.held.averaged[0], pool.held.mean[0], means)
    return found_or_held
