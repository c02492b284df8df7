"""Name the parcels and enterprises that somebody will ask about: those with a conclusion on them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse.project import Project
from landuse.tables import Analysis, no_issues, one_issue

EFFICIENCY: Final = ("low", "partly_low", "stopped", "vacant")
IDLE: Final = ("IDLE_T1", "IDLE_T2")


def listed_objects(parcels: pd.DataFrame, enterprises: pd.DataFrame) -> list[tuple[str, str]]:
    """Return kind and key of every listed parcel, then of every listed enterprise, in the order of their tables.

    A parcel is listed as low, partly low, stopped, vacant or suspected to be idle; an enterprise as proposed.
    """
    low = parcels["efficiency_class"].isin(EFFICIENCY) | parcels["idle_class"].isin(IDLE)
    flagged = enterprises["low_efficiency"].astype("boolean").fillna(value=False)
    keys = {"parcel": parcels.loc[low, "parcel_id"], "enterprise": enterprises.loc[flagged, "uscc"]}
    return [(kind, str(key)) for kind, found in keys.items() for key in found]


def wants_receipts(analysis: Analysis) -> bool:
    """Return whether a whole run writes receipts without being asked: there are some, and not too many."""
    most = analysis.project.outputs.receipts_up_to
    tables = {"efficiency_class", "idle_class"} <= set(analysis.parcels.table.columns)
    is_told = tables and "rule" in analysis.facts and "low_efficiency" in analysis.enterprises.columns
    return bool(most and is_told) and 0 < len(listed_objects(analysis.parcels.table, analysis.enterprises)) <= most


def receipt_notes(project: Project, parcels: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return a note where more is listed than receipts are written for without being asked."""
    most, found = project.outputs.receipts_up_to, len(listed_objects(parcels, enterprises))
    if not most or found <= most:
        return no_issues()
    return one_issue("RECEIPTS_LEFT_OUT", value=str(found), facts={"most": most})
