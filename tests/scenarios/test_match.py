"""Demands and the plots a plan frees: plots, sites side by side, factories, and no plot given twice."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.planning import Match
from landuse.scenarios.match import Plots, matches
from landuse.scenarios.sites import Sites
from landuse.tables.plans import MATCH_COLUMNS

USUAL = Match()
NONE = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def plots(*rows, pairs=()):
    """Return plots of (mu, park, leading division, type of park), named A, B …; pairs by their rows."""
    table = pd.DataFrame(
        [(*row, *("东园", "19", None)[len(row) - 1 :]) for row in rows],
        columns=["freed_mu", "park", "division", "park_type"],
    )
    table = table.assign(parcel_id=[chr(65 + at) for at in range(len(rows))], town=table["park"].map({"东园": "甲镇"}))
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    return Plots(table, (left, right))


def demands(*rows):
    names = ("area_mu", "industry_code", "park", "town", "is_contiguous")
    table = pd.DataFrame([{name: row.get(name) for name in names} for row in rows], columns=list(names))
    table = table.assign(demand_id=[f"D{at + 1}" for at in range(len(rows))], project="项目")
    return table.astype({"area_mu": float, "is_contiguous": "boolean"})


def asked(*rows, of, how=USUAL):
    return matches(demands(*rows), of, how)


def test_a_plot_of_the_size_wanted_in_the_park_wished_and_of_its_industry_has_all_points():
    found = asked(
        {"area_mu": 20.0, "industry_code": "1951", "park": "东园"}, of=plots((20.0,), (40.0,), (20.0, "西园"))
    )
    assert list(found.columns) == list(MATCH_COLUMNS)
    assert found[["parcels", "rank", "score", "suggested"]].to_numpy().tolist() == [
        ["A", 1, 100.0, True], ["B", 2, 80.0, False], ["C", 3, 70.0, False],
    ]  # fmt: skip
    assert found["because"].tolist() == [
        "SIZE_FITS、PARK_AS_WISHED、SAME_DIVISION", "LARGER、PARK_AS_WISHED、SAME_DIVISION",
        "SIZE_FITS、NOT_AS_WISHED、SAME_DIVISION",
    ]  # fmt: skip


@pytest.mark.parametrize(("mu", "kind"), [(18.0, "parcel"), (17.99, "none"), (22.0, "parcel")])
def test_a_plot_may_be_a_tenth_smaller_than_the_demand_and_no_more(mu, kind):
    found = asked({"area_mu": 20.0}, of=plots((mu,)))
    assert found["kind"].tolist() == [kind]
    if kind == "none":
        assert found[["because", "parcels", "area_mu", "suggested"]].iloc[0].tolist() == [
            "NEAREST_TOO_SMALL",
            "A",
            mu,
            False,
        ]


@pytest.mark.parametrize(
    ("code", "leading", "park_type", "points", "word"),
    [
        ("19", "19", None, 30.0, "SAME_DIVISION"), ("18", "19", None, 21.0, "SAME_FAMILY"),
        ("13", "19", "就业型", 15.0, "PARK_TYPE_SUITS"), ("27", "19", "就业型", 0.0, "OTHER_INDUSTRY"),
        (None, "19", "就业型", 15.0, "INDUSTRY_UNKNOWN"), ("19", None, None, 15.0, "INDUSTRY_UNKNOWN"),
    ],
)  # fmt: skip
def test_industry_orders_plots_by_division_family_and_type_of_park(code, leading, park_type, points, word):
    found = asked({"area_mu": 20.0, "industry_code": code}, of=plots((20.0, "东园", leading, park_type)))
    assert found["score"].tolist() == [70.0 + points]
    assert found["because"].tolist() == [f"SIZE_FITS、NO_WISH、{word}"]


def test_a_town_wished_is_two_thirds_of_a_park_wished():
    found = asked({"area_mu": 20.0, "industry_code": "19", "park": "西园", "town": "甲镇"}, of=plots((20.0,)))
    assert found[["score", "because"]].iloc[0].tolist() == [90.0, "SIZE_FITS、TOWN_AS_WISHED、SAME_DIVISION"]


def test_plots_side_by_side_serve_what_none_does_alone_and_each_further_plot_costs_two_points():
    chain = plots((25.0,), (40.0,), (20.0,), (90.0, "西园"), pairs=((0, 1), (1, 2)))
    found = asked({"area_mu": 65.0, "industry_code": "19", "park": "东园", "is_contiguous": True}, of=chain)
    assert found.iloc[0][["kind", "parcels", "area_mu", "score"]].tolist() == ["site", "A、B", 65.0, 98.0]
    assert set(found["kind"]) == {"site", "parcel"}
    assert found["suggested"].tolist() == [True, *[False] * (len(found) - 1)]


def test_plots_that_lie_apart_stand_together_only_where_the_demand_says_so():
    apart = plots((25.0,), (40.0,))
    for wish, kind in ((None, "none"), (True, "none"), (False, "group")):
        found = asked({"area_mu": 65.0, "industry_code": "19", "is_contiguous": wish}, of=apart)
        assert found["kind"].tolist() == [kind]
    assert found[["parcels", "score"]].iloc[0].tolist() == ["A、B", 49.0]
    assert found["because"].iloc[0].endswith("SPLIT_APART")


def test_a_demand_too_large_for_all_names_the_largest_land_there_is_in_one_piece():
    found = asked({"area_mu": 300.0}, of=plots((25.0,), (40.0,), (50.0,), pairs=((0, 1),)))
    assert found[["kind", "parcels", "area_mu"]].iloc[0].tolist() == ["none", "A、B", 65.0]
    assert pd.isna(found["rank"].iloc[0])


def test_no_plots_at_all_is_said():
    empty = Plots(plots((20.0,)).table.iloc[:0], NONE)
    assert asked({"area_mu": 20.0}, of=empty)["because"].tolist() == ["NO_PLOTS"]


# -------------------------------------------------------------------------------------------- factories

HALLS = Match(
    factories=[
        {"name": "甲厂房", "floor_area_m2": 6666.7, "park": "东园"},
        {"name": "乙厂房", "floor_area_m2": 6666.7, "park": "西园", "industries": ["19"]},
    ]
)


@pytest.mark.parametrize(("mu", "kind"), [(14.99, "none"), (15.0, "parcel")])
def test_a_demand_under_fifteen_mu_gets_no_plot_of_its_own(mu, kind):
    assert asked({"area_mu": mu}, of=plots((15.0,)))["kind"].tolist() == [kind]


def test_a_factory_takes_the_industries_it_names_and_a_wish_for_its_park_counts():
    found = asked(
        {"area_mu": 8.0, "industry_code": "1951"}, {"area_mu": 8.0, "industry_code": "27"}, of=plots((20.0,)), how=HALLS
    )
    assert found[["demand_id", "place", "score"]].to_numpy().tolist() == [
        ["D1", "乙厂房", 100.0], ["D1", "甲厂房", 85.0], ["D2", "甲厂房", 85.0],
    ]  # fmt: skip
    assert found["because"].iloc[0] == "BELOW_LEAST、NO_WISH、INDUSTRY_TAKEN"
    assert found["parcels"].tolist() == ["", "", ""]


def test_the_floor_of_a_factory_is_given_once():
    """Ten mu of floor: six and four fit (the smaller first), a further five do not."""
    one = Match(factories=[{"name": "甲厂房", "floor_area_m2": 6666.7}])
    found = asked({"area_mu": 6.0}, {"area_mu": 5.0}, {"area_mu": 4.0}, of=plots((20.0,)), how=one)
    assert found["suggested"].tolist() == [False, True, True]


def test_what_came_nearest_of_the_factories_is_named():
    alone = Match(factories=[{"name": "乙厂房", "floor_area_m2": 6666.7, "industries": ["19"]}])
    refused = asked({"area_mu": 8.0, "industry_code": "27"}, of=plots((20.0,)), how=alone).iloc[0]
    assert refused[["kind", "place", "because"]].tolist() == ["none", "乙厂房", "BELOW_LEAST、FACTORY_OTHER_INDUSTRY"]
    full = asked({"area_mu": 14.0}, of=plots((20.0,)), how=HALLS).iloc[0]
    assert full["because"] == "BELOW_LEAST、NO_FACTORY"
    assert asked({"area_mu": 14.0}, of=plots((20.0,))).iloc[0]["because"] == "BELOW_LEAST、NO_FACTORY"


# ------------------------------------------------------------------------------------------- suggestion


def test_the_demand_with_the_fewest_candidates_is_served_first_and_the_other_gets_its_next_best():
    """D1 fits A (better) and B; D2 fits only A: D2 takes A, D1 takes B."""
    found = asked(
        {"area_mu": 30.0},
        {"area_mu": 44.0, "industry_code": "27"},
        of=plots((40.0,), (50.0,)),
        how=Match(tolerance=0.0),
    )
    taken = found[found["suggested"]].set_index("demand_id")["parcels"]
    assert taken.to_dict() == {"D1": "A", "D2": "B"}


def test_a_suggestion_beyond_the_plots_named_is_named_with_its_rank():
    found = asked({"area_mu": 20.0}, {"area_mu": 20.0}, of=plots((20.0,), (25.0,)), how=Match(most_matches=1))
    assert found[["demand_id", "parcels", "rank", "suggested"]].to_numpy().tolist() == [
        ["D1", "A", 1, True], ["D2", "A", 1, False], ["D2", "B", 2, True],
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    land=st.lists(st.floats(1, 80).map(lambda mu: round(mu, 1)), min_size=1, max_size=14),
    wanted=st.lists(st.floats(15, 120).map(lambda mu: round(mu, 1)), min_size=1, max_size=8),
    data=st.data(),
)
def test_no_plot_is_given_twice_and_what_is_given_suffices_and_hangs_together(land, wanted, data):
    pairs = (
        data.draw(st.sets(st.tuples(st.integers(0, len(land) - 1), st.integers(0, len(land) - 1))))
        if len(land) > 1
        else set()
    )
    pairs = {pair for pair in pairs if pair[0] < pair[1]}
    found = asked(*({"area_mu": mu} for mu in wanted), of=plots(*((mu,) for mu in land), pairs=sorted(pairs)))
    given_out = [code for row in found.loc[found["suggested"], "parcels"] for code in row.split("、")]
    assert len(given_out) == len(set(given_out))
    fits = found[found["kind"].ne("none")]
    assert (fits["area_mu"] >= fits["demand_mu"] * 0.9 - 1e-6).all()
    assert found.loc[found["suggested"], "demand_id"].is_unique
    assert set(found["demand_id"]) == {f"D{at + 1}" for at in range(len(wanted))}
    assert fits["score"].between(0, 100).all()
    for row in fits.loc[fits["kind"].eq("site"), "parcels"]:
        rows = {ord(code) - 65 for code in row.split("、")}
        reached = {min(rows)}
        for _ in rows:
            reached |= {b for a, b in pairs if a in reached and b in rows} | {
                a for a, b in pairs if b in reached and a in rows
            }
        assert reached == rows


def test_a_site_has_no_plot_it_could_spare():
    sites = Sites(np.array([10.0, 30.0, 30.0, 5.0]), (np.array([0, 1, 2]), np.array([1, 2, 3])))
    assert (1, 2) in sites.reaching(60.0)
    assert all(sites.area_of(rows) >= 60.0 for rows in sites.reaching(60.0))
    assert sites.reaching(76.0) == []
    assert sites.largest() == (0, 1, 2, 3)


def test_two_dozen_demands_meet_a_thousand_plots_in_a_moment():
    rng = np.random.default_rng(1)
    of = plots(*((float(mu),) for mu in rng.lognormal(2.6, 0.7, 1000)))
    of = Plots(of.table.assign(parcel_id=[f"P{at}" for at in range(1000)]), (np.arange(999), np.arange(1, 1000)))
    begun = time.perf_counter()
    asked(*({"area_mu": float(mu), "industry_code": "19"} for mu in rng.uniform(15, 150, 24)), of=of)
    assert time.perf_counter() - begun < 10
