"""Lengths and areas on the ellipsoid, the shift of GCJ-02, and the tool that measures on the map."""

import math

import pytest

from .tools_page import click_at, opened, point, press, tool, write_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seen(browser, tmp_path_factory):
    with opened(browser, write_page(tmp_path_factory.mktemp("measure"))) as page:
        yield page


@pytest.fixture
def page(browser, tmp_path):
    with opened(browser, write_page(tmp_path)) as found:
        yield found.page
        assert found.errors == []
        assert found.requests == []


def call(seen, name, *arguments):
    return seen.page.evaluate("([name, args]) => landuse.tools.geodesy[name](...args)", [name, list(arguments)])


def test_a_degree_along_the_equator_and_the_quarter_of_a_meridian_are_those_of_the_ellipsoid(seen):
    # one degree of the equator: pi / 180 x 6378137 m; from the equator to the pole: 10 001 965.729 m (GRS 80)
    assert call(seen, "lengthOf", [[118, 0], [119, 0]]) == pytest.approx(111319.4908, abs=1e-3)
    assert call(seen, "lengthOf", [[118, 0], [118, 90]]) == pytest.approx(10001965.729, abs=1e-2)


def test_a_line_of_one_place_has_no_length(seen):
    assert call(seen, "lengthOf", [[118, 38]]) == 0
    assert call(seen, "lengthOf", [[118, 38], [118, 38]]) == 0


def test_lengths_and_areas_agree_with_an_independent_geodesic_program(seen):
    from pyproj import Geod

    earth = Geod(ellps="GRS80")
    for side, within in ((0.001, 1e-9), (0.01, 1e-8), (0.1, 1e-6), (0.3, 1e-5)):
        lons, lats = [118.6, 118.6 + side, 118.6 + 0.9 * side, 118.6], [38.6, 38.6, 38.6 + side, 38.6 + 1.1 * side]
        area, around = earth.polygon_area_perimeter(lons, lats)
        places = [list(place) for place in zip(lons, lats, strict=True)]
        assert call(seen, "areaOf", places) == pytest.approx(area, rel=within)
        assert call(seen, "areaOf", places[::-1]) == pytest.approx(area, rel=within)
        assert call(seen, "lengthOf", [*places, places[0]]) == pytest.approx(around, abs=1e-3)


def test_a_square_degree_at_the_equator_has_the_area_of_the_zone(seen):
    # a zone up to 1 degree, divided by 360: b2 / 2 x (sin / (1 - e2 sin2) + atanh(e sin) / e) x pi / 180
    e = math.sqrt(0.00669438002290)
    sine = math.sin(math.radians(1))
    b2 = 6356752.314140**2
    zone = b2 / 2 * (sine / (1 - e * e * sine * sine) + math.atanh(e * sine) / e) * math.radians(1)
    # edges are straight in the plane of the program, those of the zone follow the parallel: 170 m apart in the middle
    assert call(seen, "areaOf", [[0, 0], [1, 0], [1, 1], [0, 1]]) == pytest.approx(zone, rel=2e-4)


def test_gcj_has_the_published_values(seen):
    # worked example that the public implementations of the series share
    assert call(seen, "toGcj", [116.404, 39.915]) == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)


def test_gcj_by_hand_where_every_wave_is_zero(seen):
    # at 105 E 35 N every sine is that of 0: north -100 m, east 300 m over the degrees of the ellipsoid of GCJ-02
    # meridian: 6378245 x (1 - 0.00669342) / (1 - 0.00669342 x 0.32898993)^1.5 x pi / 180 = 110 942.51 m
    # parallel: 6378245 / sqrt(0.99779793) x cos 35 x pi / 180 = 91 289.70 m
    lon, lat = call(seen, "toGcj", [105, 35])
    assert lon - 105 == pytest.approx(300 / 91289.70, abs=2e-9)
    assert lat - 35 == pytest.approx(-100 / 110942.51, abs=2e-9)


def test_the_inverse_of_gcj_comes_back_within_a_millimetre_and_outside_china_nothing_moves(seen):
    for place in ([118.6, 38.6], [87.6, 43.8], [102.7, 25.0], [126.6, 45.7]):
        back = call(seen, "fromGcj", call(seen, "toGcj", place))
        assert call(seen, "lengthOf", [place, back]) < 1e-3
        assert 100 < call(seen, "lengthOf", [place, call(seen, "toGcj", place)]) < 1000
    assert call(seen, "toGcj", [2.35, 48.86]) == [2.35, 48.86]


def test_a_ring_that_crosses_itself_is_told_from_one_that_does_not(seen):
    assert call(seen, "crossesItself", [[0, 0], [1, 1], [1, 0], [0, 1]])
    assert not call(seen, "crossesItself", [[0, 0], [1, 0], [1, 1], [0, 1]])


def test_measures_are_worded_in_metres_kilometres_square_metres_mu_and_hectares(seen):
    words = {"metre": "米", "kilometre": "公里", "m2": "平方米", "mu": "亩", "hectare": "公顷"}
    assert call(seen, "lengthText", 356.24, words) == "356.2 米"
    assert call(seen, "lengthText", 999.95, words) == "1.000 公里"
    assert call(seen, "lengthText", 1236.4, words) == "1.236 公里"
    # 2 000 m2 are 3 mu
    assert call(seen, "areaTexts", 20000, words) == ["20,000 平方米", "30.00 亩", "2.0000 公顷"]
    assert call(seen, "areaTexts", 99.94, words)[0] == "99.9 平方米"
    # 670 m2 x 0.0015 = 1.005 mu: half away from zero, as the page and the tables round
    assert call(seen, "areaTexts", 670, words)[1] == "1.01 亩"


def test_a_sheet_rounds_areas_as_the_page_does(seen):
    code = """() => {
      const own = host.legend();
      own.classes = [{ ...own.classes[0], count: 1, area: 1.005 }];
      own.area = 1.005;
      host.legend = () => own;
      const { print } = landuse.tools;
      const made = print.composed(print.paperSpec(), { pixels: 12, extent: "whole", scale: 0, ratio: 3 });
      return made.items.filter((item) => /^1\\.0/.test(item.text)).map((item) => item.text);
    }"""
    assert seen.page.evaluate(code) == ["1.01", "1.01"]


def measured(page):
    return page.evaluate("landuse.tools.measured()")


CORNERS = ((118.568, 38.599), (118.575, 38.599), (118.575, 38.595), (118.568, 38.595))


def test_an_area_is_drawn_finished_listed_and_marked_as_indicative(page):
    from pyproj import Geod

    panel = tool(page, "measure")
    page.check("input[name=lt-measure][value=area]")
    click_at(page, *CORNERS)
    press(page, "完成")
    (one,) = measured(page)
    assert one["kind"] == "area"
    drawn = [list(place) for place in zip(*one["places"], strict=True)]
    mu = Geod(ellps="GRS80").polygon_area_perimeter(*drawn)[0] * 3 / 2000
    assert one["texts"][1] == f"{abs(mu):,.2f} 亩"
    assert panel.locator(".lt-measures li").inner_text().count("示意") == 1
    assert "示意" in page.locator(".lt-measured").inner_text()
    press(page, "清除")
    assert measured(page) == []
    assert page.locator(".lt-measured").count() == 0


def test_a_point_is_undone_and_a_double_click_finishes(page):
    tool(page, "measure")
    click_at(page, (118.570, 38.599), (118.574, 38.599))
    press(page, "撤销一点")
    click_at(page, (118.572, 38.597))
    page.mouse.dblclick(*point(page, 118.576, 38.597))
    (one,) = measured(page)
    assert [round(lon, 3) for lon, _ in one["places"]] == [118.57, 118.572, 118.576]


def test_a_drag_moves_the_map_and_sets_no_point(page):
    tool(page, "measure")
    before = page.evaluate("map.getCenter().lng")
    page.mouse.move(900, 500)
    page.mouse.down()
    page.mouse.move(800, 500, steps=5)
    page.mouse.up()
    assert page.evaluate("map.getCenter().lng") > before
    press(page, "完成")
    assert "至少需要 2 个点" in page.locator(".lt-tool-status").inner_text()


def test_the_keyboard_sets_points_at_the_middle_finishes_and_closes(page):
    page.focus(".lt-tool-button[data-tool=measure]")
    page.keyboard.press("Enter")
    page.focus("#map")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.locator(".lt-cross").is_visible()
    page.wait_for_timeout(400)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert len(measured(page)[0]["places"]) == 2
    page.keyboard.press("Escape")
    assert page.locator(".lt-tool").is_hidden()


def test_arrows_walk_along_the_bar_and_escape_closes_a_panel(page):
    page.focus(".lt-tool-button[data-tool=measure]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.tool") == "notes"
    page.keyboard.press("Enter")
    page.focus(".lt-tool .lt-main")
    page.keyboard.press("Escape")
    assert page.locator(".lt-tool").is_hidden()
    assert page.evaluate("document.activeElement.dataset.tool") == "notes"


def test_a_finger_measures_too(browser, tmp_path):
    with opened(browser, write_page(tmp_path), size=(600, 900), has_touch=True) as seen:
        page = seen.page
        page.tap(".lt-tool-button[data-tool=measure]")
        for x, y in ((480, 500), (480, 700), (560, 700)):
            page.touchscreen.tap(x, y)
        page.tap('.lt-tool button:has-text("完成")')
        assert len(measured(page)[0]["places"]) == 3
        assert seen.errors == []


def test_a_crossing_outline_has_no_area(page):
    tool(page, "measure")
    page.check("input[name=lt-measure][value=area]")
    click_at(page, CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3])
    press(page, "完成")
    assert measured(page)[0]["texts"] == ["边线自相交,面积无意义"]
