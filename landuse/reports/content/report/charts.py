"""Say what each chart of the report shows: the figures of the tables, in the colours of the map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.reports.content.context import in_classes, numbers
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Chart, Figure, Series
from landuse.reports.content.report.years import YearFigures

MOST_BARS: Final = 24
"""Bars of one chart: what is beyond is in the table."""
THEMES: Final = "cartography/themes.toml"
PLAIN: Final = "#3b8fd1"
SCORE_EDGES: Final = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0, 140.0)
ROW_MM: Final = 5.6
LEAST_MM: Final = 55.0


def classes_of(theme: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the classes of a map theme by key."""
    return {str(one["key"]): one for one in load(THEMES)["themes"][theme]["classes"]}


def park_chart(facts: Facts) -> Figure | None:
    """Return tax per mu by park."""
    rows = facts.parks.rows
    return _bars(facts, rows, "park", caption="chart_parks", key="chart_parks")


def industry_chart(facts: Facts) -> Figure | None:
    """Return tax per mu by industry group."""
    return _bars(facts, facts.groups.rows, "group_name", caption="chart_industry", key="chart_industry")


def listed_chart(facts: Facts, rows: pd.DataFrame) -> Figure | None:
    """Return low, stopped and suspected idle land by park, each in the colour of a class of the maps.

    Parameters
    ----------
    rows
        Rows of the table of parks, in the order of the bars.
    """
    tell = facts.tell
    if not facts.ctx.project.report.charts or rows.empty:
        return None
    rows = rows.iloc[:MOST_BARS]
    low, idle = classes_of("low"), classes_of("idle")
    parts = (("low", low["low"]), ("stopped", low["stopped"]), ("idle", idle["IDLE_T2"]))
    series = tuple(
        Series(tell.say(f"series_{name}"), _values(rows[f"{name}_mu"]), str(one["colour"]), str(one["hatch"]))
        for name, one in parts
    )
    chart = Chart("bars", tuple(tell.print(str(name)) for name in rows["park"]), series, tell.say("axis_mu"))
    return Figure(tell.say("chart_listed"), "chart_listed", chart, height_mm=_height(len(rows) * 2.2))


def grade_chart(facts: Facts) -> Figure | None:
    """Return the ranked enterprises by grade, in the colours of the map."""
    tell, counts = facts.tell, grade_counts(facts)
    if not facts.ctx.project.report.charts or not sum(counts.values()):
        return None
    known = classes_of("grade")
    colours = tuple(str(known[name]["colour"]) for name in counts)
    labels = tuple(str(known[name]["label"][tell.lang]) for name in counts)
    values = tuple(float(n) for n in counts.values())
    chart = Chart("columns", labels, (Series("", values, PLAIN, colours=colours),), tell.say("axis_firms"), decimals=0)
    return Figure(tell.say("chart_grades"), "chart_grades", chart, height_mm=60)


def grade_counts(facts: Facts) -> dict[str, int]:
    """Return the ranked enterprises by grade, the best first; nothing where no grade is known."""
    firms = facts.firms
    if "grade" not in firms.columns:
        return {}
    ranked = in_classes(firms, "status", ("RANKED",))
    return {name: int((in_classes(firms, "grade", (name,)) & ranked).sum()) for name in "ABCD"}


def score_chart(facts: Facts) -> Figure | None:
    """Return how many ranked enterprises have which score."""
    tell = facts.tell
    scores = numbers(facts.firms, "score")
    scores = scores[np.isfinite(scores)]
    if not facts.ctx.project.report.charts or not len(scores):
        return None
    edges = [*SCORE_EDGES, math.inf]
    counts = np.histogram(np.clip(np.round(scores, 9), 0, None), bins=[*SCORE_EDGES, 1e12])[0]
    labels = [f"{low:g}–{high:g}" for low, high in pairwise(edges[:-1])] + [f"≥{edges[-2]:g}"]
    series = Series("", tuple(float(n) for n in counts), PLAIN)
    chart = Chart("columns", tuple(labels), (series,), tell.say("axis_firms"), 0, tell.say("axis_score"))
    return Figure(tell.say("chart_scores"), "chart_scores", chart, height_mm=60)


def years_chart(facts: Facts, found: Sequence[YearFigures]) -> Figure | None:
    """Return the median tax per mu over the years."""
    tell = facts.tell
    known = [one for one in found if not math.isnan(one.median)]
    if not facts.ctx.project.report.charts or len(known) < 2:
        return None
    series = Series("", tuple(one.median for one in known), PLAIN)
    labels = tuple(str(one.year) for one in known)
    chart = Chart("lines", labels, (series,), tell.say("axis_tax"), 2, tell.say("axis_year"))
    return Figure(tell.say("chart_years"), "chart_years", chart, height_mm=58)


def _bars(facts: Facts, rows: pd.DataFrame, name: str, *, caption: str, key: str) -> Figure | None:
    """Return one bar a row by tax per mu, the highest first, each in the colour of its range on the map."""
    tell = facts.tell
    known = rows.loc[rows["tax_per_mu"].notna()]
    if not facts.ctx.project.report.charts or known.empty:
        return None
    known = known.sort_values("tax_per_mu", ascending=False, kind="stable").iloc[:MOST_BARS]
    values = _values(known["tax_per_mu"])
    series = Series("", values, PLAIN, colours=tuple(_heat(value) for value in values))
    chart = Chart("bars", tuple(map(str, known[name])), (series,), tell.say("axis_tax"))
    return Figure(tell.say(caption), key, chart, height_mm=_height(len(known)))


def _heat(value: float) -> str:
    """Return the colour of a tax per mu on the map."""
    book = load(THEMES)
    theme = book["themes"]["tax_per_mu"]
    place = int(np.searchsorted(theme["breaks"], round(value, 9), side="right"))
    return str(book["ramps"][theme["ramp"]]["colours"][place])


def _values(column: pd.Series) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in column)


def _height(rows: float) -> float:
    return min(max(LEAST_MM, 18 + rows * ROW_MM), 190.0)
