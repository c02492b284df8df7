"""Packing: nothing lost, nothing added, same input same bytes; read back by a reader written apart from it."""

import gzip

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.cartography.parcel_layer import ColumnSpec
from landuse.cartography.parcel_layer.borders import JUMP, LITERAL, ONWARD, shared_borders
from landuse.cartography.parcel_layer.columns import guess_specs
from landuse.cartography.parcel_layer.element import colour_classes
from landuse.cartography.parcel_layer.likeness import Guess
from landuse.cartography.parcel_layer.pack import LONGEST, as_text, pack, squeezed
from landuse.cartography.parcel_layer.planes import planes, steps, zigzag

from .unpack import unpack

NO_HALVES = st.characters(exclude_categories=["Cs"])
TEXTS = st.one_of(st.none(), st.text(NO_HALVES, max_size=12), st.sampled_from(["𠮷", "</script>", "园区"]))
NUMBERS = st.one_of(st.none(), st.floats(allow_infinity=False, allow_nan=False), st.integers(-(10**6), 10**6))


def squares(size=3):
    """Return size x size unit squares (of 0.001 degrees) that touch, row by row."""
    at = np.arange(size * size)
    x, y = 120 + at % size * 1e-3, 31 + at // size * 1e-3
    return np.asarray(shapely.box(x, y, x + 1e-3, y + 1e-3), dtype=object)


def plain(column):
    return [None if pd.isna(one) else one for one in column]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, NUMBERS), max_size=40), st.data())
def test_any_table_comes_back_in_its_own_order(rows, data):
    table = pd.DataFrame(rows, columns=["free", "code", "number"]).astype({"number": float})
    specs = [ColumnSpec("free", "text"), ColumnSpec("code", "code"), ColumnSpec("number", "number")]
    squared = np.resize(squares(4), len(table)) if len(table) else np.array([], dtype=object)
    holes = data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table)))
    geometry = np.where(holes, None, squared) if len(table) else squared
    found = unpack(pack(geometry, table, specs))
    assert found.columns == {name: plain(table[name]) for name in table.columns}
    assert [shape is None for shape in found.shapes] == [bool(hole) for hole in holes]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=7), max_size=9))
def test_any_rings_on_a_coarse_grid_come_back_though_they_share_borders(rings):
    shapes = [shapely.Polygon([(120 + x * 1e-3, 31 + y * 1e-3) for x, y in ring]) for ring in rings]
    geometry = np.array([*shapes, None], dtype=object)[: len(shapes)]
    found = unpack(pack(geometry, pd.DataFrame(index=range(len(shapes)))))
    for shape, got in zip(shapes, found.shapes, strict=True):
        wanted = shapely.get_coordinates(shapely.orient_polygons(shape))
        assert np.abs(np.array(got["coordinates"][0]) - wanted).max() < 1e-6


def test_the_same_input_gives_the_same_bytes_without_clock_or_name():
    table = pd.DataFrame({"a": ["甲", None, "乙"] * 3, "b": np.arange(9.0)})
    packed = pack(squares(), table)
    assert pack(squares(), table) == packed
    assert packed[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    assert gzip.decompress(packed)[:8] == b"LUPARC01"
    assert set(as_text(packed)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def test_the_table_and_the_geometry_are_left_alone():
    table = pd.DataFrame({"a": ["甲", None] * 2})
    before, geometry = table.copy(), squares(2)
    kept = geometry.copy()
    pack(geometry, table)
    pd.testing.assert_frame_equal(table, before)
    assert shapely.equals_exact(geometry, kept).all()


def test_a_border_between_neighbours_is_written_once():
    # A | B, both counter-clockwise: A 0-3, B 4-7. B's left side walks from 7 (= A's 2) to 4 (= A's 1).
    grid = np.array([[0, 0], [5, 0], [5, 5], [0, 5], [10, 0], [10, 5], [5, 5], [5, 0]])
    given_as = shared_borders(grid, np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    assert given_as.kinds.tolist() == [LITERAL] * 7 + [JUMP]
    assert given_as.jumps.tolist() == [6]  # 7 - 6 = 1, the place of (5, 0) in A


def test_a_long_border_is_one_jump_and_then_onward():
    grid = np.array([[0, 0], [5, 0], [6, 2], [5, 4], [0, 4], [9, 0], [9, 4], [5, 4], [6, 2], [5, 0]])
    given_as = shared_borders(grid, np.array([0] * 5 + [1] * 5))
    assert given_as.kinds.tolist() == [LITERAL] * 8 + [JUMP, ONWARD]
    assert given_as.jumps.tolist() == [6]


def test_parcels_that_touch_in_a_point_or_run_the_same_way_share_nothing():
    point = np.array([[0, 0], [5, 0], [5, 5], [5, 5], [9, 5], [9, 9]])
    assert shared_borders(point, np.array([0, 0, 0, 1, 1, 1])).kinds.tolist() == [LITERAL] * 6
    twice = np.array([[0, 0], [5, 0], [5, 5]] * 2)
    assert shared_borders(twice, np.array([0, 0, 0, 1, 1, 1])).kinds.tolist() == [LITERAL] * 6


def test_planes_zigzag_and_steps_by_hand():
    assert planes(np.array([1, 258])) == bytes([1, 2, 0, 1])
    assert planes(np.array([], dtype=np.int64)) == b""
    assert zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]
    assert steps(np.array([5, 5, 3])).tolist() == [10, 0, 3]


def test_numbers_are_rounded_half_away_from_zero_in_their_decimals():
    table = pd.DataFrame({"wan": [0.125, -0.125, 2.675, 1e6 + 0.005, np.nan]})
    found = unpack(pack(None, table, [ColumnSpec("wan", "number", 2)]))
    assert found.columns["wan"] == [0.13, -0.13, 2.68, 1_000_000.01, None]


def test_what_cannot_be_packed_is_refused_in_words():
    table = pd.DataFrame({"a": [1.0, np.inf]})
    with pytest.raises(ValueError, match="column a: infinite"):
        pack(None, table)
    with pytest.raises(ValueError, match="2 geometries for 1 rows"):
        pack(squares(2)[:2], pd.DataFrame({"a": [1]}))
    with pytest.raises(ValueError, match="only polygons"):
        pack(np.array([shapely.Point(120, 31)], dtype=object), pd.DataFrame(index=[0]))
    with pytest.raises(ValueError, match="longitude and latitude"):
        pack(np.array([shapely.box(400_000, 3_000_000, 400_100, 3_000_100)], dtype=object), pd.DataFrame(index=[0]))
    with pytest.raises(ValueError, match="outside the 1 words"):
        pack(None, pd.DataFrame({"c": [1]}), [ColumnSpec("c", "code", words=("甲",))])


def test_more_bytes_than_a_browser_can_address_are_refused():
    class Long(bytes):
        def __len__(self):
            return LONGEST + 1

    with pytest.raises(ValueError, match="more than a browser can unpack"):
        squeezed([Long()])


def test_a_collection_keeps_its_polygons():
    odd = shapely.GeometryCollection([shapely.box(120, 31, 120.001, 31.001), shapely.Point(0, 0)])
    found = unpack(pack(np.array([odd], dtype=object), pd.DataFrame(index=[0])))
    assert found.shapes[0]["type"] == "MultiPolygon"
    assert len(found.shapes[0]["coordinates"]) == 1


def test_columns_of_any_kind_are_guessed_and_carried():
    table = pd.DataFrame(
        {
            "flag": pd.array([True, None, False, True], dtype="boolean"),
            "day": pd.to_datetime(["2025-06-29", None, "2024-02-29", "2025-06-29 08:00"], format="mixed"),
            "kind": pd.Categorical(["a", "b", None, "a"]),
            "many": [["x"], 5, None, "y"],
            "half": pd.Series(["\ud83d", "é", "", None], dtype=object),
        }
    )
    assert [spec.kind for spec in guess_specs(table)] == ["code", "text", "code", "text", "text"]
    assert unpack(pack(None, table)).columns == {
        "flag": ["true", None, "false", "true"],
        "day": ["2025-06-29", None, "2024-02-29", "2025-06-29 08:00:00"],
        "kind": ["a", "b", None, "a"],
        "many": ["['x']", "5", None, "y"],
        "half": ["?", "é", "", None],
    }


def test_codes_given_as_numbers_point_into_their_words_and_the_rest_is_unknown():
    codes = pd.array([1, None, 0], dtype="Int64")
    found = unpack(pack(None, pd.DataFrame({"c": codes}), [ColumnSpec("c", "code", words=("甲", "乙"))]))
    assert found.columns["c"] == ["乙", None, "甲"]


def test_numbers_without_colours_fall_into_five_classes_of_equal_size_and_unknown_stays_apart():
    codes, classes = colour_classes(pd.Series([*range(10), np.nan]), None, 11)
    assert codes.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert [one.count for one in classes] == [2, 2, 2, 2, 2, 1]
    assert [one.label for one in classes] == ["0–1.8", "1.8–3.6", "3.6–5.4", "5.4–7.2", "≥7.2", "—"]


def test_a_number_on_a_bound_belongs_to_the_class_above_and_one_below_all_bounds_to_none():
    codes, classes = colour_classes(pd.Series([-1.0, 0.0, 4.999, 5.0]), {5: "#222222", 0: "#111111"}, 4)
    assert codes.tolist() == [2, 0, 0, 1]
    assert [one.colour for one in classes] == ["#111111", "#222222", "#d9d9d9"]


def test_texts_without_colours_get_a_palette_in_their_order_and_nothing_known_is_one_grey_class():
    codes, classes = colour_classes(pd.Series(["乙", "甲", None, "乙"], dtype=object), None, 4)
    assert [classes[code].label for code in codes] == ["乙", "甲", "—", "乙"]
    assert len({one.colour for one in classes}) == 3
    nothing, _ = colour_classes(pd.Series([np.nan, np.nan]), None, 2)
    assert nothing.tolist() == [1, 1]
    assert colour_classes(None, {"": "#abcdef"}, 3)[1][0].colour == "#abcdef"


def test_codes_are_not_guessed_from_a_column_that_is_carried_as_numbers():
    year = np.random.default_rng(5).choice(np.array(["甲", "乙", None], dtype=object), 200).tolist()
    table = pd.DataFrame({"run": np.full(200, np.nan), "year": year})
    like = (Guess(("run",)),)
    specs = [ColumnSpec("run", "number"), ColumnSpec("year", "code", words=("甲", "乙"), like=like)]
    assert unpack(pack(None, table, specs)).columns["year"] == year
