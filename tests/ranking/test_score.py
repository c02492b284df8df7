"""Scores, bottom share, ties, grades: boundaries by hand, and an independent ranking in plain fractions."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import by_uscc, firms, ranked, rule

from landuse.errors import DefectError
from landuse.ranking import half_up

TABLE_2_2 = {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 1, 10: 2, 13: 2, 20: 3, 27: 4, 40: 6}


# ------------------------------------------------------------------------------------------ bottom share


@pytest.mark.parametrize(("n", "k"), TABLE_2_2.items())
def test_fifteen_percent_half_up_is_the_table_of_the_rule(n, k):
    assert half_up(Decimal("0.15"), n) == k


def test_a_share_that_binary_floats_miss_is_exact():
    assert half_up(Decimal("0.15"), 30) == 5  # 4.5 up
    assert half_up(Decimal("0.35"), 90) == 32  # 31.5 up; 0.35 as a float lies below 0.35


@pytest.mark.parametrize(("n", "k"), [(n, k) for n, k in TABLE_2_2.items() if n >= 7])
def test_a_group_of_n_flags_its_k_lowest(n, k):
    result = ranked(firms(range(10, 10 + n)))
    assert result.groups[["n", "k", "flagged", "tied_at_cut"]].iloc[0].tolist() == [n, k, k, 0]
    low = {uscc for uscc, flag in by_uscc(result, "in_bottom_share").items() if flag}
    assert low == {f"U{i:04d}" for i in range(k)}


def test_whoever_ties_with_the_last_one_is_listed_too_and_counted():
    result = ranked(firms([30, 40, 40, 40, 50, 52, 54, 56, 58, 60]))
    assert result.groups[["n", "k", "flagged", "tied_at_cut"]].iloc[0].tolist() == [10, 2, 4, 2]
    assert result.table["rank"].tolist() == [1, 2, 2, 2, 5, 6, 7, 8, 9, 10]


def test_a_tie_above_the_cut_changes_nothing():
    result = ranked(firms([10, 20, 30, 30, 50, 60, 70, 80, 90, 95]))
    assert result.groups[["k", "flagged", "tied_at_cut"]].iloc[0].tolist() == [2, 2, 0]


def test_no_share_lists_nobody_and_the_whole_share_everybody():
    none = ranked(firms(range(1, 8)), force=rule(share=Decimal(0)))
    assert not none.table["in_bottom_share"].any()
    assert ranked(firms(range(1, 8)), force=rule(share=Decimal(1))).table["in_bottom_share"].all()


def test_scores_that_differ_in_the_tenth_decimal_are_a_tie():
    frame = firms([100.0] * 10)
    frame.loc[1, "tax_wan"] = 100.0 * (1 + 1e-13)
    assert ranked(frame).table["rank"].tolist() == [1] * 10


# ---------------------------------------------------------------------------------------------- measures


def test_negative_tax_counts_as_zero_in_base_and_ratio_but_stays_visible():
    result = ranked(firms([-500, 0, 100, 100, 100, 100, 100]))
    assert result.groups["base_tax_per_mu"].iloc[0] == pytest.approx(500 / 70)
    assert result.table["score"].iloc[0] == result.table["score"].iloc[1] == 50.0
    assert result.table["tax_per_mu"].iloc[0] == -50.0


def test_a_ratio_is_cut_at_the_cap():
    result = ranked(firms([1, 1, 1, 1, 1, 1, 1000]))
    assert result.table["score"].max() == pytest.approx(0.5 * 150 + 50)


def test_missing_energy_of_all_leaves_the_order_of_tax_and_output():
    frame = firms([30, 10, 20, 50, 40, 51, 52], energy_tce=np.nan)
    result = ranked(frame)
    assert result.table["rank"].tolist() == [3, 1, 2, 5, 4, 6, 7]
    assert np.isnan(result.groups["base_output_per_energy"].iloc[0])
    assert result.issues["code"].tolist() == ["BASE_DROPPED"]


def test_an_indicator_whose_base_is_zero_is_dropped_for_the_group_only():
    frame = pd.concat([firms([0] * 7), firms(range(1, 8), industry_code="14")], ignore_index=True)
    frame["uscc"] = [f"U{i:04d}" for i in range(14)]
    result = ranked(frame)
    bases = result.groups.set_index("industry_group")["base_tax_per_mu"]
    assert np.isnan(bases["19"])
    assert bases["14"] == pytest.approx(28 / 70)
    assert result.table["score"].iloc[:7].tolist() == [100.0] * 7
    issue = result.issues.iloc[0]
    assert (issue["code"], issue["key"], issue["facts"]) == ("BASE_DROPPED", "19", {"indicator": "亩均税收"})


def test_an_enterprise_without_any_base_is_incomplete_and_said_so():
    frame = firms([0, 0, 0, 0, 0, 0, 0, 0], output_wan=[np.nan] + [100.0] * 7, energy_tce=10.0)
    force = rule(min_indicators=1)
    result = ranked(frame, force=force)
    assert result.table["status"].tolist() == ["INCOMPLETE"] + ["RANKED"] * 7
    assert pd.isna(result.table["industry_group"].iloc[0])
    assert result.groups["n"].tolist() == [7]
    codes = dict(zip(result.issues["code"], result.issues["key"], strict=True))
    assert codes == {"BASE_DROPPED": "19", "NO_INDICATOR_LEFT": "U0000", "TIED_WIDELY": "19"}


def test_a_group_in_which_nobody_can_be_scored_is_not_listed():
    result = ranked(firms([0] * 7, output_wan=0.0))
    assert result.table["status"].unique().tolist() == ["INCOMPLETE"]
    assert len(result.groups) == 0
    assert result.issues["code"].tolist() == ["NO_INDICATOR_LEFT"] * 7


def test_an_indicator_without_weight_neither_counts_nor_complains():
    force = rule(weights={"tax_per_mu": 1.0}, min_indicators=1)
    result = ranked(firms(range(1, 8), output_wan=np.nan, energy_tce=np.nan), force=force)
    assert result.table["n_indicators"].tolist() == [1] * 7
    assert result.table["score"].tolist() == [25.0, 50.0, 75.0, 100.0, 125.0, 150.0, 150.0]
    assert len(result.issues) == 0


def test_price_correction_divides_multiplies_or_stays_away():
    frame = firms([100] * 7, price_coefficient=[2.0] + [1.0] * 6)
    bases = {
        apply: ranked(frame, force=rule(price_apply=apply)).groups["base_tax_per_mu"].iloc[0]
        for apply in ("divide", "multiply", "none")
    }
    assert bases == pytest.approx({"divide": 700 / 80, "multiply": 700 / 65, "none": 10.0})


def test_frozen_bases_stand_in_place_of_computed_ones():
    force = rule(frozen_bases={"19": {"tax_per_mu": 20.0}})
    result = ranked(firms([100] * 7), force=force)
    assert result.groups["base_tax_per_mu"].iloc[0] == 20.0
    assert result.table["score"].iloc[0] == pytest.approx(0.5 * 50 + 50)


def test_a_missing_coefficient_is_a_defect_and_not_a_silent_one():
    with pytest.raises(DefectError):
        ranked(firms([1] * 7, price_coefficient=np.nan))
    assert len(ranked(firms([1] * 7, price_coefficient=np.nan), force=rule(price_apply="none")).groups) == 1


def test_a_base_is_summed_exactly_in_any_order():
    frame = firms([1e16, 1, 1, 1, 1, 1, 1])
    for rows in (frame, frame.iloc[::-1]):
        assert ranked(rows).groups["base_tax_per_mu"].iloc[0] == (10**16 + 6) / 70


# ------------------------------------------------------------------------------------------------ grades


def test_grades_are_cut_on_cumulated_half_up_counts_from_the_top():
    result = ranked(firms(range(10, 30)))
    assert "".join(result.table["grade"])[::-1] == "AAAABBBBBBBBBBBBCCCD"
    seven = ranked(firms(range(10, 17)))  # cumulated 1.4, 5.6, 6.65 -> 1, 6, 7: nobody is left for D
    assert "".join(seven.table["grade"])[::-1] == "ABBBBBC"


def test_ties_take_the_better_grade():
    result = ranked(firms([10, 20, 30, 40, 50, 60, 70, 75, 75, 75]))
    assert "".join(result.table["grade"])[::-1] == "AAABBBBBCC"  # cumulated 2, 8, 9.5 up to 10: three share grade A


# ---------------------------------------------------------------------------------------- shared parcels


def shared():
    """Return seven holders, the first with two tenants pooled with it, one of them closed."""
    frame = firms([10, 20, 30, 40, 50, 60, 70, 0, 0])
    frame.loc[7:, ["area_mu", "tax_wan", "output_wan", "energy_tce"]] = [0.0, np.nan, np.nan, np.nan]
    return frame.assign(rank_unit=[*frame["uscc"][:7], "U0000", "U0000"], registry_state=["存续"] * 8 + ["注销"])


def test_a_pooled_unit_counts_once_and_all_carry_its_result():
    result = ranked(shared())
    table = result.table.set_index("uscc")
    assert result.groups[["n", "k", "flagged"]].iloc[0].tolist() == [7, 1, 1]
    assert table.loc["U0007", ["status", "industry_group", "rank", "in_bottom_share"]].tolist() == [
        "RANKED",
        "19",
        1,
        True,
    ]
    assert table.loc["U0007", "score"] == table.loc["U0000", "score"]
    assert table.loc["U0007", "n_in_group"] == 7
    assert table.loc["U0008", "status"] == "CLOSED"
    assert pd.isna(table.loc["U0008", "rank"])


def test_a_pooled_row_that_could_be_ranked_alone_is_not_counted_beside_its_unit():
    frame = firms([10, 20, 30, 40, 50, 60, 70, 65]).assign(rank_unit=[*(f"U{i:04d}" for i in range(7)), "U0000"])
    result = ranked(frame)
    assert result.groups["n"].tolist() == [7]
    assert result.groups["base_tax_per_mu"].iloc[0] == 4.0
    assert by_uscc(result, "rank")["U0007"] == 1


def test_a_tenant_shares_the_reason_when_its_unit_is_not_ranked():
    result = ranked(shared().iloc[[0, 1, 7]].reset_index(drop=True))
    assert result.table["status"].tolist() == ["GROUP_TOO_SMALL"] * 3


def test_a_unit_that_is_not_there_is_said_and_the_row_stands_alone():
    frame = firms(range(1, 8)).assign(rank_unit=[None] * 6 + ["U9999"])
    result = ranked(frame)
    assert result.groups["n"].tolist() == [7]
    assert result.issues[["code", "key", "value"]].iloc[0].tolist() == ["UNIT_UNKNOWN", "U0006", "U9999"]


# --------------------------------------------------------------------------------------- rows and columns


def test_the_rows_the_index_and_the_input_are_left_alone():
    frame = firms(range(1, 10)).assign(status="RANKED").set_index(pd.Index(range(100, 109)))
    before = frame.copy()
    result = ranked(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert result.table.index.equals(frame.index)
    assert result.table["uscc"].tolist() == frame["uscc"].tolist()


def test_who_is_not_ranked_has_no_place():
    result = ranked(firms(range(1, 9), exemption=["协议"] + [None] * 7))
    row = result.table.iloc[0]
    assert row["status"] == "EXEMPT_POLICY"
    assert row[["industry_group", "group_path", "n_in_group", "score", "rank", "grade", "in_bottom_share"]].isna().all()
    assert result.groups["n"].tolist() == [7]


def test_the_types_are_those_of_the_contract():
    types = ranked(firms(range(1, 8))).table.dtypes.astype(str)
    assert types[["n_in_group", "rank", "n_indicators"]].tolist() == ["Int64"] * 3
    assert types[["score", "tax_per_mu_corrected"]].tolist() == ["float64"] * 2
    assert types["in_bottom_share"] == "boolean"
    assert types[["status", "industry_group", "group_path", "grade"]].tolist() == ["str"] * 4


def test_nobody_at_all_gives_empty_tables():
    result = ranked(firms([]).assign(status=pd.Series(dtype="str")))
    assert len(result.table) == len(result.groups) == len(result.issues) == 0


# ------------------------------------------------------------------------------- an independent ranking

amounts = st.one_of(st.none(), st.integers(-50, 5000))
enterprises = st.lists(
    st.tuples(
        st.sampled_from(["13", "19", "31", "32", "27", "06"]),
        st.sampled_from([Fraction(1), Fraction(5, 4), Fraction(1, 2)]),
        st.integers(1, 400),
        amounts,
        amounts,
        st.one_of(st.none(), st.integers(1, 900)),
    ),
    min_size=1,
    max_size=60,
)


def table_of(rows):
    frame = pd.DataFrame(
        rows, columns=["industry_code", "price_coefficient", "area_mu", "tax_wan", "output_wan", "energy_tce"]
    )
    numbers = ["price_coefficient", "area_mu", "tax_wan", "output_wan", "energy_tce"]
    frame[numbers] = frame[numbers].astype(float)
    return frame.assign(uscc=[f"U{i:04d}" for i in range(len(frame))])


def plain_scores(rows):
    """Return score and flag by place, computed in exact fractions with loops: the rule read once more."""
    weights = (Fraction(1, 2), Fraction(3, 10), Fraction(1, 5))
    parts = []
    for _, k, area, tax, output, energy in rows:
        land = area * k
        parts.append(
            (
                None if tax is None else (Fraction(max(tax, 0)), land),
                None if output is None else (Fraction(output), land),
                None if output is None or energy is None else (Fraction(output), Fraction(energy)),
            )
        )
    bases = []
    for j in range(3):
        above, below = (sum((p[j][side] for p in parts if p[j]), Fraction(0)) for side in (0, 1))
        bases.append(above / below if above > 0 and below > 0 else None)
    scores = []
    for part in parts:
        known = [j for j in range(3) if part[j] and bases[j]]
        weight = sum((weights[j] for j in known), Fraction(0))
        ratio = {j: min(max(part[j][0] / part[j][1] / bases[j], 0), Fraction(3, 2)) for j in known}
        scores.append(round(float(100 * sum(weights[j] * ratio[j] for j in known) / weight), 9) if known else None)
    return scores


@settings(max_examples=40, deadline=None)
@given(enterprises)
def test_an_independent_ranking_in_fractions_agrees(rows):
    frame = table_of(rows).assign(industry_code="19", status="RANKED")
    result = ranked(frame, force=rule(min_group=1))
    expected = plain_scores(rows)
    found = [None if np.isnan(score) else score for score in result.table["score"]]
    assert [score is None for score in found] == [score is None for score in expected]
    known = [score for score in expected if score is not None]
    assert [s for s in found if s is not None] == pytest.approx(known, abs=2e-9)


# -------------------------------------------------------------------------------------------- properties


@settings(max_examples=20, deadline=None)
@given(enterprises, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, random):
    frame = table_of(rows)
    order = list(range(len(frame)))
    random.shuffle(order)
    first = ranked(frame)
    second = ranked(frame.iloc[order].reset_index(drop=True))
    again = second.table.set_index("uscc").loc[first.table["uscc"]].reset_index()[first.table.columns]
    pd.testing.assert_frame_equal(again, first.table, check_exact=True)
    pd.testing.assert_frame_equal(second.groups, first.groups, check_exact=True)


@settings(max_examples=20, deadline=None)
@given(enterprises)
def test_nobody_is_lost_between_groups_and_statuses(rows):
    result = ranked(table_of(rows))
    assert result.groups["n"].sum() == (result.table["status"] == "RANKED").sum()
    assert result.groups["flagged"].sum() == result.table["in_bottom_share"].sum()
    assert (result.groups["flagged"] >= result.groups["k"]).all()
    assert len(result.table) == len(rows)
    assert (result.groups["n"] >= 1).all()


@settings(max_examples=20, deadline=None)
@given(enterprises, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_measuring_all_land_in_another_unit_changes_no_rank(rows, factor):
    frame = table_of(rows)
    other = ranked(frame.assign(area_mu=frame["area_mu"] * factor))
    first = ranked(frame)
    pd.testing.assert_series_equal(other.table["rank"], first.table["rank"])
    pd.testing.assert_series_equal(other.table["score"], first.table["score"])


@settings(max_examples=20, deadline=None)
@given(enterprises, st.integers(0, 59), st.integers(1, 5000))
def test_with_bases_fixed_more_tax_never_lowers_the_own_score_and_leaves_the_others(rows, place, more):
    frame = table_of(rows).assign(industry_code="19", status="RANKED")
    place %= len(frame)
    bases = {"19": {"tax_per_mu": 8.0, "output_per_mu": 200.0, "output_per_energy": 18.0}}
    force = rule(min_group=1, frozen_bases=bases)
    before = ranked(frame, force=force).table
    richer = frame.copy()
    richer.loc[place, "tax_wan"] += more
    after = ranked(richer, force=force).table
    if not np.isnan(before["score"][place]):
        assert after["score"][place] >= before["score"][place]
        assert after["rank"][place] >= before["rank"][place]
    others = frame.index != place
    pd.testing.assert_series_equal(after["score"][others], before["score"][others])


@settings(max_examples=20, deadline=None)
@given(enterprises, st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_flags_everybody_a_smaller_one_flags(rows, one, two):
    small, large = sorted((Decimal(one) / 100, Decimal(two) / 100))
    frame = table_of(rows)
    few = ranked(frame, force=rule(share=small)).table["in_bottom_share"].fillna(value=False)
    many = ranked(frame, force=rule(share=large)).table["in_bottom_share"].fillna(value=False)
    assert (few <= many).all()
