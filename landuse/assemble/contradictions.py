"""Tell the accounts of one enterprise and year that contradict each other: every row, with what the others say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse import tables
from landuse.assemble.keys import Groups, place_of, printed
from landuse.tables import PROVENANCE, unit_title
from landuse.tables.matches import Matches

SHOWN: Final = 5
"""Rows of one enterprise and year that a message shows."""


def account_conflicts(
    rows: pd.DataFrame, groups: Groups, contradicting: pd.DataFrame, matches: Matches | None
) -> pd.DataFrame:
    """Return one error for each row of a contradicting key, with the values that differ and where each stands.

    A key of which a row was found by its name or an old code (ACCOUNT_CONFLICT_BY_NAME) may be that of two enterprises:
    the name of the row is told too.

    Parameters
    ----------
    contradicting
        Conflicts of `landuse.assemble.keys.first_known`: row, first, column.
    matches
        Says which rows were joined without the credit code.
    """
    if contradicting.empty:
        return tables.no_issues()
    key = groups.of_row[contradicting["row"].to_numpy()]
    columns = pd.Series(contradicting["column"].to_numpy()).groupby(key, sort=True).unique()
    at = np.flatnonzero(np.isin(groups.of_row, columns.index.to_numpy()))
    named = (matches or Matches()).joined_rows("accounts")
    found = _with_names(rows.iloc[at].assign(_key=groups.of_row[at]), named)
    told = {number: _Told(part, [str(name) for name in columns[number]]) for number, part in found.groupby("_key")}
    parts = []
    for code in ("ACCOUNT_CONFLICT", "ACCOUNT_CONFLICT_BY_NAME"):
        mine = found[[(told[number].code == code) for number in found["_key"]]]
        values = [told[number].value(row) for number, row in zip(mine["_key"], mine.to_dict("records"), strict=True)]
        facts = [told[number].facts for number in mine["_key"]]
        issues = tables.issue_rows(code, mine, table="accounts", key="uscc", value=values, facts=facts)
        cells = [told[number].column(row) for number, row in zip(mine["_key"], mine.to_dict("records"), strict=True)]
        parts.append(issues.assign(column=cells))
    return tables.join_issues(parts)


def _with_names(rows: pd.DataFrame, named: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `_said`: the name or old code by which a row was found, missing elsewhere."""
    asked = pd.MultiIndex.from_frame(rows[list(PROVENANCE)].astype("str"))
    known = named.drop_duplicates(list(PROVENANCE))
    place = pd.MultiIndex.from_frame(known[list(PROVENANCE)].astype("str")).get_indexer(asked)
    said = known["said"].array.take(place, allow_fill=True)
    return rows.assign(_said=pd.Series(said, index=rows.index, dtype="str"))


@dataclass(frozen=True)
class _Told:
    """The rows of one key and the columns in which they differ."""

    rows: pd.DataFrame
    columns: list[str]

    @property
    def code(self) -> str:
        """Return what the contradiction is called."""
        return "ACCOUNT_CONFLICT_BY_NAME" if self.rows["_said"].notna().any() else "ACCOUNT_CONFLICT"

    @property
    def facts(self) -> dict[str, Any]:
        """Return what every row of the key is told with."""
        facts: dict[str, Any] = {"year": int(self.rows["year"].iloc[0]), "columns": ", ".join(self.columns)}
        for lang in ("zh", "en"):
            facts[f"said_{lang}"] = self._stated(lang)
            if self.code == "ACCOUNT_CONFLICT_BY_NAME":
                facts[f"named_{lang}"] = self._named(lang)
        return facts

    def value(self, row: dict[Any, Any]) -> str:
        """Return what a row itself states in the columns that differ."""
        return ", ".join(f"{name}={printed(row[name])}" for name in self._known(row))

    def column(self, row: dict[Any, Any]) -> str:
        """Return the columns that differ as far as a row states them; a row that states none is set aside too."""
        return ",".join(self._known(row))

    def _known(self, row: dict[Any, Any]) -> Iterator[str]:
        return (name for name in self.columns if pd.notna(row[name]))

    def _stated(self, lang: str) -> str:
        comma, colon, stop = ("、", ":", ";") if lang == "zh" else (", ", ": ", "; ")
        lines = []
        for place, row in zip(place_of(self.rows), self.rows.to_dict("records"), strict=True):
            said = comma.join(_amount(name, row[name], lang) for name in self._known(row))
            lines += [f"{place}{colon}{said}"] if said else []
        return stop.join([*lines[:SHOWN], *(["…"] if len(lines) > SHOWN else [])])

    def _named(self, lang: str) -> str:
        some = self.rows[self.rows["_said"].notna()]
        names = [f"“{name}”({place})" for name, place in zip(some["_said"], place_of(some), strict=True)]
        return ("、" if lang == "zh" else ", ").join([*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])])


def _amount(name: str, value: Any, lang: str) -> str:
    """Return a value with its title and its unit, e.g. 实缴税收 12.5 万元."""
    column = tables.columns("input", "accounts")[name]
    unit = unit_title(column.unit, lang)
    shown = f" {unit}" if lang == "zh" else f" ({unit})"
    return f"{column.title(lang)} {printed(value)}" + (shown if unit else "")
