"""Halls, offices and workshops on the plots in use, parallel to the streets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from generator.blocks import Block
from generator.layout import upright
from generator.model import Plot

USED = {"IN_USE", "EXEMPT", "STOPPED", "NO_DATA", "NON_INDUSTRIAL"}
SETBACK, GAP = 9.0, 12.0


@dataclass(frozen=True)
class Building:
    """A building with its storeys, height and floor area."""

    parcel_id: str
    floors: int
    height_m: float
    floor_area_m2: float
    shape: BaseGeometry


def build_buildings(plots: Sequence[Plot], home: Mapping[str, Block], rng: np.random.Generator) -> list[Building]:
    """Give the buildings of every plot that has any."""
    out: list[Building] = []
    for plot in plots:
        roofed = plot.idle_case in {"I23", "I18", "I22"} or (plot.state == "BUILDING" and not plot.idle_case)
        if (plot.state in USED and plot.idle_case != "I24") or roofed:
            halls = list(_halls(plot, home[plot.key], rng))
            kept = halls[: max(1, len(halls) // 2)] if roofed and plot.idle_case != "I23" else halls
            out += [_building(plot, hall, rng) for hall in kept]
    return out


def _halls(plot: Plot, block: Block, rng: np.random.Generator) -> Iterator[BaseGeometry]:
    """Give rows of halls inside the setback line, upright to the block's streets."""
    for part in shapely.get_parts(upright(plot.geometry, block)):
        inner = part.buffer(-SETBACK, join_style="mitre")
        if inner.is_empty:
            inner = part.buffer(-4, join_style="mitre")
        for area in shapely.get_parts(inner):
            if area.area < 250:
                continue
            west, south, east, north = area.bounds
            n_x = max(1, round((east - west) / float(rng.uniform(75, 120))))
            n_y = max(1, round((north - south) / float(rng.uniform(42, 70))))
            if n_x * n_y > 24:
                n_x, n_y = min(n_x, 4), min(n_y, 6)
            for i in range(n_x):
                for j in range(n_y):
                    hall = _hall(area, (west, south, east, north), (n_x, n_y), (i, j), rng)
                    if hall is not None:
                        turned = rotate(hall, block.rotation, origin=(0, 0))
                        yield shapely.set_precision(turned, 0.01)


def _hall(
    area: BaseGeometry,
    bounds: tuple[float, float, float, float],
    n: tuple[int, int],
    at: tuple[int, int],
    rng: np.random.Generator,
) -> BaseGeometry | None:
    """Give one hall of the raster of halls, or none where the yard is kept open."""
    west, south, east, north = bounds
    width, height = (east - west) / n[0], (north - south) / n[1]
    x, y = west + at[0] * width, south + at[1] * height
    share = float(rng.uniform(0.72, 1.0))
    box = shapely.box(
        x + (GAP / 2 if n[0] > 1 else 0),
        y + (GAP / 2 if n[1] > 1 else 0),
        x + width * share - (GAP / 2 if n[0] > 1 else 0),
        y + height - (GAP / 2 if n[1] > 1 else 0),
    )
    hall = box.intersection(area)
    if (
        (rng.random() < 0.16 and n != (1, 1))
        or hall.geom_type != "Polygon"
        or hall.area < 0.55 * box.area
        or hall.area < 180
    ):
        return None
    return hall


def _building(plot: Plot, shape: BaseGeometry, rng: np.random.Generator) -> Building:
    """Give a hall its storeys: one high storey mostly, several in standard factories and small buildings."""
    if "standard factory" in plot.marks:
        floors = int(rng.integers(4, 6))
    elif shape.area > 1500:
        floors = 1 if rng.random() < 0.78 else 2
    else:
        floors = int(rng.choice([1, 2, 3, 4], p=[0.5, 0.25, 0.15, 0.1]))
    storey = float(rng.uniform(8.2, 11.5)) if floors == 1 and shape.area > 1500 else float(rng.uniform(3.9, 5.4))
    return Building(plot.parcel_id, floors, round(floors * storey, 1), round(shape.area * floors, 2), shape)
