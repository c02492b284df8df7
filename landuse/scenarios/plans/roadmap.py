"""Make a roadmap: each year's plan contains that of the year before, and a greater budget drops no parcel.

Both hold by construction. The parcels stand in one order that no budget changes (`order`); what a year takes is the
front of it, as far as the money of the year and the cases of the years reach: by the end of year y

    k(y) = min(parcels whose threshold is within the money handed out by y, k(y - 1) + cases of y),

which never falls when money or cases grow, nor from one year to the next. By which measure each parcel is handled is
then chosen for the money there is: a case begun keeps its measure in later years, more money may buy a better one. What
all this costs is told beside it: the best plan of each year by itself, free of all others, with its own bound.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from landuse.scenarios.choose import choose
from landuse.scenarios.plans.ask import Ints, PlanAsk, Roadmap
from landuse.scenarios.plans.order import SLACK, Order, order_of
from landuse.scenarios.plans.years import Begun, begin_early, keeps, measured, room_of, year_table

NONE: Final = np.empty(0, dtype=np.int64)


def roadmap(ask: PlanAsk) -> Roadmap:
    """Return a plan of years of which each contains the last; see the module.

    Not feasible where money and cases do not reach the task or all that is locked in: the table then still says how
    far each year comes.
    """
    order = order_of(ask)
    reach = _reach(ask, order)
    last = int(order.ends[order.ends <= reach[-1]].max())
    base = order.base[:last]
    year = np.searchsorted(np.minimum(reach, last), np.arange(last), side="right").astype(np.int64) + 1
    return _told(ask, measured(ask, Begun.of(base, year)))


def _reach(ask: PlanAsk, order: Order) -> Ints:
    """Return how many parcels of an order each year takes."""
    money, cases = room_of(ask)
    paid = np.searchsorted(order.early, money * (1 + SLACK), side="right")
    paid[-1] = np.searchsorted(order.threshold, money[-1] * (1 + SLACK), side="right")
    reached = [0]
    for year in range(ask.years):
        reached.append(int(max(reached[-1], min(paid[year], reached[-1] + cases[year]))))
    return np.array(reached[1:], dtype=np.int64)


def over_years(ask: PlanAsk) -> Roadmap:
    """Return the best plan of several years: which case begins in which year, money carried over.

    Cases begin as early as money and cases of the years allow, the best for its money first; where what is best for
    all years together cannot be put into years so, the years are chosen with the options.
    """
    whole = choose(ask.together(), gap=ask.gap, seed=ask.seed)
    if not whole.is_feasible:
        return _told(ask, Begun.of(NONE, NONE))
    begun = begin_early(ask, whole.taken[whole.taken < len(ask.value)])
    if begun is not None:
        return _told(ask, begun, bound=whole.bound)
    flat, option, year = ask.by_year()
    plan = choose(flat.together(), gap=ask.gap, seed=ask.seed)
    taken = plan.taken[plan.taken < len(option)]
    begun = begin_early(ask, np.sort(option[taken])) or Begun.of(option[taken], year[taken])
    return _told(ask, begun, bound=min(whole.bound, plan.bound) if plan.is_feasible else whole.bound)


def _told(ask: PlanAsk, begun: Begun, *, bound: float | None = None) -> Roadmap:
    free = [choose(ask.together(year), gap=ask.gap, seed=ask.seed) for year in range(1, ask.years + 1)]
    most = free[-1].bound if bound is None else bound
    value = float(ask.value[begun.option].sum())
    table = year_table(ask, begun, free)
    return Roadmap(begun.option, begun.year, table, value, max(most, value), is_feasible=keeps(ask, begun))
