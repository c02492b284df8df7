"""Published land supply results, 189 rows of Excel in Chinese and non-breaking spaces, read as a contract register."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read import read_tables

pytestmark = pytest.mark.real_data

FILE = "liptao_2019_beijing_189.xlsx"
HEADERS = {
    "parcel_id": "Electronic supervision number",
    "parcel_name": "Project name",
    "price_level": "Land grade",
    "contract_date": "Contract signing date",
    "handover_due": "Agreed land delivery time",
    "start_due": "Agreed start time",
    "finish_due": "Agreed completion time",
    "land_price_wan": "Transaction price (ten thousand yuan)",
    "registered_area_ha": "Area (hectare)",
}
WITHIN_ZONE_40 = (40_500_000, 4_420_000, 40_500_100, 4_420_100)
CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@pytest.fixture(scope="module")
def folder(real_data):
    if not (real_data / "landchina" / FILE).is_file():
        pytest.skip("landchina is not among the real data")
    return real_data / "landchina"


@pytest.fixture(scope="module")
def cells(folder):
    """Return header -> cells of the sheet as text; a blank, a non-breaking space too, is blank text."""
    from openpyxl import load_workbook

    head, *rows = load_workbook(folder / FILE, read_only=True).active.iter_rows(values_only=True)
    return {name: [str(row[place] or "").strip() for row in rows] for place, name in enumerate(head)}


def supply_project(folder, polygons, units):
    """Return a project of one polygon and the supply results as its contract register."""
    register = {"path": FILE, "columns": HEADERS, "units": units}
    tree = {"project": {"name": "land supply", "year": 2019}, "inputs": {"parcels": [str(polygons), register]}}
    return build_project(tree, folder=folder)


@pytest.fixture(scope="module")
def polygons(tmp_path_factory):
    """Return a file with one polygon: parcels are nothing without any."""
    import geopandas as gpd
    from shapely import box

    path = tmp_path_factory.mktemp("polygons") / "parcels.gpkg"
    gpd.GeoDataFrame({"parcel_id": ["A"]}, geometry=[box(*WITHIN_ZONE_40)], crs="EPSG:4528").to_file(path)
    return path


@pytest.fixture(scope="module")
def register(folder, polygons):
    """Return the supply results as they were read."""
    _, part = read_tables(supply_project(folder, polygons, {"land_price_wan": "万元"})).of("parcels")
    return part


def test_every_row_is_read_in_its_order(register, cells):
    assert len(cells["District"]) == 189
    assert register.frame["parcel_id"].tolist() == cells["Electronic supervision number"]
    assert register.frame["source_row"].tolist() == list(range(2, 191))


@pytest.mark.parametrize("name", ["contract_date", "handover_due", "start_due", "finish_due"])
def test_chinese_dates_are_days_and_blanks_stay_unknown(register, cells, name):
    written = cells[HEADERS[name]]
    found = [CHINESE_DAY.fullmatch(cell) for cell in written]
    assert [match is None for match in found] == [cell == "" for cell in written]
    assert register.frame[name].isna().tolist() == [match is None for match in found]
    days = [pd.Timestamp(*map(int, match.groups())) for match in found if match]
    assert register.frame[name].dropna().tolist() == days


def test_hectares_become_square_metres_and_prices_stay_in_wan(register, cells):
    hectares = [float(cell) for cell in cells["Area (hectare)"]]
    assert register.frame["registered_area_m2"].tolist() == pytest.approx([10_000 * h for h in hectares], rel=1e-12)
    prices = [float(cell or "nan") for cell in cells["Transaction price (ten thousand yuan)"]]
    assert register.frame["land_price_wan"].tolist() == pytest.approx(prices, rel=1e-12, nan_ok=True)
    assert max(hectares) > 0


def test_a_unit_that_the_name_of_the_column_states_is_not_declared_again(folder, polygons):
    with pytest.raises(InputError) as caught:
        read_tables(supply_project(folder, polygons, {"land_price_wan": "万元", "registered_area_ha": "公顷"}))
    (fault,) = caught.value.faults
    assert "the name already states the unit" in fault.found
    assert "units.registered_area_m2" in fault.do
