"""Read what an old workbook (.xls) says beside its values, from its records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from landuse.read.marks import Marks, Place

ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_END: Final = 0xFFFFFFF0
"""Sector numbers from here on are no sectors."""
_SMALL: Final = 4096
"""Streams below this size lie in the small sectors."""
_DATEMODE, _BOUNDSHEET, _ROW, _COLINFO, _BOOLERR, _FORMULA, _EOF = 0x22, 0x85, 0x208, 0x7D, 0x205, 0x06, 0x0A


def old_marks(data: bytes, position: int) -> Marks:
    """Return the marks of one sheet of an .xls; a file whose records cannot be followed says nothing.

    The file itself has been opened before: what is damaged beyond use was refused there.
    """
    try:
        stream = _stream(data, ("Workbook", "Book"))
        return _marks(stream, position)
    except (struct.error, IndexError, ValueError):
        return Marks()


def _marks(stream: bytes, position: int) -> Marks:
    offsets: list[int] = []
    is_1904 = False
    for kind, body in _records(stream, 0):
        if kind == _DATEMODE:
            is_1904 = struct.unpack_from("<H", body)[0] == 1
        elif kind == _BOUNDSHEET:
            offsets.append(struct.unpack_from("<I", body)[0])
        elif kind == _EOF:
            break
    errors: dict[Place, str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    for kind, body in _records(stream, offsets[position]):
        if kind == _EOF:
            break
        if kind == _ROW and len(body) >= 16 and struct.unpack_from("<I", body, 12)[0] & 0x20:
            rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLINFO and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            columns |= set(range(first, last + 1))
        elif kind in (_BOOLERR, _FORMULA) and (error := _error(kind, body)):
            errors[struct.unpack_from("<HH", body)] = error
    return Marks(errors, (), frozenset(rows), frozenset(columns), is_1904=is_1904)


def _error(kind: int, body: bytes) -> str:
    """Return the error a cell shows; blank = none."""
    if kind == _BOOLERR:
        return ERRORS.get(body[6], "#VALUE!") if body[7] else ""
    value = body[6:14]
    return ERRORS.get(value[2], "#VALUE!") if value[6:8] == b"\xff\xff" and value[0] == 2 else ""


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if kind & 0xFF == 0x09 and kind in (0x809, 0x409, 0x209, 0x09):
            depth += 1
        if depth == 1:  # not those of a chart inside the sheet
            yield kind, stream[at : at + size]
        if kind == _EOF:
            depth -= 1
        at += size


# -------------------------------------------------------------------------------------- compound file


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """Return a stream of a compound file, the first of the names that is there."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small = 1 << struct.unpack_from("<H", data, 32)[0]
    directory, small_table, small_count = (struct.unpack_from("<I", data, at)[0] for at in (48, 60, 64))
    table = _table(data, size)
    entries = _chain(data, directory, table, size)
    found: dict[str, tuple[int, int]] = {}
    for at in range(0, len(entries) - 127, 128):
        entry = entries[at : at + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(length - 2, 0)].decode("utf-16-le", errors="replace")
        found[name] = (struct.unpack_from("<I", entry, 116)[0], struct.unpack_from("<I", entry, 120)[0])
    start, length = next(found[name] for name in names if name in found) if found.keys() & set(names) else (_END, 0)
    if length >= _SMALL or not small_count:
        return _chain(data, start, table, size)[:length]
    inner = _chain(data, found["Root Entry"][0], table, size)
    numbers = _chain(data, small_table, table, size)
    links = struct.unpack(f"<{len(numbers) // 4}I", numbers[: len(numbers) // 4 * 4])
    return _chain(b"\0" * small + inner, start, links, small)[:length]


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Return the table of sectors: which one follows which."""
    sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < _END]
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _END and len(sectors) * size < len(data):
        more = struct.unpack_from(f"<{size // 4}I", data, (following + 1) * size)
        sectors += [number for number in more[:-1] if number < _END]
        following = more[-1]
    raw = b"".join(data[(number + 1) * size : (number + 2) * size] for number in sectors)
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(data: bytes, start: int, table: tuple[int, ...], size: int) -> bytes:
    pieces: list[bytes] = []
    number = start
    while number < _END and len(pieces) <= len(table):
        pieces.append(data[(number + 1) * size : (number + 2) * size])
        number = table[number]
    return b"".join(pieces)
