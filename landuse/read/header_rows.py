"""Join several header rows into one header per column."""

from __future__ import annotations

from collections.abc import Sequence

from landuse.errors import Fault, InputError


def header_numbers(declared: int | tuple[int, ...] | None, height: int, where: str) -> tuple[int, ...]:
    """Return the 1-based header rows, in order; the first row by default.

    Raises
    ------
    InputError
        Such a row is not in the file.
    """
    rows = (1,) if declared is None else (declared,) if isinstance(declared, int) else tuple(sorted(set(declared)))
    if not rows or rows[0] < 1 or rows[-1] > height:
        found = f"没有表头行 / no header row {', '.join(str(row) for row in rows)}"
        raise InputError([Fault(where, found, f"1–{height}", "改正 header_rows / correct header_rows")])
    return rows


def join_rows(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the header of each column, joined from top to bottom, and its lowest part.

    A text repeated straight below itself (a cell merged over rows) counts once. The lowest parts are empty when there
    is one row only.
    """
    width = max(len(row) for row in rows)
    headers, tails = [], []
    for column in range(width):
        parts: list[str] = []
        for row in rows:
            text = row[column].strip() if column < len(row) else ""
            if text and parts[-1:] != [text]:
                parts.append(text)
        headers.append(" ".join(parts))
        tails.append(parts[-1] if parts else "")
    return tuple(headers), tuple(tails) if len(rows) > 1 else ()
