"""Read the plans of a finished run back, as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from landuse.errors import InputError
from landuse.read.kept_tables import Kept, damaged, series
from landuse.tables import Outcome, Plans
from landuse.tables import kept as k
from landuse.tables.exact import from_json
from landuse.tables.plan_tables import PARTS, WHOLE


def plans_of(kept: Kept) -> Plans | None:
    """Return the plans of a run; None where it had none.

    Raises
    ------
    InputError
        A published table of them, or what is kept of them, is damaged.
    """
    held = kept.index.get("plans")
    if held is None:
        return None
    try:
        tables = {part: _table(kept, name, held["tables"][name]) for name, part in WHOLE.items()}
        return Plans(
            outcomes={str(one["name"]): _outcome(kept, one) for one in held["outcomes"]},
            shown=str(held["shown"]),
            facts=from_json(held["facts"]),
            **tables,
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise InputError([damaged(kept.folder / k.INDEX, "plans")]) from None


def _outcome(kept: Kept, one: Mapping[str, Any]) -> Outcome:
    value, bound, gap = (from_json(each) for each in one["worth"])
    tables: dict[str, Any] = {part: _table(kept, name, one["tables"][name]) for name, part in PARTS.items()}
    return Outcome(
        name=str(one["name"]),
        title=str(one["title"]),
        choose=str(one["choose"]),
        is_feasible=bool(one["is_feasible"]),
        is_expected=bool(one["is_expected"]),
        totals=from_json(one["totals"]),
        value=value,
        bound=bound,
        gap=gap,
        warnings=tuple(one["warnings"]),
        issues=_table(kept, "issues", one["issues"]),
        **tables,
    )


def _table(kept: Kept, name: str, entry: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of plans, cut from the published one of that name where that says it exactly."""
    found = {
        column: _published(kept, name, entry, (column, kind)) if values is None else _said(from_json(values), kind)
        for column, kind, values in entry["columns"]
    }
    return pd.DataFrame(found, index=pd.RangeIndex(entry["rows"]))


def _said(values: list[Any], kind: Any) -> pd.Series:
    return pd.Series(values, dtype=object).astype(kind)


def _published(kept: Kept, name: str, entry: Mapping[str, Any], column: tuple[str, str]) -> pd.Series:
    known, kind = column
    try:
        return series(kept.arrow(name).column(known).slice(entry["first"], entry["rows"]), kind, is_json=False)
    except (KeyError, ValueError, TypeError):
        raise InputError([damaged(kept.folder / f"{name}.parquet", known)]) from None
