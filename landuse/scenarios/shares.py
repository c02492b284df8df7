"""Say from which bottom share on each enterprise, and so each parcel, is listed: a map can switch without a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.ranking.text import holds
from landuse.tables import ClassSteps

LOWEST, HIGHEST = 5, 30
"""Shares that a map may switch between, in percent."""
NEVER: Final = 255
"""Stands for "at no share"."""

Bytes = npt.NDArray[np.uint8]
Classes = Callable[[pd.Series], npt.NDArray[np.intp]]
"""Verdict, row by row with the enterprises -> place of each parcel's efficiency class."""


def least_shares(enterprises: pd.DataFrame) -> Bytes:
    """Return the least whole percent at which each enterprise is in the bottom share of its group; 255 = unranked.

    In the bottom share of p percent is whoever has rank <= k = floor(p/100 x n + 1/2), and so p >= (100 rank - 50) / n:
    whole numbers alone, so that no rounding moves anybody over the cut.

    Examples
    --------
    >>> ranked = pd.DataFrame({"rank": [1, 2, 3, 10], "n_in_group": [10, 10, 10, 10]})
    >>> least_shares(ranked).tolist()
    [5, 15, 25, 95]
    """
    rank = enterprises["rank"].to_numpy(dtype=np.int64, na_value=0)
    n = enterprises["n_in_group"].to_numpy(dtype=np.int64, na_value=0)
    ranked = (rank > 0) & (n > 0)
    least = -((50 - 100 * rank) // np.where(ranked, n, 1))
    return np.where(ranked, least, NEVER).astype(np.uint8)


def verdict_at(least: Bytes, percent: int, *, others: pd.Series) -> pd.Series:
    """Return the verdict on each enterprise at a bottom share of `percent`.

    Parameters
    ----------
    least
        Of `least_shares`.
    others
        What the other rules in force say together, three-valued: true lists whatever the share, and where it is unknown
        an enterprise that is not in the bottom share has no verdict.
    """
    listed = (least <= percent) | holds(others)
    unknown = ~listed & ((least == NEVER) | others.isna().to_numpy(dtype=bool))
    return pd.Series(pd.arrays.BooleanArray(listed, unknown), index=others.index, name="low_efficiency")


def listed_from(least: Bytes, *, others: pd.Series) -> Bytes:
    """Return the least whole percent at which each enterprise is listed, as `verdict_at` says: 0 by another rule."""
    return np.where(holds(others), 0, least).astype(np.uint8)


def class_steps(least: Bytes, classes: Classes, *, others: pd.Series, names: Sequence[str]) -> ClassSteps:
    """Return the efficiency class of every parcel at every bottom share of 5 to 30 percent.

    A larger share lists more enterprises and unlists none, so a parcel that is low stays low and one that is partly low
    stays at least that: one step for each says everything.

    Parameters
    ----------
    least
        Of `least_shares`.
    classes
        Gives the classes for any verdict.
    others
        As in `verdict_at`.
    names
        Classes in the order of their places.
    """
    otherwise = classes(verdict_at(least, 0, others=others)).astype(np.uint8)
    steps = {name: np.full(len(otherwise), NEVER, dtype=np.uint8) for name in ("low", "partly_low")}
    for percent in range(HIGHEST, LOWEST - 1, -1):
        code = classes(verdict_at(least, percent, others=others))
        low = code == names.index("low")
        steps["low"][low] = percent
        steps["partly_low"][low | (code == names.index("partly_low"))] = percent
    return ClassSteps((LOWEST, HIGHEST), steps["low"], steps["partly_low"], otherwise, tuple(names))
