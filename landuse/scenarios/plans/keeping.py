"""Tell what a plan uses of each limit, and which limits it does not keep; chosen or written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from landuse.planning import Scenario
from landuse.scenarios.plans.ask import Limit
from landuse.scenarios.plans.candidates import Candidates, figure, last_years, split_lock
from landuse.scenarios.plans.ground import PlanGround
from landuse.scenarios.plans.limits import limits_of, task_of
from landuse.tables.plans import LIMIT_COLUMNS, MOVE_COLUMNS

Row = dict[str, Any]
SLACK: Final = 1e-6
"""Share of a limit by which sums of floats may pass it."""


def counted(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> Candidates:
    """Return the lines of a plan as options that are all taken, with what each counts for."""
    row = ground.codes.get_indexer(pd.Index(lines["parcel_id"].astype("str"))).astype(np.int64)
    share = figure(lines, "success") if scenario.count == "expected" else np.ones(len(lines))
    return Candidates(lines, row, share, last_years(figure(lines, "months"), scenario, ground.as_of))


def counted_mu(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> float:
    """Return the land of a plan that counts towards the task."""
    found = counted(lines, scenario, ground)
    land = found.counted("handled_mu")
    in_time = True if found.until is None else lines["year"].to_numpy(dtype=np.int64) <= found.until
    return float(np.where(in_time, land, 0.0).sum())


def limits_table(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> pd.DataFrame:
    """Return the limits of a plan and what it uses of each (`LIMIT_COLUMNS`).

    The task is that of the scenario, with what is done and in negotiation among what is used. Caps that are alike for
    all towns or industries are told of those the plan touches.
    """
    rows = [*_sums(lines, scenario, ground), *_sets(lines, scenario, ground)]
    table = pd.DataFrame(rows, columns=list(LIMIT_COLUMNS))
    return table.astype({"least": "float64", "most": "float64", "used": "float64"})


def _sums(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> Iterator[Row]:
    year = lines["year"].to_numpy(dtype=np.int64)
    settled = task_of(scenario, ground)
    for limit in limits_of(scenario, ground, counted(lines, scenario, ground)):
        used = sum((float(limit.uses_in(one)[year == one].sum()) for one in range(1, scenario.years + 1)), 0.0)
        if limit.kind == "target":
            yield _row("target", "", "mu", (settled.target_mu, np.nan), used + settled.settled_mu)
        else:
            yield _row(limit.kind, limit.of, limit.unit, _ends(limit), used)


def _ends(limit: Limit) -> tuple[float, float]:
    least, most = (end if np.isfinite(end) else np.nan for end in (limit.least, limit.most))
    return float(least), float(most)


def _row(kind: str, of: str, unit: str, ends: tuple[float, float], used: float) -> Row:
    return {"kind": kind, "of": of, "least": ends[0], "most": ends[1], "used": used, "unit": unit}


def _sets(lines: pd.DataFrame, scenario: Scenario, ground: PlanGround) -> Iterator[Row]:
    """Return the sets that hang together, minimum lots and parcels locked in; what cases settled counts as taken."""
    taken = dict(zip(lines["parcel_id"].astype(str), lines["measure"], strict=True))
    has = taken.keys() | ground.settled
    for members in scenario.either_or:
        yield _row("either_or", "、".join(members), "", (np.nan, 1.0), len(set(members) & has))
    for members in scenario.all_or_none:
        size, some = len(set(members)), len(set(members) & has)
        yield _row("all_or_none", "、".join(members), "", (size if some else 0.0, size), some)
    if scenario.least_mu_in_park is not None:
        found = counted(lines, scenario, ground)
        park = ground.text("park").to_numpy(dtype=object)[found.row]
        for name in sorted(set(park.tolist()) - {""}):
            used = float(found.counted("handled_mu")[park == name].sum())
            yield _row("park_lot", name, "mu", (scenario.least_mu_in_park, np.nan), used)
    for text in scenario.lock_in:
        code, measure = split_lock(text)
        is_in = code in ground.settled or (code in taken and measure in ("", taken[code]))
        yield _row("lock_in", text, "", (1.0, np.nan), float(is_in))
    for code in scenario.lock_out:
        yield _row("lock_out", code, "", (np.nan, 0.0), float(code in taken))


def broken(limits: pd.DataFrame) -> pd.DataFrame:
    """Return the limits a plan does not keep, as moves that would make it keep them (`MOVE_COLUMNS`).

    A limit of which the plan's use is unknown is not told as broken.
    """
    rows = []
    for limit in limits.to_dict("records"):
        room = SLACK * max(1.0, abs(limit["used"]))
        for end, is_upper in (("most", True), ("least", False)):
            over = limit["used"] - limit[end] if is_upper else limit[end] - limit["used"]
            if over > room:
                told = (True, limit["kind"], limit["of"], is_upper, limit[end], limit["used"], over, limit["unit"])
                rows.append(dict(zip(MOVE_COLUMNS, told, strict=True)))
    return pd.DataFrame(rows, columns=list(MOVE_COLUMNS))
