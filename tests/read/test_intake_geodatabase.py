"""File Geodatabases and what codes mean in them, arcs, fingerprints, and what is refused."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from gdal_builder import TEXT, WHOLE, database
from read_builders import boxes, codes, faults_of, read

from landuse.read.domains import CODE_SUFFIX, geodatabase_domains, meant
from landuse.read.fingerprint import fingerprints
from landuse.read.flat import flatten
from landuse.read.source import Cells, arrow_cells
from landuse.read.vector import layers_of

E0, N0 = 40_378_000, 4_275_000
SQUARE = f"MULTIPOLYGON((({E0} {N0},{E0 + 100} {N0},{E0 + 100} {N0 + 100},{E0} {N0 + 100},{E0} {N0})))"
USES = {"土地用途": (TEXT, {"0601": "工业用地", "0602": "采矿用地"}), "级别": (WHOLE, {1: "一级", 2: "二级"})}
FIELDS = [("ZDDM", TEXT, "", "宗地代码"), ("YT", TEXT, "土地用途", ""), ("JB", WHOLE, "级别", "")]
ROWS = [(("P1", "0601", 1), SQUARE), (("P2", "99", 7), SQUARE), (("P3", None, None), SQUARE)]


@pytest.mark.parametrize(("name", "driver"), [("宗地.gdb", "OpenFileGDB"), ("d.gpkg", "GPKG")])
def test_codes_are_read_as_what_they_mean_and_unknown_ones_as_they_stand(tmp_path, name, driver):
    database(tmp_path / name, "宗地", FIELDS, ROWS, domains=USES, driver=driver)
    mapped = {"parcel_id": "ZDDM", "land_use": "YT", "price_level": "JB", "address": f"YT{CODE_SUFFIX}"}
    raw = read(tmp_path, parcels=name, columns={"parcels": mapped})
    part = raw.of("parcels")[0]
    assert part.frame["land_use"].fillna("").tolist() == ["工业用地", "99", ""]
    assert part.frame["price_level"].fillna("").tolist() == ["一级", "7", ""]
    assert part.frame["address"].fillna("").tolist() == ["0601", "99", ""]
    assert sorted(codes(raw)) == ["DOMAIN_CODE_UNKNOWN", "DOMAIN_CODE_UNKNOWN"]
    assert sorted(raw.issues["value"]) == ["7", "99"]
    assert set(raw.issues["key"]) == {"P2"}


def test_a_title_that_the_geodatabase_gives_a_field_is_a_header_too(tmp_path):
    name = database(tmp_path / "a.gdb", "宗地", FIELDS, ROWS, domains=USES)
    assert read(tmp_path, parcels=name).of("parcels")[0].frame["parcel_id"].tolist() == ["P1", "P2", "P3"]


def test_the_layer_of_a_geodatabase_is_named_where_there_are_several(tmp_path):
    frame = gpd.GeoDataFrame({"宗地代码": ["P1"]}, geometry=boxes(1), crs=4528)
    frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="去年", engine="pyogrio")
    frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="今年", engine="pyogrio", append=True)
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.gdb"))
    assert "去年 | 今年" in fault.allowed
    part = read(tmp_path, parcels={"path": "a.gdb", "layer": "今年"}).of("parcels")[0]
    assert (part.sheet, part.crs, len(part.frame)) == ("今年", "EPSG:4528", 1)
    assert [(each.name, each.rows, each.crs) for each in layers_of(tmp_path / "a.gdb")] == [
        ("去年", 1, "EPSG:4528"),
        ("今年", 1, "EPSG:4528"),
    ]


# ------------------------------------------------------------------------------------------------ meanings


DEFINITION = """<DEFeatureClassInfo><Name>宗地</Name>
<GPFieldInfoExs><GPFieldInfoEx><Name>LX</Name></GPFieldInfoEx><GPFieldInfoEx><Name>YT</Name>
<DomainName>甲</DomainName></GPFieldInfoEx></GPFieldInfoExs>
<SubtypeFieldName>LX</SubtypeFieldName><Subtypes><Subtype><SubtypeName>国有</SubtypeName><SubtypeCode>1</SubtypeCode>
<FieldInfos><SubtypeFieldInfo><FieldName>YT</FieldName><DomainName>乙</DomainName></SubtypeFieldInfo></FieldInfos>
</Subtype><Subtype><SubtypeName>集体</SubtypeName><SubtypeCode>2</SubtypeCode></Subtype></Subtypes></DEFeatureClassInfo>"""
DOMAIN = (
    '<GPCodedValueDomain2 xmlns:xsi="x"><DomainName>{}</DomainName><CodedValues><CodedValue><Name>{}</Name>'
    '<Code xsi:type="xs:double">6.0</Code></CodedValue></CodedValues></GPCodedValueDomain2>'
)


def words(*texts):
    import pyarrow as pa

    return arrow_cells(pa.array(texts, pa.string()))


def test_a_subtype_may_give_a_code_another_meaning():
    domains = geodatabase_domains(DEFINITION, [DOMAIN.format("甲", "工业"), DOMAIN.format("乙", "仓储")])
    kinds = Cells(4, number=words("1", "2", "9", None).text.cast("int64"))
    meanings, unknown = meant("YT", words("6", "6", "6", None), domains, kinds)
    assert meanings.text.to_pylist() == ["仓储", "工业", "工业", None]
    assert unknown is None
    names, unknown = meant("LX", kinds, domains, None)
    assert names.text.to_pylist() == ["国有", "集体", "9", None]
    assert unknown.rows.tolist() == [2]


def test_a_definition_with_entities_is_not_read():
    with pytest.raises(ValueError, match="DOCTYPE"):
        geodatabase_domains('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', [])


# -------------------------------------------------------------------------------------------------- shapes


def test_arcs_are_read_as_chords_with_a_note(tmp_path):
    """Half a circle of radius 50: pi r^2 / 2 = 3926.99 m2; chords of at most half a degree lose 1.3e-5 of it."""
    arc = f"CIRCULARSTRING ({E0} {N0}, {E0 + 50} {N0 + 50}, {E0 + 100} {N0})"
    curve = f"CURVEPOLYGON (COMPOUNDCURVE ({arc}, ({E0 + 100} {N0}, {E0} {N0})))"
    name = database(tmp_path / "c.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), curve), (("P2",), SQUARE)])
    raw = read(tmp_path, parcels=name)
    shapes = raw.of("parcels")[0].shapes
    assert codes(raw) == ["GEOMETRY_CURVES"]
    assert shapes[0].area == pytest.approx(math.pi * 1250, rel=2e-5)
    assert shapes[1].area == 10_000
    assert shapely.from_wkb(raw.of("parcels")[0].wkb[0]).equals(shapes[0])


def test_heights_and_measures_are_dropped_with_one_note(tmp_path):
    high = [shapely.force_3d(shape, 35.2) for shape in boxes(2)]
    gpd.GeoDataFrame({"宗地代码": ["P1", "P2"]}, geometry=high, crs=4528).to_file(tmp_path / "z.shp", engine="pyogrio")
    raw = read(tmp_path, parcels="z.shp")
    assert codes(raw) == ["GEOMETRY_HEIGHTS"]
    assert [facts["count"] for facts in raw.issues["facts"]] == [2]
    assert not shapely.has_z(raw.of("parcels")[0].shapes).any()


def test_collections_keep_their_polygons_and_name_what_else_they_held():
    both = shapely.GeometryCollection([*boxes(2), shapely.GeometryCollection(boxes(3)[2:])])
    mixed = shapely.GeometryCollection([boxes(1)[0], boxes(1)[0].exterior])
    shapes = np.array([both, mixed, boxes(1)[0], None], dtype=object)
    flat = flatten(np.asarray(shapely.to_wkb(shapes), dtype=object))
    assert [None if shape is None else (shape.geom_type, shape.area) for shape in flat.shapes] == [
        ("MultiPolygon", 30_000),
        ("Polygon", 10_000),
        ("Polygon", 10_000),
        None,
    ]
    assert flat.mixed.tolist() == [1]


def test_plane_polygons_are_passed_on_untouched_and_arcs_without_a_way_to_straighten_are_damaged():
    wkb = np.asarray(shapely.to_wkb(np.array([*boxes(2), None], dtype=object)), dtype=object)
    assert flatten(wkb).wkb is wkb
    arc = b"\x01\x0a\x00\x00\x00\x00\x00\x00\x00"
    flat = flatten(np.array([wkb[0], arc], dtype=object))
    assert flat.broken.tolist() == [1]
    assert flat.shapes[0].area == 10_000


def test_lines_beside_polygons_in_a_file_are_told_row_by_row(tmp_path):
    mixed = [shapely.GeometryCollection([box, box.exterior]) for box in boxes(2)]
    gpd.GeoDataFrame({"宗地代码": ["P1", "P2"]}, geometry=mixed, crs=4528).to_file(
        tmp_path / "m.gpkg", engine="pyogrio"
    )
    raw = read(tmp_path, parcels="m.gpkg")
    assert codes(raw) == ["GEOMETRY_MIXED", "GEOMETRY_MIXED"]
    assert raw.issues["key"].tolist() == ["P1", "P2"]


# ------------------------------------------------------------------------------------- folders, refusals


def test_a_geodatabase_is_one_input_whose_fingerprint_is_that_of_its_files_without_locks(tmp_path):
    name = database(tmp_path / "a.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), SQUARE)])
    (first,) = read(tmp_path, parcels=name).inputs
    assert first.name == "a.gdb"
    assert first.size == sum(file.stat().st_size for file in (tmp_path / name).iterdir())
    (tmp_path / name / "_gdb.PC1.100.sr.lock").write_bytes(b"x")
    assert fingerprints([(tmp_path / name, name)]) == (first,)
    (tmp_path / name / "timestamps").write_bytes(b"changed")
    assert fingerprints([(tmp_path / name, name)])[0].sha256 != first.sha256


def test_a_compressed_geodatabase_is_refused_with_what_to_do(tmp_path):
    name = database(tmp_path / "a.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), SQUARE)])
    (tmp_path / name / "a00000009.cdf").write_bytes(b"")
    (fault,) = faults_of(lambda: read(tmp_path, parcels=name))
    assert "解压缩" in fault.do


def test_links_and_folders_inside_a_geodatabase_are_refused(tmp_path):
    name = database(tmp_path / "a.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), SQUARE)])
    (tmp_path / name / "a00000009.spx").unlink(missing_ok=True)
    (tmp_path / name / "a00000009.spx").symlink_to("/dev/zero")
    (fault,) = faults_of(lambda: read(tmp_path, parcels=name))
    assert "a00000009.spx" in fault.found


def test_a_geodatabase_with_a_damaged_catalogue_is_a_fault(tmp_path):
    name = database(tmp_path / "a.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), SQUARE)])
    (tmp_path / name / "a00000001.gdbtable").write_bytes(b"\0" * 60)
    (fault,) = faults_of(lambda: read(tmp_path, parcels=name))
    assert fault.where == "a.gdb"


def test_a_folder_that_only_bears_the_ending_is_a_folder(tmp_path):
    (tmp_path / "a.gdb").mkdir()
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.gdb"))
    assert "是文件夹" in fault.found


def test_names_of_a_shapefile_that_were_cut_inside_a_character_are_met(tmp_path):
    """宗地代码 has 12 bytes in UTF-8: of the 10 that a DBF holds, the last is half a character."""
    columns = {"宗地代码": ["P1", None], "土地使用权人": ["安澜瑞禾公司", "甲"], "证载面积": [1.5, 2.5]}
    gpd.GeoDataFrame(columns, geometry=boxes(2), crs=4528).to_file(tmp_path / "p.shp", engine="pyogrio")
    entry = {"path": "p.shp", "columns": {"holder": "土地使", "registered_area_mu": "证载面"}}
    raw = read(tmp_path, parcels=entry)
    frame = raw.of("parcels")[0].frame
    assert frame["parcel_id"].fillna("").tolist() == ["P1", ""]
    assert frame["holder"].tolist() == ["安澜瑞禾公司", "甲"]
    assert frame["registered_area_m2"].tolist() == [1000.0, pytest.approx(5000 / 3)]
    assert raw.of("parcels")[0].encoding == "utf-8"
