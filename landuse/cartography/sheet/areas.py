"""Sum 面积统计表: land by park (or town), or by class, of the parcels of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.cartography.sheet.facts import AreaTable
from landuse.cartography.style import Classes, numeric
from landuse.catalogue import term

UNKNOWN: Final = "—"
MOST: Final = 9
"""Rows of a table beside its total: the places with less land share the last one."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Land:
    """The land of the parcels, and what else a row of the table says of it."""

    area: Numbers
    marked: npt.NDArray[np.bool_] | None = None
    """Parcels of the classes the sheet is about."""
    values: Numbers | None = None
    """Values whose mean by land is told …"""
    decimals: int = 2
    """… with so many decimals."""

    def line(self, name: str, rows: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        """Return one row of the table: 宗, 亩, share of the land, and what else is told."""
        land, whole = _sum(self.area[rows]), _sum(self.area)
        share = f"{land / whole * 100:.1f}" if whole > 0 else UNKNOWN
        cells = [name, f"{int(rows.sum()):,}", f"{land:,.2f}", share]
        if self.marked is not None:
            cells.append(f"{_sum(self.area[rows & self.marked]):,.2f}")
        if self.values is not None:
            known = rows & ~np.isnan(self.values) & ~np.isnan(self.area)
            weight = _sum(self.area[known])
            mean = _sum(self.area[known] * self.values[known]) / weight if weight > 0 else np.nan
            cells.append(UNKNOWN if np.isnan(mean) else f"{mean:.{self.decimals}f}")
        return tuple(cells)


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
        land = replace(land, marked=np.isin(classes.codes.to_numpy(), wanted))
        more.append(term("sheet_word", "listed", lang).format(words=entry["highlight"]["words"][lang]))
    if tells_mean(parcels, entry):
        mean = entry["mean"]
        land = replace(land, values=numeric(parcels[mean["column"]]), decimals=int(mean["decimals"]))
        more.append(str(mean["words"][lang]))
    groups = {name: values.eq(name).to_numpy() for name in names[:MOST]}
    if len(names) > MOST:
        rest = names[MOST - 1 :]
        groups.pop(rest[0])
        groups[term("sheet_word", "others", lang).format(n=len(rest))] = values.isin(rest).to_numpy()
    lines = [land.line(name, rows) for name, rows in groups.items()]
    every = np.ones(len(parcels), dtype=bool)
    count, area, _, *others = land.line("", every)[1:]
    total = (term("sheet_word", "total", lang), count, area, "", *others) if len(names) > 1 else ()
    heads = (kind, *(term("sheet_word", name, lang) for name in ("count", "area", "share")), *more)
    return AreaTable(term("sheet_word", "table", lang), heads, tuple(lines), total)


def tells_mean(parcels: pd.DataFrame, entry: Mapping[str, Any]) -> bool:
    """Return whether the table tells a mean: the sheet has one, and what is known of the run has the column."""
    return "mean" in entry and entry["mean"]["column"] in parcels.columns


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
