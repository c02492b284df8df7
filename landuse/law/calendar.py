"""Count full years as the Civil Code does (art. 201-203), on whole columns of days.

The day a period starts from is not counted (art. 201); its last day is the corresponding day of the last year, or the
last day of that month where there is none, so 29 February ends on 28 February (art. 202); the last day runs to 24:00
(art. 203). A full year is therefore complete on the day *after* the anniversary (``day_after``); ``same_day`` takes the
anniversary itself, the other reading in use. Public holidays do not move a day of idle time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
"""datetime64[D], NaT = unknown."""
Counts = npt.NDArray[np.int64]

NEVER = np.datetime64("NaT", "D")
ONE_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Clock:
    """The day for idle time, and when a full year is complete."""

    as_of: date
    anniversary: Literal["day_after", "same_day"] = "day_after"

    @property
    def today(self) -> np.datetime64:
        """Return the day for idle time as numpy knows it."""
        return np.datetime64(self.as_of, "D")


def add_years(days: Days, years: int | Counts) -> Days:
    """Return the corresponding day so many years on; 29 February becomes 28 February (Civil Code art. 202).

    Parameters
    ----------
    days
        datetime64[D]; NaT stays NaT.
    years
        One number, or one a day.
    """
    later = np.full(len(days), NEVER, dtype="datetime64[D]")
    rows = np.flatnonzero(~np.isnat(days))
    start = days[rows]
    span = (np.broadcast_to(np.asarray(years, dtype=np.int64), len(days))[rows] * 12).astype("timedelta64[M]")
    months = start.astype("datetime64[M]")
    target = months + span
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - ONE_DAY
    later[rows] = np.minimum(target.astype("datetime64[D]") + (start - months.astype("datetime64[D]")), last)
    return later


def full_years(since: Days, clock: Clock) -> Counts:
    """Count the full years that have passed since a day: n when ``as_of > since + n years`` (``same_day``: ``>=``).

    Returns
    -------
    int64, 0 from the moment the day itself has passed; -1 where it has not, or is unknown.
    """
    years = np.full(len(since), -1, dtype=np.int64)
    rows = np.flatnonzero(since <= clock.today)
    first = since[rows]
    calendar = (clock.today.astype("datetime64[Y]") - first.astype("datetime64[Y]")).astype(np.int64)
    anniversary = add_years(first, calendar)
    passed = clock.today > anniversary if clock.anniversary == "day_after" else clock.today >= anniversary
    years[rows] = np.where(passed, calendar, calendar - 1)
    return years


def complete_on(since: Days, years: int, clock: Clock) -> Days:
    """Return the first day on which so many years are full: the anniversary, or the day after it (`Clock`)."""
    last = add_years(since, years)
    return last + ONE_DAY if clock.anniversary == "day_after" else last


def days_since(since: Days, clock: Clock) -> npt.NDArray[np.float64]:
    """Count the days from a day to the day for idle time; NaN where it is unknown."""
    days = (clock.today - since).astype("timedelta64[D]").astype(np.float64)
    return np.where(np.isnat(since), np.nan, days)
