"""The whole page of the demonstration district in a browser, every request refused: each feature clicked through.

What the page shows is compared with what the tables say.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np
import pandas as pd
import pytest

from landuse.cartography.page.letters import letters_of
from landuse.cartography.page.shares import SHARES, share_steps
from landuse.cartography.page.valued import valued_themes
from landuse.cartography.values import theme_values
from landuse.cartography.web import draw_map
from landuse.write.links import with_links

from .browser import opened
from .builders import analysis as made

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def analysis(demonstration):
    return demonstration


@pytest.fixture(scope="module")
def html(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "一张图 map.html"
    path.write_text(draw_map(analysis), encoding="utf-8")
    return path


@pytest.fixture
def page(browser, html):
    """Give the page as it opens; in the end nothing was asked for and nothing went wrong."""
    with opened(browser, html) as got:
        yield got
        assert got.requests == []
        assert got.errors == []


def legend(page, body="lu-classes"):
    """Return parcels and mu of each class as the legend prints them."""
    rows = page.run(
        f"[...document.querySelectorAll('#{body} tr')].map((row) => [...row.cells].map((c) => c.innerText))"
    )
    return [(int(count.replace(",", "")), float(area.replace(",", ""))) for _, _, count, area in rows]


def slide(page, element, value):
    page.run(
        "([id, value]) => { const input = document.getElementById(id); input.value = value;"
        " input.dispatchEvent(new Event('input')); }",
        [element, value],
    )


def text(page, element):
    return page.run(f"document.getElementById('{element}').innerText")


def numbers_in(words):
    return [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", words)]


# ------------------------------------------------------------------------------------------------ values


def test_the_slider_shows_at_every_share_what_was_computed(page, analysis):
    steps = share_steps(analysis)[""]
    for at, percent in enumerate(SHARES):
        slide(page, "lu-share", percent)
        assert legend(page) == list(zip(steps.parcels[at].counts, steps.parcels[at].areas, strict=True)), percent
        codes = page.run("Array.from(landuse.shown().codes)")
        assert codes == steps.at(percent, low=0, partly=1).tolist(), percent
        firms = steps.firms[at]
        assert numbers_in(text(page, "lu-firms")) == [firms.count, firms.area_mu, firms.tax_wan]
        assert f"行业末位{percent}%" in text(page, "lu-title")
    page.page.click("#lu-share-own")
    assert "行业末位15%" in text(page, "lu-title")


def test_every_year_and_variant_of_every_theme_shows_its_own_classes(page, analysis):
    for theme in valued_themes(analysis, theme_values(analysis), share="15%"):
        page.run(f"landuse.show('{theme.theme.key}')")
        for key, one in theme.slices.items():
            page.run("(key) => landuse.showValue(key)", key)
            assert legend(page) == list(zip(one.counted.counts, one.counted.areas, strict=True)), (theme.theme.key, key)
            assert page.run("Array.from(landuse.shown().codes)") == one.codes.tolist(), (theme.theme.key, key)
        page.run("landuse.showValue('')")


def test_the_year_slider_obeys_the_keyboard_and_the_head_names_the_year(page):
    page.page.click("#lu-themes input[value=tax_per_mu]")
    before = legend(page)
    page.page.focus("#lu-year")
    page.page.keyboard.press("ArrowLeft")
    assert "(2024年)" in text(page, "lu-of")
    assert text(page, "lu-head-year") == "2024"
    assert "2024年的数据" in text(page, "lu-notes")
    assert legend(page) != before
    page.page.keyboard.press("ArrowRight")
    assert legend(page) == before


def test_a_theme_that_does_not_change_with_a_variant_says_so(page):
    page.page.select_option("#lu-variant", "variant:末位10%")
    assert "末位10%" in text(page, "lu-of")
    page.page.click("#lu-themes input[value=far]")
    assert "不随“末位10%”变化" in text(page, "lu-same")
    assert "2025年)" in text(page, "lu-of")
    assert text(page, "lu-head-year") == "2025"


SHEET = """(() => {
  const { print } = landuse.tools;
  const { spec, items } = print.composed(print.paperSpec(), { pixels: 4, extent: "whole", ratio: 1 });
  const text = (id) => document.getElementById(id).innerText;
  const notes = [...document.querySelectorAll("#lu-notes li")].map((note) => note.innerText);
  const printed = items.filter((item) => item.kind === "text").map((item) => item.text).join("").replace(/\\s/g, "");
  const shown = [text("lu-title"), text("lu-of")].join(" ");
  return { title: spec.title.join(" "), subtitle: spec.subtitle, printed, shown, notes };
})()"""
"""What the sheet of the picture says, beside what the page says of it."""


def test_the_sheet_says_title_year_and_notes_as_the_page_does_at_every_value(page, analysis):
    name = analysis.project.project.name
    for theme in valued_themes(analysis, theme_values(analysis), share="15%"):
        page.run(f"landuse.show('{theme.theme.key}')")
        for key in ("", "year:2024", "variant:末位10%"):
            page.run("(key) => landuse.showValue(key)", key)
            sheet = page.run(SHEET)
            assert sheet["title"] == f"{name} {sheet['shown']}", (theme.theme.key, key)
            year = "2024" if key == "year:2024" and key in theme.slices else "2025"
            assert re.findall(r"20\d\d(?=年[,)])", sheet["title"]) == [year], (theme.theme.key, key)
            assert sheet["subtitle"].startswith(f"评价年度: {year} · 用地数据时点: "), (theme.theme.key, key)
            for note in sheet["notes"]:
                assert re.sub(r"\s", "", note) in sheet["printed"], (theme.theme.key, key, note)
    page.run("landuse.showValue('year:2024'); landuse.show('low')")
    printed = page.run(SHEET)["printed"]
    assert "2024年的数据" in printed
    assert "不含停产和空置" in printed
    page.run("landuse.showValue(''); landuse.showShare(12)")
    sheet = page.run(SHEET)
    assert sheet["title"].endswith(sheet["shown"])
    assert "末位12%" in sheet["title"]


# ------------------------------------------------------------------------------------------------ finding


def wanted_rows(analysis, query):
    """Return the rows of parcels whose code, name, holder, address or enterprises fit a query, by pandas alone."""
    parcels, firms = analysis.parcels.table, analysis.enterprises
    letters = letters_of([*parcels["holder"].dropna(), *parcels["parcel_name"].dropna(), *firms["name"]])
    hit = np.zeros(len(parcels), dtype=bool)
    for name in ("parcel_id", "parcel_name", "holder", "address"):
        hit |= parcels[name].astype("str").str.lower().str.contains(query, regex=False).fillna(value=False).to_numpy()
    for name in ("parcel_name", "holder"):
        hit |= parcels[name].map(lambda one: query in letters.of(one), na_action="ignore").eq(other=True).to_numpy()
    told = firms["name"].str.lower().str.contains(query, regex=False) | firms["uscc"].str.lower().str.contains(query)
    told |= firms["name"].map(lambda one: query in letters.of(one))
    told |= firms["former_names"].fillna("").map(lambda one: query in one.lower() or query in letters.of(one))
    used = analysis.occupancy.loc[analysis.occupancy["uscc"].isin(firms.loc[told, "uscc"]), "parcel_id"]
    return np.flatnonzero(hit | parcels["parcel_id"].isin(used).to_numpy()).tolist()


@pytest.mark.parametrize(
    "query", ["GB00012", "瑞", "91990781ma000000", "工业大道", "jx", "lhrh", "高新技术", "zzz不存在"]
)
def test_a_search_finds_what_the_tables_hold(page, analysis, query):
    page.page.fill("#lu-query", query)
    found = page.run("(query) => landuse.search(query)", query)
    assert found == wanted_rows(analysis, query.lower())
    assert str(len(found)) in text(page, "lu-count").replace(",", "")


def test_a_hit_is_taken_by_keyboard_and_shown_on_map_and_card(page, analysis):
    page.page.fill("#lu-query", "GB00012")
    page.page.press("#lu-query", "Enter")
    assert page.run("landuse.state.chosen") == wanted_rows(analysis, "gb00012")[0]
    assert "GB00012" in text(page, "lu-card")
    page.page.press("#lu-query", "Escape")
    assert text(page, "lu-count") == ""


# ------------------------------------------------------------------------------------------------ filter


def totals(analysis, rows, firms):
    """Return what the bar tells: parcels, mu and tax; enterprises, mu and tax."""
    parcels = analysis.parcels.table[rows]
    people = analysis.enterprises[firms]
    return [
        len(parcels), len(rows), round(parcels["area_mu"].sum(), 2), round(parcels["tax_wan"].sum(), 2),
        len(people), len(firms), round(people["area_mu"].sum(), 2), round(people["tax_wan"].sum(), 2),
    ]  # fmt: skip


def test_conditions_are_joined_by_and_and_totals_are_those_of_the_tables(page, analysis):
    parcels, firms = analysis.parcels.table, analysis.enterprises
    everything = np.ones(len(parcels), dtype=bool), np.ones(len(firms), dtype=bool)
    assert numbers_in(text(page, "lu-sum")) == pytest.approx(totals(analysis, *everything), abs=0.006)

    page.page.click("#lu-open-filter")
    page.page.click("#lu-filter-form summary >> nth=0")
    page.page.check("#lu-filter-form label:has-text('安澜高新技术产业园') input")
    page.page.fill("#lu-filter-form .lu-range >> nth=1 >> input >> nth=1", "5")  # tax per mu, at most 5
    page.page.wait_for_timeout(100)
    # numbers are compared as printed: 5.004 prints as 5.00 and passes
    poor = parcels["tax_per_mu"].round(9).mul(100).add(0.5).floordiv(1).div(100).le(5)
    park = parcels["park"].eq("安澜高新技术产业园")
    rows = (park & poor).fillna(value=False).to_numpy(dtype=bool)
    inside = analysis.occupancy.loc[analysis.occupancy["parcel_id"].isin(parcels.loc[park, "parcel_id"]), "uscc"]
    own = firms["tax_per_mu"].round(9).mul(100).add(0.5).floordiv(1).div(100).le(5) & firms["uscc"].isin(inside)
    people = own.fillna(value=False).to_numpy(dtype=bool)
    assert 0 < rows.sum() < park.sum()
    assert numbers_in(text(page, "lu-sum")) == pytest.approx(totals(analysis, rows, people), abs=0.006)
    counted = legend(page)
    assert sum(count for count, _ in counted) == rows.sum()
    assert "筛选结果" in text(page, "lu-caption")
    assert page.run("document.getElementById('lu-filter-count').textContent") == "2"

    page.page.click("#lu-filter-none")
    assert numbers_in(text(page, "lu-sum")) == pytest.approx(totals(analysis, *everything), abs=0.006)


def test_a_grade_filters_enterprises_by_their_own_grade(page, analysis):
    page.run("landuse.setFilters({ choices: { grade: [3] } })")
    counts = numbers_in(text(page, "lu-sum"))
    firms = analysis.enterprises
    assert counts[4] == firms["grade"].eq("D").sum()
    assert counts[0] == theme_values(analysis, ["grade"])["grade"].eq("D").sum()


# ------------------------------------------------------------------------------------------------ table


def test_the_table_sorts_scrolls_and_finds_each_other_with_the_map(page, analysis):
    page.page.click("#lu-open-table")
    assert text(page, "lu-table-count") == "600 宗"
    page.page.click("#lu-titles button:has-text('亩均税收')")
    tax = analysis.parcels.table["tax_per_mu"]
    order = page.run("Array.from(landuse.table.rows())")
    assert order[0] == int(tax.idxmax())
    assert tax.iloc[order].isna().tolist() == sorted(tax.isna())  # unknown ones last
    page.page.click("#lu-titles button:has-text('亩均税收')")
    assert page.run("landuse.table.rows()[0]") == int(tax.idxmin())
    assert page.run("document.querySelectorAll('#lu-lines .lu-line').length") < 40
    page.run("document.getElementById('lu-rows').scrollTop = 1e6")
    page.page.wait_for_timeout(100)
    assert page.run("Number([...document.querySelectorAll('#lu-lines .lu-line')].pop().dataset.at)") == 599

    page.run("document.getElementById('lu-rows').scrollTop = 0")
    page.page.wait_for_timeout(100)
    page.page.click("#lu-lines .lu-line >> nth=2")
    chosen = page.run("landuse.state.chosen")
    assert chosen == page.run("landuse.table.rows()[2]")
    assert analysis.parcels.table["parcel_id"][chosen] in text(page, "lu-card")
    page.page.press("#lu-rows", "ArrowDown")
    assert page.run("landuse.state.chosen") == page.run("landuse.table.rows()[3]")

    page.run("landuse.choose(321)")
    page.page.wait_for_timeout(100)
    marked = page.run("document.querySelector('#lu-lines .lu-marked').innerText")
    assert analysis.parcels.table["parcel_id"][321] in marked


def test_an_enterprise_marks_all_its_parcels_and_a_parcel_its_enterprises(page, analysis):
    several = analysis.occupancy["uscc"].value_counts()
    uscc = several.index[0]
    parcels = analysis.parcels.table["parcel_id"]
    own = analysis.occupancy.loc[analysis.occupancy["uscc"].eq(uscc), "parcel_id"]
    firm = int(np.flatnonzero(analysis.enterprises["uscc"].eq(uscc))[0])
    page.page.click("#lu-open-table")
    page.page.click("#lu-units button[data-unit=enterprises]")
    assert text(page, "lu-table-count") == "450 家"
    page.run(f"landuse.goToFirm({firm})")
    assert sorted(page.run("landuse.state.marked")) == sorted(parcels.index[parcels.isin(own)])
    page.page.wait_for_timeout(100)
    name = analysis.enterprises["name"][firm]
    assert page.run("document.querySelector('#lu-lines .lu-marked').innerText").startswith(name)
    assert name in text(page, "lu-card")


def test_an_enterprise_without_land_is_said_to_have_none(page, analysis):
    landless = analysis.enterprises.index[~analysis.enterprises["uscc"].isin(analysis.occupancy["uscc"])]
    page.run(f"landuse.goToFirm({int(landless[0])})")
    assert "无用地" in text(page, "lu-hint")
    assert page.run("landuse.state.chosen") == -1


def test_a_click_on_the_map_chooses_the_parcel_there(page, analysis):
    at = page.run(
        "(() => { const { map, store } = landuse.page; const bounds = store.parcels.boundsOf(100);"
        " map.setView(bounds.getCenter(), 17, { animate: false });"
        " const box = map.getContainer().getBoundingClientRect();"
        " const point = map.latLngToContainerPoint(bounds.getCenter());"
        " return [box.left + point.x, box.top + point.y]; })()"
    )
    page.page.mouse.click(*at)
    page.wait("landuse.state.chosen >= 0")
    assert page.run("landuse.state.chosen") == 100
    page.page.keyboard.press("Escape")
    assert page.run("landuse.state.chosen") == -1


# ------------------------------------------------------------------------------------------------- card


def test_the_card_tells_place_base_reason_and_tenants(page, analysis):
    firms = analysis.enterprises.set_index("uscc")
    low = firms[firms["low_efficiency"].eq(other=True)]
    use = analysis.occupancy[analysis.occupancy["uscc"].isin(low.index)].iloc[0]
    firm, group = firms.loc[use["uscc"]], analysis.groups.set_index("industry_group")
    row = int(np.flatnonzero(analysis.parcels.table["parcel_id"].eq(use["parcel_id"]))[0])
    page.run(f"landuse.goTo({row})")
    card = text(page, "lu-card")
    n, rank = int(firm["n_in_group"]), int(firm["rank"])
    assert f"行业内第 {n + 1 - rank} 名 / {n} 家(末位序 {rank})" in card
    assert f"{firm['score']:.2f}" in card
    base = group.loc[firm["industry_group"], "base_tax_per_mu"]
    assert f"行业基准 {base:.2f}" in card
    ranked = firms[firms["status"].eq("RANKED") & firms["industry_group"].eq(firm["industry_group"])]
    tax = ranked["tax_per_mu_corrected"].round(9)
    place = int((tax > round(firm["tax_per_mu_corrected"], 9)).sum()) + 1
    assert f"行业内由高到低第 {place} / {int(tax.notna().sum())} 家" in card
    assert "行业末位15%:拟列入" in card
    assert firm["because"] in card
    assert "均为本次" not in card
    slide(page, "lu-share", 5)
    assert "均为本次" in text(page, "lu-card")
    assert ("行业末位5%:拟列入" in text(page, "lu-card")) == bool(share_steps(analysis)[""].listed_from[
        int(np.flatnonzero(analysis.enterprises["uscc"].eq(use["uscc"]))[0])
    ] <= 5)  # fmt: skip


def test_the_time_line_gives_the_days_of_the_contract(page, analysis):
    parcels = analysis.parcels.table
    row = int(np.flatnonzero(parcels["suspended_from"].notna() & parcels["start_due"].notna())[0])
    page.run(f"landuse.goTo({row})")
    lines = page.run(
        "[...document.querySelectorAll('.lu-clock-table tr')].map((tr) => [...tr.cells].map((c) => c.innerText))"
    )
    told = {line[0]: line[1:] for line in lines}

    def day(name):
        value = parcels[name][row]
        return "—" if pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"

    assert told["签订合同"] == ["—", day("contract_date")]
    assert told["动工"] == [day("start_due"), day("start_date")]
    assert told["中止开发"][0] == day("suspended_from")
    assert page.run("document.querySelectorAll('.lu-clock circle').length") >= 3
    assert "2026-06-30" in page.run("document.querySelector('.lu-clock').textContent")


def test_a_parcel_without_contract_has_no_time_line(page, analysis):
    days = ["contract_date", "approval_date", "handover_due", "handover_date", "start_due", "start_date", "finish_due",
            "finish_date", "suspended_from", "idle_since", "reclaim_from", "next_deadline"]  # fmt: skip
    none = analysis.parcels.table[days].isna().all(axis=1)
    assert none.any()
    page.run(f"landuse.goTo({int(np.flatnonzero(none)[0])})")
    assert page.run("document.querySelector('.lu-clock')") is None


# ------------------------------------------------------------------------------------------------ compare


def test_the_edge_of_the_swipe_moves_by_mouse_and_keyboard(page, analysis):
    page.page.click("#lu-open-compare")
    page.page.click("#lu-modes button[data-mode=swipe]")
    page.page.select_option("#lu-other-theme", "low")
    page.page.select_option("#lu-other-value", "variant:末位20%")
    low = next(one for one in valued_themes(analysis, theme_values(analysis), share="15%") if one.theme.key == "low")
    other = low.slices["variant:末位20%"]
    assert legend(page, "lu-other-classes") == list(zip(other.counted.counts, other.counted.areas, strict=True))
    changed = low.slices[""].codes != other.codes
    assert numbers_in(text(page, "lu-changes"))[0] == changed.sum()
    assert "末位20%" in text(page, "lu-name-right")

    def edge():
        return page.run("Number(document.getElementById('lu-edge').getAttribute('aria-valuenow'))")

    assert edge() == 50
    page.page.focus("#lu-edge")
    page.page.keyboard.press("ArrowLeft")
    assert edge() == 48
    box = page.run(
        "(() => { const box = document.getElementById('lu-edge').getBoundingClientRect();"
        " return [box.left + 18, box.top + 200]; })()"
    )
    page.page.mouse.move(*box)
    page.page.mouse.down()
    page.page.mouse.move(box[0] + 150, box[1])
    page.page.mouse.up()
    assert edge() > 60
    clips = page.run("['tilePane', 'lu-other'].map((pane) => landuse.map.getPane(pane).style.clipPath)")
    assert all(clip.startswith("polygon(") for clip in clips)
    page.page.click("#lu-modes button[data-mode=off]")
    assert page.run("landuse.map.getPane('tilePane').style.clipPath") == ""


def test_two_maps_side_by_side_move_together(page):
    page.page.click("#lu-open-compare")
    page.page.select_option("#lu-other-theme", "idle")
    page.page.click("#lu-modes button[data-mode=beside]")
    halves = page.run(
        "['.folium-map', '#lu-second'].map((one) => document.querySelector(one).getBoundingClientRect().width)"
    )
    assert abs(halves[0] - halves[1]) <= 4
    views = (
        "[landuse.map, landuse.compare.second()]"
        ".map((map) => [map.getCenter().lat, map.getCenter().lng, map.getZoom()])"
    )
    for moved in ("landuse.map", "landuse.compare.second()"):
        page.run(f"void {moved}.setView([38.62, 118.6{len(moved)}], 14, {{ animate: false }})")
        left, right = page.run(views)
        assert left == pytest.approx(right, abs=2e-4)
        assert left[2] == 14
    page.wait("document.querySelectorAll('#lu-second canvas.leaflet-tile').length > 0")
    page.run("landuse.choose(100)")
    assert page.run("landuse.state.marked") == [100]
    page.page.click("#lu-tab-compare")
    page.page.click("#lu-modes button[data-mode=off]")
    assert page.run("document.body.classList.contains('lu-beside')") is False


# ------------------------------------------------------------------------------------------------ layout

BOXES = """() => ['.lu-head', '.lu-bar', '.folium-map', '.lu-panel', '#lu-dock', '#lu-drawer'].map((name) => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [name, box.left, box.top, box.right, box.bottom];
}).filter((box) => box[3] > box[1] && box[4] > box[2])"""


def overlapping(boxes):
    return [
        (one[0], other[0])
        for at, one in enumerate(boxes)
        for other in boxes[at + 1 :]
        if min(one[3], other[3]) - max(one[1], other[1]) > 1 and min(one[4], other[4]) - max(one[2], other[2]) > 1
    ]


@pytest.mark.parametrize("width", [1366, 1024])
def test_nothing_covers_anything_with_everything_open(browser, html, width):
    with opened(browser, html, viewport={"width": width, "height": 768}) as page:
        page.run("landuse.goTo(5)")
        page.run("landuse.openTable(true)")
        boxes = page.run(BOXES)
        assert len(boxes) == 6
        assert overlapping(boxes) == []
        assert page.run("document.documentElement.scrollWidth") <= width
        shape = next(box for box in boxes if box[0] == ".folium-map")
        assert shape[3] - shape[1] >= 300
        assert shape[4] - shape[2] >= 300


def test_a_phone_shows_map_panel_and_card_and_takes_touches(browser, html):
    with opened(browser, html, **PHONE) as page:
        assert page.run("document.documentElement.scrollWidth") <= 390
        at = page.run(
            "(() => { const { map, store } = landuse.page; const bounds = store.parcels.boundsOf(100);"
            " map.setView(bounds.getCenter(), 17, { animate: false });"
            " const box = map.getContainer().getBoundingClientRect();"
            " return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        page.page.touchscreen.tap(*at)
        page.wait("landuse.state.chosen === 100")
        assert page.run("document.getElementById('lu-dock').getBoundingClientRect().width") == 390
        page.page.tap("#lu-dock-close")
        assert page.run("document.getElementById('lu-dock').hidden")
        page.page.tap("#lu-open-table")
        assert page.run("document.getElementById('lu-drawer').getBoundingClientRect().height") > 300
        assert page.errors == []


def test_controls_have_names_and_are_reached_by_the_tab_key(page):
    unnamed = page.run(
        "[...document.querySelectorAll('button, input, select, [role=slider]')].filter((one) =>"
        " !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels && one.labels.length))"
        ".map((one) => one.outerHTML)"
    )
    assert unnamed == []
    page.page.focus("#lu-open-filter")
    page.page.keyboard.press("Tab")
    assert page.run("document.activeElement.id") == "lu-open-table"
    page.page.keyboard.press("Enter")
    assert page.run("document.getElementById('lu-drawer').hidden") is False


# ------------------------------------------------------------------------------------------------- texts

HOSTILE = [
    '<script>alert("x")</script>', "<img src=x onerror=alert(1)>", "</script><b>", "a'b\"c&amp;",
    "\u202eright to left\u202c",
    "two\nlines", "{{ 7 * 7 }}", "𠮷野家", "javascript:alert(1)", "\u2028separator",
]  # fmt: skip


def test_hostile_texts_stay_texts_in_every_part(open_page):
    base = made(60)
    names = (HOSTILE * 6)[:60]
    parcels = base.parcels.table.assign(holder=names, park=names, town=names, because=names)
    firms = base.enterprises.assign(name=names, because=names, industry_group=names, former_names=names)
    hostile = replace(base, parcels=base.parcels.with_table(parcels), enterprises=firms)
    page = open_page(draw_map(hostile))
    page.run("landuse.openTable(true); landuse.openDock('filter')")
    for row in range(10):
        page.run(f"landuse.goTo({row})")
        assert page.run(f"document.querySelector('.lu-holder').textContent === {json.dumps(names[row])}")
    for unit in ("parcels", "enterprises"):
        page.page.click(f"#lu-units button[data-unit={unit}]")
        page.run(f"landuse.table.sort(landuse.facts.table.{unit}[1])")
    for name in HOSTILE:
        assert page.run("(text) => landuse.search(text).length", name) > 0, name
    markup = ", ".join(f"{part} img, {part} script" for part in (".lu-card", ".lu-rows", ".lu-dock", ".lu-found"))
    assert page.run(f"document.querySelectorAll('{markup}').length") == 0
    assert page.errors == []
    assert page.requests == []


def test_links_lead_only_to_files_beside_the_page(open_page):
    base = made(6)
    keys = base.parcels.table["parcel_id"].tolist()
    addresses = ["receipts/1.html", "javascript:alert(1)", "//host/x", "http://host/x", "\\\\host", "测算 2.html"]
    pages = {
        key: [("", one), ("", "../x.html"), ("", "a/../../x.html")] for key, one in zip(keys, addresses, strict=True)
    }
    page = open_page(draw_map(replace(base, facts={**base.facts, "pages": pages})))
    found = []
    for row in range(6):
        page.run(f"landuse.choose({row})")
        found.append(page.run("[...document.querySelectorAll('.lu-card a')].map((one) => one.getAttribute('href'))"))
    assert found == [["receipts/1.html"], [], [], [], [], ["测算 2.html"]]


def test_a_card_links_to_every_file_that_was_written_of_its_parcel_and_enterprises(open_page):
    base = made(6)
    keys, users = base.parcels.table["parcel_id"].tolist(), base.occupancy
    used = next(row for row, key in enumerate(keys) if users["parcel_id"].eq(key).any())
    firm = users.loc[users["parcel_id"].eq(keys[used]), "uscc"].iloc[0]
    pages = {
        keys[used]: [("测算过程表(逐宗)", "receipts/a.html"), ("一地一策 <b>", "dossiers/%E7%94%B2.pdf")],
        firm: [("测算过程表(逐企)", "receipts/b.html")],
    }
    page = open_page(draw_map(replace(base, facts={**base.facts, "pages": pages})))
    page.run(f"landuse.choose({used})")
    found = page.run(
        "[...document.querySelectorAll('.lu-card a')].map((one) => [one.textContent, one.getAttribute('href')])"
    )
    assert found == [
        ["测算过程表(逐企)", "receipts/b.html"],
        ["测算过程表(逐宗)", "receipts/a.html"],
        ["一地一策 <b>", "dossiers/%E7%94%B2.pdf"],
    ]
    assert page.errors == []


def test_a_link_of_a_card_leads_to_the_file_beside_the_page(browser, tmp_path):
    base = made(6)
    key, name = base.parcels.table["parcel_id"].iloc[0], "receipts/测 1#%.html"
    (tmp_path / "receipts").mkdir()
    (tmp_path / name).write_text("<title>过程表</title><p>here", encoding="utf-8")
    path = tmp_path / "map.html"
    path.write_text(draw_map(with_links(base, {key: [("过程表", name)]})), encoding="utf-8")
    with opened(browser, path) as page:
        page.run("landuse.choose(0)")
        followed = urlsplit(page.run("document.querySelector('.lu-card a').href"))
    assert (followed.query, followed.fragment) == ("", "")
    assert Path(url2pathname(followed.path)).samefile(tmp_path / name)
