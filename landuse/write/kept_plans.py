"""Keep the plans of a run: how they are cut from the published tables, and whatever these do not say exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from landuse.read.kept_tables import series
from landuse.tables import Outcome, Plans
from landuse.tables.exact import as_json
from landuse.tables.plan_tables import PARTS, PLAN_TABLES, WHOLE

if TYPE_CHECKING:
    import pyarrow as pa


def plans_index(plans: Plans, published: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what the index of a run says of its plans.

    Of each table: its rows, and its columns with their types. A column is read from the published table, from the row
    where the table begins in it, where exactly the same comes back; else its values stand here.
    """
    from landuse.write.parquet import arrow_table

    made = {name: arrow_table(published[name], name) for name in PLAN_TABLES if name in published}
    first = dict.fromkeys(PARTS, 0)
    outcomes = []
    for one in plans.outcomes.values():
        tables = {name: _entry(getattr(one, part), made.get(name), first[name]) for name, part in PARTS.items()}
        first = {name: first[name] + tables[name]["rows"] for name in PARTS}
        outcomes.append({**_words(one), "tables": tables, "issues": _entry(one.issues, None, 0)})
    return {
        "shown": plans.shown,
        "facts": as_json(plans.facts),
        "rows": {name: table.num_rows for name, table in made.items()},
        "tables": {name: _entry(getattr(plans, part), made.get(name), 0) for name, part in WHOLE.items()},
        "outcomes": outcomes,
    }


def _words(one: Outcome) -> dict[str, Any]:
    """Return what is known of a plan beside its tables."""
    return {
        "name": one.name,
        "title": one.title,
        "choose": one.choose,
        "is_feasible": bool(one.is_feasible),
        "is_expected": bool(one.is_expected),
        "totals": as_json(one.totals),
        "worth": [as_json(float(figure)) for figure in (one.value, one.bound, one.gap)],
        "warnings": list(one.warnings),
    }


def _entry(frame: pd.DataFrame, made: pa.Table | None, first: int) -> dict[str, Any]:
    """Return how a table comes back."""
    columns = [
        [str(name), str(values.dtype), None if _is_told(values, made, first) else as_json(values.tolist())]
        for name, values in frame.items()
    ]
    return {"rows": len(frame), "first": first, "columns": columns}


def _is_told(values: pd.Series, made: pa.Table | None, first: int) -> bool:
    """Return whether a published table gives a column back exactly; of one without rows there is nothing to give."""
    if made is None or not len(values) or values.name not in made.column_names:
        return False
    try:
        back = series(made.column(str(values.name)).slice(first, len(values)), str(values.dtype), is_json=False)
    except (ValueError, TypeError):
        return False
    if values.dtype == object:
        return all(map(_is_same, back.tolist(), values.tolist()))
    return back.dtype == values.dtype and back.equals(values.reset_index(drop=True))


def _is_same(back: Any, value: Any) -> bool:
    """Return whether two objects are the same, a missing one of the same kind."""
    if not isinstance(value, str | bool):
        return isinstance(back, float) and isinstance(value, float) and pd.isna(back) and pd.isna(value)
    return type(back) is type(value) and bool(back == value)
