"""六、处置方案与情景测算, 七、存在问题与保障措施: what there is to deal with, what is open, the next steps."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from landuse.catalogue import load_folder
from landuse.law.deadlines import deadlines
from landuse.reports.content.hints import batch_counts
from landuse.reports.content.report.facts import Facts, count_of
from landuse.reports.content.report.model import Grid, Heading, Item, Para
from landuse.reports.content.report.plans import compared, money, plans_of, task, years

SEVERITIES: Final = {"errors": ("fatal", "error"), "warnings": ("warning",), "notes": ("note",)}


def disposal(facts: Facts) -> Iterator[Item]:
    """Give chapter six."""
    tell, plans = facts.tell, plans_of(facts)
    yield Heading(tell.say("disposal_task"), 2)
    if plans is not None and len(plans.progress):
        yield from task(facts, plans)
    else:
        yield Para(tell.say("task_none"))
    yield Para(tell.say("task_base", **_amounts(facts)))
    yield Heading(tell.say("disposal_scenarios"), 2)
    if plans is not None and plans.outcomes:
        yield from compared(facts, plans)
    else:
        named = sorted(facts.ctx.project.scenarios)
        set_ = tell.say("scenarios_set", n=len(named), names=tell.join(named))
        yield Para(set_ if named else tell.say("scenarios_none"))
    yield Heading(tell.say("disposal_plan"), 2)
    if plans is not None:
        yield from years(facts, plans)
    yield from _batches(facts)
    yield Heading(tell.say("disposal_money"), 2)
    yield from _money(facts)


def _amounts(facts: Facts) -> dict[str, str | int]:
    tell = facts.tell
    kinds = {"low": facts.low, "stopped": facts.stopped, "idle": facts.suspected}
    counts: dict[str, str | int] = {name: n for name, (n, _, _) in kinds.items()}
    return counts | {f"{name}_mu": tell.mu(mu) for name, (_, mu, _) in kinds.items()}


def _batches(facts: Facts) -> Iterator[Item]:
    tell = facts.tell
    blocks = batch_counts(facts.ctx, "")
    if not blocks:
        yield Para(tell.say("batches_none"))
        return
    table = blocks[0]
    parts = [_batch(facts, row) for row in table.rows.to_dict("records")]
    yield Para(tell.say("batches_lead", parts=tell.series(parts)))
    yield Grid(table, tell.say("batches_table"), (tell.say("not_added"),))


def _batch(facts: Facts, row: Mapping[Any, Any]) -> str:
    land = {"mu": facts.tell.mu(row["land_mu"]), "plots_mu": facts.tell.mu(row["parcel_mu"])}
    counts = {"n": row["n_enterprises"], "plots": row["n_parcels"]}
    return facts.tell.say("batch_part", batch=row["item"], **counts, **land)


def _money(facts: Facts) -> Iterator[Item]:
    tell, plans = facts.tell, plans_of(facts)
    if plans is not None and plans.outcomes:
        yield from money(facts, plans)
    else:
        yield Para(tell.say("money_none"))
    if facts.listed:
        own = facts.verdicts.totals("listed")
        rate = own["tax_wan"] / own["land_mu"] if own["land_mu"] else math.nan
        told = {"tax": tell.money(own["tax_wan"]), "mu": tell.mu(own["land_mu"]), "rate": tell.figure(rate)}
        yield Para(tell.say("money_now", **told))
    fee = facts.idle.of("idle_fee_wan")
    if facts.suspected[0] and not math.isnan(fee) and fee > 0:
        yield Para(tell.say("money_fee", fee=tell.money(fee)))


def safeguards(facts: Facts) -> Iterator[Item]:
    """Give chapter seven."""
    tell = facts.tell
    yield Heading(tell.say("safeguards_data"), 2)
    yield from _issues(facts)
    yield Heading(tell.say("safeguards_open"), 2)
    yield from _open(facts)
    yield Heading(tell.say("safeguards_steps"), 2)
    yield Para(tell.say("step_data"))
    yield Para(tell.say("step_notice", deadlines=_deadlines(facts)))
    yield Para(tell.say("step_class"))
    yield Para(tell.say("step_follow"))


def _issues(facts: Facts) -> Iterator[Item]:
    tell, rows = facts.tell, facts.ctx.analysis.issues
    if "code" not in rows.columns:
        yield Para(tell.say("issues_unsaid"))
        return
    if rows.empty:
        yield Para(tell.say("issues_none"))
        return
    counts = {name: int(rows["severity"].isin(kinds).sum()) for name, kinds in SEVERITIES.items()}
    yield Para(tell.say("issues_lead", n=len(rows), **counts))
    book = load_folder("vocabulary/issues")
    found = Counter(str(book[code]["owner"]) if code in book else "other" for code in rows["code"])
    order = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    parts = [tell.say("issues_owner", owner=facts.ctx.words.choice("owner", owner), n=n) for owner, n in order]
    yield Para(tell.say("issues_owners", parts=tell.join(parts)))


def _open(facts: Facts) -> Iterator[Item]:
    tell, firms = facts.tell, facts.firms
    out = len(firms) - facts.ranked
    plots, mu, share = facts.classed("not_rated")
    said = False
    if out:
        counts = {"accounts": count_of(facts.statuses, "NO_ACCOUNT"), "landless": count_of(facts.statuses, "NO_LAND")}
        yield Para(tell.say("open_firms", n=out, share=tell.share(out / len(firms)), **counts))
        said = True
    if plots:
        yield Para(tell.say("open_parcels", n=plots, mu=tell.mu(mu), share=tell.share(share)))
        said = True
    if waiting := count_of(facts.not_idle, "UNDETERMINED"):
        area = tell.mu(facts.not_idle.of("land_mu", "UNDETERMINED"))
        yield Para(tell.say("open_idle", n=waiting, mu=area))
    gap = _tax_gap(facts)
    if gap > 0:
        yield Para(tell.say("open_tax", tax=tell.money(gap)))
    if not said:
        yield Para(tell.say("open_none"))


def _tax_gap(facts: Facts) -> float:
    """Return the tax of enterprises that lies on no parcel, as the ledger prints the two sides; 0 = unknown or none."""
    gap = facts.statuses.of("tax_wan") - facts.efficiency.of("tax_wan")
    return 0.0 if math.isnan(gap) else round(gap, 2)


def _deadlines(facts: Facts) -> str:
    tell = facts.tell
    known = {one.name: one for one in deadlines(facts.ctx.project)}
    if not known:
        return tell.say("step_notice_open")
    period = known["publication"]
    days = {"start": tell.day(period.start), "last": tell.day(period.last)}
    return tell.say("notice_period", n=period.working_days, **days)
