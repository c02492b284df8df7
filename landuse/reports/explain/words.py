"""Shape figures, rules and issues into the lines of an explanation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import pandas as pd

from landuse.catalogue import term
from landuse.policy import parameters
from landuse.policy.library import pack_of
from landuse.reports.rows import find_records
from landuse.reports.sources import plain, records, unit_after
from landuse.reports.summary import phrase
from landuse.tables import Analysis, column, worded_issues


class Step(NamedTuple):
    """One step of an explanation."""

    key: str
    """Head, source, land, verdict, ... as docs/how-to/receipt.md lists them."""
    heading: str
    lines: list[str]


Row = dict[str, Any]

MONEY, LAND, AREA, PRICE, MEASURE, RATIO, SCORE = 2, 4, 2, 2, 4, 6, 4
"""Decimals an explanation prints: 10,000 yuan and tce, mu, m2, yuan per m2, per-mu measures, ratios and K, scores."""
DECIMALS: Final = {"A": 2, "B": 2, "C": 4, "N": 0}
"""Number format of the ledger -> decimals."""
CODED: Final = ("idle_cause", "consequence", "efficiency_class")
"""Columns whose values are words of an enumeration."""


def head(analysis: Analysis) -> str:
    """Return the line that says by which rule, year and days was computed."""
    project, rule = analysis.project, analysis.facts["rule"]
    lang = project.language
    return phrase(
        "head",
        "run",
        lang,
        pack=pack_of(rule).title[lang],
        name=rule.pack,
        version=rule.version,
        year=project.project.year,
        land_date=project.land_date,
        as_of=project.as_of,
        digest=project.digest()[:12],
    )


def title_of(table: str, name: str, lang: str) -> str:
    """Return what a bureau calls a column."""
    known = column(table, name)
    return known.title(lang) if known else name


def numbered(steps: Iterable[Step], lang: str) -> list[Step]:
    """Return the steps with their headings counted: 一、 or 1."""
    return [
        step._replace(heading=phrase("step", "numbered", lang, number=_counted(number, lang), title=step.heading))
        for number, step in enumerate(steps, start=1)
    ]


def step_of(key: str, lines: list[str], lang: str) -> Step:
    """Return a step under the heading of its key."""
    return Step(key, phrase("step", key, lang), lines)


def _counted(number: int, lang: str) -> str:
    """Return a number below 100 as headings count: 一, 十一, 二十, or in digits."""
    digits = phrase("step", "digits", lang)
    if not digits:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = digits[9] if tens else ""
    return (digits[tens - 1] if tens > 1 else "") + ten + (digits[ones - 1] if ones else "")


def idle_word(row: Row, lang: str) -> str:
    """Return the idle class in words; two full years are a word of their own."""
    code, years = plain(row.get("idle_class")), row.get("idle_years")
    return term("idle_class", "IDLE_T1_2" if code == "IDLE_T1" and not pd.isna(years) and years >= 2 else code, lang)


def value_lines(row: Row, names: Iterable[str], lang: str) -> list[str]:
    """Return one line for each known value of a parcel, in the format of the ledger."""
    return [
        phrase("line", "value", lang, title=title_of("parcels", name, lang), value=_formatted(name, row, lang))
        for name in names
        if name in row and not pd.isna(row[name]) and row[name] != ""
    ]


def _formatted(name: str, row: Row, lang: str) -> str:
    known, value = column("parcels", name), row[name]
    if name == "idle_class":
        return idle_word(row, lang)
    if name in CODED:
        return term(name, str(value), lang)
    if known is None or known.kind not in {"number", "integer"}:
        return plain(value)
    if known.unit == "share":
        return f"{value:.1%}"
    return f"{plain(float(value), DECIMALS.get(known.fmt, 2))}{unit_after(known.unit, lang)}"


def rule_lines(analysis: Analysis, names: Iterable[str], *, with_value: bool) -> list[str]:
    """Return the text of rules of the pack in force and what they rest on.

    Parameters
    ----------
    with_value
        Whether the value in force is printed, which for long tables it is not.
    """
    lang = analysis.project.language
    table = parameters(analysis.facts["rule"], lang=lang).set_index("parameter")
    key = "rule" if with_value else "rule_text"
    facts = ("title", "value", "explain", "basis")
    return [phrase("line", key, lang, **{fact: table.loc[name, fact] for fact in facts}) for name in names]


def percent_of(share: Any) -> str:
    """Return a share as a percentage without trailing zeros."""
    return f"{float(share) * 100:g}%"


def verdict_word(analysis: Analysis, row: Row) -> str:
    """Return whether an enterprise is proposed for the list; without a verdict its status."""
    lang = analysis.project.language
    if pd.isna(row["low_efficiency"]):
        return term("status", plain(row["status"]), lang)
    rule = analysis.facts["rule"]
    if row["low_efficiency"] and rule.enabled != ("R01",) and "reasons" in row:
        rules = phrase("ask", "comma", lang).join(term("rule", code, lang) for code in row["reasons"])
        return phrase("line", "proposed_by", lang, rules=rules)
    proposed = "proposed" if rule.by_industry else "proposed_group"
    return phrase("line", proposed if row["low_efficiency"] else "not_listed", lang, share=percent_of(rule.share))


def issue_step(analysis: Analysis, *keys: str) -> list[Step]:
    """Return what was doubted about an object, by its keys, as a step of its own; nothing where nothing was."""
    lang = analysis.project.language
    concerned = analysis.issues.loc[analysis.issues["key"].isin(keys)]
    lines = [
        phrase("line", "value", lang, title=_coded(issue, lang), value=f"{issue['message']} → {issue['action']}")
        for issue in records(worded_issues(concerned, lang))
    ]
    return [step_of("issues", lines, lang)] if lines else []


def row_of(frame: pd.DataFrame, key: str, value: str) -> Row:
    """Return the one row with a key."""
    return find_records(frame, **{key: value})[0]


def _coded(issue: Row, lang: str) -> str:
    return f"{term('severity', issue['severity'], lang)} {issue['code']}"
