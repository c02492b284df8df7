"""Keep the wanted columns of a delimited text while its records stream by; the others are looked at and let go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from landuse.read.shifted_rows import RowWatch
from landuse.read.source import Cells, Content, arrow_cells
from landuse.read.words import SUM_ENDS, is_sum

Mask = npt.NDArray[np.bool_]

_LEADING: Final = 3
"""First columns, wanted or not, in one of which the word for a sum stands."""
_TOGETHER: Final = 32
"""Blocks that are laid together."""


@dataclass
class KeptColumns:
    """The wanted columns of the records so far, and what was seen in passing."""

    wanted: Sequence[int]
    watch: RowWatch
    rows: int = 0
    size: int = 0
    """Bytes kept."""
    parts: dict[int, list[pa.Array]] = field(default_factory=dict)
    fresh: dict[int, list[pa.Array]] = field(default_factory=dict)
    """Columns of the last blocks, in buffers with room to spare."""
    known: list[Mask] = field(default_factory=list)
    """Records in which something stands."""
    sums: list[Mask] = field(default_factory=list)
    """Records in which a cell names a sum."""

    def add(self, columns: Sequence[pa.Array]) -> None:
        """Look at every column of further records, each as large_string, and keep the wanted ones."""
        self.watch.look(columns)
        looked = [columns[place] for place in sorted({*range(min(_LEADING, len(columns))), *self.wanted})]
        size = len(looked[0])
        self.rows += size
        self.known.append(_any_known(looked, size))
        self.sums.append(_sums(looked, size))
        for place in self.wanted:
            self.size += columns[place].nbytes
            self.fresh.setdefault(place, []).append(columns[place])
            if len(self.fresh[place]) == _TOGETHER:
                self._pack(place)

    def content(self, first: int) -> Content:
        """Return what was kept, without records in which nothing stands; the columns leave this object.

        Parameters
        ----------
        first
            Number of the first record, as a user counts.
        """
        numbers = np.arange(first, first + self.rows, dtype=np.int64)
        known, sums = _together(self.known), _together(self.sums)
        cells = self.watch.without({place: self._cells(place) for place in self.wanted})
        if not known.all():
            kept = np.flatnonzero(known)
            cells = {place: column.take(kept) for place, column in cells.items()}
            numbers, sums = numbers[kept], sums[kept]
        pa.default_memory_pool().release_unused()
        return Content(cells, numbers, sums=sums, remarks=self.watch.remarks())

    def _pack(self, place: int) -> None:
        """Lay the last blocks of a column together, without the room to spare."""
        self.parts.setdefault(place, []).append(pa.concat_arrays(self.fresh.pop(place)))

    def _cells(self, place: int) -> Cells:
        if place in self.fresh:
            self._pack(place)
        return arrow_cells(pa.chunked_array(self.parts.pop(place, []), pa.large_string()))


def _together(parts: Sequence[Mask]) -> Mask:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=bool)


def _any_known(columns: Sequence[pa.Array], size: int) -> Mask:
    """Return the rows in which something stands."""
    known = np.zeros(size, dtype=bool)
    for column in columns:
        known |= column.is_valid().to_numpy(zero_copy_only=False)
        if known.all():
            break
    return known


def _sums(columns: Sequence[pa.Array], size: int) -> Mask:
    """Return the rows in which a cell names a sum."""
    flags = np.zeros(size, dtype=bool)
    for column in columns:
        near = pc.match_substring_regex(column, rf"[{SUM_ENDS}]\s*$").fill_null(fill_value=False)
        rows = np.flatnonzero(near.to_numpy(zero_copy_only=False))
        if len(rows):
            flags[rows] |= [is_sum(text) for text in column.take(pa.array(rows)).to_pylist()]
    return flags
