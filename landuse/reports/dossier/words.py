"""Give the words of the plot pages, and values as a bureau writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load, term
from landuse.reports.explain.words import DECIMALS
from landuse.reports.sources import plain
from landuse.tables import column, unit_title

BOOK: Final = "vocabulary/dossiers.toml"
NOTHING: Final = "—"
"""Unknown (TERMS.md); never 0."""
CODED: Final = {"area_source": "area_source", "idle_cause": "idle_cause", "consequence": "consequence",
                "efficiency_class": "efficiency_class", "production_state": "production_state",
                "registry_state": "registry_state", "start_state": "start_state", "scale": "scale"}  # fmt: skip
"""Column -> enumeration of its values."""

Row = Mapping[str, Any]


def word(part: str, name: str, lang: str, /, **fill: Any) -> str:
    """Return a word of the plot pages with its placeholders filled."""
    return str(load(BOOK)[part][name][lang]).format(**fill)


def words(part: str, lang: str) -> dict[str, str]:
    """Return all words of one part."""
    return {name: str(entry[lang]) for name, entry in load(BOOK)[part].items()}


def known(row: Row, name: str) -> bool:
    """Return whether a row says something in a column."""
    value = row.get(name)
    return isinstance(value, tuple | list) or not (value is None or pd.isna(value) or str(value).strip() == "")


def shown(table: str, name: str, value: Any, lang: str) -> str:
    """Return a value as the ledger formats it, with its unit; unknown as a dash."""
    described = column(table, name)
    if value is None or (not isinstance(value, list | tuple) and pd.isna(value)):
        return NOTHING
    if name in CODED:
        return term(CODED[name], str(value), lang)
    if described is None or described.kind not in {"number", "integer"}:
        return plain(value) or NOTHING
    if described.unit == "share":
        return f"{float(value):.1%}"
    number = plain(float(value), DECIMALS.get(described.fmt, 2))
    unit = unit_title(described.unit, lang) if described.unit else ""
    return f"{number} {unit}".strip() if not unit[:1].isdigit() else f"{number} × {unit}"


def title(table: str, name: str, lang: str) -> str:
    """Return what a bureau calls a column."""
    described = column(table, name)
    return described.title(lang) if described else name
