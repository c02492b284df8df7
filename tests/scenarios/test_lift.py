"""What would lift an enterprise out: DOMAIN 2.5 by hand, every reason why not, and the ranking itself as the judge."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import firms, ranked, rule, worked_example

from landuse.assemble import base_tables
from landuse.evaluate import evaluate, ground_of
from landuse.policy import rule_in_force
from landuse.project import load_project
from landuse.ranking import rank
from landuse.read import read_tables
from landuse.scenarios import lift as module
from landuse.scenarios.lift import QUANTITIES, lift

ROOT = Path(__file__).parents[2]


def lifted(frame, force=None):
    force = force or rule()
    return lift(ranked(frame, force=force).table, rule=force).set_index(["uscc", "quantity"])


def is_listed(table, uscc, quantity, amount, force):
    """Return whether an enterprise is in the bottom share with another amount, asked of the ranking."""
    changed = table.assign(**{quantity: table[quantity].mask(table["uscc"].eq(uscc), amount)})
    return bool(rank(changed, rule=force, lang="zh").table.loc[table["uscc"].eq(uscc), "in_bottom_share"].iloc[0])


# ----------------------------------------------------------------------------------- worked example, by hand


def test_e06_needs_the_tax_at_which_it_passes_e04():
    """Two of ten are listed: E06 is out when E07 and E04 score less, that is above E04.

    50/b (x/60 - 450/108) = 30 (83.3333 - 80)/194.4958 + 20 (10 - 8)/17.7135, b = (5360 + x)/648.6
    """
    right = 0.3 * (9000 / 108 - 80) / (126150 / 648.6) + 0.2 * 2 / (122400 / 6910)
    slope = 1 / 60 - right / 0.5 / 648.6
    tax = (450 / 108 + right / 0.5 * 5360 / 648.6) / slope
    row = lifted(worked_example()).loc[("E06", "tax_wan")]
    assert round(tax, 4) == 278.923
    assert row["to"] == pytest.approx(tax, abs=2e-6)
    assert row["to"] >= tax
    assert row["change"] == pytest.approx(98.923, abs=1e-3)
    assert row["change_share"] == pytest.approx(0.54957, abs=1e-5)


def test_e07_whose_negative_tax_counts_as_zero_needs_the_whole_way_from_below():
    right = 0.3 * (9000 / 108 - 60) / (126150 / 648.6) + 0.2 * 4 / (122400 / 6910)
    tax = (450 / 108 + right / 0.5 * 5540 / 648.6) / (1 / 40 - right / 0.5 / 648.6)
    row = lifted(worked_example()).loc[("E07", "tax_wan")]
    assert row["to"] == pytest.approx(tax, abs=2e-6)
    assert row["change"] == pytest.approx(tax + 20, abs=2e-6)


def test_energy_alone_takes_e06_out_and_never_e07():
    """E07: its best ratio of energy gives 0 + 30 x 60/194.4958 + 20 x 1.5 = 39.25, and E04 stays near 48."""
    found = lifted(worked_example())
    assert found.loc[("E07", "energy_tce"), ["possible", "why"]].tolist() == [False, "NOT_ENOUGH"]
    energy = found.loc[("E06", "energy_tce"), "to"]
    # 0.2/B (4800/E - 10) = 0.5 (450/108 - 3)/8.5415 + 0.3 (83.3333 - 80)/194.4958, B = 122400/(6310 + E)
    left = 0.5 * (450 / 108 - 3) / (5540 / 648.6) + 0.3 * (9000 / 108 - 80) / (126150 / 648.6)

    def more(e):
        return 0.2 * (6310 + e) / 122400 * (4800 / e - 10) - left

    assert more(energy) > 0 > more(energy + 0.01)


def test_less_land_raises_the_own_measures_and_the_base():
    land = lifted(worked_example()).loc[("E06", "area_mu"), "to"]

    def more(a):
        total = 588.6 + a
        tax = 0.5 * (180 / a - 450 / 108) * total / 5540
        output = 0.3 * (4800 / a - 9000 / 108) * total / 126150
        return tax + output - 0.2 * 2 / (122400 / 6910)

    assert more(land) > 0 > more(land + 0.0001)


# --------------------------------------------------------------------------------------------- why not


def test_who_is_not_listed_is_not_in_the_table_and_each_listed_one_has_four_rows():
    found = lifted(worked_example())
    assert found.index.tolist() == [(uscc, quantity) for uscc in ("E06", "E07") for quantity in QUANTITIES]
    assert lift(ranked(worked_example(), force=rule(share=Decimal(0))).table, rule=rule(share=Decimal(0))).empty


def test_a_whole_group_that_is_listed_cannot_be_left():
    assert set(lifted(firms(range(1, 8)), rule(share=Decimal(1)))["why"]) == {"ALL_LISTED"}


def test_a_measure_at_the_cap_helps_no_more():
    frame = firms([2000] + [1000] * 19, output_wan=[1.0, *np.linspace(900, 1100, 19)])
    row = lifted(frame).loc[("U0000", "tax_wan")]
    assert row[["possible", "why"]].tolist() == [False, "AT_CAP"]
    assert np.isnan(row["to"])


def test_what_is_unknown_has_no_weight_or_yields_nothing_is_said_so():
    frame = firms([0, 60, 70, 80, 90, 95, 99], energy_tce=[np.nan] + [100.0] * 6, output_wan=[0.0] + [1000.0] * 6)
    found = lifted(frame)
    assert found.loc[("U0000", "energy_tce"), "why"] == "UNKNOWN"
    assert found.loc[("U0000", "area_mu"), "why"] == "NO_YIELD"
    force = rule(weights={"output_per_mu": 1.0}, min_indicators=1)
    assert lifted(frame, force).loc[("U0000", "tax_wan"), "why"] == "NO_WEIGHT"


def test_a_small_enterprise_is_not_advised_to_shrink_out_of_the_comparison():
    frame = firms([10, 60, 70, 80, 90, 95, 99], scale="规下", area_mu=[4.0] + [10.0] * 6)
    frame["tax_wan"] = [1.0, 60, 70, 80, 90, 95, 99]
    frame["output_wan"] = [100.0] + [1000.0] * 6
    assert lifted(frame).loc[("U0000", "area_mu"), "why"] == "SMALL"
    assert lifted(frame.assign(scale="规上")).loc[("U0000", "area_mu"), "possible"]


def test_a_tenant_pooled_with_its_holder_cannot_change_alone():
    frame = firms([10, 20, 30, 40, 50, 60, 70, 5]).assign(rank_unit=[*(f"U{i:04d}" for i in range(7)), "U0000"])
    found = lifted(frame)
    assert found.loc["U0007"]["why"].tolist() == ["POOLED"] * 4
    assert found.loc[("U0000", "tax_wan"), "possible"]


def test_whoever_ties_at_the_cut_needs_one_fen():
    found = lifted(firms([30, 40, 40, 40, 50, 52, 54, 56, 58, 60]))
    # the second lowest is 40: one of the three at 40 is out as soon as two score less
    assert found.loc[("U0001", "tax_wan"), "to"] == pytest.approx(40.000001, abs=1.1e-6)


def test_a_threshold_that_the_ranking_denies_is_moved_on_or_given_up(monkeypatch):
    monkeypatch.setattr(module, "_still_listed", lambda groups, trial, *rest: np.ones(len(trial[0]), dtype=bool))
    found = lifted(worked_example())
    assert set(found["why"]) == {"UNSURE", "NOT_ENOUGH"}


# ------------------------------------------------------------------------------- the ranking as the judge


def invented(seed, n=12):
    random = np.random.default_rng(seed)
    frame = firms(random.lognormal(4, 1, n) * random.choice([1, 1, 1, 0, -1], n))
    frame["area_mu"] = random.lognormal(2.5, 0.7, n).round(4)
    frame["output_wan"] = random.lognormal(6, 1, n).round(2)
    frame["energy_tce"] = np.where(random.random(n) < 0.3, np.nan, random.lognormal(4, 1, n).round(2))
    return frame.assign(price_coefficient=random.choice([0.8, 1.0, 1.2], n))


LOCKED = {"tax_per_mu": (-2.0, 9.0), "output_per_mu": (30.0, 30.0), "output_per_energy": (float("nan"), float("nan"))}
MEANS = {"19": {"output_per_energy": 0.4}}
RULES = {
    "default": {},
    "minmax": {"method": "minmax"},
    "mean": {"unknown": "mean"},
    "zero": {"unknown": "zero"},
    "declared": {"bases": {"tax_per_mu": 8.0}},
    "frozen": {"frozen_bases": {"19": {"output_per_mu": 60.0}}},
    "held out": {"frozen_bases": {"19": {"output_per_mu": float("nan")}}},
    "locked extremes": {"method": "minmax", "floor": 20.0, "frozen_extremes": {"19": LOCKED}},
    "locked mean": {"method": "minmax", "unknown": "mean", "frozen_extremes": {"19": LOCKED}, "frozen_means": MEANS},
    "uncapped": {"cap": float("inf")},
    "quarter": {"share": Decimal("0.25"), "price_apply": "multiply"},
}


@pytest.mark.parametrize("changes", RULES.values(), ids=RULES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_change_lifts_it_one_percent_less_does_not_and_where_none_is_named_none_helps(changes, seed):
    force = rule(**changes)
    table = ranked(invented(seed), force=force).table
    for row in lift(table, rule=force).itertuples(index=False):
        before, quantity = row[2], row.quantity
        sign, parts = QUANTITIES[quantity]
        if row.possible:
            assert not is_listed(table, row.uscc, quantity, row.to, force)
            less = row.to - sign * max(abs(row.change) * 0.01, 1.01 / parts)
            assert is_listed(table, row.uscc, quantity, less, force)
        elif row.why in {"AT_CAP", "NO_YIELD", "NOT_ENOUGH"}:
            no_help(table, row.uscc, quantity, [before * 2.0 ** (sign * step) for step in range(0, 13, 3)], force)


def no_help(table, uscc, quantity, amounts, force):
    """Check that an enterprise stays listed as long as its own score still grows."""
    score = []
    for amount in amounts:
        changed = table.assign(**{quantity: table[quantity].mask(table["uscc"].eq(uscc), amount)})
        row = rank(changed, rule=force, lang="zh").table.set_index("uscc").loc[uscc]
        score.append((row["score"], bool(row["in_bottom_share"])))
    most = max(points for points, _ in score)
    assert all(listed for points, listed in score if points < most - 1e-6)
    assert score[0][1]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), order=st.permutations(range(12)))
def test_the_order_of_the_rows_changes_nothing(seed, order):
    frame = invented(seed)
    one, other = lifted(frame), lifted(frame.iloc[list(order)])
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index(), rtol=1e-9)


# ------------------------------------------------------------------------------------ the whole district


@pytest.fixture(scope="module")
def district():
    """Return project, rule, base and evaluation of the demonstration district."""
    project = load_project(ROOT / "data" / "demo" / "landuse.toml")
    force = rule_in_force(project)
    base = base_tables(read_tables(project), project, force)
    return project, force, base, evaluate(base, ground_of(base, project, force), project, force)


def run_again(district, quantity, amounts):
    """Return who is listed when some enterprises report other amounts: the evaluation from the accounts on."""
    project, force, base, found = district
    ground = found.ground
    if quantity == "area_mu":
        units = ground.held.money.units
        land = units["uscc"].map(amounts) * (2000 / 3) * 10_000
        changed = units.assign(land_cm2=units["land_cm2"].astype(float).where(land.isna(), land))
        ground = replace(ground, held=replace(ground.held, money=replace(ground.held.money, units=changed)))
    else:
        accounts = base.accounts
        new = accounts["uscc"].map(amounts).where(accounts["year"].eq(project.project.year))
        base = replace(base, accounts=accounts.assign(**{quantity: accounts[quantity].where(new.isna(), new)}))
        ground = ground_of(base, project, force)
    table = evaluate(base, ground, project, force).verdict.enterprises.set_index("uscc")
    return table.loc[amounts.index, "in_bottom_share"].astype(bool)


@pytest.mark.slow
def test_over_the_whole_district_each_change_lifts_and_one_percent_less_does_not(district):
    """One enterprise of each group at a time: groups do not touch each other."""
    table = district[3].verdict.enterprises
    found = lift(table, rule=district[1])
    group = table.set_index("uscc")["industry_group"]
    tried = 0
    for quantity, rows in found[found["possible"]].groupby("quantity"):
        sign, parts = QUANTITIES[quantity]
        turn = rows.groupby(rows["uscc"].map(group)).cumcount()
        for _, some in rows.groupby(turn):
            keys = some.set_index("uscc")
            assert not run_again(district, quantity, keys["to"]).any()
            less = keys["to"] - sign * np.maximum(keys["change"].abs() * 0.01, 1.01 / parts)
            assert run_again(district, quantity, less).all()
            tried += len(keys)
    assert tried == found["possible"].sum() > 100
