"""Count the days of government delay: the union of the documented periods of a parcel, both ends included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import IntegerArray

from landuse.assemble.amendments import PAPERS, no_papers
from landuse.assemble.causes import governments_alone
from landuse.assemble.shares import BLANK, Ints, Mask, position_in
from landuse.assemble.sifting import Sieve, Tests
from landuse.tables import PROVENANCE, RawPart, issue_rows, join_issues, no_issues
from landuse.tables.cells import Days, days, numbers, text

Floats = npt.NDArray[np.float64]

TABLE: Final = "delays"
DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Delayed:
    """The parcels with their days of government delay, and the periods these rest on."""

    table: pd.DataFrame
    """Row by row with the parcels given; gov_delay_days in force. Beside it gov_delay_stated_days (the figure it
    replaced) and gov_delay_docs (document numbers); known only where periods count."""
    papers: pd.DataFrame
    """One row a period that counts; `amendments.PAPERS`."""
    issues: pd.DataFrame


def delayed(parcels: pd.DataFrame, parts: Sequence[RawPart], *, as_of: date) -> Delayed:
    """Return the parcels with the days of the documented periods of government delay.

    A period counts when its cause names the government's and nobody else's (words of practice.toml). Both its ends
    are days of delay, as the bureau that writes "from … to …" means them: 2024-03-01 to 2025-02-28 is 365 days. A day
    in several periods of a parcel counts once; an open end runs to `as_of`, and no day after it counts. Where at least
    one period counts, their days replace a stated gov_delay_days; else the stated figure stands.

    Parameters
    ----------
    parcels
        parcel_id; gov_delay_days as far as it was read. Not changed.
    parts
        Files of table delays; empty = nothing changes.
    """
    if not parts:
        return Delayed(parcels, no_papers(), no_issues())
    rows, place, doubts = _that_count(parts, parcels, as_of)
    today = np.datetime64(as_of, "D")
    end = days(rows, "to")
    end = np.where(np.isnat(end) | (end > today), today, end)
    total, overlaps = _union_days(place, days(rows, "from"), end, len(parcels))
    counted = np.bincount(place, minlength=len(parcels)) > 0
    stated = numbers(parcels, "gov_delay_days")
    table = parcels.assign(
        gov_delay_days=_whole(np.where(counted, total, stated)),
        gov_delay_stated_days=_whole(np.where(counted, stated, np.nan)),
        gov_delay_docs=_documents(rows, place, len(parcels)).array,
    )
    doubts += [
        _overlapping(parcels, overlaps),
        _differing(rows, place, stated, total),
        _settled(rows, place, parcels),
        Sieve(TABLE, ("parcel_id",)).told("DELAY_WITHOUT_DOCUMENT", rows[text(rows, "doc_no").isna()], "doc_no"),
    ]
    return Delayed(table, _papers(rows, end), join_issues(doubts))


def _that_count(
    parts: Sequence[RawPart], parcels: pd.DataFrame, as_of: date
) -> tuple[pd.DataFrame, Ints, list[pd.DataFrame]]:
    """Return the periods that count, the positions of their parcels, and an issue for each of the others."""
    sieve = Sieve(TABLE, ("parcel_id",), {"as_of": as_of.isoformat()})
    rows, repeated = sieve.each_once(parts)
    place = position_in(text(rows, "parcel_id"), parcels["parcel_id"])
    begin, end, today = days(rows, "from"), days(rows, "to"), np.datetime64(as_of, "D")
    tests: Tests = {
        "DELAY_NO_PARCEL": (text(rows, "parcel_id").isna().to_numpy(dtype=bool), "parcel_id"),
        "DELAY_PARCEL_UNKNOWN": (place == BLANK, "parcel_id"),
        "DELAY_NOT_GOVERNMENT": (~governments_alone(text(rows, "cause")), "cause"),
        "DELAY_WITHOUT_START": (np.isnat(begin), "from"),
        "DELAY_REVERSED": (end < begin, "to"),
        "DELAY_NOT_YET": (begin > today, "from"),
    }
    usable, doubts = sieve.passing(rows, tests)
    doubts = [repeated, *doubts, sieve.told("DELAY_CUT", rows[usable & (end > today)], "to")]
    return rows[usable].reset_index(drop=True), place[usable], doubts


def _union_days(place: Ints, begin: Days, end: Days, size: int) -> tuple[Ints, Mask]:
    """Return, by parcel, the days covered by at least one period, and whether periods overlap.

    Parameters
    ----------
    place
        Position of the parcel of each period, under `size`.
    begin, end
        First and last day of each period, both included, known.
    """
    order = np.lexsort((end, begin, place))
    where, first, last = place[order], begin[order].astype(np.int64), end[order].astype(np.int64)
    # days of one parcel lie far from those of the next, so that one running maximum serves all of them
    span = int(last.max(initial=0) - first.min(initial=0)) + 2
    shift = (where - where.min(initial=0)) * span
    covered = np.maximum.accumulate(np.r_[np.int64(np.iinfo(np.int64).min // 2), last + shift])[:-1]
    fresh = np.maximum(first + shift, covered + 1)
    gained = np.maximum(last + shift - fresh + 1, 0)
    total = np.bincount(place[order], weights=gained, minlength=size).astype(np.int64)
    again = np.zeros(size, dtype=bool)
    again[where[first + shift <= covered]] = True
    return total, again


def _whole(values: Floats) -> IntegerArray:
    known = np.isfinite(values)
    return IntegerArray(np.where(known, values, 0).astype(np.int64), ~known)


def _documents(rows: pd.DataFrame, place: Ints, size: int) -> pd.Series:
    """Return, by parcel, the different document numbers of its periods in the order of their first days."""
    known = rows.assign(place=place, doc_no=text(rows, "doc_no")).dropna(subset="doc_no")
    ordered = known.sort_values(["place", "from", "doc_no"], kind="stable").drop_duplicates(["place", "doc_no"])
    joined = ordered.groupby("place")["doc_no"].agg("、".join)
    documents = pd.Series(None, index=range(size), dtype="str")
    documents[joined.index] = joined.astype("str")
    return documents


def _papers(rows: pd.DataFrame, end: Days) -> pd.DataFrame:
    """Return one paper a period that counts; its last day is the one counted."""
    begin = days(rows, "from")
    facts = {name: text(rows, name).to_numpy(dtype=object) for name in ("parcel_id", "cause", "doc_no")}
    place = {name: rows[name].to_numpy(dtype=object) for name in PROVENANCE}
    period = {"from": begin.astype("datetime64[us]"), "to": end.astype("datetime64[us]")}
    length = ((end - begin) // DAY + 1).astype(np.int64)
    frame = pd.DataFrame({"kind": "delay", **facts, **place, **period, "days": length})
    return pd.concat([no_papers(), frame], ignore_index=True)[list(PAPERS)]


# ----------------------------------------------------------------------------------------------- doubts


def _overlapping(parcels: pd.DataFrame, overlaps: Mask) -> pd.DataFrame:
    """Return a note for each parcel with days in several periods."""
    rows = parcels.loc[overlaps, ["parcel_id"]]
    return issue_rows("DELAY_OVERLAP", rows, table=TABLE, key="parcel_id", column="from")


def _differing(rows: pd.DataFrame, place: Ints, stated: Floats, total: Ints) -> pd.DataFrame:
    """Return a warning for each parcel whose stated days are not those of its periods, at the first of its rows."""
    first = rows.assign(place=place).drop_duplicates("place")
    at = first["place"].to_numpy(dtype=np.int64)
    other = np.isfinite(stated[at]) & (stated[at] != total[at])
    value = [f"{figure:.0f}" for figure in stated[at[other]]]
    facts = [{"counted": int(figure)} for figure in total[at[other]]]
    return issue_rows(
        "DELAY_DAYS_DIFFER", first[other], table=TABLE, key="parcel_id", column="from", value=value, facts=facts
    )


def _settled(rows: pd.DataFrame, place: Ints, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for each parcel with a period begun before an agreement that moved its start was signed.

    The agreement may have allowed for that delay already; both count, as the contract of this toolkit says.
    """
    signed, moved = days(parcels, "amendment_signed"), ~np.isnat(days(parcels, "start_due_original"))
    early = rows.assign(place=place)[moved[place] & (days(rows, "from") <= signed[place])].drop_duplicates("place")
    facts = [{"signed": str(day)} for day in signed[early["place"].to_numpy(dtype=np.int64)]]
    value = [str(day) for day in days(early, "from")]
    return issue_rows(
        "DELAY_BEFORE_AMENDMENT", early, table=TABLE, key="parcel_id", column="from", value=value, facts=facts
    )
