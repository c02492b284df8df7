"""The rule in force: the numbers of the contract, with the project's own laid over them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from ranking.ranking_builders import project

from landuse.catalogue import load_folder
from landuse.errors import InputError
from landuse.policy import parameters, rule_in_force

FAMILIES = {
    "食品饮料": ("13", "14", "15", "16"),
    "纺织服装鞋帽": ("17", "18", "19"),
    "木竹家具造纸印刷文体": ("20", "21", "22", "23", "24"),
    "石化化纤橡塑": ("25", "26", "28", "29"),
    "医药": ("27",),
    "建材": ("30",),
    "冶金金属": ("31", "32", "33"),
    "装备": ("34", "35", "36", "37"),
    "电子电气仪器": ("38", "39", "40"),
    "其他": ("41", "42", "43"),
}


def in_force(**sections):
    return rule_in_force(project(**sections))


def test_the_default_pack_holds_the_numbers_of_the_contract():
    rule = in_force()
    assert (rule.pack, rule.share, rule.level, rule.min_group) == ("default", Decimal("0.15"), 2, 7)
    assert (rule.within, rule.industry, rule.shared_parcel) == ("industry", "gbt4754_2017", "apportion")
    assert rule.weights == {"tax_per_mu": 0.5, "output_per_mu": 0.3, "output_per_energy": 0.2}
    assert (rule.cap, rule.min_indicators, rule.years, rule.revenue_for_output) == (1.5, 2, 1, True)
    assert (rule.new_months, rule.small_mu, rule.exempt_codes) == (24, 3.0, ("44", "45", "46"))
    assert rule.grades == {"A": Decimal("0.20"), "B": Decimal("0.60"), "C": Decimal("0.15"), "D": Decimal("0.05")}
    assert (rule.low_from, rule.rated_from, rule.enabled) == (Decimal("0.5"), Decimal("0.5"), ("R01",))
    assert (rule.price_apply, rule.reference_price, rule.overlay_min_share) == ("divide", None, 0.5)
    assert rule.families == FAMILIES


def test_grades_use_the_whole_group_and_families_every_division_of_manufacturing_once():
    rule = in_force()
    assert sum(rule.grades.values()) == 1
    divisions = [division for family in rule.families.values() for division in family]
    assert sorted(divisions) == [str(number) for number in range(13, 44)]


def test_what_the_project_says_beats_the_pack():
    rule = in_force(
        ranking={"share": 0.1, "level": 3, "min_group": 5, "within": "industry_scale", "shared_parcel": "shared"},
        indicators={"years": 3, "min_indicators": 1, "cap": 2.0, "revenue_for_output": False},
        rules={"new_months": 12, "small_mu": 5.0, "exempt_codes": ["421"], "enabled": ["R01"]},
        land_price={"apply": "none", "reference": 300.0, "overlay_min_share": 0.8},
    )
    assert rule.share == Decimal("0.1")
    assert (rule.level, rule.min_group, rule.within, rule.shared_parcel) == (3, 5, "industry_scale", "shared")
    assert (rule.years, rule.min_indicators, rule.cap, rule.revenue_for_output) == (3, 1, 2.0, False)
    assert (rule.new_months, rule.small_mu) == (12, 5.0)
    assert rule.exempt_codes == ("44", "45", "46", "421")
    assert (rule.price_apply, rule.reference_price, rule.overlay_min_share) == ("none", 300.0, 0.8)


def test_exempt_codes_are_compared_as_industry_codes_are_and_a_rule_named_twice_counts_once():
    rule = in_force(rules={"exempt_codes": ["C4620", "42"], "enabled": ["R01", "R01"]})
    assert rule.exempt_codes == ("44", "45", "46", "4620", "42")
    assert rule.enabled == ("R01",)
    plain = in_force(rules={"exempt_codes": [" 鞋 "]}, ranking={"industry": "plain"})
    assert plain.exempt_codes == ("44", "45", "46", "鞋")


def test_the_named_rules_take_their_numbers_from_the_pack_and_the_project():
    rule = in_force()
    assert (rule.tax_limit_wan_per_mu, rule.mean_share, rule.large_mu) == (3.0, Fraction(1, 2), 10.0)
    assert (rule.stop_months, rule.d_years, rule.ramp_years) == (12, 2, 2)
    assert (rule.prohibited_codes, rule.controls) == (None, "")
    assert rule.batches == {"第一批": Decimal("0.15"), "第二批": Decimal("0.20")}
    said = {
        "tax_limit_wan_per_mu": {"规上": 6, "规下": 3}, "mean_share": "1/3", "large_mu": 15, "d_years": 3,
        "ramp_years": 0, "prohibited_codes": ["C2511"], "controls": "far_2008_example", "batches": {"一": 0.1},
    }  # fmt: skip
    rule = in_force(rules=said)
    assert rule.tax_limit_wan_per_mu == {"规上": 6.0, "规下": 3.0}
    assert (rule.mean_share, rule.large_mu, rule.d_years, rule.ramp_years) == (Fraction(1, 3), 15.0, 3, 0)
    assert (rule.prohibited_codes, rule.controls) == (("2511",), "far_2008_example")
    assert rule.batches == {"一": Decimal("0.1")}
    assert in_force(rules={"prohibited_codes": []}).prohibited_codes == ()


def test_zero_is_a_value_and_not_a_silence():
    rule = in_force(ranking={"share": 0}, rules={"new_months": 0, "small_mu": 0})
    assert (rule.share, rule.new_months, rule.small_mu) == (0, 0, 0)


def test_weights_of_the_project_replace_all_weights():
    rule = in_force(indicators={"weights": {"tax_per_mu": 1}, "min_indicators": 1})
    assert rule.weights == {"tax_per_mu": 1.0}


def test_frozen_groups_bases_and_price_pass_through():
    rule = in_force(frozen={"groups": {"U1": "19"}, "bases": {"19": {"tax_per_mu": 8.5}}, "reference_price": 295.8})
    assert rule.frozen_groups == {"U1": "19"}
    assert rule.frozen_bases == {"19": {"tax_per_mu": 8.5}}
    assert rule.reference_price == 295.8


@pytest.mark.parametrize(
    ("sections", "where", "words"),
    [
        ({"rules": {"pack": "defualt"}}, "rules.pack", "default"),
        ({"rules": {"pack": "浙江"}}, "rules.pack", "default"),
        ({"rules": {"enabled": []}}, "rules.enabled", "R01"),
        ({"rules": {"enabled": ["R01", "R99"]}}, "rules.enabled", "R99"),
        ({"indicators": {"weights": {"tax_per_mu": 0}}}, "indicators.weights", "tax_per_mu"),
        ({"indicators": {"weights": {"tax_per_mu": 1}}}, "indicators.min_indicators", "1"),
        ({"land_price": {"reference": 1.0}, "frozen": {"reference_price": 2.0}}, "reference", "1 ≠ 2"),
        ({"frozen": {"bases": {"19": {"tax": 1.0}}}}, "frozen.bases.19", "output_per_mu"),
        ({"frozen": {"bases": {"19": {"tax_per_mu": 0.0}}}}, "frozen.bases.19.tax_per_mu", "0.0"),
        ({"rules": {"exempt_codes": ["422", ""]}}, "rules.exempt_codes", "“”"),
        ({"rules": {"exempt_codes": ["污水处理"]}}, "rules.exempt_codes", "污水处理"),
        ({"rules": {"exempt_codes": ["4"]}}, "rules.exempt_codes", "“4”"),
        ({"rules": {"exempt_codes": [" "]}, "ranking": {"industry": "plain"}}, "rules.exempt_codes", "“ ”"),
        ({"rules": {"prohibited_codes": ["钢铁"]}}, "rules.prohibited_codes", "钢铁"),
        ({"rules": {"mean_share": "1/0"}}, "rules.mean_share", "1/3"),
        ({"rules": {"mean_share": 1.01}}, "rules.mean_share", "1/3"),
        ({"rules": {"mean_share": True}}, "rules.mean_share", "1/3"),
        ({"rules": {"tax_limit_wan_per_mu": {"大": 3}}}, "rules.tax_limit_wan_per_mu", "规下"),
        ({"rules": {"tax_limit_wan_per_mu": {}}}, "rules.tax_limit_wan_per_mu", "规下"),
        ({"rules": {"tax_limit_wan_per_mu": 0}}, "rules.tax_limit_wan_per_mu", "规下"),
        ({"rules": {"tax_limit_wan_per_mu": "3"}}, "rules.tax_limit_wan_per_mu", "规下"),
        ({"rules": {"controls": "far_2008"}}, "rules.controls", "far_2008_example"),
        ({"rules": {"batches": {"一": 0.2, "二": 0.2}}}, "rules.batches", "0.2"),
        ({"indicators": {"cap": float("inf")}}, "indicators.cap", "inf"),
        ({"land_price": {"reference": float("inf")}}, "land_price.reference", "inf"),
        ({"indicators": {"weights": {"tax_per_mu": float("nan")}}}, "indicators.weights.tax_per_mu", "nan"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_with_what_may_stand_there(sections, where, words):
    with pytest.raises(InputError) as caught:
        in_force(**sections)
    fault = caught.value.faults[0]
    assert where in fault.where
    assert words in " ".join(fault.lines())
    assert fault.do


def test_all_faults_of_the_rule_come_at_once():
    with pytest.raises(InputError) as caught:
        in_force(rules={"enabled": []}, indicators={"weights": {}})
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_parameter_is_printed_with_title_explanation_and_basis(lang):
    printed = parameters(in_force(rules={"exempt_codes": ["421"]}), lang=lang).set_index("parameter")
    assert set(printed.index) == set(load_folder("policy/packs")["default"]["parameters"])
    assert printed.ne("").all(axis=None)
    assert printed.loc["share", "value"] == "0.15"
    assert printed.loc["exempt_codes", "value"] == "421"
    assert printed.loc["exempt_divisions", "value"] == "44、45、46"
    assert printed.loc["revenue_for_output", "value"] == {"zh": "是", "en": "Yes"}[lang]
    assert printed.loc["reference_price", "value"] == {"zh": "由数据测算", "en": "Computed"}[lang]
    assert "冶金金属" in printed.loc["families", "value"]
    assert printed.loc["prohibited_codes", "value"] == {"zh": "未提供", "en": "Not given"}[lang]
    assert printed.loc["controls", "value"] == "—"
    assert printed.loc["mean_share", "value"] == "1/2"


def test_every_parameter_of_the_pack_says_what_it_rests_on():
    for entry in load_folder("policy/packs")["default"]["parameters"].values():
        assert entry["basis"] in {"S", "V", "K", "D"}


def test_a_measure_of_weight_nought_is_no_measure_of_the_rule():
    weights = {"tax_per_mu": 0.5, "output_per_mu": 0.5, "value_added_per_mu": 0}
    rule = in_force(indicators={"weights": weights})
    assert rule.weights == {"tax_per_mu": 0.5, "output_per_mu": 0.5}
    assert rule.indicators == ("tax_per_mu", "output_per_mu", "output_per_energy")
    with pytest.raises(InputError, match="tax_per_moo"):
        in_force(indicators={"weights": {**weights, "tax_per_moo": 0}})


def test_batches_and_scales_are_named_in_the_language_of_the_reader():
    rule = in_force(rules={"tax_limit_wan_per_mu": {"规上": 6, "规下": 3}})
    told = {lang: parameters(rule, lang=lang).set_index("parameter")["value"] for lang in ("zh", "en")}
    assert told["zh"]["batches"] == "第一批 0.15、第二批 0.20"
    assert told["en"]["batches"] == "Batch 1 0.15、Batch 2 0.20"
    assert told["zh"]["tax_limit_wan_per_mu"] == "规上 6.0、规下 3.0"
    assert told["en"]["tax_limit_wan_per_mu"] == "above scale 6.0、below scale 3.0"
