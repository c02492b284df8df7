"""Headers are told by title, synonym, unit and year; the header rows by what stands below titles and above data."""

from __future__ import annotations

import pytest
from propose_builders import NAMES, PARCELS, USCC

from landuse.catalogue import load
from landuse.propose.content import fit, parcel_share, uscc_share
from landuse.propose.heads import header_of
from landuse.propose.synonyms import is_known, reading_of, strength_of, synonyms, tables_known, unit_word, years_in
from landuse.read.header_rows import is_numbering, without_numbers
from landuse.read.words import normal
from landuse.tables import columns


def strength(header, table, name):
    column = columns("input", table)[name]
    return strength_of(reading_of(header, column.unit), table, column)


@pytest.mark.parametrize(
    "header", ["缴税总额", "实缴税金", "入库税收", "税收合计(万元)", "2024年税收(万元)", "实缴税金/元", "nnsze"]
)
def test_the_tax_paid_is_told_by_what_bureaus_call_it(header):
    assert strength(header, "accounts", "tax_wan") == "sure"


@pytest.mark.parametrize("header", ["上缴税费", "SJSF2021", "应缴税金", "增值税(万元)", "税费合计"])
def test_fees_taxes_due_and_a_single_tax_are_not_taken_for_the_tax_paid_without_asking(header):
    assert strength(header, "accounts", "tax_wan") == "ask"


@pytest.mark.parametrize("header", ["亩均税收(万元/亩)", "税收增幅(%)", "上年同期税收", "税收占比", "约定亩均税收"])
def test_what_is_made_of_the_tax_is_not_the_tax(header):
    assert strength(header, "accounts", "tax_wan") == ""


@pytest.mark.parametrize(
    ("header", "unit", "bare", "found", "year"),
    [
        ("2024年税收(万元)", "wan_yuan", "税收", "万元", 2024),
        ("税收2024", "wan_yuan", "税收", "", 2024),
        ("税收(2023年)", "wan_yuan", "税收", "", 2023),
        ("SJSF2022", "wan_yuan", "sjsf", "", 2022),
        ("其中:税收(千元)", "wan_yuan", "税收", "千元", None),
        ("Transaction price (ten thousand yuan)", "wan_yuan", "transactionprice", "tenthousandyuan", None),
        ("用电量(万千瓦时)", "kwh", "用电量", "万千瓦时", None),
        ("税收20240315", "wan_yuan", "税收20240315", "", None),
        ("2023-2024年税收", "wan_yuan", "2023-2024年税收", "", None),
    ],
)
def test_unit_and_year_are_taken_out_of_a_header(header, unit, bare, found, year):
    reading = reading_of(header, unit)
    assert (reading.bare, reading.unit, reading.year) == (bare, found, year)


@pytest.mark.parametrize(
    ("unit", "found", "name"),
    [
        ("wan_yuan", "ten thousand yuan", "万元"),
        ("wan_yuan", "万", "万元"),
        ("m2", "hectares", "公顷"),
        ("kwh", "元", ""),
    ],
)
def test_a_unit_of_another_name_is_the_unit_the_reader_knows_and_never_one_of_another_quantity(unit, found, name):
    assert unit_word(unit, found) == name


def test_no_sure_synonym_means_two_columns_of_one_table():
    for table in tables_known():
        owners = {}
        for name, column in columns("input", table).items():
            titles = {normal(column.zh), normal(column.en)}
            for word in {*synonyms(table, name)[0], *titles}:
                assert owners.setdefault(word, name) == name, f"{table}: {word} means {owners[word]} and {name}"


def test_every_synonym_belongs_to_a_column_that_exists_and_stands_in_normal_form_once():
    known = {name for table in tables_known() for name in columns("input", table)}
    for table, strengths in load("propose/synonyms.toml").items():
        if table in ("words", "units"):
            continue
        for entries in strengths.values():
            for name, words in entries.items():
                assert name in (known if table == "any" else columns("input", table)), f"{table}.{name}"
                assert len({normal(word) for word in words}) == len(words), f"{table}.{name}"


def test_fields_of_bureau_databases_are_known_by_their_abbreviations():
    for header, table, name in [
        ("CRHTH", "parcels", "contract_no"),
        ("YDKGSJ", "parcels", "start_due"),
        ("SJJGSJ", "parcels", "finish_date"),
        ("BDCDYH", "parcels", "real_estate_unit"),
        ("NYYSR", "accounts", "revenue_wan"),
        ("GDFS", "parcels", "supply_mode"),
    ]:
        assert strength(header, table, name) == "sure", header


def test_a_title_cut_at_ten_bytes_is_told_in_a_shapefile_only():
    column = columns("input", "parcels")["cert_no"]
    reading = reading_of("不动产权证", "")
    assert strength_of(reading, "parcels", column) == "sure"
    column = columns("input", "parcels")["planned_use"]
    reading = reading_of("规划土地用", "")
    assert strength_of(reading, "parcels", column) == ""
    assert strength_of(reading, "parcels", column, "gb18030") == "sure"  # 规划土地用途, cut


def test_a_beginning_that_several_columns_share_is_no_sure_sign_of_any():
    reading = reading_of("土地使用权", "")  # cut from 土地使用权证号, 土地使用权类型, 土地使用权人名称
    for name in ("cert_no", "supply_mode", "holder"):
        column = columns("input", "parcels")[name]
        assert strength_of(reading, "parcels", column) == ""
        assert strength_of(reading, "parcels", column, "gb18030") == "cut"


# ------------------------------------------------------------------------------------------- content


def test_a_credit_code_is_told_by_its_check_digit():
    assert uscc_share(USCC) == 1.0
    wrong = [code[:-1] + ("0" if code[-1] != "0" else "1") for code in USCC]
    assert uscc_share(wrong) == 0.0
    assert uscc_share([*USCC[:4], "无"]) == 0.8
    assert uscc_share([code.lower() + " " for code in USCC]) == 1.0
    assert uscc_share([]) == 0.0


def test_a_parcel_code_has_nineteen_characters():
    assert parcel_share(PARCELS) == 1.0
    assert parcel_share([code + "F00010001" for code in PARCELS]) == 0.0


@pytest.mark.parametrize(
    ("table", "name", "cells", "share"),
    [
        ("enterprises", "scale", ["规上", "规下", "规上企业", "是"], 0.75),
        ("parcels", "contract_date", ["2024-03-15", "2024.3.5", "2024年3月", "20240315", "一年内"], 0.8),
        ("accounts", "tax_wan", ["1,234.5", "12万元", "—", "无数据", "3"], 0.75),
        ("accounts", "year", ["2024", "2024年", "一", "2023"], 0.75),
        ("enterprises", "industry_code", ["1952", "C19", "制鞋业", "17.0"], 0.75),
        ("enterprises", "name", NAMES, 1.0),
        ("accounts", "tax_wan", [], 1.0),
    ],
)
def test_cells_speak_for_or_against_a_column(table, name, cells, share):
    assert fit(columns("input", table)[name], cells) == share


# --------------------------------------------------------------------------------------- header rows

HEADER = ["统一社会信用代码", "企业名称", "实缴税收(万元)"]
ROW = [USCC[0], NAMES[0], 12.5]


@pytest.mark.parametrize(
    ("grid", "rows"),
    [
        ([HEADER, ROW], (1,)),
        ([["安澜县2024年税收情况"] * 3, HEADER, ROW], (2,)),
        ([["安澜县2024年税收情况", None, None], ["填报单位:税务局", None, "单位:万元"], HEADER, ROW], (3,)),
        ([["", "", ""], HEADER, ROW], (2,)),
        ([["企业", "企业", "税"], HEADER, ROW], (2,)),
        ([["基本情况", "", "2024年"], ["统一社会信用代码", "企业名称", ""], ["", "", "实缴税收"], ROW], (2, 3)),
        ([["统一社会信用代码", "企业名称", "经济"], ["", "", "实缴税收(万元)"], ROW], (1, 2)),
        ([["代码", "2023年", "2023年", "2024年"], ["信用代码", "税收", "产值", "税收"], ROW], (1, 2)),
        ([["统一社会信用代码", "企业名称", "税收(万元)"], [USCC[0], NAMES[0], "—"], ROW], (1,)),
        ([["单位:万元", "", ""], HEADER, ROW], (2,)),
        ([["单位名称", "社会信用代码", "年份"], [NAMES[0], USCC[0], 2024]], (1,)),
        ([HEADER, ["甲", 1, 2], ROW], (1, 2)),
        ([HEADER, [1, 2, "3=1/2"], ROW], (1, 2)),
        ([ROW, ROW], (1,)),
        ([], (1,)),
    ],
)
def test_header_rows_stand_below_titles_and_above_data(grid, rows):
    assert header_of(grid, is_known) == rows


def test_the_numbers_of_the_columns_belong_to_the_header_but_not_to_its_name():
    assert is_numbering(["甲", "乙", "1", "2", "3"])
    assert is_numbering(["", "(1)", "(2)", "3=1+2"])
    assert not is_numbering(["1", "3", "5"])
    assert not is_numbering(["1", "2"])
    assert not is_numbering(["91", "92", "企业"])
    found = without_numbers(["实缴税收(万元) 3", "企业名称 乙", "比值 3=1/2", "2024"])
    assert found == ("实缴税收(万元)", "企业名称", "比值", "2024")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("accounts_tax_2023", {2023}),
        ("2023年、2024年产值", {2023, 2024}),
        ("20240315导出", set()),
        ("税收(2025年度)", {2025}),
        ("电话059512024888", set()),
    ],
)
def test_years_are_read_out_of_names_but_not_out_of_longer_numbers(text, years):
    assert years_in(text) == years
