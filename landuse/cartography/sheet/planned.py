"""Say what sheets of clean-up plans tell beside their map: before and after, the task, the words of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import fsum
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.sheet.facts import NO_FIGURE, AreaTable
from landuse.cartography.style import Classes, classify, numeric
from landuse.cartography.values import IDLE
from landuse.catalogue import term
from landuse.tables import Analysis

PLANS: Final = ("measure", "roadmap", "before_after")
"""Themes that show what a plan would do."""
WORD: Final = "plan_map"
EMPTY: Final = ("stopped", "vacant")
LOW: Final = ("low", "partly_low")
TASK: Final = ("target", "done", "negotiating", "gap")


def pair_of(after: Classes, parcels: pd.DataFrame) -> tuple[Classes, Classes]:
    """Return the classes before and after the plan, both under the words of the pair."""
    idle = parcels.get("idle_class", pd.Series(pd.NA, parcels.index)).isin(IDLE)
    state = parcels.get("efficiency_class", pd.Series(pd.NA, parcels.index))
    words = ["unchanged_idle", "unchanged_empty", "unchanged_low"]
    before = np.select([idle, state.isin(EMPTY), state.isin(LOW)], words, "unchanged")
    values = pd.Series(before, index=parcels.index, dtype=object)
    first = classify(values, after.theme.key, lang=after.lang, area_mu=parcels["area_mu"])
    looks = {entry.key: entry for entry in after.legend}
    legend = tuple(
        replace(looks[entry.key], count=entry.count, area_mu=entry.area_mu)
        for entry in first.legend
        if entry.key in looks
    )
    return _worded(replace(after, legend=legend, codes=first.codes)), _worded(after)


def _worded(classes: Classes) -> Classes:
    legend = (replace(entry, label=_pair_word(entry.key, entry.label, classes.lang)) for entry in classes.legend)
    return replace(classes, legend=tuple(legend))


def _pair_word(key: str, label: str, lang: str) -> str:
    said = term("pair_class", key, lang)
    return label if said == key else said


def pair_table(before: Classes, after: Classes) -> AreaTable:
    """Return 宗 and 亩 of each class before and after, as the legend prints them; the sums agree."""
    lang = after.lang
    rows, sums = [], []
    for first, then, land, land_then in zip(before.legend, after.legend, before.areas, after.areas, strict=True):
        if first.count or then.count:
            sums.append((first.count, land, then.count, land_then))
            rows.append((then.label, *_cells(*sums[-1])))
    counts = [sum(one[at] for one in sums) for at in (0, 2)]
    areas = [fsum(one[at] for one in sums) for at in (1, 3)]
    total = (term(WORD, "total", lang), *_cells(counts[0], areas[0], counts[1], areas[1]))
    heads = ("class", "before_count", "before_area", "after_count", "after_area")
    return AreaTable(
        term(WORD, "pair_table", lang), tuple(term(WORD, head, lang) for head in heads), tuple(rows), total
    )


def _cells(*values: float) -> tuple[str, ...]:
    return tuple(f"{value:,}" if place % 2 == 0 else f"{value:,.2f}" for place, value in enumerate(values))


def task_table(analysis: Analysis) -> AreaTable | None:
    """Return target, done, negotiating and gap of every park and of the whole; None where the run tracks no task."""
    plans, lang = analysis.plans, analysis.project.language
    if plans is None or plans.progress.empty:
        return None
    found = plans.progress
    parks, whole = found[found["by"].eq("park")], found[found["by"].eq("all")]
    place = parks["place"].astype(object).where(parks["place"].notna(), "").astype(str)
    names = place.where(place.ne(""), term(WORD, "outside", lang))
    order = [*names[place.ne("")].items(), *names[place.eq("")].items()]
    told = {at: _task(row) for at, row in zip(parks.index, parks.to_dict("records"), strict=True)}
    rows = [(str(name), *told[at]) for at, name in order]
    total = (term(WORD, "total", lang), *_task(whole.to_dict("records")[0])) if len(whole) else ()
    heads = (term("sheet_word", "park", lang), *(term(WORD, name, lang) for name in TASK))
    return AreaTable(term(WORD, "task_table", lang), heads, tuple(rows), total)


def _task(row: Mapping[Any, Any]) -> tuple[str, ...]:
    values = numeric(pd.Series([row[f"{name}_mu"] for name in TASK]))
    return tuple(NO_FIGURE if np.isnan(value) else f"{value:,.2f}" for value in values)


def plan_notes(analysis: Analysis, theme: str, *, numbered: bool) -> Iterator[str]:
    """Yield what 附注 says more on a sheet of a plan or of cases."""
    lang, plans = analysis.project.language, analysis.plans
    shown = plans.shown_outcome if plans is not None else None
    if theme in PLANS and shown is not None:
        yield term(WORD, "plan_note", lang).format(title=shown.title)
    if theme in PLANS and numbered:
        yield term(WORD, "numbers_note", lang)
    if theme == "before_after":
        yield term(WORD, "pair_note", lang)
    if theme == "progress" and plans is not None and not plans.progress.empty:
        yield term(WORD, "task_note", lang)


def caution(theme: str, lang: str) -> str:
    """Return what every sheet of a plan has to say; blank on others."""
    return term(WORD, "caution", lang) if theme in PLANS else ""
