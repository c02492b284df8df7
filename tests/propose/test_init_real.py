"""On real files of three countries every proposal is right or asked."""

from __future__ import annotations

import tomllib

import pytest

from landuse.propose import propose

pytestmark = pytest.mark.real_data


def proposed(folder, name):
    if not (folder / name).is_dir():
        pytest.skip(f"{name} is not among the real data")
    return tomllib.loads(propose([folder / name], folder / name).text)


def test_a_register_of_land_supply_is_mapped_and_its_key_is_asked(real_data):
    tree = proposed(real_data, "landchina")
    mapped = tree["columns"]["parcels"]
    assert mapped["parcel_id"] == mapped["registered_area_m2"] == "?"
    assert mapped["contract_date"] == "Contract signing date"
    assert mapped["handover_due"] == "Agreed land delivery time"
    assert (mapped["start_due"], mapped["finish_due"]) == ("Agreed start time", "Agreed completion time")
    assert mapped["far_due"] == "Agreed floor area ratio lower limit"
    register = tree["inputs"]["parcels"][0]
    assert register["units"] == {"land_price_wan": "万元"}
    assert tree["inputs"]["?"] == ["zitaichen_2018_gbk.json"]


def test_parcels_of_a_foreign_town_are_parcels_whose_key_is_asked(real_data):
    tree = proposed(real_data, "lebanon_nh")
    assert tree["inputs"]["parcels"] == "LebParcels.shp"
    assert tree["columns"]["parcels"] == {"parcel_id": "?"}
    assert set(tree["inputs"]["?"]) == {"buildings.csv", "land.csv", "tax_roll.csv"}
    assert (tree["project"]["region"]["lon"], tree["project"]["region"]["lat"]) == pytest.approx(
        (-72.25, 43.64), abs=0.05
    )


def test_rasters_of_classes_are_told_from_rasters_of_values(real_data):
    rasters = proposed(real_data, "raster_sao_miguel")["inputs"]["rasters"]
    kinds = {name: entry["kind"] for name, entry in rasters.items()}
    assert kinds.pop("clc2018_v2020_20u1") == "class"
    assert set(kinds.values()) == {"value"}
    assert rasters["clc2018_v2020_20u1"]["built_classes"] == "?"
