"""Read a form that came back: its kind by its columns, its cells by their titles, never by position."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from landuse.catalogue import load, load_folder
from landuse.errors import Fault, InputError
from landuse.read.findings import Parsed
from landuse.read.opening import open_source
from landuse.read.source import Cells, Rows, Source
from landuse.read.texts import texts
from landuse.read.values import Measure, parse
from landuse.read.words import normal
from landuse.settings import InputEntry
from landuse.tables import Column, columns, unit_title
from landuse.tables.changes import as_text
from landuse.tables.forms import BOOK, form_names, form_title

TELLING: Final = {
    "problems": ("table", "key", "column", "correction", "problem"),
    "confirmation": ("table", "key", "column", "correction"),
    "review": ("table", "key", "conclusion"),
    "objections": ("objection_no", "uscc", "contested", "decision"),
    "matches": ("match_key", "match_item", "match_decision", "match_new_uscc"),
}
"""Kind of a form -> columns without which it is none."""
SHEETS: Final = ("matches_open", "matches_done", "matches_none")
"""Sheets of the workbook of names."""
GEOMETRY: Final = False
LANGUAGES: Final = ("zh", "en")
FORM_NAMES: Final = (
    "企业数据确认表 | 数据问题更正表 | 会审意见表 | 异议登记表 | 名称匹配复核表 "
    "/ confirmation | corrections | joint review | objections | names"
)


@dataclass(frozen=True)
class Form:
    """A form that came back."""

    kind: str
    file: str
    sheet: str
    rows: pd.DataFrame
    """Columns of the form as text (blank = nothing), and `row`, 1-based as a user sees it."""
    cells: Mapping[str, Cells]
    """The same columns as they stand in the file."""
    others: tuple[str, ...] = ()
    """Other sheets of the workbook that hold rows."""

    def where(self, row: int, lang: str) -> str:
        """Return the place of a row for a message."""
        return place_of(self.file, self.sheet, row, lang)


def place_of(file: str, sheet: str, row: int, lang: str) -> str:
    """Return the place of a row as messages name it."""
    where = f"{file} [{sheet}]" if sheet else file
    return str(load(BOOK)["words"]["at_row"][lang]).format(where=where, row=row)


def open_forms(path: Path) -> list[Form]:
    """Return the form in a file; of a workbook of names each of its sheets that is one.

    Raises
    ------
    InputError
        As `open_form`.
    """
    first = open_form(path)
    if first.kind != "matches":
        return [first]
    names = [load(BOOK)["forms"][kind]["name"][lang] for kind in SHEETS for lang in LANGUAGES]
    others = [name for name in names if name in first.others]
    return [first, *(open_form(path, name) for name in others)]


def open_form(path: Path, sheet: str | None = None) -> Form:
    """Return a form with its rows; of a workbook its first sheet, or the one named.

    Raises
    ------
    InputError
        The file is missing, held open, or none of the forms.
    """
    source = open_source(InputEntry(path=str(path.absolute()), sheet=sheet), Path(), geometry=False)
    places = {kind: _places(source, kind) for kind in TELLING}
    kind = next((kind for kind, telling in TELLING.items() if set(telling) <= places[kind].keys()), None)
    if kind is None:
        found = "不是本程序的表单,或表头被改动 / none of our forms, or its header was changed"
        raise InputError(
            [Fault(path.name, found, FORM_NAMES, "用 --only forms 重新生成 / make it again: --only forms")]
        )
    at = places[kind]
    content = source.read(sorted(at.values()), GEOMETRY)
    size = len(content.source_row)
    cells = {name: content.cells[place] for name, place in at.items()}
    rows = pd.DataFrame({name: texts(held).values.fillna("") for name, held in cells.items()}, index=range(size))
    rows = rows.reindex(columns=list(form_names(kind)), fill_value="").assign(row=content.source_row)
    return Form(kind, path.name, source.sheet, rows, cells, source.unread)


def canonical(cells: Cells, at: Rows, column: Column, *, as_of: dt.date) -> tuple[str, str]:
    """Return one cell as overrides.csv writes it, and what is wrong with it (a code; blank = nothing).

    Parameters
    ----------
    at
        Position of the one cell.
    """
    unit = unit_title(column.unit) if column.unit else ""
    one = cells.take(at)
    parsed = parse(one, column, measure=Measure(unit), as_of=as_of)
    codes = [finding.code for finding in parsed.findings]
    return as_text(parsed.values.iloc[0]), next(iter(codes), "")


def read_overrides(path: Path) -> pd.DataFrame:
    """Return the rows of an overrides.csv that stands beside the project; none where there is no such file.

    Raises
    ------
    InputError
        A column is missing, or a cell cannot be read: every such cell at once.
    """
    known = columns("input", "overrides")
    if not path.is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in known})
    source = open_source(InputEntry(path=str(path.absolute())), Path(), geometry=False)
    at = override_places(source.headers)
    lacking = [name for name in ("table", "key", "column", "new") if name not in at]
    if lacking:
        raise InputError(
            [Fault(path.name, f"缺少列 / columns missing: {', '.join(lacking)}", "", "恢复该文件 / restore the file")]
        )
    content = source.read(sorted(at.values()), GEOMETRY)
    size = len(content.source_row)
    parsed = {
        name: parse(content.cells[place], known[name], measure=Measure(), as_of=dt.date(2000, 1, 1))
        for name, place in at.items()
    }
    faults = list(_unreadable(path.name, parsed, content.source_row))
    if faults:
        raise InputError(faults)
    made = {name: column.values for name, column in parsed.items()}
    return pd.DataFrame(made, index=range(size)).reindex(columns=list(known))


def _unreadable(name: str, parsed: Mapping[str, Parsed], rows: Rows) -> Iterator[Fault]:
    """Give a fault for each cell that says something else than what was understood."""
    severity = load_folder("vocabulary/issues")
    for column, made in parsed.items():
        for finding in made.findings:
            if severity[finding.code]["severity"] == "note":
                continue
            for row, value in zip(rows[finding.rows].tolist(), finding.values, strict=True):
                found = f"{column}: 无法读取 / cannot be read: {value}"
                yield Fault(place_of(name, "", row, "zh"), found, "", "改正该单元格 / correct the cell")


def override_places(headers: Sequence[str]) -> dict[str, int]:
    """Return where each column of an overrides.csv stands, by its name or its title in either language."""
    known = columns("input", "overrides")
    titles = {normal(text): name for name, column in known.items() for text in (name, column.zh, column.en)}
    return {titles[normal(head)]: place for place, head in enumerate(headers) if normal(head) in titles}


def _places(source: Source, kind: str) -> dict[str, int]:
    """Return where each column of a kind of form stands, by its title in either language."""
    titles = {normal(form_title(name, lang)): name for name in form_names(kind) for lang in LANGUAGES}
    found: dict[str, int] = {}
    for place, header in enumerate(source.headers):
        name = titles.get(normal(header))
        if name is not None and name not in found:
            found[name] = place
    return found
