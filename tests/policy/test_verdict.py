"""The verdict: three-valued, with reasons, and a sentence a hearing can use."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranking.ranking_builders import firms, ranked, rule, worked_example

from landuse.errors import DefectError
from landuse.policy import judge, standing, verdict
from landuse.policy.sentences import fill, integers, percent, two_decimals
from landuse.policy.verdict import three_valued_or


def judged(frame=None, *, lang="zh", force=None):
    frame = worked_example() if frame is None else frame
    return judge(ranked(frame, force=force, lang=lang), rule=force or rule(), lang=lang)


# ---------------------------------------------------------------------------------------------- sentences


def test_the_sentence_of_a_listed_firm_holds_every_number_of_its_standing():
    told = judged().enterprises.set_index("uscc")["because"]["E06"]
    assert told == (
        "皮革、毛皮、羽毛及其制品和制鞋业组(19)参评10家,综合得分38.93(100为行业平均,上限150),"
        "末位序第2位(1为最低),行业内名次(由高到低)第9名;末位15%应列2家,拟列入(行业末位15%)。"
        "亩均税收3.00、亩均产值80.00万元/亩,单位能耗产值8.00万元/吨标准煤;"
        "基准依次为8.54、194.50、17.71(税收、产值已作地价修正)。"
    )


def test_the_sentence_says_the_same_in_english():
    told = judged(lang="en").enterprises.set_index("uscc")["because"]["E06"]
    for part in ("10 enterprises", "38.93", "2 from the bottom", "9 from the top", "proposed", "8.54, 194.50, 17.71"):
        assert part in told


def test_who_is_not_listed_is_not_praised_and_unknown_energy_is_a_dash():
    told = judged().enterprises.set_index("uscc")["because"]["E08"]
    assert "应列2家,未列入。" in told
    assert "高效" not in told
    assert "单位能耗产值—万元/吨标准煤" in told
    assert "109.32" in told


def test_nothing_is_ever_said_to_be_designated():
    frame = firms(range(1, 10), exemption=[None] * 8 + ["协议"])
    assert not judged(frame).enterprises["because"].str.contains("认定").any()


def test_a_tie_at_the_cut_is_told():
    told = judged(firms([30, 40, 40, 40, 50, 52, 54, 56, 58, 60])).enterprises["because"]
    assert "末位15%应列2家(同分并列增加2家),拟列入" in told.iloc[1]


def test_the_share_the_cap_and_the_correction_are_those_in_force():
    force = rule(share=Decimal("0.125"), cap=2.0, price_apply="none")
    told = judged(force=force).enterprises.set_index("uscc")["because"]["E04"]
    assert "末位12.5%" in told
    assert "上限200" in told
    assert "亩均税收5.00、" in told
    assert "地价修正" not in told


def test_a_dropped_base_is_a_dash():
    told = judged(firms(range(1, 8), energy_tce=np.nan)).enterprises["because"].iloc[0]
    assert "基准依次为0.40、100.00、—" in told


def test_sentences_are_right_across_blocks(monkeypatch):
    whole = judged().findings["because"].tolist()
    monkeypatch.setattr(standing, "BLOCK", 3)
    assert judged().findings["because"].tolist() == whole


@given(st.lists(st.floats(-1e13, 1e13), min_size=1, max_size=30))
def test_two_decimals_are_within_half_a_cent(values):
    texts = two_decimals(np.array([*values, np.nan]), "—").to_pylist()
    assert texts[-1] == "—"
    for value, text in zip(values, texts, strict=False):
        assert re.fullmatch(r"-?\d+\.\d\d", text)
        assert abs(Decimal(text) - Decimal(value)) <= Decimal("0.005") + Decimal(abs(value)) * Decimal("1e-15")


def test_two_decimals_of_huge_small_and_half_numbers():
    texts = two_decimals(np.array([1e17, -0.004, 0.005, -12.345, 99.999, 0.0]), "—").to_pylist()
    assert texts == ["100000000000000000.00", "0.00", "0.00", "-12.34", "100.00", "0.00"]


def test_a_sentence_is_filled_row_by_row():
    assert fill("第{n}位,共{all}位", {"n": integers(np.array([1, 20])), "all": "20"}).to_pylist() == [
        "第1位,共20位",
        "第20位,共20位",
    ]
    assert fill("{n}", {"n": integers(np.array([7]))}).to_pylist() == ["7"]


@pytest.mark.parametrize(
    ("share", "text"), [("0.15", "15%"), ("0.1", "10%"), ("0.125", "12.5%"), ("1", "100%"), ("0", "0%")]
)
def test_a_share_is_told_without_idle_zeros(share, text):
    assert percent(Decimal(share)) == text


# ------------------------------------------------------------------------------------------------ verdict


def test_of_very_many_enterprises_a_rule_that_does_not_decide_tells_only_where_it_holds(monkeypatch):
    frame = firms(range(1, 11))
    every = judged(frame).findings
    monkeypatch.setattr(verdict, "TOLD_OF_ALL", 9)
    few = judged(frame).findings
    holds = every["rule_id"].eq("R01") | every["outcome"].fillna(value=False)
    assert 10 < holds.sum() < len(every)
    pd.testing.assert_frame_equal(few, every[holds].reset_index(drop=True))


def test_every_enterprise_has_one_finding_a_rule():
    frame = firms(range(1, 11), exemption=[None] * 8 + ["协议", None])
    frame.loc[9, ["output_wan", "energy_tce"]] = np.nan
    result = judged(frame)
    assert result.findings.columns.tolist() == ["unit", "key", "rule_id", "outcome", "missing", "because"]
    assert set(result.findings["unit"]) == {"enterprise"}
    of_rule = dict(tuple(result.findings.groupby("rule_id", sort=False)))
    assert list(of_rule) == ["R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10"]
    for rows in of_rule.values():
        assert rows["key"].tolist() == frame["uscc"].tolist()
    bottom = of_rule["R01"]
    assert bottom["outcome"].tolist() == [True] + [False] * 7 + [pd.NA, pd.NA]
    assert bottom["missing"].tolist() == [()] * 9 + [("output_wan", "energy_tce")]
    assert bottom["because"].iloc[8] == "有政策扶持免评依据,免评。"


def test_the_verdict_is_missing_for_those_who_are_not_ranked():
    frame = firms(range(1, 10), exemption=[None] * 8 + ["协议"])
    table = judged(frame).enterprises
    assert table["low_efficiency"].tolist() == [True] + [False] * 7 + [pd.NA]
    assert table["reasons"].tolist() == [("R01",)] + [()] * 8
    # tax per mu 0.1 to 0.8, all under 3; base of the group 36 / 80 = 0.45, half of it 0.225
    assert table["reasons_noted"].tolist() == [("R02", "R03")] * 2 + [("R02",)] * 6 + [()]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (True, None, True), (None, True, True), (True, False, True), (False, False, False), (False, None, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_true_beats_unknown_and_unknown_beats_false(one, two, expected):
    outcomes = [pd.Series([value], dtype="boolean") for value in (one, two)]
    found = three_valued_or(outcomes, pd.RangeIndex(1)).iloc[0]
    assert found is pd.NA if expected is None else found == expected


def test_the_index_of_the_enterprises_is_kept():
    frame = worked_example().set_index(pd.Index(range(50, 60)))
    assert judged(frame).enterprises.index.tolist() == list(range(50, 60))


def test_pooled_rows_carry_the_verdict_of_their_unit():
    frame = firms([10, 20, 30, 40, 50, 60, 70, 0], rank_unit=[*(f"U{i:04d}" for i in range(7)), "U0000"])
    frame.loc[7, ["area_mu", "tax_wan"]] = 0.0
    table = judged(frame).enterprises
    assert table["low_efficiency"].tolist() == [True] + [False] * 6 + [True]


def test_a_ranked_enterprise_of_no_group_is_a_defect():
    good = ranked(worked_example())
    broken = replace(good, groups=good.groups.iloc[:0])
    with pytest.raises(DefectError):
        judge(broken, rule=rule(), lang="zh")


def test_nobody_gives_an_empty_verdict():
    result = judged(firms([]).assign(status=pd.Series(dtype="str")))
    assert len(result.findings) == len(result.enterprises) == 0
