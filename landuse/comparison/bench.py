"""Score again with one thing swapped: figures of one enterprise, those of the others, the rule, the locked values.

Everything goes through `ranking.rank`, the code that made the runs. Where the grouping cannot move, only the group of
the enterprise is ranked again, with its members held together; else the whole table is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.comparison.side import Side
from landuse.ranking import rank, statuses
from landuse.rule import Rule

GROUPING: Final = ("level", "min_group", "within", "industry", "families")
STATUS: Final = ("exempt_codes", "new_months", "small_mu", "min_indicators", "industry", "weights", "strata")
NEUTRAL: Final = 1.0
"""K where no price is known: it moves with no reference price."""


@dataclass(frozen=True)
class World:
    """From which of the two runs each thing is taken."""

    own: Side
    others: Side
    rule: Side
    freeze: Side


@dataclass
class Bench:
    """Answers whether an enterprise is in the bottom share of a world; whole rankings are kept."""

    ranked: dict[tuple[int, ...], pd.Series] = field(default_factory=dict)
    asked: dict[tuple[str, int, int, int, int], bool | None] = field(default_factory=dict)

    def listed(self, uscc: str, world: World) -> bool | None:
        """Return whether the enterprise is in the bottom share of a world; None where it is not ranked there."""
        if world.rule.rule is None:
            return None
        if world.own is world.others:
            return _flag(self._whole(world), uscc)
        key = uscc, id(world.own), id(world.others), id(world.rule), id(world.freeze)
        if key not in self.asked:
            self.asked[key] = _alone(uscc, world)
        return self.asked[key]

    def _whole(self, world: World) -> pd.Series:
        key = tuple(id(side) for side in (world.others, world.rule, world.freeze))
        if key not in self.ranked:
            self.ranked[key] = _bottom(_frame(world, None), _rule(world), world)
        return self.ranked[key]


def status_of(uscc: str, own: Side, rule: Side) -> str | None:
    """Return the status an enterprise has by its own figures under a rule, before groups are formed."""
    if rule.rule is None or uscc not in own.firms.index:
        return None
    year = int(own.run.head.get("year", 0))
    return str(_statuses(own.firms.loc[[uscc]], rule.rule, year).iloc[0])


# ------------------------------------------------------------------------------------------------ parts


def _alone(uscc: str, world: World) -> bool | None:
    """Return the answer for a world in which one enterprise has figures of the other run."""
    group = _group_that_stays(uscc, world)
    if group is None:
        return _flag(_bottom(_frame(world, uscc), _rule(world), world), uscc)
    members = world.others.firms
    inside = members["industry_group"].eq(group) & members["status"].eq("RANKED")
    frame = _frame(world, uscc, keep=inside)
    held = {str(name): group for name in frame["uscc"]}
    return _flag(_bottom(frame, replace(_rule(world), frozen_groups=held), world), uscc)


def _flag(listed: pd.Series, uscc: str) -> bool | None:
    found = listed.get(uscc)
    return None if found is None or pd.isna(found) else bool(found)


def _bottom(frame: pd.DataFrame, rule: Rule, world: World) -> pd.Series:
    """Return in_bottom_share by uscc."""
    if not len(frame):
        return pd.Series(dtype="boolean")
    if _differ(STATUS, world):
        frame = frame.assign(status=_statuses(frame, rule, int(world.others.run.head.get("year", 0))))
    else:
        waiting = frame["status"].eq("GROUP_TOO_SMALL")
        frame = frame.assign(status=frame["status"].mask(waiting, "RANKED"))
    table = rank(frame, rule=rule, lang="zh").table
    return pd.Series(table["in_bottom_share"].array, index=pd.Index(table["uscc"]))


def _rule(world: World) -> Rule:
    rule = world.rule.rule
    if rule is None:
        raise ValueError("a rule that cannot be read has no world")
    freeze = world.freeze
    return replace(
        rule,
        frozen_groups=freeze.frozen_groups,
        frozen_bases=freeze.frozen_bases,
        frozen_extremes=freeze.frozen_extremes,
        frozen_means=freeze.frozen_means,
    )


def _frame(world: World, uscc: str | None, *, keep: pd.Series | None = None) -> pd.DataFrame:
    """Return the enterprises of a world, the one in question with its own figures, K against the world's reference."""
    reference = _reference(world)
    rows = world.others.firms if keep is None else world.others.firms.loc[keep]
    rows = _repriced(rows, world.others.reference, reference)
    if uscc is None or world.own is world.others:
        return rows.reset_index(drop=True)
    mine = _repriced(world.own.firms.loc[[uscc]], world.own.reference, reference)
    kept = rows.loc[rows.index != uscc]
    typed = mine.reindex(columns=rows.columns).astype(rows.dtypes.to_dict())
    return pd.concat([kept, typed], ignore_index=True)


def _reference(world: World) -> float | None:
    """Return the reference price of a world: declared by its rule, else locked, else that of the others' run."""
    if world.rule.declared is not None:
        return world.rule.declared
    return world.freeze.frozen_price if world.freeze.frozen_price is not None else world.others.reference


def _repriced(rows: pd.DataFrame, own: float | None, wanted: float | None) -> pd.DataFrame:
    if own is None or wanted is None or own == wanted:
        return rows
    k = rows["price_coefficient"].to_numpy(dtype=float)
    return rows.assign(price_coefficient=np.where(k == NEUTRAL, k, k * own / wanted))


def _group_that_stays(uscc: str, world: World) -> str | None:
    """Return the group of the enterprise where no swap can move the grouping; None where it could."""
    firms = world.others.firms
    if _differ((*GROUPING, *STATUS), world) or world.freeze.frozen_groups != world.others.frozen_groups:
        return None
    for name in ("industry_code", "scale", "park_type"):
        if name in firms.columns and _text(firms, uscc, name) != _text(world.own.firms, uscc, name):
            return None
    return _text(firms, uscc, "industry_group")


def _differ(names: tuple[str, ...], world: World) -> bool:
    rules = (world.rule.rule, world.others.rule, world.own.rule)
    return any(getattr(rules[0], name) != getattr(rule, name, None) for rule in rules[1:] for name in names)


def _text(firms: pd.DataFrame, uscc: str, name: str) -> str | None:
    if name not in firms.columns or uscc not in firms.index:
        return None
    value: Any = firms.loc[uscc, name]
    return None if pd.isna(value) else str(value)


def _statuses(rows: pd.DataFrame, rule: Rule, year: int) -> pd.Series:
    """Return the statuses by figures; what a run does not publish is taken from the status it gave."""
    told: Mapping[str, pd.Series] = {
        "under_construction": rows["status"].eq("EXEMPT_CONSTRUCTION"),
        "with_holder": rows["status"].eq("WITH_HOLDER"),
    }
    return statuses(rows.assign(**told), rule=rule, year=year)
