"""Draw what stands before the maps: the cover with its key map, and the index of pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from landuse.cartography.atlas.contents import COVER, INDEX_LINES, Line
from landuse.cartography.atlas.grid import Box
from landuse.cartography.atlas.leaf import Leaf
from landuse.cartography.atlas.page import WAY, leaf_of, term_by
from landuse.cartography.atlas.plan import Pane, fitting_scale
from landuse.cartography.pane import PaneStyle, View, extent, united
from landuse.cartography.pane.scales import SCALES
from landuse.cartography.pane.style import ORDER
from landuse.cartography.sheet import AreaTable, Rect, compose, fitting_view, view_at
from landuse.cartography.sheet.compose import sheet_faces
from landuse.cartography.sheet.lettering import POINT, register, setting, width_mm
from landuse.cartography.sheet.pen import MM, Pen
from landuse.catalogue import term
from landuse.errors import InputError
from landuse.fonts import Faces, faces

if TYPE_CHECKING:
    from landuse.cartography.atlas.artist import AtlasArtist

NUMBER_SIZE: Final = 9.0
"""Letters of the numbers on the key map."""
COLUMNS: Final = (
    ("number", 12.0), ("title", 96.0), ("scale", 19.0), ("parcels", 12.0), ("area_mu", 20.0), ("low", 13.0),
    ("idle", 15.0),
)  # fmt: skip
"""Columns of the index with their share of the width."""
ROW: Final = 6.1
HEAD: Final = 9.0
INCH: Final = 25.4
ROOM: Final = 0.04
"""Share of the key map that stays free around all that is on it."""


def cover(artist: AtlasArtist) -> Leaf:
    """Return the cover: title, all parcels with the frames of the pages over them, what the atlas holds."""
    told, contents = artist.told, artist.contents
    notes = [artist.word("clicked"), artist.word("counted")]
    if contents.missing:
        notes.append(artist.word("missing", count=contents.missing))
    if not contents.sheets:
        notes = [artist.word("none_listed" if contents.by == "listed" else "none_drawn"), *notes[2:]]
    facts = replace(
        told.base,
        subtitle="  ".join((artist.word("key_map"), told.subject, term_by(artist))),
        number=artist.number(1),
        table=_summary(artist),
        notes=(*told.base.notes, *notes),
        inset=None,
    )
    view, is_placed = _overview(artist)
    facts = replace(facts, has_coordinates=facts.has_coordinates and is_placed)
    found = sheet_faces(artist.scene, facts)
    frames, numbers = _frames(artist, view), _numbers(artist, view)
    clear = tuple(_on_ground(artist, view, box) for box, _ in numbers)
    style = PaneStyle(label="none", keep_clear=clear)
    figure = compose(artist.scene, view, facts, artist.cover_layout, style)
    page, axes = figure.axes[:2]
    pen = Pen(page, artist.cover_layout, register(found), artist.lang)
    _draw_frames(pen, axes, artist, numbers)
    if not contents.sheets:
        neat = artist.cover_layout.neat
        pen.text(neat.middle, artist.word("none"), pen.mm(40), bold=True, ha="center", colour=pen.ink.quiet, zorder=8)
    return leaf_of(figure, found, [*frames, *numbers], artist)


def _overview(artist: AtlasArtist) -> tuple[View, bool]:
    """Return what the key map shows, all parcels and all frames, and whether there is any."""
    layout = artist.cover_layout
    frames = (sheet.focus or sheet.frame for sheet in artist.contents.sheets)
    whole = united([extent(artist.scene.shapes), *frames])
    if whole is None:
        return fitting_view((0.0, 0.0, 1000.0, 1000.0), layout), False
    x0, y0, x1, y1 = whole
    pane = Pane(layout.neat.width, layout.neat.height)
    scale = fitting_scale((x1 - x0, y1 - y0), pane, ROOM)
    if scale == SCALES[-1]:
        return fitting_view(whole, layout), True
    return view_at(((x0 + x1) / 2, (y0 + y1) / 2), layout, scale), True


def _summary(artist: AtlasArtist) -> AreaTable:
    """Return what the atlas holds: pages, parcels, land, listed and idle."""
    total = artist.contents.total

    def word(name: str) -> str:
        return term("atlas_column", name, artist.lang).replace("\n", "")

    rows = [
        (word("pages"), f"{len(artist.contents.sheets)}"),
        (word("parcels"), f"{total.parcels:,}"),
        (word("area_mu"), f"{total.area_mu:,.2f}"),
        (word("low"), f"{total.low:,}"),
        (word("idle"), f"{total.idle:,}"),
    ]
    return AreaTable(artist.word("summary"), (word("fact"), word("value")), tuple(rows))


def _frames(artist: AtlasArtist, view: View) -> list[tuple[Rect, int]]:
    """Return where the frame of each page lies on the key map."""
    return [(_on_paper(artist, view, sheet.focus or sheet.frame), sheet.number) for sheet in artist.contents.sheets]


def _numbers(artist: AtlasArtist, view: View) -> list[tuple[Rect, int]]:
    """Return where the numbers of the pages stand; one that has no room beside the others is in the index alone."""
    size = _size(artist)
    taken: list[tuple[Rect, int]] = []
    for box, number in _frames(artist, view):
        wide, tall = width_mm(str(number), size, bold=True) + 0.8 * size * POINT, 1.35 * size * POINT
        free = (spot for spot in _spots(box, wide, tall) if not any(_meets(spot, one) for one, _ in taken))
        if (spot := next(free, None)) is not None:
            taken.append((spot, number))
    return taken


def _size(artist: AtlasArtist) -> float:
    """Return the size of the numbers on the key map: many are small."""
    pages = len(artist.contents.sheets)
    return artist.layout.mm(NUMBER_SIZE) * (1.0 if pages <= 60 else 0.7 if pages <= 200 else 0.55)


def _draw_frames(pen: Pen, axes: Any, artist: AtlasArtist, numbers: Sequence[tuple[Rect, int]]) -> None:
    """Draw the frames of all pages over the key map, below its names, those of scattered land dashed; their numbers."""
    from matplotlib.collections import PolyCollection

    sheets = artist.contents.sheets
    boxes = [sheet.focus or sheet.frame for sheet in sheets]
    corners = [[(x0, y0), (x1, y0), (x1, y1), (x0, y1)] for x0, y0, x1, y1 in boxes]
    width = pen.mm(0.4 if len(sheets) < 100 else 0.25) * MM
    dashes = [(0, (5, 3)) if sheet.scattered else "solid" for sheet in sheets]
    edge: Any = {"facecolors": "none", "edgecolors": WAY, "linewidths": width, "linestyles": dashes}
    axes.add_collection(PolyCollection(corners, zorder=ORDER["grid"], **edge), autolim=False)
    for spot, number in numbers:
        pen.box(spot, fill=WAY, colour="#ffffff", width=0.15, zorder=7)
        pen.text(spot.middle, str(number), _size(artist), bold=True, colour="#ffffff", ha="center", zorder=8)


def _on_paper(artist: AtlasArtist, view: View, box: Box) -> Rect:
    neat, (x0, y0) = artist.cover_layout.neat, view.bounds[:2]
    x, y = neat.x + view.mm(box[0] - x0), neat.y + view.mm(box[1] - y0)
    return Rect(x, y, view.mm(box[2] - box[0]), view.mm(box[3] - box[1]))


def _on_ground(artist: AtlasArtist, view: View, box: Rect) -> Box:
    neat, (x0, y0) = artist.cover_layout.neat, view.bounds[:2]
    x, y = x0 + view.metres(box.x - neat.x), y0 + view.metres(box.y - neat.y)
    return x, y, x + view.metres(box.width), y + view.metres(box.height)


def _spots(box: Rect, wide: float, tall: float) -> list[Rect]:
    """Return where the number of a frame may stand: its upper left corner, other corners, its middle, beside it."""
    x, y, right, top = box.x, box.y, box.right - wide, box.top - tall
    middle = box.middle[0] - wide / 2, box.middle[1] - tall / 2
    places = [(x, top), middle, (right, top), (x, y), (right, y), (middle[0], box.top), (middle[0], box.y - tall)]
    places += [(box.x - wide, middle[1]), (box.right, middle[1])]
    return [Rect(at, up, wide, tall) for at, up in places]


def _meets(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top


# ------------------------------------------------------------------------------------------------- index


def index_page(artist: AtlasArtist, at: int) -> Leaf:
    """Return a page of the index, counted from 0."""
    from matplotlib.figure import Figure

    told, lines = artist.told, artist.index_lines(at)
    found = _faces(artist, lines)
    with setting(found) as families:
        width, height = artist.layout.size
        figure: Any = Figure(figsize=(width / INCH, height / INCH), facecolor="white")
        page = figure.add_axes((0, 0, 1, 1))
        page.set(xlim=(0, width), ylim=(0, height))
        page.axis("off")
        pen = Pen(page, artist.layout, families, artist.lang)
        area, more = artist.layout.area, artist.word("continued") if at else ""
        pen.text((area.x, area.top - pen.mm(5)), f"{artist.word('index')}{more}", pen.mm(19), bold=True)
        pen.text(
            (area.x, area.top - pen.mm(13)), f"{told.base.title}  {term_by(artist)}", pen.mm(9.5), colour=pen.ink.quiet
        )
        _marks(pen, artist, COVER + at + 1)
        links = _lines(pen, artist, lines, last=at == artist.contents.index_pages - 1)
        _draft(pen, told.base.draft)
    return leaf_of(figure, found, links, artist)


def _faces(artist: AtlasArtist, lines: Sequence[Line]) -> Faces:
    base = artist.told.base
    words = [artist.word(name) for name in ("index", "continued", "none", "counted")]
    heads = [term("atlas_column", name, artist.lang) for name in (*(name for name, _ in COLUMNS), "total")]
    texts = [
        base.title,
        base.stamp,
        base.draft,
        base.secrecy,
        base.notice,
        term_by(artist),
        artist.number(1),
        *words,
        *heads,
    ]
    found = faces([*texts, *(line.title for line in lines), "0123456789:,.—"])
    if faults := found.faults(artist.word("index")):
        raise InputError(faults)
    return found


def _marks(pen: Pen, artist: AtlasArtist, number: int) -> None:
    """Write stamp, secrecy, number and notice where the other pages have them."""
    base, area = artist.told.base, artist.layout.area
    if base.stamp:
        box = Rect(area.right - pen.mm(34), area.top - pen.mm(8.1), pen.mm(34), pen.mm(7.6))
        pen.box(box, colour=pen.ink.accent, width=0.45)
        pen.fitted(box.inset(pen.mm(0.8)), base.stamp, pen.mm(12), bold=True, align="center", colour=pen.ink.accent)
    secrecy = Rect(area.right - pen.mm(98), area.top - pen.mm(7.5), pen.mm(60), pen.mm(6))
    pen.fitted(secrecy, base.secrecy, pen.mm(9), align="right", colour=pen.ink.accent)
    foot = Rect(area.right - pen.mm(82), area.y + pen.mm(5), pen.mm(82), pen.mm(6))
    pen.fitted(foot, artist.number(number), pen.mm(11), bold=True, align="right")
    pen.fitted(Rect(foot.x, area.y, foot.width, pen.mm(5)), base.notice, pen.mm(7.5), align="right")
    pen.fitted(Rect(area.x, area.y, pen.mm(200), pen.mm(5)), artist.word("counted"), pen.mm(7.5), colour=pen.ink.quiet)


def _lines(pen: Pen, artist: AtlasArtist, lines: Sequence[Line], *, last: bool) -> list[tuple[Rect, int]]:
    """Write the lines of the index in two columns; return where they lead."""
    area, gap = artist.layout.area, pen.mm(8)
    half, links = INDEX_LINES // 2, []
    columns = 1 if len(artist.contents.lines) <= half else 2
    width = (area.width - gap * (columns - 1)) / columns
    top = area.top - pen.mm(20)
    for column in range(columns):
        some = lines[column * half : (column + 1) * half]
        if not some and (column or lines):
            break
        box = Rect(area.x + column * (width + gap), area.y, width, top - area.y)
        links += _column(pen, artist, box, some)
        if last and (column + 1) * half >= len(lines):
            _total(pen, artist, box, len(some))
    return links


def _column(pen: Pen, artist: AtlasArtist, box: Rect, lines: Sequence[Line]) -> list[tuple[Rect, int]]:
    head, row = pen.mm(HEAD), pen.mm(ROW)
    pen.box(Rect(box.x, box.top - head, box.width, head), fill="#eef1f4")
    for (name, _), cell in zip(COLUMNS, _cells(box, box.top - head, head), strict=True):
        words = term("atlas_column", name, artist.lang).split("\n")
        for place, word in enumerate(words):
            y = cell.middle[1] + ((len(words) - 1) / 2 - place) * pen.mm(3.4)
            align = "left" if name == "title" else "center" if name == "number" else "right"
            pen.fitted(
                Rect(cell.x + pen.mm(1), y - pen.mm(2), cell.width - pen.mm(2), pen.mm(4)),
                word,
                pen.mm(8),
                bold=True,
                align=align,
            )
    pen.line([(box.x, box.top), (box.right, box.top)], 0.35)
    pen.line([(box.x, box.top - head), (box.right, box.top - head)])
    links = []
    for place, line in enumerate(lines):
        y = box.top - head - (place + 1) * row
        _cells_of_line(pen, _cells(box, y, row), _texts(line), number=WAY)
        pen.line([(box.x, y), (box.right, y)], pen.ink.hair, pen.ink.line)
        links.append((Rect(box.x, y, box.width, row), line.number))
    return links


def _total(pen: Pen, artist: AtlasArtist, box: Rect, rows: int) -> None:
    """Write the sums of all lines below the last of them; 无 where there is none."""
    head, row = pen.mm(HEAD), pen.mm(ROW)
    y = box.top - head - (rows + 1) * row
    word = term("atlas_column", "total", artist.lang) if artist.contents.lines else artist.word("none")
    texts = _texts(replace(artist.contents.total, title=word))
    _cells_of_line(pen, _cells(box, y, row), ["", texts[1], "", *texts[3:]], bold=True)
    pen.line([(box.x, y + row), (box.right, y + row)])
    pen.line([(box.x, y), (box.right, y)], 0.35)


def _texts(line: Line) -> list[str]:
    counts = [
        f"{line.parcels:,}",
        f"{line.area_mu:,.2f}",
        f"{line.low:,}" if line.low else "—",
        f"{line.idle:,}" if line.idle else "—",
    ]
    return [str(line.number), line.title, f"1:{line.scale}", *counts]


def _cells(box: Rect, y: float, height: float) -> list[Rect]:
    whole, x, made = sum(share for _, share in COLUMNS), box.x, []
    for _, share in COLUMNS:
        made.append(Rect(x, y, box.width * share / whole, height))
        x += box.width * share / whole
    return made


def _cells_of_line(pen: Pen, cells: Sequence[Rect], texts: Sequence[str], **look: Any) -> None:
    for (name, _), cell, text in zip(COLUMNS, cells, texts, strict=True):
        align = "left" if name == "title" else "center" if name == "number" else "right"
        bold = look.get("bold", False) or name == "number"
        colour = look.get("number", pen.ink.dark) if name == "number" else pen.ink.dark
        room = Rect(cell.x + pen.mm(1), cell.y, cell.width - pen.mm(2), cell.height)
        pen.fitted(room, text, pen.mm(8.5), bold=bold, align=align, colour=colour)


def _draft(pen: Pen, word: str) -> None:
    """Write the word of a run with errors across the page, light, behind what has to be read."""
    if word:
        (width, height), size = pen.layout.size, min(pen.layout.size) * 0.34 / INCH * 72 / max(len(word) / 2, 1)
        look = {"ha": "center", "rotation": 30, "alpha": 0.13, "zorder": 9, "bold": True, "colour": pen.ink.accent}
        pen.text((width / 2, height / 2), word, size, **look)
