"""An issue points to the cell it speaks of, whichever of a table's files carries it."""

from __future__ import annotations

import pandas as pd

from landuse.tables import RawPart, RawTables, issue_rows
from landuse.tables.origin import located


def part(file, sheet="", **columns):
    frame = pd.DataFrame(columns)
    return RawPart("accounts", file, sheet, frame, headers={}, factors={})


TAX = part("tax.csv", uscc=["A", "B"], year=[2025, 2025], tax_wan=[1.0, 2.0], source_row=[2, 3])
ENERGY = part(
    "energy.xlsx",
    "能耗",
    uscc=["B", "A", "A"],
    year=[2025, 2024, 2025],
    energy_tce=[0.0, 7.0, 0.0],
    source_row=[4, 5, 6],
)
RAW = RawTables({"accounts": (TAX, ENERGY)})


def issue(column, uscc="A", file="tax.csv", sheet="", row=2):
    rows = pd.DataFrame({"uscc": [uscc], "source_file": [file], "source_sheet": [sheet], "source_row": [row]})
    return issue_rows("ENERGY_NOT_POSITIVE", rows, table="accounts", key="uscc", column=column)


def place(issues):
    return tuple(located(issues, RAW, year=2025)[["source_file", "source_sheet", "source_row"]].iloc[0])


def test_a_column_of_another_file_moves_the_issue_to_its_row_of_the_year():
    assert place(issue("energy_tce")) == ("energy.xlsx", "能耗", 6)


def test_an_issue_whose_own_file_carries_the_column_stays():
    assert place(issue("tax_wan")) == ("tax.csv", "", 2)
    assert place(issue("energy_tce", file="energy.xlsx", sheet="能耗", row=5)) == ("energy.xlsx", "能耗", 5)


def test_an_issue_without_column_or_with_an_unknown_key_stays():
    assert place(issue("")) == ("tax.csv", "", 2)
    assert place(issue("energy_tce", uscc="C", row=9)) == ("tax.csv", "", 9)


def test_the_issues_given_are_not_changed():
    given = issue("energy_tce")
    located(given, RAW, year=2025)
    assert given["source_file"].tolist() == ["tax.csv"]


def test_a_table_of_one_file_is_left_alone():
    alone = RawTables({"accounts": (TAX,)})
    assert located(issue("energy_tce"), alone, year=2025)["source_file"].tolist() == ["tax.csv"]
