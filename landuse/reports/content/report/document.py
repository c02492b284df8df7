"""Put the report together: chapters in the order the project names, numbered, inside one document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from landuse.reports.content.context import Context, context
from landuse.reports.content.report.annexes import annexes, balance, plates
from landuse.reports.content.report.background import background, region
from landuse.reports.content.report.basis import basis
from landuse.reports.content.report.causes import causes
from landuse.reports.content.report.disposal import disposal, safeguards
from landuse.reports.content.report.facts import Facts
from landuse.reports.content.report.model import Document, Figure, Heading, Item, Para, Turn
from landuse.reports.content.report.plans import has_outcomes
from landuse.reports.content.report.present import present
from landuse.reports.content.report.results import results
from landuse.tables import Analysis

Maker = Callable[[Facts], Iterator[Item]]
NUMBERED: Final[Mapping[str, Maker]] = {
    "background": background,
    "method": basis,
    "present": present,
    "results": results,
    "causes": causes,
    "disposal": disposal,
    "safeguards": safeguards,
}
"""Chapters 一 to 七."""
OF_PLANS: Final = frozenset({"disposal"})
"""Chapters whose every page says that plans are computed and no decision."""
BREAK: Final = "|"
LONG_TITLE: Final = 18
"""Signs of a title that fit on one line of the cover."""
UNNUMBERED: Final[Mapping[str, Maker]] = {"lists": annexes, "plates": plates, "balance": balance}


def report(analysis: Analysis) -> Document:
    """Return 分析报告: every figure is one of the ledger, or follows from its rows."""
    facts = Facts(context(analysis))
    tell, chosen = facts.tell, facts.ctx.project.report.chapters
    items: list[Item] = list(_opening(facts))
    number = 0
    for name in chosen:
        if name in NUMBERED:
            number += 1
            banner = tell.say("plan_banner") if name in OF_PLANS and has_outcomes(facts) else ""
            items += [Turn(landscape=False, banner=banner)] if banner else []
            items.append(Heading(tell.say("chapter", number=ordinal(facts, number), title=tell.say(name))))
            items += _numbered(facts, number, NUMBERED[name](facts))
            items += [Turn(landscape=False)] if banner else []
        else:
            items += UNNUMBERED[name](facts)
    title = tell.say("report_title", region=region(facts), year=facts.ctx.project.project.year)
    return framed(facts, title, tuple(_turned(item for item in items if _is_wanted(facts, item))))


def _turned(items: Iterable[Item]) -> Iterator[Item]:
    """Give items without a section that has no page: of turns in a row the last one stands, at the end none."""
    turn: Turn | None = None
    for item in items:
        if isinstance(item, Turn):
            turn = item
            continue
        if turn is not None:
            yield turn
            turn = None
        yield item


def framed(facts: Facts, title: str, items: tuple[Item, ...]) -> Document:
    """Return a document with what every one of them bears: title, stamp, organisation, day, words of the layout.

    Parameters
    ----------
    title
        With | where a long one is broken; it becomes a line break on the cover and nothing elsewhere.
    """
    tell, project = facts.tell, facts.ctx.project
    stamp = stamp_of(facts.ctx)
    shown, gap = project.print, "" if tell.lang == "zh" else " "
    public = project.project.audience == "public"
    fields = {
        "title": title.replace(BREAK, "\n" if len(title) > LONG_TITLE else gap),
        "stamp": tell.say("stamp", stamp=stamp),
        "organisation": tell.say("organisation", name=shown.organisation) if shown.organisation else "",
        "doc_number": shown.doc_number,
        "date": tell.day(shown.drawn_on or project.as_of),
        "secrecy": "" if public else shown.secrecy,
        "notice": project.outputs.notice,
        "project": project.project.name,
    }
    words = {name: tell.say(name) for name in ("table_word", "figure_word", "total", "none", "notes_lead", "contents")}
    return Document(
        title=title.replace(BREAK, gap),
        fields=fields,
        items=items,
        lang=tell.lang,
        stamp=stamp,
        watermark=facts.ctx.words.phrase("draft") if facts.ctx.is_draft else "",
        header=tell.say("header", region=region(facts)),
        author=shown.organisation,
        dated=shown.drawn_on or project.as_of,
        words=words,
    )


def stamp_of(ctx: Context) -> str:
    """Return the word stamped on the first page and in every header: 草稿 beats all, then the project's own word."""
    own = ctx.project.report.stamp
    return str(own) if own and not ctx.is_draft and ctx.words.lang == "zh" else ctx.stage


def ordinal(facts: Facts, number: int) -> str:
    """Return the number of a chapter or part: 一 … 十, or 1 …."""
    signs = facts.tell.say("ordinals")
    if number <= len(signs):
        return signs[number - 1]
    return signs[-1] + signs[number - len(signs) - 1] if facts.tell.lang == "zh" else str(number)


def _opening(facts: Facts) -> Iterator[Item]:
    """Give what stands before the first chapter: that a run with errors is a draft, and the notice of the project."""
    tell = facts.tell
    if facts.ctx.is_draft:
        errors = int(facts.ctx.analysis.issues["severity"].eq("error").sum())
        yield Para(tell.say("draft_note", n=errors))
    if notice := facts.ctx.project.outputs.notice:
        yield Para(tell.say("notice", notice=notice.strip("。.")))


def _numbered(facts: Facts, chapter: int, items: Iterator[Item]) -> Iterator[Item]:
    """Give the items of a chapter with its parts numbered."""
    part = 0
    for item in items:
        if isinstance(item, Heading) and item.level == 2:
            part += 1
            text = facts.tell.say("part", number=ordinal(facts, part), chapter=chapter, title=item.text)
            yield replace(item, text=text)
        else:
            yield item


def _is_wanted(facts: Facts, item: Item) -> bool:
    settings = facts.ctx.project.report
    return not isinstance(item, Figure) or bool(settings.charts if item.chart else settings.maps)
