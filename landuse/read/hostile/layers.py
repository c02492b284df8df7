"""Refuse vector files that are cut off or whose parts disagree, which a library would read in part and in silence."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import Final

import numpy as np

from landuse.errors import Fault, InputError
from landuse.read.encoding import sibling

_AGAIN: Final = "请提供方重新发送全部文件 / have the sender send all files again"
_SHX_HEAD: Final = 100
_SHX_ENTRY: Final = 8
_TABLE_HEAD: Final = 40
"""Bytes of the head of a table of a File Geodatabase; its size stands in it."""
_INDEX_ENDS: Final = 32
"""Bytes of the head and the end of its index, which holds a place a row, 1024 rows a block."""
_INDEX_VERSION: Final = 3
_SQLITE_HEAD: Final = 100
_STEP: Final = 1_000_000
_MOST_STEPS: Final = 300
"""Millions of steps of the database that a view may take: a few seconds; a view of 1,000,000 rows takes some 30."""
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
    if not _speaks_of(index, path):
        found = ".shx 与 .shp 不是同一份,图形会对错行 / .shx is of another .shp, shapes would go to other rows"
        raise InputError([Fault(name, found, ".shp .shx .dbf", _AGAIN)])


def _speaks_of(index: Path, path: Path) -> bool:
    """Say whether an index names every record of a .shp: place and length as they are, numbers rising, none left out.

    An entry of zeros is a row without a shape.
    """
    entries = np.fromfile(index, dtype=">i4", offset=_SHX_HEAD)
    entries = entries[: len(entries) // 2 * 2].reshape(-1, 2).astype(np.int64)
    named = entries[(entries != 0).any(axis=1)] * 2
    if not len(named):
        return True
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    starts, sizes = named[:, 0], named[:, 1]
    if starts.min() < _SHX_HEAD or sizes.min() < 4 or (starts + sizes).max() + _SHX_ENTRY > len(raw):
        return False
    heads = raw[starts[:, None] + np.arange(_SHX_ENTRY)].view(">i4").astype(np.int64)
    numbers, lengths = heads[:, 0], heads[:, 1] * 2
    rest = raw[int((starts + sizes).max()) + _SHX_ENTRY :][:4].tobytes()
    is_more = int.from_bytes(rest, "big") == numbers.max() + 1 and len(rest) == 4
    return bool((lengths == sizes).all() and (np.diff(numbers) > 0).all()) and not is_more


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


def guard_tables(path: Path, name: str) -> None:
    """Refuse a File Geodatabase with a table that is shorter than its head says: the library reads what is left of it.

    Raises
    ------
    InputError
        A table or its index is cut off, or missing.
    """
    for table in sorted(path.glob("*.gdbtable")):
        with table.open("rb") as stream:
            head = stream.read(_TABLE_HEAD)
        size, stated = table.stat().st_size, int.from_bytes(head[24:32], "little")
        if len(head) < _TABLE_HEAD or size < stated:
            raise _cut(name, table, max(stated, _TABLE_HEAD), size)
        index = table.with_suffix(".gdbtablx")
        if not index.is_file():
            found = f"缺少文件 / a file is missing: {index.name}"
            raise InputError([Fault(name, found, ".gdb", _AGAIN)])
        with index.open("rb") as stream:
            version, blocks, _, width = struct.unpack("<4I", stream.read(16).ljust(16, b"\0"))
        stated, size = _INDEX_ENDS + 1024 * blocks * width, index.stat().st_size
        if version == _INDEX_VERSION and blocks and size < stated:
            raise _cut(name, index, stated, size)


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
            _end(base, name)
        finally:
            base.close()
    except sqlite3.Error as error:
        found = f"无法读取 / cannot be read: {error}"
        raise InputError([Fault(name, found, "GeoPackage", _AGAIN)]) from None
    odd = [str(table) for table, sql in said if _is_virtual(str(sql))]
    if odd:
        found = f"含有会调用其他程序的虚拟表 / virtual tables that run other programs: {', '.join(odd[:5])}"
        raise InputError([Fault(name, found, "", "用 QGIS 另存为 GeoPackage / save it again as a GeoPackage")])


def _end(base: sqlite3.Connection, name: str) -> None:
    """Refuse a database with a view that does not come to an end: whoever opens it would wait for ever."""
    views = [str(view) for (view,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    for view in views:
        base.set_progress_handler(_Steps(), _STEP)
        quoted = view.replace('"', '""')
        try:
            base.execute(f'SELECT count(*) FROM (SELECT * FROM "{quoted}")').fetchone()  # noqa: S608 - its own name
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                found = f"视图算不完 / a view that does not come to an end: {view}"
                do = "删除该视图,或把结果另存为表 / drop the view, or save its result as a table"
                raise InputError([Fault(name, found, "", do)]) from None
        finally:
            base.set_progress_handler(None, 0)


class _Steps:
    """Counts what a database does, and says when it is too much."""

    def __init__(self) -> None:
        self.left = _MOST_STEPS

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def _is_virtual(sql: str) -> bool:
    words = sql.split()
    if [word.upper() for word in words[:2]] != ["CREATE", "VIRTUAL"]:
        return False
    using = next((words[place + 1] for place, word in enumerate(words[:-1]) if word.upper() == "USING"), "")
    return using.split("(")[0].lower() not in _RTREE
