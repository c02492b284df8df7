"""Name the papers behind a parcel's clock and the meters behind an enterprise: document, day, file and row."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse.catalogue import term
from landuse.reports.explain.words import Row, title_of
from landuse.reports.rows import find_records
from landuse.reports.sources import plain, records, rows_of, sheet_in_brackets
from landuse.reports.summary import phrase
from landuse.tables import Analysis, RawPart, columns, table_title

NAMED: Final = ("parcel_id", "contract_no")
"""Columns by which a row belongs to the parcel: they need not be said again."""


def paper_lines(analysis: Analysis, parcel: Row) -> list[str]:
    """Return the agreements and the periods of government delay that stand behind the dates of a parcel.

    One line for each date that an agreement moved and for each period that counts, then one for each further row about
    the parcel or its contract that is not in force: what became of it stands among the issues.
    """
    lang = analysis.project.language
    papers = analysis.facts.get("papers", pd.DataFrame())
    mine = papers.loc[papers["parcel_id"].eq(parcel["parcel_id"])] if len(papers) else papers
    used = {(row["source_file"], row["source_sheet"], row["source_row"]) for row in records(mine)}
    tables = {"amendments": ("contract_no", parcel.get("contract_no")), "delays": ("parcel_id", parcel["parcel_id"])}
    others = [
        _unused_line(table, part, row, lang)
        for table, (key, value) in tables.items()
        if value is not None and not pd.isna(value)
        for part, rows in rows_of(analysis.raw, table, **{key: value})
        for row in records(rows)
        if (part.file, part.sheet, row["source_row"]) not in used
    ]
    return [*(_paper_line(row, lang) for row in records(mine)), *others]


def _unused_line(table: str, part: RawPart, row: Row, lang: str) -> str:
    """Return what a row says that is not in force, and where it stands."""
    known = columns("input", table)
    said = phrase("ask", "comma", lang).join(
        phrase("line", "value", lang, title=known[name].title(lang), value=plain(row[name]))
        for name in known
        if name not in NAMED and name in row and not pd.isna(row[name])
    )
    place = {"file": part.file, "sheet": sheet_in_brackets(part.sheet, lang), "row": int(row["source_row"])}
    source = phrase("line", "row", lang, table=table_title(table, lang), **place)
    return phrase("line", f"{table}_unused", lang, said=said or "—", source=source)


def _paper_line(paper: Row, lang: str) -> str:
    facts = {
        name: plain(paper[name]) for name in ("doc_no", "before", "after", "signed", "from", "to", "days", "cause")
    }
    facts |= {"file": plain(paper["source_file"]), "sheet": sheet_in_brackets(paper["source_sheet"], lang)}
    key = "delay_paper" if paper["kind"] == "delay" else "amendment_paper"
    title = "" if key == "delay_paper" else title_of("parcels", paper["kind"], lang)
    return phrase("line", key, lang, title=title, row=plain(paper["source_row"]), **facts)


def contract_keys(parcel: Row) -> tuple[str, ...]:
    """Return the keys under which doubts about a parcel's papers stand beside its own."""
    number = parcel.get("contract_no")
    return () if number is None or pd.isna(number) else (str(number),)


def power_lines(analysis: Analysis, uscc: str) -> list[str]:
    """Return what the meters say of an enterprise: its year, and the 12 months before the day for idle time."""
    power = analysis.facts.get("power")
    rows = find_records(power, uscc=uscc) if power is not None and len(power) else []
    if not rows:
        return []
    lang, row = analysis.project.language, rows[0]
    year = phrase("line", "power_year", lang, year=analysis.project.project.year, kwh=plain(row["year_kwh"], 0))
    silent = term("power_silent", "unknown" if pd.isna(row["silent"]) else str(bool(row["silent"])).lower(), lang)
    facts = {"as_of": analysis.project.as_of, "known": row["months_known"], "kwh": plain(float(row["window_kwh"]), 0)}
    return [year, phrase("line", "power_window", lang, silent=silent, **facts)]
