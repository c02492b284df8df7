"""Make invalid geometry valid: repair what can be repaired, set the rest aside, never touch what is valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse import tables
from landuse.assemble.areas import ground_per_unit
from landuse.assemble.crs import Floats
from landuse.catalogue import terms
from landuse.tables import Geometries

MISSING: Final = "GEOMETRY_MISSING"
BEYOND: Final = "GEOMETRY_BEYOND_REPAIR"
REPAIRED: Final = "GEOMETRY_REPAIRED"
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


@dataclass(frozen=True)
class Repaired:
    """What became of each geometry, row by row."""

    geometry: Geometries
    """Valid polygons and multipolygons; None where there is none."""
    state: npt.NDArray[np.object_]
    """Blank = untouched, else the code of the issue."""
    reason: npt.NDArray[np.object_]
    """Why it was not valid, as GEOS says it, e.g. ``Self-intersection[10 10]``; blank for untouched ones."""
    change: Floats
    """Change of the planar area in square units of the CRS."""

    @property
    def usable(self) -> npt.NDArray[np.bool_]:
        """Return which rows have a polygon."""
        return np.asarray((self.state != MISSING) & (self.state != BEYOND))


def repair(geometry: Geometries) -> Repaired:
    """Return valid polygonal geometries and what was done to each.

    An invalid polygon is rebuilt by ``shapely.make_valid`` (structure method: shells are merged, holes cut out, what
    has no area is dropped); of a collection the polygons are kept. Valid polygons are the same objects as before.
    """
    size = len(geometry)
    result = np.array(geometry, dtype=object, copy=True)
    state, reason, change = np.full(size, "", dtype=object), np.full(size, "", dtype=object), np.zeros(size)
    missing = shapely.is_missing(result) | shapely.is_empty(result)
    state[missing] = MISSING
    result[missing] = None
    kind = shapely.get_type_id(result)
    flat = ~missing & ((kind == POLYGON) | (kind == MULTIPOLYGON))
    sick = np.flatnonzero(~missing & ~(flat & shapely.is_valid(result)))
    if len(sick):
        reason[sick] = [_reason(shape) for shape in result[sick]]
        before = shapely.area(result[sick])
        result[sick] = _mended(result[sick])
        after = np.nan_to_num(shapely.area(result[sick]))
        state[sick] = np.where(after > 0, REPAIRED, BEYOND)
        change[sick] = after - np.where(np.isfinite(before), before, 0.0)
        result[sick[after <= 0]] = None
    return Repaired(result, state, reason, change)


def repair_issues(repaired: Repaired, rows: pd.DataFrame, *, table: str, key: str, crs: str) -> pd.DataFrame:
    """Return one issue for each geometry that is missing, was repaired or is beyond repair; `rows` go row by row."""
    parts = [tables.issue_rows(MISSING, rows[repaired.state == MISSING], table=table, key=key, column="geometry")]
    for code in (REPAIRED, BEYOND):
        at = np.flatnonzero(repaired.state == code)
        ground = ground_per_unit(repaired.geometry[at], crs) if code == REPAIRED else np.ones(len(at))
        facts = [
            {**_worded(reason), "change_m2": f"{change:+.2f}"}
            for reason, change in zip(repaired.reason[at], repaired.change[at] * ground, strict=True)
        ]
        parts.append(tables.issue_rows(code, rows.iloc[at], table=table, key=key, column="geometry", facts=facts))
    return tables.join_issues(parts)


def _reason(shape: Any) -> str:
    if shapely.get_type_id(shape) not in (POLYGON, MULTIPOLYGON):
        return str(shape.geom_type)
    return str(shapely.is_valid_reason(shape))


def _worded(reason: str) -> dict[str, str]:
    """Return the reason in zh and en; an unknown one as it stands."""
    word, bracket, place = reason.partition("[")
    where = " (" + " ".join(f"{float(number):.3f}" for number in place.rstrip("]").split()) + ")" if bracket else ""
    return {f"reason_{lang}": terms("validity", lang).get(word, word) + where for lang in ("zh", "en")}


def _mended(geometry: Geometries) -> Geometries:
    finite = np.array(geometry, dtype=object, copy=True)
    finite[[not np.isfinite(shapely.get_coordinates(shape)).all() for shape in geometry]] = None
    valid = shapely.make_valid(_polygons_of(finite), method="structure", keep_collapsed=False)
    valid = _polygons_of(valid)
    seamed = np.flatnonzero(~shapely.is_missing(valid) & ~shapely.is_valid(valid))
    if len(seamed):  # GEOS leaves parts with a common edge where a ring runs along itself: dissolve it
        valid[seamed] = _polygons_of(shapely.union_all(valid[seamed][:, np.newaxis], axis=1))
    return valid


def _polygons_of(geometry: Geometries) -> Geometries:
    """Return the polygonal part of each geometry; None where there is none."""
    result = np.array(geometry, dtype=object, copy=True)
    kind = shapely.get_type_id(result)
    result[(kind != POLYGON) & (kind != MULTIPOLYGON) & (kind != COLLECTION)] = None
    mixed = np.flatnonzero(kind == COLLECTION)
    parts, owner = shapely.get_parts(result[mixed], return_index=True)
    while (shapely.get_type_id(parts) >= MULTIPOLYGON).any():
        parts, step = shapely.get_parts(parts, return_index=True)
        owner = owner[step]
    solid = shapely.get_type_id(parts) == POLYGON
    merged = np.full(len(mixed), None, dtype=object)
    if solid.any():
        shapely.multipolygons(parts[solid], indices=owner[solid], out=merged)
    result[mixed] = merged
    return result
