"""Labels: none covers another, a leader line or the frame, and who has priority gets the better place."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.cartography.pane.labels import NONE, Wish, boxes_meet, lines_cross, lines_meet_boxes, place

FRAME = (0.0, 0.0, 100.0, 60.0)


def box(x, y, width=10.0, height=4.0):
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def wish(*places, priority=0, leaders=None, cost=None):
    boxes = np.array([[box(*one)] for one in places], dtype=float)
    cost = np.arange(len(places), dtype=float) if cost is None else np.array(cost, dtype=float)
    return Wish(boxes, cost, None if leaders is None else np.array(leaders, dtype=float), priority)


def test_a_label_takes_its_best_place():
    assert place([wish((20, 20), (40, 20))], frame=FRAME).tolist() == [0]
    assert place([wish((20, 20), (40, 20), cost=[5, 1])], frame=FRAME).tolist() == [1]


def test_two_labels_of_one_place_go_to_different_ones_and_the_more_important_has_the_choice():
    wishes = [wish((20, 20), (40, 20), priority=2), wish((22, 21), (60, 20), priority=1)]
    assert place(wishes, frame=FRAME).tolist() == [1, 0]


def test_a_label_makes_room_for_one_that_can_stand_nowhere_else():
    first, second = wish((20, 20), (60, 20)), wish((21, 20))
    assert place([first, second], frame=FRAME).tolist() == [1, 0]


def test_a_more_important_label_does_not_move_and_one_that_cannot_stays():
    assert place([wish((20, 20), (60, 20), priority=0), wish((21, 20), priority=1)], frame=FRAME).tolist() == [0, NONE]
    assert place([wish((20, 20)), wish((21, 20))], frame=FRAME).tolist() == [0, NONE]
    assert place([wish((20, 20)), wish((28, 20)), wish((24, 20))], frame=FRAME).tolist() == [0, NONE, NONE]


def test_labels_of_equal_importance_choose_in_the_order_given():
    assert place([wish((20, 20), (40, 20)), wish((20, 20), (60, 20))], frame=FRAME).tolist() == [0, 1]


def test_labels_may_touch():
    assert place([wish((20, 20)), wish((30, 20))], frame=FRAME).tolist() == [0, 0]
    assert place([wish((20, 20)), wish((29.9, 20))], frame=FRAME).tolist() == [0, NONE]


def test_a_label_may_stand_on_the_frame_but_not_leave_it():
    assert place([wish((5, 2))], frame=FRAME).tolist() == [0]
    assert place([wish((4.9, 2))], frame=FRAME).tolist() == [NONE]
    assert place([wish((95, 58))], frame=FRAME).tolist() == [0]
    assert place([wish((95, 58.1))], frame=FRAME).tolist() == [NONE]


def test_a_place_of_infinite_cost_is_never_taken():
    assert place([wish((20, 20), (40, 20), cost=[np.inf, 7])], frame=FRAME).tolist() == [1]
    assert place([wish((20, 20), cost=[np.inf])], frame=FRAME).tolist() == [NONE]


def test_nothing_is_written_where_the_sheet_needs_the_room():
    assert place([wish((20, 20), (60, 20))], frame=FRAME, blocked=[(0, 0, 30, 30)]).tolist() == [1]


def test_what_another_label_names_stays_visible():
    anchors = np.array([box(20, 20, 1, 1), box(50, 20, 1, 1)])
    assert place([wish((20, 20)), wish((22, 21), (60, 20))], frame=FRAME, anchors=anchors).tolist() == [0, 1]
    alone = place([wish((50, 20), (80, 20)), wish((60, 50))], frame=FRAME, anchors=anchors)
    assert alone.tolist() == [1, 0]


def test_anchors_of_labels_without_one_block_nothing():
    anchors = np.full((2, 4), np.nan)
    assert place([wish((20, 20)), wish((60, 20))], frame=FRAME, anchors=anchors).tolist() == [0, 0]


def test_a_leader_line_may_not_run_under_another_label():
    first = wish((30, 20))
    through = [[20, 20, 50, 20], [20, 20, 20, 40]]  # under the first label; straight up beside it
    second = wish((55, 20), (20, 42), leaders=through)
    assert place([first, second], frame=FRAME).tolist() == [0, 1]


def test_a_label_may_not_cover_the_leader_line_of_another():
    first = wish((60, 20), leaders=[[20, 20, 55, 20]])
    assert place([first, wish((40, 20), (40, 30))], frame=FRAME).tolist() == [0, 1]


def test_leader_lines_do_not_cross():
    first = wish((50, 50), leaders=[[10, 10, 45, 50]])
    second = wish((20, 42), (80, 20), leaders=[[40, 10, 20, 40], [40, 10, 75, 20]])
    assert place([first, second], frame=FRAME).tolist() == [0, 1]


def test_a_text_along_a_line_takes_only_its_signs():
    slanted = Wish(np.array([[box(20 + 5 * at, 20 + 5 * at, 4, 4) for at in range(4)]]), np.zeros(1))
    assert place([slanted, wish((32, 18))], frame=FRAME).tolist() == [0, 0]
    assert place([slanted, wish((31, 29))], frame=FRAME).tolist() == [0, NONE]


def test_no_label_is_no_trouble():
    assert place([], frame=FRAME).tolist() == []


@pytest.mark.parametrize(
    ("line", "meets"),
    [
        ([0, 5, 10, 5], True),
        ([0, 0, 10, 0], False),
        ([5, 5, 5, 5], True),
        ([0, 3, 10, 3], False),
        ([4, 0, 4, 10], False),
        ([5, 0, 5, 10], True),
        ([0, 0, 10, 10], True),
        ([0, 6, 3, 6], False),
        ([np.nan] * 4, False),
    ],
)
def test_a_line_meets_a_box_only_when_it_runs_through_it(line, meets):
    found = lines_meet_boxes(np.array([line], dtype=float), np.array([[4.0, 3.0, 6.0, 7.0]]))
    assert found.tolist() == [[meets]]


@pytest.mark.parametrize(
    ("first", "second", "meets"),
    [
        ([0, 0, 10, 10], [0, 10, 10, 0], True),
        ([0, 0, 4, 4], [0, 10, 10, 0], False),
        ([0, 0, 10, 0], [5, 0, 5, 5], True),
        ([0, 0, 10, 0], [4, 0, 15, 0], True),
        ([0, 0, 10, 0], [11, 0, 15, 0], False),
        ([0, 0, 10, 0], [np.nan] * 4, False),
    ],
)
def test_lines_cross_when_they_share_a_point(first, second, meets):
    one, two = np.array([first], dtype=float), np.array([second], dtype=float)
    assert lines_cross(one, two).tolist() == lines_cross(two, one).tolist() == [[meets]]


whole = st.integers(0, 100).map(float)


@st.composite
def many_wishes(draw):
    made = []
    for _ in range(draw(st.integers(1, 12))):
        places, pieces = draw(st.integers(1, 5)), draw(st.integers(1, 2))
        anchor = draw(whole), draw(whole)
        boxes, leaders = [], []
        for _ in range(places):
            x, y = draw(whole), draw(whole)
            boxes.append([box(x + 9 * piece, y, draw(st.sampled_from([3.0, 8.0])), 3.0) for piece in range(pieces)])
            leaders.append([*anchor, x, y + 1.5] if draw(st.booleans()) else [np.nan] * 4)
        cost = [draw(st.sampled_from([0.0, 1.0, 2.0, np.inf])) for _ in range(places)]
        with_lines = np.array(leaders, dtype=float) if draw(st.booleans()) else None
        made.append(Wish(np.array(boxes, dtype=float), np.array(cost), with_lines, draw(st.integers(0, 2))))
    return made


def taken(wishes, chosen):
    """Return boxes and leader lines of the labels that stand, label by label, as shapes."""
    for one, at in zip(wishes, chosen.tolist(), strict=True):
        if at == NONE:
            continue
        line = None
        if one.leaders is not None and np.isfinite(one.leaders[at]).all():
            line = shapely.LineString(one.leaders[at].reshape(2, 2))
        yield [shapely.box(*piece) for piece in one.boxes[at]], line


@settings(max_examples=200, deadline=None)
@given(many_wishes())
def test_no_label_covers_another_or_a_leader_line_or_leaves_the_frame(wishes):
    chosen = place(wishes, frame=FRAME)
    standing = list(taken(wishes, chosen))
    frame = shapely.box(*FRAME).buffer(1e-6)
    for boxes, _ in standing:
        assert all(frame.covers(piece) for piece in boxes)
    for at, (boxes, line) in enumerate(standing):
        for others, other_line in standing[at + 1 :]:
            assert all(one.intersection(two).area < 1e-6 for one in boxes for two in others)
            for pieces, leader in ((boxes, other_line), (others, line)):
                assert leader is None or all(leader.intersection(one).length < 1e-6 for one in pieces)
            if line is not None and other_line is not None:
                assert line.distance(other_line) > 0


@settings(max_examples=120, deadline=None)
@given(many_wishes())
def test_a_label_is_left_out_only_where_each_of_its_places_is_taken(wishes):
    chosen = place(wishes, frame=FRAME)
    stand = [
        Wish(one.boxes[[at]], np.zeros(1), _line(one, at)) for one, at in zip(wishes, chosen, strict=True) if at != NONE
    ]
    for left in np.flatnonzero(chosen == NONE):
        again = place([*stand, wishes[left]], frame=FRAME)
        assert again[-1] == NONE
        assert (again[:-1] == 0).all()


def _line(one, at):
    return None if one.leaders is None else one.leaders[[at]]


@settings(max_examples=60, deadline=None)
@given(many_wishes(), st.floats(1.5, 20.0))
def test_the_choice_does_not_depend_on_the_unit(wishes, factor):
    wider = [
        Wish(one.boxes * factor, one.cost, None if one.leaders is None else one.leaders * factor, one.priority)
        for one in wishes
    ]
    frame = tuple(side * factor for side in FRAME)
    assert place(wishes, frame=FRAME).tolist() == place(wider, frame=frame).tolist()


def test_boxes_that_meet_are_found_pair_by_pair():
    first = np.array([[0, 0, 2, 2], [5, 5, 6, 6]], dtype=float)
    second = np.array([[1, 1, 3, 3], [2, 0, 4, 2], [5.5, 5.5, 9, 9]], dtype=float)
    assert boxes_meet(first, second).tolist() == [[True, False, False], [False, False, True]]
