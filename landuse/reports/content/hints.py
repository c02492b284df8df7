"""Show what the named rules found: counts by rule and by batch, and the hits of rules that do not decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import load_folder
from landuse.reports.content.build import Table, block, cut, names
from landuse.reports.content.context import Context, in_classes, numbers
from landuse.reports.content.describe import enterprise_rows, not_of_enterprises, parcel_rows
from landuse.reports.content.figures import known_sum
from landuse.reports.content.model import Block, Mask

RULE_COLUMNS: Final = ("item", "deciding", "true_n", "false_n", "open_n", "true_mu")
BATCH_COLUMNS: Final = ("item", "n_enterprises", "land_mu", "n_parcels", "parcel_mu")
UNITS: Final = {"parcels": ("parcel", "parcel_id"), "enterprises": ("enterprise", "uscc")}
"""Table -> unit of its findings and its key."""


def rule_counts(ctx: Context, number: str) -> list[Block]:
    """Return how many enterprises each rule holds for, with their land; nothing where only R01 was judged."""
    found = _named(ctx, "enterprise")
    if ctx.rule is None or found["rule_id"].eq("R01").all():
        return []
    words, firms = ctx.words, ctx.analysis.enterprises
    area = pd.Series(numbers(firms, "area_mu"), index=pd.Index(firms["uscc"]))
    rows = []
    for name, part in found.groupby("rule_id", sort=True):
        outcome = part["outcome"].astype("boolean")
        true = outcome.fillna(value=False).to_numpy(dtype=bool)
        land = known_sum(np.asarray(area.reindex(part["key"][true]), dtype=np.float64))
        deciding = words.phrase("yes" if name in ctx.rule.enabled else "no")
        told = len(part) == len(firms)  # of very many only those are told for which a rule holds
        others = (int((~outcome).fillna(value=False).sum()), int(outcome.isna().sum())) if told else (None, None)
        counts = (int(true.sum()), *others)
        rows.append((f"{name} {ctx.reason(str(name))}", deciding, *counts, round(land, 2)))
    table = pd.DataFrame(rows, columns=list(RULE_COLUMNS))
    table = table.astype(dict.fromkeys(("true_n", "false_n", "open_n"), "Int64"))
    return [
        block(
            Table(table, RULE_COLUMNS, heading=words.of("headings", "by_rule", number=number), with_totals=False), words
        )
    ]


def batch_counts(ctx: Context, number: str) -> list[Block]:
    """Return enterprises and parcels by batch; nothing where the rule has no batches."""
    firms, parcels = ctx.analysis.enterprises, ctx.parcels
    if ctx.rule is None or "batch" not in firms.columns or not ctx.rule.batches:
        return []
    rows = []
    for name in ctx.rule.batches:
        inside = [in_classes(table, "batch", (name,)) for table in (firms, parcels)]
        land = [round(known_sum(numbers(t, "area_mu")[m]), 2) for t, m in zip((firms, parcels), inside, strict=True)]
        rows.append((ctx.words.choice("batch", name), int(inside[0].sum()), land[0], int(inside[1].sum()), land[1]))
    table = pd.DataFrame(rows, columns=list(BATCH_COLUMNS)).astype({"n_enterprises": "Int64", "n_parcels": "Int64"})
    heading = ctx.words.of("headings", "by_batch", number=number)
    return [block(Table(table, BATCH_COLUMNS, source="parcels", heading=heading), ctx.words)]


def enterprise_hints(ctx: Context) -> list[Block]:
    """Return the enterprises for which a rule holds that does not decide, with the sentences of these rules."""
    firms = ctx.analysis.enterprises
    every = _noted(firms).sort_values("uscc", kind="stable", ignore_index=True)
    if not len(every):
        return []
    rows = enterprise_rows(ctx, cut(every)).assign(hint=_sentences(ctx, cut(every), "enterprises"), remarks="")
    masks = not_of_enterprises(rows)
    return [_list(ctx, rows, every, "enterprises", masks)]


def parcel_hints(ctx: Context) -> list[Block]:
    """Return the parcels under what was agreed or asked, where no enabled rule says so of a listed parcel."""
    every = _noted(ctx.parcels).sort_values("parcel_id", kind="stable", ignore_index=True)
    if not len(every):
        return []
    shown = cut(every)
    rows = parcel_rows(ctx, shown)
    hints = {"noted": _reasons(ctx, shown), "hint": _sentences(ctx, shown, "parcels")}
    return [_list(ctx, rows.assign(**hints, remarks=""), every, "parcels", {})]


def _list(ctx: Context, rows: pd.DataFrame, every: pd.DataFrame, source: str, masks: Mapping[str, Mask]) -> Block:
    table = Table(
        rows,
        names(f"low_{source}", "hints"),
        source=source,
        heading=ctx.words.of("headings", "hints"),
        counter=ctx.words.phrase(f"{source}_word"),
        not_applicable=masks,
        precise=True,
        full_table="findings.parquet",
        of_all=every,
    )
    return block(table, ctx.words)


def _noted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows for which a rule holds that does not decide."""
    if "reasons_noted" not in table.columns:
        return table.iloc[:0]
    lists = table["reasons_noted"].to_numpy(dtype=object)
    return table.loc[np.fromiter((isinstance(one, tuple) and len(one) > 0 for one in lists), bool, len(lists))]


def _reasons(ctx: Context, rows: pd.DataFrame) -> list[str]:
    return [ctx.words.join(ctx.reason(str(code)) for code in codes) for codes in rows["reasons_noted"]]


def _sentences(ctx: Context, rows: pd.DataFrame, table: str) -> list[str]:
    """Return the sentences of the rules noted for each row, one under the other."""
    unit, key = UNITS[table]
    found = _named(ctx, unit)
    found = found.loc[found["key"].isin(rows[key])]
    keys = zip(found["key"], found["rule_id"], strict=True)
    said = dict(zip(keys, found["because"], strict=True))
    return [
        "\n".join(str(said[one, code]) for code in codes if (one, code) in said)
        for one, codes in zip(rows[key], rows["reasons_noted"], strict=True)
    ]


def _named(ctx: Context, unit: str) -> pd.DataFrame:
    """Return the findings of the named rules on enterprises or parcels."""
    found, book = ctx.analysis.findings, load_folder("vocabulary/enumerations")
    if not {"unit", "rule_id"} <= set(found.columns):
        return pd.DataFrame(columns=["key", "rule_id", "outcome", "because"])
    known = [*book["rule"], *book["agreed"]]
    return found.loc[found["unit"].eq(unit) & found["rule_id"].isin(known)]
