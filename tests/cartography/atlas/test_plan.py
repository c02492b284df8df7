"""The plan of an atlas: frames, cells, neighbours, numbers."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landuse.cartography.atlas.contents import INDEX_LINES, Land, contents_of
from landuse.cartography.atlas.grid import cell_name, grid_over, row_name
from landuse.cartography.atlas.names import by_reading
from landuse.cartography.atlas.neighbours import opposite
from landuse.cartography.atlas.plan import Pane, cell_size, fitting_scale
from landuse.cartography.pane.scales import SCALES
from landuse.errors import InputError
from landuse.printing import Atlas

PANE = Pane(250.0, 200.0)
X, Y = 40_378_000.0, 4_275_000.0


def squares(places, side=100.0):
    """Return squares by their lower left corners, metres from the origin of the district."""
    return np.array([shapely.box(X + x, Y + y, X + x + side, Y + y + side) for x, y in places] + [None], dtype=object)[
        :-1
    ]


def land(shapes, places=None, **given):
    size = len(shapes)
    masks = {name: np.asarray(given.get(name, [False] * size), dtype=bool) for name in ("listed", "low", "idle")}
    area = np.asarray(given.get("area_mu", [15.0] * size), dtype=float)
    codes = [f"990781001001GB{row:05d}" for row in range(size)]
    return Land(shapes, codes, codes, places or ["甲园"] * size, area, **masks)


def planned(found, pane=PANE, **settings):
    return contents_of(Atlas(**settings), found, pane, "未标明")


# ------------------------------------------------------------------------------------------------- frames


def test_a_park_gets_the_largest_round_scale_at_which_its_page_holds_it():
    made = planned(land(squares([(0, 0), (900, 0)])))  # 1000 m on 250 mm less 3 %: 1:4124
    assert [sheet.scale for sheet in made.sheets] == [5000]
    x0, y0, x1, y1 = made.sheets[0].frame
    assert (x1 - x0, y1 - y0) == (1250.0, 1000.0)
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == (X + 500, Y + 50)


def test_a_long_park_takes_several_pages_that_cover_it_from_the_west():
    made = planned(land(squares([(x, 0) for x in range(0, 6000, 150)])))  # 5950 m, a page holds 2500 m at 1:10 000
    assert [(sheet.part, sheet.parts, sheet.scale) for sheet in made.sheets] == [
        (1, 3, 10000),
        (2, 3, 10000),
        (3, 3, 10000),
    ]
    assert made.sheets[0].frame[0] <= X
    assert made.sheets[2].frame[2] >= X + 5950
    for one, two in zip(made.sheets, made.sheets[1:], strict=False):
        assert one.frame[2] > two.frame[0]


def test_frames_of_a_park_in_which_nothing_lies_are_left_out():
    corners = land(squares([(0, 0), (9000, 9000)]))
    made = planned(corners)
    assert [list(sheet.home) for sheet in made.sheets] == [[1], [0]]  # rows from the north


def test_a_stated_scale_holds_for_every_page_also_where_a_parcel_is_larger_than_the_paper():
    giant = np.array([shapely.box(X, Y, X + 2000, Y + 300)])
    made = planned(land(giant, listed=[True]), by="listed", scale=2000)
    assert {sheet.scale for sheet in made.sheets} == {2000}
    covered = shapely.union_all([shapely.box(*sheet.frame) for sheet in made.sheets])
    assert covered.covers(giant[0])
    assert sum(len(sheet.home) for sheet in made.sheets) == 1


def test_a_giant_listed_parcel_stays_in_one_page():
    made = planned(land(np.array([shapely.box(X, Y, X + 30000, Y + 30000)]), listed=[True]), by="listed")
    assert len(made.sheets) == 1
    assert shapely.box(*made.sheets[0].frame).covers(shapely.box(X, Y, X + 30000, Y + 30000))


def test_land_without_a_park_has_its_own_page_after_all_others():
    made = planned(land(squares([(0, 0), (0, 5000), (5000, 0), (5000, 5000)]), [None, "乙园", "  ", "甲园"]))
    titles = [sheet.unit for sheet in made.sheets]
    assert titles[:2] == ["甲园", "乙园"]
    assert set(titles[2:]) == {"未标明"}


def test_a_parcel_without_a_shape_is_on_no_page_and_counted_as_missing():
    shapes = squares([(0, 0), (200, 0), (400, 0)])
    shapes[1] = None
    made = planned(land(shapes))
    assert made.missing == 1
    assert made.total.parcels == 2


def test_nothing_listed_is_an_atlas_without_a_map_page():
    made = planned(land(squares([(0, 0)])), by="listed")
    assert (made.sheets, made.pages, made.total.parcels) == ((), 2, 0)


def test_a_parcel_asked_for_by_a_wrong_code_is_refused_by_name():
    with pytest.raises(InputError, match="990781001001GB99999"):
        planned(land(squares([(0, 0)])), by="listed", parcels=("990781001001GB99999",))


def test_parcels_asked_for_by_their_codes_are_those_drawn():
    made = planned(land(squares([(0, 0), (500, 0), (900, 0)])), by="listed", parcels=("990781001001GB00002",))
    assert [list(sheet.rows) for sheet in made.sheets] == [[2]]


def test_five_hundred_parks_of_long_names_are_five_hundred_pages_in_order_of_their_readings():
    names = [f"{'安澜县经济技术开发区新材料产业园' * 4}{number}号片区"[-60:] for number in range(500)]
    made = planned(land(squares([((row % 25) * 3000, (row // 25) * 3000) for row in range(500)]), names))
    assert len(made.sheets) == 500
    assert made.index_pages == -(-500 // INDEX_LINES)
    assert [sheet.number for sheet in made.sheets] == list(range(2 + made.index_pages, 502 + made.index_pages))


def test_names_stand_in_the_order_of_their_readings_not_of_their_codes():
    assert by_reading(["重庆园", "安澜园", "长安园", "石桥园", "安澜园"]) == ["安澜园", "长安园", "重庆园", "石桥园"]


def test_rows_run_from_the_north_west():
    spots = [(0, 0), (9000, 0), (0, 9000), (9000, 9000)]
    made = planned(land(squares(spots), ["丁", "丙", "乙", "甲"]), order="row")
    assert [sheet.unit for sheet in made.sheets] == ["乙", "甲", "丁", "丙"]


# -------------------------------------------------------------------------------------------------- grid


def test_cells_are_named_by_letters_from_the_north_and_numbers_from_the_west():
    made = planned(land(squares([(10, 1510), (1010, 1510), (10, 10)])), by="grid", cell_m=1000.0)
    assert [(sheet.unit, list(sheet.rows)) for sheet in made.sheets] == [("A1", [0]), ("A2", [1]), ("B1", [2])]
    assert [row_name(row) for row in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]
    assert cell_name(27, 9) == "AB10"


def test_a_parcel_on_the_border_of_two_cells_is_on_both_pages_and_counted_on_one():
    shape = np.array([shapely.box(X + 950, Y + 100, X + 1100, Y + 200)])
    made = planned(land(shape), by="grid", cell_m=1000.0)
    assert [list(sheet.rows) for sheet in made.sheets] == [[0], [0]]
    assert sorted(len(sheet.home) for sheet in made.sheets) == [0, 1]


def test_a_parcel_that_only_touches_a_cell_makes_no_page_of_it():
    made = planned(land(np.array([shapely.box(X, Y, X + 1000, Y + 1000)])), by="grid", cell_m=1000.0)
    assert len(made.sheets) == 1


def test_the_cell_of_a_grid_is_what_its_page_holds_in_round_metres():
    assert cell_size(PANE, 0, 0.0) == ((1200.0, 900.0), 5000)  # 1250 x 1000 m less 3 %
    assert cell_size(PANE, 500, 0.0) == ((120.0, 90.0), 500)
    assert cell_size(PANE, 0, 1000.0) == ((1000.0, 1000.0), 5000)


def test_a_grid_of_millions_of_cells_is_refused():
    with pytest.raises(InputError, match="cell_m"):
        planned(land(squares([(0, 0), (90_000, 90_000)])), by="grid", cell_m=1.0)


def test_the_grid_stays_where_it_is_when_a_parcel_is_added():
    one, two = grid_over((X, Y, X + 900, Y + 900), 1000, 1000), grid_over((X, Y, X + 1900, Y + 900), 1000, 1000)
    assert one.box(0, 0) == two.box(0, 0)
    assert (two.columns, two.rows) == (one.columns + 1, one.rows)


# -------------------------------------------------------------------------------------------- neighbours


def test_the_cells_around_a_cell_are_its_neighbours_in_eight_directions():
    made = planned(
        land(squares([(x + 10, y + 10) for x in (0, 1000, 2000) for y in (0, 1000, 2000)])), by="grid", cell_m=1000.0
    )
    middle = next(sheet for sheet in made.sheets if sheet.unit == "B2")
    names = {sheet.number: sheet.unit for sheet in made.sheets}
    found = {near.direction: names[near.number] for near in made.neighbours[middle.number]}
    assert found == {"n": "A2", "ne": "A3", "e": "B3", "se": "C3", "s": "C2", "sw": "C1", "w": "B1", "nw": "A1"}


def test_the_parts_of_a_long_park_adjoin_each_other():
    made = planned(land(squares([(x, 0) for x in range(0, 6000, 150)])))
    first, second, third = (sheet.number for sheet in made.sheets)
    assert [(near.number, near.direction) for near in made.neighbours[second]] == [(third, "e"), (first, "w")]
    assert made.neighbours[second][0].place == pytest.approx(0.5)


def test_parks_far_apart_do_not_adjoin():
    made = planned(land(squares([(0, 0), (30_000, 0)]), ["甲", "乙"]))
    assert set(made.neighbours.values()) == {()}


# -------------------------------------------------------------------------------------------- properties

BOXES = st.lists(
    st.tuples(
        st.integers(0, 12_000), st.integers(0, 12_000), st.integers(1, 900), st.integers(1, 900), st.integers(0, 3)
    ),
    min_size=1,
    max_size=40,
)
WAYS = st.sampled_from(["park", "grid", "listed"])


def built(boxes):
    shapes = np.array([shapely.box(X + x, Y + y, X + x + w, Y + y + h) for x, y, w, h, _ in boxes] + [None])[:-1]
    return land(shapes, [[None, "甲", "乙", "丙"][name] for *_, name in boxes], listed=[True] * len(boxes))


@given(BOXES, WAYS, st.sampled_from([0, 1000, 2000]))
def test_every_parcel_lies_in_the_frames_of_its_unit_and_is_counted_once(boxes, by, scale):
    found = built(boxes)
    made = planned(found, by=by, scale=scale)
    counted = np.concatenate([sheet.home for sheet in made.sheets])
    assert sorted(counted.tolist()) == list(range(len(boxes)))
    for row, shape in enumerate(found.shapes):
        frames = [shapely.box(*sheet.frame) for sheet in made.sheets if row in sheet.rows]
        assert shapely.area(shapely.difference(shape, shapely.union_all(frames))) < 1e-6 * shape.area
    assert made.total.parcels == len(boxes)
    assert sum(line.area_mu for line in made.lines) == pytest.approx(made.total.area_mu, abs=1e-6)


@given(BOXES, WAYS)
def test_neighbours_name_each_other_and_numbers_are_those_of_the_pages(boxes, by):
    made = planned(built(boxes), by=by)
    numbers = [sheet.number for sheet in made.sheets]
    assert numbers == list(range(made.pages - len(numbers) + 1, made.pages + 1))
    assert [line.number for line in made.lines] == numbers
    for number, near in made.neighbours.items():
        for one in near:
            assert one.number != number
            assert 0 <= one.place <= 1
            back = [(other.number, other.direction) for other in made.neighbours[one.number]]
            assert (number, opposite(one.direction)) in back
    assert all(sheet.scale in SCALES for sheet in made.sheets)


@given(st.floats(1, 90_000), st.floats(1, 90_000))
def test_a_page_holds_what_was_fitted_and_no_larger_round_scale_would(width, height):
    scale = fitting_scale((width, height), PANE, 0.03)
    fits = [one for one in SCALES if width <= 0.97 * PANE.size_m(one)[0] and height <= 0.97 * PANE.size_m(one)[1]]
    assert scale == fits[0]
