"""Lay the days of a contract on a line: agreed and actual days, the day for idle time, the full years."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.law.calendar import Clock, complete_on
from landuse.reports.dossier.words import Row, known, word

DAYS: Final = (
    "contract_date", "handover_due", "handover_date", "start_due", "start_date", "suspended_from", "resumed_on",
    "finish_due", "finish_date",
)  # fmt: skip
AGREED: Final = ("handover_due", "start_due", "finish_due")
"""Days that were promised; the others happened."""
IDLE: Final = ("IDLE_T1", "IDLE_T2", "OVERDUE_START")
WIDTH_MM: Final = 166.0
EDGE_MM: Final = 9.0
"""Left free at both ends, half the width of a label."""
LABEL_MM: Final = 17.0
"""A label with its day is as wide as this."""
LANES: Final = 3
"""Rows of labels above the line, and as many below."""


def time_line(row: Row, clock: Clock, lang: str) -> Mapping[str, Any] | None:
    """Return the marks of the line with their places in millimetres; None where no contract states a day."""
    as_of = clock.as_of
    days = {name: _day(row[name]) for name in DAYS if known(row, name)}
    if not days:
        return None
    marks = [(name, day, "due" if name in AGREED else "done") for name, day in days.items()]
    if "finish_date" not in days:
        marks.append(("as_of", as_of, "today"))
    since = _day(row["idle_since"]) if known(row, "idle_since") and row.get("idle_class") in IDLE else None
    if since is not None:
        marks += _years(since, clock)
    marks.sort(key=lambda mark: (mark[1], mark[0]))
    first, last = marks[0][1], marks[-1][1]
    stretch = max((last - first).days, 1)

    def place(day: date) -> float:
        return EDGE_MM + (day - first).days / stretch * (WIDTH_MM - 2 * EDGE_MM)

    told = _laned([(place(day), name, day, kind) for name, day, kind in marks], lang)
    years = [
        {"x": place(date(year, 1, 1)), "t": str(year)}
        for year in range(first.year + 1, last.year + 1)
        if first <= date(year, 1, 1) <= last
    ]
    idle = {"from": place(since), "to": place(as_of)} if since is not None and since < as_of else None
    return {"width": WIDTH_MM, "marks": told, "years": _thin(years), "idle": idle}


def _years(since: date, clock: Clock) -> list[tuple[str, date, str]]:
    """Return the days on which one and two years are full, as the law counts them; of those ahead only the next."""
    found: list[tuple[str, date, str]] = []
    for number in (1, 2):
        full = complete_on(np.array([since], dtype="datetime64[D]"), number, clock)
        found.append((f"full_{number}", _day(full[0]), "year"))
        if found[-1][1] > clock.as_of:
            break
    return found


def _day(value: Any) -> date:
    return pd.Timestamp(value).date()


def _laned(marks: list[tuple[float, str, date, str]], lang: str) -> list[dict[str, Any]]:
    """Return the marks, each in the lowest lane above or below the line in which its label is free."""
    ends: dict[tuple[int, int], float] = {}
    told = []
    for at, name, day, kind in marks:
        sides = (1, -1) if kind in ("due", "year") else (-1, 1)
        lanes = [(side, lane) for lane in range(1, LANES + 1) for side in sides[:1]]
        lanes += [(sides[1], lane) for lane in range(1, LANES + 1)]
        left = at - LABEL_MM / 2
        lane = next((lane for lane in lanes if ends.get(lane, -1.0) <= left), lanes[LANES - 1])
        ends[lane] = at + LABEL_MM / 2
        told.append(
            {"x": at, "side": lane[0], "lane": lane[1], "t": word("time", name, lang), "day": day.isoformat(),
             "kind": kind}
        )  # fmt: skip
    return told


def _thin(years: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the marks of years with room between them."""
    kept: list[dict[str, Any]] = []
    for year in years:
        if not kept or year["x"] - kept[-1]["x"] >= 8.0:
            kept.append(year)
    return kept
