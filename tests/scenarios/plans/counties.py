"""Invent small counties whose options, cases and tasks are written by hand, ready to be planned."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from landuse.planning import Measures, Scenario
from landuse.scenarios.plans.ground import PlanGround
from landuse.tables.plans import CASE_COLUMNS, OPTION_COLUMNS

AS_OF = date(2026, 6, 30)
TEXTS = ("parcel_id", "measure", "measure_group", "payer", "missing")


def option(parcel, measure="M1", *, mu=10.0, cost=100.0, tax=5.0, **more):
    """Return one option; what is not stated follows from land, cost and tax."""
    figures = {
        "parcel_id": parcel, "measure": measure, "measure_group": "回购收储", "handled_mu": mu, "freed_mu": mu * 0.9,
        "cost_wan": cost, "cost_low_wan": cost * 0.8, "cost_high_wan": cost * 1.3, "income_wan": 0.0,
        "npv_wan": tax * 4 - cost, "npv_low_wan": tax * 2 - cost, "npv_high_wan": tax * 6 - cost, "payback_year": 8.0,
        "tax_uplift_wan": tax, "tax_year1_wan": tax * 0.3, "output_uplift_wan": tax * 10,
        "output_year1_wan": tax * 3, "energy_saved_tce": 1.0, "jobs_lost": 4.0, "months": 12.0, "success": 0.8,
        "payer": "政府", "missing": "",
    }  # fmt: skip
    return {**figures, **more}


def parcel(code, *, town="东镇", park="甲园", area=10.0, tax=3.0, **more):
    """Return one parcel of the run."""
    known = {
        "parcel_id": code,
        "town": town,
        "park": park,
        "efficiency_class": "low",
        "area_mu": area,
        "tax_wan": tax,
        "output_wan": 30.0,
    }
    return {**known, "far": 0.8, "far_due": 1.2, "idle_class": "NORMAL", **more}


def case(code, state, mu, **more):
    """Return one case that counts."""
    blank = dict.fromkeys(CASE_COLUMNS)
    return {**blank, "parcel_id": code, "state": state, "counted_mu": mu, "counts": True, **more}


def county(options, *, parcels=None, cases=(), targets=(), hand=(), users=(), measures=None):
    """Return the ground of a plan; parcels not stated are as `parcel` has them, users (parcel, uscc, industry, mu)."""
    rows = pd.DataFrame([*options], columns=list(OPTION_COLUMNS))
    numbers = {name: "float64" for name in OPTION_COLUMNS if name not in TEXTS}
    stated = parcels if parcels is not None else [parcel(code) for code in dict.fromkeys(rows["parcel_id"])]
    firms = {uscc: code for _, uscc, code, _ in users}
    return PlanGround(
        options=rows.astype(numbers),
        parcels=pd.DataFrame(stated),
        enterprises=pd.DataFrame({"uscc": list(firms), "industry_code": list(firms.values())}),
        occupancy=pd.DataFrame(
            [(code, uscc, mu) for code, uscc, _, mu in users], columns=["parcel_id", "uscc", "land_mu"]
        ),
        cases=pd.DataFrame([*cases], columns=list(CASE_COLUMNS)),
        targets=pd.DataFrame([*targets], columns=["park", "town", "year", "month", "target_mu"]),
        hand=pd.DataFrame([*hand], columns=["parcel_id", "plan", "measure", "year"]),
        as_of=AS_OF,
        measures=measures or Measures(),
    )


def drawn(seed, parcels=6, measures=2):
    """Return a county drawn by chance: every parcel has one or two measures, whole figures, four towns, two parks."""
    rng = np.random.default_rng(seed)
    options, places = [], []
    for number in range(parcels):
        code = f"P{number:02d}"
        places.append(parcel(code, town=f"镇{rng.integers(0, 3)}", park=f"园{rng.integers(0, 2)}", area=20.0))
        for measure in range(1, 1 + int(rng.integers(1, measures + 1))):
            land, cost, tax = rng.integers(2, 20), rng.integers(0, 100), rng.integers(-2, 15)
            lost = float(rng.integers(0, 9))
            made = option(code, f"M{measure}", mu=float(land), cost=float(cost), tax=float(tax), jobs_lost=lost)
            options.append({**made, "months": float(rng.integers(1, 30)), "success": float(rng.integers(3, 10)) / 10})
    return county(options, parcels=places)


def scenario(**stated):
    """Return a scenario of a project file."""
    return Scenario.model_validate(stated)
