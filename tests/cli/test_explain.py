"""The receipt of one enterprise or parcel, as its owner reads it at a hearing; every number worked out by hand.

Nine factories n = 1 … 9 on plots of 10 n mu pay 100 n, make 1000 n (10,000 yuan) and burn 50 tce: tax per mu is 10,
output per mu 100, output per tce 20 n; the bases are 10, 100 and 45000 / 450 = 100; the score is 80 + 4 n, 110 from
n = 8 on, where the ratio of energy is cut to 1.5.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from cli_builders import PARCEL_IDS, USCC, accounts, enterprises, write_bureau

from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.explain import explain, find
from landuse.reports.explain.words import numbered, step_of
from landuse.reports.sources import plain, unit_after


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_bureau(tmp_path_factory.mktemp("县") / "数据").parent


def told(folder, what, *settings, lang="zh"):
    project = load_project(folder / "项目 一.toml", settings, language=lang)
    return explain(run(project), what)


@pytest.fixture(scope="module")
def analysis(folder):
    return run(load_project(folder / "项目 一.toml"))


@pytest.fixture
def changed(folder, tmp_path):
    """Return a function that writes the bureau anew with other tables and explains something there."""

    def explained(what, *settings, lang="zh", **tables):
        project = write_bureau(tmp_path / "县")
        for name, frame in tables.items():
            title = {"firms": "企业", "books": "税收", "leases": "租赁"}[name]
            frame.to_csv(project.parent / "数据" / f"{title}.csv", index=False)
        if "leases" in tables:
            project.write_text(project.read_text(encoding="utf-8") + 'occupancy = "数据/租赁.csv"\n', encoding="utf-8")
        return told(project.parent, what, *settings, lang=lang)

    return explained


def test_every_step_of_a_ranked_enterprise_is_written_out(analysis):
    receipt = explain(analysis, "E04")
    for line in (
        "企业 安澜鑫达鞋业丁厂(E04)",
        "测算结果:未列入",
        "企业表:数据/企业.csv 第 5 行",
        "行业代码(GB/T 4754—2017):1952 ← 数据/企业.csv 第 5 行",
        "宗地 990781001001GB00004:自有 40.0000 亩,占该宗地(40.0000 亩)的 100.00%,占本企业用地的 100.00% ← 数据",
        "← 数据/宗地 1.gpkg〔宗地 1〕 第 4 行",
        "评价用地面积 A = 40.0000 亩",
        "宗地 990781001001GB00004:无地价,系数取 1.000000",
        "实缴税收:400 万元 ← 数据/税收.csv 第 5 行「实缴税收(万元)」",
        "亩均税收 = 400.00 ÷ 40.0000 = 10.0000 万元/亩",
        "亩均产值 = 4,000.00 ÷ 40.0000 = 100.0000 万元/亩",
        "单位能耗产值 = 4,000.00 ÷ 50.00 = 80.0000 万元/吨标准煤",
        "单位能耗产值:80.0000 ÷ 本组基准 100.0000 = 0.800000;权重 0.2",
        "得分 = 100 ×(0.5 × 1.000000 + 0.3 × 1.000000 + 0.2 × 0.800000)÷(0.5 + 0.3 + 0.2)= 96.0000",
        "参评 9 家,应列 15% × 9 = 1.35,四舍五入 1 家",
        "末位线:第 1 低的得分 84.0000;本企业 96.0000,高于末位线;拟列入 1 家",
        "末位序 4(1 为最低),行业内名次 6/9(由高到低)",
        "规则「末位比例」= 0.15",
        "(依据:来源报告)",
        "参评情况:参评",
        "以上为测算结果,不是行政认定",
    ):
        assert line in receipt, line


def test_the_enterprise_at_the_cut_is_told_so_and_the_word_is_proposed(analysis):
    receipt = explain(analysis, "E01")
    assert "测算结果:拟列入(行业末位15%)" in receipt
    assert "本企业 84.0000,不高于末位线" in receipt
    assert "认定为" not in receipt


def test_the_share_in_force_is_the_one_that_is_named(folder):
    receipt = told(folder, "E01", "ranking.share=0.2")
    assert "拟列入(行业末位20%)" in receipt
    assert "应列 20% × 9 = 1.8,四舍五入 2 家" in receipt


def test_a_ratio_above_the_cap_says_what_counts(analysis):
    assert "180.0000 ÷ 本组基准 100.0000 = 1.800000,高于上限,取 1.5" in explain(analysis, "E09")


def test_a_negative_tax_is_shown_and_counts_as_nothing(changed):
    books = accounts()
    books.loc[0, "实缴税收(万元)"] = -50.0
    receipt = changed("E01", books=books)
    # base: (200 + 300 + … + 900) / 450 mu = 4400 / 450 = 9.7778
    assert "-5.0000 ÷ 本组基准 9.7778 = -0.511364,税收为负,按 0 计" in receipt
    assert "0.5 × 0.000000" in receipt


def test_output_replaced_by_revenue_is_said_with_the_rule(changed):
    books = accounts().assign(**{"营业收入(万元)": 700.0})
    books.loc[3, "工业总产值(万元)"] = np.nan
    receipt = changed("E04", books=books)
    assert "工业总产值无数据,以营业收入 700.00 万元代替" in receipt
    assert "规则「产值缺失时以营业收入替代」" in receipt
    assert "亩均产值 = 700.00 ÷ 40.0000 = 17.5000 万元/亩" in receipt


def test_a_measure_without_its_figure_names_what_is_missing(changed):
    books = accounts()
    books.loc[3, "综合能源消费量(吨标准煤)"] = np.nan
    receipt = changed("E04", books=books)
    assert "综合能源消费量:无数据(未报送或空白;不视为 0)" in receipt
    assert "单位能耗产值:不计算(缺综合能源消费量)" in receipt
    assert "单位能耗产值:无数据,不计入得分,其余权重按比例放大" in receipt
    assert "÷(0.5 + 0.3)= 100.0000" in receipt


def test_an_exempt_enterprise_is_told_the_rule_and_the_cell_behind_it(changed):
    firms = enterprises().assign(成立日期="2010-01-01")
    firms.loc[3, "成立日期"] = "2024-06-01"
    receipt = changed("E04", firms=firms)
    assert "测算结果:免评(初创期)" in receipt
    assert "成立日期:2024-06-01 ← 数据/企业.csv 第 5 行「成立日期」" in receipt
    assert "规则「初创期(月)」= 24" in receipt
    assert "不参评,不计算得分与名次" in receipt


def test_three_years_are_told_year_by_year_and_as_their_mean(changed):
    books = pd.concat([accounts().assign(年度=year) for year in (2023, 2024, 2025)])
    books.loc[(books["年度"] == 2023), "实缴税收(万元)"] += 30
    receipt = changed("E04", "indicators.years=3", books=books)
    assert "2023 年 实缴税收:430 万元 ← 数据/税收.csv 第 5 行" in receipt
    assert "采用近三年平均(3 年有数):税收 410.00 万元,产值 4,000.00 万元,能耗 50.00 吨标准煤" in receipt


def test_a_figure_that_cannot_be_used_is_not_called_blank(changed):
    books = pd.concat([accounts(), accounts().iloc[[3]].assign(**{"实缴税收(万元)": 401.0})])
    receipt = changed("E04", books=books)
    assert "实缴税收:报送的数不能采用(见相关问题)" in receipt
    assert "ACCOUNT_CONFLICT" in receipt


def test_figures_that_go_with_the_holder_are_not_called_unknown(changed):
    receipt = changed("E01", "ranking.shared_parcel=holder", leases=LEASES)
    assert "实缴税收:100 万元 ← 数据/税收.csv 第 2 行" in receipt
    assert "无数据" not in receipt.split("五、指标")[0]


def priced(analysis, prices, *, reference=300.0, declared=None):
    """Return the analysis as if the first plots had prices; K = price / reference."""
    table = analysis.parcels.table
    price = pd.Series(prices + [np.nan] * (len(table) - len(prices)))
    k = (price / reference).fillna(1.0)
    priced = table.assign(price_yuan_per_m2=price, price_source="overlay", price_coefficient=k)
    rule = dataclasses.replace(analysis.facts["rule"], reference_price=declared)
    facts = {**analysis.facts, "reference_price": reference, "rule": rule}
    return dataclasses.replace(analysis, parcels=analysis.parcels.with_table(priced), facts=facts)


def test_the_coefficient_of_a_parcel_is_its_price_over_the_reference(analysis):
    receipt = explain(priced(analysis, [240.0]), "E01")
    assert "参照价 300.0000 元/平方米:参评企业用地的面积加权平均地价" in receipt
    assert "地价 240.00 元/平方米(级别图叠加)÷ 参照价 300.0000 = 0.800000" in receipt
    receipt = explain(priced(analysis, [240.0], declared=300.0), PARCEL_IDS[0])
    assert "参照价 300.0000 元/平方米:项目文件指定" in receipt


def test_the_coefficient_of_an_enterprise_on_two_parcels_is_their_mean_by_land(analysis):
    both = priced(analysis, [240.0, 360.0])
    moved = both.occupancy.assign(uscc=both.occupancy["uscc"].replace("E02", "E01"))
    firms = both.enterprises.assign(area_mu=both.enterprises["area_mu"].where(both.enterprises["uscc"].ne("E01"), 30.0))
    k = (10 * 0.8 + 20 * 1.2) / 30
    firms = firms.assign(price_coefficient=firms["price_coefficient"].where(firms["uscc"].ne("E01"), k))
    receipt = explain(dataclasses.replace(both, occupancy=moved, enterprises=firms), "E01")
    assert "K =(10.0000 × 0.800000 + 20.0000 × 1.200000)÷ 30.0000 = 1.066667" in receipt


# ------------------------------------------------------------------------------------------------ parcels

LEASES = pd.DataFrame(
    [
        (PARCEL_IDS[8], "E01", "承租", "E09", 10 * 2000 / 3),
        (PARCEL_IDS[8], "E02", "承租", "E09", 20 * 2000 / 3),
        (PARCEL_IDS[8], "STRANGER", "承租", "E09", 5 * 2000 / 3),
    ],
    columns=["宗地代码", "统一社会信用代码", "用地方式(自有/承租)", "出租方统一社会信用代码", "使用土地面积(平方米)"],
)


def test_a_parcel_with_tenants_names_each_and_balances_land_and_money(changed):
    receipt = changed(PARCEL_IDS[8], leases=LEASES)
    for line in (
        "安澜鑫达鞋业甲厂(E01):承租 10.0000 亩,占 11.11%;参评;得分",
        "安澜鑫达鞋业乙厂(E02):承租 20.0000 亩,占 22.22%;参评;得分",
        "安澜鑫达鞋业壬厂(E09):自有 60.0000 亩,占 66.67%;参评;得分",
        "平衡:3 家用地 90.0000 亩 + 未分配 0.0000 亩 = 宗地 90.0000 亩",
        # E01 has its own 10 mu and 10 mu here, E02 20 and 20, E09 only these 60
        "安澜鑫达鞋业甲厂:税收 100.00、产值 1,000.00 万元、能耗 50.00 吨标准煤,其用地的 50.00% 在本宗地",
        "安澜鑫达鞋业壬厂:税收 900.00、产值 9,000.00 万元、能耗 50.00 吨标准煤,其用地的 100.00% 在本宗地",
        # 50 + 100 + 900; 500 + 1000 + 9000; 25 + 25 + 50
        "计入本宗地:税收 1,050.00、产值 10,500.00 万元、能耗 100.00 吨标准煤",
    ):
        assert line in receipt, line


def test_a_tenant_is_told_its_lease_and_what_it_is_of_its_land(changed):
    receipt = changed("E01", leases=LEASES)
    assert "承租 10.0000 亩,占该宗地(90.0000 亩)的 11.11%,占本企业用地的 50.00% ← 数据/租赁.csv 第 2 行" in receipt
    assert "出租方统一社会信用代码:E09 ← 数据/租赁.csv 第 2 行" in receipt
    assert "评价用地面积 A = 20.0000 亩" in receipt


def test_an_occupant_that_is_not_in_the_enterprise_table_is_said_to_be_unknown(changed):
    firms = enterprises().iloc[:-1]
    receipt = changed(PARCEL_IDS[8], firms=firms)
    assert "(E09):自有 90.0000 亩,占 100.00%;不在企业表中,无法评价" in receipt
    assert "用地企业无当年经济数据" in receipt


def test_a_credit_code_outside_the_enterprise_table_is_explained_as_far_as_it_is_known(changed):
    receipt = changed("e09", firms=enterprises().iloc[:-1])
    assert receipt.startswith("信用代码 E09:不在企业表中")
    assert "经济数据表:数据/税收.csv 第 10 行" in receipt
    assert "宗地表:数据/宗地 1.gpkg〔宗地 1〕 第 9 行" in receipt
    assert "实缴税收:900 万元" in receipt
    assert "ACCOUNT_WITHOUT_ENTERPRISE" in receipt


def test_a_parcel_without_a_holder_says_where_its_land_is(analysis):
    table = analysis.parcels.table
    alone = dataclasses.replace(
        analysis,
        parcels=analysis.parcels.with_table(table.assign(holder_uscc=table["holder_uscc"].where(table.index > 0))),
        occupancy=analysis.occupancy.loc[analysis.occupancy["parcel_id"].ne(PARCEL_IDS[0])],
    )
    receipt = explain(alone, PARCEL_IDS[0])
    assert "用地数据时点无企业使用" in receipt
    assert "未分配土地 10.0000 亩(无权利人)" in receipt
    assert "平衡:0 家用地 0.0000 亩 + 未分配 10.0000 亩 = 宗地 10.0000 亩" in receipt


def test_land_idle_for_two_years_is_called_so(analysis):
    table = analysis.parcels.table
    idle = table.assign(idle_class="IDLE_T1", idle_years=pd.array([1, 2] + [1] * 7, dtype="Int64"))
    changed = dataclasses.replace(analysis, parcels=analysis.parcels.with_table(idle))
    assert "疑似闲置(未动工满1年)" in explain(changed, PARCEL_IDS[0]).splitlines()[2]
    assert "疑似闲置(未动工满2年)" in explain(changed, PARCEL_IDS[1]).splitlines()[2]


# ------------------------------------------------------------------------------------------ words, finding


def test_the_steps_are_counted_without_a_gap(analysis):
    for what, last in (("E04", "七、结论"), (PARCEL_IDS[3], "八、结论")):
        headings = [line for line in explain(analysis, what).splitlines() if not line.startswith("  ")]
        assert [line[0] for line in headings[1:] if line[1] == "、"] == list("一二三四五六七八")[: len(headings) - 1]
        assert last in headings


@pytest.mark.parametrize(
    ("lang", "last"),
    [("zh", ["九", "十", "十一", "十九", "二十", "二十一"]), ("en", ["9", "10", "11", "19", "20", "21"])],
)
def test_any_number_of_steps_is_counted(lang, last):
    steps = numbered([step_of("source", [], lang)] * 21, lang)
    counts = [step.heading.removesuffix("、来源").removesuffix(". Source") for step in steps]
    assert [counts[number - 1] for number in (9, 10, 11, 19, 20, 21)] == last


def test_in_english_only_the_users_own_words_are_chinese(folder):
    import re

    receipt = told(folder, "E04", lang="en") + told(folder, PARCEL_IDS[3], lang="en")
    own = re.compile(r"“[^”]*”|unit 亩|数据/[^ ]*|宗地 1\.gpkg|\[宗地 1\]|安澜鑫达鞋业丁厂")
    assert re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", own.sub("", receipt)) == []
    assert "Tax paid: 400 × 10,000 yuan ← " in receipt
    assert "score = 100 × (0.5 × 1.000000 + 0.3 × 1.000000 + 0.2 × 0.800000) ÷ (0.5 + 0.3 + 0.2) = 96.0000" in receipt


@pytest.mark.parametrize(
    ("what", "kind", "key"),
    [
        ("E03", "enterprise", "E03"),
        (" e03 ", "enterprise", "E03"),
        (PARCEL_IDS[2], "parcel", PARCEL_IDS[2]),
        ("丙厂", "enterprise", "E03"),
    ],
)
def test_an_object_is_found_by_code_and_by_a_part_of_its_name(what, kind, key, analysis):
    assert find(analysis, what) == (kind, key)


def test_a_holder_who_is_no_enterprise_leads_to_his_parcel(analysis):
    table = analysis.parcels.table.assign(holder=["安澜县土地储备中心", *["他人"] * 8])
    with_holders = dataclasses.replace(analysis, parcels=analysis.parcels.with_table(table))
    assert find(with_holders, "储备") == ("parcel", PARCEL_IDS[0])
    with pytest.raises(InputError) as caught:
        find(with_holders, "他人")
    assert f"有 8 个候选:他人({PARCEL_IDS[1]})" in caught.value.faults[0].found


def test_a_former_name_is_a_name(analysis):
    firms = analysis.enterprises.assign(former_names=["老字号鞋厂", *[None] * 8])
    assert find(dataclasses.replace(analysis, enterprises=firms), "老字号") == ("enterprise", "E01")


def test_candidates_beyond_a_dozen_are_not_all_listed(analysis):
    many = pd.concat([analysis.enterprises.assign(uscc=analysis.enterprises["uscc"] + tail) for tail in "XYZ"])
    with pytest.raises(InputError) as caught:
        find(dataclasses.replace(analysis, enterprises=many), "鞋业")
    found = caught.value.faults[0].found
    assert found.startswith("有 27 个候选:")
    assert found.endswith("……")
    assert found.count("安澜") == 12


@pytest.mark.parametrize("what", ["", "  ", "没有这家"])
def test_what_is_not_there_is_not_found(what, analysis):
    with pytest.raises(InputError) as caught:
        find(analysis, what)
    assert caught.value.faults[0].found == "没有找到"


def test_numbers_and_blanks_are_written_as_a_reader_writes_them():
    assert plain(1234.5, 2) == "1,234.50"
    assert plain(1234.5) == "1,234.5"
    assert plain(None) == plain(np.nan) == plain(pd.NA) == "—"
    assert plain(pd.Timestamp("2024-02-29")) == "2024-02-29"
    assert plain(("甲", "乙")) == "甲、乙"
    assert unit_after("wan_yuan", "en") == " × 10,000 yuan"
    assert unit_after("wan_yuan", "zh") == " 万元"
    assert unit_after("", "zh") == ""


def test_every_occupied_parcel_and_every_enterprise_can_be_explained_in_both_languages(folder):
    for lang in ("zh", "en"):
        analysis = run(load_project(folder / "项目 一.toml", language=lang))
        for key in (*USCC, *PARCEL_IDS):
            receipt = explain(analysis, key)
            assert "{" not in receipt
            assert "nan" not in receipt
            assert "<NA>" not in receipt


# ------------------------------------------------------------------------------------------------- formats


def test_explain_writes_text_json_and_page_by_the_ending_of_the_file(bureau, say, tmp_path):
    import json

    text = say("explain", bureau, "E04")
    assert text.out.startswith("企业 安澜鑫达鞋业丁厂(E04)")
    for name, begins in (("r.txt", "企业 "), ("r.json", "{\n"), ("r.html", "<!DOCTYPE html>")):
        told = say("explain", bureau, "E04", "-o", tmp_path / name)
        assert (told.status, told.out.strip()) == (0, f"已写出 {tmp_path / name}")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    assert (tmp_path / "r.txt").read_text(encoding="utf-8") == text.out
    printed = say("explain", bureau, "E04", "--format", "json")
    assert json.loads(printed.out) == json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))


def test_a_page_that_nobody_named_is_named_after_its_object(bureau, say, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = say("explain", bureau, "E04", "--format", "page")
    assert told.status == 0
    assert [path.name for path in tmp_path.glob("*.html")] == ["测算过程表_E04.html"]


def test_a_form_that_does_not_exist_and_a_folder_as_file_are_refused(bureau, say, tmp_path):
    told = say("explain", bureau, "E04", "--format", "pdf", "-o", tmp_path)
    assert told.status == 2
    assert "没有这种格式" in told.err
    assert "是文件夹" in told.err


def test_what_if_is_told_in_every_form_and_written_where_it_is_asked_for(bureau, say, tmp_path, monkeypatch):
    """E01 (score 84, the only one below the cut) with tax of 1,000 instead of 100: E02 takes its place."""
    import json

    monkeypatch.chdir(tmp_path)
    asked = ("explain", bureau, "E01", "--if", "tax_wan=1000")
    text = say(*asked)
    assert text.out.startswith("假设:安澜鑫达鞋业甲厂(E01)实缴税收 100.00 → 1,000.00 万元")
    assert say(*asked, "-o", tmp_path / "t.txt").status == 0
    assert (tmp_path / "t.txt").read_text(encoding="utf-8") == text.out
    found = json.loads(say(*asked, "--format", "json").out)
    assert say(*asked, "-o", tmp_path / "t.json").status == 0
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8")) == found
    assert found["schema"] == "landuse.what_if/1"
    assert found["assumed"] == {"tax_wan": {"before": 100.0, "after": 1000.0}}
    assert [found["own"][side]["in_bottom_share"] for side in ("before", "after")] == [True, False]
    assert [move["uscc"] for move in found["moves"] if move["listed_after"]] == ["E02"]
    assert say(*asked, "--format", "page").status == 0
    page = (tmp_path / "更正试算_E01.html").read_text(encoding="utf-8")
    assert "更正试算 安澜鑫达鞋业甲厂" in page
