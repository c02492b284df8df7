"""Lay occupants beside parcels and enterprises: who uses which parcel, and what they have there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.tables.cells import numbers, text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

BANKRUPT: Final = ("破产", "破产重整")
CLOSED: Final = ("注销", "吊销", "迁出")
STOPPED: Final = ("停产", "半停产", "未投产", *BANKRUPT)
NOBODY: Final = -1
"""Place of a user that is not in the table of enterprises."""


@dataclass(frozen=True)
class Users:
    """Rows of occupancy whose parcel is known."""

    parcel: Ints
    """Row in the table of parcels."""
    firm: Ints
    """Row in the table of enterprises; NOBODY = not there."""
    land_mu: Floats
    weight: Floats
    """Part of the enterprise that lies on the parcel, 0 to 1."""
    n_parcels: int
    firms: pd.DataFrame

    @classmethod
    def of(cls, parcels: pd.DataFrame, enterprises: pd.DataFrame, occupancy: pd.DataFrame) -> Users:
        """Return the users of parcels; a user without an enterprise row stays, as NOBODY."""
        firms = enterprises.reset_index(drop=True)
        if not len(occupancy):
            none = np.zeros(0, dtype=np.intp)
            return cls(none, none, np.zeros(0), np.zeros(0), len(parcels), firms)
        place = pd.Index(parcels["parcel_id"]).get_indexer(pd.Index(occupancy["parcel_id"]))
        keys = pd.Index(firms["uscc"] if "uscc" in firms.columns else pd.Series(dtype="str"))
        firm = keys.get_indexer(pd.Index(occupancy["uscc"]))
        here = place >= 0
        land, weight = numbers(occupancy, "land_mu"), numbers(occupancy, "weight_of_enterprise")
        return cls(place[here], firm[here], land[here], weight[here], len(parcels), firms)

    def says(self, column: str, values: tuple[str, ...]) -> Mask:
        """Return row by row whether a text of the enterprise is one of some; unknown is not."""
        return self._laid(text(self.firms, column).isin(values).to_numpy(dtype=bool), fill=False)

    def states(self, column: str) -> Mask:
        """Return row by row whether a text of the enterprise is known."""
        return self._laid(text(self.firms, column).notna().to_numpy(dtype=bool), fill=False)

    def holds(self, column: str) -> Mask:
        """Return row by row whether a flag of the enterprise is true; unknown is not."""
        if column not in self.firms.columns:
            return np.zeros(len(self.parcel), dtype=bool)
        flags = self.firms[column].eq(other=True).fillna(value=False).to_numpy(dtype=bool)
        return self._laid(flags, fill=False)

    def carries(self, code: str) -> Mask:
        """Return row by row whether the enterprise has a code among its reasons, deciding or noted."""
        found = np.zeros(len(self.firms), dtype=bool)
        for column in ("reasons", "reasons_noted"):
            if column in self.firms.columns:
                each = self.firms[column].explode()
                found[each.index[each.eq(code).fillna(value=False).to_numpy(dtype=bool)]] = True
        return self._laid(found, fill=False)

    def amounts(self, stated: Floats) -> Floats:
        """Return row by row the part of an enterprise's amount that lies on the parcel; NaN = unknown."""
        padded = np.append(stated, np.nan)
        amount: Floats = padded[self.firm] * self.weight
        return amount

    def any_of(self, rows: Mask) -> Mask:
        """Return parcel by parcel whether any of its rows is marked."""
        return np.bincount(self.parcel[rows], minlength=self.n_parcels) > 0

    def sums(self, amounts: Floats, rows: Mask) -> Floats:
        """Return parcel by parcel the sum over its marked rows: unknown where one is, 0 where there is none."""
        return np.bincount(self.parcel[rows], weights=amounts[rows], minlength=self.n_parcels).astype(np.float64)

    @property
    def working(self) -> Mask:
        """Return row by row whether the user is known to be at work: neither stopped nor closed."""
        return self.states("production_state") & ~self.says("production_state", STOPPED) & ~self.closed

    @property
    def closed(self) -> Mask:
        """Return row by row whether the enterprise no longer exists here."""
        return self.says("registry_state", CLOSED)

    def _laid(self, of_firms: Mask, *, fill: bool) -> Mask:
        laid: Mask = np.append(of_firms, fill)[self.firm]
        return laid
