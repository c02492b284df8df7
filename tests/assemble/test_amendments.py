"""Supplementary agreements restart the clock: the latest one, on the day, for the dates it states."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import base_of, codes, of, part, project, raw, square

from landuse.assemble.amendments import amended
from landuse.tables import worded_issues

DAY = date(2026, 6, 30)
OLD, NEW = "2023-05-01", "2025-09-01"


def parcels(**columns):
    table = pd.DataFrame({"parcel_id": ["P1", "P2", "P3"], "contract_no": ["C1", "C1", "C2"], **columns})
    for name in ("start_due", "finish_due"):
        if name in table.columns:
            table[name] = pd.to_datetime(table[name])
    return table


def contract(**columns):
    return parcels(start_due=[OLD, "2023-06-01", OLD], finish_due=["2025-05-01"] * 3, **columns)


def papers(*rows):
    names = ("contract_no", "signed", "start_due", "finish_due", "doc_no")
    table = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    for name in ("signed", "start_due", "finish_due"):
        table[name] = pd.to_datetime(pd.Series(table[name], dtype="object"))
    return part("amendments", "协议.xlsx", "补充", **table)


def agreement(contract_no="C1", signed="2024-09-20", start=NEW, finish=None, doc="补6号"):
    return contract_no, signed, start, finish, doc


def put(*rows, table=None, as_of=DAY):
    return amended(contract() if table is None else table, [papers(*rows)], as_of=as_of)


def starts(result):
    return [None if pd.isna(day) else str(day.date()) for day in result.table["start_due"]]


def test_every_parcel_under_the_contract_gets_the_new_start_and_keeps_the_old_one_beside_it():
    result = put(agreement())
    assert starts(result) == [NEW, NEW, OLD]
    assert result.table["start_due_original"].dt.strftime("%Y-%m-%d").tolist()[:2] == [OLD, "2023-06-01"]
    assert result.table["amendment_no"].tolist()[:2] == ["补6号", "补6号"]
    assert result.table.loc[2, ["start_due_original", "amendment_no", "amendment_signed"]].isna().all()
    assert codes(result.issues) == {}


def test_the_paper_says_which_document_signed_when_moved_which_day_and_where_it_stands():
    paper = put(agreement()).papers.iloc[0]
    assert paper[["parcel_id", "kind", "doc_no"]].tolist() == ["P1", "start_due", "补6号"]
    assert [str(paper[name].date()) for name in ("signed", "before", "after")] == ["2024-09-20", OLD, NEW]
    assert paper[["source_file", "source_sheet", "source_row"]].tolist() == ["协议.xlsx", "补充", 2]


def test_a_date_that_the_agreement_does_not_state_stays():
    result = put(agreement(start=None, finish="2027-05-01"))
    assert starts(result) == [OLD, "2023-06-01", OLD]
    assert str(result.table.loc[0, "finish_due"].date()) == "2027-05-01"
    assert result.table.loc[0, "amendment_no"] == "补6号"
    assert pd.isna(result.table.loc[0, "start_due_original"])


def test_the_agreement_signed_last_wins_for_each_date_it_states():
    result = put(
        agreement(signed="2025-01-10", start="2026-01-01", finish=None, doc="补2号"),
        agreement(signed="2024-09-20", start=NEW, finish="2027-09-01", doc="补1号"),
    )
    assert starts(result)[0] == "2026-01-01"
    assert str(result.table.loc[0, "finish_due"].date()) == "2027-09-01"
    assert result.table.loc[0, "amendment_no"] == "补2号"
    assert codes(result.issues) == {}


@pytest.mark.parametrize(("signed", "used"), [("2026-06-30", True), ("2026-07-01", False)])
def test_an_agreement_counts_from_the_day_it_is_signed_on(signed, used):
    result = put(agreement(signed=signed))
    assert starts(result)[0] == (NEW if used else OLD)
    assert codes(result.issues) == ({} if used else {"AMENDMENT_NOT_YET": 1})


def test_of_two_signed_on_one_day_the_later_row_holds_and_the_other_is_told():
    result = put(agreement(start="2026-03-01", doc="补1号"), agreement(start=NEW, doc="补2号"))
    assert starts(result)[0] == NEW
    (tie,) = of(result.issues, "AMENDMENT_TIED").to_dict("records")
    assert (tie["key"], tie["column"], tie["value"], tie["facts"]) == ("C1", "start_due", "2026-03-01", {"used": NEW})
    assert tie["source_row"] == 2


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        (agreement(contract_no=None), "AMENDMENT_NO_CONTRACT", "error"),
        (agreement(contract_no="C9"), "AMENDMENT_CONTRACT_UNKNOWN", "warning"),
        (agreement(signed=None), "AMENDMENT_UNSIGNED", "error"),
        (agreement(start=None), "AMENDMENT_WITHOUT_DATES", "error"),
        (agreement(signed="2026-08-01"), "AMENDMENT_NOT_YET", "warning"),
    ],
)
def test_an_agreement_that_cannot_be_used_is_told_and_changes_nothing(row, code, severity):
    result = put(row)
    assert starts(result) == [OLD, "2023-06-01", OLD]
    assert result.issues[["code", "severity", "table", "source_row"]].to_numpy().tolist() == [
        [code, severity, "amendments", 2]
    ]
    assert result.papers.empty


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (agreement(start="2023-01-01"), "AMENDMENT_START_EARLIER"),
        (agreement(doc=None), "AMENDMENT_NO_DOCUMENT"),
    ],
)
def test_a_doubtful_agreement_is_used_and_told(row, code):
    result = put(row)
    assert starts(result)[0] == row[2]
    assert codes(result.issues) == {code: 1}


def test_a_repeated_row_counts_once():
    assert codes(put(agreement(), agreement()).issues) == {"DUPLICATE_ROW": 1}


def test_contract_numbers_are_compared_without_spaces_and_widths():
    table = contract().assign(contract_no=["示2023-出-1(补)", "x", "y"])
    result = put(agreement(contract_no=" 示2023-出-１（补） "), table=table)
    assert starts(result) == [NEW, "2023-06-01", OLD]


def test_a_start_that_the_contract_did_not_state_is_supplied():
    table = parcels(start_due=[None, None, None])
    result = put(agreement(), table=table)
    assert starts(result) == [NEW, NEW, None]
    assert starts(put(agreement(), table=parcels())) == [NEW, NEW, None]


def test_an_agreement_equal_to_the_contract_changes_nothing_but_is_noted():
    table = contract().assign(start_due=pd.Timestamp(OLD))
    result = put(agreement(start=OLD), table=table)
    same = result.table[list(table.columns)]
    pd.testing.assert_frame_equal(same, table, check_dtype=False)
    assert codes(result.issues) == {"AMENDMENT_NO_CHANGE": 1}
    assert result.papers.empty


def test_without_the_table_the_parcels_are_handed_on_as_they_are():
    table = contract()
    assert amended(table, [], as_of=DAY).table is table


DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31)).map(str)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["C1", "C2", "C9"]), DAYS, st.none() | DAYS, st.none() | DAYS), max_size=6),
    st.randoms(use_true_random=False),
)
def test_the_order_of_rows_never_matters_while_no_two_are_signed_on_one_day(rows, random):
    once = list({(row[0], row[1]): (*row, f"文{i}") for i, row in enumerate(rows)}.values())
    mixed = random.sample(once, len(once))
    one, other = (put(*order) if order else put(agreement("C9")) for order in (once, mixed))
    pd.testing.assert_frame_equal(one.table, other.table)
    assert codes(one.issues) == codes(other.issues) or not once


def test_the_base_holds_the_amended_dates_and_its_papers_and_says_everything_in_words():
    land = part("parcels", geometry=[square(0, 0)], parcel_id=["P1"], contract_no=["C1"], start_due=[OLD])
    rows = [agreement(), agreement(None), agreement("C9"), agreement(signed=None), agreement(start=None, finish=None)]
    late = [agreement(signed="2024-09-20", start="2023-01-01"), agreement(signed="2027-01-01"), agreement(doc=None)]
    base = base_of(raw(land, papers(*rows, *late)), project(project={"as_of": DAY}))
    assert base.parcels.table["start_due"].astype("str").tolist() == [NEW]
    assert base.papers["after"].astype("str").str[:10].tolist() == [NEW]
    for lang in ("zh", "en"):
        words = worded_issues(base.issues, lang)
        assert not words["message"].str.contains("[{}]|nan|NaT", regex=True).any()
    assert np.isnat(base.parcels.table["finish_due_original"].to_numpy()).all()
