"""Say on the screen what a run found and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from landuse.catalogue import load, term
from landuse.reports.content.matches import audit_lines
from landuse.reports.planning import shown_plan_line
from landuse.rule import Rule
from landuse.tables import Analysis, table_title, worded_issues

EACH: Final = 8
"""Issues of one code that are shown: thirty alike would hide all others."""
PLACE: Final = ("source_file", "source_sheet", "source_row")
"""Columns of an issue that say where it stands."""


def phrase(section: str, key: str, lang: str, /, **facts: Any) -> str:
    """Return one sentence of ``vocabulary/explain.toml`` filled with facts."""
    return str(load("vocabulary/explain.toml")[section][key][lang]).format(**facts)


def summary_lines(analysis: Analysis, manifest: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the lines a run ends with: enterprises, parcels, issues, and where to look."""
    project, counts = analysis.project, manifest["counts"]
    lang, rule = project.language, analysis.facts["rule"]
    severity = {name: counts["issues"].get(name, 0) for name in ("error", "warning", "note")}
    lines = [
        phrase(
            "summary",
            "title",
            lang,
            name=project.project.name,
            year=project.project.year,
            stage=phrase("summary", "draft_stage", lang)
            if severity["error"]
            else term("stage", project.project.stage, lang),
        ),
        phrase(
            "summary",
            _enterprise_line(rule),
            lang,
            n=counts["enterprises"],
            ranked=counts["enterprises_by_status"].get("RANKED", 0),
            flagged=counts["enterprises_flagged"],
            share=f"{float(rule.share) * 100:g}%",
        ),
        phrase("summary", "parcels", lang, **_parcel_figures(analysis)),
        *_variant_line(analysis, lang),
        *shown_plan_line(analysis),
        *audit_lines(analysis, lang),
        phrase("summary", "issues", lang, **severity),
    ]
    if severity["error"]:
        lines.append(phrase("summary", "draft", lang))
    return [*lines, _where_to_look(manifest, folder, lang)]


def _enterprise_line(rule: Rule) -> str:
    """Return which sentence counts the enterprises: listed by their standing alone, or by other rules too."""
    if rule.enabled != ("R01",):
        return "enterprises_any"
    return "enterprises" if rule.by_industry else "enterprises_group"


def _variant_line(analysis: Analysis, lang: str) -> list[str]:
    """Return how the list moves by each variant, and how many are on all lists; nothing without variants."""
    if analysis.variants is None:
        return []
    changes = analysis.variants.changes
    whole = changes.loc[changes["unit"].eq("enterprise") & changes["by"].eq("all")].to_dict("records")
    facts = [
        {"name": row["variant"], "n": row["n_variant"], "entered": row["n_entered"], "left": row["n_left"]}
        for row in whole
    ]
    told = ("; " if lang == "en" else ";").join(phrase("summary", "variant", lang, **fact) for fact in facts)
    core = int(analysis.enterprises["robust_core"].sum())
    return [phrase("summary", "variants", lang, told=told, core=core)]


def _where_to_look(manifest: Mapping[str, Any], folder: Path, lang: str) -> str:
    written = {str(output["name"]) for output in manifest["outputs"]}
    written |= {f"{name.split('/')[0]}/" for name in written if "/" in name}
    opened = load("vocabulary/explain.toml")["open"]
    hints = [phrase("open", name, lang) for name in opened if name in written]
    comma = ", " if lang == "en" else ","
    return phrase(
        "summary", "look", lang, folder=folder, hints=comma.join(hints or [phrase("summary", "listed", lang)])
    )


def step_title(step: str, lang: str) -> str:
    """Return what a step of the run is called while it runs."""
    words = load("vocabulary/explain.toml")["progress"]
    return str(words[step][lang]) if step in words else step


def issue_lines(analysis: Analysis, most: int = 40) -> list[str]:
    """Return the issues as lines for the screen, worst first, at most `most` of them and then their number."""
    lang = analysis.project.language
    issues = analysis.issues
    order = issues["severity"].map({"fatal": 0, "error": 1, "warning": 2, "note": 3})
    ordered = issues.loc[order.sort_values(kind="stable").index]
    shown = ordered[ordered.groupby("code").cumcount().to_numpy() < EACH][:most]
    chosen = worded_issues(shown, lang)
    texts = [" ".join(_issue_line(issue, lang).split()) for issue in chosen.to_dict("records")]
    tally = {name: int(issues["severity"].eq(name).sum()) for name in ("error", "warning", "note")}
    left = ordered.drop(shown.index)["code"].astype("str").value_counts(sort=False)
    more = [f"… +{left.sum()}: " + ", ".join(f"{code} {n}" for code, n in left.items())] if len(left) else []
    return [*texts, *more, *audit_lines(analysis, lang), phrase("summary", "issues", lang, **tally)]


def _issue_line(issue: Mapping[Any, Any], lang: str) -> str:
    severity = term("severity", str(issue["severity"]), lang)
    place = f"{issue['key']} " if issue["key"] else _place(issue, lang)
    return f"{severity} {issue['code']} {place}{issue['message']} → {issue['action']}"


def _place(issue: Mapping[Any, Any], lang: str) -> str:
    """Return where an issue without a key stands, as far as its message does not say so: file, sheet, row, or table."""
    file, sheet, row = ("" if pd.isna(issue[part]) else issue[part] for part in PLACE)
    colon = ": " if lang == "en" else ":"
    if not file:
        return f"{table_title(str(issue['table']), lang)}{colon}" if issue["table"] else ""
    if file in issue["message"]:
        return ""
    told = f"{file} [{sheet}]" if sheet else str(file)
    return f"{told}{colon}" if row == "" else f"{told} {phrase('summary', 'row', lang, row=row)}{colon}"


def _parcel_figures(analysis: Analysis) -> dict[str, Any]:
    parcels = analysis.parcels.table
    classes, mu = parcels["efficiency_class"], parcels["area_mu"]
    groups = {
        "low": classes.eq("low"),
        "partly": classes.eq("partly_low"),
        "idle": parcels["idle_class"].isin(["IDLE_T1", "IDLE_T2"]),
    }
    figures: dict[str, Any] = {"n": len(parcels), "mu": f"{mu.sum():,.2f}"}
    for name, rows in groups.items():
        figures[name] = int(rows.sum())
        figures[f"{name}_mu"] = f"{mu[rows].sum():,.2f}"
    return figures
