"""Read what a form says: one entry a corrected cell, an opinion, or a part of an objection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from landuse.catalogue import load_folder, terms
from landuse.errors import Fault
from landuse.project import Project
from landuse.read.forms import Form, canonical
from landuse.read.texts import key_of
from landuse.read.words import blanks, normal
from landuse.tables import Column, columns
from landuse.tables.changes import Change, correctable
from landuse.tables.forms import form_title
from landuse.tables.matches import MATCHES, SAME

ANY_DAY: Final = Column("day", "date", "日期", "Day")
USCC_LENGTH: Final = 18
"""Characters of a credit code, whose letters are capitals."""
SIGNATURE: Final = "signature"
"""Table code of the rows that say who answers and when."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """A change, and where its form says it."""

    change: Change
    where: str
    about: str = ""
    """Table that must know the key: parcels or enterprises; blank = either."""


@dataclass
class _Reader:
    """One form being read; faults are gathered."""

    form: Form
    as_of: dt.date
    lang: str
    faults: list[Fault]

    def fault(self, row: Row, found: str, allowed: str = "", do: str = "改正表单 / correct the form") -> None:
        self.faults.append(Fault(self.form.where(int(row["row"]), self.lang), found, allowed, do))

    def day(self, row: Row, name: str) -> str:
        """Return a day of the form in ISO form; blank = none given."""
        text, wrong = canonical(self.form.cells[name], _one(row), ANY_DAY, as_of=self.as_of)
        if wrong:
            self.fault(row, f"日期不可用 / not a day: {row[name]}", "2026-08-20")
        return text

    def entry(self, row: Row, about: str = "", **parts: Any) -> Entry:
        change = Change(form=self.form.kind, form_file=self.form.file, form_row=int(row["row"]), **parts)
        return Entry(change, self.form.where(int(row["row"]), self.lang), about)


def entries_of(form: Form, project: Project) -> tuple[list[Entry], list[Fault]]:
    """Return what the rows of a form say, and what is wrong with them."""
    faults: list[Fault] = []
    reader = _Reader(form, project.as_of, project.language, faults)
    rows = [_row(each) for each in form.rows.assign(at=range(len(form.rows))).to_dict("records")]
    readers = {
        "confirmation": _corrections, "problems": _corrections, "review": _opinions, "objections": _objections,
        "matches": _names,
    }  # fmt: skip
    return list(readers[form.kind](reader, rows)), faults


# ------------------------------------------------------------------------------------------- corrections


def _corrections(reader: _Reader, rows: list[Row]) -> Iterator[Entry]:
    who, day = _signature(reader, rows)
    for row in rows:
        verdict = _code(reader, row, "verdict", "form_verdict") if "verdict" in row else ""
        if row["table"] == SIGNATURE or not (row["correction"] or verdict == "wrong"):
            continue
        column = correctable(row["table"], row["column"])
        if not row["key"] or column is None:
            name = f"{row['table']}.{row['column']}" if row["table"] or row["column"] else row["item"]
            found = f"没有对象代码,或该字段不能更正 / no key, or no column that can be corrected: {name}"
            reader.fault(row, found, "保留右侧的代码列 / keep the columns on the right")
        elif not row["correction"]:
            reader.fault(
                row, "选了“有误”但没有更正值 / wrong, but no corrected value", "更正值或“一致” / a value, or agreed"
            )
        elif verdict == "agreed":
            reader.fault(row, "选了“一致”却有更正值 / agreed, but a corrected value", "只留一项 / one of them")
        else:
            own = row.get("answered_by", ""), reader.day(row, "answered_on") if row.get("answered_on") else ""
            yield from _correction(reader, row, column, (own[0] or who, own[1] or day))


def _correction(reader: _Reader, row: Row, column: Column, by: tuple[str, str]) -> Iterator[Entry]:
    year = _year(reader, row)
    new = ""
    if normal(row["correction"]) not in blanks():
        new, wrong = canonical(reader.form.cells["correction"], _one(row), column, as_of=reader.as_of)
        if wrong or not new:
            allowed = _allowed(column, reader.lang)
            return reader.fault(row, f"更正值不可用 / the corrected value cannot be used: {row['correction']}", allowed)
    if not new and column.required:
        return reader.fault(row, f"该字段不能为空 / the column must not be blank: {column.title(reader.lang)}")
    about = "parcels" if row["table"] in {"parcels", "occupancy"} else "enterprises"
    parts = {"table": row["table"], "key": row["key"], "year": year, "column": row["column"]}
    yield reader.entry(row, about, old=row["old"], new=new, who=by[0], day=by[1], why=row["evidence"], **parts)
    return None


def _signature(reader: _Reader, rows: list[Row]) -> tuple[str, str]:
    """Return who filled the form in and on which day, as far as it says."""
    said = {row["column"]: row for row in rows if row["table"] == SIGNATURE and row["correction"]}
    who = str(said["who"]["correction"]) if "who" in said else ""
    return who, reader.day(said["when"], "correction") if "when" in said else ""


def _year(reader: _Reader, row: Row) -> int | None:
    if row["table"] != "accounts":
        return None
    if not str(row["year"]).isdigit():
        reader.fault(row, f"没有年度代码 / no year code: {row['year']}", "2025")
        return None
    return int(row["year"])


def _allowed(column: Column, lang: str) -> str:
    if column.choices:
        enumerations = load_folder("vocabulary/enumerations")
        words = terms(column.name, lang).values() if column.name in enumerations else column.choices
        return " | ".join(words)
    return {"number": "123.45", "integer": "12", "date": "2025-03-15"}.get(column.kind, "")


# ----------------------------------------------------------------------------------- opinions, objections


def _opinions(reader: _Reader, rows: list[Row]) -> Iterator[Entry]:
    names = [name for name in columns("input", "decisions") if name.startswith("opinion_")]
    for row in rows:
        said = {name: code for name in (*names, "conclusion") if (code := _code(reader, row, name, "form_opinion"))}
        said |= {"doc_no": row["doc_no"]} if row["doc_no"] else {}
        if not said:
            continue
        if not row["key"]:
            reader.fault(
                row, "有意见但没有对象代码 / an opinion, but no key", "保留右侧的代码列 / keep the columns on the right"
            )
            continue
        day = reader.day(row, "decided_on") if "decided_on" in reader.form.cells else ""
        for name, code in said.items():
            more = {"who": form_title(name, reader.lang), "day": day, "why": row["reason"]}
            parts = {"table": "decisions", "key": row["key"], "column": name, "old": "", "new": code}
            yield reader.entry(row, row["table"], **parts, **more)


def _objections(reader: _Reader, rows: list[Row]) -> Iterator[Entry]:
    for row in rows:
        said = {name: row[name] for name in ("contested", "decision") if row[name]}
        if not (said or row["objection_no"] or row["uscc"]):
            continue
        if not (row["objection_no"] and row["uscc"] and row["contested"]):
            lacking = [n for n in ("objection_no", "uscc", "contested") if not row[n]]
            names = ", ".join(form_title(name, reader.lang) for name in lacking)
            reader.fault(row, f"缺少 / missing: {names}", "", "补齐该行 / complete the row")
            continue
        days = {"contested": "received_on", "decision": "decided_on"}
        by = {"contested": row["name"], "decision": row["decided_by"]}
        for name, text in said.items():
            day = reader.day(row, days[name]) if days[name] in reader.form.cells else ""
            more = {"who": by[name], "day": day, "why": row["evidence"] if name == "contested" else ""}
            parts = {"table": "objections", "key": row["uscc"], "item": row["objection_no"], "column": name}
            yield reader.entry(row, "enterprises", **parts, old="", new=text, **more)


def _names(reader: _Reader, rows: list[Row]) -> Iterator[Entry]:
    """Give what was decided of names: a proposed enterprise is meant or not, or another one is."""
    for row in rows:
        said = _code(reader, row, "match_decision", "match_decision")
        code, proposed = _key(row["match_new_uscc"]), _key(row["match_item"])
        if not said and not code:
            continue
        if not row["match_key"] or (said and not proposed and not code):
            found = "有决定,但该行没有名称代码或候选企业 / a decision, but the row has no key or no candidate"
            reader.fault(row, found, "", "保留右侧的代码列;没有候选的填“应为代码” / keep the columns on the right")
            continue
        if said == SAME and code not in {"", proposed}:
            found = f"选了“是同一家”,又填了另一个代码 / same, but another code: {code}"
            reader.fault(row, found, proposed, "只留一项 / keep one of them")
            continue
        more = {"who": row["match_who"], "why": row["match_why"], "day": ""}
        if "match_day" in reader.form.cells:
            more["day"] = reader.day(row, "match_day")
        decided = {**({proposed: said} if said and proposed else {}), **({code: SAME} if code else {})}
        for item, new in decided.items():
            parts = {"table": MATCHES, "key": row["match_key"], "item": item, "column": "uscc", "old": "", "new": new}
            yield reader.entry(row, "enterprises", **parts, **more)


def _code(reader: _Reader, row: Row, name: str, kind: str) -> str:
    """Return the code of a word chosen from a drop-down; blank = nothing chosen."""
    text = str(row[name])
    known = {normal(word): code for lang in ("zh", "en") for code, word in terms(kind, lang).items()}
    if text and normal(text) not in {*known, *blanks()}:
        allowed = " | ".join(terms(kind, reader.lang).values())
        reader.fault(row, f"{form_title(name, reader.lang)}不可用 / not one of the choices: {text}", allowed)
    return known.get(normal(text), "") if text else ""


def _row(cells: Mapping[Hashable, Any]) -> Row:
    """Return a row with its codes as the tables have them, however they were typed."""
    row = {str(name): value for name, value in cells.items()}
    return row | {name: _key(str(row[name])) for name in ("key", "uscc") if name in row}


def _key(text: str) -> str:
    code = key_of(text)[0] or ""
    return code.upper() if len(code) == USCC_LENGTH else code


def _one(row: Row) -> Any:
    return np.array([row["at"]], dtype=np.int64)
