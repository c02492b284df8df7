"""Look at a raster: classes or values, which classes, what the file calls them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.propose.pieces import RasterPiece
from landuse.read.raster import driver_of

MOST_CLASSES: Final = 64
"""A raster of whole numbers with more different ones than this holds values, not classes."""
_CELLS: Final = 2048
"""Cells a side that are looked at, spread over the whole raster."""
_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_PICTURE: Final = 3
"""Bands from which a raster is a picture."""


def look_at_raster(file: Path, path: str) -> RasterPiece:
    """Return what a raster holds.

    Raises
    ------
    InputError
        It cannot be opened, or is of no format that is read.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(file, driver=driver_of(file, path)) as source:
            if source.count >= _PICTURE:
                return RasterPiece(path, file, source.count, "picture")
            if not np.issubdtype(np.dtype(source.dtypes[0]), np.integer):
                return RasterPiece(path, file, source.count, "value")
            values = _classes(source)
            if len(values) > MOST_CLASSES:
                return RasterPiece(path, file, source.count, "value")
            return RasterPiece(path, file, source.count, "class", values, _labels(file, values))
    except (RasterioError, OSError) as error:
        found = f"无法读取 / cannot be read: {error}"
        raise InputError([Fault(path, found, ".tif .img .asc", "检查文件 / check the file")]) from None


def day_of(path: str) -> date | None:
    """Return the day that the name of a raster states; None where it states none, or several."""
    days = set(_DAY.findall(Path(path).stem))
    if len(days) != 1:
        return None
    year, month, day = (int(part) for part in days.pop())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _classes(source: Any) -> tuple[int, ...]:
    """Return the different values of the first band without the one that means nothing."""
    height, width = min(source.height, _CELLS), min(source.width, _CELLS)
    cells = source.read(1, out_shape=(height, width))
    found = np.unique(cells)
    return tuple(int(value) for value in found if source.nodata is None or value != source.nodata)


def _labels(file: Path, values: tuple[int, ...]) -> dict[int, str]:
    """Return what the attribute table beside a raster calls its classes; empty where there is none."""
    import pyogrio

    table = file.with_name(f"{file.name}.vat.dbf")
    if not table.is_file():
        return {}
    try:
        rows = pyogrio.read_dataframe(table, read_geometry=False)
    except (RuntimeError, ValueError):
        return {}
    numbers = [name for name in rows if name.upper() == "VALUE"]
    texts = [name for name in rows if rows[name].dtype.kind in "OT" or str(rows[name].dtype).startswith("str")]
    if not numbers or not texts:
        return {}
    named = dict(zip(rows[numbers[0]].astype(int), rows[texts[-1]].astype(str), strict=True))
    return {value: named[value] for value in values if value in named}
