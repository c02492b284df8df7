"""Cells of numbers and days as bureaus write them: read where one meaning is possible, refused where two are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from read_builders import codes, layer, project, read, sheet, text

from landuse.errors import InputError
from landuse.read import read_tables
from landuse.read.dates import day_of
from landuse.read.numbers import number_of
from landuse.read.source import arrow_cells
from landuse.read.words import is_sum

YUAN = frozenset({"元", "yuan"})


@pytest.mark.parametrize(
    ("cell", "units", "expected"),
    [
        ("(1,234.5)", {"万元"}, -1234.5),
        ("（1，234.50）", {"万元"}, -1234.5),
        ("( 0.5 )", {"万元"}, -0.5),
        ("'1234", {"万元"}, 1234.0),
        ("¥1,234.00", YUAN, 1234.0),
        ("￥1234元", YUAN, 1234.0),
        ("12.5%", (), 0.125),
        ("１２．５％", (), 0.125),
        ("50%", {"%"}, 50.0),
    ],
)
def test_a_loss_in_brackets_yuan_with_its_sign_and_per_cent_are_numbers(cell, units, expected):
    assert number_of(cell, units) == (expected, "")


@pytest.mark.parametrize(
    ("cell", "units"),
    [
        ("(3)", {"万元"}),  # the number of a note
        ("(-1.5)", {"万元"}),
        ("((1.5))", {"万元"}),
        ("(1.5", {"万元"}),
        ("¥1234", {"万元"}),  # a sign of yuan in a column of 万元
        ("12.5%", {"万元"}),
        ("%", ()),
        ("5%%", ()),
        ("(1,23.5)", {"万元"}),
    ],
)
def test_what_may_mean_two_things_is_no_number(cell, units):
    value, code = number_of(cell, units)
    assert np.isnan(value)
    assert code == "NUMBER_TEXT"


def test_shares_are_read_from_per_cent_in_the_cell_or_in_the_header(tmp_path):
    for header, cells, expected in (
        ("分摊比例", ["50%", "0.5"], [0.5, 0.5]),
        ("分摊比例(%)", ["50", "50%"], [0.5, 0.5]),
        ("分摊比例%", ["50", "0.5"], [0.5, 0.005]),
    ):
        rows = [["uscc", "month", "kwh", header], *(["A1", "2025-07", 1, cell] for cell in cells)]
        raw = read(tmp_path, meters=sheet(tmp_path, "m.xlsx", rows))
        assert raw.of("meters")[0].frame["share"].tolist() == expected


def test_a_column_headed_per_cent_without_a_number_above_one_is_refused(tmp_path):
    # A cell that shows 50% holds 0.5: half a per cent, or a half?
    rows = [["uscc", "month", "kwh", "分摊比例(%)"], ["A1", "2025-07", 1, 0.5], ["A1", "2025-08", 1, 1.0]]
    with pytest.raises(InputError) as error:
        read_tables(project(tmp_path, meters=sheet(tmp_path, "m.xlsx", rows)))
    (fault,) = error.value.faults
    assert fault.where == "m.xlsx [数据]: share"
    assert "数值都不大于1" in fault.found


@pytest.mark.parametrize("cell", ["24-3-15", "24.3.15", "24/03/15", "24年3月15日", "'24-3-15", "3/15/24", "15.3.24"])
def test_a_year_of_two_digits_is_refused_whatever_its_order(cell):
    assert day_of(cell) == (None, "DATE_YEAR_SHORT")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("20240315.0", dt.date(2024, 3, 15)),
        ("2024-3-15", dt.date(2024, 3, 15)),
        ("2024.3.5", dt.date(2024, 3, 5)),
        ("45366", dt.date(2024, 3, 15)),
    ],
)
def test_a_day_that_can_mean_one_thing_only_is_read(cell, expected):
    assert day_of(cell) == (expected, "")


def test_a_short_year_is_an_error_with_its_place(tmp_path):
    rows = [["宗地代码", "约定动工(开工)时间"], ["990781001001GB00001", "24-3-15"]]
    raw = read(tmp_path, parcels=[layer(tmp_path), sheet(tmp_path, "c.xlsx", rows)])
    assert codes(raw) == ["DATE_YEAR_SHORT"]
    row = raw.issues.iloc[0]
    assert row[["severity", "key", "column", "source_row", "value"]].tolist() == [
        "error", "990781001001GB00001", "start_due", 2, "24-3-15",
    ]  # fmt: skip


def test_totals_of_tables_without_keys_are_left_out_too(tmp_path):
    rows = [["项目编号", "用地需求(亩)"], ["XM1", 10], ["XM2", 20], ["合计", 30]]
    raw = read(tmp_path, demands=sheet(tmp_path, "d.xlsx", rows))
    assert raw.of("demands")[0].frame["area_mu"].tolist() == [10.0, 20.0]
    assert codes(raw) == ["TOTAL_ROW"]


def test_a_unit_that_nobody_knows_is_refused_and_not_left_out(tmp_path):
    name = text(tmp_path, "r.csv", "宗地代码,证载面积(平方尺)\n990781001001GB00001,90000\n")
    with pytest.raises(InputError, match="平方尺"):
        read_tables(project(tmp_path, parcels=[layer(tmp_path), name]))


@pytest.mark.parametrize("cell", ["12①", "85.5²", "⑫", "12⒈", "1234.5③"])
def test_the_mark_of_a_note_does_not_become_a_digit_of_the_number(cell):
    value, code = number_of(cell, {"万元"})
    assert np.isnan(value)
    assert code == "NUMBER_TEXT"


def test_the_exponent_of_a_unit_is_no_mark_of_a_note():
    assert number_of("12m²", {"m2"}) == (12.0, "")
    assert number_of("12㎡", {"m2"}) == (12.0, "")


def test_the_mark_of_a_note_does_not_become_the_day_of_a_month():
    assert day_of("2024年3月①") == (None, "DATE_TEXT")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2024-03-04T16:00:00Z", dt.date(2024, 3, 5)),  # midnight of 5 March in China
        ("2024-03-04T16:00:00.000Z", dt.date(2024, 3, 5)),
        ("2024-03-04T15:59:59Z", dt.date(2024, 3, 4)),
        ("2024-03-05T00:00:00Z", dt.date(2024, 3, 5)),
        ("2024-03-05 00:00:00+08:00", dt.date(2024, 3, 5)),
        ("2024-03-05T00:00:00", dt.date(2024, 3, 5)),
    ],
)
def test_a_moment_of_another_time_zone_is_the_day_it_is_in_china(cell, expected):
    assert day_of(cell) == (expected, "")


@pytest.mark.parametrize(
    ("universal", "expected"),
    [
        (["2024-03-04T16:00", "NaT"], ["2024-03-05T00:00", "NaT"]),
        (["1969-03-04T16:00"], ["1969-03-05T00:00"]),
        (["2024-03-04T16:00", "2024-03-04T00:00"], ["2024-03-04T16:00", "2024-03-04T00:00"]),  # no midnights
        (["NaT"], ["NaT"]),
    ],
)
def test_midnights_of_china_in_a_layer_that_keeps_universal_time_are_those_days(universal, expected):
    column = pa.array(np.array(universal, dtype="datetime64[us]")).cast(pa.timestamp("ms", "UTC"))
    days = arrow_cells(column).day.to_numpy(zero_copy_only=False)
    np.testing.assert_array_equal(days, np.array(expected, dtype="datetime64[us]"))


@pytest.mark.parametrize("word", ["合计(12户)", "合计：12户", "合计共12户", "累计", "共 计", "工业小计（3家）"])
@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_sum_that_says_how_many_were_added_is_no_enterprise(tmp_path, word, name):
    layer(tmp_path)
    rows = [["序号", "企业简称", "uscc", "tax_wan"], ["1", "甲", "A", "12"], ["", word, "", "12"]]
    if name.endswith("xlsx"):
        sheet(tmp_path, name, rows)
    else:
        text(tmp_path, name, "\n".join(",".join(row) for row in rows))
    entry = {"path": name, "columns": {"year": {"value": 2025}}}
    raw = read_tables(project(tmp_path, parcels="parcels.gpkg", accounts=[entry]))
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [12.0]
    assert "TOTAL_ROW" in codes(raw)


def test_the_name_of_a_household_or_a_branch_in_brackets_is_no_sum():
    for name in ("安澜合计商行", "石桥个体户", "合计科技(12)", "累计算法公司"):
        assert not is_sum(name)
