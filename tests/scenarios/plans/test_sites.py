"""Sites hang together across roads, are large enough, and keep money, caps and cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from scenarios.plans.plan_asks import NONE, of, seeded, with_money

from landuse.errors import DefectError
from landuse.planning import Sites
from landuse.scenarios.blocks import neighbours
from landuse.scenarios.plans.ask import Limit
from landuse.scenarios.plans.sites import assembled, compactness
from landuse.scenarios.plans.years import Begun
from landuse.tables.plans import SITE_COLUMNS


def squares(columns: int, rows: int, gap: float = 20.0) -> np.ndarray:
    side = 100.0 + gap
    return np.array(
        [shapely.box(c * side, r * side, c * side + 100, r * side + 100) for r in range(rows) for c in range(columns)]
    )


def test_two_neighbours_are_taken_where_the_best_single_parcels_lie_apart():
    ask = with_money(of([0, 1, 2, 3], [9, 1, 5, 6], [15] * 4, [1] * 4), [2.0])
    made = assembled(replace(ask, sites=Sites(least_mu=25.0, gap_m=25.0)), squares(4, 1))
    assert made.taken.tolist() == [2, 3]
    assert made.site.tolist() == [1, 1]
    assert made.value == 11
    assert made.bound == pytest.approx(15)
    assert list(made.table.columns) == list(SITE_COLUMNS)
    row = made.table.iloc[0]
    assert (row["n_parcels"], row["area_mu"], row["cost_wan"], row["parcels"]) == (2, 30, 2, "P2、P3")
    # hull 220 x 100 m: 4 pi 22000 / 640^2
    assert row["compactness"] == pytest.approx(4 * np.pi * 22_000 / 640**2)


def test_a_site_too_small_is_none():
    ask = replace(of([0, 1], [9, 1], [15, 15], [1, 1]), sites=Sites(least_mu=40.0, gap_m=25.0))
    made = assembled(ask, squares(2, 1))
    assert made.taken.tolist() == []
    assert made.is_feasible
    assert list(made.table.columns) == list(SITE_COLUMNS)


def test_a_task_that_no_site_reaches_is_told():
    ask = replace(of([0, 1], [9, 1], [15, 15], [1, 1]), sites=Sites(least_mu=40.0, gap_m=25.0))
    task = Limit("target", "", "mu", 10.0, np.inf, ask.handled_mu)
    assert not assembled(replace(ask, limits=(task,)), squares(2, 1)).is_feasible


def test_a_site_gives_up_its_rim_for_the_cases_there_are():
    ask = of([0, 1, 2], [9, 8, 1], [15] * 3, [1] * 3)
    cases = Limit("cases", "1", "case", NONE, 2.0, np.ones(3))
    made = assembled(replace(ask, limits=(cases,), sites=Sites(least_mu=25.0, gap_m=25.0)), squares(3, 1))
    assert made.taken.tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(4))
def test_sites_of_seeded_districts_keep_every_limit_and_hang_together(seed):
    ask = with_money(seeded(64, seed, years=1), [3_000.0], (20.0,))
    ask = replace(ask, sites=Sites(least_mu=50.0, gap_m=25.0))
    shapes = squares(8, 8)
    made = assembled(ask, shapes)
    assert len(made.taken)
    begun = Begun(made.taken, np.ones(len(made.taken), dtype=np.int64))
    for limit in ask.limits:
        assert begun.used(limit) <= limit.most * (1 + 1e-9)
    assert made.value <= made.bound
    pairs = set(zip(*(part.tolist() for part in neighbours(shapes, gap_m=25.0)), strict=True))
    for site in np.unique(made.site):
        rows = ask.parcel[made.taken[made.site == site]].tolist()
        assert ask.handled_mu[made.taken[made.site == site]].sum() >= 50.0
        found, left = {rows[0]}, set(rows[1:])
        while more := {b for b in left if any((min(a, b), max(a, b)) in pairs for a in found)}:
            found |= more
            left -= more
        assert not left


def test_a_square_is_less_compact_than_a_disc():
    assert compactness(squares(1, 1)) == pytest.approx(np.pi / 4)
    assert compactness(np.array([shapely.Point(0, 0).buffer(10, 64)])) == pytest.approx(1.0, abs=1e-3)


def test_sites_are_assembled_only_where_asked_for():
    with pytest.raises(DefectError):
        assembled(of([0], [1], [1], [1]), squares(1, 1))


def test_money_left_over_buys_better_options_for_the_parcels_of_a_site():
    # Two neighbours, each for 1 worth 1 or for 10 worth 5; with 11 one of the two may have the dear one: worth 6.
    ask = with_money(of([0, 0, 1, 1], [1, 5, 1, 5], [15] * 4, [1, 10, 1, 10]), [11.0])
    made = assembled(replace(ask, sites=Sites(least_mu=25.0, gap_m=25.0)), squares(2, 1))
    assert made.value == 6
    assert sorted(ask.parcel[made.taken].tolist()) == [0, 1]
    assert made.site.tolist() == [1, 1]
