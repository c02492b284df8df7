"""Give what lies around the parcels - roads, water, boundaries - ready to be drawn below them on the web map."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.shapes import lonlat
from landuse.catalogue import load
from landuse.tables import Analysis, Geometries

STYLES: Final = "cartography/context.toml"
ROAD: Final = "road"
OTHER_LAND: Final = "other_land"
LINES: Final = (1, 2, 5)
"""Type numbers of shapely: LineString, LinearRing, MultiLineString."""
TOLERANCE: Final = 0.00003
"""Degrees, some 3 m: what is only background needs no more."""
CLEARANCE: Final = 0.004
"""Degrees, some 400 m, that a name keeps from a park."""
LOOSE: Final = 0.0005
"""Degrees to which the place of a name is found."""
MOST_POINTS: Final = 60_000
"""Vertices of the whole background: beyond it the lines are simplified further, four times as much each time."""


def context_styles() -> list[dict[str, Any]]:
    """Return the styles in the order of drawing: fill, line, weight, dash, label."""
    return [{name: value for name, value in style.items() if name != "kinds"} for style in load(STYLES)["styles"]]


def context_features(analysis: Analysis, parks: Geometries) -> tuple[Geometries, list[dict[str, Any]]]:
    """Return the shapes in longitude and latitude with their name, style and the place of their name.

    In the order of drawing; nothing where the project names no context.

    Parameters
    ----------
    parks
        Shapes in longitude and latitude that no name should cover.

    Returns
    -------
    Shapes, and of each ``style`` (place in `context_styles`), ``name`` (blank = not written) and ``at`` (latitude,
    longitude of the name).
    """
    shapes: list[Geometries] = []
    facts: list[pd.DataFrame] = []
    for part in analysis.raw.of("context"):
        if part.geometry is None or part.crs is None:
            continue
        geometry = lonlat(part.geometry, part.crs)
        shapes.append(geometry)
        facts.append(pd.DataFrame({"name": _texts(part.frame, "name"), "style": _styles(part.frame, geometry)}))
    if not shapes:
        return np.empty(0, dtype=object), []
    table = pd.concat(facts, ignore_index=True)
    order = np.argsort(table["style"].to_numpy(), kind="stable")
    drawn = _simple(np.concatenate(shapes)[order])
    taken = _taken(parks)
    rows = zip(table["name"].iloc[order], table["style"].iloc[order].tolist(), drawn, strict=True)
    return drawn, [_facts(name, style, shape, taken) for name, style, shape in rows]


def _facts(name: str, style: int, shape: Any, taken: Any) -> dict[str, Any]:
    if not name or not load(STYLES)["styles"][style]["label"] or shape is None or shape.is_empty:
        return {"style": style}
    return {"style": style, "name": name, "at": _place_of_name(shape, taken)}


def _taken(parks: Geometries) -> Any:
    import shapely

    valid = shapely.make_valid(parks[~shapely.is_missing(parks)]) if len(parks) else parks
    return shapely.buffer(shapely.union_all(valid), CLEARANCE)


def _place_of_name(shape: Any, taken: Any) -> list[float]:
    """Return latitude and longitude of the middle of the widest place of a shape that nothing else takes."""
    import shapely

    free = shapely.difference(shapely.make_valid(shape), taken)
    room = free if shapely.area(free) > 0 else shape
    point = (
        shapely.get_point(shapely.maximum_inscribed_circle(room, tolerance=LOOSE), 0) if room.area else room.centroid
    )
    return [round(float(point.y), 5), round(float(point.x), 5)]


def _styles(frame: pd.DataFrame, geometry: Geometries) -> list[int]:
    """Return the place of the style of each feature: by its kind, else a road for a line, other land for an area."""
    import shapely

    places = _places()
    is_line = np.isin(shapely.get_type_id(geometry), LINES)
    kinds = _texts(frame, "kind")
    unknown = [places[""][ROAD if line else OTHER_LAND] for line in is_line.tolist()]
    return [places["kind"].get(kind, other) for kind, other in zip(kinds, unknown, strict=True)]


@cache
def _places() -> Mapping[str, Mapping[str, int]]:
    """Return kind -> place of its style, and key of a style -> its place."""
    styles = load(STYLES)["styles"]
    by_kind = {kind: place for place, style in enumerate(styles) for kind in style["kinds"]}
    return {"kind": by_kind, "": {style["key"]: place for place, style in enumerate(styles)}}


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * len(frame)
    return [str(text) for text in frame[name].fillna("")]


def _simple(geometry: Geometries) -> Geometries:
    """Return the shapes with no more vertices than a background needs, in six decimals."""
    import shapely

    tolerance = TOLERANCE
    made: Geometries = shapely.simplify(geometry, tolerance, preserve_topology=True)
    while shapely.get_num_coordinates(made).sum() > MOST_POINTS and tolerance < 1:
        tolerance *= 4
        made = shapely.simplify(geometry, tolerance, preserve_topology=False)
    rounded: Geometries = shapely.set_coordinates(made.copy(), np.round(shapely.get_coordinates(made), 6))
    return rounded
