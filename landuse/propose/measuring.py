"""Find the unit of each measured column: header, line above it, comparison with what is known, else ask."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from landuse.catalogue import load
from landuse.propose.draft import ASK
from landuse.propose.fits import Fit, Match
from landuse.propose.pieces import Piece, numbers_of
from landuse.propose.placing import Place
from landuse.propose.said import because, said, word
from landuse.propose.synonyms import unit_word
from landuse.read.headers import Pick, listed_unit
from landuse.read.intake import GEOMETRY_TABLES
from landuse.read.judgement import Evidence, Judgement
from landuse.read.part import ReadPart, read_part
from landuse.read.unit_evidence import effect
from landuse.read.unit_references import References
from landuse.read.unit_settling import judge_column
from landuse.read.units import spellings, split_unit, unit_factor, units_above
from landuse.read.values import Measure
from landuse.read.words import normal
from landuse.tables import Column, columns, unit_title
from landuse.units import UNITS

Floats = npt.NDArray[np.float64]
Key = tuple[str, str, int | None]
"""Table, place of the piece, year of the entry where a column stands for each year."""

COUNTED: Final = ("floor", "person", "day", "point", "enterprise", "year", "share")
"""Units of counts: there is no other unit that could be meant."""
_FIT: Final = 0.9
"""Part of the values that must lie in the plausible range (inclusive)."""
_FAR: Final = dt.date(2200, 1, 1)
"""No date is judged here: none lies after this day."""


@dataclass(frozen=True)
class UnitChoice:
    """The unit of one column."""

    unit: str
    """As the project file writes it; "?" where the user has to say; blank where nothing need be written."""
    why: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Columns:
    """The matched columns of one entry."""

    fit: Fit
    matches: Mapping[str, Match]
    year: int | None = None

    @property
    def key(self) -> Key:
        """Return what tells the entry apart."""
        return self.fit.table, self.fit.piece.where, self.year


def units_of(entries: Sequence[Columns], places: Mapping[str, Place]) -> dict[Key, dict[str, UnitChoice]]:
    """Return the unit of every measured column of every entry.

    What headers and lines above them state comes first; only that, and polygons, are evidence for the rest.

    Parameters
    ----------
    places
        Place of a piece (`Piece.where`) -> its CRS.
    """
    found: dict[Key, dict[str, UnitChoice]] = {}
    parts: dict[Key, ReadPart] = {}
    read: dict[str, list[ReadPart]] = {}
    for entry in entries:
        stated = {name: _stated(match, entry.fit.piece) for name, match in entry.matches.items() if match.column.unit}
        found[entry.key] = {name: choice for name, choice in stated.items() if choice is not None}
        parts[entry.key] = _part(entry, stated, places.get(entry.fit.piece.where))
        read.setdefault(entry.fit.table, []).append(parts[entry.key])
    known = References(read)
    for entry in entries:
        part = parts[entry.key]
        for name in part.open:
            judged = judge_column(part, columns("input", entry.fit.table)[name], known)
            found[entry.key][name] = _judged(entry.matches[name], entry.fit, judged)
    return found


def _part(entry: Columns, stated: Mapping[str, UnitChoice | None], place: Place | None) -> ReadPart:
    """Return the rows of an entry as a run would read them, columns without a unit left open."""
    fit = entry.fit
    picks = {
        name: Pick(match.column, _measure(match, stated.get(name)), match.header, match.position)
        for name, match in entry.matches.items()
    }
    geometry = bool(fit.piece.shape) and fit.table in GEOMETRY_TABLES
    part = read_part(fit.piece.source, fit.table, picks, geometry=geometry, as_of=_FAR)
    crs = place.crs if place is not None and geometry else None
    return dataclasses.replace(part, raw=dataclasses.replace(part.raw, crs=crs))


def _measure(match: Match, stated: UnitChoice | None) -> Measure:
    """Return how the cells of a column are measured as far as that is stated."""
    unit = match.column.unit
    if not unit:
        return Measure()
    if stated is None or stated.unit == ASK:
        return Measure(unit_title(unit), is_open=stated is None)
    found = stated.unit or match.reading.unit or unit_title(unit)
    return Measure(found, unit_factor(unit, found) or Fraction(1))


# ------------------------------------------------------------------------------------------------ stated


def _stated(match: Match, piece: Piece) -> UnitChoice | None:
    """Return the unit that the header or a line above it states; None where neither does."""
    column = match.column
    if column.unit in COUNTED:
        return UnitChoice("")
    if normal(match.header) == column.name or (match.strength == "own" and _alias_unit(match)):
        return _of_name(match, piece)
    if match.reading.unit:
        return _of_header(match)
    if unit := listed_unit(piece.source, match.position, column):
        return UnitChoice(unit, (said("unit_listed", header=match.header, unit=unit),))
    return _of_lines(match, piece)


def _of_header(match: Match) -> UnitChoice:
    unit, found = match.column.unit, match.reading.unit
    factor = unit_factor(unit, found)
    if factor is not None and unit_factor(unit, split_unit(match.header, unit)[1]) == factor:
        return UnitChoice("")
    if name := unit_word(unit, found):
        return UnitChoice(name, (said("unit_word", header=match.header, found=found, unit=name),))
    allowed = " / ".join(_names(unit))
    return UnitChoice(ASK, (said("unit_unknown", header=match.header, found=found, units=allowed),))


def _of_name(match: Match, piece: Piece) -> UnitChoice:
    """Return the unit that a name states, tax_wan, or the question where a line above it states another one."""
    column = match.column
    implied = unit_title(column.unit) if normal(match.header) == column.name else _alias_unit(match)
    factor = unit_factor(column.unit, implied) or Fraction(1)
    above = units_above(piece.source.above, column.unit, factor)
    if not above:
        return UnitChoice("")
    units = "、".join(sorted({implied, *(name for _, name in above)}))
    return UnitChoice(ASK, (said("units_differ", header=match.header, units=units),))


def _alias_unit(match: Match) -> str:
    """Return the unit that a name states behind its last line, registered_area_mu; blank where it states none."""
    tail = normal(match.header).rpartition("_")[2]
    return tail if tail != normal(match.header) and tail.isascii() and tail in spellings(match.column.unit) else ""


def _of_lines(match: Match, piece: Piece) -> UnitChoice | None:
    """Return the unit that a line above the header states, or the only one there is; None where neither tells."""
    column = match.column
    above = units_above(piece.source.above, column.unit) or _canonical_above(piece.source.above, column)
    stated = sorted({name for _, name in above})
    if len(stated) == 1:
        return UnitChoice(stated[0], (said("unit_above", header=match.header, line=above[0][0], unit=stated[0]),))
    if stated:
        return UnitChoice(ASK, (said("units_above", header=match.header, units="、".join(stated)),))
    if len(set(UNITS.get(column.unit, {}).values())) == 1:
        unit = unit_title(column.unit)
        return UnitChoice(unit, (said("unit_only", header=match.header, unit=unit),))
    return None


def _canonical_above(above: Iterable[str], column: Column) -> list[tuple[str, str]]:
    """Return the lines above the header that state the canonical unit itself."""
    words = [name for name, factor in spellings(column.unit).items() if factor == 1]
    found = []
    for line in above:
        plain = normal(line)
        stated = plain.partition("单位")[2].lstrip(":")
        hits = [name for name in words if stated.startswith(name)]
        found += [(line.strip(), hits[0])] if hits else []
    return found


# ------------------------------------------------------------------------------------------------ judged


def _judged(match: Match, fit: Fit, judged: Judgement) -> UnitChoice:
    """Return the unit that the evidence gave, with what another one would mean; else one by size, else the question."""
    column = match.column
    if judged.value is not None:
        facts = effect(fit.table, column, judged.value)
        why = because("unit_judged", judged.evidence, header=match.header, unit=judged.value)
        return UnitChoice(judged.value, (why, Evidence(facts["effect_zh"], facts["effect_en"])))
    values = numbers_of(fit.piece.content.cells[match.position])
    if not judged.candidates and (unit := _plausible(column, values)):
        entry = load("propose/plausible.toml")[column.name]
        both = [said("unit_plausible", header=match.header, unit=unit, range=entry[lang]) for lang in ("zh", "en")]
        return UnitChoice(unit, (Evidence(both[0].zh, both[1].en),))
    spread = [
        said("unit_open", header=match.header, why=evidence, units=_spread(column, values, lang))
        for lang, evidence in (("zh", judged.evidence.zh), ("en", judged.evidence.en))
    ]
    told = [because("candidate", each.evidence, value=each.value) for each in judged.candidates]
    return UnitChoice(ASK, (Evidence(spread[0].zh, spread[1].en), *told))


def _plausible(column: Column, values: Floats) -> str:
    """Return the one unit that puts the values into the plausible range; blank where none or several do."""
    entry = load("propose/plausible.toml").get(column.name)
    told = values[np.isfinite(values) & (values > 0)]
    if entry is None or not len(told):
        return ""
    fitting: dict[Fraction, str] = {}
    for name, factor in UNITS[column.unit].items():
        inside = (told * float(factor) >= entry["low"]) & (told * float(factor) <= entry["high"])
        if inside.mean() >= _FIT:
            fitting.setdefault(factor, name)
    return next(iter(fitting.values())) if len(fitting) == 1 else ""


def _names(unit: str) -> list[str]:
    """Return one Chinese name of each unit of a quantity."""
    names: dict[Fraction, str] = {}
    for name, factor in UNITS.get(unit, {}).items():
        if not name.isascii():
            names.setdefault(factor, name)
    return list(names.values())


def _spread(column: Column, values: Floats, lang: str) -> str:
    """Return the units that are possible, each with what the middle value would be."""
    told = values[np.isfinite(values)]
    if not len(told):
        return " / ".join(_names(column.unit))
    middle, title = float(np.median(told)), unit_title(column.unit, lang)
    factors = {name: float(UNITS[column.unit][name]) for name in _names(column.unit)}
    parts = [word("unit_if", lang, unit=n, value=_plain(middle * f), title=title) for n, f in factors.items()]
    return word("stop", lang).join(parts)


def _plain(value: float) -> str:
    """Return a number without exponent, in four significant digits at least."""
    return f"{value:.0f}" if abs(value) >= 1000 else np.format_float_positional(value, 4, fractional=False, trim="-")
