"""Take away geometries that are nested so deep that a library would break down over them."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
import numpy.typing as npt

DEEPEST: Final = 32
"""Collections inside one another (inclusive); what people draw has two or three."""
_LARGE: Final = 10_000
"""Bytes below which no geometry is deep enough to do harm: a level takes nine at least."""
_DAMAGED: Final = b"\xff"
_ORDINATES: Final = {0: 2, 1: 3, 2: 3, 3: 4}
"""Thousands of a type -> numbers of a point."""


def shallow(wkb: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return geometries as WKB; one that is nested deeper than `DEEPEST`, or cut off, is damaged."""
    large = [row for row, raw in enumerate(wkb) if raw is not None and len(raw) > _LARGE and _head(raw, 0)[0] > 3]
    deep = [row for row in large if not _is_shallow(wkb[row])]
    if not deep:
        return wkb
    kept = wkb.copy()
    kept[deep] = _DAMAGED
    return kept


def _is_shallow(raw: bytes) -> bool:
    """Walk through the heads of a geometry; its points are passed over."""
    at, open_parts = 0, [1]
    try:
        while open_parts:
            if not open_parts[-1]:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            kind, size, order, at = _head(raw, at)
            if kind == 1:
                at += 8 * size
                continue
            (count,) = struct.unpack_from(f"{order}I", raw, at)
            at += 4
            if kind == 2:
                at += 8 * size * count
            elif kind == 3:
                for _ in range(count):
                    (points,) = struct.unpack_from(f"{order}I", raw, at)
                    at += 4 + 8 * size * points
            else:
                open_parts.append(count)
            if len(open_parts) > DEEPEST or at > len(raw):
                return False
    except struct.error:
        return False
    return at <= len(raw)


def _head(raw: bytes, at: int) -> tuple[int, int, str, int]:
    """Return the type of a geometry (1 point … 7 collection), the numbers of a point, the order, the place after it."""
    order = "<" if raw[at : at + 1] == b"\x01" else ">"
    (stated,) = struct.unpack_from(f"{order}I", raw, at + 1)
    flags = 2 + bool(stated & 0x80000000) + bool(stated & 0x40000000)
    plain = stated & 0x0FFFFFFF
    size = max(flags, _ORDINATES.get(plain // 1000, 2))
    return plain % 1000, size, order, at + (9 if stated & 0x20000000 else 5)
