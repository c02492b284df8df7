"""Sum 面积统计表: land by park (or town), or by class, of the parcels of a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.cartography.sheet.facts import AreaTable
from landuse.cartography.style import Classes, numeric
from landuse.catalogue import term

MOST: Final = 9
"""Rows of a table beside its total: the places with less land share the last one."""


def area_table(parcels: pd.DataFrame, classes: Classes, entry: Mapping[str, Any]) -> AreaTable:
    """Return the table of a sheet: 宗, 亩, share of the land, and land of the classes the sheet is about.

    Parameters
    ----------
    entry
        The sheet as ``sets.toml`` states it: ``rows`` and ``highlight``.
    """
    lang = classes.lang
    kind, values = _rows(parcels, classes, str(entry.get("rows", "place")))
    area, marked, words = numeric(parcels["area_mu"]), None, ""
    if "highlight" in entry:
        wanted = [place for place, one in enumerate(classes.legend) if one.key in entry["highlight"]["classes"]]
        marked = np.isin(classes.codes.to_numpy(), wanted)
        words = term("sheet_word", "listed", lang).format(words=entry["highlight"]["words"][lang])
    whole = fsum(area[~np.isnan(area)])
    names = _order(values, area, lang)
    groups = {name: values.eq(name).to_numpy() for name in names[:MOST]}
    if len(names) > MOST:
        rest = names[MOST - 1 :]
        groups.pop(rest[0])
        groups[term("sheet_word", "others", lang).format(n=len(rest))] = values.isin(rest).to_numpy()
    lines = [_line(name, rows, area, whole=whole, marked=marked) for name, rows in groups.items()]
    every = np.ones(len(area), dtype=bool)
    total = _line(term("sheet_word", "total", lang), every, area, whole=whole, marked=marked) if len(names) > 1 else ()
    heads = [
        kind,
        *(term("sheet_word", name, lang) for name in ("count", "area", "share")),
        *([words] if words else []),
    ]
    return AreaTable(term("sheet_word", "table", lang), tuple(heads), tuple(lines), total)


def _rows(parcels: pd.DataFrame, classes: Classes, rows: str) -> tuple[str, pd.Series]:
    """Return what the rows are called, and in which row each parcel is counted."""
    lang = classes.lang
    if rows == "class":
        labels = np.array([entry.full_label for entry in classes.legend], dtype=object)
        return classes.theme.short, pd.Series(labels[classes.codes.to_numpy()], index=parcels.index)
    for name in ("park", "town"):
        if name in parcels.columns and parcels[name].notna().any():
            outside = term("sheet_word", "outside" if name == "park" else "dash", lang)
            known = parcels[name].astype("object")
            return term("sheet_word", name, lang), known.where(known.notna(), outside).astype(str)
    return term("sheet_word", "park", lang), pd.Series(term("sheet_word", "dash", lang), index=parcels.index)


def _order(values: pd.Series, area: Any, lang: str) -> list[str]:
    """Return the rows by their land, most first; what is outside last."""
    last = {term("sheet_word", "outside", lang), term("sheet_word", "dash", lang)}
    land = pd.Series(np.nan_to_num(area)).groupby(values.to_numpy()).sum()
    return sorted(land.index, key=lambda name: (name in last, -round(float(land[name]), 6), name))


def _line(name: str, rows: Any, area: Any, *, whole: float, marked: Any) -> tuple[str, ...]:
    part = area[rows]
    land = fsum(part[~np.isnan(part)])
    share = f"{land / whole * 100:.1f}" if whole > 0 else "—"
    cells = [name, f"{int(rows.sum()):,}", f"{land:,.2f}", share]
    if marked is not None:
        both = area[rows & marked]
        cells.append(f"{fsum(both[~np.isnan(both)]):,.2f}")
    return tuple(cells)
