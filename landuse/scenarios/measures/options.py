"""List what can be done with each parcel: one row a parcel and measure, with its cost and what it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.scenarios.measures.book import CASES, FAVOURABLE, LIKELY, UNFAVOURABLE, Book, Measure
from landuse.scenarios.measures.eligible import NEEDS, NO, UNKNOWN, eligibility, facts_of, is_candidate
from landuse.scenarios.measures.figures import Priced, Pricing
from landuse.scenarios.measures.plots import Plots, plots_of
from landuse.scenarios.measures.users import Floats, Mask, Users
from landuse.tables.cells import text
from landuse.tables.plans import OPTION_COLUMNS

JOINT: Final = "、"
PARTS: Final[Mapping[str, str]] = {
    "price_wan": "land_price_wan", "term_left": "term_end", "floor_m2": "far", "invested_wan": "invest_actual_wan",
    "tax_wan": "tax_wan", "output_wan": "output_wan", "energy_tce": "energy_tce", "jobs": "employees",
    "fee_wan": "idle_fee_wan", "far_required": "far_required", "area_mu": "area_mu", "part_mu": "land_mu",
    "surplus_mu": "built_share",
}  # fmt: skip
"""Amount of a plot -> column that is missing where it is unknown."""


@dataclass(frozen=True)
class MeasureGround:
    """What options are computed from."""

    parcels: pd.DataFrame
    """Table of parcels, as a run publishes it."""
    enterprises: pd.DataFrame
    occupancy: pd.DataFrame
    accounts: pd.DataFrame
    """Accounts of the year, one row an enterprise: employees and profit_wan as far as stated."""
    as_of: date
    """Day from which the remaining term counts."""


def options(ground: MeasureGround, book: Book) -> pd.DataFrame:
    """Return the measures that are possible for each parcel, and those a decisive fact of which is unknown.

    A measure is possible where its conditions hold. On low-efficiency and idle land (and land to be verified), one
    whose conditions are unknown is listed too, without figures, the missing facts named.

    Least cost and greatest net present value take every number at the end that favours the county, greatest cost and
    least net present value at the other end.

    Parameters
    ----------
    book
        The catalogue in force.

    Returns
    -------
    pandas.DataFrame
        `OPTION_COLUMNS`, by parcel as in the table and measure M1 … M13.
    """
    users = Users.of(ground.parcels, ground.enterprises, ground.occupancy)
    found = facts_of(ground.parcels, users, book)
    plots, levels = plots_of(ground.parcels, users, ground.accounts, book=book, as_of=ground.as_of)
    candidate = is_candidate(ground.parcels)
    tables = []
    for place, measure in enumerate(book.measures.values()):
        answer = eligibility(found, measure.entry)
        rows = (answer > UNKNOWN) | ((answer == UNKNOWN) & candidate)
        if not rows.any():
            continue
        some = plots.take(rows)
        priced = [Pricing(book, measure, levels, case)(some) for case in CASES]
        open_facts = _open_facts(measure, found, answer, ground.parcels)
        open_facts = [(name, mask[rows]) for name, mask in open_facts]
        tables.append(_table(measure, some, dict(zip(CASES, priced, strict=True)), open_facts).assign(place=place))
    return _ordered(tables, ground.parcels)


def _ordered(tables: list[pd.DataFrame], parcels: pd.DataFrame) -> pd.DataFrame:
    """Return the options of all measures in order, with their keys as text."""
    if not tables:
        return _typed(pd.DataFrame({name: [] for name in OPTION_COLUMNS}))
    all_of = pd.concat(tables, ignore_index=True)
    order = np.lexsort((all_of["place"], all_of["row"]))
    all_of = all_of.take(order).reset_index(drop=True)
    return _typed(all_of.assign(parcel_id=text(parcels, "parcel_id").to_numpy()[all_of["row"]]))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    words = ("parcel_id", "measure", "measure_group", "payer", "missing")
    kinds = {name: "str" if name in words else "float64" for name in OPTION_COLUMNS} | {"payback_year": "Int64"}
    return table[list(OPTION_COLUMNS)].astype(kinds)


def _table(
    measure: Measure, plots: Plots, priced: Mapping[int, Priced], open_facts: list[tuple[str, Mask]]
) -> pd.DataFrame:
    """Return the options of one measure; figures of an option whose conditions are unknown are unknown."""
    low, likely, high = priced[FAVOURABLE], priced[LIKELY], priced[UNFAVOURABLE]
    undecided = np.logical_or.reduce([mask for _, mask in open_facts])
    jobs = plots.jobs if measure.entry.present_leaves else np.zeros(len(plots.row))
    figures: dict[str, Floats] = {
        "cost_wan": likely.cost_wan,
        "cost_low_wan": np.minimum(low.cost_wan, likely.cost_wan),
        "cost_high_wan": np.maximum(high.cost_wan, likely.cost_wan),
        "income_wan": likely.income_wan,
        "npv_wan": likely.npv_wan,
        "npv_low_wan": np.minimum.reduce([low.npv_wan, likely.npv_wan, high.npv_wan]),
        "npv_high_wan": np.maximum.reduce([low.npv_wan, likely.npv_wan, high.npv_wan]),
        "payback_year": likely.payback_year,
        "tax_uplift_wan": likely.tax_uplift_wan,
        "tax_year1_wan": likely.tax_uplift_wan * likely.ramp_first,
        "output_uplift_wan": likely.output_uplift_wan,
        "output_year1_wan": likely.output_uplift_wan * likely.ramp_first,
        "energy_saved_tce": likely.energy_saved_tce,
        "jobs_lost": jobs,
    }
    gaps = _gaps(measure, plots, likely, jobs)
    given: dict[str, Any] = {
        "row": plots.row,
        "measure": measure.code,
        "measure_group": measure.group,
        "handled_mu": likely.handled_mu,
        "freed_mu": likely.freed_mu,
        **{name: np.where(undecided, np.nan, of) for name, of in figures.items()},
        "months": measure.numbers["months"].likely,
        "success": measure.numbers["success"].likely,
        "payer": measure.entry.payer,
        "missing": _joined([*open_facts, *((name, mask & ~undecided) for name, mask in gaps)], len(plots.row)),
    }
    return pd.DataFrame(given)


def _open_facts(
    measure: Measure, found: Mapping[str, Floats], answer: Floats, parcels: pd.DataFrame
) -> list[tuple[str, Mask]]:
    """Return the columns whose unknown facts leave the conditions of a measure open, with the rows.

    Of a fact that rests on several columns the blank ones are named; where none is blank (a class that is to be
    verified, a cause that is unknown), the last one.
    """
    entry, open_rows = measure.entry, answer == UNKNOWN
    told = []
    for name in dict.fromkeys((*entry.all, *entry.any, *entry.none)):
        rows, columns = open_rows & (found[name] == UNKNOWN), NEEDS[name]
        blank = [
            rows & (parcels[column].isna().to_numpy() if column in parcels.columns else True) for column in columns
        ]
        last = rows & ~np.logical_or.reduce(blank)
        told += list(zip(columns, [*blank[:-1], blank[-1] | last], strict=True))
    return told


def _gaps(measure: Measure, plots: Plots, likely: Priced, jobs: Floats) -> list[tuple[str, Mask]]:
    """Return the columns without which a figure is unknown, with the rows."""
    unknown = np.isnan(likely.cost_wan) | np.isnan(likely.npv_wan) | np.isnan(likely.tax_uplift_wan)
    unknown |= np.isnan(likely.output_uplift_wan) | np.isnan(likely.energy_saved_tce) | np.isnan(jobs)
    needed = _needed(measure)
    return [(column, unknown & np.isnan(getattr(plots, name))) for name, column in PARTS.items() if name in needed]


def _needed(measure: Measure) -> frozenset[str]:
    """Return the amounts of a plot that the figures of a measure are computed from."""
    entry = measure.entry
    of_cost = {
        "land": ("price_wan", "term_left"), "building": ("floor_m2",), "rent": ("floor_m2",),
        "moving": ("invested_wan", "output_wan"),
    }  # fmt: skip
    needed = {"area_mu", "surplus_mu" if entry.handled == "surplus" else "part_mu"}
    needed |= {name for item in entry.costs for name in of_cost.get(item, ())}
    needed |= {"fee_wan"} if entry.income == "fee" else set()
    needed |= set() if entry.uplift == "start" else {"tax_wan", "output_wan"}
    needed |= {"floor_m2", "far_required"} if entry.uplift == "far" else set()
    needed |= {"energy_tce", "jobs"} if entry.present_leaves else set()
    return frozenset(needed)


def _joined(masks: list[tuple[str, Mask]], length: int) -> Any:
    """Return row by row the names whose mask holds, each once, joined."""
    names = list(dict.fromkeys(name for name, _ in masks))
    code = np.zeros(length, dtype=np.int64)
    for name, mask in masks:
        code |= np.where(mask, np.int64(1) << names.index(name), 0)
    distinct, place = np.unique(code, return_inverse=True)
    texts = [JOINT.join(name for bit, name in enumerate(names) if one >> bit & 1) for one in distinct.tolist()]
    return np.array(texts, dtype=object)[place]


__all__ = ["NO", "MeasureGround", "options"]
