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
NONE: Final = -1
"""Choice of a label that found no place."""
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


@dataclass
class _Taken:
    """What is already written: boxes and leader lines, in arrays with room for all."""

    boxes: Numbers
    leaders: Numbers
    n_boxes: int = 0
    n_leaders: int = 0

    def add(self, boxes: Numbers, leader: Numbers | None) -> None:
        """Take the boxes of a label, and its leader line."""
        self.boxes[self.n_boxes : self.n_boxes + len(boxes)] = boxes
        self.n_boxes += len(boxes)
        if leader is not None and np.isfinite(leader).all():
            self.leaders[self.n_leaders] = leader
            self.n_leaders += 1

    def near(self, window: Numbers) -> tuple[Numbers, Numbers]:
        """Return the boxes and leader lines that meet a window."""
        boxes, leaders = self.boxes[: self.n_boxes], self.leaders[: self.n_leaders]
        bounds = np.concatenate(
            [np.minimum(leaders[:, :2], leaders[:, 2:]), np.maximum(leaders[:, :2], leaders[:, 2:])], axis=1
        )
        return boxes[boxes_meet(window[None], boxes)[0]], leaders[_bounds_touch(window[None], bounds)[0]]


def place(
    wishes: Sequence[Wish], *, frame: Box, blocked: Sequence[Box] = (), anchors: Numbers | None = None
) -> npt.NDArray[np.intp]:
    """Return the place each label takes; `NONE` where every place is taken.

    Parameters
    ----------
    frame
        No label leaves it.
    blocked
        Boxes where nothing is written: a legend inside the frame.
    anchors
        (wishes, 4): box of what each label names and that no other label covers; NaN = none.
    """
    pieces = sum(wish.boxes.shape[1] for wish in wishes) + len(blocked)
    taken = _Taken(np.empty((pieces, 4)), np.empty((len(wishes), 4)))
    if len(blocked):
        taken.add(np.asarray(blocked, dtype=float), None)
    chosen = np.full(len(wishes), NONE, dtype=np.intp)
    for at in np.argsort([wish.priority for wish in wishes], kind="stable"):
        wish = wishes[at]
        others = np.empty((0, 4)) if anchors is None else np.delete(anchors, at, axis=0)
        choice = _best(wish, taken, frame, others)
        if choice != NONE:
            chosen[at] = choice
            taken.add(wish.boxes[choice], None if wish.leaders is None else wish.leaders[choice])
    return chosen


def _best(wish: Wish, taken: _Taken, frame: Box, anchors: Numbers) -> int:
    """Return the cheapest place of a label that is free; `NONE` where there is none."""
    order = np.argsort(wish.cost, kind="stable")
    order = order[np.isfinite(wish.cost[order])]
    inside = _inside(wish.boxes[order], frame)
    order = order[inside]
    if not len(order):
        return NONE
    boxes = wish.boxes[order]
    leaders = None if wish.leaders is None else wish.leaders[order]
    window = _window(boxes, leaders)
    near_boxes, near_leaders = taken.near(window)
    near_anchors = anchors[boxes_meet(window[None], anchors)[0]]
    clear = ~_covers(boxes, np.concatenate([near_boxes, near_anchors]))
    under = np.asarray(np.any(lines_meet_boxes(near_leaders, boxes.reshape(-1, 4)), axis=0))
    clear &= ~under.reshape(boxes.shape[:2]).any(axis=1)
    if leaders is not None:
        clear &= ~lines_meet_boxes(leaders, near_boxes).any(axis=1)
        clear &= ~lines_cross(leaders, near_leaders).any(axis=1)
    free = np.flatnonzero(clear)
    return int(order[free[0]]) if len(free) else NONE


def _inside(boxes: Numbers, frame: Box) -> Mask:
    low = (boxes[..., :2] >= np.asarray(frame[:2]) - TOUCH).all(axis=(1, 2))
    high = (boxes[..., 2:] <= np.asarray(frame[2:]) + TOUCH).all(axis=(1, 2))
    return np.asarray(low & high)


def _window(boxes: Numbers, leaders: Numbers | None) -> Numbers:
    """Return the bounds of all places of a label, leader lines included."""
    corners = boxes.reshape(-1, 4)
    if leaders is not None:
        lines = leaders[np.isfinite(leaders).all(axis=1)]
        ends = np.concatenate([np.minimum(lines[:, :2], lines[:, 2:]), np.maximum(lines[:, :2], lines[:, 2:])], axis=1)
        corners = np.concatenate([corners, ends])
    return np.concatenate([corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)])


def _covers(boxes: Numbers, others: Numbers) -> Mask:
    """Say of each place whether a piece of the label covers one of the other boxes."""
    met = np.asarray(np.any(boxes_meet(boxes.reshape(-1, 4), others), axis=1))
    return np.asarray(met.reshape(boxes.shape[:2]).any(axis=1))


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
