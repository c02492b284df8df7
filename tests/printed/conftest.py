"""Run the committed district once for everything that is printed of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landuse.pipeline import run
from landuse.project import load_project
from landuse.reports.dossier import Dossiers
from landuse.reports.letters import Letters
from landuse.reports.typeset import Press
from landuse.tables import Analysis

PROJECT = Path(__file__).parents[2] / "data" / "demo" / "landuse.toml"


@pytest.fixture(scope="session")
def district() -> Analysis:
    """Give the analysis of the committed district."""
    return run(load_project(PROJECT, ["variants={}"]))


@pytest.fixture(scope="session")
def dossiers(district: Analysis) -> Dossiers:
    """Give its plot pages."""
    return Dossiers(district)


@pytest.fixture(scope="session")
def sheets(dossiers: Dossiers) -> list[dict]:
    """Give the data of its plot pages."""
    return [dict(page) for page in dossiers.pages()]


@pytest.fixture(scope="session")
def press(dossiers: Dossiers) -> Press:
    """Give the press of its plot pages."""
    return Press(dossiers.form)


@pytest.fixture(scope="session")
def letters(district: Analysis) -> Letters:
    """Give its letters."""
    return Letters(district)


@pytest.fixture(scope="session")
def low_row(district: Analysis) -> int:
    """Give the position of a low-efficiency parcel with one user."""
    table = district.parcels.table
    return int(np.flatnonzero(table["efficiency_class"].eq("low") & table["n_enterprises"].eq(1))[2])
