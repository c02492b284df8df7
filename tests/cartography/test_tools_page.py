"""The tools on the page of the map itself: they hear clicks before the page does, and print what it shows."""

import pytest

from landuse.cartography.web import draw_map

from .builders import analysis
from .test_tools_notes import rows_of
from .tools_page import opened, press, saved_text, tool

pytestmark = pytest.mark.browser
PLACE = """(row) => {
  const point = landuse.map.latLngToContainerPoint(landuse.tools.kit.host.boundsOf(row).getCenter());
  const box = landuse.map.getContainer().getBoundingClientRect();
  return [point.x + box.x, point.y + box.y];
}"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("地图 map") / "map.html"
    made.write_text(draw_map(analysis(60)), encoding="utf-8")
    return made


@pytest.fixture
def seen(browser, path):
    with opened(browser, path) as found:
        found.page.wait_for_selector("html[data-ready=true]", state="attached")
        yield found
        assert found.errors == []
        assert found.requests == []


def rightmost(page, count):
    """Return rows whose middle lies in the right half of the map, where no panel is."""
    rows = page.evaluate(f"Array.from({{ length: 60 }}, (none, row) => [row, ({PLACE})(row)])")
    return [row for row, (x, y) in rows if 560 < x < 960 and 120 < y < 700][:count]


def test_a_tool_hears_the_click_and_no_card_opens(seen):
    page = seen.page
    one, other = rightmost(page, 2)
    tool(page, "measure")
    for row in (one, other):
        page.mouse.click(*page.evaluate(PLACE, row))
    press(page, "完成")
    assert len(page.evaluate("landuse.tools.measured()")[0]["places"]) == 2
    assert page.evaluate("landuse.state.chosen") == -1
    page.click(".lt-tool-close")
    page.mouse.click(*page.evaluate(PLACE, one))
    page.wait_for_timeout(200)
    assert page.evaluate("landuse.state.chosen") == one


def test_picked_parcels_are_written_with_the_titles_of_the_catalogue(seen):
    page = seen.page
    rows = rightmost(page, 3)
    tool(page, "pick")
    for row in rows:
        page.mouse.click(*page.evaluate(PLACE, row))
    assert page.evaluate("landuse.tools.picked()") == sorted(rows)
    table = rows_of(saved_text(page, lambda: press(page, "导出表格"))[1])
    assert table[0][0] == "宗地代码"
    assert "采用面积(亩)" in table[0]
    at = table[0].index("宗地代码")
    ids = analysis(60).parcels.table["parcel_id"]
    assert [line[at] for line in table[1:]] == [ids[row] for row in sorted(rows)]


def test_a_note_finds_its_parcel_by_its_code(seen):
    page = seen.page
    (row,) = rightmost(page, 1)
    tool(page, "notes")
    press(page, "加备注")
    assert page.evaluate("landuse.state.chosen") == -1  # a press in the panel is no click on the map
    page.mouse.click(*page.evaluate(PLACE, row))
    page.fill(".lt-note-form textarea", "厂房空置")
    press(page, "确定")
    (note,) = page.evaluate("JSON.parse(landuse.tools.notes.text()).notes")
    assert note["parcel_id"] == analysis(60).parcels.table["parcel_id"][row]
    assert page.evaluate("JSON.parse(landuse.tools.notes.text()).run") == analysis(60).project.digest()


def test_the_sheet_shows_the_theme_its_legend_and_the_credit(seen):
    page = seen.page
    page.evaluate("landuse.show('tax_per_mu')")
    tool(page, "print")
    press(page, "预览并打印")
    words = page.locator(".lt-sheet-ink").text_content()
    legend = ("<1", "≥20", "无数据", "万元/亩")
    for part in ("安澜县(示例)", "亩均税收分布图", *legend, "安澜县自然资源局(示例)", "2000国家大地坐标系"):
        assert part in words, part
    drawn = """() => {
      const canvas = document.querySelector(".lt-sheet-map");
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let count = 0;
      for (let at = 0; at < pixels.length; at += 4) if (pixels[at] < 250 || pixels[at + 1] < 250) count += 1;
      return count / (pixels.length / 4);
    }"""
    assert page.evaluate(drawn) > 0.1


@pytest.mark.parametrize("size", [(1366, 768), (1366, 560)])
def test_an_open_panel_leaves_the_name_tags_of_two_pictures_free(browser, path, size):
    with opened(browser, path, size=size) as seen:
        page = seen.page
        page.wait_for_selector("html[data-ready=true]", state="attached")
        panel = tool(page, "print")
        free = """(() => {
          const box = (one) => document.querySelector(one).getBoundingClientRect();
          const [tag, panel, map] = [box("#lu-name-left"), box(".lt-tool"), box(".folium-map")];
          const apart = panel.top >= tag.bottom || panel.left >= tag.right;
          return tag.height > 0 && apart && panel.bottom <= map.bottom && panel.height > 100;
        })()"""
        for mode in ("swipe", "beside"):
            page.evaluate("(mode) => landuse.compare.set(mode)", mode)
            page.wait_for_timeout(150)
            assert panel.is_visible()
            assert page.evaluate(free), mode
            page.click(".lt-tool-close")
            tool(page, "print")
            assert page.evaluate(free), mode
        page.evaluate("landuse.compare.set('off')")


def test_a_base_map_lies_below_roads_and_water(browser, tmp_path):
    path = tmp_path / "map.html"
    path.write_text(draw_map(analysis(20, map={"tiles": "tiles"})), encoding="utf-8")
    with opened(browser, path) as seen:
        seen.page.wait_for_selector("html[data-ready=true]", state="attached")
        tool(seen.page, "base")
        base = int(seen.page.evaluate("getComputedStyle(landuse.map.getPane('lt-base')).zIndex"))
        assert 0 < base < 150  # that of the pane `around`
