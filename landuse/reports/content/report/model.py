"""Say what a printed report is: frozen values that `reports.word` lays out and that decide nothing on layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from landuse.reports.content.model import Block


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Para:
    """One paragraph."""

    text: str
    kind: Literal["body", "note", "center", "right", "list"] = "body"


@dataclass(frozen=True)
class Grid:
    """A table with its numbered caption."""

    block: Block
    caption: str = ""
    notes: tuple[str, ...] = ()
    dense: bool = False
    """A list of many rows: smaller letters."""


@dataclass(frozen=True)
class Series:
    """One row of values of a chart."""

    name: str
    values: tuple[float, ...]
    colour: str
    hatch: str = "none"
    colours: tuple[str, ...] = ()
    """One a value, where they differ."""


@dataclass(frozen=True)
class Chart:
    """What a chart shows; every value stands in a table or a sentence too."""

    kind: Literal["bars", "columns", "lines"]
    """bars: lying, one a name; columns: standing; lines: over the years."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    """Title of the axis of the values."""
    decimals: int = 2
    across: str = ""
    """Title of the axis of the labels."""


@dataclass(frozen=True)
class Figure:
    """A numbered figure: a chart, or the map of a theme."""

    caption: str
    key: str
    """Name of the picture inside the file."""
    chart: Chart | None = None
    theme: str = ""
    """Theme of a map; drawn where maps can be drawn, else left out with its caption."""
    height_mm: float = 80.0


@dataclass(frozen=True)
class Turn:
    """A new section: the pages that follow lie (landscape) or stand."""

    landscape: bool
    banner: str = ""
    """What the header of these pages says more; blank = nothing."""


@dataclass(frozen=True)
class Pairs:
    """Key figures side by side: a few large numbers, each with what it says."""

    cells: tuple[tuple[str, str], ...]
    """What it says, figure with its unit."""
    columns: int = 4


Item = Heading | Para | Grid | Figure | Turn | Pairs


@dataclass(frozen=True)
class Document:
    """A whole document, in the order in which it is read."""

    title: str
    fields: dict[str, str]
    """Placeholder of the template -> what is put there."""
    items: tuple[Item, ...]
    lang: str
    stamp: str
    """Word on the first page and in every header."""
    watermark: str
    """Blank, or the word across every page of a run with errors."""
    header: str
    """What stands in the header beside the stamp."""
    author: str
    dated: date
    """The only day the file bears; never the clock."""
    contents: bool = True
    """Whether there is a table of contents."""
    words: dict[str, str] = field(default_factory=dict)
    """Words the layout needs: table, figure, total, none, contents."""
    tight: bool = False
    """One page only: smaller letters, no cover."""

    def grids(self) -> list[Grid]:
        """Return the tables in order."""
        return [item for item in self.items if isinstance(item, Grid)]

    def texts(self) -> list[str]:
        """Return the sentences, headings and captions in order."""
        told: list[str] = []
        for item in self.items:
            if isinstance(item, Heading | Para):
                told.append(item.text)
            elif isinstance(item, Grid | Figure):
                told.append(item.caption)
                told += item.notes if isinstance(item, Grid) else ()
            elif isinstance(item, Pairs):
                told += [f"{name} {value}" for name, value in item.cells]
        return told
