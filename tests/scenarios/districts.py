"""Invent districts whose truth is known: enterprises with true figures, and the same figures as they are reported."""

from __future__ import annotations

import numpy as np
import pandas as pd

AMOUNTS = ("tax_wan", "output_wan", "energy_tce", "area_mu")


def district(seed, *, groups=20, members=20, errors=(0.2, 0.2, 0.2, 0.1), tail=None):
    """Return the true and the reported enterprises of one district, ready for `rank`.

    Logs are normal inside a group around means of its own; tax and output per mu go together. `tail` = degrees of
    freedom of a Student distribution in the place of the normal one: heavier tails than the method assumes. One in
    ten has no energy figure.
    """
    random = np.random.Generator(np.random.PCG64([seed, 20260630]))
    n = groups * members
    group = np.repeat(np.arange(groups), members)
    draw = (
        random.standard_normal if tail is None else lambda shape: random.standard_t(tail, shape) * np.sqrt(1 - 2 / tail)
    )
    middle = random.normal(0.0, 0.5, (groups, 3))[group]
    common = draw(n)
    land = 3.0 + 0.8 * draw(n)
    tax = land + 2.0 + middle[:, 0] + 0.8 * (0.7 * common + 0.71 * draw(n))
    output = land + 5.0 + middle[:, 1] + 0.7 * (0.7 * common + 0.71 * draw(n))
    energy = output - 2.5 + middle[:, 2] + 0.5 * draw(n)
    true = np.exp(np.stack([tax, output, energy, land], axis=1))
    true[random.random(n) < 0.1, 2] = np.nan
    seen = true * np.exp(random.standard_normal(true.shape) * np.array(errors))
    return _frame(true, group, seed), _frame(seen, group, seed)


def _frame(amounts, group, seed):
    frame = pd.DataFrame(dict(zip(AMOUNTS, amounts.T, strict=True)))
    return frame.assign(
        uscc=[f"{seed:04d}U{i:06d}" for i in range(len(frame))],
        industry_code=[f"{seed:04d}P{g:03d}" for g in group],
        price_coefficient=1.0 + 0.3 * (np.arange(len(frame)) % 3 - 1),
        status="RANKED",
    )
