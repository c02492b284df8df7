"""The map in a real browser with the network blocked: it draws, fetches nothing and runs no markup of the data."""

import re
import subprocess
from html import unescape

import pytest

from landuse.cartography.web import draw_map

from .browser import FLAGS
from .builders import analysis

PROBE = """<script>
window.probe = { errors: [], refused: 0 };
window.addEventListener("error", (event) => window.probe.errors.push(event.message));
document.addEventListener("securitypolicyviolation", () => { window.probe.refused += 1; });
window.alert = () => { window.probe.errors.push("alert"); };
</script>"""

ACT = """<script>
window.addEventListener("load", () => window.landuse.ready.then(() => {
  const out = {};
  const click = (key) => document.querySelector(`#lu-themes input[value=${key}]`).click();
  click("tax_per_mu");
  out.tax = document.getElementById("lu-classes").innerText;
  out.title = document.getElementById("lu-title").textContent;
  click("idle"); out.idle = document.querySelectorAll("#lu-classes tr").length;
  out.found = window.landuse.search("<script>").length;
  window.landuse.goTo(5);
  const card = document.querySelector(".lu-card");
  out.card = card.innerText; out.markup = card.querySelectorAll("script, img").length;
  const canvas = document.querySelector(".leaflet-tile-pane canvas");
  out.canvas = canvas ? canvas.width > 0 : false;
  out.flag = document.querySelector(".leaflet-control-attribution").innerHTML;
  setTimeout(() => {
    const shown = document.querySelectorAll(".leaflet-tile-pane canvas");
    const painted = (one) => one.getContext("2d").getImageData(0, 0, 512, 512).data.some((value) => value > 0);
    out.painted = [...shown].some(painted);
    out.resources = performance.getEntriesByType("resource").map((entry) => entry.name);
    Object.assign(out, window.probe);
    const box = document.createElement("script");
    box.type = "text/plain";
    box.id = "probe-out";
    box.textContent = JSON.stringify(out).replace(/</g, "\\\\u003c");
    document.body.appendChild(box);
  }, 500);
}));
</script>"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory, chromium):
    import json

    folder = tmp_path_factory.mktemp("地图 map")
    page = draw_map(analysis())
    page = page.replace("<head>", "<head>" + PROBE, 1).replace("</html>", ACT + "</html>", 1)
    path = folder / "一张图.html"
    path.write_text(page, encoding="utf-8")
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--dump-dom", path.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    dom = done.stdout.decode("utf-8", "replace")
    found = re.search(r'id="probe-out">(.*?)</script>', dom, re.DOTALL)
    assert found, dom[-2000:] or done.stderr.decode("utf-8", "replace")[-2000:]
    return json.loads(unescape(found.group(1)))


pytestmark = pytest.mark.browser


def test_nothing_is_fetched_refused_or_broken(seen):
    assert seen["resources"] == []
    assert seen["refused"] == 0
    assert seen["errors"] == []


def test_the_parcels_are_painted_on_a_canvas(seen):
    assert seen["canvas"]
    assert seen["painted"]


def test_switching_the_theme_changes_title_and_legend(seen):
    assert seen["title"] == "亩均税收分布图"
    for text in ("<1", "1–3", "≥20", "无数据"):
        assert text in seen["tax"]
    assert seen["idle"] == 10


def test_a_name_that_is_markup_is_found_and_shown_as_text(seen):
    assert seen["found"] == 1
    assert "<script>alert" in seen["card"]
    assert seen["markup"] == 0


def test_the_card_gives_titles_values_units_rank_and_reason(seen):
    for text in ("土地使用权人", "亩均税收", "万元/亩", "末位序", "20 家", "综合得分", "闲置测算结果", "已满1年未动工"):
        assert text in seen["card"]


def test_the_attribution_carries_no_flag(seen):
    assert "svg" not in seen["flag"]
    assert "Leaflet" not in seen["flag"]
    assert "安澜县自然资源局" in seen["flag"]
