"""What the ledger says: counts, sums, words, order of sheets, each figure added up by hand."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_builders import analysis, balance, district, issues, no_groups, project, rule, small

from landuse.cartography.rounding import whole_parts
from landuse.catalogue import load, load_folder
from landuse.reports.content import build as build_module
from landuse.reports.content import issue_book, ledger
from landuse.reports.content.context import BOOK, percent
from landuse.rule import Rule

LEDGER = [
    "填表说明", "汇总", "低效用地(宗地口径)", "低效企业(企业口径)", "停产空置", "疑似闲置土地",
    "分行业统计", "分园区统计", "未参评名单", "方法与参数", "数据平衡表", "问题清单",
]  # fmt: skip
ISSUES = ["汇总", "税务", "统计", "供电", "不动产登记", "园区", "其他"]


def by_name(sheets):
    return {sheet.name: sheet for sheet in sheets}


def total(block, column):
    return next(t.value for t in block.totals if t.column == column)


@pytest.fixture(scope="module")
def book():
    return by_name(ledger(small()))


@pytest.fixture(scope="module")
def large():
    return by_name(ledger(district()))


def test_the_sheets_stand_in_the_order_a_bureau_expects(book):
    assert list(book) == LEDGER
    assert [sheet.name for sheet in issue_book(small())] == ISSUES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tab_name_is_one_that_excel_accepts(lang):
    for sheets in (ledger(small(project=project(lang))), issue_book(small(project=project(lang)))):
        names = [sheet.name for sheet in sheets]
        assert len({name.lower() for name in names}) == len(names)
        assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_column_is_left_with_its_canonical_name_for_a_title(lang):
    for sheet in [*ledger(district(project=project(lang))), *issue_book(small(project=project(lang)))]:
        for block in sheet.blocks:
            for column in block.columns:
                assert "_" not in column.title, (sheet.name, column.name)
                assert column.title != column.name or lang == "en"


def test_no_chinese_word_of_the_toolkit_stands_in_an_english_ledger():
    english = small(project=project("en", project={"name": "Anlan"}, outputs={"notice": ""}))
    for sheet in ledger(english):
        said = [sheet.name, sheet.title, sheet.unit_line, sheet.left_line, *sheet.notes, sheet.sign_off]
        said += [column.title for block in sheet.blocks for column in block.columns]
        said += [block.heading for block in sheet.blocks]
        assert all(not any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in said), sheet.name


def test_low_land_counts_low_parcels_and_leaves_suspected_idle_ones_to_their_own_sheet(book):
    low, partly = book["低效用地(宗地口径)"].blocks
    assert list(low.rows["parcel_id"]) == ["P1"]  # P2 is low as well, but suspected idle
    assert list(partly.rows["parcel_id"]) == ["P4"]
    assert total(low, "parcel_id") == "1 宗"
    assert total(low, "area_mu") == 12.3456
    assert total(partly, "area_mu") == 8.0
    assert book["低效用地(宗地口径)"].notes[0].startswith("另有 1 宗 20.00 亩同时属疑似闲置土地")


def test_suspected_idle_land_says_that_a_plot_is_low_as_well_and_what_must_be_followed(book):
    idle, watched = book["疑似闲置土地"].blocks
    assert list(idle.rows["parcel_id"]) == ["P2"]
    assert idle.rows.loc[0, "idle_class"] == "疑似闲置(未动工满2年)"
    assert idle.rows.loc[0, "idle_cause"] == "企业原因"
    assert idle.rows.loc[0, "consequence"] == "可依法启动无偿收回"
    assert "低效(拟列入)" in idle.rows.loc[0, "remarks"]
    assert list(watched.rows["parcel_id"]) == ["P4", "P6"]  # OVERDUE_FINISH before UNDETERMINED
    assert list(watched.rows["remarks"]) == ["", ""]
    assert not idle.not_applicable["idle_years"][0]
    assert list(watched.not_applicable["idle_years"]) == [True, True]


def test_a_fee_does_not_apply_where_the_consequence_is_no_fee(book):
    idle = book["疑似闲置土地"].blocks[0]
    assert list(idle.not_applicable["idle_fee_wan"]) == [True]
    assert total(idle, "idle_fee_wan") is None


def test_users_of_a_parcel_are_named_with_the_proposed_enterprise_first(book):
    partly = book["低效用地(宗地口径)"].blocks[1].rows
    assert partly.loc[0, "users"] == "乙食品、丙食品"  # E3 has more land, E2 is proposed
    assert partly.loc[0, "uscc"] == "E2"
    assert partly.loc[0, "place"] == 3 + 1 - 2


def test_a_parcel_with_many_users_names_three_and_says_how_many_there_are():
    uses = pd.DataFrame(
        {"parcel_id": "P1", "uscc": [f"E{i}" for i in range(1, 6)], "land_mu": [5.0, 4.0, 3.0, 2.0, 1.0]}
    )
    base = small()
    found = ledger(dataclasses.replace(base, occupancy=uses))[2].blocks[0].rows
    assert found.loc[0, "users"] == "甲食品、乙食品、丙食品等5家"


def test_a_user_that_is_no_known_enterprise_is_named_by_its_code():
    uses = pd.DataFrame({"parcel_id": ["P1"], "uscc": ["X9"], "land_mu": [1.0]})
    low = ledger(dataclasses.replace(small(), occupancy=uses))[2].blocks[0]
    assert low.rows.loc[0, "users"] == "X9"
    assert low.not_applicable["score"][0]


def test_the_place_from_the_top_is_the_number_of_enterprises_plus_one_less_the_rank(book):
    rows = book["低效企业(企业口径)"].rows
    assert list(rows["rank"]) == [1, 2]
    assert list(rows["place"]) == [3, 2]
    assert list(rows["parcels_of"]) == ["P1", "P2\nP4"]
    assert list(rows["n_parcels"]) == [1, 2]
    assert list(rows["low_kind"]) == ["行业末位15%", "行业末位15%"]
    assert list(rows["noted"]) == ["无", "亩均税收低于限值"]


def test_the_bottom_share_in_force_is_the_one_that_is_printed():
    other = by_name(ledger(small(facts={"rule": rule(share="0.125")})))
    assert other["低效企业(企业口径)"].rows.loc[0, "low_kind"] == "行业末位12.5%"
    assert other["汇总"].blocks[3].rows.loc[0, "item"] == "拟列入(行业末位12.5%)"
    assert "×12.5%" in " ".join(other["分行业统计"].notes)


def test_where_other_rules_decide_too_the_list_is_not_called_the_bottom_share():
    other = by_name(ledger(small(facts={"rule": rule(enabled=("R01", "R06"))})))
    assert other["汇总"].blocks[3].rows.loc[0, "item"] == "拟列入"


def test_the_total_per_mu_is_the_sum_of_tax_over_the_sum_of_land_that_knows_both(book):
    listed = book["低效企业(企业口径)"].blocks[0]
    assert total(listed, "tax_wan") == 41.0
    assert total(listed, "area_mu") == pytest.approx(34.3456, abs=1e-12)
    assert total(listed, "tax_per_mu") == pytest.approx(41.0 / 34.3456)


def test_the_summary_counts_every_parcel_once(book):
    by_class = book["汇总"].blocks[0]
    counts = dict(zip(by_class.rows["item"], by_class.rows["n_parcels"], strict=True))
    assert counts == {
        "低效(拟列入)": 1, "部分低效": 1, "停产低效": 1, "厂房空置": 0, "未列入": 1, "未参评": 1,
        "疑似闲置(另表计列)": 1,
    }  # fmt: skip
    land = dict(zip(by_class.rows["item"], by_class.rows["land_mu"], strict=True))
    assert land["低效(拟列入)"] == 12.35  # 12.3456
    assert land["疑似闲置(另表计列)"] == 20.0
    assert total(by_class, "n_parcels") == 6
    assert total(by_class, "land_mu") == pytest.approx(85.85)  # 85.8456
    assert total(by_class, "land_share") == pytest.approx(1.0)
    assert total(by_class, "tax_wan") == 374.0


def test_the_summary_counts_enterprises_by_verdict_and_by_status(book):
    verdict, status = book["汇总"].blocks[3:5]
    assert list(verdict.rows["n_enterprises"]) == [2, 1, 0, 2]
    assert verdict.rows["item"].iloc[0] == "拟列入(行业末位15%)"
    counts = dict(zip(status.rows["item"], status.rows["n_enterprises"], strict=True))
    assert counts["参评"] == 3
    assert counts["无独立用地"] == 1
    assert sum(counts.values()) == 5
    assert total(verdict, "tax_wan") == total(status, "tax_wan") == 381.0


def test_the_two_ways_of_counting_meet_in_one_table(book):
    sides = book["汇总"].blocks[5].rows
    assert list(sides["parcel_side"]) == [85.85, 374.0, 3740.0, 35.0]
    assert list(sides["enterprise_side"]) == [75.85, 381.0, 3810.0, 35.0]
    assert list(sides["side_gap"]) == [10.0, -7.0, -70.0, 0.0]


def test_parks_are_added_up_and_land_outside_parks_stands_last(book):
    rows = book["分园区统计"].rows
    assert list(rows["park"]) == ["城东", "高新", "园区外(未填园区)"]
    assert list(rows["n_parcels"]) == [3, 2, 1]
    assert list(rows["land_mu"]) == [43.5, 32.35, 10.0]
    assert list(rows["n_enterprises"]) == [2, 2, 1]  # E3 and E4; E1 and E2; E5 has no land
    assert list(rows["taxed_mu"]) == [38.0, 32.35, 0.0]
    assert rows["tax_per_mu"].tolist()[:2] == [344 / 38, pytest.approx(30 / 32.3456)]
    assert math.isnan(rows["tax_per_mu"].tolist()[2])
    assert list(rows["low_n"]) == [0, 1, 0]
    assert list(rows["idle_n"]) == [0, 1, 0]
    assert list(rows["stopped_mu"]) == [5.5, 0.0, 0.0]


def test_industries_show_ties_bases_and_the_sums_of_ranked_enterprises_only(book):
    block = book["分行业统计"].blocks[0]
    row = block.rows.loc[0]
    assert (row["n"], row["k"], row["flagged"], row["tied_at_cut"]) == (3, 1, 2, 1)
    assert row["land_mu"] == pytest.approx(70.35)  # 12.3456 + 22 + 36
    assert row["tax_wan"] == 374.0
    assert row["listed_mu"] == pytest.approx(34.35)
    assert row["output_per_energy"] == pytest.approx(3430 / 35)  # E2 has no energy: its output stays out


def test_who_was_not_evaluated_is_listed_with_the_reason(book):
    enterprises, parcels = book["未参评名单"].blocks
    assert list(enterprises.rows["uscc"]) == ["E4", "E5"]
    assert list(enterprises.rows["status"]) == ["注销/吊销/迁出(另按停产类处理)", "无独立用地"]
    assert list(parcels.rows["parcels_of"]) == ["P6"]
    assert parcels.not_applicable["name"][0]
    assert [c.name for c in enterprises.columns] == [c.name for c in parcels.columns]


def test_a_run_with_an_error_is_a_draft_on_every_sheet(book):
    for sheet in [*ledger(small(issues=issues(("error", "X")))), *issue_book(small(issues=issues(("error", "X"))))]:
        assert sheet.title.endswith("〔草稿〕")
        assert sheet.page.watermark == "草稿"
    for sheet in book.values():
        assert sheet.title.endswith("〔征求意见稿〕")
        assert sheet.page.watermark == ""


def test_every_sheet_bears_the_notice_the_way_of_counting_the_dates_and_the_digest(book):
    given = small()
    for sheet in book.values():
        assert "演示数据,纯属虚构" in sheet.left_line
        assert "演示数据,纯属虚构" in sheet.notes
        assert "口径" in sheet.left_line
        assert "2026-06-30" in sheet.unit_line
        assert given.project.digest()[:12] in sheet.page.footer_left
        assert sheet.blocks[0].columns[0].name == "seq"
        assert "审核人" in sheet.sign_off


def test_lists_explain_the_marks_for_unknown_and_not_applicable(book):
    for name in LEDGER[1:]:
        assert any("“—”" in note and "“/”" in note for note in book[name].notes), name


def test_every_field_of_the_rule_is_printed_with_a_title_and_its_source(book):
    rows = book["方法与参数"].rows
    titles = load(BOOK)["parameters"]
    for entry in dataclasses.fields(Rule):
        assert titles[entry.name]["title"]["zh"] in set(rows["parameter"]), entry.name
    said = rows.set_index("parameter")
    assert said.loc["行业末位比例", "setting"] == "15%"
    assert said.loc["行业末位比例", "origin"] == "项目文件 [ranking.share]"
    assert said.loc["评价组最少家数", "origin"] == "规则包 default(自 2025-01-01)"
    assert said.loc["采用面积", "origin"] == "软件默认值"
    assert said.loc["指标权重", "setting"] == "亩均税收: 0.5;亩均产值: 0.3;单位能耗产值: 0.2"
    assert said.loc["参照地价(采用值,元/平方米)", "setting"] == "295.8037"
    assert said.loc["综合评价等级比例", "setting"] == "A: 20%;B: 60%;C: 15%;D: 5%"


def test_the_law_is_cited_article_by_article_with_number_and_date(book):
    law = book["方法与参数"].blocks[1].rows.set_index("statute")
    assert "满一年未动工开发" in law.loc["《闲置土地处置办法》第二条第一款", "quote"]
    assert law.loc["《闲置土地处置办法》第二条第一款", "in_force"] == "国土资源部令第53号,2012-07-01 起施行"
    assert "《中华人民共和国民法典》第二百零三条" in law.index


def test_a_number_of_the_rule_says_what_it_rests_on_as_its_pack_does(book):
    said = book["方法与参数"].rows.set_index("parameter")["basis"]
    assert all(said[title] for title in ("行业末位比例", "评价组最少家数", "单项比值上限(与行业平均之比)"))
    other = by_name(ledger(small(facts={"rule": rule(pack="of a bureau")})))["方法与参数"].rows.set_index("parameter")
    assert other.loc["评价组最少家数", "basis"] == ""
    assert other.loc["评价组最少家数", "origin"] == "规则包 of a bureau(自 2025-01-01)"


def test_frozen_bases_are_printed_value_by_value():
    frozen = {
        "rule": rule(frozen_bases={"13": {"tax_per_mu": 8.5415}}, frozen_groups={"E1": "13"}, reference_price=300.0)
    }
    said = by_name(ledger(small(facts=frozen)))["方法与参数"].rows.set_index("parameter")["setting"]
    assert said["锁定的行业基准"] == "13: tax_per_mu=8.5415"
    assert said["锁定的评价分组"] == "1 项"


def test_the_project_printed_line_by_line_gives_its_digest_again(book):
    given = small()
    lines = book["方法与参数"].blocks[4].rows["line"]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == given.project.digest()


def test_input_files_are_printed_with_size_and_checksum(book):
    files = book["方法与参数"].blocks[2].rows
    assert list(files["file"]) == ["宗地.gpkg", "企业.xlsx"]
    assert list(files["size"]) == [1_234_567, 98_765]
    assert files.loc[0, "sha256"] == "ab" * 32


def test_the_balance_is_printed_in_units_with_a_check_that_is_zero(book):
    tax, area = book["数据平衡表"].blocks
    assert list(tax.rows["amount_in"].dropna()) == [1284.37, 1284.37]
    assert tax.rows["unallocated"].dropna().tolist() == [84.37, 100.000001]
    assert total(tax, "check") == 0.0
    assert total(area, "check") == 0.0
    assert area.rows.loc[0, "unit_name"] == "平方米"
    assert list(tax.rows["step"]) == ["读取", "企业匹配", "企业匹配", "企业匹配"]
    assert tax.rows.loc[2, "reason"] == "企业表中无此企业"


def test_a_balance_that_does_not_balance_shows_by_how_much():
    broken = balance()
    broken.loc[broken["quantity"].eq("tax_wan") & broken["unallocated"].gt(0), "unallocated"] = 0
    tax = by_name(ledger(small(balance=broken)))["数据平衡表"].blocks[0]
    assert total(tax, "check") == pytest.approx(184.37)


def test_issues_go_to_the_bureau_that_can_mend_them_and_the_severest_come_first():
    found = issues(("note", "A"), ("error", "B"), ("warning", "C"), ("warning", "D"), ("warning", "E"))
    found = found.assign(owner=["税务", "税务", "统计", "自然资源", "不明"])
    book = by_name(issue_book(small(issues=found)))
    assert list(book["税务"].rows["code"]) == ["B", "A"]
    assert list(book["税务"].rows["severity"]) == ["错误", "提示"]
    assert list(book["统计"].rows["code"]) == ["C"]
    assert list(book["其他"].rows["code"]) == ["D", "E"]  # the land bureau has no sheet of its own
    assert len(book["供电"].rows) == 0
    counts = book["汇总"].rows.set_index("owner")["all"]
    assert (counts["税务"], counts["自然资源"], counts["其他"]) == (2, 1, 1)
    assert total(book["汇总"].blocks[0], "all") == 5
    assert total(book["汇总"].blocks[1], "all") == 5


def test_issues_that_carry_facts_are_put_into_words_and_go_where_the_catalogue_sends_them():
    catalogue = load_folder("vocabulary/issues")
    code = next(code for code, entry in catalogue.items() if entry["owner"] == "registry")
    holes = {name for _, name, _, _ in Formatter().parse(catalogue[code]["message"]["zh"]) if name and name != "value"}
    holes |= {name for _, name, _, _ in Formatter().parse(catalogue[code]["action"]["zh"]) if name and name != "value"}
    raw = issues(("warning", code)).drop(columns=["message", "action", "owner"])
    raw = raw.assign(facts=[dict.fromkeys(holes, "3")])
    row = by_name(issue_book(small(issues=raw)))["不动产登记"].rows.loc[0]
    filled = catalogue[code]["message"]["zh"].format(value="12.5", **dict.fromkeys(holes, "3"))
    assert row["message"] == filled
    assert row["owner"] == "不动产登记"
    assert row["column"] == "实缴税收"
    assert row["table"] == "经济数据表"


def test_a_run_without_issues_gives_empty_sheets_not_a_failure():
    book = by_name(issue_book(small(issues=issues())))
    assert all(len(book[name].rows) == 0 for name in ISSUES[1:])


def test_a_bare_run_with_only_the_starred_columns_still_gives_every_sheet():
    parcels = pd.DataFrame({"parcel_id": ["P1"], "area_mu": [3.0]})
    enterprises = pd.DataFrame(
        {"uscc": pd.Series(dtype="str"), "name": pd.Series(dtype="str"), "industry_code": pd.Series(dtype="str")}
    )
    uses = pd.DataFrame(
        {"parcel_id": pd.Series(dtype="str"), "uscc": pd.Series(dtype="str"), "land_mu": pd.Series(dtype=float)}
    )
    bare = analysis(parcels, enterprises, uses, groups=no_groups(), facts={}, balance=balance().iloc[:0])
    book = by_name(ledger(bare))
    assert list(book) == LEDGER
    assert total(book["汇总"].blocks[0], "n_parcels") == 1
    assert total(book["低效企业(企业口径)"].blocks[0], "name") == "0 家"
    assert total(book["分行业统计"].blocks[0], "n") == 0


def test_a_long_list_is_cut_and_the_rest_is_summed_in_one_row(monkeypatch, large):
    whole = large["低效企业(企业口径)"].blocks[0]
    monkeypatch.setattr(build_module, "LIST_LIMIT", 5)
    short = by_name(ledger(district()))["低效企业(企业口径)"].blocks[0]
    assert len(short.rows) == 5
    assert short.left_out == len(whole.rows) - 5
    assert "enterprises.parquet" in short.rest_label
    assert total(short, "name") == total(whole, "name")
    assert total(short, "area_mu") == pytest.approx(total(whole, "area_mu"))


def test_what_the_sheets_say_of_the_same_thing_agrees_to_the_last_printed_digit(large):
    book = large
    by_class, idle, other, verdict, status, *_ = book["汇总"].blocks
    land = dict(zip(by_class.rows["item"], by_class.rows["land_mu"], strict=True))
    park, industry = book["分园区统计"].blocks[0], book["分行业统计"].blocks[0]
    assert total(park, "land_mu") == pytest.approx(total(by_class, "land_mu"), abs=1e-9)
    assert total(park, "low_mu") == pytest.approx(land["低效(拟列入)"], abs=1e-9)
    assert total(park, "idle_mu") == pytest.approx(land["疑似闲置(另表计列)"], abs=1e-9)
    assert total(idle, "land_mu") == pytest.approx(land["疑似闲置(另表计列)"], abs=1e-9)
    assert total(idle, "land_mu") + total(other, "land_mu") == pytest.approx(total(by_class, "land_mu"), abs=1e-9)
    for name in ("land_mu", "tax_wan", "output_wan", "energy_tce"):
        assert total(verdict, name) == pytest.approx(total(status, name), abs=1e-9)
        assert total(industry, name) == pytest.approx(status.rows[name].tolist()[0], abs=1e-9)


def test_an_enterprise_listed_without_being_ranked_is_counted_as_listed():
    base = small()
    stopped = base.enterprises.assign(low_efficiency=pd.array([True, True, False, True, None], dtype="boolean"))
    book = by_name(ledger(dataclasses.replace(base, enterprises=stopped)))
    assert list(book["汇总"].blocks[3].rows["n_enterprises"]) == [3, 1, 0, 1]
    assert list(book["低效企业(企业口径)"].rows["uscc"]) == ["E1", "E2", "E4"]
    assert "E4" not in set(book["未参评名单"].rows["uscc"])


def test_a_verdict_that_is_undetermined_has_a_row_of_its_own():
    base = small()
    unsure = base.enterprises.assign(low_efficiency=pd.array([True, None, False, None, None], dtype="boolean"))
    found = by_name(ledger(dataclasses.replace(base, enterprises=unsure)))["汇总"].blocks[3]
    assert list(found.rows["n_enterprises"]) == [1, 1, 1, 2]


@pytest.mark.parametrize(("share", "text"), [(0.15, "15%"), (0.125, "12.5%"), (1, "100%"), (0, "0%"), ("0.2", "20%")])
def test_a_share_is_printed_exactly(share, text):
    assert percent(share) == text


def test_parts_of_a_third_add_up_to_the_whole():
    assert whole_parts([1 / 3, 1 / 3, 1 / 3], 3) == [0.334, 0.333, 0.333]
    assert whole_parts([0.005, 0.0, 0.005], 2) == [0.01, 0.0, 0.0]
    assert whole_parts([1.005, math.nan], 2)[0] == 1.01
    assert whole_parts([1.0, 2.0], 2, 3.01) == [1.01, 2.0]
    assert whole_parts([1.004, 2.004], 2, 2.99) == [1.0, 1.99]
    assert whole_parts([], 2) == []


amounts = st.lists(st.floats(-1e6, 1e9).map(lambda v: round(v, 6)), min_size=1, max_size=30)


@given(amounts)
@settings(max_examples=150, deadline=None)
def test_rounded_parts_always_add_up_and_stay_within_one_unit(values):
    parts = whole_parts(values, 2)
    whole = math.floor(round(math.fsum(v * 100 for v in (round(x * 100, 6) / 100 for x in values)), 6) + 0.5)
    assert abs(round(math.fsum(parts) * 100) - whole) <= 1
    assert all(abs(part - value) < 0.0101 for part, value in zip(parts, values, strict=True))


@given(st.permutations(range(6)))
@settings(max_examples=4, deadline=None)
def test_the_order_of_the_input_rows_does_not_change_the_ledger(order):
    base = small()
    order = np.array(order)
    parcels = base.parcels.with_table(base.parcels.table.iloc[order].reset_index(drop=True))
    moved = dataclasses.replace(base, parcels=parcels, occupancy=base.occupancy.iloc[order].reset_index(drop=True))
    for one, other in zip(ledger(base), ledger(moved), strict=True):
        for left, right in zip(one.blocks, other.blocks, strict=True):
            pd.testing.assert_frame_equal(left.rows, right.rows)
