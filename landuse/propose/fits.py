"""Match the headers of one piece with the columns of one table: surely, by content, or as candidates to ask about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from landuse.propose.content import CLEAR, fit, misfit, parcel_share, unit_code_share, uscc_share
from landuse.propose.pieces import Piece
from landuse.propose.said import said
from landuse.propose.synonyms import Reading, reading_of, strength_of
from landuse.read.headers import pick_columns
from landuse.read.judgement import Evidence
from landuse.tables import Column, columns

_FIRM: Final = re.compile(r".*(?:公司|厂|集团|合作社|企业|工厂|中心|店|所|部|社|院)(?:\(.*\))?")
_DOUBTFUL_CONTENT: Final = ("holder_uscc",)
"""Columns for which the right kind of cells is no proof: whose code it is stands in the header only."""
AGREED: Final = {"handover_date": "handover_due", "start_date": "start_due", "finish_date": "finish_due"}
"""Column of the actual day -> that of the agreed one."""


@dataclass(frozen=True)
class Match:
    """A header that means, or may mean, a column."""

    column: Column
    position: int
    header: str
    strength: str
    """own (found by a run without being told), sure, content, ask."""
    reading: Reading
    why: Evidence

    @property
    def is_sure(self) -> bool:
        """Return whether nobody has to be asked."""
        return self.strength != "ask"


@dataclass(frozen=True)
class Fit:
    """How a piece fits a table."""

    piece: Piece
    table: str
    sure: Mapping[str, Match] = field(default_factory=dict)
    """Canonical column -> where it comes from."""
    asked: Mapping[str, Sequence[Match]] = field(default_factory=dict)
    """Canonical column -> the headers that may mean it; never a column that is sure."""
    years: Mapping[str, Mapping[int, Match]] = field(default_factory=dict)
    """Canonical column -> year -> header, where a table has a column for each year."""

    @property
    def found(self) -> frozenset[str]:
        """Return the columns that are there, whether surely or not."""
        return frozenset((*self.sure, *self.asked, *self.years))

    def unused(self) -> tuple[int, ...]:
        """Return the positions of headers that mean nothing here."""
        used = {match.position for match in self.sure.values()}
        used |= {match.position for matches in self.asked.values() for match in matches}
        used |= {match.position for years in self.years.values() for match in years.values()}
        return tuple(place for place, header in enumerate(self.piece.source.headers) if header and place not in used)


def fit_table(piece: Piece, table: str) -> Fit:
    """Return how the headers of a piece fit the columns of a table."""
    known = columns("input", table)
    sure = _own(piece, table)
    taken = {match.position for match in sure.values()}
    years: dict[str, Mapping[int, Match]] = {}
    doubtful: dict[str, list[Match]] = {}
    for name, column in known.items():
        if name in sure:
            continue
        matches = [match for match in _by_words(piece, table, column) if match.position not in taken]
        plain = [match for match in matches if match.is_sure]
        by_year = {match.reading.year: match for match in plain if match.reading.year}
        if len(plain) == 1:
            sure[name] = plain[0]
        elif len(plain) > 1 and len(by_year) == len(plain):
            years[name] = {year: by_year[year] for year in sorted(by_year) if year}
        elif matches:
            doubtful[name] = plain or matches
        taken |= {match.position for match in plain}
    _promote(piece, sure, doubtful)
    taken |= {match.position for match in sure.values()}
    asked = {name: [m for m in matches if m.position not in taken] or matches for name, matches in doubtful.items()}
    for name, column in known.items():
        if name not in sure and name not in asked and name not in years:
            matches = _by_content(piece, column, taken)
            if len(matches) == 1 and matches[0].is_sure:
                sure[name] = matches[0]
                taken.add(matches[0].position)
            elif matches:
                asked[name] = matches
    return Fit(piece, table, sure, {name: asked[name] for name in known if name in asked}, years)


def _promote(piece: Piece, sure: dict[str, Match], doubtful: dict[str, list[Match]]) -> None:
    """Take a day that may be the agreed or the actual one for the actual, where another column is the agreed one."""
    for name, agreed in AGREED.items():
        found = doubtful.get(name, [])
        if agreed in sure and len(found) == 1 and misfit(found[0].column, piece.sample(found[0].position)) is None:
            why = said("by_agreed_beside", header=found[0].header)
            sure[name] = replace(found[0], strength="sure", why=why)
            del doubtful[name]


def _own(piece: Piece, table: str) -> dict[str, Match]:
    """Return what a run finds by itself; of two headers for one column it takes none."""
    picks, _ = pick_columns(piece.source, table, piece.entry(), {})
    found = {}
    for name, pick in picks.items():
        if pick.position is not None:
            reading = reading_of(pick.header, pick.column.unit)
            why = said("by_title", header=pick.header)
            found[name] = Match(pick.column, pick.position, pick.header, "own", reading, why)
    return found


def _by_words(piece: Piece, table: str, column: Column) -> list[Match]:
    """Return the headers that mean a column by title or synonym, as their cells allow."""
    found = []
    for place, header in enumerate(piece.source.headers):
        if not header:
            continue
        reading, strength = _best_reading(piece, place, table, column)
        if not strength:
            continue
        cells = piece.sample(place)
        against = misfit(column, cells)
        if strength == "cut":
            if against is None:
                found.append(Match(column, place, header, "ask", reading, said("by_cut_word", header=header)))
        elif strength != "ask" and against is None:
            found.append(Match(column, place, header, "sure", reading, said("by_synonym", header=header)))
        elif strength == "ask" and against is None and _proves(column, cells):
            found.append(Match(column, place, header, "content", reading, _proof(column, header)))
        else:
            why = against or said("by_doubtful_word", header=header)
            found.append(Match(column, place, header, "ask", reading, why))
    return found


def _best_reading(piece: Piece, place: int, table: str, column: Column) -> tuple[Reading, str]:
    """Return what a header says and how it stands to a column: as a whole, else by its lowest row."""
    tails = piece.source.tails
    texts = dict.fromkeys((piece.labels[place], *((tails[place],) if tails and tails[place] else ())))
    reading = Reading("")
    for text in texts:
        reading = reading_of(text, column.unit)
        if strength := strength_of(reading, table, column, piece.source.cut_codec):
            return reading, strength
    return reading, ""


def _by_content(piece: Piece, column: Column, taken: set[int]) -> list[Match]:
    """Return the headers without a meaning whose cells are of a kind that only this column holds."""
    if column.name not in ("uscc", "parcel_id", "real_estate_unit", "name", *_DOUBTFUL_CONTENT):
        return []
    found = []
    for place, header in enumerate(piece.source.headers):
        if place in taken or not header:
            continue
        if _proves(column, piece.sample(place)) or (column.name in _DOUBTFUL_CONTENT and _is_uscc(piece, place)):
            strength = "ask" if column.name in _DOUBTFUL_CONTENT else "content"
            reading = Reading(header)
            found.append(Match(column, place, header, strength, reading, _proof(column, header)))
    return found


def _is_uscc(piece: Piece, place: int) -> bool:
    return uscc_share(piece.sample(place)) >= CLEAR


def _proves(column: Column, cells: Sequence[str]) -> bool:
    """Say whether the cells alone tell the column."""
    match column.name:
        case "uscc":
            return uscc_share(cells) >= CLEAR
        case "parcel_id":
            return parcel_share(cells) >= CLEAR
        case "real_estate_unit":
            return unit_code_share(cells) >= CLEAR
        case "name" if column.required:
            firms = [cell for cell in cells if _FIRM.fullmatch(cell.strip())]
            return bool(cells) and len(firms) / len(cells) >= CLEAR and len(set(cells)) > len(cells) / 2
        case "industry_code" | "year":
            return bool(cells) and fit(column, cells) == 1.0 and column.name == "year"
    return False


def _proof(column: Column, header: str) -> Evidence:
    return said("by_content", header=header, title=column.zh, name=column.name)
