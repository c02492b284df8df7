"""Enterprises by size, label and origin, in all and by park: what is printed adds up as printed."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports_builders import district, project, small

from landuse.cartography.rounding import whole_parts
from landuse.reports.content import ledger
from landuse.reports.content.labels import labelled, split_labels

LABELS = ["高新技术企业;专精特新", "专精特新、瞪羚企业", None, "高新技术企业/专精特新 科技小巨人", "  "]
ORIGINS = ["本地", "市域外", "本地", None, ""]


def sheets(analysis):
    return {sheet.name: sheet for sheet in ledger(analysis)}


def by_heading(sheet):
    return {block.heading: block for block in sheet.blocks}


def total(block, column):
    return next(t.value for t in block.totals if t.column == column)


def kinds(**columns):
    """Return the five enterprises E1 … E5 (12.35 mu and 8 mu … see reports_builders) with labels and origins."""
    base = small()
    made = {"labels": LABELS, "origin": ORIGINS, **columns}
    firms = base.enterprises.assign(**{name: pd.Series(words, dtype="str") for name, words in made.items()})
    return dataclasses.replace(base, enterprises=firms)


@pytest.fixture(scope="module")
def book():
    return sheets(kinds())


def test_labels_are_split_at_every_sign_a_bureau_uses():
    assert split_labels("高新、专精特新,瞪羚,科技小巨人;高新;首台套/单项冠军 绿色工厂\n上云") == (
        "高新", "专精特新", "瞪羚", "科技小巨人", "首台套", "单项冠军", "绿色工厂", "上云",
    )  # fmt: skip
    assert split_labels(" 、;") == ()


def test_each_label_counts_every_enterprise_that_has_it_most_first():
    found = {label: mask.tolist() for label, mask in labelled(kinds().enterprises).items()}
    assert list(found) == ["专精特新", "高新技术企业", "瞪羚企业", "科技小巨人"]
    assert found["专精特新"] == [True, True, False, True, False]
    assert found["科技小巨人"] == [False, False, False, True, False]


def test_the_summary_tells_labels_with_tax_and_land_and_adds_nothing_up(book):
    block = by_heading(book["汇总"])["八、企业标签(企业口径,一家多个标签的分别计数)"]
    assert block.totals == ()
    counts = dict(zip(block.rows["item"], block.rows["n_enterprises"], strict=True))
    assert counts == {
        "专精特新": 3, "高新技术企业": 2, "瞪羚企业": 1, "科技小巨人": 1,
        "有标签的企业(每家只计一次)": 3, "未填标签的企业": 2,
    }  # fmt: skip
    firms = kinds().enterprises
    land = round(firms["area_mu"].iloc[[0, 1, 3]].sum(), 2)
    assert block.rows["land_mu"].tolist()[0] == pytest.approx(land)
    both = block.rows.iloc[-2:]
    assert both["tax_wan"].sum() == pytest.approx(round(firms["tax_wan"].sum(), 2))


def test_origins_are_shares_of_all_enterprises_with_blank_ones_apart(book):
    block = by_heading(book["汇总"])["九、企业来源地(企业口径)"]
    assert list(block.rows["item"]) == ["本地", "市域外", "未填"]
    assert list(block.rows["n_enterprises"]) == [2, 1, 2]
    assert list(block.rows["share"]) == [0.4, 0.2, 0.4]
    assert total(block, "n_enterprises") == 5
    assert total(block, "share") == pytest.approx(1.0)


def test_sizes_are_counted_in_all_and_by_park(book):
    block = by_heading(book["汇总"])["七、企业规模(企业口径)"]
    assert list(block.rows["item"]) == ["规上", "规下", "未填"]
    assert list(block.rows["n_enterprises"]) == [2, 2, 1]
    parks = by_heading(book["分园区统计"])["一、企业规模(企业口径)"].rows
    assert list(zip(parks["park"], parks["size_class"], parks["n_enterprises"], strict=True)) == [
        ("城东", "规上", 1), ("城东", "规下", 1), ("高新", "规上", 1), ("高新", "规下", 1),
        ("园区外(未填园区)", "未填", 1),
    ]  # fmt: skip


def test_headings_are_counted_without_a_gap_where_a_column_was_not_read():
    base = small()
    firms = base.enterprises.assign(origin=pd.Series(ORIGINS, dtype="str"))
    found = sheets(dataclasses.replace(base, enterprises=firms.drop(columns="scale")))
    assert [block.heading[0] for block in found["汇总"].blocks] == list("一二三四五六七")
    assert found["汇总"].blocks[-1].heading == "七、企业来源地(企业口径)"
    assert [block.heading for block in found["分园区统计"].blocks] == [""]


def test_parts_by_park_add_up_to_what_the_summary_prints():
    rng = np.random.default_rng(3)
    base = district()
    words = np.array(["本地", "市域外", "省外", None], dtype=object)[rng.integers(0, 4, len(base.enterprises))]
    found = sheets(dataclasses.replace(base, enterprises=base.enterprises.assign(origin=words)))
    summary, parks = by_heading(found["汇总"]), by_heading(found["分园区统计"])
    scale, spread = summary["七、企业规模(企业口径)"].rows, parks["一、企业规模(企业口径)"].rows
    status = summary["五、企业参评情况(企业口径)"]
    for name in ("land_mu", "tax_wan", "output_wan", "energy_tce"):
        sums = spread.groupby("size_class")[name].sum()
        assert {k: round(v, 2) for k, v in sums.items()} == dict(zip(scale["item"], scale[name], strict=True))
        assert round(spread[name].sum(), 2) == pytest.approx(total(status, name), abs=1e-9)
    label = parks["二、企业标签(企业口径,一家多个标签的分别计数)"].rows
    for _, rows in label.groupby("label"):
        every = rows.loc[rows["park"].eq("全部")].iloc[0]
        parts = rows.loc[rows["park"].ne("全部")]
        for name in ("n_enterprises", "land_mu", "land_ha", "tax_wan"):
            assert round(parts[name].sum(), 2) == pytest.approx(every[name], abs=1e-9)
    origin = summary["九、企业来源地(企业口径)"].rows
    assert sum(round(share * 1000) for share in origin["share"]) == 1000


def test_hectares_of_the_parks_are_a_fifteenth_of_mu_and_add_up(book):
    main = book["分园区统计"].blocks[0]
    # 43.5, 32.3456, 10 mu = 2.9, 2.1564, 0.6667 ha; 5.7230 in all: of the floors 2.90, 2.15, 0.66 the last lacks most
    assert list(main.rows["land_ha"]) == [2.9, 2.15, 0.67]
    assert total(main, "land_ha") == pytest.approx(5.72)  # 85.8456 / 15 = 5.7230
    assert "公顷" in book["分园区统计"].unit_line


def test_an_english_ledger_has_english_words_for_sizes_labels_and_origins():
    base = kinds(labels=["high-tech"] * 5, origin=["local"] * 5, scale=["large"] * 5)
    english = dataclasses.replace(base, project=project("en"))
    headings = [block.heading for block in sheets(english)["Summary"].blocks]
    assert headings[-3:] == [
        "7 Size (by enterprise)", "8 Labels (by enterprise; one with several labels counts under each)",
        "9 Origin (by enterprise)",
    ]  # fmt: skip


# ------------------------------------------------------------------------------------- largest remainder

amounts = st.lists(st.decimals(0, 10**7, places=4).map(float), min_size=1, max_size=25)


@given(amounts, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_rounded_parts_add_up_exactly_and_each_is_within_one_unit(values, decimals):
    parts = whole_parts(values, decimals)
    unit = Fraction(1, 10**decimals)
    whole = math.floor(sum(Fraction(str(v)) for v in values) / unit + Fraction(1, 2)) * unit
    assert sum(Fraction(str(part)) for part in parts) == whole
    assert all(abs(Fraction(str(part)) - Fraction(str(v))) <= unit for part, v in zip(parts, values, strict=True))


@given(amounts, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_a_part_is_rounded_alike_wherever_it_stands(values, chance):
    moved = list(range(len(values)))
    chance.shuffle(moved)
    parts, again = whole_parts(values, 2), whole_parts([values[i] for i in moved], 2)
    assert sorted(zip((values[i] for i in moved), again, strict=True)) == sorted(zip(values, parts, strict=True))


@given(st.lists(st.integers(0, 500), min_size=1, max_size=12).filter(any))
@settings(max_examples=100, deadline=None)
def test_percentages_of_counts_add_up_to_exactly_a_hundred(counts):
    shares = whole_parts([n / sum(counts) for n in counts], 3, 1.0)
    assert sum(round(share * 1000) for share in shares) == 1000
    assert all(share == 0 for share, n in zip(shares, counts, strict=True) if n == 0)
