"""Write a comparison of two runs: compare.xlsx, compare.json, changes.parquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from landuse import __version__
from landuse.comparison.model import LISTS, Comparison
from landuse.reports.content.compare import comparison_book
from landuse.reports.content.compare_words import sentences
from landuse.reports.content.context import Words
from landuse.reports.excel import write_book
from landuse.tables.runs import RunRecord
from landuse.write.staging import staging

BOOK: Final = "compare.xlsx"
TEXT: Final = "compare.json"
TABLE: Final = "changes.parquet"


def write_comparison(comparison: Comparison, folder: Path, *, lang: str) -> None:
    """Write the outputs of ``landuse compare`` into a folder.

    Raises
    ------
    OutputError
        A final file is held open; its new content stands beside it and everything else is written.
    """
    told = comparison.units.assign(because=sentences(comparison, Words(lang)))
    with staging(folder) as stage:
        write_book(comparison_book(comparison, lang), stage.path(BOOK))
        text = json.dumps(_content(comparison, told), ensure_ascii=False, indent=2) + "\n"
        stage.path(TEXT).write_text(text, encoding="utf-8", newline="\n")
        _write_table(told, stage.path(TABLE))
        stage.publish()


def _content(comparison: Comparison, told: pd.DataFrame) -> dict[str, Any]:
    """Return the comparison as plain values; figures stand in the table of changes, which is named."""
    details = comparison.details
    of_unit = {key: rows.drop(columns=["list", "key"]) for key, rows in details.groupby(["list", "key"], sort=False)}
    lists = {
        name: [
            _unit(row, of_unit.get((name, row["key"]))) for row in told.loc[told["list"].eq(name)].to_dict("records")
        ]
        for name in LISTS
    }
    return {
        "landuse": __version__,
        "old": _run(comparison.old),
        "new": _run(comparison.new),
        "notes": list(comparison.notes),
        "parameters": comparison.parameters.to_dict("records"),
        "totals": comparison.totals.to_dict("records"),
        "heard_anew": told.loc[told["heard_anew"] & told["list"].eq("enterprises"), "key"].tolist(),
        "lists": lists,
        **_plan(comparison),
        "figures": TABLE,
    }


def _plan(comparison: Comparison) -> dict[str, Any]:
    """Return the parcels of the plans; nothing where a run shows none."""
    rows = comparison.plan.astype(object).where(comparison.plan.notna(), None).to_dict("records")
    return {"plan": rows} if rows else {}


def _run(run: RunRecord) -> dict[str, Any]:
    head = {name: run.head.get(name) for name in ("name", "year", "stage")}
    return {"folder": run.name, "landuse": run.version, "project_digest": run.digest, "as_of": run.as_of, **head}


def _unit(row: Any, details: pd.DataFrame | None) -> dict[str, Any]:
    told = {name: row[name] for name in ("key", "name", "change", "decided", "together", "because")}
    told["name"] = None if pd.isna(row["name"]) else row["name"]
    return {**told, "causes": list(row["causes"]), "details": [] if details is None else details.to_dict("records")}


def _write_table(told: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa

    from landuse.write.parquet import write_table

    arrays = {
        str(name): pa.array([list(entry) for entry in told[name]], pa.list_(pa.string()))
        if name == "causes"
        else pa.array(told[name], from_pandas=True)
        for name in told.columns
    }
    write_table(pa.table(arrays), path)
