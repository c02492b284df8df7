"""Sum 面积统计表: land by park (or town), or by class, of the parcels of a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.rounding import whole_parts
from landuse.cartography.sheet.facts import NO_FIGURE, AreaTable
from landuse.cartography.style import AREA_DECIMALS, Classes, numeric
from landuse.catalogue import term

MOST: Final = 9
"""Rows of a table beside its total: the places with less land share the last one."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Land:
    """The land of the parcels, and what else a row of the table says of it."""

    area: Numbers
    marked: npt.NDArray[np.bool_] | None = None
    """Parcels of the classes the sheet is about …"""
    marked_mu: float = 0.0
    """… and their land as the legend prints it."""
    values: Numbers | None = None
    """Values whose mean by land is told …"""
    decimals: int = 2
    """… with so many decimals."""

    def columns(self, groups: Sequence[npt.NDArray[np.bool_]]) -> list[list[str]]:
        """Return the columns of the table with their total last: 宗, 亩, share of the land, and what else is told.

        The rows of a column add up to its total, which is rounded by itself.
        """
        lands, whole = [_sum(self.area[rows]) for rows in groups], _sum(self.area)
        counts = [int(rows.sum()) for rows in groups]
        shares = whole_parts([land / whole * 100 for land in lands], 1, 100.0) if whole > 0 else lands
        made = [
            [f"{count:,}" for count in (*counts, len(self.area))],
            _printed(lands, whole),
            [*(f"{share:.1f}" if whole > 0 else NO_FIGURE for share in shares), ""],
        ]
        if self.marked is not None:
            made.append(_printed([_sum(self.area[rows & self.marked]) for rows in groups], self.marked_mu))
        if self.values is not None:
            made.append([self._mean(rows) for rows in (*groups, np.ones(len(self.area), dtype=bool))])
        return made

    def _mean(self, rows: npt.NDArray[np.bool_]) -> str:
        if self.values is None:
            return NO_FIGURE
        known = rows & ~np.isnan(self.values) & ~np.isnan(self.area)
        weight = _sum(self.area[known])
        mean = _sum(self.area[known] * self.values[known]) / weight if weight > 0 else np.nan
        return NO_FIGURE if np.isnan(mean) else f"{mean:.{self.decimals}f}"


def area_table(parcels: pd.DataFrame, classes: Classes, entry: Mapping[str, Any]) -> AreaTable:
    """Return the table of a sheet: 宗, 亩, share of the land, and land of the classes the sheet is about.

    Parameters
    ----------
    entry
        The sheet as ``sets.toml`` states it: ``rows``, ``highlight`` and ``mean``.
    """
    lang = classes.lang
    kind, values, names = _rows(parcels, classes, str(entry["rows"]))
    land, more = _Land(numeric(parcels["area_mu"])), []
    if "highlight" in entry:
        wanted = [place for place, one in enumerate(classes.legend) if one.key in entry["highlight"]["classes"]]
        marked = np.isin(classes.codes.to_numpy(), wanted)
        land = replace(land, marked=marked, marked_mu=fsum(classes.areas[place] for place in wanted))
        more.append(term("sheet_word", "listed", lang).format(words=entry["highlight"]["words"][lang]))
    has_mean = tells_mean(parcels, entry)
    if has_mean:
        mean = entry["mean"]
        land = replace(land, values=numeric(parcels[mean["column"]]), decimals=int(mean["decimals"]))
        more.append(str(mean["words"][lang]))
    groups = {name: values.eq(name).to_numpy() for name in names[:MOST]}
    if len(names) > MOST:
        rest = names[MOST - 1 :]
        groups.pop(rest[0])
        groups[term("sheet_word", "others", lang).format(n=len(rest))] = values.isin(rest).to_numpy()
    titles = (*groups, term("sheet_word", "total", lang))
    *lines, total = zip(titles, *land.columns(list(groups.values())), strict=True)
    heads = (kind, *(term("sheet_word", name, lang) for name in ("count", "area", "share")), *more)
    return AreaTable(
        term("sheet_word", "table", lang),
        heads,
        tuple(lines),
        total if len(names) > 1 else (),
        others=term("sheet_word", "others", lang),
        has_mean=has_mean,
    )


def tells_mean(parcels: pd.DataFrame, entry: Mapping[str, Any]) -> bool:
    """Return whether the table tells a mean: the sheet has one, and what is known of the run has the column."""
    return "mean" in entry and entry["mean"]["column"] in parcels.columns


def _printed(lands: Sequence[float], whole: float) -> list[str]:
    """Return the land of the rows and the total as printed: hundredths of a mu that add up."""
    total = whole_parts([whole], AREA_DECIMALS)[0]
    return [f"{land:,.2f}" for land in (*whole_parts(lands, AREA_DECIMALS, total), total)]


def _sum(values: Numbers) -> float:
    return fsum(values[~np.isnan(values)])


def _rows(parcels: pd.DataFrame, classes: Classes, rows: str) -> tuple[str, pd.Series, list[str]]:
    """Return what the rows are called, in which row each parcel is counted, and the rows in order."""
    lang = classes.lang
    if rows == "class":
        labels = np.array([entry.full_label for entry in classes.legend], dtype=object)
        values = pd.Series(labels[classes.codes.to_numpy()], index=parcels.index)
        return classes.theme.short, values, [entry.full_label for entry in classes.legend if entry.count]
    for name in ("park", "town"):
        if name in parcels.columns and parcels[name].notna().any():
            outside = term("sheet_word", "outside" if name == "park" else "dash", lang)
            known = parcels[name].astype("object")
            values = known.where(known.notna(), outside).astype(str)
            return term("sheet_word", name, lang), values, _order(values, numeric(parcels["area_mu"]), lang)
    dash = term("sheet_word", "dash", lang)
    return term("sheet_word", "park", lang), pd.Series(dash, index=parcels.index), [dash] if len(parcels) else []


def _order(values: pd.Series, area: Numbers, lang: str) -> list[str]:
    """Return the rows by their land, most first; what is outside last."""
    last = {term("sheet_word", "outside", lang), term("sheet_word", "dash", lang)}
    land = pd.Series(np.nan_to_num(area)).groupby(values.to_numpy()).sum()
    return sorted(land.index, key=lambda name: (name in last, -round(float(land[name]), 6), name))
