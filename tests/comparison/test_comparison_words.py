"""What a comparison says: sentences with the figures that decide, a workbook, a text, a table; in zh and en."""

from __future__ import annotations

import json
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from comparison_builders import TAX, compare, run

from landuse.reports.comparing import comparison_lines
from landuse.reports.content.compare import comparison_book
from landuse.reports.content.compare_words import sentences, value_word, what_word
from landuse.reports.content.context import Words
from landuse.write.compared import write_comparison


@pytest.fixture(scope="module")
def corrected():
    """Give a comparison after a publication: the tax of F000 was corrected from 10 to 25."""
    old = run(project={"stage": "公示"})
    return compare(replace(old, name="公示"), replace(run([25.0, *TAX[1:]], project={"stage": "最终"}), name="复核后"))


def told(comparison, key, lang="zh"):
    units = comparison.units.assign(because=sentences(comparison, Words(lang)))
    return units[units["list"].eq("enterprises") & units["key"].eq(key)]["because"].iloc[0]


def test_a_firm_that_left_is_told_its_figures_before_and_after(corrected):
    # mean tax 50, then 465 / 9: F000 100 x (0.5 x 25 / 51.67 + 0.5) = 74.19; F001 becomes the lowest at 69.35
    assert told(corrected, "F000") == (
        "退出名单。本单位数据变化:实缴税收 10 → 25。"
        "综合得分 60.00 → 74.19,末位序 1/9 → 2/9,应列 1 → 1 家,末位线 60.00 → 69.35"
    )


def test_a_firm_that_entered_without_a_change_of_its_own_is_told_what_moved(corrected):
    said = told(corrected, "F001")
    assert said.startswith("新增入围。同组其他企业变化:变动的同组企业(家) 1、末位线得分 60 → 69.3548")
    assert "(本企业数据未变)" in said
    assert "末位序 2/9 → 1/9" in said
    assert "its own figures did not change" in told(corrected, "F001", "en")


def test_a_change_of_its_own_that_decides_nothing_is_said_to_decide_nothing():
    found = compare(run(), run([22.0, 21.0, *TAX[2:]]))
    assert "不起决定作用" in told(found, "F001")


def test_the_screen_says_sums_parameters_and_who_must_be_heard_anew(corrected):
    lines = comparison_lines(corrected, "zh")
    assert lines[0] == "比对 公示 → 复核后(公示稿 → 定稿)"
    assert "拟列入企业:1 → 1 家(15.00 → 15.00 亩),新增 1,退出 1,继续 0" in lines
    assert "公示后新增入围 1 家:须重新告知并听取意见" in lines
    assert any(line.startswith("  F001(F001):新增入围") for line in lines)
    assert "The lists of the two runs are the same" in comparison_lines(compare(run(), run()), "en")
    changed = comparison_lines(compare(run(), run(ranking={"share": 0.25})), "en")
    assert "Parameter changed: Bottom share 0.15 → 0.25" in changed


def test_long_lists_are_cut_on_the_screen_only():
    tax = [float(number) for number in range(1, 41)]
    # k = 6 of 40, then 20: fourteen entered
    lines = comparison_lines(compare(run(tax), run(tax, ranking={"share": 0.5})), "zh")
    assert "  … 其余 4 家见 compare.xlsx" in lines


@pytest.mark.parametrize(("lang", "names"), [
    ("zh", ["汇总", "公示后新增入围", "企业增减", "宗地增减", "变化依据"]),
    ("en", ["Summary", "Entered after publication", "Enterprises", "Parcels", "What changed"]),
])  # fmt: skip
def test_the_workbook_has_a_summary_who_must_be_heard_and_every_unit_with_its_cause(corrected, tmp_path, lang, names):
    write_comparison(corrected, tmp_path, lang=lang)
    book = openpyxl.load_workbook(tmp_path / "compare.xlsx")
    assert book.sheetnames == names
    cells = [{str(c.value) for row in page.iter_rows() for c in row if c.value is not None} for page in book]
    assert "F001" in cells[1]
    assert "F000" not in cells[1]
    assert {"F000", "F001", told(corrected, "F000", lang)} <= cells[2]
    assert {"P000", "P001"} <= cells[3]
    left = {"zh": "本单位数据变化", "en": "Its own figures changed"}[lang]
    assert left in cells[2] & cells[4]
    assert "公示" in cells[0]


def test_the_sums_of_the_summary_balance_as_printed(corrected):
    block = comparison_book(corrected, "zh")[0].blocks[1]
    rows = block.rows.set_index(["compare_list", "compare_quantity"])
    # F000 pays 10 and leaves, F001 pays 20 and enters
    assert rows.loc[("拟列入企业", "实缴税收 (万元)")].tolist()[1:] == [10, 20, 10, 0, 20]


def test_the_table_and_the_text_carry_causes_details_and_figures(corrected, tmp_path):
    write_comparison(corrected, tmp_path, lang="zh")
    table = pd.read_parquet(tmp_path / "changes.parquet").set_index(["list", "key"])
    assert table.loc[("enterprises", "F001"), "causes"].tolist() == ["others_data"]
    assert table.loc[("enterprises", "F000"), ["score_old", "rank_new"]].tolist() == pytest.approx([60.0, 2])
    text = json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))
    assert text["heard_anew"] == ["F001"]
    assert [text[end]["stage"] for end in ("old", "new")] == ["公示", "最终"]
    left = text["lists"]["enterprises"][0]
    assert (left["key"], left["change"], left["causes"]) == ("F000", "left", ["own_data"])
    assert {"cause": "own_data", "what": "tax_wan", "object": "", "old": "10", "new": "25", "decides": True} in left[
        "details"
    ]


def test_the_same_comparison_gives_the_same_bytes(corrected, tmp_path):
    for name in ("a", "b"):
        write_comparison(corrected, tmp_path / name, lang="zh")
    for file in ("compare.xlsx", "compare.json", "changes.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_an_empty_comparison_writes_its_files_too(tmp_path):
    write_comparison(compare(run(), run()), tmp_path, lang="en")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changes.parquet", "compare.json", "compare.xlsx"]


def test_values_and_names_are_those_a_bureau_reads():
    words = Words("zh")
    assert what_word("weights.tax_per_mu", words) == "指标权重(亩均税收)"
    assert what_word("areas.use", words) == "采用面积"
    assert what_word("base_tax_per_mu", words) == "亩均税收基准(地价修正)"
    assert what_word("something.else", words) == "something.else"
    assert value_word("status", "EXEMPT_NEW", words) == "免评(初创期)"
    assert value_word("tax_wan", "1234.56789", words) == "1,234.5679"
    assert value_word("industry_code", "1952", words) == "1952"
    assert value_word("tax_wan", "", words) == "—"
    assert value_word("industry_group", "冶金金属*", words) == "冶金金属*"


def test_counts_are_printed_as_whole_numbers_and_the_head_in_words(corrected):
    for lang, version, stages in (("zh", "软件版本", ["公示稿", "定稿"]), ("en", "Version of the program", None)):
        runs, measured, counted = comparison_book(corrected, lang)[0].blocks[:3]
        assert version in runs.rows["compare_item"].tolist()
        assert {column.fmt for column in counted.columns if column.name == "compare_old"} == {"N"}
        assert {column.fmt for column in measured.columns if column.name == "compare_old"} == {"A"}
        assert len(counted.rows) == 5  # one row a list
        told_stages = runs.rows.iloc[3, 2:].tolist()
        assert told_stages == stages if stages else all(word.isascii() for word in told_stages)


def test_a_unit_that_stayed_without_any_change_is_told_so_in_one_sentence():
    same = compare(run(), run())
    said = sentences(same, Words("en"))[same.units["change"].eq("stayed")]
    assert len(said)
    assert said.str.startswith(("Stayed. Score ", "Stayed. Efficiency ")).all()
