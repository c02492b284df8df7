"""Small enterprises, rules and projects for the tests of ranking, indicators and policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from landuse.policy import rule_in_force
from landuse.project import build_project
from landuse.ranking import rank, statuses

# DOMAIN 2.5: land, K, tax, output, energy
WORKED = {
    "E01": (30, 1.0, 900, 12000, 400),
    "E02": (40, 1.2, 640, 9600, 480),
    "E03": (25, 1.0, 300, 5000, 250),
    "E04": (90, 1.2, 450, 9000, 900),
    "E05": (15, 0.8, 330, 4200, 120),
    "E06": (60, 1.0, 180, 4800, 600),
    "E07": (40, 1.0, -20, 2400, 400),
    "E08": (25, 0.8, 200, 3750, np.nan),
    "E09": (248, 1.2, 2480, 74400, 3720),
    "E10": (10, 0.8, 60, 1000, 40),
}


def project(**sections):
    tree = {"project": {"name": "安澜县(示例)", "year": 2025}, "inputs": {"parcels": "parcels.gpkg"}, **sections}
    return build_project(tree, folder=Path())


def rule(**changes):
    return replace(rule_in_force(project()), **changes)


def worked_example():
    rows = [(uscc, *row) for uscc, row in WORKED.items()]
    names = ["uscc", "area_mu", "price_coefficient", "tax_wan", "output_wan", "energy_tce"]
    return pd.DataFrame(rows, columns=names).assign(industry_code="C19")


def firms(tax, **columns):
    """Return firms of 10 mu, K 1, output 1000, energy 100, with the given taxes; `columns` replace or add."""
    tax = list(tax)
    table = pd.DataFrame(
        {
            "uscc": [f"U{i:04d}" for i in range(len(tax))],
            "industry_code": "19",
            "area_mu": 10.0,
            "price_coefficient": 1.0,
            "tax_wan": np.array(tax, dtype=float),
            "output_wan": 1000.0,
            "energy_tce": 100.0,
        }
    )
    return table.assign(**columns)


def ranked(frame, *, force=None, lang="zh", year=2025):
    force = force or rule()
    if "status" not in frame.columns:
        frame = frame.assign(status=statuses(frame, rule=force, year=year))
    return rank(frame, rule=force, lang=lang)


def by_uscc(result, column):
    return dict(zip(result.table["uscc"], result.table[column], strict=True))
