"""Write the headers of all files of one table as a mapping: shared where it can be, of one file where it must."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from landuse.catalogue import load_folder
from landuse.errors import InputError
from landuse.propose.draft import ASK, Line, joined
from landuse.propose.fits import Fit, Match
from landuse.propose.pieces import SAMPLE
from landuse.propose.said import because, said
from landuse.read.headers import pick_columns, wishes
from landuse.read.judgement import Evidence
from landuse.tables import KEYS, columns
from landuse.tables.matches import ROLES

_SHOWN: Final = 12
"""Headers that are named in a comment."""


@dataclass(frozen=True)
class Mapped:
    """The mapping of one table."""

    shared: Mapping[str, Line] = field(default_factory=dict)
    """[columns.TABLE]: canonical column -> header, alternatives, or "?"."""
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Place of a piece -> its own mapping."""
    notes: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    """Place of a piece -> what is to be said of its columns."""


def mapped_table(table: str, fits: Sequence[Fit], beside: Sequence[Fit] = ()) -> Mapped:
    """Return the mapping of a table.

    Parameters
    ----------
    fits
        Its files, in the order of the project file.
    beside
        Files whose table is open: a key that stands in them too is told by that.
    """
    own: dict[str, dict[str, Any]] = {fit.piece.where: {} for fit in fits}
    notes: dict[str, list[Evidence]] = {fit.piece.where: [] for fit in fits}
    shared: dict[str, Line] = {}
    for name in columns("input", table):
        told = [fit for fit in fits if name in fit.sure and fit.sure[name].strength != "own"]
        if not told:
            continue
        line = _alternatives(name, fits)
        if _holds(table, fits, name, line):
            shared[name] = line
        else:
            for fit in told:
                own[fit.piece.where][name] = fit.sure[name].header
    for name in columns("input", table):
        _ask(name, fits, beside, (shared, own, notes))
    order = list(columns("input", table))
    ordered = {name: shared[name] for name in sorted(shared, key=order.index)}
    return Mapped(ordered, own, {where: joined(found) for where, found in notes.items()})


def _alternatives(name: str, fits: Sequence[Fit]) -> Line:
    """Return the headers that mean a column in any file: its title first, then as the files come."""
    sure = [fit.sure[name] for fit in fits if name in fit.sure]
    headers = dict.fromkeys([m.header for m in sure if m.strength == "own"] + [m.header for m in sure])
    notes = []
    for header in headers:
        files = [fit.piece.path for fit in fits if name in fit.sure and fit.sure[name].header == header]
        first = next(match for match in sure if match.header == header)
        if first.strength == "content":
            notes.append(first.why)
        else:
            notes.append(said("mapped", header=header, files="、".join(dict.fromkeys(files))))
    value = next(iter(headers)) if len(headers) == 1 else list(headers)
    return Line(value, joined(notes))


def _holds(table: str, fits: Sequence[Fit], name: str, line: Line) -> bool:
    """Say whether a shared mapping of one column finds in each file the header that is meant, and no other."""
    wanted = (line.value,) if isinstance(line.value, str) else tuple(line.value)
    for fit in fits:
        try:
            wished = wishes(table, {name: wanted}, where=table, own=False)
        except InputError:
            return False
        picks, _ = pick_columns(fit.piece.source, table, fit.piece.entry(), wished)
        found = picks[name].position if name in picks else None
        meant = fit.sure[name].position if name in fit.sure else None
        if found != meant:
            return False
    return True


def _ask(
    name: str,
    fits: Sequence[Fit],
    beside: Sequence[Fit],
    into: tuple[dict[str, Line], dict[str, dict[str, Any]], dict[str, list[Evidence]]],
) -> None:
    """Put the question for a column where one is open, or say why none is asked."""
    shared, own, notes = into
    table, every = fits[0].table, (*fits, *beside)
    column = columns("input", table)[name]
    givers = [fit for fit in fits if name in fit.sure or name in fit.years]
    is_key = name in KEYS.get(table, ()) and name != "year"
    open_fits = [fit for fit in fits if name in fit.asked and name not in fit.sure]
    called = ROLES.get((table, name))
    lacking = [fit for fit in fits if name not in fit.sure and name not in fit.years and called not in fit.sure]
    if is_key and len(fits) > 1:
        for fit in lacking:
            own[fit.piece.where][name] = ASK
            notes[fit.piece.where] += [_question(table, name), *_candidates(fit, name, every)]
        return
    if givers:
        for fit in open_fits:
            facts = {"title": column.zh, "name": name, "where": givers[0].piece.path}
            notes[fit.piece.where] += [said("not_taken", header=m.header, **facts) for m in fit.asked[name]]
        return
    if not open_fits and (not column.required or name == "year" or not lacking):
        return
    reasons = [reason for fit in open_fits or fits for reason in _candidates(fit, name, every)]
    shared[name] = Line(ASK, joined([_question(table, name), *reasons]))


def _question(table: str, name: str) -> Evidence:
    column = columns("input", table)[name]
    return said("asked_required" if column.required else "asked", title=column.zh, name=name)


def _candidates(fit: Fit, name: str, fits: Sequence[Fit]) -> list[Evidence]:
    """Return what may be meant: the headers in question, else those whose cells could be keys, else all."""
    asked = list(fit.asked.get(name, ()))
    if asked:
        headers = [match.header for match in asked]
        twice = [said("same_headers", header=header) for header in dict.fromkeys(headers) if headers.count(header) > 1]
        return [*twice, *(_told(fit, match) for match in asked)]
    found = _key_like(fit, name, fits) if name in KEYS.get(fit.table, ()) else []
    headers = [header for header in fit.piece.source.headers if header]
    near = get_close_matches(columns("input", fit.table)[name].zh, headers, n=3, cutoff=0.5)
    shown = "、".join(dict.fromkeys([*near, *headers[:_SHOWN]]))
    column = columns("input", fit.table)[name]
    if column.choices:
        words = load_folder("vocabulary/enumerations").get(name, {})
        zh, en = ([str(words.get(each, {}).get(lang, each)) for each in column.choices] for lang in ("zh", "en"))
        told = [said("same_for_all", name=name, value=each[-1], choices=" / ".join(each)) for each in (zh, en)]
        found.append(Evidence(told[0].zh, told[1].en))
    return [*found, said("near_headers", headers=shown)]


def _told(fit: Fit, match: Match) -> Evidence:
    where = fit.piece.path
    return because("candidate", match.why, value=f"“{match.header}”({where})")


def _key_like(fit: Fit, name: str, every: Sequence[Fit]) -> list[Evidence]:
    """Return the columns that could be the key: their values stand in another file, or differ in every row."""
    found = []
    others = [other for other in every if other.piece is not fit.piece and name in other.sure]
    for place, header in enumerate(fit.piece.source.headers):
        cells = fit.piece.sample(place)
        if not header or not cells or any(re.fullmatch(r"-?\d+\.\d+", cell) for cell in cells[:_SHOWN]):
            continue
        for other in others:
            known = set(other.piece.sample(other.sure[name].position))
            share = sum(cell in known for cell in cells) / len(cells)
            if share >= 0.5:
                found.append(said("same_keys", header=header, share=f"{share:.0%}", where=other.piece.path))
        if len(set(cells)) == len(cells) == min(fit.piece.rows, SAMPLE) and not others:
            found.append(said("different", header=header))
    return found
