"""Find what the measures of each group are compared with: its base, or its lowest and highest; and what they give.

Every sum is exact (`math.fsum`). Locked values stand in the place of those that the data of the run give.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.indicators import adjusted_land, declared_bases, weight_rows
from landuse.measures import LAND, measures
from landuse.rule import Rule

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Yard:
    """What is compared with, group by group (rows) and measure by measure (columns, as `Rule.indicators`)."""

    names: tuple[str, ...]
    """Names of the groups."""
    low: Floats
    """Base (ratio), or the lowest value (minmax); NaN = there is none, the measure does not count."""
    high: Floats
    """The same base, or the highest value."""
    mean: Floats
    """Mean of the known points, where the rule puts it in the place of an unknown one; else NaN."""

    def of(self, name: str) -> Yard:
        """Return the yard of one group."""
        row = [self.names.index(name)]
        return Yard((name,), self.low[row], self.high[row], self.mean[row])


@dataclass(frozen=True)
class Held:
    """What is locked for groups (rows) and measures (columns, as `Rule.indicators`)."""

    compared: Mask
    """Where base, or lowest and highest, are locked."""
    low: Floats
    """As in `Yard`; NaN where nothing is locked, and where it is locked that there is none."""
    high: Floats
    averaged: Mask
    """Where the mean of the points is locked."""
    mean: Floats

    @classmethod
    def of(cls, names: Sequence[str], *, rule: Rule) -> Held:
        """Return what a rule holds locked for some groups."""
        size = (len(names), len(rule.indicators))
        compared, averaged = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
        low, high, mean = np.full(size, np.nan), np.full(size, np.nan), np.full(size, np.nan)
        place = {name: column for column, name in enumerate(rule.indicators)}
        for row, name in enumerate(names):
            for measure, (least, most) in _locked(rule, name).items():
                if measure in place:
                    at = row, place[measure]
                    compared[at], low[at], high[at] = True, least, most
            for measure, value in (rule.frozen_means.get(name, {}) if rule.unknown == "mean" else {}).items():
                if measure in place:
                    at = row, place[measure]
                    averaged[at], mean[at] = True, value
        return cls(compared, low, high, averaged, mean)


def _locked(rule: Rule, name: str) -> Mapping[str, tuple[float, float]]:
    """Return the locked lowest and highest of a group, or its locked bases, each twice."""
    if rule.method == "minmax":
        return rule.frozen_extremes.get(name, {})
    return {measure: (base, base) for measure, base in rule.frozen_bases.get(name, {}).items()}


def group_yard(table: pd.DataFrame, group: Ints, names: Sequence[str], *, rule: Rule) -> Yard:
    """Return what each measure is compared with in each group, locked values in the place of those of the data.

    A group of which the lock says nothing goes by its data, and so does a measure of which it says nothing.
    """
    held = Held.of(names, rule=rule)
    if rule.method == "minmax":
        low, high = _extremes(table, group, len(names), rule)
    else:
        low = high = group_bases(table, group, len(names), rule=rule)
    low, high = np.where(held.compared, held.low, low), np.where(held.compared, held.high, high)
    yard = Yard(tuple(names), low, high, np.full_like(low, np.nan))
    if rule.unknown != "mean":
        return yard
    points = known_points(table, group, yard, rule=rule)
    mean = np.stack([_means(column, group, len(names)) for column in points.T], axis=1)
    return replace(yard, mean=np.where(held.averaged, held.mean, mean))


def known_points(table: pd.DataFrame, group: Ints, yard: Yard, *, rule: Rule) -> Floats:
    """Return what each known measure (columns, as `Rule.indicators`) gives before its weight; NaN = nothing."""
    declared = declared_bases(table, rule=rule)
    points = np.full((len(table), len(rule.indicators)), np.nan)
    for column, name in enumerate(rule.indicators):
        values = table[measures()[name].compared].to_numpy(dtype=float)
        low, high = yard.low[group, column], yard.high[group, column]
        if rule.method == "minmax":
            points[:, column] = between(values, low, high, floor=rule.floor)
            continue
        own = declared[:, column]
        points[:, column] = np.clip(values / np.where(np.isnan(own), low, own), 0.0, rule.cap)
    return points


def group_bases(table: pd.DataFrame, group: Ints, groups: int, *, rule: Rule) -> Floats:
    """Return the base of each group (rows) and measure (columns, as `Rule.indicators`); NaN = indicator dropped.

    Base = sum of numerators / sum of denominators over the enterprises of the group that know both; tax below 0
    counts as 0; per-mu denominators are land adjusted by K. A base that is not above 0 drops the indicator.
    """
    order = np.argsort(group, kind="stable")
    cuts = np.searchsorted(group[order], np.arange(groups + 1))
    bases = np.full((groups, len(rule.indicators)), np.nan)
    for column, (measure, numerator, denominator) in enumerate(fractions(table, rule=rule)):
        known = ~np.isnan(measure)
        above = _exact_sums(np.where(known, numerator, 0.0)[order], cuts)
        below = _exact_sums(np.where(known, denominator, 0.0)[order], cuts)
        usable = (above > 0) & (below > 0)
        bases[usable, column] = above[usable] / below[usable]
    return bases


def bases_in_force(table: pd.DataFrame, group: Ints, bases: Floats, *, rule: Rule) -> Floats:
    """Return the bases in force: a declared one where all of a group who weigh a measure share it.

    Minmax knows no base: NaN throughout. So has, under strata, a measure that nobody in the group weighs.
    """
    if rule.method == "minmax":
        return np.full_like(bases, np.nan)
    if not rule.strata and not rule.bases:
        return bases
    weighed, declared = weight_rows(table, rule=rule) > 0, declared_bases(table, rule=rule)
    shown = bases.copy()
    for column in range(bases.shape[1]):
        told = np.where(weighed[:, column], np.nan_to_num(declared[:, column]), np.nan)
        least, most = np.full(len(bases), np.inf), np.full(len(bases), -np.inf)
        np.fmin.at(least, group, told)
        np.fmax.at(most, group, told)
        same = (least == most) & (least > 0)
        shown[same, column] = least[same]
        shown[np.isinf(least), column] = np.nan
    return shown


def fractions(table: pd.DataFrame, *, rule: Rule) -> list[tuple[Floats, Floats, Floats]]:
    """Return measure, numerator and denominator of each measure of the rule, as they enter base and points."""
    land = adjusted_land(table["area_mu"], table["price_coefficient"], apply=rule.price_apply).to_numpy()
    found = []
    for name in rule.indicators:
        measure = measures()[name]
        above = _quantity(table, measure.top) * measure.factor
        above = np.maximum(above, 0.0) if measure.floored else above
        below = land if measure.under == LAND else _quantity(table, measure.under)
        found.append((table[measure.compared].to_numpy(dtype=float), above, below))
    return found


def between(values: Floats, low: Floats, high: Floats, *, floor: float) -> Floats:
    """Return where values lie between the lowest and the highest, from the floor (in percent) to 1; all equal = 1.

    What lies beyond (the two are locked) counts as the lowest or the highest; where these are equal, what is less has
    the floor. The arrays are spread against each other; NaN where the value or the lowest is unknown.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, np.clip((values - low) / (high - low), 0.0, 1.0), values >= low)
    points: Floats = np.where(np.isnan(values) | np.isnan(low), np.nan, (floor + (100.0 - floor) * share) / 100.0)
    return points


# ------------------------------------------------------------------------------------------------ parts


def _extremes(table: pd.DataFrame, group: Ints, groups: int, rule: Rule) -> tuple[Floats, Floats]:
    """Return the lowest and the highest value of each measure in each group; NaN where nobody knows it."""
    low, high = (np.full((groups, len(rule.indicators)), end) for end in (np.inf, -np.inf))
    for column, name in enumerate(rule.indicators):
        values = table[measures()[name].compared].to_numpy(dtype=float)
        known = ~np.isnan(values)
        np.minimum.at(low[:, column], group[known], values[known])
        np.maximum.at(high[:, column], group[known], values[known])
    nobody = low > high
    return np.where(nobody, np.nan, low), np.where(nobody, np.nan, high)


def _quantity(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=float) if name in table.columns else np.full(len(table), np.nan)


def _means(points: Floats, group: Ints, groups: int) -> Floats:
    """Return the mean of the known points of each group; NaN where none is known."""
    order = np.argsort(group, kind="stable")
    cuts = np.searchsorted(group[order], np.arange(groups + 1))
    known = ~np.isnan(points)
    counts = np.bincount(group[known], minlength=groups)
    sums = _exact_sums(np.where(known, points, 0.0)[order], cuts)
    means: Floats = np.divide(sums, counts, out=np.full(groups, np.nan), where=counts > 0)
    return means


def _exact_sums(values: Floats, cuts: Ints) -> Floats:
    return np.array([math.fsum(values[a:b]) for a, b in pairwise(cuts)])
