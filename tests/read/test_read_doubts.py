"""What reading passes over is said: other sheets, names broken over several lines."""

from __future__ import annotations

import pytest
import xlsxwriter
from read_builders import codes, read, sheet

from landuse.tables import worded_issues

HEAD = ["统一社会信用代码", "企业名称", "行业代码(GB/T 4754—2017)"]
FIRM = ["91990781MA0000001R", "安澜瑞禾粮油食品有限公司", "1311"]


def test_a_hidden_sheet_with_rows_is_noted_where_no_sheet_is_named(tmp_path):
    file = sheet(tmp_path, "e.xlsx", [HEAD, FIRM], title="Sheet1 (2)", hidden=[HEAD, FIRM])
    raw = read(tmp_path, enterprises=file)
    assert codes(raw) == ["SHEETS_NOT_READ"]
    assert (raw.issues["table"].iloc[0], raw.issues["source_file"].iloc[0]) == ("enterprises", "e.xlsx")
    assert worded_issues(raw.issues, "zh")["message"].iloc[0].endswith("读取了“Sheet1 (2)”;未读取:去年")


def test_a_sheet_that_is_named_leaves_nothing_to_say(tmp_path):
    file = sheet(tmp_path, "e.xlsx", [HEAD, FIRM], title="Sheet1 (2)", hidden=[HEAD, FIRM])
    assert codes(read(tmp_path, enterprises={"path": file, "sheet": "Sheet1 (2)"})) == []


def test_empty_sheets_a_header_alone_and_sheets_of_charts_are_nothing_to_say(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "e.xlsx")) as book:
        page = book.add_worksheet("名录")
        for number, row in enumerate((HEAD, FIRM)):
            page.write_row(number, 0, row)
        book.add_worksheet("Sheet2")
        book.add_worksheet("Sheet3").write_row(0, 0, HEAD)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=名录!$C$2:$C$2"})
        book.add_chartsheet("图").set_chart(chart)
    assert codes(read(tmp_path, enterprises="e.xlsx")) == []


@pytest.mark.parametrize("mark", ["\n", "\r\n", " \n ", "\u2028"])
def test_a_name_over_two_lines_is_read_with_a_space_and_noted(tmp_path, mark):
    broken = [FIRM[0], f"安澜瑞禾{mark}有限公司", FIRM[2]]
    raw = read(tmp_path, enterprises=sheet(tmp_path, "e.xlsx", [HEAD, broken]))
    assert codes(raw) == ["NAME_LINE_BREAK"]
    assert raw.issues[["key", "column", "source_row"]].iloc[0].tolist() == [FIRM[0], "name", 2]
    assert "\n" not in raw.of("enterprises")[0].frame["name"].iloc[0]


@pytest.mark.parametrize("name", ["安澜瑞禾有限公司\n", "\n安澜瑞禾有限公司", "安澜 瑞禾有限公司"])
def test_a_line_break_at_an_end_or_a_space_inside_is_nothing_to_say(tmp_path, name):
    raw = read(tmp_path, enterprises=sheet(tmp_path, "e.xlsx", [HEAD, [FIRM[0], name, FIRM[2]]]))
    assert codes(raw) == []


def test_a_line_break_in_an_address_is_nothing_to_say(tmp_path):
    rows = [["宗地代码", "坐落"], ["990781001001GB00001", "创新大道\n8号"]]
    from read_builders import layer

    assert codes(read(tmp_path, parcels=[layer(tmp_path), sheet(tmp_path, "r.xlsx", rows)])) == []
