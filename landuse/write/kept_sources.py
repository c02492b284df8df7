"""Choose the input rows that are kept with a run: those of what is printed one by one, and what is drawn around it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.assemble.crs import to_crs
from landuse.errors import InputError
from landuse.reports.dossier.chosen import chosen
from landuse.reports.dossier.ground import plane_crs
from landuse.reports.dossier.paper import fitting
from landuse.reports.dossier.picture import FILLED, HEIGHT_MM, WIDTH_MM
from landuse.reports.receipt.listed import EFFICIENCY, IDLE
from landuse.tables import Analysis, Geometries, RawPart
from landuse.tables import kept as k

WHOLE: Final = ("parks", "context", "overrides", "land_prices")
"""Input tables that are drawn as they were read, or that speak of no object alone."""
AROUND: Final = ("buildings",)
"""Input tables of which what lies on the maps of plot pages is kept, as outlines alone."""
KEYS: Final = ("parcel_id", "uscc", "contract_no", "key")
"""Columns that name the object of an input row."""
MOST_LISTED: Final = 5_000
"""Listed objects beyond which their input rows are not kept: nobody prints so many plot pages from one run."""
WIDER: Final = 0.1
"""Part of a map by which more is kept on each side: frames are turned a little from one plane to another."""
STEPS: Final = 9
"""Points on each side of a frame that are brought into another plane."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KeptRows:
    """What is kept of the input tables of a run."""

    sources: str
    """Whose rows: `tables.kept` LISTED, PRINTED or NONE."""
    objects: Mapping[str, frozenset[str]]
    """Column -> the codes whose rows are kept."""
    frames: Geometries
    """What the maps of plot pages show, in `crs`."""
    crs: str

    def is_whole(self, part: RawPart) -> bool:
        """Say whether an input file is kept as it is, also where it has no rows."""
        return part.table in WHOLE

    def rows(self, part: RawPart) -> Mask:
        """Return which rows of an input file are kept."""
        if self.is_whole(part):
            return np.ones(len(part.frame), dtype=bool)
        if part.table in AROUND:
            return self._near(part)
        hit = np.zeros(len(part.frame), dtype=bool)
        for name in (name for name in KEYS if name in part.frame.columns and name in self.objects):
            hit |= part.frame[name].isin(self.objects[name]).to_numpy(dtype=bool)
        return hit

    def _near(self, part: RawPart) -> Mask:
        """Return which shapes of a layer lie where a plot page may show them."""
        near = np.zeros(len(part.frame), dtype=bool)
        shapes = part.geometry if len(self.frames) and part.crs is not None else None
        if shapes is not None and part.crs is not None:
            frames = to_crs(self.frames, self.crs, part.crs)
            near[np.unique(shapely.STRtree(shapes).query(shapely.envelope(frames))[1])] = True
        return near


def kept_of(analysis: Analysis) -> KeptRows:
    """Return what is kept of the input tables of a run."""
    printed = np.empty(0, dtype=np.intp)
    with suppress(InputError):  # a code of [dossiers] parcels that is not there is told when the pages are written
        printed = chosen(analysis).rows
    printed = printed if len(printed) <= MOST_LISTED else printed[:0]
    parcels, firms = analysis.parcels.table, analysis.enterprises
    is_listed = _among(parcels, "efficiency_class", EFFICIENCY) | _among(parcels, "idle_class", IDLE)
    low = firms.loc[_is_true(firms, "low_efficiency"), "uscc"] if "uscc" in firms else pd.Series(dtype="str")
    is_kept = int(is_listed.sum()) <= MOST_LISTED and len(low) <= MOST_LISTED
    sources = k.LISTED if is_kept else k.PRINTED if len(printed) else k.NONE
    if not is_kept:
        is_listed, low = np.zeros(len(parcels), dtype=bool), low.iloc[:0]
    is_listed[printed] = True
    crs, frames = _frames(analysis, printed)
    return KeptRows(sources, _codes(analysis, is_listed, low), frames, crs)


def _codes(analysis: Analysis, rows: Mask, low: pd.Series) -> dict[str, frozenset[str]]:
    """Return the codes of some parcels and enterprises, of the users of those parcels and of all their land."""
    parcels, use = analysis.parcels.table, analysis.occupancy
    own = set(parcels.loc[rows, "parcel_id"])
    holders = set(parcels.loc[rows, "holder_uscc"].dropna()) if "holder_uscc" in parcels else set()
    users = {*low, *holders, *use.loc[use["parcel_id"].isin(own), "uscc"].dropna()}
    land = own | set(use.loc[use["uscc"].isin(users), "parcel_id"])
    contracts: set[str] = set()
    if "contract_no" in parcels.columns:
        contracts = set(parcels.loc[parcels["parcel_id"].isin(land), "contract_no"].dropna())
    codes = {"parcel_id": land, "uscc": users, "contract_no": contracts, "key": land | users}
    return {name: frozenset(map(str, found)) for name, found in codes.items()}


def _frames(analysis: Analysis, rows: npt.NDArray[np.intp]) -> tuple[str, Geometries]:
    """Return what the maps of some parcels show, a little widened, and the plane they lie in."""
    source = analysis.parcels.crs
    if not len(rows) or not any(analysis.raw.of(table) for table in AROUND):
        return source, np.empty(0, dtype=object)
    every = analysis.parcels.geometry
    plane = plane_crs(source, every).to_wkt()
    shown = []
    for bounds in shapely.bounds(to_crs(every[rows], source, plane)).tolist():
        if not np.isfinite(bounds).all():
            continue
        west, south, east, north = fitting(tuple(bounds), WIDTH_MM, HEIGHT_MM, FILLED).wider
        wide, high = (east - west) * WIDER, (north - south) * WIDER
        side = max(east - west, north - south) / STEPS
        shown.append(shapely.segmentize(shapely.box(west - wide, south - high, east + wide, north + high), side))
    return plane, np.asarray(shown, dtype=object)


def _among(table: pd.DataFrame, name: str, classes: tuple[str, ...]) -> Mask:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return np.array(table[name].isin(classes), dtype=bool)


def _is_true(table: pd.DataFrame, name: str) -> Mask:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
