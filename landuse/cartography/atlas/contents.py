"""State what an atlas holds: its pages with their numbers, their neighbours, and the lines of its index. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, fsum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.atlas.grid import Box, grid_over, size_faults
from landuse.cartography.atlas.neighbours import Neighbour, neighbours_of
from landuse.cartography.atlas.plan import (
    Pane,
    Rows,
    Sheet,
    Unit,
    cell_sheets,
    cell_size,
    cells_of,
    in_rows,
    numbered,
    sheets_of,
    units_of,
)
from landuse.cartography.rounding import whole_parts
from landuse.errors import Fault, InputError
from landuse.printing import Atlas
from landuse.tables import Geometries

INDEX_LINES: Final = 76
"""Lines of the index that a page holds, in two columns."""
COVER: Final = 1
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Land:
    """What of the parcels the pages are planned by; row by row the parcel table."""

    shapes: Geometries
    """Polygons in a projected CRS; None where there is none."""
    codes: Sequence[str]
    """parcel_id."""
    titles: Sequence[str]
    """What a page of one parcel is called."""
    places: Sequence[str | None]
    """Park or town, where the pages are by park or town."""
    area_mu: npt.NDArray[np.float64]
    listed: Mask
    """Which parcels get a page of their own, where the pages are by listed parcel."""
    low: Mask
    """On the list of low-efficiency land, stopped and vacant among it: those that the maps number."""
    idle: Mask
    """Suspected idle."""

    @cached_property
    def drawn(self) -> Mask:
        """Return which parcels have a shape."""
        import shapely

        return np.asarray(~(shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes)), dtype=bool)

    @cached_property
    def extent(self) -> Box | None:
        """Return where the parcels lie; None where none has a shape."""
        import shapely

        x0, y0, x1, y1 = (float(value) for value in shapely.total_bounds(self.shapes))
        return (x0, y0, x1, y1) if np.isfinite([x0, y0, x1, y1]).all() else None


@dataclass(frozen=True)
class Line:
    """A line of the index: what is at home on a page."""

    number: int
    title: str
    scale: int
    parcels: int
    area_mu: float
    """Rounded so that the lines add up to the total."""
    low: int
    idle: int


@dataclass(frozen=True)
class Contents:
    """What an atlas holds."""

    by: str
    sheets: tuple[Sheet, ...]
    neighbours: dict[int, tuple[Neighbour, ...]]
    lines: tuple[Line, ...]
    index_pages: int
    total: Line
    """Sums of the lines."""
    missing: int
    """Parcels that have no shape and so no page."""

    @property
    def pages(self) -> int:
        """Return the number of pages, cover and index included."""
        return COVER + self.index_pages + len(self.sheets)


def contents_of(settings: Atlas, land: Land, pane: Pane, unstated: str) -> Contents:
    """Return what an atlas holds; one without a page where nothing is listed.

    Parameters
    ----------
    unstated
        Name of the unit of the parcels that state no park or town.

    Raises
    ------
    InputError
        A parcel asked for is not there, or the cells of the grid are too small.
    """
    sheets = _sheets(settings, land, pane, unstated)
    if settings.order == "row" and settings.by != "grid":
        sheets = in_rows(sheets)
    index_pages = max(ceil(len(sheets) / INDEX_LINES), 1)
    made = numbered(sheets, COVER + index_pages + 1)
    lines, total = _lines(made, land)
    return Contents(settings.by, made, neighbours_of(made), lines, index_pages, total, int((~land.drawn).sum()))


def _sheets(settings: Atlas, land: Land, pane: Pane, unstated: str) -> list[Sheet]:
    if settings.by == "grid":
        size, scale = cell_size(pane, settings.scale, settings.cell_m)
        if land.extent and (faults := size_faults(grid_over(land.extent, *size))):
            raise InputError(faults)
        return cell_sheets(cells_of(land.shapes, land.drawn, size), land.shapes, pane, scale)
    units = _parcels(settings, land) if settings.by == "listed" else units_of(land.places, land.drawn, unstated)
    return sheets_of(units, land.shapes, pane, by=settings.by, scale=settings.scale)


def _parcels(settings: Atlas, land: Land) -> list[Unit]:
    """Return one unit a listed parcel, in the order of their codes."""
    codes = [str(code) for code in land.codes]
    wanted = land.listed
    if settings.parcels:
        known = {code: row for row, code in enumerate(codes)}
        if unknown := [code for code in settings.parcels if code not in known]:
            raise InputError([_no_such(code) for code in unknown])
        wanted = np.zeros(len(codes), dtype=bool)
        wanted[[known[code] for code in settings.parcels]] = True
    rows = sorted(np.flatnonzero(wanted & land.drawn).tolist(), key=lambda row: (codes[row], row))
    return [Unit(str(land.titles[row]), np.array([row], dtype=np.intp)) for row in rows]


def _no_such(code: str) -> Fault:
    found = f"没有这宗地 / no such parcel: {code}"
    return Fault("[atlas] parcels", found, "宗地代码 parcel_id", "改正或删除 / correct or delete it")


def _lines(sheets: Sequence[Sheet], land: Land) -> tuple[tuple[Line, ...], Line]:
    """Return the lines of the index and their sums; a parcel counts once for its page."""

    def of(rows: Rows, sheet: Sheet | None = None) -> Line:
        area = fsum(value for value in land.area_mu[rows].tolist() if np.isfinite(value))
        said: dict[str, Any] = {"number": 0, "title": "", "scale": 0}
        if sheet:
            said = {"number": sheet.number, "title": sheet.title, "scale": sheet.scale}
        return Line(
            **said, parcels=len(rows), area_mu=area, low=int(land.low[rows].sum()), idle=int(land.idle[rows].sum())
        )

    lines = [of(sheet.home, sheet) for sheet in sheets]
    every = np.unique(np.concatenate([sheet.home for sheet in sheets])) if sheets else np.empty(0, dtype=np.intp)
    total = of(every)
    areas = whole_parts([line.area_mu for line in lines], 2, total.area_mu)
    rounded = [replace(line, area_mu=area) for line, area in zip(lines, areas, strict=True)]
    return tuple(rounded), replace(total, area_mu=whole_parts([total.area_mu], 2)[0])
