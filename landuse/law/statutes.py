"""Read the statutes and readings of the idle-land rule: every number with its article, typed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from landuse.catalogue import load


@dataclass(frozen=True)
class Article:
    """One article: how it is cited, a short quote, what it says."""

    zh: str
    en: str
    checked: str
    """text (read in the published text) | summary (from public summaries)."""
    quote: str
    gist: str


@dataclass(frozen=True)
class Statute:
    """One statute with its dates."""

    title: Mapping[str, str]
    number: str
    passed: date
    in_force: date
    articles: Mapping[str, Article]

    def cite(self, keys: Sequence[str], lang: str) -> str:
        """Return the citation of some articles, e.g. 《闲置土地处置办法》第二条第一款、第八条; blank for none."""
        if not keys:
            return ""
        labels = [getattr(self.articles[key], lang) for key in keys]
        return f"{self.title[lang]}{'、'.join(labels)}" if lang == "zh" else f"{self.title[lang]}, {', '.join(labels)}"


@dataclass(frozen=True)
class IdleLaw:
    """The numbers of Order 53 that a computation needs."""

    not_started_years: int
    """Full years without a start that make land idle (art. 2(1))."""
    suspended_years: int
    """Full years of suspension (art. 2(2))."""
    area_share: Fraction
    """Started area below this share of the area due (art. 2(2)); the share itself is not below."""
    invest_share: Fraction
    """Investment below this share of the total (art. 2(2)); the share itself is not below."""
    fee_years: int
    fee_share: Fraction
    """Part of the land price (art. 14(1))."""
    reclaim_years: int
    """Full years without a start after which the right may be taken back (art. 14(2))."""
    handover_years: int
    """Years from the hand-over to the start where none was agreed (art. 22)."""
    applies: Mapping[str, Sequence[str]]
    """``class.consequence`` -> articles cited; ``handover`` -> added where art. 22 gave the start."""
    statute: Statute


@dataclass(frozen=True)
class Practice:
    """What the law leaves open and a computation must settle (``statutes/practice.toml``)."""

    approval_years: int
    blank_cause: str
    counted_delay: str
    nothing: Sequence[str]
    words: Mapping[str, Sequence[str]]
    phrases: Mapping[str, str]
    states: Mapping[str, Sequence[str]]
    ownership: Mapping[str, Any]
    contract_facts: Sequence[str]
    delay_bounds: tuple[int, int]
    """Least and most days of government delay that are believed, both included."""
    date_order: Sequence[tuple[str, str]]
    past: Sequence[str]


@cache
def statute(name: str) -> Statute:
    """Return a statute by the name of its file, e.g. ``order_53_2012`` or ``civil_code``."""
    tree = load(f"law/statutes/{name}.toml")
    articles = {key: Article(**entry) for key, entry in tree["articles"].items()}
    return Statute(tree["title"], tree["number"], tree["passed"], tree["in_force"], articles)


@cache
def idle_law() -> IdleLaw:
    """Return the numbers of Order 53 of 2012."""
    tree = load("law/statutes/order_53_2012.toml")
    numbers = {name: entry["value"] for name, entry in tree["numbers"].items()}
    shares = {name: Fraction(value) for name, value in numbers.items() if isinstance(value, str)}
    return IdleLaw(**{**numbers, **shares}, applies=tree["applies"], statute=statute("order_53_2012"))


@cache
def practice() -> Practice:
    """Return the readings in force."""
    tree = load("law/statutes/practice.toml")
    cause, delay = tree["cause"], tree["delay"]
    return Practice(
        approval_years=tree["start"]["approval_years"],
        blank_cause=cause["blank"],
        counted_delay=cause["counted_delay"],
        nothing=cause["nothing"],
        words=cause["words"],
        phrases=cause["phrases"],
        states=tree["state"],
        ownership=tree["ownership"],
        contract_facts=tree["facts"]["contract"],
        delay_bounds=(delay["least_days"], delay["most_days"]),
        date_order=[(first, second) for first, second in tree["dates"]["order"]],
        past=tree["dates"]["past"],
    )
