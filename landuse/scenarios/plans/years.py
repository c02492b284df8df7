"""Put the cases of a plan into years, check the years, and add them up beside the best plan of each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from landuse.scenarios.choose import Plan, choose
from landuse.scenarios.plans.ask import Ints, Limit, Numbers, PlanAsk
from landuse.tables.plans import YEAR_COLUMNS

SLACK: Final = 1e-9
"""Share of a limit by which sums of floats may pass it."""
SUMMED: Final = ("handled_mu", "freed_mu", "cost_wan", "income_wan", "npv_wan", "tax_uplift_wan")
"""Figures of the options that the years add up."""


@dataclass(frozen=True)
class Begun:
    """Options taken, ascending, and the year in which the case of each begins."""

    option: Ints
    year: Ints

    @classmethod
    def of(cls, option: Ints, year: Ints) -> Begun:
        """Return options and their years in the order of the options."""
        order = np.argsort(option, kind="stable")
        return cls(option[order], year[order])

    def by(self, year: int) -> Ints:
        """Return the options begun by the end of a year."""
        return self.option[self.year <= year]

    def used(self, limit: Limit) -> float:
        """Return what is used of a limit."""
        within = (self.year >= limit.first) & (self.year <= limit.last)
        if limit.until is not None:
            within &= self.year <= limit.until[self.option]
        return float(limit.uses[self.option][within].sum())


def keeps(ask: PlanAsk, begun: Begun) -> bool:
    """Return whether cases begun in their years keep every limit, every set and all that is locked in."""
    for limit in (*ask.limits, *ask.sets(), *ask.locks()):
        used = begun.used(limit) if limit in ask.limits else float(limit.uses[begun.option].sum())
        slack = SLACK * max(1.0, abs(used))
        if used > limit.most + slack or used < limit.least - slack:
            return False
    for lot in ask.lots:
        own = begun.option[np.isin(ask.parcel[begun.option], lot.parcels)]
        if len(own) and float(ask.handled_mu[own].sum()) < lot.least_mu * (1 - SLACK):
            return False
    return len(np.unique(ask.parcel[begun.option])) == len(begun.option)


def begin_early(ask: PlanAsk, taken: Ints) -> Begun | None:
    """Return the cases of a plan in the earliest years that money and cases allow; None where they do not fit.

    Locked in and pressed by a deadline first, then the best for its money.
    """
    due = np.full(len(taken), ask.years)
    for limit in ask.limits:
        if limit.until is not None:
            due = np.minimum(due, np.where(limit.until[taken] > 0, limit.until[taken], ask.years))
    rate = ask.value[taken] / np.maximum(ask.cost_wan[taken], 1e-9)
    order = np.lexsort((taken, -rate, ~np.isin(ask.parcel[taken], ask.must), due))
    money, cases = room_of(ask)
    year = np.zeros(len(taken), dtype=np.int64)
    for place in order.tolist():
        cost = float(ask.cost_wan[taken[place]])
        fits = (cases >= 1) & (np.minimum.accumulate(money[::-1])[::-1] >= cost * (1 - SLACK) - SLACK)
        if not fits.any():
            return None
        first = int(np.argmax(fits))
        year[place] = first + 1
        money[first:] -= cost
        cases[first] -= 1
    begun = Begun.of(taken, year)
    return begun if keeps(ask, begun) else None


def room_of(ask: PlanAsk) -> tuple[Numbers, Numbers]:
    """Return the money handed out by the end of each year, and the cases of each year; inf where nothing is stated."""
    money, cases = np.full(ask.years, np.inf), np.full(ask.years, np.inf)
    for limit in ask.limits:
        if limit.kind == "budget":
            money[: limit.last] = np.minimum(money[: limit.last], limit.most)
        if limit.kind == "cases" and limit.last <= ask.years:
            cases[limit.first - 1 : limit.last] = np.minimum(cases[limit.first - 1 : limit.last], limit.most)
    return money, cases


def year_table(ask: PlanAsk, begun: Begun, free: Sequence[Plan]) -> pd.DataFrame:
    """Return `YEAR_COLUMNS`: sums up to each year beside the best plan for that year by itself."""
    figures = {name: ask.options[name].to_numpy(dtype="float64", na_value=np.nan) for name in SUMMED}
    rows = []
    for year, plan in enumerate(free, start=1):
        taken = begun.by(year)
        row: dict[str, float | int] = {"year": year, "n_new": int((begun.year == year).sum()), "n_parcels": len(taken)}
        row |= {name: float(figures[name][taken].sum()) for name in SUMMED}
        row["value"] = float(ask.value[taken].sum())
        row |= _free(ask, plan, figures)
        row["price_value"] = row["free_value"] - row["value"]
        row["price_mu"] = row["free_handled_mu"] - row["handled_mu"]
        row["price_wan"] = row["free_tax_uplift_wan"] - row["tax_uplift_wan"]
        rows.append(row)
    return pd.DataFrame(rows, columns=list(YEAR_COLUMNS))


def _free(ask: PlanAsk, plan: Plan, figures: dict[str, Numbers]) -> dict[str, float]:
    """Return the figures of the best plan of a year; unknown where there is none."""
    if not plan.is_feasible:
        names = ("free_value", "free_bound", "free_handled_mu", "free_cost_wan", "free_tax_uplift_wan")
        return dict.fromkeys(names, float("nan"))
    own = plan.taken[plan.taken < len(ask.value)]
    return {
        "free_value": plan.value,
        "free_bound": plan.bound,
        **{f"free_{name}": float(figures[name][own].sum()) for name in ("handled_mu", "cost_wan", "tax_uplift_wan")},
    }


def measured(ask: PlanAsk, base: Begun) -> Begun:
    """Return the same parcels in the same years by the best options; by the base where none are better."""
    of_parcel = np.zeros(ask.parcels, dtype=np.int64)
    of_parcel[ask.parcel[base.option]] = base.year
    year = of_parcel[ask.parcel]
    limits = []
    for limit in ask.limits:
        counts = (year >= limit.first) & (year <= limit.last)
        if limit.until is not None:
            counts &= year <= limit.until
        limits.append(replace(limit, uses=np.where(counts, limit.uses, 0.0), first=1, last=1, until=None))
    choice = replace(ask, limits=tuple(limits), years=1, is_flat=True).compiled().choice
    kept = np.isin(choice.parcel, ask.parcel[base.option]) | (choice.parcel >= ask.parcels)
    plan = choose(
        replace(choice.within(kept, np.empty(0, dtype=np.int64)), must=ask.parcel[base.option]),
        gap=ask.gap,
        seed=ask.seed,
    )
    taken = np.flatnonzero(kept)[plan.taken]
    taken = taken[taken < len(ask.value)]
    better = Begun.of(taken, year[taken])
    return better if plan.is_feasible and keeps(ask, better) else base
