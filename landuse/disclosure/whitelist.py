"""Tell what each audience may see, as `audiences.toml` lists it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load
from landuse.project import Project

LISTS: Final = "disclosure/audiences.toml"
AUDIENCES: Final = ("internal", "superior", "public")
"""From the narrowest circle to the widest."""
EVERY: Final = "*"
"""In a list of written fields: every field of the table that may be seen."""


@dataclass(frozen=True)
class Whitelist:
    """What one audience may see. What is not named is not shown."""

    audience: str
    folder: str
    """Folder of its outputs below that of the results; blank = there."""
    sections: tuple[str, ...]
    """Sections of the project file that its outputs print."""
    facts: tuple[str, ...]
    """Figures of the run that belong to no row."""
    inputs: tuple[str, ...]
    """What is told of each input file: name, size, sha256; empty = the files are not listed at all."""
    rule: tuple[str, ...]
    """Fields of the rule in force that the manifest states."""
    sheets: tuple[str, ...]
    """Sheets of the ledger."""
    counts: tuple[str, ...]
    """Counts of the manifest."""
    tables: Mapping[str, tuple[str, ...]]
    """Table -> fields."""
    written: Mapping[str, tuple[str, ...]]
    """Table -> fields that go into data files."""
    named: Mapping[str, tuple[str, ...]]
    """Where names may stand; empty = everywhere."""
    unstated: Mapping[str, tuple[str, ...]]
    """Section of the project file -> settings in it that no output states."""

    def seen(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Return the fields of a table that the audience may see, those that are there; none of another table."""
        return frame.loc[:, [name for name in self.tables.get(table, ()) if name in frame.columns]]

    def to_write(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """Return the fields of a table that go into data files."""
        names = self.written.get(table, ())
        return frame if EVERY in names else frame.loc[:, [name for name in names if name in frame.columns]]


@cache
def whitelist(audience: str) -> Whitelist:
    """Return what an audience other than the bureau itself may see."""
    entry = load(LISTS)[audience]
    return Whitelist(
        audience=audience,
        folder=entry["folder"],
        sections=tuple(entry["sections"]),
        facts=tuple(entry["facts"]),
        inputs=tuple(entry["inputs"]),
        rule=tuple(entry["rule"]),
        sheets=tuple(entry["sheets"]),
        counts=tuple(entry["counts"]),
        tables=_lists(entry["tables"]),
        written=_lists(entry["written"]),
        named=_lists(entry.get("named", {})),
        unstated=_lists(entry.get("unstated", {})),
    )


def folder_of(audience: str) -> str:
    """Return the folder of an audience below that of the results; blank = there."""
    return str(load(LISTS)[audience]["folder"])


def audiences_of(project: Project) -> tuple[str, ...]:
    """Return the audiences a run writes for: the one it is for, and those it is also for, the narrowest first."""
    asked = {project.project.audience, *project.outputs.also_for}
    return tuple(name for name in AUDIENCES if name in asked)


def _lists(entry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(fields) for name, fields in entry.items()}
