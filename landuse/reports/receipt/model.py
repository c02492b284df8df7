"""Say what a receipt is: steps of figures, each with its source cells, its formula and what it rests on. Frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

Value = float | int | str | bool | date | None
"""Unrounded; None = unknown."""

SCHEMA: Final = "landuse.receipt/1"
"""Name of the JSON layout (docs/how-to/receipt.md); a key that goes or changes its meaning makes it /2."""


@dataclass(frozen=True)
class Correction:
    """What a form changed in a cell: the figure takes the new value, the file keeps the old one."""

    old: str
    """In the canonical unit; blank = unknown."""
    new: str
    who: str
    day: str
    why: str
    form: str
    """File of the form."""
    row: int | None


@dataclass(frozen=True)
class Source:
    """One cell of an input file."""

    table: str
    column: str
    """Canonical column."""
    file: str
    """Path as the project file writes it."""
    carrier: str
    """File the cell stands in: of a shapefile its .dbf, else the file itself."""
    sha256: str
    """Of the carrier; blank where it was not fingerprinted."""
    sheet: str
    """Sheet or layer, blank where the format has none."""
    row: int
    """1-based as a user sees it; in layers the number of the feature."""
    header: str
    """As it stands in the file."""
    encoding: str
    """Codec the text was read with; blank where the format states it itself."""
    unit_found: str
    """Blank for a column without unit."""
    factor: float
    """The figure is the cell times this."""
    correction: Correction | None = None


@dataclass(frozen=True)
class Operand:
    """What a formula takes: another figure, or a number with the name it has."""

    role: str
    """a, b (in the order of the symbols), weight, value, part."""
    figure: str = ""
    """Id of a figure of the receipt; blank = `value` is meant."""
    value: Value = None
    title: str = ""
    rule: str = ""
    """Parameter of the rule pack that gives the value; blank = none."""


@dataclass(frozen=True)
class Formula:
    """How a figure follows from others."""

    key: str
    """Kind of formula, as docs/how-to/receipt.md defines it."""
    symbols: str
    """With the titles of the operands."""
    words: str
    operands: tuple[Operand, ...] = ()
    members: str = ""
    """Table of members the formula runs over; blank = none."""
    columns: tuple[str, ...] = ()
    """Columns of that table, in the order of the formula."""


@dataclass(frozen=True)
class Figure:
    """One figure of a receipt."""

    id: str
    title: str
    value: Value
    unit: str = ""
    """Canonical unit; blank = none."""
    sources: tuple[Source, ...] = ()
    formula: Formula | None = None
    rules: tuple[str, ...] = ()
    """Parameters of the rule pack it rests on (keys of `Receipt.rules`)."""
    articles: tuple[str, ...] = ()
    """Statute and article where the law speaks."""
    shown: str = ""
    """A value in words, where it is a code."""


@dataclass(frozen=True)
class Members:
    """Whom a figure is compared with or summed over; for programs and the bureau, not for the page."""

    key: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True)
class RuleText:
    """One parameter of the pack in force."""

    name: str
    title: str
    value: str
    explain: str
    basis: str


@dataclass(frozen=True)
class Section:
    """One step of a receipt."""

    key: str
    heading: str
    sentences: tuple[str, ...]
    """What the text says."""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Frame:
    """The run a receipt belongs to."""

    project: str
    year: int
    land_date: date
    as_of: date
    pack: str
    pack_version: str
    digest: str
    version: str
    stage: str
    draft: bool
    """The run has issues of severity error."""
    notice: str
    audience: str


@dataclass(frozen=True)
class Receipt:
    """Everything that is told of one enterprise or parcel, from source cell to verdict."""

    kind: str
    """enterprise | parcel | stranger."""
    key: str
    name: str
    lang: str
    frame: Frame
    sections: tuple[Section, ...]
    """The first is the head."""
    rules: tuple[RuleText, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """File cited -> sha256."""
    members: tuple[Members, ...] = ()

    @property
    def figures(self) -> dict[str, Figure]:
        """Return the figures by id, in the order of the steps."""
        return {figure.id: figure for section in self.sections for figure in section.figures}
