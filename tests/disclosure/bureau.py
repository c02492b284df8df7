"""A bureau whose files carry values that can be recognised wherever they turn up: none may reach the public."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

MU = 2000 / 3
SIZES = {"1310": 6, "1952": 6, "2710": 2, "3011": 1, "3311": 5}
"""Industry -> enterprises: 27 has two, 30 has one."""
PROJECT = """
[project]
name = "某区工业用地评价"
year = 2025
as_of = 2026-06-30
stage = "公示"

[inputs]
parcels = { path = "内部/宗地.gpkg" }
parks = "园区.gpkg"
enterprises = "企业.csv"
accounts = "税收.csv"
context = "背景.gpkg"

[columns.enterprises]
industry_code = "行业代码"

[ranking]
min_group = 1

[variants."机密变体末位三成"]
ranking.share = 0.3

[frozen]
groups = { "91990781PLANT0001X" = "13" }
"""


def firms() -> pd.DataFrame:
    """Return the enterprises with figures that occur nowhere else; the last two are closed, or without accounts."""
    codes = [code for code, n in SIZES.items() for _ in range(n)]
    at = np.arange(len(codes) + 2)
    tax = 137.1379 + at * 91.0737
    return pd.DataFrame(
        {
            "uscc": [f"91990781PLANT{n:04d}X" for n in at],
            "name": [f"参评第{n}制造厂" for n in at[:-2]] + ["停业机械厂", "密名无数据厂"],
            "industry_code": [*codes, "3411", "2614"],
            "state": ["存续"] * len(codes) + ["注销", "存续"],
            "tax": tax,
            "output": tax * 17.7713,
            "energy": tax * 3.1717,
            "park": np.where(at % 3 == 0, "东园", np.where(at % 3 == 1, "西园", None)),
            "town": np.where(at % 2 == 0, "甲镇", "乙镇"),
        }
    ).round({"tax": 4, "output": 4, "energy": 4})


def lay_out(folder: Path, project: str = PROJECT) -> Path:
    """Write the files of the bureau; return its project file."""
    known = firms()
    size = len(known)
    (folder / "内部").mkdir(parents=True)
    left, low = 40_378_000 + 130.37 * (np.arange(size) % 6), 4_275_000 + 110.91 * (np.arange(size) // 6)
    boxes = shapely.box(left, low, left + 120.37, low + 100.91)
    parcels = gpd.GeoDataFrame(
        {
            "宗地代码": [f"990781001001GB{n:05d}" for n in range(1, size + 1)],
            "土地使用权人": known["name"],
            "权利人统一社会信用代码": known["uscc"],
            "证载面积(亩)": 20.0 + np.arange(size),
            "所属园区": known["park"],
            "镇(街道)": known["town"],
        },
        geometry=boxes,
        crs=4528,
    )
    pyogrio.write_dataframe(parcels, folder / "内部/宗地.gpkg")
    parks = gpd.GeoDataFrame(
        {"所属园区": ["东园"]}, geometry=[shapely.box(40_377_900, 4_274_900, 40_378_500, 4_275_300)]
    )
    pyogrio.write_dataframe(parks.set_crs(4528), folder / "园区.gpkg")
    around = gpd.GeoDataFrame(
        {"name": ["环园路", "某区"], "kind": ["主干路", "县界"]},
        geometry=[
            shapely.LineString([(40_377_900, 4_274_950), (40_379_000, 4_274_950)]),
            shapely.box(40_377_000, 4_274_000, 40_380_000, 4_277_000),
        ],
        crs=4528,
    )
    pyogrio.write_dataframe(around, folder / "背景.gpkg")
    pd.DataFrame(
        {
            "统一社会信用代码": known["uscc"],
            "企业名称": known["name"],
            "行业代码": known["industry_code"],
            "登记状态": known["state"],
        }
    ).to_csv(folder / "企业.csv", index=False, encoding="utf-8")
    known = known.iloc[:-1]
    pd.DataFrame(
        {
            "统一社会信用代码": known["uscc"],
            "年度": 2025,
            "实缴税收(万元)": known["tax"],
            "工业总产值(万元)": known["output"],
            "综合能源消费量(吨标准煤)": known["energy"],
        }
    ).to_csv(folder / "税收.csv", index=False, encoding="utf-8")
    path = folder / "项目.toml"
    path.write_text(project, encoding="utf-8")
    return path
