"""Compare two runs: who entered, left or stayed on which list, and why. Pure: the runs are handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from landuse.comparison import firms, plots
from landuse.comparison.firms import Story
from landuse.comparison.model import (
    DETAIL_COLUMNS,
    ENTERED,
    FIRM_FIGURES,
    LISTS,
    PLOT_FIGURES,
    PUBLIC,
    STAYED,
    UNIT_COLUMNS,
    Comparison,
)
from landuse.comparison.own import plain
from landuse.comparison.pair import Pair
from landuse.comparison.plan import plan_changes
from landuse.comparison.side import Side, side_of
from landuse.comparison.totals import totals
from landuse.tables.runs import RunRecord

__all__ = ["Comparison", "compare"]

NAMES: Final = {"enterprise": ("name",), "parcel": ("parcel_name", "holder")}
"""Unit -> columns that name it, the first known one."""


def compare(old: RunRecord, new: RunRecord) -> Comparison:
    """Return what lies between two runs.

    Notes
    -----
    Enterprises are on the list where ``low_efficiency`` is true; parcels where their class makes a list (`CLASSES`).
    How causes are decided: `landuse.comparison.firms`, `landuse.comparison.plots`.
    """
    pair = Pair(side_of(old), side_of(new))
    of_firms = dict(firms.stories(pair))
    told = {name: dict(plots.stories(pair, name, of_firms)) for name in LISTS if name != "enterprises"}
    told = {"enterprises": of_firms, **told}
    public = str(old.head.get("stage", "")) == PUBLIC
    units = pd.concat([_units(pair, name, found, public=public) for name, found in told.items()], ignore_index=True)
    changed = pair.changed_parameters
    rows = [(name, plain(before), plain(after)) for name, (before, after) in changed.items()]
    return Comparison(
        old=old,
        new=new,
        units=units,
        details=_details(told),
        parameters=pd.DataFrame(rows, columns=["parameter", "old", "new"], dtype="str"),
        totals=totals(units),
        notes=tuple(_notes(pair)),
        plan=plan_changes(old, new),
    )


def _units(pair: Pair, name: str, found: dict[str, Story], *, public: bool) -> pd.DataFrame:
    unit = LISTS[name]
    keys = list(found)
    heads = pd.DataFrame(
        {
            "list": pd.Series([name] * len(keys), dtype="str"),
            "unit": pd.Series([unit] * len(keys), dtype="str"),
            "key": pd.Series(keys, dtype="str"),
            "name": _named(pair, unit, keys),
            "change": pd.Series([story.change for story in found.values()], dtype="str"),
            "causes": pd.Series([story.causes for story in found.values()], dtype=object),
            "decided": pd.Series([story.decided for story in found.values()], dtype=bool),
            "together": pd.Series([story.together for story in found.values()], dtype=bool),
            "heard_anew": pd.Series([public and story.change == ENTERED for story in found.values()], dtype=bool),
        }
    )
    figures = _figures(pair, unit)
    shown = {
        f"{figure}_{end}": _values(side, unit, figure, keys)
        for figure in figures
        for end, side in (("old", pair.old), ("new", pair.new))
    }
    return pd.DataFrame({**{column: heads[column] for column in UNIT_COLUMNS}, **shown})


def _figures(pair: Pair, unit: str) -> tuple[str, ...]:
    if unit == "parcel":
        return PLOT_FIGURES
    return tuple(dict.fromkeys([*FIRM_FIGURES, *pair.old.indicators, *pair.new.indicators]))


def _table(side: Side, unit: str) -> pd.DataFrame:
    return side.firms if unit == "enterprise" else side.plots


def _values(side: Side, unit: str, figure: str, keys: list[str]) -> pd.Series:
    table = _table(side, unit)
    if figure not in table.columns:
        return pd.Series([float("nan")] * len(keys), dtype="float64")
    return table[figure].reindex(keys).reset_index(drop=True)


def _named(pair: Pair, unit: str, keys: list[str]) -> pd.Series:
    """Return the name of each unit, as the new run has it, else the old one."""
    named = pd.Series([None] * len(keys), dtype="str")
    for side in (pair.new, pair.old):
        table = _table(side, unit)
        for name in (name for name in NAMES[unit] if name in table.columns):
            named = named.where(named.notna(), table[name].reindex(keys).reset_index(drop=True).astype("str"))
    return named


def _details(told: dict[str, dict[str, Story]]) -> pd.DataFrame:
    rows = [
        (name, key, cause, what, thing, old, new, _decides(story, cause))
        for name, found in told.items()
        for key, story in found.items()
        for cause, what, thing, old, new in story.details
    ]
    table = pd.DataFrame(rows, columns=list(DETAIL_COLUMNS))
    return table.astype({name: "str" for name in DETAIL_COLUMNS if name != "decides"} | {"decides": "bool"})


def _decides(story: Story, cause: str) -> bool:
    """Return whether a cause is among those of a unit that changed; the verdicts on users carry the causes of these."""
    return story.change != STAYED and (cause in story.causes or cause == plots.USERS)


def _notes(pair: Pair) -> Iterable[str]:
    old, new = pair.old.run, pair.new.run
    if old.version != new.version:
        yield "other_version"
    if old.head.get("year") != new.head.get("year"):
        yield "other_year"
    if pair.old.rule is None or pair.new.rule is None:
        yield "no_rule"
    if pair.same_inputs:
        yield "same_inputs"
