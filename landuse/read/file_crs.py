"""Say which CRS a vector file really states: GDAL gives degrees to formats that state nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SILENT: Final = frozenset({"KML", "LIBKML"})
"""Drivers of formats that cannot state a CRS: their degrees come from anywhere."""
_MEMBER: Final = re.compile(rb'"crs"\s*:\s*\{')
_FEATURES: Final = re.compile(rb'"features"\s*:')
_END: Final = 65_536
"""Bytes at each end of a GeoJSON file that are looked through for the member crs."""


def crs_in(path: Path, driver: str, crs: str | None) -> str | None:
    """Return the CRS that a file states, None where it states none.

    Parameters
    ----------
    driver
        GDAL driver that opened the file.
    crs
        CRS that GDAL gives it.
    """
    if driver in SILENT or (driver == "GeoJSON" and not _has_member(path)):
        return None
    return crs


def _has_member(path: Path) -> bool:
    """Return whether a GeoJSON file has the member crs beside its features: a property of that name is none."""
    with path.open("rb") as stream:
        start = stream.read(_END)
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _END))
        end = stream.read()
    features = _FEATURES.search(start)
    before = start[: features.start()] if features else start
    after = end[end.rfind(b"]") + 1 :]
    return bool(_MEMBER.search(before) or _MEMBER.search(after))
