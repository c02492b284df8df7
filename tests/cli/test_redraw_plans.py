"""A run with clean-up plans: its tables, and that it is drawn again to the byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from cli_builders import PARCEL_IDS, everything, write_bureau
from planned_projects import write_planning

from landuse.catalogue import load
from landuse.pipeline import run
from landuse.project import load_project
from landuse.read.kept_run import read_kept
from landuse.tables import columns, table_title
from landuse.tables import plans as p
from landuse.tables.plan_tables import FOLLOWED, OPTIONS, PARTS, PLAN_TABLES
from landuse.write import write_outputs

COLUMNS = {
    "plan_options": p.OPTION_COLUMNS,
    "plan_lines": ("plan", *p.LINE_COLUMNS),
    "plan_limits": ("plan", *p.LIMIT_COLUMNS),
    "plan_moves": ("plan", *p.MOVE_COLUMNS),
    "plan_scopes": ("plan", *p.SCOPE_COLUMNS),
    "plan_years": ("plan", *p.YEAR_COLUMNS),
    "plan_sites": ("plan", *p.SITE_COLUMNS),
    "cases": p.CASE_COLUMNS,
    "progress": p.PROGRESS_COLUMNS,
    "matches": p.MATCH_COLUMNS,
}


def written(folder: Path, language: str):
    """Return the analysis, a whole run and one of its tables alone; the inputs are gone."""
    analysis = run(load_project(write_planning(folder / "in"), language=language))
    write_outputs(analysis, folder / "whole")
    write_outputs(analysis, folder / "tables", only=("tables",))
    shutil.rmtree(folder / "in" / "数据")
    return analysis, folder / "whole", folder / "tables"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return written(tmp_path_factory.mktemp("plans"), "zh")


@pytest.fixture
def tables(made, tmp_path):
    """Return a copy of the run of tables alone."""
    shutil.copytree(made[2], tmp_path / "run")
    return tmp_path / "run"


def drawn(folder: Path, say) -> dict[str, bytes]:
    for command in ("print", "report", "map"):
        told = say(command, folder)
        assert (told.status, told.err) == (0, "")
    return everything(folder)


def test_a_run_with_plans_is_drawn_again_to_the_byte(made, tables, say):
    whole = everything(made[1])
    assert {"scenarios.xlsx", "plan_form.xlsx", "schedule.xlsx", "map.html", "report.docx"} <= set(whole)
    assert drawn(tables, say) == whole


def test_so_is_one_in_english(tmp_path, say):
    _, whole, alone = written(tmp_path, "en")
    assert drawn(alone, say) == everything(whole)


def test_the_plans_come_back_as_they_were(made):
    found, wanted = read_kept(made[2]).analysis.plans, made[0].plans
    assert (found.shown, found.facts) == (wanted.shown, wanted.facts)
    assert list(found.outcomes) == ["不动", "收回", "太紧", "人工"]
    pairs = [(getattr(found, name), getattr(wanted, name)) for name in (*OPTIONS.values(), *FOLLOWED.values())]
    for name, one in wanted.outcomes.items():
        other = found.outcomes[name]
        pairs += [(getattr(other, part), getattr(one, part)) for part in (*PARTS.values(), "issues")]
        for field in ("title", "choose", "is_feasible", "is_expected", "warnings"):
            assert getattr(other, field) == getattr(one, field)
        assert repr((other.totals, other.value, other.bound, other.gap)) == repr(
            (dict(one.totals), one.value, one.bound, one.gap)
        )
    for one, other in pairs:
        pd.testing.assert_frame_equal(one, other, check_exact=True, check_column_type=False)
    pd.testing.assert_frame_equal(read_kept(made[2]).analysis.parcels.table, made[0].parcels.table, check_exact=True)


def test_every_table_of_plans_with_a_row_is_published_with_all_plans_in_one(made):
    folder = made[2]
    names = {path.stem for path in folder.glob("*.parquet")} & {*PLAN_TABLES}
    assert names == {*PLAN_TABLES} - {"plan_years", "plan_sites"}
    for name in names - {"plan_totals"}:
        assert tuple(pq.read_schema(folder / f"{name}.parquet").names) == COLUMNS[name]
    lines = pd.read_parquet(folder / "plan_lines.parquet")
    assert lines[["plan", "parcel_id"]].to_numpy().tolist() == [
        *(["收回", one] for one in PARCEL_IDS[1:6]),
        *(["人工", one] for one in PARCEL_IDS[1:3]),
    ]
    [move] = pd.read_parquet(folder / "plan_moves.parquet").query("together").to_dict("records")
    # 200 mu can be taken back, 10 are done, 7.125 in negotiation
    assert (move["plan"], move["kind"], move["stated"], move["needed"]) == ("太紧", "target", 900.0, 217.125)


def test_the_totals_have_a_row_a_plan_and_figure(made):
    totals = pd.read_parquet(made[2] / "plan_totals.parquet")
    assert not totals.duplicated(["plan", "figure"]).any()
    heads = totals.drop_duplicates("plan").set_index("plan")
    assert heads["is_shown"].to_dict() == {"不动": False, "收回": True, "太紧": False, "人工": False}
    assert heads["is_feasible"].to_dict() == {"不动": True, "收回": True, "太紧": False, "人工": True}
    assert heads["is_expected"].all()
    assert heads.loc["收回", "title"] == "收回方案"
    figures = totals.set_index(["plan", "figure"])["amount"]
    # five plots of 20, 30, … 60 mu, a tenth of them for roads and green
    assert figures["收回"][["n_parcels", "handled_mu", "freed_mu"]].tolist() == pytest.approx([5, 200, 180])
    assert pd.isna(figures["不动"]["target_mu"])


def test_the_manifest_counts_plans_options_cases_and_demands(made):
    counts = json.loads((made[1] / "manifest.json").read_text(encoding="utf-8"))["counts"]
    options = len(pd.read_parquet(made[1] / "plan_options.parquet"))
    assert list(counts.items())[-5:] == [
        ("plans", 4), ("plans_feasible", 3), ("plan_options", options), ("cases", 3), ("demands", 2),
    ]  # fmt: skip
    told = (made[1] / "成果" / "运行说明.txt").read_text(encoding="utf-8")
    assert "方案(个): 4" in told


def test_a_run_without_plans_has_none_of_it(tmp_path):
    analysis = run(load_project(write_bureau(tmp_path / "in")))
    write_outputs(analysis, tmp_path / "run", only=("tables",))
    assert not {path.stem for path in (tmp_path / "run").glob("*.parquet")} & {*PLAN_TABLES}
    assert "plans" not in json.loads((tmp_path / "run" / "state" / "state.json").read_text(encoding="utf-8"))
    assert "plans" not in json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert read_kept(tmp_path / "run").analysis.plans is None


@pytest.mark.parametrize("name", PLAN_TABLES)
def test_every_table_of_plans_has_a_title_and_every_column_of_it_is_described(name):
    assert table_title(name) != name
    known = columns("output", name)
    assert tuple(known) == COLUMNS.get(name, tuple(known))
    units = load("vocabulary/columns.toml")["units"]
    assert {one.unit for one in known.values()} - {""} <= set(units)
    assert all(one.zh and one.en for one in known.values())


def spoil_rows(folder):
    path = folder / "plan_lines.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)


def spoil_index(folder):
    path = folder / "state" / "state.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["plans"]["outcomes"][0]["totals"]
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: (folder / "plan_scopes.parquet").unlink(), ("plan_scopes.parquet", "missing")),
        (lambda folder: (folder / "cases.parquet").write_bytes(b"PAR1"), ("cases.parquet", "damaged")),
        (spoil_rows, ("plan_lines.parquet", "rows were added")),
        (spoil_index, ("state.json [plans]", "damaged")),
    ],
)
def test_plans_that_cannot_be_drawn_from_are_said_and_nothing_is_written(tables, say, spoil, words):
    spoil(tables)
    before = everything(tables)
    told = say("map", tables, "--lang", "en")
    assert told.status == 2
    for word in words:
        assert word in told.err
    assert everything(tables) == before
