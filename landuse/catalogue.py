"""Read the data files that ship inside the package: vocabulary, statutes, rule packs, reference tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

NUMBERED: Final = "|"
"""Parts one and many in a placeholder: ``{count:row|rows}``."""


@cache
def load(path: str) -> Mapping[str, Any]:
    """Return the content of one TOML file of the package.

    Parameters
    ----------
    path
        Path below the package, with forward slashes, e.g. ``vocabulary/columns.toml``.
    """
    return tomllib.loads(files("landuse").joinpath(path).read_text(encoding="utf-8"))


@cache
def load_folder(path: str) -> Mapping[str, Any]:
    """Return the TOML files of a folder of the package as one mapping, file by file in name order."""
    merged: dict[str, Any] = {}
    folder = files("landuse").joinpath(path)
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")):
        content = load(f"{path}/{name}")
        clash = merged.keys() & content.keys()
        if clash:
            raise ValueError(f"{path}/{name} repeats {sorted(clash)}")
        merged.update(content)
    return merged


@cache
def read_text(path: str) -> str:
    """Return one text file of the package (UTF-8)."""
    return files("landuse").joinpath(path).read_text(encoding="utf-8")


def term(kind: str, code: str, lang: str) -> str:
    """Return what a bureau reads for an enumerated value, e.g. ``term("status", "RANKED", "zh")``.

    An unknown code is returned as it stands.
    """
    entry = load_folder("vocabulary/enumerations").get(kind, {}).get(code)
    return str(entry[lang]) if entry else code


def terms(kind: str, lang: str) -> dict[str, str]:
    """Return all values of one enumeration, code to words, in the order of the catalogue."""
    return {code: str(entry[lang]) for code, entry in load_folder("vocabulary/enumerations")[kind].items()}


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """Return a sentence with its placeholders filled.

    A placeholder with words for one and for many prints its number and the word for it; after an equals sign the word
    alone, for verbs and pronouns.

    Examples
    --------
    >>> fill("{n:row is|rows are} joined, {n:=it has|they have} a name", {"n": 1})
    '1 row is joined, it has a name'
    >>> fill("{n:row is|rows are} joined, {n:=it has|they have} a name", {"n": 2})
    '2 rows are joined, they have a name'
    """
    return _WORDING.vformat(template, (), facts) if NUMBERED in template else template.format(**facts)


def unfilled(template: str) -> str:
    """Return a sentence as a reference page prints it, with the words for many.

    Examples
    --------
    >>> unfilled("{n:row is|rows are} joined, {n:=it has|they have} a name; {value}")
    '{n} rows are joined, they have a name; {value}'
    """
    return _CHOICE.sub(lambda found: found[3] if found[2] else f"{{{found[1]}}} {found[3]}", template)


class _Wording(Formatter):
    """Fill placeholders that have a word for one and a word for many."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value as its placeholder asks."""
        one, bar, many = format_spec.partition(NUMBERED)
        if not bar:
            return str(super().format_field(value, format_spec))
        is_one = str(value) == "1"
        if one.startswith("="):
            return one[1:] if is_one else many
        return f"{value} {one if is_one else many}"


_WORDING: Final = _Wording()
_CHOICE: Final = re.compile(r"\{(\w+):(=?)[^|{}]*\|([^{}]*)\}")
