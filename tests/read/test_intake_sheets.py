"""Sheets as bureaus send them: title rows, merged and hidden cells, formulas without results, days from 1904."""

from __future__ import annotations

import datetime as dt
import subprocess
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from read_builders import codes, project, read, sheet, text

from landuse.errors import InputError
from landuse.read import read_tables
from landuse.read.header_finder import find_header, find_header_by
from landuse.read.header_rows import is_numbering
from landuse.read.marks import Marks, cell_name, column_number, marks_of
from landuse.read.old_workbook import old_marks
from landuse.read.open_document import document_marks
from landuse.read.sheets import tables_of
from landuse.tables import worded_issues

HEAD = ["统一社会信用代码", "年度", "实缴税收(万元)"]
ROWS = [["A1", 2025, 1.5], ["A2", 2025, 2.5]]


def fault_of(folder, **more):
    with pytest.raises(InputError) as error:
        read_tables(project(folder, **more))
    (fault,) = error.value.faults
    return fault


def frame_of(folder, rows, **more):
    entry = more.pop("entry", {})
    raw = read(folder, accounts={"path": sheet(folder, "a.xlsx", rows, **more), **entry})
    return raw, raw.of("accounts")[0].frame


def words(raw, code):
    found = worded_issues(raw.issues, "zh")
    return found.loc[found["code"] == code, "message"].tolist()


# ------------------------------------------------------------------------------------- finding the header


@pytest.mark.parametrize(
    ("rows", "merged", "expected"),
    [
        ([HEAD, *ROWS], (), "1"),
        ([["安澜县税收表", "", ""], HEAD, *ROWS], (), "2"),
        ([["安澜县税收表", "", ""], ["", "", "单位:万元"], HEAD, *ROWS], (), "3"),
        ([["安澜县税收表"] * 3, HEAD, *ROWS], (((0, 0), (0, 2)),), "2"),
        ([["填报单位:税务局", "", "2026年3月"], HEAD, *ROWS], (), "2"),
        ([["", "", ""], HEAD, *ROWS], (), "2"),
        # Two rows: a group over two columns, the others merged over both rows.
        (
            [["统一社会信用代码", "年度", "税收", ""], ["", "", "实缴税收(万元)", "欠税(万元)"], ["A1", 2025, 1, 2]],
            (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3))),
            "[1, 2]",
        ),
        # The same without merged cells, as a text file has it.
        (
            [["统一社会信用代码", "年度", "税收", ""], ["", "", "实缴税收(万元)", "欠税(万元)"], ["A1", 2025, 1, 2]],
            (),
            "[1, 2]",
        ),
        # A second row that names nothing but the column the first leaves open, above a blank or another word.
        ([["统一社会信用代码", "年度", "经济"], ["", "", "实缴税收(万元)"], *ROWS], (), "[1, 2]"),
        ([["统一社会信用代码", "年度", ""], ["", "", "实缴税收(万元)"], *ROWS], (), "[1, 2]"),
        ([["统一社会信用代码", "年度", "经济"], ["", "", "实缴"], *ROWS], (), "1"),
        # A word that is a title beside groups of columns makes no header of its own.
        (
            [
                ["企业名称", "2023年", "2023年"],
                ["统一社会信用代码", "实缴税收(万元)", "工业总产值(万元)"],
                ["A1", 1, 2],
            ],
            (),
            "[1, 2]",
        ),
        # A row of units below the titles.
        ([["统一社会信用代码", "年度", "实缴税收"], ["", "", "(万元)"], *ROWS], (), "[1, 2]"),
        # Titles nobody knows: text above numbers.
        ([["表一", "", ""], ["企业", "产量", "产能"], ["甲", 3, 4]], (), "2"),
        ([["企业", "2023", "2024"], ["甲", 3, 4]], (), "1"),
        ([["SJSF2021", "SJSF2022"], [3, 4]], (), "1"),
        # A header at the foot of a group row that fills the whole width.
        (
            [["企业信息", "企业信息", "产出"], HEAD, *ROWS],
            (((0, 0), (0, 1)),),
            "[1, 2]",
        ),
    ],
)
def test_the_header_rows_are_found(rows, merged, expected):
    assert find_header(rows, merged).value == expected


def test_a_table_of_nothing_but_text_has_an_undecided_header_unless_its_titles_are_known():
    found = find_header([["甲", "乙"], ["丙", "丁"]])
    assert (found.value, [each.value for each in found.candidates]) == (None, ["1"])
    assert find_header([["所属园区", "园区类型"], ["城东", "传统"]]).value in {"1", None}
    assert find_header([["甲", "乙"], ["丙", "丁"]], known=frozenset({"甲", "乙"})).value == "1"


def test_other_words_may_be_known_and_what_is_known_decides():
    grid = [["甲企", "乙额", "丙"], ["某厂", "", "丁"], ["某某厂", 3, "戊"]]
    assert find_header_by(grid, {"甲企", "乙额"}.__contains__).value == "1"
    assert find_header_by([[None, None, None], *grid], {"甲企", "乙额"}.__contains__).value == "2"
    assert find_header_by([], bool).value is None


def test_the_numbers_of_columns_begin_with_one():
    assert is_numbering(["甲", "乙", "丙", "1", "2"])
    assert is_numbering(["１", "（2）", "3=1+2", ""])
    assert not is_numbering(["2023", "2024", "2025"])
    assert not is_numbering(["乙", "甲", "1"])
    assert not is_numbering(["5", "6", "7"])


def test_an_empty_sheet_has_no_header():
    assert find_header([]).value is None
    assert find_header([["", ""], ["", ""]]).value is None


def test_a_title_row_taken_for_the_header_is_refused_with_the_row_to_write(tmp_path):
    rows = [["安澜县2025年度税收情况表", None, None], HEAD, *ROWS]
    fault = fault_of(tmp_path, accounts=sheet(tmp_path, "a.xlsx", rows, merge=["A1:C1"]))
    assert fault.where == "a.xlsx [数据]"
    assert "第1行“安澜县2025年度税收情况表”" in fault.found
    assert "header_rows = 2" in fault.do
    _, frame = frame_of(tmp_path, rows, merge=["A1:C1"], entry={"header_rows": 2})
    assert frame["tax_wan"].tolist() == [1.5, 2.5]


def test_a_text_file_with_a_title_row_is_refused_likewise(tmp_path):
    name = text(tmp_path, "a.csv", "安澜县税收表,,\n统一社会信用代码,年度,实缴税收(万元)\nA1,2025,1\n")
    assert "header_rows = 2" in fault_of(tmp_path, accounts=name).do
    raw = read(tmp_path, accounts={"path": name, "header_rows": 2})
    assert raw.of("accounts")[0].frame["source_row"].tolist() == [3]


def test_the_first_of_two_header_rows_is_not_the_whole_header(tmp_path):
    rows = [
        ["统一社会信用代码", "年度", "税收", None],
        [None, None, "实缴税收(万元)", "欠税(万元)"],
        ["A1", 2025, 1, 2],
    ]
    merge = ["A1:A2", "B1:B2", "C1:D1"]
    fault = fault_of(tmp_path, accounts=sheet(tmp_path, "a.xlsx", rows, merge=merge))
    assert "header_rows = [1, 2]" in fault.do
    _, frame = frame_of(tmp_path, rows, merge=merge, entry={"header_rows": [1, 2]})
    assert frame[["uscc", "tax_wan"]].to_numpy().tolist() == [["A1", 1.0]]


# --------------------------------------------------------------------------------- lines that are no rows


def test_lines_below_the_table_a_repeated_header_and_column_numbers_are_left_out_with_notes(tmp_path):
    rows = [
        HEAD,
        ["甲", "1", "2"],
        *ROWS,
        HEAD,
        ["A3", 2025, 3],
        ["合计", None, 7],
        ["注:本表数据由税务局提供", None, None],
        ["填表人:张某", None, "联系电话:略"],
    ]
    raw, frame = frame_of(tmp_path, rows)
    assert frame["uscc"].tolist() == ["A1", "A2", "A3"]
    assert frame["source_row"].tolist() == [3, 4, 6]
    found = raw.issues[["code", "source_row"]].to_numpy().tolist()
    assert found == [
        ["HEADER_AGAIN", 2], ["HEADER_AGAIN", 5], ["ROW_NO_RECORD", 8], ["ROW_NO_RECORD", 9], ["TOTAL_ROW", 7],
    ]  # fmt: skip
    assert "填表人:张某 联系电话:略" in words(raw, "ROW_NO_RECORD")[1]


def test_the_same_lines_of_a_text_file_are_left_out(tmp_path):
    content = (
        "序号,统一社会信用代码,年度,实缴税收(万元)\n1,A1,2025,1\n序号,统一社会信用代码,年度,实缴税收(万元)\n2,A2,2025,2\n"
        "合计,,,3\n注:本表数据由税务局提供,,,\n填表人:张某,,,\n"
    )
    raw = read(tmp_path, accounts=text(tmp_path, "a.csv", content))
    assert raw.of("accounts")[0].frame[["uscc", "source_row"]].to_numpy().tolist() == [["A1", 2], ["A2", 4]]
    assert raw.issues[["code", "source_row"]].to_numpy().tolist() == [
        ["HEADER_AGAIN", 3], ["ROW_NO_RECORD", 6], ["ROW_NO_RECORD", 7], ["TOTAL_ROW", 5],
    ]  # fmt: skip


def test_a_record_that_begins_like_a_remark_inside_the_table_stays(tmp_path):
    rows = [
        ["统一社会信用代码", "企业名称", "行业代码"],
        ["A1", "说明书印刷厂", "2319"],
        ["A2", "审核咨询公司", "7242"],
    ]
    raw = read(tmp_path, enterprises=sheet(tmp_path, "e.xlsx", [[*rows[0]], *rows[1:]], title="企业"),
               columns={"enterprises": {"industry_code": "行业代码"}})  # fmt: skip
    assert raw.of("enterprises")[0].frame["uscc"].tolist() == ["A1", "A2"]


# ------------------------------------------------------------------------------------------ merged cells


def test_a_code_merged_downwards_holds_for_every_row_and_an_amount_only_for_the_first(tmp_path):
    rows = [HEAD, ["A1", 2024, 6], [None, 2025, None], ["A2", 2025, 3]]
    raw, frame = frame_of(tmp_path, rows, merge=["A2:A3", "C2:C3"])
    assert frame["uscc"].tolist() == ["A1", "A1", "A2"]
    assert frame["tax_wan"].fillna(-1).tolist() == [6.0, -1.0, 3.0]
    assert "其内容已用于所合并的1行" in words(raw, "MERGED_FILLED")[0]
    assert words(raw, "MERGED_NUMBER") == ["数字“6”写在合并了2行的单元格里,只计入首行,其余各行按未知处理"]
    row = raw.issues[raw.issues["code"] == "MERGED_NUMBER"].iloc[0]
    assert row[["severity", "key", "source_row"]].tolist() == ["warning", "A1", 2]


def test_a_year_merged_downwards_holds_for_every_row(tmp_path):
    _, frame = frame_of(tmp_path, [HEAD, ["A1", 2025, 6], ["A2", None, 7]], merge=["B2:B3"])
    assert frame["year"].tolist() == [2025, 2025]


WIDE = [*HEAD, "工业总产值(万元)"]


def test_a_number_merged_over_two_columns_is_unknown_in_both_and_said(tmp_path):
    rows = [WIDE, ["A1", 2025, 6, 60], ["A2", 2025, 77, None], ["A3", 2025, 8, 80]]
    raw, frame = frame_of(tmp_path, rows, merge=["C3:D3"])
    assert frame["tax_wan"].isna().tolist() == [False, True, False]
    assert frame["output_wan"].isna().tolist() == [False, True, False]
    (told,) = words(raw, "MERGED_ACROSS")
    assert told.startswith("“77”写在横向合并了几列（实缴税收(万元)、工业总产值(万元)）的单元格里，分不清属于哪一列；")
    row = raw.issues[raw.issues["code"] == "MERGED_ACROSS"].iloc[0]
    assert row[["severity", "key", "column", "source_row"]].tolist() == ["error", "A2", "tax_wan", 3]


@pytest.mark.parametrize(
    "head", [(*HEAD[:2], "国税", HEAD[2]), (*HEAD, "地税")], ids=["read is the right one", "read is the left one"]
)
def test_a_number_merged_with_a_column_that_nobody_asked_for_is_unknown_too(tmp_path, head):
    raw, frame = frame_of(tmp_path, [head, ["A1", 2025, 6, 60], ["A2", 2025, 77, None]], merge=["C3:D3"])
    assert frame["tax_wan"].isna().tolist() == [False, True]
    assert codes(raw) == ["MERGED_ACROSS"]


def test_a_number_merged_over_rows_and_columns_is_said_of_every_row(tmp_path):
    rows = [WIDE, ["A1", 2025, 6, 60], ["A2", 2025, 77, None], ["A3", 2025, None, None]]
    raw, frame = frame_of(tmp_path, rows, merge=["C3:D4"])
    assert frame["tax_wan"].isna().tolist() == [False, True, True]
    found = raw.issues[raw.issues["code"] == "MERGED_ACROSS"]
    assert found["key"].tolist() == ["A2", "A3"]
    assert "MERGED_NUMBER" not in codes(raw)


def test_a_heading_merged_over_the_whole_row_is_no_record(tmp_path):
    rows = [HEAD, ["城东街道", None, None], *ROWS, ["石桥镇", None, None], ["A3", 2025, 3], ["合计", None, None]]
    raw, frame = frame_of(tmp_path, rows, merge=["A2:C2", "A5:C5", "A7:C7"])
    assert frame["uscc"].tolist() == ["A1", "A2", "A3"]
    assert frame["source_row"].tolist() == [3, 4, 6]
    assert words(raw, "ROW_HEADING") == [
        f"a.xlsx [数据]中合并了整行的分组标题未作为记录读入：“{town}”" for town in ("城东街道", "石桥镇")
    ]
    assert codes(raw) == ["ROW_HEADING", "ROW_HEADING", "TOTAL_ROW"]


def test_what_is_merged_sideways_without_losing_anything_is_not_spoken_of(tmp_path):
    """Blank cells, a column without title, a row of totals, columns nobody asked for."""
    first, second = ["A1", 2025, 6, None, None, 1, None], ["A2", 2025, 7, 9]
    rows = [[*WIDE, "", "甲", "乙"], first, second, ["合计", None, 13, 9]]
    raw, frame = frame_of(tmp_path, rows, merge=["D2:E2", "D3:E3", "A4:B4", "F2:G2"])
    assert frame["tax_wan"].tolist() == [6, 7]
    assert frame["output_wan"].tolist()[1:] == [9]
    assert codes(raw) == ["TOTAL_ROW"]


# --------------------------------------------------------------------------------------- hidden, formulas


def hidden_book(folder, name="h.xlsx"):
    book = openpyxl.Workbook()
    page = book.active
    for row in ([*HEAD], ["A1", 2025, 1], ["A2", 2025, 2], ["A3", 2025, 3], ["A4", 2025, 4]):
        page.append(row)
    for row in (3, 4):
        page.row_dimensions[row].hidden = True
    page.column_dimensions["C"].hidden = True
    page.auto_filter.ref = "A1:C5"
    book.save(folder / name)
    return name


def test_hidden_rows_and_columns_are_read_and_said(tmp_path):
    raw = read(tmp_path, accounts=hidden_book(tmp_path))
    assert raw.of("accounts")[0].frame["tax_wan"].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert words(raw, "HIDDEN_ROWS") == ["h.xlsx [Sheet]有2个隐藏(或被筛选掉)的行,已照常读入:第3–4行"]
    assert words(raw, "HIDDEN_COLUMNS") == ["h.xlsx [Sheet]读入的列中有1个是隐藏列:实缴税收(万元)"]


def test_formulas_without_a_stored_result_are_refused_with_their_cells(tmp_path):
    fault = fault_of(tmp_path, accounts=sheet(tmp_path, "a.xlsx", [HEAD, ["A1", 2025, "=1+1"], ["A2", 2025, "=C2*2"]]))
    assert "2个公式没有保存计算结果" in fault.found
    assert "C2 C3" in fault.found
    assert "打开并保存" in fault.do


def test_formulas_without_a_result_in_a_column_nobody_reads_do_no_harm(tmp_path):
    _, frame = frame_of(tmp_path, [[*HEAD, "备注数"], ["A1", 2025, 1, "=1+1"]])
    assert frame["tax_wan"].tolist() == [1.0]


def test_a_zero_that_was_written_before_anybody_computed_is_no_result(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("数据")
    page.write_row(0, 0, HEAD)
    page.write_row(1, 0, ["A1", 2025])
    page.write_formula(1, 2, "=2*3")
    book.close()
    assert "C2" in fault_of(tmp_path, accounts="a.xlsx").found


def test_a_stored_result_is_read_whatever_program_computed_it(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    page = book.add_worksheet("数据")
    page.write_row(0, 0, HEAD)
    page.write_row(1, 0, ["A1", 2025])
    page.write_formula(1, 2, "=2*3", None, 6)
    book.close()
    assert read(tmp_path, accounts="a.xlsx").of("accounts")[0].frame["tax_wan"].tolist() == [6.0]


# --------------------------------------------------------------------------------------------------- 1904


def dated_book(folder, name, *, mac):
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    page = book.active
    page.append(["宗地代码", "约定动工(开工)时间"])
    page.append(["990781001001GB00001", dt.date(2024, 3, 15)])
    page.append(["990781001001GB00002", 43904 if mac else 45366])
    page.append(["990781001001GB00003", 20240315])
    page.append(["990781001001GB00004", "43904" if mac else "45366"])
    book.save(folder / name)
    return name


@pytest.mark.parametrize("mac", [False, True])
def test_serials_count_from_the_day_the_workbook_says(tmp_path, mac):
    # 2024-03-15 is serial 45366 from 1899-12-30, and 45366 - 1462 = 43904 from 1904-01-01.
    from read_builders import layer

    raw = read(tmp_path, parcels=[layer(tmp_path), dated_book(tmp_path, "c.xlsx", mac=mac)])
    found = raw.of("parcels")[1].frame["start_due"]
    assert [day.date() for day in found[:3]] == [dt.date(2024, 3, 15)] * 3
    if mac:  # five digits as text may count from either day
        assert found.isna()[3]
        assert codes(raw) == ["DATE_TEXT"]
    else:
        assert found[3].date() == dt.date(2024, 3, 15)


# --------------------------------------------------------------------------------- .xls and .ods, by soffice


@pytest.fixture(scope="module")
def converted(soffice, tmp_path_factory):
    """Give one workbook as .xls and .ods: title, errors, hidden and merged cells, days from 1904."""
    folder = tmp_path_factory.mktemp("books")
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.active
    page.title = "数据"
    for row in (
        ["安澜县税收表", None, None, None],
        [*HEAD, "用电量(千瓦时)"],
        ["A1", 2024, "=1/0", 10],
        [None, 2025, 2.5, 20],
        ["A2", 2025, 3.5, 30],
    ):
        page.append(row)
    page.merge_cells("A1:D1")
    page.merge_cells("A3:A4")
    page.row_dimensions[5].hidden = True
    page.column_dimensions["D"].hidden = True
    book.create_sheet("空表")
    old = book.create_sheet("旧表")
    old.append(HEAD)
    old.append(["A9", 2020, 9])
    old.sheet_state = "hidden"
    book.save(folder / "t.xlsx")
    for kind in ("xls", "ods"):
        command = [soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
                   "--outdir", str(folder), str(folder / "t.xlsx")]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder


@pytest.mark.parametrize("name", ["t.xls", "t.ods"])
def test_old_and_open_workbooks_say_the_same_as_new_ones(tmp_path, converted, name):
    (tmp_path / name).write_bytes((converted / name).read_bytes())
    assert "header_rows = 2" in fault_of(tmp_path, accounts=name).do
    raw = read(tmp_path, accounts={"path": name, "header_rows": 2})
    frame = raw.of("accounts")[0].frame
    assert frame["uscc"].tolist() == ["A1", "A1", "A2"]
    assert frame["tax_wan"].fillna(-1).tolist() == [-1.0, 2.5, 3.5]
    assert sorted(codes(raw)) == ["CELL_ERROR", "HIDDEN_COLUMNS", "HIDDEN_ROWS", "MERGED_FILLED", "SHEETS_NOT_READ"]
    assert raw.issues.loc[raw.issues["code"] == "CELL_ERROR", "value"].tolist() == ["#DIV/0!"]
    assert marks_of((converted / name).read_bytes(), "数据", 0).is_1904


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.ods"])
def test_every_sheet_of_a_workbook_is_shown_with_its_header(converted, name):
    first, empty, old = tables_of(converted / name)
    assert (first.name, first.hidden, first.header.value) == ("数据", False, "2")
    assert first.rows[1][:3] == tuple(HEAD)
    assert ((0, 0), (0, 3)) in first.merged
    assert (empty.name, empty.header.value, empty.height) == ("空表", None, 0)
    assert (old.name, old.hidden, old.header.value) == ("旧表", True, "1")
    assert (old.height, old.width) == (2, 3)


def test_a_delimited_text_is_shown_as_one_table(tmp_path):
    text(tmp_path, "a.csv", "安澜县税收表,,\n统一社会信用代码,年度,实缴税收\nA1,2025,1\n", "gb18030")
    (info,) = tables_of(tmp_path / "a.csv")
    assert (info.name, info.hidden, info.header.value, info.height, info.width) == ("", False, "2", 3, 3)


def test_a_workbook_that_cannot_be_opened_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(InputError, match=r"a\.xlsx"):
        tables_of(tmp_path / "a.xlsx")


# ------------------------------------------------------------------------------------------ marks, bad files


def test_cells_are_named_as_a_spreadsheet_names_them():
    assert [cell_name((0, place)) for place in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
    assert [column_number(letters) for letters in ("A", "Z", "AA", "ZZ", "AAA")] == [0, 25, 26, 701, 702]


def test_a_damaged_old_workbook_says_nothing_beside_its_values():
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert old_marks(head, 0) == Marks()
    assert old_marks(head + bytes(600), 0) == Marks()
    assert old_marks(head + b"\xff" * 2000, 0) == Marks()


def test_a_document_with_entities_or_no_document_says_nothing():
    assert document_marks(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 0) == Marks()
    assert document_marks(b"no xml", 0) == Marks()
    assert marks_of(b"PK nothing", "a", 0) == Marks()


def test_repeated_rows_and_cells_of_a_document_keep_their_places():
    spaces = (
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="t" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:calcext="c"'
    )
    xml = f"""<a {spaces}><table:table table:name="x"/><table:table table:name="y">
    <table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="filter"/>
    <table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
    <table:table-row table:visibility="collapse"><table:table-cell table:number-columns-repeated="2"/>
    <table:table-cell table:formula="of:=1"/><table:table-cell calcext:value-type="error" office:value-type="string">
    <text:p>#N/A</text:p></table:table-cell></table:table-row></table:table></a>"""
    marks = document_marks(xml.encode(), 1)
    assert marks.unsolved == ((3, 2),)
    assert marks.errors == {(3, 3): "#N/A"}
    assert (marks.hidden_rows, marks.hidden_columns) == (frozenset({3}), frozenset({2}))
    assert document_marks(xml.encode(), 0) == Marks()


def test_a_workbook_without_the_parts_of_a_workbook_says_nothing(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("other.txt", "x")
    assert marks_of((tmp_path / "a.zip").read_bytes(), "数据", 0) == Marks()
