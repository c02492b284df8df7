"""公示稿: names, parks, land and conclusions for the public; made of the public view alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from landuse.law.deadlines import Deadline, deadlines
from landuse.reports.content.build import Table, block
from landuse.reports.content.context import STOPPED_CLASSES, Context, context, flags, in_classes
from landuse.reports.content.public import LOW_CLASSES, enterprise_list, parcel_list
from landuse.reports.content.report.background import region
from landuse.reports.content.report.document import framed, ordinal
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Document, Grid, Heading, Item, Para
from landuse.tables import Analysis

STAGES: Final[Mapping[str, str]] = {"初步": "draft", "公示": "public", "最终": "final"}
"""Stage of the procedure -> wording."""
FIRM_COLUMNS: Final = ("name", "park", "area_mu", "public_conclusion")
PARCEL_COLUMNS: Final = ("parcel_id", "holder", "park", "area_mu", "public_conclusion")
ORDER: Final = ("park", "name", "parcel_id")


def public_notice(analysis: Analysis) -> Document:
    """Return 公示稿.

    Parameters
    ----------
    analysis
        The view for the public (`disclosure.for_audience`): no tax, no score, no credit code is in it.
    """
    facts = Facts(context(analysis))
    tell, project = facts.tell, facts.ctx.project
    wording = STAGES[project.project.stage]
    title = tell.say(f"notice_title_{wording}", region=region(facts), year=project.project.year)
    made = framed(facts, title, tuple(_items(facts, wording)))
    return replace(made, contents=False, header=made.title)


def _items(facts: Facts, wording: str) -> Iterator[Item]:
    tell, project = facts.tell, facts.ctx.project
    firms, plots = _firms(facts.ctx), _plots(facts.ctx)
    yield Para(tell.say(f"notice_lead_{wording}", year=project.project.year))
    counts = {name: len(rows) for name, rows in plots.items()}
    yield Para(tell.say("notice_objects", firms=len(firms), **counts))
    yield _part(facts, 1, f"notice_part_period_{wording}")
    known = {one.name: one for one in deadlines(project)}
    yield Para(_period(facts, known.get("publication")))
    yield _part(facts, 2, f"notice_part_objection_{wording}")
    yield from _objections(facts, wording, known)
    yield _part(facts, 3, "notice_part_list")
    yield from _table(facts, firms, FIRM_COLUMNS, "firms")
    for name, rows in plots.items():
        yield from _table(facts, rows, PARCEL_COLUMNS, name)
    name = project.print.organisation
    yield Para(tell.say("notice_sign", name=name) if name else tell.say("notice_sign_blank"), "right")
    day = project.project.published_on
    yield Para(tell.day(day) if day else tell.say("notice_date_blank"), "right")


def _part(facts: Facts, number: int, name: str) -> Heading:
    tell = facts.tell
    return Heading(tell.say("chapter", number=ordinal(facts, number), title=tell.say(name)))


def _period(facts: Facts, found: Deadline | None) -> str:
    tell = facts.tell
    if found is None:
        return tell.say("notice_period_blank")
    return tell.say("notice_period", start=tell.day(found.start), last=tell.day(found.last), n=found.working_days)


def _objections(facts: Facts, wording: str, known: Mapping[str, Deadline]) -> Iterator[Item]:
    tell = facts.tell
    if wording == "final":
        yield Para(tell.say("notice_objection_final"))
    elif "objection" in known:
        yield Para(tell.say("notice_objection_until", last=tell.day(known["objection"].last)))
    else:
        yield Para(tell.say("notice_objection_blank"))
    if "reply" in known and wording != "final":
        reply = known["reply"]
        yield Para(tell.say("notice_reply", n=reply.working_days, last=tell.day(reply.last)))
    for line in ("notice_office", "notice_address", "notice_contact"):
        yield Para(tell.say(line))


def _firms(ctx: Context) -> pd.DataFrame:
    """Return the enterprises on the list."""
    every = enterprise_list(ctx)
    return _sorted(every.loc[flags(every, "low_efficiency")])


def _plots(ctx: Context) -> dict[str, pd.DataFrame]:
    """Return the parcels with a conclusion, each once: suspected idle ones apart."""
    every = parcel_list(ctx)
    idle = in_classes(every, "idle_class", ("IDLE_T1", "IDLE_T2"))
    low, stopped = (in_classes(every, "efficiency_class", names) & ~idle for names in (LOW_CLASSES, STOPPED_CLASSES))
    return {"low": _sorted(every.loc[low]), "stopped": _sorted(every.loc[stopped]), "idle": _sorted(every.loc[idle])}


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    by = [name for name in ORDER if name in rows.columns]
    return rows.sort_values(by, kind="stable", na_position="last", ignore_index=True)


def _table(facts: Facts, rows: pd.DataFrame, columns: tuple[str, ...], name: str) -> Iterator[Item]:
    tell, words = facts.tell, facts.ctx.words
    if rows.empty:
        yield Para(tell.say(f"notice_none_{name}"))
        return
    source = "enterprises" if name == "firms" else "parcels"
    counter = words.phrase(f"{source}_word")
    table = Table(rows, columns, source=source, counter=counter, precise=True)
    yield Grid(block(table, words), tell.say(f"notice_table_{name}"), dense=True)
