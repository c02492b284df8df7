"""A whole run on small projects: statements of the contract that no single room can keep alone."""

from __future__ import annotations

import numpy as np
import pytest
from pipeline.builders import accounts, firm, firms, lease, plot, plots, run

from landuse.tables import columns
from landuse.write.published import published_tables


def reasons(analysis, quantity):
    """Return reason -> amount that was left unallocated at any step."""
    rows = analysis.balance[(analysis.balance["quantity"] == quantity) & (analysis.balance["unallocated"] != 0)]
    return dict(zip(rows["reason"], rows["unallocated"], strict=True))


@pytest.mark.parametrize("mode", ["shared", "holder"])
def test_a_pool_is_compared_by_means_of_three_years_like_everybody_else(mode):
    # F000 lets 2,000 m2 to F009, who has no land of its own; mean tax (10 + 100) / 2 + (19 + 100) / 2
    analysis = run(
        plots(9), firms(10), accounts(10), accounts(10, year=2024, tax_wan=[100.0] * 10), lease("P000", "F009", 2000.0),
        ranking={"shared_parcel": mode}, indicators={"years": 3},
    )  # fmt: skip
    assert firm(analysis, "F000")["tax_wan"] == pytest.approx(55 + 59.5)
    assert firm(analysis, "F001")["tax_wan"] == pytest.approx((11 + 100) / 2)
    assert plot(analysis, "P000")["tax_wan"] == pytest.approx(10 + 19)


@pytest.mark.parametrize("energy", [0.0, -50.0])
def test_energy_that_is_not_positive_is_unknown_on_the_parcel_too_and_leaves_the_balance(energy):
    # F000 holds P000 and lets half of it to F001: 1000 output by 100 tce, and 500 by an unknown energy
    analysis = run(
        plots(1), firms(2), accounts(2, output_wan=[1000.0, 500.0], energy_tce=[100.0, energy]),
        lease("P000", "F001", 5000.0),
    )  # fmt: skip
    assert plot(analysis, "P000")["energy_tce"] == 100
    assert plot(analysis, "P000")["output_wan"] == 1500
    assert plot(analysis, "P000")["output_per_energy"] == pytest.approx(10)
    assert np.isnan(firm(analysis, "F001")["energy_tce"])
    assert reasons(analysis, "energy_tce") == ({"ENERGY_NOT_POSITIVE": -50_000_000} if energy else {})


@pytest.mark.parametrize("mode", ["shared", "holder"])
def test_energy_that_is_not_positive_takes_nothing_from_a_pool(mode):
    analysis = run(
        plots(9), firms(10), accounts(10, energy_tce=[100.0] * 9 + [-40.0]), lease("P000", "F009", 2000.0),
        ranking={"shared_parcel": mode},
    )  # fmt: skip
    assert firm(analysis, "F000")["energy_tce"] == 100


def test_every_published_table_has_every_column_of_the_contract_in_a_run_of_parcels_only():
    for name, table in published_tables(run(plots(2))).items():
        wanted = [column for column, known in columns("output", name).items() if not known.optional]
        assert [column for column in table.columns if column in wanted] == wanted


def test_enterprises_have_their_starred_columns_even_where_no_file_names_any():
    published = published_tables(run(plots(2)))["enterprises"]
    assert {"uscc", "name", "industry_code"} <= set(published.columns)
    assert len(published) == 0


def test_areas_beyond_all_measure_are_errors_and_the_run_goes_on():
    analysis = run(plots(2, registered_area_m2=[1e20, 10_000.0]), firms(3), accounts(3), lease("P001", "F002", 1e20))
    errors = analysis.issues[analysis.issues["code"] == "AMOUNT_BEYOND_MEASURE"]
    assert errors[["table", "key", "column"]].to_numpy().tolist() == [
        ["parcels", "P000", "registered_area_m2"], ["occupancy", "P001", "area_m2"],
    ]  # fmt: skip
    assert plot(analysis, "P000")["area_source"] == "ellipsoid"


@pytest.mark.parametrize(("lang", "words"), [("zh", "近3年平均(本企业有数2年)"), ("en", "Means of 3 years (2 known")])
def test_a_mean_of_three_years_says_how_many_are_known(lang, words):
    analysis = run(
        plots(9), firms(9), accounts(9), accounts(9, year=2024),
        indicators={"years": 3}, project={"language": lang},
    )  # fmt: skip
    assert analysis.enterprises["because"].str.contains(words, regex=False).all()
    assert not run(plots(9), firms(9), accounts(9)).enterprises["because"].str.contains(words, regex=False).any()


def test_what_the_project_names_and_the_run_does_not_look_at_is_said():
    inputs = {"parcels": "p.gpkg", "patrols": "巡查.xlsx", "hand_plans": "方案.xlsx", "context": "道路.shp"}
    analysis = run(plots(1), inputs=inputs)
    said = analysis.issues[analysis.issues["code"].eq("INPUT_NOT_USED")]
    assert said[["severity", "code", "value"]].to_numpy().tolist() == [
        ["warning", "INPUT_NOT_USED", "patrols"], ["warning", "INPUT_NOT_USED", "hand_plans"],
    ]  # fmt: skip
