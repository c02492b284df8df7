"""Hold what was seen in one file: its tables, each with headers, a sample of its cells, geometry and notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from landuse.read.judgement import Evidence, Judgement
from landuse.read.source import Cells, Content, Source
from landuse.settings import InputEntry

SAMPLE: Final = 5000
"""Cells of a column that are looked at: its first known ones."""


@dataclass(frozen=True)
class Piece:
    """One table of one file: a sheet, a layer or the whole file."""

    path: str
    """As the project file writes it."""
    file: Path
    source: Source
    sheet: str | None = None
    """To be named in the project file; None = found without."""
    layer: str | None = None
    header_rows: tuple[int, ...] | None = None
    """1-based; None = the first row."""
    labels: tuple[str, ...] = ()
    """Headers without what is no part of a name (the number of a column); as many as the source has headers."""
    encoding: Judgement | None = None
    """Of a text or a shapefile's table; None = the format states it."""
    shape: str = ""
    """polygon, line, point; blank = no geometry."""
    notes: tuple[Evidence, ...] = ()
    """What a reader of the proposal should know of it."""
    is_cut: bool = False
    """Only the first part of a very large file was looked at."""

    @property
    def where(self) -> str:
        """Return the file with its sheet or layer, for a comment."""
        inside = self.source.sheet or self.layer or ""
        return f"{self.path} [{inside}]" if inside else self.path

    @cached_property
    def content(self) -> Content:
        """Return every column and, where there is one, the geometry."""
        return self.source.read(range(len(self.source.headers)), bool(self.shape))

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.content.source_row)

    def sample(self, position: int) -> list[str]:
        """Return the first known cells of a column as text."""
        return sample_of(self.content.cells[position])

    def entry(self, **more: object) -> InputEntry:
        """Return the entry of the project file that reads this piece."""
        stated = {"sheet": self.sheet, "layer": self.layer, "header_rows": self.header_rows, **more}
        return InputEntry.model_validate({"path": self.path} | {n: v for n, v in stated.items() if v is not None})

    def with_notes(self, *notes: Evidence) -> Piece:
        """Return the piece with further notes."""
        return dataclasses.replace(self, notes=(*self.notes, *notes))


@dataclass(frozen=True)
class RasterPiece:
    """One raster file."""

    path: str
    file: Path
    bands: int
    kind: str
    """class or value."""
    values: tuple[int, ...] = ()
    """Classes found, in order; empty for values."""
    labels: Mapping[int, str] = dataclasses.field(default_factory=dict)
    """What the file calls its classes."""


@dataclass(frozen=True)
class Unread:
    """A file that cannot be used as it is, and why."""

    path: str
    why: Evidence
    is_asked: bool = True
    """The user has to decide: it was named, or it is of a format that is read."""


@dataclass(frozen=True)
class Looked:
    """Everything that was found in the files."""

    pieces: tuple[Piece, ...] = ()
    rasters: tuple[RasterPiece, ...] = ()
    unread: tuple[Unread, ...] = ()
    previous: tuple[str, ...] = ()
    """Folders of results."""


def sample_of(cells: Cells) -> list[str]:
    """Return the first known cells of a column as text: whole numbers without a point, days as yyyy-mm-dd."""
    found: list[tuple[int, str]] = []
    for part in (cells.text, cells.number, cells.day):
        if part is None:
            continue
        known = np.flatnonzero(part.is_valid().to_numpy(zero_copy_only=False))[:SAMPLE]
        found += zip(known.tolist(), map(_written, part.take(pa.array(known)).to_pylist()), strict=True)
    return [text for _, text in sorted(found)[:SAMPLE] if text.strip()]


def numbers_of(cells: Cells) -> npt.NDArray[np.float64]:
    """Return a column as numbers as found, NaN where a cell holds none."""
    from landuse.read.numbers import numbers

    return numbers(cells).values.to_numpy(dtype=np.float64)


def _written(value: object) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)[:10] if hasattr(value, "year") else str(value)
