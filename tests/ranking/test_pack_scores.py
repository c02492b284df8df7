"""Other rule packs through the whole ranking: published formulas give the points they must (DOMAIN 3.3, 15.2)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.ranking_builders import by_uscc, project, ranked

from landuse.indicators import enterprise_measures
from landuse.policy import judge, rule_in_force
from landuse.ranking import statuses
from landuse.rule import Stratum

PACKS = ("default", "huangyan_2022", "jingde", "park_types", "scale")
ABOVE = {
    "area_mu": 10.0, "tax_wan": 240.97, "value_added_wan": 1361.6, "energy_tce": 1361.6 / 2.694,
    "emissions_t": 1361.6 / 4929.81, "employees": 1361.6 / 18.14, "rd_wan": 302.0, "revenue_wan": 10_000.0,
}  # fmt: skip
"""An enterprise at every average of 黄岩 2022: 24.097 and 136.16 a mu, 2.694 a tce, 4929.81 a tonne, 18.14 a head."""
BELOW = {"area_mu": 4.0, "tax_wan": 4 * 11.5932, "electricity_kwh": 4 * 11.5932 * 10_000 / 0.2352}
"""11.5932 a mu and 0.2352 yuan a kWh."""


def pack(name, **sections):
    return rule_in_force(project(rules={"pack": name}, **sections))


def table(scale, rows, code="19"):
    frame = pd.DataFrame(rows)
    names = ["output_wan", "revenue_wan", "energy_tce", "tax_wan"]
    filled = frame.assign(**{name: np.nan for name in names if name not in frame.columns})
    return filled.assign(
        uscc=[f"{scale}{i:03d}" for i in range(len(rows))], industry_code=code, scale=scale, price_coefficient=1.0
    )


# ------------------------------------------------------------------------------------------- 黄岩 2022年度


def test_an_enterprise_at_every_published_average_has_exactly_100_points():
    force = pack("huangyan_2022")
    spread = [{**ABOVE, "tax_wan": ABOVE["tax_wan"] * factor} for factor in (1, 0.5, 2, 3, 4, 5, 6)]
    small = [{**BELOW, "tax_wan": BELOW["tax_wan"] * factor} for factor in (1, 0.5, 2, 3, 4, 5, 6)]
    result = ranked(pd.concat([table("规上", spread), table("规下", small)], ignore_index=True), force=force)
    score = by_uscc(result, "score")
    assert score["规上000"] == 100.0
    assert score["规下000"] == 100.0
    # tax counts 30 of 100 above scale, and 50 + 50 below (it stands in both indicators); there is no cap
    assert [score[f"规上{i:03d}"] for i in range(1, 7)] == pytest.approx([85, 130, 160, 190, 220, 250])
    assert [score[f"规下{i:03d}"] for i in range(1, 7)] == pytest.approx([50, 200, 300, 400, 500, 600])
    assert set(result.table["industry_group"]) == {"ALL|规上", "ALL|规下"}


def test_the_six_weights_add_up_each_by_its_own():
    force = pack("huangyan_2022")
    halved = [
        {**ABOVE, "tax_wan": ABOVE["tax_wan"] / 2},
        {**ABOVE, "rd_wan": ABOVE["rd_wan"] / 2},
        {**ABOVE, "employees": ABOVE["employees"] * 2},
        {**ABOVE, "emissions_t": ABOVE["emissions_t"] * 2},
        {**ABOVE, "energy_tce": ABOVE["energy_tce"] * 2},
        {**ABOVE, "value_added_wan": ABOVE["value_added_wan"] / 2},
        ABOVE,
    ]
    score = by_uscc(ranked(table("规上", halved), force=force), "score")
    # 30 / 2, 10 / 2, 10 / 2, 10 / 2, 20 / 2; value added is in four of them: (20 + 20 + 10 + 10) / 2
    assert list(score.values()) == pytest.approx([85, 95, 95, 95, 90, 70, 100])


def test_without_emission_data_the_mean_point_of_the_enterprises_above_scale_stands_in():
    force = pack("huangyan_2022")
    rows = [{**ABOVE, "emissions_t": ABOVE["emissions_t"] / factor} for factor in (1, 2, 3)]
    rows += [{**ABOVE, "emissions_t": np.nan}] * 4
    score = by_uscc(ranked(table("规上", rows), force=force), "score")
    # 90 for the rest; the emission points of the three are 10, 20, 30: on average 20
    assert list(score.values()) == pytest.approx([100, 110, 120, 110, 110, 110, 110])


def test_a_measure_nobody_has_is_left_out_and_said_so():
    force = pack("huangyan_2022")
    rows = [{**ABOVE, "tax_wan": ABOVE["tax_wan"] * factor, "emissions_t": np.nan} for factor in range(1, 8)]
    result = ranked(table("规上", rows), force=force)
    assert by_uscc(result, "score")["规上000"] == pytest.approx(100.0)
    assert by_uscc(result, "score")["规上001"] == pytest.approx((30 * 2 + 60) / 90 * 100)
    told = result.issues[result.issues["code"].eq("MEASURE_UNKNOWN")]
    assert told[["column", "value"]].to_numpy().tolist() == [["base_value_added_per_emission", "ALL|规上"]]


def test_declared_bases_make_a_score_independent_of_who_else_is_there():
    force = pack("huangyan_2022")
    rows = [{**ABOVE, "tax_wan": 100.0 + 50 * i} for i in range(12)]
    alone = by_uscc(ranked(table("规上", rows[:8]), force=force), "score")
    together = by_uscc(ranked(table("规上", rows), force=force), "score")
    assert all(together[name] == score for name, score in alone.items())


# -------------------------------------------------------------------------------------------------- 旌德


def minmax_rows():
    # tax per mu 0, 2, 4 … 12 (lowest 0, highest 12); revenue per mu 100 for all but one with 300
    return [{"area_mu": 10.0, "tax_wan": 20.0 * i, "revenue_wan": 3000.0 if i == 1 else 1000.0} for i in range(7)]


def test_minmax_worked_by_hand():
    force = pack("jingde", indicators={"weights": {"tax_per_mu": 60, "revenue_per_mu": 40}})
    score = by_uscc(ranked(table("规上", minmax_rows()), force=force), "score")
    # tax: 20 + 80 x i / 6; revenue: 20 for all but number 1, which has 100
    by_hand = [0.6 * (20 + 80 * i / 6) + 0.4 * (100 if i == 1 else 20) for i in range(7)]
    assert list(score.values()) == pytest.approx(by_hand)
    assert score["规上000"] == pytest.approx(20.0)
    assert score["规上001"] == pytest.approx(60.0)


def test_the_example_weights_of_minmax_are_scaled_up_over_what_is_known():
    result = ranked(table("规上", minmax_rows()), force=pack("jingde"))
    # 40 for tax, 25 for revenue; energy and technical investment are known of nobody
    by_hand = [(40 * (20 + 80 * i / 6) + 25 * (100 if i == 1 else 20)) / 65 for i in range(7)]
    assert list(by_uscc(result, "score").values()) == pytest.approx(by_hand)
    told = result.issues[result.issues["code"].eq("MEASURE_UNKNOWN")]["column"].tolist()
    assert told == ["base_tech_invest_per_mu", "base_revenue_per_energy"]


def test_where_all_are_equal_minmax_gives_each_100():
    rows = [{"area_mu": 10.0, "tax_wan": 50.0, "revenue_wan": 900.0}] * 7
    result = ranked(table("规上", rows), force=pack("jingde"))
    assert set(by_uscc(result, "score").values()) == {100.0}


# ---------------------------------------------------------------------------------- 规上 / 规下, park types


def test_below_scale_substitutes_are_weighed_and_above_scale_the_base_indicators():
    force = pack("scale")
    small = [{"area_mu": 10.0, "tax_wan": 10.0 + i, "revenue_wan": 100.0, "electricity_kwh": 1e5} for i in range(7)]
    large = [
        {"area_mu": 10.0, "tax_wan": 50.0 + i, "output_wan": 900.0, "energy_tce": 90.0, "revenue_wan": 1.0}
        for i in range(7)
    ]
    result = ranked(pd.concat([table("规下", small), table("规上", large)], ignore_index=True), force=force)
    assert set(result.table["industry_group"]) == {"19|规下", "19|规上"}
    score = by_uscc(result, "score")
    # means of tax: 13 below, 53 above; revenue, output, electricity and energy are all alike
    assert score["规下000"] == pytest.approx(100 * (0.5 * 10 / 13 + 0.3 + 0.2 * 10 / 13))
    assert score["规上006"] == pytest.approx(100 * (0.5 * 56 / 53 + 0.3 + 0.2))
    assert set(result.table["n_indicators"]) == {3}
    assert not result.issues["code"].isin(["BASE_DROPPED", "MEASURE_UNKNOWN"]).any()


def test_each_type_of_park_is_scored_by_its_own_measures():
    force = pack("park_types")
    rows = [{"area_mu": 10.0, "tax_wan": 50.0, "revenue_wan": 500.0, "employees": 10.0 + 10 * i} for i in range(7)]
    jobs = table("规上", rows).assign(park_type="就业型")
    old = table("规下", [{**row, "output_wan": 700.0, "energy_tce": 70.0} for row in rows]).assign(park_type="传统")
    result = ranked(pd.concat([jobs, old], ignore_index=True), force=force)
    assert set(result.table["industry_group"]) == {"19|就业型", "19|传统"}
    score = by_uscc(result, "score")
    # employees per mu 1 … 7, mean 4: half of the score; the number of employees says nothing in a traditional park
    assert [score[f"规上{i:03d}"] for i in (0, 3, 6)] == pytest.approx([62.5, 100.0, 125.0])  # cap 1.5 x 0.5
    assert {score[f"规下{i:03d}"] for i in range(7)} == {100.0}


def test_sentences_tell_the_measures_of_the_stratum_and_no_others():
    force = pack("scale")
    small = [{"area_mu": 10.0, "tax_wan": 10.0 + i, "revenue_wan": 100.0, "electricity_kwh": 1e5} for i in range(7)]
    large = [{"area_mu": 10.0, "tax_wan": 50.0 + i, "output_wan": 900.0, "energy_tce": 90.0} for i in range(7)]
    result = ranked(pd.concat([table("规下", small), table("规上", large)], ignore_index=True), force=force)
    said = judge(result, rule=force, lang="zh").enterprises.set_index("uscc")["because"]
    assert said["规下000"] == (
        "皮革、毛皮、羽毛及其制品和制鞋业(规下)组(19|规下)参评7家,综合得分83.85(100为行业平均,上限150),末位序第1位(1为最低),"
        "组内名次(由高到低)第7名;末位15%应列1家,拟列入(行业末位15%)。亩均税收1.00万元/亩、亩均营业收入10.00万元/亩、"
        "单位用电税收1.00元/千瓦时;本组基准依次为1.30、10.00、1.30。"
    )
    assert "单位能耗产值10.00万元/吨标准煤;本组基准依次为5.30、90.00、10.00。" in said["规上000"]
    assert "单位用电税收" not in said["规上000"]


def test_a_sentence_under_declared_bases_names_them_and_what_stands_for_the_unknown():
    force = pack("huangyan_2022")
    rows = [{**ABOVE, "tax_wan": 100.0 + i, "emissions_t": np.nan if i == 0 else 1.0} for i in range(7)]
    result = ranked(table("规上", rows), force=force)
    said = judge(result, rule=force, lang="zh").enterprises.set_index("uscc")["because"]
    assert "拟列入(组内末位15%)" in said["规上000"]
    assert "(100为公布基准)" in said["规上000"]
    assert "公布的基准值依次为24.10、136.16、2.69、4929.81、18.14、3.02%。" in said["规上000"]
    assert "无数据(—)的按本组该项平均得分计" in said["规上000"]
    assert "无数据" not in said["规上001"]


# ---------------------------------------------------------------------------------------- properties


QUANTITIES = (
    "tax_wan", "output_wan", "energy_tce", "revenue_wan", "value_added_wan", "emissions_t", "employees", "rd_wan",
    "electricity_kwh", "tech_invest_wan",
)  # fmt: skip
MONEY = ("tax_wan", "output_wan", "revenue_wan", "value_added_wan", "rd_wan", "tech_invest_wan")


@st.composite
def counties(draw):
    size = draw(st.integers(8, 24))
    numbers = st.one_of(st.none(), st.integers(1, 5000).map(float))
    frame = pd.DataFrame(
        {name: draw(st.lists(numbers, min_size=size, max_size=size)) for name in QUANTITIES}, dtype=float
    )
    return frame.assign(
        uscc=[f"U{i:03d}" for i in range(size)],
        industry_code=draw(st.lists(st.sampled_from(["19", "18", "33"]), min_size=size, max_size=size)),
        scale=draw(st.lists(st.sampled_from(["规上", "规下"]), min_size=size, max_size=size)),
        park_type=draw(st.lists(st.sampled_from(["新兴", "传统", "就业型", None]), min_size=size, max_size=size)),
        area_mu=draw(st.lists(st.integers(5, 90).map(float), min_size=size, max_size=size)),
        price_coefficient=1.0,
    )


@pytest.mark.parametrize("name", PACKS)
@given(frame=counties(), order=st.randoms(use_true_random=False))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_rows_never_matters(name, frame, order):
    places = list(range(len(frame)))
    order.shuffle(places)
    once = ranked(frame, force=pack(name)).table.set_index("uscc")
    again = ranked(frame.iloc[places].reset_index(drop=True), force=pack(name)).table.set_index("uscc")
    names = ["status", "industry_group", "score", "rank", "grade", "in_bottom_share"]
    pd.testing.assert_frame_equal(once[names], again.loc[once.index, names])


@pytest.mark.parametrize("name", ["default", "scale", "park_types"])
@given(frame=counties(), factor=st.sampled_from([2.0, 4.0, 0.5]))
@settings(max_examples=6, deadline=None)
def test_counting_all_money_in_another_unit_changes_nothing_where_bases_are_those_of_the_group(name, frame, factor):
    scaled = frame.assign(**{column: frame[column] * factor for column in MONEY})
    once, again = (ranked(each, force=pack(name)).table for each in (frame, scaled))
    np.testing.assert_allclose(once["score"], again["score"], rtol=0, atol=1e-8)
    assert once["status"].tolist() == again["status"].tolist()


@pytest.mark.parametrize("name", PACKS)
@given(frame=counties(), factor=st.sampled_from([1.01, 1.5, 3.0]), who=st.integers(0, 23))
@settings(max_examples=8, deadline=None)
def test_more_tax_never_makes_a_rank_worse(name, frame, factor, who):
    """Ratio with group bases: the own ratio rises (or stays at the cap), all others fall. Minmax: likewise.

    Declared bases: nobody else moves, but whose unknown tax counts as the mean, which rises by less.
    """
    before = ranked(frame, force=pack(name)).table
    at = who % len(frame)
    frame = frame.assign(tax_wan=frame["tax_wan"].mask(np.arange(len(frame)) == at, frame["tax_wan"] * factor))
    after = ranked(frame, force=pack(name)).table
    if before["status"].iloc[at] == "RANKED":
        assert after["rank"].iloc[at] >= before["rank"].iloc[at]


def test_the_first_taxpayer_of_a_group_may_fall_and_this_is_meant():
    """A base of 0 drops the indicator; the first who pays creates it, and is from then on measured by it too.

    A: 100 mu, output 150 a mu, tax 0 -> 100 wan. B: 1 mu, output 140, tax unknown. C: 100 mu, output 50, tax unknown.
    Five others know their tax alone: 0 on 2 mu each. Base of output 20140 / 201 = 100.199.
    """
    force = pack("default", indicators={"min_indicators": 1})
    rows = [
        {"area_mu": 100.0, "output_wan": 15_000.0, "tax_wan": 0.0},
        {"area_mu": 1.0, "output_wan": 140.0},
        {"area_mu": 100.0, "output_wan": 5_000.0},
        *[{"area_mu": 2.0, "tax_wan": 0.0}] * 5,
    ]
    frame = table("规上", rows)
    before = by_uscc(ranked(frame, force=force), "score")
    after = by_uscc(ranked(frame.assign(tax_wan=frame["tax_wan"].mask(frame.index == 0, 100.0)), force=force), "score")
    assert before["规上000"] == pytest.approx(149.70, abs=0.01)
    # the ratio of tax is 1 wan a mu over a base of 100 / 110
    assert after["规上000"] == pytest.approx((0.5 * 110 + 0.3 * before["规上000"]) / 0.8)
    assert after["规上001"] == before["规上001"] == pytest.approx(139.72, abs=0.01)
    assert after["规上000"] < after["规上001"] < before["规上000"]


def test_every_pack_weighs_measures_that_are_known_and_published():
    for name in PACKS:
        frame = table("规上", [{"area_mu": 10.0}] * 3)
        measured = enterprise_measures(frame, rule=pack(name))
        assert set(pack(name).indicators) <= set(measured.columns)
        assert statuses(frame, rule=pack(name), year=2025).eq("NO_ACCOUNT").all()


# ------------------------------------------------------------------------------- what packs may say besides


def test_an_unknown_measure_may_count_as_nothing():
    force = replace(pack("default"), unknown="zero")
    rows = [{"area_mu": 10.0, "tax_wan": 50.0, "output_wan": 500.0, "energy_tce": 50.0}] * 6
    frame = table("规上", [*rows, {"area_mu": 10.0, "tax_wan": 50.0, "output_wan": 500.0}])
    result = ranked(frame, force=force)
    score = by_uscc(result, "score")
    assert (score["规上000"], score["规上006"]) == (100.0, 80.0)
    said = judge(result, rule=force, lang="en").enterprises.set_index("uscc")["because"]
    assert "an unknown one (—) has no point" in said["规上006"]
    assert "an unknown one" not in said["规上000"]


def test_a_declared_base_holds_for_its_measure_and_the_group_gives_the_others():
    rows = [{"area_mu": 10.0, "tax_wan": 10.0 + i, "output_wan": 100.0, "energy_tce": 10.0} for i in range(7)]
    force = replace(pack("default"), bases={"tax_per_mu": 2.6})
    result = ranked(table("规上", rows), force=force)
    # tax per mu 1.0 … 1.6 over 2.6; output and energy are alike
    assert by_uscc(result, "score")["规上003"] == pytest.approx(100 * (0.5 * 1.3 / 2.6 + 0.5))
    group = result.groups.iloc[0]
    assert (group["base_tax_per_mu"], group["base_output_per_mu"]) == (2.6, 10.0)
    said = judge(result, rule=force, lang="zh").enterprises["because"][0]
    assert "公布的基准值依次为2.60、10.00、10.00。" in said


def test_where_strata_of_one_group_declare_different_bases_the_group_shows_its_own():
    strata = (
        Stratum({"tax_per_mu": 1.0}, {"tax_per_mu": 2.0}, scale="规上"),
        Stratum({"tax_per_mu": 1.0}, {"tax_per_mu": 1.0}, scale="规下"),
    )
    force = replace(pack("default"), strata=strata, min_indicators=1)
    rows = [{"area_mu": 10.0, "tax_wan": 10.0}] * 4
    result = ranked(pd.concat([table("规上", rows), table("规下", rows)], ignore_index=True), force=force)
    assert set(result.table["score"][:4]) == {50.0}
    assert set(result.table["score"][4:]) == {100.0}
    assert result.groups.loc[0, "base_tax_per_mu"] == 1.0  # 80 wan on 80 mu
    assert np.isnan(result.groups.loc[0, "base_output_per_mu"])


@pytest.mark.parametrize(
    ("within", "groups"),
    [
        ("industry", {"18", "19"}),
        ("industry_park", {"18|传统", "19|传统"}),
        ("park", {"ALL|传统"}),
        ("scale", {"ALL|规上"}),
        ("all", {"ALL"}),
    ],
)
def test_enterprises_meet_those_the_rule_compares_them_with(within, groups):
    rows = [{"area_mu": 10.0, "tax_wan": 10.0, "output_wan": 100.0, "energy_tce": 10.0}] * 7
    frame = pd.concat([table("规上", rows, code="18"), table("规上", rows).assign(uscc=[f"B{i}" for i in range(7)])])
    frame = frame.reset_index(drop=True).assign(park_type="传统")
    result = ranked(frame, force=replace(pack("default"), within=within))
    assert set(result.table["industry_group"]) == groups
    said = judge(result, rule=replace(pack("default"), within=within), lang="zh").enterprises["because"][0]
    assert ("行业末位" in said) == within.startswith("industry")
    assert ("100为行业平均" in said) == within.startswith("industry")
