"""Read what a bureau packed into one .zip: a shapefile with its side files, a geodatabase or one other file."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.geodatabase import SUFFIX as GEODATABASE
from landuse.read.hostile import archives

ENDINGS: Final = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".parquet", ".kml", ".dxf", ".txt")
"""What is looked for in an archive; .txt only where nothing else is there, for a readme is one too."""
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
            names = {member.filename for member in archive.infolist()[: archives.MOST_MEMBERS]}
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
        members = _members(archive, name)
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
        return tuple(_readable(_members(archive, name)))


def _opened(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise archives.damaged(name, str(error)) from None


# --------------------------------------------------------------------------------------- what is inside


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Return the files of an archive by their true names, without what systems add of their own.

    Raises
    ------
    InputError
        What `archives.listed` refuses.
    """
    found = archives.listed(archive, name, archives.DATA)
    return {title: info for title, info in found.items() if not info.is_dir() and not _is_junk(title)}


def _is_junk(title: str) -> bool:
    return any(part in _JUNK or part.startswith("._") for part in PurePosixPath(title).parts)


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
    with target.open("wb") as plain:
        for piece in archives.pieces_of(archive, info, name, archives.DATA, room=info.file_size):
            plain.write(piece)
