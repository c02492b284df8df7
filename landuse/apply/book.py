"""Keep overrides.csv: where it stands, what it says, how it grows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read.delimited import records_of
from landuse.read.forms import override_places, read_overrides
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

    Rows and columns that stand there stay as they are; columns that are missing are put behind them.

    Raises
    ------
    OutputError
        Another program holds the file open; the new content is kept beside it.
    """
    rows, delimiter = _as_it_stands(path)
    places = override_places(rows[0])
    known = columns("input", "overrides")
    for name in CHANGE_COLUMNS:
        if name not in places:
            places[name] = len(rows[0])
            rows[0].append(known[name].title(lang))
    for change in changes:
        row = change.row()
        cells = {places[name]: row[name] for name in CHANGE_COLUMNS}
        rows.append([cells.get(place, "") for place in range(len(rows[0]))])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", delimiter=delimiter).writerows(rows)
    with staging(path.parent) as stage:
        stage.path(path.name).write_bytes(text.getvalue().encode("utf-8-sig"))
        stage.publish()


def _as_it_stands(path: Path) -> tuple[list[list[Any]], str]:
    """Return the records of the file, header first, and the sign between cells; an empty header where it is new."""
    if not path.is_file():
        return [[]], ","
    records, delimiter = records_of(path.read_bytes(), name=path.name)
    while len(records) > 1 and not any(records[-1]):
        records.pop()
    return list(records), delimiter


def _paths(project: Project) -> list[Path]:
    named = [project.folder / entry.path.replace("\\", "/") for entry in project.inputs.overrides]
    return named or [project.folder / NAME]
