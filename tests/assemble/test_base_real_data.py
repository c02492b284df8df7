"""Real cadastres go through: a town in New Hampshire (US survey feet), vacant lots of Philadelphia."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from rawbuild import base_of, codes, project, raw

from landuse.tables import RawPart, verify_balance

pytestmark = pytest.mark.real_data
SURVEY_ACRE_M2 = 43_560 * (1200 / 3937) ** 2


def as_part(ids, geometry, crs, **columns):
    frame = pd.DataFrame({"parcel_id": ids, **columns, "source_row": np.arange(2, len(ids) + 2)})
    return RawPart("parcels", "real", "", frame, {}, {}, geometry, shapely.to_wkb(geometry), crs)


@pytest.fixture(scope="module")
def lebanon(real_data):
    import pyogrio

    found = pyogrio.read_dataframe(real_data / "lebanon_nh" / "LebParcels.shp")
    return found, (real_data / "lebanon_nh" / "LebParcels.prj").read_text()


def test_lebanon_is_united_repaired_and_agrees_with_its_register(lebanon):
    found, crs = lebanon
    geometry = np.asarray(found.geometry.values, dtype=object)
    acres = found["CALC_ACRES"].to_numpy()
    base = base_of(raw(as_part(found["MAP_LOT"], geometry, crs, registered_area_m2=acres * SURVEY_ACRE_M2)), project())
    assert len(found) == 4364
    assert found["MAP_LOT"].duplicated(keep=False).sum() == 88
    assert len(base.parcels) == 4364 - 88 + 24
    seen = codes(base.issues)
    assert (seen["PARCELS_UNITED"], seen["GEOMETRY_REPAIRED"]) == (24, 1)
    assert "AREA_DIFFERENCE" not in seen
    ratio = base.parcels.table["projected_area_m2"] / base.parcels.table["registered_area_m2"] - 1
    assert (ratio.abs() < 1e-4).mean() >= 0.99
    verify_balance(base.balance)


def test_lebanon_has_the_ellipsoidal_area_of_geodesics(lebanon):
    from pyproj import CRS, Geod, Transformer

    found, crs = lebanon
    geometry = np.asarray(found.geometry.values, dtype=object)
    valid = shapely.is_valid(geometry)
    sample = geometry[valid][::40]
    base = base_of(raw(as_part([str(i) for i in range(len(sample))], sample, crs)), project())
    plane = CRS.from_user_input(crs)
    change = Transformer.from_crs(plane, plane.geodetic_crs, always_xy=True)
    geod = Geod(ellps="GRS80")
    split = shapely.segmentize(sample, 3.0)
    moved = shapely.transform(split, lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1])))
    expected = np.array([abs(geod.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) for shape in moved])
    noise_of_geod_m2 = 5e-4
    area = base.parcels.table["ellipsoid_area_m2"].to_numpy()
    assert area == pytest.approx(expected, rel=1e-7, abs=noise_of_geod_m2)


def test_lebanon_overlaps_are_those_of_brute_force(lebanon):
    found, crs = lebanon
    geometry = np.asarray(found.geometry.values, dtype=object)
    geometry = geometry[shapely.is_valid(geometry)]
    base = base_of(raw(as_part([str(i) for i in range(len(geometry))], geometry, crs)), project())
    one, other = shapely.STRtree(geometry).query(geometry)
    one, other = one[one < other], other[one < other]
    parts, owner = shapely.get_parts(shapely.intersection(geometry[one], geometry[other]), return_index=True)
    wide = (shapely.get_type_id(parts) == 3) & (2 * shapely.area(parts) * (1200 / 3937) > 0.001 * shapely.length(parts))
    expected = len(np.unique(owner[wide]))
    seen = codes(base.issues)
    assert seen.get("PARCELS_OVERLAP", 0) + seen.get("SLIVER_OVERLAP", 0) == expected


def test_philadelphia_in_lambert_feet_goes_through(real_data):
    import pyarrow.parquet as pq

    table = pq.read_table(real_data / "philly_vacant" / "vacant_land_2024-06-24.parquet")
    crs = json.loads(table.schema.metadata[b"geo"])["columns"]["geometry"]["crs"]
    frame = table.to_pandas()
    geometry = shapely.from_wkb(frame["geometry"].to_numpy())
    base = base_of(raw(as_part(frame["opa_id"], geometry, json.dumps(crs))), project())
    seen = codes(base.issues)
    assert seen["GEOMETRY_REPAIRED"] == 1
    assert len(base.parcels) == frame["opa_id"].nunique()
    planar, ground = base.parcels.table["projected_area_m2"], base.parcels.table["ellipsoid_area_m2"]
    assert (planar / ground - 1).abs().max() < 1e-4
    verify_balance(base.balance)
