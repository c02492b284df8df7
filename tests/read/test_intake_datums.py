"""Datums of the past: by the bureau's own parameters to CGCS2000, alone with a warning, never mixed."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from read_builders import EAST, NORTH, boxes, codes, layer

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read import read_tables
from landuse.tables import worded_issues

FOUR = {
    "method": "four", "convention": "clockwise", "dx_m": 20.0, "dy_m": 110.0, "rotation_seconds": 0.0, "scale_ppm": 0.0,
    "old_crs": "EPSG:2364", "new_crs": "EPSG:4528",
}  # fmt: skip
SEVEN = {
    "method": "seven", "convention": "position_vector", "dx_m": 15.0, "dy_m": -20.0, "dz_m": 30.0,
    "rx_seconds": 1.5, "ry_seconds": -0.7, "rz_seconds": 2.0, "scale_ppm": 3.0,
}  # fmt: skip


def project(folder, datums=None, **inputs):
    tree = {"project": {"name": "示例", "year": 2025}, "inputs": inputs}
    return build_project(tree | ({"datums": datums} if datums else {}), folder=folder)


def read(folder, datums=None, **inputs):
    return read_tables(project(folder, datums, **inputs))


def faults(folder, datums=None, **inputs):
    with pytest.raises(InputError) as caught:
        read(folder, datums, **inputs)
    return caught.value.faults


def corner(raw, table="parcels"):
    west, south, _, _ = shapely.total_bounds(raw.of(table)[0].geometry)
    return west, south


def nearest(raw, east, north):
    """Return the vertex of the parcels that lies nearest to a place."""
    points = shapely.get_coordinates(raw.of("parcels")[0].geometry)
    return points[np.hypot(points[:, 0] - east, points[:, 1] - north).argmin()]


# ------------------------------------------------------------------------------------------- four, seven


def test_a_shift_of_the_plane_adds_dx_to_the_north_and_dy_to_the_east(tmp_path):
    layer(tmp_path, crs=2364)
    raw = read(tmp_path, {"xian80": FOUR}, parcels="parcels.gpkg")
    part = raw.of("parcels")[0]
    assert part.crs == "EPSG:4528"
    assert corner(raw) == pytest.approx((EAST + 110, NORTH + 20), abs=1e-6)
    assert shapely.equals(part.geometry, shapely.from_wkb(part.wkb)).all()
    assert codes(raw) == ["DATUM_CHANGED", "DATUM_UNPROVED"]
    assert "移动 111.8 米" in worded_issues(raw.issues, "zh")["message"].iloc[0]  # sqrt(20² + 110²) = 111.80


@pytest.mark.parametrize(("convention", "sign"), [("clockwise", 1), ("counterclockwise", -1)])
def test_rotation_and_scale_of_the_plane_are_those_of_the_formula(tmp_path, convention, sign):
    turn, ppm = 2.0, 5.0
    a = radians(sign * turn / 3600)
    x, y = NORTH, 378_000.0  # X north, Y east, of the bare zone of 120°
    north = (1 + ppm * 1e-6) * (x * cos(a) - y * sin(a))
    east = (1 + ppm * 1e-6) * (x * sin(a) + y * cos(a))
    dx, dy = NORTH + 10 - north, 378_000 + 100 - east  # parameters that put the point 10 m north, 100 m east
    own = FOUR | {
        "convention": convention, "rotation_seconds": turn, "scale_ppm": ppm, "dx_m": dx, "dy_m": dy,
        "old_crs": "EPSG:2385", "new_crs": "EPSG:4549",
        "points": [{"old": [NORTH, 378_000.0], "new": [NORTH + 10, 378_100.0]}],
    }  # fmt: skip
    layer(tmp_path, crs=2364)  # eastings with the number of the zone: laid on the plane of the parameters first
    raw = read(tmp_path, {"xian80": own}, parcels="parcels.gpkg")
    assert raw.of("parcels")[0].crs == "EPSG:4549"
    assert nearest(raw, 378_100, NORTH + 10) == pytest.approx((378_100, NORTH + 10), abs=1e-5)
    assert codes(raw) == ["DATUM_CHANGED"]
    assert "检验点 1 个，最大残差 0.000 米" in worded_issues(raw.issues, "zh")["message"].iloc[0]


def helmert(lon, lat, given):
    """Return degrees of CGCS2000 by the seven parameters, every step written out."""

    def space(lon, lat, a, rf):
        e2 = (2 - 1 / rf) / rf
        n = a / np.sqrt(1 - e2 * sin(lat) ** 2)
        return np.array([n * cos(lat) * cos(lon), n * cos(lat) * sin(lon), n * (1 - e2) * sin(lat)])

    old = space(radians(lon), radians(lat), 6_378_140.0, 298.257)
    sign = 1 if given["convention"] == "position_vector" else -1
    rx, ry, rz = (sign * radians(given[f"r{axis}_seconds"] / 3600) for axis in "xyz")
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    x, y, z = np.array([given["dx_m"], given["dy_m"], given["dz_m"]]) + (1 + given["scale_ppm"] * 1e-6) * turn @ old
    a, rf = 6_378_137.0, 298.257222101
    e2, p = (2 - 1 / rf) / rf, np.hypot(x, y)
    phi = np.arctan2(z, p * (1 - e2))
    for _ in range(10):
        n = a / np.sqrt(1 - e2 * sin(phi) ** 2)
        phi = np.arctan2(z + e2 * n * sin(phi), p)
    return np.degrees(np.arctan2(y, x)), np.degrees(phi)


@pytest.mark.parametrize("convention", ["position_vector", "coordinate_frame"])
def test_seven_parameters_in_space_are_those_of_the_formula(tmp_path, convention):
    given = SEVEN | {"convention": convention}
    layer(tmp_path, crs=2364)
    raw = read(tmp_path, {"xian80": given}, parcels="parcels.gpkg")
    lon, lat = pyproj.Proj(2364)(EAST, NORTH, inverse=True)
    east, north = pyproj.Proj(4528)(*helmert(lon, lat, given))
    assert raw.of("parcels")[0].crs == "EPSG:4528"
    assert nearest(raw, east, north) == pytest.approx((east, north), abs=1e-4)
    assert 10 < np.hypot(east - EAST, north - NORTH) < 500


def test_the_form_of_the_zone_is_kept_and_degrees_stay_degrees(tmp_path):
    for code, told in ((2385, 4549), (2416, 4528), (21460, 4509), (4610, 4490)):
        datum = "xian80" if code in (2385, 4610) else "beijing54"
        x, y = (118.6, 38.6) if code == 4610 else pyproj.Proj(code)(118.6, 38.6)
        side = 0.001 if code == 4610 else 100
        layer(tmp_path, crs=code, geometry=[shapely.box(x, y, x + side, y + side)], parcel_id=["P1"])
        raw = read(tmp_path, {datum: SEVEN}, parcels="parcels.gpkg")
        assert raw.of("parcels")[0].crs == f"EPSG:{told}"


# ------------------------------------------------------------------------------------- parameters refused


def test_a_control_point_that_is_missed_refuses_the_parameters(tmp_path):
    layer(tmp_path, crs=2364)
    point = {"old": [NORTH, EAST], "new": [NORTH + 20, EAST + 110.1]}
    exact = {"xian80": FOUR | {"points": [point], "points_within_m": 0.1001}}
    assert codes(read(tmp_path, exact, parcels="parcels.gpkg")) == ["DATUM_CHANGED"]
    good = {"old": [NORTH, EAST], "new": [NORTH + 20, EAST + 110]}
    (told,) = faults(
        tmp_path, {"xian80": FOUR | {"points": [good, point], "points_within_m": 0.0999}}, parcels="parcels.gpkg"
    )
    assert (told.where, told.lines("zh")[0]) == ("[datums.xian80]", "[datums.xian80]:第 2 个控制点相差 0.100 米")


def test_parameters_that_move_the_data_farther_than_datums_lie_apart_are_refused(tmp_path):
    layer(tmp_path, crs=2364)
    (told,) = faults(tmp_path, {"xian80": FOUR | {"dx_m": 700.0}}, parcels="parcels.gpkg")
    assert "参数把数据移动了 708 米" in told.found  # sqrt(700² + 110²) = 708.6 in the plane, 0.13 less on the ground


def test_planes_of_another_datum_are_refused(tmp_path):
    layer(tmp_path, crs=2364)
    for wrong in ({"old_crs": "EPSG:4528"}, {"new_crs": "EPSG:2364"}, {"old_crs": "西安80"}, {"new_crs": "EPSG:4490"}):
        (told,) = faults(tmp_path, {"xian80": FOUR | wrong}, parcels="parcels.gpkg")
        assert "不是所需的坐标系" in told.found


def test_seven_parameters_need_a_national_zone_to_lead_to(tmp_path):
    odd = "+proj=tmerc +lon_0=118.5 +x_0=500000 +ellps=IAU76 +units=m +type=crs"
    wkt = (
        pyproj.CRS.from_user_input(odd)
        .to_wkt("WKT1_ESRI")
        .replace("D_Unknown_based_on_IAU_1976_ellipsoid", "D_Xian_1980")
    )
    wkt = wkt.replace("GCS_unknown", "GCS_Xian_1980")
    layer(tmp_path, "p.shp", crs=None, geometry=boxes(1, 508_000), parcel_id=["P1"])
    (tmp_path / "p.prj").write_text(wkt, encoding="utf-8")
    (told,) = faults(tmp_path, {"xian80": SEVEN}, parcels="p.shp")
    assert "不是国家标准分带" in told.found


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"dz_m": 1.0}, "多余:dz_m"), ({"old_crs": None}, "缺少:old_crs"),
        ({"rotation_seconds": None}, "缺少:rotation_seconds"),
        ({"convention": "position_vector"}, 'convention = "clockwise|counterclockwise"'),
    ],
)  # fmt: skip
def test_parameters_that_are_not_whole_are_refused_with_what_is_missing(tmp_path, change, word):
    own = {name: value for name, value in (FOUR | change).items() if value is not None}
    with pytest.raises(InputError) as caught:
        project(tmp_path, {"xian80": own}, parcels="parcels.gpkg")
    assert word in caught.value.faults[0].allowed


# --------------------------------------------------------------------------------------------- mixed, old


def test_a_project_in_one_old_datum_runs_on_its_own_ellipsoid_with_a_warning(tmp_path):
    layer(tmp_path, crs=2364)
    layer(tmp_path, "k.gpkg", crs=2385, geometry=boxes(1, 378_000), park=["甲园"])
    raw = read(tmp_path, parcels="parcels.gpkg", parks="k.gpkg")
    assert raw.of("parcels")[0].crs == "EPSG:2364"
    assert raw.issues[["code", "severity", "value"]].to_numpy().tolist() == [["DATUM_OLD", "warning", "1980西安坐标系"]]
    assert "[datums.xian80]" in worded_issues(raw.issues, "zh")["action"].iloc[0]


@pytest.mark.parametrize("code", [2364, 2416])
def test_two_datums_are_never_mixed_without_parameters_neither_in_one_table_nor_in_two(tmp_path, code):
    section = {2364: "[datums.xian80]", 2416: "[datums.beijing54]"}[code]
    layer(tmp_path)
    layer(tmp_path, "old.gpkg", crs=code, geometry=boxes(1, EAST + 5000), parcel_id=["P9"])
    layer(tmp_path, "k.gpkg", crs=code, geometry=boxes(1), park=["甲园"])
    (told,) = faults(tmp_path, parcels=["parcels.gpkg", "old.gpkg"])
    assert (told.where, section in told.allowed) == ("old.gpkg [old]", True)
    (told,) = faults(tmp_path, parcels="parcels.gpkg", parks="k.gpkg")
    assert told.where == "k.gpkg [k]"
    assert "parcels.gpkg [parcels] 为2000国家大地坐标系(EPSG:4528)" in told.found


def test_with_parameters_the_two_are_brought_together(tmp_path):
    layer(tmp_path)
    layer(tmp_path, "k.gpkg", crs=2364, geometry=boxes(1), park=["甲园"])
    raw = read(tmp_path, {"xian80": FOUR}, parcels="parcels.gpkg", parks="k.gpkg")
    assert corner(raw, "parks") == pytest.approx((EAST + 110, NORTH + 20), abs=1e-6)
    assert codes(raw) == ["DATUM_CHANGED", "DATUM_UNPROVED"]


def test_a_raster_of_another_datum_is_refused_too(tmp_path):
    layer(tmp_path, crs=2364)
    with rasterio.open(
        tmp_path / "r.tif", "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8", crs="EPSG:4528",
        transform=from_origin(EAST, NORTH, 10, 10),
    ) as target:  # fmt: skip
        target.write(np.ones((1, 2, 2), np.uint8))
    found = faults(tmp_path, parcels="parcels.gpkg", rasters={"r": {"path": "r.tif"}})
    assert [one.where for one in found] == ["parcels.gpkg [parcels]"]
    assert "r.tif 为2000国家大地坐标系(EPSG:4528)" in found[0].found


def test_datums_change_no_fingerprint_of_a_project_that_states_none(tmp_path):
    assert "datums" not in project(tmp_path, parcels="parcels.gpkg").text()
    assert "datums" in project(tmp_path, {"xian80": FOUR}, parcels="parcels.gpkg").text()
