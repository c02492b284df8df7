"""Values of a run that are locked hold for later ones; whatever is corrected, nobody else's score moves."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from assemble.rawbuild import part, raw
from assemble.rawbuild import project as project_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline.builders import accounts, names, plots

from landuse.errors import InputError
from landuse.frozen import Locked, locked_by, over, read_locked
from landuse.pipeline import analyse
from landuse.policy import rule_in_force, stage_notes
from landuse.project import build_project
from landuse.settings import Frozen
from landuse.write import published_tables
from landuse.write.lock import lock_of

SIZE = 16
PRICES = part("land_prices", "prices.csv", price_level=["一级", "二级"], price_yuan_per_m2=[360.0, 240.0])


def run(tax, frozen=None, **sections):
    """Run sixteen firms of two industries on land of two grades, with the given taxes."""
    levels = [("一级", "二级")[number % 2] for number in range(SIZE)]
    ids = names(SIZE)
    who = part("enterprises", "firms.csv", uscc=ids, name=ids, industry_code=["1951"] * 8 + ["2711"] * 8)
    tables = raw(plots(SIZE, price_level=levels), who, accounts(SIZE, tax_wan=list(tax)), PRICES)
    frozen = {"frozen": frozen.model_dump(exclude={"stamp", "file"})} if frozen else {}
    return analyse(tables, project_of(**frozen, **sections))


def as_given(locked: Locked) -> dict[str, object]:
    return locked.model_dump(exclude={"stamp", "file"})


TAXES = st.lists(st.integers(-50, 400), min_size=SIZE, max_size=SIZE)


@settings(max_examples=12, deadline=None)
@given(tax=TAXES)
def test_a_run_that_is_locked_and_run_again_changes_no_table(tax):
    first = run(tax)
    second = run(tax, lock_of(first))
    before, after = published_tables(first), published_tables(second)
    before.pop("lift")  # a lock does lift differently: the base no longer moves with one's own figures
    for name in before:
        told = ["group_path"] if name == "enterprises" else []  # which pools were tried: with a lock, none
        pd.testing.assert_frame_equal(before[name].drop(columns=told), after[name].drop(columns=told))
    assert as_given(lock_of(second)) == as_given(lock_of(first))


@settings(max_examples=12, deadline=None)
@given(tax=TAXES, who=st.integers(0, SIZE - 1), corrected=st.integers(-50, 4000))
def test_under_a_lock_the_corrected_tax_of_one_firm_moves_no_other_score(tax, who, corrected):
    lock = lock_of(run(tax))
    scores = [
        run(values, lock).enterprises.set_index("uscc")["score"].drop(f"F{who:03d}")
        for values in (tax, [*tax[:who], corrected, *tax[who + 1 :]])
    ]
    pd.testing.assert_series_equal(*scores)


def test_without_a_lock_the_corrected_tax_of_one_firm_moves_the_others():
    tax = [10.0 + number for number in range(SIZE)]
    before, after = (run(values).enterprises.set_index("uscc")["score"] for values in (tax, [900.0, *tax[1:]]))
    assert (before.drop("F000").iloc[:7] > after.drop("F000").iloc[:7]).all()


def test_an_indicator_without_a_base_stays_out_when_a_correction_would_bring_it_back():
    first = run([0.0] * SIZE)  # nobody pays: tax per mu has no base in either industry
    lock = lock_of(first)
    assert lock.dropped == {"19": ("tax_per_mu",), "27": ("tax_per_mu",)}
    second = run([900.0] + [0.0] * (SIZE - 1), lock)
    assert second.enterprises["score"].tolist() == first.enterprises["score"].tolist()


def test_the_file_says_groups_bases_and_price_exactly_and_which_run_they_are_of():
    found = tomllib.loads(lock_of(run([10.0 + number for number in range(SIZE)])).text())
    # land is alike everywhere: the mean of 360 and 240 is 300
    assert found["reference_price"] == 300.0
    assert found["groups"] == {f"F{n:03d}": "19" if n < 8 else "27" for n in range(SIZE)}
    assert found["stamp"]["year"] == 2025
    assert found["stamp"]["stage"] == "初步"
    assert len(found["stamp"]["project_digest"]) == 64
    # output 100 + 7 i, energy 5 + i of the first eight: (8 x 100 + 7 x 28) / (8 x 5 + 28)
    assert found["bases"]["19"]["output_per_energy"] == 996 / 68


# --------------------------------------------------------------------------------------------- the file


@pytest.fixture
def file(tmp_path):
    """Give a folder with a file of locked values in it."""
    locked = Locked(groups={"A": "19", '一"B': "C*"}, bases={"19": {"tax_per_mu": 0.1}}, reference_price=299.5)
    (tmp_path / "旧 表").mkdir()
    (tmp_path / "旧 表" / "frozen.toml").write_text(locked.text(), encoding="utf-8")
    return tmp_path


def build(folder: Path, **frozen):
    tree = {"project": {"name": "n", "year": 2025}, "inputs": {"parcels": "p.gpkg"}, "frozen": frozen}
    return build_project(tree, folder=folder)


@pytest.mark.parametrize("path", ["旧 表/frozen.toml", "旧 表\\frozen.toml"])
def test_the_file_is_read_from_beside_the_project_file(file, path):
    locked = build(file, **{"from": path}).locked
    assert locked.groups == {"A": "19", '一"B': "C*"}
    assert locked.bases == {"19": {"tax_per_mu": 0.1}}
    assert (locked.reference_price, locked.file) == (299.5, "旧 表/frozen.toml")


def test_what_the_project_file_states_itself_holds_key_by_key(file):
    own = {"groups": {"A": "20"}, "bases": {"19": {"output_per_mu": 7.0}}}
    locked = build(file, **{"from": "旧 表/frozen.toml"}, **own).locked
    assert locked.groups == {"A": "20", '一"B': "C*"}
    assert locked.bases == {"19": {"tax_per_mu": 0.1, "output_per_mu": 7.0}}
    assert locked.reference_price == 299.5


def test_the_switch_takes_everything_away_and_does_not_even_read_the_file(tmp_path):
    project = build(tmp_path, use=False, **{"from": "none.toml"}, groups={"A": "19"})
    assert not project.locked
    assert project.locked.file == ""


def test_a_gap_of_the_file_is_filled_by_a_base_of_the_project_and_the_other_way_round():
    base, gap = Locked(bases={"19": {"t": 1.0, "o": 2.0}}), Locked(dropped={"19": ("t",)})
    assert over(base, gap) == base
    assert over(gap, base) == Locked(bases={"19": {"o": 2.0}}, dropped={"19": ("t",)})


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("none.toml", None, "no such file"),
        ("words.toml", "[groups", "not valid TOML"),
        ("binary.toml", b"\xff\xfe\x00\x81", "not a text file"),
        ("other.toml", "[inputs]\nparcels = 'a'\n", "not usable"),
        ("zero.toml", "reference_price = 0.0\n", "not usable"),
    ],
)
def test_a_file_that_is_none_is_refused_with_where_and_what(tmp_path, name, content, found):
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=found) as refused:
        build(tmp_path, **{"from": name})
    assert name in refused.value.faults[0].where


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_locked(tmp_path)


def test_the_file_reads_back_as_it_was_written(file):
    locked = read_locked(file / "旧 表" / "frozen.toml")
    assert locked_by(Frozen(from_file="旧 表/frozen.toml"), file).groups == locked.groups
    assert read_locked(file / "旧 表" / "frozen.toml").text() == locked.text()


# -------------------------------------------------------------------------------------------- the notes


@pytest.mark.parametrize(("stage", "told"), [("初步", 0), ("公示", 1), ("最终", 1)])
def test_a_public_stage_without_locked_values_says_how_to_lock_them(stage, told):
    tax = [10.0 + number for number in range(SIZE)]
    issues = run(tax, project={"stage": stage}).issues
    assert issues["code"].eq("FROZEN_NOTHING").sum() == told
    locked = run(tax, lock_of(run(tax)), project={"stage": stage}).issues
    assert not locked["code"].eq("FROZEN_NOTHING").any()


def test_values_of_another_year_are_doubted(tmp_path):
    lock = lock_of(run([10.0 + number for number in range(SIZE)]))
    (tmp_path / "frozen.toml").write_text(lock.text(), encoding="utf-8")
    tree = {"project": {"name": "n", "year": 2026}, "inputs": {"parcels": "p"}, "frozen": {"from": "frozen.toml"}}
    issues = analyse(raw(plots(2)), build_project(tree, folder=tmp_path)).issues
    assert issues.loc[issues["code"].eq("FROZEN_OTHER_YEAR"), "value"].tolist() == ["2025"]


@pytest.mark.parametrize(("change", "told"), [({}, 0), ({"method": "minmax"}, 1), ({"unknown": "mean"}, 1)])
def test_a_rule_that_scores_between_lowest_and_highest_is_said_to_be_locked_in_part(change, told):
    project = project_of(frozen={"bases": {"19": {"tax_per_mu": 1.0}}})
    notes = stage_notes(project, replace(rule_in_force(project), **change))
    assert notes["code"].tolist() == ["FROZEN_PARTLY"] * told


def test_a_lock_of_groups_and_gaps_alone_is_one_in_part_too_between_lowest_and_highest():
    """Such a run has no bases to lock: a corrected highest tax moves the others, which the warning says."""
    project = project_of(frozen={"groups": {"F000": "19"}, "dropped": {"19": ["tax_per_mu", "output_per_mu"]}})
    rule = replace(rule_in_force(project), method="minmax")
    assert stage_notes(project, rule)["code"].tolist() == ["FROZEN_PARTLY"]
    assert stage_notes(project_of(), rule)["code"].tolist() == []
