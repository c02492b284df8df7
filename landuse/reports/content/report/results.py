"""四、评价结果: enterprises and parcels apart, by industry, by park, idle land apart, and how firm the list stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.catalogue import terms
from landuse.reports.content.context import flags, in_classes, numbers
from landuse.reports.content.figures import UNSAID
from landuse.reports.content.model import Block
from landuse.reports.content.report.charts import grade_chart, grade_counts, listed_chart, score_chart
from landuse.reports.content.report.facts import Facts, class_table, count_of, made_table, narrow
from landuse.reports.content.report.model import Figure, Grid, Heading, Item, Para
from landuse.reports.content.variants import FIRMS, counting

VERDICT_COLUMNS: Final = ("item", "n_enterprises", "share", "land_mu", "land_share", "tax_wan", "output_wan")
PARCEL_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", "tax_wan")
IDLE_COLUMNS: Final = ("item", "n_parcels", "land_mu", "land_share", "idle_fee_wan")
GROUP_COLUMNS: Final = ("group_name", "n", "k", "flagged", "tied_at_cut", "listed_mu", "listed_tax_wan")
PARK_COLUMNS: Final = (
    "park", "low_n", "low_mu", "low_share", "partly_n", "partly_mu", "stopped_n", "stopped_mu", "idle_n", "idle_mu",
)  # fmt: skip
VARIANT_COLUMNS: Final = ("variant", "n_base", "n_entered", "n_left", "n_variant", "mu_variant")
NAMED: Final = 3
"""Groups or parks that a sentence names."""


def results(facts: Facts) -> Iterator[Item]:
    """Give the chapter."""
    tell = facts.tell
    yield Heading(tell.say("results_firms"), 2)
    yield from _firms(facts)
    yield Heading(tell.say("results_parcels"), 2)
    yield from _parcels(facts)
    yield Heading(tell.say("results_industry"), 2)
    yield from _industry(facts)
    yield Heading(tell.say("results_parks"), 2)
    yield from _parks(facts)
    yield Heading(tell.say("results_idle"), 2)
    yield from _idle(facts)
    yield Heading(tell.say("results_firm"), 2)
    yield from _steadiness(facts)


def _firms(facts: Facts) -> Iterator[Item]:
    tell, sums = facts.tell, facts.verdicts
    yield Para(listed_sentence(facts))
    if unsaid := count_of(sums, UNSAID):
        yield Para(tell.say("listed_open", n=unsaid))
    notes = (tell.say("by_enterprise"), tell.say("parts_rounded"), tell.say("marks"))
    yield Grid(class_table(facts, sums, VERDICT_COLUMNS), tell.say("verdict_table"), notes)
    counts = grade_counts(facts)
    if whole := sum(counts.values()):
        shares = whole_parts([n / whole for n in counts.values()], 3, 1.0)
        parts = [
            tell.say("grade_part", grade=name, n=n, share=tell.share(share))
            for (name, n), share in zip(counts.items(), shares, strict=True)
        ]
        yield Para(tell.say("grades_lead", parts=tell.join(parts)))
    if chart := grade_chart(facts):
        yield chart
    yield from _scores(facts)


def listed_sentence(facts: Facts) -> str:
    """Return how many enterprises are proposed, with their land and tax."""
    tell, sums, n = facts.tell, facts.verdicts, facts.listed
    if not n:
        return tell.say("listed_none")
    ranked = facts.statuses.totals("RANKED")
    own = sums.totals("listed")
    return tell.say(
        "listed_lead",
        ranked=facts.ranked,
        word=facts.ctx.listed,
        n=n,
        share=tell.share(n / facts.ranked if facts.ranked else math.nan),
        mu=tell.mu(own["land_mu"]),
        land_share=tell.share(_ratio(own["land_mu"], ranked["land_mu"])),
        tax=tell.money(own["tax_wan"]),
        tax_share=tell.share(_ratio(own["tax_wan"], ranked["tax_wan"])),
    )


def _scores(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    scores = numbers(facts.firms, "score")
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        return
    ends = {"median": float(np.median(scores)), "low": float(scores.min()), "high": float(scores.max())}
    below = int((np.round(scores, 9) < 100).sum())
    told = {name: tell.figure(value) for name, value in ends.items()}
    yield Para(tell.say("scores_lead", below=below, share=tell.share(below / len(scores)), **told))
    if chart := score_chart(facts):
        yield chart


def _parcels(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    yield Para(low_sentence(facts))
    n, mu = facts.both
    if n:
        yield Para(tell.say("both_note", n=n, mu=tell.mu(mu)))
    notes = (tell.say("by_parcel"), tell.say("parts_rounded"), tell.say("marks"))
    yield Grid(class_table(facts, facts.efficiency, PARCEL_COLUMNS), tell.say("efficiency_table"), notes)
    yield Figure(tell.say("map_low"), "map_low", theme="low", height_mm=112)
    apart, apart_mu, _ = facts.suspected
    if apart and facts.ctx.project.report.maps:
        yield Para(tell.say("map_low_note", n=apart, mu=tell.mu(apart_mu)), "note")


def low_sentence(facts: Facts) -> str:
    """Return how many parcels are low, partly low, stopped or vacant, with their land."""
    tell = facts.tell
    n, mu, share = facts.low
    partly, partly_mu, _ = facts.classed("partly_low")
    stopped, stopped_mu, _ = facts.stopped
    others = {"partly": partly, "partly_mu": tell.mu(partly_mu), "stopped": stopped, "stopped_mu": tell.mu(stopped_mu)}
    if not n:
        return tell.say("low_none", **others)
    return tell.say("low_lead", n=n, mu=tell.mu(mu), share=tell.share(share), **others)


def _industry(facts: Facts) -> Iterator[Item]:
    tell, table = facts.tell, facts.groups
    rows = table.rows
    if rows.empty:
        yield Para(tell.say("industry_none"))
        return
    some = rows.loc[rows["flagged"].gt(0)]
    if some.empty:
        yield Para(tell.say("listed_none"))
    else:
        most = some.sort_values("listed_mu", ascending=False, kind="stable").iloc[:NAMED]
        names = [
            tell.say("named_mu", name=row["group_name"], n=int(row["flagged"]), mu=tell.mu(row["listed_mu"]))
            for row in most.to_dict("records")
        ]
        if len(some) == len(rows) > 1:
            yield Para(tell.say("groups_all", n=len(rows), names=tell.join(names)))
        else:
            yield Para(tell.say("groups_lead", n=len(rows), with_listed=len(some), names=tell.join(names)))
    yield Grid(narrow(table, GROUP_COLUMNS), tell.say("groups_table"), (tell.say("by_enterprise"), tell.say("marks")))


def _parks(facts: Facts) -> Iterator[Item]:
    tell, table = facts.tell, facts.parks
    rows = table.rows
    some = rows.loc[rows["low_n"].gt(0)] if len(rows) else rows
    if some.empty:
        yield Para(tell.say("parks_low_none"))
    else:
        most = some.sort_values("low_mu", ascending=False, kind="stable").iloc[:NAMED]
        names = [
            tell.say("named_plot", name=row["park"], n=int(row["low_n"]), mu=tell.mu(row["low_mu"]))
            for row in most.to_dict("records")
        ]
        yield Para(tell.say("parks_low", names=tell.join(names)))
        top = some.sort_values("low_share", ascending=False, kind="stable").iloc[0]
        yield Para(tell.say("parks_rate", name=top["park"], share=tell.share(float(top["low_share"]))))
    notes = (tell.say("by_parcel"), tell.say("parts_rounded"), tell.say("divided"))
    yield Grid(narrow(table, PARK_COLUMNS), tell.say("parks_low_table"), notes)
    if chart := listed_chart(facts, table.rows):
        yield chart


def _idle(facts: Facts) -> Iterator[Item]:
    tell, sums = facts.tell, facts.idle
    yield Para(idle_sentence(facts))
    n = facts.suspected[0]
    if n:
        known = int((np.isfinite(numbers(facts.parcels, "idle_fee_wan")) & facts.ctx.is_idle).sum())
        if known:
            yield Para(tell.say("idle_fee", n=known, fee=tell.money(sums.of("idle_fee_wan"))))
        notes = (tell.say("by_parcel"), tell.say("parts_rounded"), tell.say("marks"))
        table = class_table(facts, sums, IDLE_COLUMNS, blank=("idle_fee_wan",))
        yield Grid(table, tell.say("idle_table"), notes)
    watched = {"overdue": "OVERDUE_START", "finish": "OVERDUE_FINISH", "open": "UNDETERMINED"}
    counts = {name: count_of(facts.not_idle, code) for name, code in watched.items()}
    if any(counts.values()):
        yield Para(tell.say("idle_watch", **counts))
    if n:
        yield Figure(tell.say("map_idle"), "map_idle", theme="idle", height_mm=112)


def idle_sentence(facts: Facts) -> str:
    """Return how much land is suspected idle, class by class."""
    tell, sums = facts.tell, facts.idle
    n, mu, share = facts.suspected
    if not n:
        return tell.say("idle_none")
    parts = [
        tell.say("idle_part", item=word, n=count, mu=tell.mu(land))
        for word, count, land in zip(sums.words, sums.counts, sums.sums["land_mu"], strict=True)
        if count
    ]
    return tell.say("idle_lead", n=n, mu=tell.mu(mu), share=tell.share(share), parts=tell.series(parts))


def _steadiness(facts: Facts) -> Iterator[Item]:
    tell, found = facts.tell, facts.ctx.analysis.variants
    if found is None or "in_variants" not in facts.firms.columns:
        yield Para(tell.say("variants_none"))
    else:
        lists = len(found.names) + 1
        on = facts.firms["in_variants"].fillna(0).to_numpy(dtype=np.int64) + flags(facts.firms, "low_efficiency")
        counts = {"core": int((on == lists).sum()), "fringe": int(((on > 0) & (on < lists)).sum())}
        yield Para(tell.say("variants_lead", n=len(found.names), **counts))
        rows = _variant_rows(facts)
        parts = [
            tell.say("variants_one", name=row.variant, n=row.n_variant, entered=row.n_entered, left=row.n_left)
            for row in rows.itertuples()
        ]
        yield Para(tell.say("sentence", text=tell.series(parts)))
        yield Grid(_variant_table(facts, rows), tell.say("variants_table"), (tell.say("by_enterprise"),))
    yield from _drawn(facts)


def _variant_rows(facts: Facts) -> pd.DataFrame:
    found = facts.ctx.analysis.variants
    changes = found.changes_in_units() if found is not None else pd.DataFrame()
    rows = changes.loc[changes["unit"].eq("enterprise") & changes["by"].eq("all")]
    whole = {name: rows[name].astype("int64") for name in VARIANT_COLUMNS[1:5]}
    return rows.assign(**whole, mu_variant=rows["mu_variant"].round(2)).reset_index(drop=True)


def _variant_table(facts: Facts, rows: pd.DataFrame) -> Block:
    made = made_table(facts, {name: rows[name] for name in VARIANT_COLUMNS}, source="variant_changes", totals=False)
    return counting(made, FIRMS, facts.tell.lang)


def _drawn(facts: Facts) -> Iterator[Item]:
    """Give how firm the list stands under simulated errors, where the project asks for draws."""
    tell, firms = facts.tell, facts.firms
    if "stability_class" not in firms.columns:
        return
    words: Sequence[tuple[str, str]] = list(terms("stability_class", tell.lang).items())
    counts = [(word, int(in_classes(firms, "stability_class", (code,)).sum())) for code, word in words]
    parts = [tell.say("stability_part", item=word, n=n) for word, n in counts if n]
    if parts:
        yield Para(tell.say("stability_lead", parts=tell.join(parts)))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
