"""Batches: how far from the bottom, counted as the bottom share is."""

from decimal import Decimal

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import firms, ranked, rule

from landuse.policy import efficiency, judge, parcel_batch
from landuse.policy.batches import batch_of

FIRST, SECOND = "第一批", "第二批"


def batches(frame, force=None):
    force = force or rule()
    return batch_of(ranked(frame, force=force).table, rule=force).fillna("").tolist()


def test_the_first_batch_is_the_bottom_share_and_the_second_reaches_further():
    # 20 firms: 15 % are 3, 20 % are 4
    assert batches(firms(range(10, 30))) == [FIRST] * 3 + [SECOND] + [""] * 16
    # 10 firms: 1.5 and 2, half up 2 and 2: the second batch adds nobody
    assert batches(firms(range(10, 20))) == [FIRST] * 2 + [""] * 8


def test_ties_with_the_last_one_of_a_batch_are_in_it():
    assert batches(firms([10, 11, 12, 12, 12, *range(20, 35)])) == [FIRST] * 5 + [""] * 15


def test_the_shares_are_those_in_force():
    three = rule(batches={"一": Decimal("0.05"), "二": Decimal("0.1"), "三": Decimal("0.5")})
    assert batches(firms(range(10, 30)), three) == ["一", "二", *["三"] * 8, *[""] * 10]


def test_who_is_not_ranked_is_in_no_batch_and_without_batches_there_is_no_column():
    frame = firms(range(10, 30), exemption=["协议", *[None] * 19])
    assert batches(frame)[0] == ""
    bare = rule(batches={})
    assert "batch" not in judge(ranked(frame, force=bare), rule=bare, lang="zh").enterprises.columns


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=7, max_size=60))
def test_with_the_share_in_force_the_first_batch_is_exactly_the_bottom_share(taxes):
    table = ranked(firms(taxes)).table
    inside = batch_of(table, rule=rule()).eq(FIRST).fillna(value=False)
    assert inside.tolist() == table["in_bottom_share"].fillna(value=False).tolist()


def plot(*uses, **states):
    """Return the batch of parcel P used by (enterprise, land): one of each batch, one beyond, one without a verdict."""
    enterprises = pd.DataFrame(
        {
            "uscc": ["one", "two", "rest", "open"],
            "rank": pd.array([1, 4, 9, None], dtype="Int64"),
            "n_in_group": pd.array([20, 20, 20, None], dtype="Int64"),
            "low_efficiency": pd.array([True, False, False, None], dtype="boolean"),
            "reasons": [("R01",), (), (), ()],
        }
    ).assign(**states)
    parcels = pd.DataFrame({"parcel_id": ["P"]})
    occupancy = pd.DataFrame(uses, columns=["uscc", "land_cm2"]).assign(parcel_id="P").astype({"land_cm2": "int64"})
    users = {"occupancy": occupancy, "enterprises": enterprises}
    efficient = efficiency(parcels, **users, rule=rule(), lang="zh")
    batch = parcel_batch(parcels, **users, efficient=efficient, rule=rule()).iloc[0]
    return efficient["efficiency_class"].iloc[0], None if pd.isna(batch) else batch


def test_a_parcel_is_in_the_batch_with_whose_enterprises_it_would_be_low():
    assert plot(("one", 50), ("rest", 50)) == ("low", FIRST)
    assert plot(("one", 49), ("rest", 51)) == ("partly_low", None)
    assert plot(("two", 50), ("rest", 50)) == ("not_low", SECOND)
    assert plot(("one", 25), ("two", 25), ("rest", 50)) == ("partly_low", SECOND)
    assert plot(("two", 49), ("rest", 51)) == ("not_low", None)


def test_stopped_land_and_land_without_a_verdict_is_in_no_batch():
    assert plot(("one", 10), production_state="停产") == ("stopped", None)
    assert plot(("one", 10), ("open", 11)) == ("not_rated", None)
    assert plot(("open", 1)) == ("not_rated", None)
