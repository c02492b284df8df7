"""Blocks between the streets of a park, and strips of building land along roads outside the parks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from generator.spec import PLACES, Place
from generator.terrain import Road, Terrain, place_shape

CHAMFER = 5.0


@dataclass(frozen=True)
class Block:
    """Building land between streets: its shape in its own upright axes, and where these axes lie on the map."""

    place: str
    name: str
    shape: BaseGeometry
    cell: BaseGeometry
    rotation: float
    origin: tuple[float, float]

    def on_map(self, shape: BaseGeometry) -> BaseGeometry:
        """Move a shape from the axes of the block to the map."""
        return translate(rotate(shape, self.rotation, origin=(0, 0)), *self.origin)


@dataclass(frozen=True)
class Grid:
    """Streets of a park: widths in metres, across (columns) and along (rows), edge to edge, and merged blocks."""

    column_streets: tuple[float, ...]
    row_streets: tuple[float, ...]
    column_names: tuple[str, ...]
    row_names: tuple[str, ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    column_weights: tuple[float, ...] = ()
    row_weights: tuple[float, ...] = ()


GRIDS = {
    "GX": Grid(
        (30, 30, 45, 30, 30, 30),
        (24, 18, 24, 24, 18, 24, 24),
        ("", "兴业路", "创新大道", "兴智路", "兴研路", ""),
        ("", "科技一路", "科技二路", "科技三路", "科技四路", "科技五路", ""),
        ((3, 0, 4, 0), (0, 4, 0, 5)),
        (0.96, 1.02, 1.04, 1.0, 0.98),
        (1, 0.96, 1.04, 1, 1.02, 0.98),
    ),
    "CD": Grid(
        (12, 18, 18, 30, 18, 18, 30, 18, 12),
        (18, 18, 24, 30, 18, 18, 12),
        ("", "经一路", "经二路", "经三路", "经四路", "经五路", "经六路", "经七路", ""),
        ("", "纬一路", "纬二路", "纬三路", "纬四路", "纬五路", ""),
        ((6, 0, 7, 1), (0, 0, 1, 0), (2, 1, 2, 2)),
        (0.95, 1, 1.02, 1.05, 1, 0.98, 1, 1),
        (1.03, 1, 0.98, 1, 1, 0.99),
    ),
    "SQ": Grid(
        (9, 12, 12, 18, 12, 12, 9),
        (12, 12, 12, 12, 18, 12, 12, 12, 12),
        ("", "鞋都一路", "鞋都二路", "石鞋路", "鞋都三路", "鞋都四路", ""),
        ("", "工匠一路", "工匠二路", "工匠三路", "工匠中路", "工匠四路", "工匠五路", "工匠六路", ""),
        ((0, 0, 1, 0), (4, 7, 5, 7), (2, 3, 2, 4)),
    ),
    "QT": Grid(
        (12, 12, 18, 12, 12),
        (12, 18, 12),
        ("", "青石路", "青岩路", "青瓷路", ""),
        ("", "青矿路", ""),
        (),
        (1.1, 0.9, 1.05, 0.95),
        (1.08, 0.92),
    ),
    "LH": Grid(
        (12, 12, 18, 12, 12),
        (12, 12, 18, 12),
        ("", "丰收路", "柳河路", "禾香路", ""),
        ("", "惠农一路", "惠农二路", ""),
        (),
        (1, 1, 1, 1),
        (1, 1.05, 0.95),
    ),
}


def park_blocks(place: Place, terrain: Terrain) -> list[Block]:
    """Give the blocks of a park in its own axes, with cut corners, less the river's green strip."""
    grid = GRIDS[place.key]
    columns = _spans(place.size[0], grid.column_streets, grid.column_weights)
    rows = _spans(place.size[1], grid.row_streets, grid.row_weights)
    green = rotate(translate(terrain.green_strip, -place.origin[0], -place.origin[1]), -place.rotation, origin=(0, 0))
    member = {
        (c, r): span for span in grid.merged for c in range(span[0], span[2] + 1) for r in range(span[1], span[3] + 1)
    }
    blocks = []
    for r in range(len(rows)):
        for c in range(len(columns)):
            c0, r0, c1, r1 = member.get((c, r), (c, r, c, r))
            if (c, r) != (c0, r0):
                continue
            box = shapely.box(columns[c0][0], rows[r0][0], columns[c1][1], rows[r1][1])
            half = 9.0
            cell = shapely.box(columns[c0][0] - half, rows[r0][0] - half, columns[c1][1] + half, rows[r1][1] + half)
            parts = [part for part in shapely.get_parts(_chamfered(box).difference(green)) if part.area > 4000]
            name = f"{place.key}-{c}-{r}"
            blocks += [Block(place.key, name, part, cell, place.rotation, place.origin) for part in parts]
    return blocks


def _spans(length: float, streets: Sequence[float], weights: Sequence[float]) -> list[tuple[float, float]]:
    """Give (low, high) of each block along one axis; the streets lie between and at both ends."""
    n = len(streets) - 1
    shares = np.array(weights or [1.0] * n)
    widths = (length - sum(streets)) * shares / shares.sum()
    spans, at = [], float(streets[0])
    for width, street in zip(widths, streets[1:], strict=True):
        spans.append((at, at + float(width)))
        at += float(width) + street
    return spans


def _chamfered(box: Polygon) -> Polygon:
    """Cut the corners of a block at the crossings, 5 x 5 m."""
    west, south, east, north = box.bounds
    c = CHAMFER
    return Polygon(
        [
            (west + c, south),
            (east - c, south),
            (east, south + c),
            (east, north - c),
            (east - c, north),
            (west + c, north),
            (west, north - c),
            (west, south + c),
        ]
    )


def park_streets(place: Place) -> list[Road]:
    """Give the named streets of a park as centre lines on the map."""
    grid = GRIDS[place.key]
    width, height = place.size
    roads = []
    for names, streets, weights, across in (
        (grid.column_names, grid.column_streets, grid.column_weights, True),
        (grid.row_names, grid.row_streets, grid.row_weights, False),
    ):
        spans = _spans(width if across else height, streets, weights)
        edges = [0.0, *(high for _, high in spans)]
        for name, street, low in zip(names, streets, edges, strict=True):
            at = low + street / 2
            line = LineString([(at, 0), (at, height)] if across else [(0, at), (width, at)])
            line = _without_merged(place, grid, line)
            kind = "主干路" if street >= 30 else "次干路" if street >= 18 else "支路"
            parts = shapely.get_parts(place_shape(place, line))
            roads += [Road(name or "园区边路", kind, street, part) for part in parts]
    return roads


def _without_merged(place: Place, grid: Grid, line: LineString) -> BaseGeometry:
    """Interrupt a street where blocks on both sides were merged."""
    columns = _spans(place.size[0], grid.column_streets, grid.column_weights)
    rows = _spans(place.size[1], grid.row_streets, grid.row_weights)
    for c0, r0, c1, r1 in grid.merged:
        line = line.difference(shapely.box(columns[c0][0], rows[r0][0], columns[c1][1], rows[r1][1]))
    return line


# Strips outside the parks: road, offset side, start and end along the road, depth, block length.
STRIPS = (
    ("安澜大道", 1, 500, 6300, 118, 300),
    ("安澜大道", -1, 500, 6300, 90, 240),
    ("东湾路", 1, 250, 2900, 80, 180),
    ("东湾路", -1, 250, 2900, 70, 170),
    ("南岭路", 1, 950, 2250, 85, 200),
    ("石桥路", 1, 150, 1500, 64, 150),
)
# Old town quarters: lower left corner, rotation, columns, rows, block size, lane.
QUARTERS = (
    ("城关", (-1050, 640), -8, 4, 4, (118, 84), 10),
    ("柳河", (4000, 4080), 5, 4, 2, (120, 80), 9),
    ("青塘", (-3260, -4560), 12, 3, 3, (110, 78), 9),
)


def outside_blocks(terrain: Terrain) -> list[Block]:
    """Give the building land outside the parks: strips along roads and old town quarters."""
    keep_out = shapely.union_all(
        [
            terrain.green_strip,
            terrain.railway.buffer(35),
            terrain.lake.buffer(20),
            *[village.buffer(15) for _, village in terrain.villages],
            *[road.line.buffer(road.width / 2 + 7, cap_style="flat") for road in terrain.roads],
            *[place_shape(place, shapely.box(0, 0, *place.size)).buffer(25) for place in PLACES if place.park],
        ]
    )
    blocks = []
    lines = {road.name: road.line for road in terrain.roads}
    for name, side, start, end, depth, length in STRIPS:
        at = float(start)
        while at + length <= end:
            blocks.extend(_strip_block(lines[name], side, at, depth, length, keep_out, f"OUT-{name}"))
            at += length + 14
    for name, origin, rotation, n_columns, n_rows, (width, height), lane in QUARTERS:
        for c in range(n_columns):
            for r in range(n_rows):
                box = shapely.box(
                    c * (width + lane), r * (height + lane), c * (width + lane) + width, r * (height + lane) + height
                )
                blocks.extend(_free_parts(_chamfered(box), keep_out, rotation, origin, f"OUT-{name}"))
    taken: BaseGeometry = Polygon()
    kept = []
    for block in blocks:
        shape = block.on_map(block.shape)
        if not shape.buffer(6).intersects(taken):
            kept.append(block)
            taken = shapely.union(taken, shape)
    return kept


def _strip_block(
    line: LineString, side: int, at: float, depth: float, length: float, keep_out: BaseGeometry, name: str
) -> list[Block]:
    """Give the free building land of one stretch of a road side."""
    start, end = line.interpolate(at), line.interpolate(at + length)
    angle = math.degrees(math.atan2(end.y - start.y, end.x - start.x))
    chord = math.dist((start.x, start.y), (end.x, end.y))
    low = 15.0 if side > 0 else -depth - 15.0
    return _free_parts(
        shapely.box(0, low, chord, low + depth + (15.0 if side > 0 else 0.0)), keep_out, angle, (start.x, start.y), name
    )


def _free_parts(
    box: Polygon, keep_out: BaseGeometry, rotation: float, origin: tuple[float, float], name: str
) -> list[Block]:
    """Give the parts of a block that lie clear of roads, rails, water and villages."""
    local = rotate(translate(keep_out, -origin[0], -origin[1]), -rotation, origin=(0, 0))
    parts = shapely.get_parts(box.difference(local))
    blocks = []
    for part in parts:
        opened = part.buffer(-12, join_style="mitre").buffer(12, join_style="mitre").intersection(part)
        if opened.geom_type == "Polygon" and opened.area > 3000:
            shape = Polygon(opened.exterior)
            blocks.append(Block("OUT", name, shape, shape.buffer(6, join_style="mitre"), rotation, origin))
    return blocks
