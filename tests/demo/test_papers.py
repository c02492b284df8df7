"""The product follows the papers and meters of the district as the answer key does."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
import yaml
from generator.oracle_meters import monthly_use

import landuse
from landuse.tables import Analysis

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
CASES = {case["id"]: case for case in yaml.safe_load((DEMO / "truth" / "idle_cases.yaml").read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def analysis(demonstration: Analysis) -> Analysis:
    return demonstration


@pytest.mark.parametrize("name", CASES)
def test_each_idle_case_comes_out_as_the_key_says(name: str, analysis: Analysis) -> None:
    row = analysis.parcels.table.set_index("parcel_id").loc[CASES[name]["parcel_id"]]
    wanted = CASES[name]["L"]
    years = 0 if pd.isna(row["idle_years"]) else int(row["idle_years"])
    assert (row["idle_class"], years, row["consequence"]) == (wanted["class"], wanted["years"], wanted["consequence"])
    if wanted["fee_wan"] is not None:
        assert round(row["idle_fee_wan"], 2) == wanted["fee_wan"]


def test_the_clock_of_i28_is_restarted_and_the_old_day_stays_visible(analysis: Analysis) -> None:
    case = CASES["I28"]
    row = analysis.parcels.table.set_index("parcel_id").loc[case["parcel_id"]]
    assert (case["L"]["class"], case["without_amendment"]["class"]) == ("OVERDUE_START", "IDLE_T1")
    assert [str(row[n].date()) for n in ("start_due", "start_due_original")] == ["2025-09-01", "2023-05-01"]
    receipt = str(landuse.explain(analysis, case["parcel_id"]))
    assert (
        "补充协议安自然资补〔2024〕6号(示例)(2024-09-20签订):约定动工(开工)时间由2023-05-01变更为2025-09-01" in receipt
    )
    assert "amendments.xlsx〔补充协议〕 第 2 行" in receipt


def test_the_days_of_i12_come_from_a_document_and_i13_names_one_without_a_period(analysis: Analysis) -> None:
    table = analysis.parcels.table.set_index("parcel_id")
    i12, i13 = (table.loc[CASES[name]["parcel_id"]] for name in ("I12", "I13"))
    assert (i12["gov_delay_days"], i12["gov_delay_docs"]) == (365, "安自然资函〔2024〕9号")
    assert "2024-03-01至2025-02-28,首尾均计,365 天" in str(landuse.explain(analysis, CASES["I12"]["parcel_id"]))
    assert (i13["idle_cause"], i13["consequence"]) == ("government", "article_12")
    assert "安自然资函〔2024〕18号" in str(landuse.explain(analysis, CASES["I13"]["parcel_id"]))


def test_electricity_of_each_enterprise_is_that_of_the_key(inputs, answer, analysis: Analysis) -> None:  # type: ignore[no-untyped-def]
    power = analysis.facts["power"].set_index("uscc")
    with (DEMO / "truth" / "electricity.csv").open(encoding="utf-8", newline="") as source:
        key = {row["uscc"]: row for row in csv.DictReader(source)}
    assert set(power.index) == set(key) == set(monthly_use(inputs, answer))
    for uscc, row in key.items():
        assert power.loc[uscc, "window_kwh"] == pytest.approx(float(row["kwh"]), abs=0.02)
        assert str(power.loc[uscc, "silent"]).lower() == row["silent"]


def test_every_stopped_enterprise_has_a_silent_meter(analysis: Analysis) -> None:
    stopped = analysis.enterprises.loc[analysis.enterprises["production_state"].eq("停产"), "uscc"]
    silent = analysis.facts["power"].set_index("uscc")["silent"]
    assert len(stopped) == 17
    assert silent[stopped].all()
    assert int(silent.sum()) == 17
