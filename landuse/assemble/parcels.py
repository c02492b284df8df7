"""Bring polygons and registers together: one row a parcel, its polygons united, its attributes filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse import tables, units
from landuse.assemble.areas import add_areas
from landuse.assemble.codes import parcel_code_issues, uscc_issues
from landuse.assemble.crs import same_crs, to_crs
from landuse.assemble.keys import (
    RELATIVE,
    Flags,
    Groups,
    Positions,
    attribute_conflicts,
    believed,
    blank_keys,
    first_known,
    group_rows,
    stack,
)
from landuse.assemble.repair import REPAIRED, repair, repair_issues
from landuse.errors import Fault, InputError
from landuse.settings import Areas
from landuse.tables import Geometries, Parcels, RawPart

REGISTERED: Final = "registered_area_m2"
REGISTER_ROW: Final = "REGISTER_ROW"
"""State of a row that comes from a file without geometry."""


@dataclass(frozen=True)
class MergedParcels:
    """The parcels with their areas, and the land of what was set aside."""

    parcels: Parcels
    issues: pd.DataFrame
    set_aside: dict[str, int]
    """Reason -> cm2 of the polygon rows that left."""


@dataclass(frozen=True)
class _Rows:
    """Rows of all files, polygons first; everything goes row by row."""

    frame: pd.DataFrame
    geometry: Geometries
    """Valid polygon, or None."""
    wkb: npt.NDArray[np.object_]
    """As read, where the polygon is still the one that was read; else None."""
    state: npt.NDArray[np.object_]
    """Blank, a code of `repair`, or REGISTER_ROW."""

    @property
    def usable(self) -> Flags:
        return np.asarray((self.state == "") | (self.state == REPAIRED))

    def take(self, rows: Flags) -> _Rows:
        frame = self.frame[rows].reset_index(drop=True)
        return _Rows(frame, self.geometry[rows], self.wkb[rows], self.state[rows])


def merge_parcels(parts: Sequence[RawPart], *, areas: Areas) -> MergedParcels:
    """Return one row a parcel with a valid polygon and its areas.

    Files with geometry are stacked, in the CRS of the first of them. Files without give further columns by parcel_id;
    the first known value holds, polygons before registers. Polygons of one parcel_id are united. The registered areas
    of united rows count once where they are all the same (the area of the parcel, repeated), else they are summed
    (each piece with its own area); whether that is right shows in the comparison with the geometry.

    Raises
    ------
    InputError
        No file has geometry, or geometry comes without a CRS.
    """
    crs = _crs_of(parts)
    rows, issues = _stacked(parts, crs)
    blank, blank_issues = blank_keys(rows.frame, "parcels")
    nameless = rows.take(blank & (rows.state != REGISTER_ROW))
    lost = add_areas(nameless.frame, nameless.geometry, crs, areas=areas)["area_cm2"].sum()
    rows = rows.take(~blank)
    groups = group_rows(rows.frame, ["parcel_id"])
    merged = first_known(_pieces_summed(rows, groups), groups, tolerance={REGISTERED: areas.tolerance_m2})
    has_polygon = np.bincount(groups.of_row[rows.usable], minlength=groups.size) > 0
    shapes, wkb, united = _united(rows, groups, has_polygon)
    table = add_areas(merged.table[has_polygon].reset_index(drop=True), shapes, crs, areas=areas)
    left, gone = _without_polygon(merged.table[~has_polygon], rows, groups)
    conflicts = attribute_conflicts(rows.frame, merged.conflicts, table="parcels", key="parcel_id")
    parcels = Parcels(tables.check(table, "parcels"), shapes, crs, wkb)
    found = [*issues, blank_issues, _united_issues(table, united), conflicts, left, _code_issues(table)]
    return MergedParcels(parcels, tables.join_issues(found), {"BLANK_KEY": int(lost), **gone})


def _crs_of(parts: Sequence[RawPart]) -> str:
    """Return the CRS of the first file with geometry."""
    drawn = [part for part in parts if part.geometry is not None]
    if not drawn:
        raise InputError(
            [Fault("[inputs] parcels", "没有图形 / no geometry", do="请提供宗地图形 / add a polygon file")]
        )
    faults = [
        Fault(part.file, "没有坐标系 / no CRS", do="请在项目文件中写明 crs / state crs in the project file")
        for part in drawn
        if not part.crs
    ]
    if faults:
        raise InputError(faults)
    return str(drawn[0].crs)


def _stacked(parts: Sequence[RawPart], crs: str) -> tuple[_Rows, list[pd.DataFrame]]:
    """Return the rows of all files with repaired geometry in one CRS, and the issues of both."""
    drawn = [part for part in parts if part.geometry is not None]
    registers = [part for part in parts if part.geometry is None]
    shapes, wkb, issues = [], [], []
    for part in drawn:
        geometry = np.asarray(part.geometry, dtype=object)
        kept = part.wkb if part.wkb is not None else np.full(len(geometry), None, dtype=object)
        if not same_crs(str(part.crs), crs):
            geometry, kept = to_crs(geometry, str(part.crs), crs), np.full(len(geometry), None, dtype=object)
            issues.append(moved_issue(part, "parcels"))
        shapes.append(geometry)
        wkb.append(np.asarray(kept, dtype=object))
    frame, absurd = believed(stack([*drawn, *registers], "parcels"), "parcels", (REGISTERED,))
    issues.append(absurd)
    repaired = repair(np.concatenate(shapes))
    size = len(repaired.geometry)
    named = frame.iloc[:size].assign(parcel_id=frame["parcel_id"].iloc[:size].fillna(""))
    issues.append(repair_issues(repaired, named, table="parcels", key="parcel_id", crs=crs))
    as_read = np.concatenate(wkb)
    as_read[repaired.state != ""] = None
    more = len(frame) - size
    state = np.concatenate([repaired.state, np.full(more, REGISTER_ROW, dtype=object)])
    none = np.full(more, None, dtype=object)
    return _Rows(frame, np.concatenate([repaired.geometry, none]), np.concatenate([as_read, none]), state), issues


def moved_issue(part: RawPart, table: str) -> pd.DataFrame:
    """Return the note that the geometry of a file was brought into the CRS of the parcels."""
    return tables.one_issue("GEOMETRY_TRANSFORMED", table=table, facts={"file": part.file}).assign(
        source_file=part.file, source_sheet=part.sheet
    )


def _pieces_summed(rows: _Rows, groups: Groups) -> pd.DataFrame:
    """Return the rows with the registered area of each repeated polygon key: once where equal, else the sum."""
    drawn = rows.state != REGISTER_ROW
    several = np.bincount(groups.of_row[drawn], minlength=groups.size)[groups.of_row] > 1
    at = np.flatnonzero(drawn & several)
    if REGISTERED not in rows.frame.columns or not len(at):
        return rows.frame
    area = rows.frame[REGISTERED].iloc[at].reset_index(drop=True)
    by_key = area.groupby(groups.of_row[at], sort=False)
    low, high, total = by_key.transform("min"), by_key.transform("max"), by_key.transform("sum")
    whole = np.where(high - low <= RELATIVE * high.abs(), high, total)
    column = rows.frame[REGISTERED].to_numpy(dtype=float, copy=True)
    column[at] = np.where(high.notna(), whole, np.nan)
    return rows.frame.assign(**{REGISTERED: column})


def _united(
    rows: _Rows, groups: Groups, has_polygon: Flags
) -> tuple[Geometries, npt.NDArray[np.object_] | None, Positions]:
    """Return, for each parcel, its polygon, its WKB (as read where untouched) and the number of its polygons."""
    at = np.flatnonzero(rows.usable)
    number = (np.cumsum(has_polygon) - 1)[groups.of_row[at]]
    order = np.argsort(number, kind="stable")
    shapes, owner = rows.geometry[at[order]], number[order]
    count = np.bincount(owner, minlength=int(has_polygon.sum()))
    while len(shapes) > len(count):
        place = np.arange(len(owner)) - np.searchsorted(owner, owner)
        odd = np.flatnonzero(place % 2 == 1)
        shapes[odd - 1] = shapely.union(shapes[odd - 1], shapes[odd])
        shapes, owner = np.delete(shapes, odd), np.delete(owner, odd)
    as_read = rows.wkb[at[order]]
    if all(value is None for value in as_read):
        return shapes, None, count
    wkb = np.full(len(count), None, dtype=object)
    wkb[number[order]] = as_read
    changed = np.array([value is None for value in wkb], dtype=bool) | (count > 1)
    wkb[changed] = shapely.to_wkb(shapes[changed])
    return shapes, wkb, count


def _without_polygon(left: pd.DataFrame, rows: _Rows, groups: Groups) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the issues of keys that only a register names, and the land of keys whose polygons were set aside."""
    head = groups.first_of(np.arange(len(rows.frame), dtype=np.intp))
    state = rows.state[head[left.index.to_numpy()]]
    stated = left[REGISTERED] if REGISTERED in left.columns else pd.Series(np.nan, index=left.index)
    land = np.rint(stated.clip(lower=0).fillna(0).to_numpy() * units.COUNTS["area_m2"]).astype("int64")
    gone = {str(code): int(land[state == code].sum()) for code in sorted(set(state) - {REGISTER_ROW})}
    only = state == REGISTER_ROW
    area = ["—" if pd.isna(a) else f"{a:.2f}" for a in stated[only]]
    issues = tables.issue_rows(
        "PARCEL_WITHOUT_POLYGON", left[only], table="parcels", key="parcel_id", facts=[{"area_m2": a} for a in area]
    )
    return issues, gone


def _united_issues(table: pd.DataFrame, count: Positions) -> pd.DataFrame:
    facts = [{"count": int(n)} for n in count[count > 1]]
    return tables.issue_rows("PARCELS_UNITED", table[count > 1], table="parcels", key="parcel_id", facts=facts)


def _code_issues(table: pd.DataFrame) -> pd.DataFrame:
    parts = [parcel_code_issues(table["parcel_id"])]
    if "holder_uscc" in table.columns:
        parts.append(uscc_issues(table, table="parcels", column="holder_uscc"))
    return tables.join_issues(parts)
