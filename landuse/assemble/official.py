"""Bring an official list together: who was listed, with which grade, score and rank, one row an enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landuse import tables
from landuse.assemble.codes import uscc_issues
from landuse.assemble.keys import attribute_conflicts, blank_keys, first_known, group_rows, stack
from landuse.tables import KEYS, RawPart

YES: Final = "是"
TABLE: Final = "official"


@dataclass(frozen=True)
class Official:
    """What an authority said of enterprises."""

    table: pd.DataFrame
    """uscc, named (whether the list has it), listed (boolean, <NA> = not stated), grade, score, rank; no column where
    no list is given."""
    issues: pd.DataFrame


def official_list(parts: Sequence[RawPart], enterprises: pd.DataFrame, *, year: int) -> Official:
    """Return the official list of a year.

    A list without ``listed`` and ``grade`` names the listed: each of its rows is one. Whoever is not on a list that
    names only the listed was not listed; a list that says 否 of some speaks of those it names alone. A blank year is
    the year of the evaluation. An enterprise that the table of enterprises does not know is an issue.
    """
    if not parts:
        return Official(pd.DataFrame(), tables.no_issues())
    frame = stack(parts, TABLE)
    blank, issues = blank_keys(frame, TABLE)
    rows = frame[~blank].reset_index(drop=True)
    other = _other_year(rows, year)
    facts = {"count": int(other.sum()), "year": year}
    past = tables.one_issue("OFFICIAL_OTHER_YEAR", table=TABLE, column="year", facts=facts)
    rows = rows[~other].reset_index(drop=True)
    merged = first_known(rows, group_rows(rows, KEYS[TABLE]))
    known = merged.table["uscc"].isin(enterprises["uscc"]).to_numpy(dtype=bool)
    strange = merged.table[~known]
    named = strange["uscc"] + _brackets(strange)
    found = [
        issues,
        past if other.any() else tables.no_issues(),
        attribute_conflicts(rows, merged.conflicts, table=TABLE, key="uscc"),
        uscc_issues(rows, table=TABLE, column="uscc"),
        tables.issue_rows("OFFICIAL_UNKNOWN", strange, table=TABLE, key="uscc", value=named.tolist()),
    ]
    return Official(_stated(merged.table[known].reset_index(drop=True), enterprises), tables.join_issues(found))


def _other_year(rows: pd.DataFrame, year: int) -> pd.Series:
    if "year" not in rows.columns:
        return pd.Series(data=False, index=rows.index)
    return rows["year"].ne(year).fillna(value=False).astype(bool)


def _brackets(rows: pd.DataFrame) -> pd.Series:
    """Return the name of each row in brackets, as far as the list has it."""
    if "name" not in rows.columns:
        return pd.Series("", index=rows.index, dtype="str")
    return ("(" + rows["name"].astype("str") + ")").fillna("")


def _stated(rows: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Return what the list says, and of whom it does not name that they were not listed where it means that."""
    none = pd.Series(pd.NA, rows.index)
    if "listed" in rows.columns:
        said = rows["listed"].eq(YES).astype("boolean").mask(rows["listed"].isna())
    else:
        said = none.astype("boolean") if "grade" in rows.columns else none.astype("boolean").fillna(value=True)
    table = pd.DataFrame(
        {
            "uscc": rows["uscc"],
            "named": True,
            "listed": said,
            "grade": _grades(rows) if "grade" in rows.columns else none.astype("str"),
            "score": rows["score"] if "score" in rows.columns else np.nan,
            "rank": rows["rank"].astype("Int64") if "rank" in rows.columns else none.astype("Int64"),
        }
    )
    if len(said) and said.eq(other=True).fillna(value=False).all():
        others = enterprises.loc[~enterprises["uscc"].isin(rows["uscc"]), "uscc"]
        unnamed = pd.DataFrame({"uscc": others, "named": False})
        unnamed["listed"] = pd.array([False] * len(others), dtype="boolean")
        table = pd.concat([table, unnamed], ignore_index=True).astype({"grade": "str", "rank": "Int64"})
    return table


def _grades(rows: pd.DataFrame) -> pd.Series:
    """Return grades as letters: "A类" is A; other words stay."""
    text = rows["grade"].astype("str").str.strip()
    letter = text.str.upper().str.extract(r"^([A-D])\s*[类级]?$", expand=False)
    return letter.fillna(text)
