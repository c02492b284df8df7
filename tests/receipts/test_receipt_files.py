"""The receipts that a run writes: of whom, under which names, how many at most, and who gets none."""

from __future__ import annotations

import gc
import hashlib
import json
import re
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_builders import PARCEL_IDS, USCC, write_bureau

from landuse.cartography.page.carried import _pages
from landuse.errors import InputError, OutputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.receipt import receipt, receipts
from landuse.reports.receipt.listed import listed_objects, receipt_notes
from landuse.reports.receipt.page import as_page
from landuse.reports.rows import _FINDERS, SCANS, find_records, find_rows, find_values, records
from landuse.write import KINDS, write_outputs
from landuse.write.links import address, with_links
from landuse.write.receipt import plain_name


@pytest.fixture(scope="module")
def project_file(tmp_path_factory):
    return write_bureau(tmp_path_factory.mktemp("九家") / "某 局")


@pytest.fixture(scope="module")
def analysis(project_file):
    return run(load_project(project_file))


def pages(folder):
    return sorted(path.name for path in (folder / "receipts").glob("*.html")) if folder.exists() else []


def written(analysis, folder, only=KINDS):
    write_outputs(analysis, folder, only=only)
    return pages(folder)


def reset(analysis, **outputs):
    project = analysis.project
    changed = project.outputs.model_copy(update=outputs)
    return replace(analysis, project=project.model_copy(update={"outputs": changed}))


# Of nine factories the bottom 15 % is one (floor(0.15 x 9 + 1/2) = 1): the first. Tax and output per mu are equal, its
# output per energy is the lowest. It and its parcel are listed, nobody else.


def test_every_listed_parcel_and_enterprise_gets_a_page_and_nobody_else(analysis, tmp_path):
    assert listed_objects(analysis.parcels.table, analysis.enterprises) == [
        ("parcel", PARCEL_IDS[0]),
        ("enterprise", USCC[0]),
    ]
    assert written(analysis, tmp_path) == [f"测算过程表_{PARCEL_IDS[0]}.html", f"测算过程表_{USCC[0]}.html"]


def test_a_listed_object_is_of_a_class_with_a_conclusion_or_proposed():
    parcels = pd.DataFrame(
        {
            "parcel_id": list("abcdefgh"),
            "efficiency_class": ["low", "partly_low", "stopped", "vacant", "not_low", "not_rated", "not_low", None],
            "idle_class": [None, None, None, None, "IDLE_T1", "IDLE_T2", "OVERDUE_START", "UNDETERMINED"],
        }
    )
    firms = pd.DataFrame({"uscc": list("xyz"), "low_efficiency": pd.array([True, False, None], dtype="boolean")})
    found = listed_objects(parcels, firms)
    assert found == [("parcel", key) for key in "abcdef"] + [("enterprise", "x")]


def test_the_page_of_a_run_is_that_of_explain(analysis, tmp_path):
    written(analysis, tmp_path)
    for key in (PARCEL_IDS[0], USCC[0]):
        page = (tmp_path / "receipts" / f"测算过程表_{key}.html").read_text(encoding="utf-8")
        assert page == as_page(receipt(analysis, key))


def test_receipts_of_many_are_those_of_each_alone(analysis):
    objects = [("parcel", key) for key in PARCEL_IDS] + [("enterprise", key) for key in USCC]
    assert list(receipts(analysis, objects)) == [receipt(analysis, key) for _, key in objects]


def test_the_manifest_lists_the_pages_and_they_are_copied_beside_the_copy_of_the_map(analysis, tmp_path):
    names = written(analysis, tmp_path)
    listed = {entry["name"] for entry in json.loads((tmp_path / "manifest.json").read_text("utf-8"))["outputs"]}
    assert {f"receipts/{name}" for name in names} | {"receipts/receipts.json"} <= listed
    assert pages(tmp_path / "成果") == names


def test_beyond_the_number_of_the_project_no_page_is_written_but_when_asked(analysis, tmp_path):
    few = reset(analysis, receipts_up_to=1)
    assert written(few, tmp_path / "whole") == []
    assert len(written(few, tmp_path / "asked", only=("receipts",))) == 2
    assert len(written(reset(analysis, receipts_up_to=2), tmp_path / "just")) == 2  # the number itself is allowed
    assert written(reset(analysis, receipts_up_to=0), tmp_path / "never") == []
    assert written(analysis, tmp_path / "map", only=("map",)) == []


def test_a_note_says_that_receipts_are_left_out_and_how_to_get_them(analysis):
    tables = analysis.parcels.table, analysis.enterprises
    notes = receipt_notes(reset(analysis, receipts_up_to=1).project, *tables)
    assert notes[["severity", "code", "value"]].to_numpy().tolist() == [["note", "RECEIPTS_LEFT_OUT", "2"]]
    assert notes["facts"].iloc[0] == {"most": 1}
    for most in (0, 2, 300):
        assert receipt_notes(reset(analysis, receipts_up_to=most).project, *tables).empty


def test_the_run_notes_what_it_leaves_out_and_the_usual_number_changes_no_fingerprint(project_file):
    usual = load_project(project_file)
    assert load_project(project_file, ["outputs.receipts_up_to=300"]).digest() == usual.digest()
    few = load_project(project_file, ["outputs.receipts_up_to=1"])
    assert few.digest() != usual.digest()
    assert run(few).issues["code"].eq("RECEIPTS_LEFT_OUT").sum() == 1


def test_pages_of_an_earlier_run_go_unless_somebody_changed_them(analysis, tmp_path):
    written(analysis, tmp_path)
    old = replace(analysis, enterprises=analysis.enterprises.assign(low_efficiency=False))
    parcel, firm = f"测算过程表_{PARCEL_IDS[0]}.html", f"测算过程表_{USCC[0]}.html"
    (tmp_path / "receipts" / firm).write_text("a remark by hand", encoding="utf-8")
    (tmp_path / "receipts" / "own.html").write_text("of somebody else", encoding="utf-8")
    assert written(old, tmp_path) == sorted([parcel, firm, "own.html"])
    assert pages(tmp_path / "成果") == [parcel]
    write_outputs(analysis, tmp_path, only=("tables",))
    (tmp_path / "receipts" / firm).unlink()
    written(analysis, tmp_path)
    assert written(old, tmp_path) == sorted([parcel, "own.html"])


def test_a_whole_run_without_receipts_leaves_no_page_nor_list_of_an_earlier_one(analysis, tmp_path):
    none = replace(
        analysis,
        enterprises=analysis.enterprises.assign(low_efficiency=False),
        parcels=analysis.parcels.with_table(
            analysis.parcels.table.assign(efficiency_class="not_low", idle_class="NORMAL")
        ),
    )
    for name, later in (
        ("cap", reset(analysis, receipts_up_to=1)),
        ("off", reset(analysis, receipts_up_to=0)),
        ("no", none),
    ):
        folder = tmp_path / name
        assert len(written(analysis, folder)) == 2
        (folder / "receipts" / "own.html").write_text("of somebody else", encoding="utf-8")
        assert written(later, folder, only=("map",)) != ["own.html"]  # part of a run removes nothing
        assert written(later, folder) == ["own.html"]
        assert pages(folder / "成果") == []
        assert not (folder / "receipts/receipts.json").exists()
    assert len(written(analysis, tmp_path / "asked")) == 2
    assert written(none, tmp_path / "asked", only=("receipts",)) == []
    assert json.loads((tmp_path / "asked/receipts/receipts.json").read_text("utf-8")) == []


def test_a_page_of_an_earlier_run_that_is_held_open_is_named_and_the_others_go(analysis, tmp_path, monkeypatch):
    parcel = written(analysis, tmp_path)[0]
    unlink = Path.unlink

    def held(path, **how):
        if path == tmp_path / "receipts" / parcel:
            raise PermissionError(13, "held open")
        unlink(path, **how)

    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(OutputError) as caught:
        written(reset(analysis, receipts_up_to=0), tmp_path)
    assert [fault.where for fault in caught.value.faults] == [str(tmp_path / "receipts" / parcel)]
    assert pages(tmp_path) == [parcel]
    monkeypatch.undo()
    assert written(reset(analysis, receipts_up_to=0), tmp_path) == []  # the next run knows of it still


def test_a_list_that_names_files_elsewhere_removes_none(analysis, tmp_path):
    outside = tmp_path / "notes.html"
    outside.write_text("keep", encoding="utf-8")
    folder = tmp_path / "out"
    written(analysis, folder)
    listing = folder / "receipts" / "receipts.json"
    digest = hashlib.sha256(b"keep").hexdigest()
    entries = [{"file": name, "sha256": digest} for name in ("../notes.html", "receipts/../../notes.html")]
    for text in (json.dumps(entries), "[{]", "{}", '[{"file": 1}]', "null"):
        listing.write_text(text, encoding="utf-8")
        assert len(written(analysis, folder)) == 2
        assert outside.is_file()


def test_same_analysis_same_bytes(analysis, tmp_path):
    for name in ("one", "two"):
        written(analysis, tmp_path / name, only=("map", "receipts"))
    first, second = ((tmp_path / name / "manifest.json").read_bytes() for name in ("one", "two"))
    assert first == second


def test_codes_that_no_file_may_be_called_after_get_names_of_their_own(analysis, tmp_path):
    strange = ["甲/乙:1", "甲\\乙?1", "A b#%1", "a B#%1", "長" * 200, "x\u202egnp", "é</script>'.", 'e\u0301"CON".']
    table = analysis.parcels.table.assign(
        parcel_id=[*strange, *PARCEL_IDS[8:]], efficiency_class=["low"] * 8 + ["not_low"]
    )
    renamed = dict(zip(PARCEL_IDS, strange, strict=False))
    use = analysis.occupancy.assign(parcel_id=analysis.occupancy["parcel_id"].replace(renamed))
    nobody = analysis.enterprises.assign(low_efficiency=False)
    hostile = replace(analysis, parcels=analysis.parcels.with_table(table), occupancy=use, enterprises=nobody)
    names = written(hostile, tmp_path, only=("map", "receipts"))
    assert len(names) == 8
    assert len({unicodedata.normalize("NFC", name.casefold()) for name in names}) == 8
    assert all(len(name.encode()) <= 255 and not re.search(r'[\\/:*?"<>|\s\u202e]', name) for name in names)
    links = with_links(hostile, {}).facts["pages"]
    assert links == {}
    told = {
        entry["key"]: entry["file"] for entry in json.loads((tmp_path / "receipts/receipts.json").read_text("utf-8"))
    }
    assert set(told) == set(strange)
    for name in told.values():
        assert (tmp_path / unquote(address(name))).is_file()
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "</script" not in page
        assert page.count("<title>") == page.count("</title>") == 1
    assert "é</script" not in (tmp_path / "map.html").read_text(encoding="utf-8")


def test_an_address_escapes_everything_but_plain_letters():
    assert address("receipts/测 1#%.html") == "receipts/%E6%B5%8B%201%23%25.html"
    assert address("javascript:alert(1)") == "javascript%3Aalert%281%29"


def test_links_of_several_sets_of_files_stand_one_after_the_other(analysis):
    first = with_links(analysis, {"p": [("过程表", "receipts/一.html")]})
    both = with_links(first, {"p": [("一地一策", "dossiers/p_甲.pdf")], "q": [("一地一策", "dossiers/q.pdf")]})
    assert _pages(both) == {
        "p": [["过程表", "receipts/%E4%B8%80.html"], ["一地一策", "dossiers/p_%E7%94%B2.pdf"]],
        "q": [["一地一策", "dossiers/q.pdf"]],
    }
    assert _pages(analysis) == {}


def test_a_name_keeps_its_ending_and_is_never_too_long():
    assert plain_name("a b/c.html") == "a_b_c.html"
    assert len(plain_name("長" * 300 + ".html").encode()) <= 185


def test_receipts_are_for_the_bureau_alone(project_file, tmp_path):
    both = run(load_project(project_file, ['outputs.also_for=["superior", "public"]', 'outputs.review_number="x"']))
    written(both, tmp_path, only=(*KINDS, "receipts"))
    for audience in ("superior", "public"):
        there = [path.relative_to(tmp_path).as_posix() for path in (tmp_path / audience).rglob("*")]
        assert there
        assert not [name for name in there if "receipt" in name or "过程表" in name]
        assert "receipts" not in (tmp_path / audience / "manifest.json").read_text("utf-8")
    alone = run(load_project(project_file, ['project.audience="public"', 'outputs.review_number="x"']))
    with pytest.raises(InputError):
        write_outputs(alone, tmp_path / "public alone", only=("receipts",))


# ------------------------------------------------------------------------------------------------- rows


def test_rows_are_found_alike_by_scan_and_by_index():
    frame = pd.DataFrame(
        {"key": ["b", "a", None, "b", "c", "b"], "year": pd.array([1, 1, 1, 2, None, 1], dtype="Int64"), "x": range(6)}
    ).astype({"key": "str"})
    for _ in range(SCANS + 3):
        assert find_rows(frame, key="b")["x"].tolist() == [0, 3, 5]
        assert find_rows(frame, key="b", year=1)["x"].tolist() == [0, 5]
        assert find_rows(frame, key="z").empty
        assert find_rows(frame, key="c", year=1).empty
        assert find_rows(frame, none=1).empty
        assert find_values(frame, "year", key="c") == []
        assert find_values(frame, "x", key="a") == [1]
        assert find_records(frame, key="b") == records(frame.loc[frame["key"].eq("b")])


def test_records_are_plain_values():
    day = pd.Timestamp("2025-06-30")
    frame = pd.DataFrame({"n": [1], "f": [1.5], "d": [day], "b": [True], "t": ["x"], "l": [["a"]]})
    for row in (records(frame)[0], find_records(frame, n=1)[0]):
        assert row == {"n": 1, "f": 1.5, "d": day, "b": True, "t": "x", "l": ["a"]}
        assert [type(value) for value in row.values()] == [int, float, pd.Timestamp, bool, str, list]
    assert records(frame.iloc[:0]) == []


def test_a_table_that_is_gone_leaves_no_finder_behind():
    gc.collect()
    before = len(_FINDERS)
    frame = pd.DataFrame({"key": ["a"]})
    find_rows(frame, key="a")
    assert len(_FINDERS) == before + 1
    del frame
    gc.collect()
    assert len(_FINDERS) == before
