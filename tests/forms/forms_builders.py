"""Open forms as a clerk does: find the header, fill cells by key and title."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
from cli.cli_builders import enterprises, write_bureau

from landuse.tables import columns
from landuse.tables.forms import form_title

LEASES = (
    "宗地代码,统一社会信用代码,用地方式(自有/承租),使用土地面积(平方米),起始日期\n"
    "990781001001GB00002,E01,承租,1234.5,2024-01-01\n"
)


def with_leases(folder: Path) -> Path:
    """Write the bureau of nine factories, of which the first rents land of the second; return the project file."""
    project = write_bureau(folder)
    (folder / "数据" / "租赁.csv").write_text(LEASES, encoding="utf-8")
    firms = enterprises().assign(**{"企业规模(规上/规下)": "规下", "成立日期": "2010-01-01"})
    firms.loc[0, ["企业规模(规上/规下)", "成立日期"]] = ""
    firms.to_csv(folder / "数据" / "企业.csv", index=False)
    text = project.read_text(encoding="utf-8") + 'occupancy = "数据/租赁.csv"\n'
    project.write_text(text, encoding="utf-8")
    return project


def form_of(forms: Path, code: str) -> Path:
    (found,) = (forms / "confirmations").glob(f"{code}_*.xlsx")
    return found


MARKS = ("填表说明↓", "Notes↓")


class Clerk:
    """A form that is open in a spreadsheet program."""

    def __init__(self, path: Path, lang: str = "zh"):
        self.path, self.lang = path, lang
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book.active
        mark = next(cell for row in self.sheet.iter_rows() for cell in row if cell.value in MARKS)
        self.header = mark.row + 1
        self.places = {cell.value: cell.column for cell in self.sheet[self.header] if cell.value}

    def column(self, name: str) -> int:
        """Return the column of a canonical name or a title."""
        titles = [name]
        if name in {"verdict", "correction", "evidence", "table", "key", "year", "column", "old"}:
            titles.append(form_title(name, self.lang))
        return next(place for title, place in self.places.items() if title.split("\n")[0] in titles)

    def rows(self) -> list[int]:
        return [row for row in range(self.header + 1, self.sheet.max_row + 1) if self.sheet.cell(row, 2).value]

    def get(self, row: int, name: str):
        return self.sheet.cell(row, self.column(name)).value

    def put(self, row: int, **values) -> Clerk:
        for name, value in values.items():
            self.sheet.cell(row, self.column(name)).value = value
        return self

    def find(self, **values) -> int:
        return next(row for row in self.rows() if all(self.get(row, name) == value for name, value in values.items()))

    def correct(self, column: str, value, *, why: str = "证明", **more) -> Clerk:
        """Say that a cell of a confirmation is wrong."""
        row = self.find(column=column, **more)
        return self.put(row, verdict="有误", correction=value, evidence=why)

    def sign(self, who: str = "甲某", day="2026-07-15") -> Clerk:
        for name, value in (("who", who), ("when", day)):
            self.put(self.find(table="signature", column=name), correction=value)
        return self

    def save(self, path: Path | None = None) -> Path:
        self.book.save(path or self.path)
        return path or self.path


def titled(table: str, lang: str = "zh") -> dict[str, str]:
    """Return title (without unit) -> canonical name of a table."""
    return {column.title(lang): name for name, column in columns("input", table).items()}


def fill(path: Path, table: str, facts: pd.DataFrame, key: list[str], lang: str = "zh") -> None:
    """Fill a form with the facts of its rows; facts of other keys are added as rows of their own."""
    clerk = Clerk(path, lang)
    names = titled(table, lang)
    places = {names[t]: c for title, c in clerk.places.items() if (t := title.split("\n")[0]) in names}
    known = {tuple(row[name] for name in key): row for row in facts.to_dict("records")}
    last = clerk.header
    for row in range(clerk.header + 1, clerk.sheet.max_row + 1):
        mine = tuple(clerk.sheet.cell(row, places[name]).value for name in key)
        if mine[0] is None:
            continue
        last = row
        _write(clerk, row, places, known.pop(mine, {}))
    for row, left in enumerate(known.values(), start=last + 1):
        _write(clerk, row, places, left)
    clerk.save()


def _write(clerk: Clerk, row: int, places: dict[str, int], facts: dict) -> None:
    for name, place in places.items():
        value = facts.get(name)
        if value is not None and not pd.isna(value):
            clerk.sheet.cell(row, place).value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
