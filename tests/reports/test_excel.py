"""The workbook as a file: same bytes, text stays text, totals are formulas that are right, paper is A3."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import re
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from reports_builders import district, issues, project, small

from landuse.reports import excel
from landuse.reports.cells import column_cells, date_number, printed_lines, printed_width
from landuse.reports.content import issue_book, ledger
from landuse.reports.content.model import Block, SheetColumn
from landuse.reports.excel import write_book


def written(sheets, **more) -> bytes:
    buffer = io.BytesIO()
    write_book(sheets, buffer, **more)
    return buffer.getvalue()


def opened(sheets, **more):
    return openpyxl.load_workbook(io.BytesIO(written(sheets)), **more)


def find(sheet, text):
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


@pytest.fixture(scope="module")
def sheets():
    return ledger(small())


@pytest.fixture(scope="module")
def content(sheets):
    return written(sheets)


@pytest.fixture(scope="module")
def large():
    return ledger(district())


@pytest.fixture(scope="module")
def large_book(large):
    return opened(large)


def test_the_same_analysis_gives_the_same_bytes_to_a_buffer_and_to_a_path(content, tmp_path):
    assert written(ledger(small())) == content
    path = tmp_path / "成果 1" / "台账.xlsx"
    path.parent.mkdir()
    write_book(ledger(small()), path)
    assert path.read_bytes() == content


def test_a_large_workbook_written_row_by_row_has_the_same_bytes_each_time_and_the_same_cells(
    monkeypatch, sheets, content
):
    in_memory = openpyxl.load_workbook(io.BytesIO(content))
    monkeypatch.setattr(excel, "LARGE", 1)
    by_rows = written(sheets)
    assert written(sheets) == by_rows
    rows = openpyxl.load_workbook(io.BytesIO(by_rows))
    for name in in_memory.sheetnames:
        assert [[c.value for c in row] for row in in_memory[name]] == [[c.value for c in row] for row in rows[name]]


def test_the_file_bears_the_given_day_and_never_the_clock(sheets, content):
    with zipfile.ZipFile(io.BytesIO(written(sheets, created=dt.date(2026, 1, 2)))) as file:
        core = file.read("docProps/core.xml").decode()
        assert {entry.date_time[:3] for entry in file.infolist()} <= {(1980, 1, 1)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-01-02T00:00:00Z"}
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert "2026-06-30T00:00:00Z" in file.read("docProps/core.xml").decode()


def test_a_name_that_looks_like_a_formula_stays_text():
    names = ["=1+1", "+SUM(A1)", "-2", "@cmd", "\t=1", "http://a.example", "<script>", "甲\n乙", "00123", "<r>x</r>"]
    given = small()
    listed = pd.DataFrame({"uscc": [f"{i:018d}" for i in range(len(names))], "name": names, "industry_code": "13"})
    listed = listed.assign(
        low_efficiency=True, status="RANKED", area_mu=1.0, industry_group="13", reasons=[["R01"]] * 10
    )
    sheet = opened(ledger(dataclasses.replace(given, enterprises=listed)))["低效企业(企业口径)"]
    for name in names:
        cell = find(sheet, f"{name} " if name.startswith("<r>") else name)  # else it would be read as rich text
        assert cell.data_type == "s"
        assert cell.number_format == "@"
        assert cell.hyperlink is None


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    rows = pd.DataFrame({"because": ["长" * 40_000, "短", "𬭚" * 16_384]})
    cells = column_cells(Block((), rows), SheetColumn("because", "说明", "T", 20), "…(已截断)")
    assert len(cells[0]) == 32_767
    assert cells[0].endswith("…(已截断)")
    assert cells[1] == "短"
    assert len(cells[2].encode("utf-16-le")) // 2 <= 32_767
    assert cells[2].endswith("…(已截断)")


def test_unknown_is_a_dash_not_applicable_a_slash_and_zero_is_zero():
    rows = pd.DataFrame(
        {"a": [1.5, None, 0.0, float("inf")], "f": pd.array([True, False, None, True], dtype="boolean")}
    )
    block = Block((), rows, not_applicable={"a": pd.Series([True, False, False, False]).to_numpy()})
    assert column_cells(block, SheetColumn("a", "", "A", 9), "") == ["/", "—", 0.0, "—"]
    assert column_cells(block, SheetColumn("f", "", "F", 9), "") == ["√", None, "—", "√"]


def test_days_are_days_of_the_workbook_and_older_ones_are_text():
    days = pd.DataFrame({"d": pd.to_datetime(["2026-06-30", None, "1900-02-28", "1900-03-01"])})
    cells = column_cells(Block((), days), SheetColumn("d", "", "D", 11), "")
    assert cells == [46_203, "—", "1900-02-28", 61]  # 46203 = 2026-06-30 in any spreadsheet
    assert date_number(dt.date(2026, 6, 30)) == 46_203


def test_chinese_signs_take_two_places_and_long_texts_several_lines():
    assert printed_width("亩均税收") == 8
    assert printed_width("ab\n亩均") == 4
    assert printed_lines("亩均税收", 9) == 1
    assert printed_lines("亩均税收", 8) == 2
    assert printed_lines("a\nb", 9) == 2
    assert printed_lines("one two three four", 11) == 3


def test_ids_are_text_numbers_are_numbers_and_formats_are_those_of_the_catalogue(large_book):
    sheet = large_book["低效企业(企业口径)"]
    titles = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[4]}
    formats = {
        "统一社会信用代码": "@", "评价用地面积": "#,##0.00##", "实缴税收": "#,##0.00", "亩均税收": "0.00",
        "地价修正系数K": "0.0000",
        "末位序(1为最低)": "#,##0", "年度": "0",
    }  # fmt: skip
    for title, number_format in formats.items():
        assert sheet.cell(5, titles[title]).number_format == number_format, title
    assert sheet.cell(5, titles["统一社会信用代码"]).data_type == "s"
    assert sheet.cell(5, titles["评价用地面积"]).data_type == "n"
    idle = large_book["疑似闲置土地"]
    start = next(cell.column for cell in idle[5] if str(cell.value).startswith("约定动工"))
    assert idle.cell(6, start).is_date
    assert idle.cell(6, start).number_format == "yyyy-mm-dd"


def test_the_page_is_a3_landscape_one_page_wide_with_frozen_and_repeated_header():
    book = opened(ledger(small(issues=issues(("error", "X")))))
    for sheet in book:
        assert sheet.page_setup.paperSize == 8
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
        assert "草稿" in sheet.oddHeader.center.text
        assert "〔草稿〕" in sheet["A1"].value
        assert sheet["A1"].alignment.horizontal == "center"
        assert sheet["A1"].font.size == 22
        assert sheet["A2"].alignment.horizontal == "right"
        assert sheet.freeze_panes is not None
    enterprises = book["低效企业(企业口径)"]
    assert enterprises["A4"].value == "序号"
    assert enterprises.freeze_panes == "C5"
    assert enterprises.print_title_rows == "$4:$4"


def test_a_notice_with_an_ampersand_does_not_break_the_page_header():
    long = small(project=project(outputs={"notice": "甲&乙" + "长" * 400}))
    header = opened(ledger(long))["汇总"].oddHeader
    assert "甲&&乙" in header.right.text or "甲&乙" in header.right.text


def test_an_empty_list_says_none_and_totals_nothing(sheets):
    assert find(opened(sheets)["问题清单"], "无").row == 5
    cached = opened(sheets, data_only=True)["问题清单"]
    assert find(cached, "合计").offset(0, 1).value == "0 条"


def test_columns_are_wide_enough_for_their_largest_number_and_its_total(large):
    for sheet in large:
        for block in sheet.blocks:
            for column in block.columns:
                if column.fmt in "AMBCN":
                    known = block.rows[column.name].astype("Float64").dropna()
                    shown = [
                        *known,
                        *(t.value for t in block.totals if t.column == column.name and t.value is not None),
                    ]
                    shown = [value for value in shown if not isinstance(value, str)]
                    decimals = {"A": 2, "M": 4, "B": 2, "C": 4, "N": 0}[column.fmt]
                    assert all(len(f"{value:,.{decimals}f}") + 1 <= column.width for value in shown), column.name


def test_formulas_carry_the_value_that_was_computed(sheets):
    plain, cached = opened(sheets), opened(sheets, data_only=True)
    label = find(plain["分园区统计"], "合计")
    total = plain["分园区统计"].cell(label.row, 3)
    assert total.value == '=IF(COUNT(C5:C7)=0,"—",SUM(C5:C7))'
    assert cached["分园区统计"].cell(label.row, 3).value == 6


def number(text: str) -> float:
    """Return a number of the converted sheet; shares come as percentages."""
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def without_cached_values(content: bytes) -> tuple[bytes, int]:
    """Return the workbook with every formula's cached value taken out, and the number of formulas."""
    found = 0
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                text, n = re.subn(r"</f><v>[^<]*</v>", "</f>", data.decode())
                data, found = text.encode(), found + n
            target.writestr(entry, data)
    return out.getvalue(), found


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["ledger", "cut", "issues"])
def test_libreoffice_computes_the_same_totals(kind, soffice, tmp_path, monkeypatch):
    from landuse.reports.content import build

    if kind == "cut":
        monkeypatch.setattr(build, "LIST_LIMIT", 4)
    sheets = issue_book(district()) if kind == "issues" else ledger(district())
    content = written(sheets)
    stripped, formulas = without_cached_values(content)
    assert formulas > 10
    (tmp_path / "book.xlsx").write_bytes(stripped)
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        every_sheet,
        "--outdir",
        str(tmp_path),
        str(tmp_path / "book.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    plain = openpyxl.load_workbook(io.BytesIO(content))
    cached = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    compared = 0
    for sheet in plain:
        with (tmp_path / f"book-{sheet.title}.csv").open(encoding="utf-8", newline="") as file:
            computed = list(csv.reader(file))
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    expected = cached[sheet.title][cell.coordinate].value
                    found = computed[cell.row - 1][cell.column - 1]
                    if isinstance(expected, str):
                        assert found == expected, (sheet.title, cell.coordinate, cell.value)
                    else:
                        assert number(found) == pytest.approx(expected, rel=1e-9, abs=1e-9), (
                            sheet.title,
                            cell.coordinate,
                        )
                    compared += 1
    assert compared == formulas
