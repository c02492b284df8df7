"""Set the raster against the papers: where a witness and a statement differ, a doubt is raised, nothing is decided."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.tables import RasterInput, issue_rows, join_issues

BARE_SHARE: Final = 0.05
"""A parcel under this built share looks bare: a guard house or a mixed cell is no plant."""
DIGITS: Final = 6
"""A share is compared at this precision: exactextract keeps fractions of cells in single precision."""
NOT_STARTED: Final = ("NOT_DUE", "OVERDUE_START", "IDLE_T1")
"""Idle classes that say that work has not begun."""

Flags = npt.NDArray[np.bool_]


def evidence_doubts(
    parcels: pd.DataFrame, built_share: pd.Series, raster: RasterInput, *, doubt_share: float
) -> pd.DataFrame:
    """Return the doubts that one raster casts on what is said of the parcels.

    Parameters
    ----------
    parcels
        parcel_id, idle_class; n_enterprises and tax_wan where enterprises are known.
    built_share
        Share by `landuse.evidence.raster.built_share`, row by row with `parcels`; NaN says nothing.
    raster
        Gives name and date for the message.
    doubt_share
        ``evidence.built_doubt_share``: a parcel said to be not started with at least this share is a doubt.

    Returns
    -------
    Issues: BUILT_BUT_NOT_STARTED (warning; the share itself is a doubt), BARE_BUT_RUNNING (note: an enterprise pays tax
    on a parcel under `BARE_SHARE`).
    """
    share = np.round(built_share.to_numpy(dtype=np.float64), DIGITS)
    built = parcels["idle_class"].isin(NOT_STARTED).to_numpy(dtype=bool) & (share >= doubt_share)
    bare = _running(parcels) & (share < BARE_SHARE)
    return join_issues(
        [
            _doubt("BUILT_BUT_NOT_STARTED", parcels, np.flatnonzero(built), share, raster),
            _doubt("BARE_BUT_RUNNING", parcels, np.flatnonzero(bare), share, raster),
        ]
    )


def _running(parcels: pd.DataFrame) -> Flags:
    """Say where at least one enterprise uses the parcel and tax is laid on it."""
    if not {"n_enterprises", "tax_wan"} <= set(parcels.columns):
        return np.zeros(len(parcels), dtype=bool)
    used = (parcels["n_enterprises"] > 0).to_numpy(dtype=bool, na_value=False)
    paying: Flags = used & (parcels["tax_wan"] > 0).to_numpy(dtype=bool, na_value=False)
    return paying


def _doubt(
    code: str, parcels: pd.DataFrame, rows: npt.NDArray[np.intp], share: npt.NDArray[np.float64], raster: RasterInput
) -> pd.DataFrame:
    """Return one issue a row, with the share in percent."""
    taken = raster.date.date().isoformat() if raster.date is not None else "—"
    facts = [{"raster": raster.name, "date": taken}] * len(rows)
    value = [f"{100 * part:.1f}%" for part in share[rows]]
    keys = parcels.iloc[rows]
    return issue_rows(code, keys, table="parcels", key="parcel_id", column="built_share", value=value, facts=facts)
