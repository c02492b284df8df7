"""Name the columns of the forms of the procedure: written with one title, read back by it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from landuse.catalogue import load
from landuse.tables.columns import columns

BOOK: Final = "vocabulary/forms.toml"
TITLED: Final = ("decisions", "objections")
"""Tables whose column titles a form takes, so that it is read back under the same names."""


def form_entry(name: str) -> Mapping[str, Any]:
    """Return format, width and drop-down of a column of a form."""
    entry: Mapping[str, Any] = load(BOOK)["form_columns"][name]
    return entry


def form_names(kind: str) -> tuple[str, ...]:
    """Return the columns of a form; those beside the paper, which the program reads, at the end."""
    entry = load(BOOK)["forms"][kind]
    return (*entry["columns"], *entry.get("aside", ()))


@cache
def form_title(name: str, lang: str) -> str:
    """Return the title of a column of a form."""
    entry = form_entry(name)
    if lang in entry:
        return str(entry[lang])
    return next(known[name].title(lang) for known in (columns("input", table) for table in TITLED) if name in known)
