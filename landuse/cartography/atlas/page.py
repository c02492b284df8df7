"""Draw a page with a map: a map sheet, what surrounds its unit faded, the adjoining pages at its edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from landuse.cartography.atlas.leaf import Leaf, Link
from landuse.cartography.atlas.neighbours import Neighbour
from landuse.cartography.atlas.pdf import drawn
from landuse.cartography.atlas.plan import Sheet
from landuse.cartography.pane import Scene
from landuse.cartography.pane.paths import area_paths
from landuse.cartography.pane.style import ORDER
from landuse.cartography.sheet import Rect, compose
from landuse.cartography.sheet.compose import sheet_faces
from landuse.cartography.sheet.lettering import POINT, register, width_mm
from landuse.cartography.sheet.pen import MM, Pen
from landuse.fonts import Faces

if TYPE_CHECKING:
    from landuse.cartography.atlas.artist import AtlasArtist

FADED: Final = 0.62
"""How much white lies over what a page is not about."""
WAY: Final = "#0b4f8a"
"""Colour of all that leads to another page."""
STEP: Final = 0.001
"""Between what lies on what."""
CELL_MM: Final = 0.4
"""Width of the outline of a cell."""
TAB: Final = (13.0, 5.6)
"""Width and height in mm of the tab that names an adjoining page."""
TAB_SIZE: Final = 8.0
TAB_ORDER: Final = 7
"""Tabs lie on the frame and its coordinates."""
HALF: Final = 0.7071
ARROWS: Final = {
    "n": (0.0, 1.0), "ne": (HALF, HALF), "e": (1.0, 0.0), "se": (HALF, -HALF), "s": (0.0, -1.0), "sw": (-HALF, -HALF),
    "w": (-1.0, 0.0), "nw": (-HALF, HALF),
}  # fmt: skip
"""Which way the arrow of a tab points."""


def map_page(artist: AtlasArtist, sheet: Sheet, place: int) -> Leaf:
    """Return a page with a map; places are counted from 0."""
    told, scene = artist.told, artist.page_scene(sheet)
    at = place - (artist.contents.pages - len(artist.contents.sheets))
    facts = replace(
        told.base,
        title=artist.title(sheet),
        subtitle="  ".join((told.base.title, told.subject, term_by(artist))),
        number=artist.number(sheet.number),
        table=told.tables[at] if told.tables else None,
        notes=(*told.base.notes, *_notes(artist, sheet)),
    )
    faces = sheet_faces(scene, facts)
    style = artist.style(scene, sheet)
    figure = compose(scene, artist.view(sheet), facts, artist.layout, style)
    page, axes = figure.axes[:2]
    _fade(axes, scene, sheet, artist)
    pen = Pen(page, artist.layout, register(faces), artist.lang)
    links = [*_neighbours(pen, artist.contents.neighbours[sheet.number]), *_ways_back(artist)]
    return leaf_of(figure, faces, links, artist)


def _notes(artist: AtlasArtist, sheet: Sheet) -> list[str]:
    """Return what a reader of a page has to know: what is faded, what is counted elsewhere, where the list goes on."""
    notes = [artist.word("focus")]
    if len(sheet.home) < len(sheet.rows):
        notes.append(artist.word("shared", shown=len(sheet.rows), home=len(sheet.home)))
    return notes if artist.contents.by == "listed" else [*notes, artist.word("short")]


def term_by(artist: AtlasArtist) -> str:
    """Return what the pages are cut by, in words."""
    from landuse.catalogue import term

    return term("atlas_by", artist.contents.by, artist.lang)


def leaf_of(figure: Any, faces: Faces, links: Sequence[tuple[Rect, int]], artist: AtlasArtist) -> Leaf:
    """Return a figure as a page with links; their rectangles are in mm."""

    def points(box: Rect) -> tuple[float, float, float, float]:
        x0, y0, x1, y1 = (round(value * MM, 3) for value in (box.x, box.y, box.right, box.top))
        return x0, y0, x1, y1

    pages = artist.contents.pages
    return Leaf(drawn(figure, faces), tuple(Link(points(box), page) for box, page in links if 1 <= page <= pages))


def _fade(axes: Any, scene: Scene, sheet: Sheet, artist: AtlasArtist) -> None:
    """Lay white over what the page is not about: parcels of other units, or what is outside the cell of a grid."""
    import shapely
    from matplotlib.collections import PathCollection

    if artist.contents.by == "listed":  # the pane fades what is around a parcel in focus
        return
    above = ORDER["focus"]
    if sheet.focus:
        cell = shapely.box(*sheet.focus)
        others = np.array([shapely.difference(shapely.box(*sheet.frame), cell), None])[:1]
        width = artist.layout.mm(CELL_MM) * MM
        edge: Any = {"facecolors": "none", "edgecolors": WAY, "linewidths": width, "zorder": above + STEP}
        axes.add_collection(PathCollection(area_paths(np.array([cell, None])[:1]), **edge), autolim=False)
    else:
        others = scene.shapes[~scene.table.index.isin(artist.scene.table.index[sheet.rows])]
    veil: Any = {"facecolors": "white", "edgecolors": "white", "linewidths": 0.3, "alpha": FADED, "zorder": above}
    axes.add_collection(PathCollection(area_paths(others), **veil), autolim=False)


def _neighbours(pen: Pen, near: Sequence[Neighbour]) -> list[tuple[Rect, int]]:
    """Draw a tab with arrow and number on the neat line for each adjoining page; return where they lead."""
    made: list[tuple[Rect, int]] = []
    for edge in ("n", "e", "s", "w", "ne", "se", "sw", "nw"):
        some = [one for one in near if one.direction == edge]
        for one, box in zip(some, _tabs(pen, edge, [one.place for one in some]), strict=True):
            _clear(pen, box)
            _tab(pen, box, str(one.number), edge)
            made.append((box, one.number))
    return made


def _clear(pen: Pen, box: Rect) -> None:
    """Take away the coordinates that a tab would hide in part."""
    for text in list(pen.axes.texts):
        (x, y), size = text.get_position(), text.get_fontsize()
        half = width_mm(text.get_text(), size) / 2
        is_met = x - half < box.right and box.x < x + half and y < box.top and box.y < y + size * POINT
        if text.get_ha() == "center" and text.get_zorder() < TAB_ORDER and is_met:
            text.remove()


def _tab(pen: Pen, box: Rect, words: str, edge: str) -> None:
    """Draw a tab: its number, and beside it on the outer side an arrow that points outwards."""
    from matplotlib.patches import Polygon

    pen.box(box, fill=WAY, zorder=TAB_ORDER)
    arrow, size = pen.mm(3.4), pen.mm(TAB_SIZE)
    size *= min(1.0, (box.width - arrow - pen.mm(0.8)) / width_mm(words, size, bold=True))
    first = edge in {"n", "s", "w", "nw", "sw"}
    x = box.x + arrow / 2 + pen.mm(0.5) if first else box.right - arrow / 2 - pen.mm(0.5)
    dx, dy = (pen.mm(1.2) * way for way in ARROWS[edge])
    y = box.middle[1]
    tip, left, right = (x + dx, y + dy), (x - 0.8 * dx - dy, y - 0.8 * dy + dx), (x - 0.8 * dx + dy, y - 0.8 * dy - dx)
    pen.axes.add_patch(Polygon([tip, left, right], closed=True, facecolor="#ffffff", edgecolor="none", zorder=8))
    middle = box.middle[0] + (arrow if first else -arrow) / 2
    pen.text((middle, y), words, size, bold=True, colour="#ffffff", ha="center", zorder=8)


def _tabs(pen: Pen, edge: str, places: Sequence[float]) -> list[Rect]:
    """Return the tabs of an edge, in order and apart from each other; a corner has one."""
    frame, (width, height) = pen.layout.frame, (pen.mm(side) for side in TAB)
    across = edge in {"n", "s"}
    if edge in {"ne", "se", "sw", "nw"}:
        x = frame.right - width if "e" in edge else frame.x
        return [Rect(x, (frame.top - height) if "n" in edge else frame.y, width, height) for _ in places]
    start, length, own = (frame.x, frame.width, width) if across else (frame.y, frame.height, height)
    corner = pen.mm(TAB[0] + 4) if across else pen.mm(TAB[1] + 4)
    low, high, step = start + corner, start + length - corner - own, own + pen.mm(1.5)
    wanted = [min(max(start + place * length - own / 2, low), high) for place in places]
    for at in range(1, len(wanted)):
        wanted[at] = max(wanted[at], wanted[at - 1] + step)
    over = max((wanted[-1] if wanted else 0) - high, 0.0)
    wanted = [at - over for at in wanted]
    if across:
        y = frame.top - height if edge == "n" else frame.y
        return [Rect(at, y, width, height) for at in wanted]
    x = frame.right - width if edge == "e" else frame.x
    return [Rect(x, at, width, height) for at in wanted]


def _ways_back(artist: AtlasArtist) -> list[tuple[Rect, int]]:
    """Return the places that lead to the key map (the inset) and to the index (the number of the page)."""
    found = artist.layout
    area, spec = found.area, found.spec
    made = []
    if spec.locator and spec.locator.top is not None and spec.locator.height:
        x, width = found.across(spec.locator)
        height = found.mm(spec.locator.height)
        made.append((Rect(x, area.top - found.mm(spec.locator.top) - height, width, height), 1))
    if spec.number and spec.number.bottom is not None and spec.number.height:
        x, width = found.across(spec.number)
        made.append((Rect(x, area.y + found.mm(spec.number.bottom), width, found.mm(spec.number.height)), 2))
    return made


__all__ = ["POINT", "WAY", "leaf_of", "map_page", "term_by"]
