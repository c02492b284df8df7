"""Hardly possible numbers are doubted beyond their bounds, never on them, and never changed."""

from __future__ import annotations

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given
from landbuild import accounts_of, firms_of

from landuse.assemble.plausible import account_doubts, land_doubts
from landuse.tables import worded_issues

A_FIRM = {"output_wan": [100.0]}


def said(accounts, firms=None, **more):
    enterprises = firms_of("A") if firms is None else firms
    options = {"year": 2025, "revenue_for_output": True, **more}
    return account_doubts(accounts, enterprises, **options)


def codes(issues):
    return sorted(issues["code"])


@pytest.mark.parametrize(
    ("tax", "output", "doubted"),
    [(1, 2, False), (1, 1.99, True), (1, 200, False), (1, 200.01, True), (1, 0, True), (0, 500, False), (-1, 5, False)],
)
def test_output_over_tax_is_doubted_under_2_and_over_200_where_tax_was_paid(tax, output, doubted):
    found = said(accounts_of("A", tax_wan=[float(tax)], output_wan=[float(output)]))
    assert codes(found) == ["OUTPUT_TAX_RATIO_IMPLAUSIBLE"] * doubted


def test_revenue_stands_for_unknown_output_only_where_the_rule_says_so():
    accounts = accounts_of("A", tax_wan=[1.0], revenue_wan=[640.0])
    assert said(accounts)["value"].tolist() == ["640"]
    assert codes(said(accounts, revenue_for_output=False)) == []


@pytest.mark.parametrize(
    ("energy", "doubted"), [(5000, False), (5000.1, True), (0.1, False), (0.099, True), (0, False), (-3, False)]
)
def test_energy_over_output_is_doubted_outside_a_thousandth_to_50(energy, doubted):
    found = said(accounts_of("A", tax_wan=[4.0], output_wan=[100.0], energy_tce=[float(energy)]))
    assert codes(found) == ["ENERGY_INTENSITY_IMPLAUSIBLE"] * doubted


def test_no_output_makes_no_energy_intensity():
    assert codes(said(accounts_of("A", tax_wan=[0.0], output_wan=[0.0], energy_tce=[9.0]))) == []


@pytest.mark.parametrize(
    ("employees", "tax", "doubted"), [(0, 1, True), (0, 0, False), (1, 1, False), (None, 1, False)]
)
def test_no_employees_and_tax_do_not_go_together(employees, tax, doubted):
    accounts = accounts_of("A", tax_wan=[float(tax)], output_wan=[50.0], employees=pd.Series([employees], dtype=float))
    assert codes(said(accounts)) == ["EMPLOYEES_ZERO_WITH_TAX"] * doubted


@pytest.mark.parametrize("state", ["注销", "吊销", "迁出", "存续"])
def test_a_closed_enterprise_that_pays_is_doubted_and_one_that_does_not_is_not(state):
    firms = firms_of("AB", registry_state=[state, state])
    found = said(accounts_of("AB", tax_wan=[3.0, 0.0], output_wan=[30.0, 0.0]), firms)
    assert found["key"].tolist() == (["A"] if state != "存续" else [])
    assert all("3.00" in message for message in worded_issues(found, "zh")["message"])


@pytest.mark.parametrize(
    ("state", "kwh", "doubted"), [("正常", 0, True), ("停产", 0, False), ("正常", 1, False), (None, 0, False)]
)
def test_an_enterprise_said_to_run_without_electricity_is_doubted(state, kwh, doubted):
    firms = firms_of("A", production_state=pd.Series([state], dtype="str"))
    found = said(accounts_of("A", tax_wan=[2.0], output_wan=[30.0], electricity_kwh=[float(kwh)]), firms)
    assert codes(found) == ["POWER_ZERO_BUT_RUNNING"] * doubted


def test_energy_on_another_basis_than_that_of_most_is_doubted():
    amounts = {"tax_wan": [1.0] * 4, "output_wan": [9.0] * 4, "energy_tce": [1.0, 1.0, 1.0, float("nan")]}
    basis = ["等价值", "当量值", "等价值", "当量值"]
    found = said(accounts_of("ABCD", **amounts, energy_basis=basis), firms_of("ABCD"))
    assert list(zip(found["code"], found["key"], found["value"], strict=True)) == [
        ("ENERGY_BASIS_MIXED", "B", "当量值")
    ]


def test_one_basis_for_all_is_no_doubt():
    assert codes(said(accounts_of("A", output_wan=[9.0], energy_tce=[1.0], energy_basis=["当量值"]))) == []


def test_other_years_and_absent_columns_and_absent_enterprises_say_nothing():
    assert codes(said(accounts_of("A", year=2024, tax_wan=[1.0], output_wan=[900.0]))) == []
    assert codes(said(accounts_of("A"), firms_of(""))) == []
    assert codes(said(accounts_of("A", tax_wan=[1.0], output_wan=[5.0], employees=[0.0]), firms_of(""))) == [
        "EMPLOYEES_ZERO_WITH_TAX"
    ]


@pytest.mark.parametrize(
    ("land", "tax_per_mu", "expected"),
    [
        (0.1, 500, []),
        (0.099, 3, ["LAND_TINY"]),
        (5, 500.1, ["TAX_PER_MU_IMPLAUSIBLE"]),
        (5, -50, []),
        (5, -50.1, ["TAX_PER_MU_IMPLAUSIBLE"]),
        (0, None, []),
        (None, None, []),
    ],
)
def test_land_under_a_tenth_of_a_mu_and_tax_outside_its_bounds_are_doubted(land, tax_per_mu, expected):
    table = pd.DataFrame({"uscc": ["A"], "area_mu": [land], "tax_per_mu": [tax_per_mu]}).astype({"area_mu": float})
    found = land_doubts(table)
    assert codes(found) == expected
    assert set(found["table"]) <= {"enterprises"}


def test_every_message_is_complete_in_both_languages():
    firms = firms_of("AB", registry_state=["注销", "存续"], production_state=["停产", "正常"])
    accounts = accounts_of(
        "AB", tax_wan=[1.0, 1.0], output_wan=[900.0, 1.0], energy_tce=[0.1, 90.0], employees=[0.0, 0.0],
        electricity_kwh=[0.0, 0.0], energy_basis=["等价值", "当量值"],
    )  # fmt: skip
    land = pd.DataFrame({"uscc": ["A"], "area_mu": [0.01], "tax_per_mu": [900.0]})
    for lang in ("zh", "en"):
        for issues in (said(accounts, firms), land_doubts(land)):
            worded = worded_issues(issues, lang)
            assert len(worded) == len(issues) > 1
            assert not worded["message"].str.contains("{", regex=False).any()


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 900)), min_size=1, max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(pairs, random):
    names = "ABCDEFGH"[: len(pairs)]
    accounts = accounts_of(names, tax_wan=[t / 2 for t, _ in pairs], output_wan=[o / 2 for _, o in pairs])
    shuffled = accounts.sample(frac=1, random_state=random.randrange(1000))
    one, other = (set(zip(f["code"], f["key"], strict=True)) for f in (said(accounts), said(shuffled)))
    assert one == other
