"""Score enterprises against the base of their group, rank them and mark the bottom share.

Every sum is exact (`math.fsum`), every count an exact fraction: no order, partition or platform moves a row over
the cut. DOMAIN 2.2 and 2.5; CONTRACT, Measures, Bottom share, Grades.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.indicators import weight_rows
from landuse.ranking.yard import Floats, Ints, Yard, known_points
from landuse.rule import Rule

DECIMALS: Final = 9
"""Scores are compared rounded to so many decimals: two that differ by less are a tie."""


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


def scores(table: pd.DataFrame, group: Ints, yard: Yard, *, rule: Rule) -> Floats:
    """Return 100 x sum(w x point) / sum(w) over the measures; NaN where none counts.

    Point of a measure, by `Rule.method`: ``ratio`` measure / base, cut to [0, cap], the base being the declared one
    where the pack has it, else that of the group; ``minmax`` floor % + (100 - floor) % x (measure - lowest) /
    (highest - lowest) of the group (旌德; all equal = 100 %; what lies beyond locked ones counts as they do). An
    unknown measure is left out (renormalise), or counts as the mean of the group (黄岩), or as 0.
    """
    points, weight = measure_points(table, group, yard, rule=rule), weight_rows(table, rule=rule)
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


def measure_points(table: pd.DataFrame, group: Ints, yard: Yard, *, rule: Rule) -> Floats:
    """Return what each measure (columns, as `Rule.indicators`) gives before its weight; NaN = it does not count."""
    points = known_points(table, group, yard, rule=rule)
    if rule.unknown == "renormalise":
        return points
    stand_in = yard.mean[group] if rule.unknown == "mean" else np.zeros_like(points)
    return np.where(np.isnan(points), stand_in, points)


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


# ------------------------------------------------------------------------------------------------ parts


def _grades(higher: Ints, n: Ints, group: Ints, shares: Mapping[str, Decimal]) -> Ints:
    """Return the place of the grade: the first whose cumulated count exceeds the number of higher scores."""
    cumulated = list(accumulate(Fraction(share) for share in shares.values()))
    limits = [np.array([half_up(share, int(count)) for count in n], dtype=np.intp) for share in cumulated[:-1]]
    grade = np.zeros(len(higher), dtype=np.intp)
    for limit in limits:
        grade += higher >= limit[group]
    return grade
