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
    return Polygon([(CENTRE[0] + value * _wobble(a) * math.cos(a), CENTRE[1] + value * _wobble(a) * math.sin(a)) for a in angles])


def price_map(plots: Sequence[Plot], home: dict[str, Block], terrain: Terrain, rng: np.random.Generator) -> dict[str, BaseGeometry]:
    """Give the polygon of each level and write the registered level of each plot."""
    units = _units(plots, home)
    limits = _limits(units)
    contours = [_contour(limit) for limit in limits]
    candidates = [unit for unit in units if any(unit.cell.crosses(c.exterior) or unit.cell.intersects(c.exterior) for c in contours)
                  and not any(p.firm and "twin" in p.firm.marks for p in unit.plots) and _clean(unit, contours)]
    guesses = {id(unit): _guess(unit, contours) for unit in candidates}
    whole = terrain.county.difference(terrain.towns["南岭乡"].buffer(40))
    for _ in range(3000):
        chosen = [candidates[int(i)] for i in rng.permutation(len(candidates))[: int(rng.integers(8, len(candidates) + 1))]]
        if sum(guesses[id(unit)] for unit in chosen) != N_CUT_PLOTS:
            continue
        free = {id(unit) for unit in chosen}
        levels = _levels(units, free, limits, contours, whole)
        cut, slivers = _count_cut(plots, levels)
        if cut == N_CUT_PLOTS and slivers == 0:
            _write_levels(plots, levels)
            return levels
    raise ValueError("no choice of blocks lets the level borders cut through exactly the wanted number of plots")


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
    odd = any(SLIVER_SHARE / 2 < part < 1.2 * CUT_SHARE or 1 - 1.2 * CUT_SHARE < part < 1 - SLIVER_SHARE / 2 for part in parts)
    return not odd and _guess(unit, contours) > 0


def _guess(unit: Unit, contours: Sequence[Polygon]) -> int:
    """Guess how many plots of a block the lines would cut."""
    return sum(any(CUT_SHARE < plot.geometry.intersection(c).area / plot.geometry.area < 1 - CUT_SHARE for c in contours)
               for plot in unit.plots)


def _levels(units: Sequence[Unit], free: set[int], limits: Sequence[float], contours: Sequence[Polygon],
            whole: BaseGeometry) -> dict[str, BaseGeometry]:
    """Give the levels: contours that step round the blocks, but run through the free ones."""
    fixed = [unit for unit in units if id(unit) not in free]
    open_land = shapely.union_all([unit.cell for unit in units if id(unit) in free])
    nested: list[BaseGeometry] = []
    for limit, contour in zip(limits, contours, strict=True):
        inside = shapely.union_all([unit.cell for unit in fixed if unit.distance <= limit])
        beyond = shapely.union_all([unit.cell for unit in fixed if unit.distance > limit]).difference(inside)
        area = contour.union(inside).difference(beyond)
        area = area.buffer(SMOOTH, join_style="mitre").buffer(-2 * SMOOTH, join_style="mitre").buffer(SMOOTH, join_style="mitre")
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


def shares(plot: Plot, levels: dict[str, BaseGeometry]) -> dict[str, float]:
    """Give the share of a plot in each level."""
    return {level: plot.geometry.intersection(area).area / plot.geometry.area for level, area in levels.items()}


def _count_cut(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> tuple[int, int]:
    """Count the plots clearly in two levels, and those with a mere sliver (or a gap), which nobody wants."""
    cut = slivers = 0
    for plot in plots:
        if "outside prices" in plot.marks:
            continue
        parts = sorted((share for share in shares(plot, levels).values() if share > 1e-9), reverse=True)
        if len(parts) > 1 and parts[1] > SLIVER_SHARE:
            cut += parts[1] >= CUT_SHARE
            slivers += parts[1] < CUT_SHARE or "two parts" in plot.marks
        slivers += abs(sum(parts) - 1) > 1e-4
    return cut, slivers


def _write_levels(plots: Sequence[Plot], levels: dict[str, BaseGeometry]) -> None:
    """Write the registered level of each plot: blank where a plot lies in two or in none, wrong on four."""
    for plot in plots:
        within = shares(plot, levels)
        best = max(within, key=lambda level: within[level])
        if within[best] > 1 - SLIVER_SHARE:
            plot.level = best
        elif "outside prices" not in plot.marks:
            plot.marks.add("cut by levels")
    plain = [plot for plot in plots if plot.state == "IN_USE" and plot.level and not plot.marks and plot.firm and not plot.firm.marks]
    for plot in plain[20::60][:N_CONFLICTING_PLOTS]:
        plot.level = LEVELS[(LEVELS.index(plot.level) + 1) % 4]
        plot.marks.add("level conflict")
