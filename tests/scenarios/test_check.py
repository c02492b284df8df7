"""The checker finds every kind of fault planted in a plan, and nothing in one that stands."""

from __future__ import annotations

import pytest

from landuse.scenarios.check import Breach, Limit, Line, breaches, misstated

PLAN = [Line("A", "M1", {"亩": 30.0, "万元": 600.0}, 5.0), Line("B", "M2", {"亩": 20.0}, 1.5)]
ALLOWED = {"A": ("M1", "M2"), "B": ("M2",), "C": ("M1",)}
LIMITS = [Limit("亩", least=50.0), Limit("万元", most=600.0)]


def test_a_plan_that_stands_has_no_breach():
    assert breaches(PLAN, LIMITS, allowed=ALLOWED, must=["A"]) == []
    assert misstated(PLAN, 6.5) == []


@pytest.mark.parametrize(
    ("lines", "limits", "must", "breach"),
    [
        ([*PLAN, Line("A", "M2", {}, 0.0)], LIMITS, [], Breach("twice", "A")),
        ([*PLAN, Line("C", "M9", {}, 0.0)], LIMITS, [], Breach("unknown", "C M9")),
        (PLAN, LIMITS, ["C"], Breach("missing", "C")),
        (PLAN, [Limit("万元", most=599.0)], [], Breach("above", "万元", 600.0, 599.0)),
        (PLAN, [Limit("亩", least=51.0)], [], Breach("below", "亩", 50.0, 51.0)),
    ],
)
def test_each_fault_planted_is_found(lines, limits, must, breach):
    assert breaches(lines, limits, allowed=ALLOWED, must=must) == [breach]


def test_a_plan_worth_less_than_stated_is_found():
    assert misstated(PLAN, 7.0) == [Breach("worth", "", 6.5, 7.0)]
