"""Write one receipt beside its final place and rename it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from landuse.write.staging import staging

UNSAFE: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]'
)
"""Characters that a file name may not have on every system, and those that nobody sees in it."""
LONGEST: Final = 180
"""Bytes of a name without its ending: with what is added to it, it stays below the 255 that systems take."""


def plain_name(name: str) -> str:
    """Return a file name that every system takes, with its ending."""
    path = Path(UNSAFE.sub("_", name))
    stem = path.stem.encode()[:LONGEST].decode(errors="ignore")
    return f"{stem}{path.suffix}"


def write_receipt(text: str, path: Path) -> Path:
    """Write a receipt (text, JSON or page, UTF-8) under its final name; return that name.

    Raises
    ------
    InputError
        The disk is full, or the folder may not be written.
    OutputError
        The final file is held open; the new content stands beside it.
    """
    with staging(path.parent) as stage:
        stage.path(path.name).write_text(text, encoding="utf-8", newline="\n")
        stage.publish()
    return path
