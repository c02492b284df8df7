"""Print how the verdict agrees with an official list: four cells, two figures, grades, each difference by name."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from landuse.policy.agreement import COMPARED, DIFFERENT, KINDS, agreement_figures, grade_confusion
from landuse.reports.content.build import Table, block, names, sheet
from landuse.reports.content.context import Context, numbers
from landuse.reports.content.model import Block, Sheet

SUMMED: Final = {"land_mu": "area_mu", "tax_wan": "tax_wan"}
"""Printed sum -> column."""


def agreement(ctx: Context) -> Sheet:
    """Return 与官方名单比对; made only where the project names an official list."""
    table = ctx.analysis.agreement
    compared, others = (tuple(k for k in KINDS if (k in COMPARED) is wanted) for wanted in (True, False))
    blocks = [  # the widest first: it sets the widths of the columns
        _differences(ctx, table),
        _cells(ctx, table, compared, heading="agreement_cells"),
        _cells(ctx, table, others, heading="agreement_others"),
        _figures(ctx, table),
        *_grades(ctx, table),
    ]
    return sheet("agreement", ctx, blocks)


def _cells(ctx: Context, table: pd.DataFrame, kinds: tuple[str, ...], *, heading: str) -> Block:
    rows = [table[table["agreement"].eq(kind)] for kind in kinds]
    cells = pd.DataFrame(
        {
            "item": [ctx.words.choice("agreement", kind) for kind in kinds],
            "n_enterprises": pd.array([len(each) for each in rows], dtype="Int64"),
            **{name: [_sum(each, column) for each in rows] for name, column in SUMMED.items()},
        }
    )
    return block(Table(cells, tuple(cells.columns), heading=ctx.words.of("headings", heading)), ctx.words)


def _sum(rows: pd.DataFrame, name: str) -> float:
    values = numbers(rows, name)
    known = values[~pd.isna(values)]
    return math.nan if len(values) and not len(known) else round(math.fsum(known), 2)


def _figures(ctx: Context, table: pd.DataFrame) -> Block:
    share, kappa = agreement_figures(table)
    none = ctx.words.phrase("undetermined")
    facts = {
        "agreement_n": str(int(table["agreement"].isin(COMPARED).sum())),
        "agreement_share": none if share is None else f"{share:.1%}",
        "agreement_kappa": none if kappa is None else f"{kappa:.4f}",
    }
    titles = [ctx.words.phrase(name) for name in facts]
    rows = pd.DataFrame({"parameter": titles, "setting": list(facts.values())}, dtype="str")
    heading = ctx.words.of("headings", "agreement_figures")
    return block(Table(rows, tuple(rows.columns), heading=heading, with_totals=False), ctx.words)


def _grades(ctx: Context, table: pd.DataFrame) -> list[Block]:
    """Return official grades against ours; nothing where the list has none."""
    confusion = grade_confusion(table)
    if confusion.empty:
        return []
    made = confusion.rename(columns={grade: f"grade_{grade}" for grade in confusion.columns})
    rows = made.astype("Int64").reset_index().rename(columns={"official_grade": "item"})
    rows.columns.name = None
    heading = ctx.words.of("headings", "agreement_grades")
    return [block(Table(rows, tuple(rows.columns), heading=heading), ctx.words)]


def _differences(ctx: Context, table: pd.DataFrame) -> Block:
    """Return each enterprise on which the two differ, by kind, with the sentence of this run."""
    order = {kind: place for place, kind in enumerate(DIFFERENT)}
    rows = table[table["agreement"].isin(DIFFERENT)]
    rows = rows.assign(_kind=rows["agreement"].map(order)).sort_values(["_kind", "rank", "uscc"], kind="stable")
    lists = ("yes", "no")
    said = {True: ctx.words.phrase(lists[0]), False: ctx.words.phrase(lists[1])}
    told = rows.assign(
        agreement=ctx.words.worded("agreement", rows["agreement"]),
        status=ctx.words.worded("status", rows["status"]),
        official_listed=rows["official_listed"].map(said, na_action="ignore"),
    ).reset_index(drop=True)
    unranked = told["score"].isna().to_numpy(dtype=bool)
    masks = dict.fromkeys(("score", "rank", "grade"), unranked)
    heading = ctx.words.of("headings", "agreement_named")
    columns = names("agreement")
    made = Table(told, columns, source="agreement", heading=heading, with_totals=False, not_applicable=masks)
    return block(made, ctx.words)
