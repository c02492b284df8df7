"""The narrated notebook runs from its first cell to its last, says what the answer key says, and is stored bare."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from notebooks.notebook_runs import said_by

import landuse

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
DISTRICT = ROOT / "notebooks" / "01_安澜县_从数据到结论.ipynb"


@pytest.fixture(scope="module")
def totals():
    """Return the answer key of the district."""
    return tomllib.loads((ROOT / "data" / "demo" / "truth" / "totals.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Return what each cell of the notebook puts out, by the id of the cell, after a run in an empty folder."""
    return said_by(DISTRICT, tmp_path_factory.mktemp("notebook"))


def test_every_cell_shows_something(said):
    assert [cell for cell, text in said.items() if not text.strip()] == []


def test_the_balance_closes(said):
    assert "账平: True" in said["balance"]


def test_the_run_is_that_of_the_answer_key(said, totals):
    assert len(totals["status"]) >= 9
    for status, count in totals["status"].items():
        assert re.search(rf"<th>{status}</th>\s*<td>{count}</td>", said["run"]), status


def test_the_base_worked_out_by_hand_is_the_base_in_force(said):
    stated, by_hand = re.search(r"亩均税收基准 ([\d.]+),手算 ([\d.]+) ", said["group"]).groups()
    assert float(stated) == pytest.approx(float(by_hand), abs=2e-6)
    assert "应列 4 家" in said["group"]


def test_one_enterprise_is_explained_from_its_source_cell_to_the_verdict(said):
    steps = ("一、来源", "二、用地", "三、地价修正系数", "四、经济数据", "五、指标", "六、得分与排名", "七、历年情况", "八、结论")
    places = [said["explain"].index(step) for step in steps]
    assert places == sorted(places)
    assert "accounts_tax_2025.csv" in said["explain"]


def test_the_list_grows_with_the_share_and_keeps_whom_it_had(said, totals):
    assert "名单依次包含: True" in said["sensitivity"]
    stable, more, edge = map(
        int, re.search(r"稳定 (\d+) 家.*?(\d+) 家,20% 才进入 (\d+) 家", said["sensitivity"]).groups()
    )
    assert stable + more == totals["totals"]["flagged"]
    assert stable > more > 0 < edge


def test_the_clock_of_one_parcel_is_case_i06(said):
    """Agreed start 2025-06-29, never started, price 12 million yuan: 20 % of it as a fee on 2026-06-30."""
    assert "2025-06-29" in said["idle"]
    assert re.search(r"土地闲置费测算额\(万元\)</th>\s*<td>240\.0", said["idle"])


def test_one_day_moves_the_cases_on_their_anniversary(said):
    """I02, I05, I07 and I11 stand on the very day (data/demo/truth/idle_cases.yaml)."""
    cases = (ROOT / "data" / "demo" / "truth" / "idle_cases.yaml").read_text(encoding="utf-8")
    for case in ("I02", "I05", "I07", "I11"):
        parcel_id = re.search(rf"- id: {case}\n\s+parcel_id: '(\w+)'", cases)[1]
        assert parcel_id in said["day"]


def test_the_map_draws_every_parcel_and_counts_it(said, totals):
    assert said["map"].count("<path ") == totals["totals"]["parcels"]
    assert sum(map(int, re.findall(r":(\d+) 宗 ", said["map"]))) == totals["totals"]["parcels"]


def test_the_files_are_named(said):
    for name in ("map.html", "ledger.xlsx", "issues.xlsx", "results.gpkg", "parcels.parquet"):
        assert name in said["files"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs_and_counts(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    run = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert run
    assert [cell.id for cell in run if cell.outputs or cell.execution_count is not None] == []
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_use_public_names_only(path):
    notebook = nbformat.read(path, as_version=4)
    tree = ast.parse("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    imported = [
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.startswith("landuse")
    ]
    assert imported == ["landuse"]
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "landuse"
    }
    assert used
    assert used <= set(landuse.__all__)
