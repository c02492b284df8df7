"""Explain one parcel or enterprise step by step, from the source cell to the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from landuse.catalogue import term
from landuse.errors import Fault, InputError
from landuse.reports.sources import cells_of, plain, records, row_lines
from landuse.reports.summary import phrase
from landuse.tables import Analysis, column, unit_title, worded_issues
from landuse.units import M2_PER_MU

MONEY: Final = ("tax_wan", "output_wan", "revenue_wan", "energy_tce", "electricity_kwh")
AREAS: Final = ("registered_area_m2", "price_level", "holder", "holder_uscc")
MEASURES: Final = {
    "tax_per_mu": ("tax_wan", "area_mu"),
    "output_per_mu": ("output_wan", "area_mu"),
    "output_per_energy": ("output_wan", "energy_tce"),
}
"""Measure -> numerator and denominator."""
IDLE: Final = (
    "idle_class", "idle_years", "idle_since", "idle_days", "idle_cause", "consequence", "idle_fee_wan",
    "reclaim_from", "next_deadline", "article",
)  # fmt: skip
CONTRACT: Final = (
    "contract_no", "contract_date", "start_due", "handover_date", "approval_date", "start_date", "start_state",
    "gov_delay_days", "delay_cause", "finish_due", "finish_date", "suspended_from", "resumed_on", "area_due_m2",
    "area_started_m2", "invest_due_wan", "invest_actual_wan", "land_price_wan", "seizure_no", "mortgage_no",
)  # fmt: skip
EVIDENCE: Final = ("built_share", "far", "site_coverage", "invest_per_mu_wan", "tax_due_gap_wan")
MOST_CANDIDATES: Final = 12


def explain(analysis: Analysis, what: str) -> str:
    """Return every step of one parcel or enterprise as text.

    Parameters
    ----------
    what
        Parcel code, credit code, or a part of a name (enterprise, holder, parcel) that is unique.

    Raises
    ------
    InputError
        Nothing or several objects fit; the candidates are named.
    """
    kind, key = find(analysis, what)
    steps = _enterprise(analysis, key) if kind == "enterprise" else _parcel(analysis, key)
    lines: list[str] = []
    for heading, body in steps:
        lines += [heading, *(f"  {line}" for line in body)]
    return "\n".join(lines)


def find(analysis: Analysis, what: str) -> tuple[str, str]:
    """Return what is meant: ("enterprise", uscc) or ("parcel", parcel_id)."""
    firms, parcels = analysis.enterprises, analysis.parcels.table
    if firms["uscc"].eq(what).any():
        return "enterprise", what
    if parcels["parcel_id"].eq(what).any():
        return "parcel", what
    found = [("enterprise", key, name) for key, name in _named(firms, "uscc", ("name", "former_names"), what)]
    if not found:
        found = [("parcel", key, name) for key, name in _named(parcels, "parcel_id", ("parcel_name", "holder"), what)]
    if len({key for _, key, _ in found}) == 1:
        return found[0][0], found[0][1]
    lang = analysis.project.language
    listed = "、".join(f"{name}({key})" for _, key, name in found[:MOST_CANDIDATES])
    text = phrase("ask", "many", lang, candidates=listed) if found else phrase("ask", "none", lang)
    raise InputError([Fault(what, text, phrase("ask", "allowed", lang), phrase("ask", "do", lang))])


def _named(frame: pd.DataFrame, key: str, names: Iterable[str], part: str) -> list[tuple[str, str]]:
    hits = [
        (str(row[key]), str(row[name]))
        for name in names
        if name in frame.columns
        for row in frame.loc[frame[name].fillna("").str.contains(part, regex=False), [key, name]].to_dict("records")
    ]
    return list(dict(hits).items())


# ------------------------------------------------------------------------------------------- enterprise

Step = tuple[str, list[str]]


def _enterprise(analysis: Analysis, uscc: str) -> list[Step]:
    lang = analysis.project.language
    row = _row(analysis.enterprises, "uscc", uscc)
    use = analysis.occupancy.loc[analysis.occupancy["uscc"].eq(uscc)]
    year = analysis.project.project.year
    sources = row_lines(analysis.raw, "enterprises", lang, uscc=uscc) or [phrase("line", "no_source", lang)]
    cells = cells_of(analysis.raw, "accounts", MONEY, uscc=uscc, year=year)
    heads = {key: phrase("step", key, lang) for key in ("source", "land", "price", "accounts", "measures", "score")}
    return [
        (phrase("head", "enterprise", lang, name=row["name"], uscc=uscc), [_run_line(analysis)]),
        (heads["source"], sources),
        (heads["land"], [*_use_lines(use, lang), phrase("line", "total_land", lang, land=plain(row["area_mu"], 4))]),
        (heads["price"], _price_lines(analysis, row, use)),
        (heads["accounts"], [c.line(lang) for c in cells] or [phrase("line", "no_source", lang)]),
        (heads["measures"], _measure_lines(row, lang)),
        (heads["score"], _score_lines(analysis, row)),
        (phrase("step", "verdict", lang), [_status(row, lang), plain(row["because"])]),
        *_issue_step(analysis, uscc),
    ]


def _run_line(analysis: Analysis) -> str:
    project, rule = analysis.project, analysis.facts["rule"]
    return phrase(
        "head",
        "run",
        project.language,
        pack=rule.pack,
        version=rule.version,
        year=project.project.year,
        land_date=project.land_date,
        as_of=project.as_of,
        digest=project.digest()[:12],
    )


def _use_lines(use: pd.DataFrame, lang: str) -> list[str]:
    return [
        phrase(
            "line",
            "use",
            lang,
            parcel_id=row["parcel_id"],
            tenure=term("tenure", row["tenure"], lang),
            land=plain(row["land_mu"], 4),
            share=f"{row['land_share_of_parcel']:.2%}",
            mode=term("mode", row["mode"], lang),
            file=plain(row.get("source_file")),
            row=plain(row.get("source_row")),
        )
        for row in records(use)
    ]


def _price_lines(analysis: Analysis, row: dict[str, Any], use: pd.DataFrame) -> list[str]:
    lang, rule = analysis.project.language, analysis.facts["rule"]
    parcels = analysis.parcels.table
    concerned = parcels.loc[parcels["parcel_id"].isin(use["parcel_id"])]
    lines = [_parcel_price(analysis, parcel) for parcel in records(concerned)]
    apply = term("price_apply", rule.price_apply, lang)
    return [*lines, phrase("line", "firm_k", lang, k=plain(row["price_coefficient"], 6), apply=apply)]


def _parcel_price(analysis: Analysis, parcel: dict[str, Any]) -> str:
    lang = analysis.project.language
    return phrase(
        "line",
        "parcel_k",
        lang,
        parcel_id=parcel["parcel_id"],
        price=plain(parcel.get("price_yuan_per_m2"), 2),
        source=term("price_source", str(parcel.get("price_source")), lang),
        reference=plain(analysis.facts.get("reference_price"), 6),
        k=plain(parcel["price_coefficient"], 6),
    )


def _measure_lines(row: dict[str, Any], lang: str) -> list[str]:
    lines = []
    for name, (top, bottom) in MEASURES.items():
        title = _title("enterprises", name, lang)
        if pd.isna(row[name]):
            lines.append(phrase("line", "unknown_measure", lang, title=title))
            continue
        lines.append(_quotient(title, name, row[top], row[bottom], lang, row[name]))
        corrected = f"{name}_corrected"
        if corrected in row:
            shown = _title("enterprises", corrected, lang)
            lines.append(_quotient(shown, name, row[name], row["price_coefficient"], lang, row[corrected]))
    return lines


def _quotient(title: str, name: str, top: Any, bottom: Any, lang: str, value: Any) -> str:
    known = column("enterprises", name)
    unit = unit_title(known.unit, lang) if known else ""
    facts = {"title": title, "top": plain(top), "bottom": plain(bottom), "value": plain(value, 6), "unit": unit}
    return phrase("line", "measure", lang, **facts)


def _score_lines(analysis: Analysis, row: dict[str, Any]) -> list[str]:
    lang, rule = analysis.project.language, analysis.facts["rule"]
    if pd.isna(row.get("score")):
        return [_status(row, lang)]
    group = _row(analysis.groups, "industry_group", row["industry_group"])
    lines = []
    for name, weight in rule.weights.items():
        value, base = row.get(f"{name}_corrected", row[name]), group[f"base_{name}"]
        if pd.isna(value) or pd.isna(base):
            continue
        ratio = max(float(value), 0.0) / float(base)
        lines.append(
            phrase(
                "line",
                "ratio",
                lang,
                title=_title("enterprises", name, lang),
                value=plain(value, 6),
                base=plain(base, 6),
                ratio=plain(ratio, 6),
                cap=f"{rule.cap:g}",
                capped=plain(min(ratio, rule.cap), 6),
                weight=f"{weight:g}",
            )
        )
    facts: dict[str, Any] = {
        "name": group["name"],
        "path": plain(row.get("group_path")),
        "share": f"{float(rule.share):.0%}",
    }
    facts |= {key: int(group[key]) for key in ("n", "k", "flagged")}
    rank: dict[str, Any] = {"rank": int(row["rank"]), "n": int(row["n_in_group"]), "grade": plain(row.get("grade"))}
    return [
        *lines,
        phrase("line", "score", lang, score=plain(row["score"], 6)),
        phrase("line", "group", lang, group=row["industry_group"], **facts),
        phrase("line", "rank", lang, from_top=rank["n"] + 1 - rank["rank"], **rank),
    ]


# ----------------------------------------------------------------------------------------------- parcel


def _parcel(analysis: Analysis, parcel_id: str) -> list[Step]:
    lang = analysis.project.language
    row = _row(analysis.parcels.table, "parcel_id", parcel_id)
    cells = cells_of(analysis.raw, "parcels", AREAS, parcel_id=parcel_id)
    contract = cells_of(analysis.raw, "parcels", CONTRACT, parcel_id=parcel_id)
    name = plain(row.get("parcel_name") or row.get("holder")).replace("—", "")
    heads = {key: phrase("step", key, lang) for key in ("area", "users", "parcel_price", "idle", "evidence")}
    return [
        (phrase("head", "parcel", lang, parcel_id=parcel_id, name=name), [_run_line(analysis)]),
        (phrase("step", "source", lang), row_lines(analysis.raw, "parcels", lang, parcel_id=parcel_id)),
        (heads["area"], [*(c.line(lang) for c in cells), _area_line(row, lang)]),
        (heads["users"], _user_lines(analysis, parcel_id, row)),
        (heads["parcel_price"], [_parcel_price(analysis, row)]),
        (
            heads["idle"],
            [*(c.line(lang) for c in contract), *_value_lines(row, IDLE, lang), plain(row.get("idle_because"))],
        ),
        (heads["evidence"], _value_lines(row, EVIDENCE, lang) or ["—"]),
        (phrase("step", "parcel_verdict", lang), _verdict_lines(row, lang)),
        *_issue_step(analysis, parcel_id),
    ]


def _area_line(row: dict[str, Any], lang: str) -> str:
    return phrase(
        "line",
        "areas",
        lang,
        registered=plain(row["registered_area_mu"], 4),
        ellipsoid=plain(row["ellipsoid_area_m2"], 2),
        projected=plain(row["projected_area_m2"], 2),
        source=term("area_source", row["area_source"], lang),
        used=plain(row["area_mu"], 4),
    )


def _user_lines(analysis: Analysis, parcel_id: str, parcel: dict[str, Any]) -> list[str]:
    lang = analysis.project.language
    use = analysis.occupancy.loc[analysis.occupancy["parcel_id"].eq(parcel_id)]
    facts = ["uscc", "name", "status", "score", "rank", "n_in_group", "low_efficiency"]
    users = use.merge(analysis.enterprises[facts], on="uscc", how="left", validate="many_to_one")
    words = {True: term("rule", "R01", lang), False: term("efficiency_class", "not_low", lang)}
    lines = [
        phrase(
            "line",
            "user",
            lang,
            name=plain(user["name"]),
            uscc=user["uscc"],
            tenure=term("tenure", user["tenure"], lang),
            land=plain(user["land_mu"], 4),
            share=f"{user['land_share_of_parcel']:.2%}",
            status=term("status", plain(user["status"]), lang),
            score=plain(user["score"], 2),
            rank=plain(user["rank"]),
            n=plain(user["n_in_group"]),
            low="—" if pd.isna(user["low_efficiency"]) else words[bool(user["low_efficiency"])],
        )
        for user in records(users)
    ]
    left = float(parcel["area_mu"]) - float(use["land_mu"].sum())
    rest = [phrase("line", "unallocated", lang, land=plain(left, 4))] if left * M2_PER_MU > 1e-3 else []
    return [*(lines or [phrase("line", "nobody", lang)]), *rest]


def _value_lines(row: dict[str, Any], names: Iterable[str], lang: str) -> list[str]:
    lines = []
    for name in names:
        if name not in row or pd.isna(row[name]):
            continue
        known = column("parcels", name)
        unit = f" {unit_title(known.unit, lang)}" if known and known.unit and known.unit != "share" else ""
        value = f"{row[name]:.1%}" if known and known.unit == "share" else plain(row[name])
        value = term(name, value, lang) if name in {"idle_class", "idle_cause", "consequence"} else value
        lines.append(phrase("line", "idle", lang, title=_title("parcels", name, lang), value=f"{value}{unit}"))
    return lines


def _verdict_lines(row: dict[str, Any], lang: str) -> list[str]:
    return [
        *_value_lines(row, ("low_efficiency_share",), lang),
        term("efficiency_class", plain(row["efficiency_class"]), lang),
        plain(row["because"]),
    ]


# ----------------------------------------------------------------------------------------------- shared


def _status(row: dict[str, Any], lang: str) -> str:
    return f"{_title('enterprises', 'status', lang)}:{term('status', plain(row['status']), lang)}"


def _issue_step(analysis: Analysis, key: str) -> list[Step]:
    lang = analysis.project.language
    concerned = analysis.issues.loc[analysis.issues["key"].eq(key)]
    if concerned.empty:
        return []
    worded = worded_issues(concerned, lang)
    lines = [
        f"{term('severity', i['severity'], lang)} {i['code']}:{i['message']} → {i['action']}" for i in records(worded)
    ]
    return [(phrase("step", "issues", lang), lines)]


def _title(table: str, name: str, lang: str) -> str:
    known = column(table, name)
    return known.title(lang) if known else name


def _row(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    return records(frame.loc[frame[key].eq(value)])[0]
