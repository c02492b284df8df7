"""Say the holder of a parcel by its place among the enterprises on it, instead of writing its name once more."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from landuse.cartography.page.fields import Sheet

PLACE: Final = "holder_place"
"""Column of the parcels: 1 = the first enterprise on it has the name of the holder; 0 = the name stands in `holder`."""


def lent_holders(parcels: Sheet, firms: Sheet, uses: Sheet) -> Sheet:
    """Return the parcels with the holder left out where an enterprise on the parcel has that very name.

    The page reads the name from the enterprises. A sheet without free names is returned as it is.
    """
    free = [
        {one.name: one.kind for one in sheet.fields}.get(name) for sheet, name in ((parcels, "holder"), (firms, "name"))
    ]
    if free != ["text", "text"] or not {"firm"} <= set(uses.columns) or "occupants" not in parcels.columns:
        return parcels
    count = parcels.columns["occupants"].to_numpy(dtype=np.int64)
    row = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    holder, name = parcels.columns["holder"].astype("str"), firms.columns["name"].astype("str")
    codes, _ = pd.factorize(pd.concat([holder, name], ignore_index=True))
    who = uses.columns["firm"].to_numpy(dtype=np.int64) + len(holder)
    same = (codes[row] == codes[who]) & (codes[row] >= 0)
    told = np.zeros(len(count), dtype=np.int64)
    told[row[same][::-1]] = place[same][::-1] + 1  # the first one is written last
    made = replace(parcels, columns=dict(parcels.columns), fields=list(parcels.fields))
    made.columns["holder"] = parcels.columns["holder"].mask(told > 0)
    made.whole(PLACE, told)
    return made
