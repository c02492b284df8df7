"""The CRS of a layer: read right from declaration, coordinates and region, or refused with what each candidate does."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from read_builders import EAST, NORTH, boxes, codes, layer, read

from landuse.errors import InputError
from landuse.read.claims import Claim
from landuse.read.coordinates import judge_crs, rule_on
from landuse.read.national import DATUMS, system_of, systems
from landuse.read.statements import stated
from landuse.settings import Region
from landuse.tables import worded_issues

REGION = Region(lon=118.60, lat=38.60, radius_km=12)
AREA = {"lon": 118.60, "lat": 38.60, "radius_km": 12}
WIDE = Region(lon=118.60, lat=38.60, radius_km=400)

# Hand: zone 40 of 3° has meridian 120°, zone 20 of 6° has 117°; code = first code of the row + zone - first zone.
ZONES = {  # form -> codes of CGCS2000, Xian 1980, Beijing 1954
    "degrees": (4490, 4610, 4214),
    "3 prefixed": (4528, 2364, 2416),  # 4513, 2349, 2401 + 40 - 25
    "3 bare": (4549, 2385, 2437),  # 4534, 2370, 2422 + 40 - 25
    "6 prefixed": (4498, 2334, 21420),  # 4491, 2327, 21413 + 20 - 13
    "6 bare": (4509, 2345, 21460),  # 4502, 2338, 21453 + 20 - 13
}
NAMES = ("CGCS2000", "西安80", "北京54")
FORMS = [(form, datum) for form in ZONES for datum in range(3)]


def square(x, y, side):
    return np.array([shapely.box(x, y, x + side, y + side)], dtype=object)


def at_sea(code, *, turned=False):
    """Return a square at 118.60° E 38.60° N in the numbers of an EPSG system, each on its own ellipsoid."""
    crs = pyproj.CRS.from_epsg(code)
    x, y = (118.60, 38.60) if crs.is_geographic else pyproj.Proj(crs)(118.60, 38.60)
    side = 0.001 if crs.is_geographic else 100
    return square(*((y, x) if turned else (x, y)), side)


def ruling(geometry, declared=None, found=None, region=REGION, **more):
    return rule_on(Claim(declared, found, **more), geometry, region=region, where="p.shp")


def fault(geometry, declared=None, found=None, region=REGION, **more):
    made = ruling(geometry, declared, found, region, **more)
    assert made.judgement.value is None
    return made.fault


def candidates(*args, **more):
    return [one.value for one in ruling(*args, **more).judgement.candidates]


# --------------------------------------------------------------------------------------------- the table


def test_every_system_of_the_table_has_the_name_that_epsg_gives_its_code():
    starts = {"cgcs2000": "CGCS2000", "xian80": "Xian 1980", "beijing54": "Beijing 1954"}
    for datum, start in starts.items():
        for system in systems(datum):
            name = pyproj.CRS.from_user_input(system.code).name
            if not system.width:
                continue
            width = "3-degree " if system.width == 3 else ""
            form = f"zone {system.zone}" if system.prefixed else f"CM {system.meridian}E"
            assert name == f"{start} / {width}Gauss-Kruger {form}"
    assert sum(1 for datum in DATUMS for _ in systems(datum)) == 3 * (1 + 2 * 21 + 2 * 11)


def test_a_system_is_known_by_its_numbers_where_the_code_is_lost():
    wkt = pyproj.CRS.from_epsg(4528).to_wkt("WKT1_ESRI").replace("CGCS2000_3_Degree_GK_Zone_40", "安澜县坐标系")
    assert system_of(pyproj.CRS.from_wkt(wkt)).code == "EPSG:4528"
    odd = wkt.replace("120.0", "118.5")
    assert system_of(pyproj.CRS.from_wkt(odd)) is None


# ------------------------------------------------------------------------------------- what is read right


@pytest.mark.parametrize(("form", "datum"), FORMS)
def test_a_code_in_the_file_is_kept_when_the_coordinates_keep_its_ranges(form, datum):
    code = ZONES[form][datum]
    for region in (None, REGION):
        assert ruling(at_sea(code), found=f"EPSG:{code}", region=region).judgement.value == f"EPSG:{code}"


@pytest.mark.parametrize(("form", "datum"), FORMS)
def test_a_datum_alone_is_completed_by_the_prefix_or_the_region(form, datum):
    code = ZONES[form][datum]
    told = (
        f"EPSG:{ZONES['3 bare'][datum] - 1}" if form == "6 bare" else f"EPSG:{code}"
    )  # meridian 117° is one of 3° too
    assert ruling(at_sea(code), NAMES[datum]).judgement.value == told


@pytest.mark.parametrize(("form", "datum"), FORMS)
def test_a_width_in_words_decides_between_zones_of_three_and_six_degrees(form, datum):
    code = ZONES[form][datum]
    if form != "degrees":
        assert ruling(at_sea(code), f"{NAMES[datum]} {form[0]}度带").judgement.value == f"EPSG:{code}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2000国家大地坐标系", 4528), ("CGCS2000 3度带", 4528), ("EPSG:4490 3度带", 4528), ("epsg:4490 三度带", 4528),
        ("CGCS2000 3度带 40带", 4528), ("CGCS2000_3_Degree_GK_Zone_40", 4528), ("国家2000 带号40", 4528),
        ("CGCS2000 / 3-degree Gauss-Kruger zone 40", 4528), ("２０００国家大地坐标系　３度带", 4528),
        ("CGCS2000 中央经线120", 4528), ("4528", 4528), ("西安80", 2364), ("1980西安坐标系 40带", 2364),
        ("Xian_1980_3_Degree_GK_Zone_40", 2364), ("北京54 3度带", 2416), ("1954年北京坐标系", 2416), ("BJ54", 2416),
    ],
)  # fmt: skip
def test_chinese_names_without_a_zone_are_resolved_by_the_prefix_of_the_eastings(text, code):
    assert ruling(square(EAST, NORTH, 100), text, region=None).judgement.value == f"EPSG:{code}"


def test_a_zone_in_words_does_for_eastings_without_a_prefix_and_without_a_region():
    bare = square(378_000, NORTH, 100)
    assert ruling(bare, "CGCS2000 3度带 40带", region=None).judgement.value == "EPSG:4549"
    assert ruling(bare, "西安80 中央经线120°", region=None).judgement.value == "EPSG:2385"
    assert ruling(bare, "北京54 6度带 20带", region=None).judgement.value == "EPSG:21460"


def test_a_declaration_beats_a_prj_that_its_own_coordinates_refute():
    made = ruling(square(EAST, NORTH, 100), "EPSG:4528", "EPSG:4527", region=None)
    assert (made.judgement.value, made.overruled) == ("EPSG:4528", "EPSG:4527")
    made = ruling(square(EAST, NORTH, 100), "CGCS2000", "EPSG:4490", region=None)  # degrees stated over metres
    assert (made.judgement.value, made.overruled) == ("EPSG:4528", "EPSG:4490")
    made = ruling(square(378_000, NORTH, 100), "EPSG:4549", "EPSG:4548")  # only the region tells 120° from 117°
    assert (made.judgement.value, made.overruled) == ("EPSG:4549", "EPSG:4548")


def test_a_declaration_and_a_file_that_say_the_same_in_other_words_agree():
    wkt = pyproj.CRS.from_epsg(4528).to_wkt("WKT1_ESRI")
    for declared, found in [
        ("EPSG:4528", wkt), ("CGCS2000", "EPSG:4528"), ("EPSG:4528", wkt.replace("D_China_2000", "D_unknown")),
    ]:  # fmt: skip
        made = ruling(square(EAST, NORTH, 100), declared, found)
        assert (made.judgement.value, made.overruled) == ("EPSG:4528", "")
    made = ruling(square(118.6, 38.6, 0.001), "EPSG:4490", "EPSG:4326")  # less than a metre apart
    assert (made.judgement.value, made.overruled) == ("EPSG:4490", "")


def test_a_name_without_a_zone_is_completed_by_what_the_file_states():
    made = ruling(square(378_000, NORTH, 100), "CGCS2000", "EPSG:4549", region=None)
    assert (made.judgement.value, made.overruled) == ("EPSG:4549", "")


def test_a_province_may_stand_in_one_zone_and_systems_of_other_countries_are_let_be():
    west = square(500_000 - 420_000, NORTH, 100)  # 420 km west of 120° E
    assert ruling(west, found="EPSG:4549", region=None).judgement.value == "EPSG:4549"
    assert ruling(square(2_690_000, 240_000, 100), found="EPSG:2272", region=None).judgement.value == "EPSG:2272"


def test_the_evidence_names_the_place_and_its_distance_from_the_region():
    made = judge_crs("EPSG:4528", square(EAST, NORTH, 100), region=REGION, where="p.shp")
    assert made.is_decided
    assert made.evidence.zh == "EPSG:4528,数据落在 118.6001°E 38.6002°N,距区域中心 0.0 km"


# --------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("form", "datum"), FORMS)
def test_without_a_statement_all_three_datums_are_named_and_none_is_taken(form, datum):
    code = ZONES[form][datum]
    bare = {"6 bare": (4548, 2384, 2436)}.get(form, ZONES[form])
    named = candidates(at_sea(code))
    assert named[:3] == [f"EPSG:{one}" for one in bare]
    assert named[3:] == (["EPSG:4326"] if form == "degrees" else [])
    assert "没有坐标系" in fault(at_sea(code)).found


@pytest.mark.parametrize(("form", "datum"), FORMS)
def test_axes_in_the_other_order_are_refused_with_the_sentence_that_helps(form, datum):
    code = ZONES[form][datum]
    for region in (None, REGION):
        for claim in ({"declared": f"EPSG:{code}"}, {"found": f"EPSG:{code}"}):
            told = fault(at_sea(code, turned=True), region=region, **claim)
            assert "坐标轴次序颠倒" in told.found
            assert 'axes = "north_east"' in told.do
    told = fault(at_sea(code, turned=True), NAMES[datum])
    assert "坐标轴次序颠倒" in told.found


def test_axes_declared_the_wrong_way_are_refused_too():
    told = fault(square(NORTH, EAST, 100), "EPSG:4528", is_turned=True)
    assert told.lines("zh") == (
        'p.shp:写明了 axes = "north_east",但文件中东坐标(经度)在前(x=40378050, y=4275050)',
        "  → 可能是 EPSG:4528,但坐标轴次序颠倒,落在 118.6001°E 38.6002°N,距区域中心 0.0 km;删去 axes",
    )


def test_the_wrong_zone_is_refused_with_the_right_one():
    told = fault(square(EAST, NORTH, 100), found="EPSG:4527", region=None)
    assert told.lines("zh") == (
        "p.shp:坐标与坐标系 EPSG:4527 不符(x=40378050, y=4275050)",
        '  → 可能是 EPSG:4528(2000国家大地坐标系3度带40带),落在 118.6001°E 38.6002°N;核对后写明 crs = "EPSG:4528"',
    )
    assert candidates(square(378_000, NORTH, 100), found="EPSG:4528") == ["EPSG:4549"]  # the prefix is missing


def test_a_meridian_that_nothing_tells_is_asked_for():
    told = fault(square(378_000, NORTH, 100), "CGCS2000", region=None)
    assert told.found.startswith("坐标系 CGCS2000 没有写全(x=378050, y=4275050)")
    assert "EPSG:4534 至 EPSG:4554" in told.allowed
    assert "数据在中央经线以西 1.3999°,北纬 38.6002°" in told.allowed
    assert "中央经线120" in told.do
    assert len(candidates(square(378_000, NORTH, 100), "CGCS2000", region=None)) == 21
    near = candidates(square(378_000, NORTH, 100), "CGCS2000", region=WIDE)  # 117°, 120° and 123° lie within 400 km
    assert near == ["EPSG:4549", "EPSG:4548", "EPSG:4550"]


def test_a_region_elsewhere_refuses_and_says_where_the_data_would_lie():
    told = fault(square(EAST, NORTH + 100_000, 100), found="EPSG:4528")
    assert told.found.startswith("数据不在区域内,按所述坐标系 EPSG:4528 落在 118.5822°E 39.5007°N,距区域中心 100.0 km")
    assert "region: 118.6°E 38.6°N ≤ 12 km" in told.allowed
    assert "[project] region" in told.do


def test_a_declaration_and_a_prj_that_the_coordinates_both_admit_are_a_question():
    told = fault(square(EAST, NORTH, 100), "EPSG:4528", "EPSG:2364")
    assert "项目文件声明 EPSG:4528,文件自述 EPSG:2364" in told.found
    told = fault(square(378_000, NORTH, 100), "EPSG:4549", "EPSG:4548", region=None)
    assert "EPSG:4549 落在 118.6001°E" in told.allowed
    assert "EPSG:4548 落在 115.6001°E" in told.allowed


def test_a_prj_without_a_datum_is_a_question_and_its_ellipsoid_a_hint():
    for code, told in ((4528, "EPSG:4528"), (2364, "EPSG:2364"), (2416, "EPSG:2416")):
        wkt = pyproj.CRS.from_epsg(code).to_wkt("WKT1_ESRI")
        datum = pyproj.CRS.from_wkt(wkt).to_wkt("WKT1_ESRI").split('DATUM["')[1].split('"')[0]
        geographic = wkt.split('GEOGCS["')[1].split('"')[0]
        odd = wkt.replace(datum, "D_unknown").replace(geographic, "GCS_unknown")
        assert "没有写明大地基准" in fault(square(EAST, NORTH, 100), found=odd).found
        assert candidates(square(EAST, NORTH, 100), found=odd) == [told]


def test_an_undefined_system_of_a_drawing_is_no_statement():
    assert "没有坐标系" in fault(square(EAST, NORTH, 100), found='LOCAL_CS["Undefined",UNIT["metre",1]]').found


def test_metres_of_a_web_map_are_not_taken_for_a_zone_of_six_degrees():
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(118.6, 38.6)
    assert 13_200_000 <= x <= 13_800_000  # the numbers of zone 13, 75° E
    assert candidates(square(x, y, 100)) == ["EPSG:3857"]
    x, y = pyproj.Transformer.from_crs(4326, 3857, always_xy=True).transform(121.0, 38.6)
    both = candidates(square(x, y, 100), region=None)
    assert both == ["EPSG:4491", "EPSG:2327", "EPSG:21413", "EPSG:3857"]


@pytest.mark.parametrize("text", ["GCJ-02", "gcj02", "火星坐标系", "BD-09", "bd09ll", "百度坐标", "高德地图"])
def test_coordinates_of_web_maps_are_refused_whatever_they_look_like(text):
    with pytest.raises(InputError, match="互联网地图的加密坐标") as caught:
        stated(text, "p.shp")
    assert "索取原始数据" in caught.value.faults[0].do


@pytest.mark.parametrize(
    "text",
    ["CGCS2000 6度带 40带", "EPSG:4528 39带", "EPSG:4528 西安80", "西安80 转 CGCS2000", "CGCS2000 经纬度 3度带",
     "CGCS2000 3度带 40带 中央经线117"],
)  # fmt: skip
def test_a_statement_that_contradicts_itself_is_refused(text):
    with pytest.raises(InputError, match="自相矛盾"):
        stated(text, "p.shp")


@pytest.mark.parametrize("text", ["中国坐标", "EPSG:999999", "新北京54", "WGS84 40带", "?!"])
def test_what_names_no_system_is_refused(text):
    with pytest.raises(InputError, match="坐标系无法识别"):
        stated(text, "p.shp")


def test_numbers_that_no_system_of_the_country_has_are_refused_without_a_guess():
    assert candidates(square(5.0, 5.0, 0.1), "CGCS2000", region=None) == []
    told = fault(square(1e9, 1e9, 1), region=None)
    assert (told.found[:5], "检查坐标系" in told.do) == ("没有坐标系", True)


@given(
    st.floats(-1e8, 1e8), st.floats(-1e8, 1e8), st.sampled_from([None, "CGCS2000", "EPSG:4528", "EPSG:4490", "WGS84"])
)
def test_whatever_the_numbers_a_decided_system_puts_them_into_the_region(x, y, text):
    made = ruling(square(x, y, 0.0001), text)
    if made.judgement.is_decided:
        assert made.place.km <= 12
        assert made.fault is None
    else:
        zh, en = (made.fault.lines(lang) for lang in ("zh", "en"))
        assert zh != en
        assert not any("{" in line for line in (*zh, *en))


# ------------------------------------------------------------------------------------------ through files


def only(folder, **more):
    with pytest.raises(InputError) as caught:
        read(folder, **more)
    (told,) = caught.value.faults
    return told


def without_crs(folder, name="p.geojson", **more):
    """Write a GeoJSON file whose only mention of a CRS is a property of that name."""
    layer(folder, name, crs=4326, geometry=[shapely.box(118.6, 38.6, 118.601, 38.601)], **more)
    tree = json.loads((folder / name).read_text(encoding="utf-8"))
    del tree["crs"]
    tree["features"][0]["properties"]["crs"] = {"type": "name"}
    (folder / name).write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
    return tree


def test_degrees_of_a_geojson_that_states_nothing_are_a_question_until_crs_is_declared(tmp_path):
    without_crs(tmp_path, parcel_id=["P1"])
    told = only(tmp_path, parcels="p.geojson")
    assert told.found.startswith("没有坐标系,GeoJSON 文件不写明经纬度出自何处")
    assert "互联网地图" in told.allowed
    for text, code in (("EPSG:4490", "EPSG:4490"), ("CGCS2000", "EPSG:4490"), ("WGS84", "EPSG:4326")):
        assert read(tmp_path, parcels={"path": "p.geojson", "crs": text}).of("parcels")[0].crs == code


def test_a_geojson_may_state_its_crs_before_or_after_its_features(tmp_path):
    tree = without_crs(tmp_path, parcel_id=["P1"])
    member = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}}
    for whole in ({**member, **tree}, {**tree, **member}):
        (tmp_path / "q.geojson").write_text(json.dumps(whole), encoding="utf-8")
        assert read(tmp_path, parcels="q.geojson").of("parcels")[0].crs == "EPSG:4490"
    (tmp_path / "q.geojson").write_text(json.dumps({**tree, "crs": None}), encoding="utf-8")
    assert "没有坐标系" in only(tmp_path, parcels="q.geojson").found


def test_northing_first_is_turned_when_the_project_says_so(tmp_path):
    turned = [shapely.transform(box, lambda xy: xy[:, ::-1]) for box in boxes(2)]
    layer(tmp_path, "p.shp", crs=None, geometry=turned, parcel_id=["P1", "P2"])
    entry = {"path": "p.shp", "crs": "EPSG:4528"}
    assert "坐标轴次序颠倒" in only(tmp_path, parcels=entry).found
    raw = read(tmp_path, parcels={**entry, "axes": "north_east"})
    part = raw.of("parcels")[0]
    assert shapely.equals(part.geometry, np.array(boxes(2), dtype=object)).all()
    assert shapely.equals(part.geometry, shapely.from_wkb(part.wkb)).all()
    assert codes(raw) == ["AXES_TURNED"]


def test_what_was_completed_and_what_was_overruled_is_said(tmp_path):
    layer(tmp_path, "p.gpkg", crs=4527, parcel_id=["P1"])
    raw = read(tmp_path, parcels={"path": "p.gpkg", "crs": "CGCS2000"})
    assert codes(raw) == ["CRS_OF_FILE_WRONG", "CRS_COMPLETED"]
    wrong, completed = worded_issues(raw.issues, "zh")["message"]
    assert wrong == "p.gpkg 自述的坐标系 EPSG:4527 与其坐标不符，按项目文件声明的 EPSG:4528 读取"
    assert completed == "p.gpkg 的坐标系写作“CGCS2000”，按坐标的带号或位置判定为 EPSG:4528"


def test_a_single_row_of_another_zone_is_read_without_geometry_and_named(tmp_path):
    stray = shapely.box(EAST - 1_000_000, NORTH, EAST - 999_900, NORTH + 100)  # zone 39 in a file of zone 40
    ids = [f"P{number}" for number in range(12)]
    layer(tmp_path, "p.gpkg", geometry=[*boxes(11), stray], parcel_id=ids)
    raw = read(tmp_path, parcels="p.gpkg", region=AREA)
    assert raw.issues[["code", "severity", "key", "source_file", "source_row", "value"]].to_numpy().tolist() == [
        ["GEOMETRY_FAR_AWAY", "error", "P11", "p.gpkg", 12, "x=39378050, y=4275050"]
    ]
    part = raw.of("parcels")[0]
    assert [shape is None for shape in part.geometry] == [False] * 11 + [True]
    assert part.wkb[11] is None
    assert len(part.frame) == 12


def test_a_file_that_holds_two_systems_is_refused(tmp_path):
    stray = shapely.box(EAST - 1_000_000, NORTH, EAST - 999_900, NORTH + 100)
    layer(tmp_path, "p.gpkg", geometry=[*boxes(9), stray], parcel_id=[f"P{number}" for number in range(10)])
    told = only(tmp_path, parcels="p.gpkg", region=AREA)  # one of ten: the share itself is mixed
    assert "1 行如 x=39378050, y=4275050,其余如 x=40378850, y=4275050" in told.found


def test_context_may_reach_beyond_the_county(tmp_path):
    far = shapely.box(EAST + 400_000, NORTH, EAST + 400_100, NORTH + 100)
    layer(tmp_path, "c.gpkg", geometry=[*boxes(2), far], kind=["道路"] * 3)
    assert codes(read(tmp_path, context="c.gpkg")) == []


def test_axes_change_no_fingerprint_of_a_project_that_does_not_state_them(tmp_path):
    from read_builders import project

    layer(tmp_path, "p.gpkg")
    plain, stating = (
        project(tmp_path, parcels="p.gpkg"),
        project(tmp_path, parcels={"path": "p.gpkg", "axes": "north_east"}),
    )
    assert "axes" not in plain.text()
    assert plain.digest() != stating.digest()


def test_a_layer_of_nulls_needs_a_whole_statement(tmp_path):
    nothing = gpd.GeoSeries([None], crs=4528)
    assert rule_on(Claim(found="EPSG:4528"), nothing.to_numpy(), region=None, where="p").judgement.value == "EPSG:4528"
    assert rule_on(Claim("CGCS2000"), nothing.to_numpy(), region=None, where="p").fault.found.startswith("没有坐标系")
