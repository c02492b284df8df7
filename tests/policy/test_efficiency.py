"""Efficiency classes of parcels: bounds to the square centimetre, stopped and vacant first."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import rule

from landuse.policy import efficiency

LOW, FINE, OPEN = "low", "fine", "open"
"""Three enterprises: listed, not listed, without a verdict."""


def enterprises(**columns):
    table = pd.DataFrame(
        {
            "uscc": [LOW, FINE, OPEN],
            "low_efficiency": pd.array([True, False, pd.NA], dtype="boolean"),
            "reasons": [("R01",), (), ()],
        }
    )
    return table.assign(**columns)


def judge(*uses, firms=None, force=None, lang="zh", **facts):
    """Return the efficiency of parcel P used by (uscc, land) pairs."""
    parcels = pd.DataFrame({"parcel_id": ["P"]}).assign(**facts)
    occupancy = pd.DataFrame(uses, columns=["uscc", "land_cm2"]).assign(parcel_id="P").astype({"land_cm2": "int64"})
    found = efficiency(
        parcels,
        occupancy=occupancy,
        enterprises=enterprises() if firms is None else firms,
        rule=force or rule(),
        lang=lang,
    )
    return found.iloc[0]


@pytest.mark.parametrize(
    ("low", "fine", "unknown", "expected"),
    [
        (50, 50, 0, "low"),
        (49, 51, 0, "partly_low"),
        (1, 10**12, 0, "partly_low"),
        (0, 1, 0, "not_low"),
        (10, 0, 10, "low"),
        (10, 0, 11, "not_rated"),
        (0, 10, 10, "not_low"),
        (0, 10, 11, "not_rated"),
        (0, 0, 5, "not_rated"),
        (10**13, 10**13, 0, "low"),
        (10**13 - 1, 10**13, 0, "partly_low"),
    ],
)
def test_the_class_turns_exactly_on_its_bound(low, fine, unknown, expected):
    found = judge((LOW, low), (FINE, fine), (OPEN, unknown))
    assert found["efficiency_class"] == expected


def test_bounds_of_another_rule_are_exact_too():
    force = rule(low_from=Decimal("0.3"), rated_from=Decimal("0.7"))
    assert judge((LOW, 3), (FINE, 7), force=force)["efficiency_class"] == "low"
    assert judge((LOW, 299), (FINE, 701), force=force)["efficiency_class"] == "partly_low"
    assert judge((FINE, 7), (OPEN, 3), force=force)["efficiency_class"] == "not_low"
    assert judge((FINE, 699), (OPEN, 301), force=force)["efficiency_class"] == "not_rated"


def test_the_share_is_of_the_land_with_a_verdict():
    found = judge((LOW, 30), (FINE, 70), (OPEN, 100))
    assert found["low_efficiency_share"] == 0.3
    assert found["n_enterprises"] == 3
    assert found["reasons"] == ("R01",)
    assert np.isnan(judge((OPEN, 100))["low_efficiency_share"])


def test_who_has_no_land_there_does_not_use_the_parcel():
    found = judge((LOW, 0), (FINE, 10))
    assert (found["n_enterprises"], found["efficiency_class"], found["reasons"]) == (1, "not_low", ())


def test_an_occupant_that_is_no_known_enterprise_has_no_verdict():
    assert judge(("stranger", 10))["efficiency_class"] == "not_rated"
    assert judge(("stranger", 10), (LOW, 10))["efficiency_class"] == "low"
    assert judge(("stranger", 11), (LOW, 10))["efficiency_class"] == "not_rated"


# ----------------------------------------------------------------------------------- stopped and vacant


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"registry_state": ["注销", "吊销", "迁出"]}, "stopped"),
        ({"production_state": ["停产", "破产", "停产"]}, "stopped"),
        ({"production_state": ["停产", "半停产", "停产"]}, "low"),
        ({"production_state": ["停产", "破产重整", "停产"]}, "low"),
        ({"registry_state": ["注销", "存续", "存续"], "production_state": ["正常", "停产", "停产"]}, "stopped"),
        ({"no_tax_no_power": pd.array([True, True, True], dtype="boolean")}, "stopped"),
        ({"no_tax_no_power": pd.array([True, True, pd.NA], dtype="boolean")}, "low"),
        ({"registry_state": ["注销", "注销", None], "no_tax_no_power": [False, False, True]}, "stopped"),
    ],
)
def test_a_parcel_is_stopped_when_every_occupant_is(columns, expected):
    found = judge((LOW, 10), (FINE, 10), (OPEN, 1), firms=enterprises(**columns))
    assert found["efficiency_class"] == expected
    assert found["reasons"] == (("R01",) if expected == "low" else ())


DAY = pd.Timestamp("2020-01-01")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"contract_no": "C1", "finish_date": DAY}, "vacant"),
        ({"supply_mode": "出让", "start_state": "已竣工"}, "vacant"),
        ({"contract_no": "C1", "start_state": "已开工"}, "not_rated"),
        ({"contract_no": "C1", "finish_date": pd.NaT}, "not_rated"),
        ({"contract_no": None, "finish_date": DAY}, "not_rated"),
        ({"finish_date": DAY}, "not_rated"),
        ({}, "not_rated"),
    ],
)
def test_a_parcel_is_vacant_when_supplied_finished_and_used_by_nobody(facts, expected):
    assert judge(**facts)["efficiency_class"] == expected


def test_a_used_parcel_is_never_vacant():
    assert judge((FINE, 1), contract_no="C1", finish_date=DAY)["efficiency_class"] == "not_low"


# ---------------------------------------------------------------------------------------------- sentences


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_class_says_why(lang):
    told = [
        judge((LOW, 5), (FINE, 3), lang=lang)["because"],
        judge((LOW, 1), (FINE, 7), lang=lang)["because"],
        judge((FINE, 3), lang=lang)["because"],
        judge((OPEN, 3), lang=lang)["because"],
        judge(lang=lang)["because"],
        judge(contract_no="C", finish_date=DAY, lang=lang)["because"],
        judge((LOW, 5), firms=enterprises(production_state="停产"), lang=lang)["because"],
    ]
    assert len(set(told)) == 7
    assert "62.5%" in told[0]
    assert "12.5%" in told[1]
    assert all("50%" in text for text in (told[0], told[1], told[3]))
    assert "认定" not in "".join(told)
    assert "{" not in "".join(told)


# --------------------------------------------------------------------------------------------- many rows

uses = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from([LOW, FINE, OPEN, "stranger"]), st.integers(0, 1000)),
    max_size=25,
    unique_by=lambda use: use[:2],
)


@settings(max_examples=40, deadline=None)
@given(uses, st.randoms(use_true_random=False))
def test_parcels_are_judged_alone_and_in_any_order(rows, random):
    ids = [f"P{i}" for i in range(5)]
    occupancy = pd.DataFrame(rows, columns=["place", "uscc", "land_cm2"]).astype({"land_cm2": "int64"})
    occupancy["parcel_id"] = [ids[int(place)] for place in occupancy["place"]]
    more = {"enterprises": enterprises(), "rule": rule(), "lang": "zh"}
    together = efficiency(pd.DataFrame({"parcel_id": ids}), occupancy=occupancy, **more)
    order = list(range(len(rows)))
    random.shuffle(order)
    for place, name in enumerate(ids):
        single = efficiency(pd.DataFrame({"parcel_id": [name]}), occupancy=occupancy.iloc[order], **more)
        pd.testing.assert_frame_equal(single, together.iloc[[place]].reset_index(drop=True))


def test_the_index_of_the_parcels_is_kept():
    parcels = pd.DataFrame({"parcel_id": ["A", "B"]}, index=[7, 3])
    occupancy = pd.DataFrame({"parcel_id": ["B"], "uscc": [LOW], "land_cm2": [5]})
    found = efficiency(parcels, occupancy=occupancy, enterprises=enterprises(), rule=rule(), lang="zh")
    assert found.index.tolist() == [7, 3]
    assert found["efficiency_class"].tolist() == ["not_rated", "low"]
    assert found["n_enterprises"].tolist() == [0, 1]
