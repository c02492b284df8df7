"""Drawings: closed polylines of every ring, codes as texts, GBK, read back by another program."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from exchange_builders import IDS, E, N, field, layer, one, shapes

from landuse.errors import InputError
from landuse.write.exchange.drawing import Drawn, layer_name, write_drawing


def read(path):
    """Return (layer, text, geometry) of every entity, as GDAL reads the drawing."""
    meta, _, raw, values = pyogrio.raw.read(path)
    found = dict(zip(meta["fields"].tolist(), values, strict=True))
    return list(zip(found["Layer"], found["Text"], shapely.force_2d(shapely.from_wkb(raw)), strict=True))


def outlines(path):
    return [shapely.Polygon(shape.coords) for _, _, shape in read(path) if shape.geom_type == "LineString"]


def test_every_ring_is_a_closed_polyline_and_every_code_a_text_inside_its_parcel(tmp_path):
    notes = write_drawing(tmp_path / "a.dxf", [Drawn(layer(), "宗地代码")])
    found = read(tmp_path / "a.dxf")
    assert {name for name, *_ in found} == {"宗地"}
    lines = [shape for _, _, shape in found if shape.geom_type == "LineString"]
    assert [line.is_closed for line in lines] == [True] * 5  # 1 + 2 + 2 rings
    assert [shapely.Polygon(line.coords).area for line in lines] == [10_000.0, 10_000.0, 400.0, 2_500.0, 2_500.0]
    texts = [(text, shape) for _, text, shape in found if shape.geom_type == "Point"]
    assert [text for text, _ in texts] == list(IDS)
    assert [shape.contains(point) for shape, (_, point) in zip(shapes(), texts, strict=True)] == [True] * 3
    assert [(note.code, note.rows) for note in notes] == [("drawing_crs", 0)]
    assert "EPSG:4528" in notes[0].told("zh")


def test_each_polyline_carries_its_code_and_whether_it_is_a_hole(tmp_path):
    write_drawing(tmp_path / "a.dxf", [Drawn(layer(), "宗地代码")])
    lines = (tmp_path / "a.dxf").read_bytes().decode("gbk").split("\r\n")
    pairs = list(zip([line.strip() for line in lines[::2]], lines[1::2], strict=False))
    told = [(pairs[at + 1][1], pairs[at + 2][1]) for at, pair in enumerate(pairs) if pair == ("1001", "LANDUSE")]
    assert told == [(IDS[0], "0"), (IDS[1], "0"), (IDS[1], "1"), (IDS[2], "0"), (IDS[2], "0")]


def test_layers_have_their_own_names_and_colours(tmp_path):
    low = layer(geometry=shapes(), name="低效 (拟列入)/2025")
    write_drawing(tmp_path / "a.dxf", [Drawn(layer(), "宗地代码", 7), Drawn(low, "", 1)])
    names = [name for name, *_ in read(tmp_path / "a.dxf")]
    assert names.count("宗地") == 5 + 3
    assert names.count("低效_(拟列入)_2025") == 5
    text = (tmp_path / "a.dxf").read_bytes().decode("gbk")
    assert "LAYER\r\n  2\r\n低效_(拟列入)_2025\r\n 70\r\n0\r\n 62\r\n1\r\n" in text


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("宗地", "宗地"), ('a<b>"c', "a_b_c"), ("  ", "0"), ("长" * 40, "长" * 31), ("a\r\n0\r\nEOF", "a_0_EOF")],
)
def test_a_layer_name_has_no_sign_that_cad_forbids(name, drawn):
    assert layer_name(name) == drawn


def test_texts_are_gbk_and_other_characters_are_escaped_as_cad_reads_them(tmp_path):
    made = layer(field("宗地代码", "text", ["安澜\n甲", "㐂地", "𠮷"]))
    notes = write_drawing(tmp_path / "a.dxf", [Drawn(made, "宗地代码")])
    assert "escaped" in [note.code for note in notes]
    raw = (tmp_path / "a.dxf").read_bytes()
    assert "安澜 甲".encode("gbk") in raw
    assert rb"\U+3402" in raw
    assert rb"\U+D842\U+DFB7" in raw
    assert [text for _, text, _ in read(tmp_path / "a.dxf") if text][:1] == ["安澜 甲"]


def test_coordinates_are_exact_to_a_tenth_of_a_millimetre(tmp_path):
    shape = shapely.Polygon([(E + 0.12344, N), (E + 10.5, N + 0.00006), (E, N + 7.25)])
    write_drawing(tmp_path / "a.dxf", [Drawn(one(shape))])
    assert shapely.hausdorff_distance(outlines(tmp_path / "a.dxf")[0], shape) < 1e-4


def test_degrees_make_no_drawing_and_the_zone_of_the_data_is_named(tmp_path):
    with pytest.raises(InputError) as refused:
        write_drawing(tmp_path / "a.dxf", [Drawn(one(shapely.box(120.1, 30, 120.2, 30.1), crs="EPSG:4490"))])
    where, do = refused.value.faults[0].lines("zh")
    assert where == "a.dxf:经纬度不能画成图纸:EPSG:4490"
    assert "EPSG:4528" in do  # zone 40, 120 E
    assert not (tmp_path / "a.dxf").exists()


def test_what_is_no_polygon_is_counted_and_nothing_at_all_is_refused(tmp_path):
    geometry = np.array([None, shapely.LineString([(E, N), (E + 1, N)]), shapes()[0]], dtype=object)
    notes = write_drawing(tmp_path / "a.dxf", [Drawn(layer(geometry=geometry), "宗地代码")])
    assert [(note.code, note.rows) for note in notes[:2]] == [("no_geometry", 1), ("no_polygon", 1)]
    assert len(outlines(tmp_path / "a.dxf")) == 1
    with pytest.raises(InputError, match="没有可画的面"):
        write_drawing(tmp_path / "b.dxf", [Drawn(one(shapely.Point(E, N)))])


def test_a_code_is_low_enough_for_its_parcel(tmp_path):
    write_drawing(tmp_path / "a.dxf", [Drawn(one(shapely.box(E, N, E + 50, N + 50)), "宗地代码")])
    assert "\r\n 40\r\n2.00\r\n  1\r\n990781001001GB00001\r\n" in (tmp_path / "a.dxf").read_bytes().decode("gbk")
