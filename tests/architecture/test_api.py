"""The public names are a promise: a change here is a breaking change and needs a line in the changelog."""

from __future__ import annotations

import inspect
import subprocess
import sys

import landuse

PUBLIC = {
    "Analysis": None,
    "DefectError": None,
    "InputError": None,
    "OutputError": None,
    "Parcels": None,
    "Project": None,
    "__version__": None,
    "build_project": ["tree", "folder", "where"],
    "classify": ["values", "theme", "lang", "area_mu", "share"],
    "copy_demo": ["folder"],
    "draw_map": ["analysis"],
    "explain": ["analysis", "what"],
    "load_project": ["path", "overrides", "language"],
    "published_tables": ["analysis"],
    "rule_in_force": ["project"],
    "run": ["project", "progress"],
    "write_outputs": ["analysis", "folder", "only", "progress"],
    "write_planning": ["analysis", "folder"],
}
HEAVY = ("geopandas", "pandas", "numpy", "pyogrio", "rasterio", "folium", "xlsxwriter", "pyproj", "numba", "pydantic")


def test_the_public_names_are_those_promised():
    assert sorted(landuse.__all__) == sorted(PUBLIC)
    assert sorted(dir(landuse)) == sorted(PUBLIC)


def test_the_public_functions_keep_their_parameters():
    found = {name: list(inspect.signature(getattr(landuse, name)).parameters) for name, p in PUBLIC.items() if p}
    assert found == {name: parameters for name, parameters in PUBLIC.items() if parameters}


def test_importing_the_package_and_asking_for_help_imports_nothing_heavy():
    code = "import sys, landuse, landuse.cli; print([m for m in sys.modules if m in " + repr(HEAVY) + "])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
