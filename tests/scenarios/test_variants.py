"""Lists compared: what enters and leaves balances to the last square centimetre and fen, whatever the order."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from landuse.scenarios.variants import Answer, Places, compare_variants, enterprise_columns
from landuse.tables import ClassSteps
from landuse.tables.variants import AMOUNTS, MOVES

NO_STEPS = ClassSteps((5, 30), *(np.zeros(0, dtype=np.uint8) for _ in range(3)), ())


def answer(listed, land=None, tax=None, classes=None, groups=None):
    """Return an answer about enterprises E0, E1 …, with parcels P0, P1 … that have the land and tax of the same."""
    size = len(listed)
    firms = pd.DataFrame({
        "uscc": [f"E{i}" for i in range(size)],
        "status": np.where([each is None for each in listed], "NO_ACCOUNT", "RANKED"),
        "industry_group": pd.Series(groups or ["13"] * size, dtype="str"),
        "n_in_group": pd.array([size] * size, dtype="Int64"), "score": 1.0, "rank": pd.array([1] * size, dtype="Int64"),
        "in_bottom_share": pd.array(listed, dtype="boolean"), "low_efficiency": pd.array(listed, dtype="boolean"),
    })  # fmt: skip
    land = np.array(land or [10] * size, dtype=np.int64)
    tax = np.array(tax or [7] * size, dtype=np.int64)
    known = classes or ["low" if each else "not_low" for each in listed]
    return Answer(firms, land, tax, pd.Series(known, dtype="str"), land, tax, NO_STEPS)


def places(*parks):
    named = pd.Series(parks, dtype="str")
    return Places(named, named)


def compared(base, park=None, **variants):
    where = places(*(park or ["甲园"] * len(base.enterprises)))
    return compare_variants(variants.__getitem__, {name: {} for name in variants}, base, where)


def one(found, **wanted):
    rows = found.changes
    for name, value in wanted.items():
        rows = rows.loc[rows[name].eq(value)]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def moves(row, name):
    return [row[f"{name}_{move}"] for move in MOVES if f"{name}_{move}" in row]


def test_what_enters_leaves_and_stays_is_counted_with_its_land_and_tax():
    base = answer([True, True, False, None], land=[100, 20, 3, 4], tax=[1, 20, 300, 4000])
    variant = answer([True, False, True, True], land=[100, 20, 3, 5], tax=[1, 20, 300, 4000])
    row = one(compared(base, v=variant), unit="enterprise", by="all")
    assert moves(row, "n") == [2, 2, 1, 1, 3]  # base, entered, left, stayed, variant
    assert moves(row, "mu") == [120, 8, 20, 100, 0, 108]
    assert moves(row, "tax_wan") == [21, 4300, 20, 1, 0, 4301]


def test_land_that_a_variant_measures_otherwise_is_said_apart():
    row = one(compared(answer([True, True]), v=answer([True, True], land=[11, 8])), unit="enterprise", by="all")
    assert moves(row, "mu") == [20, 0, 0, 20, -1, 19]


def test_places_are_those_of_the_base_and_unknown_ones_stand_last():
    base = answer([True, False, None], groups=["13", "13", None])
    variant = answer([False, True, True], groups=["C*", "C*", "C*"])
    found = compared(base, park=["乙园", None, "甲园"], v=variant)
    group = found.changes.loc[found.changes["by"].eq("industry_group")]
    assert group[["place", "n_base", "n_entered", "n_left", "n_variant"]].to_numpy().tolist() == [
        ["13", 1, 1, 1, 1], ["C*", 0, 1, 0, 1],
    ]  # fmt: skip
    park = found.changes.loc[found.changes["by"].eq("park") & found.changes["unit"].eq("enterprise"), "place"]
    assert park.fillna("—").tolist() == ["乙园", "甲园", "—"]


def test_parcels_are_compared_class_by_class():
    base = answer([False] * 4, classes=["low", "partly_low", "not_low", "stopped"])
    variant = answer([False] * 4, classes=["partly_low", "low", "low", "stopped"])
    found = compared(base, v=variant)
    assert moves(one(found, unit="parcel", by="all", item="low"), "n") == [1, 2, 1, 0, 2]
    assert moves(one(found, unit="parcel", by="all", item="partly_low"), "n") == [1, 1, 1, 0, 1]


def test_the_robust_core_is_listed_by_all_and_the_fringe_counted():
    base = answer([True, True, False, None, None])
    found = compared(base, v=answer([True, False, True, None, False]), w=answer([True, True, True, None, None]))
    more = enterprise_columns(found, base.enterprises)
    assert more["in_variants"].tolist() == [2, 1, 2, pd.NA, 0]
    assert more["robust_core"].tolist() == [True, False, False, pd.NA, False]


def test_only_enterprises_with_a_verdict_somewhere_are_kept_with_how_they_moved():
    found = compared(answer([True, True, False, None]), v=answer([True, False, None, None]))
    assert found.rows[["uscc", "change"]].fillna("—").to_numpy().tolist() == [
        ["E0", "stayed"], ["E1", "left"], ["E2", "—"],
    ]  # fmt: skip


flags = st.lists(st.sampled_from([True, False, None]), min_size=8, max_size=8)
amounts = st.lists(st.integers(-5, 10**12), min_size=8, max_size=8)
classes = st.lists(st.sampled_from(["low", "partly_low", "not_low", "not_rated"]), min_size=8, max_size=8)
PARKS = ["甲园", "乙园", "甲园", None, "乙园", "丙园", "甲园", None]
answers = st.builds(answer, flags, amounts, amounts, classes)


@settings(max_examples=25, deadline=None)
@given(answers, answers)
def test_base_plus_entered_minus_left_is_the_variant_exactly_in_every_place(base, variant):
    found = compared(base, park=PARKS, v=variant)
    table = found.changes.assign(n_revalued=0)
    for name in ("n", *AMOUNTS):
        part = {move: table[f"{name}_{move}"] for move in MOVES}
        assert (part["base"] + part["entered"] - part["left"] + part["revalued"]).equals(part["variant"])
        assert (part["base"] - part["left"]).equals(part["stayed"])
    whole = table.loc[table["by"].eq("all")].set_index(["unit", "item"])
    for by in ("industry_group", "park"):
        parts = table.loc[table["by"].eq(by)].groupby(["unit", "item"])[[f"mu_{move}" for move in MOVES]].sum()
        for key, row in parts.iterrows():
            assert row.tolist() == whole.loc[key, parts.columns].tolist()


@settings(max_examples=25, deadline=None)
@given(answers)
def test_a_variant_equal_to_the_base_changes_nothing(base):
    changes = compared(base, park=PARKS, v=base).changes
    moved = [f"{name}_{move}" for name in ("n", *AMOUNTS) for move in ("entered", "left", "revalued")]
    assert not changes[[name for name in moved if name in changes.columns]].to_numpy().any()
    assert changes["n_base"].equals(changes["n_variant"])


@settings(max_examples=25, deadline=None)
@given(answers, answers, answers, st.permutations(range(8)))
def test_neither_the_order_of_rows_nor_of_variants_matters(base, first, second, order):
    def reordered(each):
        at = list(order)
        return Answer(
            each.enterprises.iloc[at].reset_index(drop=True), each.land_of_enterprises[at], each.tax_of_enterprises[at],
            each.classes.iloc[at].reset_index(drop=True), each.land_of_parcels[at], each.tax_of_parcels[at], NO_STEPS,
        )  # fmt: skip

    found = compared(base, park=PARKS, a=first, b=second)
    parks = [PARKS[place] for place in order]
    again = compared(reordered(base), park=parks, b=reordered(second), a=reordered(first))
    pd.testing.assert_frame_equal(found.changes, again.changes)
    assert found.names == again.names == ("a", "b")
    by_key = [each.rows.sort_values(["variant", "uscc"], ignore_index=True) for each in (found, again)]
    pd.testing.assert_frame_equal(*by_key)


def test_amounts_are_published_in_mu_and_ten_thousand_yuan():
    mu = round(AMOUNTS["mu"])  # 6,666,667 cm2: one mu to the square centimetre
    found = compared(answer([True], land=[mu], tax=[2_500_000]), v=answer([False]))
    row = found.changes_in_units().iloc[0]
    assert round(row["mu_left"], 6) == 1
    assert row["tax_wan_left"] == 2.5


def test_without_variants_there_is_nothing():
    found = compared(answer([True]))
    assert found.names == ()
    assert found.rows.empty
    assert found.changes.empty
