"""What has to give is told so that a planner who writes the printed number gets a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landuse.reports.content.planning.rows import enough


def row(needed, *, stated=15.0, unit="mu", is_upper=True):
    return {"stated": stated, "needed": needed, "unit": unit, "is_upper": is_upper}


def test_an_upper_limit_is_rounded_up_and_a_least_one_down():
    assert enough(row(41.004315)) == pytest.approx({"stated": 15.0, "needed": 41.01, "by": 26.01})
    least = enough(row(357.98599, stated=380.0, is_upper=False))
    assert least == pytest.approx({"stated": 380.0, "needed": 357.98, "by": 22.02})


@pytest.mark.parametrize(("needed", "told"), [(12.000000000000028, 12), (11.2, 12)])
def test_cases_are_whole_ones_and_noise_of_floats_makes_no_further_one(needed, told):
    assert enough(row(needed, stated=6.0, unit="case"))["needed"] == told


@given(needed=st.floats(0, 1e6), is_upper=st.booleans())
def test_what_is_told_is_enough_and_at_most_a_hundredth_more(needed, is_upper):
    told = enough(row(needed, is_upper=is_upper))["needed"]
    more = told - needed if is_upper else needed - told
    assert -1e-7 <= more <= 0.01 + 1e-7
