"""Find borders that two parcels share, so that they are written once: the second walks the first one's back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.cartography.parcel_layer.planes import Whole

LITERAL: Final = 0
"""The vertex is written as a step from the one before."""
ONWARD: Final = 1
"""The vertex is the one before the vertex that was copied last."""
JUMP: Final = 2
"""The vertex is a copy of an earlier one, so many vertices back."""
MIXERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
"""Odd factors that spread the bits of two coordinates over 64."""


@dataclass(frozen=True)
class Borders:
    """How each vertex is given."""

    kinds: Whole
    """LITERAL, ONWARD or JUMP, vertex by vertex."""
    jumps: Whole
    """How many vertices back each JUMP leads."""


def shared_borders(grid: Whole, of_ring: Whole) -> Borders:
    """Return how each vertex is given, rings running counter-clockwise so that neighbours meet head on.

    Parameters
    ----------
    grid
        Vertices (n, 2), ring after ring, the closing one left out.
    of_ring
        Ring of each vertex.
    """
    size = len(grid)
    kinds = np.zeros(size, dtype=np.int64)
    if size < 2:
        return Borders(kinds, np.zeros(0, dtype=np.int64))
    source = _sources(grid, of_ring)
    copied = source >= 0
    onward = np.zeros(size, dtype=bool)
    onward[1:] = copied[1:] & copied[:-1] & (source[:-1] == source[1:] + 1) & (of_ring[1:] == of_ring[:-1])
    kinds[copied] = JUMP
    kinds[onward] = ONWARD
    jumped = np.flatnonzero(kinds == JUMP)
    return Borders(kinds, jumped - source[jumped])


def _sources(grid: Whole, of_ring: Whole) -> Whole:
    """Return for each vertex the earlier one it copies: the start of the same border, walked the other way; else -1.

    The border of vertex i leads from vertex i - 1 to it. Vertex j is its source when a border leads from j to j + 1
    and these are vertex i and vertex i - 1.
    """
    ends = np.flatnonzero(of_ring[1:] == of_ring[:-1]) + 1
    spot = _mixed(grid)
    border = spot[ends - 1] + spot[ends]
    order = np.argsort(border, kind="stable")
    same = border[order][1:] == border[order][:-1]
    later, earlier = ends[order[1:][same]], ends[order[:-1][same]] - 1
    met = (grid[later] == grid[earlier]).all(axis=1) & (grid[later - 1] == grid[earlier + 1]).all(axis=1)
    source = np.full(len(grid), -1, dtype=np.int64)
    source[later[met]] = earlier[met]
    return source


def _mixed(grid: Whole) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return one number per vertex, the same for the same place; different places rarely share one."""
    x, y = grid[:, 0].astype(np.uint64), grid[:, 1].astype(np.uint64)
    mixed = (x + np.uint64(1)) * MIXERS[0] ^ (y + np.uint64(1)) * MIXERS[1]
    mixed ^= mixed >> np.uint64(29)
    spread: np.ndarray[Any, np.dtype[np.uint64]] = mixed * MIXERS[1]
    return spread ^ (spread >> np.uint64(32))
