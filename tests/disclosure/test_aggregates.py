"""The sums that are published, worked by hand on small districts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pipeline.builders import accounts, firms, names, plots, run

from landuse.disclosure import aggregates, for_audience

PARKS = ["东园"] * 4 + ["西园"] * 5
TAX = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]
"""Nine enterprises of one industry on 15 mu each; 450 in all, 100 in the eastern park."""


def district(count=9, *, sections=None, land=None, **columns):
    return run(
        plots(count, park=PARKS[:count], **(land or {})),
        firms(count, code="1952"),
        accounts(count, **{"tax_wan": TAX[:count], **columns}),
        **(sections or {}),
    )


def row(table, by, **keys):
    chosen = table.loc[table["by"].eq(by)]
    for name, value in keys.items():
        chosen = chosen.loc[chosen[name].eq(value)]
    (found,) = chosen.to_dict("records")
    return found


def test_sums_by_park_add_up_to_the_total_and_per_mu_is_sum_over_land():
    table = aggregates(district())
    whole, east, west = row(table, "all"), row(table, "park", park="东园"), row(table, "park", park="西园")
    assert (whole["n_enterprises"], east["n_enterprises"], west["n_enterprises"]) == (9, 4, 5)
    assert (whole["tax_wan"], east["tax_wan"], west["tax_wan"]) == (450.0, 100.0, 350.0)
    assert east["land_mu"] == 60.0
    assert east["tax_per_mu"] == pytest.approx(1.67)  # 100 / 60
    assert whole["n_listed"] == 1
    assert not whole["withheld"]


def test_a_park_of_two_takes_its_neighbour_along_and_the_total_stays():
    land = {"park": ["东园"] * 2 + ["西园"] * 7}
    found = aggregates(run(plots(9, **land), firms(9, code="1952"), accounts(9, tax_wan=TAX)))
    for park in ("东园", "西园"):
        told = row(found, "park", park=park)
        assert set(told["withheld"]) >= {"n_enterprises", "land_mu", "tax_wan", "output_wan", "tax_per_mu"}
        assert pd.isna(told["tax_wan"])
        assert pd.isna(told["n_enterprises"])
    assert row(found, "all")["tax_wan"] == 450.0


def test_a_park_in_which_one_has_nearly_all_the_tax_is_withheld_by_the_editable_share():
    tax = [960.0, 20.0, 20.0, 20.0, *[200.0] * 5]
    strict = aggregates(district(tax_wan=tax))
    assert "tax_wan" in row(strict, "park", park="东园")["withheld"]  # 960 of 1020 is 94 %
    assert "n_enterprises" not in row(strict, "park", park="东园")["withheld"]
    # whatever its share, the second of the park would know it as 960 to 1000: both rules have to be let go of
    loose = aggregates(district(tax_wan=tax, sections={"outputs": {"public_dominance": 1.0, "public_p_percent": 0.0}}))
    assert row(loose, "park", park="东园")["tax_wan"] == 1020.0
    half = aggregates(district(tax_wan=tax, sections={"outputs": {"public_dominance": 1.0}}))
    assert "tax_wan" in row(half, "park", park="东园")["withheld"]


def test_a_park_of_two_large_ones_is_withheld_by_the_editable_p_per_cent():
    tax = [480.0, 440.0, 20.0, 20.0, *[200.0] * 5]  # 40 beside the two is 8.3 % of 480; neither has 85 % of 960
    usual = aggregates(district(tax_wan=tax))
    assert "tax_wan" in row(usual, "park", park="东园")["withheld"]
    assert "tax_wan" in row(usual, "park", park="西园")["withheld"]  # the total less the west would be the east
    assert row(usual, "all")["tax_wan"] == 1960.0
    assert row(usual, "park", park="东园")["n_enterprises"] == 4
    for percent in (0.0, 8.0):
        wider = aggregates(district(tax_wan=tax, sections={"outputs": {"public_p_percent": percent}}))
        assert row(wider, "park", park="东园")["tax_wan"] == 960.0


def test_an_unknown_figure_is_missing_and_not_withheld():
    whole = row(aggregates(district(energy_tce=[None] * 9)), "all")
    assert pd.isna(whole["energy_tce"])
    assert "energy_tce" not in whole["withheld"]


def test_who_has_no_figure_stands_behind_no_sum_of_it():
    east = row(aggregates(district(tax_wan=[10.0, None, None, 40.0, *TAX[4:]])), "park", park="东园")
    assert "tax_wan" in east["withheld"]  # of four enterprises two are known
    assert (east["n_enterprises"], east["land_mu"]) == (4, 60.0)


def test_who_is_not_ranked_is_in_no_sum():
    state = ["存续"] * 8 + ["注销"]
    analysis = run(plots(9, park=PARKS), firms(9, code="1952", registry_state=state), accounts(9, tax_wan=TAX))
    whole = row(aggregates(analysis), "all")
    assert (whole["n_enterprises"], whole["tax_wan"]) == (8, 360.0)


def test_a_district_of_two_publishes_no_sum_at_all_and_one_of_nobody_says_nobody():
    two = aggregates(district(2, sections={"ranking": {"min_group": 1}}))
    assert two["tax_wan"].isna().all()
    assert all("tax_wan" in one for one in two["withheld"])
    nobody = aggregates(district(3))  # a group of three is too small: none is ranked
    assert nobody["by"].tolist() == ["all"]
    assert nobody["n_enterprises"].tolist() == [0]


def test_park_and_town_are_those_of_the_largest_parcel():
    land = {"town": ["甲镇"] * 9, "registered_area_m2": [10_000.0] * 9}
    analysis = district(land=land)
    assert row(aggregates(analysis), "town", town="甲镇")["n_enterprises"] == 9
    view = for_audience(analysis, "public")
    assert view.enterprises["park"].value_counts().to_dict() == {"西园": 5, "东园": 4}
    assert view.enterprises["town"].eq("甲镇").all()


def test_a_table_of_very_many_industries_and_parks_is_left_out(monkeypatch):
    from landuse.disclosure import aggregates as room

    lists = dict(room.__globals__["load"]("disclosure/audiences.toml"))
    few = {**lists, "sums": {**lists["sums"], "most_cells": 1}}
    monkeypatch.setitem(room.__globals__, "load", lambda _: few)
    assert set(aggregates(district())["by"]) == {"all", "industry", "park", "town"}


def test_names_of_the_groups_are_told_and_unstated_parks_stay_blank():
    analysis = run(plots(9), firms(9, code="1952"), accounts(9, tax_wan=TAX))
    table = aggregates(analysis)
    assert row(table, "industry", industry_group="19")["name"]
    assert row(table, "park", park="")["n_enterprises"] == 9
    assert names(9)[0] not in table.astype("str").to_numpy().ravel()
    assert np.isclose(row(table, "all")["land_mu"], 135.0)
