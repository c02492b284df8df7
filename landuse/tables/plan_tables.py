"""Name the tables that plans are published in, and lay those of several plans out as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from landuse.tables.plans import Outcome, Plans

OPTIONS: Final[Mapping[str, str]] = {"plan_options": "options"}
"""Published table -> field of `Plans`: what can be done with each parcel, …"""
PARTS: Final[Mapping[str, str]] = {
    "plan_lines": "lines",
    "plan_limits": "limits",
    "plan_moves": "moves",
    "plan_scopes": "scopes",
    "plan_years": "years",
    "plan_sites": "sites",
}
"""… published table -> field of `Outcome`: of all plans, each row with the plan it belongs to, …"""
TOTALS: Final = "plan_totals"
"""… one row a plan and figure, …"""
FOLLOWED: Final[Mapping[str, str]] = {"cases": "cases", "progress": "progress", "matches": "matches"}
"""… and published table -> field of `Plans`: cases, progress and demands, of which there is one table a run."""
WHOLE: Final[Mapping[str, str]] = {**OPTIONS, **FOLLOWED}
PLAN: Final = "plan"
"""Column that names the plan in a table of several."""
PLAN_TABLES: Final = (*OPTIONS, *PARTS, TOTALS, *FOLLOWED)


def pieces(plans: Plans, table: str) -> tuple[pd.DataFrame, ...]:
    """Return the parts that a published table is put together from, in the order of the plans; empty ones left out."""
    if table in WHOLE:
        found = [getattr(plans, WHOLE[table])]
    elif table == TOTALS:
        found = [_totals(one, is_shown=one.name == plans.shown) for one in plans.outcomes.values()]
    else:
        named = ((one.name, getattr(one, PARTS[table])) for one in plans.outcomes.values())
        found = [frame.assign(**{PLAN: pd.Series(name, index=frame.index, dtype="str")}) for name, frame in named]
    return tuple(frame for frame in found if len(frame))


def _totals(one: Outcome, *, is_shown: bool) -> pd.DataFrame:
    """Return the figures of one plan, its worth to the aim last."""
    figures = {**one.totals, "value": one.value, "bound": one.bound, "gap": one.gap}
    return pd.DataFrame(
        {
            PLAN: pd.Series([one.name] * len(figures), dtype="str"),
            "title": pd.Series([one.title] * len(figures), dtype="str"),
            "choose": pd.Series([one.choose] * len(figures), dtype="str"),
            "is_feasible": one.is_feasible,
            "is_expected": one.is_expected,
            "is_shown": is_shown,
            "warnings": pd.Series([tuple(one.warnings)] * len(figures), dtype=object),
            "figure": pd.Series(list(figures), dtype="str"),
            "amount": pd.Series(list(figures.values()), dtype="float64"),
        }
    )
