"""What every test may ask for: folders of real data, programs; and what happens when they are absent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
UNTRACED = {"architecture", "docs", "fonts", "notebooks", "printed", "real_data"}
"""Tests of print and of rooms whose coverage is not asked for: tracing would nearly double their time."""

settings.register_profile("landuse", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("landuse")  # no test asserts how long it takes


def pytest_runtest_makereport(item, call):
    """With LANDUSE_REQUIRE_ALL set, a skipped test is a failed one: nothing may be left out unseen."""
    skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
    if skipped and os.environ.get("LANDUSE_REQUIRE_ALL"):
        left_out = AssertionError(f"left out: {call.excinfo.value}").with_traceback(call.excinfo.tb)
        call.excinfo = pytest.ExceptionInfo.from_exception(left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Trace only what counts for the coverage of the pure rooms: neither printed pages nor other programs."""
    tracing = Coverage.current()
    if tracing is None or is_traced(item):
        return (yield)
    tracing.stop()
    try:
        return (yield)
    finally:
        tracing.start()


def is_traced(item) -> bool:
    """Say whether a test counts for the coverage of the pure rooms."""
    place = item.path.relative_to(ROOT / "tests").parts[0]
    programs = {"chromium", "soffice"} & {*item.fixturenames}
    return place not in UNTRACED and not programs


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real inputs that are not part of the repository."""
    folder = Path(os.environ.get("LANDUSE_REAL_DATA", ROOT.parent / "shared" / "real_data"))
    if not folder.is_dir():
        pytest.skip(f"real data is not here: set LANDUSE_REAL_DATA (looked at {folder.name})")
    return folder


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of published tables that are not part of the repository."""
    folder = Path(os.environ.get("LANDUSE_REFERENCE", ROOT.parent / "shared" / "reference"))
    if not folder.is_dir():
        pytest.skip(f"reference tables are not here: set LANDUSE_REFERENCE (looked at {folder.name})")
    return folder


@pytest.fixture(scope="session")
def demonstration():
    """Return the analysis of the committed district, made once for all tests that only read it."""
    from landuse.pipeline import run
    from landuse.project import load_project

    return run(load_project(ROOT / "data" / "demo" / "landuse.toml"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the headless browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: the map is not opened")
    return found


@pytest.fixture(scope="session")
def soffice() -> str:
    """Return LibreOffice."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        pytest.skip("no LibreOffice on this machine: the workbook is not recalculated")
    return found
