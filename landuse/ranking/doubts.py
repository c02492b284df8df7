"""Word the doubts of a ranking as issues: bases that fall away, ties that lengthen the list, frozen values unused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.indicators import declared_bases, weight_rows
from landuse.measures import measures
from landuse.ranking.groups import Grouping
from landuse.ranking.score import Standing
from landuse.ranking.yard import Ints
from landuse.rule import Rule


@dataclass(frozen=True)
class Members:
    """The enterprises that were grouped, and what they are compared with."""

    table: pd.DataFrame
    group: Ints
    bases: npt.NDArray[np.float64]
    """Base, or lowest, of each group (rows) and measure (columns)."""


def dropped_bases(members: Members, standing: Standing, grouping: Grouping, *, rule: Rule, lang: str) -> pd.DataFrame:
    """Return a warning for each group and measure that its members weigh and that does not count in it.

    It has no base in the group (ratio, none declared), or nobody knows it; one issue where that is so in every group.
    Or it is known and stays out by the lock (minmax): nobody knew it when the others were locked.
    """
    weighed = weight_rows(members.table, rule=rule) > 0
    declared = ~np.isnan(declared_bases(members.table, rule=rule))
    parts = []
    for column, name in enumerate(rule.indicators):
        values = members.table[measures()[name].compared].notna().to_numpy(dtype=bool)
        asked = _any(weighed[:, column], members.group, grouping) & (standing.n > 0)
        unknown = asked & ~_any(weighed[:, column] & values, members.group, grouping)
        by_group = _any(weighed[:, column] & ~declared[:, column], members.group, grouping)
        without_any = asked & np.isnan(members.bases[:, column])
        dropped = without_any & by_group if rule.method == "ratio" else np.zeros(len(asked), dtype=bool)
        held_out = without_any & ~unknown & (rule.method == "minmax")
        entry = tables.column("enterprises", name)
        facts = {"indicator": entry.title(lang) if entry else name}
        codes = {"INDICATOR_ABSENT": "BASE_DROPPED", "MEASURE_ABSENT": "MEASURE_UNKNOWN"}
        for (all_groups, one), held in zip(codes.items(), (dropped, unknown & ~dropped), strict=True):
            without = np.flatnonzero(held)
            if 1 < len(without) == asked.sum():
                told = {**facts, "count": len(without)}
                parts.append(tables.one_issue(all_groups, table="groups", column=f"base_{name}", facts=told))
            elif len(without):
                parts.append(_of_groups(one, grouping, without, f"base_{name}", [facts] * len(without)))
        places = np.flatnonzero(held_out)
        parts.append(_of_groups("FROZEN_OUT", grouping, places, f"base_{name}", [facts] * len(places)))
    return tables.join_issues(parts)


def _any(flags: npt.NDArray[np.bool_], group: Ints, grouping: Grouping) -> npt.NDArray[np.bool_]:
    """Return the groups in which a flag holds of any member."""
    return np.bincount(group[flags], minlength=len(grouping.names)) > 0


def without_base(
    members: pd.DataFrame, without: npt.NDArray[np.bool_], grouping: Grouping, group: Ints
) -> pd.DataFrame:
    """Return a warning for each enterprise none of whose known indicators has a base in its group."""
    value = [grouping.names[place] for place in group[without]]
    return tables.issue_rows("NO_INDICATOR_LEFT", members[without], table="enterprises", key="uscc", value=value)


def ties(
    score: npt.NDArray[np.float64], group: Ints, standing: Standing, grouping: Grouping, *, rule: Rule
) -> pd.DataFrame:
    """Return an issue for each group whose list is longer than k because scores are equal at the cut.

    At the cap (fewer than k score below it) the whole group is listed: a warning. So are ties that more than double
    the list; fewer are a note.
    """
    cut = np.full(len(standing.n), -np.inf)
    np.maximum.at(cut, group[standing.in_bottom_share], score[standing.in_bottom_share])
    added = standing.flagged - standing.k
    at_cap = cut >= (100 * rule.cap if rule.method == "ratio" else 100.0)
    codes = {
        "TIED_AT_CAP": (added > 0) & at_cap,
        "TIED_WIDELY": (added > standing.k) & ~at_cap,
        "TIED_AT_CUT": (added > 0) & (added <= standing.k) & ~at_cap,
    }
    parts = []
    for code, holds in codes.items():
        places = np.flatnonzero(holds)
        counts = zip(standing.k[places], added[places], standing.flagged[places], cut[places], strict=True)
        facts = [{"k": int(k), "added": int(a), "flagged": int(f), "score": f"{s:.2f}"} for k, a, f, s in counts]
        parts.append(_of_groups(code, grouping, places, "tied_at_cut", facts))
    return tables.join_issues(parts)


def unused_frozen(frame: pd.DataFrame, standing: Standing, grouping: Grouping, *, rule: Rule) -> pd.DataFrame:
    """Return a warning for frozen groups of enterprises that are not there, and for frozen values of no group."""
    valued = {*rule.frozen_bases, *rule.frozen_extremes, *rule.frozen_means}
    if not rule.frozen_groups and not valued:
        return tables.no_issues()
    strange = sorted(set(rule.frozen_groups) - set(frame["uscc"]))
    used = {name for name, n in zip(grouping.names, standing.n, strict=True) if n > 0}
    idle = sorted(valued - used)
    found = (("FROZEN_NOBODY", "enterprises", strange), ("FROZEN_BASE_UNUSED", "groups", idle))
    return tables.join_issues(
        [
            tables.one_issue(code, table=table, value=names[0], facts={"count": len(names)})
            for code, table, names in found
            if names
        ]
    )


def _of_groups(
    code: str, grouping: Grouping, places: Ints, column: str, facts: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """Return one issue for each of some groups, by their place among the names."""
    names = [grouping.names[place] for place in places]
    rows = pd.DataFrame({"industry_group": names})
    return tables.issue_rows(code, rows, table="groups", key="industry_group", column=column, value=names, facts=facts)
