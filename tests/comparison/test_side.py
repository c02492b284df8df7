"""A run of another day is taken with the rule it wrote down, not with what its pack says now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from assemble.rawbuild import raw
from comparison_builders import TAX, books, compare, firms, record, run
from pipeline.builders import plots

from landuse.comparison.side import flat, parameters, side_of
from landuse.pipeline import analyse
from landuse.project import build_project
from landuse.rule import Stratum, as_plain

HEAD = """
version = 2026-03-01
title = "本县办法"

[parameters]
"""


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


def own_pack_run(folder, lines, **sections):
    """Return the record of a run with a pack of its own, which is gone when the record is read."""
    (folder / "own.toml").write_text(HEAD + lines, encoding="utf-8")
    tree = {
        "project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}, "rules": {"pack": "own.toml"},
        **sections,
    }  # fmt: skip
    found = record(analyse(raw(plots(9), firms(), books(TAX)), build_project(tree, folder=folder)), data="same")
    (folder / "own.toml").unlink()
    return found


def test_runs_with_a_pack_of_their_own_are_compared_though_its_file_is_gone(tmp_path):
    """Of nine 15 % are 1.35, half up 1; 30 % are 2.7, half up 3: F001 and F002 enter by the share alone."""
    old, new = (own_pack_run(tmp_path, f"share = {share}\ncap = inf\n") for share in ("0.15", "0.3"))
    side = side_of(new)
    assert side.rule is not None
    assert (side.rule.share, side.rule.cap) == (Decimal("0.3"), float("inf"))
    found = compare(old, new)
    assert "no_rule" not in found.notes
    entered = found.units[found.units["list"].eq("enterprises") & found.units["change"].eq("entered")]
    assert dict(zip(entered["key"], entered["causes"], strict=True)) == {"F001": ("rule",), "F002": ("rule",)}
    assert [name for name in parameters(side) if name.startswith("own_pack")] == []


def test_a_run_whose_variants_name_a_pack_file_is_compared(tmp_path):
    variants = {"v": {"rules": {"pack": "own.toml"}}}
    assert side_of(own_pack_run(tmp_path, "share = 0.3\n", variants=variants)).rule is not None


def test_limits_by_scale_and_fractions_come_back_as_the_rule_has_them():
    record_ = run()
    said = {"tax_limit_wan_per_mu": {"规上": 6.0, "规下": 3.0}, "mean_share": "1/3"}
    rule = side_of(replace(record_, rule={**record_.rule, **said})).rule
    assert rule is not None
    assert rule.tax_limit_wan_per_mu == {"规上": 6.0, "规下": 3.0}
    assert rule.mean_share == Fraction(1, 3)
    by_scale = run(rules={"tax_limit_wan_per_mu": {"规上": 6, "规下": 3}})
    one = side_of(replace(by_scale, rule={**by_scale.rule, "tax_limit_wan_per_mu": 4.0})).rule
    assert one is not None
    assert one.tax_limit_wan_per_mu == 4.0
    unreadable = side_of(replace(record_, rule={**record_.rule, "mean_share": "half"})).rule
    assert unreadable is not None
    assert unreadable.mean_share == Fraction(1, 2)
