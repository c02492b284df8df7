"""Say how a run keeps what drawing needs and its published tables do not carry: names of files, types, plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.tables.changes import Change
from landuse.tables.stages import Analysis
from landuse.tables.variants import Listed

FORMAT: Final = 1
"""Number of this way of keeping; a run that was kept otherwise cannot be drawn again."""
FOLDER: Final = "state"
INDEX: Final = f"{FOLDER}/state.json"
LOCKED: Final = f"{FOLDER}/locked.toml"
"""Values that were locked when the run began (`frozen.Locked`); absent where none were."""
PUBLISHED: Final = (
    "parcels", "enterprises", "occupancy", "findings", "groups", "history", "issues", "lift", "agreement", "balance",
)  # fmt: skip
"""Tables of an analysis that are published: only the columns that differ are kept beside them."""
FACTS: Final = ("unallocated", "papers", "power")
"""Facts of a run that are tables."""
REPEATED: Final = ("amount_in", "amount_out", "unallocated")
"""Columns of the balance that are published in other units than they are computed in."""
LISTED: Final = "listed"
"""Sources kept: the input rows of the listed objects."""
PRINTED: Final = "printed"
"""Sources kept: the input rows of the parcels that have plot pages, for there are too many listed objects."""
NONE: Final = "none"
"""Sources kept: none, for there are too many of either."""
STEPS: Final = ("low_from", "partly_from", "otherwise")
VARIANTS: Final = "variants"
YARD: Final = ("low", "high", "mean")
"""Parts of what groups are compared with (`ranking.yard.Yard`)."""


def kept_tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return the tables of an analysis by the name they are kept under; those of the variants where there are any."""
    tables = {name: getattr(analysis, name) for name in PUBLISHED if name != "parcels"}
    tables = {"parcels": analysis.parcels.table, **tables, "accounts": analysis.accounts}
    tables |= {name: analysis.facts[name] for name in FACTS if isinstance(analysis.facts.get(name), pd.DataFrame)}
    if analysis.variants is not None:
        tables |= {VARIANTS: analysis.variants.rows, "variant_changes": analysis.variants.changes}
    return tables


def as_parcel_steps(found: Mapping[str, Listed]) -> pd.DataFrame:
    """Return what variants say of each parcel: four small numbers a variant, in the order of the variants."""
    columns: dict[str, Any] = {}
    for number, one in enumerate(found.values()):
        columns |= {f"{name}_{number}": getattr(one.steps, name) for name in STEPS}
        columns[f"classes_{number}"] = one.classes
    return pd.DataFrame(columns)


def as_enterprise_steps(found: Mapping[str, Listed]) -> pd.DataFrame:
    """Return the share from which each enterprise is listed, a column a variant."""
    return pd.DataFrame({f"listed_from_{number}": one.listed_from for number, one in enumerate(found.values())})


def encoded(value: Any) -> Any:
    """Return a value as JSON holds it: days, tuples and mappings are marked, whatever is unknown is null."""
    if isinstance(value, Mapping):
        return {"map": {str(key): encoded(each) for key, each in value.items()}}
    if isinstance(value, list | tuple):
        return [encoded(each) for each in value]
    if isinstance(value, str | bool | int):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, np.generic):
        return encoded(value.item())
    return {"day": value.isoformat()} if hasattr(value, "isoformat") else value


def decoded(value: Any) -> Any:
    """Return a value that was `encoded`: lists as tuples, days as timestamps."""
    if isinstance(value, list):
        return tuple(decoded(each) for each in value)
    if not isinstance(value, dict):
        return value
    if "day" in value:
        return pd.Timestamp(value["day"])
    return {key: decoded(each) for key, each in value["map"].items()}


def change_as_plain(place: tuple[int, str], change: Change) -> dict[str, Any]:
    """Return a correction of a cell as JSON holds it."""
    return {"row": place[0], "cell": place[1], "change": {**asdict(change), "source": list(change.source)}}


def change_of(plain: Mapping[str, Any]) -> tuple[tuple[int, str], Change]:
    """Return a correction from what `change_as_plain` made of it."""
    file, sheet, row = plain["change"]["source"]
    change = Change(**{**plain["change"], "source": (file, sheet, row)})
    return (int(plain["row"]), str(plain["cell"])), change
