"""Tables in the formats a bureau has: shapefiles with GBK attributes, workbooks, GBK csv; the same bytes every time."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import xlsxwriter
from shapely.geometry.base import BaseGeometry

from generator.layout import to_crs
from generator.spec import EPSG

CREATED = dt.datetime(2026, 7, 1, 9, 0, 0)  # noqa: DTZ001 - a workbook knows no zone
Row = Mapping[str, object]


def write_shapefile(path: Path, rows: Sequence[Row], shapes: Sequence[BaseGeometry]) -> None:
    """Write a shapefile in EPSG:4528 with a GBK .dbf and a .cpg that says so; `?` stands for characters outside GBK."""
    table = pd.DataFrame([{key: as_gbk(value) for key, value in row.items()} for row in rows])
    frame = gpd.GeoDataFrame(table, geometry=[to_crs(shape) for shape in shapes], crs=f"EPSG:{EPSG}")
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK", DBF_DATE_LAST_UPDATE="2026-07-01")
    path.with_suffix(".cpg").write_text("GBK", encoding="ascii")


def as_gbk(value: object) -> object:
    """Give text as a GBK file holds it."""
    return value.encode("gbk", errors="replace").decode("gbk") if isinstance(value, str) else value


def write_workbook(path: Path, sheet: str, rows: Sequence[Row]) -> None:
    """Write one sheet with one header row; dates as dates, blanks blank, codes as text."""
    with open_workbook(path) as book:
        add_sheet(book, sheet, rows)


@contextmanager
def open_workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """Open a workbook that is the same bytes every time and takes no text for a formula or a number."""
    with xlsxwriter.Workbook(
        str(path), {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    ) as book:
        book.set_properties({"title": "安澜县(示例)演示数据,纯属虚构", "created": CREATED})
        yield book


def header_format(book: xlsxwriter.Workbook) -> xlsxwriter.format.Format:
    """Give the format of header cells."""
    return book.add_format({"bold": True, "bg_color": "#E7EEF5", "border": 1, "text_wrap": True, "valign": "vcenter"})


def add_sheet(book: xlsxwriter.Workbook, sheet: str, rows: Sequence[Row]) -> xlsxwriter.worksheet.Worksheet:
    """Add a sheet with one header row."""
    page = book.add_worksheet(sheet)
    head = header_format(book)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, title in enumerate(rows[0]):
        page.write_string(0, column, title, head)
        page.set_column(column, column, 22 if column < 2 else 14)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row.values()):
            write_cell(page, number, column, value, day)
    page.freeze_panes(1, 1)
    return page


def _unknown(value: object) -> bool:
    """Say whether a number is not known."""
    return isinstance(value, float) and math.isnan(value)


def write_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object, day: object) -> None:
    """Write one cell by the kind of its value."""
    if value is None or value == "" or _unknown(value):
        return
    if isinstance(value, dt.date):
        page.write_datetime(row, column, value, day)
    elif isinstance(value, int | float):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, str(value))


def write_csv(path: Path, rows: Sequence[Row], encoding: str) -> None:
    """Write a csv with the line ends of an office programme."""
    with path.open("w", encoding=encoding, errors="replace", newline="") as target:
        writer = csv.writer(target, lineterminator="\r\n" if encoding != "utf-8" else "\n")
        writer.writerow(rows[0])
        writer.writerows(
            [["" if value is None or _unknown(value) else value for value in row.values()] for row in rows]
        )
