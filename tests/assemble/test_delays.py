"""Documented government delay: both ends count, a day counts once, only the government's cause counts."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import codes, of, part

from landuse.assemble.causes import governments_alone
from landuse.assemble.delays import delayed

DAY = date(2026, 6, 30)
GOVERNMENT = "政府原因:规划依法修改"


def periods(*rows):
    names = ("parcel_id", "from", "to", "cause", "doc_no")
    table = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    for name in ("from", "to"):
        table[name] = pd.to_datetime(pd.Series(table[name], dtype="object"))
    return part("delays", "延误.xlsx", **table)


def period(first, last, *, parcel="P1", cause=GOVERNMENT, doc="函9号"):
    return parcel, first, last, cause, doc


def count(*rows, stated=(None, None)):
    table = pd.DataFrame({"parcel_id": ["P1", "P2"], "gov_delay_days": pd.array(stated, dtype="Int64")})
    return delayed(table, [periods(*rows)], as_of=DAY)


def days(result):
    return [None if pd.isna(value) else int(value) for value in result.table["gov_delay_days"]]


def test_both_ends_of_a_period_are_days_of_delay():
    result = count(period("2024-03-01", "2025-02-28"))
    assert days(result) == [365, None]
    assert days(count(period("2024-03-01", "2024-03-01")))[0] == 1
    assert result.table["gov_delay_docs"].tolist()[0] == "函9号"
    assert result.papers[["parcel_id", "days", "cause", "source_row"]].to_numpy().tolist() == [
        ["P1", 365, GOVERNMENT, 2]
    ]


def test_29_february_is_a_day_like_any_other():
    assert days(count(period("2024-02-28", "2024-03-01")))[0] == 3
    assert days(count(period("2023-02-28", "2023-03-01")))[0] == 2


def test_overlapping_periods_of_a_parcel_count_once_and_others_do_not_mix():
    result = count(
        period("2024-01-01", "2024-01-31"),
        period("2024-01-21", "2024-02-09", doc="函10号"),
        period("2024-01-25", "2024-01-26", doc="函11号"),
        period("2024-01-01", "2024-01-05", parcel="P2"),
    )
    assert days(result) == [40, 5]
    assert codes(result.issues) == {"DELAY_OVERLAP": 1}
    assert result.table["gov_delay_docs"].tolist() == ["函9号、函10号、函11号", "函9号"]


def test_an_open_end_runs_to_the_day_and_no_day_after_it_counts():
    assert days(count(period("2026-06-21", None)))[0] == 10
    cut = count(period("2026-06-21", "2026-07-31"))
    assert days(cut)[0] == 10
    assert codes(cut.issues) == {"DELAY_CUT": 1}
    assert days(count(period("2026-06-30", None)))[0] == 1


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        (period("2026-07-01", None), "DELAY_NOT_YET", "warning"),
        (period("2024-01-02", "2024-01-01"), "DELAY_REVERSED", "error"),
        (period(None, "2024-01-01"), "DELAY_WITHOUT_START", "warning"),
        (period("2024-01-01", "2024-01-09", cause="企业资金紧张"), "DELAY_NOT_GOVERNMENT", "warning"),
        (period("2024-01-01", "2024-01-09", cause="政府原因、企业原因"), "DELAY_NOT_GOVERNMENT", "warning"),
        (period("2024-01-01", "2024-01-09", cause="非政府原因"), "DELAY_NOT_GOVERNMENT", "warning"),
        (period("2024-01-01", "2024-01-09", cause=None), "DELAY_NOT_GOVERNMENT", "warning"),
        (period("2024-01-01", "2024-01-09", parcel="P9"), "DELAY_PARCEL_UNKNOWN", "warning"),
        (period("2024-01-01", "2024-01-09", parcel=None), "DELAY_NO_PARCEL", "error"),
    ],
)
def test_a_period_that_does_not_count_is_told_and_leaves_the_stated_figure(row, code, severity):
    result = count(row, stated=(7, None))
    assert days(result) == [7, None]
    assert result.issues[["code", "severity", "table", "source_row"]].to_numpy().tolist() == [
        [code, severity, "delays", 2]
    ]
    assert result.table["gov_delay_stated_days"].isna().all()


def test_a_period_without_document_counts_with_a_warning():
    result = count(period("2024-01-01", "2024-01-10", doc=None))
    assert days(result)[0] == 10
    assert codes(result.issues) == {"DELAY_WITHOUT_DOCUMENT": 1}
    assert pd.isna(result.table["gov_delay_docs"].iloc[0])


def test_periods_replace_the_stated_days_and_a_difference_is_told():
    same = count(period("2024-01-01", "2024-01-10"), stated=(10, 3))
    assert (days(same), codes(same.issues)) == ([10, 3], {})
    other = count(period("2024-01-01", "2024-01-10"), stated=(12, 3))
    assert days(other) == [10, 3]
    (told,) = of(other.issues, "DELAY_DAYS_DIFFER").to_dict("records")
    assert (told["key"], told["value"], told["facts"]) == ("P1", "12", {"counted": 10})
    assert other.table["gov_delay_stated_days"].tolist()[0] == 12


@pytest.mark.parametrize(("first", "told"), [("2025-01-10", True), ("2025-01-11", False)])
def test_a_delay_begun_before_an_agreement_moved_the_start_counts_with_a_doubt(first, told):
    table = pd.DataFrame({"parcel_id": ["P1", "P2"], "gov_delay_days": pd.array([None, None], dtype="Int64")})
    moved = pd.to_datetime(pd.Series(["2023-05-01", None]))
    table = table.assign(start_due_original=moved, amendment_signed=pd.Timestamp("2025-01-10"))
    rows = [period(first, "2025-03-01"), period(first, "2025-03-01", parcel="P2")]
    result = delayed(table, [periods(*rows)], as_of=DAY)
    assert days(result)[0] == days(result)[1] > 0
    found = of(result.issues, "DELAY_BEFORE_AMENDMENT")
    assert found["key"].tolist() == (["P1"] if told else [])
    assert found["facts"].tolist() == ([{"signed": "2025-01-10"}] if told else [])


def test_a_repeated_row_counts_once():
    result = count(period("2024-01-01", "2024-01-10"), period("2024-01-01", "2024-01-10"))
    assert (days(result)[0], codes(result.issues)) == (10, {"DUPLICATE_ROW": 1})


def test_the_words_of_the_law_tell_whose_cause_it_is():
    causes = pd.Series(
        ["交地延误", "文物保护", "政府补助资金未到位", "司法查封", "非企业原因", None, "Planning change"]
    )
    assert governments_alone(causes).tolist() == [True, True, False, False, False, False, True]


def test_without_the_table_the_parcels_are_handed_on_as_they_are():
    table = pd.DataFrame({"parcel_id": ["P1"]})
    assert delayed(table, [], as_of=DAY).table is table


SPANS = st.lists(
    st.tuples(st.sampled_from(["P1", "P2"]), st.integers(0, 400), st.integers(0, 120)), min_size=1, max_size=8
)


def spanned(rows):
    begin = date(2024, 1, 1)
    days = [(p, begin + timedelta(a), begin + timedelta(a + n)) for p, a, n in rows]
    return [period(str(a), str(b), parcel=p, doc=f"函{i}") for i, (p, a, b) in enumerate(days)]


@settings(max_examples=30, deadline=None)
@given(SPANS)
def test_the_days_are_those_of_the_union(rows):
    wanted = [{a + k for p, a, n in rows for k in range(n + 1) if p == parcel} for parcel in ("P1", "P2")]
    assert days(count(*spanned(rows))) == [len(found) or None for found in wanted]


@settings(max_examples=30, deadline=None)
@given(SPANS, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(rows, random):
    told = spanned(rows)
    one, other = count(*told), count(*random.sample(told, len(told)))
    assert days(one) == days(other)
    assert codes(one.issues) == codes(other.issues)


@settings(max_examples=30, deadline=None)
@given(SPANS, st.data())
def test_splitting_a_period_into_two_adjoining_ones_changes_nothing(rows, data):
    parcel, start, length = rows[0]
    at = data.draw(st.integers(0, length))
    halves = [(parcel, start, at), (parcel, start + at + 1, length - at - 1)] if at < length else [rows[0]]
    whole, split = count(*spanned(rows)), count(*spanned([*halves, *rows[1:]]))
    assert days(whole) == days(split)
    assert ("DELAY_OVERLAP" in codes(whole.issues)) == ("DELAY_OVERLAP" in codes(split.issues))
