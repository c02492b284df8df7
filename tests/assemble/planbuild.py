"""Build the tables of clean-up as a bureau states them, by hand."""

from __future__ import annotations

import pandas as pd
from assemble.rawbuild import part, project, raw

from landuse.assemble.cases import planning_tables

DAYS = ("month", "due", "done_on")
PARCELS = pd.DataFrame(
    {
        "parcel_id": ["P1", "P2", "P3", "P4", "P5"],
        "area_mu": [31.2, 20.0, 50.0, 10.0, float("nan")],
        "park": ["东园", "东园", "西园", None, None],
        "town": ["甲镇", "甲镇", "乙镇", "乙镇", None],
        "land_use": ["工业用地", None, "工业用地", "物流仓储用地", "工业用地"],
    }
)


def sheet(table, rows, file="", sheet=""):
    """Return a file of a table; each row is a mapping, what it lacks is blank."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pd.Series([row.get(name) for row in rows], dtype="object") for name in names}
    for name, values in columns.items():
        if name in DAYS:
            columns[name] = pd.to_datetime(values).astype("datetime64[us]")
        elif name.endswith("_mu"):
            columns[name] = values.astype("float64")
        elif name in {"year", "misses", "counted_year"}:
            columns[name] = values.astype("Int64")
    return part(table, file or f"{table}.xlsx", sheet, **columns)


def read(*parts, parcels=PARCELS, **sections):
    head = {"as_of": "2026-06-30", **sections.pop("project", {})}
    return planning_tables(raw(*parts), parcels, project(project=head, **sections))


def case(parcel, stage="商谈中", **more):
    return {"parcel_id": parcel, "stage": stage, **more}
