"""Say what would lift an enterprise out of the bottom share: the least change of one figure, all else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.indicators import enterprise_measures
from landuse.measures import measures
from landuse.ranking import group_yard, half_up, scores, stand
from landuse.rule import Rule
from landuse.scenarios.pool import AREA, Floats, Ints, Mask, Pool, own_units
from landuse.scenarios.search import Reach, least_change

QUANTITIES: Final[Mapping[str, tuple[int, int]]] = {
    "tax_wan": (1, 1_000_000), "output_wan": (1, 1_000_000), "energy_tce": (-1, 100), AREA: (-1, 10_000),
}  # fmt: skip
"""Figure -> the way that helps (+1 more, -1 less), and parts of a unit: fen, 0.01 tce, 0.0001 mu."""
REASONS: Final = (
    "", "POOLED", "ALL_LISTED", "NO_WEIGHT", "UNKNOWN", "NO_YIELD", "AT_CAP", "NOT_ENOUGH", "SMALL", "UNSURE",
)  # fmt: skip
"""Why a change of one figure alone does not help; blank = it does."""
COLUMNS: Final = ("uscc", "quantity", "from", "to", "change", "change_share", "possible", "why")
LISTED_OF: Final = 50_000
"""Enterprises up to which a run asks for everybody: more than any county has. Of more, each is asked when explained."""
CHECKED: Final = 200_000
"""Rows up to which the answers are put through the kernel of the ranking itself."""
FAR: Final = 1000.0
"""Without a cap: so many times the whole group's amount is as far as is searched."""


@dataclass(frozen=True)
class _Answer:
    """What was found for one figure of some members of a group; filled in place while it is made."""

    before: Floats
    after: Floats
    why: Ints


def lift(enterprises: pd.DataFrame, *, rule: Rule) -> pd.DataFrame:
    """Return the least change of each figure that takes each listed enterprise out of the bottom share of its group.

    Tax, output and energy are those compared (a mean where means of three years are); less land means that much less
    land evaluated, the land of others and all K staying as they are. The search ends where the enterprise's own
    points can grow no further: beyond that only the base of the whole group would move.

    Parameters
    ----------
    enterprises
        Ranked table of `ranking.rank`.

    Returns
    -------
    pandas.DataFrame
        uscc, quantity, from, to, change, change_share (of the amount it starts from), possible, why (a code of
        `REASONS`), four rows an enterprise in the bottom share, in the order of the table. `to` is rounded to fen,
        0.01 tce and 0.0001 mu, to the side on which the enterprise is out.
    """
    listed = enterprises["in_bottom_share"].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
    rows, units = np.flatnonzero(listed), own_units(enterprises)
    found = {name: _blank(enterprises.iloc[rows], name) for name in QUANTITIES}
    place = np.full(len(enterprises), -1, dtype=np.intp)
    place[rows] = np.arange(len(rows))
    if listed[units].any():
        groups = _Groups.of(enterprises.iloc[units], place[units])
        _fill(found, groups, rule)
        _confirm(found, groups, rule)
    return _table(enterprises["uscc"].to_numpy(dtype=object)[rows], found)


def lifts(enterprises: pd.DataFrame, *, rule: Rule) -> pd.DataFrame:
    """Return `lift` of all enterprises of a run; no row where they are more than `LISTED_OF`."""
    return lift(enterprises if len(enterprises) <= LISTED_OF else enterprises.iloc[:0], rule=rule)


@dataclass(frozen=True)
class _Groups:
    """The enterprises that were counted, group by group."""

    table: pd.DataFrame
    place: Ints
    """Place of each row among the listed; -1 = not listed."""
    names: list[str]
    rows: list[Ints]

    @classmethod
    def of(cls, counted: pd.DataFrame, place: Ints) -> _Groups:
        codes, names = pd.factorize(counted["industry_group"], sort=True)
        rows = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
        return cls(counted, place, [str(name) for name in names], rows)


def _blank(listed: pd.DataFrame, quantity: str) -> _Answer:
    """Return an answer that says nothing yet but that a pooled enterprise goes with its holder."""
    before = listed[quantity].to_numpy(dtype=float, copy=True)
    why = np.full(len(listed), REASONS.index("POOLED"), dtype=np.intp)
    return _Answer(before, np.full(len(listed), np.nan), why)


def _fill(found: Mapping[str, _Answer], groups: _Groups, rule: Rule) -> None:
    """Put the answers of every group into the blanks."""
    everybody = Pool.of(groups.table, rule=rule)
    for name, rows in zip(groups.names, groups.rows, strict=True):
        member = np.flatnonzero(groups.place[rows] >= 0)
        if not len(member):
            continue
        pool, at = everybody.cut(rows, name), groups.place[rows][member]
        for quantity, answer in found.items():
            answer.after[at], answer.why[at] = _of_group(pool, member, quantity)


# ---------------------------------------------------------------------------------------------- one group


def _of_group(pool: Pool, member: Ints, quantity: str) -> tuple[Floats, Ints]:
    """Return the amounts that take members of a group out, and why there is none (a place in `REASONS`)."""
    k = half_up(pool.rule.share, len(pool))
    sign, parts = QUANTITIES[quantity]
    before = pool.amounts(quantity)[member]
    why, far = _hindrances(pool, member, quantity, k=k)
    start = np.floor(before * parts) if sign > 0 else np.ceil(before * parts)
    least = np.maximum(_least_land(pool, member, quantity), 1 / parts)
    wanted = np.ceil(far * parts) + 1 - start if sign > 0 else start - np.floor(far * parts) + 1
    most = wanted if sign > 0 else np.minimum(wanted, start - np.ceil(least * parts))
    reach = Reach(member, start, np.where(why > 0, 0.0, most), sign, parts)
    steps = least_change(pool, k, quantity, reach=reach)
    held = np.where(most < wanted - 1, REASONS.index("SMALL"), REASONS.index("NOT_ENOUGH"))
    why = np.where((why == 0) & np.isnan(steps), held, why)
    return reach.amount(steps), why


def _hindrances(pool: Pool, member: Ints, quantity: str, *, k: int) -> tuple[Ints, Floats]:
    """Return why a search is idle (a place in `REASONS`, 0 = it is not), and the amount at which points end."""
    touched = pool.touched(quantity) & (pool.weights[member] > 0) & pool.counted(member)
    before, grows = pool.amounts(quantity)[member], QUANTITIES[quantity][0] > 0
    known = touched & ~np.isnan(pool.values[member])
    far = _farthest(pool, member, quantity, known)
    tests = {
        "AT_CAP": far <= before if grows else far >= before,
        "NO_YIELD": np.full(len(member), fill_value=not grows) & ~(known & (pool.tops[member] > 0)).any(axis=1),
        "UNKNOWN": ~known.any(axis=1) | np.isnan(before),
        "NO_WEIGHT": ~touched.any(axis=1),
        "ALL_LISTED": np.full(len(member), k >= len(pool)),
    }
    why = np.zeros(len(member), dtype=np.intp)
    for name, holds in tests.items():
        why[holds] = REASONS.index(name)
    return why, far


def _farthest(pool: Pool, member: Ints, quantity: str, known: Mask) -> Floats:
    """Return the amount at which the last of the measures it enters can give no more points."""
    grows = QUANTITIES[quantity][0] > 0
    above, below, cap = pool.above[member], pool.below[member], pool.rule.cap
    counts = ~np.isnan(pool.values)
    rest_above = np.where(counts, pool.above, 0.0).sum(axis=0) - above
    rest_below = np.where(counts, pool.below, 0.0).sum(axis=0) - below
    fixed = np.where(np.isnan(pool.declared[member]), pool.held.high[0], pool.declared[member])
    with np.errstate(invalid="ignore", divide="ignore"):
        if pool.rule.method == "minmax":
            highest = np.where(counts, pool.values, -np.inf).max(axis=0)
            fixed, cap = np.where(pool.held.compared[0], pool.held.high[0], highest)[None, :], 1.0
        if grows:
            room = rest_below + below - cap * below
            by_group = np.where(room > 0, cap * rest_above * below / room, np.inf)
            reached = np.where(np.isnan(fixed), by_group, cap * fixed * below)
            far = reached / np.array([measures()[name].factor for name in pool.rule.indicators])
            limit = FAR * (1.0 + np.nansum(np.abs(pool.amounts(quantity))))
            end: Floats = np.minimum(np.where(known, far, -np.inf).max(axis=1), limit)
            return end
        room = cap * (rest_above + above) - above
        by_group = np.where(room > 0, above * rest_below / room, np.inf)
        reached = np.where(np.isnan(fixed), by_group, above / (cap * fixed))
        far = reached * pool.amounts(quantity)[member][:, None] / below
        least: Floats = np.where(known & (above > 0), far, np.inf).min(axis=1)
        return least


def _least_land(pool: Pool, member: Ints, quantity: str) -> Floats:
    """Return the land under which a small enterprise is not compared at all."""
    small = pool.below_scale[member] & (quantity == AREA)
    return np.where(small, pool.rule.small_mu, 0.0)


# ------------------------------------------------------------------------------------------- confirmation


def _confirm(found: Mapping[str, _Answer], groups: _Groups, rule: Rule) -> None:
    """Put the answers through the kernel of the ranking itself; one that fails is moved by a part, then given up."""
    group_of = np.empty(len(next(iter(found.values())).why), dtype=np.intp)
    row_of = np.full(len(group_of), -1, dtype=np.intp)
    for number, rows in enumerate(groups.rows):
        listed = rows[groups.place[rows] >= 0]
        group_of[groups.place[listed]], row_of[groups.place[listed]] = number, listed
    for quantity, answer in found.items():
        sign, parts = QUANTITIES[quantity]
        asked = np.flatnonzero(answer.why == 0)
        if sum(len(groups.rows[group_of[place]]) for place in asked) > CHECKED:
            continue
        for last in (False, False, True):
            asked = asked[_still_listed(groups, (group_of[asked], row_of[asked]), quantity, answer.after[asked], rule)]
            answer.after[asked] = np.nan if last else (np.rint(answer.after[asked] * parts) + sign) / parts
        answer.why[asked] = REASONS.index("UNSURE")


def _still_listed(groups: _Groups, trial: tuple[Ints, Ints], quantity: str, amount: Floats, rule: Rule) -> Mask:
    """Return whether each trial leaves its enterprise listed: its group, once for each, ranked anew."""
    group_of, row_of = trial
    if not len(row_of):
        return np.zeros(0, dtype=bool)
    rows = np.concatenate([groups.rows[group] for group in group_of])
    number = np.repeat(np.arange(len(row_of)), [len(groups.rows[group]) for group in group_of])
    own = rows == row_of[number]
    table = groups.table.iloc[rows].reset_index(drop=True)
    values = table[quantity].to_numpy(dtype=float, copy=True)
    values[own] = amount
    table = enterprise_measures(table.assign(**{quantity: values}), rule=rule)
    yard = group_yard(table, number, [groups.names[group] for group in group_of], rule=rule)
    score = scores(table, number, yard, rule=rule)
    flagged: Mask = stand(score, number, len(row_of), rule=rule).in_bottom_share[own]
    return flagged


def _table(keys: npt.NDArray[np.object_], found: Mapping[str, _Answer]) -> pd.DataFrame:
    before, after = (
        np.stack([getattr(answer, side) for answer in found.values()], axis=1).ravel() for side in ("before", "after")
    )
    why = np.stack([answer.why for answer in found.values()], axis=1).ravel()
    share = np.divide(after - before, np.abs(before), out=np.full(len(before), np.nan), where=before != 0)
    return pd.DataFrame(
        {
            "uscc": pd.Series(np.repeat(keys, len(found)), dtype="str"),
            "quantity": pd.Series(list(found) * len(keys), dtype="str"),
            "from": before,
            "to": after,
            "change": after - before,
            "change_share": share,
            "possible": pd.array(why == 0, dtype="boolean"),
            "why": pd.Series([REASONS[code] for code in why], dtype="str"),
        }
    )
