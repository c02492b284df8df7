"""Build a small Base by hand: parcels as squares, rows of occupancy as tuples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from landuse.policy import rule_in_force
from landuse.project import Project, build_project
from landuse.rule import Rule
from landuse.tables import Base, Land, Parcels, no_issues

LEASE_COLUMNS = ("parcel_id", "uscc", "tenure", "lessor_uscc", "area_m2", "floor_area_m2", "from_date", "to_date")


def a_rule(**changes) -> Rule:
    bare = {"exempt_codes": (), "families": {}, "grades": {}}
    return replace(rule_in_force(a_project()), **(bare | changes))


def a_project(**areas) -> Project:
    tree = {
        "project": {"name": "t", "year": 2025, "land_date": date(2025, 12, 31)},
        "inputs": {"parcels": "p.gpkg"},
        "areas": areas,
    }
    return build_project(tree, folder=Path())


def parcels_of(rows: dict[str, tuple[float, str | None]], **columns) -> Parcels:
    """Make parcels from parcel_id -> (land in m2, credit code of the holder)."""
    table = pd.DataFrame(
        {
            "parcel_id": pd.Series(list(rows), dtype="str"),
            "holder_uscc": pd.Series([holder for _, holder in rows.values()], dtype="str"),
            "area_cm2": np.array([round(area * 10_000) for area, _ in rows.values()], dtype=np.int64),
            "source_file": pd.Series(["parcels.gpkg"] * len(rows), dtype="str"),
            "source_row": np.arange(2, len(rows) + 2),
            **columns,
        }
    )
    boxes = [shapely.box(200 * i, 0, 200 * i + 100, 100) for i in range(len(rows))]
    return Parcels(table, np.array(boxes, dtype=object), "EPSG:4528")


def leases_of(*rows: dict) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(LEASE_COLUMNS))
    texts = dict.fromkeys(LEASE_COLUMNS[:4], "str")
    numbers = dict.fromkeys(LEASE_COLUMNS[4:6], "float64")
    dated = {name: pd.to_datetime(table[name]) for name in LEASE_COLUMNS[6:]}
    return table.astype({**texts, **numbers}).assign(
        **dated, source_file="leases.xlsx", source_sheet="s", source_row=range(2, len(rows) + 2)
    )


def own(parcel: str, uscc: str, area: float | None = None, **more) -> dict:
    return {"parcel_id": parcel, "uscc": uscc, "tenure": "own", "area_m2": area, **more}


def lease(parcel: str, uscc: str, area: float | None = None, lessor: str | None = None, **more) -> dict:
    return {"parcel_id": parcel, "uscc": uscc, "tenure": "lease", "area_m2": area, "lessor_uscc": lessor, **more}


def firms_of(usccs: str, **columns) -> pd.DataFrame:
    """Make industrial enterprises, one a letter."""
    count = len(usccs)
    plain = {
        "uscc": list(usccs),
        "name": list(usccs),
        "industry_code": ["1951"] * count,
        "registry_state": ["存续"] * count,
    }
    return pd.DataFrame({**plain, **columns}).astype({"uscc": "str", "industry_code": "str", "registry_state": "str"})


def accounts_of(usccs: str, year: int = 2025, **columns) -> pd.DataFrame:
    plain = {"uscc": list(usccs), "year": [year] * len(usccs), "tax_wan": [1.0] * len(usccs)}
    return pd.DataFrame({**plain, **columns}).astype({"uscc": "str"})


def a_base(parcels: Parcels, *rows: dict, firms: str | pd.DataFrame = "HABCDT", accounts=None, layers=None) -> Base:
    enterprises = firms_of(firms) if isinstance(firms, str) else firms
    books = accounts_of("".join(enterprises["uscc"])) if accounts is None else accounts
    return Base(parcels, enterprises, books, leases_of(*rows), layers or {}, no_issues(), pd.DataFrame())


def land_of(result: Land) -> dict[tuple[str, str], float]:
    """Return (parcel, enterprise) -> land in m2."""
    table = result.occupancy
    return {
        (p, u): cm2 / 10_000 for p, u, cm2 in zip(table["parcel_id"], table["uscc"], table["land_cm2"], strict=True)
    }


def left_of(result: Land) -> dict[tuple[str, str], float]:
    table = result.unallocated
    return {
        (p, r): cm2 / 10_000 for p, r, cm2 in zip(table["parcel_id"], table["reason"], table["land_cm2"], strict=True)
    }


def codes_of(result) -> list[str]:
    return sorted(result.issues["code"])
