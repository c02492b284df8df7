"""Tell what was said of a parcel or enterprise: opinions of the review, objections and answers, notes of the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from landuse.assemble.corrections import stated
from landuse.catalogue import term
from landuse.reports.explain.words import Step, step_of
from landuse.reports.sources import plain, records, rows_of, sheet_in_brackets
from landuse.reports.summary import phrase
from landuse.tables import Analysis, column, columns
from landuse.tables.changes import NOTES, SAID, notes_in_force

DATED: Final = {"contested": "received_on", "decision": "decided_on"}
"""Part of an objection -> its day."""


def said_step(analysis: Analysis, key: str) -> list[Step]:
    """Return the opinions and objections about an object, as a step of its own; nothing where there are none."""
    lang = analysis.project.language
    parts = _from_forms, _from_reviews, _from_registers, _from_the_map
    lines = [line for part in parts for line in part(analysis, key)]
    return [step_of("said", lines, lang)] if lines else []


def _from_forms(analysis: Analysis, key: str) -> Iterator[str]:
    lang = analysis.project.language
    for change in stated(analysis.raw.of("overrides")):
        if change.table in SAID and change.table != NOTES and change.key == key:
            yield _line(
                lang,
                title=_title(change.table, change.column, lang),
                item=change.item,
                value=_value(change.column, change.new, lang),
                by=(change.who, change.day, change.why),
                source=(change.form_file or change.source[0], change.form_row or change.source[2]),
            )


def _from_reviews(analysis: Analysis, key: str) -> Iterator[str]:
    lang = analysis.project.language
    names = [name for name in columns("input", "decisions") if name.startswith("opinion_")]
    for part, rows in rows_of(analysis.raw, "decisions", key=key):
        for row in records(rows):
            said = {name: row[name] for name in (*names, "conclusion", "doc_no") if not pd.isna(row.get(name, pd.NA))}
            place = f"{part.file}{sheet_in_brackets(part.sheet, lang)}", row["source_row"]
            by = "", plain(row.get("decided_on", pd.NaT)), plain(row.get("reason", pd.NA))
            for name, value in said.items():
                text = _value(name, str(value), lang)
                yield _line(lang, title=_title("decisions", name, lang), item="", value=text, by=by, source=place)


def _from_registers(analysis: Analysis, key: str) -> Iterator[str]:
    lang = analysis.project.language
    for part, rows in rows_of(analysis.raw, "objections", uscc=key):
        for row in records(rows):
            place = f"{part.file}{sheet_in_brackets(part.sheet, lang)}", row["source_row"]
            for name, day in DATED.items():
                if pd.isna(row.get(name, pd.NA)):
                    continue
                who = row.get("decided_by" if name == "decision" else "name", pd.NA)
                by = plain(who), plain(row.get(day, pd.NaT)), plain(row.get("evidence", pd.NA))
                item, title = plain(row.get("objection_no", pd.NA)), _title("objections", name, lang)
                yield _line(lang, title=title, item=item, value=str(row[name]), by=by, source=place)


def _from_the_map(analysis: Analysis, key: str) -> Iterator[str]:
    lang = analysis.project.language
    for change in notes_in_force(stated(analysis.raw.of("overrides"))):
        if change.key == key:
            source = change.form_file or change.source[0], change.form_row or change.source[2]
            by = change.who, change.day, ""
            yield _line(lang, title=term("note_part", "text", lang), item="", value=change.new, by=by, source=source)


def _title(table: str, name: str, lang: str) -> str:
    known = column(table, name)
    return known.title(lang) if known else name


def _value(name: str, text: str, lang: str) -> str:
    return term("form_opinion", text, lang) if name.startswith("opinion_") or name == "conclusion" else text


def _line(lang: str, *, title: str, item: str, value: str, by: tuple[str, str, str], source: tuple[str, Any]) -> str:
    who, day, why = (part or "—" for part in by)
    numbered = f"{title} {item}" if item else title
    facts = {"title": numbered, "value": value, "who": who, "day": day, "why": why}
    return phrase("line", "said", lang, **facts, file=source[0] or "—", row=plain(source[1]))
