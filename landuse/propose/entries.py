"""Write the entry of each file of a table, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from landuse.propose.draft import ASK, Line, joined
from landuse.propose.fits import Fit, Match
from landuse.propose.mapping import Mapped
from landuse.propose.measuring import Columns, Key, UnitChoice
from landuse.propose.pieces import Piece
from landuse.propose.placing import Place
from landuse.propose.roles import Role, is_result
from landuse.propose.said import because, said
from landuse.propose.synonyms import passed
from landuse.propose.years import YearChoice, against_column
from landuse.read.intake import GEOMETRY_TABLES
from landuse.read.judgement import Evidence
from landuse.read.words import normal
from landuse.tables import table_title

_MOST: Final = 6
"""Systems of coordinates that are named as candidates."""
_SHOWN: Final = 15
"""Unused headers that are named."""


@dataclass(frozen=True)
class Around:
    """What the entry of one file needs to know of the others."""

    places: Mapping[str, Place]
    units: Mapping[Key, Mapping[str, UnitChoice]]
    years: Mapping[str, YearChoice]
    roles: Mapping[str, Role]
    """Place of a piece -> the tables it is read as."""
    shared_with: Mapping[str, Evidence]
    """Place of a piece -> which other files give the same accounts."""


def entry_lines(fits: Sequence[Fit], mapped: Mapped, around: Around) -> tuple[Line, ...]:
    """Return the entries of a table: one a piece, or one a piece and year where a column stands for each year."""
    lines: list[Line] = []
    for fit in fits:
        notes = _notes(fit, mapped, around)
        if _is_yearly(fit):
            lines += _by_year(fit, mapped, around, notes)
        else:
            lines.append(_line(fit, mapped, around, notes))
    return tuple(lines)


def open_line(role: Role, place: Place | None) -> Line:
    """Return the entry of a piece whose table the user has to name."""
    titles = [f"{table_title(table, 'zh')} {table}" for table in role.candidates]
    candidates = [
        because("candidate", Evidence(title, table), value=table)
        for title, table in zip(titles, role.candidates, strict=True)
    ]
    tree = _tree(role.piece, place)
    return Line(_value(tree), joined([*_about(role.piece, place), role.why, *candidates]))


# ------------------------------------------------------------------------------------------- one entry


def _line(fit: Fit, mapped: Mapped, around: Around, notes: Sequence[Evidence]) -> Line:
    tree = _tree(fit.piece, _place(fit, around))
    units, why = _units(Columns(fit, fit.sure), around)
    own: dict[str, Any] = dict(mapped.own.get(fit.piece.where, {}))
    choice = around.years.get(fit.piece.where) if fit.table == "accounts" else None
    if choice is not None and choice.year is not None:
        own["year"] = {"value": choice.year}
    year_why = choice.why if choice is not None else None
    if (doubted := against_column(fit)) and fit.table == "accounts":
        own |= dict.fromkeys(("year", *doubted), ASK)
        headers = "、".join(f"“{header}”" for told in doubted.values() for header in told)
        year_why = said("year_against", header=fit.sure["year"].header, headers=headers, name=next(iter(doubted)))
    return Line(_value(tree | _parts(units, own)), joined([*notes, year_why, *why]))


def _by_year(fit: Fit, mapped: Mapped, around: Around, notes: Sequence[Evidence]) -> list[Line]:
    """Return one entry a year of a piece that has a column for each year."""
    lines = []
    for year in years_of(fit):
        here = matches_of(fit, year)
        units, why = _units(Columns(fit, here, year), around)
        own: dict[str, Any] = dict(mapped.own.get(fit.piece.where, {}))
        own |= {"year": {"value": year}, **{name: here[name].header for name in fit.years if name in here}}
        doubts = undated(fit)
        own |= {name: {"value": ""} for name in fit.sure if name not in here} | dict.fromkeys(doubts, ASK)
        asked = [said("year_of_column", header=fit.sure[name].header, name=name, year=year) for name in doubts]
        tree = _tree(fit.piece, _place(fit, around)) | _parts(units, own)
        lines.append(Line(_value(tree), joined([*notes, said("years_wide", year=year), *asked, *why])))
    return lines


def _tree(piece: Piece, place: Place | None) -> dict[str, Any]:
    """Return what an entry states of the file itself."""
    tree: dict[str, Any] = {"path": piece.path}
    if piece.sheet is not None:
        tree["sheet"] = piece.sheet
    if piece.layer is not None:
        tree["layer"] = piece.layer
    if piece.header_rows is not None:
        tree["header_rows"] = piece.header_rows[0] if len(piece.header_rows) == 1 else list(piece.header_rows)
    if piece.encoding is not None and not piece.encoding.is_decided:
        tree["encoding"] = ASK
    if place is not None and not place.is_stated:
        tree["crs"] = place.crs or ASK
    if place is not None and place.is_turned:
        tree["axes"] = ASK
    return tree


def columns_of(fit: Fit) -> list[Columns]:
    """Return the matched columns of a piece, entry by entry."""
    if not _is_yearly(fit):
        return [Columns(fit, fit.sure)]
    return [Columns(fit, matches_of(fit, year), year) for year in years_of(fit)]


def years_of(fit: Fit) -> list[int]:
    """Return the years for which a piece has columns."""
    return sorted({year for found in fit.years.values() for year in found})


def matches_of(fit: Fit, year: int) -> dict[str, Match]:
    """Return the matched columns of one year: those that state another year are not among them."""
    sure = {name: match for name, match in fit.sure.items() if match.reading.year in (None, year)}
    return {**sure, **{name: found[year] for name, found in fit.years.items() if year in found}}


def undated(fit: Fit) -> list[str]:
    """Return the measured columns that state no year beside others that have a column for each year."""
    if not _is_yearly(fit):
        return []
    return [name for name, match in fit.sure.items() if match.column.unit and match.reading.year is None]


def _is_yearly(fit: Fit) -> bool:
    return bool(fit.years) and "year" not in fit.sure


def _units(entry: Columns, around: Around) -> tuple[dict[str, str], list[Evidence]]:
    """Return the units that must be written for an entry, and why."""
    found = around.units.get(entry.key, {})
    units = {name: found[name].unit for name in entry.matches if name in found and found[name].unit}
    return units, [why for name in entry.matches if name in found for why in found[name].why]


def _parts(units: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {"units": dict(units)} if units else {}
    return parts | ({"columns": dict(own)} if own else {})


def _value(tree: dict[str, Any]) -> Any:
    return tree["path"] if len(tree) == 1 else tree


def _place(fit: Fit, around: Around) -> Place | None:
    return around.places.get(fit.piece.where) if fit.table in GEOMETRY_TABLES else None


# ------------------------------------------------------------------------------------------- its notes


def _notes(fit: Fit, mapped: Mapped, around: Around) -> list[Evidence]:
    piece = fit.piece
    role = around.roles[piece.where]
    nowhere = set(range(len(piece.source.headers))).intersection(*(set(other.unused()) for other in role.fits))
    unused = [piece.source.headers[place] for place in sorted(nowhere)]
    left = [header for header in dict.fromkeys(unused) if normal(header) not in passed()]
    notes = [*_about(piece, _place(fit, around)), role.why, *mapped.notes.get(piece.where, ())]
    notes += [said("own_result")] if is_result(piece) else []
    if fit.table == "accounts" and piece.where in around.shared_with:
        notes.append(around.shared_with[piece.where])
    if left:
        notes.append(said("unused", headers="、".join(left[:_SHOWN]) + (" …" if len(left) > _SHOWN else "")))
    return notes


def _about(piece: Piece, place: Place | None) -> list[Evidence]:
    """Return what a user should know of a file: its rows, header, encoding and CRS."""
    facts = [said("rows", rows=piece.rows)]
    facts += [said(f"shape_{piece.shape}")] if piece.shape else []
    if piece.header_rows is not None:
        facts.append(said("header_rows", rows="、".join(map(str, piece.header_rows))))
    if piece.encoding is not None and piece.encoding.value is not None:
        facts.append(because("encoding", piece.encoding.evidence, codec=piece.encoding.value))
    if place is not None and place.crs:
        facts.append(
            because("crs", place.judged.evidence, crs=place.crs if len(place.crs) < 40 else place.crs[:36] + "…")
        )
    if piece.is_cut:
        facts.append(said("is_cut"))
    zh, en = ",".join(fact.zh for fact in facts), ", ".join(fact.en for fact in facts)
    about = [Evidence(f"{piece.where}:{zh}", f"{piece.where}: {en}")]
    if piece.encoding is not None and not piece.encoding.is_decided:
        about.append(because("encoding_open", piece.encoding.evidence))
        about += [because("candidate", each.evidence, value=each.value) for each in piece.encoding.candidates]
    if place is not None and place.crs is None:
        about.append(because("crs_open", place.judged.evidence))
        told = [because("candidate", each.evidence, value=each.value) for each in place.judged.candidates]
        is_long = len(told) > _MOST and place.summary is not None
        about += [place.summary] if is_long and place.summary is not None else told[:_MOST]
        about += [place.advice] if place.advice is not None else []
    return [*about, *piece.notes]
