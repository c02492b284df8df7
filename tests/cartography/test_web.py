"""The interactive map as a file: self-contained, repeatable, harmless, and saying what the tables say."""

import base64
import gzip
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from landuse.cartography.mapdata import map_data
from landuse.cartography.offline import embedded_script, embedded_style, refuse_fetching
from landuse.cartography.shapes import feature_collection, lonlat, middle
from landuse.cartography.web import draw_map
from landuse.errors import DefectError
from landuse.tables import InputFile

from .builders import analysis, with_parcels
from .unpack import carried


def unpacked(html, name):
    text = re.search(rf'id="{name}">(.*?)</script>', html, re.DOTALL).group(1)
    return gzip.decompress(base64.b64decode(text)).decode()


def embedded(html, name):
    return json.loads(unpacked(html, name))


def parks_named(run, name):
    """Return the raw tables of a run with its parks named so."""
    (part,) = run.raw.of("parks")
    return replace(run.raw, parts={"parks": (replace(part, frame=part.frame.assign(park=name)),)})


@pytest.fixture(scope="module")
def html():
    return draw_map(analysis())


def test_the_same_analysis_gives_the_same_bytes(html):
    assert draw_map(analysis()) == html


def test_the_page_forbids_the_browser_to_fetch_and_names_nothing_to_fetch(html):
    assert "default-src 'none'" in html
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b", html)
    assert "<script src" not in html
    assert "url(images" not in html
    assert "sourceMappingURL" not in html


@pytest.mark.parametrize(
    "fault",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<script src='//cdn.example/x.js'></script>",
        '<link rel="stylesheet" href="leaflet.css"/>',
        "<img src=images/a.png>",
        "<style>a{background:url(https://x.example/a.png)}</style>",
        "<style>@import 'x.css';</style>",
        '<p style="background:url(a.png)">x</p>',
        '<svg><image xlink:href="http://x.example/a.svg"/></svg>',
    ],
)
def test_anything_fetched_is_a_defect(fault):
    with pytest.raises(DefectError, match="would fetch"):
        refuse_fetching(f"<html><body>{fault}</body></html>")


def test_addresses_in_texts_anchors_and_data_are_no_fetching():
    refuse_fetching('<a href="https://x.example">x</a><script>var a="src=http://x.example";</script>')
    refuse_fetching('<img src="data:,"><style>a{b:url(#v)}</style>')


def test_the_map_is_drawn_when_a_name_looks_like_an_address_or_markup():
    run = analysis(6)
    name = "</script><script src=https://x.example/a.js></script>&<!--"
    page = draw_map(replace(run, enterprises=run.enterprises.assign(name=name), raw=parks_named(run, name)))
    assert page.count("<script") == page.count("</script>")
    assert set(carried(page, "lu-firms-data").columns["name"]) == {name}
    assert "src=https://x.example" in unpacked(page, "lu-park-shapes")  # the name of the park, as JSON
    assert "<script src=https" not in page


def test_a_name_that_is_a_template_is_shown_and_not_run():
    run = analysis(6, project={"name": "{{ 7 * 191 }}县{% raw %}"}, outputs={"notice": "{{ 7 * 191 }}"})
    name = "{{ 7 * 191 }}{% if %}{# x #}"
    page = draw_map(replace(run, enterprises=run.enterprises.assign(name=name), raw=parks_named(run, name)))
    assert "1337" not in re.sub(r'id="lu-[a-z]+-data">.*?</script>', "", page)
    assert page.count("{{ 7 * 191 }}") >= 3
    assert name in unpacked(page, "lu-park-shapes")
    assert set(carried(page, "lu-firms-data").columns["name"]) == {name}


def test_head_texts_are_escaped():
    run = analysis(4, project={"name": "<b>县</b>"}, outputs={"notice": "<i>n</i>", "attribution": "<u>a</u>"})
    page = draw_map(run)
    assert "<b>县" not in page
    assert "<i>n" not in page
    assert "<u>a" not in page
    assert "&lt;b&gt;县" in page


def test_geometry_stands_once_and_lies_within_five_centimetres(html):
    got = carried(html)
    assert len(got.shapes) == got.size == 200
    found = [unpacked(html, name) for name in re.findall(r'id="(lu-(?:park-shapes|context|data))"', html)]
    assert sum(text.count('{"type":"FeatureCollection"') for text in found) == 2  # the parcels are packed
    run = analysis()
    import pyproj

    back = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4528", always_xy=True)
    for row in range(200):
        assert got.columns["parcel_id"][row] == run.parcels.table["parcel_id"][row]
        lon, lat = np.array(got.shapes[row]["coordinates"][0]).T
        moved = np.column_stack(back.transform(lon, lat))
        apart = moved - shapely.get_coordinates(shapely.orient_polygons(run.parcels.geometry[row]))
        assert np.hypot(*apart.T).max() <= 0.05


def test_holes_and_missing_geometries_survive():
    ring = shapely.Polygon(shapely.box(0, 0, 3, 3).exterior, [shapely.box(1, 1, 2, 2).exterior])
    moved = lonlat(np.array([ring, None], dtype=object), "EPSG:4326")
    text = json.loads(feature_collection(moved, [{"parcel_id": "<a>"}, {"parcel_id": "b"}]))
    assert len(text["features"][0]["geometry"]["coordinates"]) == 2
    assert text["features"][1]["geometry"] is None
    assert middle(np.array([None], dtype=object)) == (0.0, 0.0)


def test_a_parcel_without_geometry_is_counted_and_said():
    run = analysis(5)
    geometry = run.parcels.geometry.copy()
    geometry[2] = None
    page = draw_map(replace(run, parcels=replace(run.parcels, shapes=geometry)))
    assert embedded(page, "lu-data")["undrawn"].startswith("1 宗无图形")
    shapes = carried(page).shapes
    assert [row for row, shape in enumerate(shapes) if shape is None] == [2]
    assert len(shapes) == 5


def test_head_names_year_dates_stage_audience_and_notice(html):
    head = re.search(r"<header.*?</header>", html, re.DOTALL).group(0)
    for text in ("安澜县(示例)", "(2025年)", "2025-12-31", "2026-06-30", "征求意见稿", "内部资料", "演示数据,纯属虚构"):
        assert text in head


@pytest.mark.parametrize(("stage", "stamp"), [("公示", "公示稿"), ("最终", "定稿")])
def test_the_stamp_follows_the_stage_and_an_error_makes_a_draft(stage, stamp):
    run = analysis(4, project={"stage": stage})
    assert f'<span class="lu-stamp">{stamp}</span>' in draw_map(run)
    issue = pd.DataFrame({"severity": ["warning", "error"]})
    assert '<span class="lu-stamp">草稿</span>' in draw_map(replace(run, issues=issue))
    assert f'<span class="lu-stamp">{stamp}</span>' in draw_map(replace(run, issues=issue.head(1)))


def test_the_run_is_named_with_version_parameters_and_inputs():
    run = analysis(4)
    run = replace(run, raw=replace(run.raw, inputs=(InputFile("parcels.gpkg", 3, "ab" * 32),)))
    page = draw_map(run)
    assert run.project.digest() in page
    assert "parcels.gpkg abababababab" in page


def test_every_legend_counts_all_parcels_and_codes_point_into_it():
    run = analysis()
    themes = map_data(run).facts["themes"]
    columns = carried(draw_map(run)).columns
    area = round(float(run.parcels.table["area_mu"].sum()), 2)
    assert [theme["key"] for theme in themes][:3] == ["low", "idle", "tax_per_mu"]
    for theme in themes:
        counts = [columns[theme["column"]].count(entry["key"]) for entry in theme["classes"]]
        assert counts == [entry["count"] for entry in theme["classes"]]
        assert sum(counts) == 200
        assert theme["area"] == pytest.approx(area, abs=0.01)
        assert theme["classes"][-1]["key"] == "no_data"


def test_the_areas_of_every_legend_add_up_to_the_total_printed_below_them():
    # A third of a mu each: rounded one by one they would give 0.99 under a total of 1.00.
    run = with_parcels(analysis(3), area_mu=[1 / 3] * 3, efficiency_class=["low", "partly_low", "not_low"])
    for theme in map_data(run).facts["themes"]:
        assert sum(round(entry["area"] * 100) for entry in theme["classes"]) == round(theme["area"] * 100) == 100


def test_the_card_gives_the_verdicts_before_the_facts():
    groups = map_data(analysis(4)).facts["groups"]
    assert [group["title"] for group in groups] == ["低效测算", "闲置测算", "宗地", "指标", "佐证"]


@pytest.mark.parametrize(
    ("crs", "lang", "said"),
    [
        ("EPSG:4528", "zh", "2000国家大地坐标系3度带第40带, EPSG:4528"),
        ("EPSG:4549", "zh", "2000国家大地坐标系3度带中央经线120E, EPSG:4549"),
        ("EPSG:4498", "zh", "2000国家大地坐标系6度带第20带, EPSG:4498"),
        ("EPSG:4528", "en", "CGCS2000 / 3-degree Gauss-Kruger zone 40, EPSG:4528"),
        ("EPSG:32650", "zh", "WGS 84 / UTM zone 50N, EPSG:32650"),
    ],
)
def test_the_plane_system_is_named_in_the_language_of_the_map(crs, lang, said):
    run = analysis(4, project={"language": lang})
    page = draw_map(replace(run, parcels=replace(run.parcels, crs=crs)))
    assert said in re.search(r"<header.*?</header>", page, re.DOTALL).group(0)


def test_occupants_are_found_by_parcel_with_rank_score_and_reason():
    run = analysis()
    page = draw_map(run)
    counts = carried(page).columns["occupants"]
    uses, firms = (carried(page, f"lu-{name}-data").columns for name in ("uses", "firms"))
    row = 6  # used and let in part
    start, end = int(sum(counts[:row])), int(sum(counts[: row + 1]))
    expected = run.occupancy[run.occupancy["parcel_id"] == run.parcels.table["parcel_id"][row]]
    assert end - start == len(expected) == 2
    land = uses["land_mu"][start:end]
    assert land == sorted(land, reverse=True)
    assert sum(counts) == len(uses["firm"]) == len(run.occupancy)
    assert uses["tenure"][start:end] == ["自有", "承租"]
    assert {firms["uscc"][int(firm)] for firm in uses["firm"][start:end]} == set(expected["uscc"])
    assert {"rank", "n_in_group", "score", "because"} <= firms.keys()
    assert firms["uscc"] == run.enterprises["uscc"].tolist()


def test_titles_units_and_formats_come_from_the_catalogue():
    heads = map_data(analysis(20)).parcels.heads
    assert heads["tax_per_mu"] == {"title": "亩均税收", "unit": "万元/亩", "fmt": "B"}
    english = analysis(20, project={"language": "en"})
    assert map_data(english).parcels.heads["tax_per_mu"]["title"] == "Tax per mu"
    assert carried(draw_map(english)).columns["efficiency_class"][0] in {
        "Low efficiency (proposed)",
        "Partly low",
        "Stopped",
        "Vacant",
        "Not listed",
        "Not rated",
    }


def test_numbers_are_rounded_as_a_spreadsheet_prints_them_and_unknown_stays_unknown():
    run = with_parcels(analysis(4), tax_per_mu=[2.675, -2.675, float("nan"), 0.0])
    assert carried(draw_map(run)).columns["tax_per_mu"] == [2.68, -2.68, None, 0]


def test_a_bare_parcel_table_is_enough():
    run = analysis(6)
    table = run.parcels.table[["parcel_id", "area_mu", "efficiency_class"]]
    empty = pd.DataFrame()
    bare = replace(run, parcels=run.parcels.with_table(table), enterprises=empty, occupancy=empty, facts={})
    assert [theme["key"] for theme in map_data(bare).facts["themes"]] == ["low"]
    assert draw_map(bare)


def test_without_any_theme_the_parcels_are_still_drawn_and_said_to_be_without_data():
    run = analysis(6)
    table = run.parcels.table[["parcel_id", "area_mu"]]
    empty = pd.DataFrame()
    bare = replace(run, parcels=run.parcels.with_table(table), enterprises=empty, occupancy=empty)
    themes = map_data(bare).facts["themes"]
    assert [entry["count"] for entry in themes[0]["classes"]][-1] == 6


def test_a_public_map_shows_neither_amounts_nor_scores():
    run = analysis(30, project={"audience": "public"})
    data = map_data(run)
    assert {theme["key"] for theme in data.facts["themes"]} <= {
        "low",
        "idle",
        "grade",
        "price",
        "industry",
        "far",
        "built_share",
    }
    page = draw_map(run)
    shown = carried(page).columns.keys() | carried(page, "lu-firms-data").columns.keys()
    shown |= carried(page, "lu-uses-data").columns.keys()
    assert not any(name.startswith(("step:", "from", "place_", "known_")) or "@" in name for name in shown)
    assert not shown & {
        "tax_wan",
        "tax_per_mu",
        "output_per_mu",
        "energy_tce",
        "score",
        "rank",
        "because",
        "idle_fee_wan",
        "uscc",
    }


def test_low_land_that_is_also_idle_is_noted_under_the_legend():
    run = with_parcels(
        analysis(4),
        efficiency_class=["low", "low", "not_low", "low"],
        idle_class=["IDLE_T1", "NORMAL", "IDLE_T1", "IDLE_T2"],
        area_mu=[1.0, 2.0, 4.0, 8.5],
    )
    note = map_data(run).facts["themes"][0]["notes"][-1]
    assert note == "其中同时为疑似闲置、汇总时只计入疑似闲置的有:低效(拟列入) 2 宗 9.50 亩。"


def test_the_share_of_the_rule_stands_in_the_switch():
    low = map_data(analysis(4, ranking={"share": 0.1})).facts["themes"][0]
    assert low["title"] == "低效工业用地(行业末位15%)分布图"  # facts of the run beat the wish of the project
    run = replace(analysis(4, ranking={"share": 0.1}), facts={})
    assert map_data(run).facts["themes"][0]["title"] == "低效工业用地(行业末位10%)分布图"
    assert map_data(replace(analysis(4), facts={})).facts["themes"][0]["title"] == "低效工业用地(行业末位)分布图"


def test_ten_thousand_parcels_stay_under_twelve_megabytes():
    assert len(draw_map(analysis(10_000)).encode()) < 12_000_000


def test_a_thousand_parcels_take_no_more_than_half_a_megabyte():
    assert len(draw_map(analysis(1000)).encode()) <= 500_000


def test_embedding_cannot_close_its_element():
    assert "</script" not in embedded_script("a='</script>'").lower()
    assert "</SCRIPT" not in embedded_script("a='</SCRIPT>'")
    assert embedded_style("a{b:url(images/x.png)} c{d:url(#default#VML)}") == "a{b:none} c{d:url(#default#VML)}"
