"""Look through a zipped file (.xlsx, .ods, .kmz, .zip) before any library unpacks it: the one place for its limits.

Size, ratio, number of members, password, paths, ways of packing, XML. What a table of contents says is not trusted:
bytes are counted as they come.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.hostile.extent import measured
from landuse.read.hostile.markup import guard_xml


@dataclass(frozen=True)
class Limits:
    """How large a zipped file may become."""

    most_bytes: int
    """Unpacked bytes of all members together (inclusive)."""
    free_bytes: int
    """Unpacked bytes up to which a member may be packed as densely as it likes (inclusive)."""
    most_ratio: int
    """Unpacked bytes for one packed byte (inclusive) in a larger member."""


BOOK: Final = Limits(4_000_000_000, 20_000_000, 250)
"""Of a workbook: three times the largest sheet there can be; the densest sheets have a ratio of about 60."""
DATA: Final = Limits(8 * 2**30, 2**30, 100)
"""Of what is unpacked to be read: a table of blank texts of a fixed width is denser than any sheet."""
MOST_MEMBERS: Final = 20_000
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_KIND, _LINK, _REGULAR, _FOLDER = 0o170000, 0o120000, 0o100000, 0o040000
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MARKUP: Final = (".xml", ".rels", ".kml", ".vml")
_MANIFEST: Final = "META-INF/manifest.xml"
_PIECE: Final = 1 << 20


def guard_archive(source: bytes | Path, name: str) -> tuple[zipfile.ZipInfo, ...]:
    """Return the members of a zipped workbook after every one was unpacked once, piece by piece, to nowhere.

    Raises
    ------
    InputError
        What `listed` and `pieces_of` refuse; XML with entities; a sheet that reaches too far.
    """
    try:
        with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
            members = tuple(listed(archive, name, BOOK).values())
            room = BOOK.most_bytes
            for member in members:
                room -= _looked_through(archive, member, name, room=room)
            if any(member.filename == _MANIFEST and _is_encrypted(archive.read(member)) for member in members):
                raise _protected(name, _MANIFEST)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise damaged(name, str(error)) from None
    return members


def listed(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Return the members of an archive by their true names, judged by the table of contents alone.

    Raises
    ------
    InputError
        A password, too many members or too large, a member outside its folder, twice, over another one, a link, packed
        in a way that is not read.
    """
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise _bomb(name, f"{len(members)} members", limits)
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        title = true_name(member)
        if member.flag_bits & _ENCRYPTED:
            raise _protected(name, title)
        _check_path(member, title, name)
        if title in found:
            told = f"压缩包里同一文件出现两次 / a file stands there twice: {title}"
            raise InputError([Fault(name, told, "", "重新打包或重新导出 / pack or export it again")])
        found[title] = member
        if member.compress_type not in _METHODS:
            told = f"压缩方式不支持 / a way of packing that is not read: {title}"
            raise InputError([Fault(name, told, "zip (deflate)", "重新压缩 / pack it again")])
        if _is_too_dense(member.file_size, member, limits):
            raise _bomb(name, title, limits)
    total = sum(member.file_size for member in members)
    if total > limits.most_bytes:
        raise _bomb(name, f"{total / 2**20:.0f} MB", limits)
    _check_places(members, name, limits)
    return found


def pieces_of(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits, *, room: int
) -> Iterator[bytes]:
    """Return a member piece by piece, counted as it is unpacked.

    Parameters
    ----------
    room
        Bytes that are left of `Limits.most_bytes`.

    Raises
    ------
    InputError
        It is larger than there is room for, denser than any file of its size, or damaged.
    """
    size = 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > room or _is_too_dense(size, member, limits):
                    raise _bomb(name, true_name(member), limits)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged(name, f"{true_name(member)}: {error}") from None
    if size != member.file_size:
        raise damaged(name, true_name(member))


def true_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a file in an archive: as UTF-8 where it says so or is so, else GBK; slashes forward."""
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename.replace("\\", "/")
    raw = info.orig_filename.encode("cp437", errors="replace")
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        kind, size = (int.from_bytes(extra[at + n : at + n + 2], "little") for n in (0, 2))
        if kind == _UNICODE_PATH and size > 5:
            return extra[at + 9 : at + 4 + size].decode("utf-8", errors="replace").replace("\\", "/")
        at += 4 + size
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.orig_filename.replace("\\", "/")


def damaged(name: str, what: str) -> InputError:
    """Return the error of an archive that cannot be unpacked whole."""
    found = f"压缩结构已损坏或文件不完整 / damaged, or cut off: {what}"
    return InputError([Fault(name, found, "", "请提供方重新发送 / have the sender send it again")])


# ------------------------------------------------------------------------------------------------- parts


def _check_path(member: zipfile.ZipInfo, title: str, name: str) -> None:
    """Refuse a member that would leave its folder, or is no plain file."""
    parts = title.split("/")
    if title.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in title or not any(parts):
        found = f"压缩包里的路径不安全 / a member that leaves its folder: {title}"
        raise InputError([Fault(name, found, "", "不要使用该文件,重新打包 / do not use it, pack it again")])
    kind = (member.external_attr >> 16) & _KIND
    if kind == _LINK or (kind not in (0, _REGULAR, _FOLDER)):
        found = f"压缩包里有链接或设备,路径不安全 / a link inside: {title}"
        raise InputError([Fault(name, found, "", "重新打包 / pack it again")])


def _check_places(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """Refuse members that lie over one another: a small file that unpacks to a huge one."""
    end = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.header_offset < end:
            raise _bomb(name, f"overlapping member {true_name(member)}", limits)
        end = member.header_offset + 30 + member.compress_size


def _is_too_dense(size: int, member: zipfile.ZipInfo, limits: Limits) -> bool:
    return size > limits.free_bytes and size > limits.most_ratio * member.compress_size


def _looked_through(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, *, room: int) -> int:
    """Return the unpacked size of a member of a workbook after its XML was looked through."""
    if member.is_dir():
        return 0
    pieces = measured(pieces_of(archive, member, name, BOOK, room=room), member.filename, name)
    if member.filename.lower().endswith(_MARKUP):
        guard_xml(pieces, f"{name} [{member.filename}]")
    for _ in pieces:
        pass
    return member.file_size


def _is_encrypted(manifest: bytes) -> bool:
    """Say whether the list of an open document's members says that they are encrypted."""
    return b"encryption-data" in manifest or b"encrypted-package" in manifest


def _protected(name: str, what: str) -> InputError:
    found = f"文件有密码 / the file is protected by a password: {what}"
    return InputError([Fault(name, found, "", "去除密码后另存或重新打包 / save or pack it without one")])


def _bomb(name: str, what: str, limits: Limits) -> InputError:
    found = f"压缩包过大,解压后异常巨大 / it would unpack to a monstrous size: {what}"
    allowed = f"<= {limits.most_bytes / 10**9:.1f} GB, <= {limits.most_ratio}:1"
    do = "不要使用该文件;确属大数据的,先解压或存为 .csv / do not use it; unpack large data, or save them as .csv"
    return InputError([Fault(name, found, allowed, do)])
