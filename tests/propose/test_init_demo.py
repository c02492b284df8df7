"""The demonstration district proposes its own project file, and a run of the proposal reads the same tables."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest
from propose_builders import answered, root

from landuse.project import build_project
from landuse.propose import propose
from landuse.propose.changes import differences
from landuse.read import read_tables

DEMO = root() / "data" / "demo"


@pytest.fixture(scope="module")
def proposed():
    return propose([DEMO], DEMO)


@pytest.fixture(scope="module")
def committed():
    return tomllib.loads((DEMO / "landuse.toml").read_text(encoding="utf-8"))


def test_inputs_and_columns_are_those_of_the_committed_file_where_they_are_not_asked(proposed, committed):
    tree = answered(tomllib.loads(proposed.text), committed)
    for raster in tree["inputs"]["rasters"].values():
        raster["date"] = committed["inputs"]["rasters"][raster["path"].removesuffix(".tif")]["date"]
    assert tree["inputs"] == committed["inputs"]
    assert tree["columns"] == committed["columns"]


def test_what_is_asked_is_which_classes_of_land_cover_count_as_built_and_nothing_that_data_tell(proposed):
    asked = {question for question in proposed.draft.questions() if not question.endswith("area_m2")}
    assert asked == {"inputs.rasters.landcover_2023.built_classes", "inputs.rasters.landcover_2025.built_classes"}


def test_year_and_county_are_told_by_the_data(proposed, committed):
    section = tomllib.loads(proposed.text)["project"]
    region = committed["project"]["region"]
    assert section["year"] == 2025
    assert section["land_date"] == committed["project"]["land_date"]
    assert section["region"]["code"] == region["code"] == "990781"
    assert section["region"]["lon"] == pytest.approx(region["lon"], abs=0.02)
    assert section["region"]["lat"] == pytest.approx(region["lat"], abs=0.02)


def test_the_committed_file_agrees_with_its_files(proposed, committed):
    assert differences(proposed.draft, committed, "landuse.toml") == []


def test_the_text_is_the_tree(proposed):
    assert tomllib.loads(proposed.text) == proposed.draft.tree()


def test_the_same_files_give_the_same_bytes(proposed):
    assert propose([DEMO], DEMO).text == proposed.text


def test_the_proposal_reads_the_same_tables_as_the_committed_file(proposed, committed):
    tree = answered(tomllib.loads(proposed.text), committed)
    tree = {**committed, "inputs": tree["inputs"], "columns": tree["columns"]}
    ours, theirs = (read_tables(build_project(each, folder=DEMO)) for each in (tree, committed))
    assert ours.parts.keys() == theirs.parts.keys()
    for table, parts in theirs.parts.items():
        for mine, other in zip(ours.parts[table], parts, strict=True):
            pd.testing.assert_frame_equal(mine.frame, other.frame)
    pd.testing.assert_frame_equal(ours.issues, theirs.issues)
