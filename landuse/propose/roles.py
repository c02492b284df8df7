"""Tell which table a piece is: by the columns it carries, its geometry, its keys and its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

from landuse.catalogue import load
from landuse.propose.fits import Fit, fit_table
from landuse.propose.pieces import Piece
from landuse.propose.said import said
from landuse.propose.synonyms import tables_known
from landuse.read.judgement import Evidence
from landuse.read.words import normal
from landuse.tables import KEYS, columns, table_title
from landuse.tables.matches import ROLES

LEAST: Final = 0.4
"""Score below which a piece is no table of ours (inclusive bound of those that are)."""
MARGIN: Final = 0.25
"""By how much the best table must lead the next one, else the user is asked."""
DOUBT: Final = 0.4
"""What a column that is only a candidate counts, against 1 for a sure one."""
NAMED: Final = 0.5
"""What a word of the table in the name of file, sheet or title counts."""
SHAPED: Final = 0.3
"""What geometry counts for a table that has geometry."""
JOINED: Final = ("parcels", "enterprises", "accounts", "occupancy")
"""Tables that often stand together in one file."""

RESULTS: Final = ("efficiency_class", "low_efficiency_share", "idle_class", "idle_since", "price_coefficient")
"""Columns that only a run computes: two of them tell its results."""


@dataclass(frozen=True)
class Role:
    """The tables that a piece is read as; none where the user has to decide."""

    piece: Piece
    fits: tuple[Fit, ...]
    why: Evidence
    candidates: tuple[str, ...] = ()
    """Tables between which the user has to decide, likeliest first."""


def role_of(piece: Piece) -> Role:
    """Return the role of a piece; several where one file holds several tables side by side."""
    fits = {table: fit_table(piece, table) for table in tables_known() if piece.shape in _role(table)["shape"]}
    scores = {table: score for table, fit in fits.items() if (score := _score(fit)) >= LEAST}
    ranked = sorted(scores, key=lambda table: -scores[table])
    if not ranked:
        near = [t for t, fit in fits.items() if fit.sure and _needed(fit) and set(_needed(fit)) <= set(fit.sure)]
        near = sorted(near, key=lambda table: -_weight_of(fits[table]))[:3]
        if piece.shape == "polygon":
            near += [t for t, fit in fits.items() if t not in near and t != "context" and _is_named(fit)]
        return Role(piece, (), said("no_table"), tuple(near))
    best = ranked[0]
    joined = [best, *(t for t in ranked[1:] if _stands_beside(fits[t], [fits[best]]))]
    rivals = [table for table in ranked[1:] if table not in joined and scores[best] - scores[table] < MARGIN]
    if rivals:
        return Role(piece, (), said("several_tables"), (best, *rivals))
    return Role(piece, tuple(fits[table] for table in joined), _why([fits[table] for table in joined]))


def _score(fit: Fit) -> float:
    """Return how well a piece fits a table; 0 where it cannot be one."""
    if not _is_possible(fit):
        return 0.0
    role = _role(fit.table)
    named = NAMED if _is_named(fit) else 0.0
    shaped = (
        SHAPED if fit.piece.shape and "" not in role["shape"] else SHAPED / 2 if fit.piece.shape == "polygon" else 0.0
    )
    if fit.table == "parcels" and fit.piece.shape == "polygon":
        shaped = SHAPED
    if fit.piece.shape in ("line", "point") and fit.table == "context":
        shaped = 1.0
    return _weight_of(fit) + named + shaped


def _is_named(fit: Fit) -> bool:
    """Say whether a word of the table stands in the name of file, sheet or title."""
    return any(word in _name(fit.piece) for word in _role(fit.table)["words"])


def _is_possible(fit: Fit) -> bool:
    """Say whether a piece carries what no row of the table can do without."""
    role = _role(fit.table)
    needed = _needed(fit)
    if any(name not in fit.found and ROLES.get((fit.table, name)) not in fit.sure for name in needed):
        return False
    others = fit.found - set(needed)
    if fit.table == "parcels" and fit.piece.shape and "parcel_id" not in fit.found:
        return _is_named(fit) or any(_weights()[name] > DOUBT for name in fit.sure)
    if fit.table == "parcels" and not fit.piece.shape:
        return bool(others & set(fit.sure))
    if fit.table == "context" and fit.piece.shape in ("line", "point"):
        return True
    wanted = set(role.get("any", ()))
    return not wanted or bool(fit.found & wanted)


def _needed(fit: Fit) -> tuple[str, ...]:
    """Return the columns without which a piece cannot be of a table; a year may stand in the name of the file."""
    if fit.table == "parcels" and fit.piece.shape:
        return ()
    keys = KEYS.get(fit.table)
    if keys is None:
        keys = tuple(name for name, column in columns("input", fit.table).items() if column.required)
    return tuple(name for name in keys if name != "year")


def _weight_of(fit: Fit) -> float:
    """Return the weight of the columns found: one that only this table has counts 1, one that n have 1 / n."""
    sure = sum(_weights()[name] for name in (*fit.sure, *fit.years))
    return sure + DOUBT * sum(_weights()[name] for name in fit.asked)


@cache
def _weights() -> Mapping[str, float]:
    tables = [set(columns("input", table)) for table in tables_known()]
    names = set().union(*tables)
    return {name: 1 / sum(name in table for table in tables) for name in names}


def _stands_beside(fit: Fit, others: Sequence[Fit]) -> bool:
    """Say whether a piece holds a further table: all it needs, surely, and a column that no other table there has."""
    if fit.table not in JOINED or any(other.table not in JOINED for other in others) or is_result(fit.piece):
        return False
    needed = [name for name, column in columns("input", fit.table).items() if column.required and name != "year"]
    if any(name not in fit.sure for name in needed):
        return False
    used = {match.position for other in others for match in other.sure.values()}
    own = {match.position for name, match in fit.sure.items() if name not in needed} | {
        match.position for years in fit.years.values() for match in years.values()
    }
    alone = own - used
    if fit.table == "enterprises":
        alone |= {fit.sure["industry_code"].position} - used
    return bool(alone)


def is_result(piece: Piece) -> bool:
    """Say whether a piece was written by a run: its tax and output were laid on parcels, and are nobody's accounts."""
    titles = {column.name: (column.name, column.zh, column.en) for column in columns("output", "parcels").values()}
    short = load("vocabulary/exchange.toml")["short"]
    headers = {normal(header) for header in piece.source.headers}
    found = [name for name in RESULTS if headers & {normal(word) for word in (*titles[name], short[name])}]
    return len(found) > 1


def _why(fits: Sequence[Fit]) -> Evidence:
    titles = "、".join(table_title(fit.table, "zh") for fit in fits)
    names = ", ".join(fit.table for fit in fits)
    found = list(dict.fromkeys(match.header for fit in fits for match in fit.sure.values()))
    more = {"zh": "等", "en": " …"} if len(found) > 4 else {"zh": "", "en": ""}
    return Evidence(
        said("role", tables=titles, headers="、".join(found[:4]) + more["zh"]).zh,
        said("role", tables=names, headers=", ".join(found[:4]) + more["en"]).en,
    )


def _name(piece: Piece) -> str:
    stem = PurePosixPath(piece.path).stem
    return normal(" ".join((stem, piece.source.sheet, piece.layer or "", *piece.source.above)))


@cache
def _role(table: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = load("propose/roles.toml")[table]
    return entry
