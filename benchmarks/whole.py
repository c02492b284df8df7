"""Run a synthetic county that has everything a page may carry: names, addresses, parks, years, variants, electricity.

The files of `county.py`, with Chinese names of holders and enterprises, five years of accounts and five variants of the
rule, put through the whole pipeline: years, variants, ranks at every share and reasons are those that a run computes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from county import County, occupancy_table, write

FIRMS = 0.75
"""Enterprises a parcel, as in the demonstration district (450 on 600): many use several parcels."""
YEARS = (2021, 2022, 2023, 2024, 2025)
PIECES = np.array(list("安澜瑞禾堃泰鑫达恒远永盛宏图精诚光大华兴隆昌顺和平源通海川江山云峰"), dtype=object)
TRADES = np.array(["机械", "电子科技", "纺织", "食品", "建材", "鞋业", "化工", "新材料", "包装", "五金"], dtype=object)
PARKS = np.array(["安澜高新技术产业园", "安澜经济开发区城东片区", "石桥鞋服产业园", None], dtype=object)
PROJECT = """[project]
name = "安澜县(示例)"
year = 2025
as_of = 2026-06-30
language = "zh"

[inputs]
parcels = "full.parquet"
enterprises = "full_enterprises.csv"
accounts = "full_accounts.csv"
occupancy = "full_occupancy.csv"
land_prices = "land_prices.csv"

[variants."末位10%"]
ranking.share = 0.10
[variants."末位20%"]
ranking.share = 0.20
[variants."不修正地价"]
land_price.apply = "none"
[variants."税收优先"]
indicators.weights = { tax_per_mu = 0.7, output_per_mu = 0.2, output_per_energy = 0.1 }
[variants."按大类下分规模"]
ranking.within = "industry_scale"
"""


def names(size: int) -> np.ndarray:
    """Return names of enterprises as bureaus have them, nearly all different."""
    rng = np.random.default_rng(21)
    letters = PIECES[rng.integers(0, len(PIECES), (size, 4))]
    trade = TRADES[rng.integers(0, len(TRADES), size)]
    made: np.ndarray = "安澜" + letters[:, 0] + letters[:, 1] + letters[:, 2] + letters[:, 3] + trade + "有限公司"
    return made


def full_county(folder: Path, size: int) -> Path:
    """Write the county and return its project file; one that is there is taken as it is."""
    project = folder / "full.toml"
    if project.is_file():
        return project
    write(County(folder, size))
    firms = pd.read_csv(folder / "enterprises.csv", dtype={"industry_code": str})
    firms = firms.iloc[: int(FIRMS * size)].assign(name=names(int(FIRMS * size)))
    firms.to_csv(folder / "full_enterprises.csv", index=False)
    _write_accounts(folder, firms["uscc"])
    _write_parcels(folder, firms)
    project.write_text(PROJECT, encoding="utf-8")
    return project


def _write_accounts(folder: Path, known: pd.Series) -> None:
    """Write five years: each figure moves by some per cent a year, and some have no row in some years."""
    last, rng, parts = pd.read_csv(folder / "accounts.csv"), np.random.default_rng(22), []
    last = last.loc[last["uscc"].isin(known)]
    for year in YEARS:
        moved = last.assign(year=year)
        for name in ("tax_wan", "output_wan", "energy_tce"):
            factor = rng.lognormal(0.0, 0.12 * (YEARS[-1] - year), len(last))
            moved[name] = (last[name] * factor).round(2)
        parts.append(moved.loc[rng.random(len(last)) > 0.04 * (YEARS[-1] - year)])
    pd.concat(parts, ignore_index=True).to_csv(folder / "full_accounts.csv", index=False)


def _write_parcels(folder: Path, firms: pd.DataFrame) -> None:
    """Write the parcels with holder, credit code, address and park, and who uses them."""
    import geopandas as gpd

    table = gpd.read_parquet(folder / "parcels.parquet")
    ids, areas = table["parcel_id"].to_numpy(dtype=object), shapely.area(np.asarray(table.geometry.array, dtype=object))
    use = occupancy_table(ids, areas, firms["uscc"].to_numpy(dtype=object))
    use = use.drop_duplicates(["parcel_id", "uscc"])
    use.to_csv(folder / "full_occupancy.csv", index=False)
    own, names_of = use.drop_duplicates("parcel_id").set_index("parcel_id")["uscc"], firms.set_index("uscc")["name"]
    holder, rng = table["parcel_id"].map(own), np.random.default_rng(23)
    street = [f"工业大道{number}号" for number in rng.integers(1, 999, len(table))]
    more = {
        "holder_uscc": holder,
        "holder": holder.map(names_of),
        "address": table["town"] + pd.Series(street, index=table.index),
        "park": PARKS[(np.arange(len(table)) // 1500) % 4],
    }
    table.assign(**more).to_parquet(folder / "full.parquet")


def full_analysis(folder: Path, size: int) -> Any:
    """Return the run of the county."""
    from landuse.pipeline import run
    from landuse.project import load_project

    return run(load_project(full_county(folder, size)))
