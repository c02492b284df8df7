"""Rank enterprises: measures, groups, scores and standings put together into the table of enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.errors import DefectError
from landuse.indicators import enterprise_measures
from landuse.ranking.doubts import Members, dropped_bases, ties, unused_frozen, without_base
from landuse.ranking.groups import Grouping, assign_groups, group_name
from landuse.ranking.score import Standing, scores, stand
from landuse.ranking.text import Coded
from landuse.ranking.yard import Ints, Yard, bases_in_force, group_yard
from landuse.rule import Rule

_RESULT: Final = (
    "status", "industry_group", "group_path", "n_in_group", "score", "rank", "grade", "in_bottom_share",
)  # fmt: skip
"""What a pooled row takes over from its unit."""


@dataclass(frozen=True)
class Ranked:
    """Enterprises with their place in their group, and the groups."""

    table: pd.DataFrame
    """The rows given, with measures, n_indicators, industry_group, group_path, n_in_group, score, rank, grade,
    in_bottom_share and the final status; the ranking columns are missing where the status is not RANKED."""
    groups: pd.DataFrame
    """industry_group, name, n, k, flagged, tied_at_cut, ``base_<measure>`` of each measure of the rule,
    in the order of the group codes; n sums to the number of ranked units."""
    issues: pd.DataFrame
    yard: Yard
    """What the measures of each group were compared with."""


@dataclass(frozen=True)
class _Scored:
    """The units that were grouped, by their row in the table."""

    rows: Ints
    group: Ints
    score: npt.NDArray[np.float64]
    standing: Standing


def rank(frame: pd.DataFrame, *, rule: Rule, lang: str) -> Ranked:
    """Return the enterprises ranked inside their groups.

    Parameters
    ----------
    frame
        One row a uscc: uscc, industry_code, area_mu, price_coefficient, tax_wan, output_wan (value used), energy_tce,
        status (of `statuses`: RANKED = passes every test before GROUP_TOO_SMALL), scale where groups are built within
        it. ``rank_unit`` (shared parcels): uscc of the holder with whom the row is pooled, else its own; the holder's
        row carries the pooled land and money, the others carry its result and are not counted.
    lang
        Language of the group names.

    Notes
    -----
    An enterprise none of whose known indicators has a base in its group cannot be scored: INCOMPLETE, with the issue
    NO_INDICATOR_LEFT. No base that is left depends on it, so the group is not computed again; it keeps its name even
    when fewer than ``min_group`` remain. A group without anybody scored is not listed.
    """
    measured = enterprise_measures(frame, rule=rule)
    unit, orphans = _units(frame)
    passes = frame["status"].eq("RANKED").to_numpy(dtype=bool)
    rows = np.flatnonzero(passes & (unit == np.arange(len(frame))))
    candidates = measured.iloc[rows]
    _expect_coefficients(candidates, rule)
    grouping = assign_groups(candidates, rule=rule)
    inside = grouping.group >= 0
    members, group = candidates[inside], grouping.group[inside]
    yard = group_yard(members, group, grouping.names, rule=rule)
    score = scores(members, group, yard, rule=rule)
    known = ~np.isnan(score)
    standing = stand(score[known], group[known], len(grouping.names), rule=rule)
    scored = _Scored(rows[inside][known], group[known], score[known], standing)
    table = _placed(measured, scored, grouping, rows, rule)
    issues = [
        orphans,
        dropped_bases(Members(members, group, yard.low), standing, grouping, rule=rule, lang=lang),
        without_base(members, ~known, grouping, group),
        ties(score[known], group[known], standing, grouping, rule=rule),
        unused_frozen(frame, standing, grouping, rule=rule),
    ]
    shown = bases_in_force(members, group, yard.low, rule=rule)
    groups = _group_table(grouping, shown, standing, rule, lang)
    return Ranked(_carried(table, unit, passes), groups, tables.join_issues(issues), yard)


# ------------------------------------------------------------------------------------------------ units


def _units(frame: pd.DataFrame) -> tuple[Ints, pd.DataFrame]:
    """Return the row that stands for each row, and an issue where that row does not exist."""
    own = np.arange(len(frame))
    if "rank_unit" not in frame.columns:
        return own, tables.no_issues()
    unit = frame["rank_unit"].where(frame["rank_unit"].notna(), frame["uscc"])
    found = pd.Index(frame["uscc"]).get_indexer(pd.Index(unit))
    lost = found < 0
    value = unit[lost].tolist()
    issues = tables.issue_rows("UNIT_UNKNOWN", frame[lost], table="enterprises", key="uscc", value=value)
    return np.where(lost, own, found), issues


def _carried(table: pd.DataFrame, unit: Ints, passes: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the table with the result of its unit on each pooled row that has no exemption of its own."""
    own = np.arange(len(table))
    pooled = unit != own
    if not pooled.any():
        return table
    by_money = table["status"].isin(["NO_LAND", "NO_ACCOUNT", "INCOMPLETE"]).to_numpy(dtype=bool)
    source = np.where(pooled & (passes | by_money), unit, own)
    taken = table[list(_RESULT)].take(source).set_axis(table.index)
    return table.assign(**{name: taken[name] for name in _RESULT})


def _expect_coefficients(candidates: pd.DataFrame, rule: Rule) -> None:
    if rule.price_apply != "none" and candidates["price_coefficient"].isna().any():
        raise DefectError("ranking: an enterprise with land has no land-price coefficient (1.0 where unknown)")


# ----------------------------------------------------------------------------------------------- tables


def _placed(table: pd.DataFrame, scored: _Scored, grouping: Grouping, rows: Ints, rule: Rule) -> pd.DataFrame:
    size, at, standing = len(table), scored.rows, scored.standing
    group = _spread(size, at, scored.group)
    path = _spread(size, rows, grouping.path.codes)
    grade = _spread(size, at, standing.grade)
    status = table["status"].to_numpy(dtype=object, copy=True)
    status[rows] = np.where(grouping.group < 0, "GROUP_TOO_SMALL", "INCOMPLETE")
    status[at] = "RANKED"
    value = np.full(size, np.nan)
    value[at] = scored.score
    return table.assign(
        status=pd.Series(status, table.index, dtype="str"),
        industry_group=Coded(group, grouping.names).text(table.index, "industry_group"),
        group_path=Coded(path, grouping.path.words).text(table.index, "group_path"),
        n_in_group=_integers(size, at, standing.n[scored.group]),
        score=value,
        rank=_integers(size, at, standing.rank),
        grade=Coded(grade, list(rule.grades)).text(table.index, "grade"),
        in_bottom_share=_flags(size, at, standing.in_bottom_share),
    )


def _group_table(
    grouping: Grouping, bases: npt.NDArray[np.float64], standing: Standing, rule: Rule, lang: str
) -> pd.DataFrame:
    names = pd.Series(grouping.names, dtype="str")
    table = pd.DataFrame(
        {
            "industry_group": names,
            "name": pd.Series([group_name(name, rule=rule, lang=lang) for name in names], dtype="str"),
            "n": pd.array(standing.n, dtype="Int64"),
            "k": pd.array(standing.k, dtype="Int64"),
            "flagged": pd.array(standing.flagged, dtype="Int64"),
            "tied_at_cut": pd.array(standing.flagged - standing.k, dtype="Int64"),
            **{f"base_{name}": bases[:, column] for column, name in enumerate(rule.indicators)},
        }
    )
    return table[table["n"] > 0].reset_index(drop=True)


# ----------------------------------------------------------------------------------------------- columns


def _spread(size: int, rows: Ints, codes: Ints) -> Ints:
    spread = np.full(size, -1, dtype=np.intp)
    spread[rows] = codes
    return spread


def _integers(size: int, rows: Ints, values: Ints) -> pd.arrays.IntegerArray:
    spread, missing = np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    spread[rows], missing[rows] = values, False
    return pd.arrays.IntegerArray(spread, missing)


def _flags(size: int, rows: Ints, values: npt.NDArray[np.bool_]) -> pd.arrays.BooleanArray:
    spread, missing = np.zeros(size, dtype=bool), np.ones(size, dtype=bool)
    spread[rows], missing[rows] = values, False
    return pd.arrays.BooleanArray(spread, missing)
