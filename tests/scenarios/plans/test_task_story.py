"""The task of the demonstration county: 380 mu, 120 done, 160 in negotiation, so 100 are left (DEMO 6)."""

from __future__ import annotations

import pytest
from scenarios.plans.counties import case, county, option, parcel, scenario

from landuse.scenarios.plans.outcome import outcome

SOLD, TAKEN_BACK, SWAP, OTHERS = (31.20, 27.50, 35.30), (14.00, 12.00), 125.70, (12.00, 9.30, 8.00, 5.00)
AUCTIONS = [case(f"拍{n}", "done", mu, measure="M3") for n, mu in enumerate(SOLD)]
UNSOLD = [case("流1", "failed", 0.0, measure="M3"), case("流2", "failed", 0.0, measure="M3")]
BACK = [case(f"收{n}", "done", mu, measure="M6") for n, mu in enumerate(TAKEN_BACK)]
TALKS = [case("换", "negotiating", SWAP, measure="M2")]
TALKS += [case(f"谈{n}", "negotiating", mu, measure="M2") for n, mu in enumerate(OTHERS)]
OPEN = [f"地{n:02d}" for n in range(20)]


def task(**stated):
    cases = [*AUCTIONS, *UNSOLD, *BACK, *TALKS]
    settled = [one["parcel_id"] for one in cases]
    options = [option(code, mu=10.0, cost=500.0, tax=20.0) for code in settled]
    options += [option(code, mu=8.0, cost=700.0 + 10 * n, tax=10.0 + n) for n, code in enumerate(OPEN)]
    parcels = [parcel(code, town="老镇", area=130.0) for code in settled]
    parcels += [parcel(code, town=f"镇{n % 4}", area=8.0) for n, code in enumerate(OPEN)]
    targets = [{"year": 2026, "target_mu": 380.0}]
    return outcome(
        "plan_380",
        scenario(target_mu="targets", **stated),
        county(options, parcels=parcels, cases=cases, targets=targets),
    )


def test_of_380_mu_120_are_done_and_160_in_negotiation_so_100_are_left():
    found = task(budget_wan=12_000, cases_by_year=15, most_mu_by_town=40)
    assert found.totals["target_mu"] == 380
    assert found.totals["done_mu"] == pytest.approx(120)
    assert found.totals["negotiating_mu"] == pytest.approx(160)
    assert sum(SOLD) == pytest.approx(94)
    assert found.is_feasible
    assert found.totals["handled_mu"] >= 100
    assert found.totals["reached_mu"] >= 380
    assert found.totals["gap_mu"] == 0


def test_the_two_plots_that_found_no_buyer_are_open_again_and_the_three_sold_are_not():
    found = task(budget_wan=12_000, cases_by_year=15, most_mu_by_town=40)
    assert {"流1", "流2"} <= set(found.lines["parcel_id"])
    assert not {"拍0", "拍1", "拍2", "收0", "收1", "换", "谈0"} & set(found.lines["parcel_id"])


def test_too_little_money_names_the_budget_or_the_task():
    """Two plots of 10 mu cost 500 each, ten of 8 mu from 700 up: 100 mu cost 1,000 + (700 + … + 790) = 8,450."""
    found = task(budget_wan=6_000)
    assert not found.is_feasible
    alone = found.moves.loc[~found.moves["together"]].set_index("kind")
    assert alone.loc["budget", "needed"] == pytest.approx(8_450)
    assert alone.loc["target", "stated"] == 380
    assert alone.loc["target", "needed"] == pytest.approx(380 - 100 + 20 + 6 * 8)


def test_doing_nothing_leaves_100_mu():
    found = task(choose="nothing")
    assert found.totals["gap_mu"] == pytest.approx(100)
    assert found.totals["reached_share"] == pytest.approx(280 / 380)
