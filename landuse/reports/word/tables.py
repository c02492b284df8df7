"""Lay a described table out: widths of the page, headers that repeat, rows that stay whole, totals, marks, notes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from landuse.reports.cells import NUMERIC, Cell, column_cells, printed_width
from landuse.reports.content.model import Block, SheetColumn, Total
from landuse.reports.content.report.model import Grid, Pairs
from landuse.reports.content.report.say import wide
from landuse.reports.word.marks import fonts, paragraph, run
from landuse.reports.word.styles import HEITI

DECIMALS: Final = {"A": ",.2f", "B": ".2f", "C": ".4f", "N": ",.0f", "P": ".1%", "Y": ".0f"}
FIRST_DAY: Final = date(1899, 12, 30)
LARGEST: Final = 10.5
"""Letters of a table in points where there is room, …"""
DENSE: Final = 8.5
"""… of a list …"""
TIGHT: Final = 8.0
"""… of a single page, …"""
LEAST: Final = 7.0
"""… and where there is little."""
PADDING: Final = 5.7
"""Left and right of a cell, in points."""
CODE: Final = 23.0
"""Width up to which a code is not broken."""
CAREFUL: Final = 1.28
"""Codes and days get so much more, for fonts with wide figures."""
SENTENCE: Final = 64.0
"""Half-width signs beyond which a text is broken into lines."""
LONGER: Final = 1.3
"""A text is broken into lines where it is so much longer than others of its column, so that a few long ones do not take
the width that many need."""
NARROW: Final = 9.0
GOOD: Final = 18.0
"""Width of a text column for which the letters are made smaller."""
OPEN: Final = 12.0
"""Width of a column to be filled in by hand."""
WIDTH_OF_SIGN: Final = 0.52
"""Of a half-width sign, in sizes of the letters."""
WORDED: Final = frozenset(
    {
        "item", "efficiency_class", "idle_class", "low_kind", "public_conclusion", "reason", "status", "idle_cause",
        "consequence", "step", "setting", "parameter", "origin", "basis", "plan_kind", "group_name", "state", "park",
        "park_name",
    }
)  # fmt: skip
"""Columns of words of the toolkit: printed with the full-width signs of the text; names and codes stay as they are."""
KEPT_TOGETHER: Final = 9
"""Rows up to which a table is not broken across pages."""
ENDS: Final = 2
"""Rows at the beginning and before the end of a table that are not left alone on a page."""
SHORT: Final = 8.0


@dataclass(frozen=True)
class Room:
    """What a table is laid out in."""

    width: int
    """Of the text, in twentieths of a point."""
    style: str
    """Style of the cells."""
    words: Mapping[str, str]
    lang: str
    tight: bool = False


def grid_xml(grid: Grid, room: Room) -> str:
    """Return a table as XML, without its caption and notes."""
    block = grid.block
    body = _body(block, room) or [[room.words["none"], *[""] * (len(block.columns) - 1)]]
    extra = [*([_rest(block)] if block.left_out else []), *([_total(block, room)] if block.totals else [])]
    titles = [wide_words(column.title, room) for column in block.columns]
    most = TIGHT if room.tight else DENSE if grid.dense else LARGEST
    points, widths = fitted(needs(block.columns, titles, [*body, *extra]), room.width, most)
    head = _Look(points, room.style, bold=True, keep=True, shade="E7E6E6")
    rows = [_row(titles, widths, ["center"] * len(titles), head, properties="<w:cantSplit/><w:tblHeader/>")]
    aligned = [_align(column) for column in block.columns]
    keep = len(body) <= KEPT_TOGETHER and not grid.dense
    last = len(body) + len(extra) - 1
    for at, cells in enumerate([*body, *extra]):
        stays = keep or at < ENDS or at >= last - ENDS  # the last row stays with the notes below the table
        look = _Look(points, room.style, bold=bool(block.totals) and at == last, keep=stays)
        rows.append(_row(cells, widths, aligned, look))
    return _table(widths, rows)


def pairs_xml(pairs: Pairs, room: Room) -> str:
    """Return key figures as a table of large numbers, each above what it says."""
    columns = pairs.columns
    widths = _widths([1.0] * columns, room.width)
    rows = []
    for start in range(0, len(pairs.cells), columns):
        some = [*pairs.cells[start : start + columns], *[("", "")] * columns][:columns]
        cells = [
            paragraph(
                run(value, f'{fonts(HEITI)}<w:sz w:val="{_fitted(value)}"/>'), room.style, '<w:jc w:val="center"/>'
            )
            + paragraph(run(name, '<w:sz w:val="16"/>'), room.style, '<w:jc w:val="center"/>')
            for name, value in some
        ]
        rows.append(_raw_row(cells, widths, "F2F2F2"))
    return _table(widths, rows)


def _fitted(value: str) -> int:
    """Return the size of a key figure in half points, so that it stays on one line."""
    return 28 if len(value) <= 9 else 22 if len(value) <= 13 else 18


@dataclass(frozen=True)
class _Look:
    points: float
    style: str
    bold: bool = False
    keep: bool = False
    shade: str = ""


@dataclass(frozen=True)
class Need:
    """What a column needs, in half-width signs."""

    least: float
    """Below it a number would be broken, or a text become a thread."""
    full: float
    """No cell takes more than one line, but sentences."""


def needs(columns: Sequence[SheetColumn], titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Need]:
    """Return what each column needs for its title and its cells."""
    found = []
    for at, (column, title) in enumerate(zip(columns, titles, strict=True)):
        widest = max((printed_width(row[at]) for row in rows), default=0) + (2.0 if column.fmt == "P" else 1.0)
        head = _head(title)
        is_code = widest <= CODE and all(row[at].isascii() for row in rows if printed_width(row[at]) > SHORT)
        if column.name == "seq" or column.fmt in NUMERIC or column.fmt == "D" or is_code:
            whole = max(widest * (CAREFUL if is_code or column.fmt == "D" else 1.0), head)
            found.append(Need(whole, whole))
        else:
            usual = math.fsum(printed_width(row[at]) for row in rows) / max(len(rows), 1)
            longest = min(widest, SENTENCE, usual * LONGER + NARROW)
            full = max(head, longest, OPEN if column.fmt == "O" else 0.0)
            found.append(Need(min(full, max(head, NARROW)), full))
    return found


def _head(title: str) -> float:
    """Return the width of a title: its words on two lines, its unit on one of its own."""
    words, _, unit = title.partition("\n")
    return max(math.ceil(printed_width(words) / 4) * 2, printed_width(unit)) + 1.5


def fitted(columns: Sequence[Need], whole: int, most: float) -> tuple[float, list[int]]:
    """Return the size of the letters, and widths that fill the text: texts give way first, then the letters.

    Parameters
    ----------
    whole
        Width of the text in twentieths of a point.
    most
        Largest size of the letters in points.
    """
    points = most
    while points > LEAST and sum(min(one.full, max(one.least, GOOD)) for one in columns) > _signs(
        whole, points, columns
    ):
        points -= 0.5
    room = _signs(whole, points, columns)
    slack = [one.full - one.least for one in columns]
    over = sum(one.full for one in columns) - room
    share = min(1.0, max(0.0, over) / sum(slack)) if sum(slack) else 0.0
    signs = [one.full - share * loose for one, loose in zip(columns, slack, strict=True)]
    padding = PADDING / (points * WIDTH_OF_SIGN)
    return points, _widths([one + padding for one in signs], whole)


def _signs(whole: int, points: float, columns: Sequence[Need]) -> float:
    """Return how many half-width signs stand side by side in the columns."""
    return (whole / 20 - PADDING * len(columns)) / (points * WIDTH_OF_SIGN)


def _widths(wanted: Sequence[float], whole: int) -> list[int]:
    """Return the widths of columns that fill the width of the text to the last twentieth of a point."""
    total = math.fsum(wanted)
    edges = [round(whole * math.fsum(wanted[:at]) / total) for at in range(len(wanted) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _body(block: Block, room: Room) -> list[list[str]]:
    columns = [[_printed(cell, column, room) for cell in column_cells(block, column, "…")] for column in block.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def _printed(cell: Cell, column: SheetColumn, room: Room) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return wide_words(cell, room) if column.name in WORDED else cell
    if column.fmt == "D":
        return (FIRST_DAY + timedelta(days=int(cell))).isoformat()
    return number(float(cell), column.fmt)


def wide_words(text: str, room: Room) -> str:
    """Return words of the toolkit as they are printed."""
    return wide(text) if room.lang == "zh" else text


def number(value: float, fmt: str) -> str:
    """Return a number in a format of TERMS.md: A B C N P Y, and M with up to four decimals."""
    if fmt == "M":
        whole, _, decimals = f"{value:,.4f}".partition(".")
        return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
    return format(value + 0.0, DECIMALS.get(fmt, ".10g"))


def _total(block: Block, room: Room) -> list[str]:
    cells = {total.column: _total_cell(total, block, room) for total in block.totals}
    names = [column.name for column in block.columns]
    return [room.words["total"] if at == 0 else cells.get(name, "") for at, name in enumerate(names)]


def _total_cell(total: Total, block: Block, room: Room) -> str:
    if total.value is None:
        return "—"
    if isinstance(total.value, str):
        return wide_words(total.value, room)
    fmt = next(column.fmt for column in block.columns if column.name == total.column)
    return number(float(total.value), fmt)


def _rest(block: Block) -> list[str]:
    formats = {column.name: column.fmt for column in block.columns}
    cells = {name: number(float(value), formats[name]) for name, value in block.rest.items() if name in formats}
    first = next((at for at, column in enumerate(block.columns) if column.fmt not in NUMERIC), 1)
    row = [cells.get(column.name, "") for column in block.columns]
    row[first] = block.rest_label
    return row


def _align(column: SheetColumn) -> str:
    if column.name == "seq" or column.fmt in "DFY":
        return "center"
    if column.fmt in NUMERIC:
        return "right"
    return "center" if column.width <= SHORT else "left"


def _row(
    cells: Sequence[str], widths: Sequence[int], aligned: Sequence[str], look: _Look, properties: str = "<w:cantSplit/>"
) -> str:
    size = f'<w:sz w:val="{round(look.points * 2)}"/>'
    face = (fonts(HEITI) if look.bold else "") + size
    keep = "<w:keepNext/>" if look.keep else ""
    made = []
    for cell, width, align in zip(cells, widths, aligned, strict=True):
        inside = paragraph(run(cell, face) if cell else "", look.style, f'{keep}<w:jc w:val="{align}"/>')
        made.append(_cell(inside, width, look.shade))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def _raw_row(cells: Sequence[str], widths: Sequence[int], shade: str) -> str:
    made = "".join(_cell(cell, width, shade) for cell, width in zip(cells, widths, strict=True))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{made}</w:tr>"


def _cell(inside: str, width: int, shade: str) -> str:
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'


def _table(widths: Sequence[int], rows: Sequence[str]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = (
        '<w:tblCellMar><w:top w:w="28" w:type="dxa"/><w:left w:w="57" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/>'
        '<w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    look = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/>{margins}'
    )
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
