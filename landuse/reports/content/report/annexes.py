"""附表1–6, 附图, 附件: the lists of the ledger with the columns that fit a page, each parcel once in the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from landuse.cartography.values import theme_values
from landuse.reports.content.audit import balance as balance_sheet
from landuse.reports.content.build import Table, block
from landuse.reports.content.context import STOPPED_CLASSES, section
from landuse.reports.content.lists import idle, low_parcels, not_rated, stopped
from landuse.reports.content.method import method as method_sheet
from landuse.reports.content.model import Block
from landuse.reports.content.report.facts import Facts, narrow, shorten
from landuse.reports.content.report.model import Grid, Heading, Item, Para, Turn
from landuse.reports.content.report.plans import LINES, plan_lines

LOW: Final = (
    "parcel_id", "holder", "users", "park", "area_mu", "group_name", "tax_wan", "tax_per_mu", "score",
    "place", "n_in_group", "low_efficiency_share", "low_kind",
)  # fmt: skip
IDLE: Final = (
    "parcel_id", "holder", "park", "area_mu", "start_due", "idle_class", "idle_since", "idle_days",
    "idle_cause", "consequence", "idle_fee_wan", "reclaim_from",
)  # fmt: skip
STOPPED: Final = ("parcel_id", "holder", "users", "park", "area_mu", "state", "registry_state", "low_kind", "burdens")
OUT: Final = {
    "by_enterprise": ("name", "uscc", "park", "n_parcels", "area_mu", "group_name", "scale", "status"),
    "by_parcel": ("parcels_of", "name", "park", "area_mu", "status"),
}
PLAN: Final = ("plan_kind", "plan_key", "plan_holder", "park", "area_mu", "measure", "responsible", "due", "remarks")
METHOD: Final = ("parameter", "setting", "origin", "basis")
BALANCE: Final = ("step", "amount_in", "amount_out", "unallocated", "reason")


def annexes(facts: Facts) -> Iterator[Item]:
    """Give 附表1 to 附表6, on pages that lie."""
    makers = (_low, _idle, _stopped, _out, _plan, _method)
    titles = ("annex_low", "annex_idle", "annex_stopped", "annex_out", "annex_plan", "annex_method")
    yield Turn(landscape=True)
    for number, (make, title) in enumerate(zip(makers, titles, strict=True), start=1):
        tell = facts.tell
        is_plan = title == "annex_plan" and plan_lines(facts) is not None
        if is_plan:
            yield Turn(landscape=True, banner=tell.say("plan_banner"))
        yield Heading(tell.say("annex", number=number, title=tell.say(title)))
        yield from make(facts)
        if is_plan:
            yield Turn(landscape=True)
    yield Turn(landscape=False)


def _low(facts: Facts) -> Iterator[Item]:
    notes = (facts.tell.say("by_parcel"), facts.tell.say("first_user"), facts.tell.say("marks"))
    for table in low_parcels(facts.ctx).blocks[:2]:
        yield from _list(facts, table, LOW, notes)


def _idle(facts: Facts) -> Iterator[Item]:
    notes = (facts.tell.say("by_parcel"), facts.tell.say("only_suspected"), facts.tell.say("marks"))
    for table in idle(facts.ctx).blocks:
        yield from _list(facts, table, IDLE, notes)


def _stopped(facts: Facts) -> Iterator[Item]:
    notes = (facts.tell.say("by_parcel"), facts.tell.say("first_user"), facts.tell.say("marks"))
    yield from _list(facts, stopped(facts.ctx).blocks[0], STOPPED, notes)


def _out(facts: Facts) -> Iterator[Item]:
    for table, basis in zip(not_rated(facts.ctx).blocks, OUT, strict=True):
        yield from _list(facts, table, OUT[basis], (facts.tell.say(basis), facts.tell.say("marks")))


def _plan(facts: Facts) -> Iterator[Item]:
    """Give the plan shown; without one every parcel to be dealt with, once: low, stopped or vacant, suspected idle."""
    tell, ctx = facts.tell, facts.ctx
    if found := plan_lines(facts):
        lines, note = found
        yield from _list(facts, lines, LINES, (note, tell.say("money_note"), tell.say("marks")))
        return
    kinds = (("low", ctx.is_class("low")), ("stopped", ctx.is_class(*STOPPED_CLASSES)), ("idle", ctx.is_idle))
    parts = []
    for name, mask in kinds:
        rows = facts.parcels.loc[mask]
        by = [key for key in ("park", "parcel_id") if key in rows.columns]
        rows = rows.sort_values(by, kind="stable", na_position="last")
        made = {"plan_kind": tell.say(f"annex_kind_{name}"), "plan_key": rows["parcel_id"], "remarks": ""}
        held = {new: rows[old] for new, old in (("plan_holder", "holder"), ("park", "park")) if old in rows.columns}
        parts.append(pd.DataFrame({**made, **held, "area_mu": rows["area_mu"]}, index=rows.index))
    table = Table(
        pd.concat(parts, ignore_index=True),
        PLAN,
        source="parcels",
        counter=ctx.words.phrase("parcels_word"),
        precise=True,
    )
    yield from _list(facts, block(table, ctx.words), PLAN, (tell.say("by_parcel"), tell.say("plan_note")))


def _method(facts: Facts) -> Iterator[Item]:
    yield from _list(facts, method_sheet(facts.ctx).blocks[0], METHOD, (facts.tell.say("marks"),))


def _list(facts: Facts, table: Block, columns: Sequence[str], notes: tuple[str, ...]) -> Iterator[Item]:
    """Give one list with its heading, or say that there is nothing to list."""
    tell = facts.tell
    if table.heading:
        yield Para(tell.print(table.heading), "list")
    if table.rows.empty:
        yield Para(tell.say("annex_none"))
        return
    counter = facts.ctx.words.phrase("items_word")
    shown = shorten(narrow(table, columns), facts.ctx.project.report.list_rows, tell.say("cut_list", counter=counter))
    yield Grid(shown, "", notes, dense=True)


def plates(facts: Facts) -> Iterator[Item]:
    """Give the list of the plates: those of the standard set for which there are values, by their numbers there."""
    tell, ctx = facts.tell, facts.ctx
    yield Heading(tell.say("plates"))
    yield Para(tell.say("plates_lead"))
    entries = section("plates")
    known = theme_values(ctx.analysis, {entry["theme"] for entry in entries.values() if "theme" in entry})
    told = [one for one in entries.values() if not one.get("further") or one["theme"] in known]
    for number, entry in enumerate(told, start=1):
        is_there = entry["theme"] in known if "theme" in entry else not entry.get("later", False)
        yield Para(tell.say("plate" if is_there else "plate_none", number=number, title=entry[tell.lang]), "list")


def balance(facts: Facts) -> Iterator[Item]:
    """Give 附件 数据平衡表."""
    tell = facts.tell
    yield Heading(tell.say("balance"))
    if "quantity" not in facts.ctx.analysis.balance.columns:
        yield Para(tell.say("balance_none"))
        return
    yield Para(tell.say("balance_lead"))
    for table in balance_sheet(facts.ctx).blocks:
        shown = replace(narrow(table, BALANCE), totals=())  # steps follow each other: their sum is no amount
        quantity = tell.print(table.heading).replace(" \uff08", "\uff08")
        yield Grid(shown, tell.say("balance_table", quantity=quantity), (tell.say("marks"),))
