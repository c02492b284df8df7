"""Read rasters in blocks that cover the parcels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.old_datums import Stand
from landuse.read.opening import locate, written
from landuse.tables import RasterInput, RasterWindow

Bounds = tuple[float, float, float, float]
Affine = tuple[float, float, float, float, float, float]

_MAGIC: Final = (
    (b"II*\0", "GTiff"),
    (b"MM\0*", "GTiff"),
    (b"II+\0", "GTiff"),
    (b"MM\0+", "GTiff"),
    (b"EHFA", "HFA"),
    (b"ncols", "AAIGrid"),
)
"""First bytes of a raster -> the one driver that may open it: GeoTIFF, ERDAS Imagine, ASCII grid; never a VRT."""
BLOCK: Final = 4096
"""Cells a side of a block: 16.8 million cells, 67 MB as float32."""
_NOISE: Final = 1e-6
"""Part of a cell by which transformed bounds may cross a cell border without taking the next cell."""


def raster_inputs(project: Project) -> tuple[tuple[RasterInput, ...], list[Fault]]:
    """Return the rasters of the project, each checked to open and to have a CRS, and the faults of the others."""
    found: list[RasterInput] = []
    faults: list[Fault] = []
    for name, entry in project.inputs.rasters.items():
        try:
            path = locate(entry.path, project.folder)
            _check(path, written(entry.path))
        except InputError as error:
            faults += error.faults
            continue
        date = pd.Timestamp(entry.date) if entry.date else None
        found.append(RasterInput(name, str(path.resolve()), entry.kind, entry.built_classes, date))
    return tuple(found), faults


def raster_stands(rasters: Sequence[RasterInput], project: Project) -> list[Stand]:
    """Return every raster with the CRS it stands in."""
    import rasterio

    found = []
    for raster in rasters:
        with rasterio.open(raster.path) as source:
            found.append(Stand(written(project.inputs.rasters[raster.name].path), source.crs.to_wkt()))
    return found


def raster_windows(raster: RasterInput, bounds: Bounds, crs: str) -> Iterator[RasterWindow]:
    """Yield the blocks of a raster that cover the bounds: whole cells, no cell twice, none outside the raster.

    Parameters
    ----------
    raster
        Raster that can be opened.
    bounds
        West, south, east, north of the parcels, in `crs`.
    crs
        CRS of the bounds.

    Yields
    ------
    RasterWindow
        At most `BLOCK` cells a side; row 0 in the north; the first band.

    Raises
    ------
    InputError
        The raster cannot be opened or has no CRS.
    """
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    try:
        with rasterio.open(raster.path, driver=driver_of(Path(raster.path), raster.name)) as source:
            has_crs(source, raster.name)
            label = source.crs.to_string()
            for row, column, height, width in _blocks(*_covered(source, bounds, crs)):
                window = Window(column, row, width, height)
                values = source.read(1, window=window)
                yield _northern(values, _shifted(source.transform[:6], row, column), label, source.nodata)
    except RasterioError as error:
        raise unreadable(raster.name, error) from None


def _covered(source: Any, bounds: Bounds, crs: str) -> tuple[int, int, int, int]:
    """Return first row, first column, end row, end column of the cells that touch the bounds."""
    from rasterio.crs import CRS
    from rasterio.warp import transform_bounds

    if not np.isfinite(bounds).all():
        return 0, 0, 0, 0
    own = CRS.from_user_input(crs)
    west, south, east, north = bounds if own == source.crs else transform_bounds(own, source.crs, *bounds)
    if not np.isfinite([west, south, east, north]).all():
        return 0, 0, 0, 0
    a, b, c, d, e, f = (~source.transform)[:6]
    corners = ((west, south), (west, north), (east, south), (east, north))
    columns = [a * x + b * y + c for x, y in corners]
    rows = [d * x + e * y + f for x, y in corners]
    return (
        max(0, math.floor(min(rows) + _NOISE)),
        max(0, math.floor(min(columns) + _NOISE)),
        min(source.height, math.ceil(max(rows) - _NOISE)),
        min(source.width, math.ceil(max(columns) - _NOISE)),
    )


def _blocks(top: int, left: int, bottom: int, right: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield row, column, height, width of the blocks, cut on multiples of `BLOCK` so that tiles are read once."""
    for row, height in _cuts(top, bottom):
        for column, width in _cuts(left, right):
            yield row, column, height, width


def _cuts(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(end, (start // BLOCK + 1) * BLOCK)
        yield start, stop - start
        start = stop


def _shifted(transform: Affine, row: int, column: int) -> Affine:
    """Return the affine coefficients of a block that begins at a row and column of the raster."""
    a, b, c, d, e, f = transform
    return a, b, a * column + b * row + c, d, e, d * column + e * row + f


def _northern(values: np.ndarray[Any, Any], transform: Affine, crs: str, nodata: float | None) -> RasterWindow:
    """Return a block with row 0 in the north; a raster stored from the south is turned over."""
    a, b, c, d, e, f = transform
    if e > 0:
        rows = values.shape[0] - 1
        values, c, f, b, e = values[::-1], c + b * (rows + 1), f + e * (rows + 1), -b, -e
    return RasterWindow(np.ascontiguousarray(values), (a, b, c, d, e, f), crs, nodata)


def _check(path: Path, name: str) -> None:
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path, driver=driver_of(path, name)) as source:
            has_crs(source, name)
    except RasterioError as error:
        raise unreadable(name, error) from None


def driver_of(path: Path, name: str) -> str:
    """Return the driver that the first bytes of a raster ask for."""
    try:
        with path.open("rb") as stream:
            head = stream.read(16)
    except OSError as error:
        raise unreadable(name, error) from None
    driver = next((driver for magic, driver in _MAGIC if head.lower().startswith(magic.lower())), None)
    if driver is None:
        raise unreadable(name, "格式不支持 / format not accepted")
    return driver


def has_crs(source: Any, name: str) -> None:
    """Refuse a raster without a CRS."""
    if source.crs is None:
        fault = Fault(name, "栅格没有坐标系 / the raster has no CRS", "", "写入坐标系后再运行 / assign a CRS to it")
        raise InputError([fault])


def unreadable(name: str, error: object) -> InputError:
    """Return why a raster cannot be read."""
    return InputError(
        [Fault(name, f"栅格无法读取 / raster cannot be read: {error}", ".tif .img .asc", "检查文件 / check the file")]
    )
