"""State what a sheet says around its map: titles, marks, fields of the 图签, table, inset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np

from landuse.cartography.pane.view import Bounds
from landuse.tables import Geometries

NO_FIGURE: Final = "—"


def _added(cells: Sequence[str]) -> str:
    """Return the sum of printed figures of one column, in as many decimals as they have."""
    figures = [Decimal(cell.replace(",", "")) for cell in cells if cell != NO_FIGURE]
    return f"{sum(figures):,}" if figures else NO_FIGURE


def _nothing() -> Geometries:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class AreaTable:
    """面积统计表: texts, the first column to the left, the others to the right."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    """Last row; empty = none."""
    others: str = ""
    """What rows that find no room are called together, with ``{n}`` of them."""
    has_mean: bool = False
    """Whether the last column is a mean, which does not add up."""

    def within(self, room: int) -> tuple[tuple[str, ...], ...]:
        """Return so many rows at most, those that find no room as the last one: the sums stay those of the total."""
        if len(self.rows) <= room or not self.others:
            return self.rows[:room]
        rest = self.rows[room - 1 :]
        sums = [_added(cells) for cells in list(zip(*rest, strict=True))[1:]]
        if self.has_mean:
            sums[-1] = NO_FIGURE
        return (*self.rows[: room - 1], (self.others.format(n=len(rest)), *sums))

    def texts(self) -> Iterator[str]:
        """Return everything that is printed."""
        yield self.title
        for row in (self.heads, *self.rows, self.total):
            yield from row


@dataclass(frozen=True)
class Inset:
    """位置示意: what lies around, in the plane of the map."""

    bounds: Bounds
    parcels: Geometries = field(default_factory=_nothing)
    areas: tuple[tuple[Geometries, str], ...] = ()
    """Areas with their fill, in the order of drawing."""
    lines: tuple[tuple[Geometries, str, float], ...] = ()
    """Lines with colour and width in mm."""


@dataclass(frozen=True)
class SheetFacts:
    """What a sheet says around its map."""

    title: str
    theme: str = ""
    """End of the title that stays together where it breaks; blank = it breaks anywhere."""
    subtitle: str = ""
    number: str = ""
    """附图8, or the page of an atlas."""
    lang: str = "zh"
    stamp: str = ""
    """Word of the stage."""
    draft: str = ""
    """Word across the page of a run with errors; blank = none."""
    secrecy: str = ""
    review: str = ""
    notice: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Field of the 图签 (vocabulary ``sheet_field``) -> what stands in it."""
    notes: tuple[str, ...] = ()
    unnumbered: str = ""
    """Sentence that tells parcels whose number found no room: ``{count}`` and ``{numbers}``; blank = not told."""
    table: AreaTable | None = None
    inset: Inset | None = None
    has_coordinates: bool = True
    """Whether the grid and its coordinates are drawn."""
    created: date = date(2000, 1, 1)
    """Day that the files state as that of their making."""

    def texts(self) -> Iterator[str]:
        """Return everything that is printed."""
        yield from (self.title, self.subtitle, self.number, self.stamp, self.draft, self.secrecy, self.review)
        yield from (self.notice, *self.fields.values(), *self.notes, self.unnumbered)
        if self.table:
            yield from self.table.texts()


def scene_texts(scene: Any) -> Iterator[str]:
    """Return what the map itself may print: words of the legend, and those of the pane where it names them."""
    classes = scene.classes
    yield from (classes.theme.title, classes.theme.measure, classes.theme.note)
    for entry in classes.legend:
        yield entry.full_label
    yield from getattr(scene, "texts", ())
