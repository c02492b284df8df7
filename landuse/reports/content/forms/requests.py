"""Ask each bureau for its data: empty forms with the keys the project knows, read back without any mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.assemble.keys import first_known, group_rows, stack
from landuse.catalogue import load, load_folder, term
from landuse.project import Project
from landuse.reports.content.forms.frame import form_sheet, input_column, seq_column, word
from landuse.reports.content.model import Block, Sheet, SheetColumn
from landuse.tables import Column, RawTables, unit_title
from landuse.tables.forms import BOOK

EMPTY_ROWS: Final = 50
"""Rows of a form whose objects nobody knows yet."""
ROOM: Final = 2000
"""Rows below the header that keep their drop-downs: bureaus add rows."""
MONTH: Final = "YM"
"""Format of columns that hold months: written as text, 2025-07."""
MOST_ROWS: Final = 1_000_000
"""Rows a sheet holds (the format says 1,048,576)."""
WIDTHS: Final = {"D": 12.0, "A": 13.0, "B": 10.0, "N": 11.0, "Y": 8.0, "T": 16.0, "C": 10.0}
WIDE: Final = {"uscc": 21.0, "parcel_id": 22.0, "name": 30.0, "parcel_name": 30.0, "holder": 28.0, "holder_uscc": 21.0}
MONTHS: Final = 12


@dataclass(frozen=True)
class KnownKeys:
    """Enterprises and parcels that the project can name already."""

    enterprises: pd.DataFrame
    """uscc, name."""
    parcels: pd.DataFrame
    """parcel_id, parcel_name."""


def known_keys(raw: RawTables) -> KnownKeys:
    """Return the keys and names of the tables that could be read, each key once, blank keys left out."""
    return KnownKeys(_keys(raw, "enterprises", ("uscc", "name")), _keys(raw, "parcels", ("parcel_id", "parcel_name")))


def request_books(known: KnownKeys, project: Project, *, years: int = 1) -> dict[str, Sheet]:
    """Return file name -> form, one for each bureau and table, in the language of the project.

    Parameters
    ----------
    years
        Years of accounts the rule looks at; the last is the year of the project.
    """
    asked: Mapping[str, Any] = load(BOOK)["requests"]
    lang = project.language
    return {str(entry["file"][lang]): _request(entry, known, project, years) for entry in asked.values()}


def _keys(raw: RawTables, table: str, names: tuple[str, ...]) -> pd.DataFrame:
    parts = raw.of(table)
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in names})
    frame = stack(parts, table).reindex(columns=list(names))
    frame = frame[frame[names[0]].notna()].reset_index(drop=True)
    return first_known(frame, group_rows(frame, names[:1])).table


def _request(entry: Mapping[str, Any], known: KnownKeys, project: Project, years: int) -> Sheet:
    lang, table = project.language, str(entry["table"])
    names = [str(name) for name in entry["columns"]]
    asked = {name: _asked(table, name) for name in names}
    rows = _rows(str(entry["rows"]), known, project.project.year, years).iloc[:MOST_ROWS]
    rows = rows.reindex(columns=names)
    named = bool(rows[names[0]].notna().any())
    rows.insert(0, "seq", np.where(named, np.arange(1.0, len(rows) + 1), np.nan))
    block = Block(
        columns=(seq_column(lang), *(_column(column, lang) for column in asked.values())),
        rows=rows,
        guide={name: _note(column, lang) for name, column in asked.items()},
        guide_mark=word("words", "guide_mark", lang),
        room=ROOM,
    )
    facts = {"project": project.project.name, "year": project.project.year}
    lines = word("words", "request_unit", lang, **facts), word("words", "request_line", lang)
    return form_sheet(entry, project, block, lines=lines)


def _asked(table: str, name: str) -> Column:
    """Return a column of a form; the name of an enterprise stands beside its code for the reader's sake."""
    return input_column("enterprises" if name == "name" else table, name)


def _rows(kind: str, known: KnownKeys, year: int, years: int) -> pd.DataFrame:
    firms = known.enterprises
    if kind == "enterprises" and len(firms):
        return _repeated(firms, "year", range(year - years + 1, year + 1))
    if kind == "months" and len(firms):
        return _repeated(firms, "month", [f"{year}-{month:02d}" for month in range(1, MONTHS + 1)])
    if kind == "parcels" and len(known.parcels):
        return known.parcels
    return pd.DataFrame(index=pd.RangeIndex(EMPTY_ROWS))


def _repeated(firms: pd.DataFrame, name: str, values: Iterable[Any]) -> pd.DataFrame:
    """Return each enterprise once for each value, values of one enterprise together."""
    each = list(values)
    rows = firms.loc[firms.index.repeat(len(each))].reset_index(drop=True)
    return rows.assign(**{name: each * len(firms)})


def _column(column: Column, lang: str) -> SheetColumn:
    unit = _unit(column, lang)
    title = f"{column.title(lang)}\n({unit})" if unit else column.title(lang)
    width = WIDE.get(column.name, WIDTHS.get(column.fmt, 14.0))
    least = max(len(part) for part in title.split()) + 2.0 if lang == "en" else 0.0
    fmt = "T" if column.fmt == MONTH else column.fmt
    return SheetColumn(column.name, title, fmt, max(width, least), choices=_choices(column, lang), is_open=True)


def _unit(column: Column, lang: str) -> str:
    return unit_title(column.unit, lang) if column.unit and column.unit != "share" else ""


def _choices(column: Column, lang: str) -> tuple[str, ...]:
    if not column.choices or column.name not in load_folder("vocabulary/enumerations"):
        return column.choices
    return tuple(term(column.name, code, lang) for code in column.choices)


def _note(column: Column, lang: str) -> str:
    """Return what to write in a column: whether it must be, its meaning, unit, words and an example."""
    said = load(BOOK)["notes"].get(column.name, {})
    unit, choices = _unit(column, lang), _choices(column, lang)
    parts = [
        word("words", "key", lang) if column.required else "",
        str(said.get(lang, "")),
        word("words", "unit", lang, unit=unit) if unit else "",
        word("words", "choices", lang, choices=word("words", "slash", lang).join(choices)) if choices else "",
        word("words", "example", lang, example=said["example"]) if said.get("example") else "",
    ]
    return word("words", "stop", lang).join(part for part in parts if part)
