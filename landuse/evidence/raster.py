"""Measure how much of each parcel a land-cover raster shows as built, by exact coverage of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.evidence.crs import transformed
from landuse.tables import Geometries, Parcels, RasterWindow

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
Summed = Callable[[Geometries, Codes, "RasterWindow"], tuple[Numbers, Numbers]]
"""Cells of each polygon that say something, and those of them that are built: fractions of cells added up."""

COMPILE_FROM: Final = 30_000
"""Parcels from which on the compiled kernel (numba, extra ``fast``) is used: below, compiling costs more than it
saves."""
BARE: Final = 0
BUILT: Final = 1
SILENT: Final = 255
"""A cell without data."""


def built_share(parcels: Parcels, windows: Iterable[RasterWindow], *, built_classes: tuple[int, ...]) -> pd.Series:
    """Return the share of each parcel that is built, cell by cell as far as the parcel covers it.

    Parameters
    ----------
    parcels
        Transformed to the CRS of the raster where it differs.
    windows
        Blocks of one raster that do not overlap, taken one at a time; a parcel across several is added up.
    built_classes
        Classes that count as built.

    Returns
    -------
    Series ``built_share`` with the index of the parcels: built cells / cells with data, in [0, 1], each cell counted by
    the fraction the parcel covers. NaN where no cell with data is covered. Cells count alike, as in an equal-area grid;
    in a geographic grid the difference inside one parcel is negligible.
    """
    known, built = np.zeros(len(parcels)), np.zeros(len(parcels))
    fast = len(parcels) >= COMPILE_FROM and find_spec("numba") is not None
    summed = kernel_sums if fast else exactextract_sums
    moved: dict[str, tuple[Geometries, shapely.STRtree]] = {}
    for window in windows:
        if window.crs not in moved:
            geometry = transformed(parcels.geometry, parcels.crs, window.crs)
            moved = {window.crs: (geometry, shapely.STRtree(geometry))}
        geometry, tree = moved[window.crs]
        rows = np.sort(tree.query(outline(window)))
        if len(rows):
            cells, hits = summed(geometry[rows], told(window, built_classes), window)
            known[rows] += cells
            built[rows] += hits
    share = np.where(known > 0, built / np.where(known > 0, known, 1.0), np.nan)
    return pd.Series(np.clip(share, 0.0, 1.0), index=parcels.table.index, name="built_share")


def outline(window: RasterWindow) -> shapely.Polygon:
    """Return the ground a block covers."""
    a, b, c, d, e, f = window.transform
    height, width = window.values.shape
    corners = ((0, 0), (width, 0), (width, height), (0, height))
    return shapely.Polygon([(a * col + b * row + c, d * col + e * row + f) for col, row in corners])


def told(window: RasterWindow, built_classes: tuple[int, ...]) -> Codes:
    """Return what each cell says: BUILT, BARE, or SILENT where it has no data."""
    values = window.values
    silent = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
    if window.nodata is not None and not np.isnan(window.nodata):
        silent |= values == window.nodata
    told_by = np.where(np.isin(values, built_classes), BUILT, BARE).astype(np.uint8)
    return np.where(silent, np.uint8(SILENT), told_by)


def in_cells(geometry: Geometries, window: RasterWindow) -> Geometries:
    """Return the geometries in cells of a block: x to the right, y upwards from its lower edge."""
    a, b, c, d, e, f = window.transform
    inverse = np.linalg.inv(np.array([[a, b], [d, e]]))
    height = window.values.shape[0]

    def move(points: Numbers) -> Numbers:
        cells = (points - (c, f)) @ inverse.T
        return np.column_stack([cells[:, 0], height - cells[:, 1]])

    moved: Geometries = shapely.transform(geometry, move)
    return moved


def exactextract_sums(geometry: Geometries, codes: Codes, window: RasterWindow) -> tuple[Numbers, Numbers]:
    """Return cells with data and built cells of each polygon, by exactextract: always present.

    It keeps the fraction of a cell in single precision, which leaves some 1e-8 in a share; the kernel holds 1e-12.
    """
    import geopandas as gpd
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    polygons = gpd.GeoDataFrame(geometry=in_cells(geometry, window), crs=window.crs)
    source = NumPyRasterSource(codes, nodata=SILENT, srs_wkt=polygons.crs.to_wkt())
    found = exact_extract(source, polygons, ["count", "sum"], output="pandas")
    return found["count"].to_numpy(np.float64), np.nan_to_num(found["sum"].to_numpy(np.float64))


def kernel_sums(geometry: Geometries, codes: Codes, window: RasterWindow) -> tuple[Numbers, Numbers]:
    """Return the same by the compiled kernel."""
    from landuse.evidence.coverage import covered_cells

    return covered_cells(in_cells(geometry, window), codes)
