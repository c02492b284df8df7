"""KML: folders, fields, descriptions, shapes; nothing outside is fetched, and nobody's degrees are assumed."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import pytest
import shapely
from read_builders import codes, faults_of, read

from landuse.read.keyhole import is_kml, kml_layers, open_kml
from landuse.settings import InputEntry

GEOMETRY, PLAIN = True, False
"""What a source is asked for."""


def ring(west, south, side=0.001, height=""):
    corners = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return (
        "<LinearRing><coordinates>"
        + " ".join(f"{x:.6f},{y:.6f}{height}" for x, y in corners)
        + "</coordinates></LinearRing>"
    )


def polygon(west, south, side=0.001, hole="", height=""):
    inner = f"<innerBoundaryIs>{hole}</innerBoundaryIs>" if hole else ""
    return f"<Polygon><outerBoundaryIs>{ring(west, south, side, height)}</outerBoundaryIs>{inner}</Polygon>"


def mark(name, shape, more=""):
    return f"<Placemark><name>{name}</name>{more}{shape}</Placemark>"


def kml(*parts, root='<kml xmlns="http://www.opengis.net/kml/2.2">', head='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{head}\n{root}<Document><name>低效用地</name>{''.join(parts)}</Document></kml>"


def opened(content, encoding="utf-8", **entry):
    data = content.encode(encoding)
    return open_kml(data, InputEntry(path="a.kml", **entry), name="a.kml", geometry=True)


def said(source, title):
    at = source.headers.index(title)
    return source.read([at], PLAIN).cells[at].text.to_pylist()


def shapes(source):
    return shapely.from_wkb(source.read([], GEOMETRY).wkb, on_invalid="ignore")


P1 = mark("P1", polygon(118.6, 38.6))


def test_placemarks_are_rows_with_chinese_fields_apart(tmp_path):
    """GDAL turns every Chinese field of ExtendedData into underlines: 权利人 and 宗地号 would be one column."""
    data = {"权利人": "甲公司", "宗地号": "001"}
    fields = "".join(f"<Data name='{key}'><value>{value}</value></Data>" for key, value in data.items())
    fields = f"<ExtendedData>{fields}</ExtendedData>"
    schema = (
        "<ExtendedData><SchemaData schemaUrl='#s'><SimpleData name='权利人'>乙</SimpleData></SchemaData></ExtendedData>"
    )
    content = kml(mark("P1", polygon(118.6, 38.6), fields), mark("P2", polygon(118.7, 38.6), schema))
    (tmp_path / "a.kml").write_text(content, encoding="utf-8")
    entry = {"path": "a.kml", "crs": "EPSG:4490"}
    raw = read(
        tmp_path, parcels=entry, columns={"parcels": {"parcel_id": "name", "holder": "权利人", "address": "宗地号"}}
    )
    frame = raw.of("parcels")[0].frame
    assert frame[["parcel_id", "holder"]].to_numpy().tolist() == [["P1", "甲公司"], ["P2", "乙"]]
    assert frame["address"].fillna("").tolist() == ["001", ""]
    assert raw.of("parcels")[0].shapes[1].bounds == pytest.approx((118.7, 38.6, 118.701, 38.601))
    assert codes(raw) == []


def test_degrees_of_nobody_knows_which_system_are_a_question(tmp_path):
    (tmp_path / "a.kml").write_text(kml(P1), encoding="utf-8")
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.kml", columns={"parcels": {"parcel_id": "name"}}))
    assert "坐标系" in fault.found


def test_a_folder_is_named_where_several_hold_placemarks():
    content = kml(
        "<Folder><name>今年</name>",
        P1,
        P1,
        "</Folder><Folder><name>去年</name>",
        P1,
        "</Folder><Folder><name>空</name></Folder>",
    )
    (fault,) = faults_of(lambda: opened(content))
    assert fault.allowed == "今年 | 去年"
    source = opened(content, layer="今年")
    assert (source.sheet, len(shapes(source))) == ("今年", 2)
    assert [(each.name, each.rows) for each in kml_layers(content.encode(), "a")] == [("今年", 2), ("去年", 1)]


def test_folders_of_one_name_are_told_apart_by_where_they_stand():
    inner = "<Folder><name>宗地</name>" + P1 + "</Folder>"
    content = kml(f"<Folder><name>城东</name>{inner}</Folder><Folder><name>城西</name>{inner}</Folder>")
    assert [each.name for each in kml_layers(content.encode(), "a")] == ["低效用地/城东/宗地", "低效用地/城西/宗地"]


def test_holes_parts_and_heights_are_met_and_label_points_left_with_a_note(tmp_path):
    holed = polygon(118.7, 38.6, hole=ring(118.7002, 38.6002, 0.0002))
    several = f"<MultiGeometry>{polygon(118.6, 38.6, height=',35.2')}{holed}</MultiGeometry>"
    label = f"<MultiGeometry>{polygon(118.6, 38.7)}<Point><coordinates>118.6,38.7</coordinates></Point></MultiGeometry>"
    (tmp_path / "a.kml").write_text(kml(mark("P1", several), mark("P2", label)), encoding="utf-8")
    entry = {"path": "a.kml", "crs": "EPSG:4490", "columns": {"parcel_id": "name"}}
    raw = read(tmp_path, parcels=entry)
    first, second = raw.of("parcels")[0].shapes
    assert (first.geom_type, second.geom_type) == ("MultiPolygon", "Polygon")
    assert first.area == pytest.approx(2e-6 - 4e-8, abs=1e-12)
    assert not shapely.has_z(first)
    assert codes(raw) == ["GEOMETRY_MIXED"]


def test_spaces_after_commas_do_not_break_a_coordinate():
    numbers = "118.6, 38.6, 0\n118.7 , 38.6 ,0 118.7,38.7 118.6,38.6"
    spaced = re.sub("<coordinates>.*</coordinates>", f"<coordinates>{numbers}</coordinates>", polygon(118.6, 38.6))
    assert shapes(opened(kml(mark("P1", spaced))))[0].area == pytest.approx(0.005)


def test_a_damaged_coordinate_is_an_error_of_its_row(tmp_path):
    bad = polygon(118.6, 38.6).replace("118.601000,38.600000", "118.6O1,38.6")
    (tmp_path / "a.kml").write_text(kml(P1, mark("P2", bad), mark("P3", "")), encoding="utf-8")
    raw = read(tmp_path, parcels={"path": "a.kml", "crs": "EPSG:4490", "columns": {"parcel_id": "name"}})
    assert codes(raw) == ["GEOMETRY_UNREADABLE"]
    assert raw.issues["key"].tolist() == ["P2"]
    assert [shape is None for shape in raw.of("parcels")[0].shapes] == [False, True, True]


def test_the_table_that_arcgis_writes_into_a_description_is_columns():
    rows = [["标题"], ["宗地代码", "990781001001GB00001"], ["备注", "&lt;Null&gt;"]]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<![CDATA[<html><table>{cells}</table></html>]]>"
    source = opened(kml(mark("1", polygon(118.6, 38.6), f"<description>{table}</description>")))
    assert said(source, "宗地代码") == ["990781001001GB00001"]
    assert said(source, "备注") == [None]


def test_links_to_data_elsewhere_are_told_and_not_followed(tmp_path):
    link = "<NetworkLink><Link><href>http://example.org/x.kml</href></Link></NetworkLink>"
    (tmp_path / "a.kml").write_text(kml(P1, link), encoding="utf-8")
    raw = read(tmp_path, parcels={"path": "a.kml", "crs": "EPSG:4490", "columns": {"parcel_id": "name"}})
    assert codes(raw) == ["KML_LINK"]


def test_the_encoding_is_that_of_the_xml_and_has_to_fit():
    gbk = kml(mark("甲公司", polygon(118.6, 38.6)), head='<?xml version="1.0" encoding="GBK"?>')
    assert said(opened(gbk, "gbk"), "name") == ["甲公司"]
    (fault,) = faults_of(lambda: opened(kml(mark("甲公司", polygon(118.6, 38.6))), "gbk"))
    assert "编码" in fault.found


def test_entities_and_cut_files_are_refused():
    bomb = kml(P1, head='<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>')
    assert "DOCTYPE" in faults_of(lambda: opened(bomb))[0].found
    whole = kml(P1)
    assert "不完整" in faults_of(lambda: opened(whole[: len(whole) // 2]))[0].found


def test_a_kmz_is_read_and_other_xml_is_not_kml(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", kml(P1))
        archive.writestr("images/icon.png", b"x")
    raw = read(tmp_path, parcels={"path": "a.kmz", "crs": "EPSG:4490", "columns": {"parcel_id": "name"}})
    assert raw.of("parcels")[0].frame["parcel_id"].tolist() == ["P1"]
    assert not is_kml(b"<html><body>kml</body></html>")
    assert is_kml(b'<?xml version="1.0"?>\n<kml:kml xmlns:kml="http://www.opengis.net/kml/2.2">')
    assert np.isfinite(raw.of("parcels")[0].shapes[0].area)
