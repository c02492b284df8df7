"""Say who holds which land before letting: own rows state it, else the holder of the parcel has all of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from landuse.assemble.shares import (
    BLANK,
    Ints,
    Mask,
    code_order,
    counts,
    first_of_group,
    stated_or_equal,
    sums,
)


@dataclass(frozen=True)
class Rows:
    """Rows of occupancy that count on the land date, as codes."""

    parcel: Ints
    """Position of the parcel."""
    user: Ints
    """Code of the enterprise."""
    lessor: Ints
    """Code of the lessor; -1 = the holder of the parcel."""
    is_lease: Mask
    stated: Ints
    """Land in cm2; -1 = blank."""
    floor: Ints
    """Floor area in cm2; -1 = blank."""
    age: Ints
    """Row number in the source: decides which of several rows is named."""


@dataclass(frozen=True)
class Facts:
    """Parcels and rows of occupancy as integers."""

    area: Ints
    """Land of each parcel in cm2."""
    holder: Ints
    """Code of the holder of each parcel; -1 = unknown."""
    rows: Rows
    names: pd.Series
    """Credit code of each code."""


@dataclass(frozen=True)
class Held:
    """Gross land of owners and holders, at most one row a parcel and enterprise."""

    parcel: Ints
    user: Ints
    """Code of the enterprise; -1 = nobody known."""
    land: Ints
    row: Ints
    """Position of the row of occupancy that says so; -1 = the parcel itself (its holder)."""
    unclaimed: Ints
    """Per parcel: land that its own rows leave over."""
    head: Ints
    """Per parcel: whom a lease without lessor takes land from, -1 = nobody known."""
    ambiguous: Mask
    """Per parcel: has several owners, none of whom is its registered holder, so that `head` is a guess."""
    assumed: Ints
    """Positions of own rows without area that share with others, or get nothing."""
    scaled: Ints
    """Positions of own rows whose parcel is smaller than its own rows say."""
    excess: Ints
    """Per parcel: stated own land beyond the parcel, 0 = none."""


def held_land(area: Ints, holder: Ints, rows: Rows, names: pd.Series) -> Held:
    """Return who holds the land of each parcel before letting.

    Parameters
    ----------
    area
        Land of each parcel in cm2.
    holder
        Code of the holder of each parcel, -1 = unknown.
    rows
        All rows of occupancy that count; the own rows among them are used.
    names
        Credit code of each code: decides between equal remainders.
    """
    own = np.flatnonzero(~rows.is_lease)
    parcel, user, stated = rows.parcel[own], rows.user[own], rows.stated[own]
    owners = counts(parcel, len(area))
    land = stated_or_equal(area, parcel, stated=stated, order=lambda at: code_order(user[at], names))
    asked = sums(np.maximum(stated, 0), parcel, len(area))
    blank = stated == BLANK
    blanks = counts(parcel[blank], len(area))
    excess = np.maximum(asked - area, 0)
    unclaimed = np.where(owners > 0, area - sums(land, parcel, len(area)), 0)
    merged = _merged(parcel, user, land, own, rows.age[own])
    rest = np.flatnonzero(owners == 0)
    head, ambiguous = _heads(holder, merged, names)
    parts = (merged, (rest, holder[rest], area[rest], np.full(len(rest), BLANK, dtype=np.int64)))
    parcel_all, user_all, land_all, row_all = (np.concatenate(pair) for pair in zip(*parts, strict=True))
    return Held(
        parcel=parcel_all,
        user=user_all,
        land=land_all,
        row=row_all,
        unclaimed=unclaimed,
        head=head,
        ambiguous=ambiguous,
        assumed=own[blank & ((blanks[parcel] > 1) | (land == 0))],
        scaled=own[~blank & (excess > 0)[parcel]],
        excess=excess,
    )


def _merged(parcel: Ints, user: Ints, land: Ints, row: Ints, age: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return one row a parcel and enterprise: several own rows of one enterprise add up, the oldest is named."""
    key = parcel * (user.max(initial=0) + 1) + user
    ordered = np.sort(key)
    repeated = np.isin(key, ordered[1:][ordered[1:] == ordered[:-1]])
    at = np.flatnonzero(repeated)
    at = at[np.lexsort((age[at], key[at]))]
    first = first_of_group(key[at])
    total = sums(land[at], np.cumsum(first) - 1, int(first.sum()))
    one, lead = np.flatnonzero(~repeated), at[first]
    kept = np.r_[one, lead]
    return parcel[kept], user[kept], np.r_[land[one], total], row[kept]


def _heads(holder: Ints, merged: tuple[Ints, Ints, Ints, Ints], names: pd.Series) -> tuple[Ints, Mask]:
    """Return the holder of each parcel, or the owner of most land where no own row is the holder's; and where."""
    parcel, user, land, _ = merged
    head, owned, named = holder.copy(), counts(parcel, len(holder)), np.zeros(len(holder), dtype=bool)
    named[parcel[user == holder[parcel]]] = True
    ambiguous = (owned > 1) & ~named
    one = (owned == 1)[parcel]
    head[parcel[one]] = user[one]
    at = np.flatnonzero(ambiguous[parcel])
    best_last = at[np.lexsort((-code_order(user[at], names), land[at]))]
    head[parcel[best_last]] = user[best_last]
    return head, ambiguous
