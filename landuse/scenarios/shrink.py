"""Say what an observed figure, known to be off by so much, leaves open about the true one.

Noise laid on top of an observation answers another question than the one asked: the observation already carries an
error, and whoever stands lowest is there partly by it. So the error is conditioned on the observation. In logs, inside
a group: truth ~ N(mean, spread), observed = truth + error, error ~ N(0, S) with the stated relative errors. Then
E[error | observed] = S (spread + S)^-1 (observed - mean) and Var = S - S (spread + S)^-1 S: extremes are drawn
back, the more the larger the error is beside the spread. Mean and spread are those of the group itself (empirical
Bayes), the covariance leaning on that of all groups, since a group has few members: the more alike the groups are, the
more it leans (`leaning`). And since few members tell mean and spread only roughly, both are drawn too (`redrawn`):
normal around the mean, inverse Wishart around the covariance. Where the members show heavier tails than normal ones
(`tails`), what was observed is taken for a Student law instead, and Tweedie's formula tells the error (`conditioned`).
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
DEGREES: Final = (4.0, 6.0, 9.0, 14.0, 25.0, np.inf)
"""Degrees of freedom that are tried for the tails of what was observed."""
ROUNDS: Final = 8
"""Times at which members are weighed anew by how far out they stand."""
MANY: Final = 50
"""Members from which on tails are asked for [D]."""
PLAINLY: Final = 2.0
"""The log likelihood must be better by so much for tails heavier than normal [D]."""
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
    tails: float = np.inf
    """Degrees of freedom of what was observed: inf = normal; the fewer, the heavier its tails (`spread` is the scatter
    of its core then)."""

    def of(self, place: int) -> Prior:
        """Return the prior of one group."""
        some = slice(place, place + 1)
        return Prior(self.means[some], self.spread[some], self.counts[some], self.lean, self.tails)


@dataclass(frozen=True)
class Error:
    """The error of the members of one group, given what was observed; members with the same known figures share it."""

    shift: Floats
    """What the true log lies above the observed one, in the mean (members x quantities)."""
    roots: tuple[tuple[Ints, Floats], ...]
    """Members (rows) and the root of the covariance of their error: one for all of them, or one each."""


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
    counts = _by_group(known.astype(float), group, groups)
    both = np.maximum(_by_group((known[:, :, None] & known[:, None, :]).astype(float), group, groups) - 1.0, 0.0)
    degrees, weight, by_known = tails(logs, group, groups), np.ones(len(logs)), patterns(logs)
    for _ in range(ROUNDS if np.isfinite(degrees) else 1):
        means, products = _moments(logs, group, groups, weight)
        pooled = products.sum(axis=0) / np.maximum(both.sum(axis=0), 1.0)
        weight = _weights(logs - means[group], by_known, pooled, degrees)[0]
    lean = leaning(logs, group, groups)
    blended = (lean * pooled + products) / (lean + both)
    least = np.diag(error**2)
    spread = np.stack([least + _positive(each - least) for each in blended])
    return Prior(means, spread, counts, lean, degrees)


def tails(logs: Floats, group: Ints, groups: int) -> float:
    """Return the degrees of freedom of the Student law that fits what was observed best; inf where a normal one does.

    Told by the members of whom all quantities that anybody has are known, around the means of their groups, with one
    scatter for all; `PLAINLY` better than the normal law, or it stays normal.
    """
    seen = ~np.isnan(logs).all(axis=0)
    whole = ~np.isnan(logs[:, seen]).any(axis=1)
    values, place = logs[whole][:, seen], group[whole]
    size = values.shape[1]
    freedom = len(values) - len(np.unique(place))
    if size == 0 or freedom < MANY:
        return np.inf
    found = {}
    for degrees in DEGREES:
        weight = np.ones(len(values))
        for _ in range(ROUNDS if np.isfinite(degrees) else 1):
            means, products = _moments(values, place, groups, weight)
            scatter = products.sum(axis=0) / freedom
            if np.linalg.matrix_rank(scatter, hermitian=True) < size:
                return np.inf
            weight, far = _weights(values - means[place], patterns(values), scatter, degrees)
        found[degrees] = _fit(far, scatter, degrees)
    best = max(found, key=lambda degrees: found[degrees])
    return best if found[best] > found[np.inf] + PLAINLY else np.inf


def _fit(far: Floats, scatter: Floats, degrees: float) -> float:
    """Return the log likelihood of squared distances under a Student law, but for a constant."""
    n, size = len(far), len(scatter)
    volume = -0.5 * n * float(np.linalg.slogdet(scatter)[1])
    if not np.isfinite(degrees):
        return volume - 0.5 * float(far.sum()) - 0.5 * n * size * float(np.log(2.0))
    scale = lgamma((degrees + size) / 2) - lgamma(degrees / 2) - size / 2 * float(np.log(degrees))
    return volume + n * scale - (degrees + size) / 2 * float(np.log1p(far / degrees).sum())


def _moments(logs: Floats, group: Ints, groups: int, weight: Floats) -> tuple[Floats, Floats]:
    """Return weighted means and sums of products around them, group by group."""
    known = ~np.isnan(logs)
    heavy = np.where(known, weight[:, None], 0.0)
    total = _by_group(heavy, group, groups)
    means = np.divide(
        _by_group(heavy * np.where(known, logs, 0.0), group, groups), total, out=np.zeros_like(total), where=total > 0
    )
    off = np.where(known, logs - means[group], 0.0)
    return means, _by_group(weight[:, None, None] * off[:, :, None] * off[:, None, :], group, groups)


def _weights(off: Floats, by_known: Patterns, spread: Floats, degrees: float) -> tuple[Floats, Floats]:
    """Return the weight of each member under a Student law (1 = normal) and its squared distance from the mean."""
    far, size = np.zeros(len(off)), np.zeros(len(off))
    for known, rows in by_known:
        seen = np.flatnonzero(known)
        some = off[np.ix_(rows, seen)]
        far[rows] = ((some @ np.linalg.pinv(spread[np.ix_(seen, seen)], hermitian=True)) * some).sum(axis=1)
        size[rows] = len(seen)
    weight = (degrees + size) / (degrees + far) if np.isfinite(degrees) else np.ones(len(off))
    return weight, far


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
    if size == 0 or len(degrees) < 2 or total <= size + 2:
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
    return Prior(means[None], spread[None], given.counts, given.lean, given.tails)


def patterns(logs: Floats) -> Patterns:
    """Return the members by the quantities that are known of them."""
    distinct, which = np.unique(~np.isnan(logs), axis=0, return_inverse=True)
    return tuple((known, np.flatnonzero(which.ravel() == number)) for number, known in enumerate(distinct))


def conditioned(logs: Floats, by_known: Patterns, given: Prior, error: Floats) -> Error:
    """Return the error of the members of one group, given what was observed of them.

    For normal errors S and any law p of what is observed, E[error | observed] = -S (log p)' and Var = S + S (log p)'' S
    (Tweedie). Under a Student law of v degrees with scatter C this is w S C^-1 (observed - mean) and S - w S C^-1 S +
    2 w / (v + d) times the square of S C^-1 (observed - mean), with d the squared distance from the mean and w = (v +
    size) / (v + d): who stands far out is drawn back less, who stands in the middle more than under the normal one.
    """
    shift = np.zeros_like(logs)
    roots: list[tuple[Ints, Floats]] = []
    off = logs - given.means[0]
    weight = far = np.ones(len(logs))
    if np.isfinite(given.tails):
        weight, far = _weights(off, by_known, given.spread[0], given.tails)
    for known, rows in by_known:
        gain = _gain(given.spread[0], error, known)
        back = np.where(known, off[rows], 0.0) @ gain.T
        shift[rows] = -weight[rows, None] * back
        least = np.where(known, error, 0.0)
        if not np.isfinite(given.tails):
            roots.append((rows, _root(np.diag(least**2) - gain @ np.diag(least**2))))
            continue
        of_one = np.divide(gain * least, least[:, None], out=np.zeros_like(gain), where=least[:, None] > 0)
        values, vectors = np.linalg.eigh((of_one + of_one.T) / 2)
        left = np.sqrt(np.maximum(1.0 - weight[rows, None] * values, 0.0))
        more = back * np.sqrt(2.0 * weight[rows] / (given.tails + far[rows]))[:, None]
        roots.append((rows, np.concatenate([(least[:, None] * vectors) * left[:, None, :], more[:, :, None]], axis=2)))
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
