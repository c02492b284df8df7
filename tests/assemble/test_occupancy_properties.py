"""Who uses which land: what holds for any rows, in any order, in all three modes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from landbuild import LEASE_COLUMNS, a_base, a_project, a_rule, lease, own, parcels_of

from landuse.assemble.allocation import lay_on_parcels
from landuse.assemble.leases import in_cycle
from landuse.assemble.occupancy import who_uses
from landuse.assemble.shares import split
from landuse.tables import verify_balance

PARCELS = {"p": (10_000.0001, "H"), "q": (777.7777, "A"), "r": (3, None)}
FIRMS = "HABCD"  # X and Y are not evaluated
areas = st.one_of(st.none(), st.integers(0, 12_000).map(lambda number: number / 3))
codes = st.sampled_from("HABCDXY")
rows = st.lists(
    st.one_of(
        st.builds(own, st.sampled_from("pqr"), codes, areas, floor_area_m2=areas),
        st.builds(lease, st.sampled_from("pqr"), codes, areas, st.one_of(st.none(), codes), floor_area_m2=areas),
    ),
    max_size=9,
)
modes = st.sampled_from(["apportion", "shared", "holder"])
many = settings(max_examples=25, deadline=None)


def use(found, mode):
    base = a_base(parcels_of(PARCELS), *found, firms=FIRMS)
    return base, who_uses(base, a_project(), a_rule(shared_parcel=mode))


@many
@given(rows, modes)
def test_the_land_of_occupants_and_what_is_unallocated_is_the_land_of_the_parcel(found, mode):
    base, land = use(found, mode)
    parts = pd.concat([land.occupancy[["parcel_id", "land_cm2"]], land.unallocated[["parcel_id", "land_cm2"]]])
    total = parts.groupby("parcel_id")["land_cm2"].sum()
    assert total.to_dict() == dict(zip(base.parcels.table["parcel_id"], base.parcels.table["area_cm2"], strict=True))
    assert (parts["land_cm2"] > 0).all()
    verify_balance(land.balance)
    assert int(land.balance["amount_out"].sum()) == int(land.occupancy["land_cm2"].sum())


@many
@given(rows, modes)
def test_a_parcel_and_enterprise_have_one_row_and_weights_sum_to_one(found, mode):
    _, land = use(found, mode)
    assert not land.occupancy.duplicated(["parcel_id", "uscc"]).any()
    np.testing.assert_allclose(land.occupancy.groupby("uscc")["weight_of_enterprise"].sum(), 1.0)
    if len(land.pooled):
        np.testing.assert_allclose(land.pooled.groupby("uscc")["weight"].sum(), 1.0)


@many
@given(rows, modes, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(found, mode, random):
    base, land = use(found, mode)
    shuffled = list(range(len(found)))
    random.shuffle(shuffled)
    leases = base.leases.iloc[shuffled].reset_index(drop=True)
    again = who_uses(
        type(base)(base.parcels, base.enterprises, base.accounts, leases, {}, base.issues, base.balance),
        a_project(),
        a_rule(shared_parcel=mode),
    )
    pd.testing.assert_frame_equal(land.occupancy, again.occupancy)
    pd.testing.assert_frame_equal(land.unallocated, again.unallocated)
    pd.testing.assert_frame_equal(land.pooled, again.pooled)
    pd.testing.assert_frame_equal(land.balance, again.balance)
    assert sorted(land.issues["code"]) == sorted(again.issues["code"])


@many
@given(rows)
def test_no_tenant_has_land_of_its_own_where_it_stays_with_the_holder(found):
    _, land = use([row for row in found if row["parcel_id"] != "r"], "holder")
    assert (land.occupancy["tenure"] == "own").all()


@many
@given(rows, modes, st.lists(st.one_of(st.none(), st.integers(-(10**13), 10**13)), min_size=8, max_size=8))
def test_money_laid_on_parcels_and_unallocated_money_is_all_there_is(found, mode, amounts):
    base, land = use(found, mode)
    books = pd.DataFrame({"uscc": pd.Series(list("HABCDXYZ"), dtype="str"), "tax": pd.array(amounts, dtype="Int64")})
    money = lay_on_parcels(books, enterprises=base.enterprises, occupancy=land.occupancy, pooled=land.pooled)
    verify_balance(money.balance)
    for table in (money.rows, money.parcels, money.units):
        assert int(table["tax"].sum()) + int(money.unallocated["tax"].sum()) == int(books["tax"].sum())
    assert money.rows["parcel_id"].tolist() == land.occupancy["parcel_id"].tolist()


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_a_split_is_exact_within_one_unit_of_the_true_share_and_free_of_order(total, weights, random):
    group, rank = np.zeros(len(weights), dtype=np.int64), np.arange(len(weights))
    share = split(np.array([total]), group, weights=np.array(weights), order=rank.__getitem__)
    assert share.sum() == total
    true = [total * weight / sum(weights) if sum(weights) else total / len(weights) for weight in weights]
    assert (np.abs(share - np.array(true)) <= 1 + 1e-6 * np.abs(true)).all()
    mixed = np.array(random.sample(range(len(weights)), len(weights)))
    again = split(np.array([total]), group, weights=np.array(weights)[mixed], order=rank[mixed].__getitem__)
    assert again.tolist() == share[mixed].tolist()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_an_edge_is_on_a_cycle_exactly_when_its_lessor_is_reached_from_its_lessee(pairs):
    reach = np.eye(6, dtype=bool)
    for giver, taker in pairs:
        reach[giver, taker] = True
    for middle in range(6):
        reach |= np.outer(reach[:, middle], reach[middle])
    lessor, lessee = (np.array([pair[i] for pair in pairs], dtype=np.int64) for i in (0, 1))
    assert in_cycle(lessor, lessee, size=6).tolist() == [bool(reach[taker, giver]) for giver, taker in pairs]


def test_the_builder_writes_every_column_of_the_contract():
    assert set(LEASE_COLUMNS) == {
        "parcel_id", "uscc", "tenure", "lessor_uscc", "area_m2", "floor_area_m2", "from_date", "to_date",
    }  # fmt: skip
