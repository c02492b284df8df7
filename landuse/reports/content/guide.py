"""Tell a clerk how to read the ledger: what each sheet says, how it counts, which marks it uses."""

from __future__ import annotations

from typing import Any

import pandas as pd

from landuse.catalogue import load
from landuse.law.deadlines import worded_deadlines
from landuse.reports.content.build import Table, block, sheet
from landuse.reports.content.context import BOOK, Context, section
from landuse.reports.content.model import Sheet


def guide(ctx: Context) -> Sheet:
    """Return 填表说明."""
    lang, entries = ctx.words.lang, section("sheets")
    listed = [entries[key] for key in section("ledger")["order"]]
    sheets: dict[str, list[str]] = {
        "sheet_name": [entry["name"][lang] for entry in listed],
        "counted_by": [ctx.words.phrase(f"basis_{entry['basis']}") for entry in listed],
        "content": [entry["content"][lang] for entry in listed],
    }
    matters: list[Any] = load(BOOK)["conventions"]
    marks = {"convention": [m["matter"][lang] for m in matters], "content": [m["text"][lang] for m in matters]}
    blocks = [
        block(
            Table(
                pd.DataFrame(rows, dtype="str"), tuple(rows), heading=ctx.words.of("headings", head), with_totals=False
            ),
            ctx.words,
        )
        for rows, head in ((sheets, "guide_sheets"), (marks, "guide_marks"), *_deadlines(ctx))
    ]
    return sheet("guide", ctx, blocks)


def _deadlines(ctx: Context) -> list[tuple[dict[str, list[str]], str]]:
    """Return the deadlines of the publication as a table of its own; none where no day of publication is stated."""
    told = worded_deadlines(ctx.project)
    rows = {"convention": [title for title, _ in told], "content": [sentence for _, sentence in told]}
    return [(rows, "guide_deadlines")] if told else []
