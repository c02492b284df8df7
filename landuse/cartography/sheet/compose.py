"""Put a sheet together: the map at its exact scale, and around it what the layout names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from landuse.cartography.pane import PaneReport, PaneStyle, Scene, View, draw_pane
from landuse.cartography.sheet.facts import SheetFacts, scene_texts
from landuse.cartography.sheet.frame import draw_frame
from landuse.cartography.sheet.key import Unnumbered, draw_key, key_texts, told, unnumbered
from landuse.cartography.sheet.legend import Around, draw_legend
from landuse.cartography.sheet.lettering import POINT, in_two_lines, setting, width_mm
from landuse.cartography.sheet.locator import draw_locator
from landuse.cartography.sheet.marks import draw_north, draw_ruler, draw_scale
from landuse.cartography.sheet.pen import Pen
from landuse.cartography.sheet.place import Layout, Rect, drawn_order, panes
from landuse.cartography.sheet.tables import (
    block_height,
    draw_area_table,
    draw_block,
    draw_notes,
    notes_height,
    table_height,
)
from landuse.catalogue import term
from landuse.errors import DefectError, InputError
from landuse.fonts import Faces, faces

CLOSE: Final = 1e-7
"""Part of the scale that a map may be off: a hundredth of a micrometre on A0."""
INCH: Final = 25.4
NAME_PT: Final = 11.0
"""Letters of the names of two maps."""
LEAST_NOTES: Final = 0.6
"""Down to which part of their size notes are shrunk before the last ones are left out."""


def compose(scene: Scene, view: View, facts: SheetFacts, layout: Layout, style: PaneStyle | None = None) -> Any:
    """Return a sheet as a matplotlib figure of the size of the paper.

    Parameters
    ----------
    view
        What the map shows, see `fitting_view`: exactly of the size of the inner neat line.
    style
        How the map itself is drawn.

    Raises
    ------
    InputError
        Characters that no font has.
    DefectError
        The map is not at its scale.
    """
    found = sheet_faces(scene, facts)
    with setting(found) as families:
        return _composed(_Sheet(scene, view, facts, layout, style), families)


def compose_pair(
    scenes: tuple[Scene, Scene], view: View, facts: SheetFacts, layout: Layout, style: PaneStyle | None = None
) -> Any:
    """Return a sheet with two maps of the same ground, before and after; legend and table are of the second.

    Parameters
    ----------
    view
        What each of them shows: exactly of the size of the inner neat line of one of `panes`.
    """
    found = sheet_faces(scenes[1], facts)
    with setting(found) as families:
        return _composed(_Sheet(scenes[1], view, facts, layout, style, before=scenes[0]), families)


def sheet_faces(scene: Scene, facts: SheetFacts) -> Faces:
    """Return the fonts of a sheet.

    Raises
    ------
    InputError
        Characters that no font has.
    """
    found = faces((*facts.texts(), *scene_texts(scene), *(key_texts(scene) if facts.unnumbered else ())))
    if faults := found.faults(facts.number or facts.title):
        raise InputError(faults)
    return found


@dataclass
class _Sheet:
    """A sheet in the making."""

    scene: Scene
    view: View
    facts: SheetFacts
    layout: Layout
    style: PaneStyle | None = None
    before: Scene | None = None
    """What the first of two maps shows."""
    report: PaneReport = field(default_factory=PaneReport)
    placed: dict[str, Rect] = field(default_factory=dict)
    """Where each element stands that was drawn."""

    @cached_property
    def to_tell(self) -> list[Unnumbered]:
        """Return the parcels whose number found no room on the map, where the sheet tells them."""
        return unnumbered(self.scene, self.report.unlabelled) if self.facts.unnumbered else []

    @property
    def missing(self) -> str:
        """Return the sentence that tells their numbers; blank where there are none."""
        return told(self.to_tell, self.facts.unnumbered, self.facts.lang)

    @property
    def count_told(self) -> str:
        """Return the line that counts them; blank where there are none."""
        words = term("sheet_word", "key_only", self.facts.lang)
        return words.format(count=len(self.to_tell)) if self.to_tell else ""

    @property
    def around(self) -> Around:
        """Return what lies around the parcels of the map, for the legend."""
        return Around(self.report.context, self.view.scale)


def _composed(sheet: _Sheet, families: tuple[str, ...]) -> Any:
    from matplotlib.figure import Figure

    width, height = sheet.layout.size
    figure: Any = Figure(figsize=(width / INCH, height / INCH), facecolor="white")
    page = figure.add_axes((0, 0, 1, 1), zorder=1)
    page.set_xlim(0, width)
    page.set_ylim(0, height)
    page.axis("off")
    pen = Pen(page, sheet.layout, families, sheet.facts.lang)
    _maps(figure, pen, sheet)
    if not sheet.scene.classes.count:
        _nothing(pen)
    sheet.placed["map"] = sheet.layout.frame
    for name in drawn_order(sheet.layout.spec):
        sheet.placed[name] = _element(pen, sheet, name)
    _draft(pen, sheet.facts.draft)
    figure.landuse = sheet.facts  # what `save` states of it
    return figure


def _maps(figure: Any, pen: Pen, sheet: _Sheet) -> None:
    """Draw the map in its frame; of a sheet with two each in its own, named."""
    if sheet.before is None:
        shown = [(pen, sheet.scene, "")]
    else:
        pens = [replace(pen, layout=pane) for pane in panes(sheet.layout)]
        shown = list(zip(pens, (sheet.before, sheet.scene), ("before", "after"), strict=True))
    for own, scene, name in shown:
        inside = _map(figure, sheet, scene, own.layout)
        draw_frame(own, inside, sheet.view, has_coordinates=sheet.facts.has_coordinates)
        if name:
            _name(own, term("plan_map", name, pen.lang))


def _name(pen: Pen, name: str) -> None:
    """Write the name of one of two maps into its upper left corner."""
    neat, size = pen.layout.neat, pen.mm(NAME_PT)
    box = Rect(neat.x, neat.top - size * POINT * 2, width_mm(name, size) + size * POINT * 1.6, size * POINT * 2)
    pen.box(box, colour=pen.ink.dark, width=pen.ink.thin, fill="white", zorder=6)
    pen.fitted(box, name, size, bold=True, align="center", zorder=7)


def _map(figure: Any, sheet: _Sheet, scene: Scene, layout: Layout) -> Any:
    """Draw a map into the inner neat line, and make sure that it is at its scale; return its axes."""
    neat, view = layout.neat, sheet.view
    width, height = layout.size
    axes = figure.add_axes((neat.x / width, neat.y / height, neat.width / width, neat.height / height), zorder=0)
    axes.axis("off")
    x0, y0, x1, y1 = view.bounds
    axes.set_xlim(x0, x1)
    axes.set_ylim(y0, y1)
    sheet.report = draw_pane(axes, scene, view, sheet.style)
    axes.set_xlim(x0, x1)
    axes.set_ylim(y0, y1)
    box, (inches_x, inches_y) = axes.get_position(), figure.get_size_inches()
    for metres, mm in ((x1 - x0, box.width * inches_x * INCH), (y1 - y0, box.height * inches_y * INCH)):
        if abs(mm * view.scale / 1000 - metres) > CLOSE * metres:
            raise DefectError(f"map at 1:{metres / mm * 1000:.6f} instead of 1:{view.scale}")
    return axes


def _element(pen: Pen, sheet: _Sheet, name: str) -> Rect:
    """Draw one element; return what it takes, of no height where it is not drawn."""
    box = _room(pen, sheet, name)
    spec: Any = getattr(sheet.layout.spec, name)
    height = DRAWING[name](pen, box, spec, sheet)
    if height is None:
        return box
    return _taken(box, spec, height)


def _taken(box: Rect, spec: Any, height: float) -> Rect:
    """Return the part of a rectangle that an element of some height takes."""
    return Rect(box.x, box.y if spec.grows_up else box.top - height, box.width, height)


def _room(pen: Pen, sheet: _Sheet, name: str) -> Rect:
    """Return the rectangle an element may take; one that is as high as it needs gets all there is."""
    spec: Any = getattr(sheet.layout.spec, name)
    layout, area = sheet.layout, sheet.layout.area
    x, width = layout.across(spec)
    top = area.top if spec.top is None else area.top - pen.mm(spec.top)
    if spec.below is not None:
        before = sheet.placed.get(spec.below)
        top = area.top if before is None else before.y - (pen.mm(spec.gap) if before.height else 0.0)
    low = area.y if spec.bottom is None else area.y + pen.mm(spec.bottom)
    if spec.height is not None:
        low = low if spec.bottom is not None else top - pen.mm(spec.height)
        return Rect(x, low, width, pen.mm(spec.height))
    limit = sheet.placed.get(spec.above) if spec.above else None
    if limit is not None:
        low = max(low, limit.top + (pen.mm(spec.gap) if limit.height else 0.0))
    return Rect(x, low, width, max(top - low, 0.0))


def _nothing(pen: Pen) -> None:
    """Say in the middle of a map without parcels that there is none."""
    place = pen.layout.neat.inset(pen.mm(10))
    pen.fitted(place, term("sheet_word", "nothing", pen.lang), pen.mm(14), align="center", colour=pen.ink.quiet)


def _draft(pen: Pen, word: str) -> None:
    """Write a word across the page, light, behind nothing that has to be read."""
    if not word:
        return
    width, height = pen.layout.size
    pen.axes.text(
        width / 2,
        height / 2,
        word,
        fontsize=min(width, height) * 0.28 / INCH * 72 / max(len(word) / 2, 1),
        fontweight="bold",
        family=list(pen.families),
        color=pen.ink.accent,
        alpha=0.1,
        ha="center",
        va="center",
        rotation=30,
        zorder=9,
    )


# ------------------------------------------------------------------------------------------- elements


def _line(pen: Pen, box: Rect, spec: Any, text: str, colour: str = "") -> None:
    pen.fitted(box, text, pen.mm(spec.size), bold=spec.bold, align=spec.align, colour=colour or pen.ink.dark)


def _title(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    facts = sheet.facts
    lines, size = in_two_lines(facts.title, pen.mm(spec.size), (box.width - pen.mm(3), box.height), tail=facts.theme)
    row = box.height / len(lines)
    for place, line in enumerate(lines):
        pen.fitted(
            Rect(box.x, box.top - (place + 1) * row, box.width, row), line, size, bold=spec.bold, align=spec.align
        )


def _subtitle(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    _line(pen, box, spec, sheet.facts.subtitle, pen.ink.quiet)


def _number(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    _line(pen, box, spec, sheet.facts.number)


def _secrecy(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    _line(pen, box, spec, sheet.facts.secrecy, pen.ink.accent)


def _stamp(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    """Draw the word of the stage in a frame."""
    if sheet.facts.stamp:
        pen.box(box, colour=pen.ink.accent, width=0.45)
        _line(pen, box.inset(pen.mm(0.8)), spec, sheet.facts.stamp, pen.ink.accent)


def _notice(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> None:
    is_told = sheet.layout.spec.notes or sheet.layout.spec.key
    missing = "" if is_told else sheet.count_told
    _line(pen, box, spec, "  ".join(filter(None, (sheet.facts.review, sheet.facts.notice, missing))))


def _locator(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float | None:
    if sheet.facts.inset is None:
        return 0.0
    draw_locator(pen, box, spec, inset=sheet.facts.inset, view=sheet.view)
    return None


def _legend(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float:
    key = sheet.layout.spec.key
    if key and sheet.to_tell and not sheet.layout.spec.notes:
        line = pen.mm(key.row + key.gap)  # what counts the parcels without a number stays below it
        box = Rect(box.x, box.y + line, box.width, max(box.height - line, 0.0))
    return draw_legend(pen, box, spec, classes=sheet.scene.classes, around=sheet.around)


def _table(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float:
    table = sheet.facts.table
    height = table_height(pen, box.height, spec, table) if table else 0.0
    if table and height:
        draw_area_table(pen, _taken(box, spec, height), spec, table)
    return height


def _key(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float:
    """Draw the key; where it has no room and no note speaks of its parcels, a line that counts them."""
    if height := draw_key(pen, box, spec, sheet.to_tell):
        return height
    row = pen.mm(spec.row)
    if not sheet.to_tell or sheet.layout.spec.notes:
        return 0.0
    pen.fitted(Rect(box.x, box.top - row, box.width, row), sheet.count_told, pen.mm(spec.size), colour=pen.ink.quiet)
    return row


def _notes(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float:
    """Draw the notes, in smaller letters where there is little room for them."""
    notes = tuple(filter(None, (*sheet.facts.notes, sheet.missing)))
    if (needed := notes_height(pen, box.width, spec, notes)) > box.height:
        part = max(box.height / needed, LEAST_NOTES)
        spec = spec.model_copy(update={name: getattr(spec, name) * part for name in ("size", "row", "head_size")})
    height = min(notes_height(pen, box.width, spec, notes), box.height)
    draw_notes(pen, _taken(box, spec, height), spec, notes)
    return height


def _block(pen: Pen, box: Rect, spec: Any, sheet: _Sheet) -> float:
    fields = {**sheet.facts.fields, "scale": f"1:{sheet.view.scale}"}
    height = block_height(pen, box.width, spec, fields)
    draw_block(pen, _taken(box, spec, height), spec, fields)
    return height


def _logo(pen: Pen, box: Rect, _spec: Any, sheet: _Sheet) -> None:
    """Draw the picture of the bureau as large as its box allows, its sides in proportion."""
    from matplotlib.image import imread

    path = sheet.layout.spec.logo_path
    if path is None:
        return
    pixels = imread(path)
    tall, wide = pixels.shape[:2]
    unit = min(box.width / wide, box.height / tall)
    (x, y), (width, height) = box.middle, sheet.layout.size
    where = ((x - wide * unit / 2) / width, (y - tall * unit / 2) / height, wide * unit / width, tall * unit / height)
    axes = pen.axes.figure.add_axes(where, zorder=2)
    axes.axis("off")
    axes.imshow(pixels, aspect="auto", interpolation="none")


DRAWING: Final[dict[str, Callable[[Pen, Rect, Any, _Sheet], float | None]]] = {
    "title": _title,
    "subtitle": _subtitle,
    "number": _number,
    "secrecy": _secrecy,
    "stamp": _stamp,
    "notice": _notice,
    "locator": _locator,
    "table": _table,
    "block": _block,
    "legend": _legend,
    "key": _key,
    "notes": _notes,
    "scale": lambda pen, box, spec, sheet: draw_scale(pen, box, spec, sheet.view),
    "ruler": lambda pen, box, spec, _: draw_ruler(pen, box, spec),
    "north": lambda pen, box, spec, _: draw_north(pen, box, spec),
    "logo": _logo,
}
"""Element -> what draws it: gives the height it takes, None = all of its rectangle."""
