"""The form that plans are written in by hand: a parcel a row, figures that follow the measure, totals of each plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.catalogue import load
from landuse.parameters.cells import letter_of
from landuse.reports.content.context import Context, context
from landuse.reports.content.forms.frame import form_sheet, input_column, seq_column, word
from landuse.reports.content.model import UNKNOWN, Block, Sheet, SheetColumn
from landuse.reports.content.planning.rows import cautioned, measure_word, measure_words
from landuse.tables import Analysis, Plans
from landuse.tables.plans import is_cleaned

BOOK: Final = "vocabulary/planning/forms.toml"
PLANS: Final = ("甲", "乙", "丙")
UNTOUCHED: Final = "不动"
"""What stands in column 方案 of a parcel that no plan touches."""
FIGURES: Final = ("handled_mu", "cost_wan", "income_wan", "npv_wan", "tax_uplift_wan", "jobs_lost")
"""What the form adds up for each plan."""
KNOWN_PART: Final = "jobs_lost"
"""The figure whose known part is added up (`Outcome.totals`); a sum of any other with an unknown part is unknown."""
WRITTEN: Final = ("plan", "measure", "year")
FACTS: Final = ("holder", "park", "town", "area_mu")
WIDE: Final = {"parcel_id": 22.0, "plan": 8.0, "measure": 18.0, "year": 9.0}
LONGEST_LIST: Final = 255
"""Characters of a drop-down that a workbook carries: longer names give way to their codes."""
MEASURES: Final = tuple(f"M{number}" for number in range(1, 14))


def hand_book(analysis: Analysis) -> list[Sheet]:
    """Return the sheets of plan_form.xlsx: land to be cleaned up and what stands in a plan; none without options."""
    plans = analysis.plans
    if plans is None or not len(plans.options):
        return []
    ctx = context(analysis)
    options = plans.options.reset_index(drop=True)
    written = _written(analysis, ctx, plans)
    asked = options["parcel_id"].isin([*ctx.parcels.loc[is_cleaned(ctx.parcels), "parcel_id"], *written["parcel_id"]])
    # A parcel that plans handle in different ways has a row for each way.
    best = _best(options.loc[asked]).merge(written, on="parcel_id", how="left", validate="one_to_many")
    figures = options.set_index(["parcel_id", "measure"])[list(FIGURES)]
    taken = pd.MultiIndex.from_arrays([best["parcel_id"], best["written"].fillna(best["measure"])])
    best[list(FIGURES)] = figures.reindex(taken).to_numpy()
    form = _form(ctx, best)
    sheets = [form, _tally(ctx, form.blocks[0]), _lookup(ctx, options.loc[asked])]
    return [cautioned(ctx, made) for made in sheets]


def _best(options: pd.DataFrame) -> pd.DataFrame:
    """Return the best option of each parcel by net present value, the first where none is known; parcels in order."""
    value = options["npv_wan"].astype("float64").fillna(-np.inf)
    order = options.assign(value=value, row=np.arange(len(options))).sort_values(
        ["value", "row"], ascending=[False, True], kind="stable"
    )
    return order.drop_duplicates("parcel_id").sort_values("row", kind="stable").reset_index(drop=True)


# ------------------------------------------------------------------------------------------------------ the form


def _form(ctx: Context, best: pd.DataFrame) -> Sheet:
    lang = ctx.words.lang
    found = ctx.parcels.set_index("parcel_id").reindex(best["parcel_id"])
    facts = {name: found[name].to_numpy() for name in FACTS if name in found.columns}
    rows = pd.DataFrame(
        {
            "seq": np.arange(1, len(best) + 1),
            "parcel_id": best["parcel_id"],
            **facts,
            "best_measure": measure_words(ctx, best["measure"]),
            "plan": best["plan"].astype("str"),
            "measure": measure_words(ctx, best["written"]).astype("str").where(best["written"].ne(best["measure"])),
            "year": best["year"].astype("float64"),
            **{name: best[name].to_numpy() for name in FIGURES},
        }
    )
    columns = (
        seq_column(lang),
        _read_back("parcel_id", lang),
        *(_column(name, lang) for name in (*facts, "best_measure")),
        *(_read_back(name, lang) for name in WRITTEN),
        *(_column(name, lang) for name in FIGURES),
    )
    guides = load(BOOK)["guides"]
    block = Block(
        columns=tuple(_with_choices(ctx, column) for column in columns),
        rows=rows[[column.name for column in columns]],
        guide={name: str(guides[name][lang]) for name in ("parcel_id", *WRITTEN)},
        guide_mark=word("words", "guide_mark", lang),
        formulas=_formulas([column.name for column in columns], _tab("hand_options", lang)),
    )
    return form_sheet(load(BOOK)["hand"], ctx.project, block, lines=(_said("money", lang), _said("hand_line", lang)))


def _written(analysis: Analysis, ctx: Context, plans: Plans) -> pd.DataFrame:
    """Return which plans by hand each parcel stands in already, with the measure and the year: a row for each way.

    A parcel that was left alone on purpose (不动) is so again in the next form.
    """
    found: dict[tuple[str, str, float], list[str]] = {}
    for name, outcome in plans.outcomes.items():
        plan = ctx.project.scenarios[name].hand
        if not plan:
            continue
        years = outcome.lines["year"].astype("Float64").fillna(1.0).astype("float64")
        for parcel, measure, year in zip(outcome.lines["parcel_id"], outcome.lines["measure"], years, strict=True):
            named = found.setdefault((str(parcel), str(measure), 0.0 if year == 1 else float(year)), [])
            if plan not in named:
                named.append(plan)
    rows: list[tuple[Any, ...]] = [(*key[:2], key[2] or np.nan, "、".join(named)) for key, named in found.items()]
    planned = {parcel for parcel, _, _ in found}
    rows += [(parcel, np.nan, np.nan, UNTOUCHED) for parcel in _untouched(analysis) if parcel not in planned]
    table = pd.DataFrame(rows, columns=["parcel_id", "written", "year", "plan"])
    return table.astype({"parcel_id": "str", "written": "str", "year": "float64", "plan": "str"})


def _untouched(analysis: Analysis) -> list[str]:
    """Return the parcels that the plan workbook leaves alone, each once."""
    found: dict[str, None] = {}
    for part in analysis.raw.of("hand_plans"):
        alone = part.frame["plan"].astype("str").str.strip().eq(UNTOUCHED)
        found |= dict.fromkeys(part.frame.loc[alone, "parcel_id"].dropna().astype("str").str.strip())
    return list(found)


def _formulas(names: Sequence[str], tab: str) -> dict[str, str]:
    """Return the formulas of the figures: those of the measure written, else of the best one; a dash where unknown."""
    place = {name: letter_of(names.index(name)) for name in ("parcel_id", "best_measure", "measure")}
    own = f'IF({place["measure"]}{{row}}="",{place["best_measure"]}{{row}},{place["measure"]}{{row}})'
    key = f'{place["parcel_id"]}{{row}}&"|"&LEFT({own},FIND(" ",{own}&" ")-1)'
    # The key stands in column B of the lookup, the figures from column C on.
    found = f"MATCH({key},'{tab}'!$B:$B,0)"
    spans = {name: f"'{tab}'!${letter_of(2 + at)}:${letter_of(2 + at)}" for at, name in enumerate(FIGURES)}
    return {name: f'=IFERROR(INDEX({span},{found}),"{UNKNOWN}")' for name, span in spans.items()}


# ------------------------------------------------------------------------------------------- totals and the lookup


def _tally(ctx: Context, form: Block) -> Sheet:
    """Return the totals of each plan: sums of the rows whose plan names it, a dash where a part is unknown."""
    lang, names = ctx.words.lang, [column.name for column in form.columns]
    tab = _tab("hand", lang)
    within = _whole_column(tab, names.index("plan"))
    own, sums = '"*"&B{row}&"*"', {}
    for name in FIGURES:
        column = _whole_column(tab, names.index(name))
        whole = f"SUMIF({within},{own},{column})"
        unknown = f'COUNTIFS({within},{own},{column},"{UNKNOWN}")'
        sums[name] = f"={whole}" if name == KNOWN_PART else f'=IF({unknown}>0,"{UNKNOWN}",{whole})'
    # Rows of the form are numbered; the guide names the plans too and bears no number.
    counted = f'=COUNTIFS({within},{own},{_whole_column(tab, names.index("seq"))},">0")'
    named = {plan: form.rows["plan"].fillna("").str.contains(plan, regex=False) for plan in PLANS}
    rows = pd.DataFrame(
        {
            "seq": range(1, len(PLANS) + 1),
            "plan": list(PLANS),
            "n_written": [float(mask.sum()) for mask in named.values()],
            **{
                name: [float(form.rows.loc[mask, name].sum(skipna=name == KNOWN_PART)) for mask in named.values()]
                for name in FIGURES
            },
        }
    )
    columns = (seq_column(lang), _read_back("plan", lang), *(_column(n, lang) for n in ("n_written", *FIGURES)))
    block = Block(columns=columns, rows=rows, formulas={"n_written": counted, **sums})
    lines = _said("money", lang), _said("formula_note", lang)
    return form_sheet(load(BOOK)["hand_tally"], ctx.project, block, lines=lines)


def _whole_column(tab: str, index: int) -> str:
    letter = letter_of(index)
    return f"'{tab}'!${letter}:${letter}"


def _lookup(ctx: Context, options: pd.DataFrame) -> Sheet:
    """Return the figures that the form looks up: every measure of the parcels that stand in it."""
    lang, options = ctx.words.lang, options.reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "seq": np.arange(1, len(options) + 1),
            "option_key": options["parcel_id"].astype("str") + "|" + options["measure"].astype("str"),
            **{name: options[name] for name in FIGURES},
        }
    )
    columns = (seq_column(lang), *(_column(name, lang) for name in ("option_key", *FIGURES)))
    block = Block(columns=columns, rows=rows)
    return form_sheet(load(BOOK)["hand_options"], ctx.project, block, lines=(_said("money", lang), ""))


# --------------------------------------------------------------------------------------------------------- pieces


def _said(name: str, lang: str) -> str:
    return str(load(BOOK)["words"][name][lang])


def _tab(part: str, lang: str) -> str:
    return str(load(BOOK)[part]["name"][lang])


def _column(name: str, lang: str) -> SheetColumn:
    entry: Mapping[str, Any] = load(BOOK)["columns"][name]
    return SheetColumn(name, str(entry[lang]), str(entry["fmt"]), float(entry["width"]))


def _read_back(name: str, lang: str) -> SheetColumn:
    column = input_column("hand_plans", name)
    return SheetColumn(name, column.title(lang), column.fmt, WIDE[name], is_open=True)


def _with_choices(ctx: Context, column: SheetColumn) -> SheetColumn:
    if column.name == "measure":
        named = tuple(measure_word(ctx, code) for code in MEASURES)
        choices = named if len(",".join(named)) <= LONGEST_LIST else MEASURES
        return SheetColumn(column.name, column.title, column.fmt, column.width, choices, is_open=True)
    return column
