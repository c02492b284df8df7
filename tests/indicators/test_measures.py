"""Measures: formula, unknowns, index and name; the input is left alone."""

import numpy as np
import pandas as pd
import pytest
from ranking.ranking_builders import firms, rule

from landuse import indicators as ind

INDEX = pd.Index(["a", "b", "c", "d"])


def series(*values, name="tax_wan"):
    return pd.Series(values, index=INDEX[: len(values)], name=name, dtype=float)


@pytest.mark.parametrize("measure", [ind.tax_per_mu, ind.output_per_mu, ind.output_per_energy])
def test_a_measure_divides_and_keeps_index_and_name(measure):
    numerator, denominator = series(900.0, -20.0, 0.0), series(30.0, 40.0, 7.0)
    before = numerator.copy(), denominator.copy()
    found = measure(numerator, denominator)
    pd.testing.assert_series_equal(found, series(30.0, -0.5, 0.0, name=measure.__name__))
    pd.testing.assert_series_equal(numerator, before[0])
    pd.testing.assert_series_equal(denominator, before[1])


@pytest.mark.parametrize("measure", [ind.tax_per_mu, ind.output_per_mu, ind.output_per_energy])
def test_nothing_is_divided_by_zero_less_or_unknown(measure):
    found = measure(series(1.0, 1.0, 1.0, np.nan), series(0.0, -3.0, np.nan, 2.0))
    assert found.isna().all()


def test_nullable_input_gives_plain_numbers():
    found = ind.tax_per_mu(pd.Series([1, None], dtype="Int64"), pd.Series([2.0, 1.0], dtype="Float64"))
    assert found.dtype == "float64"
    assert found.iloc[0] == 0.5
    assert np.isnan(found.iloc[1])


@pytest.mark.parametrize(("apply", "expected"), [("divide", 4.1666667), ("multiply", 6.0), ("none", 5.0)])
def test_the_price_coefficient_divides_multiplies_or_stays_away(apply, expected):
    found = ind.corrected(series(5.0, name="tax_per_mu"), series(1.2), apply=apply)
    assert found.name == "tax_per_mu_corrected"
    assert found.iloc[0] == pytest.approx(expected)


@pytest.mark.parametrize(("apply", "expected"), [("divide", 48.0), ("multiply", 100 / 3), ("none", 40.0)])
def test_adjusted_land_is_what_stands_under_the_corrected_measure(apply, expected):
    land = ind.adjusted_land(series(40.0), series(1.2), apply=apply)
    assert land.iloc[0] == pytest.approx(expected)
    measure = ind.corrected(ind.tax_per_mu(series(640.0), series(40.0)), series(1.2), apply=apply)
    assert measure.iloc[0] == pytest.approx(640 / land.iloc[0])


def test_an_unknown_coefficient_leaves_the_corrected_measure_unknown():
    assert np.isnan(ind.corrected(series(5.0, name="tax_per_mu"), series(np.nan), apply="divide").iloc[0])


def test_the_gap_to_the_agreed_tax_is_positive_when_short():
    gap = ind.tax_due_gap_wan(series(100.0, 300.0, 350.0, np.nan), series(10, 10, 10, 10), series(30, 30, 30, 30))
    assert gap.tolist()[:3] == [200.0, 0.0, -50.0]
    assert np.isnan(gap.iloc[3])


def test_enterprise_measures_add_the_seven_columns():
    frame = firms([900.0, 200.0], area_mu=[30.0, 25.0], price_coefficient=[1.0, 0.8], energy_tce=[400.0, np.nan])
    found = ind.enterprise_measures(frame.assign(output_wan=[12000.0, 3750.0]), rule=rule())
    first, second = found.iloc[0], found.iloc[1]
    assert first[["tax_per_mu", "output_per_mu", "output_per_energy"]].tolist() == [30.0, 400.0, 30.0]
    assert second[["tax_per_mu", "tax_per_mu_corrected", "output_per_mu_corrected"]].tolist() == [8.0, 10.0, 187.5]
    assert found["n_indicators"].tolist() == [3, 2]
    assert "tax_per_mu" not in frame.columns


def test_only_weighted_indicators_are_counted():
    frame = firms([1.0], energy_tce=np.nan)
    force = rule(weights={"tax_per_mu": 1.0, "output_per_energy": 0.0})
    assert ind.enterprise_measures(frame, rule=force)["n_indicators"].tolist() == [1]


def test_parcel_measures_are_the_sums_laid_there_over_its_land():
    parcels = pd.DataFrame(
        {
            "area_mu": [10.0, 10.0, 0.0],
            "tax_wan": [50.0, np.nan, 1.0],
            "output_wan": [1000.0, np.nan, 1.0],
            "energy_tce": [100.0, np.nan, 1.0],
            "invest_actual_wan": [2500.0, 0.0, 1.0],
            "tax_due_wan_per_mu": [30.0, 30.0, 30.0],
        }
    )
    found = ind.parcel_measures(parcels)
    names = ["tax_per_mu", "output_per_mu", "output_per_energy", "invest_per_mu_wan", "tax_due_gap_wan"]
    assert found.loc[0, names].tolist() == [5.0, 100.0, 10.0, 250.0, 250.0]
    assert found.loc[1, "invest_per_mu_wan"] == 0.0
    assert found.loc[1, ["tax_per_mu", "tax_due_gap_wan"]].isna().all()
    assert found.loc[2, ["tax_per_mu", "invest_per_mu_wan", "tax_due_gap_wan"]].isna().all()


def test_a_parcel_without_contract_facts_has_no_gap_and_energy_meets_its_own_output():
    parcels = pd.DataFrame({"area_mu": [10.0], "tax_wan": [5.0], "output_wan": [1000.0], "energy_tce": [100.0]})
    found = ind.parcel_measures(parcels.assign(output_with_energy_wan=400.0))
    assert found["output_per_energy"].tolist() == [4.0]
    assert found["output_per_mu"].tolist() == [100.0]
    assert found[["invest_per_mu_wan", "tax_due_gap_wan"]].isna().all(axis=None)
