"""Put enterprises and parcels into batches: how far from the bottom each one may be dealt with first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.shares import BLANK, position_in, reaches, sums
from landuse.ranking.score import half_up
from landuse.ranking.text import Coded, Codes
from landuse.rule import Rule

NONE: Final = -1
RATED: Final = ("low", "partly_low", "not_low")
"""Efficiency classes of parcels that may be in a batch; stopped and vacant land is dealt with as such."""


def batch_of(table: pd.DataFrame, *, rule: Rule) -> pd.Series:
    """Return the batch of each ranked enterprise: the first whose share holds it; missing beyond the last.

    A batch reaches as far as the bottom share would: k = floor(share x n + 1/2) of the group, and every score <= the
    k-th lowest, which is every rank <= k. With the bottom share in force the first batch is the bottom share.
    """
    return Coded(_codes(table, rule), list(rule.batches)).text(table.index, "batch")


def parcel_batch(
    parcels: pd.DataFrame, *, occupancy: pd.DataFrame, enterprises: pd.DataFrame, efficient: pd.DataFrame, rule: Rule
) -> pd.Series:
    """Return the batch of each parcel: the first with whose enterprises it would be low.

    Land of enterprises up to that batch reaches ``low_from`` (inclusive) of the land with a verdict, as for the class
    low. Parcels that are stopped, vacant or not rated are in none.

    Parameters
    ----------
    efficient
        What `efficiency` gave: efficiency_class, row by row as the parcels.
    """
    plot = position_in(occupancy["parcel_id"], parcels["parcel_id"])
    firm = position_in(occupancy["uscc"], enterprises["uscc"])
    land = occupancy["land_cm2"].to_numpy(dtype=np.int64)
    rows = (plot != BLANK) & (firm != BLANK) & (land > 0)
    plot, firm, land = plot[rows], firm[rows], land[rows]
    rated = enterprises["low_efficiency"].notna().to_numpy(dtype=bool)[firm]
    whole = sums(land * rated, plot, len(parcels))
    batch = _codes(enterprises, rule)[firm]
    codes = np.full(len(parcels), NONE, dtype=np.intp)
    eligible = efficient["efficiency_class"].isin(RATED).to_numpy(dtype=bool)
    for place in reversed(range(len(rule.batches))):
        part = sums(land * (rated & (batch != NONE) & (batch <= place)), plot, len(parcels))
        reached = eligible & (part > 0) & reaches(part, whole, rule.low_from)
        codes[reached] = place
    return Coded(codes, list(rule.batches)).text(parcels.index, "batch")


def _codes(table: pd.DataFrame, rule: Rule) -> Codes:
    """Return the place of the batch of each enterprise; NONE where it is in none or not ranked."""
    rank = table["rank"].to_numpy(dtype=float, na_value=np.nan)
    size = table["n_in_group"].to_numpy(dtype=float, na_value=np.nan)
    ranked = np.flatnonzero(~np.isnan(rank))
    sizes, at = np.unique(size[ranked].astype(np.int64), return_inverse=True)
    codes = np.full(len(table), NONE, dtype=np.intp)
    for place, share in reversed(list(enumerate(rule.batches.values()))):
        k = _counts([half_up(share, n) for n in sizes.tolist()])
        inside = rank[ranked] <= k[at]
        codes[ranked[inside]] = place
    return codes


def _counts(values: Sequence[int]) -> npt.NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
