"""Notes and selections of the map: what is written, saved, loaded again, and what a spreadsheet makes of it."""

import csv
import io
import json
import re

import pyarrow as pa
import pytest

from landuse.read import texts as read_texts
from landuse.read.notes import read_notes
from landuse.read.source import Cells

from .tools_page import FACTS, click_at, opened, point, press, saved_text, tool, write_page

pytestmark = pytest.mark.browser
PARCEL = (118.5708, 38.6005)
BARE = (118.5699, 38.5985)
HOSTILE = '<script>alert("x")</script>\n</script>"引号"\u202e=1+1 𠮷'


@pytest.fixture
def seen(browser, tmp_path):
    with opened(browser, write_page(tmp_path)) as found:
        yield found
        assert found.errors == []
        assert found.requests == []


def add(page, place, text, who=""):
    if page.locator(".lt-tool").is_hidden():
        tool(page, "notes")
    press(page, "加备注")
    click_at(page, place)
    page.fill(".lt-note-form textarea", text)
    page.fill(".lt-note-form input", who)
    press(page, "确定")


def kept(page):
    return json.loads(page.evaluate("landuse.tools.notes.text()"))


def load(page, content, name="x.json"):
    text = content if isinstance(content, str) else json.dumps(content)
    page.set_input_files(".lt-tool input[type=file]", {"name": name, "mimeType": "", "buffer": text.encode()})
    page.wait_for_timeout(150)
    return page.locator(".lt-tool-status").inner_text()


def test_notes_on_a_parcel_and_on_a_place_are_saved_with_run_person_and_day(seen, tmp_path):
    page = seen.page
    add(page, PARCEL, HOSTILE, "甲某")
    add(page, BARE, "路口")
    name, text = saved_text(page, lambda: press(page, "保存为文件"))
    assert re.fullmatch(r"备注_安澜县\(示例\)_\d{4}-\d\d-\d\d\.json", name)
    content = json.loads(text)
    assert content["format"] == "landuse.notes/1"
    assert content["run"] == FACTS["run"]
    first, second = content["notes"]
    assert first["parcel_id"] == "990781001001GB00005"
    assert first["text"] == HOSTILE
    assert (first["who"], first["revision"]) == ("甲某", 1)
    assert first["day"] == page.evaluate("kit.today()")
    assert second["parcel_id"] is None
    assert (second["lon"], second["lat"]) == pytest.approx(BARE, abs=1e-4)
    (tmp_path / "saved.json").write_text(text, encoding="utf-8")
    assert [note.text for note in read_notes(tmp_path / "saved.json")] == [HOSTILE, "路口"]
    assert page.locator(".lt-note script").count() == 0
    assert "<script>alert" in page.locator(".lt-note p").first.inner_text()


def test_a_note_is_edited_and_deleted_and_the_file_tells_of_both(seen):
    page = seen.page
    add(page, PARCEL, "厂房空置")
    add(page, BARE, "路口")
    page.locator(".lt-note-acts button", has_text="修改").first.click()
    page.fill(".lt-note-form textarea", "厂房已出租")
    press(page, "确定")
    page.locator(".lt-note-acts button", has_text="删除").last.click()
    notes = kept(page)["notes"]
    assert [(note["text"], note["revision"]) for note in notes] == [("厂房已出租", 2), ("", 2)]
    assert page.locator(".lt-pin").count() == 1
    assert page.locator(".lt-note").count() == 1


def test_an_empty_note_is_not_kept(seen):
    page = seen.page
    add(page, PARCEL, "  ")
    assert "请填写" in page.locator(".lt-tool-status").inner_text()
    assert kept(page)["notes"] == []


def note(**parts):
    made = {"id": "a1b2c3d4", "revision": 1, "parcel_id": "990781001001GB00005", "lon": 118.57, "lat": 38.6}
    return {**made, "text": "甲", "who": "", "day": "2026-07-01", **parts}


def file_of(*notes, **head):
    return {"format": "landuse.notes/1", "project": "x", "year": 2025, "run": FACTS["run"], "notes": list(notes)} | head


def test_a_file_is_loaded_once_and_known_the_second_time(seen):
    page = seen.page
    tool(page, "notes")
    assert "新增 1 条" in load(page, file_of(note()))
    assert "已有 1 条" in load(page, file_of(note()))
    assert "更新 1 条" in load(page, file_of(note(revision=2, text="乙")))
    assert "已有 1 条" in load(page, file_of(note()))
    assert [one["text"] for one in kept(page)["notes"]] == ["乙"]


def test_a_contradiction_is_told_and_both_texts_are_kept(seen):
    page = seen.page
    tool(page, "notes")
    load(page, file_of(note()))
    assert "1 条与现有内容冲突" in load(page, file_of(note(text="乙")))
    assert "已有 1 条" in load(page, file_of(note(text="乙")))
    notes = kept(page)["notes"]
    assert [one["text"] for one in notes] == ["甲", "乙"]
    assert len({one["id"] for one in notes}) == 2
    assert all(re.fullmatch("[0-9a-z]{6,32}", one["id"]) for one in notes)


def test_unknown_parcels_and_other_runs_are_told_and_nothing_is_lost(seen):
    page = seen.page
    tool(page, "notes")
    said = load(page, file_of(note(parcel_id="990781009009GB99999"), run="0" * 64))
    assert "出自另一次运行" in said
    assert "1 条的宗地不在本图中" in said
    assert len(kept(page)["notes"]) == 1
    assert "本图中没有" in page.locator(".lt-note").inner_text()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "不是 JSON 文件"),
        ({"format": "landuse.notes/2", "notes": []}, "不是备注文件"),
        (file_of(note(), note(id="X")), "第 2 条的 id 不可用"),
        (file_of(note(lat=95)), "第 1 条的 lat 不可用"),
        (file_of(note(text="x" * 2001)), "第 1 条的 text 不可用"),
    ],
)
def test_a_damaged_file_is_refused_with_the_reason(seen, content, why):
    page = seen.page
    tool(page, "notes")
    assert why in load(page, content)
    assert kept(page)["notes"] == []


def test_notes_of_the_register_stand_on_the_map_from_the_start(browser, tmp_path):
    path = write_page(tmp_path, facts={"notes": [note(), note(id="deleted0", text="")]})
    with opened(browser, path) as seen:
        assert seen.page.locator(".lt-pin").count() == 1
        seen.page.click(".lt-pin")
        assert "990781001001GB00005" in seen.page.locator(".lt-note").inner_text()


def test_a_file_that_was_applied_is_known_although_the_register_has_no_line_breaks(browser, tmp_path):
    long = "厂房空置\n\n大门上锁（2026）"
    texts = pa.array([long], pa.large_string())
    (kept_text,) = read_texts.texts(Cells(size=1, text=texts)).values
    assert kept_text == "厂房空置  大门上锁（2026）"  # what the next run reads from the register
    path = write_page(tmp_path, facts={"notes": [note(text=kept_text)]})
    with opened(browser, path) as seen:
        tool(seen.page, "notes")
        assert "已有 1 条" in load(seen.page, file_of(note(text=long)))
        assert "已有 1 条" in load(seen.page, file_of(note(text="厂房空置大门\u200b上锁(2026)")))
        assert "1 条与现有内容冲突" in load(seen.page, file_of(note(text="厂房空置,大门开着")))
        assert "1 条与现有内容冲突" in load(seen.page, file_of(note(text=long, parcel_id=None)))
        assert len(kept(seen.page)["notes"]) == 3


def test_a_note_keeps_no_sign_that_the_register_drops(seen, tmp_path):
    page = seen.page
    add(page, PARCEL, "\ufeff厂房\u0085空\u200b置\u2028大门\u009f上锁\u200b", "甲\u200b某")
    (one,) = kept(page)["notes"]
    assert (one["text"], one["who"]) == ("厂房空置\n大门上锁", "甲某")
    (tmp_path / "saved.json").write_text(json.dumps(kept(page)), encoding="utf-8")
    assert [found.text for found in read_notes(tmp_path / "saved.json")] == [one["text"]]


# ------------------------------------------------------------------------------------------ selection


def rows_of(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_picked_parcels_are_counted_and_written_as_a_table(seen):
    page = seen.page
    panel = tool(page, "pick")
    click_at(page, (118.5708, 38.6005), (118.5728, 38.6005), (118.5748, 38.6005), (118.5748, 38.6005))
    # rows 5 and 6: 25 and 26 mu; the third was picked and dropped
    assert "2 宗,51.00 亩" in panel.inner_text()
    name, text = saved_text(page, lambda: press(page, "导出表格"))
    assert name.startswith("宗地表_安澜县(示例)_")
    rows = rows_of(text)
    assert rows[0] == ["宗地代码", "土地使用权人", "亩均税收(万元/亩)"]
    assert [row[0] for row in rows[1:]] == ["990781001001GB00005", "990781001001GB00006"]
    assert [row[2] for row in rows[1:]] == ["3.5", "4.5"]


def test_a_box_picks_what_it_touches_and_the_map_moves_again_afterwards(seen):
    page = seen.page
    panel = tool(page, "pick")
    press(page, "框选")
    page.mouse.move(*point(page, 118.5701, 38.5999))
    page.mouse.down()
    page.mouse.move(*point(page, 118.574, 38.5971), steps=4)
    page.mouse.up()
    # columns 5 and 6 of the second and the third line
    assert "4 宗" in panel.inner_text()
    assert page.evaluate("landuse.tools.picked()") == [15, 16, 25, 26]
    assert page.evaluate("map.dragging.enabled()")


def test_a_box_that_ends_on_a_parcel_picks_it_too(seen):
    page = seen.page
    tool(page, "pick")
    for _ in range(2):  # picked once and still picked when it is boxed again
        press(page, "框选")
        page.mouse.move(*point(page, 118.5701, 38.5999))
        page.mouse.down()
        page.mouse.move(*point(page, 118.5728, 38.5977), steps=4)
        page.mouse.up()
        page.wait_for_timeout(50)
        assert page.evaluate("landuse.tools.picked()") == [15, 16, 25, 26]
    click_at(page, (118.5708, 38.6005))
    assert page.evaluate("landuse.tools.picked()") == [5, 15, 16, 25, 26]


def drag(page):
    page.mouse.move(*point(page, 118.5701, 38.5999))
    page.mouse.down()
    page.mouse.move(*point(page, 118.574, 38.5971), steps=4)
    page.mouse.up()
    page.wait_for_timeout(50)


def test_a_box_asked_for_twice_or_given_up_leaves_the_map_as_it_was(seen):
    page = seen.page
    panel = tool(page, "pick")
    press(page, "框选")
    press(page, "框选")
    page.keyboard.press("Escape")  # the box is given up, the tool stays open
    assert panel.is_visible()
    click_at(page, (118.5708, 38.6005))
    assert page.evaluate("landuse.tools.picked()") == [5]
    page.evaluate("window.before = map.getCenter()")
    drag(page)
    assert page.evaluate("map.getCenter().equals(window.before)") is False
    press(page, "框选")
    press(page, "框选")
    page.click(".lt-tool-close")
    page.evaluate("window.before = map.getCenter()")
    drag(page)
    assert page.evaluate("map.getCenter().equals(window.before)") is False
    assert page.evaluate("landuse.tools.picked()") == [5]
    page.evaluate("window.clicks = 0; map.on('click', () => { window.clicks += 1; })")
    page.mouse.click(683, 384)
    assert page.evaluate("window.clicks") == 1


def test_cells_are_neutral_for_a_spreadsheet_and_nothing_is_lost(seen):
    page = seen.page
    page.evaluate("host.state.filter = [0, 1, 2, 3, 7]")
    tool(page, "pick")
    page.check("input[name=lt-source][value=filter]")
    rows = rows_of(saved_text(page, lambda: press(page, "导出表格"))[1])[1:]
    assert [row[1] for row in rows] == ['\'=HYPERLINK("x")', "甲,乙 公司", "'@sum", "2-1\t", "某公司"]
    assert rows[4][0] == "913301000000000000\t"
    assert [row[2] for row in rows] == ["-1.5", "-0.5", "", "1.5", "5.5"]
    for row in rows:
        assert not any(re.match(r"[=@\t\r]|[+-](?![\d.])", one) for one in row)


def test_the_area_of_a_selection_names_what_is_unknown(seen):
    page = seen.page
    page.evaluate("host.state.filter = [2, 3]")
    panel = tool(page, "pick")
    page.check("input[name=lt-source][value=filter]")
    assert "2 宗,22.00 亩(另有 1 宗面积未知)" in panel.inner_text()
