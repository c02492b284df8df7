"""Say of each parcel on a list in either run whether it entered, left or stayed, and by which causes.

Decided as for enterprises, by judging the parcels again with one thing swapped: the verdicts on their users, their own
land and facts, the rule; for idle land their own facts and the day of judging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.comparison.firms import ABSENT, Detail, Found, Story, by_strength
from landuse.comparison.firms import changes as firm_changes
from landuse.comparison.model import CAUSES, CLASSES, ENTERED, LEFT, STAYED
from landuse.comparison.own import TOLERANCE, differs, pairs, plain
from landuse.comparison.pair import Pair
from landuse.comparison.side import Side
from landuse.law import idle
from landuse.policy import efficiency
from landuse.tables import columns
from landuse.units import COUNTS, M2_PER_MU

USERS: Final = "users"
"""Part of a judgement: the verdicts on the users of a parcel."""
OWN: Final = "own_data"
RULE: Final = "rule"
FACTS: Final = ("area_mu", "land_use", "ownership")
"""Own figures of a parcel that a list of low land may rest on, beside who uses it."""
NO_FACTS: Final = frozenset({"parcel_id", "parcel_name", "address", "park", "town"})

Outcome = pd.Series
"""Class by parcel_id."""
Judge = Callable[[Mapping[str, Side]], Outcome]


def stories(pair: Pair, name: str, firms: Mapping[str, Story]) -> Iterator[tuple[str, Story]]:
    """Give the story of each parcel that is on a list in either run, in the order of the parcel codes.

    Parameters
    ----------
    firms
        What happened to the enterprises on their list, by uscc.
    """
    column, classes = CLASSES[name]
    old, new = pair.old.plots, pair.new.plots
    a, b = (set(plots.index[plots[column].isin(classes)]) for plots in (old, new))
    found = {key: _changes(pair, key, name) for key in sorted(a ^ b)}
    turned = _turns(pair, name, [key for key in found if key in old.index and key in new.index])
    touched = _own_changed(pair, sorted(a & b))
    for key in sorted(a | b):
        if key in a and key in b:
            yield key, Story(STAYED, (OWN,) if key in touched else (), decided=False, details=())
            continue
        told, details = found[key]
        causes, decided, together = _causes(pair, key, (told, turned.get(key)), firms)
        change = ENTERED if key in b else LEFT
        version: Detail = ("tool", "version", "", pair.old.run.version, pair.new.run.version)
        yield (
            key,
            Story(change, causes or ("tool",), bool(causes) and decided, details if causes else (version,), together),
        )


# ------------------------------------------------------------------------------------------ what changed


def _names(name: str) -> list[str]:
    """Return the own columns a list may rest on."""
    known = [column for column in columns("input", "parcels") if column not in NO_FACTS]
    return known if name in {"idle", "stopped"} else list(FACTS)


def _changes(pair: Pair, key: str, name: str) -> tuple[list[str], tuple[Detail, ...]]:
    """Return the parts that changed for a parcel, and what changed in each."""
    old, new = pair.old.plots, pair.new.plots
    if key not in old.index or key not in new.index:
        was, now = (ABSENT if key not in plots.index else "PRESENT" for plots in (old, new))
        return ["status"], (("status", "parcel", "", was, now),)
    first, second = old.loc[[key]], new.loc[[key]]
    own = [column for column in _names(name) if differs(first, second, column)[0]]
    details: dict[str, list[Detail]] = {
        OWN: [(OWN, what, "", x, y) for what, x, y in pairs(first.iloc[0], second.iloc[0], own)],
    }
    if name == "idle":
        details[RULE] = _rule(pair.of_idle)
    else:
        details[OWN] += _land(pair, key)
        details[RULE] = _rule(pair.of_parcels)
        details[USERS] = _verdicts(pair, key)
    return [part for part, found in details.items() if found], tuple(d for found in details.values() for d in found)


def _rule(changed: Mapping[str, tuple[Any, Any]]) -> list[Detail]:
    return [(RULE, what, "", plain(old), plain(new)) for what, (old, new) in changed.items()]


def _users(side: Side, key: str) -> pd.DataFrame:
    return side.uses.loc[key:key]


def _land(pair: Pair, key: str) -> list[Detail]:
    """Return the users whose land on a parcel changed."""
    a, b = (_users(side, key).groupby("uscc", sort=True)["land_mu"].sum() for side in (pair.old, pair.new))
    who = sorted({*a.index, *b.index})
    told = [(uscc, f"{a.get(uscc, 0.0):.4f}", f"{b.get(uscc, 0.0):.4f}") for uscc in who]
    return [(OWN, "land_mu", str(uscc), old, new) for uscc, old, new in told if old != new]


def _verdicts(pair: Pair, key: str) -> list[Detail]:
    """Return the users whose verdict changed: listed, not listed, or the status of one that has none."""
    users = sorted({str(uscc) for side in (pair.old, pair.new) for uscc in _users(side, key)["uscc"]})
    told = [(uscc, *(_verdict(side, uscc) for side in (pair.old, pair.new))) for uscc in users]
    return [(USERS, "verdict", uscc, old, new) for uscc, old, new in told if old != new]


def _verdict(side: Side, uscc: str) -> str:
    place = side.firms.index.get_indexer(pd.Index([uscc]))[0]
    if place < 0:
        return ABSENT
    row = side.firms.iloc[place]
    flag = row["low_efficiency"]
    return str(row["status"]) if pd.isna(flag) else "listed" if flag else "not_listed"


def _own_changed(pair: Pair, keys: Sequence[str]) -> frozenset[str]:
    """Return the parcels of both runs whose own figures or users differ."""
    first, second = (side.plots.loc[list(keys)] for side in (pair.old, pair.new))
    changed = np.zeros(len(keys), dtype=bool)
    for name in FACTS:
        changed |= differs(first, second, name)
    sums = [_land_by_user(side, keys) for side in (pair.old, pair.new)]
    a, b = sums[0].align(sums[1], fill_value=0.0)
    other = ~np.isclose(a.to_numpy(dtype=float), b.to_numpy(dtype=float), rtol=TOLERANCE, atol=TOLERANCE)
    return frozenset(first.index[changed]) | frozenset(a.index.get_level_values(0)[other])


def _land_by_user(side: Side, keys: Sequence[str]) -> pd.Series:
    rows = side.uses.loc[side.uses.index.isin(list(keys)), ["parcel_id", "uscc", "land_mu"]]
    return rows.reset_index(drop=True).groupby(["parcel_id", "uscc"], sort=True)["land_mu"].sum()


# ----------------------------------------------------------------------------------------- what decided


def _causes(pair: Pair, key: str, found: tuple[list[str], dict[str, int] | None], firms: Mapping[str, Story]) -> Found:
    """Return the causes of a parcel; those of its users where their verdicts decide."""
    parts, turns = found
    if parts == ["status"]:
        return ("status",), True, False
    deciding = {part: count for part, count in (turns or {}).items() if part in parts and count}
    strength = deciding or dict.fromkeys(parts, 1)
    causes: dict[str, int] = {}
    for part, count in strength.items():
        for place, cause in enumerate(_of_users(pair, key, firms) if part == USERS else (part,)):
            causes[cause] = max(causes.get(cause, 0), len(CAUSES) * count - place)
    together = turns is not None and len(parts) > 1 and not deciding
    return by_strength(causes), len(parts) == 1 or turns is not None, together


def _of_users(pair: Pair, key: str, firms: Mapping[str, Story]) -> tuple[str, ...]:
    """Return the causes that moved the verdicts on the users of a parcel."""
    found: dict[str, None] = {}
    for _, _, uscc, _, _ in _verdicts(pair, key):
        known = firms.get(uscc)
        causes = known.causes if known and known.change != STAYED else tuple(firm_changes(pair, uscc))
        found |= dict.fromkeys(causes)
    return tuple(found)


def _turns(pair: Pair, name: str, keys: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return, by parcel, how often each part turns its place on a list; nothing where judging again differs."""
    column, classes = CLASSES[name]
    judge, parts = _judge(pair, name, keys)
    if judge is None or not keys:
        return {}
    sides = {"old": pair.old, "new": pair.new}
    known = {start: side.plots.loc[list(keys), column].isin(classes) for start, side in sides.items()}
    again = {start: judge(dict.fromkeys(parts, side)).isin(classes) for start, side in sides.items()}
    trusted = (known["old"] == again["old"]) & (known["new"] == again["new"])
    found: dict[str, dict[str, int]] = {key: {} for key in trusted.index[trusted]}
    for part in parts:
        for start, other in (("old", "new"), ("new", "old")):
            swapped = judge({**dict.fromkeys(parts, sides[start]), part: sides[other]}).isin(classes)
            for key, counts in found.items():
                counts[part] = counts.get(part, 0) + int(swapped[key] != known[start][key])
    return found


def _judge(pair: Pair, name: str, keys: Sequence[str]) -> tuple[Judge | None, tuple[str, ...]]:
    """Return how the parcels of a list are judged again, and by which parts."""
    if name == "idle":
        known = pair.old.project is not None and pair.new.project is not None
        return (lambda parts: _idle(parts, keys)) if known else None, (OWN, RULE)
    known = pair.old.rule is not None and pair.new.rule is not None
    return (lambda parts: _efficiency(parts, keys)) if known else None, (USERS, OWN, RULE)


def _idle(parts: Mapping[str, Side], keys: Sequence[str]) -> Outcome:
    plots = parts[OWN].plots.loc[list(keys)].reset_index(drop=True)
    project = parts[RULE].project
    if project is None:
        raise ValueError("a project that cannot be read judges nothing")
    return pd.Series(idle.judge(plots, project).table["idle_class"].to_numpy(dtype=object), index=list(keys))


def _efficiency(parts: Mapping[str, Side], keys: Sequence[str]) -> Outcome:
    uses = parts[OWN].uses
    land = uses.loc[uses.index.isin(list(keys))].reset_index(drop=True)
    cm2 = (land["land_mu"].to_numpy(dtype=float) * M2_PER_MU * COUNTS["area_m2"]).round().astype("int64")
    rule = parts[RULE].rule
    if rule is None:
        raise ValueError("a rule that cannot be read judges nothing")
    judged = efficiency(
        parts[OWN].plots.loc[list(keys)].reset_index(drop=True),
        occupancy=land.assign(land_cm2=cm2),
        enterprises=parts[USERS].firms.reset_index(drop=True),
        rule=rule,
        lang="zh",
    )
    return pd.Series(judged["efficiency_class"].to_numpy(dtype=object), index=list(keys))
