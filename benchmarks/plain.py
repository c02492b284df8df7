"""Plain analyst script: the job in the idioms of a first GeoPandas course. Baseline of the benchmark.

Usage: plain.py FOLDER. Prints one JSON line of CPU seconds and wall seconds per stage.
"""

import json
import sys
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
stages: dict[str, list[float]] = {}
last = [time.perf_counter(), time.process_time()]


def lap(name: str) -> None:
    now = [time.perf_counter(), time.process_time()]
    stages[name] = [now[0] - last[0], now[1] - last[1]]
    last[:] = now


import geopandas as gpd
import numpy as np
import pandas as pd

folder = Path(sys.argv[1])
lap("import")
g = gpd.read_file(folder / "parcels.gpkg")
firms = pd.read_csv(folder / "enterprises.csv")
accounts = pd.read_csv(folder / "accounts.csv")
use = pd.read_csv(folder / "occupancy.csv")
prices = pd.read_csv(folder / "land_prices.csv")
lap("read")
g["geometry"] = g.geometry.make_valid()
g["ellipsoid_mu"] = g.to_crs("+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=GRS80").area / (2000 / 3)
g["area_mu"] = (g["registered_area_m2"] / (2000 / 3)).fillna(g["ellipsoid_mu"])
lap("geometry")
pairs = gpd.sjoin(g[["parcel_id", "geometry"]], g[["parcel_id", "geometry"]], predicate="overlaps")
g["overlap"] = g.index.isin(pairs.index)
lap("overlaps")
g = g.merge(prices, on="price_level", how="left")


use = use.merge(g[["parcel_id", "area_mu", "price_yuan_per_m2"]], on="parcel_id")
use["stated_mu"] = use["area_m2"] / (2000 / 3)
use["leased_mu"] = use["stated_mu"].where(use["tenure"] == "lease", 0)
use["land_mu"] = use["stated_mu"].fillna(use["area_mu"] - use.groupby("parcel_id")["leased_mu"].transform("sum"))
use["value"] = use["land_mu"] * use["price_yuan_per_m2"]
firm_land = use.groupby("uscc")[["land_mu", "value"]].sum().rename(columns={"land_mu": "area_mu"})
t = firms.merge(accounts, on="uscc").merge(firm_land.reset_index(), on="uscc")
t = t[(t["registry_state"] != "注销") & (pd.to_datetime(t["registered_on"]) <= pd.Timestamp("2023-12-31"))]
reference = t["value"].sum() / t["area_mu"].sum()
t["k"] = t["value"] / t["area_mu"] / reference
t["tax_per_mu"] = t["tax_wan"].clip(lower=0) / t["area_mu"] / t["k"]
t["output_per_mu"] = t["output_wan"] / t["area_mu"] / t["k"]
t["output_per_energy"] = t["output_wan"] / t["energy_tce"]
lap("allocate")


def score(rows: pd.DataFrame) -> pd.Series:
    parts, weights = 0.0, 0.0
    for name, weight in {"tax_per_mu": 0.5, "output_per_mu": 0.3, "output_per_energy": 0.2}.items():
        ratio = (rows[name] / rows[name].mean()).clip(0, 1.5)
        parts = parts + (ratio * weight).fillna(0)
        weights = weights + ratio.notna() * weight
    return 100 * parts / weights


t["score"] = t.groupby("industry_code").apply(score).reset_index(level=0, drop=True)
t["low"] = t.groupby("industry_code")["score"].transform(lambda s: s <= s.quantile(0.15))
use = use.merge(t[["uscc", "tax_wan", "output_wan", "energy_tce", "area_mu", "low"]], on="uscc", suffixes=("", "_firm"))
for name in ("tax_wan", "output_wan", "energy_tce"):
    use[name] = use[name] * use["land_mu"] / use["area_mu_firm"]
per_parcel = use.groupby("parcel_id").apply(
    lambda rows: pd.Series(
        {
            "tax_wan": rows["tax_wan"].sum(),
            "output_wan": rows["output_wan"].sum(),
            "energy_tce": rows["energy_tce"].sum(),
            "low_share": (rows["land_mu"] * rows["low"]).sum() / rows["land_mu"].sum(),
        }
    )
)
g = g.merge(per_parcel.reset_index(), on="parcel_id", how="left")
lap("rank")
as_of = pd.Timestamp("2026-06-30")


def idle(row: pd.Series) -> str:
    if pd.isna(row["start_date"]):
        if as_of <= row["start_due"]:
            return "NOT_DUE"
        return "IDLE_T1" if as_of > row["start_due"] + pd.DateOffset(years=1) else "OVERDUE_START"
    low = row["area_started_m2"] / row["area_due_m2"] < 1 / 3 or row["invest_actual_wan"] / row["invest_due_wan"] < 0.25
    if pd.notna(row["suspended_from"]) and as_of > row["suspended_from"] + pd.DateOffset(years=1) and low:
        return "IDLE_T2"
    return "OVERDUE_FINISH" if pd.isna(row["finish_date"]) and as_of > row["finish_due"] else "NORMAL"


g["idle"] = g.apply(idle, axis=1)
lap("idle")
out = folder / "out_plain"
out.mkdir(exist_ok=True)
(out / "results.gpkg").unlink(missing_ok=True)
g.to_file(out / "results.gpkg", driver="GPKG")
t.to_csv(out / "enterprises.csv", index=False)
lap("write")
print(
    json.dumps(
        {"stages": stages, "low": int(t["low"].sum()), "idle": int(np.isin(g["idle"], ["IDLE_T1", "IDLE_T2"]).sum())}
    )
)
