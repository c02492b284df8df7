"""Say of each enterprise on the list in either run whether it entered, left or stayed, and by which causes.

Deciding by computation. A cause is tried twice: everything as in the old run but this one thing from the new (does the
result turn?), and everything as in the new run but this one thing from the old (does it turn back?). What turns both
counts most, what turns neither is no cause, unless nothing turns alone: then all that changed decide together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from landuse.comparison.bench import World, status_of
from landuse.comparison.model import CAUSES, ENTERED, LEFT, STAYED
from landuse.comparison.own import pairs, plain
from landuse.comparison.pair import Pair
from landuse.comparison.side import Side

ABSENT: Final = "ABSENT"
"""Status of an enterprise that is not in the table of a run."""
UNTRIED: Final = frozenset({"GROUP_TOO_SMALL", "EXEMPT_CONSTRUCTION", "WITH_HOLDER"})
"""Statuses that rest on others, on parcels or on a day: the tables of enterprises cannot try them again."""
BUILDING: Final = "EXEMPT_CONSTRUCTION"
AS_OF: Final = "project.as_of"
SHOWN: Final = ("industry_group", "n_in_group", "k", "cut")
"""Figures of the group that the others move."""
Detail = tuple[str, str, str, str, str]
"""cause, what, object, old, new."""


Found = tuple[tuple[str, ...], bool, bool]
"""Causes; whether they were found by computation; whether none of them turns the result alone."""


@dataclass(frozen=True)
class Story:
    """What happened to one unit."""

    change: str
    causes: tuple[str, ...]
    decided: bool
    details: tuple[Detail, ...]
    together: bool = False
    """Whether no cause turns the result alone."""


def stories(pair: Pair) -> Iterator[tuple[str, Story]]:
    """Give the story of each enterprise that is on the list in either run, in the order of the credit codes."""
    a, b = (_listed(side) for side in (pair.old, pair.new))
    for uscc in sorted(a | b):
        change = STAYED if uscc in a and uscc in b else ENTERED if uscc in b else LEFT
        yield uscc, story(pair, uscc, change)


def story(pair: Pair, uscc: str, change: str) -> Story:
    """Return what happened to one enterprise."""
    changed = changes(pair, uscc)
    if change == STAYED:
        return Story(change, tuple(_swaps(pair, changed)), decided=False, details=_all(changed))
    if "status" in changed:
        causes, decided, together = _by_status(pair, uscc, changed)
    else:
        causes, decided, together = _by_score(pair, uscc, changed)
    if not causes:
        return Story(change, ("tool",), decided=False, details=(_version(pair),))
    return Story(change, causes, decided, _all(changed), together)


def changes(pair: Pair, uscc: str) -> dict[str, list[Detail]]:
    """Return what changed for an enterprise, by cause in the order of `CAUSES`; a cause without change is left out."""
    first, second = _row(pair.old, uscc), _row(pair.new, uscc)
    was, now = (ABSENT if row is None else str(row["status"]) for row in (first, second))
    found: dict[str, list[Detail]] = {}
    if was != now:
        found["status"] = [("status", "status", "", was, now)]
    if first is not None and second is not None:
        own = [str(name) for name in pair.own.columns if pair.own.loc[uscc, name]]
        found["own_data"] = _told("own_data", pairs(first, second, own))
    as_of = pair.changed_parameters.get(AS_OF)
    of_day = {AS_OF: as_of} if as_of and BUILDING in {was, now} else {}
    parameters = {**pair.of_firms, **of_day}
    found["rule"] = _told("rule", [(name, plain(x), plain(y)) for name, (x, y) in parameters.items()])
    found["freeze"] = _told("freeze", pair.frozen_changes)
    found["others_data"] = _others(pair, uscc, first, second)
    return {cause: found[cause] for cause in CAUSES if found.get(cause)}


# ------------------------------------------------------------------------------------------ what changed


def _listed(side: Side) -> set[str]:
    flags = side.firms["low_efficiency"].eq(other=True).fillna(value=False).astype(bool)
    return set(side.firms.index[flags])


def _row(side: Side, uscc: str) -> pd.Series | None:
    """Return one enterprise of a run; None where it is not in its table."""
    place = side.firms.index.get_indexer(pd.Index([uscc]))[0]
    return None if place < 0 else side.firms.iloc[place]


def _told(cause: str, found: Sequence[tuple[str, str, str]]) -> list[Detail]:
    return [(cause, what, "", old, new) for what, old, new in found]


def _others(pair: Pair, uscc: str, first: pd.Series | None, second: pd.Series | None) -> list[Detail]:
    """Return how the group changed where another member did."""
    counts = []
    for name, row in (("old", first), ("new", second)):
        group = None if row is None else row["industry_group"]
        known = 0 if group is None or pd.isna(group) else pair.moved_in_group[name].get(str(group), 0)
        counts.append(known - (known > 0 and uscc in pair.moved))
    if not any(counts) or first is None or second is None:
        return []
    found: list[Detail] = [("others_data", "n_moved", "", str(counts[0]), str(counts[1]))]
    found += [("others_data", what, "", old, new) for what, old, new in pairs(first, second, SHOWN) if old != new]
    return [*found, *_bases(pair, first, second)]


def _bases(pair: Pair, first: pd.Series, second: pd.Series) -> list[Detail]:
    rows = []
    for side, row in ((pair.old, first), (pair.new, second)):
        group = row["industry_group"]
        rows.append(side.groups.loc[group] if group in side.groups.index else pd.Series(dtype=object))
    names = [f"base_{name}" for name in dict.fromkeys([*pair.old.indicators, *pair.new.indicators])]
    return [("others_data", what, "", old, new) for what, old, new in pairs(rows[0], rows[1], names) if old != new]


def _all(changed: Mapping[str, list[Detail]]) -> tuple[Detail, ...]:
    return tuple(detail for details in changed.values() for detail in details)


def _version(pair: Pair) -> Detail:
    return ("tool", "version", "", pair.old.run.version, pair.new.run.version)


# ----------------------------------------------------------------------------------------- what decided


def _by_score(pair: Pair, uscc: str, changed: Mapping[str, list[Detail]]) -> Found:
    """Return the causes of an enterprise ranked in both runs."""
    swapped = _swaps(pair, changed)
    if len(swapped) < 2:
        return tuple(swapped), bool(swapped), False
    base = {name: _world(pair, frozenset(), start=name) for name in ("old", "new")}
    known = {name: _flag(side, uscc) for name, side in (("old", pair.old), ("new", pair.new))}
    again = {name: pair.bench.listed(uscc, world) for name, world in base.items()}
    if known["old"] == known["new"] or again != known:
        return tuple(swapped), False, False
    turns = {}
    for cause, parts in swapped.items():
        outcomes = ((pair.bench.listed(uscc, _world(pair, parts, start=name)), known[name]) for name in ("old", "new"))
        turns[cause] = sum(found is not None and found != before for found, before in outcomes)
    return by_strength(turns), True, not any(turns.values())


def by_strength(turns: Mapping[str, int]) -> tuple[str, ...]:
    """Return the causes that turn the result, the strongest first; all of them where none does alone."""
    deciding = [cause for cause in CAUSES if turns.get(cause)]
    if not deciding:
        return tuple(cause for cause in CAUSES if cause in turns)
    return tuple(sorted(deciding, key=lambda cause: (-turns[cause], CAUSES.index(cause))))


def _swaps(pair: Pair, changed: Mapping[str, list[Detail]]) -> dict[str, frozenset[str]]:
    """Return cause -> the parts of a world it swaps.

    Where both runs read the same files of the same year and the rule changed, figures differ by the rule alone.
    """
    parts = {"own_data": "own", "others_data": "others", "rule": "rule", "freeze": "freeze"}
    swapped = {cause: frozenset({parts[cause]}) for cause in changed if cause in parts}
    if pair.same_inputs and "rule" in swapped:
        rule = frozenset({"own", "others", "rule"})
        return {
            cause: rule if cause == "rule" else found for cause, found in swapped.items() if cause in {"rule", "freeze"}
        }
    return swapped


def _world(pair: Pair, parts: frozenset[str], *, start: str) -> World:
    """Return the world of one run with some parts from the other."""
    here, there = (pair.old, pair.new) if start == "old" else (pair.new, pair.old)
    world = World(here, here, here, here)
    return replace(world, **dict.fromkeys(parts, there)) if parts else world


def _flag(side: Side, uscc: str) -> bool | None:
    value: Any = side.firms.loc[uscc, "in_bottom_share"]
    return None if pd.isna(value) else bool(value)


def _by_status(pair: Pair, uscc: str, changed: Mapping[str, list[Detail]]) -> Found:
    """Return `status` and what is behind it: own figures or the rule, tried one by one; else what moved the group."""
    (_, _, _, old, new) = changed["status"][0]
    if ABSENT in {old, new}:
        return ("status",), True, False
    if UNTRIED & {old, new}:
        behind = [cause for cause in ("own_data", "rule", "freeze", "others_data") if cause in changed]
        return ("status", *behind), len(behind) < 2, False
    turns = {}
    for cause in ("own_data", "rule"):
        if cause not in changed or (cause == "own_data" and pair.same_inputs and "rule" in changed):
            continue
        swaps = ((pair.old, pair.new), (pair.new, pair.old))
        tried = [(a, status_of(uscc, *((b, a) if cause == "own_data" else (a, b)))) for a, b in swaps]
        turns[cause] = sum(found is not None and found != str(side.firms.loc[uscc, "status"]) for side, found in tried)
    deciding = {cause: count for cause, count in turns.items() if count}
    return ("status", *(by_strength(deciding) if deciding else ())), True, False
