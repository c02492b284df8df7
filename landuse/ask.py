"""Ask bureaus for data: forms with the keys that the project can read already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from landuse.errors import InputError
from landuse.inputs import INPUT_TABLES
from landuse.policy import rule_in_force
from landuse.project import Project
from landuse.read import read_tables
from landuse.reports.content.forms import known_keys, request_books
from landuse.reports.content.forms.requests import MOST_ROWS
from landuse.tables import RawPart, RawTables, table_title
from landuse.write.forms import write_requests

KEYED: Final = ("enterprises", "parcels")
"""Tables that name the rows of the forms."""


@dataclass(frozen=True)
class Asked:
    """The forms that were written."""

    files: list[str]
    unread: tuple[str, ...]
    """Titles of the tables that are named but could not be read: their keys are not filled in."""
    cut: tuple[str, ...] = ()
    """Files that hold as many rows as a sheet can: further rows are to be added in another copy."""


def request_forms(project: Project, folder: Path) -> Asked:
    """Write the forms for the bureaus into a folder.

    Keys are filled in as far as enterprises and parcels can be read; a project whose files do not exist yet gets
    empty rows.
    """
    parts: dict[str, tuple[RawPart, ...]] = {}
    unread = []
    for table in KEYED:
        if not project.inputs.of(table):
            continue
        try:
            parts[table] = read_tables(only(project, table)).of(table)
        except InputError:
            unread.append(table_title(table, project.language))
    years = rule_in_force(project).years
    books = request_books(known_keys(RawTables(parts)), project, years=years)
    cut = tuple(name for name, sheet in books.items() if len(sheet.rows) >= MOST_ROWS)
    return Asked(write_requests(books, folder), tuple(unread), cut)


def only(project: Project, *tables: str) -> Project:
    """Return the project with no input but the given tables."""
    none: dict[str, Any] = {name: () for name in INPUT_TABLES if name not in {*tables, "previous"}}
    inputs = project.inputs.model_copy(update={**none, "rasters": {}, "previous": None})
    columns = {name: said for name, said in project.columns.items() if name in tables}
    return project.model_copy(update={"inputs": inputs, "columns": columns})
