"""Who has how much land: areas in whole hundredths of a square metre, so that every total is exact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from generator.spec import (
    COUNTS,
    IN_USE_MU,
    INDUSTRIES,
    LARGEST_PLOT_MU,
    MULTI_PLOT_FIRMS,
    PLACE_KEYS,
    PLACES,
    STANDARD_FACTORIES,
    STATE_TOTALS,
    TENANTS,
)

MIN_SMALL_MU = 3.2


def hundredths(mu: str | float) -> int:
    """Give an area in mu as whole hundredths of a square metre."""
    return int((Decimal(str(mu)) * 200000 / 3).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def spread(total: int, weights: Sequence[float], minimum: int = 0) -> list[int]:
    """Split a whole number by weights, each part at least the minimum, the sum exact."""
    w = np.array(weights, dtype=float)
    parts = np.zeros(len(w))
    fixed = np.zeros(len(w), dtype=bool)
    while True:
        rest = total - minimum * int(fixed.sum())
        parts = np.where(fixed, minimum, w * rest / w[~fixed].sum())
        low = (~fixed) & (parts < minimum)
        if not low.any():
            break
        fixed |= low
    whole = [int(part) for part in parts]
    whole[int(np.argmax(whole))] += total - sum(whole)
    return whole


def holder_land(tenant_land: dict[str, int], rng: np.random.Generator) -> dict[str, list[int]]:
    """Give the land of the holders of each industry; with the tenants' land it makes n x mean exactly."""
    out: dict[str, list[int]] = {}
    for code, industry in INDUSTRIES.items():
        n = industry.n - sum(TENANTS[place].get(code, 0) for place in TENANTS)
        total = hundredths(industry.n * industry.mean_mu) - tenant_land.get(code, 0)
        weights = np.exp(rng.normal(0, 0.62, n))
        if code == "26":
            largest = hundredths(LARGEST_PLOT_MU)
            out[code] = [largest, *spread(total - largest, weights[1:].tolist(), hundredths(4))]
        else:
            out[code] = sorted(spread(total, weights.tolist(), hundredths(4)), reverse=True)
    return out


def plot_numbers(land: Sequence[int], single: set[int], rng: np.random.Generator) -> list[int]:
    """Give the number of plots of each holder: 62 firms with 160, the other 214 one each."""
    numbers = [1] * len(land)
    candidates = [i for i, area in enumerate(land) if area > hundredths(12) and i not in single]
    chances = np.array([land[i] for i in candidates], dtype=float) ** 0.8
    chosen = rng.choice(candidates, size=sum(MULTI_PLOT_FIRMS.values()), replace=False, p=chances / chances.sum())
    ordered = sorted((int(i) for i in chosen), key=lambda i: -land[i])
    wanted = [n for n, count in sorted(MULTI_PLOT_FIRMS.items(), reverse=True) for _ in range(count)]
    for i, n in zip(ordered, wanted, strict=True):
        numbers[i] = n
    return numbers


def deal_places(
    land: Sequence[int],
    n_plots: Sequence[int],
    liking: Sequence[dict[str, float]],
    fixed: dict[int, str],
    rng: np.random.Generator,
) -> list[str]:
    """Give each holder a place: numbers of plots exact, land close to the aim, industries where they like to be."""
    factories = {key: sum(place == key for place, _, _ in STANDARD_FACTORIES) for key in PLACE_KEYS}
    factory_mu = {key: sum(mu for place, mu, _ in STANDARD_FACTORIES if place == key) for key in PLACE_KEYS}
    want_n = np.array([COUNTS["IN_USE"][i] - factories[key] for i, key in enumerate(PLACE_KEYS)])
    want_mu = np.array([IN_USE_MU[key] - factory_mu[key] for key in PLACE_KEYS])
    mu = np.array(land) * 3 / 200000
    n = np.array(n_plots)
    like = np.array([[row.get(key, 0.0) for key in PLACE_KEYS] for row in liking])
    at = np.array([int(rng.choice(6, p=row / row.sum())) for row in like])
    for i, place in fixed.items():
        at[i] = PLACE_KEYS.index(place)
    movable = np.array([i for i in range(len(land)) if i not in fixed])

    def cost(where: np.ndarray) -> float:
        have_n = np.bincount(where, weights=n, minlength=6)
        have_mu = np.bincount(where, weights=mu, minlength=6)
        dislike = -np.log(like[np.arange(len(where)), where] + 1e-3).sum()
        return float(np.abs(have_n - want_n).sum() * 40 + np.abs(have_mu - want_mu).sum() * 1.5 + dislike)

    best = cost(at)
    for step in range(30000):
        heat = 25 * max(0.0, 1 - step / 24000)
        trial = at.copy()
        i, j = (int(k) for k in rng.choice(movable, 2, replace=False))
        if rng.random() < 0.5:
            trial[i] = int(rng.integers(6))
        else:
            trial[i], trial[j] = trial[j], trial[i]
        value = cost(trial)
        if value <= best or rng.random() < np.exp((best - value) / max(heat, 1e-9)):
            at, best = trial, value
    if np.any(np.bincount(at, weights=n, minlength=6) != want_n):
        raise ValueError("the holders could not be dealt out to the places; change the seed")
    return [PLACE_KEYS[k] for k in at]


def other_areas(used: dict[str, int]) -> dict[tuple[str, str], int]:
    """Give the land of each state but IN_USE in each place, so that places and states add up (proportional fitting)."""
    states = [state for state in COUNTS if state != "IN_USE"]
    rows = np.array([hundredths(STATE_TOTALS[state][1]) for state in states], dtype=float)
    columns = np.array([hundredths(place.total_mu) - used[place.key] for place in PLACES], dtype=float)
    columns[-1] += rows.sum() - columns.sum()
    place_factor = np.array([1.25, 1.15, 0.52, 1.2, 0.75, 0.62])
    table = np.array([COUNTS[state] for state in states]) * place_factor[None, :]
    for _ in range(400):
        table *= (rows / table.sum(axis=1))[:, None]
        table *= (columns / table.sum(axis=0))[None, :]
    whole = np.floor(table).astype(int)
    for c in range(6):
        r = 0 if c == 0 else c % len(states)
        r = next(k for k in range(r, r + len(states)) if whole[k % len(states), c] > 0) % len(states)
        whole[r, c] += int(columns[c]) - int(whole[:, c].sum())
    return {(state, key): int(whole[r, c]) for r, state in enumerate(states) for c, key in enumerate(PLACE_KEYS)}
