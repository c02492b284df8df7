"""Layers of one project lie in one county, or the project is refused with where each of them lies."""

from __future__ import annotations

from read_builders import EAST, NORTH, boxes, codes, faults_of, layer, read, text

NUMBERS = ["990781001001GB00001", "990781001001GB00002"]
MORE = ["990781001001GB00003", "990781001001GB00004"]
# The easting without the number of its zone fits every meridian of 3 degrees: only the project can say which.
BARE = EAST - 40_000_000


def test_two_layers_of_parcels_in_one_county_are_read_in_the_crs_of_the_first(tmp_path):
    layer(tmp_path, "旧.gpkg", parcel_id=NUMBERS)
    layer(tmp_path, "新.gpkg", crs=4549, geometry=boxes(2, east=BARE + 5000), parcel_id=MORE)
    raw = read(tmp_path, parcels=["旧.gpkg", "新.gpkg"])
    assert codes(raw) == ["CRS_TRANSFORMED"]


def test_a_meridian_of_another_province_is_refused_with_the_place_of_each_layer(tmp_path):
    layer(tmp_path, "旧.gpkg", parcel_id=NUMBERS)
    layer(tmp_path, "新.gpkg", crs=4534, geometry=boxes(2, east=BARE + 5000), parcel_id=MORE)
    (fault,) = faults_of(lambda: read(tmp_path, parcels=["旧.gpkg", "新.gpkg"]))
    assert fault.where == "旧.gpkg [旧] · 新.gpkg [新]"
    # Hand: 45 degrees of longitude at 38.6 N are 2 R asin(cos(38.6) sin(22.5)) = 3868 km on a sphere of 6371 km.
    km = int(fault.found.split("相距 ")[1].split()[0])
    assert 3860 <= km <= 3890
    assert "旧.gpkg [旧] [EPSG:4528] 118.60°E 38.60°N; 新.gpkg [新] [EPSG:4534] 73.66°E 38.60°N" in fault.allowed
    assert "带号或中央经线" in fault.do
    assert "zone or meridian" in fault.do


def test_parks_are_compared_with_the_parcels_and_a_map_of_the_province_is_not(tmp_path):
    far = boxes(1, north=NORTH + 400_000)
    layer(tmp_path, "园区.gpkg", geometry=far, park=["东区"])
    (fault,) = faults_of(lambda: read(tmp_path, parks="园区.gpkg"))
    assert "相距 400 公里" in fault.found
    layer(tmp_path, "界线.gpkg", geometry=far, kind=["省界"])
    assert codes(read(tmp_path, context="界线.gpkg")) == []


def test_a_missing_code_is_answered_by_a_name_and_a_missing_word_by_one_for_all_rows(tmp_path):
    text(tmp_path, "租赁.csv", "宗地代码,租户\n990781001001GB00001,甲食品有限公司\n")
    faults = faults_of(lambda: read(tmp_path, occupancy="租赁.csv"))
    advice = {fault.found.split("(")[0].split()[-1]: fault.do for fault in faults}
    assert "写明名称所在的列 columns.occupancy.name" in advice["uscc"]
    assert 'tenure = { value = "承租" }' in advice["tenure"]
    mapped = {"occupancy": {"name": "租户"}}
    entry = {"path": "租赁.csv", "columns": {"tenure": {"value": "承租"}}}
    frame = read(tmp_path, occupancy=entry, columns=mapped).of("occupancy")[0].frame
    assert frame["name"].tolist() == ["甲食品有限公司"]
    assert frame["tenure"].tolist() == ["lease"]


def test_polygons_named_as_a_table_of_text_are_refused_with_the_ending_they_need(tmp_path):
    name = layer(tmp_path, "税收.geojson", parcel_id=NUMBERS)
    (tmp_path / name).rename(tmp_path / "税收.csv")
    (fault,) = faults_of(lambda: read(tmp_path, accounts="税收.csv"))
    assert fault.where == "税收.csv"
    assert "CSV" in fault.found
    assert ".geojson" in fault.do
