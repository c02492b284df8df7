"""Between locked lowest and highest values a correction moves nobody else's score; what lies beyond is cut to them."""

from __future__ import annotations

import math
import struct
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from assemble.rawbuild import part, raw, square
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pipeline.builders import names, plots

from landuse.errors import InputError
from landuse.frozen import Locked, over, read_locked
from landuse.pipeline import analyse
from landuse.policy import rule_in_force, stage_notes
from landuse.project import build_project, variant_of
from landuse.reports.content import ledger
from landuse.reports.explain import explain
from landuse.tables import worded_issues
from landuse.write import published_tables
from landuse.write.lock import lock_of

SIZE = 16
WEIGHTS = {"weights": {"tax_per_mu": 60, "output_per_mu": 40}}
JINGDE = {"rules": {"pack": "jingde"}, "indicators": WEIGHTS}
EXTREMES = {"19": {"tax_per_mu": (1.0, 8.0), "output_per_mu": (10.0, 10.0)}}
"""Lowest and highest of `eight`: 15 to 120 over 15 mu, 150 over 15 mu."""


def project_of(folder=Path(), **sections):
    head = {"name": "安澜县(示例)", "year": 2025, **sections.pop("project", {})}
    return build_project({"project": head, "inputs": {"parcels": "p.gpkg"}, **sections}, folder=folder)


def as_given(lock):
    return lock.model_dump(exclude={"stamp", "file"}) if lock else {}


def eight(tax=None, *, lock=None, codes=None, output=None, **sections):
    """Run shoe factories on 15 mu each that pay 1, 2, … 8 a mu and all make 10 a mu, by the method of 旌德."""
    tax = [15.0 * (1 + number) for number in range(8)] if tax is None else tax
    size = len(tax)
    who = part("enterprises", "firms.csv", uscc=names(size), name=names(size), industry_code=codes or ["1951"] * size)
    books = {"tax_wan": tax, "output_wan": output or [150.0] * size, "energy_tce": [5.0] * size}
    books = part("accounts", "books.csv", uscc=names(size), year=[2025] * size, **books)
    return analyse(raw(plots(size), who, books), project_of(frozen=as_given(lock), **{**JINGDE, **sections}))


def score(analysis):
    return analysis.enterprises.set_index("uscc")["score"].to_dict()


@pytest.fixture(scope="module")
def lock():
    return lock_of(eight())


# --------------------------------------------------------------------------------------------- by hand


def test_the_lock_of_a_run_between_lowest_and_highest_holds_both(lock):
    assert lock.extremes == {"19": {**EXTREMES["19"], "output_per_energy": (30.0, 30.0)}}
    assert (lock.bases, lock.means, lock.dropped) == ({}, {}, {})


def test_points_run_between_the_locked_ends_and_what_lies_beyond_is_cut_to_them(lock):
    # 60 for tax, 40 for output, which is alike everywhere: 100. F000 pays nothing, F001 3.5 a mu, F007 20 a mu
    found = score(eight([0.0, 52.5, 45.0, 60.0, 75.0, 90.0, 105.0, 300.0], lock=lock))
    assert found["F000"] == pytest.approx(0.6 * 20 + 40)
    assert found["F001"] == pytest.approx(0.6 * (20 + 80 * 2.5 / 7) + 40)
    assert found["F007"] == pytest.approx(100.0)
    assert found["F003"] == pytest.approx(0.6 * (20 + 80 * 3 / 7) + 40)


@pytest.mark.parametrize(("who", "tax"), [(0, -900.0), (0, 119.0), (7, 16.0), (7, 90_000.0)])
def test_a_corrected_lowest_or_highest_tax_moves_nobody_else(lock, who, tax):
    corrected = [15.0 * (1 + number) for number in range(8)]
    corrected[who] = tax
    before, after = score(eight()), score(eight(corrected, lock=lock))
    name = f"F{who:03d}"
    assert before.pop(name) != after.pop(name) or tax in {-900.0, 90_000.0}
    assert before == after
    free = score(eight(corrected))
    assert {key for key in before if free[key] != before[key]} == {*before} - {"F007"} - {"F000"}


def test_whoever_comes_after_the_lock_is_scored_by_it_and_a_new_group_by_its_own_data(lock):
    tax = [15.0 * (1 + number) for number in range(8)]
    # F008 pays 16 a mu and makes 5 where all others make 10; F009 … F015 are medicine works that pay 1, 2, … 7 a mu
    more = [240.0, *(15.0 * (1 + number) for number in range(7))]
    codes = ["1951"] * 9 + ["2711"] * 7
    output = [150.0] * 8 + [75.0] + [150.0] * 7
    analysis = eight([*tax, *more], lock=lock, codes=codes, output=output)
    found = score(analysis)
    assert {key: found[key] for key in names(8)} == score(eight())
    assert found["F008"] == pytest.approx(60 + 0.4 * 20)
    assert found["F009"] == pytest.approx(0.6 * 20 + 40)
    assert found["F010"] == pytest.approx(0.6 * (20 + 80 / 6) + 40)
    assert lock_of(analysis).extremes["27"]["tax_per_mu"] == (1.0, 7.0)
    assert lock_of(analysis).extremes["19"] == lock.extremes["19"]
    assert not analysis.issues["code"].eq("FROZEN_PARTLY").any()


def test_one_value_is_lowest_and_highest_at_once_and_whoever_states_less_later_has_the_floor():
    one = [150.0, *[None] * 7]
    some = {"indicators": {**WEIGHTS, "min_indicators": 1}}
    first = eight(output=one, **some)
    lock = lock_of(first)
    assert lock.extremes["19"]["output_per_mu"] == (10.0, 10.0)
    found = score(eight(output=[150.0, 149.0, 151.0, *[None] * 5], lock=lock, **some))
    assert found["F000"] == pytest.approx(0.6 * 20 + 40)
    assert found["F001"] == pytest.approx(0.6 * (20 + 80 / 7) + 0.4 * 20)
    assert found["F002"] == pytest.approx(0.6 * (20 + 160 / 7) + 40)
    assert {key: found[key] for key in names(8)[3:]} == {key: score(first)[key] for key in names(8)[3:]}


def test_a_measure_that_nobody_had_stays_out_when_somebody_states_it_and_that_is_said():
    first = eight(output=[None] * 8, indicators={**WEIGHTS, "min_indicators": 1})
    lock = lock_of(first)
    assert lock.dropped == {"19": ("output_per_energy", "output_per_mu")}
    second = eight(output=[150.0, *[None] * 7], indicators={**WEIGHTS, "min_indicators": 1}, lock=lock)
    assert score(second) == score(first)
    assert second.issues.loc[second.issues["code"].eq("FROZEN_OUT"), "value"].tolist() == ["19"]
    assert "锁定时本组无此项数据,不计入得分" in explain(second, "F000")
    assert as_given(lock_of(second)) == as_given(lock)


# ------------------------------------------------------------------------------------ whatever the pack

PACKS = {
    "jingde.toml": 'extends = "jingde"\n',
    "parks.toml": 'extends = "park_types"\n[parameters]\nmethod = "minmax"\nfloor = 20.0\n',
    "mean.toml": 'extends = "park_types"\n[parameters]\nmethod = "minmax"\nfloor = 10.0\nunknown = "mean"\n',
    "ratio.toml": 'extends = "default"\n[parameters]\nunknown = "mean"\n',
    "huangyan.toml": 'extends = "huangyan_2022"\n',
}
HEAD = 'version = 2026-01-01\ntitle = "示例"\ncited = "示例"\n'
FIGURE = st.one_of(st.none(), st.integers(-20, 400).map(float))
BOOKS = st.fixed_dictionaries(
    {
        name: st.lists(FIGURE, min_size=SIZE, max_size=SIZE)
        for name in ("tax_wan", "output_wan", "revenue_wan", "energy_tce", "employees", "electricity_kwh")
    }
)


@pytest.fixture(scope="module", params=PACKS)
def pack(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("规则")
    (folder / request.param).write_text(HEAD + PACKS[request.param], encoding="utf-8")
    return folder, request.param


def county(pack, books, lock=None, **sections):
    """Run sixteen works of two industries in two types of park, on land of two grades."""
    folder, name = pack
    park = ["城东园", "石桥园"]
    shapes = [square(-5000 - 300 * number, 0) for number in range(2)]
    parks = part("parks", "parks.shp", geometry=shapes, park=park, park_type=["传统", "就业型"])
    prices = part("land_prices", "prices.csv", price_level=["一级", "二级"], price_yuan_per_m2=[360.0, 240.0])
    levels = [("一级", "二级")[number % 2] for number in range(SIZE)]
    land = plots(SIZE, price_level=levels, park=[park[number // 8] for number in range(SIZE)])
    ids, scale = names(SIZE), [("规上", "规下")[number % 3 == 0] for number in range(SIZE)]
    who = part("enterprises", "f.csv", uscc=ids, name=ids, industry_code=["1951"] * SIZE, scale=scale)
    accounts = part("accounts", "books.csv", uscc=ids, year=[2025] * SIZE, **books)
    stated = {"rules": {"pack": name}, "ranking": {"min_group": 3}, "frozen": as_given(lock), **sections}
    return analyse(raw(land, who, accounts, parks, prices), project_of(folder, **stated))


@settings(max_examples=5, deadline=None)
@given(books=BOOKS)
def test_a_run_that_is_locked_and_run_again_changes_no_table(pack, books):
    first = county(pack, books)
    lock = lock_of(first)
    second = county(pack, books, lock)
    before, after = published_tables(first), published_tables(second)
    before.pop("lift")  # a lock does lift differently: nothing moves any longer with one's own figures
    for name in before:
        told = ["group_path"] if name == "enterprises" else []  # which pools were tried: with a lock, none
        pd.testing.assert_frame_equal(before[name].drop(columns=told), after[name].drop(columns=told))
    assert as_given(lock_of(second)) == as_given(lock)
    assert Locked.model_validate(as_given(lock)) == Locked.model_validate(as_given(lock_of(second)))
    assert not second.issues["code"].isin(["FROZEN_PARTLY", "FROZEN_OUT", "FROZEN_BASE_UNUSED"]).any()


CHANGES = st.dictionaries(st.sampled_from(["tax_wan", "output_wan", "revenue_wan", "energy_tce"]), FIGURE, min_size=1)


@settings(max_examples=6, deadline=None)
@given(books=BOOKS, who=st.integers(0, SIZE - 1), change=CHANGES)
def test_under_a_lock_no_correction_of_one_firm_moves_the_score_of_another(pack, books, who, change):
    first = county(pack, books)
    corrected = {
        name: [change[name] if name in change and place == who else figure for place, figure in enumerate(figures)]
        for name, figures in books.items()
    }
    second = county(pack, corrected, lock_of(first))
    before, after = (run.enterprises.set_index("uscc")["score"].drop(f"F{who:03d}") for run in (first, second))
    pd.testing.assert_series_equal(before, after, check_exact=True)


def test_the_mean_that_stands_for_the_unknown_is_locked_and_told(tmp_path):
    (tmp_path / "mean.toml").write_text(HEAD + 'extends = "jingde"\n[parameters]\nunknown = "mean"\n', encoding="utf-8")
    books = {
        "tax_wan": [15.0 * (1 + i) for i in range(SIZE)],
        "revenue_wan": [None, *[150.0 * i for i in range(1, 16)]],
    }
    given_ = {"indicators": {"weights": {"tax_per_mu": 60, "revenue_per_mu": 40}, "min_indicators": 1}}
    first = county((tmp_path, "mean.toml"), books, **given_)
    lock = lock_of(first)
    # revenue a mu 10, 20, … 150 of fifteen: 20 + 80 x i / 14, on average 60 of 100
    assert lock.means["19"]["revenue_per_mu"] == pytest.approx(0.6)
    books["revenue_wan"][15] = 0.0
    second = county((tmp_path, "mean.toml"), books, lock, **given_)
    assert score(second)["F000"] == score(first)["F000"] == pytest.approx(0.6 * 20 + 0.4 * 60)
    assert "亩均营业收入:无数据,按锁定的本组该项平均 0.600000 计;权重 40" in explain(second, "F000")


def test_a_measure_that_nobody_had_gives_no_mean_when_somebody_states_it(tmp_path):
    """Emissions are declared a base: without the lock the first who states them sets the points of all others."""
    pack = (tmp_path, "huangyan_2022")
    books = {"tax_wan": [15.0 * (1 + i) for i in range(SIZE)], "value_added_wan": [100.0 + i for i in range(SIZE)]}
    first = county(pack, books)
    books = {**books, "emissions_t": [None, 0.001, *[None] * 14]}
    locked, free = county(pack, books, lock_of(first)), county(pack, books)
    others = [name for name, known in score(first).items() if name != "F001" and not math.isnan(known)]
    assert [score(locked)[name] for name in others] == [score(first)[name] for name in others]
    assert [score(free)[name] for name in others] != [score(first)[name] for name in others]


# --------------------------------------------------------------------------------------------- the file

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ENDS = st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair)))
NAMED = st.sampled_from(["tax_per_mu", "output_per_mu", "rd_share"])
GROUPS = st.sampled_from(["19", "装备*|新兴", 'C* "一"', "ALL|-"])


@settings(max_examples=60, deadline=None)
@given(
    extremes=st.dictionaries(GROUPS, st.dictionaries(NAMED, ENDS, min_size=1)),
    means=st.dictionaries(GROUPS, st.dictionaries(NAMED, NUMBERS, min_size=1)),
)
@example(extremes={"19": {"tax_per_mu": (-0.0, 5e-324)}}, means={"19": {"tax_per_mu": 0.1 + 0.2}})
def test_lowest_highest_and_mean_are_read_back_bit_by_bit(tmp_path_factory, extremes, means):
    path = tmp_path_factory.getbasetemp() / "frozen.toml"
    path.write_text(Locked(extremes=extremes, means=means).text(), encoding="utf-8")
    found = read_locked(path)
    assert bits(found.extremes) == bits(extremes)
    assert bits(found.means) == bits(means)


def bits(said):
    """Return every number as its eight bytes."""
    ends = {(group, name): value for group, known in said.items() for name, value in known.items()}
    return {key: [struct.pack("d", n) for n in (v if isinstance(v, tuple) else (v,))] for key, v in ends.items()}


def test_the_file_says_what_it_holds_and_a_file_without_extremes_is_as_it_was(lock):
    text = lock.text()
    assert '[extremes."19"]\n"tax_per_mu" = [1.0, 8.0]\n' in text
    assert "最低值、最高值" in text
    assert tomllib.loads(text)["extremes"]["19"]["output_per_mu"] == [10.0, 10.0]
    plain = Locked(bases={"19": {"tax_per_mu": 1.5}}).text()
    assert not any(word in plain for word in ("extremes", "means", "最低值"))


def test_what_the_project_file_states_itself_holds_over_the_file_measure_by_measure():
    file = Locked(
        extremes={"19": {"tax_per_mu": (1.0, 2.0), "rd_share": (0.1, 0.2)}}, dropped={"19": ("output_per_mu",)}
    )
    own = Locked(
        extremes={"19": {"tax_per_mu": (0.0, 3.0), "output_per_mu": (1.0, 9.0)}}, dropped={"19": ("rd_share",)}
    )
    both = over(own, file)
    assert both.extremes == {"19": {"tax_per_mu": (0.0, 3.0), "output_per_mu": (1.0, 9.0)}}
    assert both.dropped == {"19": ("rd_share",)}
    assert list(both.extremes_and_gaps()["19"]) == ["rd_share", "tax_per_mu", "output_per_mu"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ('[extremes."19"]\ntax_per_mu = 5.0\n', "extremes.19.tax_per_mu"),
        ('[extremes."19"]\ntax_per_mu = [5.0]\n', "extremes.19.tax_per_mu"),
        ('[extremes."19"]\ntax_per_mu = [1.0, 2.0, 3.0]\n', "extremes.19.tax_per_mu"),
        ('[extremes."19"]\ntax_per_mu = ["low", 2.0]\n', "extremes.19.tax_per_mu"),
        ('[extremes."19"]\ntax_per_mu = [nan, 2.0]\n', "extremes.19.tax_per_mu"),
        ('[means."19"]\ntax_per_mu = inf\n', "means.19.tax_per_mu"),
        ("[extreme]\n", "extreme"),
    ],
)
def test_extremes_that_are_none_are_refused_with_where_they_stand(tmp_path, content, where):
    (tmp_path / "frozen.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        project_of(tmp_path, frozen={"from": "frozen.toml"})
    fault = refused.value.faults[0]
    assert f"[{where}" in fault.where
    assert "extremes" in fault.allowed
    section = tomllib.loads(content)
    with pytest.raises(InputError, match=where.split(".")[0]):
        project_of(frozen=section)


@pytest.mark.parametrize(
    ("frozen", "where", "found"),
    [
        ({"extremes": {"19": {"tax_per_mu": [2.0, 1.0]}}}, "[frozen.extremes.19.tax_per_mu]", "2.0 > 最高 1.0"),
        ({"extremes": {"19": {"tax": [1.0, 2.0]}}}, "[frozen.extremes.19]", "tax"),
        ({"means": {"19": {"tax": 1.0}}}, "[frozen.means.19]", "tax"),
        ({"dropped": {"19": ["tax"]}}, "[frozen.dropped.19]", "tax"),
    ],
)
def test_a_lowest_above_its_highest_and_unknown_measures_are_refused(frozen, where, found):
    with pytest.raises(InputError) as refused:
        rule_in_force(project_of(frozen=frozen))
    assert refused.value.faults[0].where == where
    assert found in refused.value.faults[0].found


@pytest.mark.parametrize(("mean", "is_refused"), [(70.0, True), (-0.2, True), (0.7, False), (0.0, False)])
def test_a_locked_mean_that_no_points_can_have_is_refused(mean, is_refused):
    def found(pack):
        frozen = {"means": {"19": {"tax_per_mu": mean}}}
        return rule_in_force(project_of(frozen=frozen, rules={"pack": pack}, indicators={"cap": 1.5}))

    assert found("default").frozen_means == {"19": {"tax_per_mu": mean}}  # a rule without means does not use it
    if not is_refused:
        assert found("huangyan_2022").frozen_means == {"19": {"tax_per_mu": mean}}
        return
    with pytest.raises(InputError) as refused:
        found("huangyan_2022")
    fault = refused.value.faults[0]
    assert (fault.where, fault.found) == ("[frozen.means.19.tax_per_mu]", repr(mean))


def test_a_project_without_extremes_has_the_digest_it_had_before_there_were_any():
    said = project_of(frozen={"groups": {"F000": "19"}}).text()
    assert "extremes" not in said
    assert "means" not in said
    assert "extremes" in project_of(frozen={"extremes": EXTREMES}).text()


# -------------------------------------------------------------------------------------------- the notes


def test_a_lock_of_an_older_version_is_used_as_it_was_and_said_to_hold_in_part(lock):
    """Between lowest and highest it wrote groups, and every measure as one without a base."""
    old = Locked(groups=lock.groups, dropped={"19": ("output_per_energy", "output_per_mu", "tax_per_mu")})
    found = eight([0.0, *(15.0 * (1 + number) for number in range(1, 8))], lock=old)
    assert score(found) == score(eight([0.0, *(15.0 * (1 + number) for number in range(1, 8))]))
    told = worded_issues(found.issues[found.issues["code"].eq("FROZEN_PARTLY")], "zh")
    assert told["value"].tolist() == ["jingde"]
    assert "规则包jingde计分所用的组内最低、最高值:涉及1个评价分组,如19" in told["message"].iloc[0]
    again = lock_of(found)
    assert again.extremes["19"]["tax_per_mu"] == (0.0, 8.0)
    assert again.dropped == {}


@pytest.mark.parametrize(
    ("locked", "change", "told"),
    [
        ({"extremes": EXTREMES}, {"method": "minmax"}, 0),
        ({"extremes": EXTREMES, "groups": {"F000": "20"}}, {"method": "minmax"}, 1),
        ({"extremes": EXTREMES}, {"method": "minmax", "unknown": "mean"}, 1),
        ({"extremes": EXTREMES, "means": {"19": {"tax_per_mu": 0.5}}}, {"method": "minmax", "unknown": "mean"}, 0),
        ({"bases": {"19": {"tax_per_mu": 1.0}}, "means": {"19": {"tax_per_mu": 0.5}}}, {"unknown": "mean"}, 0),
        ({"extremes": EXTREMES}, {}, 1),
        ({"groups": {"F000": "19"}}, {}, 0),
    ],
)
def test_a_lock_is_said_to_hold_in_part_only_where_it_lacks_what_the_rule_compares_with(locked, change, told):
    project = project_of(frozen=locked)
    notes = stage_notes(project, replace(rule_in_force(project), **change))
    assert notes["code"].tolist() == ["FROZEN_PARTLY"] * told


def test_extremes_of_a_group_in_which_nobody_is_left_are_told(lock):
    moved = over(Locked(extremes={"88": {"tax_per_mu": (1.0, 2.0)}}), lock)
    issues = eight(lock=moved).issues
    assert issues.loc[issues["code"].eq("FROZEN_BASE_UNUSED"), "value"].tolist() == ["88"]


# --------------------------------------------------------------------------------- what is shown of it


def test_an_explanation_names_the_locked_lowest_and_highest_and_says_what_was_cut(lock):
    run = eight([0.0, 52.5, 45.0, 60.0, 75.0, 90.0, 105.0, 300.0], lock=lock)
    low, between, high = (explain(run, name) for name in ("F000", "F001", "F007"))
    assert "亩均税收:0.0000 低于锁定的组内最低 1.0000(最高 8.0000),按最低计,取 0.200000;权重 60" in low
    # 20 + 80 x 2.5 / 7 = 48.5714 percent
    line = "(20 + 80 ×(3.5000 − 锁定的组内最低 1.0000)÷(锁定的组内最高 8.0000 − 1.0000))÷ 100 = 0.485714;权重 60"
    assert line in between
    assert "亩均税收:20.0000 高于锁定的组内最高 8.0000(最低 1.0000),按最高计,取 1.000000;权重 60" in high
    assert "亩均产值:10.0000,锁定的组内最低、最高均为 10.0000,取 1.000000;权重 40" in between


def test_the_ledger_prints_the_locked_extremes_and_where_there_are_none_says_so(lock):
    def printed(analysis):
        return {sheet.key: sheet for sheet in ledger(analysis)}["method"].rows.set_index("parameter")["setting"]

    title = "锁定的组内最低、最高值"
    assert "tax_per_mu=1 … 8" in printed(eight(lock=lock))[title]
    assert printed(eight())[title] == "无"


def test_a_variant_may_lock_other_extremes_or_lift_the_lock(lock):
    variants = {"解除": {"frozen.use": False}, "改": {"frozen.extremes": {"19": {"tax_per_mu": [0.0, 16.0]}}}}
    project = project_of(frozen=as_given(lock), variants=variants, **JINGDE)
    assert not variant_of(project, "解除").locked
    assert variant_of(project, "改").locked.extremes["19"] == {"tax_per_mu": (0.0, 16.0)}


# ----------------------------------------------------------------------------------- what would lift it

QUANTITIES = {"tax_wan": 1e-6, "output_wan": 1e-6}
"""Figure -> its smallest part: 0.01 yuan in 10,000."""


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_what_is_said_to_lift_an_enterprise_does_in_a_run_under_the_lock_and_one_part_less_does_not(quantity):
    books = {
        "tax_wan": [15.0 * (1 + n) for n in range(8)],
        "output_wan": [150.0 + 10 * ((3 * n) % 8) for n in range(8)],
    }

    def again(lock=None):
        return eight(books["tax_wan"], output=books["output_wan"], lock=lock)

    lock = lock_of(again())
    books["tax_wan"][0] = -30.0  # beyond the locked lowest: the first steps back bring nothing
    run = again(lock)
    found = run.lift.set_index(["uscc", "quantity"]).loc[("F000", quantity)]
    assert found["possible"]
    before = score(run)
    for amount, listed in ((found["to"], False), (found["to"] - QUANTITIES[quantity], True)):
        books[quantity] = [amount, *books[quantity][1:]]
        then = again(lock)
        assert bool(then.enterprises.set_index("uscc").loc["F000", "in_bottom_share"]) is listed
        assert {**score(then), "F000": 0.0} == {**before, "F000": 0.0}


def test_a_figure_above_the_locked_highest_helps_no_more_and_one_below_the_lowest_has_to_reach_it(lock):
    # F000 pays 100 a mu, which counts as 8, and makes 5 where 10 is both lowest and highest: 60 + 8. F001 has 99.54
    run = eight([1500.0, 119.0, *[120.0] * 6], output=[75.0, *[150.0] * 7], lock=lock)
    assert score(run)["F000"] == pytest.approx(68.0)
    assert score(run)["F001"] == pytest.approx(0.6 * (20 + 80 * (119 / 15 - 1) / 7) + 40)
    found = run.lift.set_index(["uscc", "quantity"])
    assert found.loc[("F000", "tax_wan"), "why"] == "AT_CAP"
    assert found.loc[("F000", "output_wan"), "to"] == 150.0
