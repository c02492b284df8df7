"""Cut a district into the pages of an atlas: which frame at which scale, which parcels, in which order. Pure.

Every parcel of a unit lies in the frames of that unit, at home in exactly one of them: sums over pages add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.atlas.grid import Box, cell_name, grid_over
from landuse.cartography.atlas.names import by_reading
from landuse.cartography.pane.scales import SCALES
from landuse.tables import Geometries

FINEST: Final = {"park": 1000, "town": 1000, "listed": 1000}
COARSEST: Final = {"park": 10_000, "town": 25_000, "listed": SCALES[-1]}
"""Scale beyond which a unit takes several pages: a plot of 3 mu is 4 mm wide at 1:10 000. A parcel stays in one."""
SCATTERED: Final = 25_000
"""The same for land that states no park: it lies scattered over the district."""
GRID_SCALE: Final = 5000
"""Scale of a grid where none is stated."""
ROOM: Final = {"park": 0.03, "town": 0.03, "listed": 0.3}
"""Share of the frame that stays free around a unit, both sides together; a listed parcel has neighbours."""
OVERLAP: Final = 0.06
"""Share of a frame that the next one of the same unit repeats."""
TOUCH_M: Final = 0.001
"""Cells are made smaller by so much before it is asked who lies in them: what only touches does not."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pane:
    """The map on a page, in millimetres on paper."""

    width_mm: float
    height_mm: float

    def size_m(self, scale: int) -> tuple[float, float]:
        """Return width and height on the ground at a scale."""
        return self.width_mm * scale / 1000, self.height_mm * scale / 1000

    def around(self, x: float, y: float, scale: int) -> Box:
        """Return the frame in the middle of which a point lies."""
        width, height = self.size_m(scale)
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@dataclass(frozen=True)
class Unit:
    """What gets a page of its own: its name and its parcels (rows of the parcel table)."""

    name: str
    rows: Rows
    box: Box | None = None
    """Ground it stands for, where that is not the extent of its parcels: a cell of a grid."""
    scattered: bool = False
    """Whether it is what is left over: land that states no park or town."""


@dataclass(frozen=True)
class Sheet:
    """One page with a map."""

    unit: str
    part: int
    parts: int
    """Which of how many pages of the unit it is, from 1."""
    scale: int
    frame: Box
    """What the map shows, in metres."""
    rows: Rows
    """Parcels of the unit that lie in the frame, wholly or in part."""
    home: Rows
    """Those of them that are counted on this page: each parcel of the unit on exactly one."""
    focus: Box | None = None
    """Cell of a grid: what lies outside is the surroundings."""
    scattered: bool = False
    """Whether it shows land that states no park or town."""
    number: int = 0
    """Page of the file, from 1; the cover and the index come first."""

    @property
    def title(self) -> str:
        """Return the name of the unit with the place of the page among those of the unit."""
        return self.unit if self.parts == 1 else f"{self.unit} ({self.part}/{self.parts})"


def units_of(names: Sequence[str | None], drawn: npt.NDArray[np.bool_], unstated: str) -> list[Unit]:
    """Return the units of a park or town column in the order of their readings, the land that names none last.

    Parameters
    ----------
    names
        Park or town of each parcel; None or blank = not stated.
    drawn
        Which parcels have a shape.
    unstated
        Name of the unit of those parcels.
    """
    words = np.array([str(name).strip() if isinstance(name, str) else "" for name in names], dtype=object)
    found, at = np.unique(words[drawn].astype(str), return_inverse=True)
    rows = np.flatnonzero(drawn)
    held = {str(name): rows[at == place] for place, name in enumerate(found)}
    made = [Unit(name, held[name]) for name in by_reading(name for name in held if name)]
    return [*made, Unit(unstated, held[""], scattered=True)] if "" in held else made


def sheets_of(units: Sequence[Unit], shapes: Geometries, pane: Pane, *, by: str, scale: int = 0) -> list[Sheet]:
    """Return the pages of the units in their order, not yet numbered.

    Parameters
    ----------
    shapes
        Polygons of all parcels in a projected CRS.
    by
        park | town | listed.
    scale
        1 : scale of all pages; 0 = the largest round one at which a page holds the unit, `COARSEST` at most.
    """
    return [sheet for unit in units for sheet in _framed(unit, shapes, pane, by, scale)]


def cells_of(shapes: Geometries, drawn: npt.NDArray[np.bool_], cell: tuple[float, float]) -> list[Unit]:
    """Return the cells of a grid that hold a parcel, row by row from the north-west."""
    import shapely

    rows = np.flatnonzero(drawn)
    if not len(rows):
        return []
    grid = grid_over(_extent(shapes[rows]), *cell)
    tree = shapely.STRtree(shapes[rows])
    made = []
    for row in range(grid.rows):
        for column in range(grid.columns):
            box = grid.box(row, column)
            inside = tree.query(shapely.box(*_grown(box, -TOUCH_M)), predicate="intersects")
            if len(inside):
                made.append(Unit(cell_name(row, column), rows[np.sort(inside)], box))
    return made


def cell_sheets(cells: Sequence[Unit], shapes: Geometries, pane: Pane, scale: int) -> list[Sheet]:
    """Return one page a cell; a parcel is counted in the cell that holds a point inside it."""
    import shapely

    made = []
    for cell in cells:
        x0, y0, x1, y1 = box = cell.box or _extent(shapes[cell.rows])
        point = shapely.get_coordinates(shapely.point_on_surface(shapes[cell.rows]))
        inside = (point[:, 0] >= x0) & (point[:, 0] < x1) & (point[:, 1] >= y0) & (point[:, 1] < y1)
        frame = pane.around((x0 + x1) / 2, (y0 + y1) / 2, scale)
        made.append(Sheet(cell.name, 1, 1, scale, frame, cell.rows, cell.rows[inside], focus=box))
    return made


def cell_size(pane: Pane, scale: int, cell_m: float) -> tuple[tuple[float, float], int]:
    """Return width and height of the cells of a grid and the scale of its pages.

    A stated cell is a square, drawn at the stated scale or the largest one at which the page holds it; else the cell is
    what the page holds, cut down to whole hundreds of metres (at large scales tens, or metres).
    """
    if cell_m:
        return (cell_m, cell_m), scale or fitting_scale((cell_m, cell_m), pane, 0.0)
    scale = scale or GRID_SCALE
    width, height = (side * (1 - OVERLAP / 2) for side in pane.size_m(scale))
    step = next(step for step in (100.0, 10.0, 1.0) if step * 5 <= height or step == 1.0)
    return (max(width // step, 1) * step, max(height // step, 1) * step), scale


def fitting_scale(size: tuple[float, float], pane: Pane, room: float, finest: int = SCALES[0]) -> int:
    """Return the largest round scale at which a page holds a width and height with some room around them."""
    for scale in (scale for scale in SCALES if scale >= finest):
        width, height = pane.size_m(scale)
        if size[0] <= width * (1 - room) and size[1] <= height * (1 - room):
            return scale
    return SCALES[-1]


def in_rows(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return the pages in rows from the north-west; those of one unit stay together, where its first lies."""
    heights = [sheet.frame[3] - sheet.frame[1] for sheet in sheets]
    band = float(np.median(heights)) if heights else 1.0
    place: dict[str, tuple[int, float, str]] = {}
    for sheet in sheets:
        x, y = (sheet.frame[0] + sheet.frame[2]) / 2, (sheet.frame[1] + sheet.frame[3]) / 2
        key = (-round(y / band), x, sheet.unit)
        place[sheet.unit] = min(place.get(sheet.unit, key), key)
    return sorted(sheets, key=lambda sheet: (place[sheet.unit], sheet.part))


def numbered(sheets: Sequence[Sheet], first: int) -> tuple[Sheet, ...]:
    """Return the pages with their numbers, the first of them as stated."""
    return tuple(replace(sheet, number=first + place) for place, sheet in enumerate(sheets))


# ----------------------------------------------------------------------------------------------- frames


def _framed(unit: Unit, shapes: Geometries, pane: Pane, by: str, stated: int) -> list[Sheet]:
    """Return the pages of one unit: one, or several side by side where it is too large for one."""
    extent = _extent(shapes[unit.rows])
    size = extent[2] - extent[0], extent[3] - extent[1]
    coarsest = SCATTERED if unit.scattered else COARSEST[by]
    scale = stated or min(fitting_scale(size, pane, ROOM[by], FINEST[by]), coarsest)
    boxes = _tiles(extent, pane.size_m(scale))
    kept = _kept(boxes, shapes[unit.rows])
    return [
        Sheet(unit.name, part, len(kept), scale, boxes[at], unit.rows[held], unit.rows[home], scattered=unit.scattered)
        for part, (at, held, home) in enumerate(kept, start=1)
    ]


def _tiles(extent: Box, size: tuple[float, float]) -> list[Box]:
    """Return the frames that cover an extent, rows from the north, spread so that all repeat equally much."""
    columns = _starts(extent[0], extent[2], size[0])
    rows = _starts(extent[1], extent[3], size[1])[::-1]
    return [(x, y, x + size[0], y + size[1]) for y in rows for x in columns]


def _starts(low: float, high: float, size: float) -> list[float]:
    """Return where frames of a size begin so that they cover a stretch."""
    length = high - low
    if length <= size:
        return [(low + high - size) / 2]
    overlap = size * OVERLAP
    inner = length + overlap  # half of the overlap is room at either end
    count = max(2, ceil((inner - overlap) / (size - overlap) - 1e-9))
    first, last = low - overlap / 2, high + overlap / 2 - size
    return [first + (last - first) * place / (count - 1) for place in range(count)]


def _kept(boxes: Sequence[Box], shapes: Geometries) -> list[tuple[int, Rows, Rows]]:
    """Return of the frames that are needed: place, parcels in it, parcels at home in it.

    Needed is a frame that parcels are at home in, or that shows a part of a parcel which its home does not show.
    """
    import shapely

    if len(boxes) == 1:
        every = np.arange(len(shapes))
        return [(0, every, every)]
    corners = np.asarray(boxes)
    middle = np.column_stack([corners[:, [0, 2]].mean(axis=1), corners[:, [1, 3]].mean(axis=1)])
    size = corners[0, 2] - corners[0, 0], corners[0, 3] - corners[0, 1]
    home = _nearest(shapely.get_coordinates(shapely.point_on_surface(shapes)), middle, size)
    bounds = shapely.bounds(shapes)
    own = corners[home]
    whole = (bounds[:, :2] >= own[:, :2]).all(axis=1) & (bounds[:, 2:] <= own[:, 2:]).all(axis=1)
    made = []
    for at, box in enumerate(boxes):
        near = (bounds[:, :2] <= corners[at, 2:]).all(axis=1) & (bounds[:, 2:] >= corners[at, :2]).all(axis=1)
        rows = np.flatnonzero(near)
        held = rows[shapely.intersects(shapes[rows], shapely.box(*box))]
        if (home == at).any() or (~whole[held]).any():
            made.append((at, held, np.flatnonzero(home == at)))
    return made


def _nearest(points: Any, middles: Any, size: tuple[float, float]) -> Rows:
    """Return for each point the frame whose middle is nearest, width and height of a frame being one."""
    best = np.zeros(len(points), dtype=np.intp)
    least = np.full(len(points), np.inf)
    for place, middle in enumerate(middles):
        away = np.maximum(np.abs(points[:, 0] - middle[0]) / size[0], np.abs(points[:, 1] - middle[1]) / size[1])
        nearer = away < least - 1e-12
        best[nearer], least[nearer] = place, away[nearer]
    return best


def _extent(shapes: Geometries) -> Box:
    import shapely

    x0, y0, x1, y1 = (float(value) for value in shapely.total_bounds(shapes))
    return x0, y0, x1, y1


def _grown(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by
