"""Match the headers of a file with the canonical columns of its table, and find the unit of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any, Final

from landuse.catalogue import load
from landuse.errors import Fault, InputError
from landuse.read.numbers import PERCENT
from landuse.read.source import Source
from landuse.read.units import has_choice, is_stated_above, spellings, split_unit, unit_factor, unit_within, units_above
from landuse.read.values import Measure
from landuse.read.words import normal
from landuse.settings import ColumnSource, FixedValue, InputEntry
from landuse.tables import Column, columns, unit_title

_OPEN_BRACKET: Final = re.compile(r"\([^()]*$")


@dataclass(frozen=True)
class Pick:
    """Where a canonical column comes from in one file."""

    column: Column
    measure: Measure
    header: str = ""
    """Header as it stands in the file; blank for a fixed value."""
    position: int | None = None
    fixed: Any = None


@dataclass(frozen=True)
class Wish:
    """What the project file says of one canonical column."""

    source: ColumnSource
    unit: str = ""
    """Unit that the name in the project file implies: registered_area_mu."""
    own: bool = False
    """Said of this very file, not of the table."""

    def headers(self) -> tuple[str, ...]:
        """Return the headers to look for; none for a fixed value."""
        if isinstance(self.source, FixedValue):
            return ()
        return (self.source,) if isinstance(self.source, str) else self.source


@cache
def aliases(table: str) -> Mapping[str, tuple[str, str]]:
    """Return other names of the columns of a table: name -> (canonical column, unit), e.g. registered_area_mu."""
    known = columns("input", table)
    found: dict[str, tuple[str, str]] = {}
    for name, column in known.items():
        words = [word for word in spellings(column.unit) if word.isascii()] if column.unit else []
        for own in words:
            if name.endswith(f"_{own}"):
                stem = name.removesuffix(own)
                found |= {stem + word: (name, word) for word in words if stem + word not in known}
    return found


def wishes(table: str, mapping: Mapping[str, ColumnSource], *, where: str, own: bool) -> dict[str, Wish]:
    """Return what a mapping of the project file says, by canonical column.

    Raises
    ------
    InputError
        A name is no column of the table; the nearest one is named.
    """
    known = columns("input", table)
    found: dict[str, Wish] = {}
    faults = []
    for name, source in mapping.items():
        if name in known:
            found[name] = Wish(source, own=own)
        elif name in aliases(table):
            canonical, unit = aliases(table)[name]
            found[canonical] = Wish(source, unit, own)
        else:
            faults.append(unknown_column(table, name, where))
    if faults:
        raise InputError(faults)
    return found


def unknown_column(table: str, name: str, where: str) -> Fault:
    """Return the fault of a name that is no column of the table."""
    near = get_close_matches(name, [*columns("input", table), *aliases(table)], n=1, cutoff=0.0)
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else ""
    return Fault(f"{where}.{name}", f"{table} 没有该字段 / no such column", hint, "改正或删除 / correct or delete it")


def pick_columns(
    source: Source, table: str, entry: InputEntry, wished: Mapping[str, Wish]
) -> tuple[dict[str, Pick], list[Fault]]:
    """Return where each canonical column comes from in one file, and what is wrong with it.

    A wished header that the file lacks is left out here: whether that is a fault depends on the other files.
    """
    picks: dict[str, Pick] = {}
    faults: list[Fault] = []
    for name, column in columns("input", table).items():
        wish = wished.get(name)
        if wish is not None and isinstance(wish.source, FixedValue):
            measure = _measure(column, entry.units.get(name) or wish.unit, "", source, faults)
            picks[name] = Pick(column, measure, fixed=wish.source.value)
            continue
        places, unit = _places(source, table, column, wish)
        if len(places) > 1:
            faults.append(_twice(source, column, places))
        elif places:
            header = source.headers[places[0]]
            listed = listed_unit(source, places[0], column)
            said = entry.units.get(name) or unit or _agreed(source, column, header, listed, faults)
            if not entry.units.get(name) and (wish is None or not wish.unit):
                faults += _contradicted_above(column, header, table, source)
            picks[name] = Pick(column, _measure(column, said, header, source, faults), header, places[0])
        elif wish is not None and wish.own:
            faults.append(missing_header(name, wish, [source], source.where))
    faults += _unknown_units(table, entry, source.where)
    return picks, faults


def missing_header(name: str, wish: Wish, sources: Sequence[Source], where: str) -> Fault:
    """Return the fault of a mapped header that no file carries, with the headers found and the nearest."""
    found = [header for source in sources for header in source.headers if header]
    near = [hit for header in wish.headers() for hit in get_close_matches(header, found, n=1, cutoff=0.4)]
    hint = f"最接近的是 {near[0]} / the nearest is {near[0]}; " if near else ""
    asked = " / ".join(wish.headers())
    return Fault(
        f"{where}: {name}",
        f"没有表头“{asked}” / no such header",
        f"{hint}现有 / found: {' | '.join(dict.fromkeys(found))}",
        "改正字段对应 / correct the mapping",
    )


# ------------------------------------------------------------------------------------------------ places


def _places(source: Source, table: str, column: Column, wish: Wish | None) -> tuple[list[int], str]:
    """Return the positions that match best, and the unit that the name of the match implies."""
    if wish is not None:
        found = (_wished(source, wanted, column) for wanted in wish.headers())
        return next((places for places in found if places), []), wish.unit
    for texts in (source.headers, [each.name if each else "" for each in source.listed]):
        plain = [normal(text) for text in texts]
        if places := _equal(plain, {normal(column.name)}):
            return places, ""
        for alias, (name, unit) in aliases(table).items():
            if name == column.name and (places := _equal(plain, {alias})):
                return places, unit
    hits = _titled(source, column) or _cut(source, table, column)
    return [place for place in hits if not _is_other(source, place, table)], ""


def _is_other(source: Source, place: int, table: str) -> bool:
    """Say whether the list of fields calls a header by the name of a column; if it were the wanted one it was found."""
    listed = source.listed[place] if source.listed else None
    return listed is not None and (listed.name in columns("input", table) or listed.name in columns("output", table))


def _titled(source: Source, column: Column) -> list[int]:
    """Return the headers that are the Chinese or English title, as a whole or without their unit."""
    titles = {normal(column.zh), normal(column.en)}
    for texts in (source.headers, source.tails, [each.title if each else "" for each in source.listed]):
        if places := _equal([normal(text) for text in texts], titles):
            return places
        if places := _equal([split_unit(text, column.unit)[0] for text in texts], titles):
            return places
    return []


def _wished(source: Source, wanted: str, column: Column) -> list[int]:
    """Return the positions of a header of the project file: exact, in normal form, its lowest row, without unit."""
    exact = [number for number, header in enumerate(source.headers) if header == wanted]
    return (
        exact
        or _equal([normal(header) for header in source.headers], {normal(wanted)})
        or _equal([normal(tail) for tail in source.tails], {normal(wanted)})
        or _equal(
            [split_unit(header, column.unit)[0] for header in source.headers], {split_unit(wanted, column.unit)[0]}
        )
    )


def _equal(texts: Sequence[str], wanted: set[str]) -> list[int]:
    return [number for number, text in enumerate(texts) if text and text in wanted]


def _cut(source: Source, table: str, column: Column) -> list[int]:
    """Return the headers that are the title, or the title and its unit, cut at 10 bytes, unless another is cut so.

    A Shapefile that this program wrote bears the short names of the vocabulary.
    """
    if not source.cut_codec:
        return []
    plain = [normal(header) for header in source.headers]
    short = load("vocabulary/exchange.toml")["short"].get(column.name, "") if table == "parcels" else ""
    if places := _equal(plain, {normal(short)}):
        return places
    others = {_cut_title(other, source.cut_codec) for other in columns("input", table).values() if other != column}
    mine = _cut_title(column, source.cut_codec)
    if mine not in others and (places := _equal(plain, {mine})):
        return places
    return _equal([_OPEN_BRACKET.sub("", text) for text in plain], {normal(column.zh)})


@cache
def _cut_title(column: Column, codec: str) -> str:
    """Return a title as it is when cut at 10 bytes, in normal form; blank where it fits.

    Full-width and half-width brackets are cut alike, but for the last character: the shorter form is compared.
    """
    wide = column.zh.replace("(", "（").replace(")", "）")
    raw = wide.encode(codec, errors="ignore")
    return normal(raw[:10].decode(codec, errors="ignore")) if len(raw) > 10 else ""


def _twice(source: Source, column: Column, places: Sequence[int]) -> Fault:
    found = " | ".join(f"{source.headers[place]} (#{place + 1})" for place in places)
    return Fault(
        f"{source.where}: {column.name}",
        f"有 {len(places)} 列对应同一字段 / several columns for one: {found}",
        "一列 / one",
        f"写明 columns.{column.name},或改表头 / map it, or rename the header",
    )


# ------------------------------------------------------------------------------------------------- units


def _measure(column: Column, said: str, header: str, source: Source, faults: list[Fault]) -> Measure:
    """Return the unit of a column: said by the project file or the name, else by the header, else by a line above it.

    Only a canonical name or a fixed value of the project file stands in the canonical unit of itself. Another header
    without unit is left open, for the evidence; where a line above states another unit than the canonical one, the
    unit is undecided.
    """
    if not column.unit:
        is_percent = column.kind == "number" and split_unit(header, "")[1] == PERCENT
        return Measure(PERCENT, Fraction(1, 100)) if is_percent else Measure()
    if not said and normal(header) in ("", column.name):
        return Measure(unit_title(column.unit))
    found = said or split_unit(header, column.unit)[1] or unit_within(header, column.unit) or _cut_unit(column, header)
    where = f"{source.where}: {column.name}"
    do = f'写明 units.{column.name} / declare units.{column.name} = "…"'
    if not found:
        above = units_above(source.above, column.unit)
        faults += [
            Fault(where, f"表头没有单位,表上方写的是“{text}” / only a line above the header states a unit", word, do)
            for text, word in above[:1]
        ]
        is_open = not above and has_choice(column.unit) and not is_stated_above(source.above, column.unit)
        return Measure(unit_title(column.unit), is_open=is_open)
    factor = unit_factor(column.unit, found)
    if factor is None:
        allowed = " ".join(spellings(column.unit))
        faults.append(Fault(where, f"未知的单位 / unknown unit: {found}", allowed, do))
        return Measure()
    return Measure(found, factor)


def _contradicted_above(column: Column, header: str, table: str, source: Source) -> list[Fault]:
    """Return the fault of a name that implies its unit, tax_wan, below a line that states another one: 单位:元."""
    name = normal(header)
    implied = {column.name: unit_title(column.unit)} | {
        alias: unit for alias, (canonical, unit) in aliases(table).items() if canonical == column.name
    }
    factor = unit_factor(column.unit, implied[name]) if column.unit and name in implied else None
    if factor is None:
        return []
    do = f'写明 units.{column.name} / declare units.{column.name} = "…"'
    return [
        Fault(
            f"{source.where}: {column.name}",
            f"表上方写的是“{text}”,与列名“{header}”的单位不符 / a line above states another unit than the name implies",
            f"{word} | {implied[name]}",
            do,
        )
        for text, word in units_above(source.above, column.unit, factor)[:1]
    ]


def listed_unit(source: Source, place: int, column: Column) -> str:
    """Return the unit that a list of fields states for a header; blank where it states none that is known."""
    listed = source.listed[place] if source.listed and place < len(source.listed) else None
    if listed is None or not column.unit:
        return ""
    if normal(listed.name) == column.name:
        return unit_title(column.unit)
    stated = (listed.unit, split_unit(listed.name, column.unit)[1], split_unit(listed.title, column.unit)[1])
    return next((unit for unit in stated if unit and unit_factor(column.unit, unit) is not None), "")


def _agreed(source: Source, column: Column, header: str, listed: str, faults: list[Fault]) -> str:
    """Return the unit that a list of fields states, which the header must not contradict."""
    own = split_unit(header, column.unit)[1]
    if listed and own and unit_factor(column.unit, own) != unit_factor(column.unit, listed):
        found = f"表头“{header}”的单位与字段说明的“{listed}”不一致 / the header and the list of fields differ in unit"
        do = f'核对后写明 units.{column.name} / check, and declare units.{column.name} = "…"'
        faults.append(Fault(f"{source.where}: {column.name}", found, f"{own} | {listed}", do))
    return listed


def _cut_unit(column: Column, header: str) -> str:
    """Return what is left of a unit that was cut off with the header, 证载面积(平; blank where none was."""
    plain = normal(header)
    match = _OPEN_BRACKET.search(plain)
    return match[0] if match and not normal(column.zh).startswith(plain) else ""


def _unknown_units(table: str, entry: InputEntry, where: str) -> list[Fault]:
    """Return the faults of units declared for what is no measured column of the table."""
    known = columns("input", table)
    named = aliases(table)
    faults = [
        unknown_column(table, name, f"{where} units") for name in entry.units if name not in known and name not in named
    ]
    faults += [
        Fault(
            f"{where} units.{name}",
            "字段名已写明单位 / the name already states the unit",
            named[name][1],
            f"删除,或改为 units.{named[name][0]} / delete it, or write units.{named[name][0]}",
        )
        for name in entry.units
        if name in named
    ]
    faults += [
        Fault(f"{where} units.{name}", "该字段没有单位 / the column has no unit", "", "删除 / delete it")
        for name in entry.units
        if name in known and not known[name].unit
    ]
    return faults
