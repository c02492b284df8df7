"""Two runs that show a plan: which parcels entered or left it, and which are dealt with otherwise."""

from __future__ import annotations

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from comparison_builders import compare, run

from landuse.comparison.plan import PLAN_COLUMNS
from landuse.reports.comparing import comparison_lines
from landuse.write.compared import write_comparison

OLD = {"P000": ("M6", 1), "P001": ("M4", 1), "P002": ("M4", 1), "P003": ("M1", 2)}
NEW = {"P001": ("M4", 1), "P002": ("M6", 1), "P003": ("M1", 1), "P008": ("M3", 1)}


def showing(record, plan):
    """Return a run whose plan takes some parcels, with measure and year."""
    table = record.tables["parcels"]
    taken = [plan.get(code, (None, None)) for code in table["parcel_id"]]
    columns = {
        "measure": pd.Series([one for one, _ in taken], dtype="str"),
        "plan_year": pd.Series([year for _, year in taken], dtype="Int64"),
        "holder": pd.Series([f"厂{code}" for code in table["parcel_id"]], dtype="str"),
    }
    return replace(record, tables={**record.tables, "parcels": table.assign(**columns)})


@pytest.fixture(scope="module")
def plain():
    return run()


@pytest.fixture(scope="module")
def found(plain):
    return compare(showing(plain, OLD), showing(plain, NEW))


def test_parcels_enter_leave_or_stay_and_another_measure_or_year_is_told(found):
    assert tuple(found.plan.columns) == PLAN_COLUMNS
    assert found.plan[["key", "change", "altered"]].to_numpy().tolist() == [
        ["P000", "left", False],
        ["P001", "stayed", False],
        ["P002", "stayed", True],
        ["P003", "stayed", True],
        ["P008", "entered", False],
    ]
    assert found.plan["name"].tolist() == ["厂P000", "厂P001", "厂P002", "厂P003", "厂P008"]
    assert found.plan["measure_new"].fillna("").tolist() == ["", "M4", "M6", "M1", "M3"]
    assert found.plan["plan_year_old"].fillna(0).tolist() == [1, 1, 1, 2, 0]


def test_the_screen_says_how_many(found):
    said = "展示方案处置宗地:4 → 4 宗,新增 1,移出 1,继续 3(其中改变处置方式或年度 2)"
    assert said in comparison_lines(found, "zh")
    by = "(2 of them by another measure or in another year)"
    assert f"Parcels of the plan shown: 4 → 4, entered 1, left 1, stayed 3 {by}" in comparison_lines(found, "en")


def test_workbook_and_text_name_them(found, tmp_path):
    write_comparison(found, tmp_path, lang="zh")
    sheet = openpyxl.load_workbook(tmp_path / "compare.xlsx")["宗地增减"]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    first = next(number for number, row in enumerate(rows) if row and row[0] == "展示方案的处置宗地")
    assert rows[first + 2 : first + 4] == [
        [1, "P008", "厂P008", "列入方案", "—", "司法处置,第1年"],
        [2, "P000", "厂P000", "移出方案", "依法无偿收回,第1年", "—"],
    ]
    told = json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))["plan"]
    assert told[0] == {
        "key": "P000", "name": "厂P000", "change": "left", "altered": False, "measure_old": "M6", "measure_new": None,
        "plan_year_old": 1, "plan_year_new": None,
    }  # fmt: skip


def test_runs_of_which_one_shows_no_plan_are_compared_as_before(plain, tmp_path):
    for old, new in ((plain, plain), (plain, showing(plain, NEW)), (showing(plain, OLD), plain)):
        one = compare(old, new)
        assert not len(one.plan)
        assert not any("方案处置" in line for line in comparison_lines(one, "zh"))
    write_comparison(one, tmp_path, lang="en")
    assert "plan" not in json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))


def test_plans_of_which_neither_takes_a_parcel_have_nothing_to_compare(plain):
    assert not len(compare(showing(plain, {}), showing(plain, {})).plan)


def test_what_measures_cost_is_no_parameter_of_the_lists(plain):
    dearer = run(measures={"numbers": {"M6": {"numbers": {"case_wan": 12}}}}, match={"gap_m": 30.0})
    assert not len(compare(plain, dearer).parameters)
