"""From which share on: closed forms against the ranking itself asked at every share."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import rule

from landuse.policy import CLASSES, class_finder
from landuse.ranking import stand
from landuse.scenarios.shares import NEVER, class_steps, least_shares, verdict_at

RULE = rule()


def standing(score, group, percent):
    asked = replace(RULE, share=Decimal(percent) / 100)
    return stand(np.array(score, dtype=float), np.array(group), max(group) + 1, rule=asked)


def ranked(score, group):
    found = standing(score, group, 15)
    n = found.n[np.array(group)]
    return pd.DataFrame({"rank": pd.array(found.rank, dtype="Int64"), "n_in_group": pd.array(n, dtype="Int64")})


scored = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(scored)
def test_the_least_share_is_that_of_the_ranking_asked_at_every_whole_percent(rows):
    group, score = [row[0] for row in rows], [row[1] for row in rows]
    least = least_shares(ranked(score, group))
    for percent in range(101):
        assert (least <= percent).tolist() == standing(score, group, percent).in_bottom_share.tolist(), percent


def test_three_of_seven_with_ties_worked_out_by_hand():
    # n = 7: k = 0 up to 7 %, 1 from 8 % (0.56), 2 from 22 % (1.54), 3 from 36 % (2.52); the two tied at 2 have rank 2
    table = ranked([1, 2, 2, 5, 6, 7, 8], [0] * 7)
    assert least_shares(table).tolist() == [8, 22, 22, 50, 65, 79, 93]


def test_who_is_not_ranked_is_in_no_bottom_share():
    table = pd.DataFrame({"rank": pd.array([None, 1], dtype="Int64"), "n_in_group": pd.array([None, 9], dtype="Int64")})
    assert least_shares(table).tolist() == [NEVER, 6]


def test_a_verdict_is_unknown_where_another_rule_is_and_the_share_does_not_decide():
    least = np.array([10, 10, 10, NEVER, NEVER], dtype=np.uint8)
    others = pd.Series([False, None, True, False, True], dtype="boolean")
    assert verdict_at(least, 10, others=others).tolist() == [True, True, True, pd.NA, True]
    assert verdict_at(least, 9, others=others).tolist() == [False, pd.NA, True, pd.NA, True]


parcels = st.lists(st.lists(st.tuples(st.integers(0, 14), st.integers(1, 9)), max_size=4), min_size=1, max_size=8)
outcomes = st.lists(st.sampled_from([True, False, None]), min_size=15, max_size=15)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=15, max_size=15), parcels, outcomes, st.booleans())
def test_the_classes_are_those_of_a_full_evaluation_at_every_share(score, users, other, only_share):
    # fifteen enterprises in two groups and one that is not ranked; parcels with none, one or several occupants
    group = [0] * 8 + [1] * 6
    firms = ranked(score[:14], group)
    firms.loc[14] = [pd.NA, pd.NA]
    names = [f"E{number:02d}" for number in range(15)]
    firms = firms.assign(uscc=names, registry_state=["注销"] + ["存续"] * 14)
    others = pd.Series([False] * 15 if only_share else other, dtype="boolean")
    use = pd.DataFrame(
        [(f"P{place}", names[who], land) for place, here in enumerate(users) for who, land in dict(here).items()],
        columns=["parcel_id", "uscc", "land_cm2"],
    )
    land = pd.DataFrame({"parcel_id": [f"P{place}" for place in range(len(users))]})
    least = least_shares(firms)
    finder = class_finder(
        land, occupancy=use, enterprises=firms.assign(low_efficiency=verdict_at(least, 0, others=others)), rule=RULE
    )
    steps = class_steps(least, finder, others=others, names=CLASSES)
    assert steps.low_from.dtype == steps.partly_from.dtype == steps.otherwise.dtype == np.uint8
    for percent in range(5, 31):
        bottom = [*standing(score[:14], group, percent).in_bottom_share.tolist(), None]
        said = [b or o if (b or o) else None if b is None or o is None else False
                for b, o in zip(bottom, others.astype(object).where(others.notna(), None), strict=True)]  # fmt: skip
        judged = firms.assign(low_efficiency=pd.array(said, dtype="boolean"), reasons=[()] * 15)
        full = class_finder(land, occupancy=use, enterprises=judged, rule=RULE)(judged["low_efficiency"])
        assert steps.at(percent).tolist() == full.tolist(), percent


@pytest.mark.parametrize(
    ("lands", "low", "partly"),
    [
        # the occupant listed from 5 %, the one from 15 %, the one never listed under 30 %: half the land decides
        ((50, 0, 50), 5, 5), ((49, 0, 51), NEVER, 5), ((20, 30, 50), 15, 5), ((0, 40, 60), NEVER, 15),
        ((0, 0, 10), NEVER, NEVER), ((0, 60, 40), 15, 15),
    ],
)  # fmt: skip
def test_a_parcel_is_low_from_the_share_at_which_half_its_land_is_listed(lands, low, partly):
    firms = pd.DataFrame({
        "uscc": ["A", "B", "C"], "rank": pd.array([1, 2, 9], dtype="Int64"),
        "n_in_group": pd.array([10] * 3, dtype="Int64"),
        "low_efficiency": pd.array([True, True, False], dtype="boolean"),
    })  # fmt: skip
    use = pd.DataFrame({"parcel_id": "P", "uscc": ["A", "B", "C"], "land_cm2": lands})
    finder = class_finder(pd.DataFrame({"parcel_id": ["P"]}), occupancy=use, enterprises=firms, rule=RULE)
    steps = class_steps(least_shares(firms), finder, others=pd.Series([False] * 3, dtype="boolean"), names=CLASSES)
    assert (steps.low_from[0], steps.partly_from[0]) == (low, partly)
    assert CLASSES[steps.otherwise[0]] == "not_low"
    assert CLASSES[steps.at(4)[0]] == "not_low"
