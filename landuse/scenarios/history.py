"""Put the years side by side: who stood where in each, and for how many years on end at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse import tables
from landuse.catalogue import term
from landuse.ranking.text import holds
from landuse.tables import PreviousRun
from landuse.tables.cells import numbers

FIRST_YEAR, LAST_YEAR = 1949, 2200
"""Years a project may evaluate; a row of accounts outside them is of no year."""
SOURCES: Final = ("computed", "previous")
"""Where a row of history comes from: this run, or last year's."""

LANGS: Final = ("zh", "en")

Years = Sequence[int]


@dataclass(frozen=True)
class Past:
    """What is known of the years other than the one evaluated."""

    rows: pd.DataFrame
    """Rows of table history of those years."""
    issues: pd.DataFrame
    previous: PreviousRun | None = None

    @property
    def grades(self) -> pd.DataFrame:
        """Return the grades of earlier years: uscc, year, grade."""
        rows = self.rows.reindex(columns=["uscc", "year", "grade"])
        return rows[rows["grade"].notna()].astype({"year": "Int64"}).reset_index(drop=True)


def years_of(accounts: pd.DataFrame) -> tuple[int, ...]:
    """Return the years that accounts speak of, in their order."""
    years = numbers(accounts, "year")
    years = years[(years >= FIRST_YEAR) & (years <= LAST_YEAR)]
    return tuple(int(year) for year in np.unique(years))


def past(asked: Callable[[int], pd.DataFrame], years: Years, previous: PreviousRun | None, *, year: int) -> Past:
    """Return the standings of the years other than `year`: computed from the accounts, else as last year's run says.

    Parameters
    ----------
    asked
        Gives the rows of table history of one year, computed by the rule of the run.
    years
        Years of the accounts.
    previous
        Last year's run: its rows stand where the accounts have none of that enterprise and year; where both speak and
        differ, what was computed stands and an issue names both.
    year
        The year evaluated: not asked here.
    """
    parts = [asked(each) for each in years if each != year]
    computed = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if previous is None:
        return Past(computed, tables.no_issues())
    known = previous.history.loc[previous.history["year"].lt(year).fillna(value=False).to_numpy(dtype=bool)]
    place = _places(known, computed)
    taken = known.loc[place < 0]
    told = [*([computed.assign(source=SOURCES[0])] if len(computed) else []), taken.assign(source=SOURCES[1])]
    rows = pd.concat(told, ignore_index=True)
    order = np.argsort(numbers(rows, "year"), kind="stable")
    issues = [_taken_issue(taken, previous), _differing(known.loc[place >= 0], computed, previous)]
    return Past(rows.iloc[order].reset_index(drop=True), tables.join_issues(issues), previous)


def history(before: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return table history: the rows of other years and those of the year evaluated, in the order of the years."""
    if not len(before):
        return own
    own = own.assign(source=SOURCES[0]) if "source" in before.columns else own
    rows = pd.concat([before, own], ignore_index=True)
    return rows.iloc[np.argsort(numbers(rows, "year"), kind="stable")].reset_index(drop=True)


def years_on_end(rows: pd.DataFrame, holding: pd.Series, keys: pd.Series, *, year: int) -> pd.Series:
    """Return for how many years on end, up to and with `year`, something held of each enterprise.

    Parameters
    ----------
    rows
        Table history.
    holding
        Three-valued, row by row with it: in the bottom share, graded D ...
    keys
        Credit codes the answer is for, row by row.

    Returns
    -------
    Int64: 0 where it does not hold in `year`, missing where that is unknown. A year of which nothing is known ends the
    count, as one does in which it did not hold: the number is what is proved, never more.
    """
    running: npt.NDArray[np.bool_] = np.ones(len(keys), dtype=bool)
    count = np.zeros(len(keys), dtype=np.int64)
    unknown = np.ones(len(keys), dtype=bool)
    of_year = numbers(rows, "year")
    for each in range(year, int(of_year.min(initial=year)) - 1, -1):
        here = rows.loc[of_year == each]
        at = pd.Index(here["uscc"]).get_indexer(pd.Index(keys))
        said = holding.loc[here.index].astype("boolean")
        if each == year:
            unknown = np.append(said.isna().to_numpy(dtype=bool), np.True_)[at]
        running &= np.append(holds(said), np.False_)[at]
        if not running.any():
            break
        count += running
    return pd.Series(pd.arrays.IntegerArray(count, unknown), index=keys.index, name="years")


def enterprise_columns(
    rows: pd.DataFrame, keys: pd.Series, previous: PreviousRun | None, *, year: int
) -> dict[str, pd.Series]:
    """Return what the past says of each enterprise, row by row: nothing where only the year evaluated is known.

    years_in_bottom: years on end in the bottom share; previous_listed, previous_grade: verdict and grade of last year's
    run, where the project names one.
    """
    made: dict[str, pd.Series] = {}
    if rows["year"].ne(year).any():
        made["years_in_bottom"] = years_on_end(rows, rows["in_bottom_share"], keys, year=year)
    if previous is not None:
        known = previous.enterprises.drop_duplicates("uscc").set_index("uscc")
        at = known.reindex(pd.Index(keys))
        made["previous_listed"] = at["low_efficiency"].set_axis(keys.index).astype("boolean")
        made["previous_grade"] = at["grade"].set_axis(keys.index).astype("str")
    return made


# ------------------------------------------------------------------------------------------------ parts


def _places(known: pd.DataFrame, computed: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return where each row stands among computed ones of the same enterprise and year; -1 = nowhere."""
    if not len(computed):
        return np.full(len(known), -1, dtype=np.intp)
    return pd.MultiIndex.from_frame(_keys(computed)).get_indexer(pd.MultiIndex.from_frame(_keys(known)))


def _keys(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"uscc": rows["uscc"].astype("str"), "year": rows["year"].astype("int64")})


def _taken_issue(taken: pd.DataFrame, previous: PreviousRun) -> pd.DataFrame:
    """Return a note on the rows that stand as last year's run says, for want of accounts."""
    if not len(taken):
        return tables.no_issues()
    facts = {"folder": previous.folder, "years": "、".join(str(each) for each in sorted(set(taken["year"].dropna())))}
    return tables.one_issue("PREVIOUS_USED", table="history", value=str(len(taken)), facts=facts)


def _differing(known: pd.DataFrame, computed: pd.DataFrame, previous: PreviousRun) -> pd.DataFrame:
    """Return a note for each enterprise and year of which last year's run says something else than this one."""
    if not len(known):
        return tables.no_issues()
    now = computed.iloc[_places(known, computed)].reset_index(drop=True)
    known = known.reset_index(drop=True)
    differs = np.zeros(len(known), dtype=bool)
    for name in ("in_bottom_share", "grade"):
        if name in known.columns:
            both = known[name].notna().to_numpy(dtype=bool) & now[name].notna().to_numpy(dtype=bool)
            differs |= both & known[name].ne(now[name]).fillna(value=False).to_numpy(dtype=bool)
    before, after = (_standings(rows.loc[differs]) for rows in (known, now))
    facts = [
        {"folder": previous.folder, "year": int(each), **_named("before", one), **_named("after", other)}
        for each, one, other in zip(known.loc[differs, "year"], before, after, strict=True)
    ]
    rows = known.loc[differs, ["uscc"]]
    return tables.issue_rows("PREVIOUS_DIFFERS", rows, table="history", key="uscc", column="grade", facts=facts)


def _standings(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Return grade and standing of each row, by language."""
    grade = rows["grade"].astype("str").fillna("—") if "grade" in rows.columns else ["—"] * len(rows)
    listed = ["—" if pd.isna(flag) else str(bool(flag)).lower() for flag in rows["in_bottom_share"]]
    return [
        {
            lang: term("history", "standing", lang).format(grade=letter, listed=term("listed", flag, lang))
            for lang in LANGS
        }
        for letter, flag in zip(grade, listed, strict=True)
    ]


def _named(name: str, standing: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{lang}": said for lang, said in standing.items()}
