"""Say what each named rule found of an enterprise or a parcel."""

from __future__ import annotations

from typing import Final

import pandas as pd

from landuse.catalogue import load_folder, term
from landuse.reports.rows import find_rows, records
from landuse.reports.sources import plain
from landuse.reports.summary import phrase
from landuse.tables import Analysis

BOTTOM_SHARE: Final = "R01"


def finding_lines(analysis: Analysis, unit: str, key: str) -> list[str]:
    """Return one line for each finding of a named rule: rule, whether it decides, outcome, sentence."""
    lang, found = analysis.project.language, analysis.findings
    if not len(found):
        return []
    book = load_folder("vocabulary/enumerations")
    known = {name: kind for kind in ("rule", "agreed") for name in book[kind]}
    rows = find_rows(found, key=key, unit=unit)
    rows = rows.loc[rows["rule_id"].isin(list(known))]
    enabled = analysis.facts["rule"].enabled
    lines = []
    for row in records(rows):
        name = row["rule_id"]
        code = f"{name} " if known[name] == "rule" else ""
        state = phrase("line", "rule_enabled" if name in enabled else "rule_noted", lang)
        lines.append(
            phrase(
                "line",
                "finding",
                lang,
                rule=f"{code}{term(known[name], name, lang)}{state}",
                outcome=_outcome(row["outcome"], lang),
                because=phrase("line", "above_all", lang) if name == BOTTOM_SHARE else plain(row["because"]),
            )
        )
    silent = [name for name in book["rule"] if name not in enabled and name not in set(rows["rule_id"])]
    if unit == "enterprise" and silent and len(rows):
        rules = phrase("ask", "comma", lang).join(term("rule", name, lang) for name in silent)
        lines.append(phrase("line", "rules_silent", lang, rules=rules))
    return lines


def _outcome(value: object, lang: str) -> str:
    return term("outcome", "none" if value is None or pd.isna(value) else str(bool(value)).lower(), lang)  # type: ignore[call-overload]
