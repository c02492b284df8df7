"""Chapter six of a run with plans: task, plans compared, years, money; 附表5; the sentences of the one-page summary."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import subprocess

import docx
import pandas as pd
import pypdf
import pytest
from docx.oxml.ns import qn
from plan_builders import planned, shown_plan, tight_plan, years_plan
from reports_builders import issues, project, small

from landuse.disclosure import for_audience
from landuse.reports.content.planning.book import plan_book
from landuse.reports.content.report import one_page, public_notice, report
from landuse.reports.content.report.model import Figure, Grid, Heading, Para, Turn
from landuse.reports.planning import planning_lines
from landuse.reports.word import template_bytes, write_document

CAUTION = "处置方案为测算结果，仅供决策参考"


def half(text: str) -> str:
    """Return a text with the half-width signs of the vocabulary."""
    return text.translate(str.maketrans("，；：（）", ",;:()"))


def chapter(document, title: str = "六、处置方案与情景测算") -> list:
    heads = [at for at, item in enumerate(document.items) if isinstance(item, Heading) and item.level == 1]
    start = next(at for at in heads if document.items[at].text == title)
    return list(document.items[start : next((at for at in heads if at > start), None)])


def said(items) -> str:
    return half("\n".join(item.text for item in items if isinstance(item, Para)))


def grid(items, caption: str) -> Grid:
    return next(item for item in items if isinstance(item, Grid) and half(item.caption) == caption)


@pytest.fixture(scope="module")
def told():
    return chapter(report(planned(small())))


def test_the_task_is_told_with_what_is_done_negotiated_and_missing(told):
    text = said(told)
    assert (
        "2026年度清理整治任务120.00亩,截至2026年6月30日,已完成30.00亩(3宗),商谈中20.50亩(2宗),缺口69.50亩,完成率25.0%。"
        in text
    )
    assert "另有未成(流拍、终止)4宗、未启动1宗,未完成面积9.25亩;" in text


def test_the_table_of_the_task_names_the_parks_then_land_outside_them_then_the_whole(told):
    rows = grid(told, "任务完成情况(分园区)").block.rows
    assert rows["task_place"].tolist() == ["高新", "园区外(未填园区)", "合计"]
    assert rows["plan_gap_mu"].tolist() == [50.0, 19.5, 69.5]


def test_the_plan_shown_is_told_with_its_measures_and_what_it_reaches(told):
    text = said(told)
    assert "共测算情景3个:完成任务、过紧方案、两年方案。可行2个,不可行1个。" in text
    assert "附图、附表所示方案为“完成任务”:处置2宗、32.35亩,涉及企业2家,腾出净面积18.00亩。" in text
    assert "M1 政府收储(回购)1宗、12.35亩;M2 协议置换(转让)1宗、20.00亩。" in text
    assert "共落实82.85亩,为任务120.00亩的69.0%。" in text
    assert "亩均税收由8.00万元/亩变为8.50万元/亩,综合容积率由0.70变为0.75,疑似闲置面积占比由5.0%变为2.5%。" in text
    assert "“完成任务”经证明为同样条件下的最优方案。" in text
    assert "“两年方案”与同样条件下最优方案的差距经证明不超过1.2500%。" in text


def test_an_impossible_plan_is_explained_by_the_names_of_its_conditions(told):
    assert (
        "“过紧方案”无法同时满足全部条件:须同时将资金由500.00万元调至3,200.50万元(相差2,700.50万元)、"
        "办理宗数(第1年)由3宗调至9宗(相差6宗);也可只将任务面积由120.00亩调至57.25亩(相差62.75亩)。" in said(told)
    )
    nothing = dataclasses.replace(tight_plan(), moves=tight_plan().moves.iloc[:0])
    run = planned(small(), nothing, shown="")
    text = said(chapter(report(run)))
    assert "“过紧方案”无法同时满足全部条件,放宽任何数量限制都不够。" in text
    assert "无可供展示的可行方案" in text


def test_a_figure_needed_is_rounded_to_what_is_enough():
    moves = pd.DataFrame(
        [(False, "town_mu", "东镇", True, 15.0, 41.004, 26.004, "mu")], columns=list(tight_plan().moves.columns)
    )
    text = said(chapter(report(planned(small(), dataclasses.replace(tight_plan(), moves=moves), shown=""))))
    assert "只须将镇街面积上限(东镇)由15.00亩调至41.01亩(相差26.01亩)。" in text
    assert "41.00亩" not in text


def test_one_limit_that_is_enough_by_itself_is_not_told_as_all_together_too():
    target = (True, "target", "", False, 380.0, 357.98, 22.02, "mu")
    rows = [target, (False, *target[1:]), (False, "cases", "1", True, 6.0, 12.0, 6.0, "case")]
    moves = pd.DataFrame(rows, columns=list(tight_plan().moves.columns))
    run = planned(small(), dataclasses.replace(tight_plan(), moves=moves), shown="")
    text = said(chapter(report(run)))
    assert "须同时" not in text
    assert text.count("任务面积由380.00亩调至357.98亩") == 1
    lines = "\n".join(planning_lines(run))
    assert "须同时放宽" not in lines
    assert "只放宽其中一项即可:任务面积" in lines
    assert "办理宗数(第1年)由 6 宗调至 12 宗(差 6 宗)" in lines
    assert lines.count("任务面积由 380.00 亩调至 357.98 亩") == 1


def test_a_plan_by_hand_of_several_years_is_not_told_as_begun_in_the_first():
    hand = dataclasses.replace(years_plan(), choose="hand", years=pd.DataFrame(), gap=float("nan"))
    text = said(chapter(report(planned(small(), hand, shown="years"))))
    assert "均在第一年着手" not in text
    assert "第1年累计1宗、12.35亩,政府支出100.00万元;第2年累计2宗、32.35亩,政府支出200.00万元。" in text


def test_a_wide_gap_is_told_as_a_share_of_the_best_plan():
    """A plan worth 20 whose bound is 100: the best one may be five times as good, this one 80 % below it."""
    wide = dataclasses.replace(years_plan(), value=20.0, bound=100.0, gap=0.8)
    lines = "\n".join(planning_lines(planned(small(), wide, shown="years", with_progress=False)))
    assert "与最优差距不超过 80.0000%" in lines
    assert "改进" not in lines


def test_the_comparison_holds_one_row_a_plan_and_no_figure_of_one_that_does_not_exist(told):
    rows = grid(told, "方案比较(处置面积和任务落实)").block.rows
    assert rows["plan_title"].tolist() == ["完成任务", "过紧方案", "两年方案"]
    assert rows["plan_result"].tolist() == ["可行", "不可行(与预期一致)", "可行"]
    assert rows["handled_mu"].round(4).tolist()[::2] == [32.3456, 32.3456]
    assert rows.loc[1, ["n_plan_parcels", "handled_mu", "reached_mu"]].isna().all()
    money = grid(told, "各方案资金和税收测算(万元)").block.rows
    assert money["cost_range"].tolist()[0] == "6,000.00~20,000.00"


def test_the_figures_of_the_comparison_are_those_of_the_workbook_of_plans():
    run = planned(small())
    book = plan_book(run)[0].blocks[0].rows.set_index("plan_title")
    items, compared = chapter(report(run)), 0
    for caption, key in (
        ("方案比较(处置面积和任务落实)", "plan_title"),
        ("各方案资金和税收测算(万元)", "plan_money_title"),
    ):
        rows = grid(items, caption).block.rows.set_index(key)
        for name in rows.columns.intersection(book.columns):
            compared += 1
            pd.testing.assert_series_equal(rows[name], book[name], check_names=False, check_dtype=False)
    assert compared >= 10


def test_the_years_of_a_plan_and_the_price_of_building_on_are_told(told):
    text = said(told)
    assert "所示方案不分年度,2宗均在第一年着手。" in text
    assert (
        "“两年方案”分2年实施(各年为截至当年的累计数):第1年累计1宗、12.35亩,政府支出100.00万元;"
        "第2年累计2宗、32.35亩,政府支出145.68万元。" in text
    )
    assert "代价为:第1年处置面积7.65亩、年增税收2.00亿元;第2年处置面积0.00亩、年增税收-3.50万元。" in text
    rows = grid(told, "“两年方案”分年度计划(截至当年的累计数)").block.rows
    assert rows["price_mu"].tolist() == [7.6544, 0.0]


def test_money_and_tax_stand_with_their_ranges(told):
    text = said(told)
    assert (
        "所示方案政府支出1.23亿元,按各项参数的下限、上限计为6000.00万元至2.00亿元;收入360.00万元;"
        "净现值-1234.50万元(-9000.00万元至4000.00万元);按现金流各宗最迟第7年收回。" in text
    )
    assert "达产后每年增加税收456.79万元,其中投产第一年91.36万元;每年增加产值6000.00万元。" in text
    assert "受影响用工12人,另有1宗用工人数不明。" in text


def test_a_plan_says_what_it_has_to_say_of_itself(told):
    assert "“两年方案”的提示:" in said(told)
    assert "gap_open" not in said(told)


def test_the_charts_hold_the_figures_of_the_tables(told):
    charts = {item.key: item.chart for item in told if isinstance(item, Figure)}
    assert charts["task_chart"].labels == ("园区外（未填园区）", "高新")
    assert [one.values for one in charts["task_chart"].series] == [(0.0, 30.0), (0.5, 20.0), (19.5, 50.0)]
    assert charts["plans_chart"].labels == ("完成任务", "两年方案")
    assert [one.values for one in charts["plans_chart"].series] == [
        (12345.68, 145.68), (360.0, 360.0), (456.79, 456.79),
    ]  # fmt: skip


def test_the_gap_of_a_park_without_a_task_is_not_drawn_as_none_left():
    run = planned(small(), shown_plan())
    follow = run.plans.progress
    follow.loc[follow["place"].eq("高新"), ["target_mu", "gap_mu"]] = float("nan")
    chart = next(item.chart for item in chapter(report(run)) if isinstance(item, Figure) and item.key == "task_chart")
    assert [math.isnan(value) for value in chart.series[2].values] == [False, True]


def test_no_sentence_of_the_chapter_lacks_a_figure_or_a_word(told):
    for item in told:
        if isinstance(item, Para):
            assert "nan" not in item.text, item.text
            assert "{" not in item.text, item.text


def test_the_plan_shown_is_annex_5_with_its_total_and_the_caution():
    items = chapter(report(planned(small())), "附表5 处置计划表")
    table = next(item for item in items if isinstance(item, Grid))
    rows = table.block.rows
    assert rows["parcel_id"].tolist() == ["P1", "P2"]
    assert rows["plan_measure"].tolist() == ["M1 政府收储(回购)", "M2 协议置换(转让)"]
    assert rows["holder"].tolist() == ["甲食品", "乙食品"]
    totals = {one.column: one.value for one in table.block.totals}
    assert totals["cost_wan"] == pytest.approx(145.678)
    assert totals["handled_mu"] == pytest.approx(32.3456)
    assert any("测算结果,仅供决策参考" in half(note) and "“完成任务”" in note for note in table.notes)


def test_without_a_plan_that_is_shown_annex_5_lists_what_is_to_be_dealt_with():
    items = chapter(report(planned(small(), tight_plan(), shown="")), "附表5 处置计划表")
    assert "plan_kind" in next(item for item in items if isinstance(item, Grid)).block.rows.columns


def test_the_one_page_summary_gets_two_sentences():
    text = said(one_page(planned(small())).items)
    assert "清理整治任务120.00亩,已完成30.00亩、商谈中20.50亩,缺口69.50亩。" in text
    assert "方案“完成任务”处置2宗、32.35亩,政府支出1.23亿元,达产后年增税收456.79万元(测算结果,仅供决策参考)。" in text
    assert len(one_page(planned(small())).items) == len(one_page(small()).items) + 2


def test_a_run_without_scenarios_tells_what_it_told():
    document = report(small())
    text = said(chapter(document))
    assert "本次运行未读入处置任务和处置进展数据" in text
    assert "未设情景,本稿不作处置方案比较" in text
    assert "未设情景,处置资金和税收增量未测算。" in text
    assert not any(item.banner for item in document.items if isinstance(item, Turn))
    assert sum(isinstance(item, Turn) for item in document.items) == 2


def test_a_run_with_cases_alone_tells_the_task_and_that_no_scenario_was_set():
    run = planned(small(), shown="")
    run = dataclasses.replace(run, plans=dataclasses.replace(run.plans, outcomes={}))
    text = said(chapter(report(run)))
    assert "2026年度清理整治任务120.00亩" in text
    assert "未设情景,本稿不作处置方案比较" in text


def test_without_a_target_what_is_done_is_told_all_the_same():
    run = planned(small())
    found = run.plans.progress.assign(target_mu=None, gap_mu=None, done_share=None)
    run = dataclasses.replace(run, plans=dataclasses.replace(run.plans, progress=found))
    text = said(chapter(report(run)))
    assert "未读入任务面积;截至2026年6月30日,已完成30.00亩(3宗),商谈中20.50亩(2宗)。" in text
    assert "清理整治任务" not in said(one_page(run).items)


def test_no_other_audience_reads_of_plans():
    view = for_audience(planned(small()), "superior")
    texts = half("\n".join((*report(view).texts(), *one_page(view).texts())))
    public = half("\n".join(public_notice(for_audience(planned(small()), "public")).texts()))
    for word in ("完成任务", "商谈中", "清理整治"):
        assert word in half("\n".join((*report(planned(small())).texts(), *one_page(planned(small())).texts())))
        assert word not in texts
        assert word not in public


def test_the_chapter_speaks_english():
    document = report(planned(small(project=project("en"))))
    text = "\n".join(document.texts())
    assert "The task of 2026 is 120.00 mu" in text
    assert 'No plan under the conditions of "完成任务" is better: proven.' in text
    assert "to be relaxed together: Money from 500.00 to 3,200.50 10,000 yuan (by 2,700.50)" in text
    assert "every parcel has paid back by year 7" in text
    assert '"两年方案" is at most 1.2500% below the best plan under its conditions: proven.' in text
    assert "Task 120.00 mu" in "\n".join(one_page(planned(small(project=project("en")))).texts())


# ------------------------------------------------------------------------------------------------ on paper


def test_plans_have_sections_of_their_own_whose_headers_bear_the_caution():
    data = write_document(report(planned(small())), template_bytes("report"))
    opened = docx.Document(io.BytesIO(data))
    banners = [any(CAUTION in row.text for row in section.header.paragraphs) for section in opened.sections]
    # What is before, chapter six, chapter seven, annexes 1 to 4, annex 5, annex 6, what follows.
    assert banners == [False, True, False, False, True, False, False]
    even = [any(CAUTION in row.text for row in section.even_page_header.paragraphs) for section in opened.sections]
    assert even == banners
    assert all("{{" not in row.text for section in opened.sections for row in section.header.paragraphs)
    assert data == write_document(report(planned(small())), template_bytes("report"))


def test_every_page_of_the_chapter_bears_the_caution_and_no_other_page(tmp_path):
    (tmp_path / "report.docx").write_bytes(write_document(report(planned(small())), template_bytes("report")))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "report.docx"], check=True, capture_output=True)
    pages = [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    marked = {at for at, text in enumerate(pages) if CAUTION in text}
    start = next(at for at, text in enumerate(pages) if "（一）任务完成情况" in text and "…" not in text and at > 3)
    after = next(at for at, text in enumerate(pages) if "七、存在问题与保障措施" in text and at > start)
    annex = next(at for at, text in enumerate(pages) if "附表5处置计划表" in text and at > after)
    following = next(at for at, text in enumerate(pages) if "附表6" in text and at > annex)
    assert marked == {*range(start, after), *range(annex, following)}


def test_a_chapter_that_stands_last_bears_the_caution_too():
    run = planned(small(project=project(report={"chapters": ["results", "disposal"]})))
    opened = docx.Document(io.BytesIO(write_document(report(run), template_bytes("report"))))
    assert CAUTION in opened.sections[-1].header.paragraphs[-1].text
    assert CAUTION not in opened.sections[0].header.paragraphs[-1].text


def test_a_draft_is_one_on_the_pages_of_plans_too():
    run = planned(small(issues=issues(("error", "TEXT_IN_NUMBER"))))
    opened = docx.Document(io.BytesIO(write_document(report(run), template_bytes("report"))))
    assert all(
        section.header._element.find(f".//{qn('w:pict')}") is not None
        for section in opened.sections
        if not section.header.is_linked_to_previous
    )


def test_a_plan_of_one_year_and_one_of_several_stand_side_by_side():
    text = said(chapter(report(planned(small(), shown_plan(), years_plan(), with_progress=False))))
    assert "本次运行未读入处置任务和处置进展数据" in text
    assert "可行2个,不可行0个。" in text
