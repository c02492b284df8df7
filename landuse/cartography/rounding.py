"""Round parts so that they add up to their printed total: one rule for the legends of the maps and the ledger."""

from __future__ import annotations

import math
from collections.abc import Sequence


def whole_parts(values: Sequence[float], decimals: int, total: float | None = None) -> list[float]:
    """Return the values rounded so that they add up to a rounded total (largest remainder), in any order the same.

    Parameters
    ----------
    values
        Parts, NaN = unknown and left alone, 0 stays 0. Of equal remainders the smaller part is raised first, then the
        earlier.
    decimals
        Decimals of the parts.
    total
        Total as printed elsewhere, in as many decimals; None = the sum of the parts, rounded half up.
    """
    scale = 10**decimals
    scaled = {i: round(value * scale, 6) for i, value in enumerate(values) if not math.isnan(value)}
    parts = {i: math.floor(value) for i, value in scaled.items()}
    aim = math.fsum(scaled.values()) if total is None or math.isnan(total) else total * scale
    short = math.floor(round(aim, 6) + 0.5) - sum(parts.values())
    order = sorted((i for i in scaled if scaled[i]), key=lambda i: (round(parts[i] - scaled[i], 6), scaled[i], i))
    for place, i in enumerate(order):
        every, more = divmod(short, len(order))
        parts[i] += every + (place < more)
    return [parts[i] / scale if i in parts else math.nan for i in range(len(values))]
