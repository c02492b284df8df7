"""Find rows of a delimited text that stand too far to the right: 1,234.5 or 甲,乙公司 without quotes is two cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from landuse.errors import Fault
from landuse.read.source import Cells, Remark
from landuse.read.words import blanks, normal

Mask = npt.NDArray[np.bool_]

_HEAD: Final = r"^[(（]?[+-]?[¥￥]?[1-9]\d{0,2}$"
"""What stands before the first comma of a number in groups of three digits …"""
_TAIL: Final = r"^\d{3}(\.\d*)?[)）]?(千|万|亿|百万)?元?$"
"""… and behind its last one."""
_NUMBER: Final = r"^[(（]?[+-]?[¥￥]?\d+(\.\d*)?[)）%]?$"
_FILLED: Final = r"[^\s]"
_DOUBTS: Final = 2
"""At least so many cells have to stand in a column of another kind before a text is taken for one with a comma."""
_LONGEST: Final = 3
"""Cells that one text with commas may have become."""
_FEW: Final = 500
"""Rows of a text in which each is held against all others (inclusive)."""
_MOST: Final = 0.95
"""At least this share of the known cells of a column are of its kind."""
_SHOWN: Final = 5


@dataclass
class RowWatch:
    """Looks at the rows of a delimited text as they stream by."""

    headers: Sequence[str]
    delimiter: str
    first: int
    """Number of the first record, as a user counts."""
    spare: list[tuple[int, str]] = field(default_factory=list)
    """Records with something in a column behind the last header, and what it is: the first of them."""
    n_spare: int = 0
    shifted: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Record (from 0) -> column in which it breaks, and the number that stood there."""
    _seen: int = 0
    _kinds: tuple[str, ...] = ()

    @property
    def named(self) -> int:
        """Return the number of columns up to the last one with a header."""
        return max((place for place, header in enumerate(self.headers, start=1) if header.strip()), default=0)

    def look(self, columns: Sequence[pa.Array]) -> None:
        """Look at further rows: every column of them, as text."""
        size = len(columns[0]) if columns else 0
        if size:
            self._look_behind(columns)
            if self.delimiter == ",":
                self._look_within(columns, size)
        self._seen += size

    def _look_behind(self, columns: Sequence[pa.Array]) -> None:
        behind = columns[self.named :]
        if not behind:
            return
        filled = np.array([_mask(column, _FILLED) for column in behind])
        rows = np.flatnonzero(filled.any(axis=0))
        self.n_spare += len(rows)
        for row in rows[: _SHOWN - len(self.spare)]:
            value = behind[int(np.argmax(filled[:, row]))][int(row)].as_py()
            self.spare.append((self.first + self._seen + int(row), value))

    def _look_within(self, columns: Sequence[pa.Array], size: int) -> None:
        """Keep the rows that break; what a column holds, the first of them tell."""
        if not self._kinds:
            whole = ~_joints(columns, size)
            self._kinds = tuple(_kind(column, whole) for column in columns)
            if size <= _FEW:
                self._look_at_each(columns, whole)
                return
        doubts = np.zeros(size, dtype=np.int64)
        for column, kind in zip(columns, self._kinds, strict=True):
            if _may_misfit(column, kind):
                doubts += _misfits(column, kind)
        rows = np.flatnonzero(doubts)
        if not len(rows):
            return
        taken = [column.take(pa.array(rows)) for column in columns]
        for at in np.flatnonzero(_joints(taken, len(rows)) | (doubts[rows] >= _DOUBTS)):
            cells = [column[int(at)].as_py() or "" for column in taken]
            if (found := _broken(cells, self._kinds)) is not None:
                self.shifted[self._seen + int(rows[at])] = found

    def _look_at_each(self, columns: Sequence[pa.Array], whole: Mask) -> None:
        """Keep the rows of a short text that break, each held against all others: it must not speak for itself."""
        texts = [column.to_pylist() for column in columns]
        said = np.array([[normal(text or "") not in blanks() for text in column] for column in texts])
        known = said & whole
        number = np.array([_mask(column, _NUMBER) for column in columns]) & known
        others = (known.sum(axis=1)[:, None] - known, number.sum(axis=1)[:, None] - number)
        for row in range(known.shape[1]):
            kinds = [
                _kind_of(int(all_), int(one)) for all_, one in zip(*(part[:, row] for part in others), strict=True)
            ]
            if (found := _broken([column[row] or "" for column in texts], kinds)) is not None:
                self.shifted[self._seen + row] = found

    def fault(self, where: str) -> Fault | None:
        """Return the fault of values that stand below no header; None where there are none."""
        if not self.spare:
            return None
        places = ", ".join(str(number) for number, _ in self.spare)
        value = self.spare[0][1]
        found = (
            f"第 {places} 行在表头之后的列里有值“{value}”({self.n_spare} 行),像是格内的逗号把单元格推后了 / "
            f"values behind the last header, as a comma inside a cell shifts a row: {places}"
        )
        do = (
            '给含分隔符的值加引号(如 "1,234.5"),或去掉千分位;确是单独一列的,给它写上表头 / '
            "quote values that hold the delimiter; where it is a column of its own, give it a header"
        )
        return Fault(where, found, f"{self.named}", do)

    def remarks(self) -> tuple[Remark, ...]:
        """Return an issue for each row that stands too far to the right."""
        return tuple(Remark("ROW_SHIFTED", told, self.first + row) for row, (_, told) in sorted(self.shifted.items()))

    def without(self, cells: Mapping[int, Cells]) -> dict[int, Cells]:
        """Return the cells with those that stand in the wrong column as unknown."""
        return {
            place: column.without(np.array([row for row, (start, _) in self.shifted.items() if start <= place]))
            for place, column in cells.items()
        }


def _mask(column: pa.Array, pattern: str) -> Mask:
    found = pc.match_substring_regex(column, pattern).fill_null(fill_value=False)
    flags: Mask = found.to_numpy(zero_copy_only=False)
    return flags


def _joints(columns: Sequence[pa.Array], size: int) -> Mask:
    """Return the rows in which two cells side by side could be one number."""
    found = np.zeros(size, dtype=bool)
    for left, right in pairwise(columns):
        head = _mask(left, _HEAD)
        if head.any():
            found |= head & _mask(right, _TAIL)
    return found


def _kind(column: pa.Array, counted: Mask) -> str:
    """Return what a column holds in the rows that are counted."""
    known = _mask(column, _FILLED) & counted
    return _kind_of(int(known.sum()), int((_mask(column, _NUMBER) & known).sum()))


def _kind_of(known: int, numbers: int) -> str:
    """Return what a column holds by how many of its known cells are numbers: N numbers, T texts, M both, E nothing."""
    if not known:
        return "E"
    return "N" if numbers >= _MOST * known else "T" if known - numbers >= _MOST * known else "M"


def _may_misfit(column: pa.Array, kind: str) -> bool:
    """Say whether some cell may be none of its column's kind; most columns are ruled out at once."""
    if kind in "ME" or column.null_count == len(column):
        return kind == "E" and column.null_count < len(column)
    if kind == "T":
        return True
    try:
        pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return True
    return False


def _misfits(column: pa.Array, kind: str) -> Mask:
    """Return the rows whose cell is none of its column's kind."""
    filled = _mask(column, _FILLED)
    return filled if kind == "E" else filled & (_mask(column, _NUMBER) != (kind == "N"))


def _fits(cell: str, kind: str) -> bool:
    if kind == "M" or normal(cell) in blanks():
        return True
    return kind != "E" and bool(re.match(_NUMBER, cell)) == (kind == "N")


def _broken(cells: Sequence[str], kinds: Sequence[str]) -> tuple[int, str] | None:
    """Return where a row breaks, and what broke: as one cell it lets everything behind it fit its column.

    A number shows itself by its groups of digits; a text by what comes back to a column of numbers. Of the places at
    which it may have broken the first one counts, but for the first column, which names the row.
    """
    for start, cell in enumerate(cells):
        for end in range(start + 1, len(cells)):
            if not re.match(_HEAD, cell) or not re.match(_TAIL, cells[end]):
                break
            if kinds[start] in "NM" and _mends(cells, kinds, start, end) > 0:
                return start, ",".join(cells[start : end + 1])
            if not re.fullmatch(r"\d{3}", cells[end]):
                break
    for start in (*range(1, len(cells)), 0):
        for end in range(start + 1, min(start + _LONGEST, len(cells))):
            is_text = kinds[start] == "T" and all(cells[start : end + 1])
            back = any(kind == "N" and cell for cell, kind in zip(cells[end + 1 :], kinds[start + 1 :], strict=False))
            if is_text and back and _mends(cells, kinds, start, end) >= _DOUBTS:
                return start, ",".join(cells[start : end + 1])
    return None


def _mends(cells: Sequence[str], kinds: Sequence[str], start: int, end: int) -> int:
    """Return how many cells come to fit their column where some are made one; 0 where not all of them do."""
    behind = kinds[start + 1 :]
    whole = [*cells[end + 1 :], *[""] * (end - start)]
    if not all(map(_fits, whole, behind)):
        return 0
    return sum(not _fits(cell, kind) for cell, kind in zip(cells[start + 1 :], behind, strict=True))
