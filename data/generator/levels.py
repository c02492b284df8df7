"""The land-price map: four levels round the centre that follow streets, except where they cut through 23 plots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from generator.blocks import Block
from generator.model import Plot
from generator.spec import LEVEL_SHARES, N_CONFLICTING_PLOTS, N_CUT_PLOTS, PRICES
from generator.terrain import Terrain

CENTRE = (1250.0, 500.0)
SMOOTH = 26.0
CUT_SHARE, SLIVER_SHARE = 0.02, 0.0005
LEVELS = tuple(PRICES)
MEAN_PRICE = 295.80
TRIALS = 200


@dataclass(frozen=True)
class Unit:
    """Plots that share a block: they normally share one level."""

    cell: BaseGeometry
    plots: tuple[Plot, ...]
    distance: float
    in_use_m2: float


def distance(x: float, y: float) -> float:
    """Give the distance from the centre, stretched so that equal values draw an irregular line."""
    angle = math.atan2(y - CENTRE[1], x - CENTRE[0])
    return math.dist((x, y), CENTRE) / _wobble(angle)


def _wobble(angle: float) -> float:
    """Give the stretch of the levels in one direction."""
    return 1 + 0.10 * math.cos(2 * angle + 0.9) + 0.06 * math.cos(3 * angle - 0.4) + 0.035 * math.cos(7 * angle)


def _contour(value: float) -> Polygon:
    """Give the area nearer to the centre than the value."""
    angles = np.linspace(0, 2 * math.pi, 181)[:-1]
    return Polygon(
        [(CENTRE[0] + value * _wobble(a) * math.cos(a), CENTRE[1] + value * _wobble(a) * math.sin(a)) for a in angles]
    )


def price_map(
    plots: Sequence[Plot], home: dict[str, Block], terrain: Terrain, rng: np.random.Generator
) -> dict[str, BaseGeometry]:
    """Give the polygon of each level and write the registered level of each plot.

    The lines step round most blocks; they cross only as many as cut the wanted number of plots, and are shifted until
    the land-weighted mean price of the land in use is the published 295.80.
    """
    units = _units(plots, home)
    whole = terrain.county.difference(terrain.towns["南岭乡"].buffer(40))
    for _ in range(TRIALS):
        choice = _one_choice(units, rng)
        levels = _fitted(plots, units, choice, whole) if choice else {}
        if levels:
            _write_levels(plots, levels)
            return levels
    raise ValueError("no choice of blocks lets the level borders cut through exactly the wanted number of plots")


def _one_choice(units: Sequence[Unit], rng: np.random.Generator) -> tuple[list[float], set[int]] | None:
    """Give limits, and blocks open to the lines so that these cut the wanted number of plots; None where it fails."""
    limits = [limit * float(rng.uniform(0.985, 1.015)) for limit in _limits(units)]
    contours = [_contour(limit) for limit in limits]
    candidates = [
        unit
        for unit in units
        if any(unit.cell.intersects(c.exterior) for c in contours)
        and not any(p.firm and "twin" in p.firm.marks for p in unit.plots)
        and _clean(unit, contours)
    ]
    guesses = {id(unit): _guess(unit, contours) for unit in candidates}
    for _ in range(60):
        chosen = [
            candidates[int(i)] for i in rng.permutation(len(candidates))[: int(rng.integers(6, len(candidates) + 1))]
        ]
        if sum(guesses[id(unit)] for unit in chosen) == N_CUT_PLOTS:
            return limits, {id(unit) for unit in chosen}
    return None


def _fitted(
    plots: Sequence[Plot], units: Sequence[Unit], choice: tuple[list[float], set[int]], whole: BaseGeometry
) -> dict[str, BaseGeometry]:
    """Move the lines a little until the mean price is right; empty where they then cut other plots than wanted."""
    limits, free = choice

    def moved(stretch: float) -> dict[str, BaseGeometry]:
        return _levels(units, free, limits, [_contour(limit * stretch) for limit in limits], whole)

    low, high = 0.985, 1.015
    if _count_cut(plots, moved(1.0)) != (N_CUT_PLOTS, 0):
        return {}
    if not _mean_price(plots, moved(low)) < MEAN_PRICE < _mean_price(plots, moved(high)):
        return {}
    for _ in range(15):
        middle = (low + high) / 2
        if _mean_price(plots, moved(middle)) < MEAN_PRICE:
            low = middle
        else:
            high = middle
    levels = moved(high)
    good = _count_cut(plots, levels) == (N_CUT_PLOTS, 0) and abs(_mean_price(plots, levels) - MEAN_PRICE) < 0.002
    return levels if good else {}


def _mean_price(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> float:
    """Give the land-weighted mean price of the land in use."""
    used = [plot for plot in plots if plot.state == "IN_USE" and "outside prices" not in plot.marks]
    land = np.array([plot.area_m2 for plot in used])
    return float((share_table(used, levels) @ np.array([PRICES[level] for level in levels]) * land).sum() / land.sum())


def _units(plots: Sequence[Plot], home: dict[str, Block]) -> list[Unit]:
    """Give the blocks with their plots; the two sides of a river-cut block are one unit."""
    by_cell: dict[str, list[Plot]] = {}
    for plot in plots:
        if "outside prices" not in plot.marks and "two parts" not in plot.marks:
            by_cell.setdefault(home[plot.key].cell.wkt + str(home[plot.key].origin), []).append(plot)
    units = []
    for members in by_cell.values():
        block = home[members[0].key]
        cell = block.on_map(block.cell)
        in_use = sum(plot.area_m2 for plot in members if plot.state == "IN_USE")
        units.append(Unit(cell, tuple(members), distance(cell.centroid.x, cell.centroid.y), in_use))
    return sorted(units, key=lambda unit: unit.distance)


def _limits(units: Sequence[Unit]) -> list[float]:
    """Give the three distances that share the land in use 15 / 35 / 35 / 15."""
    sums = np.cumsum([unit.in_use_m2 for unit in units]) / sum(unit.in_use_m2 for unit in units)
    limits = []
    for share in np.cumsum(LEVEL_SHARES)[:3]:
        i = int(np.argmin(np.abs(sums - share)))
        limits.append((units[i].distance + units[i + 1].distance) / 2)
    return limits


def _clean(unit: Unit, contours: Sequence[Polygon]) -> bool:
    """Say whether the lines cut at least one plot of the block, and none of them by a mere sliver."""
    parts = [plot.geometry.intersection(c).area / plot.geometry.area for plot in unit.plots for c in contours]
    odd = any(
        SLIVER_SHARE / 2 < part < 1.2 * CUT_SHARE or 1 - 1.2 * CUT_SHARE < part < 1 - SLIVER_SHARE / 2 for part in parts
    )
    return not odd and _guess(unit, contours) > 0


def _guess(unit: Unit, contours: Sequence[Polygon]) -> int:
    """Guess how many plots of a block the lines would cut."""
    return sum(
        any(CUT_SHARE < plot.geometry.intersection(c).area / plot.geometry.area < 1 - CUT_SHARE for c in contours)
        for plot in unit.plots
    )


def _levels(
    units: Sequence[Unit], free: set[int], limits: Sequence[float], contours: Sequence[Polygon], whole: BaseGeometry
) -> dict[str, BaseGeometry]:
    """Give the levels: contours that step round the blocks, but run through the free ones."""
    fixed = [unit for unit in units if id(unit) not in free]
    open_land = shapely.union_all([unit.cell for unit in units if id(unit) in free])
    nested: list[BaseGeometry] = []
    for limit, contour in zip(limits, contours, strict=True):
        inside = shapely.union_all([unit.cell for unit in fixed if unit.distance <= limit])
        beyond = shapely.union_all([unit.cell for unit in fixed if unit.distance > limit]).difference(inside)
        area = contour.union(inside).difference(beyond)
        area = (
            area.buffer(SMOOTH, join_style="mitre")
            .buffer(-2 * SMOOTH, join_style="mitre")
            .buffer(SMOOTH, join_style="mitre")
        )
        area = area.difference(open_land).union(contour.intersection(open_land))
        nested.append(area.union(inside).difference(beyond).intersection(whole))
    nested.append(whole)
    out: dict[str, BaseGeometry] = {}
    previous: BaseGeometry = Polygon()
    for level, area in zip(LEVELS, nested, strict=True):
        ring = area.difference(previous)
        parts = [part for part in shapely.get_parts(ring) if part.geom_type == "Polygon" and part.area > 1]
        out[level] = shapely.union_all(parts)
        previous = previous.union(area)
    return out


def share_table(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> np.ndarray:
    """Give the share of each plot (row) in each level (column)."""
    shapes = np.array([plot.geometry for plot in plots], dtype=object)
    areas = shapely.area(shapes)
    table = np.zeros((len(plots), len(levels)))
    for column, level in enumerate(levels.values()):
        shapely.prepare(level)
        whole = shapely.covers(level, shapes)
        part = shapely.intersects(level, shapes) & ~whole
        table[whole, column] = 1.0
        table[part, column] = shapely.area(shapely.intersection(shapes[part], level)) / areas[part]
    return table


def _count_cut(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> tuple[int, int]:
    """Count the plots clearly in two levels, and those with a mere sliver (or a gap), which nobody wants."""
    covered = [plot for plot in plots if "outside prices" not in plot.marks]
    table = share_table(covered, levels)
    second = np.sort(table, axis=1)[:, -2]
    two_parts = np.array(["two parts" in plot.marks for plot in covered])
    touched = second > SLIVER_SHARE
    slivers = touched & ((second < CUT_SHARE) | two_parts)
    gaps = np.abs(table.sum(axis=1) - 1) > 1e-4
    return int((second >= CUT_SHARE).sum()), int(slivers.sum() + gaps.sum())


def _write_levels(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> None:
    """Write the registered level of each plot: blank where a plot lies in two or in none, wrong on four."""
    for plot, within in zip(plots, share_table(plots, levels), strict=True):
        if within.max() > 1 - SLIVER_SHARE:
            plot.level = LEVELS[int(within.argmax())]
        elif "outside prices" not in plot.marks:
            plot.marks.add("cut by levels")
    plain = [
        plot
        for plot in plots
        if plot.state == "IN_USE" and plot.level and not plot.marks and plot.firm and not plot.firm.marks
    ]
    for plot in plain[20::60][:N_CONFLICTING_PLOTS]:
        plot.level = LEVELS[(LEVELS.index(plot.level) + 1) % 4]
        plot.marks.add("level conflict")
