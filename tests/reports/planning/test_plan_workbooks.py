"""The workbooks of clean-up plans say what the plans are, and the form adds up to what the plans say."""

from __future__ import annotations

import subprocess

import openpyxl
import pytest

from landuse.catalogue import terms
from landuse.reports.content.planning import hand_book, plan_book, schedule_book
from landuse.reports.excel import write_book
from landuse.reports.summary import shown_plan_line
from landuse.tables.plans import is_cleaned


@pytest.mark.parametrize("made", [plan_book, hand_book, schedule_book])
def test_every_page_says_that_plans_decide_nothing(demonstration, made):
    sheets = made(demonstration)
    assert sheets
    assert all(sheet.page.footer_left.startswith("测算结果,仅供决策参考") for sheet in sheets)


def test_the_totals_of_the_form_are_those_of_the_plans_written_by_hand(demonstration):
    tally = hand_book(demonstration)[1].blocks[0].rows.set_index("plan")
    names = {demonstration.project.scenarios[name].hand: name for name in demonstration.plans.outcomes}
    for plan in ("甲", "乙"):
        totals = demonstration.plans.outcomes[names[plan]].totals
        assert tally.loc[plan, "n_written"] == totals["n_parcels"]
        for figure in ("handled_mu", "cost_wan", "income_wan", "npv_wan", "tax_uplift_wan", "jobs_lost"):
            assert tally.loc[plan, figure] == pytest.approx(totals[figure], abs=1e-6), (plan, figure)


def test_the_form_lists_all_land_that_clean_up_is_about_and_has_options(demonstration):
    rows = hand_book(demonstration)[0].blocks[0].rows
    parcels = demonstration.parcels.table
    asked = set(parcels.loc[is_cleaned(parcels), "parcel_id"]) & set(demonstration.plans.options["parcel_id"])
    assert asked <= set(rows["parcel_id"])


def test_every_code_of_the_plans_has_a_word(demonstration):
    for outcome in demonstration.plans.outcomes.values():
        assert set(outcome.limits["kind"]) <= set(terms("limit_kind", "zh"))
        assert set(outcome.warnings) <= set(terms("plan_warning", "zh"))


def test_the_list_of_a_plan_has_a_row_for_each_of_its_lines(demonstration):
    titles = {sheet.name: sheet for sheet in plan_book(demonstration)}
    for outcome in demonstration.plans.outcomes.values():
        if len(outcome.lines):
            sheet = next(sheet for name, sheet in titles.items() if outcome.title[:20] in name)
            assert list(sheet.rows["parcel_id"]) == list(outcome.lines["parcel_id"])
            assert sheet.rows["cost_wan"].sum() == pytest.approx(outcome.totals["cost_wan"])


def test_a_run_says_in_one_line_what_the_shown_plan_does(demonstration):
    (line,) = shown_plan_line(demonstration)
    assert demonstration.plans.shown in line


@pytest.mark.slow
def test_libreoffice_computes_the_figures_the_form_shows(demonstration, soffice, tmp_path):
    write_book(hand_book(demonstration), tmp_path / "form.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    out = tmp_path / "computed"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(out),
        str(tmp_path / "form.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    plain = openpyxl.load_workbook(tmp_path / "form.xlsx")
    shown = openpyxl.load_workbook(tmp_path / "form.xlsx", data_only=True)
    computed = openpyxl.load_workbook(out / "form.xlsx", data_only=True)
    cells = [(s.title, c.coordinate) for s in plain for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert len(cells) > 500
    for tab, place in cells:
        expected, found = shown[tab][place].value, computed[tab][place].value
        if expected in (None, ""):
            assert found in (None, ""), (tab, place)
        else:
            assert found == pytest.approx(expected, abs=1e-6), (tab, place)
