"""Compare one group again with one member's amount changed: bases, points and scores of many trials at once.

The kernel of `landuse.ranking.score` in plain floats, for a search; a trial changes one amount of one member and
leaves everything else as it is. Its own change moves the base of the group, and so everybody's score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.indicators import declared_bases, says, weight_rows
from landuse.measures import LAND, Measure, measures
from landuse.ranking import Held, between, fractions
from landuse.ranking.status import BELOW_SCALE
from landuse.rule import Rule

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

AREA: Final = "area_mu"
"""Amount that stands under the per-mu measures."""
AMOUNTS: Final = ("tax_wan", "output_wan", "energy_tce", AREA)


@dataclass(frozen=True)
class Pool:
    """One group (or all enterprises, before it is cut into groups): rows are members, columns measures."""

    rule: Rule
    figures: Floats
    """Amounts that may be changed (columns: `AMOUNTS`); NaN = unknown."""
    below_scale: Mask
    """Small enterprises (规下)."""
    values: Floats
    """What is compared; NaN = unknown."""
    tops: Floats
    """Numerator before it is cut at 0."""
    above: Floats
    """Numerator as it enters the base."""
    below: Floats
    """Denominator: land adjusted by K, or the other amount."""
    weights: Floats
    declared: Floats
    """Declared base; NaN = that of the group."""
    held: Held
    """What is locked for the group, in one row; no row for all enterprises."""

    @classmethod
    def of(cls, members: pd.DataFrame, *, rule: Rule) -> Pool:
        """Return the enterprises of a ranked table, not yet cut into groups."""
        values, above, below = (np.stack(each, axis=1) for each in zip(*fractions(members, rule=rule), strict=True))
        known = [measures()[name] for name in rule.indicators]
        tops = np.stack([_column(members, each.top) * each.factor for each in known], axis=1)
        weights, declared = weight_rows(members, rule=rule), declared_bases(members, rule=rule)
        figures = np.stack([_column(members, name) for name in AMOUNTS], axis=1)
        small = says(members, "scale", BELOW_SCALE)
        held = Held.of((), rule=rule)
        return cls(rule, figures, small, values, tops, above, below, np.asarray(weights), np.asarray(declared), held)

    def cut(self, rows: Ints, name: str) -> Pool:
        """Return one group by its rows and its name."""
        parts = ("figures", "below_scale", "values", "tops", "above", "below", "weights", "declared")
        cut: dict[str, Any] = {part: getattr(self, part)[rows] for part in parts}
        return Pool(self.rule, **cut, held=Held.of([name], rule=self.rule))

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.values)

    def amounts(self, quantity: str) -> Floats:
        """Return an amount of the members; NaN = unknown."""
        return self.figures[:, AMOUNTS.index(quantity)]

    def touched(self, quantity: str) -> Mask:
        """Return which measures an amount enters."""
        known = [measures()[name] for name in self.rule.indicators]
        return np.array([each.top == quantity or _under(each) == quantity for each in known])

    def counted(self, member: Ints) -> Mask:
        """Return which measures count for some members: all but those that a lock leaves without a base or extremes."""
        out = self.held.compared[0] & np.isnan(self.held.low[0])
        if self.rule.method == "minmax":
            return np.broadcast_to(~out, (len(member), len(out)))
        counts: Mask = ~out | ~np.isnan(self.declared[member])
        return counts

    def is_under(self, quantity: str) -> Mask:
        """Return which measures an amount stands under."""
        return np.array([_under(measures()[name]) == quantity for name in self.rule.indicators])


@dataclass(frozen=True)
class Trials:
    """Members with one amount changed, one row a trial."""

    member: Ints
    values: Floats
    """The member's own measures."""
    yard: Floats
    """What all are measured by, trial x measure x 2: the base (twice), or the lowest and the highest of the group."""


def own_units(table: pd.DataFrame) -> Ints:
    """Return the rows of a ranked table that were counted: ranked, and standing for themselves."""
    ranked = table["status"].eq("RANKED").to_numpy(dtype=bool)
    if "rank_unit" in table.columns:
        ranked = ranked & table["rank_unit"].fillna(table["uscc"]).eq(table["uscc"]).to_numpy(dtype=bool)
    return np.flatnonzero(ranked)


def changed(pool: Pool, quantity: str, member: Ints, amount: Floats) -> Trials:
    """Return the trials in which `member` has `amount` of a quantity."""
    before = pool.amounts(quantity)[member]
    tops, below = pool.tops[member].copy(), pool.below[member].copy()
    for column, name in enumerate(pool.rule.indicators):
        measure = measures()[name]
        if measure.top == quantity:
            tops[:, column] = amount * measure.factor
        if _under(measure) == quantity:
            below[:, column] *= amount / before
    values = np.divide(tops, below, out=np.full(tops.shape, np.nan), where=below > 0)
    values[np.isnan(pool.values[member])] = np.nan
    floored = np.array([measures()[name].floored for name in pool.rule.indicators])
    above = np.where(floored, np.maximum(tops, 0.0), tops)
    return Trials(member, values, _yard(pool, member, values, (above, below)))


def points(pool: Pool, values: Floats, yard: Floats, declared: Floats) -> Floats:
    """Return what measures give before their weight; the arrays are spread against each other."""
    low, high = yard[..., 0], yard[..., 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        if pool.rule.method == "minmax":
            return between(values, low, high, floor=pool.rule.floor)
        base = np.where(np.isnan(declared), low, declared)
        clipped: Floats = np.clip(values / base, 0.0, pool.rule.cap)
        return clipped


def total(pool: Pool, found: Floats, weights: Floats, mean: Floats | None = None) -> Floats:
    """Return scores of points; `mean` is the mean point of the group, where that stands for an unknown one."""
    if pool.rule.unknown != "renormalise":
        found = np.where(np.isnan(found), 0.0 if mean is None else mean, found)
    known = ~np.isnan(found)
    weight = np.where(known, weights, 0.0)
    above = (weight * np.where(known, found, 0.0)).sum(axis=-1)
    under = weight.sum(axis=-1)
    scored: Floats = 100.0 * np.divide(above, under, out=np.full(above.shape, np.nan), where=under > 0)
    return scored


# ------------------------------------------------------------------------------------------------ parts


def _yard(pool: Pool, member: Ints, values: Floats, own: tuple[Floats, Floats]) -> Floats:
    known = ~np.isnan(pool.values)
    if pool.rule.method == "minmax":
        low = _without(np.where(known, pool.values, np.inf), member)
        high = -_without(np.where(known, -pool.values, np.inf), member)
        low, high = np.fmin(low, values), np.fmax(high, values)
        ends = np.stack([np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high)], axis=-1)
        return _held(pool, ends)
    counted = known[member]
    sides: list[Any] = []
    for side, mine in zip((pool.above, pool.below), own, strict=True):
        each = np.where(known, side, 0.0)
        rest = each.sum(axis=0) - each[member]
        sides.append(rest + np.where(counted, mine, 0.0))
    above, below = sides
    usable = (above > 0) & (below > 0)
    base = np.divide(above, below, out=np.full(above.shape, np.nan), where=usable)
    return _held(pool, np.stack([base, base], axis=-1))


def _held(pool: Pool, yard: Floats) -> Floats:
    """Return the yard of trials with what is locked in its place."""
    locked = np.stack([pool.held.low[0], pool.held.high[0]], axis=-1)
    found: Floats = np.where(pool.held.compared[0][:, None], locked, yard)
    return found


def _without(values: Floats, member: Ints) -> Floats:
    """Return the lowest of each column over all but one member, trial by trial."""
    first = values.argmin(axis=0)
    lowest = values[first, np.arange(values.shape[1])]
    rest = values.copy()
    rest[first, np.arange(values.shape[1])] = np.inf
    second = rest.min(axis=0)
    found: Floats = np.where(member[:, None] == first, second, lowest)
    return found


def _column(members: pd.DataFrame, name: str) -> Floats:
    if name not in members.columns:
        return np.full(len(members), np.nan)
    return members[name].to_numpy(dtype=float)


def _under(measure: Measure) -> str:
    return AREA if measure.under == LAND else measure.under
