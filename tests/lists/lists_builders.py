"""A small official template, and a bureau with listed parcels to fill it with."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation


def official(path: Path, *, row: int = 5) -> Path:
    """Write a template: merged title, header, one row with fields, a total, a merged line of signatures."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "省表"
    page["A1"] = "{{region_name}}低效用地清单"
    page.merge_cells("A1:F1")
    page["A1"].font = Font(name="宋体", size=18, bold=True)
    page["A3"] = "填报日期:{{as_of}}    共{{n_rows}}宗"
    for place, text in enumerate(("序号", "宗地", "面积", "税", "名称", "倍数"), start=1):
        page.cell(row - 1, place, text)
    fields = ("{{seq}}", "{{parcel_id}}", "{{area_mu}}", "{{tax_per_mu}}", "{{owner_name}}", f"=C{row}*2")
    thin = Side(style="thin")
    for place, text in enumerate(fields, start=1):
        cell = page.cell(row, place, text)
        cell.border = Border(thin, thin, thin, thin)
        cell.fill = PatternFill("solid", fgColor="FFF2CC")
    page.cell(row, 3).number_format = "0.0000"
    page.row_dimensions[row].height = 33
    page.column_dimensions["B"].width = 27.5
    page.cell(row + 1, 1, "合计")
    page.cell(row + 1, 3, f"=SUM(C{row}:C{row})")
    page.cell(row + 1, 4, f"=SUM(D{row})")
    page.cell(row + 3, 1, "审核人")
    page.merge_cells(start_row=row + 3, start_column=1, end_row=row + 3, end_column=3)
    page.row_dimensions[row + 3].height = 41
    choice = DataValidation(type="list", formula1='"甲,乙"')
    choice.add(f"E{row}:E{row}")
    page.add_data_validation(choice)
    page.conditional_formatting.add(f"C{row}:C{row}", CellIsRule(operator="greaterThan", formula=["100"]))
    page.print_title_rows = f"{row - 1}:{row - 1}"
    page.print_area = f"A1:F{row + 3}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 8
    other = book.create_sheet("汇总")
    other["A1"] = f"='省表'!C{row + 1}"
    book.save(path)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """Put a part into a workbook, or replace it."""
    with zipfile.ZipFile(path) as old:
        parts = {entry.filename: old.read(entry.filename) for entry in old.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for key, held in {**parts, name: content}.items():
            new.writestr(key, held)
    return path
