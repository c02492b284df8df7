"""Look through a zipped file (.xlsx, .ods, .zip) before any library unpacks it: size, ratio, password, paths, XML."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from landuse.errors import Fault, InputError
from landuse.read.hostile.extent import measured
from landuse.read.hostile.markup import guard_xml

MOST_BYTES: Final = 4_000_000_000
"""Unpacked bytes of all members together (inclusive): three times the largest sheet there can be."""
MOST_RATIO: Final = 250
"""Unpacked bytes for one packed byte (inclusive) in a member of over `SMALL`; the densest sheets have about 60."""
SMALL: Final = 20_000_000
MOST_MEMBERS: Final = 20_000
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MARKUP: Final = (".xml", ".rels", ".kml", ".vml")
_MANIFEST: Final = "META-INF/manifest.xml"
_PIECE: Final = 1 << 20


def guard_archive(source: bytes | Path, name: str) -> tuple[zipfile.ZipInfo, ...]:
    """Return the members of a zipped file after every one was unpacked once, piece by piece, to nowhere.

    What its table of contents says is not trusted: the bytes are counted as they come.

    Raises
    ------
    InputError
        Damaged or cut off, protected by a password, a bomb, a member outside its folder or twice, XML with entities.
    """
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            members = tuple(archive.infolist())
            _listed(members, name)
            total = 0
            for member in members:
                total += _unpacked(archive, member, name, room=MOST_BYTES - total)
            if any(member.filename == _MANIFEST and _is_encrypted(archive.read(member)) for member in members):
                raise _protected(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        found = f"压缩结构已损坏或文件不完整 / damaged, or cut off: {error}"
        raise InputError([Fault(name, found, "", "请提供方重新发送 / have the sender send it again")]) from None
    return members


def _listed(members: tuple[zipfile.ZipInfo, ...], name: str) -> None:
    """Refuse by the table of contents alone."""
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise _protected(name)
    if len(members) > MOST_MEMBERS:
        raise _bomb(name, f"{len(members)} members")
    seen: set[str] = set()
    for member in members:
        path = member.filename.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0]:
            found = f"压缩包内有越出目录的路径 / a member that leaves its folder: {member.filename}"
            raise InputError([Fault(name, found, "", "不要使用该文件 / do not use this file")])
        if member.filename in seen:
            found = f"压缩包内同一文件出现两次 / a member stands there twice: {member.filename}"
            raise InputError([Fault(name, found, "", "请提供方重新导出 / have the sender export it again")])
        seen.add(member.filename)
        if member.compress_type not in _METHODS:
            found = f"压缩方式不支持 / a way of packing that is not read: {member.filename}"
            raise InputError([Fault(name, found, "zip (deflate)", "重新压缩 / pack it again")])
        if (member.external_attr >> 16) & 0o170000 == 0o120000:
            found = f"压缩包内有链接 / a link inside: {member.filename}"
            raise InputError([Fault(name, found, "", "重新压缩 / pack it again")])
    _apart(members, name)


def _apart(members: tuple[zipfile.ZipInfo, ...], name: str) -> None:
    """Refuse members that lie over one another: a small file that unpacks to a huge one."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise _bomb(name, f"overlapping member {member.filename}")
        end = member.header_offset + 30 + member.compress_size


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, *, room: int) -> int:
    """Return the unpacked size of a member, counted, after its XML was looked through."""
    if member.is_dir():
        return 0
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        with archive.open(member) as stream:
            for piece in _pieces(stream):
                size += len(piece)
                if size > room or (size > SMALL and size > MOST_RATIO * member.compress_size):
                    raise _bomb(name, member.filename)
                yield piece

    pieces = measured(counted(), member.filename, name)
    if member.filename.lower().endswith(_MARKUP):
        guard_xml(pieces, f"{name} [{member.filename}]")
    for _ in pieces:
        pass
    return size


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _is_encrypted(manifest: bytes) -> bool:
    """Say whether the list of an open document's members says that they are encrypted."""
    return b"encryption-data" in manifest or b"encrypted-package" in manifest


def _protected(name: str) -> InputError:
    found = "文件有密码 / the file is protected by a password"
    return InputError([Fault(name, found, "", "去除密码后另存 / save it without one")])


def _bomb(name: str, what: str) -> InputError:
    found = f"解压后异常巨大,疑似压缩炸弹 / it would unpack to a monstrous size: {what}"
    allowed = f"<= {MOST_BYTES // 10**9} GB, <= {MOST_RATIO}:1"
    return InputError(
        [Fault(name, found, allowed, "不要使用该文件;大表请存为 .csv / do not use it, save large tables as .csv")]
    )
