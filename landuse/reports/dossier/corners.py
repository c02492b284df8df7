"""Number the corners of a parcel (界址点) as a survey does: from the north-western one, clockwise, ring by ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

Points = npt.NDArray[np.float64]
DECIMALS: Final = 3
"""Of coordinates: millimetres."""


@dataclass(frozen=True)
class Ring:
    """One boundary line of a parcel."""

    number: int
    """圈号: 1 is the outer line of the first part; holes and further parts follow."""
    first: int
    """Number of its first corner; numbers run on from ring to ring."""
    points: Points
    """x (east), y (north) in metres, each corner once."""
    is_hole: bool

    @property
    def sides(self) -> npt.NDArray[np.float64]:
        """Return the length of the side from each corner to the next, the last back to the first."""
        step = np.roll(self.points, -1, axis=0) - self.points
        return np.asarray(np.hypot(step[:, 0], step[:, 1]))


def rings_of(shape: Any) -> list[Ring]:
    """Return the rings of a polygon or multipart polygon; nothing for no geometry.

    Outer lines run clockwise, holes the other way; each starts at its north-western corner. Repeated corners are
    one corner.
    """
    if shape is None or shape.is_empty:
        return []
    rings: list[Ring] = []
    first = 1
    for number, (line, is_hole) in enumerate(_lines(shape), start=1):
        points = _corners(shapely.get_coordinates(line), is_hole)
        rings.append(Ring(number, first, points, is_hole))
        first += len(points)
    return rings


def rows_of(rings: list[Ring]) -> list[tuple[str, int, float, float, float | None]]:
    """Return the lines of the table: corner, ring, X north, Y east, side to the next corner.

    The last line of a ring repeats its first corner, as the boundary-point files of surveys do, and has no side.
    """
    rows: list[tuple[str, int, float, float, float | None]] = []
    for ring in rings:
        sides = ring.sides
        for place, (east, north) in enumerate(ring.points.tolist()):
            rows.append((f"J{ring.first + place}", ring.number, north, east, float(sides[place])))
        east, north = ring.points[0].tolist()
        rows.append((f"J{ring.first}", ring.number, north, east, None))
    return rows


def boundary_text(rows: list[tuple[str, int, float, float, float | None]]) -> str:
    """Return all corners as lines of a boundary-point file: 点号,圈号,X,Y."""
    return "".join(f"{name},{ring},{north:.{DECIMALS}f},{east:.{DECIMALS}f}\n" for name, ring, north, east, _ in rows)


def _lines(shape: Any) -> Iterator[tuple[Any, bool]]:
    for part in shapely.get_parts(shape):
        yield shapely.get_exterior_ring(part), False
        for hole in part.interiors:
            yield hole, True


def _corners(points: Points, is_hole: bool) -> Points:  # noqa: FBT001 - a fact of the ring, no switch
    """Return the corners without the closing one, turned and begun as a survey does."""
    open_ring = points[:-1]
    moved = np.any(open_ring != np.roll(open_ring, 1, axis=0), axis=1)
    corners = open_ring[moved] if moved.sum() >= 3 else open_ring
    x, y = corners[:, 0], corners[:, 1]
    area = float(np.sum((x - x[0]) * (np.roll(y, -1) - np.roll(y, 1))))
    if (area > 0) != is_hole:
        corners = corners[::-1]
    start = int(np.argmin(corners[:, 0] - corners[:, 1]))
    return np.roll(corners, -start, axis=0)
