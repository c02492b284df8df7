"""Hold what plans are made from: options, parcels and their users, cases so far, the task, plans written by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.casewords import DONE, NEGOTIATING
from landuse.industry import division
from landuse.planning import Measures

if TYPE_CHECKING:
    from landuse.tables import Geometries

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PlanGround:
    """What plans are made from."""

    options: pd.DataFrame
    """`OPTION_COLUMNS`, sorted by parcel (as in the run) and measure."""
    parcels: pd.DataFrame
    """Published parcel table of the run."""
    enterprises: pd.DataFrame
    occupancy: pd.DataFrame
    cases: pd.DataFrame
    """`CASE_COLUMNS`; empty without cases."""
    targets: pd.DataFrame
    """Table targets; empty where there is none."""
    hand: pd.DataFrame
    """Table hand_plans; empty where nobody wrote plans by hand."""
    as_of: date
    measures: Measures = field(default_factory=Measures)
    shapes: Geometries | None = None
    """Polygons in metres, row by row with the parcels; asked for only where sites are assembled."""

    @cached_property
    def codes(self) -> pd.Index:
        """Return the parcel codes, in the order of the run."""
        return pd.Index(self.parcels["parcel_id"].astype("str"))

    @cached_property
    def settled(self) -> frozenset[str]:
        """Return the parcels that cases have handled or are negotiating: no candidates any more."""
        if not len(self.cases):
            return frozenset()
        state, counts = self.cases["state"], self.cases["counts"].eq(other=True).fillna(value=False)
        rows = state.eq(DONE) | (state.eq(NEGOTIATING) & counts)
        return frozenset(self.cases.loc[rows.fillna(value=False), "parcel_id"].dropna().astype("str"))

    def counted_mu(self, state: str) -> float:
        """Return the land that cases of a state count for; a plot counts once."""
        if not len(self.cases):
            return 0.0
        rows = self.cases["state"].eq(state) & self.cases["counts"].eq(other=True).fillna(value=False)
        return float(self.cases.loc[rows.fillna(value=False), "counted_mu"].sum())

    def text(self, name: str) -> pd.Series:
        """Return a text column of the parcels, blank where unknown or where the run has no such column."""
        if name not in self.parcels.columns:
            return pd.Series([""] * len(self.parcels), dtype="object")
        return self.parcels[name].astype("object").where(self.parcels[name].notna(), "").reset_index(drop=True)

    def number(self, name: str) -> Numbers:
        """Return a column of numbers of the parcels, NaN where unknown or where the run has no such column."""
        if name not in self.parcels.columns:
            return np.full(len(self.parcels), np.nan)
        return self.parcels[name].to_numpy(dtype="float64", na_value=np.nan)

    @cached_property
    def industry(self) -> pd.Series:
        """Return the division of the largest user of each parcel, row by row; blank where nobody or unknown."""
        users, firms = self.occupancy, self.enterprises
        if not len(users) or not len(firms):
            return pd.Series([""] * len(self.parcels), dtype="object")
        rows = users[["parcel_id", "uscc", "land_mu"]].sort_values(["land_mu", "uscc"], ascending=[False, True])
        largest = rows.drop_duplicates("parcel_id").set_index("parcel_id")["uscc"]
        codes = firms.drop_duplicates("uscc").set_index("uscc")["industry_code"]
        found = division(largest.map(codes).reindex(self.codes))
        return found.astype("object").where(found.notna(), "").reset_index(drop=True)
