"""Find what a parcel borders on to the east, south, west and north (四至): other parcels, roads and water."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from landuse.reports.dossier.ground import Ground
from landuse.tables import Geometries

SIDES: Final = ("east", "south", "west", "north")
"""In the order in which a certificate names them."""
REACH_M: Final = 40.0
"""Metres beyond its line in which a parcel has neighbours: the width of a road with its verges."""
LEAST_SHARE: Final = 0.08
"""Least part of the strip along a side that a neighbour has to take up to be named."""
MOST_NAMED: Final = 2
"""Neighbours named on one side."""
ROAD_M: Final = 6.0
"""Metres to each side of its line that a road or a stream counts as land."""
CHUNK: Final = 500

Rows = npt.NDArray[np.intp]


def neighbours(ground: Ground, rows: Rows) -> pd.DataFrame:
    """Return who borders on which side of which parcel, the greatest neighbour of each side first.

    Parameters
    ----------
    rows
        Positions in the parcel table.

    Returns
    -------
    One row a named neighbour: row (position of the parcel), side, other (position of the neighbour, or of the line),
    what (parcel | line), share of the strip.
    """
    empty = pd.DataFrame({"row": [], "side": [], "other": [], "what": [], "share": []})
    found = [_of_some(ground, rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
    return pd.concat([empty, *found], ignore_index=True) if found else empty


def _of_some(ground: Ground, rows: Rows) -> pd.DataFrame:
    shapes = ground.shapes[rows]
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows, shapes = rows[known], shapes[known]
    reach = shapely.buffer(shapes, REACH_M, quad_segs=2)
    strips = [shapely.intersection(shapely.difference(reach, shapes), fan) for fan in _fans(shapes)]
    others = _candidates(rows, strips, ground.tree, ground.shapes, "parcel")
    others = others.loc[others["row"].ne(others["other"])]
    wide = shapely.buffer(ground.lines, ROAD_M) if len(ground.lines) else ground.lines
    named = ground.line_facts["name"].ne("").to_numpy(dtype=bool)
    lines = _candidates(rows, strips, ground.line_tree, wide, "line")
    linear = shapely.get_dimensions(ground.lines) == 1
    kept = (named & linear)[lines["other"].to_numpy(dtype=np.intp)] if len(lines) else np.zeros(0, dtype=bool)
    both = pd.concat([others, lines.loc[kept]], ignore_index=True)
    chosen = both.loc[both["share"].ge(LEAST_SHARE)]
    ordered = chosen.sort_values(["row", "side", "share", "other"], ascending=[True, True, False, True], kind="stable")
    return ordered.groupby(["row", "side"], sort=False).head(MOST_NAMED)


def _fans(shapes: Geometries) -> list[Geometries]:
    """Return, side by side, the sector in which that side of each parcel lies: between the diagonals of its box."""
    west, south, east, north = shapely.bounds(shapes).T
    x, y = (west + east) / 2, (south + north) / 2
    wide = np.maximum(east - west, 1e-6) / 2
    high = np.maximum(north - south, 1e-6) / 2
    far = 1 + 2 * REACH_M / np.minimum(wide, high)
    dx, dy = wide * far, high * far
    corners = {"ne": (x + dx, y + dy), "se": (x + dx, y - dy), "sw": (x - dx, y - dy), "nw": (x - dx, y + dy)}
    between = {"east": ("ne", "se"), "south": ("se", "sw"), "west": ("sw", "nw"), "north": ("nw", "ne")}
    fans = []
    for side in SIDES:
        one, two = (corners[name] for name in between[side])
        rings = np.stack([np.column_stack(point) for point in ((x, y), one, two, (x, y))], axis=1)
        fans.append(np.asarray(shapely.polygons(rings), dtype=object))
    return fans


def _candidates(rows: Rows, strips: list[Geometries], tree: Any, shapes: Geometries, what: str) -> pd.DataFrame:
    """Return the share of each strip that each geometry of a tree takes up."""
    found = []
    for side, strip in zip(SIDES, strips, strict=True):
        at, other = tree.query(strip, predicate="intersects") if len(shapes) else (np.zeros(0, int), np.zeros(0, int))
        if not len(at):
            continue
        covered = shapely.area(shapely.intersection(strip[at], shapes[other]))
        whole = shapely.area(strip)[at]
        share = np.divide(covered, whole, out=np.zeros(len(at)), where=whole > 0)
        found.append(pd.DataFrame({"row": rows[at], "side": side, "other": other, "what": what, "share": share}))
    if not found:
        return pd.DataFrame({"row": [], "side": [], "other": [], "what": [], "share": []}).astype({"other": "int64"})
    return pd.concat(found, ignore_index=True)
