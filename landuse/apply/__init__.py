"""Take forms and notes back: corrections, opinions, objections, notes into overrides.csv, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from landuse.apply.book import file_of, stated_before, write_changes
from landuse.apply.entries import Entry, entries_of
from landuse.apply.names import contradictions
from landuse.apply.notes import Told, note_changes
from landuse.apply.weigh import conflicts, weighed
from landuse.ask import only
from landuse.assemble.matching import matched
from landuse.assemble.mending import Mending
from landuse.errors import Fault, InputError
from landuse.project import Project
from landuse.read import read_tables
from landuse.read.forms import Form, open_forms
from landuse.read.notes import Note, read_notes
from landuse.tables.changes import BETWEEN, CORRECTABLE, NOTES, SAID, Change
from landuse.tables.matches import MATCHES

SORTS: Final = ("corrections", "decisions", "objections")


@dataclass(frozen=True)
class Applied:
    """What came of some forms."""

    path: Path
    """overrides.csv; written only where something is new."""
    counts: Mapping[str, int]
    """New changes: corrections, decisions (opinions), objections."""
    is_named: bool
    """Whether the project file names the file, so that a run reads it."""
    notes: int = 0
    """New rows of the register of notes."""
    told: tuple[Told, ...] = ()
    """What is to be said of the notes, in Chinese and English."""
    names: int = 0
    """New decisions on who is meant by a name."""

    @property
    def is_written(self) -> bool:
        """Return whether anything was new."""
        return bool(self.notes or self.names) or any(self.counts.values())


def apply_forms(project: Project, files: Sequence[Path]) -> Applied:
    """Read forms and files of notes into overrides.csv beside the project file, or where ``[inputs] overrides`` says.

    What is there already is not written again, and a form that nobody changed writes nothing.

    Raises
    ------
    InputError
        Two forms say different things of one cell, an old value is no longer that of the data, a key, a column or a
        value is unknown: every such thing at once, and nothing is written.
    """
    path = file_of(project)
    faults: list[Fault] = []
    forms, notes = _opened(files, faults)
    entries: list[Entry] = []
    for form in forms:
        found, wrong = entries_of(form, project)
        entries += found
        faults += wrong
    entries, wrong = conflicts(entries)
    faults += [*wrong, *contradictions(entries)]
    before = stated_before(project)
    mending = Mending(
        matched(read_tables(only(project, *CORRECTABLE)), before),
        [*before, *(each.change for each in entries)],
        asked=_asked(entries, notes),
    )
    new, wrong = weighed(entries, before, mending)
    said, contradicting, told = note_changes(
        notes, before, knows=lambda key: mending.knows("parcels", key), run=project.digest()
    )
    if faults or wrong or contradicting:
        raise InputError([*faults, *wrong, *contradicting])
    ordered = sorted(
        [*new, *said], key=lambda change: (change.table, change.key, change.year or 0, change.item, change.column)
    )
    if ordered:
        write_changes(path, ordered, lang=project.language)
    counted = Counter(change.table if change.table in SAID else SORTS[0] for change in ordered)
    counts = {sort: counted.get(sort, 0) for sort in SORTS}
    return Applied(
        path, counts, bool(project.inputs.overrides), counted.get(NOTES, 0), tuple(told), counted.get(MATCHES, 0)
    )


def _opened(files: Sequence[Path], faults: list[Fault]) -> tuple[list[Form], list[Note]]:
    """Return the forms, and the notes of all files that the map saved (.json)."""
    forms: list[Form] = []
    notes: list[Note] = []
    for file in dict.fromkeys(path.absolute() for path in files):
        try:
            if file.suffix.lower() == ".json":
                notes += read_notes(file)
            else:
                forms += open_forms(file)
        except InputError as error:
            faults += error.faults
    return forms, notes


def _asked(entries: Sequence[Entry], notes: Sequence[Note]) -> dict[str, set[str]]:
    """Return the keys whose existence must be known beside those of the cells that are changed."""
    asked: dict[str, set[str]] = {"parcels": {note.parcel_id for note in notes}, "enterprises": set()}
    for each in entries:
        change: Change = each.change
        if change.table == MATCHES:
            asked["enterprises"].add(change.item)
            continue
        for keys in asked.values():
            keys.add(change.key.partition(BETWEEN)[0])
    return asked
