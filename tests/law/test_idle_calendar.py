"""Full years, day by day, against a plain count over dates."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.law.calendar import Clock, add_years, complete_on, days_since, full_years

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
READINGS = st.sampled_from(["day_after", "same_day"])


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


def plain_anniversary(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


@given(DAYS, st.integers(0, 30))
def test_the_corresponding_day_is_the_same_day_of_a_later_year_or_28_february(day, years):
    assert add_years(days(day), years)[0] == np.datetime64(plain_anniversary(day, years))


@given(DAYS, DAYS, READINGS)
def test_full_years_are_those_whose_anniversary_has_passed(since, today, reading):
    passed = [
        n
        for n in range(75)
        if (today > plain_anniversary(since, n) if reading == "day_after" else today >= plain_anniversary(since, n))
    ]
    assert full_years(days(since), Clock(today, reading))[0] == max(passed, default=-1)


@given(DAYS, st.integers(1, 5), READINGS)
def test_a_year_is_full_from_its_completing_day_on_and_not_the_day_before(since, years, reading):
    first = complete_on(days(since), years, Clock(since, reading))[0].item()
    assert full_years(days(since), Clock(first, reading))[0] == years
    assert full_years(days(since), Clock(first - timedelta(days=1), reading))[0] == years - 1


@given(DAYS, DAYS, DAYS)
def test_full_years_never_fall_as_time_goes_on(since, one, other):
    earlier, later = sorted([one, other])
    assert full_years(days(since), Clock(earlier))[0] <= full_years(days(since), Clock(later))[0]


@pytest.mark.parametrize(
    ("since", "today", "day_after", "same_day"),
    [
        ("2024-02-29", date(2025, 2, 27), 0, 0),
        ("2024-02-29", date(2025, 2, 28), 0, 1),
        ("2024-02-29", date(2025, 3, 1), 1, 1),
        ("2024-02-29", date(2028, 2, 28), 3, 3),
        ("2024-02-29", date(2028, 2, 29), 3, 4),
        ("2025-06-30", date(2025, 6, 30), -1, 0),
        ("2025-06-30", date(2025, 6, 29), -1, -1),
    ],
)
def test_the_boundary_days_of_both_readings(since, today, day_after, same_day):
    assert full_years(days(since), Clock(today))[0] == day_after
    assert full_years(days(since), Clock(today, "same_day"))[0] == same_day


def test_an_unknown_day_stays_unknown():
    clock = Clock(date(2026, 6, 30))
    assert np.isnat(add_years(days("NaT"), 1))[0]
    assert full_years(days("NaT"), clock)[0] == -1
    assert np.isnan(days_since(days("NaT"), clock))[0]
    assert days_since(days("2026-06-29"), clock)[0] == 1
