"""Files that would hang, fill the memory, reach out of this machine or be read in part are refused, quickly."""

from __future__ import annotations

import io
import os
import socket
import sqlite3
import struct
import subprocess
import time
import zipfile
import zlib
from dataclasses import replace

import pytest
from read_builders import layer, part, shapefile, sheet, text

from landuse.errors import InputError
from landuse.read import opening
from landuse.read.hostile import archives, guard_archive, guard_folder, guard_xml
from landuse.read.hostile.markup import holds
from landuse.read.opening import open_source
from landuse.settings import InputEntry

ROWS = [["统一社会信用代码", "企业名称", "行业代码(GB/T 4754—2017)"], ["A1", "安澜瑞禾", "1310"]]


def fault(folder, path, table="enterprises"):
    """Return the lines of the only fault of a file that is opened and read, which must come at once."""
    before = time.monotonic()
    has_geometry = table == "parcels"
    with pytest.raises(InputError) as error:
        open_source(InputEntry(path=path), folder, geometry=has_geometry).read([0], has_geometry)
    assert time.monotonic() - before < 20
    (one,) = error.value.faults
    return "\n".join(one.lines())


def repacked(data, change=lambda name, content: content, more=()):
    """Return a zip with its members changed (None = left out), and more members behind."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = change(member.filename, old.read(member))
            if content is not None:
                new.writestr(member.filename, content)
        for name, content in more:
            new.writestr(name, content)
    return made.getvalue()


def workbook(folder, name="a.xlsx"):
    sheet(folder, name, ROWS)
    return (folder / name).read_bytes()


# --------------------------------------------------------------------------------------------------------- paths


@pytest.mark.parametrize(
    "path",
    [
        "http://example.org/a.csv", "https://x/a.xlsx", "ftp://x/a", "file:///etc/passwd", "/vsicurl/http://x/a.gpkg",
        "/vsizip/a.zip/a.shp", "\\vsimem\\a", "GPKG:a.gpkg:t", "PG:dbname=x", "s3://b/k", "<OGRVRTDataSource/>", "zip://a!b",
    ],
)  # fmt: skip
def test_what_is_no_local_path_is_refused_before_it_is_touched(tmp_path, path):
    assert "a URL, a virtual path" in fault(tmp_path, path)


@pytest.mark.parametrize(
    "path", ["\\\\server\\share\\a.csv", "//server/share/a.csv", "\\\\?\\C:\\a.csv", "\\\\.\\pipe\\x"]
)
def test_a_network_share_is_refused_with_what_to_do(tmp_path, path):
    assert "network share" in fault(tmp_path, path)


@pytest.mark.parametrize("path", ["nul", "CON.csv", "数据/aux.xlsx", "com1"])
def test_the_name_of_a_device_is_no_file(tmp_path, path):
    assert "device of the system" in fault(tmp_path, path)


@pytest.mark.parametrize("path", ["a\0.csv", "a\x01.csv", "税收\u202excvs.xlsx"])
def test_a_path_with_unseen_characters_is_refused(tmp_path, path):
    assert "unprintable" in fault(tmp_path, path)


def test_a_path_too_long_is_a_fault_and_no_crash(tmp_path):
    assert "cannot be read" in fault(tmp_path, "a" * 5000)


def test_a_pipe_a_socket_and_a_link_to_a_device_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "circle.csv").symlink_to(tmp_path / "circle.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing.csv")
    here = os.getcwd()  # noqa: PTH109
    os.chdir(tmp_path)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind("s.csv")
            for name in ("pipe.csv", "zero.csv", "s.csv"):
                assert "a device, a pipe or a socket" in fault(tmp_path, name)
    finally:
        os.chdir(here)
    assert "cannot be read" in fault(tmp_path, "circle.csv")
    assert "does not exist" in fault(tmp_path, "gone.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.gpkg", "a.shp", "a.dbf", "a.geojson", "a.parquet"])
def test_an_empty_file_is_told_as_empty(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    assert "the file is empty" in fault(tmp_path, name)


def test_a_data_set_in_a_folder_holds_plain_files_only(tmp_path):
    base = tmp_path / "a.gdb"
    base.mkdir()
    (base / "a00000001.gdbtable").write_bytes(b"x")
    guard_folder(base, "a.gdb")
    (base / "a00000002.gdbtable").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="a00000002"):
        guard_folder(base, "a.gdb")


# ------------------------------------------------------------------------------------------------------- renamed


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"), (b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x89PNG\r\n\x1a\n", "an image"), (b"AC1027\0\0", "AutoCAD DWG"), (b"\x1f\x8b\x08\0", "gzip"),
        (b"\x00\x01\x00\x00Standard Jet DB\0", "Access"), (b"MZ\x90\0\x03", "a program"),
        (b"\xef\xbb\xbf<!DOCTYPE html><table>", "a web page"), (b"<html xmlns:x='urn:schemas'>", "a web page"),
        (b"<OGRVRTDataSource>", "a VRT"), (b"#!/bin/sh\n", "a script"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "an XML spreadsheet"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.xlsx", "a.gpkg"])
def test_a_renamed_file_is_called_what_it_is(tmp_path, head, said, name):
    (tmp_path / name).write_bytes(head + b" " * 100)
    assert said in fault(tmp_path, name)


def test_a_name_that_lies_about_a_format_that_is_read_does_no_harm(tmp_path):
    (tmp_path / "a.csv").write_bytes(workbook(tmp_path))
    assert part(tmp_path, "enterprises", enterprises="a.csv")["name"].tolist() == ["安澜瑞禾"]
    text(tmp_path, "b.xlsx", "uscc,name,industry_code\nA1,安澜瑞禾,1310\n", "gbk")
    assert part(tmp_path, "enterprises", enterprises="b.xlsx")["name"].tolist() == ["安澜瑞禾"]


def test_a_word_document_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w/>")
    assert "a Word document" in fault(tmp_path, "a.xlsx")


def test_a_text_that_begins_like_a_picture_is_a_text(tmp_path):
    content = "BM,uscc,name,industry_code\n1,A1,甲,1310\n"
    assert part(tmp_path, "enterprises", enterprises=text(tmp_path, "a.csv", content))["name"].tolist() == ["甲"]


# ------------------------------------------------------------------------------------------------------ workbooks


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_cut_off_anywhere_is_refused(tmp_path, share):
    data = workbook(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(data[: int(len(data) * share)])
    assert "cut off" in fault(tmp_path, "a.xlsx")


def test_a_damaged_member_is_refused(tmp_path):
    data = bytearray(workbook(tmp_path))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    data[member.header_offset + 60] ^= 0xFF
    (tmp_path / "a.xlsx").write_bytes(bytes(data))
    assert "damaged" in fault(tmp_path, "a.xlsx")


def test_a_member_that_unpacks_to_a_monstrous_size_is_refused_before_it_fills_the_memory(tmp_path):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join([packer.compress(b"<a/>" * 250_000) for _ in range(100)]) + packer.flush()
    assert len(bomb) < 500_000
    data = repacked(workbook(tmp_path), more=[("xl/media/x.xml", b"<a/>" * 25_000_000)])
    (tmp_path / "a.xlsx").write_bytes(data)
    assert "monstrous size" in fault(tmp_path, "a.xlsx")


def test_a_table_of_contents_that_lies_about_a_size_does_not_help(tmp_path):
    data = bytearray(repacked(workbook(tmp_path), more=[("xl/media/x.bin", b"\0" * 100_000_000)]))
    entry = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, 1000)
    (tmp_path / "a.xlsx").write_bytes(bytes(data))
    line = fault(tmp_path, "a.xlsx")
    assert "monstrous size" in line or "damaged" in line


@pytest.mark.parametrize(("most", "is_refused"), [(100_000, False), (99_999, True)])
def test_the_unpacked_size_of_all_members_may_just_reach_its_bound(monkeypatch, most, is_refused):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.bin", b"\0" * 60_000)
        archive.writestr("b.bin", b"\0" * 40_000)
    monkeypatch.setattr(archives, "BOOK", replace(archives.BOOK, most_bytes=most))
    if is_refused:
        with pytest.raises(InputError, match="monstrous"):
            guard_archive(made.getvalue(), "a")
    else:
        assert [member.filename for member in guard_archive(made.getvalue(), "a")] == ["a.bin", "b.bin"]


def test_members_that_lie_over_one_another_are_refused(tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"x" * 100)
        archive.writestr("b", b"y" * 100)
    data = bytearray(made.getvalue())
    second = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, second + 42, 10)
    with pytest.raises(InputError, match="overlapping"):
        guard_archive(bytes(data), "a.zip")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../a.xml", "leaves its folder"),
        ("/etc/a", "leaves its folder"),
        ("C:/a", "leaves its folder"),
        ("x/../../a", "leaves"),
    ],
)
def test_a_member_that_leaves_its_folder_is_refused(name, said):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(InputError, match=said):
        guard_archive(made.getvalue(), "a.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice_a_link_and_an_odd_packing_are_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"x")
        archive.writestr("a", b"y")
    with pytest.raises(InputError, match="twice"):
        guard_archive(made.getvalue(), "a.zip")
    link = zipfile.ZipInfo("a")
    link.external_attr = 0o120777 << 16
    packed = zipfile.ZipInfo("a")
    packed.compress_type = zipfile.ZIP_BZIP2
    for member, said in ((link, "a link inside"), (packed, "way of packing")):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(member, b"/etc/passwd")
        with pytest.raises(InputError, match=said):
            guard_archive(made.getvalue(), "a.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_defines_entities_is_refused_in_every_member(tmp_path, encoding):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">]>'.encode(encoding)
    data = workbook(tmp_path)

    def change(name, content):
        return laughs + content if name == "xl/worksheets/sheet1.xml" else content

    (tmp_path / "a.xlsx").write_bytes(repacked(data, change))
    line = fault(tmp_path, "a.xlsx")
    assert "sheet1.xml" in line
    assert "defines a document type or entities" in line


def test_a_mark_is_found_across_two_pieces():
    assert holds(iter([b"x<!DOC", b"TYPE y"]), (b"<!DOCTYPE",))
    assert not holds(iter([b"x<!DOC", b"-TYPE y"]), (b"<!DOCTYPE",))
    with pytest.raises(InputError):
        guard_xml(iter([b"<kml><!ENT", b"ITY a 'b'>"]), "a.kml")


def test_a_workbook_too_large_to_be_read_as_a_whole_is_refused(tmp_path, monkeypatch):
    size = len(workbook(tmp_path))
    monkeypatch.setattr(opening, "_LARGEST_BOOK", size)
    assert len(part(tmp_path, "enterprises", enterprises="a.xlsx")) == 1
    monkeypatch.setattr(opening, "_LARGEST_BOOK", size - 1)
    assert "too large" in fault(tmp_path, "a.xlsx")


# ---------------------------------------------------------------------------------------------- password-protected


def compound(**streams):
    """Return an OLE2 file that holds some streams: the container of .xls and of protected .xlsx."""
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors, table, entries = [], [], []
    for name, content in streams.items():
        padded = content.ljust(max(4096, -len(content) % 512 + len(content)), b"\0")
        first = len(sectors) + 2
        count = len(padded) // 512
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        table += [*range(first + 1, first + count), end]
        entries.append((name, 2, first, len(padded)))
    table = [fat_sector, end, *table]
    table += [free] * (128 - len(table))
    records = [("Root Entry", 5, end, 0), *entries]
    folder = b""
    for number, (name, kind, first, size) in enumerate(records):
        raw = name.encode("utf-16-le") + b"\0\0"
        child = 1 if kind == 5 else free
        right = number + 1 if 0 < number < len(records) - 1 else free
        folder += raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child)
        folder += b"\0" * 36 + struct.pack("<IQ", first, size)
    folder = folder.ljust(512, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return head + struct.pack("<128I", *table) + folder + b"".join(sectors)


def record(kind, content=b""):
    return struct.pack("<HH", kind, len(content)) + content


def test_a_workbook_with_a_password_is_told_as_such(tmp_path):
    protected = compound(EncryptionInfo=b"\x04\0\x04\0", EncryptedPackage=b"x" * 5000)
    (tmp_path / "a.xlsx").write_bytes(protected)
    assert "protected by a password" in fault(tmp_path, "a.xlsx")
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    (tmp_path / "a.xls").write_bytes(compound(Workbook=start + record(0x2F, b"\x01\0" + b"\0" * 52) + record(0x0A)))
    assert "protected by a password" in fault(tmp_path, "a.xls")


def test_a_protected_member_is_told_as_such(tmp_path):
    data = bytearray(workbook(tmp_path))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.start_dir
    while data[start : start + 4] == b"PK\x01\x02":
        data[start + 8] |= 1
        start += 46 + sum(struct.unpack_from("<HHH", data, start + 28))
    (tmp_path / "a.xlsx").write_bytes(bytes(data))
    assert "protected by a password" in fault(tmp_path, "a.xlsx")


@pytest.mark.parametrize("said", ["<manifest:encryption-data/>", 'manifest:full-path="encrypted-package"'])
def test_an_open_document_with_a_password_is_told_as_such(tmp_path, said):
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as made:
        made.writestr("content.xml", b"\x00secret")
        made.writestr("META-INF/manifest.xml", f"<manifest:manifest {said}")
    assert "protected by a password" in fault(tmp_path, "a.ods")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_an_old_workbook_cut_off_is_refused(tmp_path, share):
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    data = compound(Workbook=start + record(0x0A))
    (tmp_path / "a.xls").write_bytes(data[: int(len(data) * share)])
    assert "cut off" in fault(tmp_path, "a.xls")


@pytest.mark.parametrize(
    ("stream", "said"), [("WordDocument", "a Word document"), ("VisioDocument", "a Visio drawing")]
)
def test_a_file_of_another_program_in_the_same_container_is_called_what_it_is(tmp_path, stream, said):
    (tmp_path / "a.xls").write_bytes(compound(**{stream: b"x" * 5000}))
    assert said in fault(tmp_path, "a.xls")


def test_an_old_workbook_as_a_program_writes_it_is_read(tmp_path, soffice):
    sheet(tmp_path, "a.xlsx", [*ROWS, ROWS[1], ROWS[1]])
    command = [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "xls"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "a.xlsx")], check=True, capture_output=True)
    assert len(part(tmp_path, "enterprises", enterprises="a.xls")) == 3
    data = (tmp_path / "a.xls").read_bytes()
    for share in (0.2, 0.5, 0.8):
        (tmp_path / "b.xls").write_bytes(data[: int(len(data) * share)])
        assert "cut off" in fault(tmp_path, "b.xls")


# --------------------------------------------------------------------------------------------------- vector layers


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_shapefile_cut_off_in_any_of_its_files_is_refused(tmp_path, suffix, share):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=[f"P{n}" for n in range(50)])
    part_of = tmp_path / f"p{suffix}"
    data = part_of.read_bytes()
    part_of.write_bytes(data[: int(len(data) * share)])
    line = fault(tmp_path, "p.shp", "parcels")
    assert "cut off" in line
    assert f"p{suffix}" in line


def test_a_shapefile_put_together_from_two_is_refused(tmp_path):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1", "P2", "P3"])
    shapefile(tmp_path, "q.shp", "UTF-8", parcel_id=["P1", "P2"])
    (tmp_path / "p.dbf").write_bytes((tmp_path / "q.dbf").read_bytes())
    assert "shapes: 3, rows: 2" in fault(tmp_path, "p.shp", "parcels")


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_a_file_of_a_shapefile_that_is_none_is_refused(tmp_path, suffix):
    shapefile(tmp_path, "p.shp", "UTF-8", parcel_id=["P1"])
    (tmp_path / f"p{suffix}").write_bytes(b"\x00\x00\x27\x0a" if suffix == ".shp" else b"<html>" * 3)
    assert "no " in fault(tmp_path, "p.shp", "parcels")


@pytest.mark.parametrize("name", ["p.gpkg", "p.fgb", "p.geojson", "p.parquet"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_a_layer_cut_off_anywhere_is_refused(tmp_path, name, share):
    import shapely

    shapes = [shapely.box(118.6 + n / 1000, 38.6, 118.6005 + n / 1000, 38.601) for n in range(200)]
    layer(tmp_path, name, crs=4326, geometry=shapes, parcel_id=[f"P{n}" for n in range(200)])
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    assert "cannot be read" in fault(tmp_path, name, "parcels") or "cut off" in fault(tmp_path, name, "parcels")


def test_a_geopackage_with_a_table_run_by_another_program_is_refused(tmp_path):
    layer(tmp_path, "p.gpkg")
    base = sqlite3.connect(tmp_path / "p.gpkg")
    base.execute("PRAGMA writable_schema = ON")
    made = "CREATE VIRTUAL TABLE odd USING VirtualOGR('x')"
    base.execute("INSERT INTO sqlite_master VALUES ('table', 'odd', 'odd', 0, ?)", (made,))
    base.commit()
    base.close()
    assert "virtual tables that run other programs: odd" in fault(tmp_path, "p.gpkg", "parcels")


def test_a_damaged_database_is_refused(tmp_path):
    (tmp_path / "p.gpkg").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert "p.gpkg" in fault(tmp_path, "p.gpkg", "parcels")


def test_a_geojson_in_gbk_is_refused(tmp_path):
    layer(tmp_path, "p.geojson", crs=4326, geometry=None, parcel_id=["P1"], holder=["安澜瑞禾粮油"])
    content = (tmp_path / "p.geojson").read_text(encoding="utf-8")
    (tmp_path / "p.geojson").write_text(content, encoding="gbk")
    assert "ENCODING" in fault(tmp_path, "p.geojson", "parcels")


def test_commands_far_inside_a_json_file_are_found(tmp_path):
    filler = " " * 3_000_000
    text(tmp_path, "p.json", f'{{"x": 1,{filler}"type": "gdal_streamed_alg"}}')
    assert "no GeoJSON" in fault(tmp_path, "p.json", "parcels")
