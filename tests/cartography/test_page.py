"""The whole map.html in a browser, clicked through with every request refused; and what it says when it is damaged."""

from dataclasses import replace

import numpy as np
import pytest

from landuse.cartography.web import draw_map

from .browser import colours_at
from .builders import analysis, with_parcels
from .unpack import told_by_page

pytestmark = pytest.mark.browser

PAINTED = "!landuse.page.layer._busy() && !landuse.page.layer.isLoading()"
OLD = "delete window.DecompressionStream; delete Uint8Array.fromBase64;"
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "引号\"'`",
    "\u202e反向\u202c",
    "换\n行",
    "𠮷",
]


@pytest.fixture(scope="module")
def html():
    return draw_map(analysis(60))


def centre(got, row):
    return got.run(
        """(row) => { const p = landuse.map.latLngToContainerPoint(landuse.page.parcels.data.boundsOf(row).getCenter());
          const box = landuse.map.getContainer().getBoundingClientRect();
          return [Math.round(p.x + box.left) + 3, Math.round(p.y + box.top) + 2]; }""",
        row,
    )


@pytest.mark.parametrize("before", ["", OLD], ids=["now", "old browser"])
def test_the_page_opens_without_a_request_and_every_value_is_the_tables(before, html, open_page):
    got = open_page(html, before=before)
    found = got.run(
        """() => ["parcels", "firms", "uses"].map((name) => { const data = landuse.page.store[name];
          const table = new landuse.Table(data, {});
          return Object.fromEntries(data.names.map((column) =>
            [column, Array.from({ length: table.size }, (_, row) => table.raw(column, row))])); })"""
    )
    for at, name in enumerate(("parcels", "firms", "uses")):
        assert found[at] == told_by_page(html)[name]
    assert found[0]["holder"] == analysis(60).parcels.table["holder"].tolist()
    assert sum(place > 0 for place in found[0]["holder_place"]) > 40  # most are said by their place
    assert found[0]["because"] == analysis(60).parcels.table["because"].tolist()
    assert found[1]["because"] == analysis(60).enterprises["because"].tolist()
    assert found[0]["parcel_id"] == analysis(60).parcels.table["parcel_id"].tolist()
    got.run("landuse.warmed")
    assert got.requests == []
    assert got.errors == []


def test_a_click_on_a_parcel_opens_its_card_and_outlines_it_and_closing_lets_it_go(html, open_page):
    got = open_page(html)
    got.wait(PAINTED)
    got.page.mouse.click(*centre(got, 40))
    card = got.page.locator(".lu-card")
    assert "第40宗" in card.inner_text()
    assert got.run("landuse.state.chosen") == 40
    assert got.run("landuse.page.layer._marks.marks.places.length") == 1
    got.page.locator("#lu-dock-close").click()
    assert card.count() == 0
    assert got.run("landuse.state.chosen") == -1
    assert got.run("landuse.page.layer._marks.marks.places.length") == 0
    assert got.errors == []


def test_the_pointer_over_a_parcel_says_what_it_is(html, open_page):
    got = open_page(html)
    got.wait(PAINTED)
    got.page.mouse.move(*centre(got, 40))
    tip = got.page.locator(".lu-tip")
    tip.wait_for()
    assert "GB00040" in tip.inner_text()
    got.page.mouse.move(5, 5)
    tip.wait_for(state="detached")


def test_the_safe_palette_and_another_theme_change_the_colours_on_the_map(html, open_page):
    got = open_page(html)
    got.wait(PAINTED)
    classes = got.run("landuse.facts.themes[0].classes")
    row = got.run("Array.from({ length: 60 }, (_, row) => row).find((row) => landuse.classOf(row).key === 'stopped')")
    stopped = next(entry for entry in classes if entry["key"] == "stopped")

    def rgb(colour):
        return [*bytes.fromhex(colour[1:]), 255]

    assert colours_at(got, [centre(got, row)]) == [rgb(stopped["colour"])]
    got.page.locator("#lu-safe").click()
    got.wait(PAINTED)
    assert stopped["safe"] != stopped["colour"]
    assert colours_at(got, [centre(got, row)]) == [rgb(stopped["safe"])]
    got.page.locator("#lu-safe").click()
    got.page.locator("#lu-themes input[value=price]").click()
    got.wait(PAINTED)
    expected = got.run("(row) => landuse.classOf(row).colour", row)
    assert got.page.locator("#lu-title").inner_text() == got.run("landuse.theme().title")
    assert colours_at(got, [centre(got, row)]) == [rgb(expected)]


def test_a_search_lists_what_it_finds_and_a_click_there_goes_to_the_parcel(html, open_page):
    got = open_page(html)
    got.page.locator("#lu-query").fill("第41制造")
    assert got.page.locator("#lu-count").inner_text() == "找到 1 个"
    got.page.locator("#lu-found button").click()
    assert got.run("landuse.state.chosen") == 41
    assert "GB00041" in got.page.locator(".lu-card h3").inner_text()
    got.page.locator("#lu-query").fill("gb0")
    assert got.page.locator("#lu-count").inner_text() == "找到 60 个,列出前 20 个"
    assert got.page.locator("#lu-found button").count() == 20
    got.page.locator("#lu-query").fill("没有这一家")
    assert got.page.locator("#lu-count").inner_text() == "找到 0 个"


def test_the_search_finds_exactly_the_rows_whose_texts_hold_it(open_page):
    run = analysis(40)
    holder = np.array(["甲乙", "乙丙", "Ab", "", None, "丙甲乙乙", "乙", "甲\n乙", "İx", "𠮷野"] * 4, dtype=object)
    html = draw_map(with_parcels(run, holder=holder))
    got = open_page(html)
    for text in ("乙", "甲乙", "乙乙", "ab", "野", "\n乙", "x", "𠮷"):
        wanted = [row for row, name in enumerate(holder) if name and text.lower() in name.lower()]
        marks = got.run(
            """(text) => { const found = new Uint8Array(40);
              landuse.page.parcels.data.column("holder").find(text, found);
              return Array.from(found).map((hit, row) => (hit ? row : -1)).filter((row) => row >= 0); }""",
            text,
        )
        assert marks == wanted, text


def test_hostile_texts_are_shown_as_texts(open_page):
    run = analysis(12)
    names = np.array(HOSTILE * 2, dtype=object)
    run = with_parcels(run, holder=names)
    run = replace(run, enterprises=run.enterprises.assign(name=names))
    got = open_page(draw_map(run))
    for row in range(6):
        got.run("(row) => landuse.goTo(row)", row)
        card = got.page.locator(".lu-card")
        assert HOSTILE[row] in card.evaluate("(one) => one.textContent")
        assert card.locator("script, img").count() == 0
    got.page.locator("#lu-query").fill("<script>")
    assert got.page.locator("#lu-found li").count() == 2
    assert got.page.locator("#lu-found script").count() == 0
    assert got.requests == []
    assert got.errors == []


def broken(html, kind):
    start = html.index('id="lu-parcels-data">') + 21
    end = html.index("</script>", start)
    middle = (start + end) // 2
    return {
        "cut data": html[:middle] + html[end:],
        "changed data": html[:middle] + ("A" if html[middle] != "A" else "B") + html[middle + 1 :],
        "no data": html[:start] + html[end:],
        "cut file": html[:middle],
        "cut settings": html.replace('id="lu-data">H', 'id="lu-data">', 1),
        "cut code": html[: html.index('id="lu-code">') + 3000]
        + html[html.index("</script>", html.index('id="lu-code">')) :],
    }[kind]


@pytest.mark.parametrize("before", ["", OLD], ids=["now", "old browser"])
@pytest.mark.parametrize("kind", ["cut data", "changed data", "no data", "cut file", "cut settings"])
def test_a_damaged_file_says_so(kind, before, html, open_page):
    failed = "document.documentElement.dataset.ready === 'failed'"
    got = open_page(broken(html, kind), ready=failed, before=before)
    said = got.page.locator(".landuse-said")
    assert "地图数据已损坏或不完整" in said.first.inner_text()
    assert said.first.is_visible()


def test_a_file_whose_code_is_damaged_says_so_too(html, open_page):
    got = open_page(broken(html, "cut code"), ready="")
    assert "地图数据已损坏或不完整" in got.page.locator(".landuse-said").first.inner_text()


def test_a_file_cut_off_in_its_code_shows_more_than_a_blank_page(html, open_page):
    got = open_page(html[: html.index('id="lu-code">') + 3000], ready="")
    assert "文件可能不完整" in got.page.locator("#lu-wait").inner_text()
    assert got.page.locator(".lu-head h1").is_visible()


def test_an_english_page_says_it_in_english(open_page):
    html = draw_map(analysis(6, project={"language": "en"}))
    got = open_page(broken(html, "cut data"), ready="document.documentElement.dataset.ready === 'failed'")
    said = got.page.locator(".landuse-said").inner_text()
    assert said.startswith("The data of this map is damaged or incomplete")
    assert "地图" not in said
