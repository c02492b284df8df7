"""Keep overrides.csv: where it stands, what it says, how it grows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.forms import read_overrides
from landuse.tables import columns
from landuse.tables.changes import CHANGE_COLUMNS, Change, changes_of
from landuse.write.staging import staging

NAME: Final = "overrides.csv"


def file_of(project: Project) -> Path:
    """Return the file that is written: the last one of ``[inputs] overrides``, else overrides.csv beside the project.

    Raises
    ------
    InputError
        That file is no .csv.
    """
    path = _paths(project)[-1]
    if path.suffix.lower() != ".csv":
        found = "不是 .csv 文件,不能追加 / no .csv file, cannot be added to"
        raise InputError([Fault(f"[inputs] overrides: {path.name}", found, ".csv", "改为 .csv / name a .csv")])
    return path


def stated_before(project: Project) -> list[Change]:
    """Return the changes that stand in the files already, in their order."""
    found: list[Change] = []
    for path in _paths(project):
        found += changes_of(read_overrides(path).to_dict("records"))  # type: ignore[arg-type]
    return found


def write_changes(path: Path, changes: Sequence[Change], *, lang: str) -> None:
    """Add changes to the file: UTF-8 with BOM, written beside and renamed.

    Raises
    ------
    OutputError
        Another program holds the file open; the new content is kept beside it.
    """
    rows = [*changes_of(read_overrides(path).to_dict("records")), *changes]  # type: ignore[arg-type]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    known = columns("input", "overrides")
    writer.writerow([known[name].title(lang) for name in CHANGE_COLUMNS])
    for change in rows:
        row = change.row()
        writer.writerow([row[name] for name in CHANGE_COLUMNS])
    with staging(path.parent) as stage:
        stage.path(path.name).write_bytes(text.getvalue().encode("utf-8-sig"))
        stage.publish()


def _paths(project: Project) -> list[Path]:
    named = [project.folder / entry.path.replace("\\", "/") for entry in project.inputs.overrides]
    return named or [project.folder / NAME]
