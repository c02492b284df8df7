"""Lay the parcels of a run on the plane they are drawn and measured in, with what stands on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from landuse.assemble.crs import horizontal, to_crs
from landuse.catalogue import load
from landuse.tables import Analysis, Geometries

if TYPE_CHECKING:
    import pyproj

METRE: Final = 1.0
FIRST_ZONE: Final = 25
"""Number of the first 3-degree zone of CGCS2000; its central meridian is 75° E."""
LAST_ZONE: Final = 45
PREFIXED: Final = 4513
"""EPSG code of zone 25 with the number of the zone before its eastings; zone 26 has the next, and so on."""
FAMILIES: Final = ((4491, 4501, 6, True), (4502, 4512, 6, False), (4513, 4533, 3, True), (4534, 4554, 3, False))
"""First and last EPSG code of CGCS2000, degrees of a zone, whether its number stands before the eastings."""


@dataclass(frozen=True)
class Ground:
    """Everything that may be drawn, in metres of one plane; x is east, y is north."""

    crs: pyproj.CRS
    parcels: pd.DataFrame
    """The parcel table; row by row with `shapes`."""
    shapes: Geometries
    buildings: Geometries
    lines: Geometries
    """Roads, water and boundaries of `[inputs] context`."""
    line_facts: pd.DataFrame
    """name, style (place among the styles of the map's surroundings) of `lines`."""
    parks: Geometries

    @cached_property
    def tree(self) -> Any:
        """Return the index of the parcels."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def building_tree(self) -> Any:
        """Return the index of the buildings."""
        return shapely.STRtree(self.buildings)

    @cached_property
    def line_tree(self) -> Any:
        """Return the index of roads and water."""
        return shapely.STRtree(self.lines)


def ground(analysis: Analysis) -> Ground:
    """Return the parcels, buildings, parks and surroundings of a run on one plane."""
    parcels = analysis.parcels
    source = parcels.crs
    shapes = parcels.geometry
    target = plane_crs(source, shapes)
    lines, facts = _context(analysis, target)
    return Ground(
        crs=target,
        parcels=parcels.table,
        shapes=_moved(shapes, source, target),
        buildings=_layer(analysis, "buildings", target),
        lines=lines,
        line_facts=facts,
        parks=_layer(analysis, "parks", target),
    )


def plane_crs(source: str, shapes: Geometries) -> pyproj.CRS:
    """Return the CRS of the parcels where it is in metres, else the 3-degree zone of CGCS2000 they lie in."""
    import pyproj

    found = horizontal(source)
    if found.is_projected and found.axis_info[0].unit_conversion_factor == METRE:
        return found
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        return pyproj.CRS.from_epsg(PREFIXED)
    change = pyproj.Transformer.from_crs(found, pyproj.CRS.from_epsg(4490), always_xy=True)
    lon, _ = change.transform((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    zone = min(max(round(lon / 3), FIRST_ZONE), LAST_ZONE)
    return pyproj.CRS.from_epsg(PREFIXED + zone - FIRST_ZONE)


def grid_of(crs: pyproj.CRS) -> tuple[int, int, int] | None:
    """Return degrees of a zone, its number (0 = not before the eastings) and its central meridian, for CGCS2000."""
    code = crs.to_epsg()
    for first, last, degrees, prefixed in FAMILIES:
        if code is not None and first <= code <= last:
            meridian = 75 + (code - first) * degrees
            zone = meridian // 3 if degrees == 3 else (meridian + 3) // 6
            return degrees, zone if prefixed else 0, meridian
    return None


def _moved(shapes: Geometries, source: str, target: pyproj.CRS) -> Geometries:
    found = horizontal(source)
    if found.equals(target, ignore_axis_order=True):
        return np.asarray(shapely.force_2d(shapes), dtype=object)
    return to_crs(shapes, source, target.to_wkt())


def _layer(analysis: Analysis, table: str, target: pyproj.CRS) -> Geometries:
    """Return the polygons of an input layer; damaged ones and those without a CRS are left out."""
    found = []
    for part in analysis.raw.of(table):
        shapes = part.geometry
        if shapes is None or part.crs is None:
            continue
        moved = _moved(shapes, part.crs, target)
        found.append(moved[~(shapely.is_missing(moved) | shapely.is_empty(moved))])
    return np.concatenate(found) if found else np.empty(0, dtype=object)


def _context(analysis: Analysis, target: pyproj.CRS) -> tuple[Geometries, pd.DataFrame]:
    shapes: list[Geometries] = []
    facts: list[pd.DataFrame] = []
    for part in analysis.raw.of("context"):
        geometry = part.geometry
        if geometry is None or part.crs is None:
            continue
        moved = _moved(geometry, part.crs, target)
        known = ~(shapely.is_missing(moved) | shapely.is_empty(moved))
        shapes.append(moved[known])
        frame = part.frame.loc[known]
        styles = _styles(_texts(frame, "kind"), moved[known])
        facts.append(pd.DataFrame({"name": _texts(frame, "name"), "style": styles}))
    if not shapes:
        return np.empty(0, dtype=object), pd.DataFrame({"name": pd.Series(dtype="str"), "style": []})
    return np.concatenate(shapes), pd.concat(facts, ignore_index=True)


def context_styles() -> list[Mapping[str, Any]]:
    """Return how the surroundings look, in the order of drawing (``cartography/context.toml``)."""
    return list(load("cartography/context.toml")["styles"])


def _styles(kinds: list[str], shapes: Geometries) -> list[int]:
    """Return the place of the style of each shape: by its kind, else a road for a line, other land for an area."""
    styles = context_styles()
    by_kind = {kind: place for place, style in enumerate(styles) for kind in style["kinds"]}
    by_key = {str(style["key"]): place for place, style in enumerate(styles)}
    flat = (shapely.get_dimensions(shapes) == 2).tolist()
    return [by_kind.get(kind, by_key["other_land" if area else "road"]) for kind, area in zip(kinds, flat, strict=True)]


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * len(frame)
    return [str(text) for text in frame[name].astype("object").fillna("")]
