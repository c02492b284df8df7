"""Boundary-point files: every variant that surveys hand over, with areas worked out by hand."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from read_builders import codes, faults_of, project, read

from landuse.read.boundary_lines import is_boundary, survey_of
from landuse.read.boundary_txt import read_boundary
from landuse.settings import InputEntry

E0, N0 = 40_378_000.0, 4_275_000.0
HEADER = {
    "格式版本号": "1.01版本", "数据产生单位": "示例", "数据产生日期": "2026-01-05", "坐标系": "2000国家大地坐标系",
    "几度分带": "3", "投影类型": "高斯克吕格", "计量单位": "米", "带号": "40", "精度": "0.001", "转换参数": ",,,,,,",
}  # fmt: skip
MAPPED = {"parcel_id": "地块编号", "registered_area_m2": "面积", "parcel_name": "地块名称"}


def square(east, north, side):
    """Return the corners of a square, the first again at the end: east, north."""
    return [(east, north), (east + side, north), (east + side, north + side), (east, north + side), (east, north)]


def block(number, rings, area, count=None, **more):
    """Return the lines of a parcel; `rings` = (ring number, corners)."""
    points, label = [], 0
    for ring, corners in rings:
        first = label + 1
        for at, (east, north) in enumerate(corners):
            label += 1
            back = at == len(corners) - 1 and corners[at] == corners[0]
            points.append(f"J{first if back else label},{ring},{north:.3f},{east:.3f}")
    count = len(points) if count is None else count
    name, shape, tail = (more.get(key, plain) for key, plain in (("name", "地块一"), ("shape", "面"), ("tail", "")))
    return [f"{count},{area},{number},{name},{shape},,工矿仓储用地,0601,{tail}@", *points]


def document(*blocks, header=None, **changed):
    head = {**HEADER, **changed} if header is None else header
    lines = ["[属性描述]", *(f"{key}={value}" for key, value in head.items()), "[地块坐标]"]
    return "\r\n".join([*lines, *(line for one in blocks for line in one)]) + "\r\n"


def boundary(content, encoding="gbk", **entry):
    return read_boundary(content.encode(encoding), InputEntry(path="b.txt", **entry), name="b.txt")


def doubts(found):
    return [finding.code for _, finding in found.findings] + [remark.code for remark in found.remarks]


def refused(content, **entry):
    (fault,) = faults_of(lambda: boundary(content, **entry))
    return " ".join(fault.lines())


ONE = block("P1", [(1, square(E0, N0, 100))], "1.0000")


# ---------------------------------------------------------------------------------------------- the format


def test_a_file_in_the_national_format_is_read_as_it_stands(tmp_path):
    second = block("P2", [(1, square(E0 + 200, N0, 50))], "0.2500", name="二号地")
    (tmp_path / "界址点.txt").write_bytes(document(ONE, second).encode("gbk"))
    raw = read(tmp_path, parcels="界址点.txt", columns={"parcels": MAPPED})
    part = raw.of("parcels")[0]
    assert codes(raw) == []
    assert part.crs == "EPSG:4528"
    assert part.encoding == "gb18030"
    assert part.frame[["parcel_id", "parcel_name", "registered_area_m2", "source_row"]].to_numpy().tolist() == [
        ["P1", "地块一", 10_000.0, 13],
        ["P2", "二号地", 2_500.0, 19],
    ]
    assert [shape.area for shape in part.shapes] == [10_000.0, 2_500.0]
    assert part.shapes[0].bounds == (E0, N0, E0 + 100, N0 + 100)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_a_boundary_file_is_told_by_its_bytes_in_every_encoding(encoding):
    data = document(ONE).encode(encoding)
    assert is_boundary(data)
    assert read_boundary(data, InputEntry(path="b"), name="b").rows[0].value("地块名称") == "地块一"


def test_a_list_of_codes_or_a_json_array_is_no_boundary_file():
    assert not is_boundary(b"[1, 2]\n")
    assert not is_boundary("宗地代码,权利人\nP1,甲\n".encode("gbk"))
    assert not is_boundary("宗地代码,地块坐标\nP1,见附件\n".encode("gbk"))


def test_blocks_without_any_header_are_known_by_their_first_line():
    content = "\n".join(ONE)
    found = boundary(content)
    assert is_boundary(content.encode("gbk"))
    assert found.crs is None
    assert found.shapes[0].area == 10_000


def test_further_attributes_before_the_at_sign_are_kept():
    found = boundary(document(block("P1", [(1, square(E0, N0, 100))], "1.0000", tail="GB00001,甲,")))
    assert found.headers == (
        "点数",
        "面积(公顷)",
        "地块编号",
        "地块名称",
        "图形属性",
        "图幅号",
        "用途",
        "地类编码",
        "附加1",
        "附加2",
    )
    assert found.rows[0].values[-2:] == ("GB00001", "甲")


def test_a_comma_inside_a_name_does_not_shift_the_attributes():
    found = boundary(document(block("P1", [(1, square(E0, N0, 100))], "1.0000", name="甲公司,二期")))
    assert found.rows[0].value("地块名称") == "甲公司,二期"
    assert found.rows[0].value("用途") == "工矿仓储用地"


def test_full_width_commas_digits_and_at_signs_are_met_but_a_name_keeps_its_own():
    wide = str.maketrans(",0123456789.@", "，０１２３４５６７８９．＠")
    content = document([line.translate(wide) for line in ONE])
    assert boundary(content).shapes[0].area == 10_000
    named = boundary(document(block("P1", [(1, square(E0, N0, 100))], "1.0000", name="甲（二期），乙")))
    assert named.rows[0].value("地块名称") == "甲（二期），乙"


def test_attributes_that_cannot_be_told_apart_are_unknown_with_an_error():
    lines = ["5,1.0000,P1,甲,乙,丙,工矿仓储用地,0601,x,@", *ONE[1:]]
    found = boundary(document(lines))
    assert found.rows[0].values == ()
    assert "BOUNDARY_ATTRIBUTES" in doubts(found)
    assert found.shapes[0].area == 10_000


# -------------------------------------------------------------------------------------------------- rings


def test_a_ring_in_another_is_a_hole_and_one_beside_it_a_part_whatever_their_numbers():
    rings = [(1, square(E0, N0, 100)), (2, square(E0 + 10, N0 + 10, 20)), (3, square(E0 + 200, N0, 30))]
    found = boundary(document(block("P1", rings, "1.0500")))
    (shape,) = found.shapes
    assert shape.area == 10_000 - 400 + 900
    assert sorted(len(part.interiors) for part in shape.geoms) == [0, 1]
    assert doubts(found) == []


def test_an_island_in_a_hole_is_land_again():
    rings = [(1, square(E0, N0, 100)), (2, square(E0 + 10, N0 + 10, 60)), (3, square(E0 + 20, N0 + 20, 10))]
    found = boundary(document(block("P1", rings, "0.6500")))
    assert found.shapes[0].area == 10_000 - 3_600 + 100
    assert doubts(found) == []


def test_the_direction_of_the_rings_says_nothing():
    rings = [(2, square(E0 + 10, N0 + 10, 20)), (1, square(E0, N0, 100)[::-1])]
    assert boundary(document(block("P1", rings, "0.9600"))).shapes[0].area == 9_600


def test_a_second_ring_under_the_same_number_is_one_of_its_own_with_a_warning():
    rings = [(1, [*square(E0, N0, 100)]), (1, square(E0 + 200, N0, 10))]
    found = boundary(document(block("P1", rings, "1.0100")))
    assert found.shapes[0].area == 10_100
    assert doubts(found) == ["BOUNDARY_RING_NUMBER"]


def test_rings_that_cross_give_no_polygon():
    rings = [(1, square(E0, N0, 100)), (2, square(E0 + 50, N0 + 50, 100))]
    found = boundary(document(block("P1", rings, "1.7500")))
    assert found.shapes[0] is None
    assert "BOUNDARY_RINGS_CROSS" in doubts(found)


def test_a_ring_written_twice_gives_no_polygon():
    rings = [(1, square(E0, N0, 100)), (2, square(E0, N0, 100))]
    assert "BOUNDARY_RINGS_CROSS" in doubts(boundary(document(block("P1", rings, "1.0000"))))


def test_an_open_ring_is_closed_with_a_warning_that_names_the_gap():
    found = boundary(document(block("P1", [(1, square(E0, N0, 100)[:-1])], "1.0000")))
    assert found.shapes[0].area == 10_000
    (finding,) = [finding for _, finding in found.findings]
    assert (finding.code, finding.values, finding.facts["ring"]) == ("BOUNDARY_NOT_CLOSED", ["100.000"], "1")


@pytest.mark.parametrize(("gap", "said"), [(0.01, []), (0.011, ["BOUNDARY_NOT_CLOSED"])])
def test_a_last_point_within_a_centimetre_of_the_first_closes_the_ring(gap, said):
    corners = [*square(E0, N0, 100)[:-1], (E0 + gap, N0)]
    assert doubts(boundary(document(block("P1", [(1, corners)], "1.0000")))) == said


def test_fewer_than_three_different_points_give_no_polygon():
    corners = [(E0, N0), (E0 + 10, N0), (E0, N0)]
    found = boundary(document(block("P1", [(1, corners)], "0.0000"), ONE))
    assert found.shapes[0] is None
    assert "BOUNDARY_RING_SHORT" in doubts(found)


def test_a_parcel_without_points_gives_no_polygon():
    found = boundary(document(["0,1.0000,P0,空,面,,,,@"], ONE))
    assert found.shapes[0] is None
    assert "BOUNDARY_RING_SHORT" in doubts(found)


# ------------------------------------------------------------------------------------------- counts, areas


@pytest.mark.parametrize("count", [4, 5])
def test_the_closing_point_may_be_counted_or_not(count):
    assert doubts(boundary(document(block("P1", [(1, square(E0, N0, 100))], "1.0000", count=count)))) == []


def test_a_wrong_count_with_the_right_area_is_a_warning_only():
    found = boundary(document(block("P1", [(1, square(E0, N0, 100))], "1.0000", count=9)))
    assert doubts(found) == ["BOUNDARY_POINT_COUNT"]
    assert found.shapes[0].area == 10_000


def test_missing_points_with_an_area_that_differs_give_no_polygon():
    cut = block("P2", [(1, [(E0, N0), (E0 + 100, N0), (E0 + 100, N0 + 100)])], "1.0000", count=5)
    found = boundary(document(ONE, ONE, cut))
    assert [shape is None for shape in found.shapes] == [False, False, True]
    assert doubts(found) == ["BOUNDARY_NOT_CLOSED", "BOUNDARY_AREA", "BOUNDARY_POINTS_MISSING"]


def test_missing_points_of_an_open_ring_give_no_polygon_where_no_area_is_stated():
    cut = block("P2", [(1, [(E0, N0), (E0 + 100, N0), (E0 + 100, N0 + 100)])], "", count=5)
    found = boundary(document(ONE, cut))
    assert found.shapes[1] is None
    assert "BOUNDARY_POINTS_MISSING" in doubts(found)


@pytest.mark.parametrize(("area", "said"), [("1.0010", []), ("1.0011", ["BOUNDARY_AREA"])])
def test_an_area_may_differ_by_a_thousandth(area, said):
    """1.0010 ha states 10 m2 more than the 10,000 m2 of the points: a thousandth; 1.0011 ha states 11 m2 more."""
    assert doubts(boundary(document(block("P1", [(1, square(E0, N0, 100))], area)))) == said


@pytest.mark.parametrize(("area", "unit"), [("10000.00", "平方米"), ("15.0000", "亩")])
def test_the_unit_of_the_areas_is_told_by_the_polygons(tmp_path, area, unit):
    (tmp_path / "b.txt").write_bytes(document(block("P1", [(1, square(E0, N0, 100))], area)).encode("gbk"))
    raw = read(tmp_path, parcels="b.txt", columns={"parcels": MAPPED})
    assert raw.of("parcels")[0].frame["registered_area_m2"].tolist() == [pytest.approx(10_000)]
    assert raw.of("parcels")[0].headers["registered_area_m2"] == f"面积({unit})"
    assert codes(raw) == ["BOUNDARY_AREA_UNIT"]


def test_areas_that_fit_no_unit_state_none():
    found = boundary(document(block("P1", [(1, square(E0, N0, 100))], "123.45")))
    assert found.headers[1] == "面积"
    assert doubts(found) == ["BOUNDARY_AREA_UNDECIDED"]


def test_more_points_than_stated_and_an_area_that_differs_give_no_polygon():
    """Two parcels ran together: the line between them is missing."""
    both = [*ONE, *block("P2", [(1, square(E0 + 200, N0, 50))], "0.2500")[1:]]
    found = boundary(document(both, ONE, ONE))
    assert [shape is None for shape in found.shapes] == [True, False, False]
    assert doubts(found) == ["BOUNDARY_RING_NUMBER", "BOUNDARY_AREA", "BOUNDARY_POINTS_EXTRA"]


# -------------------------------------------------------------------------------------------------- points


def test_a_damaged_point_takes_the_polygon_away_and_names_its_line(tmp_path):
    lines = [*ONE[:2], ONE[2].replace("40378100.000", "4O378100.000"), *ONE[3:]]
    (tmp_path / "b.txt").write_bytes(document(lines, block("P2", [(1, square(E0, N0, 10))], "0.0100")).encode("gbk"))
    raw = read(tmp_path, parcels="b.txt", columns={"parcels": MAPPED})
    row = raw.issues.iloc[0]
    assert row[["code", "key", "source_row", "severity"]].tolist() == ["BOUNDARY_POINT_UNREADABLE", "P1", 13, "error"]
    assert row["facts"] == {"line": 15, "count": 1}
    assert [shape is None for shape in raw.of("parcels")[0].shapes] == [True, False]


def test_a_point_in_another_country_is_unreadable():
    lines = [*ONE[:2], ONE[2].replace("40378100.000", "378.100"), *ONE[3:]]
    assert "BOUNDARY_POINT_UNREADABLE" in doubts(boundary(document(lines, ONE)))


def test_points_with_an_empty_fifth_field_and_without_letters_are_met():
    lines = [ONE[0], *(f"{line.removeprefix('J')},," for line in ONE[1:])]
    assert boundary(document(lines)).shapes[0].area == 10_000


def test_east_before_north_is_turned_with_a_warning(tmp_path):
    turned = [ONE[0], *(",".join([a, b, d, c]) for a, b, c, d in (line.split(",") for line in ONE[1:]))]
    found = boundary(document(turned))
    assert found.shapes[0].bounds == (E0, N0, E0 + 100, N0 + 100)
    assert doubts(found) == ["BOUNDARY_AXES"]
    assert found.remarks[0].facts == {"count": 5, "total": 5, "line": 14}


def test_lines_that_belong_to_no_parcel_are_told():
    found = boundary("报盘文件第一页\r\n" + document(ONE))
    assert doubts(found) == ["BOUNDARY_LINE"]


def test_a_shape_that_is_a_line_is_no_parcel():
    found = boundary(document(ONE, block("L1", [(1, square(E0, N0, 10))], "0", shape="线")))
    assert found.shapes[1] is None
    assert "BOUNDARY_NOT_AREA" in doubts(found)


def test_a_file_without_parcels_is_refused():
    assert "没有地块" in refused(document())


# --------------------------------------------------------------------------------------------------- place


@pytest.mark.parametrize(
    ("changed", "shift", "crs"),
    [
        ({}, 0, "EPSG:4528"),
        ({"带号": ""}, 0, "EPSG:4528"),
        ({"带号": "40带", "几度分带": ""}, 0, "EPSG:4528"),
        ({}, -40e6, "EPSG:4549"),
        ({"带号": "20", "几度分带": "六度带"}, -20e6, "EPSG:4498"),
        ({"带号": "20", "几度分带": "6"}, -40e6, "EPSG:4509"),
        ({"坐标系": "1980西安坐标系"}, 0, "EPSG:2364"),
        ({"坐标系": "80国家大地坐标系"}, -40e6, "EPSG:2385"),
        ({"坐标系": "1954年北京坐标系"}, 0, "EPSG:2416"),
        ({"坐标系": "北京54", "带号": "20", "几度分带": "6"}, -40e6, "EPSG:21460"),
        ({"坐标系": ""}, 0, None),
        ({"带号": ""}, -40e6, "2000国家大地坐标系 3度带"),
    ],
)
def test_datum_width_and_zone_give_the_system(changed, shift, crs):
    """Zone 40 of 3 degrees is the 16th from 25, zone 20 of 6 degrees the 8th from 13: 4513 + 15, 4491 + 7 and so on."""
    assert boundary(document(block("P1", [(1, square(E0 + shift, N0, 100))], "1.0000"), **changed)).crs == crs


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"带号": "39"}, "带号是 39,坐标却以 40 开头"),
        ({"带号": "120"}, "中央经线 120 是 40 带"),
        ({"带号": "7"}, "带号不可能"),
        ({"几度分带": "6"}, "40 却是 3 度带"),
        ({"坐标系": "安澜独立坐标系"}, "坐标系不认识"),
        ({"坐标系": "西安80/CGCS2000"}, "坐标系不认识"),
        ({"计量单位": "毫米"}, "计量单位不是米"),
        ({"投影类型": "UTM"}, "不是高斯克吕格"),
    ],
)
def test_a_header_that_contradicts_itself_or_its_points_is_refused(changed, said):
    assert said in refused(document(ONE, **changed))


def test_a_contradiction_names_the_candidates():
    assert "EPSG:4528 2000国家大地坐标系" in refused(document(ONE, 带号="39"))


def test_points_in_two_zones_are_refused():
    other = block("P2", [(1, square(39_378_000.0, N0, 100))], "1.0000")
    assert "分属几个带" in refused(document(ONE, other, 带号=""))


def test_two_files_in_one_must_agree_on_their_header():
    assert "2 个不同的文件头" in refused(document(ONE) + document(ONE, 带号="39"))
    assert len(boundary(document(ONE) + document(ONE)).rows) == 2


@pytest.mark.parametrize(("north", "east"), [(38.6, 118.6), (5_000.0, 3_000.0)])
def test_degrees_and_local_coordinates_are_refused_until_a_system_is_declared(north, east):
    lines = [ONE[0], *(f"J{n},1,{north + a},{east + b}" for n, (a, b) in enumerate([(0, 0), (0, 1), (1, 1), (0, 0)]))]
    assert "不是高斯平面坐标" in refused(document(lines))
    declared = boundary(document(lines), crs="EPSG:4490")
    assert declared.shapes[0].bounds == pytest.approx((east, north, east + 1, north + 1))


def test_a_declared_system_is_taken_and_the_header_not_asked(tmp_path):
    (tmp_path / "b.txt").write_bytes(document(ONE, 带号="39").encode("gbk"))
    raw = read(tmp_path, parcels={"path": "b.txt", "crs": "EPSG:4528"}, columns={"parcels": MAPPED})
    assert raw.of("parcels")[0].crs == "EPSG:4528"


def test_parameters_of_a_transformation_are_told_and_not_applied():
    assert doubts(boundary(document(ONE, 转换参数="1.5,0,0,0,0,0,1"))) == ["BOUNDARY_PARAMETERS"]
    assert doubts(boundary(document(ONE, 转换参数="0,0,0.0,0,0,0,"))) == []


# ---------------------------------------------------------------------------------------------- properties


@given(st.integers(0, 30), st.integers(1, 60), st.booleans(), st.integers(0, 3))
def test_any_square_with_any_hole_has_the_area_of_its_points(east, side, back, turn):
    outer, hole = square(E0, N0, 100), square(E0 + 5 + east, N0 + 5, side)
    hole = hole[turn:-1] + hole[: turn + 1]
    rings = [(1, outer[::-1] if back else outer), (2, hole)]
    found = boundary(document(block("P1", rings, f"{(10_000 - side * side) / 1e4:.4f}")))
    assert found.shapes[0].area == 10_000 - side * side
    assert shapely.is_valid(found.shapes[0])
    assert doubts(found) == []


@given(st.text(alphabet="0123456789,.@面J[]地块坐标=\n ", max_size=80))
def test_no_text_breaks_the_reader(text):
    survey = survey_of("[地块坐标]\n" + text)
    assert all(row.points or row.broken or row.said for row in survey.parcels)


def test_a_project_of_boundary_points_names_the_columns_it_lacks(tmp_path):
    (tmp_path / "b.txt").write_bytes(document(ONE).encode("gbk"))
    (fault,) = faults_of(lambda: read(tmp_path, parcels="b.txt"))
    assert "地块编号" in " ".join(fault.lines())
    assert project(tmp_path, parcels="b.txt").inputs.parcels[0].path == "b.txt"


def test_a_header_of_another_zone_than_the_declared_one_is_asked_about_and_completes_a_bare_datum(tmp_path):
    bare = block("P1", [(1, square(E0 - 40e6, N0, 100))], "1.0000")
    (tmp_path / "b.txt").write_bytes(document(bare, 带号="39").encode("gbk"))
    entry = {"path": "b.txt", "columns": {"parcel_id": "地块编号"}}
    (fault,) = faults_of(lambda: read(tmp_path, parcels={**entry, "crs": "EPSG:4549"}))
    assert "EPSG:4549" in fault.found
    assert "EPSG:4548" in fault.found
    raw = read(tmp_path, parcels={**entry, "crs": "CGCS2000"})
    assert (raw.of("parcels")[0].crs, codes(raw)) == ("EPSG:4548", ["CRS_COMPLETED"])


# ------------------------------------------------------------------------------------- points far off


def doubt_of(found, code):
    (told,) = [finding for _, finding in found.findings if finding.code == code]
    return told


def moved_corner(at, east=0.0, north=0.0, side=100.0):
    corners = square(E0, N0, side)[:-1]
    corners[at] = (corners[at][0] + east, corners[at][1] + north)
    return [*corners, corners[0]]


@pytest.mark.parametrize("at", [0, 1, 2, 3])
@pytest.mark.parametrize(("east", "north"), [(1000, 0), (-1000, 0), (0, 2000), (10_000, 0), (0, -90_000)])
def test_a_point_with_one_wrong_digit_is_named_where_no_area_is_stated(at, east, north):
    found = boundary(document(block("P1", [(1, moved_corner(at, east, north))], "0")))
    told = doubt_of(found, "BOUNDARY_POINT_FAR")
    assert told.values == [f"J{at + 1}"]
    assert told.facts["line"] == 14 + at
    assert told.facts["extent"] == "141"
    assert found.shapes[0] is not None


def test_the_distance_that_is_told_is_that_to_the_nearest_other_point():
    found = boundary(document(block("P1", [(1, moved_corner(1, 1000, 0))], "0")))
    assert doubt_of(found, "BOUNDARY_POINT_FAR").facts["distance"] == "1005"  # hypot(1000, 100)


def test_twice_the_extent_of_the_others_is_no_doubt_yet_and_more_is():
    """The others are three corners of a square of 30 by 40: they extend over 50 m, and the fourth lies 100 m off."""
    inside = [(E0, N0), (E0 + 30, N0), (E0, N0 + 40), (E0 - 100, N0)]
    beyond = [*inside[:3], (E0 - 100.01, N0)]
    for corners, expected in ((inside, []), (beyond, ["BOUNDARY_POINT_FAR"])):
        found = boundary(document(block("P1", [(1, [*corners, corners[0]])], "0")))
        assert [code for code in doubts(found) if code == "BOUNDARY_POINT_FAR"] == expected


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (2000, 0), (2000, 20), (0, 20)],  # a strip
        [(0, 0), (600, 10), (0, 20)],  # a triangle
        [(0, 0), (5, 0), (5, 300), (4, 300), (0, 300)],  # points close together at one end
    ],
)
def test_long_and_narrow_parcels_are_not_doubted(corners):
    placed = [(E0 + east, N0 + north) for east, north in corners]
    assert doubts(boundary(document(block("P1", [(1, [*placed, placed[0]])], "0")))) in (
        [],
        ["BOUNDARY_AREA_UNDECIDED"],
    )


def test_a_wedge_whose_stated_area_agrees_is_not_doubted():
    corners = [(E0, N0), (E0 + 20, N0), (E0 + 20, N0 + 10), (E0, N0 + 500)]
    area = shapely.Polygon(corners).area
    found = boundary(document(block("P1", [(1, [*corners, corners[0]])], f"{area / 10_000:.4f}")))
    assert doubts(found) == []


def test_a_ring_whose_first_point_is_mistyped_and_right_at_its_end_is_named_too():
    corners = square(E0, N0, 100)
    corners[0] = (E0 - 1000, N0)
    found = boundary(document(block("P1", [(1, corners)], "0")))
    assert doubt_of(found, "BOUNDARY_POINT_FAR").values == ["J1"]
    assert "BOUNDARY_NOT_CLOSED" in doubts(found)


def test_a_point_of_a_hole_is_named_as_well():
    hole = [(E0 + 100, N0 + 100), (E0 + 110, N0 + 100), (E0 + 110, N0 + 110), (E0 + 100, N0 + 210)]
    found = boundary(document(block("P1", [(1, square(E0, N0, 400)), (2, [*hole, hole[0]])], "0")))
    assert doubt_of(found, "BOUNDARY_POINT_FAR").values == ["J9"]


def test_a_side_of_more_than_five_kilometres_is_doubted():
    def rectangle(length):
        return [(E0, N0), (E0 + length, N0), (E0 + length, N0 + 100), (E0, N0 + 100), (E0, N0)]

    found = boundary(document(block("P1", [(1, rectangle(5000.001))], "0")))
    told = doubt_of(found, "BOUNDARY_SIDE_LONG")
    assert (told.values, told.facts) == (["J2"], {"line": 15, "distance": "5000"})
    assert "BOUNDARY_SIDE_LONG" not in doubts(boundary(document(block("P1", [(1, rectangle(5000))], "0"))))
