"""The form of plans by hand holds what was written, and a figure nobody knows is no 0 in it."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from plan_builders import line, outcome
from reports_builders import project, small

from landuse.reports.content.planning import hand_book
from landuse.reports.excel import write_book
from landuse.tables import Plans, RawPart
from landuse.tables.plans import OPTION_COLUMNS

HAND = {
    "jia": {"choose": "hand", "hand": "甲", "years": 2},
    "yi": {"choose": "hand", "hand": "乙", "years": 2},
}


def option(parcel, measure, npv, **more):
    return line(parcel, measure, "buy", 10.0, npv_wan=npv, **more)


def book():
    """P1: best M2, M1 written in 甲, nothing in 乙; P2 in 甲 in year 2, its cost unknown; P5 in none; P3 is not low."""
    options = [
        option("P1", "M1", -50.0, cost_wan=900.0), option("P1", "M2", 70.0, cost_wan=5.0, jobs_lost=None),
        option("P2", "M2", 30.0, cost_wan=None), option("P5", "M2", 10.0), option("P3", "M4", 90.0),
    ]  # fmt: skip
    plans = {
        "jia": [line("P1", "M1", "buy", 10.0), line("P2", "M2", "merge", 10.0, year=2)],
        "yi": [line("P1", "M2", "merge", 10.0)],
    }
    found = {name: outcome(name, name, choose="hand", lines=pd.DataFrame(rows)) for name, rows in plans.items()}
    kinds = {"cost_wan": "float64", "jobs_lost": "float64"}
    table = pd.DataFrame(options)[list(OPTION_COLUMNS)].astype(kinds)
    # P5 was left alone on purpose, and so was P3, which nobody proposes; P1 stands in plans all the same.
    alone = pd.DataFrame({"parcel_id": ["P5", "P1", "P3", None], "plan": ["不动", " 不动", "不动 ", "不动"]})
    made = small(project=project(scenarios=HAND))
    raw = replace(made.raw, parts={**made.raw.parts, "hand_plans": (RawPart("hand_plans", "f", "", alone, {}, {}),)})
    return hand_book(replace(made, raw=raw, plans=Plans(options=table, outcomes=found)))


@pytest.fixture(scope="module")
def sheets():
    return book()


def test_a_measure_and_a_year_that_were_written_stand_in_the_form(sheets):
    rows = sheets[0].blocks[0].rows
    told = rows[["parcel_id", "plan", "measure", "year"]].astype(object).where(lambda table: table.notna(), None)
    assert told.to_numpy().tolist() == [
        ["P1", "甲", "M1 政府收储(回购)", None],
        ["P1", "乙", None, None],
        ["P2", "甲", None, 2.0],
        ["P5", "不动", None, None],
        ["P3", "不动", None, None],
    ]
    assert rows["cost_wan"].tolist()[:2] == [900.0, 5.0]


def test_a_sum_with_an_unknown_part_is_unknown_and_of_jobs_the_known_part(sheets):
    rows = sheets[1].blocks[0].rows.set_index("plan")
    assert rows.loc["甲", "n_written"] == 2
    assert pd.isna(rows.loc["甲", "cost_wan"])
    assert rows.loc["乙", "cost_wan"] == 5.0
    assert rows.loc["甲", "handled_mu"] == 20.0
    assert rows.loc["乙", "jobs_lost"] == 0.0


def test_no_formula_finds_a_blank_cell_which_would_be_a_0(sheets):
    """A formula that finds a blank cell gives 0: what is unknown is a dash in the cells the formulas look into."""
    held = io.BytesIO()
    write_book(sheets, held)
    read = openpyxl.load_workbook(held)
    figures = [row[2:] for row in read["选项"].iter_rows(min_row=5, values_only=True) if row[1] and "|" in row[1]]
    assert len(figures) == 5
    assert all(value is not None for row in figures for value in row)
    assert sum(value == "—" for row in figures for value in row) == 2
    sums = {row[1]: row for row in read["方案合计"].iter_rows(min_row=5, values_only=True)}
    assert sums["甲"][4].startswith("=IF(COUNTIFS(")
    assert sums["甲"][8].startswith("=SUMIF(")
