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

    def take(self, rows: Flags) -> Facts:
        """Return the facts of the chosen rows."""
        return Facts(**{item.name: getattr(self, item.name)[rows] for item in fields(self)})


def read_facts(parcels: pd.DataFrame, reading: Practice) -> Facts:
    """Return the facts of every parcel.

    Parameters
    ----------
    parcels
        Canonical columns as far as they were read; only ``parcel_id`` is certain.
    """
    state = text(parcels, "start_state")
    finished = _any_of(state, reading.states["finished"])
    delay = np.nan_to_num(number(parcels, "gov_delay_days"))
    return Facts(
        approval_date=day(parcels, "approval_date"),
        handover_date=day(parcels, "handover_date"),
        start_due=day(parcels, "start_due"),
        start_date=day(parcels, "start_date"),
        finish_due=day(parcels, "finish_due"),
        finish_date=day(parcels, "finish_date"),
        suspended_from=day(parcels, "suspended_from"),
        resumed_on=day(parcels, "resumed_on"),
        seizure_from=day(parcels, "seizure_from"),
        gov_delay_days=np.where(believed_delay(parcels, reading), delay, 0.0),
        area_due_m2=number(parcels, "area_due_m2"),
        area_started_m2=number(parcels, "area_started_m2"),
        invest_due_wan=number(parcels, "invest_due_wan"),
        invest_actual_wan=number(parcels, "invest_actual_wan"),
        land_price_wan=number(parcels, "land_price_wan"),
        said_not_started=_any_of(state, reading.states["not_started"]),
        said_started=_any_of(state, reading.states["started"]) | finished,
        said_finished=finished,
        seized_no=given(parcels, "seizure_no"),
        mortgaged=given(parcels, "mortgage_no"),
    )


def believed_delay(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where the stated days of government delay lie inside the bounds (both included); a blank does."""
    days = number(parcels, "gov_delay_days")
    least, most = reading.delay_bounds
    return np.isnan(days) | ((days >= least) & (days <= most))


def is_collective(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where land is collective: by the column, else by the letter in the parcel code."""
    words = reading.ownership
    stated = text(parcels, "ownership")
    collective, state = contains(stated, words["collective"]), contains(stated, words["state"])
    return (collective & ~state) | (
        ~collective & ~state & (code_letter(parcels, reading) == words["collective_letter"])
    )


def ownership_conflict(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where the column and the letter in the parcel code name different owners."""
    words = reading.ownership
    stated, letter = text(parcels, "ownership"), code_letter(parcels, reading)
    collective, state = contains(stated, words["collective"]), contains(stated, words["state"])
    says_state: Flags = letter == words["state_letter"]
    says_collective: Flags = letter == words["collective_letter"]
    return (collective & ~state & says_state) | (state & ~collective & says_collective)


def code_letter(parcels: pd.DataFrame, reading: Practice) -> npt.NDArray[np.object_]:
    """Return the ownership letter of each parcel code; blank where the code is of another length."""
    length, place = reading.ownership["code_length"], reading.ownership["code_place"]
    code = parcels["parcel_id"].astype("str")
    letter = code.str.get(place - 1).where(code.str.len() == length, "").fillna("")
    return letter.to_numpy(dtype=object)


def has_contract_facts(parcels: pd.DataFrame, reading: Practice) -> Flags:
    """Say where any fact of a contract is known (the list stands in ``practice.toml``)."""
    known = np.zeros(len(parcels), dtype=bool)
    for name in reading.contract_facts:
        known |= given(parcels, name)
    return known


def day(parcels: pd.DataFrame, name: str) -> Days:
    """Return a column of days; unknown where the table has none."""
    if name not in parcels.columns:
        return np.full(len(parcels), np.datetime64("NaT"), dtype="datetime64[D]")
    return pd.to_datetime(parcels[name]).to_numpy().astype("datetime64[D]")


def number(parcels: pd.DataFrame, name: str) -> Numbers:
    """Return a column of numbers; unknown where the table has none."""
    if name not in parcels.columns:
        return np.full(len(parcels), np.nan)
    return pd.to_numeric(parcels[name]).to_numpy(dtype=np.float64, na_value=np.nan)


def given(parcels: pd.DataFrame, name: str) -> Flags:
    """Say where a column holds something: a day, a number, or a text that is not blank."""
    if name not in parcels.columns:
        return np.zeros(len(parcels), dtype=bool)
    column = parcels[name]
    known = column.notna().to_numpy(dtype=bool)
    if pd.api.types.is_string_dtype(column.dtype) and known.any():
        known = known & (column.astype("str").str.strip() != "").fillna(value=False).to_numpy(dtype=bool)
    return known


def text(parcels: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of text without blanks around it; empty text where nothing is known."""
    if name not in parcels.columns:
        return pd.Series("", index=parcels.index, dtype="str")
    return parcels[name].astype("str").fillna("").str.strip()


def contains(column: pd.Series, words: Sequence[str]) -> Flags:
    """Say where a column of text holds any of the words, without regard to case."""
    pattern = "|".join(re.escape(word) for word in words)
    return column.str.contains(pattern, regex=True, case=False).to_numpy(dtype=bool)


def _any_of(column: pd.Series, words: Sequence[str]) -> Flags:
    return column.isin(list(words)).to_numpy(dtype=bool)
