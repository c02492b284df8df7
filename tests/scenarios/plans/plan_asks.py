"""Questions for plans, built without a district: seeded parcels with a dear, a middling and a cheap measure each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from landuse.scenarios.plans.ask import Limit, PlanAsk
from landuse.tables.plans import OPTION_COLUMNS

NONE, ANY = -np.inf, np.inf


def seeded(parcels: int, seed: int, *, years: int = 3, towns: int = 3, share: float = 0.5) -> PlanAsk:
    """Return a question without money or cases; in each town at most a share of the land may be handled."""
    rng = np.random.default_rng(seed)
    parcel, area = np.repeat(np.arange(parcels), 3), np.exp(rng.normal(2.8, 0.7, parcels))
    land = np.repeat(area, 3) * np.tile([1.0, 0.7, 1.0], parcels)
    cost = land * np.tile([60.0, 12.0, 4.0], parcels) * rng.gamma(6.0, 1 / 6, 3 * parcels)
    value = land * np.tile([14.0, 5.0, 1.2], parcels) * rng.gamma(3.0, 1 / 3, 3 * parcels)
    town = rng.integers(0, towns, parcels)
    caps = tuple(
        Limit("town_mu", str(one), "mu", NONE, float(area[town == one].sum() * share),
              np.where(np.repeat(town, 3) == one, land, 0.0), 1, years)
        for one in range(towns)
    )  # fmt: skip
    return of(parcel, value, land, cost, caps, years=years)


def of(
    parcel: Sequence[int] | np.ndarray, value: Sequence[float] | np.ndarray, land: Sequence[float] | np.ndarray,
    cost: Sequence[float] | np.ndarray, limits: tuple[Limit, ...] = (), *, years: int = 1,
) -> PlanAsk:  # fmt: skip
    number, worth, mu, wan = (np.array(part) for part in (parcel, value, land, cost))
    options = pd.DataFrame({name: np.zeros(len(number)) for name in OPTION_COLUMNS})
    options = options.assign(handled_mu=mu, freed_mu=mu * 0.9, cost_wan=wan, tax_uplift_wan=worth)
    count = int(number.max()) + 1
    return PlanAsk(
        options, number.astype(np.int64), tuple(f"P{at}" for at in range(count)), np.arange(count),
        worth.astype(float), mu.astype(float), wan.astype(float), limits, years=years,
    )  # fmt: skip


def with_money(ask: PlanAsk, by_year: Sequence[float], cases: Sequence[float] = ()) -> PlanAsk:
    """Return a question with money handed out and cases handled each year."""
    handed = [
        Limit("budget", str(year), "wan_yuan", NONE, float(most), ask.cost_wan, 1, year)
        for year, most in enumerate(np.cumsum(by_year), start=1)
    ]
    one = np.ones(len(ask.value))
    able = [Limit("cases", str(year), "case", NONE, most, one, year, year) for year, most in enumerate(cases, start=1)]
    return replace(ask, limits=(*ask.limits, *handed, *able))


def with_task(ask: PlanAsk, mu: float) -> PlanAsk:
    """Return a question with land to be handled."""
    return replace(ask, limits=(*ask.limits, Limit("target", "", "mu", mu, ANY, ask.handled_mu, 1, ask.years)))
