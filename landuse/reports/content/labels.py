"""Count enterprises by size and by label (高新技术企业, 专精特新, …), in all and by park."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.reports.content.build import Table, block
from landuse.reports.content.context import Context, numbers
from landuse.reports.content.figures import MONEY, UNFILLED, known_sum, stated, worded_sums
from landuse.reports.content.model import Block, Mask
from landuse.units import MU_PER_HA

SCALES: Final = ("规上", "规下")
SEPARATORS: Final = re.compile(r"[、,,;;/\s]+")
"""Between two labels of one cell."""
LABEL_COLUMNS: Final = ("item", "n_enterprises", "land_mu", *MONEY)
PARK_SCALE_COLUMNS: Final = ("park", "size_class", "n_enterprises", "land_mu", "land_ha", *MONEY)
PARK_LABEL_COLUMNS: Final = ("park", "label", "n_enterprises", "land_mu", "land_ha", *MONEY)
SUMMED: Final = {"land_mu": "area_mu", **{name: name for name in MONEY}}
"""Printed column -> column of the enterprise table."""

Places = npt.NDArray[np.intp]
Labelled = Mapping[str, Mask]
"""Label -> which enterprises have it."""


def split_labels(cell: str) -> tuple[str, ...]:
    """Return the labels of one cell, each once, in the order they stand."""
    return tuple(dict.fromkeys(part for part in SEPARATORS.split(cell) if part))


def labelled(enterprises: pd.DataFrame) -> Labelled:
    """Return which enterprises have which label; the label of most enterprises first, equal ones by name.

    Each distinct cell is split once: they repeat by the hundred thousand.
    """
    codes, distinct = pd.factorize(stated(enterprises, "labels"))
    cells = [split_labels(str(cell)) for cell in distinct]
    names = sorted({label for cell in cells for label in cell})
    masks = {name: np.array([*(name in cell for cell in cells), False], dtype=bool)[codes] for name in names}
    return dict(sorted(masks.items(), key=lambda item: (-int(item[1].sum()), item[0])))


def label_block(ctx: Context, number: str) -> Block:
    """Return the enterprises by label, then those with any label and those without: only the last two add up."""
    table = ctx.analysis.enterprises
    masks = labelled(table)
    some = np.logical_or.reduce([np.zeros(len(table), dtype=bool), *masks.values()])
    rows = [(label, mask) for label, mask in masks.items()]
    rows += [(ctx.words.phrase("any_label"), some), (ctx.words.phrase("no_label"), ~some)]
    made = pd.DataFrame(
        {
            "item": [name for name, _ in rows],
            "n_enterprises": pd.array([int(mask.sum()) for _, mask in rows], dtype="Int64"),
            **{printed: [_total(table, name, mask) for _, mask in rows] for printed, name in SUMMED.items()},
        }
    )
    title = ctx.words.of("headings", "by_label", number=number)
    return block(Table(made, LABEL_COLUMNS, heading=title, with_totals=False), ctx.words)


def park_kinds(ctx: Context, home: pd.Series, parks: pd.Index) -> list[Block]:
    """Return the enterprises of each park by size and by label, as far as the enterprise table says.

    Parameters
    ----------
    home
        Park of each enterprise, row by row.
    parks
        The parks in the order they are printed.
    """
    table = ctx.analysis.enterprises
    at = parks.get_indexer(pd.Index(home))
    ordinals = iter(ctx.words.phrase("ordinals"))
    blocks = []
    if "scale" in table.columns:
        blocks.append(_by_scale(ctx, at, parks, next(ordinals)))
    if "labels" in table.columns and (masks := labelled(table)):
        blocks.append(_by_label(ctx, at, parks, masks, next(ordinals)))
    return blocks


def _by_scale(ctx: Context, at: Places, parks: pd.Index, number: str) -> Block:
    """Return parks by size; the rows of one size add up to what 汇总 prints for it."""
    table = ctx.analysis.enterprises
    words = stated(table, "scale")
    whole = worded_sums(ctx, "scale", SCALES)
    rows: list[dict[str, Any]] = []
    for code, word in zip(whole.codes, whole.words, strict=True):
        mask = words.isna() if code == UNFILLED else words.eq(code).fillna(value=False)
        aims = {name: whole.of(name, code) for name in SUMMED}
        rows += _spread(table, mask.to_numpy(dtype=bool), at, list(parks), {"size_class": word, "aims": aims})
    order = {park: place for place, park in enumerate(parks)}
    rows.sort(key=lambda row: order[row["park"]])
    title = ctx.words.of("headings", "park_scale", number=number)
    made = pd.DataFrame(rows, columns=list(PARK_SCALE_COLUMNS)).astype({"n_enterprises": "Int64"})
    return block(Table(made, PARK_SCALE_COLUMNS, heading=title), ctx.words)


def _by_label(ctx: Context, at: Places, parks: pd.Index, masks: Labelled, number: str) -> Block:
    """Return labels by park, each label followed by its sum over all parks; labels are never added up."""
    table = ctx.analysis.enterprises
    rows: list[dict[str, Any]] = []
    for label, mask in masks.items():
        totals = {printed: _total(table, name, mask) for printed, name in SUMMED.items()}
        rows += _spread(table, mask, at, list(parks), {"label": label, "aims": totals})
        hectares = whole_parts([known_sum(numbers(table, "area_mu")[mask]) / MU_PER_HA], 2)[0]
        every = {"park": ctx.words.phrase("every_park"), "label": label, "n_enterprises": int(mask.sum())}
        rows.append({**every, **totals, "land_ha": hectares})
    title = ctx.words.of("headings", "park_label", number=number)
    made = pd.DataFrame(rows, columns=list(PARK_LABEL_COLUMNS)).astype({"n_enterprises": "Int64"})
    return block(Table(made, PARK_LABEL_COLUMNS, heading=title, with_totals=False), ctx.words)


def _spread(
    table: pd.DataFrame, mask: Mask, at: Places, parks: Sequence[str], kind: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return one row a park in which some enterprise is meant; parts add up to the printed total of their kind."""
    chosen = [(park, mask & (at == place)) for place, park in enumerate(parks)]
    some = [(park, rows) for park, rows in chosen if rows.any()]
    columns = {
        printed: whole_parts([known_sum(numbers(table, name)[rows]) for _, rows in some], 2, kind["aims"][printed])
        for printed, name in SUMMED.items()
    }
    columns["land_ha"] = whole_parts([known_sum(numbers(table, "area_mu")[rows]) / MU_PER_HA for _, rows in some], 2)
    shared = {name: value for name, value in kind.items() if name != "aims"}
    return [
        {
            "park": park,
            "n_enterprises": int(rows.sum()),
            **shared,
            **{name: values[i] for name, values in columns.items()},
        }
        for i, (park, rows) in enumerate(some)
    ]


def _total(table: pd.DataFrame, name: str, mask: Mask) -> float:
    """Return the rounded sum of what is known of some enterprises."""
    return whole_parts([known_sum(numbers(table, name)[mask])], 2)[0]
