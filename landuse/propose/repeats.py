"""Settle which of several sheets with the same headers are read: all of different objects or years, else ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

from landuse.propose.draft import ASK
from landuse.propose.fits import Fit
from landuse.propose.pieces import Piece
from landuse.propose.roles import Role
from landuse.propose.said import said
from landuse.propose.years import year_of
from landuse.tables import KEYS

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
