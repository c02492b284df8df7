"""Write one receipt beside its final place and rename it."""

from __future__ import annotations

from pathlib import Path

from landuse.write.staging import staging


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
