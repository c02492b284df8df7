"""Build synthetic analyses: a grid of plots in the demonstration district's place, with every class of every theme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from landuse.project import build_project
from landuse.tables import Analysis, Parcels, RawPart, RawTables, no_issues

IDLE = ["NORMAL", "NOT_DUE", "OVERDUE_START", "IDLE_T1", "IDLE_T1", "IDLE_T2", "OVERDUE_FINISH", "UNDETERMINED"]
EFFICIENCY = ["low", "partly_low", "stopped", "vacant", "not_low", "not_low", "not_low", "not_rated"]
CAUSES = [None, None, "enterprise", "enterprise", "government", "seizure", "mixed", "unknown"]
CODES = ["1310", "1712", "2011", "2614", "2710", "3011", "3311", "3411", "3911", "4210"]


def project(**sections):
    tree = {
        "project": {
            "name": "安澜县(示例)",
            "year": 2025,
            "as_of": date(2026, 6, 30),
            **sections.pop("project", {}),
        },
        "inputs": {"parcels": "parcels.gpkg"},
        "outputs": {"notice": "演示数据,纯属虚构", "attribution": "安澜县自然资源局(示例)"},
        **sections,
    }
    return build_project(tree, folder=Path())


def analysis(size=200, *, seed=7, **sections):
    random = np.random.default_rng(seed)
    plots = _plots(size, random)
    table = _parcels(size, plots, random)
    enterprises, occupancy = _users(table, random)
    empty = pd.DataFrame()
    return Analysis(
        project=project(**sections),
        raw=RawTables(parts={"parks": (_parks(plots),)}),
        parcels=Parcels(table, plots, "EPSG:4528"),
        enterprises=enterprises,
        occupancy=occupancy,
        accounts=empty,
        findings=empty,
        groups=empty,
        history=empty,
        issues=no_issues(),
        balance=empty,
        facts={"share": 0.15},
    )


def with_parcels(base, **columns):
    """Return the analysis with columns of the parcel table replaced; None removes a column."""
    table = base.parcels.table.copy()
    for name, values in columns.items():
        table = table.drop(columns=name) if values is None else table.assign(**{name: values})
    return replace(base, parcels=base.parcels.with_table(table))


def _plots(size, random):
    wide = int(np.ceil(np.sqrt(size * 1.6)))
    column, row = np.arange(size) % wide, np.arange(size) // wide
    x0 = 40_378_000 + column * 118 + (column // 4) * 30
    y0 = 4_275_000 - row * 96 - (row // 3) * 26
    w, h = random.uniform(80, 116, size), random.uniform(60, 93, size)
    cut = random.uniform(3, 14, size)
    ring = np.stack(
        [
            np.column_stack([x0 + cut, y0]),
            np.column_stack([x0 + w, y0]),
            np.column_stack([x0 + w, y0 + h - cut]),
            np.column_stack([x0 + w - cut, y0 + h]),
            np.column_stack([x0, y0 + h]),
            np.column_stack([x0, y0 + cut]),
        ],
        axis=1,
    )
    return np.asarray(shapely.polygons(ring), dtype=object)


def _parcels(size, plots, random):
    at = np.arange(size)
    unknown = random.random(size) < 0.12
    tax = np.where(unknown, np.nan, random.lognormal(1.6, 1.0, size))
    area = shapely.area(plots) * 3 / 2000
    return pd.DataFrame(
        {
            "parcel_id": [f"990781{1 + row % 5:03d}002GB{row:05d}" for row in at],
            "holder": [f"安澜{'瑞禾堃泰鑫达恒远'[2 * (row % 4) : 2 * (row % 4) + 2]}第{row}制造有限公司" for row in at],
            "park": np.array(["安澜高新技术产业园", "安澜经济开发区城东片区", None], dtype=object)[at * 3 // size],
            "town": "城东街道",
            "price_level": np.array(["一级", "二级", "三级", "四级"], dtype=object)[at % 4],
            "area_mu": area,
            "area_source": "registered",
            "price_coefficient": np.array([1.4199, 1.1359, 0.8519, 0.6085])[at % 4],
            "n_enterprises": pd.array((~unknown).astype(int), dtype="Int64"),
            "tax_wan": tax * area,
            "output_wan": tax * area * 30,
            "energy_tce": tax * area * 2,
            "tax_per_mu": tax,
            "output_per_mu": tax * random.uniform(20, 45, size),
            "output_per_energy": np.where(unknown, np.nan, random.lognormal(2.3, 0.7, size)),
            "far": np.where(at % 9 == 0, np.nan, random.uniform(0.3, 2.6, size)),
            "built_share": np.where(at % 11 == 0, np.nan, random.uniform(0, 1, size)),
            "low_efficiency_share": np.where(unknown, np.nan, 0.4),
            "efficiency_class": np.array(EFFICIENCY, dtype=object)[random.integers(0, 8, size)],
            "idle_class": np.array(IDLE, dtype=object)[at % 8],
            "idle_years": pd.array(np.where(at % 8 == 4, 2, 1), dtype="Int64"),
            "idle_cause": np.array(CAUSES, dtype=object)[at % 8],
            "idle_since": pd.to_datetime(np.where(at % 8 == 3, "2025-06-29", None)),
            "idle_fee_wan": np.where(at % 8 == 3, 240.0, np.nan),
            "because": [f"约定动工日2025-06-29,截至2026-06-30已满1年未动工(第{row}宗)。" for row in at],
        }
    )


def _users(parcels, random):
    size = len(parcels)
    names = parcels["holder"].tolist()
    names[min(5, size - 1)] = '<script>alert("x")</script><img src=x onerror=alert(1)>有限公司'
    score = np.where(np.arange(size) % 10 == 0, np.nan, np.round(random.uniform(10, 150, size), 9))
    enterprises = pd.DataFrame(
        {
            "uscc": [f"91990781MA{row:07d}X" for row in range(size)],
            "name": names,
            "industry_code": [CODES[row % 10] for row in range(size)],
            "industry_group": [CODES[row % 10][:2] for row in range(size)],
            "n_in_group": pd.array([20] * size, dtype="Int64"),
            "status": np.where(np.isnan(score), "EXEMPT_NEW", "RANKED"),
            "score": score,
            "rank": pd.array(np.where(np.isnan(score), 0, np.arange(size) % 20 + 1), dtype="Int64"),
            "grade": pd.cut(pd.Series(score), [0, 40, 70, 110, 151], labels=list("DCBA")).astype("object"),
            "low_efficiency": pd.array(np.where(np.isnan(score), None, score < 40), dtype="boolean"),
            "because": [f"综合得分居行业末位序第{row % 20 + 1}位(共20家)。" for row in range(size)],
        }
    )
    used = parcels["tax_wan"].notna().to_numpy().nonzero()[0]
    lease = used[used % 6 == 0]
    rows, users = np.concatenate([used, lease]), np.concatenate([used, (lease + 1) % size])
    share = np.where(np.isin(rows, lease), np.where(rows == users, 0.7, 0.3), 1.0)
    occupancy = pd.DataFrame(
        {
            "parcel_id": parcels["parcel_id"].to_numpy()[rows],
            "uscc": enterprises["uscc"].to_numpy()[users],
            "tenure": np.where(rows == users, "own", "lease"),
            "land_mu": parcels["area_mu"].to_numpy()[rows] * share,
        }
    )
    return enterprises, occupancy


def _parks(plots):
    bounds = shapely.bounds(plots)
    left, low, right, high = bounds[:, 0].min(), bounds[:, 1].min(), bounds[:, 2].max(), bounds[:, 3].max()
    third = (right - left) / 3
    shapes = [
        shapely.box(left - 15, high - 0.45 * (high - low), left + third, high + 15),
        shapely.box(left + 2 * third, low - 15, right + 15, high + 15),
    ]
    return RawPart(
        table="parks",
        file="parks.gpkg",
        sheet="",
        frame=pd.DataFrame({"park": ["安澜高新技术产业园", "安澜经济开发区城东片区"], "source_row": [1, 2]}),
        headers={},
        factors={},
        shapes=np.asarray(shapes, dtype=object),
        crs="EPSG:4528",
    )
