"""Name the cells of a grid, rows by letters from the north, columns by numbers from the west: A1, A2, B1."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from landuse.errors import Fault

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_CELLS: Final = 4_000_000
"""Cells of a grid looked at, empty ones included."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in metres."""


@dataclass(frozen=True)
class Grid:
    """Equal cells over an extent; their corners are whole multiples of the cell, so that a new parcel moves none."""

    width: float
    height: float
    west: int
    """Column of the first cell, counted from the origin of the coordinates."""
    north: int
    """Row of the first cell, counted upwards from the origin of the coordinates."""
    columns: int
    rows: int

    def box(self, row: int, column: int) -> Box:
        """Return the cell in a row counted from the north and a column counted from the west, both from 0."""
        x0, y0 = (self.west + column) * self.width, (self.north - row) * self.height
        return x0, y0, x0 + self.width, y0 + self.height


def grid_over(extent: Box, width: float, height: float) -> Grid:
    """Return the grid of cells of a width and height that covers an extent."""
    west, south = floor(extent[0] / width), floor(extent[1] / height)
    east, north = max(ceil(extent[2] / width), west + 1), max(ceil(extent[3] / height), south + 1)
    return Grid(width, height, west, north - 1, east - west, north - south)


def size_faults(grid: Grid) -> list[Fault]:
    """Return why a grid cannot be used: its cells are too small for the extent."""
    if grid.rows * grid.columns <= MOST_CELLS:
        return []
    found = f"格网单元过小,共 {grid.rows * grid.columns} 格 / cells too small: {grid.rows * grid.columns} of them"
    return [Fault("[atlas] cell_m", found, f"≤ {MOST_CELLS}", "放大 cell_m 或 scale / a larger cell_m or scale")]


def row_name(row: int) -> str:
    """Return the letters of a row counted from 0: A to Z, then AA, AB and so on.

    Examples
    --------
    >>> [row_name(row) for row in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    name, rest = "", row + 1
    while rest:
        rest, letter = divmod(rest - 1, len(LETTERS))
        name = LETTERS[letter] + name
    return name


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, row and column counted from 0."""
    return f"{row_name(row)}{column + 1}"
