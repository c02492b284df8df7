"""Build maps of many synthetic parcels and use them in a headless browser with the network cut.

Usage: ``python benchmarks/map.py [--sizes 100000,500000] [--beside 50000] [--page 1000,100000]``. Prints for each map
its size, the seconds to build it, the first picture, the stalls of panning, the milliseconds of recolouring, filtering
and searching, and whether every value and vertex decoded in the browser equals the table. Beside: ParcelLayer,
folium.GeoJson and geopandas.explore of the same parcels in the same run. Page: the whole map.html of a run with five
years, five variants, shares of 5 to 30 % and every enterprise.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
import time
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from county import County, band_polygons, credit_codes, parcel_codes
from weights import line
from whole import PARKS, PIECES, TRADES, full_analysis

OUT = HERE / "out"
BAND = 100
TOWNS = np.array(["城关街道", "城东街道", "石桥镇", "青塘镇", "柳河镇", "东湾镇", "南岭乡"], dtype=object)
GRADES = {"A": "#1a9850", "B": "#91cf60", "C": "#fee08b", "D": "#d73027"}
LEAFLET = "cartography/assets/leaflet/leaflet"


# ------------------------------------------------------------------------------------------------ data


def fields(first: int, area_m2: np.ndarray) -> pd.DataFrame:
    """Return the 17 Chinese fields of one band of parcels; made from its own seed."""
    size = len(area_m2)
    rng = np.random.default_rng((11, first))
    number = np.arange(first, first + size)
    area = np.round(area_m2 * 3 / 2000, 2)
    tax = np.where(rng.random(size) < 0.12, np.nan, np.round(rng.lognormal(1.6, 1.0, size) * area, 2))
    output = np.round(tax * rng.uniform(20, 45, size), 2)
    letters = PIECES[rng.integers(0, len(PIECES), (size, 4))]
    name = (
        "安澜" + letters[:, 0] + letters[:, 1] + letters[:, 2] + letters[:, 3] + rng.choice(TRADES, size) + "有限公司"
    )
    town = TOWNS[(number // 777) % len(TOWNS)]
    score = np.round(rng.uniform(5, 150, size), 2)
    return pd.DataFrame(
        {
            "宗地代码": parcel_codes(number),
            "企业名称": name,
            "统一社会信用代码": pd.Series(rng.permutation(credit_codes(first + size)[first:]), dtype=object),
            "所属园区": PARKS[(number // 1500) % 4],
            "镇街": town,
            "地址": town + np.array([f"工业大道{one}号" for one in rng.integers(1, 999, size)], dtype=object),
            "行业代码": rng.choice([f"{code}" for code in range(13, 44)], size),
            "评价等级": np.where(np.isnan(tax), None, np.array(list("DCBA"))[np.digitize(score, [25, 60, 120])]),
            "闲置测算": rng.choice(["正常", "未到约定动工日", "疑似闲置", "待核实"], size, p=[0.8, 0.1, 0.05, 0.05]),
            "用地面积": area,
            "实缴税收": tax,
            "工业总产值": output,
            "综合能耗": np.round(tax * rng.uniform(0.5, 4, size), 2),
            "亩均税收": np.round(tax / area, 2),
            "亩均产值": np.round(output / area, 2),
            "容积率": np.round(rng.uniform(0.3, 2.6, size), 2),
            "综合得分": np.where(np.isnan(tax), np.nan, score),
        }
    )


def parcels(size: int) -> Any:
    """Return `size` parcels as a GeoDataFrame, made band by band."""
    import geopandas as gpd

    county = County(HERE, size)
    rows = int(np.ceil(size / county.columns))
    shapes, tables = [], []
    for first in range(0, rows, BAND):
        shapes.append(band_polygons(county, first, min(first + BAND, rows)))
        tables.append(fields(first * county.columns, shapely.area(shapes[-1])))
    table = pd.concat(tables, ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=np.concatenate(shapes), crs="EPSG:4528")


# ------------------------------------------------------------------------------------------------ pages


def offline(page: Any, bounds: Any) -> str:
    """Return a folium page with Leaflet inside and nothing to fetch."""
    from landuse.cartography.offline import embedded_script, embedded_style
    from landuse.catalogue import read_text

    page.default_js, page.default_css = [], []
    page.fit_bounds(bounds)
    style, script = embedded_style(read_text(f"{LEAFLET}.css")), embedded_script(read_text(f"{LEAFLET}.js"))
    html = page.get_root().render()
    return str(html.replace("<head>", f"<head><style>{style}</style><script>{script}</script>", 1))


def with_layer(frame: Any) -> str:
    """Return the page of our layer."""
    import folium

    from landuse.cartography.parcel_layer import ParcelLayer

    page = folium.Map(tiles=None, fade_animation=False, zoom_snap=0.25)
    layer = ParcelLayer(frame, "评价等级", GRADES).add_to(page)
    html = offline(page, layer.get_bounds())
    seen = f"<script>window.group = {layer.get_name()}; window.seen = {page.get_name()};</script></html>"
    return html.replace("</html>", seen)


def with_geojson(frame: Any) -> str:
    """Return the page of folium.GeoJson on canvas, styled by grade, all fields in its popup."""
    import folium

    moved = frame.to_crs(4326)
    names = [name for name in frame.columns if name != "geometry"]
    page = folium.Map(tiles=None, prefer_canvas=True, fade_animation=False)
    folium.GeoJson(
        moved,
        style_function=lambda one: {"fillColor": GRADES.get(one["properties"]["评价等级"], "#d9d9d9"), "weight": 0.5},
        popup=folium.GeoJsonPopup(names),
    ).add_to(page)
    west, south, east, north = moved.total_bounds
    html = offline(page, [[south, west], [north, east]])
    return html.replace("</html>", f"<script>window.seen = {page.get_name()};</script></html>")


def stand_in() -> None:
    """Let geopandas.explore import what it wants: with the colours given row by row it uses none of it."""
    try:
        import mapclassify  # noqa: F401
        import matplotlib as mpl  # noqa: F401
    except ImportError:
        drawing, classes = types.ModuleType("matplotlib"), types.ModuleType("mapclassify")
        drawing.pyplot = types.ModuleType("matplotlib.pyplot")
        drawing.colors, drawing.colormaps, classes.classify = types.ModuleType("matplotlib.colors"), {}, None
        parts = {"matplotlib": drawing, "matplotlib.pyplot": drawing.pyplot, "matplotlib.colors": drawing.colors}
        sys.modules.update({**parts, "mapclassify": classes})


def with_explore(frame: Any) -> str:
    """Return the page of geopandas.explore on canvas, coloured by grade, all fields in its tooltip and popup."""
    stand_in()
    moved = frame.to_crs(4326)
    colours = [GRADES.get(grade, "#d9d9d9") for grade in moved["评价等级"]]
    page = moved.explore(color=colours, tiles=None, prefer_canvas=True, popup=True, style_kwds={"weight": 0.5})
    west, south, east, north = moved.total_bounds
    html = offline(page, [[south, west], [north, east]])
    return html.replace("</html>", f"<script>window.seen = {page.get_name()};</script></html>")


def whole_page(size: int) -> str:
    """Return map.html of a county with everything: years, variants, ranks at every share, enterprises, reasons."""
    from landuse.cartography.web import draw_map

    run = full_analysis(OUT / f"county_{size}", size)
    began, busy = time.perf_counter(), time.process_time()
    html = draw_map(run)
    print(f"  draw_map alone: {time.perf_counter() - began:.2f} s (CPU {time.process_time() - busy:.2f})")
    return html


# ------------------------------------------------------------------------------------------------ browser

FRAMES = """() => { window.gaps = []; window.counting = true; let last = performance.now();
  const step = () => { const now = performance.now(); gaps.push(now - last); last = now;
    if (counting) requestAnimationFrame(step); }; requestAnimationFrame(step); }"""
ACTS = """async () => {
  const layer = window.group ? group.parcels : landuse.page.layer;
  const data = layer.data;
  const painted = () => new Promise((done) => layer.once("painted", done));
  const timed = async (act) => {
    const began = performance.now();
    const waiting = painted();
    act();
    const call = performance.now() - began;
    await waiting;
    return [call, performance.now() - began];
  };
  const out = {};
  const n = data.n;
  const classes = new Uint8Array(n);
  for (let row = 0; row < n; row++) classes[row] = row % 4;
  const fills = ["#440154", "#31688e", "#35b779", "#fde725"].map((colour) => ({ colour }));
  out.recolour = await timed(() => layer.paint({ classes, fills }));
  const column = data.column("综合得分") || data.column("tax_per_mu");
  column.numbers;
  const filtering = () => {
    const shown = new Uint8Array(n);
    const numbers = column.numbers;
    for (let row = 0; row < n; row++) shown[row] = numbers[row] > 5 ? 1 : 0;
    layer.filter(shown);
  };
  out.filter = await timed(filtering);
  await timed(() => layer.filter(null));
  const names = data.column("企业名称") || data.column("holder");
  const find = (text) => {
    const began = performance.now();
    names.find(text, new Uint8Array(n));
    return performance.now() - began;
  };
  out.search_first = find("鑫达");
  out.search = find("恒远");
  return out;
}"""
HEAP = "() => Math.round(performance.memory.usedJSHeapSize / 1e6)"


@dataclass
class Seen:
    """What the browser showed of one page."""

    first: float
    pans: dict[str, tuple[float, float]]
    acts: dict[str, Any]
    heap: int
    faults: list[str]


def pan(page: Any, times: int = 40) -> tuple[float, float]:
    """Drag the map and return the 95th per cent and the longest gap between two frames, in milliseconds."""
    page.evaluate(FRAMES)
    page.mouse.move(683, 420)
    page.mouse.down()
    for step in range(times):
        page.mouse.move(683 - step * 8, 420 - step * 4)
        page.wait_for_timeout(12)
    page.mouse.up()
    page.wait_for_timeout(400)
    gaps = sorted(page.evaluate("() => { counting = false; return gaps.slice(1); }"))
    return gaps[int(len(gaps) * 0.95)], gaps[-1]


def look_once(browser: Any) -> None:
    """Open an empty page, so that the start of the browser itself is counted for nobody."""
    page = browser.new_page()
    page.goto("about:blank")
    page.close()


def look(browser: Any, path: Path, ready: str, *, ours: bool) -> tuple[Seen, Any]:
    """Open a page and use it; the page stays open for the check."""
    from tests.cartography.browser import WATCH

    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.set_default_timeout(240_000)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if not one.url.startswith(("file:", "data:")) else None)
    page.add_init_script(WATCH)
    began = time.perf_counter()
    page.goto(path.as_uri(), timeout=240_000)
    while not page.evaluate(f"Boolean({ready})"):  # from outside: the page's own policy forbids eval
        page.wait_for_timeout(10)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    first = time.perf_counter() - began
    page.wait_for_timeout(1000)
    acts = page.evaluate(ACTS) if ours else {}
    page.screenshot(path=str(path.with_suffix(".png")))
    pans = {"whole": pan(page)}
    page.evaluate("() => { seen.setZoom(16, { animate: false }); }")
    page.wait_for_timeout(1500)
    pans["near"] = pan(page)
    faults = [*asked, *page.evaluate("() => [...probe.errors, ...probe.refused]")]
    return Seen(first, pans, acts, page.evaluate(HEAP), faults), page


VALUES = """(name) => { const column = group.parcels.data.column(name); const n = group.parcels.data.n;
  if (column.kind === "number") return Array.from(column.numbers, (one) => (isNaN(one) ? null : one));
  return Array.from({ length: n }, (_, row) => column.text(row)); }"""
VERTICES = """([from, to]) => { const data = group.parcels.data; const found = [], sizes = [];
  for (let row = from; row < to; row++) {
    const shape = data.shapeOf(row);
    const parts = shape === null ? [] : shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
    let size = 0;
    for (const ring of parts.flat()) for (const point of ring) { found.push(point[0], point[1]); size++; }
    sizes.push(size);
  }
  const bytes = new Uint8Array(new Float64Array(found).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 32768));
  return [sizes, btoa(text)]; }"""


def check(page: Any, frame: Any) -> str:
    """Compare every value and vertex the browser decoded with the table."""
    import pyproj

    differing = 0
    table = pd.DataFrame(frame.drop(columns="geometry"))
    for name in table.columns:
        wanted = table[name].astype(object).where(table[name].notna(), None).tolist()
        differing += sum(one != other for one, other in zip(page.evaluate(VALUES, name), wanted, strict=True))
    shapes = shapely.orient_polygons(np.asarray(frame.geometry.to_crs(4326).array, dtype=object))
    worst = 0.0
    for first in range(0, len(shapes), 20_000):
        part = shapes[first : first + 20_000]
        sizes, text = page.evaluate(VERTICES, [first, first + len(part)])
        found = np.frombuffer(base64.b64decode(text), dtype=float).reshape(-1, 2)
        assert sizes == shapely.get_num_coordinates(part).tolist()
        wanted = shapely.get_coordinates(part)
        metres = pyproj.Geod(ellps="WGS84").inv(*wanted.T, *found.T)[2]
        worst = max(worst, float(np.abs(metres).max()))
    return f"{differing} values differ, vertices within {worst:.4f} m"


# ------------------------------------------------------------------------------------------------ report


def measure(browser: Any, name: str, build: Any, ready: str, frame: Any = None) -> Seen:
    """Build one page, use it, print a line."""
    ours = name.startswith(("ParcelLayer", "map.html"))
    began, busy = time.perf_counter(), time.process_time()
    html = build()
    built, busy = time.perf_counter() - began, time.process_time() - busy
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{name.replace(' ', '_')}.html"
    path.write_text(html, encoding="utf-8")
    seen, page = look(browser, path, ready, ours=ours)
    stalls = ", ".join(f"{where} {most:.0f} (95 % {usual:.0f})" for where, (usual, most) in seen.pans.items())
    size = path.stat().st_size / 1e6
    print(f"{name}: {size:.2f} MB, built in {built:.2f} s (CPU {busy:.2f}), first picture {seen.first:.2f} s")
    if told := line(html, int(name.rsplit(" ", 1)[1])):
        print(f"  KB in the page per 1,000 parcels: {told}")
    print(f"  longest gap between frames while panning, ms: {stalls}; heap {seen.heap} MB; faults {seen.faults}")
    if seen.acts:
        said = {what: [round(float(one), 1) for one in np.atleast_1d(took)] for what, took in seen.acts.items()}
        print(f"  ms (call, picture complete): {json.dumps(said)}")
    if ours and frame is not None:
        print(f"  decoded in the browser: {check(page, frame)}")
    page.context.close()
    return seen


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100000,500000")
    parser.add_argument("--beside", type=int, default=50_000)
    parser.add_argument("--page", default="1000,100000")
    chosen = parser.parse_args()
    layer_ready = "window.group && group.parcels && !group.parcels.isLoading() && !group.parcels._busy()"
    plain_ready = "document.readyState === 'complete' && document.querySelector('.leaflet-overlay-pane canvas')"
    flags = ["--no-sandbox", "--disable-gpu", "--js-flags=--max-old-space-size=4096", "--enable-precise-memory-info"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        look_once(browser)
        for size in [int(text) for text in chosen.sizes.split(",") if text]:
            frame = parcels(size)
            measure(browser, f"ParcelLayer {size}", lambda frame=frame: with_layer(frame), layer_ready, frame)
        if chosen.beside:
            frame = parcels(chosen.beside)
            mine = measure(browser, f"ParcelLayer {chosen.beside}", lambda: with_layer(frame), layer_ready, frame)
            for name, build in {"folium.GeoJson": with_geojson, "geopandas.explore": with_explore}.items():
                other = measure(browser, f"{name} {chosen.beside}", lambda build=build: build(frame), plain_ready)
                print(f"  first picture: {other.first / mine.first:.0f} times that of ParcelLayer")
        ready = "document.documentElement.dataset.ready === 'true' && !landuse.page.layer._busy()"
        browse = "<script>landuse.ready.then(() => { window.seen = landuse.map; });</script></html>"
        for size in [int(text) for text in chosen.page.split(",") if text]:
            build = lambda size=size: whole_page(size).replace("</html>", browse)  # noqa: E731
            measure(browser, f"map.html {size}", build, ready)
        browser.close()


if __name__ == "__main__":
    main()
