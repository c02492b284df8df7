"""Tell what comes of a scenario: the plan, how good it is, what it does; or what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.errors import DefectError, InputError
from landuse.planning import Measures, Scenario
from landuse.scenarios.choose import choose
from landuse.scenarios.plans.ask import Assembled, Ints, PlanAsk, Roadmap
from landuse.scenarios.plans.build import plan_ask, rates_of, worth
from landuse.scenarios.plans.candidates import candidates, split_lock
from landuse.scenarios.plans.faults import plan_faults
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.hand import hand_plan, lines_of, no_lines
from landuse.scenarios.plans.keeping import broken, counted, counted_mu, limits_table
from landuse.scenarios.plans.limits import task_of
from landuse.scenarios.plans.moves import moves_of
from landuse.scenarios.plans.proof import proven
from landuse.scenarios.plans.roadmap import over_years, roadmap
from landuse.scenarios.plans.simulate import simulated, totals_of
from landuse.scenarios.plans.sites import assembled
from landuse.tables.plans import SCOPE_COLUMNS, Outcome

SLACK: Final = 1e-6
"""Share by which the worth of a plan added up anew may differ."""


@dataclass(frozen=True)
class Found:
    """A plan that was chosen, written, or not found."""

    lines: pd.DataFrame
    is_feasible: bool = True
    value: float = float("nan")
    bound: float = float("nan")
    more: dict[str, Any] = field(default_factory=dict)
    """Other fields of the outcome: moves, years, sites, issues."""
    warnings: tuple[str, ...] = ()


def outcome(name: str, scenario: Scenario, ground: PlanGround) -> Outcome:
    """Return what comes of one scenario.

    Parameters
    ----------
    name
        Of the scenario in the project file.

    Raises
    ------
    InputError
        Parcels, places, plans or figures that are not there: all of the scenario at once.
    DefectError
        A plan that was chosen does not keep what the scenario asks for, each line weighed anew.
    """
    faults = plan_faults(name, scenario, ground)
    if faults:
        raise InputError(faults)
    found = _found(scenario, ground)
    has_plan = found.is_feasible or scenario.choose == "hand"
    done = simulated(found.lines, ground)
    return Outcome(
        name=name,
        title=scenario.title or name,
        choose=scenario.choose,
        is_feasible=found.is_feasible,
        is_expected=found.is_feasible == (scenario.expect == "feasible"),
        lines=found.lines,
        limits=limits_table(found.lines, scenario, ground),
        scopes=done.scopes if has_plan else pd.DataFrame(columns=list(SCOPE_COLUMNS)),
        totals={**done.totals, **task_totals(found.lines, scenario, ground)},
        value=found.value,
        bound=found.bound,
        gap=gap_of(found),
        warnings=tuple(dict.fromkeys([*found.warnings, *warned(found, scenario, ground)])),
        **found.more,
    )


def gap_of(found: Found) -> float:
    """Return by what share of its bound a plan could be beaten at most; unknown where there is none."""
    if not found.is_feasible or not np.isfinite(found.bound) or not np.isfinite(found.value):
        return float("nan")
    return max(0.0, found.bound - found.value) / max(abs(found.value), abs(found.bound), 1e-9)


# ------------------------------------------------------------------------------------------ three ways to a plan


def _found(scenario: Scenario, ground: PlanGround) -> Found:
    """Return the plan in the way it is to come about.

    The one that touches nothing is always possible: it is what others are compared with.
    """
    if scenario.choose == "nothing":
        return Found(no_lines(ground))
    return by_hand(scenario, ground) if scenario.choose == "hand" else best(scenario, ground)


def by_hand(scenario: Scenario, ground: PlanGround) -> Found:
    """Return the plan written by hand, beside the most any plan could be worth; what limits it does not keep.

    A plan that keeps every limit is possible, whatever the program would have chosen. Where it takes what the program
    may not (a measure or a parcel that the scenario leaves out), nothing is said of how good it is.
    """
    hand = hand_plan(scenario, ground)
    past = broken(limits_table(hand.lines, scenario, ground))
    ask = plan_ask(scenario, ground)
    value = float(worth(counted(hand.lines, scenario, ground), _rates(ask, scenario, ground)).sum())
    most = choose(ask.together(), gap=scenario.gap, seed=ask.seed)
    is_told = most.is_feasible and not len(past) and _is_within(hand.lines, ask)
    bound = max(most.bound, value) if is_told else float("nan")
    return Found(hand.lines, not len(past), value, bound, {"moves": past, "issues": hand.issues}, hand.warnings)


def _is_within(lines: pd.DataFrame, ask: PlanAsk) -> bool:
    """Return whether every line is an option that the program may take."""
    key = ["parcel_id", "measure"]
    return bool(pd.MultiIndex.from_frame(lines[key]).isin(pd.MultiIndex.from_frame(ask.options[key])).all())


def _rates(ask: PlanAsk, scenario: Scenario, ground: PlanGround) -> dict[str, float]:
    return rates_of(ask, candidates(scenario, ground), scenario)


def best(scenario: Scenario, ground: PlanGround) -> Found:
    """Return the plan worth most to the aim, or what stands in its way."""
    ask = plan_ask(scenario, ground)
    found = _chosen(ask, scenario, ground)
    if not found.is_feasible:
        settled = task_of(scenario, ground).settled_mu
        moves = moves_of(ask, settled_mu=settled, lot_mu=scenario.least_mu_in_park or 0.0)
        words = () if len(moves) else ("not_found",)
        return Found(no_lines(ground), is_feasible=False, more={"moves": moves}, warnings=words)
    _prove(found, scenario, ground)
    return found


def _chosen(ask: PlanAsk, scenario: Scenario, ground: PlanGround) -> Found:
    """Return the plan in the way it is to be chosen: in sites, over years, or at once; the lines may be none."""
    if scenario.sites is not None:
        if ground.shapes is None:
            raise DefectError("a plan of sites: the shapes of the parcels are not handed in")
        return _of_sites(assembled(ask, ground.shapes), ask)
    if scenario.roadmap or scenario.years > 1:
        return _of_years(roadmap(ask) if scenario.roadmap else over_years(ask), ask)
    plan = choose(ask.together(), gap=ask.gap, seed=ask.seed)
    taken = plan.taken[plan.taken < len(ask.parcel)]
    if plan.is_feasible and abs(_worth(ask, taken) - plan.value) > SLACK * max(1.0, abs(plan.value)):
        raise DefectError("a plan: its options are not worth what was said")
    lines = lines_of(ask.options.iloc[taken], 1, pd.NA)
    return Found(lines, plan.is_feasible, plan.value, plan.bound)


def _worth(ask: PlanAsk, taken: Ints) -> float:
    return float(ask.value[taken].sum())


def _of_years(plan: Roadmap, ask: PlanAsk) -> Found:
    lines = lines_of(ask.options.iloc[plan.taken], plan.year, pd.NA)
    return Found(lines, plan.is_feasible, plan.value, plan.bound, {"years": plan.table} if plan.is_feasible else {})


def _of_sites(plan: Assembled, ask: PlanAsk) -> Found:
    lines = lines_of(ask.options.iloc[plan.taken], 1, plan.site)
    return Found(lines, plan.is_feasible, plan.value, plan.bound, {"sites": plan.table} if plan.is_feasible else {})


def _prove(found: Found, scenario: Scenario, ground: PlanGround) -> None:
    """Weigh the lines of a plan anew, one by one."""
    wrong = proven(found.lines, scenario, ground)
    if wrong:
        told = "; ".join(f"{one.what} {one.name} {one.found} {one.allowed}" for one in wrong[:5])
        raise DefectError(f"a plan does not keep what was asked for: {told}")


# --------------------------------------------------------------------------------------------------- what it does


def task_totals(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> dict[str, float]:
    """Return what cases and plan have of the task; unknown without one."""
    task = task_of(scenario, ground)
    reached = task.settled_mu + counted_mu(lines, scenario, ground)
    return {
        "done_mu": task.done_mu,
        "negotiating_mu": task.negotiating_mu,
        "target_mu": task.target_mu,
        "reached_mu": reached,
        "reached_share": reached / task.target_mu if task.target_mu > 0 else float("nan"),
        "gap_mu": max(0.0, task.target_mu - reached) if np.isfinite(task.target_mu) else float("nan"),
    }


def warned(found: Found, scenario: Scenario, ground: PlanGround) -> tuple[str, ...]:
    """Return what a plan has to say of itself."""
    lines = found.lines
    totals = totals_of(lines, ground)
    late = counted(lines, scenario, ground).until
    settled = any(code in ground.settled for code, _ in map(split_lock, scenario.lock_in))
    said = {
        **too_good(totals, ground.measures),
        "unknown_jobs": totals["jobs_unknown"] > 0,
        "late": late is not None and bool((lines["year"].to_numpy(dtype=np.int64) > late).any()),
        _open_gap(scenario): scenario.choose == "best" and gap_of(found) > scenario.gap,
        "locked_in_by_case": settled,
    }
    return tuple(word for word, holds in said.items() if holds)


def _open_gap(scenario: Scenario) -> str:
    """Return the word for a gap that stayed open: bounds of sites and roadmaps leave away what makes them dearer."""
    return "sites_bound" if scenario.sites is not None else "roadmap_bound" if scenario.roadmap else "gap_open"


def too_good(totals: dict[str, float], measures: Measures) -> dict[str, bool]:
    """Return whether first-year tax and output per mu handled are beyond a real outcome by more than the factor.

    Exactly as many times as allowed is not too good (DOMAIN 9.3).
    """
    land = totals["handled_mu"]
    if not land > 0:
        return {}
    return {
        "too_good_tax": totals["tax_year1_wan"] > measures.warn_factor * measures.real_tax_wan_per_mu * land,
        "too_good_output": totals["output_year1_wan"] > measures.warn_factor * measures.real_output_wan_per_mu * land,
    }
