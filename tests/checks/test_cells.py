"""An issue names the very cell of the file, however the sheet is laid out."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd

from landuse.project import build_project
from landuse.read import read_tables
from landuse.tables import SOURCE_CELL
from landuse.tables.source_cells import with_cells

SQUARE = [[[120.0, 30.0], [120.001, 30.0], [120.001, 30.001], [120.0, 30.001], [120.0, 30.0]]]


def raw_of(tmp_path, accounts, columns):
    """Return some accounts beside one parcel, as read."""
    parcel = {
        "type": "Feature",
        "properties": {"parcel_id": "P1"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [parcel]})
    (tmp_path / "宗地.geojson").write_text(text, encoding="utf-8")
    tree = {
        "project": {"name": "n", "year": 2025},
        "inputs": {"parcels": {"path": "宗地.geojson", "crs": "EPSG:4490"}, "accounts": accounts},
        "columns": {"accounts": columns},
    }
    return read_tables(build_project(tree, folder=tmp_path))


def found(tmp_path, accounts, columns):
    """Return the numbers that are none, with their cells."""
    raw = raw_of(tmp_path, accounts, columns)
    issues = with_cells(raw.issues, raw)
    return issues[issues["code"].eq("NUMBER_TEXT")]


def test_in_a_workbook_with_titles_and_empty_columns_the_cell_is_the_one_on_the_screen(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "税收"
    sheet["A1"] = "某县税收表"
    for place, text in {"C3": "统一社会信用代码", "D3": "年度", "E3": "企业名称", "AB3": "税收", "AC3": "人数"}.items():
        sheet[place] = text
    for row, tax in ((4, 12.5), (5, "约13万"), (7, 14)):
        for place, value in {"C": "91990781MA0000001R", "D": 2025, "AB": tax, "AC": "#DIV/0!"}.items():
            sheet[f"{place}{row}"] = value
    sheet["AC4"], sheet["AC5"], sheet["AC7"] = 3, 4, "七个"
    book.save(tmp_path / "税收.xlsx")
    issues = found(
        tmp_path,
        {"path": "税收.xlsx", "sheet": "税收", "header_rows": 3, "units": {"tax_wan": "万元"}},
        {"tax_wan": "税收", "employees": "人数"},
    )
    assert issues[SOURCE_CELL].tolist() == ["AB5", "AC7"]
    assert [str(sheet[place].value) for place in issues[SOURCE_CELL]] == issues["value"].tolist()


def test_in_a_csv_the_cell_is_the_one_a_spreadsheet_would_show(tmp_path):
    lines = ["备注,统一社会信用代码,年度,税收", ",91990781MA0000001R,2025,1", "x,91990781MA0000002R,2025,两万"]
    (tmp_path / "税收.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    issues = found(tmp_path, {"path": "税收.csv", "units": {"tax_wan": "万元"}}, {"tax_wan": "税收"})
    assert issues[SOURCE_CELL].tolist() == ["D3"]


def test_issues_of_several_columns_name_several_cells_and_those_of_none_name_none(tmp_path):
    (tmp_path / "税收.csv").write_text("税收,统一社会信用代码,年度\n1,91990781MA0000001R,2025\n", encoding="utf-8")
    raw = raw_of(tmp_path, {"path": "税收.csv", "units": {"tax_wan": "万元"}}, {"tax_wan": "税收"})
    rows = pd.DataFrame(
        {
            "table": "accounts",
            "column": ["tax_wan,uscc", "", "output_wan", "tax_wan", "tax_wan"],
            "source_file": ["税收.csv", "税收.csv", "税收.csv", "other.csv", "税收.csv"],
            "source_sheet": "",
            "source_row": pd.array([2, 2, 2, 2, None], dtype="Int64"),
        }
    )
    assert with_cells(rows, raw)[SOURCE_CELL].tolist() == ["A2,B2", "", "", "", ""]
    assert SOURCE_CELL not in rows.columns
