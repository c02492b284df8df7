"""Describe the workbook of a comparison: summary with balance, who must be heard anew, units, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import __version__
from landuse.catalogue import load_folder
from landuse.comparison.model import ENTERED, FIRM_FIGURES, LEFT, LISTS, PLOT_FIGURES, STAYED, Comparison
from landuse.project import build_project
from landuse.reports.content.build import WIDTHS, Table, block, cut, sheet
from landuse.reports.content.compare_words import cause_words, sentences, value_word, what_word
from landuse.reports.content.context import MORE, Context, Words, section
from landuse.reports.content.model import Block, Sheet, SheetColumn
from landuse.tables import Analysis, Parcels, RawTables, column, no_issues, unit_title

CHANGES: Final = (ENTERED, LEFT, STAYED)
FACTS: Final = ("name", "version", "year", "stage", "as_of", "digest")
HEAD: Final = ("name", "year", "land_date", "as_of", "stage")
"""Keys of [project] that a sheet prints."""
OF_UNIT: Final = ("compare_name", "compare_key", "compare_causes")
ON_PAPER: Final[Mapping[str, tuple[str, ...]]] = {
    "enterprise": ("area_mu", "tax_wan", "score", "rank", "n_in_group", "k"),
    "parcel": ("efficiency_class", "idle_class", "area_mu", "low_efficiency_share"),
}
"""Unit -> figures that are printed, each before and after; the others stand beside the paper."""
OWN_FORMATS: Final = {"k": "N", "cut": "B", "n_in_group": "N", "rank": "N", "score": "B"}
SHEET_ORDER: Final = ("compare_summary", "compare_heard", "compare_enterprises", "compare_parcels", "compare_details")


def comparison_book(comparison: Comparison, lang: str) -> list[Sheet]:
    """Return the sheets of compare.xlsx."""
    ctx = _context(comparison, lang)
    told = comparison.units.assign(because=sentences(comparison, ctx.words))
    changes = {name: told.loc[told["change"].eq(name)] for name in CHANGES}
    heard = told.loc[told["heard_anew"] & told["list"].eq("enterprises")]
    parts: dict[str, list[Block]] = {
        "compare_summary": _summary(ctx, comparison),
        "compare_heard": [_units(ctx, heard, "enterprises", "")],
        "compare_enterprises": [
            _units(ctx, _on(rows, "enterprises"), "enterprises", ctx.words.choice("compare_change", name))
            for name, rows in changes.items()
        ],
        "compare_parcels": [
            _units(ctx, _on(rows, kind), kind, _heading(ctx, kind, name))
            for kind in LISTS
            if kind != "enterprises"
            for name, rows in changes.items()
        ]
        + _plan(ctx, comparison),
        "compare_details": [_details(ctx, comparison)],
    }
    made = [_framed(sheet(key, ctx, parts[key]), comparison, ctx) for key in SHEET_ORDER]
    return [replace(one, paper_columns=PRINTED.get(one.key, one.paper_columns)) for one in made]


# -------------------------------------------------------------------------------------------------- frame


def _context(comparison: Comparison, lang: str) -> Context:
    """Return the context of a sheet of the newer run: its name, year, stage and days."""
    head = {name: value for name, value in comparison.new.head.items() if name in HEAD}
    outputs = {"notice": comparison.new.project.get("outputs", {}).get("notice", "")}
    tree = {"project": {**head, "language": lang}, "inputs": {"parcels": "-"}, "outputs": outputs}
    empty = pd.DataFrame()
    issues = pd.DataFrame({"severity": ["error"]}) if comparison.new.is_draft else no_issues()
    analysis = Analysis(
        project=build_project(tree, folder=Path()), raw=RawTables({}), parcels=Parcels(empty, None, ""),
        enterprises=empty, occupancy=empty, accounts=empty, findings=empty, groups=empty, history=empty, issues=issues,
        balance=empty,
    )  # fmt: skip
    return Context(analysis, Words(lang))


def _framed(made: Sheet, comparison: Comparison, ctx: Context) -> Sheet:
    """Return a sheet whose foot names both runs."""
    digests = {"old": comparison.old.digest[:12], "new": comparison.new.digest[:12]}
    foot = ctx.words.phrase("compare_books", version=__version__, **digests)
    return replace(made, page=replace(made.page, footer_left=foot))


def _on(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows.loc[rows["list"].eq(name)]


def _heading(ctx: Context, kind: str, change: str) -> str:
    facts = {"list": ctx.words.choice("compare_list", kind), "change": ctx.words.choice("compare_change", change)}
    return ctx.words.phrase("compare_heading", **facts)


# ------------------------------------------------------------------------------------------------ summary


def _summary(ctx: Context, comparison: Comparison) -> list[Block]:
    words = ctx.words
    runs = (comparison.old, comparison.new)
    facts = [
        {**vars(run), "year": run.head.get("year", ""), "stage": words.choice("stage", run.head.get("stage", ""))}
        for run in runs
    ]
    rows = [(what_word(name, words), *(str(fact[name]) for fact in facts)) for name in FACTS]
    notes = [(words.choice("compare_note", note), "", "") for note in comparison.notes]
    heads = ["compare_item", "compare_before", "compare_after"]
    parameters = [
        (what_word(row["parameter"], words), *(value_word("", row[end], words) for end in ("old", "new")))
        for row in comparison.parameters.to_dict("records")
    ]
    return [
        _plain(ctx, pd.DataFrame([*rows, *notes], columns=heads, dtype="str"), "compare_runs"),
        *_totals(ctx, comparison),
        _reasons(ctx, comparison),
        _plain(ctx, pd.DataFrame(parameters, columns=heads, dtype="str"), "compare_parameters"),
        _method(ctx),
    ]


def _plain(ctx: Context, rows: pd.DataFrame, heading: str) -> Block:
    title = ctx.words.of("headings", heading)
    return block(Table(rows, tuple(rows.columns), heading=title, with_totals=False), ctx.words)


def _totals(ctx: Context, comparison: Comparison) -> list[Block]:
    """Return the balance of the lists: land and tax, then how many enterprises and parcels."""
    words, found = ctx.words, comparison.totals
    quantity = [
        f"{what_word(str(name), words)}" + (f" ({unit_title(unit, words.lang)})" if unit else "")
        for name, unit in zip(found["quantity"], found["quantity"].map(_UNITS), strict=True)
    ]
    amounts = {f"compare_{name}": found[name] for name in ("old", "entered", "left", "stayed_change", "new")}
    rows = {"compare_list": words.worded("compare_list", found["list"]), "compare_quantity": quantity, **amounts}
    table, is_count = pd.DataFrame(rows), found["quantity"].eq("n").to_numpy(dtype=np.bool_)
    measured = _plain(ctx, table.loc[~is_count].reset_index(drop=True), "compare_totals")
    counted = replace(_plain(ctx, table.loc[is_count].reset_index(drop=True), "compare_totals"), heading="")
    whole = tuple(replace(one, fmt="N") if one.name in amounts else one for one in counted.columns)
    return [measured, replace(counted, columns=whole)]


_UNITS: Final = {"n": "", "area_mu": "mu", "tax_wan": "wan_yuan"}


def _reasons(ctx: Context, comparison: Comparison) -> Block:
    """Return how many units entered or left by which first cause."""
    units, words = comparison.units, ctx.words
    moved = units.loc[units["change"].ne(STAYED)]
    first = moved.assign(cause=[causes[0] for causes in moved["causes"]])
    tally = first.groupby(["list", "change", "cause"], sort=True).size().reset_index(name="n")
    rows = {
        "compare_list": words.worded("compare_list", tally["list"]),
        "compare_change": words.worded("compare_change", tally["change"]),
        "compare_cause": words.worded("compare_cause", tally["cause"]),
        "compare_n": tally["n"].astype("Int64"),
    }
    return _plain(ctx, pd.DataFrame(rows), "compare_reasons")


def _method(ctx: Context) -> Block:
    matters = load_folder(MORE)["compare"]["method"]
    rows = {
        "convention": [matter["matter"][ctx.words.lang] for matter in matters],
        "content": [matter["text"][ctx.words.lang] for matter in matters],
    }
    return _plain(ctx, pd.DataFrame(rows, dtype="str"), "compare_method")


# -------------------------------------------------------------------------------------------------- lists


def _units(ctx: Context, every: pd.DataFrame, kind: str, heading: str) -> Block:
    """Return some units of a list with their figures in both runs."""
    words, unit = ctx.words, LISTS[kind]
    source = f"{unit}s"
    rows = cut(every).reset_index(drop=True)
    figures = [name for name in rows.columns if name.endswith(("_old", "_new")) and _is_of(name, unit, rows)]
    printed = [name for name in figures if _base(name) in ON_PAPER[unit]]
    shown = rows.assign(
        compare_name=rows["name"],
        compare_key=rows["key"],
        compare_causes=[cause_words(causes, words) for causes in rows["causes"]],
        compare_decided=rows["decided"].astype("boolean"),
        compare_because=rows["because"],
        **{name: _worded(rows[name], name, words) for name in figures if _base(name) in _ENUMERATED},
    )
    counter = words.phrase(f"{source}_word")
    beside = [name for name in figures if name not in printed]
    columns = (*OF_UNIT, *printed, "compare_because", "compare_decided", *beside)
    table = Table(
        shown, columns, source=source, heading=heading, counter=counter, full_table="changes.parquet", of_all=every
    )
    made = block(table, words)
    return replace(made, columns=tuple(_both_runs(ctx, one, source) for one in made.columns))


def _is_of(name: str, unit: str, rows: pd.DataFrame) -> bool:
    """Return whether a figure is one of a unit: the table of all units has those of both kinds."""
    base = _base(name)
    shown = {"enterprise": FIRM_FIGURES, "parcel": PLOT_FIGURES}
    others = shown["parcel" if unit == "enterprise" else "enterprise"]
    return base in shown[unit] or (base not in others and not bool(rows[name].isna().all()))


PRINTED: Final = {
    "compare_heard": 1 + len(OF_UNIT) + 2 * len(ON_PAPER["enterprise"]) + 1,
    "compare_enterprises": 1 + len(OF_UNIT) + 2 * len(ON_PAPER["enterprise"]) + 1,
    "compare_parcels": 1 + len(OF_UNIT) + 2 * len(ON_PAPER["parcel"]) + 1,
}
"""Sheet -> columns on paper: 序号, those of the unit, its printed figures in both runs, the sentence."""


_ENUMERATED: Final = ("status", "efficiency_class", "idle_class")


def _base(name: str) -> str:
    return name.removesuffix("_old").removesuffix("_new")


def _worded(values: pd.Series, name: str, words: Words) -> pd.Series:
    return words.worded(_base(name), values)


def _both_runs(ctx: Context, one: SheetColumn, source: str) -> SheetColumn:
    """Return a column of one run with the title of the figure and whether it is before or after."""
    if one.name == _base(one.name):
        return one
    base, words = _base(one.name), ctx.words
    known = column(source, base)
    end = words.phrase("compare_old" if one.name.endswith("_old") else "compare_new")
    unit = f" ({unit_title(known.unit, words.lang)})" if known and known.unit not in {"", "share", "point"} else ""
    fmt = OWN_FORMATS.get(base, known.fmt if known else "B")
    entry = section("columns").get(base)
    title = str(entry[words.lang]) if entry else what_word(base, words)
    whole = f"{title}{unit}\n{end}"
    unbroken = [len(part) + 1.0 for part in whole.split()] if words.lang == "en" else []
    return replace(one, title=whole, fmt=fmt, width=max([WIDTHS[fmt] - 3, 8.0, *unbroken]))


def _plan(ctx: Context, comparison: Comparison) -> list[Block]:
    """Return the parcels of the plans that both runs show, with what is done in either; no block without plans."""
    every, words = comparison.plan, ctx.words
    if not len(every):
        return []
    rows = cut(every.sort_values(["change", "key"], kind="stable")).reset_index(drop=True)
    shown = pd.DataFrame(
        {
            "compare_key": rows["key"],
            "compare_name": rows["name"],
            "compare_change": words.worded("compare_plan_change", rows["change"]),
            "compare_before": _dealt_with(rows, "old", words),
            "compare_after": _dealt_with(rows, "new", words),
        }
    )
    heading, counter = words.of("headings", "compare_plan"), words.phrase("parcels_word")
    table = Table(
        shown, tuple(shown.columns), heading=heading, counter=counter, full_table="compare.json", of_all=every
    )
    return [block(table, words)]


def _dealt_with(rows: pd.DataFrame, end: str, words: Words) -> list[str | None]:
    """Return measure and year of each parcel in one of the runs; None where its plan leaves it alone."""
    measures = words.worded("measure", rows[f"measure_{end}"])
    return [
        None if pd.isna(measure) else words.phrase("compare_planned", measure=measure, year=year)
        for measure, year in zip(measures, rows[f"plan_year_{end}"], strict=True)
    ]


def _details(ctx: Context, comparison: Comparison) -> Block:
    words = ctx.words
    every = comparison.details
    rows = cut(every).reset_index(drop=True)
    values: Mapping[str, Any] = {
        f"compare_{shown}": [value_word(w, v, words) for w, v in zip(rows["what"], rows[end], strict=True)]
        for shown, end in (("before", "old"), ("after", "new"))
    }
    shown = pd.DataFrame(
        {
            "compare_list": words.worded("compare_list", rows["list"]),
            "compare_key": rows["key"],
            "compare_cause": words.worded("compare_cause", rows["cause"]),
            "compare_what": [what_word(what, words) for what in rows["what"]],
            "compare_object": rows["object"],
            **values,
            "compare_decides": rows["decides"].astype("boolean"),
        }
    )
    none = {"compare_object": rows["object"].eq("").to_numpy(dtype=np.bool_)}
    table = Table(
        shown, tuple(shown.columns), counter=words.phrase("items_word"), not_applicable=none,
        full_table="compare.json", of_all=every,
    )  # fmt: skip
    return block(table, words)
