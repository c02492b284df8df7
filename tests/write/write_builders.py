"""An analysis of five plots and three enterprises, made by hand, with everything a table can hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from landuse.project import build_project
from landuse.tables import Analysis, InputFile, Parcels, RawTables, balance_step, issue_rows, no_issues

SIZE = 5
IDS = [f"990781001001GB{number:05d}" for number in range(1, SIZE + 1)]
X, Y = 40_378_000.0, 4_275_000.0


def project(**sections):
    """Return a project of one input, with sections of its file replaced."""
    tree = {"project": {"name": "示例", "year": 2025}, "inputs": {"parcels": "宗地.gpkg"}, **sections}
    return build_project(tree, folder=Path())


def shapes() -> np.ndarray:
    """Return a square, a square with a hole, two squares in one, a triangle, and nothing."""
    square = shapely.box(X, Y, X + 100, Y + 100)
    hole = shapely.difference(shapely.box(X + 200, Y, X + 300, Y + 100), shapely.box(X + 220, Y + 20, X + 240, Y + 40))
    two = shapely.union(shapely.box(X + 400, Y, X + 450, Y + 50), shapely.box(X + 500, Y, X + 550, Y + 50))
    triangle = shapely.polygons([(X, Y + 200), (X + 100, Y + 200), (X, Y + 300), (X, Y + 200)])
    return np.array([square, hole, two, triangle, None], dtype=object)


def parcel_table() -> pd.DataFrame:
    """Return the computed table of the parcels with blanks of every kind and columns no reader shall see."""
    frame = pd.DataFrame(
        {
            "parcel_id": IDS,
            "holder": ["安澜甲厂", "=2+3", "<b>丙</b>\n丁", None, ""],
            "registered_area_m2": [10000.0, 9600.0, 5000.0, np.nan, 1.0],
            "start_due": pd.to_datetime(["2024-02-29", None, "2105-03-01", "1999-12-31", None]),
            "gov_delay_days": pd.array([1, None, 0, 3, 4], dtype="Int64"),
            "area_mu": [15.0, 14.4, 7.5, 7.5, np.nan],
            "area_source": ["registered"] * SIZE,
            "area_cm2": [1, 2, 3, 4, 5],
            "price_yuan_per_m2": [1.0] * SIZE,
            "n_enterprises": pd.array([1, 1, 2, 0, None], dtype="Int64"),
            "tax_wan": [0.1 + 0.2, 0.0, np.nan, 1e-9, 1e12],
            "efficiency_class": ["low", "partly_low", "not_low", "stopped", "not_rated"],
            "idle_class": ["NORMAL", "IDLE_T1", "IDLE_T2", "OVERDUE_START", "NOT_APPLICABLE"],
            "reasons": [("R01",), (), ("R01", "ART2_T1"), (), ()],
            "because": ["甲", "乙", "丙", "丁", None],
            "source_file": ["宗地.gpkg"] * SIZE,
            "source_sheet": ["宗地"] * SIZE,
            "source_row": pd.array(range(1, SIZE + 1), dtype="Int64"),
        }
    )
    return frame.astype({"holder": "str", "because": "str"})


def enterprise_table() -> pd.DataFrame:
    shared = ("R01",)
    return pd.DataFrame(
        {
            "uscc": ["E1", "E2", "E3"],
            "name": ["甲", "乙", "丙"],
            "registered_on": pd.to_datetime(["2010-01-01", None, "2020-06-30"]),
            "has_account": [True, True, False],
            "industry_group": ["19", "19", None],
            "n_in_group": pd.array([2, 2, None], dtype="Int64"),
            "score": [100.0, 12.5, np.nan],
            "rank": pd.array([2, 1, None], dtype="Int64"),
            "in_bottom_share": pd.array([False, True, None], dtype="boolean"),
            "low_efficiency": pd.array([False, True, None], dtype="boolean"),
            "status": ["RANKED", "RANKED", "NO_LAND"],
            "reasons": [(), shared, ()],
            "reasons_noted": [shared, shared, ()],
            "because": ["a", "b", "c"],
        }
    )


def analysis(language: str = "zh", **sections) -> Analysis:
    issues = issue_rows("PRICE_UNKNOWN", parcel_table().tail(1), table="parcels", key="parcel_id")
    occupancy = pd.DataFrame(
        {
            "parcel_id": IDS[:3],
            "uscc": ["E1", "E2", "E2"],
            "tenure": "own",
            "land_cm2": [100, 200, 300],
            "land_mu": [15.0, 14.4, 7.5],
            "land_share_of_parcel": 1.0,
            "weight_of_enterprise": [1.0, 14.4 / 21.9, 7.5 / 21.9],
            "mode": "apportion",
        }
    )
    balance = pd.concat(
        [
            balance_step("read", "tax_wan", 30_000_001, {"BLANK_KEY": 1}),
            balance_step("match", "tax_wan", 30_000_000, {"NO_ENTERPRISE": 10_000_000, "NO_LAND": 3}),
            balance_step("read", "area_m2", 70_000_007, {}),
            balance_step("occupancy", "area_m2", 70_000_007, {"NO_HOLDER": 7}),
        ],
        ignore_index=True,
    )
    wkb = np.asarray(shapely.to_wkb(shapes()), dtype=object)
    return Analysis(
        project=project(**{"project": {"name": "示例", "year": 2025, "language": language}, **sections}),
        raw=RawTables(parts={}, inputs=(InputFile("宗地.gpkg", 7, "0" * 64),), issues=no_issues()),
        parcels=Parcels(parcel_table(), shapes(), "EPSG:4528", wkb),
        enterprises=enterprise_table(),
        occupancy=occupancy,
        accounts=pd.DataFrame({"uscc": ["E1"], "year": [2025]}),
        findings=pd.DataFrame(
            {
                "unit": ["enterprise", "parcel"],
                "key": ["E2", IDS[1]],
                "rule_id": ["R01", "ART2_T1"],
                "outcome": pd.array([True, None], dtype="boolean"),
                "missing": [(), ("start_date",)],
                "because": ["b", "c"],
            }
        ),
        groups=pd.DataFrame({"industry_group": ["19"], "name": ["制鞋"], "n": [2], "k": [0], "flagged": [1]}),
        history=pd.DataFrame({"uscc": ["E1"], "year": [2025], "score": [100.0]}),
        issues=issues,
        balance=balance,
        facts={"reference_price": 300.0, "share": 0.15},
    )
