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


def one(shape, **columns):
    return gpd.GeoDataFrame(columns or {"a": ["x"]}, geometry=[shape], crs="EPSG:4528")


def test_a_hatch_runs_on_over_the_borders_of_tiles(open_page):
    big = shapely.box(40_378_000, 4_275_000, 40_380_000, 4_276_200)
    got = open_page(page_of(ParcelLayer(one(big))), ready=DRAWN)
    got.run("drawn.parcels.paint({ fills: [{ colour: '#ff0000', hatch: 'diagonal' }], line: { width: 0 } })")
    got.wait(DRAWN)
    # Of each line of pixels across a border: the colour repeats every seven pixels, over the border as within a tile.
    faults = got.run(
        """() => {
          const tiles = Object.values(drawn.parcels._tiles);
          const pixels = (tile) => tile.el.getContext("2d").getImageData(0, 0, 512, 512).data;
          let [faults, lines] = [0, 0];
          for (const left of tiles) for (const right of tiles) {
            if (right.coords.x !== left.coords.x + 1 || right.coords.y !== left.coords.y) continue;
            const [a, b] = [pixels(left), pixels(right)];
            for (let y = 0; y < 512; y += 5) {
              const line = [];
              for (let x = 470; x < 512; x++) line.push(a[4 * (512 * y + x) + 1] + 256 * a[4 * (512 * y + x) + 3]);
              for (let x = 0; x < 42; x++) line.push(b[4 * (512 * y + x) + 1] + 256 * b[4 * (512 * y + x) + 3]);
              if (line.some((one) => one < 256 * 255) || new Set(line).size < 2) continue;
              lines++;
              for (let x = 7; x < line.length; x++) if (line[x] !== line[x - 7]) faults++;
            }
          }
          return [faults, lines];
        }"""
    )
    assert faults[0] == 0
    assert faults[1] > 20


def test_a_dense_screen_gets_dense_tiles_and_fractions_of_zoom_stay_sharp(open_page):
    got = open_page(page_of(ParcelLayer(grid(4, a=["x"] * 16)), zoom_snap=0.25), ready=DRAWN, device_scale_factor=2)
    got.run("seen.setZoom(16.25, { animate: false })")
    got.wait(DRAWN)
    tiles = got.run(
        "Object.values(drawn.parcels._tiles).map((tile) => [tile.el.width, tile.coords.z, tile.el.offsetWidth])"
    )
    assert tiles
    assert all(tile == [1024, 16.25, 512] for tile in tiles)


def test_a_filter_hides_parcels_from_picture_and_pointer_and_null_brings_them_back(open_page):
    got = open_page(page_of(ParcelLayer(grid(3, a=list("abcdefghi")))), ready=DRAWN)
    middle = pixel_of(got, 4)
    drawn = colours_at(got, [middle])
    got.run("drawn.parcels.filter(Uint8Array.from({ length: 9 }, (_, row) => (row === 4 ? 0 : 1)))")
    got.wait(DRAWN)
    assert colours_at(got, [middle]) == [[0, 0, 0, 0]]
    got.page.mouse.click(*middle)
    assert got.page.locator(".leaflet-popup").count() == 0
    got.run("drawn.parcels.filter(null)")
    got.wait(DRAWN)
    assert colours_at(got, [middle]) == drawn
    got.page.mouse.click(*middle)
    assert "e" in got.page.locator(".leaflet-popup-content").inner_text()


def test_marked_parcels_are_outlined_on_top_and_let_go_again(open_page):
    got = open_page(page_of(ParcelLayer(grid(3, a=list("abcdefghi")))), ready=DRAWN)
    painted = """() => [...document.querySelectorAll(".leaflet-landuse-marks-pane canvas")]
      .map((canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)
      .reduce((sum, data) => sum + data.filter((one) => one).length, 0)"""
    idle = "!drawn.parcels._marks._busy()"
    got.wait(idle)
    assert got.run(painted) == 0
    got.run("drawn.parcels.mark([4, 8], { colour: '#ff00ff' })")
    got.wait(idle)
    assert got.run(painted) > 1000
    got.run("drawn.parcels.mark([])")
    got.wait(idle)
    assert got.run(painted) == 0


def test_the_picture_drawn_on_any_canvas_is_the_one_on_the_screen(open_page):
    frame = grid(6, tax=np.arange(36.0))
    got = open_page(page_of(ParcelLayer(frame, "tax", {0: "#ff0000", 18: "#00ff00"})), ready=DRAWN)
    points = [pixel_of(got, row) for row in range(36)]
    copied = got.run(
        """(points) => {
          const size = seen.getSize();
          const canvas = document.createElement("canvas");
          canvas.width = 2 * size.x;
          canvas.height = 2 * size.y;
          const context = canvas.getContext("2d");
          drawn.parcels.drawOn(context, { bounds: seen.getBounds(), size, ratio: 2 });
          return points.map(([x, y]) => Array.from(context.getImageData(2 * x, 2 * y, 1, 1).data));
        }""",
        points,
    )
    assert copied == colours_at(got, points)


def test_two_layers_of_one_data_show_two_pictures_side_by_side(open_page):
    got = open_page(page_of(ParcelLayer(grid(4, a=["x"] * 16))), ready=DRAWN)
    got.run(
        """() => {
          seen.createPane("swipe").style.zIndex = 220;
          window.other = new landuse.ParcelLayer(drawn.parcels.data, { pane: "swipe", interactive: false });
          other.paint({ fills: [{ colour: "#123456" }] });
          other.addTo(seen);
          seen.getPane("swipe").style.clipPath = "inset(0 0 0 50%)";
        }"""
    )
    got.wait("other._tiles && !other.isLoading() && !other._busy()")
    middle = pixel_of(got, 5)
    assert colours_at(got, [middle]) == [[0x9E, 0xCA, 0xE1, 255]]
    assert colours_at(got, [middle], "swipe") == [[0x12, 0x34, 0x56, 255]]


def test_many_small_parcels_are_filled_by_hand_as_they_would_be_by_paths(open_page):
    frame = grid(150, tax=np.arange(22_500.0) % 2)
    layer = ParcelLayer(frame, "tax", {0: "#ff0000", 1: "#00ff00"})
    got = open_page(page_of(layer), ready=DRAWN)
    for zoom in (13, 13.5, 14, 15):
        got.run("(zoom) => seen.setZoom(zoom, { animate: false })", zoom)
        got.wait(DRAWN)
        rows = got.run("Array.from(drawn.parcels.data.within(seen.getBounds().pad(-0.2)))")[::97]
        wanted = [[255, 0, 0, 255] if row % 2 == 0 else [0, 255, 0, 255] for row in rows]
        assert colours_at(got, [pixel_of(got, row) for row in rows]) == wanted


def test_rows_are_found_by_place_within_bounds_and_near_the_pointer(open_page):
    got = open_page(page_of(ParcelLayer(grid(12, a=["x"] * 144))), ready=DRAWN)
    found = got.run(
        """() => { const data = drawn.parcels.data;
          return Array.from({ length: data.n }, (_, row) => data.at(data.boundsOf(row).getCenter())); }"""
    )
    assert found == list(range(144))
    corner = "L.latLngBounds(data.boundsOf(0).getCenter(), data.boundsOf(13).getCenter())"
    assert got.run(f"() => {{ const data = drawn.parcels.data; return Array.from(data.within({corner})); }}") == [
        0,
        1,
        12,
        13,
    ]
    beside = "data.boundsOf(0).getSouthWest()"
    west = f"L.latLng({beside}.lat + 1e-4, {beside}.lng - 2e-5)"  # some 2 m beside, 256 m to 100 pixels at zoom 16
    near = got.run(f"() => {{ const data = drawn.parcels.data; return [data.at({west}), data.at({west}, 4, 16)]; }}")
    assert near == [-1, 0]


def odd_shapes():
    """Return an L, a frame with a hole, two far parts, a small plot in the hole, in metres; the last has no shape."""
    box = shapely.box
    shapes = [
        shapely.union(box(0, 0, 1000, 100), box(0, 0, 100, 1000)),
        box(2000, 0, 3000, 1000).difference(box(2100, 100, 2900, 900)),
        shapely.MultiPolygon([box(4000, 0, 4100, 100), box(4900, 900, 5000, 1000)]),
        box(2450, 450, 2550, 550),
        None,
    ]
    moved = [shape and shapely.transform(shape, lambda xy: xy + np.array([40_500_000, 4_275_000])) for shape in shapes]
    return gpd.GeoDataFrame({"a": list("abcde")}, geometry=moved, crs="EPSG:4528")


def lon_lat(*places):
    """Return [latitude, longitude] of metres in the frame of `odd_shapes`."""
    points = shapely.points([(40_500_000 + x, 4_275_000 + y) for x, y in places])
    return [[point.y, point.x] for point in gpd.GeoSeries(points, crs="EPSG:4528").to_crs(4326)]


def test_near_is_near_the_outline_and_within_is_land_within(open_page):
    got = open_page(page_of(ParcelLayer(odd_shapes())), ready=DRAWN)
    # 3 pixels at zoom 18 are some 1.4 m on the ground here
    places = {
        (500, 500): -1, (101, 500): 0, (104, 500): -1, (500, 101): 0, (50, 50): 0, (-1, 50): 0,
        (2300, 500): -1, (2101, 500): 1, (2899, 500): 1, (2104, 500): -1, (2050, 500): 1, (2500, 500): 3,
        (2449, 500): 3, (4500, 500): -1, (4101, 50): 2, (4899, 950): 2, (4105, 50): -1, (4950, 950): 2,
    }  # fmt: skip
    found = got.run("(places) => places.map((at) => drawn.parcels.data.at(L.latLng(at), 3, 18))", lon_lat(*places))
    assert dict(zip(places, found, strict=True)) == places
    boxes = {
        (300, 300, 900, 900): [],  # in the corner of the L
        (20, 20, 40, 40): [0],  # inside a parcel
        (-10, 200, 300, 300): [0],  # across it, no vertex inside
        (50, -50, 1500, 50): [0],
        (2200, 200, 2400, 800): [],  # in the hole
        (2400, 400, 2600, 600): [3],  # round a whole parcel
        (2040, 300, 2060, 320): [1],
        (1990, 400, 2500, 500): [1, 3],
        (4200, 200, 4800, 800): [],  # between two parts
        (4090, 90, 4095, 95): [2],
        (-100, -100, 6000, 1100): [0, 1, 2, 3],
    }  # fmt: skip
    corners = [lon_lat((west, south), (east, north)) for west, south, east, north in boxes]
    found = got.run(
        "(boxes) => boxes.map((box) => Array.from(drawn.parcels.data.within(L.latLngBounds(box))))", corners
    )
    assert dict(zip(boxes, found, strict=True)) == boxes


def test_a_layer_is_switched_off_and_on_again_by_the_control(open_page):
    layer = ParcelLayer(grid(3, a=list("abcdefghi")), name="宗地")
    got = open_page(page_of(layer), ready=DRAWN)
    middle = pixel_of(got, 4)
    drawn = colours_at(got, [middle])
    got.run("() => { drawn.remove(); }")
    assert got.page.locator("canvas.leaflet-tile").count() == 0
    got.page.mouse.click(*middle)
    assert got.page.locator(".leaflet-popup").count() == 0
    got.run("() => { drawn.addTo(seen); }")
    got.wait("!drawn.parcels.isLoading() && !drawn.parcels._busy()")
    assert colours_at(got, [middle]) == drawn
    assert got.errors == []


def test_while_a_zoom_is_drawn_the_picture_before_stays_and_then_goes(open_page):
    got = open_page(page_of(ParcelLayer(grid(12, a=["x"] * 144)), zoom_snap=0.25), ready=DRAWN)
    before = set(got.run("Object.values(drawn.parcels._tiles).map((tile) => tile.coords.z)"))
    during, tiles = got.run(
        """async () => {
          seen.setZoom(seen.getZoom() + 0.75);
          await new Promise((done) => setTimeout(done, 30));
          const zooms = Object.values(drawn.parcels._tiles).map((tile) => tile.coords.z);
          return [zooms, document.querySelectorAll(".leaflet-tile-pane canvas").length];
        }"""
    )
    assert before <= set(during)
    assert tiles >= len(during)
    got.page.wait_for_timeout(500)
    got.wait("!drawn.parcels.isLoading() && !drawn.parcels._busy()")
    assert set(got.run("Object.values(drawn.parcels._tiles).map((tile) => tile.coords.z)")) == {max(before) + 0.75}
    assert colours_at(got, [pixel_of(got, 66)])[0][3] == 255
    assert got.errors == []


def test_a_tap_on_a_touch_screen_opens_the_popup(open_page):
    got = open_page(page_of(ParcelLayer(grid(4, a=list("abcdefghijklmnop")))), ready=DRAWN, has_touch=True)
    got.page.touchscreen.tap(*pixel_of(got, 6))
    assert got.page.locator(".leaflet-popup-content").inner_text().split() == ["a", "g"]
