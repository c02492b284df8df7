"""Real files: US survey feet, mixed identifiers, GeoParquet, non-breaking spaces, the demonstration district."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from landuse.project import build_project, load_project
from landuse.read import read_tables

DEMO = Path(__file__).parents[2] / "data" / "demo" / "landuse.toml"
FT_US = 1200 / 3937


@pytest.mark.real_data
def test_lebanon_reads_its_acres_and_its_mixed_identifiers(real_data):
    parcels = {"path": "LebParcels.shp", "units": {"registered_area_m2": "us_survey_acre"}}
    tree = {
        "project": {"name": "Lebanon", "year": 2025, "region": {"lon": -72.25, "lat": 43.64, "radius_km": 15}},
        "inputs": {"parcels": parcels, "enterprises": "tax_roll.csv"},
        "columns": {
            "parcels": {"parcel_id": "MAP_LOT", "registered_area_m2": "CALC_ACRES"},
            "enterprises": {"uscc": "parcel_id", "name": "owner_name", "industry_code": "class_code"},
        },
    }
    raw = read_tables(build_project(tree, folder=real_data / "lebanon_nh"))
    part = raw.of("parcels")[0]
    assert len(part.frame) == 4364
    planar = shapely.area(part.geometry) * FT_US**2
    assert np.allclose(part.frame["registered_area_m2"], planar, rtol=4e-5)
    roll = raw.of("enterprises")[0].frame
    assert len(roll) == 5660
    assert roll["uscc"].is_unique
    assert {"402C", "430V", "1010"} <= set(roll["industry_code"])
    assert len(set(part.frame["parcel_id"]) & set(roll["uscc"])) == 4281
    assert len(raw.issues) == 0


@pytest.mark.real_data
def test_philadelphia_reads_its_geoparquet(real_data):
    tree = {
        "project": {"name": "Philadelphia", "year": 2024},
        "inputs": {"parcels": "vacant_land_2024-06-24.parquet"},
        "columns": {"parcels": {"parcel_id": "opa_id", "land_use": "building_description"}},
    }
    part = read_tables(build_project(tree, folder=real_data / "philly_vacant")).of("parcels")[0]
    assert (len(part.frame), part.crs) == (25663, "EPSG:2272")
    assert (part.frame["land_use"] == "VAC LAND RES < ACRE").sum() == 21528
    assert shapely.is_geometry(part.geometry).all()


def test_the_demonstration_district_reads_with_no_error():
    raw = read_tables(load_project(DEMO))
    assert len(raw.of("parcels")[0].frame) == 600
    assert len(raw.of("enterprises")[0].frame) == 450
    assert set(raw.issues["severity"]) <= {"warning", "note"}
    late = raw.issues[raw.issues["code"] == "DATE_IMPLAUSIBLE"]
    assert late["value"].tolist() == ["2105-03-01"]
    assert all(
        re.fullmatch(r"9907810\d{5}GB\d{5}|990781\d{6}J[A-Z]\d{5}", key)
        for key in raw.of("parcels")[0].frame["parcel_id"]
    )
