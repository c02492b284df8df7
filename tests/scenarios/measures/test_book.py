"""The catalogue as data: complete, sourced, replaceable, and what is wrong with one's own is told."""

import json
from pathlib import Path

import pytest

import landuse
from landuse.catalogue import load, load_folder
from landuse.errors import InputError
from landuse.planning.catalogue import catalogue_of
from landuse.planning.measures import Measures
from landuse.project import build_project, kept_project, recorded_project, stated_tree
from landuse.scenarios.measures import book_of
from landuse.scenarios.measures.book import FAVOURABLE, LIKELY, UNFAVOURABLE

SHIPPED = Path(landuse.__file__).parent / "scenarios/measures/catalogue.toml"
WORDS = load("vocabulary/planning/measures.toml")
CODES = [f"M{n}" for n in range(1, 14)]


def tree(**measures):
    return {"project": {"name": "t", "year": 2025}, "inputs": {"parcels": "p.gpkg"}, "measures": measures}


def faults(folder, **measures):
    with pytest.raises(InputError) as caught:
        build_project(tree(**measures), folder=folder)
    return [" ".join(fault.lines()) for fault in caught.value.faults]


def own(folder, old="", new=""):
    text = SHIPPED.read_text(encoding="utf-8")
    assert not old or old in text
    (folder / "own.toml").write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")


def test_thirteen_measures_in_five_groups():
    book = book_of(Measures())
    assert list(book.measures) == CODES
    assert {one.group for one in book.measures.values()} == {"upgrade", "merge", "buy", "court", "close"}
    assert list(load_folder("vocabulary/enumerations")["measure_group"]) == [
        "upgrade",
        "merge",
        "buy",
        "court",
        "close",
    ]


def test_every_key_of_the_catalogue_has_words_in_both_languages():
    file, terms = catalogue_of(), load_folder("vocabulary/enumerations")
    asked = [("number", name) for name in (*file.shared, "ramp")]
    asked += [("unit", number.unit) for number in file.shared.values()]
    for code, entry in file.measures.items():
        numbers = {"success": entry.success, "months": entry.months, **entry.numbers}
        asked += [("number", name) for name in numbers] + [("unit", one.unit) for one in numbers.values()]
        asked += [("sureness", one.sureness) for one in numbers.values()]
        asked += [("fact", name) for name in (*entry.all, *entry.any, *entry.none)]
        asked += [("cost", name) for name in entry.costs] + [("income", entry.income)]
        asked += [("document", name) for name in entry.documents]
        assert terms["measure"][code]["zh"]
        assert terms["payer"][entry.payer]["en"]
        assert entry.documents
    for part, name in asked:
        assert WORDS[part][name]["zh"], (part, name)
        assert WORDS[part][name]["en"], (part, name)


def test_every_number_says_where_it_comes_from():
    facts = book_of(Measures()).facts()
    numbers = [*facts["shared"].values(), *(one for own in facts["measures"].values() for one in own.values())]
    assert len(numbers) > 60
    assert all(number["source"] and number["sureness"] and number["unit"] for number in numbers)


def test_the_end_that_favours_the_county_depends_on_the_number():
    book = book_of(Measures())
    rate, tax, least = (book.number(name) for name in ("discount", "target_tax_wan_per_mu", "price_min_wan_per_mu"))
    assert [rate.at(case) for case in (UNFAVOURABLE, LIKELY, FAVOURABLE)] == [0.06, 0.05, 0.04]
    assert [tax.at(case) for case in (UNFAVOURABLE, LIKELY, FAVOURABLE)] == [10, 15, 20]
    assert least.at(UNFAVOURABLE) == least.at(FAVOURABLE) == 9.6


def test_the_project_file_replaces_numbers_and_says_so():
    stated = {"shared": {"newness": [0.5, 0.6, 0.7]}, "local_share": 0.4, "ramp": (0.5, 1.0),
              "numbers": {"M3": {"success": 0.5, "numbers": {"case_wan": 9}}}}  # fmt: skip
    book = book_of(Measures.model_validate(stated))
    assert book.number("newness").spread == (0.5, 0.6, 0.7)
    assert (book.number("newness").source, book.number("newness").sureness) == ("[measures]", "L")
    assert book.number("local_share", "M3").likely == 0.4
    assert book.ramp == (0.5, 1.0)
    assert book.number("success", "M3").spread == (0.5, 0.5, 0.5)
    assert book.number("case_wan", "M3").likely == 9
    assert book.number("months", "M3").sureness == "D"


def test_a_catalogue_of_ones_own_is_read_printed_and_kept(tmp_path):
    own(tmp_path, "value = [0.4, 0.6, 0.8]", "value = [0.3, 0.5, 0.7]")
    project = build_project(tree(catalogue="own.toml"), folder=tmp_path)
    assert book_of(project.measures, project.own_catalogue).number("newness").likely == 0.5
    usual = build_project(tree(), folder=tmp_path)
    assert project.digest() != usual.digest()
    kept = kept_project(stated_tree(project), folder=tmp_path, locked=project.locked)
    assert kept.digest() == project.digest()
    assert kept.own_catalogue == project.own_catalogue
    (tmp_path / "own.toml").unlink()
    again = recorded_project(json.loads(project.text()))
    assert again.own_catalogue == project.own_catalogue


def test_the_shipped_catalogue_is_the_default_and_leaves_the_digest_as_it_was(tmp_path):
    project = build_project(tree(), folder=tmp_path)
    assert project.own_catalogue is None
    assert "own_catalogue" not in project.text()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[shared.newness]", "[shared.newnes]", "newness"),
        ("[measures.M2]", "[measures.M20]", "M20"),
        ('group = "buy"', 'group = "bought"', "bought"),
        ('all = ["court"]', 'all = ["curt"]', "curt"),
        ('all = ["court"]', "all = []", "at least one condition"),
        ("growth_most =", "growth_mist =", "growth_mist"),
        ("value = [0.4, 0.6, 0.8]", "value = [0.8, 0.6, 0.4]", "from least to greatest"),
        ("value = [0.4, 0.6, 0.8]", "value = [0.4, 0.6, 1.8]", "newness"),
        ("value = 0.8\nunit", "value = 0\nunit", "built_full"),
        ('sureness = "K-M"', 'sureness = "sure"', "K-M"),
        ("version = 2026-01-01", "", "version"),
        ("[ramp]", "[ramp", "TOML"),
    ],
)
def test_what_is_wrong_with_ones_own_catalogue_is_told_with_its_file(tmp_path, old, new, told):
    own(tmp_path, old, new)
    found = faults(tmp_path, catalogue="own.toml")
    assert any(told in line for line in found), found
    assert all(line.startswith("own.toml") for line in found)


def test_a_catalogue_that_is_not_there_or_no_text_is_told(tmp_path):
    assert "no such catalogue file" in faults(tmp_path, catalogue="own.toml")[0]
    (tmp_path / "own.toml").write_bytes(b"\xff\xff\x00\x81")
    assert "own.toml" in faults(tmp_path, catalogue="own.toml")[0]


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ({"shared": {"newnes": 0.5}}, "newness"),
        ({"shared": {"discount": 0.5}}, "not in the catalogue"),
        ({"shared": {"newness@一级": 0.5}}, "not in the catalogue"),
        ({"shared": {"newness": -0.5}}, "at least 0"),
        ({"shared": {"price_new_wan_per_mu@一级": -1}}, "at least 0"),
        ({"numbers": {"M14": {}}}, "[measures.numbers.M14]"),
        ({"numbers": {"M3": {"numbers": {"case_wann": 1}}}}, "case_wan"),
        ({"numbers": {"M3": {"success": 1.5}}}, "a share at most 1"),
    ],
)
def test_a_number_the_catalogue_has_not_or_cannot_have_is_told(tmp_path, measures, told):
    assert any(told in line for line in faults(tmp_path, **measures))
