"""Place labels on a map so that none covers another, a leader line of another, or the edge of the frame.

Pure: numpy only, in millimetres of the frame. Each label says at which places it may stand and how good each is; the
most important label takes its best place, the next one the best that is still free, and so on. What finds no place is
reported, never written over something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]
Places = npt.NDArray[np.intp]
NONE: Final = -1
"""Choice of a label that found no place."""
FIRST_FEW: Final = 8
"""Places that are looked at first: most labels find theirs among them."""
MOST_TRIES: Final = 400
TRIES_EACH: Final = 40
"""How many labels are asked to move out of the way of others, in all and for one of them."""
TOUCH: Final = 1e-9
"""Millimetres by which boxes may overlap: what only touches does not cover."""


@dataclass(frozen=True)
class Wish:
    """One label, and the places where it may stand."""

    boxes: Numbers
    """(places, pieces, 4): x0, y0, x1, y1 of what it covers at each place; a text along a line has several pieces."""
    cost: Numbers
    """(places,): the less the better; infinite = not there."""
    leaders: Numbers | None = None
    """(places, 4): line from the label to what it names; NaN = none at that place."""
    priority: int = 0
    """The less the earlier; equal ones in the order given."""


@dataclass(frozen=True)
class _Field:
    """What no label may cover, and what the labels name."""

    frame: Box
    blocked: Numbers
    anchors: Numbers
    """(labels, 4)."""


@dataclass
class _Taken:
    """What is written so far: the place of each label, its boxes and its leader line."""

    chosen: Places
    boxes: Numbers
    owner: Places
    """Label of each box; NONE = a free line of the array."""
    leaders: Numbers
    """(labels, 4); NaN = none."""

    @classmethod
    def of(cls, wishes: Sequence[Wish]) -> _Taken:
        """Return room for the labels, none of them written."""
        pieces = sum(wish.boxes.shape[1] for wish in wishes)
        none = np.full(len(wishes), NONE, dtype=np.intp)
        return cls(
            none, np.full((pieces, 4), np.nan), np.full(pieces, NONE, dtype=np.intp), np.full((len(wishes), 4), np.nan)
        )

    def put(self, label: int, wish: Wish, choice: int) -> None:
        """Write a label at one of its places."""
        free = np.flatnonzero(self.owner == NONE)[: wish.boxes.shape[1]]
        self.boxes[free], self.owner[free] = wish.boxes[choice], label
        self.leaders[label] = np.nan if wish.leaders is None else wish.leaders[choice]
        self.chosen[label] = choice

    def take_away(self, label: int) -> None:
        """Take a label off the map."""
        self.boxes[self.owner == label] = np.nan
        self.owner[self.owner == label] = NONE
        self.leaders[label] = np.nan
        self.chosen[label] = NONE


def place(wishes: Sequence[Wish], *, frame: Box, blocked: Sequence[Box] = (), anchors: Numbers | None = None) -> Places:
    """Return the place each label takes; `NONE` where every place is taken.

    A label that finds every place taken gets one that a single other label takes, no more important than itself and
    able to stand elsewhere; of those labels only `MOST_TRIES` are asked.

    Parameters
    ----------
    frame
        No label leaves it.
    blocked
        Boxes where nothing is written: a legend inside the frame.
    anchors
        (wishes, 4): box of what each label names and that no other label covers; NaN = none.
    """
    named = np.full((len(wishes), 4), np.nan) if anchors is None else anchors
    ground = _Field(frame, np.asarray(blocked, dtype=float).reshape(-1, 4), named)
    taken = _Taken.of(wishes)
    order = np.argsort([wish.priority for wish in wishes], kind="stable").tolist()
    _write(wishes, order, taken, ground)
    left = [at for at in order if taken.chosen[at] == NONE]
    tries = MOST_TRIES
    for at in left:
        tries = _make_room(at, wishes, taken, ground, tries)
    _write(wishes, [at for at in left if taken.chosen[at] == NONE], taken, ground)
    return taken.chosen


def _write(wishes: Sequence[Wish], order: Sequence[int], taken: _Taken, ground: _Field) -> None:
    """Write the labels that find a free place, in the order given."""
    for at in order:
        if (choice := _best(at, wishes[at], taken, ground)) != NONE:
            taken.put(at, wishes[at], choice)


def _make_room(at: int, wishes: Sequence[Wish], taken: _Taken, ground: _Field, tries: int) -> int:
    """Write a label where one other label moves out of its way; return how many tries are left."""
    places, hits, owners = _clashes(at, wishes[at], _open(wishes[at], ground), taken, ground)
    asked = 0
    for choice, hit in zip(places.tolist(), hits, strict=True):
        others = np.unique(owners[hit])
        if len(others) != 1 or wishes[int(others[0])].priority < wishes[at].priority:
            continue
        if tries == 0 or asked == TRIES_EACH:
            break
        tries, asked, other = tries - 1, asked + 1, int(others[0])
        before = int(taken.chosen[other])
        taken.take_away(other)
        taken.put(at, wishes[at], choice)
        if (moved := _best(other, wishes[other], taken, ground)) != NONE:
            taken.put(other, wishes[other], moved)
            break
        taken.take_away(at)
        taken.put(other, wishes[other], before)
    return tries


def _best(at: int, wish: Wish, taken: _Taken, ground: _Field) -> int:
    """Return the cheapest place of a label that is free; `NONE` where there is none."""
    every = _open(wish, ground)
    for some in (every[:FIRST_FEW], every[FIRST_FEW:]):
        places, hits, _ = _clashes(at, wish, some, taken, ground)
        free = np.flatnonzero(~hits.any(axis=1))
        if len(free):
            return int(places[free[0]])
    return NONE


def _open(wish: Wish, ground: _Field) -> Places:
    """Return the places a label may stand at in the frame, the cheapest first."""
    order = np.argsort(wish.cost, kind="stable")
    order = order[np.isfinite(wish.cost[order])]
    return order[_inside(wish.boxes[order], ground.frame)]


def _clashes(at: int, wish: Wish, order: Places, taken: _Taken, ground: _Field) -> tuple[Places, Mask, Places]:
    """Return which of some places are not shut for good, and which labels are in the way at each.

    Returns
    -------
    Places (n,); at each what it hits (n, things); the label that each thing belongs to (things,).
    """
    if not len(order):
        return order, np.empty((0, 0), dtype=bool), np.empty(0, dtype=np.intp)
    boxes = wish.boxes[order]
    leaders = np.full((len(order), 4), np.nan) if wish.leaders is None else wish.leaders[order]
    window = _window(boxes, leaders)
    clear = ~_covers(boxes, _others(ground.anchors, at, window)) & ~_covers(boxes, ground.blocked)
    clear &= ~np.asarray(np.any(lines_meet_boxes(leaders, ground.blocked), axis=1))
    order, boxes, leaders = order[clear], boxes[clear], leaders[clear]
    near = np.flatnonzero(boxes_meet(window[None], taken.boxes)[0])
    lines = np.flatnonzero(_bounds_touch(window[None], _bounds(taken.leaders))[0])
    over = _piecewise(boxes_meet(boxes.reshape(-1, 4), taken.boxes[near]), boxes)
    under = _piecewise(lines_meet_boxes(taken.leaders[lines], boxes.reshape(-1, 4)).T, boxes)
    hits = np.concatenate(
        [
            over | lines_meet_boxes(leaders, taken.boxes[near]),
            under | lines_cross(leaders, taken.leaders[lines]),
        ],
        axis=1,
    )
    return order, hits, np.concatenate([taken.owner[near], lines])


def _others(anchors: Numbers, at: int, window: Numbers) -> Numbers:
    """Return what other labels name within a window."""
    near = boxes_meet(window[None], anchors)[0]
    near[at] = False
    others: Numbers = anchors[near]
    return others


def _inside(boxes: Numbers, frame: Box) -> Mask:
    low = (boxes[..., :2] >= np.asarray(frame[:2]) - TOUCH).all(axis=(1, 2))
    high = (boxes[..., 2:] <= np.asarray(frame[2:]) + TOUCH).all(axis=(1, 2))
    return np.asarray(low & high)


def _window(boxes: Numbers, leaders: Numbers) -> Numbers:
    """Return the bounds of all places of a label, leader lines included."""
    corners = np.concatenate([boxes.reshape(-1, 4), _bounds(leaders[np.isfinite(leaders).all(axis=1)])])
    return np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])


def _bounds(lines: Numbers) -> Numbers:
    return np.concatenate([np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])], axis=1)


def _covers(boxes: Numbers, others: Numbers) -> Mask:
    """Say of each place whether a piece of the label covers one of the other boxes."""
    return np.asarray(np.any(_piecewise(boxes_meet(boxes.reshape(-1, 4), others), boxes), axis=1))


def _piecewise(met: Mask, boxes: Numbers) -> Mask:
    """Return what any piece of a label meets at each place, from what each piece meets."""
    return np.asarray(np.any(met.reshape(*boxes.shape[:2], met.shape[1]), axis=1))


# ------------------------------------------------------------------------------------------- who meets whom


def boxes_meet(boxes: Numbers, others: Numbers) -> Mask:
    """Say which boxes (n, 4) overlap which others (m, 4): (n, m); those that only touch do not."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray((high - low > TOUCH).all(axis=2))


def _bounds_touch(boxes: Numbers, others: Numbers) -> Mask:
    """Say which bounds share a point with which others; bounds of a line have no area."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray((high >= low).all(axis=2))


def lines_meet_boxes(lines: Numbers, boxes: Numbers) -> Mask:
    """Say which straight lines (n, 4) run through which boxes (m, 4): (n, m); lines of NaN through none."""
    start, way = lines[:, None, :2], (lines[:, 2:] - lines[:, :2])[:, None, :]
    low, high = boxes[None, :, :2] + TOUCH, boxes[None, :, 2:] - TOUCH
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - start) / way, (high - start) / way
    level = way == 0
    within = level & (start > low) & (start < high)
    enters = np.where(level, np.where(within, -np.inf, np.inf), np.minimum(first, second))
    leaves = np.where(level, np.where(within, np.inf, -np.inf), np.maximum(first, second))
    return np.asarray(np.maximum(enters.max(axis=2), 0.0) < np.minimum(leaves.min(axis=2), 1.0))


def lines_cross(lines: Numbers, others: Numbers) -> Mask:
    """Say which straight lines (n, 4) share a point with which others (m, 4): (n, m); lines of NaN with none."""
    a, b = lines[:, None, :2], lines[:, None, 2:]
    c, d = others[None, :, :2], others[None, :, 2:]
    apart = (_side(a, b, c) * _side(a, b, d) <= 0) & (_side(c, d, a) * _side(c, d, b) <= 0)
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, b), np.maximum(c, d))
    return np.asarray(apart & (high >= low).all(axis=2))


def _side(start: Numbers, end: Numbers, point: Numbers) -> Numbers:
    """Return on which side of a line a point lies: positive left, negative right."""
    way, to = end - start, point - start
    return np.asarray(np.sign(way[..., 0] * to[..., 1] - way[..., 1] * to[..., 0]))
