"""A run of another day is taken with the rule it wrote down, not with what its pack says now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from comparison_builders import run

from landuse.comparison.side import flat, parameters, side_of
from landuse.rule import Stratum, as_plain


def test_the_rule_is_the_one_the_run_wrote_down_in_the_types_of_a_rule():
    record = run()
    said = {
        "share": "0.2", "cap": "inf", "exempt_codes": ["44"], "grades": {"A": "0.5", "B": "0.5"}, "min_group": 5,
        "strata": [{"weights": {"tax_per_mu": 1.0}, "bases": {}, "scale": "规上", "park_type": ""}], "later": 1,
    }  # fmt: skip
    rule = side_of(replace(record, rule={**record.rule, **said})).rule
    assert rule is not None
    assert (rule.share, rule.cap, rule.exempt_codes, rule.min_group) == (Decimal("0.2"), float("inf"), ("44",), 5)
    assert rule.grades == {"A": Decimal("0.5"), "B": Decimal("0.5")}
    assert rule.strata == (Stratum({"tax_per_mu": 1.0}, {}, "规上"),)
    assert as_plain(rule)["cap"] == "inf"
    assert as_plain(rule)["strata"] == said["strata"]


def test_a_share_that_is_none_leaves_the_one_of_the_pack():
    record = run()
    rule = side_of(replace(record, rule={**record.rule, "share": "a lot"})).rule
    assert rule is not None
    assert rule.share == Decimal("0.15")


def test_parameters_are_named_key_by_key():
    assert flat({"a": {"b": {"c": 1}}, "d": [1, 2]}) == {"a.b.c": 1, "d": [1, 2]}
    found = parameters(side_of(run()))
    assert found["weights.tax_per_mu"] == 0.5
    assert found["areas.use"] == "registered"
    assert found["project.year"] == 2025
    assert not [name for name in found if name.startswith(("inputs", "frozen", "outputs"))]
