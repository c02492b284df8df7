"""一页纸: the figures that matter on one page."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import pandas as pd

from landuse.reports.content.context import context
from landuse.reports.content.model import Block
from landuse.reports.content.report.background import region
from landuse.reports.content.report.charts import listed_chart
from landuse.reports.content.report.document import framed
from landuse.reports.content.report.facts import Facts, count_of, made_table
from landuse.reports.content.report.model import Chart, Document, Figure, Grid, Item, Pairs, Para
from landuse.reports.content.report.plans import summary
from landuse.reports.content.report.results import idle_sentence, listed_sentence, low_sentence
from landuse.tables import Analysis

MOST_PARKS: Final = 6
"""Parks of the table; the rest is one row."""
LONGEST: Final = 20
"""Signs of a name of a park: what is longer is cut, so that the page stays one."""
COLUMNS: Final = (
    "n_parcels",
    "land_mu",
    "tax_per_mu",
    "low_n",
    "low_mu",
    "stopped_n",
    "stopped_mu",
    "idle_n",
    "idle_mu",
)
CHART_MM: Final = {"zh": 74.0, "en": 48.0}
"""English sentences and titles take more room."""


def one_page(analysis: Analysis) -> Document:
    """Return 一页纸: key figures, three sentences, the parks, one chart."""
    facts = Facts(context(analysis))
    tell, project = facts.tell, facts.ctx.project
    items: list[Item] = [_keys(facts)]
    items += [Para(text) for text in (listed_sentence(facts), low_sentence(facts), idle_sentence(facts))]
    out = {"firms": len(facts.firms) - facts.ranked, "parcels": facts.classed("not_rated")[0]}
    items.append(Para(tell.say("summary_open", open=count_of(facts.not_idle, "UNDETERMINED"), **out)))
    items += summary(facts)
    if len(facts.parks.rows):
        items.append(Grid(_parks(facts), tell.say("summary_parks")))
    if chart := _chart(facts):
        items.append(chart)
    days = {"land_date": tell.day(project.land_date), "as_of": tell.day(project.as_of)}
    items.append(Para(tell.say("summary_foot", year=project.project.year, **days), "note"))
    title = tell.say("summary_title", region=region(facts), year=project.project.year)
    return replace(framed(facts, title, tuple(items)), tight=True, contents=False, header="")


def _keys(facts: Facts) -> Pairs:
    tell = facts.tell
    rate = tell.figure(facts.total(facts.groups, "tax_per_mu"))
    cells = [
        (tell.say("key_parcels"), tell.say("value_parcels", n=len(facts.parcels))),
        (tell.say("key_land"), tell.say("value_mu", mu=tell.mu(facts.land))),
        (tell.say("key_ranked"), tell.say("value_firms", n=facts.ranked)),
        (tell.say("key_tax"), tell.say("value_rate", value=rate)),
        (tell.say("key_listed"), tell.say("value_firms", n=facts.listed)),
    ]
    for name, (n, mu, _) in {"low": facts.low, "stopped": facts.stopped, "idle": facts.suspected}.items():
        cells.append((tell.say(f"key_{name}"), tell.say("value_both", n=n, mu=tell.mu(mu))))
    return Pairs(tuple(cells))


def _ordered(facts: Facts) -> pd.DataFrame:
    """Return the parks, those with most low, stopped and suspected idle land first."""
    rows = facts.parks.rows
    weight = rows["low_mu"] + rows["stopped_mu"] + rows["idle_mu"]
    return rows.assign(weight=weight).sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _parks(facts: Facts) -> Block:
    """Return the parks with most land to deal with, the others summed in one row, and the total."""
    order = _ordered(facts)
    shown = order.iloc[:MOST_PARKS] if len(order) > MOST_PARKS + 1 else order
    rest = order.iloc[len(shown) :]
    made = pd.DataFrame(
        {"park_name": [cut(str(name)) for name in shown["park"]], **{n: list(shown[n]) for n in COLUMNS}}
    )
    if len(rest):
        made = pd.concat([made, pd.DataFrame([_rest(facts, rest)])], ignore_index=True)
    counts = {name: made[name].astype("Int64") for name in COLUMNS if name.endswith("_n") or name == "n_parcels"}
    table = made_table(facts, {"park_name": made["park_name"], **{n: made[n] for n in COLUMNS}, **counts})
    whole = tuple(one for one in facts.parks.totals if one.column == "tax_per_mu")
    return replace(table, totals=(*(one for one in table.totals if one.column != "tax_per_mu"), *whole))


def _rest(facts: Facts, rest: pd.DataFrame) -> dict[str, object]:
    sums: dict[str, object] = {name: math.fsum(rest[name]) for name in COLUMNS if name != "tax_per_mu"}
    taxed = math.fsum(rest["taxed_mu"])
    rate = math.fsum(rest["tax_wan"].dropna()) / taxed if taxed else math.nan
    return {"park_name": facts.tell.say("summary_rest", n=len(rest)), **sums, "tax_per_mu": rate}


def _chart(facts: Facts) -> Figure | None:
    found = listed_chart(facts, _ordered(facts).iloc[:MOST_PARKS])
    if found is None or found.chart is None:
        return None
    chart: Chart = replace(found.chart, labels=tuple(map(cut, found.chart.labels)))
    return replace(found, chart=chart, height_mm=CHART_MM[facts.tell.lang])


def cut(name: str) -> str:
    """Return a name as far as there is room for it."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
