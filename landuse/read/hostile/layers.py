"""Refuse vector files that are cut off or whose parts disagree, which a library would read in part and in silence."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.encoding import sibling

_AGAIN: Final = "请提供方重新发送全部文件 / have the sender send all files again"
_SHX_HEAD: Final = 100
_SHX_ENTRY: Final = 8
_SQLITE_HEAD: Final = 100
_RTREE: Final = ("rtree", "rtree_i32")


def guard_shapefile(path: Path, name: str) -> None:
    """Refuse a shapefile whose files are shorter than they say, or do not speak of the same number of records.

    Parameters
    ----------
    path
        The .shp or the .dbf.

    Raises
    ------
    InputError
        A file is cut off, or .shx and .dbf disagree: geometry would go to another row, or be missing.
    """
    table = sibling(path, ".dbf")
    rows = None if table is None else _dbf_rows(table, name)
    if path.suffix.lower() != ".shp":
        return
    index = sibling(path, ".shx")
    _whole(path, name)
    if index is None:
        return
    _whole(index, name)
    shapes = (index.stat().st_size - _SHX_HEAD) // _SHX_ENTRY
    if rows is not None and rows != shapes:
        found = f"图形 {shapes} 个而属性 {rows} 行,不是同一份 / shapes: {shapes}, rows: {rows}, not of one data set"
        raise InputError([Fault(name, found, ".shp .shx .dbf", _AGAIN)])


def _whole(path: Path, name: str) -> None:
    """Refuse a .shp or .shx that is shorter than its head says."""
    with path.open("rb") as stream:
        head = stream.read(_SHX_HEAD)
    size = path.stat().st_size
    stated = 2 * int.from_bytes(head[24:28], "big")
    if len(head) < _SHX_HEAD or head[:4] != b"\x00\x00\x27\x0a":
        raise InputError([Fault(name, f"不是 Shapefile / no shapefile: {path.name}", "", _AGAIN)])
    if size < stated:
        raise _cut(name, path, stated, size)


def _dbf_rows(path: Path, name: str) -> int:
    """Return the number of records a .dbf states, all of which it must hold."""
    with path.open("rb") as stream:
        head = stream.read(32)
    size = path.stat().st_size
    rows, start, width = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    if len(head) < 32 or start < 33 or width < 1:
        raise InputError([Fault(name, f"不是 DBF 表 / no DBF table: {path.name}", "", _AGAIN)])
    if size < start + rows * width:
        raise _cut(name, path, start + rows * width, size)
    return rows


def _cut(name: str, path: Path, stated: int, size: int) -> InputError:
    found = f"文件不完整,应有 {stated} 字节而只有 {size} / cut off, {size} of {stated} bytes: {path.name}"
    return InputError([Fault(name, found, "", _AGAIN)])


def guard_geopackage(path: Path, name: str) -> None:
    """Refuse a GeoPackage that is cut off, or whose tables are run by other programs of the database.

    Raises
    ------
    InputError
        Shorter than its head says, damaged, no GeoPackage, or with virtual tables other than its spatial index.
    """
    with path.open("rb") as stream:
        head = stream.read(_SQLITE_HEAD)
    page, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
    size = path.stat().st_size
    if head[24:28] == head[92:96] and size < pages * (65536 if page == 1 else page):
        raise _cut(name, path, pages * (65536 if page == 1 else page), size)
    try:
        base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            said = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        finally:
            base.close()
    except sqlite3.Error as error:
        found = f"无法读取 / cannot be read: {error}"
        raise InputError([Fault(name, found, "GeoPackage", _AGAIN)]) from None
    odd = [str(table) for table, sql in said if _is_virtual(str(sql))]
    if odd:
        found = f"含有会调用其他程序的虚拟表 / virtual tables that run other programs: {', '.join(odd[:5])}"
        raise InputError([Fault(name, found, "", "用 QGIS 另存为 GeoPackage / save it again as a GeoPackage")])


def _is_virtual(sql: str) -> bool:
    words = sql.split()
    if [word.upper() for word in words[:2]] != ["CREATE", "VIRTUAL"]:
        return False
    using = next((words[place + 1] for place, word in enumerate(words[:-1]) if word.upper() == "USING"), "")
    return using.split("(")[0].lower() not in _RTREE
