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

from landuse.indicators import COMPARED, INDICATORS, adjusted_land
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
    """Return the base of each group (rows) and indicator (columns, as in `INDICATORS`); NaN = indicator dropped.

    Base = sum of numerators / sum of denominators over the enterprises of the group that know both; tax below 0
    counts as 0; per-mu denominators are land adjusted by K. A base that is not above 0 drops the indicator. Frozen
    bases stand in their place.
    """
    order = np.argsort(group, kind="stable")
    cuts = np.searchsorted(group[order], np.arange(len(names) + 1))
    bases = np.full((len(names), len(INDICATORS)), np.nan)
    for column, (measure, numerator, denominator) in enumerate(_fractions(table, rule)):
        known = ~np.isnan(measure)
        above = _exact_sums(np.where(known, numerator, 0.0)[order], cuts)
        below = _exact_sums(np.where(known, denominator, 0.0)[order], cuts)
        usable = (above > 0) & (below > 0)
        bases[usable, column] = above[usable] / below[usable]
    return _frozen_over(bases, names, rule.frozen_bases)


def scores(table: pd.DataFrame, group: Ints, bases: Floats, *, rule: Rule) -> Floats:
    """Return 100 x sum(w x ratio) / sum(w) over the known indicators; NaN where none is left.

    Ratio = measure / base of the group, cut to [0, cap].
    """
    total = np.zeros(len(table))
    weights = np.zeros(len(table))
    for column, name in enumerate(INDICATORS):
        weight = rule.weights.get(name, 0.0)
        ratio = np.clip(table[COMPARED[name]].to_numpy(dtype=float) / bases[group, column], 0.0, rule.cap)
        known = ~np.isnan(ratio)
        total += np.where(known, weight * ratio, 0.0)
        weights += np.where(known, weight, 0.0)
    scored = weights > 0
    mean = np.divide(total, weights, out=np.full(len(table), np.nan), where=scored)
    rounded: Floats = np.round(100.0 * mean, DECIMALS)
    return rounded


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


def _fractions(table: pd.DataFrame, rule: Rule) -> list[tuple[Floats, Floats, Floats]]:
    """Return measure, numerator and denominator of each indicator."""
    land = adjusted_land(table["area_mu"], table["price_coefficient"], apply=rule.price_apply).to_numpy()
    tax = np.maximum(table["tax_wan"].to_numpy(dtype=float), 0.0)
    output = table["output_wan"].to_numpy(dtype=float)
    energy = table["energy_tce"].to_numpy(dtype=float)
    sides = {"tax_per_mu": (tax, land), "output_per_mu": (output, land), "output_per_energy": (output, energy)}
    return [(table[COMPARED[name]].to_numpy(dtype=float), *sides[name]) for name in INDICATORS]


def _exact_sums(values: Floats, cuts: Ints) -> Floats:
    return np.array([math.fsum(values[a:b]) for a, b in pairwise(cuts)])


def _frozen_over(bases: Floats, names: Sequence[str], frozen: Mapping[str, Mapping[str, float]]) -> Floats:
    for row, name in enumerate(names):
        for indicator, base in frozen.get(name, {}).items():
            bases[row, INDICATORS.index(indicator)] = base
    return bases


def _grades(higher: Ints, n: Ints, group: Ints, shares: Mapping[str, Decimal]) -> Ints:
    """Return the place of the grade: the first whose cumulated count exceeds the number of higher scores."""
    cumulated = list(accumulate(Fraction(share) for share in shares.values()))
    limits = [np.array([half_up(share, int(count)) for count in n], dtype=np.intp) for share in cumulated[:-1]]
    grade = np.zeros(len(higher), dtype=np.intp)
    for limit in limits:
        grade += higher >= limit[group]
    return grade
