"""Parameters of a run that others than the bureau are not told: locked prices, and where the bureau keeps its files."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from disclosure.bureau import PROJECT, lay_out
from disclosure.scanner import contents

from landuse.disclosure import for_audience
from landuse.disclosure.packs import told_rule
from landuse.disclosure.whitelist import whitelist
from landuse.pipeline import run
from landuse.project import load_project
from landuse.write import write_outputs

OWN = """
version = 2026-03-01
title = "某区评价办法"
cited = "示例文件第五条"
extends = "default"

[parameters.share]
value = 0.2
explain = "机密批示第七号"
"""
LIMITS = "[outputs]\npublic_p_percent = 12.8125\npublic_dominance = 0.828125\n"
RULES = "[rules]\npack = '内部_某某/规则.toml'\n"
LOCKED = PROJECT.replace("[frozen]", f"{LIMITS}\n{RULES}\n[frozen]\nreference_price = 512.5")
ASKED = ('outputs.review_number="某S(2026)001号"', 'outputs.also_for=["superior", "public"]')


@pytest.fixture(scope="module")
def analysis(tmp_path_factory):
    folder = tmp_path_factory.mktemp("某区") / "数据"
    path = lay_out(folder, LOCKED)
    (folder / "内部_某某").mkdir()
    (folder / "内部_某某/规则.toml").write_text(OWN, encoding="utf-8")
    return run(load_project(path, ASKED))


@pytest.fixture(scope="module")
def results(analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    write_outputs(analysis, folder)
    return folder


def manifest(results, audience):
    return json.loads((results / audience / "manifest.json").read_text(encoding="utf-8"))


def everything(results, audience):
    return {path: contents(path) for path in (results / audience).rglob("*") if path.is_file()}


def test_a_locked_reference_price_is_not_told_to_the_public(analysis, results):
    assert manifest(results, "")["rule"]["reference_price"] == 512.5
    assert manifest(results, "superior")["rule"]["reference_price"] == 512.5
    assert "reference_price" not in manifest(results, "public")["rule"]
    assert [path.name for path, held in everything(results, "public").items() if held.holds_number(512.5)] == []
    assert for_audience(analysis, "public").facts["rule"].reference_price is None


def test_by_which_numbers_sums_are_withheld_is_not_told_to_the_public(analysis, results):
    """Who knows them draws narrower bounds around what is withheld."""
    limits = ("public_dominance", "public_p_percent")
    for audience in ("", "superior"):
        said = manifest(results, audience)["project"]["outputs"]
        assert [said[name] for name in limits] == [0.828125, 12.8125]
    assert not {*limits} & {*manifest(results, "public")["project"]["outputs"]}
    for path, held in everything(results, "public").items():
        assert not held.holds_number(12.8125), path.name
        assert not held.holds_number(0.828125), path.name
        assert not [name for name in limits if held.holds_text(name)], path.name
    view = for_audience(analysis, "public").project
    assert (view.outputs.public_dominance, view.outputs.public_p_percent) == (0.85, 10.0)
    assert not {*limits} & {*json.loads(view.text())["outputs"]}


def test_a_pack_of_the_bureau_is_told_without_its_folder_and_to_the_public_by_its_title(results):
    told = manifest(results, "superior")
    assert told["rule"]["pack"] == told["project"]["rules"]["pack"] == "规则.toml"
    told = manifest(results, "public")
    assert told["rule"]["pack"] == told["project"]["rules"]["pack"] == "某区评价办法"
    for audience in ("superior", "public"):
        assert [path.name for path, held in everything(results, audience).items() if held.holds_text("内部_某某")] == []


def test_the_file_of_a_pack_goes_into_no_manifest_of_others_and_its_remarks_reach_no_public_file(results):
    assert "own_pack" in manifest(results, "")["rule"]
    for audience in ("superior", "public"):
        assert "own_pack" not in manifest(results, audience)["rule"]
        assert "own_pack" not in manifest(results, audience)["project"]
    assert [path.name for path, held in everything(results, "public").items() if held.holds_text("机密批示")] == []


def test_the_parameters_that_decide_are_still_told(results):
    for audience in ("superior", "public"):
        rule = manifest(results, audience)["rule"]
        assert (rule["share"], rule["min_group"], rule["version"]) == ("0.2", 1, "2026-03-01")


def test_neither_name_nor_size_nor_sha256_of_an_input_reaches_the_public(analysis, results):
    """Whoever knows a short table but for one figure could try figures until the sha256 fits."""
    given = analysis.raw.inputs
    assert len(given) >= 5
    texts = {text for one in given for text in (one.sha256, one.sha256[:12], one.name.rpartition("/")[2])}
    for path, held in everything(results, "public").items():
        assert [text for text in texts if held.holds_text(text)] == [], path.name
    told = manifest(results, "public")
    assert "inputs" not in told
    assert told["project_digest"] == analysis.project.digest()
    assert for_audience(analysis, "public").raw.inputs == ()
    note = next(path for path in (results / "public/成果").iterdir() if path.name == "运行说明.txt")
    assert "输入文件" not in note.read_text(encoding="utf-8")


def test_the_superior_authority_is_still_told_which_files_were_read(analysis, results):
    told = {one["name"]: one["sha256"] for one in manifest(results, "superior")["inputs"]}
    assert told == {one.name.rpartition("/")[2]: one.sha256 for one in analysis.raw.inputs}
    assert (results / "superior/map.html").read_text(encoding="utf-8").count(told["税收.csv"][:12]) == 1


def test_the_style_of_a_public_layer_names_no_column_that_the_layer_does_not_have(results):
    for audience, is_told in (("public", False), ("superior", True), ("", True)):
        with closing(sqlite3.connect(results / audience / "results.gpkg")) as base:
            styles = base.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall()
            columns = {row[1] for row in base.execute("PRAGMA table_info(parcels)")}
        assert styles
        for _, text in styles:
            titled = set(re.findall(r'<alias [^>]*field="([^"]+)"', text))
            assert ("tax_wan" in titled) == ("energy_tce" in titled) == is_told
            assert {"parcel_id", "area_mu"} <= titled
            assert titled <= columns or not audience


def test_the_locked_lowest_and_highest_of_a_group_are_told_to_the_superior_authority_and_not_to_the_public(analysis):
    """They are figures of single enterprises; the superior authority sees those anyway."""
    locked = {"frozen_extremes": {"19": {"tax_per_mu": (1.25, 8.75)}}, "frozen_means": {"19": {"tax_per_mu": 0.625}}}
    rule = replace(analysis.facts["rule"], **locked)
    told = {who: told_rule(rule, analysis.project, whitelist(who)) for who in ("superior", "public")}
    assert told["superior"].frozen_extremes == rule.frozen_extremes
    assert (told["public"].frozen_extremes, told["public"].frozen_means) == ({}, {})
    assert "yard" not in for_audience(analysis, "superior").facts
