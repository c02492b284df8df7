"""State what a run was made of: version, parameters, inputs, counts, outputs. No time of day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from landuse import __version__
from landuse.catalogue import term
from landuse.policy.agreement import agreement_figures
from landuse.rule import as_plain
from landuse.tables import Analysis
from landuse.tables.plan_tables import TOTALS

NO_BASE_MAPS: Final = {
    "zh": "公开地图不含底图:[map] 没有填写审图号(review_number)",
    "en": "No base maps on the public map: [map] states no review_number",
}


def manifest(analysis: Analysis, tables: Mapping[str, pd.DataFrame], outputs: Mapping[str, str]) -> dict[str, Any]:
    """Return the manifest of a run.

    Parameters
    ----------
    outputs
        Name of each output file -> sha256; the manifest itself and run.log.json are not among them.
    """
    project = analysis.project
    return {
        "landuse": __version__,
        "as_of": project.as_of.isoformat(),
        "project_digest": project.digest(),
        "project": json.loads(project.text()),
        **({"rule": as_plain(analysis.facts["rule"])} if "rule" in analysis.facts else {}),
        "inputs": [{"name": i.name, "size": i.size, "sha256": i.sha256} for i in analysis.raw.inputs],
        "counts": counts(tables),
        "outputs": [{"name": name, "sha256": digest} for name, digest in sorted(outputs.items())],
    }


def manifest_text(content: Mapping[str, Any]) -> str:
    """Return the manifest as it is written and as ``--json`` prints it."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def counts(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the figures of the run by unit: enterprises, parcels (with mu), issues by severity."""
    parcels, enterprises, issues = tables["parcels"], tables["enterprises"], tables["issues"]
    found = {
        "enterprises": len(enterprises),
        "enterprises_by_status": _tally(enterprises, "status"),
        "enterprises_flagged": int(enterprises["low_efficiency"].eq(other=True).sum()),
        "groups": len(tables["groups"]),
        "parcels": len(parcels),
        "parcels_mu": round(float(parcels["area_mu"].sum()), 4),
        "parcels_by_efficiency": _tally(parcels, "efficiency_class"),
        "parcels_by_idle": _tally(parcels, "idle_class"),
        "issues": _tally(issues, "severity"),
    }
    found |= _agreement(tables["agreement"]) if "agreement" in tables else {}
    return {**found, **_plans(tables)}


def counts_of(analysis: Analysis) -> dict[str, Any]:
    """Return the figures of a run, whoever its outputs are for."""
    tables = {"enterprises": analysis.enterprises, "groups": analysis.groups, "issues": analysis.issues}
    return counts({"parcels": analysis.parcels.table, **tables})


def _plans(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return how many plans, options, cases and demands there are; none of those of which the run has no table."""
    found = {}
    if TOTALS in tables:
        plans = tables[TOTALS].drop_duplicates("plan")
        found = {"plans": len(plans), "plans_feasible": int(plans["is_feasible"].sum())}
    found |= {name: len(tables[name]) for name in ("plan_options", "cases") if name in tables}
    return {**found, **({"demands": tables["matches"]["demand_id"].nunique()} if "matches" in tables else {})}


def _agreement(table: pd.DataFrame) -> dict[str, Any]:
    """Return how the verdict agrees with the official list."""
    share, kappa = agreement_figures(table)
    return {"agreement": _tally(table, "agreement"), "agreement_share": share, "agreement_kappa": kappa}


def readable(content: Mapping[str, Any], lang: str) -> str:
    """Return 运行说明.txt: the manifest for a reader who does not program."""
    zh = lang == "zh"
    lines = [
        ("运行说明" if zh else "About this run"),
        f"{'软件版本' if zh else 'Version'}: landuse {content['landuse']}",
        f"{'闲置测算基准日' if zh else 'As of'}: {content['as_of']}",
        f"{'参数指纹' if zh else 'Project digest'}: {content['project_digest']}",
        "",
        ("数量" if zh else "Counts"),
        *(f"  {_named(key, lang)}: {_plain(key, value, lang)}" for key, value in content["counts"].items()),
        "",
        *_input_lines(content, zh=zh),
        *([NO_BASE_MAPS["zh" if zh else "en"], ""] if "map" in content.get("left_out", ()) else []),
        ("成果文件 / 校验值 sha256" if zh else "Output file / sha256"),
        *(f"  {o['name']}  {o['sha256']}" for o in content["outputs"]),
        "",
        ("参数全文" if zh else "Parameters"),
        json.dumps(content["project"], ensure_ascii=False, indent=1),
    ]
    return "\n".join(lines) + "\n"


def _input_lines(content: Mapping[str, Any], *, zh: bool) -> list[str]:
    """Return the lines on the input files; none where the manifest does not list them."""
    if "inputs" not in content:
        return []
    title = "输入文件 / 大小(字节) / 校验值 sha256" if zh else "Input file / size in bytes / sha256"
    return [title, *(f"  {i['name']}  {i['size']}  {i['sha256']}" for i in content["inputs"]), ""]


def _tally(frame: pd.DataFrame, name: str) -> dict[str, int]:
    if name not in frame.columns:
        return {}
    found = frame[name].value_counts().sort_index()
    return {str(key): int(value) for key, value in found.items()}


COUNTED: Final = {
    "enterprises_by_status": "status",
    "parcels_by_efficiency": "efficiency_class",
    "parcels_by_idle": "idle_class",
    "issues": "severity",
    "agreement": "agreement",
}
"""Count that is split by a code -> enumeration that gives the code its words."""


def _named(key: str, lang: str) -> str:
    return term("count", key, lang)


def _plain(key: str, value: Any, lang: str) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    comma = "、" if lang == "zh" else ", "
    return comma.join(f"{term(COUNTED[key], code, lang)} {number}" for code, number in value.items())
