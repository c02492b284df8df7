"""No text of an input runs as a formula when an output is opened: whatever table or list it stands in."""

from __future__ import annotations

import csv
import dataclasses
import re
import zipfile
from datetime import date

import pandas as pd
import pytest
from write_builders import analysis

from landuse.reports.content.context import Words
from landuse.reports.content.model import Block, Fonts, Page, Sheet, SheetColumn
from landuse.reports.excel import write_book
from landuse.tables.changes import Change, changes_of
from landuse.tables.spreadsheet import is_formula
from landuse.write import write_issues, write_outputs
from landuse.write.plain_csv import csv_cell, write_csv

HOSTILE = (
    "=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "\uff1d1+1", "\uff0b1",
    "\uff0d1+1", "\uff20SUM(1)", "\u3000=1+1", '=HYPERLINK("http://x","y")', "\0=1+1",
)  # fmt: skip
HARMLESS = ("安澜甲厂", "1=1", "a-b", "甲@乙", "", "2024年", "'=1")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_would_run_stands_behind_an_apostrophe(text, tmp_path):
    assert is_formula(text)
    write_csv(tmp_path / "a.csv", [text, "b"], [[text, 1]])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    for cell in (rows[0][0], rows[1][0]):
        assert cell.startswith("'")
    assert rows[1][1] == "1"


@pytest.mark.parametrize("text", HARMLESS)
def test_another_text_stays_as_it_is(text):
    assert csv_cell(text) == text


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS[:-1]])
def test_what_overrides_say_is_guarded_and_comes_back_as_it_was(text):
    change = Change("review", "parcels", "k", "holder", "", text)
    row = change.row()
    assert not is_formula(str(row["new"]))
    assert changes_of([row])[0].new == text


def test_no_cell_of_a_workbook_is_a_formula_made_of_an_input(tmp_path):
    made = analysis(outputs={"exchange": ["shp"]})
    texts = made.enterprises.assign(name=list(HOSTILE[:3]), because=list(HOSTILE[3:6]))
    parcels = made.parcels.table.assign(holder=list(HOSTILE[:5]), because=list(HOSTILE[5:10]))
    made = dataclasses.replace(made, enterprises=texts, parcels=made.parcels.with_table(parcels))
    write_outputs(made, tmp_path, only=("tables",))
    write_issues(made, tmp_path)
    rows = pd.DataFrame({"a": list(HOSTILE)})
    head = ledger_like(rows)
    write_book([head], tmp_path / "b.xlsx")
    books = sorted(tmp_path.rglob("*.xlsx"))
    assert {book.name for book in books} >= {"fields.xlsx", "issues.xlsx", "b.xlsx"}
    for book in books:
        assert [text for text in formulas(book) if is_hostile(text)] == [], book.name
    strings = zipfile.ZipFile(tmp_path / "b.xlsx").read("xl/sharedStrings.xml").decode()
    assert "=1+1" in strings  # it is there, as a text


def formulas(book):
    """Return the formulas of all sheets of a workbook."""
    with zipfile.ZipFile(book) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return [found for page in pages for found in re.findall(r"<f[^>]*>([^<]*)</f>", page)]


def is_hostile(formula):
    return any(text.strip().lstrip("=+-@") in formula for text in HOSTILE)


def ledger_like(rows):
    """Return a sheet of one column of texts, as every workbook of a run is described."""
    words = Words("zh")
    return Sheet(
        key="x", name="表", title="=1+1", left_line="=2+2", unit_line="@x", sign_off="+1", notes=("=3+3",),
        blocks=(Block((SheetColumn("a", "=a", "T", 20.0),), rows, heading="=1+1"),), page=Page("", "", "", "", ""),
        fonts=Fonts("SimSun", "SimSun", "SimSun"), dated=date(2026, 1, 1),
        words={name: words.phrase(name) for name in ("total", "none", "cut_text", "aside", "notes_lead")},
    )  # fmt: skip
