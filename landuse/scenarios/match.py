"""Match demands for land with what a plan frees: single plots, plots side by side, standard factories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landuse.catalogue import load
from landuse.industry import division, normalise
from landuse.planning import Match
from landuse.scenarios.sites import Sites
from landuse.tables.cells import numbers, text
from landuse.tables.plans import MATCH_COLUMNS

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
PLOT_COLUMNS: Final = ("parcel_id", "freed_mu", "park", "town", "park_type", "division")
"""Columns of freed plots; division: leading division of the park it lies in, missing outside the
parks."""
SIZE_POINTS: Final = 40.0
"""Points of 100 for the size: all for exactly what is wanted, fewer the more is left over or lacking …"""
PLACE_POINTS: Final = 30.0
"""… for the place: all in the park wished (or where none was), two thirds in the town wished …"""
INDUSTRY_POINTS: Final = 30.0
"""… and for the industry (`FIT`). Ours: size, place and industry weigh about alike, and no single one decides."""
FIT: Final = {
    "SAME_DIVISION": 1.0, "SAME_FAMILY": 0.7, "PARK_TYPE_SUITS": 0.5, "INDUSTRY_UNKNOWN": 0.5, "OTHER_INDUSTRY": 0.0,
}  # fmt: skip
PER_PLOT: Final = 2.0
"""Points that each further plot of a site costs: one more holder to be settled with."""
APART: Final = 0.5
"""What plots that do not touch are worth beside plots that do."""
EQUAL: Final = 1e-9


@dataclass(frozen=True)
class Plots:
    """Plots that a plan frees, and which of them lie side by side."""

    table: pd.DataFrame
    """`PLOT_COLUMNS`, one row a plot."""
    pairs: tuple[Ints, Ints]
    """Rows side by side, each pair once (`blocks.neighbours`)."""


@dataclass(frozen=True)
class Candidate:
    """One way to serve a demand."""

    kind: str
    rows: tuple[int, ...]
    """Rows of the plots; of a factory its number alone."""
    area_mu: float
    place: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Demand:
    """One demand."""

    number: str
    project: str
    code: str
    division: str
    mu: float
    park: str
    town: str
    is_contiguous: bool | None
    """None = not stated; only 否 lets plots that lie apart stand together."""


def matches(demands: pd.DataFrame, plots: Plots, settings: Match) -> pd.DataFrame:
    """Return the candidates of each demand, best first (`MATCH_COLUMNS`), with a suggestion that gives no plot twice.

    A demand under `factory_below_mu` goes to standard factories, any other to plots of at least what it wants less the
    tolerance: one plot, or several side by side; plots of one park apart only where the demand says 否 to being in
    one piece. Nothing is excluded for its place or industry: they order the candidates. Of a demand nothing fits the
    one row says what came nearest.

    Parameters
    ----------
    demands
        `assemble.cases.PlanningTables.demands`.
    """
    asked = _asked(demands)
    field = _Field(plots, settings)
    found = [field.factories(one) if one.mu < settings.factory_below_mu else field.land(one) for one in asked]
    given = _suggested(asked, found, field)
    lines: list[dict[str, object]] = []
    for one, candidates, taken in zip(asked, found, given, strict=True):
        fits = [each for each in candidates if each.kind != "none"]
        named = fits[: settings.most_matches]
        named += [fits[taken]] if taken is not None and taken >= settings.most_matches else []
        ranks = {id(each): place + 1 for place, each in enumerate(fits)}
        lines += [
            _said(one, each, field, ranks[id(each)], suggested=taken is not None and each is fits[taken])
            for each in named
        ]
        lines += [_said(one, each, field, None, suggested=False) for each in candidates if each.kind == "none"]
    frame = pd.DataFrame(lines, columns=list(MATCH_COLUMNS))
    texts = {
        name: "str" for name in MATCH_COLUMNS if name not in {"demand_mu", "area_mu", "rank", "score", "suggested"}
    }
    return frame.astype(
        {**texts, "rank": "Int64", "demand_mu": float, "area_mu": float, "score": float, "suggested": bool}
    )


def _asked(demands: pd.DataFrame) -> list[_Demand]:
    names = ("demand_id", "project", "industry_code", "park", "town")
    words = {name: text(demands, name).fillna("").tolist() for name in names}
    divisions = division(text(demands, "industry_code")).fillna("").tolist()
    mu, piece = numbers(demands, "area_mu").tolist(), demands["is_contiguous"].tolist()
    return [
        _Demand(
            number=words["demand_id"][at],
            project=words["project"][at],
            code=words["industry_code"][at],
            division=divisions[at],
            mu=mu[at],
            park=words["park"][at],
            town=words["town"][at],
            is_contiguous=None if pd.isna(piece[at]) else bool(piece[at]),
        )
        for at in range(len(demands))
    ]


def _said(demand: _Demand, one: Candidate, field: _Field, rank: int | None, *, suggested: bool) -> dict[str, object]:
    """Return one row of the matches."""
    plots = "" if one.kind == "factory" else "、".join(str(field.codes[row]) for row in one.rows)
    return {
        "demand_id": demand.number, "project": demand.project, "industry_code": demand.code, "demand_mu": demand.mu,
        "place": one.place, "kind": one.kind, "parcels": plots, "area_mu": one.area_mu, "rank": rank,
        "score": one.score, "suggested": suggested, "because": "、".join(one.because),
    }  # fmt: skip


class _Field:
    """The plots and factories there are, as arrays."""

    def __init__(self, plots: Plots, settings: Match) -> None:
        table = plots.table.reset_index(drop=True)
        self.settings = settings
        self.codes = text(table, "parcel_id").tolist()
        self.mu = numbers(table, "freed_mu")
        self.park, self.town, self.division, self.park_type = (
            text(table, name).fillna("").to_numpy(dtype=object) for name in ("park", "town", "division", "park_type")
        )
        self.sites = Sites(np.nan_to_num(self.mu), plots.pairs)
        self.floor_mu = [one.floor_area_m2 / settings.floor_per_mu_m2 for one in settings.factories]

    def least(self, demand: _Demand) -> float:
        """Return the land that a demand takes at least."""
        return demand.mu * (1 - self.settings.tolerance) - EQUAL

    # ------------------------------------------------------------------------------------------------ land

    def land(self, demand: _Demand) -> list[Candidate]:
        """Return the plots and sites that serve a demand, best first; what came nearest where none does."""
        if not np.any(self.mu > 0):
            return [Candidate("none", (), float("nan"), "", float("nan"), ("NO_PLOTS",))]
        scores = self._single(demand)
        enough = np.flatnonzero(self.mu >= self.least(demand))
        order = enough[np.lexsort((np.array(self.codes, dtype=object)[enough].astype(str), -scores[enough]))]
        found = [self._candidate("parcel", demand, (int(row),)) for row in order]
        grown = {rows for mu in (demand.mu, self.least(demand)) for rows in self.sites.reaching(mu)}
        found += [self._candidate("site", demand, rows) for rows in sorted(grown)]
        if demand.is_contiguous is False:
            found += [self._candidate("group", demand, rows) for rows in self._groups(demand)]
        if not found:
            return [self._nearest(demand)]
        return sorted(
            found, key=lambda one: (-round(one.score, 6), len(one.rows), [self.codes[row] for row in one.rows])
        )

    def _single(self, demand: _Demand) -> Numbers:
        """Return the score of every plot alone, one pass over all plots for each demand."""
        fits = np.array([FIT[code] for code in self._industry(demand)])
        places = np.array([PLACE[code] for code in self._place(demand)])
        return SIZE_POINTS * _closeness(self.mu, demand.mu) + PLACE_POINTS * places + INDUSTRY_POINTS * fits

    def _candidate(self, kind: str, demand: _Demand, rows: tuple[int, ...]) -> Candidate:
        """Return plots as a candidate; of several the place and industry of most of their land count."""
        at = np.array(rows)
        mu = float(self.mu[at].sum())
        main = int(at[np.argmax(self.mu[at])])
        industry, place = self._industry(demand, main)[0], self._place(demand, main)[0]
        size = "SIZE_FITS" if abs(mu - demand.mu) <= self.settings.tolerance * demand.mu + EQUAL else "LARGER"
        size = "SMALLER_IN_TOLERANCE" if mu < demand.mu - EQUAL else size
        worth = SIZE_POINTS * float(_closeness(np.array([mu]), demand.mu)[0])
        score = worth + PLACE_POINTS * PLACE[place] + INDUSTRY_POINTS * FIT[industry] - PER_PLOT * (len(rows) - 1)
        apart = kind == "group"
        because = (size, place, industry, *(("SPLIT_APART",) if apart else ()))
        points = round(max(0.0, score) * (APART if apart else 1.0), 6)
        return Candidate(kind, rows, mu, str(self.park[main]), points, because)

    def _groups(self, demand: _Demand) -> list[tuple[int, ...]]:
        """Return, for each park, its largest plots that together suffice, where none does alone."""
        made = []
        for park in sorted(set(self.park) - {""}):
            rows = np.flatnonzero((self.park == park) & (self.mu > 0))
            rows = rows[np.lexsort((rows, -self.mu[rows]))]
            reached = np.flatnonzero(np.cumsum(self.mu[rows]) >= self.least(demand))
            if len(reached) and reached[0] > 0:
                made.append(tuple(sorted(int(row) for row in rows[: reached[0] + 1])))
        return made

    def _nearest(self, demand: _Demand) -> Candidate:
        """Return the largest plots side by side, which are still too small."""
        rows = self.sites.largest()
        one = self._candidate("none", demand, rows)
        return Candidate("none", rows, one.area_mu, one.place, float("nan"), ("NEAREST_TOO_SMALL",))

    def _industry(self, demand: _Demand, row: int | None = None) -> list[str]:
        """Return how the industry of a demand suits each plot, or one."""
        at = slice(None) if row is None else slice(row, row + 1)
        return [
            _fit(demand.division, str(own), str(kind))
            for own, kind in zip(self.division[at], self.park_type[at], strict=True)
        ]

    def _place(self, demand: _Demand, row: int | None = None) -> list[str]:
        """Return how the place of each plot, or of one, is as wished."""
        at = slice(None) if row is None else slice(row, row + 1)
        return [_wish(demand, str(park), str(town)) for park, town in zip(self.park[at], self.town[at], strict=True)]

    # ------------------------------------------------------------------------------------------- factories

    def factories(self, demand: _Demand) -> list[Candidate]:
        """Return the standard factories that serve a small demand, best first."""
        code = normalise(pd.Series([demand.code])).fillna("").iloc[0]
        made, refused = [], False
        for number, (factory, mu) in enumerate(zip(self.settings.factories, self.floor_mu, strict=True)):
            if factory.industries and not code.startswith(factory.industries):
                refused = refused or mu >= self.least(demand)
                continue
            if mu < self.least(demand):
                continue
            wish = _wish(demand, factory.park, factory.town)
            industry = "INDUSTRY_TAKEN" if factory.industries else "INDUSTRY_UNKNOWN"
            fit = 1.0 if factory.industries else FIT["INDUSTRY_UNKNOWN"]
            score = round(SIZE_POINTS + PLACE_POINTS * PLACE[wish] + INDUSTRY_POINTS * fit, 6)
            made.append(Candidate("factory", (number,), mu, factory.name, score, ("BELOW_LEAST", wish, industry)))
        if not made:
            return [self._no_factory(is_refused=refused)]
        return sorted(made, key=lambda one: (-one.score, one.rows))

    def _no_factory(self, *, is_refused: bool) -> Candidate:
        """Return what came nearest of the factories."""
        why = ("BELOW_LEAST", "FACTORY_OTHER_INDUSTRY" if is_refused else "NO_FACTORY")
        if not self.floor_mu:
            return Candidate("none", (), float("nan"), "", float("nan"), why)
        largest = int(np.argmax(self.floor_mu))
        place = self.settings.factories[largest].name
        return Candidate("none", (), self.floor_mu[largest], place, float("nan"), why)


PLACE: Final = {"PARK_AS_WISHED": 1.0, "NO_WISH": 1.0, "TOWN_AS_WISHED": 2 / 3, "NOT_AS_WISHED": 0.0}


def _wish(demand: _Demand, park: str, town: str) -> str:
    """Return how a place is as wished; a town that was wished alone is as good as a park."""
    if not demand.park and not demand.town:
        return "NO_WISH"
    if demand.park and park == demand.park:
        return "PARK_AS_WISHED"
    return "TOWN_AS_WISHED" if demand.town and town == demand.town else "NOT_AS_WISHED"


@cache
def _fit(wanted: str, leading: str, park_type: str) -> str:
    """Return how an industry (division) suits a park by its leading division and its type."""
    family = _families().get(wanted, "")
    if not wanted or (not leading and not park_type):
        return "INDUSTRY_UNKNOWN"
    if wanted == leading:
        return "SAME_DIVISION"
    if family and family == _families().get(leading, ""):
        return "SAME_FAMILY"
    suits = load("vocabulary/planning/match.toml")["park_types"].get(park_type, ())
    return "PARK_TYPE_SUITS" if family in suits else "OTHER_INDUSTRY"


@cache
def _families() -> Mapping[str, str]:
    book = load("vocabulary/planning/match.toml")["families"]
    return {code: family for family, codes in book.items() for code in codes}


def _closeness(mu: Numbers, wanted: float) -> Numbers:
    """Return how near land is to what is wanted: 1 = exactly so much, 0.5 = half or twice as much."""
    known = np.where(mu > 0, mu, np.nan)
    return np.nan_to_num(np.minimum(known, wanted) / np.maximum(known, wanted))


def _suggested(asked: list[_Demand], found: list[list[Candidate]], field: _Field) -> list[int | None]:
    """Return the candidate (by its place) that each demand is given: no plot twice, no factory floor twice.

    The demand with the fewest candidates is served first, of equal ones the largest (of those for factories the
    smallest, so that the floor serves more of them), then the first by number.
    """
    fits = [[one for one in candidates if one.kind != "none"] for candidates in found]
    small = field.settings.factory_below_mu
    size = [one.mu if one.mu < small else -one.mu for one in asked]
    order = sorted(range(len(asked)), key=lambda at: (len(fits[at]), size[at], asked[at].number))
    used: set[int] = set()
    floor = list(field.floor_mu)
    given: list[int | None] = [None] * len(asked)
    for at in order:
        for place, one in enumerate(fits[at]):
            if one.kind == "factory":
                number = one.rows[0]
                if floor[number] < field.least(asked[at]):
                    continue
                floor[number] -= asked[at].mu
            elif used.intersection(one.rows):
                continue
            else:
                used.update(one.rows)
            given[at] = place
            break
    return given
