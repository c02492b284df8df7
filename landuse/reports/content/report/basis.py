"""二、数据来源与评价方法: every parameter in force told as a sentence; the table of all stands in the annex."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from landuse.catalogue import terms
from landuse.law.statutes import idle_law, practice
from landuse.reports.content.context import in_classes, numbers, percent
from landuse.reports.content.figures import known_sum
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Heading, Item, Para
from landuse.rule import Rule
from landuse.tables import column


def basis(facts: Facts) -> Iterator[Item]:
    """Give the chapter."""
    tell, project, rule = facts.tell, facts.ctx.project, facts.ctx.rule
    yield Heading(tell.say("method_data"), 2)
    days = {"land_date": tell.day(project.land_date), "as_of": tell.day(project.as_of)}
    yield Para(tell.say("dates", year=project.project.year, **days))
    inputs = facts.ctx.analysis.raw.inputs
    yield Para(tell.say("files", n=len(inputs)) if inputs else tell.say("files_none"))
    yield Heading(tell.say("method_area"), 2)
    yield from _areas(facts)
    yield Heading(tell.say("method_money"), 2)
    yield from _money(facts, rule)
    if rule is not None:
        yield from _rule(facts, rule)
    yield Heading(tell.say("method_idle"), 2)
    yield Para(_idle(facts))


def _areas(facts: Facts) -> Iterator[Item]:
    tell, parcels = facts.tell, facts.parcels
    words = terms("area_source", tell.lang)
    use = words[facts.ctx.project.areas.use]
    parts = []
    for code, word in words.items():
        rows = in_classes(parcels, "area_source", (code,))
        if rows.any():
            mu = tell.mu(known_sum(numbers(parcels, "area_mu")[rows]))
            parts.append(tell.say("area_part", source=word, n=int(rows.sum()), mu=mu))
    yield Para(tell.say("area_used", use=use, parts=tell.series(parts) or tell.say("none")))
    yield Para(tell.say("area_due"))


def _money(facts: Facts, rule: Rule | None) -> Iterator[Item]:
    tell, firms, project = facts.tell, facts.firms, facts.ctx.project
    ranked = in_classes(firms, "status", ("RANKED",))
    sources = {
        name: int((in_classes(firms, "output_source", (name,)) & ranked).sum()) for name in ("output", "revenue")
    }
    unknown = int(ranked.sum()) - sum(sources.values())
    yield Para(tell.say("money_basis", year=project.project.year, **sources, unknown=unknown))
    if rule is not None and rule.years > 1:
        yield Para(tell.say("money_years", years=rule.years))
    mode = facts.ctx.words.choice("shared_parcel", project.ranking.shared_parcel)
    yield Para(tell.say("money_parcels", mode=mode))


def _rule(facts: Facts, rule: Rule) -> Iterator[Item]:
    tell, ctx = facts.tell, facts.ctx
    yield Heading(tell.say("method_score"), 2)
    yield Para(tell.say("indicators", weights=tell.join(_weights(facts, rule))))
    yield Para(_score(facts, rule))
    yield Heading(tell.say("method_price"), 2)
    yield Para(_price(facts, rule))
    yield Heading(tell.say("method_groups"), 2)
    within = ctx.words.choice("within", rule.within)
    sizes = {"level": rule.level, "least": rule.min_group, "ranked": facts.ranked}
    yield Para(tell.say("groups_built", within=within, n=len(ctx.analysis.groups), **sizes))
    k, tied = (_whole(facts.total(facts.groups, name)) for name in ("k", "tied_at_cut"))
    yield Para(tell.say("share_rule", share=ctx.share, k=k, tied=tied))
    rules = tell.join(f"{code} {ctx.reason(code)}" for code in rule.enabled)
    yield Para(tell.say("rules_one" if len(rule.enabled) == 1 else "rules_on", rules=rules))
    yield Heading(tell.say("method_exempt"), 2)
    yield from _exempt(facts, rule)
    yield Heading(tell.say("method_parcel"), 2)
    yield Para(tell.say("parcel_rule", rated=percent(rule.rated_from), low=percent(rule.low_from)))


def _weights(facts: Facts, rule: Rule) -> list[str]:
    tell = facts.tell
    told = []
    for name, weight in rule.weights.items():
        known = column("enterprises", name)
        title = known.title(tell.lang) if known else facts.ctx.words.choice("measure", name)
        told.append(tell.say("weight", title=title, weight=f"{weight:.10g}"))
    return told


def _score(facts: Facts, rule: Rule) -> str:
    tell, words = facts.tell, facts.ctx.words
    if rule.method != "ratio" or rule.unknown != "renormalise" or not np.isfinite(rule.cap) or rule.bases:
        how = {"method": words.choice("method", rule.method), "unknown": words.choice("unknown", rule.unknown)}
        return tell.say("score_other", least=rule.min_indicators, **how)
    return tell.say("score_ratio", cap=f"{rule.cap:g}", top=f"{rule.cap * 100:g}", least=rule.min_indicators)


def _price(facts: Facts, rule: Rule) -> str:
    tell, ctx = facts.tell, facts.ctx
    if rule.price_apply == "none":
        return tell.say("price_none")
    how = ctx.words.choice("price_apply", rule.price_apply)
    price = ctx.analysis.facts.get("reference_price")
    k = numbers(facts.parcels, "price_coefficient")
    k = k[np.isfinite(k)]
    if price is None or not len(k):
        return tell.say("price_unsaid", how=how)
    ends = {"low": f"{k.min():.4f}", "high": f"{k.max():.4f}"}
    return tell.say("price_used", how=how, price=tell.figure(float(price)), **ends)


def _exempt(facts: Facts, rule: Rule) -> Iterator[Item]:
    tell, sums = facts.tell, facts.statuses
    out = [
        (word, n) for code, word, n in zip(sums.codes, sums.words, sums.counts, strict=True) if code != "RANKED" and n
    ]
    if not out:
        yield Para(tell.say("exempt_none"))
    else:
        parts = tell.join(tell.say("exempt_part", status=word, n=n) for word, n in out)
        yield Para(tell.say("exempt_parts", n=sum(n for _, n in out), parts=parts))
    yield Para(tell.say("exempt_rule", months=rule.new_months, small=f"{rule.small_mu:g}"))


def _idle(facts: Facts) -> str:
    law = idle_law()
    return facts.tell.say(
        "idle_rule",
        years=law.not_started_years,
        stop_years=law.suspended_years,
        area=str(law.area_share),
        invest=percent_of(law.invest_share),
        handover=law.handover_years,
        approval=practice().approval_years,
    )


def percent_of(share: Fraction) -> str:
    """Return an exact fraction as a percentage."""
    return f"{float(share) * 100:g}%"


def _whole(value: float) -> str:
    return "—" if pd.isna(value) else f"{value:.0f}"
