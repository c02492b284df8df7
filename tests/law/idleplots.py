"""Build the facts of one parcel, as a lawyer tells them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from landuse.project import build_project
from landuse.tables import columns

KINDS = {name: column.kind for stage in ("output", "input") for name, column in columns(stage, "parcels").items()}


def plot(**facts) -> pd.DataFrame:
    """Return a table of one parcel: state-owned, under contract, never started unless the facts say so."""
    told = {"parcel_id": "P1", "ownership": "国有", "contract_no": "示990781-2023-出-0001", **facts}
    if "start_date" not in told and "start_state" not in told:
        told["start_state"] = "未开工"
    return table([told])


def table(rows) -> pd.DataFrame:
    """Return canonical columns of the right type."""
    frame = pd.DataFrame(rows)
    for name in frame.columns:
        kind = KINDS.get(name)
        if kind == "date":
            frame[name] = pd.to_datetime(frame[name])
        elif kind == "number":
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
        elif kind == "integer":
            frame[name] = frame[name].astype("Int64")
        else:
            frame[name] = frame[name].astype("str")
    return frame


def project(as_of, anniversary="day_after", language="zh"):
    """Return a project of that day."""
    tree = {
        "project": {"name": "t", "year": 2025, "as_of": as_of, "language": language},
        "inputs": {"parcels": "parcels.gpkg"},
        "idle": {"anniversary": anniversary},
    }
    return build_project(tree, folder=Path())
