"""Find the unit of each measured column: header, line above it, comparison with what is known, else ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.areas import ellipsoid_area_m2
from landuse.catalogue import load
from landuse.errors import InputError
from landuse.propose.fits import Fit, Match
from landuse.propose.pieces import Piece, numbers_of
from landuse.propose.said import said, word
from landuse.propose.synonyms import unit_word
from landuse.read.crs import parse_crs
from landuse.read.judgement import Evidence
from landuse.read.texts import keys
from landuse.read.unit_evidence import judge_unit
from landuse.read.units import spellings, split_unit, unit_factor, units_above
from landuse.read.words import normal
from landuse.tables import Column, from_wkb, unit_title
from landuse.units import UNITS

Floats = npt.NDArray[np.float64]

COUNTED: Final = ("floor", "person", "day", "point", "enterprise", "year", "share")
"""Units of counts: there is no other unit that could be meant."""
AREAS: Final = ("registered_area_m2",)
"""Columns that measure the parcel itself."""
YEARLY: Final = ("wan_yuan", "tce", "kwh")
"""Units of quantities that are compared between the files of the same enterprises."""
_FIT: Final = 0.9
"""Part of the values that must lie in the plausible range (inclusive)."""


@dataclass(frozen=True)
class UnitChoice:
    """The unit of one column."""

    unit: str
    """As the project file writes it; "?" where the user has to say; blank where nothing need be written."""
    why: Evidence | None = None


def unit_of(match: Match, piece: Piece, known: Floats | None) -> UnitChoice:
    """Return the unit of a matched column.

    Parameters
    ----------
    known
        What the rows measure in the canonical unit by other evidence, NaN = unknown; None = nothing to compare with.
    """
    column = match.column
    named = normal(match.header) == column.name or (match.strength == "own" and _is_alias(match))
    if not column.unit or column.unit in COUNTED or named:
        return UnitChoice("")
    if match.reading.unit:
        return _of_header(match)
    return _of_lines(match, piece) or _by_evidence(match, piece, known)


def _of_lines(match: Match, piece: Piece) -> UnitChoice | None:
    """Return the unit that a line above the header states, or the only one there is; None where neither tells."""
    column = match.column
    above = units_above(piece.source.above, column.unit) or _canonical_above(piece.source.above, column)
    stated = sorted({name for _, name in above})
    if len(stated) == 1:
        return UnitChoice(stated[0], said("unit_above", header=match.header, line=above[0][0], unit=stated[0]))
    if stated:
        return UnitChoice("?", said("units_above", header=match.header, units="、".join(stated)))
    if len(set(UNITS.get(column.unit, {}).values())) == 1:
        unit = unit_title(column.unit)
        return UnitChoice(unit, said("unit_only", header=match.header, unit=unit))
    return None


def _of_header(match: Match) -> UnitChoice:
    unit, found = match.column.unit, match.reading.unit
    factor = unit_factor(unit, found)
    if factor is not None and unit_factor(unit, split_unit(match.header, unit)[1]) == factor:
        return UnitChoice("")
    if name := unit_word(unit, found):
        return UnitChoice(name, said("unit_word", header=match.header, found=found, unit=name))
    allowed = " / ".join(_names(unit))
    return UnitChoice("?", said("unit_unknown", header=match.header, found=found, units=allowed))


def _is_alias(match: Match) -> bool:
    """Say whether the header is a name that states its unit: registered_area_mu."""
    plain = normal(match.header)
    return any(plain.endswith(f"_{name}") for name in spellings(match.column.unit) if name.isascii())


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


def _by_evidence(match: Match, piece: Piece, known: Floats | None) -> UnitChoice:
    column = match.column
    values = numbers_of(piece.content.cells[match.position])
    if known is not None and np.isfinite(known).any():
        judged = judge_unit(column, values, known)
        if judged.value is not None:
            return UnitChoice(judged.value, judged.evidence)
    if unit := _plausible(column, values):
        entry = load("propose/plausible.toml")[column.name]
        facts = {"header": match.header, "unit": unit}
        both = [said("unit_plausible", **facts, range=entry[lang]) for lang in ("zh", "en")]
        return UnitChoice(unit, Evidence(both[0].zh, both[1].en))
    spread = [said("unit_open", header=match.header, units=_spread(column, values, lang)) for lang in ("zh", "en")]
    return UnitChoice("?", Evidence(spread[0].zh, spread[1].en))


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


# -------------------------------------------------------------------------------------- what is known


def known_areas(fits: Sequence[Fit], crs: Mapping[str, str | None]) -> pd.Series:
    """Return the area of each parcel by its geometry, m2, by parcel_id; empty where there is none.

    Parameters
    ----------
    crs
        Place of a piece (`Piece.where`) -> CRS; None = undecided.
    """
    found = []
    for fit in fits:
        code = crs.get(fit.piece.where)
        if fit.piece.shape != "polygon" or not code or "parcel_id" not in fit.sure:
            continue
        areas = piece_areas(fit.piece, code)
        found.append(pd.Series(areas, index=key_values(fit, "parcel_id")))
    if not found:
        return pd.Series(dtype=float)
    every = pd.concat(found)
    return every[every.index.notna()].groupby(level=0, sort=True).sum()


def piece_areas(piece: Piece, crs: str) -> Floats:
    """Return the area of each row by its geometry, m2; NaN where that cannot be measured."""
    wkb = piece.content.wkb
    nothing = np.full(piece.rows, np.nan)
    if wkb is None:
        return nothing
    try:
        if parse_crs(crs, piece.where).is_geographic or parse_crs(crs, piece.where).is_projected:
            return np.asarray(ellipsoid_area_m2(from_wkb(wkb), crs), dtype=np.float64)
    except (InputError, ValueError):
        return nothing
    return nothing


def key_values(fit: Fit, name: str) -> pd.Index:
    """Return the key of each row as text."""
    parsed = keys(fit.piece.content.cells[fit.sure[name].position], upper=name.endswith("uscc"))
    found: pd.Index = pd.Index(list(parsed.values), dtype=object)
    return found


def known_books(fits: Sequence[Fit], stated: Mapping[tuple[str, str], str]) -> dict[str, pd.Series]:
    """Return what each enterprise has in a measured column by the files whose unit is certain: column -> by uscc.

    Parameters
    ----------
    stated
        (place of a piece, column) -> unit as the reader knows it.
    """
    found: dict[str, list[pd.Series]] = {}
    for fit in fits:
        for name, match in fit.sure.items():
            unit = stated.get((fit.piece.where, name), "")
            if match.column.unit in YEARLY and unit and "uscc" in fit.sure:
                factor = unit_factor(match.column.unit, unit)
                values = numbers_of(fit.piece.content.cells[match.position]) * float(factor or 1)
                found.setdefault(name, []).append(pd.Series(values, index=key_values(fit, "uscc")))
    return {name: pd.concat(parts).groupby(level=0, sort=True).median() for name, parts in found.items()}
