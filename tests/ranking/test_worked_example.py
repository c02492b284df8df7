"""The worked example of DOMAIN 2.5, every number as printed there."""

import pytest
from ranking.ranking_builders import by_uscc, ranked, worked_example

SCORES = {
    "E07": 16.03, "E06": 38.93, "E04": 48.54, "E10": 91.41, "E08": 109.32,
    "E09": 109.92, "E03": 123.68, "E02": 128.43, "E01": 150.00, "E05": 150.00,
}  # fmt: skip


@pytest.fixture(scope="module")
def result():
    return ranked(worked_example())


def test_the_bases_are_sums_over_sums(result):
    group = result.groups.iloc[0]
    assert round(group["base_tax_per_mu"], 4) == 8.5415
    assert round(group["base_output_per_mu"], 4) == 194.4958
    assert round(group["base_output_per_energy"], 4) == 17.7135


def test_the_scores_are_those_of_the_table_to_two_decimals(result):
    assert {uscc: round(score, 2) for uscc, score in by_uscc(result, "score").items()} == SCORES


def test_the_ranks_run_from_the_lowest_and_the_two_at_the_cap_tie(result):
    expected = {"E07": 1, "E06": 2, "E04": 3, "E10": 4, "E08": 5, "E09": 6, "E03": 7, "E02": 8, "E01": 9, "E05": 9}
    assert by_uscc(result, "rank") == expected


def test_two_of_ten_are_in_the_bottom_share(result):
    assert {uscc for uscc, low in by_uscc(result, "in_bottom_share").items() if low} == {"E06", "E07"}
    assert result.groups[["n", "k", "flagged", "tied_at_cut"]].iloc[0].tolist() == [10, 2, 2, 0]


def test_raw_and_corrected_measures_are_those_of_the_table(result):
    table = result.table.set_index("uscc").round(2)
    assert table.loc["E04", ["tax_per_mu", "tax_per_mu_corrected"]].tolist() == [5.0, 4.17]
    assert table.loc["E04", ["output_per_mu", "output_per_mu_corrected"]].tolist() == [100.0, 83.33]
    assert table.loc["E07", "tax_per_mu"] == -0.5
    assert table.loc["E05", "output_per_energy"] == 35.0


def test_the_firm_without_energy_is_scored_on_tax_and_output(result):
    row = result.table.set_index("uscc").loc["E08"]
    by_hand = 100 * (0.5 * min(1.5, 10.0 / (5540 / 648.6)) + 0.3 * (187.5 / (126150 / 648.6))) / 0.8
    assert row["n_indicators"] == 2
    assert row["score"] == pytest.approx(by_hand, abs=1e-9)


def test_a_dearer_place_can_turn_the_order():
    pair = (
        worked_example()
        .iloc[:2]
        .assign(area_mu=10.0, tax_wan=[50.0, 45.0], price_coefficient=[1.2, 0.8], output_wan=1000.0, energy_tce=100.0)
    )
    from ranking.ranking_builders import rule

    table = ranked(pair, force=rule(min_group=2)).table
    assert table["tax_per_mu_corrected"].round(3).tolist() == [4.167, 5.625]
    assert table["rank"].tolist() == [1, 2]
