"""Refuse XML that defines entities, and JSON that GDAL would run: found by streaming through the bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError

_DEFINES: Final = ("<!DOCTYPE", "<!ENTITY")
_XML: Final = tuple(mark.encode(codec) for mark in _DEFINES for codec in ("ascii", "utf-16-le", "utf-16-be"))
_RUNS: Final = (b"gdal_streamed_alg",)
_PIECE: Final = 1 << 20
_LONGEST: Final = max(len(mark) for mark in (*_XML, *_RUNS))


def guard_xml(source: Path | Iterable[bytes], name: str) -> None:
    """Refuse XML with a document type or entities: they make a small file huge, or read other files.

    Parameters
    ----------
    source
        The file, or its bytes piece by piece.

    Raises
    ------
    InputError
        It defines entities.
    """
    if holds(source, _XML):
        found = "XML 中有 DTD 或实体定义,不予读取 / the XML defines a document type or entities: not read"
        raise InputError([Fault(name, found, "", "用原软件另存后再提供 / save it again from its program")])


def guard_json(path: Path, name: str) -> None:
    """Refuse JSON that holds commands which GDAL would run when it opens it.

    Raises
    ------
    InputError
        It holds some.
    """
    if holds(path, _RUNS):
        raise InputError([Fault(name, "不是 GeoJSON / no GeoJSON", "", "检查文件 / check the file")])


def holds(source: Path | Iterable[bytes], marks: tuple[bytes, ...]) -> bool:
    """Return whether one of some marks stands anywhere in a file or in a run of pieces, also across two of them."""
    rest = b""
    for piece in _pieces(source) if isinstance(source, Path) else source:
        if any(mark in rest + piece for mark in marks):
            return True
        rest = (rest + piece)[-_LONGEST:]
    return False


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
