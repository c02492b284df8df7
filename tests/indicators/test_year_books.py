"""The books of a year: that year alone or the mean of three; nothing stands in silently."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import rule

from landuse.indicators import with_meters, year_books
from landuse.tables import worded_issues


def accounts(*rows, **columns):
    names = ["uscc", "year", "tax_wan", "output_wan", "revenue_wan", "energy_tce", "electricity_kwh"]
    return pd.DataFrame(rows, columns=names).assign(**columns)


def row(uscc="A", year=2025, tax=1.0, output=10.0, revenue=np.nan, energy=5.0, power=1000.0):
    return uscc, year, tax, output, revenue, energy, power


def book(*rows, years=1, year=2025):
    books = year_books(accounts(*rows), rule=rule(years=years), year=year)
    return books.table.set_index("uscc"), books.issues


def test_only_the_year_itself_counts():
    table, _ = book(row("A", 2024, tax=9.0), row("A", 2025, tax=2.0), row("B", 2024, tax=9.0), row("C", 2026))
    assert table.index.tolist() == ["A"]
    assert table.loc["A", ["tax_wan", "n_years"]].tolist() == [2.0, 1]


@pytest.mark.parametrize("energy", [0.0, -3.0])
def test_energy_that_is_not_positive_is_unknown_and_warned(energy):
    table, issues = book(row("A", energy=energy), row("B", energy=0.001))
    assert np.isnan(table.loc["A", "energy_tce"])
    assert table.loc["B", "energy_tce"] == 0.001
    assert issues[["severity", "code", "key", "column", "value"]].to_numpy().tolist() == [
        ["warning", "ENERGY_NOT_POSITIVE", "A", "energy_tce", str(energy)]
    ]
    for lang in ("zh", "en"):
        assert str(energy) in worded_issues(issues, lang)["message"].iloc[0]


def test_a_blank_energy_is_no_issue():
    table, issues = book(row(energy=np.nan))
    assert table["energy_tce"].isna().all()
    assert len(issues) == 0


def test_output_carries_the_value_used():
    table, _ = book(row("A", output=np.nan, revenue=7.0), row("B", output=0.0, revenue=7.0), row("C", output=np.nan))
    assert table.loc[["A", "B"], "output_wan"].tolist() == [7.0, 0.0]
    assert table.loc[["A", "B"], "output_source"].tolist() == ["revenue", "output"]
    assert table.loc["C", ["output_wan", "output_source"]].isna().all()


def test_an_account_has_a_known_number_or_it_is_none():
    blank = row("B", tax=np.nan, output=np.nan, energy=np.nan, power=np.nan)
    table, _ = book(row("A", tax=np.nan, output=np.nan, energy=np.nan), blank)
    assert table["has_account"].to_dict() == {"A": True, "B": False}
    assert table.loc["B", "n_years"] == 0


def test_no_tax_and_no_power_needs_both_stated_zero():
    table, _ = book(
        row("A", tax=0.0, power=0.0), row("B", tax=0.0, power=1.0), row("C", tax=0.0, power=np.nan),
        row("D", tax=np.nan, power=0.0), row("E", tax=-1.0, power=0.0),
    )  # fmt: skip
    assert table["no_tax_no_power"].tolist() == [True, False, pd.NA, pd.NA, False]


def test_three_years_are_averaged_over_those_known():
    table, issues = book(
        row("A", 2023, tax=1.0), row("A", 2024, tax=2.0), row("A", 2025, tax=6.0),
        row("B", 2023, tax=1.0), row("B", 2025, tax=np.nan), row("B", 2024, tax=4.0),
        years=3,
    )  # fmt: skip
    assert table.loc["A", ["tax_wan", "n_years"]].tolist() == [3.0, 3]
    assert table.loc["B", ["tax_wan", "n_years"]].tolist() == [2.5, 2]
    assert len(issues) == 0


def test_one_year_of_three_is_not_enough_and_is_noted():
    rows = [row("A", 2024, tax=np.nan), row("A", 2025, tax=6.0), row("B", 2022), row("B", 2023, energy=np.nan)]
    table, issues = book(*rows, years=3)
    assert np.isnan(table.loc["A", "tax_wan"])
    assert table.loc["A", ["output_wan", "n_years"]].tolist() == [10.0, 2]
    assert table.loc["B", ["tax_wan", "output_wan"]].isna().all()
    noted = sorted(zip(issues["key"], issues["column"], issues["value"], strict=True))
    assert noted == [("A", "tax_wan", "6.0"), ("B", "output_wan", "10.0"), ("B", "tax_wan", "1.0")]
    assert set(issues["severity"]) == {"note"}


def test_one_year_of_revenue_makes_the_mean_a_mean_with_revenue():
    table, _ = book(row("A", 2024, output=np.nan, revenue=8.0), row("A", 2025, output=4.0), years=3)
    assert table.loc["A", ["output_wan", "output_source"]].tolist() == [6.0, "revenue"]


def test_electricity_and_silence_are_of_the_year_itself():
    table, _ = book(row("A", 2024, tax=5.0, power=9.0), row("A", 2025, tax=0.0, power=0.0), years=3)
    assert table.loc["A", ["tax_wan", "electricity_kwh"]].tolist() == [2.5, 0.0]
    assert table.loc["A", "no_tax_no_power"]


def test_columns_that_were_not_supplied_are_unknown():
    books = year_books(pd.DataFrame({"uscc": ["A"], "year": [2025], "tax_wan": [3.0]}), rule=rule(), year=2025)
    first = books.table.iloc[0]
    assert first[["tax_wan", "has_account"]].tolist() == [3.0, True]
    assert first[["output_wan", "output_source", "energy_tce", "electricity_kwh", "no_tax_no_power"]].isna().all()


def test_no_row_of_the_year_gives_an_empty_book():
    table, issues = book(row("A", 2020))
    assert len(table) == len(issues) == 0


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(9)), st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9))
def test_the_order_of_the_accounts_does_not_matter(order, taxes):
    rows = [row(uscc, year) for uscc in "ABC" for year in (2023, 2024, 2025)]
    frame = accounts(*rows, tax_wan=taxes)
    first = year_books(frame, rule=rule(years=3), year=2025).table.set_index("uscc")
    second = year_books(frame.iloc[list(order)], rule=rule(years=3), year=2025).table.set_index("uscc")
    pd.testing.assert_frame_equal(second.loc[first.index], first, check_exact=True)


@pytest.mark.parametrize("years", [1, 3])
def test_no_accounts_at_all_give_an_empty_book(years):
    nobody = pd.DataFrame({"uscc": pd.Series(dtype="str"), "year": pd.Series(dtype="Int64")})
    books = year_books(nobody, rule=rule(years=years), year=2025)
    assert len(books.table) == len(books.issues) == 0
    keys_only = pd.DataFrame({"uscc": ["A"], "year": [2025]})
    assert not year_books(keys_only, rule=rule(years=years), year=2025).table["has_account"].any()


# ---------------------------------------------------------------------------------------------- meters


def metered(*rows, power, **changes):
    """Return the books of 2025 with meters: uscc -> (kWh of the year, silent for 12 months)."""
    kwh = [float("nan") if year is None else float(year) for year, _ in power.values()]
    silent = pd.array([flag for _, flag in power.values()], dtype="boolean")
    table = pd.DataFrame({"uscc": list(power), "year_kwh": kwh, "silent": silent})
    books = with_meters(year_books(accounts(*rows), rule=rule(**changes), year=2025), table, rule=rule(**changes))
    return books.table.set_index("uscc"), books.issues


def test_meters_give_the_electricity_that_the_accounts_do_not_state():
    table, issues = metered(
        row("A", power=np.nan), row("B", power=np.nan), power={"A": (900, False), "B": (None, False)}
    )
    assert table["electricity_kwh"].fillna(-1).tolist() == [900.0, -1.0]
    assert len(issues) == 0


@pytest.mark.parametrize(("kwh", "told"), [(1050, False), (950, False), (1051, True), (949, True)])
def test_the_accounts_win_and_a_difference_of_more_than_5_percent_is_told(kwh, told):
    table, issues = metered(row("A", power=1000.0), power={"A": (kwh, False)})
    assert table.loc["A", "electricity_kwh"] == 1000.0
    assert issues["code"].tolist() == (["ELECTRICITY_DIFFERS"] if told else [])
    assert issues["facts"].tolist() == ([{"metered": f"{kwh:,}"}] if told else [])


def test_silence_is_what_meters_say_and_else_what_the_accounts_state():
    rows = [row(uscc, tax=tax, power=power) for uscc, tax, power in (
        ("A", 0.0, 5.0), ("B", 0.0, 0.0), ("C", 0.0, 0.0), ("D", 0.0, np.nan), ("E", np.nan, 0.0), ("F", 1.0, 0.0),
        ("G", 0.0, 0.0),
    )]  # fmt: skip
    said = {"A": True, "B": False, "C": None, "D": None, "E": True, "F": True}
    table, _ = metered(*rows, power={uscc: (None, silent) for uscc, silent in said.items()})
    assert table["no_tax_no_power"].tolist() == [True, False, True, pd.NA, pd.NA, False, True]


def test_a_year_without_electricity_on_the_meters_alone_is_no_silence_of_the_last_12_months():
    table, _ = metered(row("A", tax=0.0, power=np.nan), power={"A": (0, None)})
    assert table.loc["A", "electricity_kwh"] == 0.0
    assert pd.isna(table.loc["A", "no_tax_no_power"])


def test_an_enterprise_without_accounts_gets_its_electricity_and_no_account():
    table, _ = metered(row("A"), power={"A": (None, False), "B": (77, True), "C": (None, True)})
    assert table.index.tolist() == ["A", "B"]
    assert table.loc["B", ["electricity_kwh", "has_account", "n_years"]].tolist() == [77.0, False, 0]
    assert table.loc["B", ["tax_wan", "no_tax_no_power", "output_source"]].isna().all()


def test_a_mean_of_three_years_is_not_filled_by_one_year_of_a_meter():
    rows = (row("A", 2023, power=np.nan), row("A", 2024, power=np.nan), row("A", 2025, power=np.nan))
    measured = {"years": 3, "weights": {"tax_per_kwh": 1.0}}
    table, _ = metered(*rows, power={"A": (900, False)}, **measured)
    assert np.isnan(table.loc["A", "electricity_kwh"])
    table, _ = metered(*rows, power={"A": (900, False)}, years=3)
    assert table.loc["A", "electricity_kwh"] == 900.0


def test_without_meters_the_books_are_the_same():
    books = year_books(accounts(row("A")), rule=rule(), year=2025)
    assert with_meters(books, pd.DataFrame(), rule=rule()) is books
