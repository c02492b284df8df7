"""一、工作背景与依据: who ordered the evaluation, on what grounds, of what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from landuse.law.statutes import statute
from landuse.policy.library import is_known, pack_of
from landuse.reports.content.method import STATUTES
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Heading, Item, Para

SUBJECT: Final = "工业用地"
"""What the name of a project says after that of its county."""


def background(facts: Facts) -> Iterator[Item]:
    """Give the chapter; its headings are numbered by whoever puts the chapters together."""
    tell, project = facts.tell, facts.ctx.project
    task = project.report.task
    yield Heading(tell.say("background_task"), 2)
    yield Para(tell.say("aim", region=region(facts), year=project.project.year))
    yield Para(tell.say("task_stated", task=task) if task else tell.say("task_blank"))
    yield Heading(tell.say("background_law"), 2)
    laws = [
        tell.say("law_of", title=law.title[tell.lang], number=law.number, day=tell.day(law.in_force))
        for law in map(statute, STATUTES)
    ]
    yield Para(tell.say("law_idle", laws=tell.join(laws)))
    yield Para(_pack(facts))
    yield Para(tell.say("law_two"))
    yield Heading(tell.say("background_scope"), 2)
    scope = {"parcels": len(facts.parcels), "firms": len(facts.firms), "ranked": facts.ranked}
    yield Para(tell.say("scope", mu=tell.mu(facts.land), **scope))


def region(facts: Facts) -> str:
    """Return what the county is called in titles: as [print] says, else by the name of the project."""
    project = facts.ctx.project
    if project.print.region_name:
        return str(project.print.region_name)
    name = str(project.project.name)
    return name.partition(SUBJECT)[0].rstrip(" :·-") or name


def _pack(facts: Facts) -> str:
    tell, rule = facts.tell, facts.ctx.rule
    if rule is None:
        return tell.say("law_none")
    day = tell.day(date.fromisoformat(rule.version))
    if not is_known(rule):
        return tell.say("law_pack_bare", pack=rule.pack, day=day)
    known = pack_of(rule)
    cited = str(known.cited[tell.lang]).strip("。. ")
    return tell.say("law_pack", pack=known.title[tell.lang], day=day, cited=cited)
