"""Accounts come together by enterprise and year, and every amount stays in the balance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rawbuild import codes, flow, left, of, part

from landuse.assemble import accounts as room
from landuse.assemble.accounts import merge_accounts, used_output
from landuse.errors import DefectError
from landuse.tables import verify_balance

A, B, C = "91990781MA0000001R", "91990781MA0000002W", "91990781MA0000450J"
WAN = 1_000_000


def accounts(*files, year=2025, revenue_for_output=True):
    parts = [part("accounts", f"file{i}.xlsx", **columns) for i, columns in enumerate(files)]
    return merge_accounts(parts, year=year, revenue_for_output=revenue_for_output)


def test_tax_output_and_energy_of_three_files_make_one_row_without_an_issue():
    found = accounts(
        {"uscc": [A, B], "year": [2025, 2025], "tax_wan": [100.0, 0.0]},
        {"uscc": [B, A], "year": [2025, 2025], "output_wan": [50.5, 3000.0]},
        {"uscc": [A], "year": [2025], "energy_tce": [12.25]},
    )
    table = found.table.set_index("uscc")
    assert table.loc[A, ["tax_wan", "output_wan", "energy_tce"]].tolist() == [100.0, 3000.0, 12.25]
    assert table.loc[B, ["tax_wan", "output_wan"]].tolist() == [0.0, 50.5]
    assert np.isnan(table.loc[B, "energy_tce"])
    assert found.issues.empty
    assert flow(found.balance, "tax_wan") == (100 * WAN, 100 * WAN)
    assert flow(found.balance, "output_wan") == (3_050_500_000, 3_050_500_000)
    assert flow(found.balance, "energy_tce") == (12_250_000, 12_250_000)
    assert left(found.balance, "tax_wan") == {}


def test_an_identical_row_counts_once_with_a_warning_and_its_money_leaves():
    found = accounts({"uscc": [A, A], "year": [2025, 2025], "tax_wan": [7.5, 7.5], "output_wan": [None, None]})
    assert len(found.table) == 1
    assert codes(found.issues) == {"DUPLICATE_ROW": 1}
    assert found.issues.iloc[0][["key", "source_row"]].tolist() == [A, 3]
    assert flow(found.balance, "tax_wan") == (15 * WAN, 7_500_000)
    assert left(found.balance, "tax_wan") == {"DUPLICATE_ROW": 7_500_000}


def test_contradicting_amounts_set_all_rows_of_the_key_aside():
    found = accounts(
        {"uscc": [A, B], "year": [2025, 2025], "tax_wan": [5.0, 1.0]},
        {"uscc": [A, A], "year": [2025, 2025], "tax_wan": [6.0, None], "output_wan": [None, 40.0]},
    )
    assert found.table["uscc"].tolist() == [B]
    issues = of(found.issues, "ACCOUNT_CONFLICT")
    assert len(issues) == 3
    assert issues["severity"].unique().tolist() == ["error"]
    assert issues["value"].tolist() == ["tax_wan=5", "tax_wan=6", ""]
    assert issues["column"].tolist() == ["tax_wan", "tax_wan", ""]
    told = {
        "year": 2025,
        "columns": "tax_wan",
        "said_zh": "file0.xlsx|2:实缴税收 5 万元;file1.xlsx|2:实缴税收 6 万元",
        "said_en": "file0.xlsx|2: Tax paid 5 (10,000 yuan); file1.xlsx|2: Tax paid 6 (10,000 yuan)",
    }
    assert issues["facts"].tolist() == [told] * 3
    assert left(found.balance, "tax_wan") == {"ACCOUNT_CONFLICT": 11 * WAN}
    assert left(found.balance, "output_wan") == {"ACCOUNT_CONFLICT": 40 * WAN}
    assert flow(found.balance, "tax_wan") == (12 * WAN, 1 * WAN)


def test_the_same_amount_in_yuan_and_in_ten_thousand_yuan_is_no_contradiction():
    found = accounts({"uscc": [A, A], "year": [2025, 2025], "tax_wan": [1234.56, 12345600 * 0.0001]})
    assert codes(found.issues) == {"DUPLICATE_ROW": 1}


def test_other_years_stay_in_the_table_and_leave_the_balance():
    found = accounts({"uscc": [A, A, B], "year": [2025, 2024, 2023], "tax_wan": [1.0, 20.0, 300.0]})
    assert len(found.table) == 3
    assert flow(found.balance, "tax_wan") == (321 * WAN, 1 * WAN)
    assert left(found.balance, "tax_wan") == {"OTHER_YEAR": 320 * WAN}


def test_rows_without_code_or_year_are_set_aside_with_their_money():
    found = accounts({"uscc": [None, A, B], "year": [2025, None, 2025], "tax_wan": [4.0, 8.0, 1.0]})
    assert found.table["uscc"].tolist() == [B]
    blank = of(found.issues, "BLANK_KEY")
    assert dict(zip(blank["source_row"], blank["column"], strict=True)) == {2: "uscc", 3: "year"}
    assert left(found.balance, "tax_wan") == {"BLANK_KEY": 12 * WAN}


def test_revenue_stands_in_for_unknown_output_in_the_balance():
    found = accounts(
        {"uscc": [A, B], "year": [2025, 2025], "output_wan": [100.0, None], "revenue_wan": [90.0, 30.0]},
    )
    assert flow(found.balance, "output_wan") == (130 * WAN, 130 * WAN)
    without = accounts(
        {"uscc": [A, B], "year": [2025, 2025], "output_wan": [100.0, None], "revenue_wan": [90.0, 30.0]},
        revenue_for_output=False,
    )
    assert flow(without.balance, "output_wan") == (100 * WAN, 100 * WAN)


def test_revenue_in_another_file_does_not_count_beside_known_output():
    found = accounts(
        {"uscc": [A], "year": [2025], "revenue_wan": [90.0]},
        {"uscc": [A], "year": [2025], "output_wan": [100.0]},
    )
    assert flow(found.balance, "output_wan") == (100 * WAN, 100 * WAN)


def test_used_output_says_what_it_comes_from_and_keeps_the_index():
    table = pd.DataFrame({"output_wan": [0.0, None, None], "revenue_wan": [9.0, 8.0, None]}, index=[5, 7, 9])
    output, source = used_output(table, revenue_for_output=True)
    assert output.tolist()[:2] == [0.0, 8.0]
    assert np.isnan(output.iloc[2])
    assert source.tolist()[:2] == ["output", "revenue"]
    assert source.isna().tolist() == [False, False, True]
    assert output.index.tolist() == source.index.tolist() == [5, 7, 9]
    assert used_output(table, revenue_for_output=False)[1].isna().tolist() == [False, True, True]
    assert used_output(pd.DataFrame(index=[1]), revenue_for_output=True)[0].isna().all()


def test_an_amount_repeated_beside_new_ones_counts_once_and_is_a_note():
    found = accounts(
        {"uscc": [A], "year": [2025], "tax_wan": [5.0]},
        {"uscc": [A], "year": [2025], "tax_wan": [5.0], "output_wan": [70.0]},
    )
    assert codes(found.issues) == {"VALUE_REPEATED": 1}
    assert found.issues.iloc[0]["facts"] == {"count": 1, "first": A}
    assert left(found.balance, "tax_wan") == {"DUPLICATE_ROW": 5 * WAN}
    assert found.table[["tax_wan", "output_wan"]].to_numpy().tolist() == [[5.0, 70.0]]


def test_two_bases_of_energy_are_a_warning_and_the_first_holds():
    found = accounts(
        {"uscc": [A], "year": [2025], "energy_tce": [5.0], "energy_basis": ["等价值"], "source": ["统计"]},
        {"uscc": [A], "year": [2025], "tax_wan": [1.0], "energy_basis": ["当量值"], "source": ["税务"]},
    )
    assert codes(found.issues) == {"ATTRIBUTE_CONFLICT": 1}
    assert found.issues.iloc[0][["column", "value"]].tolist() == ["energy_basis", "当量值"]
    assert found.table["energy_basis"].tolist() == ["等价值"]
    assert found.table["source"].tolist() == ["统计"]


def test_no_accounts_at_all_balance_at_zero():
    found = merge_accounts([], year=2025, revenue_for_output=True)
    assert len(found.table) == 0
    assert flow(found.balance, "tax_wan") == (0, 0)


def test_an_amount_lost_between_table_and_balance_is_a_defect(monkeypatch):
    honest = room.first_known

    def loses(frame, groups, **more):
        merged = honest(frame, groups, **more)
        return room.Merged(merged.table.assign(tax_wan=merged.table["tax_wan"] - 0.000001), merged.conflicts)

    monkeypatch.setattr(room, "first_known", loses)
    with pytest.raises(DefectError, match="tax_wan"):
        accounts({"uscc": [A], "year": [2025], "tax_wan": [5.0]})


amounts = st.one_of(st.none(), st.integers(-50, 50).map(lambda n: n / 4))
lines = st.tuples(
    st.sampled_from([A, B, C, None]), st.sampled_from([2024, 2025, None]), amounts, amounts, amounts, amounts
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, max_size=12), st.booleans())
def test_whatever_comes_in_the_balance_closes_and_the_table_holds_what_is_left(given_lines, instead):
    names = ("uscc", "year", "tax_wan", "output_wan", "energy_tce", "revenue_wan")
    columns = {name: [line[i] for line in given_lines] for i, name in enumerate(names)}
    found = accounts(columns, revenue_for_output=instead)
    verify_balance(found.balance)
    read = sum(round((line[2] or 0) * WAN) for line in given_lines)
    assert flow(found.balance, "tax_wan")[0] == read
    year = found.table[(found.table["year"] == 2025).to_numpy(dtype=bool)]
    assert flow(found.balance, "tax_wan")[1] == round(year["tax_wan"].fillna(0).sum() * WAN)
    used, _ = used_output(year, revenue_for_output=instead)
    assert flow(found.balance, "output_wan")[1] == round(used.fillna(0).sum() * WAN)


@settings(max_examples=30, deadline=None)
@given(st.lists(lines, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_table_nor_balance(given_lines, random):
    names = ("uscc", "year", "tax_wan", "output_wan", "energy_tce", "revenue_wan")
    shuffled = random.sample(given_lines, len(given_lines))
    one, other = (accounts({name: [line[i] for line in some] for i, name in enumerate(names)}) for some in
                  (given_lines, shuffled))  # fmt: skip
    key, numbers = ["uscc", "year"], list(names[2:])
    pd.testing.assert_frame_equal(
        one.table.sort_values(key, ignore_index=True)[key + numbers],
        other.table.sort_values(key, ignore_index=True)[key + numbers],
    )
    pd.testing.assert_frame_equal(one.balance, other.balance)


def test_an_amount_beyond_all_measure_is_an_error_and_unknown():
    found = accounts({"uscc": [A, B, C], "year": [2025] * 3, "tax_wan": [1e9, 1.1e9, -1e19], "revenue_wan": [1e30] * 3})
    assert found.table["tax_wan"].isna().tolist() == [False, True, True]
    assert found.table["revenue_wan"].isna().all()
    errors = of(found.issues, "AMOUNT_BEYOND_MEASURE")
    assert errors["severity"].unique().tolist() == ["error"]
    assert errors[["key", "column", "source_row", "value"]].to_numpy().tolist()[:2] == [
        [B, "tax_wan", 3, "1100000000"], [C, "tax_wan", 4, "-1e+19"],
    ]  # fmt: skip
    assert flow(found.balance, "tax_wan") == (10**15, 10**15)
