"""评价结果告知单: own figures, nobody else's, and the words of the stage."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from printed_builders import LONG_NAME, pages_of, squeezed, with_settings

from landuse.errors import InputError
from landuse.reports.letters import Letters
from landuse.reports.typeset import Press

EXCLUSIVE = ("tax_wan", "output_wan", "energy_tce", "tax_per_mu_corrected", "output_per_mu_corrected", "score")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d+\.\d+")


def text_of(letters: Letters, code: str) -> str:
    work = Letters(with_settings(letters.analysis, notices={"enterprises": (code,)}))
    return squeezed("".join(pages_of(Press(letters.form).pdf(list(work.pages())))))


def test_every_ranked_enterprise_gets_a_letter_and_no_other(district, letters):
    ranked = district.enterprises.loc[district.enterprises["status"].eq("RANKED"), "uscc"]

    assert letters.codes == list(ranked)
    assert len(Letters(with_settings(district, notices={"who": "listed"}))) == 58


def test_of_too_many_those_proposed_come_first_and_the_rest_are_named(district):
    work = Letters(with_settings(district, notices={"most": 60}))
    listed = district.enterprises.set_index("uscc")["low_efficiency"].loc[work.codes]

    assert (len(work), int(listed.sum())) == (60, 58)
    assert len(work.note()[1].splitlines()) == 1 + 372 - 60


def test_a_code_that_was_not_ranked_is_refused_by_name(district):
    closed = str(district.enterprises.loc[district.enterprises["status"].eq("CLOSED"), "uscc"].iloc[0])

    with pytest.raises(InputError, match=closed):
        Letters(with_settings(district, notices={"enterprises": (closed,)}))


def test_no_letter_holds_a_code_a_name_or_a_figure_of_another_enterprise(district, letters):
    """Every number with decimals in a letter is the enterprise's own, a base of its group, or one of the rule."""
    firms = district.enterprises
    pages = list(letters.pages())[::12]
    press = Press(letters.form)
    for page in pages:
        code = page["mark_as"].split()[0]
        own = firms.loc[firms["uscc"].eq(code)].iloc[0]
        text = " ".join(pages_of(press.pdf([page])))
        others = firms.loc[~firms["uscc"].eq(code)]
        assert not [name for name in others["name"] if name in squeezed(text) and name not in own["name"]]
        assert set(re.findall(r"91990781[0-9A-Z]{10}", text)) == {code}
        printed = {float(number.replace(",", "")) for number in NUMBER.findall(text)}
        allowed = allowed_of(district, own)
        assert printed <= allowed, (code, printed - allowed)


def allowed_of(district, own) -> set[float]:
    """Return every number with decimals that the letter of an enterprise may hold."""
    group = district.groups.loc[district.groups["industry_group"].eq(own["industry_group"])].iloc[0]
    use = district.occupancy.loc[district.occupancy["uscc"].eq(own["uscc"])]
    k = district.parcels.table.set_index("parcel_id")["price_coefficient"].loc[use["parcel_id"]]
    two = [own[name] for name in (*EXCLUSIVE, "area_mu", "output_per_energy")]
    two += [group[name] for name in group.index if name.startswith("base_")] + use["land_mu"].tolist()
    four = [own["price_coefficient"], *k]
    known = {round(float(value), 2) for value in two if not pd.isna(value)}
    return known | {round(float(value), 4) for value in four} | {1.5, 0.1}


def test_the_scanner_finds_a_planted_figure_of_another(district, letters):
    page = dict(next(letters.pages()))
    own = district.enterprises.loc[district.enterprises["uscc"].eq(page["mark_as"].split()[0])].iloc[0]
    other = float(district.enterprises.loc[district.enterprises["status"].eq("RANKED"), "tax_wan"].dropna().iloc[7])
    planted = " ".join(pages_of(Press(letters.form).pdf([{**page, "notes": [f"{other:,.2f}"]}])))

    assert round(other, 2) in {float(n.replace(",", "")) for n in NUMBER.findall(planted)} - allowed_of(district, own)


def test_a_letter_states_group_number_and_both_places(district, letters):
    own = district.enterprises.loc[district.enterprises["low_efficiency"].fillna(value=False).astype(bool)].iloc[0]
    text = text_of(letters, own["uscc"])
    n, rank = int(own["n_in_group"]), int(own["rank"])

    for told in (
        f"组内参评家数{n}家",
        f"末位序(1为最低)第{rank}位",
        f"行业内名次(由高到低)第{n + 1 - rank}名",
        "拟列入(行业末位15%)",
        f"综合得分{own['score']:,.2f}",
        "评价结果告知单",
        "回执",
    ):
        assert told in text
    assert "告知书" not in text


def test_in_a_group_of_two_no_base_is_told(district):
    few = replace(district, groups=district.groups.assign(n=2))
    page = next(Letters(few).pages())

    assert {line[3] for line in page["measures"]} == {"组内家数少,不列示"}


@pytest.mark.parametrize(
    ("project", "told", "missing"),
    [
        ({"stage": "初步"}, "收到本告知单次日起7个工作日内", "月30日"),
        ({"stage": "公示", "published_on": date(2026, 7, 1)}, "请于2026-07-10前", "月30日"),
        ({"stage": "最终"}, "本结果已按程序公示并处理异议", "征求意见"),
    ],
)
def test_the_words_of_objection_follow_the_stage(district, project, told, missing):
    staged = with_settings(district, project=project, print={"drawn_on": date(2026, 6, 30)})
    work = Letters(with_settings(staged, notices={"enterprises": (Letters(staged).codes[0],)}))
    text = text_of(work, work.codes[0])

    assert told in text
    assert missing not in text
    assert ("2026年6月30日" in text) == (project["stage"] == "最终")


def test_an_unknown_amount_is_said_to_be_unknown_and_never_zero(district, letters):
    firms = district.enterprises
    own = firms.loc[firms["status"].eq("RANKED") & firms["energy_tce"].isna()].iloc[0]

    assert "无数据(不视为0)" in text_of(letters, own["uscc"])


def test_a_base_that_two_enterprises_make_is_withheld_also_in_a_large_group(district):
    """The base of a measure is taken over those that know it: of two, each could reckon the figure of the other."""
    firms = district.enterprises.copy()
    ranked = firms["status"].eq("RANKED")
    group = firms.loc[ranked].groupby("industry_group")["output_per_energy"].count().idxmax()
    members = firms.index[ranked & firms["industry_group"].eq(group)]
    knowing = firms.loc[members].index[firms.loc[members, "output_per_energy"].notna()]
    firms.loc[knowing[2:], ["energy_tce", "output_per_energy"]] = float("nan")
    codes = (str(firms.loc[knowing[0], "uscc"]), str(firms.loc[knowing[2], "uscc"]))

    own, other = Letters(with_settings(replace(district, enterprises=firms), notices={"enterprises": codes})).pages()

    base = f"{float(district.groups.set_index('industry_group').loc[group, 'base_output_per_energy']):,.2f}"
    for letter in (own, other):
        row = next(row for row in letter["measures"] if "能耗" in row[0])
        assert base not in row[3]
        assert not any(sign.isdigit() for sign in row[3])
    assert len(members) > 5
    assert any("权重按比例放大" in note for note in other["notes"])


def test_a_letter_to_a_name_of_sixty_signs_with_parcels_without_end_is_one_page_and_loses_nothing(district):
    firms = district.enterprises.copy()
    ranked = firms.index[firms["status"].eq("RANKED")]
    firms["name"] = firms["name"].astype("str")
    firms.loc[ranked[0], "name"] = LONG_NAME
    work = Letters(
        with_settings(
            replace(district, enterprises=firms), notices={"enterprises": (str(firms.loc[ranked[0], "uscc"]),)}
        )
    )
    pages = pages_of(Press(work.form).pdf(list(work.pages())))

    assert len(LONG_NAME) == 59
    assert len(pages) == 1
    assert squeezed(pages[0]).count(LONG_NAME) == 2  # to whom, and on the slip


def test_a_letter_is_printed_with_the_full_width_signs_of_a_chinese_text(district, letters):
    work = Letters(with_settings(district, notices={"enterprises": (letters.codes[0],)}))
    text = "".join(pages_of(Press(work.form).pdf(list(work.pages()))))

    assert "（统一社会信用代码" in text
    assert "编号：" in text
    assert not re.findall(r"[\u4e00-\u9fff][,;:(]", text)
