"""Themes in other years and variants: laid on the parcels as the run lays its own year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pipeline.builders import accounts, firms, lease, plots, run

from landuse.cartography.page.valued import differing, valued, valued_themes, values_of
from landuse.cartography.page.years import other_years, year_values
from landuse.cartography.style import theme_of
from landuse.cartography.values import theme_values

SIZE = 8


@pytest.fixture(scope="module")
def analysis():
    """Eight enterprises with a hectare each, in two years; the last parcel is let to the first enterprise in part."""
    now, then = accounts(SIZE), accounts(SIZE, year=2024, tax_wan=[40.0 - 4 * i for i in range(SIZE)])
    sections = {"ranking": {"share": 0.15}, "variants": {"末位30%": {"ranking.share": 0.3}}}
    return run(plots(SIZE), firms(SIZE), now, then, lease("P007", "F000", 4000.0), **sections)


def test_the_other_years_are_those_of_the_accounts(analysis):
    assert other_years(analysis) == (2024,)
    assert [value.key for value in values_of(analysis)] == ["", "year:2024", "variant:末位30%"]
    assert [value.share for value in values_of(analysis)] == [15, None, 30]


def test_what_the_run_says_of_its_own_year_comes_out_again(analysis):
    again = year_values(analysis, 2025)
    for key, values in theme_values(analysis).items():
        column = theme_of(key, lang="zh").column
        if column in again:
            pd.testing.assert_series_equal(again[column], values, check_names=False, check_dtype=False)
    assert {"tax_per_mu", "tax_per_mu_corrected", "output_per_energy", "score", "grade"} <= again.keys()


def test_tax_of_another_year_lies_on_the_land_used_now(analysis):
    # 2024: F000 pays 40 and uses 1 ha + 0.4 ha, so 40 x 10/14 on P000; F007 pays 12, its 0.6 ha bear all of it
    then = year_values(analysis, 2024)["tax_per_mu"]
    assert then[0] == pytest.approx(40 * 10 / 14 / 15, abs=1e-6)
    assert then[1] == pytest.approx(36 / 15)
    assert then[7] == pytest.approx((40 * 4 / 14 + 12) / 15, abs=1e-6)


def test_efficiency_of_another_year_is_the_bottom_share_of_that_year(analysis):
    # of eight, k = floor(0.15 x 8 + 0.5) = 1: the lowest score. In 2025 that is F000 (least tax on most land); in 2024
    # F007 has least tax, yet its output and energy are those of 2025, and history says who is last
    rows = analysis.history[analysis.history["year"].eq(2024) & analysis.history["in_bottom_share"].eq(other=True)]
    (last,) = rows["uscc"]
    classes = year_values(analysis, 2024)["efficiency_class"]
    assert classes[int(last[1:])] in ("low", "partly_low")
    assert set(classes) <= {"low", "partly_low", "not_low", "not_rated"}


def test_a_state_of_today_says_nothing_of_another_year(analysis):
    stopped = analysis.enterprises.assign(production_state="停产")
    assert "stopped" not in set(year_values(replace(analysis, enterprises=stopped), 2024)["efficiency_class"])


def test_without_a_rule_only_what_history_says_is_given(analysis):
    bare = replace(analysis, facts={"share": 0.15})
    assert year_values(bare, 2024).keys() == {"score", "grade"}


def test_pooled_money_has_no_place_of_its_own_on_a_parcel(analysis):
    pooled = replace(
        analysis, facts={**analysis.facts, "rule": replace(analysis.facts["rule"], shared_parcel="shared")}
    )
    assert "tax_per_mu" not in year_values(pooled, 2024)


def test_every_value_of_a_theme_counts_all_parcels_and_all_land(analysis):
    total = round(float(analysis.parcels.table["area_mu"].sum()), 2)
    for theme in valued_themes(analysis, theme_values(analysis), share="15%"):
        for one in theme.slices.values():
            assert sum(one.counted.counts) == SIZE
            assert sum(one.counted.areas) == pytest.approx(total, abs=1e-9)
            assert one.codes.max() < len(theme.legend)


def test_a_variant_shows_its_own_list_and_an_equal_value_is_carried_once(analysis):
    themes = {theme.theme.key: theme for theme in valued_themes(analysis, theme_values(analysis), share="15%")}
    keys = [entry.key for entry in themes["low"].legend]
    listed = {
        key: {row for row, code in enumerate(one.codes) if keys[code] in ("low", "partly_low")}
        for key, one in themes["low"].slices.items()
    }
    # of eight, 15 % is floor(1.7) = 1 enterprise and 30 % floor(2.9) = 2
    assert listed[""] < listed["variant:末位30%"]
    score = dict(differing(themes["score"].slices))
    assert score[""] == ["", "variant:末位30%"]


def test_a_public_page_has_the_run_alone(analysis):
    head = analysis.project.project.model_copy(update={"audience": "public"})
    public = replace(analysis, project=analysis.project.model_copy(update={"project": head}))
    assert [value.key for value in values_of(public)] == [""]
    assert all(theme.theme.public for theme in valued_themes(public, theme_values(public), share=""))


def test_values_of_a_theme_share_one_legend():
    area = pd.Series([1.0, 2.0, np.nan])
    both = {"": pd.Series(["A", "B", None], dtype=object), "year:2024": pd.Series(["E", "A", "B"], dtype=object)}
    found = valued(both, "grade", lang="zh", area_mu=area)
    labels = [entry.key for entry in found.legend]
    assert labels[-2:] == ["E", "no_data"]
    assert found.slices[""].counted.counts[labels.index("no_data")] == 1
    assert found.slices["year:2024"].counted.counts[labels.index("E")] == 1
    assert found.slices["year:2024"].counted.areas[labels.index("A")] == 2.0
