"""Check a plan that came out line by line, from the scenario itself: nothing of what chose it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from landuse.planning import Scenario
from landuse.scenarios.check import Breach, Limit, Line, breaches
from landuse.scenarios.plans.candidates import split_lock
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.limits import task_of

MONTHS: Final = 12


def proven(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> list[Breach]:
    """Return what is wrong with the lines of a plan, each line weighed by hand; nothing where the plan stands."""
    places = {name: ground.text(name) for name in ("town", "park")} | {"industry": ground.industry}
    said = [_Said(row, scenario, ground, places) for row in lines.to_dict("records")]
    limits = [*_sums(scenario, ground, said), *_sets(scenario, ground, said)]
    return breaches(
        [one.line for one in said], limits, allowed=_allowed(lines, scenario, ground), must=_must(scenario, ground)
    )


def _allowed(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> dict[str, list[str]]:
    """Return the measures that may be taken on each parcel of the lines."""
    locked = dict(split_lock(text) for text in scenario.lock_in)
    found: dict[str, list[str]] = {}
    own = ground.options.loc[ground.options["parcel_id"].isin(lines["parcel_id"])]
    for code, measure in zip(own["parcel_id"].astype(str), own["measure"], strict=True):
        barred = code in ground.settled or code in scenario.lock_out
        other = scenario.measures is not None and measure not in scenario.measures
        if not barred and not other and locked.get(code, "") in ("", measure):
            found.setdefault(code, []).append(measure)
    return found


def _must(scenario: Scenario, ground: PlanGround) -> list[str]:
    codes = [code for code, _ in map(split_lock, scenario.lock_in)]
    return [code for code in dict.fromkeys(codes) if code not in ground.settled]


class _Said:
    """One line, and what it takes of each limit."""

    def __init__(
        self, row: Mapping[Any, Any], scenario: Scenario, ground: PlanGround, places: Mapping[str, pd.Series]
    ) -> None:
        self.code = str(row["parcel_id"])
        place = ground.codes.get_loc(self.code)
        self.town, self.park, self.industry = (str(places[name].iloc[place]) for name in ("town", "park", "industry"))
        self.year = int(row["year"])
        share = float(row["success"]) if scenario.count == "expected" else 1.0
        self.land = float(row["handled_mu"]) * share
        cost = float(row["cost_wan"]) * share
        jobs = row["jobs_lost"]
        takes = {"budget": cost, "jobs": 0.0 if pd.isna(jobs) else float(jobs), f"cases {self.year}": 1.0}
        takes |= {f"budget {year}": cost for year in range(self.year, scenario.years + 1)}
        takes |= {f"town_mu {self.town}": self.land, f"town_cases {self.town}": 1.0}
        takes |= {f"industry_mu {self.industry}": self.land, f"parcel {self.code}": 1.0}
        takes["target"] = self.land if self._in_time(row, scenario, ground.as_of) else 0.0
        self.takes = takes
        self.measure = str(row["measure"])

    @property
    def line(self) -> Line:
        return Line(self.code, self.measure, self.takes, 0.0)

    def _in_time(self, row: Mapping[Any, Any], scenario: Scenario, as_of: date) -> bool:
        """Return whether the measure, begun with its year, ends by the deadline."""
        if scenario.deadline is None:
            return True
        if pd.isna(row["months"]):
            return False
        begun = pd.Timestamp(as_of) + pd.Timedelta(days=1) + pd.DateOffset(months=MONTHS * (self.year - 1))
        whole, part = divmod(float(row["months"]), 1.0)
        ends = begun + pd.DateOffset(months=int(whole)) + pd.Timedelta(days=part * 31)
        return bool(ends <= pd.Timestamp(scenario.deadline) + pd.Timedelta(days=1))


def _sums(scenario: Scenario, ground: PlanGround, said: list[_Said]) -> Iterator[Limit]:
    gap = task_of(scenario, ground).gap_mu
    if gap == gap:  # noqa: PLR0124 - a number, not NaN
        yield Limit("target", least=gap)
    if scenario.budget_wan is not None:
        yield Limit("budget", most=scenario.budget_wan)
    total = 0.0
    for year, money in enumerate(scenario.budget_by_year_wan, start=1):
        total += money
        yield Limit(f"budget {year}", most=total)
    cases = scenario.cases_by_year
    if cases is not None:
        figures = [cases] * scenario.years if isinstance(cases, int) else list(cases)
        yield from (Limit(f"cases {year}", most=most) for year, most in enumerate(figures, start=1))
    for kind, stated in (
        ("town_mu", scenario.most_mu_by_town),
        ("town_cases", scenario.most_cases_by_town),
        ("industry_mu", scenario.most_mu_by_industry),
    ):
        names = {one.industry if kind == "industry_mu" else one.town for one in said} - {""}
        for name in sorted(names):
            most = stated.get(name) if isinstance(stated, Mapping) else stated
            if most is not None:
                yield Limit(f"{kind} {name}", most=most)
    if scenario.most_jobs_lost is not None:
        yield Limit("jobs", most=scenario.most_jobs_lost)


def _sets(scenario: Scenario, ground: PlanGround, said: list[_Said]) -> Iterator[Limit]:
    """Add to each line what it takes of the sets, and return their limits."""
    for number, members in enumerate(scenario.either_or):
        name = f"either_or {number}"
        already = len(set(members) & ground.settled)
        for one in said:
            one.takes[name] = float(one.code in members)
        yield Limit(name, most=max(0, 1 - already))
    for number, members in enumerate(scenario.all_or_none):
        name = f"all_or_none {number}"
        rest = set(members) - ground.settled
        some = any(one.code in rest for one in said) or rest != set(members)
        for one in said:
            one.takes[name] = float(one.code in rest)
        yield Limit(name, least=len(rest) if some else 0)
    for park in sorted({one.park for one in said} - {""}) if scenario.least_mu_in_park else []:
        name = f"park_lot {park}"
        for one in said:
            one.takes[name] = one.land if one.park == park else 0.0
        yield Limit(name, least=scenario.least_mu_in_park)
