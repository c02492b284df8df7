"""`landuse scenario`: what it says, what it writes, how it ends; forms that come back are read again."""

from __future__ import annotations

import openpyxl
import pytest
from cli_builders import PARCEL_IDS
from planned_projects import write_planning

BOOKS = ["plan_form.xlsx", "scenarios.xlsx", "schedule.xlsx"]


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    return write_planning(tmp_path_factory.mktemp("方案") / "某县")


@pytest.fixture
def changed(planned):
    """Return a function that writes the project file with some text replaced, beside the data."""

    def write(*pairs):
        text = planned.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path = planned.with_name("改.toml")
        path.write_text(text, encoding="utf-8")
        return path

    return write


def laid_out(book):
    """Return the first sheet of a form, the column of each title and the row of each parcel."""
    page = book.worksheets[0]
    head = next(row for row in range(1, 12) if page.cell(row, 1).value == "序号")
    place = {page.cell(head, column).value: column for column in range(1, page.max_column + 1)}
    rows = {page.cell(row, place["宗地代码"]).value: row for row in range(head + 1, page.max_row + 1)}
    return page, place, rows


def test_every_scenario_is_told_and_the_three_workbooks_are_written_the_same_twice(planned, say, tmp_path):
    first, second = (say("scenario", planned, "-o", tmp_path / name) for name in "ab")
    assert first.status == 0
    for words in (
        "收回方案[收回]",
        "太紧[太紧]:无法同时满足全部条件(与项目文件的预期一致)",
        "人工[人工]",
        "用地需求 2 个",
    ):
        assert words in first.out
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == BOOKS
    assert [(tmp_path / "a" / name).read_bytes() for name in BOOKS] == [
        (tmp_path / "b" / name).read_bytes() for name in BOOKS
    ]
    assert second.out.splitlines()[:-1] == first.out.splitlines()[:-1]


def test_an_impossible_scenario_that_was_not_marked_ends_with_status_1_and_still_writes(changed, say, tmp_path):
    said = say("scenario", changed(('expect = "infeasible"\n', "")), "-o", tmp_path / "out")
    assert said.status == 1
    assert "太紧[太紧]:无法同时满足全部条件\n" in said.out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == BOOKS


def test_a_run_with_such_a_scenario_ends_with_status_1_too(changed, say, tmp_path):
    project = changed(('expect = "infeasible"\n', ""))
    assert say("run", project, "-o", tmp_path / "out", "--only", "tables").status == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("target_mu = 900.0", "budget_wan = -1"), "budget_wan"),
        (('maximise = "mu"', 'maximise = "gold"'), "maximise"),
        (('hand = "甲"', 'hand = ""'), "人工"),
        (('maximise = "mu"', 'maximise = "mu"\nlock_in = ["没有的宗地"]'), "没有的宗地"),
        (('maximise = "mu"', 'maximise = "mu"\nmost_mu_by_town = { "没有的镇" = 10 }'), "没有的镇"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_scenario_that_cannot_be_meant_ends_with_status_2_and_writes_nothing(
    changed, say, tmp_path, change, where, lang
):
    said = say("--lang", lang, "scenario", changed(change), "-o", tmp_path / "out")
    assert said.status == 2
    assert any(where in " ".join(pair) for pair in said.pairs)
    assert not (tmp_path / "out").exists()


def test_a_project_without_scenarios_says_so(bureau, say, tmp_path):
    said = say("scenario", bureau, "-o", tmp_path / "out")
    assert said.status == 0
    assert "没有 [scenarios.名称]" in said.out
    assert not (tmp_path / "out").exists()


def test_plans_written_into_the_form_are_read_back(planned, changed, say, tmp_path):
    say("scenario", planned, "-o", tmp_path / "a")
    book = openpyxl.load_workbook(tmp_path / "a" / "plan_form.xlsx")
    page, place, rows = laid_out(book)
    for row in rows.values():
        page.cell(row, place["方案"]).value = None
    for parcel, plan in ((PARCEL_IDS[1], "不动"), (PARCEL_IDS[3], "甲、乙"), (PARCEL_IDS[4], "乙")):
        page.cell(rows[parcel], place["方案"]).value = plan
    page.cell(rows[PARCEL_IDS[3]], place["处置方式"]).value = "M6 依法无偿收回"
    book.save(planned.with_name("回.xlsx"))
    more = '[scenarios."乙案"]\nchoose = "hand"\nhand = "乙"\n\n[outputs]'
    project = changed(('hand_plans = "数据/方案.csv"', 'hand_plans = "回.xlsx"'), ("[outputs]", more))
    said = say("scenario", project, "-o", tmp_path / "b")
    assert said.status == 0
    assert "人工[人工]:处置 1 宗 40.00 亩" in said.out
    assert "乙案[乙案]:处置 2 宗 90.00 亩" in said.out


def test_an_unedited_schedule_read_back_as_cases_changes_no_figure(planned, changed, say, tmp_path):
    first = say("scenario", planned, "-o", tmp_path / "a")
    planned.with_name("调度.xlsx").write_bytes((tmp_path / "a" / "schedule.xlsx").read_bytes())
    project = changed(('cases = "数据/台账.csv"', 'cases = "调度.xlsx"'))
    again = say("scenario", project, "-o", tmp_path / "b")
    assert again.out.splitlines()[:-1] == first.out.splitlines()[:-1]


def test_an_edited_schedule_moves_the_task_on(planned, changed, say, tmp_path):
    say("scenario", planned, "-o", tmp_path / "a")
    book = openpyxl.load_workbook(tmp_path / "a" / "schedule.xlsx")
    page, place, rows = laid_out(book)
    page.cell(rows[PARCEL_IDS[8]], place["进展阶段"]).value = "流拍"
    book.save(planned.with_name("调度2.xlsx"))
    said = say("scenario", changed(('cases = "数据/台账.csv"', 'cases = "调度2.xlsx"')), "-o", tmp_path / "b")
    assert "已完成 10.00 亩,商谈中 0.00 亩,缺口 88.77 亩" in said.out
