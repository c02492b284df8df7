"""The files of the faulty variant, the rows they put each object in, and the key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from generator.district import District
from generator.faulty import layout
from generator.faulty.answers import ANSWERS, TOGETHER
from generator.faulty.draft import Draft, Entry, Feature, Row, draft_of
from generator.faulty.faults import FAULTS
from generator.faulty.project_text import FATAL, FAULTY, fatal_rows
from generator.layout import to_crs
from generator.raster import BARE, BUILT, write_landcover
from generator.spec import CENTRE_E, CENTRE_N, EPSG, PLACES, YEARS
from generator.terrain import park_frame
from generator.write import add_sheet, as_gbk, open_workbook, write_csv, write_shapefile, write_workbook

FOLDER = "faulty"
ZONE_39 = 4527
DBF_LANGUAGE = 29
"""Place of the byte that names the code page of a .dbf."""
HIDDEN, VISIBLE = "Sheet1", "Sheet1 (2)"

Places = dict[int, tuple[str, str, int]]
"""Identity of a row -> file, sheet, number of the row."""


def write_faulty(district: District, folder: Path) -> None:
    """Write `faulty.toml` and the folder `faulty/` with its files, its fatal projects and its key."""
    draft = draft_of(district)
    for fault in FAULTS:
        fault(draft)
    out = folder / FOLDER
    (out / "truth").mkdir(parents=True, exist_ok=True)
    places = {**_write_plots(draft, out), **_write_books(draft, out)}
    _write_rasters(draft, out)
    parks = [place for place in PLACES if place.park]
    rows = [{"所属园区": p.park, "园区类型": p.park_type} for p in parks]
    write_shapefile(out / "parks_no_prj.shp", rows, [park_frame(place) for place in parks])
    (out / "parks_no_prj.prj").unlink()
    (folder / "faulty.toml").write_text(FAULTY, encoding="utf-8", newline="\n")
    for name, text in FATAL.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    write_csv(out / "truth" / "faults.csv", _key(draft, places), "utf-8")
    write_csv(out / "truth" / "fatal.csv", fatal_rows(), "utf-8")


# ---------------------------------------------------------------------------------------------- shapes


def _write_plots(draft: Draft, out: Path) -> Places:
    _write_shapefile(out / "parcels.shp", draft.parcels, EPSG)
    _write_shapefile(out / "parcels_柳河.shp", draft.liuhe, ZONE_39)
    files = (("parcels.shp", draft.parcels), ("parcels_柳河.shp", draft.liuhe))
    return {id(f): (name, "", i) for name, features in files for i, f in enumerate(features, start=1)}


def _write_shapefile(path: Path, features: Sequence[Feature], epsg: int) -> None:
    """Write a shapefile in GBK that does not say so: no .cpg, no language byte in the .dbf."""
    table = pd.DataFrame([{key: as_gbk(value) for key, value in feature.row.items()} for feature in features])
    shapes = [None if feature.shape is None else _on_map(feature.shape, epsg) for feature in features]
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=f"EPSG:{epsg}")
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding="GBK", DBF_DATE_LAST_UPDATE="2026-07-01")
    path.with_suffix(".cpg").unlink()
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[DBF_LANGUAGE] = 0
    path.with_suffix(".dbf").write_bytes(content)


def _on_map(shape: BaseGeometry, epsg: int) -> BaseGeometry:
    """Move a shape to map coordinates of a zone, rounded to the millimetre; a broken one stays broken."""
    if not shapely.is_valid(shape):
        moved = shapely.transform(shape, lambda xy: np.round(xy + np.array([CENTRE_E, CENTRE_N]), 3))
    else:
        moved = to_crs(shape)
    if epsg == EPSG:
        return moved
    shift = Transformer.from_crs(EPSG, epsg, always_xy=True).transform
    return shapely.transform(moved, lambda xy: np.round(np.column_stack(shift(xy[:, 0], xy[:, 1])), 3))


def _write_rasters(draft: Draft, out: Path) -> None:
    district = draft.district
    for year in (2023, 2025):
        over = [(draft.bare, BARE), *([(draft.built, BUILT)] if year == 2025 else [])]
        path = out / f"landcover_{year}.tif"
        write_landcover(path, year, district.plots, district.buildings, district.terrain, over=over)


# ----------------------------------------------------------------------------------------------- books


def _write_books(draft: Draft, out: Path) -> Places:
    """Write workbooks and lists; say in which row of which file everything stands."""
    files: list[tuple[str, str, Sequence[Row]]] = [
        ("registry.xlsx", "登记簿", draft.registry),
        ("contracts.xlsx", "合同台账", draft.contracts),
        ("enterprises.xlsx", "企业名录", draft.enterprises),
        ("accounts_output_2023_2024.xlsx", "产值", draft.earlier_output),
        ("leases.xlsx", "用地关系", draft.leases),
        ("meters.xlsx", "用电", draft.meters),
    ]
    for name, sheet, rows in files:
        write_workbook(out / name, sheet, rows)
    for year in YEARS:
        write_csv(out / f"accounts_tax_{year}.csv", draft.tax[year], "gbk")
    with open_workbook(out / "accounts_energy.xlsx") as book:
        old = add_sheet(book, HIDDEN, [row for row in draft.energy if row["年度"] == 2024])
        page = add_sheet(book, VISIBLE, draft.energy)
        page.activate()
        page.set_first_sheet()
        old.hide()
    layout.write_output(out / "accounts_output.xlsx", draft.output)
    lists = [(f"accounts_tax_{year}.csv", "", draft.tax[year]) for year in YEARS]
    plain = [*files, *lists, ("accounts_energy.xlsx", VISIBLE, draft.energy)]
    places = {id(row): (name, sheet, i) for name, sheet, rows in plain for i, row in enumerate(rows, start=2)}
    laid_out = enumerate(draft.output, start=layout.FIRST)
    return places | {id(row): ("accounts_output.xlsx", layout.SHEET, i) for i, row in laid_out}


# ------------------------------------------------------------------------------------------------- key


def _key(draft: Draft, places: Places) -> list[Row]:
    """Give the key, in the order of the faults."""
    entries = sorted(draft.entries, key=lambda entry: entry.fault)
    return [_key_row(entry, places) for entry in entries]


def _key_row(entry: Entry, places: Places) -> Row:
    severity, owner, mend = ANSWERS.get(f"{entry.table}.{entry.code}") or ANSWERS[entry.code]
    file, sheet, number = (entry.file, "", None) if entry.row is None else places[id(entry.row)]
    return {
        "fault": entry.fault,
        "origin": entry.origin,
        "severity": severity,
        "code": entry.code,
        "told": ("together" if entry.code in TOGETHER else "each") if entry.code else "",
        "table": entry.table,
        "key": entry.key,
        "column": entry.column,
        "file": f"{FOLDER}/{file}" if file else "",
        "sheet": sheet,
        "row": number,
        "match": entry.match,
        "enterprise": entry.enterprise,
        "owner": owner,
        "mend": mend,
        "what": entry.what,
    }
