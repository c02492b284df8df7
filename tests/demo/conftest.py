"""Give the committed demonstration district, read back from its files."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
sys.path.insert(0, str(ROOT / "data"))

from generator.oracle import Answer, solve  # noqa: E402
from generator.oracle_read import Inputs, read_inputs  # noqa: E402


@pytest.fixture(scope="session")
def demo() -> Path:
    """Give the folder of the committed district."""
    return DEMO


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """Give the tables of the committed district."""
    return read_inputs(DEMO)


@pytest.fixture(scope="session")
def answer(inputs: Inputs) -> Answer:
    """Give the oracle's answer for the committed district."""
    return solve(inputs)


@pytest.fixture(scope="session")
def truth() -> list[dict[str, str]]:
    """Give the answer key of the parcels."""
    with (DEMO / "truth" / "parcels.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
