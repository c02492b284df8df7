"""Explain how an enterprise stood in the other years, in last year's run, and in the variants of the project."""

from __future__ import annotations

import pandas as pd

from landuse.catalogue import term
from landuse.reports.explain.words import SCORE, Row, percent_of
from landuse.reports.sources import plain, records
from landuse.reports.summary import phrase
from landuse.tables import Analysis


def years_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return a line for each year, and for how many on end the enterprise is at the bottom; none of a single year."""
    lang, rows = analysis.project.language, analysis.history
    if "years_in_bottom" not in row:
        return _previous_lines(analysis, row)
    own = rows.loc[rows["uscc"].eq(row["uscc"])].sort_values("year", kind="stable")
    told = [_year_line(analysis, each) for each in records(own)]
    return [*told, *_running_lines(analysis, row), *_previous_lines(analysis, row), phrase("line", "years_how", lang)]


def _year_line(analysis: Analysis, row: Row) -> str:
    lang = analysis.project.language
    earlier = analysis.raw.previous if row.get("source") == "previous" else None
    source = phrase("line", "from_previous", lang, folder=earlier.folder) if earlier else ""
    if pd.isna(row["score"]):
        status = "—" if pd.isna(row.get("status")) else term("status", str(row["status"]), lang)
        return phrase("line", "year_out", lang, year=plain(row["year"]), status=status, source=source)
    return phrase(
        "line",
        "year_stood",
        lang,
        year=plain(row["year"]),
        score=plain(row["score"], SCORE),
        rank=plain(row["rank"]),
        n=plain(row["n"]),
        grade=plain(row.get("grade")),
        listed=phrase("line", "year_listed" if row["in_bottom_share"] else "year_above", lang, share=_share(analysis)),
        source=source,
    )


def _running_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return for how many years on end the enterprise is in the bottom share; nothing where it is not ranked."""
    number = row["years_in_bottom"]
    if pd.isna(number):
        return []
    lang, last = analysis.project.language, analysis.project.project.year
    key = "years_none" if number == 0 else "years_one" if number == 1 else "years_running"
    facts = {"n": int(number), "first": last - int(number) + 1, "last": last, "share": _share(analysis)}
    return [phrase("line", key, lang, **facts)]


def _previous_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return what last year's run said of the enterprise; nothing where the project names none."""
    earlier = analysis.raw.previous
    if earlier is None or "previous_grade" not in row:
        return []
    lang, listed = analysis.project.language, row["previous_listed"]
    key: str = "previous_unknown" if pd.isna(listed) else "previous_listed" if listed else "previous_not"
    facts = {"folder": earlier.folder, "year": earlier.year, "grade": plain(row["previous_grade"])}
    return [phrase("line", key, lang, **facts)]


def variant_lines(analysis: Analysis, row: Row) -> list[str]:
    """Return by which variants the enterprise is listed; nothing where the project names none."""
    found = analysis.variants
    if found is None or pd.isna(row.get("in_variants")):
        return []
    lang, comma = analysis.project.language, phrase("ask", "comma", analysis.project.language)
    own = found.rows.loc[found.rows["uscc"].eq(row["uscc"])]
    listed = own.loc[own["low_efficiency"].eq(other=True).fillna(value=False).to_numpy(dtype=bool), "variant"]
    names = comma.join(listed) or phrase("line", "no_variant", lang)
    core = phrase("line", "robust_core", lang) if row["robust_core"] else ""
    return [phrase("line", "variants", lang, n=len(listed), all=len(found.names), names=names, core=core)]


def _share(analysis: Analysis) -> str:
    return percent_of(analysis.facts["rule"].share)
