"""What lies around the parcels: below them, by kind, named where nothing is covered, never too heavy."""

import base64
import gzip
import json
import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landuse.cartography.context import MOST_POINTS, context_features, context_styles
from landuse.cartography.web import draw_map
from landuse.project import build_project
from landuse.read import read_tables
from landuse.tables import RawPart, RawTables

from .builders import analysis

NO_PARKS = np.empty(0, dtype=object)


def around(*features, crs="EPSG:4326"):
    """Return an analysis with context of (name, kind, shape)."""
    run = analysis(4)
    frame = pd.DataFrame([(name, kind) for name, kind, _ in features], columns=["name", "kind"], dtype="str")
    shapes = np.array([shape for *_, shape in features] + [None], dtype=object)[:-1]
    part = RawPart("context", "c.shp", "", frame, {}, {}, shapes=shapes, crs=crs)
    return replace(run, raw=RawTables(parts={**run.raw.parts, "context": (part,)}))


def keys(facts):
    return [context_styles()[fact["style"]]["key"] for fact in facts]


def test_features_are_drawn_by_their_kind_areas_below_lines():
    line, area = shapely.LineString([(118, 38), (118.1, 38)]), shapely.box(118, 38, 118.1, 38.1)
    run = around(("r", None, line), ("k", "县界", area), ("w", "河流", area), ("t", "铁路", line), ("?", "沙地", area))
    shapes, facts = context_features(run, NO_PARKS)
    assert keys(facts) == ["water", "other_land", "county", "road", "railway"]
    assert [shape.geom_type for shape in shapes] == ["Polygon"] * 3 + ["LineString"] * 2


def test_only_water_and_towns_bear_their_names():
    area = shapely.box(118, 38, 118.1, 38.1)
    run = around(("安澜湖", "湖泊", area), ("石桥镇", "镇(街道)", area), ("安澜县", "县界", area), (None, "水库", area))
    _, facts = context_features(run, NO_PARKS)
    assert [fact.get("name") for fact in facts] == ["安澜湖", None, "石桥镇", None]


def test_a_name_keeps_away_from_a_park_and_stays_in_its_town():
    town, park = shapely.box(118, 38, 118.1, 38.1), shapely.box(118.02, 38, 118.1, 38.1)
    _, facts = context_features(around(("石桥镇", "镇", town)), np.array([park, None], dtype=object))
    latitude, longitude = facts[0]["at"]
    assert town.contains(shapely.Point(longitude, latitude))
    assert longitude < 118.02 - 0.004 + 0.001
    _, covered = context_features(around(("石桥镇", "镇", town)), np.array([town.buffer(1)], dtype=object))
    assert town.contains(shapely.Point(*reversed(covered[0]["at"])))


def test_an_endless_coast_is_simplified_until_a_page_can_carry_it():
    angle = np.linspace(0, 2 * np.pi, 200_000)
    wave = 0.2 + 0.001 * np.sin(angle * 20_000)
    coast = shapely.Polygon(np.column_stack([118 + wave * np.cos(angle), 38 + wave * np.sin(angle)]))
    shapes, _ = context_features(around(("海", "海域", coast)), NO_PARKS)
    assert shapely.get_num_coordinates(shapes).sum() <= MOST_POINTS


def test_the_page_carries_context_and_its_switch_only_where_there_is_some():
    page = draw_map(around(("<b>湖", "湖泊", shapely.box(118, 38, 118.1, 38.1))))
    carried = re.search(r'id="lu-context">(.*?)</script>', page, re.DOTALL).group(1)
    assert json.loads(gzip.decompress(base64.b64decode(carried)))["features"][0]["properties"]["name"] == "<b>湖"
    assert "<b>湖" not in carried
    assert 'id="lu-around"' in page
    assert 'id="lu-around"' not in draw_map(analysis(4))


def test_context_without_shapes_is_passed_over():
    run = around(("湖", "湖泊", shapely.box(118, 38, 118.1, 38.1)))
    part = replace(run.raw.of("context")[0], shapes=None)
    shapes, facts = context_features(replace(run, raw=RawTables(parts={"context": (part,)})), NO_PARKS)
    assert len(shapes) == 0
    assert facts == []


def test_context_of_a_project_is_read_and_imagery_is_passed_over(tmp_path):
    frame = gpd.GeoDataFrame(
        {"名称": ["安澜湖"], "类型": ["湖泊"]}, geometry=[shapely.box(118, 38, 118.1, 38.1)], crs=4490
    )
    frame.to_file(tmp_path / "湖.gpkg")
    plots = gpd.GeoDataFrame({"parcel_id": ["P1"]}, geometry=[shapely.box(118, 38, 118.001, 38.001)], crs=4490)
    plots.to_file(tmp_path / "p.gpkg")
    (tmp_path / "影像.tif").write_bytes(b"no table")
    inputs = {"parcels": "p.gpkg", "context": ["湖.gpkg", "影像.tif"]}
    raw = read_tables(build_project({"project": {"name": "n", "year": 2025}, "inputs": inputs}, folder=tmp_path))
    (lake,) = raw.of("context")
    assert lake.frame[["name", "kind"]].to_numpy().tolist() == [["安澜湖", "湖泊"]]
    assert len(lake.geometry) == 1
    assert [file.name for file in raw.inputs] == ["p.gpkg", "湖.gpkg", "影像.tif"]
