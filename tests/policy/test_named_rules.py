"""The named rules on enterprises: each on its exact bound, each with the figures and the evidence that decide."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy.named_builders import NAN, grades, ground, of_firm, plots
from ranking.ranking_builders import firms, ranked, rule

from landuse.policy import judge
from landuse.policy.rules import NAMED, Facts

LANGS = pytest.mark.parametrize("lang", ["zh", "en"])


# ----------------------------------------------------------------------------------------- R02, R03: tax


@pytest.mark.parametrize(("tax", "expected"), [(29.99, True), (30.0, False), (30.01, False), (-5.0, True), (0.0, True)])
def test_tax_per_mu_of_exactly_the_limit_is_not_below_it(tax, expected):
    assert of_firm("R02", tax_wan=tax)[0] is expected  # 10 mu, limit 3


def test_a_quotient_that_is_the_limit_but_for_its_last_bit_is_not_below_it():
    assert 3.3 / 1.1 < 3  # what binary division gives
    assert of_firm("R02", tax_wan=3.3, area_mu=1.1)[0] is False


def test_figures_that_would_read_alike_are_told_with_all_they_have():
    assert "亩均税收2.999万元/亩,低于限值3.00万元/亩" in of_firm("R02", tax_wan=29.99)[2]


def test_unknown_tax_is_not_low_tax():
    outcome, missing, told = of_firm("R02", tax_wan=NAN)
    assert (outcome, missing) == (None, ("tax_wan",))
    assert told == "缺少实缴税收,无法判定。"


BY_SCALE = {"规上": 6.0, "规下": 3.0}


@pytest.mark.parametrize(
    ("scale", "tax", "expected"),
    [
        ("规上", 59.9, True), ("规上", 60.0, False), ("规下", 59.9, False), ("规下", 29.9, True),
        (None, 29.9, True), (None, 60.0, False), (None, 45.0, None),
    ],
)  # fmt: skip
def test_a_limit_may_go_by_scale_and_an_unknown_scale_decides_only_between_the_two(scale, tax, expected):
    outcome, missing, _ = of_firm("R02", force=rule(tax_limit_wan_per_mu=BY_SCALE), scale=scale, tax_wan=tax)
    assert outcome is expected
    assert missing == (("scale",) if expected is None else ())


def test_a_scale_without_a_limit_of_its_own_is_asked_for_nothing():
    assert of_firm("R02", force=rule(tax_limit_wan_per_mu={"规上": 6.0}), scale="规下", tax_wan=0.0)[0] is False


@pytest.mark.parametrize("tax", [0.0, 500.0, NAN])
def test_who_is_asked_for_nothing_reads_so_whatever_its_tax(tax):
    force = rule(tax_limit_wan_per_mu={"规上": 6.0})
    outcome, missing, told = of_firm("R02", force=force, scale="规下", tax_wan=tax)
    assert (outcome, missing, told) == (False, (), "规下未规定亩均税收限值,不作此项要求。")
    told = of_firm("R02", force=force, scale="规下", tax_wan=tax, lang="en")[2]
    assert told == "No limit of tax per mu is set for below scale: nothing is asked."


@pytest.mark.parametrize(("tax", "expected"), [(59.9, None), (60.0, False), (0.0, None)])
def test_an_unknown_scale_that_may_have_no_limit_leaves_low_tax_open(tax, expected):
    outcome, missing, _ = of_firm("R02", force=rule(tax_limit_wan_per_mu={"规上": 6.0}), scale=None, tax_wan=tax)
    assert (outcome, missing) == (expected, () if expected is False else ("scale",))


# seven firms of 10 mu: (x + 6 x 40) / 70 is the base; half of it is x / 10 where x = 240 / 13
@pytest.mark.parametrize(("tax", "expected"), [(240 / 13 - 0.001, True), (240 / 13, False), (240 / 13 + 0.001, False)])
def test_tax_per_mu_of_exactly_the_share_of_the_mean_is_not_below_it(tax, expected):
    assert of_firm("R03", tax_wan=tax)[0] is expected


def test_a_third_is_a_third():
    # base (x + 48) / 70; a third of it is x / 10 where x = 2.4
    third = rule(mean_share=Fraction(1, 3))
    frame = firms([8.0] * 7)
    assert of_firm("R03", frame, force=third, tax_wan=2.4)[0] is False
    assert of_firm("R03", frame, force=third, tax_wan=2.39)[0] is True


def test_the_mean_is_compared_at_the_same_land_price():
    # K 2 for the first: corrected 20 / 20 = 1, base (20 + 240) / (20 + 60) = 3.25, half 1.625
    outcome, _, told = of_firm("R03", tax_wan=20.0, price_coefficient=2.0)
    assert outcome is True
    for part in ("1.00", "3.25", "1/2", "1.62"):
        assert part in told
    # without a correction: 2 against (20 + 240) / 70 = 3.71, half 1.857
    assert of_firm("R03", force=rule(price_apply="none"), tax_wan=20.0, price_coefficient=2.0)[0] is False


def test_without_a_group_there_is_no_mean():
    outcome, missing, _ = of_firm("R03", firms([1.0] * 3))
    assert (outcome, missing) == (None, ("base_tax_per_mu",))
    assert of_firm("R02", firms([1.0] * 3))[0] is True  # GROUP_TOO_SMALL is no exemption


# ------------------------------------------------------------------------------------ R06 to R09: states


@pytest.mark.parametrize(("flag", "expected"), [(True, True), (False, False), (None, None)])
def test_a_stop_is_what_the_books_say_of_tax_and_electricity(flag, expected):
    # tax is known to be 0; where the books cannot tell, electricity is what is missing
    outcome, missing, told = of_firm("R06", tax_wan=0.0, no_tax_no_power=flag)
    assert outcome is expected
    assert missing == (() if expected is not None else ("electricity_kwh",))
    if expected:
        assert "满12个月" in told


def meters(*rows):
    """Return what meters show: (uscc, kWh of the twelve months, silent)."""
    frame = pd.DataFrame(list(rows), columns=["uscc", "window_kwh", "silent"]).astype({"silent": "boolean"})
    return frame.assign(window_from=pd.Timestamp(2025, 7, 1), window_to=pd.Timestamp(2026, 6, 1))


@pytest.mark.parametrize(
    ("flag", "seen", "told"),
    [
        (True, (0.0, True), "实缴税收为0;基准日前12个月(2025-07至2026-06)电表用电量为0。"),
        (False, (250.0, False),
         "实缴税收0.00万元;基准日前12个月(2025-07至2026-06)电表用电量250.00千瓦时,不是无税无电满12个月。"),
        (False, (0.0, None), "实缴税收0.00万元,用电量9.00千瓦时,不是无税无电满12个月。"),
    ],
)  # fmt: skip
def test_where_meters_decide_about_a_stop_the_sentence_tells_their_months_and_not_the_accounts(flag, seen, told):
    facts = Facts(2025, power=meters(("U0000", *seen)))
    known = {"tax_wan": 0.0, "electricity_kwh": 9.0, "no_tax_no_power": flag}
    assert of_firm("R06", facts=facts, **known)[2] == told
    assert (
        "9.00"
        in of_firm("R06", facts=Facts(2025, power=meters(("other", *seen))), **known | {"no_tax_no_power": False})[2]
    )


def test_books_that_know_nothing_of_a_stop_name_both_figures():
    outcome, missing, _ = of_firm("R06", tax_wan=0.0, electricity_kwh=0.0)
    assert (outcome, missing) == (None, ("tax_wan", "electricity_kwh"))


@pytest.mark.parametrize(
    ("area", "scale", "expected", "missing"),
    [
        (10.0, "规下", True, ()), (9.9999, "规下", False, ()), (10.0, "规上", False, ()),
        (25.0, None, None, ("scale",)), (9.0, None, False, ()),
    ],
)  # fmt: skip
def test_ten_mu_are_large_and_land_alone_decides_where_it_can(area, scale, expected, missing):
    outcome, found, _ = of_firm("R07", area_mu=area, scale=scale)
    assert (outcome, found) == (expected, missing)


@LANGS
def test_a_large_plot_is_told_with_its_land_and_the_limit(lang):
    told = of_firm("R07", area_mu=12.5, scale="规下", lang=lang)[2]
    assert "12.50" in told
    assert "10" in told


LOWEST = firms([1.0, *[40.0 + i for i in range(19)]], output_wan=[1.0, *[1000.0] * 19], energy_tce=100.0)
"""Twenty firms: the last 5 % by half-up counts, one firm, has D: the first."""


@pytest.mark.parametrize(
    ("history", "expected", "missing"),
    [
        ([("U0000", 2024, "D")], True, ()),
        ([("U0000", 2024, "C")], False, ()),
        ([("U0000", 2023, "D")], None, ("grade",)),
        ([("U0001", 2024, "D")], None, ("grade",)),
        ([], None, ("grade",)),
    ],
)
def test_d_in_two_years_running_needs_the_grade_of_both(history, expected, missing):
    outcome, found, _ = of_firm("R08", LOWEST, facts=Facts(2025, grades(*history)))
    assert (outcome, found) == (expected, missing)


def test_three_years_are_three_and_one_other_grade_is_enough_to_say_no():
    three = rule(d_years=3)
    both = Facts(2025, grades(("U0000", 2024, "D"), ("U0000", 2023, "D")))
    outcome, _, told = of_firm("R08", LOWEST, force=three, facts=both)
    assert outcome is True
    assert "2025年D、2024年D、2023年D" in told
    assert of_firm("R08", LOWEST, force=three, facts=Facts(2025, grades(("U0000", 2023, "B"))))[0] is False
    assert of_firm("R08", LOWEST, force=rule(d_years=1), facts=Facts(2025))[0] is True
    assert of_firm("R08", LOWEST, row=5, facts=both)[0] is False


@pytest.mark.parametrize(
    ("listed", "code", "expected", "missing"),
    [
        (None, "1951", None, ("prohibited_codes",)), ((), "1951", False, ()), (("195",), "C1951", True, ()),
        (("1952",), "1951", False, ()), (("19",), None, None, ("industry_code",)),
        (None, None, None, ("prohibited_codes", "industry_code")),
    ],
)  # fmt: skip
def test_without_a_list_nothing_is_prohibited_and_nothing_is_allowed(listed, code, expected, missing):
    outcome, found, _ = of_firm("R09", force=rule(prohibited_codes=listed), industry_code=code)
    assert (outcome, found) == (expected, missing)


def test_plain_industries_are_compared_word_for_word():
    plain = rule(industry="plain", prohibited_codes=("鞋",))
    frame = firms([40.0] * 7, industry_code=["鞋", "鞋业", *["布"] * 5])
    assert [of_firm("R09", frame, row=row, force=plain)[0] for row in (0, 1)] == [True, False]


# -------------------------------------------------------------------------------- R04, R05, R10: carried


def low_far(*far):
    """Return parcels P0, P1 … with an agreed floor area ratio of 1."""
    return ground(far=list(far), far_due=1.0)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([("P0", 50, "own"), ("P1", 50, "own")], True),  # half of the land is enough
        ([("P0", 49, "own"), ("P1", 51, "own")], False),
        ([("P0", 100, "lease")], False),  # a tenant answers for no building
        ([("P0", 10, "lease"), ("P1", 1, "own")], False),
        ([("P0", 25, "own"), ("P2", 25, "own")], True),  # half of it has a finding
        ([("P0", 24, "own"), ("P2", 25, "own")], None),
        ([("P2", 25, "own")], None),
    ],
)
def test_findings_on_parcels_reach_the_enterprise_by_its_own_land(uses, expected):
    facts = Facts(2025, plots=plots(low_far(0.5, 1.0, NAN), [(p, "U0000", cm2, how) for p, cm2, how in uses]))
    outcome, missing, _ = of_firm("R04", facts=facts)
    assert outcome is expected
    assert missing == (("far",) if expected is None else ())


@LANGS
def test_the_sentence_of_the_enterprise_names_its_largest_parcel_and_the_figures_there(lang):
    uses = [("P0", "U0000", 10_000_000, "own"), ("P1", "U0000", 20_000_000, "own")]
    facts = Facts(2025, plots=plots(low_far(0.5, 0.75), uses))
    if lang == "en":
        facts = replace(facts, plots=plots(ground(far=[0.5, 0.75], far_due=1.0, lang="en"), uses))
    told = of_firm("R04", facts=facts, lang=lang)[2]
    for part in ("4.50", "100.00", "50%", "P1", "0.75", "1.00"):  # 3,000 m2 are 4.5 mu
        assert part in told


def test_without_any_parcel_the_evidence_is_named():
    for rule_id, names in (
        ("R04", ("far", "far_due")), ("R05", ("invest_actual_wan", "invest_due_wan")),
        ("R10", ("tax_due_wan_per_mu", "finish_due")),
    ):  # fmt: skip
        assert of_firm(rule_id)[:2] == (None, names)


# ------------------------------------------------------------------------------------- who is concerned


@pytest.mark.parametrize("rule_id", list(NAMED))
def test_no_rule_lists_the_exempt_and_nobody_without_land(rule_id):
    everything = rule(prohibited_codes=("19",))
    outcome, missing, told = of_firm(rule_id, force=everything, tax_wan=0.0, exemption="协议", no_tax_no_power=True)
    assert (outcome, missing) == (None, ())
    assert told == "免评(政策扶持),不适用本规则。"
    assert of_firm(rule_id, force=everything, area_mu=0.0, no_tax_no_power=True)[:2] == (None, ("area_mu",))


def test_pooled_enterprises_carry_the_findings_of_their_unit():
    frame = firms([10, 20, 30, 40, 50, 60, 70, 0], rank_unit=[*(f"U{i:04d}" for i in range(7)), "U0000"])
    frame.loc[7, ["area_mu", "tax_wan"]] = 0.0
    assert of_firm("R02", frame, row=7)[0] is True
    assert of_firm("R02", frame, row=7)[2] == of_firm("R02", frame, row=0)[2]


# ------------------------------------------------------------------------------------------- the verdict


def judged(frame, *enabled, lang="zh", **changes):
    force = rule(enabled=enabled or ("R01",), **changes)
    return judge(ranked(frame, force=force, lang=lang), rule=force, lang=lang, facts=Facts(2025))


def test_the_verdict_is_the_or_of_what_is_enabled_and_the_rest_is_noted():
    frame = firms([10, 28, 35, 40, 45, 50, 55, 60], scale="规下")  # 10 mu each, one in the bottom share
    table = judged(frame, "R01", "R02").enterprises
    assert table["low_efficiency"].tolist() == [True, True, *[False] * 6]
    assert table["reasons"].tolist() == [("R01", "R02"), ("R02",), *[()] * 6]
    # base 323 / 80 = 4.04, half 2.02; all hold 10 mu below scale
    assert table["reasons_noted"].tolist() == [("R03", "R07"), *[("R07",)] * 7]


def test_an_undetermined_rule_leaves_open_whom_no_other_lists():
    table = judged(firms([10, 28, 35, 40, 45, 50, 55, 60]), "R01", "R09").enterprises
    assert table["low_efficiency"].tolist() == [True, *[pd.NA] * 7]
    issues = judged(firms([10, 28, 35, 40, 45, 50, 55, 60]), "R01", "R09").issues
    assert issues[["severity", "code", "value"]].to_numpy().tolist() == [["warning", "RULE_UNDETERMINED", "R09"]]
    assert issues["facts"].iloc[0]["count"] == 8
    assert issues["facts"].iloc[0]["missing"] == "禁止淘汰类行业清单"


def test_a_rule_that_is_not_enabled_leaves_nobody_open():
    result = judged(firms([10, 28, 35, 40, 45, 50, 55, 60]))
    assert result.enterprises["low_efficiency"].tolist() == [True, *[False] * 7]
    assert len(result.issues) == 0


@LANGS
def test_the_sentence_of_an_enterprise_listed_by_another_rule_says_so_and_not_that_it_is_not_listed(lang):
    frame = firms([10, 28, 35, 40, 45, 50, 55, 60])
    told = judged(frame, "R01", "R02", lang=lang).enterprises["because"]
    for part in {
        "zh": ("不在行业末位15%之内", "亩均税收低于限值:亩均税收2.80万元/亩"),
        "en": ("not in the bottom", "2.80"),
    }[lang]:
        assert part in told.iloc[1]
    assert not told.str.contains("未列入|not listed", regex=True).any()
    alone = judged(frame, lang=lang).enterprises["because"]
    assert alone.iloc[1:].str.contains("未列入|not listed", regex=True).all()


def test_who_is_not_ranked_can_be_listed_by_what_is_known():
    table = judged(firms([1.0] * 3), "R01", "R02").enterprises
    assert table["status"].tolist() == ["GROUP_TOO_SMALL"] * 3
    assert table["low_efficiency"].tolist() == [True] * 3
    assert table["because"].str.endswith("亩均税收低于限值:亩均税收0.10万元/亩,低于限值3.00万元/亩。").all()


FIRMS = st.lists(st.sampled_from([NAN, -1.0, 0.0, 12.0, 29.999, 30.0, 44.0, 90.0]), min_size=1, max_size=12)
SOME = st.sets(st.sampled_from(["R01", *NAMED]), min_size=1)


@settings(deadline=None, max_examples=20)
@given(FIRMS, SOME, SOME, st.sampled_from([1, 2]))
def test_enabling_more_rules_never_takes_anybody_off_the_list(taxes, some, more, years):
    frame = firms(taxes, scale=(["规下", "规上", None] * 4)[: len(taxes)])
    options = {"d_years": years, "prohibited_codes": ("20",)}
    few = judged(frame, *sorted(some), **options).enterprises["low_efficiency"]
    many = judged(frame, *sorted(some | more), **options).enterprises["low_efficiency"]
    assert many[few.fillna(value=False).to_numpy(dtype=bool)].eq(other=True).all()


@settings(deadline=None, max_examples=20)
@given(FIRMS.filter(lambda taxes: not np.isnan(taxes[0])), st.floats(0, 1000))
def test_more_tax_never_brings_an_enterprise_under_the_limit_or_the_share_of_the_mean(taxes, added):
    richer = [taxes[0] + added, *taxes[1:]]
    for rule_id in ("R02", "R03"):
        before, after = (of_firm(rule_id, firms(some))[0] for some in (taxes, richer))
        assert not (before is False and after is True)


@LANGS
@pytest.mark.parametrize(("rule_id", "parts"), [("R02", ("4.00", "3.00")), ("R03", ("4.00", "1/2", "2.00"))])
def test_sentences_name_the_figures_that_decide(rule_id, parts, lang):
    told = of_firm(rule_id, lang=lang)[2]
    for part in parts:
        assert part in told


def test_a_table_of_nobody_gives_findings_of_nobody():
    frame = firms([]).assign(status=pd.Series(dtype="str"))
    assert len(judged(frame, "R01", *NAMED).findings) == 0
