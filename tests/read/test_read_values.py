"""Cells: numbers, dates, identifiers, names, words of a closed list."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.read.calendar_years import calendar_years
from landuse.read.dates import dates, day_of, months
from landuse.read.numbers import integers, number_of, numbers
from landuse.read.source import arrow_cells, constant_cells, object_cells
from landuse.read.texts import choices, key_of, keys, texts

AS_OF = dt.date(2026, 6, 30)


def cells(*values):
    return object_cells(["" if value is None else value for value in values])


def found(parsed):
    return [(finding.code, list(finding.rows), list(finding.values)) for finding in parsed.findings]


# ---------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1，234．5", 1234.5),
        ("１２３．５", 123.5),
        (" 12 ", 12.0),
        ("1 234 567.25", 1234567.25),
        ("-3.5", -3.5),
        ("−3.5", -3.5),
        ("+3", 3.0),
        (".5", 0.5),
        ("1.2E3", 1200.0),
        ("1,234.5万元", 1234.5),
        ("1234.5 万元", 1234.5),
        ("0", 0.0),
    ],
)
def test_a_number_is_read_however_a_bureau_writes_it(text, value):
    assert number_of(text, {"万元"}) == (value, "")


@pytest.mark.parametrize("text", ["—", "-", "无", "/", "N/A", "NULL", " ", "\u00a0", "\u3000", "——"])
def test_words_for_nothing_are_unknown_numbers_without_an_issue(text):
    value, code = number_of(text)
    assert np.isnan(value)
    assert code == ""


@pytest.mark.parametrize(
    "text",
    ["约100", "12,34", "1,23,456", "12.3.4", "100元", "12%", "(123)", "1e400", "0x10", "1_0", "inf", "nan1", "12 3"],
)
def test_any_other_text_in_a_number_cell_is_unknown_and_an_error(text):
    value, code = number_of(text, {"万元"})
    assert np.isnan(value)
    assert code == "NUMBER_TEXT"


@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_a_formula_error_is_named_as_such(text):
    assert number_of(text)[1] == "CELL_ERROR"


def test_text_that_arrow_would_take_for_a_number_is_looked_at_again():
    parsed = numbers(arrow_cells(pa.array(["1", "inf", "NaN", "1e999", "2.5"])))
    assert parsed.values.tolist()[::4] == [1.0, 2.5]
    assert parsed.values.iloc[1:4].isna().all()
    assert found(parsed) == [("NUMBER_TEXT", [1, 3], ["inf", "1e999"])]


def test_an_endless_number_of_a_database_is_unknown_and_an_error():
    parsed = numbers(arrow_cells(pa.array([1.0, float("inf")])))
    assert parsed.values.isna().tolist() == [False, True]
    assert found(parsed) == [("NUMBER_TEXT", [1], ["inf"])]


def test_a_mixed_column_keeps_its_numbers_and_reports_only_the_wrong_cells():
    parsed = numbers(cells(5, "6", "七", None, dt.date(2024, 1, 1), 0))
    assert parsed.values.tolist()[:2] == [5.0, 6.0]
    assert parsed.values.isna().tolist() == [False, False, True, True, True, False]
    assert sorted(found(parsed)) == [("NUMBER_TEXT", [2], ["七"]), ("NUMBER_TEXT", [4], ["2024-01-01"])]


def test_yuan_become_ten_thousand_yuan_by_one_exactly_rounded_division():
    values = [1.0, 0.1, 123456.78, 99999.99]
    parsed = numbers(cells(*values), factor=Fraction(1, 10_000))
    assert parsed.values.tolist() == [value / 10_000 for value in values]


def test_mu_become_square_metres_by_two_thousand_thirds():
    assert numbers(cells(3.0, 167.4878), factor=Fraction(2000, 3)).values.tolist() == [2000.0, 167.4878 * 2000 / 3]


def test_a_factor_of_one_leaves_every_bit_untouched():
    values = [0.1 + 0.2, 1e-300, 123456789.123456789]
    assert numbers(arrow_cells(pa.array(values))).values.tolist() == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_a_number_written_as_text_is_the_number(values):
    assert numbers(arrow_cells(pa.array([repr(value) for value in values]))).values.tolist() == values


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_change_nothing(value):
    assert number_of(f"{value:,}") == (float(value), "")


def test_whole_numbers_are_nullable_integers_and_a_fraction_is_an_error():
    parsed = integers(cells(2025, "2024", "2023年", 2022.5, None), units={"年"})
    assert parsed.values.dtype == "Int64"
    assert parsed.values.tolist() == [2025, 2024, 2023, pd.NA, pd.NA]
    assert found(parsed) == [("NUMBER_TEXT", [3], ["2022.5"])]


# ------------------------------------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    "text",
    [
        "20240315",
        "2024-03-15",
        "2024-3-15",
        "2024/3/15",
        "2024.3.15",
        "2024年3月15日",
        "２０２４年３月１５日",
        "2024年03月15",
        "2024-03-15 00:00:00",
        "2024-03-15T08:30:00",
        "45366",
        "45366.75",
        " 2024 年 3 月 15 日 ",
    ],
)
def test_a_day_is_read_however_a_bureau_writes_it(text):
    assert day_of(text) == (dt.date(2024, 3, 15), "")


@pytest.mark.parametrize("text", ["2024年3月", "2024-03", "2024.3", "2024/3", "202403"])
def test_a_month_is_its_first_day_with_a_note(text):
    assert day_of(text) == (dt.date(2024, 3, 1), "DATE_MONTH_ONLY")


@pytest.mark.parametrize("text", ["1900-01-00", "1900/1/0", "0", "长期", "0000-00-00"])
def test_a_day_that_stands_for_none_is_unknown_with_a_note(text):
    assert day_of(text) == (None, "DATE_SENTINEL")


@pytest.mark.parametrize("text", ["2023-02-30", "2023-13-01", "20231301", "2023-00-10"])
def test_a_day_that_does_not_exist_is_unknown_with_a_warning(text):
    assert day_of(text) == (None, "DATE_IMPLAUSIBLE")


@pytest.mark.parametrize("text", ["待定", "15/03/2024", "2024年", "2024-03-15起", "三月"])
def test_text_that_is_no_day_is_unknown_and_an_error(text):
    assert day_of(text) == (None, "DATE_TEXT")


def test_date_cells_serials_eight_digits_and_text_meet_in_one_column():
    day = pd.Timestamp(2024, 3, 15).to_pydatetime()
    parsed = dates(cells(day, dt.date(2024, 3, 15), 45366, 45366.5, 20240315, "2024-3-15", None, "—"), as_of=AS_OF)
    assert parsed.values.dtype == "datetime64[us]"
    assert parsed.values.iloc[:6].tolist() == [pd.Timestamp(day)] * 6
    assert parsed.values.iloc[6:].isna().all()
    assert found(parsed) == []


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("1948-12-31", False),
        ("1949-01-01", True),
        ("2076-06-30", True),
        ("2076-07-01", False),
        ("2105-03-01", False),
    ],
)
def test_a_day_before_1949_or_more_than_fifty_years_ahead_is_implausible(day, kept):
    parsed = dates(cells(day), as_of=AS_OF)
    assert parsed.values.notna().tolist() == [kept]
    assert found(parsed) == ([] if kept else [("DATE_IMPLAUSIBLE", [0], [day])])


def test_fifty_years_after_a_29_february_end_on_the_28th():
    parsed = dates(cells("2074-02-28", "2074-03-01"), as_of=dt.date(2024, 2, 29))
    assert parsed.values.notna().tolist() == [True, False]


def test_the_year_9999_and_serial_day_zero_mean_no_day():
    parsed = dates(cells(dt.date(9999, 12, 31), dt.time(0, 0), 0, "1900-01-00", dt.date(1899, 12, 31)), as_of=AS_OF)
    assert parsed.values.isna().all()
    assert {finding.code for finding in parsed.findings} == {"DATE_SENTINEL"}
    assert sum(len(finding.rows) for finding in parsed.findings) == 5


def test_a_column_of_months_is_first_days_without_a_note():
    parsed = months(cells("2025-07", "2025年7月", "202507", 202507, dt.date(2025, 7, 31), "—", "2025"), as_of=AS_OF)
    assert parsed.values.dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2025-07-01"] * 5 + [""] * 2
    assert found(parsed) == [("DATE_TEXT", [6], ["2025"])]


def test_a_year_or_a_month_typed_as_a_number_is_no_day():
    parsed = dates(cells(2024, 2024.1), as_of=AS_OF)
    assert parsed.values.isna().all()
    assert found(parsed) == [("DATE_MONTH_UNSURE", [1], ["2024.1"]), ("DATE_TEXT", [0], ["2024"])]


@pytest.mark.parametrize(
    ("others", "day"),
    [
        (["2024.10"], "2024-01-01"),  # October keeps its zero: the texts are as they were typed
        (["2024.3", "2023.10", "2024年5月"], "2024-01-01"),
        (["2024.3", "2024.11", "2024-05-01"], None),  # nothing tells
        (["2024.02", "2024.11"], None),  # February has a zero of its own, January would too: October, most likely
        (["2024.01", "2024.10"], None),  # the columns write both in full: what is 2024.1?
        ([None], None),
    ],
)
@pytest.mark.parametrize("text", ["2024.1", " 2024.1 ", "２０２４．１", "2024. 1"])
def test_a_month_that_may_have_lost_its_zero_is_known_only_where_the_column_keeps_zeros(text, others, day):
    parsed = dates(cells(text, *others), as_of=AS_OF)
    assert pd.isna(parsed.values[0]) if day is None else parsed.values[0] == pd.Timestamp(day)
    told = [code for code, rows, _ in found(parsed) if 0 in rows]
    assert told == (["DATE_MONTH_ONLY"] if day else ["DATE_MONTH_UNSURE"])


@pytest.mark.parametrize(
    "text", ["2024.2", "2024.10", "2024.01", "2024.11", "2024-1", "2024/1", "2024年1月", "2024.1月"]
)
def test_other_months_are_sure(text):
    parsed = dates(cells(text), as_of=AS_OF)
    assert found(parsed) == [("DATE_MONTH_ONLY", [0], [text])]


def test_a_month_of_a_meter_that_may_be_january_or_october_is_unknown():
    parsed = months(cells("2025.1", "2025.2", "2025.1"), as_of=AS_OF)
    assert parsed.values.isna().tolist() == [True, False, True]
    assert found(parsed) == [("DATE_MONTH_UNSURE", [0, 2], ["2025.1", "2025.1"])]


def test_the_year_2105_keeps_its_text_in_the_issue():
    # 73051 = 2100-01-01; 1826 days of five years, 120 of January to April, 3 more = 75000
    assert found(dates(cells("2105-03-01", 75000), as_of=AS_OF)) == [
        ("DATE_IMPLAUSIBLE", [0, 1], ["2105-03-01", "2105-05-04"])
    ]


@given(st.dates(dt.date(1949, 1, 1), dt.date(2070, 12, 31)))
def test_every_way_of_writing_one_day_gives_that_day(day):
    serial = (day - dt.date(1899, 12, 30)).days
    ways = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
    ]
    assert {day_of(text) for text in [*ways, str(serial)]} == {(day, "")}


@pytest.mark.parametrize("cell", [2025, 2025.0, "2025", "2025.0", "2025年", "2025年度", "２０２５年", " 2025 年度 "])
def test_a_year_is_read_however_it_is_written(cell):
    parsed = calendar_years(cells(cell), as_of=AS_OF)
    assert parsed.values.tolist() == [2025]
    assert found(parsed) == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [(25, "25"), ("25年", "25"), (202512, "202512"), ("20251231", "20251231"), (1948, "1948"), (0, "0")],
)
def test_what_is_no_year_of_four_digits_is_unknown(cell, shown):
    parsed = calendar_years(cells(2024, cell), as_of=AS_OF)
    assert parsed.values.isna().tolist() == [False, True]
    assert found(parsed) == [("YEAR_IMPLAUSIBLE", [1], [shown])]


def test_the_first_and_the_last_year_that_are_taken_are_1949_and_the_fiftieth_ahead():
    parsed = calendar_years(cells(1949, AS_OF.year + 50, AS_OF.year + 51), as_of=AS_OF)
    assert parsed.values.isna().tolist() == [False, False, True]


@pytest.mark.parametrize("cell", [2025.5, "2025年12月", "2024-2025", "上年", dt.date(2025, 12, 31)])
def test_half_years_and_months_are_no_years(cell):
    parsed = calendar_years(cells(cell), as_of=AS_OF)
    assert parsed.values.isna().all()
    assert [code for code, _, _ in found(parsed)] == ["NUMBER_TEXT"]


# ------------------------------------------------------------------------------------------ identifiers


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("990781001002GB00015", "990781001002GB00015"),
        ("00123", "00123"),
        (" 00123\u00a0", "00123"),
        ("９９０７８１", "990781"),
        ("17.0", "17"),
        ("1-1", "1-1"),
        ("402C", "402C"),
        ("1E10", "1E10"),
        ("3.5E+1", "35"),
        ("'00123", "00123"),
        ('="00123"', "00123"),
        ("91990781 MA00 0000 1R", "91990781MA0000001R"),
        ("VAC LAND RES", "VAC LAND RES"),
        ("-1A", "-1A"),
    ],
)
def test_an_identifier_keeps_its_characters(text, key):
    assert key_of(text) == (key, "")
    assert keys(cells(text)).values.tolist() == [key]


@pytest.mark.parametrize("text", ["", " ", "—", "-", "无", "/", "N/A", "NULL", "\u3000"])
def test_words_for_nothing_are_a_blank_identifier(text):
    assert keys(cells(text)).values.isna().all()


@pytest.mark.parametrize("text", ["9.90781E+18", "9.90781e18", "3.5E+17", "9E+18", "9.90781001E+018"])
def test_an_identifier_that_lost_digits_is_blank_and_an_error(text):
    parsed = keys(cells(text, "00123"))
    assert parsed.values.isna().tolist() == [True, False]
    assert found(parsed) == [("ID_LOST_DIGITS", [0], [text])]


def test_a_number_cell_is_an_identifier_up_to_fifteen_digits():
    parsed = keys(cells(17.0, 990781.0, 999_999_999_999_999.0, 1e15, 9.90781e18))
    assert parsed.values.tolist()[:3] == ["17", "990781", "999999999999999"]
    assert parsed.values.iloc[3:].isna().all()
    assert found(parsed) == [("ID_LOST_DIGITS", [3, 4], ["1E+15", "9.90781E+18"])]


def test_whole_numbers_of_a_database_are_exact_identifiers_of_any_length():
    assert keys(arrow_cells(pa.array([990781001002123456, 7]))).values.tolist() == ["990781001002123456", "7"]


def test_floats_of_a_database_are_identifiers_below_two_to_the_53():
    parsed = keys(arrow_cells(pa.array([float(2**53 - 1), float(2**53)])))
    assert parsed.values.tolist()[0] == "9007199254740991"
    assert found(parsed) == [("ID_LOST_DIGITS", [1], ["9.0072E+15"])]


def test_an_identifier_that_became_a_date_is_blank_and_an_error():
    parsed = keys(cells(dt.date(2024, 1, 1), "1-2"))
    assert parsed.values.isna().tolist() == [True, False]
    assert found(parsed) == [("ID_BECAME_DATE", [0], ["2024-01-01"])]


def test_credit_codes_are_in_capitals_and_other_identifiers_as_written():
    assert keys(cells("91990781ma0000001r"), upper=True).values.tolist() == ["91990781MA0000001R"]
    assert keys(cells("gb-1a")).values.tolist() == ["gb-1a"]


@given(st.lists(st.from_regex(r"[0-9A-Z]{0,19}[0-9]", fullmatch=True).filter(lambda text: "E" not in text), min_size=1))
def test_a_plain_identifier_is_never_changed(values):
    assert keys(arrow_cells(pa.array(values))).values.tolist() == values


# ---------------------------------------------------------------------------------------- text, choices


def test_a_name_keeps_its_text_and_loses_only_control_characters():
    parsed = texts(cells("安澜（瑞禾）  公司", "甲\n乙\r\n丙\t丁", " 青塘 ", "=SUM(A1)", "<script>", "㼆𬭚", "\u200b"))
    assert parsed.values.tolist()[:6] == ["安澜（瑞禾）  公司", "甲 乙 丙 丁", "青塘", "=SUM(A1)", "<script>", "㼆𬭚"]
    assert parsed.values.isna().iloc[6]


def test_numbers_days_and_truth_values_read_as_text():
    parsed = texts(cells(*(1.0, 0.1, True), dt.date(2024, 3, 5), None))
    assert parsed.values.tolist()[:4] == ["1", "0.1", "TRUE", "2024-03-05"]
    assert parsed.values.isna().iloc[4]


def test_a_formula_error_in_a_text_cell_is_blank_and_an_error():
    parsed = texts(cells("甲", "#REF!"))
    assert parsed.values.isna().tolist() == [False, True]
    assert found(parsed) == [("CELL_ERROR", [1], ["#REF!"])]


def test_text_is_a_string_column_even_where_nothing_stands():
    for parsed in (texts(cells(None)), keys(cells(None)), choices(cells(None), column="scale", allowed=("规上",))):
        assert parsed.values.dtype == "str"


def test_words_of_a_closed_list_are_read_in_chinese_and_english():
    allowed = ("own", "lease")
    parsed = choices(cells("自有", "OWN", "承租", "租赁", " lease ", "—", None), column="tenure", allowed=allowed)
    assert parsed.values.tolist()[:5] == ["own", "own", "lease", "lease", "lease"]
    assert parsed.values.isna().tolist()[5:] == [True, True]
    assert found(parsed) == []


def test_a_word_outside_the_closed_list_is_unknown_with_a_warning():
    parsed = choices(cells("规上", "规中"), column="scale", allowed=("规上", "规下"))
    assert parsed.values.isna().tolist() == [False, True]
    assert found(parsed) == [("CHOICE_UNKNOWN", [1], ["规中"])]
    assert parsed.findings[0].facts == {"allowed": "规上 / 规下"}


@pytest.mark.parametrize("value", ["甲", 2025, 2.5, True, dt.date(2024, 3, 15)])
def test_a_fixed_value_stands_in_every_row(value):
    column = constant_cells(value, 3)
    assert column.size == 3
    assert [part is not None for part in (column.text, column.number, column.day)].count(True) == 1
    assert len(set(texts(column).values)) == 1


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", "", None]),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.chunked_array([["a"], ["b"]]),
        pa.array([1, None], pa.int8()),
        pa.array([2**63], pa.uint64()),
        pa.array([1.5, float("nan")], pa.float32()),
        pa.array([True, None]),
        pa.array([dt.date(2024, 1, 1)]),
        pa.array([pd.Timestamp(2024, 1, 1)], pa.timestamp("ns", tz="Asia/Shanghai")),
        pa.nulls(2),
        pa.array([dt.time(1, 2)]),
    ],
    ids=lambda column: str(column.type),
)
def test_every_plain_arrow_type_becomes_cells(column):
    held = arrow_cells(column)
    assert held.size == len(column)
    known = sum(len(part) - part.null_count for part in (held.text, held.number, held.day) if part is not None)
    blank = sum(1 for value in column.to_pylist() if pd.isna(value) or value == "")
    assert known == len(column) - blank
