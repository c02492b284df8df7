"""State the limits of a scenario over its candidate options: task, money, cases, caps, jobs, minimum lots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landuse.assemble.casewords import DONE, NEGOTIATING
from landuse.planning import Scenario
from landuse.scenarios.plans.ask import NO_LEAST, NO_MOST, Ints, Limit, Lot
from landuse.scenarios.plans.candidates import Candidates, figure
from landuse.scenarios.plans.ground import PlanGround


@dataclass(frozen=True)
class Task:
    """Land to be handled, in mu, and what cases have of it."""

    target_mu: float
    """NaN = no task."""
    done_mu: float
    negotiating_mu: float

    @property
    def settled_mu(self) -> float:
        """Return what is done or in negotiation."""
        return self.done_mu + self.negotiating_mu

    @property
    def gap_mu(self) -> float:
        """Return what is left to be handled, never below 0; NaN without a task."""
        return max(0.0, self.target_mu - self.settled_mu) if np.isfinite(self.target_mu) else float("nan")


def task_of(scenario: Scenario, ground: PlanGround) -> Task:
    """Return the task of a scenario; done and in negotiation count once each."""
    stated = scenario.target_mu
    target = _target(ground, scenario.years) if stated == "targets" else float("nan") if stated is None else stated
    return Task(float(target), ground.counted_mu(DONE), ground.counted_mu(NEGOTIATING))


def _target(ground: PlanGround, years: int) -> float:
    """Return the sum of table targets for the years of the plan: rows of the county, else of parks and towns.

    A row of a whole year counts, not the months beside it; where only months are stated, they are added up. The first
    year is that of the day of reference; where no task is of it, the first one after.
    """
    rows = ground.targets
    if not len(rows):
        return float("nan")
    year = pd.to_numeric(_column(rows, "year"), errors="coerce")
    later = year[year >= ground.as_of.year]
    first = int(later.min()) if len(later) else ground.as_of.year
    rows = rows.loc[(year.isna() | year.between(first, first + years - 1)).to_numpy(dtype=bool)]
    park, town, month = (_column(rows, name) for name in ("park", "town", "month"))
    county = (park.isna() & town.isna()).to_numpy(dtype=bool)
    parks = park.notna().to_numpy(dtype=bool)
    of = county if county.any() else parks if parks.any() else np.ones(len(rows), dtype=bool)
    whole = of & month.isna().to_numpy(dtype=bool)
    taken = rows.loc[whole if whole.any() else of, "target_mu"]
    return float(taken.sum()) if taken.notna().any() else float("nan")


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column with blanks as missing; all missing where there is none."""
    if name not in rows.columns:
        return pd.Series(pd.NA, index=rows.index, dtype="object")
    return rows[name].astype("object").where(rows[name].notna() & rows[name].astype("str").str.strip().ne(""), pd.NA)


def limits_of(scenario: Scenario, ground: PlanGround, found: Candidates) -> tuple[Limit, ...]:
    """Return the limits of a scenario that are sums over the options taken."""
    made = [
        *_task(scenario, ground, found),
        *_money(scenario, found),
        *_cases(scenario, found),
        *_caps(scenario, ground, found),
    ]
    if scenario.most_jobs_lost is not None:
        lost = np.nan_to_num(figure(found.options, "jobs_lost"), nan=0.0)
        made.append(Limit("jobs", "", "person", NO_LEAST, scenario.most_jobs_lost, lost, 1, scenario.years))
    return tuple(made)


def _task(scenario: Scenario, ground: PlanGround, found: Candidates) -> Iterator[Limit]:
    gap = task_of(scenario, ground).gap_mu
    if np.isfinite(gap):
        uses = found.counted("handled_mu")
        yield Limit("target", "", "mu", gap, NO_MOST, uses, 1, scenario.years, until=found.until)


def _money(scenario: Scenario, found: Candidates) -> Iterator[Limit]:
    """Return the budgets: what is handed out by the year stays until it is spent."""
    cost = found.counted("cost_wan")
    if scenario.budget_wan is not None:
        yield Limit("budget", "", "wan_yuan", NO_LEAST, scenario.budget_wan, cost, 1, scenario.years)
    for year, most in enumerate(np.cumsum(scenario.budget_by_year_wan), start=1):
        yield Limit("budget", str(year), "wan_yuan", NO_LEAST, float(most), cost, 1, year)


def cases_of(scenario: Scenario) -> tuple[int, ...]:
    """Return the cases that each year can handle; empty = any number."""
    stated = scenario.cases_by_year
    if stated is None:
        return ()
    return (stated,) * scenario.years if isinstance(stated, int) else stated


def _cases(scenario: Scenario, found: Candidates) -> Iterator[Limit]:
    one = np.ones(len(found.row))
    for year, most in enumerate(cases_of(scenario), start=1):
        yield Limit("cases", str(year), "case", NO_LEAST, float(most), one, year, year)


def _caps(scenario: Scenario, ground: PlanGround, found: Candidates) -> Iterator[Limit]:
    """Return the caps by town and industry; a parcel whose town or industry nobody states is under none."""
    town = ground.text("town").to_numpy(dtype=object)[found.row]
    industry = ground.industry.to_numpy(dtype=object)[found.row]
    land, one = found.counted("handled_mu"), np.ones(len(found.row))
    for kind, unit, stated, place, uses in (
        ("town_mu", "mu", scenario.most_mu_by_town, town, land),
        ("town_cases", "case", scenario.most_cases_by_town, town, one),
        ("industry_mu", "mu", scenario.most_mu_by_industry, industry, land),
    ):
        for name, most in _by_name(stated, place).items():
            own = np.where(place == name, uses, 0.0)
            yield Limit(kind, name, unit, NO_LEAST, float(most), own, 1, scenario.years)


def _by_name(stated: float | Mapping[str, float] | None, place: np.ndarray) -> dict[str, float]:
    if stated is None:
        return {}
    if isinstance(stated, Mapping):
        return dict(stated)
    return dict.fromkeys(sorted(set(place.tolist()) - {""}), stated)


def lots_of(scenario: Scenario, ground: PlanGround, rows: Ints) -> tuple[Lot, ...]:
    """Return the minimum lots of parks; `rows`: rows of the candidate parcels. Land outside parks is under none."""
    if scenario.least_mu_in_park is None:
        return ()
    park = ground.text("park").to_numpy(dtype=object)[rows]
    names = sorted(set(park.tolist()) - {""})
    return tuple(Lot(name, np.flatnonzero(park == name), scenario.least_mu_in_park) for name in names)
