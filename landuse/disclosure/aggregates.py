"""Add up enterprises by industry, park and town, and withhold every sum that tells of one or two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load
from landuse.disclosure.homes import homes
from landuse.disclosure.whitelist import LISTS
from landuse.disclosure.withhold import Cells, Flags, Limits, Numbers, Sums, cells_of, empty, published
from landuse.tables import Analysis

Places = npt.NDArray[np.intp]
KEYS: Final = ("industry_group", "park", "town")
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (),
    "industry": ("industry_group",),
    "park": ("park",),
    "town": ("town",),
    "industry_park": ("industry_group", "park"),
}
"""Value of `by` -> keys of its rows."""
ORDER: Final = {"industry_park": 0, "town": 1, "park": 2, "industry": 3, "all": 4}
"""What is given up first (`withhold.Sums.order`)."""
OPEN: Final = ("n_enterprises", "n_listed", "land_mu")
"""Figures that follow the least number of enterprises alone."""
PER_MU: Final = {"tax_per_mu": "tax_wan", "output_per_mu": "output_wan"}
"""Measure -> the sum it is made of; published where that sum and the land are, so that it tells neither."""
DECIMALS: Final = 2
BLANK: Final = ""


@dataclass(frozen=True)
class _Frame:
    """The rows of all tables, and which enterprises stand behind each."""

    rows: pd.DataFrame
    """by and the keys; blank where a row is not of one industry, park, town."""
    sums: Sums
    cell: Places
    """Cell of each enterprise."""

    @property
    def size(self) -> int:
        """Return the number of cells."""
        return int(self.sums.parts.shape[1])


def aggregates(analysis: Analysis) -> pd.DataFrame:
    """Return sums of the ranked enterprises: all, by industry, by park, by town, by industry and park.

    Returns
    -------
    by (all, industry, park, town, industry_park), industry_group, name, park, town (a key of another table is blank,
    and so is a park or town that nobody states), n_enterprises, n_listed, land_mu, tax_wan, output_wan, energy_tce,
    tax_per_mu, output_per_mu, and ``withheld``: the figures that are not published. A figure that is unknown is
    missing and not among them.
    """
    settings = load(LISTS)["sums"]
    firms = _firms(analysis)
    frame = _frame(firms, int(settings["most_cells"]))
    least = int(settings["least_enterprises"])
    outputs = analysis.project.outputs
    private = {"dominance": outputs.public_dominance, "percent": outputs.public_p_percent}
    everyone = cells_of(np.ones(len(firms)), frame.cell, frame.size)
    shown = published(frame.sums, everyone, Limits(least, 1.0))
    told: dict[str, Any] = {}
    held = {}
    for name in OPEN:
        told[name] = _totals(firms[name].to_numpy(dtype=float), frame)
        held[name] = ~shown
    for name in settings["confidential"]:
        values = firms[name].to_numpy(dtype=float)
        cells = cells_of(values, frame.cell, frame.size)
        told[name] = np.where(_unknown(cells, frame), np.nan, _totals(values, frame))
        limits = Limits(least, spread=float(settings["least_spread"]), **private)
        held[name] = ~published(frame.sums, cells, limits) & ~_unknown(cells, frame)
    for name, of in PER_MU.items():
        land = np.where(np.isfinite(firms[of].to_numpy(dtype=float)), firms["land_mu"].to_numpy(dtype=float), np.nan)
        told[name], held[name] = _divided(told[of], _totals(land, frame)), held[of] | held["land_mu"]
    return _table(analysis, frame.rows, told, held)


def _firms(analysis: Analysis) -> pd.DataFrame:
    """Return the ranked enterprises with their keys and figures."""
    known = analysis.enterprises
    ranked = known.loc[known["status"].eq("RANKED")] if "status" in known.columns else known.iloc[:0]
    home = homes(ranked, analysis.occupancy, analysis.parcels.table)
    listed = ranked["low_efficiency"].eq(other=True) if "low_efficiency" in ranked else pd.Series(0, index=ranked.index)
    figures = {name: _numbers(ranked, name) for name in load(LISTS)["sums"]["confidential"]}
    return pd.DataFrame(
        {
            "industry_group": _texts(ranked, "industry_group"),
            "park": _texts(home, "park"),
            "town": _texts(home, "town"),
            "n_enterprises": 1.0,
            "n_listed": listed.fillna(value=False).to_numpy(dtype=float),
            "land_mu": _numbers(ranked, "area_mu"),
            **figures,
        }
    ).reset_index(drop=True)


def _frame(firms: pd.DataFrame, most: int) -> _Frame:
    """Return the rows of all tables; the one of industries and parks is left out where it is too large."""
    keys = firms[list(KEYS)]
    tables = [_rows(keys, by, list(names)) for by, names in TABLES.items()]
    if len(tables[-1]) > most:
        tables.pop()
    cells = keys.drop_duplicates().sort_values(list(KEYS), kind="stable", ignore_index=True)
    cell = pd.MultiIndex.from_frame(cells).get_indexer(pd.MultiIndex.from_frame(keys))
    rows = pd.concat(tables, ignore_index=True)
    parts = np.ones((len(rows), len(cells)), dtype=bool)
    for name in KEYS:
        codes = pd.factorize(pd.concat([rows[name], cells[name]]))[0]
        of_all = ~rows["by"].map(lambda by, name=name: name in TABLES[by]).to_numpy(dtype=bool)
        parts &= of_all[:, None] | (codes[: len(rows)][:, None] == codes[len(rows) :][None, :])
    order = np.asarray(rows["by"].map(ORDER), dtype=np.int64)
    return _Frame(rows, Sums(parts, _lines(rows), order), np.asarray(cell, dtype=np.intp))


def _rows(cells: pd.DataFrame, by: str, names: list[str]) -> pd.DataFrame:
    found = cells[names].drop_duplicates() if names else pd.DataFrame(index=[0])
    blank = {name: BLANK for name in KEYS if name not in names}
    return found.assign(by=by, **blank).sort_values(list(KEYS), kind="stable")[["by", *KEYS]]


def _lines(rows: pd.DataFrame) -> tuple[tuple[int, Places], ...]:
    """Return every total with the rows that make it up, one table at a time."""
    at = {by: np.flatnonzero(rows["by"].eq(by)) for by in TABLES}
    lines = [(int(at["all"][0]), at[by]) for by in ("industry", "park", "town") if len(at[by])]
    inner = rows.iloc[at["industry_park"]]
    for by, name in (("industry", "industry_group"), ("park", "park")):
        groups = inner.groupby(name, sort=False).indices if len(inner) else {}
        lines += [(int(row), at["industry_park"][groups[rows[name].iloc[row]]]) for row in at[by] if groups]
    return tuple(lines)


def _totals(values: Numbers, frame: _Frame) -> Numbers:
    """Return the sum of what is known, row by row."""
    told = np.isfinite(values)
    by_cell = np.bincount(frame.cell[told], weights=values[told], minlength=frame.size)
    made: Numbers = frame.sums.parts.astype(float) @ by_cell
    return made


def _unknown(cells: Cells, frame: _Frame) -> Flags:
    return empty(frame.sums.parts, cells)


def _divided(top: Numbers, under: Numbers) -> Numbers:
    made: Numbers = np.full(len(top), np.nan)
    np.divide(top, under, out=made, where=np.isfinite(top) & (under > 0))
    return made


def _table(
    analysis: Analysis, rows: pd.DataFrame, told: Mapping[str, Numbers], held: Mapping[str, Flags]
) -> pd.DataFrame:
    """Return the rows with what may be seen; what is withheld is missing and named."""
    shown = {name: np.round(np.where(held[name], np.nan, values), DECIMALS) + 0.0 for name, values in told.items()}
    names = np.array(list(told), dtype=object)
    flags = np.column_stack([held[name] for name in told])
    counts = {name: pd.array(shown[name], dtype="Float64").astype("Int64") for name in ("n_enterprises", "n_listed")}
    table = rows.assign(name=_group_names(analysis, rows), **{**shown, **counts})
    table["withheld"] = [tuple(names[row]) for row in flags]
    return table[["by", "industry_group", "name", "park", "town", *told, "withheld"]].reset_index(drop=True)


def _group_names(analysis: Analysis, rows: pd.DataFrame) -> pd.Series:
    groups = analysis.groups
    if not {"industry_group", "name"} <= set(groups.columns):
        return pd.Series(BLANK, index=rows.index, dtype="str")
    titles = groups.drop_duplicates("industry_group").set_index("industry_group")["name"]
    return rows["industry_group"].map(titles).astype("str").fillna(BLANK)


def _texts(table: pd.DataFrame, name: str) -> npt.NDArray[np.object_]:
    if name not in table.columns:
        return np.full(len(table), BLANK, dtype=object)
    return np.asarray(table[name].astype("str").fillna(BLANK).to_numpy(dtype=object))


def _numbers(table: pd.DataFrame, name: str) -> Numbers:
    if name not in table.columns:
        return np.full(len(table), np.nan)
    return np.asarray(table[name].to_numpy(dtype="float64", na_value=np.nan), dtype=np.float64)
