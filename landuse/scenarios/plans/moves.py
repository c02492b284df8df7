"""Name what stands in the way of a plan: limits, sets that hang together, minimum lots, parcels locked in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from landuse.scenarios.choose.relax import Move, obstacle
from landuse.scenarios.plans.ask import Compiled, PlanAsk
from landuse.tables.plans import MOVE_COLUMNS


def moves_of(ask: PlanAsk, *, settled_mu: float, lot_mu: float = 0.0) -> pd.DataFrame:
    """Return the moves that would make a plan possible (`MOVE_COLUMNS`); empty where there is one, or none would do.

    Parameters
    ----------
    settled_mu
        Land done and in negotiation: the task is told as the scenario states it.
    lot_mu
        Least land of a park that is touched.
    """
    flat = ask.by_year()[0] if ask.years > 1 else ask
    compiled = flat.compiled(is_elastic=True)
    found = obstacle(compiled.choice, is_rigid=compiled.is_rigid)
    if found is None:
        return pd.DataFrame(columns=list(MOVE_COLUMNS))
    add = {"target": settled_mu, "park_lot": lot_mu}
    rows = [
        _told(move, compiled, add, together=together)
        for together, moves in ((True, found.together), (False, found.alone))
        for move in moves
    ]
    table = pd.DataFrame(rows, columns=list(MOVE_COLUMNS))
    largest = table.sort_values("by", ascending=False, kind="stable")
    return largest.drop_duplicates(["together", "kind", "of", "is_upper"]).sort_index().reset_index(drop=True)


def _told(move: Move, compiled: Compiled, add: dict[str, float], *, together: bool) -> dict[str, Any]:
    limit = compiled.limits[move.limit]
    more = add.get(limit.kind, 0.0)
    figures = (move.stated + more, move.needed + more, move.by)
    return dict(zip(MOVE_COLUMNS, (together, limit.kind, limit.of, move.is_upper, *figures, limit.unit), strict=True))
