"""Enterprises and parcels for the named rules: everything fine unless a test says otherwise."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from ranking.ranking_builders import firms, ranked, rule

from landuse.policy.rules import Case, Facts, Plots, named_findings
from landuse.policy.rules.controls import demands
from landuse.policy.rules.plots import Ground, land_columns, land_findings

COLUMNS = ("industry_code", "land_grade", "far_min", "invest_min_wan_per_ha", "site_coverage_min",
           "tax_min_wan_per_mu", "source")  # fmt: skip


def controls(*rows):
    """Return a control table of (industry code, {column: value})."""
    made = [{"industry_code": code, **values} for code, values in rows]
    return pd.DataFrame(made, columns=list(COLUMNS))


def ground(*, table=None, code="19", force=None, lang="zh", as_of=date(2026, 6, 30), year=2025, **facts):
    """Return one parcel of 15 mu (1 ha) with facts; a list gives several parcels."""
    rows = max((len(value) for value in facts.values() if isinstance(value, list)), default=1)
    parcels = pd.DataFrame({"parcel_id": [f"P{i}" for i in range(rows)], "area_mu": 15.0}).assign(**facts)
    for name in ("finish_due", "finish_date"):
        if name in parcels.columns:
            parcels[name] = pd.to_datetime(parcels[name])
    grade = parcels.get("price_level", pd.Series([None] * rows)).astype("str")
    asked = demands(controls() if table is None else table, pd.Series([code] * rows, dtype="str"), grade, plain=False)
    return Ground(parcels, asked, force or rule(), as_of, year, lang)


def on_land(rule_id, **options):
    """Return (outcome, missing, sentence) of the first parcel."""
    return answer(land_findings(ground(**options))[rule_id], 0)


def answer(finding, row):
    keys = pd.Series([str(i) for i in range(len(finding.because))], dtype="str")
    frame = finding.frame("R02", unit="enterprise", keys=keys)
    one = frame.iloc[row]
    outcome = None if one["outcome"] is pd.NA else bool(one["outcome"])
    return outcome, one["missing"], one["because"]


def grades(*rows):
    """Return a history of (uscc, year, grade)."""
    return pd.DataFrame(list(rows), columns=["uscc", "year", "grade"]).astype({"uscc": "str", "grade": "str"})


def of_firm(rule_id, frame=None, *, row=0, force=None, lang="zh", facts=None, **columns):
    """Return (outcome, missing, sentence) of one enterprise among seven, the first of them changed."""
    frame = firms([40.0] * 7) if frame is None else frame
    for name, value in columns.items():
        known = frame[name].tolist() if name in frame.columns else [None] * len(frame)
        frame = frame.assign(**{name: [value, *known[1:]]})
    force = force or rule()
    result = ranked(frame, force=force, lang=lang)
    case = Case(result.table, result.groups, force, lang, facts or Facts(2025))
    return answer(named_findings(case)[rule_id], row)


def plots(ground_, uses):
    """Return the findings of parcels and who uses them: (parcel, uscc, cm2, tenure)."""
    occupancy = pd.DataFrame(uses, columns=["parcel_id", "uscc", "land_cm2", "tenure"]).astype({"land_cm2": "int64"})
    return Plots(ground_.table["parcel_id"], occupancy, land_findings(ground_), land_columns(ground_))


NAN = np.nan
