"""`landuse packs` lists and explains rule packs; a run follows the one that is named."""

from __future__ import annotations

import json

from landuse.policy.library import shipped

OWN = """
version = 2026-03-01
title = "本县办法"

[parameters]
share = 0.5
"""


def test_all_packs_are_listed_with_version_title_method_and_what_was_read(say):
    told = say("packs")
    assert (told.status, told.err) == (0, "")
    for name in shipped():
        assert f"\n{name}(" in f"\n{told.out}"
    assert "黄岩2022年度工业企业综合评价" in told.out
    assert "组内最低与最高之间" in told.out
    assert "examples" in say("packs", "--lang", "en").out


def test_a_base_whose_source_is_not_sure_is_marked_in_the_list_and_where_it_is_explained(say):
    for told in (say("packs").out, say("packs", "huangyan_2022").out):
        assert "规下单位用电税收基准存疑" in told
        assert "未核对前仅作示例" in told
    assert "an example until it is checked" in say("packs", "--lang", "en").out


def test_a_name_explains_every_parameter_with_value_and_basis(say):
    told = say("packs", "huangyan_2022")
    assert told.status == 0
    for words in (
        "亩均税收 24.097",
        "单位用电税收 0.2352",
        "不设上限",
        "各地公布的评价办法",
        "沿用规则包 default 的参数",
    ):
        assert words in told.out
    english = say("--lang", "en", "packs", "huangyan_2022").out
    assert "Tax per mu 24.097" in english
    assert "亩" not in english.partition("Parameters taken")[0]


def test_a_pack_that_is_not_there_is_refused_with_those_that_are(say):
    told = say("packs", "huangyan")
    assert (told.status, told.out) == (2, "")
    assert "没有规则包 huangyan" in told.err
    assert "huangyan_2022" in told.err


def test_an_own_pack_is_explained_and_followed_and_is_an_input_of_the_run(bureau, say):
    pack = bureau.parent / "own.toml"
    pack.write_text(OWN, encoding="utf-8")
    assert "末位比例(share)= 0.5" in say("packs", pack).out
    told = say("run", bureau, "--set", "rules.pack=own.toml", "--only", "tables")
    assert told.status == 0
    # half up: 0.5 x 9 + 1/2 = 5
    assert "参评 9 家,拟列入(行业末位50%)5 家" in told.out
    manifest = json.loads((bureau.parent / "results" / "manifest.json").read_text(encoding="utf-8"))
    assert "own.toml" in [file["name"] for file in manifest["inputs"]]
    assert manifest["project"]["own_pack"]["title"]["zh"] == "本县办法"
    pack.write_text(OWN.replace("share", "shares"), encoding="utf-8")
    told = say("run", bureau, "--set", "rules.pack=own.toml")
    assert told.status == 2
    assert "own.toml parameters [shares]" in told.err
    assert "share" in told.err


def test_where_groups_are_no_industries_the_words_say_so(bureau, say):
    told = say("run", bureau, "--set", "ranking.within=all", "--only", "tables")
    assert "拟列入(组内末位15%)1 家" in told.out
    assert "拟列入(组内末位15%)" in say("explain", bureau, "E01", "--set", "ranking.within=all").out
