"""Say how much electricity each enterprise used month by month: its own meters, its shares of others, its land."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.codes import uscc_issues
from landuse.assemble.keys import Kept
from landuse.assemble.shares import BLANK, Ints, code_order, position_in, split, sums
from landuse.assemble.sifting import Sieve, Tests
from landuse.catalogue import load
from landuse.tables import Base, Land, RawPart, issue_rows, join_issues, no_issues
from landuse.tables.cells import numbers, text

TABLE: Final = "meters"
WH: Final = 1000
"""Electricity is counted in whole watt-hours: sums do not depend on the order of rows."""
LARGEST_KWH: Final = 1e12
"""A month beyond it is a slip: a thousand times what a province uses."""


@dataclass(frozen=True)
class Electricity:
    """Electricity by enterprise and month."""

    table: pd.DataFrame
    """Key (uscc, month): uscc, month (whole months since 1970-01), kwh (NaN = not all meters of the month known)."""
    issues: pd.DataFrame


def last_month(as_of: date) -> int:
    """Return the last whole month on or before a day, in months since 1970-01: June 2026 on 30 June, May on 29 June."""
    day = np.datetime64(as_of, "D")
    return int((day + np.timedelta64(1, "D")).astype("datetime64[M]").astype(np.int64)) - 1


def clean_meters(parts: Sequence[RawPart], *, as_of: date) -> Kept:
    """Return the rows of table meters that can be used; an issue for what is set aside or not believed.

    Set aside are identical rows after the first, rows without an owner (neither uscc nor parcel_id), without a month,
    and of a month that has not ended on `as_of`. A negative amount and a share outside 0 to 1 (both included) are
    unknown.
    """
    sieve = Sieve(TABLE, ("uscc", "parcel_id"), {"as_of": as_of.isoformat()}, day="%Y-%m")
    rows, repeated = sieve.each_once(parts)
    month = _months(rows)
    ownerless = (text(rows, "uscc").isna() & text(rows, "parcel_id").isna()).to_numpy(dtype=bool)
    tests: Tests = {
        "METER_NO_OWNER": (ownerless, "uscc"),
        "METER_NO_MONTH": (rows["month"].isna().to_numpy(dtype=bool), "month"),
        "METER_MONTH_AHEAD": (month > last_month(as_of), "month"),
    }
    usable, doubts = sieve.passing(rows, tests)
    rows = rows[usable].reset_index(drop=True)
    kwh, share = numbers(rows, "kwh"), numbers(rows, "share")
    wrong, beyond = (kwh < 0) | (kwh > LARGEST_KWH), (share < 0) | (share > 1)
    doubts += [
        sieve.told("METER_NEGATIVE", rows[wrong], "kwh"),
        sieve.told("METER_SHARE_BEYOND", rows[beyond], "share"),
        uscc_issues(rows, table=TABLE, column="uscc") if "uscc" in rows.columns else no_issues(),
    ]
    table = rows.assign(kwh=np.where(wrong, np.nan, kwh), share=np.where(beyond, np.nan, share))
    return Kept(table, join_issues([repeated, *doubts]))


def electricity(meters: pd.DataFrame, base: Base, land: Land) -> Electricity:
    """Return the electricity of each enterprise and month.

    A meter is what has one meter_no; without it, the rows of a parcel that state shares are one meter, and every other
    row is a meter of its own. A meter of one enterprise is its own; one of several goes by their shares (kwh x share).
    Shares that are missing, or add up to more than 1, give nobody anything but a month of 0; what they leave below 1
    is nobody's, of a meter of one enterprise too, and said. A meter that names a parcel and no enterprise goes to the
    occupants of the parcel, to several by their land. A month of an enterprise is known when every meter of it is.

    Parameters
    ----------
    meters
        As `clean_meters` gives them.
    land
        Who uses which land on the land date.
    """
    rows = meters.assign(place=np.arange(len(meters)), month=_months(meters))
    meter = _meter(rows)
    wh, doubts = _shared_out(rows, meter)
    own = text(rows, "uscc").notna().to_numpy(dtype=bool)
    by_parcel, more = _by_parcel(rows[~own], wh[~own], base, land)
    known = pd.DataFrame({"uscc": text(rows, "uscc")[own], "month": rows["month"][own], "wh": wh[own]})
    doubts += [*more, _strangers(rows[own], base)]
    return Electricity(_summed(pd.concat([known, by_parcel], ignore_index=True)), join_issues(doubts))


# ---------------------------------------------------------------------------------------------- meters


def _months(rows: pd.DataFrame) -> Ints:
    """Return months since 1970-01; far back where unknown."""
    return pd.to_datetime(rows["month"]).to_numpy().astype("datetime64[M]").astype(np.int64)


def _meter(rows: pd.DataFrame) -> Ints:
    """Return the number of the meter of each row, BLANK for a row that is a meter of its own."""
    number, parcel = text(rows, "meter_no"), text(rows, "parcel_id")
    of_parcel = (number.isna() & parcel.notna() & pd.notna(rows["share"])).to_numpy(dtype=bool)
    name = ("N" + number).where(~of_parcel, "P" + parcel)
    return np.asarray(pd.factorize(name)[0], dtype=np.int64)


def _shared_out(rows: pd.DataFrame, meter: Ints) -> tuple[npt.NDArray[np.float64], list[pd.DataFrame]]:
    """Return the watt-hours of each row (NaN unknown), whole numbers, and the doubts about meters."""
    kwh, share = rows["kwh"].to_numpy(dtype=float), rows["share"].to_numpy(dtype=float)
    whole = np.rint(kwh * np.where(np.isnan(share), 1.0, share) * WH)
    tolerance = float(load("assemble/meters.toml")["share_tolerance"]) + 1e-9
    alone = rows[(meter == BLANK) & (np.abs(share - 1) > tolerance)]
    partly = _meter_issue("METER_SHARES_SUM", alone.assign(meter=text(alone, "uscc")), _shown(alone["share"]))
    at = np.flatnonzero(meter != BLANK)
    if not len(at):
        return whole, [partly]
    some = rows.iloc[at].assign(meter=meter[at], user=text(rows, "uscc").fillna("").iloc[at])
    month = some.groupby(["meter", "month"], sort=False)
    users, lines = month["user"].transform("nunique").to_numpy(), month["user"].transform("size").to_numpy()
    several = users > 1
    missing = some["share"].isna().groupby([some["meter"], some["month"]]).transform("any").to_numpy(dtype=bool)
    total = month["share"].transform("sum").to_numpy(dtype=float)
    doubled = (month["kwh"].transform("nunique").to_numpy() > 1) | (lines > users)
    numbered = text(some, "meter_no").notna().to_numpy(dtype=bool)
    unshared = several & missing
    conflict = doubled & numbered & ~unshared
    stated = ~missing | (~several & some["share"].notna().to_numpy(dtype=bool))
    off = stated & ~conflict & (np.abs(total - 1) > tolerance)
    unknown = (unshared & (some["kwh"].to_numpy(dtype=float) != 0)) | conflict | (off & (total > 1))
    whole[at[unknown]] = np.nan
    return whole, [
        _meter_issue("METER_SHARED", some[unshared], users[unshared]),
        partly,
        _meter_issue("METER_SHARES_SUM", some[off], _shown(total[off])),
        _meter_issue("METER_CONFLICT", some[conflict], lines[conflict]),
    ]


# ------------------------------------------------------------------------------------- meters of parcels


def _by_parcel(
    rows: pd.DataFrame, wh: npt.NDArray[np.float64], base: Base, land: Land
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the watt-hours of meters that name a parcel only, laid on its occupants by land, and the doubts."""
    use = land.occupancy.loc[land.occupancy["land_cm2"] > 0, ["parcel_id", "uscc", "land_cm2"]]
    parcel = text(rows, "parcel_id")
    occupants = use.groupby("parcel_id", sort=False)["uscc"].size()
    number = parcel.map(occupants).fillna(0).to_numpy(dtype=np.int64)
    placed = position_in(parcel, base.parcels.table["parcel_id"]) != BLANK
    lines = pd.DataFrame({"parcel_id": parcel.to_numpy(), "line": np.arange(len(rows)), "month": rows["month"].array})
    joined = lines.merge(use, on="parcel_id", how="inner", validate="many_to_many").sort_values("line", kind="stable")
    line = joined["line"].to_numpy(dtype=np.int64)
    total = np.nan_to_num(wh).astype(np.int64)
    names, codes = joined["uscc"].drop_duplicates().reset_index(drop=True), pd.factorize(joined["uscc"])[0]
    order = code_order(np.asarray(codes, dtype=np.int64), names)
    part = split(total, line, weights=joined["land_cm2"].to_numpy(dtype=np.int64), order=lambda at: order[at])
    known = np.where(np.isnan(wh)[line], np.nan, part.astype(float))
    laid = pd.DataFrame({"uscc": joined["uscc"].array, "month": joined["month"].array, "wh": known})
    return laid, [
        _once("METER_PARCEL_UNKNOWN", rows[~placed]),
        _once("METER_WITHOUT_USER", rows[placed & (number == 0)]),
        _once("METER_BY_LAND", rows[number > 1], number[number > 1]),
    ]


def _strangers(rows: pd.DataFrame, base: Base) -> pd.DataFrame:
    """Return a warning for each credit code that stands in no table of enterprises; none without such a table."""
    if not len(base.enterprises):
        return no_issues()
    strange = rows[position_in(rows["uscc"], base.enterprises["uscc"]) == BLANK] if "uscc" in rows.columns else rows
    once = strange.drop_duplicates("uscc") if len(strange) else strange
    return issue_rows("METER_ENTERPRISE_UNKNOWN", once, table=TABLE, key="uscc", column="uscc")


def _summed(parts: pd.DataFrame) -> pd.DataFrame:
    """Return one row an enterprise and month in the order of code and month; unknown where any part is."""
    codes, names = pd.factorize(parts["uscc"], sort=True)
    month = parts["month"].to_numpy(dtype=np.int64)
    first, span = month.min(initial=0), int(month.max(initial=0) - month.min(initial=0)) + 1
    keys, place = np.unique(codes.astype(np.int64) * span + (month - first), return_inverse=True)
    wh = parts["wh"].to_numpy(dtype=float)
    total = sums(np.nan_to_num(wh).astype(np.int64), place, len(keys))
    unknown = np.bincount(place, weights=np.isnan(wh), minlength=len(keys)) > 0
    uscc = pd.Series(pd.Series(names, dtype="str").array.take(keys // span))
    return pd.DataFrame({"uscc": uscc, "month": keys % span + first, "kwh": np.where(unknown, np.nan, total / WH)})


# ------------------------------------------------------------------------------------------------ doubts


def _shown(shares: Iterable[float]) -> list[str]:
    return [f"{part:.4g}" for part in shares]


def _meter_issue(code: str, rows: pd.DataFrame, value: Any) -> pd.DataFrame:
    """Return one issue a meter, at its first row; its key is the parcel it stands on, its number, else its user."""
    owner = text(rows, "parcel_id").fillna(text(rows, "meter_no")).fillna(text(rows, "uscc")).fillna("")
    once = rows.assign(owner=owner, said=[str(one) for one in value]).drop_duplicates("meter")
    facts = [{"meter": number} for number in text(once, "meter_no").fillna("—")]
    said = once["said"].tolist()
    return issue_rows(code, once, table=TABLE, key="owner", column="share", value=said, facts=facts)


def _once(code: str, rows: pd.DataFrame, value: npt.NDArray[Any] | None = None) -> pd.DataFrame:
    """Return one issue a parcel, at its first row."""
    if not len(rows):
        return no_issues()
    said = rows.assign(said="" if value is None else [str(one) for one in value]).drop_duplicates("parcel_id")
    shown = said["said"].tolist()
    return issue_rows(code, said, table=TABLE, key="parcel_id", column="parcel_id", value=shown)
