"""Stream a synthetic county of N parcels to GeoPackage and GeoParquet, with enterprise, account and land-use tables.

Parcels lie on a jittered grid with wiggly shared boundaries (EPSG:4528); 0.2 % are bow-ties, 0.5 % overlap their
neighbours, 1 % have a hole. 1.2 N enterprises; some parcels have two or three users, some a tenant, 7 % nobody.
Every band of the grid is made from its own seed, so memory does not grow with N.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

CELL = 75.0
X0, Y0 = 40_470_000.0, 3_400_000.0
MIDDLE = 3
"""Vertices between two grid nodes."""
BAND = 100
DIVISIONS = [f"{code}" for code in range(13, 44)]
LEVELS = {"一级": 420.0, "二级": 336.0, "三级": 252.0, "四级": 180.0}
AS_OF = np.datetime64("2026-06-30")


@dataclass(frozen=True)
class County:
    folder: Path
    parcels: int

    @property
    def columns(self) -> int:
        return int(np.ceil(np.sqrt(self.parcels)))


def node_row(county: County, j: int) -> np.ndarray:
    rng = np.random.default_rng((1, j))
    size = county.columns + 1
    xy = np.stack([np.arange(size) * CELL, np.full(size, j * CELL)], axis=1)
    return xy + rng.uniform(-0.2, 0.2, xy.shape) * CELL


def wiggle(start: np.ndarray, end: np.ndarray, seed: tuple[int, int]) -> np.ndarray:
    """Return (n, MIDDLE + 1, 2): the start point and the vertices before the end point."""
    rng = np.random.default_rng(seed)
    share = np.arange(MIDDLE + 1) / (MIDDLE + 1)
    along = end - start
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    off = rng.uniform(-0.06, 0.06, (len(start), MIDDLE + 1))
    off[:, 0] = 0.0
    return start[:, None] + along[:, None] * share[None, :, None] + normal[:, None] * off[:, :, None]


def reversed_edge(edge: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the same edge walked backwards: its end point first, its start point left out."""
    return np.concatenate([end[:, None], edge[:, :0:-1]], axis=1)


def band_polygons(county: County, first: int, last: int) -> np.ndarray:
    rings = []
    for j in range(first, last):
        low, high = node_row(county, j), node_row(county, j + 1)
        bottom = wiggle(low[:-1], low[1:], (2, j))
        top = wiggle(high[:-1], high[1:], (2, j + 1))
        upright = wiggle(low, high, (3, j))
        left, right = upright[:-1], upright[1:]
        ring = np.concatenate(
            [bottom, right, reversed_edge(top, high[1:]), reversed_edge(left, high[:-1]), low[:-1, None]], axis=1
        )
        rings.append(ring)
    xy = np.round(np.concatenate(rings) + np.array([X0, Y0]), 3)
    xy = xy[: county.parcels - first * county.columns]
    rng = np.random.default_rng((4, first))
    draw = rng.random(len(xy))
    bow = np.flatnonzero(draw < 0.002)
    xy[bow[:, None], [1, 6]] = xy[bow[:, None], [6, 1]]
    swollen = np.flatnonzero((draw > 0.002) & (draw < 0.007))
    centre = xy[swollen, :-1].mean(axis=1, keepdims=True)
    xy[swollen] = np.round(centre + (xy[swollen] - centre) * 1.12, 3)
    polygons = shapely.polygons(shapely.linearrings(xy))
    holed = np.flatnonzero((draw > 0.01) & (draw < 0.02))
    middle = np.round(xy[holed, :-1].mean(axis=1), 3)
    square = np.array([[-8, -8], [-8, 8], [8, 8], [8, -8], [-8, -8]], dtype=float)
    holes = shapely.linearrings(middle[:, None] + square[None])
    polygons[holed] = [
        shapely.Polygon(shapely.get_exterior_ring(p), [h]) for p, h in zip(polygons[holed], holes, strict=True)
    ]
    return polygons


def parcel_codes(number: np.ndarray) -> np.ndarray:
    """Return 19-character parcel codes; one cadastral sub-district holds 99,999 parcels."""
    district = np.char.zfill((1 + number // 99_999).astype("U"), 3)
    serial = np.char.zfill((1 + number % 99_999).astype("U"), 5)
    return np.char.add(np.char.add("990781001", district), np.char.add("GB", serial))


def credit_codes(size: int) -> np.ndarray:
    """Return 18-character credit codes with the check digit of GB 32100-2015."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = np.array([3**i % 31 for i in range(17)])
    head = sum(alphabet.index(letter) * int(w) for letter, w in zip("91990781MA", weights, strict=False))
    number = np.arange(size)
    digits = number[:, None] // 10 ** np.arange(6, -1, -1) % 10
    check = (31 - (head + digits @ weights[10:]) % 31) % 31
    body = np.char.add("91990781MA", np.char.zfill(number.astype("U"), 7))
    return np.char.add(body, np.array(list(alphabet))[check])


def band_table(first_id: int, polygons: np.ndarray) -> pd.DataFrame:
    size = len(polygons)
    rng = np.random.default_rng((5, first_id))
    area = np.round(shapely.area(polygons) * rng.normal(1.0, 0.002, size), 2)
    area[rng.random(size) < 0.05] = np.nan
    due = AS_OF - rng.integers(-200, 365 * 12, size).astype("timedelta64[D]")
    late = np.where(rng.random(size) < 0.12, rng.integers(1, 700, size), rng.integers(-250, 1, size))
    start = due + late.astype("timedelta64[D]")
    start[(rng.random(size) < 0.06) | (start > AS_OF)] = np.datetime64("NaT")
    share = np.clip(rng.beta(6, 1.5, size), 0, 1)
    stopped = start + rng.integers(100, 900, size).astype("timedelta64[D]")
    stopped[(rng.random(size) > 0.03) | (stopped > AS_OF)] = np.datetime64("NaT")
    finished = start + np.timedelta64(600, "D")
    finished[(share <= 0.9) | (finished > AS_OF)] = np.datetime64("NaT")
    number = np.arange(first_id, first_id + size)
    return pd.DataFrame(
        {
            "parcel_id": parcel_codes(number),
            "town": rng.choice(["城关街道", "城东街道", "石桥镇", "青塘镇"], size),
            "land_use": rng.choice(["工业用地", "工业用地", "仓储用地"], size),
            "ownership": "国有",
            "price_level": rng.choice(list(LEVELS), size),
            "registered_area_m2": area,
            "start_due": due.astype("datetime64[ms]"),
            "start_date": start.astype("datetime64[ms]"),
            "start_state": np.where(np.isnat(start), "未开工", "已开工"),
            "finish_due": (due + np.timedelta64(730, "D")).astype("datetime64[ms]"),
            "finish_date": finished.astype("datetime64[ms]"),
            "suspended_from": stopped.astype("datetime64[ms]"),
            "area_due_m2": 1000.0,
            "area_started_m2": np.where(np.isnat(start), 0.0, np.round(share * 1000.0, 1)),
            "invest_due_wan": 1000.0,
            "invest_actual_wan": np.round(np.clip(share + rng.normal(0, 0.1, size), 0, 1.2) * 1000.0, 1),
            "land_price_wan": np.round(rng.lognormal(5.5, 0.6, size), 2),
        }
    )


def enterprise_tables(county: County) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(6)
    size = int(1.2 * county.parcels)
    weight = rng.gamma(2, 1, len(DIVISIONS))
    uscc = credit_codes(size)
    firms = pd.DataFrame(
        {
            "uscc": uscc,
            "name": np.char.add("示例企业", np.arange(size).astype("U")),
            "industry_code": rng.choice(DIVISIONS, size, p=weight / weight.sum()),
            "scale": rng.choice(["规上", "规下"], size, p=[0.4, 0.6]),
            "registry_state": rng.choice(["存续", "注销"], size, p=[0.97, 0.03]),
            "registered_on": (
                np.datetime64("2025-12-31") - rng.integers(100, 9000, size).astype("timedelta64[D]")
            ).astype("datetime64[ms]"),
        }
    )
    energy = np.round(rng.lognormal(4.5, 1.5, size), 2)
    energy[rng.random(size) < 0.3] = np.nan
    tax = rng.lognormal(3.2, 1.4, size)
    output = np.round(tax * rng.lognormal(3.0, 0.5, size), 1)
    output[rng.random(size) < 0.05] = np.nan
    accounts = pd.DataFrame(
        {
            "uscc": uscc,
            "year": 2025,
            "tax_wan": np.round(tax - 0.5, 2),
            "output_wan": output,
            "energy_tce": energy,
        }
    )
    closed = firms["registry_state"].eq("注销").to_numpy()
    return firms, accounts[rng.random(size) > np.where(closed, 0.9, 0.02)]


def occupancy_table(parcel_id: np.ndarray, area: np.ndarray, uscc: np.ndarray) -> pd.DataFrame:
    """Return who uses which parcel: one owner; two owners with stated land; an owner and an evaluated tenant."""
    rng = np.random.default_rng(7)
    kind = rng.choice(4, len(parcel_id), p=[0.07, 0.68, 0.15, 0.10])
    users = np.array([0, 1, 2, 2])[kind]
    row = np.repeat(np.arange(len(parcel_id)), users)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(users) - users, users)
    firm = rng.permutation(len(uscc))[np.arange(len(row)) % len(uscc)]
    second = nth == 1
    tenure = np.where((kind[row] == 3) & second, "lease", "own")
    stated = np.where(
        (kind[row] == 2) | (tenure == "lease"), np.round(area[row] * np.where(second, 0.4, 0.6), 2), np.nan
    )
    owner = uscc[firm][np.maximum(np.arange(len(row)) - 1, 0)]
    return pd.DataFrame(
        {
            "parcel_id": parcel_id[row],
            "uscc": uscc[firm],
            "tenure": tenure,
            "lessor_uscc": np.where(tenure == "lease", owner, ""),
            "area_m2": stated,
        }
    )


PROJECT = """[project]
name = "synthetic"
year = 2025
as_of = 2026-06-30
language = "zh"

[inputs]
parcels = "parcels.{kind}"
enterprises = "enterprises.csv"
accounts = "accounts.csv"
occupancy = "occupancy.csv"
land_prices = "land_prices.csv"
"""


def write(county: County) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyogrio
    import pyproj

    county.folder.mkdir(parents=True, exist_ok=True)
    gpkg, parquet = county.folder / "parcels.gpkg", county.folder / "parcels.parquet"
    gpkg.unlink(missing_ok=True)
    meta = {
        "encoding": "WKB",
        "geometry_types": ["Polygon"],
        "crs": pyproj.CRS(4528).to_json_dict(),
    }
    geo = {
        b"geo": json.dumps({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": meta}}).encode()
    }
    writer, ids, areas = None, [], []
    rows = int(np.ceil(county.parcels / county.columns))
    for first in range(0, rows, BAND):
        polygons = band_polygons(county, first, min(first + BAND, rows))
        frame = band_table(first * county.columns, polygons)
        arrow = pa.Table.from_pandas(frame, preserve_index=False)
        arrow = arrow.append_column("geometry", pa.array(shapely.to_wkb(polygons), pa.binary()))
        pyogrio.write_arrow(
            arrow, gpkg, driver="GPKG", layer="parcels", append=first > 0, geometry_name="geometry",
            geometry_type="Polygon", crs="EPSG:4528",
        )  # fmt: skip
        arrow = arrow.replace_schema_metadata(geo)
        writer = writer or pq.ParquetWriter(parquet, arrow.schema, compression="zstd")
        writer.write_table(arrow)
        ids.append(frame["parcel_id"].to_numpy())
        areas.append(shapely.area(polygons))
    assert writer is not None
    writer.close()
    firms, accounts = enterprise_tables(county)
    land = occupancy_table(np.concatenate(ids), np.concatenate(areas), firms["uscc"].to_numpy(dtype=object))
    prices = pd.DataFrame({"price_level": list(LEVELS), "price_yuan_per_m2": list(LEVELS.values())})
    for name, frame in {"enterprises": firms, "accounts": accounts, "occupancy": land, "land_prices": prices}.items():
        frame.to_csv(county.folder / f"{name}.csv", index=False)
    for kind in ("gpkg", "parquet"):
        (county.folder / f"{kind}.toml").write_text(PROJECT.format(kind=kind), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parcels", type=int)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    write(County(chosen.folder, chosen.parcels))
