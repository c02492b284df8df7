"""Choose the header rows that a project file has to name: those the reader finds, without rows that name nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from landuse.read.body_rows import header_text
from landuse.read.header_finder import LOOKED_AT, find_header_by
from landuse.read.header_rows import is_numbering, join_rows

Grid = Sequence[Sequence[Any]]


def header_of(grid: Grid, is_known: Callable[[str], bool]) -> tuple[int, ...]:
    """Return the header rows (1-based) of a sheet; the first row where none can be told.

    Parameters
    ----------
    grid
        Rows of the sheet from its first, merged cells repeated over their range.
    is_known
        Whether a header means a column that the toolkit knows.
    """
    found = find_header_by(grid, is_known)
    told = found.value or next((each.value for each in found.candidates), "1")
    stated = json.loads(told)
    numbers = tuple(stated) if isinstance(stated, list) else (stated,)
    rows = [["" if value is None else header_text(value) for value in row] for row in grid[:LOOKED_AT]]
    while len(numbers) > 1 and _known(rows, numbers[1:], is_known) >= _known(rows, numbers, is_known):
        numbers = numbers[1:]
    last = numbers[-1]
    return (*numbers, last + 1) if last < len(rows) and is_numbering(rows[last]) else numbers


def _known(rows: Sequence[Sequence[str]], numbers: Sequence[int], is_known: Callable[[str], bool]) -> int:
    """Return how many different headers are known, as a whole or by their lowest row."""
    headers, tails = join_rows([rows[number - 1] for number in numbers])
    known = {
        header
        for place, header in enumerate(headers)
        if header and (is_known(header) or bool(tails and tails[place] and is_known(tails[place])))
    }
    return len(known)
