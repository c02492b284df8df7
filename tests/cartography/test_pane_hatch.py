"""Hatches: lines inside the polygon and nowhere else, everywhere at one distance, one at least in each polygon."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.cartography.pane.hatch import ANGLES, hatch_dots, hatch_lines
from landuse.cartography.pane.style import INK, PAPER, PaneStyle, faded, hatch_colour, letters_mm, luminance, outline_mm
from landuse.cartography.style import NO_DATA, PRINTED_HATCHES, LegendClass

ORIGIN = (40_380_000.0, 4_275_000.0)
SQUARE = shapely.box(0, 0, 10, 10)


def polygons(*shapes):
    moved = [shapely.transform(shape, lambda points: points + ORIGIN) for shape in shapes]
    return np.array([*moved, None], dtype=object)[:-1]


def lines(*shapes, hatch="horizontal", distance=3.0):
    return hatch_lines(polygons(*shapes), hatch, distance=distance, origin=ORIGIN) - np.tile(ORIGIN, 2)


def test_horizontal_lines_lie_at_whole_distances_from_the_origin():
    assert lines(SQUARE).tolist() == [[0, y, 10, y] for y in (0, 3, 6, 9)]


def test_vertical_lines_are_horizontal_ones_turned():
    found = lines(SQUARE, hatch="vertical")
    assert np.allclose(found[:, 0], found[:, 2])
    assert np.allclose(np.abs(found[:, 3] - found[:, 1]), 10)
    assert np.allclose(np.diff(np.sort(found[:, 0])), 3)


def test_a_hole_interrupts_a_line():
    ring = SQUARE.difference(shapely.box(4, 2, 6, 8))
    assert lines(ring).tolist() == [
        [0, 0, 10, 0],
        [0, 3, 4, 3],
        [6, 3, 10, 3],
        [0, 6, 4, 6],
        [6, 6, 10, 6],
        [0, 9, 10, 9],
    ]


def test_neighbours_are_hatched_through():
    found = lines(shapely.box(0, 1, 5, 5), shapely.box(5, 1, 10, 5))
    assert found.tolist() == [[0, 3, 5, 3], [5, 3, 10, 3]]


def test_diagonals_rise_to_the_right_and_back_falls():
    for hatch, slope in (("diagonal", 1), ("back", -1)):
        found = lines(SQUARE, hatch=hatch, distance=2)
        assert np.allclose((found[:, 3] - found[:, 1]) / (found[:, 2] - found[:, 0]), slope)
    assert len(lines(SQUARE, hatch="cross", distance=2)) == sum(
        len(lines(SQUARE, hatch=hatch, distance=2)) for hatch in ("diagonal", "back")
    )


def test_a_polygon_between_two_lines_gets_one_through_its_middle():
    assert lines(shapely.box(0, 1, 10, 2)).tolist() == [[0, 1.5, 10, 1.5]]
    assert len(lines(shapely.box(0, 1, 10, 2), SQUARE)) == 5


def test_nothing_is_hatched_without_polygons_or_by_a_hatch_of_no_lines():
    assert lines().shape == (0, 4)
    assert lines(SQUARE, hatch="none").shape == (0, 4)
    assert lines(SQUARE, hatch="dots").shape == (0, 4)


def test_dots_stand_in_rows_every_other_one_shifted():
    found = hatch_dots(polygons(shapely.box(0.5, 0.5, 7, 7)), distance=3, origin=ORIGIN) - ORIGIN
    assert found.tolist() == [[1.5, 3], [4.5, 3], [3, 6], [6, 6]]


star = st.lists(st.tuples(st.floats(0.3, 1.0), st.booleans()), min_size=3, max_size=9)


@st.composite
def areas(draw):
    made = []
    for at in range(draw(st.integers(1, 3))):
        radii = [radius for radius, _ in draw(star)]
        angle = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
        size = draw(st.floats(2, 40))
        ring = np.column_stack([np.cos(angle), np.sin(angle)]) * np.array(radii)[:, None] * size + (at * 100, 50)
        shape = shapely.Polygon(ring)
        hole = shapely.Point(shape.representative_point()).buffer(0.2, quad_segs=2)
        made.append(shape.difference(hole) if hole.within(shape) else shape)
    return made


@settings(max_examples=120, deadline=None)
@given(areas(), st.sampled_from(sorted(ANGLES)), st.floats(0.7, 6.0))
def test_the_lines_are_those_that_geometry_cuts_out_of_each_polygon(shapes, hatch, distance):
    found = lines(*shapes, hatch=hatch, distance=distance)
    drawn = shapely.MultiLineString([piece.reshape(2, 2) for piece in found]) if len(found) else shapely.LineString()
    union = shapely.union_all(shapes)
    assert drawn.difference(union.buffer(1e-5)).length < 1e-5
    assert all(drawn.intersects(shape.buffer(1e-5)) for shape in shapes)
    wide = [shape for shape in shapes if shapely.minimum_clearance(shape) > 0.05]
    for angle in ANGLES[hatch] if len(wide) == len(shapes) and distance < 2 else ():
        way = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        across = np.array([-way[1], way[0]])
        levels = np.arange(np.floor(-400 / distance), np.ceil(400 / distance)) * distance
        expected = sum(
            shapely.LineString([across * level - way * 600, across * level + way * 600]).intersection(union).length
            for level in levels
        )
        ours = found[np.isclose(np.abs((found[:, 2:] - found[:, :2]) @ across), 0, atol=1e-6)]
        assert np.hypot(*(ours[:, 2:] - ours[:, :2]).T).sum() == pytest.approx(expected, rel=0.05, abs=3 * distance)


def entry(colour, key="x"):
    return LegendClass(key, "", "", colour, colour, "diagonal", 0, 0.0)


def test_a_hatch_is_dark_on_light_fills_and_light_on_dark_ones():
    assert hatch_colour(entry("#ffe11a"), "#ffe11a") == INK
    assert hatch_colour(entry("#99000d"), "#99000d") == PAPER
    assert hatch_colour(entry("#ffffff", NO_DATA), "#ffffff") not in {INK, PAPER}


def test_luminance_is_that_of_the_standard():
    assert luminance("#000000") == 0
    assert luminance("#ffffff") == pytest.approx(1)
    assert luminance("#ff0000") == pytest.approx(0.2126)


def test_a_faded_colour_is_nearer_to_white():
    assert faded("#204060", 0) == "#204060"
    assert faded("#204060", 1) == "#ffffff"
    assert faded("#004080", 0.5) == "#80a0c0"


def test_outlines_are_finer_and_letters_smaller_on_maps_of_a_smaller_scale():
    scales = (200, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000, 100_000)
    widths, letters = [outline_mm(one) for one in scales], [letters_mm(PaneStyle(), one) for one in scales]
    assert widths == sorted(widths, reverse=True)
    assert letters == sorted(letters, reverse=True)
    assert outline_mm(500) == 0.25
    assert outline_mm(100_000) == 0.05
    assert letters_mm(PaneStyle(label_mm=3.3), 5_000) == 3.3


def test_every_hatch_of_the_styles_is_known():
    assert {*ANGLES, "none", "dots"} == set(PRINTED_HATCHES)
