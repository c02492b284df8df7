"""Say which pages adjoin each other, and at which edge: if A names B in the east, B names A in the west. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np

from landuse.cartography.atlas.grid import Box
from landuse.cartography.atlas.plan import Sheet

DIRECTIONS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
"""Clockwise from the north."""
EDGES: Final = ("n", "e", "s", "w")
REACH: Final = 0.5
"""Share of the larger frame that may lie between two frames that adjoin: parks are apart, cells are not."""


@dataclass(frozen=True)
class Neighbour:
    """An adjoining page."""

    number: int
    direction: str
    """One of `DIRECTIONS`."""
    place: float
    """Where along the edge it lies, 0 = west or south end, 1 = east or north end; corners have 0."""


def opposite(direction: str) -> str:
    """Return the direction in which the way back goes."""
    return DIRECTIONS[(DIRECTIONS.index(direction) + 4) % 8]


def neighbours_of(sheets: Sequence[Sheet]) -> dict[int, tuple[Neighbour, ...]]:
    """Return page -> its neighbours, clockwise from the north, those of an edge from west to east or south to north.

    Cells of a grid adjoin the eight cells around them. Other pages adjoin, at each edge, the nearest page in reach, the
    nearest of scattered land, which lies between all others, and every page that names them so.
    """
    found = _of_cells(sheets) if all(sheet.focus for sheet in sheets) else _of_frames(sheets)
    frames = {sheet.number: sheet.frame for sheet in sheets}
    made: dict[int, list[Neighbour]] = {sheet.number: [] for sheet in sheets}
    for one, other, direction in found:
        made[one].append(Neighbour(other, direction, _place(frames[one], frames[other], direction)))
    order = {name: place for place, name in enumerate(DIRECTIONS)}

    def key(near: Neighbour) -> tuple[int, float, int]:
        return order[near.direction], near.place, near.number

    return {number: tuple(sorted(near, key=key)) for number, near in made.items()}


def _of_cells(sheets: Sequence[Sheet]) -> set[tuple[int, int, str]]:
    """Return (page, other page, direction) of cells that touch each other."""
    places = {_cell(sheet): sheet.number for sheet in sheets}
    steps = dict(zip(DIRECTIONS, ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)), strict=True))
    return {
        (number, places[column + x, row + y], name)
        for (column, row), number in places.items()
        for name, (x, y) in steps.items()
        if (column + x, row + y) in places
    }


def _cell(sheet: Sheet) -> tuple[int, int]:
    x0, y0, x1, y1 = sheet.focus or sheet.frame
    return round(x0 / (x1 - x0)), round(y0 / (y1 - y0))


def _of_frames(sheets: Sequence[Sheet]) -> set[tuple[int, int, str]]:
    boxes = np.asarray([sheet.frame for sheet in sheets], dtype=float).reshape(-1, 4)
    numbers = [sheet.number for sheet in sheets]
    scattered = np.array([sheet.scattered for sheet in sheets], dtype=bool)
    found: set[tuple[int, int, str]] = set()
    for at in range(len(boxes)):
        toward, away = _seen_from(boxes, at)
        for (place, name), kind in product(enumerate(EDGES), (scattered, ~scattered)):
            near = np.flatnonzero((toward == place) & np.isfinite(away) & kind)
            if len(near):
                other = int(near[np.argmin(away[near])])
                found |= {(numbers[at], numbers[other], name), (numbers[other], numbers[at], opposite(name))}
    return found


def _seen_from(boxes: Any, at: int) -> tuple[Any, Any]:
    """Return for every frame the edge (place in `EDGES`) at which it is seen from one, and how far; inf = not at all.

    Both are the same seen from the other side: offsets are measured in the mean size of the two frames.
    """
    own, width, height = boxes[at], boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    dx, dy = 2 * (x - x[at]) / (width + width[at]), 2 * (y - y[at]) / (height + height[at])
    gap_x = np.maximum(np.maximum(boxes[:, 0] - own[2], own[0] - boxes[:, 2]), 0)
    gap_y = np.maximum(np.maximum(boxes[:, 1] - own[3], own[1] - boxes[:, 3]), 0)
    in_reach = (gap_x <= REACH * np.maximum(width, width[at])) & (gap_y <= REACH * np.maximum(height, height[at]))
    sideways = np.abs(dx) > np.abs(dy)
    toward = np.where(sideways, np.where(dx > 0, 1, 3), np.where(dy > 0, 0, 2))
    same = (np.abs(dx) < 1e-9) & (np.abs(dy) < 1e-9)
    away = np.where(in_reach & ~same, np.hypot(dx, dy), np.inf)
    return toward, away


def _place(own: Box, other: Box, direction: str) -> float:
    """Return where along an edge the middle of the shared stretch lies."""
    if direction not in EDGES:
        return 0.0
    low, high = (0, 2) if direction in {"n", "s"} else (1, 3)
    first, last = max(own[low], other[low]), min(own[high], other[high])
    middle = (first + last) / 2 if first < last else (other[low] + other[high]) / 2
    return float(min(max((middle - own[low]) / (own[high] - own[low]), 0.0), 1.0))
