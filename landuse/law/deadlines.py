"""Count working days: the last days of a publication, of objections to it and of the answers to them.

The day a period starts from is not counted (Civil Code art. 201). Weekends and the public holidays of the table
``statutes/holidays.toml`` are no working days, its make-up days are; of other years only weekends are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import pandas as pd

from landuse.catalogue import load, term
from landuse.project import Project
from landuse.tables import join_issues, one_issue

SATURDAY: Final = 5
"""First day of the weekend as `date.weekday` counts."""
FROM_START: Final = {"publication": "publication_working_days", "objection": "objection_working_days"}
"""Period that begins with the publication -> key of [stages]."""
REPLY: Final = "reply_working_days"


@dataclass(frozen=True)
class Holidays:
    """Days that are not what their weekday says."""

    off: frozenset[date]
    work: frozenset[date]
    """Saturdays and Sundays that are worked."""
    sources: Mapping[int, str]
    """Year -> the notice that orders it; of any other year nothing is known."""

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked."""
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)


@dataclass(frozen=True)
class Deadline:
    """The last day of a period."""

    name: str
    """publication | objection | reply."""
    start: date
    """The day it is counted from, itself not counted."""
    working_days: int
    last: date
    set_by_project: bool


@cache
def holidays() -> Holidays:
    """Return the table of holidays that ships with the toolkit."""
    years = load("law/statutes/holidays.toml")
    return Holidays(
        off=frozenset(day for entry in years.values() for day in entry["off"]),
        work=frozenset(day for entry in years.values() for day in entry["work"]),
        sources={int(year): str(entry["source"]) for year, entry in years.items()},
    )


def working_day_after(day: date, n: int, known: Holidays) -> date:
    """Return the n-th working day after a day, which itself is not counted.

    Examples
    --------
    >>> working_day_after(date(2026, 2, 13), 2, holidays())  # a Friday; Saturday is worked, then nine days of holiday
    datetime.date(2026, 2, 24)
    """
    last = day
    for _ in range(n):
        last += timedelta(days=1)
        while not known.is_working(last):
            last += timedelta(days=1)
    return last


def deadlines(project: Project) -> tuple[Deadline, ...]:
    """Return the deadlines that follow from the day of publication; none where the project states no such day."""
    start = project.project.published_on
    if start is None:
        return ()
    found = [_deadline(project, name, key, start) for name, key in FROM_START.items()]
    return (*found, _deadline(project, "reply", REPLY, found[-1].last))


def deadline_lines(project: Project) -> list[str]:
    """Return each deadline as a sentence with the days it was counted by and where they come from."""
    return [sentence for _, sentence in worded_deadlines(project)]


def worded_deadlines(project: Project) -> list[tuple[str, str]]:
    """Return title and sentence of each deadline."""
    lang = project.language
    told = []
    for found in deadlines(project):
        basis = load("law/statutes/stages.toml")[f"{found.name}_working_days"]["basis"][lang]
        origin = term("deadline_word", "from_project", lang) if found.set_by_project else str(basis)
        facts = {"start": found.start.isoformat(), "last": found.last.isoformat(), "n": found.working_days}
        sentence = term("deadline_word", "sentence", lang).format(
            title=term("deadline", found.name, lang), origin=origin, **facts
        )
        told.append((term("deadline", found.name, lang), sentence))
    return told


def deadline_doubts(project: Project) -> pd.DataFrame:
    """Return a warning for each year that a deadline touches and the table of holidays does not have."""
    years = {year for found in deadlines(project) for year in range(found.start.year, found.last.year + 1)}
    unknown = sorted(years - holidays().sources.keys())
    return join_issues([one_issue("HOLIDAYS_UNKNOWN", value=str(year)) for year in unknown])


def _deadline(project: Project, name: str, key: str, start: date) -> Deadline:
    said = getattr(project.stages, key)
    days = int(load("law/statutes/stages.toml")[key]["value"]) if said is None else int(said)
    return Deadline(name, start, days, working_day_after(start, days, holidays()), said is not None)
