"""Draw the map of a parcel: its outline with corners and lengths, its neighbours, the buildings on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from landuse.reports.dossier.corners import Points, Ring
from landuse.reports.dossier.ground import Ground, context_styles
from landuse.reports.dossier.paper import Frame, bar_of, clipped, drawing, fitting, outline, path_of, surroundings

WIDTH_MM: Final = 112.0
HEIGHT_MM: Final = 84.0
FILLED: Final = 0.66
"""Part of the frame that a parcel fills at most: its neighbours are to be seen."""
LABEL_MM: Final = 2.3
"""From a corner to its number."""
APART_MM: Final = 3.6
"""Numbers of corners do not stand nearer to each other."""
CROWDED_MM: Final = 8.0
"""The same where a parcel has more corners than can be numbered."""
MOST_LABELS: Final = 90
MOST_LENGTHS: Final = 24
"""Corners up to which the sides are measured on the map."""
SHORTEST_MM: Final = 9.0
"""Sides shorter on paper carry no length."""
LETTER_MM: Final = 2.0
"""Width of a letter of a neighbour's name."""
LONGEST_NAME: Final = 14
LEAST_MM: Final = (13.0, 4.0)
"""Width and height on paper from which a neighbour is named."""
FOOT_MM: Final = 9.0
"""Height of the scale bar and the scale in the lower corners of the map; names stand above them."""
FREE_MM: Final = (58.0, 84.0)
"""Between the two."""
MOST_DRAWN: Final = 4000
"""Neighbours and buildings drawn of each kind at most."""

Text = dict[str, Any]


def parcel_map(ground: Ground, row: int, rings: list[Ring], colour: str) -> Mapping[str, Any] | None:
    """Return the map of a parcel as data for the page: a drawing, its texts, its scale; None without geometry.

    Parameters
    ----------
    row
        Position in the parcel table.
    colour
        Fill of the parcel as ``#rrggbb``: its class.
    """
    shape = ground.shapes[row]
    if not rings:
        return None
    frame = fitting(tuple(shape.bounds), WIDTH_MM, HEIGHT_MM, FILLED)
    near = _near(ground.tree, frame)
    near = near[near != row]
    around = clipped(ground.shapes[near], frame)
    built = clipped(ground.buildings[_near(ground.building_tree, frame)], frame)
    crossing = _near(ground.line_tree, frame)
    lines = clipped(ground.lines[crossing], frame)
    styles = ground.line_facts["style"].to_numpy(dtype=np.intp)[crossing]
    own = shapely.simplify(shape, frame.tolerance / 3)
    parts = [
        *surroundings(lines, styles, context_styles(), frame),
        outline(path_of(around, frame), fill="#f4f2ec", stroke="#8c8c8c", stroke_width=0.12),
        outline(path_of([own], frame), fill=colour, fill_opacity=0.38, stroke="none"),
        outline(path_of(built, frame), fill="#6b6b6b", fill_opacity=0.28, stroke="#555555", stroke_width=0.1),
        outline(path_of([own], frame), fill="none", stroke="#c00000", stroke_width=0.45),
    ]
    corners = _corner_texts(rings, frame)
    roads = _line_names(lines, ground.line_facts["name"].iloc[crossing].tolist(), frame)
    texts = [*_names(ground, near, around, frame), *roads, *_lengths(rings, frame), *corners]
    return _told(frame, parts, [*texts, *_dots(rings, frame)], sum(len(ring.points) for ring in rings) - len(corners))


def _told(frame: Frame, parts: list[str], texts: list[Text], hidden: int) -> Mapping[str, Any]:
    metres, millimetres = bar_of(frame.scale)
    return {
        "width": frame.width,
        "height": frame.height,
        "drawn": drawing(frame, parts),
        "texts": texts,
        "scale": frame.scale,
        "bar": {"metres": f"{metres:g}", "half": f"{metres / 2:g}", "mm": millimetres},
        "hidden": hidden,
    }


def _near(tree: Any, frame: Frame) -> Any:
    """Return the positions of what lies in a frame, in order."""
    found = np.sort(tree.query(shapely.box(*frame.wider)))
    return found[:MOST_DRAWN]


# ---------------------------------------------------------------------------------------------------- texts


def _outward(points: Points) -> Points:
    """Return the direction away from the land at each corner; land lies to the right of every ring."""
    step = np.roll(points, -1, axis=0) - points
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)
    left = np.column_stack([-step[:, 1], step[:, 0]]) / length[:, None]
    both = left + np.roll(left, 1, axis=0)
    size = np.hypot(both[:, 0], both[:, 1])
    return np.asarray(np.where(size[:, None] > 1e-6, both / np.maximum(size, 1e-6)[:, None], left))


def _corner_texts(rings: list[Ring], frame: Frame) -> list[Text]:
    """Return the numbers of the corners; where they would touch, the later one is left out."""
    kept: list[tuple[float, float]] = []
    texts: list[Text] = []
    apart = APART_MM if sum(len(ring.points) for ring in rings) <= MOST_LABELS else CROWDED_MM
    for ring in rings:
        at = frame.on_paper(ring.points) + _outward(ring.points) * [LABEL_MM, -LABEL_MM]
        for place, (x, y) in enumerate(at.tolist()):
            if len(kept) >= MOST_LABELS:
                return texts
            if all((x - a) ** 2 + (y - b) ** 2 >= apart**2 for a, b in kept):
                kept.append((x, y))
                texts.append({"x": x, "y": y, "t": f"J{ring.first + place}", "kind": "corner"})
    return texts


def _dots(rings: list[Ring], frame: Frame) -> list[Text]:
    count = sum(len(ring.points) for ring in rings)
    if count > MOST_LABELS:
        return []
    points = np.concatenate([frame.on_paper(ring.points) for ring in rings])
    return [{"x": x, "y": y, "t": "", "kind": "dot"} for x, y in points.tolist()]


def _lengths(rings: list[Ring], frame: Frame) -> list[Text]:
    """Return the lengths of the longer sides, each inside the land along its side."""
    if sum(len(ring.points) for ring in rings) > MOST_LENGTHS:
        return []
    texts = []
    for ring in rings:
        paper = frame.on_paper(ring.points)
        after = np.roll(paper, -1, axis=0)
        step = after - paper
        size = np.hypot(step[:, 0], step[:, 1])
        for place in np.flatnonzero(size >= SHORTEST_MM).tolist():
            dx, dy = (step[place] / size[place]).tolist()
            x, y = ((paper[place] + after[place]) / 2).tolist()
            # Land lies to the right of a side; on paper, where y points down, that is (-dy, dx).
            at = {"x": x - dy * 1.7, "y": y + dx * 1.7}
            texts.append({**at, "t": f"{ring.sides[place]:.2f}", "kind": "length", "angle": _upright(dx, dy)})
    return texts


def _names(ground: Ground, near: Any, around: Any, frame: Frame) -> list[Text]:
    """Return the names of the neighbours that have room for one."""
    known = ~shapely.is_empty(around)
    near, around = near[known], around[known]
    if not len(near):
        return []
    west, south, east, north = shapely.bounds(shapely.clip_by_rect(around, *frame.bounds)).T
    per_mm = frame.scale / 1000
    wide, high = (east - west) / per_mm, (north - south) / per_mm
    roomy = (wide >= LEAST_MM[0]) & (high >= LEAST_MM[1])
    inner = shapely.clip_by_rect(around[roomy], *frame.bounds)
    points = frame.on_paper(shapely.get_coordinates(shapely.point_on_surface(inner)))
    texts = []
    for row, (x, y), room in zip(near[roomy].tolist(), points.tolist(), wide[roomy].tolist(), strict=True):
        name = short_name(name_of(ground.parcels, row), min(int(room / LETTER_MM), LONGEST_NAME))
        half = len(name) * LETTER_MM / 2
        inside = min(max(x, half + 1), frame.width - half - 1)
        lowest = frame.height - (FOOT_MM if not FREE_MM[0] < inside < FREE_MM[1] else 2.0)
        texts.append({"x": inside, "y": min(max(y, 2.0), lowest), "t": name, "kind": "name"})
    return texts


def _line_names(lines: Any, names: list[str], frame: Frame) -> list[Text]:
    """Return the names of the roads and streams of a map, each once, along the middle of its longest stretch."""
    inside = shapely.clip_by_rect(lines, *frame.bounds)
    longest: dict[str, Any] = {}
    for name, shape in zip(names, inside, strict=True):
        stretches = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 1]
        for part in stretches if name else ():
            if name not in longest or part.length > longest[name].length:
                longest[name] = part
    texts = []
    for name, part in longest.items():
        if part.length * 1000 / frame.scale < len(name) * LETTER_MM + 6:
            continue
        before, middle, after = (part.interpolate(at, normalized=True) for at in (0.48, 0.5, 0.52))
        (x, y), (x0, y0), (x1, y1) = frame.on_paper(
            np.array([[point.x, point.y] for point in (middle, before, after)])
        ).tolist()
        texts.append({"x": x, "y": y, "t": name, "kind": "line", "angle": _upright(x1 - x0, y1 - y0)})
    return texts


def _upright(dx: float, dy: float) -> float:
    """Return the angle of a direction on paper at which letters along it can be read."""
    angle = float(np.degrees(np.arctan2(dy, dx)))
    return angle + (180 if angle < -90 else -180 if angle > 90 else 0)


def name_of(parcels: pd.DataFrame, row: int) -> str:
    """Return what a parcel is called on the map of another: its holder, else its name, else its code."""
    for column in ("holder", "parcel_name"):
        if column in parcels.columns and not pd.isna(value := parcels[column].iloc[row]) and str(value).strip():
            return str(value)
    return str(parcels["parcel_id"].iloc[row])


def short_name(name: str, most: int) -> str:
    """Return a name of at most so many letters.

    Examples
    --------
    >>> short_name("安澜瑞源实业有限公司", 6)
    '安澜瑞源实…'
    """
    return name if len(name) <= most else name[: max(most - 1, 1)] + "…"
