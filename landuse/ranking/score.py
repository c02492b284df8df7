"""Score enterprises against the base of their group, rank them and mark the bottom share.

Every sum is exact (`math.fsum`), every count an exact fraction: no order, partition or platform moves a row over
the cut. DOMAIN 2.2 and 2.5; CONTRACT, Measures, Bottom share, Grades.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.indicators import adjusted_land, declared_bases, weight_rows
from landuse.measures import LAND, measures
from landuse.rule import Rule

DECIMALS: Final = 9
"""Scores are compared rounded to so many decimals: two that differ by less are a tie."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Standing:
    """Where each scored enterprise stands in its group; arrays go row by row."""

    rank: Ints
    """1 + number of lower scores: 1 = lowest."""
    grade: Ints
    """Place of the grade among `Rule.grades`."""
    in_bottom_share: npt.NDArray[np.bool_]
    n: Ints
    """Enterprises per group."""
    k: Ints
    """How many should be listed, per group."""
    flagged: Ints
    """How many are listed, per group: k and whoever ties with the k-th lowest."""


def half_up(share: Decimal | Fraction, n: int) -> int:
    """Return floor(share x n + 1/2), exactly.

    Examples
    --------
    >>> [half_up(Decimal("0.15"), n) for n in (3, 4, 7, 10, 13, 20, 27, 40)]
    [0, 1, 1, 2, 2, 3, 4, 6]
    """
    return math.floor(Fraction(share) * n + Fraction(1, 2))


def group_bases(table: pd.DataFrame, group: Ints, names: Sequence[str], *, rule: Rule) -> Floats:
    """Return the base of each group (rows) and measure (columns, as `Rule.indicators`); NaN = indicator dropped.

    Base = sum of numerators / sum of denominators over the enterprises of the group that know both; tax below 0
    counts as 0; per-mu denominators are land adjusted by K. A base that is not above 0 drops the indicator. Frozen
    bases stand in their place.
    """
    order = np.argsort(group, kind="stable")
    cuts = np.searchsorted(group[order], np.arange(len(names) + 1))
    bases = np.full((len(names), len(rule.indicators)), np.nan)
    for column, (measure, numerator, denominator) in enumerate(fractions(table, rule=rule)):
        known = ~np.isnan(measure)
        above = _exact_sums(np.where(known, numerator, 0.0)[order], cuts)
        below = _exact_sums(np.where(known, denominator, 0.0)[order], cuts)
        usable = (above > 0) & (below > 0)
        bases[usable, column] = above[usable] / below[usable]
    return _frozen_over(bases, names, rule)


def scores(table: pd.DataFrame, group: Ints, bases: Floats, *, rule: Rule) -> Floats:
    """Return 100 x sum(w x point) / sum(w) over the measures; NaN where none counts.

    Point of a measure, by `Rule.method`: ``ratio`` measure / base, cut to [0, cap], the base being the declared one
    where the pack has it, else that of the group; ``minmax`` floor % + (100 - floor) % x (measure - lowest) /
    (highest - lowest) of the group (旌德; all equal = 100 %). An unknown measure is left out (renormalise), or
    counts as the mean of the group (黄岩), or as 0.
    """
    points, weight = measure_points(table, group, bases, rule=rule), weight_rows(table, rule=rule)
    total = np.zeros(len(table))
    weights = np.zeros(len(table))
    for column in range(points.shape[1]):
        known = ~np.isnan(points[:, column])
        total += np.where(known, weight[:, column] * points[:, column], 0.0)
        weights += np.where(known, weight[:, column], 0.0)
    scored = weights > 0
    mean = np.divide(total, weights, out=np.full(len(table), np.nan), where=scored)
    rounded: Floats = np.round(100.0 * mean, DECIMALS)
    return rounded


def measure_points(table: pd.DataFrame, group: Ints, bases: Floats, *, rule: Rule) -> Floats:
    """Return what each measure (columns, as `Rule.indicators`) gives before its weight; NaN = it does not count."""
    declared = declared_bases(table, rule=rule)
    points = np.full((len(table), len(rule.indicators)), np.nan)
    for column, name in enumerate(rule.indicators):
        values = table[measures()[name].compared].to_numpy(dtype=float)
        if rule.method == "minmax":
            points[:, column] = _in_group(values, group, len(bases), floor=rule.floor)
            continue
        own = declared[:, column]
        base = np.where(np.isnan(own), bases[group, column], own)
        points[:, column] = np.clip(values / base, 0.0, rule.cap)
    if rule.unknown == "renormalise":
        return points
    for column in range(points.shape[1]):
        unknown = np.isnan(points[:, column])
        stand_in = _means(points[:, column], group, len(bases)) if rule.unknown == "mean" else np.zeros(len(bases))
        points[unknown, column] = stand_in[group[unknown]]
    return points


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


def stand(score: Floats, group: Ints, groups: int, *, rule: Rule) -> Standing:
    """Return rank, grade and bottom share of scored enterprises.

    Parameters
    ----------
    score
        Rounded scores, none missing.
    group
        Group of each score, 0 … `groups` - 1.

    Notes
    -----
    k = floor(share x n + 1/2). In the bottom share is every score <= the k-th lowest (inclusive); k = 0: none.
    Grades run from the top on cumulated half-up counts; ties take the better grade.
    """
    order = np.lexsort((score, group))
    sorted_group, sorted_score = group[order], score[order]
    start = np.searchsorted(sorted_group, np.arange(groups + 1))
    n = np.diff(start)
    first = np.ones(len(score), dtype=bool)
    first[1:] = (sorted_group[1:] != sorted_group[:-1]) | (sorted_score[1:] != sorted_score[:-1])
    place = np.arange(len(score)) - start[sorted_group]
    runs = np.cumsum(first) - 1
    lower = place[first][runs]
    higher = n[sorted_group] - lower - np.bincount(runs)[runs] if len(score) else lower
    k = np.array([half_up(rule.share, int(count)) for count in n], dtype=np.intp)
    cut = np.array([sorted_score[s + c - 1] if c else -np.inf for s, c in zip(start, k, strict=False)], dtype=float)
    listed = sorted_score <= cut[sorted_group]
    back = np.empty(len(score), dtype=np.intp)
    back[order] = np.arange(len(score))
    flagged = np.bincount(sorted_group[listed], minlength=groups)
    grade = _grades(higher, n, sorted_group, rule.grades)
    return Standing((lower + 1)[back], grade[back], listed[back], n, k, flagged)


def between(values: Floats, low: Floats, high: Floats, *, floor: float) -> Floats:
    """Return where values lie between the lowest and the highest, from the floor (in percent) to 1; all equal = 1.

    The arrays are spread against each other; NaN where the value or the lowest is unknown.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (values - low) / (high - low), 1.0)
    points: Floats = np.where(np.isnan(values) | np.isnan(low), np.nan, (floor + (100.0 - floor) * share) / 100.0)
    return points


# ------------------------------------------------------------------------------------------------ parts


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


def _quantity(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=float) if name in table.columns else np.full(len(table), np.nan)


def _in_group(values: Floats, group: Ints, groups: int, *, floor: float) -> Floats:
    """Return where each value lies between the lowest and the highest of its group, from the floor to 1."""
    known = ~np.isnan(values)
    low, high = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.minimum.at(low, group[known], values[known])
    np.maximum.at(high, group[known], values[known])
    return between(values, low[group], high[group], floor=floor)


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


def _frozen_over(bases: Floats, names: Sequence[str], rule: Rule) -> Floats:
    for row, name in enumerate(names):
        for indicator, base in rule.frozen_bases.get(name, {}).items():
            if indicator in rule.indicators:
                bases[row, rule.indicators.index(indicator)] = base
    return bases


def _grades(higher: Ints, n: Ints, group: Ints, shares: Mapping[str, Decimal]) -> Ints:
    """Return the place of the grade: the first whose cumulated count exceeds the number of higher scores."""
    cumulated = list(accumulate(Fraction(share) for share in shares.values()))
    limits = [np.array([half_up(share, int(count)) for count in n], dtype=np.intp) for share in cumulated[:-1]]
    grade = np.zeros(len(higher), dtype=np.intp)
    for limit in limits:
        grade += higher >= limit[group]
    return grade
