"""A project file survives as a workbook and back: every value, its type included, valid or not."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from parameter_trees import trees, values

from landuse.parameters import comments_of, normal, pages_of, read_book, toml_text
from landuse.parameters.cells import cell_of, key_path, key_text, literal, same, value_of
from landuse.parameters.keys import ANYTHING, Key
from landuse.parameters.shape import Filled
from landuse.parameters.tree import tree_of
from landuse.project import Project, load_project
from landuse.reports.parameters import write_parameters

DEMO = Path(__file__).parents[2] / "data" / "demo"
KEYS = (
    ANYTHING,
    Key("name", frozenset({"text"})),
    Key("most", frozenset({"whole"})),
    Key("share", frozenset({"number"})),
    Key("draw", frozenset({"flag"})),
    Key("as_of", frozenset({"day"})),
    Key("lock_in", frozenset({"list", "text"}), is_listed=True),
    Key("path", frozenset({"list", "text"})),
    Key("most_mu_by_town", frozenset({"map", "number"}), values=frozenset({"number"})),
    Key("use", frozenset({"choice"}), ("registered", "ellipsoid"), {"registered": "证载面积"}),
    Key("years", frozenset({"list", "whole"}), (1, 3), is_listed=True),
)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
@given(value=values)
@settings(max_examples=40, deadline=None)
def test_a_cell_gives_back_the_value_that_went_in(key, value):
    assert same(value_of(cell_of(value, key), key), value)


@given(value=values)
@settings(max_examples=100, deadline=None)
def test_a_literal_is_what_a_project_file_would_hold(value):
    text = literal(value)
    assert "\n" not in text
    assert same(tomllib.loads(f"value = {text}")["value"], value)


@given(path=...)
@settings(max_examples=100, deadline=None)
def test_a_dotted_key_is_read_back_part_by_part(path: tuple[str, str]):
    if all(path):
        assert key_path(key_text(path)) == path


@given(tree=trees())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_sheets_give_back_the_tree_they_were_filled_in_from(tree):
    pages = pages_of(tree, Project)
    read = tree_of([Filled(page.form, page.form.section, page.rows, names=page.names) for page in pages])
    assert read.faults == []
    assert same(normal(read.values), normal(tree))


@given(tree=trees())
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_workbook_gives_back_the_tree_it_was_written_from(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "参数.xlsx"
    write_parameters(pages_of(tree, Project), path, "zh")
    assert same(normal(read_book(path, Project).values), normal(tree))


@given(tree=trees())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_project_file_written_as_text_says_what_the_tree_says(tree):
    assert same(tomllib.loads(toml_text(tree)), tree)


@pytest.mark.parametrize("name", ["landuse.toml", "faulty.toml"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demonstration_is_the_same_project_as_a_workbook_and_as_text_again(name, lang, tmp_path):
    text = (DEMO / name).read_text(encoding="utf-8")
    remarks = comments_of(text)
    book = tmp_path / "参数.xlsx"
    write_parameters(pages_of(tomllib.loads(text), Project, remarks), book, lang)
    read = read_book(book, Project)
    (tmp_path / "again.toml").write_text(toml_text(read.values, read.remarks), encoding="utf-8")
    digest = load_project(DEMO / name).digest()
    assert load_project(book).digest() == digest
    assert load_project(tmp_path / "again.toml").digest() == digest
    assert set(read.remarks.values()) == set(remarks.values())


def test_the_same_project_gives_the_same_bytes(tmp_path):
    tree = tomllib.loads((DEMO / "landuse.toml").read_text(encoding="utf-8"))
    for name in ("a.xlsx", "b.xlsx"):
        write_parameters(pages_of(tree, Project), tmp_path / name, "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("name", "安澜县", "安澜县"),
        ("name", 2023.0, "2023"),
        ("most", 5.0, 5),
        ("most", "５", 5),
        ("share", "0.15", 0.15),
        ("share", 12000.0, 12000),
        ("draw", "是", True),
        ("draw", "FALSE", False),
        ("as_of", "2026-06-30", date(2026, 6, 30)),
        ("lock_in", "A1、B2；C3", ["A1", "B2", "C3"]),
        ("lock_in", "A1", ["A1"]),
        ("path", "宗地、登记.xlsx", "宗地、登记.xlsx"),
        ("path", "类型; 等级", ["类型", "等级"]),
        ("most_mu_by_town", 60.0, 60),
        ("most_mu_by_town", "石桥镇 = 60; 柳河镇=30.5", {"石桥镇": 60, "柳河镇": 30.5}),
        ("use", "registered 证载面积", "registered"),
        ("use", "ellipsoid", "ellipsoid"),
        ("years", "1、3", [1, 3]),
        ("share", "?", "?"),
        ("name", "  ", None),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_a_land_officer_writes_it(key, cell, value):
    found = value_of(cell, next(one for one in KEYS if one.name == key))
    assert found == value
    assert type(found) is type(value)
