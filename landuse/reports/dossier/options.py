"""Say which measures the facts of a parcel make eligible, and what its class and consequence recommend."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from landuse.catalogue import load, term
from landuse.reports.dossier.words import Row, known, shown, word
from landuse.scenarios.measures import Book
from landuse.scenarios.measures.book import Measure
from landuse.scenarios.measures.eligible import IDLE, LISTED
from landuse.scenarios.measures.users import BANKRUPT

FACTS: Final = "vocabulary/planning/measures.toml"


@dataclass(frozen=True)
class Option:
    """One measure whose conditions hold."""

    code: str
    name: str
    group: str
    why: str
    limits: str
    """Procedure, and what lies on the parcel …"""
    procedure: str
    """… and the procedure alone."""


@dataclass(frozen=True)
class Standing:
    """What is known of one parcel: its row, its users as the enterprise table has them, the facts that hold."""

    row: Row
    users: Sequence[Row]
    facts: frozenset[str]


def options(standing: Standing, book: Book, lang: str, *, reckoned: Collection[str] = ()) -> list[Option]:
    """Return the measures that plot pages name and whose conditions hold, in the order of the catalogue.

    Parameters
    ----------
    reckoned
        Measures whose cost the run knows: they stand on the page of a run with plans, every one of them.
    """
    found = []
    for code, measure in book.measures.items():
        if not ((measure.entry.on_page or code in reckoned) and _holds(measure, standing.facts)):
            continue
        told = facts_of(standing, lang)
        why = "、".join(told[fact] for fact in (*measure.entry.all, *measure.entry.any) if fact in told)
        names = term("measure", code, lang), term("measure_group", measure.group, lang)
        procedure = _procedure(code, standing.row, lang)
        limits = _joined([procedure, *burdens(standing.row, lang, code)], lang)
        found.append(Option(code, *names, why, limits, procedure))
    return found


def _holds(measure: Measure, facts: frozenset[str]) -> bool:
    entry = measure.entry
    some = not entry.any or bool(facts & {*entry.any})
    return facts >= {*entry.all} and some and not facts & {*entry.none}


def facts_of(standing: Standing, lang: str) -> Mapping[str, str]:
    """Return the facts that hold, each in words; a fact that is unknown does not hold."""
    row = standing.row
    years, told = row.get("idle_years"), load("vocabulary/dossiers.toml")["fact"]
    fill: dict[str, Any] = {
        "years": int(years) if known(row, "idle_years") and years is not None else "",
        "efficiency": term("efficiency_class", str(row.get("efficiency_class")), lang),
        "court": _court(row, standing.users, lang),
        "far": shown("parcels", "far", row.get("far"), lang),
        "required": shown("parcels", "far_required", row.get("far_required", row.get("far_due")), lang),
        "no": row.get("seizure_no"),
    }
    plain = load(FACTS)["fact"]
    return {
        name: word("fact", name, lang, **fill) if name in told else str(plain[name][lang])
        for name in plain
        if name in standing.facts
    }


def recommendation(row: Row, lang: str) -> str:
    """Return the sentence that follows from class and consequence; suspected idle land comes first."""
    consequence, efficient = str(row.get("consequence")), str(row.get("efficiency_class"))
    key = consequence if row.get("idle_class") in IDLE else efficient if efficient in LISTED else "other"
    fee = row.get("idle_fee_wan")
    facts = {
        "article": row.get("article") or "",
        "fee": f"{float(fee):,.2f}" if known(row, "idle_fee_wan") and fee is not None else "—",
        "share": shown("parcels", "low_efficiency_share", row.get("low_efficiency_share"), lang),
    }
    return word("recommendation", key, lang, **facts)


def _court(row: Row, users: Sequence[Row], lang: str) -> str:
    parts = [word("fact", "seized", lang, no=row["seizure_no"])] if known(row, "seizure_no") else []
    if any(user.get("production_state") in BANKRUPT for user in users):
        parts.append(word("fact", "bankrupt", lang))
    return "、".join(parts)


def _procedure(code: str, row: Row, lang: str) -> str:
    return word("limit", code, lang, fee=shown("parcels", "idle_fee_wan", row.get("idle_fee_wan"), lang))


def burdens(row: Row, lang: str, code: str = "") -> list[str]:
    """Return what lies on a parcel: a mortgage or a seizure limits a measure, it never forbids it.

    Parameters
    ----------
    code
        Measure that is limited by it; disposal by court is by no seizure. Blank = any.
    """
    parts = [word("limit", "mortgaged", lang, no=row["mortgage_no"])] if known(row, "mortgage_no") else []
    if known(row, "seizure_no") and code != "M3":
        parts.append(word("limit", "seized", lang, no=row["seizure_no"]))
    return parts


def _joined(parts: Sequence[str], lang: str) -> str:
    return (";" if lang == "zh" else "; ").join(parts)
