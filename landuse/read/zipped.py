"""Read what a bureau packed into one .zip: a shapefile with its side files, a geodatabase or one other file."""

from __future__ import annotations

import shutil
import stat
import tempfile
import weakref
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.geodatabase import SUFFIX as GEODATABASE

MOST_MEMBERS: Final = 20_000
MOST_BYTES: Final = 8 * 2**30
"""Most that an archive may unpack to (inclusive)."""
BOMB_BYTES: Final = 2**30
BOMB_RATIO: Final = 100
"""An archive that unpacks to more than `BOMB_BYTES`, and to more than this many times its size, is no bureau's."""
ENDINGS: Final = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".parquet", ".kml", ".dxf", ".txt")
"""What is looked for in an archive; .txt only where nothing else is there, for a readme is one too."""
_BLOCK: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_JUNK: Final = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


class PrivateFolder:
    """A temporary folder that only this user may enter; it goes with the last who holds it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="landuse-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


@dataclass(frozen=True)
class Unpacked:
    """One file or geodatabase of an archive, unpacked into a private folder that goes when nobody holds it."""

    path: Path
    title: str
    """Name inside the archive without its ending; blank where the archive holds nothing else that could be read."""
    layer: str | None
    """Layer inside the file that is still to be looked for."""
    folder: PrivateFolder


def is_archive(path: Path) -> bool:
    """Say whether a file is a zip, and no workbook: those are zips with a list of their contents."""
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = {member.filename for member in archive.infolist()[:MOST_MEMBERS]}
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return True
    return not names & {"[Content_Types].xml", "mimetype", "content.xml"}


def unpack(path: Path, layer: str | None, name: str) -> Unpacked:
    """Return the file of an archive that an entry means.

    Parameters
    ----------
    layer
        Its name without ending, where the archive holds several.
    name
        Path of the archive as the project file writes it.

    Raises
    ------
    InputError
        Damaged, encrypted, too large, with paths that lead outside, with nothing or several things to read.
    """
    with _opened(path, name) as archive:
        members = _members(archive, path, name)
        found = _readable(members)
        title = _choose(found, layer, name)
        folder = PrivateFolder()
        target = _extract(archive, found[title], folder.path, name)
    stem = PurePosixPath(title).stem
    inside = None if layer in (title, stem) else layer
    return Unpacked(target, "" if len(found) == 1 else stem, inside, folder)


def titles_in(path: Path, name: str) -> tuple[str, ...]:
    """Return the names of what an archive holds to be read, as `layer` names them.

    Raises
    ------
    InputError
        As `unpack`.
    """
    with _opened(path, name) as archive:
        return tuple(_readable(_members(archive, path, name)))


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise _damaged(name, str(error)) from None


# --------------------------------------------------------------------------------------- what is inside


def _members(archive: zipfile.ZipFile, path: Path, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the files of an archive by their true names.

    Raises
    ------
    InputError
        One is encrypted or a link, has a path that leads outside, or all are too large.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    packed = max(path.stat().st_size, 1)
    if len(infos) > MOST_MEMBERS or total > MOST_BYTES or (total > BOMB_BYTES and total > BOMB_RATIO * packed):
        told = (
            f"{len(infos)} 个文件,解压后 {total / 2**20:.0f} MB / {len(infos)} files, {total / 2**20:.0f} MB unpacked"
        )
        do = "先解压,再写明其中的文件 / unpack it, and name the file"
        raise InputError([Fault(name, f"压缩包过大 / the archive is too large: {told}", "", do)])
    for info in infos:
        title = true_name(info)
        parts = PurePosixPath(title).parts
        if info.is_dir() or any(part in _JUNK or part.startswith("._") for part in parts):
            continue
        mode = info.external_attr >> 16
        outside = title.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in title
        if outside or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode)):
            unsafe = f"压缩包里的路径不安全 / an unsafe path inside the archive: {title}"
            raise InputError([Fault(name, unsafe, "", "重新打包 / pack it again")])
        if info.flag_bits & _ENCRYPTED:
            unsafe = f"压缩包有密码 / the archive is protected by a password: {title}"
            raise InputError([Fault(name, unsafe, "", "去掉密码重新打包 / pack it again without a password")])
        if title in found:
            unsafe = f"压缩包里同一文件出现两次 / a file stands there twice: {title}"
            raise InputError([Fault(name, unsafe, "", "重新打包 / pack it again")])
        found[title] = info
    return found


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


def _readable(members: Mapping[str, zipfile.ZipInfo]) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Return what can be read: its path in the archive -> the files that belong to it, by what follows its stem."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for title, info in members.items():
        parts = PurePosixPath(title).parts
        bases = [at for at, part in enumerate(parts[:-1]) if part.lower().endswith(GEODATABASE)]
        if bases:
            found.setdefault("/".join(parts[: bases[0] + 1]), {})["/".join(parts[bases[0] + 1 :])] = info
        elif PurePosixPath(title).suffix.lower() in ENDINGS:
            found[title] = {}
    for title in list(found):
        if title.lower().endswith(GEODATABASE):
            continue
        stem = title[: -len(PurePosixPath(title).suffix)].lower()
        beside = {key[len(stem) :].lower(): info for key, info in members.items() if key.lower().startswith(stem + ".")}
        suffix = PurePosixPath(title).suffix.lower()
        found[title] = beside if suffix == ".shp" else {suffix: members[title]}
    plain = {title: parts for title, parts in found.items() if not title.lower().endswith(".txt")}
    return plain or found


def _choose(found: Mapping[str, Mapping[str, zipfile.ZipInfo]], layer: str | None, name: str) -> str:
    """Return the path in the archive that an entry means."""
    stems = {title: PurePosixPath(title).stem for title in found}
    told = " | ".join(stems.values())
    if not found:
        raise InputError(
            [
                Fault(
                    name,
                    "压缩包里没有可读的图形文件 / nothing to read in the archive",
                    " ".join((*ENDINGS, GEODATABASE)),
                )
            ]
        )
    fitting = list(found) if layer is None else [title for title, stem in stems.items() if layer in (stem, title)]
    if layer is not None and not fitting and len(found) == 1:
        return next(iter(found))  # a layer inside the only file
    if len(fitting) == 1:
        return fitting[0]
    if layer is None or len(fitting) > 1:
        many = f"压缩包里有 {len(fitting)} 个文件 / {len(fitting)} files in the archive"
        raise InputError(
            [Fault(name, many, told if layer is None else " | ".join(fitting), "写明 layer / name the layer")]
        )
    raise InputError([Fault(name, f"压缩包里没有 / not in the archive: {layer}", told, "改正 layer / correct it")])


# -------------------------------------------------------------------------------------------- unpacking


def _extract(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], folder: Path, name: str) -> Path:
    """Write the parts under names of our own, never those of the archive, and return what is to be opened."""
    base = folder / "a.gdb"
    for ending, info in _checked(parts, name):
        is_table = not ending.startswith(".")
        target = base / ending if is_table else folder / f"a{ending}"
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(archive, info, target, name)
    if base.is_dir():
        return base
    main = next(ending for ending in ENDINGS if (folder / f"a{ending}").is_file())
    return folder / f"a{main}"


def _checked(parts: Mapping[str, zipfile.ZipInfo], name: str) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for ending, info in parts.items():
        if "/" in ending:
            found = f"地理数据库里有文件夹 / a folder inside the geodatabase: {ending}"
            raise InputError([Fault(name, found, "", "重新打包 / pack it again")])
        yield ending, info


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Unpack one file; never more of it than the archive states."""
    free = shutil.disk_usage(target.parent).free
    if info.file_size > free:
        found = (
            f"临时文件夹空间不足 / not enough room to unpack: {info.file_size / 2**20:.0f} MB > {free / 2**20:.0f} MB"
        )
        raise InputError([Fault(name, found, "", "先解压到其他磁盘 / unpack it on another disk")])
    try:
        with archive.open(info) as packed, target.open("wb") as plain:
            left = info.file_size
            while block := packed.read(min(_BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    raise _damaged(name, true_name(info))
                plain.write(block)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise _damaged(name, f"{true_name(info)}: {error}") from None
    if target.stat().st_size != info.file_size:
        raise _damaged(name, true_name(info))


def _damaged(name: str, what: str) -> InputError:
    do = "重新打包或重新复制 / pack it or copy it again"
    return InputError([Fault(name, f"压缩包损坏或不完整 / the archive is damaged or cut off: {what}", ".zip", do)])
