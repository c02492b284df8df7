"""Every check is worded, raised in code, proved by a planted fault, and can be told on the phone."""

from __future__ import annotations

import csv
import dataclasses
from string import Formatter

import openpyxl
import pandas as pd
import pytest
from checks.proofs import DEMO, ROOT, proofs
from reports.reports_builders import issues, project, small

from landuse.catalogue import load_folder
from landuse.refusal import decode
from landuse.reports.content import issue_book

ISSUES = load_folder("vocabulary/issues")
CALLS = load_folder("vocabulary/calls")
OWNERS = load_folder("vocabulary/enumerations")["owner"]
CODES = sorted(ISSUES)
FRAME = {"place", "thing", "title", "value", "message", "action", "where_used"}
"""Placeholders every call may use."""


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CODES)
def test_each_check_is_proved_by_a_planted_fault(code):
    found = proofs(frozenset(CODES))[code]
    assert found, f"{code}: plant a fault that raises it, and name the code in its test"
    for proof in found:
        assert (ROOT / proof.partition("::")[0]).is_file()


@pytest.mark.parametrize("code", CODES)
def test_each_check_has_a_severity_an_owner_and_both_languages(code):
    entry = ISSUES[code]
    assert entry["severity"] in {"error", "warning", "note"}
    assert entry["owner"] in OWNERS
    for part in ("message", "action"):
        assert all(entry[part][lang].strip() for lang in ("zh", "en"))


@pytest.mark.parametrize("code", sorted(CALLS["say"]))
def test_a_sentence_for_the_phone_speaks_of_what_its_check_knows(code):
    entry = ISSUES[code]
    known = FRAME.union(*(holes(entry[part][lang]) for part in ("message", "action") for lang in ("zh", "en")))
    for lang in ("zh", "en"):
        assert holes(CALLS["say"][code][lang]) <= known | {"title", "place", "thing"}


def test_a_code_without_a_call_is_one_that_exists():
    assert set(CALLS["quiet"]["codes"]) <= set(CODES)
    assert set(CALLS["quiet"]["codes"]).isdisjoint(CALLS["say"])


def raised(code: str) -> pd.DataFrame:
    """Return one issue of a code as a room raises it, every fact filled."""
    entry = ISSUES[code]
    facts = set().union(*(holes(entry[part][lang]) for part in ("message", "action") for lang in ("zh", "en")))
    raw = issues((entry["severity"], code)).drop(columns=["message", "action", "owner"])
    return raw.assign(facts=[{name: f"<{name}>" for name in facts - {"value"}}], source_cell="D2")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_check_can_be_told_on_the_phone_without_a_gap(lang):
    every = pd.concat([raised(code) for code in CODES], ignore_index=True)
    base = small(project=project(lang), issues=every)
    told = pd.concat([sheet.rows for sheet in issue_book(base)[1:]], ignore_index=True)
    assert sorted(told["code"]) == CODES
    by_code = told.set_index("code")["call"]
    quiet = set(CALLS["quiet"]["codes"])
    for code in CODES:
        assert (by_code[code] == "") == (code in quiet), code
        assert not {"{", "}"} & set(by_code[code]), code
        assert "nan" not in by_code[code]


def test_the_call_names_file_cell_enterprise_and_what_stands_there():
    raw = raised("NUMBER_TEXT").assign(key="E1", value="12万左右", source_sheet="税收")
    base = small(issues=raw)
    base = dataclasses.replace(
        base, enterprises=base.enterprises.assign(name=["甲食品", *base.enterprises["name"][1:]])
    )
    row = next(sheet for sheet in issue_book(base) if sheet.name == "统计").rows.iloc[0]
    assert row["source_cell"] == "D2"
    assert row["call"] == (
        "您好,这里是自然资源局。我们收到的《税收_2025.csv》“税收”表D2单元格,甲食品(E1)的实缴税收写的是“12万左右”,"
        "不是一个数。请您报一下准确的数字;没有数据就请留空。"
    )


def test_what_the_bureau_itself_mends_begins_with_the_file_and_greets_nobody():
    raw = raised("GEOMETRY_MISSING").assign(
        table="parcels", key="P1", source_cell="", source_row=pd.array([7], "Int64")
    )
    row = next(sheet for sheet in issue_book(small(issues=raw)) if sheet.name == "其他").rows.iloc[0]
    assert row["call"] == "《税收_2025.csv》第7行,宗地P1没有图形。请补上。"


# ------------------------------------------------------------------------------------ cells of the district


def test_every_cell_named_in_the_district_holds_the_value_that_is_doubted(demonstration):
    found = demonstration.issues
    found = found[found["source_cell"].ne("") & ~found["source_cell"].str.contains(",") & found["value"].ne("")]
    whole = found[found["code"].isin(["USCC_CHECK_DIGIT", "NUMBER_TEXT", "CHOICE_UNKNOWN", "DATE_TEXT", "NAME_ODD"])]
    assert len(found) == 22
    assert len(whole) == 2
    for row in whole.to_dict("records"):
        assert str(cell(row["source_file"], row["source_sheet"], row["source_cell"])) == str(row["value"])
    for row in found.to_dict("records"):
        assert row["source_cell"].endswith(str(row["source_row"]))


def cell(file: str, sheet: str, place: str):
    """Return what stands in a cell of a file of the demonstration."""
    path = DEMO / file
    if path.suffix == ".csv":
        letters = place.rstrip("0123456789")
        column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters))) - 1
        lines = list(csv.reader(decode(path.read_bytes()).splitlines()))
        return lines[int(place[len(letters) :]) - 1][column]
    return openpyxl.load_workbook(path, data_only=True)[sheet][place].value
