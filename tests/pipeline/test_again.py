"""A run asked again: what is taken over must be what a run from the start would find."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from assemble.rawbuild import part, project, raw, square
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pipeline.builders import accounts, firm, firms, lease, names, plots, run

from landuse import again
from landuse.assemble import base_tables
from landuse.errors import InputError
from landuse.evaluate import evaluate, ground_of
from landuse.overrides import STAGES
from landuse.policy import CLASSES, class_finder, rule_in_force, variants_in_force
from landuse.policy.verdict import other_rules
from landuse.project import build_project, variant_of

SIZE = 16
CHANGES = {
    "project.year": 2024,
    "project.land_date": "2024-06-30",
    "areas.use": "ellipsoid",
    "areas.leased_out": "always",
    "land_price.apply": "multiply",
    "land_price.reference": 333.0,
    "land_price.overlay_min_share": 0.9,
    "indicators.years": 3,
    "indicators.min_indicators": 3,
    "indicators.weights": {"tax_per_mu": 1.0, "value_added_per_mu": 1.0, "rd_share": 2.0},
    "indicators.cap": 1.1,
    "indicators.revenue_for_output": False,
    "ranking.share": 0.4,
    "ranking.level": 4,
    "ranking.min_group": 2,
    "ranking.within": "scale",
    "ranking.industry": "plain",
    "ranking.shared_parcel": "shared",
    "rules.pack": "default",
    "rules.enabled": ["R01"],
    "rules.exempt_codes": ["1953"],
    "rules.new_months": 60,
    "rules.small_mu": 16.0,
    "rules.tax_limit_wan_per_mu": {"规上": 0.9, "规下": 0.4},
    "rules.mean_share": "1/5",
    "rules.large_mu": 14.0,
    "rules.d_years": 1,
    "rules.ramp_years": 5,
    "rules.prohibited_codes": ["3110"],
    "rules.controls": "far_2008_example",
    "rules.batches": {"首批": 0.3},
    "frozen.use": False,
    "frozen.dropped": {"19": ["tax_per_mu"]},
    "frozen.extremes": {"19": {"tax_per_mu": [0.5, 2.0]}},
    "frozen.means": {"19": {"tax_per_mu": 0.5}},
    "frozen.groups": {"F000": "19", "F001": "19"},
    "frozen.bases": {"19": {"tax_per_mu": 2.0}},
    "frozen.reference_price": 250.0,
}
"""A value of each setting a variant may change, other than that of the base."""


@pytest.fixture(scope="module")
def tables():
    """Return sixteen works with three years of accounts, dated leases, two price zones and areas that differ."""
    steps = range(SIZE)
    odd = {"area_m2": None, "lessor_uscc": None}
    return raw(
        plots(
            SIZE, registered_area_m2=[9_000.0 + 150 * (i % 5) for i in steps],
            finish_due=pd.to_datetime(["2024-04-01" if i == 3 else "2021-05-01" if i > 9 else None for i in steps]),
            finish_date=pd.to_datetime(["2021-06-01" if i > 9 else None for i in steps]),
            tax_due_wan_per_mu=[12.0 if i > 9 else None for i in steps],
            far_due=[0.4 if i > 9 else None for i in steps],
        ),
        part(
            "enterprises", "firms.csv", uscc=names(SIZE + 2), name=names(SIZE + 2),
            industry_code=["1951"] * 10 + ["1953", "3110", "3110", *["1951"] * 5],
            scale=["规下" if i % 3 else "规上" for i in range(SIZE + 2)],
            registered_on=pd.to_datetime(["2021-06-01" if i == 5 else "2001-01-01" for i in range(SIZE + 2)]),
        ),
        *(
            accounts(
                SIZE + 2, year=year, tax_wan=[5.0 + (i * 7 + year) % 17 for i in range(SIZE + 2)],
                output_wan=[None if i == 4 else 50.0 + (i * 5 + year) % 31 for i in range(SIZE + 2)],
                revenue_wan=[80.0] * (SIZE + 2), rd_wan=[1.0 + i % 4 for i in range(SIZE + 2)],
                value_added_wan=[20.0 + i % 7 for i in range(SIZE + 2)],
                energy_tce=[None if i == 6 else 5.0 + i for i in range(SIZE + 2)],
            )
            for year in (2023, 2024, 2025)
        ),
        lease("P000", "F016", 3000.0, from_date=pd.to_datetime(["2025-02-01"])),
        lease("P001", "F017", 2000.0, to_date=pd.to_datetime(["2024-12-31"])),
        part("occupancy", "more.csv", parcel_id=["P002"], uscc=["STRANGER"], tenure=["lease"], **odd),
        part(
            "meters", "meters.csv", uscc=["F000"] * 36, kwh=[float(100 * i) for i in range(36)],
            month=pd.date_range("2023-01-01", periods=36, freq="MS"),
        ),
        part(
            "land_prices", "prices.gpkg", geometry=[square(-50, -50, 1290), square(1270, -50, 5000, 200)],
            price_level=["一级", "二级"], price_yuan_per_m2=[400.0, 200.0],
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def settings_of_base():
    return project(ranking={"share": 0.2, "min_group": 3})


@pytest.fixture(scope="module")
def asked(tables, settings_of_base):
    rule = rule_in_force(settings_of_base)
    base = base_tables(tables, settings_of_base, rule)
    ground = ground_of(base, settings_of_base, rule)
    return again.Asked(base.stored(), ground, settings_of_base, rule)


def varied(base, **variants):
    """Return the variants of a project: name -> (project, rule)."""
    return variants_in_force(base.model_copy(update={"variants": variants}))


def test_a_value_is_tried_for_every_setting_that_a_variant_may_change():
    assert set(CHANGES) == set(STAGES) - {"frozen.from"}  # a file of an earlier run; read like what it holds


@pytest.mark.parametrize("setting", CHANGES)
def test_what_is_asked_again_is_what_a_run_from_the_start_finds(setting, asked, tables, settings_of_base):
    made, rule = varied(settings_of_base, v={setting: CHANGES[setting]})["v"]
    then = asked.again(made, rule)
    base = base_tables(tables, made, rule)
    ground = ground_of(base, made, rule)
    found, fresh = then.evaluated(), evaluate(base, ground, made, rule)
    pd.testing.assert_frame_equal(found.verdict.enterprises, fresh.verdict.enterprises)
    pd.testing.assert_frame_equal(found.verdict.findings, fresh.verdict.findings)
    pd.testing.assert_frame_equal(then.ground.held.land.occupancy, ground.held.land.occupancy)
    pd.testing.assert_frame_equal(then.ground.held.money.parcels, ground.held.money.parcels)
    pd.testing.assert_frame_equal(then.ground.power, ground.power)
    assert then.base.parcels.table["area_mu"].equals(base.parcels.table["area_mu"])
    same = {"rules.pack", "rules.enabled", "frozen.use", "frozen.groups", "frozen.extremes", "frozen.means"}
    before = asked.evaluated().verdict
    if setting not in same:
        told = found.verdict.enterprises.equals(before.enterprises) and found.verdict.findings.equals(before.findings)
        assert not told


NAMED = ["R01", "R02", "R03", "R04", "R05", "R07", "R08", "R09", "R10"]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4, unique=True), data=st.data())
def test_any_few_settings_changed_together_give_what_a_project_with_them_gives(some, data, tables):
    from landuse.pipeline import analyse

    enabled = data.draw(st.lists(st.sampled_from(NAMED), min_size=1, unique=True))
    stated = {name: CHANGES[name] for name in some} | {"rules.enabled": enabled}
    base = project(ranking={"share": 0.2, "min_group": 3}, variants={"v": stated})
    try:
        made, _ = variants_in_force(base)["v"]
    except InputError:
        assume(condition=False)
    both, own = analyse(tables, base), analyse(tables, made)
    rows = both.variants.rows.set_index("uscc")
    known = own.enterprises.set_index("uscc").loc[rows.index]
    for name in ("status", "industry_group", "score", "rank", "low_efficiency"):
        assert rows[name].equals(known[name]), name


@pytest.mark.parametrize(
    "stated",
    [
        {"shared_parcel": '"holder"'}, {"industry": '"plain"'}, {"years": "3"}, {"overlay_min_share": "0.9"},
        {"revenue_for_output": "false"}, {"weights": "{ tax_per_mu = 1, rd_share = 2 }"},
    ],
    ids=lambda stated: next(iter(stated)),
)  # fmt: skip
def test_a_variant_with_a_pack_of_its_own_gives_what_a_project_with_that_pack_gives(stated, tables, tmp_path):
    """What a pack states reaches every stage: tenants, industries, years and the overlay of prices among them."""
    from landuse.pipeline import analyse

    lines = "\n".join(f"{name} = {value}" for name, value in stated.items())
    (tmp_path / "own.toml").write_text(
        f'version = 2026-03-01\ntitle = "本县办法"\n[parameters]\n{lines}\n', encoding="utf-8"
    )
    head = {"project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}, "ranking": {"min_group": 3}}
    base = build_project({**head, "variants": {"v": {"rules.pack": "own.toml"}}}, folder=tmp_path)
    own = build_project({**head, "rules": {"pack": "own.toml"}}, folder=tmp_path)
    rows = analyse(tables, base).variants.rows.set_index("uscc")
    known = analyse(tables, own).enterprises.set_index("uscc").loc[rows.index]
    before = analyse(tables, build_project(head, folder=tmp_path)).enterprises.set_index("uscc").loc[rows.index]
    told = ["status", "industry_group", "score", "rank", "low_efficiency"]
    pd.testing.assert_frame_equal(rows[told], known[told])
    assert not rows[told].equals(before[told])


def test_a_variant_with_r08_grades_the_years_before_by_its_own_rule():
    """F000 is last by output in both years and by tax in 2025 alone: D twice by output, once by the weights of ours.

    Of ten, 95 % are 9.5, half up 10: the lowest 5 % are nobody. Of twenty 19: one.
    """
    falling = [500.0, *[10.0 + i for i in range(19)]]
    output = [1.0, *[100.0 + i for i in range(19)]]
    parts = (
        plots(20), firms(20), accounts(20, tax_wan=[1.0, *[10.0 + i for i in range(19)]], output_wan=output),
        accounts(20, year=2024, tax_wan=falling, output_wan=output),
    )  # fmt: skip
    stated = {"indicators": {"weights": {"output_per_mu": 1.0}, "min_indicators": 1}, "rules": {"enabled": ["R08"]}}
    own = run(*parts, **stated)
    assert own.enterprises.loc[own.enterprises["low_efficiency"].eq(other=True), "uscc"].tolist() == ["F000"]
    plain = run(*parts, rules={"enabled": ["R08"]}, variants={"output": stated})
    assert not plain.enterprises["low_efficiency"].eq(other=True).any()
    rows = plain.variants.rows
    listed = rows["low_efficiency"].eq(other=True) & rows["variant"].eq("output")
    assert rows.loc[listed, "uscc"].tolist() == ["F000"]


@pytest.mark.parametrize(
    ("setting", "done"),
    [
        ("ranking.share", []), ("land_price.apply", []), ("ranking.level", []), ("rules.pack", []),
        ("areas.use", ["who_uses", "year_books", "money_on_land"]),
        ("areas.leased_out", ["who_uses", "year_books", "money_on_land"]),
        ("land_price.overlay_min_share", ["parcel_prices"]),
        ("indicators.revenue_for_output", ["year_books", "money_on_land"]),
        ("project.year", ["who_uses", "year_books", "money_on_land"]),
    ],
)  # fmt: skip
def test_only_what_a_setting_touches_is_done_anew(setting, done, asked, settings_of_base, monkeypatch):
    # electricity of a parcel is shared by land: the books hear it again where land is resolved anew
    calls = []
    for name in ("who_uses", "parcel_prices", "year_books", "money_on_land"):
        known = getattr(again, name)
        monkeypatch.setattr(again, name, lambda *a, _n=name, _f=known, **k: calls.append(_n) or _f(*a, **k))
    made, rule = varied(settings_of_base, v={setting: CHANGES[setting]})["v"]
    asked.again(made, rule)
    assert sorted(calls) == sorted(done)


def test_land_is_not_resolved_again_for_another_year_where_there_are_no_leases(monkeypatch):
    calls = []
    known = again.who_uses
    monkeypatch.setattr(again, "who_uses", lambda *a: calls.append(a) or known(*a))
    analysis = run(plots(9), firms(9), accounts(9), accounts(9, year=2024))
    assert analysis.history["year"].value_counts().to_dict() == {2024: 9, 2025: 9}
    assert calls == []


def test_with_one_year_of_accounts_nothing_is_compared_twice(monkeypatch):
    monkeypatch.setattr(again, "compared", lambda *_: pytest.fail("compared again"))
    analysis = run(plots(9), firms(9), accounts(9))
    assert analysis.history["year"].unique().tolist() == [2025]
    assert "years_in_bottom" not in analysis.enterprises.columns
    assert analysis.variants is None


def test_a_past_year_stands_as_a_run_of_that_year_finds_it(tables, settings_of_base):
    from landuse.pipeline import analyse

    history = analyse(tables, settings_of_base).history
    assert history["year"].unique().tolist() == [2023, 2024, 2025]
    for year in (2023, 2024):
        own = analyse(tables, project(project={"year": year}, ranking={"share": 0.2, "min_group": 3})).history
        rows = [each.loc[each["year"].eq(year)].reset_index(drop=True) for each in (own, history)]
        pd.testing.assert_frame_equal(*rows)


def test_a_dated_lease_counts_in_a_past_year_where_it_covers_its_31_december(tables, settings_of_base):
    from landuse.pipeline import analyse

    status = analyse(tables, settings_of_base).history.set_index(["uscc", "year"])["status"]
    # F016 leases from February 2025, F017 until the last day of 2024
    assert [status["F016", year] for year in (2024, 2025)] == ["NO_LAND", "RANKED"]
    assert [status["F017", year] for year in (2024, 2025)] == ["RANKED", "NO_LAND"]


def test_a_mean_of_three_years_asks_two_known_ones_of_every_year_and_says_their_number():
    analysis = run(
        plots(9), firms(9), accounts(9), accounts(9, year=2024), accounts(9, year=2023), indicators={"years": 3}
    )
    known = analysis.history.set_index(["uscc", "year"])
    assert [known.loc[("F000", year), "status"] for year in (2023, 2024, 2025)] == ["INCOMPLETE", "RANKED", "RANKED"]
    assert [known.loc[("F000", year), "n_years"] for year in (2023, 2024, 2025)] == [0, 2, 3]
    assert firm(analysis, "F000")["n_years"] == 3
    assert "n_years" not in run(plots(9), firms(9), accounts(9)).enterprises.columns


def test_frozen_bases_hold_for_the_year_of_the_run_alone():
    tables = [plots(9), firms(9), accounts(9), accounts(9, year=2024)]
    frozen = run(*tables, frozen={"bases": {"19": {"tax_per_mu": 1000.0}}}).history.set_index(["uscc", "year"])["score"]
    free = run(*tables).history.set_index(["uscc", "year"])["score"]
    assert frozen["F008", 2024] == free["F008", 2024]
    assert frozen["F008", 2025] < free["F008", 2025]


def test_years_on_end_at_the_bottom_are_a_column_of_the_enterprises():
    # share 0.2 of nine: two; F000 is among them in all years, F001 not in 2024
    falling = [10.0, 30.0, 20.0, *[40.0] * 6]
    analysis = run(plots(9), firms(9), accounts(9), accounts(9, year=2024, tax_wan=falling, output_wan=falling),
                   accounts(9, year=2023), ranking={"share": 0.2})  # fmt: skip
    assert [firm(analysis, uscc)["years_in_bottom"] for uscc in ("F000", "F001", "F002")] == [3, 1, 0]


# --------------------------------------------------------------------------------------------- variants

SHARES = {f"s{percent:02d}": {"ranking.share": percent / 100} for percent in range(5, 31)}


@pytest.fixture(scope="module")
def shares(tables):
    from landuse.pipeline import analyse

    return analyse(tables, project(ranking={"share": 0.2, "min_group": 3}, variants=SHARES))


def test_a_larger_share_never_removes_anybody(shares):
    rows = shares.variants.rows
    listed = [
        set(rows.loc[rows["variant"].eq(name) & rows["low_efficiency"].eq(other=True), "uscc"]) for name in SHARES
    ]
    assert all(small <= large for small, large in pairwise(listed))
    assert listed[0] < listed[-1]


def test_the_steps_of_the_map_are_the_classes_of_a_run_at_every_share(shares, tables):
    from landuse.pipeline import analyse

    steps = shares.variants.steps[""]
    for percent in (5, 9, 10, 15, 20, 22, 30):
        own = analyse(tables, project(ranking={"share": percent / 100, "min_group": 3}))
        assert [CLASSES[code] for code in steps.at(percent)] == own.parcels.table["efficiency_class"].tolist(), percent
    assert set(shares.variants.steps) == {"", *SHARES}


def test_a_variant_says_what_a_run_with_its_settings_says(tables):
    from landuse.pipeline import analyse

    base = {"share": 0.2, "min_group": 3}
    both = analyse(
        tables, project(ranking=base, variants={"even": {"areas": {"use": "ellipsoid"}, "land_price.apply": "none"}})
    )
    own = analyse(tables, project(ranking=base, areas={"use": "ellipsoid"}, land_price={"apply": "none"}))
    rows = both.variants.rows.set_index("uscc")
    known = own.enterprises.set_index("uscc").loc[rows.index]
    for name in ("status", "industry_group", "score", "rank", "low_efficiency"):
        assert rows[name].equals(known[name]), name
    changes = both.variants.changes_in_units().set_index(["unit", "item", "by"])
    listed = own.enterprises["low_efficiency"].eq(other=True)
    assert changes.loc[("enterprise", "listed", "all"), "mu_variant"].item() == pytest.approx(
        own.enterprises.loc[listed, "area_mu"].sum(), abs=1e-6
    )
    low = own.parcels.table.loc[own.parcels.table["efficiency_class"].eq("low")]
    assert changes.loc[("parcel", "low", "all"), "mu_variant"].item() == pytest.approx(low["area_mu"].sum(), abs=1e-6)
    assert changes.loc[("parcel", "low", "all"), "tax_wan_variant"].item() == pytest.approx(low["tax_wan"].sum())


def test_the_run_itself_is_the_same_with_and_without_variants(tables, shares):
    from landuse.pipeline import analyse

    own = analyse(tables, project(ranking={"share": 0.2, "min_group": 3}))
    assert list(shares.enterprises.columns) == [*own.enterprises.columns, "in_variants", "robust_core"]
    pd.testing.assert_frame_equal(shares.enterprises[own.enterprises.columns], own.enterprises)
    pd.testing.assert_frame_equal(shares.parcels.table, own.parcels.table)
    pd.testing.assert_frame_equal(shares.history, own.history)


def test_classes_may_be_asked_for_any_verdict(asked):
    found = asked.evaluated().verdict.enterprises
    finder = class_finder(
        asked.base.parcels.table, occupancy=asked.ground.held.land.occupancy, enterprises=found, rule=asked.rule
    )
    nobody = pd.Series(pd.array([False] * len(found), dtype="boolean"))
    assert "low" not in {CLASSES[code] for code in finder(nobody)}
    assert "low" in {CLASSES[code] for code in finder(~nobody)}


def test_a_rule_beside_the_bottom_share_is_heard_whatever_the_share(asked):
    found = asked.evaluated()
    keys = found.verdict.enterprises["uscc"]
    more = pd.DataFrame({"unit": "enterprise", "key": keys, "rule_id": "R99", "outcome": pd.array([True] * len(keys))})
    findings = pd.concat([found.verdict.findings, more], ignore_index=True)
    firms = found.verdict.enterprises
    assert other_rules(findings, firms, replace(asked.rule, enabled=("R01", "R99"))).all()
    assert not other_rules(findings, firms, asked.rule).any()


def test_a_variant_whose_rule_cannot_be_is_refused_by_name():
    with pytest.raises(InputError) as caught:
        variants_in_force(project(variants={"甲": {"rules.pack": "none_such"}, "乙": {"indicators.min_indicators": 9}}))
    assert [fault.where for fault in caught.value.faults] == [
        "[variants.乙] [indicators.min_indicators]", "[variants.甲] [rules.pack]",
    ]  # fmt: skip


def test_a_variant_is_a_project_of_its_own():
    made = variant_of(project(ranking={"share": 0.2}, variants={"v": {"ranking": {"level": 3}}}), "v")
    assert (str(made.ranking.share), made.ranking.level, made.variants) == ("0.2", 3, {})
