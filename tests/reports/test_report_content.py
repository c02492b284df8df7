"""What the report says: every figure is one of the ledger, every chapter says something, nothing is counted twice."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_builders import district, issues, project, small

from landuse.disclosure import for_audience
from landuse.printing import Report
from landuse.reports.content import ledger
from landuse.reports.content.context import context
from landuse.reports.content.report import one_page, public_notice, report
from landuse.reports.content.report.facts import Facts, narrow, shorten
from landuse.reports.content.report.model import Figure, Grid, Heading, Para
from landuse.reports.content.report.say import Teller, wide
from landuse.tables import Variants
from landuse.tables.variants import MOVES

GOLDEN = Path(__file__).parents[1] / "golden" / "report_chapters.txt"
KNOWN = re.compile("加工业|食品|国土资源部令第53号|中华人民共和国主席令第45号")
NUMBER = re.compile(r"(?<![A-Za-z0-9.])\d[\d,]*(?:\.\d+)?%?")
SKIPPED = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d\d-\d\d|第\d+号|R\d\d|2000/3|1/3|附[表图]\d+|\([一二三四五六七八九十]+\)"
)


def sentences(document) -> list[str]:
    return [item.text for item in document.items if isinstance(item, Para)]


def said(document) -> str:
    return "\n".join(sentences(document))


def ledger_numbers(analysis) -> set[str]:
    """Return every number of the ledger as it may be printed: whole, two and four decimals, percent, 亿元."""
    found: set[float] = set()
    for sheet in ledger(analysis):
        for block in sheet.blocks:
            values = [total.value for total in block.totals]
            for name in block.rows.columns:
                if pd.api.types.is_numeric_dtype(block.rows[name].dtype):
                    values += block.rows[name].dropna().tolist()
            found |= {float(value) for value in values if isinstance(value, int | float)}
            found.add(float(len(block.rows)))
    texts: set[str] = set()
    for value in found:
        if math.isfinite(value):
            texts |= {f"{value:.0f}", f"{value:.2f}", f"{value:.4f}", f"{round(value, 6) * 100:.1f}%"}
            texts |= {f"{value / 10_000:.2f}", f"{value:,.2f}", f"{value:,.0f}", f"{value:,.1f}"}
    return texts


def derived(analysis) -> set[str]:
    """Return what follows from rows of the ledger by one step: shares of printed sums, medians, counts of rows."""
    firms, rows = analysis.enterprises, analysis.parcels.table
    ranked = firms.loc[firms["status"].eq("RANKED")]
    listed = ranked.loc[ranked["low_efficiency"].fillna(value=False).astype(bool)]
    score = ranked["score"].dropna()
    made = {f"{value:.2f}" for value in (score.median(), score.min(), score.max())}
    shares = [len(listed) / len(ranked), (score < 100).mean(), (len(firms) - len(ranked)) / len(firms)]
    for name in ("area_mu", "tax_wan"):
        shares.append(round(listed[name].sum(), 2) / round(ranked[name].sum(), 2))
        made.add(f"{listed['tax_wan'].sum() / listed['area_mu'].sum():.2f}")
    shares += [round(group["area_mu"].sum(), 2) / round(rows["area_mu"].sum(), 2) for _, group in rows.groupby("park")]
    land = ranked.groupby("industry_group")["area_mu"].sum()
    shares += [land.max() / land.sum(), rows.loc[rows["park"].notna(), "area_mu"].sum() / rows["area_mu"].sum()]
    made |= {f"{share * 100:.1f}%" for share in shares}
    counts = [len(group) for _, group in rows.groupby("idle_class")] + [int((score < 100).sum()), len(listed)]
    counts += [int(rows["park"].notna().sum()), int(rows["park"].isna().sum()), rows["park"].nunique(), len(ranked)]
    both = rows.loc[
        rows["efficiency_class"].isin(["low", "stopped", "vacant"]) & rows["idle_class"].isin(["IDLE_T1", "IDLE_T2"])
    ]
    made.add(f"{both['area_mu'].sum():.2f}")
    return made | {str(n) for n in (*counts, len(both))}


@pytest.fixture(scope="module")
def large():
    return district()


def test_every_number_of_a_result_sentence_is_one_of_the_ledger_or_follows_from_its_rows(large):
    allowed = {one.replace(",", "") for one in ledger_numbers(large) | derived(large)}
    document = report(large)
    chapters = [item.text for item in document.items if isinstance(item, Heading) and item.level == 1]
    assert chapters[3] == "四、评价结果"
    checked = 0
    start = next(i for i, item in enumerate(document.items) if isinstance(item, Heading) and item.text == chapters[3])
    end = next(i for i, item in enumerate(document.items) if isinstance(item, Heading) and item.text == chapters[4])
    for item in document.items[start:end]:
        if isinstance(item, Para):
            text = SKIPPED.sub("", item.text).replace("15%", "").replace("满1年", "").replace("满2年", "")
            for number in NUMBER.findall(text.replace("100分", "").replace("低于100", "")):
                checked += 1
                assert number.replace(",", "") in allowed, (number, item.text)
    assert checked > 40


def test_every_table_of_the_text_holds_the_figures_of_the_ledger_cell_by_cell(large):
    allowed = {one.replace(",", "") for one in ledger_numbers(large)}
    names = {
        "low_mu",
        "land_mu",
        "tax_wan",
        "tax_per_mu",
        "flagged",
        "n",
        "k",
        "low_n",
        "idle_n",
        "idle_mu",
        "stopped_mu",
    }
    compared = 0
    for grid in report(large).grids():
        for name in names & set(grid.block.rows.columns):
            for value in grid.block.rows[name].dropna():
                compared += 1
                assert f"{float(value):.2f}" in allowed, (grid.caption, name, value)
        for total in grid.block.totals:
            if isinstance(total.value, float) and total.kind == "sum" and total.column in names:
                assert f"{total.value:.2f}" in allowed, (grid.caption, total.column)
    assert compared > 100


def test_low_land_and_suspected_idle_land_are_summed_apart_and_a_plot_in_both_is_counted_once():
    text = said(report(small()))
    assert "低效(拟列入)宗地1宗、12.35亩,占全部宗地面积的14.4%" in half(text)  # P1 alone; 12.3456 / 85.8456
    assert "另有1宗、20.00亩既符合低效或停产空置条件又属疑似闲置土地,按“一宗一计”只计入疑似闲置土地" in half(text)
    assert "疑似闲置土地1宗、20.00亩,占全部宗地面积的23.3%" in half(text)
    assert "疑似闲置(未动工满2年)1宗、20.00亩" in half(text)


def test_the_enterprises_are_told_with_their_land_and_tax():
    text = half(said(report(small())))
    # 2 of 3 ranked; 34.3456 of 70.3456 mu; 41 of 374
    assert (
        "参评企业3家中,拟列入(行业末位15%)2家,占66.7%;用地34.35亩,占参评企业用地的48.8%;"
        "税收41.00万元,占参评企业税收的11.0%。" in text
    )


def test_parts_of_a_sentence_add_up_to_its_total(large):
    text = half(said(report(large)))
    whole = float(re.search(r"疑似闲置土地(\d+)宗、([\d.]+)亩,占", text)[2])
    parts = [
        float(mu) for mu in re.findall(r"[;。中]疑似闲置\([^)]*\)\d+宗、([\d.]+)亩", text.split("以上为测算结果")[0])
    ]
    assert len(parts) == 3
    assert round(sum(parts), 2) == whole
    causes = next(line for line in text.split("\n") if "占疑似闲置面积的" in line)
    shares = [float(share) for share in re.findall(r"占疑似闲置面积的([\d.]+)%", causes)]
    assert round(sum(shares), 1) == 100.0
    grades = next(line for line in text.split("\n") if line.startswith("参评企业中"))
    assert round(sum(float(share) for share in re.findall(r"占([\d.]+)%", grades)), 1) == 100.0


def test_a_run_in_which_nothing_is_found_says_so_in_every_chapter():
    base = small()
    rows = base.parcels.table.assign(
        efficiency_class="not_low", idle_class="NORMAL", idle_cause=None, idle_years=pd.array([None] * 6, dtype="Int64")
    )
    firms = base.enterprises.assign(low_efficiency=pd.array([False, False, False, None, None], dtype="boolean"))
    groups = base.groups.assign(flagged=0, k=0, tied_at_cut=0)
    none = dataclasses.replace(base, parcels=base.parcels.with_table(rows), enterprises=firms, groups=groups)
    document = report(none)
    text = half(said(document))
    for sentence in (
        "本次评价无拟列入企业。", "按宗地口径,本次评价无低效(拟列入)宗地", "本次评价无疑似闲置土地。",
        "各园区均无低效(拟列入)宗地。", "本次评价无停产空置宗地。", "本次评价无拟列入企业,不作低效成因分析。",
    ):  # fmt: skip
        assert sentence in text, sentence
    assert (
        text.count("本次评价无符合本表条件的记录。") == 7
    )  # low, partly, idle, watched, stopped, parcels not rated, plan
    assert "0.00亩,占" not in text
    assert one_page(none).grids()


def test_no_parcels_and_no_enterprises_still_give_a_report():
    base = small()
    empty = dataclasses.replace(
        base,
        parcels=dataclasses.replace(base.parcels, table=base.parcels.table.iloc[:0], shapes=base.parcels.shapes[:0]),
        enterprises=base.enterprises.iloc[:0],
        occupancy=base.occupancy.iloc[:0],
        groups=base.groups.iloc[:0],
    )
    text = half(said(report(empty)))
    assert "本次评价无宗地数据。" in text
    assert "本次评价无企业数据。" in text
    assert "nan" not in text.lower()
    assert one_page(empty).items


def test_chapters_whose_data_are_missing_say_so_in_a_sentence():
    text = half(said(report(small())))
    for sentence in (
        "未设情景,本稿不作处置方案比较",
        "未读取往年数据,不作与上年对比。",
        "本次运行未设对比方案,不作稳定性分析。",
        "本次运行未读入处置任务和处置进展数据",
    ):
        assert sentence in text, sentence


def test_the_year_before_is_compared_and_who_stays_enters_and_leaves_is_counted():
    history = pd.DataFrame(
        {
            "uscc": ["E1", "E2", "E3"] * 2,
            "year": [2024] * 3 + [2025] * 3,
            "status": "RANKED",
            "tax_per_mu": [1.0, 2.0, 9.0, 2.0, 4.0, 10.0],
            "in_bottom_share": pd.array([True, False, True, True, True, False], dtype="boolean"),
        }
    )
    text = half(said(report(dataclasses.replace(small(), history=history))))
    assert "2025年参评企业3家,上年3家;亩均税收中位数4.00万元/亩,上年2.00万元/亩。" in text
    assert (
        "2025年处于行业末位的企业2家,其中上年也处于行业末位的1家、新进入的1家;上年处于行业末位而本年退出的1家。" in text
    )


def test_variants_are_told_with_who_is_on_every_list():
    changes = pd.DataFrame([{
        "variant": "末位10%", "unit": "enterprise", "item": "listed", "by": "all", "place": "",
        **{f"{name}_{move}": 0 for name in ("n", "mu", "tax_wan") for move in MOVES},
    }])  # fmt: skip
    changes = changes.assign(n_base=2, n_left=1, n_variant=1)
    found = Variants({"末位10%": {"ranking.share": 0.1}}, pd.DataFrame(), changes, {})
    base = small()
    firms = base.enterprises.assign(in_variants=pd.array([1, 0, 0, None, None], dtype="Int64"))
    facts = dataclasses.replace(base, variants=found, enterprises=firms)
    from landuse.reports.content.report.results import results

    items = list(results(Facts(context(facts))))
    text = half("\n".join(item.text for item in items if isinstance(item, Para)))
    assert "基准方案和全部变体均列入的企业(稳定入围)1家,仅在部分方案中列入的1家。" in text
    assert "“末位10%”方案拟列入1家,比基准方案新增0家、退出1家。" in text
    titles = [column.title for item in items if isinstance(item, Grid) for column in item.block.columns]
    counts = [title for title in titles if title.startswith(("基准方案", "新增", "退出", "变体方案家"))]
    assert counts == ["基准方案家数\n(家)", "新增家数\n(家)", "退出家数\n(家)", "变体方案家数\n(家)"]


def test_a_run_with_errors_is_a_draft_and_says_how_many():
    document = report(small(issues=issues(("error", "TEXT_IN_NUMBER"), ("warning", "USCC_CHECK"))))
    assert document.stamp == "草稿"
    assert document.watermark == "草稿"
    assert half(sentences(document)[0]).startswith("本次运行有1条错误级问题尚未改正,本稿为草稿")


@pytest.mark.parametrize(("stage", "stamp"), [("初步", "征求意见稿"), ("公示", "公示稿"), ("最终", "定稿")])
def test_the_stamp_is_the_word_of_the_stage(stage, stamp):
    assert report(small(project=project(project={"stage": stage}))).stamp == stamp


def test_the_project_may_stamp_its_report_for_approval_but_never_a_draft():
    own = project(project={"stage": "最终"}, report={"stamp": "报审稿"})
    assert report(small(project=own)).stamp == "报审稿"
    assert report(small(project=own, issues=issues(("error", "TEXT_IN_NUMBER")))).stamp == "草稿"


def test_chapters_may_be_chosen_and_their_numbers_follow():
    own = project(report={"chapters": ("results", "causes")})
    heads = [item.text for item in report(small(project=own)).items if isinstance(item, Heading) and item.level == 1]
    assert heads == ["一、评价结果", "二、闲置、低效与停产空置成因分析"]


def test_no_chart_stands_in_a_report_that_wants_none(large):
    bare = dataclasses.replace(large, project=project(report={"charts": False, "maps": False}))
    assert not [item for item in report(bare).items if isinstance(item, Figure)]


def test_an_english_report_has_no_chinese_word_of_the_toolkit():
    english = small(project=project("en", project={"name": "Anlan"}, outputs={"notice": ""}, print={"secrecy": ""}))
    kinds = (Heading, Para)
    told = [item.text for item in report(english).items if isinstance(item, kinds)]
    told += [note for grid in report(english).grids() for note in (*grid.notes, grid.caption)]
    names = ("甲", "乙", "丙", "丁", "高新", "城东", "农副", "规上", "规下", "半停产", "停产", "正常")
    for text in told:
        for name in names:
            text = text.replace(name, "")  # noqa: PLW2901 - what the data say stays as it is
        assert not re.search("[\u4e00-\u9fff]", KNOWN.sub("", text)), text


def test_a_list_that_is_cut_sums_the_rest_so_that_the_total_holds(large):
    facts = Facts(context(large))
    whole = narrow(facts.parks, ("park", "n_parcels", "land_mu"))
    short = shorten(whole, 2, "其余{n}个")
    assert len(short.rows) == 2
    assert short.rest_label == f"其余{len(whole.rows) - 2}个"
    total = next(one.value for one in short.totals if one.column == "land_mu")
    assert short.rows["land_mu"].sum() + short.rest["land_mu"] == pytest.approx(total)
    assert shorten(whole, len(whole.rows), "") is whole


def test_each_parcel_stands_once_in_the_plan():
    document = report(small())
    plan = next(grid for grid in document.grids() if "plan_key" in grid.block.rows)
    assert list(plan.block.rows["plan_key"]) == ["P1", "P5", "P2"]
    assert [half(kind) for kind in plan.block.rows["plan_kind"]] == ["低效(拟列入)", "停产空置", "疑似闲置"]


def test_money_is_told_in_hundreds_of_millions_from_one_on_and_unknown_stays_unknown():
    tell = Teller(context(small()))
    assert tell.money(74_549.6) == "7.45亿元"
    assert tell.money(9_999.99) == "9999.99万元"
    assert tell.money(10_000.0) == "1.00亿元"
    assert half(tell.money(math.nan)) == "不详(—)"


def test_signs_of_a_chinese_text_are_full_width_and_those_of_figures_are_not():
    assert wide("低效(拟列入),1,049.62万元;得分:A-D(A-D)") == (
        "低效\uff08拟列入\uff09\uff0c1,049.62万元\uff1b得分\uff1aA-D(A-D)"
    )
    assert wide("规则(自2026)") == "规则\uff08自2026\uff09"


@given(st.text(alphabet="低效,;:()1.%A ", max_size=30))
def test_full_width_signs_lose_nothing(text):
    assert half(wide(text)) == text


def test_the_public_notice_names_parcels_with_their_land_and_conclusion_and_no_figure_of_money():
    document = public_notice(for_audience(small(project=project(project={"stage": "公示"})), "public"))
    columns = {name for grid in document.grids() for name in grid.block.rows.columns}
    assert columns == {"seq", "name", "park", "area_mu", "public_conclusion", "parcel_id", "holder"}
    assert "税" not in said(document)
    assert "公示" in document.title
    assert document.fields["secrecy"] == ""


def test_the_notice_counts_its_period_in_working_days_and_leaves_the_office_blank():
    own = project(
        project={"stage": "公示", "published_on": "2026-02-13"},
        stages={"publication_working_days": 2, "objection_working_days": 3},
    )
    text = half(said(public_notice(for_audience(small(project=own), "public"))))
    assert "自2026年2月13日起至2026年2月24日止,共2个工作日。" in text  # nine days of holiday between
    assert "异议受理单位:________________" in text


def test_chapters_four_and_five_read_as_they_did():
    """Golden text: changes only in a commit that says why."""
    own = project(report={"chapters": ("results", "causes")})
    document = report(small(project=own))
    text = "\n".join(document.texts()) + "\n"
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_settings_of_a_report_change_no_fingerprint_at_their_defaults():
    assert project().report == Report()
    assert '"report"' not in project().text()
    assert '"report"' in project(report={"charts": False}).text()


def half(text: str) -> str:
    """Return a text with half-width signs, as the words of the toolkit are written."""
    return text.translate(str.maketrans("\uff0c\uff1b\uff1a\uff08\uff09\uff1f\uff01", ",;:()?!"))
