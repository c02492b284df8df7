"""A question in a workbook of parameters is seen: its cell is red, also where it stands among other pairs."""

from __future__ import annotations

import openpyxl
import pytest

from landuse.reports.parameters import _OPEN
from landuse.write.project_file import write_project

RED = "FFFFD9D2"


@pytest.mark.parametrize(
    ("cell", "asks"),
    [
        ("?", True),
        ("tax_wan = 元; output_wan = ?", True),
        ('year = { value = "?" }', True),
        ("数据/为什么?.csv", False),
        ("备注 = 是否?", False),
    ],
)
def test_a_cell_asks_where_a_question_is_a_whole_value(cell, asks):
    assert bool(_OPEN.search(cell)) == asks


def test_the_unit_that_is_asked_is_red_and_the_path_beside_it_is_not(tmp_path):
    entry = {"path": "宗地.shp", "units": {"registered_area_m2": "?"}}
    tree = {"project": {"name": "安澜县", "year": 2025}, "inputs": {"parcels": entry}}
    write_project(tree, tmp_path / "参数.xlsx", {}, lang="zh")
    sheet = openpyxl.load_workbook(tmp_path / "参数.xlsx")["输入文件"]
    red = [cell.value for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == RED]
    assert red == ["registered_area_m2 = ?"]
