"""Plots on the ground: dealt out to blocks, cut to exact areas, holes and two-part plots, codes and addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from generator.blocks import Block, outside_blocks, park_blocks
from generator.codes import parcel_code
from generator.model import Plot
from generator.slicing import Lot, fill_block
from generator.spec import CENTRE_E, CENTRE_N, N_OUTSIDE_PLOTS, PLACES, TOWNS
from generator.terrain import Terrain

GRID = 0.001
HOLE = 16.0
PLANTED_FACTORS = (0.976, 1.031, 0.984, 0.968, 1.019)


def lay_out(plots: Sequence[Plot], terrain: Terrain, rng: np.random.Generator) -> dict[str, Block]:
    """Give every plot its polygon in metres from the centre; returns the block of each plot key."""
    _geometry_factors(plots, rng)
    blocks = [block for place in PLACES if place.park for block in park_blocks(place, terrain)]
    blocks += outside_blocks(terrain)
    home: dict[str, Block] = {}
    pieces = [piece for plot in plots for piece in _pieces(plot)]
    for place in PLACES:
        mine = [piece for piece in pieces if piece.place == place.key]
        lots = _deal(mine, [block for block in blocks if block.place == place.key], rng)
        for block, chosen in lots:
            _cut_block(block, chosen, rng)
            home.update({piece.key: block for piece in chosen})
    _holes(pieces)
    _to_map(pieces, home)
    parts = {piece.key: piece for piece in pieces}
    for plot in plots:
        if "two parts" in plot.marks:
            plot.shape = shapely.union(parts[f"{plot.key}#1"].geometry, parts[f"{plot.key}#2"].geometry)
            home[plot.key] = home[f"{plot.key}#1"]
        elif plot.key in parts:
            plot.shape = parts[plot.key].shape
    return home


def _pieces(plot: Plot) -> list[Plot]:
    """Give the plot itself, or the two parts of a plot that lies on both sides of a street."""
    if "two parts" not in plot.marks:
        return [plot]
    first = replace(plot, key=f"{plot.key}#1", area=plot.area * 62 // 100, shape=None)
    return [first, replace(plot, key=f"{plot.key}#2", area=plot.area - first.area, shape=None)]


def _geometry_factors(plots: Sequence[Plot], rng: np.random.Generator) -> None:
    """Let drawn and registered area differ a little everywhere and clearly on the five planted plots."""
    for plot in plots:
        plot.geometry_factor = 1 + float(np.clip(rng.normal(0, 0.0016), -0.005, 0.005))
        if "twin" in (plot.firm.marks if plot.firm else set()):
            plot.geometry_factor = 1.0
    planted = [
        plot
        for plot in plots
        if plot.state == "IN_USE"
        and plot.area_m2 > 5000
        and "standard factory" not in plot.marks
        and not (plot.firm and plot.firm.marks)
    ][10::40][: len(PLANTED_FACTORS)]
    for plot, factor in zip(planted, PLANTED_FACTORS, strict=True):
        plot.geometry_factor = factor
        plot.marks.add("area difference")
    plain = [
        p
        for p in plots
        if p.state == "IN_USE" and p.firm and not p.firm.marks and p.place in {"GX", "CD"} and not p.marks
    ]
    for plot in [p for p in plain if p.area_m2 > 16000][5::15][:3]:
        plot.marks.add("hole")
    for plot in [p for p in plain if 15000 < p.area_m2 < 24000 and p.firm and p.firm.n_plots == 1 and not p.marks][
        2::9
    ][:2]:
        plot.marks.add("two parts")


def _wanted(plot: Plot) -> float:
    """Give the area to cut for a plot, its hole included."""
    return plot.area_m2 * plot.geometry_factor + (HOLE * HOLE if "hole" in plot.marks else 0.0)


def _deal(plots: Sequence[Plot], blocks: Sequence[Block], rng: np.random.Generator) -> list[tuple[Block, list[Plot]]]:
    """Deal the plots out to the blocks, the plots of one holder together where they fit; try again when one is left."""
    for _ in range(300):
        chosen: list[list[Plot]] = [[] for _ in blocks]
        room = [block.shape.area for block in blocks]
        rest = list(plots)
        if plots[0].place == "OUT":
            rest = _remote(rest, blocks, room, chosen)
            closed = rng.random(len(blocks)) < 0.30
            room = [0.0 if closed[i] or "南岭" in blocks[i].name else r for i, r in enumerate(room)]
        _across_street([p for p in rest if "two parts" in p.marks], blocks, room, chosen, rng)
        rest = [p for p in rest if "two parts" not in p.marks]
        if min(room) >= 0 and all(
            _place(group, blocks, room, chosen, rng) for group in sorted(_groups(rest), key=_largest)
        ):
            return [(block, lots) for block, lots in zip(blocks, chosen, strict=True) if lots]
    raise ValueError(f"the plots of {plots[0].place} do not fit their blocks")


def _across_street(
    parts: Sequence[Plot],
    blocks: Sequence[Block],
    room: list[float],
    chosen: list[list[Plot]],
    rng: np.random.Generator,
) -> None:
    """Put the two parts of a plot into neighbouring blocks."""
    centres = [block.shape.centroid for block in blocks]
    for first, second in zip(parts[::2], parts[1::2], strict=True):
        at = int(rng.integers(len(blocks)))
        near = sorted(range(len(blocks)), key=lambda i: centres[i].distance(centres[at]))
        for part, i in ((first, at), (second, near[1])):
            room[i] -= _wanted(part)
            chosen[i].append(part)


def _largest(group: Sequence[Plot]) -> float:
    """Give the sorting key that puts the holder of the largest plot first."""
    return -max(map(_wanted, group))


def _place(
    group: list[Plot], blocks: Sequence[Block], room: list[float], chosen: list[list[Plot]], rng: np.random.Generator
) -> bool:
    """Put the plots of a holder into blocks with room; False where none is left."""
    for part in _parts(group, room):
        need = sum(map(_wanted, part))
        scores = [
            (r / blocks[i].shape.area + float(rng.uniform(0, 0.35)), i)
            for i, r in enumerate(room)
            if r >= need * 1.0005 + 1
        ]
        if not scores:
            return False
        tight = [score for score in scores if room[score[1]] < need * 1.04]
        at = max(tight)[1] if tight else max(scores)[1]
        room[at] -= need
        chosen[at].extend(part)
    return True


def _remote(plots: list[Plot], blocks: Sequence[Block], room: list[float], chosen: list[list[Plot]]) -> list[Plot]:
    """Put six small plots into the remote township that the price map does not cover; returns the others."""
    remote = [i for i, block in enumerate(blocks) if "南岭" in block.name]
    small = sorted(
        (
            p
            for p in plots
            if 3.4 < p.area_m2 / 666.7 < 9.5
            and (p.firm is None or p.firm.n_plots <= 1)
            and p.state in {"IN_USE", "STOPPED", "NO_DATA"}
        ),
        key=lambda p: (p.state != "IN_USE", p.key),
    )
    picked = [*small[:3], *small[-3:]][:N_OUTSIDE_PLOTS]
    for plot in picked:
        at = max(remote, key=lambda i: room[i])
        room[at] -= _wanted(plot)
        chosen[at].append(plot)
        plot.marks.add("outside prices")
    return [plot for plot in plots if plot not in picked]


def _groups(plots: Sequence[Plot]) -> Iterator[list[Plot]]:
    """Give the plots holder by holder."""
    groups: dict[str, list[Plot]] = {}
    for plot in plots:
        twin = plot.firm is not None and "twin" in plot.firm.marks
        groups.setdefault("twin" if twin else plot.holder_uscc if plot.firm else plot.key, []).append(plot)
    yield from groups.values()


def _parts(group: list[Plot], room: Sequence[float]) -> Iterator[list[Plot]]:
    """Give the plots of a holder together, or one by one where no block takes them all."""
    if len(group) == 1 or sum(map(_wanted, group)) * 1.01 < max(room):
        yield group
    else:
        for plot in sorted(group, key=lambda plot: -plot.area):
            yield [plot]


def _cut_block(block: Block, plots: Sequence[Plot], rng: np.random.Generator) -> None:
    """Cut one block and give each plot its shape in the block's axes."""
    for attempt in range(40):
        order = [plots[int(i)] for i in rng.permutation(len(plots))]
        if attempt < 20:
            order.sort(key=lambda plot: plot.holder_uscc)
        pieces = fill_block(block.shape, [Lot(plot.key, _wanted(plot)) for plot in order], rng)
        if all(piece.geom_type == "Polygon" and _well_shaped(piece) for piece in pieces.values()) or attempt == 39:
            break
    for plot in plots:
        plot.shape = pieces[plot.key]


def _well_shaped(shape: BaseGeometry) -> bool:
    """Say whether a lot is neither a strip nor a splinter."""
    return bool(shape.area / shape.length**2 > 0.026)


def _holes(plots: Sequence[Plot]) -> None:
    """Take a substation or pond out of the middle of the three marked plots."""
    for plot in plots:
        if "hole" in plot.marks:
            centre = shapely.maximum_inscribed_circle(plot.geometry).coords[0]
            x, y = centre
            plot.shape = plot.geometry.difference(shapely.box(x - HOLE / 2, y - HOLE / 2, x + HOLE / 2, y + HOLE / 2))


def _to_map(plots: Sequence[Plot], home: dict[str, Block]) -> None:
    """Move the lots to the map, on a grid of a millimetre, every common border with the same vertices."""
    by_block: dict[int, list[Plot]] = {}
    for plot in plots:
        by_block.setdefault(id(home[plot.key]), []).append(plot)
    for members in by_block.values():
        block = home[members[0].key]
        shapes = [block.on_map(plot.geometry) for plot in members]
        lines = shapely.unary_union([shape.boundary for shape in shapes], grid_size=GRID)
        faces = shapely.get_parts(shapely.polygonize([lines]))
        tree = shapely.STRtree(faces)
        for plot, shape in zip(members, shapes, strict=True):
            near = [faces[i] for i in tree.query(shape) if shape.buffer(0.01).contains(faces[i].representative_point())]
            plot.shape = shapely.set_precision(shapely.union_all(near), GRID)


def to_crs(shape: BaseGeometry) -> BaseGeometry:
    """Move a shape from metres around the centre to EPSG:4528, rounded to the millimetre and still valid."""
    moved = shapely.transform(shape, lambda xy: xy + np.array([CENTRE_E, CENTRE_N]))
    rounded = shapely.transform(moved, lambda xy: np.round(xy, 3))
    if shapely.is_valid(rounded):
        return rounded
    return shapely.transform(shapely.set_precision(moved, GRID), lambda xy: np.round(xy, 3))


def number_plots(plots: Sequence[Plot], terrain: Terrain) -> None:
    """Give each plot its town, address and 19-character code, numbered from north-west to south-east."""
    sub = {place.key: place.code for place in PLACES}
    street = {place.key: place for place in PLACES}
    counters: dict[tuple[str, str], int] = {}
    ordered = sorted(plots, key=lambda p: (p.place, -round(p.geometry.centroid.y / 120), p.geometry.centroid.x))
    for plot in ordered:
        place = street[plot.place]
        point = plot.geometry.representative_point()
        plot.town = place.town or next(town for town, area in terrain.towns.items() if area.buffer(1).contains(point))
        key = (TOWNS[plot.town], sub[plot.place])
        counters[key] = counters.get(key, 0) + 1
        kind = "JB" if plot.idle_case == "I24" else "GB"
        plot.parcel_id = parcel_code(*key, kind, counters[key])
        nearest = min(terrain.roads, key=lambda road: road.line.distance(point))
        plot.address = f"安澜县{plot.town}{place.park}{nearest.name}{counters[key]}号"
        if "outside prices" in plot.marks:
            plot.address = f"安澜县{plot.town}{nearest.name}{counters[key]}号"


def upright(shape: BaseGeometry, block: Block) -> BaseGeometry:
    """Turn a shape of the map so that its block's streets run upright."""
    return rotate(shape, -block.rotation, origin=(0, 0))
