"""A bureau's own rule pack is a file: it extends one of ours, is refused where it is wrong, and is an input."""

import hashlib
import json
import math
import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from landuse.errors import InputError
from landuse.packfile import PackValues
from landuse.policy import parameters, rule_in_force
from landuse.policy.library import pack, pack_of, shipped
from landuse.project import build_project, load_project
from landuse.ranking.score import stand
from landuse.read import read_tables
from landuse.reports.packs import pack_detail, pack_lines

OWN = """
version = 2026-03-01
title = "安澜县(示例)2025年度评价办法"
cited = { zh = "示例文件第五条", en = "Example, article 5" }
extends = "scale"

[parameters]
share = 0.1
cap = inf
years = 3

[parameters.weights]
value = { tax_per_mu = 60, value_added_per_mu = 40 }
basis = "V"
explain = "示例文件第六条"

[parameters.grades]
value = { A = 0.25, B = 0.45, C = 0.25, D = 0.05 }
"""


def tree(pack="own.toml", **sections):
    return {
        "project": {"name": "n", "year": 2025},
        "inputs": {"parcels": "p.gpkg"},
        "rules": {"pack": pack},
        **sections,
    }


def written(folder, text=OWN, name="own.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return build_project(tree(name), folder=folder)


def faults(folder, text, **sections):
    (folder / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rule_in_force(build_project(tree(**sections), folder=folder))
    return caught.value.faults


def test_an_own_pack_says_what_differs_and_takes_the_rest_from_the_pack_it_extends(tmp_path):
    rule = rule_in_force(written(tmp_path))
    assert (rule.pack, rule.version, rule.share, rule.years) == ("own.toml", "2026-03-01", Decimal("0.1"), 3)
    assert rule.weights == {"tax_per_mu": 60.0, "value_added_per_mu": 40.0}
    assert math.isinf(rule.cap)
    assert rule.grades == {"A": Decimal("0.25"), "B": Decimal("0.45"), "C": Decimal("0.25"), "D": Decimal("0.05")}
    # of pack scale
    assert rule.within == "industry_scale"
    assert rule.strata[0].weights == {"tax_per_mu": 0.5, "revenue_per_mu": 0.3, "tax_per_kwh": 0.2}
    # of pack default
    assert (rule.min_group, rule.new_months) == (7, 24)


def test_the_project_file_beats_the_own_pack_and_its_defaults_do_not(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    project = build_project(tree(ranking={"share": 0.2}, indicators={"years": 1}), folder=tmp_path)
    rule = rule_in_force(project)
    assert (rule.share, rule.years) == (Decimal("0.2"), 1)
    assert rule.industry == "gbt4754_2017"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_parameter_says_what_it_rests_on(tmp_path, lang):
    printed = parameters(rule_in_force(written(tmp_path)), lang=lang).set_index("parameter")
    words = {"zh": ("各地公布的评价办法", "本地规则包"), "en": ("Published local methods", "The bureau's own pack")}[
        lang
    ]
    assert printed.loc["weights", "basis"] == words[0]
    assert printed.loc["weights", "explain"] == "示例文件第六条"
    assert printed.loc["share", "basis"] == words[1]
    assert printed.loc["cap", "value"] == {"zh": "不设上限", "en": "no cap"}[lang]
    assert printed.ne("").all(axis=None)


def test_the_pack_is_part_of_the_digest_and_stands_in_the_text_of_the_project(tmp_path):
    one = written(tmp_path)
    other = written(tmp_path, OWN.replace("0.1", "0.12"))
    assert one.digest() != other.digest()
    told = json.loads(one.text())["own_pack"]
    assert told["parameters"]["cap"]["value"] == "inf"
    assert told["parameters"]["share"]["value"] == "0.1"
    assert "own_pack" not in json.loads(build_project(tree("default"), folder=tmp_path).text())


def test_the_file_is_among_the_inputs_with_its_sha256(tmp_path):
    square = {
        "type": "Polygon",
        "coordinates": [[[118, 38], [118.001, 38], [118.001, 38.001], [118, 38.001], [118, 38]]],
    }
    parcel = {"type": "Feature", "properties": {"parcel_id": "P1"}, "geometry": square}
    collection = {"type": "FeatureCollection", "features": [parcel]}
    (tmp_path / "p.geojson").write_text(json.dumps(collection), encoding="utf-8")
    (tmp_path / "规则").mkdir()
    (tmp_path / "规则" / "own.toml").write_text(OWN, encoding="utf-8")
    parcels = 'parcels = { path = "p.geojson", crs = "EPSG:4490" }'
    text = f'[project]\nname = "n"\nyear = 2025\n[inputs]\n{parcels}\n[rules]\npack = "规则\\\\own.toml"\n'
    (tmp_path / "landuse.toml").write_text(text, encoding="utf-8")
    project = load_project(tmp_path / "landuse.toml")
    found = {file.name: file for file in read_tables(project).inputs}
    expected = hashlib.sha256((tmp_path / "规则" / "own.toml").read_bytes()).hexdigest()
    assert found["规则/own.toml"].sha256 == expected


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (("share = 0.1", "shrae = 0.1"), "own.toml parameters [shrae]", "share"),
        (("share = 0.1", "share = 1.5"), "own.toml parameters [share]", "1"),
        (("share = 0.1", 'share = "viel"'), "own.toml parameters [share]", "0.15"),
        (("cap = inf", "cap = nan"), "own.toml parameters [cap]", "0"),
        (("years = 3", "years = 2"), "own.toml parameters [years]", "3"),
        (("years = 3", 'method = "best"'), "own.toml parameters [method]", "minmax"),
        (("value_added_per_mu", "value_aded_per_mu"), "own.toml [parameters.weights]", "value_added_per_mu"),
        (('extends = "scale"', 'extends = "scales"'), "own.toml [extends]", "scale"),
        (('extends = "scale"', 'extend = "scale"'), "own.toml [extend]", "extends"),
        (("version = 2026-03-01", ""), "own.toml [version]", ""),
        (("D = 0.05", "D = 0.10"), "own.toml [parameters.grades]", "1"),
        (('basis = "V"', 'basis = "Q"'), "own.toml [parameters.weights.basis]", "V"),
        (("years = 3", "min_indicators = 3"), "min_indicators", "2"),
        (("[parameters]", "[parameters"), "own.toml", "TOML"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_what_may_stand_there(tmp_path, change, where, words):
    fault = faults(tmp_path, OWN.replace(*change))[0]
    assert where in fault.where
    assert words in " ".join(fault.lines())
    assert fault.do


def test_unknown_measures_of_strata_and_bases_are_named(tmp_path):
    strata = (
        '[[parameters.strata]]\nscale = "规上"\nweights = { tax_per_mu = 1, profit_per_mu = 1 }\nbases = { tax = 2 }\n'
    )
    fault = faults(tmp_path, OWN + strata)[0]
    assert "profit_per_mu" in fault.found
    assert "tax_per_kwh" in fault.allowed
    wrong = '[[parameters.strata]]\nscale = "大型"\nweights = { tax_per_mu = 1 }\n'
    fault = faults(tmp_path, OWN + wrong)[0]
    assert "parameters [strata" in fault.where
    assert "规上" in fault.allowed


def test_a_pack_file_that_is_not_there_is_named_with_those_beside_it(tmp_path):
    (tmp_path / "本县.toml").write_text(OWN, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        build_project(tree("own.toml"), folder=tmp_path)
    fault = caught.value.faults[0]
    assert (fault.where, "本县.toml" in fault.allowed) == ("own.toml", True)
    (tmp_path / "own.toml").write_bytes(b"\xff\x00\xff")
    with pytest.raises(InputError):
        build_project(tree("own.toml"), folder=tmp_path)


def test_no_project_file_may_state_what_the_program_keeps_there(tmp_path):
    for key in ("own_pack", "folder"):
        with pytest.raises(InputError) as caught:
            build_project({**tree("default"), key: {}}, folder=tmp_path)
        assert f"[{key}]" in caught.value.faults[0].where


def test_every_pack_that_ships_is_dated_cited_and_holds_to_what_an_own_pack_may_state():
    assert shipped()[0] == "default"
    assert set(shipped()) >= {"huangyan_2022", "jingde", "scale", "park_types"}
    for name in shipped():
        known = pack(name)
        assert len(known.version) == len("2026-01-01")
        stated = {key: known.parameters[key]["value"] for key in known.stated if "value" in known.parameters[key]}
        PackValues.model_validate({key: tuple(v) if isinstance(v, list) else v for key, v in stated.items()})
        for lang in ("zh", "en"):
            assert known.title[lang]
            assert known.cited[lang]
            for entry in known.parameters.values():
                assert entry["basis"] in {"S", "V", "K", "D"}
                assert entry[lang]["title"]
                assert entry[lang]["explain"]


@pytest.mark.parametrize("name", ["jingde", "park_types"])
def test_packs_whose_weights_were_not_read_say_so_in_their_title(name):
    assert "示例" in pack(name).title["zh"]
    assert "example" in pack(name).title["en"]
    weighted = "weights" if name == "jingde" else "strata"
    assert "示例" in pack(name).parameters[weighted]["zh"]["explain"]
    assert pack(name).parameters[weighted]["basis"] == "D"


def test_the_published_numbers_of_huangyan_stand_in_the_pack_as_printed():
    above, below = rule_in_force(build_project(tree("huangyan_2022"), folder=Path())).strata
    assert list(above.weights.values()) == [30, 20, 20, 10, 10, 10]
    assert list(above.bases.values()) == [24.097, 136.16, 2.694, 4929.81, 18.14, 0.0302]
    assert list(below.weights.values()) == [50, 50]
    assert list(below.bases.values()) == [11.5932, 0.2352]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_packs_are_listed_and_explained_in_words(tmp_path, lang):
    listed = "\n".join(pack_lines(lang))
    assert all(name in listed for name in shipped())
    assert "136.16" in listed
    detail = "\n".join(pack_detail("huangyan_2022", tmp_path, lang))
    assert {"zh": "不设上限", "en": "no cap"}[lang] in detail
    assert {"zh": "单位排放工业增加值 4929.81", "en": "Value added per tonne emitted 4929.81"}[lang] in detail
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    own = "\n".join(pack_detail("own.toml", tmp_path, lang))
    assert "示例文件第六条" in own
    assert {"zh": "沿用规则包 scale 的参数", "en": "Parameters taken from pack scale"}[lang] in own
    assert pack_of(rule_in_force(written(tmp_path))).extends == "scale"


def test_the_example_of_the_how_to_page_is_a_pack_that_can_be_followed(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "how-to" / "packs.md"
    (text,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    rule = rule_in_force(written(tmp_path, text))
    assert (rule.share, rule.cap, rule.within) == (Decimal("0.1"), 2.0, "industry_scale")
    assert rule.weights == {"tax_per_mu": 0.6, "value_added_per_mu": 0.4}
    assert rule.strata[0].bases == {"tax_per_kwh": 0.25}


def test_grades_run_from_a_whatever_order_a_pack_has_them_in(tmp_path):
    """Of twenty the best fifth, four, are A and the last, 5 %, is D."""
    stated = '[parameters.grades]\nvalue = { D = "0.05", C = "0.15", B = "0.60", A = "0.20" }\n'
    project = written(tmp_path, 'version = 2026-03-01\ntitle = "本县办法"\n' + stated)
    grades = rule_in_force(project).grades
    assert list(grades.items()) == [
        ("A", Decimal("0.20")), ("B", Decimal("0.60")), ("C", Decimal("0.15")), ("D", Decimal("0.05")),
    ]  # fmt: skip
    assert list(project.own_pack["parameters"]["grades"]["value"]) == ["A", "B", "C", "D"]
    standing = stand(np.arange(20.0), np.zeros(20, dtype=np.intp), 1, rule=rule_in_force(project))
    assert [list(grades)[place] for place in standing.grade] == ["D", *["C"] * 3, *["B"] * 12, *["A"] * 4]
