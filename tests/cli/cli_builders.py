"""A small bureau: nine shoe factories with land, tax, output and energy, in files that can be spoilt one by one."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

SIZE = 9
PARCEL_IDS = [f"990781001001GB{number:05d}" for number in range(1, SIZE + 1)]
USCC = [f"E{number:02d}" for number in range(1, SIZE + 1)]
NAMES = [f"安澜鑫达鞋业{number}厂" for number in "甲乙丙丁戊己庚辛壬"]
PROJECT = """\
[project]
name = "九家鞋厂"
year = 2025
as_of = 2026-06-30

[inputs]
parcels = "数据/宗地 1.gpkg"
enterprises = "数据/企业.csv"
accounts = "数据/税收.csv"
"""
ONE_SHEET = """
[sheets]
only = ["low"]
formats = ["pdf"]
dpi = 50
pictures = false
processes = 1
"""
"""Settings of a run that prints one map: enough where it is not the maps that are looked at."""


def parcels() -> gpd.GeoDataFrame:
    """Return nine square plots of 10, 20, … 90 mu in the open water of the demonstration district."""
    mu = pd.Series(range(10, 10 * SIZE + 1, 10), dtype=float)
    side = (mu * 2000 / 3) ** 0.5
    left = 40_378_000 + 500.0 * mu.index
    columns = {"宗地代码": PARCEL_IDS, "权利人统一社会信用代码": USCC, "证载面积(亩)": mu}
    boxes = shapely.box(left, 4_275_000, left + side, 4_275_000 + side)
    return gpd.GeoDataFrame(columns, geometry=boxes, crs=4528)


def enterprises() -> pd.DataFrame:
    return pd.DataFrame({"统一社会信用代码": USCC, "企业名称": NAMES, "行业代码(GB/T 4754—2017)": "1952"})


def accounts() -> pd.DataFrame:
    """Return tax of 100, 200, … 900, output of ten times as much, energy of 50 tce each."""
    tax = pd.Series(range(100, 100 * SIZE + 1, 100), dtype=float)
    columns = {"统一社会信用代码": USCC, "年度": 2025, "实缴税收(万元)": tax, "工业总产值(万元)": tax * 10}
    return pd.DataFrame({**columns, "综合能源消费量(吨标准煤)": 50.0})


def write_bureau(folder: Path) -> Path:
    """Write the files of the bureau and its project file; return the project file."""
    inputs = folder / "数据"
    inputs.mkdir(parents=True)
    pyogrio.write_dataframe(parcels(), inputs / "宗地 1.gpkg")
    enterprises().to_csv(inputs / "企业.csv", index=False)
    accounts().to_csv(inputs / "税收.csv", index=False)
    project = folder / "项目 一.toml"
    project.write_text(PROJECT, encoding="utf-8")
    return project


def everything(folder: Path) -> dict[str, bytes]:
    """Return every file of a run by its name, but for the timings."""
    names = (path for path in folder.rglob("*") if path.is_file() and path.name != "run.log.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in names}
