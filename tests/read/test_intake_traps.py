"""What would hang, fill the memory or break a library down is refused with a sentence before any library opens it."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from read_builders import boxes, codes, faults_of, layer, project, read, sheet, text

from landuse.errors import InputError
from landuse.project import build_project
from landuse.read import surveys
from landuse.read.encoding.survey import of_bytes
from landuse.read.hostile import guard_blocks, shallow
from landuse.read.hostile.drawings import MOST_ENTITIES
from landuse.read.hostile.extent import MOST_COLUMNS, guard_width
from landuse.read.odd_cells import _odd_days, package_cells
from landuse.read.sheets import tables_of

CODES = ["990781001001GB00001", "990781001001GB00002"]
HEAD = ["uscc", "year", "tax_wan"]


def refused(folder, **inputs):
    """Return what was found wrong, fault after fault."""
    return " ".join(fault.found for fault in faults_of(lambda: read(folder, **inputs)))


# ---------------------------------------------------------------------------------------- side files


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
@pytest.mark.parametrize("suffix", [".cpg", ".prj", ".qix"])
def test_a_pipe_beside_a_shapefile_is_refused_without_waiting(suffix, tmp_path):
    layer(tmp_path, "a.shp")
    (tmp_path / f"a{suffix}").unlink(missing_ok=True)
    os.mkfifo(tmp_path / f"a{suffix}")
    assert f"a{suffix}" in refused(tmp_path, parcels="a.shp")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_in_the_place_of_a_pack_a_catalogue_or_locked_values_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "own.toml")
    tree = {"project": {"name": "x", "year": 2025}, "inputs": {"parcels": "a.shp"}}
    for section in (
        {"rules": {"pack": "own.toml"}},
        {"measures": {"catalogue": "own.toml"}},
        {"frozen": {"from": "own.toml"}},
    ):
        with pytest.raises(InputError):
            build_project({**tree, **section}, folder=tmp_path)


# ------------------------------------------------------------------------------------------ databases


def test_a_view_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("landuse.read.hostile.layers._MOST_STEPS", 3)
    layer(tmp_path, "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        base.execute("CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c")
    assert "视图算不完" in refused(tmp_path, parcels="a.gpkg")


def test_a_view_with_an_end_and_a_trigger_do_no_harm(tmp_path):
    layer(tmp_path, "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        base.execute("CREATE VIEW v AS SELECT parcel_id FROM a")
        base.execute("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END")
    assert read(tmp_path, parcels={"path": "a.gpkg"}).of("parcels")[0].frame["parcel_id"].tolist() == CODES


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\nb", "a;b--", "select"])
def test_a_layer_may_bear_any_name(name, tmp_path):
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"parcel_id": CODES}, geometry=boxes(2), crs=4528)
    for each in (name, "other"):
        frame.to_file(tmp_path / "a.gpkg", layer=each, driver="GPKG", engine="pyogrio")
    raw = read(tmp_path, parcels={"path": "a.gpkg", "layer": name})
    assert raw.of("parcels")[0].frame["parcel_id"].tolist() == CODES


def test_values_that_are_not_of_the_type_of_their_column_stay_what_they_are(tmp_path):
    layer(tmp_path, "a.gpkg", parcel_id=CODES, gov_delay_days=[3, 4], far_due=[1.5, 2.5])
    base = sqlite3.connect(tmp_path / "a.gpkg")
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    assert package_cells(tmp_path / "a.gpkg", "a", {0: "gov_delay_days", 1: "far_due"}) == {}
    base.execute("UPDATE a SET gov_delay_days = 3.7, far_due = x'00' WHERE fid = 1")
    base.commit()
    base.close()
    found = package_cells(tmp_path / "a.gpkg", "a", {0: "gov_delay_days", 1: "far_due"})
    assert found[0].number.to_pylist() == [3.7, 4.0]
    assert (found[1].text.to_pylist(), found[1].number.to_pylist()) == (["0x00", None], [None, 2.5])
    raw = read(tmp_path, parcels="a.gpkg")
    assert raw.of("parcels")[0].frame["gov_delay_days"].isna().tolist() == [True, False]
    assert codes(raw) == ["NUMBER_TEXT", "NUMBER_TEXT"]


def test_a_day_that_no_month_has_is_never_one_of_the_next_month(tmp_path):
    layer(tmp_path, "a.gpkg", parcel_id=CODES, start_due=pd.to_datetime(["2024-02-01", "2024-03-05"]))
    base = sqlite3.connect(tmp_path / "a.gpkg")
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    base.execute("UPDATE a SET start_due = '2024-02-31' WHERE fid = 1")
    base.commit()
    base.close()
    raw = read(tmp_path, parcels="a.gpkg")
    assert raw.of("parcels")[0].frame["start_due"].isna().tolist() == [True, False]
    assert codes(raw) == ["DATE_IMPLAUSIBLE"]
    digits = np.array([list(b"20240229"), list(b"20230229"), list(b"21000229"), list(b"20000229"), list(b"20240431")])
    assert _odd_days(digits.astype(np.uint8)).tolist() == [False, True, True, False, True]


@pytest.mark.parametrize("kind", ["DATE", "DATETIME"])
def test_days_of_a_database_that_are_none_of_any_kind_are_told(tmp_path, kind):
    layer(tmp_path, "a.gpkg", parcel_id=CODES)
    base = sqlite3.connect(tmp_path / "a.gpkg")
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{trigger}"')
    base.execute(f"ALTER TABLE a ADD COLUMN start_due {kind}")
    base.execute("UPDATE a SET start_due = '2024-02-31' WHERE fid = 1")
    base.execute("UPDATE a SET start_due = '2024-03-05' WHERE fid = 2")
    base.commit()
    base.close()
    raw = read(tmp_path, parcels="a.gpkg")
    assert raw.of("parcels")[0].frame["start_due"].tolist() == [pd.NaT, pd.Timestamp("2024-03-05")]
    assert codes(raw) == ["DATE_IMPLAUSIBLE"]


@pytest.mark.parametrize("bad", ["2024-02-31", "2024-02-31T00:00:00", "2024/02/31", "2024-02-31T00:00:00Z"])
def test_a_day_of_geojson_that_no_month_has_is_unknown(tmp_path, bad):
    properties = [{"parcel_id": CODES[0], "start_due": bad}, {"parcel_id": CODES[1], "start_due": "2024-03-05"}]
    features = [
        {"type": "Feature", "properties": told, "geometry": shapely.geometry.mapping(shape)}
        for told, shape in zip(properties, boxes(2), strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4528"}}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    raw = read(tmp_path, parcels="a.geojson")
    assert raw.of("parcels")[0].frame["start_due"].isna().tolist() == [True, False]
    assert len(codes(raw)) == 1


def test_an_index_missing_from_a_geodatabase_is_named(tmp_path):
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"parcel_id": CODES}, geometry=boxes(2), crs=4528)
    frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="a", engine="pyogrio")
    gone = max((tmp_path / "a.gdb").glob("*.gdbtablx"))
    gone.unlink()
    assert gone.name in refused(tmp_path, parcels="a.gdb")


# --------------------------------------------------------------------------------------------- columns


META = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}


@pytest.mark.parametrize(
    "geo",
    [
        b"", b"{", b"\xff{}", b"[]", b"null", b"{}", b'{"primary_column": "geometry"}',
        b'{"primary_column": "other", "columns": {"geometry": {}}}', b'{"primary_column": ["a"], "columns": {}}',
        b'{"primary_column": "geometry", "columns": []}', b'{"primary_column": "geometry", "columns": {"geometry": 5}}',
        b'{"primary_column": "geometry", "columns": {"geometry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"primary_column": "parcel_id", "columns": {"parcel_id": {"encoding": "WKB"}}}',
    ],
)  # fmt: skip
def test_geoparquet_that_says_nothing_sound_of_its_geometry_is_refused(geo, tmp_path):
    wkb = [shapely.to_wkb(box) for box in boxes(2)]
    table = pa.table({"parcel_id": CODES, "geometry": pa.array(wkb, pa.binary())})
    pq.write_table(table.replace_schema_metadata({b"geo": geo}), tmp_path / "a.parquet")
    assert "几何" in refused(tmp_path, parcels="a.parquet")


def nested(levels):
    return struct.pack("<BII", 1, 7, 1) * levels + struct.pack("<BIdd", 1, 1, 0.0, 0.0)


def test_a_geometry_nested_beyond_measure_is_damaged_and_breaks_nothing_down(tmp_path):
    table = pa.table(
        {"parcel_id": CODES, "geometry": pa.array([nested(200_000), shapely.to_wkb(boxes(1)[0])], pa.binary())}
    )
    crs = {"geometry": {"encoding": "WKB", "crs": {"id": {"authority": "EPSG", "code": 4528}}}}
    del crs["geometry"]["crs"]
    pq.write_table(
        table.replace_schema_metadata({b"geo": json.dumps({**META, "columns": crs}).encode()}), tmp_path / "a.parquet"
    )
    raw = read(tmp_path, parcels={"path": "a.parquet", "crs": "EPSG:4528"})
    assert codes(raw).count("GEOMETRY_UNREADABLE") == 1
    assert shapely.area(raw.of("parcels")[0].geometry[1]) == 10_000


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("flavor", ["iso", "extended"])
@pytest.mark.parametrize("height", [False, True])
def test_what_people_draw_is_never_too_deep(order, flavor, height):
    many = shapely.multipolygons([shapely.box(3 * n, 0, 3 * n + 1, 1) for n in range(400)])
    line = shapely.linestrings(np.column_stack([np.arange(2000.0), np.arange(2000.0)]))
    shapes = [
        many,
        shapely.GeometryCollection([many, line, shapely.Point(1, 2)]),
        shapely.MultiPoint([(n, n) for n in range(900)]),
    ]
    shapes = [shapely.set_srid(shapely.force_3d(one, 5.0) if height else one, 4490) for one in shapes]
    wkb = np.array(
        [shapely.to_wkb(one, byte_order=order, flavor=flavor, include_srid=flavor == "extended") for one in shapes],
        object,
    )
    assert shallow(wkb) is wkb
    cut = np.array([raw[:-8] for raw in wkb], dtype=object)
    assert shallow(cut).tolist() == [b"\xff"] * 3


def test_more_columns_than_a_spreadsheet_has_are_no_table(tmp_path):
    guard_width(MOST_COLUMNS, "a")
    head = ",".join(f"c{n}" for n in range(MOST_COLUMNS + 1))
    text(tmp_path, "a.csv", f"{head}\n1,2\n")
    assert "列数过多" in refused(tmp_path, accounts="a.csv")


# ------------------------------------------------------------------------------------------- workbooks


def test_one_far_cell_is_refused_and_one_in_a_narrow_sheet_is_not(tmp_path):
    for far, name in (("XFD1048576", "far.xlsx"), ("XFD1", "wide.xlsx"), ("C200000", "long.xlsx")):
        book = openpyxl.Workbook()
        for row in (HEAD, ["91990781MA0000001X", 2025, 3.5]):
            book.active.append(row)
        book.active[far] = "x"
        book.save(tmp_path / name)
    assert "范围过大" in refused(tmp_path, accounts="far.xlsx")
    with pytest.raises(InputError, match="范围过大"):
        tables_of(tmp_path / "far.xlsx")
    for name in ("wide.xlsx", "long.xlsx"):
        assert read(tmp_path, accounts=name).of("accounts")[0].frame["tax_wan"][0] == 3.5


@pytest.mark.parametrize("said", [b'r="XFD1048576"', b"r='XFD1048576'", b'r = "XFD1048576"', b'\nr= "XFD1048576"'])
def test_a_far_cell_is_found_however_it_is_written(said, tmp_path):
    sheet(tmp_path, "a.xlsx", [HEAD, ["91990781MA0000001X", 2025, 3.5]])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="C2"', said))
    assert "范围过大" in refused(tmp_path, accounts="b.xlsx")


def test_a_cell_repeated_without_end_in_an_open_document_is_refused_and_empty_rows_are_not(tmp_path):
    def document(rows):
        cells = "".join(
            f"<table:table-cell office:value-type='string'><text:p>{one}</text:p></table:table-cell>" for one in HEAD
        )
        name = "urn:oasis:names:tc:opendocument:xmlns"
        spaces = f"xmlns:office='{name}:office:1.0' xmlns:table='{name}:table:1.0' xmlns:text='{name}:text:1.0'"
        body = f"<table:table table:name='a'><table:table-row>{cells}</table:table-row>{rows}</table:table>"
        content = (
            f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {spaces}><office:body>"
            f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
        )
        with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", content)
            archive.writestr("META-INF/manifest.xml", "<manifest/>")

    many = "table:number-columns-repeated='1000'"
    one = f"<table:table-cell office:value-type='float' office:value='1' {many}/>"
    document(f"<table:table-row table:number-rows-repeated='1000000'>{one}</table:table-row>")
    assert "范围过大" in refused(tmp_path, accounts="a.ods")
    document(f"<table:table-row table:number-rows-repeated='1048000'><table:table-cell {many}/></table:table-row>")
    assert "范围过大" not in " ".join(
        fault.found for fault in faults_of(lambda: read(tmp_path, accounts=["a.ods", "no.csv"]))
    )


# -------------------------------------------------------------------------------------------- drawings


def drawing(*blocks, times=1):
    """Return a drawing with blocks X0, X1 …, each with what it inserts of the one before, the last one inserted."""
    pairs = [(0, "SECTION"), (2, "BLOCKS")]
    for number, inserted in enumerate(blocks):
        pairs += [(0, "BLOCK"), (8, "0"), (2, f"X{number}"), (70, 0), (10, 0), (20, 0)]
        pairs += [(0, "INSERT"), (8, "0"), (2, f"X{number - 1}"), (10, 0), (20, 0)] * inserted
        pairs += [(0, "LINE"), (8, "0"), (10, 0), (20, 0), (11, 1), (21, 1), (0, "ENDBLK"), (8, "0")]
    pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES"), (0, "INSERT"), (8, "0"), (2, f"X{len(blocks) - 1}")]
    pairs += [(70, times), (71, times), (0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code:>3}\r\n{value}\r\n" for code, value in pairs).encode()


def test_blocks_that_unfold_without_measure_are_refused():
    guard_blocks(drawing(0, 10, 10, 10), "a.dxf")
    guard_blocks(drawing(0, times=int(MOST_ENTITIES**0.5) // 2), "a.dxf")
    for spoilt in (drawing(0, *[10] * 8), drawing(0, times=30_000)):
        with pytest.raises(InputError, match="图块"):
            guard_blocks(spoilt, "a.dxf")


def test_a_placemark_nested_beyond_measure_is_refused(tmp_path):
    many = "<MultiGeometry>" * 100_000 + "</MultiGeometry>" * 100_000
    text(tmp_path, "a.kml", f"<kml><Document><Placemark><name>a</name>{many}</Placemark></Document></kml>")
    assert "嵌套过深" in refused(tmp_path, parcels={"path": "a.kml", "crs": "EPSG:4490"})


# ------------------------------------------------------------------------------------------------ texts


def test_a_text_whose_last_line_has_no_end_is_told(tmp_path):
    rows = "uscc,year,tax_wan\n91990781MA0000001X,2025,3.5\n91990781MA0000001X,2024,12"
    text(tmp_path, "a.csv", rows)
    text(tmp_path, "b.csv", rows + "\n")
    raw = read(tmp_path, accounts="a.csv")
    told = raw.issues[raw.issues["code"] == "TEXT_UNENDED"].to_dict("records")
    assert [(one["source_row"], one["value"]) for one in told] == [(3, "91990781MA0000001X,2024,12")]
    assert "TEXT_UNENDED" not in codes(read(tmp_path, accounts="b.csv"))


def survey(*counts):
    """Return a boundary file; each parcel states five points and has as many as told."""
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "计量单位=米", "带号=40", "[地块坐标]"]
    for number, count in enumerate(counts):
        east, north = 40_378_000 + 200 * number, 4_275_000
        lines.append(f"5,1.0,{CODES[0][:-1]}{number},甲,面,,工业用地,,@")
        corners = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
        lines += [f"J{n + 1},1,{north + y:.3f},{east + x:.3f}" for n, (x, y) in enumerate(corners[:count])]
    return "\r\n".join(lines)


def test_a_boundary_file_cut_off_in_a_parcel_is_refused_and_after_one_is_told(tmp_path):
    entry = {"path": "a.txt", "columns": {"parcel_id": "地块编号"}}
    text(tmp_path, "a.txt", survey(5, 3), "gb18030")
    assert "截断" in refused(tmp_path, parcels=entry)
    text(tmp_path, "a.txt", survey(5, 5), "gb18030")
    assert codes(read(tmp_path, parcels=entry)) == ["TEXT_UNENDED"]
    text(tmp_path, "a.txt", survey(5, 5) + "\r\n", "gb18030")
    assert codes(read(tmp_path, parcels=entry)) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.dxf", b"  0\r\nSECTION\r\n  2\r\nENTITIES\r\n"),
        ("a.kml", b"<?xml version='1.0'?><kml><Document/></kml>"),
        ("a.txt", "[属性描述]\r\n坐标系=2000国家大地坐标系\r\n".encode("gbk")),
    ],
)
def test_a_file_too_large_to_be_read_as_a_whole_is_refused_with_what_to_do(name, data, tmp_path, monkeypatch):
    monkeypatch.setattr(surveys, "LARGEST", 3 * 2**20)
    (tmp_path / name).write_bytes(data.ljust(3 * 2**20 + 1))
    (fault,) = faults_of(lambda: read(tmp_path, parcels={"path": name, "crs": "EPSG:4490"}))
    assert fault.lines("zh") == (f"{name}:文件过大:3 MB", "  → ≤ 3 MB;拆成几个文件,或另存为 .gpkg")
    assert fault.lines("en")[0] == f"{name}: the file is too large: 3 MB"


@pytest.mark.parametrize(("sign", "size"), [(b"\n", 100), (b">", 100), (b"x", 3_000_000)])
def test_a_text_in_memory_is_looked_at_in_blocks_that_hold_all_of_it(sign, size):
    data = (b"a" * (size - 1) + sign) * (5_000_000 // size) + b"rest"
    blocks = list(of_bytes(data)())
    assert b"".join(blocks) == data
    assert max(map(len, blocks)) <= (1 << 20 if sign != b"x" else len(data))
    assert all(block.endswith(sign) for block in blocks[:-1])


def test_nothing_of_these_is_found_in_files_as_people_make_them(tmp_path):
    layer(tmp_path, "a.shp")
    assert codes(read(tmp_path, parcels="a.shp")) == []
    assert project(tmp_path, parcels="a.shp").inputs.of("parcels")[0].path == "a.shp"
