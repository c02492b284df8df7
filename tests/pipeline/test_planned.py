"""A run with cases, a task, demands and scenarios: plans stand beside a run that is otherwise what it was."""

import pandas as pd
import pytest
from assemble.planbuild import case, sheet
from builders import accounts, firms, plots, run

from landuse.write.published import published_tables

COUNT = 9
INPUTS = {"parcels": "plots.gpkg", "cases": "台账.xlsx", "targets": "任务.xlsx", "demands": "需求.xlsx"}
SECTIONS = {"inputs": INPUTS, "project": {"as_of": "2026-06-30"}}
IDLE = ["2023-01-01"] * 4 + [None] * 5


def land():
    return plots(
        COUNT,
        park=["东园"] * 6 + ["西园"] * 3,
        town=["甲镇"] * 5 + ["乙镇"] * 4,
        start_due=pd.to_datetime(pd.Series(IDLE)),
        start_state=["未开工"] * 4 + [None] * 5,
        ownership=["国有"] * COUNT,
        contract_no=[f"合同{n}" for n in range(COUNT)],
    )


def files():
    return (
        sheet("cases", [case("P000", "已收回", measure="M6"), case("P008", list="低效"), case("外地", "完成")]),
        sheet("targets", [{"target_mu": 45.0}]),
        sheet("demands", [
            {"demand_id": "D1", "area_mu": 28.0, "industry_code": "1951", "park": "东园"},
            {"demand_id": "D2", "area_mu": 5.0},
        ]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def plain():
    return run(land(), firms(COUNT), accounts(COUNT), project={"as_of": "2026-06-30"})


@pytest.fixture(scope="module")
def planned():
    scenarios = {
        "不动": {"choose": "nothing"},
        "收回": {"measures": ["M6"], "target_mu": "targets", "maximise": "mu"},
        "太紧": {"measures": ["M6"], "target_mu": 900.0, "expect": "infeasible"},
    }
    return run(land(), firms(COUNT), accounts(COUNT), *files(), scenarios=scenarios, match={"gap_m": 200.0}, **SECTIONS)


def test_a_project_that_asks_for_no_plan_has_none_and_no_column_of_plans(plain):
    assert plain.plans is None
    assert not {"measure", "case_state", "after_class"} & set(published_tables(plain)["parcels"].columns)


def test_all_but_the_columns_of_plans_and_their_issues_is_as_without_them(plain, planned):
    before, after = published_tables(plain), published_tables(planned)
    plan = ["measure", "measure_group", "plan_year", "plan_cost_wan", "plan_tax_uplift_wan", "after_class"]
    added = ["case_state", *plan]
    assert [name for name in after["parcels"].columns if name not in before["parcels"].columns] == added
    for name, table in before.items():
        same = after[name].drop(columns=added) if name == "parcels" else after[name]
        pd.testing.assert_frame_equal(table, same.iloc[: len(table)] if name == "issues" else same)


def test_cases_and_the_task_are_followed(planned):
    whole = planned.plans.progress.iloc[0]
    assert whole[["target_mu", "done_mu", "negotiating_mu", "gap_mu"]].tolist() == pytest.approx(
        [45.0, 15.0, 15.0, 15.0]
    )
    states = planned.parcels.table["case_state"].fillna("").tolist()
    assert states == ["done", *[""] * 7, "negotiating"]
    assert planned.plans.cases["because"].fillna("").tolist() == ["", "", "NO_AREA"]


def test_issues_of_the_tables_stand_among_those_of_the_run_with_their_place(planned):
    told = planned.issues[planned.issues["code"].eq("CASE_PARCEL_UNKNOWN")]
    assert told[["key", "source_file", "source_row"]].to_numpy().tolist() == [["外地", "cases.xlsx", 4]]
    words = published_tables(planned)["issues"]
    assert "外地" in words.loc[words["code"].eq("CASE_PARCEL_UNKNOWN"), "message"].iloc[0]


def test_the_first_possible_plan_that_the_program_chose_is_shown(planned):
    outcomes = planned.plans.outcomes
    assert list(outcomes) == ["不动", "收回", "太紧"]
    assert [one.is_feasible for one in outcomes.values()] == [True, True, False]
    assert planned.plans.shown == "收回"
    table = planned.parcels.table
    assert table["measure"].fillna("").tolist() == ["", "M6", "M6", "M6", *[""] * 5]
    assert table["plan_year"].tolist()[1:4] == [1, 1, 1]
    after = table["after_class"].tolist()
    assert after[:4] == ["handled_elsewhere", "freed", "freed", "freed"]
    assert after[8] == "handled_elsewhere"
    assert {"unchanged", "unchanged_low"} >= set(after[4:8])


def test_demands_meet_the_plots_that_the_plan_shown_frees(planned):
    found = planned.plans.matches
    best = found[found["demand_id"].eq("D1")].iloc[0]
    assert best[["kind", "place"]].tolist() == ["site", "东园"]
    assert best["suggested"]
    small = found[found["demand_id"].eq("D2")].iloc[0]
    assert small[["kind", "because"]].tolist() == ["none", "BELOW_LEAST、NO_FACTORY"]


def test_a_plan_marked_to_be_shown_is_shown(plain):
    scenarios = {
        "不动": {"choose": "nothing", "show": True},
        "收回": {"measures": ["M6"], "show": True, "target_mu": 900.0},
    }
    found = run(land(), firms(COUNT), accounts(COUNT), scenarios=scenarios, project={"as_of": "2026-06-30"})
    assert found.plans.shown == "不动"
    assert found.parcels.table["after_class"].tolist()[:4] == ["unchanged_idle"] * 4
    assert "case_state" not in found.parcels.table.columns
    assert not len(found.plans.matches)


def test_cases_alone_are_followed_without_any_plan():
    found = run(land(), firms(COUNT), accounts(COUNT), files()[0], inputs={"parcels": "p.gpkg", "cases": "c.xlsx"})
    assert found.plans.outcomes == {}
    assert found.plans.shown == ""
    assert "case_state" in found.parcels.table.columns
    assert "measure" not in found.parcels.table.columns


def test_the_same_inputs_give_the_same_plans(planned):
    scenarios = {name: one.model_dump(exclude_unset=True) for name, one in planned.project.scenarios.items()}
    again = run(
        land(), firms(COUNT), accounts(COUNT), *files(), scenarios=scenarios, match={"gap_m": 200.0}, **SECTIONS
    )
    pd.testing.assert_frame_equal(planned.parcels.table, again.parcels.table)
    for name in ("options", "cases", "progress", "matches"):
        pd.testing.assert_frame_equal(getattr(planned.plans, name), getattr(again.plans, name))
