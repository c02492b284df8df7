"""Take the contract facts of the parcels out of their table, as arrays row by row; a missing column is unknown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.law.calendar import Days
from landuse.law.statutes import Practice
from landuse.tables.cells import days, numbers

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """What the papers and the site say of each parcel; NaT and NaN are unknown."""

    approval_date: Days
    handover_date: Days
    start_due: Days
    start_date: Days
    finish_due: Days
    finish_date: Days
    suspended_from: Days
    resumed_on: Days
    seizure_from: Days
    gov_delay_days: Numbers
    """Days of government delay; 0 where none is stated or the figure is not believed."""
    area_due_m2: Numbers
    area_started_m2: Numbers
    invest_due_wan: Numbers
    invest_actual_wan: Numbers
    land_price_wan: Numbers
    said_not_started: Flags
    """start_state says not started."""
    said_started: Flags
    """start_state says started or finished."""
    said_finished: Flags
    seized_no: Flags
    """seizure_no is given."""
    mortgaged: Flags
    """mortgage_no is given."""
    start_due_original: Days
    """What the contract said before a supplementary agreement moved start_due; NaT where none did."""
    amendment_signed: Days
    amendment_no: Words
    gov_delay_docs: Words

    def take(self, rows: npt.NDArray[np.intp]) -> Facts:
        """Return the facts of the chosen rows."""
        return Facts(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})


def read_facts(parcels: pd.DataFrame, reading: Practice) -> Facts:
    """Return the facts of every parcel.

    Parameters
    ----------
    parcels
        Canonical columns as far as they were read; only ``parcel_id`` is certain.
    """
    state = Words.of(parcels, "start_state")
    finished = state.are(reading.states["finished"])
    delay = np.nan_to_num(numbers(parcels, "gov_delay_days"))
    return Facts(
        approval_date=days(parcels, "approval_date"),
        handover_date=days(parcels, "handover_date"),
        start_due=days(parcels, "start_due"),
        start_date=days(parcels, "start_date"),
        finish_due=days(parcels, "finish_due"),
        finish_date=days(parcels, "finish_date"),
        suspended_from=days(parcels, "suspended_from"),
        resumed_on=days(parcels, "resumed_on"),
        seizure_from=days(parcels, "seizure_from"),
        gov_delay_days=np.where(believed_delay(parcels, reading), delay, 0.0),
        area_due_m2=numbers(parcels, "area_due_m2"),
        area_started_m2=numbers(parcels, "area_started_m2"),
        invest_due_wan=numbers(parcels, "invest_due_wan"),
        invest_actual_wan=numbers(parcels, "invest_actual_wan"),
        land_price_wan=numbers(parcels, "land_price_wan"),
        said_not_started=state.are(reading.states["not_started"]),
        said_started=state.are(reading.states["started"]) | finished,
        said_finished=finished,
        seized_no=given(parcels, "seizure_no"),
        mortgaged=given(parcels, "mortgage_no"),
        start_due_original=days(parcels, "start_due_original"),
        amendment_signed=days(parcels, "amendment_signed"),
        amendment_no=Words.of(parcels, "amendment_no"),
        gov_delay_docs=Words.of(parcels, "gov_delay_docs"),
    )


def believed_delay(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where the stated days of government delay lie inside the bounds (both included); a blank does."""
    stated = numbers(parcels, "gov_delay_days")
    least, most = reading.delay_bounds
    return np.isnan(stated) | ((stated >= least) & (stated <= most))


def ownership(parcels: pd.DataFrame, reading: Practice) -> tuple[Flags, Flags]:
    """Say where land is collective, and where the column and the parcel code name different owners.

    The column decides; where it names neither owner, the letter in the parcel code does.
    """
    words = reading.ownership
    collective_code = _code_says(parcels, words["collective_letter"], reading)
    stated = Words.of(parcels, "ownership")
    collective, state = stated.contain(words["collective"]), stated.contain(words["state"])
    only_collective, only_state = collective & ~state, state & ~collective
    conflict = only_state & collective_code
    if only_collective.any():
        conflict |= only_collective & _code_says(parcels, words["state_letter"], reading)
    return only_collective | (~collective & ~state & collective_code), conflict


def _code_says(parcels: pd.DataFrame, letter: str, reading: Practice) -> Flags:
    """Say where the parcel code has its full length and this letter at the place of the owner."""
    length, place = reading.ownership["code_length"], reading.ownership["code_place"]
    code = parcels["parcel_id"].astype("str")
    has_letter = (code.str.slice(place - 1, place) == letter).to_numpy(dtype=bool, na_value=False, copy=True)
    rows = np.flatnonzero(has_letter)
    has_letter[rows] = (code.iloc[rows].str.len() == length).to_numpy(dtype=bool)
    return has_letter


def has_contract_facts(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where any fact of a contract is known (the list stands in ``practice.toml``)."""
    known = np.zeros(len(parcels), dtype=bool)
    for name in reading.contract_facts:
        rows = np.flatnonzero(~known)
        known[rows] = given(parcels.iloc[rows], name) if len(rows) < len(parcels) else given(parcels, name)
    return known


def given(parcels: pd.DataFrame, name: str) -> Flags:
    """Say where a column holds something: a day, a number, or a text that is not blank."""
    if name not in parcels.columns:
        return np.zeros(len(parcels), dtype=bool)
    column = parcels[name]
    known = column.notna().to_numpy(dtype=bool, copy=True)
    if pd.api.types.is_string_dtype(column.dtype):
        rows = np.flatnonzero(known)
        known[rows] = (column.iloc[rows].astype("str").str.strip() != "").to_numpy(dtype=bool)
    return known


@dataclass(frozen=True)
class Words:
    """A column of text by its distinct values: what is said of a text is worked out once."""

    codes: npt.NDArray[np.intp]
    distinct: pd.Series
    """Texts without blanks around them; empty text where nothing is known."""

    @classmethod
    def of(cls, parcels: pd.DataFrame, name: str) -> Words:
        """Return a column of text; all empty where the table has none."""
        if name not in parcels.columns:
            return cls(np.zeros(len(parcels), dtype=np.intp), pd.Series([""], dtype="str"))
        codes, distinct = pd.factorize(parcels[name], use_na_sentinel=False)
        return cls(codes, pd.Series(distinct).astype("str").fillna("").str.strip())

    def __getitem__(self, rows: npt.NDArray[np.intp]) -> Words:
        """Return the texts of some rows."""
        return Words(self.codes[rows], self.distinct)

    def are(self, words: Sequence[str]) -> Flags:
        """Say where the text is one of the words, without regard to case."""
        return self._spread(self.distinct.str.lower().isin(list(words)))

    def contain(self, words: Sequence[str]) -> Flags:
        """Say where the text holds any of the words, without regard to case."""
        pattern = "|".join(re.escape(word) for word in words)
        return self._spread(self.distinct.str.contains(pattern, regex=True, case=False))

    def emptied(self, words: Sequence[str]) -> Words:
        """Return the texts, empty where they are one of the words."""
        return Words(self.codes, self.distinct.where(~self.distinct.str.lower().isin(list(words)), ""))

    @property
    def blank(self) -> Flags:
        """Say where nothing is known."""
        return self._spread(self.distinct == "")

    def _spread(self, flags: pd.Series) -> Flags:
        spread: Flags = flags.to_numpy(dtype=bool)[self.codes]
        return spread
