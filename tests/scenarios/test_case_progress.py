"""Progress of cases: the task of the demonstration district by hand, lights on their thresholds, the next schedule."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.assemble.cases import _filled
from landuse.assemble.targets import _shaped
from landuse.planning import Progress
from landuse.scenarios.progress import case_table, light, progress, schedule
from landuse.tables.plans import CASE_COLUMNS, PROGRESS_COLUMNS

DAY = dt.date(2026, 6, 30)
USUAL = Progress()
LAND = {
    "C1": 31.20, "C2": 27.50, "C3": 35.30, "C4": 18.00, "C5": 22.00, "R1": 14.40, "R2": 11.60, "S1": 125.70,
    "N1": 8.10, "N2": 9.20, "N3": 7.00, "N4": 10.00, "X1": 40.00,
}  # fmt: skip
PARCELS = pd.DataFrame(
    {
        "parcel_id": list(LAND),
        "area_mu": list(LAND.values()),
        "park": ["东园"] * 5 + ["西园"] * 3 + [None] * 5,
        "town": ["甲镇"] * 8 + ["乙镇"] * 5,
    }
)
STORY = [
    *({"parcel_id": f"C{n}", "stage": "已成交", "measure": "M3", "done_on": "2026-03-10"} for n in (1, 2, 3)),
    *({"parcel_id": f"C{n}", "stage": "流拍", "measure": "M3"} for n in (4, 5)),
    {"parcel_id": "R1", "stage": "已收回", "measure": "M6", "done_on": "2026-05-20"},
    {"parcel_id": "R2", "stage": "已收回", "measure": "M6", "done_on": "2026-06-30"},
    {"parcel_id": "S1", "stage": "商谈中", "measure": "M2", "due": "2026-09-30"},
    *({"parcel_id": f"N{n}", "stage": "商谈中", "due": "2026-06-15"} for n in (1, 2, 3, 4)),
]


def cases(*rows):
    frame = pd.DataFrame([dict(row) for row in rows])
    for name in ("month", "due", "done_on"):
        if name in frame.columns:
            frame[name] = pd.to_datetime(frame[name])
    filled = _filled(frame, "cases")
    return filled.assign(list=filled["list"].fillna(""))


def looked(*rows, how=USUAL, day=DAY, year=None):
    return case_table(cases(*rows), PARCELS, how, day, year)


def targets(*rows):
    table = pd.DataFrame(rows, columns=["by", "place", "month", "target_mu"])
    return _shaped(table.assign(month=pd.to_datetime(table["month"])))


def followed(table, *rows, how=USUAL, day=DAY):
    return progress(table, targets(*rows), PARCELS, how, day)


def row(table, by, place="", month=None):
    found = table[table["by"].eq(by) & table["place"].eq(place)]
    return found[found["month"].eq(pd.Timestamp(month))].iloc[0] if month else found.iloc[0]


# ------------------------------------------------------------------------------------------- the story


def test_of_a_task_of_380_mu_120_are_done_160_in_negotiation_and_100_to_be_found():
    """Done: 31.20 + 27.50 + 35.30 of five auctions and 14.40 + 11.60 taken back; negotiated: 125.70 + 34.30."""
    found = followed(looked(*STORY), ("all", "", None, 380.0))
    assert list(found.columns) == list(PROGRESS_COLUMNS)
    whole = row(found, "all")
    assert whole[["target_mu", "done_mu", "negotiating_mu", "open_mu", "gap_mu"]].tolist() == pytest.approx(
        [380.0, 120.0, 160.0, 40.0, 100.0], abs=1e-9
    )
    assert whole[["n_done", "n_negotiating", "n_open", "n_failed"]].tolist() == [5, 5, 0, 2]
    assert whole["done_share"] == pytest.approx(120 / 380)


def test_parks_and_towns_each_add_up_to_the_whole_and_plots_outside_parks_have_a_blank_place():
    found = followed(looked(*STORY), ("all", "", None, 380.0), ("park", "东园", None, 200.0))
    for by in ("park", "town"):
        own = found[found["by"].eq(by)]
        assert own["done_mu"].sum() == pytest.approx(120.0)
        assert own["negotiating_mu"].sum() == pytest.approx(160.0)
        assert own["open_mu"].sum() == pytest.approx(40.0)
    assert found.loc[found["by"].eq("park"), "place"].tolist() == ["", "东园", "西园"]
    assert row(found, "park", "东园")[["done_mu", "gap_mu"]].tolist() == pytest.approx([94.0, 106.0])
    assert np.isnan(row(found, "park", "西园")["gap_mu"])
    assert row(found, "park", "")["negotiating_mu"] == pytest.approx(34.3)


def test_land_done_stands_in_its_months_and_what_has_no_date_under_a_blank_one():
    table = looked(*STORY, {"parcel_id": "X1", "stage": "完成"})
    found = followed(table, ("all", "", None, 380.0), ("all", "", "2026-03-01", 90.0))
    months = found[found["by"].eq("month")]
    assert [None if pd.isna(m) else m.month for m in months["month"]] == [3, 5, 6, 9, None]
    assert months["done_mu"].tolist() == pytest.approx([94.0, 14.4, 11.6, 0.0, 40.0])
    assert months["negotiating_mu"].tolist() == pytest.approx([0, 0, 34.3, 125.7, 0])
    assert months["done_mu"].sum() == pytest.approx(row(found, "all")["done_mu"])


def test_a_failed_auction_reopens_its_land_and_a_later_swap_counts_it_again():
    found = looked(
        {"parcel_id": "C4", "stage": "流拍", "list": "司法"}, {"parcel_id": "C4", "stage": "商谈中", "list": "置换"}
    )
    assert found[["state", "counted_mu", "counts"]].to_numpy().tolist() == [
        ["failed", 0.0, False], ["negotiating", 18.0, True],
    ]  # fmt: skip
    assert found["because"].fillna("").tolist() == ["REPEATED_PLOT", ""]


# ---------------------------------------------------------------------------------------------- counting


def test_a_plot_on_the_idle_and_on_the_low_efficiency_list_counts_once_on_the_idle_one():
    found = looked(
        {"parcel_id": "C1", "stage": "完成", "list": "低效"}, {"parcel_id": "C1", "stage": "完成", "list": "疑似闲置"}
    )
    assert found["counted_mu"].tolist() == [0.0, 31.2]


def test_a_part_of_a_plot_counts_for_its_part_and_more_than_the_plot_for_the_plot():
    found = looked(
        {"parcel_id": "X1", "stage": "完成", "area_handled_mu": 12.5}, {"parcel_id": "C1", "area_handled_mu": 31.512},
        {"parcel_id": "C2", "area_handled_mu": 27.78}, {"parcel_id": "R1", "area_handled_mu": 0.0},
    )  # fmt: skip
    assert found["counted_mu"].tolist() == [12.5, 31.512, 27.5, 0.0]


def test_land_that_is_no_parcel_counts_by_its_stated_area_or_not_at_all():
    found = looked({"parcel_id": "外1", "stage": "完成", "area_handled_mu": 6.0}, {"parcel_id": "外2", "stage": "完成"})
    assert found["counts"].tolist() == [True, False]
    assert found["counted_mu"].iloc[0] == 6.0
    assert np.isnan(found["counted_mu"].iloc[1])
    assert found["because"].fillna("").tolist() == ["", "NO_AREA"]
    assert row(followed(found, ("all", "", None, 10.0)), "park", "")["done_mu"] == 6.0


def test_a_case_counted_in_another_year_does_not_count_in_this_one():
    rows = (
        {"parcel_id": "C1", "stage": "完成", "counted_year": 2025},
        {"parcel_id": "C2", "stage": "完成", "counted_year": 2026},
    )
    assert looked(*rows, year=2026)["counted_mu"].tolist() == [0.0, 27.5]
    assert looked(*rows, year=2026)["because"].fillna("").tolist() == ["OTHER_YEAR", ""]
    assert looked(*rows)["counted_mu"].tolist() == [31.2, 27.5]


@pytest.mark.parametrize(
    ("done_from", "states"),
    [
        ("either", ["done", "done", "negotiating", "open"]),
        ("stage", ["done", "open", "negotiating", "open"]),
        ("done_on", ["negotiating", "done", "negotiating", "open"]),
    ],
)
def test_a_case_is_done_by_stage_or_date_as_asked_and_never_before_its_date(done_from, states):
    found = looked(
        {"parcel_id": "C1", "stage": "完成"}, {"parcel_id": "C2", "done_on": "2026-06-30"},
        {"parcel_id": "C3", "stage": "完成", "done_on": "2026-07-01"}, {"parcel_id": "C4"},
        how=Progress(done_from=done_from),
    )  # fmt: skip
    assert found["state"].tolist() == states


# ------------------------------------------------------------------------------------------------ lights


@pytest.mark.parametrize(
    ("due", "late", "colour"),
    [
        ("2026-06-30", 0, "green"), ("2026-06-29", 1, "yellow"), ("2026-05-31", 30, "yellow"),
        ("2026-05-30", 31, "red"), ("2026-07-31", 0, "green"), (None, None, None),
    ],
)  # fmt: skip
def test_a_case_is_yellow_from_the_day_after_it_is_due_and_red_beyond_thirty(due, late, colour):
    found = looked({"parcel_id": "C1", "stage": "商谈中", "due": due}).iloc[0]
    assert (None if pd.isna(found["days_late"]) else found["days_late"]) == late
    assert (None if pd.isna(found["light"]) else found["light"]) == colour


def test_a_done_case_is_green_and_its_days_late_are_those_it_was_late_when_done():
    found = looked(
        {"parcel_id": "C1", "stage": "完成", "due": "2026-03-01", "done_on": "2026-03-11", "misses": 2},
        {"parcel_id": "C2", "stage": "完成", "due": "2026-03-01"},
    )
    assert found["light"].tolist() == ["green", "green"]
    assert found["days_late"].tolist() == [10, pd.NA]
    assert found["misses"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("done", "colour"), [(100.0, "green"), (99.99, "yellow"), (80.0, "yellow"), (79.99, "red"), (0.0, "red")]
)
def test_a_place_is_green_from_all_that_was_due_and_yellow_from_four_fifths(done, colour):
    assert light(done, 100.0, USUAL) == colour
    assert light(done, 0.0, USUAL) is None


def test_only_months_that_have_ended_are_due_and_misses_count_the_last_ones_in_a_row():
    """Done by the end of March 94.0 of 90.0, of April 94.0 of 120.0, of May 108.4 of 150.0, of June 120.0 of 180.0."""
    steps = [
        ("all", "", f"2026-0{month}-01", mu) for month, mu in ((3, 90.0), (4, 30.0), (5, 30.0), (6, 30.0), (7, 200.0))
    ]
    found = followed(looked(*STORY), ("all", "", None, 380.0), *steps)
    whole = row(found, "all")
    assert whole[["due_mu", "light", "misses"]].tolist() == [180.0, "red", 3]
    lights = [row(found, "month", month=f"2026-0{month}-01")["light"] for month in (3, 4, 5, 6, 7)]
    assert [None if pd.isna(one) else one for one in lights] == ["green", "red", "red", "red", None]
    misses = [row(found, "month", month=f"2026-0{month}-01")["misses"] for month in (3, 4, 5, 6)]
    assert misses == [0, 1, 2, 3]
    before = followed(
        looked(*STORY, day=dt.date(2026, 6, 29)), ("all", "", None, 380.0), *steps, day=dt.date(2026, 6, 29)
    )
    assert row(before, "all")["due_mu"] == 150.0


def test_without_targets_by_month_what_cases_had_to_settle_is_due():
    found = followed(looked(*STORY), ("all", "", None, 380.0))
    assert row(found, "all")[["due_mu", "light"]].tolist() == [pytest.approx(34.3), "green"]
    assert pd.isna(row(found, "all")["misses"])
    assert row(found, "park", "")[["due_mu", "light"]].tolist() == [pytest.approx(34.3), "red"]
    assert pd.isna(row(found, "park", "东园")["light"])


def test_no_cases_and_no_targets_are_a_whole_of_nothing():
    found = followed(looked())
    assert found["by"].tolist() == ["all"]
    assert row(found, "all")["done_mu"] == 0.0
    assert np.isnan(row(found, "all")["gap_mu"])


# ---------------------------------------------------------------------------------------------- schedule


def test_the_next_schedule_carries_every_case_and_one_more_miss_where_a_step_was_missed():
    rows = [
        {"parcel_id": "N1", "stage": "商谈中", "due": "2026-06-15", "misses": 1, "leader": "甲", "unit": "乙局",
         "person": "丙", "month": "2026-06-01", "note": "注"},
        {"parcel_id": "S1", "stage": "商谈中", "due": "2026-09-30", "misses": 1},
        {"parcel_id": "C1", "stage": "完成", "misses": 3},
    ]  # fmt: skip
    made = schedule(looked(*rows), DAY)
    assert made["month"].tolist() == [pd.Timestamp("2026-07-01")] * 3
    assert made["misses"].tolist() == [2, 1, 0]
    assert made.loc[0, ["leader", "unit", "person", "note"]].tolist() == ["甲", "乙局", "丙", "注"]
    assert made["left_mu"].tolist() == [8.1, 125.7, 0.0]
    assert made["due"].iloc[0] == pd.Timestamp("2026-06-15")


def test_december_is_followed_by_january():
    assert schedule(looked({"parcel_id": "C1"}), dt.date(2026, 12, 5))["month"].iloc[0] == pd.Timestamp("2027-01-01")


def test_a_schedule_read_back_unedited_changes_no_figure_and_a_month_later_counts_the_next_miss():
    first = looked(*STORY)
    again = case_table(_filled(schedule(first, DAY), "cases"), PARCELS, USUAL, DAY)
    pd.testing.assert_frame_equal(first.drop(columns="month"), again.drop(columns="month"))
    task = targets(("all", "", None, 380.0))
    pd.testing.assert_frame_equal(
        progress(first, task, PARCELS, USUAL, DAY), progress(again, task, PARCELS, USUAL, DAY)
    )
    later = case_table(_filled(schedule(first, DAY), "cases"), PARCELS, USUAL, dt.date(2026, 7, 31))
    assert first.loc[8:, "misses"].tolist() == [1, 1, 1, 1]
    assert later.loc[8:, "misses"].tolist() == [2, 2, 2, 2]


# -------------------------------------------------------------------------------------------- properties

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "parcel_id": st.sampled_from([*LAND, "外1", "外2"]),
            "stage": st.sampled_from(["完成", "商谈中", "未启动", "流拍", "随便", None]),
            "area_handled_mu": st.none() | st.floats(0, 200).map(lambda mu: round(mu, 2)),
            "done_on": st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
            "due": st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
            "counted_year": st.sampled_from([None, 2025, 2026]),
        }
    ),
    max_size=20,
)


@settings(max_examples=30, deadline=None)
@given(rows=ROWS, lists=st.integers(1, 3))
def test_land_is_counted_once_is_conserved_and_never_more_than_the_plot_has(rows, lists):
    table = looked(*({**one, "list": f"清单{at % lists}"} for at, one in enumerate(rows)), year=2026)
    assert list(table.columns) == list(CASE_COLUMNS)
    counted = table[table["counts"]]
    assert not counted["parcel_id"].duplicated().any()
    own = counted["parcel_id"].map(LAND).astype(float)
    assert (counted["counted_mu"] <= own.fillna(np.inf) * 1.01 + 1e-9).all()
    assert (table.loc[~table["counts"], "counted_mu"].fillna(0) == 0).all()
    assert (table["because"].isna() == table["counts"]).all()
    found = followed(table, ("all", "", None, 380.0))
    for column in ("done_mu", "negotiating_mu", "open_mu", "n_done", "n_negotiating", "n_open", "n_failed"):
        whole = row(found, "all")[column]
        for by in ("park", "town"):
            assert found.loc[found["by"].eq(by), column].sum() == pytest.approx(whole, abs=1e-6)
    assert found.loc[found["by"].eq("month"), "done_mu"].sum() == pytest.approx(row(found, "all")["done_mu"], abs=1e-6)
    total = sum(row(found, "all")[name] for name in ("done_mu", "negotiating_mu", "open_mu"))
    assert total == pytest.approx(counted["counted_mu"].sum(), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS, seed=st.randoms(use_true_random=False))
def test_sums_do_not_depend_on_the_order_of_rows_where_no_plot_stands_twice(rows, seed):
    once = list({one["parcel_id"]: one for one in rows}.values())
    mixed = seed.sample(once, len(once))
    figures = [followed(looked(*some), ("all", "", None, 380.0)) for some in (once, mixed)]
    for name in ("done_mu", "negotiating_mu", "open_mu", "gap_mu", "due_mu", "n_failed"):
        assert figures[0][name].tolist() == pytest.approx(figures[1][name].tolist(), abs=1e-6, nan_ok=True)
