"""Filters, sorting and keys of the page: they follow the value and the share that are shown, in one page load each."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from landuse.cartography.page.shares import SHARES, share_steps
from landuse.cartography.web import draw_map

from .builders import analysis as made
from .builders import with_parcels

LOW = 0
"""Place of the class low in the legend of its theme."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def analysis(demonstration):
    return demonstration


@pytest.fixture(scope="module")
def html(analysis):
    return draw_map(analysis)


@pytest.fixture
def page(open_page, html):
    got = open_page(html)
    yield got
    assert got.requests == []
    assert got.errors == []


def passing(page):
    """Return the rows of the parcels and of the enterprises that pass."""
    found = page.run("[landuse.found().mask, landuse.found().firms].map((mask) => mask && Array.from(mask))")
    return [np.flatnonzero(mask).tolist() for mask in found]


def printed(values, places=2):
    """Return numbers as a table prints them, half away from zero."""
    scale = 10**places
    return np.floor(values.to_numpy(dtype=float, na_value=np.nan) * scale + 0.5 + 1e-7) / scale


def test_a_filter_by_theme_follows_share_variant_and_year(page, analysis):
    steps = share_steps(analysis)[""]
    page.page.click("#lu-open-filter")
    page.page.click("#lu-filter-form summary:has-text('低效')")
    line = page.page.locator("#lu-filter-form label", has_text=re.compile(r"^低效\(拟列入\)"))
    line.locator("input").check()
    page.page.wait_for_timeout(100)
    assert len(passing(page)[0]) == 40
    user = analysis.occupancy.merge(analysis.parcels.table[["parcel_id"]].reset_index(), on="parcel_id")
    for percent in (25, 5, 15):
        page.run("(share) => landuse.showShare(share)", percent)
        low = np.flatnonzero(steps.low_from <= percent)
        assert steps.parcels[percent - SHARES[0]].counts[LOW] == len(low)
        users = user.loc[user["index"].isin(low), "uscc"]
        firms = np.flatnonzero(analysis.enterprises["uscc"].isin(users))
        assert passing(page) == [low.tolist(), firms.tolist()], percent
        assert line.locator("small").inner_text() == str(len(low))
        told = page.page.locator("#lu-classes tr >> nth=0").inner_text()
        assert f"\t{len(low)}\t" in told
        assert f" {len(low)}/600 宗" in page.page.locator("#lu-sum").inner_text().replace("\xa0", " ")
    for value, count in {"variant:末位20%": 58, "year:2023": 44, "": 40}.items():
        page.run("(value) => landuse.showValue(value)", value)
        assert len(passing(page)[0]) == count, value
        assert passing(page)[0] == page.run(
            "Array.from(landuse.shown().codes, (code, row) => (code === 0 ? row : -1)).filter((row) => row >= 0)"
        )


def test_numbers_are_compared_as_printed_and_enterprises_by_their_own(page, analysis):
    area = printed(analysis.parcels.table["area_mu"])
    assert analysis.parcels.table["area_mu"][area == 29.97].tolist() == [29.969775]
    page.run("landuse.setFilters({ ranges: { area_mu: [29.97, 29.97] } })")
    assert passing(page)[0] == np.flatnonzero(area == 29.97).tolist()
    page.run("landuse.setFilters({ ranges: { area_mu: [29.98, null] } })")
    assert passing(page)[0] == np.flatnonzero(area >= 29.98).tolist()
    # the stated rule: measures of an enterprise are its own, whether or not a parcel of it passes
    page.run("landuse.setFilters({ ranges: { tax_per_mu: [10, null] } })")
    own = np.flatnonzero(printed(analysis.enterprises["tax_per_mu"]) >= 10)
    assert len(own) == 83
    assert passing(page)[1] == own.tolist()
    assert "按企业自身" in page.page.locator("#lu-sum").get_attribute("title")
    assert passing(page)[0] == np.flatnonzero(printed(analysis.parcels.table["tax_per_mu"]) >= 10).tolist()


def test_the_listing_sorts_as_its_cells_say_at_every_share(page, analysis):
    page.page.click("#lu-open-table")
    page.run(
        "landuse.table.turn('enterprises'); landuse.table.sort('low_efficiency'); landuse.table.sort('low_efficiency')"
    )
    listed = share_steps(analysis)[""].listed_from
    for percent in (15, 25, 5):
        page.run("(share) => landuse.showShare(share)", percent)
        page.page.wait_for_timeout(60)
        order = page.run("Array.from(landuse.table.rows())")
        size = int((listed <= percent).sum())
        assert sorted(order[:size]) == np.flatnonzero(listed <= percent).tolist(), percent
        unknown = analysis.enterprises["low_efficiency"].isna().to_numpy()[order]
        assert unknown[size:].tolist() == sorted(unknown[size:])  # unknown ones last
        first = page.page.locator("#lu-lines .lu-line >> nth=0").inner_text().split("\n")
        assert "是" in first


def test_a_grade_that_enterprises_alone_have_is_not_taken_for_no_data(open_page):
    base = made(40)
    nowhere = base.enterprises.copy()
    free = ~nowhere["uscc"].isin(base.occupancy["uscc"])
    nowhere["grade"] = nowhere["grade"].where(~free, "E")
    assert free.any()
    grades = pd.Series(["A", None] * 20, dtype="object")
    got = open_page(draw_map(replace(with_parcels(base, grade=grades), enterprises=nowhere)))
    classes = got.run("landuse.page.store.themes.get('grade').classes.map((entry) => entry.key)")
    assert "E" not in classes
    for code, key in enumerate(classes):
        got.run("(code) => landuse.setFilters({ choices: { grade: [code] } })", code)
        own = nowhere["grade"].astype("object").where(nowhere["grade"].notna(), "not_rated")
        assert passing(got)[1] == np.flatnonzero(own.eq(key)).tolist(), key
    assert got.errors == []


def test_escape_closes_from_a_switch_and_a_swipe_that_is_broken_off_ends(page):
    for control in ("#lu-themes input[value=grade]", "#lu-safe", "#lu-share"):
        page.run("landuse.show('low'); landuse.openDock('filter')")
        page.page.focus(control)
        page.page.keyboard.press("Escape")
        assert page.run("document.getElementById('lu-dock').hidden"), control
    page.run("landuse.openDock('filter')")
    page.page.focus("#lu-filter-form .lu-range input >> nth=0")
    page.page.keyboard.press("Escape")
    assert not page.run("document.getElementById('lu-dock').hidden")

    page.page.click("#lu-open-compare")
    page.page.click("#lu-modes button[data-mode=swipe]")
    box = page.page.locator("#lu-edge").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 200
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 60, y)
    now = "document.getElementById('lu-edge').getAttribute('aria-valuenow')"
    moved = page.run(now)
    page.run("document.getElementById('lu-edge').dispatchEvent(new PointerEvent('pointercancel'))")
    page.page.mouse.move(x + 200, y)
    assert page.run(now) == moved != "50"
    page.page.mouse.up()


def test_the_policy_of_the_page_forbids_forms_and_another_base(page, html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    assert {"form-action 'none'", "base-uri 'none'"} <= {part.strip() for part in policy.split(";")}


def test_a_selection_says_the_class_that_is_shown_of_every_row(page, analysis):
    page.run("landuse.show('low'); landuse.showShare(25)")
    column = "landuse.tools.kit.host.columns()[1]"
    labels = page.run(
        f"(() => {{ const one = {column}; return Array.from({{ length: 600 }}, (_, row) => one.value(row)); }})()"
    )
    assert labels.count("低效(拟列入)") == 80
