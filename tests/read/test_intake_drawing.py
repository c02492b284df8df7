"""Drawings: closed lines, hatches, arcs, blocks, texts and code pages of DXF."""

from __future__ import annotations

import math

import pytest
import shapely
from read_builders import codes, faults_of, read

from landuse.read.drawing import drawing_layers, is_drawing, open_drawing
from landuse.settings import InputEntry

E0, N0 = 40_378_000.0, 4_275_000.0


def square(east, north, side):
    """Return the four corners of a square."""
    return [(east, north), (east + side, north), (east + side, north + side), (east, north + side)]


GEOMETRY, PLAIN = True, False
"""What a source is asked for."""


def pairs(*codes):
    """Return group codes and values, a line each."""
    return "".join(f"{code:>3}\n{value}\n" for code, value in codes)


def line(layer, points, *, closed=True, bulge=0.0, more=""):
    """Return a LWPOLYLINE; `bulge` turns its first edge into an arc."""
    head = [(0, "LWPOLYLINE"), (5, "1A"), (100, "AcDbEntity"), (8, layer), (100, "AcDbPolyline")]
    corners = [(code, value) for point in points for code, value in zip((10, 20), point, strict=True)]
    corners = [*corners[:2], (42, bulge), *corners[2:]] if bulge else corners
    return pairs(*head, (90, len(points)), (70, int(closed)), *corners) + more


def note(layer, east, north, said, kind="TEXT"):
    return f"  0\n{kind}\n  8\n{layer}\n 10\n{east}\n 20\n{north}\n 40\n2.0\n  1\n{said}\n"


def hatch(layer, points):
    head = [(0, "HATCH"), (5, "2A"), (100, "AcDbEntity"), (8, layer), (100, "AcDbHatch"), (10, 0), (20, 0), (30, 0)]
    head += [(210, 0), (220, 0), (230, 1), (2, "SOLID"), (70, 1), (71, 0), (91, 1), (92, 3), (72, 0), (73, 1)]
    edges = [(code, value) for point in points for code, value in zip((10, 20), point, strict=True)]
    return pairs(*head, (93, len(points)), *edges, (97, 0), (75, 0), (76, 1), (98, 0))


def drawing(*entities, version="AC1015", page="ANSI_936", blocks=""):
    head = f"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\n{version}\n"
    head += (f"  9\n$DWGCODEPAGE\n  3\n{page}\n" if page else "") + "  0\nENDSEC\n"
    return f"{head}{blocks}  0\nSECTION\n  2\nENTITIES\n{''.join(entities)}  0\nENDSEC\n  0\nEOF\n"


def opened(folder, content, encoding="gbk", **entry):
    path = folder / "d.dxf"
    path.write_bytes(content.encode(encoding))
    return open_drawing(path, path.read_bytes(), InputEntry(path="d.dxf", **entry), name="d.dxf")


def areas(source):
    content = source.read([], GEOMETRY)
    return sorted(round(shape.area, 3) for shape in shapely.from_wkb(content.wkb))


def said(source, title):
    at = source.headers.index(title)
    return source.read([at], PLAIN).cells[at].text.to_pylist()


def told(source):
    content = source.read([], GEOMETRY)
    return [finding.code for _, finding in content.findings] + [remark.code for remark in content.remarks]


PARCEL = line("宗地", square(E0, N0, 100))


def test_closed_lines_of_the_named_layer_are_rows_and_the_texts_inside_their_attributes(tmp_path):
    content = drawing(
        PARCEL, note("宗地号", E0 + 50, N0 + 50, "P1"), line("宗地", square(E0 + 200, N0, 50)),
        note("宗地号", E0 + 210, N0 + 10, "P2"), line("道路", square(E0, N0 - 50, 20)), note("宗地号", 0, 0, "图名"),
    )  # fmt: skip
    (tmp_path / "宗地图.dxf").write_bytes(content.encode("gbk"))
    entry = {"path": "宗地图.dxf", "layer": "宗地", "crs": "EPSG:4528"}
    raw = read(tmp_path, parcels=entry, columns={"parcels": {"parcel_id": "Text"}})
    part = raw.of("parcels")[0]
    assert codes(raw) == []
    assert part.sheet == "宗地"
    assert part.frame["parcel_id"].tolist() == ["P1", "P2"]
    assert [shape.area for shape in part.shapes] == [10_000.0, 2_500.0]


def test_a_drawing_states_no_system_and_is_refused_without_one(tmp_path):
    (tmp_path / "d.dxf").write_bytes(drawing(PARCEL, note("宗地", E0 + 1, N0 + 1, "P1")).encode("gbk"))
    mapped = {"parcels": {"parcel_id": "Text"}}
    (fault,) = faults_of(lambda: read(tmp_path, parcels="d.dxf", columns=mapped))
    assert "没有坐标系" in " ".join(fault.lines())


def test_layers_with_areas_are_listed_when_none_is_named(tmp_path):
    content = drawing(PARCEL, line("房屋", square(E0, N0, 10)), line("围墙", square(E0, N0, 10), closed=False))
    (fault,) = faults_of(lambda: opened(tmp_path, content))
    assert "有 2 个图层" in fault.found
    assert fault.allowed == "宗地 | 房屋"
    assert [(each.name, each.rows) for each in drawing_layers(tmp_path / "d.dxf", content.encode("gbk"), "d")] == [
        ("宗地", 1),
        ("房屋", 1),
    ]


# ------------------------------------------------------------------------------------------------ shapes


def test_a_line_that_ends_where_it_began_is_closed_without_the_flag(tmp_path):
    points = square(E0, N0, 100)
    assert areas(opened(tmp_path, drawing(line("宗地", [*points, points[0]], closed=False)))) == [10_000.0]


@pytest.mark.parametrize(("gap", "codes_"), [(0.01, ["DRAWING_NOT_CLOSED"]), (0.02, ["DRAWING_OPEN_LINES"])])
def test_ends_a_centimetre_apart_are_closed_with_a_warning_and_others_left_out(tmp_path, gap, codes_):
    points = square(0, 0, 100)
    broken = line("宗地", [*points, (0, gap)], closed=False)
    source = opened(tmp_path, drawing(line("宗地", square(500, 0, 10)), broken))
    assert told(source) == codes_
    assert areas(source) == ([100.0, 10_000.0] if codes_ == ["DRAWING_NOT_CLOSED"] else [100.0])


def test_old_polylines_and_blocks_are_taken_apart(tmp_path):
    corners = square(0, 0, 10)
    old = "  0\nPOLYLINE\n  8\n宗地\n 66\n1\n 70\n1\n"
    old += "".join(f"  0\nVERTEX\n  8\n宗地\n 10\n{x}\n 20\n{y}\n" for x, y in corners) + "  0\nSEQEND\n  8\n宗地\n"
    block = f"  0\nBLOCK\n  8\n0\n  2\nB1\n 70\n0\n 10\n0\n 20\n0\n{line('0', square(0, 0, 20))}  0\nENDBLK\n"
    blocks = f"  0\nSECTION\n  2\nBLOCKS\n{block}  0\nENDSEC\n"
    insert = "  0\nINSERT\n  8\n宗地\n  2\nB1\n 10\n100\n 20\n100\n"
    assert areas(opened(tmp_path, drawing(old, insert, blocks=blocks))) == [100.0, 400.0]


def test_arcs_become_chords_of_half_a_degree(tmp_path):
    """Half a circle of radius 50 from chords of half a degree: 360 triangles of r^2 sin(0.5 degrees) / 2."""
    source = opened(tmp_path, drawing(line("宗地", [(0, 0), (100, 0)], bulge=1.0)))
    assert areas(source)[0] == pytest.approx(360 * 0.5 * 2_500 * math.sin(math.radians(0.5)), abs=1e-2)
    assert areas(source)[0] == pytest.approx(math.pi * 1_250, rel=2e-5)


def test_a_closed_line_inside_another_is_a_hole_with_a_warning(tmp_path):
    source = opened(tmp_path, drawing(PARCEL, line("宗地", square(E0 + 10, N0 + 10, 20))))
    assert areas(source) == [9_600.0]
    assert told(source) == ["DRAWING_NESTED"]


def test_a_closed_line_inside_another_with_a_text_of_its_own_is_an_area_too(tmp_path):
    content = drawing(
        PARCEL, note("号", E0 + 90, N0 + 90, "P1"), line("宗地", square(E0 + 10, N0 + 10, 20)),
        note("号", E0 + 15, N0 + 15, "P2"),
    )  # fmt: skip
    source = opened(tmp_path, content)
    assert areas(source) == [400.0, 9_600.0]
    assert sorted(said(source, "Text")) == ["P1", "P2"]
    assert told(source) == ["DRAWING_NESTED"]


def test_an_island_in_a_hole_belongs_to_the_outer_area(tmp_path):
    rings = [square(0, 0, 100), square(10, 10, 60), square(20, 20, 10)]
    assert areas(opened(tmp_path, drawing(*(line("宗地", ring) for ring in rings)))) == [6_500.0]


def test_a_hatch_is_an_area_and_one_that_fills_a_line_is_that_line(tmp_path):
    content = drawing(PARCEL, hatch("宗地", square(E0, N0, 100)), hatch("宗地", square(E0 + 200, N0, 30)), PARCEL)
    source = opened(tmp_path, content)
    assert areas(source) == [900.0, 10_000.0]
    assert told(source) == ["DRAWING_TWICE"]
    assert source.read([], GEOMETRY).remarks[0].value == "2"


def test_what_stands_on_a_layout_is_not_read(tmp_path):
    paper = line("宗地", square(0, 0, 5)).replace("  8\n", " 67\n1\n  8\n")
    assert areas(opened(tmp_path, drawing(PARCEL, paper))) == [10_000.0]


# ------------------------------------------------------------------------------------------------- texts


def test_several_texts_are_joined_from_the_top_with_a_warning_and_one_layer_of_texts_is_clean(tmp_path):
    content = drawing(
        PARCEL, note("权利人", E0 + 10, N0 + 20, "甲公司"), note("宗地号", E0 + 10, N0 + 50, "P1"),
    )  # fmt: skip
    (tmp_path / "d.dxf").write_bytes(content.encode("gbk"))
    entry = {"path": "d.dxf", "crs": "EPSG:4528"}
    clean = {"parcels": {"parcel_id": "Text:宗地号", "holder": "Text:权利人"}}
    raw = read(tmp_path, parcels=entry, columns=clean)
    assert raw.of("parcels")[0].frame[["parcel_id", "holder"]].to_numpy().tolist() == [["P1", "甲公司"]]
    assert codes(raw) == []
    raw = read(tmp_path, parcels=entry, columns={"parcels": {"parcel_id": "Text"}})
    assert raw.of("parcels")[0].frame["parcel_id"].tolist() == ["P1 甲公司"]
    assert codes(raw) == ["DRAWING_TEXTS"]
    assert raw.issues["value"].tolist() == ["P1 | 甲公司"]


def test_formatted_texts_and_old_signs_are_plain(tmp_path):
    content = drawing(PARCEL, note("注", E0 + 5, N0 + 5, "{\\fSimSun|b0;\\U+7532\\M+5D2D2公司\\P二期}", "MTEXT"))
    assert said(opened(tmp_path, content), "Text") == ["甲乙公司 二期"]


def test_extended_data_of_cass_are_columns(tmp_path):
    extended = "1001\nSOUTH\n1000\n300000\n1000\n001002\n1000\n甲公司\n"
    source = opened(tmp_path, drawing(line("JZD", square(0, 0, 10), more=extended)))
    assert [said(source, f"SOUTH:{n}") for n in (1, 2, 3)] == [["300000"], ["001002"], ["甲公司"]]


# ---------------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("version", "page", "encoding"),
    [
        ("AC1015", "ANSI_936", "gbk"),
        ("AC1015", "", "gbk"),
        ("AC1015", "ANSI_1252", "gbk"),
        ("AC1021", "ANSI_936", "utf-8"),
        ("AC1027", "ANSI_936", "utf-8"),
        ("AC1027", "ANSI_936", "gbk"),
        ("AC1009", "", "utf-8"),
    ],
)
def test_the_code_page_is_told_by_version_page_and_text(tmp_path, version, page, encoding):
    content = drawing(PARCEL, note("注记", E0 + 5, N0 + 5, "安澜华泰机械有限公司"), version=version, page=page)
    source = opened(tmp_path, content, encoding)
    assert source.sheet == "宗地"
    assert said(source, "Text") == ["安澜华泰机械有限公司"]


def test_a_page_that_the_bytes_contradict_is_refused(tmp_path):
    content = drawing(PARCEL, page="UTF-8")
    (fault,) = faults_of(lambda: opened(tmp_path, content, "gbk"))
    assert "编码" in fault.found


# ----------------------------------------------------------------------------------------------- refusals


def test_a_drawing_that_was_cut_off_is_refused(tmp_path):
    content = drawing(PARCEL)
    (fault,) = faults_of(lambda: opened(tmp_path, content[: len(content) - 40]))
    assert "没有结束标记 EOF" in fault.found


def test_a_binary_drawing_and_a_dwg_are_refused_with_what_to_do(tmp_path):
    (tmp_path / "b.dxf").write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(50))
    (tmp_path / "c.dwg").write_bytes(b"AC1027" + bytes(50))
    binary, dwg = (faults_of(lambda name=name: read(tmp_path, parcels=name))[0] for name in ("b.dxf", "c.dwg"))
    assert "另存为 ASCII DXF" in binary.do
    assert "另存为 DXF" in dwg.do


def test_a_drawing_without_areas_is_refused(tmp_path):
    (fault,) = faults_of(lambda: opened(tmp_path, drawing(line("线", square(0, 0, 9), closed=False))))
    assert "没有图层" in fault.found


def test_a_drawing_is_told_by_its_bytes():
    assert is_drawing(b"999\r\nmade by CASS\r\n  0\r\nSECTION\r\n")
    assert is_drawing(b"0\nSECTION\n")
    assert not is_drawing(b"0,1\nSECTION\n")
