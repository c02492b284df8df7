"""Blocks hang together, are large enough and within the budget; swaps never lose; the bound holds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.scenarios.blocks import Land, assemble, neighbours
from landuse.scenarios.blocks.assemble import bound_without_contiguity

MU = 2000 / 3


def grid(columns: int, rows: int, gap: float = 20.0) -> np.ndarray:
    """Return squares of 100 m parted by roads."""
    side = 100.0 + gap
    return np.array(
        [shapely.box(c * side, r * side, c * side + 100, r * side + 100) for r in range(rows) for c in range(columns)]
    )


def land_of(shapes: np.ndarray, value: list[float], cost: list[float], gap: float = 25.0) -> Land:
    middle = shapely.centroid(shapes)
    return Land(
        shapely.area(shapes) / MU, np.array(value, float), np.array(cost, float),
        shapely.get_x(middle), shapely.get_y(middle), neighbours(shapes, gap_m=gap),
    )  # fmt: skip


def hangs_together(rows: tuple[int, ...], pairs: tuple[np.ndarray, np.ndarray]) -> bool:
    left = set(rows)
    found = {left.pop()}
    while True:
        more = {b for a, b in zip(*pairs, strict=True) if a in found and b in left}
        more |= {a for a, b in zip(*pairs, strict=True) if b in found and a in left}
        if not more:
            return not left
        found |= more
        left -= more


def test_parcels_across_a_road_are_neighbours_and_those_beyond_are_not():
    first, second = neighbours(grid(3, 1), gap_m=25.0)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1), (1, 2)]
    assert len(neighbours(grid(3, 1), gap_m=15.0)[0]) == 0


def test_a_wide_road_inside_one_street_block_parts_nothing():
    shapes = grid(3, 1, gap=60.0)
    named = np.array(["甲", "甲", None], dtype=object)
    first, second = neighbours(shapes, gap_m=25.0, street_block=named)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 1)]


def test_a_parcel_without_outline_has_no_neighbour():
    shapes = grid(3, 1)
    shapes[1] = None
    assert len(neighbours(shapes, gap_m=25.0)[0]) == 0


def test_the_block_wanted_is_found_where_single_parcels_would_be_better():
    # 15 mu a square: the two best lie apart; two neighbours are asked for.
    made = assemble(land_of(grid(4, 1), [9, 1, 5, 6], [1, 1, 1, 1]), least_mu=25.0, budget=2.0)
    assert [block.rows for block in made.blocks] == [(2, 3)]
    assert made.value == 11
    assert made.bound == 15


def test_land_that_suffices_nowhere_gives_no_block():
    assert assemble(land_of(grid(2, 1), [1, 1], [1, 1]), least_mu=60.0, budget=9.0).blocks == ()


def test_a_budget_for_less_than_a_block_gives_none():
    assert assemble(land_of(grid(2, 1), [1, 1], [5, 5]), least_mu=25.0, budget=9.0).blocks == ()


@st.composite
def towns(draw: st.DrawFn) -> Land:
    columns, rows = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    count = columns * rows
    value = [draw(st.integers(1, 20)) for _ in range(count)]
    return land_of(grid(columns, rows), value, [draw(st.integers(1, 9)) for _ in range(count)])


@given(towns(), st.sampled_from([10.0, 25.0, 40.0]), st.integers(3, 40))
@settings(max_examples=80)
def test_blocks_keep_what_was_asked_and_the_bound_holds(land, least, budget):
    made = assemble(land, least_mu=least, budget=float(budget))
    rows = [row for block in made.blocks for row in block.rows]
    assert len(rows) == len(set(rows))
    assert land.cost[rows].sum() <= budget + 1e-9
    for block in made.blocks:
        assert land.area_mu[list(block.rows)].sum() >= least - 1e-9
        assert hangs_together(block.rows, land.pairs)
        assert block.value == pytest.approx(land.value[list(block.rows)].sum())
    assert made.greedy_value <= made.value + 1e-9
    assert made.value <= made.bound + 1e-9


@given(towns(), st.integers(3, 40))
@settings(max_examples=60)
def test_the_bound_is_no_less_than_the_best_parcels_the_budget_buys(land, budget):
    best = max(
        (
            land.value[list(rows)].sum()
            for size in range(min(len(land.value), 6) + 1)
            for rows in combinations(range(len(land.value)), size)
            if land.cost[list(rows)].sum() <= budget
        ),
        default=0.0,
    )
    assert bound_without_contiguity(land, float(budget)) >= best - 1e-9


def test_the_same_land_gives_the_same_blocks_and_two_thousand_parcels_are_no_matter():
    rng = np.random.default_rng(4)
    shapes = grid(50, 40)
    land = land_of(shapes, rng.uniform(1, 20, 2000).tolist(), rng.uniform(1, 9, 2000).tolist())
    first, second = (assemble(land, least_mu=60.0, budget=600.0) for _ in range(2))
    assert first == second
    assert first.value > 0.5 * first.bound
