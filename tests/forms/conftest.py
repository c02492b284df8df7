"""A bureau with its forms, made once."""

from __future__ import annotations

import shutil

import pytest
from forms_builders import with_leases

from landuse.pipeline import run
from landuse.project import load_project
from landuse.write import write_outputs


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    project = with_leases(tmp_path_factory.mktemp("某县 表"))
    write_outputs(run(load_project(project)), project.parent / "results", only=("forms",))
    return project.parent


@pytest.fixture
def bureau(_made, tmp_path):
    """Return the project file of a bureau of its own, with the forms of a run in results/forms."""
    shutil.copytree(_made, tmp_path / "县")
    return tmp_path / "县" / "项目 一.toml"


@pytest.fixture
def forms(bureau):
    return bureau.parent / "results" / "forms"
