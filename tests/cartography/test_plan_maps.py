"""Maps and sheets of clean-up plans: who is done what with, when, how far it is, and what is left after it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from PIL import Image

from cartography.builders import analysis, with_parcels
from cartography.sheets import pdf_of, sheet_named
from landuse.cartography.mapdata import drawn_classes, map_data, printed_classes
from landuse.cartography.pane import PaneStyle
from landuse.cartography.pane.listing import list_ranks
from landuse.cartography.sheet import compose_pair, fitting_view, layout, panes, save
from landuse.cartography.sheet.planned import pair_of, pair_table
from landuse.cartography.sheet.series import index_rows, standard_set
from landuse.cartography.style import classify
from landuse.cartography.values import theme_values
from landuse.disclosure import for_audience
from landuse.tables import Outcome, Plans
from landuse.tables.plans import LINE_COLUMNS, PROGRESS_COLUMNS

GOLDEN = Path(__file__).parents[1] / "golden"
DPI = 45
PLAN_THEMES = ("measure", "roadmap", "progress", "before_after")
N = 60
EFFICIENCY = np.array(["low", "stopped", "not_low", "vacant", "not_rated", "not_low"], dtype=object)[np.arange(N) % 6]
IDLE = np.where(np.arange(N) % 12 == 2, "IDLE_T1", "NORMAL").astype(object)
"""Of every twelve parcels: two low, two stopped, two vacant, one suspected idle; five of which nothing is said."""


def planned_run(**sections):
    """Return sixty parcels: 0 bought, 1 in year two, 3 improved, 6 done, 7 in negotiation, 9 failed, 12 open."""
    measure, group, after = (np.full(N, None, dtype=object) for _ in range(3))
    year, state = pd.array([None] * N, dtype="Int64"), np.full(N, None, dtype=object)
    for row, (code, kind, first, then) in {
        0: ("M1", "buy", 1, "freed"),
        1: ("M2", "merge", 2, "freed"),
        3: ("M4", "upgrade", 1, "improved"),
    }.items():
        measure[row], group[row], year[row], after[row] = code, kind, first, then
    for row, one in {6: "done", 7: "negotiating", 9: "failed", 12: "open"}.items():
        state[row] = one
    left = {"low": "unchanged_low", "stopped": "unchanged_empty", "vacant": "unchanged_empty"}
    for row in range(N):
        kind = "unchanged_idle" if IDLE[row] == "IDLE_T1" else left.get(EFFICIENCY[row], "unchanged")
        after[row] = after[row] or ("handled_elsewhere" if row in (6, 7) else kind)
    cost = np.where(pd.notna(measure), 123.456, np.nan)
    return with_parcels(
        analysis(N, print={"organisation": "安澜县自然资源局(示例)"}, **sections),
        efficiency_class=EFFICIENCY, idle_class=IDLE, measure=measure, measure_group=group, plan_year=year,
        case_state=state, after_class=after, plan_cost_wan=cost, plan_tax_uplift_wan=cost / 2,
    )  # fmt: skip


def tracked(run):
    """Return the run with a task of 100 mu in one park and 20 outside all, and a plan that is shown."""
    blank = dict.fromkeys(PROGRESS_COLUMNS)
    rows = [
        {"by": "all", "place": None, "target_mu": 120.0, "done_mu": 30.0, "negotiating_mu": 20.5, "gap_mu": 69.5},
        {"by": "park", "place": None, "target_mu": 20.0, "done_mu": 0.0, "negotiating_mu": 0.5, "gap_mu": 19.5},
        {"by": "park", "place": "高新园", "target_mu": 100.0, "done_mu": 30.0, "negotiating_mu": 20.0, "gap_mu": 50.0},
        {"by": "town", "place": "城关镇", "target_mu": 120.0, "done_mu": 30.0, "negotiating_mu": 20.5, "gap_mu": 69.5},
    ]
    lines = pd.DataFrame(columns=list(LINE_COLUMNS))
    shown = Outcome(
        name="plan", title="完成任务", choose="best", is_feasible=True, is_expected=True, lines=lines,
        limits=pd.DataFrame(), scopes=pd.DataFrame(), totals={},
    )  # fmt: skip
    plans = Plans(pd.DataFrame(), {"plan": shown}, "plan", progress=pd.DataFrame([{**blank, **one} for one in rows]))
    return replace(run, plans=plans)


def legend_of(theme, run=None, lang="zh"):
    run = run or planned_run()
    area = run.parcels.table["area_mu"]
    return classify(theme_values(run)[theme], theme, lang=lang, area_mu=area).legend


def counts_of(theme, run=None):
    return {entry.label: entry.count for entry in legend_of(theme, run) if entry.count}


# --------------------------------------------------------------------------------------------- themes


def test_a_map_of_measures_shows_the_group_and_of_all_other_land_whether_anything_is_left_to_do():
    # Listed: 10 low + 10 stopped + 10 vacant + 5 idle = 35; 3 in the plan, 2 done or in negotiation.
    assert counts_of("measure") == {
        "提升改造": 1, "置换重组": 1, "回购收储": 1, "已完成或商谈中(不列入方案)": 2, "未列入方案的低效闲置用地": 30,
        "其他(不需处置)": 25,
    }  # fmt: skip


def test_a_map_of_years_names_the_years_of_the_plan_first_and_only_those_there_are():
    labels = [entry.label for entry in legend_of("roadmap")]
    assert labels == [
        "第一年(第一批)", "第二年(第二批)", "已完成或商谈中(不列入方案)", "未列入方案的低效闲置用地", "其他(不需处置)",
        "无数据",
    ]  # fmt: skip
    assert counts_of("roadmap")["其他(不需处置)"] == 25
    assert counts_of("roadmap")["第一年(第一批)"] == 2


def test_the_tenth_year_stands_after_the_second():
    values = pd.Series(["10", "2", "calm", None], dtype=object)
    legend = classify(values, "roadmap", lang="zh", area_mu=pd.Series([1.0] * 4)).legend
    assert [entry.key for entry in legend] == ["2", "10", "in_hand", "left", "calm", "no_data"]


def test_a_map_of_progress_shows_the_state_of_the_case_and_listed_land_without_one():
    # 35 listed, four of them with a case.
    assert counts_of("progress") == {
        "已完成": 1, "商谈中": 1, "未启动": 1, "未成(流拍、终止)": 1, "未建处置台账的低效闲置用地": 31,
        "其他(不需处置)": 25,
    }  # fmt: skip


def test_a_run_without_plans_and_cases_has_none_of_these_themes_nor_a_word_of_them():
    run = analysis(N)
    assert not set(PLAN_THEMES) & theme_values(run).keys()
    facts = map_data(run).facts
    assert not any("方案" in group["title"] for group in facts["groups"])
    only_cases = with_parcels(run, case_state=np.where(np.arange(N) == 3, "done", None))
    assert set(PLAN_THEMES) & theme_values(only_cases).keys() == {"progress"}


def test_the_card_tells_measure_year_cost_and_tax_uplift_under_the_words_of_caution():
    carried = map_data(planned_run())
    group = next(one for one in carried.facts["groups"] if "方案" in one["title"])
    assert group["title"] == "处置方案(测算结果,仅供决策参考)"
    assert group["fields"] == [
        "case_state", "measure", "plan_year", "plan_cost_wan", "plan_tax_uplift_wan", "after_class",
    ]  # fmt: skip
    words = {one.name: one.words for one in carried.parcels.fields}
    assert {"政府收储(回购)", "协议置换(转让)", "零增地技改(提容)"} == {*words["measure"]}
    assert carried.parcels.columns["plan_cost_wan"].notna().sum() == 3


@pytest.mark.parametrize("audience", ["superior", "public"])
def test_nothing_of_plans_and_cases_leaves_the_bureau(audience):
    view = for_audience(tracked(planned_run()), audience)
    told = {
        "measure",
        "measure_group",
        "plan_year",
        "case_state",
        "after_class",
        "plan_cost_wan",
        "plan_tax_uplift_wan",
    }
    assert not told & set(view.parcels.table.columns)
    assert view.plans is None
    assert not set(PLAN_THEMES) & theme_values(view).keys()
    assert not set(PLAN_THEMES) & {classes.theme.key for classes in drawn_classes(view)}
    drawn = {sheet.name for sheet in standard_set(view).drawn}
    assert not {"measure", "before_after", "roadmap", "progress"} & drawn


@pytest.mark.parametrize("theme", PLAN_THEMES)
def test_themes_of_plans_are_for_the_bureau_alone(theme):
    assert not printed_classes(planned_run(), theme).theme.public


# --------------------------------------------------------------------------------------------- sheets


def test_with_a_plan_sheet_11_shows_its_measures_and_two_further_sheets_follow_the_set():
    series = standard_set(tracked(planned_run()))
    assert [(sheet.number, sheet.name) for sheet in series.sheets][10:] == [
        (11, "measure"), (12, "before_after"), (13, "parks"), (14, "roadmap"), (15, "progress"),
    ]  # fmt: skip
    measure = sheet_named(series, "measure")
    assert measure.classes.theme.key == "measure"
    assert measure.facts.title == "处置方式图(2025年)"
    assert "测算结果,仅供决策参考" in measure.facts.notice
    assert "所示方案:完成任务。" in measure.facts.notes
    assert "测算结果,仅供决策参考" not in sheet_named(series, "progress").facts.notice


def test_a_plan_takes_the_place_of_batches_and_without_one_they_stay():
    batches = np.array(["第一批", None], dtype=object)[np.arange(N) % 2]
    both = standard_set(with_parcels(planned_run(), batch=batches))
    assert sheet_named(both, "measure").classes.theme.key == "measure"
    without = standard_set(with_parcels(analysis(N), batch=batches))
    assert sheet_named(without, "measure").classes.theme.key == "batch"
    assert len(without.sheets) == 13
    assert sheet_named(without, "measure").label == "none"


def test_a_further_sheet_that_is_asked_for_and_has_nothing_to_show_says_why():
    series = standard_set(analysis(N, sheets={"only": ["roadmap"]}))
    rows = index_rows(series.sheets, {}, "zh")
    assert rows.iloc[13].tolist() == ["附图14", "分年度(批次)实施图", "", "本次运行没有该图所需的数据"]
    assert len(rows) == 14


def test_the_numbers_on_a_map_of_measures_are_those_of_the_plan():
    run = planned_run()
    numbers = list_ranks(run, "measure")
    assert numbers[numbers.notna()].to_dict() == {0: 1, 1: 2, 3: 3}
    assert "图上数字为处置计划表中的序号。" in sheet_named(standard_set(run), "measure").facts.notes


def test_before_and_after_count_every_parcel_and_every_mu_once():
    run = planned_run()
    before, after = pair_of(printed_classes(run, "before_after"), run.parcels.table)
    told = {entry.label: (first.count, entry.count) for first, entry in zip(before.legend, after.legend, strict=True)}
    assert told == {
        "腾出(另行供地)": (0, 2), "原地提升": (0, 1), "已完成或商谈中": (0, 2), "疑似闲置": (5, 5),
        "停产空置": (20, 17), "低效(含部分低效)": (10, 8), "其他(不需处置)": (25, 25), "无数据": (0, 0),
    }  # fmt: skip
    table = pair_table(before, after)
    assert table.total[1] == table.total[3] == "60"
    assert table.total[2] == table.total[4]
    for column in (2, 4):
        rows = [float(row[column].replace(",", "")) for row in table.rows]
        assert round(sum(rows), 2) == float(table.total[column].replace(",", ""))


def test_the_table_of_progress_is_that_of_the_task_with_land_outside_the_parks_last():
    table = sheet_named(standard_set(tracked(planned_run())), "progress").facts.table
    assert table.heads == ("园区(片区)", "任务", "已完成", "商谈中", "缺口")
    assert table.rows == (
        ("高新园", "100.00", "30.00", "20.00", "50.00"),
        ("园区外", "20.00", "0.00", "0.50", "19.50"),
    )
    assert table.total == ("合计", "120.00", "30.00", "20.50", "69.50")


def test_without_a_tracked_task_the_table_of_progress_is_that_of_land():
    table = sheet_named(standard_set(planned_run()), "progress").facts.table
    assert table.heads[1:] == ("宗", "亩", "占比%")


def pair_figure(paper=None, **sections):
    paper = paper or layout("A3", "landscape")
    series = standard_set(tracked(planned_run(**sections)))
    sheet = sheet_named(series, "before_after")
    view = fitting_view(sheet.bounds, panes(paper)[0], around=sheet.around)
    after = series.scene_of(sheet)
    both = replace(after, classes=sheet.before), after
    return compose_pair(both, view, sheet.facts, paper, PaneStyle(label=sheet.label)), view


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_two_maps_share_the_frame_without_touching_and_are_of_one_size(orientation):
    whole = layout("A3", orientation)
    first, second = (pane.frame for pane in panes(whole))
    assert (first.width, first.height) == pytest.approx((second.width, second.height))
    if whole.frame.width >= whole.frame.height:
        assert first.right < second.x
        assert (first.x, second.right) == pytest.approx((whole.frame.x, whole.frame.right))
    else:
        assert second.top < first.y
        assert (first.top, second.y) == pytest.approx((whole.frame.top, whole.frame.y))


def test_both_maps_are_named_and_at_the_scale_that_is_printed(tmp_path):
    figure, view = pair_figure()
    text = pdf_of(figure, tmp_path).pages[0].extract_text().replace(" ", "")
    assert all(word in text for word in ("实施前", "实施后", "实施前后对比表", f"1:{view.scale}", "附图12"))
    assert "测算结果,仅供决策参考" in text
    maps = [axes for axes in figure.axes if axes.get_zorder() == 0]
    assert len(maps) == 2
    assert maps[0].get_xlim() == maps[1].get_xlim()


def test_a_sheet_of_two_maps_speaks_english(tmp_path):
    figure, _ = pair_figure(project={"language": "en"})
    text = pdf_of(figure, tmp_path).pages[0].extract_text()
    assert "Before" in text
    assert "After" in text
    assert "no decision" in text


def test_a_sheet_of_two_maps_looks_as_it_did_when_it_was_looked_at(tmp_path):
    figure, _ = pair_figure()
    save(figure, tmp_path / "sheet.pdf")
    found = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")[0].render(scale=DPI / 72).to_pil().convert("RGB")
    path = GOLDEN / "sheet_before_after.png"
    if os.environ.get("LANDUSE_NEW_GOLDENS"):
        found.quantize(64).save(path, optimize=True)
    with Image.open(path) as known:
        apart = np.abs(np.asarray(known.convert("RGB"), dtype=int) - np.asarray(found, dtype=int))
    assert apart.mean() < 2.0
    assert (apart.max(axis=2) > 51).mean() < 0.02
