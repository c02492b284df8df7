"""Years side by side: rows of other years, last year's run, and years on end, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.scenarios.history import enterprise_columns, history, past, years_of, years_on_end
from landuse.tables import PreviousRun, worded_issues


def rows(*entries, **columns):
    """Return rows of history from (uscc, year, in the bottom share, grade)."""
    table = pd.DataFrame(entries, columns=["uscc", "year", "in_bottom_share", "grade"])
    kinds = {"uscc": "str", "year": "Int64", "in_bottom_share": "boolean", "grade": "str"}
    return table.astype(kinds).assign(**columns)


def keys(*names):
    return pd.Series(names, dtype="str")


def listed(table, names, year=2025):
    return years_on_end(table, table["in_bottom_share"], keys(*names), year=year).tolist()


def earlier(*entries, listed=(), year=2024):
    firms = pd.DataFrame(listed, columns=["uscc", "low_efficiency", "grade"])
    firms = firms.astype({"uscc": "str", "low_efficiency": "boolean", "grade": "str"})
    return PreviousRun("上年", year, firms, rows(*entries))


def test_the_years_of_accounts_are_known_years_in_their_order():
    accounts = pd.DataFrame({"year": pd.array([2025, 2023, 2024, 2025, None, 20255], dtype="Int64")})
    assert years_of(accounts) == (2023, 2024, 2025)
    assert years_of(pd.DataFrame()) == ()


def test_years_on_end_are_counted_back_from_the_year_evaluated():
    table = rows(
        ("A", 2025, True, "D"), ("A", 2024, True, "D"), ("A", 2023, True, "C"),
        ("B", 2025, True, "D"), ("B", 2024, False, "B"), ("B", 2023, True, "D"),
        ("C", 2025, False, "B"), ("C", 2024, True, "D"), ("D", 2024, True, "D"), ("E", 2025, None, None),
    )  # fmt: skip
    assert listed(table, "ABC") == [3, 1, 0]
    assert listed(table, "DEF") == [pd.NA, pd.NA, pd.NA]  # unknown in the year itself stays unknown, never 0


def test_a_year_of_which_nothing_is_known_ends_the_count():
    table = rows(("A", 2025, True, "D"), ("A", 2023, True, "D"))
    assert listed(table, "A") == [1]


def test_grades_on_end_are_counted_the_same_way():
    table = rows(("A", 2025, False, "D"), ("A", 2024, False, "D"), ("B", 2025, True, "C"))
    graded = table["grade"].eq("D").astype("boolean")
    assert years_on_end(table, graded, keys("A", "B"), year=2025).tolist() == [2, 0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(2019, 2025), st.booleans()), max_size=25), st.randoms())
def test_the_order_of_rows_never_matters_and_more_past_never_shortens_a_run(entries, random):
    distinct = list({(uscc, year): flag for uscc, year, flag in entries}.items())
    table = rows(*((f"E{uscc}", year, flag, None) for (uscc, year), flag in distinct))
    names = [f"E{number}" for number in range(5)]
    found = listed(table, names)
    random.shuffle(distinct)
    shuffled = rows(*((f"E{uscc}", year, flag, None) for (uscc, year), flag in distinct))
    assert str(listed(shuffled, names)) == str(found)
    recent = table.loc[table["year"] >= 2024].reset_index(drop=True)
    for short, whole in zip(listed(recent, names), found, strict=True):
        assert (short is pd.NA) == (whole is pd.NA)
        assert short is pd.NA or short <= whole


def test_the_year_evaluated_is_not_asked_again():
    asked = []

    def standings(year):
        asked.append(year)
        return rows(("A", year, True, "D"))

    found = past(standings, (2023, 2024, 2025, 2026), None, year=2025)
    assert asked == [2023, 2024, 2026]
    assert found.rows["year"].tolist() == [2023, 2024, 2026]
    assert past(standings, (2025,), None, year=2025).rows.empty


def test_table_history_stands_in_the_order_of_the_years():
    own, before = rows(("A", 2025, True, "D")), rows(("A", 2024, True, "D"), ("A", 2026, False, "B"))
    assert history(before, own)["year"].tolist() == [2024, 2025, 2026]
    assert history(pd.DataFrame(), own) is own


def test_last_years_run_stands_only_where_the_accounts_lack_that_enterprise_and_year():
    previous = earlier(("A", 2024, False, "B"), ("B", 2024, True, "D"), ("B", 2023, True, "D"), ("C", 2025, True, "D"))
    found = past(lambda year: rows(("A", year, True, "D")), (2024, 2025), previous, year=2025)
    told = found.rows[["uscc", "year", "in_bottom_share", "source"]].to_numpy().tolist()
    assert told == [["B", 2023, True, "previous"], ["A", 2024, True, "computed"], ["B", 2024, True, "previous"]]
    both = history(found.rows, rows(("A", 2025, True, "D"), ("B", 2025, True, "D")))
    assert both["source"].tolist() == ["previous", "computed", "previous", "computed", "computed"]
    assert listed(both, "AB") == [2, 3]
    used = found.issues.loc[found.issues["code"].eq("PREVIOUS_USED")]
    assert used["value"].tolist() == ["2"]
    assert "2023、2024年有2条" in worded_issues(used, "zh")["message"].iloc[0]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "2024年:上次成果(上年)为B,不在行业末位;按本次规则和数据重算为D,行业末位"),
        ("en", "2024: B, not in the bottom share in the earlier run (上年); D, in the bottom share as computed"),
    ],
)
def test_where_both_speak_and_differ_the_issue_names_both_and_what_was_computed_stands(lang, words):
    previous = earlier(("A", 2024, False, "B"), ("B", 2024, True, "D"), ("C", 2024, None, "B"))
    computed = rows(("A", 2024, True, "D"), ("B", 2024, True, "D"), ("C", 2024, True, None))
    found = past(lambda _: computed, (2024,), previous, year=2025)
    assert found.issues[["severity", "code", "key"]].to_numpy().tolist() == [["note", "PREVIOUS_DIFFERS", "A"]]
    assert words in worded_issues(found.issues, lang)["message"].iloc[0]
    assert found.rows["in_bottom_share"].tolist() == [True, True, True]


def test_enterprises_carry_what_the_past_says_and_nothing_where_only_their_year_is_known():
    own = rows(("A", 2025, True, "D"))
    assert enterprise_columns(own, keys("A"), None, year=2025) == {}
    assert enterprise_columns(own.iloc[:0], keys("A"), None, year=2025) == {}
    previous = earlier(listed=[("A", True, "D"), ("B", None, None)])
    more = enterprise_columns(own, keys("A", "B", "C"), previous, year=2025)
    assert set(more) == {"previous_listed", "previous_grade"}
    assert more["previous_listed"].tolist() == [True, pd.NA, pd.NA]
    assert more["previous_grade"].isna().tolist() == [False, True, True]


def test_a_previous_run_alone_is_a_past_too():
    previous = earlier(("A", 2024, True, "D"), listed=[("A", True, "D")])
    found = past(lambda _: rows(), (2025,), previous, year=2025)
    both = history(found.rows, rows(("A", 2025, True, "D")))
    assert enterprise_columns(both, keys("A"), previous, year=2025)["years_in_bottom"].tolist() == [2]
