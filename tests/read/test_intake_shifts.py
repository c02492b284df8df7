"""A layer some hundred metres beside the parcels is told, with metres and the likely cause; one that fits is not."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from read_builders import codes, layer, read

from landuse.read.displaced import bd09_m, gcj02_m, metres_per_degree
from landuse.tables import worded_issues

X, Y = 40_378_000.0, 4_275_000.0
DEG = (118.60, 38.60)


def town(seed=7):
    """Return plots of uneven size in blocks between streets of 20 m, and a building 8 m inside each plot."""
    draw = np.random.default_rng(seed)
    plots, y = [], 0.0
    while y < 1500:
        depth, x = draw.uniform(60, 180), 0.0
        while x < 1500:
            for _ in range(draw.integers(1, 4)):
                width = draw.uniform(30, 120)
                plots.append(shapely.box(X + x, Y + y, X + x + width, Y + y + depth))
                x += width
            x += 20
        y += depth + 20
    return plots


PLOTS = town()
HOUSES = [plot.buffer(-8, join_style="mitre") for plot in PLOTS]
IDS = [f"P{number}" for number in range(len(PLOTS))]


def moved(shapes, east, north):
    return list(shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + np.array([east, north])))


def messages(raw):
    return list(worded_issues(raw.issues, "zh")["message"])


# -------------------------------------------------------------------------------------------- web maps


def test_the_systems_of_web_maps_are_off_by_their_published_amounts():
    # Published pair of the common converters: 116.404, 39.915 -> 116.41024449916938, 39.91640428150164.
    per_lon, per_lat = metres_per_degree(39.915)
    east, north = gcj02_m(116.404, 39.915)
    assert (116.404 + east / per_lon, 39.915 + north / per_lat) == pytest.approx(
        (116.41024449916938, 39.91640428150164), abs=1e-9
    )
    # And GCJ-02 116.404, 39.915 -> BD-09 116.41036949371029, 39.92133699351021; the true place is found by repetition.
    lon, lat = 116.404, 39.915
    for _ in range(20):
        per_lon, per_lat = metres_per_degree(lat)
        east, north = gcj02_m(lon, lat)
        lon, lat = 116.404 - east / per_lon, 39.915 - north / per_lat
    east, north = bd09_m(lon, lat)
    per_lon, per_lat = metres_per_degree(lat)
    found = (lon + east / per_lon, lat + north / per_lat)
    assert found == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_a_degree_of_the_ellipsoid_has_its_known_length():
    # Krasovsky: M and N at 0° are 6 335 552.7 m and 6 378 245 m; a degree is pi / 180 of them.
    assert metres_per_degree(0.0) == pytest.approx((111_321.377, 110_576.254), abs=0.01)


# ------------------------------------------------------------------------------------------- what is told


def test_buildings_taken_from_a_web_map_are_told_with_metres_and_cause(tmp_path):
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=moved(HOUSES, *gcj02_m(*DEG)), floors=[1] * len(HOUSES))
    raw = read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg")
    assert raw.issues[["code", "severity", "table", "source_file"]].to_numpy().tolist() == [
        ["LAYER_SHIFTED", "warning", "buildings", "b.gpkg"]
    ]
    (told,) = messages(raw)
    assert told.startswith("b.gpkg 与 parcels.gpkg 整体错开约 49")  # 495 m east, 62 m north
    assert told.endswith("米（b.gpkg 偏东）：与 GCJ-02 加密偏移一致，b.gpkg 可能取自高德、腾讯等互联网地图")


@pytest.mark.parametrize(
    ("east", "north", "words"),
    [
        (*bd09_m(*DEG), "偏东北）：与 BD-09 偏移一致"),
        (-115.0, 60.0, "约 130 米（b.gpkg 偏西北）：可能是大地基准写错"),  # sqrt(115² + 60²) = 129.7
        (600.0, -300.0, "约 671 米（b.gpkg 偏东南）：原因不明"),  # sqrt(600² + 300²) = 670.8
    ],
)
def test_other_shifts_are_told_with_their_own_causes(tmp_path, east, north, words):
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=moved(HOUSES, east, north), floors=[1] * len(HOUSES))
    (told,) = messages(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg"))
    assert words in told


def test_parcels_taken_from_a_web_map_are_found_out_by_the_buildings(tmp_path):
    layer(tmp_path, geometry=moved(PLOTS, *gcj02_m(*DEG)), parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=HOUSES, floors=[1] * len(HOUSES))
    (told,) = messages(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg"))
    assert "与 GCJ-02 加密偏移相反，parcels.gpkg 可能取自" in told


def test_a_second_file_of_the_same_parcels_in_another_datum_is_told(tmp_path):
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "again.gpkg", geometry=moved(PLOTS, 90, -40), parcel_id=IDS)
    raw = read(tmp_path, parcels=["parcels.gpkg", "again.gpkg"])
    assert codes(raw) == ["LAYER_SHIFTED"]
    assert "约 98 米（again.gpkg 偏东南）：可能是大地基准写错" in messages(raw)[0]  # sqrt(90² + 40²) = 98.5


def test_roads_and_other_systems_are_compared_too(tmp_path):
    roads = [shapely.LineString([(X - 50, plot.bounds[1] - 10), (X + 1600, plot.bounds[1] - 10)]) for plot in PLOTS]
    ups = [
        shapely.LineString([(plot.bounds[2] + 10, plot.bounds[1]), (plot.bounds[2] + 10, plot.bounds[3])])
        for plot in PLOTS
    ]
    free = shapely.union_all(PLOTS)
    lines = [line for line in [*dict.fromkeys(roads), *ups] if line.intersection(free).length < 1]
    degrees = gpd.GeoSeries(moved(lines, *gcj02_m(*DEG)), crs=4528).to_crs(4490)
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "r.gpkg", crs=4490, geometry=degrees.tolist(), kind=["道路"] * len(lines))
    (told,) = messages(read(tmp_path, parcels="parcels.gpkg", context="r.gpkg"))
    assert "与 GCJ-02 加密偏移一致" in told


def test_parcels_in_degrees_are_compared_too(tmp_path):
    degrees = gpd.GeoSeries(PLOTS, crs=4528).to_crs(4490)
    layer(tmp_path, crs=4490, geometry=degrees.tolist(), parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=moved(HOUSES, *gcj02_m(*DEG)), floors=[1] * len(HOUSES))
    (told,) = messages(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg"))
    assert "与 GCJ-02 加密偏移一致" in told


# --------------------------------------------------------------------------------------- what is not told


@pytest.mark.parametrize(("east", "north"), [(0.0, 0.0), (6.0, -6.0)])
def test_buildings_that_stand_in_their_parcels_are_nothing_to_say(tmp_path, east, north):
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=moved(HOUSES, east, north), floors=[1] * len(HOUSES))
    assert codes(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg")) == []


def test_a_pattern_that_repeats_tells_no_shift(tmp_path):
    plots = [
        shapely.box(X + 100 * i, Y + 100 * j, X + 100 * i + 80, Y + 100 * j + 80) for i in range(20) for j in range(20)
    ]
    houses = moved([plot.buffer(-15, join_style="mitre") for plot in plots], 50, 0)
    layer(tmp_path, geometry=plots, parcel_id=[f"P{number}" for number in range(400)])
    layer(tmp_path, "b.gpkg", geometry=houses, floors=[1] * 400)
    assert (
        codes(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg")) == []
    )  # 50 m east or 50 m west: nobody can say


def test_houses_that_belong_to_no_parcel_and_neighbouring_towns_are_nothing_to_say(tmp_path):
    draw = np.random.default_rng(3)
    places = draw.uniform(0, 1500, (200, 2)) + np.array([X, Y])
    layer(tmp_path, geometry=PLOTS, parcel_id=IDS)
    layer(tmp_path, "b.gpkg", geometry=[shapely.box(x, y, x + 40, y + 15) for x, y in places], floors=[1] * 200)
    layer(
        tmp_path, "n.gpkg", geometry=moved(town(8), 1700, 0), parcel_id=[f"N{number}" for number in range(len(town(8)))]
    )
    assert codes(read(tmp_path, parcels=["parcels.gpkg", "n.gpkg"], buildings="b.gpkg")) == []


def test_few_parcels_and_layers_elsewhere_are_nothing_to_say(tmp_path):
    layer(tmp_path, geometry=PLOTS[:4], parcel_id=IDS[:4])
    layer(tmp_path, "b.gpkg", geometry=moved(HOUSES[:4], 300, 0), floors=[1] * 4)
    layer(tmp_path, "c.gpkg", geometry=moved(HOUSES[:4], 50_000, 0), kind=["道路"] * 4)
    assert codes(read(tmp_path, parcels="parcels.gpkg", buildings="b.gpkg", context="c.gpkg")) == []
