"""Say how firm the list stands: in what share of plausible settings an enterprise is in the bottom share of its group.

Each draw takes other weights, one of the readings of the data handed in (another year, another area, no land price) and
errors of measurement conditioned on what was observed (`shrink`), and compares the group again. Groups, the share
and who is compared stay. Sums inside a draw are plain floats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landuse.measures import LAND, measures
from landuse.ranking import between, half_up
from landuse.rule import Rule
from landuse.scenarios.pool import AREA, Floats, Ints, Mask, Pool, own_units
from landuse.scenarios.shrink import Error, Patterns, Prior, conditioned, forward, patterns, prior, redrawn
from landuse.settings import Stability

BLOCK: Final = 60_000
"""Scores computed at a time: they stay in the cache."""
SPREADS: Final = 20
"""Times at least that mean and spread of a group are drawn."""
TIED: Final = 5e-10
"""Scores nearer than this are equal, as rounding makes them in the ranking."""
ERRORS: Final = {"tax_wan": "tax_error", "output_wan": "output_error", "energy_tce": "energy_error", AREA: "area_error"}
"""Amount -> its relative error among the settings; other amounts are taken as exact."""
AMOUNTS: Final = tuple(ERRORS)


def stability(readings: Sequence[pd.DataFrame], *, rule: Rule, ranges: Stability) -> pd.DataFrame:
    """Return in what share of the draws each enterprise is in the bottom share, and its class.

    Parameters
    ----------
    readings
        The ranked table of the run, and the same rows with other amounts, land or coefficients; each is equally
        likely in a draw. Measures are taken as they stand in each table.

    Returns
    -------
    pandas.DataFrame
        stability (share of the draws; NaN where not ranked) and stability_class (firm, mostly, borderline; missing
        where the enterprise was in the bottom share in no draw and is not listed), row by row with the run's table.
    """
    table = readings[0]
    rows = own_units(table)
    share = np.full(len(table), np.nan)
    codes, names = pd.factorize(table["industry_group"].to_numpy(dtype=object)[rows], sort=True)
    order = np.lexsort((table["uscc"].to_numpy(dtype=object)[rows].astype(str), codes))
    cuts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    errors = np.array([float(getattr(ranges, key)) for key in ERRORS.values()])
    taken = [_Reading.of(frame.iloc[rows[order]], codes[order], len(names), (rule, errors)) for frame in readings]
    for place, name in enumerate(names):
        some = slice(cuts[place], cuts[place + 1])
        share[rows[order[some]]] = _of_group(taken, place, some, (str(name), ranges)) / ranges.draws
    listed = table["in_bottom_share"].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
    share = _carried(table, share)
    return pd.DataFrame({"stability": share, "stability_class": _classes(share, listed, ranges)}, index=table.index)


def _carried(table: pd.DataFrame, share: Floats) -> Floats:
    """Return the shares with that of its unit on each pooled row that is ranked."""
    if "rank_unit" not in table.columns:
        return share
    unit = pd.Index(table["uscc"]).get_indexer(pd.Index(table["rank_unit"].fillna(table["uscc"])))
    ranked = table["status"].eq("RANKED").to_numpy(dtype=bool)
    return np.where(ranked & np.isnan(share), share[unit], share)


def _classes(share: Floats, listed: Mask, ranges: Stability) -> pd.Series:
    """Return the class of whoever is listed, or would be in some draw."""
    words = np.array(["firm", "mostly", "borderline", None], dtype=object)
    codes = np.where(share >= ranges.firm_from, 0, np.where(share >= ranges.mostly_from, 1, 2))
    codes = np.where(np.isnan(share) | (~listed & (share == 0)), 3, codes)
    return pd.Series(words[codes], dtype="str")


# ---------------------------------------------------------------------------------------------- readings


@dataclass(frozen=True)
class _Reading:
    """One reading of the data: all enterprises, group by group, sorted by their codes."""

    pool: Pool
    logs: Floats
    """Logs of `AMOUNTS`; NaN where they are unknown or not above 0."""
    errors: Floats
    given: Prior

    @classmethod
    def of(cls, table: pd.DataFrame, group: Ints, groups: int, how: tuple[Rule, Floats]) -> _Reading:
        rule, errors = how
        pool = Pool.of(table, rule=rule)
        with np.errstate(invalid="ignore", divide="ignore"):
            logs = np.where(pool.figures > 0, np.log(pool.figures), np.nan)
        return cls(pool, logs, errors, prior(logs, group, groups, errors))


def _of_group(readings: Sequence[_Reading], place: int, some: slice, what: tuple[str, Stability]) -> Floats:
    """Return in how many draws each member of a group is in its bottom share."""
    name, ranges = what
    rows = np.arange(some.start, some.stop)
    k = half_up(readings[0].pool.rule.share, len(rows))
    count = np.zeros(len(rows))
    if k == 0:
        return count
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([ranges.seed, key])))
    common = np.random.Generator(np.random.PCG64(np.random.SeedSequence([ranges.seed])))
    measured = len(readings[0].pool.rule.indicators)
    factors = 1.0 + ranges.weights * common.uniform(-1.0, 1.0, (ranges.draws, measured))
    which = common.integers(len(readings), size=ranges.draws)
    size = max(1, min(BLOCK // len(rows), ranges.draws // SPREADS))
    for number, reading in enumerate(readings):
        group = _Group.of(reading, rows, place, name, ranges.noise)
        mine = factors[which == number]
        for start in range(0, len(mine), size):
            count += group.listed(mine[start : start + size], k, random)
    return count


# ---------------------------------------------------------------------------------------------- one group


@dataclass(frozen=True)
class _Group:
    """One group in one reading, ready to be compared draw by draw."""

    pool: Pool
    logs: Floats
    patterns: Patterns
    errors: Floats
    given: Prior
    noise: str
    """As in the settings; none where all is taken as exact."""

    @classmethod
    def of(cls, reading: _Reading, rows: Ints, place: int, name: str, noise: str) -> _Group:
        noise, logs = noise if reading.errors.any() else "none", reading.logs[rows]
        return cls(reading.pool.cut(rows, name), logs, patterns(logs), reading.errors, reading.given.of(place), noise)

    def listed(self, factors: Floats, k: int, random: np.random.Generator) -> Floats:
        """Return how often each member is in the bottom share of some draws (rows of `factors`)."""
        score = self._scores(factors, self._noise(len(factors), random))
        score = np.where(np.isnan(score), np.inf, score)
        cut = np.partition(score, k - 1, axis=0)[k - 1]
        found: Floats = np.count_nonzero(score <= cut + TIED, axis=1).astype(float)
        return found

    def _noise(self, draws: int, random: np.random.Generator) -> dict[str, Floats | float]:
        """Return, by amount, by what it is multiplied, members x draws; 1.0 where it is taken as exact."""
        found: dict[str, Floats | float] = dict.fromkeys((*AMOUNTS, LAND), 1.0)
        if self.noise == "none":
            return found
        error = self._error(random)
        size = error.shift.shape
        normal = random.standard_normal((size[1] + 1, size[0], draws), dtype=np.float32)
        for column in np.flatnonzero(self.errors > 0):
            off = np.empty((size[0], draws), dtype=np.float32)
            for rows, root in error.roots:
                own = np.broadcast_to(root, (len(rows), *root.shape[-2:]))[:, column].astype(np.float32)
                told = np.flatnonzero(own.any(axis=0)).tolist()
                part = sum((own[:, each, None] * normal[each, rows] for each in told), np.float32(0.0))
                off[rows] = part + error.shift[rows, column, None].astype(np.float32)
            found[AMOUNTS[column]] = np.exp(off, out=off).astype(np.float64)
        found[LAND] = found[AREA]
        return found

    def _error(self, random: np.random.Generator) -> Error:
        if self.noise == "forward":
            return forward(self.logs, self.patterns, self.errors)
        return conditioned(self.logs, self.patterns, redrawn(self.given, self.errors, random), self.errors)

    def _scores(self, factors: Floats, noise: dict[str, Floats | float]) -> Floats:
        """Return the scores, members x draws."""
        pool, draws = self.pool, len(factors)
        total = np.zeros((len(pool), draws))
        counted = np.zeros(pool.weights.shape)
        for column, name in enumerate(pool.rule.indicators):
            if not pool.weights[:, column].any():
                continue
            measure = measures()[name]
            point, known = self._points(column, noise.get(measure.top, 1.0), noise.get(measure.under, 1.0))
            counted[:, column] = pool.weights[:, column] * known
            total += (counted[:, column, None] * factors[:, column]) * np.where(known[:, None], point, 0.0)
        under = counted @ factors.T
        score: Floats = 100.0 * np.divide(total, under, out=np.full(total.shape, np.nan), where=under > 0)
        return score

    def _points(self, column: int, top: Floats | float, under: Floats | float) -> tuple[Floats, Mask]:
        """Return the points of one measure, members x draws, and who has any."""
        pool, rule = self.pool, self.pool.rule
        value = pool.values[:, column, None] * (top / under)
        known = ~np.isnan(pool.values[:, column])
        if rule.method == "minmax":
            point = between(value, *self._extremes(column, value[known]), floor=rule.floor)
        else:
            point = np.clip(value / self._bases(column, top, under), 0.0, rule.cap)
        known = known & ~np.isnan(point).any(axis=1)
        if rule.unknown == "renormalise":
            return point, known
        mean = self._mean(column, point[known]) if rule.unknown == "mean" else np.zeros(1)
        return np.where(known[:, None], point, mean), known | ~np.isnan(mean).any()

    def _mean(self, column: int, known: Floats) -> Floats:
        """Return what stands for an unknown measure in each draw: the locked mean, else that of the known points."""
        if self.pool.held.averaged[0, column]:
            return self.pool.held.mean[:, column]
        mean: Floats = known.mean(axis=0) if len(known) else np.full(1, np.nan)
        return mean

    def _extremes(self, column: int, known: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest of a measure in each draw: the locked ones, else those of the known values."""
        held = self.pool.held
        if held.compared[0, column]:
            return held.low[:, column], held.high[:, column]
        if not len(known):
            return np.full(1, np.nan), np.full(1, np.nan)
        return known.min(axis=0), known.max(axis=0)

    def _bases(self, column: int, top: Floats | float, under: Floats | float) -> Floats:
        """Return the base that holds for each member (rows; one row where it is the same for all) in each draw."""
        pool = self.pool
        known = ~np.isnan(pool.values[:, column])
        held, declared = pool.held, pool.declared[:, column, None]
        if not held.compared[0, column]:
            above = _summed(np.where(known, pool.above[:, column], 0.0), top)
            below = _summed(np.where(known, pool.below[:, column], 0.0), under)
            base = np.where((above > 0) & (below > 0), above / np.where(below > 0, below, 1.0), np.nan)[None, :]
        else:
            base = held.low[:, [column]]
        return base if np.isnan(declared).all() else np.where(np.isnan(declared), base, declared)


def _summed(amounts: Floats, factor: Floats | float) -> Floats:
    """Return the sum over the members in each draw."""
    if isinstance(factor, float):
        return np.array([amounts.sum() * factor])
    found: Floats = amounts @ factor
    return found
