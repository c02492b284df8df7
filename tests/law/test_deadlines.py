"""Working days of a publication: the exact boundary days, holidays and make-up days among them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.law.deadlines import (
    Holidays,
    deadline_doubts,
    deadline_lines,
    deadlines,
    holidays,
    working_day_after,
)
from landuse.project import build_project

NONE = Holidays(frozenset(), frozenset(), {})


def project(published_on, *, lang="zh", **stages):
    head = {"name": "n", "year": 2025, "language": lang, **({"published_on": published_on} if published_on else {})}
    return build_project({"project": head, "inputs": {"parcels": "p"}, "stages": stages}, folder=Path())


@pytest.mark.parametrize(
    ("day", "n", "last"),
    [
        # July 2026, no holiday: Monday 6; the day itself is not counted
        ("2026-07-06", 1, "2026-07-07"),
        ("2026-07-06", 4, "2026-07-10"),
        ("2026-07-06", 5, "2026-07-13"),
        ("2026-07-06", 7, "2026-07-15"),
        # from a Friday and from a weekend the first working day is the same Monday
        ("2026-07-10", 1, "2026-07-13"),
        ("2026-07-11", 1, "2026-07-13"),
        ("2026-07-12", 1, "2026-07-13"),
        # Spring Festival 2026: Saturday 14 February is worked, 15 to 23 are off, Saturday 28 is worked
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-23", 1, "2026-02-24"),
        ("2026-02-24", 3, "2026-02-27"),
        ("2026-02-24", 4, "2026-02-28"),
        ("2026-02-24", 5, "2026-03-02"),
        # New Year 2026: three days off, Sunday 4 January is worked
        ("2025-12-31", 1, "2026-01-04"),
        ("2025-12-31", 2, "2026-01-05"),
        # National Day 2026: Sunday 20 September and Saturday 10 October are worked, 25 to 27 and 1 to 7 are off
        ("2026-09-18", 1, "2026-09-20"),
        ("2026-09-24", 1, "2026-09-28"),
        ("2026-09-30", 3, "2026-10-10"),
        # 2025: Sunday 28 September worked, 1 to 8 October off, Saturday 11 worked
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-10-10", 1, "2025-10-11"),
    ],
)
def test_the_nth_working_day_is_counted_from_the_day_after(day, n, last):
    assert working_day_after(date.fromisoformat(day), n, holidays()) == date.fromisoformat(last)


def test_the_table_takes_out_working_days_only_and_puts_in_days_of_weekends_only():
    known = holidays()
    assert all(day.weekday() >= 5 for day in known.work)
    assert not known.off & known.work
    assert {day.year for day in known.off | known.work} == set(known.sources) == {2025, 2026}
    # as the notices say: 28 days off in 2025 and 33 in 2026, 5 and 6 days worked instead
    assert [sum(day.year == year for day in known.off) for year in (2025, 2026)] == [28, 33]
    assert [sum(day.year == year for day in known.work) for year in (2025, 2026)] == [5, 6]


@given(day=st.dates(date(2025, 1, 1), date(2026, 11, 1)), n=st.integers(1, 15), more=st.integers(1, 15))
def test_counting_on_from_a_last_day_is_counting_further(day, n, more):
    known = holidays()
    last = working_day_after(day, n, known)
    assert known.is_working(last)
    assert working_day_after(last, more, known) == working_day_after(day, n + more, known)
    between = (day + timedelta(days=step) for step in range(1, (last - day).days + 1))
    assert sum(known.is_working(one) for one in between) == n


def test_a_year_without_a_table_knows_weekends_only_and_says_so():
    # 1 October 2027 is a Friday
    assert working_day_after(date(2027, 9, 30), 1, holidays()) == date(2027, 10, 1)
    doubts = deadline_doubts(project("2026-12-28"))
    assert doubts["code"].tolist() == ["HOLIDAYS_UNKNOWN"]
    assert doubts["value"].tolist() == ["2027"]
    assert not len(deadline_doubts(project("2026-07-06")))


def test_a_project_without_a_day_of_publication_has_no_deadline():
    assert deadlines(project(None)) == ()
    assert deadline_lines(project(None)) == []
    assert not len(deadline_doubts(project(None)))


def test_answers_are_counted_from_the_last_day_for_objections():
    found = deadlines(project("2026-07-06", objection_working_days=3, reply_working_days=2))
    told = {one.name: (one.start.isoformat(), one.last.isoformat(), one.set_by_project) for one in found}
    assert told == {
        "publication": ("2026-07-06", "2026-07-15", False),
        "objection": ("2026-07-06", "2026-07-09", True),
        "reply": ("2026-07-09", "2026-07-13", True),
    }


def test_a_deadline_says_how_many_working_days_it_is_and_who_set_them():
    zh, en = (deadline_lines(project("2026-07-06", objection_working_days=3, lang=lang))[1] for lang in ("zh", "en"))
    assert zh == "异议受理截止日:2026-07-09(自2026-07-06次日起第3个工作日;项目文件设定)"
    assert en == "Last day for objections: 2026-07-09 (working day 3 after 2026-07-06; as the project file says)"
    assert "3至8天" in deadline_lines(project("2026-07-06"))[1]
