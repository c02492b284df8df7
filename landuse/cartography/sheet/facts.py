"""State what a sheet says around its map: titles, marks, fields of the 图签, table, inset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from landuse.cartography.pane.view import Bounds
from landuse.tables import Geometries


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
    table: AreaTable | None = None
    inset: Inset | None = None
    has_coordinates: bool = True
    """Whether the grid and its coordinates are drawn."""
    created: date = date(2000, 1, 1)
    """Day that the files state as that of their making."""

    def texts(self) -> Iterator[str]:
        """Return everything that is printed."""
        yield from (self.title, self.subtitle, self.number, self.stamp, self.draft, self.secrecy, self.review)
        yield from (self.notice, *self.fields.values(), *self.notes)
        if self.table:
            yield from self.table.texts()


def scene_texts(scene: Any) -> Iterator[str]:
    """Return what the map itself may print: words of the legend, and those of the pane where it names them."""
    classes = scene.classes
    yield from (classes.theme.title, classes.theme.measure, classes.theme.note)
    for entry in classes.legend:
        yield entry.full_label
    yield from getattr(scene, "texts", ())
