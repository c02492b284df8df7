"""Lay each enterprise's tax, output and energy on its parcels by land; list what finds no enterprise or no land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landuse.assemble.shares import BLANK, CM2_PER_M2, Ints, Mask, counts, position_in, split, sums, text_rank
from landuse.tables import PROVENANCE, balance_step, issue_rows, join_issues
from landuse.tables.matches import NAMED
from landuse.units import COUNTS

QUANTITY: Final[Mapping[str, str]] = {"tax": "tax_wan", "output": "output_wan", "energy": "energy_tce"}
"""Column of integer amounts -> quantity of the balance."""
NO_ENTERPRISE: Final = "NO_ENTERPRISE"
NO_LAND: Final = "NO_LAND"
NO_ACCOUNT: Final = "NO_ACCOUNT"
HOLDER: Final = "holder"


@dataclass(frozen=True)
class Allocation:
    """Where the money of each enterprise lies. Amounts are Int64 in the parts of `units.COUNTS`; NA = unknown."""

    rows: pd.DataFrame
    """Row by row with occupancy: parcel_id, uscc, tax, output, energy."""
    parcels: pd.DataFrame
    """parcel_id, tax, output, energy, n_enterprises; parcels in use only, NA where no user's amount is known."""
    units: pd.DataFrame
    """uscc, tax, output, energy, land_cm2 of each evaluated unit: under `shared` of the holder with its occupants,
    under `holder` with its tenants, else of the enterprise. Units with land only."""
    unallocated: pd.DataFrame
    """uscc, reason, tax, output, energy: accounts without enterprise, enterprises without land."""
    without_account: pd.DataFrame
    """parcel_id, reason, land_cm2: parcels in use none of whose users has accounts."""
    issues: pd.DataFrame
    balance: pd.DataFrame


def lay_on_parcels(
    books: pd.DataFrame,
    *,
    enterprises: pd.DataFrame,
    occupancy: pd.DataFrame,
    pooled: pd.DataFrame | None = None,
    parcels: pd.DataFrame | None = None,
) -> Allocation:
    """Return the amounts of each enterprise on its parcels, by its land there / its total land, to the unit.

    Parameters
    ----------
    books
        One row a uscc: uscc and as far as known the integer columns tax, output, energy (NA = unknown), provenance.
    enterprises
        uscc and provenance; accounts of others are unallocated (NO_ENTERPRISE). May be empty.
    occupancy, pooled
        Of `who_uses`. With mode `holder` tenants' amounts first go to their holder.
    parcels
        parcel_id and provenance, for the issues. A parcel in use none of whose users has a known amount is a warning;
        none where there are no books (land only), or where no user is an enterprise (that has been said).
    """
    amounts, users = _complete(books), _users(occupancy)
    matched = position_in(amounts["uscc"], _column(enterprises, "uscc")) != BLANK
    known = amounts if matched.all() else amounts[matched].reset_index(drop=True)
    moved = pool_books(known, pooled) if pooled is not None else known
    at = position_in(users.names, moved["uscc"])
    landed = counts(at[at != BLANK], len(moved)) > 0
    rows = _rows(moved, occupancy, at[users.user])
    lost = {NO_ENTERPRISE: amounts[~matched], NO_LAND: moved[~landed]}
    without = _without_account(rows, users, amounts=lost[NO_ENTERPRISE], some=len(amounts) > 0)
    silent = _placed(_of_enterprises(without, users, enterprises), parcels)
    return Allocation(
        rows=rows,
        parcels=_parcel_sums(rows, users),
        units=_unit_sums(rows, users, occupancy),
        unallocated=_with_reason(lost),
        without_account=without,
        issues=join_issues(_issues(lost, _landless(enterprises, users, pooled), moved, silent)),
        balance=_balance(amounts, lost),
    )


def amounts_on_parcels(books: pd.DataFrame, occupancy: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows and parcels of `lay_on_parcels` for books of known enterprises alone, without all that it tells."""
    amounts, users = _complete(books), _users(occupancy)
    rows = _rows(amounts, occupancy, position_in(users.names, amounts["uscc"])[users.user])
    return rows, _parcel_sums(rows, users)


def pool_books(books: pd.DataFrame, pooled: pd.DataFrame) -> pd.DataFrame:
    """Return the books after tenants' amounts went to their holder, for the rows of `pooled` with mode `holder`.

    An enterprise that keeps land of its own keeps that part of its amounts. A holder's amount is the sum of what is
    known, unknown where nothing is. A holder without books of its own gets a row.
    """
    moves = pooled[pooled["mode"].eq(HOLDER)] if len(pooled) else pooled
    if not len(moves):
        return books
    source = position_in(moves["uscc"], books["uscc"])
    moves, source = moves[source != BLANK], source[source != BLANK]
    stays = counts(source, len(books)) == 0
    targets = pd.concat([books.loc[stays, "uscc"], moves["holder_uscc"]]).drop_duplicates(ignore_index=True)
    target = position_in(moves["holder_uscc"], targets)
    weights = moves["land_cm2"].to_numpy(dtype=np.int64)
    pooled_books = pd.DataFrame({"uscc": targets.astype("str")})
    for name in QUANTITY:
        amount, known = _numbers(books[name])
        share = split(
            np.where(stays, 0, amount),
            source,
            weights=weights,
            order=lambda rows: text_rank(moves["holder_uscc"].iloc[rows]),
        )
        into = np.r_[np.arange(stays.sum()), target]
        total = sums(np.r_[amount[stays], share], into, len(targets))
        some = counts(into[np.r_[known[stays], known[source]]], len(targets)) > 0
        pooled_books[name] = pd.array(total, dtype="Int64")
        pooled_books.loc[~some, name] = pd.NA
    return pooled_books


# ------------------------------------------------------------------------------------------------- parts


@dataclass(frozen=True)
class Users:
    """The rows of occupancy as codes."""

    parcel: Ints
    parcels: pd.Series
    """parcel_id of each code."""
    user: Ints
    names: pd.Series
    """uscc of each code."""
    land: Ints
    """Land of each row in cm2."""


def _users(occupancy: pd.DataFrame) -> Users:
    parcel, parcels = pd.factorize(occupancy["parcel_id"])
    user, names = pd.factorize(occupancy["uscc"])
    return Users(
        parcel=parcel.astype(np.int64),
        parcels=pd.Series(parcels, dtype="str"),
        user=user.astype(np.int64),
        names=pd.Series(names, dtype="str"),
        land=occupancy["land_cm2"].to_numpy(dtype=np.int64),
    )


def _complete(books: pd.DataFrame) -> pd.DataFrame:
    """Return uscc, the three amounts as Int64 and the provenance; an amount that is not there is unknown."""
    blank = pd.Series(pd.NA, index=books.index, dtype="Int64")
    amounts = {name: books[name].astype("Int64") if name in books.columns else blank for name in QUANTITY}
    came = {name: books[name] for name in PROVENANCE if name in books.columns}
    return pd.DataFrame({"uscc": _column(books, "uscc"), **amounts, **came}).reset_index(drop=True)


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    return table[name].astype("str") if name in table.columns else pd.Series(dtype="str")


def _numbers(amounts: pd.Series) -> tuple[Ints, Mask]:
    """Return amounts with 0 where unknown, and which are known."""
    known: Mask = amounts.notna().to_numpy(dtype=bool)
    return amounts.to_numpy(dtype=np.int64, na_value=0), known


def _nullable(amount: Ints, known: Mask) -> pd.Series:
    return pd.Series(pd.arrays.IntegerArray(amount, ~known))


def _rows(books: pd.DataFrame, occupancy: pd.DataFrame, at: Ints) -> pd.DataFrame:
    """Return the amounts of each row of occupancy; NA where its enterprise's amount is unknown."""
    land = occupancy["land_cm2"].to_numpy(dtype=np.int64)
    frame = {name: occupancy[name].reset_index(drop=True) for name in ("parcel_id", "uscc")}
    several = np.flatnonzero((at != BLANK) & (counts(at[at != BLANK], len(books) + 1)[at] > 1))

    def order(rows: Ints) -> Ints:
        return text_rank(occupancy["parcel_id"].iloc[several[rows]])

    for name in QUANTITY:
        amount, known = _numbers(books[name])
        amount, known = np.r_[amount, 0], np.r_[known, False]
        share = amount[at]
        share[several] = split(amount, at[several], weights=land[several], order=order)
        frame[name] = _nullable(np.where(known[at], share, 0), known[at])
    return pd.DataFrame(frame)


def _grouped(rows: pd.DataFrame, codes: Ints, size: int) -> dict[str, pd.Series]:
    """Return, per group, the sum of the known amounts; NA where none is known."""
    found = {}
    for name in QUANTITY:
        amount, known = _numbers(rows[name])
        total = sums(amount[known], codes[known], size)
        found[name] = _nullable(total, counts(codes[known], size) > 0)
    return found


def _parcel_sums(rows: pd.DataFrame, users: Users) -> pd.DataFrame:
    size = len(users.parcels)
    number = counts(users.parcel, size)
    return pd.DataFrame({"parcel_id": users.parcels, **_grouped(rows, users.parcel, size), "n_enterprises": number})


def _unit_sums(rows: pd.DataFrame, users: Users, occupancy: pd.DataFrame) -> pd.DataFrame:
    units, names = users.user, users.names
    if "evaluated_as" in occupancy.columns and not occupancy["evaluated_as"].equals(occupancy["uscc"]):
        codes, found = pd.factorize(occupancy["evaluated_as"])
        units, names = codes.astype(np.int64), pd.Series(found, dtype="str")
    return pd.DataFrame(
        {"uscc": names, **_grouped(rows, units, len(names)), "land_cm2": sums(users.land, units, len(names))}
    )


def _with_reason(lost: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    parts = [
        part[["uscc", *QUANTITY]].assign(reason=pd.Series(reason, part.index, dtype="str"))
        for reason, part in lost.items()
    ]
    return pd.concat(parts, ignore_index=True)[["uscc", "reason", *QUANTITY]]


def _without_account(rows: pd.DataFrame, users: Users, *, amounts: pd.DataFrame, some: bool) -> pd.DataFrame:
    """Return the parcels in use none of whose users has a known amount, laid on it or among the unmatched `amounts`."""
    stated = amounts.loc[amounts[list(QUANTITY)].notna().any(axis=1), "uscc"]
    heard = (position_in(users.names, stated) != BLANK)[users.user]
    for name in QUANTITY:
        heard |= rows[name].notna().to_numpy(dtype=bool)
    size = len(users.parcels)
    silent = np.flatnonzero((counts(users.parcel[heard], size) == 0) & some)
    parcel_id = users.parcels.take(silent).reset_index(drop=True)
    reason = pd.Series(NO_ACCOUNT, index=parcel_id.index, dtype="str")
    land = sums(users.land, users.parcel, size)[silent]
    return pd.DataFrame({"parcel_id": parcel_id, "reason": reason, "land_cm2": land})


def _of_enterprises(without: pd.DataFrame, users: Users, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of parcels some user of which is a known enterprise; all rows where there are no enterprises."""
    uscc = _column(enterprises, "uscc")
    if not len(uscc):
        return without
    known = (position_in(users.names, uscc) != BLANK)[users.user]
    some = counts(users.parcel[known], len(users.parcels)) > 0
    found: pd.DataFrame = without[some[position_in(without["parcel_id"], users.parcels)]]
    return found


def _placed(rows: pd.DataFrame, parcels: pd.DataFrame | None) -> pd.DataFrame:
    """Return rows about parcels with the provenance of their parcel."""
    if parcels is None:
        return rows
    at = position_in(rows["parcel_id"], parcels["parcel_id"])
    known = [name for name in PROVENANCE if name in parcels.columns]
    return rows.assign(**{name: parcels[name].array.take(at, allow_fill=True) for name in known})


def _balance(amounts: pd.DataFrame, lost: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the steps `match` (who is an enterprise) and `allocate` (who has land) of each quantity."""
    left = {name: int(amounts[name].sum()) for name in QUANTITY}
    steps = []
    for step, reason in (("match", NO_ENTERPRISE), ("allocate", NO_LAND)):
        for name, quantity in QUANTITY.items():
            gone = int(lost[reason][name].sum())
            steps.append(balance_step(step, quantity, left[name], {reason: gone}))
            left[name] -= gone
    return pd.concat(steps, ignore_index=True)


# ------------------------------------------------------------------------------------------------ issues


def _issues(
    lost: Mapping[str, pd.DataFrame], landless: pd.DataFrame, books: pd.DataFrame, without: pd.DataFrame
) -> Sequence[pd.DataFrame]:
    strange = lost[NO_ENTERPRISE]
    strange = strange[~_column(strange, "uscc").str.startswith(NAMED).to_numpy(dtype=bool)]  # told with their matches
    at = position_in(_column(landless, "uscc"), books["uscc"])
    stated = pd.DataFrame({name: books[name].array.take(at, allow_fill=True) for name in QUANTITY})
    area = [{"area": f"{cm2 / CM2_PER_M2:.2f}"} for cm2 in without["land_cm2"].tolist()]
    return [
        issue_rows("ACCOUNT_WITHOUT_ENTERPRISE", strange, table="accounts", key="uscc", facts=_worded(strange)),
        issue_rows("ENTERPRISE_WITHOUT_LAND", landless, table="enterprises", key="uscc", facts=_worded(stated)),
        issue_rows("PARCEL_WITHOUT_ACCOUNT", without, table="parcels", key="parcel_id", facts=area),
    ]


def _landless(enterprises: pd.DataFrame, users: Users, pooled: pd.DataFrame | None) -> pd.DataFrame:
    """Return the enterprises that use no land and go with no holder; none where nobody uses any."""
    uscc = _column(enterprises, "uscc")
    idle: Mask = position_in(uscc, users.names) == BLANK
    if pooled is not None and len(pooled):
        idle &= ~uscc.isin(pooled["uscc"]).to_numpy(dtype=bool)
    if not len(users.names):
        idle = np.zeros(len(enterprises), dtype=bool)
    named: pd.DataFrame = enterprises.assign(uscc=uscc)
    return named[idle]


def _worded(books: pd.DataFrame) -> list[dict[str, str]]:
    """Return the amounts as text in 10,000 yuan and tce, "—" where unknown."""
    texts = []
    for name, quantity in QUANTITY.items():
        amount, known = _numbers(books[name])
        parts = COUNTS[quantity]
        texts.append([f"{a / parts:.2f}" if k else "—" for a, k in zip(amount.tolist(), known.tolist(), strict=True)])
    return [dict(zip(QUANTITY, row, strict=True)) for row in zip(*texts, strict=True)]
