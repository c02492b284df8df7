"""Rows of a text whose cells stand too far to the right: a thousands separator without quotes is a separator."""

from __future__ import annotations

import pytest
from read_builders import codes, read, text

from landuse.errors import InputError
from landuse.read.shifted_rows import RowWatch

HEAD = "统一社会信用代码,年度,实缴税收(万元),工业总产值(万元)"


def accounts(folder, content):
    raw = read(folder, accounts=text(folder, "a.csv", content))
    return raw, raw.of("accounts")[0].frame


def fault_of(folder, content):
    with pytest.raises(InputError) as error:
        accounts(folder, content)
    (fault,) = error.value.faults
    return fault


def test_a_value_behind_the_last_header_is_refused_with_its_rows_and_what_stands_there(tmp_path):
    fault = fault_of(tmp_path, f"{HEAD},\nA1,2025,1.5,9,\nA2,2025,1,234.5,8\nA3,2025,2,345,7\n")
    assert fault.where == "a.csv"
    assert "第 3, 4 行在表头之后的列里有值“8”(2 行)" in fault.found
    assert '给含分隔符的值加引号(如 "1,234.5")' in fault.do


def test_a_column_of_its_own_may_stand_there_once_it_has_a_header(tmp_path):
    _, frame = accounts(tmp_path, f"{HEAD},说明\nA1,2025,1.5,9,已核\nA2,2025,2.5,8,\n")
    assert frame["tax_wan"].tolist() == [1.5, 2.5]


def test_a_row_with_more_cells_than_the_others_is_refused_even_where_they_are_blank(tmp_path):
    fault = fault_of(tmp_path, f"{HEAD},备注\nA1,2025,1.5,9,\nA2,2025,1,234.5,8,\nA3,2025,2.5,7,\n")
    assert fault.found.startswith("第 3 行的单元格多于表头")


def test_blank_cells_behind_the_headers_are_no_matter_where_every_row_has_them(tmp_path):
    raw, frame = accounts(tmp_path, f"{HEAD}\nA1,2025,1.5,9,,\nA2,2025,2.5,8,,\n")
    assert frame["output_wan"].tolist() == [9, 8]
    assert codes(raw) == []


def test_a_number_that_broke_in_two_where_a_blank_column_took_up_the_rest_leaves_the_row_unknown(tmp_path):
    raw, frame = accounts(tmp_path, f"{HEAD},备注\nA1,2025,1.5,9,\nA2,2025,1,234.5,8\nA3,2025,2.5,7,迁入\n")
    assert frame["uscc"].tolist() == ["A1", "A2", "A3"]
    assert frame["tax_wan"].isna().tolist() == [False, True, False]
    assert frame["output_wan"].isna().tolist() == [False, True, False]
    issue = raw.issues[raw.issues["code"] == "ROW_SHIFTED"].iloc[0]
    assert (issue["value"], issue["source_row"], issue["source_file"]) == ("1,234.5", 3, "a.csv")


def test_numbers_that_happen_to_stand_side_by_side_are_left_alone(tmp_path):
    """12 and 345 could be 12,345, but every cell fits its column as it is."""
    raw, frame = accounts(tmp_path, f"{HEAD},备注\nA1,2025,12,345,\nA2,2025,7,120,迁入\nA3,2025,812,500,\n")
    assert frame["tax_wan"].tolist() == [12, 7, 812]
    assert frame["output_wan"].tolist() == [345, 120, 500]
    assert codes(raw) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["A9", "1", "234.5", "8", "90"], (1, "1,234.5")),
        (["A9", "1", "234", "567", "8"], (1, "1,234")),  # the remark would be 8
        (["A9", "¥1", "234.50元", "8", "90"], (1, "¥1,234.50元")),
        (["A9", "(1", "234.5)", "8", "90"], (1, "(1,234.5)")),
        (["A9", "1", "23.45", "8", "90"], None),  # no group of three digits
        (["A9", "0", "234", "8", "90"], None),  # no number begins so
        (["A9", "1", "234", "8", "迁入"], None),  # everything fits
        (["A9", "1", "234", "迁入", "8"], None),  # as one number, a text stands among the numbers all the same
    ],
)
def test_a_row_is_broken_where_it_fits_its_columns_only_with_the_number_whole(row, expected):
    import pyarrow as pa

    sound = [["A1", "5", "40", "7", "无"], ["A2", "6", "50", "7", None], ["A3", "9", "60", "7", "迁入"]]
    watch = RowWatch(("代码", "税收", "产值", "能耗", "备注"), ",", 2)
    watch.look([pa.array([one[place] for one in [*sound, row]], pa.string()) for place in range(5)])
    assert watch.shifted.get(3) == expected


FIRMS = "统一社会信用代码,企业名称,地址,年度,实缴税收(万元),备注\n"
SOUND = "A1,甲厂,东路1号,2025,1.5,\nA2,乙厂,西路2号,2025,—,\nA3,丙厂,无,2025,7,迁入\n"


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("A4,丁,戊公司,南路3号,2025,9", "丁,戊公司"),  # the year would be the tax
        ("A4,丁厂,南路3号,2号楼,2025,9", "丁厂,南路3号"),  # where the comma stood nobody can tell: from the name on
    ],
)
def test_a_text_that_broke_in_two_leaves_what_may_be_of_another_column_unknown(tmp_path, row, value):
    columns = {"accounts": {"name": "企业名称"}}
    raw = read(tmp_path, columns=columns, accounts=text(tmp_path, "a.csv", f"{FIRMS}{SOUND}{row}\n"))
    frame = raw.of("accounts")[0].frame
    assert frame["uscc"].tolist() == ["A1", "A2", "A3", "A4"]
    assert frame["tax_wan"].isna().tolist() == [False, True, False, True]
    assert frame["year"].isna().tolist() == [False, False, False, True]
    assert frame["name"].isna().tolist() == [False, False, False, True]
    issue = raw.issues[raw.issues["code"] == "ROW_SHIFTED"].iloc[0]
    assert (issue["value"], issue["source_row"]) == (value, 5)


@pytest.mark.parametrize(
    "row",
    [
        "A4,丁厂,南路3号,2025,9,5",  # a number among the remarks
        "A4,丁厂,南路3号,不详,停产,已注销",  # texts in two columns of numbers
        "A4,丁厂,,2025,无,9",
        "A4,丁厂,—,—,—,—",
    ],
)
def test_a_row_that_fits_no_better_as_another_is_left_alone(tmp_path, row):
    raw = read(tmp_path, accounts=text(tmp_path, "a.csv", f"{FIRMS}{SOUND}{row}\n"))
    assert "ROW_SHIFTED" not in codes(raw)


def test_semicolons_leave_commas_alone(tmp_path):
    content = HEAD.replace(",", ";") + ";备注\nA1;2025;1.5;9;\nA2;2025;1,234.5;8;\n"
    _, frame = accounts(tmp_path, content)
    assert frame["tax_wan"].tolist() == [1.5, 1234.5]
