"""Archives: names in GBK, side files, what is inside which, and every trick refused."""

from __future__ import annotations

import gc
import stat
import zipfile
from dataclasses import replace

import pytest
from gdal_builder import TEXT, database
from read_builders import codes, faults_of, layer, read, shapefile, sheet

from landuse.read.hostile import archives
from landuse.read.vector import layers_of
from landuse.read.zipped import is_archive, unpack

SQUARE = "MULTIPOLYGON(((40378000 4275000,40378100 4275000,40378100 4275100,40378000 4275000)))"
ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


class GbkInfo(zipfile.ZipInfo):
    """An entry whose name goes to the file in GBK without the UTF-8 mark, as Chinese Windows writes it."""

    def _encodeFilenameFlags(self):  # noqa: N802 - the name of the standard library
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def packed(folder, name, files, kind=zipfile.ZipInfo):
    """Write an archive: name inside -> bytes."""
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for title, content in files.items():
            info = kind(title)
            info.filename = title
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return name


def parcels(folder, stem="宗地", encoding="GB18030"):
    """Return the files of a shapefile: ending -> bytes."""
    made = folder / "made"
    made.mkdir(exist_ok=True)
    shapefile(made, f"{stem}.shp", encoding, 宗地代码=["P1", "P2"], 坐落=["创新大道", "安澜路"])
    return {
        ending: (made / f"{stem}{ending}").read_bytes() for ending in ENDINGS if (made / f"{stem}{ending}").is_file()
    }


@pytest.mark.parametrize("kind", [zipfile.ZipInfo, GbkInfo])
def test_a_zipped_shapefile_is_read_with_its_chinese_name_in_either_encoding(tmp_path, kind):
    files = {f"成果数据/宗地{ending}": content for ending, content in parcels(tmp_path).items()}
    packed(tmp_path, "宗地.zip", files, kind)
    raw = read(tmp_path, parcels="宗地.zip")
    part = raw.of("parcels")[0]
    assert (part.file, part.sheet, part.crs) == ("宗地.zip", "", "EPSG:4528")
    assert part.frame["address"].tolist() == ["创新大道", "安澜路"]
    assert [shape.area for shape in part.shapes] == [10_000.0, 10_000.0]
    assert [file.name for file in raw.inputs] == ["宗地.zip"]
    assert codes(raw) == []


def test_the_trailing_byte_of_a_gbk_name_is_no_separator():
    """The second byte of 乗 in GBK is 0x5C, the backslash."""
    info = zipfile.ZipInfo("x")
    info.orig_filename = "乗\\宗地.shp".encode("gbk").decode("cp437")
    assert archives.true_name(info) == "乗/宗地.shp"


def test_one_of_several_shapefiles_is_named_and_stands_as_the_place(tmp_path):
    first, second = parcels(tmp_path), parcels(tmp_path, "房屋")
    files = {f"宗地{e}": c for e, c in first.items()} | {f"b/房屋{e}": c for e, c in second.items()}
    packed(tmp_path, "a.zip", files)
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.zip"))
    assert fault.allowed == "宗地 | 房屋"
    part = read(tmp_path, parcels={"path": "a.zip", "layer": "房屋"}).of("parcels")[0]
    assert (part.sheet, len(part.frame)) == ("房屋", 2)
    (fault,) = faults_of(lambda: read(tmp_path, parcels={"path": "a.zip", "layer": "道路"}))
    assert "压缩包里没有" in fault.found
    assert [(each.name, each.rows) for each in layers_of(tmp_path / "a.zip")] == [("宗地", 2), ("房屋", 2)]


def test_a_zipped_geodatabase_and_a_zipped_geopackage_are_read(tmp_path):
    database(tmp_path / "b.gdb", "宗地", [("宗地代码", TEXT, "", "")], [(("P1",), SQUARE)])
    files = {f"数据/县.gdb/{file.name}": file.read_bytes() for file in (tmp_path / "b.gdb").iterdir()}
    packed(tmp_path, "b.gdb.zip", files)
    assert read(tmp_path, parcels="b.gdb.zip").of("parcels")[0].frame["parcel_id"].tolist() == ["P1"]
    named = read(tmp_path, parcels={"path": "b.gdb.zip", "layer": "宗地"}).of("parcels")[0]
    assert named.sheet == "宗地"
    packed(tmp_path, "c.zip", {"a.gpkg": (tmp_path / layer(tmp_path, "a.gpkg")).read_bytes(), "说明.txt": b"readme"})
    assert len(read(tmp_path, parcels="c.zip").of("parcels")[0].frame) == 2


def test_a_workbook_is_no_archive(tmp_path):
    assert not is_archive(tmp_path / sheet(tmp_path, "a.xlsx", [["a"]]))


def test_the_private_folder_goes_with_the_source(tmp_path):
    packed(tmp_path, "a.zip", {f"宗地{e}": c for e, c in parcels(tmp_path).items()})
    unpacked = unpack(tmp_path / "a.zip", None, "a.zip")
    path = unpacked.path
    assert path.is_file()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    del unpacked
    gc.collect()
    assert not path.parent.exists()


def test_side_files_that_are_missing_in_an_archive_are_named(tmp_path):
    files = {f"宗地{e}": c for e, c in parcels(tmp_path).items() if e != ".dbf"}
    packed(tmp_path, "a.zip", files)
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.zip"))
    assert fault.where == "a.zip"
    assert ".dbf" in fault.found


# ------------------------------------------------------------------------------------------------- tricks


@pytest.mark.parametrize(
    "title", ["../../evil.shp", "/etc/evil.shp", "a/../../evil.shp", "C:/evil.shp", "..\\evil.shp"]
)
def test_paths_that_lead_outside_are_refused(tmp_path, title):
    packed(tmp_path, "a.zip", {title: b"x"})
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.zip"))
    assert "路径不安全" in fault.found


def test_a_link_inside_an_archive_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("宗地.shp")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "路径不安全" in faults_of(lambda: read(tmp_path, parcels="a.zip"))[0].found


def test_what_unpacks_to_far_more_than_it_holds_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "DATA", replace(archives.DATA, free_bytes=1_000_000))
    packed(tmp_path, "a.zip", {"a.shp": b"\0" * 2_000_000})
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.zip"))
    assert "压缩包过大" in fault.found


def test_an_archive_that_states_less_than_it_holds_is_damaged(tmp_path):
    packed(tmp_path, "a.zip", {"a.gpkg": b"SQLite format 3\0" + b"\1" * 100_000})
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    size = (100_016).to_bytes(4, "little")
    while size in raw:
        at = raw.index(size)
        raw[at : at + 4] = (50).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(bytes(raw))
    assert "损坏" in faults_of(lambda: read(tmp_path, parcels="a.zip"))[0].found


def test_a_password_a_cut_and_an_empty_archive_are_refused(tmp_path):
    packed(tmp_path, "a.zip", {f"宗地{e}": c for e, c in parcels(tmp_path).items()})
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    at = raw.index(b"PK\x01\x02")
    while at >= 0:
        raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)
    (tmp_path / "locked.zip").write_bytes(bytes(raw))
    assert "密码" in faults_of(lambda: read(tmp_path, parcels="locked.zip"))[0].found
    (tmp_path / "cut.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:300])
    assert faults_of(lambda: read(tmp_path, parcels="cut.zip"))[0].where == "cut.zip"
    packed(tmp_path, "empty.zip", {"说明.docx": b"x", "__MACOSX/._a.shp": b"x"})
    assert "没有可读的图形文件" in faults_of(lambda: read(tmp_path, parcels="empty.zip"))[0].found


@pytest.mark.parametrize(
    ("data", "do"),
    [(b"Rar!\x1a\x07\x00", "zip"), (b"7z\xbc\xaf\x27\x1c", "zip"), (b"\x00\x01\x00\x00Standard Jet DB", ".gdb"),
     (b"WMAP`D22", ".shp")],
)  # fmt: skip
def test_formats_that_only_their_program_reads_are_refused_with_what_to_do(tmp_path, data, do):
    (tmp_path / "a.bin").write_bytes(data + bytes(100))
    (fault,) = faults_of(lambda: read(tmp_path, parcels="a.bin"))
    assert do in fault.do


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_in_an_archive_is_refused(tmp_path):
    files = [(f"宗地{ending}", content) for ending, content in parcels(tmp_path).items()]
    with zipfile.ZipFile(tmp_path / "宗地.zip", "w") as archive:
        for title, content in [*files, files[0]]:
            archive.writestr(title, content)
    (fault,) = faults_of(lambda: read(tmp_path, parcels="宗地.zip"))
    assert "宗地.shp" in fault.found
    assert "出现两次" in fault.found
