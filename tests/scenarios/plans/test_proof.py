"""A plan that came out is weighed anew, line by line: every fault planted in one is found."""

from __future__ import annotations

import pandas as pd
import pytest
from scenarios.plans.counties import case, county, option, parcel, scenario

from landuse.errors import DefectError
from landuse.scenarios.plans import outcome as room
from landuse.scenarios.plans.hand import lines_of
from landuse.scenarios.plans.proof import proven

OPTIONS = [option("A"), option("B", "M3"), option("C"), option("D")]
GROUND = county(OPTIONS, parcels=[parcel(code) for code in "ABCD"], cases=[case("D", "done", 10.0)])


def breaches(*places, **stated):
    lines = lines_of(GROUND.options.iloc[list(places)], 1, pd.NA)
    return [(one.what, one.name) for one in proven(lines, scenario(**stated), GROUND)]


@pytest.mark.parametrize(
    ("places", "stated", "found"),
    [
        ((0, 1), {"budget_wan": 199}, [("above", "budget")]),
        ((0, 1), {"cases_by_year": 1}, [("above", "cases 1")]),
        ((0,), {"target_mu": 30}, [("below", "target")]),
        ((0,), {"target_mu": 20, "deadline": "2027-06-29"}, [("below", "target")]),
        ((0, 1), {"most_mu_by_town": 19}, [("above", "town_mu 东镇")]),
        ((0, 1), {"most_cases_by_town": {"东镇": 1}}, [("above", "town_cases 东镇")]),
        ((0, 1), {"most_jobs_lost": 7}, [("above", "jobs")]),
        ((0, 1), {"either_or": [["A", "B"]]}, [("above", "either_or 0")]),
        ((0,), {"all_or_none": [["A", "B"]]}, [("below", "all_or_none 0")]),
        ((0,), {"least_mu_in_park": 11}, [("below", "park_lot 甲园")]),
        ((0,), {"lock_in": ["B"]}, [("missing", "B")]),
        ((0,), {"lock_out": ["A"]}, [("unknown", "A M1")]),
        ((1,), {"measures": ["M1"]}, [("unknown", "B M3")]),
        ((0, 0), {}, [("twice", "A")]),
        ((3,), {}, [("unknown", "D M1")]),
        ((0, 1), {"budget_wan": 200, "target_mu": 30, "most_mu_by_town": 20, "lock_in": ["A", "D"]}, []),
    ],
)
def test_each_fault_planted_in_a_plan_is_found(places, stated, found):
    assert breaches(*places, **stated) == found


def test_a_plan_that_does_not_keep_what_was_asked_for_never_comes_out(monkeypatch):
    bad = room.Found(lines_of(GROUND.options.iloc[[0, 1]], 1, pd.NA), value=10.0, bound=10.0)
    monkeypatch.setattr(room, "_chosen", lambda *_: bad)
    with pytest.raises(DefectError, match="above budget"):
        room.outcome("甲", scenario(budget_wan=150), GROUND)
