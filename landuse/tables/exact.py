"""Say plain values as JSON holds them, so that exactly the same values come back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.errors import DefectError

MISSING: Final[Mapping[str, Any]] = {"NA": pd.NA, "NaT": pd.NaT}
"""Values that stand for what is not known, beside None and NaN."""


def as_json(value: Any) -> Any:
    """Return a value as JSON holds it: what JSON does not tell apart is marked; numbers of numpy become plain ones.

    Raises
    ------
    DefectError
        A value that is none of those that pass between rooms.
    """
    if isinstance(value, Mapping):
        return {"map": {str(key): as_json(each) for key, each in value.items()}}
    if isinstance(value, list | tuple):
        said = [as_json(each) for each in value]
        return {"tuple": said} if isinstance(value, tuple) else said
    for name, missing in MISSING.items():
        if value is missing:
            return {"missing": name}
    return _single(value.item() if isinstance(value, np.generic) else value)


def _single(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return {"time": value.isoformat(), "unit": value.unit}
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": str(value)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise DefectError(f"a value that cannot be kept: {type(value).__name__}")


def from_json(said: Any) -> Any:
    """Return the value that `as_json` said.

    Raises
    ------
    KeyError
        A mark that nobody made.
    """
    if isinstance(said, list):
        return [from_json(each) for each in said]
    if not isinstance(said, dict):
        return said
    if "map" in said:
        return {key: from_json(each) for key, each in said["map"].items()}
    if "tuple" in said:
        return tuple(from_json(each) for each in said["tuple"])
    if "time" in said:
        return pd.Timestamp(said["time"]).as_unit(said["unit"])
    return MISSING[said["missing"]] if "missing" in said else float(said["number"])
