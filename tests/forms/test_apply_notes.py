"""Notes of the map come back: registered once, kept whatever run they come from, contradictions told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.cli_builders import PARCEL_IDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_apply import applied, named, refused, written

from landuse.apply.book import write_changes
from landuse.apply.notes import note_changes
from landuse.errors import InputError
from landuse.pipeline import run
from landuse.project import load_project
from landuse.read.forms import read_overrides
from landuse.read.notes import MOST_SIGNS, Note, read_notes
from landuse.reports.explain import explain
from landuse.tables.changes import changes_of, notes_in_force


def note(**parts):
    made = {
        "id": "a1b2c3d4e5f6",
        "revision": 1,
        "parcel_id": PARCEL_IDS[0],
        "lon": 118.6012345,
        "lat": 38.6,
        "text": "厂房空置",
        "who": "甲某",
        "day": "2026-07-20",
    }
    return made | parts


def saved(folder: Path, *notes, name="备注.json", **head) -> Path:
    path = folder / name
    content = {"format": "landuse.notes/1", "project": "x", "year": 2025, "run": "", "notes": list(notes)} | head
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_note_becomes_a_row_of_the_register_with_place_person_day_and_file(bureau):
    digest = load_project(bureau).digest()
    done = applied(bureau, saved(bureau.parent, note(), run=digest))
    assert done.notes == 1
    assert done.is_written
    assert done.told == ()
    assert done.counts == {"corrections": 0, "decisions": 0, "objections": 0}
    (row,) = written(bureau)
    assert row["数据表"] == "notes"
    assert row["对象"] == PARCEL_IDS[0]
    assert row["事项编号"] == "a1b2c3d4e5f6.1"
    assert row["更正值"] == "厂房空置"
    assert (row["填报人"], row["填报日期"]) == ("甲某", "2026-07-20")
    assert row["依据"] == f"118.6012345,38.6000000 {digest[:12]}"
    assert (row["表单文件"], row["表单行号"]) == ("备注.json", "1")


def test_a_note_without_a_parcel_is_registered_under_its_place(bureau):
    applied(bureau, saved(bureau.parent, note(parcel_id=None)))
    assert written(bureau)[0]["对象"] == "118.6012345,38.6000000"


def test_the_same_file_twice_writes_nothing_and_says_so(bureau):
    file = saved(bureau.parent, note(), note(id="ffffff", text="第二条"))
    assert applied(bureau, file).notes == 2
    again = applied(bureau, file)
    assert again.notes == 0
    assert not again.is_written
    assert "2 条备注已登记过" in [zh for zh, _ in again.told]
    assert len(written(bureau)) == 2


def test_an_edited_and_a_deleted_note_are_further_rows_and_the_newest_counts(bureau):
    applied(bureau, saved(bureau.parent, note(), note(id="ffffff", text="第二条")))
    later = saved(bureau.parent, note(revision=2, text="厂房已出租"), note(id="ffffff", revision=2, text=""))
    assert applied(bureau, later).notes == 2
    rows = written(bureau)
    assert len(rows) == 4
    named(bureau)
    found = notes_in_force(changes_of(_canonical(rows)))
    assert [change.new for change in found] == ["厂房已出租"]


def test_an_older_revision_that_comes_late_is_kept_and_does_not_count(bureau):
    applied(bureau, saved(bureau.parent, note(revision=2, text="新")))
    assert applied(bureau, saved(bureau.parent, note(revision=1, text="旧"), name="early.json")).notes == 1
    assert [change.new for change in notes_in_force(changes_of(_canonical(written(bureau))))] == ["新"]


def test_two_contents_of_one_revision_are_refused_with_both_places(bureau):
    applied(bureau, saved(bureau.parent, note()))
    (fault,) = refused(bureau, saved(bureau.parent, note(text="在生产"), name="other.json"))
    assert fault.startswith("other.json [1]")
    assert "在生产 ≠ 厂房空置" in fault
    assert "备注.json [1]" in fault
    two = saved(bureau.parent, note(id="abcabc", text="一"), note(id="abcabc", text="二"), name="two.json")
    assert len(refused(bureau, two)) == 1


def test_a_note_on_an_unknown_parcel_and_a_file_of_another_run_are_kept_and_told(bureau):
    done = applied(bureau, saved(bureau.parent, note(parcel_id="990781009009GB99999"), run="f" * 64))
    assert done.notes == 1
    assert written(bureau)[0]["对象"] == "990781009009GB99999"
    zh = [text for text, _ in done.told]
    assert any("没有宗地 990781009009GB99999" in text for text in zh)
    assert any("备注.json 出自另一次运行" in text for text in zh)


def test_notes_come_beside_forms_and_a_bad_file_stops_everything(bureau):
    bad = bureau.parent / "bad.json"
    bad.write_text("{", encoding="utf-8")
    assert "不是 JSON" in refused(bureau, saved(bureau.parent, note()), bad)[0]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"id": "X"}, "id"),
        ({"revision": 0}, "revision"),
        ({"revision": True}, "revision"),
        ({"parcel_id": ""}, "parcel_id"),
        ({"lon": 181}, "lon"),
        ({"lat": "38"}, "lat"),
        ({"text": "x" * (MOST_SIGNS + 1)}, "text"),
        ({"text": None}, "text"),
        ({"who": 1}, "who"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "20260230"}, "day"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(tmp_path, change, part):
    with pytest.raises(InputError) as error:
        read_notes(saved(tmp_path, note(), note(**change)))
    (fault,) = error.value.faults
    assert fault.where == "备注.json [2]"
    assert part in fault.found


@pytest.mark.parametrize(
    "text", ["[]", '{"format": "landuse.notes/2", "notes": []}', '{"format": "landuse.notes/1"}', "NaN"]
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_notes(path)


def test_a_text_at_the_limit_is_taken(tmp_path):
    assert len(read_notes(saved(tmp_path, note(text="x" * MOST_SIGNS)))[0].text) == MOST_SIGNS


def test_explain_tells_the_note_at_its_parcel(bureau):
    hostile = '=HYPERLINK("x")\n<script>alert(1)</script>,"引号"'
    applied(bureau, saved(bureau.parent, note(text=hostile), note(id="ffffff", parcel_id=PARCEL_IDS[1], text="另一宗")))
    text = explain(run(load_project(named(bureau))), PARCEL_IDS[0])
    assert "地图备注" in text
    assert '=HYPERLINK("x")' in text
    assert "甲某" in text
    assert "另一宗" not in text


def test_a_note_with_formulas_quotes_and_lines_is_recognised_when_it_comes_again(bureau):
    file = saved(bureau.parent, note(text='=1+1\n"x",\t乙'), note(id="ffffff", text="+86 123"))
    assert applied(bureau, file).notes == 2
    assert applied(bureau, file).notes == 0


def test_a_run_tells_of_a_note_whose_parcel_the_data_do_not_have_and_of_no_other(bureau):
    lost, place = note(id="bbbbbb", parcel_id="990781009009GB99999", text="已拆分?"), note(id="cccccc", parcel_id=None)
    applied(bureau, saved(bureau.parent, note(), lost, place))
    issues = run(load_project(named(bureau))).issues
    found = issues[issues["code"].eq("NOTE_UNKNOWN_PARCEL")]
    assert found["key"].tolist() == ["990781009009GB99999"]
    assert found["value"].tolist() == ["已拆分?"]
    assert found["severity"].tolist() == ["note"]


notes_strategy = st.lists(
    st.builds(
        Note,
        id=st.sampled_from(["aaaaaa", "bbbbbb", "cccccc"]),
        revision=st.integers(1, 3),
        parcel_id=st.sampled_from(["", "P1", "P2"]),
        lon=st.just(118.0),
        lat=st.just(38.0),
        text=st.sampled_from(["", "一", "二"]),
        who=st.just(""),
        day=st.just("2026-07-20"),
    ),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(notes_strategy)
def test_every_note_is_registered_known_or_a_contradiction_and_the_second_time_all_are_known(notes):
    new, faults, _ = note_changes(notes, [], knows=lambda _: True, run="")
    assert len({change.item for change in new}) == len(new)
    assert {f"{one.id}.{one.revision}" for one in notes} == {change.item for change in new}
    clean = [one for one in notes if not faults]
    again, wrong, _ = note_changes(clean, new, knows=lambda _: True, run="")
    assert (again, wrong) == ([], [])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.sampled_from(["#N/A", "无", "—", "1e5", "#REF!"]),
    parcel=st.sampled_from(["P1", "=P", "0012"]),
)
def test_any_text_comes_back_from_the_register_as_it_was_said(tmp_path, text, parcel):
    path = tmp_path / "overrides.csv"
    path.unlink(missing_ok=True)
    notes = read_notes(saved(tmp_path, note(text=text, parcel_id=parcel)))
    new, _, _ = note_changes(notes, [], knows=lambda _: True, run="")
    write_changes(path, new, lang="zh")
    held = changes_of(read_overrides(path).to_dict("records"))
    again, faults, _ = note_changes(notes, held, knows=lambda _: True, run="")
    assert (again, faults) == ([], [])


def _canonical(rows):
    titles = {"数据表": "table", "对象": "key", "事项编号": "item", "字段": "column", "更正值": "new"}
    return [{titles[name]: value for name, value in row.items() if name in titles} for row in rows]
