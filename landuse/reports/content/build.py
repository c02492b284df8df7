"""Build printed tables: columns from the vocabulary, 序号, totals computed beside their formulas, sheet frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import __version__
from landuse.policy.standing import is_plain, scale_words
from landuse.reports.content.context import Context, Words, numbers, section
from landuse.reports.content.model import LIST_LIMIT, Block, Fonts, Mask, Page, Sheet, SheetColumn, Total
from landuse.tables import Column, column, unit_title

WIDTHS: Final = {
    "A": 10.0,
    "M": 9.0,
    "B": 8.5,
    "C": 8.0,
    "N": 7.5,
    "P": 8.0,
    "D": 10.5,
    "F": 6.0,
    "Y": 6.0,
    "T": 14.0,
    "O": 11.0,
    "W": 30.0,
}
"""Format -> width in characters where the vocabulary names no other."""
DECIMALS: Final = {"A": ",.2f", "M": ",.4f", "B": ",.2f", "C": ",.4f", "N": ",.0f", "P": ".1%", "Y": ".0f"}
NUMERIC: Final = frozenset(DECIMALS)
ASIDE_STRETCH: Final = 2.0
"""A column of sentences is so many times as wide beside the paper as on it."""
ASIDE_LEAST: Final = 16.0
"""Least width of a text beside the paper, so that it does not make the printed rows higher."""
LONG: Final = 40.0
"""Width from which a column holds sentences."""
SILENT_UNITS: Final = frozenset({"share", "year", "point"})
"""Units that a title needs no word for."""
JOINED: Final = ("parcels", "enterprises")
"""Tables whose columns are joined to lists of another."""
HEADLINE_UNITS: Final = ("mu", "ha", "m2", "wan_yuan", "tce")
"""Units named in the unit line of a sheet."""


@dataclass(frozen=True)
class Table:
    """What one block is made of, before it is put into words."""

    rows: pd.DataFrame
    """Values in words, numbers and dates; columns that a list names and the rows lack are left out."""
    columns: Sequence[str]
    source: str = ""
    """Canonical table whose column titles hold where the workbook vocabulary has none."""
    heading: str = ""
    counter: str = ""
    """Word for what a row is; blank = no count in the total row."""
    with_totals: bool = True
    not_applicable: Mapping[str, Mask] = field(default_factory=dict)
    precise: bool = False
    """Areas in mu keep up to four decimals."""
    full_table: str = ""
    """File that holds every row, for lists that are cut."""
    of_all: pd.DataFrame | None = None
    """All rows with the summed columns, where `rows` is a cut list."""
    aside: Sequence[str] = ()
    """Columns beside the paper: there is room for long texts, so that rows stay low."""
    keep_missing: bool = False
    """Keep a named column that the rows lack; it prints as unknown."""


def block(table: Table, words: Words) -> Block:
    """Return a table ready to print: 序号 first, columns in order, totals with the value they must have."""
    named = [n for n in table.columns if n in table.rows.columns or table.keep_missing or _column_fmt(n, table) == "O"]
    rows = table.rows.reindex(columns=named).reset_index(drop=True)
    rest = _rest(table, named)
    left_out = 0 if table.of_all is None else len(table.of_all) - len(rows)
    totals = _totals(rows, table, rest=rest, left_out=left_out) if table.with_totals else ()
    columns_ = tuple(_sheet_column(n, table, words, rows.get(n), totals) for n in ("seq", *named))
    rows.insert(0, "seq", np.arange(1, len(rows) + 1))
    label = words.phrase("left_out", n=left_out, counter=table.counter, file=table.full_table) if left_out else ""
    masks = {name: mask for name, mask in table.not_applicable.items() if name in named}
    return Block(columns_, rows, table.heading, totals, masks, left_out, rest, label)


def sheet(key: str, ctx: Context, blocks: Sequence[Block], **fill: Any) -> Sheet:
    """Return a sheet of the vocabulary around its tables.

    Parameters
    ----------
    key
        Key of ``[sheets]``.
    fill
        ``name``: name on the tab where it differs; all others fill the placeholders of title and notes.
    """
    words, entry = ctx.words, section("sheets")[key]
    name = str(fill.pop("name", entry["name"][words.lang]))
    project = ctx.project.project
    title = entry["title"][words.lang].format(**fill)
    notes = [words.of("notes", _note(note, ctx), **_facts(ctx), **fill) for note in entry.get("notes", ())]
    lines = [*fill.get("more_notes", ()), *notes, *([ctx.project.outputs.notice] if ctx.project.outputs.notice else ())]
    return Sheet(
        key=key,
        name=name,
        title=words.phrase("title", project=project.name, title=title, stage=ctx.stage),
        left_line=_left_line(ctx, str(entry["basis"])),
        unit_line=_unit_line(ctx, blocks),
        blocks=tuple(blocks),
        notes=tuple(lines),
        sign_off=words.phrase("sign_off"),
        page=_page(ctx),
        fonts=_fonts(words.lang),
        dated=ctx.project.as_of,
        words={name: words.phrase(name) for name in ("total", "none", "cut_text", "aside", "notes_lead")},
        frozen_columns=2 if len(blocks[0].columns) > 12 else 0,
        paper_columns=sum(column.name not in entry.get("aside", ()) for column in blocks[0].columns),
    )


def names(key: str, part: str = "columns") -> tuple[str, ...]:
    """Return the columns of a sheet of the vocabulary; those beside the paper follow those on it."""
    return (*section("sheets")[key][part], *(aside_names(key) if part == "columns" else ()))


def aside_names(key: str) -> tuple[str, ...]:
    """Return the columns of a sheet that stand beside the paper."""
    return tuple(section("sheets")[key].get("aside", ()))


def cut(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a list that are printed."""
    return rows.iloc[:LIST_LIMIT]


def _column_fmt(name: str, table: Table) -> str:
    entry = section("columns").get(name)
    if entry:
        return str(entry["fmt"])
    known = _known(table.source, name)
    return known.fmt if known else "T"


def _known(source: str, name: str) -> Column | None:
    """Return the canonical column of a name: of the table a list is made from, else of what was joined to it."""
    return next((found for table in (source, *JOINED) if (found := column(table, name))), None)


def _sheet_column(
    name: str, table: Table, words: Words, values: pd.Series | None, totals: tuple[Total, ...]
) -> SheetColumn:
    entry = section("columns").get(name)
    known = _known(table.source, name)
    if entry:
        title, unit = str(entry[words.lang]), str(entry.get("unit", ""))
    else:
        title, unit = (known.title(words.lang), known.unit) if known else (name, "")
    fmt = _column_fmt(name, table)
    fmt = "M" if table.precise and fmt == "A" and unit == "mu" else fmt
    if unit and unit not in SILENT_UNITS:
        title = f"{title}\n({unit_word(unit, words.lang)})"
    width = max(_room(name, fmt, table), _needed(values, fmt, name, totals))
    return SheetColumn(name, title, fmt, max(width, _longest_word(title)) if words.lang == "en" else width)


def _room(name: str, fmt: str, table: Table) -> float:
    """Return the width of a column before its numbers are looked at."""
    width = _width(name, fmt)
    if name not in table.aside or fmt != "T":
        return width
    return width * ASIDE_STRETCH if width >= LONG else max(width, ASIDE_LEAST)


def unit_word(unit: str, lang: str) -> str:
    """Return how a unit is printed in the title of a column."""
    own = section("units").get(unit)
    return str(own[lang]) if own else unit_title(unit, lang)


def _width(name: str, fmt: str) -> float:
    return float(section("widths").get(name, WIDTHS[fmt]))


def _longest_word(title: str) -> float:
    """Return the width at which no Latin word of a title is broken."""
    return max(len(word) for word in title.split()) + 1.5


def _needed(values: pd.Series | None, fmt: str, name: str, totals: tuple[Total, ...]) -> float:
    """Return the width that the longest number of a column takes, so that no cell shows ####."""
    if fmt not in NUMERIC:
        return 0.0
    known = np.empty(0) if values is None else numbers(values.to_frame(name), name)
    known = known[np.isfinite(known)]
    ends: list[float] = [float(known.min()), float(known.max())] if len(known) else []
    ends += [t.value for t in totals if t.column == name and isinstance(t.value, int | float)]
    return max((len(format(end, DECIMALS[fmt])) + 1.5 for end in ends), default=0.0)


def _rest(table: Table, named: Sequence[str]) -> dict[str, float | int]:
    if table.of_all is None or len(table.of_all) == len(table.rows):
        return {}
    beyond = table.of_all.iloc[len(table.rows) :]
    summed = [name for name in section("totals")["sums"] if name in named and name in beyond.columns]
    return {name: value for name in summed if (value := _sum(beyond, name)) is not None}


def _totals(rows: pd.DataFrame, table: Table, *, rest: Mapping[str, float], left_out: int) -> tuple[Total, ...]:
    found: list[Total] = []
    if table.counter:
        value = f"{len(rows) + left_out} {table.counter}"
        found.append(Total(str(rows.columns[0]), "count", value, word=table.counter))
    for name in rows.columns:
        if name in section("totals")["sums"]:
            own = _sum(rows, name)
            value_ = rest.get(name) if own is None else own + rest.get(name, 0)
            found.append(Total(name, "sum", value_))
        elif name in section("totals")["ratios"] and not left_out:
            found.extend(_ratio(rows, name))
    if "check" in rows.columns:
        found.append(Total("check", "difference", _difference(rows), ("amount_in", "amount_out", "unallocated")))
    return tuple(found)


def _sum(rows: pd.DataFrame, name: str) -> float | int | None:
    """Return the sum of what is known: 0 of no rows, None where there are rows and none is known."""
    if rows.empty:
        return 0
    if pd.api.types.is_integer_dtype(rows[name].dtype):
        known = rows[name].dropna()
        return int(known.sum()) if len(known) else None
    values = numbers(rows, name)
    values = values[np.isfinite(values)]
    return math.fsum(values) if len(values) else None


def _ratio(rows: pd.DataFrame, name: str) -> list[Total]:
    pairs = section("totals")["ratios"][name]
    pair = next(((top, under) for top, under in pairs if top in rows.columns and under in rows.columns), None)
    if pair is None:
        return []
    top, under = numbers(rows, pair[0]), numbers(rows, pair[1])
    both = np.isfinite(top) & np.isfinite(under)
    divisor = math.fsum(under[both])
    return [Total(name, "ratio", math.fsum(top[both]) / divisor if divisor else None, pair)]


def _difference(rows: pd.DataFrame) -> float:
    came, went, lost = (_sum(rows, name) or 0 for name in ("amount_in", "amount_out", "unallocated"))
    return round(came - went - lost, 2) + 0.0


def _note(name: str, ctx: Context) -> str:
    """Return the note that holds under the rule in force: one on scores and bases may have another wording."""
    other = f"{name}_other"
    return other if other in section("notes") and ctx.rule and not is_plain(ctx.rule) else name


def _facts(ctx: Context) -> dict[str, str]:
    rule = ctx.rule
    return {
        "listed": ctx.listed,
        "share": ctx.share,
        "cap": f"{rule.cap * 100:g}" if rule else "",
        "scale": scale_words(rule, ctx.words.lang) if rule else "",
        "min_group": str(rule.min_group) if rule else "",
        "correction": ctx.words.choice("price_apply", rule.price_apply) if rule else "",
        "as_of": ctx.project.as_of.isoformat(),
    }


def _left_line(ctx: Context, basis: str) -> str:
    line = ctx.words.phrase("left", basis=ctx.words.phrase(f"basis_{basis}"))
    notice = ctx.project.outputs.notice
    return f"{line}    {notice}" if notice else line


def _unit_line(ctx: Context, blocks: Sequence[Block]) -> str:
    words, project = ctx.words, ctx.project
    titles = [part.title for one in blocks for part in one.columns]
    units = [unit_word(unit, words.lang) for unit in HEADLINE_UNITS]
    used = [unit for unit in units if any(title.endswith(f"({unit})") for title in titles)]
    line = words.phrase("units", units=words.phrase("unit_separator").join(used)) if used else ""
    days = {"land_date": project.land_date.isoformat(), "as_of": project.as_of.isoformat()}
    return line + words.phrase("dates", year=project.project.year, **days)


def _page(ctx: Context) -> Page:
    words, project = ctx.words, ctx.project
    return Page(
        header_left=words.phrase(project.project.audience),
        header_right="  ".join(part for part in (project.outputs.notice, ctx.stage) if part),
        footer_left=words.phrase("fingerprint", digest=project.digest()[:12], version=__version__),
        footer_center=words.phrase("page"),
        watermark=words.phrase("draft") if ctx.is_draft else "",
    )


@cache
def _fonts(lang: str) -> Fonts:
    entry = section("fonts")
    return Fonts(*(str(entry[part][lang]) for part in ("title", "heading", "body")))
