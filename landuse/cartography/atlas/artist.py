"""Draw the pages of an atlas one by one: cover with key map, index, maps. Goes to other processes as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import Any, Final

import numpy as np

from landuse.cartography.atlas.book import Bookmark
from landuse.cartography.atlas.contents import COVER, INDEX_LINES, Contents, Line
from landuse.cartography.atlas.digest import digest_of, drawing_digest
from landuse.cartography.atlas.leaf import Leaf, packed, unpacked
from landuse.cartography.atlas.page import FADED
from landuse.cartography.atlas.plan import Rows, Sheet
from landuse.cartography.pane import PaneStyle, Scene, View
from landuse.cartography.sheet import AreaTable, Layout, SheetFacts, layout
from landuse.cartography.style import Classes
from landuse.catalogue import load, term
from landuse.printing.layout import layout_of
from landuse.project import Project
from landuse.read.opening import locate
from landuse.read.underlay import Underlay, underlay_of

LAYOUT: Final = "cartography/atlas/layout.toml"
NUMBER_MM: Final = 2.8
"""Size of the numbers on the parcels."""
UNDERLAY_DPI: Final = 120
"""Pixels per inch of an orthophoto below the maps."""
INCH: Final = 25.4
COVER_NOTES: Final = 30.0
"""Millimetres that the notes of the cover take."""


@dataclass(frozen=True)
class Told:
    """What the pages say beside their maps; row by row the parcel table."""

    base: SheetFacts
    """What all pages state alike; its title is that of the atlas."""
    subject: str
    """What the atlas shows, and in which year."""
    tables: tuple[AreaTable | None, ...] = ()
    """Table beside each map, in the order of the maps."""
    area_mu: Any = field(default_factory=lambda: np.empty(0))
    """Area of each parcel."""


@dataclass(frozen=True)
class AtlasArtist:
    """All it takes to draw any page of an atlas."""

    scene: Scene
    contents: Contents
    told: Told
    paper: str = "A3"
    project: Project | None = None
    """The project, where it names an orthophoto to be laid below the maps."""

    @property
    def size(self) -> int:
        """Return the number of pages."""
        return self.contents.pages

    @cached_property
    def layout(self) -> Layout:
        """Return the layout of the pages."""
        return page_layout(self.paper)

    @cached_property
    def cover_layout(self) -> Layout:
        """Return the layout of the cover: without the inset, for the whole is its map."""
        spec = self.layout.spec
        legend = spec.legend.model_copy(update={"below": "north"}) if spec.legend else None
        notes = spec.notes.model_copy(update={"height": COVER_NOTES}) if spec.notes else None
        changed = {"locator": None, "legend": legend, "notes": notes}
        return replace(self.layout, spec=spec.model_copy(update=changed))

    @property
    def lang(self) -> str:
        """Return the language."""
        return self.told.base.lang

    def word(self, name: str, /, **fill: Any) -> str:
        """Return a word of the atlas."""
        return term("atlas_word", name, self.lang).format(**fill)

    def number(self, page: int) -> str:
        """Return the number of a page as printed."""
        return self.word("pages", number=page, total=self.contents.pages)

    def title(self, sheet: Sheet) -> str:
        """Return the title of a page with a map."""
        return self.word("cell", name=sheet.title) if self.contents.by == "grid" else sheet.title

    # ------------------------------------------------------------------------------------------ pages

    def key(self, place: int) -> str:
        """Return the digest of all that determines a page."""
        shown: list[Any] = [drawing_digest(), self.contents.by, place, self.contents.pages, self.paper, self._base]
        sheet = self.sheet(place)
        if sheet is None:
            frames = [(one.frame, one.number) for one in self.contents.sheets]
            shown += [frames, self.contents.lines, self.contents.total, self.contents.missing, self.told.subject]
            return digest_of(*shown, *([self.scene] if place < COVER else []))
        at = place - COVER - self.contents.index_pages
        near = self.contents.neighbours[sheet.number]
        table = self.told.tables[at] if self.told.tables else None
        scene = replace(self.page_scene(sheet), around=())
        shown += [self._around, self._photo, sheet.frame, sheet.scale, sheet.title, sheet.focus, near, table]
        return digest_of(*shown, scene)

    @cached_property
    def _photo(self) -> tuple[Any, ...]:
        """Return what tells one orthophoto from another without reading it: name, size, time, strength."""
        if self.project is None:
            return ()
        file = locate(self.project.print.underlay, self.project.folder).stat()
        return self.project.print.underlay, file.st_size, file.st_mtime_ns, self.project.print.underlay_strength

    @cached_property
    def _base(self) -> str:
        """Return the digest of what all pages state alike, the inset among it."""
        return digest_of(self.told.base)

    @cached_property
    def _around(self) -> str:
        """Return the digest of what lies around the parcels: a change of it changes every page."""
        return digest_of(self.scene.around)

    def draw(self, place: int) -> bytes:
        """Return a page as the content of its file."""
        return packed(self.leaf(place))

    def is_whole(self, content: bytes) -> bool:
        """Return whether the content of a file is a whole page."""
        return unpacked(content) is not None

    def leaf(self, place: int) -> Leaf:
        """Return a page as drawn; places are counted from 0."""
        from landuse.cartography.atlas.front import cover, index_page
        from landuse.cartography.atlas.page import map_page

        sheet = self.sheet(place)
        if sheet is not None:
            return map_page(self, sheet, place)
        return cover(self) if place < COVER else index_page(self, place - COVER)

    def sheet(self, place: int) -> Sheet | None:
        """Return the map on a page; None on the cover and in the index."""
        at = place - COVER - self.contents.index_pages
        return self.contents.sheets[at] if at >= 0 else None

    def index_lines(self, at: int) -> tuple[Line, ...]:
        """Return the lines of a page of the index, counted from 0."""
        return self.contents.lines[at * INDEX_LINES : (at + 1) * INDEX_LINES]

    def view(self, sheet: Sheet) -> View:
        """Return what the map of a page shows."""
        return View(sheet.frame, sheet.scale)

    def page_scene(self, sheet: Sheet) -> Scene:
        """Return what a page shows of the scene: the parcels in its frame, the legend counted for those it is about."""
        rows = np.union1d(self.scene.rows_within(self.view(sheet).grown(1.0)), sheet.rows).astype(np.intp)
        made = part_of(self.scene, rows, self.classes(sheet))
        if self.contents.by == "listed" or "number" not in made.labels:
            return made
        own = np.isin(rows, sheet.rows)  # parcels of other units are numbered on their own pages
        return replace(made, labels=made.labels.assign(number=made.labels["number"].where(own)))

    def style(self, scene: Scene, sheet: Sheet) -> PaneStyle:
        """Return how the parcels are drawn: numbered as in the list; beside a listed one all others are faded."""
        below = self._underlay(sheet)
        if self.contents.by != "listed":
            return PaneStyle(label="number", label_mm=self.layout.mm(NUMBER_MM), underlay=below)
        own = scene.table.index.get_indexer(self.scene.table.index[sheet.rows])
        focus = tuple(int(row) for row in own)
        return PaneStyle(label="name", labelled="all", focus=focus, faded=FADED, underlay=below)

    def _underlay(self, sheet: Sheet) -> Underlay | None:
        """Return the piece of the orthophoto below a map; None where the project names none."""
        if self.project is None:
            return None
        neat = self.layout.neat
        size = (round(neat.width / INCH * UNDERLAY_DPI), round(neat.height / INCH * UNDERLAY_DPI))
        return underlay_of(self.project, sheet.frame, self.scene.crs, size)

    def classes(self, sheet: Sheet) -> Classes:
        """Return the classes with what a page is about counted."""
        whole = self.scene.classes
        codes, area = whole.codes.to_numpy()[sheet.rows], self.told.area_mu[sheet.rows]
        legend = []
        for place, entry in enumerate(whole.legend):
            held = area[codes == place]
            legend.append(replace(entry, count=len(held), area_mu=fsum(held[np.isfinite(held)].tolist())))
        return replace(whole, legend=tuple(legend))

    # ----------------------------------------------------------------------------------------- outline

    def bookmarks(self) -> list[Bookmark]:
        """Return the outline: cover, index, each unit with its pages below it where it has several."""
        made = [Bookmark(self.word("cover"), 1), Bookmark(self.word("index"), COVER + 1)]
        held: dict[str, list[Sheet]] = {}
        for sheet in self.contents.sheets:
            held.setdefault(sheet.unit, []).append(sheet)
        for unit, sheets in held.items():
            below = tuple(Bookmark(sheet.title, sheet.number) for sheet in sheets) if len(sheets) > 1 else ()
            made.append(Bookmark(unit if below else self.title(sheets[0]), sheets[0].number, below))
        return made


def page_layout(paper: str) -> Layout:
    """Return the layout of the pages of an atlas on a paper."""
    return layout(paper, "landscape", layout_of(load(LAYOUT), Path(), LAYOUT))


def part_of(scene: Scene, rows: Rows, classes: Classes) -> Scene:
    """Return a scene with some of its parcels, under a legend counted otherwise."""
    held = replace(classes, codes=classes.codes.iloc[rows])
    shapes, labels = scene.shapes[rows], scene.labels.iloc[rows]
    return replace(scene, classes=held, shapes=shapes, table=scene.table.iloc[rows], labels=labels)
