"""Find which figures of its own a unit changed between two runs, column by column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.comparison.side import Side

Mask = npt.NDArray[np.bool_]

RESULTS: Final = frozenset(
    {
        "uscc", "parcel_id", "name", "former_names", "labels", "origin", "industry_group", "group_path", "n_in_group",
        "score", "rank", "grade", "in_bottom_share", "low_efficiency", "status", "reasons", "reasons_noted", "because",
        "n_indicators", "n_years", "k", "cut", "batch", "years_in_bottom", "previous_listed", "previous_grade",
        "in_variants", "robust_core", "stability", "stability_class", "source_file", "source_sheet", "source_row",
    }
)  # fmt: skip
"""Columns of enterprises that a run works out, or that decide nothing."""
TOLERANCE: Final = 1e-9
"""Relative difference up to which two numbers are the same: another order of summing is no change."""
PRICE: Final = "price_coefficient"


def own_changes(old: Side, new: Side) -> pd.DataFrame:
    """Return which own columns differ, a row for each enterprise of both runs (index uscc), a flag for each column.

    K counts as changed where price / reference changed by more than the reference did.
    """
    both = old.firms.index.intersection(new.firms.index)
    first, second = old.firms.loc[both], new.firms.loc[both]
    measures = {f"{name}{end}" for side in (old, new) for name in side.indicators for end in ("", "_corrected")}
    names = [n for n in dict.fromkeys([*first.columns, *second.columns]) if n not in RESULTS and n not in measures]
    flags = {str(name): differs(first, second, str(name)) for name in names}
    if PRICE in flags and old.reference is not None and new.reference is not None:
        a, b = (side[PRICE].to_numpy(dtype=float) for side in (first, second))
        flags[PRICE] &= ~np.isclose(a * old.reference, b * new.reference, rtol=TOLERANCE, atol=0.0)
    return pd.DataFrame(flags, index=both)


def differs(first: pd.DataFrame, second: pd.DataFrame, name: str) -> Mask:
    """Return, row by row, whether a column differs; unknown and unknown are alike, as is a column nobody has."""
    a, b = (_column(frame, name) for frame in (first, second))
    gone = a.isna().to_numpy(dtype=bool) != b.isna().to_numpy(dtype=bool)
    both = (a.notna().to_numpy() & b.notna().to_numpy()).astype(bool)
    different = np.zeros(len(a), dtype=bool)
    x, y = a[both], b[both]
    if _numeric(a) and _numeric(b):
        different[both] = ~np.isclose(x.to_numpy(dtype=float), y.to_numpy(dtype=float), rtol=TOLERANCE, atol=0.0)
    else:
        different[both] = x.to_numpy(dtype=object) != y.to_numpy(dtype=object)
    changed: Mask = gone | different
    return changed


def plain(value: Any) -> str:
    """Return a value as text that reads the same in every language; blank for unknown."""
    if isinstance(value, tuple | list):
        return ", ".join(plain(entry) for entry in value)
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    return f"{value:.10g}" if isinstance(value, float | np.floating) else str(value)


def pairs(first: pd.Series, second: pd.Series, names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return column, old and new text of some columns of one unit."""
    return [(name, plain(first.get(name)), plain(second.get(name))) for name in names]


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame.columns else pd.Series(np.nan, index=frame.index)


def _numeric(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype)) and not pd.api.types.is_bool_dtype(values.dtype)
