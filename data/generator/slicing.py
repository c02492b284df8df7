"""Lots of exact areas cut from a block: straight, stepped and L-shaped borders between neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

STEPS = 44


@dataclass(frozen=True)
class Lot:
    """A lot wanted from a block: its key (blank = left over land) and its area in square metres."""

    key: str
    area: float


def fill_block(block: BaseGeometry, lots: Sequence[Lot], rng: np.random.Generator) -> dict[str, BaseGeometry]:
    """Cut the block (in its own upright axes) into the lots; what they leave becomes a verge or open land."""
    slack = block.area - sum(lot.area for lot in lots)
    if slack < -0.01:
        raise ValueError(f"the lots exceed the block by {-slack:.1f} m2")
    if slack < 0.13 * block.area:
        vertical = bool(rng.integers(2))
        _, block = _cut(block, max(slack, 0.0), vertical=vertical, from_high=bool(rng.integers(2)))
        wanted = list(lots)
    else:
        wanted = [*lots, Lot("", slack)] if rng.integers(2) else [Lot("", slack), *lots]
    pieces: dict[str, BaseGeometry] = {}
    _divide(block, wanted, rng, pieces)
    pieces.pop("", None)
    return pieces


def _divide(
    shape: BaseGeometry, lots: Sequence[Lot], rng: np.random.Generator, pieces: dict[str, BaseGeometry]
) -> None:
    """Halve the lots until one or two are left, cutting across the longer side each time."""
    if len(lots) == 1:
        pieces[lots[0].key] = shape
        return
    if len(lots) == 2 and rng.random() < 0.45 and _pair(shape, lots, rng, pieces):
        return
    split = _balanced_split(lots)
    first, second = lots[:split], lots[split:]
    west, south, east, north = shape.bounds
    vertical = (east - west) >= (north - south)
    piece, rest = _cut(shape, sum(lot.area for lot in first), vertical=vertical, from_high=False)
    _divide(piece, first, rng, pieces)
    _divide(rest, second, rng, pieces)


def _pair(shape: BaseGeometry, lots: Sequence[Lot], rng: np.random.Generator, pieces: dict[str, BaseGeometry]) -> bool:
    """Cut two lots with an L or a step between them; False where the result would be clumsy."""
    small, large = sorted(lots, key=lambda lot: lot.area)
    share = small.area / (small.area + large.area)
    if small.area < 2500 or large.key == "" or small.key == "":
        return False
    if share < 0.42:
        piece, rest = _corner(shape, small.area, rng)
        first, second = small.key, large.key
    else:
        piece, rest = _step(shape, lots[0].area, rng)
        first, second = lots[0].key, lots[1].key
    if not (isinstance(piece, Polygon) and isinstance(rest, Polygon)) or _slim(piece) or _slim(rest):
        return False
    pieces[first], pieces[second] = piece, rest
    return True


def _slim(shape: Polygon) -> bool:
    """Say whether a lot has become too thin to build on."""
    return bool(
        shape.area / shape.length**2 < 0.030 or shape.buffer(-9).is_empty or shape.buffer(-9).geom_type != "Polygon"
    )


def _balanced_split(lots: Sequence[Lot]) -> int:
    """Give the position that splits the ordered lots into the two most equal halves."""
    sums = np.cumsum([lot.area for lot in lots])
    return int(np.argmin(np.abs(sums[:-1] - sums[-1] / 2))) + 1


def _cut(shape: BaseGeometry, area: float, *, vertical: bool, from_high: bool) -> tuple[BaseGeometry, BaseGeometry]:
    """Cut off the part of this area along a straight line, beginning at the low or the high side."""
    west, south, east, north = shape.bounds
    low, high = (west, east) if vertical else (south, north)
    span = high - low
    left, right = 0.0, span
    for _ in range(STEPS):
        middle = (left + right) / 2
        if _band(shape, vertical=vertical, from_high=from_high, depth=middle)[0].area < area:
            left = middle
        else:
            right = middle
    return _band(shape, vertical=vertical, from_high=from_high, depth=right)


def _band(shape: BaseGeometry, *, vertical: bool, from_high: bool, depth: float) -> tuple[BaseGeometry, BaseGeometry]:
    """Give the band of this depth along one side of the shape, and the rest."""
    west, south, east, north = shape.bounds
    if vertical:
        at = east - depth if from_high else west + depth
        boxes = ((west, south, at, north), (at, south, east, north))
    else:
        at = north - depth if from_high else south + depth
        boxes = ((west, south, east, at), (west, at, east, north))
    low, high = (_clip(shape, box) for box in boxes)
    return (high, low) if from_high else (low, high)


def _clip(shape: BaseGeometry, box: tuple[float, float, float, float]) -> BaseGeometry:
    """Give the areal part of the shape inside the box."""
    part = shape.intersection(shapely.box(*box))
    if part.geom_type == "GeometryCollection":
        part = shapely.union_all([piece for piece in shapely.get_parts(part) if piece.geom_type.endswith("Polygon")])
    return part


def _corner(shape: BaseGeometry, area: float, rng: np.random.Generator) -> tuple[BaseGeometry, BaseGeometry]:
    """Cut a lot of this area out of one corner, so that its neighbour becomes an L."""
    west, south, east, north = shape.bounds
    at_east, at_north = bool(rng.integers(2)), bool(rng.integers(2))
    left, right = 0.0, 1.0
    box = shape
    for _ in range(STEPS):
        scale = (left + right) / 2
        width, height = scale * (east - west), scale * (north - south)
        x = east - width if at_east else west
        y = north - height if at_north else south
        box = shapely.box(x, y, x + width, y + height)
        if shape.intersection(box).area < area:
            left = scale
        else:
            right = scale
    return shape.intersection(box), shape.difference(box)


def _step(shape: BaseGeometry, area: float, rng: np.random.Generator) -> tuple[BaseGeometry, BaseGeometry]:
    """Cut a lot of this area with a border that jumps halfway, as after the merger of two lots."""
    west, south, east, north = shape.bounds
    vertical = (east - west) >= (north - south)
    jump = (
        float(rng.uniform(0.08, 0.2))
        * (1 if rng.integers(2) else -1)
        * ((east - west) if vertical else (north - south))
    )
    break_at = float(rng.uniform(0.35, 0.65))
    left, right = 0.0, (east - west) if vertical else (north - south)
    part = shape
    for _ in range(STEPS):
        depth = (left + right) / 2
        if vertical:
            y = south + break_at * (north - south)
            part = shapely.union(
                shapely.box(west, south, max(west + depth + jump, west), y),
                shapely.box(west, y, max(west + depth - jump, west), north),
            )
        else:
            x = west + break_at * (east - west)
            part = shapely.union(
                shapely.box(west, south, x, max(south + depth + jump, south)),
                shapely.box(x, south, east, max(south + depth - jump, south)),
            )
        if shape.intersection(part).area < area:
            left = depth
        else:
            right = depth
    return shape.intersection(part), shape.difference(part)
