"""Say what an observed figure, known to be off by so much, leaves open about the true one.

Noise laid on top of an observation answers another question than the one asked: the observation already carries an
error, and whoever stands lowest is there partly by it. So the error is conditioned on the observation. In logs, inside
a group: truth ~ N(mean, spread), observed = truth + error, error ~ N(0, S) with the stated relative errors. Then
E[error | observed] = S (spread + S)^-1 (observed - mean) and Var = S - S (spread + S)^-1 S: extremes are drawn
back, the more the larger the error is beside the spread. Mean and spread are those of the group itself (empirical
Bayes), the covariance leaning on that of all groups, since a group has few members: the more alike the groups are, the
more it leans (`leaning`). And since few members tell mean and spread only roughly, both are drawn too (`redrawn`):
normal around the mean, inverse Wishart around the covariance.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma
from typing import Final

import numpy as np

from landuse.scenarios.pool import Floats, Ints, Mask

LEAN: Final = 20.0
"""The covariance of all groups counts as much as so many members of the group where nothing tells how alike they are:
one group, or hardly a member of whom all figures are known [D]."""
STEPS: Final = 24
"""Weights of the covariance of all groups that are tried, from the fewest that make one to all members there are."""


Patterns = tuple[tuple[Mask, Ints], ...]
"""Which quantities are known -> the members (rows) of whom just these are."""


@dataclass(frozen=True)
class Prior:
    """Spread of the logs of what was observed, errors included."""

    means: Floats
    """Mean of each group (rows) and quantity (columns)."""
    spread: Floats
    """Covariance of each group, group x quantity x quantity; never below that of the errors."""
    counts: Floats
    """Members behind each mean."""
    lean: float = LEAN
    """So many members of a group the covariance of all groups counts for."""

    def of(self, place: int) -> Prior:
        """Return the prior of one group."""
        some = slice(place, place + 1)
        return Prior(self.means[some], self.spread[some], self.counts[some], self.lean)


@dataclass(frozen=True)
class Error:
    """The error of the members of one group, given what was observed; members with the same known figures share it."""

    shift: Floats
    """What the true log lies above the observed one, in the mean (members x quantities)."""
    roots: tuple[tuple[Ints, Floats], ...]
    """Members (rows) and the root of the covariance of their error."""


def prior(logs: Floats, group: Ints, groups: int, error: Floats) -> Prior:
    """Return mean and spread of each group.

    Parameters
    ----------
    logs
        Logs of the amounts, members x quantities; NaN = unknown or not above 0, which carries no relative error.
    error
        Relative error of each quantity (standard deviation of its log).
    """
    known = ~np.isnan(logs)
    filled = np.where(known, logs, 0.0)
    counts = _by_group(known.astype(float), group, groups)
    means = np.divide(_by_group(filled, group, groups), counts, out=np.zeros_like(counts), where=counts > 0)
    off = np.where(known, logs - means[group], 0.0)
    products = _by_group(off[:, :, None] * off[:, None, :], group, groups)
    both = np.maximum(_by_group((known[:, :, None] & known[:, None, :]).astype(float), group, groups) - 1.0, 0.0)
    pooled = products.sum(axis=0) / np.maximum(both.sum(axis=0), 1.0)
    lean = leaning(logs, group, groups)
    blended = (lean * pooled + products) / (lean + both)
    least = np.diag(error**2)
    return Prior(means, np.stack([least + _positive(each - least) for each in blended]), counts, lean)


def leaning(logs: Floats, group: Ints, groups: int) -> float:
    """Return as how many members of a group the covariance of all groups counts: the likeliest number.

    Covariances of groups scatter around the common one P like an inverse Wishart of v degrees around v P. What the
    members of a group scatter (A, m degrees) then has the likelihood |v P|^(v/2) G((v + m)/2) / (G(v/2) |v P + A|^((v +
    m)/2)), G the multivariate gamma function: groups that are alike make v large, different ones small. Told by the
    members of whom everything is known, for the quantities known of anybody; v is at most the degrees behind P.
    """
    seen = ~np.isnan(logs).all(axis=0)
    whole = ~np.isnan(logs[:, seen]).any(axis=1)
    size, values, place = int(seen.sum()), logs[whole][:, seen], group[whole]
    counts = _by_group(np.ones(len(values)), place, groups)
    means = _by_group(values, place, groups) / np.maximum(counts, 1.0)[:, None]
    off = values - means[place]
    products = _by_group(off[:, :, None] * off[:, None, :], place, groups)[counts > 1]
    degrees = counts[counts > 1] - 1.0
    total = float(degrees.sum())
    if len(degrees) < 2 or total <= size + 2:
        return LEAN
    common = products.sum(axis=0) / total
    if np.linalg.matrix_rank(common, hermitian=True) < size:
        return LEAN
    tried = np.geomspace(size + 1.0, total, STEPS)
    return float(tried[np.argmax([_likelihood(each, common, products, degrees) for each in tried])])


def _likelihood(lean: float, common: Floats, products: Floats, degrees: Floats) -> float:
    """Return the log likelihood of what the groups scatter, but for what does not depend on `lean`."""
    size, kinds = len(common), np.unique(degrees)
    prior_scale = np.linalg.slogdet(lean * common)[1]
    found = 0.5 * lean * prior_scale * len(degrees)
    found -= float((0.5 * (lean + degrees) * np.linalg.slogdet(lean * common + products)[1]).sum())
    gained = [sum(lgamma((lean + m - i) / 2) - lgamma((lean - i) / 2) for i in range(size)) for m in kinds.tolist()]
    return float(found + np.array(gained)[np.searchsorted(kinds, degrees)].sum())


def redrawn(given: Prior, error: Floats, random: np.random.Generator) -> Prior:
    """Return mean and spread of one group as they may be, so many members having told them."""
    size = len(error)
    degrees = given.lean + max(given.counts[0].max() - 1.0, 0.0)
    triangle = np.tril(random.standard_normal((size, size)), -1)
    triangle[np.diag_indices(size)] = np.sqrt(random.chisquare(degrees - np.arange(size)))
    root = _root(given.spread[0]) @ np.linalg.inv(triangle).T * np.sqrt(degrees)
    least = np.diag(error**2)
    spread = least + _positive(root @ root.T - least)
    off = _root(spread) @ random.standard_normal(size)
    means = given.means[0] + np.divide(off, np.sqrt(given.counts[0]), out=np.zeros(size), where=given.counts[0] > 0)
    return Prior(means[None], spread[None], given.counts, given.lean)


def patterns(logs: Floats) -> Patterns:
    """Return the members by the quantities that are known of them."""
    distinct, which = np.unique(~np.isnan(logs), axis=0, return_inverse=True)
    return tuple((known, np.flatnonzero(which.ravel() == number)) for number, known in enumerate(distinct))


def conditioned(logs: Floats, by_known: Patterns, given: Prior, error: Floats) -> Error:
    """Return the error of the members of one group, given what was observed of them."""
    shift = np.zeros_like(logs)
    roots: list[tuple[Ints, Floats]] = []
    for known, rows in by_known:
        gain = _gain(given.spread[0], error, known)
        shift[rows] = -np.where(known, logs[rows] - given.means[0], 0.0) @ gain.T
        least = np.diag(np.where(known, error, 0.0) ** 2)
        roots.append((rows, _root(least - gain @ least)))
    return Error(shift, tuple(roots))


def forward(logs: Floats, by_known: Patterns, error: Floats) -> Error:
    """Return errors as they would fall on a true figure: what naive noise around the observation takes them for."""
    roots = tuple((rows, np.diag(np.where(known, error, 0.0))) for known, rows in by_known)
    return Error(np.zeros_like(logs), roots)


# ------------------------------------------------------------------------------------------------ parts


def _by_group(values: Floats, group: Ints, groups: int) -> Floats:
    sums = np.zeros((groups, *values.shape[1:]))
    np.add.at(sums, group, values)
    return sums


def _gain(spread: Floats, error: Floats, pattern: Mask) -> Floats:
    """Return S (spread + S)^-1 on the known quantities, 0 elsewhere."""
    gain = np.zeros_like(spread)
    at = np.flatnonzero(pattern & (error > 0))
    seen = np.flatnonzero(pattern)
    if len(at):
        inverse = np.linalg.pinv(spread[np.ix_(seen, seen)], hermitian=True)
        gain[np.ix_(seen, seen)] = (error[seen] ** 2)[:, None] * inverse
    return gain


def _positive(matrix: Floats) -> Floats:
    """Return the nearest covariance: no direction has less than no spread."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    found: Floats = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return found


def _root(matrix: Floats) -> Floats:
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    found: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return found
