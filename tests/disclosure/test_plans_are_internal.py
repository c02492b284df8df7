"""Clean-up plans are for the bureau alone: no figure, no word and no file of them is in what others get."""

from __future__ import annotations

import json

import pytest
from disclosure.planning import SECRETS, TABLES, lay_out_planning
from disclosure.scanner import contents

from landuse.disclosure import for_audience, whitelist
from landuse.pipeline import run
from landuse.project import load_project
from landuse.tables.plan_tables import PARTS, PLAN_TABLES, WHOLE
from landuse.write import write_outputs

OTHERS = ("superior", "public")
OF_PARCELS = ("measure", "measure_group", "plan_year", "case_state", "after_class")
LAND = ("handled_mu", "land_mu", "area_mu", "idle_mu_before", "idle_mu_after")
"""Of plots as a whole, which others may know; sums of it are looked for as they stand in plans."""


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    project = lay_out_planning(tmp_path_factory.mktemp("某区") / "数据")
    return run(load_project(project, ['outputs.review_number="某S(2026)001号"']))


@pytest.fixture(scope="module")
def results(analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_outputs(analysis, folder)
    return folder


@pytest.fixture(scope="module", params=OTHERS)
def opened(results, request):
    """Return name -> everything the file holds, of one audience."""
    top = results / request.param
    return {path.relative_to(top).as_posix(): contents(path) for path in sorted(top.rglob("*")) if path.is_file()}


def planned_amounts(analysis) -> list[float]:
    """Return every figure of the plans that is not whole or round, nor that of a plot or an enterprise as it is."""
    plans = analysis.plans
    frames = [getattr(plans, part) for part in WHOLE.values()]
    frames += [getattr(one, part) for one in plans.outcomes.values() for part in PARTS.values()]
    amounts = {figure for one in plans.outcomes.values() for figure in one.totals.values()}
    for frame in frames:
        for name in frame.select_dtypes("float").columns.difference(list(LAND)):
            amounts |= set(frame[name].dropna().tolist())
    known = set()
    for table in (analysis.parcels.table, analysis.enterprises):
        for name in table.select_dtypes("float"):
            known |= {round(one, 4) for one in table[name].dropna()}
    places = [one for outcome in plans.outcomes.values() for one in (outcome.scopes,) if len(one)]
    for frame in places:  # what is now, before any plan, is a sum that superiors may form
        for name in (name for name in frame if str(name).endswith(("_before", "_before_wan"))):
            known |= {round(one, 4) for one in frame[name].dropna()}
    return sorted(
        one
        for one in amounts
        if abs(one) > 1.0 and abs(round(one, 4) * 100 - round(one * 100)) > 1e-6 and round(one, 4) not in known
    )


def test_no_file_for_others_holds_a_figure_of_a_plan(analysis, opened):
    amounts = planned_amounts(analysis)
    assert len(amounts) > 100
    assert any("map.html" in name for name in opened)
    for name, held in opened.items():
        assert [one for one in amounts if held.holds_number(one) or held.holds_number(round(one, 4), 1e-12)] == [], name


def test_no_file_for_others_holds_a_word_of_cases_demands_or_plans(opened):
    for name, held in opened.items():
        assert [one for one in SECRETS if held.holds_text(one)] == [], name


def test_the_files_for_the_bureau_do_hold_them(results, analysis):
    told = [contents(results / f"{name}.parquet") for name in ("plan_totals", "plan_options", "cases", "matches")]
    for word in ("收回机密方案", "责任人密甲", "密丁储能项目"):
        assert any(one.holds_text(word) for one in told)
    cost = analysis.plans.outcomes["收回"].totals["cost_wan"]
    assert cost > 0
    assert told[0].holds_number(cost)


@pytest.mark.parametrize("audience", OTHERS)
def test_others_get_no_table_of_plans_and_are_not_told_that_there_are_any(results, audience):
    names = {path.name for path in (results / audience).rglob("*")}
    assert not names & {f"{name}.parquet" for name in PLAN_TABLES}
    assert not {"state", "scenarios.xlsx", "schedule.xlsx"} & names
    manifest = json.loads((results / audience / "manifest.json").read_text(encoding="utf-8"))
    assert not {"plans", "plans_feasible", "plan_options", "cases", "demands"} & set(manifest["counts"])
    assert not {"scenarios", "measures", "match", "progress"} & set(manifest["project"])
    assert not [one for one in manifest.get("inputs", ()) if "机密" in one["name"]]
    assert not set(TABLES) & set(manifest["project"].get("inputs", {}))


@pytest.mark.parametrize("audience", OTHERS)
def test_a_view_has_no_plans_and_no_column_of_them(analysis, audience):
    assert analysis.plans is not None
    assert set(OF_PARCELS) <= set(analysis.parcels.table.columns)
    seen, allowed = for_audience(analysis, audience), whitelist(audience)
    assert seen.plans is None
    assert not set(OF_PARCELS) & set(seen.parcels.table.columns)
    for tables in (allowed.tables, allowed.written):
        assert not set(PLAN_TABLES) & set(tables)
        assert not set(OF_PARCELS) & set(tables["parcels"])
    assert not {*allowed.sections} & {"scenarios", "measures", "match", "progress"}
    assert not any(seen.project.inputs.of(table) for table in TABLES)
    assert not seen.project.scenarios
