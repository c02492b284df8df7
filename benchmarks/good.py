"""Good geopandas script: the same rule as the toolkit, written by someone who vectorises. Second baseline.

Usage: good.py FOLDER KIND (gpkg | parquet). Prints one JSON line; writes the flags for comparison.
It writes the layers and tables that it can (GeoPackage and Parquet), but has no audit, no balance, no findings, no
issues and no sentences: it answers the question and nothing else.
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
import pyogrio
import shapely

folder, kind = Path(sys.argv[1]), sys.argv[2]
MU = 2000 / 3
FAMILIES = {
    "食品饮料": range(13, 17), "纺织服装鞋帽": range(17, 20), "木竹家具造纸印刷文体": range(20, 25),
    "石化化纤橡塑": (25, 26, 28, 29), "医药": (27,), "建材": (30,), "冶金金属": range(31, 34), "装备": range(34, 38),
    "电子电气仪器": range(38, 41), "其他": range(41, 44),
}  # fmt: skip
FAMILY = {code: name for name, codes in FAMILIES.items() for code in codes}
lap("import")

if kind == "gpkg":
    g = pyogrio.read_dataframe(folder / "parcels.gpkg", use_arrow=True)
else:
    g = gpd.read_parquet(folder / "parcels.parquet")
firms = pd.read_csv(folder / "enterprises.csv", engine="pyarrow", dtype={"industry_code": "int32"})
accounts = pd.read_csv(folder / "accounts.csv", engine="pyarrow")
use = pd.read_csv(folder / "occupancy.csv", engine="pyarrow")
prices = pd.read_csv(folder / "land_prices.csv")
lap("read")

bad = ~g.geometry.is_valid
g.loc[bad, "geometry"] = g.loc[bad, "geometry"].make_valid()
planar = g.geometry.area
ellipsoid = g.to_crs("+proj=laea +lat_0=31 +lon_0=120 +ellps=GRS80").area
g["area_mu"] = g["registered_area_m2"].fillna(ellipsoid) / MU
lap("geometry")

shapes = g.geometry.to_numpy()
tree = shapely.STRtree(shapes)
i, j = tree.query(shapes)
i, j = i[i < j], j[i < j]
shapely.prepare(shapes)
hit = shapely.relate_pattern(shapes[i], shapes[j], "T********")
i, j = i[hit], j[hit]
common = shapely.area(shapely.intersection(shapes[i], shapes[j]))
smaller = np.minimum(planar.to_numpy()[i], planar.to_numpy()[j])
overlaps = int(((common >= 1.0) & (common >= 0.01 * smaller)).sum())
lap("overlaps")

evaluated = firms.loc[firms["registry_state"] != "注销", ["uscc"]].merge(accounts[["uscc"]], on="uscc")["uscc"]
g = g.merge(prices, on="price_level", how="left")
use = use.merge(g[["parcel_id", "area_mu", "price_yuan_per_m2"]], on="parcel_id")
lease = (use["tenure"] == "lease").to_numpy()
use = use[~lease | use["uscc"].isin(evaluated).to_numpy()]
lease = (use["tenure"] == "lease").to_numpy()
leased = (use["area_m2"] / MU).where(lease, 0.0).groupby(use["parcel_id"]).transform("sum")
stated = (use["area_m2"] / MU).where(~lease).groupby(use["parcel_id"]).transform("sum")
fits = (use["area_mu"] / stated).clip(upper=1.0).where(~lease, 1.0)  # owners who state more than there is are scaled
use["land_mu"] = (use["area_m2"] / MU * fits).where(lease | use["area_m2"].notna(), use["area_mu"] - leased)
use["value"] = use["land_mu"] * use["price_yuan_per_m2"]
land = use.groupby("uscc")[["land_mu", "value"]].sum()
lap("allocate")

t = firms.merge(accounts.drop(columns="year"), on="uscc", how="left").merge(land, on="uscc", how="left")
registered = pd.to_datetime(t["registered_on"])
as_of = pd.Timestamp("2026-06-30")
building = g.loc[(g["finish_due"] >= as_of) & g["finish_date"].isna(), "parcel_id"]
in_use = use[["uscc", "land_mu"]].assign(building=use["land_mu"].where(use["parcel_id"].isin(building), 0.0))
in_use = in_use.groupby("uscc").sum()
under_construction = t["uscc"].isin(in_use.index[in_use["building"] == in_use["land_mu"]])
known = t["tax_wan"].notna().astype(int) + t["output_wan"].notna() + (t["output_wan"].notna() & (t["energy_tce"] > 0))
ranked = (
    (t["registry_state"] != "注销")
    & ~under_construction
    & ~(registered > pd.Timestamp("2023-12-31"))
    & ~((t["scale"] == "规下") & (t["land_mu"] < 3))
    & (t["land_mu"] > 0)
    & (known >= 2)
)
r = t[ranked].copy()
r["k"] = r["value"] / r["land_mu"] / (r["value"].sum() / r["land_mu"].sum())
r["group"] = r["industry_code"].astype(str)
for parent in (r["industry_code"].map(FAMILY), pd.Series("C", index=r.index)):
    small = r.groupby("group")["uscc"].transform("size") < 7
    r["group"] = r["group"].where(~small, parent + "*")
r = r[r.groupby("group")["uscc"].transform("size") >= 7].copy()
r["A"] = r["land_mu"] * r["k"]
r["T"] = r["tax_wan"].clip(lower=0)
r["E"] = r["energy_tce"].where(r["energy_tce"] > 0)
total, weights = 0.0, 0.0
for top, bottom, weight in (("T", "A", 0.5), ("output_wan", "A", 0.3), ("output_wan", "E", 0.2)):
    both = r[top].notna() & r[bottom].notna()
    sums = r[[top, bottom]].where(both).groupby(r["group"]).transform("sum")
    ratio = ((r[top] / r[bottom]) / (sums[top] / sums[bottom])).clip(0, 1.5)
    total = total + (ratio * weight).fillna(0.0)
    weights = weights + ratio.notna() * weight
r["score"] = (100 * total / weights).round(9)
n = r.groupby("group")["score"].transform("size")
r["rank"] = r.groupby("group")["score"].rank(method="min").astype(int)
k = (15 * n + 50) // 100
nth = r.groupby("group")["score"].rank(method="first").astype(int)
cut = r["score"].where(nth == k).groupby(r["group"]).transform("max")
r["low"] = (r["score"] <= cut) & (k > 0)
use = use.merge(r[["uscc", "low"]], on="uscc", how="left").merge(
    t[["uscc", "tax_wan", "output_wan", "energy_tce"]], on="uscc", how="left"
)
use["weight"] = use["land_mu"] / use.groupby("uscc")["land_mu"].transform("sum")
for name in ("tax_wan", "output_wan", "energy_tce"):
    use[name] = use[name] * use["weight"]
use["low_land"] = use["land_mu"].where(use["low"].eq(True), 0.0)  # noqa: FBT003
use["rated_land"] = use["land_mu"].where(use["low"].notna(), 0.0)
sums = use.groupby("parcel_id")[["tax_wan", "output_wan", "energy_tce", "land_mu", "low_land", "rated_land"]].sum(
    min_count=1
)
g = g.merge(sums.reset_index(), on="parcel_id", how="left")
g["low_efficiency_share"] = g["low_land"] / g["rated_land"]
lap("rank")

year = pd.DateOffset(years=1)
started = g["start_date"].notna()
overdue = ~started & (as_of > g["start_due"])
t1 = overdue & (as_of > g["start_due"] + year)
low = (g["area_started_m2"] / g["area_due_m2"] < 1 / 3) | (g["invest_actual_wan"] / g["invest_due_wan"] < 0.25)
t2 = started & g["suspended_from"].notna() & (as_of > g["suspended_from"] + year) & low
late = started & ~t2 & g["finish_date"].isna() & (as_of > g["finish_due"])
g["idle_class"] = np.select(
    [t1, overdue, ~started, t2, late], ["IDLE_T1", "OVERDUE_START", "NOT_DUE", "IDLE_T2", "OVERDUE_FINISH"], "NORMAL"
)
lap("idle")

out = folder / "out_good"
out.mkdir(exist_ok=True)
(out / "results.gpkg").unlink(missing_ok=True)
t = t.merge(r[["uscc", "group", "k", "score", "rank", "low"]], on="uscc", how="left")
layers = {
    "parcels": g,
    "low_efficiency": g[g["low_efficiency_share"] > 0],
    "idle": g[g["idle_class"].isin(["IDLE_T1", "IDLE_T2"])],
}
for name, layer in layers.items():
    pyogrio.write_dataframe(layer, out / "results.gpkg", layer=name, use_arrow=True, append=name != "parcels")
for name, table in {"enterprises": t, "occupancy": use}.items():
    pyogrio.write_dataframe(table, out / "results.gpkg", layer=name, append=True)
    table.to_parquet(out / f"{name}.parquet")
g.to_parquet(out / "parcels.parquet")
lap("write")
print(json.dumps({
    "stages": stages, "low": int(r["low"].sum()), "ranked": len(r), "overlaps": overlaps,
    "idle": int(g["idle_class"].isin(["IDLE_T1", "IDLE_T2"]).sum()),
}))  # fmt: skip
