"""Sum over classes once, rounded once: the figures that several sheets print and that must agree on all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.catalogue import terms
from landuse.reports.content.context import IDLE_CLASSES, Context, Numbers, in_classes, numbers
from landuse.reports.content.describe import idle_codes
from landuse.reports.content.model import Mask

MONEY: Final = ("tax_wan", "output_wan", "energy_tce")
SUMMED: Final = {"land_mu": "area_mu", **{name: name for name in MONEY}, "idle_fee_wan": "idle_fee_wan"}
"""Printed column -> column of the parcel or enterprise table."""
SHARES: Final = ("land_share", "share")
IDLE: Final = "counted_as_idle"
UNSAID: Final = "undetermined"
UNFILLED: Final = "unfilled"
"""Code and phrase of a cell that is blank."""


@dataclass(frozen=True)
class ClassSums:
    """Counts and rounded sums of classes that hold every row once; parts add up to their totals as printed."""

    codes: tuple[str, ...]
    words: tuple[str, ...]
    counts: tuple[int, ...]
    sums: Mapping[str, list[float]]
    """Printed column -> one value a class, NaN = nothing known."""

    def of(self, column: str, *codes: str) -> float:
        """Return the printed sum of some classes (all where none is named), NaN where none of them knows any."""
        chosen = [v for code, v in zip(self.codes, self.sums[column], strict=True) if not codes or code in codes]
        known = [value for value in chosen if not math.isnan(value)]
        return round(math.fsum(known), 3) if known else math.nan

    def totals(self, *codes: str) -> dict[str, float]:
        """Return the printed sums of some classes for every column."""
        return {column: self.of(column, *codes) for column in self.sums}

    def rest(self, *codes: str) -> dict[str, float]:
        """Return the printed sums of all other classes for every column."""
        return self.totals(*(code for code in self.codes if code not in codes))


@dataclass(frozen=True)
class _Class:
    code: str
    word: str
    rows: Mask


def known_sum(values: Numbers) -> float:
    """Return the sum of what is known: 0 of no rows, NaN where there are rows and none is known."""
    known = values[np.isfinite(values)]
    return math.fsum(known) if len(known) or not len(values) else math.nan


def efficiency_sums(ctx: Context) -> ClassSums:
    """Return all parcels by efficiency class; suspected idle land is a class of its own, counted nowhere else."""
    words = terms("efficiency_class", ctx.words.lang)
    classes = [_Class(name, words[name], ctx.is_class(name)) for name in words]
    idle = _Class(IDLE, ctx.words.phrase(IDLE), ctx.is_idle)
    return _sums(ctx.parcels, [*_completed(ctx, [*classes, idle])])


def idle_sums(ctx: Context, *, suspected: bool) -> ClassSums:
    """Return suspected idle land, or all other land, by idle class; sums agree with those of `efficiency_sums`."""
    codes = idle_codes(ctx.parcels) if "idle_class" in ctx.parcels.columns else pd.Series(index=ctx.parcels.index)
    table = pd.DataFrame({"idle_class": codes})
    words = terms("idle_class", ctx.words.lang)
    chosen = [name for name in words if name.startswith(IDLE_CLASSES) == suspected]
    classes = [_Class(name, words[name], in_classes(table, "idle_class", (name,))) for name in chosen]
    whole = efficiency_sums(ctx)
    if suspected:
        return _sums(ctx.parcels, classes, whole.totals(IDLE))
    idle = _Class(IDLE, "", ctx.is_idle)
    others = [one for one in _completed(ctx, [*classes, idle]) if one.code != IDLE]
    return _sums(ctx.parcels, others, whole.rest(IDLE))


def status_sums(ctx: Context) -> ClassSums:
    """Return all enterprises by status."""
    table = ctx.analysis.enterprises
    words = terms("status", ctx.words.lang)
    classes = [_Class(name, words[name], in_classes(table, "status", (name,))) for name in words]
    return _sums(table, _completed(ctx, classes))


def worded_sums(ctx: Context, name: str, order: Sequence[str] = ()) -> ClassSums:
    """Return all enterprises by the words of a column; sums agree with those of `status_sums`.

    Parameters
    ----------
    order
        Words that come first; the others follow by number of enterprises, blank ones (未填) stand last.
    """
    table = ctx.analysis.enterprises
    words = stated(table, name)
    counted = words.dropna().value_counts()
    rest = sorted((word for word in counted.index if word not in order), key=lambda word: (-counted[word], word))
    chosen = [*(word for word in order if word in counted.index), *rest]
    classes = [_Class(word, word, words.eq(word).fillna(value=False).to_numpy(dtype=bool)) for word in chosen]
    blank = words.isna().to_numpy(dtype=bool)
    classes += [_Class(UNFILLED, ctx.words.phrase(UNFILLED), blank)] if blank.any() or not chosen else []
    return _sums(table, classes, status_sums(ctx).totals())


def stated(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of words, stripped; blank is missing."""
    words = table[name].astype("str").str.strip()
    return words.where(words.ne(""))


def verdict_sums(ctx: Context) -> ClassSums:
    """Return all enterprises by verdict; sums agree with those of `status_sums`."""
    table, listed, words = ctx.analysis.enterprises, ctx.is_listed, ctx.words
    ranked = in_classes(table, "status", ("RANKED",))
    known = table["low_efficiency"].notna().to_numpy(dtype=bool) if "low_efficiency" in table.columns else listed
    inside = [
        _Class("listed", ctx.listed, listed),
        _Class("not_listed", words.phrase("not_listed"), ranked & ~listed & known),
        _Class(UNSAID, words.phrase(UNSAID), ranked & ~listed & ~known),
    ]
    outside = [_Class("not_evaluated", words.phrase("not_evaluated"), ~ranked & ~listed)]
    whole = status_sums(ctx)
    if (listed & ~ranked).any():
        return _sums(table, [*inside, *outside], whole.totals())
    return _joined(_sums(table, inside, whole.totals("RANKED")), _sums(table, outside, whole.rest("RANKED")))


def _completed(ctx: Context, classes: Sequence[_Class]) -> list[_Class]:
    """Return the classes and, where rows are in none of them, one more: nothing is left out of a total."""
    told = np.logical_or.reduce([one.rows for one in classes])
    if told.all():
        return list(classes)
    return [*classes, _Class(UNSAID, ctx.words.phrase(UNSAID), ~told)]


def _sums(table: pd.DataFrame, classes: Sequence[_Class], totals: Mapping[str, float] | None = None) -> ClassSums:
    """Return rounded sums by class.

    Parameters
    ----------
    totals
        Printed column -> total printed elsewhere for the same rows; None = the rounded sums of the table.
    """
    aims = totals or {}
    made: dict[str, list[float]] = {}
    for printed, name in SUMMED.items():
        values = numbers(table, name)
        made[printed] = whole_parts([known_sum(values[one.rows]) for one in classes], 2, aims.get(printed))
    counts = tuple(int(one.rows.sum()) for one in classes)
    land = numbers(table, "area_mu")
    parts = [known_sum(land[one.rows]) for one in classes]
    made["land_share"] = _shares(parts, known_sum(land), aims.get("land_share"))
    made["share"] = _shares([float(n) for n in counts], float(len(table)), aims.get("share"))
    return ClassSums(tuple(c.code for c in classes), tuple(c.word for c in classes), counts, made)


def _shares(values: Sequence[float], whole: float, total: float | None) -> list[float]:
    """Return parts of a whole, rounded to a tenth of a percent so that they add up."""
    if not whole or math.isnan(whole):
        return [math.nan] * len(values)
    return whole_parts([value / whole for value in values], 3, total)


def _joined(first: ClassSums, second: ClassSums) -> ClassSums:
    sums = {name: [*values, *second.sums[name]] for name, values in first.sums.items()}
    return ClassSums(
        (*first.codes, *second.codes), (*first.words, *second.words), (*first.counts, *second.counts), sums
    )
