"""Write the entry of each file of a table, with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.propose.draft import ASK, Line, joined
from landuse.propose.fits import Fit, Match
from landuse.propose.mapping import Mapped
from landuse.propose.measuring import AREAS, YEARLY, UnitChoice, key_values, piece_areas, unit_of
from landuse.propose.pieces import Piece, numbers_of
from landuse.propose.placing import Place
from landuse.propose.roles import Role
from landuse.propose.said import because, said
from landuse.propose.synonyms import passed
from landuse.propose.years import YearChoice
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
    areas: pd.Series
    """Area of each parcel by its geometry, m2, by parcel_id."""
    books: Mapping[str, pd.Series]
    """Column of the accounts -> what each enterprise has by files whose unit is certain, by uscc."""
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
        if fit.years and "year" not in fit.sure:
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
    units, why = _units(fit, fit.sure, around)
    own: dict[str, Any] = dict(mapped.own.get(fit.piece.where, {}))
    choice = around.years.get(fit.piece.where) if fit.table == "accounts" else None
    if choice is not None and choice.year is not None:
        own["year"] = {"value": choice.year}
    year_why = choice.why if choice is not None else None
    return Line(_value(tree | _parts(units, own)), joined([*notes, year_why, *why]))


def _by_year(fit: Fit, mapped: Mapped, around: Around, notes: Sequence[Evidence]) -> list[Line]:
    """Return one entry a year of a piece that has a column for each year."""
    lines = []
    years = sorted({year for found in fit.years.values() for year in found})
    for year in years:
        here = {name: found[year] for name, found in fit.years.items() if year in found}
        units, why = _units(fit, {**fit.sure, **here}, around)
        own: dict[str, Any] = dict(mapped.own.get(fit.piece.where, {}))
        own |= {"year": {"value": year}, **{name: match.header for name, match in here.items()}}
        tree = _tree(fit.piece, _place(fit, around)) | _parts(units, own)
        lines.append(Line(_value(tree), joined([*notes, said("years_wide", year=year), *why])))
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


def _parts(units: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {"units": dict(units)} if units else {}
    return parts | ({"columns": dict(own)} if own else {})


def _value(tree: dict[str, Any]) -> Any:
    return tree["path"] if len(tree) == 1 else tree


def _place(fit: Fit, around: Around) -> Place | None:
    from landuse.read.intake import GEOMETRY_TABLES

    return around.places.get(fit.piece.where) if fit.table in GEOMETRY_TABLES else None


# ------------------------------------------------------------------------------------------- its units


def _units(fit: Fit, matches: Mapping[str, Match], around: Around) -> tuple[dict[str, str], list[Evidence | None]]:
    """Return the units that must be written for a piece, and why."""
    units: dict[str, str] = {}
    why: list[Evidence | None] = []
    for name, match in matches.items():
        if not match.column.unit:
            continue
        choice: UnitChoice = unit_of(match, fit.piece, _known(fit, match, around))
        if choice.unit:
            units[name] = choice.unit
        why.append(choice.why)
    return units, why


def _known(fit: Fit, match: Match, around: Around) -> npt.NDArray[np.float64] | None:
    """Return what a column measures by other evidence, row by row; None where there is none."""
    name, piece = match.column.name, fit.piece
    place = around.places.get(piece.where)
    if fit.table == "parcels" and name in AREAS:
        if piece.shape and place is not None and place.crs:
            return piece_areas(piece, place.crs)
        return _looked_up(fit, "parcel_id", around.areas)
    if fit.table == "buildings" and name == "floor_area_m2" and place is not None and place.crs:
        floors = np.ones(piece.rows)
        if "floors" in fit.sure:
            floors = numbers_of(piece.content.cells[fit.sure["floors"].position])
        return np.asarray(piece_areas(piece, place.crs) * floors, dtype=np.float64)
    if fit.table == "accounts" and match.column.unit in YEARLY and name in around.books:
        return _looked_up(fit, "uscc", around.books[name])
    return None


def _looked_up(fit: Fit, key: str, values: pd.Series) -> npt.NDArray[np.float64] | None:
    if key not in fit.sure or values.empty:
        return None
    return values.reindex(key_values(fit, key)).to_numpy(dtype=np.float64)


# ------------------------------------------------------------------------------------------- its notes


def _notes(fit: Fit, mapped: Mapped, around: Around) -> list[Evidence]:
    piece = fit.piece
    role = around.roles[piece.where]
    nowhere = set(range(len(piece.source.headers))).intersection(*(set(other.unused()) for other in role.fits))
    unused = [piece.source.headers[place] for place in sorted(nowhere)]
    left = [header for header in dict.fromkeys(unused) if normal(header) not in passed()]
    notes = [*_about(piece, _place(fit, around)), role.why, *mapped.notes.get(piece.where, ())]
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
        about += [because("candidate", each.evidence, value=each.value) for each in place.judged.candidates[:_MOST]]
        about += [place.advice] if place.advice is not None else []
    return [*about, *piece.notes]
