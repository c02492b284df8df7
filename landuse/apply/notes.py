"""Take notes of the map into the register: what is new, what is known, what contradicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from landuse.errors import Fault
from landuse.read.notes import Note
from landuse.tables.changes import NOTES, Change, same

BETWEEN: Final = "."
"""Between the id of a note and its revision, as in ``a1b2c3.2``."""
SHOWN: Final = 12
"""Signs of a digest that are kept."""
Told = tuple[str, str]
"""What is to be said, in Chinese and in English."""


def note_changes(
    notes: Sequence[Note], before: Sequence[Change], *, knows: Callable[[str], bool], run: str
) -> tuple[list[Change], list[Fault], list[Told]]:
    """Return the rows of the register that are new, a fault for each contradiction, and what else is to be said.

    A revision that the register has already is not written again. An older one than the register holds is written too:
    nothing is lost, and the newest one counts.

    Parameters
    ----------
    knows
        Whether the data have a parcel; a note on another one is kept and told.
    run
        Digest of the project as it stands; notes of other runs are kept and told.
    """
    held = {change.item: change for change in before if change.table == NOTES}
    places = {item: f"{change.form_file} [{change.form_row or '—'}]" for item, change in held.items()}
    new: list[Change] = []
    faults: list[Fault] = []
    for note in notes:
        change = change_of(note)
        known = held.setdefault(change.item, change)
        place = places.setdefault(change.item, note.where)
        if known is change:
            new.append(change)
        elif known.key != change.key or not same(known.new, change.new):
            faults.append(_contradiction(note, known, place))
    return new, faults, [*_foreign(notes, run), *_homeless(new, notes, knows), *_repeated(notes, new, faults)]


def change_of(note: Note) -> Change:
    """Return a note as a row of the register: its place and its run stand under the reason."""
    place = place_text(note.lon, note.lat)
    return Change(
        form=NOTES,
        table=NOTES,
        key=note.parcel_id or place,
        column="text",
        old="",
        new=note.text,
        item=f"{note.id}{BETWEEN}{note.revision}",
        who=note.who,
        day=note.day,
        why=f"{place} {note.run[:SHOWN]}".strip(),
        form_file=note.file,
        form_row=note.number,
    )


def place_text(lon: float, lat: float) -> str:
    """Return a place as the register writes it: seven decimals, about a centimetre."""
    return f"{lon:.7f},{lat:.7f}"


def _contradiction(note: Note, known: Change, place: str) -> Fault:
    found = (
        f"同一条备注的同一修订有两种内容 / two contents of one revision of a note: {note.text[:40]} ≠ {known.new[:40]}"
    )
    do = "在一张图中先后载入两个文件(两份都会保留),保存后再读入 / load both in the map (both are kept), save, apply"
    return Fault(note.where, found, place, do)


def _foreign(notes: Iterable[Note], run: str) -> list[Told]:
    files = sorted({note.file for note in notes if note.run != run})
    return [
        (f"{file} 出自另一次运行的地图,已收下", f"{file} comes from the map of another run; taken all the same")
        for file in files
    ]


def _homeless(new: Iterable[Change], notes: Iterable[Note], knows: Callable[[str], bool]) -> list[Told]:
    on_parcels = {note.parcel_id for note in notes if note.parcel_id and note.text}
    lost = sorted({change.key for change in new if change.key in on_parcels and not knows(change.key)})
    return [
        (f"数据中没有宗地 {key},其备注已收下,待核对", f"the data have no parcel {key}: its note is kept, to be checked")
        for key in lost
    ]


def _repeated(notes: Sequence[Note], new: Sequence[Change], faults: Sequence[Fault]) -> list[Told]:
    count = len(notes) - len(new) - len(faults)
    return [(f"{count} 条备注已登记过", f"{count} notes were registered before")] if count else []
