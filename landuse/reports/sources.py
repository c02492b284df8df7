"""Find the source cells of a figure: file, sheet, row, header and unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from landuse.reports.rows import find_rows, find_values, finder_of, records
from landuse.reports.summary import phrase
from landuse.tables import RawPart, RawTables, column, table_title, unit_title

__all__ = ["Cell", "cells_of", "plain", "records", "row_lines", "rows_of", "sheet_in_brackets", "unit_after"]


@dataclass(frozen=True)
class Cell:
    """One input cell: where it stands and what it says after conversion."""

    part: RawPart
    row: int
    name: str
    value: Any

    def line(self, lang: str) -> str:
        """Return the cell as a sentence of the receipt."""
        known = column(self.part.table, self.name)
        found, factor = self.part.factors.get(self.name, ("", 1.0))
        conversion = "" if factor == 1 else phrase("line", "conversion", lang, found=found, factor=f"{factor:g}")
        told = phrase(
            "line",
            "cell",
            lang,
            title=known.title(lang) if known else self.name,
            value=plain(self.value),
            unit=unit_after(known.unit, lang) if known else "",
            file=self.part.file,
            sheet=sheet_in_brackets(self.part.sheet, lang),
            row=self.row,
            header=self.part.headers.get(self.name, self.name),
            conversion=conversion,
        )
        return told + self._corrected(lang)

    def _corrected(self, lang: str) -> str:
        """Return what a form changed in the cell; blank where none did."""
        change = self.part.corrections.get((self.row, self.name))
        if change is None:
            return ""
        facts = {name: getattr(change, name) or "—" for name in ("old", "new", "who", "day", "why")}
        form = change.form_file or change.source[0]
        return phrase("line", "corrected", lang, **facts, form=form, row=change.form_row or change.source[2] or "—")


def rows_of(raw: RawTables, table: str, **keys: Any) -> list[tuple[RawPart, pd.DataFrame]]:
    """Return the input rows of a table whose key columns have the given values, file by file."""
    found = [(part, find_rows(part.frame, **keys)) for part in raw.of(table)]
    return [(part, rows) for part, rows in found if len(rows)]


def cells_of(raw: RawTables, table: str, names: tuple[str, ...], **keys: Any) -> list[Cell]:
    """Return the known input cells of the given columns, in the order of the columns."""
    cells = [
        Cell(part, int(finder.cell(part.frame, "source_row", place)), name, value)
        for part in raw.of(table)
        for finder in [finder_of(part.frame)]
        for place in finder.places(part.frame, keys).tolist()
        for name in names
        if name in part.frame.columns and not pd.isna(value := finder.cell(part.frame, name, place))
    ]
    return sorted(cells, key=lambda cell: names.index(cell.name))


def row_lines(raw: RawTables, table: str, lang: str, **keys: Any) -> list[str]:
    """Return one line for each input row of an object: table, file, sheet, row."""
    return [
        phrase(
            "line",
            "row",
            lang,
            table=table_title(table, lang),
            file=part.file,
            sheet=sheet_in_brackets(part.sheet, lang),
            row=int(number),
        )
        for part in raw.of(table)
        for number in find_values(part.frame, "source_row", **keys)
    ]


def sheet_in_brackets(sheet: Any, lang: str) -> str:
    """Return a sheet or layer in brackets; blank where the file has none."""
    if pd.isna(sheet) or not sheet:
        return ""
    return f" [{sheet}]" if lang == "en" else f"〔{sheet}〕"


def unit_after(unit: str, lang: str) -> str:
    """Return a unit as it follows a number: blank for none, ``× 10,000 yuan`` where it begins with a number itself."""
    title = unit_title(unit, lang)
    return f" × {title}" if title[:1].isdigit() else f" {title}" if title else ""


def plain(value: Any, digits: int | None = None) -> str:
    """Return a value as a reader writes it: dates as ISO days, unknown as —, numbers unrounded or to `digits`."""
    if isinstance(value, list | tuple):
        return "、".join(str(v) for v in value) or "—"
    if pd.isna(value):
        return "—"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:,.{digits}f}" if digits is not None else f"{value:,.10g}"
    return str(value)
