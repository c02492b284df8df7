"""三、工业用地利用现状: totals, structure, parks, industries, and the year before."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd

from landuse.reports.content.context import in_classes, numbers
from landuse.reports.content.figures import ClassSums, known_sum, worded_sums
from landuse.reports.content.labels import SCALES, labelled
from landuse.reports.content.model import Block
from landuse.reports.content.report.charts import industry_chart, park_chart, years_chart
from landuse.reports.content.report.facts import Facts, made_table, narrow
from landuse.reports.content.report.model import Figure, Grid, Heading, Item, Para
from landuse.reports.content.report.years import YearFigures, year_figures

PARK_COLUMNS = ("park", "n_parcels", "land_mu", "n_enterprises", "tax_wan", "tax_per_mu")
GROUP_COLUMNS = ("group_name", "n", "land_mu", "tax_wan", "tax_per_mu", "output_per_mu", "output_per_energy")
MOST_ORIGINS = 6
ROUNDED = 0.02
"""Mu by which parts rounded one by one may miss their total."""


def present(facts: Facts) -> Iterator[Item]:
    """Give the chapter."""
    tell = facts.tell
    yield Heading(tell.say("present_total"), 2)
    yield from _totals(facts)
    yield Heading(tell.say("present_structure"), 2)
    yield from _structure(facts)
    yield Heading(tell.say("present_parks"), 2)
    yield from _parks(facts)
    yield Heading(tell.say("present_industry"), 2)
    yield from _industry(facts)
    yield Heading(tell.say("present_years"), 2)
    yield from _years(facts)


def _totals(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    if facts.parcels.empty:
        yield Para(tell.say("no_parcels"))
    else:
        sums = facts.efficiency
        money = {"tax": tell.money(sums.of("tax_wan")), "output": tell.money(sums.of("output_wan"))}
        rates = {"energy": tell.figure(sums.of("energy_tce")), "tax_per_mu": _rate(facts, facts.parks, "tax_per_mu")}
        yield Para(tell.say("totals_parcel", n=len(facts.parcels), mu=tell.mu(facts.land), **money, **rates))
        yield Figure(tell.say("map_tax"), "map_tax_per_mu", theme="tax_per_mu", height_mm=112)
    if facts.firms.empty:
        yield Para(tell.say("no_firms"))
        return
    sums, groups = facts.statuses, facts.groups
    money = {"tax": tell.money(sums.of("tax_wan")), "output": tell.money(sums.of("output_wan"))}
    rates = {name: _rate(facts, groups, name) for name in ("tax_per_mu", "output_per_mu", "output_per_energy")}
    own = {"ranked": facts.ranked, "ranked_mu": tell.mu(sums.of("land_mu", "RANKED"))}
    yield Para(tell.say("totals_firm", n=len(facts.firms), mu=tell.mu(sums.of("land_mu")), **money, **own, **rates))
    yield from _gap(facts, sums.of("land_mu"))


def _gap(facts: Facts, firms_mu: float) -> Iterator[Item]:
    """Give how the land of the parcels and that of the enterprises differ, part by part."""
    tell, use = facts.tell, facts.ctx.analysis.occupancy
    gap = round(facts.land - firms_mu, 2)
    if not gap > 0:
        return
    known = use["uscc"].isin(facts.firms["uscc"]).to_numpy(dtype=bool)
    parts = {"strange": known_sum(numbers(use, "land_mu")[~known]) if (~known).any() else 0.0}
    parts["nobody"] = facts.land - known_sum(numbers(use, "land_mu")) if len(use) else facts.land
    parts = {name: round(mu, 2) for name, mu in parts.items() if round(mu, 2) > 0}
    other = round(gap - math.fsum(parts.values()), 2)
    if abs(other) <= ROUNDED:  # the parts are rounded one by one: the largest bears it, so that they add up
        largest = max(parts, key=lambda name: parts[name], default="")
        parts |= {largest: parts[largest] + other} if largest else {}
        other = 0.0
    told = [
        tell.say(f"gap_{name}", mu=tell.mu(mu)) for name, mu in (parts | ({"other": other} if other else {})).items()
    ]
    yield Para(tell.say("sides_gap", gap=tell.mu(gap), parts=tell.join(told)))


def _rate(facts: Facts, table: Block, name: str) -> str:
    return facts.tell.figure(facts.total(table, name))


def _structure(facts: Facts) -> Iterator[Item]:
    tell, known = facts.tell, set(facts.firms.columns)
    told = known & {"scale", "labels", "origin"}
    if not told or facts.firms.empty:
        yield Para(tell.say("structure_none"))
        return
    if "scale" in known:
        sums = worded_sums(facts.ctx, "scale", SCALES)
        parts = [_structure_part(facts, sums, at) for at in range(len(sums.codes)) if sums.counts[at]]
        yield Para(tell.say("structure_scale", parts=tell.series(parts)))
    if "labels" in known:
        yield Para(_labels(facts))
    if "origin" in known:
        sums = worded_sums(facts.ctx, "origin")
        rows = [at for at in range(len(sums.codes)) if sums.counts[at]][:MOST_ORIGINS]
        parts = [
            tell.say("origin_part", item=sums.words[at], n=sums.counts[at], share=tell.share(sums.sums["share"][at]))
            for at in rows
        ]
        yield Para(tell.say("structure_origin", parts=tell.join(parts)))


def _structure_part(facts: Facts, sums: ClassSums, at: int) -> str:
    tell = facts.tell
    values = {name: tell.share(sums.sums[name][at]) for name in ("share", "land_share")}
    money = {"mu": tell.mu(sums.sums["land_mu"][at]), "tax": tell.money(sums.sums["tax_wan"][at])}
    return tell.say("structure_part", item=sums.words[at], n=sums.counts[at], **values, **money)


def _labels(facts: Facts) -> str:
    tell, firms = facts.tell, facts.firms
    some = pd.Series(data=False, index=firms.index).to_numpy()
    for mask in labelled(firms).values():
        some = some | mask
    sums = {name: known_sum(numbers(firms, name)[some]) for name in ("area_mu", "tax_wan")}
    return tell.say("structure_labels", n=int(some.sum()), mu=tell.mu(sums["area_mu"]), tax=tell.money(sums["tax_wan"]))


def _parks(facts: Facts) -> Iterator[Item]:
    tell, table = facts.tell, facts.parks
    outside = facts.ctx.words.phrase("no_park")
    rows = table.rows
    inside = rows.loc[rows["park"].ne(outside)]
    if inside.empty:
        yield Para(tell.say("parks_none"))
        return
    rest = rows.loc[rows["park"].eq(outside)]
    mu = round(math.fsum(inside["land_mu"]), 2)
    values = {
        "inside": int(inside["n_parcels"].sum()),
        "inside_mu": tell.mu(mu),
        "outside": int(rest["n_parcels"].sum()),
    }
    share = tell.share(mu / facts.land if facts.land else math.nan)
    outside_mu = tell.mu(round(math.fsum(rest["land_mu"]), 2))
    yield Para(tell.say("parks_lead", n=len(inside), share=share, outside_mu=outside_mu, **values))
    if ends := _ends(facts, inside, "park"):
        yield Para(tell.say("parks_ends", **ends))
    notes = (tell.say("by_parcel"), tell.say("taxed_land"), tell.say("marks"))
    yield Grid(narrow(table, PARK_COLUMNS), tell.say("parks_table"), notes)
    if chart := park_chart(facts):
        yield chart


def _industry(facts: Facts) -> Iterator[Item]:
    tell, table = facts.tell, facts.groups
    rows = table.rows
    if rows.empty:
        yield Para(tell.say("industry_none"))
        return
    order = rows.sort_values("land_mu", ascending=False, kind="stable")
    names, land = list(order["group_name"]), list(order["land_mu"])
    share = tell.share(land[0] / math.fsum(land)) if math.fsum(land) else tell.share(math.nan)
    lead = {"first": names[0], "first_mu": tell.mu(land[0])}
    if len(rows) == 1:
        yield Para(tell.say("industry_one", **lead))
    else:
        more = {"second": names[1], "second_mu": tell.mu(land[1]), "first_share": share}
        yield Para(tell.say("industry_lead", n=len(rows), **lead, **more))
        if ends := _ends(facts, rows, "group_name"):
            yield Para(tell.say("industry_ends", **ends))
    yield Grid(narrow(table, GROUP_COLUMNS), tell.say("industry_table"), (tell.say("by_enterprise"), tell.say("marks")))
    if chart := industry_chart(facts):
        yield chart


def _ends(facts: Facts, rows: pd.DataFrame, name: str) -> dict[str, str]:
    """Return who has the highest and who the lowest tax per mu; nothing where fewer than two are known."""
    known = rows.loc[rows["tax_per_mu"].notna()].sort_values("tax_per_mu", kind="stable")
    if len(known) < 2:
        return {}
    ends = {"best": known.iloc[-1], "worst": known.iloc[0]}
    values = {f"{end}_value": facts.tell.figure(float(row["tax_per_mu"])) for end, row in ends.items()}
    return {end: str(row[name]) for end, row in ends.items()} | values


def _years(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    found = year_figures(facts)
    year = facts.ctx.project.project.year
    if len(found) < 2:
        yield Para(tell.say("years_none"))
        return
    by_year = {one.year: one for one in found}
    if year not in by_year or year - 1 not in by_year:
        yield Para(tell.say("years_gap", year=year - 1))
    else:
        yield from _change(facts, by_year[year], by_year[year - 1])
    yield Grid(_year_table(facts, found), tell.say("years_table"), (tell.say("years_note"), tell.say("by_enterprise")))
    if chart := years_chart(facts, found):
        yield chart


def _change(facts: Facts, now: YearFigures, before: YearFigures) -> Iterator[Item]:
    tell = facts.tell
    medians = {"median": tell.figure(now.median), "median_before": tell.figure(before.median)}
    yield Para(tell.say("years_lead", year=now.year, n=now.ranked, n_before=before.ranked, **medians))
    stayed = len(now.bottom & before.bottom)
    moves = {"entered": len(now.bottom) - stayed, "left": len(before.bottom) - stayed}
    yield Para(tell.say("years_moves", year=now.year, n=len(now.bottom), stayed=stayed, **moves))


def _year_table(facts: Facts, found: Sequence[YearFigures]) -> Block:
    rows = {
        "year": pd.array([one.year for one in found], dtype="Int64"),
        "n_ranked": pd.array([one.ranked for one in found], dtype="Int64"),
        "n_bottom": pd.array([len(one.bottom) for one in found], dtype="Int64"),
        "median_tax_per_mu": [one.median for one in found],
    }
    return made_table(facts, rows, totals=False)


def ranked_rows(facts: Facts) -> pd.DataFrame:
    """Return the enterprises that were ranked."""
    return facts.firms.loc[in_classes(facts.firms, "status", ("RANKED",))]
