"""Say which measures the facts of a parcel make eligible, and what its class and consequence recommend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from landuse.catalogue import load, term
from landuse.reports.dossier.words import Row, known, shown, word

TABLE: Final = "reports/dossier/options.toml"
LISTED: Final = ("low", "partly_low", "stopped", "vacant")
IDLE: Final = ("IDLE_T1", "IDLE_T2")
BANKRUPT: Final = ("破产", "破产重整")
CLOSED: Final = ("注销", "吊销", "迁出")
STOPPED: Final = ("停产", "半停产", "未投产", *BANKRUPT)
FULL_YEARS: Final = 2
"""Full years without a start from which taking back may begin (Order 53, art. 14(2))."""


@dataclass(frozen=True)
class Option:
    """One measure whose conditions hold."""

    code: str
    name: str
    group: str
    why: str
    limits: str


def options(row: Row, users: Sequence[Row], lang: str) -> list[Option]:
    """Return the measures that are eligible, in the order of the table.

    Parameters
    ----------
    row
        The parcel.
    users
        The enterprises that use it, as the enterprise table has them.
    """
    facts = facts_of(row, users, lang)
    found = []
    for code, entry in load(TABLE).items():
        if not all(fact in facts for fact in entry["all"]):
            continue
        why = "、".join(facts[fact] for fact in entry["all"])
        group = word("measure_group", entry["group"], lang)
        found.append(Option(code, word("measure", code, lang), group, why, _limits(code, row, lang)))
    return found


def facts_of(row: Row, users: Sequence[Row], lang: str) -> Mapping[str, str]:
    """Return the facts that hold, each in words; a fact that is unknown does not hold."""
    idle, years, cause = row.get("idle_class"), row.get("idle_years"), row.get("idle_cause")
    full = int(years) if known(row, "idle_years") and years is not None else -1
    by_enterprise = idle == "IDLE_T1" and cause == "enterprise"
    far, required = row.get("far"), row.get("far_required", row.get("far_due"))
    both = known({"far": far, "required": required}, "far") and known({"required": required}, "required")
    efficiency = term("efficiency_class", str(row.get("efficiency_class")), lang)
    court = _court(row, users, lang)
    holds: dict[str, tuple[bool, dict[str, Any]]] = {
        "idle_two_years": (by_enterprise and full >= FULL_YEARS, {"years": full}),
        "idle_one_year": (by_enterprise and 1 <= full < FULL_YEARS, {}),
        "government": (idle in IDLE and cause == "government", {}),
        "listed": (row.get("efficiency_class") in LISTED, {"efficiency": efficiency}),
        "court": (bool(court), {"court": court}),
        "far_below": (
            bool(both and float(str(far)) < float(str(required))),
            {"far": shown("parcels", "far", far, lang), "required": shown("parcels", "far_required", required, lang)},
        ),
        "operating": (_operating(row, users), {}),
    }
    return {name: word("fact", name, lang, **fill) for name, (true, fill) in holds.items() if true}


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


def _operating(row: Row, users: Sequence[Row]) -> bool:
    """Return whether some user is known to be at work: neither stopped nor closed, on land that is not idle."""
    if row.get("efficiency_class") in ("stopped", "vacant") or row.get("idle_class") in IDLE:
        return False
    return any(
        known(user, "production_state")
        and user["production_state"] not in STOPPED
        and user.get("registry_state") not in CLOSED
        for user in users
    )


def _limits(code: str, row: Row, lang: str) -> str:
    """Return limits and procedure of a measure: a mortgage or a seizure limits it, it never forbids it."""
    fee = shown("parcels", "idle_fee_wan", row.get("idle_fee_wan"), lang)
    parts = [word("limit", code, lang, fee=fee)]
    if known(row, "mortgage_no"):
        parts.append(word("limit", "mortgaged", lang, no=row["mortgage_no"]))
    if known(row, "seizure_no") and code != "M3":
        parts.append(word("limit", "seized", lang, no=row["seizure_no"]))
    return (";" if lang == "zh" else "; ").join(parts)
