"""``landuse init -o 参数.xlsx`` writes its proposal as a workbook: the evidence stands beside each value."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from landuse.cli import proposing
from landuse.cli.screen import State
from landuse.errors import InputError
from landuse.parameters import comments_of, read_book
from landuse.project import Project, load_project

TEXT = """\
[project]
name = "安澜县"
year = 2025

[inputs]
parcels = [
  # 宗地.shp:600行,坐标系候选 EPSG:4527 | EPSG:4528
  { path = "宗地.shp", crs = "?" },
]
"""


def test_a_proposal_is_written_as_a_workbook_with_its_evidence_and_its_questions(tmp_path, monkeypatch):
    monkeypatch.setattr(State, "lang", "zh")
    target = tmp_path / "参数.xlsx"
    draft = SimpleNamespace(tree=lambda: tomllib.loads(TEXT), remarks_by_key=lambda _lang: comments_of(TEXT))
    proposing._write(SimpleNamespace(draft=draft, text=TEXT), target)
    read = read_book(target, Project)
    assert read.values["inputs"]["parcels"] == {"path": "宗地.shp", "crs": "?"}
    sheet = openpyxl.load_workbook(target)["输入文件"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    assert sheet.cell(6, heads["crs"]).value == "?"
    assert sheet.cell(6, heads["remark"]).value == "宗地.shp:600行,坐标系候选 EPSG:4527 | EPSG:4528"
    with pytest.raises(InputError) as error:
        load_project(target)
    assert [fault.found for fault in error.value.faults] == ['"?"']
    assert "[输入文件]" in error.value.faults[0].where


@pytest.mark.parametrize(("name", "is_taken"), [("a.toml", True), ("参数.xlsx", True), ("a.docx", False)])
def test_a_project_file_is_toml_or_a_workbook(name, is_taken, tmp_path):
    assert (proposing._target_faults(Path(tmp_path / name)) == []) is is_taken
