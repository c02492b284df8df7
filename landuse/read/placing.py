"""Put a layer that was read where its coordinates belong: axes, CRS, rows that lie elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from landuse.errors import Fault, InputError
from landuse.read.claims import Claim
from landuse.read.coordinates import rule_on
from landuse.read.part import LABELS, ReadPart
from landuse.read.places import Floats, Spread, middles_of
from landuse.read.source import Rows, Source
from landuse.read.statements import stated
from landuse.settings import InputEntry, Region
from landuse.tables import KEYS, RawPart, issue_rows, join_issues, one_issue

FAR_KM: Final = 150.0
"""No county reaches so far from its middle; a wrong zone or turned axes throw a row farther (inclusive: not far)."""
MIXED_SHARE: Final = 0.1
"""From this share of far rows on (inclusive) a file holds two systems, and nobody can say which is right."""
_KM_PER_DEGREE: Final = 111.32
_FORMS: Final = {".geojson": "GeoJSON", ".json": "GeoJSON", ".kml": "KML", ".kmz": "KML"}
"""Formats that state no CRS of their own."""


def placed(part: ReadPart, entry: InputEntry, source: Source, *, region: Region | None) -> ReadPart:
    """Return a layer with its CRS decided, its axes in the order east, north, and rows that lie elsewhere set aside.

    Raises
    ------
    InputError
        The CRS is missing, cannot be decided, or puts the data where they cannot lie; rows of two systems are mixed.
    """
    is_turned = entry.axes == "north_east"
    part = _turned(part) if is_turned else part
    raw = part.raw
    if raw.geometry is None:
        return part
    suffix = source.file[source.file.rfind(".") :].lower()
    claim = Claim(entry.crs, source.crs, is_turned, "" if source.crs else _FORMS.get(suffix, ""))
    ruling = rule_on(claim, raw.geometry, region=region, where=source.where)
    if ruling.fault is not None:
        raise InputError([ruling.fault])
    crs = str(ruling.judgement.value)
    notes = []
    if ruling.overruled:
        notes.append(_note("CRS_OF_FILE_WRONG", raw, ruling.overruled, crs=crs))
    if entry.crs and not stated(entry.crs, source.where).is_whole:
        notes.append(_note("CRS_COMPLETED", raw, entry.crs, crs=crs))
    if is_turned:
        notes.append(_note("AXES_TURNED", raw, "north_east", crs=crs))
    whole = replace(part, raw=replace(raw, crs=crs), issues=join_issues([part.issues, *notes]))
    return whole if raw.table == "context" else _without_far_rows(whole, source, region)


def _turned(part: ReadPart) -> ReadPart:
    """Return a layer with x and y of every geometry exchanged."""
    geometry = part.raw.geometry
    if geometry is None:
        return part
    turned = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    return replace(part, raw=with_geometry(part.raw, turned))


def with_geometry(raw: RawPart, geometry: np.ndarray) -> RawPart:
    """Return the same rows with other geometries, and the WKB that belongs to them."""
    return replace(raw, shapes=geometry, wkb=np.asarray(shapely.to_wkb(geometry), dtype=object))


def _note(code: str, raw: RawPart, value: str, **facts: str) -> pd.DataFrame:
    found = one_issue(code, table=raw.table, value=value, facts={"file": raw.file, **facts})
    return found.assign(source_file=raw.file, source_sheet=raw.sheet)


# ----------------------------------------------------------------------------------------- rows elsewhere


def _without_far_rows(part: ReadPart, source: Source, region: Region | None) -> ReadPart:
    """Return a layer in which rows far from all others have no geometry, each with an issue."""
    raw = part.raw
    if raw.geometry is None or raw.crs is None:
        return part
    middles = middles_of(raw.geometry)
    at = _far(middles, raw.crs, max(FAR_KM, 2 * region.radius_km if region else 0.0))
    if not len(at):
        return part
    known = np.isfinite(middles).all(axis=1)
    if len(at) >= MIXED_SHARE * np.count_nonzero(known):
        raise InputError([_mixed(middles, at, source.where)])
    rows = raw.frame.iloc[at].assign(source_file=raw.file, source_sheet=raw.sheet)
    label = KEYS.get(raw.table, (LABELS.get(raw.table, ""),))[0]
    key = label if label in rows else ""
    named = rows.assign(**{key: rows[key].fillna("").astype("str")}) if key else rows
    values = [str(Spread(*middles[row])) for row in at]
    issues = issue_rows("GEOMETRY_FAR_AWAY", named, table=raw.table, key=key, column="geometry", value=values)
    shapes = raw.geometry.copy()
    shapes[at] = None
    wkb = None if raw.wkb is None else raw.wkb.copy()
    if wkb is not None:
        wkb[at] = None
    return replace(part, raw=replace(raw, shapes=shapes, wkb=wkb), issues=join_issues([part.issues, issues]))


def _far(middles: Floats, crs: str, limit_km: float) -> Rows:
    """Return the rows whose middle lies farther from the median of all than the limit."""
    from landuse.read.crs import parse_crs

    found = parse_crs(crs, "")
    unit_km = _KM_PER_DEGREE if found.is_geographic else found.axis_info[0].unit_conversion_factor / 1000
    off = middles - np.nanmedian(middles, axis=0) if np.isfinite(middles).any() else middles
    return np.flatnonzero(np.hypot(off[:, 0], off[:, 1]) * unit_km > limit_km)


def _mixed(middles: Floats, at: Rows, where: str) -> Fault:
    rest = np.delete(middles, at, axis=0)
    most, some = Spread(*np.nanmedian(rest, axis=0)), Spread(*middles[at[0]])
    found = (
        f"同一文件中混有相距很远的坐标:{len(at)} 行如 {some},其余如 {most},可能混有不同的带号或坐标轴次序 / "
        f"rows far from each other in one file, {len(at)} such as {some}, the others such as {most}"
    )
    do = "按坐标系拆成几个文件,分别写明 crs / split the file by CRS and declare crs for each"
    return Fault(where, found, "", do)
