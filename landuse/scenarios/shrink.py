"""Say what an observed figure, known to be off by so much, leaves open about the true one.

Noise laid on top of an observation answers another question than the one asked: the observation already carries an
error, and whoever stands lowest is there partly by it. So the error is conditioned on the observation. In logs, inside
a group: truth ~ N(mean, spread), observed = truth + error, error ~ N(0, S) with the stated relative errors. Then
E[error | observed] = S (spread + S)^-1 (observed - mean) and Var = S - S (spread + S)^-1 S: extremes are drawn
back, the more the larger the error is beside the spread. Mean and spread are those of the group itself (empirical
Bayes), the covariance leaning on that of all groups, since a group has few members; and since few members tell mean
and spread only roughly, both are drawn too (`redrawn`): normal around the mean, inverse Wishart around the covariance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from landuse.scenarios.pool import Floats, Ints, Mask

LEAN: Final = 20.0
"""The covariance of all groups counts as much as so many members of the group [D]."""


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

    def of(self, place: int) -> Prior:
        """Return the prior of one group."""
        some = slice(place, place + 1)
        return Prior(self.means[some], self.spread[some], self.counts[some])


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
    blended = (LEAN * pooled + products) / (LEAN + both)
    least = np.diag(error**2)
    return Prior(means, np.stack([least + _positive(each - least) for each in blended]), counts)


def redrawn(given: Prior, error: Floats, random: np.random.Generator) -> Prior:
    """Return mean and spread of one group as they may be, so many members having told them."""
    size = len(error)
    degrees = LEAN + max(given.counts[0].max() - 1.0, 0.0)
    triangle = np.tril(random.standard_normal((size, size)), -1)
    triangle[np.diag_indices(size)] = np.sqrt(random.chisquare(degrees - np.arange(size)))
    root = _root(given.spread[0]) @ np.linalg.inv(triangle).T * np.sqrt(degrees)
    least = np.diag(error**2)
    spread = least + _positive(root @ root.T - least)
    off = _root(spread) @ random.standard_normal(size)
    means = given.means[0] + np.divide(off, np.sqrt(given.counts[0]), out=np.zeros(size), where=given.counts[0] > 0)
    return Prior(means[None], spread[None], given.counts)


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
