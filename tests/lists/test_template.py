"""An official workbook is filled in with its styles kept; what would be lost or harm is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lists_builders import official, with_part

from landuse.errors import InputError
from landuse.printing import Template
from landuse.reports.lists import fill_template, form_of, opened_template
from landuse.reports.lists.shift import moved_formula

DAY = date(2026, 6, 30)


def rows(n: int = 3) -> pd.DataFrame:
    """Return parcels of 1.00005, 2.00005, … mu; the second owner's name begins like a formula."""
    names = ["甲厂", "=1+1", "乙厂", "丙厂", "丁厂"][:n]
    return pd.DataFrame(
        {
            "seq": range(1, n + 1),
            "parcel_id": [f"99078100100{number}" for number in range(n)],
            "area_mu": [number + 1.00005 for number in range(n)],
            "tax_per_mu": [None if number == 1 else 0.1234567 for number in range(n)],
            "owner_name": names,
        }
    )


def filled(folder, table, **stated):
    opened = opened_template(Template(path="省表.xlsx", **stated), folder)
    facts = {"region_name": "安澜县", "as_of": pd.Timestamp(DAY), "n_rows": len(table)}
    return fill_template(opened, form_of("plan", folder), table, facts, DAY)


@pytest.fixture
def page(tmp_path):
    official(tmp_path / "省表.xlsx")
    return openpyxl.load_workbook(io.BytesIO(filled(tmp_path, rows())))["省表"]


def test_every_row_has_its_values_and_the_style_of_the_row_of_the_template(page):
    assert [page.cell(5 + n, 2).value for n in range(3)] == ["990781001000", "990781001001", "990781001002"]
    assert [page.cell(5 + n, 3).value for n in range(3)] == [1.0001, 2.0001, 3.0001]  # 4 decimals, half up
    assert [page.cell(5 + n, 4).value for n in range(3)] == [0.123457, None, 0.123457]
    for n in range(3):
        assert page.cell(5 + n, 3).fill.fgColor.rgb == "00FFF2CC"
        assert page.cell(5 + n, 3).number_format == "0.0000"
        assert page.cell(5 + n, 3).border.left.style == "thin"
        assert page.row_dimensions[5 + n].height == 33


def test_totals_grow_and_what_stands_below_moves_down(page):
    assert page["A8"].value == "合计"
    assert page["C8"].value == "=SUM(C5:C7)"
    assert page["D8"].value == "=SUM(D5:D7)"
    assert page["A10"].value == "审核人"
    assert page.row_dimensions[10].height == 41
    assert {str(one) for one in page.merged_cells.ranges} == {"A1:F1", "A10:C10"}
    assert [page.cell(5 + n, 6).value for n in range(3)] == ["=C5*2", "=C6*2", "=C7*2"]
    assert page.parent["汇总"]["A1"].value == "='省表'!C8"


def test_drop_downs_formats_print_settings_and_widths_stay(page):
    assert [str(one.sqref) for one in page.data_validations.dataValidation] == ["E5:E7"]
    assert [str(one.sqref) for one in page.conditional_formatting] == ["C5:C7"]
    assert page.print_title_rows == "$4:$4"
    assert page.print_area == "'省表'!$A$1:$F$10"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 8)
    assert page.column_dimensions["B"].width == 27.5
    assert page["A1"].font.size == 18


def test_a_code_stays_text_and_a_name_is_never_a_formula(page):
    assert page["B5"].data_type == "s"
    assert page["B5"].number_format == "@"
    assert (page["E6"].value, page["E6"].data_type, page["E6"].quotePrefix) == ("=1+1", "s", True)


def test_fields_of_the_whole_list_stand_in_texts(page):
    assert page["A1"].value == "安澜县低效用地清单"
    assert page["A3"].value == "填报日期:2026-06-30    共3宗"


@pytest.mark.parametrize("n", [0, 1])
def test_a_list_of_one_or_none_keeps_the_template_as_it_is(tmp_path, n):
    official(tmp_path / "省表.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(filled(tmp_path, rows(n))))["省表"]
    assert page["A6"].value == "合计"
    assert page["B5"].value == ("990781001000" if n else None)
    assert "{{" not in "".join(str(cell.value) for line in page.iter_rows() for cell in line)


def test_the_same_rows_give_the_same_bytes_whenever(tmp_path, monkeypatch):
    official(tmp_path / "省表.xlsx")
    first = filled(tmp_path, rows())
    assert filled(tmp_path, rows()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert book.read("docProps/core.xml").count(b"2026-06-30T00:00:00Z") == 2


def test_columns_may_be_named_by_letters(tmp_path):
    official(tmp_path / "省表.xlsx")
    content = filled(tmp_path, rows().assign(park="东园"), start_row=5, columns={"e": "park"})
    page = openpyxl.load_workbook(io.BytesIO(content))["省表"]
    assert [page.cell(5 + n, 5).value for n in range(3)] == ["东园"] * 3


def faults(folder, **stated):
    with pytest.raises(InputError) as raised:
        opened_template(Template(path="省表.xlsx", **stated), folder)
    return [f"{fault.where} {fault.found} {fault.allowed}" for fault in raised.value.faults]


def test_an_unknown_field_names_its_cell_and_the_nearest_field(tmp_path):
    path = official(tmp_path / "省表.xlsx")
    book = openpyxl.load_workbook(path)
    book["省表"]["D5"] = "{{tax_per_muu}}"
    book["省表"]["B9"] = "{{parcel_id}}"
    book.save(path)
    told = faults(tmp_path)
    assert "[省表!D5]" in told[0]
    assert "tax_per_mu" in told[0]
    assert "[省表!B9]" in told[1]


def test_a_wrong_sheet_names_those_there_are(tmp_path):
    official(tmp_path / "省表.xlsx")
    assert "省表, 汇总" in faults(tmp_path, sheet="表一")[0]


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/vbaProject.bin", b"x", "宏"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>", "外部链接"),
        ("xl/charts/chart1.xml", b"<a/>", "图表"),
        ("xl/pivotTables/pivotTable1.xml", b"<a/>", "数据透视表"),
        ("xl/drawings/drawing9.xml", b"<wsDr><xdr:sp /></wsDr>", "形状"),
        ("xl/theme/theme2.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "XML 实体"),
        ("xl/theme/theme2.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16"), "XML 实体"),
        (
            "xl/worksheets/_rels/sheet9.xml.rels",
            b'<Relationships><Relationship Type="http://x/ole" Target="a" TargetMode="External"/></Relationships>',
            "外部链接",
        ),
        ("xl/media/big.xml", b"0" * 40_000_000, "压缩炸弹"),
        ("../out.xml", b"<a/>", "异常"),
    ],
)
def test_what_would_harm_or_be_lost_is_refused_and_named(tmp_path, part, content, said):
    with_part(official(tmp_path / "省表.xlsx"), part, content)
    assert said in faults(tmp_path)[0]


def test_a_workbook_with_macros_an_old_one_and_a_text_are_refused(tmp_path):
    for name in ("表.xlsm", "表.xls", "缺.xlsx"):
        if not name.startswith("缺"):
            (tmp_path / name).write_bytes(b"x")
        with pytest.raises(InputError):
            opened_template(Template(path=name), tmp_path)
    (tmp_path / "省表.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")
    assert "已加密" in faults(tmp_path)[0]


def test_a_row_that_is_merged_with_others_is_refused(tmp_path):
    path = official(tmp_path / "省表.xlsx")
    book = openpyxl.load_workbook(path)
    book["省表"].merge_cells("F5:F6")
    book.save(path)
    assert "F5:F6" in faults(tmp_path)[0]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 30), st.integers(1, 20))
def test_a_range_over_the_row_holds_every_new_row_and_others_keep_their_size(top, size, row, by):
    bottom = top + size - 1
    found = moved_formula(f"=SUM(A{top}:A{bottom})", "表", "表", row=row, by=by)
    first, last = (int(part[1:]) for part in found[5:-1].split(":"))
    grown = by if top <= row <= bottom else 0
    assert last - first + 1 == size + grown
    assert first == (top if top <= row else top + by)
