"""Find the year of accounts that have no column for it: in headers, the name of the sheet, the title, the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from landuse.propose.draft import ASK
from landuse.propose.fits import Fit
from landuse.propose.said import said
from landuse.propose.synonyms import years_in
from landuse.read.judgement import Evidence
from landuse.read.values import Measure, parse
from landuse.read.words import normal

PART: Final = re.compile(
    r"[一二三四1-4前首]+个?季度?|第?[一二三四1-4]季|[上下前后]半年|半年度"
    r"|\d{1,2}月|[一二三四五六七八九十]+月份?|月报|季报|q[1-4](?![0-9a-z])"
)
"""A part of a year, in normal form."""


@dataclass(frozen=True)
class YearChoice:
    """The year of one entry."""

    year: int | str | None
    """A year, "?" where the user has to say it, None where a column holds it."""
    why: Evidence | None = None


def year_of(fit: Fit) -> YearChoice:
    """Return the year of a piece of accounts: by its column, else by what is written around it, else to be asked."""
    if "year" in fit.sure or "year" in fit.asked:
        return YearChoice(None)
    told = _told(fit)
    if (part := _part_of_year(fit)) is not None:
        return YearChoice(ASK, part)
    years = {year for _, found in told for year in found}
    if not years:
        return YearChoice(ASK, said("year_open"))
    where = [name for name, found in told if found]
    if len(years) == 1:
        year = years.pop()
        places = [said(f"year_of_{name}") for name in where]
        zh, en = "、".join(place.zh for place in places), ", ".join(place.en for place in places)
        return YearChoice(year, Evidence(said("year", where=zh, year=year).zh, said("year", where=en, year=year).en))
    shown = [(said(f"year_of_{name}"), sorted(found)) for name, found in told if found]
    zh = "、".join(f"{place.zh} {'/'.join(map(str, found))}" for place, found in shown)
    en = ", ".join(f"{place.en} {'/'.join(map(str, found))}" for place, found in shown)
    return YearChoice(ASK, Evidence(said("year_differs", found=zh).zh, said("year_differs", found=en).en))


def _part_of_year(fit: Fit) -> Evidence | None:
    """Return where a part of a year is named, such as a quarter: its figures are no year's."""
    source = fit.piece.source
    headers = [match.header for match in fit.sure.values() if match.column.unit]
    texts = {
        "headers": headers,
        "sheet": [source.sheet or fit.piece.layer or ""],
        "title": list(source.above),
        "file": [PurePosixPath(fit.piece.path).stem],
    }
    for name, told in texts.items():
        if found := next((part[0] for text in told if (part := PART.search(_plain(text)))), ""):
            place = said(f"year_of_{name}")
            zh, en = (said("year_part", where=where, found=found) for where in (place.zh, place.en))
            return Evidence(zh.zh, en.en)
    return None


def _plain(text: str) -> str:
    return normal(_without_days(text))


def _told(fit: Fit) -> list[tuple[str, frozenset[int]]]:
    """Return the years that stand around a piece, nearest first."""
    piece = fit.piece
    headers = frozenset(match.reading.year for match in fit.sure.values() if match.reading.year)
    titles = frozenset(year for line in piece.source.above for year in years_in(_without_days(line)))
    stem = PurePosixPath(piece.path).stem
    return [
        ("headers", headers),
        ("sheet", years_in(piece.source.sheet or piece.layer or "")),
        ("title", titles),
        ("file", years_in(_without_days(stem))),
    ]


def _without_days(text: str) -> str:
    """Return a text without whole dates: the day a form was filled in is no year of accounts."""
    return re.sub(r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-](?:\s*\d{1,2}\s*日?)?", " ", text)


def latest_year(fits: Sequence[Fit], chosen: Sequence[YearChoice]) -> int | None:
    """Return the latest year of the accounts: of those with the tax paid where there are any; None where unknown."""
    with_tax = [at for at, fit in enumerate(fits) if "tax_wan" in fit.found]
    years: list[int] = []
    for at in with_tax or range(len(fits)):
        years += _years(fits[at], chosen[at])
    return max(years, default=None)


def _years(fit: Fit, choice: YearChoice) -> list[int]:
    if fit.years:
        return [year for years in fit.years.values() for year in years]
    if isinstance(choice.year, int):
        return [choice.year]
    return years_of_column(fit)


def years_of_column(fit: Fit) -> list[int]:
    """Return the different years that stand in the column of years; none where there is no such column."""
    if "year" not in fit.sure:
        return []
    import datetime as dt

    match = fit.sure["year"]
    cells = fit.piece.content.cells[match.position]
    parsed = parse(cells, match.column, measure=Measure(), as_of=dt.date(2200, 1, 1)).values.dropna()
    counts = parsed.astype(int).value_counts()
    return [int(year) for year in counts.index if 1949 <= int(year) <= 2200]


def against_column(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Return the measured columns whose headers name other years than the column of years: name -> their headers.

    Whether such a figure is of the year of its row or of its header, nobody can tell from the file.
    """
    if "year" not in fit.sure:
        return {}
    found = {name: tuple(match.header for match in by_year.values()) for name, by_year in fit.years.items()}
    told = set(years_of_column(fit))
    dated = {name: match for name, match in fit.sure.items() if match.column.unit and match.reading.year is not None}
    return found | {name: (match.header,) for name, match in dated.items() if told != {match.reading.year}}
