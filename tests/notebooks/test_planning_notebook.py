"""The notebook of clean-up plans runs from its first cell to its last and says what the task of the district says."""

from __future__ import annotations

import html
import re

import pytest
from notebooks.notebook_runs import ROOT, said_by

DISTRICT = ROOT / "notebooks" / "02_安澜县_清理整治怎么定方案.ipynb"


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Return what each cell says, without its markup, by the id of the cell."""
    found = said_by(DISTRICT, tmp_path_factory.mktemp("planning"))
    plain = {name: re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL) for name, text in found.items()}
    return {name: html.unescape(" ".join(text.split())) for name, text in plain.items()}


def test_every_cell_shows_something(said):
    assert len(said) >= 14
    assert [cell for cell, text in said.items() if not text] == []


def test_of_380_mu_120_are_done_160_in_negotiation_and_100_left(said):
    assert "全县 380.00 120.00 160.00 100.00 5 7 2" in said["task"]
    assert "司法拍卖 5 宗,成交 3 宗 94.00 亩,流拍 2 宗" in said["task"]
    assert "三宗合并置换 125.70 亩" in said["task"]


def test_the_measure_worked_out_by_hand_is_the_one_computed(said):
    assert "手算与程序一致:True" in said["measure"]
    hand, program = re.search(r"政府支出合计 ([\d.]+) ([\d.]+)", said["measure"]).groups()
    assert hand == program


def test_doing_nothing_changes_nothing(said):
    assert "前后相同:True" in said["baseline"]


def test_the_plan_adds_up(said):
    by_line, whole = re.search(r"逐宗支出相加 ([\d,.]+),合计 ([\d,.]+) 万元", said["plan"]).groups()
    assert by_line == whole
    assert float(whole.replace(",", "")) <= 12_000


def test_the_tight_plan_is_impossible_and_possible_once_the_task_gives_way(said):
    assert "可行:False;与项目文件的预期一致:True;缺口仍为 100.00 亩" in said["tight"]
    assert re.search(r"亩 是 .*亩 否 ", said["moved"])


def test_plans_by_hand_and_the_roadmap_are_what_they_say(said):
    assert "三宗 615 万元;表中 615.00 万元" in said["hand"]
    assert "逐年包含: True" in said["roadmap"]


def test_sites_are_large_enough(said):
    found = [float(area) for area in re.findall(r" \d+ \d+ ([\d.]+) 0\.\d\d ", said["sites"])]
    assert len(found) >= 3
    assert min(found) >= 60


def test_nine_projects_go_to_factories_and_three_find_no_land(said):
    assert "标准厂房 9" in said["demands"]
    assert "无合适地块 3" in said["demands"]


def test_the_schedule_is_that_of_next_month(said):
    assert "plan_form.xlsx、scenarios.xlsx、schedule.xlsx" in said["schedule"]
    assert said["schedule"].count("2026-07 ") == 9  # seven in negotiation, two that found no buyer


def test_the_story_ends_with_what_may_not_be_concluded(said):
    assert list(said)[-1] == "end"
    assert said["end"].endswith("测算结果,仅供决策参考。")
    assert said["end"].count("不能说") == 6
