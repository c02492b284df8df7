"""Name the columns of table findings that repeat millions of times, as categories: a byte a row instead of a text."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import load_folder

UNITS: Final = ("enterprise", "parcel")
RULES: Final = ("rule", "agreed", "law_rule")
"""Parts of the vocabulary that name rules."""


@cache
def repeated() -> dict[str, pd.CategoricalDtype]:
    """Return the types of `unit` and `rule_id`: every rule of the vocabulary, in its order."""
    book = load_folder("vocabulary/enumerations")
    rules = dict.fromkeys(name for part in RULES for name in book[part])
    return {"unit": pd.CategoricalDtype(list(UNITS)), "rule_id": pd.CategoricalDtype(list(rules))}


def repeating(column: str, value: str, size: int) -> pd.Categorical:
    """Return one value as a whole column `unit` or `rule_id`."""
    dtype = repeated()[column]
    return pd.Categorical.from_codes(np.full(size, dtype.categories.get_loc(value), dtype=np.int8), dtype=dtype)
