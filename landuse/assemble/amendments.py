"""Amend the contract dates of the parcels: the latest supplementary agreement (补充协议) restarts the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.shares import BLANK, Ints, Mask, position_in
from landuse.assemble.sifting import Sieve, Tests, shown
from landuse.tables import PROVENANCE, RawPart, issue_rows, join_issues, no_issues
from landuse.tables.cells import Days, days, text

DATES: Final = ("start_due", "finish_due")
"""Dates of the contract that an agreement may move, the one that starts the clock first."""
ORIGINAL: Final = {name: f"{name}_original" for name in DATES}
"""Date -> column that keeps what the contract said before."""
PAPERS: Final = (
    "parcel_id", "kind", "before", "after", "signed", "doc_no", "from", "to", "days", "cause", *PROVENANCE,
)  # fmt: skip
"""Columns of the papers behind the contract facts: agreements in force, and periods of delay that count."""
TABLE: Final = "amendments"


@dataclass(frozen=True)
class Amended:
    """The parcels with the dates in force, and the agreements they rest on."""

    table: pd.DataFrame
    """Row by row with the parcels given; start_due and finish_due in force. Beside them start_due_original and
    finish_due_original, amendment_no and amendment_signed (of the agreement that moved the start, else of the one that
    moved the completion); known only where an agreement moved the date."""
    papers: pd.DataFrame
    """One row a parcel and date moved; `PAPERS`."""
    issues: pd.DataFrame


def amended(parcels: pd.DataFrame, parts: Sequence[RawPart], *, as_of: date) -> Amended:
    """Return the parcels with the dates of the latest agreement of their contract.

    Of the agreements signed on or before `as_of` (that day included) the one signed last replaces each date that it
    states, on every parcel under its contract_no; a date that it does not state stays as the agreement before it, or
    the contract, has it. Of two signed on one day the later row holds, with an issue. Contract numbers are compared
    without spaces and widths of characters.

    Parameters
    ----------
    parcels
        parcel_id; contract_no, start_due, finish_due as far as they were read. Not changed.
    parts
        Files of table amendments; empty = nothing changes.
    """
    if not parts:
        return Amended(parcels, no_papers(), no_issues())
    contracts = _plain(text(parcels, "contract_no"))
    rows, doubts = _in_force(parts, contracts, as_of)
    start, finish = (_Moved.of(parcels, contracts, _latest(rows, name), name) for name in DATES)
    table = parcels.assign(**{change.name: change.in_force for change in (start, finish)})
    table = table.assign(
        **{ORIGINAL[change.name]: change.original for change in (start, finish)},
        amendment_no=start.of_parcel("doc_no").where(start.moved, finish.of_parcel("doc_no")).array,
        amendment_signed=start.of_parcel("signed").where(start.moved, finish.of_parcel("signed")).array,
    )
    papers = pd.concat([no_papers(), *(c.papers(parcels) for c in (start, finish))], ignore_index=True)
    doubts += [
        *(_tied(rows, name) for name in DATES),
        _earlier(start),
        _without_effect((start, finish)),
        Sieve(TABLE, ("contract_no",)).told("AMENDMENT_NO_DOCUMENT", rows[text(rows, "doc_no").isna()], "doc_no"),
    ]
    return Amended(table, papers, join_issues(doubts))


def no_papers() -> pd.DataFrame:
    """Return the papers of a district without any."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in PAPERS})


# ------------------------------------------------------------------------------------------------- rows


def _in_force(parts: Sequence[RawPart], contracts: pd.Series, as_of: date) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the agreements that bind a known contract on the day, and an issue for each of the others."""
    sieve = Sieve(TABLE, ("contract_no",), {"as_of": as_of.isoformat()})
    rows, repeated = sieve.each_once(parts)
    rows = rows.assign(contract=_plain(text(rows, "contract_no")))
    known = pd.Series(contracts.dropna().unique(), dtype="str")
    signed = days(rows, "signed")
    stated = ~np.isnat(days(rows, "start_due")) | ~np.isnat(days(rows, "finish_due"))
    tests: Tests = {
        "AMENDMENT_NO_CONTRACT": (rows["contract"].isna().to_numpy(dtype=bool), "contract_no"),
        "AMENDMENT_UNSIGNED": (np.isnat(signed), "signed"),
        "AMENDMENT_WITHOUT_DATES": (~stated, "start_due"),
        "AMENDMENT_CONTRACT_UNKNOWN": (position_in(rows["contract"], known) == BLANK, "contract_no"),
        "AMENDMENT_NOT_YET": (signed > np.datetime64(as_of, "D"), "signed"),
    }
    usable, doubts = sieve.passing(rows, tests)
    return rows[usable].reset_index(drop=True), [repeated, *doubts]


def _latest(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the agreement in force for one date, one row a contract: signed last, of one day the later row."""
    stating = rows[~np.isnat(days(rows, name))]
    ordered = stating.sort_values("signed", kind="stable")
    return ordered.drop_duplicates("contract", keep="last").reset_index(drop=True)


@dataclass(frozen=True)
class _Moved:
    """One date of the parcels before and after the agreements."""

    name: str
    moved: Mask
    """Where the agreement in force states another day than the contract."""
    before: Days
    after: Days
    """The day of the agreement in force; NaT where there is none."""
    place: Ints
    """Row of the agreement in force in `latest`, BLANK where there is none."""
    latest: pd.DataFrame

    @classmethod
    def of(cls, parcels: pd.DataFrame, contracts: pd.Series, latest: pd.DataFrame, name: str) -> _Moved:
        """Return what the latest agreements do to one date of the parcels."""
        place, before = position_in(contracts, latest["contract"]), days(parcels, name)
        after = np.append(days(latest, name), np.datetime64("NaT"))[place]
        return cls(name, ~np.isnat(after) & (after != before), before, after, place, latest)

    @property
    def in_force(self) -> npt.NDArray[Any]:
        """Return the day in force of each parcel."""
        return np.where(self.moved, self.after, self.before).astype("datetime64[us]")

    @property
    def original(self) -> npt.NDArray[Any]:
        """Return the day that the contract stated, where it was moved."""
        return np.where(self.moved, self.before, np.datetime64("NaT")).astype("datetime64[us]")

    def of_parcel(self, name: str) -> pd.Series:
        """Return a column of the agreement that moved the date of each parcel; unknown where none did."""
        at = np.where(self.moved, self.place, BLANK)
        return pd.Series(self._column(name).array.take(at, allow_fill=True))

    def _column(self, name: str) -> pd.Series:
        return self.latest[name] if name in self.latest.columns else text(self.latest, name)

    def papers(self, parcels: pd.DataFrame) -> pd.DataFrame:
        """Return one paper a parcel whose date was moved."""
        at = np.flatnonzero(self.moved)
        taken = {name: self.of_parcel(name).iloc[at].to_numpy(dtype=object) for name in ("signed", "doc_no")}
        place = {name: self.of_parcel(name).iloc[at].to_numpy(dtype=object) for name in PROVENANCE}
        facts = {"before": self.original[at], "after": self.in_force[at], **taken, **place}
        return pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy(dtype=object)[at], "kind": self.name, **facts})


# ----------------------------------------------------------------------------------------------- doubts


def _tied(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return an issue for each agreement that states another day than a later row signed on the same day, the last."""
    stating = rows[~np.isnat(days(rows, name))]
    used = _latest(rows, name)
    place = position_in(stating["contract"], used["contract"])
    taken = pd.Series(days(used, name)[place], index=stating.index)
    same_day = days(stating, "signed") == days(used, "signed")[place]
    beaten = stating[same_day & (days(stating, name) != taken.to_numpy())]
    facts = [{"used": day} for day in shown(taken[beaten.index])]
    value = shown(pd.Series(days(beaten, name)))
    return issue_rows("AMENDMENT_TIED", beaten, table=TABLE, key="contract_no", column=name, value=value, facts=facts)


def _earlier(start: _Moved) -> pd.DataFrame:
    """Return an issue for each agreement that moves a start to an earlier day."""
    at = np.flatnonzero(start.moved & (start.after < start.before))
    once = at[~pd.Series(start.place[at]).duplicated().to_numpy()]
    rows = start.latest.iloc[start.place[once]]
    facts = [{"before": str(day)} for day in start.before[once]]
    value = [str(day) for day in start.after[once]]
    return issue_rows(
        "AMENDMENT_START_EARLIER", rows, table=TABLE, key="contract_no", column="start_due", value=value, facts=facts
    )


def _without_effect(changes: Sequence[_Moved]) -> pd.DataFrame:
    """Return a note for each agreement in force that states only what the contract says already."""
    parts = []
    for change in changes:
        held = np.unique(change.place[change.place != BLANK])
        active = np.unique(change.place[change.moved])
        idle = change.latest.iloc[np.setdiff1d(held, active)]
        value = shown(idle[change.name]) if len(idle) else []
        parts.append(
            issue_rows("AMENDMENT_NO_CHANGE", idle, table=TABLE, key="contract_no", column=change.name, value=value)
        )
    return join_issues(parts)


def _plain(numbers: pd.Series) -> pd.Series:
    """Return contract numbers as they are compared: narrow characters, no spaces; each different one once."""
    codes, distinct = pd.factorize(numbers)
    plain = pd.Series(distinct, dtype="str").str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    return pd.Series(plain.mask(plain.eq("")).array.take(codes, allow_fill=True), dtype="str")
