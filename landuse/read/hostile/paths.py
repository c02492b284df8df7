"""Refuse paths that leave this machine or name no plain file: URLs, /vsi, shares, devices, pipes."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError

_REMOTE: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]+:/?/|[a-z][a-z0-9]+:[^\\/]|/vsi|<)", re.IGNORECASE)
"""A URL, the prefix of a driver (GPKG:…), a virtual path, or the text of a VRT in place of a path."""
_SHARE: Final = re.compile(r"^[\\/]{2}")
_DEVICE: Final = re.compile(r"^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?$", re.IGNORECASE)
"""Names that one system takes for a device, whatever folder and ending they stand with."""
_SIDES: Final = ("-wal", "-shm", "-journal", "_字段说明.xlsx")
_MOST_MEMBERS: Final = 10_000


def guard_path(path: str) -> None:
    """Refuse a path of the project file that is no plain local one.

    Raises
    ------
    InputError
        A URL or virtual path, a network share, a device of the system, an unprintable character.
    """
    name = path.replace("\\", "/")
    if _REMOTE.match(name) or "!" in name:
        found = "不接受网址或虚拟路径 / a URL, a virtual path or a path with '!'"
        raise InputError([Fault(path, found, "本地文件 / a local file", "先下载到本机 / download it first")])
    if _SHARE.match(path):
        found = "是网络共享路径 / a path of a network share"
        raise InputError(
            [Fault(path, found, "本地文件 / a local file", "复制到本机,或映射为盘符 / copy it, or map a drive")]
        )
    if not name.isprintable():
        found = "路径中有不可见字符 / an unprintable character in the path"
        raise InputError([Fault(repr(path), found, "", "改正路径 / correct the path")])
    if any(_DEVICE.match(part.strip()) for part in name.split("/")):
        found = "是系统设备名,不能作文件名 / the name of a device of the system"
        raise InputError([Fault(path, found, "", "换一个文件名 / rename the file")])


def guard_file(path: Path, name: str) -> None:
    """Refuse what stands at a path but is no plain file: a pipe, a device, a socket, or a link to one.

    Raises
    ------
    InputError
        No plain file, a link that leads in a circle, a path too long, or nothing in it.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        if path.is_symlink():
            found = "链接指向的文件不存在 / a link to a file that does not exist"
            raise InputError([Fault(name, found, "", "改为文件本身 / put the file itself there")]) from None
        return
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            [Fault(name, f"无法读取 / cannot be read: {reason}", "", "检查路径 / check the path")]
        ) from None
    if stat.S_ISDIR(status.st_mode):
        return
    if not stat.S_ISREG(status.st_mode):
        found = "是设备、管道或套接字,不是文件 / a device, a pipe or a socket, no file"
        raise InputError([Fault(name, found, "", "换成普通文件 / put a plain file there")])
    if status.st_size == 0:
        raise InputError([Fault(name, "文件是空的 / the file is empty", "", "请提供方重新发送 / have it sent again")])


def guard_sides(path: Path, name: str) -> None:
    """Refuse what stands beside a file under its name but is no plain file: libraries open it unasked, and wait.

    Raises
    ------
    InputError
        A pipe, a device or a socket, or a link to one.
    """
    stem = path.stem.lower()
    beside = {*(f"{path.name.lower()}{end}" for end in _SIDES), *(f"{stem}{end}" for end in _SIDES)}
    for side in path.parent.iterdir():
        if side.name.lower() not in beside and not side.name.lower().startswith(f"{stem}."):
            continue
        try:
            mode = side.stat().st_mode
        except OSError:  # a link that leads nowhere: nobody can open it
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            found = f"旁边的 {side.name} 是设备、管道或套接字 / a device, a pipe or a socket beside it: {side.name}"
            raise InputError([Fault(name, found, "", "删除它 / delete it")])


def guard_folder(path: Path, name: str) -> None:
    """Refuse a folder that is read as one data set (a File Geodatabase) when a member is no plain file of its own.

    Raises
    ------
    InputError
        A link, a folder, a device or a pipe inside it; more members than any data set has.
    """
    members = sorted(path.iterdir())
    if len(members) > _MOST_MEMBERS:
        found = f"文件夹内文件过多 / too many files in the folder: {len(members)}"
        raise InputError([Fault(name, found, f"<= {_MOST_MEMBERS}", "检查文件夹 / check the folder")])
    for member in members:
        if member.is_symlink() or not stat.S_ISREG(member.lstat().st_mode):
            found = f"文件夹内有链接、子文件夹或设备 / a link, a folder or a device inside: {member.name}"
            raise InputError([Fault(name, found, "", "重新导出该数据库 / export the database again")])
