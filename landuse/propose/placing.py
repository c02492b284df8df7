"""Find the CRS of each layer, and the county they lie in."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from landuse.assemble.codes import PARCEL_CODE
from landuse.errors import InputError, in_language
from landuse.propose.fits import Fit
from landuse.propose.pieces import Piece
from landuse.propose.said import said
from landuse.read.claims import Claim
from landuse.read.coordinates import rule_on
from landuse.read.crs import transformer
from landuse.read.judgement import Evidence, Judgement
from landuse.read.statements import stated
from landuse.settings import Region
from landuse.tables import Geometries, from_wkb

_ALIKE: Final = 0.95
"""Part of the parcel codes that must begin alike for their beginning to be the county's (inclusive)."""
_LEAST_KM: Final = 5
_ROOM: Final = 1.25
"""The circle of the region reaches this much farther than the parcels."""
_EARTH_KM: Final = 6371.0


@dataclass(frozen=True)
class Place:
    """The CRS of one piece."""

    crs: str | None
    """None = open."""
    is_stated: bool
    """The file states it itself: nothing need be written."""
    judged: Judgement
    advice: Evidence | None = None
    """What the user should do where it is open."""
    summary: Evidence | None = None
    """The candidates in few words, where there are many."""
    is_turned: bool = False
    """The axes stand in the other order: whether that is so, the user has to say."""


@dataclass(frozen=True)
class County:
    """Where the data lie."""

    region: dict[str, Any]
    why: Evidence


def places_of(pieces: Sequence[Piece], region: Region | None) -> dict[str, Place]:
    """Return the CRS of every piece with geometry, by its place.

    Parameters
    ----------
    region
        Where the data must lie; None = not known yet.
    """
    return {piece.where: _place(piece, region) for piece in pieces if piece.shape}


def _place(piece: Piece, region: Region | None) -> Place:
    wkb = piece.content.wkb
    shapes: Geometries = from_wkb(wkb) if wkb is not None else np.zeros(0, dtype=object)
    found = piece.source.crs
    advice = summary = None
    try:
        ruling = rule_on(Claim(found=found), shapes, region=region, where=piece.where)
        judged = ruling.judgement
        if ruling.fault is not None:
            advice, summary = _both(ruling.fault.do), _both(ruling.fault.allowed)
    except InputError as error:
        judged = Judgement(None, _both(error.faults[0].found))
    is_turned = advice is not None and "axes" in advice.zh
    is_stated = bool(found) and stated(found or "", piece.where).is_whole
    return Place(judged.value, is_stated and (judged.is_decided or is_turned), judged, advice, summary, is_turned)


def _both(text: str) -> Evidence:
    """Return a text of a fault in its two languages."""
    return Evidence(in_language(text, "zh"), in_language(text, "en"))


def county_of(fits: Sequence[Fit], places: Mapping[str, Place]) -> County | None:
    """Return the region of the project: the beginning of the parcel codes, the middle and the reach of the parcels."""
    code = county_code(fits)
    boxes = [box for fit in fits if (box := _degrees(fit.piece, places.get(fit.piece.where))) is not None]
    if not boxes:
        return None
    west, south, east, north = (
        min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    )  # fmt: skip
    lon, lat = round((west + east) / 2, 2), round((south + north) / 2, 2)
    reach = max(_km(lon, lat, x, y) for x in (west, east) for y in (south, north))
    radius = max(_LEAST_KM, math.ceil(reach * _ROOM))
    named = {"code": code} if code else {}
    return County({**named, "lon": lon, "lat": lat, "radius_km": radius}, said("region", lon=lon, lat=lat))


def county_code(fits: Sequence[Fit]) -> str:
    """Return the six digits with which the parcel codes begin; blank where they differ."""
    heads: Counter[str] = Counter()
    for fit in fits:
        if "parcel_id" in fit.sure:
            cells = fit.piece.sample(fit.sure["parcel_id"].position)
            heads.update(cell[:6] for cell in cells if re.fullmatch(PARCEL_CODE, cell))
    if not heads:
        return ""
    code, times = heads.most_common(1)[0]
    return code if times >= _ALIKE * heads.total() else ""


def _degrees(piece: Piece, place: Place | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north in degrees of the middle nine tenths of a layer; None where unknown."""
    wkb = piece.content.wkb
    if place is None or place.crs is None or wkb is None:
        return None
    boxes = shapely.bounds(from_wkb(wkb))
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    low, high = np.quantile(boxes[:, :2], 0.05, axis=0), np.quantile(boxes[:, 2:], 0.95, axis=0)
    try:
        shift = transformer(place.crs, "EPSG:4326")
        lon, lat = shift.transform([low[0], low[0], high[0], high[0]], [low[1], high[1], low[1], high[1]])
    except InputError:
        return None
    found = (float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat)))
    return found if all(map(math.isfinite, found)) else None


def _km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the distance of two points on the sphere."""
    a, b = math.radians(lat), math.radians(other_lat)
    step = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(step))
