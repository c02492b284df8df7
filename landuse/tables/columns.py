"""Type the columns of every table: kind, unit, number format and title; check a stage table against its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import pandas as pd

from landuse.catalogue import load
from landuse.errors import DefectError

PROVENANCE: Final = ("source_file", "source_sheet", "source_row")
QUANTITIES: Final = ("tax_wan", "output_wan", "energy_tce", "area_m2")
"""What the balance follows."""
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "parcels": ("parcel_id",),
    "enterprises": ("uscc",),
    "accounts": ("uscc", "year"),
    "occupancy": ("parcel_id", "uscc"),
    "official": ("uscc",),
}
"""Key columns of the stage tables."""


@dataclass(frozen=True)
class Column:
    """One column of a table: what it holds and what a bureau calls it."""

    name: str
    kind: str
    """key | text | number | integer | date | flag | list."""
    zh: str
    en: str
    unit: str = ""
    """Canonical unit (key of ``[units]`` in the vocabulary); blank = without."""
    fmt: str = "T"
    """Number format letter of the ledger: A B C N P D T F Y."""
    required: bool = False
    optional: bool = False
    """Published only where the run has it."""
    choices: tuple[str, ...] = ()

    def title(self, lang: str = "zh") -> str:
        """Return the title a bureau reads, without the unit."""
        return self.zh if lang == "zh" else self.en


@cache
def columns(stage: str, table: str) -> Mapping[str, Column]:
    """Return the columns of a table by name.

    Parameters
    ----------
    stage
        ``input`` (as a bureau supplies it) or ``output`` (what the toolkit adds).
    table
        ``parcels``, ``enterprises``, ``accounts`` … of the contract.
    """
    entries = load("vocabulary/columns.toml")[stage].get(table, {})
    return {
        name: Column(name=name, **{**entry, "choices": tuple(entry.get("choices", ()))})
        for name, entry in entries.items()
    }


def column(table: str, name: str) -> Column | None:
    """Return the column of an output table, looked up among its own, then the input columns, then provenance."""
    for known in (columns("output", table), columns("input", table), columns("input", "provenance")):
        if name in known:
            return known[name]
    return None


def unit_title(unit: str, lang: str = "zh") -> str:
    """Return how a unit is printed, e.g. 万元/亩; blank for no unit."""
    return str(load("vocabulary/columns.toml")["units"][unit][lang]) if unit else ""


def table_title(table: str, lang: str = "zh") -> str:
    """Return what a bureau calls a table."""
    entry = load("vocabulary/columns.toml")["tables"].get(table)
    return str(entry[lang]) if entry else table


def check(frame: pd.DataFrame, table: str, required: Iterable[str] = ()) -> pd.DataFrame:
    """Return the table unchanged when its key is unique, known text and its columns are there.

    Raises
    ------
    DefectError
        A room handed on a table that breaks the schema: a defect of the program, never of the input.
    """
    missing = [name for name in (*KEYS.get(table, ()), *required) if name not in frame.columns]
    if missing:
        raise DefectError(f"{table}: columns {missing} are missing")
    key = list(KEYS.get(table, ()))
    if key and frame.duplicated(key).any():
        raise DefectError(f"{table}: key {key} is not unique")
    if key and frame[key].isna().any(axis=None):
        raise DefectError(f"{table}: key {key} has blanks")
    return frame
