"""Monthly electricity: whose it is, what a year and twelve silent months are, and what is doubted."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import base_of, codes, of, part, project, raw, square

from landuse.assemble.meters import clean_meters, electricity, last_month
from landuse.assemble.occupancy import who_uses
from landuse.assemble.power import power_doubts, power_of
from landuse.policy import rule_in_force
from landuse.tables import worded_issues

A, B, C = "91990781MA0000001R", "91990781MA0000002W", "91990781MA0000450J"
DAY = date(2026, 6, 30)
JULY = (2025 - 1970) * 12 + 6
NAMES = ("meter_no", "uscc", "parcel_id", "month", "kwh", "share")


def reading(kwh, uscc=A, *, month="2025-07", meter=None, parcel=None, share=None):
    return meter, uscc, parcel, month, kwh, share


def table(*rows):
    columns = {name: [row[i] for row in rows] for i, name in enumerate(NAMES)}
    columns["month"] = pd.to_datetime(pd.Series(columns["month"], dtype="object"))
    return part("meters", "电表.xlsx", **columns)


def district(*rows, leases=()):
    """Return base and land: P1 is A's, of which B leases 2,500 of 10,000 m2 where asked; P2 is C's; P3 is nobody's."""
    land = part(
        "parcels", geometry=[square(200 * i, 0) for i in range(3)], parcel_id=["P1", "P2", "P3"],
        holder_uscc=[A, C, None], registered_area_m2=[10_000.0] * 3,
    )  # fmt: skip
    firms = part("enterprises", uscc=[A, B, C], name=["甲", "乙", "丙"], industry_code=["1310"] * 3)
    books = part("accounts", uscc=[A, B, C], year=[2025] * 3, tax_wan=[1.0] * 3)
    let = [part("occupancy", parcel_id=["P1"], uscc=[B], tenure=["lease"], area_m2=[2500.0])] if leases else []
    settings_ = project(project={"as_of": DAY})
    base = base_of(raw(land, firms, books, *let, *([table(*rows)] if rows else [])), settings_)
    return base, who_uses(base, settings_, rule_in_force(settings_))


def used(*rows, leases=()):
    base, land = district(*rows, leases=leases)
    found = electricity(base.meters, base, land)
    return found.table.set_index(["uscc", "month"])["kwh"].to_dict(), pd.concat([base.issues, found.issues])


# ------------------------------------------------------------------------------------------------- whose


def test_several_meters_of_an_enterprise_add_up_month_by_month():
    found, issues = used(reading(100.5), reading(20, meter="2"), reading(7, month="2025-08"), reading(3, B))
    assert found == {(A, JULY): 120.5, (A, JULY + 1): 7.0, (B, JULY): 3.0}
    assert codes(issues) == {}


def test_a_shared_meter_goes_by_its_shares():
    rows = [reading(1000, who, meter="D1", share=part_) for who, part_ in ((A, 0.5), (B, 0.3), (C, 0.2))]
    found, issues = used(*rows)
    assert found == {(A, JULY): 500.0, (B, JULY): 300.0, (C, JULY): 200.0}
    assert codes(issues) == {}


def test_rows_of_a_parcel_that_state_shares_are_one_meter_without_a_number():
    found, issues = used(*(reading(1000, who, parcel="P1", share=0.5) for who in (A, B)))
    assert found == {(A, JULY): 500.0, (B, JULY): 500.0}
    assert codes(issues) == {}


def test_shares_that_are_missing_leave_the_electricity_to_nobody_but_nothing_is_nothing():
    rows = [
        reading(kwh, who, meter="D1", month=month) for who in (A, B) for month, kwh in (("2025-07", 90), ("2025-08", 0))
    ]
    found, issues = used(*rows)
    assert found[A, JULY + 1] == found[B, JULY + 1] == 0.0
    assert np.isnan([found[A, JULY], found[B, JULY]]).all()
    (told,) = of(issues, "METER_SHARED").to_dict("records")
    assert (told["key"], told["value"], told["severity"], told["source_row"]) == ("D1", "2", "warning", 2)


@pytest.mark.parametrize(
    ("shares", "kwh", "doubted"),
    [
        ((0.6, 0.4), (60.0, 40.0), False),
        ((0.335, 0.67), (33.5, 67.0), False),  # 1.005 is still 1
        ((0.5, 0.4), (50.0, 40.0), True),
        ((0.7, 0.5), (None, None), True),
    ],
)
def test_shares_that_do_not_add_up_to_1_are_told_and_never_count_twice(shares, kwh, doubted):
    found, issues = used(*(reading(100, who, meter="D1", share=s) for who, s in zip((A, B), shares, strict=True)))
    assert [None if np.isnan(found[who, JULY]) else found[who, JULY] for who in (A, B)] == list(kwh)
    assert codes(issues) == ({"METER_SHARES_SUM": 1} if doubted else {})


YEAR = [f"2025-{month:02d}" for month in range(1, 13)]


@pytest.mark.parametrize("known", [{"meter": "D1"}, {}, {"parcel": "P1"}], ids=["number", "nothing", "parcel"])
def test_a_share_on_a_meter_of_one_enterprise_leaves_the_rest_to_nobody_and_says_so_once(known):
    """0.6 of 1,000 kWh in twelve months are 7,200 of 12,000: 4,800 are nobody's."""
    rows = [reading(1000, month=month, share=0.6, **known) for month in YEAR]
    found, issues = used(*rows)
    assert sum(found.values()) == 7200.0
    (told,) = of(issues, "METER_SHARES_SUM").to_dict("records")
    assert (told["key"], told["value"], told["source_row"]) == (next(iter(known.values()), A), "0.6", 2)


@pytest.mark.parametrize("share", [None, 1.0, 0.995])
def test_the_whole_of_a_meter_of_ones_own_is_no_matter(share):
    assert codes(used(reading(1000, share=share), reading(10, meter="D1", share=share))[1]) == {}


def test_a_meter_of_a_parcel_alone_says_what_a_share_leaves():
    found, issues = used(reading(100, None, parcel="P2", share=0.6))
    assert found == {(C, JULY): 60.0}
    assert codes(issues) == {"METER_SHARES_SUM": 1}


def test_two_readings_of_one_meter_and_month_that_differ_make_the_month_unknown():
    found, issues = used(reading(100, meter="D1"), reading(90, meter="D1"), reading(5, month="2025-08", meter="D1"))
    assert np.isnan(found[A, JULY])
    assert found[A, JULY + 1] == 5.0
    assert of(issues, "METER_CONFLICT")["severity"].tolist() == ["error"]


def test_a_month_of_an_enterprise_is_unknown_when_one_of_its_meters_is():
    found, _ = used(reading(100), reading(None, meter="2"))
    assert np.isnan(found[A, JULY])


def test_a_meter_of_a_parcel_goes_to_its_only_occupant():
    found, issues = used(reading(80, None, parcel="P2"))
    assert found == {(C, JULY): 80.0}
    assert codes(issues) == {}


def test_a_meter_of_a_parcel_with_several_occupants_goes_by_their_land():
    found, issues = used(reading(80, None, parcel="P1"), reading(8, None, parcel="P1", month="2025-08"), leases=("B",))
    assert found == {(A, JULY): 60.0, (B, JULY): 20.0, (A, JULY + 1): 6.0, (B, JULY + 1): 2.0}
    assert of(issues, "METER_BY_LAND")[["severity", "key", "value"]].to_numpy().tolist() == [["note", "P1", "2"]]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (reading(1, None), "METER_NO_OWNER"),
        (reading(1, month=None), "METER_NO_MONTH"),
        (reading(1, month="2026-07"), "METER_MONTH_AHEAD"),
        (reading(1, None, parcel="P9"), "METER_PARCEL_UNKNOWN"),
        (reading(1, None, parcel="P3"), "METER_WITHOUT_USER"),
    ],
)
def test_a_reading_that_is_nobodys_is_told(row, code):
    found, issues = used(row)
    assert found == {}
    assert codes(issues)[code] == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [(reading(-5), "METER_NEGATIVE"), (reading(1e13), "METER_NEGATIVE")],
)
def test_an_amount_that_cannot_be_is_unknown(row, code):
    found, issues = used(row)
    assert np.isnan(found[A, JULY])
    assert codes(issues) == {code: 1}


def test_a_share_that_cannot_be_is_not_stated():
    found, issues = used(reading(100, share=50.0))
    assert found == {(A, JULY): 100.0}
    assert codes(issues) == {"METER_SHARE_BEYOND": 1}


def test_an_unknown_enterprise_and_a_repeated_row_are_told():
    stranger = "91990781MA0000009N"
    _, issues = used(reading(1, stranger), reading(2, stranger, month="2025-08"), reading(5), reading(5))
    found = {code: n for code, n in codes(issues).items() if code.startswith(("METER", "DUPL"))}
    assert found == {"METER_ENTERPRISE_UNKNOWN": 1, "DUPLICATE_ROW": 1}


def test_every_issue_is_worded():
    rows = [
        reading(1, None), reading(1, month=None), reading(1, month="2026-07"), reading(-1), reading(1, share=2),
        reading(1, None, parcel="P1"), reading(1, None, parcel="P9"), reading(9, A, meter="D1"),
        reading(9, B, meter="D1"),
    ]  # fmt: skip
    _, issues = used(*rows, leases=("B",))
    for lang in ("zh", "en"):
        assert not worded_issues(issues, lang)["message"].str.contains("[{}]|nan|NaT", regex=True).any()


ROWS = st.lists(
    st.tuples(
        st.sampled_from([A, B, C]), st.sampled_from(["2025-07", "2025-08"]), st.sampled_from([None, "D1", "D2"]),
        st.none() | st.integers(0, 999), st.sampled_from([None, 0.25, 0.5]),
    ),
    max_size=8, unique_by=lambda row: row[:3],
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows, random):
    told = [reading(kwh, who, month=month, meter=meter, share=share) for who, month, meter, kwh, share in rows]
    base, land = district()
    one, other = (
        electricity(clean_meters([table(*order)] if order else [], as_of=DAY).table, base, land)
        for order in (told, random.sample(told, len(told)))
    )
    pd.testing.assert_frame_equal(one.table, other.table)
    assert codes(one.issues) == codes(other.issues)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_electricity_that_reaches_nobody_is_said(rows):
    """kWh in = kWh out, or an issue tells which meter leaves something to nobody."""
    told = [reading(kwh, who, month=month, meter=meter, share=share) for who, month, meter, kwh, share in rows]
    base, land = district()
    found = electricity(clean_meters([table(*told)] if told else [], as_of=DAY).table, base, land)
    meters = {(meter or f"row {i}", month): kwh or 0 for i, (_, month, meter, kwh, _) in enumerate(rows)}
    if found.table["kwh"].notna().all() and not len(found.issues):
        assert found.table["kwh"].sum() == pytest.approx(sum(meters.values()))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_electricity_of_a_parcel_is_laid_on_its_occupants_to_the_watt_hour(kwh):
    base, land = district(leases=("B",))
    rows = [reading(value / 1000, None, parcel="P1", meter=str(i)) for i, value in enumerate(kwh)]
    found = electricity(clean_meters([table(*rows)], as_of=DAY).table, base, land).table
    assert round(found["kwh"].sum() * 1000) == sum(kwh)


# ----------------------------------------------------------------------------------------------- months


@pytest.mark.parametrize(
    ("day", "month"), [("2026-06-30", 5), ("2026-06-29", 4), ("2026-07-01", 5), ("2024-02-29", -23)]
)
def test_a_month_counts_when_its_last_day_has_come(day, month):
    assert last_month(date.fromisoformat(day)) == (2026 - 1970) * 12 + month


def power(kwh, *, last="2026-06", uscc=A, year=2025):
    """Return what a series of months that ends with `last` says; None = no row."""
    end = (int(last[:4]) - 1970) * 12 + int(last[5:]) - 1
    months = [(end - i, value) for i, value in enumerate(reversed(kwh)) if value is not None]
    rows = pd.DataFrame({"uscc": uscc, "month": [m for m, _ in months], "kwh": [float(v) for _, v in months]})
    return power_of(rows, as_of=DAY, year=year).iloc[0]


@pytest.mark.parametrize(
    ("kwh", "silent"),
    [
        ([0] * 12, True),
        ([50] + [0] * 12, True),
        ([0] * 11, None),
        ([None, *[0] * 11], None),
        ([0] * 5 + [None] + [0] * 6, None),
        ([0] * 11 + [1], False),
        ([1] + [None] * 11, False),
    ],
)
def test_twelve_silent_months_are_twelve_known_months_of_nothing(kwh, silent):
    found = power(kwh)["silent"]
    assert (None if pd.isna(found) else bool(found)) is silent


def test_months_that_end_too_early_say_nothing_of_today():
    assert pd.isna(power([0] * 12, last="2026-05")["silent"])
    assert pd.isna(power([0] * 24, last="2025-06")["silent"])
    assert power([0] * 24, last="2025-06")["zero_months"] == 0


def test_the_year_is_the_sum_of_twelve_known_months():
    assert power(list(range(1, 13)), last="2025-12")["year_kwh"] == 78.0
    assert np.isnan(power([1] * 11, last="2025-12")["year_kwh"])
    assert np.isnan(power([1] * 12, last="2025-11")["year_kwh"])
    assert power([5] * 40, year=2024)["year_kwh"] == 60.0


def states(production="正常", registry="存续"):
    return pd.DataFrame({"uscc": [A], "registry_state": [registry], "production_state": [production]})


def doubts(kwh, enterprises, **more):
    return power_doubts(power(kwh, **more).to_frame().T.infer_objects(), enterprises)


@pytest.mark.parametrize(("now", "told"), [(15_600, True), (15_599, False), (52_000, True), (0, False)])
def test_a_stopped_enterprise_at_30_percent_of_its_former_use_is_doubted(now, told):
    found = doubts([52_000] * 2 + [now] * 12, states("停产"), last="2025-12")
    assert codes(found) == ({"STOPPED_BUT_POWERED": 1} if told else {})


def test_the_doubt_says_the_share_and_both_uses():
    (told,) = doubts([52_000] * 2 + [15_600] * 12, states(registry="吊销")).to_dict("records")
    assert (told["key"], told["value"], told["facts"]) == (A, "30%", {"now": "15,600", "former": "52,000"})


@pytest.mark.parametrize(
    ("kwh", "production", "told"),
    [([0] * 12, "正常", True), ([0] * 11, "正常", False), ([0] * 12, "停产", False), ([0] * 11 + [1], "正常", False)],
)
def test_an_enterprise_said_to_operate_without_electricity_for_12_months_is_doubted(kwh, production, told):
    found = doubts(kwh, states(production))
    assert codes(found) == ({"POWER_NONE_12_MONTHS": 1} if told else {})
    if told:
        assert found.iloc[0]["facts"] == {"first": "2025-07", "last": "2026-06"}


def test_an_enterprise_that_runs_as_said_is_not_doubted():
    assert codes(doubts([100] * 12, states())) == {}
    assert codes(doubts([100] * 12, states()[:0])) == {}
