"""A column whose header states no unit: what its numbers are compared with, when they decide, and when nobody may."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from read_builders import codes, layer, project, sheet, text

from landuse.catalogue import load
from landuse.errors import InputError
from landuse.read import read_tables
from landuse.read.unit_evidence import EVIDENCE, Band, effect, judge_unit, tried_units, words_of
from landuse.read.units import split_unit, unit_factor
from landuse.tables import columns, worded_issues

AREA = columns("input", "parcels")["registered_area_m2"]
TAX = columns("input", "accounts")["tax_wan"]
KEY = ("统一社会信用代码", "年度")
FIRMS = [f"A{number}" for number in range(12)]
TAXES = [12.5, 80.0, 3.75, 250.0, 41.0, 9.5, 120.0, 66.0, 5.25, 31.0, 18.0, 700.0]
"""10,000 yuan."""


def accounts(folder, name, header, values, year, firms=FIRMS):
    rows = [[*KEY, *header]]
    rows += [[firm, year, *each] for firm, each in zip(firms, values, strict=False)]
    return sheet(folder, name, rows)


def one_column(values, factor=1.0):
    return [[value * factor] for value in values]


def refused(folder, **more):
    with pytest.raises(InputError) as error:
        read_tables(project(folder, **more))
    return error.value.faults


def said(raw, code, lang="zh"):
    found = worded_issues(raw.issues, lang)
    return found.loc[found["code"] == code, "message"].tolist()


# ---------------------------------------------------------------------------------------------- the judge


def test_the_area_of_the_polygons_tells_mu_from_square_metres_and_hectares():
    known = np.array([10_000.0, 20_000.0, 30_000.0])
    for unit, factor in {"平方米": 1, "亩": 3 / 2000, "公顷": 1e-4, "平方公里": 1e-6}.items():
        assert judge_unit(AREA, known * factor, known).value == unit


def test_a_ratio_on_the_bound_of_the_band_agrees_and_beyond_it_does_not():
    known = np.full(4, 1000.0)
    assert judge_unit(AREA, known * 1.1, known).value == "平方米"
    assert judge_unit(AREA, known * 0.9, known).value == "平方米"
    assert judge_unit(AREA, known * 1.101, known).value is None
    assert judge_unit(AREA, known * 0.899, known).value is None


def test_four_rows_in_five_have_to_agree_and_three_in_five_do_not_suffice():
    known = np.full(5, 1000.0)
    off = np.array([1.0, 1.0, 1.0, 1.0, 1.5]) * known
    assert judge_unit(AREA, off, known).value == "平方米"
    off[3] *= 1.5
    assert judge_unit(AREA, off, known).value is None


def test_a_column_of_two_units_is_undecided_and_both_are_offered():
    known = np.full(10, 2000.0)
    mixed = np.where(np.arange(10) < 6, 2000.0, 3.0)  # 3 mu = 2,000 m2
    judged = judge_unit(AREA, mixed, known)
    assert judged.value is None
    assert [each.value for each in judged.candidates] == ["平方米", "亩"]


def test_nothing_to_compare_with_decides_nothing():
    blank = np.full(3, np.nan)
    assert judge_unit(AREA, np.ones(3), blank).value is None
    assert judge_unit(AREA, blank, np.ones(3)).value is None
    assert judge_unit(AREA, np.zeros(3), np.ones(3)).value is None
    assert judge_unit(AREA, -np.ones(3), np.ones(3)).value is None
    assert "没有可比的数据" in str(judge_unit(AREA, blank, blank).evidence)


def test_too_few_rows_decide_nothing_and_the_needed_number_does():
    band = Band(words_of("years"), 0.4, 2.5, rows=3, share=0.6)
    known = np.array([10.0, 20.0, 30.0])
    assert judge_unit(TAX, known[:2] * 10, known[:2], band=band).value is None
    assert judge_unit(TAX, known * 10, known, band=band).value == "千元"


def test_where_two_units_make_sense_nobody_may_choose():
    band = Band(words_of("years"), 0.003, 0.4, rows=3, share=0.6)
    output = np.full(5, 1000.0)
    judged = judge_unit(TAX, np.full(5, 50.0), output, band=band)  # 5 % in 万元, 0.5 % in 千元
    assert judged.value is None
    assert {each.value for each in judged.candidates} == {"万元", "千元"}
    assert judge_unit(TAX, np.full(5, 500_000.0), output, band=band).value == "元"


@given(
    unit=st.sampled_from(sorted(tried_units(AREA))),
    areas=st.lists(st.floats(100, 1e6), min_size=1, max_size=30),
    off=st.floats(0.91, 1.09),
)
def test_whatever_the_areas_the_unit_in_which_they_were_written_is_found(unit, areas, off):
    known = np.array(areas)
    written = known * off / float(tried_units(AREA)[unit])
    assert judge_unit(AREA, written, known).value == unit


def test_every_comparison_of_the_book_names_columns_and_units_that_exist_and_separates_two_units():
    book = load(EVIDENCE)
    for table in set(book) - {"tried", "words", "effect"}:
        for name, entries in book[table].items():
            column = columns("input", table)[name]
            factors = sorted(float(factor) for factor in tried_units(column).values())
            widest = max(high / low for low, high in pairwise(factors))
            for entry in entries:
                assert entry["with"] in {*book["words"], *columns("input", table)}
                assert entry["most"] / entry["least"] < widest, f"{table}.{name} can never be decided"


def test_a_wrong_unit_is_said_to_make_the_figure_that_depends_on_it_larger_or_smaller():
    told = effect("accounts", TAX, "万元")
    assert told["effect_zh"].startswith("若实为元,亩均税收将小10000倍")
    assert "若实为万元,亩均税收将大10000倍" in effect("accounts", TAX, "元")["effect_zh"]
    # Land stands below the line: 1 mu taken for 1 m2 is 666.7 times too little land.
    assert "若实为亩,亩均税收等亩均指标将小666.7倍" in effect("parcels", AREA, "平方米")["effect_zh"]
    energy = columns("input", "accounts")["energy_tce"]
    assert (
        "were it 千克标准煤, output per tce would be 1000 times larger"
        in effect("accounts", energy, "吨标准煤")["effect_en"]
    )


# ------------------------------------------------------------------------------------- areas of parcels


def test_a_register_without_unit_is_read_by_the_polygons_of_its_parcel_codes(tmp_path):
    # The polygons are squares of 100 m: 15 mu.
    register = sheet(
        tmp_path, "r.xlsx", [["宗地代码", "证载面积"], ["990781001001GB00001", 15], ["990781001001GB00002", 14.9]]
    )
    raw = read_tables(project(tmp_path, parcels=[layer(tmp_path), register]))
    part = raw.of("parcels")[1]
    assert part.frame["registered_area_m2"].round(6).tolist() == [10_000.0, round(14.9 * 2000 / 3, 6)]
    assert part.factors["registered_area_m2"] == ("亩", 2000 / 3)
    (message,) = said(raw, "UNIT_BY_EVIDENCE")
    assert "列“证载面积”没有写单位,按“亩”读入" in message
    assert "若实为平方米,亩均税收等亩均指标将大666.7倍" in message
    row = raw.issues[raw.issues["code"] == "UNIT_BY_EVIDENCE"].iloc[0]
    assert row[["severity", "table", "column", "source_file", "source_sheet"]].tolist() == [
        "warning", "parcels", "registered_area_m2", "r.xlsx", "数据",
    ]  # fmt: skip


def test_the_polygons_of_the_same_file_tell_the_unit_too(tmp_path):
    name = layer(tmp_path, parcel_id=["P1", "P2"], 证载面积=[1.0, 1.01])
    raw = read_tables(project(tmp_path, parcels=name))
    assert raw.of("parcels")[0].factors["registered_area_m2"] == ("公顷", 10_000.0)


def test_an_area_that_fits_no_unit_is_refused_with_what_to_write(tmp_path):
    register = sheet(tmp_path, "r.xlsx", [["宗地代码", "证载面积"], ["990781001001GB00001", 333.0]])
    (fault,) = refused(tmp_path, parcels=[layer(tmp_path), register])
    assert fault.where == "r.xlsx [数据]: registered_area_m2"
    assert "没有一种单位说得通" in fault.found
    assert 'units.registered_area_m2 = "平方米"' in fault.do


def test_land_used_is_compared_with_the_parcels_it_lies_on(tmp_path):
    rows = [["宗地代码", "统一社会信用代码", "用地方式(自有/承租)", "使用土地面积"]]
    rows += [[f"990781001001GB0000{n}", f"A{n}", "承租", area] for n, area in ((1, 6.0), (2, 9.0), (1, 3.0))]
    leases = sheet(tmp_path, "l.xlsx", rows)
    raw = read_tables(project(tmp_path, occupancy=leases))
    assert raw.of("occupancy")[0].frame["area_m2"].tolist() == [4000.0, 6000.0, 2000.0]


# ------------------------------------------------------------------------------------------------ money


@pytest.mark.parametrize(("unit", "factor"), [("元", 10_000.0), ("千元", 10.0), ("万元", 1.0), ("亿元", 1e-4)])
def test_tax_without_unit_is_read_by_the_other_years_of_the_same_enterprises(tmp_path, unit, factor):
    stated = accounts(tmp_path, "a.xlsx", ["实缴税收(千元)"], one_column(TAXES, 10), 2024)
    bare = accounts(tmp_path, "b.xlsx", ["实缴税收"], one_column(TAXES, factor * 1.2), 2025)
    raw = read_tables(project(tmp_path, accounts=[stated, bare]))
    assert np.allclose(raw.of("accounts")[1].frame["tax_wan"], np.array(TAXES) * 1.2, rtol=1e-12)
    assert raw.of("accounts")[1].factors["tax_wan"][0] == unit
    assert codes(raw) == ["UNIT_BY_EVIDENCE"]


def test_tax_alone_is_undecidable_and_the_fault_says_what_to_write(tmp_path):
    bare = accounts(tmp_path, "b.xlsx", ["实缴税收"], one_column(TAXES), 2025)
    (fault,) = refused(tmp_path, accounts=bare)
    assert "表头“实缴税收”没有写单位,没有可比的数据" in fault.found
    assert 'units.tax_wan = "万元"' in fault.do
    assert "万元 | 元 | 千元" in fault.allowed


def test_a_declared_unit_asks_for_no_evidence(tmp_path):
    bare = accounts(tmp_path, "b.xlsx", ["实缴税收"], one_column(TAXES), 2025)
    raw = read_tables(project(tmp_path, accounts={"path": bare, "units": {"tax_wan": "元"}}))
    assert raw.of("accounts")[0].frame["tax_wan"].iloc[0] == 0.00125
    assert codes(raw) == []


def test_the_canonical_name_states_its_own_unit(tmp_path):
    raw = read_tables(project(tmp_path, accounts=text(tmp_path, "a.csv", "uscc,year,tax_wan\nA1,2025,5\n")))
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [5.0]


def test_a_mapping_of_the_project_file_does_not_state_a_unit(tmp_path):
    name = text(tmp_path, "a.csv", "uscc,year,税额\nA1,2025,5\n")
    (fault,) = refused(tmp_path, accounts=name, columns={"accounts": {"tax_wan": "税额"}})
    assert fault.where == "a.csv: tax_wan"


def test_numbers_of_persons_need_no_unit(tmp_path):
    raw = read_tables(project(tmp_path, accounts=text(tmp_path, "a.csv", "uscc,year,平均用工人数\nA1,2025,50\n")))
    assert raw.of("accounts")[0].frame["employees"].tolist() == [50.0]


def test_the_numbers_of_another_column_tell_yuan_but_not_one_thousand_from_ten_thousand(tmp_path):
    output = [20.0 * tax for tax in TAXES]  # tax is 5 % of output
    for factor, unit in ((10_000.0, "元"), (1.0, None)):
        rows = [[tax * factor, made] for tax, made in zip(TAXES, output, strict=True)]
        name = accounts(tmp_path, f"a{factor}.xlsx", ["实缴税收", "工业总产值(万元)"], rows, 2025)
        if unit:
            raw = read_tables(project(tmp_path, accounts=name))
            assert raw.of("accounts")[0].factors["tax_wan"][0] == unit
            continue
        (fault,) = refused(tmp_path, accounts=name)
        assert fault.allowed == "万元 | 千元"


def test_years_that_contradict_each_other_decide_nothing(tmp_path):
    first = accounts(tmp_path, "a.xlsx", ["实缴税收(万元)"], one_column(TAXES), 2023)
    wrong = accounts(tmp_path, "b.xlsx", ["实缴税收(万元)"], one_column(TAXES, 10_000), 2024)
    bare = accounts(tmp_path, "c.xlsx", ["实缴税收"], one_column(TAXES), 2025)
    faults = refused(tmp_path, accounts=[first, wrong, bare])
    assert len(faults) == 1
    assert "互相矛盾" in faults[0].found


def test_a_number_judged_by_evidence_is_no_evidence_itself(tmp_path):
    first = accounts(tmp_path, "a.xlsx", ["实缴税收"], one_column(TAXES), 2024)
    second = accounts(tmp_path, "b.xlsx", ["实缴税收"], one_column(TAXES), 2025)
    assert len(refused(tmp_path, accounts=[first, second])) == 2


@pytest.mark.parametrize("values", [[[0], [0.0]], [[None], ["—"]]])
def test_where_nothing_but_zero_stands_no_unit_is_asked_for(tmp_path, values):
    raw = read_tables(project(tmp_path, accounts=accounts(tmp_path, "a.xlsx", ["实缴税收"], values, 2025)))
    assert set(raw.of("accounts")[0].frame["tax_wan"].fillna(0)) == {0.0}
    assert codes(raw) == []


def test_energy_is_told_by_the_electricity_it_contains(tmp_path):
    # 0.3 kgce a kWh, and nothing else burnt.
    kwh = [100_000.0 * (n + 1) for n in range(12)]
    for factor, unit in ((1.0, "吨标准煤"), (1000.0, "千克标准煤")):
        rows = [[used, used * 3e-4 * factor] for used in kwh]
        name = accounts(tmp_path, f"e{factor}.xlsx", ["用电量(千瓦时)", "综合能源消费量"], rows, 2025)
        raw = read_tables(project(tmp_path, accounts=name))
        assert raw.of("accounts")[0].factors["energy_tce"][0] == unit
        assert np.isclose(raw.of("accounts")[0].frame["energy_tce"].iloc[0], 30.0)


def test_a_month_of_electricity_is_compared_with_the_year(tmp_path):
    yearly = accounts(tmp_path, "a.xlsx", ["用电量(千瓦时)"], [[1_200_000.0]] * 12, 2025)
    rows = [["统一社会信用代码", "月份", "用电量"], *([firm, "2025-07", 9.0] for firm in FIRMS)]
    raw = read_tables(project(tmp_path, accounts=yearly, meters=sheet(tmp_path, "m.xlsx", rows)))
    assert raw.of("meters")[0].frame["kwh"].tolist() == [90_000.0] * 12


# ------------------------------------------------------------------------------------------------ cells


def test_cells_that_carry_their_unit_state_it(tmp_path):
    rows = [["1,234.5元"], ["500元"], ["20000"]]
    name = accounts(tmp_path, "a.xlsx", ["实缴税收"], rows, 2025)
    raw = read_tables(project(tmp_path, accounts=name))
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [0.12345, 0.05, 2.0]
    (message,) = said(raw, "UNIT_BY_EVIDENCE")
    assert "2个单元格里写着“元”" in message


def test_cells_of_two_units_state_none(tmp_path):
    name = accounts(tmp_path, "a.xlsx", ["实缴税收"], [["1,234.5元"], ["500万元"]], 2025)
    (fault,) = refused(tmp_path, accounts=name)
    assert fault.allowed == "元 | 万元"


def test_few_cells_with_a_unit_do_not_speak_for_the_others(tmp_path):
    name = accounts(tmp_path, "a.xlsx", ["实缴税收"], [["500万元"], [3], [4], [5]], 2025)
    (fault,) = refused(tmp_path, accounts=name)
    assert "1个单元格里写着“万元”" in fault.found


# ---------------------------------------------------------------------------------------- contradiction


def test_a_stated_unit_that_the_polygons_contradict_is_kept_and_doubted(tmp_path):
    rows = [["宗地代码", "证载面积(平方米)"], ["990781001001GB00001", 15], ["990781001001GB00002", 15]]
    raw = read_tables(project(tmp_path, parcels=[layer(tmp_path), sheet(tmp_path, "r.xlsx", rows)]))
    assert raw.of("parcels")[1].frame["registered_area_m2"].tolist() == [15.0, 15.0]
    (message,) = said(raw, "UNIT_CONTRADICTED")
    assert "写明的单位是“平方米”" in message
    assert "像是“亩”" in message
    assert "0.0015" in message  # 15 m2 / 10,000 m2


def test_a_stated_unit_that_agrees_is_not_doubted(tmp_path):
    rows = [["宗地代码", "证载面积(亩)"], ["990781001001GB00001", 15], ["990781001001GB00002", 14.2]]
    assert codes(read_tables(project(tmp_path, parcels=[layer(tmp_path), sheet(tmp_path, "r.xlsx", rows)]))) == []


def test_of_three_years_only_the_one_that_slipped_is_doubted(tmp_path):
    names = [
        accounts(tmp_path, f"{year}.xlsx", ["实缴税收(万元)"], one_column(TAXES, factor), year)
        for year, factor in ((2023, 1.0), (2024, 10_000.0), (2025, 1.1))
    ]
    raw = read_tables(project(tmp_path, accounts=names))
    found = raw.issues[raw.issues["code"] == "UNIT_CONTRADICTED"]
    assert found["source_file"].tolist() == ["2024.xlsx"]
    assert "像是“元”" in said(raw, "UNIT_CONTRADICTED")[0]


# ------------------------------------------------------------------------------------------ words of a header


@pytest.mark.parametrize(
    ("header", "unit", "found"),
    [
        ("能耗万吨标煤", "tce", "万吨标煤"),
        ("面积万平方米", "m2", "万平方米"),
        ("面积万亩", "m2", "万亩"),
        ("面积英亩", "m2", "英亩"),
        ("产值百元", "wan_yuan", "百元"),
        ("产值/百元", "wan_yuan", "百元"),
        ("产值十亿元", "wan_yuan", "十亿元"),
        ("出口美元", "wan_yuan", "美元"),
        ("用电量千千瓦时", "kwh", "千千瓦时"),
        ("用电量(兆瓦时)", "kwh", "兆瓦时"),
        ("用电量(万kWh)", "kwh", "万kwh"),
        ("从业人数万人", "person", "万人"),
    ],
)
def test_a_multiple_of_a_unit_or_a_foreign_one_is_not_the_unit_at_its_end(header, unit, found):
    assert split_unit(header, unit)[1] == found
    assert unit_factor(unit, found) is None


def test_a_multiple_that_is_known_and_a_year_are_what_they_say():
    assert split_unit("产值百万元", "wan_yuan") == ("产值", "百万元")
    assert split_unit("用电量万千瓦时", "kwh") == ("用电量", "万千瓦时")
    assert split_unit("用电量2024年度", "kwh") == ("用电量2024年度", "")


@pytest.mark.parametrize("header", ["实缴税收(元)(含免抵)", "实缴税收(元,含免抵)", "实缴税收(元)*", "税收(元)①"])
def test_a_unit_among_other_words_of_the_header_beats_the_line_above(tmp_path, header):
    rows = [["单位:万元", None, None], [*KEY, header], ["A", 2025, 1_200_000]]
    sheet(tmp_path, "a.xlsx", rows)
    layer(tmp_path, "p.gpkg")
    entry = {"path": "a.xlsx", "header_rows": 2, "columns": {"tax_wan": header}}
    raw = read_tables(project(tmp_path, parcels="p.gpkg", accounts=[entry]))
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [120.0]


def test_two_units_in_one_header_are_asked_about(tmp_path):
    sheet(tmp_path, "a.xlsx", [[*KEY, "税收(元)(万元)及其他"], ["A", 2025, 1_200_000]])
    layer(tmp_path, "p.gpkg")
    entry = {"path": "a.xlsx", "columns": {"tax_wan": "税收(元)(万元)及其他"}}
    (fault,) = refused(tmp_path, parcels="p.gpkg", accounts=[entry])
    assert "元|万元" in fault.found


# ------------------------------------------------------------------------------- names below another unit


def named(folder, line, name, unit=None):
    rows = [[line, None, None], ["uscc", "year", name], ["A1", 2025, 6000.0], ["A2", 2025, 8000.0]]
    entry = {"path": sheet(folder, "n.xlsx", rows), "header_rows": 2}
    return {"accounts": entry | ({"units": {"tax_wan": unit}} if unit else {})}


@pytest.mark.parametrize(
    ("line", "name", "found"),
    [
        ("单位:元", "tax_wan", "元 | 万元"),
        ("金额单位:人民币元", "tax_wan", "元 | 万元"),
        ("单位:万元", "tax_yuan", "万元 | yuan"),
    ],
)
def test_a_name_below_a_line_that_states_another_unit_is_refused(tmp_path, line, name, found):
    (fault,) = refused(tmp_path, **named(tmp_path, line, name))
    assert fault.where == "n.xlsx [数据]: tax_wan"
    assert fault.allowed == found
    assert "units.tax_wan" in fault.do


@pytest.mark.parametrize(
    ("line", "name", "unit", "tax"),
    [
        ("单位:元", "tax_wan", "元", 0.6),
        ("单位:元", "tax_wan", "万元", 6000.0),
        ("单位:元", "tax_yuan", None, 0.6),
        ("单位:万元", "tax_wan", None, 6000.0),
        ("单位:亩", "tax_wan", None, 6000.0),
    ],
)
def test_what_the_project_declares_and_what_agrees_is_read(tmp_path, line, name, unit, tax):
    raw = read_tables(project(tmp_path, **named(tmp_path, line, name, unit)))
    assert raw.of("accounts")[0].frame["tax_wan"].iloc[0] == pytest.approx(tax)
