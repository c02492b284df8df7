"""Show what came in, what was left over and what must be mended: the balance, the issues, the book of issues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from landuse.catalogue import load_folder
from landuse.reports.content.build import Table, block, cut, names, sheet
from landuse.reports.content.calls import calls
from landuse.reports.content.context import Context, section
from landuse.reports.content.model import Block, Sheet
from landuse.tables import SOURCE_CELL, column, table_title, unit_title
from landuse.units import COUNTS

UNITS: Final = {"tax_wan": "wan_yuan", "output_wan": "wan_yuan", "energy_tce": "tce", "area_m2": "m2"}
REASONS: Final = ("set_aside", "unallocated")
"""Enumerations that name why an amount was left over, beside `balance_reason`."""
AMOUNTS: Final = ("amount_in", "amount_out", "unallocated")
SEVERITIES: Final = ("fatal", "error", "warning", "note")
COUNTED: Final = {"errors": ("fatal", "error"), "warnings": ("warning",), "notes": ("note",)}


def balance(ctx: Context) -> Sheet:
    """Return 数据平衡表: one table a quantity, so that its sums mean something and its check is 0."""
    table = ctx.analysis.balance
    quantities = [name for name in COUNTS if table["quantity"].eq(name).any()]
    blocks = [_quantity(ctx, table.loc[table["quantity"].eq(name)], name) for name in quantities]
    return sheet("balance", ctx, blocks or [_quantity(ctx, table, next(iter(COUNTS)))])


def issues(ctx: Context) -> Sheet:
    """Return 问题清单: every issue, the severest first."""
    return sheet("issues", ctx, [_issue_block(ctx, _by_severity(ctx.issues), "issues")])


def owner_sheets(ctx: Context) -> list[Sheet]:
    """Return the book of issues: a summary, then a sheet for each bureau.

    The land bureau's own issues stand on the last sheet with those of nobody else (TERMS.md 4 names no sheet for it).
    """
    rows = _by_severity(_with_facts(ctx))
    owners = _owner_codes(ctx, rows)
    known = section("issue_book")["sheets"]
    places = np.where(np.isin(owners, known), owners, section("issue_book")["others"])
    made = [_issue_summary(ctx, rows, owners)]
    for owner in known:
        title = ctx.words.choice("owner", owner)
        theirs = rows.loc[places == owner]
        said = calls(ctx, cut(theirs), owners[places == owner][: len(cut(theirs))])
        part = _issue_block(ctx, theirs.drop(columns="facts", errors="ignore"), "issue_owner", calls=said)
        made.append(sheet("issue_owner", ctx, [part], name=title, owner=title))
    return made


def _quantity(ctx: Context, table: pd.DataFrame, name: str) -> Block:
    words = ctx.words
    rows = pd.DataFrame(
        {
            "step": words.worded("balance_step", table["step"], "step"),
            "quantity": words.worded("quantity", table["quantity"]),
            "unit_name": unit_title(UNITS[name], words.lang),
            **{amount: table[amount] / COUNTS[name] for amount in AMOUNTS},
            "reason": words.worded("balance_reason", table["reason"], *REASONS),
        }
    )
    first = table["reason"].eq("").to_numpy(dtype=bool)
    masks = {"unallocated": first, "amount_in": ~first, "amount_out": ~first}
    blank = {amount: rows[amount].mask(mask & rows[amount].eq(0)) for amount, mask in masks.items()}
    done = rows.assign(**blank, check=np.nan)
    off = {amount: done[amount].isna().to_numpy(dtype=bool) for amount in AMOUNTS}
    off |= {"check": np.ones(len(done), dtype=bool), "reason": first}
    title = f"{words.choice('quantity', name)} ({unit_title(UNITS[name], words.lang)})"
    made = Table(done, names("balance"), source="balance", heading=title, not_applicable=off)
    return block(made, words)


def _by_severity(rows: pd.DataFrame) -> pd.DataFrame:
    place = rows["severity"].map({name: index for index, name in enumerate(SEVERITIES)})
    return rows.iloc[np.argsort(place.to_numpy(dtype=float), kind="stable")].reset_index(drop=True)


def _owner_codes(ctx: Context, rows: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return who mends each issue as a code: the catalogue says it by the code of the issue, else the row in words."""
    book = load_folder("vocabulary/issues")
    owners = load_folder("vocabulary/enumerations")["owner"]
    by_word = {str(entry[ctx.words.lang]): code for code, entry in owners.items()}
    pairs = zip(rows["code"], rows["owner"], strict=True)
    found = [book[code]["owner"] if code in book else by_word.get(word, "other") for code, word in pairs]
    return np.array(found, dtype=object)


def _with_facts(ctx: Context) -> pd.DataFrame:
    """Return the worded issues with the facts behind their words, where the run has them."""
    facts = ctx.analysis.issues.get("facts")
    return ctx.issues if facts is None else ctx.issues.assign(facts=facts)


def _issue_block(ctx: Context, every: pd.DataFrame, key: str, calls: Sequence[str] = ()) -> Block:
    shown = cut(every).reset_index(drop=True)
    words = ctx.words
    titles = {name: table_title(name, words.lang) for name in shown["table"].unique()}
    rows = shown.assign(
        severity=words.worded("severity", shown["severity"]),
        table=shown["table"].map(titles),
        column=_column_titles(ctx, shown),
    )
    rows = rows.assign(call=pd.Series(list(calls), dtype="str")) if key == "issue_owner" else rows
    table = Table(
        rows,
        names(key),
        source="issues",
        counter=words.phrase("items_word"),
        not_applicable=_silent(rows),
        full_table="issues.parquet",
        of_all=every,
    )
    return block(table, words)


def _silent(rows: pd.DataFrame) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return where an issue has no such thing: no key, no column, no sheet, no row."""
    parts = [
        n
        for n in ("table", "key", "column", "source_file", "source_sheet", "source_row", SOURCE_CELL, "value")
        if n in rows
    ]
    return {name: _blank(rows[name]).to_numpy(dtype=bool) for name in parts}


def _blank(values: pd.Series) -> pd.Series:
    return values.isna() | values.astype("str").eq("")


def _column_titles(ctx: Context, rows: pd.DataFrame) -> list[str]:
    pairs = zip(rows["table"], rows["column"], strict=True)
    seen: dict[tuple[str, str], str] = {}
    for pair in pairs:
        if pair not in seen:
            known = column(*pair)
            seen[pair] = known.title(ctx.words.lang) if known else pair[1]
    return [seen[pair] for pair in zip(rows["table"], rows["column"], strict=True)]


def _issue_summary(ctx: Context, rows: pd.DataFrame, owners: Iterable[str]) -> Sheet:
    severity = rows["severity"].to_numpy(dtype=object)
    names_ = list(load_folder("vocabulary/enumerations")["owner"])
    owner = np.array(list(owners), dtype=object)
    by_owner = pd.DataFrame({"owner": [ctx.words.choice("owner", name) for name in names_]}, dtype="str")
    for printed, chosen in COUNTED.items():
        one_of = np.isin(severity, chosen)
        by_owner[printed] = pd.array([int((one_of & (owner == name)).sum()) for name in names_], dtype="Int64")
    book = section("issue_book")
    shown_on = [name if name in book["sheets"] else book["others"] for name in names_]
    by_owner = by_owner.assign(
        all=by_owner["errors"] + by_owner["warnings"] + by_owner["notes"],
        on_sheet=[ctx.words.choice("owner", name) for name in shown_on],
    )
    heads = [ctx.words.of("headings", name) for name in ("issue_counts", "issue_codes")]
    first = block(Table(by_owner, names("issue_summary"), source="issues", heading=heads[0]), ctx.words)
    more = Table(_by_code(ctx, rows), names("issue_summary", "more"), source="issues", heading=heads[1])
    return sheet("issue_summary", ctx, [first, block(more, ctx.words)])


def _by_code(ctx: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """Return each code once with its first message as an example and its number of rows."""
    first = rows.drop_duplicates("code").reset_index(drop=True)
    count = first["code"].map(rows["code"].value_counts(sort=False)).astype("Int64")
    titles = {name: table_title(name, ctx.words.lang) for name in first["table"].unique()}
    severity = ctx.words.worded("severity", first["severity"])
    return first.assign(severity=severity, all=count, table=first["table"].map(titles), example=first["message"])
