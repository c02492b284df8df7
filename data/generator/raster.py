"""Two land-cover rasters of the district, classified as a survey of the summer of 2023 and of 2025."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
from rasterio.features import rasterize
from rasterio.transform import from_origin
from shapely import box
from shapely.geometry.base import BaseGeometry

from generator.buildings import Building
from generator.model import Plot
from generator.spec import CENTRE_E, CENTRE_N, EPSG, LANDCOVER
from generator.terrain import Terrain

Cover = tuple[list[BaseGeometry], int]
"""Shapes and the class of the ground they cover."""
CELL = 10.0
WEST, NORTH = -6200.0, 5600.0
COLUMNS, ROWS = 1248, 1152
FIELD, WOOD, WATER, BUILT, PAVED, BARE = LANDCOVER
PALETTE = {
    FIELD: (232, 226, 170),
    WOOD: (150, 190, 120),
    WATER: (150, 195, 225),
    BUILT: (190, 60, 60),
    PAVED: (170, 165, 165),
    BARE: (205, 170, 125),
}


def write_landcover(
    path: Path,
    year: int,
    plots: Sequence[Plot],
    buildings: Sequence[Building],
    terrain: Terrain,
    *,
    over: Sequence[Cover] = (),
) -> None:
    """Write the classified raster of a year (uint8, 10 m, deflate, tiled, with a palette); `over` lies over all."""
    grid = _background(np.random.default_rng(31))
    inside = _burn([terrain.county], 1)
    grid = np.where(inside == 1, grid, 0).astype(np.uint8)
    for shapes, value in (*_layers(year, plots, buildings, terrain), *over):
        burnt = _burn(shapes, 1)
        grid = np.where((burnt == 1) & (inside == 1), value, grid).astype(np.uint8)
    grid = _speckle(grid, np.random.default_rng(year))
    profile = {
        "driver": "GTiff",
        "width": COLUMNS,
        "height": ROWS,
        "count": 1,
        "dtype": "uint8",
        "crs": f"EPSG:{EPSG}",
        "transform": from_origin(CENTRE_E + WEST, CENTRE_N + NORTH, CELL, CELL),
        "nodata": 0,
        "compress": "deflate",
        "zlevel": 9,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(grid, 1)
        target.write_colormap(1, {0: (255, 255, 255), **PALETTE})


def _layers(year: int, plots: Sequence[Plot], buildings: Sequence[Building], terrain: Terrain) -> list[Cover]:
    """Give what covers what, later layers over earlier ones."""
    roofs: dict[str, list[BaseGeometry]] = {}
    for building in buildings:
        roofs.setdefault(building.parcel_id, []).append(building.shape)
    yards, bare, built, grass = [], [], [], []
    for plot in plots:
        in_use = plot.state in {"IN_USE", "EXEMPT", "STOPPED", "NO_DATA", "NON_INDUSTRIAL"} and plot.idle_case != "I24"
        begun = plot.contract.get("start_date")
        begun_by = getattr(begun, "year", 9999)
        if in_use or (year == 2025 and plot.state == "BUILDING" and begun_by <= 2025 and not plot.idle_case):
            yards.append(plot.geometry.buffer(-3))
            built.extend(roofs.get(plot.parcel_id, []))
        elif begun_by <= year and plot.idle_case != "I30":
            bare.append(plot.geometry)
            share = float(plot.contract.get("area_started_m2") or 0) / plot.area_m2  # type: ignore[arg-type]
            yards.append(_part(plot.geometry, share))
            built.extend(roofs.get(plot.parcel_id, []))
        elif plot.state in {"IDLE", "BUILDING"} and len(plot.parcel_id) and int(plot.parcel_id[-2:]) % 3 == 0:
            bare.append(plot.geometry)
        else:
            grass.append(plot.geometry)
    roads = [road.line.buffer(max(road.width / 2, 5)) for road in terrain.roads]
    return [
        ([town for _, town in terrain.built_up], PAVED),
        (_houses(terrain), BUILT),
        (grass, WOOD),
        (bare, BARE),
        (yards, PAVED),
        (built, BUILT),
        ([terrain.green_strip], WOOD),
        ([terrain.river_strip, terrain.lake], WATER),
        (roads, PAVED),
    ]


def _houses(terrain: Terrain) -> list[BaseGeometry]:
    """Give villages, and rows of houses in the towns."""
    rows: list[BaseGeometry] = [village for _, village in terrain.villages]
    for _, town in terrain.built_up:
        west, south, east, north = town.bounds
        strips = [box(x, y, x + 60, y + 25) for x in np.arange(west, east, 80) for y in np.arange(south, north, 45)]
        rows.extend(strip for strip in strips if town.contains(strip))
    return rows


def _part(shape: BaseGeometry, share: float) -> BaseGeometry:
    """Give the western part of a shape with about this share of its width."""
    west, south, east, north = shape.bounds
    return shape.intersection(box(west, south, west + min(share, 1.0) * (east - west), north))


def _burn(shapes: Sequence[BaseGeometry], value: int) -> np.ndarray:
    """Give the cells whose centre lies in one of the shapes."""
    shapes = [shape for shape in shapes if not shape.is_empty]
    if not shapes:
        return np.zeros((ROWS, COLUMNS), dtype=np.uint8)
    burnt: np.ndarray = rasterize(
        [(shape, value) for shape in shapes],
        out_shape=(ROWS, COLUMNS),
        dtype="uint8",
        transform=from_origin(WEST, NORTH, CELL, CELL),
    )
    return burnt


def _background(rng: np.random.Generator) -> np.ndarray:
    """Give fields with woods in soft patches."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    field = np.zeros((ROWS, COLUMNS))
    for _ in range(14):
        kx, ky = rng.normal(0, 0.022, 2)
        field += np.cos(kx * columns + ky * rows + rng.uniform(0, 6.28))
    return np.where(field > 3.1, WOOD, FIELD)


def _speckle(grid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Misclassify a few cells, as every classification does."""
    at = (rng.random(grid.shape) < 0.0012) & (grid != 0)
    return np.where(at, rng.choice([FIELD, WOOD, PAVED, BARE], size=grid.shape), grid).astype(np.uint8)
