"""Say on the screen what a comparison found."""

from __future__ import annotations

from typing import Any, Final

from landuse.comparison.model import ENTERED, LEFT, LISTS, STAYED, Comparison
from landuse.reports.content.compare_words import sentences, value_word, what_word
from landuse.reports.content.context import Words

MOST_UNITS: Final = 10
"""Enterprises that are named one by one on the screen, of those that entered and of those that left."""
MOST_PARAMETERS: Final = 8


def comparison_lines(comparison: Comparison, lang: str) -> list[str]:
    """Return the lines a comparison ends with: sums by list, parameters that changed, who entered and left and why."""
    words = Words(lang)
    runs = {"old": comparison.old, "new": comparison.new}
    ends: dict[str, Any] = {end: run.name for end, run in runs.items()}
    ends |= {f"stage_{end}": words.choice("stage", run.head.get("stage", "")) for end, run in runs.items()}
    lines = [words.phrase("screen_title", **ends)]
    lines += [words.choice("compare_note", note) for note in comparison.notes]
    lines += [_list_line(comparison, name, words) for name in LISTS if _is_there(comparison, name)]
    lines += [
        words.phrase("screen_parameter", what=what_word(row["parameter"], words), **_values(row, words))
        for row in comparison.parameters.head(MOST_PARAMETERS).to_dict("records")
    ]
    heard = int((comparison.units["heard_anew"] & comparison.units["list"].eq("enterprises")).sum())
    lines += [words.phrase("screen_heard", n=heard)] if heard else []
    lines += _plan_lines(comparison, words)
    told = _unit_lines(comparison, words)
    same = comparison.units["change"].eq(STAYED).all()
    return [*lines, *told, *([words.phrase("screen_same")] if same else [])]


def _is_there(comparison: Comparison, name: str) -> bool:
    return name == "enterprises" or bool(comparison.units["list"].eq(name).any())


def _list_line(comparison: Comparison, name: str, words: Words) -> str:
    found = comparison.totals.loc[comparison.totals["list"].eq(name)].set_index("quantity")
    facts: dict[str, Any] = {}
    for end in ("old", "new"):
        n, mu = (float(found[end].loc[quantity]) for quantity in ("n", "area_mu"))
        facts |= {f"n_{end}": int(n), f"mu_{end}": f"{mu:,.2f}"}
    facts |= {change: len(comparison.of(name, change)) for change in (ENTERED, LEFT, STAYED)}
    counter = words.phrase(f"{LISTS[name]}s_word")
    return words.phrase("screen_list", list=words.choice("compare_list", name), counter=counter, **facts)


def _plan_lines(comparison: Comparison, words: Words) -> list[str]:
    """Return the line on the plans that both runs show; none where one shows none."""
    rows = comparison.plan
    if not len(rows):
        return []
    found = {change: int(rows["change"].eq(change).sum()) for change in (ENTERED, LEFT, STAYED)}
    ends = {"n_old": found[LEFT] + found[STAYED], "n_new": found[ENTERED] + found[STAYED]}
    return [words.phrase("screen_plan", **ends, **found, altered=int(rows["altered"].sum()))]


def _values(row: Any, words: Words) -> dict[str, str]:
    return {end: value_word("", row[end], words) for end in ("old", "new")}


def _unit_lines(comparison: Comparison, words: Words) -> list[str]:
    units = comparison.units.assign(because=sentences(comparison, words))
    lines: list[str] = []
    for change in (ENTERED, LEFT):
        rows = units.loc[units["list"].eq("enterprises") & units["change"].eq(change)]
        named = rows.head(MOST_UNITS).to_dict("records")
        lines += [words.phrase("screen_unit", name=r["name"], key=r["key"], because=r["because"]) for r in named]
        lines += [words.phrase("screen_more", n=len(rows) - MOST_UNITS)] if len(rows) > MOST_UNITS else []
    return lines
