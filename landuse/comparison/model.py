"""Say what a comparison of two runs is: who entered, left or stayed on which list, by which causes, and the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from landuse.tables.runs import RunRecord

ENTERED: Final = "entered"
LEFT: Final = "left"
STAYED: Final = "stayed"
CAUSES: Final = ("status", "own_data", "rule", "freeze", "others_data", "tool")
"""Causes; of two that decide alike the earlier is named first.

status: the unit is evaluated in one run and not in the other. own_data: figures of its own. rule: a parameter of the
rule, its pack or the project. freeze: locked values came, went or changed. others_data: only the others of its group
changed. tool: none of these, so the runs differ by the program."""
LISTS: Final[Mapping[str, str]] = {
    "enterprises": "enterprise", "low": "parcel", "partly_low": "parcel", "stopped": "parcel", "idle": "parcel",
}  # fmt: skip
"""List -> what its units are."""
CLASSES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "low": ("efficiency_class", ("low",)),
    "partly_low": ("efficiency_class", ("partly_low",)),
    "stopped": ("efficiency_class", ("stopped", "vacant")),
    "idle": ("idle_class", ("IDLE_T1", "IDLE_T2")),
}
"""List of parcels -> the column and the classes that make it."""
FIRM_FIGURES: Final = (
    "status", "industry_group", "area_mu", "tax_wan", "score", "rank", "n_in_group", "k", "cut",
)  # fmt: skip
"""What is shown of an enterprise in both runs, beside its measures."""
PLOT_FIGURES: Final = (
    "efficiency_class", "idle_class", "area_mu", "tax_wan", "output_wan", "low_efficiency_share", "tax_per_mu",
    "output_per_mu", "output_per_energy",
)  # fmt: skip
PUBLIC: Final = "公示"
"""Stage after which whoever enters must be heard anew."""
UNIT_COLUMNS: Final = ("list", "unit", "key", "name", "change", "causes", "decided", "together", "heard_anew")
DETAIL_COLUMNS: Final = ("list", "key", "cause", "what", "object", "old", "new", "decides")


@dataclass(frozen=True)
class Comparison:
    """What lies between two runs."""

    old: RunRecord
    new: RunRecord
    units: pd.DataFrame
    """One row a unit of a list it is on in either run: `UNIT_COLUMNS`, then each figure as ``<figure>_old`` and
    ``<figure>_new``. causes: tuple, the deciding one first; decided: the causes were found by computing again with one
    thing swapped (else all that changed are named); together: none of them turns the result alone; heard_anew: it
    entered after a publication."""
    details: pd.DataFrame
    """`DETAIL_COLUMNS`: what changed behind each cause, old and new as plain text; decides: the cause decides."""
    parameters: pd.DataFrame
    """parameter, old, new: every parameter that differs between the two runs."""
    totals: pd.DataFrame
    """list, quantity, old, entered, left, stayed_change, new: old + entered - left + stayed_change = new, exactly."""
    notes: tuple[str, ...]
    """Codes of what a reader must know of the pair: other versions, other years, same inputs."""
    plan: pd.DataFrame = field(default_factory=pd.DataFrame)
    """`plan.PLAN_COLUMNS`: parcels of the plan that either run shows; no row where one shows none."""

    def of(self, name: str, change: str) -> pd.DataFrame:
        """Return the units of one list that entered, left or stayed."""
        rows = self.units["list"].eq(name) & self.units["change"].eq(change)
        return self.units.loc[rows].reset_index(drop=True)
