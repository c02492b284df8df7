"""Open what surveys and other offices hand over: archives, drawings, boundary points, KML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.boundary_lines import is_boundary
from landuse.read.boundary_txt import open_boundary
from landuse.read.drawing import is_drawing, open_drawing
from landuse.read.keyhole import is_kml, open_kml
from landuse.read.source import Content, Source
from landuse.read.zipped import PrivateFolder, is_archive, unpack
from landuse.settings import InputEntry

LARGEST: Final = 2**30
"""Bytes of a drawing, a KML or a file of boundary points (inclusive): they are read as a whole."""
_FOREIGN: Final = (
    (b"AC10", "AutoCAD DWG", "在 CAD 中另存为 DXF / save it as DXF"),
    (b"\x00\x01\x00\x00Standard Jet DB", "Access .mdb", "在 ArcGIS 中导出为 .gdb 或 .shp / export it as .gdb or .shp"),
    (
        b"\x00\x01\x00\x00Standard ACE DB",
        "Access .accdb",
        "在 ArcGIS 中导出为 .gdb 或 .shp / export it as .gdb or .shp",
    ),
    (b"WMAP", "MapGIS", "在 MapGIS 中导出为 .shp / export it as .shp"),
    (b"Rar!", "RAR", "解压后用 zip 打包 / unpack it, and pack it as zip"),
    (b"7z\xbc\xaf", "7z", "解压后用 zip 打包 / unpack it, and pack it as zip"),
    (b"%PDF", "PDF", "提供原始数据 / supply the data it was made from"),
)
"""How files begin that bureaus send and nobody but their program reads, what they are, and what to do."""


def open_survey(path: Path, head: bytes, entry: InputEntry, *, name: str, geometry: bool) -> Source | None:
    """Return the source of an archive, a drawing, boundary points or KML; None for every other file.

    Parameters
    ----------
    head
        First bytes of the file, some thousand.
    name, geometry
        As of `open_vector`.

    Raises
    ------
    InputError
        Of a format that only its own program reads, too large, or as the readers say.
    """
    for magic, kind, do in _FOREIGN:
        if head.startswith(magic):
            raise InputError([Fault(name, f"不支持的格式 / format not accepted: {kind}", "", do)])
    if head.startswith(b"PK"):
        return _open_packed(path, entry, name=name, geometry=geometry) if is_archive(path) else None
    if is_drawing(head):
        return open_drawing(path, whole(path, name), entry, name=name)
    if is_boundary(head):
        return open_boundary(whole(path, name), entry, name=name)
    if is_kml(head):
        return open_kml(whole(path, name), entry, name=name, geometry=geometry)
    return None


def whole(path: Path, name: str) -> bytes:
    """Return the bytes of a file that is read as a whole.

    Raises
    ------
    InputError
        It is larger than `LARGEST`.
    """
    if path.stat().st_size > LARGEST:
        found = f"文件过大 / the file is too large: {path.stat().st_size / 2**20:.0f} MB"
        do = "拆成几个文件,或另存为 .gpkg / split it, or save it as .gpkg"
        raise InputError([Fault(name, found, f"≤ {LARGEST / 2**20:.0f} MB", do)])
    return path.read_bytes()


def _open_packed(path: Path, entry: InputEntry, *, name: str, geometry: bool) -> Source:
    """Return the file of an archive that an entry means; its folder stays until the source is let go."""
    from landuse.read.opening import open_file

    unpacked = unpack(path, entry.layer, name)
    inside = entry.model_copy(update={"layer": unpacked.layer})
    source = open_file(unpacked.path, inside, name=name, geometry=geometry)

    def read(wanted: Sequence[int], with_geometry: bool, folder: PrivateFolder = unpacked.folder) -> Content:  # noqa: FBT001
        content = source.read(wanted, with_geometry)
        straight = content.straight
        return content if straight is None else replace(content, straight=lambda: (folder, straight())[1])

    return replace(source, sheet=source.sheet or unpacked.title, read=read)
