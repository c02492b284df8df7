"""Hold what the named rules look at: ranked enterprises, their groups, grades of other years, findings on parcels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.shares import BLANK, position_in
from landuse.policy.rules.finding import Floats, Mask, Piece, Rows, Telling, Ternary, words_of
from landuse.policy.rules.plots import Plots
from landuse.rule import Rule
from landuse.tables.cells import numbers

OWN: Final = "own"
GRADES: tuple[str, ...] = ("uscc", "year", "grade")
"""Columns of the table of grades of other years."""


def no_grades() -> pd.DataFrame:
    """Return a table of grades of other years without a row."""
    return pd.DataFrame({name: pd.Series(dtype="str") for name in GRADES}).astype({"year": "Int64"})


@dataclass(frozen=True)
class Facts:
    """What is known beside the ranking of the year."""

    year: int | None = None
    """Year of the accounts."""
    grades: pd.DataFrame = field(default_factory=no_grades)
    """uscc, year, grade of other years; without a row of a year, the grade of that year is unknown."""
    plots: Plots | None = None
    """Findings on the parcels and who uses them; None = nothing is known of any parcel."""
    power: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What monthly electricity shows of enterprises (`assemble.power.power_of`); empty without meters."""


@dataclass(frozen=True)
class Case:
    """Everything a rule on enterprises may look at."""

    table: pd.DataFrame
    """Ranked enterprises."""
    groups: pd.DataFrame
    rule: Rule
    lang: str
    facts: Facts

    @cached_property
    def own_land(self) -> tuple[Rows, Rows, npt.NDArray[np.int64]]:
        """Return row of the parcel, row of the enterprise and land in cm2 of each use of land of one's own."""
        if self.facts.plots is None:
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
        use = self.facts.plots.occupancy
        use = use[use["tenure"].eq(OWN).to_numpy(dtype=bool) & (use["land_cm2"] > 0).to_numpy(dtype=bool)]
        plot = position_in(use["parcel_id"], self.facts.plots.parcels)
        firm = position_in(use["uscc"], self.table["uscc"])
        rows = (plot != BLANK) & (firm != BLANK)
        return plot[rows], firm[rows], use["land_cm2"].to_numpy(dtype=np.int64)[rows]

    def number(self, name: str) -> Floats:
        """Return a number column; unknown throughout where the table lacks it."""
        return numbers(self.table, name)

    def tell(self, rule_id: str, outcome: Ternary, **pieces: Piece) -> list[Telling]:
        """Return the two sentences of a rule: where it holds, and where it does not."""
        words = words_of("rule_because", self.lang)
        return [
            Telling(outcome.true, words[f"{rule_id}_true"], used_in(words[f"{rule_id}_true"], pieces)),
            Telling(outcome.false, words[f"{rule_id}_false"], used_in(words[f"{rule_id}_false"], pieces)),
        ]

    def group_base(self, measure: str) -> Floats:
        """Return the base of a measure in the group of each enterprise; NaN where it is in none or has no base."""
        place = position_in(self.table["industry_group"], self.groups["industry_group"])
        base: Floats = np.append(numbers(self.groups, f"base_{measure}"), np.nan)
        spread: Floats = base[place]
        return spread


def used_in(text: str, pieces: Mapping[str, Piece]) -> dict[str, Piece]:
    """Return the pieces a sentence speaks of: the others need not be written."""
    return {name: piece for name, piece in pieces.items() if "{" + name + "}" in text}


def unknown_in(table: pd.DataFrame, name: str) -> Mask:
    """Return where a column is blank; a table without it knows nothing of it."""
    if name not in table.columns:
        return np.ones(len(table), dtype=bool)
    blank = table[name].isna()
    if table[name].dtype.kind not in "iufbM":
        blank |= table[name].astype("str").str.strip().eq("").fillna(value=False)
    return blank.to_numpy(dtype=bool)
