"""Polygons alone, some of them without a key: the command line ends with 1, writes everything and loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import fsum
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).with_name("philly.toml.in")
ROWS = 25_663
CM2 = 10_000
M2_PER_MU = 2000 / 3


@pytest.fixture(scope="module")
def source(real_data):
    file = real_data / "philly_vacant" / "vacant_land_2024-06-24.parquet"
    if not file.is_file():
        pytest.skip("philly_vacant is not among the real data")
    return file


@pytest.fixture(scope="module")
def read(source):
    """Return the file as geopandas reads it, keys without the space one of them ends with."""
    import geopandas as gpd

    table = gpd.read_parquet(source, columns=["opa_id", "geometry"])
    return table.assign(opa_id=table["opa_id"].str.strip())


@pytest.fixture(scope="module")
def run(source, tmp_path_factory):
    """Return the finished command and the folder of its results, under a path with Chinese characters and a space."""
    folder = tmp_path_factory.mktemp("费城 空地")
    project = folder / "landuse.toml"
    project.write_text(PROJECT.read_text(encoding="utf-8").format(file=source.resolve().as_posix()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "landuse", "run", str(project), "--only", "tables,map,report"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done, folder / "results"


@pytest.fixture(scope="module")
def results(run):
    return run[1]


@pytest.fixture(scope="module")
def parcels(results):
    return pd.read_parquet(results / "parcels.parquet")


@pytest.fixture(scope="module")
def blank(read):
    return read["opa_id"].isna() | read["opa_id"].eq("")


def test_errors_in_rows_end_with_status_1_and_no_traceback(run):
    done, _ = run
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "草稿" in done.stdout


def test_every_output_is_written(results):
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    tables = ("parcels", "enterprises", "occupancy", "findings", "issues", "balance", "groups", "history")
    expected = {"results.gpkg", "ledger.xlsx", "issues.xlsx", "map.html", *(f"{name}.parquet" for name in tables)}
    assert {entry["name"] for entry in manifest["outputs"]} >= expected
    assert all((results / entry["name"]).stat().st_size > 0 for entry in manifest["outputs"])
    assert manifest["counts"]["issues"]["error"] == 15
    assert list(results.glob(".*")) == []


def test_every_sheet_and_the_map_say_draft(results):
    from openpyxl import load_workbook

    for name in ("ledger.xlsx", "issues.xlsx"):
        book = load_workbook(results / name, read_only=True)
        titles = {sheet.title: next(sheet.iter_rows(max_row=1, values_only=True))[0] for sheet in book}
        assert [sheet for sheet, title in titles.items() if "草稿" not in title] == []
    assert "草稿" in (results / "map.html").read_text(encoding="utf-8")


def test_every_row_is_kept_united_or_set_aside(read, blank, parcels, results):
    issues = pd.read_parquet(results / "issues.parquet")
    set_aside = issues.loc[issues["code"].eq("BLANK_KEY"), "source_row"]
    named = read.loc[~blank, "opa_id"]
    assert len(read) == ROWS
    assert len(parcels) + int(named.duplicated().sum()) + len(set_aside) == ROWS
    assert sorted(set_aside) == (np.flatnonzero(blank) + 1).tolist()
    assert parcels["parcel_id"].tolist() == named.drop_duplicates().tolist()
    assert parcels["source_row"].tolist() == (np.flatnonzero(~blank) + 1).tolist()


def test_nothing_is_said_about_land_nobody_is_known_to_use(parcels, results):
    assert (parcels["efficiency_class"] == "not_rated").all()
    assert (parcels["idle_class"] == "NOT_APPLICABLE").all()
    assert (parcels["n_enterprises"] == 0).all()
    assert parcels["tax_wan"].isna().all()
    for name in ("enterprises", "occupancy", "findings", "groups", "history"):
        assert len(pd.read_parquet(results / f"{name}.parquet")) == 0


def test_area_balances_to_the_square_centimetre(parcels, results):
    rows = pd.read_parquet(results / "balance.parquet").query("quantity == 'area_m2'")
    amounts = ["amount_in", "amount_out", "unallocated"]
    exact = rows.assign(**{name: (rows[name] * CM2).round().astype("int64") for name in amounts})
    steps = exact.groupby("step", sort=False)[amounts].sum()
    assert list(steps.index) == ["read", "keys", "occupancy"]
    assert (steps["amount_in"] == steps["amount_out"] + steps["unallocated"]).all()
    assert steps["amount_out"].tolist()[:-1] == steps["amount_in"].tolist()[1:]
    kept = (parcels["area_mu"] * M2_PER_MU * CM2).round().astype("int64").sum()
    assert steps.loc["keys", "amount_out"] == kept
    reasons = exact.set_index(["step", "reason"])["unallocated"]
    assert reasons[("keys", "BLANK_KEY")] == steps.loc["read", "amount_in"] - kept
    assert reasons[("occupancy", "NO_HOLDER")] == kept


def test_area_set_aside_is_that_of_the_polygons_without_key(read, blank, results):
    """The geodesic area of the same polygons, edge by edge, on the ellipsoid of their CRS."""
    from shapely import segmentize

    ellipsoid = read.crs.get_geod()
    shapes = read.loc[blank].geometry
    split = shapes.set_crs(read.crs).apply(lambda shape: segmentize(shape, 100)).to_crs(read.crs.geodetic_crs)
    area = fsum(abs(ellipsoid.geometry_area_perimeter(shape)[0]) for shape in split)
    rows = pd.read_parquet(results / "balance.parquet").query("step == 'keys' and reason == 'BLANK_KEY'")
    assert rows["unallocated"].sum() == pytest.approx(area, rel=1e-6)


def test_geopackage_holds_every_parcel_that_was_kept(parcels, results):
    import pyogrio

    info = pyogrio.read_info(results / "results.gpkg", layer="parcels")
    assert info["features"] == len(parcels)
    assert pyogrio.read_info(results / "results.gpkg", layer="idle")["features"] == 0
