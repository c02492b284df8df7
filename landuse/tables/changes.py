"""State one change that came back on a form, and compare its texts with the cells of a table."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import pandas as pd

from landuse.tables.columns import Column, columns
from landuse.tables.matches import MATCHES
from landuse.tables.spreadsheet import is_formula

CORRECTABLE: Final = ("parcels", "enterprises", "accounts", "occupancy")
"""Tables whose cells a form may correct."""
NOTES: Final = "notes"
SAID: Final = ("decisions", "objections", NOTES, MATCHES)
"""Tables of what a meeting, an enterprise, a reader of the map or the judge of a name said: no cell is corrected."""
RELATIVE: Final = 1e-9
"""Two numbers are the same value up to this share."""
BETWEEN: Final = "|"
"""Between the parts of a key of several columns, as in ``parcel_id|uscc``."""
NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
PLACE: Final = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?: |$)")
"""Longitude and latitude: the key of a note on a place, and the head of the reason of any note."""
CHANGE_COLUMNS: Final = (
    "form", "table", "key", "year", "item", "column", "old", "new", "who", "day", "why", "form_file", "form_row",
)  # fmt: skip
"""Columns of overrides.csv."""


@dataclass(frozen=True)
class Change:
    """One changed cell, opinion or part of an objection, as a row of overrides.csv."""

    form: str
    """Kind of form: confirmation, review, objections."""
    table: str
    key: str
    column: str
    old: str
    """In the canonical unit; blank = unknown."""
    new: str
    year: int | None = None
    item: str = ""
    """Number of the objection."""
    who: str = ""
    day: str = ""
    """From the form, never the clock."""
    why: str = ""
    form_file: str = ""
    form_row: int | None = None
    source: tuple[str, str, int | None] = ("", "", None)
    """File, sheet and row in which a run found the change."""

    @property
    def cell(self) -> tuple[str, str, int | None, str, str]:
        """Return what names the cell that is changed."""
        return self.table, self.key, self.year, self.item, self.column

    def row(self) -> dict[str, Any]:
        """Return the change as a row of overrides.csv."""
        return {name: _guarded(getattr(self, name)) for name in CHANGE_COLUMNS}


def changes_of(rows: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Return the rows of overrides.csv as changes; whatever is missing is blank."""
    known = {field.name for field in fields(Change)} - {"source"}
    found = []
    for row in rows:
        texts: dict[str, Any] = {
            name: "" if pd.isna(value) else _bare(str(value)) for name, value in row.items() if name in known
        }
        numbers = {name: _whole(row.get(name)) for name in ("year", "form_row")}
        place = (str(row.get("source_file", "")), _text(row.get("source_sheet")), _whole(row.get("source_row")))
        blank = dict.fromkeys(("form", "table", "key", "column", "old", "new"), "")
        found.append(Change(**{**blank, **texts, **numbers, "source": place}))
    return found


def newest_notes(changes: Iterable[Change]) -> list[Change]:
    """Return the newest revision of each note of the map, in the order they first appear; a deleted one has no text."""
    newest: dict[str, tuple[int, Change]] = {}
    for change in changes:
        name, _, revision = change.item.rpartition(".")
        if change.table != NOTES or not revision.isdecimal():
            continue
        if name not in newest or int(revision) > newest[name][0]:
            newest[name] = int(revision), change
    return [change for _, change in newest.values()]


def notes_in_force(changes: Iterable[Change]) -> list[Change]:
    """Return the notes of the map that stand: the newest revision of each, deleted ones left out."""
    return [change for change in newest_notes(changes) if change.new]


def correctable(table: str, name: str) -> Column | None:
    """Return the column a correction may change; None for keys, unknown columns and tables.

    A name beside the code of an account or a lease only finds the enterprise: it is decided on in matches.xlsx.
    """
    keys = {"parcels": {"parcel_id"}, "enterprises": {"uscc"}, "accounts": {"uscc", "year", "name"}}
    closed = keys.get(table, {"parcel_id", "uscc", "name", "lessor_name"})
    return columns("input", table).get(name) if table in CORRECTABLE and name not in closed else None


def typed(text: str, column: Column) -> Any:
    """Return a text of overrides.csv as a value of its column; None = unknown.

    Raises
    ------
    ValueError
        The text is no such value.
    """
    if not text:
        return None
    if column.kind in {"number", "integer"}:
        number = float(text)
        if not math.isfinite(number) or (column.kind == "integer" and number != int(number)):
            raise ValueError(text)
        return int(number) if column.kind == "integer" else number
    if column.kind == "date":
        return pd.Timestamp(date.fromisoformat(text))
    if column.choices and text not in column.choices:
        raise ValueError(text)
    return text


def as_text(value: Any) -> str:
    """Return a cell as overrides.csv writes it: whole numbers without a point, days in ISO form, unknown blank."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return repr(float(value)).removesuffix(".0")
    return str(value)


def same(one: Any, other: Any) -> bool:
    """Say whether two values are the same: numbers up to `RELATIVE`, texts but for spaces and width of characters."""
    if _is_blank(one) or _is_blank(other):
        return _is_blank(one) and _is_blank(other)
    if isinstance(one, str) or isinstance(other, str):
        return _narrow(str(one)) == _narrow(str(other))
    if isinstance(one, date) or isinstance(other, date):
        return bool(one == other)
    return math.isclose(float(one), float(other), rel_tol=RELATIVE)


def _is_blank(value: Any) -> bool:
    return value is None or bool(pd.isna(value)) or value == ""


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _guarded(value: Any) -> Any:
    """Return a cell that a spreadsheet takes for text, never for a formula; a number is left alone."""
    if value is None:
        return ""
    if isinstance(value, str) and is_formula(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" and is_formula(text[1:]) else text


def _whole(value: Any) -> int | None:
    return None if _is_blank(value) else int(value)


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)
