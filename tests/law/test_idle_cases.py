"""Run the cases a lawyer wrote down, under both readings of a full year."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from idleplots import plot, project

from landuse.law.idle import Idle, judge

BOOK = yaml.safe_load((Path(__file__).parent / "idle_cases.yaml").read_text(encoding="utf-8"))
READINGS = ("day_after", "same_day")


@pytest.mark.parametrize("anniversary", READINGS)
@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["id"])
def test_the_case_comes_out_as_the_lawyer_says(case, anniversary):
    as_of = case.get("as_of", BOOK["as_of"])
    expected = {**case["expect"], **(case.get("same_day", {}) if anniversary == "same_day" else {})}
    idle, ids = judged(as_of, anniversary)
    place = ids.index(case["id"])
    key = _key(case)
    one = Idle(
        idle.table.iloc[[place]],
        idle.findings[idle.findings["key"] == key],
        idle.issues[idle.issues["key"] == key],
    )
    seen = {name: _seen(name, one, as_of, value) for name, value in expected.items()}
    assert seen == {name: _plain(value) for name, value in expected.items()}


@cache
def judged(as_of, anniversary):
    """Judge all cases of one day together."""
    cases = [case for case in BOOK["cases"] if case.get("as_of", BOOK["as_of"]) == as_of]
    plots = pd.concat([plot(**{**case["facts"], "parcel_id": _key(case)}) for case in cases], ignore_index=True)
    return judge(plots, project(as_of, anniversary=anniversary)), [case["id"] for case in cases]


def _key(case):
    return case["facts"].get("parcel_id", case["id"])


def _seen(name, one, as_of, expected):
    row = one.table.iloc[0]
    if name == "days_left":
        return (row["next_deadline"].date() - as_of).days
    if name.startswith("missing_"):
        rule = one.findings.set_index("rule_id").loc[f"ART2_{name[8:]}"]
        assert pd.isna(rule["outcome"])
        return rule["missing"]
    if name == "issue":
        return expected if expected in set(one.issues["code"]) else sorted(one.issues["code"])
    if name == "rule":
        return expected if expected in set(one.findings["rule_id"]) else sorted(one.findings["rule_id"])
    if name == "because_has":
        return expected if expected in row["idle_because"] else row["idle_because"]
    return _plain(row[name])


def _plain(value):
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, float | np.floating):
        return round(float(value), 9)
    return value if isinstance(value, date | str) else int(value)


def test_every_demonstration_case_is_in_the_book():
    assert {f"I{n:02d}" for n in range(1, 31)} <= {case["id"] for case in BOOK["cases"]}


@pytest.mark.parametrize("name", ["I06", "I11", "I17", "I24", "I30", "C2"])
def test_a_parcel_alone_is_judged_as_among_others(name):
    idle, ids = judged(BOOK["as_of"], "day_after")
    case = next(case for case in BOOK["cases"] if case["id"] == name)
    alone = judge(plot(**case["facts"]), project(BOOK["as_of"])).table
    among = idle.table.iloc[[ids.index(name)]].reset_index(drop=True)
    pd.testing.assert_frame_equal(among, alone)
