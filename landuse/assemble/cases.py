"""Bring the tables of clean-up together: cases, targets, demands and plans by hand, typed, with every doubt told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.casewords import is_industrial, measure_codes, stated_states
from landuse.assemble.shares import BLANK, Mask, position_in
from landuse.assemble.sifting import Sieve, Tests
from landuse.assemble.targets import clean_targets
from landuse.industry import division
from landuse.project import Project
from landuse.tables import PROVENANCE, RawPart, RawTables, columns, issue_rows, join_issues, no_issues
from landuse.tables.cells import days, numbers, text

Numbers = npt.NDArray[np.float64]
YES: Final = "是"
NO_LIST: Final = ""
AREA_TOLERANCE: Final = 0.01
"""Share by which two surveys of one plot may differ (inclusive; DOMAIN 12.6): land handled that is up to so much above
the parcel's stands as stated, beyond it the parcel's land counts."""

SEPARATORS: Final = r"[、,,;;/\s]+"
"""Between the plans that a cell of column plan names."""


@dataclass(frozen=True)
class PlanningTables:
    """What a project says of cases, targets, demands and plans by hand; a table without rows where it says nothing."""

    cases: pd.DataFrame
    """Columns of the input, `measure` as code (M1 …), `list` blank where none is stated, provenance; one row a parcel
    and list."""
    targets: pd.DataFrame
    """`targets.TARGET_COLUMNS`, provenance; exactly one row is of the whole task where there is any target."""
    later_targets: pd.DataFrame
    """The same of later years, for plans of several years."""
    demands: pd.DataFrame
    """Columns of the input, `is_contiguous` as boolean; one row a demand."""
    hand: pd.DataFrame
    """Columns of the input, `measure` as code where it is known, provenance."""
    year: int | None = None
    """Year of the targets in force; None where none is stated: cases of every year count."""
    issues: pd.DataFrame = field(default_factory=no_issues)


def planning_tables(raw: RawTables, parcels: pd.DataFrame, project: Project) -> PlanningTables:
    """Return the typed tables of clean-up and an issue for every row that leaves or is doubtful.

    Parameters
    ----------
    parcels
        parcel_id, area_mu; park, town and land_use as far as they are known.
    """
    day = project.progress.day or project.as_of
    targets = clean_targets(raw.of("targets"), parcels, year=day.year)
    cases, of_cases = _cases(raw.of("cases"), parcels, project)
    demands, of_demands = _demands(raw.of("demands"), parcels)
    hand, of_hand = _hand(raw.of("hand_plans"))
    issues = join_issues([*of_cases, *targets.issues, *of_demands, *of_hand])
    return PlanningTables(cases, targets.table, targets.later, demands, hand, targets.year, issues)


# ------------------------------------------------------------------------------------------------ cases


def _cases(
    parts: Sequence[RawPart], parcels: pd.DataFrame, project: Project
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return one row a parcel and list, the latest, in the order of the files, and what is told of the rows.

    A case of land that is no parcel of the run stays: its land is settled all the same, and counts by its stated area.
    """
    if not parts:
        return _filled(pd.DataFrame(), "cases"), []
    sieve = Sieve("cases", ("parcel_id",))
    rows, repeated = sieve.each_once(parts)
    tests: Tests = {
        "CASE_NO_PARCEL": (text(rows, "parcel_id").isna().to_numpy(dtype=bool), "parcel_id"),
        "CASE_AREA_NEGATIVE": (numbers(rows, "area_handled_mu") < 0, "area_handled_mu"),
    }
    usable, doubts = sieve.passing(rows, tests)
    rows = rows[usable].reset_index(drop=True).assign(list=lambda table: text(table, "list").fillna(NO_LIST))
    speaks, told = _latest(rows, sieve)
    rows = rows[speaks].reset_index(drop=True)
    doubts = [repeated, *doubts, *told, *_case_doubts(rows, parcels, project, sieve)]
    misses = numbers(rows, "misses")
    typed = rows.assign(
        measure=measure_codes(text(rows, "measure")),
        misses=pd.array(np.where(misses < 0, np.nan, misses), dtype="Int64"),
    )
    return _filled(typed, "cases"), doubts


def _latest(rows: pd.DataFrame, sieve: Sieve) -> tuple[Mask, list[pd.DataFrame]]:
    """Return which rows speak for their parcel and list, and what is told of the others.

    The later month speaks where all rows of the parcel and list state one, else the later file; in one file and month
    the lower row does, and that is a warning: nobody can tell which of them is meant.
    """
    month = days(rows, "month")
    key = [rows["parcel_id"], rows["list"]]
    dated = pd.Series(~np.isnat(month)).groupby(key, sort=False).transform("all").to_numpy(dtype=bool)
    when = pd.Series(np.where(dated, month.astype("datetime64[D]").astype(np.int64), 0))
    order = rows[["parcel_id", "list"]].assign(when=when, at=np.arange(len(rows)))
    last = order.sort_values(["when", "at"], kind="stable").drop_duplicates(["parcel_id", "list"], keep="last")
    speaks = np.zeros(len(rows), dtype=bool)
    speaks[last["at"].to_numpy()] = True
    winner = order.merge(last, on=["parcel_id", "list"], how="left", suffixes=("", "_of"), validate="many_to_one")
    at = winner["at_of"].to_numpy()
    file, sheet = rows["source_file"].to_numpy(dtype=object), rows["source_sheet"].to_numpy(dtype=object)
    alike = (file == file[at]) & (sheet == sheet[at]) & (winner["when"] == winner["when_of"]).to_numpy()
    facts = [{"place": _place(rows.iloc[one])} for one in at]
    told = []
    for code, which in (("CASE_REPEATED", ~speaks & alike), ("CASE_SUPERSEDED", ~speaks & ~alike)):
        some = [fact for fact, yes in zip(facts, which, strict=True) if yes]
        told.append(issue_rows(code, rows[which], table=sieve.table, key="parcel_id", column="list", facts=some))
    return speaks, told


def _case_doubts(rows: pd.DataFrame, parcels: pd.DataFrame, project: Project, sieve: Sieve) -> list[pd.DataFrame]:
    """Return what is told of cases that stay."""
    day = project.progress.day or project.as_of
    known = position_in(text(rows, "parcel_id"), parcels["parcel_id"])
    elsewhere, area = known == BLANK, numbers(rows, "area_handled_mu")
    stage, measure = text(rows, "stage"), text(rows, "measure")
    silent = stage.isna().to_numpy(dtype=bool)
    dated = (project.progress.done_from != "stage") & ~np.isnat(days(rows, "done_on"))
    unread = ~silent & stated_states(stage, project.progress).isna().to_numpy(dtype=bool)
    strange = measure.notna().to_numpy(dtype=bool) & measure_codes(measure).isna().to_numpy(dtype=bool)
    use = text(parcels, "land_use").reset_index(drop=True).array.take(known, allow_fill=True)
    other = ~elsewhere & ~is_industrial(pd.Series(use)).to_numpy(dtype=bool)
    told = {
        "CASE_PARCEL_UNKNOWN": (elsewhere & np.isnan(area), "parcel_id"),
        "CASE_PARCEL_UNKNOWN_COUNTED": (elsewhere & ~np.isnan(area), "area_handled_mu"),
        "CASE_WITHOUT_STAGE": (silent & ~dated, "stage"),
        "CASE_STAGE_UNKNOWN": (unread, "stage"),
        "CASE_MEASURE_UNKNOWN": (strange, "measure"),
        "CASE_MISSES_NEGATIVE": (numbers(rows, "misses") < 0, "misses"),
        "CASE_COUNTED_ONCE": (rows.duplicated("parcel_id").to_numpy(dtype=bool), "list"),
    }
    ahead = Sieve(sieve.table, sieve.keys, {"day": day.isoformat()})
    return [
        *(sieve.told(code, rows[which], column) for code, (which, column) in told.items()),
        ahead.told("CASE_DONE_AHEAD", rows[days(rows, "done_on") > np.datetime64(day, "D")], "done_on"),
        _beyond_land(rows, parcels),
        issue_rows(
            "CASE_NOT_INDUSTRIAL", rows[other], table="cases", key="parcel_id", column="parcel_id",
            value=list(use[other]),
        ),
    ]  # fmt: skip


def _beyond_land(rows: pd.DataFrame, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for each case that handles more land than its parcel has, beyond `AREA_TOLERANCE`."""
    area, own = numbers(rows, "area_handled_mu"), land_of(text(rows, "parcel_id"), parcels)
    above = area > own * (1 + AREA_TOLERANCE)
    facts = [{"land": f"{land:.2f}"} for land in own[above]]
    value = [f"{one:.10g}" for one in area[above]]
    return issue_rows(
        "CASE_AREA_ABOVE_LAND", rows[above], table="cases", key="parcel_id", column="area_handled_mu", value=value,
        facts=facts,
    )  # fmt: skip


def land_of(codes: pd.Series, parcels: pd.DataFrame) -> Numbers:
    """Return the land of parcels by their codes, in mu; NaN where a code is none of theirs or its land is unknown."""
    land: Numbers = np.append(numbers(parcels, "area_mu"), np.nan)[position_in(codes, parcels["parcel_id"])]
    return land


def _place(row: pd.Series) -> str:
    """Return where a row stands, as it is printed."""
    return "|".join(str(row[name]) for name in PROVENANCE if pd.notna(row[name]) and row[name] != "")


# ---------------------------------------------------------------------------------------------- demands


def _demands(parts: Sequence[RawPart], parcels: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return one row a demand, the last of its number, and what is told of the rows."""
    if not parts:
        return _filled(pd.DataFrame(), "demands"), []
    sieve = Sieve("demands", ("demand_id", "project"))
    rows, repeated = sieve.each_once(parts)
    area, number = numbers(rows, "area_mu"), text(rows, "demand_id")
    tests: Tests = {
        "DEMAND_NO_NUMBER": (number.isna().to_numpy(dtype=bool), "demand_id"),
        "DEMAND_WITHOUT_AREA": (~(area > 0), "area_mu"),
    }
    usable, doubts = sieve.passing(rows, tests)
    rows = rows[usable].reset_index(drop=True)
    again = rows.duplicated("demand_id", keep="last").to_numpy(dtype=bool)
    doubts += [repeated, sieve.told("DEMAND_REPEATED", rows[again], "demand_id")]
    rows = rows[~again].reset_index(drop=True)
    for name in ("park", "town"):
        wish = text(rows, name)
        strange = wish.notna() & ~wish.isin(text(parcels, name))
        doubts.append(sieve.told("DEMAND_PLACE_UNKNOWN", rows[strange.to_numpy(dtype=bool)], name))
    code = text(rows, "industry_code")
    unread = (code.notna() & division(code).isna()).to_numpy(dtype=bool)
    doubts.append(sieve.told("DEMAND_INDUSTRY_UNKNOWN", rows[unread], "industry_code"))
    piece = text(rows, "is_contiguous")
    table = _filled(rows, "demands").assign(is_contiguous=piece.eq(YES).astype("boolean").mask(piece.isna()))
    return table, doubts


# ---------------------------------------------------------------------------------------- plans by hand


def _hand(parts: Sequence[RawPart]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the rows that name a plan; whether they can be part of it is told where the plan is made.

    A row whose plan is blank is in none. A measure nobody knows stays as it is written.
    """
    if not parts:
        return _filled(pd.DataFrame(), "hand_plans"), []
    sieve = Sieve("hand_plans", ("parcel_id",))
    rows, repeated = sieve.each_once(parts)
    rows = rows[text(rows, "plan").notna().to_numpy(dtype=bool)].reset_index(drop=True)
    blank: Tests = {"HAND_NO_PARCEL": (text(rows, "parcel_id").isna().to_numpy(dtype=bool), "parcel_id")}
    usable, doubts = sieve.passing(rows, blank)
    rows = rows[usable].reset_index(drop=True)
    said = text(rows, "measure")
    told = rows.assign(measure=measure_codes(said).fillna(said))
    return _filled(_each_plan(told), "hand_plans"), [repeated, *doubts]


def _each_plan(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row of each plan that a cell names: 甲、乙 puts a parcel into both."""
    plans = text(rows, "plan").str.split(SEPARATORS, regex=True)
    return rows.assign(plan=plans).explode("plan", ignore_index=True).astype({"plan": "str"})


def _filled(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return the rows with every column a table may have, unknown throughout where no file has it."""
    kinds = {"number": "float64", "integer": "Int64", "date": "datetime64[us]"}
    known = {name: kinds.get(entry.kind, "str") for name, entry in columns("input", table).items()}
    frame = rows.reindex(columns=[*known, *PROVENANCE])
    return frame.astype({**known, "source_file": "str", "source_sheet": "str", "source_row": "Int64"})
