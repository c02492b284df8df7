"""Look into an OLE2 file (.xls, protected .xlsx) before it is read: password, other programs' files, cut off."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from landuse.errors import Fault, InputError

_FREE: Final = 0xFFFFFFFF
_LAST: Final = 0xFFFFFFFA
"""Sector numbers from here on are marks."""
_HEAD_ENTRIES: Final = 109
_ENTRY: Final = 128
_FILEPASS: Final = 0x002F
_EOF: Final = 0x000A
_RECORDS: Final = 50
"""Records from the start of a workbook among which that of a password stands."""
_OTHERS: Final = (
    ("WordDocument", "Word 文档(.doc)", "a Word document (.doc)"),
    ("PowerPoint Document", "PowerPoint 文稿(.ppt)", "a PowerPoint presentation (.ppt)"),
    ("__properties_version1.0", "Outlook 邮件(.msg)", "an Outlook message (.msg)"),
    ("VisioDocument", "Visio 图(.vsd)", "a Visio drawing (.vsd)"),
)


@dataclass(frozen=True)
class _Compound:
    """The allocation table and the streams of an OLE2 file."""

    data: bytes
    sector: int
    table: tuple[int, ...]
    streams: dict[str, tuple[int, int]]
    """Name -> first sector, size."""

    def read(self, name: str, most: int) -> bytes:
        """Return the beginning of a stream that has sectors of its own."""
        at, size = self.streams[name]
        parts: list[bytes] = []
        while at < _LAST and at < len(self.table) and len(parts) * self.sector < min(size, most):
            parts.append(self.data[(at + 1) * self.sector : (at + 2) * self.sector])
            at = self.table[at]
        return b"".join(parts)[:size]


def guard_compound(data: bytes, name: str) -> None:
    """Refuse an OLE2 file that is no workbook, has a password, or is shorter than its table says.

    Raises
    ------
    InputError
        Which of these it is.
    """
    try:
        file = _opened(data)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError):
        raise InputError([_damaged(name, "header")]) from None
    last = max((number for number, mark in enumerate(file.table) if mark != _FREE), default=-1)
    if len(data) <= (last + 1) * file.sector:
        raise InputError([_damaged(name, f"{len(data)} bytes")])
    for stream, zh, en in _OTHERS:
        if stream in file.streams:
            do = "提供 .xlsx、.xls、.ods 或 .csv / supply .xlsx, .xls, .ods or .csv"
            raise InputError([Fault(name, f"文件其实是{zh} / it is {en}", "", do)])
    book = next((stream for stream in ("Workbook", "Book") if stream in file.streams), "")
    if "EncryptedPackage" in file.streams or (book and _has_password(file.read(book, 1 << 16))):
        found = "文件有密码 / the file is protected by a password"
        raise InputError([Fault(name, found, "", "去除密码后另存 / save it without one")])


def _opened(data: bytes) -> _Compound:
    """Return the streams of an OLE2 file by their names."""
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    if sector not in (512, 4096):
        raise ValueError(sector)
    table: list[int] = []
    for home in _homes(data, sector):
        table += struct.unpack_from(f"<{sector // 4}I", data, (home + 1) * sector)
    (at,) = struct.unpack_from("<I", data, 48)
    streams: dict[str, tuple[int, int]] = {}
    seen: set[int] = set()
    while at < _LAST and at not in seen:
        seen.add(at)
        for start in range((at + 1) * sector, (at + 2) * sector, _ENTRY):
            length, kind = struct.unpack_from("<HB", data, start + 64)
            if kind == 2:
                first, size = struct.unpack_from("<II", data, start + 116)
                streams[data[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le")] = (first, size)
        at = table[at]
    return _Compound(data, sector, tuple(table), streams)


def _homes(data: bytes, sector: int) -> list[int]:
    """Return the sectors that hold the allocation table: 109 of them in the head, more in a chain of their own."""
    homes = list(struct.unpack_from(f"<{_HEAD_ENTRIES}I", data, 76))
    (at,) = struct.unpack_from("<I", data, 68)
    seen: set[int] = set()
    while at < _LAST and at not in seen:
        seen.add(at)
        *more, at = struct.unpack_from(f"<{sector // 4}I", data, (at + 1) * sector)
        homes += more
    return [home for home in homes if home < _LAST]


def _has_password(book: bytes) -> bool:
    """Say whether the record of a password stands among the first of a workbook."""
    at = 0
    for _ in range(_RECORDS):
        if at + 4 > len(book):
            return False
        kind, size = struct.unpack_from("<HH", book, at)
        if kind == _FILEPASS:
            return True
        if kind == _EOF:
            return False
        at += 4 + size
    return False


def _damaged(name: str, what: str) -> Fault:
    found = f"文件已损坏或不完整 / damaged, or cut off: {what}"
    return Fault(name, found, "", "请提供方重新发送 / have the sender send it again")
