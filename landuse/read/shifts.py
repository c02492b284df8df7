"""Look for a layer that lies some hundred metres beside the parcels: a web map's system, or another datum.

Where both lie right, buildings stand inside parcels and off their boundaries, roads and the boundaries of parks run
outside parcels and close by, and a second file of the same parcels has the same boundaries. How well a layer does so
is counted for every shift up to `REACH_M` at once, as a share that is 1 at best: a correlation of two rasters of a
sample of a few km. A layer is off where it does badly as it lies, and well at one single place elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.catalogue import load
from landuse.read.crs import parse_crs, transform
from landuse.read.displaced import bd09_m, gcj02_m, metres_per_degree
from landuse.read.places import Floats, middles_of, place_in, spread_of
from landuse.tables import Geometries, RawPart, join_issues, one_issue

REACH_M: Final = 1500.0
"""Shifts are looked for up to so many m: GCJ-02 is 100 to 700 m off, BD-09 a kilometre more or less."""
CELL_M: Final = 5.0
"""Side of a cell: roads between plots are wider."""
INNER_M: Final = 3000.0
"""Side of the sample, in m."""
BESIDE_CELLS: Final = 6
"""A road or the boundary of a park runs within so many cells of a parcel: 30 m."""
GOOD: Final = 0.6
"""A place is found where the share is at least this …"""
LOST: Final = 0.6
"""… the layer is off where it now has at most this part of it …"""
RIVAL: Final = 0.9
"""… and every place farther than `PEAK_M` has at most this part: streets repeat, and several places might do."""
PEAK_M: Final = 60.0
SAME_M: Final = 40.0
"""A shift this near to what a web map does is its work."""
DATUM_M: Final = 250.0
"""Datums lie at most so far from each other, in m."""
_LEAST_CELLS: Final = 200
"""Cells of the second layer in the sample: 1 km of boundaries, half a hectare of buildings."""
_LEAST_SHAPES: Final = 5
"""Parcels in the sample."""

_OUTER_M: Final = INNER_M + 2 * REACH_M
_SIZE: Final = round(_OUTER_M / CELL_M)

Grid = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shift:
    """How far a layer lies from where it fits the parcels."""

    east_m: float
    """It lies so many m too far east …"""
    north_m: float
    """… and north."""

    @property
    def metres(self) -> float:
        """Return the distance."""
        return float(np.hypot(self.east_m, self.north_m))


def shift_issues(parts: Mapping[str, Sequence[RawPart]]) -> pd.DataFrame:
    """Return a warning for every layer that lies beside the parcels, with metres and the likely cause."""
    parcels = [part for part in parts.get("parcels", ()) if part.geometry is not None and part.crs]
    if not parcels:
        return join_issues([])
    base = parcels[0]
    others = [*parcels[1:], *(part for name in ("buildings", "parks", "context") for part in parts.get(name, ()))]
    drawn = [part for part in others if part.geometry is not None and part.crs]
    found = [(part, shift_of(base, part)) for part in drawn]
    return join_issues([_worded(base, part, shift) for part, shift in found if shift is not None])


def shift_of(base: RawPart, part: RawPart) -> Shift | None:
    """Return how far a layer lies beside the parcels; None where it fits, or nothing can be told."""
    window = _window(base, part)
    if window is None:
        return None
    parcels, shapes = (_sample(each, window, str(base.crs)) for each in (base, part))
    if len(parcels) < _LEAST_SHAPES:
        return None
    scores = _scores(_fitting(parcels, part.table), _marks(shapes, part.table))
    return None if scores is None else _off(scores, window)


# ---------------------------------------------------------------------------------------------- the sample


@dataclass(frozen=True)
class _Window:
    """A square in the CRS of the parcels, and how its units are metres."""

    x: float
    y: float
    """Its middle."""
    metres: tuple[float, float]
    """Metres of one unit of x and of y."""
    predicted: Mapping[str, tuple[float, float]]
    """System of a web map -> m east and north by which it is off here."""


def _window(base: RawPart, part: RawPart) -> _Window | None:
    """Return a square in which both layers have most to show; None where they do not meet."""
    crs = str(base.crs)
    own, other = middles_of(base.geometry), middles_of(part.geometry)  # type: ignore[arg-type]
    if part.crs != base.crs:
        points = transform(np.asarray(shapely.points(other[np.isfinite(other).all(axis=1)])), str(part.crs), crs)
        other = shapely.get_coordinates(points)
    spread = spread_of(base.geometry)  # type: ignore[arg-type]
    place = place_in(crs, spread, None) if spread else None
    if spread is None or place is None:
        return None
    unit = parse_crs(crs, "").axis_info[0].unit_conversion_factor
    is_geographic = parse_crs(crs, "").is_geographic
    metres = metres_per_degree(place.lat) if is_geographic else (unit, unit)
    middle = _densest(own, other, metres)
    if middle is None:
        return None
    off = {"gcj02": gcj02_m(place.lon, place.lat), "bd09": bd09_m(place.lon, place.lat)}
    return _Window(*middle, metres, off)


def _densest(own: Floats, other: Floats, metres: tuple[float, float]) -> tuple[float, float] | None:
    """Return the middle of the square kilometres in which the scarcer of two layers is densest."""
    side = np.array([INNER_M / 2 / metres[0], INNER_M / 2 / metres[1]])
    own, other = (points[np.isfinite(points).all(axis=1)] for points in (own, other))
    if not len(own) or not len(other):
        return None
    counts = []
    for points in (own, other):
        cells, number = np.unique(np.floor(points / side).astype(np.int64), axis=0, return_counts=True)
        counts.append(dict(zip(map(tuple, cells.tolist()), number.tolist(), strict=True)))
    shared = {cell: min(number, counts[1][cell]) for cell, number in counts[0].items() if cell in counts[1]}
    if not shared:
        return None
    best = min(shared, key=lambda cell: (-shared[cell], cell))
    return float((best[0] + 0.5) * side[0]), float((best[1] + 0.5) * side[1])


def _sample(part: RawPart, window: _Window, crs: str) -> Geometries:
    """Return the geometries of a layer in the window and its margin, in m from its middle."""
    geometry = np.asarray(part.geometry, dtype=object)
    reach = INNER_M / 2 + REACH_M
    if part.crs != crs:
        near = _near(geometry, transform(np.array([shapely.box(*_box(window, reach))]), crs, str(part.crs))[0].bounds)
        geometry = transform(geometry[near], str(part.crs), crs)
    geometry = geometry[_near(geometry, _box(window, reach))]
    x, y, (mx, my) = window.x, window.y, window.metres
    return np.asarray(shapely.transform(geometry, lambda xy: (xy - [x, y]) * [mx, my]), dtype=object)


def _box(window: _Window, reach: float) -> tuple[float, float, float, float]:
    dx, dy = reach / window.metres[0], reach / window.metres[1]
    return window.x - dx, window.y - dy, window.x + dx, window.y + dy


def _near(geometry: Geometries, box: Sequence[float]) -> npt.NDArray[np.bool_]:
    bounds = shapely.bounds(geometry)
    inside: npt.NDArray[np.bool_] = (
        (bounds[:, 0] <= box[2]) & (bounds[:, 2] >= box[0]) & (bounds[:, 1] <= box[3]) & (bounds[:, 3] >= box[1])
    )
    return inside


# ---------------------------------------------------------------------------------------------- the shift


def _fitting(parcels: Geometries, table: str) -> Grid:
    """Return 1 in the cells where a table belongs, -1 where it does not, 0 where nothing is known."""
    numbers = _numbers(parcels)
    inside = numbers > 0
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inside &= np.roll(numbers, step, axis=axis) == numbers
    edge = _wider(numbers > 0, 1) & ~inside
    if table == "buildings":
        return inside.astype(np.float32) - edge.astype(np.float32)
    if table == "parcels":
        return edge.astype(np.float32)
    beside = _wider(numbers > 0, BESIDE_CELLS) & (numbers == 0)
    fitting: Grid = beside.astype(np.float32) - inside.astype(np.float32)
    return fitting


def _marks(shapes: Geometries, table: str) -> Grid:
    """Return what a layer has in each cell of the inner square: buildings by their ground, all else by its lines."""
    if table == "buildings":
        grid = (_numbers(shapes) > 0).astype(np.float32)
    else:
        flat = shapely.get_parts(shapes)
        flat = np.where(shapely.get_dimensions(flat) == 2, shapely.boundary(flat), flat)
        flat = flat[shapely.get_dimensions(flat) == 1]
        xy = shapely.get_coordinates(shapely.segmentize(flat, CELL_M))
        cells = np.floor(xy[(np.abs(xy) < _OUTER_M / 2).all(axis=1)] / CELL_M).astype(np.int64) + _SIZE // 2
        grid = np.zeros((_SIZE, _SIZE), dtype=np.float32)
        np.add.at(grid, (cells[:, 1], cells[:, 0]), 1)
    margin = round(REACH_M / CELL_M)
    inner = np.zeros_like(grid)
    inner[margin:-margin, margin:-margin] = grid[margin:-margin, margin:-margin]
    return inner


def _numbers(shapes: Geometries) -> npt.NDArray[np.int32]:
    """Return the number of the polygon in each cell, 0 = none; row 0 in the south."""
    from rasterio.features import rasterize
    from rasterio.transform import from_origin

    flat = shapely.get_parts(shapes)
    flat = flat[(shapely.get_dimensions(flat) == 2) & ~shapely.is_empty(flat)]
    grid: npt.NDArray[np.int32] = np.zeros((_SIZE, _SIZE), dtype=np.int32)
    if len(flat):
        place = from_origin(-_OUTER_M / 2, _OUTER_M / 2, CELL_M, CELL_M)
        rasterize([(shape, number) for number, shape in enumerate(flat, start=1)], out=grid, transform=place)
    return grid[::-1]


def _wider(cells: npt.NDArray[np.bool_], steps: int) -> npt.NDArray[np.bool_]:
    """Return cells with those around them, so many steps far."""
    for _ in range(steps):
        around = cells.copy()
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            around |= np.roll(cells, step, axis=axis)
        cells = around
    return cells


def _scores(fitting: Grid, marks: Grid) -> Grid | None:
    """Return how well a layer would fit, moved by every shift in cells; None where it fits, or has too little to show.

    The cell in the middle of the result is no shift at all; rows go north, columns east.
    """
    total = float(marks.sum())
    if total < _LEAST_CELLS or _at_rest(fitting, marks) > LOST * total:
        return None
    spectrum = np.fft.rfft2(fitting) * np.conj(np.fft.rfft2(marks))
    scores = np.fft.fftshift(np.fft.irfft2(spectrum, s=fitting.shape)) / total
    reach, middle = round(REACH_M / CELL_M), _SIZE // 2
    asked = slice(middle - reach, middle + reach + 1)
    return scores[asked, asked].astype(np.float32)


def _at_rest(fitting: Grid, marks: Grid) -> float:
    """Return how well a layer fits as it lies, or within two cells of it."""
    rows, columns = np.nonzero(marks)
    held = marks[rows, columns]
    near = [(row, column) for row in range(-2, 3) for column in range(-2, 3)]
    return max(float((fitting[rows + row, columns + column] * held).sum()) for row, column in near)


def _off(scores: Grid, window: _Window) -> Shift | None:
    """Return how far a layer lies from where it fits; None where it fits as it lies, or no single place is clear."""
    middle, best = scores.shape[0] // 2, float(scores.max())
    rest = float(scores[middle - 2 : middle + 3, middle - 2 : middle + 3].max())
    if best < GOOD or rest > LOST * best:
        return None
    row, column = np.unravel_index(int(scores.argmax()), scores.shape)
    rows, columns = np.ogrid[: scores.shape[0], : scores.shape[1]]
    far = np.hypot(rows - row, columns - column) * CELL_M > PEAK_M
    if float(scores[far].max()) <= RIVAL * best:
        return Shift(-(int(column) - middle) * CELL_M, -(int(row) - middle) * CELL_M)
    for east, north in (*window.predicted.values(), *((-x, -y) for x, y in window.predicted.values())):
        row, column = middle - round(north / CELL_M), middle - round(east / CELL_M)
        near = scores[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4]
        if near.size and float(near.max()) > RIVAL * best:
            return Shift(east, north)
    return None


# ---------------------------------------------------------------------------------------------- the words


def _worded(base: RawPart, part: RawPart, shift: Shift) -> pd.DataFrame:
    """Return the warning of a layer that is off."""
    words = load("read/crs_words.toml")
    window = _window(base, part)
    point = round(float(np.degrees(np.arctan2(shift.east_m, shift.north_m))) / 45) % 8
    cause = words["cause"][_cause(shift, window.predicted if window else {})]
    facts = {
        "file": part.file,
        "other": base.file,
        "metres": f"{shift.metres:.0f}",
        "way_zh": words["compass"]["zh"][point],
        "way_en": words["compass"]["en"][point],
        "cause_zh": cause["zh"].format(file=part.file, other=base.file),
        "cause_en": cause["en"].format(file=part.file, other=base.file),
    }
    found = one_issue("LAYER_SHIFTED", table=part.table, value=f"{shift.metres:.0f} m", facts=facts)
    return found.assign(source_file=part.file, source_sheet=part.sheet)


def _cause(shift: Shift, predicted: Mapping[str, tuple[float, float]]) -> str:
    """Return the likely cause: a key of the words."""
    for name, (east, north) in predicted.items():
        for turn, which in ((1, "part"), (-1, "base")):
            if np.hypot(shift.east_m - turn * east, shift.north_m - turn * north) <= SAME_M:
                return f"{name}_{which}"
    return "datum" if shift.metres <= DATUM_M else "unknown"
