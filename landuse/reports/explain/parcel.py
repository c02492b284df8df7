"""Explain one parcel: source, area, users, money, price, idle time, evidence, verdict."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.reports.explain.papers import contract_keys, paper_lines
from landuse.reports.explain.price import parcel_price, reference_line
from landuse.reports.explain.rules import finding_lines
from landuse.reports.explain.said import said_step
from landuse.reports.explain.words import (
    AREA,
    LAND,
    MONEY,
    Row,
    Step,
    head,
    idle_word,
    issue_step,
    numbered,
    row_of,
    rule_lines,
    step_of,
    value_lines,
    verdict_word,
)
from landuse.reports.rows import find_records
from landuse.reports.sources import cells_of, plain, row_lines
from landuse.reports.summary import phrase
from landuse.tables import Analysis
from landuse.units import M2_PER_MU

AREAS: Final = ("holder", "holder_uscc", "registered_area_m2", "price_level")
IDLE: Final = (
    "idle_class", "idle_years", "idle_since", "idle_days", "idle_cause", "consequence", "idle_fee_wan",
    "reclaim_from", "next_deadline", "article",
)  # fmt: skip
CONTRACT: Final = (
    "ownership", "contract_no", "contract_date", "start_due", "handover_date", "approval_date", "start_date",
    "start_state", "gov_delay_days", "delay_cause", "finish_due", "finish_date", "suspended_from", "resumed_on",
    "area_due_m2", "area_started_m2", "invest_due_wan", "invest_actual_wan", "land_price_wan", "price_paid_wan",
    "seizure_no", "seizure_from", "mortgage_no",
)  # fmt: skip
EVIDENCE: Final = ("built_share", "far", "site_coverage", "invest_per_mu_wan", "tax_due_gap_wan")
MEASURED: Final = ("tax_per_mu", "output_per_mu", "output_per_energy")
AMOUNTS: Final = {"tax": "tax_wan", "output": "output_wan", "energy": "energy_tce"}
SAID: Final = ("NORMAL", "NOT_APPLICABLE")
"""Idle classes whose sentence the verdict does not repeat."""
NOTICEABLE_M2: Final = 1e-3


def parcel_steps(analysis: Analysis, parcel_id: str) -> list[Step]:
    """Return the steps of one parcel."""
    lang = analysis.project.language
    row = row_of(analysis.parcels.table, "parcel_id", parcel_id)
    users = _users(analysis, parcel_id, row)
    steps = [
        step_of("source", row_lines(analysis.raw, "parcels", lang, parcel_id=parcel_id), lang),
        step_of("area", [*_cells(analysis, parcel_id, AREAS), _area_line(row, lang)], lang),
        step_of("users", _user_lines(analysis, row, users), lang),
        step_of("money", _money_lines(row, users, lang), lang),
        step_of("price", [reference_line(analysis), parcel_price(analysis, row)], lang),
        step_of("idle", _idle_lines(analysis, row), lang),
        step_of("evidence", value_lines(row, EVIDENCE, lang) or ["—"], lang),
        step_of("verdict", _verdict_lines(analysis, row), lang),
    ]
    title = phrase("head", "parcel", lang, parcel_id=parcel_id, name=_name(row))
    return [
        Step("head", title, [head(analysis), _result(row, lang)]),
        *numbered(steps, lang),
        *said_step(analysis, parcel_id),
        *issue_step(analysis, parcel_id, *contract_keys(row)),
    ]


def _name(row: Row) -> str:
    known = (row.get(name) for name in ("parcel_name", "holder"))
    return next((str(name) for name in known if not pd.isna(name) and name), "")


def _result(row: Row, lang: str) -> str:
    words = [term("efficiency_class", plain(row["efficiency_class"]), lang)]
    words += [idle_word(row, lang)] if plain(row.get("idle_class")) not in SAID else []
    return phrase("head", "result", lang, result=phrase("ask", "comma", lang).join(words))


def _cells(analysis: Analysis, parcel_id: str, names: tuple[str, ...]) -> list[str]:
    lang = analysis.project.language
    return [cell.line(lang) for cell in cells_of(analysis.raw, "parcels", names, parcel_id=parcel_id)]


def _area_line(row: Row, lang: str) -> str:
    return phrase(
        "line",
        "areas",
        lang,
        registered=plain(row["registered_area_mu"], LAND),
        ellipsoid=plain(row["ellipsoid_area_m2"], AREA),
        projected=plain(row["projected_area_m2"], AREA),
        source=term("area_source", row["area_source"], lang),
        used=plain(row["area_mu"], LAND),
    )


# ------------------------------------------------------------------------------------------ land and money


def _users(analysis: Analysis, parcel_id: str, parcel: Row) -> list[Row]:
    """Return the occupants with what the enterprise table knows of them; `known` says whether it does."""
    facts = ("name", "status", "score", "rank", "n_in_group", "low_efficiency", "reasons", *AMOUNTS.values())
    holder = parcel.get("holder")
    users = []
    for user in find_records(analysis.occupancy, parcel_id=parcel_id):
        firm = next(iter(find_records(analysis.enterprises, uscc=user["uscc"])), {})
        told = {name: firm.get(name) for name in facts}
        name = holder if pd.isna(told["name"]) and user["uscc"] == parcel.get("holder_uscc") else told["name"]
        users.append({**user, **told, "known": bool(firm), "name": plain(name)})
    return users


def _user_lines(analysis: Analysis, parcel: Row, users: list[Row]) -> list[str]:
    lang = analysis.project.language
    area, used = float(parcel["area_mu"]), float(sum(user["land_mu"] for user in users))
    rest = area - used if (area - used) * M2_PER_MU > NOTICEABLE_M2 else 0.0
    lines = [_user_line(analysis, user) for user in users] or [phrase("line", "nobody", lang)]
    if rest:
        blank = pd.isna(parcel.get("holder_uscc")) or not parcel.get("holder_uscc")
        reason = term("unallocated", "NO_HOLDER" if blank else "NOT_CLAIMED", lang)
        lines.append(phrase("line", "unallocated", lang, land=plain(rest, LAND), reason=reason))
    facts = {"used": plain(used, LAND), "rest": plain(rest, LAND), "area": plain(area, LAND)}
    return [*lines, phrase("line", "land_sum", lang, n=len(users), **facts)]


def _user_line(analysis: Analysis, user: Row) -> str:
    lang = analysis.project.language
    status = term("status", plain(user["status"]), lang) if user["known"] else phrase("line", "unknown_user", lang)
    line = phrase(
        "line",
        "user",
        lang,
        name=user["name"],
        uscc=user["uscc"],
        tenure=term("tenure", user["tenure"], lang),
        land=plain(user["land_mu"], LAND),
        share=f"{user['land_share_of_parcel']:.2%}",
        status=status,
    )
    if pd.isna(user["score"]):
        return line
    facts = {"score": plain(user["score"], MONEY), "rank": plain(user["rank"]), "n": plain(user["n_in_group"])}
    return line + phrase("line", "user_result", lang, result=verdict_word(analysis, user), **facts)


def _money_lines(parcel: Row, users: list[Row], lang: str) -> list[str]:
    """Return what each user brings to the parcel by its land here, the sums, and the measures of the parcel."""
    if all(pd.isna(parcel[name]) for name in AMOUNTS.values()):
        return [phrase("line", "no_money", lang)]
    paying = [user for user in users if any(not pd.isna(user[name]) for name in AMOUNTS.values())]
    shares = [
        phrase(
            "line", "share_of", lang, name=user["name"], weight=f"{user['weight_of_enterprise']:.2%}", **_amounts(user)
        )
        for user in paying
    ]
    return [*shares, phrase("line", "money_sum", lang, **_amounts(parcel)), *value_lines(parcel, MEASURED, lang)]


def _amounts(row: Row) -> dict[str, Any]:
    return {key: plain(row[name], MONEY) for key, name in AMOUNTS.items()}


# ------------------------------------------------------------------------------------------ law and verdict


def _idle_lines(analysis: Analysis, row: Row) -> list[str]:
    lang = analysis.project.language
    sentence = [plain(row["idle_because"])] if row.get("idle_because") and plain(row["idle_class"]) in SAID else []
    shown = [name for name in IDLE if not (name == "consequence" and row.get(name) == "none")]
    sources = [*_cells(analysis, row["parcel_id"], CONTRACT), *paper_lines(analysis, row)]
    return [*sources, *value_lines(row, shown, lang), *sentence]


def _verdict_lines(analysis: Analysis, row: Row) -> list[str]:
    lang = analysis.project.language
    efficient = plain(row["efficiency_class"])
    rules = {"not_rated": ("rated_from",), "low": ("low_from",), "partly_low": ("low_from",)}.get(efficient, ())
    return [
        term("efficiency_class", efficient, lang),
        *value_lines(row, ("low_efficiency_share",), lang),
        plain(row["because"]),
        *rule_lines(analysis, rules, with_value=True),
        *finding_lines(analysis, "parcel", row["parcel_id"]),
        phrase("line", "only_computed", lang),
    ]
