"""Plan the clean-up of an analysis: options, cases and progress, scenarios, demands. No rule of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.cases import PlanningTables, planning_tables
from landuse.assemble.casewords import DONE, NEGOTIATING
from landuse.assemble.crs import in_metres
from landuse.assemble.shares import BLANK, position_in
from landuse.industry import division
from landuse.project import Project
from landuse.scenarios.blocks import neighbours
from landuse.scenarios.match import PLOT_COLUMNS, Plots, matches
from landuse.scenarios.measures import MeasureGround, book_of, options
from landuse.scenarios.measures.eligible import ENDED, RATED_LOW
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.outcome import outcome
from landuse.scenarios.progress import AHEAD, case_table, progress
from landuse.tables import Analysis, Outcome, Plans, join_issues
from landuse.tables.cells import numbers, text
from landuse.tables.origin import located
from landuse.tables.plans import CLEANED, OPTION_COLUMNS

TABLES: Final = ("cases", "targets", "demands")
"""Inputs any of which asks for planning, as a scenario does."""


def is_asked(project: Project) -> bool:
    """Return whether a project asks for any planning."""
    return bool(project.scenarios) or any(project.inputs.of(table) for table in TABLES)


def planned(analysis: Analysis) -> Analysis:
    """Return the analysis with its plans; unchanged where the project names no scenario, cases, targets or demands.

    Parcels gain what became of their case and what the plan that is shown does with them; everything else that was
    found stays as it was.

    Raises
    ------
    InputError
        A scenario names what the run does not have.
    DefectError
        A plan does not keep what its scenario asks for.
    """
    project: Project = analysis.project
    if not is_asked(project):
        return analysis
    given = planning_tables(analysis.raw, analysis.parcels.table, project)
    cases, follow = _followed(analysis, given, project)
    offered, facts = _offered(analysis, project)
    outcomes = _outcomes(analysis, given, cases, offered)
    shown = _shown(project, outcomes)
    plans = Plans(
        options=offered,
        outcomes=outcomes,
        shown=shown,
        cases=cases,
        progress=follow,
        matches=_matched(analysis, given, outcomes.get(shown)),
        facts=facts,
    )
    issues = located(_issues(given, outcomes), analysis.raw, year=project.project.year)
    return replace(
        analysis,
        parcels=analysis.parcels.with_table(_parcels(analysis.parcels.table, plans)),
        issues=join_issues([analysis.issues, issues]),
        plans=plans,
    )


# ---------------------------------------------------------------------------------------- cases, options


def _followed(analysis: Analysis, given: PlanningTables, project: Project) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cases with their states and the progress made; no row of either where the project has neither."""
    if not project.inputs.of("cases") and not project.inputs.of("targets"):
        return pd.DataFrame(), pd.DataFrame()
    day: date = project.progress.day or project.as_of
    parcels = analysis.parcels.table
    cases = case_table(given.cases, parcels, project.progress, day, given.year)
    return cases, progress(cases, given.targets, parcels, project.progress, day)


def _offered(analysis: Analysis, project: Project) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    """Return what can be done with each parcel, and the numbers behind it; nothing where no scenario asks."""
    if not project.scenarios:
        return pd.DataFrame(columns=list(OPTION_COLUMNS)), {}
    book = book_of(project.measures, project.own_catalogue)
    year = analysis.accounts["year"].eq(project.project.year) if len(analysis.accounts) else slice(None)
    ground = MeasureGround(
        parcels=analysis.parcels.table,
        enterprises=analysis.enterprises,
        occupancy=analysis.occupancy,
        accounts=analysis.accounts.loc[year].reset_index(drop=True),
        as_of=project.as_of,
    )
    return options(ground, book), book.facts()


# --------------------------------------------------------------------------------------------- scenarios


def _outcomes(
    analysis: Analysis, given: PlanningTables, cases: pd.DataFrame, offered: pd.DataFrame
) -> dict[str, Outcome]:
    """Return what came of each scenario, in the order of the project file."""
    project: Project = analysis.project
    if not project.scenarios:
        return {}
    has_sites = any(scenario.sites for scenario in project.scenarios.values())
    ground = PlanGround(
        options=offered,
        parcels=analysis.parcels.table,
        enterprises=analysis.enterprises,
        occupancy=analysis.occupancy,
        cases=cases,
        targets=pd.concat([given.targets, given.later_targets], ignore_index=True),
        hand=given.hand,
        as_of=project.as_of,
        measures=project.measures,
        shapes=in_metres(analysis.parcels.geometry, analysis.parcels.crs) if has_sites else None,
    )
    return {name: outcome(name, scenario, ground) for name, scenario in project.scenarios.items()}


def _shown(project: Project, outcomes: Mapping[str, Outcome]) -> str:
    """Return the plan that is shown: the first marked so that is a plan at all, else the first possible best one."""
    marked = [name for name, scenario in project.scenarios.items() if scenario.show]
    usual = [name for name, scenario in project.scenarios.items() if scenario.choose == "best"]
    possible = [name for name in marked if outcomes[name].is_feasible or outcomes[name].choose == "hand"]
    return next(iter([*possible, *(name for name in usual if outcomes[name].is_feasible)]), "")


def _issues(given: PlanningTables, outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Return all that was told, each once: scenarios that name the same plan by hand tell the same."""
    of_plans = join_issues([found.issues for found in outcomes.values()])
    key = ["code", "key", "column", "source_file", "source_sheet", "source_row", "value"]
    return join_issues([given.issues, of_plans[~of_plans.duplicated(key)]])


# ----------------------------------------------------------------------------------------------- demands


def _matched(analysis: Analysis, given: PlanningTables, shown: Outcome | None) -> pd.DataFrame:
    """Return the demands with the plots that the plan shown frees for them; no row without demands."""
    project: Project = analysis.project
    if not project.inputs.of("demands"):
        return pd.DataFrame()
    return matches(given.demands, _freed(analysis, shown, project.match.gap_m), project.match)


def _freed(analysis: Analysis, shown: Outcome | None, gap_m: float) -> Plots:
    """Return the plots with land for a new user, and which of them lie side by side."""
    none = np.empty(0, dtype=np.int64)
    if shown is None or not len(shown.lines):
        return Plots(pd.DataFrame({name: [] for name in PLOT_COLUMNS}), (none, none))
    lines = shown.lines[numbers(shown.lines, "freed_mu") > 0].reset_index(drop=True)
    table = analysis.parcels.table
    place = position_in(text(lines, "parcel_id"), table["parcel_id"])
    lines, place = lines[place != BLANK].reset_index(drop=True), place[place != BLANK]
    own = {
        name: text(table, name).reset_index(drop=True).iloc[place].reset_index(drop=True) for name in ("park", "town")
    }
    plots = lines[["parcel_id", "freed_mu"]].assign(
        **own, park_type=own["park"].map(_park_types(analysis)), division=own["park"].map(_leading(analysis))
    )
    shapes = in_metres(analysis.parcels.geometry[place], analysis.parcels.crs)
    return Plots(plots[list(PLOT_COLUMNS)], neighbours(shapes, gap_m=gap_m))


def _park_types(analysis: Analysis) -> dict[str, str]:
    """Return the type of each park, where a table of parks states it."""
    frames = [part.frame for part in analysis.raw.of("parks") if "park_type" in part.frame.columns]
    rows = [frame.dropna(subset=["park", "park_type"]) for frame in frames if "park" in frame.columns]
    return {
        str(park): str(kind) for frame in rows for park, kind in zip(frame["park"], frame["park_type"], strict=True)
    }


def _leading(analysis: Analysis) -> dict[str, str]:
    """Return the division whose enterprises use most land in each park."""
    use, firms, table = analysis.occupancy, analysis.enterprises, analysis.parcels.table
    if not len(use) or not len(firms):
        return {}
    firm = position_in(use["uscc"], firms["uscc"])
    plot = position_in(use["parcel_id"], table["parcel_id"])
    codes = division(text(firms, "industry_code")).reset_index(drop=True).array.take(firm, allow_fill=True)
    parks = text(table, "park").reset_index(drop=True).array.take(plot, allow_fill=True)
    rows = pd.DataFrame({"park": parks, "division": codes, "land_mu": numbers(use, "land_mu")}).dropna()
    sums = rows.groupby(["park", "division"], sort=True)["land_mu"].sum().reset_index()
    most = sums.sort_values(["land_mu", "division"], ascending=[False, True], kind="stable").drop_duplicates("park")
    return {str(park): str(code) for park, code in zip(most["park"], most["division"], strict=True)}


# ----------------------------------------------------------------------------------------------- parcels


def _parcels(table: pd.DataFrame, plans: Plans) -> pd.DataFrame:
    """Return the parcels with the state of their case and what the plan shown does with them."""
    made: dict[str, Any] = {}
    states = _case_states(plans.cases, table)
    if len(plans.cases):
        made["case_state"] = states
    if (shown := plans.shown_outcome) is not None:
        lines = shown.lines
        place = position_in(table["parcel_id"], text(lines, "parcel_id"))
        for column, name in {"measure": "measure", "measure_group": "measure_group", "plan_year": "year"}.items():
            taken = lines[name].reset_index(drop=True).array.take(place, allow_fill=True)
            made[column] = pd.Series(taken, index=table.index)
        for name in ("cost_wan", "tax_uplift_wan"):
            made[f"plan_{name}"] = np.append(numbers(lines, name), np.nan)[place]
        freed = np.append(numbers(lines, "freed_mu"), np.nan)[place]
        made["after_class"] = _after(table, place != BLANK, freed, states)
    return table.assign(**made)


def _case_states(cases: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return the state of the case of each parcel, of several the farthest; missing without a case."""
    if not len(cases):
        return pd.Series(pd.NA, index=table.index, dtype="str")
    ahead = cases.assign(ahead=cases["state"].map(AHEAD)).sort_values("ahead", kind="stable")
    one = ahead.drop_duplicates("parcel_id").reset_index(drop=True)
    place = position_in(table["parcel_id"], one["parcel_id"])
    return pd.Series(one["state"].array.take(place, allow_fill=True), index=table.index)


def _after(table: pd.DataFrame, is_taken: Any, freed_mu: Any, states: pd.Series) -> pd.Series:
    """Return what each parcel is once the plan is carried out (`after_class` of the enumerations)."""
    idle, low = text(table, "idle_class").isin(CLEANED["idle_class"]), text(table, "efficiency_class")
    conditions = [
        is_taken & (freed_mu > 0), is_taken, states.isin([DONE, NEGOTIATING]).to_numpy(), idle.to_numpy(),
        low.isin(ENDED).to_numpy(), low.isin(RATED_LOW).to_numpy(),
    ]  # fmt: skip
    words = ["freed", "improved", "handled_elsewhere", "unchanged_idle", "unchanged_empty", "unchanged_low"]
    return pd.Series(np.select(conditions, words, "unchanged"), index=table.index, dtype="str")
