"""Which sums may be published: worked by hand, and as properties checked by algebra that the code does not use."""

from __future__ import annotations

from dataclasses import astuple
from itertools import combinations

import numpy as np
import pytest
from disclosure import plainly
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.disclosure.withhold import Limits, Sums, cells_of, empty, published, safe

THREE = Limits(least=3, dominance=1.0)
FIRM = Limits(least=3, dominance=0.85, spread=0.15)
TENTH = Limits(least=3, dominance=1.0, percent=10.0)
ALL = Limits(least=3, dominance=0.85, spread=0.15, percent=10.0)


def line(*firms: list[float]):
    """Return a total and its parts, each part a cell of its own with the figures of its enterprises."""
    parts = np.vstack([np.ones(len(firms), dtype=bool), np.eye(len(firms), dtype=bool)])
    lines = ((0, np.arange(1, len(firms) + 1)),)
    cell = np.repeat(np.arange(len(firms)), [len(one) for one in firms])
    return Sums(parts, lines, np.array([2, *[1] * len(firms)])), cells_of(np.concatenate(firms), cell, len(firms))


def shown(*firms: list[float], limits: Limits = THREE) -> list[bool]:
    return published(*line(*firms), limits).tolist()


def test_three_enterprises_are_enough_and_two_are_not():
    assert shown([1, 1, 1], [1, 1, 1]) == [True, True, True]
    # the second has two: the first goes too, else the total less the first would tell it
    assert shown([1, 1, 1], [1, 1]) == [True, False, False]


def test_the_smallest_other_part_goes_along_with_a_part_that_is_too_small():
    assert shown([9, 9, 9], [2, 2, 2], [5], [4, 4, 4]) == [True, True, False, False, True]


def test_two_parts_that_are_too_small_hide_each_other_when_there_are_three_enterprises_in_both():
    assert shown([5, 5], [7], [1, 1, 1]) == [True, False, False, True]


def test_two_parts_of_one_enterprise_each_do_not_hide_each_other():
    # either enterprise knows its own figure, and would know the other's from the rest of the total
    assert shown([5], [7], [1, 1, 1], [2, 2, 2]) == [True, False, False, False, True]


def test_where_all_parts_are_too_small_the_total_is_shown_when_it_is_safe_itself():
    assert shown([5], [7], [9]) == [True, False, False, False]
    assert shown([5], [7]) == [False, False, False]


def test_a_known_nothing_counts_for_nobody_and_a_sum_of_nothings_tells_them_all():
    assert shown([5, 0, 0], [1, 1, 1], [1, 1, 1]) == [True, False, False, True]
    assert shown([0, 0, 0], [1, 1, 1], [1, 1, 1]) == [True, False, False, True]


def test_an_unknown_figure_is_part_of_no_sum_and_a_part_without_any_is_open():
    assert shown([np.nan, np.nan], [1, 1, 1]) == [True, True, True]
    assert shown([3, np.nan, 3], [1, 1, 1]) == [True, False, False]


@pytest.mark.parametrize(("largest", "is_open"), [(17.0, True), (17.1, False)])
def test_exactly_the_share_of_dominance_is_still_shown(largest, is_open):
    # 17 of 20 is 85 %
    sums, cells = line([largest, 1.5, 1.5], [1, 1, 1], [1, 1, 1])
    assert safe(sums.parts, cells, FIRM)[1] == is_open
    assert published(sums, cells, THREE)[1]


@pytest.mark.parametrize(("others", "is_open"), [(10.0, True), (9.9, False)])
def test_what_the_two_largest_leave_is_at_least_p_per_cent_of_the_largest(others, is_open):
    # 100 and 90: the second takes its 90 off the sum and knows the first as 100 to 100 + others. 10 is 10 % of 100.
    sums, cells = line([100.0, 90.0, others / 2, others / 2], [50, 50, 50], [50, 50, 50])
    assert safe(sums.parts, cells, TENTH)[1] == is_open
    assert safe(sums.parts, cells, FIRM)[1]  # neither has nearly all of it
    assert safe(sums.parts, cells, TENTH)[0]
    assert published(sums, cells, THREE)[1]
    assert published(sums, cells, TENTH)[1] == is_open


def test_two_large_ones_in_different_parts_tell_each_other_from_the_sum_of_both():
    # 100 and 95 stand in two parts with small ones beside them: either part is of one alone, and in both together
    # 1.5 is left, less than 10 % of 100
    sums, cells = line([100.0, 0.5, 0.5], [95.0, 0.25, 0.25])
    assert safe(sums.parts, cells, TENTH).tolist() == [False, False, False]
    assert published(sums, cells, TENTH).tolist() == [False, False, False]
    assert published(sums, cells, THREE).tolist() == [True, True, True]


def test_what_is_left_of_a_total_is_no_pair_of_large_ones_either():
    # the first part is told by its two large ones: to withhold it alone would leave it as the total less the others, so
    # the smallest other part goes with it: 100 + 90 + 1 + 1 + 30 leaves 32 beside the two, more than 10
    assert shown([100, 90, 1, 1], [20, 20, 20], [10, 10, 10], limits=TENTH) == [True, False, True, False]
    # a part that adds too little beside the two is not enough: 1 + 1 + 3 is less than 10, and the next goes too
    assert shown([100, 90, 1, 1], [20, 20, 20], [1, 1, 1], limits=TENTH) == [True, False, False, False]


def test_the_difference_of_two_published_sums_of_other_tables_is_no_pair_of_large_ones():
    # cells: industry A in park P (10, 10, 10), industry A elsewhere (100, 90, 1, 1), others (50, 50, 50).
    # A is safe (32 beside its two largest), P is safe (20), A less P would be the four: 2 beside 100 and 90.
    parts = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 1]], dtype=bool)
    lines = ((0, np.array([1, 2])), (0, np.array([3, 4])))
    values = np.array([10.0, 10, 10, 100, 90, 1, 1, 50, 50, 50])
    cells = cells_of(values, np.array([0, 0, 0, 1, 1, 1, 1, 2, 2, 2]), 3)
    sums = Sums(parts, lines, np.array([2, 1, 1, 1, 1]))
    assert published(sums, cells, THREE).all()
    open_ = published(sums, cells, TENTH)
    assert not (open_[1] and open_[3])
    assert not told(parts, open_, np.array([0.0, 1.0, 0.0]))


def test_two_equal_figures_are_the_two_largest_wherever_they_stand():
    cells = cells_of(np.array([5.0, 5.0, 3.0, -7.0, 7.0, np.nan, 0.0]), np.array([0, 0, 0, 1, 2, 2, 3]), 4)
    assert cells.largest.tolist() == [5.0, 7.0, 7.0, 0.0]
    assert cells.second.tolist() == [5.0, 0.0, 0.0, 0.0]
    # 7 and 7 leave 13 of 27: more than 10 % of 7; of two cells of 7 alone nothing is left
    found = safe(np.array([[1, 1, 1, 1], [0, 1, 1, 0], [1, 1, 0, 0]], dtype=bool), cells, Limits(2, 1.0, percent=10.0))
    assert found.tolist() == [True, False, True]


def test_a_refund_counts_by_its_amount():
    sums, cells = line([-100.0, 1.0, 1.0], [1, 1, 1], [1, 1, 1])
    assert not safe(sums.parts, cells, FIRM)[1]


def test_a_sum_inside_another_table_s_sum_is_not_told_by_the_difference():
    # cells: industry A in park P (3 firms), industry A elsewhere (1 firm), others. A - P would be that one firm.
    parts = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 1]], dtype=bool)
    lines = ((0, np.array([1, 2])), (0, np.array([3, 4])))
    cells = cells_of(np.full(7, 5.0), np.array([0, 0, 0, 1, 2, 2, 2]), 3)
    open_ = published(Sums(parts, lines, np.array([2, 1, 1, 1, 1])), cells, THREE)
    assert not (open_[1] and open_[3])
    assert not told(parts, open_, np.array([0.0, 1.0, 0.0]))


def cross(*cells: list[float], dominance: float = 0.85, spread: float = 0.15):
    """Return total, two rows, two columns and four fields of a table of two by two, and which of them are published."""
    parts = np.array(
        [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], *np.eye(4, dtype=int)], dtype=bool
    )
    lines = [(0, [1, 2]), (0, [3, 4]), (1, [5, 6]), (2, [7, 8]), (3, [5, 7]), (4, [6, 8])]
    sums = Sums(parts, tuple((row, np.array(of)) for row, of in lines), np.array([2, 1, 1, 1, 1, 0, 0, 0, 0]))
    cell = np.repeat(np.arange(4), [len(one) for one in cells])
    held = cells_of(np.concatenate(cells), cell, 4)
    return published(sums, held, Limits(3, dominance, spread)).tolist()


def test_margins_that_would_pin_down_a_large_withheld_field_are_not_all_shown():
    #            east: 9 large      west: 2 small        sum 90 002
    #            2 large            1 small              sum 20 001
    # The west is 3 in all, so the two large ones of the second row would be 19 998 to 20 001. To hide the west alone is
    # no use (it is the total less the east): the sums of the rows go instead.
    fields = ([10_000.0] * 9, [1.0, 1.0], [10_000.0] * 2, [1.0])
    assert cross(*fields) == [True, False, False, True, True, False, False, False, False]
    # who lets a range be as narrow as it likes shows them all
    assert cross(*fields, spread=0.0) == [True, True, True, True, True, False, False, False, False]


def told(parts: np.ndarray, open_: np.ndarray, what: np.ndarray) -> bool:
    """Return whether a combination of cells follows from published sums: by rank, not by projection."""
    known = parts[open_].astype(float)
    if not len(known):
        return False
    return np.linalg.matrix_rank(np.vstack([known, what])) == np.linalg.matrix_rank(known)


@st.composite
def tables(draw, industries=4, parks=3, towns=2, firms=24, least_value=0):
    """Return firms with an industry, a park and a town and a figure, as sums of four tables that hang together."""
    n = draw(st.integers(1, firms))
    keys = np.array(
        draw(
            st.lists(
                st.tuples(st.integers(1, industries), st.integers(1, parks), st.integers(1, towns)),
                min_size=n,
                max_size=n,
            )
        )
    )
    figures = st.integers(least_value, 400).map(float) | st.just(1e4)
    values = np.array(draw(st.lists(figures if least_value else figures | st.just(np.nan), min_size=n, max_size=n)))
    cells, cell = np.unique(keys, axis=0, return_inverse=True)
    rows, order, at = [np.ones(len(cells), dtype=bool)], [2], {}
    for axes, rank in (((0,), 1), ((1,), 1), ((2,), 1), ((0, 1), 0)):
        for key in np.unique(cells[:, axes], axis=0):
            at.setdefault(axes, {})[tuple(key)] = len(rows)
            rows.append((cells[:, axes] == key).all(axis=1))
            order.append(rank)
    lines = [(0, np.array(list(at[axes].values()))) for axes in ((0,), (1,), (2,))]
    for side, axes in ((0, (0,)), (1, (1,))):
        for key, row in at[axes].items():
            lines.append((row, np.array([r for inner, r in at[0, 1].items() if inner[side] == key[0]])))
    sums, at = Sums(np.array(rows), tuple(lines), np.array(order)), cell.ravel()
    return sums, cells_of(values, at, len(cells)), values, at


def test_what_two_fields_of_different_lines_leave_of_the_total_does_not_tell_the_first_to_the_second():
    # three industries by two parks: 1 = (3, 3, 20) and (148, 2); 2 = (12, 3, 4) and (25); 3 = (1); in all 221
    fields = [[3, 3, 20], [148, 2], [12, 3, 4], [25], [1]]
    industries, parks = [[0, 1], [2, 3], [4]], [[0, 2, 4], [1, 3]]
    parts = np.array([[k in one for k in range(5)] for one in ([0, 1, 2, 3, 4], *industries, *parks)])
    parts = np.vstack([parts, np.eye(5, dtype=bool)])
    lines = [(0, np.array([1, 2, 3])), (0, np.array([4, 5]))]
    lines += [(1 + n, 6 + np.array(one)) for n, one in enumerate([*industries, *parks])]
    cells = cells_of(np.concatenate(fields).astype(float), np.repeat(np.arange(5), [len(one) for one in fields]), 5)
    open_ = published(Sums(parts, tuple(lines), np.array([4, *[3] * 3, *[2] * 2, *[0] * 5])), cells, ALL)
    # 221 - 26 - 19 = 176 = 148 + 25 + 2 + 1: whoever has 25 would know 148 as 151, by 2 %
    assert np.flatnonzero(open_).tolist() == [0, 6]


@settings(max_examples=300, deadline=None)
@given(tables(), st.sampled_from([THREE, FIRM, TENTH, ALL]))
def test_nothing_withheld_can_be_solved_for_and_nothing_unsafe_is_shown(made, limits):
    sums, cells, *_ = made
    open_ = published(sums, cells, limits)
    none = empty(sums.parts, cells)
    assert (safe(sums.parts, cells, limits) | none)[open_].all()
    known = open_ & ~none
    for row in np.flatnonzero(~open_):
        assert not told(sums.parts, known, sums.parts[row].astype(float))


@settings(max_examples=300, deadline=None)
@given(tables(), st.sampled_from([THREE, FIRM, TENTH, ALL, Limits(2, 0.6, 0.3, 25.0), Limits(4, 1.0, 0.05)]))
def test_the_answer_is_that_of_the_plain_way_cell_by_cell(made, limits):
    sums, cells, values, cell = made
    plain = plainly.Sums(sums.parts, sums.lines, sums.order)
    wanted = plainly.published(
        plain, plainly.cells_of(values, cell, sums.parts.shape[1]), plainly.Limits(*astuple(limits))
    )
    assert published(sums, cells, limits).tolist() == wanted.tolist()


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_published_sum_nor_difference_lets_the_second_know_the_first_by_a_tenth(made):
    sums, cells, values, cell = made
    open_ = published(sums, cells, TENTH)
    shown_sets = sums.parts[open_]
    differences = [one & ~two for one in shown_sets for two in shown_sets if not (two & ~one).any()]
    for part in (*shown_sets, *differences):
        inside = np.sort(values[part[cell] & np.isfinite(values)])
        if inside.sum() > 0:
            assert inside[:-2].sum() >= 0.1 * inside[-1] - 1e-9


@settings(max_examples=300, deadline=None)
@given(tables())
def test_no_cell_of_one_or_two_enterprises_and_no_two_cells_of_one_each_can_be_solved_for(made):
    sums, cells, *_ = made
    known = published(sums, cells, THREE) & ~empty(sums.parts, cells)
    single = np.eye(len(cells.known))
    few = np.flatnonzero((cells.known > 0) & (cells.known < 3))
    for cell in few:
        assert not told(sums.parts, known, single[cell])
    alone = np.flatnonzero(cells.known == 1)
    for one, other in combinations(alone.tolist(), 2):
        # whoever is alone in one cell adds its own figure to what is published
        open_ = np.vstack([sums.parts[known].astype(float), single[one]])
        before = np.linalg.matrix_rank(open_)
        assert np.linalg.matrix_rank(np.vstack([open_, single[other]])) > before


def reach(parts: np.ndarray, totals: np.ndarray, what: np.ndarray) -> tuple[float, float]:
    """Return the least and the most a sum can be, given published sums and that no cell is below 0, by all corners."""
    values = []
    rank = np.linalg.matrix_rank(parts)
    for chosen in combinations(range(parts.shape[1]), int(rank)):
        block = parts[:, chosen]
        if np.linalg.matrix_rank(block) < rank:
            continue
        corner = np.linalg.lstsq(block, totals, rcond=None)[0]
        if (corner > -1e-7).all() and np.allclose(block @ corner, totals, atol=1e-6):
            values.append(float(what[list(chosen)] @ corner))
    return min(values), max(values)


@settings(max_examples=150, deadline=None)
@given(tables(industries=3, parks=2, towns=2, firms=16, least_value=1))
def test_what_is_withheld_stays_open_in_a_range_that_is_not_tight(made):
    sums, cells, *_ = made
    open_ = published(sums, cells, FIRM)
    parts, amounts = sums.parts.astype(float), cells.size
    if not open_.any():
        return
    covered = sums.parts[open_].any(axis=0)  # what is in no published sum may be anything
    for row in np.flatnonzero(~open_ & ~safe(sums.parts, cells, FIRM) & ~(sums.parts & ~covered).any(axis=1)):
        least, most = reach(parts[open_], parts[open_] @ amounts, parts[row])
        true = float(parts[row] @ amounts)
        assert least - 1e-6 <= true <= most + 1e-6
        assert most - least >= 0.05 * true


def test_one_firm_that_outweighs_a_county_of_five_cells_leaves_nothing_to_publish():
    rows = ["11111", "11100", "00010", "00001", "11011", "00100", "10111", "01000", "11000", "00100", "00010", "00001"]
    lines = ((0, [1, 2, 3]), (0, [4, 5]), (0, [6, 7]), (1, [8, 9]), (2, [10]), (3, [11]), (4, [8, 10, 11]), (5, [9]))
    sums = Sums(
        parts=np.array([[sign == "1" for sign in row] for row in rows]),
        lines=tuple((parent, np.array(children)) for parent, children in lines),
        order=np.array([2, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]),
    )
    cells = cells_of(np.array([1e4, 1, 1, 1, 1, 1, 1]), np.array([0, 1, 2, 3, 3, 3, 4]), 5)
    assert not published(sums, cells, FIRM).any()


def test_the_same_tables_give_the_same_answer_whatever_the_order_of_the_enterprises():
    rng = np.random.default_rng(5)
    cell = rng.integers(0, 6, 40)
    values = rng.integers(1, 50, 40).astype(float)
    parts = np.vstack([np.ones(6, dtype=bool), np.eye(6, dtype=bool)])
    sums = Sums(parts, ((0, np.arange(1, 7)),), np.array([2] + [1] * 6))
    order = rng.permutation(40)
    first = published(sums, cells_of(values, cell, 6), FIRM)
    assert (first == published(sums, cells_of(values[order], cell[order], 6), FIRM)).all()


def test_thousands_of_cells_are_judged_without_a_square_of_them():
    import tracemalloc

    at = np.arange(6000)
    parts = np.vstack(
        [np.ones(6000, dtype=bool), *[at % 4 == n for n in range(4)], *[at // 2000 == n for n in range(3)]]
    )
    lines = ((0, np.arange(1, 5)), (0, np.arange(5, 8)))
    sums = Sums(parts, lines, np.array([4, *[3] * 4, *[2] * 3]))
    tracemalloc.start()
    shown = published(sums, cells_of(np.full(6000, 5.0), at, 6000), FIRM)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert shown.all()
    assert peak < 36_000_000  # 6000 x 6000 flags alone
