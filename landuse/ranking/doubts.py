"""Word the doubts of a ranking as issues: bases that fall away, ties that lengthen the list, frozen values unused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.ranking.groups import Grouping
from landuse.ranking.score import Ints, Standing
from landuse.rule import Rule


def dropped_bases(
    bases: npt.NDArray[np.float64], standing: Standing, grouping: Grouping, *, rule: Rule, lang: str
) -> pd.DataFrame:
    """Return a warning for each group and weighted indicator without a base: one where no group of several has it."""
    parts = []
    ranked = standing.n > 0
    if rule.method != "ratio":
        return tables.no_issues()
    for column, name in enumerate(rule.indicators):
        without = np.flatnonzero(np.isnan(bases[:, column]) & ranked)
        asked = [each for each in rule.all_strata if each.weights.get(name, 0) > 0 and name not in each.bases]
        if not asked or not len(without):
            continue
        entry = tables.column("enterprises", name)
        facts = {"indicator": entry.title(lang) if entry else name}
        if 1 < len(without) == ranked.sum():
            told = {**facts, "count": len(without)}
            parts.append(tables.one_issue("INDICATOR_ABSENT", table="groups", column=f"base_{name}", facts=told))
        else:
            parts.append(_of_groups("BASE_DROPPED", grouping, without, f"base_{name}", [facts] * len(without)))
    return tables.join_issues(parts)


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
    """Return a warning for frozen groups of enterprises that are not there, and for frozen bases of no group."""
    if not rule.frozen_groups and not rule.frozen_bases:
        return tables.no_issues()
    strange = sorted(set(rule.frozen_groups) - set(frame["uscc"]))
    used = {name for name, n in zip(grouping.names, standing.n, strict=True) if n > 0}
    idle = sorted(set(rule.frozen_bases) - used)
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
