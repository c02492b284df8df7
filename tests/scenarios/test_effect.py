"""Whom a corrected figure moves: DOMAIN 2.5, by hand."""

import numpy as np
from ranking.ranking_builders import by_uscc, firms, ranked, rule, worked_example

from landuse.scenarios.effect import again, effect


def asked(frame, uscc, figures, **changes):
    force = rule(**changes)
    return effect(again(ranked(frame, force=force).table, rule=force, year=2025, lang="zh"), uscc, figures)


def test_when_e06_pays_more_it_leaves_and_e04_enters():
    found = asked(worked_example(), "E06", {"tax_wan": 300.0})
    assert found.own["in_bottom_share"].tolist() == [True, False]
    assert found.own["rank"].tolist() == [2, 3]
    assert found.enters["uscc"].tolist() == ["E04"]
    assert found.leaves.empty
    assert found.moves[["uscc", "rank_before", "rank_after"]].to_numpy().tolist() == [["E04", 3, 2]]


def test_the_score_of_the_others_follows_the_base():
    """Tax 300 instead of 180: the base is 5660/648.6 and E04 has 50 x 4.16667/8.7265 for its tax."""
    found = asked(worked_example(), "E06", {"tax_wan": 300.0})
    e04 = found.moves.iloc[0]
    rest = 30 * (9000 / 108) / (126150 / 648.6) + 20 * 10 / (122400 / 6910)
    assert np.isclose(e04["score_after"], 50 * (450 / 108) / (5660 / 648.6) + rest)
    assert e04["score_after"] < e04["score_before"]


def test_a_figure_that_becomes_known_brings_an_enterprise_into_the_comparison():
    frame = firms([10, 20, 30, 40, 50, 60, 70, np.nan])
    frame.loc[7, ["output_wan", "energy_tce"]] = np.nan
    found = asked(frame.assign(has_account=[True] * 7 + [False]), "U0007", {"tax_wan": 5.0, "output_wan": 500.0})
    assert found.own["status"].tolist() == ["NO_ACCOUNT", "RANKED"]
    assert found.own["in_bottom_share"].astype(object).iloc[1]
    assert found.leaves["uscc"].tolist() == ["U0000"]
    assert found.leaves["name"].tolist() == ["U0000"]


def test_a_figure_withdrawn_takes_the_enterprise_out_and_another_enters():
    found = asked(firms([10, 20, 30, 40, 50, 60, 70, 80]), "U0000", {"tax_wan": np.nan, "output_wan": np.nan})
    assert found.own["status"].tolist() == ["RANKED", "INCOMPLETE"]
    assert found.enters["uscc"].tolist() == ["U0001"]


def test_a_quantity_the_table_does_not_carry_may_be_given():
    found = asked(firms([10, 20, 30, 40, 50, 60, 70]), "U0000", {"employees": 5.0})
    assert found.moves.empty
    assert found.own["score"].nunique() == 1


def test_nothing_is_changed_in_the_table_that_is_asked():
    table = ranked(worked_example()).table
    before = table.copy(deep=True)
    run = again(table, rule=rule(), year=2025, lang="zh")
    assert by_uscc_listed(run("E06", {"tax_wan": 300.0})) == {"E07", "E04"}
    assert run("E06", {}) is table
    assert table.equals(before)


def by_uscc_listed(table):
    return set(table.loc[table["in_bottom_share"], "uscc"])


def test_the_same_ranking_gives_the_same_list():
    assert {k for k, v in by_uscc(ranked(worked_example()), "in_bottom_share").items() if v} == {"E06", "E07"}
