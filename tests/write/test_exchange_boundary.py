"""The boundary-point TXT: its lines to the letter, and the way back to the millimetre."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from exchange_builders import IDS, E, N, field, layer, one, parsed, polygon_of, shapes
from hypothesis import given
from hypothesis import strategies as st

from landuse.errors import InputError
from landuse.write.exchange.boundary_txt import Head, write_boundary

CODES = {"number": "宗地代码"}


def test_a_square_is_written_to_the_letter(tmp_path):
    path = tmp_path / "a.txt"
    fields = (
        field("宗地代码", "text", ["34"]), field("名称", "text", ["地块1"]), field("用途", "text", ["工矿仓储用地"]),
        field("图幅", "text", ["I-50"]), field("地类", "text", ["0601"]),
    )  # fmt: skip
    roles = {"number": "宗地代码", "name": "名称", "sheet": "图幅", "use": "用途", "land_class": "地类"}
    made = layer(*fields, geometry=shapes()[:1])
    assert write_boundary(path, made, roles, Head("安澜县测绘队", "2025-12-31")) == []
    assert path.read_bytes().decode("gbk").split("\r\n") == [
        "[属性描述]",
        "格式版本号=1.01版本",
        "数据产生单位=安澜县测绘队",
        "数据产生日期=2025-12-31",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=40",
        "精度=0.001",
        "转换参数=,,,,,,",
        "[地块坐标]",
        "5,1.0000,34,地块1,面,I-50,工矿仓储用地,0601,@",
        "J1,1,4275100.000,40378000.000",
        "J2,1,4275100.000,40378100.000",
        "J3,1,4275000.000,40378100.000",
        "J4,1,4275000.000,40378000.000",
        "J1,1,4275100.000,40378000.000",
        "",
    ]


def test_holes_and_parts_are_rings_of_one_block_numbered_on(tmp_path):
    path = tmp_path / "a.txt"
    write_boundary(path, layer(), CODES, Head())
    _, blocks = parsed(path)
    assert [(cells[0], cells[1], cells[2]) for cells, _ in blocks] == [
        ("5", "1.0000", IDS[0]), ("10", "0.9600", IDS[1]), ("10", "0.5000", IDS[2]),
    ]  # fmt: skip
    hole = blocks[1][1]
    assert [name for name, *_ in hole[1]] == ["J1", "J2", "J3", "J4", "J1"]
    assert [name for name, *_ in hole[2]] == ["J5", "J6", "J7", "J8", "J5"]
    for _, rings in blocks:
        assert all(ring[0] == ring[-1] for ring in rings.values())


def test_an_outer_ring_runs_clockwise_from_the_north_west_and_a_hole_against_it(tmp_path):
    path = tmp_path / "a.txt"
    write_boundary(path, layer(), CODES, Head())
    rings = parsed(path)[1][1][1]
    assert [(north, east) for _, north, east in rings[1]][:2] == [
        ("4275100.000", "40378200.000"), ("4275100.000", "40378300.000"),
    ]  # fmt: skip
    assert [(north, east) for _, north, east in rings[2]][:2] == [
        ("4275040.000", "40378220.000"), ("4275020.000", "40378220.000"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("crs", "shift", "system", "width", "zone"),
    [
        ("EPSG:4528", 0.0, "2000国家大地坐标系", "3", "40"),
        ("EPSG:4549", -40e6, "2000国家大地坐标系", "3", "40"),
        ("EPSG:4498", -20e6, "2000国家大地坐标系", "6", "20"),
        ("EPSG:4509", -40e6, "2000国家大地坐标系", "6", "20"),
        ("EPSG:2364", 0.0, "1980西安坐标系", "3", "40"),
        ("EPSG:2416", 0.0, "1954北京坐标系", "3", "40"),
    ],
)
def test_the_zone_stands_in_the_head_and_before_every_easting(crs, shift, system, width, zone, tmp_path):
    path = tmp_path / "a.txt"
    moved = shapely.transform(shapes(), lambda xy: xy + np.array([shift, 0.0]))
    write_boundary(path, layer(geometry=moved, crs=crs), CODES, Head())
    head, blocks = parsed(path)
    assert (head["坐标系"], head["几度分带"], head["带号"]) == (system, width, zone)
    easts = {east for _, rings in blocks for ring in rings.values() for *_, east in ring}
    assert all(east.startswith(zone) and len(east) == len("40378000.000") for east in easts)


def test_degrees_are_projected_to_the_zone_of_their_middle_and_said_so(tmp_path):
    path = tmp_path / "a.txt"
    made = one(shapely.box(117.0, 32.0, 117.001, 32.001), crs="EPSG:4490")
    notes = write_boundary(path, made, CODES, Head())
    assert [note.code for note in notes] == ["projected"]
    head, blocks = parsed(path)
    assert head["带号"] == "39"
    name, north, east = blocks[0][1][1][3]  # the corner on the central meridian
    assert (name, east) == ("J4", "39500000.000")
    assert 3_540_000 < float(north) < 3_543_000  # 32 degrees of a meridian of 10,001,966 m to the pole: 3,541,7..


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32650", "EPSG:4326", "EPSG:3437"])
def test_a_crs_without_a_chinese_zone_is_refused_with_what_to_do(crs, tmp_path):
    with pytest.raises(InputError) as refused:
        write_boundary(tmp_path / "a.txt", one(shapely.box(0, 0, 1, 1), crs=crs), CODES, Head())
    where, do = refused.value.faults[0].lines("zh")
    assert where == f"a.txt:该坐标系写不进界址点文件:{crs}"
    assert "--to-crs" in do
    assert not (tmp_path / "a.txt").exists()


def test_rows_that_are_no_polygon_are_counted_and_named(tmp_path):
    square, *_ = shapes()
    geometry = np.array([None, shapely.Point(E, N), square], dtype=object)
    notes = write_boundary(tmp_path / "a.txt", layer(geometry=geometry), CODES, Head())
    assert [(note.code, note.rows) for note in notes] == [("no_geometry", 1), ("no_polygon", 1)]
    assert notes[0].told("zh") == f"1 行没有图形,未写入:{IDS[0]}"
    assert notes[1].told("en") == f"1 rows are no polygons and are not in the file: {IDS[1]}"
    assert len(parsed(tmp_path / "a.txt")[1]) == 1


def test_what_rounding_takes_away_is_said(tmp_path):
    square, *_ = shapes()
    sliver = shapely.box(E + 200, N, E + 200.0002, N + 10)
    pierced = square.difference(shapely.box(E + 10, N + 10, E + 10.0002, N + 10.0002))
    geometry = np.array([sliver, pierced, shapely.MultiPolygon([square, sliver])], dtype=object)
    notes = write_boundary(tmp_path / "a.txt", layer(geometry=geometry), CODES, Head())
    assert [(note.code, note.rows, note.facts["rows"]) for note in notes] == [
        ("too_small", 1, IDS[0]), ("part_too_small", 0, IDS[2]), ("hole_too_small", 0, IDS[1]),
    ]  # fmt: skip
    assert [len(rings) for _, rings in parsed(tmp_path / "a.txt")[1]] == [1, 1]


def test_nothing_to_write_is_refused(tmp_path):
    with pytest.raises(InputError, match="没有可写的面"):
        write_boundary(tmp_path / "a.txt", layer(geometry=np.array([None] * 3, dtype=object)), CODES, Head())


def test_signs_that_part_the_cells_become_full_width_and_a_line_stays_one(tmp_path):
    fields = (field("宗地代码", "text", ["1,2@", "二\r\n号", "3"]), field("名称", "text", ["甲,乙", None, ""]))
    notes = write_boundary(tmp_path / "a.txt", layer(*fields), {**CODES, "name": "名称"}, Head())
    assert [(note.code, note.facts) for note in notes] == [("signs_changed", {"n": 2})]
    assert [(cells[2], cells[3]) for cells, _ in parsed(tmp_path / "a.txt")[1]] == [
        ("1\uff0c2\uff20", "甲\uff0c乙"), ("二 号", ""), ("3", ""),
    ]  # fmt: skip


def test_a_character_that_gbk_lacks_is_kept_and_said(tmp_path):
    made = layer(field("宗地代码", "text", ["㐂地", "2", "3"]))
    notes = write_boundary(tmp_path / "a.txt", made, CODES, Head())
    assert [note.code for note in notes] == ["beyond_gbk"]
    assert parsed(tmp_path / "a.txt", "gb18030")[1][0][0][2] == "㐂地"
    assert write_boundary(tmp_path / "b.txt", made, CODES, Head(), encoding="utf-8") == []
    assert parsed(tmp_path / "b.txt", "utf-8")[1][0][0][2] == "㐂地"


def test_heights_are_dropped_and_repeated_points_too(tmp_path):
    ring = [
        (E, N, 5.0),
        (E, N, 5.0),
        (E, N + 10, 5.0),
        (E + 10, N + 10, 5.0),
        (E + 10, N + 10.0001, 5.0),
        (E + 10, N, 5.0),
    ]
    write_boundary(tmp_path / "a.txt", one(shapely.Polygon(ring)), CODES, Head())
    assert [cells[0] for cells, _ in parsed(tmp_path / "a.txt")[1]] == ["5"]


corners = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))


@given(st.lists(corners, min_size=3, max_size=12), st.integers(0, 3))
def test_polygons_come_back_equal_to_the_millimetre(tmp_path_factory, points, turn):
    hull = shapely.convex_hull(shapely.MultiPoint([(E + x / 1000, N + y / 1000) for x, y in points]))
    if hull.geom_type != "Polygon":
        return
    ring = list(hull.exterior.coords)[:-1]
    turned = shapely.Polygon([*ring[turn:], *ring[:turn]][:: 1 if turn % 2 else -1])
    path = tmp_path_factory.mktemp("b") / "a.txt"
    write_boundary(path, one(turned), CODES, Head())
    _, [(cells, rings)] = parsed(path)
    back = polygon_of(rings)
    assert shapely.hausdorff_distance(back, turned) < 1e-6
    assert int(cells[0]) == len(rings[1]) == len(ring) + 1
    assert cells[1] == f"{turned.area / 10_000:.4f}"


def test_the_three_shapes_come_back(tmp_path):
    write_boundary(tmp_path / "a.txt", layer(), CODES, Head())
    for (_, rings), shape in zip(parsed(tmp_path / "a.txt")[1], shapes(), strict=True):
        assert polygon_of(rings).equals(shape)
