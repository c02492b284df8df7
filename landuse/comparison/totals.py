"""Sum up the lists of two runs so that they balance: old + entered - left + change of those that stayed = new."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.comparison.model import ENTERED, LEFT, LISTS, STAYED

Parts = npt.NDArray[np.int64]

PARTS: Final = {"n": 1, "area_mu": 10_000, "tax_wan": 1_000_000}
"""Quantity -> whole parts in which it is summed: units, 1/10,000 mu, fen. Unknown amounts are not in the sums."""


def totals(units: pd.DataFrame) -> pd.DataFrame:
    """Return list, quantity, old, entered, left, stayed_change, new; every row balances in whole parts."""
    rows = []
    for name in LISTS:
        of_list = units.loc[units["list"].eq(name)]
        for quantity, parts in PARTS.items():
            old, new = (_in_parts(of_list, f"{quantity}_{end}", parts) for end in ("old", "new"))
            change = of_list["change"].to_numpy(dtype=object)
            entered = int(new[change == ENTERED].sum())
            left = int(old[change == LEFT].sum())
            stayed_old, stayed_new = (int(side[change == STAYED].sum()) for side in (old, new))
            sums = (stayed_old + left, entered, left, stayed_new - stayed_old, stayed_new + entered)
            rows.append((name, quantity, *(amount / parts for amount in sums)))
    return pd.DataFrame(rows, columns=["list", "quantity", "old", "entered", "left", "stayed_change", "new"])


def _in_parts(units: pd.DataFrame, column: str, parts: int) -> Parts:
    if column.startswith("n_"):
        return np.ones(len(units), dtype=np.int64)
    amounts = units[column].to_numpy(dtype=float, na_value=np.nan)
    whole: Parts = np.rint(np.nan_to_num(amounts) * parts).astype(np.int64)
    return whole
