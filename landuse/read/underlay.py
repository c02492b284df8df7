"""Read the part of an orthophoto that lies below a map, never in more pixels than the paper shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.opening import locate, written
from landuse.read.raster import driver_of, has_crs, unreadable

Bounds = tuple[float, float, float, float]
Size = tuple[int, int]
Pixels = npt.NDArray[np.uint8]
MOST_PIXELS: Final = 100_000_000
"""Width times height of one picture: an A0 sheet at 250 dpi."""
CACHE_MB: Final = 64
"""Memory for blocks of the file while it is read."""
EDGE: Final = 2
"""Cells read beyond the bounds on each side, so that the edge is interpolated like the rest."""
STEPS: Final = 21
"""Places on each side of the bounds that are looked up in the CRS of the file."""
SAMPLE: Final = 128
"""Cells a side of the pieces by which a picture of more than 8 bits is stretched."""


@dataclass(frozen=True)
class Underlay:
    """A picture that lies below a map."""

    pixels: Pixels
    """(rows, columns, 4): red, green, blue, and 0 where the file shows nothing; row 0 in the north."""
    bounds: Bounds
    """x0, y0, x1, y1 in the CRS of the map: the outer edges of the pixels."""
    strength: float = 0.5
    """1 = as in the file, 0 = white."""


def underlay_of(project: Project, bounds: Bounds, crs: Any, size: Size) -> Underlay | None:
    """Return the part of the orthophoto of ``[print] underlay`` within some bounds; None where there is none.

    Never for the public: imagery of high resolution with its place may be secret (DOMAIN 11.4).

    Parameters
    ----------
    bounds
        x0, y0, x1, y1 of the frame, in `crs`.
    size
        Width and height in pixels that the paper shows.

    Raises
    ------
    InputError
        No such file, none that can be read, no CRS.
    """
    if not project.print.underlay or project.project.audience == "public":
        return None
    path = locate(project.print.underlay, project.folder)
    pixels = read_picture(path, written(project.print.underlay), bounds=bounds, crs=crs, size=size)
    return Underlay(pixels, bounds, project.print.underlay_strength)


def read_picture(path: Path, name: str, *, bounds: Bounds, crs: Any, size: Size) -> Pixels:
    """Return a picture of exactly the bounds and size in the CRS of the map; transparent where the file is empty.

    Of a file with overviews only the fitting one is read, of one without only a piece at a time: memory is that of
    the picture, not of the file.

    Raises
    ------
    InputError
        The file cannot be read or has no CRS.
    """
    import rasterio
    from rasterio.errors import RasterioError

    if size[0] * size[1] > MOST_PIXELS:
        found = f"底图像素过多 / too many pixels: {size[0]} × {size[1]}"
        raise InputError([Fault(name, found, f"<= {MOST_PIXELS:,}", "降低分辨率 / lower the resolution")])
    driver = driver_of(path, name)
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(path, driver=driver) as source:
            has_crs(source, name)
            window = _window(source, bounds, crs)
            if window is None:
                return np.zeros((size[1], size[0], 4), dtype=np.uint8)
            colours, transform = _read(source, window, size)
            return _warped(colours, transform, source.crs, bounds=bounds, crs=crs, size=size)
    except RasterioError as error:
        raise unreadable(name, error) from None


def _window(source: Any, bounds: Bounds, crs: Any) -> tuple[int, int, int, int] | None:
    """Return column, row, width, height of the cells below the bounds; None where the file has none."""
    import pyproj

    x0, y0, x1, y1 = bounds
    along = np.linspace(0, 1, STEPS)
    x, y = x0 + (x1 - x0) * along, y0 + (y1 - y0) * along
    rim_x = np.concatenate([x, x, np.full(STEPS, x0), np.full(STEPS, x1)])
    rim_y = np.concatenate([np.full(STEPS, y0), np.full(STEPS, y1), y, y])
    shift = pyproj.Transformer.from_crs(crs, source.crs.to_wkt(), always_xy=True)
    east, north = shift.transform(rim_x, rim_y)
    known = np.isfinite(east) & np.isfinite(north)
    if not known.any():
        return None
    a, b, c, d, e, f = (~source.transform)[:6]
    column = a * east[known] + b * north[known] + c
    row = d * east[known] + e * north[known] + f
    left, top = max(0, math.floor(column.min()) - EDGE), max(0, math.floor(row.min()) - EDGE)
    right = min(source.width, math.ceil(column.max()) + EDGE)
    bottom = min(source.height, math.ceil(row.max()) + EDGE)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _read(source: Any, window: tuple[int, int, int, int], size: Size) -> tuple[Pixels, Any]:
    """Return the colours (4, rows, columns) of a window in no more cells than the picture has, and where they lie."""
    from rasterio.enums import ColorInterp, Resampling
    from rasterio.transform import Affine
    from rasterio.windows import Window

    column, row, width, height = window
    fewer = max(1.0, min(width / size[0], height / size[1]))
    shape = max(1, round(height / fewer)), max(1, round(width / fewer))
    palette = source.colorinterp[0] == ColorInterp.palette
    bands = [1] if source.count < 3 else [1, 2, 3]
    way = Resampling.nearest if palette or fewer == 1 else Resampling.average
    options: dict[str, Any] = {"window": Window(column, row, width, height)}
    values = source.read(bands, out_shape=(len(bands), *shape), resampling=way, **options)
    shown = source.dataset_mask(out_shape=shape, resampling=Resampling.nearest, **options)
    colours = _palette(source, values[0]) if palette else np.broadcast_to(_bytes(source, values, bands), (3, *shape))
    if all(flags == [_all_valid()] for flags in source.mask_flag_enums):
        # Nothing says where the picture ends: what is black in every band lies beyond it.
        shown = np.where((values == 0).all(axis=0), 0, shown)
    a, b, c, d, e, f = source.transform[:6]
    wide, high = width / shape[1], height / shape[0]
    transform = Affine(a * wide, b * high, a * column + b * row + c, d * wide, e * high, d * column + e * row + f)
    return np.concatenate([colours, shown[None].astype(np.uint8)]), transform


def _all_valid() -> Any:
    from rasterio.enums import MaskFlags

    return MaskFlags.all_valid


def _palette(source: Any, values: npt.NDArray[Any]) -> Pixels:
    """Return the colours that the numbers of a file stand for."""
    table = np.zeros((256, 3), dtype=np.uint8)
    for number, colour in source.colormap(1).items():
        table[number] = colour[:3]
    return np.moveaxis(table[values], -1, 0)


def _bytes(source: Any, values: npt.NDArray[Any], bands: list[int]) -> Pixels:
    """Return values of 8 bits as they are; others stretched alike for every part of the file."""
    if values.dtype == np.uint8:
        return values
    low, high = _range(source, bands)
    share = (values.astype(float) - low) / max(high - low, 1e-9)
    return np.nan_to_num(np.clip(share, 0, 1) * 255).round().astype(np.uint8)


def _range(source: Any, bands: list[int]) -> tuple[float, float]:
    """Return the 2nd and 98th percentile of sixteen pieces spread over the file."""
    from rasterio.windows import Window

    known = []
    for row in (np.arange(4) + 0.5) / 4 * source.height:
        for column in (np.arange(4) + 0.5) / 4 * source.width:
            wide, high = min(SAMPLE, source.width), min(SAMPLE, source.height)
            left, top = min(int(column), source.width - wide), min(int(row), source.height - high)
            piece = source.read(bands, window=Window(left, top, wide, high), masked=True).compressed()
            known.append(piece[np.isfinite(piece) & (piece != 0)])
    values = np.concatenate(known)
    return tuple(float(part) for part in np.percentile(values, (2, 98))) if len(values) else (0.0, 1.0)  # type: ignore[return-value]


def _warped(colours: Pixels, transform: Any, source_crs: Any, *, bounds: Bounds, crs: Any, size: Size) -> Pixels:
    """Return the colours on the pixels of the picture."""
    from rasterio.crs import CRS
    from rasterio.enums import Resampling
    from rasterio.transform import from_bounds
    from rasterio.warp import reproject

    target: dict[str, Any] = {
        "src_transform": transform,
        "src_crs": source_crs,
        "dst_transform": from_bounds(*bounds, *size),
        "dst_crs": CRS.from_wkt(crs.to_wkt()),
    }
    made = np.zeros((4, size[1], size[0]), dtype=np.uint8)
    reproject(colours[:3], made[:3], resampling=Resampling.bilinear, **target)
    reproject(colours[3], made[3], resampling=Resampling.nearest, **target)
    return np.ascontiguousarray(np.moveaxis(made, 0, -1))
