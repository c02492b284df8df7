"""Split integers by weight so that nothing is lost: exact sums, largest remainder, a fixed order for ties."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from landuse.tables.cells import numbers
from landuse.units import COUNTS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Order = Callable[[Ints], Ints]
"""Rank of some rows, given by their positions: asked for only where shares tie."""

CM2_PER_M2: Final = COUNTS["area_m2"]
BLANK: Final = -1
"""A row that states no amount, a code that is not known."""
_SAFE_PRODUCT: Final = 2.0**62
"""Products below this fit into 64 bits; larger ones go through Python integers."""


def sums(values: Ints, group: Ints, size: int) -> Ints:
    """Return the exact sum of integers per group, 0 for groups without rows; `size` groups from 0 on."""
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, group, values)
    return total


def reaches(part: Ints, whole: Ints, share: Decimal) -> Mask:
    """Return whether part / whole >= share, in whole numbers."""
    exact = Fraction(share)
    reached: Mask = part * exact.denominator >= whole * exact.numerator
    return reached


def counts(group: Ints, size: int) -> Ints:
    """Return the number of rows per group."""
    return np.bincount(group, minlength=size).astype(np.int64)


def split(totals: Ints, group: Ints, *, weights: Ints, order: Order) -> Ints:
    """Return the integer share of each row in the total of its group, by largest remainder.

    Parameters
    ----------
    totals
        Amount to be split, per group; may be negative.
    group
        Group of each row, a position in `totals`.
    weights
        Weight of each row, 0 or above; a group whose weights are all 0 is split equally.
    order
        Decides between equal remainders: the lower rank is served first. Must not depend on the order of rows.

    Returns
    -------
    Shares whose sum per group is the total of the group, to the unit.
    """
    size = len(totals)
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    whole = sums(weights, group, size)
    weights = np.where(whole[group] == 0, 1, weights)
    whole = np.where(whole == 0, counts(group, size), whole)
    quotient, rest = np.divmod(totals, np.maximum(whole, 1))
    part, remainder = _times_over(rest[group], weights, whole[group])
    share: Ints = quotient[group] * weights + part
    short = totals - sums(share, group, size)
    open_rows = np.flatnonzero(short[group] > 0)
    best = _best_first(_give_singly(share, short, open_rows, group=group, remainder=remainder), group, remainder, order)
    share[best[place_in_group(group[best]) < short[group[best]]]] += 1
    return share


def _give_singly(share: Ints, short: Ints, rows: Ints, *, group: Ints, remainder: Ints) -> Ints:
    """Serve the groups that lack one unit and have one largest remainder (most of them); return the rows of the others.

    `share` is completed in place: it belongs to `split`.
    """
    most = np.full(len(short), -1, dtype=np.int64)
    np.maximum.at(most, group[rows], remainder[rows])
    first = remainder[rows] == most[group[rows]]
    simple = (short == 1) & (counts(group[rows[first]], len(short)) == 1)
    share[rows[first & simple[group[rows]]]] += 1
    rest: Ints = rows[~simple[group[rows]]]
    return rest


def _best_first(rows: Ints, group: Ints, remainder: Ints, order: Order) -> Ints:
    """Return the rows group by group, the largest remainder first; `order` decides where remainders are equal."""
    best = rows[np.lexsort((-remainder[rows], group[rows]))]
    equal = (group[best][1:] == group[best][:-1]) & (remainder[best][1:] == remainder[best][:-1])
    if not equal.any():
        return best
    tied = np.zeros(len(group), dtype=bool)
    tied[best[1:][equal]] = tied[best[:-1][equal]] = True
    rank = np.zeros(len(group), dtype=np.int64)
    rank[tied] = order(np.flatnonzero(tied))
    return rows[np.lexsort((rank[rows], -remainder[rows], group[rows]))]


def stated_or_equal(totals: Ints, group: Ints, *, stated: Ints, order: Order) -> Ints:
    """Return what each row gets of the total of its group: what it states, a blank one an equal part of the rest.

    Stated amounts beyond the total are scaled to it, and leave nothing for the blank ones.

    Parameters
    ----------
    stated
        Amount a row states, `BLANK` where it states none.
    """
    known = stated != BLANK
    asked = sums(stated[known], group[known], len(totals))
    rest = np.maximum(totals - asked, 0)
    share = np.where(known, stated, 0)
    over, blank = np.flatnonzero(known & (asked > totals)[group]), np.flatnonzero(~known)
    share[over] = split(totals, group[over], weights=stated[over], order=lambda rows: order(over[rows]))
    even = np.ones(len(blank), dtype=np.int64)
    share[blank] = split(rest, group[blank], weights=even, order=lambda rows: order(blank[rows]))
    return share


def place_in_group(group: Ints) -> Ints:
    """Return the place (0, 1, …) of each row inside its group; rows of a group stand together."""
    place = np.arange(len(group), dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else place
    return place - np.repeat(starts, np.diff(np.r_[starts, len(group)]))


def first_of_group(group: Ints) -> Mask:
    """Return which rows are the first of their group; rows of a group stand together."""
    first: Mask = place_in_group(group) == 0
    return first


def _times_over(factor: Ints, weight: Ints, whole: Ints) -> tuple[Ints, Ints]:
    """Return factor * weight // whole and the remainder, exact also where the product needs more than 64 bits."""
    large = factor.astype(float) * weight.astype(float) >= _SAFE_PRODUCT
    quotient, remainder = np.divmod(np.where(large, 0, factor) * weight, whole)
    if large.any():
        product = factor[large].astype(object) * weight[large].astype(object)
        quotient[large] = (product // whole[large]).astype(np.int64)
        remainder[large] = (product % whole[large]).astype(np.int64)
    return quotient, remainder


# ------------------------------------------------------------------------------------------------- text


def cm2(table: pd.DataFrame, name: str) -> Ints:
    """Return a column of m2 as whole cm2; blank and negative are `BLANK`."""
    m2 = numbers(table, name)
    known = m2 >= 0
    return np.where(known, np.rint(np.where(known, m2, 0) * CM2_PER_M2), BLANK).astype(np.int64)


def position_in(values: pd.Series, known: pd.Series) -> Ints:
    """Return where each text stands in a column of unique texts, -1 where it does not (or is missing)."""
    found = pc.index_in(_arrow(values), value_set=_arrow(known), skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def text_rank(values: pd.Series) -> Ints:
    """Return the place of each text in the sorted unique texts: an order that no shuffling of rows changes."""
    words = _arrow(values)
    return np.asarray(pc.rank(words, tiebreaker="dense").to_numpy(zero_copy_only=False), dtype=np.int64)


def code_order(codes: Ints, names: pd.Series) -> Ints:
    """Return, for codes of names, a rank that follows the text of the names; unknown codes (-1) come first."""
    different, place = np.unique(codes, return_inverse=True)
    rank = text_rank(names.take(np.maximum(different, 0)).reset_index(drop=True)) if len(names) else different + 1
    return np.where(different == BLANK, 0, rank)[place]


def words_of(codes: Ints, names: pd.Series) -> pd.Series:
    """Return the names of codes as text; -1 is missing."""
    return pd.Series(names.array.take(codes, allow_fill=True))


def _arrow(values: pd.Series) -> pa.Array:
    texts = values if isinstance(values.dtype, pd.StringDtype) else values.astype("str")
    words = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return words.combine_chunks() if isinstance(words, pa.ChunkedArray) else words
