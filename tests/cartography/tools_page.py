"""A bare page with the tools on a Leaflet map, opened in headless Chromium through Playwright."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from landuse.catalogue import read_text, terms

ASSETS = "cartography/assets"
SHARED = ("text", "elements")
"""Small things of the page that the tools use too."""
TOOLS = ("geodesy", "toolbar", "measure", "notes", "pick", "sheet", "basemap", "print")
HOST = Path(__file__).with_name("tools_host.js")
FACTS = {
    "name": "安澜县(示例)",
    "year": 2025,
    "facts": "用地数据时点: 2025-12-31 · 闲置测算基准日: 2026-06-30",
    "stamp": "征求意见稿",
    "audience": "内部资料",
    "notice": "演示数据,纯属虚构",
    "crs": "坐标系: 2000国家大地坐标系3度带第40带, EPSG:4528",
    "attribution": "安澜县自然资源局(示例) · 审图号 鲁S(2026)001号",
    "run": "ab" * 32,
    "notes": [],
}
CSP = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"


def page_html(*, lang="zh", facts=None, csp=CSP):
    """Return the text of the bare page."""
    words = {**terms("map_word", lang), **terms("tool_word", lang)}
    scripts = [read_text(f"{ASSETS}/leaflet/leaflet.js")]
    scripts += [read_text(f"{ASSETS}/page/{name}.js") for name in SHARED]
    scripts += [read_text(f"{ASSETS}/tools/{name}.js") for name in TOOLS]
    scripts.append(HOST.read_text(encoding="utf-8"))
    start = (
        "const map = L.map('map', {zoomSnap: 0.25, fadeAnimation: false, zoomAnimation: false, preferCanvas: true});"
        "map.attributionControl.setPrefix(false);"
        f"const host = toolsHost(map, {json.dumps(words)}, {json.dumps({**FACTS, **(facts or {})})});"
        "const kit = landuse.tools.add(host);"
    )
    styles = "".join(read_text(f"{ASSETS}/{name}") for name in ("leaflet/leaflet.css", "tools/tools.css"))
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>tools</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{csp}">'
        f"<style>{styles} html, body, #map {{ height: 100%; margin: 0 }}</style></head>"
        f'<body><div id="map"></div>{"".join(f"<script>{text}</script>" for text in [*scripts, start])}</body></html>'
    )


@contextmanager
def opened(browser, path, *, route=None, size=(1366, 768), **options):
    """Give the page of a file: every request that leaves the file is counted and refused, unless a route answers it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True, **options)
    page = context.new_page()
    seen = SimpleNamespace(page=page, requests=[], errors=[])
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda line: seen.errors.append(line.text) if line.type == "error" else None)

    def answer(request):
        address = request.request.url
        if address == path.as_uri() or address.startswith(("data:", "blob:")):
            return request.continue_()
        seen.requests.append(address)
        return route(request) if route else request.abort()

    context.route("**/*", answer)
    page.goto(path.as_uri())
    try:
        yield seen
    finally:
        context.close()


def write_page(folder, **options):
    """Write the bare page into a folder with a Chinese name and spaces; return its path."""
    inside = folder / "地图 页"
    inside.mkdir(exist_ok=True)
    path = inside / "map.html"
    path.write_text(page_html(**options), encoding="utf-8")
    return path


def saved_text(page, act):
    """Return name and text of the file that an act downloads."""
    with page.expect_download() as waiting:
        act()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes().decode("utf-8")


def click_at(page, *places):
    """Click places of the map, by longitude and latitude."""
    for lon, lat in places:
        page.mouse.click(*point(page, lon, lat))


def press(page, words):
    """Press the button of the open panel with these words."""
    page.click(f'.lt-tool button:has-text("{words}")')


def tool(page, key):
    """Open a tool and return its panel."""
    page.click(f".lt-tool-button[data-tool={key}]")
    return page.locator(".lt-tool")


def point(page, lon, lat):
    """Return where a place lies on the screen."""
    box = page.evaluate(
        "([lon, lat]) => { const p = map.latLngToContainerPoint([lat, lon]);"
        "const b = map.getContainer().getBoundingClientRect(); return [p.x + b.x, p.y + b.y]; }",
        [lon, lat],
    )
    return tuple(box)
