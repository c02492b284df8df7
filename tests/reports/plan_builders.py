"""Build small clean-up plans for the report: every figure chosen, none computed by the rooms before."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from landuse.tables import Analysis, Outcome, Plans
from landuse.tables.plans import LINE_COLUMNS, MOVE_COLUMNS, PROGRESS_COLUMNS, SCOPE_COLUMNS, YEAR_COLUMNS

TOTALS = {
    "n_parcels": 2.0, "n_enterprises": 2.0, "handled_mu": 32.3456, "freed_mu": 18.0, "cost_wan": 12345.678,
    "cost_low_wan": 6000.0, "cost_high_wan": 20000.0, "income_wan": 360.0, "npv_wan": -1234.5, "npv_low_wan": -9000.0,
    "npv_high_wan": 4000.0, "payback_year": 7.0, "tax_uplift_wan": 456.789, "tax_year1_wan": 91.3578,
    "output_uplift_wan": 6000.0, "output_year1_wan": 1200.0, "energy_saved_tce": float("nan"), "jobs_lost": 12.0,
    "jobs_unknown": 1.0, "done_mu": 30.0, "negotiating_mu": 20.5, "target_mu": 120.0, "reached_mu": 82.8456,
    "reached_share": 0.69038, "gap_mu": 37.1544,
}  # fmt: skip
"""Of the plan that is shown."""


def progress() -> pd.DataFrame:
    """Return a task of 120 mu, 100 of it in one park, 20 outside all."""
    blank = dict.fromkeys(PROGRESS_COLUMNS)
    counts = {"n_done": 3, "n_negotiating": 2, "n_open": 1, "n_failed": 4}
    rows = [
        {"by": "all", "target_mu": 120.0, "done_mu": 30.0, "negotiating_mu": 20.5, "open_mu": 9.25, "gap_mu": 69.5,
         "done_share": 0.25, **counts},
        {"by": "park", "target_mu": 20.0, "done_mu": 0.0, "negotiating_mu": 0.5, "open_mu": 0.0, "gap_mu": 19.5,
         "done_share": 0.0, **counts},
        {"by": "park", "place": "高新", "target_mu": 100.0, "done_mu": 30.0, "negotiating_mu": 20.0, "open_mu": 9.25,
         "gap_mu": 50.0, "done_share": 0.3, **counts},
    ]  # fmt: skip
    return pd.DataFrame([{**blank, **row} for row in rows]).astype({"month": "datetime64[s]"})


def line(parcel: str, measure: str, group: str, mu: float, **more) -> dict:
    """Return one line of a plan."""
    known = {
        "parcel_id": parcel, "measure": measure, "year": 1, "measure_group": group, "handled_mu": mu,
        "freed_mu": mu * 0.9, "cost_wan": 100.0, "cost_low_wan": 50.0, "cost_high_wan": 200.0, "income_wan": 10.0,
        "npv_wan": 5.0, "npv_low_wan": -5.0, "npv_high_wan": 15.0, "payback_year": 7, "tax_uplift_wan": 20.0,
        "tax_year1_wan": 4.0, "output_uplift_wan": 300.0, "output_year1_wan": 60.0,
        "energy_saved_tce": 1.0, "jobs_lost": 6.0,
        "months": 12.0, "success": 0.8, "payer": "county", "missing": "",
    }  # fmt: skip
    return {**dict.fromkeys(LINE_COLUMNS), **known, **more}


def outcome(name: str, title: str, **more) -> Outcome:
    """Return what came of a scenario: nothing, unless `more` says so."""
    blank = {
        "choose": "best", "is_feasible": True, "is_expected": True, "lines": pd.DataFrame(columns=list(LINE_COLUMNS)),
        "limits": pd.DataFrame(), "scopes": pd.DataFrame(), "totals": {},
    }  # fmt: skip
    return Outcome(name=name, title=title, **{**blank, **more})


def shown_plan(**more) -> Outcome:
    """Return the plan that is shown: P1 is bought, P2 is transferred."""
    lines = pd.DataFrame([line("P1", "M1", "buy", 12.3456), line("P2", "M2", "merge", 20.0, cost_wan=45.678)])
    scope = dict.fromkeys(SCOPE_COLUMNS) | {
        "by": "all", "tax_per_mu_before": 8.0, "tax_per_mu_after": 8.5, "far_before": 0.7, "far_after": 0.75,
        "idle_rate_before": 0.05, "idle_rate_after": 0.025,
    }  # fmt: skip
    return outcome(
        "plan",
        "完成任务",
        lines=lines,
        totals=TOTALS,
        scopes=pd.DataFrame([scope]),
        gap=0.0,
        value=1.0,
        bound=1.0,
        **more,
    )


def tight_plan() -> Outcome:
    """Return a plan that is not possible: money and cases have to give together, or the target alone."""
    rows = [
        (True, "budget", "", True, 500.0, 3200.5, 2700.5, "wan_yuan"),
        (True, "cases", "1", True, 3.0, 9.0, 6.0, "case"),
        (False, "target", "", False, 120.0, 57.25, 62.75, "mu"),
    ]
    moves = pd.DataFrame(rows, columns=list(MOVE_COLUMNS))
    return outcome("tight", "过紧方案", is_feasible=False, moves=moves, totals={"target_mu": 120.0})


def years_plan() -> Outcome:
    """Return a plan of two years, not the best there may be."""
    blank = dict.fromkeys(YEAR_COLUMNS)
    rows = [
        {"year": 1, "n_new": 1, "n_parcels": 1, "handled_mu": 12.3456, "cost_wan": 100.0, "tax_uplift_wan": 20.0,
         "price_mu": 7.6544, "price_wan": 20000.0},
        {"year": 2, "n_new": 1, "n_parcels": 2, "handled_mu": 32.3456, "cost_wan": 145.678, "tax_uplift_wan": 40.0,
         "price_mu": 0.0, "price_wan": -3.5},
    ]  # fmt: skip
    years = pd.DataFrame([{**blank, **row} for row in rows])
    lines = pd.DataFrame([line("P1", "M1", "buy", 12.3456), line("P2", "M2", "merge", 20.0, year=2)])
    totals = TOTALS | {"cost_wan": 145.678}
    return outcome("years", "两年方案", lines=lines, years=years, totals=totals, gap=0.0125, warnings=("gap_open",))


def planned(run: Analysis, *outcomes: Outcome, shown: str = "plan", with_progress: bool = True) -> Analysis:
    """Return a run with plans; those of this module unless some are given."""
    found = outcomes or (shown_plan(), tight_plan(), years_plan())
    plans = Plans(
        options=pd.DataFrame(),
        outcomes={one.name: one for one in found},
        shown=shown,
        progress=progress() if with_progress else pd.DataFrame(),
    )
    return replace(run, plans=plans)
