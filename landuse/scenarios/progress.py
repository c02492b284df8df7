"""Follow the cases of clean-up: what is done, negotiated or open again, the lights, next month's schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.assemble.cases import AREA_TOLERANCE, land_of
from landuse.assemble.casewords import DONE, FAILED, NEGOTIATING, OPEN, STATES, stated_states
from landuse.assemble.shares import Mask, position_in
from landuse.assemble.targets import month_ends
from landuse.planning import Progress
from landuse.tables import columns
from landuse.tables.cells import Days, days, numbers, text
from landuse.tables.plans import CASE_COLUMNS, PROGRESS_COLUMNS

Numbers = npt.NDArray[np.float64]
AHEAD: Final = {DONE: 0, NEGOTIATING: 1, OPEN: 2, FAILED: 3}
"""Of several cases of one plot the farthest counts, of equal ones the one listed as idle, then the first."""
IDLE_LIST: Final = "闲置"
GREEN: Final = "green"
YELLOW: Final = "yellow"
RED: Final = "red"
SLACK: Final = 1e-9
"""Shares of sums of floats may miss a threshold by so much."""


def case_table(
    cases: pd.DataFrame, parcels: pd.DataFrame, settings: Progress, day: date, year: int | None = None
) -> pd.DataFrame:
    """Return the cases with their state on a day, the land they count for, and how late they are (`CASE_COLUMNS`).

    Done by its stage, its date, or either (`done_from`); one done after the day is still in negotiation on it. Without
    a stage, or with words nobody knows, a case is open. Land counted is the area handled, at most the parcel's land
    (the parcel's where none is stated); of several cases of one plot one counts. Late is a case that is not done on
    the day after it is due: yellow, and red beyond `overdue_days` (that very day is yellow).

    Parameters
    ----------
    cases
        `assemble.cases.PlanningTables.cases`.
    parcels
        parcel_id, area_mu.
    year
        Year of the task: a case counted in another one does not count; None = those of every year count.
    """
    today = np.datetime64(day, "D")
    rows = cases.reset_index(drop=True)
    done_on, due = days(rows, "done_on"), days(rows, "due")
    state = _states(rows, settings, today)
    is_done = state.eq(DONE).to_numpy(dtype=bool)
    land = _land(rows, parcels)
    because = _why_not(rows, state, land, year)
    counts = because.eq("").to_numpy(dtype=bool)
    late = np.where(is_done & ~np.isnat(done_on), done_on, today) - due
    late_days = np.where(np.isnat(due) | (is_done & np.isnat(done_on)), np.nan, np.maximum(late.astype(float), 0.0))
    overdue = ~is_done & (late_days > 0)
    made = rows.assign(
        state=state,
        counted_mu=np.where(counts, land, np.where(because.eq("NO_AREA"), np.nan, 0.0)),
        light=_case_light(overdue, late_days, np.isnat(due), settings.overdue_days),
        days_late=pd.array(late_days, dtype="Int64"),
        misses=_misses(rows, overdue, is_done, today),
        counts=counts,
        because=because.mask(counts),
    )
    return made[list(CASE_COLUMNS)]


def _states(rows: pd.DataFrame, settings: Progress, today: np.datetime64) -> pd.Series:
    """Return the state of each case on the day."""
    said = stated_states(text(rows, "stage"), settings).astype("object")
    done_on = days(rows, "done_on")
    past, ahead = done_on <= today, done_on > today
    by_stage = said.eq(DONE).to_numpy(dtype=bool)
    done = {"stage": by_stage, "done_on": past, "either": by_stage | past}[settings.done_from]
    rest = said.where(said.notna(), OPEN).mask(by_stage, NEGOTIATING)
    return rest.mask(done & ~ahead, DONE).astype("str")


def _land(rows: pd.DataFrame, parcels: pd.DataFrame) -> Numbers:
    """Return the land of each case in mu, NaN where neither the case nor the parcels know it.

    An area a little above the register's is the same plot surveyed again, and stands as stated.
    """
    stated, own = numbers(rows, "area_handled_mu"), land_of(text(rows, "parcel_id"), parcels)
    return np.where(np.isnan(stated), own, np.where(stated > own * (1 + AREA_TOLERANCE), own, stated))


def _why_not(rows: pd.DataFrame, state: pd.Series, land: Numbers, year: int | None) -> pd.Series:
    """Return why a case does not count (codes of `case_because`), blank where it does."""
    counted = numbers(rows, "counted_year")
    why = np.full(len(rows), "", dtype=object)
    why[np.isnan(land)] = "NO_AREA"
    if year is not None:
        why[~np.isnan(counted) & (counted != year)] = "OTHER_YEAR"
    order = pd.DataFrame(
        {
            "parcel_id": rows["parcel_id"],
            "out": why != "",
            "ahead": state.map(AHEAD),
            "other_list": ~text(rows, "list").fillna("").str.contains(IDLE_LIST, regex=False),
        }
    ).sort_values(["out", "ahead", "other_list"], kind="stable")
    again = order.duplicated("parcel_id") & ~order["out"]
    why[again[again].index.to_numpy(dtype=np.intp)] = "REPEATED_PLOT"
    return pd.Series(why, index=rows.index, dtype="str")


def _case_light(overdue: Mask, late_days: Numbers, undue: Mask, overdue_days: int) -> pd.Series:
    lights = np.where(overdue, np.where(late_days > overdue_days, RED, YELLOW), GREEN).astype(object)
    lights[undue] = None
    return pd.Series(lights, dtype="str")


def _misses(rows: pd.DataFrame, overdue: Mask, is_done: Mask, today: np.datetime64) -> pd.Series:
    """Return the misses in a row: those stated and one more where the step is overdue; none once it is done.

    A row of a month that has not begun on the day (the schedule of next month) has counted that miss already.
    """
    stated = np.nan_to_num(numbers(rows, "misses"))
    begun = ~(days(rows, "month") > today)
    counted = np.where(is_done, 0, stated + (overdue & begun))
    return pd.Series(pd.array(counted.astype(np.int64), dtype="Int64"), index=rows.index)


# --------------------------------------------------------------------------------------------- progress


def progress(
    case_table: pd.DataFrame, targets: pd.DataFrame, parcels: pd.DataFrame, settings: Progress, day: date
) -> pd.DataFrame:
    """Return the progress of the whole, of parks, towns and months (`PROGRESS_COLUMNS`).

    Due by the day is the sum of the targets of the months that have ended by it (the day itself included); a place
    without targets by month has due what its cases had to settle by the day. The light compares what is done with what
    is due: green, yellow or red from the shares of the settings on (inclusive); none where nothing is due.

    Parameters
    ----------
    case_table
        `case_table`; rows that do not count are left out.
    targets
        `assemble.targets.TARGET_COLUMNS`.
    """
    look = _Look(targets, settings, np.datetime64(day, "D"))
    counted = case_table[case_table["counts"].to_numpy(dtype=bool)].reset_index(drop=True)
    place = position_in(text(counted, "parcel_id"), parcels["parcel_id"])
    lines = [look.line("all", "", counted)]
    for by in ("park", "town"):
        names = text(parcels, by).reset_index(drop=True).array.take(place, allow_fill=True)
        own = pd.Series(names, dtype="str").fillna("")
        wanted = targets.loc[targets["by"].eq(by), "place"]
        lines += [look.line(by, name, counted[own.eq(name).to_numpy()]) for name in sorted({*own, *wanted})]
    lines += look.months(counted)
    kinds = {"month": "datetime64[us]", "light": "str", "by": "str", "place": "str"}
    whole = {name: "int64" for name in PROGRESS_COLUMNS if name.startswith("n_")} | {"misses": "Int64"}
    return pd.DataFrame(lines, columns=list(PROGRESS_COLUMNS)).astype({**kinds, **whole})


def target_of(targets: pd.DataFrame, by: str = "all", place: str = "") -> float:
    """Return the whole target of a place in mu; NaN where there is none."""
    rows = targets["by"].eq(by) & targets["place"].eq(place) & targets["month"].isna()
    return float(targets.loc[rows, "target_mu"].iloc[0]) if rows.any() else float("nan")


@dataclass(frozen=True)
class _Look:
    """What cases are compared with."""

    targets: pd.DataFrame
    settings: Progress
    today: np.datetime64

    def line(self, by: str, place: str, cases: pd.DataFrame) -> dict[str, object]:
        """Return the row of a place."""
        is_own = self.targets["by"].eq(by) & self.targets["place"].eq(place)
        own = self.targets[is_own & self.targets["month"].notna()]
        target, sums = target_of(self.targets, by, place), _sums(cases)
        steps = _steps(own, cases, self.today)
        reached, asked = steps["done"].to_numpy(dtype=float), steps["due"].to_numpy(dtype=float)
        due = float(asked[-1]) if len(asked) else 0.0
        if not len(own):
            due = float(cases.loc[days(cases, "due") <= self.today, "counted_mu"].sum())
        return {
            "by": by, "place": place, "month": pd.NaT, "target_mu": target, "due_mu": due, **sums,
            "gap_mu": _gap(target, sums), "done_share": _share(sums["done_mu"], target),
            "light": light(sums["done_mu"], due, self.settings),
            "misses": _in_a_row(reached, asked, self.settings.green_from) if len(own) else pd.NA,
        }  # fmt: skip

    def months(self, cases: pd.DataFrame) -> list[dict[str, object]]:
        """Return the months of the whole: its targets by month, land done in them, and cases due in them.

        Land done on a day nobody stated stands under a blank month.
        """
        is_done = cases["state"].eq(DONE).to_numpy(dtype=bool)
        when = np.where(is_done, days(cases, "done_on"), days(cases, "due")).astype("datetime64[M]")
        own = self.targets[self.targets["by"].eq("all") & self.targets["month"].notna()]
        known = {*own["month"].to_numpy().astype("datetime64[M]").tolist(), *when[~np.isnat(when)].tolist()}
        steps = _steps(own, cases, self.today)
        dated = [np.datetime64(one, "M") for one in sorted(known)]
        lines = [self._month(month, cases[when == month], steps) for month in dated]
        undated = np.isnat(when) & is_done
        return [*lines, self._month(np.datetime64("NaT", "M"), cases[undated], steps)] if undated.any() else lines

    def _month(self, month: np.datetime64, cases: pd.DataFrame, steps: pd.DataFrame) -> dict[str, object]:
        """Return the row of a month; its light compares all that was done with all that was due by its end."""
        whole = self.targets[self.targets["by"].eq("all")]
        target = whole.loc[whole["month"].to_numpy().astype("datetime64[M]") == month, "target_mu"].sum(min_count=1)
        sums, ended = _sums(cases), steps["month"].to_numpy().astype("datetime64[M]")
        until, over = ended <= month, bool((ended == month).any())
        done, due = steps["done"].to_numpy(dtype=float)[until], steps["due"].to_numpy(dtype=float)[until]
        return {
            "by": "month", "place": "", "month": month.astype("datetime64[us]"), "target_mu": float(target),
            "due_mu": float(target) if over else float("nan"), **sums, "gap_mu": _gap(float(target), sums),
            "done_share": _share(sums["done_mu"], float(target)),
            "light": light(done[-1], due[-1], self.settings) if over else None,
            "misses": _in_a_row(done, due, self.settings.green_from) if over else pd.NA,
        }  # fmt: skip


def _sums(cases: pd.DataFrame) -> dict[str, float]:
    """Return land and number of plots by state; land of failed cases is open again."""
    land = {state: float(cases.loc[cases["state"].eq(state), "counted_mu"].sum()) for state in STATES}
    number = {f"n_{state}": float(cases["state"].eq(state).sum()) for state in STATES}
    return {
        "done_mu": land[DONE], "negotiating_mu": land[NEGOTIATING], "open_mu": land[OPEN] + land[FAILED], **number
    }  # fmt: skip


def _gap(target: float, sums: dict[str, float]) -> float:
    """Return the land still to be found: NaN without a target, 0 where more than the target is in hand."""
    left = target - sums["done_mu"] - sums["negotiating_mu"]
    return left if np.isnan(left) else max(0.0, round(left, 9))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def light(done_mu: float, due_mu: float, settings: Progress) -> str | None:
    """Return the light of what is done against what is due; None where nothing is due."""
    if not due_mu > 0:
        return None
    share = done_mu / due_mu + SLACK
    return GREEN if share >= settings.green_from else YELLOW if share >= settings.yellow_from else RED


def _done_days(cases: pd.DataFrame, today: np.datetime64) -> Days:
    """Return the day on which each done case counts: one without a date counts on the day of the look."""
    done_on = days(cases, "done_on")
    return np.where(np.isnat(done_on), today, done_on)


def _steps(monthly: pd.DataFrame, cases: pd.DataFrame, today: np.datetime64) -> pd.DataFrame:
    """Return, for each month with a target that has ended by the day, what was due and done by its end."""
    ordered = monthly.sort_values("month", kind="stable")
    ends = month_ends(ordered["month"])
    over = ends <= today
    done = cases[cases["state"].eq(DONE)]
    when, land = _done_days(done, today), numbers(done, "counted_mu")
    due = np.cumsum(numbers(ordered, "target_mu"))[over]
    reached = np.array([float(land[when <= end].sum()) for end in ends[over]])
    return pd.DataFrame({"month": ordered["month"].to_numpy()[over], "due": due, "done": reached})


def _in_a_row(done: Numbers, due: Numbers, green_from: float) -> int:
    """Return the months in a row, up to the last, whose cumulated target was not reached."""
    missed = (due > 0) & (done + SLACK * np.maximum(due, 1.0) < green_from * due)
    run = np.flatnonzero(~missed[::-1])
    return int(run[0]) if len(run) else len(missed)


# --------------------------------------------------------------------------------------------- schedule


def schedule(case_table: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the rows of next month's schedule (月调度表): columns of input cases, and what is still to be done.

    Every case is carried over with its leader, unit, person, due day and misses in a row, so that the schedule read
    back as [inputs] cases says what the cases said: unedited it changes no sum. left_mu: land of the case that is not
    done yet.
    """
    first = np.datetime64(day, "M") + 1
    month = pd.Series(np.full(len(case_table), first.astype("datetime64[us]")), index=case_table.index)
    left = numbers(case_table, "counted_mu") * ~case_table["state"].eq(DONE).to_numpy(dtype=bool)
    names = [*columns("input", "cases"), "left_mu"]
    return case_table.assign(month=month, left_mu=left)[names]
