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
    for name, missing in MISSING.items():
        if value is missing:
            return {"missing": name}
    if isinstance(value, Mapping):
        return {"map": {str(key): as_json(each) for key, each in value.items()}}
    if isinstance(value, tuple):
        return {"tuple": [as_json(each) for each in value]}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if isinstance(value, pd.Timestamp):
        return {"time": value.isoformat(), "unit": value.unit}
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not math.isfinite(plain):
        return {"number": str(plain)}
    if plain is None or isinstance(plain, str | bool | int | float):
        return plain
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
