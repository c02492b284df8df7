"""What is doubtful about a ranking is said once, at the group it concerns."""

import numpy as np
import pandas as pd
import pytest
from ranking.ranking_builders import firms, ranked, rule

from landuse.tables import worded_issues


def said(result):
    return [(issue.code, issue.key, issue.facts) for issue in result.issues.itertuples()]


def two_industries(tax, **columns):
    frame = pd.concat([firms(tax, **columns), firms(tax, industry_code="14", **columns)], ignore_index=True)
    return frame.assign(uscc=[f"U{i:04d}" for i in range(len(frame))])


def test_an_indicator_that_no_group_knows_is_one_issue():
    result = ranked(two_industries(range(1, 8), energy_tce=np.nan))
    assert said(result) == [("INDICATOR_ABSENT", "", {"indicator": "单位能耗产值", "count": 2})]
    for lang in ("zh", "en"):
        assert "2" in worded_issues(result.issues, lang)["message"].iloc[0]


def test_scores_that_tie_with_the_last_listed_are_a_note():
    # k = floor(0.15 x 13 + 1/2) = 2; the second and third lowest tie
    result = ranked(firms([1, 2, 2, *range(3, 13)]))
    ((code, key, facts),) = said(result)
    assert (code, key, facts["k"], facts["added"], facts["flagged"]) == ("TIED_AT_CUT", "19", 2, 1, 3)
    assert result.issues["severity"].tolist() == ["note"]


@pytest.mark.parametrize(("tied", "expected"), [(2, "TIED_AT_CUT"), (3, "TIED_WIDELY")])
def test_ties_that_more_than_double_the_list_are_a_warning(tied, expected):
    # k = 1 of 7: one more is as many as listed, two more are more
    result = ranked(firms([1] * tied + list(range(2, 9 - tied))))
    assert result.groups[["n", "k", "flagged", "tied_at_cut"]].to_numpy().tolist() == [[7, 1, tied, tied - 1]]
    assert [code for code, _, _ in said(result)] == [expected]
    assert result.issues["severity"].tolist() == [{"TIED_AT_CUT": "note", "TIED_WIDELY": "warning"}[expected]]


def test_a_cut_at_the_cap_lists_the_whole_group_and_is_a_warning():
    # One giant holds the base down: the six others stand at 1.5 times the base and more, and so does the k-th lowest
    # k = floor(0.3 x 7 + 1/2) = 2, but only the giant scores below the cap
    frame = firms(
        [1, 900, 900, 900, 900, 900, 900], area_mu=[1000.0] + [10.0] * 6, output_wan=np.nan, energy_tce=np.nan
    )
    force = rule(share=rule().share * 2, weights={"tax_per_mu": 1.0}, min_indicators=1)
    result = ranked(frame, force=force)
    assert result.table["score"].round(6).tolist()[1:] == [150.0] * 6
    assert result.groups[["k", "flagged", "tied_at_cut"]].to_numpy().tolist() == [[2, 7, 5]]
    assert [(code, facts["flagged"], facts["score"]) for code, _, facts in said(result)] == [
        ("TIED_AT_CAP", 7, "150.00")
    ]
    for lang in ("zh", "en"):
        assert "150.00" in worded_issues(result.issues, lang)["message"].iloc[0]


def test_no_tie_no_word():
    assert said(ranked(firms(range(1, 14)))) == []


def test_frozen_values_that_meet_nobody_are_said():
    force = rule(
        frozen_groups={"U0000": "19", "X": "19", "Y": "20"}, frozen_bases={"19": {"tax_per_mu": 1.0}, "77": {}}
    )
    result = ranked(firms(range(1, 14)), force=force)
    assert said(result) == [("FROZEN_NOBODY", "", {"count": 2}), ("FROZEN_BASE_UNUSED", "", {"count": 1})]
    assert result.issues["value"].tolist() == ["X", "77"]
    assert result.issues["severity"].tolist() == ["warning", "warning"]
