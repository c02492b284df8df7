"""Open an input file by what its bytes say: allow-listed formats only, never a URL, a /vsi path or a VRT."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import IO, Final

from landuse.errors import Fault, InputError
from landuse.read.columnar import open_parquet
from landuse.read.delimited import open_delimited
from landuse.read.encoding import text_encoding, wide_codec
from landuse.read.geodatabase import check_geodatabase, is_geodatabase
from landuse.read.hostile import (
    foreign_kind,
    guard_book,
    guard_file,
    guard_geopackage,
    guard_json,
    guard_path,
    guard_shapefile,
    guard_sides,
    guard_width,
)
from landuse.read.sheets import open_workbook
from landuse.read.source import Source
from landuse.read.surveys import open_survey
from landuse.read.vector import open_vector
from landuse.settings import InputEntry

VECTOR_MAGIC: Final = (b"SQLite format 3\0", b"fgb\x03", b"\x00\x00\x27\x0a")
BOOK_MAGIC: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_LARGEST_BOOK: Final = 1_000_000_000
"""Bytes of a workbook (inclusive): it is read as a whole."""
HEAD: Final = 8192
"""Bytes by which a format is known."""
ACCEPTED: Final = ".shp .gpkg .gdb .parquet .geojson .fgb .kml .kmz .dxf .txt .zip .xlsx .xls .ods .csv"


def written(path: str) -> str:
    """Return a path as outputs name it: as the project file writes it, with forward slashes."""
    return path.replace("\\", "/")


def locate(path: str, folder: Path) -> Path:
    """Return the existing file a project file means.

    Raises
    ------
    InputError
        A URL or virtual path, a device, no such file, an empty one, a folder that is no File Geodatabase.
    """
    guard_path(path)
    name = written(path)
    target = folder / name
    guard_file(target, name)
    if target.is_file():
        guard_sides(target, name)
        return target
    if is_geodatabase(target):
        return target
    if target.is_dir():
        raise InputError([Fault(name, "是文件夹 / is a folder", ACCEPTED, "写明文件 / name the file")])
    beside = [file.name for file in target.parent.iterdir()] if target.parent.is_dir() else []
    near = get_close_matches(target.name, beside, n=1, cutoff=0.4)
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else ""
    raise InputError([Fault(name, "文件不存在 / no such file", hint, "检查路径 / check the path")])


def open_source(entry: InputEntry, folder: Path, *, geometry: bool) -> Source:
    """Return the sheet, layer or file an entry means, with its headers known.

    Parameters
    ----------
    entry
        Path and options of the project file.
    folder
        Folder of the project file.
    geometry
        Whether the table has geometry: then a layer with geometry is looked for.

    Raises
    ------
    InputError
        Missing, held by another program, of a format that is not accepted, unreadable.
    """
    name = written(entry.path)
    source = open_file(locate(entry.path, folder), entry, name=name, geometry=geometry)
    guard_width(len(source.headers), name)
    return source


def open_file(path: Path, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    """Return what `open_source` gives, of a file or a geodatabase that stands anywhere.

    Parameters
    ----------
    name
        Path as the project file writes it, or that of the archive it was unpacked from.
    """
    if path.is_dir():
        check_geodatabase(path, name)
        return open_vector(path, entry, name=name, geometry=geometry)
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
            if head.startswith(b"PAR1"):
                return open_parquet(path, name=name)
            if path.suffix.lower() == ".dbf" or head.startswith(VECTOR_MAGIC):
                guard_layer(path, head, name)
                return open_vector(path, entry, name=name, geometry=geometry)
            if head.startswith(b"PK") and (packed := open_survey(path, head, entry, name=name, geometry=geometry)):
                return packed
            if not head.startswith(BOOK_MAGIC):
                return _open_text(path, head, entry, name=name, geometry=geometry)
            data = _book(head, stream, path, name)
    except PermissionError:
        fault = Fault(
            name, "文件被占用或无权读取 / locked, or no right to read", "", f"请先关闭 {path.name} / close it first"
        )
        raise InputError([fault]) from None
    except OSError as error:
        raise InputError([Fault(name, f"无法读取 / cannot be read: {error.strerror}", ACCEPTED, "检查文件")]) from None
    return open_workbook(data, entry, name=name)


def guard_layer(path: Path, head: bytes, name: str) -> None:
    """Refuse a layer that would be read in part, or that reaches for other programs.

    Raises
    ------
    InputError
        Cut off, of several data sets, or with tables that other programs run.
    """
    if head.startswith(b"SQLite"):
        guard_geopackage(path, name)
    elif path.suffix.lower() in (".shp", ".dbf"):
        guard_shapefile(path, name)


def _book(head: bytes, stream: IO[bytes], path: Path, name: str) -> bytes:
    """Return the bytes of a workbook, which a zipped one gives only after it was looked through."""
    if path.stat().st_size > _LARGEST_BOOK:
        found = f"工作簿过大 / the workbook is too large: {path.stat().st_size} bytes"
        raise InputError([Fault(name, found, f"<= {_LARGEST_BOOK}", "另存为 .csv / save it as .csv")])
    data = head + stream.read()
    guard_book(data, name)
    return data


def _open_text(path: Path, head: bytes, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise InputError([Fault(name, "文件是空的 / the file is empty", ACCEPTED, "检查文件 / check the file")])
    if (survey := open_survey(path, head, entry, name=name, geometry=geometry)) is not None:
        return survey
    found = foreign_kind(head)
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or wide_codec(head) is not None
    if not found and (start.startswith(b"<") or (b"\0" in start[:64] and not is_wide)):
        found = "是 XML、网页或其他格式,不是表格 / XML, HTML or another format, no table"
    if found:
        raise InputError([Fault(name, found, ACCEPTED, "用原软件另存 / save it again from its program")])
    if start.startswith((b"{", b"[")):
        guard_json(path, name)
        text_encoding(path, declared="utf-8", where=name)
        return open_vector(path, entry, name=name, geometry=geometry)
    return open_delimited(path, entry, name=name)
