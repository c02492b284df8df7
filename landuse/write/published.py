"""Shape the tables of an analysis as the contract publishes them: columns, order, types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from landuse.tables import BALANCE_COLUMNS, PROVENANCE, Analysis, Column, Plans, columns, worded_issues
from landuse.tables.plan_tables import PLAN_TABLES, pieces
from landuse.units import COUNTS

TABLES: Final = ("parcels", "enterprises", "occupancy", "findings", "issues", "balance", "groups", "history", "lift")
"""Published tables in the order of the contract; those of the variants and of plans follow where the project asks for
them."""

TYPES: Final = {
    "integer": "Int64",
    "flag": "boolean",
    "number": "float64",
    "text": "str",
    "key": "str",
    "date": "datetime64[us]",
}
"""Kind of a column -> type it is published in; lists stay as they are."""
LOW_CLASSES: Final = ("low", "partly_low")
IDLE_CLASSES: Final = ("IDLE_T1", "IDLE_T2")


def published_tables(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return every published table but geometry: canonical input columns that were read, then the computed ones.

    Keys are columns, rows keep their order, internal columns (integer amounts, helpers) are left out. A computed column
    of which the run knows nothing (no buildings, no raster) is there and unknown throughout.
    """
    issues = analysis.issues
    worded = worded_issues(issues, analysis.project.language) if "facts" in issues.columns else issues
    sources = {
        "parcels": analysis.parcels.table,
        "enterprises": analysis.enterprises,
        "occupancy": analysis.occupancy,
        "findings": analysis.findings,
        "issues": worded,
        "balance": balance_in_units(analysis.balance),
        "groups": analysis.groups,
        "history": analysis.history,
        "lift": analysis.lift,
    }
    if len(analysis.agreement.columns):
        sources["agreement"] = analysis.agreement
    if analysis.variants is not None:
        sources |= {"variants": analysis.variants.rows, "variant_changes": analysis.variants.changes_in_units()}
    if analysis.plans is not None:
        sources |= plan_tables(analysis.plans)
    return {name: _shaped(frame, name) for name, frame in sources.items()}


def schema(table: str) -> dict[str, Column]:
    """Return every column a published table may carry: read, computed, provenance."""
    return {**columns("input", table), **columns("input", "provenance"), **columns("output", table)}


def balance_in_units(balance: pd.DataFrame) -> pd.DataFrame:
    """Return the balance in 万元, tce and m2 instead of integer parts; exact in decimals up to 10^15 parts."""
    parts = balance["quantity"].map(COUNTS)
    amounts = {name: balance[name] / parts for name in ("amount_in", "amount_out", "unallocated")}
    return balance.assign(**amounts)[list(BALANCE_COLUMNS)]


def plan_tables(plans: Plans) -> dict[str, pd.DataFrame]:
    """Return the tables of plans that have any row; parts are typed first, so that none sets the type of another."""
    found = {name: pieces(plans, name) for name in PLAN_TABLES}
    return {name: pd.concat([typed(each, name) for each in of], ignore_index=True) for name, of in found.items() if of}


def _shaped(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    known = columns("output", table)
    computed = {name: entry for name, entry in known.items() if not entry.optional or name in frame.columns}
    read = [name for name in columns("input", table) if name in frame.columns and name not in computed]
    names = [*read, *computed, *_provenance(frame, table, computed)]
    return typed(frame.reindex(columns=names), table).reset_index(drop=True)


def _provenance(frame: pd.DataFrame, table: str, computed: Iterable[str]) -> list[str]:
    known = set(computed)
    return [name for name in PROVENANCE if name in frame.columns and name not in known and table != "balance"]


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return a table with its columns in the types they are published in."""
    known = schema(table)
    wanted = {name: TYPES[known[name].kind] for name in frame.columns if name in known and known[name].kind in TYPES}
    return frame.astype(
        {name: kind for name, kind in wanted.items() if str(frame[name].dtype) not in (kind, "category")}
    )
