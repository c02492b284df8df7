"""Write names on a map: those of parcels, parks, towns, water and roads, none over another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from landuse.cartography.pane.around import PARK, Kind, Look
from landuse.cartography.pane.cut import clipped
from landuse.cartography.pane.labels import NONE, Numbers, Wish, place
from landuse.cartography.pane.lettering import Line, Writing, write
from landuse.cartography.pane.letters import ASCENT, LEADING, block_size, broken, is_bold, width
from landuse.cartography.pane.scene import Scene
from landuse.cartography.pane.style import FOCUS_FIRST, INK, PaneStyle, letters_mm
from landuse.cartography.pane.view import View
from landuse.cartography.pane.wishes import Plots, area_wish, line_wishes, parcel_wishes
from landuse.tables import Geometries

PAD: Final = 0.35
"""Millimetres left free on each side of a label."""
WIDEST: Final = 9.0
"""Signs of a line of a long name, and how many lines it may have."""
LINES: Final = 3
MOST: Final = 1_000
FILLING: Final = 20.0
"""Labels of parcels that are tried at all: so many, and one for each such area in squares of the size of a letter."""
ROWS: Final = 2
"""Priorities: a focus parcel, parks, other labelled parcels, then the names of places in this order."""
PRIORITY: Final = {PARK: 1, "town": 3, "water": 4, "village": 5}
OF_ROADS: Final = 6
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Label:
    """A label and how it is drawn at each of its places."""

    wish: Wish
    lines: tuple[str, ...]
    mm: float
    colour: str
    bold: bool = False
    row: int = NONE
    """Row of the parcel it names."""
    signs: Numbers | None = None
    """Middle and direction of every sign at every place, for a name along a line."""
    anchor: Numbers | None = None


def draw_names(
    axes: Any, scene: Scene, view: View, style: PaneStyle, rows: Rows
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Write the names a view has room for; return the rows of parcels and the names of places that found none.

    Parameters
    ----------
    rows
        Parcels that the view shows.
    """
    seen = _seen(to_paper(clipped(scene.shapes[rows], view), view), view)
    wanted = _wanted(scene, style, seen, rows)
    shown = _most_important(
        wanted, seen, view=view, mm=letters_mm(style, view.scale), is_focus=np.isin(rows, style.focus)
    )
    labels = list(_labels(scene, view, style, Plots(seen, shown), rows))
    anchors = [label.anchor if label.anchor is not None else np.full(4, np.nan) for label in labels]
    chosen = place(
        [label.wish for label in labels],
        frame=(0.0, 0.0, *view.size_mm),
        blocked=[_on_paper(box, view) for box in style.keep_clear],
        anchors=np.array(anchors).reshape(-1, 4),
    ).tolist()
    write(axes, view, [_writing(label, at) for label, at in zip(labels, chosen, strict=True) if at != NONE])
    written = [label.row for label, at in zip(labels, chosen, strict=True) if at != NONE]
    places = [
        "".join(label.lines) for label, at in zip(labels, chosen, strict=True) if at == NONE and label.row == NONE
    ]
    return tuple(rows[wanted][~np.isin(rows[wanted], written)].tolist()), tuple(dict.fromkeys(places))


def _wanted(scene: Scene, style: PaneStyle, seen: Geometries, rows: Rows) -> Rows:
    """Return the places among the rows of the parcels that are labelled, are seen and have something to write."""
    import shapely

    labelled = np.isin(rows, scene.labelled_rows(style))
    if not labelled.any():
        return np.empty(0, dtype=np.intp)
    known = scene.labels[style.label].iloc[rows].notna().to_numpy()
    return np.flatnonzero(labelled & known & ~shapely.is_empty(seen))


def _most_important(wanted: Rows, seen: Geometries, *, view: View, mm: float, is_focus: npt.NDArray[np.bool_]) -> Rows:
    """Return as many of the parcels as a frame can name at all: those in focus, then the largest on paper."""
    import shapely

    width_mm, height_mm = view.size_mm
    most = min(MOST, int(width_mm * height_mm / (FILLING * mm * mm)))
    if len(wanted) <= most:
        return wanted
    order = np.lexsort((-shapely.area(seen[wanted]), ~is_focus[wanted]))
    return np.sort(wanted[order[:most]])


def _labels(scene: Scene, view: View, style: PaneStyle, plots: Plots, rows: Rows) -> Iterator[_Label]:
    if len(plots.labelled):
        yield from _parcel_labels(scene, style, plots, rows=rows, mm=letters_mm(style, view.scale))
    if style.place_names:
        for kind in scene.around:
            look = kind.look
            if look.name and look.name_from <= view.scale <= look.to_scale and look.key not in style.hidden:
                yield from _place_labels(kind, view, plots)


def _seen(shapes: Geometries, view: View) -> Geometries:
    """Return what the frame shows of some shapes, in millimetres."""
    import shapely

    w, h = view.size_mm
    made: Geometries = shapes.copy()
    bounds = shapely.bounds(shapes)
    over = (bounds[:, :2] < 0).any(axis=1) | (bounds[:, 2:] > (w, h)).any(axis=1)
    made[over] = shapely.clip_by_rect(shapes[over], 0, 0, w, h)
    return made


def to_paper(shapes: Geometries, view: View) -> Geometries:
    """Return shapes in millimetres of the frame, its lower left corner at (0, 0)."""
    import shapely

    points = (shapely.get_coordinates(shapes) - view.bounds[:2]) * (1000 / view.scale)
    moved: Geometries = shapely.set_coordinates(shapes.copy(), points)
    return moved


def _on_paper(box: tuple[float, float, float, float], view: View) -> tuple[float, float, float, float]:
    x, y = view.bounds[:2]
    return view.mm(box[0] - x), view.mm(box[1] - y), view.mm(box[2] - x), view.mm(box[3] - y)


def _parcel_labels(scene: Scene, style: PaneStyle, plots: Plots, *, rows: Rows, mm: float) -> Iterator[_Label]:
    """Yield the labels of the parcels."""
    shown = plots.labelled
    lines = [broken(str(text), most=WIDEST, lines=LINES) for text in scene.labels[style.label].iloc[rows[shown]]]
    wishes, anchors = parcel_wishes(plots, _sizes(lines, mm), priority=ROWS)
    focus = set(style.focus)
    for at, row in enumerate(rows[shown].tolist()):
        wish = wishes[at]
        if row in focus:
            wish = Wish(wish.boxes, wish.cost, wish.leaders, FOCUS_FIRST)
        yield _Label(wish, lines[at], mm, INK, row=row, anchor=anchors[at])


def _place_labels(kind: Kind, view: View, plots: Plots) -> Iterator[_Label]:
    """Yield the names of the features of a kind that the frame shows."""
    import shapely

    look = kind.look
    places = kind.within(kind.named, view.bounds)
    shapes = _seen(to_paper(clipped(kind.named[places], view), view), view)
    names = [kind.names[at] for at in places.tolist()]
    if look.name_at == "line":
        for name in dict.fromkeys(names):
            of_name = shapes[[other == name for other in names]]
            yield from _road_labels(name, of_name, look, plots)
        return
    for name, shape in zip(names, shapes, strict=True):
        if not shapely.is_empty(shape) and shapely.area(shape) > 0:
            yield _area_label(name, shape, look, plots)


def _area_label(name: str, shape: Any, look: Look, plots: Plots) -> _Label:
    bold = look.bold and is_bold(name)
    size = _sizes([(name,)], look.name_mm, bold=bold)[0]
    wish = area_wish(
        shape, (size[0], size[1]), plots, priority=PRIORITY.get(look.key, OF_ROADS), outside=look.key == PARK
    )
    return _Label(wish, (name,), look.name_mm, look.name, bold)


def _road_labels(name: str, shapes: Geometries, look: Look, plots: Plots) -> Iterator[_Label]:
    import shapely

    whole = shapely.line_merge(shapely.union_all(shapes))
    widths = np.array([max(width(sign), 0.5) for sign in name]) * look.name_mm * 1.08
    for line in shapely.get_parts(np.array([whole, None], dtype=object)[:1]):
        if shapely.get_type_id(line) != 1 or shapely.length(line) < widths.sum():
            continue
        for wish, signs in line_wishes(line, widths, look.name_mm, plots, priority=OF_ROADS):
            yield _Label(wish, (name,), look.name_mm, look.name, signs=signs)


def _sizes(lines: Sequence[tuple[str, ...]], mm: float, *, bold: bool = False) -> Numbers:
    """Return width and height in millimetres of labels with the room about them."""
    return np.array([block_size(some, bold=bold) for some in lines]) * mm + 2 * PAD


def _writing(label: _Label, at: int) -> Writing:
    """Return how a label stands at the place it took."""
    leader = None if label.wish.leaders is None else label.wish.leaders[at]
    along = None if label.signs is None else label.signs[at]
    lines = _block(label, label.wish.boxes[at, 0]) if along is None else _signs(label, along)
    return Writing(
        lines, label.mm, label.colour, label.bold, leader if leader is None or np.isfinite(leader[0]) else None
    )


def _block(label: _Label, box: Numbers) -> tuple[Line, ...]:
    """Return the lines of a label one below the other, each in the middle of its box."""
    middle, top = (box[0] + box[2]) / 2, box[3] - PAD
    return tuple(
        Line(
            text,
            float(middle - width(text, bold=label.bold) * label.mm / 2),
            float(top - (ASCENT + LEADING * place) * label.mm),
        )
        for place, text in enumerate(label.lines)
    )


def _signs(label: _Label, signs: Numbers) -> tuple[Line, ...]:
    """Return a name along a line: in one piece where it runs across, else sign by sign from above to below."""
    (name,), turn = label.lines, float(signs[0, 2])
    below = ASCENT - 0.5
    if abs(turn) <= 45:
        across = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))])
        up = np.array([-across[1], across[0]])
        start = signs[:, :2].mean(axis=0) - across * width(name) * label.mm / 2 - up * below * label.mm
        return (Line(name, float(start[0]), float(start[1]), turn),)
    lean = turn + 90
    across = np.array([np.cos(np.radians(lean)), np.sin(np.radians(lean))])
    up = np.array([-across[1], across[0]])
    made = []
    for sign, (x, y, _) in zip(name, signs, strict=True):
        start = np.array([x, y]) - across * width(sign) * label.mm / 2 - up * below * label.mm
        made.append(Line(sign, float(start[0]), float(start[1]), lean))
    return tuple(made)
