"""What is packed in Python is what the browser unpacks: every vertex, every value, every unknown."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest
import shapely

from landuse.cartography.parcel_layer import ColumnSpec
from landuse.cartography.parcel_layer.likeness import Guess
from landuse.cartography.parcel_layer.pack import as_text, pack
from landuse.cartography.scripts import drawing_script, inflating_script
from landuse.catalogue import read_text

from .unpack import unpack

pytestmark = pytest.mark.browser

LEAFLET = "cartography/assets/leaflet/leaflet.js"
WHOLE = """async () => {
  const data = await landuse.decode(document.getElementById("packed"));
  window.data = data;
  const columns = {};
  for (const name of data.names) {
    const column = data.column(name);
    columns[name] = Array.from({ length: data.n }, (_, row) => {
      if (column.kind !== "number") return column.text(row);
      const number = column.number(row);
      return isNaN(number) ? null : number;
    });
  }
  const shapes = data.kinds ? Array.from({ length: data.n }, (_, row) => data.shapeOf(row)) : null;
  return JSON.stringify({ n: data.n, names: data.names, columns, shapes });
}"""


def page_with(packed: bytes) -> str:
    return (
        '<!DOCTYPE html><meta charset="utf-8"><div id="map" style="height:600px"></div>'
        f"<script>{read_text(LEAFLET)}</script><script>{inflating_script()}</script><script>{drawing_script()}</script>"
        f'<script type="text/plain" id="packed">{as_text(packed)}</script>'
    )


@pytest.fixture
def unpacked(open_page):
    def unpack(packed, **options):
        got = open_page(page_with(packed), ready="", **options)
        found = json.loads(got.run(WHOLE))
        assert got.requests == []
        assert got.errors == []
        return found

    return unpack


def shapes_of(size, seed=3):
    """Return polygons near 120 E 31 N: rings of 3 to 30 vertices, holes, multiparts, empty and missing ones."""
    random = np.random.default_rng(seed)
    made = []
    for row in range(size):
        x, y = 119.5 + random.random() * 0.4, 30.8 + random.random() * 0.3
        angle = np.sort(random.random(random.integers(3, 31))) * 2 * np.pi
        ring = np.column_stack([x + 4e-4 * np.cos(angle), y + 3e-4 * np.sin(angle)])
        shape = shapely.Polygon(ring)
        if row % 7 == 1:
            hole = ring * 1e-3 + 0.999 * ring.mean(0)
            shape = shapely.Polygon(shapely.box(x, y, x + 1e-3, y + 1e-3).exterior, [hole])
        if row % 11 == 2:
            shape = shapely.MultiPolygon([shape, shapely.box(x + 0.01, y, x + 0.0104, y + 4e-4)])
        made.append({13: None, 14: shapely.Polygon(), 15: shapely.MultiPolygon()}.get(row % 40, shape))
    return np.array(made, dtype=object)


def ground_errors(shape, found):
    """Return the metres by which each vertex moved, on the ellipsoid."""
    import pyproj

    oriented = shapely.orient_polygons(shape)
    before, after = shapely.get_coordinates(oriented), shapely.get_coordinates(shapely.geometry.shape(found))
    assert before.shape == after.shape
    return np.abs(pyproj.Geod(ellps="WGS84").inv(*before.T, *after.T)[2])


def structure(shape):
    parts = [shape] if shape.geom_type == "Polygon" else list(shape.geoms)
    return shape.geom_type, [[] if p.is_empty else [len(r.coords) for r in (p.exterior, *p.interiors)] for p in parts]


def test_every_vertex_comes_back_within_five_centimetres_on_the_ground(unpacked):
    geometry = shapes_of(400)
    found = unpacked(pack(geometry, pd.DataFrame(index=range(400))))
    worst = 0.0
    for shape, got in zip(geometry, found["shapes"], strict=True):
        if shape is None:
            assert got is None
            continue
        assert structure(shapely.geometry.shape(got)) == structure(shape)
        if not shape.is_empty:
            worst = max(worst, ground_errors(shape, got).max())
    assert 0.03 < worst <= 0.05  # the grid is as coarse as it may be


@pytest.mark.parametrize("latitude", [0.0, 0.001, -34.6, 53.5, 70.0])
def test_the_error_is_kept_on_the_ground_at_every_latitude(latitude, unpacked):
    moved = shapely.transform(shapes_of(60), lambda xy: xy + np.array([0, latitude - 31.0]))
    found = unpacked(pack(moved, pd.DataFrame(index=range(60))))
    pairs = [(a, b) for a, b in zip(moved, found["shapes"], strict=True) if a is not None and not a.is_empty]
    assert max(ground_errors(shape, got).max() for shape, got in pairs) <= 0.05


def hostile_texts():
    return [
        "<script>alert(1)</script>", "</script>", "引号\"'`", "\u202e反向\u202c", "换\n行\r\n\t", "𠮷野家𣗋", "😀",
        "\ufeff首",        "", None, "{{ 7 * 7 }}{% x %}", "&amp;", "\x00零", "汉" * 500, "a\u2028b", np.nan,
    ]  # fmt: skip


def test_texts_come_back_as_they_were_hostile_empty_and_unknown_ones_too(unpacked):
    texts = hostile_texts()
    repeated = pd.Series([texts[row % 16] for row in range(64)], dtype=object)
    table = pd.DataFrame({"free": repeated, "code": repeated, "</script>": "x"})
    specs = [ColumnSpec("free", "text"), ColumnSpec("code", "code"), ColumnSpec("</script>", "text")]
    found = unpacked(pack(None, table, specs))
    wanted = [None if pd.isna(text) else text for text in repeated]
    assert found["columns"]["free"] == wanted
    assert found["columns"]["code"] == wanted
    assert found["shapes"] is None


def test_numbers_come_back_exactly_and_unknown_stays_unknown(unpacked):
    numbers = [0.0, -0.0, 1.5, -2.25, 123456789.12, 1e15, np.nan, 0.1, 1 / 3, 1e-9, -1e300, 5e-324, 2.0**53]
    money = [2.675, -2.675, 1.005, 0.0, np.nan, 1e9, 99999.995, -0.004, 12.0, 3.14159, 7.0, 8.0, 9.0]
    table = pd.DataFrame({"bits": numbers, "money": money, "whole": pd.array([*range(12), None], dtype="Int64")})
    table["none"] = np.nan
    specs = [ColumnSpec("bits", "number"), ColumnSpec("money", "number", 2), ColumnSpec("whole", "number"),
             ColumnSpec("none", "number", 2)]  # fmt: skip
    found = unpacked(pack(None, table, specs))["columns"]
    assert found["bits"] == [None if np.isnan(number) else number for number in numbers]
    assert found["money"] == [2.68, -2.68, 1.01, 0, None, 1e9, 100000.0, 0, 12, 3.14, 7, 8, 9]
    assert found["whole"] == [*range(12), None]
    assert found["none"] == [None] * 13


def test_differences_and_sentences_come_back_as_python_reads_them(unpacked):
    row = np.arange(120)
    score = np.where(row % 9 == 4, np.nan, row / 8)
    told = "第{}位,得分{:.2f},余{},自{}起{}天"
    days = np.datetime64(18_000, "D") + row
    said = [told.format(at + 1 + (at == 50), at / 8, 200 - at, days[at], at * at % 97) for at in row.tolist()]
    said = [None if at % 7 == 3 else one for at, one in enumerate(said)]
    table = pd.DataFrame({"said": said, "place": row + 1, "score": score, "day": 18_000 + row, "mu": row % 13 - 4.0})
    table["each"] = (table["score"] / table["mu"]).replace([np.inf, -np.inf], 7.0).mask(row % 11 == 5, -0.25)
    table["run"], table["year"] = row % 3 - 1, (row + (row % 20 == 0)) % 3 - 1
    like = tuple(Guess((name,)) for name in ("place", "score", "day"))
    words = ("甲", "乙")
    specs = [
        ColumnSpec("said", "text", like=like, sentences=True), ColumnSpec("place", "number"),
        ColumnSpec("score", "number", 2), ColumnSpec("day", "number", 0), ColumnSpec("mu", "number", 0),
        ColumnSpec("each", "number", 2, like=(Guess(("score",), ("mu",)),)), ColumnSpec("run", "code", words=words),
        ColumnSpec("year", "code", words=words, like=(Guess(("run",)),)),
    ]  # fmt: skip
    packed = pack(shapes_of(120), table, specs)
    found = unpacked(packed)["columns"]
    assert found == unpack(packed).columns
    assert found["said"] == said
    assert found["year"] == [None if code < 0 else words[code] for code in table["year"]]
    assert b'"sentences"' in gzip.decompress(packed)
    assert gzip.decompress(packed).count(b'"like"') == 2


@pytest.mark.parametrize("words", [1, 255, 256, 65_536])
def test_codes_of_any_width_come_back(words, unpacked):
    names = [f"词{at}" for at in range(words)]
    codes = pd.array([*range(words), None, 0], dtype="Int64")
    found = unpacked(pack(None, pd.DataFrame({"c": codes}), [ColumnSpec("c", "code", words=tuple(names))]))
    assert found["columns"]["c"] == [*names, None, names[0]]


def test_rows_keep_the_order_of_the_table(unpacked):
    geometry = shapes_of(300)
    found = unpacked(pack(geometry, pd.DataFrame({"row": range(300), "name": [f"第{row}宗" for row in range(300)]})))
    assert found["columns"]["row"] == list(range(300))
    assert found["columns"]["name"] == [f"第{row}宗" for row in range(300)]


def test_a_browser_without_its_own_inflating_gives_the_same(unpacked):
    packed = pack(shapes_of(120), pd.DataFrame({"name": [f"第{row}宗" for row in range(120)]}))
    before = "delete window.DecompressionStream; delete Uint8Array.fromBase64;"
    assert unpacked(packed, before=before) == unpacked(packed)


def test_nothing_at_all_is_unpacked_as_nothing(unpacked):
    found = unpacked(pack(np.array([], dtype=object), pd.DataFrame({"a": []})))
    assert (found["n"], found["shapes"]) == (0, [])
    lost = unpacked(pack(np.array([None, None], dtype=object), pd.DataFrame({"a": ["x", None]})))
    assert (lost["columns"]["a"], lost["shapes"]) == (["x", None], [None, None])
