"""Change cells of the tables as read, one by one and by key: the same for a run and for forms that come back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.codes import clean_keys, clean_uscc
from landuse.tables import KEYS, RawPart, RawTables
from landuse.tables.changes import BETWEEN, CORRECTABLE, Change, as_text, correctable, same, typed

Key = tuple[Any, ...]
Spot = tuple[int, int]
"""Number of the file and position of the row."""

MISSING: Final[dict[str, Any]] = {"number": np.nan, "integer": pd.NA, "date": pd.NaT}
DTYPES: Final = {"number": "float64", "integer": "Int64", "date": "datetime64[us]"}


@dataclass(frozen=True)
class Outcome:
    """What became of a change."""

    code: str
    """Key of vocabulary/issues/overrides.toml."""
    found: str = ""
    """What stands in the cell, where that is not the old value."""
    place: tuple[str, str, int | None] = ("", "", None)
    """File, sheet and row of the first cell that was changed."""


class Mending:
    """The correctable tables of a project, in which changes are made in the order they come."""

    def __init__(
        self, raw: RawTables, changes: Iterable[Change], *, asked: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        wanted: dict[str, set[str]] = {table: set((asked or {}).get(table, ())) for table in CORRECTABLE}
        for change in changes:
            if change.table in wanted:
                wanted[change.table].add(change.key.partition(BETWEEN)[0])
        wanted["enterprises"] |= wanted["accounts"]
        self._raw = raw
        self._books = {table: _Book(raw.of(table), table, wanted[table]) for table in CORRECTABLE}

    def now(self, change: Change) -> Any:
        """Return the value in force in the cell of a change; None = unknown."""
        book = self._books[change.table]
        return book.in_force(key_of(change), change.column)

    def knows(self, table: str, key: str) -> bool:
        """Say whether any row of a table has the key (of accounts: in any year)."""
        return self._books[table].has(key.partition(BETWEEN)[0])

    def make(self, change: Change) -> Outcome:
        """Make one change, or say why it cannot be made."""
        column = correctable(change.table, change.column)
        try:
            old, new = (typed(text, column) for text in (change.old, change.new)) if column else (None, None)
        except ValueError:
            column = None
        if column is None or (new is None and column.required):
            return Outcome("OVERRIDE_UNUSABLE")
        book, key = self._books[change.table], key_of(change)
        if not book.spots(key):
            if change.table != "accounts" or old is not None or not self.knows("enterprises", change.key):
                return Outcome("OVERRIDE_UNKNOWN_KEY")
            return Outcome("OVERRIDE_APPLIED", place=book.add(key, change, new))
        spots = book.matching(key, change.column, old)
        if not spots:
            return Outcome("OVERRIDE_OLD_VALUE", as_text(book.in_force(key, change.column)))
        return Outcome("OVERRIDE_APPLIED", place=book.put(spots, change, new))

    def raw(self) -> RawTables:
        """Return the tables with every change made."""
        changed = {table: book.parts() for table, book in self._books.items() if book.is_changed}
        return dataclasses.replace(self._raw, parts={**self._raw.parts, **changed})


def key_of(change: Change) -> Key:
    """Return the key of the row a change means."""
    if change.table == "accounts":
        return change.key, change.year
    return tuple(change.key.split(BETWEEN)) if change.table == "occupancy" else (change.key,)


class _Book:
    """The cells of one table over all its files: of parcels, polygons before registers, as they are merged."""

    def __init__(self, parts: Sequence[RawPart], table: str, wanted: set[str]) -> None:
        self._table = table
        self._as_read = tuple(parts)
        self._order = sorted(range(len(parts)), key=lambda number: table == "parcels" and _is_register(parts[number]))
        self._now: dict[tuple[int, int, str], Any] = {}
        self._marks: dict[int, dict[tuple[int, str], Change]] = {}
        self._added: dict[Key, dict[str, Any]] = {}
        self._origin = ""
        self._spots: dict[Key, list[Spot]] = {}
        for number in self._order:
            for row, key in _keys(parts[number].frame, table, wanted):
                self._spots.setdefault(key, []).append((number, row))
        self._firsts = {key[0] for key in self._spots}

    @property
    def is_changed(self) -> bool:
        return bool(self._now or self._added)

    def has(self, first: str) -> bool:
        return first in self._firsts

    def spots(self, key: Key) -> list[Spot]:
        return self._spots.get(key, [])

    def in_force(self, key: Key, column: str) -> Any:
        """Return the first known value of a cell, as the merge takes it."""
        values = (self._value(spot, column) for spot in self.spots(key))
        return next((value for value in values if not same(value, None)), None)

    def matching(self, key: Key, column: str, old: Any) -> list[Spot]:
        """Return the rows in which the old value stands; none where another value is in force.

        Several leases of one enterprise on one parcel have no key that tells them apart: the old value must.
        """
        spots = self.spots(key)
        held = [spot for spot in spots if same(self._value(spot, column), old)]
        if self._table == "occupancy":
            return held if len(held) == 1 else []
        if not same(self.in_force(key, column), old):
            return []
        if old is not None:
            return held
        carriers = [spot for spot in spots if self._carries(spot, column)]
        return (carriers or spots)[:1]

    def put(self, spots: Sequence[Spot], change: Change, value: Any) -> tuple[str, str, int | None]:
        for number, row in spots:
            self._now[number, row, change.column] = value
            line = _line(self._as_read[number].frame, row) if number < len(self._as_read) else change.source[2] or 0
            self._marks.setdefault(number, {})[line, change.column] = change
        return self._place(spots[0], change)

    def add(self, key: Key, change: Change, value: Any) -> tuple[str, str, int | None]:
        """Give an enterprise the row of accounts that nobody supplied."""
        self._origin = self._origin or change.source[0]
        spot = (len(self._as_read), len(self._added))
        self._added[key] = {**dict(zip(KEYS[self._table], key, strict=True)), "source_row": change.source[2] or 0}
        self._spots[key] = [spot]
        return self.put([spot], change, value)

    def parts(self) -> tuple[RawPart, ...]:
        """Return the files with their cells changed; rows that nobody supplied follow as a file of their own."""
        made = [self._part(number, part) for number, part in enumerate(self._as_read)]
        return (*made, *([self._new_part()] if self._added else []))

    def _part(self, number: int, part: RawPart) -> RawPart:
        names = sorted({name for at, _, name in self._now if at == number})
        if not names:
            return part
        changed = {name: self._column(number, part.frame, name) for name in names}
        marks = {**part.corrections, **self._marks.get(number, {})}
        return dataclasses.replace(part, frame=part.frame.assign(**changed), corrections=marks)

    def _column(self, number: int, frame: pd.DataFrame, name: str) -> pd.Series:
        column = frame[name].copy() if name in frame.columns else _blank(self._table, name, frame.index)
        for (at, row, changed), value in self._now.items():
            if at == number and changed == name:
                column.iloc[row] = _missing(self._table, name) if value is None else value
        return column

    def _new_part(self) -> RawPart:
        number = len(self._as_read)
        frame = pd.DataFrame(list(self._added.values())).astype({"year": "Int64"})
        names = sorted({name for at, _, name in self._now if at == number})
        changed = {name: self._column(number, frame, name) for name in names}
        marks = self._marks.get(number, {})
        return RawPart(self._table, self._origin, "", frame.assign(**changed), {}, {}, corrections=marks)

    def _place(self, spot: Spot, change: Change) -> tuple[str, str, int | None]:
        number, row = spot
        if number >= len(self._as_read):
            return change.source
        part = self._as_read[number]
        return part.file, part.sheet, _line(part.frame, row)

    def _carries(self, spot: Spot, column: str) -> bool:
        return spot[0] < len(self._as_read) and column in self._as_read[spot[0]].frame.columns

    def _value(self, spot: Spot, column: str) -> Any:
        if (*spot, column) in self._now:
            return self._now[(*spot, column)]
        if not self._carries(spot, column):
            return None
        value: Any = self._as_read[spot[0]].frame[column].iloc[spot[1]]
        return None if pd.isna(value) else value


def _keys(frame: pd.DataFrame, table: str, wanted: set[str]) -> Iterable[tuple[int, Key]]:
    """Return position and key of the rows whose first key is wanted."""
    names = KEYS[table]
    if not wanted or any(name not in frame.columns for name in names):
        return
    clean: Mapping[str, pd.Series] = {
        name: clean_uscc(frame[name]) if name == "uscc" else frame[name] if name == "year" else clean_keys(frame[name])
        for name in names
    }
    at = np.flatnonzero(clean[names[0]].isin(wanted).to_numpy(dtype=bool))
    for row in at.tolist():
        key: Key = tuple(clean[name].iloc[row] for name in names)
        if not any(pd.isna(part) for part in key):
            yield row, tuple(int(part) if name == "year" else str(part) for name, part in zip(names, key, strict=True))


def _line(frame: pd.DataFrame, row: int) -> int:
    """Return the source row, 1-based as a user sees it."""
    return int(frame["source_row"].to_numpy()[row])


def _is_register(part: RawPart) -> bool:
    return part.shapes is None and part.wkb is None


def _missing(table: str, name: str) -> Any:
    column = correctable(table, name)
    return MISSING.get(column.kind, np.nan) if column else np.nan


def _blank(table: str, name: str, index: pd.Index) -> pd.Series:
    column = correctable(table, name)
    kind = column.kind if column else "text"
    if kind in DTYPES:
        return pd.Series(MISSING[kind], index=index, dtype=DTYPES[kind], name=name)
    return pd.Series(np.nan, index=index, dtype="str", name=name)
