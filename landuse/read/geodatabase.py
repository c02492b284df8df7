"""Open File Geodatabases: folders, of which nothing but plain files is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.read.domains import Domains, geodatabase_domains
from landuse.read.hostile import guard_folder, guard_tables

SUFFIX: Final = ".gdb"
_CATALOGUE: Final = "a00000001.gdbtable"
"""The table in which a File Geodatabase lists its tables."""
_CODED_DOMAIN: Final = "{8C368B12-A12E-4C7E-9638-C9C64E69E98F}"
_LOCK: Final = ".lock"


def is_geodatabase(path: Path) -> bool:
    """Say whether a path is a folder with the catalogue of a File Geodatabase."""
    return path.is_dir() and (path / _CATALOGUE).is_file()


def parts_of(path: Path) -> tuple[Path, ...]:
    """Return the files of a geodatabase in name order, without the locks of a program that has it open."""
    return tuple(sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() != _LOCK))


def check_geodatabase(path: Path, name: str) -> None:
    """Refuse what GDAL would misread.

    Raises
    ------
    InputError
        A link, a folder or a device inside; the compressed form, which only ArcGIS reads; a table cut off.
    """
    guard_folder(path, name)
    if any(file.suffix.lower() == ".cdf" for file in path.iterdir()):
        found = "是压缩过的地理数据库,只有 ArcGIS 能读 / a compressed geodatabase, which only ArcGIS reads"
        do = "在 ArcGIS 中先解压缩(Uncompress File Geodatabase Data) / uncompress it in ArcGIS first"
        raise InputError([Fault(name, found, ".gdb", do)])
    guard_tables(path, name)


def domains_of(path: Path, layer: str, name: str) -> Domains:
    """Return what the codes of a layer mean.

    Raises
    ------
    InputError
        The catalogue of the geodatabase is damaged.
    """
    import pyogrio.raw

    told: Callable[..., Any] = pyogrio.raw.read
    try:
        columns = told(path, sql="SELECT Name, Type, Definition FROM GDB_Items", read_geometry=False)[3]
        rows = [(str(title), str(kind), str(text)) for title, kind, text in zip(*columns, strict=True) if text]
        definition = next((text for title, kind, text in rows if title == layer and kind != _CODED_DOMAIN), None)
        coded = [text for _, kind, text in rows if kind.upper() == _CODED_DOMAIN]
        return geodatabase_domains(definition, coded) if definition else Domains()
    except (RuntimeError, ValueError) as error:
        found = f"地理数据库的目录表损坏 / the catalogue of the geodatabase is damaged: {error}"
        raise InputError([Fault(name, found, ".gdb", "从 ArcGIS 重新导出 / export it again from ArcGIS")]) from None
