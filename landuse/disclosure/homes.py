"""Find the parcel on which each enterprise has most land: where it stands in tables by park and by town."""

from __future__ import annotations

from typing import Final

import pandas as pd

PLACES: Final = ("park", "town")


def homes(enterprises: pd.DataFrame, occupancy: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return parcel_id, park and town of each enterprise, row by row with `enterprises`; missing where unknown.

    Equal land: the lower parcel code.
    """
    index = enterprises.index
    if not {"parcel_id", "uscc", "land_mu"} <= set(occupancy.columns) or "uscc" not in enterprises.columns:
        return pd.DataFrame({name: pd.Series(None, index=index, dtype="str") for name in ("parcel_id", *PLACES)})
    order = occupancy[["uscc", "parcel_id", "land_mu"]].sort_values(
        ["land_mu", "parcel_id"], ascending=[False, True], kind="stable"
    )
    largest = order.drop_duplicates("uscc").set_index("uscc")["parcel_id"]
    at = enterprises["uscc"].map(largest)
    place = parcels.drop_duplicates("parcel_id").set_index("parcel_id")
    found = {
        name: at.map(place[name]) if name in place.columns else pd.Series(None, index=index, dtype="str")
        for name in PLACES
    }
    return pd.DataFrame({"parcel_id": at, **found}, index=index)
