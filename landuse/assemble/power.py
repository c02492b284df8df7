"""Say what monthly electricity shows of an enterprise: its year, twelve silent months, a meter that still runs."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.arrays import BooleanArray

from landuse.assemble.meters import TABLE, last_month
from landuse.assemble.occupancy import CLOSED_STATES
from landuse.assemble.shares import position_in
from landuse.catalogue import load
from landuse.tables import issue_rows, join_issues
from landuse.tables.cells import text

STOPPED_STATES: Final = ("停产", "破产")
"""Production states in which nothing is produced; 半停产 and 破产重整 still produce, 未投产 never did."""
RUNNING: Final = "正常"
"""Production state in which an enterprise uses electricity."""

Grid = npt.NDArray[np.float64]


def power_of(electricity: pd.DataFrame, *, as_of: date, year: int) -> pd.DataFrame:
    """Return what the months say of each enterprise, one row a uscc.

    Parameters
    ----------
    electricity
        uscc, month, kwh as `meters.electricity` gives them.
    as_of
        Only whole months on or before it count.

    Returns
    -------
    pandas.DataFrame
        uscc; year_kwh (sum of the 12 months of `year`, NaN where one is unknown); months_known, window_kwh and silent
        of the 12 months before `as_of` (window_from to window_to): silent is true where all 12 are known and 0, false
        where one is above 0, <NA> otherwise; now_kwh (mean of the last known months) and former_kwh (largest known
        month), NaN where the last 12 months know nothing; zero_months, zero_from, zero_to: the unbroken months of 0 up
        to the last known one.
    """
    book = load("assemble/meters.toml")
    last, window = last_month(as_of), int(book["silent_months"])
    first = min((year - 1970) * 12, last - int(book["months_back"]) + 1)
    names, grid = _grid(electricity, first, last)
    recent = grid[:, -window:]
    known = np.sum(~np.isnan(recent), axis=1)
    used = np.any(recent > 0, axis=1)
    now, former = _now_and_former(grid, int(book["recent_months"]))
    length, end = _zero_run(grid)
    fresh = known > 0
    return pd.DataFrame(
        {
            "uscc": names,
            "year_kwh": _year_sum(grid, (year - 1970) * 12 - first),
            "months_known": known,
            "window_kwh": np.nansum(recent, axis=1),
            "silent": BooleanArray(~used, ~used & (known < window)),
            "window_from": _days(np.full(len(names), last - window + 1), np.ones(len(names), dtype=bool)),
            "window_to": _days(np.full(len(names), last), np.ones(len(names), dtype=bool)),
            "now_kwh": np.where(fresh, now, np.nan),
            "former_kwh": np.where(fresh, former, np.nan),
            "zero_months": np.where(fresh, length, 0),
            "zero_from": _days(end - length + 1 + first, length > 0),
            "zero_to": _days(end + first, length > 0),
        }
    )


def power_doubts(power: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return the doubts that the months cast on what is said of the enterprises.

    STOPPED_BUT_POWERED: said to be closed or stopped, and its last months reach the share of its former use in
    meters.toml (the share itself does). POWER_NONE_12_MONTHS: said to be operating, without electricity for twelve
    months or more on end. Only where the last 12 months before the day know anything.
    """
    book = load("assemble/meters.toml")
    at = position_in(power["uscc"], enterprises["uscc"]) if len(enterprises) else np.full(len(power), -1)
    registry, production = (_state(enterprises, name, at) for name in ("registry_state", "production_state"))
    stopped = (registry.isin(CLOSED_STATES) | production.isin(STOPPED_STATES)).to_numpy(dtype=bool)
    now, former = (power[name].to_numpy(dtype=float) for name in ("now_kwh", "former_kwh"))
    running = (now > 0) & (now >= former * float(book["running_share"]) * (1 - 1e-9))
    operating = (production.eq(RUNNING) & ~registry.isin(CLOSED_STATES)).to_numpy(dtype=bool)
    dark = operating & (power["zero_months"] >= int(book["silent_months"])).to_numpy(dtype=bool)
    return join_issues([_still_powered(power[stopped & running]), _without_power(power[dark])])


def _still_powered(rows: pd.DataFrame) -> pd.DataFrame:
    share = [f"{part:.0%}" for part in rows["now_kwh"] / rows["former_kwh"]]
    pairs = zip(rows["now_kwh"], rows["former_kwh"], strict=True)
    facts = [{"now": f"{now:,.0f}", "former": f"{former:,.0f}"} for now, former in pairs]
    return issue_rows("STOPPED_BUT_POWERED", rows, table=TABLE, key="uscc", column="kwh", value=share, facts=facts)


def _without_power(rows: pd.DataFrame) -> pd.DataFrame:
    ends = zip(rows["zero_from"], rows["zero_to"], strict=True)
    facts = [{"first": first.strftime("%Y-%m"), "last": last.strftime("%Y-%m")} for first, last in ends]
    length = [str(months) for months in rows["zero_months"]]
    return issue_rows("POWER_NONE_12_MONTHS", rows, table=TABLE, key="uscc", column="kwh", value=length, facts=facts)


def _grid(electricity: pd.DataFrame, first: int, last: int) -> tuple[pd.Series, Grid]:
    """Return the enterprises and their months, one row each, one column a month; NaN unknown."""
    codes, names = pd.factorize(electricity["uscc"])
    grid = np.full((len(names), last - first + 1), np.nan)
    month = electricity["month"].to_numpy(dtype=np.int64) - first
    near = (month >= 0) & (month <= last - first)
    grid[codes[near], month[near]] = electricity["kwh"].to_numpy(dtype=float)[near]
    return pd.Series(names, dtype="str"), grid


def _now_and_former(grid: Grid, recent: int) -> tuple[Grid, Grid]:
    """Return the mean of the last known months of each row, and its largest month; NaN where nothing is known."""
    seen = ~np.isnan(grid)
    from_end = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]
    lately = seen & (from_end <= recent)
    count = lately.sum(axis=1)
    total = np.where(lately, np.nan_to_num(grid), 0).sum(axis=1)
    now = np.divide(total, count, out=np.full(len(grid), np.nan), where=count > 0)
    former = np.where(seen, np.nan_to_num(grid), -1).max(axis=1, initial=-1)
    return now, np.where(count > 0, former, np.nan)


def _zero_run(grid: Grid) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the number of known months of 0 on end up to the last known month, and that month's column."""
    size = grid.shape[1]
    column = np.arange(size)
    seen = ~np.isnan(grid)
    end = np.where(seen, column, -1).max(axis=1, initial=-1)
    broken = np.where((grid != 0) & (column <= end[:, None]), column, -1).max(axis=1, initial=-1)
    return np.where(end >= 0, end - broken, 0), end


def _year_sum(grid: Grid, start: int) -> Grid:
    """Return the sum of the twelve months from a column on; NaN where one is unknown or not there."""
    if start < 0 or start + 12 > grid.shape[1]:
        return np.full(len(grid), np.nan)
    year: Grid = grid[:, start : start + 12].sum(axis=1)
    return year


def _days(month: npt.NDArray[np.int64], known: npt.NDArray[np.bool_]) -> npt.NDArray[np.datetime64]:
    first = month.astype("datetime64[M]").astype("datetime64[us]")
    return np.where(known, first, np.datetime64("NaT"))


def _state(enterprises: pd.DataFrame, name: str, at: npt.NDArray[np.int64]) -> pd.Series:
    """Return a state by row of `at`; missing where the enterprise is not known."""
    known = text(enterprises, name).str.strip()
    return pd.Series(known.array.take(at, allow_fill=True) if len(known) else [None] * len(at), dtype="str")
