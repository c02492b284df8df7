"""The sheet of the variants: what is printed adds up, and a ledger without variants has no such sheet."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_builders import project, small

from landuse.reports.content import ledger
from landuse.scenarios.variants import Answer, Places, compare_variants, enterprise_columns
from landuse.tables import ClassSteps
from landuse.tables.variants import AMOUNTS

NO_STEPS = ClassSteps((5, 30), *(np.zeros(0, dtype=np.uint8) for _ in range(3)), ())


def answer(listed, land, classes, *, group="13"):
    """Return an answer about the five enterprises and six parcels of the small analysis; tax is twice the land."""
    flags = pd.array(listed, dtype="boolean")
    known = [each is not None for each in listed]
    firms = pd.DataFrame({
        "uscc": [f"E{i}" for i in range(1, 6)], "status": "RANKED",
        "industry_group": pd.Series([group if each else None for each in known], dtype="str"),
        "n_in_group": 3, "score": 1.0, "rank": 1, "in_bottom_share": flags, "low_efficiency": flags,
    })  # fmt: skip
    mu = np.rint(np.array(land) * AMOUNTS["mu"]).astype(np.int64)
    tax = np.rint(np.array(land) * 2 * AMOUNTS["tax_wan"]).astype(np.int64)
    plots, money = np.append(mu, mu[:1]), np.append(tax, tax[:1])
    return Answer(firms, mu, tax, pd.Series(classes, dtype="str"), plots, money, NO_STEPS)


def with_variants(lang="zh", **answers):
    base = answer([True, True, False, None, None], [12.3456, 22.0, 36.0, 5.5, 0.0], ["low", *["not_low"] * 5])
    run = small(project=project(lang))
    places = Places(
        pd.Series(["高新", "高新", "城东", None, None], dtype="str"), pd.Series(["高新"] * 5 + [None], dtype="str")
    )
    variants = compare_variants(answers.__getitem__, {name: {"ranking.share": 0.2} for name in answers}, base, places)
    firms = run.enterprises.assign(**enterprise_columns(variants, run.enterprises))
    return dataclasses.replace(run, enterprises=firms, variants=variants)


def sheet_of(run, name="方案比较(变体)"):
    return next(sheet for sheet in ledger(run) if sheet.name == name)


NARROW = answer([True, False, True, None, None], [12.3456, 22.0, 36.0, 5.5, 0.0], ["not_low", "low", *["not_low"] * 4])


def test_a_ledger_without_variants_has_no_such_sheet_and_its_guide_names_none():
    names = [sheet.name for sheet in ledger(small())]
    assert "方案比较(变体)" not in names
    guide = ledger(small())[0].blocks[0].rows["sheet_name"].tolist()
    assert guide == names


def test_the_sheet_stands_after_the_statistics_and_the_guide_names_it():
    run = with_variants(窄=NARROW)
    names = [sheet.name for sheet in ledger(run)]
    assert names.index("方案比较(变体)") == names.index("分园区统计") + 1
    assert ledger(run)[0].blocks[0].rows["sheet_name"].tolist() == names


def test_what_a_variant_changes_and_who_moves_is_printed():
    blocks = sheet_of(with_variants(窄=NARROW)).blocks
    assert blocks[0].rows[["variant", "changed"]].to_numpy().tolist() == [["窄", "行业末位比例:20%"]]
    whole = blocks[1].rows.iloc[0]
    assert whole[["item", "n_base", "n_entered", "n_left", "n_variant"]].tolist() == ["拟列入", 2, 1, 1, 2]
    assert whole[["mu_base", "mu_entered", "mu_left", "mu_variant"]].tolist() == [34.35, 36.0, 22.0, 48.35]
    assert blocks[2].rows["item"].tolist() == ["低效(拟列入)", "部分低效"]
    assert blocks[3].rows["item"].tolist() == ["13 农副食品加工业"]
    assert blocks[4].rows["item"].tolist() == ["城东", "高新"]
    assert blocks[5].rows["item"].tolist() == ["高新、低效(拟列入)"]
    steady = blocks[6].rows
    assert steady[["item", "n_enterprises"]].to_numpy().tolist() == [
        ["全部 2 个方案均列入(稳定入围)", 1], ["2 个方案中有 1 个列入", 2],
    ]  # fmt: skip
    listed = blocks[7].rows
    assert listed[["uscc", "in_lists", "on_lists"]].to_numpy().tolist() == [
        ["E1", 2, "全部方案"], ["E2", 1, "基准方案"], ["E3", 1, "窄"],
    ]  # fmt: skip


def test_the_difference_of_measures_is_a_column_only_where_a_variant_measures_otherwise():
    columns = [column.name for column in sheet_of(with_variants(窄=NARROW)).blocks[1].columns]
    assert "mu_revalued" not in columns
    wide = answer([True, True, False, None, None], [12.0, 22.0, 36.0, 5.5, 0.0], ["low", *["not_low"] * 5])
    rows = sheet_of(with_variants(宽=wide)).blocks[1].rows
    assert rows["mu_revalued"].tolist() == [-0.35]  # 34.3456 -> 34.35 and 34.0 as printed


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from([True, False, None]), min_size=5, max_size=5),
    st.lists(st.floats(0, 500).map(lambda value: round(value, 4)), min_size=5, max_size=5),
)
def test_what_is_printed_adds_up_to_the_last_digit(listed, land):
    variant = answer(listed, land, ["low", "partly_low", *["not_low"] * 4])
    for block in sheet_of(with_variants(v=variant)).blocks[1:6]:
        rows = block.rows
        for name in ("mu", "tax_wan"):
            parts = [rows[f"{name}_{move}"] for move in ("base", "entered")]
            gone = rows[f"{name}_left"] - rows.get(f"{name}_revalued", 0.0)
            assert (sum(parts) - gone - rows[f"{name}_variant"]).abs().max() < 0.001 or rows.empty


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_of_the_sheet_has_a_title_and_english_is_english(lang):
    run = with_variants(lang, narrow=NARROW)
    sheet = next(sheet for sheet in ledger(run) if sheet.key == "variants")
    titles = [column.title for block in sheet.blocks for column in block.columns]
    assert not any("_" in title for title in titles)
    said = [sheet.name, sheet.title, *sheet.notes[:-1], *titles, *(block.heading for block in sheet.blocks)]
    if lang == "en":
        assert not any("\u4e00" <= sign <= "\u9fff" for text in said[:1] + said[2:] for sign in text)


@pytest.mark.parametrize(("lang", "name"), [("zh", "方案比较(变体)"), ("en", "Variants")])
def test_a_table_of_enterprises_counts_enterprises_and_one_of_parcels_counts_parcels(lang, name):
    blocks = sheet_of(with_variants(lang, narrow=NARROW), name).blocks
    counted = {
        tuple(one.title.partition("\n")[2] for one in block.columns if one.name in ("n_base", "n_entered", "n_left"))
        for block in blocks[1:6]
    }
    words = {"zh": ("(家)", "(宗)"), "en": ("(enterprises)", "(parcels)")}[lang]
    assert counted == {(word,) * 3 for word in words}
    assert not [one.title for block in blocks for one in block.columns if "家(宗)" in one.title]
