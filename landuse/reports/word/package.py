"""Make and read the package of a .docx file: parts in a fixed order with fixed dates, nothing of the clock in it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
FIRST: Final = ("[Content_Types].xml", "_rels/.rels")
LEVEL: Final = 6


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a package: the same parts are the same bytes."""
    target = BytesIO()
    order = [name for name in FIRST if name in parts] + sorted(name for name in parts if name not in FIRST)
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name in order:
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            archive.writestr(entry, parts[name])
    return target.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
