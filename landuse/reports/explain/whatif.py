"""Explain what a corrected figure would change: for the enterprise itself, and for those compared with it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pandas as pd

from landuse.catalogue import term
from landuse.errors import Fault, InputError
from landuse.measures import quantities
from landuse.reports.explain.words import LAND, MONEY, SCORE, Row, row_of, title_of
from landuse.reports.sources import plain, records
from landuse.reports.summary import phrase
from landuse.scenarios.effect import Effect, again, effect
from landuse.tables import Analysis, column, unit_title

AREA = "area_mu"
UNKNOWN = ("", "?", "nan", "—")
"""What stands for a figure that is not known."""


@dataclass(frozen=True)
class Trial:
    """What corrected figures of an enterprise would change."""

    uscc: str
    name: str
    lang: str
    before: Mapping[str, float]
    """Column -> figure of the run, NaN = not known, for the columns that are tried."""
    after: Mapping[str, float]
    effect: Effect
    lines: tuple[str, ...]
    """What is said of it; the first is the heading."""


def what_if(analysis: Analysis, uscc: str, said: Sequence[str]) -> Trial:
    """Return what corrected figures of an enterprise would change.

    Parameters
    ----------
    uscc
        Credit code of an enterprise of the enterprise table.
    said
        ``column=value`` in the unit of the column, e.g. ``tax_wan=120``; ``energy_tce=?`` = not known.

    Raises
    ------
    InputError
        A column that the comparison does not use, or no number; the enterprise goes with the holder of its land.
    """
    figures = _figures(analysis, said)
    row = row_of(analysis.enterprises, "uscc", uscc)
    unit = row.get("rank_unit")
    if unit is not None and pd.notna(unit) and unit != uscc:
        told = "与权利人合并评价 / evaluated together with the holder of the land"
        raise InputError([Fault(f"--if {uscc}", told, str(unit), f"改用合并单位 / ask for {unit}")])
    project, rule = analysis.project, analysis.facts["rule"]
    run = again(analysis.enterprises, rule=rule, year=project.project.year, lang=project.language)
    found = effect(run, uscc, figures)
    before = {name: _known(row.get(name)) for name in figures}
    lines = tuple(_lines(analysis, row, figures, found))
    return Trial(uscc, str(row["name"]), project.language, before, figures, found, lines)


def _figures(analysis: Analysis, said: Sequence[str]) -> dict[str, float]:
    allowed = (*dict.fromkeys((*quantities(analysis.facts["rule"].indicators), AREA)),)
    found: dict[str, float] = {}
    faults = []
    for entry in said:
        name, sign, text = (part.strip() for part in entry.partition("="))
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1, cutoff=0.0)
            hint = f"最接近的是 {near[0]} / the nearest is {near[0]}" if near else ""
            faults.append(Fault(f"--if {entry}", "不参与比较的数据项 / not compared", ", ".join(allowed), hint))
            continue
        value = _number(text) if sign else None
        if value is None:
            told = "不是数字 / not a number"
            faults.append(Fault(f"--if {entry}", told, "column=number, ?", "例如 / for example: tax_wan=120"))
            continue
        found[name] = value
    if faults:
        raise InputError(faults)
    return found


def _known(value: Any) -> float:
    return float(value) if value is not None and pd.notna(value) else math.nan


def _number(text: str) -> float | None:
    if text.lower() in UNKNOWN:
        return math.nan
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


# ------------------------------------------------------------------------------------------------- words


def _lines(analysis: Analysis, row: Row, figures: Mapping[str, float], found: Effect) -> list[str]:
    lang = analysis.project.language
    comma = phrase("ask", "comma", lang)
    changes = comma.join(_change(name, row.get(name), value, lang) for name, value in figures.items())
    lines = [
        phrase("whatif", "head", lang, name=row["name"], uscc=row["uscc"], changes=changes),
        _own(found, lang),
    ]
    for key, rows in (("enters", found.enters), ("leaves", found.leaves)):
        names = comma.join(
            phrase("ask", "candidate", lang, name=each["name"], key=each["uscc"]) for each in records(rows)
        )
        lines += [phrase("whatif", key, lang, n=len(rows), names=names)] if len(rows) else []
    if found.enters.empty and found.leaves.empty:
        lines.append(phrase("whatif", "nobody", lang))
    lines.append(phrase("whatif", "moved", lang, n=len(found.moves)))
    return [*lines, phrase("whatif", "limits", lang)]


def _change(name: str, before: Any, after: float, lang: str) -> str:
    known, digits = column("enterprises", name), LAND if name == AREA else MONEY
    unit = unit_title(known.unit, lang) if known else ""
    facts = {"before": plain(_known(before), digits), "after": plain(after, digits), "unit": unit}
    return phrase("whatif", "change", lang, title=title_of("enterprises", name, lang), **facts)


def _own(found: Effect, lang: str) -> str:
    before, after = records(found.own)
    was, now = (pd.notna(each["in_bottom_share"]) and bool(each["in_bottom_share"]) for each in (before, after))
    if pd.isna(after["score"]):
        return phrase("whatif", "unranked", lang, status=term("status", str(after["status"]), lang))
    verdict = {(True, True): "stays_in", (True, False): "goes_out", (False, True): "comes_in"}.get(
        (was, now), "stays_out"
    )
    facts = {
        f"{name}_{side}": plain(each[name], SCORE) if name == "score" else plain(each[name])
        for side, each in (("before", before), ("after", after))
        for name in ("score", "rank", "n_in_group")
    }
    return phrase("whatif", "own", lang, verdict=phrase("whatif", verdict, lang), **facts)
