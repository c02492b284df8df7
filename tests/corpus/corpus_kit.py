"""A corpus of small dirty files: what each says in truth, and what became of it when it was read."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyproj
import shapely

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read import read_tables

REGION = {"code": "990781", "lon": 118.60, "lat": 38.60, "radius_km": 12}
EAST, NORTH = 40_378_000.0, 4_275_000.0
"""South-west corner of the first parcel in EPSG:4528: 118.60 E, 38.60 N."""
NEAR_M = 0.05
"""A place is right within five centimetres."""


@dataclass(frozen=True)
class Truth:
    """What the four parcels of every file are."""

    parcel_id: tuple[str, ...] = tuple(f"990781001001GB0000{n}" for n in (1, 2, 3, 4))
    town: tuple[str, ...] = ("城东街道", "石桥镇", "柳河镇", "青塘镇")
    holder: tuple[str, ...] = ("安澜华泰机械有限公司", "石桥鞋服厂", "柳河农产品加工有限公司", "青塘纸业(集团)公司")
    registered_area_m2: tuple[float, ...] = (10_000.0, 12_000.0, 14_000.0, 16_000.0)

    def polygons(self) -> list[shapely.Polygon]:
        """Return rectangles of 100 m by 100 to 160 m in EPSG:4528: their areas are the registered ones."""
        return [shapely.box(EAST + 200 * n, NORTH, EAST + 200 * n + 100, NORTH + 100 + 20 * n) for n in range(4)]


TRUTH = Truth()
BIG5 = Truth(
    town=("城東街道", "石橋鎮", "柳河鎮", "青塘鎮"), holder=("華泰機械公司", "石橋鞋廠", "柳河農產品", "青塘紙業")
)
"""The same in characters that Big5 has."""


@dataclass(frozen=True)
class Case:
    """One file, or a few, with a project that names them."""

    group: str
    name: str
    build: Callable[[Path], Mapping[str, Any]]
    """Folder -> [inputs] of the project, and further sections under their names."""
    expect: str = "right"
    """right | refused | marked (a cell is unknown or doubted, and an issue says so); several with a bar."""
    says: str = ""
    """Part of the text of a refusal, or the code of the issue."""
    check: Callable[[Any], list[str]] | None = None
    """What is wrong in what was read; default: the four parcels."""
    truth: Truth = field(default=TRUTH)

    @property
    def id(self) -> str:
        """Return the name of the case in the table."""
        return f"{self.group}: {self.name}"


@dataclass(frozen=True)
class Verdict:
    """What became of a case."""

    outcome: str
    """right | refused | marked | wrong."""
    told: str

    def fits(self, case: Case) -> bool:
        """Say whether the outcome is the one the case expects, and says what it should."""
        return self.outcome in case.expect.split("|") and (case.says in self.told or self.outcome == "right")


def verdict_on(case: Case, folder: Path) -> Verdict:
    """Build the files of a case in an empty folder, read them and compare with the truth."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stated = dict(case.build(folder))
    about = {"name": "示例", "year": 2025, "as_of": "2026-06-30", **stated.pop("project", {})}
    columns = stated.pop("columns", {})
    more = {name: stated.pop(name) for name in [*stated] if name.startswith("[")}
    tree = {"project": about, "columns": columns, "inputs": stated, **{key.strip("[]"): v for key, v in more.items()}}
    try:
        raw = read_tables(build_project(tree, folder=folder))
    except InputError as error:
        return Verdict("refused", " ".join(str(error).split()))
    except Exception as error:  # noqa: BLE001 - whatever it is, no user may meet it
        return Verdict("wrong", f"{type(error).__name__}: {error}")
    wrong = case.check(raw) if case.check else parcels_wrong(raw, case.truth)
    told = " ".join(dict.fromkeys(raw.issues["code"]))
    if wrong:
        return Verdict("wrong", "; ".join(wrong))
    return Verdict("right" if "right" in case.expect else "marked", told)


def parcels_wrong(raw: Any, truth: Truth = TRUTH, *, columns: Sequence[str] = ("town", "holder")) -> list[str]:
    """Return how the parcels that were read differ from the truth: codes, texts, areas, places."""
    parts = raw.of("parcels")
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    frame = frame.groupby("parcel_id", as_index=False).first()  # some formats store their rows in an order of their own
    wrong = _differs("parcel_id", frame, truth.parcel_id)
    if wrong:
        return wrong
    for name in (*columns, "registered_area_m2"):
        if name in frame:
            wrong += _differs(name, frame, getattr(truth, name))
    shapes = [part for part in parts if part.crs]
    if shapes:
        order = np.argsort(shapes[0].frame["parcel_id"].to_numpy(dtype=object), kind="stable")
        wrong += places_wrong(np.asarray(shapes[0].geometry)[order], shapes[0].crs, truth)
    return wrong


def places_wrong(geometry: Any, crs: str, truth: Truth = TRUTH) -> list[str]:
    """Return the parcels that lie elsewhere, or are larger or smaller than in truth."""
    change = pyproj.Transformer.from_crs(crs, "EPSG:4528", always_xy=True)
    moved = shapely.transform(geometry, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
    if len(moved) != len(truth.polygons()):
        return [f"{len(moved)} polygons instead of {len(truth.polygons())}"]
    wrong = []
    for number, (found, meant) in enumerate(zip(moved, truth.polygons(), strict=True), start=1):
        off = np.inf if found is None else shapely.hausdorff_distance(found.boundary, meant.boundary)
        if not off <= NEAR_M:
            wrong.append(f"parcel {number} is off by {off:.2f} m")
    return wrong


def _differs(name: str, frame: pd.DataFrame, meant: Sequence[Any]) -> list[str]:
    found = frame[name].tolist() if name in frame else []
    if len(found) != len(meant):
        return [f"{name}: {len(found)} rows instead of {len(meant)}"]
    return [f"{name}: {one!r} instead of {other!r}" for one, other in zip(found, meant, strict=True) if one != other]


# ------------------------------------------------------------------------------------------------- files


def shapefile(
    folder: Path,
    *,
    encoding: str = "gb18030",
    cpg: str | None = None,
    language: int = 0x00,
    truth: Truth = TRUTH,
    crs: int | str | None = 4528,
    polygons: Sequence[Any] | None = None,
    names: Sequence[str] = ("宗地代码", "镇街", "权利人"),
) -> str:
    """Write a shapefile whose table is made byte by byte: names and texts in an encoding, side files as told."""
    frame = gpd.GeoDataFrame(geometry=list(polygons or truth.polygons()), crs=crs)
    path = folder / "parcels.shp"
    frame.assign(n=1).to_file(path, engine="pyogrio")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    columns = list(zip(names, (truth.parcel_id, truth.town, truth.holder), strict=True))
    path.with_suffix(".dbf").write_bytes(_dbf(columns, encoding, language))
    return path.name


def _dbf(columns: Sequence[tuple[str, Sequence[str]]], encoding: str, language: int) -> bytes:
    cells = [(name.encode(encoding)[:10], [value.encode(encoding) for value in values]) for name, values in columns]
    widths = [max(len(value) for value in values) + 2 for _, values in cells]
    rows = len(cells[0][1])
    start = 32 + 32 * len(cells) + 1
    head = struct.pack("<BBBBIHH17xB2x", 3, 126, 1, 1, rows, start, 1 + sum(widths), language)
    fields = b"".join(
        struct.pack("<11sc4xBB14x", name, b"C", width, 0) for (name, _), width in zip(cells, widths, strict=True)
    )
    records = b"".join(
        b" " + b"".join(values[row].ljust(width) for (_, values), width in zip(cells, widths, strict=True))
        for row in range(rows)
    )
    return head + fields + b"\r" + records + b"\x1a"


def polygons(folder: Path, name: str = "parcels.gpkg", *, crs: int | str | None = 4528, **more: Any) -> str:
    """Write the parcels with their codes as a vector file; `polygons` = other geometries, else columns."""
    shapes = more.pop("polygons", None) or TRUTH.polygons()
    frame = gpd.GeoDataFrame({"宗地代码": list(TRUTH.parcel_id), **more}, geometry=list(shapes), crs=crs)
    path = folder / name
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, engine="pyogrio")
    return name


def moved(crs: int | str, *, swapped: bool = False) -> list[Any]:
    """Return the true polygons in another CRS; `swapped` = northing (latitude) first."""
    change = pyproj.Transformer.from_crs("EPSG:4528", crs, always_xy=True)

    def there(xy: np.ndarray) -> np.ndarray:
        east, north = change.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([north, east] if swapped else [east, north])

    return list(shapely.transform(np.array(TRUTH.polygons(), dtype=object), there))


def book(folder: Path, rows: Sequence[Sequence[Any]], name: str = "accounts.xlsx", **more: Any) -> str:
    """Write a workbook; `merge` = ranges, `hidden` = rows of a hidden sheet, `formats` = cell -> number format."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = more.get("title", "数据")
    for row in rows:
        page.append(list(row))
    for cells in more.get("merge", ()):
        page.merge_cells(cells)
    for cell, style in more.get("formats", {}).items():
        page[cell].number_format = style
    if "hidden" in more:
        old = made.create_sheet("去年", 0)
        for row in more["hidden"]:
            old.append(list(row))
        old.sheet_state = "hidden"
        made.active = 1
    made.save(folder / name)
    return name


def text(folder: Path, name: str, content: str, encoding: str = "utf-8", *, mark: bytes = b"") -> str:
    """Write a text file, with a byte-order mark before it."""
    (folder / name).write_bytes(mark + content.encode(encoding))
    return name
