"""Settle which of several sheets with the same headers are read: all of different objects or years, else ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from landuse.propose.draft import ASK
from landuse.propose.fits import Fit
from landuse.propose.pieces import Piece
from landuse.propose.roles import Role
from landuse.propose.said import said
from landuse.propose.synonyms import years_in
from landuse.propose.years import YearChoice, year_of
from landuse.read.judgement import Evidence
from landuse.tables import KEYS, columns

_SAME: Final = 0.5
"""Part of the keys of one sheet that stand in another from which they are the same objects (inclusive)."""


def settle_repeats(roles: Sequence[Role]) -> list[Role]:
    """Return the roles with sheets that repeat each other made one, whose sheet the user has to name."""
    settled: list[Role] = []
    for role in roles:
        rival = next((at for at, other in enumerate(settled) if _repeats(role, other)), None)
        if rival is None:
            settled.append(role)
        else:
            settled[rival] = _asked(settled[rival], role)
    return settled


def _repeats(role: Role, other: Role) -> bool:
    """Say whether two sheets of one workbook tell of the same objects and year under the same headers."""
    one, two = role.piece, other.piece
    same_file = one.path == two.path and one.source.sheet != two.source.sheet
    if not same_file or not role.fits or not other.fits or one.source.headers != two.source.headers:
        return False
    first, second = role.fits[0], other.fits[0]
    return first.table == second.table and _keys(first) and _overlap(first, second) >= _SAME


def told_twice(fits: Sequence[Fit], years: Mapping[str, YearChoice]) -> dict[str, Evidence]:
    """Return which files of the accounts give what an earlier one gives too: column, year and enterprises.

    A run refuses an enterprise whose figure of a year differs between files; here it is told beforehand.
    """
    first: dict[tuple[str, int], list[tuple[Fit, frozenset[str]]]] = {}
    found: dict[str, Evidence] = {}
    for fit in fits:
        for name, year, firms in _told(fit, years[fit.piece.where]):
            same = [other for other, known in first.get((name, year), ()) if known & firms]
            if same and fit.piece.where not in found:
                title = columns("input", "accounts")[name].zh
                found[fit.piece.where] = said(
                    "told_twice", title=title, name=name, year=year, where=same[0].piece.where
                )
            first.setdefault((name, year), []).append((fit, firms))
    return found


def _told(fit: Fit, choice: YearChoice) -> Iterator[tuple[str, int, frozenset[str]]]:
    """Yield each measured column, year and the enterprises it is given for."""
    if "uscc" not in fit.sure:
        return
    firms = fit.piece.sample(fit.sure["uscc"].position)
    for name, by_year in fit.years.items():
        for year in by_year:
            yield name, year, frozenset(firms)
    parts: dict[int, set[str]] = {}
    if isinstance(choice.year, int):
        parts[choice.year] = set(firms)
    elif "year" in fit.sure:
        for firm, text in zip(firms, fit.piece.sample(fit.sure["year"].position), strict=False):
            for year in years_in(text):
                parts.setdefault(year, set()).add(firm)
    for name, match in fit.sure.items():
        if match.column.unit and match.column.kind == "number":
            yield from ((name, year, frozenset(known)) for year, known in parts.items())


def _keys(fit: Fit) -> bool:
    return any(name in fit.sure for name in KEYS.get(fit.table, ()))


def _overlap(first: Fit, second: Fit) -> float:
    """Return which part of the keys of the smaller sheet stand in the other."""
    keys = [_key_rows(fit) for fit in (first, second)]
    smaller = min(len(found) for found in keys)
    return len(keys[0] & keys[1]) / smaller if smaller else 0.0


def _key_rows(fit: Fit) -> set[tuple[str, ...]]:
    names = [name for name in KEYS.get(fit.table, ()) if name in fit.sure]
    parts = [fit.piece.sample(fit.sure[name].position) for name in names]
    year = year_of(fit).year if fit.table == "accounts" else None
    return {(*row, str(year)) for row in zip(*parts, strict=False)}


def _asked(role: Role, other: Role) -> Role:
    """Return the role of a workbook whose sheet the user has to name."""
    names = [role.piece.source.sheet, other.piece.source.sheet]
    piece = dataclasses.replace(role.piece, sheet=ASK).with_notes(said("sheet_twice", sheets="、".join(names)))
    return dataclasses.replace(role, piece=piece, fits=tuple(_moved(fit, piece) for fit in role.fits))


def _moved(fit: Fit, piece: Piece) -> Fit:
    return dataclasses.replace(fit, piece=piece)
