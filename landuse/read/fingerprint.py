"""Fingerprint the input files: name, size, sha256."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from landuse.read.field_list import lists_beside
from landuse.read.geodatabase import parts_of
from landuse.tables import InputFile

_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".shp.xml")
_RASTER: Final = (".tfw", ".tfwx", ".aux.xml", ".vat.dbf")


def side_files(path: Path) -> tuple[Path, ...]:
    """Return the file and the files beside it that belong to it, in name order."""
    if path.suffix.lower() == ".shp":
        endings = {(path.stem + ending).lower() for ending in _SHAPEFILE}
        own = sorted(file for file in path.parent.iterdir() if file.is_file() and file.name.lower() in endings)
        return (*own, *lists_beside(path))
    if path.suffix.lower() in (".tif", ".tiff", ".img", ".asc"):
        names = {name + ending for name in (path.stem.lower(), path.name.lower()) for ending in _RASTER}
        beside = [file for file in path.parent.iterdir() if file.is_file() and file.name.lower() in names]
        return (path, *sorted(beside))
    return (path,)


def fingerprint(path: Path, name: str) -> InputFile:
    """Return one input file as it stands on the disk; a File Geodatabase as the names and contents of its files.

    Parameters
    ----------
    name
        Path as the project file writes it, with forward slashes.
    """
    if path.is_dir():
        return _folder_fingerprint(path, name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return InputFile(name, path.stat().st_size, digest)


def _folder_fingerprint(path: Path, name: str) -> InputFile:
    """Return a folder as the size of its files and the digest of their names and digests, in name order."""
    whole, size = hashlib.sha256(), 0
    for part in parts_of(path):
        file = fingerprint(part, part.name)
        whole.update(f"{file.name} {file.size} {file.sha256}\n".encode())
        size += file.size
    return InputFile(name, size, whole.hexdigest())


def fingerprints(files: Iterable[tuple[Path, str]]) -> tuple[InputFile, ...]:
    """Return every file once, with its side files, in the order given.

    Parameters
    ----------
    files
        Path that can be opened, and the path as the project file writes it.
    """
    seen: dict[str, InputFile] = {}
    for path, name in files:
        folder = name.rpartition("/")[0]
        for part in side_files(path):
            beside = Path(os.path.relpath(part, path.parent)).as_posix()
            written = name if part == path else f"{folder}/{beside}" if folder else beside
            if written not in seen:
                seen[written] = fingerprint(part, written)
    return tuple(seen.values())
