"""A real town through the whole job: 4,364 polygons in US survey feet and 5,660 rows of a tax roll.

Every expected figure is taken from the town's own files by a few lines of this test, never from our output.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import fsum
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import landuse
from landuse.assemble.areas import ellipsoid_area_m2, projected_area_m2

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

PROJECT = Path(__file__).with_name("lebanon_nh.toml.in")
ACRE_M2 = 43_560 * 0.3048**2
CENTS = 100
WAN = 10_000


@pytest.fixture(scope="module")
def town(real_data):
    folder = real_data / "lebanon_nh"
    if not folder.is_dir():
        pytest.skip("lebanon_nh is not among the real data")
    return folder


@pytest.fixture(scope="module")
def roll(town):
    """Return the tax roll as it stands: parcel_id -> row of text, in the order of the file."""
    with (town / "tax_roll.csv").open(encoding="utf-8", newline="") as file:
        return {row["parcel_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def polygons(town):
    """Return the attributes of the polygons: MAP_LOT and CALC_ACRES, in the order of the file."""
    import pyogrio

    return pyogrio.read_dataframe(town / "LebParcels.shp", read_geometry=False)


@pytest.fixture(scope="module")
def pieces(polygons):
    """Return lot -> acres of each of its polygons."""
    found = defaultdict(list)
    for lot, acres in zip(polygons["MAP_LOT"], polygons["CALC_ACRES"], strict=True):
        found[lot].append(acres)
    return found


@pytest.fixture(scope="module")
def analysis(town, tmp_path_factory):
    path = tmp_path_factory.mktemp("lebanon") / "landuse.toml"
    path.write_text(PROJECT.read_text(encoding="utf-8").format(folder=town.resolve().as_posix()), encoding="utf-8")
    return landuse.run(landuse.load_project(path))


@pytest.fixture(scope="module")
def results(analysis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    landuse.write_outputs(analysis, folder, only=("tables", "map", "report"))
    return folder


def keys_of(analysis, code):
    return analysis.issues.loc[analysis.issues["code"].eq(code), "key"]


# ------------------------------------------------------------------------------------------------- land


@pytest.mark.parametrize("measure", [projected_area_m2, ellipsoid_area_m2])
def test_acreage_agrees_with_the_town_s_on_every_polygon(analysis, polygons, measure):
    (part,) = analysis.raw.of("parcels")
    assert part.frame["parcel_id"].tolist() == polygons["MAP_LOT"].tolist()
    acres = measure(part.geometry, part.crs) / ACRE_M2
    off = np.abs(acres / polygons["CALC_ACRES"].to_numpy() - 1)
    assert (off <= 1e-4).mean() >= 0.99
    assert off.max() <= 1e-3


def test_feet_of_the_survey_are_not_taken_for_feet_of_the_yard(analysis, polygons):
    """The two differ by 4e-6 in area: the planar acreage is closer to the town's than that."""
    (part,) = analysis.raw.of("parcels")
    acres = projected_area_m2(part.geometry, part.crs) / ACRE_M2
    off = np.abs(acres / polygons["CALC_ACRES"].to_numpy() - 1)
    assert (off <= 1e-6).mean() >= 0.99


def test_polygons_under_a_repeated_key_are_united(analysis, pieces):
    repeated = {lot: acres for lot, acres in pieces.items() if len(acres) > 1}
    assert (len(repeated), sum(map(len, repeated.values()))) == (24, 88)
    issues = analysis.issues[analysis.issues["code"].eq("PARCELS_UNITED")]
    assert set(issues["key"]) == set(repeated)
    assert sum(fact["count"] for fact in issues["facts"]) == 88
    assert analysis.parcels.table["parcel_id"].tolist() == list(pieces)


def test_land_of_a_united_parcel_is_the_sum_of_its_pieces(analysis, pieces):
    land = analysis.parcels.table.set_index("parcel_id")
    for lot, acres in pieces.items():
        expected = fsum(acres) * ACRE_M2
        assert land.loc[lot, "registered_area_m2"] == pytest.approx(expected, rel=1e-12)
        assert land.loc[lot, "projected_area_m2"] == pytest.approx(expected, rel=1e-3)
    assert (land["area_source"] == "registered").all()


# ----------------------------------------------------------------------------------- what does not match


def test_parcels_without_accounts_are_listed(analysis, pieces, roll):
    alone = [lot for lot in pieces if lot not in roll]
    assert (len(alone), sum(len(pieces[lot]) for lot in alone)) == (19, 58)
    assert sorted(keys_of(analysis, "HOLDER_UNKNOWN")) == sorted(alone)
    assert keys_of(analysis, "PARCEL_WITHOUT_ACCOUNT").empty
    land = analysis.parcels.table.set_index("parcel_id").loc[alone]
    assert land["tax_wan"].isna().all()
    assert (land["efficiency_class"] == "not_rated").all()


def test_accounts_without_polygon_are_listed_with_their_row(analysis, pieces, roll):
    lost = [lot for lot in roll if lot not in pieces]
    assert len(lost) == 1379
    issues = analysis.issues[analysis.issues["code"].eq("ENTERPRISE_WITHOUT_LAND")]
    assert sorted(issues["key"]) == sorted(lost)
    first_line = {lot: line for line, lot in enumerate(roll, start=2)}
    assert issues["source_row"].tolist() == [first_line[key] for key in issues["key"]]
    status = analysis.enterprises.set_index("uscc")["status"]
    assert (status.loc[lost] == "NO_LAND").all()


def test_nothing_is_an_error_and_nothing_unknown_is_zero(analysis):
    assert not analysis.issues["severity"].isin(["error", "fatal"]).any()
    unknown = ["output_wan", "energy_tce", "output_per_mu", "output_per_energy"]
    assert analysis.enterprises[unknown].isna().all(axis=None)
    assert analysis.parcels.table[unknown].isna().all(axis=None)
    assert analysis.groups[["base_output_per_mu", "base_output_per_energy"]].isna().all(axis=None)


# ------------------------------------------------------------------------------------------------ money


def test_every_step_of_the_money_balances_to_the_cent(analysis, roll):
    total = sum(Decimal(row["total_value"]) for row in roll.values()) * CENTS
    assert total == int(total)
    rows = analysis.balance[analysis.balance["quantity"].eq("tax_wan")]
    steps = rows.groupby("step", sort=False)[["amount_in", "amount_out", "unallocated"]].sum()
    assert list(steps.index) == ["read", "keys", "match", "allocate"]
    amount = int(total)
    for step in steps.itertuples():
        assert step.amount_in == amount
        assert step.amount_in == step.amount_out + step.unallocated
        amount = step.amount_out


def test_value_of_the_parcels_and_what_lies_on_none_make_the_whole_roll(analysis, pieces, roll):
    tables = landuse.published_tables(analysis)
    cents = (tables["parcels"]["tax_wan"].dropna() * WAN * CENTS).round().astype("int64")
    lost = int((tables["balance"].query("quantity == 'tax_wan'")["unallocated"] * WAN * CENTS).round().sum())
    assert int(cents.sum()) + lost == sum(Decimal(row["total_value"]) for row in roll.values()) * CENTS
    assert lost == sum(Decimal(row["total_value"]) for lot, row in roll.items() if lot not in pieces) * CENTS


def test_every_parcel_carries_the_value_the_roll_gives_it(analysis, pieces, roll):
    land = analysis.parcels.table.set_index("parcel_id")["tax_wan"]
    expected = {lot: float(Decimal(roll[lot]["total_value"]) / WAN) for lot in pieces if lot in roll}
    assert land.loc[list(expected)].to_dict() == pytest.approx(expected, abs=1e-9)


# ---------------------------------------------------------------------------------------------- ranking


def bottom_of(lots, pieces, roll):
    """Return the lots of one class with the lowest value per acre, against the mean of the class."""
    value = {lot: Decimal(roll[lot]["total_value"]) for lot in lots}
    acres = {lot: fsum(pieces[lot]) for lot in lots}
    mean = float(sum(value.values())) / fsum(acres.values())
    score = {lot: round(min(100 * float(value[lot]) / acres[lot] / mean, 150), 9) for lot in lots}
    k = int(Fraction(15, 100) * len(lots) + Fraction(1, 2))
    cut = sorted(score.values())[k - 1]
    return {lot for lot in lots if score[lot] <= cut}


def test_bottom_share_of_every_class_is_what_a_few_lines_find(analysis, pieces, roll):
    """Classes of at least 7 lots with land and some value rank alone; the others meet in one pool."""
    classes = defaultdict(list)
    for lot, row in roll.items():
        if lot in pieces:
            classes[row["class_code"]].append(lot)
    large = {
        code: lots
        for code, lots in classes.items()
        if len(lots) >= 7 and any(Decimal(roll[lot]["total_value"]) > 0 for lot in lots)
    }
    firms = analysis.enterprises
    assert len(large) >= 40
    assert {"1010", "1300", "3400", "9030"} <= set(large)
    assert set(firms["industry_group"].dropna()) >= set(large)
    for code, lots in large.items():
        group = firms[firms["industry_group"].eq(code) & firms["status"].eq("RANKED")]
        assert set(group["uscc"]) == set(lots)
        assert set(group.loc[group["low_efficiency"].eq(other=True), "uscc"]) == bottom_of(lots, pieces, roll), code


def test_a_tie_at_the_cap_is_shown(analysis, pieces, roll):
    """Ground of condominiums: fewer than 15 % are below the cap of 150, so the cut falls on the cap itself."""
    group = analysis.groups.set_index("industry_group").loc["1040"]
    lots = [lot for lot, row in roll.items() if row["class_code"] == "1040" and lot in pieces]
    flagged = bottom_of(lots, pieces, roll)
    assert (group["n"], group["k"], group["flagged"]) == (len(lots), 38, len(flagged))
    assert group["tied_at_cut"] == len(flagged) - 38 > 0


# ---------------------------------------------------------------------------------------------- outputs


def test_written_tables_open_again(analysis, results):
    import geopandas as gpd
    import pyogrio

    layers = {name for name, _ in pyogrio.list_layers(results / "results.gpkg")}
    assert {"parcels", "low_efficiency", "idle", "enterprises", "occupancy", "issues", "balance"} <= layers
    drawn = pyogrio.read_dataframe(results / "results.gpkg", layer="parcels")
    low = pyogrio.read_info(results / "results.gpkg", layer="low_efficiency")["features"]
    stored = gpd.read_parquet(results / "parcels.parquet")
    assert len(drawn) == len(stored) == 4300
    assert low == int(stored["efficiency_class"].isin(["low", "partly_low"]).sum())
    for frame in (drawn, stored):
        assert frame.crs.axis_info[0].unit_name == "US survey foot"
        assert frame.geometry.is_valid.all()
        planar = frame.geometry.area.to_numpy() * (1200 / 3937) ** 2
        assert planar == pytest.approx(frame["projected_area_m2"].to_numpy(), rel=1e-9)


def test_written_books_and_map_open_again(analysis, results):
    from openpyxl import load_workbook

    for name in ("ledger.xlsx", "issues.xlsx"):
        book = load_workbook(results / name, read_only=True)
        assert len(book.sheetnames) >= 7
    page = (results / "map.html").read_text(encoding="utf-8")
    assert page.rstrip().endswith("</html>")
    assert "Lebanon, New Hampshire" in page
    written = pd.read_parquet(results / "enterprises.parquet")
    assert len(written) == 5660
