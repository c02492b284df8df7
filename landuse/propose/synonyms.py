"""Say which column of a table a header may mean, by what bureaus write: titles, synonyms, units and years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from landuse.catalogue import load
from landuse.read.headers import aliases
from landuse.read.units import split_unit, unit_factor
from landuse.read.words import normal
from landuse.tables import Column, columns

YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?:年度|年)?")
"""A year of four digits that is no part of a longer number."""
_SIGNS: Final = re.compile(r"[_\-—·.、:,;\s()]+$|^[_\-—·.、:,;\s]+")
_EMPTY_BRACKETS: Final = re.compile(r"\(\)|\[\]|【】|〔〕")
_LAST_BRACKET: Final = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]+)[)\]】〕]$")


@dataclass(frozen=True)
class Reading:
    """What a header says once unit and year are taken away."""

    bare: str
    unit: str = ""
    """As it stands in the header; blank = none."""
    year: int | None = None


@cache
def _file() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    return load("propose/synonyms.toml")


@cache
def synonyms(table: str, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sure and the doubtful synonyms of a column, in normal form; a table's own words beat those of all."""
    found = []
    for strength in ("sure", "ask"):
        own = _file().get(table, {}).get(strength, {}).get(name, ())
        other = _file()["any"][strength].get(name, ())
        found.append([normal(word) for word in (*own, *other)])
    own_doubts = {normal(word) for word in _file().get(table, {}).get("ask", {}).get(name, ())}
    sure = tuple(dict.fromkeys(word for word in found[0] if word not in own_doubts))
    return sure, tuple(dict.fromkeys(word for word in found[1] if word not in sure))


@cache
def passed() -> frozenset[str]:
    """Return the headers that no table needs."""
    return frozenset(normal(word) for word in load("propose/synonyms.toml")["words"]["passed"])


def reading_of(header: str, unit: str) -> Reading:
    """Return a header in normal form without its unit and its year.

    Parameters
    ----------
    header
        As it stands in the file.
    unit
        Canonical unit of the column in question; blank = without.
    """
    plain = normal(header)
    years = YEAR.findall(plain)
    year = int(years[0]) if len(set(years)) == 1 else None
    plain = _EMPTY_BRACKETS.sub("", YEAR.sub("", plain)) if year else plain
    bare, found = split_unit(plain, unit) if plain else (plain, "")
    if unit and not found and (match := _LAST_BRACKET.search(bare)) and unit_word(unit, match[1]):
        bare, found = bare[: match.start()], match[1]
    for word in load("propose/synonyms.toml")["words"]["stripped"]:
        bare = bare.removeprefix(normal(word))
    return Reading(_SIGNS.sub("", _EMPTY_BRACKETS.sub("", bare)), found, year)


def unit_word(unit: str, found: str) -> str:
    """Return the name under which a reader knows a unit found in a header; blank where it knows none."""
    if unit_factor(unit, found) is not None:
        return found
    known = {normal(word): name for word, name in load("propose/synonyms.toml")["units"].items()}
    name = str(known.get(normal(found), ""))
    return name if name and unit_factor(unit, name) is not None else ""


def strength_of(reading: Reading, table: str, column: Column, cut_codec: str = "") -> str:
    """Return how a header stands to a column: title, sure, ask, cut; blank = it does not mean it.

    cut = the beginning of a word of this column and of one of another column too.

    Parameters
    ----------
    cut_codec
        Encoding in which the format cuts field names at 10 bytes; blank = names are whole.
    """
    if not reading.bare:
        return ""
    if reading.bare in _titles(table, column):
        return "title"
    sure, ask = synonyms(table, column.name)
    if reading.bare in sure:
        return "sure"
    if reading.bare in ask:
        return "ask"
    owners = _cut_words(table, cut_codec).get(reading.bare, frozenset()) if cut_codec else frozenset()
    if column.name in owners:
        return "sure" if len(owners) == 1 else "cut"
    return ""


@cache
def _cut_words(table: str, codec: str) -> Mapping[str, frozenset[str]]:
    """Return the beginnings of the words of a table, as a format cuts them -> the columns they may mean."""
    found: dict[str, set[str]] = {}
    for name, column in columns("input", table).items():
        for word in (*synonyms(table, name)[0], *_titles(table, column)):
            if short := _cut(word, codec):
                found.setdefault(short, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def _titles(table: str, column: Column) -> frozenset[str]:
    named = {name for name, (canonical, _) in aliases(table).items() if canonical == column.name}
    stem = column.name.removesuffix(f"_{column.unit}")
    return frozenset({normal(column.zh), normal(column.en), column.name, *named, *((stem,) if column.unit else ())})


def _cut(word: str, codec: str) -> str:
    """Return a word as it is when cut at 10 bytes; blank where it fits."""
    raw = word.encode(codec, errors="ignore")
    return raw[:10].decode(codec, errors="ignore") if len(raw) > 10 else ""


@cache
def is_known(header: str) -> bool:
    """Say whether a header means a column of any table, surely."""
    for table in tables_known():
        for column in columns("input", table).values():
            if strength_of(reading_of(header, column.unit), table, column) in ("title", "sure"):
                return True
    return False


@cache
def tables_known() -> tuple[str, ...]:
    """Return the tables that a file can be told to be."""
    return tuple(load("propose/roles.toml"))


def years_in(text: str) -> frozenset[int]:
    """Return the years that a name or a title states."""
    return frozenset(int(year) for year in YEAR.findall(normal(text)))
