"""Lay out what a form needs beside a list: what to write in each column, and drop-downs that keep to closed lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from landuse.reports.cells import printed_lines
from landuse.reports.content.model import Block

LINE_POINTS: Final = 13.0
"""Height of one line of the guide, in points."""
PADDING: Final = 4.0


def guide_row(page: Any, row: int, block: Block, style: Any, widths: Sequence[float]) -> float:
    """Write what each column means above its header; return the height the row needs, in points."""
    texts = [
        block.guide_mark if index == 0 else block.guide.get(column.name, "")
        for index, column in enumerate(block.columns)
    ]
    for index, text in enumerate(texts):
        page.write_string(row, index, text, style)
    lines = max(printed_lines(text, width) for text, width in zip(texts, widths, strict=False))
    return LINE_POINTS * lines + PADDING


def drop_downs(page: Any, first: int, block: Block) -> None:
    """Give each column with a closed list its drop-down, for the rows there are and those a form may get.

    Parameters
    ----------
    first
        First row of the data, 0-based.
    """
    last = first + max(len(block.rows), block.room, 1) - 1
    for index, column in enumerate(block.columns):
        if column.choices:
            page.data_validation(first, index, last, index, {"validate": "list", "source": list(column.choices)})
