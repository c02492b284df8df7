"""Assemble contiguous sites: neighbouring parcels, roads between them or not, of at least so much land each.

Each parcel comes with one option, the best at the prices that the limits have when contiguity is left away. Sites grow
greedily and are bettered by swaps (`scenarios.blocks`); what passes another limit than money then is given up again,
from the rim, and what is free goes to parcels that the sites touch. Once the sites stand, the best options that the
limits leave are chosen for their parcels. Exact methods do not close on contiguity: the
bound beside the plan leaves it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from landuse.errors import DefectError
from landuse.scenarios.blocks import Land, assemble, neighbours
from landuse.scenarios.choose import Choice
from landuse.scenarios.choose.dual import Bound, bound, reply
from landuse.scenarios.plans.ask import Assembled, Ints, Numbers, PlanAsk
from landuse.scenarios.plans.years import Begun, keeps, measured
from landuse.tables.plans import SITE_COLUMNS

if TYPE_CHECKING:
    from landuse.tables import Geometries

SLACK: Final = 1e-9
"""Share of a limit by which sums of floats may pass it."""
FEW: Final = 500
"""Parcels up to which more than one way to give each an option is tried."""
TRIES: Final = 3
"""Times the sites are assembled anew with dearer limits, the best kept."""
DEARER: Final = 1.6
"""Factor of the money that is tried when other limits bind: less and less of it."""


def assembled(ask: PlanAsk, shapes: Geometries) -> Assembled:
    """Return a plan of contiguous sites; not feasible where the sites miss the task, a set or a parcel locked in.

    Parameters
    ----------
    shapes
        Polygons in metres, row by row with the parcel table (`PlanAsk.rows`).
    """
    if ask.sites is None:
        raise DefectError("sites are assembled where a scenario asks for them")
    choice = ask.together()
    found = bound(choice, goal=ask.gap / 20, seed=ask.seed)
    outlines, pairs = shapes[ask.rows], neighbours(shapes[ask.rows], gap_m=ask.sites.gap_m)
    best: _Sites | None = None
    for option in _options(ask, choice, found)[: None if ask.parcels <= FEW else 1]:
        made = _Sites.over(ask, choice, option, pairs, outlines)
        if best is None or made.rank > best.rank:
            best = made
    if best is None or not len(best.taken):
        empty = np.empty(0, dtype=np.int64)
        table = pd.DataFrame(columns=list(SITE_COLUMNS))
        return Assembled(empty, empty, table, 0.0, max(0.0, found.value), is_feasible=_keeps(ask, empty))
    best = _measured(ask, best)
    value = float(ask.value[best.taken].sum())
    table = _table(ask, best, outlines)
    return Assembled(best.taken, best.site, table, value, max(found.value, value), is_feasible=_keeps(ask, best.taken))


def _measured(ask: PlanAsk, sites: _Sites) -> _Sites:
    """Return the same sites by the best options that the limits leave; as they are where none are better."""
    least = ask.sites.least_mu if ask.sites else 0.0
    found = measured(ask, Begun.of(sites.taken, np.ones(len(sites.taken), dtype=np.int64))).option
    of_parcel = np.zeros(ask.parcels, dtype=np.int64)
    of_parcel[ask.parcel[sites.taken]] = sites.site
    site = of_parcel[ask.parcel[found]]
    land = np.bincount(site, ask.handled_mu[found], minlength=int(sites.site.max()) + 1)[1:]
    value = float(ask.value[found].sum())
    if len(found) < len(sites.taken) or value <= sites.value or np.any(land < least * (1 - SLACK)):
        return sites
    return _Sites(found, site, value, _keeps(ask, found))


def _keeps(ask: PlanAsk, taken: Ints) -> bool:
    return keeps(ask, Begun.of(taken, np.ones(len(taken), dtype=np.int64)))


def _options(ask: PlanAsk, choice: Choice, found: Bound) -> list[Ints]:
    """Return ways to give each parcel one option: best at the prices, most valuable, best value for its money."""
    own = len(ask.value)
    reduced = reply(choice, found.prices).reduced[:own]
    rate = ask.value / np.maximum(ask.cost_wan, 1e-9)
    ways = []
    for worth in (reduced, ask.value, rate):
        order = np.lexsort((np.arange(own), -worth, ask.parcel))
        ways.append(order[np.searchsorted(ask.parcel[order], np.arange(ask.parcels))].astype(np.int64))
    return ways


@dataclass(frozen=True)
class _Sites:
    """Sites of one way to give each parcel an option."""

    taken: Ints
    """Options, ascending …"""
    site: Ints
    """… and their sites."""
    value: float
    is_kept: bool
    """Whether task, sets and parcels locked in are kept too."""

    @property
    def rank(self) -> tuple[bool, float]:
        """Return what makes one plan better than another."""
        return self.is_kept, self.value

    @classmethod
    def over(cls, ask: PlanAsk, choice: Choice, option: Ints, pairs: tuple[Ints, Ints], outlines: Geometries) -> _Sites:
        import shapely

        middle = shapely.centroid(outlines)
        value = np.maximum(ask.value[option], 1e-9 * max(1.0, float(np.abs(ask.value).max(initial=0.0))))
        value[ask.must] += float(np.abs(ask.value).sum())
        land = Land(
            ask.handled_mu[option], value, np.maximum(ask.cost_wan[option], 0.0),
            shapely.get_x(middle), shapely.get_y(middle), pairs,
        )  # fmt: skip
        work = _Caps.over(ask, choice, option)
        best = cls(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), 0.0, _keeps(ask, option[:0]))
        budget = min(work.money, float(land.cost.sum()))
        least = ask.sites.least_mu if ask.sites else 0.0
        for _ in range(TRIES):
            blocks = [list(block.rows) for block in assemble(land, least_mu=least, budget=budget).blocks]
            fits = work.fits(sorted(row for rows in blocks for row in rows))
            kept = work.pruned(blocks, land, least)
            made = cls._of(ask, option, kept)
            best = made if made.rank > best.rank else best
            if fits:
                break
            budget /= DEARER
        return best

    @classmethod
    def _of(cls, ask: PlanAsk, option: Ints, blocks: list[list[int]]) -> _Sites:
        worth = [-float(ask.value[option[rows]].sum()) for rows in blocks]
        ranked = [blocks[at] for at in np.argsort(np.array(worth), kind="stable")]
        rows = np.array([row for block in ranked for row in block], dtype=np.int64)
        site = np.repeat(np.arange(1, len(ranked) + 1), [len(block) for block in ranked]).astype(np.int64)
        order = np.argsort(option[rows], kind="stable")
        taken = option[rows][order]
        return cls(taken, site[order], float(ask.value[taken].sum()), _keeps(ask, taken))


@dataclass(frozen=True)
class _Caps:
    """Greatest sums of the limits, asked of parcels with one option each."""

    uses: Numbers
    """A row a parcel, a column a limit with a greatest sum."""
    most: Numbers
    money: float

    @classmethod
    def over(cls, ask: PlanAsk, choice: Choice, option: Ints) -> _Caps:
        capped = np.flatnonzero(np.isfinite(choice.upper))
        table = np.zeros((choice.options, choice.limits))
        np.add.at(table, (choice.uses.option, choice.uses.limit), choice.uses.amount)
        money = min(
            (limit.most for limit in ask.limits if limit.kind == "budget" and limit.last >= ask.years), default=np.inf
        )
        rigid = ask.compiled().is_rigid[capped]
        capped = capped[~rigid & (np.abs(choice.upper[capped]) > 0)]
        return cls(table[np.ix_(option, capped)], choice.upper[capped], money)

    def fits(self, rows: list[int]) -> bool:
        """Return whether parcels keep every greatest sum."""
        return bool(np.all(self.uses[rows].sum(axis=0) <= self.most * (1 + SLACK) + SLACK))

    def pruned(self, blocks: list[list[int]], land: Land, least_mu: float) -> list[list[int]]:
        """Return sites that keep every greatest sum: the best first, each without the rim that does not fit."""
        around: dict[int, set[int]] = {}
        for one, other in zip(land.pairs[0].tolist(), land.pairs[1].tolist(), strict=True):
            around.setdefault(one, set()).add(other)
            around.setdefault(other, set()).add(one)
        used = np.zeros(len(self.most))
        kept = []
        ranked = sorted(blocks, key=lambda rows: (-_rate(rows, land), rows))
        for rows in ranked:
            own = self._grown(set(rows), land, around, used)
            if own and sum(land.area_mu[row] for row in own) >= least_mu:
                kept.append(sorted(own))
                used += self.uses[sorted(own)].sum(axis=0)
        return kept

    def _grown(self, rows: set[int], land: Land, around: dict[int, set[int]], used: Numbers) -> set[int]:
        """Return the part of a site that still fits, grown from its best parcel by the best that it touches."""
        if np.all(used + self.uses[sorted(rows)].sum(axis=0) <= self.most * (1 + SLACK) + SLACK):
            return rows
        room = self.most * (1 + SLACK) + SLACK - used
        open_rows = {row for row in rows if np.all(self.uses[row] <= room)}
        grown: set[int] = set()
        rate = (land.value / np.maximum(land.cost, 1e-12)).tolist()
        edge = set(open_rows)
        while edge:
            best = max(edge, key=lambda row: (rate[row], -row))
            open_rows.discard(best)
            if np.all(self.uses[best] <= room):
                grown.add(best)
                room = room - self.uses[best]
            touched = {other for row in grown for other in around.get(row, set())}
            edge = open_rows & touched if grown else set(open_rows)
        return grown


def _rate(rows: list[int], land: Land) -> float:
    return float(land.value[rows].sum() / max(float(land.cost[rows].sum()), 1e-12))


def compactness(outlines: Geometries) -> float:
    """Return 4πA/P² of the hull of some polygons: 1 = a disc.

    >>> import numpy as np, shapely
    >>> round(compactness(np.array([shapely.box(0, 0, 1, 1)])), 4)  # a square: π/4
    0.7854
    """
    import shapely

    hull = shapely.convex_hull(shapely.union_all(outlines))
    length = float(shapely.length(hull))
    return 4.0 * np.pi * float(shapely.area(hull)) / length**2 if length > 0 else float("nan")


def _table(ask: PlanAsk, made: _Sites, outlines: Geometries) -> pd.DataFrame:
    rows = []
    for site in range(1, int(made.site.max()) + 1):
        taken = made.taken[made.site == site]
        parcels = ask.parcel[taken]
        rows.append({
            "site": site,
            "n_parcels": len(taken),
            "area_mu": float(ask.handled_mu[taken].sum()),
            "compactness": compactness(outlines[parcels]),
            "value": float(ask.value[taken].sum()),
            "cost_wan": float(ask.cost_wan[taken].sum()),
            "parcels": ask.named(parcels),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(SITE_COLUMNS))
