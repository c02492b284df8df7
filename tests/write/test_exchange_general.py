"""GeoPackage, GeoJSON, FlatGeobuf and GeoParquet: names, values, order and CRS as they were."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from exchange_builders import DAY, IDS, field, layer, shapes

from landuse.errors import InputError
from landuse.read.opening import open_source
from landuse.settings import InputEntry
from landuse.write.exchange.gauss import Gauss, gauss_for, gauss_of, same_datum, system_of
from landuse.write.exchange.general import write_general

SUFFIXES = (".gpkg", ".geojson", ".fgb", ".parquet")


def read(path):
    return gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, engine="pyogrio")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_field_row_and_shape_comes_back_in_its_order(suffix, tmp_path):
    geometry = np.array([shapes()[2], None, shapely.force_3d(shapes()[0], 3.0)], dtype=object)
    fields = (
        field("宗地代码", "text", IDS),
        field("证载面积(平方米)", "number", [0.0, None, 1 / 3]),
        field("n", "integer", [7, None, 2**53 + 1]),
        field("合同签订日期", "date", [DAY, None, DAY]),
    )
    assert write_general(tmp_path / f"a{suffix}", layer(*fields, geometry=geometry)) == []
    found = read(tmp_path / f"a{suffix}")
    assert found["宗地代码"].tolist() == list(IDS)
    area = found["证载面积(平方米)"].tolist()
    assert (area[0], math.isnan(area[1]), area[2]) == (0.0, True, pytest.approx(1 / 3, rel=1e-14))
    assert found["n"].isna().tolist() == [False, True, False]
    assert [str(value)[:10] for value in found["合同签订日期"].tolist()][::2] == ["2024-02-29"] * 2
    assert found.geometry.isna().tolist() == [False, True, False]
    assert found.geometry[0].equals(shapes()[2])
    assert not found.geometry.has_z.any()
    assert found.crs.to_epsg() == 4528


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_with_its_crs_and_no_question(suffix, tmp_path):
    write_general(tmp_path / f"a{suffix}", layer())
    source = open_source(InputEntry(path=f"a{suffix}"), tmp_path, geometry=True)
    assert (source.headers, source.has_geometry, bool(source.crs)) == (("宗地代码",), True, True)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_same_layer_same_bytes(suffix, tmp_path):
    for name in ("a", "b"):
        write_general(tmp_path / f"{name}{suffix}", layer())
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_names_that_stand_twice_or_belong_to_the_format_are_changed_and_told(tmp_path):
    fields = [field(name, "text", IDS) for name in ("fid", "a", "A", "", "geom")]
    notes = write_general(tmp_path / "a.gpkg", layer(*fields))
    assert read(tmp_path / "a.gpkg").columns.tolist() == ["fid1", "a", "A1", "F4", "geom1", "geometry"]
    assert notes[0].told("zh") == "字段名有重复或为空,已改:fid → fid1、A → A1、 → F4、geom → geom1"


def test_infinite_numbers_are_null_in_geojson_and_told(tmp_path):
    notes = write_general(tmp_path / "a.geojson", layer(field("a", "number", [math.inf, -math.inf, 1.0])))
    assert [note.told("zh") for note in notes] == ["2 个无穷大数值写为空值"]
    assert read(tmp_path / "a.geojson")["a"].isna().tolist() == [True, True, False]


# ------------------------------------------------------------------------------------------------- zones


@pytest.mark.parametrize(
    ("crs", "zone"),
    [
        ("EPSG:4513", Gauss("2000", 3, 25)), ("EPSG:4533", Gauss("2000", 3, 45)), ("EPSG:4534", Gauss("2000", 3, 25)),
        ("EPSG:4548", Gauss("2000", 3, 39)), ("EPSG:4491", Gauss("2000", 6, 13)), ("EPSG:4501", Gauss("2000", 6, 23)),
        ("EPSG:4507", Gauss("2000", 6, 18)), ("EPSG:2349", Gauss("1980", 3, 25)), ("EPSG:2384", Gauss("1980", 3, 39)),
        ("EPSG:2327", Gauss("1980", 6, 13)), ("EPSG:2401", Gauss("1954", 3, 25)), ("EPSG:21413", Gauss("1954", 6, 13)),
        ("EPSG:21453", Gauss("1954", 6, 13)), ("EPSG:4490", None), ("EPSG:3857", None), ("EPSG:32650", None),
    ],
)  # fmt: skip
def test_the_zone_of_a_crs_is_known(crs, zone):
    assert gauss_of(crs) == zone


@pytest.mark.parametrize("code", [*range(4513, 4534), *range(4491, 4502), *range(2349, 2370), *range(2401, 2422)])
def test_a_zone_names_its_own_epsg_code(code):
    assert gauss_of(f"EPSG:{code}").crs == f"EPSG:{code}"


@pytest.mark.parametrize(("lon", "zone"), [(118.49, 39), (118.51, 40), (75.0, 25), (135.0, 45)])
def test_degrees_lie_in_the_zone_whose_meridian_is_nearest(lon, zone):
    here = np.array([shapely.box(lon - 0.001, 30, lon + 0.001, 30.1)], dtype=object)
    assert gauss_for(here, "EPSG:4490") == Gauss("2000", 3, zone)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("EPSG:4528", "EPSG:4490", True), ("EPSG:4528", "EPSG:4326", True), ("EPSG:2364", "EPSG:4610", True),
        ("EPSG:2364", "EPSG:4528", False), ("EPSG:2416", "EPSG:4490", False), ("EPSG:2416", "EPSG:2364", False),
        ("EPSG:3437", "EPSG:4326", False),
    ],
)  # fmt: skip
def test_only_cgcs2000_and_wgs84_pass_for_one_datum(first, second, same):
    assert same_datum(first, second) is same
    assert same_datum(second, first) is same


def test_the_system_of_a_crs_without_a_chinese_datum_is_blank():
    assert [system_of(crs) for crs in ("EPSG:4490", "EPSG:4610", "EPSG:4214", "EPSG:4326")] == [
        "2000",
        "1980",
        "1954",
        "",
    ]


def test_geojson_refuses_a_crs_that_it_cannot_state(tmp_path):
    own = (
        pyproj.CRS.from_epsg(4549)
        .to_wkt()
        .replace('"Longitude of natural origin",120', '"Longitude of natural origin",120.5')
    )
    own = own.replace(',ID["EPSG",4549]', "")
    with pytest.raises(InputError, match="GeoJSON"):
        write_general(tmp_path / "a.geojson", layer(crs=own))
    write_general(tmp_path / "a.gpkg", layer(crs=own))
    assert read(tmp_path / "a.gpkg").crs.coordinate_operation.params[1].value == 120.5
