"""The slider of the bottom share: every position says what a run with that share says, parcels and enterprises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from landuse.cartography.page.carried import carried
from landuse.cartography.page.shares import SHARES, THEME, share_steps
from landuse.cartography.page.valued import valued_themes
from landuse.cartography.style import classify
from landuse.cartography.values import theme_values
from landuse.pipeline import run
from landuse.project import load_project

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo" / "landuse.toml"
VARIANTS = {f"{percent}%": {"ranking.share": percent / 100} for percent in SHARES}


@pytest.fixture(scope="module")
def analysis():
    """The demonstration district, asked again at every share of the slider."""
    project = load_project(DEMO)
    return run(project.model_copy(update={"variants": VARIANTS}))


@pytest.fixture(scope="module")
def steps(analysis):
    return share_steps(analysis)[""]


def classes_of(analysis, classes, names):
    table = analysis.parcels.table
    words = pd.Series(np.array(names, dtype=object)[classes], index=table.index)
    return classify(words, THEME, lang="zh", area_mu=table["area_mu"])


def test_parcels_at_every_share_are_those_of_a_run_with_it(analysis, steps):
    for at, percent in enumerate(SHARES):
        found = analysis.variants.found[f"{percent}%"]
        told = classes_of(analysis, found.classes, found.steps.classes)
        keys = [entry.key for entry in told.legend]
        codes = steps.at(percent, low=keys.index("low"), partly=keys.index("partly_low"))
        assert codes.tolist() == told.codes.tolist(), percent
        assert list(steps.parcels[at].counts) == [entry.count for entry in told.legend], percent
        for area, entry in zip(steps.parcels[at].areas, told.legend, strict=True):
            assert area == pytest.approx(entry.area_mu, abs=0.011), (percent, entry.key)


def test_enterprises_at_every_share_are_those_of_a_run_with_it(analysis, steps):
    firms = analysis.enterprises.set_index("uscc")
    rows = analysis.variants.rows
    for at, percent in enumerate(SHARES):
        listed = rows.loc[rows["variant"].eq(f"{percent}%") & rows["low_efficiency"].eq(other=True), "uscc"]
        assert set(firms.index[steps.listed_from <= percent]) == set(listed), percent
        assert steps.firms[at].count == len(listed)
        assert steps.firms[at].area_mu == pytest.approx(firms.loc[listed, "area_mu"].sum(), abs=0.006)
        assert steps.firms[at].tax_wan == pytest.approx(firms.loc[listed, "tax_wan"].sum(), abs=0.006)


def test_a_larger_share_lists_more_and_unlists_nothing(steps):
    low = [counted.counts[0] for counted in steps.parcels]
    firms = [each.count for each in steps.firms]
    assert low == sorted(low)
    assert firms == sorted(firms)
    assert low[0] < low[-1]
    assert (steps.partly_from <= steps.low_from).all()


def test_the_share_of_the_run_gives_the_run(analysis, steps):
    listed = analysis.enterprises["low_efficiency"].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
    assert ((steps.listed_from <= 15) == listed).all()
    low = next(
        theme for theme in valued_themes(analysis, theme_values(analysis), share="15%") if theme.theme.key == THEME
    )
    assert steps.parcels[15 - SHARES[0]] == low.slices[""].counted


@pytest.mark.slow
@pytest.mark.parametrize("percent", [7, 23])
def test_a_run_started_anew_says_the_same(steps, percent):
    own = run(load_project(DEMO, [f"ranking.share={percent / 100}"]))
    listed = own.enterprises["low_efficiency"].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
    assert ((steps.listed_from <= percent) == listed).all()
    low = next(theme for theme in valued_themes(own, theme_values(own), share="") if theme.theme.key == THEME)
    assert steps.parcels[percent - SHARES[0]] == low.slices[""].counted


def test_without_variants_the_run_has_the_same_steps(analysis, steps):
    alone = share_steps(replace(analysis, variants=None))
    assert list(alone) == [""]
    for name in ("low_from", "partly_from", "otherwise", "listed_from"):
        assert (getattr(alone[""], name) == getattr(steps, name)).all(), name


def test_the_slider_is_not_offered_where_the_share_decides_nothing(analysis):
    other = replace(analysis.facts["rule"], enabled=("R02",))
    assert share_steps(replace(analysis, facts={**analysis.facts, "rule": other})) == {}
    assert share_steps(replace(analysis, facts={"share": 0.15})) == {}


def test_rules_that_say_the_same_share_their_columns(analysis):
    made = carried(analysis, share="15%")
    # every variant is the same ranking asked at another share: one set of steps serves them all
    assert {tuple(rule["columns"].values()) for rule in made.facts["share"]["rules"].values()} == {
        ("step:low", "step:partly", "step:otherwise")
    }
    assert {rule["from"] for rule in made.facts["share"]["rules"].values()} == {"from"}


def test_a_public_page_names_the_groups_and_says_nothing_of_their_bases(analysis):
    head = analysis.project.project.model_copy(update={"audience": "public"})
    public = replace(analysis, project=analysis.project.model_copy(update={"project": head}))
    inside, outside = (carried(one, share="15%").facts["industries"] for one in (analysis, public))
    assert outside["13"] == {"name": "农副食品加工业", "n": None, "bases": {}}
    assert inside["13"]["name"] == "农副食品加工业"
    assert set(inside["13"]["bases"]) == {"tax_per_mu", "output_per_mu", "output_per_energy"}
    assert carried(public, share="15%").facts["share"] is None
