"""Find the input files in what a user names: files, and the files that stand directly in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.read.opening import locate

TABLES: Final = frozenset({
    ".shp", ".gpkg", ".parquet", ".geojson", ".json", ".fgb", ".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv",
    ".kml", ".kmz", ".dxf", ".zip", ".gdb",
})  # fmt: skip
"""Suffixes behind which a table is looked for in a folder."""
RASTERS: Final = frozenset({".tif", ".tiff", ".img", ".asc"})
TEXTS: Final = frozenset({".txt", ".dbf"})
"""Suffixes that hold a table now and then: looked into, passed over where they hold none."""
SIDES: Final = frozenset({
    ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".cst", ".xml", ".lyr", ".qml", ".tfw", ".ovr", ".aux",
})  # fmt: skip
"""Suffixes of files that belong to another one."""
RUN: Final = "manifest.json"
"""File by which the results of an earlier run are known."""


@dataclass(frozen=True)
class Found:
    """The files to look into."""

    files: tuple[Path, ...] = ()
    named: frozenset[Path] = frozenset()
    """Those that the user named one by one."""
    runs: tuple[Path, ...] = ()
    """Folders of results."""
    folders: tuple[Path, ...] = ()
    """Folders inside the named ones, which are not looked into."""
    passed: tuple[Path, ...] = ()
    """Files of a folder that are of no format that is read."""


def collect(paths: Sequence[Path]) -> Found:
    """Return the files that a user means, each once, in the order named; those of a folder in order of names.

    Raises
    ------
    InputError
        A path does not exist, is a URL, or nothing was found at all.
    """
    files: dict[Path, None] = {}
    named: set[Path] = set()
    runs: list[Path] = []
    folders: list[Path] = []
    passed: list[Path] = []
    faults: list[Fault] = []
    for path in paths:
        if _is_database(path):
            files[path] = None
            named.add(path)
        elif path.is_dir():
            if (path / RUN).is_file():
                runs.append(path)
                continue
            inside = _inside(path)
            files |= dict.fromkeys(inside.files)
            runs += inside.runs
            folders += inside.folders
            passed += inside.passed
        else:
            try:
                found = locate(str(path), Path())
            except InputError as error:
                faults += error.faults
                continue
            files[found] = None
            named.add(found)
    if faults:
        raise InputError(faults)
    if not files and not runs:
        where = "、".join(str(path) for path in paths) or "landuse init"
        allowed = " ".join(sorted(TABLES | RASTERS))
        raise InputError(
            [Fault(where, "没有找到可读的文件 / no file that can be read", allowed, "写明文件 / name files")]
        )
    return Found(tuple(files), frozenset(named), tuple(runs), tuple(folders), tuple(passed))


def _inside(folder: Path) -> Found:
    """Return what stands directly in a folder."""
    files: list[Path] = []
    runs: list[Path] = []
    folders: list[Path] = []
    passed: list[Path] = []
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    shapes = {entry.with_suffix("").name for entry in entries if entry.suffix.lower() == ".shp"}
    for entry in entries:
        suffix = entry.suffix.lower()
        if entry.name.startswith((".", "~$")):
            continue
        if _is_database(entry):
            files.append(entry)
        elif entry.is_dir():
            (runs if (entry / RUN).is_file() else folders).append(entry)
        elif suffix in TABLES | RASTERS or (suffix in TEXTS and not _belongs(entry, shapes)):
            files.append(entry)
        elif suffix not in SIDES | TEXTS | {".toml"}:
            passed.append(entry)
    return Found(tuple(files), frozenset(), tuple(runs), tuple(folders), tuple(passed))


def _belongs(path: Path, shapes: set[str]) -> bool:
    """Say whether a table belongs to another file: that of a shapefile, or the names of a raster's classes."""
    return path.with_suffix("").name in shapes or path.name.lower().endswith(".vat.dbf")


def _is_database(path: Path) -> bool:
    """Say whether a path is a File Geodatabase: a folder that is one file to its users."""
    return path.suffix.lower() == ".gdb" and path.is_dir()


def named_paths(files: Iterable[Path]) -> str:
    """Return names for a comment."""
    return "、".join(file.name for file in files)
