"""What holds of any two runs: seen from the other side everything is mirrored, all is explained, all sums balance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from comparison_builders import compare, run
from hypothesis import given, settings
from hypothesis import strategies as st

SIZE = 14
SWAPPED = {"entered": "left", "left": "entered", "stayed": "stayed"}


@st.composite
def runs(draw):
    """Draw a run of two industries: taxes, an exemption, a share, the least size of a group, a lock or none."""
    tax = draw(st.lists(st.integers(-10, 60), min_size=SIZE, max_size=SIZE))
    exempt = draw(st.sampled_from([None, *range(4)]))
    base = draw(st.sampled_from([None, 0.5, 2.0]))
    return run(
        [float(value) for value in tax],
        who={
            "industry_code": ["1952"] * (SIZE // 2) + ["2711"] * (SIZE // 2),
            "exemption": ["扶持" if number == exempt else None for number in range(SIZE)],
        },
        ranking={"share": draw(st.sampled_from([0.15, 0.3])), "min_group": draw(st.sampled_from([5, 7]))},
        frozen={} if base is None else {"bases": {"19": {"tax_per_mu": base}}},
    )


PAIRS = st.tuples(runs(), runs())


@settings(max_examples=8, deadline=None)
@given(pair=PAIRS)
def test_seen_from_the_other_side_entered_is_left_and_old_is_new(pair):
    here, there = compare(*pair), compare(*pair[::-1])
    mirrored = there.units.assign(change=there.units["change"].map(SWAPPED)).rename(columns=turned(there.units))
    same = [name for name in here.units.columns if name != "heard_anew"]
    pd.testing.assert_frame_equal(here.units[same], mirrored[same], check_dtype=False)
    details = there.details.rename(columns={"old": "new", "new": "old"})[here.details.columns]
    pd.testing.assert_frame_equal(here.details, details)
    sums = there.totals.rename(columns={"old": "new", "new": "old", "entered": "left", "left": "entered"})
    sums = sums.assign(stayed_change=-sums["stayed_change"] + 0.0)[here.totals.columns]
    pd.testing.assert_frame_equal(here.totals, sums)


def turned(units):
    ends = {"_old": "_new", "_new": "_old"}
    return {name: name[:-4] + ends[name[-4:]] for name in units.columns if name[-4:] in ends}


@settings(max_examples=8, deadline=None)
@given(pair=PAIRS)
def test_whoever_entered_or_left_has_a_cause_that_names_what_changed_and_the_lists_balance(pair):
    found = compare(*pair)
    balances(found, pair)
    moved = found.units[found.units["change"].ne("stayed")]
    assert (moved["causes"].map(len) > 0).all()
    assert not moved["causes"].map(lambda causes: "tool" in causes).any()
    firms = moved[moved["list"].eq("enterprises")]
    told = {(row["key"], row["cause"]) for row in found.details.to_dict("records") if row["list"] == "enterprises"}
    assert {(key, cause) for key, causes in zip(firms["key"], firms["causes"], strict=True) for cause in causes} <= told


def balances(found, pair):
    """The sums balance, and count what the runs themselves list."""
    sums = found.totals
    whole = sums["old"] + sums["entered"] - sums["left"] + sums["stayed_change"] - sums["new"]
    assert np.abs(whole).max() < 1e-6
    count = sums[sums["quantity"].eq("n")].set_index("list")
    assert (count["stayed_change"] == 0).all()
    for end, record in zip(("old", "new"), pair, strict=True):
        firms, plots = record.tables["enterprises"], record.tables["parcels"]
        assert count.loc["enterprises", end] == firms["low_efficiency"].eq(other=True).sum()
        assert count.loc["low", end] == plots["efficiency_class"].eq("low").sum()


@settings(max_examples=3, deadline=None)
@given(record=runs())
def test_a_run_compared_with_itself_is_empty(record):
    found = compare(record, record)
    assert found.units["change"].eq("stayed").all()
    assert not len(found.details)
    assert not len(found.parameters)
    assert found.units["causes"].map(len).sum() == 0


@pytest.mark.parametrize(("stage", "heard"), [("初步", 0), ("公示", 1), ("最终", 0)])
def test_whoever_enters_after_a_publication_must_be_heard_anew(stage, heard):
    tax = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0]
    old = run(tax, project={"stage": stage})
    found = compare(old, run([25.0, *tax[1:]], project={"stage": "最终"}))
    firms = found.units[found.units["list"].eq("enterprises")]
    assert firms.loc[firms["heard_anew"], "key"].tolist() == ["F001"] * heard
