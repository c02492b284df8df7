"""Bring the task together: land to be handled by the county, its parks and towns, in the year and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from landuse.assemble.casewords import is_outside
from landuse.assemble.sifting import Sieve, Tests
from landuse.catalogue import term
from landuse.tables import PROVENANCE, RawPart, issue_rows, no_issues, one_issue
from landuse.tables.cells import Days, days, numbers, text

TARGET_COLUMNS: Final = ("by", "place", "park", "town", "year", "month", "target_mu")
"""Columns of the targets, by: all | park | town; place: the park or town, blank for the whole and for
the plots outside all parks; month: first day of the month in which the land is due, missing = of the whole task."""
ROUNDING_MU: Final = 0.01
"""Sums of targets may differ by so much (inclusive): areas are stated with two decimals."""


@dataclass(frozen=True)
class Targets:
    """The task."""

    table: pd.DataFrame
    """`TARGET_COLUMNS` of the year in force and of rows that state none; one row is of the whole task."""
    later: pd.DataFrame
    """`TARGET_COLUMNS` of later years, for plans of several years."""
    year: int | None
    """The year in force; None where no row states one."""
    issues: tuple[pd.DataFrame, ...] = ()


def clean_targets(parts: Sequence[RawPart], parcels: pd.DataFrame, *, year: int) -> Targets:
    """Return the targets of the year in force and of later ones, one row a place and month, and what is told of them.

    The year in force is the year given where a target is of it, else the latest stated before it, else the first
    after. The whole task is the county's row; without one the sum of the parks, without these of the towns (a note); a
    place with months alone has their sum. Where parts and whole differ the whole stands (a warning). A row with park
    and town is of the park.
    """
    if not parts:
        return Targets(_shaped(pd.DataFrame()), _shaped(pd.DataFrame()), None)
    sieve = Sieve("targets", ("park", "town"))
    rows, repeated = sieve.each_once(parts)
    tests: Tests = {"TARGET_WITHOUT_AREA": (~(numbers(rows, "target_mu") >= 0), "target_mu")}
    usable, doubts = sieve.passing(rows, tests)
    rows = _shaped(_placed(rows[usable].reset_index(drop=True)))
    in_force = _year_in_force(rows["year"], year)
    again = rows.duplicated(["by", "place", "year", "month"], keep="last").to_numpy(dtype=bool)
    doubts += [repeated, sieve.told("TARGET_REPEATED", rows[again], "target_mu")]
    rows = rows[~again].reset_index(drop=True)
    for kind, names in (("park", text(parcels, "park")), ("town", text(parcels, "town"))):
        strange = rows["by"].eq(kind) & rows["place"].ne("") & ~rows["place"].isin(names)
        doubts.append(sieve.told("TARGET_PLACE_UNKNOWN", rows[strange], kind))
    of_year = rows["year"].fillna(in_force if in_force is not None else 0)
    now = _year_of(rows[of_year.eq(in_force if in_force is not None else 0)], in_force)
    doubts += now[1]
    later = [_shaped(pd.DataFrame())]
    if in_force is not None:
        other = of_year.ne(in_force).to_numpy(dtype=bool)
        at = Sieve("targets", ("park", "town"), {"year": str(in_force)})
        doubts.append(at.told("TARGET_OTHER_YEAR", rows[other], "year"))
        for one in sorted({int(stated) for stated in of_year[of_year.gt(in_force)]}):
            made, said = _year_of(rows[of_year.eq(one)], one)
            later.append(made)
            doubts += said
    return Targets(now[0], pd.concat(later, ignore_index=True), in_force, tuple(doubts))


def _year_of(rows: pd.DataFrame, year: int | None) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the targets of a year with their whole, and what does not add up."""
    whole, said = _with_whole(rows.reset_index(drop=True))
    return whole.assign(year=whole["year"].fillna(year) if year is not None else whole["year"]), [
        *said, *_differing(whole)
    ]  # fmt: skip


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what each is of."""
    park, town = text(rows, "park"), text(rows, "town")
    by = np.where(park.notna(), "park", np.where(town.notna(), "town", "all"))
    place = park.fillna(town).fillna("").astype("str").mask(is_outside(park), "")
    return rows.assign(by=by, place=place)


def _shaped(rows: pd.DataFrame) -> pd.DataFrame:
    kinds = {"year": "Int64", "month": "datetime64[us]", "target_mu": "float64", "source_row": "Int64"}
    frame = rows.reindex(columns=[*TARGET_COLUMNS, *PROVENANCE])
    return frame.astype({name: kinds.get(name, "str") for name in frame.columns})


def _year_in_force(years: pd.Series, day_year: int) -> int | None:
    stated = sorted({int(year) for year in years.dropna()})
    if not stated:
        return None
    before = [year for year in stated if year <= day_year]
    return before[-1] if before else stated[0]


def _with_whole(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the targets with a row of the whole for every place that has months alone, and for the county."""
    whole = rows["month"].isna()
    totals = rows[whole]
    monthly = rows[~whole].groupby(["by", "place"], sort=False)["target_mu"].sum().reset_index()
    named = pd.MultiIndex.from_frame(totals[["by", "place"]])
    lacking = monthly[~pd.MultiIndex.from_frame(monthly[["by", "place"]]).isin(named)]
    made = [rows, _made(lacking)]
    said = [no_issues()]
    totals = pd.concat([totals, _made(lacking)], ignore_index=True)
    if len(rows) and not totals["by"].eq("all").any():
        kind = "park" if totals["by"].eq("park").any() else "town"
        total = float(totals.loc[totals["by"].eq(kind), "target_mu"].sum())
        made.append(_made(pd.DataFrame({"by": ["all"], "place": [""], "target_mu": [total]})))
        facts = {"sum": f"{total:.2f}", **_words(kind)}
        said.append(one_issue("TARGET_SUMMED", table="targets", column="target_mu", facts=facts))
    return pd.concat(made, ignore_index=True), said


def _made(rows: pd.DataFrame) -> pd.DataFrame:
    return _shaped(rows.assign(source_file="", source_sheet=""))


def _differing(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return a warning where parks, towns or months do not add up to the whole they are parts of."""
    whole = rows[rows["month"].isna()]
    told = []
    county = whole[whole["by"].eq("all")]
    for kind in ("park", "town"):
        parts = whole.loc[whole["by"].eq(kind), "target_mu"]
        if len(parts) and len(county):
            told.append(_gap(county, pd.Series([float(parts.sum())]), kind))
    monthly = rows[rows["month"].notna()].groupby(["by", "place"], sort=False)["target_mu"].sum().rename("parts")
    both = whole.merge(monthly.reset_index(), on=["by", "place"], how="inner", validate="one_to_one")
    return [*told, _gap(both, both["parts"], "month")]


def _gap(whole: pd.DataFrame, parts: pd.Series, kind: str) -> pd.DataFrame:
    """Return a warning for each whole that is not the sum of its parts."""
    stated = whole["target_mu"].to_numpy(dtype=float)
    off = np.abs(stated - parts.to_numpy(dtype=float)) > ROUNDING_MU + 1e-9
    facts = [{"sum": f"{total:.2f}", **_words(kind)} for total in parts.to_numpy(dtype=float)[off]]
    value = [f"{one:.10g}" for one in stated[off]]
    named = whole[off]
    return issue_rows(
        "TARGET_SUM_DIFFERS", named, table="targets", key="place", column="target_mu", value=value, facts=facts
    )


def _words(kind: str) -> dict[str, str]:
    return {f"parts_{lang}": term("target_parts", kind, lang) for lang in ("zh", "en")}


def month_ends(months: pd.Series) -> Days:
    """Return the last day of each month, NaT where it is unknown."""
    first = pd.DatetimeIndex(pd.to_datetime(months))
    return days(pd.DataFrame({"end": first + pd.offsets.MonthEnd(0)}), "end")
