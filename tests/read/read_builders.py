"""Input files and projects for the tests of the room `read`."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read import read_tables

EAST, NORTH = 40_378_000.0, 4_275_000.0
"""Centre of the invented district in EPSG:4528: 118.60 E, 38.60 N."""


def boxes(count, east=EAST, north=NORTH):
    """Return squares of 100 m in a row."""
    return [shapely.box(east + 200 * i, north, east + 200 * i + 100, north + 100) for i in range(count)]


def layer(folder, name="parcels.gpkg", crs=4528, geometry=None, **columns):
    """Write a vector file; by default two parcels."""
    columns = columns or {"parcel_id": ["990781001001GB00001", "990781001001GB00002"]}
    size = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=boxes(size) if geometry is None else geometry, crs=crs)
    path = folder / name
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, engine="pyogrio")
    return name


def shapefile(folder, name, encoding, crs=4528, **columns):
    """Write a shapefile in an encoding, without .cpg and with a DBF language byte that says nothing."""
    size = len(next(iter(columns.values())))
    frame = gpd.GeoDataFrame(columns, geometry=boxes(size), crs=crs)
    frame.to_file(folder / name, engine="pyogrio", encoding=encoding)
    (folder / name).with_suffix(".cpg").unlink(missing_ok=True)
    set_language(folder / name, 0x00)
    return name


def set_language(path, language):
    """Set the language byte of a shapefile's table."""
    table = Path(path).with_suffix(".dbf")
    raw = bytearray(table.read_bytes())
    raw[29] = language
    table.write_bytes(bytes(raw))


def dbf(path, field, values, language=0):
    """Write a one-column DBF from raw bytes, as old programs do."""
    width = max(len(value) for value in values)
    head = struct.pack("<BBBBIHH17xB2x", 3, 126, 1, 1, len(values), 32 + 32 + 1, width + 1, language)
    descriptor = struct.pack("<11sc4xBB14x", field, b"C", width, 0)
    records = b"".join(b" " + value.ljust(width) for value in values)
    path.write_bytes(head + descriptor + b"\r" + records + b"\x1a")


def sheet(folder, name, rows, title="数据", **more):
    """Write a workbook: rows of the sheet `title`; `hidden` = rows of a hidden first sheet, `merge` = ranges."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column, value)
            if isinstance(value, str) and value.startswith("#"):
                cell.data_type = "e"
    for ranges in more.get("merge", ()):
        page.merge_cells(ranges)
    if "hidden" in more:
        old = book.create_sheet("去年", 0)
        for row in more["hidden"]:
            old.append(row)
        old.sheet_state = "hidden"
        book.active = 1
    book.save(folder / name)
    return name


def text(folder, name, content, encoding="utf-8"):
    """Write a text file."""
    (folder / name).write_bytes(content.encode(encoding))
    return name


def project(folder, columns=None, region=None, as_of="2026-06-30", **inputs):
    """Return a project over files of the folder; parcels are written when none are named."""
    if "parcels" not in inputs:
        inputs["parcels"] = layer(folder)
    tree = {"project": {"name": "示例", "year": 2025, "as_of": as_of}, "inputs": inputs, "columns": columns or {}}
    if region is not None:
        tree["project"]["region"] = region
    return build_project(tree, folder=folder)


def read(folder, **more):
    """Read a project over files of the folder."""
    return read_tables(project(folder, **more))


def part(folder, table="accounts", **more):
    """Read and return the frame of the first part of a table."""
    return read(folder, **more).of(table)[0].frame


def codes(raw):
    """Return the codes of the issues, in order."""
    return list(raw.issues["code"])


def faults_of(act):
    """Return the faults that an act raises."""
    try:
        act()
    except InputError as error:
        return error.faults
    raise AssertionError("nothing was refused")
