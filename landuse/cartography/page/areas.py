"""Add up areas class by class, many times over: the last bit is that of `math.fsum`, in any order of rows."""

from __future__ import annotations

from math import fsum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.style import numeric

BITS: Final = 26
"""Bits of a part: so many rows of it add up below 2 to 53, where each sum is exact."""
PARTS: Final = 3
LOWEST: Final = 60
"""Binary places behind the point that the parts hold together."""

Floats = npt.NDArray[np.float64]


class Areas:
    """Areas of the parcels, ready to be added up by class; unknown ones count nothing."""

    def __init__(self, area_mu: pd.Series) -> None:
        areas = numeric(area_mu)
        self._known = ~np.isnan(areas)
        self._areas: Floats = np.where(self._known, areas, 0.0)
        self._parts = _parts(self._areas)
        self.total = self.by(np.zeros(len(self._areas), dtype=np.intp), 1)[0]
        """The sum of all."""

    def by(self, codes: npt.NDArray[Any], size: int) -> list[float]:
        """Return the sum of each of `size` classes."""
        if self._parts is None:
            return [fsum(self._areas[self._known & (codes == at)]) for at in range(size)]
        at_class = codes.astype(np.intp)
        sums = [np.bincount(at_class, weights=part, minlength=size).tolist() for part in self._parts]
        whole = [sum(int(one[at]) << (BITS * place) for place, one in enumerate(sums)) for at in range(size)]
        return [one / 2**LOWEST for one in whole]  # whole numbers divide to the nearest float, as fsum rounds


def _parts(areas: Floats) -> list[Floats] | None:
    """Return areas as whole numbers of 26 bits, the lowest first; None where they do not fit, or rows are too many."""
    if len(areas) >= 2 ** (52 - BITS) or (areas < 0).any() or (areas >= 2.0 ** (BITS * PARTS - LOWEST)).any():
        return None
    left = areas
    made: list[Floats] = []
    for place in reversed(range(PARTS)):
        weight = 2.0 ** (BITS * place - LOWEST)
        part = np.floor(left / weight)
        made.insert(0, part)
        left = left - part * weight
    return None if left.any() else made
