"""Make figures of a receipt: source cells with their fingerprints, formulas with the titles of their operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load
from landuse.reports.receipt.model import Correction, Figure, Formula, Members, Operand, Source, Value
from landuse.reports.sources import Cell, cells_of
from landuse.tables import Analysis, RawPart, column

BOOK: Final = "vocabulary/receipt.toml"
SHAPEFILE: Final = ".shp"
ATTRIBUTES: Final = ".dbf"
GEOMETRY: Final = "geometry"
LEAST_TAIL: Final = 5
"""Signs of a parcel code that its short name has at least: the number of the parcel in its block."""


@dataclass(frozen=True)
class Desk:
    """An analysis with the fingerprints of its input files, where the figures of one receipt are made."""

    analysis: Analysis
    digests: Mapping[str, str]
    """Input file -> sha256."""
    parcels: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Rows of parcels that were asked for before."""
    areas: dict[str, list[Figure]] = field(default_factory=dict)
    """Areas of parcels that were asked for before."""
    tails: list[int] = field(default_factory=list)
    """How many of the last signs tell any two parcels of the run apart, once it was asked for."""
    reference: list[tuple[list[Figure], list[Members]]] = field(default_factory=list)
    """The reference price and what it is the mean of, once it was asked for."""
    groups: dict[str, Members] = field(default_factory=dict)
    """Members of groups that were asked for before."""

    @classmethod
    def of(cls, analysis: Analysis) -> Desk:
        """Return the desk of an analysis."""
        return cls(analysis, {file.name: file.sha256 for file in analysis.raw.inputs})

    @property
    def lang(self) -> str:
        """Return the language of the receipt."""
        lang: str = self.analysis.project.language
        return lang

    def title(self, name: str, /, **fill: Any) -> str:
        """Return the title of a figure that no table has a column for."""
        return str(load(BOOK)["title"][name][self.lang]).format(**fill)

    def short(self, parcel_id: str) -> str:
        """Return the end of a parcel code that no other parcel of the run shares, or the whole code."""
        if not self.tails:
            self.tails.append(telling_length(self.analysis.parcels.table["parcel_id"]))
        length = self.tails[0]
        return parcel_id if len(parcel_id) <= length else f"…{parcel_id[-length:]}"

    def column_title(self, table: str, name: str) -> str:
        """Return what a bureau calls a column."""
        known = column(table, name)
        return known.title(self.lang) if known else name

    def source(self, cell: Cell) -> Source:
        """Return one input cell with the fingerprint of the file it stands in."""
        found, factor = cell.part.factors.get(cell.name, ("", 1.0))
        source = self._source(cell.part, cell.name, cell.row, cell.part.headers.get(cell.name, ""), (found, factor))
        change = cell.part.corrections.get((cell.row, cell.name))
        if change is None:
            return source
        form, row = change.form_file or change.source[0], change.form_row or change.source[2]
        return replace(
            source, correction=Correction(change.old, change.new, change.who, change.day, change.why, form, row)
        )

    def shape_source(self, part: RawPart, row: int) -> Source:
        """Return the polygon of one row as a source."""
        return self._source(part, GEOMETRY, row, GEOMETRY, ("", 1.0))

    def _source(self, part: RawPart, name: str, row: int, header: str, unit: tuple[str, float]) -> Source:
        carrier = part.file if name == GEOMETRY else self._carrier(part.file)
        digest, (found, factor) = self.digests.get(carrier, ""), unit
        return Source(
            part.table, name, part.file, carrier, digest, part.sheet, row, header, part.encoding, found, factor
        )

    def _carrier(self, file: str) -> str:
        """Return the file that holds the attributes: the .dbf of a shapefile, else the file itself."""
        if not file.lower().endswith(SHAPEFILE):
            return file
        wanted = file.lower().removesuffix(SHAPEFILE) + ATTRIBUTES
        return next((name for name in self.digests if name.lower() == wanted), file)

    def cells(self, prefix: str, table: str, names: Sequence[str], **keys: Any) -> list[Figure]:
        """Return one figure for each known column of an input row; cells of several files that agree are one figure.

        A cell that says something else than the first becomes a figure of its own, numbered.
        """
        figures: dict[str, Figure] = {}
        for cell in cells_of(self.analysis.raw, table, tuple(names), **keys):
            value, source, number = value_of(cell.value), self.source(cell), 1
            ident = f"{prefix}.{cell.name}"
            while ident in figures and figures[ident].value != value:
                number += 1
                ident = f"{prefix}.{cell.name}.{number}"
            sources = (*figures[ident].sources, source) if ident in figures else (source,)
            known = column(table, cell.name)
            unit = known.unit if known else ""
            figures[ident] = Figure(ident, self.column_title(table, cell.name), value, unit, sources)
        return list(figures.values())

    def formula(
        self, key: str, operands: Iterable[Operand] = (), *, members: str = "", columns: tuple[str, ...] = ()
    ) -> Formula:
        """Return a formula with its symbols and words; operands are titled already."""
        parts = tuple(operands)
        entry = load(BOOK)["formula"][key]
        symbols = filled(str(entry["symbols"][self.lang]), parts, lambda part: part.title or shown(part.value))
        return Formula(key, symbols, str(entry["words"][self.lang]), parts, members, columns)


def telling_length(codes: pd.Series) -> int:
    """Return of how many of the last signs no two codes have the same, at least `LEAST_TAIL`.

    A longer end tells apart whatever a shorter one does, so the least length is found by halving.
    """
    text = codes.dropna().astype("str")
    low, high = LEAST_TAIL, max(LEAST_TAIL, int(text.str.len().max()) if len(text) else 0)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if text.str[-middle:].is_unique else (middle + 1, high)
    return low


def operand(role: str, figure: Figure) -> Operand:
    """Return another figure as an operand."""
    return Operand(role, figure.id, figure.value, figure.title)


def filled(template: str, parts: Sequence[Operand], write: Callable[[Operand], str]) -> str:
    """Return the symbols of a formula with its operands written by `write`."""
    weights = [part for part in parts if part.role == "weight"]
    values = [part for part in parts if part.role == "value"]
    summed = [part for part in parts if part.role == "part"]
    fields = {part.role: write(part) for part in parts if part.role not in {"weight", "value", "part"}}
    products = (f"{write(weight)} × {write(value)}" for weight, value in zip(weights, values, strict=True))
    return template.format(
        **fields,
        n=len(summed),
        sum=" + ".join(write(part) for part in summed),
        products=" + ".join(products),
        weights=" + ".join(write(part) for part in weights),
    )


def value_of(value: Any) -> Value:
    """Return a cell as a plain Python value: dates as dates, unknown as None."""
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    plain: Value = value.item() if hasattr(value, "item") else value
    return plain


def shown(value: Value) -> str:
    """Return a literal operand as text."""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else "—" if value is None else str(value)
