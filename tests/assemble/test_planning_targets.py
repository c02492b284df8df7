"""Targets: one whole task, its year, and a word wherever parts and whole differ."""

import pandas as pd
import pytest
from planbuild import read, sheet
from rawbuild import codes, of

from landuse.assemble.targets import month_ends


def targets(*rows, **more):
    return read(
        sheet("targets", [dict(zip(("park", "town", "year", "month", "target_mu"), row, strict=True)) for row in rows]),
        **more,
    )


def whole(found):
    rows = found.targets[found.targets["by"].eq("all") & found.targets["month"].isna()]
    return rows["target_mu"].tolist()


def test_the_county_the_parks_and_the_months_stand_beside_each_other():
    found = targets(
        (None, None, 2026, None, 380.0), ("东园", None, 2026, None, 230.0), ("西园", None, 2026, None, 150.0),
        (None, None, 2026, "2026-06-01", 180.0), (None, None, 2026, "2026-12-01", 200.0),
    )  # fmt: skip
    assert codes(found.issues) == {}
    assert whole(found) == [380.0]
    assert found.year == 2026
    assert found.targets["by"].tolist() == ["all", "park", "park", "all", "all"]


def test_the_county_stands_where_parks_or_months_do_not_add_up():
    found = targets(
        (None, None, None, None, 380.0), ("东园", None, None, None, 230.0), ("西园", None, None, None, 160.0),
        (None, None, None, "2026-06-01", 180.0), (None, None, None, "2026-12-01", 380.0),
    )  # fmt: skip
    told = of(found.issues, "TARGET_SUM_DIFFERS")
    assert [fact["sum"] for fact in told["facts"]] == ["390.00", "560.00"]
    assert whole(found) == [380.0]


@pytest.mark.parametrize(("parks", "told"), [((230.0, 150.01), 0), ((230.0, 150.02), 1)])
def test_two_decimals_may_round_to_a_hundredth_of_a_mu_and_no_more(parks, told):
    found = targets(
        (None, None, None, None, 380.0), *(("东园", None, None, None, parks[0]), ("西园", None, None, None, parks[1]))
    )
    assert len(of(found.issues, "TARGET_SUM_DIFFERS")) == told


def test_without_the_county_the_parks_are_summed_and_without_these_the_towns_and_without_these_the_months():
    parks = targets(
        ("东园", None, None, None, 230.0), ("西园", "乙镇", None, None, 150.0), (None, "甲镇", None, None, 380.0)
    )
    assert whole(parks) == [380.0]
    assert codes(parks.issues) == {"TARGET_SUMMED": 1}
    assert whole(targets((None, "甲镇", None, None, 99.0))) == [99.0]
    months = targets((None, None, None, "2026-05-01", 30.0), (None, None, None, "2026-06-01", 40.0))
    assert whole(months) == [70.0]
    assert codes(months.issues) == {}


@pytest.mark.parametrize(
    ("row", "code", "left"),
    [
        ((None, None, None, None, None), "TARGET_WITHOUT_AREA", 0),
        ((None, None, None, None, -5.0), "TARGET_WITHOUT_AREA", 0),
        (("南园", None, None, None, 5.0), "TARGET_PLACE_UNKNOWN", 1),
    ],
)
def test_each_fault_of_a_target_is_told_by_its_own_code(row, code, left):
    found = targets((None, None, None, None, 5.0), row)
    assert codes(found.issues) == {code: 1}
    assert len(found.targets) == 1 + left


def test_the_last_of_repeated_targets_counts():
    found = targets((None, None, 2026, None, 380.0), (None, None, 2026, None, 400.0))
    assert whole(found) == [400.0]
    assert codes(found.issues) == {"TARGET_REPEATED": 1}


def test_the_year_in_force_is_that_of_the_day_else_the_latest_before_else_the_first_after():
    rows = [(None, None, year, None, float(year)) for year in (2025, 2026, 2027)]
    found = targets(*rows)
    assert (found.year, whole(found)) == (2026, [2026.0])
    assert found.later_targets["target_mu"].tolist() == [2027.0]
    assert codes(found.issues) == {"TARGET_OTHER_YEAR": 2}
    assert targets(rows[0]).year == 2025
    assert targets(rows[2]).year == 2027
    assert targets(*rows, progress={"day": "2025-12-31"}).year == 2025


def test_a_month_ends_on_its_last_day():
    ends = month_ends(pd.Series(pd.to_datetime(["2026-02-01", "2024-02-01", "2026-12-01", None])))
    assert [str(day) for day in ends] == ["2026-02-28", "2024-02-29", "2026-12-31", "NaT"]


def test_a_target_of_the_plots_outside_the_parks_stands_under_the_blank_park():
    found = targets(("园区外", None, None, None, 20.0), ("东园", None, None, None, 30.0))
    assert found.targets[["by", "place", "target_mu"]].to_numpy().tolist() == [
        ["park", "", 20.0], ["park", "东园", 30.0], ["all", "", 50.0],
    ]  # fmt: skip
    assert codes(found.issues) == {"TARGET_SUMMED": 1}
