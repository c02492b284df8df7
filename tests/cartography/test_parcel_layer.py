"""The folium layer of very many parcels: alone on any map, drawn, clicked, harmless, and never blank without a word."""

import json

import folium
import geopandas as gpd
import numpy as np
import pytest
import shapely

from landuse.cartography.offline import embedded_script, embedded_style
from landuse.cartography.parcel_layer import ParcelLayer
from landuse.catalogue import read_text

from .browser import colours_at

pytestmark = pytest.mark.browser


def grid(size=12, **columns):
    """Return size x size squares of some 70 m in EPSG:4528 with a gap, as a GeoDataFrame."""
    x, y = np.meshgrid(np.arange(size) * 80.0, np.arange(size) * 80.0)
    boxes = shapely.box(40_378_000 + x.ravel(), 4_275_000 + y.ravel(), 40_378_070 + x.ravel(), 4_275_070 + y.ravel())
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4528")


def page_of(*layers, **options):
    """Return a folium page with Leaflet inside, as a user without a network would save it."""
    page = folium.Map(tiles=None, **options)
    page.default_js, page.default_css = [], []
    for layer in layers:
        layer.add_to(page)
    page.fit_bounds(layers[0].get_bounds())
    leaflet = "cartography/assets/leaflet/leaflet"
    head = (
        f"<style>{embedded_style(read_text(f'{leaflet}.css'))}</style>"
        f"<script>{embedded_script(read_text(f'{leaflet}.js'))}</script>"
    )
    html = page.get_root().render().replace("<head>", "<head>" + head, 1)
    name = layers[0].get_name()
    return html.replace("</html>", f"<script>window.drawn = {name}; window.seen = {page.get_name()};</script></html>")


DRAWN = "window.drawn && drawn.parcels && !drawn.parcels._busy()"


def pixel_of(got, row):
    return got.run(
        """(row) => { const p = seen.latLngToContainerPoint(drawn.parcels.data.boundsOf(row).getCenter());
          return [Math.round(p.x), Math.round(p.y)]; }""",
        row,
    )


def test_parcels_are_coloured_by_a_column_and_tell_their_fields_on_a_click(open_page):
    frame = grid(tax=np.arange(144.0), name=[f"<b>第{row}宗</b>" for row in range(144)])
    layer = ParcelLayer(frame, colour_by="tax", colours={0: "#ff0000", 72: "#00ff00"}, fields=["name", "tax"])
    assert [(one.label, one.count) for one in layer.classes] == [("0–72", 72), ("≥72", 72), ("—", 0)]
    got = open_page(page_of(layer), ready=DRAWN)
    low, high = pixel_of(got, 5), pixel_of(got, 140)
    assert colours_at(got, [low, high]) == [[255, 0, 0, 255], [0, 255, 0, 255]]
    got.page.mouse.click(*high)
    popup = got.page.locator(".leaflet-popup-content")
    assert popup.inner_text().split() == ["name", "<b>第140宗</b>", "tax", "140"]
    assert popup.locator("b").count() == 0
    assert got.requests == []
    assert got.errors == []


def test_a_parcel_without_a_value_or_a_colour_is_grey_and_one_without_geometry_is_not_drawn(open_page):
    frame = grid(2, use=["工业", None, "仓储", "工业"])
    frame.loc[3, "geometry"] = None
    layer = ParcelLayer(frame, colour_by="use", colours={"工业": "#0000ff"})
    assert [(one.label, one.count) for one in layer.classes] == [("工业", 2), ("—", 2)]
    got = open_page(page_of(layer), ready=DRAWN)
    points = [pixel_of(got, row) for row in (0, 1, 2)]
    assert colours_at(got, points) == [[0, 0, 255, 255], [217, 217, 217, 255], [217, 217, 217, 255]]
    assert got.run("drawn.parcels.data.boundsOf(3).isValid()") is False
    assert got.run("drawn.parcels.data.within(seen.getBounds()).length") == 3


@pytest.mark.parametrize("spoil", ["short", "flipped", "text", "empty"])
def test_broken_data_is_said_and_leaves_no_blank_page(spoil, open_page):
    layer = ParcelLayer(grid(6, tax=np.arange(36.0)))
    packed = layer._packed
    middle = len(packed) // 2
    layer._packed = {
        "short": packed[:middle],
        "flipped": packed[:middle] + ("AAAA" if packed[middle] != "A" else "BBBB") + packed[middle + 4 :],
        "text": "@@" + packed,
        "empty": "",
    }[spoil]
    got = open_page(page_of(layer), ready="document.querySelector('.landuse-said')")
    said = got.page.locator(".landuse-said").inner_text()
    assert "地图数据已损坏或不完整" in said
    assert "damaged or incomplete" in said
    got.page.context.close()


def test_two_layers_share_the_scripts_and_names_that_are_templates_stay_text(open_page):
    odd = "{{ 7 * 191 }}</script>{% raw %}"
    layers = [ParcelLayer(grid(3, **{odd: ["x"] * 9})), ParcelLayer(grid(2, a=["y"] * 4))]
    html = page_of(*layers)
    assert html.count("LUPARC01") == 1
    assert "1337" not in html
    got = open_page(html, ready=DRAWN)
    got.page.mouse.click(*pixel_of(got, 8))
    assert odd in got.page.locator(".leaflet-popup-content").inner_text()


def test_a_frame_without_crs_and_points_are_refused_in_words():
    frame = grid(2)
    with pytest.raises(ValueError, match="no CRS"):
        ParcelLayer(frame.set_crs(None, allow_override=True))
    with pytest.raises(ValueError, match="only polygons"):
        ParcelLayer(frame.set_geometry(frame.geometry.centroid))


def test_the_options_of_the_page_are_json(open_page):
    layer = ParcelLayer(grid(2, a=[1, 2, 3, 4]), name="宗地", layer={"hiddenColour": "#eeeeee"})
    assert json.loads(json.dumps(layer.script_options))["layer"] == {"hiddenColour": "#eeeeee"}
    got = open_page(page_of(layer), ready=DRAWN)
    got.run("drawn.parcels.filter(new Uint8Array([0, 1, 1, 1]))")
    got.wait(DRAWN)
    assert colours_at(got, [pixel_of(got, 0)]) == [[238, 238, 238, 255]]
